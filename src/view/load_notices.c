#include <string.h>

#include "base/clock.h"
#include "load_catalogue_priv.h"

static enum fail load_moment(struct catalogue_loading *c, const xmlNode *n, const char *attr, int64_t *out)
{
	const char *text = xml_attr(c->l.a, n, attr);

	return clock_parse_local(text, out)
	               ? OK
	               : load_fault(&c->l, n, "%s=\"%s\": write a moment as YYYY-MM-DDTHH:MM", attr, text);
}

static enum fail load_about(struct catalogue_loading *c, const xmlNode *n, int *out)
{
	const char *service = xml_attr(c->l.a, n, "service");

	*out = -1;
	return service ? load_ref(c, n, service, "service", service_find, out) : OK;
}

static enum fail load_notice(struct catalogue_loading *c, const xmlNode *n, struct notice *notice)
{
	enum fail rc;

	*notice = (struct notice){ .id = xml_attr(c->l.a, n, "id"), .line = xml_line(n) };
	notice->kind = !strcmp(xml_attr(c->l.a, n, "kind"), "outage") ? NOTICE_OUTAGE : NOTICE_NEWS;
	for (size_t i = 0; i < c->out->notice_count; i++)
		if (!strcmp(c->out->notices[i].id, notice->id))
			return load_fault(&c->l, n, "notice \"%s\" is there already, on line %d: give one another id",
			                  notice->id, c->out->notices[i].line);
	if ((rc = load_moment(c, n, "from", &notice->from)) || (rc = load_moment(c, n, "to", &notice->to)) ||
	    (rc = load_group_list(c, n, "any", &notice->any)) || (rc = load_group_list(c, n, "none", &notice->none)) ||
	    (rc = load_about(c, n, &notice->service)) || (rc = load_text(&c->l, n, "title", &notice->title)) ||
	    (rc = load_text(&c->l, n, "text", &notice->text)))
		return rc;
	if (notice->to <= notice->from)
		return load_fault(&c->l, n, "notice \"%s\" ends before it begins: let to come after from", notice->id);
	if (bits_empty(&notice->any))
		return load_fault(&c->l, n, "notice \"%s\" is for nobody: name the groups in any=\"…\"", notice->id);
	return OK;
}

enum fail load_notices(struct catalogue_loading *c, const xmlNode *root)
{
	struct notice *notices = arena_array(c->l.a, xml_count(root, "notice"), sizeof *notices);
	enum fail rc;

	c->out->notices = notices;
	XML_EACH(n, root, "notice") {
		if ((rc = load_notice(c, n, &notices[c->out->notice_count])))
			return rc;
		c->out->notice_count++;
	}
	return OK;
}
