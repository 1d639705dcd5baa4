#include "base/doc.h"

#include <inttypes.h>
#include <string.h>

static struct doc *add(struct doc *in, enum doc_kind kind, const char *name)
{
	struct doc *d = arena_alloc(in->arena, sizeof *d);

	d->kind = kind;
	d->name = name;
	d->arena = in->arena;
	if (in->last)
		in->last->next = d;
	else
		in->first = d;
	in->last = d;
	return d;
}

struct doc *doc_new(struct arena *a, const char *name)
{
	struct doc *d = arena_alloc(a, sizeof *d);

	d->kind = DOC_OBJECT;
	d->name = name;
	d->arena = a;
	return d;
}

struct doc *doc_object(struct doc *in, const char *name)
{
	return add(in, DOC_OBJECT, name);
}

struct doc *doc_list(struct doc *in, const char *name, const char *item)
{
	struct doc *d = add(in, DOC_LIST, name);

	d->item = item;
	return d;
}

struct doc *doc_item(struct doc *list)
{
	return add(list, DOC_OBJECT, list->item);
}

static void value(struct doc *in, const char *name, const char *text, bool element)
{
	struct doc *d = add(in, text ? DOC_STRING : DOC_NULL, name);

	d->value = text;
	d->element = element;
}

void doc_item_str(struct doc *list, const char *text)
{
	value(list, list->item, text, true);
}

void doc_str(struct doc *in, const char *name, const char *text)
{
	value(in, name, text, false);
}

void doc_text(struct doc *in, const char *name, const char *text)
{
	value(in, name, text, true);
}

void doc_num(struct doc *in, const char *name, int64_t number)
{
	add(in, DOC_NUMBER, name)->number = number;
}

void doc_bool(struct doc *in, const char *name, bool yes)
{
	add(in, DOC_BOOL, name)->number = yes;
}

void doc_null(struct doc *in, const char *name)
{
	add(in, DOC_NULL, name);
}

struct doc *doc_for_view(struct doc *node)
{
	node->view_only = true;
	return node;
}

struct doc *doc_for_data(struct doc *node)
{
	node->data_only = true;
	return node;
}

struct doc *doc_get(const struct doc *in, const char *name)
{
	for (struct doc *d = in->first; d; d = d->next)
		if (!strcmp(d->name, name))
			return d;
	return NULL;
}

/* ---- JSON ---- */

static void json_members(const struct doc *d, struct buf *out)
{
	bool first = true;

	for (const struct doc *m = d->first; m; m = m->next) {
		if (m->view_only)
			continue;
		if (!first)
			buf_char(out, ',');
		first = false;
		if (d->kind == DOC_OBJECT) {
			buf_char(out, '"');
			buf_json(out, m->name);
			buf_raw(out, "\":");
		}
		doc_json(m, out);
	}
}

void doc_json(const struct doc *d, struct buf *out)
{
	switch (d->kind) {
	case DOC_OBJECT:
		buf_char(out, '{');
		json_members(d, out);
		buf_char(out, '}');
		break;
	case DOC_LIST:
		buf_char(out, '[');
		json_members(d, out);
		buf_char(out, ']');
		break;
	case DOC_STRING:
		buf_char(out, '"');
		buf_json(out, d->value);
		buf_char(out, '"');
		break;
	case DOC_NUMBER:
		buf_printf(out, "%" PRId64, d->number);
		break;
	case DOC_BOOL:
		buf_raw(out, d->number ? "true" : "false");
		break;
	case DOC_NULL:
		buf_raw(out, "null");
		break;
	}
}

/* ---- XML ---- */

static bool is_attribute(const struct doc *d)
{
	return (d->kind == DOC_STRING && !d->element) || d->kind == DOC_NUMBER || d->kind == DOC_BOOL;
}

static void xml_value(const struct doc *d, struct buf *out)
{
	if (d->kind == DOC_STRING)
		buf_xml(out, d->value);
	else if (d->kind == DOC_NUMBER)
		buf_printf(out, "%" PRId64, d->number);
	else if (d->kind == DOC_BOOL)
		buf_raw(out, d->number ? "true" : "false");
}

static void xml_element(const struct doc *d, struct buf *out)
{
	if (d->kind == DOC_NULL || d->data_only)
		return;
	buf_printf(out, "<%s", d->name);
	for (const struct doc *m = d->first; m; m = m->next) {
		if (!is_attribute(m) || m->data_only)
			continue;
		buf_printf(out, " %s=\"", m->name);
		xml_value(m, out);
		buf_char(out, '"');
	}
	buf_char(out, '>');
	if (d->kind == DOC_STRING)
		xml_value(d, out);
	for (const struct doc *m = d->first; m; m = m->next)
		if (!is_attribute(m))
			xml_element(m, out);
	buf_printf(out, "</%s>", d->name);
}

void doc_xml(const struct doc *d, struct buf *out)
{
	buf_raw(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	xml_element(d, out);
	buf_char(out, '\n');
}
