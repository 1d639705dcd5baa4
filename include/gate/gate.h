/* gate: FastCGI (libfcgi): accepting, routing, guarding, answering.
 *
 * The only folder that includes <fcgiapp.h>. A program is a route table and a start-up. The
 * same program on a shell, with CGI variables, prints one answer (FCGX_IsCGI).
 *
 * Guards belong to the app: a route names one, and a route without any is refused to
 * everybody. An unknown path is 404; a known path with another method 405 with Allow. */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include "gate/req.h"
#include "gate/resp.h"

struct kit; /* app's; passed through */

typedef enum fail (*handler)(struct kit *kit, struct req *q, struct resp *p, struct err *err);

/* 0 is forbidden to everybody: a forgotten guard denies. */
enum guard {
	NOBODY = 0,
	ANYONE,      /* no session needed */
	ANYONE_FORM, /* no session, but a form token bound to the form cookie */
	PERSON,      /* signed in */
	PERSON_FRESH, /* signed in, asked of the database now */
	PERSON_FORM, /* signed in (asked of the database now), with a form token */
};

struct route {
	enum method method;
	const char *path; /* "/services/{id}" */
	handler handle;
	enum guard guard;
};

struct gate_hooks {
	/* May this request go to the handler? OK lets it; anything else answers. */
	enum fail (*guard)(struct kit *kit, const struct route *route, struct req *q, struct resp *p,
	                   struct err *err);
	/* Writes the page for an outcome into p (status is set already). */
	void (*error_page)(struct kit *kit, struct req *q, struct resp *p, enum fail code);
	void (*begin)(struct kit *kit); /* a request begins: reload what is new */
	void (*end)(struct kit *kit);
};

struct gate_settings {
	const char *base;         /* "/portal/" */
	const char *const *hosts; /* NULL-terminated; other hosts get 421 */
	size_t body_max;          /* bytes of a POST: 8 KiB for login, 128 KiB else */
	size_t arena_max;         /* memory of one request */
	const char *secret_field; /* "password", or NULL */
	const char *proved_parameter; /* FastCGI parameter of a name that the front has proved, or NULL */
	void (*busy)(struct kit *kit, bool busy); /* for the watchdog; may be NULL */
};

/* Serves until SIGTERM or SIGINT (OK) or until accepting fails (FAIL_BACKEND: the program must
 * end with a code other than 0). In CGI mode: one request. */
MUST_CHECK enum fail gate_serve(struct kit *kit, const struct route *routes, size_t count,
                                const struct gate_hooks *hooks, const struct gate_settings *settings,
                                struct err *err);

int gate_status(enum fail code); /* the one table from outcome to HTTP status */

/* The route table as JSON lines {"method","path","guard"}: for --routes, which tests use. */
void gate_print_routes(const struct route *routes, size_t count);

#endif
