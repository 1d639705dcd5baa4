/* err: one list of outcomes for the whole program, sorted by what the caller can do next.
 *
 * Modules return an outcome and write the cause into struct err; they do not log. The
 * gate logs once, with the request number; the visitor sees a kind sentence, never the
 * cause. "Could not ask" (FAIL_BACKEND) is never "no" and never "wrong password". */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define COUNT(array)      (sizeof(array) / sizeof((array)[0]))

enum fail {
	OK = 0,
	FAIL_INPUT,    /* the visitor sent something we do not accept      400 */
	FAIL_LOGIN,    /* nobody is signed in, or the password is wrong    303 or 422 */
	FAIL_DENIED,   /* we know who it is, and the answer is no          403 */
	FAIL_ABSENT,   /* no such thing, or not for this person            404 */
	FAIL_CONFLICT, /* somebody else was first                          409 */
	FAIL_LIMIT,    /* too many, too often                              429 */
	FAIL_BACKEND,  /* directory or database out of reach; try later    503 */
	FAIL_DATA,     /* what they told us makes no sense                 503 */
	FAIL_BUG,      /* a promise inside our own code was broken         500 */
};

struct err {
	enum fail code;
	char text[512]; /* the cause, for the log and for maintainers; cut when longer */
};

/* Writes code and cause, and returns code, so that a failing path is one line. The first
 * cause wins: an err that holds one already keeps it. err may be NULL. */
enum fail err_set(struct err *err, enum fail code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Forgets an earlier cause, for a caller that goes on after a failure. */
void err_clear(struct err *err);

#endif
