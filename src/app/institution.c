#include "app/institution.h"

#include "base/file.h"
#include "text/text.h"

#define INSTITUTION_MEMORY ((size_t)256 << 20)
#define FILE_MAX           ((size_t)8 << 20)

void institution_free(struct institution *in)
{
	if (in)
		arena_free(in->arena);
}

static enum fail make_index(const struct conf *conf, const struct langs *langs, const struct source_text *words,
                            struct institution *in, struct err *err)
{
	const struct catalogue *c = &in->catalogue;
	struct passages *says = arena_array(in->arena, c->service_count, sizeof *says);
	const struct word_reader reader = { text_read, langs };
	struct words_text text;
	enum fail rc;

	if (words->text && (rc = load_words_file(in->arena, conf->schema_dir, langs, words, &text, err)))
		return rc;
	in->words = words_make(in->arena, words->text ? &text : NULL, &reader);
	for (size_t i = 0; i < c->service_count; i++)
		says[i] = text_passages(in->arena, c, &c->services[i]);
	in->index = find_index(in->arena, c, in->words, says);
	return OK;
}

static enum fail make(const struct conf *conf, const struct langs *langs, const struct institution_text *of,
                      struct institution *in, struct err *err)
{
	struct catalogue *c = &in->catalogue;
	enum fail rc;

	if ((rc = load_groups(in->arena, conf->schema_dir, langs, &of->groups, &in->groups, err)) ||
	    (rc = load_catalogue(in->arena, conf->schema_dir, langs, &in->groups, &of->desks, &of->services, c, err)) ||
	    (rc = text_order(langs, (struct service *)c->services, c->service_count, err)))
		return rc;
	return make_index(conf, langs, &of->words, in, err);
}

enum fail institution_make(const struct conf *conf, const struct langs *langs, const struct institution_text *of,
                           struct institution **out, struct err *err)
{
	struct arena *arena = arena_new(INSTITUTION_MEMORY);
	struct institution *in = arena_alloc(arena, sizeof *in);
	enum fail rc;

	in->arena = arena;
	if ((rc = make(conf, langs, of, in, err))) {
		arena_free(arena);
		return rc;
	}
	*out = in;
	return OK;
}

static enum fail read_text(struct arena *a, const char *path, struct source_text *out, struct err *err)
{
	char *text;
	enum fail rc;

	if ((rc = file_read(a, path, FILE_MAX, &text, &out->len, err)))
		return rc;
	out->name = path;
	out->text = text;
	return OK;
}

enum fail institution_files(const struct conf *conf, const struct langs *langs,
                            struct institution **out, struct err *err)
{
	struct arena *scratch = arena_new(4 * FILE_MAX);
	struct institution_text of = { 0 };
	enum fail rc;

	if (!(rc = read_text(scratch, conf->groups_file, &of.groups, err)) &&
	    !(rc = read_text(scratch, conf->desks_file, &of.desks, err)) &&
	    !(rc = read_text(scratch, conf->catalogue_file, &of.services, err)) &&
	    (!conf->words_file || !(rc = read_text(scratch, conf->words_file, &of.words, err))))
		rc = institution_make(conf, langs, &of, out, err);
	arena_free(scratch);
	return rc;
}

enum fail institution_live(const struct conf *conf, const struct langs *langs, struct db *db,
                           struct institution **out, struct err *err)
{
	struct arena *scratch = arena_new(4 * FILE_MAX);
	struct revision r = { 0 };
	int64_t number;
	enum fail rc;

	if (!(rc = revision_live(db, &number, err)) &&
	    !(rc = revision_read(db, scratch, number, &r, err))) {
		struct institution_text of = { .groups = { "groups.xml", r.groups, r.groups_len },
			                       .desks = { "desks.xml", r.desks, r.desks_len },
			                       .services = { "catalogue.xml", r.catalogue, r.catalogue_len },
			                       .words = { "words.xml", r.words, r.words_len } };

		if (!(rc = institution_make(conf, langs, &of, out, err)))
			(*out)->revision = (*out)->catalogue.revision = number;
	}
	arena_free(scratch);
	return rc;
}
