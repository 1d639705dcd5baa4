#include "domain/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Inverted index: terms sorted by text, each with the services it occurs in. */
struct posting {
	const char *text;
	size_t service;
	float weight;
};

struct index {
	struct posting *list;
	size_t count;
	size_t service_count;
};

static int by_text(const void *x, const void *y)
{
	const struct posting *a = x, *b = y;
	int order = strcmp(a->text, b->text);

	return order ? order : a->service < b->service ? -1 : a->service > b->service;
}

struct index *find_index(struct arena *a, const struct catalogue *c, const struct terms *terms)
{
	struct index *index = arena_alloc(a, sizeof *index);
	size_t total = 0;

	for (size_t s = 0; s < c->service_count; s++)
		total += terms[s].count;
	index->service_count = c->service_count;
	index->list = arena_array(a, total, sizeof *index->list);
	for (size_t s = 0; s < c->service_count; s++)
		for (size_t i = 0; i < terms[s].count; i++)
			index->list[index->count++] =
			        (struct posting){ terms[s].list[i].text, s, terms[s].list[i].weight };
	qsort(index->list, index->count, sizeof *index->list, by_text);
	return index;
}

/* The first posting of a text, count when there is none. */
static size_t first_of(const struct index *index, const char *text)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->list[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A rare term says more than a common one. */
static void add_term(const struct index *index, const struct term *term, float *score)
{
	size_t first = first_of(index, term->text), last = first, services = 0;

	while (last < index->count && !strcmp(index->list[last].text, term->text)) {
		services += last == first || index->list[last].service != index->list[last - 1].service;
		last++;
	}
	for (size_t i = first; i < last; i++)
		score[index->list[i].service] +=
		        index->list[i].weight * term->weight *
		        logf(1.0f + (float)index->service_count / (float)services);
}

static int best_first(const void *x, const void *y)
{
	const struct hit *a = x, *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

size_t find(struct arena *a, const struct index *index, const struct decision *d,
            const struct terms *query, const struct hit **out)
{
	float *score = arena_array(a, index->service_count, sizeof *score);
	struct hit *hits = arena_array(a, d->count, sizeof *hits);
	size_t count = 0;

	for (size_t i = 0; i < query->count; i++)
		add_term(index, &query->list[i], score);
	for (size_t i = 0; i < d->count; i++) {
		size_t service = (size_t)(d->entries[i].service - d->catalogue->services);

		if (score[service] > 0)
			hits[count++] = (struct hit){ &d->entries[i], score[service] };
	}
	qsort(hits, count, sizeof *hits, best_first);
	*out = hits;
	return count;
}
