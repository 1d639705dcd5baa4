/* Shared by load_conf.c and load_source.c: what one directory's <source> says of people and groups. */
#ifndef VIEW_LOAD_SOURCE_PRIV_H
#define VIEW_LOAD_SOURCE_PRIV_H

#include "base/conf.h"
#include "xml_priv.h"

/* The values of preset="…", or plain defaults; people, groups and limits of n overwrite them. Servers,
 * account and label are load_conf's. */
MUST_CHECK enum fail load_source_people_and_groups(struct loading *l, const xmlNode *n,
                                                   struct conf_source *s);

#endif
