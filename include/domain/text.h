/* text: a text in every language of the institution.
 *
 * Languages are data: the configuration lists them (BCP 47 tags), first the default. A
 * missing text falls back, per field, to the first language that has it; the page marks it
 * with its own lang. Language never hides anything. */
#ifndef DOMAIN_TEXT_H
#define DOMAIN_TEXT_H

#include <stddef.h>

#define LANG_MAX 8

struct langs {
	const char *tag[LANG_MAX]; /* "nl", "en" */
	size_t count;
};

struct text {
	const char *in[LANG_MAX]; /* NULL: not translated */
};

/* The text in lang, or in the first language that has it; *got (may be NULL) is the
 * language of the answer. "" when there is none at all. */
const char *text_in(const struct text *t, int lang, int *got);

/* Index of a tag, also of a longer one ("en-GB" is "en"); -1 when it is not ours. */
int langs_find(const struct langs *langs, const char *tag);

#endif
