/* The directory groups that the group file names: which entries are they? Compared is always
 * the entry's key, so a DN may be spelled in any way that the server takes for the same. */
#include "dir_priv.h"

#include "base/clock.h"

/* Not there, or a name that no entry can have. */
static bool is_absent(int code)
{
	return code == LDAP_NO_SUCH_OBJECT || code == LDAP_INVALID_DN_SYNTAX;
}

static const char *take(struct dir *d, struct dir_named *named, const struct dir_ask *ask)
{
	LDAPMessage *entry;

	named->id = NULL;
	if (ask->elsewhere)
		return "a named group lives on a server that was referred to";
	if (ask->code && !is_absent(ask->code))
		return "a named group could not be read";
	entry = ask->answer ? ldap_first_entry(d->handle, ask->answer) : NULL;
	if (entry)
		named->id = dir_id(d->ids, d->handle, entry, d->group_key,
		                   dir_dn(d->ids, d->handle, entry));
	return NULL;
}

static const char *resolve(struct dir *d, size_t from, size_t count)
{
	char *attributes[] = { (char *)d->group_key, NULL };
	struct dir_ask asks[DIR_BATCH];
	const char *why = NULL;

	for (size_t i = 0; i < count; i++)
		asks[i] = (struct dir_ask){ .base = d->named[from + i].dn,
			                    .scope = LDAP_SCOPE_BASE,
			                    .filter = "(objectClass=*)",
			                    .attributes = attributes };
	if (dir_ask(d, asks, count, NULL))
		return "the directory fell silent";
	for (size_t i = 0; i < count; i++) {
		const char *one = take(d, &d->named[from + i], &asks[i]);

		why = why ? why : one;
	}
	dir_ask_release(asks, count);
	return why;
}

static void forget(struct dir *d)
{
	arena_reset(d->ids);
	for (size_t i = 0; i < d->named_count; i++)
		d->named[i].id = NULL;
	d->named_known = false;
}

static const char *refresh(struct dir *d)
{
	const char *why = NULL;

	if (d->named_known && clock_ms() - d->named_at < DIR_AGAIN_MS)
		return NULL;
	forget(d);
	for (size_t from = 0; !why && from < d->named_count; from += DIR_BATCH) {
		size_t left = d->named_count - from;

		why = resolve(d, from, left < DIR_BATCH ? left : DIR_BATCH);
	}
	d->named_known = !why;
	d->named_at = clock_ms();
	return why;
}

void dir_named(struct dir *d, struct arena *a, struct account *account, const char **why)
{
	struct fact_named *list = arena_array(a, d->named_count, sizeof *list);

	*why = refresh(d);
	for (size_t i = 0; i < d->named_count; i++) {
		list[i].dn = arena_str(a, d->named[i].dn);
		list[i].id = d->named[i].id ? arena_str(a, d->named[i].id) : NULL;
	}
	account->named = list;
	account->named_count = d->named_count;
}
