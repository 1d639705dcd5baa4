/* throttle: failed sign-ins, per account and per address (NIST 800-63B, ASVS 5.0 6.3.1).
 *
 * Counts failures only; a right sign-in clears the account's count. After the free tries
 * the wait doubles (1, 2, 4 … s) up to conf->throttle_wait_s; nobody is locked out. An
 * address counts as its /24 or /64. Counted before the bind (two at once cannot slip
 * through) and taken back on success or when the directory could not be asked. */
#ifndef DB_THROTTLE_H
#define DB_THROTTLE_H

#include "db/db.h"

/* *wait_s > 0: not now. key of an unknown name: hash of what was typed, folded. */
MUST_CHECK enum fail throttle_enter(struct db *db, const struct conf *conf, const uint8_t account[16],
                                    const char *address, int *wait_s, struct err *err);
/* The directory could not be asked: this try counts for nothing. */
MUST_CHECK enum fail throttle_undo(struct db *db, const uint8_t account[16], const char *address,
                                   struct err *err);
/* The password was right: no failures of the account any more. Part of the transaction that opens the session
 * (session_open): one commit less. */
MUST_CHECK enum fail throttle_clear(struct db *db, const uint8_t account[16], const char *address,
                                    struct err *err);

#endif
