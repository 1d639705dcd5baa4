/* For `loketctl check`: downward, where everything else goes up. From each directory group that the group file
 * names to the groups in it, and theirs: a member that is not there, or hidden from us, is a link that no search
 * upward can find. */
#include "dir_priv.h"

#include <string.h>
#include <strings.h>

#define LINKS_MAX 5000 /* entries looked at */

struct place {
	const char *dn;
	size_t above; /* the place that holds it, or its own */
};

struct descent {
	struct dir *d;
	struct arena *a;
	char *attributes[CONF_KINDS + 1]; /* that hold DNs */
	const char *groups, *people;      /* bases as the server spells them; people NULL: not apart */
	struct place *places;
	size_t count, room;
	struct dir_broken *broken;
	size_t broken_count, broken_room;
};

static void add_place(struct descent *t, const char *dn, size_t above)
{
	for (size_t i = 0; i < t->count; i++)
		if (!strcasecmp(t->places[i].dn, dn))
			return;
	if (t->count == LINKS_MAX)
		return;
	t->places = arena_grow(t->a, t->places, t->count, &t->room, sizeof *t->places);
	t->places[t->count++] = (struct place){ dn, above };
}

/* Only members that can be groups: below their base, and not among the people where those are apart. */
static void add_members(struct descent *t, LDAPMessage *entry, size_t above)
{
	for (char **attribute = t->attributes; *attribute; attribute++) {
		struct berval **values = ldap_get_values_len(t->d->handle, entry, *attribute);

		for (size_t i = 0; values && values[i]; i++) {
			const char *dn = arena_strn(t->a, values[i]->bv_val, values[i]->bv_len);

			if (dir_below(dn, t->groups) && !(t->people && dir_below(dn, t->people)))
				add_place(t, dn, above);
		}
		ldap_value_free_len(values);
	}
}

static void add_broken(struct descent *t, size_t i)
{
	const struct place *p = &t->places[i];

	if (p->above == i) /* named by the group file; perhaps it is another source's */
		return;
	t->broken = arena_grow(t->a, t->broken, t->broken_count, &t->broken_room, sizeof *t->broken);
	t->broken[t->broken_count++] = (struct dir_broken){ t->places[p->above].dn, p->dn };
}

static enum fail look(struct descent *t, size_t from, size_t count, struct err *err)
{
	struct dir_ask asks[DIR_BATCH];
	enum fail rc;

	for (size_t i = 0; i < count; i++)
		asks[i] = (struct dir_ask){ .base = t->places[from + i].dn,
			                    .scope = LDAP_SCOPE_BASE,
			                    .filter = "(objectClass=*)",
			                    .attributes = t->attributes };
	dir_start(t->d);
	if ((rc = dir_ask(t->d, asks, count, err)))
		return rc;
	for (size_t i = 0; i < count; i++) {
		LDAPMessage *entry = asks[i].answer ? ldap_first_entry(t->d->handle, asks[i].answer) : NULL;

		if (entry)
			add_members(t, entry, from + i);
		else if (!asks[i].elsewhere)
			add_broken(t, from + i);
	}
	dir_ask_release(asks, count);
	return OK;
}

static bool apart(const char *people, const char *groups)
{
	return people && *people && strlen(people) > strlen(groups);
}

enum fail dir_links(struct dir *d, struct arena *a, size_t *looked, struct dir_broken **out, size_t *count,
                    struct err *err)
{
	struct descent t = { .d = d, .a = a };
	const char *people;
	enum fail rc = OK;
	size_t n = 0;

	dir_start(d);
	t.groups = dir_base(d, d->source->group_base);
	people = dir_base(d, d->source->people_base);
	if (!t.groups)
		return err_set(err, FAIL_DATA, "dir: there is nothing at %s", d->source->group_base);
	t.people = apart(people, t.groups) ? people : NULL;
	for (size_t i = 0; i < d->member_count; i++)
		if (!d->member[i].holds)
			t.attributes[n++] = (char *)d->member[i].attribute;
	for (size_t i = 0; n && i < d->named_count; i++)
		add_place(&t, d->named[i].dn, t.count);
	for (size_t from = 0, part; !rc && from < t.count; from += part) {
		part = t.count - from < DIR_BATCH ? t.count - from : DIR_BATCH;
		rc = look(&t, from, part, err);
	}
	*looked = t.count;
	*out = t.broken;
	*count = t.broken_count;
	return rc;
}
