/* What a view may not do, found before it is used. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "view/sheet.h"

#define XSL        "http://www.w3.org/1999/XSL/Transform"
#define FILE_BYTES ((size_t)2 << 20)

struct checking {
	const char *path;
	struct buf *findings;
	bool imports; /* below the file itself: names are told where they stand */
};

static void find_fault(struct checking *c, const xmlNode *n, const char *what)
{
	buf_printf(c->findings, "%s:%ld: %s\n", c->path, xmlGetLineNo(n), what);
}

static bool is_xsl(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && n->ns && xmlStrEqual(n->ns->href, BAD_CAST XSL) &&
	       (!name || xmlStrEqual(n->name, BAD_CAST name));
}

static bool attribute_is(const xmlNode *n, const char *name, const char *value)
{
	xmlChar *got = xmlGetNoNsProp(n, BAD_CAST name);
	bool same = got && (!value || !xmlStrcasecmp(got, BAD_CAST value));

	xmlFree(got);
	return same;
}

static bool inside(const xmlNode *n, const char *element)
{
	for (n = n->parent; n && n->type == XML_ELEMENT_NODE; n = n->parent)
		if (!n->ns && !xmlStrcasecmp(n->name, BAD_CAST element))
			return true;
	return false;
}

static void check_xsl(struct checking *c, const xmlNode *n)
{
	if (attribute_is(n, "disable-output-escaping", "yes"))
		find_fault(c, n, "disable-output-escaping writes text as markup: leave it out");
	if ((is_xsl(n, "value-of") || is_xsl(n, "copy-of") || is_xsl(n, "apply-templates")) &&
	    (inside(n, "script") || inside(n, "style")))
		find_fault(c, n, "text inside <script> or <style> is written raw: take it out of there");
	if (is_xsl(n, "stylesheet") && xmlHasProp(n, BAD_CAST "extension-element-prefixes"))
		find_fault(c, n, "extension elements are not known here: leave it out");
	if (is_xsl(n, "document"))
		find_fault(c, n, "xsl:document writes files: leave it out");
}

/* Elements of a format of its own (Atom, say) are literal; extension elements are those of the libraries that have
 * any, or of a prefix that is said to stand for them (XSLT 1.0 14.1). */
static bool is_extension(const xmlNode *n)
{
	static const char *const libraries[] = { "http://exslt.org/", "http://xmlsoft.org/XSLT/", "http://icl.com/saxon",
		                                 "org.apache.xalan", "http://www.jclark.com/xt" };

	for (size_t i = 0; n->ns && i < COUNT(libraries); i++)
		if (!strncmp((const char *)n->ns->href, libraries[i], strlen(libraries[i])))
			return true;
	return false;
}

static void check_literal(struct checking *c, const xmlNode *n)
{
	if (!xmlStrcasecmp(n->name, BAD_CAST "meta") && attribute_is(n, "http-equiv", NULL))
		find_fault(c, n, "<meta http-equiv> sets headers: leave that to the program");
	if (!xmlStrcasecmp(n->name, BAD_CAST "script") && n->children)
		find_fault(c, n, "script inside the page is refused by the content policy: use a file");
	if (!xmlStrcasecmp(n->name, BAD_CAST "style") ||
	    attribute_is(n, "style", NULL))
		find_fault(c, n, "style inside the page is refused by the content policy: use a class");
	if (is_extension(n) || xmlHasNsProp(n, BAD_CAST "extension-element-prefixes", BAD_CAST XSL))
		find_fault(c, n, "extension elements are not known here: leave it out");
	for (const xmlAttr *a = n->properties; a; a = a->next)
		if (!xmlStrncasecmp(a->name, BAD_CAST "on", 2))
			find_fault(c, n, "a handler in an attribute is refused by the content policy: leave it out");
}

static void check_nodes(struct checking *c, const xmlNode *n)
{
	for (; n; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		if (is_xsl(n, NULL))
			check_xsl(c, n);
		else
			check_literal(c, n);
		check_nodes(c, n->children);
	}
}

/* Extension functions are known by the prefix of their namespace; only EXSLT's common is there. */
static void check_namespaces(struct checking *c, const xmlNode *root)
{
	static const char *const known[] = { XSL, "http://exslt.org/common", "http://www.w3.org/1999/xhtml",
		                             "http://www.w3.org/2000/svg" };

	for (const xmlNs *ns = root->nsDef; ns; ns = ns->next) {
		bool fine = false;

		for (size_t i = 0; i < COUNT(known); i++)
			fine |= xmlStrEqual(ns->href, BAD_CAST known[i]);
		if (!fine)
			buf_printf(c->findings, "%s:%ld: namespace %s is not known here: only EXSLT's common is\n",
			           c->path, xmlGetLineNo(root), (const char *)ns->href);
	}
}

static void say_nothing(void *with, xmlErrorPtr e)
{
	(void)with;
	(void)e;
}

static void check_text(const char *path, struct buf *findings, struct arena *a, struct err *err)
{
	struct checking c = { .path = path, .findings = findings };
	xmlDoc *doc;
	char *text;
	size_t len;

	if (file_read(a, path, FILE_BYTES, &text, &len, err))
		return;
	xmlSetStructuredErrorFunc(NULL, say_nothing);
	doc = xmlReadMemory(text, (int)len, path, NULL, XML_PARSE_NONET);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (doc && xmlDocGetRootElement(doc)) {
		check_namespaces(&c, xmlDocGetRootElement(doc));
		check_nodes(&c, xmlDocGetRootElement(doc));
	}
	xmlFreeDoc(doc);
}

/* Compiles with the file's own folder as the institution's: a view outside the views' folder may
 * import what lies beside it, and the product's. */
static void check_compiles(const char *folder, const char *path, struct buf *findings, struct arena *a)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	const char *dir = slash ? arena_strn(a, path, (size_t)(slash - path)) : ".";
	size_t len = strlen(file);
	struct err why = { 0 };
	struct sheets *all;
	struct sheet *s;

	if (len < 5 || strcmp(file + len - 4, ".xsl")) {
		buf_printf(findings, "%s:1: a view's name ends in .xsl\n", path);
		return;
	}
	all = sheets_new(folder, dir);
	if (sheets_get(all, arena_strn(a, file, len - 4), &s, &why))
		buf_printf(findings, "%s\n", why.text);
	sheets_free(all);
}

enum fail sheet_check(const char *folder, const char *path, struct buf *findings, struct err *err)
{
	struct arena *a = arena_new(4 * FILE_BYTES);

	check_text(path, findings, a, err);
	if (!err->code)
		check_compiles(folder, path, findings, a);
	arena_free(a);
	if (findings->len)
		err_set(err, FAIL_DATA, "%s: has findings", path);
	return err->code;
}
