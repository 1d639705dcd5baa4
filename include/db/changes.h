/* changes: the log that tells other hosts what changed. Polled by one process per host. */
#ifndef DB_CHANGES_H
#define DB_CHANGES_H

#include "db/db.h"
#include "db/share.h"

/* Reads what is new since *seq (0: only the newest number is taken over) and applies it to
 * share: sessions dropped, the live revision set, the time of the poll stored. Numbers can
 * become visible out of order, so a window of the last 5 s is read again each time. */
MUST_CHECK enum fail changes_poll(struct db *db, struct share *share, uint64_t *seq,
                                  struct err *err);
/* Rows older than an hour go. */
MUST_CHECK enum fail changes_trim(struct db *db, struct err *err);

#endif
