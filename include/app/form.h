/* form: the form of a request: what it asks of this person, what came back, and what is wrong with it.
 *
 * At most one question comes before the form's own fields (domain/route.h): about the topic or the hat,
 * and only where the answer changes where it goes. The ways of a service may have forms of their own:
 * then the hat is chosen first, by a link, and the form is the one of that way. */
#ifndef APP_FORM_H
#define APP_FORM_H

#include "app/kit.h"
#include "domain/route.h"
#include "domain/ticket.h"

struct doc;

struct form_fault {
	const char *field; /* name; "text" for the free text */
	const char *what;  /* required, date, choice, long, topic, hat, empty: a word for the view */
	const char *label; /* of the field; NULL: the view knows */
};

struct form_answer {
	const struct field *field;
	const char *value; /* "" when left open */
	const char *fault; /* what is wrong with it, or NULL */
};

struct form {
	const struct entry *entry;
	int hat;           /* said, or ROUTE_NO_HAT */
	const char *topic; /* said, or NULL */
	enum route_ask ask;     /* the question on the page */
	struct routing routing; /* as far as it is known */
	bool choose_first;      /* the hat, before there is a form */
	struct form_answer *answers;
	size_t answer_count;
	const char *text;
	const char *key;
	struct form_fault *faults;
	size_t fault_count;
};

/* The form as it opens. hat and topic come from an address (?hat=, ?topic=): what is not theirs counts
 * as not said. key may be a hole. */
void form_open(struct kit *kit, struct arena *a, const struct entry *e, const char *hat,
               const char *topic, const char *key, struct form *out);

/* The form as it was sent. FAIL_INPUT: no key, or not one of ours. What a person can put right is in
 * faults. */
MUST_CHECK enum fail form_read(struct kit *kit, struct req *q, const struct entry *e, struct form *out,
                               struct err *err);

/* What the person filled in, to be stored: labels as they read them. */
size_t form_filled(struct kit *kit, struct arena *a, const struct form *f, const struct filled **out);

/* <form> of a page document. state: form, errors, used. */
void form_put(struct kit *kit, struct doc *page, const struct form *f, const char *state);

/* The key of a form not sent yet: another one after every change of what the person keeps. */
const char *form_key(struct kit *kit, struct arena *a, const char *service);

#endif
