#include "app/guard.h"

#include <string.h>

#include "app/page.h"
#include "base/log.h"
#include "dir/dir.h"

#define LANG_SECONDS (365 * 24 * 3600)
#define LANG_UNKNOWN (-1) /* no guard has come to it yet */

/* Switch, directory, browser, default. */
static void choose_language(struct kit *kit, struct req *q, struct resp *p)
{
	const char *asked = req_query(q, "lang"), *kept = req_cookie(q, COOKIE_LANG);
	int lang = asked ? langs_find(&kit->langs, asked) : -1;

	if (lang >= 0) {
		resp_cookie(p, COOKIE_LANG, kit->langs.tag[lang], LANG_SECONDS);
	} else {
		lang = kept ? langs_find(&kit->langs, kept) : -1;
		if (lang < 0 && kit->signed_in && kit->session.lang[0])
			lang = langs_find(&kit->langs, kit->session.lang);
		if (lang < 0)
			lang = req_language(q, kit->langs.tag, kit->langs.count);
	}
	kit->lang = lang < 0 ? 0 : lang;
}

const char *guard_form_token(struct kit *kit, struct req *q)
{
	char *text;

	if (!kit->has_token)
		return "";
	text = arena_alloc(q->arena, FORM_TEXT + 1);
	form_token(&kit->token, "form", text);
	return text;
}

static bool take_token(struct kit *kit, struct req *q, const char *cookie)
{
	const char *text = req_cookie(q, cookie);

	kit->has_token = text && token_parse(text, &kit->token);
	return kit->has_token;
}

/* To the sign-in page and back to where they were going; only a GET can be gone back to. */
static enum fail to_sign_in(struct req *q, struct resp *p)
{
	struct buf to;

	if (q->method != GET)
		return resp_see_other(p, "/login");
	buf_init(&to, 8192);
	buf_raw(&to, "/login?return=");
	buf_url(&to, q->path);
	if (*q->raw_query) {
		buf_raw(&to, "%3F");
		buf_url(&to, q->raw_query);
	}
	resp_see_other(p, buf_ok(&to) && to.len < 2048 ? arena_str(q->arena, to.data) : "/login");
	buf_release(&to);
	return OK;
}

static enum fail find_session(struct kit *kit, struct req *q, bool strict, struct err *err)
{
	enum fail rc;

	kit->signed_in = false;
	if (!take_token(kit, q, COOKIE_SESSION))
		return FAIL_LOGIN;
	if ((rc = kit_institution(kit, err)))
		return rc;
	rc = session_find(kit->db, kit->share, &kit->conf, &kit->token, strict, kit_fill, kit,
	                  &kit->session, err);
	kit->signed_in = !rc;
	return rc;
}

static enum fail check_form(struct kit *kit, struct req *q, struct err *err)
{
	const char *csrf = req_field(q, "csrf");

	if (!req_same_origin(q))
		return err_set(err, FAIL_DENIED, "form from another site: origin \"%s\"", q->origin);
	if (!csrf || !kit->has_token || !form_token_right(&kit->token, "form", csrf))
		return err_set(err, FAIL_DENIED, "form token absent or not this visitor's");
	return OK;
}

static enum fail guard_person(struct kit *kit, const struct route *route, struct req *q,
                              struct resp *p, struct err *err)
{
	enum fail rc = find_session(kit, q, route->guard != PERSON, err);

	choose_language(kit, q, p);
	if (rc == FAIL_LOGIN) {
		err_clear(err);
		if (req_cookie(q, COOKIE_SESSION))
			resp_cookie(p, COOKIE_SESSION, "", 0);
		to_sign_in(q, p);
		return FAIL_LOGIN;
	}
	if (rc)
		return rc;
	return route->guard == PERSON_FORM ? check_form(kit, q, err) : OK;
}

static enum fail guard(struct kit *kit, const struct route *route, struct req *q, struct resp *p,
                       struct err *err)
{
	if (kit->share)
		share_count(kit->share, COUNT_PAGES);
	switch (route->guard) {
	case NOBODY:
		break;
	case ANYONE:
	case ANYONE_FORM:
		take_token(kit, q, COOKIE_FORM);
		choose_language(kit, q, p);
		return route->guard == ANYONE ? OK : check_form(kit, q, err);
	case PERSON:
	case PERSON_FRESH:
	case PERSON_FORM:
		return guard_person(kit, route, q, p, err);
	}
	return err_set(err, FAIL_DENIED, "route %s names no guard", route->path);
}

static void begin(struct kit *kit)
{
	kit->signed_in = kit->has_token = false;
	kit->lang = LANG_UNKNOWN;
	if (kit->sheets)
		sheets_look(kit->sheets);
}

/* The session's token leaves no trace in the worker. */
static void end(struct kit *kit)
{
	wipe(&kit->token, sizeof kit->token);
	if (kit->frames) {
		cache_trim(kit->frames);
		cache_trim(kit->entries);
		cache_trim(kit->owns);
	}
	kit->signed_in = kit->has_token = false;
	for (size_t i = 0; i < kit->conf.source_count; i++)
		if (kit->dir[i])
			dir_ready(kit->dir[i]); /* the answer has gone */
}

static void error_page(struct kit *kit, struct req *q, struct resp *p, enum fail code)
{
	if (kit->share)
		share_count(kit->share, COUNT_ERRORS);
	if (kit->lang == LANG_UNKNOWN)
		choose_language(kit, q, p);
	page_send_error(kit, q, p, code);
}

const struct gate_hooks guard_hooks = {
	.guard = guard, .error_page = error_page, .begin = begin, .end = end
};
