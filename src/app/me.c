#include "app/me.h"

#include <stdlib.h>
#include <string.h>

#include "app/own.h"
#include "app/page.h"
#include "app/person.h"
#include "app/proof.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/account.h"

#define REFRESH_WAIT_MS 3000

/* ---- sessions ---- */

enum fail me_put_sessions(struct kit *kit, struct doc *page, struct err *err)
{
	struct doc *sessions = doc_list(page, "sessions", "session");
	struct session_row *rows;
	size_t count;
	enum fail rc;

	if ((rc = session_list(kit->db, page->arena, &kit->conf, kit->session.person, &rows, &count, err)))
		return rc;
	for (size_t i = 0; i < count; i++) {
		struct doc *s = doc_item(sessions);

		doc_num(s, "number", (int64_t)rows[i].number);
		doc_str(s, "created", page_iso(page->arena, rows[i].created));
		doc_str(s, "seen", page_iso(page->arena, rows[i].seen));
		doc_str(s, "address", rows[i].address);
		doc_str(s, "agent", rows[i].agent);
		doc_bool(s, "current", same_bytes(rows[i].id, kit->session.id, sizeof rows[i].id));
	}
	return OK;
}

/* What was read of each, once; what a silent source may hold is no account yet. */
static void put_accounts(struct kit *kit, struct doc *page, const struct account *accounts, size_t count)
{
	struct doc *list = doc_list(page, "accounts", "account");

	for (size_t i = 0; i < count; i++) {
		struct doc *account;
		size_t before = 0;

		while (before < i && memcmp(accounts[before].key, accounts[i].key, sizeof accounts[i].key))
			before++;
		if (before < i || (accounts[i].unread && i))
			continue;
		account = doc_item(list);
		doc_str(account, "uid", accounts[i].uid);
		doc_str(account, "source", accounts[i].source);
		doc_str(account, "source_label", page_source(kit, accounts[i].source));
		doc_bool(account, "own", !i);
		doc_str(account, "by", accounts[i].link);
	}
}

static struct account_end end_of(const struct account *account)
{
	struct account_end end = { .source = account->source, .uid = account->uid };

	memcpy(end.key, account->key, sizeof end.key);
	return end;
}

/* Tells an account apart from the one that signed in, whatever their keys say. */
enum fail me_part(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *source = req_field(q, "source"), *uid = req_field(q, "account"), *stored;
	struct account *accounts;
	struct person person;
	size_t count, i = 1;
	struct account_link link;
	bool done;
	enum fail rc;

	if (!source || !uid)
		return err_set(err, FAIL_INPUT, "no account named");
	if ((rc = session_membership(kit->db, q->arena, kit->session.id, &stored, err)) ||
	    (rc = kit_person(kit, q->arena, stored, &accounts, &count, &person, err)))
		return rc;
	while (i < count && (accounts[i].unread || strcmp(accounts[i].source, source) || strcmp(accounts[i].uid, uid)))
		i++;
	if (i >= count)
		return err_set(err, FAIL_ABSENT, "no such account");
	link = (struct account_link){ { end_of(&accounts[0]), end_of(&accounts[i]) }, true, 0, kit->session.uid };
	if ((rc = account_link_set(kit->db, &link, err)) ||
	    (rc = person_again(kit, q->arena, kit->session.person, REFRESH_WAIT_MS, &done, err)))
		return rc;
	log_event("link", "outcome=parted person=%s from=%s source=%s", kit->session.uid, uid, source);
	resp_no_store(p);
	return resp_see_other(p, done ? "/me?state=parted" : "/me?state=refreshing");
}

enum fail me_put_groups(struct kit *kit, struct doc *page, struct err *err)
{
	struct account *accounts;
	const char *stored;
	struct person person;
	size_t count;
	enum fail rc;

	if ((rc = session_membership(kit->db, page->arena, kit->session.id, &stored, err)) ||
	    (rc = kit_person(kit, page->arena, stored, &accounts, &count, &person, err)))
		return rc;
	put_accounts(kit, page, accounts, count);
	proof_groups(kit, page, &person, proof_for_people(kit));
	return OK;
}

/* What came of a form. */
static void put_state(struct req *q, struct doc *page)
{
	static const char *const known[] = { "refreshed", "refreshing", "linked", "parted" };
	const char *state = req_query(q, "state");

	for (size_t i = 0; state && i < COUNT(known); i++)
		if (!strcmp(state, known[i]))
			doc_str(page, "state", state);
}

enum fail me_show(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page = page_new(kit, q, "me", false);
	struct favourites favourites;
	struct decision d;
	enum fail rc;

	put_state(q, page);
	page_person(kit, q, page, NULL, false);
	if ((rc = me_put_groups(kit, page, err)) ||
	    (rc = own_favourites(kit, q->arena, &favourites, err)))
		return rc;
	kit_decide(kit, q->arena, &d);
	own_put(kit, page, &d, &favourites);
	if ((rc = me_put_sessions(kit, page, err)))
		return rc;
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

/* Somebody was just given a right, or has just lost one, and does not want to wait. */
enum fail me_refresh(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	bool done;
	enum fail rc;

	if ((rc = person_again(kit, q->arena, kit->session.person, REFRESH_WAIT_MS, &done, err)))
		return rc;
	resp_no_store(p);
	return resp_see_other(p, done ? "/me?state=refreshed" : "/me?state=refreshing");
}

enum fail me_end_sessions(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *number = req_field(q, "number");
	char *rest;
	unsigned long long n;
	enum fail rc;

	if (!number)
		return err_set(err, FAIL_INPUT, "no session named");
	if (!strcmp(number, "others")) {
		rc = session_end_all(kit->db, kit->share, kit->session.person, kit->session.id, err);
	} else {
		n = strtoull(number, &rest, 10);
		if (number[0] < '1' || number[0] > '9' || *rest)
			return err_set(err, FAIL_INPUT, "session number is not a number");
		rc = session_end_own(kit->db, kit->share, kit->session.person, n, err);
	}
	if (rc)
		return rc;
	log_event("session-end", "person=%s which=%s", kit->session.uid, number);
	resp_no_store(p);
	return resp_see_other(p, "/me");
}
