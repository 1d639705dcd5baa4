#include "app/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/page.h"
#include "app/piecework.h"
#include "app/requests.h"
#include "app/service.h"
#include "base/clock.h"
#include "db/tickets.h"

#define RECENT_MAX   5
#define REQUESTS_MAX 5

/* ---- favourites, kept per version ---- */

static void own_key(struct kit *kit, uint8_t key[24])
{
	memcpy(key, kit->session.person, 16);
	memcpy(key + 16, &kit->session.own, 8);
}

/* Ids hold no spaces. */
static void split(struct arena *a, const char *ids, struct favourites *out)
{
	char *rest = arena_str(a, ids), *id;

	out->count = 0;
	while ((id = strsep(&rest, " ")) && out->count < FAVOURITES_MAX)
		if (*id)
			out->id[out->count++] = id;
}

static void keep(struct kit *kit, const uint8_t key[24], const struct favourites *list)
{
	struct buf ids;
	char *kept;

	buf_init(&ids, (size_t)FAVOURITES_MAX * 80);
	for (size_t i = 0; i < list->count; i++)
		buf_printf(&ids, "%s ", list->id[i]);
	kept = strdup(ids.data);
	if (kept && buf_ok(&ids))
		cache_put(kit->owns, key, 24, kept, ids.len + 1);
	else
		free(kept);
	buf_release(&ids);
}

enum fail own_favourites(struct kit *kit, struct arena *a, struct favourites *out, struct err *err)
{
	const char *kept;
	uint8_t key[24];
	enum fail rc;

	if (!kit->session.own) { /* nothing was ever kept of them: nobody is asked */
		out->count = 0;
		return OK;
	}
	own_key(kit, key);
	kept = cache_get(kit->owns, key, sizeof key);
	if (kept) {
		split(a, kept, out);
		return OK;
	}
	if ((rc = favourites_read(kit->db, a, kit->session.person, out, err)))
		return rc;
	keep(kit, key, out);
	return OK;
}

static size_t place_of(const struct favourites *list, const char *service)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->id[i], service))
			return i;
	return list->count;
}

bool own_is_favourite(const struct favourites *list, const char *service)
{
	return place_of(list, service) < list->count;
}

/* ---- in documents ---- */

static void put_refs(struct kit *kit, struct doc *list, const struct decision *d, const struct favourites *ids)
{
	for (size_t i = 0; i < ids->count; i++) {
		const struct entry *e = decision_find(d, ids->id[i]);

		if (e)
			page_ref(kit, list, e);
	}
}

void own_recent(struct kit *kit, struct arena *a, struct favourites *out)
{
	split(a, kit->session.recent, out);
	if (out->count > RECENT_MAX)
		out->count = RECENT_MAX;
}

void own_put(struct kit *kit, struct doc *page, const struct decision *d, const struct favourites *list)
{
	struct favourites recent;

	put_refs(kit, doc_list(page, "favourites", "ref"), d, list);
	own_recent(kit, page->arena, &recent);
	put_refs(kit, doc_list(page, "recent", "ref"), d, &recent);
}

static void put_open_requests(struct kit *kit, struct doc *page, const struct ticket *tickets, size_t count)
{
	struct doc *list = doc_list(page, "requests", "request");
	size_t open = 0;

	for (size_t i = 0; i < count; i++)
		if (ticket_is_open(&tickets[i]) && open++ < REQUESTS_MAX)
			request_put(kit, doc_item(list), &tickets[i]);
	doc_num(page, "open", (int64_t)open);
}

static enum fail piece_document(void *with, struct kit *kit, struct doc *page, struct err *err)
{
	struct arena *a = page->arena;
	const struct ticket *tickets = NULL;
	struct favourites list;
	struct decision d;
	size_t count = 0;
	enum fail rc;

	(void)with;
	if ((rc = own_favourites(kit, a, &list, err)) ||
	    (kit->session.own && (rc = tickets_read(kit->db, a, kit->session.person, &tickets, &count, err))))
		return rc;
	kit_decide(kit, a, &d);
	own_put(kit, page, &d, &list);
	put_open_requests(kit, page, tickets, count);
	return OK;
}

enum fail own_piece(struct kit *kit, struct req *q, const struct piece **out, struct err *err)
{
	return piecework_own(kit, q->arena, "own", piece_document, NULL, out, err);
}

/* ---- looked at ---- */

void own_looked_at(struct kit *kit, const char *service)
{
	char text[SESSION_RECENT];
	struct favourites list;
	struct arena *a;
	size_t len = strlen(service), count = 1;

	/* Newest already: nothing changes, nobody is asked. */
	if (!strncmp(kit->session.recent, service, len) && strchr(" ", kit->session.recent[len]))
		return;
	a = arena_new(1 << 16);
	split(a, kit->session.recent, &list);
	len = (size_t)snprintf(text, sizeof text, "%s", service);
	for (size_t i = 0; i < list.count && count < RECENT_MAX + 1; i++) {
		if (!strcmp(list.id[i], service) || len + strlen(list.id[i]) + 2 > sizeof text)
			continue;
		len += (size_t)snprintf(text + len, sizeof text - len, " %s", list.id[i]);
		count++;
	}
	arena_free(a);
	share_recent(kit->share, kit->session.id, text);
}

/* ---- POST /services/{id}/favourite ---- */

enum wish {
	ADD,
	REMOVE,
	TOGGLE,
	UP,
	DOWN,
};

struct wanted {
	enum wish wish;
	const char *service;
	const struct decision *decision; /* who is a neighbour: only what is shown */
};

static bool wish_of(struct req *q, enum wish *out)
{
	static const char *const words[] = { [ADD] = "add", [REMOVE] = "remove", [UP] = "up", [DOWN] = "down" };
	const char *word = req_field(q, "do");

	*out = TOGGLE;
	if (!word)
		return true;
	for (size_t i = 0; i < COUNT(words); i++)
		if (words[i] && !strcmp(words[i], word)) {
			*out = (enum wish)i;
			return true;
		}
	return false;
}

static void take_out(struct favourites *list, size_t at)
{
	memmove(&list->id[at], &list->id[at + 1], (list->count - at - 1) * sizeof list->id[0]);
	list->count--;
}

static void put_in(struct favourites *list, size_t at, const char *id)
{
	memmove(&list->id[at + 1], &list->id[at], (list->count - at) * sizeof list->id[0]);
	list->id[at] = id;
	list->count++;
}

/* Past the next one that is shown; what is not shown keeps its place beside its neighbours. */
static void move(struct favourites *list, size_t at, const struct wanted *w)
{
	const char *id = list->id[at];
	size_t to = at;

	do {
		if (w->wish == UP ? !to : to + 1 == list->count)
			return;
		to += w->wish == UP ? (size_t)-1 : 1;
	} while (!decision_find(w->decision, list->id[to]));
	take_out(list, at);
	put_in(list, to, id);
}

static void change(struct favourites *list, const void *with)
{
	const struct wanted *w = with;
	size_t at = place_of(list, w->service);
	bool there = at < list->count;

	if (w->wish == UP || w->wish == DOWN) {
		if (there)
			move(list, at, w);
	} else if (there && w->wish != ADD) {
		take_out(list, at);
	} else if (!there && w->wish != REMOVE && list->count < FAVOURITES_MAX) {
		put_in(list, list->count, w->service);
	}
}

enum fail own_favourite(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *back = req_field(q, "return");
	struct wanted wanted = { 0 };
	const struct entry *e;
	struct decision d;
	enum fail rc;

	/* What was asked, and is it theirs? */
	if ((rc = service_find_own(kit, q, &d, &e, err)))
		return rc;
	if (!wish_of(q, &wanted.wish))
		return err_set(err, FAIL_INPUT, "favourite: do is add, remove, up or down");

	/* Do it. */
	wanted.service = e->service->id;
	wanted.decision = &d;
	if ((rc = favourites_store(kit->db, kit->share, &kit->session, change, &wanted, err)))
		return rc;

	/* Answer with a redirect to where they were. */
	resp_no_store(p);
	return resp_see_other(p, back ? page_own_path(back) : arena_printf(q->arena, "/services/%s", e->service->id));
}
