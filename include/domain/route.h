/* route: to which desk a request goes, and the one question that may come before.
 *
 * Pure. A chosen topic decides the desk, else the variant, else the service. Under several hats, and
 * without a topic, more than one answer may be open: then ask names what to ask, once, and only where
 * an answer can change the desk or the variant. A topic is asked for before a hat.
 *
 *     if (route_entry(entry, hat, topic, &way))
 *             return err_set(err, FAIL_ABSENT, …);
 *     if (way.ask == ASK_NOTHING) … way.desk is where it goes */
#ifndef DOMAIN_ROUTE_H
#define DOMAIN_ROUTE_H

#include "base/err.h"
#include "domain/decide.h"

#define ROUTE_NO_HAT   -1
#define ROUTE_NO_TOPIC "-" /* an answer too: none of the topics; NULL is no answer */

enum route_ask {
	ASK_NOTHING,
	ASK_HAT,
	ASK_TOPIC,
};

struct routing {
	const struct way *way;       /* the one that holds; with a question open, the first that may */
	const struct topic *topic;   /* chosen, or NULL */
	size_t desk;                 /* with a question open: the lead desk */
	enum route_ask ask;
};

/* hat: the index of a group, or ROUTE_NO_HAT; topic: an id, ROUTE_NO_TOPIC or NULL. FAIL_ABSENT: the
 * hat does not see the service, or the topic is not among theirs under that hat. */
MUST_CHECK enum fail route_entry(const struct entry *e, int hat, const char *topic, struct routing *out);

/* "hat", "topic", or NULL for nothing. */
const char *route_word(enum route_ask ask);

#endif
