#include "app/proof.h"

#include <string.h>

#include "app/page.h"

static const char *const proof_words[] = { "implicit", "attribute", "ldap-group",
	                                   "rule",     "parent",    "after", "given" };

enum proof_depth proof_for_people(const struct kit *kit)
{
	return kit->conf.show_dn ? PROOF_WITH_DN : PROOF_PLAIN;
}

/* ---- one step ---- */

static void put_source(struct kit *kit, struct doc *step, const struct proof *p, enum proof_depth depth)
{
	if (!p->source)
		return;
	doc_str(step, "source", depth == PROOF_WHOLE ? p->source : page_source(kit, p->source));
	if (depth != PROOF_WHOLE)
		return;
	doc_str(step, "source_label", page_source(kit, p->source));
	doc_str(step, "server", p->server);
}

/* Why somebody is in a group without any fact: everybody is, or whoever has no other hat. */
static void put_whom(struct kit *kit, struct doc *step, size_t group)
{
	const struct group *g = &kit->in->groups.list[group];

	if (bits_has(&kit->in->groups.everyone, group))
		doc_str(step, "whom", "everyone");
	else if (group_is_for_hatless(g))
		doc_str(step, "whom", "no-other-hat");
}

static void put_follows(struct kit *kit, struct doc *step, const struct proof *p)
{
	int i = p->group ? group_find(&kit->in->groups, p->group) : -1;

	if (!p->group)
		return;
	doc_str(step, "group", p->group);
	if (i >= 0)
		doc_str(step, "group_label", page_text(kit, &kit->in->groups.list[i].label));
}

/* What the step is about, when it is not the group that is proved. */
static void put_subject(struct kit *kit, struct doc *step, size_t group)
{
	const struct group *g = &kit->in->groups.list[group];

	doc_str(step, "of", g->id);
	doc_str(step, "of_label", page_text(kit, &g->label));
}

static void put_chain(struct doc *step, const struct proof *p, enum proof_depth depth)
{
	struct doc *chain;

	if (!p->chain_count)
		return;
	chain = doc_list(step, "chain", "through");
	for (size_t i = 0; i < p->chain_count; i++)
		doc_item_str(chain, depth == PROOF_PLAIN ? p->names[i] : p->chain[i]);
}

/* "ou=law,dc=a,dc=b" is a DN; people get its first part. */
static const char *value_for(struct arena *a, const char *value, enum proof_depth depth)
{
	size_t name = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	const char *end = value + name;

	if (depth != PROOF_PLAIN || !name || *end != '=')
		return value;
	for (; *end && *end != ','; end++)
		end += *end == '\\' && end[1];
	return strchr(end, '=') ? arena_strn(a, value, (size_t)(end - value)) : value;
}

static void put_step(struct kit *kit, struct doc *step, size_t group, const struct proof *p,
                     enum proof_depth depth)
{
	doc_str(step, "kind", proof_words[p->kind]);
	if (p->kind == PROOF_IMPLICIT)
		put_whom(kit, step, group);
	put_source(kit, step, p, depth);
	if (p->account)
		doc_str(step, "account", p->account);
	if (p->dn && depth != PROOF_PLAIN)
		doc_str(step, "dn", p->dn);
	if (p->attribute)
		doc_str(step, "attribute", p->attribute);
	if (p->value)
		doc_str(step, "value", value_for(step->arena, p->value, depth));
	put_follows(kit, step, p);
	if (p->read_at)
		doc_str(step, "read_at", page_iso(step->arena, p->read_at));
	if (p->stale)
		doc_bool(step, "stale", true);
	if (p->nested)
		doc_bool(step, "nested", true);
	put_chain(step, p, depth);
}

/* ---- the chain ---- */

static const struct membership *membership_of(const struct person *person, size_t group)
{
	for (size_t i = 0; i < person->count; i++)
		if (person->list[i].group == group)
			return &person->list[i];
	return NULL;
}

/* The groups that are still to be proved, each once. */
struct chain {
	size_t *group;
	size_t count;
	struct bits seen;
};

static void follow(struct chain *c, size_t group)
{
	if (bits_has(&c->seen, group))
		return;
	bits_add(&c->seen, group);
	c->group[c->count++] = group;
}

static void prove(struct kit *kit, struct doc *proof, const struct membership *m, struct chain *c,
                  enum proof_depth depth)
{
	for (const struct proof *p = &m->proof; p; p = p->also) {
		struct doc *step = doc_item(proof);
		int next = p->group ? group_find(&kit->in->groups, p->group) : -1;

		put_step(kit, step, m->group, p, depth);
		if (m->group != c->group[0])
			put_subject(kit, step, m->group);
		if (p != &m->proof)
			doc_bool(step, "also", true);
		if (next >= 0)
			follow(c, (size_t)next);
	}
}

void proof_steps(struct kit *kit, struct doc *in, const struct person *person, size_t group,
                 enum proof_depth depth)
{
	struct doc *proof = doc_list(in, "proof", "step");
	struct chain c = { .group = arena_array(in->arena, kit->in->groups.count, sizeof *c.group) };

	follow(&c, group);
	for (size_t i = 0; i < c.count; i++) {
		const struct membership *m = membership_of(person, c.group[i]);

		if (m)
			prove(kit, proof, m, &c, depth);
	}
}

static void put_hats(struct kit *kit, struct doc *group, const struct group *g)
{
	const struct groups *groups = &kit->in->groups;
	struct doc *under = doc_list(group, "under", "hat");

	for (size_t i = 0; i < groups->count; i++)
		if (bits_has(&groups->hats, i) && bits_has(&g->closure, i))
			doc_item_str(under, groups->list[i].id);
}

void proof_groups(struct kit *kit, struct doc *in, const struct person *person, enum proof_depth depth)
{
	struct doc *groups = doc_list(in, "groups", "group");

	for (size_t i = 0; i < person->count; i++) {
		const struct membership *m = &person->list[i];
		const struct group *g = &kit->in->groups.list[m->group];
		struct doc *group = doc_item(groups);

		doc_str(group, "id", g->id);
		doc_str(group, "label", page_text(kit, &g->label));
		doc_bool(group, "hat", g->hat);
		doc_str(group, "until", m->until ? page_iso(group->arena, m->until) : NULL);
		put_hats(kit, group, g);
		proof_steps(kit, group, person, m->group, depth);
	}
}
