/* catalogue: catalogue.xml, with the groups and desks of the second institution beside it. */
#include "xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct source_text d = kept(a, "tests/institutions/gemeente/desks.xml");
	struct source_text file = given(a, data, size);
	struct catalogue catalogue;
	struct groups groups;
	struct err err = { 0 };

	town_groups(a, &groups);
	refused_well(load_catalogue(a, "schema", &langs, &groups, &d, &file, &catalogue, &err), &err);
	arena_free(a);
	return 0;
}
