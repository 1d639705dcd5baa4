#include "db/session.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/throttle.h"
#include "db_priv.h"

#define SCRATCH      ((size_t)32 << 20)
#define SEEN_STEP_S  30 /* how late `seen` may be in the database */
#define SWEEP_A_TIME 500

/* ---- opening ---- */

struct opening {
	const struct session *s;
	struct session *copy;
	const char *membership, *address, *agent;
	const uint8_t *former, *throttled;
};

static enum fail log_session(struct db *db, const uint8_t id[32], struct err *err)
{
	return db_do(db, "INSERT INTO change_log (kind, session) VALUES ('session', ?)", VALUES(v_bytes(id, 32)),
	             NULL, err);
}

static enum fail remove_row(struct db *db, const uint8_t id[32], struct err *err)
{
	uint64_t removed = 0;
	enum fail rc;

	if ((rc = db_do(db, "DELETE FROM session WHERE id = ?", VALUES(v_bytes(id, 32)), &removed, err)))
		return rc;
	return removed ? log_session(db, id, err) : OK;
}

/* What the person keeps goes with the copy, so that a visit need not ask for it. */
static void take_own(struct session *s, const struct column *version, const struct column *recent)
{
	s->own = version->number;
	snprintf(s->recent, sizeof s->recent, "%s", recent->text);
}

/* The row, and in the same breath what the person keeps. */
static enum fail insert_row(struct db *db, struct arena *a, const struct opening *o, struct err *err)
{
	const struct session *s = o->s;
	struct rows rows;
	enum fail rc;

	rc = db_ask(db, a,
	            "INSERT INTO session (id, person, uid, name, lang, created, seen, as_of, membership, address, "
	            "agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING "
	            "COALESCE((SELECT version FROM person_state WHERE person = ?), 0), "
	            "COALESCE((SELECT recent FROM person_state WHERE person = ?), '')",
	            VALUES(v_bytes(s->id, 32), v_bytes(s->person, 16), v_text(s->uid), v_text(s->name),
	                   v_text(s->lang), v_int(s->created), v_int(s->seen), v_int(s->as_of),
	                   v_text(o->membership), v_text(o->address), v_text(o->agent), v_bytes(s->person, 16),
	                   v_bytes(s->person, 16)),
	            &rows, err);
	if (!rc && rows.count)
		take_own(o->copy, &rows.list[0][0], &rows.list[0][1]);
	return rc;
}

static enum fail open_work(struct db *db, void *with, struct err *err)
{
	const struct opening *o = with;
	struct arena *a;
	enum fail rc;

	if ((o->throttled && (rc = throttle_clear(db, o->throttled, err))) ||
	    (o->former && (rc = remove_row(db, o->former, err))))
		return rc;
	a = arena_new(SCRATCH);
	rc = insert_row(db, a, o, err);
	arena_free(a);
	return rc;
}

enum fail session_open(struct db *db, struct share *share, const struct session *s,
                       const char *membership, const char *address, const char *agent,
                       const uint8_t *former, const uint8_t *throttled, struct err *err)
{
	struct session copy = *s;
	struct opening o = { s, &copy, membership, address, agent, former, throttled };
	enum fail rc;

	/* One row alone needs no transaction. */
	if ((rc = former || throttled ? db_transaction(db, open_work, &o, err) : open_work(db, &o, err)))
		return rc;
	if (former)
		share_drop(share, former);
	share_put(share, &copy);
	return OK;
}

/* ---- finding ---- */

static bool within_limits(const struct conf *conf, const struct session *s, int64_t now)
{
	return now - s->seen < conf->session_idle_s && now - s->created < conf->session_overall_s;
}

static bool trusted(struct share *share, const struct conf *conf)
{
	int64_t polled = share_polled_ms(share);

	return polled && clock_ms() - polled <= (int64_t)conf->poll_bound_s * 1000;
}

static void copy_text(char *to, size_t size, const struct column *c)
{
	snprintf(to, size, "%s", c->text);
}

static enum fail read_row(struct db *db, struct arena *a, const uint8_t id[32], struct session *s,
                          const char **membership, struct err *err)
{
	struct column *row;
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a,
	                 "SELECT s.person, uid, name, lang, created, seen, as_of, membership, "
	                 "COALESCE(version, 0), COALESCE(recent, '') FROM session s "
	                 "LEFT JOIN person_state p ON p.person = s.person WHERE id = ?",
	                 VALUES(v_bytes(id, 32)), &rows, err)))
		return rc;
	if (!rows.count)
		return err_set(err, FAIL_LOGIN, "no such session");
	row = rows.list[0];
	*s = (struct session){ .created = row[4].number, .seen = row[5].number, .as_of = row[6].number };
	memcpy(s->id, id, 32);
	memcpy(s->person, row[0].text, sizeof s->person);
	copy_text(s->uid, sizeof s->uid, &row[1]);
	copy_text(s->name, sizeof s->name, &row[2]);
	copy_text(s->lang, sizeof s->lang, &row[3]);
	take_own(s, &row[8], &row[9]);
	*membership = row[7].text;
	return OK;
}

/* When it was seen, and what was looked at, stands in the copy first. */
static void keep_newer(struct session *s, const struct session *copy)
{
	if (copy->seen > s->seen)
		s->seen = copy->seen;
	if (copy->recent_new && copy->own == s->own) {
		memcpy(s->recent, copy->recent, sizeof s->recent);
		s->recent_new = true;
	}
}

/* The row decides; the copy knows better when it was last seen here. */
static enum fail from_database(struct db *db, struct share *share, const struct conf *conf,
                               const uint8_t id[32], session_fill fill, void *with, struct session *out,
                               struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	struct session copy;
	const char *membership = "";
	enum fail rc;

	share_count(share, COUNT_SESSION_FROM_DB);
	rc = read_row(db, a, id, out, &membership, err);
	if (rc == FAIL_LOGIN)
		share_drop(share, id);
	if (!rc && share_get(share, id, &copy))
		keep_newer(out, &copy);
	if (!rc && !within_limits(conf, out, clock_now()))
		rc = err_set(err, FAIL_LOGIN, "session is over its limit");
	if (!rc && !(rc = fill(with, membership, out, err)))
		share_put(share, out);
	arena_free(a);
	return rc;
}

enum fail session_find(struct db *db, struct share *share, const struct conf *conf,
                       const struct token *token, bool strict, session_fill fill, void *with,
                       struct session *out, struct err *err)
{
	int64_t now = clock_now();
	uint8_t id[32];
	enum fail rc;

	token_hash(token, id);
	if (!strict && trusted(share, conf) && share_get(share, id, out) &&
	    out->revision == share_revision(share) && (!out->until || now < out->until)) {
		if (!within_limits(conf, out, now))
			return err_set(err, FAIL_LOGIN, "session is over its limit");
	} else if ((rc = from_database(db, share, conf, id, fill, with, out, err))) {
		return rc;
	}
	share_seen(share, id, now);
	return OK;
}

enum fail session_membership(struct db *db, struct arena *a, const uint8_t id[32], const char **out,
                             struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a, "SELECT membership FROM session WHERE id = ?", VALUES(v_bytes(id, 32)), &rows,
	                 err)))
		return rc;
	if (!rows.count)
		return err_set(err, FAIL_LOGIN, "no such session");
	*out = rows.list[0][0].text;
	return OK;
}

enum fail session_kept(struct db *db, struct arena *a, const uint8_t person[16], const char **out,
                       struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a, "SELECT membership FROM session WHERE person = ? ORDER BY as_of DESC LIMIT 1",
	                 VALUES(v_bytes(person, 16)), &rows, err)))
		return rc;
	*out = rows.count ? rows.list[0][0].text : "";
	return OK;
}

/* ---- other groups ---- */

static enum fail regroup_work(struct db *db, void *with, struct err *err)
{
	const struct opening *o = with;
	enum fail rc;

	if ((rc = db_do(db, "UPDATE session SET membership = ?, as_of = ? WHERE id = ?",
	                VALUES(v_text(o->membership), v_int(clock_now()), v_bytes(o->s->id, 32)), NULL, err)))
		return rc;
	return log_session(db, o->s->id, err);
}

enum fail session_regroup(struct db *db, struct share *share, const struct session *s,
                          const char *membership, struct err *err)
{
	struct opening o = { .s = s, .membership = membership };
	struct session copy;
	enum fail rc;

	if ((rc = db_transaction(db, regroup_work, &o, err)))
		return rc;
	if (!share_get(share, s->id, &copy))
		return OK;
	copy.groups = s->groups;
	copy.own = s->own;
	copy.until = s->until;
	copy.stale_since = s->stale_since;
	copy.revision = s->revision;
	copy.as_of = s->as_of;
	copy.complete = s->complete;
	copy.hat_count = s->hat_count;
	memcpy(copy.hat, s->hat, sizeof copy.hat);
	memcpy(copy.missing, s->missing, sizeof copy.missing);
	share_put(share, &copy);
	return OK;
}

/* ---- ending ---- */

static enum fail end_work(struct db *db, void *with, struct err *err)
{
	return remove_row(db, with, err);
}

enum fail session_end(struct db *db, struct share *share, const uint8_t id[32], struct err *err)
{
	uint8_t copy[32];
	enum fail rc;

	memcpy(copy, id, sizeof copy);
	if (!(rc = db_transaction(db, end_work, copy, err)))
		share_drop(share, id);
	return rc;
}

struct ending {
	struct arena *a;
	const uint8_t *person, *except;
	struct rows rows;
};

static enum fail end_all_work(struct db *db, void *with, struct err *err)
{
	struct ending *e = with;
	enum fail rc;

	if ((rc = db_ask(db, e->a, "SELECT id FROM session WHERE person = ? FOR UPDATE",
	                 VALUES(v_bytes(e->person, 16)), &e->rows, err)))
		return rc;
	for (size_t i = 0; i < e->rows.count; i++) {
		const uint8_t *id = (const uint8_t *)e->rows.list[i][0].text;

		if ((!e->except || memcmp(id, e->except, 32)) && (rc = remove_row(db, id, err)))
			return rc;
	}
	return OK;
}

enum fail session_end_all(struct db *db, struct share *share, const uint8_t person[16],
                          const uint8_t *except, struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	struct ending e = { .a = a, .person = person, .except = except };
	enum fail rc = db_transaction(db, end_all_work, &e, err);

	for (size_t i = 0; !rc && i < e.rows.count; i++) {
		const uint8_t *id = (const uint8_t *)e.rows.list[i][0].text;

		if (!except || memcmp(id, except, 32))
			share_drop(share, id);
	}
	arena_free(a);
	return rc;
}

enum fail session_end_own(struct db *db, struct share *share, const uint8_t person[16], uint64_t number,
                          struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	struct rows rows;
	enum fail rc = db_ask(db, a, "SELECT id FROM session WHERE number = ? AND person = ?",
	                      VALUES(v_int((int64_t)number), v_bytes(person, 16)), &rows, err);

	if (!rc && !rows.count)
		rc = err_set(err, FAIL_ABSENT, "no such session of this person");
	if (!rc)
		rc = session_end(db, share, (const uint8_t *)rows.list[0][0].text, err);
	arena_free(a);
	return rc;
}

/* ---- lists ---- */

static void fill_rows(struct arena *a, const struct rows *rows, struct session_row **out, size_t *count)
{
	*out = arena_array(a, rows->count, sizeof **out);
	*count = rows->count;
	for (size_t i = 0; i < rows->count; i++) {
		const struct column *row = rows->list[i];
		struct session_row *s = &(*out)[i];

		s->number = (uint64_t)row[0].number;
		memcpy(s->id, row[1].text, sizeof s->id);
		memcpy(s->person, row[2].text, sizeof s->person);
		s->uid = row[3].text;
		s->address = row[4].text;
		s->agent = row[5].text;
		s->created = row[6].number;
		s->seen = row[7].number;
		s->as_of = row[8].number;
	}
}

#define ROW      "SELECT number, id, person, uid, address, agent, created, seen, as_of FROM session "
#define IS_ALIVE "seen > ? AND created > ? "

enum fail session_list(struct db *db, struct arena *a, const struct conf *conf, const uint8_t *person,
                       struct session_row **out, size_t *count, struct err *err)
{
	struct value idle = v_int(clock_now() - conf->session_idle_s - SEEN_STEP_S);
	struct value overall = v_int(clock_now() - conf->session_overall_s);
	struct rows rows;
	enum fail rc;

	rc = person ? db_ask(db, a, ROW "WHERE " IS_ALIVE "AND person = ? ORDER BY seen DESC",
	                     VALUES(idle, overall, v_bytes(person, 16)), &rows, err)
	            : db_ask(db, a, ROW "WHERE " IS_ALIVE "ORDER BY seen DESC", VALUES(idle, overall), &rows, err);
	if (!rc)
		fill_rows(a, &rows, out, count);
	return rc;
}

enum fail session_stale(struct db *db, struct arena *a, const struct conf *conf, int64_t before,
                        size_t most, struct session_row **out, size_t *count, struct err *err)
{
	struct rows rows;
	enum fail rc;

	rc = db_ask(db, a, ROW "WHERE " IS_ALIVE "AND as_of < ? ORDER BY as_of LIMIT ?",
	            VALUES(v_int(clock_now() - conf->session_idle_s - SEEN_STEP_S),
	                   v_int(clock_now() - conf->session_overall_s), v_int(before), v_int((int64_t)most)),
	            &rows, err);
	if (!rc)
		fill_rows(a, &rows, out, count);
	return rc;
}

/* ---- sweeping ---- */

struct sweeping {
	struct db *db;
	struct share *share;
	struct err *err;
	enum fail rc;
	int64_t since;
};

/* Not over what was changed since the copy was made: erased is erased. */
static enum fail write_recent(struct sweeping *s, const struct session *copy)
{
	enum fail rc = db_do(s->db,
	                     "INSERT INTO person_state (person, version, recent) VALUES (?, ?, ?) "
	                     "ON DUPLICATE KEY UPDATE recent = IF(version = ?, ?, recent)",
	                     VALUES(v_bytes(copy->person, 16), v_int(copy->own), v_text(copy->recent),
	                            v_int(copy->own), v_text(copy->recent)),
	                     NULL, s->err);

	if (!rc)
		share_recent_written(s->share, copy->id, copy->recent);
	return rc;
}

static void write_seen(void *with, const struct session *copy)
{
	struct sweeping *s = with;

	if (!s->rc && copy->recent_new)
		s->rc = write_recent(s, copy);
	if (s->rc || copy->seen < s->since)
		return;
	s->rc = db_do(s->db, "UPDATE session SET seen = ? WHERE id = ? AND seen < ?",
	              VALUES(v_int(copy->seen), v_bytes(copy->id, 32), v_int(copy->seen)), NULL, s->err);
}

enum fail session_sweep(struct db *db, struct share *share, const struct conf *conf, struct err *err)
{
	struct sweeping s = { .db = db, .share = share, .err = err, .since = clock_now() - SEEN_STEP_S };
	struct arena *a;
	struct rows rows;
	enum fail rc;

	share_each(share, write_seen, &s);
	if (s.rc)
		return s.rc;
	a = arena_new(SCRATCH);
	rc = db_ask(db, a, "SELECT id FROM session WHERE seen < ? OR created < ? LIMIT ?",
	            VALUES(v_int(clock_now() - conf->session_idle_s - SEEN_STEP_S),
	                   v_int(clock_now() - conf->session_overall_s), v_int(SWEEP_A_TIME)),
	            &rows, err);
	for (size_t i = 0; !rc && i < rows.count; i++)
		rc = session_end(db, share, (const uint8_t *)rows.list[i][0].text, err);
	arena_free(a);
	return rc ? rc : db_do(db, "DELETE FROM throttle WHERE last < ?", VALUES(v_int(clock_now() - 86400)), NULL, err);
}
