#include "dir/dir.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "dir_priv.h"

#define WISHES_MAX   ((size_t)4 << 20)
#define PATTERNS_MAX ((size_t)32 << 20)

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

/* Where a source names no way of being a member, the usual ones are meant. */
static void take_ways(struct dir *d)
{
	static const struct conf_member usual[] = { { .attribute = "member" },
		                                    { .attribute = "uniqueMember" },
		                                    { .attribute = "memberUid", .holds = "uid" } };
	const struct conf_source *s = d->source;
	bool named = s->member_count || s->named_count || s->dynamic || s->primary || s->netgroups;

	d->member_count = named ? s->member_count : COUNT(usual);
	memcpy(d->member, named ? s->member : usual, d->member_count * sizeof *d->member);
	for (size_t i = 0; i < d->member_count && !named; i++)
		if (d->member[i].holds)
			d->member[i].holds = s->uid_attribute;
	d->group_key = s->group_key ? s->group_key : s->key_attribute;
	d->group_name = s->group_name ? s->group_name : "cn";
	d->find = s->find;
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
	d->patterns = arena_new(PATTERNS_MAX);
	take_ways(d);
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
	dir_kept_free(d->kept);
	arena_free(d->wishes);
	arena_free(d->ids);
	arena_free(d->patterns);
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

/* What the source itself needs to know of a person. */
static void wish_source(struct wish *w)
{
	const struct conf_source *s = w->d->source;

	wish_attribute(w, s->uid_attribute);
	wish_attribute(w, s->name_attribute);
	wish_attribute(w, s->lang_attribute);
	wish_attribute(w, s->key_attribute);
	for (size_t i = 0; i < s->end_count; i++)
		wish_attribute(w, s->end[i].attribute);
	for (size_t i = 0; i < s->refused_count; i++)
		wish_attribute(w, s->refused[i].attribute);
	if (!s->group_base)
		return;
	for (size_t i = 0; i < w->d->member_count; i++)
		wish_attribute(w, w->d->member[i].holds);
	for (size_t i = 0; i < s->named_count; i++)
		wish_attribute(w, s->named[i].attribute);
	if (s->primary) {
		wish_attribute(w, s->primary);
		wish_attribute(w, "objectSid");
	}
	if (s->primary || s->find == FIND_IN_CHAIN) /* shows through which groups the others were reached */
		wish_attribute(w, "memberOf");
}

void dir_groups(struct dir *d, const struct groups *groups)
{
	struct wish w = { .d = d };

	arena_reset(d->wishes);
	d->asked = NULL;
	d->named = NULL;
	d->named_count = 0;
	d->named_known = false;
	wish_source(&w);
	for (size_t i = 0; i < groups->count; i++)
		for (size_t k = 0; k < groups->list[i].rule_count; k++)
			wish_rule(&w, &groups->list[i].rules[k]);
	wish_append(&w, NULL);
}
