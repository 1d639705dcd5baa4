/* The command that shows what the directories themselves say of somebody, before any group file. */
#include <stdio.h>

#include "app/ctl.h"
#include "base/clock.h"
#include "base/doc.h"
#include "dir/dir.h"

/* ---- for programs ---- */

static void add_groups(struct doc *account, const struct account *who)
{
	struct doc *list = doc_list(account, "groups", "group");

	for (size_t i = 0; i < who->group_count; i++) {
		const struct fact_group *g = &who->groups[i];
		struct doc *one = doc_item(list);

		doc_str(one, "id", g->id);
		doc_str(one, "dn", g->dn);
		doc_str(one, "name", g->name);
		doc_str(one, "attribute", g->attribute);
		doc_str(one, "via", g->via < 0 ? NULL : who->groups[g->via].dn);
		doc_bool(one, "nested", g->nested);
	}
}

static void add_account(struct ctl *ctl, struct doc *list, const struct account *who)
{
	struct doc *account = doc_item(list);
	char iso[CLOCK_ISO];

	doc_str(account, "source", who->source);
	doc_str(account, "server", who->server);
	doc_str(account, "dn", who->dn);
	doc_str(account, "uid", who->uid);
	doc_str(account, "name", who->name);
	doc_str(account, "until", who->until ? arena_str(ctl->arena, clock_iso(who->until, iso)) : NULL);
	doc_bool(account, "complete", who->complete);
	doc_str(account, "why", who->why_incomplete);
	add_groups(account, who);
}

/* ---- for people ---- */

static void print_group(const struct account *who, const struct fact_group *g)
{
	printf("group    %s\n", g->dn);
	if (g->via >= 0)
		printf("         %s holds %s\n", g->attribute, who->groups[g->via].dn);
	else
		printf("         %s%s%s%s\n", g->attribute, g->value ? " = " : "", g->value ? g->value : "",
		       g->nested ? ", perhaps through other groups" : "");
}

static void print_account(const struct account *who, unsigned long operations, int64_t ms)
{
	char iso[CLOCK_ISO];

	printf("account  %s\n         %s (%s) in %s at %s\n", who->dn, who->name, who->uid, who->source,
	       who->server);
	if (who->until)
		printf("until    %s\n", clock_iso(who->until, iso));
	for (size_t i = 0; i < who->group_count; i++)
		print_group(who, &who->groups[i]);
	printf("%-8s %zu groups in %lu questions and %lld ms%s%s\n", who->complete ? "complete" : "PARTLY",
	       who->group_count, operations, (long long)ms, who->why_incomplete ? ": " : "",
	       who->why_incomplete ? who->why_incomplete : "");
}

/* ---- the command ---- */

static enum fail look(struct ctl *ctl, struct dir *dir, struct doc *list, struct err *err)
{
	unsigned long before = dir_operations(dir);
	int64_t begin = clock_ms();
	struct account who;
	enum fail rc;

	if ((rc = dir_find(dir, ctl->arena, ctl->word[0], &who, err)) ||
	    (rc = dir_climb(dir, ctl->arena, &who, err)))
		return rc;
	add_account(ctl, list, &who);
	if (!ctl->json)
		print_account(&who, dir_operations(dir) - before, clock_ms() - begin);
	return who.complete ? OK : FAIL_BACKEND;
}

int ctl_directory(struct ctl *ctl, struct err *err)
{
	struct doc *doc = doc_new(ctl->arena, "directory"), *list = doc_list(doc, "accounts", "account");
	enum fail worst = FAIL_ABSENT;

	if (ctl->words != 1)
		return ctl_exit(err_set(err, FAIL_INPUT, "say whose: directory NAME"));
	for (size_t i = 0; i < ctl->kit.conf.source_count; i++) {
		struct err why = { 0 };
		enum fail rc = look(ctl, ctl->kit.dir[i], list, &why);

		if (why.code && !ctl->json)
			printf("%-8s %s: %s\n", rc == FAIL_ABSENT ? "nobody" : "FAULT",
			       ctl->kit.conf.source[i].id, why.text);
		if (worst == FAIL_ABSENT || (rc != FAIL_ABSENT && rc))
			worst = rc;
	}
	if (ctl->json)
		ctl_print_json(doc, err);
	return ctl_exit(worst);
}
