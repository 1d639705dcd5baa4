/* db: MariaDB, as the rest of the program sees it.
 *
 * Wraps Connector/C; no other folder includes <mysql.h>. One connection per process, made
 * on first use. Every call ends within its time limits (2 s to connect, 2 s to read or
 * write, max_statement_time 2 s), and what took more than a second to fail is not tried
 * again. Never reconnects silently: a lost connection is closed
 * and the whole transaction is done anew. Only prepared statements; utf8mb4; sql_mode
 * strict; LOCAL INFILE off. Other store_* headers are the statements. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"

struct db; /* private to src/db/ */

struct db *db_new(const struct conf *conf, const char *secret); /* no network yet */
void db_free(struct db *db);
/* For a command that no visitor waits for: two minutes for a statement. Before first use. */
void db_patient(struct db *db);

MUST_CHECK enum fail db_ping(struct db *db, struct err *err);
unsigned long db_queries(const struct db *db); /* since the process began */

/* Runs work in a transaction and commits. On a deadlock, a lock wait, a node that is not
 * ready or a lost connection before COMMIT was sent it rolls back and runs work again, at
 * most 3 times, 20–200 ms apart: work must be able to run twice. A connection lost during
 * COMMIT is FAIL_BACKEND: it may have been stored, so every POST carries a key. */
typedef enum fail (*db_work)(struct db *db, void *with, struct err *err);
MUST_CHECK enum fail db_transaction(struct db *db, db_work work, void *with, struct err *err);

/* Numbered files NNN-name.sql of the folder, each once, in order, under a lock, safe to
 * kill half way and run again. Prints nothing; *done (may be NULL) counts what ran. */
MUST_CHECK enum fail db_migrate(struct db *db, struct arena *a, const char *folder, int *done,
                                struct err *err);
/* FAIL_CONFLICT when a file of the folder was not run yet. */
MUST_CHECK enum fail db_migrated(struct db *db, struct arena *a, const char *folder, struct err *err);

#endif
