/* Commands about people: which groups, which catalogue, what a search finds, which desk. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/page.h"
#include "app/proof.h"
#include "ctl_priv.h"
#include "domain/route.h"
#include "text/text.h"

/* ---- who and when ---- */

static enum fail when(struct ctl *ctl, struct subject *s, struct err *err)
{
	s->at = clock_now();
	s->date = clock_date(s->at);
	if (!ctl->date)
		return OK;
	if (!clock_parse_date(ctl->date, &s->date))
		return err_set(err, FAIL_INPUT, "--date %s: write a day as YYYY-MM-DD", ctl->date);
	s->at = clock_noon(s->date);
	return OK;
}

static enum fail find_person(struct ctl *ctl, const char *uid, struct subject *s, struct err *err)
{
	struct kit *kit = &ctl->kit;
	struct person_ask ask = { .now = s->at, .until_ms = clock_ms() + kit->conf.people_ms };
	enum fail rc;

	if ((rc = person_find(kit, ctl->arena, &(struct person_name){ .name = uid }, ask.until_ms, &ask.which,
	                      &s->account, err)))
		return rc;
	ask.account = &s->account;
	if ((rc = person_read(kit, ctl->arena, &ask, &s->facts, err)))
		return rc;
	member_derive(ctl->arena, &kit->in->groups, s->facts.list, s->facts.count, s->at, &s->person);
	return OK;
}

static void choose_language(struct ctl *ctl, const struct subject *s)
{
	int lang = langs_find(&ctl->kit.langs, ctl->lang         ? ctl->lang
	                                       : s->person.lang ? s->person.lang
	                                                        : "");

	ctl->kit.lang = lang < 0 ? 0 : lang;
}

enum fail ctl_subject(struct ctl *ctl, struct subject *s, int *used, struct err *err)
{
	enum fail rc;

	*s = (struct subject){ 0 };
	*used = 0;
	if ((rc = kit_institution(&ctl->kit, err)) || (rc = when(ctl, s, err)))
		return rc;
	if (ctl->groups) {
		rc = member_given(ctl->arena, &ctl->kit.in->groups, ctl->groups, &s->person, err);
	} else if (!ctl->words) {
		rc = err_set(err, FAIL_INPUT, "say whose: a UID, or --groups a,b");
	} else {
		rc = find_person(ctl, ctl->word[(*used)++], s, err);
	}
	if (!rc)
		choose_language(ctl, s);
	return rc;
}

/* ---- groups ---- */

/* Which accounts were put together with the first, and by what. */
static void put_links(struct doc *d, const struct subject *s)
{
	struct doc *list = doc_list(d, "linked", "link");

	for (size_t i = 0; i < s->facts.count; i++) {
		const struct account *account = &s->facts.list[i];
		struct doc *link;

		if (!account->link || account->unread)
			continue;
		link = doc_item(list);
		doc_str(link, "account", account->uid);
		doc_str(link, "source", account->source);
		doc_str(link, "by", account->link);
	}
}

static struct doc *groups_document(struct ctl *ctl, const struct subject *s)
{
	struct doc *d = doc_new(ctl->arena, "page");
	struct doc *list;

	doc_str(d, "person", s->person.uid);
	doc_str(d, "name", s->person.name);
	list = doc_list(d, "accounts", "account");
	for (size_t i = 0; i < s->facts.count; i++)
		if (!s->facts.list[i].unread && !s->facts.list[i].stale)
			doc_item_str(list, s->facts.list[i].uid);
	put_links(d, s);
	list = doc_list(d, "hats", "hat");
	for (size_t i = 0; i < s->person.count; i++)
		if (bits_has(&ctl->kit.in->groups.hats, s->person.list[i].group))
			doc_item_str(list, ctl->kit.in->groups.list[s->person.list[i].group].id);
	proof_groups(&ctl->kit, d, &s->person, PROOF_WHOLE);
	list = doc_list(d, "directory_groups", "dn");
	for (size_t i = 0; i < s->person.directory_group_count; i++)
		doc_item_str(list, s->person.directory_groups[i]);
	doc_bool(d, "complete", s->person.complete);
	list = doc_list(d, "missing", "source");
	for (size_t i = 0; i < s->person.missing_count; i++)
		doc_item_str(list, s->person.missing[i]);
	return d;
}

int ctl_groups(struct ctl *ctl, struct err *err)
{
	struct subject s;
	enum fail rc;
	int used;

	if ((rc = ctl_subject(ctl, &s, &used, err)))
		return ctl_exit(rc);
	return ctl_answer(ctl, groups_document(ctl, &s), "groups", err);
}

/* ---- catalogue ---- */

int ctl_catalogue(struct ctl *ctl, struct err *err)
{
	struct decision d;
	struct subject s;
	struct doc *doc, *list;
	enum fail rc;
	int used;

	if ((rc = ctl_subject(ctl, &s, &used, err)))
		return ctl_exit(rc);
	decide(ctl->arena, &ctl->kit.in->catalogue, &s.person.groups, &s.person.unknown, s.date, ctl->kit.lang, &d);
	if (ctl->json) {
		doc = doc_new(ctl->arena, "catalogue");
		list = doc_list(doc, "services", "service");
		for (size_t i = 0; i < d.count; i++)
			page_service(&ctl->kit, doc_item(list), &d, &d.entries[i], SERVICE_BRIEF);
		return ctl_print_json(doc, err);
	}
	for (size_t i = 0; i < d.count; i++)
		printf("%3d  %-24s %s%s\n", d.entries[i].rank, d.entries[i].service->id,
		       page_text(&ctl->kit, &d.entries[i].service->title),
		       d.entries[i].open ? "" : " (closed)");
	return 0;
}

/* ---- search ---- */

static const char *joined_words(struct ctl *ctl, int from)
{
	const char *query = "";

	for (int i = from; i < ctl->words; i++)
		query = arena_printf(ctl->arena, "%s%s%s", query, i > from ? " " : "", ctl->word[i]);
	return query;
}

int ctl_search(struct ctl *ctl, struct err *err)
{
	struct doc *doc = doc_new(ctl->arena, "search"), *list = doc_list(doc, "results", "result");
	struct word_list words;
	struct found found;
	struct decision d;
	struct subject s;
	enum fail rc;
	int used;

	if ((rc = ctl_subject(ctl, &s, &used, err)))
		return ctl_exit(rc);
	if (used >= ctl->words)
		return ctl_exit(err_set(err, FAIL_INPUT, "say what to search for"));
	decide(ctl->arena, &ctl->kit.in->catalogue, &s.person.groups, &s.person.unknown, s.date, ctl->kit.lang, &d);
	words = text_words(ctl->arena, &ctl->kit.langs, joined_words(ctl, used));
	find(ctl->arena, ctl->kit.in->index, &d, &words, false, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct hit *hit = &found.hits[i];
		struct doc *result = doc_item(list);

		doc_str(result, "id", hit->entry->service->id);
		doc_num(result, "score", (int64_t)(hit->score * 1000));
		if (!ctl->json)
			printf("%8.3f  %-24s %s\n", (double)hit->score, hit->entry->service->id,
			       page_text(&ctl->kit, &hit->entry->service->title));
	}
	return ctl->json ? ctl_print_json(doc, err) : 0;
}

/* ---- route ---- */

static enum fail route_of(struct ctl *ctl, const struct subject *s, const char *service,
                          struct routing *out, struct err *err)
{
	const struct groups *g = &ctl->kit.in->groups;
	int hat = ctl->hat ? group_find(g, ctl->hat) : ROUTE_NO_HAT;
	const struct entry *e;
	struct decision d;

	decide(ctl->arena, &ctl->kit.in->catalogue, &s->person.groups, &s->person.unknown, s->date, ctl->kit.lang, &d);
	e = decision_find(&d, service);
	if (!e)
		return err_set(err, FAIL_ABSENT, "no service \"%s\" in this catalogue", service);
	if ((ctl->hat && hat < 0) || route_entry(e, hat, ctl->topic, out))
		return err_set(err, FAIL_ABSENT, "%s: not with hat \"%s\" and topic \"%s\"", service,
		               ctl->hat ? ctl->hat : "", ctl->topic ? ctl->topic : "");
	return OK;
}

int ctl_route(struct ctl *ctl, struct err *err)
{
	const struct catalogue *c;
	const char *desk, *variant, *ask;
	struct routing r;
	struct subject s;
	struct doc *doc;
	enum fail rc;
	int used;

	if ((rc = ctl_subject(ctl, &s, &used, err)))
		return ctl_exit(rc);
	if (used + 1 != ctl->words)
		return ctl_exit(err_set(err, FAIL_INPUT, "say whose and which service: route UID SERVICE"));
	if ((rc = route_of(ctl, &s, ctl->word[used], &r, err)))
		return ctl_exit(rc);
	c = &ctl->kit.in->catalogue;
	desk = c->desks[r.desk].id;
	variant = r.way->variant ? c->groups->list[r.way->variant->group].id : NULL;
	ask = route_word(r.ask);
	if (!ctl->json) {
		printf("%s%s%s%s%s\n", desk, variant ? ", variant " : "", variant ? variant : "",
		       ask ? ", to ask: " : "", ask ? ask : "");
		return 0;
	}
	doc = doc_new(ctl->arena, "route");
	doc_str(doc, "desk", desk);
	doc_str(doc, "variant", variant);
	doc_str(doc, "ask", ask);
	return ctl_print_json(doc, err);
}
