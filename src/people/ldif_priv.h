/* What ldif.c and ldif_groups.c share. */
#ifndef PEOPLE_LDIF_PRIV_H
#define PEOPLE_LDIF_PRIV_H

#include "base/buf.h"
#include "people/ldif.h"
#include "people/someone.h"

void ldif_line(FILE *out, const char *name, const char *value);
void ldif_dn(FILE *out, const struct model *m, const char *name, const char *rdns);
void ldif_facts(FILE *out, const struct model *m, const struct someone *s, const struct facts *facts);

/* name: the DN of somebody. */
void ldif_person(FILE *out, const struct model *m, const char *name, const struct someone *s);

/* The same DN in other signs that mean the same. */
void ldif_respelled(FILE *out, const struct model *m, const char *name, const struct someone *s);

void groups_write(FILE *out, const struct model *m);

#endif
