/* membership: the facts about somebody as the database keeps them; what is read is written the same again, and groups
 * follow from it whatever it says. */
#include "base/buf.h"
#include "domain/member.h"
#include "xml.h"

#define NOW 1795000000

static void write_facts(const struct account *list, size_t count, const struct groups *g, struct buf *to)
{
	buf_init(to, 8 << 20);
	member_write(list, count, g, NULL, to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct account *once, *twice;
	struct buf first, second;
	struct groups groups;
	struct person before, after;
	struct err err = { 0 };
	size_t count;

	town_groups(a, &groups);
	if (!member_read(a, arena_strn(a, (const char *)data, size), &once, &count, &err)) {
		write_facts(once, count, &groups, &first);
		member_derive(a, &groups, once, count, NOW, &before);
		if (buf_ok(&first)) {
			MUST(!member_read(a, first.data, &twice, &count, &err));
			write_facts(twice, count, &groups, &second);
			MUST(first.len == second.len && !memcmp(first.data, second.data, first.len));
			member_derive(a, &groups, twice, count, NOW, &after);
			MUST(bits_equal(&before.groups, &after.groups));
			buf_release(&second);
		}
		buf_release(&first);
	}
	arena_free(a);
	return 0;
}
