/* words: what the institution's words file says about the words that people search with.
 *
 * Content, not code: other words for what the catalogue says, abbreviations, words that say
 * nothing ("the"), and words that find nothing by themselves ("apply for"). A revision has one such
 * file, or none. The text layer makes struct word of every text; domain only compares. */
#ifndef DOMAIN_WORDS_H
#define DOMAIN_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "domain/text.h"

/* ---- a word ---- */

struct word {
	const char *shown;          /* as it was written, without the punctuation around it */
	const char *form;           /* folded: no capitals, no accents */
	const char *stem[LANG_MAX]; /* of form in each language; NULL when that language has no stems */
	unsigned run;   /* numbers the runs of letters of a text, so that hyphens can be told */
	bool part;      /* a part of a hyphenated run; its whole comes before it */
};

struct word_list {
	const struct word *list;
	size_t count;
};

/* ---- the file ---- */

/* As the loader reads it: texts. */
struct phrase_text {
	const char *text;
	int lang; /* -1: any */
};

struct entry_text {
	const struct phrase_text *say, *mean; /* mean_count 0: the says are words for each other */
	size_t say_count, mean_count;
	int line;
};

struct words_text {
	const struct phrase_text *stop, *weak; /* single words */
	size_t stop_count, weak_count;
	const struct entry_text *entries;
	size_t entry_count;
};

/* As a search uses it. */
struct phrase {
	const char *text; /* as written, for people */
	struct word_list words; /* without stop words */
	int lang;
};

struct saying {
	struct phrase say;
	const struct phrase *mean;
	size_t mean_count;
};

enum word_class {
	WORD_FULL,
	WORD_WEAK, /* finds nothing by itself */
	WORD_STOP, /* is not looked at */
};

struct words; /* private to words.c */

/* How a text becomes words: by text/text.h, which domain may not know. */
struct word_reader {
	struct word_list (*read)(const struct langs *langs, struct arena *a, const char *text);
	const struct langs *langs;
};

/* In the arena; of is NULL for an institution without the file. */
const struct words *words_make(struct arena *a, const struct words_text *of, const struct word_reader *reader);

/* lang: of the text it stands in; -1: any. */
enum word_class words_class(const struct words *w, const char *form, int lang);

/* The next saying that begins with this word (in any form), after the one before; NULL: no more.
 * *cursor begins as 0. A word comes with its form and its stems, so the same saying can come twice. */
const struct saying *words_saying(const struct words *w, const struct word *first, size_t *cursor);

/* The same word, in this form or another: equal forms, or equal stems in a language (lang -1: any). */
bool word_same(const struct word *a, const struct word *b, int lang);

/* Sayings of one word, for what looks at spelling. */
size_t words_single_count(const struct words *w);
const struct saying *words_single(const struct words *w, size_t i);

#endif
