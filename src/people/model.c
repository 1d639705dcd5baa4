#include "people/model.h"

#include <stdlib.h>
#include <string.h>

#include "model_priv.h"
#include "people/level.h"

/* ---- sets of groups ---- */

void gset_add(struct gset *s, size_t i)
{
	s->word[i / 64] |= UINT64_C(1) << i % 64;
}

bool gset_has(const struct gset *s, size_t i)
{
	return s->word[i / 64] >> i % 64 & 1;
}

void gset_join(struct gset *to, const struct gset *from)
{
	for (size_t i = 0; i < COUNT(to->word); i++)
		to->word[i] |= from->word[i];
}

bool gset_covers(const struct gset *whole, const struct gset *part)
{
	for (size_t i = 0; i < COUNT(part->word); i++)
		if (part->word[i] & ~whole->word[i])
			return false;
	return true;
}

bool gset_empty(const struct gset *s)
{
	static const struct gset nothing;

	return gset_covers(&nothing, s);
}

/* ---- what all files have in common ---- */

static bool model_find(const struct model *m, const char *id, size_t *out)
{
	for (size_t i = 0; i < m->group_count; i++) {
		if (strcmp(m->groups[i].id, id))
			continue;
		*out = i;
		return true;
	}
	return false;
}

enum fail model_groups_named(const struct model *m, const struct csv_table *t,
                             const struct csv_row *r, const char *ids, const char *separators,
                             struct gset *out, struct err *err)
{
	struct gset found = { 0 };
	size_t group;

	for (char **id = csv_words(m->arena, ids, separators); *id; id++) {
		if (!model_find(m, *id, &group))
			return err_set(err, FAIL_DATA, "%s:%d: no group \"%s\"", t->path, r->line,
			               *id);
		gset_add(&found, group);
	}
	*out = found;
	return OK;
}

struct gset model_close(const struct model *m, const struct gset *groups)
{
	struct gset all = { 0 };

	for (size_t i = 0; i < m->group_count; i++)
		if (gset_has(groups, i))
			gset_join(&all, &m->groups[i].closure);
	return all;
}

/* "-1d", "+30d..+700d": days from now. */
static bool days_parse(const char *s, long *first, long *last)
{
	char *end;

	if (*s != '+' && *s != '-')
		return false;
	*first = *last = strtol(s, &end, 10);
	if (!strncmp(end, "d..", 3))
		*last = strtol(end + 3, &end, 10);
	return !strcmp(end, "d") && *first <= *last;
}

enum fail model_facts(const struct model *m, const struct csv_table *t, const struct csv_row *r,
                      const char *text, struct facts *out, struct err *err)
{
	char **list = csv_words(m->arena, text, " ");
	size_t count = 0;
	struct fact *facts;

	while (list[count])
		count++;
	facts = arena_array(m->arena, count + 1, sizeof *facts);
	for (size_t i = 0; i < count; i++) {
		char *value = strchr(list[i], '=');

		if (!value)
			return err_set(err, FAIL_DATA, "%s:%d: \"%s\" is not name=value", t->path,
			               r->line, list[i]);
		*value++ = '\0';
		facts[i].name = list[i];
		if (!days_parse(value, &facts[i].first_day, &facts[i].last_day))
			facts[i].value = value;
	}
	*out = (struct facts){ facts, count };
	return OK;
}

/* ---- reading directory.csv: kind, id, of, name, value, more ---- */

bool row_is(const struct csv_row *r, const char *kind)
{
	return !strcmp(r->field[KIND], kind);
}

static enum fail setting(const struct model *m, const char *id, const char **out, struct err *err)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct csv_row *r = &m->directory.rows[i];

		if (!row_is(r, "setting") || strcmp(r->field[ID], id))
			continue;
		*out = r->field[VALUE];
		return OK;
	}
	return err_set(err, FAIL_DATA, "%s: setting \"%s\" is missing", m->directory.path, id);
}

static enum fail settings_read(struct model *m, struct err *err)
{
	const struct {
		const char *id;
		const char **out;
	} wanted[] = {
		{ "suffix", &m->suffix },
		{ "organisation", &m->organisation },
		{ "domain", &m->domain },
		{ "people", &m->people },
		{ "group-base", &m->group_base },
		{ "classes", &m->classes },
		{ "person-key", &m->person_key },
		{ "placeholder", &m->placeholder },
		{ "password-prefix", &m->password_prefix },
		{ "system", &m->system },
		{ "service", &m->service },
		{ "decoy", &m->decoy },
		{ "first-number", &m->first_number },
	};
	enum fail rc;

	for (size_t i = 0; i < COUNT(wanted); i++)
		if ((rc = setting(m, wanted[i].id, wanted[i].out, err)))
			return rc;
	return OK;
}

static enum fail groups_read(struct model *m, struct err *err)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct csv_row *r = &m->directory.rows[i];
		struct model_group *g = &m->groups[m->group_count];

		if (!row_is(r, "group"))
			continue;
		if (m->group_count == MODEL_GROUPS)
			return err_set(err, FAIL_DATA, "%s:%d: more than %d groups",
			               m->directory.path, r->line, MODEL_GROUPS);
		g->id = r->field[ID];
		g->row = r;
		g->everyone = !strcmp(r->field[NAME], "everyone");
		g->no_other_hat = !strcmp(r->field[NAME], "no-other-hat");
		g->shows = g->everyone || g->no_other_hat;
		if (g->no_other_hat || !strcmp(r->field[NAME], "hat"))
			gset_add(&m->hats, m->group_count);
		m->group_count++;
	}
	return OK;
}

/* Parents may come later in the file: so round after round until nothing is added. */
static enum fail groups_close(struct model *m, struct err *err)
{
	enum fail rc;

	for (size_t i = 0; i < m->group_count; i++) {
		struct model_group *g = &m->groups[i];

		if ((rc = model_groups_named(m, &m->directory, g->row, g->row->field[OF], " ",
		                             &g->closure, err)))
			return rc;
		gset_add(&g->closure, i);
	}
	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < m->group_count; i++) {
			struct gset wider = model_close(m, &m->groups[i].closure);

			grown |= !gset_covers(&m->groups[i].closure, &wider);
			m->groups[i].closure = wider;
		}
	}
	for (size_t i = 0; i < m->group_count; i++)
		if (m->groups[i].everyone)
			gset_join(&m->everyone, &m->groups[i].closure);
	return OK;
}

static enum fail shown_read(struct model *m, const struct csv_row *r, struct err *err)
{
	struct shown *s = &m->shown[m->shown_count++];

	if (!model_find(m, r->field[ID], &s->group))
		return err_set(err, FAIL_DATA, "%s:%d: no group \"%s\"", m->directory.path, r->line,
		               r->field[ID]);
	s->name = r->field[NAME];
	s->value = r->field[VALUE];
	s->until = *r->field[MORE] ? r->field[MORE] : NULL;
	m->groups[s->group].shows = true;
	return OK;
}

static enum fail ldap_read(struct model *m, const struct csv_row *r, struct err *err)
{
	struct ldap_group *l = &m->ldap[m->ldap_count++];
	const char *comma = strchr(r->field[ID], ',');
	enum fail rc;

	if (strncmp(r->field[ID], "cn=", 3) || !comma)
		return err_set(err, FAIL_DATA, "%s:%d: a directory group is named cn=…,ou=…",
		               m->directory.path, r->line);
	l->dn = r->field[ID];
	l->cn = arena_strn(m->arena, l->dn + 3, (size_t)(comma - l->dn - 3));
	l->class = r->field[NAME];
	l->attribute = r->field[VALUE];
	if ((rc = model_facts(m, &m->directory, r, r->field[MORE], &l->facts, err)) ||
	    (rc = model_groups_named(m, &m->directory, r, r->field[OF], "+", &l->of, err)))
		return rc;
	if (gset_empty(&l->of))
		return OK;
	/* The first one named is the group that it shows; the others say for whom it is. */
	model_find(m, csv_words(m->arena, r->field[OF], "+")[0], &l->group);
	m->groups[l->group].shows = true;
	return OK;
}

static void containers_mark(struct model *m)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct csv_row *r = &m->directory.rows[i];

		for (size_t j = 0; row_is(r, "inside") && j < m->ldap_count; j++)
			if (!strcmp(m->ldap[j].dn, r->field[OF]) && !gset_empty(&m->ldap[j].of))
				m->ldap[j].container = true;
	}
}

static enum fail row_read(struct model *m, const struct csv_row *r, struct err *err)
{
	if (row_is(r, "attribute"))
		return shown_read(m, r, err);
	if (row_is(r, "ldap"))
		return ldap_read(m, r, err);
	if (row_is(r, "inside") || row_is(r, "stray")) {
		m->links[m->link_count++] = (struct extra_member){ r->field[ID], r->field[OF] };
		return OK;
	}
	/* Read before, or where it is written. */
	if (row_is(r, "setting") || row_is(r, "group") || row_is(r, "unit"))
		return OK;
	return err_set(err, FAIL_DATA, "%s:%d: no such kind \"%s\"", m->directory.path, r->line,
	               r->field[KIND]);
}

/* Values of one attribute stand together in an entry: some readers take only the first run. */
static void shown_order(struct model *m)
{
	for (size_t k = 1; k < m->shown_count; k++) {
		struct shown s = m->shown[k];
		size_t to = k;

		for (size_t i = 0; i < k; i++)
			if (!strcmp(m->shown[i].name, s.name))
				to = i + 1;
		memmove(&m->shown[to + 1], &m->shown[to], (k - to) * sizeof s);
		m->shown[to] = s;
	}
}

static enum fail directory_read(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "kind", "id", "of", "name", "value", "more" };
	struct csv_table *t = &m->directory;
	enum fail rc;

	if ((rc = csv_read(m->arena, folder, "directory.csv", columns, COUNT(columns), t, err)) ||
	    (rc = settings_read(m, err)))
		return rc;
	m->groups = arena_array(m->arena, MODEL_GROUPS + 1, sizeof *m->groups);
	if ((rc = groups_read(m, err)) || (rc = groups_close(m, err)))
		return rc;
	m->shown = arena_array(m->arena, t->count + 1, sizeof *m->shown);
	m->ldap = arena_array(m->arena, t->count + 1, sizeof *m->ldap);
	m->links = arena_array(m->arena, t->count + 1, sizeof *m->links);
	for (size_t i = 0; i < t->count; i++) {
		const struct csv_row *r = &t->rows[i];

		if ((rc = row_read(m, r, err)))
			return rc;
	}
	shown_order(m);
	containers_mark(m);
	for (size_t i = 0; i < m->group_count; i++)
		if (!m->groups[i].shows)
			return err_set(err, FAIL_DATA, "%s: nothing shows group \"%s\"", t->path,
			               m->groups[i].id);
	return OK;
}

enum fail model_read(struct model *m, const char *folder, struct err *err)
{
	enum fail rc;

	if ((rc = directory_read(m, folder, err)) || (rc = roster_people(m, folder, err)))
		return rc;
	return (rc = roster_mix(m, folder, err)) ? rc : levels_read(m, folder, err);
}
