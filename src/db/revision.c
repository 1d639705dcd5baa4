#include "db/revision.h"

#include <string.h>

#include "base/clock.h"
#include "crypt/token.h"
#include "db_priv.h"

#define SCRATCH ((size_t)1 << 20)

enum fail revision_live(struct db *db, int64_t *number, struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	struct rows rows;
	enum fail rc = db_ask(db, a, "SELECT number FROM live_revision", NO_VALUES, &rows, err);

	if (!rc && !rows.count)
		rc = err_set(err, FAIL_ABSENT, "no catalogue was imported yet");
	else if (!rc)
		*number = rows.list[0][0].number;
	arena_free(a);
	return rc;
}

enum fail revision_read(struct db *db, struct arena *a, int64_t number, struct revision *out,
                        struct err *err)
{
	struct column *row;
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a,
	                 "SELECT made_at, made_by, note, groups_xml, desks_xml, catalogue_xml, words_xml FROM revision "
	                 "WHERE number = ?",
	                 VALUES(v_int(number)), &rows, err)))
		return rc;
	if (!rows.count)
		return err_set(err, FAIL_ABSENT, "no revision %ld", (long)number);
	row = rows.list[0];
	*out = (struct revision){ .number = number,
		                  .made_at = row[0].number,
		                  .made_by = row[1].text,
		                  .note = row[2].text,
		                  .groups = row[3].text,
		                  .groups_len = row[3].len,
		                  .desks = row[4].text,
		                  .desks_len = row[4].len,
		                  .catalogue = row[5].text,
		                  .catalogue_len = row[5].len,
		                  .words = row[6].null ? NULL : row[6].text,
		                  .words_len = row[6].len };
	return OK;
}

/* Of the hashes of the files: where one ends cannot be mistaken. Without words it is what it was before. */
static void hash_revision(const struct revision *r, uint8_t out[32])
{
	uint8_t part[4][32];

	hash_bytes(r->groups, r->groups_len, part[0]);
	hash_bytes(r->desks, r->desks_len, part[1]);
	hash_bytes(r->catalogue, r->catalogue_len, part[2]);
	if (r->words)
		hash_bytes(r->words, r->words_len, part[3]);
	hash_bytes(part, r->words ? sizeof part : 3 * sizeof part[0], out);
}

struct storing {
	struct revision *r;
	uint8_t hash[32];
};

static enum fail put_live(struct db *db, int64_t number, struct err *err)
{
	enum fail rc;

	if ((rc = db_do(db, "REPLACE INTO live_revision (one, number) VALUES (1, ?)", VALUES(v_int(number)),
	                NULL, err)))
		return rc;
	return db_do(db, "INSERT INTO change_log (kind, number) VALUES ('revision', ?)",
	             VALUES(v_int(number)), NULL, err);
}

static enum fail store(struct db *db, void *with, struct err *err)
{
	struct storing *s = with;
	struct arena *a = arena_new(SCRATCH);
	struct revision *r = s->r;
	struct rows rows;
	enum fail rc;

	rc = db_ask(db, a,
	            "SELECT r.number, r.hash FROM live_revision l JOIN revision r ON r.number = l.number "
	            "FOR UPDATE",
	            NO_VALUES, &rows, err);
	if (!rc && rows.count && rows.list[0][1].len == 32 && !memcmp(rows.list[0][1].text, s->hash, 32)) {
		r->number = rows.list[0][0].number;
		arena_free(a);
		return OK;
	}
	arena_free(a);
	if (rc ||
	    (rc = db_do(db,
	                "INSERT INTO revision (made_at, made_by, note, hash, groups_xml, desks_xml, "
	                "catalogue_xml, words_xml) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	                VALUES(v_int(clock_now()), v_text(r->made_by), v_text(r->note), v_bytes(s->hash, 32),
	                       v_bytes(r->groups, r->groups_len), v_bytes(r->desks, r->desks_len),
	                       v_bytes(r->catalogue, r->catalogue_len),
	                       r->words ? v_bytes(r->words, r->words_len) : v_null()),
	                NULL, err)))
		return rc;
	r->number = (int64_t)db_insert_id(db);
	return put_live(db, r->number, err);
}

enum fail revision_store(struct db *db, struct revision *r, struct err *err)
{
	struct storing s = { .r = r };

	hash_revision(r, s.hash);
	return db_transaction(db, store, &s, err);
}
