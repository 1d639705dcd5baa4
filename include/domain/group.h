/* group: the customer groups of the institution, as its group file defines them.
 *
 * Groups, hats and their texts are data: nothing in the code knows a group by name. A
 * group implies its parents. A hat is a group that people wear as a role. Parents never
 * form a circle (group_close_all refuses one), so the closure of a group is a fixed set,
 * computed once per revision. */
#ifndef DOMAIN_GROUP_H
#define DOMAIN_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/text.h"

/* ---- sets of groups ---- */

#define GROUP_MAX 1024 /* groups in one definition file; more is refused at load */

struct bits {
	uint64_t word[GROUP_MAX / 64];
};

bool bits_has(const struct bits *b, size_t i);
void bits_add(struct bits *b, size_t i);
void bits_join(struct bits *to, const struct bits *from);
bool bits_meet(const struct bits *a, const struct bits *b); /* anything in common? */
bool bits_equal(const struct bits *a, const struct bits *b);
bool bits_empty(const struct bits *b);
size_t bits_count(const struct bits *b);

/* ---- how a membership shows ---- */

enum rule_kind {
	RULE_EVERYONE,     /* every person the portal knows */
	RULE_NO_OTHER_HAT, /* a hat worn only by a person without any other */
	RULE_ATTRIBUTE,    /* the account's attribute holds the value */
	RULE_LDAP_GROUP,   /* the account is in that directory group, directly or nested */
	RULE_IN,           /* the person is in another group of this file */
	RULE_ALL,          /* all children are true */
	RULE_ANY,          /* a child is true */
	RULE_NONE,         /* no child is true; unknown stays unknown */
};

struct rule {
	enum rule_kind kind;
	const char *attribute; /* RULE_ATTRIBUTE: description as the directory writes it */
	const char *value;     /* RULE_ATTRIBUTE: compared without case of ASCII letters unless exact */
	bool exact;
	const char *until; /* attribute with the end of it (GeneralizedTime), or NULL */
	const char *dn;    /* RULE_LDAP_GROUP */
	size_t group;      /* RULE_IN: index */
	const char *ref;   /* RULE_IN: id as written, until resolved */
	struct rule *children;
	size_t child_count;
	int line;
};

struct group {
	const char *id;
	struct text label;
	bool hat;
	const char *icon; /* of a hat: name in the icon sprite, or NULL */
	int tone;         /* of a hat: colour set 1–6 of the stylesheet */
	const char *const *parent_ids;
	size_t parent_count;
	struct rule *rules;       /* a member by any one of them; none: only by --groups */
	size_t rule_count;
	struct bits closure; /* itself, its parents and theirs */
	int line;            /* in the file, for messages */
};

struct groups {
	const struct group *list;
	size_t count;
	struct bits hats;
	struct bits everyone; /* closure of the groups with RULE_EVERYONE */
};

/* Index of an id, or -1. */
int group_find(const struct groups *g, const char *id);

/* The id nearest in spelling, for "did you mean"; NULL when none is near. */
const char *group_near(const struct groups *g, const char *id);

/* Resolves parents and references, computes closures. FAIL_DATA with "FILE:LINE: what" for
 * an unknown id, an id twice, a circle of parents, or a none-of through a circle. */
MUST_CHECK enum fail group_close_all(struct arena *a, struct group *list, size_t count,
                                     const char *file, struct groups *out, struct err *err);

/* A hat that only somebody without another wears. */
bool group_is_for_hatless(const struct group *g);

/* The held groups with all parents, everyone's groups, and the hat without another. */
struct bits group_close(const struct groups *g, const struct bits *held);

/* The groups that count under one hat (campus rule 2): those whose parents reach the hat,
 * with their parents; loose ones that reach no hat; and everyone's. closed comes from
 * group_close. */
struct bits group_under(const struct groups *g, const struct bits *closed, size_t hat);

#endif
