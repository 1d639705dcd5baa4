/* notice: what a person should know now: an outage, something that opens. Pure. */
#ifndef DOMAIN_NOTICE_H
#define DOMAIN_NOTICE_H

#include "domain/decide.h"

/* Those shown at now to a person with these groups: outages first, then the newest, then by id.
 * Returns how many; list holds at least catalogue->notice_count. */
size_t notices_now(const struct catalogue *c, const struct bits *closed,
                   const struct bits *unknown, int64_t now,
                   const struct notice **list);

#endif
