/* generalized: LDAP's GeneralizedTime, and the dates of files. */
#include "base/clock.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[200], iso[CLOCK_ISO];
	struct date day;
	int64_t t;

	if (size >= sizeof text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (clock_parse_generalized(text, &t))
		MUST(strlen(clock_iso(t, iso)) < CLOCK_ISO);
	if (clock_parse_date(text, &day))
		MUST(day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31);
	return 0;
}
