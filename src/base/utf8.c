#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Length of the well-formed sequence at s and its character; 0 when it is none (RFC 3629). */
static size_t sequence(const unsigned char *s, size_t left, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;

	if (!len || len > left || s[0] > 0xf4)
		return 0;
	if (len == 1) {
		*c = s[0];
		return 1;
	}
	*c = s[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c < least[len] || *c > 0x10ffff ? 0 : len;
}

static bool allowed(uint32_t c, bool lines)
{
	if (c < 0x20)
		return lines && (c == '\t' || c == '\n' || c == '\r');
	if (c >= 0x7f && c < 0xa0)
		return false;
	if ((c >= 0xd800 && c <= 0xf8ff) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
		return false;
	return true;
}

bool utf8_clean(const char *s, size_t len, bool lines)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n) {
		n = sequence(u + i, len - i, &c);
		if (!n || !allowed(c, lines))
			return false;
	}
	return true;
}

size_t utf8_scrub(char *s, size_t len)
{
	size_t to = 0;
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = sequence((const unsigned char *)s + i, len - i, &c);
		if (!n || !allowed(c, false))
			continue;
		memmove(s + to, s + i, n);
		to += n;
	}
	return to;
}
