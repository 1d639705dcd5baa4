#include "domain/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "find_priv.h"

/* ---- how much a word says of a service ---- */

static bool has_part(const struct entry *e, const struct posting *p)
{
	if (p->place == PLACE_TOPIC) {
		for (size_t i = 0; i < e->topic_count; i++)
			if (e->topics[i].topic == &e->service->topics[p->part])
				return true;
		return false;
	}
	if (p->place == PLACE_WAY) {
		for (size_t i = 0; i < e->way_count; i++)
			if (e->ways[i].variant == &e->service->variants[p->part])
				return true;
		return false;
	}
	return true;
}

const struct entry *posting_entry(const struct looking *l, const struct posting *p)
{
	int32_t at = l->entry_of[p->service];
	const struct entry *e = at < 0 ? NULL : &l->d->entries[at];

	return e && has_part(e, p) ? e : NULL;
}

size_t vocable_spread(struct looking *l, size_t v)
{
	const struct vocable *word = &l->index->vocables[v];
	uint32_t last = UINT32_MAX;
	size_t n = 0;

	if (l->spread[v])
		return l->spread[v] - 1;
	for (size_t i = word->first; i < word->first + word->count; i++) {
		const struct posting *p = &l->index->postings[i];

		if (p->service != last && posting_entry(l, p)) {
			last = p->service;
			n++;
		}
	}
	l->spread[v] = (uint32_t)n + 1;
	return n;
}

/* A word that few services of the person have says more than one of many. */
static float rarity(const struct looking *l, size_t spread)
{
	float all = (float)l->d->count, with = (float)spread;

	return logf(1.0f + (all - with + 0.5f) / (with + 0.5f));
}

#define SATURATION 1.4f

/* Adds what vocable v says, with that quality, of each service: the best of a word's vocables counts. */
static void add_vocable(struct looking *l, size_t v, float quality, float rare, float *best)
{
	const struct vocable *word = &l->index->vocables[v];

	for (size_t i = word->first, end = word->first + word->count; i < end;) {
		const struct posting *list = l->index->postings;
		uint32_t service = list[i].service;
		float times = 0, in[LANG_MAX] = { 0 }, said;
		int32_t at = l->entry_of[service];

		for (; i < end && list[i].service == service; i++) {
			float part = list[i].times * (list[i].quality < quality ? list[i].quality : quality);

			if (!posting_entry(l, &list[i]))
				continue;
			in[list[i].lang] += part;
			times += part;
		}
		if (times <= 0)
			continue;
		said = rare * quality * times / (SATURATION + times) * (1.0f + SATURATION);
		if (said <= best[at])
			continue;
		best[at] = said;
		for (size_t lang = 0; lang < LANG_MAX; lang++)
			l->by_lang[at * LANG_MAX + lang] += in[lang];
	}
}

static float word_rarity(struct looking *l, const struct wanted *w)
{
	size_t most = 0;

	for (size_t i = 0; i < w->count; i++) {
		size_t spread = vocable_spread(l, w->way[i].vocable);

		most = spread > most ? spread : most;
	}
	return most ? rarity(l, most) : 0;
}

/* One reading of a word of the query: all its words together, each at its best. */
static void add_reading(struct looking *l, const struct reading *r, float *best, float *rare)
{
	float *sum = arena_array(l->a, l->d->count + 1, sizeof *sum);
	float share = (1.0f + 0.3f * (float)(r->count - 1)) / (float)r->count;

	for (size_t i = 0; i < r->count; i++) {
		float *one = arena_array(l->a, l->d->count + 1, sizeof *one);
		float most = word_rarity(l, &r->words[i]);

		*rare = most * r->quality > *rare ? most * r->quality : *rare;
		for (size_t n = 0; n < r->words[i].count; n++) {
			const struct candidate *c = &r->words[i].way[n];
			float quality = c->quality * r->quality;

			add_vocable(l, c->vocable, quality, most, one);
			if (quality > l->met[c->vocable])
				l->met[c->vocable] = quality;
		}
		for (size_t e = 0; e < l->d->count; e++)
			sum[e] += one[e];
	}
	for (size_t e = 0; e < l->d->count; e++)
		if (sum[e] * share > best[e])
			best[e] = sum[e] * share;
}

/* ---- titles and keywords as a whole ---- */

static float word_met(const struct looking *l, const uint32_t word[2])
{
	float as_it_is = l->met[word[0]], stem = l->met[word[1]] * 0.9f;

	return as_it_is > stem ? as_it_is : stem;
}

#define WHOLE_KEYWORDS 0.45f
#define WHOLE_TITLE    0.6f

/* A title or keyword of several words that the query holds altogether says more than its words. */
static float whole_lines(struct looking *l, const struct entry *e)
{
	size_t s = (size_t)(e->service - l->index->catalogue->services);
	float best = 0;

	for (size_t i = l->index->line_of[s]; i < l->index->line_of[s + 1]; i++) {
		const struct line *line = &l->index->lines[i];
		float have = 0, all = 0, worth = line->place == PLACE_TITLE ? WHOLE_TITLE : WHOLE_KEYWORDS;

		for (size_t n = 0; n < line->count; n++) {
			float rare = rarity(l, vocable_spread(l, line->word[n][1]));

			all += rare;
			have += rare * word_met(l, line->word[n]);
		}
		if (all <= 0 || have < 0.7f * all)
			continue;
		worth *= have * have / all;
		if (line->count == 1)
			worth *= 0.5f;
		best = worth > best ? worth : best;
	}
	return best;
}

/* ---- the whole query ---- */

#define WEAK 0.25f

static float asked_weight(const struct asked *q)
{
	return q->class == WORD_WEAK ? WEAK : 1.0f;
}

/* What one word of the query, or a saying, says of each entry. */
struct said {
	float *best;
	float rare, weight;
};

static struct said say(struct looking *l, const struct asked *q)
{
	struct said s = { .best = arena_array(l->a, l->d->count + 1, sizeof(float)), .weight = asked_weight(q) };

	for (size_t i = 0; i < q->reading_count; i++)
		add_reading(l, &q->readings[i], s.best, &s.rare);
	return s;
}

struct sums {
	float score, firm, covered;
};

/* A saying stands for its words where it says more than they do. */
static void add_saying(const struct asked *q, const struct said *of, const struct said *all, size_t e, float *value,
                       bool *met)
{
	float own = 0;

	for (size_t i = q->first; i < q->first + q->length; i++) {
		own += all[i].weight * all[i].best[e];
		met[i] |= of->best[e] > 0;
	}
	if (of->best[e] > own)
		value[q->first] += of->best[e] - own;
}

static struct sums sum_of(const struct query *query, const struct said *all, size_t e)
{
	float value[QUERY_ASKED] = { 0 };
	bool met[QUERY_ASKED] = { false };
	struct sums sums = { 0 };

	for (size_t i = 0; i < query->count; i++) {
		const struct asked *q = &query->list[i];

		if (q->length) {
			add_saying(q, &all[i], all, e, value, met);
			sums.firm += all[i].best[e];
			continue;
		}
		value[i] = all[i].weight * all[i].best[e];
		met[i] = all[i].best[e] > 0;
		if (q->class == WORD_FULL)
			sums.firm += value[i];
	}
	for (size_t i = 0; i < query->count && !query->list[i].length; i++) {
		sums.score += value[i];
		sums.covered += met[i] ? all[i].weight * all[i].rare : 0;
	}
	return sums;
}

static int best_first(const void *x, const void *y)
{
	const struct hit *a = x, *b = y;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* The language in which the service met the query; the decision's own when it is as good. */
static int hit_language(const struct looking *l, size_t e)
{
	const float *in = &l->by_lang[e * LANG_MAX];
	int best = l->d->lang;

	for (int lang = 0; lang < LANG_MAX; lang++)
		if (in[lang] > in[best])
			best = lang;
	return in[best] > 2.0f * in[l->d->lang] ? best : l->d->lang;
}

#define BY_RANK  0.2f  /* what the highest rank adds */
#define COVERING 0.4f  /* of the score depends on how much of the query was met */
#define LEAST    0.22f /* of the best score; what is below is no answer */

/* What all words of the query would be worth, were they met; nothing is known of how rare an unknown one is. */
static float total_of(const struct query *query, const struct said *all)
{
	float total = 0;

	for (size_t i = 0; i < query->count && !query->list[i].length; i++)
		total += all[i].weight * (all[i].rare > 0 ? all[i].rare : UNKNOWN_RARITY);
	return total;
}

static bool only_weak(const struct query *query)
{
	for (size_t i = 0; i < query->count; i++)
		if (query->list[i].length || query->list[i].class == WORD_FULL)
			return false;
	return true;
}

static float worth(struct looking *l, const struct entry *entry, const struct sums *s, float total)
{
	float part = total > 0 ? s->covered / total : 0;

	return (s->score + whole_lines(l, entry)) * (1.0f - COVERING + COVERING * part) *
	       (1.0f + BY_RANK * (float)entry->rank / 100.0f) * (entry->open ? 1.0f : 0.9f);
}

static size_t rank_hits(struct looking *l, const struct query *query, struct hit *hits)
{
	struct said *all = arena_array(l->a, query->count + 1, sizeof *all);
	bool weak = only_weak(query);
	size_t count = 0;
	float total;

	for (size_t i = 0; i < query->count; i++)
		all[i] = say(l, &query->list[i]);
	total = total_of(query, all);
	for (size_t e = 0; e < l->d->count; e++) {
		const struct entry *entry = &l->d->entries[e];
		struct sums s = sum_of(query, all, e);

		if (s.score > 0 && (weak || s.firm > 0))
			hits[count++] = (struct hit){ entry, worth(l, entry, &s, total), hit_language(l, e) };
	}
	qsort(hits, count, sizeof *hits, best_first);
	while (count && hits[count - 1].score < LEAST * hits[0].score)
		count--;
	return count;
}

/* ---- why ---- */

static bool any_meets(const struct looking *l, const struct wanted *w, const struct found *out)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct vocable *v = &l->index->vocables[w->way[i].vocable];

		for (size_t p = v->first; p < v->first + v->count; p++)
			for (size_t h = 0; h < out->count; h++)
				if (posting_entry(l, &l->index->postings[p]) == out->hits[h].entry)
					return true;
	}
	return false;
}

/* The first reading that met something and is not the word itself. */
static const struct reading *telling(const struct looking *l, const struct asked *q, const struct found *out)
{
	for (size_t i = 0; i < q->reading_count; i++)
		for (size_t n = 0; n < q->readings[i].count; n++)
			if (any_meets(l, &q->readings[i].words[n], out))
				return q->readings[i].reason == READ_ITSELF ? NULL : &q->readings[i];
	return NULL;
}

static void tell(struct looking *l, const struct query *query, struct found *out)
{
	struct note *notes = arena_array(l->a, query->count + 1, sizeof *notes);

	for (size_t i = 0; out->count && i < query->count; i++) {
		const struct asked *q = &query->list[i];
		const struct reading *r = q->class == WORD_FULL ? telling(l, q, out) : NULL;

		if (r)
			notes[out->note_count++] = (struct note){ (enum reason)(r->reason - 1), q->shown, r->read };
	}
	out->notes = notes;
}

static void begin(struct looking *l)
{
	const struct index *index = l->index;
	const struct decision *d = l->d;

	l->entry_of = arena_array(l->a, index->catalogue->service_count + 1, sizeof *l->entry_of);
	memset(l->entry_of, 0xff, index->catalogue->service_count * sizeof *l->entry_of);
	for (size_t e = 0; e < d->count; e++)
		l->entry_of[d->entries[e].service - index->catalogue->services] = (int32_t)e;
	l->spread = arena_array(l->a, index->vocable_count + 1, sizeof *l->spread);
	l->met = arena_array(l->a, index->vocable_count + 1, sizeof *l->met);
	l->by_lang = arena_array(l->a, d->count * LANG_MAX + 1, sizeof *l->by_lang);
}

void find(struct arena *a, const struct index *index, const struct decision *d,
          const struct word_list *words, bool unfinished, struct found *out)
{
	struct looking l = { .a = a, .index = index, .d = d };
	struct hit *hits = arena_array(a, d->count + 1, sizeof *hits);
	struct query query;

	begin(&l);
	query_read(&l, words, unfinished, &query);
	*out = (struct found){ .hits = hits, .count = rank_hits(&l, &query, hits) };
	tell(&l, &query, out);
}
