/* A request's history and what follows from it; the filled form as one text and back. */
#include "domain/ticket.h"
#include "unit.h"

static void state_and_desk_follow_from_the_history(void)
{
	static const struct ticket_event events[] = { { TICKET_SENT, "front", 1 }, { TICKET_MOVED, "back", 2 },
		                                      { TICKET_CLOSED, "back", 3 } };
	static const struct {
		const char *name;
		size_t count;
		bool open;
		const char *desk;
	} cases[] = {
		{ "sent", 1, true, "front" },
		{ "moved", 2, true, "back" },
		{ "closed", 3, false, "back" },
		{ "without a history it is nowhere", 0, false, "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ticket t = { .events = events, .event_count = cases[i].count };

		CASE(cases[i].name, ticket_is_open(&t) == cases[i].open);
		SAME(ticket_desk(&t), cases[i].desk);
	}
}

static void words_of_the_history_come_back(void)
{
	for (int kind = 0; kind < TICKET_KINDS; kind++)
		CU_ASSERT_EQUAL(ticket_kind(ticket_word((enum ticket_kind)kind)), kind);
	CU_ASSERT_EQUAL(ticket_kind("lost"), -1);
}

static void filled_fields_come_back_as_they_were(void)
{
	static const struct filled fields[] = { { .name = "room", .label = "Kamer: welke?", .value = "B2.14" },
		                                { .name = "why", .label = "", .value = "twee\r\nregels & <tekens>" },
		                                { .name = "x", .label = "leeg", .value = "" } };
	struct arena *a = arena_new(1 << 20);
	const struct filled *back;
	struct buf text;

	buf_init(&text, 4096);
	ticket_write_fields(fields, COUNT(fields), &text);
	CU_ASSERT_EQUAL_FATAL(ticket_read_fields(a, text.data, &back), COUNT(fields));
	for (size_t i = 0; i < COUNT(fields); i++) {
		SAME(back[i].name, fields[i].name);
		SAME(back[i].label, fields[i].label);
		SAME(back[i].value, fields[i].value);
	}
	CASE("nothing", ticket_read_fields(a, "", &back) == 0);
	CASE("half a field is none", ticket_read_fields(a, "name\x1flabel\x1e", &back) == 0);
	buf_release(&text);
	arena_free(a);
}

SUITE_TESTS(ticket) = {
	TEST(state_and_desk_follow_from_the_history),
	TEST(words_of_the_history_come_back),
	TEST(filled_fields_come_back_as_they_were),
	END,
};
