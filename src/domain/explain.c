#include "domain/explain.h"

#include <stdlib.h>

#include "domain/decide.h"

#define TRIAL_MEMORY ((size_t)128 << 20)
#define DAY          86400
#define ENDS_MAX     16 /* moments at which a membership begins or ends that are looked at */
#define PIECES_MAX   40 /* changes that are tried together */

/* A case to decide: one service, and a person with changes. */
struct trial {
	struct arena *a; /* emptied after each */
	const struct groups *groups;
	struct catalogue one; /* the catalogue with this service only */
	struct service service;
	const struct explain_who *who;
	bool visible, open; /* without any change */
};

/* ---- deciding with changes ---- */

/* The groups held, and those of which nobody knows. */
struct standing {
	struct bits groups, unknown;
};

static struct bits given_if(const struct trial *t, const struct supposed *s)
{
	const struct person *p = t->who->person;
	struct bits held = s->in;

	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].proof.kind == PROOF_GIVEN && !bits_has(&s->out, p->list[i].group))
			bits_add(&held, p->list[i].group);
	return group_close(t->groups, &held);
}

static struct standing stand_if(const struct trial *t, const struct supposed *s, int64_t at)
{
	struct person p;

	if (!t->who->accounts)
		return (struct standing){ .groups = given_if(t, s) };
	member_suppose(t->a, t->groups, t->who->accounts, t->who->account_count, at, s, &p);
	return (struct standing){ p.groups, p.unknown };
}

static struct entry look(const struct trial *t, const struct service *s, const struct standing *who, int64_t at)
{
	struct catalogue one = t->one;
	struct decision d;

	one.services = s;
	decide(t->a, &one, &who->groups, &who->unknown, clock_date(at), 0, &d);
	return d.count ? d.entries[0] : (struct entry){ 0 };
}

static void suppose(const struct trial *t, const struct change *c, struct supposed *s, int64_t *at)
{
	if (c->kind == CHANGE_WAIT)
		*at = c->at;
	if (c->kind == CHANGE_JOIN)
		bits_add(&s->in, c->group);
	for (size_t i = 0; c->kind == CHANGE_LEAVE && i < t->groups->count; i++)
		if (bits_has(&t->groups->list[i].closure, c->group))
			bits_add(&s->out, i);
}

/* Decides again with the changes made: does the answer turn? */
static bool turns(struct trial *t, struct turn *turn)
{
	struct supposed s = { 0 };
	int64_t at = t->who->at;
	struct standing then;
	struct entry e;

	for (size_t i = 0; i < turn->count; i++)
		suppose(t, &turn->change[i], &s, &at);
	if (bits_meet(&s.in, &s.out))
		return false;
	then = stand_if(t, &s, at);
	e = look(t, &t->service, &then, at);
	turn->visible = e.service != NULL;
	turn->open = turn->visible && e.open;
	arena_reset(t->a);
	return turn->visible != t->visible || (t->visible && !t->open && turn->open);
}

/* ---- what may be changed ---- */

struct turns {
	struct arena *a;
	struct turn *list;
	size_t count, capacity;
};

static void keep(struct turns *to, const struct turn *turn)
{
	if (to->count == to->capacity)
		to->list = arena_grow(to->a, to->list, to->count, &to->capacity, sizeof *to->list);
	to->list[to->count++] = *turn;
}

static bool can_change(const struct trial *t, size_t group)
{
	return !bits_has(&t->groups->everyone, group) && !group_is_for_hatless(&t->groups->list[group]);
}

/* Under which of the hats worn the group takes the service away. */
static struct bits excluded_under(const struct trial *t, size_t group)
{
	const struct bits *closed = &t->who->person->groups;
	struct bits hats = { 0 };

	for (size_t i = 0; bits_has(&t->service.none, group) && i < t->groups->count; i++) {
		struct bits under;

		if (!bits_has(closed, i) || !bits_has(&t->groups->hats, i))
			continue;
		under = group_under(t->groups, closed, NULL, i);
		if (bits_has(&under, group))
			bits_add(&hats, i);
	}
	return hats;
}

static struct change change_of(const struct trial *t, size_t group)
{
	struct change c = { .kind = CHANGE_JOIN, .group = group };

	if (bits_has(&t->who->person->groups, group)) {
		c.kind = CHANGE_LEAVE;
		c.hats = excluded_under(t, group);
	}
	return c;
}

/* Joining a group joins its parents, leaving one leaves what implies it: the change that takes less
 * with it is listed, the other is not. */
static bool takes_less(const struct groups *g, const struct change *a, const struct change *b)
{
	if (a->kind != b->kind || a->group == b->group)
		return false;
	return a->kind == CHANGE_JOIN ? bits_has(&g->list[b->group].closure, a->group)
	                              : bits_has(&g->list[a->group].closure, b->group);
}

static void note_references(const struct rule *r, struct bits *to)
{
	if (r->ref)
		bits_add(to, r->group);
	for (size_t i = 0; i < r->child_count; i++)
		note_references(&r->children[i], to);
}

/* Does it count for the answer which hats are worn, beside those of the audience? For a loose group,
 * which is seen under any hat, and for the hat of those without. */
static bool hats_matter(const struct trial *t)
{
	const struct groups *g = t->groups;

	for (size_t i = 0; i < g->count; i++)
		if (bits_has(&t->service.any, i) &&
		    (!bits_meet(&g->list[i].closure, &g->hats) || group_is_for_hatless(&g->list[i])))
			return true;
	return false;
}

/* The groups on which the answer can hang. Others are not tried. */
static struct bits matters(const struct trial *t)
{
	const struct groups *g = t->groups;
	struct bits these = t->service.any;

	bits_join(&these, &t->service.none);
	if (hats_matter(t))
		bits_join(&these, &g->hats);
	for (size_t i = 0; i < g->count; i++)
		for (size_t r = 0; t->who->accounts && r < g->list[i].rule_count; r++)
			note_references(&g->list[i].rules[r], &these);
	return these;
}

/* Would joining it, or leaving it, change one of these? */
static bool touches(const struct trial *t, size_t group, const struct bits *these)
{
	const struct groups *g = t->groups;

	if (!bits_has(&t->who->person->groups, group))
		return bits_meet(&g->list[group].closure, these);
	for (size_t i = 0; i < g->count; i++)
		if (bits_has(these, i) && bits_has(&g->list[i].closure, group))
			return true;
	return false;
}

static void try_groups(struct trial *t, struct turns *to)
{
	struct turns found = { .a = to->a };
	struct bits these = matters(t);

	for (size_t i = 0; i < t->groups->count; i++) {
		struct turn turn = { .count = 1 };

		if (!can_change(t, i) || !touches(t, i, &these))
			continue;
		turn.change[0] = change_of(t, i);
		if (turns(t, &turn))
			keep(&found, &turn);
		/* Of an unknown group, to know that it is not theirs may turn it too. */
		turn.change[0].kind = CHANGE_LEAVE;
		if (bits_has(&t->who->person->unknown, i) && turns(t, &turn))
			keep(&found, &turn);
	}
	for (size_t i = 0; i < found.count; i++) {
		bool least = true;

		for (size_t k = 0; least && k < found.count; k++)
			least = !takes_less(t->groups, &found.list[k].change[0], &found.list[i].change[0]);
		if (least)
			keep(to, &found.list[i]);
	}
}

/* ---- moments ---- */

struct moments {
	struct change list[ENDS_MAX + 64];
	size_t count;
};

static void note_moment(struct moments *m, int64_t at, int64_t after, bool window)
{
	if (at > after && at <= after + 366 * DAY && m->count < COUNT(m->list))
		m->list[m->count++] = (struct change){ .kind = CHANGE_WAIT, .at = at, .window = window };
}

static int64_t noon_of(int year, int day)
{
	return clock_noon((struct date){ year, day / 100, day % 100 });
}

static int by_moment(const void *x, const void *y)
{
	int64_t a = ((const struct change *)x)->at, b = ((const struct change *)y)->at;

	return a < b ? -1 : a > b;
}

/* The edges of its windows within a year. */
static void note_windows(const struct trial *t, struct moments *m)
{
	int64_t at = t->who->at;
	int year = clock_date(at).year;

	for (size_t i = 0; i < t->service.window_count; i++)
		for (int y = year; y <= year + 1; y++) {
			note_moment(m, noon_of(y, t->service.windows[i].from), at, true);
			note_moment(m, noon_of(y, t->service.windows[i].to) + DAY, at, true);
		}
}

/* When a membership ends or begins, one after the other. */
static void note_ends(struct trial *t, struct moments *m)
{
	const struct explain_who *who = t->who;
	int64_t at = who->accounts ? who->person->until : 0;

	for (int i = 0; i < ENDS_MAX && at > 0; i++) {
		struct person then;

		note_moment(m, at, who->at, false);
		member_suppose(t->a, t->groups, who->accounts, who->account_count, at, &(struct supposed){ 0 },
		               &then);
		at = then.until > at ? then.until : 0;
		arena_reset(t->a);
	}
}

/* The first moment at which the answer is another by itself. */
static void try_moments(struct trial *t, const struct moments *m, struct turns *to)
{
	for (size_t i = 0; i < m->count; i++) {
		struct turn turn = { .change = { m->list[i] }, .count = 1 };

		if (!turns(t, &turn))
			continue;
		keep(to, &turn);
		return;
	}
}

/* ---- several changes together ---- */

struct pieces {
	struct change list[PIECES_MAX];
	size_t count;
};

static void note_piece(struct pieces *p, const struct change *c)
{
	if (p->count < COUNT(p->list))
		p->list[p->count++] = *c;
}

/* Is a group of the audience held that somebody would lose with a group that excludes? Then they can
 * be in it by itself. */
static bool comes_with_exclusion(const struct trial *t, size_t group)
{
	const struct groups *g = t->groups;

	for (size_t i = 0; bits_has(&t->service.any, group) && i < g->count; i++)
		if (i != group && bits_has(&t->service.none, i) && bits_has(&t->who->person->groups, i) &&
		    bits_has(&g->list[i].closure, group))
			return true;
	return false;
}

static void note_pieces(const struct trial *t, const struct moments *m, struct pieces *p)
{
	const struct groups *g = t->groups;
	const struct bits *closed = &t->who->person->groups;
	bool other_hats = hats_matter(t);

	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].window) {
			note_piece(p, &m->list[i]);
			break;
		}
	for (size_t i = 0; i < g->count; i++) {
		bool held = bits_has(closed, i), hat = bits_has(&g->hats, i);
		struct change c = change_of(t, i);

		if (can_change(t, i) && (held ? hat || bits_has(&t->service.none, i) || bits_has(&t->service.any, i)
		                              : (hat && other_hats) || bits_has(&t->service.any, i)))
			note_piece(p, &c);
		if (can_change(t, i) && comes_with_exclusion(t, i))
			note_piece(p, &(struct change){ .kind = CHANGE_JOIN, .group = i });
	}
}

static void try_together(struct trial *t, const struct pieces *p, size_t size, struct turns *to)
{
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = i + 1; k < p->count; k++)
			for (size_t n = size == 3 ? k + 1 : 0; n < (size == 3 ? p->count : 1); n++) {
				struct turn turn = { .change = { p->list[i], p->list[k], p->list[n] }, .count = size };

				if (turns(t, &turn))
					keep(to, &turn);
			}
}

static void find_turns(struct trial *t, struct arena *a, struct explanation *out)
{
	struct moments m = { .count = 0 };
	struct pieces p = { .count = 0 };
	struct turns to = { .a = a };

	note_windows(t, &m);
	note_ends(t, &m);
	qsort(m.list, m.count, sizeof m.list[0], by_moment);
	try_groups(t, &to);
	try_moments(t, &m, &to);
	if (!to.count)
		note_pieces(t, &m, &p);
	for (size_t size = 2; !to.count && size <= 3; size++)
		try_together(t, &p, size, &to);
	out->turns = to.list;
	out->turn_count = to.count;
}

/* ---- the reason ---- */

static struct explain_part *part_of(struct explanation *e, struct explain_part *parts, size_t group, bool excludes)
{
	for (size_t i = 0; i < e->part_count; i++)
		if (parts[i].group == group && parts[i].excludes == excludes)
			return &parts[i];
	parts[e->part_count] = (struct explain_part){ .group = group, .excludes = excludes };
	return &parts[e->part_count++];
}

static void note_under(const struct trial *t, size_t hat, const struct bits *under, struct explain_part *parts,
                       struct explanation *out)
{
	for (size_t i = 0; i < t->groups->count; i++) {
		if (!bits_has(under, i))
			continue;
		if (bits_has(&t->service.any, i))
			bits_add(&part_of(out, parts, i, false)->hats, hat);
		if (bits_has(&t->service.none, i))
			bits_add(&part_of(out, parts, i, true)->hats, hat);
	}
}

/* The groups of the audience, and of its exclusions, that count under these hats. */
static void note_parts(const struct trial *t, const struct bits *hats, struct explain_part *parts,
                       struct explanation *out)
{
	const struct groups *g = t->groups;
	struct bits loose = group_under(g, &t->who->person->groups, NULL, GROUP_MAX);

	if (bits_empty(hats))
		note_under(t, GROUP_MAX, &loose, parts, out);
	for (size_t hat = 0; hat < g->count; hat++) {
		struct bits under;

		if (!bits_has(hats, hat))
			continue;
		under = group_under(g, &t->who->person->groups, NULL, hat);
		note_under(t, hat, &under, parts, out);
	}
}

static bool seen_if(struct trial *t, const struct service *s, const struct supposed *supposed, struct bits *hats)
{
	struct standing who = stand_if(t, supposed, t->who->at);
	struct entry e = look(t, s, &who, t->who->at);

	*hats = e.hats;
	arena_reset(t->a);
	return e.service != NULL;
}

/* Would the service as given be seen with these groups too? */
static bool seen_with(struct trial *t, const struct service *s, const struct bits *also, struct bits *hats)
{
	return seen_if(t, s, &(struct supposed){ .in = *also }, hats);
}

/* Would it be, were what is unknown all so, all not so, or so but for what excludes? */
static bool hangs_on_unknown(struct trial *t)
{
	const struct bits *unknown = &t->who->person->unknown;
	struct supposed all_out = { .out = *unknown }, best = { 0 };
	struct bits hats;

	for (size_t i = 0; i < t->groups->count; i++)
		if (bits_has(unknown, i))
			bits_add(bits_meet(&t->groups->list[i].closure, &t->service.none) ? &best.out : &best.in, i);
	return !bits_empty(unknown) &&
	       (seen_with(t, &t->service, unknown, &hats) || seen_if(t, &t->service, &all_out, &hats) ||
	        seen_if(t, &t->service, &best, &hats));
}

/* What made them see it was a group of the audience, and that is among those that ended. */
static bool has_ended(struct trial *t, struct explain_part *parts, struct explanation *out)
{
	const struct person *p = t->who->person;

	for (size_t i = 0; i < p->ended_count; i++) {
		struct bits then = { 0 }, hats;

		bits_add(&then, p->ended[i].group);
		if (bits_has(&t->service.any, p->ended[i].group) && seen_with(t, &t->service, &then, &hats))
			parts[out->part_count++] = (struct explain_part){
				.group = p->ended[i].group, .hats = hats, .ended = p->ended[i].until
			};
	}
	return out->part_count > 0;
}

static enum explain_reason why_hidden(struct trial *t, struct explain_part *parts, struct explanation *out)
{
	struct service always = t->service, for_all = t->service;
	struct bits nothing = { 0 }, hats;

	always.hidden_outside = false;
	for_all.none = nothing;
	if (hangs_on_unknown(t))
		return HIDDEN_UNKNOWN;
	if (seen_with(t, &always, &nothing, &hats)) {
		note_parts(t, &hats, parts, out);
		return HIDDEN_WINDOW;
	}
	if (seen_with(t, &for_all, &nothing, &hats)) {
		note_parts(t, &hats, parts, out);
		return HIDDEN_EXCLUDED;
	}
	return has_ended(t, parts, out) ? HIDDEN_ENDED : HIDDEN_AUDIENCE;
}

void explain(struct arena *a, const struct catalogue *c, const struct service *s,
             const struct explain_who *who, struct explanation *out)
{
	struct trial t = { .a = arena_new(TRIAL_MEMORY), .groups = c->groups, .one = *c, .service = *s, .who = who };
	struct explain_part *parts = arena_array(a, 2 * c->groups->count, sizeof *parts);
	struct standing now = { who->person->groups, who->person->unknown };
	struct entry e;

	t.one.service_count = 1;
	e = look(&t, s, &now, who->at);
	t.visible = e.service != NULL;
	t.open = t.visible && e.open;
	*out = (struct explanation){ .service = s, .visible = t.visible, .open = t.open, .parts = parts };
	arena_reset(t.a);
	if (t.visible)
		note_parts(&t, &e.hats, parts, out);
	out->reason = !t.visible ? why_hidden(&t, parts, out) : t.open ? SEEN : SEEN_CLOSED;
	find_turns(&t, a, out);
	arena_free(t.a);
}
