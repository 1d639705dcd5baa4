/* level: directory groups that grow in number with the people: courses, programmes, departments …
 *
 * A line of levels.csv is a level:
 *   id       its name in this file
 *   cn       of its groups; {n} is the number of one
 *   at       the unit they lie in
 *   class, attribute
 *   size     50/1000: fifty for every thousand people; 30: so many, once
 *   of       whose groups these are: people assigned all of a+b, or the account @uid; empty: they hold groups only
 *   takes    how many of them one takes, "all", or 1/20: one in twenty takes one
 *   inside   levels that hold them: the groups are dealt out to those for the same people, in turn; a level
 *            inside itself is a chain
 *   from     people from which on there are any
 *
 * Nothing is kept of a group. Who is in one follows from the seed and the number of the person
 * alone, so that a small directory is the beginning of a large one. */
#ifndef PEOPLE_LEVEL_H
#define PEOPLE_LEVEL_H

#include "base/buf.h"
#include "people/someone.h"

#define LEVEL_INSIDE 4     /* most levels that one lies in */
#define LEVEL_PEOPLE 10000 /* most people that groups are dealt out to at a time */

struct level {
	const char *id, *cn, *at, *class, *attribute;
	size_t count, per; /* per 0: once */
	struct gset of;
	const struct listed *who;
	size_t takes, share; /* one in share takes so many */
	size_t inside[LEVEL_INSIDE], inside_count;
	size_t from;
	bool seen; /* lies where the portal looks */
};

/* A directory group: of a level, or (level of LEVEL_NAMED) one of model.ldap. */
struct node {
	size_t level, number;
};
#define LEVEL_NAMED SIZE_MAX

struct nodes {
	struct arena *arena;
	struct node *list;
	size_t count, room;
};

/* levels.csv; after everything else of the model. */
MUST_CHECK enum fail levels_read(struct model *m, const char *folder, struct err *err);

/* Groups of a level in a directory of m->accounts accounts. */
size_t level_size(const struct model *m, const struct level *l);

/* Calls take for the groups of a level that somebody is in, each once. */
void level_taken(const struct model *m, size_t level, const struct someone *s,
                 void (*take)(void *with, size_t number), void *with);

/* The directory groups of somebody, all of them, each once; list is emptied first. */
void level_climb(const struct model *m, const struct someone *s, struct nodes *out);

/* The groups of a level that lie in n themselves: first, first + step … before end. */
struct range {
	size_t first, end, step;
};
struct range level_below(const struct model *m, struct node n, size_t level);

void node_cn(const struct model *m, struct node n, struct buf *out);
void node_dn(const struct model *m, struct node n, struct buf *out); /* with the suffix */

#endif
