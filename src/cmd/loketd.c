/* loketd: supervisor of the sample and of small installations without systemd.
 *
 *     loketd -c FILE [--programs DIR] [--group GID]
 *
 * Makes a unix socket per FastCGI program, starts copies of each with the socket as descriptor 0,
 * starts the two daemons, and replaces whatever ends. TERM or INT ends everything; HUP replaces
 * the copies one after the other, so that a new version takes over without a lost request. When
 * loketd itself is killed, the kernel ends its children. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "view/load.h"

#define PROCESS_MEMORY ((size_t)8 << 20)
#define BACKLOG        1024
#define FIRST_WAIT_MS  100   /* between the end of a copy and its replacement, */
#define LAST_WAIT_MS   5000  /* doubling up to this while it keeps ending */
#define SETTLED_MS     10000 /* alive for so long: its next end is a first one */
#define REMIND_MS      1000  /* libfcgi can miss a TERM between two requests: say it again */
#define REFUSE_MS      500   /* a program absent for longer has its visitors turned away */
#define COPIES_MAX     64
#define OPEN_FILES     1024

/* ---- what is run ---- */

struct program {
	const char *name;
	const char *path;
	bool worker; /* a FastCGI program with a socket; else a daemon */
	int socket;  /* -1 for a daemon */
	const char *socket_path;
};

struct copy {
	const struct program *program;
	pid_t pid;          /* 0: not running */
	int64_t started;    /* clock_ms */
	int64_t start_at;   /* not running: when to start it */
	int64_t ended;      /* not running: since when */
	int wait_ms;        /* before the next replacement */
	int64_t told;       /* TERM was sent first; 0: it was not */
	int64_t told_again; /* and last */
	bool replace;       /* a HUP asked for another one */
};

struct supervisor {
	struct arena *arena;
	struct conf conf;
	const char *programs; /* options */
	gid_t group;           /* (gid_t)-1: as it comes */
	struct program program[8];
	size_t programs_count;
	struct copy copy[COPIES_MAX];
	size_t copies;
	char *environment[2][24]; /* [1] has what the sign-in program needs on top */
};

static volatile sig_atomic_t stopping, replacing;

static void on_signal(int number)
{
	if (number == SIGHUP)
		replacing = 1;
	else if (number != SIGCHLD) /* that one only wakes ppoll */
		stopping = 1;
}

/* ---- options ---- */

static const char usage[] = "usage: loketd -c FILE [--programs DIR] [--group GID]\n"
			    "  -c FILE         the configuration\n"
			    "  --programs DIR  where the FastCGI programs are (default ../cgi-bin)\n"
			    "  --group GID     who may connect to their sockets: number of the web server's group\n";

static bool group_read(const char *s, gid_t *out)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	*out = (gid_t)n;
	return *s >= '0' && *s <= '9' && !*end && n < (gid_t)-1;
}

static bool options_read(struct supervisor *s, int argc, char **argv, const char **conf)
{
	static const struct option options[] = {
		{ "programs", required_argument, NULL, 'p' },
		{ "group", required_argument, NULL, 'g' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*conf = "/etc/loket/loket.xml";
	while ((c = getopt_long(argc, argv, "c:", options, NULL)) != -1) {
		if (c == 'c')
			*conf = optarg;
		else if (c == 'p')
			s->programs = optarg;
		else if (c != 'g' || !group_read(optarg, &s->group))
			return false;
	}
	return optind == argc;
}

/* The folder that holds this very program. */
static enum fail own_folder(struct arena *a, const char **out, struct err *err)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash;

	if (len < 0)
		return err_set(err, FAIL_BACKEND, "readlink /proc/self/exe: %s", strerror(errno));
	path[len] = '\0';
	slash = strrchr(path, '/');
	*out = arena_strn(a, path, (size_t)(slash - path));
	return OK;
}

static void copies_add(struct supervisor *s, const char *path, const char *name, int count,
                       bool worker)
{
	struct program *p = &s->program[s->programs_count++];

	*p = (struct program){ .name = name, .path = path, .worker = worker, .socket = -1 };
	for (int i = 0; i < count && s->copies < COPIES_MAX; i++)
		s->copy[s->copies++] = (struct copy){ .program = p, .wait_ms = FIRST_WAIT_MS };
}

static enum fail programs_list(struct supervisor *s, struct err *err)
{
	const struct conf *conf = &s->conf;
	const struct {
		const char *name;
		int workers;
	} worker[] = {
		{ "login", conf->workers_login },
		{ "catalogue", conf->workers_catalogue },
		{ "public", conf->workers_public },
		{ "health", conf->workers_health },
	};
	static const char *const service[] = { "loket-watch", "loket-refresh" };
	const char *own = ".";
	enum fail rc;

	if ((rc = own_folder(s->arena, &own, err)))
		return rc;
	if (!s->programs)
		s->programs = arena_printf(s->arena, "%s/../cgi-bin", own);
	for (size_t i = 0; i < COUNT(worker); i++)
		copies_add(s, arena_printf(s->arena, "%s/%s.fcgi", s->programs, worker[i].name),
		           worker[i].name, worker[i].workers, true);
	for (size_t i = 0; i < COUNT(service); i++)
		copies_add(s, arena_printf(s->arena, "%s/%s", own, service[i]), service[i], 1, false);
	for (size_t i = 0; i < s->programs_count; i++)
		if (access(s->program[i].path, X_OK))
			return err_set(err, FAIL_DATA, "%s: %s", s->program[i].path, strerror(errno));
	return OK;
}

/* ---- environment: nothing of ours leaks in, and libraries get what makes them behave ---- */

static const char *const wanted[] = {
	"PATH=/usr/bin:/bin",
	"LANG=C.UTF-8",
	"LDAPNOINIT=1",                                  /* no ldaprc, no LDAPTLS_REQCERT=never */
	"LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT=200",    /* ms for a peer that connects and is silent, */
	"LIBFCGI_OS_CLOSE_POLL_TIMEOUT=100",             /* and for one that does not close */
};
static const char *const kept[] = {
	"CREDENTIALS_DIRECTORY", "ASAN_OPTIONS", "UBSAN_OPTIONS",     "LSAN_OPTIONS",
	"TSAN_OPTIONS",          "GCOV_PREFIX",  "GCOV_PREFIX_STRIP",
};

static void environment_make(struct supervisor *s)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(wanted); i++)
		s->environment[0][n++] = arena_str(s->arena, wanted[i]);
	for (size_t i = 0; i < COUNT(kept); i++)
		if (getenv(kept[i]))
			s->environment[0][n++] =
			        arena_printf(s->arena, "%s=%s", kept[i], getenv(kept[i]));
	memcpy(s->environment[1], s->environment[0], sizeof s->environment[0]);
	/* Freed memory is overwritten: libraries leave copies of a password in it. */
	s->environment[1][n] = arena_str(s->arena, "GLIBC_TUNABLES=glibc.malloc.perturb=165");
}

static char **environment_of(struct supervisor *s, const struct program *p)
{
	return s->environment[!strcmp(p->name, "login")];
}

/* ---- sockets ---- */

/* A socket that nobody listens on any more is left over from a killed supervisor. */
static enum fail socket_clear(const struct sockaddr_un *address, struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), answered;

	if (fd < 0)
		return err_set(err, FAIL_BACKEND, "socket: %s", strerror(errno));
	answered = !connect(fd, (const struct sockaddr *)address, sizeof *address);
	close(fd);
	if (answered)
		return err_set(err, FAIL_CONFLICT, "%s: another loketd runs there", address->sun_path);
	if (unlink(address->sun_path) && errno != ENOENT)
		return err_set(err, FAIL_BACKEND, "%s: %s", address->sun_path, strerror(errno));
	return OK;
}

static enum fail socket_give(const char *path, gid_t group, struct err *err)
{
	/* Who can write here can claim any address: the front, and nobody else. */
	if (chown(path, (uid_t)-1, group) || chmod(path, 0660))
		return err_set(err, FAIL_BACKEND, "%s: %s", path, strerror(errno));
	return OK;
}

static enum fail socket_make(struct supervisor *s, struct program *p, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int fd, bound;
	enum fail rc;

	p->socket_path = arena_printf(s->arena, "%s/%s.sock", s->conf.socket_dir, p->name);
	if (strlen(p->socket_path) >= sizeof address.sun_path)
		return err_set(err, FAIL_DATA, "%s: longer than a socket's name may be (%zu)",
		               p->socket_path, sizeof address.sun_path - 1);
	memcpy(address.sun_path, p->socket_path, strlen(p->socket_path) + 1);
	if ((rc = socket_clear(&address, err)))
		return rc;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mask = umask(0177); /* closed until the group is right */
	bound = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&address, sizeof address);
	umask(mask);
	if (bound || listen(fd, BACKLOG))
		return err_set(err, FAIL_BACKEND, "%s: %s", p->socket_path, strerror(errno));
	p->socket = fd;
	return socket_give(p->socket_path, s->group, err);
}

static enum fail sockets_make(struct supervisor *s, struct err *err)
{
	enum fail rc = OK;

	for (size_t i = 0; !rc && i < s->programs_count; i++)
		if (s->program[i].worker)
			rc = socket_make(s, &s->program[i], err);
	return rc;
}

static void sockets_close(struct supervisor *s)
{
	for (size_t i = 0; i < s->programs_count; i++) {
		if (s->program[i].socket < 0)
			continue;
		unlink(s->program[i].socket_path);
		close(s->program[i].socket);
	}
}

/* ---- one copy ---- */

/* In the child: nothing here may return. */
static void copy_become(struct supervisor *s, const struct program *p, pid_t parent)
{
	static const struct rlimit no_core = { 0, 0 }, files = { OPEN_FILES, OPEN_FILES };
	char *const argv[] = { (char *)p->path, (char *)"-c", (char *)s->conf.file, NULL };
	sigset_t none;
	int in = p->worker ? p->socket : open("/dev/null", O_RDONLY);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || in < 0) /* the supervisor was quicker to go */
		_exit(EXIT_FAILURE);
	setrlimit(RLIMIT_CORE, &no_core);
	setrlimit(RLIMIT_NOFILE, &files);
	if (dup2(in, 0) == 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		execve(p->path, argv, environment_of(s, p));
	log_event("start", "outcome=failed program=%s cause=\"%s\"", p->name, strerror(errno));
	_exit(EXIT_FAILURE);
}

static void copy_start(struct supervisor *s, struct copy *c)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		copy_become(s, c->program, parent);
	if (pid < 0) {
		log_event("start", "outcome=failed program=%s cause=\"fork: %s\"", c->program->name,
		          strerror(errno));
		c->start_at = clock_ms() + LAST_WAIT_MS;
		return;
	}
	c->pid = pid;
	c->started = clock_ms();
	c->told = 0;
	c->replace = false;
}

/* What ends by itself is replaced at once after a long life and ever later when it keeps ending.
 * KILL comes from outside (an operator, the watchdog) and says nothing of the program. */
static void copy_ended(struct copy *c, int status)
{
	int64_t now = clock_ms();
	bool asked = c->told, killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

	if (!asked)
		log_event("ended", "program=%s pid=%ld %s=%d after-ms=%ld", c->program->name, (long)c->pid,
		          WIFSIGNALED(status) ? "signal" : "exit",
		          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		          (long)(now - c->started));
	if (asked || killed || now - c->started >= SETTLED_MS)
		c->wait_ms = FIRST_WAIT_MS;
	c->start_at = now + (asked ? 0 : c->wait_ms);
	c->wait_ms = c->wait_ms * 2 > LAST_WAIT_MS ? LAST_WAIT_MS : c->wait_ms * 2;
	c->ended = now;
	c->pid = 0;
	c->told = 0;
}

static void copies_reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->copies; i++)
			if (s->copy[i].pid == pid)
				copy_ended(&s->copy[i], status);
}

static void copy_tell(struct copy *c)
{
	c->told_again = clock_ms();
	if (!c->told)
		c->told = c->told_again;
	kill(c->pid, SIGTERM);
}

/* Repeats TERM to those that were told to go, and ends those that outlast the budget. */
static void copies_remind(struct supervisor *s)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < s->copies; i++) {
		struct copy *c = &s->copy[i];

		if (!c->pid || !c->told)
			continue;
		if (now - c->told > s->conf.request_budget_ms)
			kill(c->pid, SIGKILL);
		else if (now - c->told_again >= REMIND_MS)
			copy_tell(c);
	}
}

static void copies_start(struct supervisor *s)
{
	for (size_t i = 0; i < s->copies; i++)
		if (!s->copy[i].pid && s->copy[i].start_at <= clock_ms())
			copy_start(s, &s->copy[i]);
}

/* ---- replacing by HUP: one at a time, the others serve meanwhile ---- */

static void copies_replace_all(struct supervisor *s)
{
	log_event("replace", "copies=%zu", s->copies);
	for (size_t i = 0; i < s->copies; i++)
		s->copy[i].replace = s->copy[i].pid != 0;
}

static void copies_replace_next(struct supervisor *s)
{
	for (size_t i = 0; i < s->copies; i++)
		if (!s->copy[i].pid || s->copy[i].told)
			return;
	for (size_t i = 0; i < s->copies; i++) {
		if (!s->copy[i].replace)
			continue;
		copy_tell(&s->copy[i]);
		return;
	}
}

/* ---- a program that does not come up ---- */

static bool program_absent(const struct supervisor *s, const struct program *p)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < s->copies; i++)
		if (s->copy[i].program == p && (s->copy[i].pid || now - s->copy[i].ended < REFUSE_MS))
			return false;
	return true;
}

/* Visitors would wait in the socket's queue until the front gives up: closing their connections
 * gives them the front's page at once. */
static size_t absent_sockets(struct supervisor *s, struct pollfd *list)
{
	size_t n = 0;

	for (size_t i = 0; i < s->programs_count; i++)
		if (s->program[i].worker && program_absent(s, &s->program[i]))
			list[n++] = (struct pollfd){ .fd = s->program[i].socket, .events = POLLIN };
	return n;
}

static void visitors_refuse(const struct pollfd *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int fd = list[i].revents & POLLIN ? accept(list[i].fd, NULL, NULL) : -1;

		if (fd >= 0)
			close(fd);
	}
}

/* ---- the loop ---- */

static int wait_ms(const struct supervisor *s)
{
	int64_t now = clock_ms(), wait = LAST_WAIT_MS;

	for (size_t i = 0; i < s->copies; i++) {
		const struct copy *c = &s->copy[i];
		int64_t at;

		if (!c->pid && stopping)
			continue;
		at = c->pid ? (c->told ? c->told_again + REMIND_MS : now + LAST_WAIT_MS) : c->start_at;
		/* The moment from which visitors are refused counts too. */
		if (!c->pid && now < c->ended + REFUSE_MS && c->ended + REFUSE_MS < at)
			at = c->ended + REFUSE_MS;
		if (at - now < wait)
			wait = at - now;
	}
	return wait < 0 ? 0 : (int)wait;
}

static bool copies_left(const struct supervisor *s)
{
	for (size_t i = 0; i < s->copies; i++)
		if (s->copy[i].pid)
			return true;
	return false;
}

/* Signals come in only here, so none is missed between looking and waiting. */
static void rest(struct supervisor *s, const sigset_t *open)
{
	struct pollfd list[COUNT(s->program)];
	size_t count = stopping ? 0 : absent_sockets(s, list);
	int ms = wait_ms(s);
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000L };

	if (ppoll(list, count, &pause, open) > 0)
		visitors_refuse(list, count);
}

static void supervise(struct supervisor *s, const sigset_t *open)
{
	while (!stopping) {
		copies_reap(s);
		copies_start(s);
		if (replacing) {
			replacing = 0;
			copies_replace_all(s);
		}
		copies_replace_next(s);
		copies_remind(s);
		rest(s, open);
	}
	log_event("stop", "cause=\"asked to\"");
	for (size_t i = 0; i < s->copies; i++)
		if (s->copy[i].pid)
			copy_tell(&s->copy[i]);
	for (copies_reap(s); copies_left(s); copies_reap(s)) {
		copies_remind(s);
		rest(s, open);
	}
}

static void signals_take(sigset_t *open)
{
	static const int number[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigemptyset(open);
	for (size_t i = 0; i < COUNT(number); i++) {
		sigaddset(&blocked, number[i]);
		sigaction(number[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, NULL);
}

int main(int argc, char **argv)
{
	struct supervisor s = { .arena = arena_new(PROCESS_MEMORY), .group = (gid_t)-1 };
	struct err err = { 0 };
	const char *conf;
	sigset_t open;

	log_open("loketd");
	if (!options_read(&s, argc, argv, &conf)) {
		fputs(usage, stderr);
		return 2;
	}
	view_start();
	signals_take(&open);
	environment_make(&s);
	if (!load_conf(s.arena, conf, &s.conf, &err) && !programs_list(&s, &err) &&
	    !sockets_make(&s, &err)) {
		log_event("start", "copies=%zu sockets=%s", s.copies, s.conf.socket_dir);
		supervise(&s, &open);
	}
	if (err.code)
		log_event("stop", "cause=\"%s\"", err.text);
	sockets_close(&s);
	arena_free(s.arena);
	return err.code ? EXIT_FAILURE : EXIT_SUCCESS;
}
