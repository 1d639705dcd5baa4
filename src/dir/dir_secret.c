/* The service account's password lives in pages of its own: never swapped, never in a core
 * file, between two pages that nobody may touch. */
#include "dir_priv.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool dir_secret_take(struct dir_secret *s, const char *secret)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), len = strlen(secret);
	size_t inside = (len / page + 1) * page;
	char *all = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		return false;
	*s = (struct dir_secret){ all + page, len, inside + 2 * page };
	if (mprotect(s->at, inside, PROT_READ | PROT_WRITE)) {
		munmap(all, s->room);
		*s = (struct dir_secret){ 0 };
		return false;
	}
	(void)mlock(s->at, inside); /* a small RLIMIT_MEMLOCK is no reason not to start */
	(void)madvise(s->at, inside, MADV_DONTDUMP);
	memcpy(s->at, secret, len);
	mprotect(s->at, inside, PROT_READ);
	return true;
}

void dir_secret_release(struct dir_secret *s)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), inside = s->room - 2 * page;

	if (!s->at)
		return;
	if (!mprotect(s->at, inside, PROT_READ | PROT_WRITE))
		explicit_bzero(s->at, inside);
	munmap(s->at - page, s->room);
	*s = (struct dir_secret){ 0 };
}

/* ---- libldap keeps a copy of every request; it must not keep a password after it ---- */

static void *wiping_malloc(ber_len_t size, void *ctx)
{
	(void)ctx;
	return malloc(size);
}

static void *wiping_calloc(ber_len_t count, ber_len_t size, void *ctx)
{
	(void)ctx;
	return calloc(count, size);
}

static void wiping_free(void *p, void *ctx)
{
	(void)ctx;
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *wiping_realloc(void *old, ber_len_t size, void *ctx)
{
	size_t had = old ? malloc_usable_size(old) : 0;
	void *p = malloc(size);

	if (!p)
		return NULL;
	if (had)
		memcpy(p, old, had < size ? had : size);
	wiping_free(old, ctx);
	return p;
}

void dir_memory_wipes(void)
{
	static bool done;
	BerMemoryFunctions functions = { wiping_malloc, wiping_calloc, wiping_realloc,
		                         wiping_free };

	if (!done)
		ber_set_option(NULL, LBER_OPT_MEMORY_FNS, &functions);
	done = true;
}
