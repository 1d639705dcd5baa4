/* page: page documents, and the way from a document to an answer.
 *
 * A handler builds a document and hands it to page_send: HTML through the view of its kind, XML
 * and JSON as they are. The catalogue's own way (frames with holes, kept) is in app/home. */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include "app/kit.h"
#include "base/doc.h"
#include "domain/decide.h"
#include "view/piece.h"

/* <page kind lang> with <frame>. With holes: values that differ per visit become markers. */
struct doc *page_new(struct kit *kit, struct req *q, const char *kind, bool holes);

/* Adds <person>, <hats> (with counts when d is given) and <missing> for the one signed in. */
void page_person(struct kit *kit, struct req *q, struct doc *page, const struct decision *d,
                 bool holes);
/* The same for the piece that is kept: when the groups were read becomes holes. */
void page_person_kept(struct kit *kit, struct req *q, struct doc *page);
void page_help(struct kit *kit, struct doc *page);

/* One service. brief: as in a list; else with desks, forms and windows. */
enum service_depth {
	SERVICE_BRIEF,
	SERVICE_WHOLE,
};
void page_service(struct kit *kit, struct doc *service, const struct decision *d,
                  const struct entry *e, enum service_depth depth);
/* A service by its title and address only. */
struct doc *page_ref(struct kit *kit, struct doc *list, const struct entry *e);
/* <earlier number href>: a request that is there already. */
void page_request_ref(struct kit *kit, struct doc *page, uint64_t number);
void page_field(struct kit *kit, struct doc *field, const struct field *f);
/* Working days until an answer: of the variant, the service or the desk that it goes to. */
struct routing;
int page_promise(const struct catalogue *c, const struct service *s, const struct routing *r);
void page_desk(struct kit *kit, struct doc *desk, const struct catalogue *c, size_t index);

/* "/portal/services/wifi": the base and a path of ours, as an address to put in a page. */
const char *page_href(struct kit *kit, struct arena *a, const char *path);
const char *page_service_href(struct kit *kit, struct arena *a, const char *id);
/* "https://HOST:PORT", as asked for: for what is read elsewhere. */
const char *page_origin(struct kit *kit, struct req *q);
const char *page_iso(struct arena *a, int64_t t); /* a moment, as documents say it */
const char *page_text(struct kit *kit, const struct text *t);
/* A text as a child element, with its language beside it where that is not the page's. */
void page_put_text(struct kit *kit, struct doc *in, const char *name, const struct text *t);
/* What people call a source, in the page's language. */
const char *page_source(struct kit *kit, const char *id);
/* <hats>: JSON names them by id; a view gets what it needs to show them. */
void page_hats(struct kit *kit, struct doc *in, const struct bits *hats);

/* The values for the holes of a page, for piece_join. */
#define PAGE_HOLES 8
size_t page_holes(struct kit *kit, struct req *q, struct hole_value values[PAGE_HOLES]);

/* Answers in the form asked for. The view is named after the kind. */
MUST_CHECK enum fail page_send(struct kit *kit, struct req *q, struct resp *p, struct doc *page,
                               struct err *err);
/* The same for a file of that type, an address for machines: asked for by its own type it is no document. */
MUST_CHECK enum fail page_send_as(struct kit *kit, struct req *q, struct resp *p, struct doc *page,
                                  const char *type, struct err *err);
/* The same, never failing: for error pages. */
void page_send_error(struct kit *kit, struct req *q, struct resp *p, enum fail code);

/* An address that came in as `return`: a path of ours, else "/". */
const char *page_own_path(const char *s);

#endif
