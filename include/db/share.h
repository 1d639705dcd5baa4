/* share: the memory that all programs of one host share, a file mapped by each.
 *
 * Copies of sessions, the revision in force, the time of the last good poll, and what each
 * worker is doing (so that watch can end one that hangs). It can be lost at any moment:
 * everything in it is made again from MariaDB. Readers take no lock (a sequence number per
 * slot tells a torn read, which counts as "not there"); writers take a robust mutex, so a
 * writer killed half way holds nobody up. */
#ifndef DB_SHARE_H
#define DB_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct share;
struct session;

/* Opens or makes the file (mode 0600) for that many sessions. */
MUST_CHECK enum fail share_open(const char *path, uint32_t sessions, struct share **out,
                                struct err *err);
void share_close(struct share *s);

bool share_get(struct share *s, const uint8_t id[32], struct session *out);
void share_put(struct share *s, const struct session *session); /* the oldest of its set makes way */
void share_drop(struct share *s, const uint8_t id[32]);
void share_drop_all(struct share *s);
void share_seen(struct share *s, const uint8_t id[32], int64_t now);
/* Services looked at last, newest first: kept in the copy, and written to the database by watch. */
void share_recent(struct share *s, const uint8_t id[32], const char *recent);
void share_recent_written(struct share *s, const uint8_t id[32], const char *recent);
/* Calls each for every copy (for writing back `seen`). */
void share_each(struct share *s, void (*each)(void *with, const struct session *copy), void *with);

int64_t share_revision(const struct share *s);
void share_set_revision(struct share *s, int64_t revision);
int64_t share_polled_ms(const struct share *s); /* clock_ms of the last good poll; 0: never */
void share_set_polled(struct share *s);

/* A worker's own slot: gate tells when a request begins and ends. */
int share_worker_enter(struct share *s);                   /* a slot, or -1: none free */
void share_worker_busy(struct share *s, int slot, bool busy);
void share_worker_leave(struct share *s, int slot);
/* What a worker tries for whom, as a number made of the account's key; 0, or busy's end: nothing any more. Returns
 * how many others try for the same one. Of two that begin at the same moment each sees the other. */
int share_worker_tries(struct share *s, int slot, uint64_t whom);
/* Ends (SIGKILL) every worker of ours that has been in one request for longer; returns how
 * many, and clears slots of processes that are gone. */
int share_worker_reap(struct share *s, int64_t budget_ms);

/* Counters for /metrics: one per name, shared by all programs. */
enum share_count {
	COUNT_PAGES,
	COUNT_SIGNIN_OK,
	COUNT_SIGNIN_WRONG,
	COUNT_SIGNIN_UNREACHABLE,
	COUNT_SESSION_FROM_DB,
	COUNT_FRAME_HIT,
	COUNT_FRAME_MISS,
	COUNT_ERRORS,
	COUNT_MAX,
};
void share_count(struct share *s, enum share_count which);
uint64_t share_counted(const struct share *s, enum share_count which);

#endif
