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

/* ---- what a grammar allows, for hints ---- */

static xmlNode *grammar_define(const xmlDoc *grammar, const xmlChar *name)
{
	for (xmlNode *n = xmlDocGetRootElement(grammar)->children; n; n = n->next) {
		xmlChar *got;
		bool same;

		if (!xml_is(n, "define") || !(got = xmlGetProp(n, BAD_CAST "name")))
			continue;
		same = xmlStrEqual(got, name);
		xmlFree(got);
		if (same)
			return n;
	}
	return NULL;
}

static xmlNode *grammar_element(xmlNode *n, const xmlChar *name)
{
	for (; n; n = n->next) {
		xmlChar *got = xml_is(n, "element") ? xmlGetProp(n, BAD_CAST "name") : NULL;
		bool same = got && xmlStrEqual(got, name);
		xmlNode *inner;

		if (got)
			xmlFree(got);
		if (same)
			return n;
		if (n->type == XML_ELEMENT_NODE && (inner = grammar_element(n->children, name)))
			return inner;
	}
	return NULL;
}

/* " (yes | no)" when only these values are allowed. */
static void list_values(const xmlDoc *grammar, const xmlNode *n, int *count, struct buf *out)
{
	for (const xmlNode *c = n->children; c; c = c->next) {
		xmlChar *name = xml_is(c, "ref") ? xmlGetProp(c, BAD_CAST "name") : NULL;
		const xmlNode *define = name ? grammar_define(grammar, name) : NULL;

		xmlFree(name);
		if (xml_is(c, "value")) {
			xmlChar *value = xmlNodeGetContent(c);

			buf_printf(out, "%s%s", (*count)++ ? " | " : " (", (const char *)value);
			xmlFree(value);
		} else if (xml_is(c, "choice")) {
			list_values(grammar, c, count, out);
		} else if (define) {
			list_values(grammar, define, count, out);
		}
	}
}

/* Names of kind ("attribute" or "element") directly allowed below n, references followed. */
static void list_allowed(const xmlDoc *grammar, const xmlNode *n, const char *kind, int depth,
                         struct buf *out)
{
	for (const xmlNode *c = n->children; c && depth < 12; c = c->next) {
		xmlChar *name;

		if (c->type != XML_ELEMENT_NODE)
			continue;
		name = xmlGetProp(c, BAD_CAST "name");
		if (name && xml_is(c, kind)) {
			int values = 0;

			buf_printf(out, "%s%s", out->len ? ", " : "", (const char *)name);
			list_values(grammar, c, &values, out);
			if (values)
				buf_char(out, ')');
		} else if (name && xml_is(c, "ref")) {
			const xmlNode *define = grammar_define(grammar, name);

			if (define)
				list_allowed(grammar, define, kind, depth + 1, out);
		} else if (!xml_is(c, "element") && !xml_is(c, "attribute")) {
			list_allowed(grammar, c, kind, depth + 1, out);
		}
		xmlFree(name);
	}
}

static void add_hint(const xmlDoc *grammar, const xmlNode *at, struct buf *out)
{
	xmlNode *element = at && at->type == XML_ELEMENT_NODE
	                           ? grammar_element(xmlDocGetRootElement(grammar), at->name)
	                           : NULL;
	static const char *const kinds[] = { "attribute", "element" };
	static const char *const words[] = { "may have attributes", "may hold" };

	if (!element)
		return;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct buf names;

		buf_init(&names, 2000);
		list_allowed(grammar, element, kinds[i], 0, &names);
		if (names.len)
			buf_printf(out, "; <%s> %s: %s", (const char *)at->name, words[i], names.data);
		buf_release(&names);
	}
}

/* The first element whose name the grammar does not know at all: what is really wrong when the library
 * says that something else is missing. */
static const xmlNode *stranger(const xmlDoc *grammar, const xmlNode *n)
{
	for (; n; n = n->next) {
		const xmlNode *inner;

		if (n->type != XML_ELEMENT_NODE)
			continue;
		if (!grammar_element(xmlDocGetRootElement(grammar), n->name))
			return n;
		if ((inner = stranger(grammar, n->children)))
			return inner;
	}
	return NULL;
}

/* The element that a message is about: the library may hand over another one near it. */
static const xmlNode *element_meant(const struct first_error *e)
{
	const xmlNode *n = e->node;
	char name[100];

	if (n && !strncmp(e->text, "Did not expect element ", 23))
		return n->parent;
	if (sscanf(e->text, "Element %99s failed", name) == 1)
		while (n && n->type == XML_ELEMENT_NODE && !xmlStrEqual(n->name, BAD_CAST name))
			n = n->parent;
	return n;
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
	const xmlNode *strange;
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
	if ((strange = stranger(g->doc, xmlDocGetRootElement(doc)))) {
		first.node = strange;
		buf_printf(&text, "<%s> is not known", (const char *)strange->name);
		add_hint(g->doc, strange->parent, &text);
	} else {
		buf_raw(&text, first.text);
		add_hint(g->doc, element_meant(&first), &text);
	}
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
