/* Facts as a session keeps them: a line each, tabs between, \ for what would break it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "domain/member.h"

#define FIRST_LINE "facts\t1\n"

/* ---- what rules look at ---- */

struct names {
	struct arena *arena;
	const char **list;
	size_t count, room;
};

static bool listed(const char *const *list, const char *name)
{
	for (; list && *list; list++)
		if (!strcasecmp(*list, name))
			return true;
	return false;
}

static void add_name(struct names *n, const char *name)
{
	for (size_t i = 0; name && i < n->count; i++)
		if (!strcasecmp(n->list[i], name))
			return;
	if (!name)
		return;
	n->list = arena_grow(n->arena, n->list, n->count, &n->room, sizeof *n->list);
	n->list[n->count++] = name;
}

static void add_rule(struct names *n, const struct rule *r)
{
	add_name(n, r->attribute);
	add_name(n, r->from);
	add_name(n, r->until);
	for (size_t i = 0; i < r->child_count; i++)
		add_rule(n, &r->children[i]);
}

const char *const *member_attributes(struct arena *a, const struct groups *g)
{
	struct names n = { .arena = a };

	for (size_t i = 0; i < g->count; i++)
		for (size_t r = 0; r < g->list[i].rule_count; r++)
			add_rule(&n, &g->list[i].rules[r]);
	n.list = arena_grow(a, n.list, n.count, &n.room, sizeof *n.list);
	n.list[n.count] = NULL;
	return n.list;
}

/* ---- writing ---- */

static void put(struct buf *out, const char *s)
{
	buf_char(out, '\t');
	for (; s && *s; s++) {
		if (*s == '\\' || *s == '\t' || *s == '\n') {
			buf_char(out, '\\');
			buf_char(out, *s == '\t' ? 't' : *s == '\n' ? 'n' : '\\');
		} else {
			buf_char(out, *s);
		}
	}
}

static void put_number(struct buf *out, int64_t n)
{
	buf_printf(out, "\t%" PRId64, n);
}

enum {
	FLAG_COMPLETE = 1,
	FLAG_UNREAD = 4,
	FLAG_STALE = 8,
};

static void write_account(const struct account *a, struct buf *out)
{
	buf_raw(out, "account");
	put(out, a->source);
	put(out, a->server);
	buf_char(out, '\t');
	for (size_t i = 0; i < sizeof a->key; i++)
		buf_printf(out, "%02x", a->key[i]);
	put(out, a->dn);
	put(out, a->uid);
	put(out, a->name);
	put(out, a->lang);
	put(out, a->link);
	put(out, a->why_incomplete);
	put_number(out, a->read_at);
	put_number(out, a->from);
	put_number(out, a->until);
	put_number(out, (a->complete ? FLAG_COMPLETE : 0) | (a->unread ? FLAG_UNREAD : 0) | (a->stale ? FLAG_STALE : 0));
	put_number(out, a->lasts);
	buf_char(out, '\n');
}

static bool is_named(const struct account *a, const char *id)
{
	for (size_t i = 0; i < a->named_count; i++)
		if (a->named[i].id && !strcmp(a->named[i].id, id))
			return true;
	return false;
}

/* The groups that rules name, and those on the way to them. */
static bool *wanted_groups(const struct account *a)
{
	bool *wanted = calloc(a->group_count + 1, sizeof *wanted);

	for (size_t i = 0; wanted && i < a->group_count; i++)
		if (is_named(a, a->groups[i].id))
			for (int g = (int)i; g >= 0 && !wanted[g]; g = a->groups[g].via)
				wanted[g] = true;
	return wanted;
}

static int place_of(const bool *wanted, int group)
{
	int place = 0;

	if (group < 0)
		return -1;
	for (int i = 0; i < group; i++)
		place += wanted[i];
	return place;
}

static void write_groups(const struct account *a, struct buf *out)
{
	bool *wanted = wanted_groups(a);

	for (size_t i = 0; wanted && i < a->group_count; i++) {
		const struct fact_group *g = &a->groups[i];

		if (!wanted[i])
			continue;
		buf_raw(out, "group");
		put(out, g->id);
		put(out, g->dn);
		put(out, g->name);
		put(out, g->attribute);
		put_number(out, place_of(wanted, g->via));
		put(out, g->value);
		put_number(out, g->nested);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < a->named_count; i++) {
		if (!a->named[i].id)
			continue;
		buf_raw(out, "named");
		put(out, a->named[i].dn);
		put(out, a->named[i].id);
		buf_char(out, '\n');
	}
	out->overflow |= !wanted;
	free(wanted);
}

void member_write(const struct account *accounts, size_t count, const struct groups *g,
                  const char *const *also, struct buf *out)
{
	struct arena *scratch = arena_new((size_t)1 << 20);
	const char *const *used = member_attributes(scratch, g);

	buf_raw(out, FIRST_LINE);
	for (size_t i = 0; i < count; i++) {
		write_account(&accounts[i], out);
		for (size_t v = 0; v < accounts[i].value_count; v++) {
			const struct fact_value *value = &accounts[i].values[v];

			if (!listed(used, value->attribute) && !listed(also, value->attribute))
				continue;
			buf_raw(out, "value");
			put(out, value->attribute);
			put(out, value->value);
			buf_char(out, '\n');
		}
		write_groups(&accounts[i], out);
	}
	arena_free(scratch);
}

/* ---- reading ---- */

#define PARTS 16

/* Splits a line into unescaped parts; an absent or empty one is NULL. */
static size_t split(char *line, const char *part[PARTS])
{
	size_t n = 0;

	memset(part, 0, PARTS * sizeof *part);
	for (char *at; n < PARTS && (at = strsep(&line, "\t")); n++) {
		char *to = at;

		part[n] = *at ? at : NULL;
		for (char *s = at; *s; s++) {
			if (*s == '\\' && s[1]) {
				s++;
				*to++ = *s == 't' ? '\t' : *s == 'n' ? '\n' : *s;
			} else {
				*to++ = *s;
			}
		}
		*to = '\0';
	}
	return n;
}

static int64_t number(const char *s)
{
	return s ? strtoll(s, NULL, 10) : 0;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

struct reading {
	struct arena *arena;
	struct account *list;
	size_t count, room;
	struct fact_value *values;
	struct fact_group *groups;
	struct fact_named *named;
	size_t value_room, group_room, named_room;
};

static bool read_key(const char *hex, uint8_t key[16])
{
	for (size_t i = 0; i < 16; i++) {
		unsigned byte;

		if (!hex || sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		key[i] = (uint8_t)byte;
	}
	return true;
}

static bool read_account(struct reading *r, const char **part, size_t parts)
{
	int64_t flags = number(part[13]);
	struct account *a;

	if (parts < 14 || !part[1] || !part[3] || strlen(part[3]) != 32)
		return false;
	r->list = arena_grow(r->arena, r->list, r->count, &r->room, sizeof *r->list);
	a = &r->list[r->count++];
	*a = (struct account){ .source = part[1],
		               .server = part[2],
		               .dn = or_empty(part[4]),
		               .uid = or_empty(part[5]),
		               .name = or_empty(part[6]),
		               .lang = part[7],
		               .link = part[8],
		               .why_incomplete = part[9],
		               .read_at = number(part[10]),
		               .from = number(part[11]),
		               .until = number(part[12]),
		               .complete = flags & FLAG_COMPLETE,
		               .unread = flags & FLAG_UNREAD,
		               .stale = flags & FLAG_STALE,
		               .lasts = number(part[14]) };
	r->values = NULL;
	r->groups = NULL;
	r->named = NULL;
	r->value_room = r->group_room = r->named_room = 0;
	return read_key(part[3], a->key);
}

static void read_value(struct reading *r, struct account *a, const char **part)
{
	r->values = arena_grow(r->arena, r->values, a->value_count, &r->value_room, sizeof *r->values);
	r->values[a->value_count++] = (struct fact_value){ part[1], or_empty(part[2]) };
	a->values = r->values;
}

static bool read_group(struct reading *r, struct account *a, const char **part)
{
	int64_t via = number(part[5]);

	if (!part[2] || via < -1 || via > INT32_MAX)
		return false;
	r->groups = arena_grow(r->arena, r->groups, a->group_count, &r->group_room, sizeof *r->groups);
	r->groups[a->group_count++] = (struct fact_group){ .id = part[1],
		                                           .dn = part[2],
		                                           .name = or_empty(part[3]),
		                                           .attribute = part[4],
		                                           .via = (int)via,
		                                           .value = part[6],
		                                           .nested = number(part[7]) };
	a->groups = r->groups;
	return true;
}

static bool read_named(struct reading *r, struct account *a, const char **part)
{
	if (!part[2])
		return false;
	r->named = arena_grow(r->arena, r->named, a->named_count, &r->named_room, sizeof *r->named);
	r->named[a->named_count++] = (struct fact_named){ part[1], part[2] };
	a->named = r->named;
	return true;
}

static bool read_line(struct reading *r, char *line)
{
	struct account *a = r->count ? &r->list[r->count - 1] : NULL;
	const char *part[PARTS];
	size_t parts = split(line, part);

	if (!part[0] || !part[1])
		return false;
	if (!strcmp(part[0], "account"))
		return read_account(r, part, parts);
	if (!a)
		return false;
	if (!strcmp(part[0], "group"))
		return read_group(r, a, part);
	if (!strcmp(part[0], "named"))
		return read_named(r, a, part);
	read_value(r, a, part);
	return !strcmp(part[0], "value");
}

/* Every group leads on to one that is there. */
static bool leads_on(const struct account *a)
{
	for (size_t i = 0; i < a->group_count; i++)
		if (a->groups[i].via >= 0 && (size_t)a->groups[i].via >= a->group_count)
			return false;
	return true;
}

enum fail member_read(struct arena *a, const char *text, struct account **out, size_t *count,
                      struct err *err)
{
	struct reading r = { .arena = a };
	char *rest;

	if (strncmp(text, FIRST_LINE, strlen(FIRST_LINE)))
		return err_set(err, FAIL_DATA, "kept facts: not of this edition");
	rest = arena_str(a, text + strlen(FIRST_LINE));
	for (char *line; (line = strsep(&rest, "\n"));)
		if (*line && !read_line(&r, line))
			return err_set(err, FAIL_DATA, "kept facts: a line is cut short");
	if (!r.count)
		return err_set(err, FAIL_DATA, "kept facts: no account");
	for (size_t i = 0; i < r.count; i++)
		if (!leads_on(&r.list[i]))
			return err_set(err, FAIL_DATA, "kept facts: a group leads nowhere");
	*out = r.list;
	*count = r.count;
	return OK;
}
