#include "domain/member.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* Kleene's values, ordered so that "or" is the larger and "and" the smaller. */
enum answer {
	NO,
	UNKNOWN,
	YES,
};

/* What is known of one group or rule: whether, until when (0: no end), and why. */
struct verdict {
	enum answer answer;
	int64_t until;
	struct proof proof;
	int64_t ended; /* of a no: when it ended, 0: never was, or not known */
};

struct derivation {
	struct arena *arena;
	const struct groups *groups;
	const struct account *accounts;
	size_t account_count;
	int64_t now;
	struct verdict *verdict; /* per group */
	int *stratum;            /* per group: a none-of looks only at lower ones */
	const struct supposed *supposed; /* or NULL */
};

static int64_t later(int64_t a, int64_t b)
{
	return !a || !b ? 0 : a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a ? b : !b ? a : a < b ? a : b;
}

/* a or b: the better answer, and between two that are yes the longer one. */
static void either(struct verdict *a, const struct verdict *b)
{
	int64_t ended = a->ended > b->ended ? a->ended : b->ended;

	if (b->answer > a->answer)
		*a = *b;
	else if (b->answer == YES)
		a->until = later(a->until, b->until);
	a->ended = ended;
}

/* ---- facts of one account ---- */

static const char *value_of(const struct account *account, const char *attribute)
{
	for (size_t i = 0; i < account->value_count; i++)
		if (!strcasecmp(account->values[i].attribute, attribute))
			return account->values[i].value;
	return NULL;
}

static struct proof account_proof(enum proof_kind kind, const struct account *account)
{
	return (struct proof){
		.kind = kind, .source = account->source, .server = account->server, .account = account->uid
	};
}

/* An end that cannot be read leaves the question open: neither yes nor no. */
static enum answer still(const struct derivation *d, const struct account *account,
                         const char *until_attribute, int64_t *until)
{
	const char *end = until_attribute ? value_of(account, until_attribute) : NULL;

	*until = 0;
	if (!end)
		return YES;
	if (!clock_parse_generalized(end, until))
		return UNKNOWN;
	return d->now < *until ? YES : NO;
}

static struct verdict by_attribute(const struct derivation *d, const struct account *account,
                                   const struct rule *r)
{
	struct verdict v = { .answer = NO, .proof = account_proof(PROOF_ATTRIBUTE, account) };

	for (size_t i = 0; i < account->value_count; i++) {
		const struct fact_value *f = &account->values[i];

		if (strcasecmp(f->attribute, r->attribute) ||
		    (r->exact ? strcmp(f->value, r->value) : strcasecmp(f->value, r->value)))
			continue;
		v.proof.attribute = f->attribute;
		v.proof.value = f->value;
		v.answer = still(d, account, r->until, &v.until);
		v.ended = v.answer == NO ? v.until : 0;
		break;
	}
	return v;
}

static const char *named_id(const struct account *account, const char *dn)
{
	for (size_t i = 0; i < account->named_count; i++)
		if (!strcmp(account->named[i].dn, dn))
			return account->named[i].id;
	return NULL;
}

/* From the account's own group up to group i. */
static void chain_of(struct arena *a, const struct account *account, int i, struct proof *proof)
{
	size_t length = 0, at;
	const char **chain, **names;

	for (int g = i; g >= 0 && length <= account->group_count; g = account->groups[g].via)
		length++;
	chain = arena_array(a, length, sizeof *chain);
	names = arena_array(a, length, sizeof *names);
	at = length;
	for (int g = i; at > 0; g = account->groups[g].via) {
		chain[--at] = account->groups[g].dn;
		names[at] = account->groups[g].name;
		proof->attribute = account->groups[g].attribute;
	}
	proof->chain = chain;
	proof->names = names;
	proof->chain_count = length;
}

static struct verdict by_ldap_group(const struct derivation *d, const struct account *account,
                                    const struct rule *r)
{
	struct verdict v = { .answer = account->complete ? NO : UNKNOWN,
		             .proof = account_proof(PROOF_LDAP_GROUP, account) };
	const char *id = named_id(account, r->dn);

	for (size_t i = 0; id && i < account->group_count; i++) {
		if (strcmp(account->groups[i].id, id))
			continue;
		v.answer = YES;
		chain_of(d->arena, account, (int)i, &v.proof);
		break;
	}
	return v;
}

/* ---- rules ---- */

static struct verdict by_rule(const struct derivation *d, const struct rule *r);

static struct verdict by_accounts(const struct derivation *d, const struct rule *r)
{
	struct verdict v = { 0 };

	for (size_t i = 0; i < d->account_count; i++) {
		struct verdict one = r->kind == RULE_ATTRIBUTE ? by_attribute(d, &d->accounts[i], r)
		                                               : by_ldap_group(d, &d->accounts[i], r);
		either(&v, &one);
	}
	return v;
}

static struct verdict by_group(const struct derivation *d, size_t group)
{
	struct verdict v = d->verdict[group];

	v.proof = (struct proof){ .kind = PROOF_RULE, .group = d->groups->list[group].id };
	return v;
}

static struct verdict by_all(const struct derivation *d, const struct rule *r)
{
	struct verdict all = { .answer = YES };

	for (size_t i = 0; i < r->child_count; i++) {
		struct verdict one = by_rule(d, &r->children[i]);

		if (one.answer < all.answer)
			all.answer = one.answer;
		all.until = sooner(all.until, one.until);
		if (!i)
			all.proof = one.proof;
	}
	return all;
}

static struct verdict by_any(const struct derivation *d, const struct rule *r)
{
	struct verdict any = { 0 };

	for (size_t i = 0; i < r->child_count; i++) {
		struct verdict one = by_rule(d, &r->children[i]);

		either(&any, &one);
	}
	return any;
}

static struct verdict by_rule(const struct derivation *d, const struct rule *r)
{
	struct verdict v = { 0 };

	switch (r->kind) {
	case RULE_EVERYONE:
		v.answer = YES;
		break;
	case RULE_NO_OTHER_HAT:
		break; /* decided last, when the other hats are known */
	case RULE_ATTRIBUTE:
	case RULE_LDAP_GROUP:
		return by_accounts(d, r);
	case RULE_IN:
		return by_group(d, r->group);
	case RULE_ALL:
		return by_all(d, r);
	case RULE_ANY:
		return by_any(d, r);
	case RULE_NONE:
		v = by_any(d, r);
		v.answer = (enum answer)(YES - v.answer);
		v.until = 0;
		v.proof = (struct proof){ .kind = PROOF_RULE };
		break;
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

	if (r->kind == RULE_IN)
		changed = raise_to(stratum, d->stratum[r->group] + above);
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

static bool improve(struct derivation *d, size_t i)
{
	const struct group *g = &d->groups->list[i];
	struct verdict was = d->verdict[i], v = { 0 };

	if (d->supposed && bits_has(&d->supposed->out, i))
		return false;
	if (d->supposed && bits_has(&d->supposed->in, i))
		v = (struct verdict){ .answer = YES, .proof = { .kind = PROOF_GIVEN } };
	for (size_t r = 0; r < g->rule_count; r++) {
		struct verdict one = by_rule(d, &g->rules[r]);

		either(&v, &one);
	}
	for (size_t k = 0; k < d->groups->count; k++) {
		struct verdict child = d->verdict[k];

		if (k == i || !bits_has(&d->groups->list[k].closure, i))
			continue;
		child.proof = (struct proof){ .kind = PROOF_PARENT, .group = d->groups->list[k].id };
		either(&v, &child);
	}
	if (v.answer < was.answer || (v.answer == was.answer && v.until == was.until && v.ended == was.ended))
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
		if (d->verdict[i].answer == YES)
			bits_add(&held, i);
	}
	held = group_close(g, &held);
	for (size_t i = 0; i < g->count; i++)
		if (bits_has(&held, i) && d->verdict[i].answer != YES)
			d->verdict[i].answer = YES;
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

static void collect_missing(struct arena *a, const struct account *accounts, size_t count,
                            struct person *out)
{
	const char **missing = arena_array(a, count, sizeof *missing);

	out->as_of = count ? accounts[0].read_at : 0;
	for (size_t i = 0; i < count; i++) {
		if (accounts[i].read_at < out->as_of)
			out->as_of = accounts[i].read_at;
		if (!accounts[i].complete)
			missing[out->missing_count++] = accounts[i].source;
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
			ended[out->ended_count++] =
			        (struct membership){ i, d->verdict[i].ended, d->verdict[i].proof };
		if (d->verdict[i].answer == UNKNOWN)
			bits_add(&out->unknown, i);
		if (d->verdict[i].answer != YES)
			continue;
		list[out->count++] = (struct membership){ i, d->verdict[i].until, d->verdict[i].proof };
		bits_add(&out->groups, i);
		out->until = sooner(out->until, d->verdict[i].until);
	}
	out->list = list;
	out->ended = ended;
}

void member_derive(struct arena *a, const struct groups *g, const struct account *accounts,
                   size_t account_count, int64_t now, struct person *out)
{
	member_suppose(a, g, accounts, account_count, now, NULL, out);
}

void member_suppose(struct arena *a, const struct groups *g, const struct account *accounts,
                    size_t account_count, int64_t now, const struct supposed *s, struct person *out)
{
	struct derivation d = { a, g, accounts, account_count, now, NULL, NULL, s };

	d.verdict = arena_array(a, g->count, sizeof *d.verdict);
	d.stratum = arena_array(a, g->count, sizeof *d.stratum);
	*out = (struct person){ .uid = account_count ? accounts[0].uid : "",
		                .name = account_count ? accounts[0].name : "",
		                .lang = account_count ? accounts[0].lang : NULL };
	if (account_count)
		memcpy(out->key, accounts[0].key, sizeof out->key);
	settle(&d);
	settle_hatless(&d);
	collect(&d, out);
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
	*out = (struct person){ .uid = "", .name = "", .list = list, .groups = closed, .complete = true };
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

/* ---- stored form: a line each, tabs between, \ for what would break it ---- */

static void put(struct buf *out, const char *s)
{
	buf_char(out, '\t');
	for (; s && *s; s++) {
		if (*s == '\\' || *s == '\t' || *s == '\n') {
			buf_char(out, '\\');
			buf_char(out, *s == '\t' ? 't' : *s == '\n' ? 'n' : '\\');
		} else {
			buf_char(out, *s);
		}
	}
}

static void write_proof(const struct proof *p, struct buf *out)
{
	buf_printf(out, "\t%d", (int)p->kind);
	put(out, p->source);
	put(out, p->server);
	put(out, p->account);
	put(out, p->attribute);
	put(out, p->value);
	put(out, p->group);
	for (size_t i = 0; i < p->chain_count; i++) {
		put(out, p->chain[i]);
		put(out, p->names[i]);
	}
}

void member_write(const struct person *p, const struct groups *g, struct buf *out)
{
	buf_printf(out, "person\t%" PRId64 "\t%" PRId64, p->as_of, p->until);
	for (size_t i = 0; i < p->missing_count; i++)
		put(out, p->missing[i]);
	buf_char(out, '\n');
	for (size_t i = 0; i < p->count; i++) {
		buf_printf(out, "%s\t%" PRId64, g->list[p->list[i].group].id, p->list[i].until);
		write_proof(&p->list[i].proof, out);
		buf_char(out, '\n');
	}
}

/* Splits a line into unescaped parts; an empty part is NULL. */
static size_t split(struct arena *a, char *line, const char ***out)
{
	size_t count = 1, n = 0;
	const char **parts;

	for (char *s = line; *s; s++)
		count += *s == '\t';
	parts = arena_array(a, count + 1, sizeof *parts);
	for (char *part; (part = strsep(&line, "\t"));) {
		char *to = part;

		parts[n++] = *part ? part : NULL;
		for (char *s = part; *s; s++) {
			if (*s == '\\' && s[1]) {
				s++;
				*to++ = *s == 't' ? '\t' : *s == 'n' ? '\n' : *s;
			} else {
				*to++ = *s;
			}
		}
		*to = '\0';
	}
	*out = parts;
	return n;
}

enum {
	FIRST_CHAIN = 9 /* parts of a line before the chain */
};

static struct proof read_proof(struct arena *a, const char **part, size_t count)
{
	struct proof p = { .kind = (enum proof_kind)(part[2] ? atoi(part[2]) : 0),
		           .source = part[3],
		           .server = part[4],
		           .account = part[5],
		           .attribute = part[6],
		           .value = part[7],
		           .group = part[8] };
	size_t pairs = (count - FIRST_CHAIN) / 2;
	const char **chain = arena_array(a, pairs, sizeof *chain);
	const char **names = arena_array(a, pairs, sizeof *names);

	for (size_t i = 0; i < pairs; i++) {
		chain[i] = part[FIRST_CHAIN + 2 * i];
		names[i] = part[FIRST_CHAIN + 2 * i + 1];
	}
	p.chain = chain;
	p.names = names;
	p.chain_count = pairs;
	return p;
}

static int64_t number(const char *s)
{
	return s ? strtoll(s, NULL, 10) : 0;
}

static enum fail read_person(const char **part, size_t count, struct person *out, struct err *err)
{
	if (count < 3 || !part[0] || strcmp(part[0], "person"))
		return err_set(err, FAIL_DATA, "stored membership: no person line");
	out->as_of = number(part[1]);
	out->until = number(part[2]);
	out->missing = part + 3;
	out->missing_count = count - 3;
	out->complete = !out->missing_count;
	return OK;
}

enum fail member_read(struct arena *a, const struct groups *g, const char *text, struct person *out,
                      struct err *err)
{
	struct membership *list = arena_array(a, g->count, sizeof *list);
	char *rest = arena_str(a, text), *line = strsep(&rest, "\n");
	const char **part;
	size_t count = split(a, line, &part);
	enum fail rc;

	*out = (struct person){ .uid = "", .name = "", .list = list };
	if ((rc = read_person(part, count, out, err)))
		return rc;
	while ((line = strsep(&rest, "\n"))) {
		int group;

		count = split(a, line, &part);
		if (!*line && !part[0])
			continue;
		if (count < FIRST_CHAIN || !part[0])
			return err_set(err, FAIL_DATA, "stored membership: a line is cut short");
		group = group_find(g, part[0]);
		if (group < 0 || bits_has(&out->groups, (size_t)group))
			continue;
		bits_add(&out->groups, (size_t)group);
		list[out->count++] =
		        (struct membership){ (size_t)group, number(part[1]), read_proof(a, part, count) };
	}
	return OK;
}
