#include "view/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <libexslt/exslt.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxslt/documents.h>
#include <libxslt/extensions.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "budget_priv.h"
#include "crypt/token.h"

#define SHEETS_MAX 64
#define FILES_MAX  64
#define FILE_BYTES ((size_t)2 << 20)
#define DEPTH      500
#define OPERATIONS 5000000
#define MEMORY     ((size_t)96 << 20)
#define LOOK_MS    1000
#define OPTIONS    (XML_PARSE_NONET | XML_PARSE_NOCDATA)

/* A file that a sheet was made from, as it was then. */
struct watched {
	char path[PATH_MAX];
	struct timespec changed;
	ino_t inode;
	off_t size;
};

struct sheet {
	struct sheets *all;
	char name[64];
	xsltStylesheet *compiled; /* NULL: never compiled well */
	struct watched file[FILES_MAX];
	size_t file_count;
	struct err trouble; /* why the newest version is not in use */
};

struct sheets {
	char folder[PATH_MAX], own[PATH_MAX];
	struct sheet *list[SHEETS_MAX];
	size_t count;
	uint64_t version; /* of all files of the folders, as they were when last looked at */
	int64_t looked_ms;
};

/* ---- the one loader of the libraries: only files below the folders of views ---- */

/* What is being compiled or run; the libraries' hooks have no parameter of ours. */
static struct {
	struct sheets *all;
	struct sheet *into; /* whose list of files grows; NULL while running */
	char place[PATH_MAX + 16]; /* "FILE:LINE" of the first fault, "" as long as nothing said it */
	char what[400];
	int errors;
} now;

/* The first to say what, and the first to say where: the libraries tell them apart. */
static void note(const char *file, int line, const char *text)
{
	now.errors++;
	if (!*now.place && file && *file && line)
		snprintf(now.place, sizeof now.place, "%.*s:%d", PATH_MAX, file, line);
	if (!*now.what)
		snprintf(now.what, sizeof now.what, "%.*s", (int)strcspn(text, "\n"), text);
}

static enum fail noted(struct err *err, enum fail code, const char *before)
{
	return err_set(err, code, "%s%s%s%s", before, now.place, *now.place ? ": " : "",
	               *now.what ? now.what : "stopped");
}

static void on_xml_error(void *with, xmlErrorPtr e)
{
	char text[400];

	(void)with;
	snprintf(text, sizeof text, "%s", e->message ? e->message : "error");
	text[strcspn(text, "\n")] = '\0';
	if (e->domain == XML_FROM_XPATH && e->str1) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof text - len, ": %s", e->str1);
	}
	note(e->file, e->line, text);
}

/* libxslt says where in a line of its own: "compilation error: file F line N element E". */
static bool tells_place(const char *text)
{
	static const char *const kinds[] = { "compilation error", "runtime error", "error" };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		size_t n = strlen(kinds[i]);

		if (!strncmp(text, kinds[i], n) &&
		    (text[n] == '\n' || !strncmp(text + n, ": file ", 7) || !strncmp(text + n, ": element ", 10)))
			return true;
	}
	return false;
}

static void note_place(const char *text)
{
	const char *file = strstr(text, ": file "), *line = file ? strstr(file, " line ") : NULL;

	now.errors++;
	if (line && !*now.place)
		snprintf(now.place, sizeof now.place, "%.*s:%d", (int)(line - file - 7), file + 7,
		         atoi(line + strlen(" line ")));
}

PRINTF_LIKE(2, 3) static void on_error(void *with, const char *fmt, ...)
{
	char text[PATH_MAX + 200];
	va_list args;

	(void)with;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (tells_place(text))
		note_place(text);
	else
		note(NULL, 0, text);
}

static bool below(const char *folder, const char *path)
{
	size_t n = strlen(folder);

	return n && !strncmp(path, folder, n) && path[n] == '/' && !strstr(path + n, "/../") &&
	       !strstr(path + n, "/./");
}

/* Whatever our own sheets ask for, the institution's file of the same name comes first. */
static bool find_own(const char *plain, char path[PATH_MAX])
{
	char theirs[PATH_MAX];

	if (!*now.all->own || !below(now.all->folder, plain) ||
	    snprintf(theirs, sizeof theirs, "%s%s", now.all->own, plain + strlen(now.all->folder)) >= (int)sizeof theirs)
		return false;
	return realpath(theirs, path) && below(now.all->own, path);
}

/* "base:NAME" is the product's own file, for an institution's sheet that builds on it. */
static bool find_file(const char *uri, char path[PATH_MAX])
{
	char plain[PATH_MAX];

	if (!strncmp(uri, "file://", 7))
		uri += 7;
	if (strncmp(uri, "base:", 5)) {
		snprintf(plain, sizeof plain, "%s", uri);
		if (find_own(plain, path))
			return true;
	} else if (snprintf(plain, sizeof plain, "%s/%s", now.all->folder, uri + 5) >= (int)sizeof plain)
		return false;
	if (!realpath(plain, path))
		return false;
	return below(now.all->folder, path) || below(now.all->own, path);
}

static void watch(const char *path)
{
	struct watched *w;
	struct stat st;

	if (!now.into || now.into->file_count == FILES_MAX || stat(path, &st))
		return;
	w = &now.into->file[now.into->file_count++];
	snprintf(w->path, sizeof w->path, "%s", path);
	w->changed = st.st_mtim;
	w->inode = st.st_ino;
	w->size = st.st_size;
}

static xmlDoc *read_document(const char *path, xmlDict *dict)
{
	struct arena *a = arena_new(4 * FILE_BYTES);
	struct err err = { 0 };
	xmlParserCtxt *parser;
	xmlDoc *doc = NULL;
	char *text;
	size_t len;

	if (file_read(a, path, FILE_BYTES, &text, &len, &err)) {
		note("", 0, err.text);
	} else if ((parser = xmlNewParserCtxt())) {
		if (dict) {
			xmlDictFree(parser->dict);
			parser->dict = dict;
			xmlDictReference(dict);
		}
		doc = xmlCtxtReadMemory(parser, text, (int)len, path, NULL, OPTIONS);
		xmlFreeParserCtxt(parser);
	}
	if (doc && (doc->intSubset || doc->extSubset)) {
		note(path, 1, "has a DOCTYPE: leave it out");
		xmlFreeDoc(doc);
		doc = NULL;
	}
	arena_free(a);
	return doc;
}

static xmlDoc *load_document(const xmlChar *uri, xmlDict *dict, int options, void *context,
                             xsltLoadType type)
{
	char path[PATH_MAX];

	(void)options;
	(void)context;
	(void)type;
	if (!now.all || !find_file((const char *)uri, path)) {
		char text[300];

		snprintf(text, sizeof text, "%.200s is refused: a view reads files below its own folder only",
		         (const char *)uri);
		note(NULL, 0, text);
		return NULL;
	}
	watch(path);
	return read_document(path, dict);
}

static int allow_below(xsltSecurityPrefs *prefs, xsltTransformContext *context, const char *uri)
{
	char path[PATH_MAX];

	(void)prefs;
	(void)context;
	return now.all && find_file(uri, path);
}

static xsltSecurityPrefs *preferences(void)
{
	static xsltSecurityPrefs *prefs;
	static const xsltSecurityOption forbidden[] = { XSLT_SECPREF_WRITE_FILE,
		                                        XSLT_SECPREF_CREATE_DIRECTORY,
		                                        XSLT_SECPREF_WRITE_NETWORK };

	if (prefs)
		return prefs;
	prefs = xsltNewSecurityPrefs();
	for (size_t i = 0; i < COUNT(forbidden); i++)
		xsltSetSecurityPrefs(prefs, forbidden[i], xsltSecurityForbid);
	xsltSetSecurityPrefs(prefs, XSLT_SECPREF_READ_FILE, allow_below);
	/* "base:NAME" is network to the library; whatever is not a file of ours is refused there too. */
	xsltSetSecurityPrefs(prefs, XSLT_SECPREF_READ_NETWORK, allow_below);
	xsltSetDefaultSecurityPrefs(prefs);
	return prefs;
}

static void start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	xsltInit();
	exsltCommonRegister();
	/* exslt:common also brings document(), which writes files: preferences forbid it. */
	xsltMaxDepth = DEPTH;
	preferences();
	xsltSetLoaderFunc(load_document);
}

static void hooks_on(struct sheets *all, struct sheet *into)
{
	now.all = all;
	now.into = into;
	now.errors = 0;
	now.place[0] = now.what[0] = '\0';
	xmlSetStructuredErrorFunc(NULL, on_xml_error);
	xsltSetGenericErrorFunc(NULL, on_error);
}

static void hooks_off(void)
{
	xmlSetStructuredErrorFunc(NULL, NULL);
	now.all = NULL;
	now.into = NULL;
}

/* ---- the folder ---- */

/* The path with every link followed; a folder that is not there keeps the name it was given. */
static void resolve(const char *path, char into[PATH_MAX])
{
	if (!realpath(path, into))
		snprintf(into, PATH_MAX, "%s", path);
}

struct sheets *sheets_new(const char *folder, const char *own)
{
	struct sheets *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	start();
	resolve(folder, s->folder);
	if (own)
		resolve(own, s->own);
	s->looked_ms = -LOOK_MS;
	return s;
}

void sheets_free(struct sheets *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		xsltFreeStylesheet(s->list[i]->compiled);
		free(s->list[i]);
	}
	free(s);
}

uint64_t sheets_version(const struct sheets *s)
{
	return s->version;
}

static void note_files(struct buf *all, const char *folder, const char *pattern)
{
	char path[PATH_MAX];
	glob_t found;
	struct stat st;

	if (snprintf(path, sizeof path, "%s/%s", folder, pattern) >= (int)sizeof path ||
	    glob(path, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!stat(found.gl_pathv[i], &st))
			buf_printf(all, "%s %lld %lld.%09ld\n", found.gl_pathv[i] + strlen(folder),
			           (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	globfree(&found);
}

/* From names, sizes and times, so that every process of every host says the same. */
static uint64_t version_of_files(const struct sheets *s)
{
	uint8_t hash[32];
	uint64_t version;
	struct buf all;

	buf_init(&all, 1 << 20);
	note_files(&all, s->folder, "*.xsl");
	note_files(&all, s->folder, "texts/*.xml");
	if (*s->own) {
		note_files(&all, s->own, "*.xsl");
		note_files(&all, s->own, "texts/*.xml");
	}
	hash_bytes(all.data, all.len, hash);
	buf_release(&all);
	memcpy(&version, hash, sizeof version);
	return version;
}

static bool path_of(const struct sheets *s, const char *name, char path[PATH_MAX])
{
	struct stat st;

	if (*s->own && snprintf(path, PATH_MAX, "%s/%s.xsl", s->own, name) < PATH_MAX && !stat(path, &st))
		return true;
	return snprintf(path, PATH_MAX, "%s/%s.xsl", s->folder, name) < PATH_MAX;
}

static xsltStylesheet *compile(struct sheets *all, struct sheet *into, const char *path)
{
	xsltStylesheet *compiled = NULL;
	xmlDoc *doc;

	hooks_on(all, into);
	watch(path);
	doc = read_document(path, NULL);
	if (doc && !(compiled = xsltParseStylesheetDoc(doc)))
		xmlFreeDoc(doc);
	if (compiled && (compiled->errors || now.errors)) {
		xsltFreeStylesheet(compiled);
		compiled = NULL;
	}
	hooks_off();
	return compiled;
}

/* Beside the one in use, which goes only when the new one is whole. */
static void renew(struct sheets *all, struct sheet *s)
{
	struct sheet *fresh = calloc(1, sizeof *fresh);
	char path[PATH_MAX];

	if (!fresh || !path_of(all, s->name, path)) {
		free(fresh);
		return;
	}
	fresh->compiled = compile(all, fresh, path);
	memcpy(s->file, fresh->file, sizeof s->file);
	s->file_count = fresh->file_count;
	s->trouble = (struct err){ 0 };
	if (!fresh->compiled)
		noted(&s->trouble, FAIL_BUG, "");
	if (fresh->compiled) {
		xsltFreeStylesheet(s->compiled);
		s->compiled = fresh->compiled;
	}
	free(fresh);
}

static bool same_as_then(const struct watched *w)
{
	struct stat st;

	return !stat(w->path, &st) && st.st_mtim.tv_sec == w->changed.tv_sec &&
	       st.st_mtim.tv_nsec == w->changed.tv_nsec && st.st_ino == w->inode && st.st_size == w->size;
}

static bool changed(const struct sheets *all, const struct sheet *s)
{
	char path[PATH_MAX];

	if (!s->file_count || (path_of(all, s->name, path) && strcmp(path, s->file[0].path)))
		return true;
	for (size_t i = 0; i < s->file_count; i++)
		if (!same_as_then(&s->file[i]))
			return true;
	return false;
}

static struct sheet *find(struct sheets *all, const char *name)
{
	struct sheet *s;

	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->list[i]->name, name))
			return all->list[i];
	if (all->count == SHEETS_MAX || strlen(name) >= sizeof s->name || strpbrk(name, "/.:") ||
	    !(s = calloc(1, sizeof *s)))
		return NULL;
	s->all = all;
	snprintf(s->name, sizeof s->name, "%s", name);
	return all->list[all->count++] = s;
}

/* A changed file must be noticed also while its pages come from kept results. */
void sheets_look(struct sheets *all)
{
	if (clock_ms() - all->looked_ms < LOOK_MS)
		return;
	all->looked_ms = clock_ms();
	all->version = version_of_files(all);
	for (size_t i = 0; i < all->count; i++)
		if (changed(all, all->list[i]))
			renew(all, all->list[i]);
}

enum fail sheets_get(struct sheets *all, const char *name, struct sheet **out, struct err *err)
{
	struct sheet *s = find(all, name);

	if (!s)
		return err_set(err, FAIL_ABSENT, "no view \"%s\"", name);
	sheets_look(all);
	if (!s->compiled && changed(all, s))
		renew(all, s);
	if (s->trouble.code)
		err_set(err, s->trouble.code, "%s", s->trouble.text);
	if (!s->compiled)
		return FAIL_BUG;
	*out = s;
	return OK;
}

/* ---- from a page document to a tree ---- */

static const char *plain_value(const struct doc *d, char number[24])
{
	if (d->kind == DOC_STRING)
		return d->value;
	if (d->kind == DOC_BOOL)
		return d->number ? "true" : "false";
	snprintf(number, 24, "%" PRId64, d->number);
	return number;
}

static bool is_attribute(const struct doc *d)
{
	return (d->kind == DOC_STRING && !d->element) || d->kind == DOC_NUMBER || d->kind == DOC_BOOL;
}

static void fill(xmlNode *n, const struct doc *d)
{
	char number[24];

	if (d->kind == DOC_STRING)
		xmlAddChild(n, xmlNewText(BAD_CAST d->value));
	for (const struct doc *m = d->first; m; m = m->next) {
		if (m->kind == DOC_NULL || m->data_only)
			continue;
		if (is_attribute(m))
			xmlNewProp(n, BAD_CAST m->name, BAD_CAST plain_value(m, number));
		else
			fill(xmlNewChild(n, NULL, BAD_CAST m->name, NULL), m);
	}
}

static xmlDoc *tree_of(const struct doc *d)
{
	xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *root = xmlNewDocNode(doc, NULL, BAD_CAST d->name, NULL);

	xmlDocSetRootElement(doc, root);
	fill(root, d);
	return doc;
}

/* ---- running ---- */

static enum fail save(xmlDoc *result, xsltStylesheet *compiled, struct buf *out, struct err *err)
{
	xmlChar *text = NULL;
	int len = 0;

	if (xsltSaveResultToString(&text, &len, result, compiled) < 0) {
		xmlFree(text);
		return err_set(err, FAIL_BUG, "result cannot be written");
	}
	if (text)
		buf_bytes(out, text, (size_t)len);
	xmlFree(text);
	return OK;
}

static enum fail transform(struct sheet *s, xmlDoc *doc, struct buf *out, struct err *err)
{
	char before[sizeof s->name + 16];
	xsltTransformContext *context;
	xmlDoc *result;
	enum fail rc;

	hooks_on(s->all, NULL);
	context = xsltNewTransformContext(s->compiled, doc);
	xsltSetCtxtSecurityPrefs(preferences(), context);
	xsltSetTransformErrorFunc(context, NULL, on_error);
	context->maxTemplateDepth = DEPTH;
	context->xpathCtxt->opLimit = OPERATIONS;
	budget_open(MEMORY);
	result = xsltApplyStylesheetUser(s->compiled, doc, NULL, NULL, NULL, context);
	if (!budget_close())
		note("", 0, "takes more memory than a view may");
	snprintf(before, sizeof before, "view %s: ", s->name);
	if (!result || context->state != XSLT_STATE_OK || now.errors)
		rc = noted(err, FAIL_BUG, before);
	else
		rc = save(result, s->compiled, out, err);
	xmlFreeDoc(result);
	xsltFreeTransformContext(context);
	hooks_off();
	return rc;
}

enum fail sheet_render(struct sheet *sheet, const struct doc *d, struct buf *out, struct err *err)
{
	xmlDoc *doc = tree_of(d);
	enum fail rc = transform(sheet, doc, out, err);

	xmlFreeDoc(doc);
	return rc;
}

enum fail sheet_render_xml(struct sheet *sheet, const char *xml, size_t len, struct buf *out,
                           struct err *err)
{
	xmlDoc *doc;
	enum fail rc;

	hooks_on(sheet->all, NULL);
	doc = xmlReadMemory(xml, (int)len, "page document", NULL, OPTIONS);
	hooks_off();
	if (!doc || doc->intSubset) {
		xmlFreeDoc(doc);
		if (!now.errors)
			note(NULL, 0, "page document has a DOCTYPE");
		return noted(err, FAIL_DATA, "");
	}
	rc = transform(sheet, doc, out, err);
	xmlFreeDoc(doc);
	return rc;
}
