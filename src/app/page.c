#include "app/page.h"

#include <string.h>

#include "app/guard.h"
#include "base/clock.h"
#include "base/log.h"

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
