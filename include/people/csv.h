/* csv: a small table from a CSV file (RFC 4180, UTF-8, with a header row). */
#ifndef PEOPLE_CSV_H
#define PEOPLE_CSV_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define COLUMNS_MAX 10

struct csv_row {
	const char *field[COLUMNS_MAX];
	int line; /* in the file, for messages */
};

struct csv_table {
	const char *path;
	struct csv_row *rows; /* without the header */
	size_t count;
};

/* The file must have exactly these columns, and every line all of them: else FAIL_DATA. */
MUST_CHECK enum fail csv_read(struct arena *a, const char *folder, const char *name,
                              const char *const *columns, size_t column_count,
                              struct csv_table *out, struct err *err);

/* The words of a text, ending with NULL. */
char **csv_words(struct arena *a, const char *text, const char *separators);

#endif
