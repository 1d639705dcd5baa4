/* Has anything changed below the groups' base? A server with content synchronisation (RFC 4533) tells on a connection
 * of its own, which begins at the state the server is in: nothing is read, changes come.
 *
 * Silence proves nothing by itself: a connection may be dead. So a question is asked on the same connection, and
 * when its answer is there, every notice of a change before it is there too. */
#include "dir_priv.h"

#include <string.h>

#include "base/clock.h"

#define STATE_MAX ((size_t)64 << 10)
#define NEW_IDS   0xa3 /* a list of entries that are there or gone, among what a server tells between entries */

void dir_notices_drop(struct dir *d)
{
	dir_close(d->notices);
	d->notices = NULL;
}

static bool give_up(struct dir *d)
{
	dir_notices_drop(d);
	d->notices_again = clock_ms() + DIR_AGAIN_MS;
	return false;
}

/* ---- beginning ---- */

/* The values of an attribute of one entry, through the ordinary connection. */
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

	if (dir_ask(d, &ask, 1, NULL))
		return NULL;
	if (!ask.code && (e = ldap_first_entry(d->handle, ask.answer))) {
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

/* What the server's state is called, as a synchronising client would have it; NULL: it does not say. */
static const char *state_of(struct dir *d, struct arena *a)
{
	const char *const *top = values_of(d, a, "", "namingContexts"), *const *csn = NULL;
	const char *base = dir_base(d, d->source->group_base), *all = NULL;

	for (; base && top && *top && !(csn && *csn); top++)
		if (**top && dir_below(base, *top))
			csn = values_of(d, a, *top, "contextCSN");
	for (; csn && *csn; csn++)
		all = arena_printf(a, "%s%s", all ? arena_printf(a, "%s;", all) : "rid=000,csn=", *csn);
	return all;
}

static bool ask_for_changes(struct dir *d, const char *state)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	LDAPControl changes = { .ldctl_oid = LDAP_CONTROL_SYNC, .ldctl_iscritical = 1 };
	LDAPControl *controls[] = { &changes, NULL };
	char *nothing[] = { LDAP_NO_ATTRS, NULL };
	int none = LDAP_NO_LIMIT;
	bool ok = ber && ber_printf(ber, "{esb}", LDAP_SYNC_REFRESH_AND_PERSIST, state, 0) >= 0 &&
	          ber_flatten2(ber, &changes.ldctl_value, 0) == 0 &&
	          ldap_set_option(d->notices, LDAP_OPT_TIMELIMIT, &none) == LDAP_OPT_SUCCESS &&
	          ldap_search_ext(d->notices, d->source->group_base, LDAP_SCOPE_SUBTREE, "(objectClass=*)", nothing,
	                          0, controls, NULL, NULL, LDAP_NO_LIMIT, &d->notices_id) == LDAP_SUCCESS;

	ber_free(ber, 1);
	return ok;
}

bool dir_notices_begin(struct dir *d)
{
	struct arena *a;
	const char *state;
	size_t server;
	bool ok;

	if (d->notices)
		return true;
	if (clock_ms() < d->notices_again)
		return false;
	a = arena_new(STATE_MAX);
	state = state_of(d, a);
	ok = state && !dir_open_service(d, &d->notices, &server, NULL) && server == d->current &&
	     ask_for_changes(d, state);
	arena_free(a);
	return ok || give_up(d);
}

/* ---- asking ---- */

/* Of what stands between entries, only lists of them are changes: the rest says how far a client is. */
static bool lists_entries(struct dir *d, LDAPMessage *m)
{
	struct berval *data = NULL;
	char *oid = NULL;
	bool yes = ldap_parse_intermediate(d->notices, m, &oid, &data, NULL, 0) != LDAP_SUCCESS || !oid ||
	           (!strcmp(oid, LDAP_SYNC_INFO) && data && data->bv_len && (unsigned char)data->bv_val[0] == NEW_IDS);

	ldap_memfree(oid);
	ber_bvfree(data);
	return yes;
}

/* One more question, to see that the connection lives; its answer comes after all notices. */
static bool answers(struct dir *d)
{
	char *nothing[] = { LDAP_NO_ATTRS, NULL };
	LDAPMessage *answer = NULL;
	int id, code, said;

	code = ldap_search_ext(d->notices, d->source->group_base, LDAP_SCOPE_BASE, "(objectClass=*)", nothing, 0, NULL,
	                       NULL, NULL, 1, &id);
	d->operations += !code;
	if (code || dir_wait(d, d->notices, id, &answer))
		return false;
	code = ldap_parse_result(d->notices, answer, &said, NULL, NULL, NULL, NULL, 1);
	return !code && !said;
}

bool dir_notices_none(struct dir *d)
{
	struct timeval at_once = { 0 };
	bool changed = false;
	LDAPMessage *m;
	int type;

	if (!d->notices)
		return false;
	if (!answers(d))
		return give_up(d);
	while ((type = ldap_result(d->notices, d->notices_id, LDAP_MSG_ONE, &at_once, &m)) > 0) {
		bool ended = type == LDAP_RES_SEARCH_RESULT;

		changed |= type != LDAP_RES_INTERMEDIATE || lists_entries(d, m);
		ldap_msgfree(m);
		if (ended)
			return give_up(d);
	}
	return type < 0 ? give_up(d) : !changed;
}
