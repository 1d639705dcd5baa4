/* revision: what the catalogue was and is. A revision is the files (groups, desks,
 * catalogue, words) as they were imported; one is live. */
#ifndef DB_REVISION_H
#define DB_REVISION_H

#include "db/db.h"

struct revision {
	int64_t number;
	const char *groups, *desks, *catalogue; /* whole files */
	size_t groups_len, desks_len, catalogue_len;
	const char *words; /* NULL: none */
	size_t words_len;
	const char *note, *made_by;
	int64_t made_at;
};

/* Stores and makes it live, with a line in change_log; the same content as the live one
 * makes no new revision (number is then the live one's). */
MUST_CHECK enum fail revision_store(struct db *db, struct revision *r, struct err *err);
MUST_CHECK enum fail revision_live(struct db *db, int64_t *number, struct err *err); /* FAIL_ABSENT: none yet */
MUST_CHECK enum fail revision_read(struct db *db, struct arena *a, int64_t number,
                                   struct revision *out, struct err *err);

#endif
