/* login: signing in and out. The only program that sees passwords and the directory's secret. */
#ifndef APP_LOGIN_H
#define APP_LOGIN_H

#include "app/kit.h"

enum fail login_form(struct kit *kit, struct req *q, struct resp *p, struct err *err);   /* GET /login */
enum fail login_submit(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* POST /login */
/* GET /login/external: a name that the front has proved. 404 unless the configuration trusts one. */
enum fail login_external(struct kit *kit, struct req *q, struct resp *p, struct err *err);
enum fail login_out(struct kit *kit, struct req *q, struct resp *p, struct err *err);    /* POST /logout */

#endif
