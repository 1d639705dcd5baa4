/* loket-people: writes an institution's directory as LDIF: listed people, and as many
 * generated ones as asked for.
 *
 *     loket-people --data conf/sample --people 5000 | slapadd -f slapd.conf
 *
 * A generated person depends on the seed and its number alone, so that a small directory is a
 * part of a larger one (ends that count from --now need the same --now). Nothing is kept of a
 * person: each directory group walks over all people again, so that a million of them take no
 * more memory than twenty-five.
 *
 * The folder of --data holds
 *   directory.csv  settings, units, groups with their parents, and how each one shows
 *   people.csv     people by name, with the groups they are assigned
 *   mix.csv        kinds of generated people: weight, groups (a|b:3|- is a choice), ends
 *   names.csv      names to choose from
 *
 * --answers writes what a portal must find: account, groups (closed over their parents),
 * person. It comes from the model in directory.csv, never from the LDIF. */
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"

#define MODEL_GROUPS 256 /* most groups in directory.csv */
#define COLUMNS_MAX  8
#define DAY          86400
#define PEOPLE_MAX   1000000

/* ---- sets of groups ---- */

struct set {
	uint64_t word[MODEL_GROUPS / 64];
};

static void set_add(struct set *s, size_t i)
{
	s->word[i / 64] |= UINT64_C(1) << i % 64;
}

static bool set_has(const struct set *s, size_t i)
{
	return s->word[i / 64] >> i % 64 & 1;
}

static void set_join(struct set *to, const struct set *from)
{
	for (size_t i = 0; i < COUNT(to->word); i++)
		to->word[i] |= from->word[i];
}

/* Is all of part in whole? */
static bool set_covers(const struct set *whole, const struct set *part)
{
	for (size_t i = 0; i < COUNT(part->word); i++)
		if (part->word[i] & ~whole->word[i])
			return false;
	return true;
}

static bool set_empty(const struct set *s)
{
	static const struct set nothing;

	return set_covers(&nothing, s);
}

/* ---- CSV (RFC 4180) ---- */

struct row {
	const char *field[COLUMNS_MAX];
	int line;
};

struct table {
	const char *path;
	struct row *rows;
	size_t count;
};

/* One field, in place; *at ends behind it, on the comma, the line end or the last NUL. */
static const char *csv_field(char **at, int *line)
{
	char *from = *at, *to = from;
	const char *start = from;
	bool quoted = *from == '"';

	if (quoted)
		from++;
	for (; *from; from++) {
		if (quoted && *from == '"' && from[1] != '"') {
			from++;
			break;
		}
		if (!quoted && (*from == ',' || *from == '\n' || *from == '\r'))
			break;
		if (quoted && *from == '"')
			from++;
		*line += *from == '\n';
		*to++ = *from;
	}
	*at = from + (*from == '\r' && from[1] == '\n');
	/* Without quotes both ends meet on the separator, which the caller still has to see. */
	if (to < *at)
		*to = '\0';
	return start;
}

/* Fields of one line into r; how many there were. */
static size_t csv_line(char **at, int *line, struct row *r)
{
	size_t count = 0;
	char separator;

	r->line = *line;
	do {
		char *end = *at;
		const char *field = csv_field(&end, line);

		separator = *end;
		*end = '\0';
		*at = end + (separator != '\0');
		if (count < COLUMNS_MAX)
			r->field[count] = field;
		count++;
	} while (separator == ',');
	++*line;
	return count;
}

/* The file must have exactly these columns, and every line all of them. */
static enum fail csv_read(struct arena *a, const char *folder, const char *name,
                          const char *const *columns, size_t column_count, struct table *out,
                          struct err *err)
{
	struct table t = { .path = arena_printf(a, "%s/%s", folder, name) };
	size_t capacity = 64, len;
	int line = 1;
	enum fail rc;
	char *at;

	if ((rc = file_read(a, t.path, 1 << 22, &at, &len, err)))
		return rc;
	t.rows = arena_array(a, capacity, sizeof *t.rows);
	while (*at) {
		struct row *r = &t.rows[t.count];

		if (csv_line(&at, &line, r) != column_count)
			return err_set(err, FAIL_DATA, "%s:%d: expected %zu columns", t.path, r->line,
			               column_count);
		if (++t.count == capacity)
			t.rows = arena_grow(a, t.rows, capacity, &capacity, sizeof *t.rows);
	}
	for (size_t i = 0; i < column_count; i++)
		if (!t.count || strcmp(t.rows[0].field[i], columns[i]))
			return err_set(err, FAIL_DATA, "%s:1: column %zu must be \"%s\"", t.path, i + 1,
			               columns[i]);
	t.rows++; /* the header */
	t.count--;
	*out = t;
	return OK;
}

/* The words of a text, ending with NULL. */
static char **words(struct arena *a, const char *text, const char *separators)
{
	size_t capacity = 8, count = 0;
	char **list = arena_array(a, capacity, sizeof *list);
	char *rest = arena_str(a, text), *word;

	while ((word = strsep(&rest, separators))) {
		if (!*word)
			continue;
		list[count++] = word;
		if (count == capacity)
			list = arena_grow(a, list, capacity, &capacity, sizeof *list);
	}
	list[count] = NULL;
	return list;
}

/* ---- the model ---- */

/* name=value of an account; a value like -1d or +30d..+700d counts from now. */
struct fact {
	const char *name;
	const char *value; /* NULL: from now */
	long first_day, last_day;
};

struct facts {
	const struct fact *list;
	size_t count;
};

struct group {
	const char *id;
	struct set closure; /* with its parents, and theirs */
	const struct row *row;
	bool everyone, no_other_hat;
	bool shows; /* by an attribute, a directory group, or for everybody */
};

struct shown { /* a group as an attribute value */
	size_t group;
	const char *name, *value;
	const char *until; /* attribute with its end, or NULL */
};

struct ldap_group {
	const char *dn; /* in front of the suffix */
	const char *cn;
	const char *class, *attribute;
	struct facts facts;
	size_t group;   /* what it shows; with of empty: nothing */
	struct set of;  /* its people are assigned all of these */
	bool container; /* holds groups, no people */
};

struct link { /* one more member of a directory group */
	const char *member;
	const char *of;
};

struct listed {
	const char *uid, *name, *lang, *person;
	bool persona;
	struct set assigned;
	struct facts facts;
	char **also; /* cn of directory groups */
};

struct way {
	const char *text;
	unsigned weight;
	struct set groups;
};

struct choice {
	const struct way *ways;
	size_t count;
	unsigned weight; /* of all ways together */
};

struct kind { /* of generated people */
	unsigned weight;
	const char *prefix, *pool;
	struct choice lang;
	const struct choice *groups;
	size_t group_count;
	struct facts facts;
};

struct pool {
	const char *const *given;
	size_t given_count;
	const char *const *surname;
	size_t surname_count;
};

struct model {
	struct arena *arena;
	struct table directory;
	const char *suffix, *organisation, *domain, *people, *classes, *person_key, *password_prefix;
	const char *placeholder, *system, *service, *decoy, *first_number;
	struct group *groups;
	size_t group_count;
	struct set hats, everyone;
	struct shown *shown;
	size_t shown_count;
	struct ldap_group *ldap;
	size_t ldap_count;
	struct link *links;
	size_t link_count;
	struct listed *listed;
	size_t listed_count, persona_count;
	struct kind *kinds;
	size_t kind_count;
	unsigned kind_weight;
	struct pool *pools; /* one for each kind */
	uint64_t seed;
	int64_t now;
};

static bool model_group(const struct model *m, const char *id, size_t *out)
{
	for (size_t i = 0; i < m->group_count; i++) {
		if (strcmp(m->groups[i].id, id))
			continue;
		*out = i;
		return true;
	}
	return false;
}

static enum fail groups_named(const struct model *m, const struct table *t, const struct row *r,
                              const char *ids, const char *separators, struct set *out,
                              struct err *err)
{
	struct set found = { 0 };
	size_t group;

	for (char **id = words(m->arena, ids, separators); *id; id++) {
		if (!model_group(m, *id, &group))
			return err_set(err, FAIL_DATA, "%s:%d: no group \"%s\"", t->path, r->line, *id);
		set_add(&found, group);
	}
	*out = found;
	return OK;
}

static struct set closed(const struct model *m, const struct set *groups)
{
	struct set all = { 0 };

	for (size_t i = 0; i < m->group_count; i++)
		if (set_has(groups, i))
			set_join(&all, &m->groups[i].closure);
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

static enum fail facts_parse(const struct model *m, const struct table *t, const struct row *r,
                             const char *text, struct facts *out, struct err *err)
{
	char **list = words(m->arena, text, " ");
	size_t count = 0;
	struct fact *facts;

	while (list[count])
		count++;
	facts = arena_array(m->arena, count + 1, sizeof *facts);
	for (size_t i = 0; i < count; i++) {
		char *value = strchr(list[i], '=');

		if (!value)
			return err_set(err, FAIL_DATA, "%s:%d: \"%s\" is not name=value", t->path, r->line,
			               list[i]);
		*value++ = '\0';
		facts[i].name = list[i];
		if (!days_parse(value, &facts[i].first_day, &facts[i].last_day))
			facts[i].value = value;
	}
	*out = (struct facts){ facts, count };
	return OK;
}

/* ---- reading directory.csv: kind, id, of, name, value, more ---- */

enum { KIND, ID, OF, NAME, VALUE, MORE };

static bool row_is(const struct row *r, const char *kind)
{
	return !strcmp(r->field[KIND], kind);
}

static enum fail setting(const struct model *m, const char *id, const char **out, struct err *err)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct row *r = &m->directory.rows[i];

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
		{ "suffix", &m->suffix },           { "organisation", &m->organisation },
		{ "domain", &m->domain },           { "people", &m->people },
		{ "classes", &m->classes },         { "person-key", &m->person_key },
		{ "placeholder", &m->placeholder }, { "password-prefix", &m->password_prefix },
		{ "system", &m->system },           { "service", &m->service },
		{ "decoy", &m->decoy },             { "first-number", &m->first_number },
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
		const struct row *r = &m->directory.rows[i];
		struct group *g = &m->groups[m->group_count];

		if (!row_is(r, "group"))
			continue;
		if (m->group_count == MODEL_GROUPS)
			return err_set(err, FAIL_DATA, "%s:%d: more than %d groups", m->directory.path,
			               r->line, MODEL_GROUPS);
		g->id = r->field[ID];
		g->row = r;
		g->everyone = !strcmp(r->field[NAME], "everyone");
		g->no_other_hat = !strcmp(r->field[NAME], "no-other-hat");
		g->shows = g->everyone || g->no_other_hat;
		if (g->no_other_hat || !strcmp(r->field[NAME], "hat"))
			set_add(&m->hats, m->group_count);
		m->group_count++;
	}
	return OK;
}

/* Parents may come later in the file: so round after round until nothing is added. */
static enum fail groups_close(struct model *m, struct err *err)
{
	enum fail rc;

	for (size_t i = 0; i < m->group_count; i++) {
		struct group *g = &m->groups[i];

		if ((rc = groups_named(m, &m->directory, g->row, g->row->field[OF], " ", &g->closure, err)))
			return rc;
		set_add(&g->closure, i);
	}
	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < m->group_count; i++) {
			struct set wider = closed(m, &m->groups[i].closure);

			grown |= !set_covers(&m->groups[i].closure, &wider);
			m->groups[i].closure = wider;
		}
	}
	for (size_t i = 0; i < m->group_count; i++)
		if (m->groups[i].everyone)
			set_join(&m->everyone, &m->groups[i].closure);
	return OK;
}

static enum fail shown_read(struct model *m, const struct row *r, struct err *err)
{
	struct shown *s = &m->shown[m->shown_count++];

	if (!model_group(m, r->field[ID], &s->group))
		return err_set(err, FAIL_DATA, "%s:%d: no group \"%s\"", m->directory.path, r->line,
		               r->field[ID]);
	s->name = r->field[NAME];
	s->value = r->field[VALUE];
	s->until = *r->field[MORE] ? r->field[MORE] : NULL;
	m->groups[s->group].shows = true;
	return OK;
}

static enum fail ldap_read(struct model *m, const struct row *r, struct err *err)
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
	if ((rc = facts_parse(m, &m->directory, r, r->field[MORE], &l->facts, err)) ||
	    (rc = groups_named(m, &m->directory, r, r->field[OF], "+", &l->of, err)))
		return rc;
	if (set_empty(&l->of))
		return OK;
	/* The first one named is the group that it shows; the others say for whom it is. */
	model_group(m, words(m->arena, r->field[OF], "+")[0], &l->group);
	m->groups[l->group].shows = true;
	return OK;
}

static void containers_mark(struct model *m)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct row *r = &m->directory.rows[i];

		for (size_t j = 0; row_is(r, "inside") && j < m->ldap_count; j++)
			if (!strcmp(m->ldap[j].dn, r->field[OF]) && !set_empty(&m->ldap[j].of))
				m->ldap[j].container = true;
	}
}

static enum fail row_read(struct model *m, const struct row *r, struct err *err)
{
	if (row_is(r, "attribute"))
		return shown_read(m, r, err);
	if (row_is(r, "ldap"))
		return ldap_read(m, r, err);
	if (row_is(r, "inside") || row_is(r, "stray")) {
		m->links[m->link_count++] = (struct link){ r->field[ID], r->field[OF] };
		return OK;
	}
	/* Read before, or where it is written. */
	if (row_is(r, "setting") || row_is(r, "group") || row_is(r, "unit"))
		return OK;
	return err_set(err, FAIL_DATA, "%s:%d: no such kind \"%s\"", m->directory.path, r->line,
	               r->field[KIND]);
}

static enum fail directory_read(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "kind", "id", "of", "name", "value", "more" };
	struct table *t = &m->directory;
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
		const struct row *r = &t->rows[i];

		if ((rc = row_read(m, r, err)))
			return rc;
	}
	containers_mark(m);
	for (size_t i = 0; i < m->group_count; i++)
		if (!m->groups[i].shows)
			return err_set(err, FAIL_DATA, "%s: nothing shows group \"%s\"", t->path,
			               m->groups[i].id);
	return OK;
}

/* ---- reading people.csv ---- */

/* So plain that it needs no escaping in a DN. */
static bool plain_uid(const char *s)
{
	return *s && strlen(s) < 64 && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-._")];
}

static enum fail listed_read(struct model *m, const struct table *t, const struct row *r,
                             struct listed *p, struct err *err)
{
	enum fail rc;

	p->persona = !strcmp(r->field[0], "persona");
	p->uid = r->field[1];
	p->name = r->field[2];
	p->lang = r->field[3];
	p->person = *r->field[5] ? r->field[5] : p->uid;
	p->also = words(m->arena, r->field[7], " ");
	if (!plain_uid(p->uid))
		return err_set(err, FAIL_DATA, "%s:%d: uid \"%s\" has other signs than a-z 0-9 - . _",
		               t->path, r->line, p->uid);
	if ((rc = groups_named(m, t, r, r->field[4], " ", &p->assigned, err)))
		return rc;
	return facts_parse(m, t, r, r->field[6], &p->facts, err);
}

/* Personas first: they are the ones that --people counts. */
static enum fail people_read(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "set",    "uid",    "name",  "lang",
		                               "groups", "person", "facts", "also" };
	struct table t;
	enum fail rc;

	if ((rc = csv_read(m->arena, folder, "people.csv", columns, COUNT(columns), &t, err)))
		return rc;
	m->listed = arena_array(m->arena, t.count + 1, sizeof *m->listed);
	for (size_t i = 0; i < t.count; i++) {
		struct listed *p = &m->listed[m->listed_count++];

		if ((rc = listed_read(m, &t, &t.rows[i], p, err)))
			return rc;
		if (p->persona && m->persona_count++ != i)
			return err_set(err, FAIL_DATA, "%s:%d: personas come before all others", t.path,
			               t.rows[i].line);
	}
	return OK;
}

/* ---- reading mix.csv and names.csv ---- */

/* "a+b:3|c|-": ways with their weights; with ids they are groups. */
static enum fail choice_read(const struct model *m, const struct table *t, const struct row *r,
                             const char *text, bool ids, struct choice *out, struct err *err)
{
	char **list = words(m->arena, text, "|");
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
		    (rc = groups_named(m, t, r, list[i], "+", &ways[i].groups, err)))
			return rc;
	}
	if (!c.weight)
		return err_set(err, FAIL_DATA, "%s:%d: nothing to choose in \"%s\"", t->path, r->line, text);
	c.ways = ways;
	*out = c;
	return OK;
}

static enum fail kind_read(struct model *m, const struct table *t, const struct row *r,
                           struct kind *k, struct err *err)
{
	char **terms = words(m->arena, r->field[4], " ");
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
	return facts_parse(m, t, r, r->field[5], &k->facts, err);
}

static const char *const *pool_part(struct arena *a, const struct table *names, const char *pool,
                                    const char *part, size_t *count)
{
	const char **list = arena_array(a, names->count + 1, sizeof *list);

	*count = 0;
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->rows[i].field[0], pool) && !strcmp(names->rows[i].field[1], part))
			list[(*count)++] = names->rows[i].field[2];
	return list;
}

static enum fail mix_read(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "weight", "prefix", "pool", "lang",
		                               "groups", "facts",  "note" };
	static const char *const name_columns[] = { "pool", "part", "name" };
	struct table t, names;
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
			return err_set(err, FAIL_DATA, "%s: no names for pool \"%s\"", names.path, k->pool);
	}
	return m->kind_weight ? OK : err_set(err, FAIL_DATA, "%s: no kind has a weight", t.path);
}

/* ---- people ---- */

/* A number that looks random and follows from what it is given (SplitMix64's last steps). */
static uint64_t dice(uint64_t seed, uint64_t number, uint64_t throw)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + number * UINT64_C(0xbf58476d1ce4e5b9) +
	             throw * UINT64_C(0x94d049bb133111eb);

	for (int i = 0; i < 2; i++) {
		x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
		x ^= x >> 31;
	}
	return x;
}

enum { DICE_KIND, DICE_LANG, DICE_GIVEN, DICE_SURNAME, DICE_PERSON, DICE_GROUPS = 16, DICE_FACTS = 64 };

/* One account; made anew whenever it is needed. */
struct someone {
	size_t number;
	char uid[64];
	const char *given, *surname; /* surname NULL: given holds the whole name */
	const char *lang;
	const char *person; /* what its accounts have in common */
	const struct facts *facts;
	const struct listed *listed; /* NULL: generated */
	const struct kind *kind;
	struct set assigned;
};

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
		set_join(&s->assigned,
		         &choose(&k->groups[i], dice(m->seed, number, DICE_GROUPS + i))->groups);
	s->facts = &k->facts;
	s->given = p->given[dice(m->seed, number, DICE_GIVEN) % p->given_count];
	s->surname = p->surname[dice(m->seed, number, DICE_SURNAME) % p->surname_count];
	s->lang = choose(&k->lang, dice(m->seed, number, DICE_LANG))->text;
}

/* The i-th account: those listed, then the generated ones. */
static void someone_make(const struct model *m, size_t i, struct someone *s)
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

/* Apart from someone_make, because most walks ask for the groups only. */
static void someone_name(const struct model *m, struct someone *s)
{
	unsigned long first = strtoul(m->first_number, NULL, 10);

	if (s->listed)
		snprintf(s->uid, sizeof s->uid, "%s", s->listed->uid);
	else
		snprintf(s->uid, sizeof s->uid, "%s%lu", s->kind->prefix, first + s->number);
	if (!s->person)
		s->person = s->uid;
}

static int64_t fact_time(const struct model *m, const struct someone *s, const struct fact *f)
{
	uint64_t range = (uint64_t)(f->last_day - f->first_day) + 1;
	uint64_t thrown = dice(m->seed, s->number, DICE_FACTS) % range;

	return m->now + (f->first_day + (int64_t)thrown) * DAY;
}

/* Whether the attribute that ends a group has passed; no such attribute: never. */
static bool ended(const struct model *m, const struct someone *s, const char *until)
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

static bool in_ldap_group(const struct ldap_group *l, const struct someone *s)
{
	if (!l->container && !set_empty(&l->of) && set_covers(&s->assigned, &l->of))
		return true;
	for (char **also = s->listed ? s->listed->also : NULL; also && *also; also++)
		if (!strcmp(*also, l->cn))
			return true;
	return false;
}

/* What a portal must find: from what shows and has not ended, closed over the parents. */
static struct set answer(const struct model *m, const struct someone *s)
{
	struct set held = closed(m, &s->assigned), seen = { 0 }, all;
	bool other_hat = false;

	for (size_t i = 0; i < m->shown_count; i++)
		if (set_has(&held, m->shown[i].group) && !ended(m, s, m->shown[i].until))
			set_add(&seen, m->shown[i].group);
	for (size_t i = 0; i < m->ldap_count; i++)
		if (in_ldap_group(&m->ldap[i], s) && !set_empty(&m->ldap[i].of))
			set_add(&seen, m->ldap[i].group);
	all = closed(m, &seen);
	set_join(&all, &m->everyone);
	for (size_t i = 0; i < m->group_count; i++)
		other_hat |= set_has(&all, i) && set_has(&m->hats, i);
	for (size_t i = 0; i < m->group_count && !other_hat; i++)
		if (m->groups[i].no_other_hat)
			set_join(&all, &m->groups[i].closure);
	return all;
}

/* ---- LDIF (RFC 2849); without its version line, which slapadd takes for an entry ---- */

static bool ldif_safe(const char *s)
{
	if (*s == ' ' || *s == ':' || *s == '<' || (*s && s[strlen(s) - 1] == ' '))
		return false;
	for (; *s; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

static void ldif_base64(FILE *out, const char *s)
{
	static const char sign[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i += 3) {
		unsigned left = (unsigned)(len - i), v = (unsigned)(unsigned char)s[i] << 16;

		v |= left > 1 ? (unsigned)(unsigned char)s[i + 1] << 8 : 0;
		v |= left > 2 ? (unsigned)(unsigned char)s[i + 2] : 0;
		putc_unlocked(sign[v >> 18], out);
		putc_unlocked(sign[v >> 12 & 63], out);
		putc_unlocked(left > 1 ? sign[v >> 6 & 63] : '=', out);
		putc_unlocked(left > 2 ? sign[v & 63] : '=', out);
	}
}

static void ldif(FILE *out, const char *name, const char *value)
{
	bool safe = ldif_safe(value);

	fputs_unlocked(name, out);
	fputs_unlocked(safe ? ": " : ":: ", out);
	if (safe)
		fputs_unlocked(value, out);
	else
		ldif_base64(out, value);
	putc_unlocked('\n', out);
}

static void ldif_dn(FILE *out, const struct model *m, const char *name, const char *rdns)
{
	fprintf(out, "%s: %s,%s\n", name, rdns, m->suffix);
}

static void ldif_classes(FILE *out, const struct model *m, const char *list)
{
	char **class = words(m->arena, list, " ");

	for (; *class; class++)
		ldif(out, "objectClass", *class);
}

static void time_text(int64_t t, char *to, size_t size)
{
	time_t at = (time_t)t;
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(to, size, "%Y%m%d%H%M%SZ", &tm);
}

static void ldif_facts(FILE *out, const struct model *m, const struct someone *s,
                       const struct facts *facts)
{
	char text[32];

	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *f = &facts->list[i];

		if (!f->value)
			time_text(fact_time(m, s, f), text, sizeof text);
		ldif(out, f->name, f->value ? f->value : text);
	}
}

/* ---- entries ---- */

/* The first value of a DN: "dc=a,dc=b" is "a". */
static const char *first_value(const struct model *m, const char *dn)
{
	const char *value = strchr(dn, '=');

	return value ? arena_strn(m->arena, value + 1, strcspn(value + 1, ",")) : dn;
}

static void suffix_write(FILE *out, const struct model *m)
{
	ldif(out, "dn", m->suffix);
	ldif_classes(out, m, "dcObject organization");
	ldif(out, "dc", first_value(m, m->suffix));
	ldif(out, "o", m->organisation);
	fputs("\n", out);
}

static void units_write(FILE *out, const struct model *m)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct row *r = &m->directory.rows[i];

		if (!row_is(r, "unit"))
			continue;
		ldif_dn(out, m, "dn", r->field[ID]);
		ldif(out, "objectClass", "organizationalUnit");
		ldif(out, "ou", first_value(m, r->field[ID]));
		ldif(out, "description", r->field[NAME]);
		fputs("\n", out);
	}
}

/* The portal's own account, and the one that it tries instead of a name nobody has: that
 * password is known to nobody. */
static enum fail system_write(FILE *out, const struct model *m, const char *secret, struct err *err)
{
	unsigned char noise[24];
	char password[2 * sizeof noise + 1];

	if (getrandom(noise, sizeof noise, 0) != sizeof noise)
		return err_set(err, FAIL_BACKEND, "no random bytes");
	for (size_t i = 0; i < sizeof noise; i++)
		snprintf(password + 2 * i, 3, "%02x", noise[i]);
	fprintf(out, "dn: cn=%s,%s,%s\n", m->service, m->system, m->suffix);
	ldif_classes(out, m, "organizationalRole simpleSecurityObject");
	ldif(out, "cn", m->service);
	ldif(out, "userPassword", secret);
	fprintf(out, "\ndn: uid=%s,%s,%s\n", m->decoy, m->system, m->suffix);
	ldif_classes(out, m, "account simpleSecurityObject");
	ldif(out, "uid", m->decoy);
	ldif(out, "userPassword", password);
	fputs("\n", out);
	return OK;
}

static void name_write(FILE *out, const struct someone *s)
{
	char whole[256], given[256];
	const char *space;

	if (s->surname)
		snprintf(whole, sizeof whole, "%s %s", s->given, s->surname);
	else
		snprintf(whole, sizeof whole, "%s", s->given);
	space = s->surname ? whole + strlen(s->given) : strchr(whole, ' ');
	ldif(out, "cn", whole);
	ldif(out, "displayName", whole);
	ldif(out, "sn", space ? space + 1 : whole);
	if (!space)
		return;
	snprintf(given, sizeof given, "%.*s", (int)(space - whole), whole);
	ldif(out, "givenName", given);
}

/* The same for all accounts of a person, and says nothing about them. */
static void person_key_write(FILE *out, const struct model *m, const struct someone *s)
{
	uint64_t sum = m->seed;

	for (const char *c = s->person; *c; c++)
		sum = dice(sum, (unsigned char)*c, DICE_PERSON);
	fprintf(out, "%s: %016" PRIx64 "%016" PRIx64 "@%s\n", m->person_key, sum,
	        dice(sum, 0, DICE_PERSON), m->domain);
}

static void person_write(FILE *out, const struct model *m, char **classes, struct someone *s)
{
	struct set held = closed(m, &s->assigned);

	someone_name(m, s);
	fprintf(out, "dn: uid=%s,%s,%s\n", s->uid, m->people, m->suffix);
	for (; *classes; classes++)
		ldif(out, "objectClass", *classes);
	ldif(out, "uid", s->uid);
	name_write(out, s);
	fprintf(out, "mail: %s@%s\n", s->uid, m->domain);
	ldif(out, "preferredLanguage", s->lang);
	person_key_write(out, m, s);
	for (size_t i = 0; i < m->shown_count; i++)
		if (set_has(&held, m->shown[i].group))
			ldif(out, m->shown[i].name, m->shown[i].value);
	ldif_facts(out, m, s, s->facts);
	fprintf(out, "userPassword: %s%s\n\n", m->password_prefix, s->uid);
}

static void member_write(FILE *out, const struct model *m, const struct ldap_group *l,
                         struct someone *s)
{
	someone_name(m, s);
	if (!strcmp(l->attribute, "memberUid"))
		fprintf(out, "%s: %s\n", l->attribute, s->uid);
	else
		fprintf(out, "%s: uid=%s,%s,%s\n", l->attribute, s->uid, m->people, m->suffix);
}

/* A group of names needs a member, also when it has none: the placeholder, an entry that does
 * not exist, as such directories do. */
static void ldap_write(FILE *out, const struct model *m, const struct ldap_group *l, size_t people)
{
	ldif_dn(out, m, "dn", l->dn);
	ldif(out, "objectClass", l->class);
	ldif(out, "cn", l->cn);
	ldif_facts(out, m, NULL, &l->facts);
	if (!l->container && strcmp(l->attribute, "memberUid"))
		ldif_dn(out, m, l->attribute, m->placeholder);
	for (size_t i = 0; i < m->link_count; i++)
		if (!strcmp(m->links[i].of, l->dn))
			ldif_dn(out, m, l->attribute, m->links[i].member);
	for (size_t i = 0; i < (set_empty(&l->of) ? m->listed_count : people); i++) {
		struct someone s;

		someone_make(m, i, &s);
		if (in_ldap_group(l, &s))
			member_write(out, m, l, &s);
	}
	fputs("\n", out);
}

static enum fail directory_write(FILE *out, const struct model *m, size_t people,
                                 const char *secret, struct err *err)
{
	char **classes = words(m->arena, m->classes, " ");
	enum fail rc;

	suffix_write(out, m);
	units_write(out, m);
	if (secret && (rc = system_write(out, m, secret, err)))
		return rc;
	for (size_t i = 0; i < people; i++) {
		struct someone s;

		someone_make(m, i, &s);
		person_write(out, m, classes, &s);
	}
	for (size_t i = 0; i < m->ldap_count; i++)
		ldap_write(out, m, &m->ldap[i], people);
	return fflush(out) || ferror(out) ? err_set(err, FAIL_BACKEND, "cannot write the directory") : OK;
}

/* ---- the answer sheet ---- */

static const struct model *sorted_model; /* qsort has no room for it */

static int by_id(const void *a, const void *b)
{
	const struct group *g = sorted_model->groups;

	return strcmp(g[*(const size_t *)a].id, g[*(const size_t *)b].id);
}

static enum fail answers_write(const struct model *m, const char *path, size_t people,
                               struct err *err)
{
	FILE *out = fopen(path, "we");
	size_t order[MODEL_GROUPS];
	bool broken;

	if (!out)
		return err_set(err, FAIL_BACKEND, "%s: cannot be written", path);
	for (size_t i = 0; i < m->group_count; i++)
		order[i] = i;
	sorted_model = m;
	qsort(order, m->group_count, sizeof *order, by_id);
	fputs("uid\tgroups\tperson\n", out);
	for (size_t i = 0; i < people; i++) {
		const char *between = "\t";
		struct someone s;
		struct set groups;

		someone_make(m, i, &s);
		someone_name(m, &s);
		groups = answer(m, &s);
		fputs(s.uid, out);
		for (size_t j = 0; j < m->group_count; j++) {
			if (!set_has(&groups, order[j]))
				continue;
			fprintf(out, "%s%s", between, m->groups[order[j]].id);
			between = " ";
		}
		fprintf(out, "%s\t%s\n", between[0] == '\t' ? "\t" : "", s.person);
	}
	broken = ferror(out);
	return fclose(out) || broken ? err_set(err, FAIL_BACKEND, "%s: cannot be written", path) : OK;
}

/* ---- the program ---- */

static const char usage[] =
        "usage: loket-people --data DIR [--people N] [--now YYYY-MM-DDTHH:MM:SSZ] [--seed N]\n"
        "                    [--service-password-file FILE] [--answers FILE]\n"
        "Writes the people and groups of an institution as LDIF to standard output.\n"
        "  --people N   personas and generated people together (default: the personas), up to "
        "1000000\n"
        "  --now T      the moment from which ends of memberships count (default: now)\n"
        "  --seed N     another seed gives other people (default 1)\n"
        "  --service-password-file FILE\n"
        "               adds the portal's own account with this password, and the decoy\n"
        "  --answers FILE\n"
        "               writes the groups that a portal must find: account, groups, person\n";

struct wishes {
	const char *data, *answers, *secret_file;
	unsigned long people; /* 0: the personas */
	uint64_t seed;
	int64_t now;
	bool help;
};

static bool number_parse(const char *s, unsigned long max, unsigned long *out)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*out = strtoul(s, &end, 10);
	return !*end && *out <= max;
}

static bool now_parse(const char *s, int64_t *out)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm);

	*out = (int64_t)timegm(&tm);
	return end && !*end;
}

static bool wishes_parse(int argc, char **argv, struct wishes *w)
{
	static const struct option options[] = {
		{ "data", required_argument, NULL, 'd' },
		{ "people", required_argument, NULL, 'p' },
		{ "now", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "answers", required_argument, NULL, 'a' },
		{ "service-password-file", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	unsigned long seed;
	bool fine = true;
	int c;

	while (fine && (c = getopt_long(argc, argv, "d:p:n:s:a:f:h", options, NULL)) != -1) {
		if (c == 'd')
			w->data = optarg;
		else if (c == 'a')
			w->answers = optarg;
		else if (c == 'f')
			w->secret_file = optarg;
		else if (c == 'h')
			w->help = true;
		else if (c == 'p')
			fine = number_parse(optarg, PEOPLE_MAX, &w->people) && w->people;
		else if (c == 'n')
			fine = now_parse(optarg, &w->now);
		else if (c == 's' && (fine = number_parse(optarg, UINT32_MAX, &seed)))
			w->seed = seed;
		else
			fine = false;
	}
	return fine && optind == argc && (w->data || w->help);
}

static enum fail people_run(struct arena *a, const struct wishes *w, struct err *err)
{
	struct model m = { .arena = a, .seed = w->seed, .now = w->now };
	char *secret = NULL;
	size_t people;
	enum fail rc;

	if ((rc = directory_read(&m, w->data, err)) || (rc = people_read(&m, w->data, err)) ||
	    (rc = mix_read(&m, w->data, err)))
		return rc;
	if (w->people && w->people < m.persona_count)
		return err_set(err, FAIL_INPUT, "--people must be at least %zu, the personas",
		               m.persona_count);
	if (w->secret_file && (rc = file_secret(a, w->secret_file, &secret, err)))
		return rc;
	/* The others of people.csv are always there and not counted. */
	people = m.listed_count + (w->people ? w->people - m.persona_count : 0);
	if (w->answers && (rc = answers_write(&m, w->answers, people, err)))
		return rc;
	return directory_write(stdout, &m, people, secret, err);
}

int main(int argc, char **argv)
{
	struct wishes w = { .seed = 1, .now = clock_now() };
	struct err err = { 0 };
	struct arena *a;

	if (!wishes_parse(argc, argv, &w) || w.help) {
		fputs(usage, w.help ? stdout : stderr);
		return w.help ? EXIT_SUCCESS : 2;
	}
	a = arena_new(64 << 20);
	if (people_run(a, &w, &err))
		fprintf(stderr, "loket-people: %s\n", err.text);
	arena_free(a);
	return err.code == FAIL_INPUT ? 2 : err.code ? EXIT_FAILURE : EXIT_SUCCESS;
}
