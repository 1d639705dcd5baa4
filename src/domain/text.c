#include "domain/text.h"

#include <string.h>
#include <strings.h>

const char *text_in(const struct text *t, int lang, int *got)
{
	if (lang >= 0 && lang < LANG_MAX && t->in[lang]) {
		if (got)
			*got = lang;
		return t->in[lang];
	}
	for (int i = 0; i < LANG_MAX; i++)
		if (t->in[i]) {
			if (got)
				*got = i;
			return t->in[i];
		}
	if (got)
		*got = lang;
	return "";
}

int langs_find(const struct langs *langs, const char *tag)
{
	size_t primary = strcspn(tag, "-_");

	for (size_t i = 0; i < langs->count; i++)
		if (!strcasecmp(langs->tag[i], tag))
			return (int)i;
	for (size_t i = 0; i < langs->count; i++)
		if (strlen(langs->tag[i]) == primary && !strncasecmp(langs->tag[i], tag, primary))
			return (int)i;
	return -1;
}
