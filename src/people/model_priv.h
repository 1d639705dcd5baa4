/* What model.c and roster.c share. */
#ifndef PEOPLE_MODEL_PRIV_H
#define PEOPLE_MODEL_PRIV_H

#include "people/model.h"

/* A list of group ids in a field; FAIL_DATA names the line of an unknown one. */
MUST_CHECK enum fail model_groups_named(const struct model *m, const struct csv_table *t,
                                        const struct csv_row *r, const char *ids,
                                        const char *separators, struct gset *out, struct err *err);

/* name=value, several with blanks between. */
MUST_CHECK enum fail model_facts(const struct model *m, const struct csv_table *t,
                                 const struct csv_row *r, const char *text, struct facts *out,
                                 struct err *err);

/* people.csv; personas first: they are the ones that --people counts. */
MUST_CHECK enum fail roster_people(struct model *m, const char *folder, struct err *err);

/* mix.csv and names.csv. */
MUST_CHECK enum fail roster_mix(struct model *m, const char *folder, struct err *err);

#endif
