/* Rules of the group file over what sources say of several accounts, written as the file writes them. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "domain/member.h"
#include "unit.h"
#include "view/load.h"

static const char *in_tree(const char *name)
{
	static char path[PATH_MAX];
	const char *slash = strrchr(__FILE__, '/');

	snprintf(path, PATH_MAX, "%.*s/../../%s", (int)(slash - __FILE__), __FILE__, name);
	return path;
}

#define NOW "20261123120000Z"

static int64_t now(void)
{
	int64_t moment = 0;

	clock_parse_generalized(NOW, &moment);
	return moment;
}

/* ---- groups: the one under test is "g"; the others are there to be spoken of ---- */

#define LABEL "<label xml:lang=\"nl\">x</label>"

static enum fail groups_of(struct arena *a, const char *more, struct groups *g, struct err *err)
{
	static const struct langs langs = { .tag = { "nl", "en" }, .count = 2 };
	const char *text = arena_printf(a,
	                                "<groups>\n"
	                                "<group id=\"student\" hat=\"yes\">" LABEL
	                                "<attribute name=\"kind\" value=\"student\" until=\"ends\"/></group>\n"
	                                "<group id=\"staff\" hat=\"yes\">" LABEL
	                                "<attribute name=\"kind\" value=\"staff\"/></group>\n"
	                                "%s</groups>\n",
	                                more);
	struct source_text file = { "groups.xml", text, strlen(text) };

	view_start();
	CU_ASSERT_EQUAL(clock_zone("Europe/Amsterdam", err), OK);
	return load_groups(a, in_tree("schema"), &langs, &file, g, err);
}

/* ---- people: "campus kind=student ends=2026… | ?hr | ~lib card=1 | +hr kind=staff" ----
 * An account a part, led by its source: ? did not answer, ! its groups are not all known, ~ said a while ago,
 * + linked to the first. */

static struct account account_of(struct arena *a, char *text)
{
	struct account account = { .server = "ldap://test", .dn = "uid=x", .uid = "x", .name = "x", .complete = true };
	struct fact_value *values = arena_array(a, strlen(text) + 1, sizeof *values);
	char *word = strsep(&text, " ");

	account.read_at = now() - 60;
	for (; strchr("?!~+", *word); word++) {
		account.unread |= *word == '?';
		account.complete &= *word != '?' && *word != '!';
		account.stale |= *word == '~';
		account.link = *word == '+' ? "employeeNumber" : account.link;
	}
	account.lasts = account.stale ? now() + 60 : 0;
	account.source = word;
	while ((word = strsep(&text, " "))) {
		char *value = strchr(word, '=');

		if (!value)
			continue;
		*value++ = '\0';
		values[account.value_count++] = (struct fact_value){ word, value };
	}
	account.values = values;
	return account;
}

static size_t accounts_of(struct arena *a, const char *text, struct account list[8])
{
	char *rest = arena_str(a, text), *next;
	size_t count = 0;

	for (; rest; rest = next) {
		if ((next = strstr(rest, " | "))) {
			*next = '\0';
			next += 3;
		}
		list[count++] = account_of(a, rest);
	}
	return count;
}

static const char *answer_of(const struct groups *g, const struct person *p, const char *id)
{
	size_t i = (size_t)group_find(g, id);

	return bits_has(&p->groups, i) ? "yes" : bits_has(&p->unknown, i) ? "unknown" : "no";
}

static const char *answer(struct arena *a, const char *groups, const char *people, struct person *p)
{
	struct account list[8];
	struct err err = { 0 };
	struct groups g;

	if (groups_of(a, groups, &g, &err))
		return arena_str(a, err.text);
	member_derive(a, &g, list, accounts_of(a, people, list), now(), p);
	return answer_of(&g, p, "g");
}

/* ---- each rule ---- */

struct rule_case {
	const char *rule, *people, *answer;
};

static void try_all(const struct rule_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena *a = arena_new(4 << 20);
		struct person p;
		const char *groups = arena_printf(a, "<group id=\"g\">" LABEL "%s</group>\n", cases[i].rule);
		const char *got = answer(a, groups, cases[i].people, &p);

		CASE(arena_printf(a, "%s of %s: %s", cases[i].rule, cases[i].people, got), !strcmp(got, cases[i].answer));
		arena_free(a);
	}
}

static void a_number_is_compared_as_a_number(void)
{
	static const char at_least[] = "<compare name=\"year\" is=\"at-least\" as=\"number\" value=\"2\"/>";
	static const struct rule_case cases[] = {
		{ at_least, "campus year=2", "yes" },
		{ at_least, "campus year=10", "yes" },
		{ at_least, "campus year=1.5", "no" },
		{ at_least, "campus year=1 year=3", "yes" },
		{ at_least, "campus", "no" },
		{ at_least, "campus year=second", "unknown" },
		{ at_least, "campus year=second year=3", "yes" },
		{ at_least, "campus year=1 | ?hr", "unknown" },
		{ at_least, "campus year=2 | ?hr", "yes" },
		{ "<compare name=\"year\" is=\"less\" as=\"number\" value=\"2\"/>", "campus year=1", "yes" },
		{ "<compare name=\"year\" is=\"less\" as=\"number\" value=\"2\"/>", "campus year=2", "no" },
		{ "<compare name=\"year\" is=\"more\" as=\"number\" value=\"2\"/>", "campus year=2", "no" },
		{ "<compare name=\"year\" is=\"at-most\" as=\"number\" value=\"2\"/>", "campus year=2", "yes" },
		{ "<compare name=\"year\" is=\"equal\" as=\"number\" value=\"2\"/>", "campus year=2.0", "yes" },
		{ "<compare name=\"unit\" is=\"more\" value=\"b\"/>", "campus unit=C", "yes" },
		{ "<compare name=\"unit\" is=\"more\" value=\"b\" exact=\"yes\"/>", "campus unit=C", "no" },
	};

	try_all(cases, COUNT(cases));
}

static void a_date_is_compared_with_a_day_or_with_now(void)
{
	static const char soon[] = "<compare name=\"ends\" is=\"at-most\" as=\"date\" value=\"now+30d\"/>";
	static const char before[] = "<compare name=\"begun\" is=\"less\" as=\"date\" value=\"2026-09-01\"/>";
	static const struct rule_case cases[] = {
		{ soon, "campus ends=20261201000000Z", "yes" },
		{ soon, "campus ends=2027-01-31", "no" },
		{ soon, "campus ends=later", "unknown" },
		{ before, "campus begun=2026-08-31", "yes" },
		{ before, "campus begun=2026-09-01", "no" },
		{ before, "campus begun=20260831220000Z", "no" }, /* midnight in Amsterdam */
	};

	try_all(cases, COUNT(cases));
}

static void a_pattern_says_what_a_value_looks_like(void)
{
	static const struct rule_case cases[] = {
		{ "<pattern name=\"unit\" like=\"fac-*-[0-9]?\"/>", "campus unit=FAC-arts-12", "yes" },
		{ "<pattern name=\"unit\" like=\"fac-*-[0-9]?\"/>", "campus unit=fac-arts-x2", "no" },
		{ "<pattern name=\"unit\" like=\"fac-*\" exact=\"yes\"/>", "campus unit=FAC-arts", "no" },
		{ "<pattern name=\"unit\" like=\"*\"/>", "campus other=1", "no" },
	};

	try_all(cases, COUNT(cases));
}

static void a_rule_says_whether_any_no_or_every_value_counts(void)
{
	static const char every[] = "<attribute name=\"kind\" value=\"student\" of=\"every\"/>";
	static const char none[] = "<attribute name=\"kind\" value=\"student\" of=\"no\"/>";
	static const char two[] = "<values name=\"unit\" least=\"2\"/>";
	static const struct rule_case cases[] = {
		{ every, "campus kind=student kind=Student", "yes" },
		{ every, "campus kind=student kind=staff", "no" },
		{ every, "campus kind=student | +hr kind=staff", "no" },
		{ every, "campus kind=student | ?hr", "unknown" },
		{ every, "campus kind=staff | ?hr", "no" },
		{ every, "campus", "no" },
		{ none, "campus", "yes" },
		{ none, "campus kind=staff", "yes" },
		{ none, "campus kind=student", "no" },
		{ none, "campus | ?hr", "unknown" },
		{ none, "campus kind=student | ?hr", "no" },
		{ two, "campus unit=a unit=A", "no" },
		{ two, "campus unit=a | +hr unit=b", "yes" },
		{ two, "campus unit=a | ?hr", "unknown" },
		{ two, "campus unit=a unit=b | ?hr", "yes" },
	};

	try_all(cases, COUNT(cases));
}

static void dates_of_attributes_or_of_the_file_make_a_window(void)
{
	static const char theirs[] = "<dates from=\"begun\" until=\"ends\"/>";
	static const char early[] = "<dates from=\"begun\" from-days=\"-14\"/>";
	static const char fixed[] = "<dates begins=\"2026-11-01\" ends=\"2026-12-01\"/>";
	static const struct rule_case cases[] = {
		{ theirs, "campus begun=2026-11-01 ends=2026-12-01", "yes" },
		{ theirs, "campus begun=2026-11-24 ends=2026-12-01", "no" },
		{ theirs, "campus begun=2026-11-01 ends=2026-11-23", "no" },
		{ theirs, "campus begun=2026-11-01", "no" },
		{ theirs, "campus begun=soon ends=2026-12-01", "unknown" },
		{ theirs, "campus | ?hr", "unknown" },
		{ early, "campus begun=2026-12-05", "yes" },
		{ early, "campus begun=2026-12-09", "no" },
		{ fixed, "campus", "yes" },
		{ "<dates ends=\"2026-11-23\"/>", "campus", "no" },
		{ "<attribute name=\"kind\" value=\"student\" from=\"begun\"/>", "campus kind=student begun=2026-11-24", "no" },
		{ "<attribute name=\"kind\" value=\"student\" from=\"begun\"/>", "campus kind=student begun=2026-11-23", "yes" },
	};

	try_all(cases, COUNT(cases));
}

static void terms_are_counted_and_a_grace_follows_an_end(void)
{
	static const char two[] = "<rule><count least=\"2\"><in ref=\"student\"/><in ref=\"staff\"/>"
				  "<attribute name=\"card\" value=\"1\"/></count></rule>";
	static const char grace[] = "<rule><after ref=\"student\" days=\"30\"/></rule>";
	static const struct rule_case cases[] = {
		{ two, "campus kind=student kind=staff", "yes" },
		{ two, "campus kind=student", "no" },
		{ two, "campus kind=student | ?hr", "unknown" },
		{ two, "campus kind=student card=1 | ?hr", "yes" },
		{ grace, "campus kind=student", "no" },
		{ grace, "campus kind=student ends=20261101000000Z", "yes" },
		{ grace, "campus kind=student ends=20261001000000Z", "no" },
		{ grace, "campus kind=student ends=20261201000000Z", "no" },
		{ grace, "campus kind=staff", "no" },
		{ grace, "campus kind=student ends=20261101000000Z | ?hr", "unknown" },
	};

	try_all(cases, COUNT(cases));
}

static void a_rule_may_be_about_one_source(void)
{
	static const char hr[] = "<attribute name=\"kind\" value=\"staff\" source=\"hr\"/>";
	static const struct rule_case cases[] = {
		{ hr, "campus kind=staff", "no" },
		{ hr, "campus kind=staff | +hr kind=staff", "yes" },
		{ hr, "campus kind=staff | ?hr", "unknown" },
		{ hr, "campus kind=staff | ?lib", "no" },
	};

	try_all(cases, COUNT(cases));
}

/* ---- what stands in, boundaries, accounts ---- */

static void what_was_said_a_while_ago_stands_in_but_not_for_what_must_be_certain(void)
{
	static const char plain[] = "<group id=\"g\">" LABEL "<rule><in ref=\"staff\"/></rule></group>";
	static const char certain[] =
	        "<group id=\"g\" sensitive=\"yes\">" LABEL "<rule><in ref=\"staff\"/></rule></group>";
	struct arena *a = arena_new(4 << 20);
	struct person p;

	SAME(answer(a, plain, "campus | ?hr | ~hr kind=staff", &p), "yes");
	CU_ASSERT_FALSE(p.complete);
	CU_ASSERT_EQUAL(p.stale_since, now() - 60);
	CU_ASSERT_EQUAL(p.until, now() + 60); /* then it counts no more, */
	CU_ASSERT_EQUAL(member_until(&p, 1), 0); /* and that is no end of the membership */
	SAME(answer(a, certain, "campus | ?hr | ~hr kind=staff", &p), "unknown");
	SAME(answer(a, certain, "campus | +hr kind=staff", &p), "yes");
	CU_ASSERT_TRUE(p.complete);
	CU_ASSERT_EQUAL(p.stale_since, 0);
	arena_free(a);
}

static void the_nearest_moment_at_which_anything_changes_is_known(void)
{
	static const char groups[] = "<group id=\"g\">" LABEL "<dates from=\"begun\"/></group>"
				     "<group id=\"grace\">" LABEL "<rule><after ref=\"student\" days=\"1\"/></rule></group>";
	struct arena *a = arena_new(4 << 20);
	int64_t moment;
	struct person p;

	SAME(answer(a, groups, "campus kind=student ends=20261124000000Z begun=20261123120100Z", &p), "no");
	CU_ASSERT_EQUAL(p.until, now() + 60);
	SAME(answer(a, groups, "campus kind=student ends=20261124000000Z begun=20261123115900Z", &p), "yes");
	clock_parse_generalized("20261124000000Z", &moment);
	CU_ASSERT_EQUAL(p.until, moment);
	SAME(answer(a, groups, "campus kind=student ends=20261123110000Z", &p), "no");
	clock_parse_generalized("20261124110000Z", &moment);
	CU_ASSERT_EQUAL(p.until, moment);
	arena_free(a);
}

static void a_union_over_accounts_holds_what_each_of_them_holds(void)
{
	static const char *const accounts[] = { "campus kind=student", "campus kind=staff unit=a", "campus card=1 unit=b",
		                                "campus kind=student kind=staff begun=2026-01-01", "campus" };
	static const char groups[] = "<group id=\"g\">" LABEL "<attribute name=\"card\" value=\"1\"/></group>"
				     "<group id=\"h\">" LABEL "<rule><all><in ref=\"student\"/><dates from=\"begun\"/></all></rule></group>"
				     "<group id=\"two\">" LABEL "<values name=\"unit\" least=\"2\"/></group>";
	struct arena *a = arena_new(16 << 20);

	for (size_t i = 0; i < COUNT(accounts); i++)
		for (size_t k = 0; k < COUNT(accounts); k++) {
			struct person one, other, both;

			answer(a, groups, accounts[i], &one);
			answer(a, groups, accounts[k], &other);
			answer(a, groups, arena_printf(a, "%s | +%s", accounts[i], accounts[k]), &both);
			bits_join(&one.groups, &other.groups);
			for (size_t g = 0; g < 5; g++)
				CASE(arena_printf(a, "%s and %s", accounts[i], accounts[k]),
				     !bits_has(&one.groups, g) || bits_has(&both.groups, g));
			CASE(accounts[i], bits_equal(&both.own, &other.own) || i != k);
		}
	arena_free(a);
}

static void groups_of_the_account_that_signed_in_are_told_apart(void)
{
	struct arena *a = arena_new(4 << 20);
	struct person p;

	answer(a, "<group id=\"g\">" LABEL "</group>", "campus kind=student | +hr kind=staff", &p);
	CU_ASSERT_TRUE(bits_has(&p.groups, 0) && bits_has(&p.groups, 1));
	CU_ASSERT_TRUE(bits_has(&p.own, 0) && !bits_has(&p.own, 1));
	arena_free(a);
}

/* ---- properties, with a sequence of numbers that is always the same ---- */

static unsigned rolls = 20261126;

static unsigned roll(unsigned below)
{
	rolls = rolls * 1103515245u + 12345u;
	return (rolls >> 16) % below;
}

static const char everything[] =
        "<group id=\"g\">" LABEL "<rule><all><in ref=\"student\"/><any><attribute name=\"unit\" value=\"a\"/>"
        "<compare name=\"year\" is=\"more\" as=\"number\" value=\"1\"/></any></all></rule></group>"
        "<group id=\"n2\">" LABEL "<rule><count least=\"2\"><in ref=\"g\"/><in ref=\"staff\"/>"
        "<pattern name=\"unit\" like=\"b*\"/></count></rule></group>"
        "<group id=\"dated\">" LABEL "<parent ref=\"g\"/><dates from=\"begun\" until=\"ends\"/></group>"
        "<group id=\"two\">" LABEL "<values name=\"unit\" least=\"2\"/></group>";

static const char *some_values(struct arena *a, unsigned most)
{
	static const char *const all[] = { "kind=student", "kind=staff", "unit=a", "unit=bb", "year=1", "year=2",
		                           "begun=2026-01-01", "begun=2027-01-01", "ends=2026-12-31", "card=1" };
	const char *text = "";

	for (unsigned n = roll(most + 1); n; n--)
		text = arena_printf(a, "%s %s", text, all[roll(COUNT(all))]);
	return text;
}

/* No rule of `everything` negates; begun and ends narrow a window, so those two only come first. */
static void more_values_and_more_accounts_never_take_a_group_away(void)
{
	for (int turn = 0; turn < 400; turn++) {
		static const char *const added[] = { "kind=student", "kind=staff", "unit=a", "unit=bb", "year=1", "year=2" };
		struct arena *a = arena_new(8 << 20);
		const char *people = arena_printf(a, "campus%s | +hr%s", some_values(a, 5), some_values(a, 5));
		const char *more = arena_printf(a, "%s %s | +lib%s", people, added[roll(COUNT(added))], some_values(a, 3));
		struct person before, after;

		answer(a, everything, people, &before);
		answer(a, everything, more, &after);
		for (size_t g = 0; g < 6; g++)
			CASE(more, !bits_has(&before.groups, g) || bits_has(&after.groups, g));
		arena_free(a);
	}
}

static void the_order_of_values_and_sources_makes_no_difference(void)
{
	for (int turn = 0; turn < 400; turn++) {
		struct arena *a = arena_new(8 << 20);
		struct account list[8], mixed[8];
		struct person right, p;
		struct err err = { 0 };
		struct groups g;
		size_t count;

		CU_ASSERT_EQUAL_FATAL(groups_of(a, everything, &g, &err), OK);
		count = accounts_of(a,
		                    arena_printf(a, "campus%s | +hr%s | %slib%s | +lib%s", some_values(a, 6), some_values(a, 6),
		                                 roll(3) ? "+" : "?", some_values(a, 4), some_values(a, 4)),
		                    list);
		member_derive(a, &g, list, count, now(), &right);
		memcpy(mixed, list, sizeof mixed);
		for (size_t i = 1; i < count; i++) { /* the first is who signed in */
			size_t k = 1 + roll((unsigned)count - 1);
			struct account other = mixed[i];

			mixed[i] = mixed[k];
			mixed[k] = other;
		}
		for (size_t i = 0; i < count; i++) {
			struct fact_value *values = arena_copy(a, mixed[i].values, (mixed[i].value_count + 1) * sizeof *values);

			for (size_t v = 0; v + 1 < mixed[i].value_count; v++) {
				size_t k = v + roll((unsigned)(mixed[i].value_count - v));
				struct fact_value other = values[v];

				values[v] = values[k];
				values[k] = other;
			}
			mixed[i].values = values;
		}
		member_derive(a, &g, mixed, count, now(), &p);
		CU_ASSERT_TRUE(bits_equal(&right.groups, &p.groups));
		CU_ASSERT_TRUE(bits_equal(&right.unknown, &p.unknown));
		CU_ASSERT_TRUE(bits_equal(&right.own, &p.own));
		CU_ASSERT_EQUAL(right.until, p.until);
		CU_ASSERT_EQUAL(right.complete, p.complete);
		arena_free(a);
	}
}

/* ---- a source that is silent ---- */

/* Whatever it would have said: never more than when it answers, and what is hidden is unknown. */
static void a_silent_source_hides_and_never_grants(void)
{
	static const char negating[] = "<group id=\"g\">" LABEL "<rule><all><in ref=\"student\"/><none><in ref=\"staff\"/></none>"
				       "</all></rule></group>"
				       "<group id=\"alone\">" LABEL "<attribute name=\"unit\" value=\"a\" of=\"no\"/></group>"
				       "<group id=\"only\">" LABEL "<attribute name=\"unit\" value=\"a\" of=\"every\"/></group>";

	for (int turn = 0; turn < 400; turn++) {
		struct arena *a = arena_new(8 << 20);
		const char *own = some_values(a, 4), *said = some_values(a, 4);
		struct person healthy, silent;

		answer(a, negating, arena_printf(a, "campus%s | +hr%s", own, said), &healthy);
		answer(a, negating, arena_printf(a, "campus%s | ?hr", own), &silent);
		CU_ASSERT_FALSE(silent.complete);
		for (size_t g = 0; g < 5; g++) {
			CASE(said, !bits_has(&silent.groups, g) || bits_has(&healthy.groups, g));
			CASE(said, bits_has(&silent.groups, g) == bits_has(&healthy.groups, g) || bits_has(&silent.unknown, g));
		}
		arena_free(a);
	}
}

/* ---- what the file may not say ---- */

static void a_rule_that_cannot_be_is_refused_with_its_line_and_what_to_write(void)
{
	static const struct {
		const char *rule, *says;
	} cases[] = {
		{ "<compare name=\"y\" is=\"more\" as=\"number\" value=\"two\"/>", "groups.xml:5: value=\"two\": write a number" },
		{ "<compare name=\"y\" is=\"more\" as=\"date\" value=\"soon\"/>", "groups.xml:5: value=\"soon\": write a day" },
		{ "<compare name=\"y\" is=\"more\" as=\"date\" value=\"now+3\"/>", "groups.xml:5: value=\"now+3\"" },
		{ "<compare name=\"y\" is=\"above\" value=\"1\"/>", "groups.xml:5: " },
		{ "<dates/>", "groups.xml:5: <dates> without a date" },
		{ "<dates from=\"a\" begins=\"2026-01-01\"/>", "groups.xml:5: one begin and one end" },
		{ "<dates begins=\"1-1-2026\"/>", "groups.xml:5: begins=\"1-1-2026\": write a day as YYYY-MM-DD" },
		{ "<values name=\"a\" least=\"0\"/>", "groups.xml:5: " },
		{ "<rule><count least=\"1\"></count></rule>", "groups.xml:5: " },
		{ "<rule><after ref=\"studnt\" days=\"3\"/></rule>", "groups.xml:5: unknown group \"studnt\" in rule: did you mean \"student\"?" },
		{ "<rule><after ref=\"g\" days=\"3\"/></rule>", "groups.xml:5: group \"g\" depends on not being itself" },
		{ "<rule><none><count least=\"1\"><in ref=\"g\"/></count></none></rule>", "groups.xml:5: group \"g\" depends on not being itself" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new(4 << 20);
		struct err err = { 0 };
		struct groups g;

		CU_ASSERT_EQUAL(groups_of(a, arena_printf(a, "<group id=\"g\">" LABEL "\n%s</group>\n", cases[i].rule), &g, &err),
		                FAIL_DATA);
		CASE(err.text, !strncmp(err.text, cases[i].says, strlen(cases[i].says)));
		arena_free(a);
	}
}

SUITE_TESTS(member) = {
	TEST(a_number_is_compared_as_a_number),
	TEST(a_date_is_compared_with_a_day_or_with_now),
	TEST(a_pattern_says_what_a_value_looks_like),
	TEST(a_rule_says_whether_any_no_or_every_value_counts),
	TEST(dates_of_attributes_or_of_the_file_make_a_window),
	TEST(terms_are_counted_and_a_grace_follows_an_end),
	TEST(a_rule_may_be_about_one_source),
	TEST(what_was_said_a_while_ago_stands_in_but_not_for_what_must_be_certain),
	TEST(the_nearest_moment_at_which_anything_changes_is_known),
	TEST(a_union_over_accounts_holds_what_each_of_them_holds),
	TEST(groups_of_the_account_that_signed_in_are_told_apart),
	TEST(more_values_and_more_accounts_never_take_a_group_away),
	TEST(the_order_of_values_and_sources_makes_no_difference),
	TEST(a_silent_source_hides_and_never_grants),
	TEST(a_rule_that_cannot_be_is_refused_with_its_line_and_what_to_write),
	END,
};
