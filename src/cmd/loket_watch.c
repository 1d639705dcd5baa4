/* loket-watch: one per host. Polls the change log, so that what another host changed counts here;
 * ends workers that hang; writes back when sessions were last seen; sweeps what is over. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "app/kit.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/changes.h"
#include "db/missed.h"

#define SWEEP_MS  5000
#define TRIM_MS   600000
#define SILENT_MS 10000 /* between two lines about the same trouble */

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

static void rest(int64_t ms)
{
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&pause, NULL); /* a signal ends it early, which is wanted */
}

struct watch {
	struct kit kit;
	uint64_t seq;
	int64_t swept, trimmed, said;
	bool trouble;
};

static void note(struct watch *w, enum fail rc, const struct err *err)
{
	if (!rc && w->trouble)
		log_event("watch", "outcome=well");
	if (rc && (!w->trouble || clock_ms() - w->said > SILENT_MS)) {
		log_event("watch", "outcome=trouble cause=\"%s\"", err->text);
		w->said = clock_ms();
	}
	w->trouble = rc;
}

static enum fail work(struct watch *w, struct err *err)
{
	struct kit *kit = &w->kit;
	enum fail rc;

	if ((rc = changes_poll(kit->db, kit->share, &w->seq, err)))
		return rc;
	if (clock_ms() - w->swept > SWEEP_MS) {
		w->swept = clock_ms();
		if ((rc = session_sweep(kit->db, kit->share, &kit->conf, err)))
			return rc;
	}
	if (clock_ms() - w->trimmed > TRIM_MS) {
		w->trimmed = clock_ms();
		if (!(rc = changes_trim(kit->db, err)))
			rc = missed_trim(kit->db, clock_now(), err);
	}
	return rc;
}

static void reap(struct kit *kit)
{
	int ended = share_worker_reap(kit->share, kit->conf.request_budget_ms);

	if (ended)
		log_event("watch", "workers-ended=%d budget-ms=%d", ended, kit->conf.request_budget_ms);
}

int main(int argc, char **argv)
{
	struct watch w = { 0 };
	struct kit_arguments arguments;
	struct err err = { 0 };
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (kit_arguments(argc, argv, &arguments, &err) ||
	    kit_open(&w.kit, "watch", arguments.conf, KIT_DB, &err)) {
		log_event("stop", "cause=\"%s\"", err.text);
		kit_close(&w.kit);
		return EXIT_FAILURE;
	}
	while (!stopping) {
		struct err trouble = { 0 };

		note(&w, work(&w, &trouble), &trouble);
		reap(&w.kit);
		rest(w.kit.conf.poll_ms);
	}
	kit_close(&w.kit);
	return EXIT_SUCCESS;
}
