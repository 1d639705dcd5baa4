/* Shared by the parts of loading a catalogue: desks, services, notices. */
#ifndef VIEW_LOAD_CATALOGUE_PRIV_H
#define VIEW_LOAD_CATALOGUE_PRIV_H

#include "xml_priv.h"

struct catalogue_loading {
	struct loading l;
	struct catalogue *out; /* as far as it is loaded */
};

MUST_CHECK enum fail load_desks(struct catalogue_loading *c, const xmlNode *root);
MUST_CHECK enum fail load_notices(struct catalogue_loading *c, const xmlNode *root); /* after the services */

MUST_CHECK enum fail load_ref(struct catalogue_loading *c, const xmlNode *n, const char *id,
                              const char *kind, int (*find)(const struct catalogue *, const char *),
                              int *out);
MUST_CHECK enum fail load_group_ref(struct catalogue_loading *c, const xmlNode *n, const char *id,
                                    const char *where, size_t *out);
MUST_CHECK enum fail load_group_list(struct catalogue_loading *c, const xmlNode *n, const char *attr,
                                     struct bits *out);

#endif
