/* What all loaders share. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "xml_priv.h"

#define FILE_MAX ((size_t)8 << 20)

enum fail load_fault(struct loading *l, const xmlNode *n, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	return err_set(l->err, FAIL_DATA, "%s:%d: %s", l->file, xml_line(n), text);
}

static const char *language_of(struct loading *l, const xmlNode *n)
{
	xmlChar *got = xmlNodeGetLang(n);
	const char *lang = got ? arena_str(l->a, (const char *)got) : NULL;

	xmlFree(got);
	return lang;
}

enum fail load_text(struct loading *l, const xmlNode *n, const char *name, struct text *out)
{
	*out = (struct text){ 0 };
	XML_EACH(child, n, name) {
		const char *tag = language_of(l, child);
		int lang = tag ? langs_find(l->langs, tag) : 0;

		if (lang < 0) /* a language that this installation does not offer */
			continue;
		if (out->in[lang])
			return load_fault(l, child, "<%s> for language \"%s\" comes twice: keep one", name,
			                  l->langs->tag[lang]);
		out->in[lang] = xml_text(l->a, child);
		if (!*out->in[lang])
			out->in[lang] = NULL;
	}
	return OK;
}

enum fail load_link(struct loading *l, const xmlNode *n, const char *link)
{
	static const char *const schemes[] = { "https://", "http://", "mailto:", "tel:" };
	bool known = link[0] == '/' && link[1] != '/' && link[1] != '\\';

	for (size_t i = 0; i < COUNT(schemes); i++)
		known |= !strncmp(link, schemes[i], strlen(schemes[i]));
	for (const char *c = link; *c; c++)
		known &= *c > ' ' && *c != 0x7f && *c != '\\';
	return known ? OK
	             : load_fault(l, n,
	                          "link \"%.60s\" is refused: write https://, http://, mailto:, tel: or "
	                          "a path that begins with one \"/\"",
	                          link);
}

enum fail load_int(struct loading *l, const xmlNode *n, const char *attr, int low, int high, int absent,
                   int *out)
{
	const char *text = xml_attr(l->a, n, attr);
	char *end;
	long value;

	*out = absent;
	if (!text)
		return OK;
	value = strtol(text, &end, 10);
	if (!*text || *end || value < low || value > high)
		return load_fault(l, n, "%s=\"%s\": write a number from %d to %d", attr, text, low, high);
	*out = (int)value;
	return OK;
}

bool load_two_and_two(const char *text, char between, int *first, int *second)
{
	static const char *const digit = "0123456789";

	if (strlen(text) != 5 || text[2] != between || strspn(text, digit) != 2 || strspn(text + 3, digit) != 2)
		return false;
	*first = atoi(text);
	*second = atoi(text + 3);
	return true;
}

const char *const *load_words(struct arena *a, const char *list, size_t *count)
{
	char *rest = arena_str(a, list ? list : ""), *word;
	const char **words = NULL;
	size_t capacity = 0;

	*count = 0;
	while ((word = strsep(&rest, " \t\r\n"))) {
		if (!*word)
			continue;
		words = arena_grow(a, words, *count, &capacity, sizeof *words);
		words[(*count)++] = word;
	}
	return words;
}

enum fail load_valid(const char *grammar, const char *path, struct err *err)
{
	struct arena *a = arena_new(4 * FILE_MAX);
	const char *slash = strrchr(grammar, '/');
	const char *dir = slash ? arena_strn(a, grammar, (size_t)(slash - grammar)) : ".";
	struct source_text file = { .name = path };
	xmlDoc *doc;
	char *text;
	enum fail rc;

	if (!(rc = file_read(a, path, FILE_MAX, &text, &file.len, err))) {
		file.text = text;
		rc = xml_open(a, dir, slash ? slash + 1 : grammar, &file, &doc, err);
	}
	arena_free(a);
	return rc;
}
