#include "app/public.h"

#include <string.h>

#include "app/guard.h"
#include "app/notices.h"
#include "app/page.h"
#include "base/clock.h"
#include "view/load.h"

#define THEME_SECONDS (365 * 24 * 3600)

/* Somebody unknown holds no group; what everyone and a visitor have follows from that. */
static void decide_for_visitor(struct kit *kit, struct req *q, struct decision *out)
{
	struct bits none = { 0 }, closed = group_close(&kit->in->groups, &none);

	decide(q->arena, &kit->in->catalogue, &closed, NULL, clock_date(clock_now()), kit->lang, out);
}

static void put_services(struct kit *kit, struct doc *page, const struct decision *d)
{
	const struct catalogue *c = d->catalogue;
	struct doc *services = doc_list(page, "services", "service");
	struct doc *themes = doc_for_view(doc_list(page, "themes", "theme"));

	for (size_t i = 0; i < d->count; i++)
		page_service(kit, doc_item(services), d, &d->entries[i], SERVICE_BRIEF);
	for (size_t t = 0; t < c->theme_count; t++) {
		struct doc *theme;
		size_t count = 0;

		for (size_t i = 0; i < d->count; i++)
			count += d->entries[i].service->theme == t;
		if (!count)
			continue;
		theme = doc_item(themes);
		doc_str(theme, "id", c->themes[t].id);
		doc_str(theme, "label", page_text(kit, &c->themes[t].label));
		if (c->themes[t].icon)
			doc_str(theme, "icon", c->themes[t].icon);
		doc_num(theme, "count", (int64_t)count);
	}
}

/* The desks that answer a visitor's services. */
static void put_desks(struct kit *kit, struct doc *page, const struct decision *d)
{
	struct doc *desks = doc_list(page, "desks", "desk");

	for (size_t k = 0; k < d->catalogue->desk_count; k++)
		for (size_t i = 0; i < d->count; i++)
			if (d->entries[i].ways[0].desk == k) {
				page_desk(kit, doc_item(desks), d->catalogue, k);
				break;
			}
}

enum fail public_show(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct bits none = { 0 }, closed;
	struct shown_notices notices;
	struct decision d;
	struct doc *page;
	enum fail rc;

	if ((rc = kit_institution(kit, err)))
		return rc;
	closed = group_close(&kit->in->groups, &none);
	notices = notices_for(kit, q->arena, &closed, NULL);
	decide_for_visitor(kit, q, &d);
	page = page_new(kit, q, "public", false);
	notices_put(kit, page, &notices, &d);
	put_services(kit, page, &d);
	put_desks(kit, page, &d);
	page_help(kit, page);
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

enum fail public_opensearch(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page = page_new(kit, q, "opensearch", false);

	doc_str(page, "origin", page_origin(kit, q));
	resp_no_store(p);
	return page_send_as(kit, q, p, page, "application/opensearchdescription+xml", err);
}

/* The institution's own text in the page's language, else in the first that has it. */
static enum fail load_text(struct kit *kit, struct req *q, const char *name, struct doc *content,
                           struct err *err)
{
	enum fail rc = FAIL_ABSENT;

	for (size_t i = 0; i <= kit->langs.count && rc == FAIL_ABSENT; i++) {
		const char *tag = kit->langs.tag[i ? i - 1 : (size_t)kit->lang];

		err_clear(err);
		rc = load_page(q->arena, kit->conf.schema_dir,
		               arena_printf(q->arena, "%s/%s.%s.xml", kit->conf.texts_dir, name, tag), content,
		               err);
		if (!rc && i && (int)(i - 1) != kit->lang)
			doc_str(content, "lang", tag);
	}
	return rc;
}

enum fail public_text(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page = page_new(kit, q, "text", false);
	enum fail rc;

	doc_str(page, "name", q->path + 1);
	if ((rc = load_text(kit, q, q->path + 1, doc_object(page, "content"), err)))
		return rc;
	resp_no_store(p);
	return page_send(kit, q, p, page, err);
}

enum fail public_theme(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *theme = req_field(q, "theme");

	(void)kit;
	if (!req_same_origin(q))
		return err_set(err, FAIL_DENIED, "form from another site");
	if (!theme || (strcmp(theme, "system") && strcmp(theme, "light") && strcmp(theme, "dark")))
		return err_set(err, FAIL_INPUT, "no such theme");
	resp_cookie(p, COOKIE_THEME, theme, THEME_SECONDS);
	resp_no_store(p);
	return resp_see_other(p, page_own_path(req_field(q, "return")));
}
