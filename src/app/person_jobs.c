/* Sources asked side by side. */
#include <pthread.h>
#include <signal.h>

#include "base/clock.h"
#include "person_priv.h"

#define JOB_MEMORY ((size_t)24 << 20)
#define SLOW_MS    300  /* a failure that took so long was silence */
#define SILENT_MS  3000 /* and is not waited for again for so long */

static void release(void *arena)
{
	arena_free(arena);
}

static void *run(void *with)
{
	struct job *job = with;
	int64_t began = clock_ms();

	job->work(job);
	job->took_ms = clock_ms() - began;
	return NULL;
}

static bool silent(const struct job *job)
{
	return clock_ms() < job->kit->silent_until[job->source];
}

/* Signals are the main thread's: it is the one that waits for visitors. */
static bool start(struct job *job, pthread_t *thread)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = !pthread_create(thread, NULL, run, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

void jobs_run(struct kit *kit, struct arena *a, struct job *jobs, size_t count)
{
	pthread_t thread[SOURCES];
	bool started[SOURCES] = { false }, skipped[SOURCES] = { false };

	for (size_t i = 0; i < count; i++) {
		/* The first is done by this thread, in its own memory. */
		jobs[i].arena = i ? arena_new(JOB_MEMORY) : a;
		if (i)
			arena_defer(a, release, jobs[i].arena);
		/* The only source is asked for a visitor whatever happened: nobody else can answer. */
		skipped[i] = (kit->conf.source_count > 1 || kit->hurried) && silent(&jobs[i]);
		if (skipped[i])
			jobs[i].rc = err_set(&jobs[i].why, FAIL_BACKEND, "did not answer a moment ago");
		else if (i)
			started[i] = start(&jobs[i], &thread[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (!skipped[i] && !started[i])
			run(&jobs[i]);
	for (size_t i = 0; i < count; i++) {
		if (started[i])
			pthread_join(thread[i], NULL);
		if (skipped[i])
			continue;
		if (!jobs[i].rc)
			kit->silent_until[jobs[i].source] = 0;
		if (jobs[i].rc == FAIL_BACKEND && jobs[i].took_ms >= SLOW_MS)
			kit->silent_until[jobs[i].source] = clock_ms() + SILENT_MS;
	}
}
