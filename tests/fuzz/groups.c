/* groups: groups.xml, anything in it. */
#include "xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct source_text file = given(a, data, size);
	struct err err = { 0 };
	struct groups groups;

	view_start();
	refused_well(load_groups(a, "schema", &langs, &file, &groups, &err), &err);
	arena_free(a);
	return 0;
}
