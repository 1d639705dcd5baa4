/* service: one service on its own page: its ways, the form of a request, what belongs to it. */
#ifndef APP_SERVICE_H
#define APP_SERVICE_H

#include "app/form.h"

enum fail service_show(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* GET /services/{id} */

/* The entry of the service that the address names, decided now. FAIL_ABSENT: unknown or not theirs. */
MUST_CHECK enum fail service_find_own(struct kit *kit, struct req *q, struct decision *d,
                                      const struct entry **out, struct err *err);

/* Seeing is one thing, using another: may they with the account that signed in? Groups that are `this_login` count
 * only when it carries them itself. */
bool service_usable(struct kit *kit, struct req *q, const struct entry *e);

/* The page again with the form as it was sent: state errors or used. number: of the request that
 * has the form's key, or 0. */
MUST_CHECK enum fail service_again(struct kit *kit, struct req *q, struct resp *p, const struct decision *d,
                                   const struct form *f, const char *state, uint64_t number, struct err *err);

#endif
