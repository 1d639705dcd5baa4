/* Search: what people type, and what of their own catalogue it finds. Files of a small library are loaded as an
 * import loads them. */
#include "domain/find.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/institution.h"
#include "base/clock.h"
#include "domain/decide.h"
#include "domain/member.h"
#include "text/text.h"
#include "unit.h"
#include "view/load.h"

static const char groups[] =
        "<groups><group id=\"all\"><label xml:lang=\"nl\">Allen</label><everyone/></group>"
        "<group id=\"reader\" hat=\"yes\"><label xml:lang=\"nl\">Lezer</label><parent ref=\"all\"/></group>"
        "<group id=\"clerk\" hat=\"yes\"><label xml:lang=\"nl\">Bediende</label><parent ref=\"all\"/></group></groups>";

static const char desks[] =
        "<desks><department id=\"house\" serves=\"all\" desk=\"counter\"><name xml:lang=\"nl\">Huis</name></department>"
        "<desk id=\"counter\" department=\"house\"><name xml:lang=\"nl\">Balie</name><does xml:lang=\"nl\">Helpt.</does>"
        "<reach kind=\"form\"/></desk></desks>";

#define SERVICE(id, any, title, english, keywords)                                                                     \
	"<service id=\"" id "\" theme=\"t\" owner=\"house\" desk=\"counter\"><title xml:lang=\"nl\">" title                  \
	"</title><title xml:lang=\"en\">" english "</title><summary xml:lang=\"nl\">Meer hierover.</summary>"              \
	"<keywords xml:lang=\"nl\">" keywords "</keywords><audience any=\"" any "\"/></service>"

static const char services[] =
        "<catalogue><theme id=\"t\"><label xml:lang=\"nl\">Onderwerp</label></theme>"
        SERVICE("login", "all", "Inloggen lukt niet", "Cannot sign in", "wachtwoord vergeten, account")
        SERVICE("network", "reader", "Draadloos netwerk", "Wireless network", "wifi, eduroam")
        SERVICE("cable", "clerk", "Netwerkkabel op je kamer", "Cabled network", "kabel, aansluiting")
        SERVICE("fine", "reader", "Boete betalen", "Pay a fine", "te laat, geld")
        SERVICE("loan", "reader", "Boeken lenen", "Borrow books", "uitleen, reserveren")
        SERVICE("pay", "clerk", "Salarisstrook", "Payslip", "loon, salaris")
        "</catalogue>";

static const char other_words[] =
        "<words><stop xml:lang=\"nl\">de het een in te op ik mijn wat is of</stop><stop xml:lang=\"en\">the a to off</stop>"
        "<weak xml:lang=\"nl\">vraag wil</weak>"
        "<entry><say xml:lang=\"nl\">internet</say><mean>wifi</mean></entry>"
        "<entry><say xml:lang=\"en\">days off</say><mean>uitleen</mean></entry>"
        "<entry><say>poen, geld</say></entry></words>";

static struct {
	struct institution *in;
	struct langs langs;
	struct arena *a;
} own;

static void end_all(void)
{
	institution_free(own.in);
	arena_free(own.a);
}

static struct source_text text_of(const char *name, const char *text)
{
	return (struct source_text){ name, text, strlen(text) };
}

static void begin(void)
{
	struct conf conf = { .schema_dir = "schema" };
	struct institution_text of = { text_of("groups.xml", groups), text_of("desks.xml", desks),
		                       text_of("catalogue.xml", services), text_of("words.xml", other_words) };
	struct err err = { 0 };

	if (!own.a) {
		view_start();
		own.langs = (struct langs){ { "nl", "en" }, 2 };
		CASE(err.text, institution_make(&conf, &own.langs, &of, &own.in, &err) == OK);
		own.a = arena_new((size_t)64 << 20);
		atexit(end_all);
	}
	arena_reset(own.a);
}

static struct found look(const char *groups_held, const char *query, bool unfinished)
{
	struct word_list words = text_words(own.a, &own.langs, query);
	struct found found = { 0 };
	struct decision d;
	struct person person;
	struct err err = { 0 };

	if (member_given(own.a, &own.in->groups, groups_held, &person, &err))
		return found;
	decide(own.a, &own.in->catalogue, &person.groups, NULL, (struct date){ 2026, 11, 23 }, 0, &d);
	find(own.a, own.in->index, &d, &words, unfinished, &found);
	return found;
}

/* The first that is found, "" for nothing. */
static const char *first(const char *groups_held, const char *query)
{
	struct found found = look(groups_held, query, false);

	return found.count ? found.hits[0].entry->service->id : "";
}

static void a_word_is_found_in_any_of_its_forms_and_in_both_languages(void)
{
	static const char *const cases[][2] = {
		{ "boeken", "loan" },  { "boek", "loan" },         { "BOEK", "loan" },         { "bóek", "loan" },
		{ "books", "loan" },   { "borrowing", "loan" },    { "boete", "fine" },        { "boetes", "fine" },
		{ "wifi", "network" }, { "wireless", "network" },  { "Draadloze", "network" }, { "reservering", "loan" },
		{ "wi-fi", "network" },
	};

	begin();
	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i][0], !strcmp(first("reader", cases[i][0]), cases[i][1]));
}

static void compounds_and_parts_of_them_are_found(void)
{
	begin();
	SAME(first("clerk", "netwerk kabel"), "cable");
	SAME(first("clerk", "kabelaansluiting"), "cable");
	SAME(first("reader", "boekenboete"), "fine");
	SAME(first("clerk", "salaris strook"), "pay");
}

static void a_typing_error_is_forgiven_and_told(void)
{
	static const char *const cases[][2] = { { "eduraom", "network" }, { "wachtwoord vergetn", "login" },
		                                { "reserveeren", "loan" }, { "draadlos", "network" } };
	struct found found;

	begin();
	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i][0], !strcmp(first("reader", cases[i][0]), cases[i][1]));
	found = look("reader", "eduraom", false);
	CU_ASSERT_EQUAL_FATAL(found.note_count, 1);
	CU_ASSERT_EQUAL(found.notes[0].reason, REASON_SPELT);
	SAME(found.notes[0].asked, "eduraom");
	SAME(found.notes[0].read, "eduroam");
	SAME(first("reader", "wofi"), ""); /* a short word is what it is */
}

static void a_verb_that_stands_apart_is_one_word(void)
{
	begin();
	SAME(first("reader", "hoe kan ik in te loggen"), "login");
	SAME(first("reader", "ik log er niet op in"), "login");
}

static void other_words_stand_for_those_of_the_catalogue(void)
{
	struct found found;

	begin();
	SAME(first("reader", "internet"), "network");
	SAME(first("reader", "poen"), "fine");
	SAME(first("reader", "days off"), "loan");
	SAME(first("reader", "days"), ""); /* a saying counts as a whole */
	found = look("reader", "mijn internet", false);
	CU_ASSERT_EQUAL_FATAL(found.note_count, 1);
	CU_ASSERT_EQUAL(found.notes[0].reason, REASON_MEANS);
	SAME(found.notes[0].asked, "internet");
	SAME(found.notes[0].read, "wifi");
}

static void words_that_say_nothing_find_nothing_by_themselves(void)
{
	static const char *const cases[] = { "", " ", "?!", "xyzzy", "vraag", "ik wil een vraag" };

	begin();
	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i], !look("reader", cases[i], false).count);
}

static void what_is_not_theirs_is_neither_found_nor_used(void)
{
	struct found found;

	begin();
	SAME(first("reader", "salarisstrook"), "");
	SAME(first("reader", "salarisstrok"), ""); /* not even to correct it */
	SAME(first("clerk", "salarisstrook"), "pay");
	SAME(first("clerk", "eduroam"), "");
	found = look("reader", "netwerk", false);
	CU_ASSERT_EQUAL(found.count, 1);
	SAME(first("clerk", "netwerk"), "cable");
	SAME(first("reader, clerk", "netwerk"), "network");
	SAME(first("", "wachtwoord"), "login");
}

static void somebody_who_still_types_gets_beginnings(void)
{
	begin();
	CU_ASSERT_EQUAL(look("reader", "res", false).count, 0);
	CU_ASSERT_EQUAL(look("reader", "res", true).count, 1);
	CU_ASSERT_EQUAL(look("reader", "draadloos net", true).count, 1);
	CU_ASSERT_EQUAL(look("reader", "loo", true).count, 0); /* of somebody else's salary */
}

static void the_language_that_met_the_query_is_told(void)
{
	struct found found;

	begin();
	found = look("reader", "wireless", false);
	CU_ASSERT_EQUAL_FATAL(found.count, 1);
	CU_ASSERT_EQUAL(found.hits[0].lang, 1);
	found = look("reader", "draadloos", false);
	CU_ASSERT_EQUAL(found.hits[0].lang, 0);
}

static void the_same_question_has_the_same_answer(void)
{
	struct found one, two;

	begin();
	one = look("reader, clerk", "netwerk kabel wifi boek", false);
	two = look("reader, clerk", "netwerk kabel wifi boek", false);
	CU_ASSERT_EQUAL_FATAL(one.count, two.count);
	for (size_t i = 0; i < one.count; i++)
		CU_ASSERT_TRUE(one.hits[i].score == two.hits[i].score &&
		               !strcmp(one.hits[i].entry->service->id, two.hits[i].entry->service->id));
}

/* Anything that passes the border may come: 200 bytes of clean text. */
static void any_text_is_survived(void)
{
	static const char *const parts[] = { "wifi", " ", "-", "é", "ﬁ", "İ", "\u0130\u0307", "中文", "\xf0\x9f\x98\x80", "a\xcc\x88",
		                             "netwerk", "ijs", "'", "0", "\u2011", "ß", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	unsigned seed = 20261125;

	begin();
	for (int i = 0; i < 3000; i++) {
		char query[201] = "";

		for (size_t len = 0;;) {
			const char *part = parts[(seed = seed * 1103515245 + 12345) / 65536 % COUNT(parts)];

			if ((len += strlen(part)) > 200 || (seed / 65536) % 19 == 0)
				break;
			strcat(query, part);
		}
		for (size_t k = 0, n = look("reader", query, i % 2).count; k < n; k++)
			CASE(query, n <= 4);
		arena_reset(own.a);
	}
	SAME(text_fold(own.a, "ﬁÉßİ"), "fiessi");
}

static void a_words_file_with_a_fault_is_refused_with_its_line(void)
{
	static const char *const cases[][2] = {
		{ "<words>\n<entry><say>een</say></entry></words>", "w.xml:2: <entry> has one word and no <mean>" },
		{ "<words>\n\n<entry><mean>een</mean></entry></words>", "w.xml:3: <entry> has no <say>" },
		{ "<words>\n<entry><say> , </say></entry></words>", "w.xml:2: <say> is empty" },
		{ "<words>\n<synonym/></words>", "w.xml:2: <synonym> is not known" },
	};

	begin();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct source_text file = text_of("w.xml", cases[i][0]);
		struct words_text out;
		struct err err = { 0 };

		CASE(cases[i][0], load_words_file(own.a, "schema", &own.langs, &file, &out, &err) == FAIL_DATA);
		CASE(err.text, strstr(err.text, cases[i][1]) == err.text);
	}
}

SUITE_TESTS(find) = {
	TEST(a_word_is_found_in_any_of_its_forms_and_in_both_languages),
	TEST(compounds_and_parts_of_them_are_found),
	TEST(a_typing_error_is_forgiven_and_told),
	TEST(a_verb_that_stands_apart_is_one_word),
	TEST(other_words_stand_for_those_of_the_catalogue),
	TEST(words_that_say_nothing_find_nothing_by_themselves),
	TEST(what_is_not_theirs_is_neither_found_nor_used),
	TEST(somebody_who_still_types_gets_beginnings),
	TEST(the_language_that_met_the_query_is_told),
	TEST(the_same_question_has_the_same_answer),
	TEST(any_text_is_survived),
	TEST(a_words_file_with_a_fault_is_refused_with_its_line),
	END,
};
