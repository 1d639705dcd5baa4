/* piecework: pages put together from results that are kept.
 *
 * Three kinds of result: a frame (one stylesheet run over a page document without service
 * bodies), services (one run each, as seen under one set of hats and ways), and personal pieces
 * (the hats with their ends; what the person keeps). Each is kept, keyed by everything it was made from;
 * what differs on every visit is a hole. An ordinary visit looks up three results and joins them. */
#ifndef APP_PIECEWORK_H
#define APP_PIECEWORK_H

#include "app/kit.h"
#include "domain/decide.h"

struct doc;
struct hole_value;
struct piece;

struct work {
	const char *kind; /* of the page; names its view */
	const char *key;  /* what of the request shapes the page: filter, id, words */
	struct doc *(*document)(void *with); /* makes the document with holes; only when it is not kept */
	const struct decision *decision; /* filled by document: the services to put in; NULL for none */
	const struct decision *whole;    /* the decision they come from */
	/* What the person keeps, put in at "+own"; NULL: the page has none of it. */
	enum fail (*own)(struct kit *kit, struct req *q, const struct piece **out, struct err *err);
	const struct hole_value *holes;  /* values of this kind of page alone; at most PAGE_HOLES */
	size_t hole_count;
	void *with;
};

/* HTML, with a per-person ETag that the form token's mask does not touch. */
MUST_CHECK enum fail piecework_send(struct kit *kit, struct req *q, struct resp *p,
                                    const struct work *work, struct err *err);

/* A piece of this person alone, made by a view of that name and kept until what they keep, look at or
 * may see is another. document fills the page. */
MUST_CHECK enum fail piecework_own(struct kit *kit, struct arena *a, const char *view,
                                   enum fail (*document)(void *with, struct kit *kit, struct doc *page,
                                                         struct err *err),
                                   void *with, const struct piece **out, struct err *err);

/* XML or JSON of a document, with an ETag of its bytes. */
MUST_CHECK enum fail piecework_data(struct kit *kit, struct req *q, struct resp *p, struct doc *page,
                                    struct err *err);

/* One service of a list as markup: for tests and for pages without a session. */
MUST_CHECK enum fail piecework_entry(struct kit *kit, struct arena *a, const struct decision *d,
                                     const struct entry *e, const struct piece **out, struct err *err);

#endif
