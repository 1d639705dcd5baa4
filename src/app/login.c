#include "app/login.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/guard.h"
#include "app/page.h"
#include "app/person.h"
#include "base/clock.h"
#include "base/log.h"
#include "login_priv.h"

/* ---- the page ---- */

/* A visitor without a form cookie gets one: the form token is bound to it (login CSRF). */
static void need_form_cookie(struct kit *kit, struct resp *p)
{
	char text[TOKEN_TEXT];

	if (kit->has_token)
		return;
	token_make(&kit->token);
	token_text(&kit->token, text);
	kit->has_token = true;
	resp_cookie(p, COOKIE_FORM, text, -1);
}

/* Where they were going: a form says it, or the address. */
static const char *way_back(const struct req *q)
{
	const char *back = req_field(q, "return");

	return page_own_path(back ? back : req_query(q, "return"));
}

/* "/login/external?return=/me" */
static const char *external_path(struct req *q)
{
	struct buf path;
	const char *copy;

	buf_init(&path, 8192);
	buf_raw(&path, "/login/external?return=");
	buf_url(&path, way_back(q));
	copy = arena_str(q->arena, buf_ok(&path) ? path.data : "/login/external");
	buf_release(&path);
	return copy;
}

static void put_external(struct kit *kit, struct req *q, struct doc *page)
{
	const struct conf *conf = &kit->conf;
	struct doc *external;

	doc_bool(page, "passwords", !conf->external_only);
	if (!conf->external_parameter)
		return;
	external = doc_object(page, "external");
	doc_str(external, "href", page_href(kit, q->arena, external_path(q)));
	if (conf->external_label[kit->lang])
		doc_text(external, "label", conf->external_label[kit->lang]);
	if (conf->external_sign_out)
		doc_str(external, "sign_out",
		        *conf->external_sign_out == '/' ? page_href(kit, q->arena, conf->external_sign_out)
		                                        : conf->external_sign_out);
}

static enum fail show(struct kit *kit, struct req *q, struct resp *p, const char *state,
                      const char *username, int wait_s, struct err *err)
{
	struct doc *page;

	need_form_cookie(kit, p);
	page = page_new(kit, q, "login", false);
	doc_str(page, "state", state);
	doc_str(page, "username", username);
	doc_str(page, "return", way_back(q));
	if (wait_s)
		doc_num(page, "wait", wait_s);
	if (p->status == 503)
		doc_str(page, "number", q->number);
	put_external(kit, q, page);
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

enum fail login_form(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *state = req_query(q, "state");

	static const char *const known[] = { "signed-out", "external-failed" };

	for (size_t i = 0; state && i < COUNT(known); i++)
		if (!strcmp(state, known[i]))
			return show(kit, q, p, known[i], NULL, 0, err);
	return show(kit, q, p, "form", NULL, 0, err);
}

/* ---- signing in ---- */

static enum fail refuse(struct attempt *t, struct resp *p, struct err *err)
{
	bool unreachable = t->end == ATTEMPT_UNREACHABLE;
	enum fail rc;

	share_count(t->kit->share, unreachable ? COUNT_SIGNIN_UNREACHABLE : COUNT_SIGNIN_WRONG);
	log_event("signin", "outcome=%s address=%s ms=%" PRId64 " cause=\"%s\"",
	          unreachable ? "unreachable" : "refused", t->q->address, clock_ms() - t->began_ms, t->why.text);
	p->status = unreachable ? 503 : 422;
	if (unreachable)
		resp_header(p, "Retry-After", "10");
	rc = show(t->kit, t->q, p, attempt_word(t), t->end == ATTEMPT_WRONG ? NULL : t->username, 0, err);
	if (!unreachable)
		attempt_wait_for_grid(t);
	return rc;
}

static enum fail come_back_later(struct attempt *t, struct resp *p, struct err *err)
{
	log_event("signin", "outcome=throttled address=%s wait=%d", t->q->address, t->throttle.wait_s);
	p->status = 429;
	resp_header(p, "Retry-After", "%d", t->throttle.wait_s);
	return show(t->kit, t->q, p, "wait", NULL, t->throttle.wait_s, err);
}

static enum fail store_session(struct attempt *t, const struct person_facts *facts, const struct session *s,
                               const uint8_t *former, struct err *err)
{
	struct buf membership;
	enum fail rc;

	buf_init(&membership, MEMBERSHIP_MAX);
	person_write(t->kit, t->q->arena, facts, &membership);
	rc = buf_ok(&membership) ? session_open(t->kit->db, t->kit->share, s, membership.data, t->q->address,
	                                        t->q->agent, former, t->throttle.failed ? t->throttle_key : NULL, err)
	                         : err_set(err, FAIL_BUG, "membership is too large to store");
	buf_release(&membership);
	return rc;
}

static enum fail start_session(struct attempt *t, struct resp *p, const struct person *person,
                               const struct person_facts *facts, struct err *err)
{
	struct kit *kit = t->kit;
	const char *cookie = req_cookie(t->q, COOKIE_SESSION);
	struct session s = { .created = clock_now(), .seen = clock_now() };
	struct token token, former;
	uint8_t former_id[32];
	char text[TOKEN_TEXT];
	bool had = cookie && token_parse(cookie, &former);
	enum fail rc;

	token_make(&token);
	token_hash(&token, s.id);
	if (had)
		token_hash(&former, former_id);
	memcpy(s.person, person->key, sizeof s.person);
	snprintf(s.uid, sizeof s.uid, "%s", person->uid);
	snprintf(s.name, sizeof s.name, "%s", person->name);
	snprintf(s.lang, sizeof s.lang, "%s", person->lang ? person->lang : "");
	kit_session_groups(&kit->in->groups, person, kit->in->revision, &s);
	rc = store_session(t, facts, &s, had ? former_id : NULL, err);
	if (!rc) {
		token_text(&token, text);
		resp_cookie(p, COOKIE_SESSION, text, -1);
		resp_cookie(p, COOKIE_FORM, "", 0);
	}
	wipe(text, sizeof text);
	wipe(&token, sizeof token);
	return rc;
}

/* What another session of this person still knows may stand in for a source that is silent now. */
static void take_kept(struct attempt *t, struct person_ask *ask)
{
	struct err why = { 0 };
	struct account *kept;
	const char *text;

	if (!t->kit->conf.last_good_s || session_kept(t->kit->db, t->q->arena, t->account.key, &text, &why) ||
	    !*text || member_read(t->q->arena, text, &kept, &ask->kept_count, &why))
		return;
	ask->kept = kept;
}

static enum fail admit(struct attempt *t, struct resp *p, struct err *err)
{
	struct person_ask ask = {
		.which = t->source, .account = &t->account, .untied = t->throttle.untied,
		.now = clock_now(), .until_ms = attempt_until(t)
	};
	struct person_facts facts;
	struct person person;
	enum fail rc;

	if ((rc = person_read(t->kit, t->q->arena, &ask, &facts, err)))
		return rc;
	if (!person_complete(&facts)) {
		take_kept(t, &ask);
		person_stand_in(t->kit, t->q->arena, &ask, &facts);
	}
	member_derive(t->q->arena, &t->kit->in->groups, facts.list, facts.count, ask.now, &person);
	if ((rc = start_session(t, p, &person, &facts, err)))
		return rc;
	share_count(t->kit->share, COUNT_SIGNIN_OK);
	log_event("signin", "outcome=ok person=%s groups=%zu complete=%d operations=%lu address=%s ms=%" PRId64,
	          person.uid, person.count, person.complete, attempt_operations(t), t->q->address,
	          clock_ms() - t->began_ms);
	resp_no_store(p);
	return resp_see_other(p, way_back(t->q));
}

enum fail login_submit(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct attempt t;
	enum fail rc;

	attempt_begin(&t, kit, q);
	if (kit->conf.external_only)
		return err_set(err, FAIL_DENIED, "no passwords here: external sign-in only");
	if ((rc = attempt_password(&t, err)))
		return rc;
	switch (t.end) {
	case ATTEMPT_RIGHT:
		return admit(&t, p, err);
	case ATTEMPT_WAIT:
		return come_back_later(&t, p, err);
	default:
		return refuse(&t, p, err);
	}
}

/* ---- signing in that the front has proved ---- */

/* The name without the realm that is ours; NULL: it is of another one, so somebody else's. */
static const char *name_of_proved(struct arena *a, const char *proved, const char *realm)
{
	size_t all = strlen(proved), end = realm ? strlen(realm) : 0;

	if (all <= end || all - end > ATTEMPT_NAME_MAX || (realm && strcmp(proved + all - end, realm)))
		return NULL;
	return arena_strn(a, proved, all - end);
}

/* The front lets people through that it has not asked: they are told to sign in another way. */
static enum fail proved_nothing(struct req *q, struct resp *p)
{
	struct buf to;

	log_event("signin", "outcome=external-failed address=%s cause=\"the front names nobody\"", q->address);
	buf_init(&to, 8192);
	buf_raw(&to, "/login?state=external-failed&return=");
	buf_url(&to, way_back(q));
	resp_no_store(p);
	resp_see_other(p, buf_ok(&to) ? arena_str(q->arena, to.data) : "/login?state=external-failed");
	buf_release(&to);
	return OK;
}

static enum fail not_known_here(struct attempt *t, struct resp *p, struct err *err)
{
	share_count(t->kit->share, COUNT_SIGNIN_WRONG);
	log_event("signin", "outcome=external-unknown address=%s ms=%" PRId64, t->q->address,
	          clock_ms() - t->began_ms);
	p->status = 403;
	return show(t->kit, t->q, p, "external-unknown", NULL, 0, err);
}

/* Only who sits between the front and us could say a name that was not proved: see "What we trust". */
enum fail login_external(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const struct conf *conf = &kit->conf;
	struct attempt t;

	attempt_begin(&t, kit, q);
	if (!conf->external_parameter)
		return err_set(err, FAIL_ABSENT, "no external sign-in");
	if (!q->proved)
		return proved_nothing(q, p);
	if (!(t.username = name_of_proved(q->arena, q->proved, conf->external_strip)))
		return not_known_here(&t, p, err);
	if (!attempt_find(&t))
		return refuse(&t, p, err);
	return t.known ? admit(&t, p, err) : not_known_here(&t, p, err);
}

/* ---- signing out ---- */

enum fail login_out(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	enum fail rc;

	if ((rc = session_end(kit->db, kit->share, kit->session.id, err)))
		return rc;
	log_event("signout", "person=%s", kit->session.uid);
	resp_cookie(p, COOKIE_SESSION, "", 0);
	resp_header(p, "Clear-Site-Data", "\"cache\"");
	resp_no_store(p);
	(void)q;
	return resp_see_other(p, "/login?state=signed-out");
}
