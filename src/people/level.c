#include "people/level.h"

#include <stdlib.h>
#include <string.h>

#include "model_priv.h"

/* ---- reading levels.csv ---- */

enum {
	L_ID,
	L_CN,
	L_AT,
	L_CLASS,
	L_ATTRIBUTE,
	L_SIZE,
	L_OF,
	L_TAKES,
	L_INSIDE,
	L_FROM
};

/* "5", "5/1000". */
static bool fraction(const char *s, size_t *top, size_t *bottom)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*top = strtoul(s, &end, 10);
	if (*end == '/')
		*bottom = strtoul(end + 1, &end, 10);
	return *top && !*end;
}

static bool takes_read(const char *s, struct level *l)
{
	size_t bottom = 0;

	l->share = 1;
	if (!*s || !strcmp(s, "all")) {
		l->takes = *s ? l->count : 0;
		return true;
	}
	if (!fraction(s, &l->takes, &bottom) || l->takes > l->count)
		return false;
	if (bottom)
		l->share = bottom / l->takes;
	if (bottom)
		l->takes = 1;
	return l->share > 0;
}

static const struct listed *listed_find(const struct model *m, const char *uid)
{
	for (size_t i = 0; i < m->listed_count; i++)
		if (!strcmp(m->listed[i].uid, uid))
			return &m->listed[i];
	return NULL;
}

static enum fail people_of(const struct model *m, const struct csv_table *t, const struct csv_row *r,
                           struct level *l, struct err *err)
{
	const char *of = r->field[L_OF];

	if (*of != '@')
		return model_groups_named(m, t, r, of, "+", &l->of, err);
	l->who = listed_find(m, of + 1);
	return l->who ? OK : err_set(err, FAIL_DATA, "%s:%d: no account \"%s\"", t->path, r->line, of + 1);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

static enum fail level_read(const struct model *m, const struct csv_table *t, const struct csv_row *r,
                            struct level *l, struct err *err)
{
	enum fail rc;

	l->id = r->field[L_ID];
	l->cn = r->field[L_CN];
	l->at = r->field[L_AT];
	l->class = r->field[L_CLASS];
	l->attribute = r->field[L_ATTRIBUTE];
	l->from = strtoul(r->field[L_FROM], NULL, 10);
	l->seen = ends_with(l->at, m->group_base);
	if (!fraction(r->field[L_SIZE], &l->count, &l->per))
		return err_set(err, FAIL_DATA, "%s:%d: size \"%s\"", t->path, r->line, r->field[L_SIZE]);
	if (!takes_read(r->field[L_TAKES], l))
		return err_set(err, FAIL_DATA, "%s:%d: takes \"%s\"", t->path, r->line, r->field[L_TAKES]);
	if ((rc = people_of(m, t, r, l, err)))
		return rc;
	if (!gset_empty(&l->of) && (!l->per || l->per > LEVEL_PEOPLE))
		return err_set(err, FAIL_DATA, "%s:%d: a level with people is so many for up to %d people", t->path,
		               r->line, LEVEL_PEOPLE);
	return OK;
}

static bool level_find(const struct model *m, const char *id, size_t *out)
{
	for (*out = 0; *out < m->level_count; ++*out)
		if (!strcmp(m->levels[*out].id, id))
			return true;
	return false;
}

static enum fail inside_read(const struct model *m, const struct csv_table *t, const struct csv_row *r,
                             struct level *l, struct err *err)
{
	for (char **id = csv_words(m->arena, r->field[L_INSIDE], " "); *id; id++) {
		const struct level *above;
		size_t found;

		if (l->inside_count == LEVEL_INSIDE || !level_find(m, *id, &found))
			return err_set(err, FAIL_DATA, "%s:%d: inside \"%s\"", t->path, r->line, *id);
		above = &m->levels[found];
		if (above->per && (!l->per || above->per % l->per))
			return err_set(err, FAIL_DATA, "%s:%d: \"%s\" is for other people", t->path, r->line, *id);
		l->inside[l->inside_count++] = found;
	}
	return OK;
}

enum fail levels_read(struct model *m, const char *folder, struct err *err)
{
	static const char *const columns[] = { "id",   "cn", "at",    "class",  "attribute",
		                               "size", "of", "takes", "inside", "from" };
	struct csv_table t;
	enum fail rc;

	if ((rc = csv_read(m->arena, folder, "levels.csv", columns, COUNT(columns), &t, err)))
		return rc;
	m->levels = arena_array(m->arena, t.count + 1, sizeof *m->levels);
	for (; m->level_count < t.count; m->level_count++)
		if ((rc = level_read(m, &t, &t.rows[m->level_count], &m->levels[m->level_count], err)))
			return rc;
	for (size_t i = 0; i < t.count; i++)
		if ((rc = inside_read(m, &t, &t.rows[i], &m->levels[i], err)))
			return rc;
	return OK;
}

/* ---- numbers ---- */

size_t level_size(const struct model *m, const struct level *l)
{
	size_t generated = m->accounts - m->listed_count;

	if (!generated || generated + m->persona_count < l->from)
		return 0;
	return l->per ? (generated + l->per - 1) / l->per * l->count : l->count;
}

/* The group of a level above that number lies in; false: a chain has come to its end. */
static bool above(const struct model *m, size_t level, size_t number, size_t into, size_t *out)
{
	const struct level *l = &m->levels[level], *up = &m->levels[into];
	size_t block = up->per ? number / l->count * l->per / up->per : 0;

	if (level == into) {
		*out = number + 1;
		return *out % l->count;
	}
	*out = block * up->count + number % up->count;
	return true;
}

void level_taken(const struct model *m, size_t level, const struct someone *s,
                 void (*take)(void *with, size_t number), void *with)
{
	const struct level *l = &m->levels[level];
	size_t first = l->per ? s->number / l->per * l->count : 0, seen[16];

	if (l->who ? l->who != s->listed : s->listed || gset_empty(&l->of) || !gset_covers(&s->held, &l->of))
		return;
	if (!one_in(m, l->share, s->number, DICE_LEVELS + 32 * level))
		return;
	if (l->takes == l->count) {
		for (size_t k = 0; k < l->count; k++)
			take(with, first + k);
		return;
	}
	for (size_t n = 0, distinct = 0; n < l->takes && n < COUNT(seen); n++) {
		size_t k = dice(m->seed, s->number, DICE_LEVELS + 32 * level + 1 + n) % l->count, i = 0;

		while (i < distinct && seen[i] != k)
			i++;
		if (i < distinct)
			continue;
		seen[distinct++] = k;
		take(with, first + k);
	}
}

struct range level_below(const struct model *m, struct node n, size_t level)
{
	const struct level *l = &m->levels[level], *up = &m->levels[n.level];
	size_t block = n.number / up->count, k = n.number % up->count, size = level_size(m, l), first, last;
	bool inside = false;

	for (size_t i = 0; i < l->inside_count; i++)
		inside |= l->inside[i] == n.level;
	if (!inside || (level == n.level && !k))
		return (struct range){ 0, 0, 1 };
	if (level == n.level)
		return (struct range){ n.number - 1, n.number, 1 };
	first = up->per ? block * up->per / l->per * l->count : 0;
	last = up->per ? first + up->per / l->per * l->count : size;
	first += (k + up->count - first % up->count) % up->count;
	return (struct range){ first, last < size ? last : size, up->count };
}

/* ---- upward ---- */

static void nodes_add(struct nodes *nodes, size_t level, size_t number)
{
	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->list[i].level == level && nodes->list[i].number == number)
			return;
	nodes->list = arena_grow(nodes->arena, nodes->list, nodes->count, &nodes->room, sizeof *nodes->list);
	nodes->list[nodes->count++] = (struct node){ level, number };
}

struct taking {
	struct nodes *out;
	size_t level;
};

static void take_node(void *with, size_t number)
{
	struct taking *t = with;

	nodes_add(t->out, t->level, number);
}

static void named_up(const struct model *m, const char *dn, struct nodes *out)
{
	for (size_t i = 0; i < m->link_count; i++)
		for (size_t k = 0; !strcmp(m->links[i].member, dn) && k < m->ldap_count; k++)
			if (!strcmp(m->ldap[k].dn, m->links[i].of))
				nodes_add(out, LEVEL_NAMED, k);
}

static void level_up(const struct model *m, struct node n, struct nodes *out)
{
	const struct level *l = &m->levels[n.level];
	size_t number;

	for (size_t i = 0; i < l->inside_count; i++)
		if (m->levels[l->inside[i]].seen && above(m, n.level, n.number, l->inside[i], &number))
			nodes_add(out, l->inside[i], number);
}

void level_climb(const struct model *m, const struct someone *s, struct nodes *out)
{
	out->list = NULL;
	out->count = out->room = 0;
	for (size_t i = 0; i < m->ldap_count; i++)
		if (someone_in(&m->ldap[i], s))
			nodes_add(out, LEVEL_NAMED, i);
	for (size_t i = 0; i < m->level_count; i++) {
		struct taking t = { out, i };

		if (m->levels[i].seen && level_size(m, &m->levels[i]))
			level_taken(m, i, s, take_node, &t);
	}
	for (size_t i = 0; i < out->count; i++) {
		struct node n = out->list[i];

		if (n.level == LEVEL_NAMED)
			named_up(m, m->ldap[n.number].dn, out);
		else
			level_up(m, n, out);
	}
}

/* ---- names ---- */

void node_cn(const struct model *m, struct node n, struct buf *out)
{
	const char *cn, *hole;

	if (n.level == LEVEL_NAMED) {
		buf_raw(out, m->ldap[n.number].cn);
		return;
	}
	cn = m->levels[n.level].cn;
	hole = strstr(cn, "{n}");
	if (!hole) {
		buf_raw(out, cn);
		return;
	}
	buf_bytes(out, cn, (size_t)(hole - cn));
	buf_printf(out, "%zu%s", n.number + 1, hole + strlen("{n}"));
}

/* RFC 4514, in the form in which OpenLDAP prints it. */
static void put_escaped(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (strchr(",+\"\\<>;", *s))
			buf_printf(out, "\\%02X", (unsigned)(unsigned char)*s);
		else
			buf_char(out, *s);
}

void node_dn(const struct model *m, struct node n, struct buf *out)
{
	struct buf cn;

	if (n.level == LEVEL_NAMED) {
		buf_printf(out, "%s,%s", m->ldap[n.number].dn, m->suffix);
		return;
	}
	buf_init(&cn, 256);
	node_cn(m, n, &cn);
	buf_raw(out, "cn=");
	put_escaped(out, cn.data);
	buf_printf(out, ",%s,%s", m->levels[n.level].at, m->suffix);
	buf_release(&cn);
}
