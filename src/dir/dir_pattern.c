/* What is read of a directory's groups beforehand and kept for a minute: the URLs of dynamic groups, and
 * how the server itself spells the bases that URLs and the configuration name. */
#include "dir_priv.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define DYNAMIC_MAX 2000 /* more URLs in one directory: incomplete */

static void forget(struct dir *d)
{
	arena_reset(d->patterns);
	d->dynamic = NULL;
	d->base = NULL;
	d->dynamic_count = d->base_count = d->base_room = 0;
	d->patterns_known = false;
}

/* ---- bases ---- */

static const struct dir_base *base_known(const struct dir *d, const char *text)
{
	for (size_t i = 0; i < d->base_count; i++)
		if (!strcmp(d->base[i].text, text))
			return &d->base[i];
	return NULL;
}

const char *dir_base(struct dir *d, const char *text)
{
	static char *nothing[] = { LDAP_NO_ATTRS, NULL };
	const struct dir_base *known = base_known(d, text);
	struct dir_ask ask = {
		.base = text, .scope = LDAP_SCOPE_BASE, .filter = "(objectClass=*)", .attributes = nothing
	};
	LDAPMessage *entry;
	const char *dn;

	if (!*text)
		return "";
	if (known)
		return known->dn;
	if (dir_ask(d, &ask, 1, NULL))
		return NULL;
	entry = ask.answer ? ldap_first_entry(d->handle, ask.answer) : NULL;
	dn = entry ? dir_dn(d->patterns, d->handle, entry) : NULL;
	dir_ask_release(&ask, 1);
	d->base = arena_grow(d->patterns, d->base, d->base_count, &d->base_room, sizeof *d->base);
	d->base[d->base_count++] = (struct dir_base){ arena_str(d->patterns, text), dn };
	return dn;
}

/* ---- dynamic groups ---- */

/* A URL with attributes fills in values and makes nobody a member; one with a host is about the people of
 * another server; one with an extension that must be understood is not understood. */
static bool is_membership(const LDAPURLDesc *url)
{
	bool critical = false;

	for (size_t i = 0; url->lud_exts && url->lud_exts[i]; i++)
		critical |= url->lud_exts[i][0] == '!';
	return !(url->lud_attrs && url->lud_attrs[0]) && !(url->lud_host && *url->lud_host) && !critical;
}

struct patterns {
	struct dir *d;
	size_t room;
};

static void add_url(struct patterns *p, LDAPMessage *entry, const struct berval *value)
{
	struct dir *d = p->d;
	struct arena *a = d->patterns;
	const char *dn, *text = arena_strn(a, value->bv_val, value->bv_len);
	LDAPURLDesc *url;

	if (ldap_url_parse(text, &url))
		return;
	if (is_membership(url)) {
		dn = dir_dn(a, d->handle, entry);
		d->dynamic = arena_grow(a, d->dynamic, d->dynamic_count, &p->room, sizeof *d->dynamic);
		d->dynamic[d->dynamic_count++] = (struct dir_dynamic){
			.id = dir_id(a, d->handle, entry, d->group_key, dn),
			.dn = dn,
			.name = dir_name(a, d, entry, dn),
			.url = dir_text(a, text, strlen(text)),
			.base = arena_str(a, url->lud_dn ? url->lud_dn : ""),
			.scope = url->lud_scope < 0 ? LDAP_SCOPE_BASE : url->lud_scope,
			.filter = arena_str(a, url->lud_filter ? url->lud_filter : "(objectClass=*)"),
		};
	}
	ldap_free_urldesc(url);
}

static void add_entry(struct patterns *p, LDAPMessage *entry)
{
	struct berval **urls = ldap_get_values_len(p->d->handle, entry, p->d->source->dynamic);

	for (size_t i = 0; urls && urls[i]; i++)
		add_url(p, entry, urls[i]);
	ldap_value_free_len(urls);
}

/* A base that is no entry of this server holds nobody. */
static void spell_bases(struct dir *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->dynamic_count; i++) {
		struct dir_dynamic one = d->dynamic[i];

		if ((one.base = dir_base(d, one.base)))
			d->dynamic[kept++] = one;
	}
	d->dynamic_count = kept;
}

static const char *read_urls(struct dir *d)
{
	const struct conf_source *s = d->source;
	char *attributes[] = { (char *)d->group_key, (char *)d->group_name, (char *)s->dynamic, NULL };
	struct patterns p = { .d = d };
	struct dir_ask ask = { .base = s->group_base,
		               .scope = LDAP_SCOPE_SUBTREE,
		               .filter = arena_printf(d->patterns, "(&%s(%s=*))",
		                                      s->group_filter ? s->group_filter : "", s->dynamic),
		               .attributes = attributes,
		               .limit = DYNAMIC_MAX };
	const char *why = NULL;

	if (dir_ask(d, &ask, 1, NULL))
		return "the directory fell silent";
	for (LDAPMessage *e = ldap_first_entry(d->handle, ask.answer); e; e = ldap_next_entry(d->handle, e))
		add_entry(&p, e);
	if (ask.code == LDAP_NO_SUCH_OBJECT)
		why = NULL; /* whoever asks for the members below that base hears of it */
	else if (ask.code)
		why = "the dynamic groups could not all be read";
	else if (ask.elsewhere)
		why = "a referral was not followed";
	dir_ask_release(&ask, 1);
	return why;
}

const char *dir_patterns(struct dir *d)
{
	const char *why = NULL;

	if (d->patterns_known && clock_ms() - d->patterns_at < DIR_AGAIN_MS)
		return NULL;
	forget(d);
	if (d->source->dynamic && !(why = read_urls(d)))
		spell_bases(d);
	d->patterns_known = !why;
	d->patterns_at = clock_ms();
	return why;
}
