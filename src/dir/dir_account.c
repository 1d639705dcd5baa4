/* Reading an account: values that count, until when, and whether it counts at all. */
#include "dir_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"

/* ---- which values count ---- */

static bool option_allowed(const struct conf_source *s, const char *option, size_t len)
{
	if (len > 6 && !strncasecmp(option, "range=", 6)) /* a part of the values: dir_named asks for more */
		return true;
	for (size_t i = 0; i < s->option_count; i++) {
		size_t want = strlen(s->option[i]);
		bool family = want && (s->option[i][want - 1] == '-' || s->option[i][want - 1] == '=');

		if (family ? len > want : len == want)
			if (!strncasecmp(option, s->option[i], want))
				return true;
	}
	return false;
}

/* "affiliation;prior: employee" is somebody who was one: what an option means is for the
 * configuration to say, and what it does not name drops out. */
static bool options_allowed(const struct conf_source *s, const char *description)
{
	const char *option = strchr(description, ';');

	while (option) {
		const char *next = strchr(++option, ';');

		if (!option_allowed(s, option, next ? (size_t)(next - option) : strlen(option)))
			return false;
		option = next;
	}
	return true;
}

static bool scope_trusted(const struct conf_scoped *scoped, const char *scope)
{
	size_t len = strlen(scope);

	for (size_t i = 0; i < scoped->scope_count; i++) {
		const char *trusted = scoped->scope[i];
		size_t tail = strlen(trusted);

		if (trusted[0] == '.' ? len > tail && !strcasecmp(scope + len - tail, trusted)
		                      : !strcasecmp(scope, trusted))
			return true;
	}
	return false;
}

/* eduPerson 2.2.9: the first "@" ends the word. */
static bool value_trusted(const struct conf_source *s, const char *description, const char *value)
{
	for (size_t i = 0; i < s->scoped_count; i++) {
		const char *at = strchr(value, '@');

		if (dir_is(description, s->scoped[i].attribute) &&
		    (!at || at == value || !scope_trusted(&s->scoped[i], at + 1)))
			return false;
	}
	return true;
}

/* ---- reading ---- */

struct values {
	struct arena *arena;
	const struct conf_source *source;
	struct fact_value *list;
	size_t count, room;
};

/* The description stays as the server wrote it. */
static void add_values(struct values *v, const struct berval *description, const struct berval *list)
{
	const char *name = dir_text(v->arena, description->bv_val, description->bv_len);
	bool sid = !strcasecmp(name, "objectSid");

	if (!options_allowed(v->source, name))
		return;
	for (; list && list->bv_val; list++) {
		const char *value =
			sid ? dir_sid_text(v->arena, list) : dir_text(v->arena, list->bv_val, list->bv_len);

		if (!value || !value_trusted(v->source, name, value))
			continue;
		v->list = arena_grow(v->arena, v->list, v->count, &v->room, sizeof *v->list);
		v->list[v->count++] = (struct fact_value){ .attribute = name, .value = value };
	}
}

/* In the order of the answer, occurrence by occurrence: asking for the values by name would give
 * those of the first occurrence only, and an entry loaded from a careless LDIF has several. */
static void read_values(struct dir *d, LDAPMessage *entry, struct values *v)
{
	struct berval dn, name, *list;
	BerElement *at = NULL;

	if (ldap_get_dn_ber(d->handle, entry, &at, &dn) != LDAP_SUCCESS)
		return;
	while (ldap_get_attribute_ber(d->handle, entry, at, &name, &list) == LDAP_SUCCESS && name.bv_val) {
		if (strcasecmp(name.bv_val,
		               d->source->key_attribute)) /* may be binary, and has its own place */
			add_values(v, &name, list);
		ldap_memfree(list);
	}
	ber_free(at, 0);
}

static const char *first_value(const struct values *v, const char *attribute)
{
	for (size_t i = 0; attribute && i < v->count; i++)
		if (!strcasecmp(v->list[i].attribute, attribute) && *v->list[i].value)
			return v->list[i].value;
	return NULL;
}

/* ---- does it count? ---- */

#define FILETIME_SECOND 10000000 /* units of 100 ns */
#define FILETIME_1970   11644473600
#define DAY             86400

/* False: what stands there is no moment. *end 0: never. */
static bool parse_end(enum conf_time as, const char *text, int64_t *end)
{
	char *rest;
	long long n;

	if (as == TIME_GENERALIZED)
		return clock_parse_generalized(text, end);
	n = strtoll(text, &rest, 10);
	if (rest == text || *rest)
		return false;
	if (as == TIME_FILETIME)
		*end = n <= 0 || n == INT64_MAX ? 0 : n / FILETIME_SECOND - FILETIME_1970;
	else
		*end = n < 0 ? 0 : n > 1000000 ? 0 : n * DAY;
	return true;
}

/* A moment that cannot be read is none that we know: somebody may look at the log, nobody is locked out
 * by a typing error; the directory's own bind still decides. 0: none. */
static int64_t moment_of(const struct conf_end *which, const struct values *v)
{
	const char *text = first_value(v, which->attribute);
	int64_t moment;

	return text && parse_end(which->as, text, &moment) ? moment : 0;
}

/* Of several the narrowest time counts. */
static void read_ends(const struct conf_source *s, const struct values *v, struct account *account)
{
	for (size_t i = 0; i < s->begin_count; i++) {
		int64_t begin = moment_of(&s->begin[i], v);

		if (begin > account->from)
			account->from = begin;
	}
	for (size_t i = 0; i < s->end_count; i++) {
		int64_t end = moment_of(&s->end[i], v);

		if (end && (!account->until || end < account->until))
			account->until = end;
	}
}

static enum fail refuse_dead(const struct conf_source *s, const struct values *v,
                             const struct account *account, struct err *err)
{
	if (account->until && clock_now() >= account->until)
		return err_set(err, FAIL_ABSENT, "dir: %s has expired", account->dn);
	if (clock_now() < account->from)
		return err_set(err, FAIL_ABSENT, "dir: %s has not begun yet", account->dn);
	for (size_t i = 0; i < s->refused_count; i++)
		for (size_t k = 0; k < v->count; k++)
			if (!strcasecmp(v->list[k].attribute, s->refused[i].attribute) &&
			    (!s->refused[i].value || !strcasecmp(v->list[k].value, s->refused[i].value)))
				return err_set(err, FAIL_ABSENT, "dir: %s is switched off (%s=%s)", account->dn,
				               s->refused[i].attribute, v->list[k].value);
	return OK;
}

enum fail dir_account(struct dir *d, struct arena *a, LDAPMessage *entry, struct account *out,
                      struct err *err)
{
	const struct conf_source *s = d->source;
	struct values v = { .arena = a, .source = s };
	struct account account = { .source = s->id,
		                   .server = d->server[d->current].uri,
		                   .read_at = clock_now() };

	account.dn = dir_dn(a, d->handle, entry);
	if (!*account.dn || !utf8_clean(account.dn, strlen(account.dn), false))
		return err_set(err, FAIL_DATA, "dir: an account's DN is not plain text");
	if (!dir_key(d->handle, entry, s->key_attribute, account.key))
		return err_set(err, FAIL_DATA, "dir: %s has no %s that we may read", account.dn,
		               s->key_attribute);
	read_values(d, entry, &v);
	account.values = v.list;
	account.value_count = v.count;
	account.uid = first_value(&v, s->uid_attribute);
	if (!account.uid)
		return err_set(err, FAIL_DATA, "dir: %s has no %s", account.dn, s->uid_attribute);
	account.name = first_value(&v, s->name_attribute);
	if (!account.name)
		account.name = account.uid;
	account.lang = first_value(&v, s->lang_attribute);
	read_ends(s, &v, &account);
	*out = account;
	return refuse_dead(s, &v, out, err);
}
