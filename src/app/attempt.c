/* A name and a password, up to whether they belong together. */
#include <string.h>
#include <time.h>

#include "app/person.h"
#include "base/clock.h"
#include "base/log.h"
#include "login_priv.h"
#include "text/text.h"

/* ---- time and counts ---- */

static unsigned long operations(const struct attempt *t)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < t->kit->conf.source_count; i++)
		sum += dir_operations(t->kit->dir[i]);
	return sum;
}

void attempt_begin(struct attempt *t, struct kit *kit, struct req *q)
{
	*t = (struct attempt){ .kit = kit, .q = q, .began_ms = clock_ms() };
	t->asked = operations(t);
}

unsigned long attempt_operations(const struct attempt *t)
{
	return operations(t) - t->asked;
}

int64_t attempt_until(const struct attempt *t)
{
	return t->began_ms + t->kit->conf.people_ms;
}

void attempt_wait_for_grid(const struct attempt *t)
{
	int64_t grid = t->kit->conf.signin_grid_ms, spent = clock_ms() - t->began_ms, rest;
	struct timespec pause;

	if (grid <= 0)
		return;
	rest = grid - spent % grid;
	pause = (struct timespec){ rest / 1000, rest % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

const char *attempt_word(const struct attempt *t)
{
	static const char *const word[] = { "wrong", "right", "must-change", "unreachable", "wait" };

	return word[t->end];
}

/* ---- who ---- */

/* The first source stands for an unknown name. */
static enum fail find_name(struct attempt *t)
{
	struct err *why = &t->why;
	enum fail rc;

	if ((rc = kit_institution(t->kit, why)))
		return rc;
	rc = person_find(t->kit, t->q->arena, &(struct person_name){ .name = t->username }, attempt_until(t),
	                 &t->source, &t->account, why);
	t->known = !rc;
	if (rc != FAIL_ABSENT && rc != FAIL_INPUT)
		return rc;
	log_event("signin-name", "outcome=absent cause=\"%s\"", why->text);
	err_clear(why);
	return OK;
}

bool attempt_find(struct attempt *t)
{
	if (!find_name(t))
		return true;
	t->end = ATTEMPT_UNREACHABLE;
	return false;
}

/* One count per person however the name is spelled; an unknown name counts as folded. */
static void make_throttle_key(struct attempt *t)
{
	uint8_t hash[32];
	const char *folded;

	if (t->known) {
		memcpy(t->throttle_key, t->account.key, sizeof t->throttle_key);
		return;
	}
	folded = text_fold(t->q->arena, t->username);
	hash_bytes(folded, strlen(folded), hash);
	memcpy(t->throttle_key, hash, sizeof t->throttle_key);
}

/* ---- the password ---- */

static enum fail prove(struct attempt *t, struct err *err)
{
	enum fail rc = dir_prove(t->kit->dir[t->source], t->known ? &t->account : NULL, t->password, t->length,
	                         &t->answer, &t->why);

	if (!rc && t->answer.state != PASSWORD_MUST_CHANGE) {
		t->end = ATTEMPT_RIGHT;
		return OK;
	}
	if (!rc)
		err_set(&t->why, FAIL_LOGIN, "password must be changed first");
	t->end = rc && rc != FAIL_LOGIN                          ? ATTEMPT_UNREACHABLE
	         : t->answer.state == PASSWORD_MUST_CHANGE ? ATTEMPT_MUST_CHANGE
	                                                    : ATTEMPT_WRONG;
	/* An answer before it counts would be a guess for nothing. */
	return rc == FAIL_LOGIN ? throttle_count(t->kit->db, t->throttle_key, t->q->address, err) : OK;
}

/* Other tries for the same account that are under way on this host. */
static int under_way(const struct attempt *t)
{
	uint64_t whom;

	memcpy(&whom, t->throttle_key, sizeof whom);
	return share_worker_tries(t->kit->share, t->kit->worker, whom);
}

enum fail attempt_password(struct attempt *t, struct err *err)
{
	struct req *q = t->q;
	enum fail rc;

	if (q->raw_query[0] && (req_query(q, "username") || req_query(q, "password")))
		return err_set(err, FAIL_INPUT, "credentials in the address");
	t->username = req_field(q, "username");
	t->password = req_secret(q, "password", &t->length);
	if (!t->username || !*t->username || strlen(t->username) > ATTEMPT_NAME_MAX || !t->length) {
		err_set(&t->why, FAIL_LOGIN, "name or password absent");
		return OK;
	}
	if (!attempt_find(t))
		return OK;
	make_throttle_key(t);
	if ((rc = throttle_look(t->kit->db, &t->kit->conf, t->throttle_key, q->address, under_way(t), &t->throttle, err)))
		return rc;
	if (t->throttle.wait_s > 0)
		t->end = ATTEMPT_WAIT;
	else
		rc = prove(t, err);
	share_worker_tries(t->kit->share, t->kit->worker, 0); /* it counts where it should by now */
	return rc;
}
