/* What a source said lately stands in for it while it does not answer: only what it granted, only for a
 * time, and marked, so that a group that must be certain does not rest on it (domain/member). */
#include <string.h>

#include "person_priv.h"

static struct account lasting(const struct kit *kit, const struct account *kept)
{
	struct account a = *kept;

	a.stale = a.complete = true;
	a.unread = false;
	a.lasts = kept->read_at + kit->conf.last_good_s;
	return a;
}

static bool usable(const struct account *kept, const struct account *a, int64_t now)
{
	return !kept->unread && now < a->lasts && (!a->until || now < a->until);
}

static void put(struct arena *a, struct person_facts *facts, const struct account *account)
{
	struct account *list = arena_array(a, facts->count + 1, sizeof *list);

	memcpy(list, facts->list, facts->count * sizeof *list);
	list[facts->count++] = *account;
	facts->list = list;
}

/* Of an account whose values were read, only the groups are in doubt. */
static bool in_doubt(const struct person_facts *facts, size_t count, struct account *kept)
{
	for (size_t i = 0; i < count; i++) {
		const struct account *fresh = &facts->list[i];

		if (fresh->unread && !strcmp(fresh->source, kept->source))
			return true;
		if (fresh->unread || fresh->complete || memcmp(fresh->key, kept->key, sizeof kept->key))
			continue;
		kept->values = NULL;
		kept->value_count = 0;
		kept->until = fresh->until;
		kept->from = fresh->from;
		return true;
	}
	return false;
}

bool person_complete(const struct person_facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		if (!facts->list[i].complete)
			return false;
	return true;
}

void person_stand_in(struct kit *kit, struct arena *a, const struct person_ask *ask,
                     struct person_facts *facts)
{
	size_t count = facts->count;

	for (size_t i = 0; kit->conf.last_good_s && i < ask->kept_count; i++) {
		struct account kept = lasting(kit, &ask->kept[i]);

		if (usable(&ask->kept[i], &kept, ask->now) && in_doubt(facts, count, &kept))
			put(a, facts, &kept);
	}
}
