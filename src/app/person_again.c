/* Groups read again because somebody asked: a wish in the database, which loket-refresh fulfils. The directory's
 * secret stays out of the program that asks. */
#include <time.h>

#include "app/person.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/account.h"
#include "dir/dir.h"

#define LOOK_MS 50

enum fail person_again(struct kit *kit, struct arena *a, const uint8_t key[16], int wait_ms, bool *done,
                       struct err *err)
{
	static const struct timespec pause = { 0, LOOK_MS * 1000000 };
	int64_t until = clock_ms() + wait_ms;
	bool waits = true;
	enum fail rc = account_wish(kit->db, key, err);

	while (!rc && !(rc = account_wish_waits(kit->db, a, key, &waits, err)) && waits && clock_ms() < until)
		nanosleep(&pause, NULL);
	*done = !rc && !waits;
	return rc;
}

static enum fail fulfil(struct kit *kit, struct arena *a, const struct account_wish_row *wish, struct err *err)
{
	struct session_row *rows;
	size_t count;
	enum fail rc;

	if ((rc = session_list(kit->db, a, &kit->conf, wish->key, &rows, &count, err)))
		return rc;
	for (size_t i = 0; i < count; i++)
		if ((rc = person_refresh(kit, a, &rows[i], err)))
			return rc;
	log_event("refresh", "outcome=asked sessions=%zu", count);
	return account_wish_done(kit->db, wish, err);
}

enum fail person_wanted(struct kit *kit, struct arena *a, struct err *err)
{
	struct account_wish_row *wishes;
	size_t count;
	enum fail rc;

	if ((rc = account_wishes(kit->db, a, &wishes, &count, err)))
		return rc;
	for (size_t i = 0; count && i < kit->conf.source_count; i++)
		dir_forget(kit->dir[i]);
	for (size_t i = 0; i < count; i++) {
		struct arena *one = arena_new((size_t)64 << 20);

		rc = fulfil(kit, one, &wishes[i], err);
		arena_free(one);
		if (rc)
			return rc;
	}
	return OK;
}
