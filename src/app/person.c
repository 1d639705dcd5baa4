#include "app/person.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "person_priv.h"

/* Of the time for all sources, how much finding a name may take when there are several. */
#define FIND_SHARE(ms) ((ms) * 2 / 5)

/* ---- what to ask for ---- */

void person_wishes(struct kit *kit)
{
	struct arena *scratch = arena_new((size_t)1 << 20);
	const char *const *rules = member_attributes(scratch, &kit->in->groups);

	for (size_t i = 0; i < kit->conf.source_count; i++) {
		if (!kit->dir[i])
			continue;
		dir_wish(kit->dir[i], rules);
		for (size_t k = 0; k < kit->conf.link_count; k++) {
			const struct conf_link *link = &kit->conf.link[k];
			const char *names[CONF_LIST + 1] = { NULL };

			memcpy(names, link->attribute, link->attribute_count * sizeof *names);
			dir_wish(kit->dir[i], names);
		}
	}
	arena_free(scratch);
}

/* ---- finding ---- */

static void find_work(struct job *job)
{
	const struct person_name *who = job->with;
	struct dir *d = job->kit->dir[job->source];

	dir_until(d, job->until_ms);
	job->account = arena_alloc(job->arena, sizeof *job->account);
	job->rc = who->name ? dir_find(d, job->arena, who->name, job->account, &job->why)
	                    : dir_find_key(d, job->arena, who->key, job->account, &job->why);
}

enum fail person_find(struct kit *kit, struct arena *a, const struct person_name *who, int64_t until_ms,
                      size_t *which, struct account *out, struct err *err)
{
	size_t count = kit->conf.source_count;
	int64_t now = clock_ms(), until = count > 1 ? now + FIND_SHARE(until_ms - now) : until_ms;
	const struct job *told = NULL;
	struct job jobs[SOURCES];

	for (size_t i = 0; i < count; i++)
		jobs[i] = (struct job){
			.kit = kit, .source = i, .until_ms = until, .work = find_work, .with = who
		};
	jobs_run(kit, a, jobs, count);
	for (size_t i = 0; i < count; i++) {
		if (!jobs[i].rc) {
			*which = i;
			*out = *jobs[i].account;
			dir_until(kit->dir[i], until_ms);
			return OK;
		}
		/* A source that could not be asked may have known them: that is no "no". */
		if (!told || (told->rc == FAIL_ABSENT && jobs[i].rc != FAIL_ABSENT))
			told = &jobs[i];
	}
	return err_set(err, told->rc, "%s", told->why.text);
}

/* ---- keeping ---- */

void person_write(struct kit *kit, struct arena *a, const struct person_facts *facts, struct buf *out)
{
	const char **keys = arena_array(a, kit->conf.link_count * CONF_LIST + 1, sizeof *keys);
	size_t n = 0;

	for (size_t k = 0; k < kit->conf.link_count; k++)
		for (size_t i = 0; i < kit->conf.link[k].attribute_count; i++)
			keys[n++] = kit->conf.link[k].attribute[i];
	member_write(facts->list, facts->count, &kit->in->groups, keys, out);
}

/* ---- reading again ---- */

static enum fail store(struct kit *kit, struct arena *a, const struct session_row *row,
                       const struct person_facts *facts, struct err *err)
{
	struct session s = { .created = row->created, .seen = row->seen };
	struct person person;
	struct buf membership;
	enum fail rc;

	memcpy(s.id, row->id, sizeof s.id);
	memcpy(s.person, row->person, sizeof s.person);
	member_derive(a, &kit->in->groups, facts->list, facts->count, clock_now(), &person);
	kit_session_groups(&kit->in->groups, &person, kit->in->revision, &s);
	buf_init(&membership, MEMBERSHIP_MAX);
	person_write(kit, a, facts, &membership);
	rc = buf_ok(&membership) ? session_regroup(kit->db, kit->share, &s, membership.data, err)
	                         : err_set(err, FAIL_BUG, "membership is too large to store");
	buf_release(&membership);
	return rc;
}

/* Which source the account was in, when it cannot be asked now. */
static size_t source_named(const struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->conf.source_count; i++)
		if (!strcmp(kit->conf.source[i].id, id))
			return i;
	return 0;
}

enum fail person_refresh(struct kit *kit, struct arena *a, const struct session_row *row, struct err *err)
{
	struct person_ask ask = { .now = clock_now(), .until_ms = clock_ms() + kit->conf.people_ms };
	struct account account, *kept = NULL;
	struct person_facts facts;
	struct err why = { 0 };
	const char *text;
	enum fail rc;

	if ((rc = session_membership(kit->db, a, row->id, &text, err)))
		return rc == FAIL_LOGIN ? OK : rc; /* it has just ended */
	if (member_read(a, text, &kept, &ask.kept_count, &why))
		log_event("refresh", "outcome=unreadable person=%s cause=\"%s\"", row->uid, why.text);
	ask.kept = kept;
	rc = person_find(kit, a, &(struct person_name){ .key = row->person }, ask.until_ms, &ask.which, &account,
	                 err);
	if (rc == FAIL_ABSENT) {
		err_clear(err);
		log_event("refresh", "outcome=gone person=%s", row->uid);
		return session_end_all(kit->db, kit->share, row->person, NULL, err);
	}
	if (rc && !ask.kept_count)
		return rc;
	if (rc)
		log_event("refresh", "outcome=stands-in person=%s cause=\"%s\"", row->uid, err->text);
	ask.account = rc ? NULL : &account;
	if (rc)
		ask.which = source_named(kit, ask.kept[0].source);
	err_clear(err);
	if ((rc = person_read(kit, a, &ask, &facts, err)))
		return rc;
	return store(kit, a, row, &facts, err);
}
