/* Proving a password: a connection of its own, one bind, and what the directory adds. */
#include "dir_priv.h"

#include <string.h>

/* A name that nobody has, where the configuration names no decoy. */
#define NOBODY "loket-decoy"

/* ---- what the answer means ---- */

static void read_policy(LDAP *ld, LDAPControl **controls, bool right, struct password_answer *out)
{
	LDAPControl *c = ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
	ber_int_t seconds = -1, grace = -1;
	LDAPPasswordPolicyError said = PP_noError;

	if (!c || ldap_parse_passwordpolicy_control(ld, c, &seconds, &grace, &said))
		return;
	if (said == PP_accountLocked)
		out->state = PASSWORD_LOCKED;
	else if (said == PP_changeAfterReset)
		out->state = PASSWORD_MUST_CHANGE;
	else if (right && grace >= 0)
		*out = (struct password_answer){ PASSWORD_GRACE, grace };
	else if (said == PP_passwordExpired)
		out->state = PASSWORD_EXPIRED;
	else if (right && seconds >= 0)
		*out = (struct password_answer){ PASSWORD_EXPIRES, seconds };
}

/* Only what is surely about this account and password is "wrong". */
static enum fail meaning(int code, const struct password_answer *policy)
{
	switch (code) {
	case LDAP_SUCCESS:
		return policy->state == PASSWORD_EXPIRED || policy->state == PASSWORD_LOCKED
		               ? FAIL_LOGIN
		               : OK;
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_INAPPROPRIATE_AUTH:   /* the entry has no password */
	case LDAP_NO_SUCH_OBJECT:       /* some servers say so of a DN without entry */
	case LDAP_CONSTRAINT_VIOLATION: /* 389 Directory Server: too many tries */
		return FAIL_LOGIN;
	case LDAP_UNWILLING_TO_PERFORM: /* a locked account, or a server in maintenance */
		return policy->state == PASSWORD_FINE ? FAIL_BACKEND : FAIL_LOGIN;
	default:
		return FAIL_BACKEND;
	}
}

static enum fail read_answer(LDAP *ld, LDAPMessage *answer, const char *uri,
                             struct password_answer *out, struct err *err)
{
	LDAPControl **controls = NULL;
	char *text = NULL;
	int said, code = ldap_parse_result(ld, answer, &said, NULL, &text, NULL, &controls, 1);
	enum fail rc;

	if (!code) {
		code = said;
		read_policy(ld, controls, said == LDAP_SUCCESS, out);
	}
	rc = meaning(code, out);
	if (rc)
		err_set(err, rc, "dir: %s: bind: %s%s%s", uri, ldap_err2string(code),
		        text && *text ? ": " : "", text ? text : "");
	ldap_memfree(text);
	ldap_controls_free(controls);
	return rc;
}

/* ---- the bind ---- */

static enum fail bind_once(struct dir *d, const char *dn, const char *password, size_t len,
                           struct password_answer *out, struct err *err)
{
	LDAPControl policy = { .ldctl_oid = LDAP_CONTROL_PASSWORDPOLICYREQUEST };
	LDAPControl *controls[] = { &policy, NULL };
	struct berval secret = { len, (char *)password };
	LDAPMessage *answer = NULL;
	size_t server;
	LDAP *ld;
	int code;
	enum fail rc = dir_open_spare(d, &ld, &server, err);

	if (rc)
		return rc;
	code = dir_bind(d, ld, dn, LDAP_SASL_SIMPLE, &secret, controls, &answer);
	if (code) {
		dir_failed(d, server);
		rc = err_set(err, FAIL_BACKEND, "dir: %s: bind: %s", d->server[server].uri,
		             ldap_err2string(code));
	} else {
		rc = read_answer(ld, answer, d->server[server].uri, out, err);
	}
	dir_close(ld);
	return rc;
}

/* For a name that is unknown: the same work, and never a yes. */
static enum fail bind_decoy(struct dir *d, const char *password, size_t len, struct err *err)
{
	const struct conf_source *s = d->source;
	struct password_answer ignored = { 0 };
	struct arena *a = arena_new(64 << 10);
	const char *dn =
		s->decoy_dn ? s->decoy_dn
			    : arena_printf(a, "%s=" NOBODY ",%s", s->uid_attribute, s->people_base);
	enum fail rc = bind_once(d, dn, password, len, &ignored, err);

	arena_free(a);
	return rc == FAIL_BACKEND ? rc : err_set(err, FAIL_LOGIN, "dir: no such account");
}

enum fail dir_prove(struct dir *d, const struct account *account, const char *password, size_t len,
                    struct password_answer *out, struct err *err)
{
	*out = (struct password_answer){ PASSWORD_FINE, 0 };
	/* The protocol takes a name with an empty password for "anonymous", which succeeds. */
	if (!len || memchr(password, '\0', len))
		return err_set(err, FAIL_LOGIN, "dir: no password that could be right");
	if (!account)
		return bind_decoy(d, password, len, err);
	if (!account->dn || !*account->dn)
		return err_set(err, FAIL_BUG, "dir: an account without a DN");
	return bind_once(d, account->dn, password, len, out, err);
}
