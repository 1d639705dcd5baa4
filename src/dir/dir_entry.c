/* Entries: values made safe for pages, keys, names. */
#include "dir_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/* ---- keys: 16 bytes, which servers write in four ways ---- */

enum key_form {
	KEY_UUID,   /* 597ae2f6-16a6-1027-98f4-d28b5365dc14, RFC 4530 */
	KEY_BINARY, /* 16 bytes; shown with its first parts turned round, as Windows does */
	KEY_FOURS,  /* 597ae2f6-16a61027-98f4d28b-5365dc14 */
	KEY_PLAIN,  /* 32 digits */
};

static enum key_form form_of(const char *attribute)
{
	static const struct {
		const char *attribute;
		enum key_form form;
	} known[] = {
		{ "objectGUID", KEY_BINARY },
		{ "GUID", KEY_BINARY },
		{ "nsUniqueId", KEY_FOURS },
		{ "orclGUID", KEY_PLAIN },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (!strcasecmp(attribute, known[i].attribute))
			return known[i].form;
	return KEY_UUID;
}

/* 32 digits, with dashes or without. */
static bool parse_key(const struct berval *v, uint8_t key[16])
{
	size_t n = 0;
	unsigned digits[32];

	for (size_t i = 0; i < v->bv_len; i++) {
		if (v->bv_val[i] == '-')
			continue;
		if (n == 32 || !digit(v->bv_val[i], &digits[n]))
			return false;
		n++;
	}
	for (size_t i = 0; i < 16 && n == 32; i++)
		key[i] = (uint8_t)(digits[2 * i] << 4 | digits[2 * i + 1]);
	return n == 32;
}

bool dir_key(LDAP *ld, LDAPMessage *entry, const char *attribute, uint8_t key[16])
{
	struct berval **values = ldap_get_values_len(ld, entry, attribute);
	bool found = false;

	if (values && values[0] && !values[1]) {
		if (values[0]->bv_len == 16) {
			memcpy(key, values[0]->bv_val, 16);
			found = true;
		} else {
			found = parse_key(values[0], key);
		}
	}
	ldap_value_free_len(values);
	return found;
}

const char *dir_key_text(struct arena *a, const char *attribute, const uint8_t key[16])
{
	static const uint8_t turned[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	enum key_form form = form_of(attribute);
	char text[37], *to = text;

	for (size_t i = 0; i < 16; i++) {
		if ((form == KEY_FOURS && i && i % 4 == 0) ||
		    ((form == KEY_UUID || form == KEY_BINARY) && (i == 4 || i == 6 || i == 8 || i == 10)))
			*to++ = '-';
		to += snprintf(to, 3, "%02x", key[form == KEY_BINARY ? turned[i] : i]);
	}
	return arena_str(a, text);
}

const char *dir_key_filter(struct arena *a, const char *attribute, const uint8_t key[16])
{
	const char *value = "";

	if (form_of(attribute) != KEY_BINARY)
		return arena_printf(a, "(%s=%s)", attribute, dir_key_text(a, attribute, key));
	for (size_t i = 0; i < 16; i++) /* RFC 4515 */
		value = arena_printf(a, "%s\\%02x", value, key[i]);
	return arena_printf(a, "(%s=%s)", attribute, value);
}

/* [MS-DTYP] 2.4.2.2: revision, count, six bytes of authority, count numbers. */
const char *dir_sid_text(struct arena *a, const struct berval *sid)
{
	const uint8_t *b = (const uint8_t *)sid->bv_val;
	uint64_t authority = 0;
	const char *text;

	if (sid->bv_len < 8 || sid->bv_len != 8 + 4 * (size_t)b[1])
		return NULL;
	for (size_t i = 2; i < 8; i++)
		authority = authority << 8 | b[i];
	text = arena_printf(a, "S-%d-%" PRIu64, b[0], authority);
	for (size_t i = 8; i < sid->bv_len; i += 4)
		text = arena_printf(a, "%s-%" PRIu32, text,
		                    (uint32_t)b[i] | (uint32_t)b[i + 1] << 8 | (uint32_t)b[i + 2] << 16 |
		                            (uint32_t)b[i + 3] << 24);
	return text;
}

bool dir_is(const char *description, const char *attribute)
{
	size_t len = strlen(attribute);

	return !strncasecmp(description, attribute, len) && (!description[len] || description[len] == ';');
}

bool dir_below(const char *dn, const char *base)
{
	size_t len = strlen(dn), under = strlen(base);

	if (!under)
		return true;
	return len >= under && !strcasecmp(dn + len - under, base) &&
	       (len == under || dn[len - under - 1] == ',');
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

	return dir_key(ld, entry, attribute, key) ? dir_key_text(a, attribute, key) : arena_str(a, dn);
}

const char *dir_name(struct arena *a, struct dir *d, LDAPMessage *entry, const char *dn)
{
	struct berval **names = ldap_get_values_len(d->handle, entry, d->group_name);
	const char *name = names && names[0] ? dir_text(a, names[0]->bv_val, names[0]->bv_len)
	                                     : dir_text(a, dn, strlen(dn));

	ldap_value_free_len(names);
	return name;
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
