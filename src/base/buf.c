#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char nothing[1];

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .data = nothing, .max = max };
}

void buf_release(struct buf *b)
{
	if (b->capacity)
		free(b->data);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
	if (b->capacity)
		b->data[0] = '\0';
}

bool buf_ok(const struct buf *b)
{
	return !b->overflow;
}

/* Room for more bytes and the final NUL; false (and overflow) past the maximum. */
static bool room(struct buf *b, size_t more)
{
	size_t want = b->len + more + 1, capacity = b->capacity ? b->capacity : 256;
	char *data;

	if (b->overflow || more > b->max || b->len + more > b->max) {
		b->overflow = true;
		return false;
	}
	if (want <= b->capacity)
		return true;
	while (capacity < want)
		capacity *= 2;
	data = realloc(b->capacity ? b->data : NULL, capacity);
	if (!data) {
		b->overflow = true;
		return false;
	}
	b->data = data;
	b->capacity = capacity;
	return true;
}

void buf_bytes(struct buf *b, const void *data, size_t len)
{
	if (!room(b, len))
		return;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_raw(struct buf *b, const char *s)
{
	buf_bytes(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_bytes(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	size_t left = b->capacity ? b->capacity - b->len : 0;
	va_list args, again;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(left ? b->data + b->len : NULL, left, fmt, args);
	va_end(args);
	if (len >= 0 && room(b, (size_t)len)) {
		if ((size_t)len >= left)
			vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
		b->len += (size_t)len;
	} else if (left) {
		b->data[b->len] = '\0'; /* what did not fit leaves no part of it */
	}
	va_end(again);
}

static void hex(struct buf *b, const char *before, unsigned char c)
{
	buf_printf(b, "%s%02x", before, c);
}

void buf_xml(struct buf *b, const char *s)
{
	size_t plain;

	for (; *s; s += plain) {
		plain = strcspn(s, "&<>\"'\r");
		buf_bytes(b, s, plain);
		if (!s[plain])
			return;
		switch (s[plain++]) {
		case '&':
			buf_raw(b, "&amp;");
			break;
		case '<':
			buf_raw(b, "&lt;");
			break;
		case '>':
			buf_raw(b, "&gt;");
			break;
		case '"':
			buf_raw(b, "&quot;");
			break;
		case '\'':
			buf_raw(b, "&#39;");
			break;
		default:
			buf_raw(b, "&#13;");
		}
	}
}

void buf_json(struct buf *b, const char *s)
{
	static const char named[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";

	for (; *s; s++) {
		const char *n = strchr(named, *s);

		if (n) {
			buf_char(b, '\\');
			buf_char(b, letter[n - named]);
		} else if ((unsigned char)*s < 0x20 || *s == '<' || *s == 0x7f) {
			buf_printf(b, "\\u%04x", (unsigned char)*s);
		} else {
			buf_char(b, *s);
		}
	}
}

void buf_url(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s; s++) {
		if (strchr(plain, *s))
			buf_char(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
	}
}

void buf_filter(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (strchr("*()\\", *s) || (unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			hex(b, "\\", (unsigned char)*s);
		else
			buf_char(b, *s);
	}
}

void buf_log(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e || *s == '\\')
			hex(b, "\\x", (unsigned char)*s);
		else
			buf_char(b, *s);
	}
}
