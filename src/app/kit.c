#include "app/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/guard.h"
#include "app/person.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "dir/dir.h"
#include "domain/member.h"
#include "view/load.h"
#include "view/piece.h"

#define PROCESS_MEMORY  ((size_t)64 << 20)
#define REQUEST_MEMORY  ((size_t)32 << 20)
#define SHARED_SESSIONS 65536
#define FRAME_COUNT     512
#define FRAME_BYTES     ((size_t)24 << 20)
#define ENTRY_COUNT     8192
#define ENTRY_BYTES     ((size_t)8 << 20)
#define OWN_COUNT    20000
#define OWN_BYTES    ((size_t)4 << 20)
#define LOOK_AGAIN_MS   1000

/* ---- opening ---- */

enum fail kit_arguments(int argc, char **argv, struct kit_arguments *out, struct err *err)
{
	int c;

	*out = (struct kit_arguments){ .conf = "/etc/loket/loket.xml" };
	opterr = 0;
	while ((c = getopt(argc, argv, "c:nr")) != -1) {
		if (c == 'c')
			out->conf = optarg;
		else if (c == 'n')
			out->check_only = true;
		else if (c == 'r')
			out->routes = true;
		else
			return err_set(err, FAIL_INPUT, "usage: %s [-c FILE] [-n] [-r]", argv[0]);
	}
	return OK;
}

/* "loket-{program}" becomes "loket-login": one database account per program. */
static const char *for_program(struct kit *kit, const char *s)
{
	const char *at = s ? strstr(s, "{program}") : NULL;

	return at ? arena_printf(kit->arena, "%.*s%s%s", (int)(at - s), s, kit->program,
	                         at + strlen("{program}"))
	          : s;
}

static enum fail open_database(struct kit *kit, unsigned flags, struct err *err)
{
	struct conf *conf = &kit->conf;
	char *secret = NULL, *path;
	enum fail rc;

	conf->db_user = for_program(kit, conf->db_user);
	conf->db_secret_file = for_program(kit, conf->db_secret_file);
	if (conf->db_secret_file && (rc = file_secret(kit->arena, conf->db_secret_file, &secret, err)))
		return rc;
	kit->db = db_new(conf, secret);
	if (flags & KIT_PATIENT)
		db_patient(kit->db);
	if (secret)
		wipe(secret, strlen(secret));
	path = arena_printf(kit->arena, "%s/share", conf->state_dir);
	return share_open(path, SHARED_SESSIONS, &kit->share, err);
}

static enum fail open_directories(struct kit *kit, struct err *err)
{
	for (size_t i = 0; i < kit->conf.source_count; i++) {
		const struct conf_source *source = &kit->conf.source[i];
		char *secret = NULL;
		enum fail rc;

		if (source->secret_file &&
		    (rc = file_secret(kit->arena, source->secret_file, &secret, err)))
			return rc;
		kit->dir[i] = dir_new(source, secret, err);
		if (secret)
			wipe(secret, strlen(secret));
		if (!kit->dir[i])
			return err->code;
		dir_keep(kit->dir[i], kit->conf.groups_fresh_s / 4);
	}
	return OK;
}

static void piece_release(void *piece)
{
	piece_free(piece);
}

/* A browser must not keep a page that another program or configuration made: part of every ETag. */
static const char *edition_of(const struct kit *kit, const char *conf)
{
	struct stat program = { 0 }, settings = { 0 };

	(void)!stat("/proc/self/exe", &program);
	(void)!stat(conf, &settings);
	return arena_printf(kit->arena, "%s %lld %lld %lld %lld", kit->static_base,
	                    (long long)program.st_size, (long long)program.st_mtime,
	                    (long long)settings.st_size, (long long)settings.st_mtime);
}

static void open_views(struct kit *kit, const char *conf)
{
	char *real = realpath(kit->conf.static_dir, NULL);
	const char *dir = real ? real : kit->conf.static_dir, *name = strrchr(dir, '/');

	kit->sheets = sheets_new(kit->conf.views_dir, kit->conf.own_views_dir);
	kit->frames = cache_new(FRAME_COUNT, FRAME_BYTES, piece_release);
	kit->entries = cache_new(ENTRY_COUNT, ENTRY_BYTES, piece_release);
	kit->owns = cache_new(OWN_COUNT, OWN_BYTES, free);
	/* A link ("current") is followed: what browsers keep for a year is named after its content. */
	kit->static_base =
	        arena_printf(kit->arena, "%sstatic/%s/", kit->conf.base, name ? name + 1 : dir);
	free(real);
	kit->edition = edition_of(kit, conf);
}

/* No core file, no ptrace by the same user: the process may hold a password. */
static void keep_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &none);
}

static enum fail open_conf(struct kit *kit, const char *path, struct err *err)
{
	enum fail rc;

	if ((rc = crypt_start(err)))
		return rc;
	view_start();
	if ((rc = load_conf(kit->arena, path, &kit->conf, err)) ||
	    (rc = clock_zone(kit->conf.zone, err)))
		return rc;
	clock_shift(kit->conf.clock_shift);
	kit->langs.count = kit->conf.lang_count;
	for (size_t i = 0; i < kit->langs.count; i++)
		kit->langs.tag[i] = kit->conf.lang[i];
	return OK;
}

enum fail kit_open(struct kit *kit, const char *program, const char *conf, unsigned flags,
                   struct err *err)
{
	enum fail rc;

	*kit = (struct kit){ .program = program, .worker = -1, .arena = arena_new(PROCESS_MEMORY) };
	log_open(program);
	if ((rc = open_conf(kit, conf, err)))
		return rc;
	if (flags & KIT_DIR)
		keep_secrets();
	if ((flags & KIT_DB) && (rc = open_database(kit, flags, err)))
		return rc;
	if ((flags & KIT_DIR) && (rc = open_directories(kit, err)))
		return rc;
	if (flags & KIT_VIEWS)
		open_views(kit, conf);
	if ((flags & KIT_WORKER) && kit->share)
		kit->worker = share_worker_enter(kit->share);
	return OK;
}

void kit_close(struct kit *kit)
{
	cache_free(kit->frames);
	cache_free(kit->entries);
	cache_free(kit->owns);
	sheets_free(kit->sheets);
	for (size_t i = 0; i < COUNT(kit->dir); i++)
		dir_free(kit->dir[i]);
	institution_free(kit->in);
	if (kit->share) {
		share_worker_leave(kit->share, kit->worker);
		share_close(kit->share);
	}
	db_free(kit->db);
	arena_free(kit->arena);
}

/* ---- the revision in force ---- */

static void take(struct kit *kit, struct institution *fresh)
{
	struct institution *old = kit->in;

	kit->in = fresh;
	for (size_t i = 0; i < kit->conf.source_count; i++)
		if (kit->dir[i])
			dir_groups(kit->dir[i], &fresh->groups);
	person_wishes(kit);
	if (kit->frames)
		cache_clear(kit->frames);
	if (kit->entries)
		cache_clear(kit->entries);
	institution_free(old);
}

enum fail kit_institution(struct kit *kit, struct err *err)
{
	int64_t live = share_revision(kit->share);
	struct institution *fresh;
	struct err why = { 0 };
	enum fail rc;

	if (kit->in && (!live || live == kit->in->revision ||
	                (live == kit->looked_for && clock_ms() - kit->looked_ms < LOOK_AGAIN_MS)))
		return OK;
	kit->looked_ms = clock_ms();
	kit->looked_for = live;
	rc = institution_live(&kit->conf, &kit->langs, kit->db, &fresh, &why);
	if (!rc) {
		take(kit, fresh);
		if (!live)
			share_set_revision(kit->share, fresh->revision);
		return OK;
	}
	if (kit->in) {
		log_event("revision", "outcome=kept revision=%ld cause=\"%s\"", (long)kit->in->revision,
		          why.text);
		return OK;
	}
	return err_set(err, rc == FAIL_ABSENT ? FAIL_BACKEND : rc, "%s", why.text);
}

/* ---- people ---- */

void kit_session_groups(const struct groups *g, const struct person *p, int64_t revision,
                        struct session *s)
{
	s->groups = p->groups;
	s->unknown = p->unknown;
	s->own_groups = p->own;
	s->until = p->until;
	s->stale_since = p->stale_since;
	s->revision = revision;
	s->as_of = p->as_of;
	s->complete = p->complete;
	s->hat_count = 0;
	memset(s->missing, 0, sizeof s->missing);
	for (size_t i = 0; i < p->missing_count && i < SESSION_MISSING; i++)
		snprintf(s->missing[i], sizeof s->missing[i], "%s", p->missing[i]);
	for (size_t i = 0; i < p->count && s->hat_count < SESSION_HATS; i++) {
		if (!bits_has(&g->hats, p->list[i].group))
			continue;
		s->hat[s->hat_count].group = (uint16_t)p->list[i].group;
		s->hat[s->hat_count++].until = p->list[i].until;
	}
}

void kit_decide(const struct kit *kit, struct arena *a, struct decision *out)
{
	decide(a, &kit->in->catalogue, &kit->session.groups, &kit->session.unknown, clock_date(clock_now()),
	       kit->lang, out);
}

enum fail kit_person(struct kit *kit, struct arena *a, const char *membership,
                     struct account **accounts, size_t *count, struct person *out, struct err *err)
{
	if (member_read(a, membership, accounts, count, err))
		return err->code = FAIL_LOGIN;
	member_derive(a, &kit->in->groups, *accounts, *count, clock_now(), out);
	return OK;
}

enum fail kit_fill(void *with, const char *membership, struct session *s, struct err *err)
{
	struct kit *kit = with;
	struct arena *scratch;
	struct account *accounts;
	struct person person;
	size_t count;
	enum fail rc;

	if ((rc = kit_institution(kit, err)))
		return rc;
	scratch = arena_new(REQUEST_MEMORY);
	if (!(rc = kit_person(kit, scratch, membership, &accounts, &count, &person, err)))
		kit_session_groups(&kit->in->groups, &person, kit->in->revision, s);
	arena_free(scratch);
	return rc;
}

/* ---- a FastCGI program ---- */

static void note_busy(struct kit *kit, bool busy)
{
	if (kit->share && kit->worker >= 0)
		share_worker_busy(kit->share, kit->worker, busy);
}

static enum fail serve(struct kit *kit, const struct route *routes, size_t count, size_t body_max,
                       const char *secret_field, struct err *err)
{
	const char **hosts = arena_array(kit->arena, kit->conf.host_count + 1, sizeof *hosts);
	struct gate_settings settings = { .base = kit->conf.base,
		                          .hosts = hosts,
		                          .body_max = body_max,
		                          .arena_max = REQUEST_MEMORY,
		                          .secret_field = secret_field,
		                          /* Only the program that sees passwords lets people in. */
		                          .proved_parameter =
		                                  secret_field ? kit->conf.external_parameter : NULL,
		                          .busy = note_busy };
	struct err why = { 0 };

	for (size_t i = 0; i < kit->conf.host_count; i++)
		hosts[i] = kit->conf.host[i];
	/* Before the first visitor; with a database that is down, at the first visit after it is back. */
	if (kit->sheets && kit->db && kit_institution(kit, &why))
		log_event("revision", "outcome=none cause=\"%s\"", why.text);
	return gate_serve(kit, routes, count, &guard_hooks, &settings, err);
}

int kit_main(const char *program, int argc, char **argv, unsigned flags, const struct route *routes,
             size_t count, size_t body_max, const char *secret_field)
{
	struct kit_arguments arguments;
	struct err err = { 0 };
	struct kit kit = { 0 };

	if (kit_arguments(argc, argv, &arguments, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	if (arguments.routes) {
		gate_print_routes(routes, count);
		return EXIT_SUCCESS;
	}
	/* Whatever is wrong with this machine goes wrong here, before the first visitor. */
	if (!kit_open(&kit, program, arguments.conf, flags | KIT_WORKER, &err) && !arguments.check_only)
		err.code = serve(&kit, routes, count, body_max, secret_field, &err);
	if (err.code)
		log_event("stop", "cause=\"%s\"", err.text);
	kit_close(&kit);
	return err.code ? EXIT_FAILURE : EXIT_SUCCESS;
}
