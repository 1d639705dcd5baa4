/* member: from what the sources say to the groups a person is in, each with its proof.
 *
 * Pure: no network, no clock. Three-valued: a source that could not be asked makes the
 * answer incomplete; what is unknown never counts as yes and never as no. */
#ifndef DOMAIN_MEMBER_H
#define DOMAIN_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "domain/group.h"

/* ---- facts, as a source returned them ---- */

struct fact_value {
	const char *attribute; /* description with options, as returned */
	const char *value;
};

/* A directory group that the account is in. */
struct fact_group {
	const char *id;   /* entryUUID or the like; the only thing that is compared */
	const char *dn;   /* for people who maintain; as the server spells it */
	const char *name; /* its cn, for people */
	int via;          /* index of the group through which it was reached, -1: directly */
	const char *attribute; /* what says so: member, memberUid, memberURL, memberOf … */
	const char *value;     /* what the attribute holds, or NULL: the member's DN */
	bool nested;           /* the server says so without the groups between: "in, perhaps through others" */
};

/* A directory group that the group file names, as its source resolved it. */
struct fact_named {
	const char *dn; /* as written in the group file */
	const char *id; /* NULL: no such entry */
};

struct account {
	const char *source; /* id of the source in the configuration */
	const char *server; /* the server that answered */
	uint8_t key[16];    /* stable id of the entry (entryUUID), never what was typed */
	const char *dn;
	const char *uid;
	const char *name; /* display name */
	const char *lang; /* preferredLanguage or NULL */
	const struct fact_value *values;
	size_t value_count;
	const struct fact_group *groups;
	size_t group_count;
	const struct fact_named *named;
	size_t named_count;
	bool complete; /* false: the groups could not all be asked for */
	const char *why_incomplete;
	int64_t read_at;

	int64_t from, until; /* the account itself counts in this time only; 0: open */
	bool unread;         /* the source did not answer: stands for what it may have said */
	bool stale;          /* said a while ago; stands in for a while, see person.h of app */
	int64_t lasts;       /* until when, if stale; never shown as an end */
	const char *link;    /* NULL: the login's own; else the key, or "table", that ties it to that */
};

/* ---- what follows ---- */

enum proof_kind {
	PROOF_IMPLICIT,  /* every person; a person without another hat */
	PROOF_ATTRIBUTE, /* attribute = value */
	PROOF_LDAP_GROUP,
	PROOF_RULE,   /* a combination of groups */
	PROOF_PARENT, /* implied by another group */
	PROOF_AFTER,  /* within a time after the end of another group */
	PROOF_GIVEN,  /* named on the command line or in a preview */
};

struct proof {
	enum proof_kind kind;
	const char *source;         /* id; NULL when none was needed */
	const char *server;
	const char *account;        /* uid of the account that carries it */
	const char *dn;             /* its entry: for people who maintain */
	int64_t read_at;            /* when the source said so */
	bool stale;                 /* the source did not answer since */
	const char *attribute;      /* the attribute, or the one that holds the membership */
	const char *value;
	const char *const *chain;   /* PROOF_LDAP_GROUP: DNs from the account's own group up */
	const char *const *names;   /* the same, as cn */
	size_t chain_count;
	bool nested;                /* the server says so without naming the groups between */
	const char *group; /* PROOF_PARENT, PROOF_RULE: the group it follows from */
	const struct proof *also; /* PROOF_RULE of several terms: the next one, or NULL */
};

struct membership {
	size_t group;  /* index in struct groups */
	int64_t until; /* 0: no end known */
	struct proof proof;
};

struct person {
	uint8_t key[16];
	const char *uid;
	const char *name;
	const char *lang; /* the directory's wish, or NULL */
	const struct membership *list; /* all groups, closed, in file order */
	size_t count;
	struct bits groups; /* the same as a set */
	struct bits own;    /* those that the login's own account carries without the linked ones */
	struct bits unknown; /* neither yes nor no, as a source did not answer */
	const char *const *directory_groups; /* DNs of all of them, also those no rule uses */
	size_t directory_group_count;
	bool complete;
	const char *const *missing; /* sources that did not answer */
	size_t missing_count;
	int64_t as_of; /* when the oldest fact was read */
	int64_t stale_since; /* when the oldest fact that stands in was read; 0: none does */
	int64_t until; /* at this moment any of the above may change by itself, 0: never */
	const struct membership *ended; /* groups that were theirs until a moment that has passed */
	size_t ended_count;
};

/* Works out the groups at the moment now. accounts[0] is the one that signed in. */
void member_derive(struct arena *a, const struct groups *g, const struct account *accounts,
                   size_t account_count, int64_t now, struct person *out);

/* The same as if some groups were held, and others not, whatever the sources say: to try what would
 * follow. */
struct supposed {
	struct bits in, out;
};
void member_suppose(struct arena *a, const struct groups *g, const struct account *accounts,
                    size_t account_count, int64_t now, const struct supposed *s, struct person *out);

/* As if somebody held these groups: for previews and --groups. FAIL_INPUT: unknown id. */
MUST_CHECK enum fail member_given(struct arena *a, const struct groups *g, const char *ids,
                                  struct person *out, struct err *err);

/* End of a hat for this person, 0: none known. */
int64_t member_until(const struct person *p, size_t group);

/* ---- kept facts: what a session holds, so that groups follow again at any moment ---- */

/* Of each account what the rules of g, or the attributes in `also` (ends with NULL; may be NULL),
 * look at: nothing grows with groups that no rule names. A line each; and back. */
void member_write(const struct account *accounts, size_t count, const struct groups *g,
                  const char *const *also, struct buf *out);
MUST_CHECK enum fail member_read(struct arena *a, const char *text, struct account **out,
                                 size_t *count, struct err *err);

/* The attributes that rules of g look at, each once; ends with NULL. */
const char *const *member_attributes(struct arena *a, const struct groups *g);

#endif
