/* From the facts of accounts to verdicts: attributes, comparisons, patterns, dates, directory groups. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "member_priv.h"

#define DAY        86400
#define VALUES_MAX 256 /* different values that are counted */

/* ---- time ---- */

static void note(struct derivation *d, int64_t moment)
{
	if (moment > d->now)
		d->boundary = member_sooner(d->boundary, moment);
}

void member_window(struct derivation *d, int64_t from, int64_t until, struct verdict *v)
{
	v->answer = NO;
	note(d, from);
	note(d, until);
	if (until && until <= d->now)
		v->ended = until;
	else if (from <= d->now)
		v->answer = YES;
	v->until = v->answer == YES ? until : 0;
}

static bool moment_of(const char *text, int64_t *out)
{
	struct date date;

	if (clock_parse_generalized(text, out))
		return true;
	if (!clock_parse_date(text, &date))
		return false;
	*out = clock_midnight(date);
	return true;
}

/* The moment an attribute holds; of several the latest or the earliest, whichever grants less.
 * False when one cannot be read. *out stays 0 when there is none. */
static bool moment_in(const struct account *account, const char *attribute, bool latest, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; attribute && i < account->value_count; i++) {
		int64_t moment;

		if (strcasecmp(account->values[i].attribute, attribute))
			continue;
		if (!moment_of(account->values[i].value, &moment))
			return false;
		if (!*out || (latest ? moment > *out : moment < *out))
			*out = moment;
	}
	return true;
}

/* ---- one account ---- */

static struct proof account_proof(enum proof_kind kind, const struct account *account)
{
	return (struct proof){ .kind = kind,
		               .source = account->source,
		               .server = account->server,
		               .account = account->uid,
		               .dn = account->dn,
		               .read_at = account->read_at,
		               .stale = account->stale };
}

static bool about(const struct rule *r, const struct account *account)
{
	return !r->source || !strcmp(r->source, account->source);
}

/* An account that has not begun or is over says nothing. */
static bool active(struct derivation *d, const struct account *account)
{
	struct verdict v = { 0 };

	member_window(d, account->from, account->until, &v);
	if (v.answer == YES && account->stale)
		member_window(d, 0, account->lasts, &v);
	return v.answer == YES;
}

/* No longer than the account, and weaker when it only stands in. */
static struct verdict of_account(const struct account *account, struct verdict v)
{
	if (v.answer == YES) {
		v.until = member_sooner(v.until, account->until);
		if (account->stale)
			v.answer = STALE_YES;
	}
	return v;
}

/* ---- one value ---- */

static bool in_class(const char **pattern, unsigned char c)
{
	const char *p = *pattern + 1;
	bool negated = *p == '^', found = false;

	for (p += negated; *p && *p != ']'; p++) {
		unsigned char low = (unsigned char)*p, high = low;

		if (p[1] == '-' && p[2] && p[2] != ']') {
			high = (unsigned char)p[2];
			p += 2;
		}
		found |= c >= low && c <= high;
	}
	*pattern = p;
	return found != negated;
}

static unsigned char folded(char c, bool exact)
{
	return !exact && c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : (unsigned char)c;
}

/* Does the part at *pattern take this byte? Moves over the part. */
static bool takes(const char **pattern, char c, bool exact)
{
	bool yes;

	if (**pattern == '?')
		yes = true;
	else if (**pattern == '[')
		yes = in_class(pattern, folded(c, exact));
	else
		yes = folded(**pattern, exact) == folded(c, exact);
	if (**pattern)
		++*pattern;
	return yes;
}

/* Only the last star is ever gone back to, so nothing is tried twice for one place of the text. */
bool member_like(const char *pattern, const char *text, bool exact)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		const char *next = pattern;

		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern && takes(&next, *text, exact)) {
			pattern = next;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static enum answer by_order(enum rule_op op, int order)
{
	static const bool right[][3] = { [OP_EQUAL] = { false, true, false },
		                         [OP_LESS] = { true, false, false },
		                         [OP_AT_MOST] = { true, true, false },
		                         [OP_AT_LEAST] = { false, true, true },
		                         [OP_MORE] = { false, false, true } };

	return right[op][order + 1] ? YES : NO;
}

static enum answer compare_number(const struct rule *r, const char *value)
{
	char *end;
	double number = strtod(value, &end);

	if (end == value || end[strspn(end, " ")])
		return UNKNOWN;
	return by_order(r->op, (number > r->number) - (number < r->number));
}

static enum answer compare_moment(struct derivation *d, const struct rule *r, const char *value)
{
	int64_t moment, with = r->moment + (r->relative ? d->now : 0);

	if (!moment_of(value, &moment))
		return UNKNOWN;
	if (r->relative) {
		note(d, moment - r->moment);
		note(d, moment - r->moment + 1);
	}
	return by_order(r->op, (moment > with) - (moment < with));
}

static enum answer compare(struct derivation *d, const struct rule *r, const char *value)
{
	int order;

	switch (r->as) {
	case AS_NUMBER:
		return compare_number(r, value);
	case AS_DATE:
		return compare_moment(d, r, value);
	case AS_TEXT:
		break;
	}
	order = r->exact ? strcmp(value, r->value) : strcasecmp(value, r->value);
	return by_order(r->op, (order > 0) - (order < 0));
}

/* A value that cannot be read as what it is compared with is neither yes nor no. */
static enum answer test_value(struct derivation *d, const struct rule *r, const char *value)
{
	if (r->kind == RULE_COMPARE)
		return compare(d, r, value);
	if (r->kind == RULE_PATTERN)
		return member_like(r->value, value, r->exact) ? YES : NO;
	return (r->exact ? strcmp(value, r->value) : strcasecmp(value, r->value)) ? NO : YES;
}

/* ---- rules over values ---- */

static struct verdict windowed(struct derivation *d, const struct account *account, const struct rule *r,
                               struct verdict v)
{
	int64_t from, until;

	if (v.answer != YES)
		return v;
	if (!moment_in(account, r->from, true, &from) || !moment_in(account, r->until, false, &until))
		v.answer = UNKNOWN; /* an end that cannot be read leaves the question open */
	else
		member_window(d, from, until, &v);
	return v;
}

/* The best value of one account. */
static struct verdict any_value(struct derivation *d, const struct account *account, const struct rule *r)
{
	struct verdict v = { NO, 0, 0, account_proof(PROOF_ATTRIBUTE, account) };

	for (size_t i = 0; i < account->value_count && v.answer != YES; i++) {
		const struct fact_value *f = &account->values[i];
		enum answer one = strcasecmp(f->attribute, r->attribute) ? NO : test_value(d, r, f->value);

		if (one <= v.answer)
			continue;
		v.answer = one;
		v.proof.attribute = f->attribute;
		v.proof.value = f->value;
	}
	return windowed(d, account, r, v);
}

static struct verdict every_value(struct derivation *d, const struct rule *r)
{
	struct verdict v = { .answer = YES };
	bool found = false, unread = false;

	for (size_t a = 0; a < d->account_count; a++) {
		const struct account *account = &d->accounts[a];

		if (!about(r, account) || !active(d, account))
			continue;
		unread |= account->unread;
		for (size_t i = 0; i < account->value_count; i++) {
			const struct fact_value *f = &account->values[i];
			struct verdict one = { YES, 0, 0, account_proof(PROOF_ATTRIBUTE, account) };

			if (strcasecmp(f->attribute, r->attribute))
				continue;
			one.answer = test_value(d, r, f->value);
			one.proof.attribute = f->attribute;
			one.proof.value = f->value;
			one = of_account(account, one);
			if (!found || one.answer < v.answer)
				v = one;
			found = true;
		}
	}
	if (unread && (!found || v.answer > UNKNOWN))
		v.answer = UNKNOWN;
	else if (!found)
		v.answer = NO;
	return v;
}

static bool counted_already(const char *const *seen, size_t count, const char *value)
{
	for (size_t i = 0; i < count; i++)
		if (!strcasecmp(seen[i], value))
			return true;
	return false;
}

static struct verdict enough_values(struct derivation *d, const struct rule *r)
{
	const char *seen[VALUES_MAX];
	struct verdict v = { .answer = NO, .proof = { .kind = PROOF_RULE } };
	size_t count = 0, fresh = 0;
	bool unread = false;

	/* Fresh ones first, so that what stands in counts only where it is needed. */
	for (size_t turn = 0; turn < 2; turn++) {
		for (size_t a = 0; a < d->account_count; a++) {
			const struct account *account = &d->accounts[a];

			if (account->stale != turn || !about(r, account) || !active(d, account))
				continue;
			unread |= account->unread;
			for (size_t i = 0; i < account->value_count && count < VALUES_MAX; i++) {
				const struct fact_value *f = &account->values[i];

				if (strcasecmp(f->attribute, r->attribute) ||
				    counted_already(seen, count, f->value))
					continue;
				seen[count++] = f->value;
				v.proof = account_proof(PROOF_ATTRIBUTE, account);
				v.proof.attribute = f->attribute;
				v.proof.value = f->value;
				v.until = member_sooner(v.until, account->until);
			}
		}
		if (!turn)
			fresh = count;
	}
	if (fresh >= (size_t)r->least)
		v.answer = YES;
	else if (count >= (size_t)r->least)
		v.answer = STALE_YES;
	else if (unread)
		v.answer = UNKNOWN;
	return v;
}

static struct verdict by_dates(struct derivation *d, const struct account *account, const struct rule *r)
{
	struct verdict v = { NO, 0, 0, account_proof(PROOF_ATTRIBUTE, account) };
	int64_t from, until;

	if (!moment_in(account, r->from, true, &from) || !moment_in(account, r->until, false, &until)) {
		v.answer = UNKNOWN;
		return v;
	}
	/* A date that a rule asks for and an entry lacks is no date at all. */
	if ((r->from && !from) || (r->until && !until))
		return v;
	v.proof.attribute = r->until ? r->until : r->from;
	from = from ? from + (int64_t)r->from_days * DAY : r->begin;
	until = until ? until + (int64_t)r->until_days * DAY : r->end;
	member_window(d, from, until, &v);
	return v;
}

/* ---- directory groups ---- */

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

	for (int g = i; g >= 0 && (size_t)g < account->group_count && length <= account->group_count;
	     g = account->groups[g].via)
		length++;
	chain = arena_array(a, length, sizeof *chain);
	names = arena_array(a, length, sizeof *names);
	at = length;
	for (int g = i; at > 0; g = account->groups[g].via) {
		chain[--at] = account->groups[g].dn;
		names[at] = account->groups[g].name;
		proof->attribute = account->groups[g].attribute;
		proof->value = account->groups[g].value;
		proof->nested |= account->groups[g].nested;
	}
	proof->chain = chain;
	proof->names = names;
	proof->chain_count = length;
}

static struct verdict by_ldap_group(struct derivation *d, const struct account *account,
                                    const struct rule *r)
{
	struct verdict v = { account->complete ? NO : UNKNOWN, 0, 0,
		             account_proof(PROOF_LDAP_GROUP, account) };
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

/* ---- over all accounts ---- */

static struct verdict of_one(struct derivation *d, const struct account *account, const struct rule *r)
{
	struct verdict v = { .answer = UNKNOWN };

	if (account->unread)
		return v;
	switch (r->kind) {
	case RULE_LDAP_GROUP:
		v = by_ldap_group(d, account, r);
		break;
	case RULE_DATES:
		v = by_dates(d, account, r);
		break;
	default:
		v = any_value(d, account, r);
	}
	return of_account(account, v);
}

struct verdict member_by_facts(struct derivation *d, const struct rule *r)
{
	struct verdict v = { 0 };

	if (r->kind == RULE_VALUES)
		return enough_values(d, r);
	if (r->values == EVERY_VALUE)
		return every_value(d, r);
	if (r->kind == RULE_DATES && !r->from && !r->until) {
		v.proof.kind = PROOF_RULE;
		member_window(d, r->begin, r->end, &v);
		return v;
	}
	for (size_t i = 0; i < d->account_count; i++) {
		struct verdict one;

		if (!about(r, &d->accounts[i]) || !active(d, &d->accounts[i]))
			continue;
		one = of_one(d, &d->accounts[i], r);
		member_either(&v, &one);
	}
	if (r->values == NO_VALUE)
		v = (struct verdict){ .answer = member_not(v.answer), .proof = { .kind = PROOF_RULE } };
	return v;
}
