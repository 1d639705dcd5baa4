/* Figures: what people searched for in vain. */
#include <inttypes.h>
#include <stdio.h>

#include "app/ctl.h"
#include "base/doc.h"
#include "db/missed.h"

int ctl_figures(struct ctl *ctl, struct err *err)
{
	struct doc *doc = doc_new(ctl->arena, "figures"), *list = doc_list(doc, "searches", "search");
	struct missed *missed;
	size_t count;
	enum fail rc;

	if (!ctl->searches || ctl->words)
		return ctl_exit(err_set(err, FAIL_INPUT, "say which figures: figures --searches"));
	if ((rc = missed_list(ctl->kit.db, ctl->arena, &missed, &count, err)))
		return ctl_exit(rc);
	for (size_t i = 0; i < count; i++) {
		struct doc *one = doc_item(list);

		doc_str(one, "week", arena_printf(ctl->arena, "%d-W%02d", missed[i].week / 100, missed[i].week % 100));
		doc_str(one, "words", missed[i].words);
		doc_num(one, "times", missed[i].times);
		if (!ctl->json)
			printf("%d-W%02d  %5" PRId64 "  %s\n", missed[i].week / 100, missed[i].week % 100, missed[i].times,
			       missed[i].words);
	}
	return ctl->json ? ctl_print_json(doc, err) : 0;
}
