/* link: somebody ties a second account to the first by signing in to both. */
#ifndef APP_LINK_H
#define APP_LINK_H

#include "app/kit.h"

enum fail link_form(struct kit *kit, struct req *q, struct resp *p, struct err *err);   /* GET /login/link */
enum fail link_submit(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* POST /login/link */

#endif
