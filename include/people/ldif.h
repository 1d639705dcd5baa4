/* ldif: the directory of a model. */
#ifndef PEOPLE_LDIF_H
#define PEOPLE_LDIF_H

#include <stdio.h>

#include "people/model.h"

/* secret: the password of the portal's own account, NULL leaves that account and the decoy out. */
MUST_CHECK enum fail ldif_write(FILE *out, const struct model *m, const char *secret, struct err *err);

#endif
