/* ticket: a request of a person to a desk: its history, what follows from it, and what the form said.
 *
 * The history is only ever added to; state and desk are worked out from it, so that two answers to
 * "where is my request" cannot exist. Pure values: db/tickets stores them. */
#ifndef DOMAIN_TICKET_H
#define DOMAIN_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum ticket_kind {
	TICKET_SENT,
	TICKET_MOVED,
	TICKET_CLOSED,
	TICKET_KINDS,
};

struct ticket_event {
	enum ticket_kind kind;
	const char *desk; /* id: whose it is from here on */
	int64_t at;
};

struct filled { /* one field of the form, as it was called and answered on that day */
	const char *name, *label, *value;
	const char *sent; /* the value as the form sent it; not stored */
};

struct ticket {
	uint64_t number;
	const char *service, *variant, *hat, *topic; /* ids; NULL: none */
	int promise; /* working days, as the page said before it was sent */
	const char *text;
	const struct filled *fields;
	size_t field_count;
	const struct ticket_event *events; /* at least one, oldest first */
	size_t event_count;
};

bool ticket_is_open(const struct ticket *t);
const char *ticket_desk(const struct ticket *t); /* where it is now */

/* "sent", "moved", "closed": in the database, in documents. -1 for another word. */
const char *ticket_word(enum ticket_kind kind);
int ticket_kind(const char *word);

/* The filled fields as one text, and back; values hold no control characters but line ends. */
void ticket_write_fields(const struct filled *fields, size_t count, struct buf *out);
size_t ticket_read_fields(struct arena *a, const char *text, const struct filled **out);

#endif
