/* Groups that something names without asking who holds whom: attributes of the person, URLs of dynamic
 * groups, netgroups. */
#include "climb_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- attributes of the person ---- */

struct named_values {
	const char **list;
	size_t count, room;
};

static void add_value(struct climb *c, struct named_values *v, const char *value)
{
	v->list = arena_grow(c->a, v->list, v->count, &v->room, sizeof *v->list);
	v->list[v->count++] = value;
}

/* The number after the dash of ";range=0-1499"; -1: the last part, or none. */
static long range_end(const char *description)
{
	const char *range = strcasestr(description, ";range="), *dash = range ? strchr(range, '-') : NULL;

	return dash && dash[1] >= '0' && dash[1] <= '9' ? strtol(dash + 1, NULL, 10) : -1;
}

static void take_part(struct climb *c, LDAPMessage *entry, struct named_values *v, const char **next)
{
	struct berval dn, name, *list;
	BerElement *at = NULL;

	if (ldap_get_dn_ber(c->d->handle, entry, &at, &dn) != LDAP_SUCCESS)
		return;
	while (ldap_get_attribute_ber(c->d->handle, entry, at, &name, &list) == LDAP_SUCCESS && name.bv_val) {
		for (struct berval *b = list; b && b->bv_val; b++)
			add_value(c, v, dir_text(c->a, b->bv_val, b->bv_len));
		*next = dir_text(c->a, name.bv_val, name.bv_len);
		ldap_memfree(list);
	}
	ber_free(at, 0);
}

/* The rest of an attribute that the server hands out in parts: "memberOf;range=0-1499". */
static enum fail read_rest(struct climb *c, const char *description, struct named_values *v, struct err *err)
{
	size_t len = strcspn(description, ";");
	enum fail rc = OK;
	long last;

	while (!rc && (last = range_end(description)) >= 0) {
		char *wanted[] = { arena_printf(c->a, "%.*s;range=%ld-*", (int)len, description, last + 1), NULL };
		struct dir_ask ask = { .base = c->account->dn,
			               .scope = LDAP_SCOPE_BASE,
			               .filter = "(objectClass=*)",
			               .attributes = wanted };
		LDAPMessage *entry;

		description = "";
		if ((rc = dir_ask(c->d, &ask, 1, err)))
			return rc;
		if (climb_usable(c, &ask) && (entry = ldap_first_entry(c->d->handle, ask.answer)))
			take_part(c, entry, v, &description);
		dir_ask_release(&ask, 1);
	}
	return rc;
}

static enum fail values_of(struct climb *c, const char *attribute, struct named_values *v, struct err *err)
{
	const struct account *who = c->account;
	enum fail rc = OK;

	for (size_t i = 0; !rc && i < who->value_count; i++) {
		if (!dir_is(who->values[i].attribute, attribute) || !*who->values[i].value)
			continue;
		add_value(c, v, who->values[i].value);
		if (i + 1 == who->value_count || strcmp(who->values[i].attribute, who->values[i + 1].attribute))
			rc = read_rest(c, who->values[i].attribute, v, err);
	}
	return rc;
}

static void add_names(struct climb *c, const struct conf_named *named, const struct named_values *v)
{
	for (size_t i = 0; i < v->count; i++) {
		struct fact_group group = { .id = v->list[i],
			                    .dn = v->list[i],
			                    .name = v->list[i],
			                    .via = -1,
			                    .attribute = named->attribute,
			                    .value = v->list[i],
			                    .nested = named->nested };

		climb_add_known(c, &group, NULL);
	}
}

static void add_entry(struct climb *c, LDAPMessage *entry, const struct conf_named *named, const char *value)
{
	size_t before = c->count;
	int at = climb_add(c, entry, -1, named->attribute, value);

	if (at < 0 || (size_t)at < before)
		return;
	c->groups[at].nested = named->nested;
	c->seen[at].settled = named->nested;
}

/* Each DN is read, so that it gets its key and the server's own spelling. One that is no entry, or not
 * below the base, is no group. */
static enum fail read_entries(struct climb *c, const struct conf_named *named, const char *base,
                              const char *const *dns, size_t count, struct err *err)
{
	char *attributes[] = { (char *)c->d->group_name, (char *)c->d->group_key, NULL };
	const char *filter = c->d->source->group_filter, *own = dir_base(c->d, base);
	struct dir_ask asks[DIR_BATCH];
	enum fail rc;

	for (size_t i = 0; i < count; i++)
		asks[i] = (struct dir_ask){ .base = dns[i],
			                    .scope = LDAP_SCOPE_BASE,
			                    .filter = filter ? filter : "(objectClass=*)",
			                    .attributes = attributes };
	if ((rc = dir_ask(c->d, asks, count, err)))
		return rc;
	for (size_t i = 0; i < count; i++) {
		LDAPMessage *entry;

		if (asks[i].code == LDAP_NO_SUCH_OBJECT || asks[i].code == LDAP_INVALID_DN_SYNTAX)
			continue;
		if (climb_usable(c, &asks[i]) && (entry = ldap_first_entry(c->d->handle, asks[i].answer)) && own &&
		    dir_below(dir_dn(c->scratch, c->d->handle, entry), own))
			add_entry(c, entry, named, dns[i]);
	}
	dir_ask_release(asks, count);
	return OK;
}

/* Where entries hold their own DN in an indexed attribute, one search reads them all. */
static enum fail search_entries(struct climb *c, const struct conf_named *named, const char *base,
                                const char *const *dns, size_t count, struct err *err)
{
	char *attributes[] = { (char *)c->d->group_name, (char *)c->d->group_key, NULL };
	const char *filter = "";
	struct dir_ask ask = { .base = base, .scope = LDAP_SCOPE_SUBTREE, .attributes = attributes };
	enum fail rc;

	for (size_t i = 0; i < count; i++) {
		const char *one = dir_filter(c->scratch, c->d->source->group_dn, dns[i]);

		if (!one)
			return err_set(err, FAIL_DATA, "dir: a name too long for a filter");
		filter = arena_printf(c->scratch, "%s%s", filter, one);
	}
	ask.filter = arena_printf(c->scratch, "(&%s(|%s))",
	                          c->d->source->group_filter ? c->d->source->group_filter : "", filter);
	ask.limit = (int)count + 1;
	if ((rc = dir_ask(c->d, &ask, 1, err)))
		return rc;
	if (climb_usable(c, &ask))
		for (LDAPMessage *e = ldap_first_entry(c->d->handle, ask.answer); e;
		     e = ldap_next_entry(c->d->handle, e))
			add_entry(c, e, named, NULL);
	dir_ask_release(&ask, 1);
	return OK;
}

static enum fail add_dns(struct climb *c, const struct conf_named *named, const struct named_values *v,
                         struct err *err)
{
	const char *base = named->base ? named->base : c->d->source->group_base;
	enum fail rc = OK;

	for (size_t from = 0; !rc && from < v->count && !c->full; from += DIR_BATCH) {
		size_t n = v->count - from < DIR_BATCH ? v->count - from : DIR_BATCH;

		arena_reset(c->scratch);
		rc = c->d->source->group_dn ? search_entries(c, named, base, v->list + from, n, err)
		                            : read_entries(c, named, base, v->list + from, n, err);
	}
	return rc;
}

enum fail climb_named(struct climb *c, bool nested, struct err *err)
{
	const struct conf_source *s = c->d->source;
	enum fail rc = OK;

	for (size_t i = 0; !rc && i < s->named_count; i++) {
		const struct conf_named *named = &s->named[i];
		struct named_values v = { 0 };

		if (named->nested && !named->by_name && !nested)
			continue;
		rc = values_of(c, named->attribute, &v, err);
		if (!rc && named->by_name)
			add_names(c, named, &v);
		else if (!rc)
			rc = add_dns(c, named, &v, err);
	}
	return rc;
}

/* ---- dynamic groups ---- */

/* Whether a DN is where a URL looks: both are as the server spells them. */
static bool in_scope(const struct dir_dynamic *g, const char *dn)
{
	size_t len = strlen(dn), base = strlen(g->base);
	const char *above;

	if (!dir_below(dn, g->base))
		return false;
	switch (g->scope) {
	case LDAP_SCOPE_BASE:
		return len == base;
	case LDAP_SCOPE_ONELEVEL: /* one RDN: a comma in it is escaped, or between quotes that no server sends */
		if (len <= base)
			return false;
		for (above = dn; (above = strchr(above, ',')) && above > dn && above[-1] == '\\'; above++)
			;
		return above ? len - (size_t)(above - dn) - 1 == base : !base;
	case LDAP_SCOPE_SUBORDINATE:
		return len > base;
	default:
		return true;
	}
}

static void join(struct climb *c, int subject, const struct dir_dynamic *g)
{
	struct fact_group group = { .id = arena_str(c->a, g->id),
		                    .dn = dir_text(c->a, g->dn, strlen(g->dn)),
		                    .name = arena_str(c->a, g->name),
		                    .via = subject,
		                    .attribute = c->d->source->dynamic,
		                    .value = arena_str(c->a, g->url) };

	climb_add_known(c, &group, arena_str(c->a, g->dn));
}

/* The server evaluates each filter on the entry itself: it alone knows classes and matching rules. */
static enum fail ask_dynamic(struct climb *c, int subject, const char *dn, const struct dir_dynamic **g,
                             size_t count, struct err *err)
{
	static char *nothing[] = { LDAP_NO_ATTRS, NULL };
	struct dir_ask asks[DIR_BATCH];
	enum fail rc;

	for (size_t i = 0; i < count; i++)
		asks[i] = (struct dir_ask){
			.base = dn, .scope = LDAP_SCOPE_BASE, .filter = g[i]->filter, .attributes = nothing
		};
	if ((rc = dir_ask(c->d, asks, count, err)))
		return rc;
	for (size_t i = 0; i < count; i++)
		if (asks[i].code != LDAP_FILTER_ERROR && climb_usable(c, &asks[i]) &&
		    ldap_count_entries(c->d->handle, asks[i].answer) > 0)
			join(c, subject, g[i]);
	dir_ask_release(asks, count);
	return OK;
}

enum fail climb_dynamic(struct climb *c, int subject, struct err *err)
{
	const char *dn = subject < 0 ? c->account->dn : c->seen[subject].dn;
	const struct dir_dynamic *batch[DIR_BATCH];
	size_t n = 0;
	enum fail rc = OK;

	for (size_t i = 0; !rc && i < c->d->dynamic_count; i++) {
		const struct dir_dynamic *g = &c->d->dynamic[i];

		if (in_scope(g, dn) && !climb_has(c, g->id))
			batch[n++] = g;
		if (n == DIR_BATCH) {
			rc = ask_dynamic(c, subject, dn, batch, n, err);
			n = 0;
		}
	}
	return rc || !n ? rc : ask_dynamic(c, subject, dn, batch, n, err);
}

/* ---- netgroups ---- */

#define NETGROUPS "(objectClass=nisNetgroup)"

/* "(host,user,domain)": is it the user? An empty part means everybody, which is no membership that says
 * anything about a person. */
static bool names_user(const struct berval *triple, const char *uid)
{
	const char *from = memchr(triple->bv_val, ',', triple->bv_len), *to;
	size_t len;

	if (!from)
		return false;
	from++;
	to = memchr(from, ',', (size_t)(triple->bv_val + triple->bv_len - from));
	if (!to)
		return false;
	while (from < to && *from == ' ')
		from++;
	for (len = (size_t)(to - from); len && from[len - 1] == ' '; len--)
		;
	return len == strlen(uid) && !strncmp(from, uid, len);
}

static bool has_triple(struct climb *c, LDAPMessage *entry)
{
	struct berval **triples = ldap_get_values_len(c->d->handle, entry, "nisNetgroupTriple");
	bool yes = false;

	for (size_t i = 0; triples && triples[i] && !yes; i++)
		yes = names_user(triples[i], c->account->uid);
	ldap_value_free_len(triples);
	return yes;
}

/* The group among those from `first` on that this netgroup holds by name; -1: none. */
static int held_netgroup(struct climb *c, LDAPMessage *entry, size_t first)
{
	struct berval **names = ldap_get_values_len(c->d->handle, entry, "memberNisNetgroup");
	int found = -1;

	for (size_t i = 0; names && names[i] && found < 0; i++)
		for (size_t g = first; g < c->count && found < 0; g++)
			if (strlen(c->groups[g].name) == names[i]->bv_len &&
			    !strncasecmp(c->groups[g].name, names[i]->bv_val, names[i]->bv_len))
				found = (int)g;
	ldap_value_free_len(names);
	return found;
}

/* Triples have no matching rule, so that no server can search for one: all netgroups are read. */
static void take_netgroups(struct climb *c, LDAPMessage *answer)
{
	LDAP *ld = c->d->handle;
	size_t first = c->count, before;

	for (LDAPMessage *e = ldap_first_entry(ld, answer); e; e = ldap_next_entry(ld, e))
		if (has_triple(c, e))
			climb_add(c, e, -1, "nisNetgroupTriple", c->account->uid);
	do {
		before = c->count;
		for (LDAPMessage *e = ldap_first_entry(ld, answer); e && !c->full; e = ldap_next_entry(ld, e)) {
			int held = held_netgroup(c, e, first);

			if (held >= 0)
				climb_add(c, e, held, "memberNisNetgroup", c->groups[held].name);
		}
	} while (c->count > before && !c->full);
}

enum fail climb_netgroups(struct climb *c, struct err *err)
{
	char *attributes[] = { (char *)c->d->group_key, "cn", "nisNetgroupTriple", "memberNisNetgroup", NULL };
	struct dir_ask ask = { .base = c->d->source->group_base,
		               .scope = LDAP_SCOPE_SUBTREE,
		               .filter = NETGROUPS,
		               .attributes = attributes };
	enum fail rc;

	if (!c->d->source->netgroups)
		return OK;
	if ((rc = dir_ask(c->d, &ask, 1, err)))
		return rc;
	if (climb_usable(c, &ask))
		take_netgroups(c, ask.answer);
	dir_ask_release(&ask, 1);
	return OK;
}
