/* Accounts of the same person: found by the keys that tie them, all keys asked for at once. */
#include "dir_priv.h"

#include <string.h>
#include <strings.h>

/* ---- what the caller wants ---- */

void dir_wish(struct dir *d, const char *const *attributes)
{
	size_t count = 0, room;

	while (d->asked[count])
		count++;
	room = count + 1;
	for (; *attributes; attributes++) {
		size_t i = 0;

		while (i < count && strcasecmp(d->asked[i], *attributes))
			i++;
		if (i < count)
			continue;
		d->asked = arena_grow(d->wishes, d->asked, count, &room, sizeof *d->asked);
		d->asked[count++] = arena_str(d->wishes, *attributes);
	}
	d->asked = arena_grow(d->wishes, d->asked, count, &room, sizeof *d->asked);
	d->asked[count] = NULL;
}

void dir_until(struct dir *d, int64_t moment_ms)
{
	d->latest = moment_ms;
	dir_start(d);
}

/* ---- looking ---- */

struct dir_tied_ask {
	struct dir *d;
	struct arena *a;
	int most; /* entries that a tie may be on */
	struct dir_ask asks[DIR_TIES];
	size_t ask_count;
	struct dir_tied *list;
	size_t count, room;
};

static const char *filter_of(struct dir *d, struct arena *a, const struct dir_tie *tie)
{
	const char *filter = "";

	if (tie->key)
		return dir_key_filter(a, d->source->key_attribute, tie->key);
	for (size_t i = 0; i < tie->attribute_count; i++) {
		const char *one = dir_filter(a, tie->attributes[i], tie->value);

		filter = arena_printf(a, "%s%s", filter, one ? one : "");
	}
	return arena_printf(a, "(&%s(|%s))", d->source->people_filter ? d->source->people_filter : "", filter);
}

/* An entry that cannot be read as an account is none; the log of the one who maintains it says so
 * when it signs in itself. */
static void take(struct dir_tied_ask *l, LDAPMessage *entry, size_t tie)
{
	struct err why = { 0 };
	struct account account;
	size_t i = 0;

	if (dir_account(l->d, l->a, entry, &account, &why))
		return;
	while (i < l->count && memcmp(l->list[i].account.key, account.key, sizeof account.key))
		i++;
	if (i == l->count) {
		l->list = arena_grow(l->a, l->list, l->count, &l->room, sizeof *l->list);
		l->list[l->count++] = (struct dir_tied){ .account = account };
	}
	l->list[i].ties |= 1u << tie;
}

/* False: the server did not answer this one, or not wholly. What ended at our own limit is on too many
 * entries; what ended before it, at the server's. */
static bool answered(const struct dir_ask *ask, int found, int most)
{
	return !ask->elsewhere && (!ask->code || (ask->code == LDAP_SIZELIMIT_EXCEEDED && found > most));
}

struct dir_tied_ask *dir_tied_ask(struct dir *d, struct arena *a, const struct dir_tie *ties, size_t count, int most)
{
	struct dir_tied_ask *l = arena_alloc(a, sizeof *l);

	*l = (struct dir_tied_ask){ .d = d, .a = a, .most = most, .ask_count = count };
	for (size_t i = 0; i < count; i++)
		l->asks[i] = (struct dir_ask){ .base = d->source->people_base,
			                       .scope = LDAP_SCOPE_SUBTREE,
			                       .filter = filter_of(d, a, &ties[i]),
			                       .attributes = d->asked,
			                       .limit = most + 1 };
	dir_ask_early(d, l->asks, count);
	return l;
}

enum fail dir_tied(struct dir_tied_ask *l, struct dir_tied **out, size_t *out_count, int *found, struct err *err)
{
	struct dir *d = l->d;
	enum fail rc;

	if ((rc = dir_ask(d, l->asks, l->ask_count, err)))
		return rc;
	for (size_t i = 0; !rc && i < l->ask_count; i++) {
		const struct dir_ask *ask = &l->asks[i];

		found[i] = ldap_count_entries(d->handle, ask->answer);
		if (!answered(ask, found[i], l->most))
			rc = err_set(err, FAIL_BACKEND, "dir: %s: looking for linked accounts: %s",
			             d->server[d->current].uri, ask->code ? ldap_err2string(ask->code) : "referral");
		for (LDAPMessage *e = rc || found[i] > l->most ? NULL : ldap_first_entry(d->handle, ask->answer); e;
		     e = ldap_next_entry(d->handle, e))
			take(l, e, i);
	}
	dir_ask_release(l->asks, l->ask_count);
	*out = l->list;
	*out_count = l->count;
	return rc;
}
