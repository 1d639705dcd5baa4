/* A sign-in with libldap alone, as short as it can be written: one search, one bind on a connection of
 * its own, and the groups. The same operations, encryption and kept connection as the portal's. */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include <lber.h>
#include <ldap.h>
#include <stdbool.h>

#include "serve.h"

#define RAW_PEOPLE "ou=people,dc=merwestad,dc=example"
#define RAW_GROUPS "ou=groups,dc=merwestad,dc=example"
#define RAW_SELF   "cn=loket,ou=system,dc=merwestad,dc=example"
#define RAW_MOST   4096 /* groups of one person */
#define RAW_SLOTS  (4 * RAW_MOST)
#define RAW_FILTER (1 << 20)

struct raw {
	const char *uri;
	LDAP *kept; /* bound as the portal's own account */
	unsigned long operations;
	char *group[RAW_MOST]; /* what the last sign-in found */
	size_t groups;
	unsigned short slot[RAW_SLOTS]; /* of a group's hash: its place + 1 */
};

static inline void raw_need(int code, const char *what)
{
	if (code == LDAP_SUCCESS)
		return;
	fprintf(stderr, "%s: %s\n", what, ldap_err2string(code));
	exit(EXIT_FAILURE);
}

/* One TLS context for all connections. */
static inline void raw_tls(const char *ca)
{
	int demand = LDAP_OPT_X_TLS_DEMAND, zero = 0;

	setenv("LDAPNOINIT", "1", 1);
	raw_need(ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, ca), "authority");
	raw_need(ldap_set_option(NULL, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand), "certificates");
	raw_need(ldap_set_option(NULL, LDAP_OPT_X_TLS_NEWCTX, &zero), "TLS");
}

static inline LDAP *raw_open(const struct raw *r)
{
	int version = LDAP_VERSION3;
	LDAP *ld;

	raw_need(ldap_initialize(&ld, r->uri), r->uri);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	raw_need(ldap_start_tls_s(ld, NULL, NULL), "StartTLS");
	return ld;
}

static inline int raw_bind(struct raw *r, LDAP *ld, const char *dn, const char *password)
{
	struct berval secret = { strlen(password), (char *)password };

	r->operations++;
	return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
}

static inline void raw_begin(struct raw *r, const char *uri, const char *secret)
{
	r->uri = uri;
	r->kept = raw_open(r);
	raw_need(raw_bind(r, r->kept, RAW_SELF, secret), RAW_SELF);
}

static inline LDAPMessage *raw_search(struct raw *r, const char *base, const char *filter, char **attributes)
{
	LDAPMessage *answer = NULL;

	r->operations++;
	raw_need(ldap_search_ext_s(r->kept, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, NULL, 0,
	                           &answer),
	         filter);
	return answer;
}

/* The DN of the account, to be freed with ldap_memfree; NULL: there is none. */
static inline char *raw_find(struct raw *r, const char *uid)
{
	static char *wanted[] = { "uid", "displayName", "preferredLanguage", "entryUUID", "eduPersonAffiliation",
		                  "eduPersonOrgUnitDN", "mwsStudyPhase", "mwsStaffCategory",
		                  "mwsEmployeeUntil", NULL };
	char filter[512], *dn = NULL;
	LDAPMessage *answer, *entry;

	snprintf(filter, sizeof filter, "(&(objectClass=person)(|(uid=%s)(mail=%s)))", uid, uid);
	answer = raw_search(r, RAW_PEOPLE, filter, wanted);
	if ((entry = ldap_first_entry(r->kept, answer)))
		dn = ldap_get_dn(r->kept, entry);
	ldap_msgfree(answer);
	return dn;
}

static inline bool raw_prove(struct raw *r, const char *dn, const char *password)
{
	LDAP *ld = raw_open(r);
	bool right = raw_bind(r, ld, dn, password) == LDAP_SUCCESS;

	ldap_unbind_ext(ld, NULL, NULL);
	return right;
}

/* ---- groups ---- */

static inline void raw_forget(struct raw *r)
{
	for (size_t i = 0; i < r->groups; i++)
		ldap_memfree(r->group[i]);
	r->groups = 0;
	memset(r->slot, 0, sizeof r->slot);
}

/* Takes dn over. */
static inline bool raw_add(struct raw *r, char *dn)
{
	size_t h = 1469598103934665603u;

	for (const char *s = dn; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	for (h %= RAW_SLOTS; r->slot[h]; h = (h + 1) % RAW_SLOTS)
		if (!strcmp(r->group[r->slot[h] - 1], dn)) {
			ldap_memfree(dn);
			return false;
		}
	if (r->groups == RAW_MOST)
		exit(EXIT_FAILURE);
	r->group[r->groups++] = dn;
	r->slot[h] = (unsigned short)r->groups;
	return true;
}

static inline void raw_take(struct raw *r, const char *filter)
{
	static char *nothing[] = { "cn", "entryUUID", NULL };
	LDAPMessage *answer = raw_search(r, RAW_GROUPS, filter, nothing);

	for (LDAPMessage *e = ldap_first_entry(r->kept, answer); e; e = ldap_next_entry(r->kept, e))
		raw_add(r, ldap_get_dn(r->kept, e));
	ldap_msgfree(answer);
}

/* A DN as a filter takes it: a name of a group may hold parentheses, stars and backslashes. */
static inline size_t raw_escape(const char *dn, char *to)
{
	static const char digits[] = "0123456789abcdef";
	char *at = to;

	for (; *dn; dn++) {
		if (!strchr("()*\\", *dn)) {
			*at++ = *dn;
			continue;
		}
		*at++ = '\\';
		*at++ = digits[(unsigned char)*dn >> 4];
		*at++ = digits[*dn & 15];
	}
	*at = '\0';
	return (size_t)(at - to);
}

static inline size_t raw_item(char *to, const char *attribute, const char *value, size_t len)
{
	size_t n = (size_t)sprintf(to, "(%s=", attribute);

	memcpy(to + n, value, len);
	n += len;
	to[n++] = ')';
	return n;
}

static inline void raw_direct(struct raw *r, const char *dn, const char *uid)
{
	char filter[16384], value[4096];
	size_t len = raw_escape(dn, value), n = (size_t)sprintf(filter, "(|");

	n += raw_item(filter + n, "member", value, len);
	n += raw_item(filter + n, "uniqueMember", value, len);
	n += raw_item(filter + n, "memberUid", uid, strlen(uid));
	strcpy(filter + n, ")");
	raw_take(r, filter);
}

/* Level by level, one question each. */
static inline void raw_climb(struct raw *r)
{
	static char filter[RAW_FILTER];
	char value[4096];

	for (size_t from = 0, to; from < r->groups; from = to) {
		size_t n = (size_t)sprintf(filter, "(|");

		to = r->groups;
		for (size_t i = from; i < to; i++) {
			size_t len = raw_escape(r->group[i], value);

			n += raw_item(filter + n, "member", value, len);
			n += raw_item(filter + n, "uniqueMember", value, len);
		}
		strcpy(filter + n, ")");
		raw_take(r, filter);
	}
}

#endif
