#include "app/notices.h"

#include <string.h>

#include "app/page.h"
#include "base/clock.h"

struct shown_notices notices_for(struct kit *kit, struct arena *a, const struct bits *closed,
                                 const struct bits *unknown)
{
	const struct catalogue *c = &kit->in->catalogue;
	struct shown_notices n = { arena_array(a, c->notice_count + 1, sizeof *n.list), 0 };

	n.count = notices_now(c, closed, unknown, clock_now(), n.list);
	return n;
}

const char *notices_key(struct arena *a, const struct shown_notices *n)
{
	const char *key = "";

	for (size_t i = 0; i < n->count; i++)
		key = arena_printf(a, "%s%s ", key, n->list[i]->id);
	return key;
}

/* ---- in documents ---- */

static void put_one(struct kit *kit, struct doc *notice, const struct notice *n, const struct decision *d)
{
	const struct service *about = n->service < 0 ? NULL : &kit->in->catalogue.services[n->service];

	doc_str(notice, "id", n->id);
	doc_str(notice, "kind", n->kind == NOTICE_OUTAGE ? "outage" : "news");
	doc_str(notice, "from", page_iso(notice->arena, n->from));
	doc_str(notice, "to", page_iso(notice->arena, n->to));
	/* A link only to what is theirs. */
	if (about && d && decision_find(d, about->id))
		doc_str(notice, "href", page_service_href(kit, notice->arena, about->id));
	page_put_text(kit, notice, "title", &n->title);
	page_put_text(kit, notice, "text", &n->text);
}

void notices_put(struct kit *kit, struct doc *page, const struct shown_notices *n, const struct decision *d)
{
	struct doc *list = doc_list(page, "notices", "notice");

	for (size_t i = 0; i < n->count; i++)
		put_one(kit, doc_item(list), n->list[i], d);
}

/* ---- the feed ---- */

/* The newest beginning: a feed that nobody added to has not changed. */
static int64_t updated(const struct shown_notices *n, int64_t otherwise)
{
	int64_t at = 0;

	for (size_t i = 0; i < n->count; i++)
		if (n->list[i]->from > at)
			at = n->list[i]->from;
	return at ? at : otherwise;
}

static int64_t midnight_of_today(void)
{
	return clock_noon(clock_date(clock_now())) - 12 * 3600;
}

static enum fail feed(struct kit *kit, struct req *q, struct resp *p, const struct bits *closed,
                      const struct bits *unknown, struct err *err)
{
	struct shown_notices n = notices_for(kit, q->arena, closed, unknown);
	struct doc *page = page_new(kit, q, "notices", false);
	struct decision d;

	decide(q->arena, &kit->in->catalogue, closed, unknown, clock_date(clock_now()), kit->lang, &d);
	doc_str(page, "origin", page_origin(kit, q));
	doc_str(page, "self", page_href(kit, q->arena, q->path));
	doc_str(page, "updated", page_iso(q->arena, updated(&n, midnight_of_today())));
	notices_put(kit, page, &n, &d);
	return page_send_as(kit, q, p, page, "application/atom+xml", err);
}

enum fail notices_feed(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	resp_no_store(p);
	return feed(kit, q, p, &kit->session.groups, &kit->session.unknown, err);
}

enum fail notices_public_feed(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct bits none = { 0 }, closed;
	enum fail rc;

	if ((rc = kit_institution(kit, err)))
		return rc;
	closed = group_close(&kit->in->groups, &none);
	resp_no_store(p);
	return feed(kit, q, p, &closed, NULL, err);
}
