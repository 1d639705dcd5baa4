/* Commands about files: check, import, migrate, views. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/ctl.h"
#include "base/doc.h"
#include "base/file.h"
#include "base/log.h"
#include "dir/dir.h"
#include "view/sheet.h"

#define FILE_MAX     ((size_t)8 << 20)
#define FINDINGS_MAX ((size_t)256 << 10)
#define LINKS_SHOWN  5

/* ---- the files of an institution ---- */

enum part {
	GROUPS,
	DESKS,
	CATALOGUE,
	WORDS, /* an institution may go without */
	PART_COUNT,
	OTHER = PART_COUNT,
};

static const char *const roots[] = { "groups", "desks", "catalogue", "words" };

static enum fail read_stdin(struct ctl *ctl, struct source_text *out, struct err *err)
{
	char *text = arena_alloc(ctl->arena, FILE_MAX + 1);
	size_t have = 0;
	ssize_t got;

	while ((got = read(STDIN_FILENO, text + have, FILE_MAX + 1 - have)) > 0) {
		have += (size_t)got;
		if (have > FILE_MAX)
			return err_set(err, FAIL_DATA, "-: is larger than %zu bytes", FILE_MAX);
	}
	text[have < FILE_MAX ? have : FILE_MAX] = '\0';
	*out = (struct source_text){ "-", text, have };
	return OK;
}

static enum fail read_file(struct ctl *ctl, const char *path, struct source_text *out, struct err *err)
{
	char *text;
	enum fail rc;

	if (!strcmp(path, "-"))
		return read_stdin(ctl, out, err);
	if ((rc = file_read(ctl->arena, path, FILE_MAX, &text, &out->len, err)))
		return rc == FAIL_ABSENT ? FAIL_DATA : rc;
	out->name = path;
	out->text = text;
	return OK;
}

/* Which file it is, by its first element; the loader looks at everything else. */
static enum part part_of(const struct source_text *t)
{
	const char *s = t->text, *end = t->text + t->len;

	while (s < end && (s = memchr(s, '<', (size_t)(end - s)))) {
		s++;
		if (s < end && (*s == '?' || *s == '!')) {
			bool comment = end - s > 2 && !strncmp(s, "!--", 3);
			const char *close = strstr(s, comment ? "-->" : ">");

			if (!close)
				break;
			s = close;
			continue;
		}
		for (size_t i = 0; i < COUNT(roots); i++) {
			size_t n = strlen(roots[i]);

			if (!strncmp(s, roots[i], n) && strchr(" \t\r\n>/", s[n]))
				return (enum part)i;
		}
		break;
	}
	return OTHER;
}

static enum fail gather(struct ctl *ctl, struct source_text part[PART_COUNT], struct err *err)
{
	const char *const path[] = { ctl->kit.conf.groups_file, ctl->kit.conf.desks_file,
		                     ctl->kit.conf.catalogue_file, ctl->kit.conf.words_file };
	bool given[PART_COUNT] = { false };
	enum fail rc;

	for (int i = 0; i < ctl->words; i++) {
		struct source_text t;
		enum part which;

		if ((rc = read_file(ctl, ctl->word[i], &t, err)))
			return rc;
		which = part_of(&t);
		if (which == OTHER)
			return err_set(err, FAIL_DATA,
			               "%s:1: begins with neither <groups>, <desks>, <catalogue> nor <words>: write one "
			               "of these around it",
			               t.name);
		part[which] = t;
		given[which] = true;
	}
	for (size_t i = 0; i < PART_COUNT; i++)
		if (!given[i] && path[i] && (rc = read_file(ctl, path[i], &part[i], err)))
			return rc;
	return OK;
}

static enum fail make_institution(struct ctl *ctl, const struct source_text part[PART_COUNT], struct institution **out,
                                  struct err *err)
{
	const struct institution_text of = { part[GROUPS], part[DESKS], part[CATALOGUE], part[WORDS] };

	return institution_make(&ctl->kit.conf, &ctl->kit.langs, &of, out, err);
}

/* ---- import ---- */

int ctl_import(struct ctl *ctl, struct err *err)
{
	struct source_text part[PART_COUNT] = { 0 };
	struct institution *in;
	struct revision r = { 0 };
	enum fail rc;

	if ((rc = gather(ctl, part, err)) ||
	    (rc = make_institution(ctl, part, &in, err)))
		return ctl_exit(rc);
	printf("%zu groups, %zu desks, %zu services: no fault found\n", in->groups.count,
	       in->catalogue.desk_count, in->catalogue.service_count);
	institution_free(in);
	if (ctl->dry_run)
		return 0;
	r.groups = part[GROUPS].text;
	r.groups_len = part[GROUPS].len;
	r.desks = part[DESKS].text;
	r.desks_len = part[DESKS].len;
	r.catalogue = part[CATALOGUE].text;
	r.catalogue_len = part[CATALOGUE].len;
	r.words = part[WORDS].text;
	r.words_len = part[WORDS].len;
	r.note = "import";
	r.made_by = "loketctl";
	if ((rc = revision_store(ctl->kit.db, &r, err)))
		return ctl_exit(rc);
	printf("revision %" PRId64 " is live\n", r.number);
	return 0;
}

int ctl_migrate(struct ctl *ctl, struct err *err)
{
	int done = 0;
	enum fail rc = db_migrate(ctl->kit.db, ctl->arena, ctl->kit.conf.schema_dir, &done, err);

	if (!rc)
		printf("%d migrations run\n", done);
	return ctl_exit(rc);
}

/* ---- views ---- */

int ctl_view_render(struct ctl *ctl, struct err *err)
{
	struct source_text t;
	struct sheet *sheet;
	struct err stale = { 0 };
	struct buf out;
	enum fail rc;

	if (ctl->words != 2)
		return ctl_exit(err_set(err, FAIL_INPUT, "say which view and which page document: view "
		                                         "render NAME FILE"));
	if ((rc = read_file(ctl, ctl->word[1], &t, err)))
		return ctl_exit(rc);
	if ((rc = sheets_get(ctl->kit.sheets, ctl->word[0], &sheet, &stale)))
		return ctl_exit(err_set(err, FAIL_DATA, "%s", stale.text));
	buf_init(&out, FILE_MAX);
	if (!(rc = sheet_render_xml(sheet, t.text, t.len, &out, err)))
		fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	return rc ? 1 : 0;
}

int ctl_view_check(struct ctl *ctl, struct err *err)
{
	int found = 0;

	if (!ctl->words)
		return ctl_exit(err_set(err, FAIL_INPUT, "say which file: view check FILE"));
	for (int i = 0; i < ctl->words; i++) {
		struct err why = { 0 };
		struct buf findings;

		buf_init(&findings, FINDINGS_MAX);
		if (sheet_check(ctl->kit.conf.views_dir, ctl->word[i], &findings, &why)) {
			fputs(findings.len ? findings.data : why.text, stderr);
			if (!findings.len)
				fputc('\n', stderr);
			found = 1;
		}
		buf_release(&findings);
	}
	return found;
}

/* ---- check ---- */

struct report {
	struct ctl *ctl;
	struct doc *steps;
	int exit;
};

static void step(struct report *r, const char *name, enum fail rc, const char *says)
{
	struct doc *s = doc_item(r->steps);

	doc_str(s, "step", name);
	doc_bool(s, "ok", !rc);
	doc_str(s, "says", arena_str(r->ctl->arena, says));
	if (!r->ctl->json)
		printf("%-6s %-14s %s\n", rc ? "FAULT" : "ok", name, says);
	if (rc && r->exit != 1)
		r->exit = rc == FAIL_BACKEND ? 3 : 1;
}

static void check_content(struct report *r)
{
	struct ctl *ctl = r->ctl;
	struct source_text part[PART_COUNT] = { 0 };
	struct institution *in;
	struct err err = { 0 };
	enum fail rc;

	if ((rc = gather(ctl, part, &err)) ||
	    (rc = make_institution(ctl, part, &in, &err))) {
		step(r, "content", rc, err.text);
		return;
	}
	step(r, "content", OK,
	     arena_printf(ctl->arena, "%zu groups, %zu desks, %zu services", in->groups.count,
	                  in->catalogue.desk_count, in->catalogue.service_count));
	institution_free(in);
}

static int is_view(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 4 && !strcmp(e->d_name + n - 4, ".xsl");
}

static void check_views(struct report *r)
{
	const char *folder = r->ctl->kit.conf.views_dir;
	struct dirent **list;
	int count = scandir(folder, &list, is_view, alphasort), faults = 0;

	if (count < 0) {
		step(r, "views", FAIL_DATA, arena_printf(r->ctl->arena, "%s: %s", folder, strerror(errno)));
		return;
	}
	for (int i = 0; i < count; i++) {
		const char *path = arena_printf(r->ctl->arena, "%s/%s", folder, list[i]->d_name);
		struct err err = { 0 };
		struct buf findings;

		buf_init(&findings, FINDINGS_MAX);
		if (sheet_check(folder, path, &findings, &err)) {
			faults++;
			step(r, "view", FAIL_DATA, findings.len ? findings.data : err.text);
		}
		buf_release(&findings);
		free(list[i]);
	}
	free(list);
	if (!faults)
		step(r, "views", OK, arena_printf(r->ctl->arena, "%d stylesheets in %s", count, folder));
}

static void check_database(struct report *r)
{
	struct ctl *ctl = r->ctl;
	struct err err = { 0 };
	int64_t live;
	enum fail rc;

	if ((rc = db_ping(ctl->kit.db, &err)) ||
	    (rc = db_migrated(ctl->kit.db, ctl->arena, ctl->kit.conf.schema_dir, &err))) {
		step(r, "database", rc, err.text);
		return;
	}
	rc = revision_live(ctl->kit.db, &live, &err);
	step(r, "database", rc,
	     rc ? rc == FAIL_ABSENT ? "no catalogue was imported yet: loketctl import" : err.text
	        : arena_printf(ctl->arena, "answers; revision %" PRId64 " is live", live));
}

static const char *way_says(struct arena *a, const struct dir_way *w)
{
	if (!w->possible)
		return arena_printf(a, "%s: not for this source", w->name);
	if (w->wrong)
		return arena_printf(a, "%s: other groups, or not all, for %zu of %zu people", w->name, w->wrong,
		                    w->people);
	return arena_printf(a, "%s: %.1f ms in %.1f questions%s%s", w->name, (double)w->us / 1000,
	                    w->people ? (double)w->operations / (double)w->people : 0,
	                    w->fastest ? ", the fastest" : "", w->configured ? ", configured" : "");
}

/* What was measured, and what is done with it. */
static void check_ways(struct report *r, size_t i)
{
	struct arena *a = r->ctl->arena;
	const struct conf_source *s = &r->ctl->kit.conf.source[i];
	const char *name = arena_printf(a, "groups %s", s->id), *says = "";
	struct dir_way ways[DIR_WAYS];
	struct err err = { 0 };
	enum fail rc = dir_ways(r->ctl->kit.dir[i], a, ways, &err);
	bool wrong = false;

	for (size_t k = 0; !rc && k < DIR_WAYS; k++) {
		says = arena_printf(a, "%s%s%s", says, k ? "; " : "", way_says(a, &ways[k]));
		wrong |= ways[k].wrong && (ways[k].configured || ways[k].find == FIND_SEARCH);
	}
	if (!rc && s->find == FIND_AUTO)
		says = arena_printf(a, "%s; auto takes the faster of search and in-chain", says);
	rc = rc ? rc : wrong ? FAIL_DATA : OK;
	step(r, name, rc, *says ? says : err.text);
}

/* What a server hides it hides from every search: only going down from the groups in use shows it. */
static void check_links(struct report *r, size_t i)
{
	struct arena *a = r->ctl->arena;
	const char *name = arena_printf(a, "links %s", r->ctl->kit.conf.source[i].id), *says;
	struct dir_broken *broken;
	struct err err = { 0 };
	size_t looked, count;
	enum fail rc = dir_links(r->ctl->kit.dir[i], a, &looked, &broken, &count, &err);

	if (rc) {
		step(r, name, rc, err.text);
		return;
	}
	says = arena_printf(a, "%zu entries in and below the groups in use", looked);
	for (size_t k = 0; k < count && k < LINKS_SHOWN; k++)
		says = arena_printf(a, "%s; %s: %s is not there, or hidden from the portal's account", says,
		                    broken[k].group, broken[k].member);
	if (count > LINKS_SHOWN)
		says = arena_printf(a, "%s; and %zu more", says, count - LINKS_SHOWN);
	step(r, name, count ? FAIL_DATA : OK, says);
}

static void check_directories(struct report *r)
{
	for (size_t i = 0; i < r->ctl->kit.conf.source_count; i++) {
		struct err err = { 0 };
		const char *says = "";
		enum fail rc = dir_check(r->ctl->kit.dir[i], r->ctl->arena, &says, &err);

		step(r, arena_printf(r->ctl->arena, "source %s", r->ctl->kit.conf.source[i].id), rc,
		     rc ? err.text : says);
		if (rc || !r->ctl->kit.conf.source[i].group_base)
			continue;
		check_ways(r, i);
		if (r->ctl->kit.in)
			check_links(r, i);
	}
}

int ctl_check(struct ctl *ctl, struct err *err)
{
	struct doc *doc = doc_new(ctl->arena, "check");
	struct report r = { .ctl = ctl, .steps = doc_list(doc, "steps", "step") };

	step(&r, "configuration", OK, ctl->kit.conf.file);
	check_content(&r);
	if (!ctl->words) {
		check_views(&r);
		check_database(&r);
		err_clear(err);
		if (kit_institution(&ctl->kit, err)) /* why not was said above */
			err_clear(err);
		check_directories(&r);
	}
	if (ctl->json)
		ctl_print_json(doc, err);
	return r.exit;
}
