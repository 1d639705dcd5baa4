/* someone: one account of the institution, listed or generated, made anew whenever it is asked for.
 *
 * A generated one follows from the seed and its number alone, so that a small directory is a
 * part of a larger one. */
#ifndef PEOPLE_SOMEONE_H
#define PEOPLE_SOMEONE_H

#include "people/model.h"

struct someone {
	size_t number;
	char uid[64];
	const char *given, *surname; /* surname NULL: given holds the whole name */
	const char *lang;
	const char *person; /* what its accounts have in common */
	const struct facts *facts;
	const struct listed *listed; /* NULL: generated */
	const struct kind *kind;
	struct gset assigned;
	struct gset held; /* with what follows from it; after someone_close */
};

/* The i-th account: those listed, then the generated ones. Without its name, because most
 * walks ask for the groups only: someone_name adds uid and person,
 * someone_close what follows from the groups. */
void someone_make(const struct model *m, size_t i, struct someone *s);
void someone_name(const struct model *m, struct someone *s);
void someone_close(const struct model *m, struct someone *s);

/* A person (not a group) of this directory group, directly? */
bool someone_in(const struct ldap_group *l, const struct someone *s);

/* The moment of a fact that counts from now. */
int64_t fact_time(const struct model *m, const struct someone *s, const struct fact *f);

/* What a portal must find: from what shows and has not ended, of all accounts of this person, closed over the
 * parents. */
struct gset someone_answer(const struct model *m, const struct someone *s);

/* One in so many of something that has a number. */
bool one_in(const struct model *m, uint64_t share, uint64_t number, uint64_t turn);

/* What is thrown for beyond a person's own facts. */
enum {
	DICE_PERSON_KEY = 1024,
	DICE_FAULTS = 2048, /* what is wrong on purpose */
	DICE_LEVELS = 4096, /* the directory groups of levels, 32 for each */
};

/* A number that looks random and follows from what it is given (SplitMix64's last steps). */
uint64_t dice(uint64_t seed, uint64_t number, uint64_t turn);

#endif
