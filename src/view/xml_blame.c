/* What is really wrong with a document that its grammar refuses, and what may be written instead: the
 * library's own message often names another place. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "xml_priv.h"

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

/* What the element of the grammar says of an attribute; NULL: it has none of that name. */
static const xmlNode *attribute_allowed(const xmlDoc *grammar, const xmlNode *n, const xmlChar *name, int depth)
{
	const xmlNode *found = NULL;

	for (const xmlNode *c = n->children; c && !found && depth < 12; c = c->next) {
		xmlChar *got = c->type == XML_ELEMENT_NODE ? xmlGetProp(c, BAD_CAST "name") : NULL;
		const xmlNode *define = got && xml_is(c, "ref") ? grammar_define(grammar, got) : NULL;

		if (got && xml_is(c, "attribute"))
			found = xmlStrEqual(got, name) ? c : NULL;
		else if (define)
			found = attribute_allowed(grammar, define, name, depth + 1);
		else if (c->type == XML_ELEMENT_NODE && !xml_is(c, "element"))
			found = attribute_allowed(grammar, c, name, depth + 1);
		xmlFree(got);
	}
	return found;
}

/* Whether the value is one of those listed; true when none are. */
static bool value_allowed(const xmlDoc *grammar, const xmlNode *attribute, const xmlChar *value)
{
	struct buf list, one;
	int count = 0;
	bool yes;

	buf_init(&list, 2000);
	buf_init(&one, 500);
	list_values(grammar, attribute, &count, &list);
	buf_raw(&list, " | ");
	buf_printf(&one, count ? "%s | " : "%s", count ? (const char *)value : "");
	yes = !count || strstr(list.data + 2, one.data);
	buf_release(&one);
	buf_release(&list);
	return yes;
}

static int elements_named(const xmlNode *n, const xmlChar *name)
{
	int count = 0;

	for (; n; n = n->next) {
		xmlChar *got = xml_is(n, "element") ? xmlGetProp(n, BAD_CAST "name") : NULL;

		count += got && xmlStrEqual(got, name);
		xmlFree(got);
		count += n->type == XML_ELEMENT_NODE ? elements_named(n->children, name) : 0;
	}
	return count;
}

static bool has_child(const xmlNode *n, const char *kind, const xmlChar *name)
{
	if (xmlStrchr(name, ':')) /* xml:lang: the library says that well */
		return true;
	return strcmp(kind, "element") ? xmlHasProp(n, name) != NULL : xml_first(n, (const char *)name) != NULL;
}

/* Says which attribute or element (kind) must be there and is not. */
static bool blames_lack(const xmlDoc *grammar, const xmlNode *element, const char *kind, const xmlNode *n,
                        struct buf *out)
{
	bool lacks = false;

	for (const xmlNode *c = element->children; c && !lacks; c = c->next) {
		xmlChar *name = c->type == XML_ELEMENT_NODE ? xmlGetProp(c, BAD_CAST "name") : NULL;
		const xmlNode *define = name && xml_is(c, "ref") ? grammar_define(grammar, name) : NULL;

		if (name && xml_is(c, kind) && !has_child(n, kind, name)) {
			buf_printf(out, "<%s> lacks the %s %s", (const char *)n->name, kind, (const char *)name);
			lacks = true;
		} else if (define || xml_is(c, "interleave") || xml_is(c, "oneOrMore") || xml_is(c, "group")) {
			lacks = blames_lack(grammar, define ? define : c, kind, n, out);
		}
		xmlFree(name);
	}
	return lacks;
}

/* Says what is wrong with an element by itself, if anything is. One of which the grammar has several is
 * left to the library. */
static bool blames(const xmlDoc *grammar, const xmlNode *n, struct buf *out)
{
	xmlNode *root = xmlDocGetRootElement(grammar), *element = grammar_element(root, n->name);

	if (!element || elements_named(root, n->name) != 1)
		return false;
	for (const xmlAttr *attr = n->properties; attr; attr = attr->next) {
		const xmlNode *allowed = attr->ns ? NULL : attribute_allowed(grammar, element, attr->name, 0);
		xmlChar *value = xmlNodeGetContent((const xmlNode *)attr);
		bool fits = attr->ns || (allowed && value_allowed(grammar, allowed, value));

		if (!fits && !allowed)
			buf_printf(out, "<%s> has no attribute %s", (const char *)n->name, (const char *)attr->name);
		else if (!fits)
			buf_printf(out, "%s=\"%s\" is not allowed", (const char *)attr->name, (const char *)value);
		xmlFree(value);
		if (!fits)
			return true;
	}
	return blames_lack(grammar, element, "attribute", n, out) ||
	       blames_lack(grammar, element, "element", n, out);
}

/* The library says of a fault between siblings in any order only that one of them is too many. */
static const xmlNode *element_at_fault(const xmlDoc *grammar, const xmlNode *n, struct buf *out)
{
	for (; n; n = n->next) {
		const xmlNode *inner;

		if (n->type != XML_ELEMENT_NODE)
			continue;
		if (blames(grammar, n, out))
			return n;
		if ((inner = element_at_fault(grammar, n->children, out)))
			return inner;
	}
	return NULL;
}

static bool is_vague(const char *text)
{
	return strstr(text, "in interleave") || strstr(text, "failed to validate attributes") ||
	       strstr(text, "got nothing");
}

/* The element that a message is about: the library may hand over another one near it. */
static const xmlNode *element_meant(const char *text, const xmlNode *n)
{
	char name[100];

	if (n && !strncmp(text, "Did not expect element ", 23))
		return n->parent;
	if (sscanf(text, "Element %99s failed", name) == 1)
		while (n && n->type == XML_ELEMENT_NODE && !xmlStrEqual(n->name, BAD_CAST name))
			n = n->parent;
	return n;
}

const xmlNode *xml_blame(const xmlDoc *grammar, const xmlDoc *doc, const char *said, const xmlNode *at,
                         struct buf *out)
{
	const xmlNode *root = xmlDocGetRootElement(doc), *n;

	if ((n = stranger(grammar, root))) {
		buf_printf(out, "<%s> is not known", (const char *)n->name);
		add_hint(grammar, n->parent, out);
		return n;
	}
	if (is_vague(said) && (n = element_at_fault(grammar, root, out))) {
		add_hint(grammar, n, out);
		return n;
	}
	buf_raw(out, said);
	add_hint(grammar, element_meant(said, at), out);
	return at;
}
