/* guard: who may reach a handler, in which language they are answered, and what an outcome looks
 * like as a page. The hooks that every FastCGI program gives the gate. */
#ifndef APP_GUARD_H
#define APP_GUARD_H

#include "app/kit.h"

#define COOKIE_SESSION "__Host-loket"
#define COOKIE_FORM    "__Host-loket-form" /* of somebody without a session: for the sign-in form */
#define COOKIE_LANG    "__Host-loket-lang"
#define COOKIE_THEME   "__Host-loket-theme"

extern const struct gate_hooks guard_hooks;

/* The masked form token of this visitor, in the request's arena; "" without a cookie to bind to. */
const char *guard_form_token(struct kit *kit, struct req *q);

#endif
