#include "app/page.h"

#include <string.h>

#include "app/guard.h"
#include "base/clock.h"
#include "base/log.h"
#include "domain/route.h"

/* ---- addresses and texts ---- */

const char *page_href(struct kit *kit, struct arena *a, const char *path)
{
	return arena_printf(a, "%s%s", kit->conf.base, path + (*path == '/'));
}

const char *page_service_href(struct kit *kit, struct arena *a, const char *id)
{
	return arena_printf(a, "%sservices/%s", kit->conf.base, id);
}

const char *page_origin(struct kit *kit, struct req *q)
{
	return arena_printf(q->arena, "https://%s", q->host ? q->host : kit->conf.host[0]);
}

const char *page_text(struct kit *kit, const struct text *t)
{
	return text_in(t, kit->lang, NULL);
}

void page_put_text(struct kit *kit, struct doc *in, const char *name, const struct text *t)
{
	int got;
	const char *s = text_in(t, kit->lang, &got);

	doc_text(in, name, s);
	if (got != kit->lang && *s)
		doc_str(in, arena_printf(in->arena, "%s_lang", name), kit->langs.tag[got]);
}

const char *page_own_path(const char *s)
{
	if (!s || s[0] != '/' || s[1] == '/' || s[1] == '\\')
		return "/";
	for (const char *c = s; *c; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '\\')
			return "/";
	return s;
}

/* ---- the frame of every page ---- */

static const char *hole_or(struct doc *in, bool holes, const char *hole, const char *value)
{
	return holes ? hole_mark(in->arena, hole) : value;
}

static const char *theme_of(const struct req *q)
{
	const char *theme = req_cookie(q, COOKIE_THEME);

	return theme && (!strcmp(theme, "light") || !strcmp(theme, "dark")) ? theme : "system";
}

/* The query without lang, as sent: for links that keep it. */
static const char *query_without_lang(struct req *q)
{
	char *rest = arena_str(q->arena, q->raw_query), *part;
	struct buf out;
	const char *query;

	buf_init(&out, 8192);
	while ((part = strsep(&rest, "&"))) {
		if (!*part || !strncmp(part, "lang=", 5))
			continue;
		if (out.len)
			buf_char(&out, '&');
		buf_raw(&out, part);
	}
	query = arena_str(q->arena, out.data);
	buf_release(&out);
	return query;
}

/* This page again, as its links and forms say it: the path within the portal, and the query. */
static const char *here(struct req *q)
{
	const char *query = query_without_lang(q);

	return arena_printf(q->arena, "%s%s%s", q->method == GET ? q->path : "/", *query ? "?" : "", query);
}

/* The address of this page up to where "lang=" is put. */
static const char *here_in(struct kit *kit, struct req *q)
{
	const char *address = page_href(kit, q->arena, here(q));

	return arena_printf(q->arena, "%s%c", address, strchr(address, '?') ? '&' : '?');
}

static void put_languages(struct kit *kit, struct req *q, struct doc *frame, bool holes)
{
	struct doc *languages = doc_list(frame, "languages", "language");
	const char *address = hole_or(frame, holes, "here-in", here_in(kit, q));

	for (size_t i = 0; i < kit->langs.count; i++) {
		struct doc *language = doc_item(languages);

		doc_str(language, "tag", kit->langs.tag[i]);
		doc_bool(language, "current", (int)i == kit->lang);
		doc_str(language, "href",
		        arena_printf(q->arena, "%slang=%s", address, kit->langs.tag[i]));
	}
}

static const char *org_of(const struct kit *kit)
{
	const char *org = kit->conf.org[kit->lang];

	return org ? org : kit->conf.org[0] ? kit->conf.org[0] : "";
}

struct doc *page_new(struct kit *kit, struct req *q, const char *kind, bool holes)
{
	struct doc *page = doc_new(q->arena, "page");
	struct doc *frame;

	doc_str(page, "kind", kind);
	doc_str(page, "lang", kit->langs.tag[kit->lang]);
	frame = doc_for_view(doc_object(page, "frame"));
	doc_str(frame, "portal", kit->conf.name);
	doc_str(frame, "org", org_of(kit));
	doc_str(frame, "base", kit->conf.base);
	doc_str(frame, "static", kit->static_base);
	doc_str(frame, "here", hole_or(frame, holes, "here", here(q)));
	doc_str(frame, "theme", hole_or(frame, holes, "theme", theme_of(q)));
	if (kit->has_token)
		doc_str(frame, "csrf", hole_or(frame, holes, "csrf", guard_form_token(kit, q)));
	put_languages(kit, q, frame, holes);
	if (kit->signed_in)
		doc_str(doc_object(frame, "user"), "name",
		        hole_or(frame, holes, "name", kit->session.name));
	return page;
}

const char *page_iso(struct arena *a, int64_t t)
{
	char text[CLOCK_ISO];

	return arena_str(a, clock_iso(t, text));
}

size_t page_holes(struct kit *kit, struct req *q, struct hole_value values[PAGE_HOLES])
{
	size_t n = 0;

	values[n++] = (struct hole_value){ .name = "name", .value = kit->session.name };
	values[n++] = (struct hole_value){ .name = "csrf", .value = guard_form_token(kit, q) };
	values[n++] = (struct hole_value){ .name = "theme", .value = theme_of(q) };
	values[n++] = (struct hole_value){ .name = "here", .value = here(q) };
	values[n++] = (struct hole_value){ .name = "here-in", .value = here_in(kit, q) };
	if (kit->signed_in) {
		const char *as_of = page_iso(q->arena, kit->session.as_of), *hour = as_of + strlen("2026-11-23T");
		size_t zero = *hour == '0';

		values[n++] = (struct hole_value){ .name = "as-of", .value = as_of };
		values[n++] = (struct hole_value){ .name = "as-of-hour", .value = arena_strn(q->arena, hour + zero, 2 - zero) };
		values[n++] = (struct hole_value){ .name = "as-of-minute", .value = arena_strn(q->arena, hour + 3, 2) };
	}
	return n;
}

void page_help(struct kit *kit, struct doc *page)
{
	struct doc *help = doc_object(page, "help");
	const char *const href[] = { kit->conf.password_url, kit->conf.activate_url };
	static const char *const name[] = { "password", "activate" };

	if (kit->conf.help_phone)
		doc_str(help, "phone", kit->conf.help_phone);
	for (size_t i = 0; i < COUNT(href); i++)
		if (href[i])
			doc_str(help, name[i],
			        href[i][0] == '/' ? page_href(kit, page->arena, href[i]) : href[i]);
	doc_str(help, "public", page_href(kit, page->arena, "/public"));
}

/* ---- hats ---- */

static void put_hat(struct kit *kit, struct doc *hat, size_t group)
{
	const struct group *g = &kit->in->groups.list[group];

	doc_str(hat, "id", g->id);
	doc_str(hat, "label", page_text(kit, &g->label));
	if (g->icon)
		doc_str(hat, "icon", g->icon);
	doc_num(hat, "tone", g->tone);
}

void page_hats(struct kit *kit, struct doc *in, const struct bits *hats)
{
	struct doc *ids = doc_for_data(doc_list(in, "hats", "hat"));
	struct doc *shown = doc_for_view(doc_list(in, "hats", "hat"));

	for (size_t i = 0; i < kit->in->groups.count; i++) {
		if (!bits_has(hats, i))
			continue;
		doc_item_str(ids, kit->in->groups.list[i].id);
		put_hat(kit, doc_item(shown), i);
	}
}

static size_t count_under(const struct decision *d, size_t hat)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		n += bits_has(&d->entries[i].hats, hat);
	return n;
}

static void put_own_hats(struct kit *kit, struct req *q, struct doc *page, const struct decision *d,
                         bool holes)
{
	struct doc *hats = doc_list(page, "hats", "hat");
	const char *chosen = req_query(q, "hat");
	char iso[CLOCK_ISO];

	for (size_t i = 0; i < kit->session.hat_count; i++) {
		size_t group = kit->session.hat[i].group;
		int64_t until = kit->session.hat[i].until;
		const char *id = kit->in->groups.list[group].id;
		struct doc *hat = doc_item(hats);

		put_hat(kit, hat, group);
		doc_str(hat, "until",
		        until && !holes ? arena_str(page->arena, clock_iso(until, iso)) : NULL);
		if (!d)
			continue;
		doc_num(hat, "count", (int64_t)count_under(d, group));
		doc_str(hat, "href", page_href(kit, page->arena, arena_printf(page->arena, "/?hat=%s", id)));
		doc_bool(hat, "current", chosen && !strcmp(chosen, id));
	}
	if (holes)
		doc_str(doc_for_view(doc_object(page, "own")), "slot", hole_mark(page->arena, "+hats"));
}

static const char *source_label(struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->conf.source_count; i++) {
		const struct conf_source *s = &kit->conf.source[i];

		if (id && strcmp(s->id, id))
			continue;
		return s->label[kit->lang] ? s->label[kit->lang] : s->label[0] ? s->label[0] : s->id;
	}
	return id;
}

static void put_missing(struct kit *kit, struct doc *page)
{
	struct doc *missing = doc_list(page, "missing", "source");

	for (size_t i = 0; i < SESSION_MISSING && kit->session.missing[i][0]; i++) {
		struct doc *source = doc_item(missing);

		doc_str(source, "id", kit->session.missing[i]);
		doc_str(source, "label", source_label(kit, kit->session.missing[i]));
	}
}

static void put_person(struct kit *kit, struct req *q, struct doc *page, const struct decision *d, bool holes)
{
	struct doc *person = doc_object(page, "person");

	if (!holes) {
		doc_str(person, "uid", kit->session.uid);
		doc_str(person, "name", kit->session.name);
	} else {
		doc_str(person, "name", hole_mark(page->arena, "name"));
	}
	doc_str(person, "lang", kit->langs.tag[kit->lang]);
	doc_bool(page, "complete", kit->session.complete);
	put_own_hats(kit, q, page, d, holes);
	put_missing(kit, page);
}

void page_person(struct kit *kit, struct req *q, struct doc *page, const struct decision *d,
                 bool holes)
{
	put_person(kit, q, page, d, holes);
	if (!holes)
		doc_str(page, "as_of", page_iso(page->arena, kit->session.as_of));
	doc_bool(page, "one_hat", kit->session.hat_count < 2);
}

void page_person_kept(struct kit *kit, struct req *q, struct doc *page)
{
	put_person(kit, q, page, NULL, false);
	doc_str(page, "as_of", hole_mark(page->arena, "as-of"));
	doc_str(page, "as_of_hour", hole_mark(page->arena, "as-of-hour"));
	doc_str(page, "as_of_minute", hole_mark(page->arena, "as-of-minute"));
}

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
		doc_str(reason, "source", source_label(kit, NULL));
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

/* ---- answering ---- */

static enum fail render(struct kit *kit, const char *kind, const struct doc *page, struct buf *out,
                        struct err *err)
{
	struct err stale = { 0 };
	struct sheet *sheet;
	enum fail rc;

	if ((rc = sheets_get(kit->sheets, kind, &sheet, &stale)))
		return err_set(err, rc, "%s", stale.text);
	if (stale.code)
		log_event("view", "outcome=kept cause=\"%s\"", stale.text);
	return sheet_render(sheet, page, out, err);
}

enum fail page_send(struct kit *kit, struct req *q, struct resp *p, struct doc *page, struct err *err)
{
	const struct doc *kind = doc_get(page, "kind");
	enum fail rc = OK;

	buf_clear(&p->body);
	switch (req_want(q)) {
	case WANT_JSON:
		p->type = "application/json";
		doc_json(page, &p->body);
		break;
	case WANT_XML:
		p->type = "application/xml; charset=utf-8";
		doc_xml(page, &p->body);
		break;
	case WANT_HTML:
		p->type = "text/html; charset=utf-8";
		rc = render(kit, kind->value, page, &p->body, err);
		break;
	}
	if (!rc && !buf_ok(&p->body))
		rc = err_set(err, FAIL_BUG, "page %s is larger than an answer may be", kind->value);
	return rc;
}

enum fail page_send_as(struct kit *kit, struct req *q, struct resp *p, struct doc *page, const char *type,
                       struct err *err)
{
	enum fail rc;

	if (strstr(q->accept, type))
		q->accept = "";
	if ((rc = page_send(kit, q, p, page, err)))
		return rc;
	if (req_want(q) == WANT_HTML)
		p->type = arena_printf(q->arena, "%s; charset=utf-8", type);
	return OK;
}

void page_send_error(struct kit *kit, struct req *q, struct resp *p, enum fail code)
{
	struct doc *page;
	struct err err = { 0 };

	if (!kit->sheets)
		return;
	page = page_new(kit, q, "error", false);
	doc_num(page, "status", p->status ? p->status : gate_status(code));
	doc_str(page, "number", q->number);
	page_help(kit, page);
	resp_no_store(p);
	if (!page_send(kit, q, p, page, &err))
		return;
	log_event("error-page", "cause=\"%s\"", err.text);
	buf_clear(&p->body); /* the gate has a plain page of its own */
}
