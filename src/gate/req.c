#include "gate/req.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "crypt/token.h"
#include "gate_priv.h"

#define URI_MAX    8192
#define QUERY_MAX  4096
#define FIELDS_MAX 200

/* ---- lookups ---- */

const char *pairs_get(const struct pairs *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (!strcmp(p->list[i].name, name))
			return p->list[i].value;
	return NULL;
}

void pairs_add(struct arena *a, struct pairs *p, const char *name, const char *value)
{
	p->list = arena_grow(a, p->list, p->count, &p->capacity, sizeof *p->list);
	p->list[p->count++] = (struct pair){ name, value };
}

const char *req_param(const struct gate_req *g, const char *name)
{
	const char *value = pairs_get(&g->params, name);

	return value ? value : "";
}

static const struct gate_req *whole(const struct req *q)
{
	return (const struct gate_req *)q;
}

const char *req_path(const struct req *q, const char *name)
{
	return pairs_get(&whole(q)->path, name);
}

const char *req_query(const struct req *q, const char *name)
{
	return pairs_get(&whole(q)->query, name);
}

const char *req_field(const struct req *q, const char *name)
{
	return pairs_get(&whole(q)->fields, name);
}

const char *req_cookie(const struct req *q, const char *name)
{
	return pairs_get(&whole(q)->cookies, name);
}

const char *req_secret(const struct req *q, const char *name, size_t *len)
{
	const struct gate_req *g = whole(q);

	*len = 0;
	if (!g->secret || !g->secret_name || strcmp(g->secret_name, name))
		return NULL;
	*len = g->secret_len;
	return g->secret;
}

size_t req_field_count(const struct req *q)
{
	return whole(q)->fields.count;
}

const char *req_field_name(const struct req *q, size_t i)
{
	return whole(q)->fields.list[i].name;
}

const char *req_field_value(const struct req *q, size_t i)
{
	return whole(q)->fields.list[i].value;
}

/* ---- decoding ---- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool unescape(const char *from, size_t len, bool plus, char *to, size_t *to_len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (from[i] != '%') {
			to[n++] = plus && from[i] == '+' ? ' ' : from[i];
			continue;
		}
		if (i + 2 >= len || (high = hex_digit(from[i + 1])) < 0 || (low = hex_digit(from[i + 2])) < 0)
			return false;
		to[n++] = (char)(high << 4 | low);
		i += 2;
	}
	to[n] = '\0';
	*to_len = n;
	return true;
}

bool req_decode(const char *from, size_t len, bool plus, bool lines, char *to, size_t *to_len)
{
	return unescape(from, len, plus, to, to_len) && utf8_clean(to, *to_len, lines);
}

/* name=value&…; a name twice is refused: two readers would take different ones. */
static enum fail read_pairs(struct gate_req *g, const char *text, size_t len, bool lines,
                            struct pairs *out, struct err *err)
{
	struct arena *a = g->q.arena;

	for (size_t begin = 0, end; begin < len; begin = end + 1) {
		const char *part = text + begin, *equals;
		size_t part_len, name_len, got;
		char *name, *value;

		for (end = begin; end < len && text[end] != '&'; end++)
			;
		part_len = end - begin;
		if (!part_len)
			continue;
		equals = memchr(part, '=', part_len);
		name_len = equals ? (size_t)(equals - part) : part_len;
		name = arena_alloc(a, name_len + 1);
		value = arena_alloc(a, part_len - name_len + 1);
		if (!req_decode(part, name_len, true, false, name, &got) ||
		    (equals && !req_decode(equals + 1, part_len - name_len - 1, true, lines, value, &got)))
			return err_set(err, FAIL_INPUT, "a name or value is not clean text");
		if (pairs_get(out, name))
			return err_set(err, FAIL_INPUT, "\"%s\" comes twice", name);
		if (out->count >= FIELDS_MAX)
			return err_set(err, FAIL_INPUT, "more than %d fields", FIELDS_MAX);
		pairs_add(a, out, name, value);
	}
	return OK;
}

/* ---- the address ---- */

bool host_listed(const char *const *hosts, const char *host, size_t len)
{
	if (len && host[len - 1] != ']') { /* the port makes no difference */
		const char *colon = memrchr(host, ':', len);

		if (colon && (host[0] != '[' || memchr(host, ']', (size_t)(colon - host))))
			len = (size_t)(colon - host);
	}
	for (; hosts && *hosts; hosts++)
		if (strlen(*hosts) == len && !strncasecmp(*hosts, host, len))
			return true;
	return false;
}

/* An absolute address (RFC 9112 3.2.2) counts when its host is ours; *uri moves to its path. */
static bool strip_authority(const struct gate_req *g, const char **uri)
{
	const char *host, *end;

	if (strncasecmp(*uri, "http://", 7) && strncasecmp(*uri, "https://", 8))
		return true;
	host = strstr(*uri, "//") + 2;
	end = host + strcspn(host, "/?");
	if (!host_listed(g->hosts, host, (size_t)(end - host)))
		return false;
	*uri = *end ? end : "/";
	return true;
}

static bool plain_segments(const char *path)
{
	if (path[0] != '/' || strchr(path, '\\'))
		return false;
	for (const char *s = path; s; s = strchr(s + 1, '/')) {
		size_t n = strcspn(s + 1, "/");

		if ((!n && s[1]) || (n == 1 && s[1] == '.') || (n == 2 && s[1] == '.' && s[2] == '.'))
			return false;
	}
	return true;
}

static bool holds_escaped_slash(const char *s, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++)
		if (s[i] == '%' && ((s[i + 1] == '2' && (s[i + 2] == 'f' || s[i + 2] == 'F')) ||
		                    (s[i + 1] == '5' && (s[i + 2] == 'c' || s[i + 2] == 'C'))))
			return true;
	return false;
}

static enum fail fail_with(int *status, int code, enum fail rc)
{
	*status = code;
	return rc;
}

/* The path without the base; what is not below it is not ours. */
static enum fail read_path(struct gate_req *g, const char *base, const char *raw, size_t len, int *status,
                           struct err *err)
{
	char *path = arena_alloc(g->q.arena, len + 1);
	size_t got, base_len = strlen(base) - 1;

	if (holds_escaped_slash(raw, len) || !req_decode(raw, len, false, false, path, &got) ||
	    !plain_segments(path))
		return fail_with(status, 400, err_set(err, FAIL_INPUT, "malformed path"));
	if (strncmp(path, base, base_len) || (path[base_len] && path[base_len] != '/'))
		return fail_with(status, 404, err_set(err, FAIL_ABSENT, "outside the portal's base"));
	g->q.path = path[base_len] ? path + base_len : "/";
	return OK;
}

static const char *raw_uri(struct gate_req *g)
{
	const char *uri = req_param(g, "REQUEST_URI");

	return *uri ? uri
	            : arena_printf(g->q.arena, "%s%s%s%s", req_param(g, "SCRIPT_NAME"),
	                           req_param(g, "PATH_INFO"), *req_param(g, "QUERY_STRING") ? "?" : "",
	                           req_param(g, "QUERY_STRING"));
}

/* A front may say the port apart; 443 is never written. */
static const char *with_port(struct gate_req *g, const char *host)
{
	const char *port = req_param(g, "SERVER_PORT");

	return !*port || !strcmp(port, "443") || strchr(host, ':') ? arena_str(g->q.arena, host)
	                                                           : arena_printf(g->q.arena, "%s:%s", host, port);
}

static enum fail read_address(struct gate_req *g, const struct gate_settings *s, int *status,
                              struct err *err)
{
	const char *uri = raw_uri(g), *host = req_param(g, "HTTP_HOST");
	size_t path_len;
	enum fail rc;

	if (strlen(uri) > URI_MAX)
		return fail_with(status, 414, err_set(err, FAIL_INPUT, "address of %zu bytes", strlen(uri)));
	if (!strip_authority(g, &uri) || !host_listed(g->hosts, host, strlen(host)))
		return fail_with(status, 421, err_set(err, FAIL_INPUT, "host \"%s\" is not ours", host));
	g->q.host = with_port(g, host);
	path_len = strcspn(uri, "?");
	if ((rc = read_path(g, s->base, uri, path_len, status, err)))
		return rc;
	g->q.raw_query = uri[path_len] ? uri + path_len + 1 : "";
	if (strlen(g->q.raw_query) > QUERY_MAX)
		return fail_with(status, 414, err_set(err, FAIL_INPUT, "query is too long"));
	rc = read_pairs(g, g->q.raw_query, strlen(g->q.raw_query), true, &g->query, err);
	if (rc)
		*status = 400;
	return rc;
}

/* ---- headers ---- */

/* A cookie of ours twice, or one that is not clean text, is refused: we could not say what it means. */
static enum fail read_cookies(struct gate_req *g, const char *header, struct err *err)
{
	char *rest = arena_str(g->q.arena, header), *part;

	while ((part = strsep(&rest, ";,"))) {
		char *equals;

		part += strspn(part, " \t");
		if (strncmp(part, "__Host-", 7) || !(equals = strchr(part, '=')))
			continue;
		if (!utf8_clean(part, strlen(part), false))
			return err_set(err, FAIL_INPUT, "a cookie is not clean text");
		*equals = '\0';
		if (pairs_get(&g->cookies, part))
			return err_set(err, FAIL_INPUT, "cookie \"%s\" comes twice", part);
		pairs_add(g->q.arena, &g->cookies, part, equals + 1);
	}
	return OK;
}

static const char *header(struct gate_req *g, const char *name, size_t max)
{
	const char *value = req_param(g, name);
	size_t len = strlen(value);
	char *copy;

	if (len > max)
		len = max;
	copy = arena_strn(g->q.arena, value, len);
	copy[utf8_scrub(copy, len)] = '\0';
	return copy;
}

static enum fail read_headers(struct gate_req *g, struct err *err)
{
	struct req *q = &g->q;

	q->address = header(g, "REMOTE_ADDR", 64);
	q->agent = header(g, "HTTP_USER_AGENT", 200);
	q->accept = header(g, "HTTP_ACCEPT", 1024);
	q->accept_language = header(g, "HTTP_ACCEPT_LANGUAGE", 8192);
	q->accept_encoding = header(g, "HTTP_ACCEPT_ENCODING", 512);
	q->if_none_match = header(g, "HTTP_IF_NONE_MATCH", 2048);
	q->origin = header(g, "HTTP_ORIGIN", 256);
	q->fetch_site = header(g, "HTTP_SEC_FETCH_SITE", 32);
	q->https = !strcasecmp(req_param(g, "HTTPS"), "on");
	for (size_t i = 0; i < g->params.count; i++) {
		enum fail rc;

		if (!strcmp(g->params.list[i].name, "HTTP_COOKIE") &&
		    (rc = read_cookies(g, g->params.list[i].value, err)))
			return rc;
	}
	return OK;
}

/* A name is taken as it stands or not at all: a mended one could be somebody else's. */
static enum fail read_proved(struct gate_req *g, const char *parameter, struct err *err)
{
	const char *name = parameter ? req_param(g, parameter) : "";

	if (!*name)
		return OK;
	if (!utf8_clean(name, strlen(name), false))
		return err_set(err, FAIL_INPUT, "%s is not clean text", parameter);
	g->q.proved = name;
	return OK;
}

enum fail req_begin(struct gate_req *g, const struct gate_settings *settings, int *status,
                    struct err *err)
{
	const char *method = req_param(g, "REQUEST_METHOD");
	enum fail rc;

	g->hosts = settings->hosts;
	g->q.path = "/";
	g->q.raw_query = "";
	if ((rc = read_headers(g, err)) || (rc = read_proved(g, settings->proved_parameter, err))) {
		*status = 400;
		return rc;
	}
	g->q.head = !strcmp(method, "HEAD");
	g->q.method = g->q.head || !strcmp(method, "GET") ? GET : !strcmp(method, "POST") ? POST : 0;
	if (!*req_param(g, "SERVER_PROTOCOL") || !strcmp(req_param(g, "SERVER_PROTOCOL"), "HTTP/0.9"))
		return fail_with(status, 400, err_set(err, FAIL_INPUT, "no protocol version"));
	return read_address(g, settings, status, err);
}

/* ---- fields ---- */

/* The secret goes straight into guarded memory; it is decoded nowhere else. */
static enum fail take_secret(struct gate_req *g, const char *value, size_t len, struct err *err)
{
	if (g->secret)
		return err_set(err, FAIL_INPUT, "the secret comes twice");
	g->secret = secret_alloc(len + 1);
	if (!g->secret)
		return err_set(err, FAIL_BUG, "no guarded memory");
	if (!unescape(value, len, true, g->secret, &g->secret_len) ||
	    memchr(g->secret, '\0', g->secret_len) || !utf8_clean(g->secret, g->secret_len, false))
		g->secret_len = 0; /* no password we could send: as wrong as any */
	return OK;
}

/* Splits the body around the secret, so that it never reaches the table of fields. */
enum fail req_fields(struct gate_req *g, const char *body, size_t len, const char *secret_field,
                     int *status, struct err *err)
{
	size_t name_len = secret_field ? strlen(secret_field) : 0;
	enum fail rc = OK;

	g->secret_name = secret_field;
	for (size_t begin = 0, end; begin < len && !rc; begin = end + 1) {
		const char *part = body + begin;

		for (end = begin; end < len && body[end] != '&'; end++)
			;
		if (name_len && end - begin > name_len && part[name_len] == '=' &&
		    !memcmp(part, secret_field, name_len))
			rc = take_secret(g, part + name_len + 1, end - begin - name_len - 1, err);
		else
			rc = read_pairs(g, part, end - begin, true, &g->fields, err);
	}
	if (!rc && name_len && pairs_get(&g->fields, secret_field))
		rc = err_set(err, FAIL_INPUT, "the secret comes in another spelling");
	if (rc)
		*status = gate_status(rc);
	return rc;
}

void req_end(struct gate_req *g)
{
	if (g->secret)
		secret_free(g->secret);
	g->secret = NULL;
}

/* ---- negotiation ---- */

/* "q=0.8" in the parameters of one element; out of 0–1 or no number counts as 0. */
static int quality(const char *params)
{
	const char *q = strcasestr(params, "q=");
	char *end;
	double value;

	if (!q)
		return 1000;
	value = strtod(q + 2, &end);
	return end == q + 2 || !(value >= 0 && value <= 1) ? 0 : (int)(value * 1000);
}

/* Quality of the element that names exactly this, -1 when none does. */
static int named(const char *list, const char *name, struct arena *a)
{
	char *rest = arena_str(a, list), *part;

	while ((part = strsep(&rest, ","))) {
		char *params = part + strcspn(part, ";");
		size_t n;

		part += strspn(part, " \t");
		n = strcspn(part, "; \t");
		if (n == strlen(name) && !strncasecmp(part, name, n))
			return quality(params);
	}
	return -1;
}

enum want req_want(const struct req *q)
{
	int html = named(q->accept, "text/html", q->arena), xml, json;

	if (html < 0)
		html = named(q->accept, "application/xhtml+xml", q->arena);
	xml = named(q->accept, "application/xml", q->arena);
	json = named(q->accept, "application/json", q->arena);
	if (json > 0 && json > html && json >= xml)
		return WANT_JSON;
	return xml > 0 && xml > html ? WANT_XML : WANT_HTML;
}

bool req_takes_gzip(const struct req *q)
{
	int gzip = named(q->accept_encoding, "gzip", q->arena);

	return gzip < 0 ? named(q->accept_encoding, "*", q->arena) > 0 : gzip > 0;
}

/* Does a language range begin with the tag, up to a hyphen or its end (RFC 4647 3.4)? */
static bool range_covers(const char *range, size_t len, const char *tag)
{
	size_t n = strlen(tag);

	return n && n <= len && !strncasecmp(tag, range, n) && (n == len || range[n] == '-');
}

int req_language(const struct req *q, const char *const *tags, size_t count)
{
	char *rest = arena_str(q->arena, q->accept_language), *part;
	int best = -1, best_quality = 0;

	while ((part = strsep(&rest, ","))) {
		char *params = part + strcspn(part, ";");
		int value = quality(params);
		size_t len, longest = 0;

		part += strspn(part, " \t");
		len = strcspn(part, "; \t");
		if (value <= best_quality)
			continue;
		for (size_t i = 0; i < count; i++)
			if (strlen(tags[i]) > longest && range_covers(part, len, tags[i])) {
				best = (int)i;
				best_quality = value;
				longest = strlen(tags[i]);
			}
	}
	return best;
}

bool req_same_origin(const struct req *q)
{
	const char *host;

	if (*q->fetch_site)
		return !strcmp(q->fetch_site, "same-origin") || !strcmp(q->fetch_site, "none");
	if (!*q->origin)
		return true; /* an old browser: the form token decides */
	host = strstr(q->origin, "://");
	return host && host_listed(whole(q)->hosts, host + 3, strlen(host + 3));
}

bool req_matches(const struct req *q, const char *etag)
{
	char *rest = arena_str(q->arena, q->if_none_match), *part;

	if (!strncmp(etag, "W/", 2))
		etag += 2;
	while ((part = strsep(&rest, ","))) {
		size_t n;

		part += strspn(part, " \t");
		if (!strncmp(part, "W/", 2))
			part += 2;
		n = strcspn(part, " \t");
		if (!strcmp(part, "*") || (n == strlen(etag) && !strncmp(part, etag, n)))
			return true;
	}
	return false;
}
