#include "app/mydata.h"

#include "app/me.h"
#include "app/own.h"
#include "app/page.h"
#include "app/requests.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/account.h"
#include "db/tickets.h"

static void put_ids(struct doc *list, const struct favourites *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		doc_item_str(list, ids->id[i]);
}

/* By id, also what is not theirs today: it is kept, so it is in here. */
static enum fail put_kept(struct kit *kit, struct doc *page, struct err *err)
{
	struct favourites list;
	enum fail rc;

	if ((rc = own_favourites(kit, page->arena, &list, err)))
		return rc;
	put_ids(doc_list(page, "favourites", "service"), &list);
	own_recent(kit, page->arena, &list);
	put_ids(doc_list(page, "recent", "service"), &list);
	return OK;
}

static enum fail put_requests(struct kit *kit, struct doc *page, struct err *err)
{
	struct doc *list = doc_list(page, "requests", "request");
	const struct ticket *tickets;
	size_t count;
	enum fail rc;

	if ((rc = tickets_read(kit->db, page->arena, kit->session.person, &tickets, &count, err)))
		return rc;
	for (size_t i = 0; i < count; i++)
		request_put_whole(kit, doc_item(list), &tickets[i]);
	return OK;
}

enum fail mydata_export(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct doc *page = doc_new(q->arena, "page");
	char now[CLOCK_ISO];
	enum fail rc;

	doc_str(page, "kind", "data");
	doc_str(page, "lang", kit->langs.tag[kit->lang]);
	doc_str(page, "portal", kit->conf.name);
	doc_str(page, "at", arena_str(q->arena, clock_iso(clock_now(), now)));
	page_person(kit, q, page, NULL, false);
	if ((rc = me_put_groups(kit, page, err)) || (rc = me_put_sessions(kit, page, err)) ||
	    (rc = put_kept(kit, page, err)) || (rc = put_requests(kit, page, err)))
		return rc;
	resp_no_store(p);
	if (req_want(q) == WANT_HTML) {
		q->accept = "application/json";
		resp_header(p, "Content-Disposition", "attachment; filename=\"loket-%s.json\"", kit->session.uid);
	}
	log_event("export", "person=%s", kit->session.uid);
	return page_send(kit, q, p, page, err);
}

enum fail mydata_erase(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	enum fail rc;

	(void)q;
	if ((rc = own_erase(kit->db, kit->share, &kit->session, err)) ||
	    (rc = account_links_erase(kit->db, kit->session.person, kit->session.uid, err)))
		return rc;
	log_event("erase", "person=%s", kit->session.uid);
	resp_no_store(p);
	return resp_see_other(p, "/me");
}
