#include "text/text.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define WORD_MAX  64 /* characters; longer is no word */
#define TITLE_MAX 1024

/* ---- order ---- */

struct sortable {
	struct service *service;
	uint8_t *key;
	int32_t len;
};

static int by_key(const void *x, const void *y)
{
	const struct sortable *a = x, *b = y;
	int32_t least = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->key, b->key, (size_t)least);

	return order ? order : a->len - b->len;
}

/* The sort key of a title; its memory is the caller's. */
static bool make_key(const UCollator *collator, const char *title, struct sortable *out)
{
	UChar text[TITLE_MAX];
	UErrorCode status = U_ZERO_ERROR;
	int32_t len;

	u_strFromUTF8WithSub(text, TITLE_MAX, &len, title, -1, 0xfffd, NULL, &status);
	if (U_FAILURE(status))
		return false;
	out->len = ucol_getSortKey(collator, text, len, NULL, 0);
	out->key = malloc((size_t)out->len);
	return out->key && ucol_getSortKey(collator, text, len, out->key, out->len) == out->len;
}

static bool order_in(UCollator *collator, int lang, struct service *services, size_t count)
{
	struct sortable *list = calloc(count + 1, sizeof *list);
	bool whole = list != NULL;
	unsigned place = 0;

	for (size_t i = 0; whole && i < count; i++) {
		list[i].service = &services[i];
		whole = make_key(collator, text_in(&services[i].title, lang, NULL), &list[i]);
	}
	if (whole) {
		qsort(list, count, sizeof *list, by_key);
		for (size_t i = 0; i < count; i++) {
			place += i && by_key(&list[i - 1], &list[i]);
			list[i].service->order[lang] = place;
		}
	}
	for (size_t i = 0; list && i < count; i++)
		free(list[i].key);
	free(list);
	return whole;
}

enum fail text_order(const struct langs *langs, struct service *services, size_t count, struct err *err)
{
	for (size_t lang = 0; lang < langs->count; lang++) {
		UErrorCode status = U_ZERO_ERROR;
		UCollator *collator = ucol_open(langs->tag[lang], &status);
		bool whole;

		if (U_FAILURE(status))
			return err_set(err, FAIL_DATA, "language \"%s\": ICU has no collation: %s",
			               langs->tag[lang], u_errorName(status));
		whole = order_in(collator, (int)lang, services, count);
		ucol_close(collator);
		if (!whole)
			return err_set(err, FAIL_DATA, "a title is longer than %d characters", TITLE_MAX);
	}
	return OK;
}

/* ---- folding ---- */

/* Folded form of len UTF-16 units into to; its length, or -1 when it does not fit. */
static int32_t fold(const UChar *from, int32_t len, UChar *to, int32_t capacity)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
	UChar lower[4 * WORD_MAX], apart[8 * WORD_MAX];
	int32_t lower_len = u_strFoldCase(lower, (int32_t)COUNT(lower), from, len, U_FOLD_CASE_DEFAULT, &status);
	int32_t apart_len = unorm2_normalize(nfkd, lower, lower_len, apart, (int32_t)COUNT(apart), &status);
	int32_t kept = 0;

	if (U_FAILURE(status))
		return -1;
	for (int32_t i = 0; i < apart_len;) {
		UChar32 c;

		U16_NEXT(apart, i, apart_len, c);
		if (u_charType(c) == U_NON_SPACING_MARK)
			continue;
		if (kept + 2 > capacity)
			return -1;
		U16_APPEND_UNSAFE(to, kept, c);
	}
	return kept;
}

static const char *to_utf8(struct arena *a, const UChar *from, int32_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	char *to = arena_alloc(a, (size_t)len * 3 + 1);

	u_strToUTF8(to, len * 3 + 1, NULL, from, len, &status);
	return U_FAILURE(status) ? "" : to;
}

const char *text_fold(struct arena *a, const char *s)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar text[4 * WORD_MAX], folded[8 * WORD_MAX];
	int32_t len;

	/* More than a name or a word is compared as it is. */
	u_strFromUTF8WithSub(text, (int32_t)COUNT(text), &len, s, -1, 0xfffd, NULL, &status);
	if (U_FAILURE(status) || len > (int32_t)COUNT(text) / 2)
		return arena_str(a, s);
	len = fold(text, len, folded, (int32_t)COUNT(folded));
	return len < 0 ? arena_str(a, s) : to_utf8(a, folded, len);
}

/* ---- words ---- */

struct reader {
	struct arena *a;
	const struct langs *langs;
	struct word *list;
	size_t count, capacity;
	unsigned run;
};

/* Compiled stemmers, made once per process and language; NULL for a language without. */
static struct sb_stemmer *stemmer_for(const char *tag)
{
	static struct {
		char tag[16];
		struct sb_stemmer *stemmer;
	} known[LANG_MAX];
	size_t i = 0;

	for (; i < COUNT(known) && known[i].tag[0]; i++)
		if (!strcmp(known[i].tag, tag))
			return known[i].stemmer;
	if (i == COUNT(known) || strlen(tag) >= sizeof known[i].tag)
		return NULL;
	memcpy(known[i].tag, tag, strlen(tag) + 1);
	return known[i].stemmer = sb_stemmer_new(tag, "UTF_8");
}

static const char *stem_of(struct arena *a, const char *tag, const char *form)
{
	struct sb_stemmer *stemmer = stemmer_for(tag);
	const sb_symbol *stem =
	        stemmer ? sb_stemmer_stem(stemmer, (const sb_symbol *)form, (int)strlen(form)) : NULL;

	return !stem ? NULL : strcmp((const char *)stem, form) ? arena_str(a, (const char *)stem) : form;
}

static void add_word(struct reader *r, const UChar *word, int32_t len, bool part)
{
	UChar folded[8 * WORD_MAX];
	int32_t folded_len;
	struct word *w;

	if (len < 1 || len > WORD_MAX || (folded_len = fold(word, len, folded, (int32_t)COUNT(folded))) < 1)
		return;
	r->list = arena_grow(r->a, r->list, r->count, &r->capacity, sizeof *r->list);
	w = &r->list[r->count++];
	*w = (struct word){ .shown = to_utf8(r->a, word, len),
		            .form = to_utf8(r->a, folded, folded_len),
		            .run = r->run,
		            .part = part };
	for (size_t i = 0; i < r->langs->count; i++)
		w->stem[i] = stem_of(r->a, r->langs->tag[i], w->form);
}

static bool joins(UChar32 c)
{
	return c == '-' || c == 0x2010 || c == 0x2011;
}

/* One run of letters, digits and hyphens: the whole without hyphens, then its parts. */
static void add_run(struct reader *r, const UChar *run, int32_t len)
{
	UChar whole[WORD_MAX];
	int32_t kept = 0, begin = 0, hyphens = 0;

	while (len && joins(run[len - 1]))
		len--;
	for (; len && joins(*run); run++)
		len--;
	for (int32_t i = 0; i < len; i++) {
		if (joins(run[i]))
			hyphens++;
		else if (kept < WORD_MAX)
			whole[kept++] = run[i];
	}
	r->run++;
	add_word(r, whole, kept, false);
	for (int32_t i = 0; hyphens && i <= len; i++) {
		if (i < len && !joins(run[i]))
			continue;
		add_word(r, run + begin, i - begin, true);
		begin = i + 1;
	}
}

struct word_list text_words(struct arena *a, const struct langs *langs, const char *s)
{
	struct reader r = { .a = a, .langs = langs };
	UErrorCode status = U_ZERO_ERROR;
	size_t room = strlen(s) + 1;
	UChar *text = arena_array(a, room, sizeof *text);
	int32_t len, begin = 0;

	u_strFromUTF8WithSub(text, (int32_t)room, &len, s, -1, 0xfffd, NULL, &status);
	if (U_FAILURE(status))
		return (struct word_list){ NULL, 0 };
	for (int32_t i = 0, next = 0; i <= len; i = next) {
		UChar32 c = ' ';

		if (i < len)
			U16_NEXT(text, next, len, c);
		else
			next = len + 1;
		if (i < len && (u_isalnum(c) || joins(c) || u_charType(c) == U_NON_SPACING_MARK))
			continue;
		if (i > begin)
			add_run(&r, text + begin, i - begin);
		begin = next;
	}
	return (struct word_list){ r.list, r.count };
}

struct word_list text_read(const struct langs *langs, struct arena *a, const char *s)
{
	return text_words(a, langs, s);
}

/* ---- what a service says ---- */

struct telling {
	struct arena *a;
	const struct catalogue *c;
	struct passage *list;
	size_t count, capacity;
};

static void tell(struct telling *t, enum place place, size_t part, int lang, const char *text)
{
	t->list = arena_grow(t->a, t->list, t->count, &t->capacity, sizeof *t->list);
	t->list[t->count++] = (struct passage){ place, lang, part, text_words(t->a, t->c->langs, text) };
}

static void tell_all(struct telling *t, enum place place, size_t part, const struct text *text)
{
	for (size_t lang = 0; lang < t->c->langs->count; lang++)
		if (text->in[lang])
			tell(t, place, part, (int)lang, text->in[lang]);
}

/* Each keyword of a list with commas. */
static void tell_keywords(struct telling *t, const struct text *keywords)
{
	for (size_t lang = 0; lang < t->c->langs->count; lang++) {
		char *rest = keywords->in[lang] ? arena_str(t->a, keywords->in[lang]) : NULL, *one;

		while ((one = strsep(&rest, ",;")))
			tell(t, PLACE_KEYWORDS, 0, (int)lang, one);
	}
}

struct passages text_passages(struct arena *a, const struct catalogue *c, const struct service *s)
{
	struct telling t = { .a = a, .c = c };

	tell_all(&t, PLACE_TITLE, 0, &s->title);
	tell_keywords(&t, &s->keywords);
	tell_all(&t, PLACE_SUMMARY, 0, &s->summary);
	for (size_t i = 0; i < s->topic_count; i++)
		tell_all(&t, PLACE_TOPIC, i, &s->topics[i].label);
	for (size_t i = 0; i < s->variant_count; i++)
		tell_all(&t, PLACE_WAY, i, &s->variants[i].text);
	tell_all(&t, PLACE_THEME, 0, &c->themes[s->theme].label);
	return (struct passages){ t.list, t.count };
}
