/* Shared by what takes passwords: signing in, and tying a second account to the first. */
#ifndef APP_LOGIN_PRIV_H
#define APP_LOGIN_PRIV_H

#include "app/login.h"
#include "db/throttle.h"
#include "dir/dir.h"

#define ATTEMPT_NAME_MAX 256

enum attempt_end {
	ATTEMPT_WRONG, /* name, password, or one of them is not there: nobody can tell which */
	ATTEMPT_RIGHT,
	ATTEMPT_MUST_CHANGE,
	ATTEMPT_UNREACHABLE, /* could not ask */
	ATTEMPT_WAIT,        /* throttle.wait_s: too many wrong ones */
};

/* One try of somebody who says who they are. */
struct attempt {
	struct kit *kit;
	struct req *q;
	const char *username;
	const char *password;
	size_t length;
	int64_t began_ms;
	unsigned long asked;    /* of the directories before */
	size_t source;          /* index; the one that knows the name */
	struct account account;
	bool known;
	uint8_t throttle_key[16];
	struct throttle throttle;
	struct password_answer answer;
	enum attempt_end end;
	struct err why; /* for the log */
};

void attempt_begin(struct attempt *t, struct kit *kit, struct req *q);
/* Looks the username up: t->known. False: could not ask, and t->end says so. */
bool attempt_find(struct attempt *t);
/* username and password of the form: t->end. Fails only when our own database does not answer, or the form is
 * no form. */
MUST_CHECK enum fail attempt_password(struct attempt *t, struct err *err);

const char *attempt_word(const struct attempt *t); /* the state of the page that says how it ended */
int64_t attempt_until(const struct attempt *t);    /* moment of clock_ms at which all directories have answered */
unsigned long attempt_operations(const struct attempt *t); /* that directories were asked since it began */
/* Ends a failed attempt on a multiple of the grid, so that its time does not tell which step failed. Only failures
 * wait. */
void attempt_wait_for_grid(const struct attempt *t);

#endif
