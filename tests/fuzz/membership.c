/* membership: the groups of somebody as the database keeps them; what is read is written the same again. */
#include "base/buf.h"
#include "domain/member.h"
#include "xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct person once, twice;
	struct buf first, second;
	struct groups groups;
	struct err err = { 0 };

	town_groups(a, &groups);
	buf_init(&first, 4 << 20);
	buf_init(&second, 4 << 20);
	if (!member_read(a, &groups, arena_strn(a, (const char *)data, size), &once, &err)) {
		member_write(&once, &groups, &first);
		MUST(!member_read(a, &groups, first.data ? first.data : "", &twice, &err));
		member_write(&twice, &groups, &second);
		MUST(first.len == second.len && (!first.len || !memcmp(first.data, second.data, first.len)));
	}
	buf_release(&first);
	buf_release(&second);
	arena_free(a);
	return 0;
}
