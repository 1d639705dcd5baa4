/* What every driver here is: one parser, fed with anything, and what must hold afterwards.
 *
 * `make fuzz` links a driver with libFuzzer (clang); tests/fuzz/run links it with replay/main.c and the ordinary
 * compiler, and feeds it what is kept in the folder of its name. A finding becomes a file there. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

#define FUZZ_MEMORY ((size_t)128 << 20)
#define FUZZ_MOST   ((size_t)64 << 10) /* larger inputs say nothing new */

/* Also without NDEBUG's help: says what did not hold, and ends. */
#define MUST(holds)                                                                   \
	do {                                                                          \
		if (!(holds)) {                                                       \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds); \
			abort();                                                      \
		}                                                                     \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
