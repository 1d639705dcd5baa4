/* Shared by the commands about people: whose, and when. */
#ifndef APP_CTL_PRIV_H
#define APP_CTL_PRIV_H

#include "app/ctl.h"
#include "app/person.h"
#include "base/clock.h"

struct subject {
	struct person person;
	struct account account;
	struct person_facts facts;
	struct date date;
	int64_t at; /* the moment that decides about ends */
};

/* The first word is the person, when --groups does not stand for one; *used counts the words taken.
 * Loads the revision in force and chooses the language. */
MUST_CHECK enum fail ctl_subject(struct ctl *ctl, struct subject *s, int *used, struct err *err);

/* Writes a document as JSON, or as the sentences that the view `name` makes of it. */
int ctl_answer(struct ctl *ctl, struct doc *d, const char *name, struct err *err);

#endif
