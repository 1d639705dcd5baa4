/* resp: the answer. Headers go through one function that refuses CR, LF and NUL; the security
 * headers (CSP, nosniff, Referrer-Policy, COOP) are on every answer. */
#ifndef GATE_RESP_H
#define GATE_RESP_H

#include "base/buf.h"
#include "base/err.h"

struct resp {
	int status;          /* 200 when nothing else is said */
	struct buf headers;
	struct buf body;
	bool gzip;           /* body is one gzip member */
	const char *type;    /* Content-Type; default text/html; charset=utf-8 */
	const char *base;    /* of the portal, for redirects */
};

void resp_header(struct resp *p, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* "__Host-" cookies only: Secure, HttpOnly, SameSite=Lax, Path=/. max_age < 0: until the browser
 * closes; 0: gone. */
void resp_cookie(struct resp *p, const char *name, const char *value, int max_age);

/* 303 to a path of ours, beginning with "/", without the base; anything else becomes the home page. */
enum fail resp_see_other(struct resp *p, const char *path);

void resp_no_store(struct resp *p);               /* Cache-Control: no-store */
void resp_revalidate(struct resp *p, const char *etag); /* private, no-cache, ETag, Vary */

#endif
