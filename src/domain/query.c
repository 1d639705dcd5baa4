/* From the words of a query to what they may mean in this person's catalogue. */
#include <string.h>

#include "find_priv.h"

#define QUALITY_STEM   0.9f
#define QUALITY_MEANS  0.8f
#define QUALITY_SPLIT  0.75f
#define QUALITY_JOINED 0.95f
#define QUALITY_FIRST  0.8f /* of a word still being typed */
#define WAYS_MAX       24
#define WORD_MAX       64  /* bytes of a word that is looked at closely */

/* ---- a word as it is ---- */

static void add_way(struct wanted *w, size_t vocable, float quality)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->way[i].vocable == vocable)
			return;
	if (w->count < WAYS_MAX)
		w->way[w->count++] = (struct candidate){ vocable, quality };
}

static void add_text(struct looking *l, struct wanted *w, const char *text, float quality)
{
	size_t v = text ? index_vocable(l->index, text) : NO_VOCABLE;

	if (v != NO_VOCABLE && vocable_spread(l, v))
		add_way(w, v, quality);
}

static struct wanted new_wanted(struct looking *l)
{
	return (struct wanted){ .way = arena_array(l->a, WAYS_MAX, sizeof(struct candidate)) };
}

static struct wanted itself(struct looking *l, const struct word *word)
{
	struct wanted w = new_wanted(l);

	add_text(l, &w, word->form, 1.0f);
	for (size_t i = 0; i < LANG_MAX; i++)
		add_text(l, &w, word->stem[i], QUALITY_STEM);
	return w;
}

static void add_reading(struct looking *l, struct asked *q, struct wanted *words, size_t count, float quality,
                        int reason, const char *read)
{
	q->readings = arena_grow(l->a, q->readings, q->reading_count, &q->reading_capacity, sizeof *q->readings);
	q->readings[q->reading_count++] = (struct reading){ words, count, quality, reason, read };
}

static void add_one(struct looking *l, struct asked *q, struct wanted w, float quality, int reason, const char *read)
{
	if (w.count)
		add_reading(l, q, arena_copy(l->a, &w, sizeof w), 1, quality, reason, read);
}

static const char *shown(const struct looking *l, const struct wanted *w)
{
	return l->index->vocables[w->way[0].vocable].shown;
}

/* ---- other words for it ---- */

static void add_meaning(struct looking *l, struct asked *q, const struct phrase *mean, float quality, int reason)
{
	struct wanted *words = arena_array(l->a, mean->words.count + 1, sizeof *words);
	bool any = false;

	for (size_t i = 0; i < mean->words.count; i++) {
		words[i] = itself(l, &mean->words.list[i]);
		any |= words[i].count > 0;
	}
	if (any)
		add_reading(l, q, words, mean->words.count, quality, reason, mean->text);
}

static void add_meanings(struct looking *l, struct asked *q, const struct saying *s, float quality, int reason)
{
	for (size_t i = 0; i < s->mean_count; i++)
		add_meaning(l, q, &s->mean[i], quality, reason);
}

static void add_sayings(struct looking *l, struct asked *q, const struct word *word, float quality, int reason)
{
	const struct saying *s;
	size_t cursor = 0;

	while ((s = words_saying(l->index->words, word, &cursor)))
		if (s->say.words.count == 1)
			add_meanings(l, q, s, quality, reason);
}

/* ---- compounds ---- */

static struct word cut(struct looking *l, const char *text, size_t len)
{
	const char *form = arena_strn(l->a, text, len);

	return (struct word){ .shown = form, .form = form };
}

static size_t known_words(struct looking *l, const struct word *w)
{
	size_t cursor = 0;

	return itself(l, w).count || words_saying(l->index->words, w, &cursor) != NULL;
}

/* A compound is a kind of what it ends with; what it begins with says which. */
#define QUALITY_HEAD 0.85f

static struct wanted weakened(struct looking *l, const struct wanted *w)
{
	struct wanted out = new_wanted(l);

	for (size_t i = 0; i < w->count; i++)
		add_way(&out, w->way[i].vocable, w->way[i].quality * QUALITY_HEAD);
	return out;
}

/* What may stand between the parts of a compound. */
static const char *const links[] = { "", "s", "en", "e", "n" };

static void add_split(struct looking *l, struct asked *q, const struct word *head, const struct word *tail)
{
	struct asked first = { 0 }, second = { 0 };

	add_one(l, &first, itself(l, head), 1, READ_PART, head->form);
	add_sayings(l, &first, head, QUALITY_MEANS, READ_PART);
	add_one(l, &second, itself(l, tail), 1, READ_PART, tail->form);
	add_sayings(l, &second, tail, QUALITY_MEANS, READ_PART);
	/* Each part as it is, or as the first of its other words. */
	if (first.reading_count && second.reading_count) {
		struct wanted *words = arena_array(l->a, 2, sizeof *words);

		words[0] = weakened(l, &first.readings[0].words[0]);
		words[1] = second.readings[0].words[0];
		add_reading(l, q, words, 2, QUALITY_SPLIT, READ_PART,
		            arena_printf(l->a, "%s + %s", head->form, tail->form));
	}
	for (size_t i = 1; i < first.reading_count; i++)
		add_reading(l, q, first.readings[i].words, first.readings[i].count, 0.5f, READ_PART, head->form);
	for (size_t i = 1; i < second.reading_count; i++)
		add_reading(l, q, second.readings[i].words, second.readings[i].count, 0.5f, READ_PART, tail->form);
}

/* The split whose shorter part is longest. */
static bool split(struct looking *l, struct asked *q, const struct word *word)
{
	size_t len = strlen(word->form), best = 0;
	struct word head = { 0 }, tail = { 0 };

	for (size_t at = 3; len <= WORD_MAX && at + 3 <= len; at++)
		for (size_t i = 0; i < COUNT(links); i++) {
			size_t link = strlen(links[i]), rest = at + link;
			size_t shorter = at < len - rest ? at : len - rest;
			struct word a, b;

			if (rest + 3 > len || strncmp(word->form + at, links[i], link) || shorter <= best)
				continue;
			a = cut(l, word->form, at);
			b = cut(l, word->form + rest, len - rest);
			if (!known_words(l, &a) || !known_words(l, &b))
				continue;
			best = shorter;
			head = a;
			tail = b;
		}
	if (best)
		add_split(l, q, &head, &tail);
	return best > 0;
}

static bool ends_with(const char *s, size_t len, const char *end, size_t end_len)
{
	return end_len <= len && !memcmp(s + len - end_len, end, end_len);
}

/* Words of the catalogue that the word begins or ends with, or that begin or end with it. */
static void add_affixes(struct looking *l, struct asked *q, const struct word *word, float most)
{
	size_t len = strlen(word->form);
	struct wanted w = new_wanted(l);

	for (size_t v = 0; len >= 4 && len <= WORD_MAX && v < l->index->vocable_count; v++) {
		const struct vocable *other = &l->index->vocables[v];
		size_t n = other->len, shorter = n < len ? n : len, longer = n < len ? len : n;
		const char *big = n < len ? word->form : other->text, *small = n < len ? other->text : word->form;

		if (!other->form || shorter < 4 || longer - shorter < 3 || longer > WORD_MAX)
			continue;
		/* What a compound ends with says what it is, so four letters will do there. */
		if ((shorter < 5 || strncmp(big, small, shorter)) && !ends_with(big, longer, small, shorter))
			continue;
		if (vocable_spread(l, v))
			add_way(&w, v, most * (0.6f + 0.4f * (float)shorter / (float)longer));
	}
	if (w.count)
		add_one(l, q, w, 1, READ_PART, shown(l, &w));
}

/* ---- typing errors ---- */

static unsigned errors_allowed(size_t len)
{
	return len < 5 ? 0 : len < 8 ? 1 : 2;
}

/* One that only goes on after the other is another form or a compound, no error. */
static bool begins(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	return n != m && !strncmp(a, b, n < m ? n : m);
}

static bool misspelt(struct looking *l, struct asked *q, const struct word *word)
{
	unsigned most = errors_allowed(strlen(word->form)), best = most;
	struct wanted w = new_wanted(l);

	if (!most)
		return false;
	for (size_t v = 0; v < l->index->vocable_count; v++) {
		const struct vocable *other = &l->index->vocables[v];
		unsigned distance;

		if (!other->form || other->len < 4 || begins(word->form, other->text) || !vocable_spread(l, v) ||
		    (distance = spelling_distance(word->form, other->text, best)) > best)
			continue;
		if (distance < best)
			w.count = 0;
		best = distance;
		add_way(&w, v, best == 1 ? 0.8f : 0.65f);
	}
	if (w.count)
		add_one(l, q, w, 1, READ_SPELT, shown(l, &w));
	for (size_t i = 0; i < words_single_count(l->index->words); i++) {
		const struct saying *s = words_single(l->index->words, i);
		const char *say = s->say.words.list[0].form;

		if (strlen(say) >= 5 && !begins(word->form, say) && spelling_distance(word->form, say, best) <= best)
			add_meanings(l, q, s, 0.6f, READ_MEANS);
	}
	return q->reading_count > 0;
}

/* ---- letters in fours ---- */

#define ALIKE 0.5f /* of the letters in fours of both, at least */

static void add_alike(struct looking *l, struct asked *q, const struct word *word)
{
	uint32_t letters[WORD_MAX];
	size_t count = grams_of(word->form, letters, COUNT(letters));
	uint8_t *shared = arena_array(l->a, l->index->vocable_count + 1, 1);
	struct wanted w = new_wanted(l);

	for (size_t i = 0; i < count; i++)
		for (size_t g = index_gram(l->index, letters[i]);
		     g < l->index->gram_count && l->index->grams[g].letters == letters[i]; g++)
			shared[l->index->grams[g].vocable]++;
	for (size_t v = 0; v < l->index->vocable_count; v++) {
		float all = (float)count + (float)l->index->vocables[v].len - 1.0f;
		float alike = all > 0 ? 2.0f * (float)shared[v] / all : 0;

		if (shared[v] > 1 && alike >= ALIKE && vocable_spread(l, v))
			add_way(&w, v, 0.7f * alike);
	}
	if (w.count)
		add_one(l, q, w, 1, READ_SPELT, shown(l, &w));
}

/* ---- a word that is still being typed ---- */

static void add_beginnings(struct looking *l, struct asked *q, const struct word *word)
{
	size_t len = strlen(word->form);
	struct wanted w = new_wanted(l);

	for (size_t v = index_lower(l->index, word->form);
	     v < l->index->vocable_count && !strncmp(l->index->vocables[v].text, word->form, len); v++)
		if (l->index->vocables[v].form && vocable_spread(l, v))
			add_way(&w, v, QUALITY_FIRST);
	add_one(l, q, w, 1, READ_ITSELF, NULL);
}

/* ---- the query ---- */

static void read_word(struct looking *l, struct asked *q, const struct word *word, bool unfinished)
{
	struct wanted as_it_is = itself(l, word);

	add_one(l, q, as_it_is, 1, READ_ITSELF, NULL);
	if (unfinished)
		add_beginnings(l, q, word);
	add_sayings(l, q, word, QUALITY_MEANS, READ_MEANS);
	if (q->class != WORD_FULL)
		return;
	if (as_it_is.count) {
		add_affixes(l, q, word, 0.35f);
		return;
	}
	split(l, q, word);
	add_affixes(l, q, word, 0.6f);
	if (q->reading_count || misspelt(l, q, word))
		return;
	add_alike(l, q, word);
}

/* Two words that are one in the catalogue, or the other way round in the words file. */
static void join_words(struct looking *l, struct asked *one, struct asked *two, const struct word *a, const struct word *b)
{
	const char *whole = arena_printf(l->a, "%s%s", a->form, b->form);
	struct word joined = { .shown = whole, .form = whole };
	struct wanted w = itself(l, &joined);

	add_one(l, one, w, QUALITY_JOINED, READ_ITSELF, NULL);
	add_one(l, two, w, QUALITY_JOINED, READ_ITSELF, NULL);
}

/* ---- words that belong together though others stand between ---- */

struct text_word {
	const struct word *word;
	size_t asked; /* its place in the query; of a stop word, of the next one that is there */
	bool stop;
};

/* How many words from here the saying takes, 0: it is not said. Stop words of the query may stand between. */
static size_t says(const struct saying *s, const struct text_word *from, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < s->say.words.count; i++, at++) {
		while (i && at < count && from[at].stop && !word_same(from[at].word, &s->say.words.list[i], s->say.lang))
			at++;
		if (at >= count || !word_same(from[at].word, &s->say.words.list[i], s->say.lang))
			return 0;
	}
	return at;
}

static const char *said(struct looking *l, const struct text_word *from, size_t count)
{
	const char *text = from->word->shown;

	for (size_t i = 1; i < count; i++)
		text = arena_printf(l->a, "%s %s", text, from[i].word->shown);
	return text;
}

static void add_saying(struct looking *l, struct query *out, const struct saying *s, const struct text_word *from,
                       size_t length)
{
	struct asked *q = &out->list[out->count];
	size_t words = 0;

	for (size_t i = 0; i < length; i++)
		words += !from[i].stop;
	if (!words || out->count == QUERY_ASKED)
		return;
	*q = (struct asked){ .shown = said(l, from, length), .first = from->asked, .length = words };
	add_meanings(l, q, s, 1.0f, READ_MEANS);
	out->count += q->reading_count > 0;
}

/* Sayings of several words. */
static void add_long_sayings(struct looking *l, struct query *out, const struct text_word *text, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct saying *s;
		size_t cursor = 0, length;

		while ((s = words_saying(l->index->words, text[i].word, &cursor)))
			if (s->say.words.count > 1 && (length = says(s, &text[i], count - i)))
				add_saying(l, out, s, &text[i], length);
	}
}

/* "in te loggen", "meld me aan": a verb whose first part stands apart, as a stop word. */
static void join_apart(struct looking *l, struct query *out, const struct text_word *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; text[i].stop && k < count; k++) {
			const char *whole;
			struct word joined = { 0 };

			if (text[k].stop || k + 1 == i || i + 1 == k || strlen(text[k].word->form) < 4)
				continue;
			whole = arena_printf(l->a, "%s%s", text[i].word->form, text[k].word->form);
			joined.shown = joined.form = whole;
			add_one(l, &out->list[text[k].asked], itself(l, &joined), QUALITY_JOINED, READ_ITSELF, NULL);
			add_sayings(l, &out->list[text[k].asked], &joined, QUALITY_MEANS, READ_MEANS);
		}
}

/* Of a hyphenated run: its whole when anything knows it, else its parts. */
static bool left_out(struct looking *l, const struct word_list *words, size_t i)
{
	const struct word *w = &words->list[i];

	if (w->part) {
		for (size_t n = i; n-- > 0 && words->list[n].run == w->run;)
			if (!words->list[n].part)
				return known_words(l, &words->list[n]);
		return false;
	}
	return i + 1 < words->count && words->list[i + 1].part && words->list[i + 1].run == w->run && !known_words(l, w);
}

/* The words that are looked at; stop words too when there is nothing else. */
static size_t choose(struct looking *l, const struct word_list *words, struct text_word *out)
{
	size_t count = 0, asked = 0;

	for (size_t i = 0; i < words->count && count < QUERY_WORDS; i++) {
		const struct word *w = &words->list[i];
		bool stop = words_class(l->index->words, w->form, -1) == WORD_STOP;

		if (left_out(l, words, i))
			continue;
		out[count++] = (struct text_word){ w, asked, stop };
		asked += !stop;
	}
	for (size_t i = 0; !asked && i < count; i++)
		out[i] = (struct text_word){ out[i].word, i, false };
	return count;
}

static void read_words(struct looking *l, struct query *out, const struct text_word *text, size_t count, bool unfinished)
{
	for (size_t i = 0; i < count; i++) {
		const struct word *w = text[i].word;
		struct asked *q = &out->list[out->count];

		if (text[i].stop)
			continue;
		*q = (struct asked){ .shown = w->shown, .class = words_class(l->index->words, w->form, -1) };
		read_word(l, q, w, unfinished && i + 1 == count);
		out->count++;
	}
	for (size_t i = 0; i + 1 < count; i++)
		if (!text[i].stop && !text[i + 1].stop)
			join_words(l, &out->list[text[i].asked], &out->list[text[i + 1].asked], text[i].word, text[i + 1].word);
}

void query_read(struct looking *l, const struct word_list *words, bool unfinished, struct query *out)
{
	struct text_word *text = arena_array(l->a, QUERY_WORDS, sizeof *text);
	size_t count = choose(l, words, text);

	*out = (struct query){ .list = arena_array(l->a, QUERY_ASKED + 1, sizeof *out->list) };
	read_words(l, out, text, count, unfinished);
	join_apart(l, out, text, count);
	add_long_sayings(l, out, text, count);
}
