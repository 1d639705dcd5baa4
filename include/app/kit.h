/* kit: opens and closes everything a program needs, and knows who the visitor is.
 *
 * A program says with flags what it may touch: what it does not ask for is not opened, and
 * its secret not read (one program per trust level). */
#ifndef APP_KIT_H
#define APP_KIT_H

#include "app/institution.h"
#include "base/cache.h"
#include "crypt/token.h"
#include "db/session.h"
#include "domain/decide.h"
#include "domain/member.h"
#include "gate/gate.h"
#include "view/sheet.h"

struct dir;

enum {
	KIT_DB = 1,        /* sessions, revisions */
	KIT_DIR = 2,       /* directories, with the service account's secret */
	KIT_VIEWS = 4,     /* stylesheets and the revision in force */
	KIT_WORKER = 8,    /* a FastCGI worker: has a slot for the watchdog */
	KIT_PATIENT = 16,  /* no visitor waits: the database may take its time */
};

struct kit {
	const char *program;
	struct arena *arena; /* process */
	struct conf conf;
	struct langs langs;
	const char *static_base; /* "/portal/static/HASH/" */
	const char *edition;     /* differs with the program, the configuration and static_base */
	struct db *db;
	struct share *share;
	int worker;            /* slot in share, -1 */
	struct dir *dir[4];    /* per conf->source */
	int64_t silent_until[4]; /* clock_ms: it did not answer lately, and is left alone until then */
	bool hurried;          /* that also holds for the only source: nobody waits for it */
	struct sheets *sheets;
	struct institution *in; /* the revision in force; NULL until one could be loaded */
	int64_t looked_ms, looked_for; /* when the database was last asked for a revision, and which */
	struct cache *frames;   /* pages with holes, by what they were made from */
	struct cache *entries;  /* services as seen under hats, and personal pieces */
	struct cache *owns;     /* favourites, by person and version */

	/* of the request in hand */
	struct session session;
	struct token token; /* of the session, or of the form cookie */
	bool has_token;
	bool signed_in;
	int lang;
};

/* What every program takes: -c FILE (default /etc/loket/loket.xml), -n (check and stop), -r (print
 * the routes and stop). FAIL_INPUT for anything else. */
struct kit_arguments {
	const char *conf;
	bool check_only, routes;
};
MUST_CHECK enum fail kit_arguments(int argc, char **argv, struct kit_arguments *out, struct err *err);

/* program is also the name that "{program}" stands for in the configuration. kit_close is right
 * after a failure too. */
MUST_CHECK enum fail kit_open(struct kit *kit, const char *program, const char *conf, unsigned flags,
                              struct err *err);
void kit_close(struct kit *kit);

/* What every FastCGI program's main does with its route table: -n, --routes, serve. */
int kit_main(const char *program, int argc, char **argv, unsigned flags, const struct route *routes,
             size_t count, size_t body_max, const char *secret_field);

/* The revision in force, loading it when it is new; keeps the old one when a new one does not
 * load. FAIL_BACKEND: there is none and the database does not answer. */
MUST_CHECK enum fail kit_institution(struct kit *kit, struct err *err);

/* Turns stored facts into the groups and hats of now and of the revision in force: session_fill. */
enum fail kit_fill(void *kit, const char *membership, struct session *s, struct err *err);
/* The same from a person just derived. */
void kit_session_groups(const struct groups *g, const struct person *p, int64_t revision,
                        struct session *s);
/* What who is signed in sees today, in their language. */
void kit_decide(const struct kit *kit, struct arena *a, struct decision *out);
/* The person of stored facts, with proofs. FAIL_LOGIN: not of this edition, to be signed in anew. */
MUST_CHECK enum fail kit_person(struct kit *kit, struct arena *a, const char *membership,
                                struct account **accounts, size_t *count, struct person *out,
                                struct err *err);

#endif
