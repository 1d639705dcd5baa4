#include "domain/decide.h"

#include <stdlib.h>
#include <string.h>

bool window_open(const struct window *w, struct date d)
{
	int day = d.month * 100 + d.day;

	return w->from <= w->to ? day >= w->from && day <= w->to : day >= w->from || day <= w->to;
}

static bool service_open(const struct service *s, struct date d)
{
	for (size_t i = 0; i < s->window_count; i++)
		if (window_open(&s->windows[i], d))
			return true;
	return !s->window_count;
}

/* ---- what one hat sees ---- */

struct hat_view {
	size_t hat;
	struct bits groups; /* that count under it */
	struct bits surely; /* of these, those that do so whatever is unknown */
	struct bits maybe;  /* that would, were they held, and nobody knows */
};

/* Of the unknown groups those that could count under the hat, and what they would bring. */
static struct bits maybe_under(const struct groups *g, const struct bits *unknown, size_t hat)
{
	struct bits maybe = { 0 };

	for (size_t i = 0; unknown && i < g->count; i++) {
		const struct bits *above = &g->list[i].closure;

		if (bits_has(unknown, i) &&
		    (hat == GROUP_MAX || bits_has(above, hat) || !bits_meet(above, &g->hats)))
			bits_join(&maybe, above);
	}
	return maybe;
}

static struct hat_view view_of(const struct groups *g, const struct bits *closed,
                               const struct bits *unknown, size_t hat)
{
	return (struct hat_view){ hat, group_under(g, closed, NULL, hat), group_under(g, closed, unknown, hat),
		                  maybe_under(g, unknown, hat) };
}

/* Where nothing is shut out it makes no difference under which hat a group counts. */
static bool meets(const struct bits *any, const struct bits *none, const struct hat_view *view)
{
	return bits_meet(any, bits_empty(none) ? &view->groups : &view->surely) &&
	       !bits_meet(none, &view->groups) && !bits_meet(none, &view->maybe);
}

bool audience_met(const struct groups *g, const struct bits *closed, const struct bits *unknown,
                  const struct bits *any, const struct bits *none)
{
	struct hat_view view;
	bool hatless = true;

	for (size_t i = 0; i < g->count; i++) {
		if (!bits_has(closed, i) || !bits_has(&g->hats, i))
			continue;
		hatless = false;
		view = view_of(g, closed, unknown, i);
		if (meets(any, none, &view))
			return true;
	}
	view = view_of(g, closed, unknown, GROUP_MAX);
	return hatless && meets(any, none, &view);
}

static const struct variant *variant_under(const struct service *s, const struct bits *groups)
{
	for (size_t i = 0; i < s->variant_count; i++)
		if (bits_has(groups, s->variants[i].group))
			return &s->variants[i];
	return NULL;
}

static size_t desk_of(const struct service *s, const struct variant *v)
{
	return v && v->desk >= 0 ? (size_t)v->desk : s->desk;
}

/* Adds the hat to the way with the same variant and desk, or begins one. */
static void add_way(struct way *ways, size_t *count, size_t hat, const struct variant *v, size_t desk)
{
	for (size_t i = 0; i < *count; i++)
		if (ways[i].variant == v && ways[i].desk == desk) {
			bits_add(&ways[i].hats, hat);
			return;
		}
	ways[*count] = (struct way){ .variant = v, .desk = desk };
	bits_add(&ways[(*count)++].hats, hat);
}

static void add_topics(const struct service *s, struct way_topic *topics, const struct hat_view *view)
{
	for (size_t i = 0; i < s->topic_count; i++)
		if (bits_empty(&s->topics[i].groups) || bits_meet(&s->topics[i].groups, &view->groups))
			bits_add(&topics[i].hats, view->hat);
}

static int rank_of(const struct service *s, const struct bits *closed)
{
	int best = -1;

	for (size_t i = 0; i < s->rank_count; i++)
		if (bits_has(closed, s->ranks[i].group) && s->ranks[i].value > best)
			best = s->ranks[i].value;
	return best < 0 ? RANK_DEFAULT : best;
}

static size_t keep_topics(const struct service *s, struct way_topic *topics)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->topic_count; i++) {
		if (bits_empty(&topics[i].hats))
			continue;
		topics[kept] = topics[i];
		topics[kept++].topic = &s->topics[i];
	}
	return kept;
}

/* The entry of one service over all hats; false when no hat sees it. */
static bool enter(struct arena *a, const struct service *s, const struct hat_view *views,
                  size_t view_count, const struct bits *closed, struct date date, struct entry *out)
{
	struct way *ways = NULL;
	struct way_topic *topics = NULL;
	struct entry e = { .service = s, .open = service_open(s, date) };

	if (!e.open && s->hidden_outside)
		return false;
	for (size_t i = 0; i < view_count; i++) {
		const struct variant *v;

		if (!meets(&s->any, &s->none, &views[i]))
			continue;
		if (!ways) {
			ways = arena_array(a, view_count, sizeof *ways);
			topics = arena_array(a, s->topic_count, sizeof *topics);
		}
		bits_add(&e.hats, views[i].hat);
		v = variant_under(s, &views[i].groups);
		add_way(ways, &e.way_count, views[i].hat, v, desk_of(s, v));
		add_topics(s, topics, &views[i]);
	}
	if (!ways)
		return false;
	e.rank = rank_of(s, closed);
	e.ways = ways;
	e.topics = topics;
	e.topic_count = keep_topics(s, topics);
	*out = e;
	return true;
}

/* ---- all of them, in order ---- */

/* One per hat; without any, one for nobody's hat: bits_add leaves GROUP_MAX out. */
static size_t views_of(const struct groups *g, const struct bits *closed, const struct bits *unknown,
                       struct hat_view *views)
{
	size_t count = 0;

	for (size_t i = 0; i < g->count; i++)
		if (bits_has(closed, i) && bits_has(&g->hats, i))
			views[count++] = view_of(g, closed, unknown, i);
	if (!count)
		views[count++] = view_of(g, closed, unknown, GROUP_MAX);
	return count;
}

static int before(const void *x, const void *y, void *lang)
{
	const struct entry *a = x, *b = y;
	unsigned oa = a->service->order[*(int *)lang], ob = b->service->order[*(int *)lang];

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (oa != ob)
		return oa < ob ? -1 : 1;
	return strcmp(a->service->id, b->service->id);
}

void decide(struct arena *a, const struct catalogue *c, const struct bits *closed,
            const struct bits *unknown, struct date date, int lang, struct decision *out)
{
	const struct groups *g = c->groups;
	struct hat_view *views = arena_array(a, g->count + 1, sizeof *views);
	size_t view_count = views_of(g, closed, unknown, views);
	struct entry *entries = arena_array(a, c->service_count, sizeof *entries);

	*out = (struct decision){
		.catalogue = c, .closed = *closed, .lang = lang, .date = date, .entries = entries
	};
	for (size_t i = 0; i < view_count; i++)
		bits_add(&out->hats, views[i].hat);
	for (size_t i = 0; i < c->service_count; i++)
		if (enter(a, &c->services[i], views, view_count, closed, date, &entries[out->count]))
			out->count++;
	qsort_r(entries, out->count, sizeof *entries, before, &lang);
}

size_t decision_why(const struct decision *d, const struct entry *e, size_t hat)
{
	const struct groups *g = d->catalogue->groups;
	struct bits under = group_under(g, &d->closed, NULL, hat);
	size_t best = 0, most = 0;

	for (size_t i = 0; i < g->count; i++) {
		size_t parents = bits_count(&g->list[i].closure);

		if (!bits_has(&e->service->any, i) || !bits_has(&under, i) || parents <= most)
			continue;
		best = i;
		most = parents;
	}
	return best;
}

const struct entry *decision_find(const struct decision *d, const char *id)
{
	for (size_t i = 0; i < d->count; i++)
		if (!strcmp(d->entries[i].service->id, id))
			return &d->entries[i];
	return NULL;
}

struct date service_opens(const struct service *s, struct date d)
{
	int today = d.month * 100 + d.day, best = 0;
	struct date opens = d;

	for (size_t i = 0; i < s->window_count; i++) {
		int from = s->windows[i].from;
		int wait = from > today ? from - today : from - today + 1300; /* in the order of the year */

		if (!best || wait < best) {
			best = wait;
			opens = (struct date){ from > today ? d.year : d.year + 1, from / 100, from % 100 };
		}
	}
	return opens;
}
