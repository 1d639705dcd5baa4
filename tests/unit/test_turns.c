/* For every persona and every service of the sample: the explanation is the catalogue's answer, and each change that
 * it lists turns it, decided again by way of what the persona is assigned. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "app/institution.h"
#include "domain/decide.h"
#include "domain/explain.h"
#include "people/csv.h"
#include "unit.h"

#define NOV_24_2026 1795500000
#define JUL_1_2026  1782900000

static struct institution *sample(void)
{
	static struct institution *in;
	const char *slash = strrchr(__FILE__, '/');
	static char root[PATH_MAX], path[4][PATH_MAX + 32];
	static const char *const names[] = { "schema", "conf/sample/groups.xml", "conf/sample/desks.xml",
		                             "conf/sample/catalogue.xml" };
	static const struct langs langs = { .tag = { "nl", "en" }, .count = 2 };
	struct conf conf = { 0 };
	struct err err = { 0 };

	if (in)
		return in;
	snprintf(root, sizeof root, "%.*s/../..", (int)(slash - __FILE__), __FILE__);
	for (size_t i = 0; i < COUNT(names); i++)
		snprintf(path[i], sizeof path[i], "%s/%s", root, names[i]);
	conf.schema_dir = path[0];
	conf.groups_file = path[1];
	conf.desks_file = path[2];
	conf.catalogue_file = path[3];
	CASE(err.text, clock_zone("Europe/Amsterdam", &err) == OK);
	CASE(err.text, institution_files(&conf, &langs, &in, &err) == OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(in);
	return in;
}

static struct csv_table personas(struct arena *a)
{
	static const char *const columns[] = { "id", "uid", "name", "lang", "groups", "hats", "story" };
	const char *slash = strrchr(__FILE__, '/');
	char folder[PATH_MAX];
	struct csv_table t;
	struct err err = { 0 };

	snprintf(folder, sizeof folder, "%.*s/../campus", (int)(slash - __FILE__), __FILE__);
	CASE(err.text, csv_read(a, folder, "personas.csv", columns, COUNT(columns), &t, &err) == OK);
	CU_ASSERT_EQUAL_FATAL(t.count, 25);
	return t;
}

/* The facts that a directory would hold of somebody in these groups, by their first rule. */
static struct account facts_of(struct arena *a, const struct groups *g, char **ids)
{
	struct fact_value *values = arena_array(a, g->count, sizeof *values);
	struct fact_group *groups = arena_array(a, g->count, sizeof *groups);
	struct fact_named *names = arena_array(a, g->count, sizeof *names);
	struct account out = { .source = "campus", .uid = "u", .name = "n", .complete = true, .values = values,
		               .groups = groups, .named = names };

	for (; *ids; ids++) {
		int i = group_find(g, *ids);
		const struct rule *r = i < 0 || !g->list[i].rule_count ? NULL : &g->list[i].rules[0];

		if (r && r->kind == RULE_ATTRIBUTE) {
			values[out.value_count++] = (struct fact_value){ r->attribute, r->value };
		} else if (r && r->kind == RULE_LDAP_GROUP) {
			groups[out.group_count++] = (struct fact_group){ .id = r->dn, .dn = r->dn, .name = r->dn, .via = -1 };
			names[out.named_count++] = (struct fact_named){ r->dn, r->dn };
		}
	}
	return out;
}

/* The groups of a persona with a change made to the list of what they are assigned. */
static char **changed(struct arena *a, const struct groups *g, char **ids, const struct turn *turn, int64_t *at)
{
	char **list = arena_array(a, g->count + 8, sizeof *list);
	size_t count = 0;

	for (; *ids; ids++) {
		bool stays = true;

		for (size_t i = 0; i < turn->count; i++)
			stays = stays && (turn->change[i].kind != CHANGE_LEAVE ||
			                  !bits_has(&g->list[group_find(g, *ids)].closure, turn->change[i].group));
		if (stays)
			list[count++] = *ids;
	}
	for (size_t i = 0; i < turn->count; i++) {
		if (turn->change[i].kind == CHANGE_JOIN)
			list[count++] = (char *)g->list[turn->change[i].group].id;
		if (turn->change[i].kind == CHANGE_WAIT)
			*at = turn->change[i].at;
	}
	return list;
}

/* The whole catalogue of somebody assigned these groups, by way of member_given. */
static struct decision catalogue_of(struct arena *a, const struct institution *in, char **ids, int64_t at,
                                    struct person *p)
{
	struct decision d = { 0 };
	struct err err = { 0 };
	const char *list = "";

	for (; *ids; ids++)
		list = arena_printf(a, "%s%s%s", list, *list ? "," : "", *ids);
	CU_ASSERT_EQUAL_FATAL(member_given(a, &in->groups, list, p, &err), OK);
	decide(a, &in->catalogue, &p->groups, &p->unknown, clock_date(at), 0, &d);
	return d;
}

struct count {
	size_t asked, turned, unturned;
};

/* With the changes made to what the persona is assigned, the catalogue answers as the turn says. */
static void check_turns(const struct institution *in, char **ids, int64_t at, const struct explanation *e,
                        struct count *n)
{
	struct arena *a = arena_new(16 << 20);

	for (size_t i = 0; i < e->turn_count; i++) {
		int64_t then = at;
		struct person p;
		char **other = changed(a, &in->groups, ids, &e->turns[i], &then);
		struct decision d = catalogue_of(a, in, other, then, &p);
		const struct entry *entry = decision_find(&d, e->service->id);

		if ((entry != NULL) != e->turns[i].visible || (entry && entry->open) != e->turns[i].open)
			CASE(arena_printf(a, "%s: turn %zu", e->service->id, i), false);
		if (e->turns[i].visible == e->visible && (!e->visible || e->open || !e->turns[i].open))
			CASE(e->service->id, false);
		n->turned++;
	}
	/* What everybody sees nothing turns. */
	n->unturned += !e->turn_count && !bits_meet(&e->service->any, &in->groups.everyone);
	arena_free(a);
}

static void check_persona(const struct institution *in, char **ids, bool by_facts, int64_t at, struct count *n)
{
	struct arena *a = arena_new(64 << 20);
	struct person person;
	struct decision d = catalogue_of(a, in, ids, at, &person);
	struct account account = facts_of(a, &in->groups, ids);
	struct explain_who who = { &person, by_facts ? &account : NULL, by_facts, at };

	if (by_facts) {
		member_derive(a, &in->groups, &account, 1, at, &person);
		CASE("facts give the groups", bits_equal(&person.groups, &d.closed));
	}
	for (size_t i = 0; i < in->catalogue.service_count; i++) {
		const struct service *s = &in->catalogue.services[i];
		const struct entry *entry = decision_find(&d, s->id);
		struct explanation e;

		explain(a, &in->catalogue, s, &who, &e);
		if (e.visible != (entry != NULL) || e.open != (entry && entry->open))
			CASE(s->id, false);
		if (e.visible != (e.reason == SEEN || e.reason == SEEN_CLOSED))
			CASE(s->id, false);
		check_turns(in, ids, at, &e, n);
		n->asked++;
	}
	arena_free(a);
}

static void check_all(bool by_facts, size_t every, int64_t at, struct count *n)
{
	struct arena *a = arena_new(4 << 20);
	struct institution *in = sample();
	struct csv_table t = personas(a);

	for (size_t i = 0; i < t.count; i += every)
		check_persona(in, csv_words(a, t.rows[i].field[4], " "), by_facts, at, n);
	arena_free(a);
}

static void for_every_persona_and_service_the_explanation_is_the_catalogue_and_each_turn_turns_it(void)
{
	struct count n = { 0 };

	check_all(false, 1, NOV_24_2026, &n);
	check_all(false, 1, JUL_1_2026, &n);
	CU_ASSERT_EQUAL(n.asked, 2 * 25 * 235);
	CASE("there is always something that would turn it", !n.unturned);
	CASE("often in more than one way", n.turned > n.asked);
}

static void with_facts_of_a_directory_the_same_holds(void)
{
	struct count n = { 0 };

	check_all(true, 6, NOV_24_2026, &n);
	CU_ASSERT_EQUAL(n.asked, 5 * 235);
	CASE("there is always something that would turn it", !n.unturned);
}

SUITE_TESTS(turns) = {
	TEST(for_every_persona_and_service_the_explanation_is_the_catalogue_and_each_turn_turns_it),
	TEST(with_facts_of_a_directory_the_same_holds),
	END,
};
