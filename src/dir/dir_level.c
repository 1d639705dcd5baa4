/* Questions about holders: which groups hold these members?
 *
 * One OR filter asks for many at once. Of one member, the classes of a group mostly tell in which attribute it was
 * found. Of several, through which of them each group was reached, the server tells by sending only the values that
 * matched (RFC 3876). Such a value may be spelled unlike the group's own DN,
 * and only the server knows its matching rules; then, and where the server cannot do this, each gets a
 * question of its own, sent together: a chain shown to somebody must be true. */
#include "climb_priv.h"

#include <string.h>
#include <strings.h>

#define FILTER_MAX (SCRATCH_MAX / 8)

const char **climb_values(struct climb *c, const char *attribute)
{
	const struct account *who = c->account;
	const char **list = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < who->value_count; i++) {
		if (!dir_is(who->values[i].attribute, attribute) || !*who->values[i].value)
			continue;
		list = arena_grow(c->a, list, count, &room, sizeof *list);
		list[count++] = who->values[i].value;
	}
	list = arena_grow(c->a, list, count, &room, sizeof *list);
	list[count] = NULL;
	return list;
}

/* "(member=…)", "(member:RULE:=…)", "(&(objectClass=…)(gidNumber=…))"; NULL: too long. */
static const char *filter_of(struct arena *a, const struct question *q)
{
	const char *left = q->rule ? arena_printf(a, "%s:%s:", q->attribute, q->rule) : q->attribute;
	const char *filter = dir_filter(a, left, q->value);

	return filter && q->filter ? arena_printf(a, "(&%s%s)", q->filter, filter) : filter;
}

static const char *of_groups(struct climb *c, const char *filter)
{
	const char *all = c->d->source->group_filter;

	return all ? arena_printf(c->scratch, "(&%s%s)", all, filter) : filter;
}

bool climb_usable(struct climb *c, const struct dir_ask *ask)
{
	if (ask->elsewhere)
		climb_incomplete(c->account, "a referral was not followed");
	switch (ask->code) {
	case LDAP_SUCCESS:
		return true;
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
		climb_incomplete(c->account, "the directory limited its answer");
		return true;
	default:
		c->doubtful = true;
		climb_incomplete(c->account, ldap_err2string(ask->code));
		return false;
	}
}

static void add_edge(struct climb *c, int below, int above, const char *attribute)
{
	if (above < 0)
		return;
	c->edges = arena_grow(c->a, c->edges, c->edge_count, &c->edge_room, sizeof *c->edges);
	c->edges[c->edge_count++] = (struct edge){ below, above, attribute };
}

/* ---- each on its own ---- */

/* What came is kept also when more was to come. */
static bool take(struct climb *c, const struct dir_ask *ask, const struct question *q)
{
	LDAP *ld = c->d->handle;

	for (LDAPMessage *e = ldap_first_entry(ld, ask->answer); e && !c->full;
	     e = ldap_next_entry(ld, e))
		add_edge(c, q->via, climb_add(c, e, q->via, q->attribute, q->value), q->attribute);
	return climb_usable(c, ask);
}

static enum fail ask_batch(struct climb *c, const struct question *q, size_t count,
                           size_t *understood, bool *whole, struct err *err)
{
	char *attributes[] = { (char *)c->d->group_name, (char *)c->d->group_key, NULL };
	struct dir_ask asks[DIR_BATCH];
	enum fail rc;

	for (size_t i = 0; i < count; i++) {
		const char *filter = filter_of(c->scratch, &q[i]);

		if (!filter)
			return err_set(err, FAIL_DATA, "dir: a name too long for a filter");
		asks[i] = (struct dir_ask){ .base = c->d->source->group_base,
			                    .scope = LDAP_SCOPE_SUBTREE,
			                    .filter = of_groups(c, filter),
			                    .attributes = attributes,
			                    .limit = c->d->source->group_limit + 1 };
	}
	if ((rc = dir_ask(c->d, asks, count, err)))
		return rc;
	for (size_t i = 0; i < count; i++) {
		*understood += take(c, &asks[i], &q[i]);
		*whole &= !asks[i].code && !asks[i].elsewhere;
	}
	dir_ask_release(asks, count);
	return OK;
}

static enum fail ask_each(struct climb *c, const struct question *q, size_t count, size_t *understood,
                          bool *whole, struct err *err)
{
	enum fail rc = OK;

	for (size_t from = 0; !rc && from < count; from += DIR_BATCH)
		rc = ask_batch(c, q + from, count - from < DIR_BATCH ? count - from : DIR_BATCH, understood,
		               whole, err);
	return rc;
}

/* ---- all at once ---- */

struct together {
	const struct question *q;
	size_t count;
	struct buf items;     /* (member=…)(uniqueMember=…)… */
	struct berval wanted; /* the values to send, as the control has them */
	char *attributes[2 * CONF_KINDS + 4];
	size_t attribute_count;
};

static void want_attribute(struct together *t, const char *attribute)
{
	for (size_t i = 0; i < t->attribute_count; i++)
		if (!strcasecmp(t->attributes[i], attribute))
			return;
	if (t->attribute_count + 1 < COUNT(t->attributes))
		t->attributes[t->attribute_count++] = (char *)attribute;
}

/* A control's filter is a plain list: no "&", so the values are asked for without the groups' filter. */
static bool want_values(struct climb *c, struct together *t)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct buf plain;
	bool ok;

	buf_init(&plain, FILTER_MAX);
	buf_printf(&plain, "((%s=*)(%s=*)", c->d->group_name, c->d->group_key);
	for (size_t i = 0; i < t->count; i++) {
		const char *one = dir_filter(c->scratch, t->q[i].attribute, t->q[i].value);

		buf_raw(&plain, one ? one : "");
		want_attribute(t, t->q[i].attribute);
	}
	buf_char(&plain, ')');
	ok = buf_ok(&plain) && ber && ldap_put_vrFilter(ber, plain.data) >= 0 &&
	     ber_flatten2(ber, &t->wanted, 1) == 0;
	ber_free(ber, 1);
	buf_release(&plain);
	return ok;
}

static bool add_items(struct climb *c, struct together *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const char *item = filter_of(c->scratch, &t->q[i]);

		if (!item)
			return false;
		buf_raw(&t->items, item);
	}
	return buf_ok(&t->items);
}

/* The one question that a value answers; NULL when that is not certain. */
static const struct question *meant(const struct together *t, const char *attribute,
                                    const struct berval *value)
{
	const struct question *only = NULL, *same = NULL;
	size_t candidates = 0, equal = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct question *q = &t->q[i];

		if (strcasecmp(q->attribute, attribute))
			continue;
		candidates++;
		only = q;
		if (strlen(q->value) == value->bv_len && !strncasecmp(q->value, value->bv_val, value->bv_len)) {
			equal++;
			same = q;
		}
	}
	return candidates == 1 ? only : equal == 1 ? same : NULL;
}

/* False when one of the ways to this group is not clear. */
static bool take_entry(struct climb *c, const struct together *t, LDAPMessage *e)
{
	bool found = false;

	for (size_t i = 2; i < t->attribute_count; i++) {
		struct berval **values = ldap_get_values_len(c->d->handle, e, t->attributes[i]);
		bool clear = true;

		for (size_t k = 0; clear && values && values[k]; k++) {
			const struct question *q = meant(t, t->attributes[i], values[k]);

			if ((clear = q != NULL)) {
				add_edge(c, q->via, climb_add(c, e, q->via, q->attribute, q->value), q->attribute);
				found = true;
			}
		}
		ldap_value_free_len(values);
		if (!clear)
			return false;
	}
	return found;
}

static bool take_all(struct climb *c, const struct together *t, const struct dir_ask *level)
{
	LDAP *ld = c->d->handle;
	bool clear = true;

	for (LDAPMessage *e = ldap_first_entry(ld, level->answer); e && !c->full;
	     e = ldap_next_entry(ld, e))
		clear &= take_entry(c, t, e);
	return clear;
}

/* ---- one member, by the classes of the groups ---- */

/* What entries of these classes can hold (RFC 4519, RFC 2307, Active Directory); NULL: no members. */
static const struct {
	const char *name, *holds;
} classes[] = {
	{ "top", NULL },
	{ "groupOfNames", "member" },
	{ "groupOfUniqueNames", "uniqueMember" },
	{ "groupOfMembers", "member" },
	{ "posixGroup", "memberUid" },
	{ "group", "member" },
};

static bool class_is(const struct berval *value, const char *name)
{
	return value->bv_len == strlen(name) && !strncasecmp(value->bv_val, name, value->bv_len);
}

/* The attribute that entries of this class hold members in; false: the class is not known. */
static bool holds_in(const struct berval *class, const char **attribute)
{
	for (size_t i = 0; i < COUNT(classes); i++)
		if (class_is(class, classes[i].name)) {
			*attribute = classes[i].holds;
			return true;
		}
	return false;
}

/* The only question that an entry of these classes can answer; NULL when that is not certain. */
static const struct question *only_possible(const struct together *t, struct berval **class)
{
	const struct question *only = NULL;

	for (; class && *class; class++) {
		const char *attribute;

		if (!holds_in(*class, &attribute))
			return NULL;
		for (size_t i = 0; attribute && i < t->count; i++) {
			if (strcasecmp(t->q[i].attribute, attribute))
				continue;
			if (only && only != &t->q[i])
				return NULL;
			only = &t->q[i];
		}
	}
	return only;
}

static bool take_by_class(struct climb *c, const struct together *t, const struct dir_ask *all)
{
	LDAP *ld = c->d->handle;
	const struct question *q = &t->q[0];

	for (LDAPMessage *e = ldap_first_entry(ld, all->answer); e && q && !c->full; e = ldap_next_entry(ld, e)) {
		struct berval **class = ldap_get_values_len(ld, e, "objectClass");

		if ((q = only_possible(t, class)))
			add_edge(c, q->via, climb_add(c, e, q->via, q->attribute, q->value), q->attribute);
		ldap_value_free_len(class);
	}
	return q != NULL;
}

static enum fail ask_by_class(struct climb *c, struct together *t, bool *clear, struct err *err)
{
	char *attributes[] = { (char *)c->d->group_name, (char *)c->d->group_key, "objectClass", NULL };
	struct dir_ask all = { .base = c->d->source->group_base,
		               .scope = LDAP_SCOPE_SUBTREE,
		               .filter = of_groups(c, arena_printf(c->scratch, "(|%s)", t->items.data)),
		               .attributes = attributes,
		               .limit = c->d->source->group_limit + 1 };
	enum fail rc = dir_ask(c->d, &all, 1, err);

	if (rc)
		return rc;
	*clear = !all.code && !all.elsewhere && take_by_class(c, t, &all);
	c->d->classes_tell_nothing |= !all.code && !all.elsewhere && !c->full && !*clear;
	dir_ask_release(&all, 1);
	return OK;
}

static bool is_held(const char *attribute)
{
	for (size_t i = 0; i < COUNT(classes); i++)
		if (classes[i].holds && !strcasecmp(classes[i].holds, attribute))
			return true;
	return false;
}

/* All about one member, and in attributes of which we know the classes. */
static bool classes_may_tell(const struct climb *c, const struct question *q, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (q[i].via != q[0].via || !is_held(q[i].attribute))
			return false;
	return !c->d->classes_tell_nothing;
}

/* ---- several members, by the values that matched ---- */

static enum fail ask_together(struct climb *c, struct together *t, bool *clear, struct err *err)
{
	LDAPControl matched = { LDAP_CONTROL_VALUESRETURNFILTER, t->wanted, 1 };
	LDAPControl *controls[] = { &matched, NULL };
	struct dir_ask level = { .base = c->d->source->group_base,
		                 .scope = LDAP_SCOPE_SUBTREE,
		                 .filter = of_groups(c, arena_printf(c->scratch, "(|%s)", t->items.data)),
		                 .attributes = t->attributes,
		                 .limit = c->d->source->group_limit + 1,
		                 .controls = controls };
	enum fail rc = dir_ask(c->d, &level, 1, err);

	if (rc)
		return rc;
	c->d->no_matched_values |= level.code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION;
	/* What else is odd shows, and is judged, when each is asked for. */
	*clear = !level.code && !level.elsewhere && take_all(c, t, &level);
	dir_ask_release(&level, 1);
	return OK;
}

static bool has_rule(const struct question *q, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (q[i].rule)
			return true;
	return false;
}

static enum fail ask_all(struct climb *c, struct together *t, bool *clear, struct err *err)
{
	size_t edges = c->edge_count;
	enum fail rc = OK;

	if (classes_may_tell(c, t->q, t->count))
		rc = ask_by_class(c, t, clear, err);
	if (rc || *clear || c->d->no_matched_values)
		return rc;
	c->edge_count = edges;
	want_attribute(t, c->d->group_name);
	want_attribute(t, c->d->group_key);
	if (want_values(c, t))
		rc = ask_together(c, t, clear, err);
	ber_memfree(t->wanted.bv_val);
	return rc;
}

enum fail climb_ask(struct climb *c, const struct question *q, size_t count, size_t *understood,
                    bool *whole, struct err *err)
{
	struct together t = { .q = q, .count = count };
	size_t edges = c->edge_count;
	bool clear = false;
	enum fail rc = OK;

	*whole = true;
	if (count > 1 && !has_rule(q, count)) {
		buf_init(&t.items, FILTER_MAX);
		if (add_items(c, &t))
			rc = ask_all(c, &t, &clear, err);
		buf_release(&t.items);
	}
	if (rc || clear) {
		*understood += clear ? count : 0;
		return rc;
	}
	c->edge_count = edges; /* what was unclear is asked again */
	return ask_each(c, q, count, understood, whole, err);
}
