/* utf8: what is scrubbed is clean, and what is clean stays as it is. */
#include "base/utf8.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	size_t left;

	MUST(text);
	memcpy(text, data, size);
	text[size] = '\0';
	left = utf8_scrub(text, size);
	MUST(left <= size);
	MUST(utf8_clean(text, left, false) || utf8_clean(text, left, true));
	if (utf8_clean((const char *)data, size, false))
		MUST(left == size && !memcmp(text, data, size));
	free(text);
	return 0;
}
