/* find: search inside a person's own decision.
 *
 * Works on words (folded, with stems) that the text layer made, so it knows no language. A service
 * outside the decision cannot appear, and nothing of it counts: how rare a word is, how a
 * misspelt one is spelt and how a compound is split comes from the person's own catalogue.
 *
 * A word of the query is tried as it is, in another form (stem), by its other words (words file),
 * joined with its neighbour or split as a compound, and, when nothing of that is there, with one or
 * two typing errors, at last by its letters in fours. The best of these counts, weighed by how rare it is and where it
 * stands (title, keywords, summary, topics, text of a way), by the length of that text (BM25F),
 * by how much of the query and of a keyword is met, and a little by the person's own order. */
#ifndef DOMAIN_FIND_H
#define DOMAIN_FIND_H

#include "domain/decide.h"
#include "domain/words.h"

/* ---- what a service says ---- */

enum place {
	PLACE_TITLE,
	PLACE_KEYWORDS,
	PLACE_SUMMARY,
	PLACE_TOPIC,
	PLACE_WAY,
	PLACE_THEME,
	PLACE_COUNT,
};

/* A text, or one keyword of the list. part: which topic or variant; only those who have it find by it. */
struct passage {
	enum place place;
	int lang;
	size_t part;
	struct word_list words;
};

struct passages {
	const struct passage *list;
	size_t count;
};

struct index; /* private to find */

/* of[i] belongs to services[i] of the catalogue. The index lives in the arena, and so must words. */
const struct index *find_index(struct arena *a, const struct catalogue *c, const struct words *words,
                               const struct passages *of);

/* ---- what is found ---- */

struct hit {
	const struct entry *entry;
	float score; /* > 0 */
	int lang;    /* of the text that met the query; the decision's own where that met it as well */
};

/* Why something was found that does not have the word itself. */
enum reason {
	REASON_MEANS, /* the words file says: asked is another word for read */
	REASON_SPELT, /* read is spelt nearly so */
	REASON_PART,  /* read is a part of it, or it a part of read */
};

struct note {
	enum reason reason;
	const char *asked; /* as typed */
	const char *read;  /* as the words file or the catalogue spells it */
};

struct found {
	const struct hit *hits; /* best first; equal scores in the order of the decision */
	size_t count;
	const struct note *notes; /* in the order of the query, at most one for a word */
	size_t note_count;
};

/* unfinished: somebody still types; the last word may be the beginning of one. */
void find(struct arena *a, const struct index *index, const struct decision *d,
          const struct word_list *query, bool unfinished, struct found *out);

#endif
