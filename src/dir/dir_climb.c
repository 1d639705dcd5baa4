/* Every directory group of an account, level by level upward, never reading who else is in one.
 *
 * Each group of a level gets questions of its own, all sent together: so it is the server
 * that says through which group and which attribute the next one was reached. One OR
 * filter for the level would need a DN comparison on our side to tell, which cannot be
 * done right without the server's matching rules. */
#include "dir_priv.h"

#include <stdlib.h>
#include <string.h>

#define SCRATCH_MAX ((size_t)16 << 20)

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
	c->groups[c->count].name = cn && cn[0] ? dir_text(c->a, cn[0]->bv_val, cn[0]->bv_len)
	                                       : c->groups[c->count].dn;
	ldap_value_free_len(cn);
	*slot = ++c->count;
}

/* ---- questions ---- */

struct question {
	int via;
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

/* The groups that hold groups from … to - 1. */
static enum fail ask_above(struct climb *c, size_t from, size_t to, struct err *err)
{
	struct question q[DIR_BATCH];
	size_t n = 0, understood = 0;

	for (size_t i = from; i < to; i++) {
		q[n++] = (struct question){ (int)i, "member", c->dn[i] };
		q[n++] = (struct question){ (int)i, "uniqueMember", c->dn[i] };
	}
	return ask(c, q, n, &understood, err);
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
		to = from + DIR_BATCH / 2 < level ? from + DIR_BATCH / 2 : level;
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
