/* req: what a visitor sent, read once into an own table, decoded once, checked at the border.
 *
 * Every string is well-formed UTF-8 without control characters (text fields may hold line
 * ends). A duplicate of a field, parameter or cookie of ours is 400. Only
 * application/x-www-form-urlencoded is read (415 otherwise), to its end, within the program's
 * limit (413). Headers that a client can forge (Remote-User, X-Forwarded-*) are not there; what the front
 * itself says of a visitor comes as a FastCGI parameter, which no client can set. */
#ifndef GATE_REQ_H
#define GATE_REQ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum method {
	GET = 1, /* also HEAD */
	POST,
};

struct req {
	struct arena *arena;     /* everything for this visitor */
	enum method method;
	bool head;
	const char *number;      /* of this request, for the log and the error page */
	const char *path;        /* decoded, without the base: always begins with "/" */
	const char *raw_query;   /* as sent, for links that keep it; "" when none */
	const char *host;        /* as asked for, one of ours, with the port where it was said; NULL: none */
	const char *address;     /* of the visitor, from the front */
	const char *agent;       /* User-Agent, cut to 200 characters, may be "" */
	const char *accept, *accept_language, *accept_encoding, *if_none_match; /* "" when absent */
	const char *origin, *fetch_site;
	const char *proved;      /* who the front says it is, where the configuration trusts it; else NULL */
	bool https;
};

/* NULL when absent. path: the part that {name} of the route matched. */
const char *req_path(const struct req *q, const char *name);
const char *req_query(const struct req *q, const char *name);
const char *req_field(const struct req *q, const char *name);
const char *req_cookie(const struct req *q, const char *name);

/* The password: in guarded memory, its length apart, wiped when the request ends; NULL when the
 * form had none. Not available through req_field. */
const char *req_secret(const struct req *q, const char *name, size_t *len);

/* Fields in the order they came, for forms with fields of their own. */
size_t req_field_count(const struct req *q);
const char *req_field_name(const struct req *q, size_t i);
const char *req_field_value(const struct req *q, size_t i);

/* What the answer should be: an exact application/xml or application/json wins over HTML only
 * when it comes with a higher q, or alone (RFC 9110 12.5.1). */
enum want {
	WANT_HTML,
	WANT_XML,
	WANT_JSON,
};
enum want req_want(const struct req *q);
bool req_takes_gzip(const struct req *q);

/* The best of tags for Accept-Language (RFC 9110 12.5.4, lookup of RFC 4647), or -1. */
int req_language(const struct req *q, const char *const *tags, size_t count);

/* Has the browser this page already? Weak comparison of If-None-Match (RFC 9110 13.1.2). */
bool req_matches(const struct req *q, const char *etag);

/* GET changes nothing; a POST must come from our own pages: Sec-Fetch-Site same-origin or none,
 * or an Origin that is one of our hosts. */
bool req_same_origin(const struct req *q);

#endif
