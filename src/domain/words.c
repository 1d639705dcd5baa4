#include "domain/words.h"

#include <stdlib.h>
#include <string.h>

/* What a saying begins with: its first word's form, and its stems. */
struct key {
	const char *text;
	const struct saying *saying;
};

struct word_kind {
	const char *form;
	enum word_class class;
	int lang; /* -1: any */
};

struct words {
	const struct word_kind *kinds; /* by form */
	size_t kind_count;
	const struct key *keys; /* by text */
	size_t key_count;
	const struct saying **singles;
	size_t single_count;
};

/* ---- making ---- */

struct making {
	struct arena *a;
	const struct word_reader *reader;
	struct words *out;
	struct key *keys;
	size_t key_count, key_capacity;
	size_t single_capacity;
};

static int by_form(const void *x, const void *y)
{
	const struct word_kind *a = x, *b = y;
	int order = strcmp(a->form, b->form);

	return order ? order : (int)b->class - (int)a->class;
}

static int by_key(const void *x, const void *y)
{
	const struct key *a = x, *b = y;
	int order = strcmp(a->text, b->text);

	return order ? order : a->saying < b->saying ? -1 : a->saying > b->saying;
}

static void make_kinds(struct making *m, const struct words_text *of)
{
	struct word_kind *kinds = NULL;
	size_t count = 0, capacity = 0;

	for (size_t i = 0; i < of->stop_count + of->weak_count; i++) {
		bool stop = i < of->stop_count;
		const struct phrase_text *text = stop ? &of->stop[i] : &of->weak[i - of->stop_count];
		struct word_list words = m->reader->read(m->reader->langs, m->a, text->text);

		for (size_t n = 0; n < words.count; n++) {
			kinds = arena_grow(m->a, kinds, count, &capacity, sizeof *kinds);
			kinds[count++] = (struct word_kind){ words.list[n].form, stop ? WORD_STOP : WORD_WEAK, text->lang };
		}
	}
	if (count)
		qsort(kinds, count, sizeof *kinds, by_form);
	m->out->kinds = kinds;
	m->out->kind_count = count;
}

/* Hyphenated words count whole; their parts are left to the search. Stop words are left out, but not where
 * one word alone would remain: "day off" is not about days. */
static struct phrase make_phrase(struct making *m, const struct phrase_text *text)
{
	struct word_list all = m->reader->read(m->reader->langs, m->a, text->text);
	struct word *kept = arena_array(m->a, all.count + 1, sizeof *kept);
	size_t count = 0;

	for (int stops = 0; count < 2 && stops < 2; stops++) {
		count = 0;
		for (size_t i = 0; i < all.count; i++)
			if (!all.list[i].part && (stops || words_class(m->out, all.list[i].form, text->lang) != WORD_STOP))
				kept[count++] = all.list[i];
	}
	return (struct phrase){ text->text, { kept, count }, text->lang };
}

static void add_key(struct making *m, const char *text, const struct saying *s)
{
	m->keys = arena_grow(m->a, m->keys, m->key_count, &m->key_capacity, sizeof *m->keys);
	m->keys[m->key_count++] = (struct key){ text, s };
}

static void add_saying(struct making *m, const struct phrase *say, const struct phrase *mean, size_t count)
{
	struct saying *s = arena_alloc(m->a, sizeof *s);
	const struct word *first = say->words.list;

	*s = (struct saying){ *say, mean, count };
	add_key(m, first->form, s);
	for (size_t i = 0; i < LANG_MAX; i++)
		if (first->stem[i] && (say->lang < 0 || (size_t)say->lang == i) && strcmp(first->stem[i], first->form))
			add_key(m, first->stem[i], s);
	if (say->words.count != 1)
		return;
	m->out->singles = arena_grow(m->a, m->out->singles, m->out->single_count, &m->single_capacity,
	                             sizeof(const struct saying *));
	m->out->singles[m->out->single_count++] = s;
}

static struct phrase *make_phrases(struct making *m, const struct phrase_text *texts, size_t count)
{
	struct phrase *list = arena_array(m->a, count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = make_phrase(m, &texts[i]);
	return list;
}

/* Words for each other: each means all the others. */
static void add_equals(struct making *m, const struct phrase *say, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct phrase *others = arena_array(m->a, count, sizeof *others);
		size_t n = 0;

		for (size_t j = 0; j < count; j++)
			if (j != i && say[j].words.count)
				others[n++] = say[j];
		if (say[i].words.count && n)
			add_saying(m, &say[i], others, n);
	}
}

static void make_entry(struct making *m, const struct entry_text *e)
{
	const struct phrase *say = make_phrases(m, e->say, e->say_count);
	const struct phrase *mean = make_phrases(m, e->mean, e->mean_count);

	if (!e->mean_count) {
		add_equals(m, say, e->say_count);
		return;
	}
	for (size_t i = 0; i < e->say_count; i++)
		if (say[i].words.count)
			add_saying(m, &say[i], mean, e->mean_count);
}

const struct words *words_make(struct arena *a, const struct words_text *of, const struct word_reader *reader)
{
	struct words *out = arena_alloc(a, sizeof *out);
	struct making m = { .a = a, .reader = reader, .out = out };

	if (!of)
		return out;
	make_kinds(&m, of);
	for (size_t i = 0; i < of->entry_count; i++)
		make_entry(&m, &of->entries[i]);
	if (m.key_count)
		qsort(m.keys, m.key_count, sizeof *m.keys, by_key);
	out->keys = m.keys;
	out->key_count = m.key_count;
	return out;
}

/* ---- asking ---- */

enum word_class words_class(const struct words *w, const char *form, int lang)
{
	size_t low = 0, high = w->kind_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(w->kinds[middle].form, form) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < w->kind_count && !strcmp(w->kinds[low].form, form); low++)
		if (lang < 0 || w->kinds[low].lang < 0 || w->kinds[low].lang == lang)
			return w->kinds[low].class;
	return WORD_FULL;
}

bool word_same(const struct word *a, const struct word *b, int lang)
{
	if (!strcmp(a->form, b->form))
		return true;
	for (int i = 0; i < LANG_MAX; i++)
		if ((lang < 0 || lang == i) && a->stem[i] && b->stem[i] && !strcmp(a->stem[i], b->stem[i]))
			return true;
	return false;
}

static size_t first_key(const struct words *w, const char *text)
{
	size_t low = 0, high = w->key_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(w->keys[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The texts of a word: 0 its form, then its stems. */
static const char *text_of(const struct word *word, size_t i)
{
	const char *stem = i ? word->stem[i - 1] : NULL;

	return !i ? word->form : stem && strcmp(stem, word->form) ? stem : NULL;
}

/* The cursor is which text of the word, and how many sayings of it were given. */
const struct saying *words_saying(const struct words *w, const struct word *first, size_t *cursor)
{
	for (size_t which = *cursor >> 32; which <= LANG_MAX; which++, *cursor = which << 32) {
		const char *text = text_of(first, which);
		size_t i;

		if (!text)
			continue;
		i = first_key(w, text) + (*cursor & 0xffffffff);
		for (; i < w->key_count && !strcmp(w->keys[i].text, text); i++) {
			++*cursor;
			if (word_same(first, &w->keys[i].saying->say.words.list[0], w->keys[i].saying->say.lang))
				return w->keys[i].saying;
		}
	}
	return NULL;
}

size_t words_single_count(const struct words *w)
{
	return w->single_count;
}

const struct saying *words_single(const struct words *w, size_t i)
{
	return w->singles[i];
}
