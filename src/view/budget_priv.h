/* budget: how much memory a view may take.
 *
 * libxml2 takes a string of any size, and libxslt goes on with a wrong value when memory ran out;
 * so what the libraries take is counted while a view runs, and a view that went over its budget has
 * no result. */
#ifndef BUDGET_PRIV_H
#define BUDGET_PRIV_H

#include <stdbool.h>
#include <stddef.h>

/* The libraries' memory through the count; before any other call of theirs. */
void budget_start(void);

/* From now on they may hold this many bytes more than they do. */
void budget_open(size_t bytes);
bool budget_close(void); /* whether the view stayed within it */

#endif
