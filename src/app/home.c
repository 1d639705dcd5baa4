#include "app/home.h"

#include <stdlib.h>
#include <string.h>

#include "app/notices.h"
#include "app/own.h"
#include "app/page.h"
#include "app/piecework.h"
#include "base/clock.h"

#define TOP_TASKS 6

/* ---- what is asked ---- */

struct visit {
	struct kit *kit;
	struct req *q;
	struct decision all;   /* the whole catalogue of the person */
	struct decision shown; /* after the filters */
	const char *hat, *theme; /* ids that exist, or NULL */
	struct shown_notices notices;
	struct favourites favourites; /* of data; a page has a piece for them */
	bool frame;            /* services become slots, for what is kept */
};

static void decide_now(struct visit *v)
{
	kit_decide(v->kit, v->q->arena, &v->all);
	v->shown = v->all;
}

static const char *known_hat(struct kit *kit, const char *id)
{
	int group = id ? group_find(&kit->in->groups, id) : -1;

	for (size_t i = 0; group >= 0 && i < kit->session.hat_count; i++)
		if (kit->session.hat[i].group == group)
			return kit->in->groups.list[group].id;
	return NULL;
}

static const char *known_theme(struct kit *kit, const char *id)
{
	int theme = id ? theme_find(&kit->in->catalogue, id) : -1;

	return theme >= 0 ? kit->in->catalogue.themes[theme].id : NULL;
}

static void filter(struct visit *v)
{
	const struct catalogue *c = v->all.catalogue;
	int hat = v->hat ? group_find(c->groups, v->hat) : -1, theme = v->theme ? theme_find(c, v->theme) : -1;
	struct entry *kept = arena_array(v->q->arena, v->all.count, sizeof *kept);

	v->shown.count = 0;
	v->shown.entries = kept;
	for (size_t i = 0; i < v->all.count; i++) {
		const struct entry *e = &v->all.entries[i];

		if ((hat < 0 || bits_has(&e->hats, (size_t)hat)) &&
		    (theme < 0 || e->service->theme == (size_t)theme))
			kept[v->shown.count++] = *e;
	}
}

/* ---- the document ---- */

static void put_ref(struct visit *v, struct doc *list, const struct entry *e)
{
	struct doc *ref = page_ref(v->kit, list, e);

	if (v->frame)
		doc_str(ref, "slot", hole_mark(ref->arena, arena_printf(ref->arena, "+service:%s", e->service->id)));
}

/* ---- top tasks: by rank, and what is open for a while only goes before ---- */

#define TIMELY 20 /* so much rank is being open for a while worth */

struct task {
	const struct entry *entry;
	const struct window *window; /* that is open now */
	int weight;
	size_t place;
};

static const struct window *open_window(const struct service *s, struct date today)
{
	for (size_t i = 0; i < s->window_count; i++)
		if (window_open(&s->windows[i], today))
			return &s->windows[i];
	return NULL;
}

static int heavier(const void *x, const void *y)
{
	const struct task *a = x, *b = y;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

static size_t top_tasks(struct visit *v, struct task **out)
{
	struct task *list = arena_array(v->q->arena, v->all.count + 1, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < v->all.count; i++) {
		const struct entry *e = &v->all.entries[i];
		const struct window *w = open_window(e->service, v->all.date);

		if (e->open)
			list[count++] = (struct task){ e, w, e->rank + (w ? TIMELY : 0), i };
	}
	qsort(list, count, sizeof *list, heavier);
	*out = list;
	return count < TOP_TASKS ? count : TOP_TASKS;
}

static void put_top(struct visit *v, struct doc *page)
{
	struct doc *top = doc_for_view(doc_list(page, "top", "ref"));
	struct task *tasks;
	size_t count;

	if (v->hat || v->theme)
		return;
	count = top_tasks(v, &tasks);
	for (size_t i = 0; i < count; i++) {
		const struct entry *e = tasks[i].entry;
		const struct theme *theme = &v->all.catalogue->themes[e->service->theme];
		const struct window *w = tasks[i].window;

		put_ref(v, top, e);
		if (theme->icon)
			doc_str(top->last, "icon", theme->icon);
		if (w)
			doc_str(top->last, "closes", arena_printf(top->arena, "%02d-%02d", w->to / 100, w->to % 100));
		page_hats(v->kit, top->last, &e->hats);
		page_put_text(v->kit, top->last, "summary", &e->service->summary);
	}
}

/* ---- themes ---- */

static void put_theme(struct visit *v, struct doc *themes, size_t index)
{
	const struct theme *t = &v->all.catalogue->themes[index];
	struct doc *theme = NULL, *list = NULL;
	size_t count = 0;

	for (size_t i = 0; i < v->shown.count; i++) {
		if (v->shown.entries[i].service->theme != index)
			continue;
		if (!theme) {
			theme = doc_item(themes);
			doc_str(theme, "id", t->id);
			doc_str(theme, "label", page_text(v->kit, &t->label));
			if (t->icon)
				doc_str(theme, "icon", t->icon);
			doc_str(theme, "href", page_href(v->kit, theme->arena,
			                                 arena_printf(theme->arena, "/?theme=%s", t->id)));
			doc_bool(theme, "current", v->theme != NULL);
			list = doc_list(theme, "refs", "ref");
		}
		put_ref(v, list, &v->shown.entries[i]);
		count++;
	}
	if (theme)
		doc_num(theme, "count", (int64_t)count);
}

static void put_filters(struct visit *v, struct doc *page)
{
	struct doc *filters = doc_for_view(doc_object(page, "filters"));
	size_t both = 0, hats;

	/* So that all = the sum of the hats − shared, with three hats too. */
	for (size_t i = 0; i < v->all.count; i++)
		both += (hats = bits_count(&v->all.entries[i].hats)) > 1 ? hats - 1 : 0;
	doc_num(filters, "all", (int64_t)v->all.count);
	doc_num(filters, "shared", (int64_t)both);
	doc_str(filters, "href", page_href(v->kit, page->arena, "/"));
}

static struct doc *list_document(struct visit *v)
{
	struct doc *page = page_new(v->kit, v->q, "catalogue", v->frame);
	struct doc *themes, *services;

	doc_str(page, "hat", v->hat);
	doc_str(page, "theme", v->theme);
	page_person(v->kit, v->q, page, &v->all, v->frame);
	put_filters(v, page);
	notices_put(v->kit, page, &v->notices, &v->all);
	put_top(v, page);
	themes = doc_for_view(doc_list(page, "themes", "theme"));
	for (size_t i = 0; i < v->all.catalogue->theme_count; i++)
		put_theme(v, themes, i);
	if (v->frame) {
		doc_str(doc_for_view(doc_object(page, "kept")), "slot", hole_mark(page->arena, "+own"));
		return page;
	}
	own_put(v->kit, page, &v->all, &v->favourites);
	services = doc_list(page, "services", "service");
	for (size_t i = 0; i < v->shown.count; i++)
		page_service(v->kit, doc_item(services), &v->all, &v->shown.entries[i], SERVICE_BRIEF);
	return page;
}

/* ---- GET / ---- */

static struct doc *list_frame(void *with)
{
	struct visit *v = with;

	v->frame = true;
	decide_now(v);
	filter(v);
	return list_document(v);
}

enum fail home_list(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct visit v = { .kit = kit,
		           .q = q,
		           .hat = known_hat(kit, req_query(q, "hat")),
		           .theme = known_theme(kit, req_query(q, "theme")),
		           .notices = notices_for(kit, q->arena, &kit->session.groups, &kit->session.unknown) };
	struct work work = { .kind = "catalogue",
		             .key = arena_printf(q->arena, "%s|%s|%s", v.hat ? v.hat : "", v.theme ? v.theme : "",
		                                 notices_key(q->arena, &v.notices)),
		             .document = list_frame,
		             .decision = &v.shown,
		             .whole = &v.all,
		             .own = own_piece,
		             .with = &v };
	enum fail rc;

	if (req_want(q) == WANT_HTML)
		return piecework_send(kit, q, p, &work, err);
	if ((rc = own_favourites(kit, q->arena, &v.favourites, err)))
		return rc;
	decide_now(&v);
	filter(&v);
	return piecework_data(kit, q, p, list_document(&v), err);
}
