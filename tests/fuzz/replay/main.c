/* Feeds files to a driver: for the ordinary compiler, in make test. Prints how many. */
#include "../fuzz.h"

#include "base/file.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct arena *a = arena_new(4 * FUZZ_MOST);
		struct err err = { 0 };
		uint8_t *exact; /* nothing behind the end, so that a read past it is seen */
		char *text;
		size_t len;

		if (file_read(a, argv[i], FUZZ_MOST, &text, &len, &err)) {
			fprintf(stderr, "%s\n", err.text);
			return EXIT_FAILURE;
		}
		exact = malloc(len ? len : 1);
		MUST(exact);
		memcpy(exact, text, len);
		fprintf(stderr, "%s\n", argv[i]); /* the last one, when it ends here */
		LLVMFuzzerTestOneInput(exact, len);
		free(exact);
		arena_free(a);
	}
	return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
