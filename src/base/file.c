#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_later(void *fd)
{
	close((int)(intptr_t)fd);
}

/* The descriptor is closed with the arena: at most a few files are open at a time. */
static enum fail open_regular(struct arena *a, const char *path, struct stat *st, int *out,
                              struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(err, errno == ELOOP ? FAIL_DATA : FAIL_ABSENT, "%s: %s", path,
		               errno == ELOOP ? "is a symbolic link" : strerror(errno));
	arena_defer(a, close_later, (void *)(intptr_t)fd);
	if (fstat(fd, st) || !S_ISREG(st->st_mode))
		return err_set(err, FAIL_DATA, "%s: is not a regular file", path);
	*out = fd;
	return OK;
}

static enum fail read_all(struct arena *a, const char *path, int fd, size_t max, char **out,
                          size_t *len, struct err *err)
{
	size_t capacity = 4096, have = 0;
	char *text = arena_alloc(a, capacity);
	ssize_t got;

	while ((got = read(fd, text + have, capacity - have - 1)) > 0) {
		have += (size_t)got;
		if (have > max)
			return err_set(err, FAIL_DATA, "%s: is larger than %zu bytes", path, max);
		if (have + 1 == capacity)
			text = arena_grow(a, text, capacity, &capacity, 1);
	}
	if (got < 0)
		return err_set(err, FAIL_DATA, "%s: %s", path, strerror(errno));
	text[have] = '\0';
	*out = text;
	*len = have;
	return OK;
}

enum fail file_read(struct arena *a, const char *path, size_t max, char **out, size_t *len,
                    struct err *err)
{
	enum fail rc;
	struct stat st;
	int fd;

	if ((rc = open_regular(a, path, &st, &fd, err)))
		return rc;
	if ((size_t)st.st_size > max)
		return err_set(err, FAIL_DATA, "%s: is larger than %zu bytes", path, max);
	return read_all(a, path, fd, max, out, len, err);
}

enum fail file_secret(struct arena *a, const char *path, char **out, struct err *err)
{
	enum fail rc;
	struct stat st;
	size_t len;
	int fd;

	if ((rc = open_regular(a, path, &st, &fd, err)))
		return rc;
	if (st.st_mode & 077)
		return err_set(err, FAIL_DATA, "%s: others may read this secret; make its mode 0400", path);
	if ((rc = read_all(a, path, fd, 4096, out, &len, err)))
		return rc;
	if (len && (*out)[len - 1] == '\n')
		(*out)[--len] = '\0';
	if (!len || strlen(*out) != len)
		return err_set(err, FAIL_DATA, "%s: holds no secret", path);
	return OK;
}
