/* Which way of finding groups is the fastest here, tried and not believed: one that finds other groups than
 * the search upward is not a way. */
#include "dir_priv.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIAL_MAX ((size_t)64 << 20)

static const char *const names[] = { [FIND_SEARCH] = "search",
	                             [FIND_IN_CHAIN] = "in-chain",
	                             [FIND_MEMBER_OF] = "member-of" };

/* ---- what can be tried ---- */

static bool possible(const struct dir *d, enum conf_find find)
{
	const struct conf_source *s = d->source;

	if (!s->group_base)
		return false;
	switch (find) {
	case FIND_SEARCH:
		return true;
	case FIND_IN_CHAIN: /* a server without the rule finds nothing, and that shows in the trial */
		return s->primary != NULL || s->find == FIND_IN_CHAIN;
	case FIND_MEMBER_OF:
		for (size_t i = 0; i < s->named_count; i++)
			if (s->named[i].nested && !s->named[i].by_name)
				return true;
		return false;
	default:
		return false;
	}
}

/* ---- the same groups? ---- */

static int by_id(const void *a, const void *b)
{
	const struct fact_group *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static const struct fact_group *sorted(struct arena *a, const struct account *who)
{
	struct fact_group *list = arena_array(a, who->group_count + 1, sizeof *list);

	if (who->group_count)
		memcpy(list, who->groups, who->group_count * sizeof *list);
	qsort(list, who->group_count, sizeof *list, by_id);
	return list;
}

static bool same_groups(struct arena *a, const struct account *x, const struct account *y)
{
	const struct fact_group *p = sorted(a, x), *q = sorted(a, y);

	if (x->group_count != y->group_count)
		return false;
	for (size_t i = 0; i < x->group_count; i++)
		if (strcmp(p[i].id, q[i].id))
			return false;
	return true;
}

/* ---- trying ---- */

struct trial {
	struct account who;
	enum fail rc;
	int64_t us;
	unsigned long operations;
};

int64_t dir_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct trial try_way(struct dir *d, struct arena *a, const struct account *account, enum conf_find find)
{
	struct trial t = { .who = *account };
	unsigned long before = d->operations;
	int64_t begin = dir_us();
	struct err err = { 0 };

	t.rc = dir_climb_by(d, a, find, &t.who, &err);
	t.us = dir_us() - begin;
	t.operations = d->operations - before;
	return t;
}

static bool is_right(struct arena *a, const struct trial *t, const struct account *right)
{
	return !t->rc && t->who.complete && same_groups(a, &t->who, right);
}

/* ---- for one process: auto ---- */

/* Of these two ways none can be lacking a kind of membership, which the other finds: memberOf can, and is
 * taken only where somebody wrote so. Whoever has one group proves nothing about chains. */
void dir_choose(struct dir *d, const struct account *right, int64_t us)
{
	struct arena *a;
	struct trial t;

	if (!possible(d, FIND_IN_CHAIN)) {
		d->find = FIND_SEARCH;
		return;
	}
	if (!right->complete || right->group_count < 2 || dir_rest(d) < d->source->timeout_ms / 2)
		return;
	a = arena_new(TRIAL_MAX);
	t = try_way(d, a, right, FIND_IN_CHAIN);
	d->find = is_right(a, &t, right) && t.us < us ? FIND_IN_CHAIN : FIND_SEARCH;
	arena_free(a);
}

/* ---- for `loketctl check` ---- */

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static enum fail people_of(struct dir *d, struct arena *a, const char **uids, size_t *count, struct err *err)
{
	char *attributes[] = { (char *)d->source->uid_attribute, NULL };
	struct dir_ask ask = { .base = d->source->people_base,
		               .scope = LDAP_SCOPE_SUBTREE,
		               .filter = d->source->people_filter ? d->source->people_filter : "(objectClass=*)",
		               .attributes = attributes,
		               .limit = DIR_WAY_PEOPLE };
	enum fail rc;

	dir_start(d);
	if ((rc = dir_ask(d, &ask, 1, err)))
		return rc;
	for (LDAPMessage *e = ldap_first_entry(d->handle, ask.answer); e && *count < DIR_WAY_PEOPLE;
	     e = ldap_next_entry(d->handle, e)) {
		struct berval **v = ldap_get_values_len(d->handle, e, d->source->uid_attribute);

		if (v && v[0])
			uids[(*count)++] = dir_text(a, v[0]->bv_val, v[0]->bv_len);
		ldap_value_free_len(v);
	}
	dir_ask_release(&ask, 1);
	return OK;
}

static void try_person(struct dir *d, struct arena *a, const char *uid, struct dir_way *ways,
                       int64_t us[][DIR_WAY_PEOPLE])
{
	struct account who, right = { 0 };

	if (dir_find(d, a, uid, &who, NULL))
		return;
	for (size_t i = 0; i < DIR_WAYS; i++) {
		struct dir_way *way = &ways[i];
		struct trial t;

		if (!way->possible)
			continue;
		dir_start(d);
		t = try_way(d, a, &who, way->find);
		if (way->find == FIND_SEARCH)
			right = t.who;
		way->wrong += !is_right(a, &t, &right);
		way->operations += t.operations;
		us[i][way->people++] = t.us;
	}
}

/* What auto may take is not what check may advise: a person reads that and decides. */
static void judge(const struct dir *d, struct dir_way *ways, int64_t us[][DIR_WAY_PEOPLE])
{
	struct dir_way *best = NULL;

	for (size_t i = 0; i < DIR_WAYS; i++) {
		qsort(us[i], ways[i].people, sizeof *us[i], by_size);
		ways[i].us = ways[i].people ? us[i][ways[i].people / 2] : 0;
		ways[i].configured = d->source->find == ways[i].find;
		if (ways[i].people && !ways[i].wrong && (!best || ways[i].us < best->us))
			best = &ways[i];
	}
	if (best)
		best->fastest = true;
}

enum fail dir_ways(struct dir *d, struct arena *a, struct dir_way ways[DIR_WAYS], struct err *err)
{
	static const enum conf_find finds[DIR_WAYS] = { FIND_SEARCH, FIND_IN_CHAIN, FIND_MEMBER_OF };
	const char *uids[DIR_WAY_PEOPLE];
	int64_t us[DIR_WAYS][DIR_WAY_PEOPLE];
	size_t count = 0;
	enum fail rc;

	dir_keep(d, 0); /* each way shall ask for itself */
	for (size_t i = 0; i < DIR_WAYS; i++)
		ways[i] = (struct dir_way){ .name = names[finds[i]],
			                    .find = finds[i],
			                    .possible = possible(d, finds[i]) };
	if ((rc = people_of(d, a, uids, &count, err)))
		return rc;
	for (size_t i = 0; i < count; i++)
		try_person(d, a, uids[i], ways, us);
	judge(d, ways, us);
	return OK;
}
