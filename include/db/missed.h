/* missed: words that were searched for in vain, for those who own the catalogue.
 *
 * A week and the words are kept, never who, when or from where; only words that say something,
 * folded, without digits, and shown from MISSED_SHOWN times up, so that nobody is recognised. */
#ifndef DB_MISSED_H
#define DB_MISSED_H

#include "db/db.h"
#include "domain/words.h"

#define MISSED_SHOWN 5

/* Counts a search; one that could name somebody (digits, long words) is left out: OK as well. */
MUST_CHECK enum fail missed_count(struct db *db, struct arena *a, const struct words *words,
                                  const struct word_list *query, int64_t now, struct err *err);

struct missed {
	int week; /* ISO year * 100 + week */
	const char *words;
	int64_t times;
};

/* Those from MISSED_SHOWN times up, newest week and most often first. */
MUST_CHECK enum fail missed_list(struct db *db, struct arena *a, struct missed **out, size_t *count,
                                 struct err *err);

/* Forgets what is older than half a year. For watch. */
MUST_CHECK enum fail missed_trim(struct db *db, int64_t now, struct err *err);

#endif
