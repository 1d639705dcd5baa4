#include "db/account.h"

#include <string.h>

#include "base/clock.h"
#include "db_priv.h"

#define WISHES_A_TIME 200

/* ---- ties ---- */

static struct account_end end_of(const struct column *key, const struct column *source,
                                 const struct column *uid)
{
	struct account_end end = { .source = source->text, .uid = uid->text };

	memcpy(end.key, key->text, sizeof end.key);
	return end;
}

enum fail account_links(struct db *db, struct arena *a, const uint8_t key[16], struct account_link **out,
                        size_t *count, struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a,
	                 "SELECT one, one_source, one_uid, other, other_source, other_uid, apart, made_at, "
	                 "made_by FROM account_link WHERE one = ? OR other = ? ORDER BY made_at, one, other",
	                 VALUES(v_bytes(key, 16), v_bytes(key, 16)), &rows, err)))
		return rc;
	*out = arena_array(a, rows.count, sizeof **out);
	*count = rows.count;
	for (size_t i = 0; i < rows.count; i++) {
		const struct column *row = rows.list[i];
		size_t asked = memcmp(row[0].text, key, 16) ? 1 : 0;
		struct account_link *link = &(*out)[i];

		link->end[asked] = end_of(&row[0], &row[1], &row[2]);
		link->end[!asked] = end_of(&row[3], &row[4], &row[5]);
		link->apart = row[6].number;
		link->made_at = row[7].number;
		link->made_by = row[8].text;
	}
	return OK;
}

static enum fail wish(struct db *db, const uint8_t key[16], struct err *err)
{
	int64_t now = clock_now();

	return db_do(db, "INSERT INTO refresh_wish (person, at) VALUES (?, ?) ON DUPLICATE KEY UPDATE at = at + 1",
	             VALUES(v_bytes(key, 16), v_int(now)), NULL, err);
}

static enum fail set_work(struct db *db, void *with, struct err *err)
{
	const struct account_link *link = with;
	size_t first = memcmp(link->end[0].key, link->end[1].key, 16) > 0;
	const struct account_end *one = &link->end[first], *other = &link->end[!first];
	int64_t now = clock_now();
	enum fail rc;

	if ((rc = db_do(db,
	                "INSERT INTO account_link (one, one_source, one_uid, other, other_source, other_uid, "
	                "apart, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	                "apart = ?, made_at = ?, made_by = ?",
	                VALUES(v_bytes(one->key, 16), v_text(one->source), v_text(one->uid),
	                       v_bytes(other->key, 16), v_text(other->source), v_text(other->uid),
	                       v_int(link->apart), v_int(now), v_text(link->made_by), v_int(link->apart),
	                       v_int(now), v_text(link->made_by)),
	                NULL, err)) ||
	    (rc = wish(db, one->key, err)))
		return rc;
	return wish(db, other->key, err);
}

enum fail account_link_set(struct db *db, const struct account_link *link, struct err *err)
{
	struct account_link copy = *link;

	if (!memcmp(link->end[0].key, link->end[1].key, 16))
		return err_set(err, FAIL_INPUT, "%s and %s are one account", link->end[0].uid, link->end[1].uid);
	return db_transaction(db, set_work, &copy, err);
}

/* ---- wishes ---- */

enum fail account_wish(struct db *db, const uint8_t key[16], struct err *err)
{
	return wish(db, key, err);
}

enum fail account_wishes(struct db *db, struct arena *a, struct account_wish_row **out, size_t *count,
                         struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a, "SELECT person, at FROM refresh_wish ORDER BY at LIMIT ?",
	                 VALUES(v_int(WISHES_A_TIME)), &rows, err)))
		return rc;
	*out = arena_array(a, rows.count, sizeof **out);
	*count = rows.count;
	for (size_t i = 0; i < rows.count; i++) {
		memcpy((*out)[i].key, rows.list[i][0].text, sizeof (*out)[i].key);
		(*out)[i].at = rows.list[i][1].number;
	}
	return OK;
}

enum fail account_wish_done(struct db *db, const struct account_wish_row *w, struct err *err)
{
	return db_do(db, "DELETE FROM refresh_wish WHERE person = ? AND at = ?",
	             VALUES(v_bytes(w->key, 16), v_int(w->at)), NULL, err);
}

enum fail account_wish_waits(struct db *db, struct arena *a, const uint8_t key[16], bool *waits,
                             struct err *err)
{
	struct rows rows;
	enum fail rc = db_ask(db, a, "SELECT at FROM refresh_wish WHERE person = ?", VALUES(v_bytes(key, 16)),
	                      &rows, err);

	if (!rc)
		*waits = rows.count > 0;
	return rc;
}
