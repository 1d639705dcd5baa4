/* Connections are made here rather than by libldap: it waits for names and addresses without
 * a limit that covers them all, and gives up after the first address of a server. */
#include "dir_priv.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

/* Waits until a connection that is being made is there; an errno value. */
static int connected(int fd, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int n, error = 0;

	do {
		int64_t rest = until - clock_ms();

		if (rest <= 0)
			return ETIMEDOUT;
		n = poll(&p, 1, (int)rest);
	} while (n == 0 || (n < 0 && errno == EINTR));
	if (n < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		return errno;
	return error;
}

static int connect_to(int family, const struct sockaddr *address, socklen_t len, int64_t until)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -1;
	error = connect(fd, address, len) ? errno : 0;
	if (error == EINPROGRESS || error == EINTR)
		error = connected(fd, until);
	if (!error)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* A server that vanished without a word must not keep a handle alive for hours. */
static void keep_alive(int fd)
{
	int on = 1, idle = 60, interval = 10, probes = 3;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int tcp(const LDAPURLDesc *url, const char *uri, int64_t until, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	char port[16];
	int fd = -1, error;

	snprintf(port, sizeof port, "%d", url->lud_port);
	error = getaddrinfo(url->lud_host, port, &hints, &list);
	if (error) {
		err_set(err, FAIL_BACKEND, "%s: %s", uri, gai_strerror(error));
		return -1;
	}
	errno = ETIMEDOUT;
	for (struct addrinfo *i = list; i && fd < 0 && clock_ms() < until; i = i->ai_next) {
		/* The addresses that follow get their share of the time. */
		int64_t now = clock_ms(), share = i->ai_next ? now + (until - now) / 2 : until;

		fd = connect_to(i->ai_family, i->ai_addr, i->ai_addrlen, share);
	}
	if (fd < 0)
		err_set(err, FAIL_BACKEND, "%s: %s", uri, strerror(errno));
	else
		keep_alive(fd);
	freeaddrinfo(list);
	return fd;
}

static int local(const LDAPURLDesc *url, const char *uri, int64_t until, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(url->lud_host) >= sizeof address.sun_path) {
		err_set(err, FAIL_BACKEND, "%s: the path is too long for a socket", uri);
		return -1;
	}
	memcpy(address.sun_path, url->lud_host, strlen(url->lud_host));
	fd = connect_to(AF_UNIX, (struct sockaddr *)&address, sizeof address, until);
	if (fd < 0)
		err_set(err, FAIL_BACKEND, "%s: %s", uri, strerror(errno));
	return fd;
}

int dir_socket(const char *uri, int64_t until, struct err *err)
{
	LDAPURLDesc *url;
	int fd;

	if (ldap_url_parse(uri, &url)) {
		err_set(err, FAIL_BACKEND, "%s: not the address of an LDAP server", uri);
		return -1;
	}
	if (!url->lud_host || !*url->lud_host) {
		err_set(err, FAIL_BACKEND, "%s: names no server", uri);
		fd = -1;
	} else {
		fd = dir_is_local(uri) ? local(url, uri, until, err) : tcp(url, uri, until, err);
	}
	ldap_free_urldesc(url);
	return fd;
}
