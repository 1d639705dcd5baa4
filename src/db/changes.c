#include "db/changes.h"

#include <inttypes.h>

#include "db_priv.h"

#define SCRATCH ((size_t)8 << 20)

static enum fail newest(struct db *db, struct arena *a, uint64_t *seq, int64_t *revision, struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a,
	                 "SELECT (SELECT COALESCE(MAX(seq), 0) FROM change_log), "
	                 "(SELECT COALESCE(MAX(number), 0) FROM live_revision)",
	                 NO_VALUES, &rows, err)))
		return rc;
	*seq = (uint64_t)rows.list[0][0].number + 1; /* 0 stands for "not read yet" */
	*revision = rows.list[0][1].number;
	return OK;
}

/* Copies that were there before this process watched may be stale. */
static enum fail begin(struct db *db, struct share *share, struct arena *a, uint64_t *seq, struct err *err)
{
	int64_t revision;
	enum fail rc;

	if ((rc = newest(db, a, seq, &revision, err)))
		return rc;
	share_drop_all(share);
	share_set_revision(share, revision);
	return OK;
}

static void apply(struct share *share, const struct column *row)
{
	if (!row[1].null && row[1].len == 32)
		share_drop(share, (const uint8_t *)row[1].text);
	if (!row[2].null)
		share_set_revision(share, row[2].number);
}

enum fail changes_poll(struct db *db, struct share *share, uint64_t *seq, struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	struct rows rows = { 0 };
	enum fail rc = OK;

	if (!*seq)
		rc = begin(db, share, a, seq, err);
	/* A lower number can commit later: what is younger than 5 s is read again; applying a change
	 * twice does no harm. */
	if (!rc)
		rc = db_ask(db, a,
		            "SELECT seq, session, number FROM change_log WHERE seq >= ? OR at > "
		            "CURRENT_TIMESTAMP(3) - INTERVAL 5 SECOND ORDER BY seq",
		            VALUES(v_int((int64_t)*seq)), &rows, err);
	for (size_t i = 0; !rc && i < rows.count; i++) {
		apply(share, rows.list[i]);
		if ((uint64_t)rows.list[i][0].number >= *seq)
			*seq = (uint64_t)rows.list[i][0].number + 1;
	}
	if (!rc)
		share_set_polled(share);
	arena_free(a);
	return rc;
}

enum fail changes_trim(struct db *db, struct err *err)
{
	return db_do(db, "DELETE FROM change_log WHERE at < CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR", NO_VALUES,
	             NULL, err);
}
