/* piece: rendered text with holes, kept ready compressed, joined per visit.
 *
 * A view writes a hole where a value differs per visit: the page document holds, in place of
 * the value, a marker (hole_mark) that comes out of the stylesheet like any text. No value
 * from outside can contain one (utf8_clean refuses private-use characters). Holes are of two
 * kinds: a value, escaped when it is put in, and a piece, already markup ("+name").
 *
 * The literal stretches between holes are kept as they are and as raw deflate ended on a byte
 * border, so a page for a browser that takes gzip is joined without compressing anything:
 * values go in as stored blocks, outside any window (no BREACH), and the CRC is combined. */
#ifndef VIEW_PIECE_H
#define VIEW_PIECE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* The marker of a hole: U+E000 name U+E001. */
const char *hole_mark(struct arena *a, const char *name);

struct piece; /* owns its memory */

/* Splits text at its holes; a marker may also be percent-encoded, as in an address. */
struct piece *piece_new(const char *text, size_t len);
void piece_free(struct piece *p);
size_t piece_size(const struct piece *p); /* bytes of memory it holds */

struct hole_value {
	const char *name;
	const char *value;        /* for a value hole, or */
	const struct piece *piece; /* for a "+name" hole; NULL: nothing */
};

/* A text in which the + holes are filled from values and the value holes stay: for making
 * one larger piece out of frame and services. */
void piece_flatten(const struct piece *p, const struct hole_value *values, size_t count,
                   struct buf *out);

/* The page: all holes filled; a hole without a value becomes nothing. gzip: one gzip member
 * (RFC 1952), else plain. */
void piece_join(const struct piece *p, const struct hole_value *values, size_t count, bool gzip,
                struct buf *out);

#endif
