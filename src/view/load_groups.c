#include <string.h>

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

/* One element that says how a membership shows. <rule> is its only child. */
static enum fail load_rule(struct loading *l, const xmlNode *n, struct rule *out)
{
	static const struct {
		const char *element;
		enum rule_kind kind;
	} kinds[] = {
		{ "everyone", RULE_EVERYONE },     { "no-other-hat", RULE_NO_OTHER_HAT },
		{ "attribute", RULE_ATTRIBUTE },   { "ldap-group", RULE_LDAP_GROUP },
		{ "in", RULE_IN },                 { "all", RULE_ALL },
		{ "any", RULE_ANY },               { "none", RULE_NONE },
	};
	const char *exact = xml_attr(l->a, n, "exact");

	if (xml_is(n, "rule"))
		return load_rule(l, xml_first(n, NULL), out);
	*out = (struct rule){ .line = xml_line(n) };
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (xml_is(n, kinds[i].element))
			out->kind = kinds[i].kind;
	out->attribute = xml_attr(l->a, n, "name");
	out->value = xml_attr(l->a, n, "value");
	out->exact = exact && !strcmp(exact, "yes");
	out->until = xml_attr(l->a, n, "until");
	out->dn = xml_attr(l->a, n, "dn");
	out->ref = xml_attr(l->a, n, "ref");
	return load_children(l, n, out);
}

static bool says_membership(const xmlNode *n)
{
	static const char *const elements[] = { "everyone", "no-other-hat", "attribute", "ldap-group", "rule" };

	for (size_t i = 0; i < COUNT(elements); i++)
		if (xml_is(n, elements[i]))
			return true;
	return false;
}

static enum fail load_group(struct loading *l, const xmlNode *n, struct group *out)
{
	const char **parents = arena_array(l->a, xml_count(n, "parent"), sizeof *parents);
	struct rule *rules = arena_array(l->a, xml_count(n, NULL), sizeof *rules);
	const char *hat = xml_attr(l->a, n, "hat");
	enum fail rc;

	*out = (struct group){ .id = xml_attr(l->a, n, "id"),
		               .hat = hat && !strcmp(hat, "yes"),
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
