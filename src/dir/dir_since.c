/* Has anything changed below the groups' base? A server with content synchronisation (RFC 4533) can say so: it is
 * asked for what a client of it would lack that knows the server's state of before. Nothing is taken from the answer;
 * the first change in it is enough, and the rest is not waited for. */
#include "dir_priv.h"

#include <string.h>

#define ENTRIES 0xa3 /* a list of entries that are there or gone, among what a server tells between entries */

/* The values of an attribute of one entry; never NULL, ends with NULL. */
static const char *const *values_of(struct dir *d, struct arena *a, const char *base, const char *attribute)
{
	char *attributes[] = { (char *)attribute, NULL };
	struct dir_ask ask = { .base = base,
		               .scope = LDAP_SCOPE_BASE,
		               .filter = "(objectClass=*)",
		               .attributes = attributes };
	const char **list = NULL;
	size_t count = 0, room = 0;
	LDAPMessage *e;

	if (!dir_ask(d, &ask, 1, NULL) && !ask.code && (e = ldap_first_entry(d->handle, ask.answer))) {
		struct berval **v = ldap_get_values_len(d->handle, e, attribute);

		for (size_t i = 0; v && v[i]; i++) {
			list = arena_grow(a, list, count, &room, sizeof *list);
			list[count++] = arena_strn(a, v[i]->bv_val, v[i]->bv_len);
		}
		ldap_value_free_len(v);
	}
	dir_ask_release(&ask, 1);
	list = arena_grow(a, list, count, &room, sizeof *list);
	list[count] = NULL;
	return list;
}

/* As a client has it that knows all up to now, whichever of several servers it came from. */
const char *dir_state(struct dir *d, struct arena *a)
{
	const char *base = dir_base(d, d->source->group_base), *state = NULL;
	const char *const *top, *const *csn;

	if (!base || d->no_states)
		return NULL;
	for (top = values_of(d, a, "", "namingContexts"); *top && !state; top++)
		for (csn = **top && dir_below(base, *top) ? values_of(d, a, *top, "contextCSN") : NULL; csn && *csn; csn++)
			state = arena_printf(a, "%s%s", state ? arena_printf(a, "%s;", state) : "rid=000,csn=", *csn);
	d->no_states = !state;
	return state;
}

static bool ask_since(struct dir *d, const char *state, int *id)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	LDAPControl since = { .ldctl_oid = LDAP_CONTROL_SYNC, .ldctl_iscritical = 1 };
	LDAPControl *controls[] = { &since, NULL };
	char *nothing[] = { LDAP_NO_ATTRS, NULL };
	bool ok = ber && ber_printf(ber, "{esb}", LDAP_SYNC_REFRESH_ONLY, state, 0) >= 0 &&
	          ber_flatten2(ber, &since.ldctl_value, 0) == 0 &&
	          ldap_search_ext(d->handle, d->source->group_base, LDAP_SCOPE_SUBTREE, "(objectClass=*)", nothing, 0,
	                          controls, NULL, NULL, LDAP_NO_LIMIT, id) == LDAP_SUCCESS;

	ber_free(ber, 1);
	d->operations += ok;
	return ok;
}

/* Of what stands between entries, only lists of them are changes: the rest says how far a client is. */
static bool lists_entries(struct dir *d, LDAPMessage *m)
{
	struct berval *data = NULL;
	char *oid = NULL;
	bool yes = ldap_parse_intermediate(d->handle, m, &oid, &data, NULL, 0) != LDAP_SUCCESS || !oid ||
	           (!strcmp(oid, LDAP_SYNC_INFO) && data && data->bv_len && (unsigned char)data->bv_val[0] == ENTRIES);

	ldap_memfree(oid);
	ber_bvfree(data);
	return yes;
}

/* One message: the end, and then whether all was well; or *changed. */
static bool is_last(struct dir *d, LDAPMessage *m, int type, bool *changed)
{
	int said = LDAP_OTHER;

	if (type == LDAP_RES_INTERMEDIATE) {
		*changed = lists_entries(d, m);
	} else if (type != LDAP_RES_SEARCH_RESULT) {
		*changed = true;
	} else {
		*changed = ldap_parse_result(d->handle, m, &said, NULL, NULL, NULL, NULL, 0) || said;
		d->no_states |= said == LDAP_UNAVAILABLE_CRITICAL_EXTENSION || said == LDAP_UNWILLING_TO_PERFORM;
		return true;
	}
	return false;
}

bool dir_same_since(struct dir *d, const char *state)
{
	bool changed = false, last = false;
	LDAPMessage *m = NULL;
	int id;

	if (!d->handle || d->no_states || !ask_since(d, state, &id))
		return false;
	while (!changed && !last) {
		struct timeval rest = dir_timeval(dir_rest(d));
		int type = ldap_result(d->handle, id, LDAP_MSG_ONE, &rest, &m);

		if (type <= 0)
			changed = true;
		else
			last = is_last(d, m, type, &changed);
		ldap_msgfree(m);
		m = NULL;
	}
	if (!last)
		ldap_abandon_ext(d->handle, id, NULL, NULL);
	return !changed;
}
