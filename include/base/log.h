/* log: one event per line on standard error, key=value, in UTC.
 *
 *     log_event("signin", "outcome=%s person=%s ms=%ld", "ok", person, ms);
 *
 * Every byte of a value outside printable ASCII is written as \xNN, so a line cannot be
 * forged and a terminal cannot be steered. Secrets never reach this function: the types
 * that hold them (see crypt/token.h) have no text form. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

void log_open(const char *program); /* the word in front of every line */
void log_event(const char *event, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The number of the request in hand, repeated on every line until cleared with NULL. */
void log_request(const char *number);

#endif
