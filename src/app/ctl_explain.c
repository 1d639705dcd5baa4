/* explain: why somebody sees a service or does not, and what would turn that. */
#include <stdio.h>
#include <string.h>

#include "app/page.h"
#include "app/proof.h"
#include "base/doc.h"
#include "ctl_priv.h"
#include "domain/explain.h"

#define ANSWER_MAX ((size_t)8 << 20)

static const char *const reason_words[] = {
	[SEEN] = "audience",
	[SEEN_CLOSED] = "closed",
	[HIDDEN_UNKNOWN] = "unknown",
	[HIDDEN_WINDOW] = "outside-window",
	[HIDDEN_EXCLUDED] = "excluded",
	[HIDDEN_ENDED] = "ended",
	[HIDDEN_AUDIENCE] = "not-in-audience",
};

static const char *const change_words[] = { "join", "leave", "wait" };

/* ---- sentences ---- */

int ctl_answer(struct ctl *ctl, struct doc *d, const char *name, struct err *err)
{
	struct sheet *sheet;
	struct err stale = { 0 };
	struct buf out;
	enum fail rc;

	if (ctl->json)
		return ctl_print_json(d, err);
	doc_str(d, "kind", name);
	doc_str(d, "lang", ctl->kit.langs.tag[ctl->kit.lang]);
	if ((rc = sheets_get(ctl->kit.sheets, name, &sheet, &stale)))
		return ctl_exit(err_set(err, rc, "%s", stale.text));
	buf_init(&out, ANSWER_MAX);
	if (!(rc = sheet_render(sheet, d, &out, err)))
		fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	return ctl_exit(rc);
}

/* ---- the document ---- */

static void put_group(struct ctl *ctl, struct doc *in, size_t group)
{
	const struct group *g = &ctl->kit.in->groups.list[group];

	doc_str(in, "group", g->id);
	doc_str(in, "label", page_text(&ctl->kit, &g->label));
}

static void put_ids(struct ctl *ctl, struct doc *in, const char *name, const struct bits *groups)
{
	struct doc *list = doc_list(in, name, "group");

	for (size_t i = 0; i < ctl->kit.in->groups.count; i++)
		if (bits_has(groups, i))
			doc_item_str(list, ctl->kit.in->groups.list[i].id);
}

/* The element of the catalogue that decided. */
static void put_rule(struct ctl *ctl, struct doc *d, const struct explanation *e)
{
	const struct service *s = e->service;
	bool window = e->reason == SEEN_CLOSED || e->reason == HIDDEN_WINDOW;
	struct doc *rule = doc_object(d, "rule"), *windows;

	doc_str(rule, "element", window ? "window" : "audience");
	if (window)
		doc_str(rule, "outside", s->hidden_outside ? "hidden" : "closed");
	else
		doc_str(rule, "attribute", e->reason == HIDDEN_EXCLUDED ? "none" : "any");
	doc_num(rule, "line", s->line);
	put_ids(ctl, rule, "any", &s->any);
	put_ids(ctl, rule, "none", &s->none);
	windows = doc_list(rule, "windows", "window");
	for (size_t i = 0; i < s->window_count; i++) {
		struct doc *w = doc_item(windows);

		doc_str(w, "from",
		        arena_printf(w->arena, "%02d-%02d", s->windows[i].from / 100, s->windows[i].from % 100));
		doc_str(w, "to", arena_printf(w->arena, "%02d-%02d", s->windows[i].to / 100, s->windows[i].to % 100));
	}
}

static const char *iso_or_null(struct ctl *ctl, int64_t t)
{
	return t ? page_iso(ctl->arena, t) : NULL;
}

/* What has ended is proved as it was just before. */
static void as_of_then(struct ctl *ctl, const struct subject *s, int64_t ended, struct person *then)
{
	member_derive(ctl->arena, &ctl->kit.in->groups, s->facts.list, s->facts.count, ended - 1,
	              then);
}

static void put_part(struct ctl *ctl, struct doc *part, const struct subject *s, const struct explain_part *p)
{
	struct person then;

	put_group(ctl, part, p->group);
	doc_bool(part, "excludes", p->excludes);
	doc_str(part, "until", iso_or_null(ctl, member_until(&s->person, p->group)));
	doc_str(part, "ended", iso_or_null(ctl, p->ended));
	page_hats(&ctl->kit, part, &p->hats);
	if (p->ended)
		as_of_then(ctl, s, p->ended, &then);
	proof_steps(&ctl->kit, part, p->ended ? &then : &s->person, p->group, PROOF_WHOLE);
}

/* What the group file looks at: what somebody else would have to write down. */
static void put_ways(struct doc *change, const struct group *g)
{
	struct doc *ways = doc_list(change, "by", "way");

	for (size_t i = 0; i < g->rule_count; i++) {
		const struct rule *r = &g->rules[i];
		struct doc *way;

		if (r->kind != RULE_ATTRIBUTE && r->kind != RULE_LDAP_GROUP)
			continue;
		way = doc_item(ways);
		doc_str(way, "kind", r->kind == RULE_ATTRIBUTE ? "attribute" : "ldap-group");
		if (r->kind == RULE_ATTRIBUTE) {
			doc_str(way, "attribute", r->attribute);
			doc_str(way, "value", r->value);
		} else {
			doc_str(way, "dn", r->dn);
		}
	}
}

static void put_change(struct ctl *ctl, struct doc *change, const struct change *c)
{
	doc_str(change, "do", change_words[c->kind]);
	if (c->kind == CHANGE_WAIT) {
		const char *at = page_iso(change->arena, c->at);

		/* A window counts in days. */
		doc_str(change, "at", c->window ? arena_strn(change->arena, at, strlen("2026-11-23")) : at);
		doc_str(change, "for", c->window ? "window" : "membership");
		return;
	}
	put_group(ctl, change, c->group);
	page_hats(&ctl->kit, change, &c->hats);
	if (c->kind == CHANGE_JOIN)
		put_ways(change, &ctl->kit.in->groups.list[c->group]);
}

static const char *state_word(bool visible, bool open)
{
	return !visible ? NULL : open ? "open" : "closed";
}

static void put_turns(struct ctl *ctl, struct doc *d, const struct explanation *e)
{
	struct doc *turns = doc_list(d, "would_change", "turn");

	for (size_t i = 0; i < e->turn_count; i++) {
		const struct turn *t = &e->turns[i];
		struct doc *turn = doc_item(turns), *changes;

		doc_bool(turn, "visible", t->visible);
		doc_str(turn, "state", state_word(t->visible, t->open));
		changes = doc_list(turn, "changes", "change");
		for (size_t k = 0; k < t->count; k++)
			put_change(ctl, doc_item(changes), &t->change[k]);
	}
}

static struct doc *document(struct ctl *ctl, const struct subject *s, const struct explanation *e)
{
	struct doc *d = doc_new(ctl->arena, "page"), *list;

	doc_str(d, "person", s->person.uid);
	doc_str(d, "name", s->person.name);
	doc_str(d, "service", e->service->id);
	doc_str(d, "title", page_text(&ctl->kit, &e->service->title));
	doc_str(d, "at", page_iso(ctl->arena, s->at));
	doc_bool(d, "visible", e->visible);
	doc_str(d, "state", state_word(e->visible, e->open));
	doc_str(d, "reason", reason_words[e->reason]);
	put_rule(ctl, d, e);
	list = doc_list(d, "proof", "part");
	for (size_t i = 0; i < e->part_count; i++)
		put_part(ctl, doc_item(list), s, &e->parts[i]);
	put_turns(ctl, d, e);
	doc_bool(d, "complete", s->person.complete);
	list = doc_list(d, "missing", "source");
	for (size_t i = 0; i < s->person.missing_count; i++)
		doc_item_str(list, s->person.missing[i]);
	return d;
}

int ctl_explain(struct ctl *ctl, struct err *err)
{
	const struct catalogue *c;
	struct explain_who who;
	struct explanation e;
	struct subject s;
	int used, service, code;
	enum fail rc;

	if ((rc = ctl_subject(ctl, &s, &used, err)))
		return ctl_exit(rc);
	if (used + 1 != ctl->words)
		return ctl_exit(err_set(err, FAIL_INPUT, "say whose and which service: explain UID SERVICE"));
	c = &ctl->kit.in->catalogue;
	service = service_find(c, ctl->word[used]);
	if (service < 0)
		return ctl_exit(err_set(err, FAIL_ABSENT, "no service \"%s\" in the catalogue: write the id of one, "
		                                          "as search or catalogue name it",
		                        ctl->word[used]));
	who = (struct explain_who){ .person = &s.person,
		                    .accounts = s.facts.list,
		                    .account_count = s.facts.count,
		                    .at = s.at };
	explain(ctl->arena, c, &c->services[service], &who, &e);
	code = ctl_answer(ctl, document(ctl, &s, &e), "explain", err);
	return code ? code : e.reason == HIDDEN_UNKNOWN ? ctl_exit(FAIL_BACKEND) : 0;
}
