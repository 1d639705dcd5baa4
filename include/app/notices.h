/* notices: what groups should know for a while, on the home page and as an Atom feed (RFC 4287). */
#ifndef APP_NOTICES_H
#define APP_NOTICES_H

#include "app/kit.h"
#include "domain/notice.h"

struct doc;

struct shown_notices {
	const struct notice **list;
	size_t count;
};

/* Those of now for these groups. */
struct shown_notices notices_for(struct kit *kit, struct arena *a, const struct bits *closed,
                                 const struct bits *unknown);
/* Their ids: what of them shapes a page. */
const char *notices_key(struct arena *a, const struct shown_notices *n);
void notices_put(struct kit *kit, struct doc *page, const struct shown_notices *n, const struct decision *d);

/* GET /notices.atom: of the person's groups. GET /public/notices.atom: of a visitor's. */
enum fail notices_feed(struct kit *kit, struct req *q, struct resp *p, struct err *err);
enum fail notices_public_feed(struct kit *kit, struct req *q, struct resp *p, struct err *err);

#endif
