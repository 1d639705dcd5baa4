#include "app/service.h"

#include <string.h>

#include "app/own.h"
#include "app/page.h"
#include "app/piecework.h"
#include "base/clock.h"

#define RELATED 4

struct visit {
	struct kit *kit;
	struct req *q;
	struct decision all;
	const struct entry *entry;
	struct form form;
	bool favourite;
	bool usable; /* with this account */
	bool holes;
};

enum fail service_find_own(struct kit *kit, struct req *q, struct decision *d, const struct entry **out,
                           struct err *err)
{
	kit_decide(kit, q->arena, d);
	*out = decision_find(d, req_path(q, "id"));
	return *out ? OK : err_set(err, FAIL_ABSENT, "no service \"%s\" in this catalogue", req_path(q, "id"));
}

bool service_usable(struct kit *kit, struct req *q, const struct entry *e)
{
	const struct session *s = &kit->session;
	struct bits lent = kit->in->groups.this_login, usable = s->groups;
	struct decision d;

	bits_cut(&lent, &s->own_groups);
	if (!bits_meet(&lent, &usable))
		return true;
	bits_cut(&usable, &lent);
	decide(q->arena, &kit->in->catalogue, &usable, &s->unknown, clock_date(clock_now()), kit->lang, &d);
	return decision_find(&d, e->service->id);
}

/* ---- the document ---- */

/* Of the same theme, in the same decision: those around it in the order of the page. */
static void put_related(struct visit *v, struct doc *page)
{
	struct doc *related = doc_for_view(doc_list(page, "related", "ref"));
	size_t n = 0;

	for (size_t i = 0; i < v->all.count && n < RELATED; i++) {
		const struct entry *e = &v->all.entries[i];

		if (e == v->entry || e->service->theme != v->entry->service->theme || !e->open)
			continue;
		page_ref(v->kit, related, e);
		n++;
	}
}

static struct doc *document(struct visit *v, const char *state)
{
	struct doc *page = page_new(v->kit, v->q, "service", v->holes), *service;

	page_person(v->kit, v->q, page, NULL, v->holes);
	service = doc_object(page, "service");
	page_service(v->kit, service, &v->all, v->entry, SERVICE_WHOLE);
	doc_str(service, "ask", route_word(v->form.ask));
	doc_bool(service, "favourite", v->favourite);
	doc_bool(service, "usable", v->usable);
	if (v->entry->open && v->usable)
		form_put(v->kit, page, &v->form, state);
	put_related(v, page);
	return page;
}

static struct doc *frame(void *with)
{
	return document(with, "form");
}

/* ---- GET /services/{id} ---- */

/* What of the address shapes the page: only what is this person's. */
static const char *key_of(struct visit *v)
{
	const struct form *f = &v->form;

	return arena_printf(v->q->arena, "%s|%d|%s|%d%d", v->entry->service->id, f->hat, f->topic ? f->topic : "", v->favourite,
	                    v->usable);
}

enum fail service_show(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct visit v = { .kit = kit, .q = q, .holes = req_want(q) == WANT_HTML };
	struct work work = { .kind = "service", .document = frame, .with = &v, .hole_count = 1 };
	struct hole_value key = { .name = "key" };
	struct favourites favourites;
	enum fail rc;

	if ((rc = service_find_own(kit, q, &v.all, &v.entry, err)) ||
	    (rc = own_favourites(kit, q->arena, &favourites, err)))
		return rc;
	v.favourite = own_is_favourite(&favourites, v.entry->service->id);
	v.usable = service_usable(kit, q, v.entry);
	key.value = form_key(kit, q->arena, v.entry->service->id);
	form_open(kit, q->arena, v.entry, req_query(q, "hat"), req_query(q, "topic"),
	          v.holes ? hole_mark(q->arena, "key") : key.value, &v.form);
	work.key = key_of(&v);
	work.holes = &key;
	if (v.holes) {
		own_looked_at(kit, v.entry->service->id);
		return piecework_send(kit, q, p, &work, err);
	}
	return piecework_data(kit, q, p, frame(&v), err);
}

enum fail service_again(struct kit *kit, struct req *q, struct resp *p, const struct decision *d,
                        const struct form *f, const char *state, uint64_t number, struct err *err)
{
	struct visit v = { .kit = kit, .q = q, .all = *d, .entry = f->entry, .form = *f };
	struct favourites favourites;
	struct doc *page;
	enum fail rc;

	if ((rc = own_favourites(kit, q->arena, &favourites, err)))
		return rc;
	v.favourite = own_is_favourite(&favourites, f->entry->service->id);
	v.usable = service_usable(kit, q, v.entry);
	page = document(&v, state);
	if (number)
		page_request_ref(kit, page, number);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}
