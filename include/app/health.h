/* health: is it alive, is it ready, what did it count. */
#ifndef APP_HEALTH_H
#define APP_HEALTH_H

#include "app/kit.h"

enum fail health_alive(struct kit *kit, struct req *q, struct resp *p, struct err *err);   /* GET /health */
enum fail health_ready(struct kit *kit, struct req *q, struct resp *p, struct err *err);   /* GET /ready */
enum fail health_metrics(struct kit *kit, struct req *q, struct resp *p, struct err *err); /* GET /metrics */

#endif
