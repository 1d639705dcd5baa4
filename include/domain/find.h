/* find: search inside a person's own decision.
 *
 * Works on terms (folded, stemmed words) that the text layer made, so it knows no
 * language. A service outside the decision cannot appear. */
#ifndef DOMAIN_FIND_H
#define DOMAIN_FIND_H

#include "domain/decide.h"

struct term {
	const char *text;
	float weight; /* of the place it was found in: title, keywords, summary */
};

struct terms {
	const struct term *list;
	size_t count;
};

struct index; /* private to find.c */

/* terms[i] belongs to services[i] of the catalogue. The index lives in the arena. */
struct index *find_index(struct arena *a, const struct catalogue *c, const struct terms *terms);

struct hit {
	const struct entry *entry;
	float score; /* > 0 */
};

/* Best first; equal scores in the order of the decision. */
size_t find(struct arena *a, const struct index *index, const struct decision *d,
            const struct terms *query, const struct hit **out);

#endif
