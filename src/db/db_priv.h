/* Shared by the files of db: prepared statements, kept by their text. */
#ifndef DB_PRIV_H
#define DB_PRIV_H

#include <stddef.h>

#include "db/db.h"

/* A value for a placeholder. */
enum value_kind {
	V_INT,
	V_TEXT,
	V_BYTES,
	V_NULL,
};

struct value {
	enum value_kind kind;
	int64_t number;
	const void *data;
	size_t len;
};

struct value v_int(int64_t n);
struct value v_text(const char *s);
struct value v_bytes(const void *data, size_t len);
struct value v_null(void);

/* A row's column: text and bytes live in the arena of the query. */
struct column {
	bool null;
	int64_t number; /* of integer columns */
	const char *text;
	size_t len;
};

#define COLUMNS_MAX 16

struct rows {
	struct column (*list)[COLUMNS_MAX];
	size_t count;
};

/* One statement with its values; sql must be a literal: it is the key of the kept statement.
 * *affected (may be NULL) and db_insert_id tell what was done. */
MUST_CHECK enum fail db_do(struct db *db, const char *sql, const struct value *values, size_t count,
                           uint64_t *affected, struct err *err);
/* All rows of a question. */
MUST_CHECK enum fail db_ask(struct db *db, struct arena *a, const char *sql, const struct value *values,
                            size_t count, struct rows *out, struct err *err);
uint64_t db_insert_id(const struct db *db);
/* Plain text, for our own migration files only. */
MUST_CHECK enum fail db_plain(struct db *db, const char *sql, struct err *err);

#define VALUES(...) (const struct value[]){ __VA_ARGS__ }, COUNT(((const struct value[]){ __VA_ARGS__ }))
#define NO_VALUES   NULL, 0

#endif
