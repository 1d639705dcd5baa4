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
	buf_printf(&p->headers, "%s: %s\r\n", name, value);
}

void resp_cookie(struct resp *p, const char *name, const char *value, int max_age)
{
	char age[32] = "";

	if (max_age >= 0)
		snprintf(age, sizeof age, "; Max-Age=%d", max_age);
	if (!strpbrk(value, "; ,\"\\"))
		resp_header(p, "Set-Cookie", "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s", name, value, age);
}

enum fail resp_see_other(struct resp *p, const char *path)
{
	p->status = 303;
	resp_header(p, "Location", "%s%s", p->base, path + (*path == '/'));
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
