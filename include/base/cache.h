/* cache: results kept by what they were made from, bounded by number and bytes.
 *
 * What was used longest ago makes way, but only in cache_trim: what one request was handed stays
 * valid until its end. Keys are plain bytes and are compared whole, so two keys can share a hash
 * without harm. */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include <stddef.h>

struct cache;

struct cache *cache_new(size_t entries, size_t bytes, void (*release)(void *));
void cache_free(struct cache *c); /* NULL is fine */
void cache_clear(struct cache *c);

void *cache_get(struct cache *c, const void *key, size_t key_len); /* NULL: not there */
/* The cache owns value from now on; size is what it holds. Replaces an equal key. */
void cache_put(struct cache *c, const void *key, size_t key_len, void *value, size_t size);

/* Back within the bounds: between two requests. */
void cache_trim(struct cache *c);

#endif
