#include <libxml/xmlerror.h>
#include <string.h>

#include "base/doc.h"
#include "base/file.h"
#include "xml_priv.h"

#define PAGE_MAX ((size_t)256 << 10)

/* The text as it stands: a space at its edge parts two words. */
static const char *text_of(struct loading *l, const xmlNode *n)
{
	xmlChar *content = xmlNodeGetContent(n);
	const char *text = arena_str(l->a, content ? (const char *)content : "");

	xmlFree(content);
	return text;
}

/* Mixed text becomes a list of runs: plain text, or what an inline element holds. */
static enum fail put_run(struct loading *l, const xmlNode *n, struct doc *runs)
{
	bool plain = n->type == XML_TEXT_NODE;
	const char *href = plain ? NULL : xml_attr(l->a, n, "href");
	struct doc *run = doc_item(runs);
	enum fail rc;

	doc_str(run, "kind", plain ? "text" : arena_str(l->a, (const char *)n->name));
	if (href && (rc = load_link(l, n, href)))
		return rc;
	if (href)
		doc_str(run, "href", href);
	doc_text(run, "text", text_of(l, n));
	return OK;
}

static enum fail put_runs(struct loading *l, const xmlNode *n, struct doc *into)
{
	struct doc *runs = doc_list(into, "runs", "run");
	enum fail rc;

	for (const xmlNode *c = n->children; c; c = c->next)
		if ((c->type == XML_ELEMENT_NODE || c->type == XML_TEXT_NODE) && (rc = put_run(l, c, runs)))
			return rc;
	return OK;
}

static enum fail put_block(struct loading *l, const xmlNode *n, struct doc *blocks)
{
	struct doc *block = doc_item(blocks), *items;
	enum fail rc;

	doc_str(block, "kind", arena_str(l->a, (const char *)n->name));
	if (!xml_is(n, "ul"))
		return put_runs(l, n, block);
	items = doc_list(block, "items", "li");
	XML_EACH(item, n, "li")
		if ((rc = put_runs(l, item, doc_item(items))))
			return rc;
	return OK;
}

enum fail load_page(struct arena *a, const char *schema_dir, const char *path, struct doc *into,
                    struct err *err)
{
	struct source_text file = { .name = path };
	struct loading l = { a, path, NULL, err };
	const xmlNode *root;
	struct doc *blocks;
	xmlDoc *doc;
	char *text;
	enum fail rc;

	if ((rc = file_read(a, path, PAGE_MAX, &text, &file.len, err)))
		return rc;
	file.text = text;
	if ((rc = xml_open(a, schema_dir, "pages.rng", &file, &doc, err)))
		return rc;
	root = xmlDocGetRootElement(doc);
	doc_str(into, "title", xml_text(a, xml_first(root, "title")));
	blocks = doc_list(into, "blocks", "block");
	XML_EACH(n, root, NULL)
		if (!xml_is(n, "title") && (rc = put_block(&l, n, blocks)))
			return rc;
	return OK;
}
