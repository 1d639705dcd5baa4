/* Searches: as many as wanted, sent together, each with its own answer. */
#include "dir_priv.h"

static int send_one(struct dir *d, struct dir_ask *ask)
{
	int64_t rest = dir_rest(d);
	struct timeval limit = dir_timeval((rest + 999) / 1000 * 1000); /* servers count seconds */

	if (!rest)
		return LDAP_TIMEOUT;
	d->operations++;
	return ldap_search_ext(d->handle, ask->base, ask->scope, ask->filter, ask->attributes, 0,
	                       ask->controls, NULL, &limit, ask->limit, &ask->id);
}

static int collect_one(struct dir *d, struct dir_ask *ask)
{
	int code = dir_wait(d, d->handle, ask->id, &ask->answer);

	if (code)
		return code;
	code = ldap_parse_result(d->handle, ask->answer, &ask->code, NULL, NULL, NULL, NULL, 0);
	if (code)
		return code;
	ask->elsewhere = ask->code == LDAP_REFERRAL || ask->code == LDAP_PARTIAL_RESULTS ||
	                 ldap_count_references(d->handle, ask->answer) > 0;
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
