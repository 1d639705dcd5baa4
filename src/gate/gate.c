#include "gate/gate.h"

#include <fcgiapp.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "crypt/token.h"
#include "gate_priv.h"
#include "send_priv.h"

#define ANSWER_MAX  ((size_t)8 << 20)
#define HEADERS_MAX ((size_t)16 << 10)
#define KEEP_MAX    ((size_t)256 << 10) /* of a page's memory, for the next one */
#define NUMBER      10                  /* letters of a request's number */

int gate_status(enum fail code)
{
	switch (code) {
	case OK:
		return 200;
	case FAIL_INPUT:
		return 400;
	case FAIL_LOGIN:
		return 422;
	case FAIL_DENIED:
		return 403;
	case FAIL_ABSENT:
		return 404;
	case FAIL_CONFLICT:
		return 409;
	case FAIL_LIMIT:
		return 429;
	case FAIL_BACKEND:
	case FAIL_DATA:
		return 503;
	case FAIL_BUG:
		break;
	}
	return 500;
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *words;
	} list[] = {
		{ 200, "OK" }, { 303, "See Other" }, { 304, "Not Modified" }, { 400, "Bad Request" },
		{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" },
		{ 409, "Conflict" }, { 413, "Content Too Large" }, { 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" }, { 421, "Misdirected Request" },
		{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
		{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < COUNT(list); i++)
		if (list[i].status == status)
			return list[i].words;
	return "Error";
}

/* ---- one request ---- */

struct turn {
	struct kit *kit;
	const struct route *routes;
	size_t count;
	const struct gate_hooks *hooks;
	const struct gate_settings *settings;
	FCGX_Request *fcgi;
	struct gate_req g;
	struct resp p;
	char *body; /* as sent; wiped when it held a secret */
	size_t body_len;
	struct buf page; /* memory of the answer before, for this one */
};

static void take_params(struct turn *t)
{
	for (char **env = t->fcgi->envp; env && *env; env++) {
		const char *equals = strchr(*env, '=');

		if (equals)
			pairs_add(t->g.q.arena, &t->g.params,
			          arena_strn(t->g.q.arena, *env, (size_t)(equals - *env)), equals + 1);
	}
}

static const char *make_number(struct arena *a)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789A";
	static uint8_t random[64 * NUMBER]; /* asked of the kernel for many at a time: it is no secret */
	static size_t used = sizeof random;
	char *number = arena_alloc(a, NUMBER + 1);

	if (used == sizeof random) {
		random_bytes(random, sizeof random);
		used = 0;
	}
	for (size_t i = 0; i < NUMBER; i++)
		number[i] = letters[random[used++] % 32];
	return number;
}

static bool is_form(const char *type)
{
	static const char form[] = "application/x-www-form-urlencoded";
	size_t n = sizeof form - 1;

	return !strncasecmp(type, form, n) && (!type[n] || type[n] == ';' || type[n] == ' ');
}

/* What was announced must be what came: no more, no less. */
static enum fail read_body(struct turn *t, struct err *err)
{
	const char *announced = req_param(&t->g, "CONTENT_LENGTH"), *type = req_param(&t->g, "CONTENT_TYPE");
	char *end;
	long long len = strtoll(announced, &end, 10);
	int got;

	if (*end || len < 0)
		return err_set(err, FAIL_INPUT, "content length is no number");
	if ((unsigned long long)len > t->settings->body_max) {
		t->p.status = 413;
		return err_set(err, FAIL_LIMIT, "body of %lld bytes", len);
	}
	if (!is_form(type) && (*type || len)) {
		t->p.status = 415;
		return err_set(err, FAIL_INPUT, "content type is not a form");
	}
	t->body_len = (size_t)len;
	t->body = arena_alloc(t->g.q.arena, t->body_len + 2);
	got = gate_read(t->fcgi, t->body, (int)t->body_len + 1);
	if (got != len)
		return err_set(err, FAIL_INPUT, "body of %d bytes, announced %lld", got, len);
	return req_fields(&t->g, t->body, t->body_len, t->settings->secret_field, &t->p.status, err);
}

static enum fail no_route(struct turn *t, bool path_known, struct err *err)
{
	struct buf allow;

	if (!path_known)
		return err_set(err, FAIL_ABSENT, "no such path");
	buf_init(&allow, 100);
	route_allow(t->routes, t->count, &t->g, &allow);
	resp_header(&t->p, "Allow", "%s", allow.data);
	buf_release(&allow);
	t->p.status = 405;
	return err_set(err, FAIL_INPUT, "method not allowed");
}

static enum fail handle(struct turn *t, struct err *err)
{
	const struct route *route;
	bool path_known;
	enum fail rc;

	if (*req_param(&t->g, "FCGI_ROLE") && strcmp(req_param(&t->g, "FCGI_ROLE"), "RESPONDER"))
		return err_set(err, FAIL_INPUT, "role is not RESPONDER");
	if ((rc = req_begin(&t->g, t->settings, &t->p.status, err)))
		return rc;
	if (!(route = route_find(t->routes, t->count, &t->g, &path_known)))
		return no_route(t, path_known, err);
	if (route->method == POST && (rc = read_body(t, err)))
		return rc;
	if (route->guard == NOBODY)
		return err_set(err, FAIL_DENIED, "route %s names no guard", route->path);
	if ((rc = t->hooks->guard(t->kit, route, &t->g.q, &t->p, err)))
		return rc;
	return route->handle(t->kit, &t->g.q, &t->p, err);
}

/* A guard or handler that failed but has said where to go (303) is done; else the page of the
 * outcome. */
static void show_failure(struct turn *t, enum fail rc)
{
	if (t->p.status == 303)
		return;
	if (t->p.status < 400)
		t->p.status = gate_status(rc);
	buf_clear(&t->p.body);
	t->p.gzip = false;
	t->p.type = NULL;
	if (t->p.status == 503)
		resp_header(&t->p, "Retry-After", "10");
	t->hooks->error_page(t->kit, &t->g.q, &t->p, rc);
	if (!t->p.body.len)
		buf_printf(&t->p.body,
		           "<!DOCTYPE html><html lang=\"en\"><title>%d</title><p>%s (%s)</p></html>\n",
		           t->p.status, reason(t->p.status), t->g.q.number);
}

/* ---- answering ---- */

static bool has_header(const struct resp *p, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = p->headers.data; s && *s; s = strstr(s, "\r\n"), s = s ? s + 2 : NULL)
		if (!strncasecmp(s, name, n) && s[n] == ':')
			return true;
	return false;
}

static const char etag_name[] = "ETag: ";

/* A whole page that the browser has already is not sent again (RFC 9110 13.1.2). */
static void perhaps_not_modified(struct turn *t)
{
	const char *etag = strstr(t->p.headers.data, etag_name), *end;

	if (t->p.status != 200 || t->g.q.method != GET || !etag)
		return;
	etag += sizeof etag_name - 1;
	end = strstr(etag, "\r\n");
	if (end && req_matches(&t->g.q, arena_strn(t->g.q.arena, etag, (size_t)(end - etag))))
		t->p.status = 304;
}

static const char security[] =
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: same-origin\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'; img-src 'self'; style-src 'self'; script-src 'self'\r\n";

static void add_headers(struct turn *t)
{
	struct resp *p = &t->p;

	buf_raw(&p->headers, security);
	if (!has_header(p, "Cache-Control"))
		resp_no_store(p);
	if (p->status == 304)
		return;
	resp_header(p, "Content-Type", "%s", p->type ? p->type : "text/html; charset=utf-8");
	if (p->gzip)
		resp_header(p, "Content-Encoding", "gzip");
	resp_header(p, "Content-Length", "%zu", p->body.len);
}

static void answer(struct turn *t)
{
	struct resp *p = &t->p;
	struct buf head;

	perhaps_not_modified(t);
	if (p->status == 303 || p->status == 304) {
		buf_clear(&p->body);
		p->gzip = false;
	}
	add_headers(t);
	buf_init(&head, HEADERS_MAX * 2);
	buf_printf(&head, "Status: %d %s\r\n", p->status, reason(p->status));
	buf_bytes(&head, p->headers.data, p->headers.len);
	buf_raw(&head, "\r\n");
	gate_send(t->fcgi, &head, t->g.q.head ? NULL : &p->body);
	buf_release(&head);
}

static void note(const struct turn *t, int64_t began, const struct err *err)
{
	log_event("request", "method=%s path=%s status=%d ms=%" PRId64 "%s%s%s",
	          req_param(&t->g, "REQUEST_METHOD"), t->g.q.path, t->p.status, clock_ms() - began,
	          err->code ? " cause=\"" : "", err->text, err->code ? "\"" : "");
}

static void serve_one(struct turn *t, struct arena *arena)
{
	struct err err = { 0 };
	int64_t began = clock_ms();
	bool secret;
	enum fail rc;

	t->g = (struct gate_req){ .q = { .arena = arena } };
	t->p = (struct resp){ .status = 200, .base = t->settings->base, .body = t->page };
	buf_init(&t->p.headers, HEADERS_MAX);
	t->g.q.number = make_number(arena);
	log_request(t->g.q.number);
	take_params(t);
	if (t->hooks->begin)
		t->hooks->begin(t->kit);
	rc = handle(t, &err);
	if (rc)
		show_failure(t, rc);
	answer(t);
	note(t, began, &err);
	if (t->hooks->end)
		t->hooks->end(t->kit);
	secret = t->settings->secret_field && t->g.q.method == POST;
	req_end(&t->g);
	buf_release(&t->p.headers);
	if (secret || t->p.body.capacity > KEEP_MAX)
		buf_release(&t->p.body);
	buf_clear(&t->p.body);
	t->page = t->p.body;
	if (secret)
		arena_wipe(arena);
	else
		arena_reset(arena);
	log_request(NULL);
}

/* ---- the loop ---- */

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
	FCGX_ShutdownPending();
}

static void watch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART: accept must end */

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* The visitor whose page did not fit gets a plain 503; a fresh process takes over. */
static FCGX_Request *in_hand;

static void give_up(void)
{
	static const char said[] = "Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
	                           "Retry-After: 1\r\n\r\nToo much for one page. Please try again.\n";

	const struct buf head = { .data = (char *)said, .len = sizeof said - 1 };

	if (in_hand) {
		gate_send(in_hand, &head, NULL);
		gate_finish(in_hand);
	}
	log_event("stop", "cause=\"memory of one request is used up\"");
	_exit(EXIT_FAILURE);
}

static void serve_one_watched(struct turn *t, struct arena *arena)
{
	in_hand = t->fcgi;
	if (t->settings->busy)
		t->settings->busy(t->kit, true);
	serve_one(t, arena);
	gate_finish(t->fcgi);
	if (t->settings->busy)
		t->settings->busy(t->kit, false);
	in_hand = NULL;
}

static enum fail accept_loop(struct turn *t, struct arena *arena, struct err *err)
{
	FCGX_Request fcgi;
	int rc = 0;

	if (FCGX_InitRequest(&fcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR))
		return err_set(err, FAIL_BACKEND, "FastCGI: cannot begin");
	t->fcgi = &fcgi;
	while (!stopping && (rc = FCGX_Accept_r(&fcgi)) >= 0)
		serve_one_watched(t, arena);
	/* Ending without being asked must not look like success: the supervisor would not act. */
	return stopping ? OK : err_set(err, FAIL_BACKEND, "FastCGI: accept failed with %d", rc);
}

/* On a shell, for looking at one answer (RFC 3875): libfcgi's requests know FastCGI only. */
static enum fail serve_cgi(struct turn *t, struct arena *arena)
{
	FCGX_Request cgi = { .envp = environ, .ipcFd = -1 };

	t->fcgi = &cgi;
	serve_one_watched(t, arena);
	return OK;
}

enum fail gate_serve(struct kit *kit, const struct route *routes, size_t count,
                     const struct gate_hooks *hooks, const struct gate_settings *settings,
                     struct err *err)
{
	struct turn t = { .kit = kit, .routes = routes, .count = count, .hooks = hooks, .settings = settings };
	struct arena *arena;
	enum fail rc;

	/* libfcgi's own waits: for the first byte after accept, and for the front to close. */
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "200", 0);
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
	watch_signals();
	if (FCGX_Init())
		return err_set(err, FAIL_BACKEND, "FastCGI: cannot start");
	watch_signals(); /* libfcgi puts handlers of its own in */
	arena = arena_new(settings->arena_max);
	buf_init(&t.page, ANSWER_MAX);
	arena_on_full(give_up);
	rc = FCGX_IsCGI() ? serve_cgi(&t, arena) : accept_loop(&t, arena, err);
	arena_on_full(NULL);
	buf_release(&t.page);
	arena_free(arena);
	return rc;
}
