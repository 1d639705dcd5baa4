/* account: accounts of one person that somebody tied together, or keeps apart whatever their keys
 * say; and who asked for their groups to be read again. */
#ifndef DB_ACCOUNT_H
#define DB_ACCOUNT_H

#include "db/db.h"

/* One end of a tie. */
struct account_end {
	uint8_t key[16];    /* stable id in its directory */
	const char *source; /* id of that in the configuration */
	const char *uid;    /* as it was called then, for people */
};

struct account_link {
	struct account_end end[2]; /* account_links: end[0] is the one asked about */
	bool apart;                /* never one person */
	int64_t made_at;
	const char *made_by;
};

/* All ties of an account. */
MUST_CHECK enum fail account_links(struct db *db, struct arena *a, const uint8_t key[16],
                                   struct account_link **out, size_t *count, struct err *err);
/* Makes a tie, or turns the one there is; both are then read again. FAIL_INPUT: one account. */
MUST_CHECK enum fail account_link_set(struct db *db, const struct account_link *link, struct err *err);

/* Forgets the ties that somebody made of an account of theirs. */
MUST_CHECK enum fail account_links_erase(struct db *db, const uint8_t key[16], const char *made_by,
                                         struct err *err);

/* The sessions of this person are to be read again now. */
MUST_CHECK enum fail account_wish(struct db *db, const uint8_t key[16], struct err *err);
struct account_wish_row {
	uint8_t key[16];
	int64_t at;
};
MUST_CHECK enum fail account_wishes(struct db *db, struct arena *a, struct account_wish_row **out,
                                    size_t *count, struct err *err);
/* Done, unless it was asked for again since. */
MUST_CHECK enum fail account_wish_done(struct db *db, const struct account_wish_row *wish,
                                       struct err *err);
/* Is it waiting to be done? */
MUST_CHECK enum fail account_wish_waits(struct db *db, struct arena *a, const uint8_t key[16], bool *waits,
                                        struct err *err);

#endif
