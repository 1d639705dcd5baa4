#include <stdlib.h>
#include <string.h>

#include "model_priv.h"

/* ---- reading people.csv ---- */

/* So plain that it needs no escaping in a DN. */
static bool plain_uid(const char *s)
{
	return *s && strlen(s) < 64 && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-._")];
}

static enum fail listed_read(struct model *m, const struct csv_table *t, const struct csv_row *r,
                             struct listed *p, struct err *err)
{
	enum fail rc;

	p->persona = !strcmp(r->field[0], "persona");
	p->uid = r->field[1];
	p->name = r->field[2];
	p->lang = r->field[3];
	p->person = *r->field[5] ? r->field[5] : p->uid;
	p->also = csv_words(m->arena, r->field[7], " ");
	if (!plain_uid(p->uid))
		return err_set(err, FAIL_DATA,
		               "%s:%d: uid \"%s\" has other signs than a-z 0-9 - . _", t->path,
		               r->line, p->uid);
	if ((rc = model_groups_named(m, t, r, r->field[4], " ", &p->assigned, err)))
		return rc;
	return model_facts(m, t, r, r->field[6], &p->facts, err);
}

enum fail roster_people(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "set",    "uid",    "name",  "lang",
		                               "groups", "person", "facts", "also" };
	struct csv_table t;
	enum fail rc;

	if ((rc = csv_read(m->arena, folder, "people.csv", columns, COUNT(columns), &t, err)))
		return rc;
	m->listed = arena_array(m->arena, t.count + 1, sizeof *m->listed);
	for (size_t i = 0; i < t.count; i++) {
		struct listed *p = &m->listed[m->listed_count++];

		if ((rc = listed_read(m, &t, &t.rows[i], p, err)))
			return rc;
		if (p->persona && m->persona_count++ != i)
			return err_set(err, FAIL_DATA, "%s:%d: personas come before all others",
			               t.path, t.rows[i].line);
	}
	return OK;
}

/* ---- reading mix.csv and names.csv ---- */

/* "a+b:3|c|-": ways with their weights; with ids they are groups. */
static enum fail choice_read(const struct model *m, const struct csv_table *t,
                             const struct csv_row *r, const char *text, bool ids,
                             struct choice *out, struct err *err)
{
	char **list = csv_words(m->arena, text, "|");
	struct choice c = { 0 };
	struct way *ways;
	enum fail rc;

	while (list[c.count])
		c.count++;
	ways = arena_array(m->arena, c.count + 1, sizeof *ways);
	for (size_t i = 0; i < c.count; i++) {
		char *weight = strchr(list[i], ':');

		if (weight)
			*weight++ = '\0';
		ways[i].text = list[i];
		ways[i].weight = weight ? (unsigned)strtoul(weight, NULL, 10) : 1;
		c.weight += ways[i].weight;
		if (ids && strcmp(list[i], "-") &&
		    (rc = model_groups_named(m, t, r, list[i], "+", &ways[i].groups, err)))
			return rc;
	}
	if (!c.weight)
		return err_set(err, FAIL_DATA, "%s:%d: nothing to choose in \"%s\"", t->path,
		               r->line, text);
	c.ways = ways;
	*out = c;
	return OK;
}

static enum fail kind_read(struct model *m, const struct csv_table *t, const struct csv_row *r,
                           struct kind *k, struct err *err)
{
	char **terms = csv_words(m->arena, r->field[4], " ");
	struct choice *groups;
	enum fail rc;

	k->weight = (unsigned)strtoul(r->field[0], NULL, 10);
	k->prefix = r->field[1];
	k->pool = r->field[2];
	if (!plain_uid(k->prefix))
		return err_set(err, FAIL_DATA, "%s:%d: prefix \"%s\"", t->path, r->line, k->prefix);
	if ((rc = choice_read(m, t, r, r->field[3], false, &k->lang, err)))
		return rc;
	while (terms[k->group_count])
		k->group_count++;
	groups = arena_array(m->arena, k->group_count + 1, sizeof *groups);
	for (size_t i = 0; i < k->group_count; i++)
		if ((rc = choice_read(m, t, r, terms[i], true, &groups[i], err)))
			return rc;
	k->groups = groups;
	m->kind_weight += k->weight;
	return model_facts(m, t, r, r->field[5], &k->facts, err);
}

static const char *const *pool_part(struct arena *a, const struct csv_table *names,
                                    const char *pool, const char *part, size_t *count)
{
	const char **list = arena_array(a, names->count + 1, sizeof *list);

	*count = 0;
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->rows[i].field[0], pool) &&
		    !strcmp(names->rows[i].field[1], part))
			list[(*count)++] = names->rows[i].field[2];
	return list;
}

enum fail roster_mix(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "weight", "prefix", "pool", "lang",
		                               "groups", "facts",  "note" };
	static const char *const name_columns[] = { "pool", "part", "name" };
	struct csv_table t, names;
	enum fail rc;

	if ((rc = csv_read(m->arena, folder, "mix.csv", columns, COUNT(columns), &t, err)) ||
	    (rc = csv_read(m->arena, folder, "names.csv", name_columns, COUNT(name_columns), &names,
	                   err)))
		return rc;
	m->kinds = arena_array(m->arena, t.count + 1, sizeof *m->kinds);
	m->pools = arena_array(m->arena, t.count + 1, sizeof *m->pools);
	for (; m->kind_count < t.count; m->kind_count++) {
		struct kind *k = &m->kinds[m->kind_count];
		struct pool *p = &m->pools[m->kind_count];

		if ((rc = kind_read(m, &t, &t.rows[m->kind_count], k, err)))
			return rc;
		p->given = pool_part(m->arena, &names, k->pool, "given", &p->given_count);
		p->surname = pool_part(m->arena, &names, k->pool, "surname", &p->surname_count);
		if (!p->given_count || !p->surname_count)
			return err_set(err, FAIL_DATA, "%s: no names for pool \"%s\"", names.path,
			               k->pool);
	}
	return m->kind_weight ? OK : err_set(err, FAIL_DATA, "%s: no kind has a weight", t.path);
}
