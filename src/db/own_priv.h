/* Shared by what changes something of a person: the version becomes another one, every host is told. */
#ifndef OWN_PRIV_H
#define OWN_PRIV_H

#include "db_priv.h"

/* Inside the transaction of the change. */
MUST_CHECK enum fail own_touch(struct db *db, const uint8_t person[16], struct err *err);

#endif
