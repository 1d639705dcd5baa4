/* model: the institution that loket-people writes, as five files describe it.
 *
 *   directory.csv  settings, units, groups with their parents, and how each one shows
 *   levels.csv     directory groups that grow in number with the people (people/level.h)
 *   people.csv     people by name, with the groups they are assigned
 *   mix.csv        kinds of generated people: weight, groups (a|b:3|- is a choice), ends
 *   names.csv      names to choose from
 *
 * Read once; nothing is added for a person. Strings live in the arena. */
#ifndef PEOPLE_MODEL_H
#define PEOPLE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "people/csv.h"

#define MODEL_GROUPS 256 /* most groups in directory.csv */

struct gset {
	uint64_t word[MODEL_GROUPS / 64];
};

void gset_add(struct gset *s, size_t i);
bool gset_has(const struct gset *s, size_t i);
void gset_join(struct gset *to, const struct gset *from);
bool gset_covers(const struct gset *whole, const struct gset *part); /* is all of part in whole? */
bool gset_empty(const struct gset *s);

/* name=value of an account; a value like -1d or +30d..+700d counts from now. */
struct fact {
	const char *name;
	const char *value; /* NULL: from now */
	long first_day, last_day;
};

struct facts {
	const struct fact *list;
	size_t count;
};

struct model_group {
	const char *id;
	struct gset closure; /* with its parents, and theirs */
	const struct csv_row *row;
	bool everyone, no_other_hat;
	bool shows; /* by an attribute, a directory group, or for everybody */
};

struct shown { /* a group as an attribute value */
	size_t group;
	const char *name, *value;
	const char *until; /* attribute with its end, or NULL */
};

struct ldap_group {
	const char *dn; /* in front of the suffix */
	const char *cn;
	const char *class, *attribute;
	struct facts facts;
	size_t group;   /* what it shows; with of empty: nothing */
	struct gset of; /* its people are assigned all of these */
	bool container; /* holds groups, no people */
};

struct extra_member { /* one more member of a directory group */
	const char *member;
	const char *of;
};

struct listed {
	const char *uid, *name, *lang, *person;
	bool persona;
	struct gset assigned;
	struct facts facts;
	char **also; /* cn of directory groups */
};

struct way {
	const char *text;
	unsigned weight;
	struct gset groups;
};

struct choice {
	const struct way *ways;
	size_t count;
	unsigned weight; /* of all ways together */
};

struct kind { /* of generated people */
	unsigned weight;
	const char *prefix, *pool;
	struct choice lang;
	const struct choice *groups;
	size_t group_count;
	struct facts facts;
};

struct pool {
	const char *const *given;
	size_t given_count;
	const char *const *surname;
	size_t surname_count;
};

struct level; /* people/level.h */

struct model {
	struct arena *arena;
	struct csv_table directory;
	const char *suffix, *organisation, *domain, *people, *group_base, *classes, *person_key,
		*password_prefix;
	const char *placeholder, *system, *service, *decoy, *first_number;
	struct model_group *groups;
	size_t group_count;
	struct gset hats, everyone;
	struct shown *shown;
	size_t shown_count;
	struct ldap_group *ldap;
	size_t ldap_count;
	struct extra_member *links;
	size_t link_count;
	struct level *levels;
	size_t level_count;
	struct listed *listed;
	size_t listed_count, persona_count;
	struct kind *kinds;
	size_t kind_count;
	unsigned kind_weight;
	struct pool *pools; /* one for each kind */
	uint64_t seed;
	int64_t now;
	size_t accounts; /* in the directory: those listed, and so many generated */
};

/* Columns of directory.csv; what they hold depends on the kind. */
enum {
	KIND,
	ID,
	OF,
	NAME,
	VALUE,
	MORE
};

/* Reads the five files of a folder into m, of which arena, seed, now are set. */
MUST_CHECK enum fail model_read(struct model *m, const char *folder, struct err *err);

bool row_is(const struct csv_row *r, const char *kind);

/* With the parents of all of them, and theirs. */
struct gset model_close(const struct model *m, const struct gset *groups);

#endif
