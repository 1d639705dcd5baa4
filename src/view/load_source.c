/* <source>: how a directory says who somebody is and who is in a group. A preset fills in what its
 * kind of server usually needs; whatever the file says counts instead. */
#include "load_source_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- presets ---- */

#define AD_PEOPLE                                                                                            \
	"(&(objectCategory=person)(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"

static const struct preset {
	const char *name;
	struct conf_source is;
} presets[] = {
	{ "none",
	  { .people_filter = "(objectClass=person)",
	    .uid_attribute = "uid",
	    .key_attribute = "entryUUID",
	    .member = { { .attribute = "member" },
	                { .attribute = "uniqueMember" },
	                { .attribute = "memberUid", .holds = "uid" } },
	    .member_count = 3 } },
	{ "openldap",
	  { .people_filter = "(objectClass=person)",
	    .uid_attribute = "uid",
	    .key_attribute = "entryUUID",
	    .member = { { .attribute = "member" },
	                { .attribute = "uniqueMember" },
	                { .attribute = "memberUid", .holds = "uid" },
	                { .attribute = "gidNumber", .holds = "gidNumber", .filter = "(objectClass=posixGroup)" } },
	    .member_count = 4,
	    .dynamic = "memberURL" } },
	{ "active-directory",
	  { .people_filter = AD_PEOPLE,
	    .login_attribute = { "sAMAccountName", "userPrincipalName" },
	    .login_attribute_count = 2,
	    .uid_attribute = "sAMAccountName",
	    .key_attribute = "objectGUID",
	    .end = { { "accountExpires", TIME_FILETIME } },
	    .end_count = 1,
	    .group_filter = "(objectClass=group)",
	    .group_dn = "distinguishedName",
	    .member = { { .attribute = "member" } },
	    .member_count = 1,
	    .primary = "primaryGroupID",
	    .passed_over = { "CN=Configuration,", "DC=DomainDnsZones,", "DC=ForestDnsZones," },
	    .passed_over_count = 3 } },
	{ "389-ds",
	  { .people_filter = "(objectClass=person)",
	    .uid_attribute = "uid",
	    .key_attribute = "nsUniqueId",
	    .refused = { { "nsAccountLock", "TRUE" } },
	    .refused_count = 1,
	    .group_dn = "entrydn",
	    .member = { { .attribute = "member" }, { .attribute = "uniqueMember" } },
	    .member_count = 2,
	    .named = { { .attribute = "memberOf", .nested = true } },
	    .named_count = 1,
	    .dynamic = "memberURL" } },
	{ "freeipa",
	  { .people_filter = "(objectClass=posixAccount)",
	    .uid_attribute = "uid",
	    .key_attribute = "ipaUniqueID",
	    .refused = { { "nsAccountLock", "TRUE" } },
	    .refused_count = 1,
	    .group_dn = "entrydn",
	    .member = { { .attribute = "member" } },
	    .member_count = 1,
	    .named = { { .attribute = "memberOf", .nested = true } },
	    .named_count = 1 } },
};

static enum fail take_preset(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	const char *name = xml_attr(l->a, n, "preset");

	for (size_t i = 0; i < COUNT(presets); i++) {
		if (strcmp(name ? name : "none", presets[i].name))
			continue;
		*s = presets[i].is;
		s->name_attribute = "displayName";
		s->lang_attribute = "preferredLanguage";
		return OK;
	}
	return load_fault(l, n, "preset=\"%s\": write openldap, active-directory, 389-ds or freeipa, or leave it out",
	                  name);
}

/* ---- words ---- */

static void text_of(struct loading *l, const xmlNode *n, const char *attr, const char **out)
{
	const char *text = n ? xml_attr(l->a, n, attr) : NULL;

	if (text)
		*out = *text ? text : NULL;
}

static bool says(struct loading *l, const xmlNode *n, const char *attr, const char *word)
{
	const char *text = xml_attr(l->a, n, attr);

	return text && !strcmp(text, word);
}

/* Letters, digits, dashes; a dotted number; options after semicolons: what may stand in a filter. */
static enum fail attribute_of(struct loading *l, const xmlNode *n, const char *attr, const char **out)
{
	const char *name;

	text_of(l, n, attr, out);
	name = *out;
	if (name && (!*name || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                                    "0123456789-_.;") != strlen(name)))
		return load_fault(l, n, "%s=\"%s\": write the name of one LDAP attribute", attr, name);
	return OK;
}

/* "objectClass=group" and "(objectClass=group)" are both understood. */
static enum fail filter_of(struct loading *l, const xmlNode *n, const char *attr, const char **out)
{
	int depth = 0;

	text_of(l, n, attr, out);
	if (!*out)
		return OK;
	if (**out != '(')
		*out = arena_printf(l->a, "(%s)", *out);
	for (const char *s = *out; *s; s++) {
		depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
		if (depth < 0 || (depth == 0 && s[1]))
			return load_fault(l, n, "%s=\"%s\": write one filter in brackets, (&(…)(…)) for several", attr,
			                  *out);
	}
	return depth ? load_fault(l, n, "%s=\"%s\": a closing bracket is missing", attr, *out) : OK;
}

static enum fail words_of(struct loading *l, const xmlNode *n, const char *attr, const char *out[CONF_LIST],
                          size_t *count)
{
	const char *list = n ? xml_attr(l->a, n, attr) : NULL;
	const char *const *words;

	if (!list)
		return OK;
	words = load_words(l->a, list, count);
	if (*count > CONF_LIST)
		return load_fault(l, n, "%s: at most %d words", attr, CONF_LIST);
	for (size_t i = 0; i < *count; i++)
		out[i] = words[i];
	return OK;
}

static enum fail room_for(struct loading *l, const xmlNode *n, size_t count)
{
	return count < CONF_KINDS ? OK
	                          : load_fault(l, n, "at most %d <%s>", CONF_KINDS, (const char *)n->name);
}

/* ---- <people> ---- */

static enum fail load_scoped(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	struct conf_scoped *to = &s->scoped[s->scoped_count];
	enum fail rc;

	if ((rc = room_for(l, n, s->scoped_count)) || (rc = attribute_of(l, n, "attribute", &to->attribute)))
		return rc;
	s->scoped_count++;
	return words_of(l, n, "scopes", to->scope, &to->scope_count);
}

static enum fail load_moment(struct loading *l, const xmlNode *n, struct conf_end *list, size_t *count)
{
	struct conf_end *to = &list[*count];
	enum fail rc;

	if ((rc = room_for(l, n, *count)) || (rc = attribute_of(l, n, "attribute", &to->attribute)))
		return rc;
	to->as = says(l, n, "as", "filetime") ? TIME_FILETIME
	         : says(l, n, "as", "days")   ? TIME_DAYS
	                                      : TIME_GENERALIZED;
	++*count;
	return OK;
}

static enum fail load_begin(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	return load_moment(l, n, s->begin, &s->begin_count);
}

static enum fail load_end(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	return load_moment(l, n, s->end, &s->end_count);
}

static enum fail load_refused(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	struct conf_refused *to = &s->refused[s->refused_count];
	enum fail rc;

	if ((rc = room_for(l, n, s->refused_count)) || (rc = attribute_of(l, n, "attribute", &to->attribute)))
		return rc;
	to->value = xml_attr(l->a, n, "value");
	s->refused_count++;
	return OK;
}

typedef enum fail (*load_kind)(struct loading *l, const xmlNode *n, struct conf_source *s);

/* Elements of one sort together replace what the preset has of that sort. */
static enum fail load_each(struct loading *l, const xmlNode *parent, const char *name, load_kind load,
                           struct conf_source *s, size_t *count)
{
	enum fail rc;

	if (xml_first(parent, name))
		*count = 0;
	XML_EACH(n, parent, name)
		if ((rc = load(l, n, s)))
			return rc;
	return OK;
}

static enum fail load_people(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	enum fail rc;

	text_of(l, n, "base", &s->people_base);
	if (!s->people_base)
		return load_fault(l, n, "base=\"…\": write the DN below which all people are");
	text_of(l, n, "decoy", &s->decoy_dn);
	if ((rc = filter_of(l, n, "filter", &s->people_filter)) ||
	    (rc = attribute_of(l, n, "uid", &s->uid_attribute)) ||
	    (rc = attribute_of(l, n, "name", &s->name_attribute)) ||
	    (rc = attribute_of(l, n, "lang", &s->lang_attribute)) ||
	    (rc = attribute_of(l, n, "key", &s->key_attribute)) ||
	    (rc = words_of(l, n, "login", s->login_attribute, &s->login_attribute_count)) ||
	    (rc = words_of(l, n, "options", s->option, &s->option_count)))
		return rc;
	if (!s->uid_attribute || !s->key_attribute)
		return load_fault(l, n, "uid and key each name an attribute: leave them out for the preset's");
	if (!s->login_attribute_count)
		s->login_attribute[s->login_attribute_count++] = s->uid_attribute;
	if ((rc = load_each(l, n, "scoped", load_scoped, s, &s->scoped_count)) ||
	    (rc = load_each(l, n, "begins", load_begin, s, &s->begin_count)) ||
	    (rc = load_each(l, n, "ends", load_end, s, &s->end_count)))
		return rc;
	return load_each(l, n, "refused", load_refused, s, &s->refused_count);
}

/* ---- <groups> ---- */

static enum fail load_member(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	struct conf_member *to = &s->member[s->member_count];
	enum fail rc;

	*to = (struct conf_member){ 0 };
	if ((rc = room_for(l, n, s->member_count)) || (rc = attribute_of(l, n, "attribute", &to->attribute)) ||
	    (rc = attribute_of(l, n, "holds", &to->holds)) || (rc = filter_of(l, n, "filter", &to->filter)))
		return rc;
	if (to->holds && (!strcasecmp(to->holds, "dn") || !strcasecmp(to->holds, "entryDN") ||
	                  !strcasecmp(to->holds, "distinguishedName")))
		to->holds = NULL;
	s->member_count++;
	return OK;
}

static enum fail load_named(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	struct conf_named *to = &s->named[s->named_count];
	enum fail rc;

	*to = (struct conf_named){ .by_name = says(l, n, "by", "name"), .nested = says(l, n, "nested", "yes") };
	if ((rc = room_for(l, n, s->named_count)) || (rc = attribute_of(l, n, "attribute", &to->attribute)))
		return rc;
	text_of(l, n, "base", &to->base);
	s->named_count++;
	return OK;
}

static enum fail load_passed_over(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	enum fail rc = room_for(l, n, s->passed_over_count);

	if (!rc)
		s->passed_over[s->passed_over_count++] = xml_attr(l->a, n, "to");
	return rc;
}

static enum fail load_find(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	static const char *const names[] = { "auto", "search", "in-chain", "member-of" };
	const char *find = xml_attr(l->a, n, "find");
	bool nested = false;

	for (size_t i = 0; find && i < COUNT(names); i++)
		if (!strcmp(find, names[i]))
			s->find = (enum conf_find)i;
	for (size_t i = 0; i < s->named_count; i++)
		nested |= s->named[i].nested && !s->named[i].by_name;
	if (s->find == FIND_MEMBER_OF && !nested)
		return load_fault(l, n, "find=\"member-of\" needs <named attribute=\"memberOf\" nested=\"yes\"/>");
	return OK;
}

/* Any way of being a member that the file names replaces all of the preset's. */
static bool names_a_way(const xmlNode *n)
{
	return xml_first(n, "member") || xml_first(n, "named") || xml_first(n, "dynamic") ||
	       xml_first(n, "primary") || xml_first(n, "netgroups");
}

static enum fail load_ways(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	const xmlNode *dynamic = xml_first(n, "dynamic"), *primary = xml_first(n, "primary");
	enum fail rc;

	if (names_a_way(n)) {
		s->member_count = s->named_count = 0;
		s->dynamic = dynamic ? "memberURL" : NULL;
		s->primary = primary ? "primaryGroupID" : NULL;
		s->netgroups = xml_first(n, "netgroups") != NULL;
	}
	if ((dynamic && (rc = attribute_of(l, dynamic, "attribute", &s->dynamic))) ||
	    (primary && (rc = attribute_of(l, primary, "attribute", &s->primary))))
		return rc;
	if ((rc = load_each(l, n, "member", load_member, s, &s->member_count)) ||
	    (rc = load_each(l, n, "named", load_named, s, &s->named_count)))
		return rc;
	return load_each(l, n, "passed-over", load_passed_over, s, &s->passed_over_count);
}

static enum fail load_groups_of_source(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	enum fail rc;

	s->group_limit = 5000;
	if (!n)
		return OK;
	text_of(l, n, "base", &s->group_base);
	if (!s->group_base)
		return load_fault(l, n, "base=\"…\": write the DN below which all groups are");
	if ((rc = filter_of(l, n, "filter", &s->group_filter)) ||
	    (rc = attribute_of(l, n, "key", &s->group_key)) ||
	    (rc = attribute_of(l, n, "name", &s->group_name)) ||
	    (rc = attribute_of(l, n, "dn", &s->group_dn)) ||
	    (rc = load_int(l, n, "limit", 1, 1000000, 5000, &s->group_limit)) ||
	    (rc = load_int(l, n, "rounds", 1, 100000, 64, &s->rounds)) || (rc = load_ways(l, n, s)))
		return rc;
	return load_find(l, n, s);
}

enum fail load_source_people_and_groups(struct loading *l, const xmlNode *n, struct conf_source *s)
{
	enum fail rc;

	if ((rc = take_preset(l, n, s)))
		return rc;
	s->id = xml_attr(l->a, n, "id");
	if ((rc = load_people(l, xml_first(n, "people"), s)))
		return rc;
	return load_groups_of_source(l, xml_first(n, "groups"), s);
}
