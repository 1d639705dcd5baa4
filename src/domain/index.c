#include <stdlib.h>
#include <string.h>

#include "index_priv.h"

#define STEM_QUALITY 0.9f
#define WORD_GRAMS   64

/* What a place is worth, and how much its length thins it. */
static const struct {
	float weight, thinning;
} places[PLACE_COUNT] = {
	[PLACE_TITLE] = { 3.0f, 0.3f },   [PLACE_KEYWORDS] = { 2.6f, 0.2f }, [PLACE_SUMMARY] = { 1.2f, 0.4f },
	[PLACE_TOPIC] = { 1.2f, 0.4f },   [PLACE_WAY] = { 0.8f, 0.5f },      [PLACE_THEME] = { 0.5f, 0.3f },
};

/* A word on its way into the index. */
struct raw {
	const char *text, *shown;
	struct posting at;
};

struct making {
	struct arena *a;
	struct index *out;
	struct raw *raw;
	size_t count, capacity;
	float mean[PLACE_COUNT]; /* words in that place of a service, on average */
};

/* ---- reading the passages ---- */

static size_t length_of(const struct passages *p, enum place place, int lang)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].place == place && p->list[i].lang == lang)
			n += p->list[i].words.count;
	return n;
}

static void measure(struct making *m, const struct passages *of, size_t services)
{
	size_t langs = m->out->catalogue->langs->count;

	for (int place = 0; place < PLACE_COUNT; place++) {
		size_t words = 0, texts = 0;

		for (size_t s = 0; s < services; s++)
			for (size_t lang = 0; lang < langs; lang++) {
				size_t n = length_of(&of[s], (enum place)place, (int)lang);

				words += n;
				texts += n > 0;
			}
		m->mean[place] = texts ? (float)words / (float)texts : 1.0f;
	}
}

static void add(struct making *m, const char *text, const struct word *word, struct posting at)
{
	m->raw = arena_grow(m->a, m->raw, m->count, &m->capacity, sizeof *m->raw);
	m->raw[m->count++] = (struct raw){ text, word->shown, at };
}

static void add_passage(struct making *m, uint32_t service, const struct passage *p, size_t length)
{
	float thin = places[p->place].thinning;
	float times = places[p->place].weight / (1.0f - thin + thin * (float)length / m->mean[p->place]);

	for (size_t i = 0; i < p->words.count; i++) {
		const struct word *w = &p->words.list[i];
		struct posting at = { .service = service,
			              .part = (uint16_t)p->part,
			              .place = (uint8_t)p->place,
			              .lang = (uint8_t)p->lang,
			              .quality = 1.0f,
			              .times = times };

		if (words_class(m->out->words, w->form, p->lang) == WORD_STOP)
			continue;
		add(m, w->form, w, at);
		at.quality = STEM_QUALITY;
		if (w->stem[p->lang] && strcmp(w->stem[p->lang], w->form))
			add(m, w->stem[p->lang], w, at);
	}
}

/* ---- vocables and postings ---- */

static int by_text(const void *x, const void *y)
{
	const struct raw *a = x, *b = y;
	int order = strcmp(a->text, b->text);

	if (order)
		return order;
	if (a->at.service != b->at.service)
		return a->at.service < b->at.service ? -1 : 1;
	if (a->at.quality != b->at.quality)
		return a->at.quality > b->at.quality ? -1 : 1;
	if (a->at.place != b->at.place)
		return a->at.place < b->at.place ? -1 : 1;
	if (a->at.part != b->at.part)
		return a->at.part < b->at.part ? -1 : 1;
	return strcmp(a->shown, b->shown);
}

static void make_vocables(struct making *m)
{
	struct vocable *vocables = arena_array(m->a, m->count + 1, sizeof *vocables);
	struct posting *postings = arena_array(m->a, m->count + 1, sizeof *postings);
	size_t n = 0;

	if (m->count)
		qsort(m->raw, m->count, sizeof *m->raw, by_text);
	for (size_t i = 0; i < m->count; i++) {
		const struct raw *r = &m->raw[i];
		struct vocable *v;

		if (!i || strcmp(r->text, m->raw[i - 1].text)) {
			size_t len = strlen(r->text);

			vocables[n++] = (struct vocable){ .text = r->text,
				                          .shown = r->shown,
				                          .first = i,
				                          .len = (uint8_t)(len < 255 ? len : 255) };
		}
		v = &vocables[n - 1];
		v->count++;
		if (r->at.quality == 1.0f && !v->form) {
			v->form = true;
			v->shown = r->shown;
		}
		postings[i] = r->at;
		postings[i].vocable = (uint32_t)(n - 1);
	}
	m->out->vocables = vocables;
	m->out->vocable_count = n;
	m->out->postings = postings;
	m->out->posting_count = m->count;
}

size_t index_lower(const struct index *index, const char *text)
{
	size_t low = 0, high = index->vocable_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->vocables[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t index_vocable(const struct index *index, const char *text)
{
	size_t i = index_lower(index, text);

	return i < index->vocable_count && !strcmp(index->vocables[i].text, text) ? i : NO_VOCABLE;
}

/* ---- titles and keywords ---- */

static bool line_counts(const struct making *m, const struct word *w, int lang)
{
	return !w->part && words_class(m->out->words, w->form, lang) == WORD_FULL;
}

static void make_line(struct making *m, const struct passage *p, struct line *line)
{
	uint32_t(*word)[2] = arena_array(m->a, p->words.count + 1, sizeof *word);

	for (size_t i = 0; i < p->words.count; i++) {
		const struct word *w = &p->words.list[i];
		const char *stem = w->stem[p->lang] ? w->stem[p->lang] : w->form;

		if (!line_counts(m, w, p->lang))
			continue;
		word[line->count][0] = (uint32_t)index_vocable(m->out, w->form);
		word[line->count++][1] = (uint32_t)index_vocable(m->out, stem);
	}
	line->word = (const uint32_t(*)[2])word;
}

static void make_lines(struct making *m, const struct passages *of, size_t services)
{
	size_t *line_of = arena_array(m->a, services + 1, sizeof *line_of), total = 0, n = 0;
	struct line *lines;

	for (size_t s = 0; s < services; s++)
		total += of[s].count;
	lines = arena_array(m->a, total + 1, sizeof *lines);
	for (size_t s = 0; s < services; s++) {
		line_of[s] = n;
		for (size_t i = 0; i < of[s].count; i++) {
			const struct passage *p = &of[s].list[i];

			if (p->place != PLACE_TITLE && p->place != PLACE_KEYWORDS)
				continue;
			lines[n] = (struct line){ .service = (uint32_t)s, .place = (uint8_t)p->place, .lang = (uint8_t)p->lang };
			make_line(m, p, &lines[n]);
			n += lines[n].count > 0;
		}
	}
	line_of[services] = n;
	m->out->lines = lines;
	m->out->line_of = line_of;
	m->out->line_count = n;
}

/* ---- letters in fours ---- */

size_t grams_of(const char *text, uint32_t *out, size_t most)
{
	size_t len = strlen(text), n = 0;

	/* The text stands between two spaces, which no word holds. */
	for (size_t i = 0; i + GRAM <= len + 2 && n < most; i++, n++) {
		uint32_t letters = 0;

		for (size_t k = i; k < i + GRAM; k++)
			letters = letters << 8 | (k == 0 || k == len + 1 ? ' ' : (unsigned char)text[k - 1]);
		out[n] = letters;
	}
	return n;
}

static int by_letters(const void *x, const void *y)
{
	const struct gram *a = x, *b = y;

	if (a->letters != b->letters)
		return a->letters < b->letters ? -1 : 1;
	return a->vocable < b->vocable ? -1 : a->vocable > b->vocable;
}

static void make_grams(struct making *m)
{
	struct gram *grams = NULL;
	size_t count = 0, capacity = 0;

	for (size_t v = 0; v < m->out->vocable_count; v++) {
		uint32_t letters[WORD_GRAMS];
		size_t n = m->out->vocables[v].form ? grams_of(m->out->vocables[v].text, letters, WORD_GRAMS) : 0;

		for (size_t i = 0; i < n; i++) {
			grams = arena_grow(m->a, grams, count, &capacity, sizeof *grams);
			grams[count++] = (struct gram){ letters[i], (uint32_t)v };
		}
	}
	if (count)
		qsort(grams, count, sizeof *grams, by_letters);
	m->out->grams = grams;
	m->out->gram_count = count;
}

size_t index_gram(const struct index *index, uint32_t letters)
{
	size_t low = 0, high = index->gram_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->grams[middle].letters < letters)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct index *find_index(struct arena *a, const struct catalogue *c, const struct words *words,
                               const struct passages *of)
{
	struct index *out = arena_alloc(a, sizeof *out);
	struct making m = { .a = a, .out = out };

	out->catalogue = c;
	out->words = words;
	measure(&m, of, c->service_count);
	for (size_t s = 0; s < c->service_count; s++)
		for (size_t i = 0; i < of[s].count; i++) {
			const struct passage *p = &of[s].list[i];

			add_passage(&m, (uint32_t)s, p, length_of(&of[s], p->place, p->lang));
		}
	make_vocables(&m);
	make_lines(&m, of, c->service_count);
	make_grams(&m);
	return out;
}

/* ---- spelling ---- */

#define SPELLING_MAX 64

unsigned spelling_distance(const char *a, const char *b, unsigned most)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned row[3][SPELLING_MAX + 1];

	if (n > SPELLING_MAX || m > SPELLING_MAX || (n > m ? n - m : m - n) > most)
		return most + 1;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3], least = now[0] = (unsigned)i;

		for (size_t j = 1; j <= m; j++) {
			unsigned cost = before[j - 1] + (a[i - 1] != b[j - 1]);

			if (before[j] + 1 < cost)
				cost = before[j] + 1;
			if (now[j - 1] + 1 < cost)
				cost = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && earlier[j - 2] + 1 < cost)
				cost = earlier[j - 2] + 1;
			now[j] = cost;
			least = cost < least ? cost : least;
		}
		if (least > most)
			return most + 1;
	}
	return row[n % 3][m] <= most ? row[n % 3][m] : most + 1;
}
