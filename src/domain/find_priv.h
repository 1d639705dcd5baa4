/* What a query was read as: each word in the ways that it may be meant. */
#ifndef DOMAIN_FIND_PRIV_H
#define DOMAIN_FIND_PRIV_H

#include "index_priv.h"

/* One search under way. */
struct looking {
	struct arena *a;
	const struct index *index;
	const struct decision *d;
	int32_t *entry_of;  /* per service: its entry in the decision, -1: not theirs */
	uint32_t *spread;   /* per vocable: 1 + services of the person that have it, 0: not counted yet */
	float *met;         /* per vocable: how well the query met it */
	float *by_lang;     /* per entry and language: what of its text met */
};

enum { READ_ITSELF, READ_MEANS, READ_SPELT, READ_PART }; /* 1 + enum reason */

struct candidate {
	size_t vocable;
	float quality;
};

/* A word to look for, in each form that is in the catalogue. */
struct wanted {
	struct candidate *way;
	size_t count;
};

/* One way to read a word of the query: itself, another word, the parts of a compound. */
struct reading {
	struct wanted *words;
	size_t count;
	float quality;
	int reason;
	const char *read; /* for people */
};

/* A word of the query; or, when it has a length, a saying of the words file for that many words from first. */
struct asked {
	const char *shown;
	enum word_class class;
	size_t first, length;
	struct reading *readings;
	size_t reading_count, reading_capacity;
};

#define QUERY_WORDS 40 /* later ones are not looked at */
#define QUERY_ASKED (2 * QUERY_WORDS)

/* The words come first, then the sayings. */
struct query {
	struct asked *list;
	size_t count;
};

#define UNKNOWN_RARITY 2.5f /* of a word that nothing is like */

void query_read(struct looking *l, const struct word_list *words, bool unfinished, struct query *out);

/* The services of the person that have it. */
size_t vocable_spread(struct looking *l, size_t v);
/* The person's entry that it stands in, NULL when it is not theirs. */
const struct entry *posting_entry(const struct looking *l, const struct posting *p);

#endif
