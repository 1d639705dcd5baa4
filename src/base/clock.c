#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t shift;

enum fail clock_zone(const char *name, struct err *err)
{
	char path[256];
	struct stat st;

	if (name[0] == '/' || strstr(name, "..") ||
	    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name) >= (int)sizeof path ||
	    stat(path, &st) || !S_ISREG(st.st_mode))
		return err_set(err, FAIL_DATA, "time zone \"%s\" is not known to this machine (package tzdata)",
		               name);
	if (setenv("TZ", name, 1))
		return err_set(err, FAIL_BUG, "clock: setenv failed");
	tzset();
	return OK;
}

void clock_shift(int64_t seconds)
{
	shift = seconds;
}

int64_t clock_now(void)
{
	return (int64_t)time(NULL) + shift;
}

int64_t clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct date clock_date(int64_t t)
{
	time_t at = (time_t)t;
	struct tm tm;

	localtime_r(&at, &tm);
	return (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}

static int64_t local(struct date d, int hour)
{
	struct tm tm = {
		.tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day, .tm_hour = hour, .tm_isdst = -1
	};

	return (int64_t)mktime(&tm);
}

int64_t clock_noon(struct date d)
{
	return local(d, 12);
}

int64_t clock_midnight(struct date d)
{
	return local(d, 0);
}

static bool digits(const char *s, int count, int *out)
{
	*out = 0;
	for (int i = 0; i < count; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		*out = *out * 10 + (s[i] - '0');
	}
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool date_exists(const struct date *d)
{
	return d->year > 0 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= days_in(d->year, d->month);
}

bool clock_parse_date(const char *s, struct date *out)
{
	struct date d;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' || !digits(s, 4, &d.year) ||
	    !digits(s + 5, 2, &d.month) || !digits(s + 8, 2, &d.day) || !date_exists(&d))
		return false;
	*out = d;
	return true;
}

bool clock_parse_local(const char *s, int64_t *out)
{
	char day[11] = "";
	struct date d;
	struct tm tm;
	int hour, minute;

	if (strlen(s) != 16 || s[10] != 'T' || s[13] != ':' || !digits(s + 11, 2, &hour) ||
	    !digits(s + 14, 2, &minute) || hour > 23 || minute > 59)
		return false;
	memcpy(day, s, sizeof day - 1);
	if (!clock_parse_date(day, &d))
		return false;
	tm = (struct tm){ .tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day,
		          .tm_hour = hour, .tm_min = minute, .tm_isdst = -1 };
	*out = (int64_t)mktime(&tm);
	return true;
}

/* Seconds east of UTC of "Z", "+0100", "-01"; false for anything else. */
static bool parse_offset(const char *s, int *out)
{
	int hours = 0, minutes = 0;

	if (!strcmp(s, "Z")) {
		*out = 0;
		return true;
	}
	if ((*s != '+' && *s != '-') || !digits(s + 1, 2, &hours) ||
	    (s[3] && (!digits(s + 3, 2, &minutes) || s[5])))
		return false;
	*out = (hours * 60 + minutes) * 60 * (*s == '-' ? -1 : 1);
	return true;
}

bool clock_parse_generalized(const char *s, int64_t *out)
{
	struct date d;
	int hour, minute = 0, second = 0, offset;
	struct tm tm = { 0 };

	if (strlen(s) < 11 || !digits(s, 4, &d.year) || !digits(s + 4, 2, &d.month) ||
	    !digits(s + 6, 2, &d.day) || !date_exists(&d) || !digits(s + 8, 2, &hour) || hour > 23)
		return false;
	s += 10;
	if (*s >= '0' && *s <= '9') {
		if (!digits(s, 2, &minute) || minute > 59)
			return false;
		s += 2;
		if (*s >= '0' && *s <= '9') {
			if (!digits(s, 2, &second) || second > 60)
				return false;
			s += 2;
		}
	}
	if (*s == '.' || *s == ',') /* a fraction: the moment within the second makes no difference */
		s += 1 + strspn(s + 1, "0123456789");
	if (!parse_offset(s, &offset))
		return false;
	tm = (struct tm){ .tm_year = d.year - 1900,
		          .tm_mon = d.month - 1,
		          .tm_mday = d.day,
		          .tm_hour = hour,
		          .tm_min = minute,
		          .tm_sec = second };
	*out = (int64_t)timegm(&tm) - offset;
	return true;
}

const char *clock_iso(int64_t t, char to[CLOCK_ISO])
{
	time_t at = (time_t)t;
	struct tm tm;
	char zone[6];
	size_t len;

	localtime_r(&at, &tm);
	len = strftime(to, CLOCK_ISO, "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof zone, "%z", &tm); /* +0100: a colon is missing */
	snprintf(to + len, CLOCK_ISO - len, "%.3s:%.2s", zone, zone + 3);
	return to;
}
