#include <stdlib.h>
#include <string.h>

#include "load_catalogue_priv.h"

/* ---- references, with a suggestion ---- */

enum fail load_ref(struct catalogue_loading *c, const xmlNode *n, const char *id, const char *kind,
                   int (*find)(const struct catalogue *, const char *), int *out)
{
	*out = find(c->out, id);
	return *out >= 0 ? OK
	                 : load_fault(&c->l, n, "unknown %s \"%s\": write the id of a <%s> of these files",
	                              kind, id, kind);
}

enum fail load_group_ref(struct catalogue_loading *c, const xmlNode *n, const char *id, const char *where,
                         size_t *out)
{
	const struct groups *g = c->out->groups;
	int i = group_find(g, id);
	const char *near = i < 0 ? group_near(g, id) : NULL;

	if (i < 0)
		return load_fault(&c->l, n, "unknown group \"%s\" in %s%s%s%s", id, where,
		                  near ? ": did you mean \"" : ": write the id of a group of the group file",
		                  near ? near : "", near ? "\"?" : "");
	*out = (size_t)i;
	return OK;
}

enum fail load_group_list(struct catalogue_loading *c, const xmlNode *n, const char *attr,
                          struct bits *out)
{
	size_t count, group;
	const char *const *words = load_words(c->l.a, xml_attr(c->l.a, n, attr), &count);
	enum fail rc;

	*out = (struct bits){ 0 };
	for (size_t i = 0; i < count; i++) {
		if ((rc = load_group_ref(c, n, words[i], (const char *)n->name, &group)))
			return rc;
		bits_add(out, group);
	}
	return OK;
}

/* ---- services ---- */

static enum fail load_audience(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	const xmlNode *audience = xml_first(n, "audience");
	enum fail rc;

	if ((rc = load_group_list(c, audience, "any", &s->any)) ||
	    (rc = load_group_list(c, audience, "none", &s->none)))
		return rc;
	if (bits_empty(&s->any))
		return load_fault(&c->l, audience,
		                  "audience of \"%s\" is empty: name the groups in any=\"…\"; a service for "
		                  "everybody must say so with the group that everybody is in",
		                  s->id);
	return OK;
}

static enum fail load_ranks(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	struct rank *ranks = arena_array(c->l.a, xml_count(n, "rank"), sizeof *ranks);
	enum fail rc;

	XML_EACH(child, n, "rank") {
		struct rank *r = &ranks[s->rank_count++];

		if ((rc = load_group_ref(c, child, xml_attr(c->l.a, child, "group"), "rank", &r->group)) ||
		    (rc = load_int(&c->l, child, "value", 0, 100, 0, &r->value)))
			return rc;
	}
	s->ranks = ranks;
	return OK;
}

static const char *const types[] = { "text", "textarea", "date", "choice", "file" };

static enum fail load_options(struct catalogue_loading *c, const xmlNode *n, struct field *f)
{
	struct choice *options = arena_array(c->l.a, xml_count(n, "option"), sizeof *options);
	enum fail rc;

	XML_EACH(child, n, "option") {
		struct choice *o = &options[f->option_count++];

		o->value = xml_attr(c->l.a, child, "value");
		if ((rc = load_text(&c->l, child, "label", &o->label)))
			return rc;
	}
	f->options = options;
	if ((f->type == FIELD_CHOICE) != (f->option_count > 0))
		return load_fault(&c->l, n, "field \"%s\": a field of type choice, and no other, has <option>s",
		                  f->name);
	return OK;
}

static enum fail load_field(struct catalogue_loading *c, const xmlNode *n, struct field *f)
{
	const char *type = xml_attr(c->l.a, n, "type"), *required = xml_attr(c->l.a, n, "required");
	enum fail rc;

	f->name = xml_attr(c->l.a, n, "name");
	f->required = required && !strcmp(required, "yes");
	for (size_t i = 0; i < COUNT(types); i++)
		if (!strcmp(type, types[i]))
			f->type = (enum field_type)i;
	if ((rc = load_text(&c->l, n, "label", &f->label)) || (rc = load_text(&c->l, n, "hint", &f->hint)))
		return rc;
	return load_options(c, n, f);
}

static enum fail load_form(struct catalogue_loading *c, const xmlNode *n, const struct field **out,
                           size_t *count)
{
	const xmlNode *form = xml_first(n, "form");
	struct field *fields;
	enum fail rc;

	*count = 0;
	if (!form)
		return OK;
	fields = arena_array(c->l.a, xml_count(form, "field"), sizeof *fields);
	XML_EACH(child, form, "field") {
		struct field *f = &fields[*count];

		if ((rc = load_field(c, child, f)))
			return rc;
		for (size_t i = 0; i < *count; i++)
			if (!strcmp(fields[i].name, f->name))
				return load_fault(&c->l, child, "field \"%s\" comes twice: give one another name",
				                  f->name);
		++*count;
	}
	*out = fields;
	return OK;
}

static enum fail load_variant(struct catalogue_loading *c, const xmlNode *n, struct variant *v)
{
	const char *desk = xml_attr(c->l.a, n, "desk");
	enum fail rc;

	*v = (struct variant){ .desk = -1, .line = xml_line(n), .link = xml_attr(c->l.a, n, "link") };
	if ((rc = load_group_ref(c, n, xml_attr(c->l.a, n, "group"), "variant", &v->group)) ||
	    (desk && (rc = load_ref(c, n, desk, "desk", desk_find, &v->desk))) ||
	    (v->link && (rc = load_link(&c->l, n, v->link))) ||
	    (rc = load_text(&c->l, n, "text", &v->text)) ||
	    (rc = load_int(&c->l, n, "promise", 1, 90, 0, &v->promise)))
		return rc;
	return load_form(c, n, &v->fields, &v->field_count);
}

static enum fail load_variants(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	struct variant *variants = arena_array(c->l.a, xml_count(n, "variant"), sizeof *variants);
	enum fail rc;

	XML_EACH(child, n, "variant")
		if ((rc = load_variant(c, child, &variants[s->variant_count++])))
			return rc;
	s->variants = variants;
	return OK;
}

static enum fail load_topics(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	struct topic *topics = arena_array(c->l.a, xml_count(n, "topic"), sizeof *topics);
	enum fail rc;
	int desk;

	XML_EACH(child, n, "topic") {
		struct topic *t = &topics[s->topic_count];

		t->id = xml_attr(c->l.a, child, "id");
		t->line = xml_line(child);
		for (size_t i = 0; i < s->topic_count; i++)
			if (!strcmp(topics[i].id, t->id))
				return load_fault(&c->l, child,
				                  "topic \"%s\" is there already, on line %d: give one another id",
				                  t->id, topics[i].line);
		if ((rc = load_ref(c, child, xml_attr(c->l.a, child, "desk"), "desk", desk_find, &desk)) ||
		    (rc = load_group_list(c, child, "groups", &t->groups)) ||
		    (rc = load_text(&c->l, child, "label", &t->label)))
			return rc;
		t->desk = (size_t)desk;
		s->topic_count++;
	}
	s->topics = topics;
	return OK;
}

/* MM-DD of a day that exists in some year. */
static enum fail load_month_day(struct catalogue_loading *c, const xmlNode *n, const char *attr, int *out)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const char *text = xml_attr(c->l.a, n, attr);
	int month, day;

	if (!load_two_and_two(text, '-', &month, &day) || month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return load_fault(&c->l, n, "%s=\"%s\": write a day of the year as MM-DD", attr, text);
	*out = month * 100 + day;
	return OK;
}

static enum fail load_windows(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	struct window *windows = arena_array(c->l.a, xml_count(n, "window"), sizeof *windows);
	const char *outside = xml_attr(c->l.a, n, "outside"), *questions = xml_attr(c->l.a, n, "free-questions");
	enum fail rc;

	XML_EACH(child, n, "window") {
		struct window *w = &windows[s->window_count++];

		if ((rc = load_month_day(c, child, "from", &w->from)) ||
		    (rc = load_month_day(c, child, "to", &w->to)))
			return rc;
	}
	s->windows = windows;
	s->hidden_outside = outside && !strcmp(outside, "hidden");
	s->free_questions = questions && !strcmp(questions, "yes");
	if (outside && !s->window_count)
		return load_fault(&c->l, n,
		                  "outside=\"%s\" of \"%s\" needs a <window>: add one, or leave outside out",
		                  outside, s->id);
	return OK;
}

static enum fail load_place(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	int theme, owner, desk;
	enum fail rc;

	if ((rc = load_ref(c, n, xml_attr(c->l.a, n, "theme"), "theme", theme_find, &theme)) ||
	    (rc = load_ref(c, n, xml_attr(c->l.a, n, "owner"), "department", department_find, &owner)) ||
	    (rc = load_ref(c, n, xml_attr(c->l.a, n, "desk"), "desk", desk_find, &desk)))
		return rc;
	s->theme = (size_t)theme;
	s->owner = (size_t)owner;
	s->desk = (size_t)desk;
	return OK;
}

static enum fail load_service(struct catalogue_loading *c, const xmlNode *n, struct service *s)
{
	enum fail rc;
	int twin;

	*s = (struct service){ .id = xml_attr(c->l.a, n, "id"),
		               .link = xml_attr(c->l.a, n, "link"),
		               .line = xml_line(n) };
	if ((twin = service_find(c->out, s->id)) >= 0)
		return load_fault(&c->l, n, "service \"%s\" is there already, on line %d: give one another id",
		                  s->id, c->out->services[twin].line);
	if ((rc = load_place(c, n, s)) || (rc = load_text(&c->l, n, "title", &s->title)) ||
	    (rc = load_text(&c->l, n, "summary", &s->summary)) ||
	    (rc = load_text(&c->l, n, "keywords", &s->keywords)) || (rc = load_audience(c, n, s)) ||
	    (rc = load_ranks(c, n, s)) || (rc = load_variants(c, n, s)) || (rc = load_topics(c, n, s)) ||
	    (rc = load_windows(c, n, s)) || (rc = load_form(c, n, &s->fields, &s->field_count)) ||
	    (rc = load_int(&c->l, n, "promise", 1, 90, 0, &s->promise)))
		return rc;
	return s->link ? load_link(&c->l, n, s->link) : OK;
}

static enum fail load_themes(struct catalogue_loading *c, const xmlNode *root)
{
	struct theme *themes = arena_array(c->l.a, xml_count(root, "theme"), sizeof *themes);
	enum fail rc;

	c->out->themes = themes;
	XML_EACH(n, root, "theme") {
		struct theme *t = &themes[c->out->theme_count];

		t->id = xml_attr(c->l.a, n, "id");
		t->icon = xml_attr(c->l.a, n, "icon");
		if (theme_find(c->out, t->id) >= 0)
			return load_fault(&c->l, n, "theme \"%s\" comes twice: give one another id", t->id);
		if ((rc = load_text(&c->l, n, "label", &t->label)))
			return rc;
		c->out->theme_count++;
	}
	return OK;
}

static enum fail load_services(struct catalogue_loading *c, const xmlNode *root)
{
	struct service *services = arena_array(c->l.a, xml_count(root, "service"), sizeof *services);
	enum fail rc;

	c->out->services = services;
	XML_EACH(n, root, "service") {
		if ((rc = load_service(c, n, &services[c->out->service_count])))
			return rc;
		c->out->service_count++;
	}
	return OK;
}

enum fail load_catalogue(struct arena *a, const char *schema_dir, const struct langs *langs,
                         const struct groups *groups, const struct source_text *desks,
                         const struct source_text *services, struct catalogue *out, struct err *err)
{
	struct catalogue_loading c = { { a, desks->name, langs, err }, out };
	const xmlNode *root;
	xmlDoc *doc;
	enum fail rc;

	*out = (struct catalogue){ .groups = groups, .langs = langs };
	if ((rc = xml_open(a, schema_dir, "desks.rng", desks, &doc, err)) ||
	    (rc = load_desks(&c, xmlDocGetRootElement(doc))))
		return rc;
	c.l.file = services->name;
	if ((rc = xml_open(a, schema_dir, "catalogue.rng", services, &doc, err)))
		return rc;
	root = xmlDocGetRootElement(doc);
	if ((rc = load_themes(&c, root)) || (rc = load_services(&c, root)))
		return rc;
	return load_notices(&c, root);
}
