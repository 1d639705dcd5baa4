/* desks: desks.xml, with the groups of the second institution and no service. */
#include "xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char none[] = "<catalogue><theme id=\"x\"><label xml:lang=\"nl\">x</label></theme></catalogue>";
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct source_text c = { "catalogue", none, sizeof none - 1 };
	struct source_text file = given(a, data, size);
	struct catalogue catalogue;
	struct groups groups;
	struct err err = { 0 };

	town_groups(a, &groups);
	(void)!load_catalogue(a, "schema", &langs, &groups, &file, &c, &catalogue, &err);
	arena_free(a);
	return 0;
}
