#include "dir/dir.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "dir_priv.h"

#define WISHES_MAX ((size_t)4 << 20)
#define COUNT_MAX  500 /* entries counted by dir_check */

/* ---- made and ended ---- */

static bool starts(const char *s, const char *with)
{
	return !strncasecmp(s, with, strlen(with));
}

/* What would only fail at the first visitor, or fail to protect one, fails here. */
static enum fail check_source(const struct conf_source *s, const char *secret, struct err *err)
{
	if (!s->uri_count)
		return err_set(err, FAIL_DATA, "source %s: no server", s->id);
	if (s->bind_dn && (!*s->bind_dn || !secret || !*secret))
		return err_set(err, FAIL_DATA,
		               "source %s: the portal's own account needs a password", s->id);
	for (size_t i = 0; i < s->uri_count; i++) {
		const char *uri = s->uri[i];

		if (!starts(uri, "ldap://") && !starts(uri, "ldaps://") && !dir_is_local(uri))
			return err_set(err, FAIL_DATA,
			               "source %s: \"%s\" is not ldap, ldaps or ldapi", s->id, uri);
		if (dir_is_local(uri))
			continue;
		if (!s->bind_dn)
			return err_set(err, FAIL_DATA,
			               "source %s: %s needs an account to sign in with", s->id,
			               uri);
		if (!s->ca_file)
			return err_set(err, FAIL_DATA,
			               "source %s: %s needs a certificate authority", s->id, uri);
	}
	return OK;
}

/* A server that hangs up while we write must not end the program; somebody who wants the
 * signal keeps it. */
static void ignore_sigpipe(void)
{
	struct sigaction now;

	if (!sigaction(SIGPIPE, NULL, &now) && now.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

struct dir *dir_new(const struct conf_source *source, const char *secret, struct err *err)
{
	static const struct groups none;
	struct dir *d;

	if (check_source(source, secret, err))
		return NULL;
	/* Before the first call of the library: its files and variables can turn checks off. */
	setenv("LDAPNOINIT", "1", 1);
	ignore_sigpipe();
	d = calloc(1, sizeof *d);
	if (!d || (secret && !dir_secret_take(&d->secret, secret))) {
		free(d);
		err_set(err, FAIL_BACKEND, "source %s: out of memory", source->id);
		return NULL;
	}
	d->source = source;
	d->wishes = arena_new(WISHES_MAX);
	d->ids = arena_new(WISHES_MAX);
	for (size_t i = 0; i < source->uri_count; i++)
		d->server[i].uri = source->uri[i];
	dir_groups(d, &none);
	return d;
}

void dir_free(struct dir *d)
{
	if (!d)
		return;
	dir_drop(d);
	dir_secret_release(&d->secret);
	arena_free(d->wishes);
	arena_free(d->ids);
	free(d);
}

unsigned long dir_operations(const struct dir *d)
{
	return d->operations;
}

/* ---- what the groups ask of the directory ---- */

struct wish {
	struct dir *d;
	size_t asked_count, asked_room, named_room;
};

static void wish_append(struct wish *w, char *attribute)
{
	struct dir *d = w->d;

	d->asked =
		arena_grow(d->wishes, d->asked, w->asked_count, &w->asked_room, sizeof *d->asked);
	d->asked[w->asked_count++] = attribute;
}

static void wish_attribute(struct wish *w, const char *attribute)
{
	struct dir *d = w->d;

	if (!attribute || !*attribute)
		return;
	for (size_t i = 0; i < w->asked_count; i++)
		if (!strcasecmp(d->asked[i], attribute))
			return;
	wish_append(w, arena_str(d->wishes, attribute));
}

static void wish_named(struct wish *w, const char *dn)
{
	struct dir *d = w->d;

	if (!dn)
		return;
	for (size_t i = 0; i < d->named_count; i++)
		if (!strcmp(d->named[i].dn, dn))
			return;
	d->named =
		arena_grow(d->wishes, d->named, d->named_count, &w->named_room, sizeof *d->named);
	d->named[d->named_count++] = (struct dir_named){ .dn = arena_str(d->wishes, dn) };
}

static void wish_rule(struct wish *w, const struct rule *r)
{
	if (r->kind == RULE_ATTRIBUTE) {
		wish_attribute(w, r->attribute);
		wish_attribute(w, r->until);
	}
	if (r->kind == RULE_LDAP_GROUP)
		wish_named(w, r->dn);
	for (size_t i = 0; i < r->child_count; i++)
		wish_rule(w, &r->children[i]);
}

void dir_groups(struct dir *d, const struct groups *groups)
{
	struct wish w = { .d = d };

	arena_reset(d->wishes);
	d->asked = NULL;
	d->named = NULL;
	d->named_count = 0;
	d->named_known = false;
	wish_attribute(&w, d->source->uid_attribute);
	wish_attribute(&w, d->source->name_attribute);
	wish_attribute(&w, d->source->lang_attribute);
	wish_attribute(&w, d->source->key_attribute);
	for (size_t i = 0; i < groups->count; i++)
		for (size_t k = 0; k < groups->list[i].rule_count; k++)
			wish_rule(&w, &groups->list[i].rules[k]);
	wish_append(&w, NULL);
}

/* ---- check ---- */

static const char *product(struct dir *d, struct arena *a, const struct dir_ask *root)
{
	static const char *const telling[] = { "vendorName", "vendorVersion" };
	LDAPMessage *entry = root->answer ? ldap_first_entry(d->handle, root->answer) : NULL;
	struct berval **values;
	const char *said = NULL;

	for (size_t i = 0; entry && !said && i < COUNT(telling); i++) {
		values = ldap_get_values_len(d->handle, entry, telling[i]);
		if (values && values[0])
			said = dir_text(a, values[0]->bv_val, values[0]->bv_len);
		ldap_value_free_len(values);
	}
	values = entry && !said ? ldap_get_values_len(d->handle, entry, "objectClass") : NULL;
	for (size_t i = 0; values && values[i]; i++)
		if (!strcasecmp(values[i]->bv_val, "OpenLDAProotDSE"))
			said = "OpenLDAP";
	ldap_value_free_len(values);
	return said ? said : "an LDAP server";
}

/* "12 entries", "500 or more entries", "no answer (…)" */
static const char *counted(struct dir *d, struct arena *a, const struct dir_ask *ask)
{
	int n = ask->answer ? ldap_count_entries(d->handle, ask->answer) : 0;

	if (ask->code == LDAP_SIZELIMIT_EXCEEDED)
		return arena_printf(a, "%d or more entries", n);
	if (ask->code)
		return arena_printf(a, "no answer (%s)", ldap_err2string(ask->code));
	return arena_printf(a, "%d %s", n, n == 1 ? "entry" : "entries");
}

enum fail dir_check(struct dir *d, struct arena *a, const char **says, struct err *err)
{
	static char *about[] = { "vendorName", "vendorVersion", "objectClass", NULL };
	static char *nothing[] = { LDAP_NO_ATTRS, NULL };
	const struct conf_source *s = d->source;
	struct dir_ask ask[] = {
		{ .base = "",
		  .scope = LDAP_SCOPE_BASE,
		  .filter = "(objectClass=*)",
		  .attributes = about },
		{ .base = s->people_base,
		  .scope = LDAP_SCOPE_SUBTREE,
		  .filter = s->people_filter ? s->people_filter : "(objectClass=*)",
		  .attributes = nothing,
		  .limit = COUNT_MAX },
		{ .base = s->group_base,
		  .scope = LDAP_SCOPE_SUBTREE,
		  .filter = "(objectClass=*)",
		  .attributes = nothing,
		  .limit = COUNT_MAX },
	};
	size_t count = s->group_base ? 3 : 2;
	enum fail rc;

	dir_start(d);
	if ((rc = dir_ask(d, ask, count, err)))
		return rc;
	*says = arena_printf(a, "%s is %s; people below %s: %s", d->server[d->current].uri,
	                     product(d, a, &ask[0]), s->people_base, counted(d, a, &ask[1]));
	if (s->group_base)
		*says = arena_printf(a, "%s; groups below %s: %s", *says, s->group_base,
		                     counted(d, a, &ask[2]));
	if (ask[1].code && ask[1].code != LDAP_SIZELIMIT_EXCEEDED)
		rc = err_set(err, FAIL_BACKEND, "dir: %s", *says);
	dir_ask_release(ask, count);
	return rc;
}
