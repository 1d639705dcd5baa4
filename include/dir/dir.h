/* dir: the campus directory, as the rest of the program sees it.
 *
 * Wraps libldap; no other folder includes <ldap.h>. One struct dir belongs to one process
 * and one source. It connects on first use, makes a dead connection new once (for
 * searches, never for a bind), skips a server that timed out for 30 s, and keeps every
 * call within source->timeout_ms and a whole sign-in within source->deadline_ms: that
 * begins with dir_find or dir_find_key, and dir_prove and dir_climb go on with it.
 *
 * Values are escaped here: callers pass plain text, never a filter or a DN they made.
 * Certificates are always checked; ldap:// means StartTLS, and no bind leaves before TLS is
 * in place. ldap.conf, ldaprc and LDAP* variables are not read. */
#ifndef DIR_DIR_H
#define DIR_DIR_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "domain/member.h"

struct dir; /* private to src/dir/ */

/* groups: the definitions whose RULE_ATTRIBUTE attributes are asked for and whose
 * RULE_LDAP_GROUP names are resolved to entry ids (again every 60 s). Both outlive it.
 * secret: the service account's password, copied into guarded memory; NULL without one.
 * No network yet. */
struct dir *dir_new(const struct conf_source *source, const char *secret, struct err *err);
void dir_groups(struct dir *d, const struct groups *groups); /* also when a revision is new */
/* For so many seconds dir_climb may take what is above a group from having asked before, for anybody; what holds
 * the account itself is asked each time. An account found so says in read_at how old the oldest answer is.
 * 0, as dir_new has it: everything is asked each time. */
void dir_keep(struct dir *d, int seconds);
void dir_forget(struct dir *d); /* what is kept: somebody wants to know how it is now */
void dir_free(struct dir *d); /* NULL is fine */

/* The account whose login attribute equals name: exactly one, else FAIL_ABSENT; two are
 * FAIL_ABSENT as well, with a cause that says "ambiguous". Values asked for are there,
 * groups not yet. FAIL_BACKEND: could not ask. */
MUST_CHECK enum fail dir_find(struct dir *d, struct arena *a, const char *name,
                              struct account *out, struct err *err);

/* The same by stable id: for refreshing. */
MUST_CHECK enum fail dir_find_key(struct dir *d, struct arena *a, const uint8_t key[16],
                                  struct account *out, struct err *err);

/* What a directory says beyond right and wrong (ppolicy, draft-behera-ldap-password-policy). */
enum password_state {
	PASSWORD_FINE,
	PASSWORD_MUST_CHANGE, /* right, but only a change of password is allowed */
	PASSWORD_EXPIRES,     /* right; expires in out->left seconds */
	PASSWORD_GRACE,       /* right, expired; out->left more sign-ins */
	PASSWORD_EXPIRED,     /* refused because expired */
	PASSWORD_LOCKED,      /* refused because locked */
};

struct password_answer {
	enum password_state state;
	int left;
};

/* Proves a password on a throw-away connection, exactly one bind. FAIL_LOGIN is "wrong"
 * (also for an empty one or one with a NUL, before any call), FAIL_BACKEND is "could not
 * ask". account NULL: binds against the decoy and always ends in FAIL_LOGIN or
 * FAIL_BACKEND, so that an unknown name costs the same. */
MUST_CHECK enum fail dir_prove(struct dir *d, const struct account *account, const char *password,
                               size_t len, struct password_answer *out, struct err *err);

/* Makes the connection that the next dir_prove takes, while nobody waits: its handshake is the dearest part of a
 * sign-in. Does nothing when there is one, when no password was proved since, or when the server failed lately;
 * takes half a second at most. A spare one is used for 30 seconds, and once. */
void dir_ready(struct dir *d);

/* Fills account->groups (all, nested, each with how it was reached) and account->named.
 * As source->find says: upward breadth-first, one OR filter a level, unless Active
 * Directory's rule or a nested attribute does it. FIND_AUTO searches upward the first time,
 * and once tries the rule as well, within the same deadline. Circles end; a limit, a referral, or an
 * error half-way leaves account->complete false with why_incomplete, and returns OK: the
 * caller shows what is known. FAIL_BACKEND only when nothing could be asked. */
MUST_CHECK enum fail dir_climb(struct dir *d, struct arena *a, struct account *account,
                               struct err *err);

/* ---- accounts of the same person (dir_link) ---- */

/* More attributes to ask of people; ends with NULL. After each dir_groups. */
void dir_wish(struct dir *d, const char *const *attributes);
/* What is asked from here on ends at that moment of clock_ms, or at the source's own limits if those
 * are sooner. */
void dir_until(struct dir *d, int64_t moment_ms);

#define DIR_TIES 32
struct dir_tie {
	const char *const *attributes; /* any of them equals value, by the server's rule */
	size_t attribute_count;
	const char *value;
	const uint8_t *key; /* instead: the entry with this stable id */
};
struct dir_tied {
	struct account account; /* groups not yet */
	unsigned ties;          /* bit i: found by tie i */
};
struct dir_tied_ask; /* private to dir_link */
/* Asks for the accounts that at most DIR_TIES ties lead to, and does not wait: what is asked of the same source
 * meanwhile goes along. The ties and what they name stay as they are until dir_tied, which is due. Lives in a. */
struct dir_tied_ask *dir_tied_ask(struct dir *d, struct arena *a, const struct dir_tie *ties, size_t count, int most);
/* The accounts, each once. found[i]: how many entries tie i is on; of one on more than `most` none is taken.
 * FAIL_BACKEND: could not ask for all of them. */
MUST_CHECK enum fail dir_tied(struct dir_tied_ask *ask, struct dir_tied **out, size_t *out_count, int *found,
                              struct err *err);

/* For `loketctl check`: connects, binds, reads the base; says what the server is. */
MUST_CHECK enum fail dir_check(struct dir *d, struct arena *a, const char **says, struct err *err);

/* A way of finding all groups above somebody, as dir_ways tried it. */
struct dir_way {
	const char *name; /* as the configuration writes it in find="…" */
	enum conf_find find;
	bool possible, configured, fastest;
	size_t people, wrong;     /* tried; got other groups than the search upward, or not all */
	unsigned long operations; /* of all of them together */
	int64_t us;               /* median */
};
#define DIR_WAYS       3
#define DIR_WAY_PEOPLE 20

/* For `loketctl check`: tries every way on the first people of the directory. */
MUST_CHECK enum fail dir_ways(struct dir *d, struct arena *a, struct dir_way ways[DIR_WAYS], struct err *err);

/* A group's member, below the base of groups, that is not there or hidden from us: whoever is in the group only
 * through it is lost, and nothing in an answer shows that. */
struct dir_broken {
	const char *group, *member;
};

/* For `loketctl check`: all of these in and below the groups that dir_groups named; *looked: entries seen. */
MUST_CHECK enum fail dir_links(struct dir *d, struct arena *a, size_t *looked, struct dir_broken **out,
                               size_t *count, struct err *err);

/* Directory operations (search, bind) since the process began: tests and metrics read it. */
unsigned long dir_operations(const struct dir *d);

#endif
