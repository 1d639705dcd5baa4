/* login: signing in and out. The only program that sees passwords and the directory's secret. */
#ifndef APP_LOGIN_H
#define APP_LOGIN_H

#include "app/kit.h"

enum fail login_form(struct kit *kit, struct req *q, struct resp *p, struct err *err);   /* GET /login */
enum fail login_submit(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* POST /login */
enum fail login_out(struct kit *kit, struct req *q, struct resp *p, struct err *err);    /* POST /logout */

#endif
