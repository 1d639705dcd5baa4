/* Shared by the drivers of files in XML: the sample institution's other files are in their places. */
#ifndef FUZZ_XML_H
#define FUZZ_XML_H

#include "base/file.h"
#include "fuzz.h"
#include "view/load.h"

static const struct langs langs = { .tag = { "nl", "en" }, .count = 2 };

static inline struct source_text kept(struct arena *a, const char *path)
{
	struct source_text t = { .name = path };
	struct err err = { 0 };
	char *text;

	MUST(!file_read(a, path, 8 << 20, &text, &t.len, &err));
	t.text = text;
	return t;
}

static inline struct source_text given(struct arena *a, const uint8_t *data, size_t size)
{
	return (struct source_text){ "given.xml", arena_strn(a, (const char *)data, size), size };
}

/* The groups of the second institution, for what names groups. */
static inline void town_groups(struct arena *a, struct groups *out)
{
	struct source_text file = kept(a, "tests/institutions/gemeente/groups.xml");
	struct err err = { 0 };

	view_start();
	MUST(!load_groups(a, "schema", &langs, &file, out, &err));
}

/* A refusal names the file, so that whoever wrote it knows where to look. */
static inline void refused_well(enum fail rc, const struct err *err)
{
	MUST(!rc || (err->code == rc && strstr(err->text, "given.xml")));
}

#endif
