/* measure: how well search finds, on questions with the service that answers them.
 *
 *     measure [-v] FILE HALF…                  HALF: odd, even, all (rows of the file)
 *     measure -t TIMES FILE HALF               and how long a search takes
 *     measure -l FIRST,THREE,MRR FILE HALF     ends with 1 when a figure is below, or anything forbidden is found
 *
 * Runs the real parts in one process: sample catalogue, decision, text, find. Prints one line of
 * figures per half; with -v also what was not found first. Columns of FILE: id lang persona date
 * question service also_ok hat variant topic desk must_not_show, as in tests/campus/README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/institution.h"
#include "base/clock.h"
#include "base/file.h"
#include "domain/decide.h"
#include "domain/member.h"
#include "people/csv.h"
#include "text/text.h"

#define FILE_MAX ((size_t)1 << 20)

enum column { ID, LANG, PERSONA, DATE, QUESTION, SERVICE, ALSO, HAT, VARIANT, TOPIC, DESK, MUST_NOT, COLUMNS };

struct run {
	struct arena *a, *search; /* process; one search */
	struct conf conf;
	struct langs langs;
	struct institution *in;
	struct csv_table people;
	bool verbose;
	int times;
	double least[3];
	bool below;
};

struct sums {
	size_t asked, first, three, nothing, nothing_right, foreign;
	double reciprocal, seconds;
};

/* ---- questions ---- */

static bool fields_of(char *line, const char *field[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		field[i] = strsep(&line, "\t");
		if (!field[i])
			return i == MUST_NOT && (field[i] = "");
	}
	return true;
}

static const char *groups_of(const struct run *r, const char *persona)
{
	for (size_t i = 0; i < r->people.count; i++)
		if (!strcmp(r->people.rows[i].field[0], persona))
			return r->people.rows[i].field[4];
	return NULL;
}

static bool in_list(struct arena *a, const char *list, const char *id)
{
	char **words = csv_words(a, list, " |,");

	while (*words && strcmp(*words, id))
		words++;
	return *words != NULL;
}

static enum fail decide_for(struct run *r, const char *const field[COLUMNS], struct decision *d, struct err *err)
{
	const char *groups = groups_of(r, field[PERSONA]);
	char *commas = groups ? arena_str(r->search, groups) : NULL;
	struct person person;
	struct date date;
	enum fail rc;

	if (!groups || !clock_parse_date(field[DATE], &date))
		return err_set(err, FAIL_DATA, "%s: unknown persona or date", field[ID]);
	for (char *c = commas; *c; c++)
		*c = *c == ' ' ? ',' : *c;
	if ((rc = member_given(r->search, &r->in->groups, commas, &person, err)))
		return rc;
	decide(r->search, &r->in->catalogue, &person.groups, NULL, date, langs_find(&r->langs, field[LANG]), d);
	return OK;
}

/* ---- one question ---- */

static size_t place_of_answer(struct run *r, const char *const field[COLUMNS], const struct found *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const char *id = found->hits[i].entry->service->id;

		if (!strcmp(id, field[SERVICE]) || in_list(r->search, field[ALSO], id))
			return i + 1;
	}
	return 0;
}

static void show(const char *const field[COLUMNS], const struct found *found, size_t place)
{
	printf("%-5s %-3s %zu  \"%s\" wants %s %s:", field[ID], field[PERSONA], place, field[QUESTION], field[SERVICE],
	       field[ALSO]);
	for (size_t i = 0; i < found->count && i < 5; i++)
		printf(" %s %.2f", found->hits[i].entry->service->id, (double)found->hits[i].score);
	for (size_t i = 0; i < found->note_count; i++)
		printf(" [%s %d %s]", found->notes[i].asked, found->notes[i].reason, found->notes[i].read);
	printf("\n");
}

static void count_foreign(struct run *r, const char *const field[COLUMNS], const struct decision *d,
                          const struct found *found, struct sums *s)
{
	for (size_t i = 0; i < found->count; i++) {
		const char *id = found->hits[i].entry->service->id;

		s->foreign += !decision_find(d, id) || in_list(r->search, field[MUST_NOT], id);
	}
}

static double seconds_of(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum fail ask(struct run *r, const char *const field[COLUMNS], struct sums *s, struct err *err)
{
	struct word_list words;
	struct found found;
	struct decision d;
	size_t place;
	double begin;
	enum fail rc;

	arena_reset(r->search);
	if ((rc = decide_for(r, field, &d, err)))
		return rc;
	begin = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < r->times; i++) {
		words = text_words(r->search, &r->langs, field[QUESTION]);
		find(r->search, r->in->index, &d, &words, false, &found);
	}
	s->seconds += (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - begin) / r->times;
	place = place_of_answer(r, field, &found);
	if (!strcmp(field[SERVICE], "-") && !found.count)
		place = 1;
	s->asked++;
	s->nothing += !strcmp(field[SERVICE], "-");
	s->nothing_right += !strcmp(field[SERVICE], "-") && !found.count;
	s->first += place == 1;
	s->three += place >= 1 && place <= 3;
	s->reciprocal += place ? 1.0 / (double)place : 0;
	count_foreign(r, field, &d, &found, s);
	if (r->verbose && place != 1)
		show(field, &found, place);
	return OK;
}

/* ---- one half ---- */

static void hold_against(struct run *r, const struct sums *s)
{
	double n = (double)s->asked;

	r->below |= s->foreign || (double)s->first < r->least[0] * n || (double)s->three < r->least[1] * n ||
	            s->reciprocal < r->least[2] * n;
}

static enum fail measure(struct run *r, const char *path, const char *half, struct err *err)
{
	struct sums s = { 0 };
	char *text, *line;
	size_t len, row = 0;
	enum fail rc;

	if ((rc = file_read(r->a, path, FILE_MAX, &text, &len, err)))
		return rc;
	strsep(&text, "\n");
	while ((line = strsep(&text, "\n"))) {
		const char *field[COLUMNS];

		if (!*line)
			continue;
		row++;
		if ((!strcmp(half, "odd") && row % 2 == 0) || (!strcmp(half, "even") && row % 2))
			continue;
		if (!fields_of(line, field))
			return err_set(err, FAIL_DATA, "%s: row %zu has fewer than %d columns", path, row, COLUMNS);
		if ((rc = ask(r, field, &s, err)))
			return rc;
	}
	if (!s.asked)
		return err_set(err, FAIL_DATA, "%s: no questions", path);
	printf("%s %s: %zu questions, success@1 %.3f, success@3 %.3f, MRR %.3f, nothing %zu/%zu, forbidden %zu, %.0f us\n",
	       path, half, s.asked, (double)s.first / (double)s.asked, (double)s.three / (double)s.asked,
	       s.reciprocal / (double)s.asked, s.nothing_right, s.nothing, s.foreign, 1e6 * s.seconds / (double)s.asked);
	hold_against(r, &s);
	return OK;
}

/* ---- the program ---- */

static enum fail prepare(struct run *r, struct err *err)
{
	static const char *const columns[] = { "id", "uid", "name", "lang", "groups", "hats", "story" };
	enum fail rc;

	view_start();
	r->a = arena_new((size_t)256 << 20);
	r->search = arena_new((size_t)256 << 20);
	r->langs = (struct langs){ { "nl", "en" }, 2 };
	r->conf.schema_dir = "schema";
	r->conf.groups_file = "conf/sample/groups.xml";
	r->conf.desks_file = "conf/sample/desks.xml";
	r->conf.catalogue_file = "conf/sample/catalogue.xml";
	r->conf.words_file = getenv("WORDS") ? getenv("WORDS") : "conf/sample/words.xml";
	if (!*r->conf.words_file)
		r->conf.words_file = NULL;
	if ((rc = clock_zone("Europe/Amsterdam", err)) || (rc = institution_files(&r->conf, &r->langs, &r->in, err)))
		return rc;
	return csv_read(r->a, "tests/campus", "personas.csv", columns, COUNT(columns), &r->people, err);
}

int main(int argc, char **argv)
{
	struct run r = { .times = 1 };
	struct err err = { 0 };
	int c;

	while ((c = getopt(argc, argv, "vt:l:")) != -1) {
		if (c == 'l' && sscanf(optarg, "%lf,%lf,%lf", &r.least[0], &r.least[1], &r.least[2]) != 3)
			r.times = 0;
		r.verbose |= c == 'v';
		r.times = c == 't' ? atoi(optarg) : r.times;
	}
	if (argc - optind < 2 || r.times < 1) {
		fputs("usage: measure [-v] [-t TIMES] [-l FIRST,THREE,MRR] FILE HALF…\n", stderr);
		return 2;
	}
	if (!prepare(&r, &err))
		for (int i = optind + 1; i < argc && !err.code; i++)
			if (measure(&r, argv[optind], argv[i], &err))
				break;
	if (err.code)
		fprintf(stderr, "measure: %s\n", err.text);
	institution_free(r.in);
	arena_free(r.search);
	arena_free(r.a);
	return err.code || r.below ? 1 : 0;
}
