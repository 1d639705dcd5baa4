/* clock: the portal's time. Replaceable: the sample may start it at another moment
 * (NOW=2026-07-15T12:00) and a test may set it; it then goes on from there.
 *
 * Dates and windows count in the institution's time zone, which clock_zone sets once at
 * start from the configuration (a name of the tz database, RFC 9557). Durations use
 * clock_ms, which no change of the wall clock touches. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct date {
	int year, month, day; /* 2026, 1–12, 1–31 */
};

MUST_CHECK enum fail clock_zone(const char *name, struct err *err); /* FAIL_DATA: unknown zone */
void clock_shift(int64_t seconds);                                 /* wall clock = machine's + seconds */
int64_t clock_now(void);                                           /* Unix time, shifted */
int64_t clock_ms(void);                                            /* since boot; for durations */

struct date clock_date(int64_t t);        /* the local date at t */
int64_t clock_noon(struct date d);        /* 12:00 local on that date */
int64_t clock_midnight(struct date d);    /* when that date begins, local */
bool clock_parse_date(const char *s, struct date *out); /* YYYY-MM-DD, a day that exists */
bool clock_parse_local(const char *s, int64_t *out);    /* YYYY-MM-DDTHH:MM, in the institution's zone */

/* LDAP GeneralizedTime (RFC 4517 3.3.13) with or without fractions and offset. */
bool clock_parse_generalized(const char *s, int64_t *out);

#define CLOCK_ISO 32
/* 2026-11-23T10:42:00+01:00, local with its offset (ISO 8601); returns to. */
const char *clock_iso(int64_t t, char to[CLOCK_ISO]);

#endif
