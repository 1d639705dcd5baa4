#include "app/requests.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/page.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/tickets.h"

#define FRESH_S 600 /* so long its page begins with "sent" */

/* ---- POST /services/{id}/requests ---- */

static const char *group_id(struct kit *kit, int group)
{
	return group < 0 ? NULL : kit->in->groups.list[group].id;
}

static enum fail store(struct kit *kit, struct req *q, const struct form *f, uint64_t *number, struct err *err)
{
	const struct way *way = f->routing.way;
	struct ticket t = { .service = f->entry->service->id,
		            .variant = way->variant ? group_id(kit, (int)way->variant->group) : NULL,
		            .hat = group_id(kit, f->hat),
		            .topic = f->routing.topic ? f->routing.topic->id : NULL,
		            .promise = page_promise(&kit->in->catalogue, f->entry->service, &f->routing),
		            .text = f->text };
	const char *desk = kit->in->catalogue.desks[f->routing.desk].id;
	enum fail rc;

	t.field_count = form_filled(kit, q->arena, f, &t.fields);
	if ((rc = ticket_store(kit->db, kit->share, &kit->session, kit->langs.tag[kit->lang], f->key, &t, desk,
	                       clock_now(), number, err)))
		return rc;
	log_event("request", "number=%" PRIu64 " service=%s desk=%s", *number, t.service, desk);
	return OK;
}

/* The key was used for something else: what was typed is kept, and can be sent as a new one. */
static enum fail offer_as_new(struct kit *kit, struct req *q, struct resp *p, const struct decision *d,
                              struct form *f, uint64_t number, struct err *err)
{
	f->key = form_key(kit, q->arena, f->entry->service->id);
	p->status = 409;
	return service_again(kit, q, p, d, f, "used", number, err);
}

enum fail request_send(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const struct entry *e;
	struct decision d;
	struct form form;
	uint64_t number = 0;
	enum fail rc;

	/* What was asked, and may they? A service outside their catalogue does not exist for them. */
	if ((rc = service_find_own(kit, q, &d, &e, err)) || (rc = form_read(kit, q, e, &form, err)))
		return rc;

	if (!service_usable(kit, q, e))
		return err_set(err, FAIL_DENIED, "service \"%s\" is for another account of theirs", e->service->id);

	/* Outside its window, or with an answer missing, it comes back with all that was typed. */
	if (!e->open || form.fault_count) {
		p->status = 422;
		return service_again(kit, q, p, &d, &form, "errors", 0, err);
	}

	/* Do it. */
	rc = store(kit, q, &form, &number, err);
	if (rc == FAIL_CONFLICT && number) {
		err_clear(err);
		return offer_as_new(kit, q, p, &d, &form, number, err);
	}
	if (rc)
		return rc;

	/* Answer with a redirect, so that reload never sends twice. */
	resp_no_store(p);
	return resp_see_other(p, arena_printf(q->arena, "/requests/%" PRIu64, number));
}

/* ---- as documents ---- */

static void put_place(struct kit *kit, struct doc *in, const char *desk)
{
	const struct catalogue *c = &kit->in->catalogue;
	int index = desk_find(c, desk);

	doc_str(in, "desk", desk);
	doc_str(in, "desk_name", index < 0 ? desk : page_text(kit, &c->desks[index].name));
}

static void put_title(struct kit *kit, struct doc *request, const char *service)
{
	const struct catalogue *c = &kit->in->catalogue;
	int index = service_find(c, service);

	doc_str(request, "title", index < 0 ? service : page_text(kit, &c->services[index].title));
}

static void put_hat(struct kit *kit, struct doc *request, const char *hat)
{
	int group = hat ? group_find(&kit->in->groups, hat) : -1;

	doc_str(request, "hat", hat);
	if (group >= 0)
		doc_str(request, "hat_label", page_text(kit, &kit->in->groups.list[group].label));
}

void request_put(struct kit *kit, struct doc *request, const struct ticket *t)
{
	doc_num(request, "number", (int64_t)t->number);
	doc_str(request, "service", t->service);
	put_title(kit, request, t->service);
	put_hat(kit, request, t->hat);
	doc_str(request, "topic", t->topic);
	put_place(kit, request, ticket_desk(t));
	doc_str(request, "state", ticket_is_open(t) ? "open" : "closed");
	doc_str(request, "at", t->event_count ? page_iso(request->arena, t->events[0].at) : NULL);
	doc_str(request, "href", page_href(kit, request->arena, arena_printf(request->arena, "/requests/%" PRIu64, t->number)));
}

static void put_history(struct kit *kit, struct doc *request, const struct ticket *t)
{
	struct doc *history = doc_list(request, "history", "event");

	for (size_t i = 0; i < t->event_count; i++) {
		struct doc *event = doc_item(history);

		doc_str(event, "kind", ticket_word(t->events[i].kind));
		put_place(kit, event, t->events[i].desk);
		doc_str(event, "at", page_iso(request->arena, t->events[i].at));
	}
}

static void put_fields(struct doc *request, const struct ticket *t)
{
	struct doc *fields = doc_list(request, "fields", "field");

	for (size_t i = 0; i < t->field_count; i++) {
		struct doc *field = doc_item(fields);

		doc_str(field, "name", t->fields[i].name);
		doc_str(field, "label", t->fields[i].label);
		doc_text(field, "value", t->fields[i].value);
	}
}

void request_put_whole(struct kit *kit, struct doc *request, const struct ticket *t)
{
	request_put(kit, request, t);
	doc_num(request, "promise", t->promise);
	doc_text(request, "text", t->text);
	put_fields(request, t);
	put_history(kit, request, t);
}

/* The desk with its ways to be reached, and what it promises, where it still exists. */
static void put_counter(struct kit *kit, struct doc *request, const struct ticket *t)
{
	int desk = desk_find(&kit->in->catalogue, ticket_desk(t));

	if (desk >= 0)
		page_desk(kit, doc_object(request, "counter"), &kit->in->catalogue, (size_t)desk);
}

/* ---- GET /requests ---- */

enum fail requests_list(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page = page_new(kit, q, "requests", false), *list;
	const struct ticket *tickets;
	size_t count;
	enum fail rc;

	if ((rc = tickets_read(kit->db, q->arena, kit->session.person, &tickets, &count, err)))
		return rc;
	page_person(kit, q, page, NULL, false);
	list = doc_list(page, "requests", "request");
	for (size_t i = 0; i < count; i++)
		request_put(kit, doc_item(list), &tickets[i]);
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

/* ---- GET /requests/{number} ---- */

/* Digits as we write them; anything else is no request of anybody. */
static bool number_of(const char *text, uint64_t *out)
{
	size_t n = strlen(text);

	if (!n || n > 18 || *text == '0' || strspn(text, "0123456789") != n)
		return false;
	*out = strtoull(text, NULL, 10);
	return true;
}

static bool is_fresh(const struct ticket *t)
{
	return t->event_count == 1 && clock_now() - t->events[0].at < FRESH_S;
}

enum fail requests_show(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page, *request;
	const struct ticket *t;
	uint64_t number;
	enum fail rc;

	if (!number_of(req_path(q, "number"), &number))
		return err_set(err, FAIL_ABSENT, "no request \"%s\"", req_path(q, "number"));
	if ((rc = ticket_read(kit->db, q->arena, kit->session.person, number, &t, err)))
		return rc;
	page = page_new(kit, q, "request", false);
	page_person(kit, q, page, NULL, false);
	request = doc_object(page, "request");
	request_put_whole(kit, request, t);
	doc_bool(request, "fresh", is_fresh(t));
	put_counter(kit, request, t);
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}
