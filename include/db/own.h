/* own: what a person keeps in the portal beside requests: favourites, and the version of it all.
 *
 * The version stands in the copy of the session in shared memory (session.own). Every change makes
 * it another one, in the transaction of the change, and tells all hosts through the change log: so a
 * piece that was made for one version is right for as long as the session carries that version, and
 * an ordinary visit asks no database. */
#ifndef DB_OWN_H
#define DB_OWN_H

#include "db/db.h"
#include "db/share.h"

struct session;

#define FAVOURITES_MAX 50

struct favourites {
	const char *id[FAVOURITES_MAX + 1]; /* services, in the person's own order */
	size_t count;
};

MUST_CHECK enum fail favourites_read(struct db *db, struct arena *a, const uint8_t person[16],
                                     struct favourites *out, struct err *err);

/* Reads the list, lets change work on it (it may run twice, and may leave it at FAVOURITES_MAX at
 * most), and stores it. */
typedef void (*favourites_change)(struct favourites *list, const void *with);
MUST_CHECK enum fail favourites_store(struct db *db, struct share *share, const struct session *s,
                                      favourites_change change, const void *with, struct err *err);

/* Favourites and what was looked at last go; requests stay, they are the desks' records. */
MUST_CHECK enum fail own_erase(struct db *db, struct share *share, const struct session *s, struct err *err);

#endif
