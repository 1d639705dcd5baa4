/* What `loketctl check` is told about a directory. */
#include "dir_priv.h"

#include <string.h>
#include <strings.h>

#define COUNT_MAX 500 /* entries counted */

static const char *product(struct dir *d, struct arena *a, const struct dir_ask *root)
{
	static const char *const telling[] = { "vendorName", "vendorVersion" };
	LDAPMessage *entry = root->answer ? ldap_first_entry(d->handle, root->answer) : NULL;
	struct berval **values;
	const char *said = NULL;

	for (size_t i = 0; entry && !said && i < COUNT(telling); i++) {
		values = ldap_get_values_len(d->handle, entry, telling[i]);
		if (values && values[0])
			said = dir_text(a, values[0]->bv_val, values[0]->bv_len);
		ldap_value_free_len(values);
	}
	values = entry && !said ? ldap_get_values_len(d->handle, entry, "objectClass") : NULL;
	for (size_t i = 0; values && values[i]; i++)
		if (!strcasecmp(values[i]->bv_val, "OpenLDAProotDSE"))
			said = "OpenLDAP";
	ldap_value_free_len(values);
	return said ? said : "an LDAP server";
}

/* "12 entries", "500 or more entries", "no answer (…)" */
static const char *counted(struct dir *d, struct arena *a, const struct dir_ask *ask)
{
	int n = ask->answer ? ldap_count_entries(d->handle, ask->answer) : 0;

	if (ask->code == LDAP_SIZELIMIT_EXCEEDED)
		return arena_printf(a, "%d or more entries", n);
	if (ask->code)
		return arena_printf(a, "no answer (%s)", ldap_err2string(ask->code));
	return arena_printf(a, "%d %s", n, n == 1 ? "entry" : "entries");
}

enum fail dir_check(struct dir *d, struct arena *a, const char **says, struct err *err)
{
	static char *about[] = { "vendorName", "vendorVersion", "objectClass", NULL };
	static char *nothing[] = { LDAP_NO_ATTRS, NULL };
	const struct conf_source *s = d->source;
	struct dir_ask ask[] = {
		{ .base = "",
		  .scope = LDAP_SCOPE_BASE,
		  .filter = "(objectClass=*)",
		  .attributes = about },
		{ .base = s->people_base,
		  .scope = LDAP_SCOPE_SUBTREE,
		  .filter = s->people_filter ? s->people_filter : "(objectClass=*)",
		  .attributes = nothing,
		  .limit = COUNT_MAX },
		{ .base = s->group_base,
		  .scope = LDAP_SCOPE_SUBTREE,
		  .filter = "(objectClass=*)",
		  .attributes = nothing,
		  .limit = COUNT_MAX },
	};
	size_t count = s->group_base ? 3 : 2;
	enum fail rc;

	dir_start(d);
	if ((rc = dir_ask(d, ask, count, err)))
		return rc;
	*says = arena_printf(a, "%s is %s; people below %s: %s", d->server[d->current].uri,
	                     product(d, a, &ask[0]), s->people_base, counted(d, a, &ask[1]));
	if (s->group_base)
		*says = arena_printf(a, "%s; groups below %s: %s", *says, s->group_base,
		                     counted(d, a, &ask[2]));
	if (ask[1].code && ask[1].code != LDAP_SIZELIMIT_EXCEEDED)
		rc = err_set(err, FAIL_BACKEND, "dir: %s", *says);
	for (size_t i = 1; !rc && i < count; i++)
		if (ask[i].elsewhere)
			rc = err_set(err, FAIL_DATA,
			             "dir: %s; below %s it refers elsewhere, so that no answer is whole: write a "
			             "<source> for that part, or <passed-over to=\"…\"/> when nothing is there",
			             *says, ask[i].base);
	dir_ask_release(ask, count);
	return rc;
}
