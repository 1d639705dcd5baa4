/* proof: the groups of a person in a document, each with the chain that proves it. */
#ifndef APP_PROOF_H
#define APP_PROOF_H

#include "app/kit.h"
#include "base/doc.h"

/* How much is told. */
enum proof_depth {
	PROOF_PLAIN,   /* people: names and labels */
	PROOF_WITH_DN, /* people, where the configuration lets them see DNs */
	PROOF_WHOLE,   /* operators: ids, servers, DNs */
};

/* What people get here. */
enum proof_depth proof_for_people(const struct kit *kit);

/* <groups><group id label hat until><under><hat/></under><proof><step/>…</proof></group></groups>,
 * in the order of the group file. */
void proof_groups(struct kit *kit, struct doc *in, const struct person *person, enum proof_depth depth);

/* <proof> of one group: from it down to facts; a step that is about
 * another group on the way says of which, and a further condition of a rule is `also`. */
void proof_steps(struct kit *kit, struct doc *in, const struct person *person, size_t group,
                 enum proof_depth depth);

#endif
