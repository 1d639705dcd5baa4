#include <libxml/xmlerror.h>
#include <string.h>

#include "base/doc.h"
#include "base/file.h"
#include "xml_priv.h"

#define PAGE_MAX ((size_t)256 << 10)

/* Mixed text becomes a list of runs: text, or an inline element with its text. */
static enum fail put_inline(struct loading *l, const xmlNode *n, struct doc *into)
{
	enum fail rc;

	for (const xmlNode *c = n->children; c; c = c->next) {
		struct doc *run;
		const char *href;

		if (c->type == XML_TEXT_NODE) {
			doc_text(into, "text", arena_str(l->a, (const char *)c->content));
			continue;
		}
		if (c->type != XML_ELEMENT_NODE)
			continue;
		run = doc_object(into, arena_str(l->a, (const char *)c->name));
		href = xml_attr(l->a, c, "href");
		if (href && (rc = load_link(l, c, href)))
			return rc;
		if (href)
			doc_str(run, "href", href);
		if ((rc = put_inline(l, c, run)))
			return rc;
	}
	return OK;
}

static enum fail put_block(struct loading *l, const xmlNode *n, struct doc *into)
{
	struct doc *block = doc_object(into, arena_str(l->a, (const char *)n->name));
	enum fail rc;

	if (!xml_is(n, "ul"))
		return put_inline(l, n, block);
	XML_EACH(item, n, "li")
		if ((rc = put_inline(l, item, doc_object(block, "li"))))
			return rc;
	return OK;
}

enum fail load_page(struct arena *a, const char *schema_dir, const char *path, struct doc *into,
                    struct err *err)
{
	struct source_text file = { .name = path };
	struct loading l = { a, path, NULL, err };
	const xmlNode *root;
	xmlDoc *doc;
	char *text;
	enum fail rc;

	if ((rc = file_read(a, path, PAGE_MAX, &text, &file.len, err)))
		return rc;
	file.text = text;
	if ((rc = xml_open(a, schema_dir, "pages.rng", &file, &doc, err)))
		return rc;
	root = xmlDocGetRootElement(doc);
	XML_EACH(n, root, NULL) {
		if (xml_is(n, "title"))
			doc_str(into, "title", xml_text(a, n));
		else if ((rc = put_block(&l, n, into)))
			return rc;
	}
	return OK;
}
