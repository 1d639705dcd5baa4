/* buf: growing text with a maximum from birth and one escaper per context.
 *
 * Always terminated. Remembers that it overflowed: append freely, ask once (buf_ok)
 * before handing it on. Values that came from outside go in through the escaper of the
 * place they land in; buf_raw is for our own literals and for text already escaped. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf {
	char *data; /* never NULL after buf_init */
	size_t len;
	size_t capacity;
	size_t max;
	bool overflow;
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* empty again, memory kept */
bool buf_ok(const struct buf *b);

void buf_raw(struct buf *b, const char *s);
void buf_bytes(struct buf *b, const void *data, size_t len);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3); /* numbers and own words */

void buf_xml(struct buf *b, const char *s);    /* text or attribute value of XML and HTML */
void buf_json(struct buf *b, const char *s);   /* the inside of a JSON string, RFC 8259 */
void buf_url(struct buf *b, const char *s);    /* one part of a path or query, RFC 3986 */
void buf_filter(struct buf *b, const char *s); /* value in an LDAP filter, RFC 4515 */
void buf_log(struct buf *b, const char *s);    /* value in a log line: \xNN for all but printable ASCII */

#endif
