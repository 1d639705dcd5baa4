/* The directory layer against a slapd of its own, and against servers that misbehave.
 *
 * The first test starts slapd in a folder below /tmp with certificates made for the
 * occasion; the folder and slapd go when the program ends. Without slapd every test fails. */
#include "dir/dir.h"

#include <dirent.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "unit.h"

#define BASE     "dc=campus,dc=example"
#define PEOPLE   "ou=people," BASE
#define GROUPS   "ou=groups," BASE
#define SERVICE  "cn=loket,ou=system," BASE
#define CALL_MS  400 /* short, so that silence is cheap to test */
#define DEADLINE 600
#define SLACK_MS 250

/* ---- the campus: files, certificates, slapd ---- */

static struct {
	char folder[64];
	char ldap[64], ldaps[64], ldapi[128];
	char misnamed[64], misnamed_tls[64]; /* the same server, at an address not its own */
	char ca[96], other_ca[96];
	int port, tls_port;
	pid_t slapd, owner;
	bool ready;
} campus;

static const char *in_campus(const char *name)
{
	static char path[32][PATH_MAX]; /* as many as are in use at one time */
	static size_t next;
	char *to = path[next++ % 32];

	snprintf(to, PATH_MAX, "%s/%s", campus.folder, name);
	return to;
}

static pid_t start(const char *const argv[])
{
	pid_t pid = fork();

	if (!pid) {
		int log = open(in_campus("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGTERM); /* nothing outlives a test that crashed */
		dup2(log, 1);
		dup2(log, 2);
		execvp(argv[0], (char **)argv);
		_exit(127);
	}
	return pid;
}

static bool run(const char *const argv[])
{
	pid_t pid = start(argv);
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

static bool write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_campus(name), "w");

	return f && fputs(text, f) >= 0 && !fclose(f);
}

static bool make_ca(const char *key, const char *cert, const char *subject)
{
	const char *const argv[] = { "openssl",
		                     "req",
		                     "-x509",
		                     "-newkey",
		                     "ec",
		                     "-pkeyopt",
		                     "ec_paramgen_curve:prime256v1",
		                     "-nodes",
		                     "-days",
		                     "2",
		                     "-subj",
		                     subject,
		                     "-keyout",
		                     in_campus(key),
		                     "-out",
		                     in_campus(cert),
		                     NULL };

	return run(argv);
}

/* The server listens at 127.0.0.1, which is in the certificate's list of names, and at 127.0.0.2,
 * which is its common name only: there the certificate must be refused. (Not "localhost":
 * libldap looks for this machine's own name in the certificate then.) */
static bool make_certificates(void)
{
	const char *const request[] = { "openssl",
		                        "req",
		                        "-newkey",
		                        "ec",
		                        "-pkeyopt",
		                        "ec_paramgen_curve:prime256v1",
		                        "-nodes",
		                        "-subj",
		                        "/CN=127.0.0.2",
		                        "-keyout",
		                        in_campus("server.key"),
		                        "-out",
		                        in_campus("server.csr"),
		                        NULL };
	const char *const sign[] = { "openssl",
		                     "x509",
		                     "-req",
		                     "-in",
		                     in_campus("server.csr"),
		                     "-CA",
		                     in_campus("ca.pem"),
		                     "-CAkey",
		                     in_campus("ca.key"),
		                     "-CAcreateserial",
		                     "-days",
		                     "2",
		                     "-extfile",
		                     in_campus("names"),
		                     "-out",
		                     in_campus("server.pem"),
		                     NULL };

	return make_ca("ca.key", "ca.pem", "/CN=Campus CA") &&
	       make_ca("other.key", "other.pem", "/CN=Other CA") &&
	       write_file("names", "subjectAltName=IP:127.0.0.1,DNS:directory.example\n") &&
	       run(request) && run(sign);
}

static int free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0), port = 0;

	if (fd >= 0 && !bind(fd, (struct sockaddr *)&a, len) &&
	    !getsockname(fd, (struct sockaddr *)&a, &len))
		port = ntohs(a.sin_port);
	close(fd);
	return port;
}

static void write_configuration(FILE *f)
{
	static const char *const schema[] = { "core", "cosine", "inetorgperson", "nis" };

	for (size_t i = 0; i < COUNT(schema); i++)
		fprintf(f, "include /etc/ldap/schema/%s.schema\n", schema[i]);
	fprintf(f,
	        "modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload ppolicy\n"
	        "attributeoptions lang- prior\n"
	        "TLSCertificateFile %s/server.pem\nTLSCertificateKeyFile %s/server.key\n"
	        "authz-regexp .*cn=peercred.* " SERVICE "\n"
	        "database mdb\nsuffix " BASE "\ndirectory %s/db\nmaxsize 16777216\ndbnosync\n"
	        "limits dn.exact=" SERVICE " size=unlimited\n"
	        "index objectClass,uid,mail,member,uniqueMember,memberUid,entryUUID eq\n"
	        "access to attrs=userPassword by anonymous auth by * none\n"
	        "access to * by dn.exact=" SERVICE " read by anonymous auth by * none\n"
	        "overlay ppolicy\nppolicy_use_lockout\n",
	        campus.folder, campus.folder, campus.folder);
}

static void write_group(FILE *f, const char *name, const char *member)
{
	fprintf(f, "\ndn: cn=%s," GROUPS "\nobjectClass: groupOfNames\ncn: %s\nmember: %s\n", name,
	        name, member);
}

/* What is too long to write by hand: a chain of 30, somebody in 60 groups, a long value. */
static void write_many(FILE *f)
{
	char name[32], member[96] = "uid=deep," PEOPLE;

	for (int i = 1; i <= 30; i++) {
		snprintf(name, sizeof name, "deep%d", i);
		write_group(f, name, member);
		snprintf(member, sizeof member, "cn=%s," GROUPS, name);
	}
	for (int i = 1; i <= 60; i++) {
		snprintf(name, sizeof name, "many%d", i);
		write_group(f, name, "uid=joiner," PEOPLE);
	}
	fprintf(f, "\ndn: uid=long," PEOPLE "\nobjectClass: inetOrgPerson\nuid: long\ncn: Long\n"
	           "sn: Long\ndisplayName: ");
	for (int i = 0; i < 2000000; i++)
		fputc('x', f);
	fputc('\n', f);
}

static bool write_files(void)
{
	char here[PATH_MAX], data[PATH_MAX], *text;
	struct arena *a = arena_new(1 << 20);
	FILE *f = fopen(in_campus("slapd.conf"), "w");
	size_t len;
	bool ok = f != NULL;

	if (f) {
		write_configuration(f);
		fclose(f);
	}
	snprintf(here, sizeof here, "%s", __FILE__);
	*(strrchr(here, '/') ? strrchr(here, '/') : here) = '\0';
	snprintf(data, sizeof data, "%.4000s/data/dir/campus.ldif", *here ? here : ".");
	ok = ok && !file_read(a, data, 1 << 20, &text, &len, NULL);
	if (!ok)
		fprintf(stderr, "%s: cannot be read from this folder\n", data);
	f = ok ? fopen(in_campus("campus.ldif"), "w") : NULL;
	if (f) {
		fputs(text, f);
		write_many(f);
		fclose(f);
	}
	arena_free(a);
	return f != NULL;
}

static bool answers(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool yes;

	memcpy(a.sun_path, path, strlen(path));
	yes = !connect(fd, (struct sockaddr *)&a, sizeof a);
	close(fd);
	return yes;
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static bool start_slapd(void)
{
	char urls[512];
	const char *const argv[] = { "/usr/sbin/slapd",       "-d", "0", "-h", urls, "-f",
		                     in_campus("slapd.conf"), NULL };

	unlink(in_campus("ldapi"));
	snprintf(urls, sizeof urls, "%s %s %s %s %s", campus.ldap, campus.ldaps, campus.misnamed,
	         campus.misnamed_tls, campus.ldapi);
	campus.slapd = start(argv);
	for (int i = 0; i < 500; i++) {
		if (answers(in_campus("ldapi")))
			return true;
		if (waitpid(campus.slapd, NULL, WNOHANG) == campus.slapd)
			break;
		pause_ms(10);
	}
	return false;
}

static void stop_slapd(void)
{
	if (campus.slapd <= 0)
		return;
	kill(campus.slapd, SIGCONT);
	kill(campus.slapd, SIGTERM);
	waitpid(campus.slapd, NULL, 0);
	campus.slapd = 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void end_campus(void)
{
	if (getpid() != campus.owner)
		return;
	stop_slapd();
	nftw(campus.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void write_addresses(void)
{
	char escaped[96];
	size_t n = 0;

	for (const char *s = in_campus("ldapi"); *s && n + 4 < sizeof escaped; s++)
		n += (size_t)snprintf(escaped + n, 4, *s == '/' ? "%%2F" : "%c", *s);
	campus.port = free_port();
	campus.tls_port = free_port();
	snprintf(campus.ldapi, sizeof campus.ldapi, "ldapi://%s", escaped);
	snprintf(campus.ldap, sizeof campus.ldap, "ldap://127.0.0.1:%d", campus.port);
	snprintf(campus.ldaps, sizeof campus.ldaps, "ldaps://127.0.0.1:%d", campus.tls_port);
	snprintf(campus.misnamed, sizeof campus.misnamed, "ldap://127.0.0.2:%d", campus.port);
	snprintf(campus.misnamed_tls, sizeof campus.misnamed_tls, "ldaps://127.0.0.2:%d",
	         campus.tls_port);
	snprintf(campus.ca, sizeof campus.ca, "%s", in_campus("ca.pem"));
	snprintf(campus.other_ca, sizeof campus.other_ca, "%s", in_campus("other.pem"));
}

static bool begin_campus(void)
{
	const char *const load[] = { "/usr/sbin/slapadd", "-q", "-f", NULL, "-l", NULL, NULL };
	const char *argv[COUNT(load)];

	snprintf(campus.folder, sizeof campus.folder, "/tmp/loket-dir-XXXXXX");
	if (!mkdtemp(campus.folder))
		return false;
	campus.owner = getpid();
	atexit(end_campus);
	write_addresses();
	memcpy(argv, load, sizeof load);
	argv[3] = in_campus("slapd.conf");
	argv[5] = in_campus("campus.ldif");
	return !mkdir(in_campus("db"), 0700) && make_certificates() && write_files() && run(argv) &&
	       start_slapd();
}

static void show_log(void)
{
	struct arena *a = arena_new(1 << 20);
	char *text;
	size_t len;

	if (!file_read(a, in_campus("log"), 1 << 19, &text, &len, NULL))
		fprintf(stderr, "%s\n", text);
	arena_free(a);
}

static bool campus_ready(void)
{
	static bool tried;

	if (!tried && !(campus.ready = begin_campus()))
		show_log();
	tried = true;
	CASE("slapd is there and runs", campus.ready);
	return campus.ready;
}

/* ---- the thing under test ---- */

static struct conf_source source_at(const char *uri)
{
	return (struct conf_source){
		.id = "campus",
		.uri = { uri },
		.uri_count = 1,
		.ca_file = campus.ca,
		.bind_dn = SERVICE,
		.people_base = PEOPLE,
		.people_filter = "(objectClass=person)",
		.login_attribute = { "uid", "mail" },
		.login_attribute_count = 2,
		.uid_attribute = "uid",
		.name_attribute = "displayName",
		.lang_attribute = "preferredLanguage",
		.key_attribute = "entryUUID",
		.group_base = GROUPS,
		.decoy_dn = "uid=decoy,ou=system," BASE,
		.timeout_ms = CALL_MS,
		.deadline_ms = DEADLINE,
		.group_limit = 50,
	};
}

/* Patience for what talks to a real server on a busy machine. */
static struct conf_source patient(const char *uri)
{
	struct conf_source s = source_at(uri);

	s.timeout_ms = 4000;
	s.deadline_ms = 5000;
	return s;
}

static struct dir *open_dir(const struct conf_source *s)
{
	struct err err = { 0 };
	struct dir *d = dir_new(s, "service-secret", &err);

	CASE(err.code ? err.text : "dir_new", d != NULL);
	return d;
}

static enum fail find_quietly(struct dir *d, struct arena *a, const char *name, struct err *err)
{
	struct account ignored;

	err_clear(err);
	return dir_find(d, a, name, &ignored, err);
}

static enum fail prove(struct dir *d, const struct account *who, const char *password)
{
	struct password_answer ignored;

	return dir_prove(d, who, password, strlen(password), &ignored, NULL);
}

/* Finds and climbs, with a source of the caller's making. */
static bool climb_with(const struct conf_source *s, struct arena *a, const char *name,
                       struct account *out)
{
	struct err err = { 0 };
	struct dir *d = open_dir(s);
	bool ok = d && !dir_find(d, a, name, out, &err) && !dir_climb(d, a, out, &err);

	CASE(err.code ? err.text : name, ok);
	dir_free(d);
	return ok;
}

static const struct fact_group *group_named(const struct account *who, const char *name)
{
	for (size_t i = 0; i < who->group_count; i++)
		if (!strcmp(who->groups[i].name, name))
			return &who->groups[i];
	return NULL;
}

static const char *via_name(const struct account *who, const char *name)
{
	const struct fact_group *g = group_named(who, name);

	return !g ? "(not a member)" : g->via < 0 ? "(directly)" : who->groups[g->via].name;
}

/* ---- a server that misbehaves ---- */

enum manner {
	REFUSES_TLS,   /* says no to StartTLS, and goes on listening */
	SILENT_TLS,    /* says yes to StartTLS, then nothing */
	HALF_ANSWER,   /* five bytes of the first answer */
	DRIPS,         /* an answer at a byte each 100 ms */
	GARBAGE,       /* what is not LDAP */
	SILENT_SEARCH, /* binds, then nothing */
	HALF_SEARCH,   /* binds, then five bytes */
	REFERS,        /* binds, then names another server */
	BUSY,          /* binds, then has no time */
	LIMITED,       /* binds, then reaches a limit before the first entry */
	POINTS_AWAY,   /* binds, then a reference and a success without an entry */
	ANYTHING_GOES, /* accepts every bind: for counting */
};

struct fake {
	enum manner manner;
	int fd;
	char uri[128];
	char path[96];
	const char *refer_to;
	pthread_t thread;
	atomic_int connections, binds;
	atomic_bool password_in_clear;
};

static void answer(int fd, int id, unsigned char tag, unsigned char code)
{
	unsigned char reply[] = {
		0x30, 12, 2, 1, (unsigned char)id, tag, 7, 10, 1, code, 4, 0, 4, 0
	};

	(void)!send(fd, reply, sizeof reply, MSG_NOSIGNAL);
}

static void answer_referral(int fd, int id, const char *uri)
{
	unsigned char len = (unsigned char)strlen(uri), reply[160];
	unsigned char head[] = { 0x30,
		                 (unsigned char)(len + 16),
		                 2,
		                 1,
		                 (unsigned char)id,
		                 0x65,
		                 (unsigned char)(len + 11),
		                 10,
		                 1,
		                 10,
		                 4,
		                 0,
		                 4,
		                 0,
		                 0xa3,
		                 (unsigned char)(len + 2),
		                 4,
		                 len };

	memcpy(reply, head, sizeof head);
	memcpy(reply + sizeof head, uri, len);
	(void)!send(fd, reply, sizeof head + len, MSG_NOSIGNAL);
}

static void drip(int fd)
{
	for (int i = 0; i < 12; i++) {
		unsigned char byte = i ? 2 : 0x30;

		if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
			return;
		pause_ms(100);
	}
}

static void answer_search(struct fake *f, int fd, int id)
{
	switch (f->manner) {
	case HALF_SEARCH:
		(void)!send(fd, "\x30\x0c\x02\x01\x02", 5, MSG_NOSIGNAL);
		break;
	case REFERS:
		answer_referral(fd, id, f->refer_to);
		break;
	case BUSY:
		answer(fd, id, 0x65, 51);
		break;
	case LIMITED:
		answer(fd, id, 0x65, 4);
		break;
	case POINTS_AWAY:
		(void)!send(fd, (unsigned char[]){ 0x30, 19, 2, 1, (unsigned char)id, 0x73, 14, 4, 12, 'l', 'd', 'a',
		                                   'p', ':', '/', '/', 'x', '/', 'o', '=', 'y' },
		            21, MSG_NOSIGNAL);
		answer(fd, id, 0x65, 0);
		break;
	default:
		break;
	}
}

static void answer_first(struct fake *f, int fd, int id)
{
	switch (f->manner) {
	case REFUSES_TLS:
		answer(fd, id, 0x78, 2);
		break;
	case SILENT_TLS:
		answer(fd, id, 0x78, 0);
		break;
	case HALF_ANSWER:
		(void)!send(fd, "\x30\x0c\x02\x01\x01", 5, MSG_NOSIGNAL);
		break;
	case DRIPS:
		drip(fd);
		break;
	case GARBAGE:
		(void)!send(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, MSG_NOSIGNAL);
		break;
	default:
		answer(fd, id, 0x61, 0);
	}
}

static void serve(struct fake *f, int fd)
{
	unsigned char in[4096];
	ssize_t n;

	while ((n = recv(fd, in, sizeof in, 0)) > 0) {
		unsigned char operation = n > 5 ? in[in[1] & 0x80 ? 8 : 5] : 0;
		int id = n > 5 ? in[in[1] & 0x80 ? 7 : 4] : 0;

		if (memmem(in, (size_t)n, "secret", 6))
			atomic_store(&f->password_in_clear, true);
		if (operation == 0x60)
			atomic_fetch_add(&f->binds, 1);
		if (operation == 0x63)
			answer_search(f, fd, id);
		else if (operation == 0x60 || operation == 0x77)
			answer_first(f, fd, id);
	}
	close(fd);
}

static void *serve_all(void *object)
{
	struct fake *f = object;
	int fd;

	while ((fd = accept(f->fd, NULL, NULL)) >= 0) {
		atomic_fetch_add(&f->connections, 1);
		serve(f, fd);
	}
	return NULL;
}

static int listen_tcp(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&a, len) || listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&a, &len))
		return -1;
	*port = ntohs(a.sin_port);
	return fd;
}

static void fake_begin(struct fake *f, enum manner manner)
{
	int port = 0;

	*f = (struct fake){ .manner = manner, .fd = listen_tcp(&port) };
	snprintf(f->uri, sizeof f->uri, "ldap://127.0.0.1:%d", port);
	CASE("fake server runs", f->fd >= 0 && !pthread_create(&f->thread, NULL, serve_all, f));
}

/* On a unix socket, where no TLS stands between us and its manners. */
static void fake_begin_local(struct fake *f, enum manner manner)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	*f = (struct fake){ .manner = manner,
		            .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	snprintf(f->path, sizeof f->path, "%.80s", in_campus("fake"));
	snprintf(f->uri, sizeof f->uri, "%.*s%%2Ffake",
	         (int)(strlen(campus.ldapi) - strlen("%2Fldapi")), campus.ldapi);
	memcpy(a.sun_path, f->path, strlen(f->path));
	unlink(f->path);
	CASE("fake server runs", !bind(f->fd, (struct sockaddr *)&a, sizeof a) &&
	                                 !listen(f->fd, 16) &&
	                                 !pthread_create(&f->thread, NULL, serve_all, f));
}

static void fake_end(struct fake *f)
{
	shutdown(f->fd, SHUT_RDWR);
	pthread_join(f->thread, NULL);
	close(f->fd);
}

/* A socket that the kernel answers for and nobody serves. */
static int begin_silence(char uri[64], const char *scheme)
{
	int port = 0, fd = listen_tcp(&port);

	snprintf(uri, 64, "%s://127.0.0.1:%d", scheme, port);
	return fd;
}

static bool somebody_called(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 50) == 1;
}

/* A search at this server ends in "could not ask", in time. */
static void ends_in_time(const char *what, const char *uri)
{
	struct conf_source s = source_at(uri);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = open_dir(&s);
	struct err err = { 0 };
	int64_t begin = clock_ms(), took;

	alarm(20); /* a hang ends the run, and is seen */
	CASE(what, find_quietly(d, a, "anna", &err) == FAIL_BACKEND);
	took = clock_ms() - begin;
	alarm(0);
	CASE(what, took < DEADLINE + SLACK_MS);
	dir_free(d);
	arena_free(a);
}

/* ---- settings around us must not matter: these come first, in processes of their own,
 * because the library reads them once ---- */

static int find_with_wrong_ca(void)
{
	struct conf_source s = patient(campus.ldap);
	struct arena *a = arena_new(1 << 20);
	struct account who;
	struct err err = { 0 };
	struct dir *d;
	enum fail rc;

	s.ca_file = campus.other_ca;
	d = dir_new(&s, "service-secret", &err);
	rc = d ? dir_find(d, a, "anna", &who, &err) : OK;
	dir_free(d);
	arena_free(a);
	return (int)rc;
}

static int in_a_process(int (*what)(void), const char *folder)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(chdir(folder) ? 99 : what());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void variables_do_not_turn_certificate_checks_off(void)
{
	if (!campus_ready())
		return;
	setenv("LDAPTLS_REQCERT", "never", 1);
	setenv("LDAPTLS_REQSAN", "never", 1);
	setenv("LDAPTLS_CACERT", campus.ca, 1);
	CU_ASSERT_EQUAL(in_a_process(find_with_wrong_ca, "/"), FAIL_BACKEND);
	unsetenv("LDAPTLS_REQCERT");
	unsetenv("LDAPTLS_REQSAN");
	unsetenv("LDAPTLS_CACERT");
}

static void an_ldaprc_does_not_turn_certificate_checks_off(void)
{
	char text[256];

	if (!campus_ready())
		return;
	snprintf(text, sizeof text, "TLS_REQCERT never\nTLS_REQSAN never\nTLS_CACERT %s\n",
	         campus.ca);
	CASE("ldaprc written", write_file("ldaprc", text) && write_file(".ldaprc", text));
	setenv("HOME", campus.folder, 1);
	CU_ASSERT_EQUAL(in_a_process(find_with_wrong_ca, campus.folder), FAIL_BACKEND);
}

/* ---- finding ---- */

static void every_way_to_connect_finds_anna(void)
{
	struct arena *a = arena_new(1 << 20);
	const char *uri[] = { campus.ldap, campus.ldaps, campus.ldapi };

	for (size_t i = 0; campus_ready() && i < COUNT(uri); i++) {
		struct conf_source s = patient(uri[i]);
		struct dir *d = open_dir(&s);
		struct account who = { 0 };
		struct err err = { 0 };
		enum fail rc = dir_find(d, a, "anna", &who, &err);

		CASE(rc ? err.text : uri[i], !rc);
		SAME(who.server, uri[i]);
		SAME(who.dn, "uid=anna," PEOPLE);
		dir_free(d);
	}
	arena_free(a);
}

static void a_unix_socket_needs_no_password(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct dir *d;

	if (campus_ready()) {
		s.bind_dn = NULL;
		s.ca_file = NULL;
		d = dir_new(&s, NULL, &err);
		CASE(err.text, d && find_quietly(d, a, "anna", &err) == OK);
		dir_free(d);
	}
	arena_free(a);
}

static void an_account_is_read_whole(void)
{
	static const uint8_t key[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
		                         0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 }, again = { 0 };
	struct err err = { 0 };
	struct dir *d;

	if (campus_ready()) {
		d = open_dir(&s);
		CASE("found", !dir_find(d, a, "anna", &who, &err));
		SAME(who.source, "campus");
		SAME(who.uid, "anna");
		SAME(who.name, "Anna Bakker");
		SAME(who.lang, "en");
		CASE("key", !memcmp(who.key, key, 16));
		CASE("read now", who.read_at > 0 && clock_now() - who.read_at < 10);
		CASE("found by key", !dir_find_key(d, a, key, &again, &err));
		SAME(again.dn, who.dn);
		dir_free(d);
	}
	arena_free(a);
}

static void many_spellings_mean_the_same_account(void)
{
	static const char *const names[] = { "anna", "ANNA", "anna@campus.example",
		                             "A.Bakker@Campus.Example" };
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;

	for (size_t i = 0; d && i < COUNT(names); i++) {
		struct account who = { .uid = "" };

		CASE(names[i], !dir_find(d, a, names[i], &who, NULL));
		SAME(who.uid, "anna");
	}
	dir_free(d);
	arena_free(a);
}

static void what_is_no_name_is_nobody(void)
{
	static const char *const names[] = {
		"",       " anna",  "anna ",          "ann*",
		"*",      "nobody", "anna)(uid=*",    "\\61nna",
		"(anna)", "\xff",   "anna\ncn: root", "uid=anna," PEOPLE
	};
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct err err = { 0 };
	char tedious[300];

	for (size_t i = 0; d && i < COUNT(names); i++)
		CASE(names[i], find_quietly(d, a, names[i], &err) == FAIL_ABSENT);
	memset(tedious, 'a', sizeof tedious);
	tedious[sizeof tedious - 1] = '\0';
	CASE("long name", d && find_quietly(d, a, tedious, &err) == FAIL_ABSENT);
	dir_free(d);
	arena_free(a);
}

static void two_accounts_of_one_name_are_nobody(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct err err = { 0 };

	CU_ASSERT_EQUAL(d ? find_quietly(d, a, "dup", &err) : OK, FAIL_ABSENT);
	CASE(err.text, strstr(err.text, "ambiguous") != NULL);
	dir_free(d);
	arena_free(a);
}

static void an_empty_part_of_the_tree_is_could_not_ask(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct dir *d;

	if (campus_ready()) {
		s.people_base = "ou=nowhere," BASE;
		d = open_dir(&s);
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), FAIL_BACKEND);
		dir_free(d);
	}
	arena_free(a);
}

static void hostile_values_become_harmless(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(4 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct account who = { .name = "" };

	CASE("dirty is found", d && !dir_find(d, a, "dirty", &who, NULL));
	SAME(who.name, "Name");
	CASE("long is found", d && !dir_find(d, a, "long", &who, NULL));
	CASE("long is cut", strlen(who.name) == 4096);
	dir_free(d);
	arena_free(a);
}

static size_t values_of(const struct account *who, const char *attribute, const char **value)
{
	size_t n = 0;

	for (size_t i = 0; i < who->value_count; i++)
		if (!strcmp(who->values[i].attribute, attribute)) {
			*value = who->values[i].value;
			n++;
		}
	return n;
}

/* "employeeType;prior" was true once: an option that the configuration does not name drops a value. */
static void attributes_of_rules_are_asked_for_without_strange_options(void)
{
	struct rule inner = { .kind = RULE_ATTRIBUTE,
		              .attribute = "employeeType",
		              .value = "support",
		              .until = "departmentNumber" };
	struct rule rule = { .kind = RULE_ALL, .children = &inner, .child_count = 1 };
	struct group group = { .id = "support", .rules = &rule, .rule_count = 1 };
	struct groups groups = { .list = &group, .count = 1 };
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct account who = { 0 };
	const char *value = "";

	if (d) {
		CASE("found", !dir_find(d, a, "anna", &who, NULL));
		CASE("not asked for", !values_of(&who, "employeeType", &value));
		dir_groups(d, &groups);
		CASE("found", !dir_find(d, a, "anna", &who, NULL));
		CASE("one that counts", values_of(&who, "employeeType", &value) == 1);
		SAME(value, "support");
		CASE("not one that was", !values_of(&who, "employeeType;prior", &value));
		CASE("its end", values_of(&who, "departmentNumber", &value) == 1);
		s.option[s.option_count++] = "prior";
		CASE("found", !dir_find(d, a, "anna", &who, NULL));
		CASE("one that was", values_of(&who, "employeeType;prior", &value) == 1);
		SAME(value, "contractor");
	}
	dir_free(d);
	arena_free(a);
}

static size_t mails_with_scopes(const char *first, const char *second)
{
	struct rule rule = { .kind = RULE_ATTRIBUTE, .attribute = "mail", .value = "x" };
	struct group group = { .id = "g", .rules = &rule, .rule_count = 1 };
	struct groups groups = { .list = &group, .count = 1 };
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };
	const char *value = "";
	size_t count = 0;
	struct dir *d;

	s.scoped[s.scoped_count++] =
		(struct conf_scoped){ .attribute = "mail", .scope = { first, second }, .scope_count = 2 };
	d = open_dir(&s);
	dir_groups(d, &groups);
	CASE("found", !dir_find(d, a, "anna", &who, NULL));
	count = (size_t)values_of(&who, "mail", &value);
	dir_free(d);
	arena_free(a);
	return count;
}

static void values_with_a_scope_that_nobody_vouches_for_drop_out(void)
{
	if (!campus_ready())
		return;
	CU_ASSERT_EQUAL(mails_with_scopes("campus.example", "b.example"), 2);
	CU_ASSERT_EQUAL(mails_with_scopes("b.example", "CAMPUS.example"), 2);
	CU_ASSERT_EQUAL(mails_with_scopes(".example", "b.example"), 2);
	CU_ASSERT_EQUAL(mails_with_scopes("pus.example", "ample"), 0);
	CU_ASSERT_EQUAL(mails_with_scopes(".campus.example", "campus.example.org"), 0);
}

static enum fail find_anna(const struct conf_source *s, struct account *who)
{
	struct arena *a = arena_new(1 << 20);
	struct dir *d = open_dir(s);
	enum fail rc = dir_find(d, a, "anna", who, NULL);

	dir_free(d);
	arena_free(a);
	return rc;
}

static void an_account_with_a_refused_value_is_nobody(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct account who = { 0 };

	if (!campus_ready())
		return;
	s.refused_count = 1;
	s.refused[0] = (struct conf_refused){ "employeeType", "contractor" }; /* what she was does not count */
	CU_ASSERT_EQUAL(find_anna(&s, &who), OK);
	s.refused[0].value = "Support";
	CU_ASSERT_EQUAL(find_anna(&s, &who), FAIL_ABSENT);
	s.refused[0].value = NULL;
	CU_ASSERT_EQUAL(find_anna(&s, &who), FAIL_ABSENT);
	s.refused[0].attribute = "pager"; /* she has none */
	CU_ASSERT_EQUAL(find_anna(&s, &who), OK);
}

/* Anna's other attributes hold ends in each form. */
static void an_account_counts_until_its_end(void)
{
	static const struct {
		const char *attribute;
		enum conf_time as;
		enum fail rc;
		int64_t ends;
	} cases[] = {
		{ "departmentNumber", TIME_GENERALIZED, OK, 1798675200 }, /* 2026-12-31 */
		{ "carLicense", TIME_DAYS, FAIL_ABSENT, 19000LL * 86400 },
		{ "roomNumber", TIME_DAYS, OK, 0 }, /* -1: never */
		{ "employeeNumber", TIME_FILETIME, OK, 0 }, /* the largest: never */
		{ "title", TIME_FILETIME, FAIL_ABSENT, 12900000000 - 11644473600 }, /* 2009 */
		{ "displayName", TIME_DAYS, OK, 0 }, /* no moment at all */
	};
	struct conf_source s = patient(campus.ldapi);
	struct account who = { 0 };

	s.end_count = 1;
	for (size_t i = 0; i < COUNT(cases) && campus_ready(); i++) {
		s.end[0] = (struct conf_end){ cases[i].attribute, cases[i].as };
		who.until = -1;
		CASE(cases[i].attribute, find_anna(&s, &who) == cases[i].rc);
		CASE(cases[i].attribute, who.until == cases[i].ends);
	}
}

/* ---- proving ---- */

static struct account account_of(const char *dn)
{
	return (struct account){ .dn = dn, .uid = "somebody" };
}

static void only_the_right_password_is_right(void)
{
	struct conf_source s = patient(campus.ldap);
	struct account anna = account_of("uid=anna," PEOPLE);
	struct account eva =
		account_of("uid=eva+cn=\\#1 \\22Eva\\22 Jansen\\, jr\\2B \\3Cx\\3E," PEOPLE);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct arena *a = arena_new(1 << 20);

	if (d) {
		CASE("deadline begins", !dir_find(d, a, "eva", &eva, NULL));
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-secret"), OK);
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-Secret"), FAIL_LOGIN);
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-secret "), FAIL_LOGIN);
		CU_ASSERT_EQUAL(prove(d, &anna, "*"), FAIL_LOGIN);
		CU_ASSERT_EQUAL(prove(d, &eva, "eva-secret"), OK);
		CU_ASSERT_EQUAL(prove(d, &eva, "anna-secret"), FAIL_LOGIN);
	}
	dir_free(d);
	arena_free(a);
}

static void an_empty_password_is_wrong_and_asks_nobody(void)
{
	struct account anna = account_of("uid=anna," PEOPLE);
	struct password_answer said;
	struct conf_source s;
	struct fake f;
	struct dir *d;

	if (!campus_ready())
		return;
	fake_begin_local(&f, ANYTHING_GOES);
	s = patient(f.uri);
	d = open_dir(&s);
	CU_ASSERT_EQUAL(prove(d, &anna, ""), FAIL_LOGIN);
	CU_ASSERT_EQUAL(prove(d, NULL, ""), FAIL_LOGIN);
	CU_ASSERT_EQUAL(dir_prove(d, &anna, "anna\0secret", 11, &said, NULL), FAIL_LOGIN);
	CU_ASSERT_EQUAL(dir_operations(d), 0);
	dir_free(d);
	fake_end(&f);
	CU_ASSERT_EQUAL(atomic_load(&f.connections), 0);
}

static void an_account_without_dn_is_never_proved(void)
{
	struct account nobody = account_of("");
	struct conf_source s;
	struct fake f;
	struct dir *d;

	if (!campus_ready())
		return;
	fake_begin_local(&f, ANYTHING_GOES);
	s = patient(f.uri);
	d = open_dir(&s);
	CU_ASSERT_EQUAL(prove(d, &nobody, "anna-secret"), FAIL_BUG);
	dir_free(d);
	fake_end(&f);
	CU_ASSERT_EQUAL(atomic_load(&f.binds), 0);
}

static void an_unknown_name_costs_exactly_one_bind_and_is_never_right(void)
{
	struct conf_source s = patient(campus.ldap), no_decoy = patient(campus.ldap);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	unsigned long before;
	struct dir *d;

	if (campus_ready()) {
		d = open_dir(&s);
		CU_ASSERT_EQUAL(find_quietly(d, a, "nobody", &err), FAIL_ABSENT);
		before = dir_operations(d);
		CU_ASSERT_EQUAL(prove(d, NULL, "anna-secret"), FAIL_LOGIN);
		CU_ASSERT_EQUAL(dir_operations(d), before + 1);
		CU_ASSERT_EQUAL(prove(d, NULL, "decoy-secret"), FAIL_LOGIN);
		dir_free(d);
		no_decoy.decoy_dn = NULL;
		d = open_dir(&no_decoy);
		CU_ASSERT_EQUAL(find_quietly(d, a, "nobody", &err), FAIL_ABSENT);
		CU_ASSERT_EQUAL(prove(d, NULL, "anna-secret"), FAIL_LOGIN);
		dir_free(d);
	}
	arena_free(a);
}

static void a_name_that_cannot_be_costs_a_bind_too(void)
{
	struct conf_source s = patient(campus.ldap);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;

	if (d) {
		CU_ASSERT_EQUAL(find_quietly(d, a, " ", &err), FAIL_ABSENT);
		CU_ASSERT_EQUAL(prove(d, NULL, "anna-secret"), FAIL_LOGIN);
		CU_ASSERT_EQUAL(dir_operations(d), 1);
	}
	dir_free(d);
	arena_free(a);
}

static void the_directory_says_more_than_right_and_wrong(void)
{
	static const struct {
		const char *name, *password;
		enum fail outcome;
		enum password_state state;
	} cases[] = {
		{ "anna", "anna-secret", OK, PASSWORD_FINE },
		{ "reset", "reset-secret", OK, PASSWORD_MUST_CHANGE },
		{ "reset", "wrong", FAIL_LOGIN, PASSWORD_FINE },
		{ "locked", "locked-secret", FAIL_LOGIN, PASSWORD_LOCKED },
		{ "expired", "expired-secret", FAIL_LOGIN, PASSWORD_EXPIRED },
		{ "expires", "expires-secret", OK, PASSWORD_EXPIRES },
		{ "grace", "grace-secret", OK, PASSWORD_GRACE },
	};
	struct conf_source s = patient(campus.ldap);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct password_answer said = { 0 };

	for (size_t i = 0; d && i < COUNT(cases); i++) {
		struct account who = { 0 };

		CASE(cases[i].name, !dir_find(d, a, cases[i].name, &who, NULL));
		CASE(cases[i].name, dir_prove(d, &who, cases[i].password, strlen(cases[i].password),
		                              &said, NULL) == cases[i].outcome);
		CASE(cases[i].name, said.state == cases[i].state);
	}
	CASE("one grace sign-in was used, not two", said.left == 2);
	dir_free(d);
	arena_free(a);
}

/* Is there a copy in memory that can be written? scrambled is the text with each byte + 1. */
static bool in_memory(const char *scrambled, size_t len)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char line[512], *text = malloc(len);
	bool found = false;

	while (maps && fgets(line, sizeof line, maps)) {
		unsigned long from, to;
		char rights[8], *copy;

		/* Reserved room (of the sanitizers: terabytes) is not memory in use. */
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w' ||
		    to - from > (64ul << 20) || !(copy = malloc(to - from)))
			continue;
		if (pread(mem, copy, to - from, (off_t)from) != (ssize_t)(to - from))
			to = from;
		for (size_t i = 0; i < len; i++)
			text[i] = (char)(scrambled[i] - 1);
		found = found || memmem(copy, to - from, text, len);
		explicit_bzero(text, len);
		explicit_bzero(copy, to - from);
		free(copy);
	}
	fclose(maps);
	close(mem);
	free(text);
	return found;
}

static void no_copy_of_a_password_stays_behind(void)
{
	static const char scrambled[] = "booexpq{yxvutsrqponm"; /* nobody's password */
	const size_t len = sizeof scrambled - 1;
	const char *uri[] = { campus.ldap, campus.ldaps, campus.ldapi };
	struct account anna = account_of("uid=anna," PEOPLE), who;
	struct arena *a = arena_new(1 << 20);
	char *password = malloc(len);

	for (size_t i = 0; campus_ready() && i < COUNT(uri); i++) {
		struct conf_source s = patient(uri[i]);
		struct password_answer said;
		struct dir *d = open_dir(&s);

		CASE("deadline begins", !dir_find(d, a, "anna", &who, NULL));
		for (size_t k = 0; k < len; k++)
			password[k] = (char)(scrambled[k] - 1);
		CASE("is seen while it is there", in_memory(scrambled, len));
		CU_ASSERT_EQUAL(dir_prove(d, &anna, password, len, &said, NULL), FAIL_LOGIN);
		explicit_bzero(password, len);
		CASE(uri[i], !in_memory(scrambled, len));
		dir_free(d);
	}
	free(password);
	arena_free(a);
}

/* ---- TLS ---- */

static void a_certificate_of_another_authority_is_refused(void)
{
	const char *uri[] = { campus.ldap, campus.ldaps };
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };

	for (size_t i = 0; campus_ready() && i < COUNT(uri); i++) {
		struct conf_source s = patient(uri[i]);
		struct dir *d;

		s.ca_file = campus.other_ca;
		d = open_dir(&s);
		CASE(uri[i], find_quietly(d, a, "anna", &err) == FAIL_BACKEND);
		CASE(err.text, strstr(err.text, "TLS") != NULL);
		CASE("no bind", !dir_operations(d));
		dir_free(d);
	}
	arena_free(a);
}

/* An authority is read once; an operator who replaces the file need not restart anything. */
static void an_authority_that_was_replaced_is_read_again(void)
{
	const char *files[] = { campus.other_ca, campus.ca, campus.other_ca };
	struct arena *a = arena_new(1 << 20);

	for (size_t i = 0; campus_ready() && i < COUNT(files); i++) {
		struct conf_source s = patient(campus.ldap);
		char *text = NULL;
		struct dir *d;
		size_t len;

		CASE("replaced", !file_read(a, files[i], 1 << 20, &text, &len, NULL) &&
		                         write_file("replaced.pem.new", text) &&
		                         !rename(in_campus("replaced.pem.new"), in_campus("replaced.pem")));
		s.ca_file = in_campus("replaced.pem");
		d = open_dir(&s);
		CASE(files[i], (find_quietly(d, a, "anna", NULL) == OK) == (files[i] == campus.ca));
		dir_free(d);
	}
	arena_free(a);
}

static void a_certificate_for_another_name_is_refused(void)
{
	const char *uri[] = { campus.misnamed, campus.misnamed_tls };
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };

	for (size_t i = 0; campus_ready() && i < COUNT(uri); i++) {
		struct conf_source s = patient(uri[i]);
		struct dir *d = open_dir(&s);

		CASE(uri[i], find_quietly(d, a, "anna", &err) == FAIL_BACKEND);
		CASE(err.text, strstr(err.text, "TLS") != NULL);
		CASE("no bind", !dir_operations(d));
		dir_free(d);
	}
	arena_free(a);
}

static void no_password_leaves_when_start_tls_is_refused(void)
{
	struct account anna = account_of("uid=anna," PEOPLE);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct conf_source s;
	struct fake f;
	struct dir *d;

	fake_begin(&f, REFUSES_TLS);
	s = patient(f.uri);
	s.ca_file = "/etc/hostname"; /* any file: TLS never begins */
	if (campus_ready()) {
		s.ca_file = campus.ca;
		d = open_dir(&s);
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), FAIL_BACKEND);
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-secret"), FAIL_BACKEND);
		dir_free(d);
	}
	fake_end(&f);
	CASE("it was asked", atomic_load(&f.connections) >= 2);
	CASE("no bind", !atomic_load(&f.binds));
	CASE("no password", !atomic_load(&f.password_in_clear));
	arena_free(a);
}

static void settings_that_cannot_be_safe_are_refused(void)
{
	struct conf_source good = source_at("ldap://127.0.0.1"), s;
	struct err err = { 0 };

	good.ca_file = "ca.pem";
	s = good;
	s.ca_file = NULL;
	CASE("no authority", !dir_new(&s, "secret", &err) && err.code == FAIL_DATA);
	s = good;
	s.bind_dn = NULL;
	CASE("no account", !dir_new(&s, NULL, NULL));
	CASE("no secret", !dir_new(&good, NULL, NULL));
	CASE("empty secret", !dir_new(&good, "", NULL));
	s = good;
	s.uri[0] = "http://127.0.0.1";
	CASE("no ldap", !dir_new(&s, "secret", NULL));
	s = good;
	s.uri_count = 0;
	CASE("no server", !dir_new(&s, "secret", NULL));
}

/* ---- silence and noise ---- */

static void a_silent_server_does_not_hold_us(void)
{
	static const char *const schemes[] = { "ldap", "ldaps" };
	char uri[64];

	for (size_t i = 0; campus_ready() && i < COUNT(schemes); i++) {
		int fd = begin_silence(uri, schemes[i]);
		clock_t cpu = clock();

		ends_in_time(schemes[i], uri);
		CASE("without burning time",
		     (clock() - cpu) * 1000 / CLOCKS_PER_SEC < DEADLINE / 3);
		close(fd);
	}
}

/* The kernel drops calls when too many wait: connecting itself takes for ever. */
static void a_server_out_of_reach_does_not_hold_us(void)
{
	int port = 0, fd = listen_tcp(&port), waiting[8];
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		                  .sin_port = htons((uint16_t)port) };
	char uri[64];

	listen(fd, 0);
	for (size_t i = 0; i < COUNT(waiting); i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)!connect(waiting[i], (struct sockaddr *)&to, sizeof to);
	}
	snprintf(uri, sizeof uri, "ldap://127.0.0.1:%d", port);
	if (campus_ready())
		ends_in_time("connecting", uri);
	for (size_t i = 0; i < COUNT(waiting); i++)
		close(waiting[i]);
	close(fd);
}

static void silence_in_the_middle_does_not_hold_us(void)
{
	static const struct {
		const char *what;
		enum manner manner;
		bool local;
	} cases[] = {
		{ "silence after StartTLS", SILENT_TLS, false },
		{ "half an answer to StartTLS", HALF_ANSWER, false },
		{ "an answer that drips", DRIPS, false },
		{ "garbage", GARBAGE, false },
		{ "half an answer to the bind", HALF_ANSWER, true },
		{ "silence after the bind", SILENT_SEARCH, true },
		{ "half an answer to the search", HALF_SEARCH, true },
		{ "a busy server", BUSY, true },
	};
	struct fake f;

	for (size_t i = 0; campus_ready() && i < COUNT(cases); i++) {
		if (cases[i].local)
			fake_begin_local(&f, cases[i].manner);
		else
			fake_begin(&f, cases[i].manner);
		ends_in_time(cases[i].what, f.uri);
		fake_end(&f);
	}
}

static void a_stopped_server_is_never_a_wrong_password(void)
{
	struct conf_source s = source_at(campus.ldap);
	struct account anna = account_of("uid=anna," PEOPLE), who;
	struct arena *a = arena_new(1 << 20);
	int64_t begin;
	struct dir *d;

	if (campus_ready()) {
		d = open_dir(&s);
		CASE("runs", !dir_find(d, a, "anna", &who, NULL));
		kill(campus.slapd, SIGSTOP);
		begin = clock_ms();
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-secret"), FAIL_BACKEND);
		CU_ASSERT_EQUAL(dir_climb(d, a, &who, NULL), FAIL_BACKEND);
		CASE("not complete", !who.complete && who.why_incomplete);
		CASE("one deadline for both", clock_ms() - begin < DEADLINE + SLACK_MS);
		kill(campus.slapd, SIGCONT);
		dir_free(d);
	}
	arena_free(a);
}

static size_t open_files(void)
{
	DIR *list = opendir("/proc/self/fd");
	size_t count = 0;

	while (list && readdir(list))
		count++;
	if (list)
		closedir(list);
	return count;
}

static enum fail sign_in(struct dir *d, const char *password)
{
	struct arena *a = arena_new(1 << 20);
	struct account who;
	enum fail rc = dir_find(d, a, "anna", &who, NULL);

	if (!rc)
		rc = prove(d, &who, password);
	arena_free(a);
	return rc;
}

static void a_spare_connection_is_used_once_and_its_loss_is_not_noticed(void)
{
	struct conf_source s = source_at(campus.ldap);
	struct dir *d;
	size_t files;

	if (!campus_ready())
		return;
	d = open_dir(&s);
	dir_ready(d);
	CU_ASSERT_EQUAL(sign_in(d, "anna-secret"), OK);
	files = open_files();
	dir_ready(d);
	CU_ASSERT_EQUAL(open_files(), files + 1);
	dir_ready(d);
	CU_ASSERT_EQUAL(open_files(), files + 1);
	CU_ASSERT_EQUAL(sign_in(d, "wrong"), FAIL_LOGIN);
	CU_ASSERT_EQUAL(open_files(), files);
	dir_ready(d);
	stop_slapd();
	CASE("slapd restarts", start_slapd());
	CU_ASSERT_EQUAL(sign_in(d, "anna-secret"), OK);
	dir_ready(d);
	kill(campus.slapd, SIGSTOP);
	CU_ASSERT_EQUAL(sign_in(d, "anna-secret"), FAIL_BACKEND);
	kill(campus.slapd, SIGCONT);
	dir_ready(d); /* it failed lately: nothing to spare */
	CU_ASSERT_TRUE(open_files() <= files);
	CU_ASSERT_EQUAL(sign_in(d, "anna-secret"), OK);
	dir_free(d);
}

static void a_referral_is_not_followed(void)
{
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	char trap_uri[64];
	int trap = begin_silence(trap_uri, "ldap");
	struct conf_source s;
	struct fake f;
	struct dir *d;

	if (campus_ready()) {
		fake_begin_local(&f, REFERS);
		f.refer_to = trap_uri;
		s = source_at(f.uri);
		d = open_dir(&s);
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), FAIL_BACKEND);
		CASE("nobody was called", !somebody_called(trap));
		dir_free(d);
		fake_end(&f);
	}
	close(trap);
	arena_free(a);
}

static void an_answer_that_may_not_be_all_is_no_no(void)
{
	static const enum manner manners[] = { LIMITED, POINTS_AWAY };

	for (size_t i = 0; i < COUNT(manners) && campus_ready(); i++) {
		const char *const mail[] = { "mail" };
		struct dir_tie tie = { .attributes = mail, .attribute_count = 1, .value = "anna@example.edu" };
		struct arena *a = arena_new(1 << 20);
		struct dir_tied *tied;
		struct conf_source s;
		struct err err = { 0 };
		struct fake f;
		struct dir *d;
		size_t count;
		int found;

		fake_begin_local(&f, manners[i]);
		s = source_at(f.uri);
		d = open_dir(&s);
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), FAIL_BACKEND);
		err_clear(&err);
		CU_ASSERT_EQUAL(dir_tied(dir_tied_ask(d, a, &tie, 1, 4), &tied, &count, &found, &err), FAIL_BACKEND);
		dir_free(d);
		fake_end(&f);
		arena_free(a);
	}
}

/* ---- servers come and go ---- */

static void a_restart_between_two_searches_is_not_noticed(void)
{
	const char *uri[] = { campus.ldap, campus.ldaps, campus.ldapi };
	struct arena *a = arena_new(1 << 20);
	struct conf_source s[COUNT(uri)];
	struct dir *d[COUNT(uri)];
	struct err err = { 0 };

	if (campus_ready()) {
		for (size_t i = 0; i < COUNT(uri); i++) {
			s[i] = patient(uri[i]);
			d[i] = open_dir(&s[i]);
			CASE(uri[i], !find_quietly(d[i], a, "anna", &err));
		}
		stop_slapd();
		CASE("slapd restarts", start_slapd());
		for (size_t i = 0; i < COUNT(uri); i++) {
			enum fail rc = find_quietly(d[i], a, "anna", &err);

			CASE(rc ? err.text : uri[i], !rc);
			dir_free(d[i]);
		}
	}
	arena_free(a);
}

/* A search for somebody else is made meanwhile; restart: the connection is lost before that. */
static void tied_meanwhile(bool connected, bool restart)
{
	const char *const uid[] = { "uid" };
	struct dir_tie tie = { .attributes = uid, .attribute_count = 1, .value = "anna" };
	struct conf_source s = patient(campus.ldap);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = open_dir(&s);
	struct dir_tied_ask *ask;
	struct dir_tied *tied = NULL;
	struct err err = { 0 };
	unsigned long before;
	size_t count = 0;
	int found = 0;
	enum fail rc = OK;

	dir_until(d, 0);
	if (connected)
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), OK);
	before = dir_operations(d);
	ask = dir_tied_ask(d, a, &tie, 1, 4);
	CU_ASSERT_EQUAL(dir_operations(d) - before, connected);
	if (restart) {
		/* Without a good-bye: libldap never frees one that it reads while it waits for something else. */
		kill(campus.slapd, SIGKILL);
		stop_slapd();
		CASE("slapd restarts", start_slapd());
	}
	CU_ASSERT_EQUAL(find_quietly(d, a, "bert", &err), OK);
	rc = dir_tied(ask, &tied, &count, &found, &err);
	CASE(rc ? err.text : "asked", !rc && count == 1 && found == 1);
	if (count == 1)
		SAME(tied[0].account.uid, "anna");
	if (connected && !restart)
		CU_ASSERT_EQUAL(dir_operations(d) - before, 2); /* asked once */
	dir_free(d);
	arena_free(a);
}

static void a_question_that_goes_along_is_answered_whatever_becomes_of_the_connection(void)
{
	for (int i = 0; i < 4 && campus_ready(); i++)
		tied_meanwhile(i & 1, i & 2);
}

static void a_dead_first_server_costs_nothing(void)
{
	struct conf_source s = patient("ldap://127.0.0.1:1");
	struct account anna = account_of("uid=anna," PEOPLE);
	struct arena *a = arena_new(1 << 20);
	struct account who = { .server = "" };
	struct err err = { 0 };
	struct dir *d;
	enum fail rc;

	if (campus_ready()) {
		s.uri[1] = campus.ldap;
		s.uri_count = 2;
		d = open_dir(&s);
		rc = dir_find(d, a, "anna", &who, &err);
		CASE(rc ? err.text : "found", !rc);
		SAME(who.server, campus.ldap);
		CASE("no cause is left behind", !err.code);
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-secret"), OK);
		dir_free(d);
	}
	arena_free(a);
}

static void a_silent_first_server_is_waited_for_once(void)
{
	char uri[64];
	int fd = begin_silence(uri, "ldap");
	struct conf_source s = patient(uri);
	struct arena *a = arena_new(1 << 20);
	struct account anna = account_of("uid=anna," PEOPLE);
	struct err err = { 0 };
	int64_t begin;
	struct dir *d;

	if (campus_ready()) {
		s.timeout_ms = CALL_MS;
		s.uri[1] = campus.ldap;
		s.uri_count = 2;
		d = open_dir(&s);
		CASE(err.text, !find_quietly(d, a, "anna", &err));
		begin = clock_ms();
		CU_ASSERT_EQUAL(prove(d, &anna, "anna-secret"), OK);
		CU_ASSERT_EQUAL(find_quietly(d, a, "bert", &err), OK);
		CASE("the silent one is left alone", clock_ms() - begin < CALL_MS);
		dir_free(d);
	}
	close(fd);
	arena_free(a);
}

static void when_all_failed_lately_they_are_still_tried(void)
{
	struct conf_source s = source_at(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct dir *d;

	if (campus_ready()) {
		d = open_dir(&s);
		stop_slapd();
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), FAIL_BACKEND);
		CASE("slapd restarts", start_slapd());
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), OK);
		dir_free(d);
	}
	arena_free(a);
}

static void a_wrong_service_password_is_could_not_ask(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	struct dir *d;

	if (campus_ready()) {
		d = dir_new(&s, "not-the-secret", &err);
		CU_ASSERT_EQUAL(find_quietly(d, a, "anna", &err), FAIL_BACKEND);
		CASE(err.text, strstr(err.text, SERVICE) && !strstr(err.text, "not-the-secret"));
		dir_free(d);
	}
	arena_free(a);
}

/* ---- climbing ---- */

static void every_kind_of_group_is_found_with_the_way_to_it(void)
{
	static const struct {
		const char *name, *via, *attribute;
	} cases[] = {
		{ "Staff", "(directly)", "member" },
		{ "Club", "(directly)", "uniqueMember" },
		{ "unix", "(directly)", "memberUid" },
		{ "sports", "Club", "member" },
		{ "All, really \"all\" + #", "Staff", "uniqueMember" },
		{ "top", "All, really \"all\" + #", "member" },
	};
	struct conf_source s = patient(campus.ldap);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };

	if (campus_ready() && climb_with(&s, a, "anna", &who)) {
		CASE("complete", who.complete);
		CU_ASSERT_EQUAL(who.group_count, COUNT(cases));
		for (size_t i = 0; i < COUNT(cases); i++) {
			const struct fact_group *g = group_named(&who, cases[i].name);

			SAME(via_name(&who, cases[i].name), cases[i].via);
			SAME(g ? g->attribute : NULL, cases[i].attribute);
		}
	}
	arena_free(a);
}

static void a_group_spelled_otherwise_has_its_true_chain(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };

	if (campus_ready() && climb_with(&s, a, "spell", &who)) {
		CASE("complete", who.complete);
		CU_ASSERT_EQUAL(who.group_count, 3);
		SAME(via_name(&who, "spelled"), "Two Words");
	}
	arena_free(a);
}

static void somebody_in_no_group_is_complete(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };

	if (campus_ready() && climb_with(&s, a, "bert", &who)) {
		CASE("complete", who.complete);
		CU_ASSERT_EQUAL(who.group_count, 0);
	}
	arena_free(a);
}

static void a_circle_of_directory_groups_ends(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };

	if (campus_ready() && climb_with(&s, a, "circle", &who)) {
		CASE("complete", who.complete);
		CU_ASSERT_EQUAL(who.group_count, 2);
		SAME(via_name(&who, "about"), "round");
		SAME(via_name(&who, "round"), "(directly)");
	}
	arena_free(a);
}

/* Signs in by d; how many questions it took. */
static unsigned long climb_by(struct dir *d, struct arena *a, const char *name, struct account *out)
{
	unsigned long before = dir_operations(d);

	CASE(name, !dir_find(d, a, name, out, NULL) && !dir_climb(d, a, out, NULL) && out->complete);
	return dir_operations(d) - before;
}

static const struct fact_group *group_by_id(const struct account *who, const char *id)
{
	for (size_t i = 0; i < who->group_count; i++)
		if (!strcmp(who->groups[i].id, id))
			return &who->groups[i];
	return NULL;
}

/* The same groups with the same ways to them; within a level any order. */
static void same_climb(const struct account *x, const struct account *y)
{
	CU_ASSERT_EQUAL(x->group_count, y->group_count);
	for (size_t i = 0; i < x->group_count; i++) {
		const struct fact_group *p = &x->groups[i], *q = group_by_id(y, p->id);

		CASE(p->dn, q != NULL);
		if (!q)
			continue;
		SAME(p->dn, q->dn);
		SAME(p->name, q->name);
		SAME(p->attribute, q->attribute);
		SAME(p->value ? p->value : "", q->value ? q->value : "");
		SAME(p->via < 0 ? "" : x->groups[p->via].id, q->via < 0 ? "" : y->groups[q->via].id);
	}
}

static void what_is_above_a_group_is_known_for_a_while(void)
{
	static const char *const names[] = { "deep", "circle", "anna", "eva", "deep", "circle", "anna" };
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(4 << 20);
	struct dir *plain = campus_ready() ? open_dir(&s) : NULL, *keeping = plain ? open_dir(&s) : NULL;
	struct account asked, known;
	int64_t began = clock_now();

	if (keeping)
		dir_keep(keeping, 60);
	for (size_t i = 0; keeping && i < COUNT(names); i++) {
		unsigned long often, seldom;

		clock_shift(i < 4 ? 0 : 20);
		often = climb_by(plain, a, names[i], &asked);
		seldom = climb_by(keeping, a, names[i], &known);
		same_climb(&asked, &known);
		if (i < 4)
			continue;
		CU_ASSERT_EQUAL(seldom, 2); /* the account, and what holds it: asked each time */
		CASE(names[i], often > seldom);
		CASE("as old as its oldest part", known.read_at >= began && known.read_at < began + 15);
		CASE("read now", asked.read_at >= began + 20);
	}
	clock_shift(0);
	dir_free(keeping);
	dir_free(plain);
	arena_free(a);
}

static void what_is_above_a_group_is_forgotten_after_that(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct account who;

	if (d) {
		unsigned long first;

		dir_keep(d, 1);
		climb_by(d, a, "anna", &who); /* also what is asked once */
		pause_ms(1050);
		first = climb_by(d, a, "deep", &who);
		CASE("is known", climb_by(d, a, "deep", &who) < first);
		pause_ms(1050);
		CU_ASSERT_EQUAL(climb_by(d, a, "deep", &who), first);
		dir_keep(d, 0);
		CU_ASSERT_EQUAL(climb_by(d, a, "deep", &who), first);
	}
	dir_free(d);
	arena_free(a);
}

static void thirty_levels_are_climbed(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };
	int length = 0;

	if (campus_ready() && climb_with(&s, a, "deep", &who)) {
		CASE("complete", who.complete);
		CU_ASSERT_EQUAL(who.group_count, 30);
		for (int g = 29; g >= 0; g = who.groups[g].via)
			length++;
		CU_ASSERT_EQUAL(length, 30);
	}
	arena_free(a);
}

static void special_characters_in_a_dn_do_not_matter(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };

	if (campus_ready() && climb_with(&s, a, "eva", &who)) {
		CU_ASSERT_EQUAL(who.group_count, 1);
		SAME(via_name(&who, "evas"), "(directly)");
	}
	arena_free(a);
}

static void more_groups_than_the_limit_are_incomplete(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };

	if (campus_ready() && climb_with(&s, a, "joiner", &who)) {
		CASE("incomplete", !who.complete && who.why_incomplete);
		CU_ASSERT_EQUAL(who.group_count, 50);
	}
	s.group_limit = 60;
	if (campus_ready() && climb_with(&s, a, "joiner", &who)) {
		CASE("complete", who.complete);
		CU_ASSERT_EQUAL(who.group_count, 60);
	}
	arena_free(a);
}

static void check_refers(const struct conf_source *s, struct arena *a)
{
	struct dir *d = open_dir(s);
	struct err err = { 0 };
	const char *says;

	CU_ASSERT_EQUAL(dir_check(d, a, &says, &err), FAIL_DATA);
	CASE(err.text, strstr(err.text, "passed-over") != NULL);
	dir_free(d);
}

static void a_continuation_is_not_followed_and_is_incomplete(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };
	char trap_uri[64], ldif[256];
	int trap = begin_silence(trap_uri, "ldap");
	const char *add[] = { "/usr/sbin/slapadd", "-q", "-f", NULL, "-l", NULL, NULL };

	if (campus_ready()) {
		snprintf(ldif, sizeof ldif,
		         "dn: cn=other,ou=elsewhere," BASE
		         "\nobjectClass: referral\nobjectClass: extensibleObject\ncn: other\n"
		         "ref: %s/ou=other\n",
		         trap_uri);
		add[3] = in_campus("slapd.conf");
		add[5] = in_campus("referral.ldif");
		stop_slapd();
		CASE("slapd restarts",
		     write_file("referral.ldif", ldif) && run(add) && start_slapd());
		s.group_base = "ou=elsewhere," BASE;
		if (climb_with(&s, a, "anna", &who)) {
			CASE("incomplete", !who.complete && who.why_incomplete);
			SAME(via_name(&who, "here"), "(directly)");
		}
		check_refers(&s, a);
		CASE("nobody was called", !somebody_called(trap));
	}
	close(trap);
	arena_free(a);
}

static void a_missing_group_base_is_could_not_ask(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct account who = { 0 };
	struct dir *d;

	if (campus_ready()) {
		s.group_base = "ou=nowhere," BASE;
		d = open_dir(&s);
		CASE("found", !dir_find(d, a, "anna", &who, NULL));
		CU_ASSERT_EQUAL(dir_climb(d, a, &who, NULL), FAIL_BACKEND);
		CASE("incomplete", !who.complete);
		dir_free(d);
	}
	arena_free(a);
}

/* ---- groups that the group file names ---- */

static const char *named_id(const struct account *who, const char *dn)
{
	for (size_t i = 0; i < who->named_count; i++)
		if (!strcmp(who->named[i].dn, dn))
			return who->named[i].id;
	return NULL;
}

static void named_groups_are_entries_however_they_are_spelled(void)
{
	static const char staff[] = "CN = staff , OU=Groups," BASE;
	static const char gone[] = "cn=gone," GROUPS, broken[] = "what is this";
	struct rule rules[] = { { .kind = RULE_LDAP_GROUP, .dn = staff },
		                { .kind = RULE_LDAP_GROUP, .dn = gone },
		                { .kind = RULE_LDAP_GROUP, .dn = broken } };
	struct group group = { .id = "g", .rules = rules, .rule_count = COUNT(rules) };
	struct groups groups = { .list = &group, .count = 1 };
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	struct dir *d = campus_ready() ? open_dir(&s) : NULL;
	struct account who = { 0 };
	unsigned long first, second;

	if (d) {
		dir_groups(d, &groups);
		CASE("found", !dir_find(d, a, "anna", &who, NULL));
		first = dir_operations(d);
		CASE("climbed", !dir_climb(d, a, &who, NULL) && who.complete);
		first = dir_operations(d) - first;
		CU_ASSERT_EQUAL(who.named_count, 3);
		SAME(named_id(&who, staff), group_named(&who, "Staff")->id);
		CASE("gone", !named_id(&who, gone));
		CASE("broken", !named_id(&who, broken));
		second = dir_operations(d);
		CASE("climbed", !dir_climb(d, a, &who, NULL));
		second = dir_operations(d) - second;
		CASE("not asked again at once", second == first - 3);
		SAME(named_id(&who, staff), group_named(&who, "Staff")->id);
	}
	dir_free(d);
	arena_free(a);
}

static void check_says_what_the_server_is(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(1 << 20);
	const char *says = "";
	struct err err = { 0 };
	struct dir *d;

	if (campus_ready()) {
		d = open_dir(&s);
		CASE("check", !dir_check(d, a, &says, &err));
		CASE(says, strstr(says, "OpenLDAP") && strstr(says, "people below " PEOPLE));
		dir_free(d);
		s.people_base = "ou=nowhere," BASE;
		d = open_dir(&s);
		CU_ASSERT_EQUAL(dir_check(d, a, &says, &err), FAIL_BACKEND);
		dir_free(d);
	}
	arena_free(a);
}

static void ways_that_find_other_groups_are_told(void)
{
	struct conf_source s = patient(campus.ldapi);
	struct arena *a = arena_new(16 << 20);
	struct dir_way ways[DIR_WAYS];
	struct dir *d;

	if (campus_ready()) {
		/* No AD rule here, and nobody has memberOf: both find nothing, with result 0. */
		s.find = FIND_IN_CHAIN;
		s.member[0] = (struct conf_member){ .attribute = "member" };
		s.member_count = 1;
		s.named[0] = (struct conf_named){ .attribute = "seeAlso", .nested = true };
		s.named_count = 1;
		s.group_limit = 60;
		d = open_dir(&s);
		CASE("tried", !dir_ways(d, a, ways, NULL));
		SAME(ways[0].name, "search");
		CASE("search is right", ways[0].people > 5 && !ways[0].wrong && ways[0].fastest);
		CASE("in-chain is wrong", ways[1].possible && ways[1].configured && ways[1].wrong);
		CASE("member-of is wrong", ways[2].possible && ways[2].wrong && !ways[2].fastest);
		dir_free(d);
	}
	arena_free(a);
}

SUITE_TESTS(dir) = {
	TEST(variables_do_not_turn_certificate_checks_off),
	TEST(an_ldaprc_does_not_turn_certificate_checks_off),
	TEST(every_way_to_connect_finds_anna),
	TEST(a_unix_socket_needs_no_password),
	TEST(an_account_is_read_whole),
	TEST(many_spellings_mean_the_same_account),
	TEST(what_is_no_name_is_nobody),
	TEST(two_accounts_of_one_name_are_nobody),
	TEST(an_empty_part_of_the_tree_is_could_not_ask),
	TEST(hostile_values_become_harmless),
	TEST(attributes_of_rules_are_asked_for_without_strange_options),
	TEST(values_with_a_scope_that_nobody_vouches_for_drop_out),
	TEST(an_account_with_a_refused_value_is_nobody),
	TEST(an_account_counts_until_its_end),
	TEST(only_the_right_password_is_right),
	TEST(an_empty_password_is_wrong_and_asks_nobody),
	TEST(an_account_without_dn_is_never_proved),
	TEST(an_unknown_name_costs_exactly_one_bind_and_is_never_right),
	TEST(a_name_that_cannot_be_costs_a_bind_too),
	TEST(the_directory_says_more_than_right_and_wrong),
	TEST(no_copy_of_a_password_stays_behind),
	TEST(a_certificate_of_another_authority_is_refused),
	TEST(an_authority_that_was_replaced_is_read_again),
	TEST(a_certificate_for_another_name_is_refused),
	TEST(no_password_leaves_when_start_tls_is_refused),
	TEST(settings_that_cannot_be_safe_are_refused),
	TEST(a_silent_server_does_not_hold_us),
	TEST(a_server_out_of_reach_does_not_hold_us),
	TEST(silence_in_the_middle_does_not_hold_us),
	TEST(a_stopped_server_is_never_a_wrong_password),
	TEST(a_referral_is_not_followed),
	TEST(an_answer_that_may_not_be_all_is_no_no),
	TEST(a_restart_between_two_searches_is_not_noticed),
	TEST(a_question_that_goes_along_is_answered_whatever_becomes_of_the_connection),
	TEST(a_spare_connection_is_used_once_and_its_loss_is_not_noticed),
	TEST(a_dead_first_server_costs_nothing),
	TEST(a_silent_first_server_is_waited_for_once),
	TEST(when_all_failed_lately_they_are_still_tried),
	TEST(a_wrong_service_password_is_could_not_ask),
	TEST(every_kind_of_group_is_found_with_the_way_to_it),
	TEST(a_group_spelled_otherwise_has_its_true_chain),
	TEST(somebody_in_no_group_is_complete),
	TEST(a_circle_of_directory_groups_ends),
	TEST(what_is_above_a_group_is_known_for_a_while),
	TEST(what_is_above_a_group_is_forgotten_after_that),
	TEST(thirty_levels_are_climbed),
	TEST(special_characters_in_a_dn_do_not_matter),
	TEST(more_groups_than_the_limit_are_incomplete),
	TEST(a_continuation_is_not_followed_and_is_incomplete),
	TEST(a_missing_group_base_is_could_not_ask),
	TEST(named_groups_are_entries_however_they_are_spelled),
	TEST(check_says_what_the_server_is),
	TEST(ways_that_find_other_groups_are_told),
	END,
};
