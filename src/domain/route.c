#include "domain/route.h"

#include <string.h>

/* ---- what the answers so far leave ---- */

static bool under(const struct bits *hats, int hat)
{
	return hat == ROUTE_NO_HAT || bits_has(hats, (size_t)hat);
}

static const struct way_topic *chosen_topic(const struct entry *e, int hat, const char *topic)
{
	for (size_t i = 0; i < e->topic_count; i++)
		if (!strcmp(e->topics[i].topic->id, topic) && under(&e->topics[i].hats, hat))
			return &e->topics[i];
	return NULL;
}

/* May this way still be the one? Somebody without a hat has one way, with no hats in it. */
static bool possible(const struct way *w, int hat, const struct way_topic *topic)
{
	return under(&w->hats, hat) && (!topic || bits_empty(&w->hats) || bits_meet(&w->hats, &topic->hats));
}

static const struct way *first_way(const struct entry *e, int hat, const struct way_topic *topic)
{
	for (size_t i = 0; i < e->way_count; i++)
		if (possible(&e->ways[i], hat, topic))
			return &e->ways[i];
	return NULL;
}

/* ---- what is still open ---- */

/* Ways differ in variant or desk, or they would be one. */
static bool hat_matters(const struct entry *e, int hat, const struct way_topic *topic)
{
	size_t open = 0;

	for (size_t i = 0; i < e->way_count; i++)
		open += possible(&e->ways[i], hat, topic);
	return open > 1;
}

static bool topic_matters(const struct entry *e, int hat)
{
	for (size_t i = 0; i < e->topic_count; i++) {
		const struct way_topic *t = &e->topics[i];

		if (!under(&t->hats, hat))
			continue;
		for (size_t w = 0; w < e->way_count; w++)
			if (possible(&e->ways[w], hat, t) && e->ways[w].desk != t->topic->desk)
				return true;
	}
	return false;
}

enum fail route_entry(const struct entry *e, int hat, const char *topic, struct routing *out)
{
	bool answered = topic != NULL;
	const struct way_topic *chosen = NULL;
	const struct way *way;

	if (answered && strcmp(topic, ROUTE_NO_TOPIC) && !(chosen = chosen_topic(e, hat, topic)))
		return FAIL_ABSENT;
	if (!(way = first_way(e, hat, chosen)))
		return FAIL_ABSENT;
	*out = (struct routing){ .way = way,
		                 .topic = chosen ? chosen->topic : NULL,
		                 .desk = chosen ? chosen->topic->desk : way->desk };
	if (!answered && topic_matters(e, hat))
		out->ask = ASK_TOPIC;
	else if (hat_matters(e, hat, chosen))
		out->ask = ASK_HAT;
	return OK;
}

const char *route_word(enum route_ask ask)
{
	return ask == ASK_HAT ? "hat" : ask == ASK_TOPIC ? "topic" : NULL;
}
