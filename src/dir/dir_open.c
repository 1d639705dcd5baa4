/* Handles: options, the service account's bind, and which server to turn to. */
#include "dir_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <openldap.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"

#define SERVER_REST_MS 30000     /* a server that failed is left alone for so long */
#define SPARE_FRESH_MS 30000     /* longer than that, something between may have forgotten a connection */
#define SPARE_MS       500
#define MESSAGE_MAX    (8 << 20) /* longest message taken from a server */

/* ---- time ---- */

void dir_start(struct dir *d)
{
	d->deadline = clock_ms() + d->source->deadline_ms;
	if (d->latest && d->latest < d->deadline)
		d->deadline = d->latest;
}

int64_t dir_rest(const struct dir *d)
{
	int64_t rest = d->deadline - clock_ms();

	if (rest > d->source->timeout_ms)
		rest = d->source->timeout_ms;
	return rest > 0 ? rest : 0;
}

struct timeval dir_timeval(int64_t ms)
{
	return (struct timeval){ .tv_sec = (time_t)(ms / 1000),
		                 .tv_usec = (suseconds_t)(ms % 1000 * 1000) };
}

int dir_wait(struct dir *d, LDAP *ld, int id, LDAPMessage **answer)
{
	struct timeval rest = dir_timeval(dir_rest(d));
	int code = LDAP_SUCCESS;

	*answer = NULL;
	switch (ldap_result(ld, id, LDAP_MSG_ALL, &rest, answer)) {
	case 0:
		return LDAP_TIMEOUT;
	case -1:
		ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &code);
		return code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code;
	default:
		return LDAP_SUCCESS;
	}
}

bool dir_transport(int code)
{
	switch (code) {
	case LDAP_SERVER_DOWN:
	case LDAP_LOCAL_ERROR:
	case LDAP_DECODING_ERROR:
	case LDAP_TIMEOUT:
	case LDAP_CONNECT_ERROR:
	case LDAP_BUSY:
	case LDAP_UNAVAILABLE:
		return true;
	default:
		return false;
	}
}

bool dir_is_local(const char *uri)
{
	return !strncasecmp(uri, "ldapi://", 8);
}

/* ---- one handle ---- */

void dir_close(LDAP *ld)
{
	if (ld)
		ldap_unbind_ext(ld, NULL, NULL);
}

static bool set_number(LDAP *ld, int option, int value)
{
	return ldap_set_option(ld, option, &value) == LDAP_OPT_SUCCESS;
}

void dir_set_time(LDAP *ld, int64_t ms)
{
	struct timeval tv = dir_timeval(ms);

	ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &tv);
	ldap_set_option(ld, LDAP_OPT_TIMEOUT, &tv);
}

/* Below encryption, which else reads each record in two pieces. */
static bool read_ahead(Sockbuf *sb)
{
	return ber_sockbuf_add_io(sb, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_PROVIDER, NULL) == 0;
}

/* Nothing is left to defaults: they are version 2, referrals followed, no limits. Without
 * CONNECT_ASYNC, a server that falls silent in a TLS handshake or half-way through an
 * answer would hold us for ever, whatever the time limits say. */
static bool set_options(const struct dir *d, LDAP *ld)
{
	ber_len_t longest = MESSAGE_MAX;
	Sockbuf *sb = NULL;

	dir_set_time(ld, dir_rest(d));
	return set_number(ld, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3) &&
	       ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
	       ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON) == LDAP_OPT_SUCCESS &&
	       ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON) == LDAP_OPT_SUCCESS &&
	       set_number(ld, LDAP_OPT_DEREF, LDAP_DEREF_NEVER) &&
	       set_number(ld, LDAP_OPT_SIZELIMIT, d->source->group_limit + 1) &&
	       set_number(ld, LDAP_OPT_TIMELIMIT, d->source->timeout_ms / 1000 + 1) &&
	       ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb) == LDAP_OPT_SUCCESS &&
	       ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &longest) == 1 &&
	       read_ahead(sb) && dir_wipe_sent(sb);
}

/* libldap makes the connection blocking again once it is up: a record that comes byte by byte would
 * then hold us in read(2) as long as it likes. */
static bool never_block(LDAP *ld)
{
	int fd = -1, flags;

	return ldap_get_option(ld, LDAP_OPT_DESC, &fd) == LDAP_OPT_SUCCESS &&
	       (flags = fcntl(fd, F_GETFL)) >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static enum fail connect_one(struct dir *d, const char *uri, LDAP **out, struct err *err)
{
	int fd = dir_socket(uri, clock_ms() + dir_rest(d), err);
	LDAP *ld = NULL;

	if (fd < 0)
		return FAIL_BACKEND;
	if (ldap_init_fd(fd, dir_is_local(uri) ? LDAP_PROTO_IPC : LDAP_PROTO_TCP, uri, &ld)) {
		close(fd);
		return err_set(err, FAIL_BACKEND, "%s: no handle", uri);
	}
	if (!set_options(d, ld)) {
		dir_close(ld);
		return err_set(err, FAIL_BUG, "%s: libldap refused an option", uri);
	}
	if (!dir_is_local(uri) && dir_secure(d, ld, uri, err)) {
		dir_close(ld);
		return FAIL_BACKEND;
	}
	if (!never_block(ld)) {
		dir_close(ld);
		return err_set(err, FAIL_BACKEND, "%s: %s", uri, strerror(errno));
	}
	*out = ld;
	return OK;
}

int dir_bind(struct dir *d, LDAP *ld, const char *dn, const char *mechanism, struct berval *secret,
             LDAPControl **controls, LDAPMessage **answer)
{
	int id, code;

	d->operations++;
	code = ldap_sasl_bind(ld, dn, mechanism, secret, controls, NULL, &id);
	return code ? code : dir_wait(d, ld, id, answer);
}

static enum fail bind_service(struct dir *d, LDAP *ld, const char *uri, struct err *err)
{
	const char *dn = d->source->bind_dn;
	/* EXTERNAL wants an empty answer, not none: that would be asked for. */
	struct berval secret = { dn ? d->secret.len : 0, dn ? d->secret.at : "" };
	LDAPMessage *answer = NULL;
	int said, code;

	code = dir_bind(d, ld, dn, dn ? LDAP_SASL_SIMPLE : "EXTERNAL", &secret, NULL, &answer);
	if (!code && !(code = ldap_parse_result(ld, answer, &said, NULL, NULL, NULL, NULL, 1)))
		code = said;
	if (code)
		return err_set(err, FAIL_BACKEND, "%s: signing in as %s: %s", uri,
		               dn ? dn : "this program", ldap_err2string(code));
	return OK;
}

/* ---- which server ---- */

void dir_failed(struct dir *d, size_t server)
{
	d->server[server].failed_at = clock_ms();
}

/* The first that did not fail lately; when there is none, the one whose failure is the
 * longest ago. -1: all were tried. */
static int next_server(const struct dir *d, const bool *tried)
{
	int64_t now = clock_ms();
	int oldest = -1;

	for (size_t i = 0; i < d->source->uri_count; i++) {
		int64_t failed = d->server[i].failed_at;

		if (tried[i])
			continue;
		if (!failed || now - failed >= SERVER_REST_MS)
			return (int)i;
		if (oldest < 0 || failed < d->server[oldest].failed_at)
			oldest = (int)i;
	}
	return oldest;
}

static enum fail open_any(struct dir *d, bool service, LDAP **out, size_t *server, struct err *err)
{
	bool tried[CONF_LIST] = { false };
	struct err why = { 0 };
	int i;

	while (dir_rest(d) > 0 && (i = next_server(d, tried)) >= 0) {
		const char *uri = d->server[i].uri;
		LDAP *ld = NULL;

		tried[i] = true;
		err_clear(&why);
		if (!connect_one(d, uri, &ld, &why) &&
		    (!service || !bind_service(d, ld, uri, &why))) {
			d->server[i].failed_at = 0;
			*out = ld;
			*server = (size_t)i;
			return OK;
		}
		dir_close(ld);
		dir_failed(d, (size_t)i);
	}
	return err_set(err, FAIL_BACKEND, "dir: %s", why.code ? why.text : "no time left");
}

enum fail dir_open(struct dir *d, LDAP **out, size_t *server, struct err *err)
{
	return open_any(d, false, out, server, err);
}

/* ---- one to spare ---- */

static void spare_close(struct dir *d)
{
	dir_close(d->spare);
	d->spare = NULL;
}

/* Has the server closed it? What it may have sent meanwhile (TLS tickets) says nothing. */
static bool is_closed(LDAP *ld)
{
	struct pollfd p = { .fd = -1, .events = POLLRDHUP };

	return ldap_get_option(ld, LDAP_OPT_DESC, &p.fd) != LDAP_OPT_SUCCESS || poll(&p, 1, 0);
}

enum fail dir_open_spare(struct dir *d, LDAP **out, size_t *server, struct err *err)
{
	LDAP *ld = d->spare;

	d->proved = true;
	if (!ld || clock_ms() - d->spare_at > SPARE_FRESH_MS || d->server[d->spare_server].failed_at || is_closed(ld)) {
		spare_close(d);
		return dir_open(d, out, server, err);
	}
	d->spare = NULL;
	dir_set_time(ld, dir_rest(d));
	*out = ld;
	*server = d->spare_server;
	return OK;
}

void dir_ready(struct dir *d)
{
	struct err why = { 0 };
	int64_t latest = d->latest;
	bool lately = false;

	for (size_t i = 0; i < d->source->uri_count; i++)
		lately |= d->server[i].failed_at != 0;
	if (!d->proved || d->spare || lately)
		return;
	d->proved = false;
	dir_until(d, clock_ms() + SPARE_MS);
	if (dir_open(d, &d->spare, &d->spare_server, &why))
		d->spare = NULL;
	d->spare_at = clock_ms();
	d->latest = latest;
}

enum fail dir_service(struct dir *d, struct err *err)
{
	return d->handle ? OK : open_any(d, true, &d->handle, &d->current, err);
}

void dir_drop(struct dir *d)
{
	spare_close(d); /* the same server, most likely */
	d->no_states = false; /* another server may come next */
	dir_close(d->handle);
	d->handle = NULL;
	d->dropped++;
}
