/* tickets: requests in MariaDB. Only ever added to; the program's account may not do more.
 *
 * A form carries a key. The same key with the same content, however often it comes, is one request;
 * with other content it is FAIL_CONFLICT. So a form may be sent again when nobody knows whether it
 * was stored (a connection lost during COMMIT is FAIL_BACKEND). */
#ifndef DB_TICKETS_H
#define DB_TICKETS_H

#include "db/db.h"
#include "db/share.h"
#include "domain/ticket.h"

struct session;

/* Stores what t says but its number and events, for the desk, at now; *number is right only after
 * COMMIT. FAIL_CONFLICT: the key was used for something else, which is then *number. */
MUST_CHECK enum fail ticket_store(struct db *db, struct share *share, const struct session *s,
                                  const char *lang, const char *key, const struct ticket *t,
                                  const char *desk, int64_t now, uint64_t *number, struct err *err);

/* The person's own, newest first. */
MUST_CHECK enum fail tickets_read(struct db *db, struct arena *a, const uint8_t person[16],
                                  const struct ticket **out, size_t *count, struct err *err);
/* One of them; FAIL_ABSENT: not there or not theirs. */
MUST_CHECK enum fail ticket_read(struct db *db, struct arena *a, const uint8_t person[16],
                                 uint64_t number, const struct ticket **out, struct err *err);

#endif
