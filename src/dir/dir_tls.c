/* Encryption and certificates. What the authority's file says is read once, and again when the file was
 * changed: parsing it costs as much as a handshake. */
#include "dir_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* libldap's context points into the handle that it was made with, and connections point into the context:
 * both stay as long as the program. */
struct authority {
	char *file;
	struct stat as; /* the file when it was read */
	LDAP *model;
	void *context;
	struct authority *next;
};

static struct authority *authorities;
static pthread_mutex_t authorities_lock = PTHREAD_MUTEX_INITIALIZER; /* sources may be asked by threads of their own */

static bool set_number(LDAP *ld, int option, int value)
{
	return ldap_set_option(ld, option, &value) == LDAP_OPT_SUCCESS;
}

/* A name in the certificate's list counts, never a common name beside such a list (RFC 6125). */
static bool set_checks(LDAP *ld)
{
	return set_number(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND) &&
	       set_number(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, LDAP_OPT_X_TLS_TRY) &&
	       set_number(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2);
}

/* NEWCTX comes last: what is set after it has no effect. */
static void *context_new(LDAP *model, const char *file)
{
	void *context = NULL;

	if (set_checks(model) && ldap_set_option(model, LDAP_OPT_X_TLS_CACERTFILE, file) == LDAP_OPT_SUCCESS &&
	    set_number(model, LDAP_OPT_X_TLS_NEWCTX, 0))
		ldap_get_option(model, LDAP_OPT_X_TLS_CTX, &context);
	return context;
}

static void *authority_read(const char *file, const struct stat *as)
{
	struct authority *made = calloc(1, sizeof *made);

	if (!made || !(made->file = strdup(file)) || ldap_initialize(&made->model, NULL) ||
	    !(made->context = context_new(made->model, file))) {
		if (made && made->model)
			ldap_unbind_ext(made->model, NULL, NULL);
		if (made)
			free(made->file);
		free(made);
		return NULL;
	}
	made->as = *as;
	made->next = authorities;
	authorities = made;
	return made->context;
}

static bool unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void *context_now(const char *file, const struct stat *now)
{
	for (struct authority *a = authorities; a; a = a->next)
		if (!strcmp(a->file, file) && unchanged(&a->as, now))
			return a->context;
	return authority_read(file, now);
}

/* NULL: the file cannot be used. */
static void *context_of(const char *file)
{
	struct stat now;
	void *context;

	if (stat(file, &now))
		return NULL;
	pthread_mutex_lock(&authorities_lock);
	context = context_now(file, &now);
	pthread_mutex_unlock(&authorities_lock);
	return context;
}

static bool set_tls(LDAP *ld, const char *file)
{
	void *context = context_of(file);

	return context && set_checks(ld) &&
	       ldap_set_option(ld, LDAP_OPT_X_TLS_CTX, context) == LDAP_OPT_SUCCESS;
}

/* Asks for StartTLS; only the server's yes lets us go on. */
static int start_tls(struct dir *d, LDAP *ld)
{
	LDAPMessage *answer;
	int id, code = ldap_start_tls(ld, NULL, NULL, &id), said;

	if (code || (code = dir_wait(d, ld, id, &answer)))
		return code;
	code = ldap_parse_result(ld, answer, &said, NULL, NULL, NULL, NULL, 1);
	return code ? code : said;
}

enum fail dir_secure(struct dir *d, LDAP *ld, const char *uri, struct err *err)
{
	const char *file = d->source->ca_file;
	int code;

	if (!set_tls(ld, file))
		return err_set(err, FAIL_BACKEND, "%s: TLS cannot be set up with %s", uri, file);
	if (strncasecmp(uri, "ldaps://", 8) != 0 && (code = start_tls(d, ld)))
		return err_set(err, FAIL_BACKEND, "%s: StartTLS: %s", uri, ldap_err2string(code));
	dir_set_time(ld, dir_rest(d));
	code = ldap_install_tls(ld);
	if (!code && ldap_tls_inplace(ld))
		return OK;
	/* The library rarely knows more than "connect error"; what to look at, we know. */
	return err_set(err, FAIL_BACKEND, "%s: TLS: %s (its certificate and name are checked with %s)", uri,
	               code ? ldap_err2string(code) : "not in place", file);
}
