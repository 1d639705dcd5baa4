#include "app/search.h"

#include <string.h>

#include "app/page.h"
#include "app/piecework.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/missed.h"
#include "text/text.h"
#include "view/piece.h"

#define QUERY_MAX   200 /* bytes; more is refused */
#define SUGGESTIONS 8

struct search {
	struct kit *kit;
	struct req *q;
	const char *query;
	bool suggest, frame;
	struct decision all, shown; /* shown: what was found, in its order */
	struct word_list words;
	struct found found;
};

/* ---- looking ---- */

/* The found entries as a decision, so that the page can be filled like any other. */
static void take_found(struct search *s)
{
	size_t most = s->suggest && s->found.count > SUGGESTIONS ? SUGGESTIONS : s->found.count;
	struct entry *entries = arena_array(s->q->arena, most + 1, sizeof *entries);

	for (size_t i = 0; i < most; i++)
		entries[i] = *s->found.hits[i].entry;
	s->shown = s->all;
	s->shown.entries = entries;
	s->shown.count = most;
}

static void count_missed(struct search *s)
{
	struct err why = { 0 };

	if (missed_count(s->kit->db, s->q->arena, s->kit->in->words, &s->words, clock_now(), &why))
		log_event("search", "outcome=uncounted cause=\"%s\"", why.text);
}

static void look(struct search *s)
{
	kit_decide(s->kit, s->q->arena, &s->all);
	s->words = text_words(s->q->arena, &s->kit->langs, s->query);
	find(s->q->arena, s->kit->in->index, &s->all, &s->words, s->suggest, &s->found);
	take_found(s);
	if (!s->found.count && !s->suggest && s->words.count)
		count_missed(s);
}

/* ---- the document ---- */

static void put_notes(struct search *s, struct doc *page)
{
	static const char *const reasons[] = { "means", "spelt", "part" };
	struct doc *notes = doc_list(page, "notes", "note");

	for (size_t i = 0; i < s->found.note_count; i++) {
		struct doc *note = doc_item(notes);

		doc_str(note, "reason", reasons[s->found.notes[i].reason]);
		doc_str(note, "asked", s->found.notes[i].asked);
		doc_str(note, "read", s->found.notes[i].read);
	}
}

static struct doc *put_ref(struct search *s, struct doc *list, const struct entry *e)
{
	struct doc *ref = page_ref(s->kit, list, e);

	if (s->frame)
		doc_str(ref, "slot", hole_mark(ref->arena, arena_printf(ref->arena, "+service:%s", e->service->id)));
	return ref;
}

static void put_result(struct search *s, struct doc *results, const struct hit *hit)
{
	struct doc *result;

	if (s->frame || s->suggest) {
		result = put_ref(s, results, hit->entry);
	} else {
		result = doc_item(results);
		page_service(s->kit, result, &s->all, hit->entry, SERVICE_BRIEF);
		doc_num(result, "score", (int64_t)(hit->score * 1000));
	}
	if (hit->lang != s->kit->lang)
		doc_str(result, "met_in", s->kit->langs.tag[hit->lang]);
}

static size_t count_of_theme(const struct decision *d, size_t theme)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		n += d->entries[i].service->theme == theme;
	return n;
}

static void put_themes(struct search *s, struct doc *page)
{
	struct doc *themes = doc_for_view(doc_list(page, "themes", "theme"));
	const struct catalogue *c = s->all.catalogue;

	for (size_t i = 0; i < c->theme_count; i++) {
		size_t count = count_of_theme(&s->all, i);
		struct doc *theme;

		if (!count)
			continue;
		theme = doc_item(themes);
		doc_str(theme, "id", c->themes[i].id);
		doc_str(theme, "label", page_text(s->kit, &c->themes[i].label));
		if (c->themes[i].icon)
			doc_str(theme, "icon", c->themes[i].icon);
		doc_str(theme, "href",
		        page_href(s->kit, theme->arena, arena_printf(theme->arena, "/?theme=%s", c->themes[i].id)));
		doc_num(theme, "count", (int64_t)count);
	}
}

/* Services that take questions which fit nowhere else, in the person's own order. */
static void put_questions(struct search *s, struct doc *page)
{
	struct doc *questions = doc_list(page, "questions", "ref");

	for (size_t i = 0; i < s->all.count; i++)
		if (s->all.entries[i].service->free_questions)
			page_ref(s->kit, questions, &s->all.entries[i]);
}

static struct doc *document(struct search *s)
{
	struct doc *page = page_new(s->kit, s->q, s->suggest ? "suggest" : "search", s->frame), *results;

	doc_str(page, "query", s->query);
	doc_num(page, "count", (int64_t)s->found.count);
	page_person(s->kit, s->q, page, NULL, s->frame);
	if (!s->suggest)
		put_notes(s, page);
	results = doc_list(page, s->suggest ? "suggestions" : "results", s->frame || s->suggest ? "ref" : "service");
	for (size_t i = 0; i < s->shown.count; i++)
		put_result(s, results, &s->found.hits[i]);
	if (!s->found.count && !s->suggest) {
		put_themes(s, page);
		put_questions(s, page);
	}
	return page;
}

static struct doc *frame(void *with)
{
	struct search *s = with;

	s->frame = true;
	look(s);
	return document(s);
}

static enum fail answer(struct kit *kit, struct req *q, struct resp *p, bool suggest, struct err *err)
{
	const char *query = req_query(q, "q");
	struct search s = { .kit = kit, .q = q, .query = query ? query : "", .suggest = suggest };
	struct work work = { .kind = suggest ? "suggest" : "search",
		             .key = s.query,
		             .document = frame,
		             .decision = suggest ? NULL : &s.shown,
		             .whole = &s.all,
		             .with = &s };

	if (strlen(s.query) > QUERY_MAX)
		return err_set(err, FAIL_INPUT, "search of more than %d bytes", QUERY_MAX);
	if (req_want(q) == WANT_HTML)
		return piecework_send(kit, q, p, &work, err);
	look(&s);
	return piecework_data(kit, q, p, document(&s), err);
}

enum fail search_show(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	return answer(kit, q, p, false, err);
}

enum fail search_suggest(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	return answer(kit, q, p, true, err);
}
