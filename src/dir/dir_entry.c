/* Entries: values made safe for pages, keys, names. */
#include "dir_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define FILTER_MAX (32 << 10)

/* A directory may hold anything; a value cannot be refused, so it is made harmless. */
const char *dir_text(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (len > DIR_VALUE_MAX)
		len = DIR_VALUE_MAX;
	copy = arena_strn(a, s, len);
	copy[utf8_scrub(copy, len)] = '\0';
	return copy;
}

static bool digit(char c, unsigned *out)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = memchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c, 16);

	if (!at)
		return false;
	*out = (unsigned)(at - digits);
	return true;
}

/* "597ae2f6-16a6-1027-98f4-d28b5365dc14", RFC 4530. */
static bool parse_uuid(const struct berval *v, uint8_t key[16])
{
	size_t at = 0;

	for (size_t i = 0; i < 16; i++) {
		unsigned high, low;

		if (i == 4 || i == 6 || i == 8 || i == 10) {
			if (v->bv_val[at++] != '-')
				return false;
		}
		if (!digit(v->bv_val[at], &high) || !digit(v->bv_val[at + 1], &low))
			return false;
		key[i] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	return true;
}

bool dir_key(LDAP *ld, LDAPMessage *entry, const char *attribute, uint8_t key[16])
{
	struct berval **values = ldap_get_values_len(ld, entry, attribute);
	bool found = false;

	if (values && values[0] && !values[1]) {
		if (values[0]->bv_len == 36)
			found = parse_uuid(values[0], key);
		else if (values[0]->bv_len == 16) { /* objectGUID */
			memcpy(key, values[0]->bv_val, 16);
			found = true;
		}
	}
	ldap_value_free_len(values);
	return found;
}

const char *dir_key_text(struct arena *a, const uint8_t key[16])
{
	char text[37], *to = text;

	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		to += snprintf(to, 3, "%02x", key[i]);
	}
	return arena_str(a, text);
}

const char *dir_dn(struct arena *a, LDAP *ld, LDAPMessage *entry)
{
	char *dn = ldap_get_dn(ld, entry);
	const char *copy = arena_str(a, dn ? dn : "");

	ldap_memfree(dn);
	return copy;
}

const char *dir_id(struct arena *a, LDAP *ld, LDAPMessage *entry, const char *attribute,
                   const char *dn)
{
	uint8_t key[16];

	return dir_key(ld, entry, attribute, key) ? dir_key_text(a, key) : arena_str(a, dn);
}

const char *dir_filter(struct arena *a, const char *attribute, const char *value)
{
	const char *filter = NULL;
	struct buf b;

	buf_init(&b, FILTER_MAX);
	buf_char(&b, '(');
	buf_raw(&b, attribute);
	buf_char(&b, '=');
	buf_filter(&b, value);
	buf_char(&b, ')');
	if (buf_ok(&b))
		filter = arena_str(a, b.data);
	buf_release(&b);
	return filter;
}
