#include "app/form.h"

#include <string.h>

#include "app/page.h"
#include "base/clock.h"

#define TEXT_MAX  8000 /* bytes of a long answer */
#define FIELD_MAX 500  /* of a short one */
#define KEY_MAX   64

const char *form_key(struct kit *kit, struct arena *a, const char *service)
{
	uint8_t hash[32];
	char *text = arena_alloc(a, 33);
	struct buf all;

	buf_init(&all, 256);
	buf_bytes(&all, kit->session.person, sizeof kit->session.person);
	buf_bytes(&all, &kit->session.own, sizeof kit->session.own);
	buf_raw(&all, service);
	hash_bytes(all.data, all.len, hash);
	buf_release(&all);
	hash_text(hash, 16, text);
	return text;
}

/* ---- which form it is ---- */

static void fields_of(const struct entry *e, const struct way *w, const struct field **fields, size_t *count)
{
	bool own = w->variant && w->variant->field_count;

	*fields = own ? w->variant->fields : e->service->fields;
	*count = own ? w->variant->field_count : e->service->field_count;
}

/* Do the ways that are still open have different forms? */
static bool forms_differ(const struct entry *e, int hat)
{
	const struct field *first = NULL, *fields;
	bool any = false;
	size_t count;

	for (size_t i = 0; i < e->way_count; i++) {
		if (hat != ROUTE_NO_HAT && !bits_has(&e->ways[i].hats, (size_t)hat))
			continue;
		fields_of(e, &e->ways[i], &fields, &count);
		if (any && fields != first)
			return true;
		first = fields;
		any = true;
	}
	return false;
}

/* A form that comes back shows its question again, with the answer in it. */
static enum route_ask question_of(const struct form *f, enum route_ask open, bool sent)
{
	struct routing without;

	if (!sent || open != ASK_NOTHING || forms_differ(f->entry, ROUTE_NO_HAT) ||
	    route_entry(f->entry, ROUTE_NO_HAT, NULL, &without))
		return open;
	return without.ask == ASK_HAT ? ASK_HAT : open;
}

/* hat and topic stand in f; what is not theirs is a fault of the caller's to tell. */
static void settle(struct arena *a, struct form *f, bool sent)
{
	struct routing first;
	const struct field *fields;
	size_t count;

	if (route_entry(f->entry, f->hat, NULL, &first)) /* never: the hat was looked at before */
		first = (struct routing){ .way = f->entry->ways, .desk = f->entry->ways->desk };
	f->ask = question_of(f, first.ask, sent);
	if (route_entry(f->entry, f->hat, f->topic, &f->routing))
		f->routing = first;
	f->choose_first = forms_differ(f->entry, f->hat);
	fields_of(f->entry, f->routing.way, &fields, &count);
	f->answers = arena_array(a, count, sizeof *f->answers);
	f->answer_count = count;
	for (size_t i = 0; i < count; i++)
		f->answers[i] = (struct form_answer){ .field = &fields[i], .value = "" };
}

static bool hat_sees(const struct entry *e, int hat)
{
	struct routing r;

	return hat >= 0 && !route_entry(e, hat, NULL, &r);
}

void form_open(struct kit *kit, struct arena *a, const struct entry *e, const char *hat,
               const char *topic, const char *key, struct form *out)
{
	int group = hat ? group_find(&kit->in->groups, hat) : ROUTE_NO_HAT;
	struct routing r;

	*out = (struct form){ .entry = e, .hat = hat_sees(e, group) ? group : ROUTE_NO_HAT, .text = "", .key = key };
	if (topic && !route_entry(e, out->hat, topic, &r))
		out->topic = topic;
	settle(a, out, false);
}

/* ---- as it was sent ---- */

static void fault(struct form *f, const char *field, const char *what, const char *label)
{
	f->faults[f->fault_count++] = (struct form_fault){ field, what, label };
}

static bool is_key(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t n = strlen(s);

	return n && n <= KEY_MAX && strspn(s, allowed) == n;
}

/* An empty field is as good as none. */
static const char *said(struct req *q, const char *name)
{
	const char *s = req_field(q, name);

	return s && *s ? s : NULL;
}

static void read_hat(struct kit *kit, struct req *q, struct form *f)
{
	const char *hat = said(q, "hat");
	int group = hat ? group_find(&kit->in->groups, hat) : ROUTE_NO_HAT;

	if (hat && !hat_sees(f->entry, group))
		fault(f, "hat", "hat", NULL);
	else
		f->hat = group;
}

static void read_topic(struct req *q, struct form *f)
{
	const char *topic = said(q, "topic");
	struct routing r;

	if (topic && route_entry(f->entry, f->hat, topic, &r))
		fault(f, "topic", "topic", NULL);
	else
		f->topic = topic;
}

static bool is_option(const struct field *field, const char *value)
{
	for (size_t i = 0; i < field->option_count; i++)
		if (!strcmp(field->options[i].value, value))
			return true;
	return false;
}

static bool is_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n")];
}

static const char *wrong_with(const struct field *field, const char *value)
{
	struct date date;

	if (field->type == FIELD_FILE)
		return NULL;
	if (is_blank(value))
		return field->required ? "required" : NULL;
	if (strlen(value) > (field->type == FIELD_TEXTAREA ? TEXT_MAX : FIELD_MAX))
		return "long";
	if (field->type == FIELD_DATE && !clock_parse_date(value, &date))
		return "date";
	return field->type == FIELD_CHOICE && !is_option(field, value) ? "choice" : NULL;
}

static void read_answers(struct kit *kit, struct req *q, struct form *f, bool *filled)
{
	for (size_t i = 0; i < f->answer_count; i++) {
		struct form_answer *answer = &f->answers[i];
		const char *value = req_field(q, answer->field->name);

		answer->value = value && answer->field->type != FIELD_FILE ? value : "";
		answer->fault = wrong_with(answer->field, answer->value);
		*filled |= !is_blank(answer->value);
		if (answer->fault)
			fault(f, answer->field->name, answer->fault, page_text(kit, &answer->field->label));
	}
}

static void read_text(struct req *q, struct form *f, bool filled)
{
	const char *text = req_field(q, "text");

	f->text = text ? text : "";
	if (strlen(f->text) > TEXT_MAX)
		fault(f, "text", "long", NULL);
	else if (is_blank(f->text) && !filled && !f->fault_count)
		fault(f, "text", "empty", NULL);
}

/* The question that the page asked must have its answer; what a topic leaves open need not. */
static void check_question(struct form *f)
{
	for (size_t i = 0; i < f->fault_count; i++)
		if (!strcmp(f->faults[i].field, "hat") || !strcmp(f->faults[i].field, "topic"))
			return;
	if (f->choose_first || (f->ask == ASK_HAT && f->hat == ROUTE_NO_HAT))
		fault(f, "hat", "hat", NULL);
	else if (f->ask == ASK_TOPIC && !f->topic)
		fault(f, "topic", "topic", NULL);
}

enum fail form_read(struct kit *kit, struct req *q, const struct entry *e, struct form *out, struct err *err)
{
	const char *key = req_field(q, "key");
	bool filled = false;

	if (!key || !is_key(key))
		return err_set(err, FAIL_INPUT, "request form without a key");
	*out = (struct form){ .entry = e, .hat = ROUTE_NO_HAT, .key = key };
	/* One for each field that the largest form can have, and for hat, topic and text. */
	out->faults = arena_array(q->arena, req_field_count(q) + e->service->field_count + 64, sizeof *out->faults);
	read_hat(kit, q, out);
	read_topic(q, out);
	settle(q->arena, out, true);
	check_question(out);
	read_answers(kit, q, out, &filled);
	read_text(q, out, filled);
	return OK;
}

/* ---- what is stored ---- */

/* A choice is stored as it reads. */
static const char *shown_value(struct kit *kit, const struct form_answer *answer)
{
	for (size_t i = 0; i < answer->field->option_count; i++)
		if (!strcmp(answer->field->options[i].value, answer->value))
			return page_text(kit, &answer->field->options[i].label);
	return answer->value;
}

size_t form_filled(struct kit *kit, struct arena *a, const struct form *f, const struct filled **out)
{
	struct filled *list = arena_array(a, f->answer_count, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < f->answer_count; i++)
		if (!is_blank(f->answers[i].value))
			list[count++] = (struct filled){ f->answers[i].field->name,
				                         page_text(kit, &f->answers[i].field->label),
				                         shown_value(kit, &f->answers[i]), f->answers[i].value };
	*out = list;
	return count;
}

/* ---- as a document ---- */

static void put_destination(struct kit *kit, struct doc *in, const struct form *f, const struct routing *r)
{
	const struct catalogue *c = &kit->in->catalogue;

	doc_str(in, "desk", c->desks[r->desk].id);
	doc_str(in, "desk_name", page_text(kit, &c->desks[r->desk].name));
	doc_num(in, "promise", page_promise(c, f->entry->service, r));
}

static void put_hat_choices(struct kit *kit, struct doc *list, const struct form *f)
{
	for (size_t i = 0; i < kit->in->groups.count; i++) {
		const struct group *g = &kit->in->groups.list[i];
		struct routing r;
		struct doc *choice;

		if (!bits_has(&f->entry->hats, i) || route_entry(f->entry, (int)i, NULL, &r))
			continue;
		choice = doc_item(list);
		doc_str(choice, "value", g->id);
		doc_str(choice, "label", page_text(kit, &g->label));
		doc_bool(choice, "current", f->hat == (int)i || (f->hat == ROUTE_NO_HAT && r.way == f->entry->ways &&
		                                                 !list->first->next));
		put_destination(kit, choice, f, &r);
	}
}

static void put_topic_choice(struct kit *kit, struct doc *list, const struct form *f, const char *id,
                             const char *label, const struct routing *r)
{
	struct doc *choice = doc_item(list);

	doc_str(choice, "value", id);
	doc_str(choice, "label", label);
	doc_bool(choice, "current", f->topic && !strcmp(f->topic, id));
	put_destination(kit, choice, f, r);
}

static void put_topic_choices(struct kit *kit, struct doc *list, const struct form *f)
{
	struct routing r;

	for (size_t i = 0; i < f->entry->topic_count; i++) {
		const struct topic *t = f->entry->topics[i].topic;

		if (!route_entry(f->entry, f->hat, t->id, &r))
			put_topic_choice(kit, list, f, t->id, page_text(kit, &t->label), &r);
	}
	if (!route_entry(f->entry, f->hat, ROUTE_NO_TOPIC, &r))
		put_topic_choice(kit, list, f, ROUTE_NO_TOPIC, NULL, &r);
}

static const char *fault_of(const struct form *f, const char *field)
{
	for (size_t i = 0; i < f->fault_count; i++)
		if (!strcmp(f->faults[i].field, field))
			return f->faults[i].what;
	return NULL;
}

static void put_fault(struct doc *in, const char *what)
{
	if (what)
		doc_str(in, "fault", what);
}

static void put_question(struct kit *kit, struct doc *form, const struct form *f)
{
	bool hat = f->choose_first || f->ask == ASK_HAT;
	struct doc *question, *choices;

	if (!hat && f->ask != ASK_TOPIC)
		return;
	question = doc_object(form, "question");
	doc_str(question, "name", hat ? "hat" : "topic");
	put_fault(question, fault_of(f, hat ? "hat" : "topic"));
	choices = doc_list(question, "choices", "choice");
	if (hat)
		put_hat_choices(kit, choices, f);
	else
		put_topic_choices(kit, choices, f);
}

static void put_answers(struct kit *kit, struct doc *form, const struct form *f)
{
	struct doc *list = doc_list(form, "fields", "field");

	for (size_t i = 0; i < f->answer_count; i++) {
		struct doc *field = doc_item(list);

		page_field(kit, field, f->answers[i].field);
		put_fault(field, f->answers[i].fault);
		doc_text(field, "value", f->answers[i].value);
	}
}

static void put_faults(struct doc *form, const struct form *f)
{
	struct doc *faults = doc_list(form, "faults", "fault");

	for (size_t i = 0; i < f->fault_count; i++) {
		struct doc *item = doc_item(faults);

		doc_str(item, "field", f->faults[i].field);
		doc_str(item, "what", f->faults[i].what);
		doc_str(item, "label", f->faults[i].label);
	}
}

void form_put(struct kit *kit, struct doc *page, const struct form *f, const char *state)
{
	const char *path = arena_printf(page->arena, "/services/%s/requests", f->entry->service->id);
	struct doc *form = doc_for_view(doc_object(page, "form"));

	doc_str(form, "action", page_href(kit, page->arena, path));
	doc_str(form, "key", f->key);
	doc_str(form, "state", state);
	doc_bool(form, "choose_first", f->choose_first);
	if (f->hat != ROUTE_NO_HAT && f->ask != ASK_HAT)
		doc_str(form, "hat", kit->in->groups.list[f->hat].id);
	put_destination(kit, form, f, &f->routing);
	put_faults(form, f);
	put_question(kit, form, f);
	put_answers(kit, form, f);
	put_fault(form, fault_of(f, "text"));
	doc_text(form, "text", f->text);
}
