/* dir_priv: what the files of src/dir/ share. */
#ifndef DIR_DIR_PRIV_H
#define DIR_DIR_PRIV_H

#include <ldap.h>
#include <sys/time.h>

#include "dir/dir.h"

#define DIR_BATCH    32    /* requests under way at one time */
#define DIR_AGAIN_MS 60000 /* named groups, dynamic groups, bases are looked at again after so long */

/* ---- dir_secret: passwords in memory ---- */

struct dir_secret {
	char *at; /* NULL: there is none */
	size_t len;
	size_t room; /* with the guard pages */
};

bool dir_secret_take(struct dir_secret *s, const char *secret);
void dir_secret_release(struct dir_secret *s);
bool dir_wipe_sent(Sockbuf *sb); /* requests leave no copy behind */

/* ---- state ---- */

struct dir_server {
	const char *uri;
	int64_t failed_at; /* clock_ms, 0: not since its last success */
};

struct dir_named {
	const char *dn; /* as the group file writes it */
	const char *id; /* NULL: no such entry */
};

/* A group whose members a URL describes (RFC 4516), as its entry says. */
struct dir_dynamic {
	const char *id, *dn, *name;
	const char *url;    /* for people */
	const char *base;   /* as the server spells it; "": everything */
	int scope;
	const char *filter;
};

/* A DN of the configuration, as the server spells it. */
struct dir_base {
	const char *text;
	const char *dn; /* NULL: no such entry */
};

struct kept; /* private to dir_kept */

struct dir {
	const struct conf_source *source;
	struct conf_member member[CONF_KINDS]; /* the source's, or the usual ones */
	size_t member_count;
	const char *group_key, *group_name;
	struct dir_secret secret;
	struct dir_server server[CONF_LIST];
	LDAP *handle;     /* bound as the service account, or NULL */
	unsigned dropped; /* handles so far: an answer is to be had from the one that was asked */
	size_t current;   /* the server it is connected to */
	LDAP *spare;      /* for the next password: connected, secured, not bound; or NULL */
	size_t spare_server;
	int64_t spare_at; /* clock_ms */
	bool proved;      /* a password, since dir_ready */
	int64_t deadline; /* clock_ms at which the sign-in in hand must be over */
	int64_t latest;   /* what the caller set for that, 0: nothing */
	unsigned long operations;
	bool no_matched_values; /* the server cannot say which value matched (RFC 3876) */
	bool no_states;            /* the server cannot say what changed (RFC 4533) */
	bool classes_tell_nothing; /* of groups: they can hold members in several attributes */
	enum conf_find find;    /* FIND_AUTO: not measured yet */

	struct arena *wishes; /* what follows from the groups */
	char **asked;         /* attributes of people, ends with NULL */
	struct dir_named *named;
	size_t named_count;

	struct arena *ids; /* of the named groups */
	bool named_known;
	int64_t named_at; /* clock_ms */

	struct kept *kept; /* what is above groups, or NULL */
	int keep_ms;       /* for so long; 0: not at all */

	struct arena *patterns; /* of dynamic groups and bases */
	struct dir_dynamic *dynamic;
	size_t dynamic_count;
	struct dir_base *base;
	size_t base_count, base_room;
	bool patterns_known;
	int64_t patterns_at; /* clock_ms */
};

/* ---- dir_socket ---- */

/* A connected, non-blocking socket, or -1. */
int dir_socket(const char *uri, int64_t until, struct err *err);

/* ---- dir_open: handles ---- */

void dir_start(struct dir *d);         /* a new deadline begins */
int64_t dir_rest(const struct dir *d); /* milliseconds left for one call; 0: none */
struct timeval dir_timeval(int64_t ms);

/* A fresh handle with TLS in place, not bound. */
MUST_CHECK enum fail dir_open(struct dir *d, LDAP **out, size_t *server, struct err *err);
/* One that is bound to be thrown away: the spare one while it is fresh, or a new one. */
MUST_CHECK enum fail dir_open_spare(struct dir *d, LDAP **out, size_t *server, struct err *err);
/* d->handle, bound as the service account. */
MUST_CHECK enum fail dir_service(struct dir *d, struct err *err);
void dir_set_time(LDAP *ld, int64_t ms);
void dir_drop(struct dir *d); /* d->handle is of no use any more */
void dir_close(LDAP *ld);
void dir_failed(struct dir *d, size_t server); /* leave it alone for a while */

/* One bind request and its answer, which the caller frees; an LDAP result code. */
int dir_bind(struct dir *d, LDAP *ld, const char *dn, const char *mechanism, struct berval *secret,
             LDAPControl **controls, LDAPMessage **answer);

/* Waits for the whole answer to a request; an LDAP result code of the waiting itself. */
int dir_wait(struct dir *d, LDAP *ld, int id, LDAPMessage **answer);

bool dir_is_local(const char *uri); /* ldapi:// */
bool dir_transport(int code);       /* the connection or the server failed, not the request */

/* ---- dir_tls ---- */

/* Puts encryption in place on a connection, and checks the certificate. */
MUST_CHECK enum fail dir_secure(struct dir *d, LDAP *ld, const char *uri, struct err *err);

/* ---- dir_since: whether groups changed ---- */

/* What the server's state is called; NULL: it does not say. */
const char *dir_state(struct dir *d, struct arena *a);
/* Nothing below the groups' base has changed since that state. False: something has, or nobody can say. */
bool dir_same_since(struct dir *d, const char *state);

/* ---- dir_ask: searches ---- */

struct dir_ask {
	const char *base;
	int scope;
	const char *filter;
	char **attributes;
	int limit; /* entries; 0: the server's */
	LDAPControl **controls;

	int id;
	unsigned under_way;  /* dropped + 1 when it was sent; 0: it was not */
	bool unsent;         /* the filter is none; code says so */
	int code;            /* LDAP result */
	bool elsewhere;      /* the server named another one, which is never followed */
	LDAPMessage *answer; /* entries may be there whatever code says */
};

/* Sends without waiting, if there is a connection; dir_ask collects, and sends what is not under way. */
void dir_ask_early(struct dir *d, struct dir_ask *asks, size_t count);
/* Sends all, then collects all; a dead connection is made new once. After OK each ask has
 * its code, and dir_ask_release is due. */
MUST_CHECK enum fail dir_ask(struct dir *d, struct dir_ask *asks, size_t count, struct err *err);
void dir_ask_release(struct dir_ask *asks, size_t count);

/* ---- dir_entry: reading what came ---- */

#define DIR_VALUE_MAX 4096

const char *dir_text(struct arena *a, const char *s, size_t len);
bool dir_key(LDAP *ld, LDAPMessage *entry, const char *attribute, uint8_t key[16]);
/* As the directory's own tools write a value of that attribute. */
const char *dir_key_text(struct arena *a, const char *attribute, const uint8_t key[16]);
/* "(attribute=…)" for an entry with that key. */
const char *dir_key_filter(struct arena *a, const char *attribute, const uint8_t key[16]);
const char *dir_sid_text(struct arena *a, const struct berval *sid); /* "S-1-5-…", NULL: not one */
/* Is it the attribute, whatever options the description has? */
bool dir_is(const char *description, const char *attribute);
bool dir_below(const char *dn, const char *base); /* both as one server spells them; also equal */
/* What identifies a group: its key, or its DN where the server keeps none. */
const char *dir_id(struct arena *a, LDAP *ld, LDAPMessage *entry, const char *attribute,
                   const char *dn);
const char *dir_dn(struct arena *a, LDAP *ld, LDAPMessage *entry); /* exactly as sent */

/* A group's name for people; its DN where it has none. */
const char *dir_name(struct arena *a, struct dir *d, LDAPMessage *entry, const char *dn);

/* "(attribute=value)" with the value escaped; NULL when it is too long for any server. The attribute
 * may name a rule too: "member:1.2.840.113556.1.4.1941:". */
const char *dir_filter(struct arena *a, const char *attribute, const char *value);

/* ---- dir_account ---- */

/* FAIL_ABSENT: expired or switched off; FAIL_DATA: not an account that can be used. */
MUST_CHECK enum fail dir_account(struct dir *d, struct arena *a, LDAPMessage *entry,
                                 struct account *out, struct err *err);

/* ---- dir_pattern: dynamic groups, and bases as the server spells them ---- */

/* NULL, or why they could not all be read. */
const char *dir_patterns(struct dir *d);
/* The base's own spelling; NULL when there is no such entry or nobody could say. */
const char *dir_base(struct dir *d, const char *text);

/* ---- dir_climb, dir_way ---- */

MUST_CHECK enum fail dir_climb_by(struct dir *d, struct arena *a, enum conf_find find,
                                  struct account *account, struct err *err);
/* Decides for this process how to go on, from an answer that a search upward gave in so many us. */
void dir_choose(struct dir *d, const struct account *right, int64_t us);
int64_t dir_us(void); /* for durations */

void dir_kept_free(struct kept *k); /* NULL is fine */

/* ---- dir_named ---- */

/* Fills account->named; *why is set when not all could be asked. */
void dir_named(struct dir *d, struct arena *a, struct account *account, const char **why);

#endif
