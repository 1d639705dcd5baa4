/* piece: a text with holes; what goes out compressed is what goes out plain. */
#include <zlib.h>

#include "base/buf.h"
#include "fuzz.h"
#include "view/piece.h"

#define ANSWER ((size_t)4 << 20)

static void inflated_is(const struct buf *packed, const struct buf *plain)
{
	char *out = malloc(plain->len + 1);
	z_stream z = { .next_in = (Bytef *)packed->data, .avail_in = (uInt)packed->len };

	MUST(out && inflateInit2(&z, 15 + 16) == Z_OK);
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)plain->len + 1;
	MUST(inflate(&z, Z_FINISH) == Z_STREAM_END);
	MUST(z.total_out == plain->len && (!plain->len || !memcmp(out, plain->data, plain->len)));
	inflateEnd(&z);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece *inner = piece_new("<b>\xEE\x80\x80name\xEE\x80\x81</b>", 17), *piece;
	const struct hole_value values[] = { { "name", "Zo\xC3\xAB <&>", NULL }, { "+hats", NULL, inner }, { "csrf", "", NULL } };
	struct buf plain, packed;

	if (size > FUZZ_MOST) {
		piece_free(inner);
		return 0;
	}
	piece = piece_new((const char *)data, size);
	buf_init(&plain, ANSWER);
	buf_init(&packed, ANSWER);
	piece_join(piece, values, 3, false, &plain);
	piece_join(piece, values, 3, true, &packed);
	if (buf_ok(&plain) && buf_ok(&packed))
		inflated_is(&packed, &plain);
	buf_release(&plain);
	buf_release(&packed);
	piece_free(piece);
	piece_free(inner);
	return 0;
}
