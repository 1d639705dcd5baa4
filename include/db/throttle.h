/* throttle: failed sign-ins, per account and per address (NIST 800-63B, ASVS 5.0 6.3.1).
 *
 * Counts failures only; a right sign-in clears the account's count, and writes nothing where there is none. After the
 * free tries the wait doubles (1, 2, 4 … s, and up to a second more) to conf->throttle_wait_s; nobody is locked out.
 * An address counts as its /24 or /64. Tries under way on this host (share_worker_tries) count as failures until they
 * are over: two at once do not slip through; on several hosts, no more than one for each sign-in process of the
 * others. */
#ifndef DB_THROTTLE_H
#define DB_THROTTLE_H

#include "db/db.h"

struct throttle {
	int wait_s;  /* > 0: not now */
	bool failed; /* the account has a count: a right password clears it */
	bool untied; /* nobody tied it to another by hand (account_links): told in the same answer, for the next step */
};

/* account: its key; of an unknown name, a hash of what was typed, folded. */
MUST_CHECK enum fail throttle_look(struct db *db, const struct conf *conf, const uint8_t account[16],
                                   const char *address, int under_way, struct throttle *out, struct err *err);
MUST_CHECK enum fail throttle_count(struct db *db, const uint8_t account[16], const char *address, struct err *err);
MUST_CHECK enum fail throttle_clear(struct db *db, const uint8_t account[16], struct err *err);

#endif
