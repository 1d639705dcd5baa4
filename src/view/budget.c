#include "budget_priv.h"

#include <libxml/xmlmemory.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

static struct {
	size_t held, limit; /* limit 0: none */
	bool over;
} budget;

static bool fits(size_t more)
{
	if (!budget.limit || budget.held + more <= budget.limit)
		return true;
	budget.over = true;
	return false;
}

static void give(void *p)
{
	budget.held -= malloc_usable_size(p);
	free(p);
}

static void *take(size_t size)
{
	void *p = fits(size) ? malloc(size) : NULL;

	budget.held += malloc_usable_size(p);
	return p;
}

static void *take_again(void *p, size_t size)
{
	size_t before = malloc_usable_size(p);
	void *fresh;

	if ((size > before && !fits(size - before)) || !(fresh = realloc(p, size)))
		return NULL;
	budget.held += malloc_usable_size(fresh) - before;
	return fresh;
}

static char *take_copy(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = take(size);

	return copy ? memcpy(copy, s, size) : NULL;
}

void budget_start(void)
{
	xmlMemSetup(give, take, take_again, take_copy);
}

void budget_open(size_t bytes)
{
	budget.limit = budget.held + bytes;
	budget.over = false;
}

bool budget_close(void)
{
	budget.limit = 0;
	return !budget.over;
}
