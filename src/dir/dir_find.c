/* Finding the one account that a name or a key means, and reading it. */
#include "dir_priv.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"

#define NAME_MAX_BYTES 256

/* Longer names, or names with spaces around them, can only be found because a directory
 * is lenient; nobody's account is called so. */
static bool name_possible(const char *name)
{
	size_t len = strlen(name);

	return len && len <= NAME_MAX_BYTES && name[0] != ' ' && name[len - 1] != ' ' &&
	       utf8_clean(name, len, false);
}

static const char *filter_for_name(struct dir *d, struct arena *a, const char *name)
{
	const struct conf_source *s = d->source;
	const char *any = "";

	for (size_t i = 0; i < s->login_attribute_count; i++)
		any = arena_printf(a, "%s%s", any, dir_filter(a, s->login_attribute[i], name));
	return arena_printf(a, "(&%s(|%s))", s->people_filter ? s->people_filter : "", any);
}

static const char *filter_for_key(struct dir *d, struct arena *a, const uint8_t key[16])
{
	const struct conf_source *s = d->source;
	const char *value = "";

	if (strcasecmp(s->key_attribute, "objectGUID"))
		value = dir_key_text(a, key);
	else /* binary, RFC 4515 */
		for (size_t i = 0; i < 16; i++)
			value = arena_printf(a, "%s\\%02x", value, key[i]);
	return arena_printf(a, "(&%s(%s=%s))", s->people_filter ? s->people_filter : "",
	                    s->key_attribute, value);
}

/* ---- reading ---- */

struct values {
	struct arena *arena;
	struct fact_value *list;
	size_t count, room;
};

/* The description stays as the server wrote it: "affiliation;prior" is not "affiliation". */
static void add_values(struct values *v, const struct berval *description, const struct berval *list)
{
	const char *name = dir_text(v->arena, description->bv_val, description->bv_len);

	for (; list && list->bv_val; list++) {
		v->list = arena_grow(v->arena, v->list, v->count, &v->room, sizeof *v->list);
		v->list[v->count++] =
			(struct fact_value){ name, dir_text(v->arena, list->bv_val, list->bv_len) };
	}
}

/* In the order of the answer, occurrence by occurrence: asking for the values by name would give
 * those of the first occurrence only, and an entry loaded from a careless LDIF has several. */
static void read_values(struct dir *d, LDAPMessage *entry, struct values *v)
{
	struct berval dn, name, *list;
	BerElement *at = NULL;

	if (ldap_get_dn_ber(d->handle, entry, &at, &dn) != LDAP_SUCCESS)
		return;
	while (ldap_get_attribute_ber(d->handle, entry, at, &name, &list) == LDAP_SUCCESS && name.bv_val) {
		if (strcasecmp(name.bv_val,
		               d->source->key_attribute)) /* may be binary, and has its own place */
			add_values(v, &name, list);
		ldap_memfree(list);
	}
	ber_free(at, 0);
}

static const char *first_value(const struct values *v, const char *attribute)
{
	for (size_t i = 0; attribute && i < v->count; i++)
		if (!strcasecmp(v->list[i].attribute, attribute) && *v->list[i].value)
			return v->list[i].value;
	return NULL;
}

static enum fail read_account(struct dir *d, struct arena *a, LDAPMessage *entry,
                              struct account *out, struct err *err)
{
	const struct conf_source *s = d->source;
	struct values v = { .arena = a };
	struct account account = { .source = s->id,
		                   .server = d->server[d->current].uri,
		                   .read_at = clock_now() };

	account.dn = dir_dn(a, d->handle, entry);
	if (!*account.dn || !utf8_clean(account.dn, strlen(account.dn), false))
		return err_set(err, FAIL_DATA, "dir: an account's DN is not plain text");
	if (!dir_key(d->handle, entry, s->key_attribute, account.key))
		return err_set(err, FAIL_DATA, "dir: %s has no %s that we may read", account.dn,
		               s->key_attribute);
	read_values(d, entry, &v);
	account.values = v.list;
	account.value_count = v.count;
	account.uid = first_value(&v, s->uid_attribute);
	if (!account.uid)
		return err_set(err, FAIL_DATA, "dir: %s has no %s", account.dn, s->uid_attribute);
	account.name = first_value(&v, s->name_attribute);
	if (!account.name)
		account.name = account.uid;
	account.lang = first_value(&v, s->lang_attribute);
	*out = account;
	return OK;
}

/* ---- exactly one ---- */

/* An account on a server that this one refers to is out of our reach for good, so that is
 * "no such account" rather than "try again later". */
static enum fail only_entry(struct dir *d, const struct dir_ask *ask, LDAPMessage **out,
                            struct err *err)
{
	int count = ldap_count_entries(d->handle, ask->answer);

	if (ask->code == LDAP_SIZELIMIT_EXCEEDED || count > 1)
		return err_set(err, FAIL_ABSENT, "dir: the name is ambiguous: several accounts");
	if (ask->code)
		return err_set(err, FAIL_BACKEND, "dir: %s: looking below %s: %s",
		               d->server[d->current].uri, ask->base, ldap_err2string(ask->code));
	if (count != 1)
		return err_set(err, FAIL_ABSENT, "dir: no such account%s",
		               ask->elsewhere ? " (a referral was not followed)" : "");
	*out = ldap_first_entry(d->handle, ask->answer);
	return OK;
}

static enum fail find(struct dir *d, struct arena *a, const char *filter, struct account *out,
                      struct err *err)
{
	struct dir_ask ask = { .base = d->source->people_base,
		               .scope = LDAP_SCOPE_SUBTREE,
		               .filter = filter,
		               .attributes = d->asked,
		               .limit = 2 };
	LDAPMessage *entry = NULL;
	enum fail rc;

	dir_start(d);
	if ((rc = dir_ask(d, &ask, 1, err)))
		return rc;
	rc = only_entry(d, &ask, &entry, err);
	if (!rc)
		rc = read_account(d, a, entry, out, err);
	dir_ask_release(&ask, 1);
	return rc;
}

enum fail dir_find(struct dir *d, struct arena *a, const char *name, struct account *out,
                   struct err *err)
{
	if (!name_possible(name)) {
		dir_start(d); /* the caller goes on to the decoy */
		return err_set(err, FAIL_ABSENT, "dir: nobody can have such a name");
	}
	return find(d, a, filter_for_name(d, a, name), out, err);
}

enum fail dir_find_key(struct dir *d, struct arena *a, const uint8_t key[16], struct account *out,
                       struct err *err)
{
	return find(d, a, filter_for_key(d, a, key), out, err);
}
