/* What a page says of the person: hats, and what a source did not answer. */
#include <string.h>

#include "app/page.h"
#include "base/clock.h"

/* ---- hats ---- */

static void put_hat(struct kit *kit, struct doc *hat, size_t group)
{
	const struct group *g = &kit->in->groups.list[group];

	doc_str(hat, "id", g->id);
	doc_str(hat, "label", page_text(kit, &g->label));
	if (g->icon)
		doc_str(hat, "icon", g->icon);
	doc_num(hat, "tone", g->tone);
}

void page_hats(struct kit *kit, struct doc *in, const struct bits *hats)
{
	struct doc *ids = doc_for_data(doc_list(in, "hats", "hat"));
	struct doc *shown = doc_for_view(doc_list(in, "hats", "hat"));

	for (size_t i = 0; i < kit->in->groups.count; i++) {
		if (!bits_has(hats, i))
			continue;
		doc_item_str(ids, kit->in->groups.list[i].id);
		put_hat(kit, doc_item(shown), i);
	}
}

static size_t count_under(const struct decision *d, size_t hat)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		n += bits_has(&d->entries[i].hats, hat);
	return n;
}

static void put_own_hats(struct kit *kit, struct req *q, struct doc *page, const struct decision *d,
                         bool holes)
{
	struct doc *hats = doc_list(page, "hats", "hat");
	const char *chosen = req_query(q, "hat");
	char iso[CLOCK_ISO];

	for (size_t i = 0; i < kit->session.hat_count; i++) {
		size_t group = kit->session.hat[i].group;
		int64_t until = kit->session.hat[i].until;
		const char *id = kit->in->groups.list[group].id;
		struct doc *hat = doc_item(hats);

		put_hat(kit, hat, group);
		doc_str(hat, "until",
		        until && !holes ? arena_str(page->arena, clock_iso(until, iso)) : NULL);
		if (!d)
			continue;
		doc_num(hat, "count", (int64_t)count_under(d, group));
		doc_str(hat, "href", page_href(kit, page->arena, arena_printf(page->arena, "/?hat=%s", id)));
		doc_bool(hat, "current", chosen && !strcmp(chosen, id));
	}
	if (holes)
		doc_str(doc_for_view(doc_object(page, "own")), "slot", hole_mark(page->arena, "+hats"));
}

const char *page_source(struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->conf.source_count; i++) {
		const struct conf_source *s = &kit->conf.source[i];

		if (strcmp(s->id, id))
			continue;
		return s->label[kit->lang] ? s->label[kit->lang] : s->label[0] ? s->label[0] : s->id;
	}
	return id;
}

static void put_missing(struct kit *kit, struct doc *page)
{
	struct doc *missing = doc_list(page, "missing", "source");

	for (size_t i = 0; i < SESSION_MISSING && kit->session.missing[i][0]; i++) {
		struct doc *source = doc_item(missing);

		doc_str(source, "id", kit->session.missing[i]);
		doc_str(source, "label", page_source(kit, kit->session.missing[i]));
	}
	if (kit->session.stale_since)
		doc_str(page, "stale_since", page_iso(page->arena, kit->session.stale_since));
}

static void put_person(struct kit *kit, struct req *q, struct doc *page, const struct decision *d, bool holes)
{
	struct doc *person = doc_object(page, "person");

	if (!holes) {
		doc_str(person, "uid", kit->session.uid);
		doc_str(person, "name", kit->session.name);
	} else {
		doc_str(person, "name", hole_mark(page->arena, "name"));
	}
	doc_str(person, "lang", kit->langs.tag[kit->lang]);
	doc_bool(page, "complete", kit->session.complete);
	put_own_hats(kit, q, page, d, holes);
	put_missing(kit, page);
}

void page_person(struct kit *kit, struct req *q, struct doc *page, const struct decision *d,
                 bool holes)
{
	put_person(kit, q, page, d, holes);
	if (!holes)
		doc_str(page, "as_of", page_iso(page->arena, kit->session.as_of));
	doc_bool(page, "one_hat", kit->session.hat_count < 2);
}

void page_person_kept(struct kit *kit, struct req *q, struct doc *page)
{
	put_person(kit, q, page, NULL, false);
	doc_str(page, "as_of", hole_mark(page->arena, "as-of"));
	doc_str(page, "as_of_hour", hole_mark(page->arena, "as-of-hour"));
	doc_str(page, "as_of_minute", hole_mark(page->arena, "as-of-minute"));
}
