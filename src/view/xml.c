#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xmlerror.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "budget_priv.h"
#include "xml_priv.h"

#define OPTIONS  (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES)
#define FILE_MAX ((size_t)8 << 20)
#define GRAMMARS 16

/* ---- starting ---- */

static xmlParserInputPtr refuse_entity(const char *url, const char *id, xmlParserCtxtPtr context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

static void say_nothing(void *context, const char *fmt, ...)
{
	(void)context;
	(void)fmt;
}

void view_start(void)
{
	budget_start();
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse_entity);
	xmlSetGenericErrorFunc(NULL, say_nothing);
}

/* ---- first error of a parse or validation ---- */

struct first_error {
	char text[400];
	int line;
	const xmlNode *node;
};

static void note_error(void *with, xmlErrorPtr e)
{
	struct first_error *first = with;
	size_t len;

	if (first->text[0] || !e->message)
		return;
	first->line = e->line;
	first->node = e->node;
	snprintf(first->text, sizeof first->text, "%s", e->message);
	for (len = strlen(first->text); len && strchr("\n .", first->text[len - 1]); len--)
		first->text[len - 1] = '\0';
}

enum fail xml_parse(struct arena *a, const struct source_text *file, xmlDoc **out, struct err *err)
{
	struct first_error first = { .line = 1 };
	xmlDoc *doc;

	if (file->len > FILE_MAX)
		return err_set(err, FAIL_DATA, "%s: is larger than %zu bytes", file->name, FILE_MAX);
	xmlSetStructuredErrorFunc(&first, note_error);
	doc = xmlReadMemory(file->text, (int)file->len, file->name, NULL, OPTIONS);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (!doc || first.text[0]) {
		xmlFreeDoc(doc);
		return err_set(err, FAIL_DATA, "%s:%d: not well-formed XML: %s", file->name, first.line,
		               first.text[0] ? first.text : "empty");
	}
	arena_defer(a, (void (*)(void *))xmlFreeDoc, doc);
	if (doc->intSubset || doc->extSubset)
		return err_set(err, FAIL_DATA, "%s:1: has a DOCTYPE: leave it out", file->name);
	*out = doc;
	return OK;
}

/* ---- grammars ---- */

struct grammar {
	char path[1024];
	xmlDoc *doc;
	xmlRelaxNG *compiled;
};

static struct grammar grammars[GRAMMARS];

static enum fail compile_grammar(struct grammar *g, const char *path, struct err *err)
{
	struct first_error first = { .line = 0 };
	xmlRelaxNGParserCtxt *parser;

	xmlSetStructuredErrorFunc(&first, note_error);
	g->doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
	if (g->doc && (parser = xmlRelaxNGNewDocParserCtxt(g->doc))) {
		g->compiled = xmlRelaxNGParse(parser);
		xmlRelaxNGFreeParserCtxt(parser);
	}
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (!g->compiled) {
		xmlFreeDoc(g->doc);
		g->doc = NULL;
		return err_set(err, FAIL_DATA, "%s:%d: grammar cannot be used: %s", path, first.line, first.text);
	}
	snprintf(g->path, sizeof g->path, "%s", path);
	return OK;
}

static enum fail find_grammar(const char *dir, const char *name, struct grammar **out, struct err *err)
{
	char path[1024];
	size_t i = 0;
	enum fail rc;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	for (; i < GRAMMARS && grammars[i].compiled; i++)
		if (!strcmp(grammars[i].path, path)) {
			*out = &grammars[i];
			return OK;
		}
	if (i == GRAMMARS)
		return err_set(err, FAIL_BUG, "more than %d grammars", GRAMMARS);
	/* Our own loader refuses everything: lift it for the one file of ours. */
	xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
	rc = compile_grammar(&grammars[i], path, err);
	xmlSetExternalEntityLoader(refuse_entity);
	if (!rc)
		*out = &grammars[i];
	return rc;
}

enum fail xml_valid(const char *schema_dir, const char *name, xmlDoc *doc, const char *file,
                    struct err *err)
{
	struct first_error first = { .line = 1 };
	xmlRelaxNGValidCtxt *context;
	struct grammar *g = NULL;
	struct buf text;
	int result;
	enum fail rc;

	if ((rc = find_grammar(schema_dir, name, &g, err)))
		return rc;
	context = xmlRelaxNGNewValidCtxt(g->compiled);
	xmlRelaxNGSetValidStructuredErrors(context, note_error, &first);
	result = xmlRelaxNGValidateDoc(context, doc);
	xmlRelaxNGFreeValidCtxt(context);
	if (!result)
		return OK;
	buf_init(&text, 2000);
	first.node = xml_blame(g->doc, doc, first.text, first.node, &text);
	rc = err_set(err, FAIL_DATA, "%s:%d: %s", file, first.node ? xml_line(first.node) : first.line,
	             text.data);
	buf_release(&text);
	return rc;
}

/* ---- clean text ---- */

static enum fail all_clean(const xmlNode *n, const char *file, struct err *err)
{
	enum fail rc;

	for (; n; n = n->next) {
		if (n->content && !utf8_clean((const char *)n->content, strlen((const char *)n->content), true))
			return err_set(err, FAIL_DATA, "%s:%d: holds a character that no page may show: take it out",
			               file, xml_line(n));
		if (n->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlAttr *attr = n->properties; attr; attr = attr->next)
			if ((rc = all_clean(attr->children, file, err)))
				return rc;
		if ((rc = all_clean(n->children, file, err)))
			return rc;
	}
	return OK;
}

enum fail xml_open(struct arena *a, const char *schema_dir, const char *grammar,
                   const struct source_text *file, xmlDoc **out, struct err *err)
{
	xmlDoc *doc;
	enum fail rc;

	if ((rc = xml_parse(a, file, &doc, err)) ||
	    (rc = all_clean(xmlDocGetRootElement(doc), file->name, err)) ||
	    (rc = xml_valid(schema_dir, grammar, doc, file->name, err)))
		return rc;
	*out = doc;
	return OK;
}

/* ---- reading a tree ---- */

static const char *trimmed(struct arena *a, xmlChar *s)
{
	const char *text = (const char *)s, *end;
	char *copy;

	if (!s)
		return NULL;
	text += strspn(text, " \t\r\n");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r\n", end[-1]))
		end--;
	copy = arena_strn(a, text, (size_t)(end - text));
	xmlFree(s);
	return copy;
}

const char *xml_attr(struct arena *a, const xmlNode *n, const char *name)
{
	return trimmed(a, xmlGetNoNsProp(n, BAD_CAST name));
}

const char *xml_text(struct arena *a, const xmlNode *n)
{
	const char *text = trimmed(a, xmlNodeGetContent(n));

	return text ? text : "";
}

bool xml_is(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && (!name || xmlStrEqual(n->name, BAD_CAST name));
}

static xmlNode *from(xmlNode *n, const char *name)
{
	while (n && !xml_is(n, name))
		n = n->next;
	return n;
}

xmlNode *xml_first(const xmlNode *n, const char *name)
{
	return from(n->children, name);
}

xmlNode *xml_next(const xmlNode *n, const char *name)
{
	return from(n->next, name);
}

size_t xml_count(const xmlNode *n, const char *name)
{
	size_t count = 0;

	XML_EACH(child, n, name)
		count++;
	return count;
}

/* The text of an attribute has no line of its own. */
int xml_line(const xmlNode *n)
{
	while (n->type == XML_TEXT_NODE && n->parent && n->parent->type == XML_ATTRIBUTE_NODE)
		n = n->parent->parent;
	return (int)xmlGetLineNo(n);
}
