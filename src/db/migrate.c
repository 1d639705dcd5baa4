#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "crypt/token.h"
#include "db_priv.h"

#define FILE_MAX ((size_t)1 << 20)

static int is_migration(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 8 && strspn(e->d_name, "0123456789") == 3 && e->d_name[3] == '-' &&
	       !strcmp(e->d_name + n - 4, ".sql");
}

struct migration {
	int number;
	const char *name, *text;
	uint8_t hash[32];
};

static enum fail read_folder(struct arena *a, const char *folder, struct migration **out, size_t *count,
                             struct err *err)
{
	struct dirent **list;
	int n = scandir(folder, &list, is_migration, alphasort);
	enum fail rc = OK;

	if (n < 0)
		return err_set(err, FAIL_DATA, "%s: %s", folder, strerror(errno));
	*out = arena_array(a, (size_t)n, sizeof **out);
	*count = 0;
	for (int i = 0; i < n; i++) {
		struct migration *m = &(*out)[*count];
		char *text;
		size_t len;

		m->name = arena_str(a, list[i]->d_name);
		m->number = atoi(m->name);
		if (!rc &&
		    !(rc = file_read(a, arena_printf(a, "%s/%s", folder, m->name), FILE_MAX, &text, &len, err))) {
			m->text = text;
			hash_bytes(text, len, m->hash);
			++*count;
		}
		free(list[i]);
	}
	free(list);
	return rc;
}

/* Has it run? A file that changed since is refused: its effect is not what it says. */
static enum fail has_run(struct db *db, struct arena *a, const struct migration *m, bool *yes,
                         struct err *err)
{
	struct rows rows;
	enum fail rc;

	*yes = false;
	if ((rc = db_ask(db, a, "SELECT hash FROM schema_migration WHERE number = ?", VALUES(v_int(m->number)),
	                 &rows, err)))
		return rc;
	if (!rows.count)
		return OK;
	if (rows.list[0][0].len != 32 || memcmp(rows.list[0][0].text, m->hash, 32))
		return err_set(err, FAIL_CONFLICT, "%s: was changed after it had run: write a new file", m->name);
	*yes = true;
	return OK;
}

/* Our files end every statement with ";" at the end of a line. Each can run again, so that a
 * migration killed half way is simply repeated. */
static enum fail run_statements(struct db *db, struct arena *a, const struct migration *m, struct err *err)
{
	const char *s = m->text, *end;
	size_t len = strlen(s);
	enum fail rc;

	/* The last statement counts too where the file does not end in a line end. */
	if (len && s[len - 1] == ';')
		s = arena_printf(a, "%s\n", s);
	while ((end = strstr(s, ";\n"))) {
		if ((rc = db_plain(db, arena_strn(a, s, (size_t)(end - s)), err)))
			return rc;
		s = end + 2;
	}
	return s[strspn(s, " \t\r\n")] ? err_set(err, FAIL_DATA, "%s: ends in text without \";\" behind it", m->name)
	                                : OK;
}

static enum fail run_one(struct db *db, struct arena *a, const struct migration *m, int *done,
                         struct err *err)
{
	bool yes;
	enum fail rc;

	if ((rc = has_run(db, a, m, &yes, err)) || yes)
		return rc;
	if ((rc = run_statements(db, a, m, err)) ||
	    (rc = db_do(db, "INSERT INTO schema_migration (number, name, hash, done_at) VALUES (?, ?, ?, ?)",
	                VALUES(v_int(m->number), v_text(m->name), v_bytes(m->hash, 32), v_int(clock_now())), NULL,
	                err)))
		return rc;
	if (done)
		++*done;
	return OK;
}

static enum fail lock(struct db *db, struct arena *a, struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a, "SELECT GET_LOCK('loket.migrate', 1)", NO_VALUES, &rows, err)))
		return rc;
	return rows.count && rows.list[0][0].number == 1
	               ? OK
	               : err_set(err, FAIL_BACKEND, "another migration is running");
}

static enum fail run_all(struct db *db, struct arena *a, const struct migration *list, size_t count,
                         int *done, struct err *err)
{
	enum fail rc = db_plain(db,
	                        "CREATE TABLE IF NOT EXISTS schema_migration (number INT NOT NULL PRIMARY KEY, "
	                        "name VARCHAR(100) NOT NULL, hash BINARY(32) NOT NULL, done_at BIGINT NOT NULL) "
	                        "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
	                        err);

	for (size_t i = 0; !rc && i < count; i++)
		rc = run_one(db, a, &list[i], done, err);
	return rc;
}

enum fail db_migrate(struct db *db, struct arena *a, const char *folder, int *done, struct err *err)
{
	struct err later = { 0 };
	struct migration *list;
	struct rows rows;
	size_t count;
	enum fail rc;

	if ((rc = read_folder(a, folder, &list, &count, err)) || (rc = lock(db, a, err)))
		return rc;
	rc = run_all(db, a, list, count, done, err);
	/* Also after a failure; a lost connection has let go of it by itself. */
	(void)!db_ask(db, a, "SELECT RELEASE_LOCK('loket.migrate')", NO_VALUES, &rows, &later);
	return rc;
}

/* Before the first migration there is no table of migrations either. */
static enum fail has_any_run(struct db *db, struct arena *a, struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a, "SHOW TABLES LIKE 'schema_migration'", NO_VALUES, &rows, err)))
		return rc;
	return rows.count ? OK : err_set(err, FAIL_CONFLICT, "no tables were made yet: loketctl migrate");
}

enum fail db_migrated(struct db *db, struct arena *a, const char *folder, struct err *err)
{
	struct migration *list;
	size_t count;
	bool yes;
	enum fail rc;

	if ((rc = read_folder(a, folder, &list, &count, err)) || (rc = has_any_run(db, a, err)))
		return rc;
	for (size_t i = 0; i < count; i++) {
		if ((rc = has_run(db, a, &list[i], &yes, err)))
			return rc;
		if (!yes)
			return err_set(err, FAIL_CONFLICT, "%s was not run yet: loketctl migrate", list[i].name);
	}
	return OK;
}
