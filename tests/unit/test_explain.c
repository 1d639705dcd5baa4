/* Why a service is seen or not, each reason on a small institution, and what is told to whom. */
#include <stdarg.h>

#include "app/proof.h"
#include "domain/explain.h"
#include "unit.h"

/* reader, staff and guest are hats; child implies reader, nurse and trainee imply staff. */
enum {
	ALL,
	READER,
	STAFF,
	GUEST,
	CHILD,
	NURSE,
	TRAINEE,
	CLUB,
	BOTH,
	GROUP_COUNT,
};

enum {
	FOR_READERS,
	FOR_STAFF,
	IN_WINTER,
	CLOSED_IN_SUMMER,
	FOR_BOTH,
	FOR_GUESTS,
	FOR_CLUB,
	WINTER_STAFF,
	NOT_FOR_NURSES,
	SERVICE_COUNT,
};

static struct rule everyone = { .kind = RULE_EVERYONE };
static struct rule hatless = { .kind = RULE_NO_OTHER_HAT };
static struct rule is_reader = { .kind = RULE_ATTRIBUTE, .attribute = "kind", .value = "reader" };
static struct rule is_staff = { .kind = RULE_ATTRIBUTE, .attribute = "kind", .value = "staff", .until = "staffUntil" };
static struct rule is_trainee = { .kind = RULE_ATTRIBUTE, .attribute = "kind", .value = "trainee" };
static struct rule in_nurses = { .kind = RULE_LDAP_GROUP, .dn = "cn=nurses" };
static struct rule both_of[] = { { .kind = RULE_IN, .ref = "reader" }, { .kind = RULE_IN, .ref = "staff" } };
static struct rule both = { .kind = RULE_ALL, .children = both_of, .child_count = 2 };
static const char *const to_all[] = { "all" }, *const to_reader[] = { "reader" }, *const to_staff[] = { "staff" };
static const struct window winter[] = { { 1115, 201 } };

#define PARENTS(list) .parent_ids = list, .parent_count = COUNT(list)
#define RULE(rule)    .rules = &rule, .rule_count = 1
#define NOV_24_2026   1795500000
#define DEC_1_2026    1796083200
#define JUL_1_2026    1782900000

struct world {
	struct arena *a;
	struct groups groups;
	struct service services[SERVICE_COUNT];
	struct catalogue catalogue;
};

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

static void build(struct world *w)
{
	struct group list[GROUP_COUNT] = {
		[ALL] = { .id = "all", RULE(everyone) },
		[READER] = { .id = "reader", .hat = true, PARENTS(to_all), RULE(is_reader) },
		[STAFF] = { .id = "staff", .hat = true, PARENTS(to_all), RULE(is_staff) },
		[GUEST] = { .id = "guest", .hat = true, PARENTS(to_all), RULE(hatless) },
		[CHILD] = { .id = "child", PARENTS(to_reader) },
		[NURSE] = { .id = "nurse", PARENTS(to_staff), RULE(in_nurses) },
		[TRAINEE] = { .id = "trainee", PARENTS(to_staff), RULE(is_trainee) },
		[CLUB] = { .id = "club" },
		[BOTH] = { .id = "both", RULE(both) },
	};
	const struct service services[SERVICE_COUNT] = {
		[FOR_READERS] = { .id = "for-readers", .any = set(READER, -1) },
		[FOR_STAFF] = { .id = "for-staff", .any = set(STAFF, -1), .none = set(TRAINEE, -1) },
		[IN_WINTER] = { .id = "in-winter", .any = set(ALL, -1), .windows = winter, .window_count = 1,
		                .hidden_outside = true },
		[CLOSED_IN_SUMMER] = { .id = "closed-in-summer", .any = set(ALL, -1), .windows = winter,
		                       .window_count = 1 },
		[FOR_BOTH] = { .id = "for-both", .any = set(BOTH, -1) },
		[FOR_GUESTS] = { .id = "for-guests", .any = set(GUEST, -1) },
		[FOR_CLUB] = { .id = "for-club", .any = set(CLUB, -1) },
		[NOT_FOR_NURSES] = { .id = "not-for-nurses", .any = set(STAFF, -1), .none = set(NURSE, -1) },
		[WINTER_STAFF] = { .id = "winter-staff", .any = set(STAFF, -1), .windows = winter, .window_count = 1,
		                   .hidden_outside = true },
	};
	struct err err = { 0 };

	w->a = arena_new(16 << 20);
	memcpy(w->services, services, sizeof services);
	CU_ASSERT_EQUAL_FATAL(clock_zone("Europe/Amsterdam", &err), OK);
	CU_ASSERT_EQUAL_FATAL(group_close_all(w->a, arena_copy(w->a, list, sizeof list), GROUP_COUNT, "g.xml",
	                                      &w->groups, &err),
	                      OK);
	w->catalogue = (struct catalogue){
		.groups = &w->groups, .services = w->services, .service_count = SERVICE_COUNT
	};
}

static void leave(struct world *w)
{
	arena_free(w->a);
}

static const struct fact_named named[] = { { "cn=nurses", "uuid-nurses" } };

/* kind: what the attribute holds, and until when as staff. */
static struct account account_of(struct world *w, const char *kind, const char *until)
{
	struct fact_value *values = arena_array(w->a, 2, sizeof *values);

	values[0] = (struct fact_value){ "kind", kind };
	values[1] = (struct fact_value){ "staffUntil", until };
	return (struct account){ .source = "hr",
		                 .uid = "u1",
		                 .name = "Sam",
		                 .values = values,
		                 .value_count = until ? 2 : 1,
		                 .named = named,
		                 .named_count = 1,
		                 .complete = true };
}

static struct explanation ask(struct world *w, const struct account *account, int64_t at, int service)
{
	struct person *p = arena_alloc(w->a, sizeof *p);
	struct explain_who who = { p, account, 1, at };
	struct explanation e;

	member_derive(w->a, &w->groups, account, 1, at, p);
	explain(w->a, &w->catalogue, &w->services[service], &who, &e);
	return e;
}

static const struct turn *turn_by(const struct explanation *e, enum change_kind kind, size_t group)
{
	for (size_t i = 0; i < e->turn_count; i++)
		if (e->turns[i].count == 1 && e->turns[i].change[0].kind == kind && e->turns[i].change[0].group == group)
			return &e->turns[i];
	return NULL;
}

static void what_is_seen_names_the_group_that_counts_and_its_hat(void)
{
	struct world w;
	struct account reader;
	struct explanation e;

	build(&w);
	reader = account_of(&w, "reader", NULL);
	e = ask(&w, &reader, NOV_24_2026, FOR_READERS);
	CU_ASSERT_TRUE(e.visible && e.open);
	CU_ASSERT_EQUAL(e.reason, SEEN);
	CU_ASSERT_EQUAL_FATAL(e.part_count, 1);
	CU_ASSERT_EQUAL(e.parts[0].group, READER);
	CU_ASSERT_TRUE(bits_has(&e.parts[0].hats, READER) && !e.parts[0].excludes);
	CASE("leaving the group hides it", turn_by(&e, CHANGE_LEAVE, READER));
	CASE("and nothing else does", e.turn_count == 1);
	leave(&w);
}

static void what_is_not_for_them_names_the_group_that_would_do(void)
{
	struct world w;
	struct account reader;
	struct explanation e;

	build(&w);
	reader = account_of(&w, "reader", NULL);
	e = ask(&w, &reader, NOV_24_2026, FOR_STAFF);
	CU_ASSERT_FALSE(e.visible);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_AUDIENCE);
	CASE("as staff they would see it", turn_by(&e, CHANGE_JOIN, STAFF));
	CASE("a nurse is staff: the smaller change says it", !turn_by(&e, CHANGE_JOIN, NURSE));
	CASE("a trainee is excluded", !turn_by(&e, CHANGE_JOIN, TRAINEE));
	leave(&w);
}

static void an_exclusion_names_its_group_and_hat(void)
{
	struct world w;
	struct account trainee;
	struct explanation e;
	const struct turn *turn;

	build(&w);
	trainee = account_of(&w, "trainee", NULL);
	e = ask(&w, &trainee, NOV_24_2026, FOR_STAFF);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_EXCLUDED);
	CU_ASSERT_EQUAL_FATAL(e.part_count, 2);
	CASE("the audience is met by staff", e.parts[0].group == STAFF && !e.parts[0].excludes);
	CASE("but trainee excludes", e.parts[1].group == TRAINEE && e.parts[1].excludes);
	CU_ASSERT_TRUE(bits_has(&e.parts[1].hats, STAFF));
	/* Without being a trainee they are not staff either. */
	CASE("leaving the group is not enough", !turn_by(&e, CHANGE_LEAVE, TRAINEE));
	CU_ASSERT_EQUAL_FATAL(e.turn_count, 1);
	turn = &e.turns[0];
	CASE("no trainee, but staff", turn->count == 2 && turn->change[0].group == STAFF && turn->change[0].kind == CHANGE_JOIN &&
	                                      turn->change[1].group == TRAINEE && turn->change[1].kind == CHANGE_LEAVE);
	CASE("under the hat of staff", bits_has(&turn->change[1].hats, STAFF));
	leave(&w);
}

static void a_window_says_when(void)
{
	struct world w;
	struct account reader;
	struct explanation e;

	build(&w);
	reader = account_of(&w, "reader", NULL);
	e = ask(&w, &reader, JUL_1_2026, IN_WINTER);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_WINDOW);
	CU_ASSERT_EQUAL_FATAL(e.turn_count, 1);
	CU_ASSERT_EQUAL(e.turns[0].change[0].kind, CHANGE_WAIT);
	CU_ASSERT_EQUAL(clock_date(e.turns[0].change[0].at).month, 11);
	CU_ASSERT_EQUAL(clock_date(e.turns[0].change[0].at).day, 15);
	e = ask(&w, &reader, JUL_1_2026, CLOSED_IN_SUMMER);
	CASE("closed is seen, but closed", e.visible && !e.open && e.reason == SEEN_CLOSED);
	CASE("and opens", turn_by(&e, CHANGE_WAIT, 0) && turn_by(&e, CHANGE_WAIT, 0)->open);
	e = ask(&w, &reader, NOV_24_2026, IN_WINTER);
	CASE("what is open now is hidden after the last day",
	     turn_by(&e, CHANGE_WAIT, 0) && clock_date(turn_by(&e, CHANGE_WAIT, 0)->change[0].at).day == 2);
	leave(&w);
}

static void an_ended_membership_is_the_reason_and_an_end_to_come_a_change(void)
{
	struct world w;
	struct account staff;
	struct explanation e;

	build(&w);
	staff = account_of(&w, "staff", "20261201000000Z");
	e = ask(&w, &staff, NOV_24_2026, FOR_STAFF);
	CU_ASSERT_EQUAL(e.reason, SEEN);
	CASE("it ends by itself", turn_by(&e, CHANGE_WAIT, 0) && turn_by(&e, CHANGE_WAIT, 0)->change[0].at == DEC_1_2026);
	e = ask(&w, &staff, DEC_1_2026, FOR_STAFF);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_ENDED);
	CU_ASSERT_EQUAL_FATAL(e.part_count, 1);
	CU_ASSERT_EQUAL(e.parts[0].group, STAFF);
	CU_ASSERT_EQUAL(e.parts[0].ended, DEC_1_2026);
	CASE("staff again, and it is back", turn_by(&e, CHANGE_JOIN, STAFF));
	leave(&w);
}

static void a_silent_source_is_the_reason_where_it_could_have_said_yes(void)
{
	struct world w;
	struct account reader, staff;
	struct explanation e;

	build(&w);
	reader = account_of(&w, "reader", NULL);
	reader.complete = false;
	e = ask(&w, &reader, NOV_24_2026, FOR_STAFF);
	CU_ASSERT_FALSE(e.visible);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_UNKNOWN);
	staff = account_of(&w, "staff", NULL);
	staff.complete = false;
	e = ask(&w, &staff, NOV_24_2026, NOT_FOR_NURSES);
	CASE("an exclusion that nobody knows of hides as well", !e.visible && e.reason == HIDDEN_UNKNOWN);
	CASE("knowing that they are no nurse would do", turn_by(&e, CHANGE_LEAVE, NURSE));
	CASE("not where it has no say", ask(&w, &reader, NOV_24_2026, FOR_GUESTS).reason == HIDDEN_AUDIENCE);
	leave(&w);
}

static void what_is_shut_out_and_unknown_hides(void)
{
	struct world w;
	struct account staff;
	struct explanation e;

	build(&w);
	w.services[FOR_STAFF].none = set(NURSE, -1);
	staff = account_of(&w, "staff", NULL);
	CU_ASSERT_TRUE(ask(&w, &staff, NOV_24_2026, FOR_STAFF).visible);
	staff.complete = false;
	e = ask(&w, &staff, NOV_24_2026, FOR_STAFF);
	CU_ASSERT_FALSE(e.visible);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_UNKNOWN);
	leave(&w);
}

static void what_follows_from_a_rule_turns_with_the_groups_it_looks_at(void)
{
	struct world w;
	struct account reader;
	struct explanation e;

	build(&w);
	reader = account_of(&w, "reader", NULL);
	e = ask(&w, &reader, NOV_24_2026, FOR_BOTH);
	CU_ASSERT_EQUAL(e.reason, HIDDEN_AUDIENCE);
	CASE("the missing half of the rule", turn_by(&e, CHANGE_JOIN, STAFF));
	leave(&w);
}

static void changes_that_only_turn_it_together_are_one_set(void)
{
	struct world w;
	struct account reader;
	struct explanation e;

	build(&w);
	reader = account_of(&w, "reader", NULL);
	e = ask(&w, &reader, JUL_1_2026, WINTER_STAFF);
	CU_ASSERT_EQUAL_FATAL(e.turn_count, 1);
	CU_ASSERT_EQUAL(e.turns[0].count, 2);
	CASE("the window", e.turns[0].change[0].kind == CHANGE_WAIT && e.turns[0].change[0].window);
	CASE("and staff", e.turns[0].change[1].kind == CHANGE_JOIN && e.turns[0].change[1].group == STAFF);
	e = ask(&w, &reader, NOV_24_2026, FOR_GUESTS);
	CASE("a guest is who wears no hat", turn_by(&e, CHANGE_LEAVE, READER));
	leave(&w);
}

/* ---- what is told to whom ---- */

static const char *told(struct arena *a, struct kit *kit, enum proof_depth depth)
{
	static const char *const chain[] = { "cn=ward,dc=a", "cn=nurses,dc=a" }, *const names[] = { "ward", "nurses" };
	static const struct proof also = { .kind = PROOF_RULE, .group = "reader" };
	const struct membership list[] = {
		{ READER, 0, { .kind = PROOF_ATTRIBUTE, .source = "hr", .server = "ldap://a", .account = "u1",
		               .dn = "uid=u1,dc=a", .attribute = "unit", .value = "ou=Law\\, old,dc=a" } },
		{ NURSE, 0, { .kind = PROOF_LDAP_GROUP, .source = "hr", .server = "ldap://a", .account = "u1",
		              .dn = "uid=u1,dc=a", .chain = chain, .names = names, .chain_count = 2 } },
		{ BOTH, 0, { .kind = PROOF_RULE, .group = "nurse", .also = &also } },
	};
	struct person p = { .list = list, .count = COUNT(list) };
	struct doc *d = doc_new(a, "page");
	struct buf out;
	const char *text;

	proof_steps(kit, d, &p, BOTH, depth);
	buf_init(&out, 1 << 16);
	doc_json(d, &out);
	text = arena_str(a, out.data);
	buf_release(&out);
	return text;
}

static void people_get_names_where_operators_get_entries_and_servers(void)
{
	struct institution in = { 0 };
	struct kit kit = { .in = &in };
	struct world w;
	const char *text;

	build(&w);
	in.groups = w.groups;
	CU_ASSERT_EQUAL(proof_for_people(&kit), PROOF_PLAIN);
	text = told(w.a, &kit, PROOF_PLAIN);
	CASE(text, strstr(text, "[\"ward\",\"nurses\"]") && strstr(text, "\"value\":\"ou=Law\\\\, old\""));
	CASE(text, !strstr(text, "dc=a") && !strstr(text, "ldap://"));
	CASE("both terms of the rule are proved", strstr(text, "\"also\":true") && strstr(text, "\"of\":\"nurse\"") &&
	                                                  strstr(text, "\"of\":\"reader\""));
	kit.conf.show_dn = true;
	CU_ASSERT_EQUAL(proof_for_people(&kit), PROOF_WITH_DN);
	text = told(w.a, &kit, PROOF_WITH_DN);
	CASE(text, strstr(text, "cn=ward,dc=a") && strstr(text, "uid=u1,dc=a") && strstr(text, "old,dc=a"));
	CASE(text, !strstr(text, "ldap://"));
	text = told(w.a, &kit, PROOF_WHOLE);
	CASE(text, strstr(text, "\"server\":\"ldap://a\"") && strstr(text, "\"source\":\"hr\""));
	leave(&w);
}

SUITE_TESTS(explain) = {
	TEST(what_is_seen_names_the_group_that_counts_and_its_hat),
	TEST(what_is_not_for_them_names_the_group_that_would_do),
	TEST(an_exclusion_names_its_group_and_hat),
	TEST(a_window_says_when),
	TEST(an_ended_membership_is_the_reason_and_an_end_to_come_a_change),
	TEST(a_silent_source_is_the_reason_where_it_could_have_said_yes),
	TEST(what_is_shut_out_and_unknown_hides),
	TEST(what_follows_from_a_rule_turns_with_the_groups_it_looks_at),
	TEST(changes_that_only_turn_it_together_are_one_set),
	TEST(people_get_names_where_operators_get_entries_and_servers),
	END,
};
