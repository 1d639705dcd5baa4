#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "xml_priv.h"

static enum fail load_rule(struct loading *l, const xmlNode *n, struct rule *out);

static enum fail load_children(struct loading *l, const xmlNode *n, struct rule *out)
{
	struct rule *children = arena_array(l->a, xml_count(n, NULL), sizeof *children);
	enum fail rc;

	XML_EACH(child, n, NULL)
		if ((rc = load_rule(l, child, &children[out->child_count++])))
			return rc;
	out->children = children;
	return OK;
}

static bool says(struct loading *l, const xmlNode *n, const char *attr, const char *word)
{
	const char *value = xml_attr(l->a, n, attr);

	return value && !strcmp(value, word);
}

/* A word of a list as its place in it; the grammar has refused others. Absent: the first. */
static int choice(struct loading *l, const xmlNode *n, const char *attr, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (says(l, n, attr, words[i]))
			return i;
	return 0;
}

static enum fail load_date(struct loading *l, const xmlNode *n, const char *attr, int64_t *out)
{
	const char *text = xml_attr(l->a, n, attr);
	struct date date;

	*out = 0;
	if (!text)
		return OK;
	if (!clock_parse_date(text, &date))
		return load_fault(l, n, "%s=\"%s\": write a day as YYYY-MM-DD", attr, text);
	*out = clock_midnight(date);
	return OK;
}

/* "2026-09-01", "now", "now+30d", "now-1d" */
static enum fail load_moment(struct loading *l, const xmlNode *n, struct rule *out)
{
	struct date date;
	char *end;
	long days;

	out->relative = !strncmp(out->value, "now", 3);
	if (out->relative) {
		days = strtol(out->value + 3, &end, 10);
		if (!out->value[3] || (end > out->value + 4 && !strcmp(end, "d") && days > -40000 && days < 40000)) {
			out->moment = (int64_t)days * 86400;
			return OK;
		}
	} else if (clock_parse_date(out->value, &date)) {
		out->moment = clock_midnight(date);
		return OK;
	}
	return load_fault(l, n, "value=\"%s\": write a day as YYYY-MM-DD, or now, now+30d, now-30d", out->value);
}

static enum fail load_compare(struct loading *l, const xmlNode *n, struct rule *out)
{
	static const char *const ops[] = { "equal", "less", "at-most", "at-least", "more", NULL };
	static const char *const sorts[] = { "text", "number", "date", NULL };
	char *end;

	out->op = (enum rule_op)choice(l, n, "is", ops);
	out->as = (enum rule_as)choice(l, n, "as", sorts);
	if (out->as == AS_DATE)
		return load_moment(l, n, out);
	if (out->as == AS_TEXT)
		return OK;
	out->number = strtod(out->value, &end);
	return *end || end == out->value ? load_fault(l, n, "value=\"%s\": write a number", out->value) : OK;
}

static enum fail load_dates(struct loading *l, const xmlNode *n, struct rule *out)
{
	enum fail rc;

	if ((rc = load_date(l, n, "begins", &out->begin)) || (rc = load_date(l, n, "ends", &out->end)) ||
	    (rc = load_int(l, n, "from-days", -40000, 40000, 0, &out->from_days)) ||
	    (rc = load_int(l, n, "until-days", -40000, 40000, 0, &out->until_days)))
		return rc;
	if (!out->from && !out->until && !out->begin && !out->end)
		return load_fault(l, n, "<dates> without a date: write from, until, begins or ends");
	if ((out->from && out->begin) || (out->until && out->end))
		return load_fault(l, n, "one begin and one end: write from or begins, until or ends");
	return OK;
}

static enum fail load_numbers(struct loading *l, const xmlNode *n, struct rule *out)
{
	switch (out->kind) {
	case RULE_COMPARE:
		return load_compare(l, n, out);
	case RULE_DATES:
		return load_dates(l, n, out);
	case RULE_COUNT:
	case RULE_VALUES:
		return load_int(l, n, "least", 1, 1000, 1, &out->least);
	case RULE_AFTER:
		return load_int(l, n, "days", 1, 40000, 1, &out->until_days);
	default:
		return OK;
	}
}

/* One element that says how a membership shows. <rule> is its only child. */
static enum fail load_rule(struct loading *l, const xmlNode *n, struct rule *out)
{
	static const struct {
		const char *element;
		enum rule_kind kind;
	} kinds[] = {
		{ "everyone", RULE_EVERYONE },   { "no-other-hat", RULE_NO_OTHER_HAT },
		{ "attribute", RULE_ATTRIBUTE }, { "ldap-group", RULE_LDAP_GROUP },
		{ "in", RULE_IN },               { "all", RULE_ALL },
		{ "any", RULE_ANY },             { "none", RULE_NONE },
		{ "count", RULE_COUNT },         { "compare", RULE_COMPARE },
		{ "pattern", RULE_PATTERN },     { "values", RULE_VALUES },
		{ "dates", RULE_DATES },         { "after", RULE_AFTER },
	};
	static const char *const of[] = { "any", "no", "every", NULL };
	enum fail rc;

	if (xml_is(n, "rule"))
		return load_rule(l, xml_first(n, NULL), out);
	*out = (struct rule){ .line = xml_line(n) };
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (xml_is(n, kinds[i].element))
			out->kind = kinds[i].kind;
	out->source = xml_attr(l->a, n, "source");
	out->attribute = xml_attr(l->a, n, "name");
	out->value = xml_attr(l->a, n, out->kind == RULE_PATTERN ? "like" : "value");
	out->exact = says(l, n, "exact", "yes");
	out->values = (enum rule_values)choice(l, n, "of", of);
	out->from = xml_attr(l->a, n, "from");
	out->until = xml_attr(l->a, n, "until");
	out->dn = xml_attr(l->a, n, "dn");
	out->ref = xml_attr(l->a, n, "ref");
	if ((rc = load_numbers(l, n, out)))
		return rc;
	return load_children(l, n, out);
}

static bool says_membership(const xmlNode *n)
{
	return !xml_is(n, "label") && !xml_is(n, "parent");
}

static enum fail load_group(struct loading *l, const xmlNode *n, struct group *out)
{
	const char **parents = arena_array(l->a, xml_count(n, "parent"), sizeof *parents);
	struct rule *rules = arena_array(l->a, xml_count(n, NULL), sizeof *rules);
	enum fail rc;

	*out = (struct group){ .id = xml_attr(l->a, n, "id"),
		               .hat = says(l, n, "hat", "yes"),
		               .sensitive = says(l, n, "sensitive", "yes"),
		               .this_login = says(l, n, "this-login", "yes"),
		               .icon = xml_attr(l->a, n, "icon"),
		               .parent_ids = parents,
		               .rules = rules,
		               .line = xml_line(n) };
	if ((rc = load_text(l, n, "label", &out->label)) || (rc = load_int(l, n, "tone", 1, 6, 1, &out->tone)))
		return rc;
	XML_EACH(child, n, NULL) {
		if (xml_is(child, "parent"))
			parents[out->parent_count++] = xml_attr(l->a, child, "ref");
		else if (says_membership(child) && (rc = load_rule(l, child, &rules[out->rule_count++])))
			return rc;
	}
	return OK;
}

enum fail load_groups(struct arena *a, const char *schema_dir, const struct langs *langs,
                      const struct source_text *file, struct groups *out, struct err *err)
{
	struct loading l = { a, file->name, langs, err };
	struct group *list;
	const xmlNode *root;
	size_t count = 0;
	xmlDoc *doc;
	enum fail rc;

	if ((rc = xml_open(a, schema_dir, "groups.rng", file, &doc, err)))
		return rc;
	root = xmlDocGetRootElement(doc);
	list = arena_array(a, xml_count(root, "group"), sizeof *list);
	XML_EACH(n, root, "group")
		if ((rc = load_group(&l, n, &list[count++])))
			return rc;
	return group_close_all(a, list, count, file->name, out, err);
}
