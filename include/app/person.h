/* person: everything the sources say about one person, and what follows.
 *
 * All sources are asked side by side, a thread and a handle each, under one deadline: a silent one
 * costs the others nothing, and is left alone for a while. Each account found is either the login's
 * own or tied to it (conf->link, most trusted key first, or a tie that somebody made); a source that
 * did not answer is there as an account that is `unread`, so that what it might have said stays
 * unknown. What it said lately may stand in (conf->last_good_s), marked as such. */
#ifndef APP_PERSON_H
#define APP_PERSON_H

#include "app/kit.h"
#include "base/buf.h"

#define MEMBERSHIP_MAX ((size_t)8 << 20)

/* Who is meant: by what they type, or by the stable key. */
struct person_name {
	const char *name;   /* or NULL */
	const uint8_t *key; /* then this */
};

/* The source that knows them; of several the first in the configuration. FAIL_ABSENT: none does;
 * FAIL_BACKEND: none of those that answered does. until_ms: on clock_ms. */
MUST_CHECK enum fail person_find(struct kit *kit, struct arena *a, const struct person_name *who,
                                 int64_t until_ms, size_t *which, struct account *out, struct err *err);

struct person_ask {
	size_t which;              /* the source of the login's own account */
	struct account *account;   /* as person_find gave it; NULL: its source does not answer */
	const struct account *kept; /* what was known before: may stand in */
	size_t kept_count;
	bool untied;               /* it is known that nobody tied the account by hand */
	int64_t now;
	int64_t until_ms;
};

struct person_facts {
	struct account *list; /* the login's own first */
	size_t count;
};

/* What all sources say now. Fails only when the ties that people made cannot be read. */
MUST_CHECK enum fail person_read(struct kit *kit, struct arena *a, const struct person_ask *ask,
                                 struct person_facts *out, struct err *err);

/* Did all sources say all they know? */
bool person_complete(const struct person_facts *facts);
/* Adds from ask->kept what may stand in for what did not answer; person_read has done so already when
 * it was given something kept. */
void person_stand_in(struct kit *kit, struct arena *a, const struct person_ask *ask,
                     struct person_facts *facts);

/* Facts as a session keeps them. Overflow: see buf_ok. */
void person_write(struct kit *kit, struct arena *a, const struct person_facts *facts, struct buf *out);

/* Reads one session's person again and stores what follows; somebody who is gone is signed out. */
MUST_CHECK enum fail person_refresh(struct kit *kit, struct arena *a, const struct session_row *row,
                                    struct err *err);

/* Asks loket-refresh to read this person's sessions again now, and waits at most so long for it. *done:
 * it was. FAIL_BACKEND: the database does not answer. */
MUST_CHECK enum fail person_again(struct kit *kit, struct arena *a, const uint8_t key[16], int wait_ms,
                                  bool *done, struct err *err);
/* What loket-refresh does with such wishes. */
MUST_CHECK enum fail person_wanted(struct kit *kit, struct arena *a, struct err *err);

/* What the sources must be asked for, after a revision became the one in force. */
void person_wishes(struct kit *kit);

#endif
