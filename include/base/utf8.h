/* utf8: the test that every string from outside passes before anything else sees it.
 * libxml2 and libxslt write bad bytes and control characters as they are, so the border
 * is here. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Well-formed UTF-8 (RFC 3629) made of characters that XML 1.0 allows, without U+E000 to
 * U+F8FF (private use: views mark their holes with them). Tab, LF and CR are allowed when
 * lines is true. */
bool utf8_clean(const char *s, size_t len, bool lines);

/* A copy of s in which every offending byte or character is left out; in place, returns
 * the new length. For values of a directory, which we cannot refuse. */
size_t utf8_scrub(char *s, size_t len);

#endif
