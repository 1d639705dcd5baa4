/* conf: the settings of an installation, as loket.xml gives them.
 *
 * Plain values, loaded and checked by view/load_conf; every program reads the same file.
 * Secrets are never in it: it names files (mode 0400) that hold them. Paths are absolute
 * after loading (relative ones count from the folder of loket.xml). */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_LIST 16

/* A key that ties accounts of one person together, under the names it goes by in the sources. */
struct conf_link {
	const char *attribute[CONF_LIST];
	size_t attribute_count;
};

#define CONF_LINKS 8

/* ---- how one directory says who somebody is, and who is in a group ---- */

#define CONF_KINDS 8 /* of each sort below */

/* A group entry says who is in it: (attribute=what the member has). */
struct conf_member {
	const char *attribute; /* of the group: member, uniqueMember, memberUid, gidNumber … */
	const char *holds;     /* NULL: the member's DN, so that groups nest; else the attribute of the
	                          person that has the same value: uid, gidNumber */
	const char *filter;    /* only groups that match this too, or NULL */
};

/* An attribute of the person that names groups. */
struct conf_named {
	const char *attribute; /* memberOf, nsRole, isMemberOf … */
	bool by_name;          /* names, compared exactly; else DNs of entries */
	bool nested;           /* holds the groups above the person's own too */
	const char *base;      /* DNs elsewhere are no groups; NULL: the base of groups */
};

/* Values "word@scope" count only with a scope that this directory may speak for. */
struct conf_scoped {
	const char *attribute;
	const char *scope[CONF_LIST]; /* "a.example"; ".a.example" is every name below it */
	size_t scope_count;
};

enum conf_time {
	TIME_GENERALIZED, /* 20261231230000Z */
	TIME_FILETIME,    /* 100 ns since 1601; 0 and the largest are "never" */
	TIME_DAYS,        /* days since 1970; below 0 is "never" */
};

/* An account that counts only from or until a moment, or not with a value. */
struct conf_end {
	const char *attribute;
	enum conf_time as;
};
struct conf_refused {
	const char *attribute, *value; /* without case; value NULL: any */
};

/* How all groups above somebody are found. */
enum conf_find {
	FIND_AUTO,      /* upward or in chain, whichever is faster for the first person asked about */
	FIND_SEARCH,    /* upward, a search a level */
	FIND_IN_CHAIN,  /* Active Directory's matching rule, once */
	FIND_MEMBER_OF, /* the nested attribute of the person */
};

/* One directory (LDAP server or servers) that knows people and groups. */
struct conf_source {
	const char *id;
	const char *label[8];       /* per language of the configuration, for people */
	const char *uri[CONF_LIST]; /* ldap:// (StartTLS is then required), ldaps:// or ldapi:// */
	size_t uri_count;
	const char *ca_file;        /* certificate authority; required unless all are ldapi:// */
	const char *bind_dn;        /* the portal's own account, or NULL: SASL EXTERNAL on ldapi */
	const char *secret_file;
	const char *people_base;
	const char *people_filter;  /* (objectClass=person) or the like; ANDed */
	const char *login_attribute[CONF_LIST]; /* uid, mail: what people may type */
	size_t login_attribute_count;
	const char *uid_attribute;  /* the account name shown and used everywhere */
	const char *name_attribute;
	const char *lang_attribute;
	const char *key_attribute;  /* entryUUID */
	const char *option[CONF_LIST]; /* options that values may carry: "lang-" is a family; others drop */
	size_t option_count;
	struct conf_scoped scoped[CONF_KINDS];
	size_t scoped_count;
	struct conf_end begin[CONF_KINDS], end[CONF_KINDS];
	size_t begin_count, end_count;
	struct conf_refused refused[CONF_KINDS];
	size_t refused_count;

	const char *group_base;     /* NULL: no groups asked for */
	const char *group_filter;   /* of every group, or NULL */
	const char *group_key;      /* NULL: key_attribute */
	const char *group_name;     /* NULL: cn */
	const char *group_dn;       /* indexed attribute in which an entry holds its own DN, or NULL */
	struct conf_member member[CONF_KINDS]; /* none of the kinds: member, uniqueMember, memberUid */
	size_t member_count;
	struct conf_named named[CONF_KINDS];
	size_t named_count;
	const char *dynamic;        /* memberURL, or NULL */
	const char *primary;        /* primaryGroupID: a number in the domain of objectSid, or NULL */
	bool netgroups;             /* nisNetgroup entries below group_base */
	enum conf_find find;
	const char *passed_over[CONF_KINDS]; /* referrals to DNs that begin so lose nothing */
	size_t passed_over_count;
	int rounds;                 /* levels upward, 0: 64; reached: incomplete */
	const char *decoy_dn;       /* bound against when a name is unknown, so both cost the same */
	int timeout_ms;             /* of each call, connecting and TLS included */
	int deadline_ms;            /* of all calls of one sign-in together */
	int group_limit;            /* most directory groups of one account; reached: incomplete */
};

struct conf {
	const char *file;       /* loket.xml itself */
	bool sample;            /* clock shift and NOW are allowed */
	const char *name;       /* the portal: "Loket" */
	const char *org[8];     /* the institution, per language */
	const char *lang[8];    /* BCP 47; the first is the default */
	size_t lang_count;
	const char *zone;       /* Europe/Amsterdam */
	int64_t clock_shift;    /* seconds; only with sample */

	const char *base;       /* "/" or "/portal/": always begins and ends with a slash */
	const char *host[CONF_LIST]; /* names the portal answers to; others get 421 */
	size_t host_count;

	const char *help_phone;  /* of the desk that helps who cannot sign in */
	const char *password_url; /* forgotten password: path of ours or https */
	const char *activate_url; /* activate an account */

	const char *groups_file, *desks_file, *catalogue_file;
	const char *words_file; /* what people say for what the catalogue says, or NULL */
	const char *texts_dir;  /* the institution's own pages: accessibility.nl.xml … */
	const char *views_dir;  /* xslt/ */
	const char *own_views_dir; /* the institution's own, taken before ours; or NULL */
	const char *static_dir; /* style sheet, fonts, icons; its last part is part of their address */
	const char *schema_dir; /* migrations and grammars */
	const char *state_dir;  /* shared memory and the like */
	const char *socket_dir; /* FastCGI sockets, for loketd */

	const char *db_socket;  /* MariaDB over a unix socket, or */
	const char *db_host;    /* over TLS */
	int db_port;
	const char *db_ca_file;
	const char *db_name;
	const char *db_user; /* "{program}" in it and in db_secret_file is the program's name */
	const char *db_secret_file; /* NULL: unix_socket authentication */

	int session_idle_s;     /* 3600 */
	int session_overall_s;  /* 43200 */
	int groups_fresh_s;     /* a change of membership counts within this time: 60 */
	int poll_ms;            /* change log, 250 */
	int poll_bound_s;       /* last good poll older than this: ask the database each time, 3 */
	int signin_grid_ms;     /* failed sign-ins answer at a multiple of this: 250 */
	int throttle_account;   /* failures before waiting begins: 5 */
	int throttle_address;   /* 50 */
	int throttle_wait_s;    /* longest wait: 60 */
	int request_budget_ms;  /* a worker in one request for longer is ended: 10000 */
	const char *health_from[CONF_LIST]; /* addresses that may read /metrics and /ready */
	size_t health_from_count;

	struct conf_link link[CONF_LINKS]; /* the most trusted first */
	size_t link_count;
	const char *link_stop[CONF_LIST]; /* values that are no key, beside the usual ones */
	size_t link_stop_count;
	int link_most;          /* a key on more entries links nobody: 4 */
	bool link_chain;        /* also what a linked account is linked to */
	int people_ms;          /* all sources together, one sign-in: 2500 */
	int last_good_s;        /* how long what a silent source said may stand in: 900 */
	bool show_dn;           /* people see DNs of their own proofs */

	const char *external_parameter; /* FastCGI parameter with a name that the front has proved, or NULL */
	const char *external_strip;     /* taken off its end, or NULL */
	const char *external_label[8];
	const char *external_sign_out;  /* where one signs out there too, or NULL */
	bool external_only;             /* no passwords here */

	struct conf_source source[4];
	size_t source_count;

	int workers_login, workers_catalogue, workers_public, workers_health; /* for loketd */
};

#endif
