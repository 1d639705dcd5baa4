#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE_MAX_BYTES 4096

static const char *program = "loket";
static const char *request;

void log_open(const char *name)
{
	program = name;
}

void log_request(const char *number)
{
	request = number;
}

void log_event(const char *event, const char *fmt, ...)
{
	char text[2048], at[32];
	time_t now = time(NULL);
	struct tm tm;
	struct buf line;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	gmtime_r(&now, &tm);
	strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_init(&line, LINE_MAX_BYTES);
	buf_printf(&line, "%s %s[%ld] %s ", at, program, (long)getpid(), event);
	if (request)
		buf_printf(&line, "request=%s ", request);
	buf_log(&line, text);
	buf_char(&line, '\n');
	/* One write, so that lines of several programs do not mix. A lost line is no error. */
	if (line.len && write(STDERR_FILENO, line.data, line.len) < 0) {
	}
	buf_release(&line);
}
