#include <errmsg.h>
#include <inttypes.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypt/token.h"
#include "db_priv.h"

#define CONNECT_S  2
#define TALK_S     2
#define PATIENT_S  120
#define SLOW_MS    1000 /* a failure that took so long is not tried again: the visitor has waited enough */
#define TRIES      3
#define STATEMENTS 128

/* Codes that this version's headers do not all name. */
enum {
	WSREP_NOT_READY = 1047,
	READ_ONLY = 1290,
	STATEMENT_TIMEOUT = 1969,
};

struct statement {
	const char *sql;
	MYSQL_STMT *handle;
};

struct db {
	const struct conf *conf;
	char *secret; /* guarded memory, or NULL */
	MYSQL *handle; /* NULL: not connected */
	struct statement statement[STATEMENTS];
	size_t statements;
	unsigned long queries;
	uint64_t insert_id;
	bool again;    /* the last failure says: do the transaction anew */
	bool in_transaction;
	bool patient;
	int64_t began_ms; /* of the call in hand */
};

struct db *db_new(const struct conf *conf, const char *secret)
{
	struct db *db = calloc(1, sizeof *db);

	if (!db)
		abort();
	mysql_library_init(0, NULL, NULL);
	db->conf = conf;
	if (secret && (db->secret = secret_alloc(strlen(secret) + 1)))
		memcpy(db->secret, secret, strlen(secret) + 1);
	return db;
}

static void disconnect(struct db *db)
{
	for (size_t i = 0; i < db->statements; i++)
		mysql_stmt_close(db->statement[i].handle);
	db->statements = 0;
	if (db->handle)
		mysql_close(db->handle);
	db->handle = NULL;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	disconnect(db);
	if (db->secret)
		secret_free(db->secret);
	free(db);
	mysql_library_end();
}

unsigned long db_queries(const struct db *db)
{
	return db->queries;
}

uint64_t db_insert_id(const struct db *db)
{
	return db->insert_id;
}

/* ---- errors ---- */

static bool connection_is_lost(unsigned code)
{
	return code >= CR_MIN_ERROR && code <= CR_MAX_ERROR;
}

static bool worth_another_try(unsigned code)
{
	return code == ER_LOCK_DEADLOCK || code == ER_LOCK_WAIT_TIMEOUT || code == WSREP_NOT_READY;
}

/* A server that is full, read-only, slow or gone could not be asked; anything else is a fault of
 * ours. A lost connection is closed: the next call begins anew. */
static enum fail fault(struct db *db, unsigned code, const char *text, struct err *err)
{
	bool lost = connection_is_lost(code);
	bool backend = lost || worth_another_try(code) || code == ER_CON_COUNT_ERROR || code == READ_ONLY ||
	               code == STATEMENT_TIMEOUT || code == ER_SERVER_SHUTDOWN || code == ER_DISK_FULL ||
	               code == ER_OPTION_PREVENTS_STATEMENT || code == ER_CONNECTION_KILLED;
	enum fail rc = err_set(err, backend ? FAIL_BACKEND : code == ER_DUP_ENTRY ? FAIL_CONFLICT : FAIL_BUG,
	                       "database: %u %s", code, text);

	db->again = (lost || worth_another_try(code) || code == ER_CONNECTION_KILLED) &&
	            (db->patient || clock_ms() - db->began_ms < SLOW_MS);
	if (lost || code == ER_CONNECTION_KILLED)
		disconnect(db);
	return rc;
}

static enum fail fault_of_handle(struct db *db, struct err *err)
{
	char text[256];

	snprintf(text, sizeof text, "%s", mysql_error(db->handle));
	return fault(db, mysql_errno(db->handle), text, err);
}

/* ---- connecting ---- */

static void set_options(struct db *db, MYSQL *h)
{
	const unsigned connect = CONNECT_S, talk = db->patient ? PATIENT_S : TALK_S, off = 0;
	const my_bool no = 0, yes = 1;

	mysql_options(h, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
	mysql_options(h, MYSQL_OPT_READ_TIMEOUT, &talk);
	mysql_options(h, MYSQL_OPT_WRITE_TIMEOUT, &talk);
	mysql_options(h, MYSQL_OPT_RECONNECT, &no);
	mysql_options(h, MYSQL_OPT_LOCAL_INFILE, &off);
	mysql_options(h, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (db->conf->db_host) {
		mysql_options(h, MYSQL_OPT_SSL_CA, db->conf->db_ca_file);
		mysql_options(h, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
		mysql_options(h, MYSQL_OPT_SSL_ENFORCE, &yes);
	}
	/* What the server's own file says must not decide. */
	mysql_options(h, MYSQL_INIT_COMMAND,
	              "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',"
	              "time_zone='+00:00',tx_isolation='READ-COMMITTED'");
	mysql_options(h, MYSQL_INIT_COMMAND,
	              db->patient ? "SET SESSION lock_wait_timeout=60,innodb_lock_wait_timeout=60,max_statement_time=0"
	                          : "SET SESSION lock_wait_timeout=2,innodb_lock_wait_timeout=2,max_statement_time=2");
}

static enum fail connect_now(struct db *db, struct err *err)
{
	const struct conf *c = db->conf;
	MYSQL *h;

	if (db->handle)
		return OK;
	h = mysql_init(NULL);
	if (!h)
		return err_set(err, FAIL_BUG, "database: no memory");
	set_options(db, h);
	if (!mysql_real_connect(h, c->db_host, c->db_user, db->secret, c->db_name, (unsigned)c->db_port,
	                        c->db_socket, 0)) {
		enum fail rc = err_set(err, FAIL_BACKEND, "database: cannot connect: %u %s", mysql_errno(h),
		                       mysql_error(h));

		db->again = false;
		mysql_close(h);
		return rc;
	}
	db->handle = h;
	return OK;
}

void db_patient(struct db *db)
{
	db->patient = true;
	disconnect(db);
}

enum fail db_ping(struct db *db, struct err *err)
{
	enum fail rc;

	db->began_ms = clock_ms();
	if ((rc = connect_now(db, err)))
		return rc;
	db->queries++;
	return mysql_ping(db->handle) ? fault_of_handle(db, err) : OK;
}

enum fail db_plain(struct db *db, const char *sql, struct err *err)
{
	enum fail rc;

	if ((rc = connect_now(db, err)))
		return rc;
	db->queries++;
	return mysql_real_query(db->handle, sql, strlen(sql)) ? fault_of_handle(db, err) : OK;
}

/* ---- statements ---- */

struct value v_int(int64_t n)
{
	return (struct value){ .kind = V_INT, .number = n };
}

struct value v_text(const char *s)
{
	return (struct value){ .kind = V_TEXT, .data = s, .len = strlen(s) };
}

struct value v_bytes(const void *data, size_t len)
{
	return (struct value){ .kind = V_BYTES, .data = data, .len = len };
}

struct value v_null(void)
{
	return (struct value){ .kind = V_NULL };
}

static enum fail prepare(struct db *db, const char *sql, MYSQL_STMT **out, struct err *err)
{
	MYSQL_STMT *h;

	for (size_t i = 0; i < db->statements; i++)
		if (db->statement[i].sql == sql || !strcmp(db->statement[i].sql, sql)) {
			*out = db->statement[i].handle;
			return OK;
		}
	if (db->statements == STATEMENTS)
		return err_set(err, FAIL_BUG, "database: more than %d kinds of statements", STATEMENTS);
	h = mysql_stmt_init(db->handle);
	if (!h || mysql_stmt_prepare(h, sql, strlen(sql))) {
		enum fail rc = fault_of_handle(db, err);

		if (h && db->handle)
			mysql_stmt_close(h);
		return rc;
	}
	db->statement[db->statements++] = (struct statement){ sql, h };
	*out = h;
	return OK;
}

static void bind_values(const struct value *values, size_t count, MYSQL_BIND *bind)
{
	for (size_t i = 0; i < count; i++) {
		const struct value *v = &values[i];

		switch (v->kind) {
		case V_INT:
			bind[i].buffer_type = MYSQL_TYPE_LONGLONG;
			bind[i].buffer = (void *)&v->number;
			break;
		case V_TEXT:
		case V_BYTES:
			bind[i].buffer_type = v->kind == V_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
			bind[i].buffer = (void *)v->data;
			bind[i].buffer_length = v->len;
			break;
		case V_NULL:
			bind[i].buffer_type = MYSQL_TYPE_NULL;
			break;
		}
	}
}

static enum fail statement_fault(struct db *db, MYSQL_STMT *h, struct err *err)
{
	char text[256];
	unsigned code = mysql_stmt_errno(h);

	snprintf(text, sizeof text, "%s", mysql_stmt_error(h));
	return fault(db, code, text, err);
}

static enum fail run(struct db *db, const char *sql, const struct value *values, size_t count,
                     MYSQL_STMT **out, struct err *err)
{
	MYSQL_BIND bind[COLUMNS_MAX] = { 0 };
	MYSQL_STMT *h = NULL;
	enum fail rc;

	if (count > COLUMNS_MAX)
		return err_set(err, FAIL_BUG, "database: more than %d values", COLUMNS_MAX);
	if ((rc = connect_now(db, err)) || (rc = prepare(db, sql, &h, err)))
		return rc;
	bind_values(values, count, bind);
	db->queries++;
	if ((count && mysql_stmt_bind_param(h, bind)) || mysql_stmt_execute(h))
		return statement_fault(db, h, err);
	*out = h;
	return OK;
}

/* Outside a transaction a connection found dead may be made anew once. A statement that may have
 * been carried out is not repeated: only one that met an idle connection the server had closed. */
static enum fail run_again(struct db *db, const char *sql, const struct value *values, size_t count,
                           MYSQL_STMT **out, struct err *err)
{
	bool idle = db->handle && !db->in_transaction, question = !strncmp(sql, "SELECT", 6);
	struct err first = { 0 };
	enum fail rc;

	if (!db->in_transaction)
		db->began_ms = clock_ms();
	rc = run(db, sql, values, count, out, &first);
	if (rc == FAIL_BACKEND && idle && question && !db->handle && db->again)
		return run(db, sql, values, count, out, err);
	return rc ? err_set(err, rc, "%s", first.text) : OK;
}

enum fail db_do(struct db *db, const char *sql, const struct value *values, size_t count,
                uint64_t *affected, struct err *err)
{
	MYSQL_STMT *h = NULL;
	enum fail rc;

	if ((rc = run_again(db, sql, values, count, &h, err)))
		return rc;
	if (affected)
		*affected = mysql_stmt_affected_rows(h);
	db->insert_id = mysql_stmt_insert_id(h);
	return OK;
}

/* ---- answers ---- */

static bool is_integer(enum enum_field_types type)
{
	return type == MYSQL_TYPE_LONGLONG || type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_SHORT ||
	       type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_INT24;
}

struct fetching {
	MYSQL_BIND bind[COLUMNS_MAX];
	unsigned long len[COLUMNS_MAX];
	my_bool null[COLUMNS_MAX];
	long long number[COLUMNS_MAX];
	unsigned columns;
};

static void bind_columns(MYSQL_STMT *h, struct fetching *f)
{
	MYSQL_RES *meta = mysql_stmt_result_metadata(h);

	for (unsigned i = 0; i < f->columns; i++) {
		bool integer = meta && is_integer(mysql_fetch_field_direct(meta, i)->type);

		f->bind[i].length = &f->len[i];
		f->bind[i].is_null = &f->null[i];
		f->bind[i].buffer_type = integer ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING;
		if (integer)
			f->bind[i].buffer = &f->number[i];
	}
	mysql_free_result(meta);
}

/* Texts are fetched a second time, now that their length is known. */
static bool take_row(struct arena *a, MYSQL_STMT *h, struct fetching *f, struct column *row)
{
	for (unsigned i = 0; i < f->columns; i++) {
		MYSQL_BIND text = { 0 };
		char *s;

		row[i] = (struct column){ .null = f->null[i], .number = f->number[i], .text = "" };
		if (f->null[i] || f->bind[i].buffer_type == MYSQL_TYPE_LONGLONG)
			continue;
		s = arena_alloc(a, f->len[i] + 1);
		text.buffer_type = MYSQL_TYPE_STRING;
		text.buffer = s;
		text.buffer_length = f->len[i];
		if (f->len[i] && mysql_stmt_fetch_column(h, &text, i, 0))
			return false;
		row[i].text = s;
		row[i].len = f->len[i];
	}
	return true;
}

static enum fail fetch_all(struct db *db, struct arena *a, MYSQL_STMT *h, struct rows *out, struct err *err)
{
	struct fetching f = { .columns = mysql_stmt_field_count(h) };
	size_t capacity = 0;
	int got;

	*out = (struct rows){ 0 };
	if (f.columns > COLUMNS_MAX)
		return err_set(err, FAIL_BUG, "database: more than %d columns", COLUMNS_MAX);
	bind_columns(h, &f);
	if (mysql_stmt_bind_result(h, f.bind) || mysql_stmt_store_result(h))
		return statement_fault(db, h, err);
	while ((got = mysql_stmt_fetch(h)) == 0 || got == MYSQL_DATA_TRUNCATED) {
		out->list = arena_grow(a, out->list, out->count, &capacity, sizeof *out->list);
		if (!take_row(a, h, &f, out->list[out->count++]))
			return statement_fault(db, h, err);
	}
	if (got != MYSQL_NO_DATA)
		return statement_fault(db, h, err);
	mysql_stmt_free_result(h);
	return OK;
}

enum fail db_ask(struct db *db, struct arena *a, const char *sql, const struct value *values, size_t count,
                 struct rows *out, struct err *err)
{
	MYSQL_STMT *h = NULL;
	enum fail rc;

	if ((rc = run_again(db, sql, values, count, &h, err)))
		return rc;
	return fetch_all(db, a, h, out, err);
}

/* ---- transactions ---- */

static void pause_a_moment(void)
{
	unsigned char random;
	struct timespec t = { 0 };

	random_bytes(&random, 1);
	t.tv_nsec = (20 + random % 181) * 1000000L;
	nanosleep(&t, NULL);
}

/* begun tells whether COMMIT was sent: from then on nobody knows but the server. */
static enum fail once(struct db *db, db_work work, void *with, bool *committing, struct err *err)
{
	enum fail rc;

	db->again = false;
	*committing = false;
	if ((rc = db_plain(db, "START TRANSACTION", err)))
		return rc;
	db->in_transaction = true;
	rc = work(db, with, err);
	if (!rc) {
		*committing = true;
		rc = db_plain(db, "COMMIT", err);
	}
	db->in_transaction = false;
	if (rc && db->handle) {
		struct err ignored = { 0 };
		bool again = db->again;

		if (db_plain(db, "ROLLBACK", &ignored))
			disconnect(db);
		db->again = again;
	}
	return rc;
}

enum fail db_transaction(struct db *db, db_work work, void *with, struct err *err)
{
	struct err why = { 0 };
	enum fail rc = OK;

	db->began_ms = clock_ms();
	for (int tries = 0; tries < TRIES; tries++) {
		bool committing;

		err_clear(&why);
		if (tries)
			pause_a_moment();
		rc = once(db, work, with, &committing, &why);
		if (!rc)
			return OK;
		if (!db->again || (committing && !db->handle))
			break;
	}
	return err_set(err, rc, "%s", why.text);
}
