/* search: finding in the person's own catalogue.
 *
 * GET /search?q= tells what was found and why; nothing found offers the themes and the services that take
 * questions which fit nowhere else. GET /search/suggest?q= is for somebody who still types: a short list,
 * as a page and as data. What was searched for in vain is counted without the person (db/missed.h). */
#ifndef APP_SEARCH_H
#define APP_SEARCH_H

#include "app/kit.h"

enum fail search_show(struct kit *kit, struct req *q, struct resp *p, struct err *err);
enum fail search_suggest(struct kit *kit, struct req *q, struct resp *p, struct err *err);

#endif
