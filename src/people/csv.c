#include "people/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/file.h"

/* One field, in place; *at ends behind it, on the comma, the line end or the last NUL. */
static const char *csv_field(char **at, int *line)
{
	char *from = *at, *to = from;
	const char *start = from;
	bool quoted = *from == '"';

	if (quoted)
		from++;
	for (; *from; from++) {
		if (quoted && *from == '"' && from[1] != '"') {
			from++;
			break;
		}
		if (!quoted && (*from == ',' || *from == '\n' || *from == '\r'))
			break;
		if (quoted && *from == '"')
			from++;
		*line += *from == '\n';
		*to++ = *from;
	}
	*at = from + (*from == '\r' && from[1] == '\n');
	/* Without quotes both ends meet on the separator, which the caller still has to see. */
	if (to < *at)
		*to = '\0';
	return start;
}

/* Fields of one line into r; how many there were. */
static size_t csv_line(char **at, int *line, struct csv_row *r)
{
	size_t count = 0;
	char separator;

	r->line = *line;
	do {
		char *end = *at;
		const char *field = csv_field(&end, line);

		separator = *end;
		*end = '\0';
		*at = end + (separator != '\0');
		if (count < COLUMNS_MAX)
			r->field[count] = field;
		count++;
	} while (separator == ',');
	++*line;
	return count;
}

enum fail csv_read(struct arena *a, const char *folder, const char *name,
                   const char *const *columns, size_t column_count, struct csv_table *out,
                   struct err *err)
{
	struct csv_table t = { .path = arena_printf(a, "%s/%s", folder, name) };
	size_t capacity = 64, len;
	int line = 1;
	enum fail rc;
	char *at;

	if ((rc = file_read(a, t.path, 1 << 22, &at, &len, err)))
		return rc;
	t.rows = arena_array(a, capacity, sizeof *t.rows);
	while (*at) {
		struct csv_row *r = &t.rows[t.count];

		if (csv_line(&at, &line, r) != column_count)
			return err_set(err, FAIL_DATA, "%s:%d: expected %zu columns", t.path,
			               r->line, column_count);
		if (++t.count == capacity)
			t.rows = arena_grow(a, t.rows, capacity, &capacity, sizeof *t.rows);
	}
	for (size_t i = 0; i < column_count; i++)
		if (!t.count || strcmp(t.rows[0].field[i], columns[i]))
			return err_set(err, FAIL_DATA, "%s:1: column %zu must be \"%s\"", t.path,
			               i + 1, columns[i]);
	t.rows++; /* the header */
	t.count--;
	*out = t;
	return OK;
}

char **csv_words(struct arena *a, const char *text, const char *separators)
{
	size_t capacity = 8, count = 0;
	char **list = arena_array(a, capacity, sizeof *list);
	char *rest = arena_str(a, text), *word;

	while ((word = strsep(&rest, separators))) {
		if (!*word)
			continue;
		list[count++] = word;
		if (count == capacity)
			list = arena_grow(a, list, capacity, &capacity, sizeof *list);
	}
	list[count] = NULL;
	return list;
}
