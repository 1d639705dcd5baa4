/* Every directory group of an account, level by level upward, never reading who else is in one.
 *
 * One OR filter asks for all groups above a level. Through which of its groups each was
 * reached, the server tells by sending only the member values that matched (RFC 3876).
 * Such a value may be spelled unlike the group's own DN, and only the server knows its
 * matching rules; then, and where the server cannot do this, each group gets questions
 * of its own, sent together: a chain shown to somebody must be true. */
#include "dir_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SCRATCH_MAX ((size_t)16 << 20)
#define LEVEL_PART  50 /* groups in one OR filter */

struct climb {
	struct dir *d;
	struct arena *a, *scratch;
	struct account *account;
	struct fact_group *groups;
	const char **dn; /* as sent: groups[i].dn is fit for pages, this one for questions */
	size_t count, room, dn_room;
	size_t *slot; /* hash of ids: index + 1, 0: free */
	size_t slot_count;
	bool full;
};

static void incomplete(struct account *account, const char *why)
{
	if (account->complete)
		account->why_incomplete = why;
	account->complete = false;
}

/* ---- groups seen ---- */

static size_t limit_of(const struct dir *d)
{
	return d->source->group_limit > 0 ? (size_t)d->source->group_limit : 0;
}

static size_t hash(const char *s)
{
	size_t h = 1469598103934665603u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

/* The slot of an id: of the group that has it, or a free one. There are always free ones. */
static size_t *slot_of(const struct climb *c, const char *id)
{
	size_t i = hash(id) & (c->slot_count - 1);

	while (c->slot[i] && strcmp(c->groups[c->slot[i] - 1].id, id))
		i = (i + 1) & (c->slot_count - 1);
	return &c->slot[i];
}

static void add(struct climb *c, LDAPMessage *entry, int via, const char *attribute)
{
	LDAP *ld = c->d->handle;
	const char *dn = dir_dn(c->a, ld, entry);
	const char *id = dir_id(c->a, ld, entry, c->d->source->key_attribute, dn);
	struct berval **cn;
	size_t *slot = slot_of(c, id);

	if (*slot)
		return;
	if (c->count >= limit_of(c->d)) {
		c->full = true;
		incomplete(c->account, "more groups than the limit");
		return;
	}
	c->groups = arena_grow(c->a, c->groups, c->count, &c->room, sizeof *c->groups);
	c->dn = arena_grow(c->a, c->dn, c->count, &c->dn_room, sizeof *c->dn);
	c->dn[c->count] = dn;
	c->groups[c->count] = (struct fact_group){
		.id = id, .dn = dir_text(c->a, dn, strlen(dn)), .via = via, .attribute = attribute
	};
	cn = ldap_get_values_len(ld, entry, "cn");
	c->groups[c->count].name =
		cn && cn[0] ? dir_text(c->a, cn[0]->bv_val, cn[0]->bv_len) : c->groups[c->count].dn;
	ldap_value_free_len(cn);
	*slot = ++c->count;
}

/* ---- questions ---- */

struct question {
	int via; /* the group it is about, -1: the account */
	const char *attribute;
	const char *value;
};

/* What came is kept also when more was to come. */
static bool take(struct climb *c, const struct dir_ask *ask, const struct question *q)
{
	LDAP *ld = c->d->handle;

	for (LDAPMessage *e = ldap_first_entry(ld, ask->answer); e && !c->full;
	     e = ldap_next_entry(ld, e))
		add(c, e, q->via, q->attribute);
	if (ask->elsewhere)
		incomplete(c->account, "a referral was not followed");
	switch (ask->code) {
	case LDAP_SUCCESS:
		return true;
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
		incomplete(c->account, "the directory limited its answer");
		return true;
	default:
		incomplete(c->account, ldap_err2string(ask->code));
		return false;
	}
}

/* Asks up to DIR_BATCH questions; *understood counts those that got an answer. */
static enum fail ask(struct climb *c, const struct question *q, size_t count, size_t *understood,
                     struct err *err)
{
	char *attributes[] = { "cn", (char *)c->d->source->key_attribute, NULL };
	struct dir_ask asks[DIR_BATCH];
	size_t n = 0;
	enum fail rc;

	arena_reset(c->scratch);
	for (size_t i = 0; i < count; i++) {
		const char *filter = dir_filter(c->scratch, q[i].attribute, q[i].value);

		if (!filter)
			return err_set(err, FAIL_DATA, "dir: a name too long for a filter");
		asks[n++] = (struct dir_ask){ .base = c->d->source->group_base,
			                      .scope = LDAP_SCOPE_SUBTREE,
			                      .filter = filter,
			                      .attributes = attributes,
			                      .limit = c->d->source->group_limit + 1 };
	}
	if ((rc = dir_ask(c->d, asks, n, err)))
		return rc;
	for (size_t i = 0; i < n; i++)
		*understood += take(c, &asks[i], &q[i]);
	dir_ask_release(asks, n);
	return OK;
}

/* The account's own groups. */
static enum fail ask_direct(struct climb *c, struct err *err)
{
	const struct account *who = c->account;
	const struct question q[] = {
		{ -1, "member", who->dn },
		{ -1, "uniqueMember", who->dn },
		{ -1, "memberUid", who->uid },
	};
	size_t understood = 0;
	enum fail rc = ask(c, q, COUNT(q), &understood, err);

	if (!rc && !understood)
		rc = err_set(err, FAIL_BACKEND, "dir: %s: groups below %s: %s",
		             c->d->server[c->d->current].uri, c->d->source->group_base,
		             who->why_incomplete);
	return rc;
}

/* The groups that hold groups from … to - 1, each asked for on its own. */
static enum fail ask_each(struct climb *c, size_t from, size_t to, struct err *err)
{
	struct question q[DIR_BATCH];
	size_t understood = 0;
	enum fail rc = OK;

	while (!rc && from < to) {
		size_t n = 0;

		for (; from < to && n + 2 <= DIR_BATCH; from++) {
			q[n++] = (struct question){ (int)from, "member", c->dn[from] };
			q[n++] = (struct question){ (int)from, "uniqueMember", c->dn[from] };
		}
		rc = ask(c, q, n, &understood, err);
	}
	return rc;
}

/* ---- one question for a level ---- */

struct level {
	size_t from, to;
	struct buf items;     /* (member=…)(uniqueMember=…)… */
	struct berval wanted; /* the values to send, as the control has them */
};

static bool add_items(struct climb *c, struct level *l)
{
	for (size_t i = l->from; i < l->to; i++) {
		const char *member = dir_filter(c->scratch, "member", c->dn[i]);
		const char *unique = dir_filter(c->scratch, "uniqueMember", c->dn[i]);

		if (!member || !unique)
			return false;
		buf_raw(&l->items, member);
		buf_raw(&l->items, unique);
	}
	return buf_ok(&l->items);
}

static bool want_values(struct climb *c, struct level *l)
{
	const char *filter = arena_printf(c->scratch, "((cn=*)(%s=*)%s)",
	                                  c->d->source->key_attribute, l->items.data);
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	bool ok =
		ber && ldap_put_vrFilter(ber, filter) >= 0 && ber_flatten2(ber, &l->wanted, 1) == 0;

	ber_free(ber, 1);
	return ok;
}

/* The one group of the level that a value means; -1 when that is not certain. */
static int meant(const struct climb *c, const struct level *l, const struct berval *value)
{
	int found = -1;

	if (l->to - l->from == 1)
		return (int)l->from;
	for (size_t i = l->from; i < l->to; i++) {
		if (strlen(c->dn[i]) != value->bv_len ||
		    strncasecmp(c->dn[i], value->bv_val, value->bv_len))
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static int way_by(const struct climb *c, const struct level *l, LDAPMessage *entry,
                  const char *attribute)
{
	struct berval **values = ldap_get_values_len(c->d->handle, entry, attribute);
	int via = -1;

	for (size_t i = 0; values && values[i] && via < 0; i++)
		via = meant(c, l, values[i]);
	ldap_value_free_len(values);
	return via;
}

/* False when the way to a group did not become clear. */
static bool take_level(struct climb *c, const struct level *l, const struct dir_ask *level)
{
	static const char *const by[] = { "member", "uniqueMember" };
	LDAP *ld = c->d->handle;
	bool clear = true;

	for (LDAPMessage *e = ldap_first_entry(ld, level->answer); e && !c->full;
	     e = ldap_next_entry(ld, e)) {
		int via = -1;
		size_t i;

		for (i = 0; i < COUNT(by) && via < 0; i++)
			via = way_by(c, l, e, by[i]);
		if (via < 0)
			clear = false;
		else
			add(c, e, via, by[i - 1]);
	}
	return clear;
}

static enum fail ask_together(struct climb *c, struct level *l, bool *clear, struct err *err)
{
	char *attributes[] = { "cn", (char *)c->d->source->key_attribute, "member", "uniqueMember",
		               NULL };
	LDAPControl matched = { LDAP_CONTROL_VALUESRETURNFILTER, l->wanted, 1 };
	LDAPControl *controls[] = { &matched, NULL };
	struct dir_ask level = { .base = c->d->source->group_base,
		                 .scope = LDAP_SCOPE_SUBTREE,
		                 .filter = arena_printf(c->scratch, "(|%s)", l->items.data),
		                 .attributes = attributes,
		                 .limit = c->d->source->group_limit + 1,
		                 .controls = controls };
	enum fail rc = dir_ask(c->d, &level, 1, err);

	if (rc)
		return rc;
	c->d->no_matched_values = level.code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION;
	/* What else is odd shows, and is judged, when each group is asked for. */
	*clear = !level.code && !level.elsewhere && take_level(c, l, &level);
	dir_ask_release(&level, 1);
	return OK;
}

/* The groups that hold groups from … to - 1. */
static enum fail ask_above(struct climb *c, size_t from, size_t to, struct err *err)
{
	struct level l = { .from = from, .to = to };
	bool clear = false;
	enum fail rc = OK;

	arena_reset(c->scratch);
	buf_init(&l.items, SCRATCH_MAX / 8);
	if (!c->d->no_matched_values && add_items(c, &l) && want_values(c, &l))
		rc = ask_together(c, &l, &clear, err);
	ber_memfree(l.wanted.bv_val);
	buf_release(&l.items);
	return rc || clear ? rc : ask_each(c, from, to, err);
}

/* Breadth first, so that each group gets its shortest chain. Groups found go to the end of
 * the list; it ends because each is taken up once. */
static void climb_on(struct climb *c)
{
	size_t level = c->count;
	struct err why = { 0 };

	for (size_t from = 0, to; from < c->count && !c->full; from = to) {
		if (from == level)
			level = c->count;
		to = from + LEVEL_PART < level ? from + LEVEL_PART : level;
		if (ask_above(c, from, to, &why)) {
			incomplete(c->account, arena_str(c->a, why.text));
			return;
		}
	}
}

static size_t slots_for(size_t groups)
{
	size_t slots = 64;

	while (slots < 2 * groups)
		slots *= 2;
	return slots;
}

static enum fail climb(struct climb *c, struct err *err)
{
	const char *why;
	enum fail rc = ask_direct(c, err);

	if (rc)
		return rc;
	climb_on(c);
	c->account->groups = c->groups;
	c->account->group_count = c->count;
	dir_named(c->d, c->a, c->account, &why);
	if (why)
		incomplete(c->account, why);
	return OK;
}

enum fail dir_climb(struct dir *d, struct arena *a, struct account *account, struct err *err)
{
	struct climb c = { .d = d, .a = a, .account = account };
	enum fail rc;

	account->groups = NULL;
	account->named = NULL;
	account->group_count = account->named_count = 0;
	account->complete = true;
	account->why_incomplete = NULL;
	if (!d->source->group_base)
		return OK;
	c.slot_count = slots_for(limit_of(d) + 1);
	c.slot = calloc(c.slot_count, sizeof *c.slot);
	if (!c.slot)
		return err_set(err, FAIL_BACKEND, "dir: out of memory");
	c.scratch = arena_new(SCRATCH_MAX);
	rc = climb(&c, err);
	if (rc) {
		incomplete(account, "the directory could not be asked");
		account->group_count = 0;
	}
	arena_free(c.scratch);
	free(c.slot);
	return rc;
}
