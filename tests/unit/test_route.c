/* Where a request goes and what is asked before, on entries as the decision makes them. */
#include "domain/route.h"
#include "unit.h"

enum {
	STUDENT,
	WORKER,
	GUEST,
};

enum {
	FRONT,
	BACK,
	SIDE,
};

static const struct variant of_student = { .group = STUDENT, .desk = BACK }, of_worker = { .group = WORKER, .desk = -1 };
static const struct topic lost = { .id = "lost", .desk = SIDE }, plain = { .id = "plain", .desk = FRONT };

#define HAT(n)      { .word = { 1ull << (n) } }
#define HATS(n, m)  { .word = { 1ull << (n) | 1ull << (m) } }
#define WAYS(list)  .ways = list, .way_count = COUNT(list)
#define TOPICS(list) .topics = list, .topic_count = COUNT(list)

static const struct way one_way[] = { { .hats = HATS(STUDENT, WORKER), .desk = FRONT } };
static const struct way two_desks[] = { { .hats = HAT(STUDENT), .variant = &of_student, .desk = BACK },
	                                { .hats = HAT(WORKER), .desk = FRONT } };
static const struct way two_texts[] = { { .hats = HAT(STUDENT), .desk = FRONT },
	                                { .hats = HAT(WORKER), .variant = &of_worker, .desk = FRONT } };
static const struct way hatless[] = { { .desk = FRONT } };
static const struct way_topic borders[] = { { &lost, HATS(STUDENT, WORKER) }, { &plain, HAT(WORKER) } };
static const struct way_topic idle[] = { { &plain, HATS(STUDENT, WORKER) } };

static const struct entry simple = { WAYS(one_way) }, forked = { WAYS(two_desks) }, worded = { WAYS(two_texts) };
static const struct entry bordered = { WAYS(one_way), TOPICS(borders) }, both = { WAYS(two_desks), TOPICS(borders) };
static const struct entry harmless = { WAYS(one_way), TOPICS(idle) }, visitor = { WAYS(hatless) };

static void one_question_at_most_is_asked_and_only_where_its_answer_counts(void)
{
	static const struct {
		const char *name;
		const struct entry *entry;
		int hat;
		const char *topic;
		enum route_ask ask;
		size_t desk;
	} cases[] = {
		{ "one way asks nothing", &simple, ROUTE_NO_HAT, NULL, ASK_NOTHING, FRONT },
		{ "a visitor without a hat is asked nothing", &visitor, ROUTE_NO_HAT, NULL, ASK_NOTHING, FRONT },
		{ "two desks ask for the hat, and lead to the first", &forked, ROUTE_NO_HAT, NULL, ASK_HAT, BACK },
		{ "two texts ask for the hat as well", &worded, ROUTE_NO_HAT, NULL, ASK_HAT, FRONT },
		{ "a hat said settles it: student", &forked, STUDENT, NULL, ASK_NOTHING, BACK },
		{ "a hat said settles it: worker", &forked, WORKER, NULL, ASK_NOTHING, FRONT },
		{ "a topic elsewhere is asked for", &bordered, ROUTE_NO_HAT, NULL, ASK_TOPIC, FRONT },
		{ "a topic at the same desk is not", &harmless, ROUTE_NO_HAT, NULL, ASK_NOTHING, FRONT },
		{ "the topic comes before the hat", &both, ROUTE_NO_HAT, NULL, ASK_TOPIC, BACK },
		{ "a topic said decides the desk", &bordered, ROUTE_NO_HAT, "lost", ASK_NOTHING, SIDE },
		{ "a topic of one hat says the hat too", &both, ROUTE_NO_HAT, "plain", ASK_NOTHING, FRONT },
		{ "a topic of both leaves the variant open", &both, ROUTE_NO_HAT, "lost", ASK_HAT, SIDE },
		{ "none of the topics is an answer", &bordered, ROUTE_NO_HAT, ROUTE_NO_TOPIC, ASK_NOTHING, FRONT },
		{ "none of the topics leaves the hat", &both, ROUTE_NO_HAT, ROUTE_NO_TOPIC, ASK_HAT, BACK },
		{ "both said", &both, STUDENT, "lost", ASK_NOTHING, SIDE },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct routing r = { 0 };

		CASE(cases[i].name, !route_entry(cases[i].entry, cases[i].hat, cases[i].topic, &r));
		CASE(cases[i].name, r.ask == cases[i].ask && r.desk == cases[i].desk);
	}
}

static void a_hat_or_topic_that_is_not_theirs_is_refused(void)
{
	struct routing r = { .desk = 77 };

	CU_ASSERT_EQUAL(route_entry(&forked, GUEST, NULL, &r), FAIL_ABSENT);
	CU_ASSERT_EQUAL(route_entry(&bordered, ROUTE_NO_HAT, "unknown", &r), FAIL_ABSENT);
	CASE("a topic of the other hat", route_entry(&both, STUDENT, "plain", &r) == FAIL_ABSENT);
	CASE("nothing was written", r.desk == 77);
}

static void the_way_of_a_topic_is_one_that_has_the_topic(void)
{
	struct routing r;

	CU_ASSERT_EQUAL(route_entry(&both, ROUTE_NO_HAT, "plain", &r), OK);
	CU_ASSERT_PTR_EQUAL(r.way, &two_desks[1]);
	CU_ASSERT_PTR_EQUAL(r.topic, &plain);
	SAME(route_word(ASK_TOPIC), "topic");
	SAME(route_word(ASK_HAT), "hat");
	CU_ASSERT_PTR_NULL(route_word(ASK_NOTHING));
}

SUITE_TESTS(route) = {
	TEST(one_question_at_most_is_asked_and_only_where_its_answer_counts),
	TEST(a_hat_or_topic_that_is_not_theirs_is_refused),
	TEST(the_way_of_a_topic_is_one_that_has_the_topic),
	END,
};
