#include "db/own.h"

#include <string.h>

#include "db/session.h"
#include "own_priv.h"

#define SCRATCH ((size_t)1 << 20)

/* What was looked at counts under the version it was noted with (session_sweep), so it is written now. */
enum fail own_touch(struct db *db, const struct session *s, struct err *err)
{
	enum fail rc;

	if ((rc = db_do(db,
	                "INSERT INTO person_state (person, version, recent) VALUES (?, 1, ?) "
	                "ON DUPLICATE KEY UPDATE version = version + 1, recent = IF(?, VALUES(recent), recent)",
	                VALUES(v_bytes(s->person, 16), v_text(s->recent), v_int(s->recent_new)), NULL, err)))
		return rc;
	return db_do(db,
	             "INSERT INTO change_log (kind, session) SELECT 'session', id FROM session WHERE person = ?",
	             VALUES(v_bytes(s->person, 16)), NULL, err);
}

/* ---- favourites ---- */

static void take(const struct rows *rows, struct favourites *out)
{
	out->count = 0;
	for (size_t i = 0; i < rows->count && i < FAVOURITES_MAX; i++)
		out->id[out->count++] = rows->list[i][0].text;
}

enum fail favourites_read(struct db *db, struct arena *a, const uint8_t person[16],
                          struct favourites *out, struct err *err)
{
	struct rows rows;
	enum fail rc = db_ask(db, a, "SELECT service FROM favourite WHERE person = ? ORDER BY place, service",
	                      VALUES(v_bytes(person, 16)), &rows, err);

	if (!rc)
		take(&rows, out);
	return rc;
}

struct storing {
	struct arena *a;
	const struct session *session;
	favourites_change change;
	const void *with;
};

static enum fail remove_all(struct db *db, const uint8_t person[16], struct err *err)
{
	return db_do(db, "DELETE FROM favourite WHERE person = ?", VALUES(v_bytes(person, 16)), NULL, err);
}

static enum fail write_all(struct db *db, const uint8_t person[16], const struct favourites *list,
                           struct err *err)
{
	enum fail rc = remove_all(db, person, err);

	for (size_t i = 0; !rc && i < list->count; i++)
		rc = db_do(db, "INSERT INTO favourite (person, service, place) VALUES (?, ?, ?)",
		           VALUES(v_bytes(person, 16), v_text(list->id[i]), v_int((int64_t)i)), NULL, err);
	return rc;
}

/* The person's row is locked first: two tabs change the list one after the other. */
static enum fail store_work(struct db *db, void *with, struct err *err)
{
	struct storing *s = with;
	const uint8_t *person = s->session->person;
	struct favourites list;
	enum fail rc;

	if ((rc = own_touch(db, s->session, err)) || (rc = favourites_read(db, s->a, person, &list, err)))
		return rc;
	s->change(&list, s->with);
	return write_all(db, person, &list, err);
}

enum fail favourites_store(struct db *db, struct share *share, const struct session *s,
                           favourites_change change, const void *with, struct err *err)
{
	struct storing storing = { arena_new(SCRATCH), s, change, with };
	enum fail rc = db_transaction(db, store_work, &storing, err);

	arena_free(storing.a);
	if (!rc)
		share_drop(share, s->id);
	return rc;
}

/* ---- erasing ---- */

static enum fail erase_work(struct db *db, void *with, struct err *err)
{
	const struct session *s = with;
	enum fail rc;

	if ((rc = own_touch(db, s, err)) || (rc = remove_all(db, s->person, err)))
		return rc;
	return db_do(db, "UPDATE person_state SET recent = '' WHERE person = ?", VALUES(v_bytes(s->person, 16)),
	             NULL, err);
}

enum fail own_erase(struct db *db, struct share *share, const struct session *s, struct err *err)
{
	struct session copy = *s;
	enum fail rc = db_transaction(db, erase_work, &copy, err);

	if (!rc)
		share_drop(share, s->id);
	return rc;
}
