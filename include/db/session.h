/* session: who is signed in.
 *
 * The row in MariaDB is the truth; it holds only the hash of the token. Each host keeps a
 * copy in shared memory (db/share.h), so an ordinary visit asks no database. Every change
 * (end, other groups, new revision) appends to change_log in the same transaction; the
 * watch process of each host polls that log and drops or renews copies. A host whose last
 * good poll is too old asks the database each time.
 *
 * Limits (ASVS 5.0 7.3.1, 7.3.2): conf->session_idle_s since last seen and
 * conf->session_overall_s since sign-in. */
#ifndef DB_SESSION_H
#define DB_SESSION_H

#include "crypt/token.h"
#include "db/db.h"
#include "db/share.h"
#include "domain/group.h"

#define SESSION_HATS    16
#define SESSION_MISSING 4
#define SESSION_RECENT  320 /* bytes of service ids, with spaces between */

/* What a visit needs; plain bytes, the same in shared memory and in the program. */
struct session {
	uint8_t id[32];     /* hash of the token */
	uint8_t person[16]; /* stable key */
	char uid[65];
	char name[129];
	char lang[12]; /* the directory's wish, "" when none */
	int64_t created, seen;
	int64_t as_of;    /* of the groups */
	int64_t revision; /* of the group definitions that groups counts in */
	struct bits groups; /* closed */
	struct bits unknown; /* of these nobody knows: a source did not answer */
	struct bits own_groups; /* those that the account of this sign-in carries itself */
	int64_t until;      /* at this moment groups may change by themselves: filled anew; 0: never */
	int64_t stale_since; /* some groups stand on what was read then; 0: none */
	struct {
		uint16_t group;
		int64_t until; /* 0: no end known */
	} hat[SESSION_HATS];
	uint16_t hat_count;
	bool complete;
	char missing[SESSION_MISSING][33];
	int64_t own;       /* version of what this person keeps (db/own.h) */
	char recent[SESSION_RECENT]; /* services looked at last, newest first */
	bool recent_new;   /* not written to the database yet: watch does it */
};

/* Opens one: writes the row and the copy, and ends `former` (may be NULL: the session the
 * browser came with) in the same transaction, which also clears the failures counted under
 * `throttled` (may be NULL: there are none). membership is member_write's text (facts), address
 * and agent are shown to the person on /me. */
MUST_CHECK enum fail session_open(struct db *db, struct share *share, const struct session *s,
                                  const char *membership, const char *address, const char *agent,
                                  const uint8_t *former, const uint8_t *throttled, struct err *err);

/* The session of a token: the copy when it may be trusted and its groups still hold, else the database, which also
 * fills the copy. strict: always the database. FAIL_LOGIN: none, ended or over its limit.
 * to_session turns the stored membership into groups and hats of the revision in force; it
 * is called when the row had to be read. Marks it seen. */
typedef enum fail (*session_fill)(void *with, const char *membership, struct session *s,
                                  struct err *err);
MUST_CHECK enum fail session_find(struct db *db, struct share *share, const struct conf *conf,
                                  const struct token *token, bool strict, session_fill fill,
                                  void *with, struct session *out, struct err *err);

/* The stored membership text: for /me. */
MUST_CHECK enum fail session_membership(struct db *db, struct arena *a, const uint8_t id[32],
                                        const char **out, struct err *err);

/* The same of the session of a person that was read last, "" when there is none. */
MUST_CHECK enum fail session_kept(struct db *db, struct arena *a, const uint8_t person[16], const char **out,
                                  struct err *err);

/* Other groups for a session (refresh): row, change log, copy here. The row's as_of becomes now, when
 * the sources were last asked; how old what they said is, the membership says. */
MUST_CHECK enum fail session_regroup(struct db *db, struct share *share, const struct session *s,
                                     const char *membership, struct err *err);

MUST_CHECK enum fail session_end(struct db *db, struct share *share, const uint8_t id[32],
                                 struct err *err);
/* All of a person, or all but one (except may be NULL). */
MUST_CHECK enum fail session_end_all(struct db *db, struct share *share, const uint8_t person[16],
                                     const uint8_t *except, struct err *err);
/* One of a person's own, by the number that session_list gave; FAIL_ABSENT otherwise. */
MUST_CHECK enum fail session_end_own(struct db *db, struct share *share, const uint8_t person[16],
                                     uint64_t number, struct err *err);

struct session_row {
	uint64_t number; /* not secret: for "end this session" */
	uint8_t id[32], person[16];
	const char *uid, *address, *agent;
	int64_t created, seen, as_of;
};
MUST_CHECK enum fail session_list(struct db *db, struct arena *a, const struct conf *conf,
                                  const uint8_t *person /* NULL: everybody's */,
                                  struct session_row **out, size_t *count, struct err *err);
/* Live sessions seen lately whose groups are older than before: for the refresher. */
MUST_CHECK enum fail session_stale(struct db *db, struct arena *a, const struct conf *conf,
                                   int64_t before, size_t most, struct session_row **out,
                                   size_t *count, struct err *err);
/* Removes rows over their limits; writes back when sessions were last seen. For watch. */
MUST_CHECK enum fail session_sweep(struct db *db, struct share *share, const struct conf *conf,
                                   struct err *err);

#endif
