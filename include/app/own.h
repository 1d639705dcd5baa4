/* own: what the person keeps, as pages show it: favourites, services looked at last, open requests.
 *
 * All of it is filtered through the decision at the moment it is shown: a favourite outlives the loss
 * of a right and the renaming of its service, and is back when the right is. What was read is kept
 * under the version in the session (db/own.h), so an ordinary visit asks no database. */
#ifndef APP_OWN_H
#define APP_OWN_H

#include "app/kit.h"
#include "db/own.h"
#include "domain/decide.h"

struct doc;
struct piece;

MUST_CHECK enum fail own_favourites(struct kit *kit, struct arena *a, struct favourites *out, struct err *err);
bool own_is_favourite(const struct favourites *list, const char *service);

/* Ids of services looked at last, newest first. */
void own_recent(struct kit *kit, struct arena *a, struct favourites *out);

/* <favourites> and <recent>: those in the decision, in the person's order, newest first. */
void own_put(struct kit *kit, struct doc *page, const struct decision *d, const struct favourites *list);

/* The kept piece for the home page. */
MUST_CHECK enum fail own_piece(struct kit *kit, struct req *q, const struct piece **out, struct err *err);

/* Notes that this service was looked at, in shared memory alone; watch writes it down later. */
void own_looked_at(struct kit *kit, const char *service);

/* POST /services/{id}/favourite: do=add, remove, up or down; without it, the other of what it is. */
enum fail own_favourite(struct kit *kit, struct req *q, struct resp *p, struct err *err);

#endif
