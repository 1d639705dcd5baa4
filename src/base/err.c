#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

enum fail err_set(struct err *err, enum fail code, const char *fmt, ...)
{
	va_list args;

	if (!err || err->code)
		return code;
	err->code = code;
	va_start(args, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, args);
	va_end(args);
	return code;
}

void err_clear(struct err *err)
{
	if (!err)
		return;
	err->code = OK;
	err->text[0] = '\0';
}
