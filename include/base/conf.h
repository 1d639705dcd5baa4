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
	const char *group_base;     /* NULL: no groups asked for */
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

	struct conf_source source[4];
	size_t source_count;

	int workers_login, workers_catalogue, workers_public, workers_health; /* for loketd */
};

#endif
