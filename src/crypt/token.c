#include "crypt/token.h"

#include <sodium.h>
#include <string.h>

static uint8_t table_key[crypto_shorthash_KEYBYTES];

enum fail crypt_start(struct err *err)
{
	if (sodium_init() < 0)
		return err_set(err, FAIL_BUG, "libsodium cannot start");
	randombytes_buf(table_key, sizeof table_key);
	return OK;
}

void token_make(struct token *out)
{
	randombytes_buf(out->byte, sizeof out->byte);
}

void token_text(const struct token *t, char to[TOKEN_TEXT])
{
	sodium_bin2base64(to, TOKEN_TEXT, t->byte, sizeof t->byte, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Text of exactly count bytes; libsodium refuses trailing bits that are not zero, so one value has
 * one spelling. */
static bool parse(const char *text, uint8_t *to, size_t count)
{
	size_t want = sodium_base64_ENCODED_LEN(count, sodium_base64_VARIANT_URLSAFE_NO_PADDING) - 1, got;
	const char *end;

	return strlen(text) == want &&
	       !sodium_base642bin(to, count, text, want, NULL, &got, &end,
	                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) &&
	       got == count && end == text + want;
}

bool token_parse(const char *text, struct token *out)
{
	return parse(text, out->byte, sizeof out->byte);
}

void hash_bytes(const void *data, size_t len, uint8_t out[32])
{
	crypto_generichash(out, 32, data, len, NULL, 0);
}

void token_hash(const struct token *t, uint8_t out[32])
{
	hash_bytes(t->byte, sizeof t->byte, out);
}

void hash_text(const uint8_t hash[32], size_t n, char *to)
{
	sodium_bin2hex(to, 2 * n + 1, hash, n);
}

/* What a form must bring: keyed by the cookie's token, so that no secret has to be kept. */
static void form_secret(const struct token *cookie, const char *purpose, uint8_t out[TOKEN_BYTES])
{
	crypto_generichash(out, TOKEN_BYTES, (const unsigned char *)purpose, strlen(purpose), cookie->byte,
	                   sizeof cookie->byte);
}

void form_token(const struct token *cookie, const char *purpose, char to[FORM_TEXT])
{
	uint8_t both[2 * TOKEN_BYTES], secret[TOKEN_BYTES];

	form_secret(cookie, purpose, secret);
	randombytes_buf(both, TOKEN_BYTES);
	for (size_t i = 0; i < TOKEN_BYTES; i++)
		both[TOKEN_BYTES + i] = both[i] ^ secret[i];
	sodium_bin2base64(to, FORM_TEXT, both, sizeof both, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	wipe(secret, sizeof secret);
}

bool form_token_right(const struct token *cookie, const char *purpose, const char *text)
{
	uint8_t both[2 * TOKEN_BYTES], secret[TOKEN_BYTES];
	bool right;

	if (!parse(text, both, sizeof both))
		return false;
	form_secret(cookie, purpose, secret);
	for (size_t i = 0; i < TOKEN_BYTES; i++)
		both[i] ^= both[TOKEN_BYTES + i];
	right = same_bytes(both, secret, TOKEN_BYTES);
	wipe(secret, sizeof secret);
	return right;
}

void random_bytes(void *to, size_t len)
{
	randombytes_buf(to, len);
}

uint64_t hash_short(const void *data, size_t len)
{
	uint64_t out;

	crypto_shorthash((unsigned char *)&out, data, len, table_key);
	return out;
}

void wipe(void *secret, size_t len)
{
	sodium_memzero(secret, len);
}

bool same_bytes(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void *secret_alloc(size_t size)
{
	return sodium_malloc(size);
}

void secret_free(void *p)
{
	sodium_free(p);
}
