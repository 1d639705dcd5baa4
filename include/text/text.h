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

/* The terms of a text: folded words and their stems in every language of langs (which may
 * be mixed in one text), each with the weight given. Appends to out. */
struct term_list {
	struct arena *arena;
	struct term *list;
	size_t count, capacity;
};
void text_terms(struct term_list *out, const struct langs *langs, const char *s, float weight);

/* Terms of a service: titles, keywords, summaries and variants in all languages. */
struct terms text_service(struct arena *a, const struct langs *langs, const struct service *s);

#endif
