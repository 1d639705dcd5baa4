#include "app/me.h"

#include <stdlib.h>
#include <string.h>

#include "app/own.h"
#include "app/page.h"
#include "app/person.h"
#include "base/clock.h"
#include "base/log.h"

#define REFRESH_WAIT_MS 3000

/* ---- groups and proofs ---- */

static const char *const proof_words[] = { "implicit", "attribute", "ldap-group",
	                                   "rule",     "parent",    "after", "given" };

static const char *iso_or_null(struct arena *a, int64_t t)
{
	char iso[CLOCK_ISO];

	return t ? arena_str(a, clock_iso(t, iso)) : NULL;
}

static const char *label_of_source(struct kit *kit, const char *id)
{
	for (size_t i = 0; id && i < kit->conf.source_count; i++)
		if (!strcmp(kit->conf.source[i].id, id) && kit->conf.source[i].label[kit->lang])
			return kit->conf.source[i].label[kit->lang];
	return id;
}

static const char *label_of_group(struct kit *kit, const char *id)
{
	int i = id ? group_find(&kit->in->groups, id) : -1;

	return i < 0 ? NULL : page_text(kit, &kit->in->groups.list[i].label);
}

static void put_chain(struct doc *in, const struct proof *p, bool full)
{
	struct doc *chain = doc_list(in, "chain", "through");

	for (size_t i = 0; i < p->chain_count; i++)
		doc_item_str(chain, full ? p->chain[i] : p->names[i]);
}

static void put_proof(struct kit *kit, struct doc *proof, const struct proof *p, bool full)
{
	doc_str(proof, "kind", proof_words[p->kind]);
	if (p->source)
		doc_str(proof, "source", full ? p->source : label_of_source(kit, p->source));
	if (p->server && full)
		doc_str(proof, "server", p->server);
	if (p->account)
		doc_str(proof, "account", p->account);
	if (p->attribute)
		doc_str(proof, "attribute", p->attribute);
	if (p->value)
		doc_str(proof, "value", p->value);
	if (p->group) {
		doc_str(proof, "group", p->group);
		doc_str(proof, "group_label", label_of_group(kit, p->group));
	}
	if (p->chain_count)
		put_chain(proof, p, full);
}

static const struct membership *membership_of(struct kit *kit, const struct person *person,
                                              const char *id)
{
	int group = id ? group_find(&kit->in->groups, id) : -1;

	for (size_t i = 0; group >= 0 && i < person->count; i++)
		if (person->list[i].group == (size_t)group)
			return &person->list[i];
	return NULL;
}

/* From the group down to a fact: each step that follows from another group, then the fact. */
static void put_proofs(struct kit *kit, struct doc *group, const struct person *person,
                       const struct membership *m, bool full)
{
	struct doc *proofs = doc_list(group, "proof", "step");

	for (size_t steps = 0; m && steps < person->count; steps++) {
		put_proof(kit, doc_item(proofs), &m->proof, full);
		if (m->proof.kind != PROOF_PARENT && m->proof.kind != PROOF_RULE)
			break;
		m = membership_of(kit, person, m->proof.group);
	}
}

void me_groups(struct kit *kit, struct doc *in, const struct person *person, bool full)
{
	struct doc *groups = doc_list(in, "groups", "group");

	for (size_t i = 0; i < person->count; i++) {
		const struct membership *m = &person->list[i];
		const struct group *g = &kit->in->groups.list[m->group];
		struct doc *group = doc_item(groups);

		doc_str(group, "id", g->id);
		doc_str(group, "label", page_text(kit, &g->label));
		doc_bool(group, "hat", g->hat);
		doc_str(group, "until", iso_or_null(group->arena, m->until));
		put_proofs(kit, group, person, m, full);
	}
}

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
		doc_str(s, "created", iso_or_null(page->arena, rows[i].created));
		doc_str(s, "seen", iso_or_null(page->arena, rows[i].seen));
		doc_str(s, "address", rows[i].address);
		doc_str(s, "agent", rows[i].agent);
		doc_bool(s, "current", same_bytes(rows[i].id, kit->session.id, sizeof rows[i].id));
	}
	return OK;
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
	me_groups(kit, page, &person, false);
	return OK;
}

enum fail me_show(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page = page_new(kit, q, "me", false);
	struct favourites favourites;
	struct decision d;
	enum fail rc;

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
