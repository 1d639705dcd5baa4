/* arena: memory with a lifetime and a ceiling.
 *
 * Three lifetimes are in use: process (settings, catalogue), request (everything for one
 * visitor) and scratch. Nothing is freed one by one. Library objects are handed to the
 * arena with arena_defer and released in reverse order, so a function may return early
 * anywhere.
 *
 * Allocation never returns NULL: at the ceiling, or when the machine has no memory, the
 * handler set by arena_on_full runs (the gate answers 503 there) and the process ends. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena;

struct arena *arena_new(size_t ceiling); /* bytes */
void arena_free(struct arena *a);        /* NULL is fine; runs what was deferred */
void arena_reset(struct arena *a);       /* empty again, memory kept for the next visitor */
void arena_wipe(struct arena *a);        /* as reset, and overwrites what was there */
size_t arena_used(const struct arena *a);

/* Zeroed and aligned for any type. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
void *arena_copy(struct arena *a, const void *from, size_t size) __attribute__((returns_nonnull));
char *arena_str(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_strn(struct arena *a, const char *s, size_t len) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3)
        __attribute__((returns_nonnull));

/* A larger copy of an array in the same arena; doubles: for lists that grow. */
void *arena_grow(struct arena *a, void *old, size_t count, size_t *capacity, size_t size)
        __attribute__((returns_nonnull));

void arena_defer(struct arena *a, void (*release)(void *), void *object);

void arena_on_full(void (*handler)(void));

#endif
