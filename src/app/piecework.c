#include "app/piecework.h"

#include <string.h>

#include "app/page.h"
#include "base/clock.h"
#include "base/log.h"

#define MARKUP_MAX ((size_t)4 << 20)
#define KEY_MAX    ((size_t)16 << 10)

/* ---- keys ---- */

static void key_text(struct buf *key, const char *s)
{
	buf_raw(key, s);
	buf_char(key, '\n');
}

/* Numbers go in as they lie in memory: made for every visit, read by nobody. */
static void key_number(struct buf *key, int64_t n)
{
	buf_bytes(key, &n, sizeof n);
}

/* What every result depends on: this edition, the views, the language, the day. The revision is not in it: the
 * caches are emptied when it changes. */
static void key_begin(struct kit *kit, struct buf *key, const char *kind)
{
	struct date d = clock_date(clock_now());

	buf_init(key, KEY_MAX);
	key_text(key, kind);
	key_text(key, kit->edition);
	key_number(key, (int64_t)sheets_version(kit->sheets));
	key_number(key, kit->lang);
	key_number(key, d.year * 10000 + d.month * 100 + d.day);
	key_number(key, kit->signed_in);
}

static void key_bits(struct buf *key, const struct bits *b)
{
	buf_bytes(key, b->word, sizeof b->word);
}

static void key_hats(struct kit *kit, struct buf *key, bool ends)
{
	key_number(key, (int64_t)kit->session.hat_count);
	for (size_t i = 0; i < kit->session.hat_count; i++) {
		key_number(key, kit->session.hat[i].group);
		key_number(key, ends ? kit->session.hat[i].until : 0);
	}
	key_number(key, kit->session.stale_since);
	for (size_t i = 0; i < SESSION_MISSING && kit->session.missing[i][0]; i++)
		key_text(key, kit->session.missing[i]);
	buf_char(key, '\n');
}

/* ---- running a view ---- */

static enum fail run(struct kit *kit, const char *view, const struct doc *d, struct buf *out,
                     struct err *err)
{
	struct err stale = { 0 };
	struct sheet *sheet;
	enum fail rc;

	if ((rc = sheets_get(kit->sheets, view, &sheet, &stale)))
		return err_set(err, rc, "%s", stale.text);
	if (stale.code)
		log_event("view", "outcome=kept cause=\"%s\"", stale.text);
	if ((rc = sheet_render(sheet, d, out, err)))
		return rc;
	return buf_ok(out) ? OK : err_set(err, FAIL_BUG, "view %s makes more than a page may hold", view);
}

static enum fail keep(struct cache *cache, const struct buf *key, const char *text, size_t len,
                      const struct piece **out, struct err *err)
{
	struct piece *piece;

	if (!buf_ok(key))
		return err_set(err, FAIL_BUG, "key of a kept result is too long");
	piece = piece_new(text, len);
	cache_put(cache, key->data, key->len, piece, piece_size(piece));
	*out = piece;
	return OK;
}

static enum fail run_and_keep(struct kit *kit, const char *view, const struct doc *d,
                              const struct buf *key, const struct piece **out, struct err *err)
{
	struct buf markup;
	enum fail rc;

	buf_init(&markup, MARKUP_MAX);
	if (!(rc = run(kit, view, d, &markup, err)))
		rc = keep(kit->entries, key, markup.data, markup.len, out, err);
	buf_release(&markup);
	return rc;
}

/* A page of its own for one piece: what its view may know. */
static struct doc *piece_page(struct kit *kit, struct arena *a, const char *kind)
{
	struct doc *page = doc_new(a, "page");

	doc_str(page, "kind", kind);
	doc_str(page, "lang", kit->langs.tag[kit->lang]);
	doc_str(page, "base", kit->conf.base);
	doc_str(page, "static", kit->static_base);
	doc_bool(page, "one_hat", kit->session.hat_count < 2);
	return page;
}

/* ---- services ---- */

static void entry_key(struct kit *kit, const struct decision *d, const struct entry *e, struct buf *key)
{
	key_begin(kit, key, "entry");
	key_text(key, e->service->id);
	buf_printf(key, "%d %d\n", kit->session.hat_count < 2, e->open);
	for (size_t i = 0; i < kit->in->groups.count; i++)
		if (bits_has(&e->hats, i))
			buf_printf(key, "%zu=%zu ", i, decision_why(d, e, i));
	for (size_t i = 0; i < e->way_count; i++) {
		buf_printf(key, "w%td.%zu ",
		           e->ways[i].variant ? e->ways[i].variant - e->service->variants : -1,
		           e->ways[i].desk);
		key_bits(key, &e->ways[i].hats);
	}
	for (size_t i = 0; i < e->topic_count; i++) {
		buf_printf(key, "t%s ", e->topics[i].topic->id);
		key_bits(key, &e->topics[i].hats);
	}
}

enum fail piecework_entry(struct kit *kit, struct arena *a, const struct decision *d,
                          const struct entry *e, const struct piece **out, struct err *err)
{
	enum fail rc = OK;
	struct doc *page;
	struct buf key;

	entry_key(kit, d, e, &key);
	*out = cache_get(kit->entries, key.data, key.len);
	if (!*out) {
		page = piece_page(kit, a, "entry");
		page_service(kit, doc_object(page, "service"), d, e, SERVICE_BRIEF);
		rc = run_and_keep(kit, "entry", page, &key, out, err);
	}
	buf_release(&key);
	return rc;
}

/* ---- the personal piece ---- */

static struct doc *hats_page(struct kit *kit, struct req *q)
{
	struct doc *page = piece_page(kit, q->arena, "hats");

	page_person_kept(kit, q, page);
	return page;
}

static enum fail own_hats(struct kit *kit, struct req *q, const struct piece **out, struct err *err)
{
	enum fail rc = OK;
	struct buf key;

	key_begin(kit, &key, "hats");
	key_hats(kit, &key, true);
	*out = cache_get(kit->entries, key.data, key.len);
	if (!*out)
		rc = run_and_keep(kit, "hats", hats_page(kit, q), &key, out, err);
	buf_release(&key);
	return rc;
}

static void key_own(struct kit *kit, struct buf *key)
{
	buf_bytes(key, kit->session.person, sizeof kit->session.person);
	key_number(key, kit->session.own);
	key_text(key, kit->session.recent);
}

enum fail piecework_own(struct kit *kit, struct arena *a, const char *view,
                        enum fail (*document)(void *with, struct kit *kit, struct doc *page, struct err *err),
                        void *with, const struct piece **out, struct err *err)
{
	enum fail rc = OK;
	struct doc *page;
	struct buf key;

	key_begin(kit, &key, view);
	key_bits(&key, &kit->session.groups);
	key_bits(&key, &kit->session.unknown);
	key_own(kit, &key);
	*out = cache_get(kit->entries, key.data, key.len);
	if (!*out) {
		page = piece_page(kit, a, view);
		if (!(rc = document(with, kit, page, err)))
			rc = run_and_keep(kit, view, page, &key, out, err);
	}
	buf_release(&key);
	return rc;
}

/* ---- frames ---- */

static void frame_key(struct kit *kit, const struct work *work, struct buf *key)
{
	key_begin(kit, key, work->kind);
	key_bits(key, &kit->session.groups);
	key_bits(key, &kit->session.unknown);
	key_hats(kit, key, false);
	key_text(key, work->key);
}

static enum fail gather(struct kit *kit, struct arena *a, const struct work *work,
                        struct hole_value **out, size_t *count, struct err *err)
{
	const struct decision *d = work->decision;
	size_t n = d ? d->count : 0;
	struct hole_value *values = arena_array(a, n + 1, sizeof *values);
	enum fail rc;

	for (size_t i = 0; i < n; i++) {
		const struct piece *piece;

		if ((rc = piecework_entry(kit, a, work->whole, &d->entries[i], &piece, err)))
			return rc;
		values[i].name = arena_printf(a, "+service:%s", d->entries[i].service->id);
		values[i].piece = piece;
	}
	*out = values;
	*count = n;
	return OK;
}

/* Runs the view of the page, puts the services in, and keeps the whole with the holes of a visit. */
static enum fail make_frame(struct kit *kit, struct req *q, const struct work *work,
                            const struct buf *key, const struct piece **out, struct err *err)
{
	const struct doc *page = work->document(work->with);
	struct hole_value *values;
	struct buf markup, whole;
	struct piece *frame;
	enum fail rc;
	size_t count;

	buf_init(&markup, MARKUP_MAX);
	buf_init(&whole, MARKUP_MAX);
	if (!(rc = run(kit, work->kind, page, &markup, err)) &&
	    !(rc = gather(kit, q->arena, work, &values, &count, err))) {
		frame = piece_new(markup.data, markup.len);
		piece_flatten(frame, values, count, &whole);
		piece_free(frame);
		rc = buf_ok(&whole) ? keep(kit->frames, key, whole.data, whole.len, out, err)
		                    : err_set(err, FAIL_BUG, "page %s is too large", work->kind);
	}
	buf_release(&markup);
	buf_release(&whole);
	return rc;
}

/* Neither the token's mask nor the moment at which the same groups were read again makes another page. */
static bool counts(const struct hole_value *v)
{
	return strcmp(v->name, "csrf") && strncmp(v->name, "as-of", 5);
}

/* Of the frame's key and of all that fills its holes and counts. */
static const char *etag_of(struct kit *kit, struct req *q, const struct work *work, const struct buf *key,
                           const struct hole_value *values, size_t count)
{
	uint8_t hash[32];
	char text[33];
	struct buf all;

	buf_init(&all, KEY_MAX * 2);
	buf_bytes(&all, key->data, key->len);
	key_number(&all, kit->in->revision);
	key_hats(kit, &all, true);
	buf_bytes(&all, kit->session.id, sizeof kit->session.id);
	if (work->own)
		key_own(kit, &all);
	for (size_t i = 0; i < count; i++)
		if (counts(&values[i]))
			key_text(&all, values[i].value);
	hash_bytes(all.data, all.len, hash);
	buf_release(&all);
	hash_text(hash, 16, text);
	return arena_printf(q->arena, "\"%s\"", text);
}

static enum fail join(struct kit *kit, struct req *q, struct resp *p, const struct work *work,
                      const struct piece *frame, struct hole_value *values, size_t count, struct err *err)
{
	const struct piece *hats, *own = NULL;
	enum fail rc;

	if ((rc = own_hats(kit, q, &hats, err)) || (work->own && (rc = work->own(kit, q, &own, err))))
		return rc;
	values[count++] = (struct hole_value){ .name = "+hats", .piece = hats };
	if (own)
		values[count++] = (struct hole_value){ .name = "+own", .piece = own };
	p->gzip = req_takes_gzip(q);
	p->type = "text/html; charset=utf-8";
	piece_join(frame, values, count, p->gzip, &p->body);
	return buf_ok(&p->body) ? OK : err_set(err, FAIL_BUG, "joined page is too large");
}

enum fail piecework_send(struct kit *kit, struct req *q, struct resp *p, const struct work *work,
                         struct err *err)
{
	struct hole_value values[2 * PAGE_HOLES + 2];
	size_t count = page_holes(kit, q, values);
	const struct piece *frame;
	const char *etag;
	enum fail rc = OK;
	struct buf key;

	for (size_t i = 0; i < work->hole_count; i++)
		values[count++] = work->holes[i];
	frame_key(kit, work, &key);
	etag = etag_of(kit, q, work, &key, values, count);
	resp_revalidate(p, etag);
	if (req_matches(q, etag)) {
		buf_release(&key);
		p->status = 304;
		return OK;
	}
	frame = cache_get(kit->frames, key.data, key.len);
	share_count(kit->share, frame ? COUNT_FRAME_HIT : COUNT_FRAME_MISS);
	if (!frame)
		rc = make_frame(kit, q, work, &key, &frame, err);
	buf_release(&key);
	return rc ? rc : join(kit, q, p, work, frame, values, count, err);
}

/* The form token stands in XML too; its mask differs each time and says nothing. */
static void hash_without(const struct buf *body, const char *token, uint8_t out[32])
{
	const char *at = token ? strstr(body->data, token) : NULL;
	size_t before = at ? (size_t)(at - body->data) : body->len;
	uint8_t part[2][32];

	hash_bytes(body->data, before, part[0]);
	hash_bytes(at ? at + strlen(token) : "", at ? body->len - before - strlen(token) : 0, part[1]);
	hash_bytes(part, sizeof part, out);
}

enum fail piecework_data(struct kit *kit, struct req *q, struct resp *p, struct doc *page,
                         struct err *err)
{
	const struct doc *csrf = doc_get(doc_get(page, "frame"), "csrf");
	uint8_t hash[32];
	char text[33];
	enum fail rc;

	if ((rc = page_send(kit, q, p, page, err)))
		return rc;
	hash_without(&p->body, csrf ? csrf->value : NULL, hash);
	hash_text(hash, 16, text);
	resp_revalidate(p, arena_printf(q->arena, "\"%s\"", text));
	return OK;
}
