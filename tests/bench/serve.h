/* What the comparison programs share: a socket, and processes that take turns at it, made the way
 * loketd makes them. */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* A file's bytes with a NUL behind them. */
static inline char *read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	char *s;

	if (!f || fstat(fileno(f), &st) || !(s = calloc(1, (size_t)st.st_size + 1)))
		die(path);
	*len = fread(s, 1, (size_t)st.st_size, f);
	fclose(f);
	return s;
}

/* Forks count processes that listen at path; returns in each of them, never in the parent. */
static inline void serve_start(const char *path, int count)
{
	int fd;

	umask(0); /* the folder says who may come */
	fd = FCGX_OpenSocket(path, 1024);
	if (fd < 0)
		die(path);
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "200", 0);
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
	for (int i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (dup2(fd, 0) < 0)
				die("dup2");
			return;
		}
	}
	close(fd);
	while (wait(NULL) > 0)
		;
	exit(EXIT_SUCCESS);
}

#endif
