/* Finding the one account that a name or a key means. dir_account reads it. */
#include "dir_priv.h"

#include <string.h>

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

	return arena_printf(a, "(&%s%s)", s->people_filter ? s->people_filter : "",
	                    dir_key_filter(a, s->key_attribute, key));
}

/* ---- exactly one ---- */

/* One entry or none under the server's own limit, or with a reference to elsewhere, may not be all: that is
 * no answer. What is known to lead nowhere is passed over (conf), so that a name which nobody has stays a
 * plain no. */
static enum fail only_entry(struct dir *d, const struct dir_ask *ask, LDAPMessage **out,
                            struct err *err)
{
	int count = ldap_count_entries(d->handle, ask->answer);

	if (count > 1)
		return err_set(err, FAIL_ABSENT, "dir: the name is ambiguous: several accounts");
	if (ask->code)
		return err_set(err, FAIL_BACKEND, "dir: %s: looking below %s: %s",
		               d->server[d->current].uri, ask->base, ldap_err2string(ask->code));
	if (!count && ask->elsewhere)
		return err_set(err, FAIL_BACKEND, "dir: %s: looking below %s: a referral was not followed",
		               d->server[d->current].uri, ask->base);
	if (!count)
		return err_set(err, FAIL_ABSENT, "dir: no such account");
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
		rc = dir_account(d, a, entry, out, err);
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
