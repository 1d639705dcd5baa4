/* home: the person's own catalogue: the list, and search in it.
 *
 * An ordinary visit runs no stylesheet: the page is a frame with holes, kept by what it was made
 * from (revision, views, groups, language, date, filter), joined with what differs per visit. */
#ifndef APP_HOME_H
#define APP_HOME_H

#include "app/kit.h"

enum fail home_list(struct kit *kit, struct req *q, struct resp *p, struct err *err);    /* GET / */

#endif
