/* The directory groups, with what is wrong in a real directory: members that do not exist or are spelled
 * in another way, groups inside themselves. */
#include <stdlib.h>
#include <string.h>

#include "ldif_priv.h"
#include "people/level.h"

#define RESPELLED   200 /* one member in so many is spelled in another way */
#define DANGLING    20  /* one group in so many has a member that is no more, */
#define SELF_MEMBER 50  /* or is its own member */
#define FIRST_GID   100000

static bool by_uid(const char *attribute)
{
	return !strcmp(attribute, "memberUid");
}

static void member_write(FILE *out, const struct model *m, const char *attribute, const struct someone *s,
                         uint64_t group)
{
	if (by_uid(attribute))
		ldif_line(out, attribute, s->uid);
	else if (!s->listed && one_in(m, RESPELLED, s->number ^ group << 32, DICE_FAULTS))
		ldif_respelled(out, m, attribute, s);
	else
		ldif_person(out, m, attribute, s);
}

/* ---- groups of directory.csv ---- */

/* A group of names needs a member, also when it has none: the placeholder, an entry that does
 * not exist, as such directories do. */
static void named_write(FILE *out, const struct model *m, const struct ldap_group *l)
{
	ldif_dn(out, m, "dn", l->dn);
	ldif_line(out, "objectClass", l->class);
	ldif_line(out, "cn", l->cn);
	ldif_facts(out, m, NULL, &l->facts);
	if (!l->container && !by_uid(l->attribute))
		ldif_dn(out, m, l->attribute, m->placeholder);
	for (size_t i = 0; i < m->link_count; i++)
		if (!strcmp(m->links[i].of, l->dn))
			ldif_dn(out, m, l->attribute, m->links[i].member);
	for (size_t i = 0; i < (gset_empty(&l->of) ? m->listed_count : m->accounts); i++) {
		struct someone s;

		someone_make(m, i, &s);
		if (!someone_in(l, &s))
			continue;
		someone_name(m, &s);
		member_write(out, m, l->attribute, &s, (uint64_t)(l - m->ldap));
	}
	fputs("\n", out);
}

/* ---- groups of levels ---- */

/* Who takes which group of the people that one deal is for. */
struct deal {
	const struct model *m;
	size_t level;
	struct someone *people;
	size_t count;
	struct taken {
		size_t group, person;
	} *taken;
	size_t taken_count, taken_room, person;
};

static void deal_take(void *with, size_t group)
{
	struct deal *d = with;

	if (d->taken_count == d->taken_room) {
		d->taken_room = d->taken_room ? 2 * d->taken_room : 4096;
		d->taken = realloc(d->taken, d->taken_room * sizeof *d->taken);
		if (!d->taken)
			abort();
	}
	d->taken[d->taken_count++] = (struct taken){ group, d->person };
}

static int by_group(const void *x, const void *y)
{
	const struct taken *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->person > b->person) - (a->person < b->person);
}

static void deal_add(struct deal *d, size_t account)
{
	struct someone *s = &d->people[d->count];

	someone_make(d->m, account, s);
	someone_close(d->m, s);
	someone_name(d->m, s);
	d->person = d->count++;
	level_taken(d->m, d->level, s, deal_take, d);
}

static void deal_make(struct deal *d, size_t block)
{
	const struct model *m = d->m;
	const struct level *l = &m->levels[d->level];
	size_t first = m->listed_count + block * l->per, last = first + l->per;

	d->count = d->taken_count = 0;
	if (l->who)
		deal_add(d, (size_t)(l->who - m->listed));
	for (size_t i = first; !gset_empty(&l->of) && i < last && i < m->accounts; i++)
		deal_add(d, i);
	if (d->taken_count)
		qsort(d->taken, d->taken_count, sizeof *d->taken, by_group);
}

static void dn_write(FILE *out, const struct model *m, const char *name, struct node n)
{
	struct buf dn;

	buf_init(&dn, 1024);
	node_dn(m, n, &dn);
	ldif_line(out, name, dn.data);
	buf_release(&dn);
}

static void cn_write(FILE *out, const struct model *m, struct node n)
{
	struct buf cn;

	buf_init(&cn, 512);
	node_cn(m, n, &cn);
	ldif_line(out, "cn", cn.data);
	buf_release(&cn);
}

static void below_write(FILE *out, const struct model *m, struct node n, const char *attribute)
{
	for (size_t below = 0; below < m->level_count; below++) {
		struct range r = level_below(m, n, below);

		for (size_t i = r.first; i < r.end; i += r.step)
			dn_write(out, m, attribute, (struct node){ below, i });
	}
}

static void faults_write(FILE *out, const struct model *m, struct node n, const char *attribute)
{
	uint64_t group = (uint64_t)n.level << 32 | n.number;

	if (one_in(m, DANGLING, group, DICE_FAULTS + 1))
		fprintf(out, "%s: uid=gone%zu,%s,%s\n", attribute, n.number, m->people, m->suffix);
	if (one_in(m, SELF_MEMBER, group, DICE_FAULTS + 2))
		dn_write(out, m, attribute, n);
}

static void group_write(FILE *out, const struct model *m, struct node n, const struct deal *d, size_t *at)
{
	const struct level *l = &m->levels[n.level];

	dn_write(out, m, "dn", n);
	ldif_line(out, "objectClass", l->class);
	cn_write(out, m, n);
	if (by_uid(l->attribute)) {
		fprintf(out, "gidNumber: %zu\n", FIRST_GID + n.number);
	} else {
		ldif_dn(out, m, l->attribute, m->placeholder);
		faults_write(out, m, n, l->attribute);
		below_write(out, m, n, l->attribute);
	}
	for (; *at < d->taken_count && d->taken[*at].group == n.number; ++*at)
		member_write(out, m, l->attribute, &d->people[d->taken[*at].person],
		             (uint64_t)n.level << 16 | n.number);
	fputs("\n", out);
}

static void level_write(FILE *out, const struct model *m, size_t level)
{
	const struct level *l = &m->levels[level];
	struct deal d = { .m = m, .level = level };
	size_t size = level_size(m, l);

	d.people = calloc(LEVEL_PEOPLE, sizeof *d.people);
	if (!d.people)
		abort();
	for (size_t n = 0; n < size;) {
		size_t end = n + l->count, at = 0;

		deal_make(&d, n / l->count);
		for (; n < end; n++)
			group_write(out, m, (struct node){ level, n }, &d, &at);
	}
	free(d.people);
	free(d.taken);
}

void groups_write(FILE *out, const struct model *m)
{
	for (size_t i = 0; i < m->ldap_count; i++)
		named_write(out, m, &m->ldap[i]);
	for (size_t i = 0; i < m->level_count; i++)
		level_write(out, m, i);
}
