#include "base/cache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024

struct slot {
	struct slot *next;           /* in its bucket */
	struct slot *newer, *older; /* by last use */
	void *value;
	size_t size, key_len;
	unsigned char key[];
};

struct cache {
	struct slot *bucket[BUCKETS];
	struct slot *newest, *oldest;
	size_t entries, bytes, most_entries, most_bytes;
	void (*release)(void *);
};

struct cache *cache_new(size_t entries, size_t bytes, void (*release)(void *))
{
	struct cache *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	c->most_entries = entries;
	c->most_bytes = bytes;
	c->release = release;
	return c;
}

/* FNV-1a: keys are made by us, nobody outside chooses them. */
static size_t bucket_of(const void *key, size_t len)
{
	const unsigned char *k = key;
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ k[i]) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 32) % BUCKETS;
}

static void unlink_use(struct cache *c, struct slot *s)
{
	*(s->newer ? &s->newer->older : &c->newest) = s->older;
	*(s->older ? &s->older->newer : &c->oldest) = s->newer;
}

static void link_newest(struct cache *c, struct slot *s)
{
	s->newer = NULL;
	s->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = s;
	c->newest = s;
}

static void drop(struct cache *c, struct slot *s)
{
	struct slot **at = &c->bucket[bucket_of(s->key, s->key_len)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	unlink_use(c, s);
	c->entries--;
	c->bytes -= s->size;
	c->release(s->value);
	free(s);
}

void cache_clear(struct cache *c)
{
	while (c->oldest)
		drop(c, c->oldest);
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	cache_clear(c);
	free(c);
}

static struct slot *lookup(struct cache *c, const void *key, size_t len)
{
	for (struct slot *s = c->bucket[bucket_of(key, len)]; s; s = s->next)
		if (s->key_len == len && !memcmp(s->key, key, len))
			return s;
	return NULL;
}

void *cache_get(struct cache *c, const void *key, size_t key_len)
{
	struct slot *s = lookup(c, key, key_len);

	if (!s)
		return NULL;
	if (s != c->newest) {
		unlink_use(c, s);
		link_newest(c, s);
	}
	return s->value;
}

void cache_put(struct cache *c, const void *key, size_t key_len, void *value, size_t size)
{
	size_t bucket = bucket_of(key, key_len);
	struct slot *s = lookup(c, key, key_len);

	if (s)
		drop(c, s);
	s = malloc(sizeof *s + key_len);
	if (!s)
		abort();
	s->value = value;
	s->size = size;
	s->key_len = key_len;
	memcpy(s->key, key, key_len);
	s->next = c->bucket[bucket];
	c->bucket[bucket] = s;
	link_newest(c, s);
	c->entries++;
	c->bytes += size;
}

void cache_trim(struct cache *c)
{
	while (c->oldest && (c->entries > c->most_entries || c->bytes > c->most_bytes))
		drop(c, c->oldest);
}
