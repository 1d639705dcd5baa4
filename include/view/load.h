/* load: from the files that IT edits to values of the domain.
 *
 * Every file is XML with a RELAX NG grammar in schema/; no DTD, no entities, no network, at
 * most 8 MiB. A refusal names file and line, what is wrong, and what to write instead
 * ("…/catalogue.xml:41: unknown group "studnet" in audience: did you mean "student"?"). */
#ifndef VIEW_LOAD_H
#define VIEW_LOAD_H

#include "base/arena.h"
#include "base/conf.h"
#include "domain/catalogue.h"
#include "domain/words.h"

/* Once per process, before anything of view: safe parser defaults, no network. */
void view_start(void);

MUST_CHECK enum fail load_conf(struct arena *a, const char *path, struct conf *out, struct err *err);

/* A file's text with the name to use in messages. */
struct source_text {
	const char *name;
	const char *text;
	size_t len;
};

/* The grammars are read from schema_dir (groups.rng, desks.rng, …). */
MUST_CHECK enum fail load_groups(struct arena *a, const char *schema_dir, const struct langs *langs,
                                 const struct source_text *file, struct groups *out, struct err *err);
/* Desks first, then services, into one catalogue. service order[] is left 0: text_order. */
MUST_CHECK enum fail load_catalogue(struct arena *a, const char *schema_dir, const struct langs *langs,
                                    const struct groups *groups, const struct source_text *desks,
                                    const struct source_text *services, struct catalogue *out,
                                    struct err *err);

/* The words file (words.rng): other words, stop words, weak words. */
MUST_CHECK enum fail load_words_file(struct arena *a, const char *schema_dir, const struct langs *langs,
                                     const struct source_text *file, struct words_text *out,
                                     struct err *err);

/* A page of the institution's own (accessibility, privacy): headings, paragraphs, lists and
 * links of pages.rng, as a page document node. */
struct doc;
MUST_CHECK enum fail load_page(struct arena *a, const char *schema_dir, const char *path,
                               struct doc *into, struct err *err);

/* Any one file against a grammar: for `loketctl check`. */
MUST_CHECK enum fail load_valid(const char *grammar, const char *path, struct err *err);

#endif
