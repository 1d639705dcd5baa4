/* Shared by what changes something of a person: the version becomes another one, every host is told. */
#ifndef OWN_PRIV_H
#define OWN_PRIV_H

#include "db_priv.h"

struct session;

/* Inside the transaction of the change. s as session_find gave it: with what was looked at since. */
MUST_CHECK enum fail own_touch(struct db *db, const struct session *s, struct err *err);

#endif
