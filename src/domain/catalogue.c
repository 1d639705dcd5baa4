#include "domain/catalogue.h"

#include <string.h>

/* One loop for each list: the lists differ in type, not in how they are searched. */
#define FIND(list, count, id)                                                                      \
	for (size_t i = 0; i < (count); i++)                                                       \
		if (!strcmp((list)[i].id, (id)))                                                   \
			return (int)i;                                                             \
	return -1

int theme_find(const struct catalogue *c, const char *id)
{
	FIND(c->themes, c->theme_count, id);
}

int department_find(const struct catalogue *c, const char *id)
{
	FIND(c->departments, c->department_count, id);
}

int desk_find(const struct catalogue *c, const char *id)
{
	FIND(c->desks, c->desk_count, id);
}

int service_find(const struct catalogue *c, const char *id)
{
	FIND(c->services, c->service_count, id);
}
