/* explain: why somebody sees a service, or does not, and what would turn that.
 *
 * No second opinion: every answer comes from decide(), also what would turn it, which is tried
 * by deciding again with the change made. What is listed turned the answer; nothing else is. */
#ifndef DOMAIN_EXPLAIN_H
#define DOMAIN_EXPLAIN_H

#include "domain/catalogue.h"
#include "domain/member.h"

enum explain_reason {
	SEEN,           /* a group of the audience counts under a hat */
	SEEN_CLOSED,    /* so it does, but the day is outside the windows */
	HIDDEN_UNKNOWN, /* a source that did not answer may say otherwise */
	HIDDEN_WINDOW,  /* for them, but hidden outside its windows */
	HIDDEN_EXCLUDED, /* under every hat that it is for, a group of theirs takes it away */
	HIDDEN_ENDED,   /* it was for them until a membership ended */
	HIDDEN_AUDIENCE, /* none of their groups is in the audience */
};

/* A group that counted, and under which hats; none: for somebody without a hat. */
struct explain_part {
	size_t group;
	struct bits hats;
	bool excludes; /* takes the service away under these hats */
	int64_t ended; /* was a reason until then; 0: is one now */
};

enum change_kind {
	CHANGE_JOIN,  /* in the group */
	CHANGE_LEAVE, /* not in the group, nor in what implies it */
	CHANGE_WAIT,  /* the moment is `at` */
};

struct change {
	enum change_kind kind;
	size_t group;
	struct bits hats; /* CHANGE_LEAVE: the hats under which the group takes the service away */
	int64_t at;
	bool window;      /* CHANGE_WAIT: for the window; else for the end or begin of a membership */
};

/* Changes that together turn the answer; without one of them they do not. */
struct turn {
	struct change change[3];
	size_t count;
	bool visible, open; /* then */
};

struct explanation {
	const struct service *service;
	enum explain_reason reason;
	bool visible, open;
	const struct explain_part *parts; /* what decided; with HIDDEN_AUDIENCE none */
	size_t part_count;
	const struct turn *turns; /* smallest first; the answer turns when seen becomes hidden or the
	                             other way round, or when a closed service opens */
	size_t turn_count;
};

/* Whose groups: accounts as the sources described them, or NULL for groups that are given. */
struct explain_who {
	const struct person *person; /* derived from the accounts at `at`, or member_given */
	const struct account *accounts;
	size_t account_count;
	int64_t at;
};

void explain(struct arena *a, const struct catalogue *c, const struct service *s,
             const struct explain_who *who, struct explanation *out);

#endif
