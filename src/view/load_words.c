#include <string.h>

#include "domain/words.h"
#include "view/load.h"
#include "xml_priv.h"

#define PHRASE_MAX 100 /* bytes of one phrase */

struct phrases {
	struct phrase_text *list;
	size_t count, capacity;
};

/* -1: the text is for any language; -2: a language that this installation does not offer. */
static int language_of(struct loading *l, const xmlNode *n)
{
	xmlChar *tag = xmlNodeGetLang(n);
	int lang = tag ? langs_find(l->langs, (const char *)tag) : -1;

	if (tag && lang < 0)
		lang = -2;
	xmlFree(tag);
	return lang;
}

static enum fail add_phrase(struct loading *l, const xmlNode *n, int lang, const char *text, struct phrases *out)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (!len)
		return OK;
	if (len > PHRASE_MAX)
		return load_fault(l, n, "\"%.40s…\" is longer than %d bytes: put a comma between words for the same",
		                  text, PHRASE_MAX);
	out->list = arena_grow(l->a, out->list, out->count, &out->capacity, sizeof *out->list);
	out->list[out->count++] = (struct phrase_text){ arena_strn(l->a, text, len), lang };
	return OK;
}

/* "one, two words, three" */
static enum fail add_phrases(struct loading *l, const xmlNode *n, struct phrases *out)
{
	char *rest = arena_str(l->a, xml_text(l->a, n)), *one;
	int lang = language_of(l, n);
	size_t before = out->count;
	enum fail rc;

	if (lang == -2)
		return OK;
	while ((one = strsep(&rest, ",")))
		if ((rc = add_phrase(l, n, lang, one, out)))
			return rc;
	return out->count > before ? OK : load_fault(l, n, "<%s> is empty: write words, with commas between", n->name);
}

/* Words of a list separated by white space or commas. */
static enum fail add_words(struct loading *l, const xmlNode *n, struct phrases *out)
{
	char *rest = arena_str(l->a, xml_text(l->a, n)), *one;
	int lang = language_of(l, n);
	enum fail rc;

	while (lang != -2 && (one = strsep(&rest, ", \t\r\n")))
		if ((rc = add_phrase(l, n, lang, one, out)))
			return rc;
	return OK;
}

static enum fail load_entry(struct loading *l, const xmlNode *n, struct entry_text *out)
{
	struct phrases say = { 0 }, mean = { 0 };
	enum fail rc;

	XML_EACH(child, n, NULL)
		if ((rc = add_phrases(l, child, xml_is(child, "say") ? &say : &mean)))
			return rc;
	if (!xml_count(n, "say"))
		return load_fault(l, n, "<entry> has no <say>: write what people say");
	if (!xml_count(n, "mean") && say.count == 1)
		return load_fault(l, n, "<entry> has one word and no <mean>: write what \"%s\" stands for", say.list[0].text);
	*out = (struct entry_text){ say.list, mean.list, say.count, mean.count, xml_line(n) };
	return OK;
}

enum fail load_words_file(struct arena *a, const char *schema_dir, const struct langs *langs,
                          const struct source_text *file, struct words_text *out, struct err *err)
{
	struct loading l = { a, file->name, langs, err };
	struct phrases stop = { 0 }, weak = { 0 };
	struct entry_text *entries;
	const xmlNode *root;
	size_t count = 0;
	xmlDoc *doc;
	enum fail rc;

	if ((rc = xml_open(a, schema_dir, "words.rng", file, &doc, err)))
		return rc;
	root = xmlDocGetRootElement(doc);
	entries = arena_array(a, xml_count(root, "entry") + 1, sizeof *entries);
	XML_EACH(n, root, NULL) {
		if (xml_is(n, "entry"))
			rc = load_entry(&l, n, &entries[count++]);
		else
			rc = add_words(&l, n, xml_is(n, "stop") ? &stop : &weak);
		if (rc)
			return rc;
	}
	*out = (struct words_text){ stop.list, weak.list, stop.count, weak.count, entries, count };
	return OK;
}
