/* What a page says of services and desks. */
#include <string.h>

#include "app/page.h"
#include "base/clock.h"
#include "domain/route.h"

/* ---- services ---- */

struct doc *page_ref(struct kit *kit, struct doc *list, const struct entry *e)
{
	struct doc *ref = doc_item(list);
	const char *id = e->service->id;
	int got;

	doc_str(ref, "id", id);
	doc_str(ref, "title", text_in(&e->service->title, kit->lang, &got));
	if (got != kit->lang)
		doc_str(ref, "title_lang", kit->langs.tag[got]);
	doc_str(ref, "href", page_service_href(kit, ref->arena, id));
	doc_str(ref, "state", e->open ? "open" : "closed");
	return ref;
}

void page_request_ref(struct kit *kit, struct doc *page, uint64_t number)
{
	struct doc *earlier = doc_object(page, "earlier");

	doc_num(earlier, "number", (int64_t)number);
	doc_str(earlier, "href", page_href(kit, page->arena, arena_printf(page->arena, "/requests/%lu", (unsigned long)number)));
}

static const char *const reach_words[] = { "form", "phone", "counter", "chat", "appointment", "mail" };
static const char *const field_words[] = { "text", "textarea", "date", "choice", "file" };

static void put_days(struct doc *in, unsigned days)
{
	static const char *const word[] = { "mo", "tu", "we", "th", "fr", "sa", "su" };
	struct buf out;

	buf_init(&out, 64);
	for (size_t i = 0; i < COUNT(word); i++)
		if (days >> i & 1)
			buf_printf(&out, "%s%s", out.len ? " " : "", word[i]);
	doc_str(in, "days", arena_str(in->arena, out.data));
	buf_release(&out);
}

static void put_clock(struct doc *in, const char *name, int minutes)
{
	doc_str(in, name, arena_printf(in->arena, "%02d:%02d", minutes / 60, minutes % 60));
}

static const char *reach_href(struct arena *a, const struct reach *r)
{
	char *number, *to;

	if (!r->value)
		return NULL;
	if (r->kind == REACH_MAIL)
		return arena_printf(a, "mailto:%s", r->value);
	if (r->kind == REACH_CHAT || r->kind == REACH_APPOINTMENT)
		return r->value;
	if (r->kind != REACH_PHONE)
		return NULL;
	to = number = arena_printf(a, "tel:%s", r->value);
	for (const char *s = number; *s; s++)
		if (!strchr(" ()-", *s))
			*to++ = *s;
	*to = '\0';
	return number;
}

void page_desk(struct kit *kit, struct doc *desk, const struct catalogue *c, size_t index)
{
	const struct desk *d = &c->desks[index];
	struct doc *list;

	doc_str(desk, "id", d->id);
	doc_str(desk, "name", page_text(kit, &d->name));
	doc_str(desk, "department", page_text(kit, &c->departments[d->department].name));
	doc_num(desk, "promise", d->promise);
	page_put_text(kit, desk, "does", &d->does);
	list = doc_list(desk, "ways", "reach");
	for (size_t i = 0; i < d->reach_count; i++) {
		struct doc *reach = doc_item(list);

		doc_str(reach, "kind", reach_words[d->reach[i].kind]);
		doc_str(reach, "value", d->reach[i].value);
		doc_str(reach, "href", reach_href(desk->arena, &d->reach[i]));
		if (*page_text(kit, &d->reach[i].note))
			page_put_text(kit, reach, "note", &d->reach[i].note);
	}
	list = doc_list(desk, "opening", "hours");
	for (size_t i = 0; i < d->hours_count; i++) {
		struct doc *hours = doc_item(list);

		put_days(hours, d->hours[i].days);
		put_clock(hours, "from", d->hours[i].from);
		put_clock(hours, "to", d->hours[i].to);
	}
}

void page_field(struct kit *kit, struct doc *field, const struct field *f)
{
	struct doc *options;

	doc_str(field, "name", f->name);
	doc_str(field, "type", field_words[f->type]);
	doc_bool(field, "required", f->required);
	page_put_text(kit, field, "label", &f->label);
	if (*page_text(kit, &f->hint))
		page_put_text(kit, field, "hint", &f->hint);
	if (!f->option_count)
		return;
	options = doc_list(field, "options", "option");
	for (size_t i = 0; i < f->option_count; i++) {
		struct doc *option = doc_item(options);

		doc_str(option, "value", f->options[i].value);
		doc_str(option, "label", page_text(kit, &f->options[i].label));
	}
}

static void put_fields(struct kit *kit, struct doc *in, const struct field *fields, size_t count)
{
	struct doc *list = doc_list(in, "fields", "field");

	for (size_t i = 0; i < count; i++)
		page_field(kit, doc_item(list), &fields[i]);
}

static int promise_of(const struct catalogue *c, const struct service *s, const struct way *w)
{
	if (w->variant && w->variant->promise)
		return w->variant->promise;
	return s->promise ? s->promise : c->desks[w->desk].promise;
}

int page_promise(const struct catalogue *c, const struct service *s, const struct routing *r)
{
	return r->desk == r->way->desk ? promise_of(c, s, r->way) : c->desks[r->desk].promise;
}

static void put_way(struct kit *kit, struct doc *variant, const struct catalogue *c,
                    const struct service *s, const struct way *w, enum service_depth depth)
{
	const char *link = w->variant && w->variant->link ? w->variant->link : s->link;

	page_hats(kit, variant, &w->hats);
	doc_str(variant, "variant", w->variant ? c->groups->list[w->variant->group].id : NULL);
	doc_str(variant, "desk", c->desks[w->desk].id);
	doc_str(variant, "desk_name", page_text(kit, &c->desks[w->desk].name));
	doc_num(variant, "promise", promise_of(c, s, w));
	if (link)
		doc_str(variant, "link", link);
	if (w->variant)
		page_put_text(kit, variant, "text", &w->variant->text);
	if (depth == SERVICE_BRIEF)
		return;
	page_desk(kit, doc_object(variant, "counter"), c, w->desk);
	if (w->variant && w->variant->field_count)
		put_fields(kit, variant, w->variant->fields, w->variant->field_count);
}

static void put_topics(struct kit *kit, struct doc *service, const struct catalogue *c,
                       const struct entry *e)
{
	struct doc *topics = doc_list(service, "topics", "topic");

	for (size_t i = 0; i < e->topic_count; i++) {
		const struct topic *t = e->topics[i].topic;
		struct doc *topic = doc_item(topics);

		doc_str(topic, "id", t->id);
		doc_str(topic, "label", page_text(kit, &t->label));
		doc_str(topic, "desk", c->desks[t->desk].id);
		doc_str(topic, "desk_name", page_text(kit, &c->desks[t->desk].name));
		page_hats(kit, topic, &e->topics[i].hats);
	}
}

static void put_why(struct kit *kit, struct doc *service, const struct decision *d,
                    const struct entry *e)
{
	struct doc *why = doc_list(service, "why", "reason");

	for (size_t i = 0; i < kit->in->groups.count; i++) {
		struct doc *reason;

		if (!bits_has(&e->hats, i))
			continue;
		reason = doc_item(why);
		doc_str(reason, "hat", page_text(kit, &kit->in->groups.list[i].label));
		doc_str(reason, "group",
		        page_text(kit, &kit->in->groups.list[decision_why(d, e, i)].label));
		if (kit->conf.source_count == 1) /* which of several, /me says */
			doc_str(reason, "source", page_source(kit, kit->conf.source[0].id));
	}
}

static void put_windows(struct doc *service, const struct service *s)
{
	struct doc *windows = doc_list(service, "windows", "window");

	for (size_t i = 0; i < s->window_count; i++) {
		struct doc *w = doc_item(windows);

		doc_str(w, "from",
		        arena_printf(w->arena, "%02d-%02d", s->windows[i].from / 100, s->windows[i].from % 100));
		doc_str(w, "to",
		        arena_printf(w->arena, "%02d-%02d", s->windows[i].to / 100, s->windows[i].to % 100));
	}
}

static void put_opens(struct doc *service, const struct service *s, struct date today)
{
	struct date d = service_opens(s, today);

	doc_str(service, "opens", arena_printf(service->arena, "%04d-%02d-%02d", d.year, d.month, d.day));
}

void page_service(struct kit *kit, struct doc *service, const struct decision *d,
                  const struct entry *e, enum service_depth depth)
{
	const struct catalogue *c = d->catalogue;
	const struct service *s = e->service;
	struct doc *variants;
	int got;

	doc_str(service, "id", s->id);
	doc_str(service, "title", text_in(&s->title, kit->lang, &got));
	if (got != kit->lang)
		doc_str(service, "title_lang", kit->langs.tag[got]);
	doc_num(service, "rank", e->rank);
	doc_str(service, "state", e->open ? "open" : "closed");
	doc_str(service, "theme", c->themes[s->theme].id);
	doc_str(service, "theme_label", page_text(kit, &c->themes[s->theme].label));
	doc_str(service, "href", page_service_href(kit, service->arena, s->id));
	if (s->link)
		doc_str(service, "link", s->link);
	doc_str(service, "desk", c->desks[s->desk].id);
	doc_bool(service, "several", e->way_count > 1);
	if (!e->open)
		put_opens(service, s, d->date);
	page_hats(kit, service, &e->hats);
	page_put_text(kit, service, "summary", &s->summary);
	variants = doc_list(service, "variants", "variant");
	for (size_t i = 0; i < e->way_count; i++)
		put_way(kit, doc_item(variants), c, s, &e->ways[i], depth);
	put_topics(kit, service, c, e);
	put_why(kit, service, d, e);
	if (depth == SERVICE_BRIEF)
		return;
	doc_str(service, "owner", page_text(kit, &c->departments[s->owner].name));
	put_fields(kit, service, s->fields, s->field_count);
	put_windows(service, s);
}
