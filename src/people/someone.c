#include "people/someone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define DAY 86400

/* What is thrown for; groups and facts take as many as they need from there on. */
enum {
	DICE_KIND,
	DICE_LANG,
	DICE_GIVEN,
	DICE_SURNAME,
	DICE_GROUPS = 16,
	DICE_FACTS = 64
};

uint64_t dice(uint64_t seed, uint64_t number, uint64_t turn)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + number * UINT64_C(0xbf58476d1ce4e5b9) +
	             turn * UINT64_C(0x94d049bb133111eb);

	for (int i = 0; i < 2; i++) {
		x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
		x ^= x >> 31;
	}
	return x;
}

static const struct way *choose(const struct choice *c, uint64_t thrown)
{
	uint64_t left = thrown % c->weight;
	const struct way *w = c->ways;

	for (; left >= w->weight; w++)
		left -= w->weight;
	return w;
}

static size_t kind_choose(const struct model *m, uint64_t thrown)
{
	uint64_t left = thrown % m->kind_weight;
	size_t k = 0;

	for (; left >= m->kinds[k].weight; k++)
		left -= m->kinds[k].weight;
	return k;
}

static void someone_generate(const struct model *m, size_t number, struct someone *s)
{
	size_t kind = kind_choose(m, dice(m->seed, number, DICE_KIND));
	const struct kind *k = &m->kinds[kind];
	const struct pool *p = &m->pools[kind];

	s->kind = k;
	for (size_t i = 0; i < k->group_count; i++)
		gset_join(&s->assigned,
		          &choose(&k->groups[i], dice(m->seed, number, DICE_GROUPS + i))->groups);
	s->facts = &k->facts;
	s->given = p->given[dice(m->seed, number, DICE_GIVEN) % p->given_count];
	s->surname = p->surname[dice(m->seed, number, DICE_SURNAME) % p->surname_count];
	s->lang = choose(&k->lang, dice(m->seed, number, DICE_LANG))->text;
}

void someone_make(const struct model *m, size_t i, struct someone *s)
{
	*s = (struct someone){ .number = i };
	if (i < m->listed_count) {
		s->listed = &m->listed[i];
		s->given = s->listed->name;
		s->lang = s->listed->lang;
		s->person = s->listed->person;
		s->facts = &s->listed->facts;
		s->assigned = s->listed->assigned;
		return;
	}
	s->number = i - m->listed_count;
	someone_generate(m, s->number, s);
}

void someone_name(const struct model *m, struct someone *s)
{
	unsigned long first = strtoul(m->first_number, NULL, 10);

	if (s->listed)
		snprintf(s->uid, sizeof s->uid, "%s", s->listed->uid);
	else
		snprintf(s->uid, sizeof s->uid, "%s%lu", s->kind->prefix, first + s->number);
	if (!s->person)
		s->person = s->uid;
}

void someone_close(const struct model *m, struct someone *s)
{
	s->held = model_close(m, &s->assigned);
}

bool one_in(const struct model *m, uint64_t share, uint64_t number, uint64_t turn)
{
	return dice(m->seed, number, turn) % share == 0;
}

int64_t fact_time(const struct model *m, const struct someone *s, const struct fact *f)
{
	uint64_t range = (uint64_t)(f->last_day - f->first_day) + 1;
	uint64_t thrown = dice(m->seed, s->number, DICE_FACTS) % range;

	return m->now + (f->first_day + (int64_t)thrown) * DAY;
}

/* Whether the attribute that ends a group has passed; no such attribute: never. */
static bool fact_ended(const struct model *m, const struct someone *s, const char *until)
{
	int64_t at;

	for (size_t i = 0; until && i < s->facts->count; i++) {
		const struct fact *f = &s->facts->list[i];

		if (strcmp(f->name, until))
			continue;
		if (!f->value)
			at = fact_time(m, s, f);
		else if (!clock_parse_generalized(f->value, &at))
			continue;
		return at <= m->now;
	}
	return false;
}

bool someone_in(const struct ldap_group *l, const struct someone *s)
{
	if (!l->container && !gset_empty(&l->of) && gset_covers(&s->assigned, &l->of))
		return true;
	for (char **also = s->listed ? s->listed->also : NULL; also && *also; also++)
		if (!strcmp(*also, l->cn))
			return true;
	return false;
}

/* What shows of one account and has not ended. */
static void see(const struct model *m, const struct someone *s, struct gset *seen)
{
	struct gset held = model_close(m, &s->assigned);

	for (size_t i = 0; i < m->shown_count; i++)
		if (gset_has(&held, m->shown[i].group) && !fact_ended(m, s, m->shown[i].until))
			gset_add(seen, m->shown[i].group);
	for (size_t i = 0; i < m->ldap_count; i++)
		if (someone_in(&m->ldap[i], s) && !gset_empty(&m->ldap[i].of))
			gset_add(seen, m->ldap[i].group);
}

/* Only listed people have several accounts. */
static void see_other_accounts(const struct model *m, const struct someone *s, struct gset *seen)
{
	for (size_t i = 0; s->listed && i < m->listed_count; i++) {
		struct someone other;

		if (&m->listed[i] == s->listed || strcmp(m->listed[i].person, s->listed->person))
			continue;
		someone_make(m, i, &other);
		see(m, &other, seen);
	}
}

struct gset someone_answer(const struct model *m, const struct someone *s)
{
	struct gset seen = { 0 }, all;
	bool other_hat = false;

	see(m, s, &seen);
	see_other_accounts(m, s, &seen);
	all = model_close(m, &seen);
	gset_join(&all, &m->everyone);
	for (size_t i = 0; i < m->group_count; i++)
		other_hat |= gset_has(&all, i) && gset_has(&m->hats, i);
	for (size_t i = 0; i < m->group_count && !other_hat; i++)
		if (m->groups[i].no_other_hat)
			gset_join(&all, &m->groups[i].closure);
	return all;
}
