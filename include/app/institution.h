/* institution: one revision of groups, desks and catalogue, loaded and ready to decide with.
 * A value: two can exist side by side. */
#ifndef APP_INSTITUTION_H
#define APP_INSTITUTION_H

#include "base/conf.h"
#include "db/revision.h"
#include "domain/find.h"
#include "view/load.h"

struct institution {
	struct arena *arena; /* holds all of it */
	int64_t revision;    /* 0: from files, not imported */
	struct groups groups;
	struct catalogue catalogue;
	const struct words *words;
	const struct index *index;
};

/* What it is made from. */
struct institution_text {
	struct source_text groups, desks, services;
	struct source_text words; /* text NULL: without a words file */
};

/* From texts; checks everything an import checks. */
MUST_CHECK enum fail institution_make(const struct conf *conf, const struct langs *langs,
                                      const struct institution_text *of, struct institution **out,
                                      struct err *err);
/* From the files that the configuration names. */
MUST_CHECK enum fail institution_files(const struct conf *conf, const struct langs *langs,
                                       struct institution **out, struct err *err);
/* The revision in force. */
MUST_CHECK enum fail institution_live(const struct conf *conf, const struct langs *langs,
                                      struct db *db, struct institution **out, struct err *err);
void institution_free(struct institution *in); /* NULL is fine */

#endif
