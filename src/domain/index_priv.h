/* What find knows of a catalogue: its words, where they stand, their letters in fours. */
#ifndef DOMAIN_INDEX_PRIV_H
#define DOMAIN_INDEX_PRIV_H

#include <stdint.h>

#include "domain/find.h"

#define NO_VOCABLE ((size_t)-1)
#define GRAM       4 /* bytes of folded text */

/* One folded word or stem of the catalogue. */
struct vocable {
	const char *text;
	const char *shown; /* a word it came from, as written */
	size_t first, count; /* of its postings */
	bool form;  /* a word as it stands, not only the stem of one */
	uint8_t len; /* bytes, 255: more */
};

/* That it stands in a place of a service. */
struct posting {
	uint32_t vocable, service;
	uint16_t part;
	uint8_t place, lang;
	float quality; /* 1: as it stands; less: by its stem */
	float times;   /* how often, weighed by place and length */
};

/* A title or keyword, as the words that count. */
struct line {
	uint32_t service;
	uint8_t place, lang;
	const uint32_t (*word)[2]; /* its form and its stem */
	size_t count;
};

struct gram {
	uint32_t letters, vocable;
};

struct index {
	const struct catalogue *catalogue;
	const struct words *words;
	const struct vocable *vocables; /* by text */
	size_t vocable_count;
	const struct posting *postings; /* by vocable, service, place */
	size_t posting_count;
	const struct line *lines; /* by service */
	size_t line_count;
	const size_t *line_of; /* first line of each service; one more at the end */
	const struct gram *grams; /* by letters */
	size_t gram_count;
};

/* The vocable with that text, or NO_VOCABLE. */
size_t index_vocable(const struct index *index, const char *text);
/* The first vocable that is not before text. */
size_t index_lower(const struct index *index, const char *text);
/* The first gram with these letters, gram_count when there is none. */
size_t index_gram(const struct index *index, uint32_t letters);

/* The grams of "<text>": count of them, at most most. */
size_t grams_of(const char *text, uint32_t *out, size_t most);

/* Insertions, deletions, replacements and exchanged neighbours from a to b; more than most: most + 1. */
unsigned spelling_distance(const char *a, const char *b, unsigned most);

#endif
