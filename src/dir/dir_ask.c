/* Searches: as many as wanted, sent together, each with its own answer. */
#include "dir_priv.h"

#include <string.h>
#include <strings.h>

static int send_one(struct dir *d, struct dir_ask *ask)
{
	int64_t rest = dir_rest(d);
	struct timeval limit = dir_timeval((rest + 999) / 1000 * 1000); /* servers count seconds */

	if (ask->under_way == d->dropped + 1)
		return LDAP_SUCCESS;
	if (!rest)
		return LDAP_TIMEOUT;
	ask->code = ldap_search_ext(d->handle, ask->base, ask->scope, ask->filter, ask->attributes, 0,
	                            ask->controls, NULL, &limit, ask->limit, &ask->id);
	/* A filter that somebody wrote into the directory may be none: that one question fails. */
	ask->unsent = ask->code == LDAP_FILTER_ERROR;
	if (ask->code && !ask->unsent)
		return ask->code;
	d->operations += !ask->unsent;
	ask->under_way = d->dropped + 1;
	return LDAP_SUCCESS;
}

/* The configuration says of some parts of the tree that nothing we look for is there. */
static bool is_passed_over(const struct dir *d, const char *uri)
{
	LDAPURLDesc *url;
	bool yes = false;

	if (ldap_url_parse(uri, &url))
		return false;
	for (size_t i = 0; url->lud_dn && i < d->source->passed_over_count; i++)
		yes |= !strncasecmp(url->lud_dn, d->source->passed_over[i], strlen(d->source->passed_over[i]));
	ldap_free_urldesc(url);
	return yes;
}

static bool refers_on(struct dir *d, LDAPMessage *answer)
{
	bool yes = false;

	for (LDAPMessage *m = ldap_first_reference(d->handle, answer); m && !yes;
	     m = ldap_next_reference(d->handle, m)) {
		char **uris = NULL;

		yes = ldap_parse_reference(d->handle, m, &uris, NULL, 0) != LDAP_SUCCESS || !uris || !uris[0] ||
		      !is_passed_over(d, uris[0]);
		ber_memvfree((void **)uris);
	}
	return yes;
}

static int collect_one(struct dir *d, struct dir_ask *ask)
{
	int code;

	if (ask->unsent)
		return LDAP_SUCCESS;
	ask->under_way = 0;
	code = dir_wait(d, d->handle, ask->id, &ask->answer);
	if (code)
		return code;
	code = ldap_parse_result(d->handle, ask->answer, &ask->code, NULL, NULL, NULL, NULL, 0);
	if (code)
		return code;
	ask->elsewhere = ask->code == LDAP_REFERRAL || ask->code == LDAP_PARTIAL_RESULTS ||
	                 refers_on(d, ask->answer);
	return dir_transport(ask->code) ? ask->code : LDAP_SUCCESS;
}

static int exchange(struct dir *d, struct dir_ask *asks, size_t count)
{
	int code = LDAP_SUCCESS;

	for (size_t from = 0; !code && from < count; from += DIR_BATCH) {
		size_t to = count - from > DIR_BATCH ? from + DIR_BATCH : count;

		for (size_t i = from; !code && i < to; i++)
			code = send_one(d, &asks[i]);
		for (size_t i = from; !code && i < to; i++)
			code = collect_one(d, &asks[i]);
	}
	return code;
}

void dir_ask_early(struct dir *d, struct dir_ask *asks, size_t count)
{
	if (!d->handle)
		return;
	for (size_t i = 0; i < count && i < DIR_BATCH; i++)
		if (send_one(d, &asks[i]))
			return;
}

void dir_ask_release(struct dir_ask *asks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ldap_msgfree(asks[i].answer);
		asks[i].answer = NULL;
	}
}

enum fail dir_ask(struct dir *d, struct dir_ask *asks, size_t count, struct err *err)
{
	int code;

	for (int attempt = 0; attempt < 2; attempt++) {
		enum fail rc = dir_service(d, err);

		if (rc)
			return rc;
		code = exchange(d, asks, count);
		if (!code)
			return OK;
		dir_ask_release(asks, count);
		dir_drop(d);
		if (!dir_transport(code))
			break;
		/* A connection that broke says nothing about the server: it may have been
		 * restarted. Silence does. */
		if (code != LDAP_SERVER_DOWN)
			dir_failed(d, d->current);
	}
	return err_set(err, FAIL_BACKEND, "dir: %s: searching: %s", d->server[d->current].uri,
	               ldap_err2string(code));
}
