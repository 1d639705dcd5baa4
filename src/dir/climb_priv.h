/* climb_priv: what the files that find groups share: the set of groups found so far, and questions. */
#ifndef DIR_CLIMB_PRIV_H
#define DIR_CLIMB_PRIV_H

#include "dir_priv.h"

#define SCRATCH_MAX ((size_t)16 << 20)

struct seen {
	const char *dn; /* as sent: the fact's is fit for pages, this one for questions; NULL: a mere name */
	bool settled;   /* all groups above it are known already */
	const char *const *above; /* DNs of groups it says it is in, ends with NULL; or NULL */
};

struct climb {
	struct dir *d;
	struct arena *a, *scratch;
	struct account *account;
	enum conf_find find; /* never FIND_AUTO */
	struct fact_group *groups;
	struct seen *seen; /* beside groups */
	size_t count, room, seen_room;
	size_t *slot; /* hash of ids: index + 1, 0: free */
	size_t slot_count;
	bool full;
	bool doubtful; /* the server said something odd: nothing it says is kept for the next one */
	struct edge *edges; /* of the level in hand */
	size_t edge_count, edge_room;
	struct kept *kept; /* NULL: nothing is kept */
};

/* Group `above` holds group `below` (-1: the account) in that attribute. */
struct edge {
	int below, above;
	const char *attribute;
};

/* Which groups hold this? */
struct question {
	int via; /* the group it is about, -1: the account */
	const char *attribute;
	const char *rule;   /* matching rule, or NULL */
	const char *value;
	const char *filter; /* of those groups, or NULL */
};

void climb_incomplete(struct account *account, const char *why);
size_t climb_limit(const struct dir *d);

/* The place of the group in c->groups, added when it is new; -1: there is no room for more. */
int climb_add(struct climb *c, LDAPMessage *entry, int via, const char *attribute, const char *value);
int climb_add_known(struct climb *c, const struct fact_group *group, const char *dn);
bool climb_has(const struct climb *c, const char *id);
size_t climb_hash(const char *s);

/* ---- dir_kept: what is above a group, known from asking a short while ago ---- */

void climb_kept_begin(struct climb *c);
/* Adds all that hold the group, when it is known; the account is then as old as that answer. */
bool climb_kept(struct climb *c, int of);
/* The edges of the level in hand are all that lead up from it. */
void climb_keep(struct climb *c, int of);

/* ---- dir_level: questions about holders ---- */

/* All that hold one of these; every answer becomes an edge, and a group when it is new. *understood counts
 * questions that the server had an answer to. *whole: nothing was withheld. */
MUST_CHECK enum fail climb_ask(struct climb *c, const struct question *q, size_t count,
                               size_t *understood, bool *whole, struct err *err);
/* Whether an answer can be used, and incomplete with the reason when it is not all. */
bool climb_usable(struct climb *c, const struct dir_ask *ask);
/* The values of the person's attribute, options or not; ends with NULL. */
const char **climb_values(struct climb *c, const char *attribute);

/* ---- dir_said: groups that something names without asking for holders ---- */

/* What attributes of the person name. nested: also those that hold more than the direct ones. */
MUST_CHECK enum fail climb_named(struct climb *c, bool nested, struct err *err);
/* Dynamic groups that the account (-1) or a group is in. */
MUST_CHECK enum fail climb_dynamic(struct climb *c, int subject, struct err *err);
MUST_CHECK enum fail climb_netgroups(struct climb *c, struct err *err);

/* ---- dir_chain: Active Directory ---- */

/* The question for the group that the primary group's number means; false: the person has none. */
bool climb_primary(struct climb *c, struct question *out);
/* It was found by its SID; what says that the person is in it is the number. */
void climb_name_primary(struct climb *c);
/* All groups above the account and its primary group, in one question; they are settled. */
MUST_CHECK enum fail climb_in_chain(struct climb *c, struct err *err);

#endif
