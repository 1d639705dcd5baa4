#include "app/login.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/guard.h"
#include "app/page.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/throttle.h"
#include "dir/dir.h"
#include "text/text.h"

#define MEMBERSHIP_MAX ((size_t)8 << 20)
#define NAME_MAX_BYTES 256

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

static enum fail show(struct kit *kit, struct req *q, struct resp *p, const char *state,
                      const char *username, int wait_s, struct err *err)
{
	const char *back = req_field(q, "return");
	struct doc *page;

	need_form_cookie(kit, p);
	page = page_new(kit, q, "login", false);
	doc_str(page, "state", state);
	doc_str(page, "username", username);
	doc_str(page, "return", page_own_path(back ? back : req_query(q, "return")));
	if (wait_s)
		doc_num(page, "wait", wait_s);
	if (p->status == 503)
		doc_str(page, "number", q->number);
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

enum fail login_form(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *state = req_query(q, "state");

	return show(kit, q, p, state && !strcmp(state, "signed-out") ? "signed-out" : "form", NULL, 0, err);
}

/* ---- signing in ---- */

struct attempt {
	struct kit *kit;
	struct req *q;
	const char *username;
	const char *password;
	size_t length;
	int64_t began_ms;
	unsigned long operations; /* of the directories before */
	size_t source;          /* index; the one that knows the name */
	struct account account;
	bool known;
	uint8_t throttle_key[16];
	struct throttle throttle;
	struct password_answer answer;
};

/* Ends a failed attempt on a multiple of the grid, so that its time does not tell which step
 * failed. Only failures wait. */
static void wait_for_grid(const struct attempt *t)
{
	int64_t grid = t->kit->conf.signin_grid_ms, spent = clock_ms() - t->began_ms, rest;
	struct timespec pause;

	if (grid <= 0)
		return;
	rest = grid - spent % grid;
	pause = (struct timespec){ rest / 1000, rest % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

/* What all directories were asked so far. */
static unsigned long operations(const struct attempt *t)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < t->kit->conf.source_count; i++)
		sum += dir_operations(t->kit->dir[i]);
	return sum;
}

/* The source that knows the name; the first one stands for an unknown name. */
static enum fail find_account(struct attempt *t, struct err *err)
{
	struct err why = { 0 };
	enum fail rc = FAIL_ABSENT;

	for (size_t i = 0; i < t->kit->conf.source_count; i++) {
		err_clear(&why);
		rc = dir_find(t->kit->dir[i], t->q->arena, t->username, &t->account, &why);
		if (rc == FAIL_ABSENT || rc == FAIL_INPUT)
			continue;
		t->source = i;
		t->known = !rc;
		return rc ? err_set(err, rc, "%s", why.text) : OK;
	}
	log_event("signin-name", "outcome=absent cause=\"%s\"", why.text);
	return OK;
}

/* One count per person however the name is spelled; an unknown name counts as folded. */
static void make_throttle_key(struct attempt *t)
{
	uint8_t hash[32];
	const char *folded;

	if (t->known) {
		memcpy(t->throttle_key, t->account.key, sizeof t->throttle_key);
		return;
	}
	folded = text_fold(t->q->arena, t->username);
	hash_bytes(folded, strlen(folded), hash);
	memcpy(t->throttle_key, hash, sizeof t->throttle_key);
}

static enum fail refuse(struct attempt *t, struct resp *p, enum fail outcome, const char *cause,
                        struct err *err)
{
	const char *state = "wrong";
	struct err cleared = { 0 };
	enum fail rc;

	share_count(t->kit->share,
	            outcome == FAIL_BACKEND ? COUNT_SIGNIN_UNREACHABLE : COUNT_SIGNIN_WRONG);
	log_event("signin", "outcome=%s address=%s ms=%" PRId64 " cause=\"%s\"",
	          outcome == FAIL_BACKEND ? "unreachable" : "refused", t->q->address,
	          clock_ms() - t->began_ms, cause);
	p->status = 422;
	if (outcome == FAIL_BACKEND) {
		state = "unreachable";
		p->status = 503;
		resp_header(p, "Retry-After", "10");
	} else if (t->answer.state == PASSWORD_MUST_CHANGE) {
		state = "must-change";
	}
	*err = cleared;
	rc = show(t->kit, t->q, p, state, state[0] == 'w' ? NULL : t->username, 0, err);
	if (outcome != FAIL_BACKEND)
		wait_for_grid(t);
	return rc;
}

static enum fail come_back_later(struct attempt *t, struct resp *p, int wait_s, struct err *err)
{
	log_event("signin", "outcome=throttled address=%s wait=%d", t->q->address, wait_s);
	p->status = 429;
	resp_header(p, "Retry-After", "%d", wait_s);
	return show(t->kit, t->q, p, "wait", NULL, wait_s, err);
}

static enum fail start_session(struct attempt *t, struct resp *p, const struct person *person,
                               struct err *err)
{
	struct kit *kit = t->kit;
	const char *cookie = req_cookie(t->q, COOKIE_SESSION);
	struct session s = { .created = clock_now(), .seen = clock_now() };
	struct token token, former;
	uint8_t former_id[32];
	char text[TOKEN_TEXT];
	bool had = cookie && token_parse(cookie, &former);
	struct buf membership;
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
	buf_init(&membership, MEMBERSHIP_MAX);
	member_write(person, &kit->in->groups, &membership);
	rc = buf_ok(&membership) ? session_open(kit->db, kit->share, &s, membership.data, t->q->address,
	                                        t->q->agent, had ? former_id : NULL,
	                                        t->throttle.failed ? t->throttle_key : NULL, err)
	                         : err_set(err, FAIL_BUG, "membership is too large to store");
	buf_release(&membership);
	if (!rc) {
		token_text(&token, text);
		resp_cookie(p, COOKIE_SESSION, text, -1);
		resp_cookie(p, COOKIE_FORM, "", 0);
	}
	wipe(text, sizeof text);
	wipe(&token, sizeof token);
	return rc;
}

static enum fail admit(struct attempt *t, struct resp *p, struct err *err)
{
	struct person person;
	enum fail rc;

	if ((rc = kit_person(t->kit, t->q->arena, t->source, &t->account, clock_now(), &person, err)) ||
	    (rc = start_session(t, p, &person, err)))
		return rc;
	share_count(t->kit->share, COUNT_SIGNIN_OK);
	log_event("signin", "outcome=ok person=%s groups=%zu complete=%d operations=%lu address=%s ms=%" PRId64,
	          person.uid, person.count, person.complete, operations(t) - t->operations, t->q->address,
	          clock_ms() - t->began_ms);
	resp_no_store(p);
	return resp_see_other(p, page_own_path(req_field(t->q, "return")));
}

static enum fail prove(struct attempt *t, struct resp *p, struct err *err)
{
	struct err why = { 0 };
	enum fail rc = dir_prove(t->kit->dir[t->source], t->known ? &t->account : NULL, t->password,
	                         t->length, &t->answer, &why);

	if (!rc && t->answer.state != PASSWORD_MUST_CHANGE)
		return admit(t, p, err);
	/* An answer before it counts would be a guess for nothing. */
	if (rc == FAIL_LOGIN && throttle_count(t->kit->db, t->throttle_key, t->q->address, err))
		return err->code;
	return refuse(t, p, rc && rc != FAIL_LOGIN ? FAIL_BACKEND : FAIL_LOGIN,
	              rc ? why.text : "password must be changed first", err);
}

/* Other tries for the same account that are under way on this host. */
static int under_way(const struct attempt *t)
{
	uint64_t whom;

	memcpy(&whom, t->throttle_key, sizeof whom);
	return share_worker_tries(t->kit->share, t->kit->worker, whom);
}

enum fail login_submit(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct attempt t = { .kit = kit, .q = q, .began_ms = clock_ms() };
	enum fail rc;

	t.operations = operations(&t);
	if (q->raw_query[0] && (req_query(q, "username") || req_query(q, "password")))
		return err_set(err, FAIL_INPUT, "credentials in the address");
	t.username = req_field(q, "username");
	t.password = req_secret(q, "password", &t.length);
	if (!t.username || !*t.username || strlen(t.username) > NAME_MAX_BYTES || !t.length)
		return refuse(&t, p, FAIL_LOGIN, "name or password absent", err);
	if ((rc = kit_institution(kit, err)) || (rc = find_account(&t, err))) {
		char cause[sizeof err->text];

		snprintf(cause, sizeof cause, "%s", err->text);
		return refuse(&t, p, FAIL_BACKEND, cause, err);
	}
	make_throttle_key(&t);
	if ((rc = throttle_look(kit->db, &kit->conf, t.throttle_key, q->address, under_way(&t), &t.throttle, err)))
		return rc;
	if (t.throttle.wait_s > 0)
		return come_back_later(&t, p, t.throttle.wait_s, err);
	return prove(&t, p, err);
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
