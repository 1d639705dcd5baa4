/* token: session tokens, form tokens, wiping; by libsodium.
 *
 * The only place that includes <sodium.h>. A token is opaque and 256 bits from the
 * system's generator (ASVS 5.0 7.2.3, 11.5.1); the database keeps only its hash. */
#ifndef CRYPT_TOKEN_H
#define CRYPT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TOKEN_BYTES 32
#define TOKEN_TEXT  44 /* base64url without padding, with the final NUL */

struct token {
	uint8_t byte[TOKEN_BYTES];
};

MUST_CHECK enum fail crypt_start(struct err *err); /* once, before anything else */

void token_make(struct token *out);
void token_text(const struct token *t, char to[TOKEN_TEXT]);
/* Exactly 43 characters of base64url, in the one canonical spelling; else false. */
bool token_parse(const char *text, struct token *out);

/* What the database and shared memory keep of it (BLAKE2b-256). */
void token_hash(const struct token *t, uint8_t out[32]);

/* A form token: bound to the cookie's token and a purpose ("form", "care"), masked, so its
 * bytes differ on every page (BREACH). 86 characters and NUL. */
#define FORM_TEXT 88
void form_token(const struct token *cookie, const char *purpose, char to[FORM_TEXT]);
bool form_token_right(const struct token *cookie, const char *purpose, const char *text);

/* BLAKE2b-256 of data: keys of caches, ETags, file names. Hex text of the first n bytes. */
void hash_bytes(const void *data, size_t len, uint8_t out[32]);
void hash_text(const uint8_t hash[32], size_t n, char *to); /* 2 n + 1 bytes */

void random_bytes(void *to, size_t len);
uint64_t hash_short(const void *data, size_t len); /* keyed per process: for tables in memory */

void wipe(void *secret, size_t len);
bool same_bytes(const void *a, const void *b, size_t len); /* in constant time */

/* Memory for a secret: apart, guarded, out of cores, wiped when freed. */
void *secret_alloc(size_t size);
void secret_free(void *p);

#endif
