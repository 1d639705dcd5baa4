/* The command that has somebody's groups read again now, in all sessions on all hosts. */
#include <stdio.h>

#include "app/ctl.h"
#include "app/person.h"
#include "base/clock.h"
#include "base/doc.h"

#define WAIT_MS 10000

static enum fail refresh(struct ctl *ctl, size_t *sessions, bool *done, struct err *err)
{
	struct kit *kit = &ctl->kit;
	int64_t until = clock_ms() + kit->conf.people_ms;
	struct account account;
	struct session_row *rows;
	size_t which;
	enum fail rc;

	if ((rc = kit_institution(kit, err)) ||
	    (rc = person_find(kit, ctl->arena, &(struct person_name){ .name = ctl->word[0] }, until, &which, &account,
	                      err)) ||
	    (rc = session_list(kit->db, ctl->arena, &kit->conf, account.key, &rows, sessions, err)))
		return rc;
	return person_again(kit, ctl->arena, account.key, WAIT_MS, done, err);
}

int ctl_refresh(struct ctl *ctl, struct err *err)
{
	struct doc *d = doc_new(ctl->arena, "refresh");
	size_t sessions = 0;
	bool done = false;
	enum fail rc;

	if (ctl->words != 1)
		return ctl_exit(err_set(err, FAIL_INPUT, "say whose: refresh UID"));
	if ((rc = refresh(ctl, &sessions, &done, err)))
		return ctl_exit(rc);
	if (!done)
		return ctl_exit(err_set(err, FAIL_BACKEND, "loket-refresh did not do it within %d s: does it run?",
		                        WAIT_MS / 1000));
	doc_str(d, "person", ctl->word[0]);
	doc_num(d, "sessions", (int64_t)sessions);
	if (ctl->json)
		return ctl_print_json(d, err);
	printf("%s: read again, %zu sessions\n", ctl->word[0], sessions);
	return 0;
}
