/* Every directory group of an account, level by level upward, never reading who else is in one. Which
 * groups are the same is for the server to say: two answers are one group when they have one key. */
#include "climb_priv.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL_PART 50 /* groups in one question */
#define ROUNDS     64

void climb_incomplete(struct account *account, const char *why)
{
	if (account->complete)
		account->why_incomplete = why;
	account->complete = false;
}

/* ---- groups seen ---- */

size_t climb_limit(const struct dir *d)
{
	return d->source->group_limit > 0 ? (size_t)d->source->group_limit : 0;
}

size_t climb_hash(const char *s)
{
	size_t h = 1469598103934665603u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

/* The slot of an id: of the group that has it, or a free one. There are always free ones. */
static size_t *slot_of(const struct climb *c, const char *id)
{
	size_t i = climb_hash(id) & (c->slot_count - 1);

	while (c->slot[i] && strcmp(c->groups[c->slot[i] - 1].id, id))
		i = (i + 1) & (c->slot_count - 1);
	return &c->slot[i];
}

bool climb_has(const struct climb *c, const char *id)
{
	return *slot_of(c, id) != 0;
}

int climb_add_known(struct climb *c, const struct fact_group *group, const char *dn)
{
	size_t *slot = slot_of(c, group->id);

	if (*slot)
		return (int)*slot - 1;
	if (c->count >= climb_limit(c->d)) {
		c->full = true;
		climb_incomplete(c->account, "more groups than the limit");
		return -1;
	}
	c->groups = arena_grow(c->a, c->groups, c->count, &c->room, sizeof *c->groups);
	c->seen = arena_grow(c->a, c->seen, c->count, &c->seen_room, sizeof *c->seen);
	c->groups[c->count] = *group;
	c->seen[c->count] = (struct seen){ .dn = dn, .settled = !dn };
	*slot = ++c->count;
	return (int)c->count - 1;
}

int climb_add(struct climb *c, LDAPMessage *entry, int via, const char *attribute, const char *value)
{
	const char *dn = dir_dn(c->a, c->d->handle, entry);
	struct fact_group group = { .id = dir_id(c->a, c->d->handle, entry, c->d->group_key, dn),
		                    .dn = dir_text(c->a, dn, strlen(dn)),
		                    .via = via,
		                    .attribute = attribute };

	if (climb_has(c, group.id))
		return climb_add_known(c, &group, dn);
	group.name = dir_name(c->a, c->d, entry, dn);
	group.value = value ? arena_str(c->a, value) : NULL;
	return climb_add_known(c, &group, dn);
}

/* ---- the account's own groups ---- */

struct questions {
	struct question *list;
	size_t count, room;
};

static void add_question(struct climb *c, struct questions *qs, struct question q)
{
	qs->list = arena_grow(c->a, qs->list, qs->count, &qs->room, sizeof *qs->list);
	qs->list[qs->count++] = q;
}

/* dns: whether groups that hold the account's DN are asked for. */
static void own_questions(struct climb *c, bool dns, struct questions *qs)
{
	const struct dir *d = c->d;
	struct question primary;

	for (size_t i = 0; i < d->member_count; i++) {
		const struct conf_member *m = &d->member[i];
		struct question q = { .via = -1, .attribute = m->attribute, .filter = m->filter };
		const char *dn[] = { c->account->dn, NULL };
		const char **values = m->holds ? climb_values(c, m->holds) : dn;

		for (; (m->holds || dns) && *values; values++) {
			q.value = *values;
			add_question(c, qs, q);
		}
	}
	if (dns && climb_primary(c, &primary))
		add_question(c, qs, primary);
}

static enum fail ask_direct(struct climb *c, bool dns, struct err *err)
{
	struct questions qs = { 0 };
	size_t understood = 0;
	bool whole;
	enum fail rc;

	own_questions(c, dns, &qs);
	if (!qs.count)
		return OK;
	rc = climb_ask(c, qs.list, qs.count, &understood, &whole, err);
	if (!rc && !understood)
		rc = err_set(err, FAIL_BACKEND, "dir: %s: groups below %s: %s",
		             c->d->server[c->d->current].uri, c->d->source->group_base,
		             c->account->why_incomplete);
	climb_name_primary(c);
	return rc;
}

/* ---- upward ---- */

static enum fail ask_above(struct climb *c, size_t from, size_t to, struct err *err)
{
	struct questions qs = { 0 };
	size_t understood = 0, count = 0;
	int asked[LEVEL_PART];
	bool whole;
	enum fail rc;

	arena_reset(c->scratch);
	for (size_t i = from; i < to; i++) {
		if (c->seen[i].settled || climb_kept(c, (int)i))
			continue;
		asked[count++] = (int)i;
		for (size_t k = 0; k < c->d->member_count; k++)
			if (!c->d->member[k].holds)
				add_question(c, &qs,
				             (struct question){ .via = (int)i,
				                                .attribute = c->d->member[k].attribute,
				                                .value = c->seen[i].dn,
				                                .filter = c->d->member[k].filter });
	}
	c->edge_count = 0;
	if (!qs.count)
		return OK;
	rc = climb_ask(c, qs.list, qs.count, &understood, &whole, err);
	for (size_t i = 0; i < count && !rc && whole && !c->full; i++)
		climb_keep(c, asked[i]);
	return rc;
}

static enum fail dynamic_above(struct climb *c, size_t from, size_t to, struct err *err)
{
	enum fail rc = OK;

	for (size_t i = from; !rc && i < to; i++)
		if (c->seen[i].dn)
			rc = climb_dynamic(c, (int)i, err);
	return rc;
}

/* Breadth first, so that each group gets its shortest chain. Groups found go to the end of the list; it
 * ends because each is taken up once. */
static void climb_on(struct climb *c)
{
	int rounds = 0, most = c->d->source->rounds ? c->d->source->rounds : ROUNDS;
	size_t level = c->count;
	struct err why = { 0 };

	for (size_t from = 0, to; from < c->count && !c->full; from = to) {
		if (from == level)
			level = c->count;
		to = from + LEVEL_PART < level ? from + LEVEL_PART : level;
		if (to == level && ++rounds > most) {
			climb_incomplete(c->account, "more levels than the limit");
			return;
		}
		if (ask_above(c, from, to, &why) || dynamic_above(c, from, to, &why)) {
			climb_incomplete(c->account, arena_str(c->a, why.text));
			return;
		}
	}
}

/* ---- all of it ---- */

static bool holds_dns(const struct dir *d)
{
	for (size_t i = 0; i < d->member_count; i++)
		if (!d->member[i].holds)
			return true;
	return false;
}

/* A nested attribute of the person is a shorter way to what the search upward finds; where there is
 * nothing to search for, it is the only one. */
static enum fail find_own(struct climb *c, struct err *err)
{
	enum conf_find find = c->find;
	bool dns = holds_dns(c->d), nested = find == FIND_MEMBER_OF || !dns;
	enum fail rc;

	if (find == FIND_IN_CHAIN && (rc = climb_in_chain(c, err)))
		return rc;
	if ((rc = ask_direct(c, dns && find != FIND_MEMBER_OF && find != FIND_IN_CHAIN, err)) ||
	    (rc = climb_named(c, nested, err)) || (rc = climb_dynamic(c, -1, err)))
		return rc;
	return climb_netgroups(c, err);
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
	const char *why = dir_patterns(c->d);
	enum fail rc;

	if (why)
		climb_incomplete(c->account, why);
	climb_kept_begin(c);
	rc = find_own(c, err);
	if (rc && !c->count)
		return rc;
	if (rc) /* what is known is shown, and that it is not all */
		climb_incomplete(c->account, err ? arena_str(c->a, err->text) : "the directory fell silent");
	else
		climb_on(c);
	err_clear(err);
	c->account->groups = c->groups;
	c->account->group_count = c->count;
	dir_named(c->d, c->a, c->account, &why);
	if (why)
		climb_incomplete(c->account, why);
	return OK;
}

/* A base that is not there now, as after a restore, may hold groups in a minute: what was read meanwhile
 * must not be believed that long. */
static void forget_doubtful(struct dir *d)
{
	d->named_known = d->patterns_known = false;
}

enum fail dir_climb_by(struct dir *d, struct arena *a, enum conf_find find, struct account *account,
                       struct err *err)
{
	struct climb c = { .d = d, .a = a, .account = account, .find = find };
	enum fail rc;

	account->groups = NULL;
	account->named = NULL;
	account->group_count = account->named_count = 0;
	account->complete = true;
	account->why_incomplete = NULL;
	if (!d->source->group_base)
		return OK;
	c.slot_count = slots_for(climb_limit(d) + 1);
	c.slot = calloc(c.slot_count, sizeof *c.slot);
	if (!c.slot)
		return err_set(err, FAIL_BACKEND, "dir: out of memory");
	c.scratch = arena_new(SCRATCH_MAX);
	rc = climb(&c, err);
	if (rc) {
		climb_incomplete(account, "the directory could not be asked");
		account->group_count = 0;
	}
	if (rc || c.doubtful)
		forget_doubtful(d);
	arena_free(c.scratch);
	free(c.slot);
	return rc;
}

enum fail dir_climb(struct dir *d, struct arena *a, struct account *account, struct err *err)
{
	int64_t begin = dir_us();
	enum fail rc;

	if (d->find != FIND_AUTO)
		return dir_climb_by(d, a, d->find, account, err);
	rc = dir_climb_by(d, a, FIND_SEARCH, account, err);
	if (!rc)
		dir_choose(d, account, dir_us() - begin);
	return rc;
}
