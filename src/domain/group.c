#include "domain/group.h"

#include <string.h>

#define WORDS COUNT(((struct bits *)0)->word)

bool bits_has(const struct bits *b, size_t i)
{
	return i < GROUP_MAX && (b->word[i / 64] >> (i % 64) & 1);
}

void bits_add(struct bits *b, size_t i)
{
	if (i < GROUP_MAX)
		b->word[i / 64] |= (uint64_t)1 << (i % 64);
}

void bits_join(struct bits *to, const struct bits *from)
{
	for (size_t w = 0; w < WORDS; w++)
		to->word[w] |= from->word[w];
}

void bits_cut(struct bits *from, const struct bits *what)
{
	for (size_t w = 0; w < WORDS; w++)
		from->word[w] &= ~what->word[w];
}

bool bits_meet(const struct bits *a, const struct bits *b)
{
	for (size_t w = 0; w < WORDS; w++)
		if (a->word[w] & b->word[w])
			return true;
	return false;
}

bool bits_equal(const struct bits *a, const struct bits *b)
{
	return !memcmp(a, b, sizeof *a);
}

bool bits_empty(const struct bits *b)
{
	for (size_t w = 0; w < WORDS; w++)
		if (b->word[w])
			return false;
	return true;
}

size_t bits_count(const struct bits *b)
{
	size_t n = 0;

	for (size_t w = 0; w < WORDS; w++)
		n += (size_t)__builtin_popcountll(b->word[w]);
	return n;
}

int group_find(const struct groups *g, const char *id)
{
	for (size_t i = 0; i < g->count; i++)
		if (!strcmp(g->list[i].id, id))
			return (int)i;
	return -1;
}

/* Edit distance of two short words; anything long counts as far. */
static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), row[65];

	if (la > 64 || lb > 64)
		return 64;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]), least = row[j] + 1;

			diagonal = row[j];
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = change < least ? change : least;
		}
	}
	return row[lb];
}

const char *group_near(const struct groups *g, const char *id)
{
	const char *best = NULL;
	size_t least = strlen(id) / 3 + 2;

	for (size_t i = 0; i < g->count; i++) {
		size_t d = distance(id, g->list[i].id);

		if (d < least) {
			least = d;
			best = g->list[i].id;
		}
	}
	return best;
}

/* ---- making a definition file whole ---- */

struct closing {
	struct arena *arena;
	struct group *list;
	struct groups *groups;
	const char *file;
	struct err *err;
	unsigned char *state; /* per group: 0 not begun, 1 in hand, 2 done */
};

static enum fail unknown(struct closing *c, int line, const char *id, const char *where)
{
	const char *near = group_near(c->groups, id);

	return err_set(c->err, FAIL_DATA, "%s:%d: unknown group \"%s\" in %s%s%s%s", c->file, line, id, where,
	               near ? ": did you mean \"" : ": write the id of a group of this file", near ? near : "",
	               near ? "\"?" : "");
}

/* The closure of one group, parents first; a parent in hand is a circle. */
static enum fail close_group(struct closing *c, size_t i)
{
	struct group *g = &c->list[i];
	enum fail rc;

	if (c->state[i] == 2)
		return OK;
	if (c->state[i] == 1)
		return err_set(c->err, FAIL_DATA,
		               "%s:%d: group \"%s\" is a parent of itself through its parents: remove one "
		               "<parent>",
		               c->file, g->line, g->id);
	c->state[i] = 1;
	bits_add(&g->closure, i);
	for (size_t p = 0; p < g->parent_count; p++) {
		int parent = group_find(c->groups, g->parent_ids[p]);

		if (parent < 0)
			return unknown(c, g->line, g->parent_ids[p], "parent");
		if ((rc = close_group(c, (size_t)parent)))
			return rc;
		bits_join(&g->closure, &c->list[parent].closure);
	}
	c->state[i] = 2;
	return OK;
}

static enum fail resolve_rule(struct closing *c, struct rule *r)
{
	enum fail rc;

	if (r->ref) {
		int i = group_find(c->groups, r->ref);

		if (i < 0)
			return unknown(c, r->line, r->ref, "rule");
		r->group = (size_t)i;
	}
	for (size_t i = 0; i < r->child_count; i++)
		if ((rc = resolve_rule(c, &r->children[i])))
			return rc;
	return OK;
}

/* Is `from` reached from the rule when groups are followed through their rules and through
 * the children that imply them? */
static bool rule_reaches(const struct groups *g, const struct rule *r, size_t target, struct bits *seen);

static bool group_reaches(const struct groups *g, size_t from, size_t target, struct bits *seen)
{
	if (from == target)
		return true;
	if (bits_has(seen, from))
		return false;
	bits_add(seen, from);
	for (size_t i = 0; i < g->count; i++) {
		if (!bits_has(&g->list[i].closure, from))
			continue;
		if (i == target)
			return true;
		for (size_t r = 0; r < g->list[i].rule_count; r++)
			if (rule_reaches(g, &g->list[i].rules[r], target, seen))
				return true;
	}
	return false;
}

static bool rule_reaches(const struct groups *g, const struct rule *r, size_t target, struct bits *seen)
{
	if (r->ref && group_reaches(g, r->group, target, seen))
		return true;
	for (size_t i = 0; i < r->child_count; i++)
		if (rule_reaches(g, &r->children[i], target, seen))
			return true;
	return false;
}

/* A negation that depends on its own outcome has no answer. "After" is one: it begins where the
 * other group ends. */
static bool negates_itself(const struct groups *g, const struct rule *r, size_t owner)
{
	struct bits none = { 0 };

	if (r->kind == RULE_AFTER && group_reaches(g, r->group, owner, &none))
		return true;
	for (size_t i = 0; i < r->child_count; i++) {
		struct bits seen = { 0 };

		if (r->kind == RULE_NONE && rule_reaches(g, &r->children[i], owner, &seen))
			return true;
		if (negates_itself(g, &r->children[i], owner))
			return true;
	}
	return false;
}

static enum fail check_ids(struct closing *c, size_t count)
{
	if (count > GROUP_MAX)
		return err_set(c->err, FAIL_DATA, "%s:%d: more than %d groups in one file", c->file,
		               c->list[GROUP_MAX].line, GROUP_MAX);
	for (size_t i = 0; i < count; i++) {
		int first = group_find(c->groups, c->list[i].id);

		if (first != (int)i)
			return err_set(c->err, FAIL_DATA,
			               "%s:%d: group \"%s\" is there already, on line %d: give one another id",
			               c->file, c->list[i].line, c->list[i].id, c->list[first].line);
	}
	return OK;
}

static void note_kinds(struct groups *out)
{
	for (size_t i = 0; i < out->count; i++) {
		const struct group *g = &out->list[i];

		if (g->hat)
			bits_add(&out->hats, i);
		if (g->this_login)
			bits_add(&out->this_login, i);
		for (size_t r = 0; r < g->rule_count; r++)
			if (g->rules[r].kind == RULE_EVERYONE)
				bits_join(&out->everyone, &g->closure);
	}
}

enum fail group_close_all(struct arena *a, struct group *list, size_t count, const char *file,
                          struct groups *out, struct err *err)
{
	struct groups groups = { .list = list, .count = count };
	struct closing c = { a, list, &groups, file, err, arena_alloc(a, count + 1) };
	enum fail rc;

	if ((rc = check_ids(&c, count)))
		return rc;
	for (size_t i = 0; i < count; i++)
		if ((rc = close_group(&c, i)))
			return rc;
	for (size_t i = 0; i < count; i++)
		for (size_t r = 0; r < list[i].rule_count; r++)
			if ((rc = resolve_rule(&c, &list[i].rules[r])))
				return rc;
	for (size_t i = 0; i < count; i++)
		for (size_t r = 0; r < list[i].rule_count; r++)
			if (negates_itself(&groups, &list[i].rules[r], i))
				return err_set(err, FAIL_DATA,
				               "%s:%d: group \"%s\" depends on not being itself: take it, or "
				               "what leads to it, out of <none> or <after>",
				               file, list[i].rules[r].line, list[i].id);
	note_kinds(&groups);
	*out = groups;
	return OK;
}

/* ---- closing what a person holds ---- */

bool group_is_for_hatless(const struct group *g)
{
	for (size_t r = 0; r < g->rule_count; r++)
		if (g->rules[r].kind == RULE_NO_OTHER_HAT)
			return true;
	return false;
}

struct bits group_close(const struct groups *g, const struct bits *held)
{
	struct bits closed = g->everyone;

	for (size_t i = 0; i < g->count; i++)
		if (bits_has(held, i))
			bits_join(&closed, &g->list[i].closure);
	if (bits_meet(&closed, &g->hats))
		return closed;
	for (size_t i = 0; i < g->count; i++)
		if (group_is_for_hatless(&g->list[i]))
			bits_join(&closed, &g->list[i].closure);
	return closed;
}

/* Held only as itself: no other of these groups implies it. */
static bool is_leaf(const struct groups *g, const struct bits *held, size_t i)
{
	for (size_t k = 0; k < g->count; k++)
		if (k != i && bits_has(held, k) && bits_has(&g->list[k].closure, i))
			return false;
	return true;
}

struct bits group_under(const struct groups *g, const struct bits *closed, const struct bits *unknown,
                        size_t hat)
{
	struct bits under = g->everyone;

	for (size_t i = 0; i < g->count; i++) {
		const struct group *group = &g->list[i];

		if (!bits_has(closed, i))
			continue;
		if (bits_has(&group->closure, hat) ||
		    (!bits_meet(&group->closure, &g->hats) && is_leaf(g, closed, i) &&
		     (!unknown || is_leaf(g, unknown, i))))
			bits_join(&under, &group->closure);
	}
	return under;
}
