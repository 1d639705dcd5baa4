/* Properties of the decision, over institutions made by chance: the same ones each time, SEED=n makes others. */
#include <stdio.h>
#include <stdlib.h>

#include "domain/decide.h"
#include "unit.h"

#define GROUPS   9 /* 0 is everybody, 1 the hat of the hatless */
#define SERVICES 12
#define TURNS    20000

static unsigned rolls;

static unsigned seed(void)
{
	const char *wanted = getenv("SEED");

	rolls = wanted ? (unsigned)atoi(wanted) : 20261126;
	printf("(SEED=%u) ", rolls);
	return rolls;
}

static unsigned roll(unsigned below)
{
	rolls = rolls * 1103515245u + 12345u;
	return (rolls >> 16) % below;
}

static struct bits some_of(unsigned one_in)
{
	struct bits b = { 0 };

	for (size_t i = 0; i < GROUPS; i++)
		if (!roll(one_in))
			bits_add(&b, i);
	return b;
}

struct world {
	struct groups groups;
	struct service services[SERVICES];
	struct catalogue catalogue;
};

/* Parents have lower numbers, so that there is no circle. */
static void build(struct arena *a, struct world *w)
{
	static const char *const names[GROUPS] = { "g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8" };
	static struct rule everyone = { .kind = RULE_EVERYONE }, hatless = { .kind = RULE_NO_OTHER_HAT };
	struct group *list = arena_array(a, GROUPS, sizeof *list);
	struct err err = { 0 };

	for (size_t i = 0; i < GROUPS; i++) {
		const char **parents = arena_array(a, GROUPS, sizeof *parents);

		list[i] = (struct group){ .id = names[i], .parent_ids = parents, .hat = i == 1 || (i > 1 && !roll(3)) };
		for (size_t p = 2; p < i; p++)
			if (!roll(3))
				parents[list[i].parent_count++] = names[p];
	}
	list[0].rules = &everyone;
	list[1].rules = &hatless;
	list[0].rule_count = list[1].rule_count = 1;
	CU_ASSERT_EQUAL_FATAL(group_close_all(a, list, GROUPS, "g.xml", &w->groups, &err), OK);
	for (size_t i = 0; i < SERVICES; i++)
		w->services[i] = (struct service){ .id = arena_printf(a, "s%zu", i),
			                           .any = some_of(4),
			                           .none = some_of(roll(2) ? 4 : 1000) };
	w->catalogue = (struct catalogue){ .groups = &w->groups, .services = w->services, .service_count = SERVICES };
}

static struct bits without(const struct bits *some, const struct bits *others)
{
	struct bits left = { 0 };

	for (size_t i = 0; i < GROUPS; i++)
		if (bits_has(some, i) && !bits_has(others, i))
			bits_add(&left, i);
	return left;
}

static bool all_in(const struct decision *some, const struct decision *others)
{
	for (size_t i = 0; i < some->count; i++)
		if (!decision_find(others, some->entries[i].service->id))
			return false;
	return true;
}

static void decide_now(struct arena *a, const struct world *w, const struct bits *held, const struct bits *unknown,
                       struct decision *out)
{
	decide(a, &w->catalogue, held, unknown, (struct date){ 2026, 11, 26 }, 0, out);
}

/* What is known of somebody of whom these memberships could not be asked; the hat of the hatless is unknown
 * where a hat may be. */
static struct bits known_of(const struct world *w, const struct bits *direct, const struct bits *hidden)
{
	struct bits left = without(direct, hidden), known = group_close(&w->groups, &left);
	struct bits visitor = { 0 };

	bits_add(&visitor, 1);
	return without(&known, &visitor);
}

static void what_is_unknown_never_adds_a_service_whatever_the_truth_is(void)
{
	unsigned broken = 0, shown = 0;

	seed();
	for (int turn = 0; turn < TURNS; turn++) {
		struct arena *a = arena_new(4 << 20);
		struct world w = { 0 };
		struct bits direct = some_of(3), hidden = some_of(2), truth, known, unknown, others;
		struct decision whole, part;

		build(a, &w);
		truth = group_close(&w.groups, &direct);
		known = known_of(&w, &direct, &hidden);
		unknown = without(&truth, &known);
		others = without(&hidden, &truth);
		bits_join(&unknown, &others);
		bits_add(&unknown, 1);
		decide_now(a, &w, &truth, NULL, &whole);
		decide_now(a, &w, &known, &unknown, &part);
		broken += !all_in(&part, &whole);
		shown += part.count > 0;
		arena_free(a);
	}
	CU_ASSERT_EQUAL(broken, 0);
	CASE("and most see something", shown > TURNS / 2);
}

static void a_membership_more_takes_nothing_away_where_nothing_is_shut_out(void)
{
	unsigned broken = 0;

	seed();
	for (int turn = 0; turn < TURNS; turn++) {
		struct arena *a = arena_new(4 << 20);
		struct world w = { 0 };
		struct bits direct = some_of(3), more = some_of(4), before, after;
		struct decision less, full;

		build(a, &w);
		for (size_t i = 0; i < SERVICES; i++)
			w.services[i].none = (struct bits){ 0 };
		bits_join(&more, &direct);
		before = group_close(&w.groups, &direct);
		after = group_close(&w.groups, &more);
		if (bits_has(&before, 1)) { /* leaving the hat of the hatless is the point of another hat */
			arena_free(a);
			continue;
		}
		decide_now(a, &w, &before, NULL, &less);
		decide_now(a, &w, &after, NULL, &full);
		broken += !all_in(&less, &full);
		arena_free(a);
	}
	CU_ASSERT_EQUAL(broken, 0);
}

SUITE_TESTS(decide) = {
	TEST(what_is_unknown_never_adds_a_service_whatever_the_truth_is),
	TEST(a_membership_more_takes_nothing_away_where_nothing_is_shut_out),
	END,
};
