/* text: words and their order, by ICU and Snowball; hands plain values to domain.
 *
 * The only place that includes <unicode/…> and <libstemmer.h>. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "domain/catalogue.h"
#include "domain/find.h"

/* Sets service->order[lang] for every language: the place of the title (in that language,
 * fallen back where missing) in the collation of that language, case and accents last;
 * equal titles get the same place. FAIL_DATA when ICU does not know a language. */
MUST_CHECK enum fail text_order(const struct langs *langs, struct service *services, size_t count,
                                struct err *err);

/* Case-folded, without diacritics (NFKD, marks dropped): for comparing words. */
const char *text_fold(struct arena *a, const char *s);

/* The words of a text, in their order: runs of letters and digits, with the stem in every language of
 * langs. A run with hyphens gives its whole, without them, and then its parts. */
struct word_list text_words(struct arena *a, const struct langs *langs, const char *s);
struct word_list text_read(const struct langs *langs, struct arena *a, const char *s); /* for struct word_reader */

/* What a service says, for find_index: titles, keywords one by one, summaries, topics, ways and its theme. */
struct passages text_passages(struct arena *a, const struct catalogue *c, const struct service *s);

#endif
