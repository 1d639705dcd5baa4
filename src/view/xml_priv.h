/* Shared by the loaders: safe parsing, grammars, and messages that say what to write instead. */
#ifndef VIEW_XML_PRIV_H
#define VIEW_XML_PRIV_H

#include <libxml/tree.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/text.h"
#include "view/load.h"

/* Parses without DTD, entities and network; the tree is freed with the arena. */
MUST_CHECK enum fail xml_parse(struct arena *a, const struct source_text *file, xmlDoc **out,
                               struct err *err);
/* Against schema_dir/grammar; compiled once per process and file. */
MUST_CHECK enum fail xml_valid(const char *schema_dir, const char *grammar, xmlDoc *doc,
                               const char *name, struct err *err);
/* Both, and that every text is clean. */
MUST_CHECK enum fail xml_open(struct arena *a, const char *schema_dir, const char *grammar,
                              const struct source_text *file, xmlDoc **out, struct err *err);

/* Writes what is wrong, from what the library said of the node at, and what may be there instead; the node
 * that is really meant. */
struct buf;
const xmlNode *xml_blame(const xmlDoc *grammar, const xmlDoc *doc, const char *said, const xmlNode *at,
                         struct buf *out);

/* Reading a tree. Strings are copied into the arena, without white space around them. */
const char *xml_attr(struct arena *a, const xmlNode *n, const char *name); /* NULL when absent */
const char *xml_text(struct arena *a, const xmlNode *n);
xmlNode *xml_first(const xmlNode *n, const char *name); /* child element; name NULL: any */
xmlNode *xml_next(const xmlNode *n, const char *name);  /* sibling element */
size_t xml_count(const xmlNode *n, const char *name);
bool xml_is(const xmlNode *n, const char *name);
int xml_line(const xmlNode *n);

#define XML_EACH(child, parent, name)                                                              \
	for (xmlNode *child = xml_first(parent, name); child; child = xml_next(child, name))

/* What a loader of one file needs everywhere. */
struct loading {
	struct arena *a;
	const char *file;
	const struct langs *langs;
	struct err *err;
};

/* "FILE:LINE: …" */
enum fail load_fault(struct loading *l, const xmlNode *n, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The texts of child elements of that name, by xml:lang. */
MUST_CHECK enum fail load_text(struct loading *l, const xmlNode *n, const char *name, struct text *out);
/* https, http, mailto, tel, or a path of ours. */
MUST_CHECK enum fail load_link(struct loading *l, const xmlNode *n, const char *link);
MUST_CHECK enum fail load_int(struct loading *l, const xmlNode *n, const char *attr, int low, int high,
                              int absent, int *out);
/* "12-31", "08:00": two digits, what stands between, two digits. */
bool load_two_and_two(const char *text, char between, int *first, int *second);
/* Words of a list separated by white space; count 0 for NULL. */
const char *const *load_words(struct arena *a, const char *list, size_t *count);

#endif
