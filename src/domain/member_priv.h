/* Shared by the files of member: what is known of a rule, and the facts it looks at. */
#ifndef DOMAIN_MEMBER_PRIV_H
#define DOMAIN_MEMBER_PRIV_H

#include "domain/member.h"

/* Kleene's values, ordered so that "or" is the larger and "and" the smaller. A yes of a source that
 * has not answered since is a weaker yes. */
enum answer {
	NO,
	UNKNOWN,
	STALE_YES,
	YES,
};

/* What is known of one group or rule: whether, until when (0: no end), and why. */
struct verdict {
	enum answer answer;
	int64_t until;
	int64_t ended; /* of a no: when it ended, 0: never was, or not known */
	struct proof proof;
};

struct derivation {
	struct arena *arena;
	const struct groups *groups;
	const struct account *accounts;
	size_t account_count;
	int64_t now;
	int64_t boundary;        /* the next moment at which anything looked at changes, 0: none */
	struct verdict *verdict; /* per group */
	int *stratum;            /* per group: a none-of looks only at lower ones */
	const struct supposed *supposed; /* or NULL */
};

static inline int64_t member_later(int64_t a, int64_t b)
{
	return !a || !b ? 0 : a > b ? a : b;
}

static inline int64_t member_sooner(int64_t a, int64_t b)
{
	return !a ? b : !b ? a : a < b ? a : b;
}

/* a or b: the better answer, and between two that are alike the longer one. */
void member_either(struct verdict *a, const struct verdict *b);
enum answer member_not(enum answer a);

/* A rule about facts, over all accounts. */
struct verdict member_by_facts(struct derivation *d, const struct rule *r);

/* Yes when now is in the window; notes when that changes. 0: open on that side. */
void member_window(struct derivation *d, int64_t from, int64_t until, struct verdict *v);

/* *, ?, [a-z], [^a-z]; ASCII letters alike unless exact. Takes at most len(pattern) × len(text)
 * steps. */
bool member_like(const char *pattern, const char *text, bool exact);

#endif
