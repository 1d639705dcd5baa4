/* mydata: everything the portal keeps of a person, to take along; and what of it they can erase.
 *
 * Requests are the desks' records: they are in the export, and stay. */
#ifndef APP_MYDATA_H
#define APP_MYDATA_H

#include "app/kit.h"

/* GET /me/data: a file (JSON; XML where that was asked for). */
enum fail mydata_export(struct kit *kit, struct req *q, struct resp *p, struct err *err);
/* POST /me/data/erase: favourites and what was looked at last, in every browser. */
enum fail mydata_erase(struct kit *kit, struct req *q, struct resp *p, struct err *err);

#endif
