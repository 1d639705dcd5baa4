/* Groups, hats, proofs, the decision and search, on a small institution of its own. */
#include <stdarg.h>
#include <stdlib.h>

#include "domain/decide.h"
#include "domain/member.h"
#include "domain/notice.h"
#include "unit.h"

/* reader, staff and guest are hats; child implies reader, nurse implies staff and club. */
enum {
	ALL,
	READER,
	STAFF,
	GUEST,
	CHILD,
	NURSE,
	CLUB,
	LOOSE,
	BOTH,
	NOT_STAFF,
	GROUP_COUNT,
};

static struct rule everyone = { .kind = RULE_EVERYONE };
static struct rule hatless = { .kind = RULE_NO_OTHER_HAT };
static struct rule is_reader = { .kind = RULE_ATTRIBUTE, .attribute = "kind", .value = "reader" };
static struct rule is_staff = {
	.kind = RULE_ATTRIBUTE, .attribute = "kind", .value = "staff", .until = "staffUntil"
};
static struct rule in_nurses = { .kind = RULE_LDAP_GROUP, .dn = "cn=nurses" };
static struct rule both_of[] = { { .kind = RULE_IN, .ref = "reader" },
	                               { .kind = RULE_IN, .ref = "staff" } };
static struct rule both = { .kind = RULE_ALL, .children = both_of, .child_count = 2 };
static struct rule nurse_only = { .kind = RULE_IN, .ref = "nurse" };
static struct rule no_nurse = { .kind = RULE_NONE, .children = &nurse_only, .child_count = 1 };

static const char *const to_all[] = { "all" }, *const to_reader[] = { "reader" },
                        *const to_staff_club[] = { "staff", "club" };

#define PARENTS(list) .parent_ids = list, .parent_count = COUNT(list)
#define RULE(rule)    .rules = &rule, .rule_count = 1

/* A fresh copy, as closing writes into it. */
static struct groups make(struct arena *a)
{
	struct group list[GROUP_COUNT] = {
		[ALL] = { .id = "all", RULE(everyone) },
		[READER] = { .id = "reader", .hat = true, PARENTS(to_all), RULE(is_reader) },
		[STAFF] = { .id = "staff", .hat = true, PARENTS(to_all), RULE(is_staff) },
		[GUEST] = { .id = "guest", .hat = true, PARENTS(to_all), RULE(hatless) },
		[CHILD] = { .id = "child", PARENTS(to_reader) },
		[NURSE] = { .id = "nurse", PARENTS(to_staff_club), RULE(in_nurses) },
		[CLUB] = { .id = "club" },
		[LOOSE] = { .id = "loose" },
		[BOTH] = { .id = "both", RULE(both) },
		[NOT_STAFF] = { .id = "not-nurse", RULE(no_nurse) },
	};
	struct groups g = { 0 };
	struct err err = { 0 };

	CU_ASSERT_EQUAL(group_close_all(a, arena_copy(a, list, sizeof list), GROUP_COUNT, "g.xml", &g, &err),
	                OK);
	return g;
}

static struct bits set(int first, ...)
{
	struct bits b = { 0 };
	va_list args;

	va_start(args, first);
	for (int i = first; i >= 0; i = va_arg(args, int))
		bits_add(&b, (size_t)i);
	va_end(args);
	return b;
}

static void closing_adds_all_parents_and_everyone(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct bits held = set(NURSE, -1), want = set(ALL, STAFF, NURSE, CLUB, -1), got = group_close(&g, &held);

	CU_ASSERT_TRUE(bits_equal(&got, &want));
	arena_free(a);
}

static void the_hat_of_the_hatless_is_worn_only_without_another(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct bits none = { 0 }, loose = set(LOOSE, -1), want = set(ALL, GUEST, -1), got = group_close(&g, &none);

	CU_ASSERT_TRUE(bits_equal(&got, &want));
	got = group_close(&g, &loose);
	CU_ASSERT_TRUE(bits_has(&got, GUEST));
	loose = set(CHILD, -1);
	got = group_close(&g, &loose);
	CU_ASSERT_FALSE(bits_has(&got, GUEST));
	arena_free(a);
}

static void under_a_hat_count_its_own_groups_with_their_parents_and_loose_ones(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct bits held = set(CHILD, NURSE, LOOSE, -1), closed = group_close(&g, &held);
	struct bits reader = group_under(&g, &closed, NULL, READER), staff = group_under(&g, &closed, NULL, STAFF);
	struct bits want_reader = set(ALL, READER, CHILD, LOOSE, -1);
	struct bits want_staff = set(ALL, STAFF, NURSE, CLUB, LOOSE, -1);

	CU_ASSERT_TRUE(bits_equal(&reader, &want_reader));
	CU_ASSERT_TRUE(bits_equal(&staff, &want_staff));
	arena_free(a);
}

static void a_circle_of_parents_is_refused_with_its_line(void)
{
	struct arena *a = arena_new(1 << 20);
	const char *to_b[] = { "b" }, *to_a[] = { "a" };
	struct group list[] = { { .id = "a", PARENTS(to_b), .line = 3 }, { .id = "b", PARENTS(to_a), .line = 7 } };
	struct groups g;
	struct err err = { 0 };

	CU_ASSERT_EQUAL(group_close_all(a, list, 2, "g.xml", &g, &err), FAIL_DATA);
	CASE(err.text, strstr(err.text, "g.xml:3: group \"a\" is a parent of itself") == err.text);
	arena_free(a);
}

static void an_unknown_parent_is_refused_with_a_suggestion(void)
{
	struct arena *a = arena_new(1 << 20);
	const char *wrong[] = { "studnet" };
	struct group list[] = { { .id = "student", .line = 1 }, { .id = "x", PARENTS(wrong), .line = 4 } };
	struct groups g;
	struct err err = { 0 };

	CU_ASSERT_EQUAL(group_close_all(a, list, 2, "g.xml", &g, &err), FAIL_DATA);
	SAME(err.text, "g.xml:4: unknown group \"studnet\" in parent: did you mean \"student\"?");
	arena_free(a);
}

static void a_negation_through_a_circle_is_refused(void)
{
	struct arena *a = arena_new(1 << 20);
	struct rule in_b = { .kind = RULE_IN, .ref = "b" }, in_a = { .kind = RULE_IN, .ref = "a" };
	struct rule not_b = { .kind = RULE_NONE, .children = &in_b, .child_count = 1, .line = 5 };
	struct group list[] = { { .id = "a", RULE(not_b), .line = 4 }, { .id = "b", RULE(in_a), .line = 6 } };
	struct groups g;
	struct err err = { 0 };

	CU_ASSERT_EQUAL(group_close_all(a, list, 2, "g.xml", &g, &err), FAIL_DATA);
	CASE(err.text, strstr(err.text, "g.xml:5:") == err.text);
	arena_free(a);
}

/* ---- people ---- */

static const struct fact_named named[] = { { "cn=nurses", "uuid-nurses" } };
static const struct fact_value two_hats[] = { { "kind", "reader" },
	                                      { "KIND", "Staff" },
	                                      { "staffUntil", "20261201000000Z" } };
static const struct fact_group nested[] = {
	{ .id = "uuid-ward", .dn = "cn=ward", .name = "ward", .via = -1, .attribute = "member" },
	{ .id = "uuid-nurses", .dn = "cn=Nurses", .name = "Nurses", .attribute = "member" },
};

static struct account somebody(void)
{
	return (struct account){ .source = "hr", .uid = "u1", .name = "Sam", .values = two_hats,
		                 .value_count = COUNT(two_hats), .groups = nested,
		                 .group_count = COUNT(nested), .named = named,
		                 .named_count = 1, .complete = true, .read_at = 100 };
}

#define NOV_24_2026 1795500000
#define DEC_2_2026  1796200000

static void every_hat_comes_with_its_proof(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = somebody();
	struct person p;

	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	CU_ASSERT_TRUE(bits_has(&p.groups, READER) && bits_has(&p.groups, STAFF) &&
	               bits_has(&p.groups, NURSE) && bits_has(&p.groups, CLUB) && bits_has(&p.groups, BOTH));
	CU_ASSERT_FALSE(bits_has(&p.groups, GUEST) || bits_has(&p.groups, NOT_STAFF));
	for (size_t i = 0; i < p.count; i++)
		if (p.list[i].group == NURSE) {
			CU_ASSERT_EQUAL(p.list[i].proof.kind, PROOF_LDAP_GROUP);
			CU_ASSERT_EQUAL(p.list[i].proof.chain_count, 2);
			SAME(p.list[i].proof.chain[0], "cn=ward");
			SAME(p.list[i].proof.chain[1], "cn=Nurses");
		} else if (p.list[i].group == CLUB) {
			CU_ASSERT_EQUAL(p.list[i].proof.kind, PROOF_PARENT);
			SAME(p.list[i].proof.group, "nurse");
		}
	CU_ASSERT_TRUE(p.complete);
	CU_ASSERT_EQUAL(p.directory_group_count, 2);
	arena_free(a);
}

static void a_membership_counts_until_its_end(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = somebody();
	struct person p;

	account.group_count = 0;
	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	CU_ASSERT_EQUAL(member_until(&p, STAFF), 1796083200);
	CU_ASSERT_EQUAL(member_until(&p, READER), 0);
	CU_ASSERT_EQUAL(member_until(&p, BOTH), 1796083200);
	CU_ASSERT_EQUAL(p.until, 1796083200);
	member_derive(a, &g, &account, 1, 1796083200 - 1, &p);
	CU_ASSERT_TRUE(bits_has(&p.groups, STAFF));
	member_derive(a, &g, &account, 1, 1796083200, &p);
	CU_ASSERT_FALSE(bits_has(&p.groups, STAFF) || bits_has(&p.groups, BOTH));
	CU_ASSERT_TRUE(bits_has(&p.groups, READER));
	arena_free(a);
}

static void an_end_that_cannot_be_read_grants_nothing(void)
{
	static const struct fact_value values[] = { { "kind", "staff" }, { "staffUntil", "soon" } };
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = { .source = "hr", .uid = "u", .name = "n", .values = values,
		                   .value_count = 2, .complete = true };
	struct person p;

	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	CU_ASSERT_FALSE(bits_has(&p.groups, STAFF));
	arena_free(a);
}

static void could_not_ask_is_neither_yes_nor_no(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = somebody();
	struct person p;

	account.complete = false;
	account.group_count = 0;
	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	CU_ASSERT_FALSE(bits_has(&p.groups, NURSE));
	CASE("none-of an unknown group is not granted", !bits_has(&p.groups, NOT_STAFF));
	CU_ASSERT_FALSE(p.complete);
	CU_ASSERT_EQUAL(p.missing_count, 1);
	account.complete = true;
	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	CASE("none-of a group one is not in is granted", bits_has(&p.groups, NOT_STAFF));
	arena_free(a);
}

static void an_option_of_an_attribute_is_another_attribute(void)
{
	static const struct fact_value values[] = { { "kind;prior", "staff" } };
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = { .source = "hr", .uid = "u", .name = "n", .values = values,
		                   .value_count = 1, .complete = true };
	struct person p;

	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	CU_ASSERT_FALSE(bits_has(&p.groups, STAFF));
	CU_ASSERT_TRUE(bits_has(&p.groups, GUEST));
	arena_free(a);
}

static void the_order_of_values_and_groups_makes_no_difference(void)
{
	static const struct fact_value turned[] = { { "staffUntil", "20261201000000Z" },
		                                    { "KIND", "Staff" },
		                                    { "kind", "reader" } };
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = somebody();
	struct person one, two;

	member_derive(a, &g, &account, 1, NOV_24_2026, &one);
	account.values = turned;
	member_derive(a, &g, &account, 1, NOV_24_2026, &two);
	CU_ASSERT_TRUE(bits_equal(&one.groups, &two.groups));
	arena_free(a);
}

static void kept_facts_give_the_same_groups_with_the_same_proofs(void)
{
	static const struct fact_value with_more[] = { { "kind", "reader" },
		                                       { "KIND", "Staff" },
		                                       { "staffUntil", "20261201000000Z" },
		                                       { "phone", "0123" } };
	static const struct fact_group more_groups[] = { { "uuid-choir", "cn=choir", "choir", -1, "member", NULL, false },
		                                         { "uuid-ward", "cn=ward", "ward", -1, "memberUid", "sam", true },
		                                         { "uuid-nurses", "cn=Nurses", "Nurses", 1, "member", NULL, false } };
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct account account = somebody(), *back;
	struct person p, again;
	struct err err = { 0 };
	struct buf text;
	size_t count;

	account.uid = "tab\there\\and\nline";
	account.values = with_more;
	account.value_count = COUNT(with_more);
	account.groups = more_groups;
	account.group_count = COUNT(more_groups);
	member_derive(a, &g, &account, 1, NOV_24_2026, &p);
	buf_init(&text, 1 << 20);
	member_write(&account, 1, &g, NULL, &text);
	CASE("what no rule looks at is not kept", !strstr(text.data, "choir") && !strstr(text.data, "0123"));
	CU_ASSERT_EQUAL(member_read(a, text.data, &back, &count, &err), OK);
	CU_ASSERT_EQUAL(count, 1);
	member_derive(a, &g, back, count, NOV_24_2026, &again);
	CU_ASSERT_TRUE(bits_equal(&p.groups, &again.groups));
	CU_ASSERT_EQUAL(again.until, p.until);
	for (size_t i = 0; i < again.count && i < p.count; i++) {
		CU_ASSERT_EQUAL(again.list[i].proof.kind, p.list[i].proof.kind);
		CU_ASSERT_EQUAL(again.list[i].proof.chain_count, p.list[i].proof.chain_count);
		if (p.list[i].proof.account)
			SAME(again.list[i].proof.account, p.list[i].proof.account);
	}
	CU_ASSERT_EQUAL(member_read(a, "reader\t0", &back, &count, &err), FAIL_DATA);
	CU_ASSERT_EQUAL(member_read(a, "facts\t1\nvalue\ta\tb\n", &back, &count, &err), FAIL_DATA);
	buf_release(&text);
	arena_free(a);
}

static void given_groups_are_closed_and_unknown_ones_refused(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct person p;
	struct err err = { 0 };

	CU_ASSERT_EQUAL(member_given(a, &g, "child,nurse", &p, &err), OK);
	CU_ASSERT_TRUE(bits_has(&p.groups, READER) && bits_has(&p.groups, CLUB));
	CU_ASSERT_EQUAL(member_given(a, &g, "chidl", &p, &err), FAIL_INPUT);
	CASE(err.text, strstr(err.text, "child") != NULL);
	arena_free(a);
}

/* ---- the decision ---- */

static const struct rank ranks[] = { { READER, 50 }, { NURSE, 70 } };
static const struct variant variants[] = { { .group = NURSE, .desk = 1 }, { .group = READER, .desk = -1 } };
static struct topic topics[] = { { .id = "t1", .desk = 1 }, { .id = "t2", .desk = 0 } };
static const struct window winter[] = { { 1115, 201 } };

struct world {
	struct groups groups;
	struct service services[5];
	struct catalogue catalogue;
};

static void build(struct arena *a, struct world *w)
{
	w->groups = make(a);
	w->services[0] = (struct service){ .id = "both", .any = set(READER, STAFF, -1), .ranks = ranks,
		                           .rank_count = 2, .variants = variants, .variant_count = 2,
		                           .topics = topics, .topic_count = 2, .order = { 3 } };
	w->services[1] = (struct service){ .id = "not-for-nurses", .any = set(ALL, -1),
		                           .none = set(NURSE, -1), .order = { 2 } };
	w->services[2] = (struct service){ .id = "winter", .any = set(ALL, -1), .windows = winter,
		                           .window_count = 1, .hidden_outside = true, .order = { 1 } };
	w->services[3] = (struct service){ .id = "guests", .any = set(GUEST, -1), .order = { 0 } };
	w->services[4] = (struct service){ .id = "a-tie", .any = set(ALL, -1), .order = { 2 } };
	topics[1].groups = set(STAFF, -1);
	w->catalogue = (struct catalogue){ .groups = &w->groups, .services = w->services, .service_count = 5 };
}

static void a_person_with_two_hats_sees_both_lists_once_in_order(void)
{
	struct arena *a = arena_new(1 << 20);
	struct world w = { 0 };
	struct bits held = set(READER, NURSE, -1), closed;
	struct decision d;

	build(a, &w);
	closed = group_close(&w.groups, &held);
	decide(a, &w.catalogue, &closed, NULL, (struct date){ 2026, 7, 1 }, 0, &d);
	CU_ASSERT_EQUAL_FATAL(d.count, 3);
	SAME(d.entries[0].service->id, "both");
	CU_ASSERT_EQUAL(d.entries[0].rank, 70);
	CU_ASSERT_EQUAL(d.entries[0].way_count, 2);
	CU_ASSERT_EQUAL(d.entries[0].ways[0].desk, 0);
	CU_ASSERT_EQUAL(d.entries[0].ways[1].desk, 1);
	CU_ASSERT_EQUAL(d.entries[0].topic_count, 2);
	CASE("a topic for staff is not there for the reader",
	     !bits_has(&d.entries[0].topics[1].hats, READER) && bits_has(&d.entries[0].topics[1].hats, STAFF));
	SAME(d.entries[1].service->id, "a-tie");
	SAME(d.entries[2].service->id, "not-for-nurses");
	CASE("an exclusion works inside one hat only",
	     bits_has(&d.entries[2].hats, READER) && !bits_has(&d.entries[2].hats, STAFF));
	arena_free(a);
}

static void windows_cross_new_year_and_both_ends_count(void)
{
	static const struct {
		const char *name;
		struct date date;
		bool open;
	} cases[] = {
		{ "the day before", { 2026, 11, 14 }, false }, { "the first day", { 2026, 11, 15 }, true },
		{ "new year's eve", { 2026, 12, 31 }, true },  { "the last day", { 2027, 2, 1 }, true },
		{ "the day after", { 2027, 2, 2 }, false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i].name, window_open(&winter[0], cases[i].date) == cases[i].open);
}

static void equal_ways_fold_into_one(void)
{
	struct arena *a = arena_new(1 << 20);
	struct world w = { 0 };
	struct bits held = set(READER, STAFF, -1), closed;
	struct decision d;
	const struct entry *e;

	build(a, &w);
	closed = group_close(&w.groups, &held);
	decide(a, &w.catalogue, &closed, NULL, (struct date){ 2026, 12, 1 }, 0, &d);
	e = decision_find(&d, "winter");
	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	CU_ASSERT_EQUAL(e->way_count, 1);
	CU_ASSERT_EQUAL(bits_count(&e->ways[0].hats), 2);
	CU_ASSERT_PTR_NULL(decision_find(&d, "guests"));
	CU_ASSERT_PTR_NULL(decision_find(&d, "no-such"));
	arena_free(a);
}

static void somebody_whose_hats_are_unknown_sees_what_is_for_everybody(void)
{
	struct arena *a = arena_new(1 << 20);
	struct world w = { 0 };
	struct bits closed = set(ALL, -1);
	struct decision d;

	build(a, &w);
	decide(a, &w.catalogue, &closed, NULL, (struct date){ 2026, 7, 1 }, 0, &d);
	CU_ASSERT_EQUAL(d.count, 2);
	CU_ASSERT_TRUE(d.count && bits_empty(&d.entries[0].hats));
	arena_free(a);
}

static void an_audience_that_shuts_out_what_is_unknown_is_not_met(void)
{
	struct arena *a = arena_new(1 << 20);
	struct world w = { 0 };
	struct bits held = set(READER, STAFF, -1), unknown = set(NURSE, -1), closed, none = set(ALL, -1);
	const struct entry *e;
	struct decision d;

	build(a, &w);
	closed = group_close(&w.groups, &held);
	decide(a, &w.catalogue, &closed, &unknown, (struct date){ 2026, 7, 1 }, 0, &d);
	e = decision_find(&d, "not-for-nurses");
	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	CASE("only under a hat that the unknown group could count under",
	     bits_has(&e->hats, READER) && !bits_has(&e->hats, STAFF));
	decide(a, &w.catalogue, &none, &unknown, (struct date){ 2026, 7, 1 }, 0, &d);
	CASE("without any hat", !decision_find(&d, "not-for-nurses") && decision_find(&d, "a-tie"));
	CASE("a notice neither", !audience_met(&w.groups, &none, &unknown, &none, &unknown) &&
	                                 audience_met(&w.groups, &none, NULL, &none, &unknown));
	arena_free(a);
}

static void adding_a_membership_takes_away_nothing_but_by_exclusion(void)
{
	struct arena *a = arena_new(1 << 22);
	struct world w = { 0 };

	build(a, &w);
	for (unsigned mask = 0; mask < 1u << (LOOSE + 1); mask++) {
		struct bits held = { 0 }, more, closed;
		struct decision before, after;

		for (unsigned i = 0; i <= LOOSE; i++)
			if (mask >> i & 1)
				bits_add(&held, i);
		closed = group_close(&w.groups, &held);
		if (!bits_meet(&held, &w.groups.hats) || bits_has(&held, GUEST))
			continue;
		more = held;
		bits_add(&more, CHILD);
		decide(a, &w.catalogue, &closed, NULL, (struct date){ 2026, 12, 1 }, 0, &before);
		closed = group_close(&w.groups, &more);
		decide(a, &w.catalogue, &closed, NULL, (struct date){ 2026, 12, 1 }, 0, &after);
		for (size_t i = 0; i < before.count; i++)
			CASE(before.entries[i].service->id, decision_find(&after, before.entries[i].service->id));
		arena_reset(a);
		build(a, &w);
	}
	arena_free(a);
}

static void a_closed_service_says_when_it_opens(void)
{
	static const struct window two[] = { { 301, 310 }, { 901, 910 } };
	struct service s = { .windows = two, .window_count = 2 };
	struct date d = service_opens(&s, (struct date){ 2026, 5, 1 });

	CASE("later this year", d.year == 2026 && d.month == 9 && d.day == 1);
	d = service_opens(&s, (struct date){ 2026, 10, 1 });
	CASE("next year", d.year == 2027 && d.month == 3 && d.day == 1);
}

static struct bits one(size_t group)
{
	struct bits b = { 0 };

	bits_add(&b, group);
	return b;
}

static void a_notice_is_for_its_groups_and_its_time_and_an_outage_goes_first(void)
{
	struct arena *a = arena_new(1 << 20);
	struct groups g = make(a);
	struct notice list[] = {
		{ .id = "b-old", .from = 10, .to = 50, .any = one(READER) },
		{ .id = "a-old", .from = 10, .to = 50, .any = one(READER) },
		{ .id = "new", .from = 20, .to = 50, .any = one(READER) },
		{ .id = "down", .kind = NOTICE_OUTAGE, .from = 5, .to = 30, .any = one(ALL), .none = one(CHILD) },
		{ .id = "staff", .from = 1, .to = 90, .any = one(STAFF) },
	};
	struct catalogue c = { .groups = &g, .notices = list, .notice_count = COUNT(list) };
	const struct notice *got[COUNT(list)];
	struct bits held = one(READER), closed = group_close(&g, &held);

	CU_ASSERT_EQUAL_FATAL(notices_now(&c, &closed, NULL, 20, got), 4);
	SAME(got[0]->id, "down");
	SAME(got[1]->id, "new");
	SAME(got[2]->id, "a-old");
	SAME(got[3]->id, "b-old");
	CU_ASSERT_EQUAL(notices_now(&c, &closed, NULL, 4, got), 0);
	CU_ASSERT_EQUAL(notices_now(&c, &closed, NULL, 5, got), 1);
	CU_ASSERT_EQUAL(notices_now(&c, &closed, NULL, 30, got), 3);
	CU_ASSERT_EQUAL(notices_now(&c, &closed, NULL, 50, got), 0);
	/* Exclusion works inside one hat: a child who is staff too gets the outage as staff. */
	held = one(CHILD);
	closed = group_close(&g, &held);
	CU_ASSERT_EQUAL(notices_now(&c, &closed, NULL, 5, got), 0);
	bits_add(&held, STAFF);
	closed = group_close(&g, &held);
	CU_ASSERT_EQUAL(notices_now(&c, &closed, NULL, 5, got), 2);
	arena_free(a);
}

SUITE_TESTS(domain) = {
	TEST(a_notice_is_for_its_groups_and_its_time_and_an_outage_goes_first),
	TEST(closing_adds_all_parents_and_everyone),
	TEST(the_hat_of_the_hatless_is_worn_only_without_another),
	TEST(under_a_hat_count_its_own_groups_with_their_parents_and_loose_ones),
	TEST(a_circle_of_parents_is_refused_with_its_line),
	TEST(an_unknown_parent_is_refused_with_a_suggestion),
	TEST(a_negation_through_a_circle_is_refused),
	TEST(every_hat_comes_with_its_proof),
	TEST(a_membership_counts_until_its_end),
	TEST(an_end_that_cannot_be_read_grants_nothing),
	TEST(could_not_ask_is_neither_yes_nor_no),
	TEST(an_option_of_an_attribute_is_another_attribute),
	TEST(the_order_of_values_and_groups_makes_no_difference),
	TEST(kept_facts_give_the_same_groups_with_the_same_proofs),
	TEST(given_groups_are_closed_and_unknown_ones_refused),
	TEST(a_person_with_two_hats_sees_both_lists_once_in_order),
	TEST(windows_cross_new_year_and_both_ends_count),
	TEST(equal_ways_fold_into_one),
	TEST(somebody_whose_hats_are_unknown_sees_what_is_for_everybody),
	TEST(an_audience_that_shuts_out_what_is_unknown_is_not_met),
	TEST(adding_a_membership_takes_away_nothing_but_by_exclusion),
	TEST(a_closed_service_says_when_it_opens),
	END,
};
