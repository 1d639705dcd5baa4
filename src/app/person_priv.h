/* Shared by the files of person: sources asked side by side. */
#ifndef APP_PERSON_PRIV_H
#define APP_PERSON_PRIV_H

#include "app/person.h"
#include "dir/dir.h"

#define SOURCES 4

/* One source's part of the work, perhaps in a thread of its own: it touches its own handle and arena,
 * reads what others own, and writes no log. */
struct job {
	struct kit *kit;
	size_t source;
	struct arena *arena;
	int64_t until_ms;
	void (*work)(struct job *job);
	const void *with; /* what the work is about */
	enum fail rc;
	struct err why;
	int64_t took_ms;

	struct account *account;  /* found, or to climb from */
	struct dir_tied *tied;    /* accounts that ties led to, with their groups */
	size_t tied_count;
	int found[DIR_TIES];      /* entries per tie */
	bool asked;               /* for ties */
};

/* Runs each job's work, all but the first in threads; those of sources that were silent a moment ago
 * fail at once. Results live in a. */
void jobs_run(struct kit *kit, struct arena *a, struct job *jobs, size_t count);

#endif
