/* loket-refresh: one per host, at the trust level of the sign-in program. Reads the groups of
 * people who are signed in again before they are older than groups-fresh seconds, so that a
 * membership that ends or begins counts within that time, on every path; and at once for whom
 * somebody asks (loketctl refresh, the button on /me). */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "app/person.h"
#include "base/clock.h"
#include "base/log.h"

#define SCRATCH        ((size_t)64 << 20)
#define WISH_MS        200
#define ROUND          10 /* times that wishes are looked for between two looks at the others */
#define MOST_A_ROUND   500

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

/* Those that grow old. */
static enum fail oldest(struct kit *kit, struct arena *a, struct err *err)
{
	int64_t before = clock_now() - kit->conf.groups_fresh_s / 2;
	struct arena *one = arena_new(SCRATCH);
	struct session_row *rows;
	size_t count;
	enum fail rc;

	if (!(rc = session_stale(kit->db, a, &kit->conf, before, MOST_A_ROUND, &rows, &count, err)))
		for (size_t i = 0; i < count && !rc && !stopping; i++) {
			rc = person_refresh(kit, one, &rows[i], err);
			arena_reset(one);
		}
	arena_free(one);
	return rc;
}

/* Wishes every time, the others now and then. */
static enum fail round_of(struct kit *kit, bool all, struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	enum fail rc;

	if (!(rc = kit_institution(kit, err)) && !(rc = person_wanted(kit, a, err)) && all)
		rc = oldest(kit, a, err);
	arena_free(a);
	return rc;
}

int main(int argc, char **argv)
{
	struct kit kit = { 0 };
	struct kit_arguments arguments;
	struct err err = { 0 };
	struct sigaction action = { .sa_handler = on_signal };
	const struct timespec pause = { 0, WISH_MS * 1000000 };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (kit_arguments(argc, argv, &arguments, &err) ||
	    kit_open(&kit, "refresh", arguments.conf, KIT_DB | KIT_DIR, &err)) {
		log_event("stop", "cause=\"%s\"", err.text);
		kit_close(&kit);
		return EXIT_FAILURE;
	}
	kit.hurried = true;
	for (unsigned turn = 0; !stopping; turn++) {
		struct err trouble = { 0 };

		if (round_of(&kit, turn % ROUND == 0, &trouble))
			log_event("refresh", "outcome=trouble cause=\"%s\"", trouble.text);
		nanosleep(&pause, NULL);
	}
	kit_close(&kit);
	return EXIT_SUCCESS;
}
