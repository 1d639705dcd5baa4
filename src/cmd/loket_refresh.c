/* loket-refresh: one per host, at the trust level of the sign-in program. Reads the groups of
 * people who are signed in again before they are older than groups-fresh seconds, so that a
 * membership that ends or begins counts within that time, on every path. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/kit.h"
#include "base/clock.h"
#include "base/log.h"
#include "dir/dir.h"

#define MEMBERSHIP_MAX ((size_t)8 << 20)
#define SCRATCH        ((size_t)64 << 20)
#define ROUND_MS       2000
#define MOST_A_ROUND   500

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

static enum fail find_key(struct kit *kit, struct arena *a, const uint8_t key[16], size_t *which,
                          struct account *out, struct err *err)
{
	enum fail rc = FAIL_ABSENT;

	for (size_t i = 0; i < kit->conf.source_count && rc == FAIL_ABSENT; i++) {
		err_clear(err);
		rc = dir_find_key(kit->dir[i], a, key, out, err);
		*which = i;
	}
	return rc;
}

static enum fail store(struct kit *kit, const struct session_row *row, const struct person *person,
                       struct err *err)
{
	struct session s = { .created = row->created, .seen = row->seen };
	struct buf membership;
	enum fail rc;

	memcpy(s.id, row->id, sizeof s.id);
	memcpy(s.person, row->person, sizeof s.person);
	kit_session_groups(&kit->in->groups, person, kit->in->revision, &s);
	buf_init(&membership, MEMBERSHIP_MAX);
	member_write(person, &kit->in->groups, &membership);
	rc = buf_ok(&membership) ? session_regroup(kit->db, kit->share, &s, membership.data, err)
	                         : err_set(err, FAIL_BUG, "membership is too large to store");
	buf_release(&membership);
	return rc;
}

/* Somebody who is gone from the directory is signed out; a directory that does not answer changes
 * nothing. */
static enum fail refresh(struct kit *kit, struct arena *a, const struct session_row *row,
                         struct err *err)
{
	struct account account;
	struct person person;
	size_t which;
	enum fail rc = find_key(kit, a, row->person, &which, &account, err);

	if (rc == FAIL_ABSENT) {
		err_clear(err);
		log_event("refresh", "outcome=gone person=%s", row->uid);
		return session_end_all(kit->db, kit->share, row->person, NULL, err);
	}
	if (rc || (rc = kit_person(kit, a, which, &account, clock_now(), &person, err)))
		return rc;
	if (!person.complete)
		return err_set(err, FAIL_BACKEND, "groups of %s could not all be read", row->uid);
	return store(kit, row, &person, err);
}

static enum fail round_of(struct kit *kit, struct err *err)
{
	struct arena *a = arena_new(SCRATCH), *one = arena_new(SCRATCH);
	int64_t before = clock_now() - kit->conf.groups_fresh_s / 2;
	struct session_row *rows;
	size_t count;
	enum fail rc;

	if (!(rc = kit_institution(kit, err)) &&
	    !(rc = session_stale(kit->db, a, &kit->conf, before, MOST_A_ROUND, &rows, &count, err)))
		for (size_t i = 0; i < count && !rc && !stopping; i++) {
			rc = refresh(kit, one, &rows[i], err);
			arena_reset(one);
		}
	arena_free(one);
	arena_free(a);
	return rc;
}

int main(int argc, char **argv)
{
	struct kit kit = { 0 };
	struct kit_arguments arguments;
	struct err err = { 0 };
	struct sigaction action = { .sa_handler = on_signal };
	const struct timespec pause = { ROUND_MS / 1000, 0 };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (kit_arguments(argc, argv, &arguments, &err) ||
	    kit_open(&kit, "refresh", arguments.conf, KIT_DB | KIT_DIR, &err)) {
		log_event("stop", "cause=\"%s\"", err.text);
		kit_close(&kit);
		return EXIT_FAILURE;
	}
	while (!stopping) {
		struct err trouble = { 0 };

		if (round_of(&kit, &trouble))
			log_event("refresh", "outcome=trouble cause=\"%s\"", trouble.text);
		nanosleep(&pause, NULL);
	}
	kit_close(&kit);
	return EXIT_SUCCESS;
}
