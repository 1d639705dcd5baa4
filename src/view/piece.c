#include "view/piece.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"

#define BEGIN     "\xee\x80\x80" /* U+E000 */
#define END       "\xee\x80\x81" /* U+E001 */
#define MARK      (sizeof BEGIN - 1)
#define STORED    65535u /* most bytes of one stored block, RFC 1951 3.2.4 */
#define VALUE_MAX ((size_t)1 << 20)

/* A stretch of text and the hole behind it (name "" after the last one). */
struct stretch {
	const char *text;
	size_t len;
	uint32_t crc, after; /* after: what crc32_combine_op needs to put this behind something */
	unsigned char *deflated; /* made at the first page that goes out compressed */
	size_t deflated_len;
	const char *hole;
};

struct piece {
	char *text; /* owns what stretches point into; holes are terminated in place */
	size_t size;
	struct stretch *list;
	size_t count;
};

const char *hole_mark(struct arena *a, const char *name)
{
	return arena_printf(a, BEGIN "%s" END, name);
}

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

static size_t count_holes(const char *text, size_t len)
{
	size_t n = 0;

	for (const char *s = text; (s = memmem(s, len - (size_t)(s - text), BEGIN, MARK)); s += MARK)
		n++;
	return n;
}

/* A serializer of HTML writes addresses in ASCII: "%EE%80%80" for a marker in one. */
static size_t unescape_marks(char *text, size_t len)
{
	static const char *const escaped[] = { "%EE%80%80", "%EE%80%81" };
	static const char *const plain[] = { BEGIN, END };
	const size_t wide = strlen("%EE%80%80");
	char *to = text, *from = text, *end = text + len, *mark;

	while ((mark = memmem(from, (size_t)(end - from), "%EE%80%8", wide - 1)) && mark + wide <= end) {
		size_t before = (size_t)(mark - from);

		memmove(to, from, before);
		to += before;
		from = mark + wide;
		if (memcmp(mark, escaped[0], wide) && memcmp(mark, escaped[1], wide)) {
			memmove(to, mark, wide);
			to += wide;
		} else {
			memcpy(to, plain[mark[wide - 1] == '1'], MARK);
			to += MARK;
		}
	}
	memmove(to, from, (size_t)(end - from));
	return (size_t)(to - text) + (size_t)(end - from);
}

struct piece *piece_new(const char *text, size_t len)
{
	struct piece *p = must(calloc(1, sizeof *p));
	char *at, *end;
	size_t holes;

	p->text = must(malloc(len + 1));
	memcpy(p->text, text, len);
	len = unescape_marks(p->text, len);
	text = p->text;
	p->text[len] = '\0';
	holes = count_holes(text, len);
	p->list = must(calloc(holes + 1, sizeof *p->list));
	p->size = sizeof *p + 2 * len + (holes + 1) * sizeof *p->list;
	at = p->text;
	end = p->text + len;
	for (;;) {
		struct stretch *s = &p->list[p->count++];
		char *begin = memmem(at, (size_t)(end - at), BEGIN, MARK);
		char *close = begin ? memmem(begin, (size_t)(end - begin), END, MARK) : NULL;

		s->text = at;
		s->hole = "";
		s->len = (size_t)((close ? begin : end) - at);
		s->crc = (uint32_t)crc32(0, (const Bytef *)at, (uInt)s->len);
		if (!close)
			return p;
		*close = '\0';
		s->hole = begin + MARK;
		at = close + MARK;
	}
}

void piece_free(struct piece *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++)
		free(p->list[i].deflated);
	free(p->list);
	free(p->text);
	free(p);
}

size_t piece_size(const struct piece *p)
{
	return p->size;
}

static const struct hole_value *value_of(const struct hole_value *values, size_t count, const char *hole)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(values[i].name, hole))
			return &values[i];
	return NULL;
}

/* ---- flattening: services into a frame ---- */

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct hole_value *)x)->name, ((const struct hole_value *)y)->name);
}

static void put_back(struct buf *out, const char *hole)
{
	buf_raw(out, BEGIN);
	buf_raw(out, hole);
	buf_raw(out, END);
}

static void flatten(const struct piece *p, const struct hole_value *sorted, size_t count, struct buf *out)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct stretch *s = &p->list[i];
		const struct hole_value key = { .name = s->hole }, *v = NULL;

		buf_bytes(out, s->text, s->len);
		if (!*s->hole)
			continue;
		if (*s->hole == '+' && count)
			v = bsearch(&key, sorted, count, sizeof key, by_name);
		if (v && v->piece)
			flatten(v->piece, sorted, count, out);
		else
			put_back(out, s->hole);
	}
}

void piece_flatten(const struct piece *p, const struct hole_value *values, size_t count, struct buf *out)
{
	struct hole_value *sorted = must(malloc((count + 1) * sizeof *sorted));

	if (count)
		memcpy(sorted, values, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_name);
	flatten(p, sorted, count, out);
	free(sorted);
}

/* ---- joining ---- */

struct joint {
	struct buf *out;
	bool gzip;
	uint32_t crc, len; /* of the plain text so far */
};

static void little_endian(struct buf *out, uint32_t n)
{
	for (int i = 0; i < 4; i++, n >>= 8)
		buf_char(out, (char)(n & 0xff));
}

/* A value: stored blocks on a byte border, outside every window. */
static void put_plain(struct joint *j, const char *s, size_t len)
{
	if (!len)
		return;
	if (!j->gzip) {
		buf_bytes(j->out, s, len);
		return;
	}
	j->crc = (uint32_t)crc32(j->crc, (const Bytef *)s, (uInt)len);
	j->len += (uint32_t)len;
	for (size_t n; len; s += n, len -= n) {
		n = len < STORED ? len : STORED;
		buf_char(j->out, 0); /* not the last block, stored */
		buf_char(j->out, (char)(n & 0xff));
		buf_char(j->out, (char)(n >> 8));
		buf_char(j->out, (char)(~n & 0xff));
		buf_char(j->out, (char)(~n >> 8 & 0xff));
		buf_bytes(j->out, s, n);
	}
}

/* Raw deflate ended with a full flush: a byte border, and nothing refers back across it. */
static void deflate_stretch(struct stretch *s)
{
	z_stream z = { 0 };
	uLong room;

	if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	room = deflateBound(&z, (uLong)s->len) + 16;
	s->deflated = must(malloc(room));
	z.next_in = (Bytef *)s->text;
	z.avail_in = (uInt)s->len;
	z.next_out = s->deflated;
	z.avail_out = (uInt)room;
	deflate(&z, Z_FULL_FLUSH);
	s->deflated_len = room - z.avail_out;
	deflateEnd(&z);
	s->deflated = must(realloc(s->deflated, s->deflated_len + 1));
	s->after = (uint32_t)crc32_combine_gen((z_off_t)s->len);
}

static void put_stretch(struct joint *j, struct stretch *s)
{
	if (!s->len)
		return;
	if (!j->gzip || s->len < 64) {
		put_plain(j, s->text, s->len);
		return;
	}
	if (!s->deflated)
		deflate_stretch(s);
	j->crc = (uint32_t)crc32_combine_op(j->crc, s->crc, s->after);
	j->len += (uint32_t)s->len;
	buf_bytes(j->out, s->deflated, s->deflated_len);
}

static void put_value(struct joint *j, const char *value)
{
	struct buf escaped;

	if (!strpbrk(value, "&<>\"'\r")) {
		put_plain(j, value, strlen(value));
		return;
	}
	buf_init(&escaped, VALUE_MAX);
	buf_xml(&escaped, value);
	put_plain(j, escaped.data, escaped.len);
	buf_release(&escaped);
}

static void join(struct joint *j, const struct piece *p, const struct hole_value *values, size_t count)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct hole_value *v;

		put_stretch(j, &p->list[i]);
		if (!*p->list[i].hole || !(v = value_of(values, count, p->list[i].hole)))
			continue;
		if (v->piece)
			join(j, v->piece, values, count);
		else if (v->value)
			put_value(j, v->value);
	}
}

void piece_join(const struct piece *p, const struct hole_value *values, size_t count, bool gzip,
                struct buf *out)
{
	static const char header[] = "\x1f\x8b\x08\0\0\0\0\0\x02\x03", last[] = "\x03";
	struct joint j = { .out = out, .gzip = gzip };

	if (gzip)
		buf_bytes(out, header, sizeof header - 1);
	join(&j, p, values, count);
	if (!gzip)
		return;
	buf_bytes(out, last, 2); /* an empty last block with fixed codes */
	little_endian(out, j.crc);
	little_endian(out, j.len);
}
