/* Somebody who is signed in signs in to a second account of theirs too: the two are one person from then on. */
#include "app/link.h"

#include <inttypes.h>
#include <string.h>

#include "app/page.h"
#include "app/person.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/account.h"
#include "login_priv.h"

#define WAIT_MS 3000

static enum fail show(struct kit *kit, struct req *q, struct resp *p, const char *state, const struct attempt *t,
                      struct err *err)
{
	struct doc *page = page_new(kit, q, "link", false);

	doc_str(page, "state", state);
	if (t && t->end != ATTEMPT_WRONG)
		doc_str(page, "username", t->username);
	if (t && t->end == ATTEMPT_WAIT)
		doc_num(page, "wait", t->throttle.wait_s);
	if (p->status == 503)
		doc_str(page, "number", q->number);
	page_person(kit, q, page, NULL, false);
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

enum fail link_form(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	return show(kit, q, p, "form", NULL, err);
}

static enum fail refuse(struct attempt *t, struct resp *p, struct err *err)
{
	enum fail rc;

	log_event("link", "outcome=%s person=%s address=%s cause=\"%s\"", attempt_word(t), t->kit->session.uid,
	          t->q->address, t->why.text);
	p->status = t->end == ATTEMPT_UNREACHABLE ? 503 : t->end == ATTEMPT_WAIT ? 429 : 422;
	if (p->status == 503)
		resp_header(p, "Retry-After", "10");
	if (p->status == 429)
		resp_header(p, "Retry-After", "%d", t->throttle.wait_s);
	rc = show(t->kit, t->q, p, attempt_word(t), t, err);
	if (p->status == 422)
		attempt_wait_for_grid(t);
	return rc;
}

/* The source of the account that signed in, as its session knows it. */
static enum fail own_end(struct kit *kit, struct arena *a, struct account_end *out, struct err *err)
{
	struct account *accounts;
	struct person person;
	const char *stored;
	size_t count;
	enum fail rc;

	if ((rc = session_membership(kit->db, a, kit->session.id, &stored, err)) ||
	    (rc = kit_person(kit, a, stored, &accounts, &count, &person, err)))
		return rc;
	if (!count)
		return err_set(err, FAIL_BUG, "a session without an account");
	*out = (struct account_end){ .source = accounts[0].source, .uid = accounts[0].uid };
	memcpy(out->key, accounts[0].key, sizeof out->key);
	return OK;
}

static enum fail tie(struct attempt *t, struct resp *p, struct err *err)
{
	struct kit *kit = t->kit;
	struct account_link link = { .made_by = kit->session.uid,
		                     .end[1] = { .source = kit->conf.source[t->source].id, .uid = t->account.uid } };
	bool done;
	enum fail rc;

	memcpy(link.end[1].key, t->account.key, sizeof link.end[1].key);
	if ((t->throttle.failed && (rc = throttle_clear(kit->db, t->throttle_key, err))) ||
	    (rc = own_end(kit, t->q->arena, &link.end[0], err)))
		return rc;
	if (!memcmp(link.end[0].key, link.end[1].key, sizeof link.end[0].key)) {
		p->status = 422;
		return show(kit, t->q, p, "same", t, err);
	}
	if ((rc = account_link_set(kit->db, &link, err)) ||
	    (rc = person_again(kit, t->q->arena, link.end[0].key, WAIT_MS, &done, err)))
		return rc;
	log_event("link", "outcome=tied person=%s with=%s source=%s", kit->session.uid, link.end[1].uid,
	          link.end[1].source);
	resp_no_store(p);
	return resp_see_other(p, done ? "/me?state=linked" : "/me?state=refreshing");
}

enum fail link_submit(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct attempt t;
	enum fail rc;

	attempt_begin(&t, kit, q);
	if ((rc = attempt_password(&t, err)))
		return rc;
	return t.end == ATTEMPT_RIGHT ? tie(&t, p, err) : refuse(&t, p, err);
}
