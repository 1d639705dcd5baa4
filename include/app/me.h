/* me: what the portal knows of the person: hats, groups with their proof, sessions. */
#ifndef APP_ME_H
#define APP_ME_H

#include "app/kit.h"

enum fail me_show(struct kit *kit, struct req *q, struct resp *p, struct err *err);         /* GET /me */
enum fail me_refresh(struct kit *kit, struct req *q, struct resp *p, struct err *err);      /* POST /me/refresh */
enum fail me_end_sessions(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* POST /me/sessions/end */

struct doc;
/* Of the one signed in: <groups> as stored, <sessions>. */
MUST_CHECK enum fail me_put_groups(struct kit *kit, struct doc *page, struct err *err);
MUST_CHECK enum fail me_put_sessions(struct kit *kit, struct doc *page, struct err *err);

#endif
