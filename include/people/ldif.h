/* ldif: the directory of a model, and the answer sheet that goes with it. */
#ifndef PEOPLE_LDIF_H
#define PEOPLE_LDIF_H

#include <stdio.h>

#include "people/model.h"

/* The first so many accounts and all groups; secret: the password of the portal's own
 * account, NULL leaves that account and the decoy out. */
MUST_CHECK enum fail ldif_write(FILE *out, const struct model *m, size_t people, const char *secret,
                                struct err *err);

/* uid, groups by id, person, with tabs between: from the model, never from the LDIF. */
MUST_CHECK enum fail answers_write(const struct model *m, const char *path, size_t people,
                                   struct err *err);

#endif
