#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN ((size_t)16 << 10)
#define ALIGN     (_Alignof(max_align_t))

struct block {
	struct block *next;
	size_t size, used;
	max_align_t data[];
};

struct deferred {
	struct deferred *next;
	void (*release)(void *);
	void *object;
};

struct arena {
	struct block *first, *current; /* blocks behind current are empty and kept */
	struct deferred *deferred;
	size_t total, ceiling;
};

static void end_at_once(void)
{
	static const char said[] = "arena: memory ceiling reached\n";

	fwrite(said, 1, sizeof said - 1, stderr);
	abort();
}

static void (*on_full)(void) = end_at_once;

void arena_on_full(void (*handler)(void))
{
	on_full = handler ? handler : end_at_once;
}

static void full(void)
{
	on_full();
	abort(); /* a handler that returns broke its promise */
}

struct arena *arena_new(size_t ceiling)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a)
		full();
	a->ceiling = ceiling;
	return a;
}

static void run_deferred(struct arena *a)
{
	while (a->deferred) {
		struct deferred *d = a->deferred;

		a->deferred = d->next;
		d->release(d->object);
	}
}

void arena_reset(struct arena *a)
{
	run_deferred(a);
	for (struct block *b = a->first; b; b = b->next) {
		b->used = 0;
		if (b == a->current)
			break;
	}
	a->current = a->first;
}

void arena_wipe(struct arena *a)
{
	run_deferred(a);
	for (struct block *b = a->first; b; b = b->next)
		explicit_bzero(b->data, b->used);
	arena_reset(a);
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	run_deferred(a);
	for (struct block *b = a->first, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

size_t arena_used(const struct arena *a)
{
	size_t used = 0;

	for (const struct block *b = a->first; b; b = b->next)
		used += b->used;
	return used;
}

/* A block with room for size: the next kept one when it fits, else a new one behind it. */
static struct block *more(struct arena *a, size_t size)
{
	struct block *b = a->current ? a->current->next : NULL;
	size_t room = size > BLOCK_MIN ? size : BLOCK_MIN;

	if (b && b->size >= size)
		return a->current = b;
	if (a->total + room > a->ceiling || !(b = malloc(sizeof *b + room)))
		full();
	a->total += room;
	b->size = room;
	b->used = 0;
	b->next = a->current ? a->current->next : NULL;
	if (a->current)
		a->current->next = b;
	else
		a->first = b;
	return a->current = b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->current;
	void *p;

	if (size > SIZE_MAX / 2)
		full();
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!b || b->size - b->used < size)
		b = more(a, size);
	p = (char *)b->data + b->used;
	b->used += size;
	return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		full();
	return arena_alloc(a, count * size);
}

void *arena_copy(struct arena *a, const void *from, size_t size)
{
	void *p = arena_alloc(a, size);

	if (size)
		memcpy(p, from, size);
	return p;
}

char *arena_strn(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

char *arena_str(struct arena *a, const char *s)
{
	return arena_strn(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args, again;
	char most[256], *p; /* nearly all fit: formatted once */
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(most, sizeof most, fmt, args);
	va_end(args);
	p = arena_alloc(a, (size_t)(len < 0 ? 0 : len) + 1);
	if (len >= (int)sizeof most)
		vsnprintf(p, (size_t)len + 1, fmt, again);
	else if (len > 0)
		memcpy(p, most, (size_t)len);
	va_end(again);
	return p;
}

void *arena_grow(struct arena *a, void *old, size_t count, size_t *capacity, size_t size)
{
	void *p;

	if (count < *capacity)
		return old;
	*capacity = *capacity ? *capacity * 2 : 8;
	p = arena_array(a, *capacity, size);
	if (count)
		memcpy(p, old, count * size);
	return p;
}

void arena_defer(struct arena *a, void (*release)(void *), void *object)
{
	struct deferred *d = arena_alloc(a, sizeof *d);

	d->release = release;
	d->object = object;
	d->next = a->deferred;
	a->deferred = d;
}
