#include "domain/notice.h"

#include <stdlib.h>
#include <string.h>

static int before(const void *x, const void *y)
{
	const struct notice *a = *(const struct notice *const *)x, *b = *(const struct notice *const *)y;

	if (a->kind != b->kind)
		return a->kind == NOTICE_OUTAGE ? -1 : 1;
	if (a->from != b->from)
		return a->from > b->from ? -1 : 1;
	return strcmp(a->id, b->id);
}

size_t notices_now(const struct catalogue *c, const struct bits *closed,
                   const struct bits *unknown, int64_t now,
                   const struct notice **list)
{
	size_t count = 0;

	for (size_t i = 0; i < c->notice_count; i++) {
		const struct notice *n = &c->notices[i];

		if (n->from <= now && now < n->to && audience_met(c->groups, closed, unknown, &n->any, &n->none))
			list[count++] = n;
	}
	qsort(list, count, sizeof *list, before);
	return count;
}
