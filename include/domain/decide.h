/* decide: which services a person sees, how, and in what order.
 *
 * One pure function of groups, revision and moment. List, search, detail, request, feed,
 * JSON, XML and preview all use it; a service outside it does not exist for that person. */
#ifndef DOMAIN_DECIDE_H
#define DOMAIN_DECIDE_H

#include "base/clock.h"
#include "domain/catalogue.h"

/* One way to get a service: hats with the same variant and desk are folded into one. */
struct way {
	struct bits hats;
	const struct variant *variant; /* NULL: the base text */
	size_t desk;
};

struct way_topic {
	const struct topic *topic;
	struct bits hats;
};

struct entry {
	const struct service *service;
	int rank;
	bool open;        /* inside a window, or without any */
	struct bits hats; /* under which it is visible */
	const struct way *ways; /* at least one, in the order of the hats */
	size_t way_count;
	const struct way_topic *topics;
	size_t topic_count;
};

struct decision {
	const struct catalogue *catalogue;
	struct bits closed; /* the person's groups */
	struct bits hats;   /* that the person wears */
	int lang;
	struct date date;
	const struct entry *entries; /* rank, title in lang, id */
	size_t count;
};

/* closed comes from group_close. unknown: groups of which nobody knows whether they are held, or NULL; an
 * audience that shuts one of them out is not met. Somebody whose hats are all unknown still sees what is
 * for everybody and for groups without a hat: entries and ways then have no hats. */
void decide(struct arena *a, const struct catalogue *c, const struct bits *closed,
            const struct bits *unknown, struct date date, int lang, struct decision *out);

/* Why a hat sees the entry: the group of the audience that counts under it, the most particular
 * one. */
size_t decision_why(const struct decision *d, const struct entry *e, size_t hat);

/* The entry of a service, NULL when it is not theirs: unknown and foreign look the same. */
const struct entry *decision_find(const struct decision *d, const char *id);

/* Is an audience met by a person with these groups under at least one hat? The rule of services,
 * for what else is addressed to groups. */
bool audience_met(const struct groups *g, const struct bits *closed, const struct bits *unknown,
                  const struct bits *any, const struct bits *none);

/* The date on which a service that is closed on d opens next. Only for one with windows. */
struct date service_opens(const struct service *s, struct date d);

bool window_open(const struct window *w, struct date d);

#endif
