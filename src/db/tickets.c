#include "db/tickets.h"

#include <string.h>

#include "crypt/token.h"
#include "db/session.h"
#include "own_priv.h"

#define TICKETS_MAX 500 /* of one person, the newest */
#define SENT_MAX    ((size_t)256 << 10)

/* ---- storing ---- */

struct storing {
	struct arena *a;
	const struct session *s;
	const struct ticket *t;
	const char *lang, *key, *desk, *fields;
	uint8_t content[32];
	int64_t now;
	uint64_t number;
	bool other; /* the key was used for something else */
};

static struct value v_text_or_null(const char *s)
{
	return s ? v_text(s) : v_null();
}

static enum fail find_same(struct db *db, struct storing *s, bool *found, struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, s->a, "SELECT number, content FROM ticket WHERE person = ? AND form_key = ?",
	                 VALUES(v_bytes(s->s->person, 16), v_text(s->key)), &rows, err)))
		return rc;
	*found = rows.count;
	if (!rows.count)
		return OK;
	s->number = (uint64_t)rows.list[0][0].number;
	s->other = rows.list[0][1].len != 32 || memcmp(rows.list[0][1].text, s->content, 32);
	return OK;
}

static enum fail insert(struct db *db, struct storing *s, struct err *err)
{
	const struct ticket *t = s->t;
	enum fail rc;

	if ((rc = db_do(db,
	                "INSERT INTO ticket (person, form_key, content, uid, name, lang, service, variant, hat, "
	                "topic, promise, text, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	                VALUES(v_bytes(s->s->person, 16), v_text(s->key), v_bytes(s->content, 32),
	                       v_text(s->s->uid), v_text(s->s->name), v_text(s->lang), v_text(t->service),
	                       v_text_or_null(t->variant), v_text_or_null(t->hat), v_text_or_null(t->topic),
	                       v_int(t->promise), v_text(t->text), v_text(s->fields)),
	                NULL, err)))
		return rc;
	s->number = db_insert_id(db);
	if ((rc = db_do(db, "INSERT INTO ticket_event (ticket, kind, desk, at) VALUES (?, 'sent', ?, ?)",
	                VALUES(v_int((int64_t)s->number), v_text(s->desk), v_int(s->now)), NULL, err)))
		return rc;
	return own_touch(db, s->s, err);
}

/* Two at the same moment: the second waits for the first at the unique key, and then finds it. */
static enum fail store_work(struct db *db, void *with, struct err *err)
{
	struct storing *s = with;
	struct err twice = { 0 };
	bool found = false;
	enum fail rc;

	s->other = false;
	if ((rc = find_same(db, s, &found, err)) || found)
		return rc;
	rc = insert(db, s, &twice);
	if (rc != FAIL_CONFLICT)
		return rc ? err_set(err, rc, "%s", twice.text) : OK;
	return err_set(err, FAIL_CONFLICT, "%s", twice.text);
}

static void put_part(struct buf *all, const char *s)
{
	buf_printf(all, "%d %zu ", s != NULL, s ? strlen(s) : 0);
	buf_raw(all, s ? s : "");
}

/* A hash over all that was sent, with lengths between, so that no two forms look alike. Labels are not
 * in it: the same form in another language is the same. */
static void hash_content(struct storing *s)
{
	const struct ticket *t = s->t;
	const char *const part[] = { t->service, t->hat, t->topic, t->text };
	struct buf all;

	buf_init(&all, SENT_MAX);
	for (size_t i = 0; i < COUNT(part); i++)
		put_part(&all, part[i]);
	for (size_t i = 0; i < t->field_count; i++) {
		put_part(&all, t->fields[i].name);
		put_part(&all, t->fields[i].sent);
	}
	hash_bytes(all.data, all.len, s->content);
	buf_release(&all);
}

static enum fail store(struct db *db, struct storing *s, struct err *err)
{
	struct err why = { 0 };
	enum fail rc = db_transaction(db, store_work, s, &why);
	bool found;

	/* Somebody else's insert was first: look at what it stored, in a new view of the table. */
	if (rc == FAIL_CONFLICT)
		return find_same(db, s, &found, err);
	return rc ? err_set(err, rc, "%s", why.text) : OK;
}

enum fail ticket_store(struct db *db, struct share *share, const struct session *s, const char *lang,
                       const char *key, const struct ticket *t, const char *desk, int64_t now,
                       uint64_t *number, struct err *err)
{
	struct storing storing = { .a = arena_new(SENT_MAX * 4), .s = s, .t = t, .lang = lang, .key = key,
		                   .desk = desk, .now = now };
	struct buf fields;
	enum fail rc;

	buf_init(&fields, SENT_MAX);
	ticket_write_fields(t->fields, t->field_count, &fields);
	storing.fields = fields.data;
	hash_content(&storing);
	if (!buf_ok(&fields))
		rc = err_set(err, FAIL_LIMIT, "request for %s is too long", t->service);
	else
		rc = store(db, &storing, err);
	buf_release(&fields);
	arena_free(storing.a);
	if (rc)
		return rc;
	share_drop(share, s->id);
	*number = storing.number;
	return storing.other ? err_set(err, FAIL_CONFLICT, "the key of request %lu was used again", (unsigned long)*number)
	                     : OK;
}

/* ---- reading ---- */

#define TICKET "SELECT number, service, variant, hat, topic, promise, text, fields FROM ticket "
#define EVENTS "SELECT e.ticket, e.kind, e.desk, e.at FROM ticket_event e JOIN ticket t ON t.number = e.ticket "

static const char *text_or_null(const struct column *c)
{
	return c->null ? NULL : c->text;
}

static void fill(struct arena *a, const struct column *row, struct ticket *t)
{
	*t = (struct ticket){ .number = (uint64_t)row[0].number,
		              .service = row[1].text,
		              .variant = text_or_null(&row[2]),
		              .hat = text_or_null(&row[3]),
		              .topic = text_or_null(&row[4]),
		              .promise = (int)row[5].number,
		              .text = row[6].text };
	t->field_count = ticket_read_fields(a, row[7].text, &t->fields);
}

static void add_events(struct arena *a, const struct rows *rows, struct ticket *t)
{
	struct ticket_event *events;
	size_t own = 0;

	for (size_t i = 0; i < rows->count; i++)
		own += (uint64_t)rows->list[i][0].number == t->number;
	t->events = events = arena_array(a, own, sizeof *events);
	for (size_t i = 0; i < rows->count; i++) {
		const struct column *row = rows->list[i];
		int kind = ticket_kind(row[1].text);

		if ((uint64_t)row[0].number == t->number && kind >= 0)
			events[t->event_count++] =
			        (struct ticket_event){ (enum ticket_kind)kind, row[2].text, row[3].number };
	}
}

static void combine(struct arena *a, const struct rows *tickets, const struct rows *events,
                    const struct ticket **out, size_t *count)
{
	struct ticket *list = arena_array(a, tickets->count, sizeof *list);

	for (size_t i = 0; i < tickets->count; i++) {
		fill(a, tickets->list[i], &list[i]);
		add_events(a, events, &list[i]);
	}
	*out = list;
	*count = tickets->count;
}

enum fail tickets_read(struct db *db, struct arena *a, const uint8_t person[16],
                       const struct ticket **out, size_t *count, struct err *err)
{
	struct rows tickets, events;
	enum fail rc;

	if ((rc = db_ask(db, a, TICKET "WHERE person = ? ORDER BY number DESC LIMIT ?",
	                 VALUES(v_bytes(person, 16), v_int(TICKETS_MAX)), &tickets, err)) ||
	    (rc = db_ask(db, a, EVENTS "WHERE t.person = ? ORDER BY e.seq", VALUES(v_bytes(person, 16)),
	                 &events, err)))
		return rc;
	combine(a, &tickets, &events, out, count);
	return OK;
}

enum fail ticket_read(struct db *db, struct arena *a, const uint8_t person[16], uint64_t number,
                      const struct ticket **out, struct err *err)
{
	struct rows tickets, events;
	enum fail rc;
	size_t count;

	if ((rc = db_ask(db, a, TICKET "WHERE person = ? AND number = ?",
	                 VALUES(v_bytes(person, 16), v_int((int64_t)number)), &tickets, err)))
		return rc;
	if (!tickets.count)
		return err_set(err, FAIL_ABSENT, "no request %lu of this person", (unsigned long)number);
	if ((rc = db_ask(db, a, EVENTS "WHERE t.person = ? AND t.number = ? ORDER BY e.seq",
	                 VALUES(v_bytes(person, 16), v_int((int64_t)number)), &events, err)))
		return rc;
	combine(a, &tickets, &events, out, &count);
	return OK;
}
