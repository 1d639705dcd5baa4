/* csv: the people files of the generator; every row has all columns. */
#include <unistd.h>

#include "fuzz.h"
#include "people/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const columns[] = { "id", "name", "words" };
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct csv_table table;
	struct err err = { 0 };
	char name[64];
	FILE *file;

	snprintf(name, sizeof name, "loket-fuzz-csv.%d", (int)getpid());
	MUST((file = fopen(arena_printf(a, "/tmp/%s", name), "w")));
	MUST(fwrite(data, 1, size, file) == size && !fclose(file));
	if (!csv_read(a, "/tmp", name, columns, 3, &table, &err))
		for (size_t i = 0; i < table.count; i++)
			for (size_t k = 0; k < 3; k++)
				csv_words(a, table.rows[i].field[k], ";");
	unlink(arena_printf(a, "/tmp/%s", name));
	arena_free(a);
	return 0;
}
