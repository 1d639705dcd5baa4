#include "db/missed.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db_priv.h"

#define WORDS_MAX  64 /* bytes of what is kept */
#define WORD_MAX   24 /* bytes of one word; a longer one is hardly a word that people share */
#define KEEP_DAYS  183
#define LIST_MAX   1000

/* ISO 8601: the week of the Thursday, in UTC; a week is all that is told. */
static int week_of(int64_t now)
{
	time_t t = (time_t)now;
	char text[8];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof text, "%G%V", &tm);
	return atoi(text);
}

static bool may_be_kept(const char *form)
{
	size_t len = strlen(form);

	for (const char *c = form; *c; c++)
		if (isdigit((unsigned char)*c))
			return false;
	return len <= WORD_MAX;
}

/* The words that say something, in their order; "" when there is none or one of them may not be kept. */
static const char *kept_words(struct arena *a, const struct words *words, const struct word_list *query)
{
	const char *text = "";

	for (size_t i = 0; i < query->count; i++) {
		const struct word *w = &query->list[i];

		if (w->part || words_class(words, w->form, -1) == WORD_STOP)
			continue;
		if (!may_be_kept(w->form))
			return "";
		text = *text ? arena_printf(a, "%s %s", text, w->form) : w->form;
	}
	return strlen(text) <= WORDS_MAX ? text : "";
}

enum fail missed_count(struct db *db, struct arena *a, const struct words *words,
                       const struct word_list *query, int64_t now, struct err *err)
{
	const char *text = kept_words(a, words, query);

	if (!*text)
		return OK;
	return db_do(db,
	             "INSERT INTO search_missed (week, words, times) VALUES (?, ?, 1) "
	             "ON DUPLICATE KEY UPDATE times = times + 1",
	             VALUES(v_int(week_of(now)), v_text(text)), NULL, err);
}

enum fail missed_list(struct db *db, struct arena *a, struct missed **out, size_t *count, struct err *err)
{
	struct missed *list;
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a,
	                 "SELECT week, words, times FROM search_missed WHERE times >= ? "
	                 "ORDER BY week DESC, times DESC, words LIMIT ?",
	                 VALUES(v_int(MISSED_SHOWN), v_int(LIST_MAX)), &rows, err)))
		return rc;
	list = arena_array(a, rows.count + 1, sizeof *list);
	for (size_t i = 0; i < rows.count; i++)
		list[i] = (struct missed){ (int)rows.list[i][0].number, rows.list[i][1].text, rows.list[i][2].number };
	*out = list;
	*count = rows.count;
	return OK;
}

enum fail missed_trim(struct db *db, int64_t now, struct err *err)
{
	return db_do(db, "DELETE FROM search_missed WHERE week < ?",
	             VALUES(v_int(week_of(now - (int64_t)KEEP_DAYS * 24 * 3600))), NULL, err);
}
