/* Active Directory: the primary group, which is in no list of members, and its rule that walks all links
 * itself. The rule starts from a DN and knows nothing of primary groups, so it starts from both. */
#include "climb_priv.h"

#include <string.h>

#define IN_CHAIN "1.2.840.113556.1.4.1941" /* LDAP_MATCHING_RULE_IN_CHAIN, [MS-ADTS] 3.1.1.3.4.4.3 */

/* ---- the primary group ---- */

/* The person's own SID with another last number: groups and people of one domain share the rest. */
static const char *primary_sid(struct climb *c)
{
	const char *own = climb_values(c, "objectSid")[0], *number, *last;

	if (!c->d->source->primary || !own)
		return NULL;
	number = climb_values(c, c->d->source->primary)[0];
	last = strrchr(own, '-');
	if (!number || !*number || strspn(number, "0123456789") != strlen(number) || !last)
		return NULL;
	return arena_printf(c->a, "%.*s%s", (int)(last + 1 - own), own, number);
}

bool climb_primary(struct climb *c, struct question *out)
{
	const char *sid = primary_sid(c);

	*out = (struct question){ .via = -1, .attribute = "objectSid", .value = sid };
	return sid != NULL;
}

void climb_name_primary(struct climb *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->groups[i].attribute, "objectSid"))
			continue;
		c->groups[i].attribute = c->d->source->primary;
		c->groups[i].value = climb_values(c, c->d->source->primary)[0];
	}
}

static enum fail find_primary(struct climb *c, int *at, struct err *err)
{
	struct question q;
	size_t understood = 0;
	bool whole;
	enum fail rc;

	*at = -1;
	if (!climb_primary(c, &q))
		return OK;
	if ((rc = climb_ask(c, &q, 1, &understood, &whole, err)))
		return rc;
	if (!c->count) /* it is not below the base of groups */
		return OK;
	*at = 0;
	climb_name_primary(c);
	c->seen[0].settled = true;
	return OK;
}

/* ---- chains ---- */

static const char *const *above_of(struct climb *c, LDAPMessage *entry)
{
	struct berval **values = ldap_get_values_len(c->d->handle, entry, "memberOf");
	size_t count = (size_t)ldap_count_values_len(values);
	const char **list = arena_array(c->a, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = arena_strn(c->a, values[i]->bv_val, values[i]->bv_len);
	ldap_value_free_len(values);
	return list;
}

static int by_dn(const struct climb *c, const char *dn)
{
	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->seen[i].dn, dn))
			return (int)i;
	return -1;
}

/* Marks groups that `from` says it is in and whose way was not known. */
static void reach(struct climb *c, const char *const *dns, int from, int *queue, size_t *queued)
{
	for (; dns && *dns; dns++) {
		int i = by_dn(c, *dns);

		if (i < 0 || !c->groups[i].nested)
			continue;
		c->groups[i].nested = false;
		c->groups[i].via = from;
		queue[(*queued)++] = i;
	}
}

/* The set is the server's; memberOf of the person and of each group only tells the shortest way to it. A
 * group that is not reached so keeps the mark that the server alone says it. */
static void find_ways(struct climb *c, int primary)
{
	int *queue = arena_array(c->a, c->count + 1, sizeof *queue);
	size_t queued = 0;

	if (primary >= 0)
		queue[queued++] = primary;
	reach(c, climb_values(c, "memberOf"), -1, queue, &queued);
	for (size_t i = 0; i < queued; i++)
		reach(c, c->seen[queue[i]].above, queue[i], queue, &queued);
}

/* ---- the question ---- */

static void take(struct climb *c, LDAPMessage *entry, const char *attribute)
{
	size_t before = c->count;
	int at = climb_add(c, entry, -1, attribute, NULL);

	if (at < 0)
		return;
	c->seen[at].above = above_of(c, entry);
	c->seen[at].settled = true;
	if ((size_t)at >= before)
		c->groups[at].nested = true;
}

static const char *chain_filter(struct climb *c, const char *attribute, int primary)
{
	const char *left = arena_printf(c->scratch, "%s:" IN_CHAIN ":", attribute);
	const char *own = dir_filter(c->scratch, left, c->account->dn), *above = "", *of = "";

	if (primary >= 0) { /* itself too: its way up is read with the others */
		above = dir_filter(c->scratch, left, c->seen[primary].dn);
		of = dir_filter(c->scratch, "objectSid", primary_sid(c));
	}
	return own && above ? arena_printf(c->scratch, "(&%s(|%s%s%s))",
	                                   c->d->source->group_filter ? c->d->source->group_filter : "", own,
	                                   above, of)
	                    : NULL;
}

static enum fail ask_chain(struct climb *c, const char *attribute, int primary, struct err *err)
{
	char *attributes[] = { (char *)c->d->group_name, (char *)c->d->group_key, "memberOf", NULL };
	struct dir_ask ask = { .base = c->d->source->group_base,
		               .scope = LDAP_SCOPE_SUBTREE,
		               .filter = chain_filter(c, attribute, primary),
		               .attributes = attributes,
		               .limit = c->d->source->group_limit + 1 };
	enum fail rc;

	if (!ask.filter)
		return err_set(err, FAIL_DATA, "dir: a name too long for a filter");
	if ((rc = dir_ask(c->d, &ask, 1, err)))
		return rc;
	if (climb_usable(c, &ask)) {
		for (LDAPMessage *e = ldap_first_entry(c->d->handle, ask.answer); e && !c->full;
		     e = ldap_next_entry(c->d->handle, e))
			take(c, e, attribute);
	} else {
		rc = err_set(err, FAIL_BACKEND, "dir: %s: groups below %s: %s", c->d->server[c->d->current].uri,
		             ask.base, ldap_err2string(ask.code));
	}
	dir_ask_release(&ask, 1);
	return rc;
}

enum fail climb_in_chain(struct climb *c, struct err *err)
{
	int primary;
	enum fail rc = find_primary(c, &primary, err);

	for (size_t i = 0; !rc && i < c->d->member_count; i++)
		if (!c->d->member[i].holds)
			rc = ask_chain(c, c->d->member[i].attribute, primary, err);
	if (!rc)
		find_ways(c, primary);
	return rc;
}
