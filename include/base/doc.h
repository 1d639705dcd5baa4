/* doc: the page document: everything a page says, and nothing else.
 *
 * Built once per answer and then written as XML (what a view gets), or as JSON, so that
 * the two cannot differ. It holds only what this person may see.
 *
 * A node is an object with members, a list with items, or a value. In XML an object is an
 * element, its plain members are attributes, its objects and lists are child elements;
 * the items of a list are elements with the list's item name. A member made with doc_text
 * is a child element also when it is a plain string: for longer texts.
 *
 *     struct doc *service = doc_item(services);
 *     doc_str(service, "id", "wifi");            <service id="wifi">
 *     doc_text(service, "summary", s);             <summary>…</summary>
 *
 * All in the arena given to doc_new; strings are borrowed, they must live as long. */
#ifndef BASE_DOC_H
#define BASE_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum doc_kind {
	DOC_OBJECT,
	DOC_LIST,
	DOC_STRING,
	DOC_NUMBER,
	DOC_BOOL,
	DOC_NULL,
};

struct doc {
	enum doc_kind kind;
	const char *name;  /* of a member, or of the element of an item; the root's name for the root */
	const char *item;  /* DOC_LIST: what its items are called */
	const char *value; /* DOC_STRING */
	int64_t number;    /* DOC_NUMBER, DOC_BOOL */
	bool element;      /* a string that is a child element in XML */
	bool view_only;    /* left out of JSON: what only a view needs */
	bool data_only;    /* left out of XML: JSON says it in another form */
	struct arena *arena;
	struct doc *first, *last, *next;
};

struct doc *doc_new(struct arena *a, const char *name); /* an object */
struct doc *doc_object(struct doc *in, const char *name);
struct doc *doc_list(struct doc *in, const char *name, const char *item);
struct doc *doc_item(struct doc *list); /* an object in a list */
void doc_item_str(struct doc *list, const char *value);

void doc_str(struct doc *in, const char *name, const char *value); /* NULL becomes null */
void doc_text(struct doc *in, const char *name, const char *value);
void doc_num(struct doc *in, const char *name, int64_t value);
void doc_bool(struct doc *in, const char *name, bool value);
void doc_null(struct doc *in, const char *name);
struct doc *doc_for_view(struct doc *node); /* marks the node as left out of JSON; returns it */

struct doc *doc_for_data(struct doc *node); /* marks the node as left out of XML; returns it */

struct doc *doc_get(const struct doc *in, const char *name); /* NULL when there is none */

void doc_json(const struct doc *d, struct buf *out);
void doc_xml(const struct doc *d, struct buf *out); /* with the XML declaration */

#endif
