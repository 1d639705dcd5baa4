#include "domain/member.h"

#include <stdlib.h>
#include <string.h>

#include "member_priv.h"

#define DAY 86400

void member_either(struct verdict *a, const struct verdict *b)
{
	int64_t ended = a->ended > b->ended ? a->ended : b->ended;

	if (b->answer > a->answer)
		*a = *b;
	else if (b->answer == a->answer && b->answer >= STALE_YES)
		a->until = member_later(a->until, b->until);
	a->ended = ended;
}

enum answer member_not(enum answer a)
{
	return a == NO ? YES : a == UNKNOWN ? UNKNOWN : NO;
}

/* ---- rules ---- */

static struct verdict by_rule(struct derivation *d, const struct rule *r);

static struct verdict by_group(struct derivation *d, size_t group)
{
	struct verdict v = d->verdict[group];

	v.proof = (struct proof){ .kind = PROOF_RULE, .group = d->groups->list[group].id };
	return v;
}

/* The proof of each term, one after the other. */
static void prove_also(struct derivation *d, struct proof *first, const struct proof *next)
{
	struct proof *last = first;

	while (last->also) {
		struct proof *copy = arena_copy(d->arena, last->also, sizeof *copy);

		last->also = copy;
		last = copy;
	}
	last->also = arena_copy(d->arena, next, sizeof *next);
}

/* Ended when the first of its terms did, if no other reason speaks against it. */
static struct verdict by_all(struct derivation *d, const struct rule *r)
{
	struct verdict all = { .answer = YES };
	bool only_ended = true;

	for (size_t i = 0; i < r->child_count; i++) {
		struct verdict one = by_rule(d, &r->children[i]);

		if (one.answer < all.answer)
			all.answer = one.answer;
		all.until = member_sooner(all.until, one.until);
		if (one.answer == NO && one.ended)
			all.ended = member_sooner(all.ended, one.ended);
		else if (one.answer < STALE_YES)
			only_ended = false;
		if (!i)
			all.proof = one.proof;
		else if (one.answer >= STALE_YES)
			prove_also(d, &all.proof, &one.proof);
	}
	if (!only_ended)
		all.ended = 0;
	return all;
}

static struct verdict by_any(struct derivation *d, const struct rule *r)
{
	struct verdict any = { 0 };

	for (size_t i = 0; i < r->child_count; i++) {
		struct verdict one = by_rule(d, &r->children[i]);

		member_either(&any, &one);
	}
	return any;
}

static struct verdict by_none(struct derivation *d, const struct rule *r)
{
	struct verdict any = by_any(d, r);

	return (struct verdict){ .answer = member_not(any.answer), .proof = { .kind = PROOF_RULE } };
}

/* At least so many: the answer that the last one needed gives, taken from the best down. */
static struct verdict by_count(struct derivation *d, const struct rule *r)
{
	struct verdict v = { .proof = { .kind = PROOF_RULE } };
	int at_least[YES + 1] = { 0 };
	bool proved = false;

	for (size_t i = 0; i < r->child_count; i++) {
		struct verdict one = by_rule(d, &r->children[i]);

		for (int answer = NO; answer <= (int)one.answer; answer++)
			at_least[answer]++;
		if (one.answer < STALE_YES)
			continue;
		v.until = member_sooner(v.until, one.until);
		if (proved)
			prove_also(d, &v.proof, &one.proof);
		else
			v.proof = one.proof;
		proved = true;
	}
	for (int answer = NO; answer <= YES; answer++)
		if (at_least[answer] >= r->least)
			v.answer = (enum answer)answer;
	if (v.answer < STALE_YES)
		v.until = 0;
	return v;
}

/* Begins where the other group has ended; nothing is known of one that was taken away without an
 * end. */
static struct verdict by_after(struct derivation *d, const struct rule *r)
{
	const struct verdict *other = &d->verdict[r->group];
	struct verdict v = { .answer = other->answer == UNKNOWN ? UNKNOWN : NO };

	if (other->answer == NO && other->ended)
		member_window(d, other->ended, other->ended + (int64_t)r->until_days * DAY, &v);
	v.proof = (struct proof){ .kind = PROOF_AFTER, .group = d->groups->list[r->group].id };
	return v;
}

static struct verdict by_rule(struct derivation *d, const struct rule *r)
{
	struct verdict v = { 0 };

	switch (r->kind) {
	case RULE_EVERYONE:
		v.answer = YES;
		break;
	case RULE_NO_OTHER_HAT:
		break; /* decided last, when the other hats are known */
	case RULE_ATTRIBUTE:
	case RULE_COMPARE:
	case RULE_PATTERN:
	case RULE_VALUES:
	case RULE_DATES:
	case RULE_LDAP_GROUP:
		return member_by_facts(d, r);
	case RULE_IN:
		return by_group(d, r->group);
	case RULE_ALL:
		return by_all(d, r);
	case RULE_ANY:
		return by_any(d, r);
	case RULE_NONE:
		return by_none(d, r);
	case RULE_COUNT:
		return by_count(d, r);
	case RULE_AFTER:
		return by_after(d, r);
	}
	return v;
}

/* ---- strata: what must be settled before what ---- */

static bool raise_to(int *stratum, int least)
{
	if (*stratum >= least)
		return false;
	*stratum = least;
	return true;
}

static bool rule_stratum(struct derivation *d, const struct rule *r, int above, int *stratum)
{
	bool changed = false;

	if (r->ref)
		changed = raise_to(stratum, d->stratum[r->group] + (above || r->kind == RULE_AFTER));
	for (size_t i = 0; i < r->child_count; i++)
		changed |= rule_stratum(d, &r->children[i], above || r->kind == RULE_NONE, stratum);
	return changed;
}

/* group_close_all refused a negation through a circle, so this ends within count rounds. */
static int stratify(struct derivation *d)
{
	const struct groups *g = d->groups;
	int highest = 0;
	bool changed = true;

	for (size_t round = 0; changed && round <= g->count; round++) {
		changed = false;
		for (size_t i = 0; i < g->count; i++) {
			for (size_t r = 0; r < g->list[i].rule_count; r++)
				changed |= rule_stratum(d, &g->list[i].rules[r], 0, &d->stratum[i]);
			for (size_t k = 0; k < g->count; k++)
				if (bits_has(&g->list[k].closure, i))
					changed |= raise_to(&d->stratum[i], d->stratum[k]);
			if (d->stratum[i] > highest)
				highest = d->stratum[i];
		}
	}
	return highest;
}

/* ---- the fixed point ---- */

/* What stands in counts for no group that must be certain. */
static void be_certain(const struct group *g, struct verdict *v)
{
	if (g->sensitive && v->answer == STALE_YES)
		*v = (struct verdict){ .answer = UNKNOWN };
}

static bool better(const struct verdict *v, const struct verdict *was)
{
	if (v->answer != was->answer)
		return v->answer > was->answer;
	if (v->answer == NO)
		return v->ended > was->ended;
	return v->answer >= STALE_YES && v->until != was->until && member_later(v->until, was->until) == v->until;
}

static bool improve(struct derivation *d, size_t i)
{
	const struct group *g = &d->groups->list[i];
	struct verdict v = { 0 };

	if (d->supposed && bits_has(&d->supposed->out, i))
		return false;
	if (d->supposed && bits_has(&d->supposed->in, i))
		v = (struct verdict){ .answer = YES, .proof = { .kind = PROOF_GIVEN } };
	for (size_t r = 0; r < g->rule_count; r++) {
		struct verdict one = by_rule(d, &g->rules[r]);

		member_either(&v, &one);
	}
	for (size_t k = 0; k < d->groups->count; k++) {
		struct verdict child = d->verdict[k];

		if (k == i || !bits_has(&d->groups->list[k].closure, i))
			continue;
		child.proof = (struct proof){ .kind = PROOF_PARENT, .group = d->groups->list[k].id };
		member_either(&v, &child);
	}
	be_certain(g, &v);
	if (!better(&v, &d->verdict[i]))
		return false;
	d->verdict[i] = v;
	return true;
}

static void settle(struct derivation *d)
{
	int highest = stratify(d);

	for (int stratum = 0; stratum <= highest; stratum++) {
		bool changed = true;

		/* An end can only move later, and there are finitely many: this ends. */
		for (size_t round = 0; changed && round <= 2 * d->groups->count; round++) {
			changed = false;
			for (size_t i = 0; i < d->groups->count; i++)
				if (d->stratum[i] == stratum)
					changed |= improve(d, i);
		}
	}
}

/* The hat of somebody without another, when that is certain. */
static void settle_hatless(struct derivation *d)
{
	const struct groups *g = d->groups;
	struct bits held = { 0 };

	for (size_t i = 0; i < g->count; i++) {
		if (g->list[i].hat && d->verdict[i].answer != NO)
			return;
		if (d->verdict[i].answer >= STALE_YES)
			bits_add(&held, i);
	}
	held = group_close(g, &held);
	for (size_t i = 0; i < g->count; i++)
		if (bits_has(&held, i) && d->verdict[i].answer < STALE_YES)
			d->verdict[i].answer = YES;
}

static void work_out(struct derivation *d)
{
	d->verdict = arena_array(d->arena, d->groups->count, sizeof *d->verdict);
	d->stratum = arena_array(d->arena, d->groups->count, sizeof *d->stratum);
	settle(d);
	settle_hatless(d);
}

/* ---- the answer ---- */

static void collect_groups(struct arena *a, const struct account *accounts, size_t count,
                           struct person *out)
{
	size_t total = 0, n = 0;
	const char **dns;

	for (size_t i = 0; i < count; i++)
		total += accounts[i].group_count;
	dns = arena_array(a, total, sizeof *dns);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < accounts[i].group_count; k++)
			dns[n++] = accounts[i].groups[k].dn;
	out->directory_groups = dns;
	out->directory_group_count = n;
}

static bool is_listed(const char *const *list, size_t count, const char *s)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i], s))
			return true;
	return false;
}

static void collect_missing(struct arena *a, const struct account *accounts, size_t count,
                            struct person *out)
{
	const char **missing = arena_array(a, count, sizeof *missing);

	for (size_t i = 0; i < count; i++) {
		const struct account *account = &accounts[i];

		if (account->stale)
			out->stale_since = member_sooner(out->stale_since, account->read_at);
		if (!account->unread)
			out->as_of = member_sooner(out->as_of, account->read_at);
		if (!account->complete && !account->stale &&
		    !is_listed(missing, out->missing_count, account->source))
			missing[out->missing_count++] = account->source;
	}
	out->missing = missing;
	out->complete = !out->missing_count;
}

static void collect(struct derivation *d, struct person *out)
{
	struct membership *list = arena_array(d->arena, d->groups->count, sizeof *list);
	struct membership *ended = arena_array(d->arena, d->groups->count, sizeof *ended);

	for (size_t i = 0; i < d->groups->count; i++) {
		if (d->verdict[i].answer == NO && d->verdict[i].ended)
			ended[out->ended_count++] = (struct membership){ .group = i, .until = d->verdict[i].ended };
		if (d->verdict[i].answer == UNKNOWN)
			bits_add(&out->unknown, i);
		if (d->verdict[i].answer < STALE_YES)
			continue;
		list[out->count++] = (struct membership){ i, d->verdict[i].until, d->verdict[i].proof };
		bits_add(&out->groups, i);
	}
	out->list = list;
	out->ended = ended;
	out->until = d->boundary;
}

/* As if the linked accounts were not there; a source that did not answer stays unknown. */
static struct bits own_groups(struct derivation *all)
{
	struct account *own = arena_array(all->arena, all->account_count, sizeof *own);
	struct derivation d = { .arena = all->arena, .groups = all->groups, .accounts = own, .now = all->now };
	struct bits held = { 0 };

	for (size_t i = 0; i < all->account_count; i++)
		if (!all->accounts[i].link || all->accounts[i].unread)
			own[d.account_count++] = all->accounts[i];
	work_out(&d);
	for (size_t i = 0; i < d.groups->count; i++)
		if (d.verdict[i].answer >= STALE_YES)
			bits_add(&held, i);
	return held;
}

void member_derive(struct arena *a, const struct groups *g, const struct account *accounts,
                   size_t account_count, int64_t now, struct person *out)
{
	member_suppose(a, g, accounts, account_count, now, NULL, out);
}

void member_suppose(struct arena *a, const struct groups *g, const struct account *accounts,
                    size_t account_count, int64_t now, const struct supposed *s, struct person *out)
{
	struct derivation d = { .arena = a, .groups = g, .accounts = accounts, .account_count = account_count,
		                .now = now, .supposed = s };
	bool linked = false;

	*out = (struct person){ .uid = account_count ? accounts[0].uid : "",
		                .name = account_count ? accounts[0].name : "",
		                .lang = account_count ? accounts[0].lang : NULL };
	if (account_count)
		memcpy(out->key, accounts[0].key, sizeof out->key);
	for (size_t i = 0; i < account_count; i++)
		linked |= accounts[i].link && !accounts[i].unread;
	work_out(&d);
	collect(&d, out);
	out->own = linked ? own_groups(&d) : out->groups;
	collect_groups(a, accounts, account_count, out);
	collect_missing(a, accounts, account_count, out);
}

/* Of a group that is given, that follows from one, or that is everybody's. */
static struct proof given_proof(const struct groups *g, const struct bits *held, size_t group)
{
	if (bits_has(held, group))
		return (struct proof){ .kind = PROOF_GIVEN };
	for (size_t i = 0; i < g->count; i++)
		if (bits_has(held, i) && bits_has(&g->list[i].closure, group))
			return (struct proof){ .kind = PROOF_PARENT, .group = g->list[i].id };
	return (struct proof){ .kind = PROOF_IMPLICIT };
}

enum fail member_given(struct arena *a, const struct groups *g, const char *ids, struct person *out,
                       struct err *err)
{
	struct membership *list = arena_array(a, g->count, sizeof *list);
	char *rest = arena_str(a, ids), *id;
	struct bits held = { 0 }, closed;

	while ((id = strsep(&rest, ", "))) {
		int i = group_find(g, id);

		if (!*id)
			continue;
		if (i < 0)
			return err_set(err, FAIL_INPUT, "unknown group \"%s\"%s%s%s", id,
			               group_near(g, id) ? ": did you mean \"" : "",
			               group_near(g, id) ? group_near(g, id) : "",
			               group_near(g, id) ? "\"?" : "");
		bits_add(&held, (size_t)i);
	}
	closed = group_close(g, &held);
	*out = (struct person){
		.uid = "", .name = "", .list = list, .groups = closed, .own = closed, .complete = true
	};
	for (size_t i = 0; i < g->count; i++)
		if (bits_has(&closed, i))
			list[out->count++] = (struct membership){ i, 0, given_proof(g, &held, i) };
	return OK;
}

int64_t member_until(const struct person *p, size_t group)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].group == group)
			return p->list[i].until;
	return 0;
}
