/* What was asked about groups above groups, for a short while: most people's chains lead through the same
 * groups. All of it is forgotten together, so that how old an answer may be is one number; where the server can tell
 * that no group has changed meanwhile, it is as good as new instead, for a while longer. */
#include "climb_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define LONGEST   20 /* times: access rules change without a change of entries */
#define KEPT_MAX   ((size_t)64 << 20)
#define GROUPS_MAX 32768 /* half of the slots */
#define EDGES_MAX  262144
#define SLOTS      (2 * GROUPS_MAX)

struct kept_group {
	struct fact_group fact;
	const char *dn;     /* as sent */
	bool asked;         /* the edges are all there are */
	size_t first, ways; /* of the edges */
};

struct kept_edge {
	uint32_t above;
	const char *attribute;
};

struct kept {
	struct arena *a;
	int64_t first_ms;
	int64_t began_ms, began; /* nothing is older */
	const char *state;       /* the server's, not after that; NULL: it does not say */
	struct kept_group *groups;
	struct kept_edge *edges;
	size_t count, room, edge_count, edge_room;
	uint32_t slot[SLOTS]; /* of an id's hash: index + 1, 0: free */
};

void dir_keep(struct dir *d, int seconds)
{
	d->keep_ms = seconds * 1000;
	if (seconds && !d->kept && (d->kept = calloc(1, sizeof *d->kept)))
		d->kept->a = arena_new(KEPT_MAX);
}

void dir_forget(struct dir *d)
{
	if (d->kept)
		d->kept->began_ms = INT64_MIN / 2;
}

void dir_kept_free(struct kept *k)
{
	if (k)
		arena_free(k->a);
	free(k);
}

static void forget(struct dir *d, struct kept *k)
{
	if (k->count)
		memset(k->slot, 0, sizeof k->slot);
	arena_reset(k->a);
	k->groups = NULL;
	k->edges = NULL;
	k->count = k->room = k->edge_count = k->edge_room = 0;
	k->state = dir_state(d, k->a);
	k->first_ms = k->began_ms = clock_ms();
	k->began = clock_now();
}

static bool is_full(const struct kept *k)
{
	return k->count == GROUPS_MAX || k->edge_count >= EDGES_MAX || arena_used(k->a) > KEPT_MAX / 4;
}

/* The moment to which the answer speaks is the one before it was asked. */
static bool still_true(struct dir *d, struct kept *k)
{
	int64_t ms = clock_ms(), now = clock_now();

	if (!k->state || ms - k->first_ms >= (int64_t)LONGEST * d->keep_ms || !dir_same_since(d, k->state))
		return false;
	k->began_ms = ms;
	k->began = now;
	return true;
}

void climb_kept_begin(struct climb *c)
{
	struct dir *d = c->d;
	struct kept *k = d->keep_ms ? d->kept : NULL;

	c->kept = k;
	if (k && (is_full(k) || (clock_ms() - k->began_ms >= d->keep_ms && !still_true(d, k))))
		forget(d, k);
}

static uint32_t *slot_of(struct kept *k, const char *id)
{
	size_t i = climb_hash(id) & (SLOTS - 1);

	while (k->slot[i] && strcmp(k->groups[k->slot[i] - 1].fact.id, id))
		i = (i + 1) & (SLOTS - 1);
	return &k->slot[i];
}

/* ---- taking ---- */

static void take(struct climb *c, const struct kept_group *above, int via, const char *attribute)
{
	struct fact_group group = above->fact;
	const char *dn = above->dn;

	if (!climb_has(c, group.id)) {
		group.id = arena_str(c->a, group.id);
		group.dn = arena_str(c->a, group.dn);
		group.name = arena_str(c->a, group.name);
		group.value = arena_str(c->a, c->seen[via].dn);
		dn = arena_str(c->a, dn);
	}
	group.via = via;
	group.attribute = attribute;
	climb_add_known(c, &group, dn);
}

bool climb_kept(struct climb *c, int of)
{
	const struct kept_group *g;
	uint32_t at;

	if (!c->kept || !(at = *slot_of(c->kept, c->groups[of].id)) || !c->kept->groups[at - 1].asked)
		return false;
	g = &c->kept->groups[at - 1];
	for (size_t i = 0; i < g->ways; i++) {
		const struct kept_edge *e = &c->kept->edges[g->first + i];

		take(c, &c->kept->groups[e->above], of, e->attribute);
	}
	if (c->kept->began < c->account->read_at)
		c->account->read_at = c->kept->began;
	return true;
}

/* ---- keeping ---- */

/* The place of a group of this climb; -1: there is no room. */
static int64_t place_of(struct climb *c, int group)
{
	const struct fact_group *fact = &c->groups[group];
	struct kept *k = c->kept;
	uint32_t *slot = slot_of(k, fact->id);
	const char *dn = c->seen[group].dn;

	if (*slot)
		return *slot - 1;
	if (k->count == GROUPS_MAX || !dn)
		return -1;
	k->groups = arena_grow(k->a, k->groups, k->count, &k->room, sizeof *k->groups);
	k->groups[k->count] = (struct kept_group){
		.fact = { .id = arena_str(k->a, fact->id),
		          .dn = arena_str(k->a, fact->dn),
		          .name = arena_str(k->a, fact->name) },
		.dn = arena_str(k->a, dn),
	};
	*slot = (uint32_t)++k->count;
	return *slot - 1;
}

void climb_keep(struct climb *c, int of)
{
	struct kept *k = c->kept;
	int64_t at = k ? place_of(c, of) : -1;
	size_t first = k ? k->edge_count : 0;

	if (at < 0)
		return;
	for (size_t i = 0; i < c->edge_count; i++) {
		int64_t above;

		if (c->edges[i].below != of)
			continue;
		if ((above = place_of(c, c->edges[i].above)) < 0)
			return;
		k->edges = arena_grow(k->a, k->edges, k->edge_count, &k->edge_room, sizeof *k->edges);
		k->edges[k->edge_count++] = (struct kept_edge){ (uint32_t)above, c->edges[i].attribute };
	}
	k->groups[at].first = first;
	k->groups[at].ways = k->edge_count - first;
	k->groups[at].asked = true;
}
