#include <stdlib.h>
#include <string.h>

#include "load_catalogue_priv.h"

static const char *const reach_words[] = { "form", "phone", "counter", "chat", "appointment", "mail" };

static enum fail load_reach(struct catalogue_loading *c, const xmlNode *n, struct reach *r)
{
	const char *kind = xml_attr(c->l.a, n, "kind");
	enum fail rc;

	for (size_t i = 0; i < COUNT(reach_words); i++)
		if (!strcmp(kind, reach_words[i]))
			r->kind = (enum reach_kind)i;
	r->value = xml_attr(c->l.a, n, "value");
	if (!r->value && (r->kind == REACH_PHONE || r->kind == REACH_MAIL))
		return load_fault(&c->l, n, "a way of kind %s needs value=\"…\": the number or address", kind);
	if (r->value && (r->kind == REACH_CHAT || r->kind == REACH_APPOINTMENT) &&
	    (rc = load_link(&c->l, n, r->value)))
		return rc;
	return load_text(&c->l, n, "note", &r->note);
}

static enum fail load_clock(struct catalogue_loading *c, const xmlNode *n, const char *attr, int *out)
{
	const char *text = xml_attr(c->l.a, n, attr);
	int hour, minute;

	if (!load_two_and_two(text, ':', &hour, &minute) || minute > 59 || hour * 60 + minute > 24 * 60)
		return load_fault(&c->l, n, "%s=\"%s\": write a time as HH:MM", attr, text);
	*out = hour * 60 + minute;
	return OK;
}

static enum fail load_hours(struct catalogue_loading *c, const xmlNode *n, struct hours *h)
{
	static const char *const names[] = { "mo", "tu", "we", "th", "fr", "sa", "su" };
	size_t count;
	const char *const *words = load_words(c->l.a, xml_attr(c->l.a, n, "days"), &count);
	enum fail rc;

	for (size_t i = 0; i < count; i++) {
		size_t day = 0;

		while (day < COUNT(names) && strcmp(words[i], names[day]))
			day++;
		if (day == COUNT(names))
			return load_fault(&c->l, n, "day \"%s\": write mo, tu, we, th, fr, sa or su", words[i]);
		h->days |= 1u << day;
	}
	if ((rc = load_clock(c, n, "from", &h->from)) || (rc = load_clock(c, n, "to", &h->to)))
		return rc;
	return h->from < h->to ? OK : load_fault(&c->l, n, "opening hours end before they begin");
}

static enum fail load_desk(struct catalogue_loading *c, const xmlNode *n, struct desk *d)
{
	struct reach *reach = arena_array(c->l.a, xml_count(n, "reach"), sizeof *reach);
	struct hours *hours = arena_array(c->l.a, xml_count(n, "hours"), sizeof *hours);
	int department, twin;
	enum fail rc;

	*d = (struct desk){ .id = xml_attr(c->l.a, n, "id"), .reach = reach, .hours = hours, .line = xml_line(n) };
	if ((twin = desk_find(c->out, d->id)) >= 0)
		return load_fault(&c->l, n, "desk \"%s\" is there already, on line %d: give one another id",
		                  d->id, c->out->desks[twin].line);
	if ((rc = load_ref(c, n, xml_attr(c->l.a, n, "department"), "department", department_find, &department)) ||
	    (rc = load_int(&c->l, n, "promise", 1, 90, PROMISE_DEFAULT, &d->promise)) ||
	    (rc = load_text(&c->l, n, "name", &d->name)) || (rc = load_text(&c->l, n, "does", &d->does)))
		return rc;
	d->department = (size_t)department;
	XML_EACH(child, n, "reach")
		if ((rc = load_reach(c, child, &reach[d->reach_count++])))
			return rc;
	XML_EACH(child, n, "hours")
		if ((rc = load_hours(c, child, &hours[d->hours_count++])))
			return rc;
	return OK;
}

static enum fail load_department(struct catalogue_loading *c, const xmlNode *n, struct department *d)
{
	enum fail rc;

	d->id = xml_attr(c->l.a, n, "id");
	d->desk_id = xml_attr(c->l.a, n, "desk");
	if (department_find(c->out, d->id) >= 0)
		return load_fault(&c->l, n, "department \"%s\" comes twice: give one another id", d->id);
	if ((rc = load_group_list(c, n, "serves", &d->serves)))
		return rc;
	return load_text(&c->l, n, "name", &d->name);
}

/* Departments name their front desk and desks their department: the first is looked at last. */
static enum fail check_front_desks(struct catalogue_loading *c, const xmlNode *root)
{
	enum fail rc;
	int desk;

	XML_EACH(n, root, "department")
		if ((rc = load_ref(c, n, xml_attr(c->l.a, n, "desk"), "desk", desk_find, &desk)))
			return rc;
	return OK;
}

enum fail load_desks(struct catalogue_loading *c, const xmlNode *root)
{
	struct department *departments =
	        arena_array(c->l.a, xml_count(root, "department"), sizeof *departments);
	struct desk *desks = arena_array(c->l.a, xml_count(root, "desk"), sizeof *desks);
	enum fail rc;

	c->out->departments = departments;
	c->out->desks = desks;
	XML_EACH(n, root, "department") {
		if ((rc = load_department(c, n, &departments[c->out->department_count])))
			return rc;
		c->out->department_count++;
	}
	XML_EACH(n, root, "desk") {
		if ((rc = load_desk(c, n, &desks[c->out->desk_count])))
			return rc;
		c->out->desk_count++;
	}
	return check_front_desks(c, root);
}
