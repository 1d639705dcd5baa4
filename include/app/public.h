/* public: what somebody without a session may see. */
#ifndef APP_PUBLIC_H
#define APP_PUBLIC_H

#include "app/kit.h"

enum fail public_show(struct kit *kit, struct req *q, struct resp *p, struct err *err);  /* GET /public */
enum fail public_opensearch(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* GET /opensearch.xml */
enum fail public_text(struct kit *kit, struct req *q, struct resp *p, struct err *err);  /* GET /accessibility, /privacy */
enum fail public_theme(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* POST /theme */

#endif
