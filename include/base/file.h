/* file: reading a whole small file safely: regular files only, no symbolic link at the end
 * of the path, never blocking on a FIFO. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* The content, terminated by an extra NUL; FAIL_ABSENT, FAIL_DATA (not a regular file or
 * more than max bytes) otherwise. */
MUST_CHECK enum fail file_read(struct arena *a, const char *path, size_t max, char **out, size_t *len,
                               struct err *err);

/* As file_read, for a secret: refused (FAIL_DATA) when group or others may read it. A final
 * line end is dropped. */
MUST_CHECK enum fail file_secret(struct arena *a, const char *path, char **out, struct err *err);

#endif
