/* answers: what a portal must find out about each account: from the model, never from the LDIF.
 *
 * A line an account, with tabs between: uid, groups by id, person, and the DNs of all directory groups with
 * ";" between (a DN has that sign escaped only). */
#ifndef PEOPLE_ANSWERS_H
#define PEOPLE_ANSWERS_H

#include "people/model.h"

/* Those listed, and every so many of the others. */
MUST_CHECK enum fail answers_write(const struct model *m, const char *path, size_t every, struct err *err);

#endif
