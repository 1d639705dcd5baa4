/* The accounts of one person in all sources: ties, and what each source says. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "db/account.h"
#include "person_priv.h"

#define ROUNDS       4 /* of ties that lead to ties */
#define LINKED_MAX 16

struct tie {
	struct dir_tie dir;
	int key;        /* index in conf->link, -1: somebody made it */
	int source;     /* of a made one; -1: all */
	int found;      /* entries, over all sources */
	bool said;
};

/* Who is linked to whom: the login's own account first, then what ties led to. */
struct kin {
	struct kit *kit;
	struct arena *arena;
	const struct person_ask *ask;
	struct tie tie[DIR_TIES];
	size_t tie_count;
	const struct account_link *made;
	size_t made_count;
	struct account *own;              /* with its groups, or NULL */
	struct account linked[LINKED_MAX];
	size_t linked_count;
	bool silent[SOURCES];
};

/* ---- keys ---- */

static bool is_attribute_of(const struct conf_link *link, const char *name)
{
	for (size_t i = 0; i < link->attribute_count; i++)
		if (!strcasecmp(link->attribute[i], name))
			return true;
	return false;
}

/* Nothing, a placeholder, or a row of zeros is no key. */
static bool is_key(const struct conf *conf, const char *value)
{
	static const char *const usual[] = { "-", "n/a", "na", "none", "null", "unknown", "onbekend" };

	if (value[strspn(value, "0 -.")] == '\0')
		return false;
	for (size_t i = 0; i < COUNT(usual); i++)
		if (!strcasecmp(value, usual[i]))
			return false;
	for (size_t i = 0; i < conf->link_stop_count; i++)
		if (!strcasecmp(value, conf->link_stop[i]))
			return false;
	return true;
}

static bool has_key(const struct kin *k, const struct account *account, size_t key)
{
	const struct conf *conf = &k->kit->conf;

	for (size_t i = 0; i < account->value_count; i++)
		if (is_attribute_of(&conf->link[key], account->values[i].attribute) &&
		    is_key(conf, account->values[i].value))
			return true;
	return false;
}

static void add_tie(struct kin *k, struct tie tie)
{
	for (size_t i = 0; i < k->tie_count; i++)
		if (tie.key >= 0 && k->tie[i].key == tie.key && !strcmp(k->tie[i].dir.value, tie.dir.value))
			return;
	if (k->tie_count < DIR_TIES)
		k->tie[k->tie_count++] = tie;
}

static void tie_by_keys(struct kin *k, const struct account *account)
{
	const struct conf *conf = &k->kit->conf;

	for (size_t key = 0; key < conf->link_count; key++)
		for (size_t i = 0; i < account->value_count; i++) {
			const struct fact_value *v = &account->values[i];

			if (is_attribute_of(&conf->link[key], v->attribute) && is_key(conf, v->value))
				add_tie(k, (struct tie){ .dir = { .attributes = conf->link[key].attribute,
				                                  .attribute_count = conf->link[key].attribute_count,
				                                  .value = v->value },
				                         .key = (int)key,
				                         .source = -1 });
		}
}

static int source_named(const struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->conf.source_count; i++)
		if (!strcmp(kit->conf.source[i].id, id))
			return (int)i;
	return -1;
}

static enum fail tie_by_hand(struct kin *k, const uint8_t key[16], struct err *err)
{
	struct account_link *made;
	enum fail rc;

	if (!k->kit->db || k->ask->untied)
		return OK;
	if ((rc = account_links(k->kit->db, k->arena, key, &made, &k->made_count, err)))
		return rc;
	k->made = made;
	for (size_t i = 0; i < k->made_count; i++) {
		int source = source_named(k->kit, made[i].end[1].source);

		if (!made[i].apart && source >= 0)
			add_tie(k, (struct tie){ .dir = { .key = made[i].end[1].key }, .key = -1, .source = source });
	}
	return OK;
}

/* ---- deciding ---- */

static bool apart(const struct kin *k, const uint8_t key[16])
{
	for (size_t i = 0; i < k->made_count; i++)
		if (k->made[i].apart && !memcmp(k->made[i].end[1].key, key, 16))
			return true;
	return false;
}

/* What ties this account to the person: the most trusted key that both carry decides, and
 * if the values of that one differ they are two people whatever else is alike. */
static const char *tied_by(const struct kin *k, const struct dir_tied *c, const size_t *tie, size_t ties,
                           const int *found)
{
	const struct conf *conf = &k->kit->conf;
	bool carried[CONF_LINKS] = { false }, matches[CONF_LINKS] = { false };

	for (size_t i = 0; i < ties; i++) {
		const struct tie *t = &k->tie[tie[i]];
		bool leads = c->ties >> i & 1;

		if (t->key < 0 && leads)
			return "table";
		if (t->key < 0 || found[i] > conf->link_most || t->found > conf->link_most)
			continue;
		carried[t->key] = true;
		matches[t->key] |= leads;
	}
	for (size_t key = 0; key < conf->link_count; key++)
		if (carried[key] && has_key(k, &c->account, key))
			return matches[key] ? conf->link[key].attribute[0] : NULL;
	return NULL;
}

/* ---- one source ---- */

/* The ties that this source can be asked about, as places in k->tie. */
static size_t ties_of(const struct kin *k, size_t source, size_t list[DIR_TIES])
{
	size_t n = 0;

	for (size_t i = 0; i < k->tie_count; i++)
		if (k->tie[i].source < 0 || k->tie[i].source == (int)source)
			list[n++] = i;
	return n;
}

static bool is_known(const struct kin *k, const uint8_t key[16])
{
	if (k->own && !memcmp(k->own->key, key, 16))
		return true;
	for (size_t i = 0; i < k->linked_count; i++)
		if (!memcmp(k->linked[i].key, key, 16))
			return true;
	return false;
}

static void climb(struct job *job, struct account *account)
{
	struct err why = { 0 };

	/* A directory that fails now makes the answer incomplete; it does not undo the sign-in. */
	if (dir_climb(job->kit->dir[job->source], job->arena, account, &why)) {
		account->complete = false;
		account->why_incomplete = arena_str(job->arena, why.text);
	}
}

static void read_work(struct job *job)
{
	const struct kin *k = job->with;
	struct dir *dir = job->kit->dir[job->source];
	struct dir_tied_ask *ask = NULL;
	struct dir_tie ties[DIR_TIES];
	size_t tie[DIR_TIES], count = ties_of(k, job->source, tie);

	dir_until(dir, job->until_ms);
	for (size_t i = 0; i < count; i++)
		ties[i] = k->tie[tie[i]].dir;
	if (count) /* on its way while the own groups are asked for */
		ask = dir_tied_ask(dir, job->arena, ties, count, job->kit->conf.link_most);
	if (job->account)
		climb(job, job->account);
	if (!ask || (job->rc = dir_tied(ask, &job->tied, &job->tied_count, job->found, &job->why)))
		return;
	for (size_t i = 0; i < job->tied_count; i++) {
		struct dir_tied *c = &job->tied[i];

		if (is_known(k, c->account.key) || apart(k, c->account.key) ||
		    !(c->account.link = tied_by(k, c, tie, count, job->found)))
			continue;
		climb(job, &c->account);
	}
}

/* ---- all sources ---- */

static void count_found(struct kin *k, const struct job *job)
{
	size_t tie[DIR_TIES], count = ties_of(k, job->source, tie);

	for (size_t i = 0; i < count; i++)
		k->tie[tie[i]].found += job->found[i];
}

/* A key on too many entries says nothing about anybody; whoever gave it out should know. */
static void alarm_about(struct kin *k)
{
	for (size_t i = 0; i < k->tie_count; i++) {
		struct tie *t = &k->tie[i];

		if (t->key < 0 || t->said || t->found <= k->kit->conf.link_most)
			continue;
		t->said = true;
		log_event("alarm", "key=%s value=\"%s\" entries=%d most=%d: it links nobody",
		          k->kit->conf.link[t->key].attribute[0], t->dir.value, t->found,
		          k->kit->conf.link_most);
	}
}

static void take_linked(struct kin *k, const struct job *job)
{
	size_t tie[DIR_TIES], count = ties_of(k, job->source, tie);

	for (size_t i = 0; i < job->tied_count; i++) {
		const struct dir_tied *c = &job->tied[i];

		/* Asked again now that the entries of all sources are counted. */
		if (!c->account.link || is_known(k, c->account.key) || k->linked_count == LINKED_MAX ||
		    !tied_by(k, c, tie, count, job->found))
			continue;
		k->linked[k->linked_count++] = c->account;
	}
}

/* The login's own source is first: the others are asked only when a tie can lead there. */
static size_t jobs_of(struct kin *k, bool first, struct job *jobs)
{
	size_t n = 0, tie[DIR_TIES];

	for (size_t turn = 0; turn < k->kit->conf.source_count; turn++) {
		size_t source = turn ? turn - (turn <= k->ask->which) : k->ask->which;
		struct account *climbs = first && source == k->ask->which ? k->own : NULL;

		if (!climbs && !ties_of(k, source, tie))
			continue;
		if (k->silent[source])
			continue;
		jobs[n++] = (struct job){ .kit = k->kit,
			                  .source = source,
			                  .until_ms = k->ask->until_ms,
			                  .work = read_work,
			                  .with = k,
			                  .account = climbs,
			                  .asked = ties_of(k, source, tie) > 0 };
	}
	return n;
}

static void ask_all(struct kin *k, bool first)
{
	struct job jobs[SOURCES];
	size_t count = jobs_of(k, first, jobs);

	for (size_t i = 0; i < k->tie_count; i++)
		k->tie[i].found = 0;
	jobs_run(k->kit, k->arena, jobs, count);
	for (size_t i = 0; i < count; i++) {
		if (jobs[i].rc) {
			k->silent[jobs[i].source] = true;
			log_event("groups", "outcome=silent source=%s ms=%ld cause=\"%s\"",
			          k->kit->conf.source[jobs[i].source].id, (long)jobs[i].took_ms,
			          jobs[i].why.text);
		} else if (jobs[i].asked) {
			count_found(k, &jobs[i]);
		}
	}
	alarm_about(k);
	for (size_t i = 0; i < count; i++)
		if (!jobs[i].rc)
			take_linked(k, &jobs[i]);
}

/* ---- the whole ---- */

static void add(struct kin *k, struct person_facts *facts, const struct account *account)
{
	size_t room = facts->count + 1;
	struct account *list = arena_array(k->arena, room, sizeof *list);

	if (facts->count)
		memcpy(list, facts->list, facts->count * sizeof *list);
	list[facts->count++] = *account;
	facts->list = list;
}

/* The login's own when its source is silent: who it is we know, what it holds we do not. */
static struct account nameless(const struct kin *k)
{
	struct account own = k->ask->kept[0];

	own.values = NULL;
	own.groups = NULL;
	own.named = NULL;
	own.value_count = own.group_count = own.named_count = 0;
	own.unread = true;
	own.stale = own.complete = false;
	own.from = own.until = 0;
	own.link = NULL;
	return own;
}

static void assemble(struct kin *k, struct person_facts *out)
{
	struct account own = k->own ? *k->own : nameless(k);

	*out = (struct person_facts){ 0 };
	add(k, out, &own);
	for (size_t i = 0; i < k->linked_count; i++)
		add(k, out, &k->linked[i]);
	for (size_t i = 0; i < k->kit->conf.source_count; i++) {
		struct account ghost = { .source = k->kit->conf.source[i].id,
			                 .dn = "",
			                 .uid = "",
			                 .name = "",
			                 .link = "",
			                 .unread = true };

		if (k->silent[i] && (k->own || i != k->ask->which))
			add(k, out, &ghost);
	}
	for (size_t i = 0; i < out->count; i++)
		if (!out->list[i].complete && !out->list[i].unread)
			log_event("groups", "outcome=incomplete source=%s cause=\"%s\"", out->list[i].source,
			          out->list[i].why_incomplete ? out->list[i].why_incomplete : "");
	person_stand_in(k->kit, k->arena, k->ask, out);
}

/* Keys of the login's own account, or of what is still known of it. */
static void tie_own(struct kin *k)
{
	const struct person_ask *ask = k->ask;

	if (k->own)
		tie_by_keys(k, k->own);
	for (size_t i = 0; !k->own && i < ask->kept_count; i++)
		if (!memcmp(ask->kept[i].key, ask->kept[0].key, 16))
			tie_by_keys(k, &ask->kept[i]);
}

enum fail person_read(struct kit *kit, struct arena *a, const struct person_ask *ask,
                      struct person_facts *out, struct err *err)
{
	struct kin *k = arena_alloc(a, sizeof *k);
	size_t linked = 0;
	enum fail rc;

	*k = (struct kin){ .kit = kit, .arena = a, .ask = ask, .own = ask->account };
	if ((rc = tie_by_hand(k, k->own ? k->own->key : ask->kept[0].key, err)))
		return rc;
	tie_own(k);
	k->silent[ask->which] = !k->own;
	ask_all(k, true);
	for (int round = 1; kit->conf.link_chain && round < ROUNDS && linked < k->linked_count; round++) {
		while (linked < k->linked_count)
			tie_by_keys(k, &k->linked[linked++]);
		ask_all(k, false);
	}
	assemble(k, out);
	return OK;
}
