/* requests: what a person asks of the desks: sending one, the list, one of them.
 *
 * Read, know, decide, do, answer: a request is acknowledged only after its COMMIT, with a redirect to
 * its own page. What is not theirs is 404 like what is not there. */
#ifndef APP_REQUESTS_H
#define APP_REQUESTS_H

#include "app/kit.h"

enum fail request_send(struct kit *kit, struct req *q, struct resp *p, struct err *err);  /* POST /services/{id}/requests */
enum fail requests_list(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* GET /requests */
enum fail requests_show(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* GET /requests/{number} */

/* One request in a list of a document: number, service, where it is, since when. */
struct doc;
struct ticket;
void request_put(struct kit *kit, struct doc *request, const struct ticket *t);
/* And what was sent, and what happened to it. */
void request_put_whole(struct kit *kit, struct doc *request, const struct ticket *t);

#endif
