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
void bits_cut(struct bits *from, const struct bits *what);
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
	RULE_COUNT,        /* at least `least` children are true */
	RULE_COMPARE,      /* a value of the attribute compares so with `value` */
	RULE_PATTERN,      /* a value of the attribute looks like `value` */
	RULE_VALUES,       /* the attribute has at least `least` different values */
	RULE_DATES,        /* now lies between two moments, of attributes or fixed */
	RULE_AFTER,        /* within `days` after the known end of another group */
};

enum rule_op {
	OP_EQUAL,
	OP_LESS,
	OP_AT_MOST,
	OP_AT_LEAST,
	OP_MORE,
};

enum rule_as {
	AS_TEXT,
	AS_NUMBER,
	AS_DATE,
};

/* An attribute may have several values, over all accounts of the person. */
enum rule_values {
	ANY_VALUE,
	NO_VALUE,    /* also true of somebody without any */
	EVERY_VALUE, /* and there is one */
};

struct rule {
	enum rule_kind kind;
	const char *source; /* of facts: only accounts of that source count; NULL: all */
	const char *attribute; /* RULE_ATTRIBUTE: description as the directory writes it */
	const char *value;     /* RULE_ATTRIBUTE: compared without case of ASCII letters unless exact */
	bool exact;
	const char *from;  /* attribute with its begin, or NULL; of several values the latest counts */
	const char *until; /* attribute with its end, or NULL; of several values the earliest counts */
	enum rule_op op;   /* RULE_COMPARE, with as, number and moment read from value */
	enum rule_as as;
	enum rule_values values; /* RULE_ATTRIBUTE, RULE_COMPARE, RULE_PATTERN */
	double number;
	int64_t moment;
	bool relative;    /* moment counts from now */
	int least;        /* RULE_COUNT, RULE_VALUES */
	int64_t begin, end;       /* RULE_DATES: fixed moments, 0: none */
	int from_days, until_days; /* RULE_DATES: added to what the attributes say; RULE_AFTER: until_days */
	const char *dn;    /* RULE_LDAP_GROUP */
	size_t group;      /* RULE_IN, RULE_AFTER: index */
	const char *ref;   /* RULE_IN, RULE_AFTER: id as written, until resolved */
	struct rule *children;
	size_t child_count;
	int line;
};

struct group {
	const char *id;
	struct text label;
	bool hat;
	bool sensitive;  /* what a source said a while ago never stands in for this group */
	bool this_login; /* what it is for can be used only when the login's own account carries it */
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
	struct bits this_login;
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
 * group_close. unknown: groups that may be held too, or NULL; a loose one that they imply may count under
 * their hat alone, and is left out. */
struct bits group_under(const struct groups *g, const struct bits *closed, const struct bits *unknown,
                        size_t hat);

#endif
