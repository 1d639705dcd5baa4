#include "gate/resp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HEADER_MAX 4096

void resp_header(struct resp *p, const char *name, const char *fmt, ...)
{
	char value[HEADER_MAX];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(value, sizeof value, fmt, args);
	va_end(args);
	/* What could begin another header, or was cut, is left out whole. */
	if (len < 0 || len >= (int)sizeof value || strpbrk(value, "\r\n") || strpbrk(name, "\r\n: "))
		return;
	buf_raw(&p->headers, name);
	buf_raw(&p->headers, ": ");
	buf_raw(&p->headers, value);
	buf_raw(&p->headers, "\r\n");
}

void resp_cookie(struct resp *p, const char *name, const char *value, int max_age)
{
	char age[32] = "";

	if (max_age >= 0)
		snprintf(age, sizeof age, "; Max-Age=%d", max_age);
	if (!strpbrk(value, "; ,\"\\"))
		resp_header(p, "Set-Cookie", "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s", name, value, age);
}

/* "//host" and "/\\host" are addresses of somebody else's, and browsers leave out tabs and line ends. */
static bool is_own(const char *path)
{
	if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
		return false;
	for (const char *s = path; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	return true;
}

enum fail resp_see_other(struct resp *p, const char *path)
{
	bool own = is_own(path) && strlen(p->base) + strlen(path) < HEADER_MAX;

	p->status = 303;
	resp_header(p, "Location", "%s%s", p->base, own ? path + 1 : "");
	return OK;
}

void resp_no_store(struct resp *p)
{
	resp_header(p, "Cache-Control", "no-store");
}

void resp_revalidate(struct resp *p, const char *etag)
{
	resp_header(p, "Cache-Control", "private, no-cache");
	resp_header(p, "ETag", "%s", etag);
	resp_header(p, "Vary", "Accept, Accept-Encoding, Accept-Language, Cookie");
}
