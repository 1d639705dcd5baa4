/* The database layer against a MariaDB of its own: on a unix socket in a folder below /tmp, started by
 * the first test and ended, with its folder, when the program ends. */
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../src/db/db_priv.h"
#include "base/clock.h"
#include "base/file.h"
#include "db/account.h"
#include "db/changes.h"
#include "db/revision.h"
#include "db/own.h"
#include "db/session.h"
#include "db/throttle.h"
#include "unit.h"

#define ANSWER_MS 9000 /* what a call may take at most when the server is silent: a connection made anew included */

/* ---- a server of our own ---- */

static struct {
	char folder[64], socket[96], user[64];
	pid_t server, owner;
	bool tried;
	struct conf conf;
	struct db *db; /* the administrator's, in database loket */
	struct share *share;
} own;

static const char *in_folder(const char *name)
{
	static char path[16][PATH_MAX];
	static size_t next;
	char *to = path[next++ % 16];

	snprintf(to, PATH_MAX, "%s/%s", own.folder, name);
	return to;
}

static const char *in_tree(const char *name)
{
	static char path[4][PATH_MAX];
	static size_t next;
	char *to = path[next++ % 4];
	const char *slash = strrchr(__FILE__, '/');

	snprintf(to, PATH_MAX, "%.*s/../../%s", (int)(slash - __FILE__), __FILE__, name);
	return to;
}

static pid_t start(const char *const argv[])
{
	pid_t pid = fork();

	if (!pid) {
		int log = open(in_folder("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives a test that crashed */
		dup2(log, 1);
		dup2(log, 2);
		execvp(argv[0], (char **)argv);
		_exit(127);
	}
	return pid;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static bool server_make(void)
{
	char data[128], root[128], user[128];
	const char *const argv[] = { "mariadb-install-db", "--no-defaults", data, user, root,
		                     "--auth-root-authentication-method=socket", "--skip-test-db",
		                     "--skip-name-resolve", NULL };
	pid_t pid;
	int status;

	snprintf(data, sizeof data, "--datadir=%s/data", own.folder);
	snprintf(root, sizeof root, "--auth-root-socket-user=%s", own.user);
	snprintf(user, sizeof user, "--user=%s", own.user);
	pid = start(argv);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool server_start(void)
{
	char data[128], socket[128], pid_file[128], user[128];
	const char *const argv[] = { "/usr/sbin/mariadbd", "--no-defaults", data, socket, pid_file, user,
		                     "--skip-networking", "--skip-name-resolve", "--local-infile=0",
		                     "--character-set-server=utf8mb4", "--performance-schema=OFF",
		                     "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M",
		                     "--innodb-flush-log-at-trx-commit=0", NULL };
	struct conf conf = own.conf;
	struct db *db;
	bool up = false;

	snprintf(data, sizeof data, "--datadir=%s/data", own.folder);
	snprintf(socket, sizeof socket, "--socket=%s", own.socket);
	snprintf(pid_file, sizeof pid_file, "--pid-file=%s/pid", own.folder);
	snprintf(user, sizeof user, "--user=%s", own.user);
	own.server = start(argv);
	conf.db_name = NULL;
	db = db_new(&conf, NULL);
	for (int i = 0; i < 300 && !up && own.server > 0; i++) {
		struct err err = { 0 };

		up = !db_ping(db, &err);
		if (!up && waitpid(own.server, NULL, WNOHANG))
			break;
		if (!up)
			pause_ms(100);
	}
	db_free(db);
	return up;
}

/* Until every thread of it has stopped; the signal alone may find one still answering. */
static void server_stop(void)
{
	kill(own.server, SIGSTOP);
	waitpid(own.server, NULL, WUNTRACED);
}

static void server_end(int signal)
{
	if (own.server > 0) {
		kill(own.server, SIGCONT);
		kill(own.server, signal);
		waitpid(own.server, NULL, 0);
	}
	own.server = 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void end_all(void)
{
	if (getpid() != own.owner)
		return;
	db_free(own.db);
	share_close(own.share);
	server_end(SIGKILL);
	nftw(own.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Text of ours, statement by statement. */
static void run_sql(struct db *db, const char *sql)
{
	struct err err = { 0 };

	CASE(err.text[0] ? err.text : sql, db_plain(db, sql, &err) == OK);
	if (err.code)
		fprintf(stderr, "%s: %s\n", sql, err.text);
}

static bool open_all(void)
{
	const struct passwd *me = getpwuid(geteuid());
	char name[] = "/tmp/loket-db.XXXXXX";
	struct arena *a = arena_new(8 << 20);
	struct err err = { 0 };
	struct conf conf;
	struct db *db;
	int done = 0;

	if (crypt_start(&err) || !me || !mkdtemp(name))
		return false;
	snprintf(own.folder, sizeof own.folder, "%s", name);
	snprintf(own.socket, sizeof own.socket, "%s/sock", name);
	snprintf(own.user, sizeof own.user, "%s", me->pw_name);
	own.owner = getpid();
	atexit(end_all);
	own.conf = (struct conf){ .db_socket = own.socket, .db_name = "loket", .db_user = own.user,
		                  .session_idle_s = 600, .session_overall_s = 3000, .poll_bound_s = 3,
		                  .throttle_account = 5, .throttle_address = 8, .throttle_wait_s = 60 };
	if (!server_make() || !server_start()) {
		fprintf(stderr, "%s: MariaDB did not start\n", in_folder("log"));
		return false;
	}
	conf = own.conf;
	conf.db_name = NULL;
	db = db_new(&conf, NULL);
	run_sql(db, "CREATE DATABASE loket CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
	db_free(db);
	own.db = db_new(&own.conf, NULL);
	if (db_migrated(own.db, a, in_tree("schema"), &err) != FAIL_CONFLICT)
		fprintf(stderr, "before any migration: %s\n", err.text);
	CASE("tables that were never made are said to be absent", err.code == FAIL_CONFLICT);
	err_clear(&err);
	CASE(err.text, db_migrate(own.db, a, in_tree("schema"), &done, &err) == OK);
	CASE("the first migration runs", done >= 1);
	arena_free(a);
	return !share_open(in_folder("share"), 64, &own.share, &err);
}

/* Everything empty, the clock right, the server up. */
static void begin(void)
{
	static const char *const tables[] = { "session", "change_log", "revision", "live_revision", "throttle" };
	char sql[64];

	if (!own.tried) {
		own.tried = true;
		if (!open_all())
			own.server = 0;
	}
	CU_ASSERT_TRUE_FATAL(own.server > 0);
	clock_shift(0);
	for (size_t i = 0; i < COUNT(tables); i++) {
		snprintf(sql, sizeof sql, "DELETE FROM %s", tables[i]);
		run_sql(own.db, sql);
	}
	share_drop_all(own.share);
}

static int64_t number_of(const char *sql)
{
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct rows rows = { 0 };
	int64_t n = -1;

	CASE(sql, db_ask(own.db, a, sql, NO_VALUES, &rows, &err) == OK);
	if (rows.count)
		n = rows.list[0][0].number;
	arena_free(a);
	return n;
}

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(in_folder(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
}

/* ---- migrations ---- */

static void migrations_run_once(void)
{
	struct arena *a = arena_new(8 << 20);
	struct err err = { 0 };
	int done = 0;

	begin();
	CASE(err.text, db_migrate(own.db, a, in_tree("schema"), &done, &err) == OK);
	CU_ASSERT_EQUAL(done, 0);
	CASE(err.text, db_migrated(own.db, a, in_tree("schema"), &err) == OK);
	arena_free(a);
}

/* A database of its own for a folder of migrations. */
static struct db *other_database(struct conf *conf, const char *name)
{
	char sql[100];

	*conf = own.conf;
	conf->db_name = name;
	snprintf(sql, sizeof sql, "CREATE DATABASE %s CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", name);
	run_sql(own.db, sql);
	return db_new(conf, NULL);
}

static void a_migration_that_was_changed_after_it_ran_is_noticed(void)
{
	struct arena *a = arena_new(8 << 20);
	struct err err = { 0 };
	struct conf conf;
	struct db *db;
	int done = 0;

	begin();
	db = other_database(&conf, "changed");
	mkdir(in_folder("changed"), 0700);
	write_text("changed/001-a.sql", "-- a\nCREATE TABLE IF NOT EXISTS a (x INT);\nINSERT INTO a VALUES (1);\n");
	write_text("changed/notes.sql", "DROP TABLE a;\n");
	CASE(err.text, db_migrate(db, a, in_folder("changed"), &done, &err) == OK && done == 1);
	write_text("changed/002-b.sql", "CREATE TABLE IF NOT EXISTS b (x INT);\n");
	CU_ASSERT_EQUAL(db_migrated(db, a, in_folder("changed"), &err), FAIL_CONFLICT);
	CASE(err.text, strstr(err.text, "002-b.sql was not run yet") != NULL);
	err_clear(&err);
	CASE(err.text, db_migrate(db, a, in_folder("changed"), &done, &err) == OK && done == 2);
	write_text("changed/001-a.sql", "CREATE TABLE IF NOT EXISTS a (x BIGINT);\n");
	CU_ASSERT_EQUAL(db_migrate(db, a, in_folder("changed"), &done, &err), FAIL_CONFLICT);
	CASE(err.text, strstr(err.text, "001-a.sql: was changed after it had run: write a new file") != NULL);
	err_clear(&err);
	CU_ASSERT_EQUAL(db_migrated(db, a, in_folder("changed"), &err), FAIL_CONFLICT);
	err_clear(&err);
	CU_ASSERT_EQUAL(db_migrate(db, a, in_folder("nowhere"), &done, &err), FAIL_DATA);
	db_free(db);
	arena_free(a);
}

static void a_migration_that_failed_half_way_is_run_again(void)
{
	struct arena *a = arena_new(8 << 20);
	struct err err = { 0 };
	struct conf conf;
	struct db *db, *other;
	struct rows rows;
	int done = 0;

	begin();
	db = other_database(&conf, "half");
	mkdir(in_folder("half"), 0700);
	write_text("half/001-a.sql", "CREATE TABLE IF NOT EXISTS a (x INT);\nCREATE TABLE b (y NOTYPE);\n");
	CU_ASSERT_NOT_EQUAL(db_migrate(db, a, in_folder("half"), &done, &err), OK);
	CU_ASSERT_EQUAL(done, 0);
	err_clear(&err);
	/* The last statement counts, whether a line end stands behind it or not. */
	write_text("half/001-a.sql", "CREATE TABLE IF NOT EXISTS a (x INT);\nCREATE TABLE IF NOT EXISTS b (y INT);");
	CASE(err.text, db_migrate(db, a, in_folder("half"), &done, &err) == OK && done == 1);
	CASE(err.text, db_ask(db, a, "SELECT COUNT(*) FROM b", NO_VALUES, &rows, &err) == OK);
	/* Text that no statement ends is not silently left out. */
	write_text("half/002-b.sql", "CREATE TABLE IF NOT EXISTS c (x INT);\nINSERT INTO b VALUES (1)\n");
	CU_ASSERT_EQUAL(db_migrate(db, a, in_folder("half"), &done, &err), FAIL_DATA);
	CASE(err.text, strstr(err.text, "002-b.sql") != NULL);
	err_clear(&err);
	other = db_new(&conf, NULL);
	CASE(err.text, db_ask(other, a, "SELECT GET_LOCK('loket.migrate', 0)", NO_VALUES, &rows, &err) == OK);
	CASE("a failed migration lets go of the lock", rows.list[0][0].number == 1);
	CU_ASSERT_EQUAL(db_migrate(db, a, in_folder("half"), &done, &err), FAIL_BACKEND);
	CASE(err.text, strstr(err.text, "another migration") != NULL);
	db_free(other);
	db_free(db);
	arena_free(a);
}

/* ---- revisions ---- */

static struct revision revision_of(const char *groups, const char *note)
{
	return (struct revision){ .groups = groups, .groups_len = strlen(groups), .desks = "<desks/>", .desks_len = 8,
		                  .catalogue = "<catalogue/>", .catalogue_len = 12, .note = note, .made_by = "test" };
}

static void the_same_files_make_no_new_revision(void)
{
	struct arena *a = arena_new(8 << 20);
	struct revision r = revision_of("<groups>\xc3\xab</groups>", "one"), got;
	struct err err = { 0 };
	int64_t first, live;

	begin();
	CU_ASSERT_EQUAL(revision_live(own.db, &live, &err), FAIL_ABSENT);
	err_clear(&err);
	CASE(err.text, revision_store(own.db, &r, &err) == OK);
	first = r.number;
	CU_ASSERT_TRUE(revision_live(own.db, &live, &err) == OK && live == first);
	r.number = 0;
	CASE(err.text, revision_store(own.db, &r, &err) == OK);
	CU_ASSERT_EQUAL(r.number, first);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM revision"), 1);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM change_log WHERE kind = 'revision'"), 1);
	r = revision_of("<groups>2</groups>", "two");
	CASE(err.text, revision_store(own.db, &r, &err) == OK);
	CU_ASSERT_TRUE(r.number > first);
	CU_ASSERT_TRUE(revision_live(own.db, &live, &err) == OK && live == r.number);
	CASE(err.text, revision_read(own.db, a, first, &got, &err) == OK);
	SAME(got.groups, "<groups>\xc3\xab</groups>");
	SAME(got.note, "one");
	CU_ASSERT_EQUAL(got.catalogue_len, 12);
	CU_ASSERT_EQUAL(revision_read(own.db, a, 99999, &got, &err), FAIL_ABSENT);
	/* Back to the first files: a new revision, for the history to be right. */
	r = revision_of("<groups>\xc3\xab</groups>", "one");
	err_clear(&err);
	CASE(err.text, revision_store(own.db, &r, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM revision"), 3);
	arena_free(a);
}

static void a_file_boundary_that_moves_is_another_revision(void)
{
	struct revision r = revision_of("ab", "x");
	struct err err = { 0 };

	begin();
	CASE(err.text, revision_store(own.db, &r, &err) == OK);
	r.groups = "a";
	r.groups_len = 1;
	r.desks = "b<desks/>";
	r.desks_len = 9;
	CASE(err.text, revision_store(own.db, &r, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM revision"), 2);
}

static void a_revision_that_cannot_be_stored_changes_nothing(void)
{
	struct revision good = revision_of("<groups/>", "good"), bad = revision_of("<groups>x</groups>", NULL);
	struct err err = { 0 };
	char note[300];
	int64_t live;

	begin();
	CASE(err.text, revision_store(own.db, &good, &err) == OK);
	memset(note, 'x', sizeof note - 1);
	note[sizeof note - 1] = '\0';
	bad.note = note; /* longer than its column: strict mode refuses */
	CU_ASSERT_NOT_EQUAL(revision_store(own.db, &bad, &err), OK);
	/* And one whose last step fails. */
	run_sql(own.db, "RENAME TABLE change_log TO change_log_away");
	bad = revision_of("<groups>x</groups>", "bad");
	err_clear(&err);
	CU_ASSERT_NOT_EQUAL(revision_store(own.db, &bad, &err), OK);
	run_sql(own.db, "RENAME TABLE change_log_away TO change_log");
	err_clear(&err);
	CU_ASSERT_TRUE(revision_live(own.db, &live, &err) == OK && live == good.number);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM revision"), 1);
}

/* ---- sessions ---- */

static int filled;

/* Membership "N": the group of that number, in revision 7. */
static enum fail fill(void *with, const char *membership, struct session *s, struct err *err)
{
	(void)with;
	(void)err;
	filled++;
	s->groups = (struct bits){ 0 };
	bits_add(&s->groups, (size_t)atoi(membership));
	s->revision = 7;
	s->complete = true;
	return OK;
}

static struct session session_of(const struct token *token, uint8_t person)
{
	struct session s = { .created = clock_now(), .seen = clock_now(), .as_of = clock_now(), .revision = 7,
		             .uid = "s1", .name = "Zo\xc3\xab", .lang = "nl", .complete = true };

	token_hash(token, s.id);
	memset(s.person, person, sizeof s.person);
	bits_add(&s.groups, 3);
	return s;
}

static void open_session(struct token *token, uint8_t person, const uint8_t *former)
{
	struct err err = { 0 };
	struct session s;

	token_make(token);
	s = session_of(token, person);
	CASE(err.text, session_open(own.db, own.share, &s, "3", "192.0.2.1", "Firefox", former, NULL, &err) == OK);
}

static enum fail find_session(struct share *share, const struct token *token, bool strict, struct session *out)
{
	struct err err = { 0 };

	return session_find(own.db, share, &own.conf, token, strict, fill, NULL, out, &err);
}

static void poll_now(struct share *share, uint64_t *seq)
{
	struct err err = { 0 };

	CASE(err.text, changes_poll(own.db, share, seq, &err) == OK);
}

static void share_trusted(void)
{
	share_set_revision(own.share, 7);
	share_set_polled(own.share);
}

static void a_session_is_found_without_the_database_while_the_copy_may_be_trusted(void)
{
	struct token token, stranger;
	struct session s;
	unsigned long asked;

	begin();
	open_session(&token, 1, NULL);
	token_make(&stranger);
	share_trusted();
	asked = db_queries(own.db);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	CU_ASSERT_EQUAL(db_queries(own.db), asked);
	SAME(s.uid, "s1");
	SAME(s.name, "Zo\xc3\xab");
	CU_ASSERT_TRUE(bits_has(&s.groups, 3));
	CU_ASSERT_EQUAL(find_session(own.share, &token, true, &s), OK); /* strict */
	CU_ASSERT_TRUE(db_queries(own.db) > asked);
	share_set_revision(own.share, 8); /* groups of another revision do not count */
	asked = db_queries(own.db);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	CU_ASSERT_TRUE(db_queries(own.db) > asked);
	CU_ASSERT_EQUAL(find_session(own.share, &stranger, false, &s), FAIL_LOGIN);
	share_drop_all(own.share);
	share_trusted();
	filled = 0;
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK); /* fills the copy */
	asked = db_queries(own.db);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	CU_ASSERT_EQUAL(db_queries(own.db), asked);
	CU_ASSERT_EQUAL(filled, 1);
}

static void a_session_ends_when_it_was_not_used_for_too_long(void)
{
	struct token token;
	struct session s;

	for (int strict = 0; strict < 2; strict++) {
		begin();
		open_session(&token, 1, NULL);
		share_trusted();
		clock_shift(own.conf.session_idle_s - 5);
		CU_ASSERT_EQUAL(find_session(own.share, &token, strict, &s), OK); /* counts as use */
		clock_shift(2 * own.conf.session_idle_s - 10);
		CU_ASSERT_EQUAL(find_session(own.share, &token, strict, &s), OK);
		clock_shift(3 * own.conf.session_idle_s);
		CU_ASSERT_EQUAL(find_session(own.share, &token, strict, &s), FAIL_LOGIN);
		CU_ASSERT_EQUAL(find_session(own.share, &token, true, &s), FAIL_LOGIN);
	}
	clock_shift(0);
}

static void a_session_ends_when_it_lived_for_too_long(void)
{
	struct token token;
	struct session s;
	int64_t t;

	begin();
	open_session(&token, 1, NULL);
	share_trusted();
	for (t = 0; t < own.conf.session_overall_s; t += 300) {
		clock_shift(t);
		CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	}
	clock_shift(t + 1);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), FAIL_LOGIN);
	CU_ASSERT_EQUAL(find_session(own.share, &token, true, &s), FAIL_LOGIN);
	clock_shift(0);
}

static void signing_in_again_ends_the_former_session(void)
{
	struct token first, second;
	struct session s;
	uint8_t former[32];

	begin();
	open_session(&first, 1, NULL);
	token_hash(&first, former);
	open_session(&second, 1, former);
	share_trusted();
	CU_ASSERT_EQUAL(find_session(own.share, &first, false, &s), FAIL_LOGIN);
	CU_ASSERT_EQUAL(find_session(own.share, &second, false, &s), OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM session"), 1);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM change_log WHERE kind = 'session'"), 1);
}

static void an_end_counts_on_another_host_after_its_next_poll(void)
{
	struct share *other;
	struct token token;
	struct session s;
	struct err err = { 0 };
	uint64_t seq = 0;
	uint8_t id[32];

	begin();
	open_session(&token, 1, NULL);
	token_hash(&token, id);
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("other"), 64, &other, &err), OK);
	poll_now(other, &seq);
	share_set_revision(other, 7);
	CU_ASSERT_EQUAL(find_session(other, &token, false, &s), OK);
	CU_ASSERT_TRUE(share_get(other, id, &s));
	CASE(err.text, session_end(own.db, own.share, id, &err) == OK);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), FAIL_LOGIN);
	poll_now(other, &seq);
	CU_ASSERT_FALSE(share_get(other, id, &s));
	CU_ASSERT_EQUAL(find_session(other, &token, false, &s), FAIL_LOGIN);
	CASE(err.text, session_end(own.db, own.share, id, &err) == OK); /* twice is fine */
	share_close(other);
}

static void other_groups_replace_the_copy_everywhere(void)
{
	struct share *other;
	struct token token;
	struct session s, fresh;
	struct err err = { 0 };
	uint64_t seq = 0;

	begin();
	open_session(&token, 1, NULL);
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("other"), 64, &other, &err), OK);
	poll_now(other, &seq);
	share_set_revision(other, 7);
	share_trusted();
	CU_ASSERT_EQUAL(find_session(other, &token, false, &s), OK);
	fresh = session_of(&token, 1);
	fresh.groups = (struct bits){ 0 };
	bits_add(&fresh.groups, 5);
	CASE(err.text, session_regroup(own.db, own.share, &fresh, "5", &err) == OK);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	CU_ASSERT_TRUE(bits_has(&s.groups, 5) && !bits_has(&s.groups, 3));
	poll_now(other, &seq);
	share_set_revision(other, 7);
	CU_ASSERT_EQUAL(find_session(other, &token, false, &s), OK);
	CU_ASSERT_TRUE(bits_has(&s.groups, 5) && !bits_has(&s.groups, 3));
	share_close(other);
}

static void people_end_their_own_sessions_and_nobody_elses(void)
{
	static const uint8_t anna[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	struct arena *a = arena_new(8 << 20);
	struct token mine[3], theirs;
	struct session_row *rows;
	struct session s;
	struct err err = { 0 };
	uint8_t keep[32];
	size_t count;

	begin();
	for (int i = 0; i < 3; i++)
		open_session(&mine[i], 1, NULL);
	open_session(&theirs, 2, NULL);
	share_trusted();
	CASE(err.text, session_list(own.db, a, &own.conf, anna, &rows, &count, &err) == OK);
	CU_ASSERT_EQUAL_FATAL(count, 3);
	SAME(rows[0].address, "192.0.2.1");
	SAME(rows[0].agent, "Firefox");
	CASE(err.text, session_list(own.db, a, &own.conf, NULL, &rows, &count, &err) == OK);
	CU_ASSERT_EQUAL(count, 4);
	for (size_t i = 0; i < count; i++)
		if (memcmp(rows[i].person, anna, 16))
			CU_ASSERT_EQUAL(session_end_own(own.db, own.share, anna, rows[i].number, &err), FAIL_ABSENT);
	err_clear(&err);
	CU_ASSERT_EQUAL(find_session(own.share, &theirs, true, &s), OK);
	CASE(err.text, session_list(own.db, a, &own.conf, anna, &rows, &count, &err) == OK);
	CASE(err.text, session_end_own(own.db, own.share, anna, rows[0].number, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM session"), 3);
	token_hash(&mine[2], keep);
	if (find_session(own.share, &mine[2], true, &s))
		token_hash(&mine[1], keep);
	CASE(err.text, session_end_all(own.db, own.share, anna, keep, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM session"), 2);
	CU_ASSERT_EQUAL(find_session(own.share, &mine[0], false, &s), FAIL_LOGIN);
	CASE(err.text, session_end_all(own.db, own.share, anna, NULL, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM session"), 1);
	CU_ASSERT_EQUAL(find_session(own.share, &theirs, false, &s), OK);
	arena_free(a);
}

static void append(struct favourites *list, const void *service)
{
	list->id[list->count++] = service;
}

static void what_a_person_keeps_has_another_version_with_every_change_and_loses_nothing(void)
{
	struct arena *a = arena_new(1 << 20);
	struct favourites list;
	struct token token;
	struct session s;
	struct err err = { 0 };
	int64_t version;

	begin();
	open_session(&token, 1, NULL);
	share_trusted();
	CU_ASSERT_EQUAL(find_session(own.share, &token, true, &s), OK);
	version = s.own;
	/* Looked at, not written yet: the next change writes it too. */
	share_recent(own.share, s.id, "wifi mail");
	CU_ASSERT_EQUAL(find_session(own.share, &token, true, &s), OK);
	CASE(err.text, favourites_store(own.db, own.share, &s, append, "b", &err) == OK);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	SAME(s.recent, "wifi mail");
	CU_ASSERT_TRUE(s.own != version);
	version = s.own;
	CASE(err.text, favourites_store(own.db, own.share, &s, append, "a", &err) == OK);
	CU_ASSERT_EQUAL(favourites_read(own.db, a, s.person, &list, &err), OK);
	CU_ASSERT_EQUAL_FATAL(list.count, 2);
	SAME(list.id[0], "b");
	SAME(list.id[1], "a");
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	SAME(s.recent, "wifi mail");
	CU_ASSERT_TRUE(s.own != version);
	CASE(err.text, own_erase(own.db, own.share, &s, &err) == OK);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	SAME(s.recent, "");
	CU_ASSERT_EQUAL(favourites_read(own.db, a, s.person, &list, &err), OK);
	CU_ASSERT_EQUAL(list.count, 0);
	arena_free(a);
}

static void sweeping_writes_back_what_was_seen_and_removes_what_is_over(void)
{
	struct arena *a = arena_new(8 << 20);
	struct token used, unused;
	struct session_row *rows;
	struct session s;
	struct err err = { 0 };
	size_t count;

	begin();
	open_session(&used, 1, NULL);
	open_session(&unused, 2, NULL);
	share_trusted();
	clock_shift(own.conf.session_idle_s - 10);
	CU_ASSERT_EQUAL(find_session(own.share, &used, false, &s), OK);
	CASE(err.text, session_sweep(own.db, own.share, &own.conf, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM session"), 2);
	clock_shift(own.conf.session_idle_s + 60);
	CASE(err.text, session_stale(own.db, a, &own.conf, clock_now() - 60, 10, &rows, &count, &err) == OK);
	CU_ASSERT_EQUAL(count, 1);
	CASE(err.text, session_sweep(own.db, own.share, &own.conf, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM session"), 1);
	share_drop_all(own.share);
	CU_ASSERT_EQUAL(find_session(own.share, &used, false, &s), OK);
	CU_ASSERT_EQUAL(find_session(own.share, &unused, false, &s), FAIL_LOGIN);
	clock_shift(0);
	arena_free(a);
}

/* ---- accounts of one person ---- */

static struct account_end end_named(uint8_t byte, const char *source, const char *uid)
{
	struct account_end end = { .source = source, .uid = uid };

	memset(end.key, byte, sizeof end.key);
	return end;
}

/* As signing in asks for it, with a failure of its own in the same answer. */
static bool is_untied(uint8_t who)
{
	uint8_t account[16];
	struct err err = { 0 };
	struct throttle t;

	memset(account, who, sizeof account);
	CASE(err.text, throttle_look(own.db, &own.conf, account, "192.0.2.1", 0, &t, &err) == OK && !t.wait_s);
	CU_ASSERT_EQUAL(t.failed, who == 9);
	return t.untied;
}

static void a_tie_is_one_from_both_ends_and_turns_when_it_is_told_apart(void)
{
	struct arena *a = arena_new(1 << 20);
	struct account_link link = { { end_named(9, "hr", "p9"), end_named(2, "campus", "s2") }, false, 0, "p9" }, *got;
	struct err err = { 0 };
	size_t count;

	begin();
	CASE(err.text, account_link_set(own.db, &link, &err) == OK);
	CASE(err.text, throttle_count(own.db, link.end[0].key, "192.0.2.1", &err) == OK);
	CU_ASSERT_FALSE(is_untied(2) || is_untied(9));
	CU_ASSERT_TRUE(is_untied(3));
	for (uint8_t key = 2; key <= 9; key += 7) {
		uint8_t bytes[16];

		memset(bytes, key, sizeof bytes);
		CU_ASSERT_EQUAL(account_links(own.db, a, bytes, &got, &count, &err), OK);
		CU_ASSERT_EQUAL_FATAL(count, 1);
		SAME(got[0].end[0].uid, key == 9 ? "p9" : "s2");
		SAME(got[0].end[1].source, key == 9 ? "campus" : "hr");
		CU_ASSERT_FALSE(got[0].apart);
	}
	link = (struct account_link){ { end_named(2, "campus", "s2"), end_named(9, "hr", "p9") }, true, 0, "s2" };
	CASE(err.text, account_link_set(own.db, &link, &err) == OK);
	CU_ASSERT_EQUAL(account_links(own.db, a, link.end[1].key, &got, &count, &err), OK);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_TRUE(got[0].apart);
	CU_ASSERT_FALSE(is_untied(2)); /* told apart counts as well */
	SAME(got[0].made_by, "s2");
	link.end[1] = link.end[0];
	CU_ASSERT_EQUAL(account_link_set(own.db, &link, &err), FAIL_INPUT);
	err_clear(&err);
	CASE(err.text, account_links_erase(own.db, link.end[0].key, "somebody else", &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM account_link"), 1);
	CASE(err.text, account_links_erase(own.db, link.end[0].key, "s2", &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM account_link"), 0);
	arena_free(a);
}

static void a_wish_that_comes_while_the_former_is_done_is_not_lost(void)
{
	struct arena *a = arena_new(1 << 20);
	struct account_end who = end_named(7, "campus", "s7");
	struct account_wish_row *list;
	struct err err = { 0 };
	bool waits = true;
	size_t count;

	begin();
	CU_ASSERT_EQUAL(db_do(own.db, "DELETE FROM refresh_wish", NULL, 0, NULL, &err), OK);
	CASE(err.text, account_wish(own.db, who.key, &err) == OK);
	CU_ASSERT_EQUAL(account_wishes(own.db, a, &list, &count, &err), OK);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CASE(err.text, account_wish(own.db, who.key, &err) == OK);
	CASE(err.text, account_wish_done(own.db, &list[0], &err) == OK);
	CU_ASSERT_EQUAL(account_wish_waits(own.db, a, who.key, &waits, &err), OK);
	CU_ASSERT_TRUE(waits);
	CU_ASSERT_EQUAL(account_wishes(own.db, a, &list, &count, &err), OK);
	CASE(err.text, account_wish_done(own.db, &list[0], &err) == OK);
	CU_ASSERT_EQUAL(account_wish_waits(own.db, a, who.key, &waits, &err), OK);
	CU_ASSERT_FALSE(waits);
	arena_free(a);
}

/* ---- shared memory ---- */

/* A session in which every byte follows from one: a torn read shows. */
static struct session pattern(uint8_t id, uint8_t n)
{
	struct session s;

	memset(&s, n, sizeof s);
	memset(s.id, id, sizeof s.id);
	s.seen = n;
	return s;
}

static bool is_pattern(const struct session *s, uint8_t id)
{
	struct session whole = pattern(id, s->uid[0] ? (uint8_t)s->uid[0] : 0);

	whole.seen = s->seen; /* has a place of its own */
	return !memcmp(&whole, s, sizeof whole);
}

static pid_t start_writer(struct share *share, uint8_t id)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (uint8_t n = 1;; n = (uint8_t)(n % 250 + 1)) {
			struct session s = pattern(id, n);

			share_put(share, &s);
		}
	}
	return pid;
}

static void a_writer_killed_half_way_is_never_read_and_holds_nobody_up(void)
{
	struct share *share;
	struct err err = { 0 };
	struct session s;
	int torn = 0, read = 0;

	begin();
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("torn"), 8, &share, &err), OK);
	for (int round = 0; round < 150; round++) {
		int64_t until = clock_ms() + 3;
		pid_t pid = start_writer(share, 9);

		do {
			if (!share_get(share, pattern(9, 1).id, &s))
				continue;
			read++;
			torn += !is_pattern(&s, 9);
		} while (clock_ms() < until);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (share_get(share, pattern(9, 1).id, &s))
			torn += !is_pattern(&s, 9);
		/* The next one writes as if nothing had happened. */
		s = pattern(9, 7);
		share_put(share, &s);
		CU_ASSERT_TRUE(share_get(share, s.id, &s) && is_pattern(&s, 9));
	}
	CU_ASSERT_EQUAL(torn, 0);
	CU_ASSERT_TRUE(read > 1000);
	share_close(share);
}

static void the_copy_seen_longest_ago_makes_way(void)
{
	struct share *share;
	struct err err = { 0 };
	struct session s;

	begin();
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("full"), 8, &share, &err), OK);
	for (uint8_t id = 1; id <= 8; id++) {
		s = pattern(id, id);
		share_put(share, &s);
	}
	share_seen(share, pattern(1, 1).id, 200);
	s = pattern(9, 100);
	share_put(share, &s);
	CU_ASSERT_TRUE(share_get(share, pattern(1, 1).id, &s));
	CU_ASSERT_EQUAL(s.seen, 200);
	CU_ASSERT_FALSE(share_get(share, pattern(2, 2).id, &s));
	CU_ASSERT_TRUE(share_get(share, pattern(9, 9).id, &s));
	share_drop(share, pattern(9, 9).id);
	CU_ASSERT_FALSE(share_get(share, pattern(9, 9).id, &s));
	share_close(share);
}

static void a_shared_file_of_another_size_is_made_anew_and_is_for_its_owner_only(void)
{
	struct share *share, *running;
	struct err err = { 0 };
	struct session s = pattern(1, 1);
	struct stat st;

	begin();
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("sized"), 8, &share, &err), OK);
	share_put(share, &s);
	share_close(share);
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("sized"), 8, &share, &err), OK);
	CU_ASSERT_TRUE(share_get(share, pattern(1, 1).id, &s)); /* outlives its process */
	running = share; /* a program of the edition before goes on with what it has */
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("sized"), 16, &share, &err), OK);
	CU_ASSERT_FALSE(share_get(share, pattern(1, 1).id, &s));
	CU_ASSERT_TRUE(share_get(running, pattern(1, 1).id, &s));
	share_put(running, &s);
	share_close(running);
	share_close(share);
	CU_ASSERT_TRUE(!stat(in_folder("sized"), &st) && (st.st_mode & 0777) == 0600);
	CU_ASSERT_EQUAL(symlink(in_folder("sized"), in_folder("linked")), 0);
	CU_ASSERT_EQUAL(share_open(in_folder("linked"), 8, &share, &err), FAIL_DATA);
}

static void a_worker_that_hangs_in_a_request_is_ended(void)
{
	struct share *share;
	struct err err = { 0 };
	pid_t hung;
	int status, slot, ready[2];
	char c;

	begin();
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("workers"), 8, &share, &err), OK);
	slot = share_worker_enter(share);
	CU_ASSERT_TRUE(slot >= 0);
	share_worker_busy(share, slot, true);
	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	hung = fork();
	if (!hung) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		share_worker_busy(share, share_worker_enter(share), true);
		(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	CU_ASSERT_EQUAL(read(ready[0], &c, 1), 1);
	CU_ASSERT_EQUAL(share_worker_reap(share, 10000), 0); /* within its budget */
	share_worker_busy(share, slot, false);
	pause_ms(60);
	CU_ASSERT_EQUAL(share_worker_reap(share, 50), 1); /* the idle one, we, lives on */
	CU_ASSERT_EQUAL(waitpid(hung, &status, 0), hung);
	CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	share_worker_leave(share, slot);
	close(ready[0]);
	close(ready[1]);
	share_close(share);
}

/* ---- the change log ---- */

static void a_number_that_becomes_visible_late_is_not_missed(void)
{
	struct err err = { 0 };
	struct session s = pattern(4, 4);
	struct db *slow;
	uint64_t seq = 0;

	begin();
	poll_now(own.share, &seq);
	share_put(own.share, &s);
	slow = db_new(&own.conf, NULL);
	run_sql(slow, "START TRANSACTION");
	run_sql(slow, "INSERT INTO change_log (kind, session) VALUES ('session', REPEAT('\\x04', 0))");
	run_sql(slow, "ROLLBACK");
	run_sql(slow, "START TRANSACTION");
	CASE(err.text, db_do(slow, "INSERT INTO change_log (kind, session) VALUES ('session', ?)",
	                     VALUES(v_bytes(s.id, 32)), NULL, &err) == OK);
	run_sql(own.db, "INSERT INTO change_log (kind, number) VALUES ('revision', 42)");
	poll_now(own.share, &seq);
	CU_ASSERT_EQUAL(share_revision(own.share), 42);
	CU_ASSERT_TRUE(share_get(own.share, pattern(4, 4).id, &s));
	run_sql(slow, "COMMIT");
	poll_now(own.share, &seq);
	CU_ASSERT_FALSE(share_get(own.share, pattern(4, 4).id, &s));
	db_free(slow);
}

static void the_first_poll_drops_what_was_there_before(void)
{
	struct session s = pattern(4, 4);
	uint64_t seq = 0;

	begin();
	run_sql(own.db, "INSERT INTO live_revision (one, number) VALUES (1, 5)");
	share_put(own.share, &s);
	poll_now(own.share, &seq);
	CU_ASSERT_FALSE(share_get(own.share, pattern(4, 4).id, &s));
	CU_ASSERT_EQUAL(share_revision(own.share), 5);
	CU_ASSERT_TRUE(seq > 0);
	share_put(own.share, &s);
	poll_now(own.share, &seq);
	CU_ASSERT_TRUE(share_get(own.share, pattern(4, 4).id, &s));
}

static void old_lines_of_the_change_log_go(void)
{
	struct err err = { 0 };

	begin();
	run_sql(own.db, "INSERT INTO change_log (kind, number, at) VALUES ('revision', 1, NOW() - INTERVAL 2 HOUR), "
	                "('revision', 2, NOW() - INTERVAL 30 MINUTE)");
	CASE(err.text, changes_trim(own.db, &err) == OK);
	CU_ASSERT_EQUAL(number_of("SELECT COUNT(*) FROM change_log"), 1);
	CU_ASSERT_EQUAL(number_of("SELECT MIN(number) FROM change_log"), 2);
}

static void a_copy_is_not_trusted_when_the_log_could_not_be_read(void)
{
	struct token token;
	struct session s;
	struct err err = { 0 };
	uint64_t seq = 0;
	int64_t began;

	begin();
	own.conf.poll_bound_s = 1;
	poll_now(own.share, &seq);
	open_session(&token, 1, NULL);
	poll_now(own.share, &seq);
	share_set_revision(own.share, 7);
	server_stop();
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK); /* from the copy */
	began = clock_ms();
	CU_ASSERT_EQUAL(changes_poll(own.db, own.share, &seq, &err), FAIL_BACKEND);
	CASE("a poll of a silent server ends in time", clock_ms() - began < ANSWER_MS);
	pause_ms(1000);
	began = clock_ms();
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), FAIL_BACKEND); /* not "nobody is signed in" */
	CASE("a question to a silent server ends in time", clock_ms() - began < ANSWER_MS);
	kill(own.server, SIGCONT);
	CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	own.conf.poll_bound_s = 3;
}

/* ---- failed sign-ins ---- */

/* A try that fails, unless it has to wait. */
static int enter(uint8_t who, const char *address)
{
	uint8_t account[16];
	struct err err = { 0 };
	struct throttle t;

	memset(account, who, sizeof account);
	CASE(err.text, throttle_look(own.db, &own.conf, account, address, 0, &t, &err) == OK);
	CASE(err.text, t.wait_s || throttle_count(own.db, account, address, &err) == OK);
	return t.wait_s;
}

static void an_account_waits_longer_with_every_failure_and_never_for_ever(void)
{
	int64_t now = 0;

	begin();
	for (int i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(enter(1, "192.0.2.1"), 0);
	CU_ASSERT_EQUAL(enter(1, "198.51.100.1"), 2); /* from wherever; a whole second, whenever in this one it failed */
	CU_ASSERT_EQUAL(enter(2, "192.0.2.1"), 0);    /* another account does not wait */
	for (int wait = 1; wait < 64; wait *= 2) {
		clock_shift(now += wait);
		CU_ASSERT_NOT_EQUAL(enter(1, "198.51.100.1"), 0);
		clock_shift(++now);
		CU_ASSERT_EQUAL(enter(1, "198.51.100.1"), 0);
	}
	CU_ASSERT_EQUAL(enter(1, "203.0.113.1"), 61);
	clock_shift(now += 61);
	CU_ASSERT_EQUAL(enter(1, "203.0.113.1"), 0);
	CU_ASSERT_EQUAL(enter(1, "203.0.113.1"), 61); /* not more than the longest */
	clock_shift(now += 601);
	CU_ASSERT_EQUAL(enter(1, "203.0.113.1"), 0); /* forgotten */
	CU_ASSERT_EQUAL(enter(1, "203.0.113.1"), 0);
	clock_shift(0);
}

static void a_net_counts_as_one_address(void)
{
	static const struct {
		const char *name, *one, *same, *other;
	} cases[] = {
		{ "IPv4: /24", "192.0.2.%d", "192.0.2.250", "192.0.3.1" },
		{ "IPv6: /64", "2001:db8:1:2::%d", "2001:db8:1:2:ffff::1", "2001:db8:1:3::1" },
	};
	char address[64];

	for (size_t i = 0; i < COUNT(cases); i++) {
		begin();
		for (int k = 0; k < own.conf.throttle_address; k++) {
			snprintf(address, sizeof address, i ? "2001:db8:1:2::%d" : "192.0.2.%d", k + 1);
			CASE(cases[i].name, enter((uint8_t)(10 + k), address) == 0);
		}
		CASE(cases[i].name, enter(99, cases[i].same) == 2);
		CASE(cases[i].name, enter(99, cases[i].other) == 0);
	}
}

static void what_was_right_clears_the_account_and_only_where_it_had_failed(void)
{
	uint8_t account[16];
	struct err err = { 0 };
	struct throttle t;

	memset(account, 1, sizeof account);
	begin();
	CASE(err.text, throttle_look(own.db, &own.conf, account, "192.0.2.1", 0, &t, &err) == OK);
	CASE("nothing to clear", !t.failed);
	for (int i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(enter(1, "192.0.2.1"), 0);
	CASE(err.text, throttle_look(own.db, &own.conf, account, "192.0.2.1", 0, &t, &err) == OK);
	CASE("something to clear", t.failed && !t.wait_s);
	CASE(err.text, throttle_clear(own.db, account, &err) == OK); /* right in the end: the account starts anew */
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(enter(1, "192.0.2.1"), 0);
	CU_ASSERT_EQUAL(number_of("SELECT failures FROM throttle WHERE kind = 'account'"), 3);
	CU_ASSERT_EQUAL(number_of("SELECT failures FROM throttle WHERE kind = 'address'"), 7);
}

static void tries_under_way_count_as_failures(void)
{
	int slot[7];
	uint8_t account[16];
	struct err err = { 0 };
	struct throttle t;

	memset(account, 1, sizeof account);
	begin();
	for (int i = 0; i < 7; i++) {
		CASE("a slot", (slot[i] = share_worker_enter(own.share)) >= 0);
		CU_ASSERT_EQUAL(share_worker_tries(own.share, slot[i], 42), i);
		CASE(err.text, throttle_look(own.db, &own.conf, account, "192.0.2.1", i, &t, &err) == OK);
		CASE("five are free", (t.wait_s > 0) == (i >= 5));
	}
	CU_ASSERT_EQUAL(share_worker_tries(own.share, slot[0], 43), 0); /* another account */
	share_worker_busy(own.share, slot[1], false);                   /* over */
	share_worker_leave(own.share, slot[2]);                         /* gone */
	CU_ASSERT_EQUAL(share_worker_tries(own.share, slot[0], 42), 4);
	for (int i = 0; i < 3; i++)
		enter(1, "192.0.2.1");
	CASE(err.text, throttle_look(own.db, &own.conf, account, "192.0.2.1", 1, &t, &err) == OK && !t.wait_s);
	CASE(err.text, throttle_look(own.db, &own.conf, account, "192.0.2.1", 2, &t, &err) == OK && t.wait_s);
	for (int i = 0; i < 7; i++)
		share_worker_leave(own.share, slot[i]);
}

/* ---- transactions ---- */

struct trial {
	const char *fault; /* a statement that fails, in the first `failing` tries */
	int failing, tries;
};

static enum fail try_work(struct db *db, void *with, struct err *err)
{
	struct trial *t = with;
	enum fail rc;

	t->tries++;
	if ((rc = db_do(db, "INSERT INTO throttle (kind, id, failures, last) VALUES ('account', ?, 1, 1)",
	                VALUES(v_bytes("0123456789abcdef", 16)), NULL, err)))
		return rc;
	return t->tries <= t->failing ? db_plain(db, t->fault, err) : OK;
}

static void a_transaction_is_done_anew_when_that_can_help_and_only_then(void)
{
#define FAULT(code) "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = " #code
	static const struct {
		const char *name;
		struct trial trial;
		enum fail rc;
		int tries, rows;
	} cases[] = {
		{ "nothing wrong", { NULL, 0, 0 }, OK, 1, 1 },
		{ "a deadlock", { FAULT(1213), 1, 0 }, OK, 2, 1 },
		{ "a lock that was not given", { FAULT(1205), 2, 0 }, OK, 3, 1 },
		{ "a deadlock each time", { FAULT(1213), 9, 0 }, FAIL_BACKEND, 3, 0 },
		{ "a node that is not ready", { FAULT(1047), 1, 0 }, OK, 2, 1 },
		{ "a lost connection", { "KILL CONNECTION_ID()", 1, 0 }, OK, 2, 1 },
		{ "the same twice", { "INSERT INTO throttle (kind, id, failures, last) VALUES ('account', "
		                      "'0123456789abcdef', 1, 1)", 9, 0 }, FAIL_CONFLICT, 1, 0 },
		{ "a fault of ours", { "SELECT nothing FROM nowhere", 9, 0 }, FAIL_BUG, 1, 0 },
		{ "a server that may not write", { FAULT(1290), 9, 0 }, FAIL_BACKEND, 1, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct trial trial = cases[i].trial;
		struct err err = { 0 };
		char name[700];

		begin();
		CASE(cases[i].name, db_transaction(own.db, try_work, &trial, &err) == cases[i].rc);
		snprintf(name, sizeof name, "%s: %d tries, %s", cases[i].name, trial.tries, err.text);
		CASE(name, trial.tries == cases[i].tries);
		CASE(name, number_of("SELECT COUNT(*) FROM throttle") == cases[i].rows);
	}
}

static void *kill_server(void *with)
{
	(void)with;
	pause_ms(300);
	kill(own.server, SIGKILL);
	return NULL;
}

static enum fail slow_work(struct db *db, void *with, struct err *err)
{
	++*(int *)with;
	return db_do(db, "DO SLEEP(2)", NO_VALUES, NULL, err);
}

static void a_server_killed_in_a_question_is_an_error_in_time_and_is_found_again(void)
{
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct rows rows;
	struct token token;
	struct session s;
	pthread_t killer;
	int tries = 0;
	int64_t began;

	begin();
	open_session(&token, 1, NULL);
	pause_ms(1100); /* the log is written once a second here */
	for (int transaction = 0; transaction < 2; transaction++) {
		pthread_create(&killer, NULL, kill_server, NULL);
		began = clock_ms();
		err_clear(&err);
		CU_ASSERT_EQUAL(transaction ? db_transaction(own.db, slow_work, &tries, &err)
		                            : db_ask(own.db, a, "SELECT SLEEP(2)", NO_VALUES, &rows, &err),
		                FAIL_BACKEND);
		CASE(err.text, clock_ms() - began < ANSWER_MS);
		pthread_join(killer, NULL);
		waitpid(own.server, NULL, 0);
		began = clock_ms();
		share_set_revision(own.share, 8);
		CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), FAIL_BACKEND);
		CASE("no server at all is known at once", clock_ms() - began < 1000);
		CU_ASSERT_TRUE_FATAL(server_start());
		CU_ASSERT_EQUAL(find_session(own.share, &token, false, &s), OK);
	}
	CU_ASSERT_EQUAL(tries, 1);
	arena_free(a);
}

static void a_question_that_takes_too_long_is_ended(void)
{
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct rows rows;
	int64_t began = clock_ms();

	begin();
	CU_ASSERT_EQUAL(db_ask(own.db, a, "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, "
	                                  "information_schema.columns c, information_schema.columns d",
	                       NO_VALUES, &rows, &err),
	                FAIL_BACKEND);
	CASE(err.text, clock_ms() - began < ANSWER_MS);
	CU_ASSERT_EQUAL(number_of("SELECT 1"), 1);
	arena_free(a);
}

/* ---- accounts ---- */

static void give_rights(void)
{
	static const char *const programs[] = { "login", "catalogue", "public", "health", "watch", "refresh", "care" };
	struct arena *a = arena_new(1 << 20);
	char *text, *end, sql[200];
	struct err err = { 0 };
	size_t len;

	for (size_t i = 0; i < COUNT(programs); i++) {
		snprintf(sql, sizeof sql, "CREATE USER IF NOT EXISTS 'loket-%s'@'localhost' IDENTIFIED BY 'geheim'", programs[i]);
		run_sql(own.db, sql);
	}
	CU_ASSERT_EQUAL_FATAL(file_read(a, in_tree("schema/accounts.sql"), 1 << 20, &text, &len, &err), OK);
	while ((end = strstr(text, ";\n"))) {
		*end = '\0';
		run_sql(own.db, text);
		text = end + 2;
	}
	arena_free(a);
}

static struct db *as(struct conf *conf, const char *user)
{
	*conf = own.conf;
	conf->db_user = user;
	return db_new(conf, "geheim");
}

static void every_program_can_do_its_work_and_nothing_else(void)
{
	struct arena *a = arena_new(8 << 20);
	struct revision r = revision_of("<groups/>", "x"), got;
	struct err err = { 0 };
	struct session s;
	struct session_row *rows;
	struct token token;
	struct db *login, *catalogue, *public, *health, *watch, *refresh, *care;
	struct conf kept[7];
	uint64_t seq = 0;
	uint8_t account[16] = { 0 }, id[32];
	int64_t live;
	size_t count;
	struct throttle throttle;
	int done = 0;

	begin();
	give_rights();
	care = as(&kept[0], "loket-care");
	login = as(&kept[1], "loket-login");
	catalogue = as(&kept[2], "loket-catalogue");
	public = as(&kept[3], "loket-public");
	health = as(&kept[4], "loket-health");
	watch = as(&kept[5], "loket-watch");
	refresh = as(&kept[6], "loket-refresh");
#define MAY(call)     CASE(#call, (err_clear(&err), (call)) == OK)
#define MAY_NOT(call) CASE(#call, (err_clear(&err), (call)) != OK)
	MAY(db_migrate(care, a, in_tree("schema"), &done, &err));
	MAY(revision_store(care, &r, &err));
	token_make(&token);
	s = session_of(&token, 1);
	memcpy(id, s.id, sizeof id);
	MAY(session_open(login, own.share, &s, "3", "192.0.2.1", "x", NULL, NULL, &err));
	MAY(throttle_look(login, &own.conf, account, "192.0.2.1", 0, &throttle, &err));
	MAY(throttle_count(login, account, "192.0.2.1", &err));
	MAY(throttle_clear(login, account, &err));
	MAY(revision_read(login, a, r.number, &got, &err));
	MAY_NOT(revision_store(login, &(struct revision){ .groups = "x", .groups_len = 1, .desks = "x", .desks_len = 1,
	                                                  .catalogue = "x", .catalogue_len = 1, .note = "x",
	                                                  .made_by = "x" }, &err));
	MAY(session_find(catalogue, own.share, &own.conf, &token, true, fill, NULL, &s, &err));
	MAY(session_list(catalogue, a, &own.conf, s.person, &rows, &count, &err));
	MAY(revision_live(catalogue, &live, &err));
	MAY_NOT(throttle_count(catalogue, account, "192.0.2.1", &err));
	MAY_NOT(session_regroup(catalogue, own.share, &s, "1", &err));
	MAY_NOT(session_open(catalogue, own.share, &s, "3", "192.0.2.1", "x", NULL, NULL, &err));
	MAY(revision_read(public, a, r.number, &got, &err));
	MAY_NOT(session_list(public, a, &own.conf, NULL, &rows, &count, &err));
	MAY(revision_live(health, &live, &err));
	MAY_NOT(revision_read(health, a, r.number, &got, &err));
	MAY_NOT(session_list(health, a, &own.conf, NULL, &rows, &count, &err));
	MAY(changes_poll(watch, own.share, &seq, &err));
	MAY(changes_trim(watch, &err));
	MAY(session_sweep(watch, own.share, &own.conf, &err));
	MAY_NOT(session_membership(public, a, id, &(const char *){ NULL }, &err));
	MAY_NOT(session_regroup(watch, own.share, &s, "1", &err));
	MAY(session_stale(refresh, a, &own.conf, clock_now() + 10, 10, &rows, &count, &err));
	MAY(session_regroup(refresh, own.share, &s, "4", &err));
	MAY(session_end(catalogue, own.share, id, &err));
	db_free(care);
	db_free(login);
	db_free(catalogue);
	db_free(public);
	db_free(health);
	db_free(watch);
	db_free(refresh);
	arena_free(a);
}

static void a_wrong_password_or_a_wrong_socket_is_not_an_answer(void)
{
	struct err err = { 0 };
	struct conf conf;
	struct db *db;

	begin();
	give_rights();
	conf = own.conf;
	conf.db_user = "loket-login";
	db = db_new(&conf, "fout");
	CU_ASSERT_EQUAL(db_ping(db, &err), FAIL_BACKEND);
	CASE(err.text, strstr(err.text, "fout") == NULL);
	db_free(db);
	conf.db_socket = in_folder("nowhere");
	db = db_new(&conf, "geheim");
	err_clear(&err);
	CU_ASSERT_EQUAL(db_ping(db, &err), FAIL_BACKEND);
	db_free(db);
}

SUITE_TESTS(db) = {
	TEST(migrations_run_once),
	TEST(a_migration_that_was_changed_after_it_ran_is_noticed),
	TEST(a_migration_that_failed_half_way_is_run_again),
	TEST(the_same_files_make_no_new_revision),
	TEST(a_file_boundary_that_moves_is_another_revision),
	TEST(a_revision_that_cannot_be_stored_changes_nothing),
	TEST(a_session_is_found_without_the_database_while_the_copy_may_be_trusted),
	TEST(a_session_ends_when_it_was_not_used_for_too_long),
	TEST(a_session_ends_when_it_lived_for_too_long),
	TEST(signing_in_again_ends_the_former_session),
	TEST(an_end_counts_on_another_host_after_its_next_poll),
	TEST(other_groups_replace_the_copy_everywhere),
	TEST(people_end_their_own_sessions_and_nobody_elses),
	TEST(what_a_person_keeps_has_another_version_with_every_change_and_loses_nothing),
	TEST(sweeping_writes_back_what_was_seen_and_removes_what_is_over),
	TEST(a_tie_is_one_from_both_ends_and_turns_when_it_is_told_apart),
	TEST(a_wish_that_comes_while_the_former_is_done_is_not_lost),
	TEST(a_writer_killed_half_way_is_never_read_and_holds_nobody_up),
	TEST(the_copy_seen_longest_ago_makes_way),
	TEST(a_shared_file_of_another_size_is_made_anew_and_is_for_its_owner_only),
	TEST(a_worker_that_hangs_in_a_request_is_ended),
	TEST(a_number_that_becomes_visible_late_is_not_missed),
	TEST(the_first_poll_drops_what_was_there_before),
	TEST(old_lines_of_the_change_log_go),
	TEST(a_copy_is_not_trusted_when_the_log_could_not_be_read),
	TEST(an_account_waits_longer_with_every_failure_and_never_for_ever),
	TEST(a_net_counts_as_one_address),
	TEST(what_was_right_clears_the_account_and_only_where_it_had_failed),
	TEST(tries_under_way_count_as_failures),
	TEST(a_transaction_is_done_anew_when_that_can_help_and_only_then),
	TEST(a_server_killed_in_a_question_is_an_error_in_time_and_is_found_again),
	TEST(a_question_that_takes_too_long_is_ended),
	TEST(every_program_can_do_its_work_and_nothing_else),
	TEST(a_wrong_password_or_a_wrong_socket_is_not_an_answer),
	END,
};
