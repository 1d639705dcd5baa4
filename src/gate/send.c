/* The body of a request, and sending an answer. */
#include "send_priv.h"

#include <errno.h>
#include <fastcgi.h>
#include <limits.h>
#include <stdio.h>
#include <sys/uio.h>

#define SMALL  8000  /* bytes that fit libfcgi's own buffer: it sends them with the end of the answer */
#define RECORD 65528 /* bytes of content in one record; a multiple of 8 needs no padding */

static bool write_all(int fd, struct iovec *part, int count)
{
	while (count) {
		ssize_t n = writev(fd, part, count);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		for (; count && (size_t)n >= part->iov_len; part++, count--)
			n -= (ssize_t)part->iov_len;
		if (count) {
			part->iov_base = (char *)part->iov_base + n;
			part->iov_len -= (size_t)n;
		}
	}
	return true;
}

/* A record of the stream "stdout", from where its two parts lie. */
static bool send_record(const FCGX_Request *to, const struct buf *head, const char *body, size_t len)
{
	size_t all = head->len + len;
	FCGI_Header header = { .version = FCGI_VERSION_1,
		               .type = FCGI_STDOUT,
		               .requestIdB1 = (unsigned char)(to->requestId >> 8 & 0xff),
		               .requestIdB0 = (unsigned char)(to->requestId & 0xff),
		               .contentLengthB1 = (unsigned char)(all >> 8),
		               .contentLengthB0 = (unsigned char)(all & 0xff) };
	struct iovec part[] = { { &header, sizeof header }, { head->data, head->len }, { (char *)body, len } };

	return write_all(to->ipcFd, part, COUNT(part));
}

/* libfcgi would copy it 8 KB at a time, with a system call and a waking front for each. Its stream stays
 * untouched and writes the end of the answer. */
static void send_large(const FCGX_Request *to, const struct buf *head, const char *body, size_t len)
{
	struct buf first = *head;

	while (len) {
		size_t n = len < RECORD - first.len ? len : RECORD - first.len;

		if (!send_record(to, &first, body, n))
			return; /* the front has gone */
		first.len = 0;
		body += n;
		len -= n;
	}
}

int gate_read(FCGX_Request *from, char *to, int len)
{
	return from->in ? FCGX_GetStr(to, len, from->in) : (int)fread(to, 1, (size_t)len, stdin);
}

static void put(const FCGX_Request *to, const char *data, size_t len)
{
	if (!to->out)
		fwrite(data, 1, len, stdout);
	else if (len && len < INT_MAX)
		FCGX_PutStr(data, (int)len, to->out);
}

void gate_send(FCGX_Request *to, const struct buf *head, const struct buf *body)
{
	size_t len = body ? body->len : 0;

	if (to->out && head->len + len > SMALL && head->len < RECORD) {
		send_large(to, head, body->data, len);
		return;
	}
	put(to, head->data, head->len);
	if (body)
		put(to, body->data, len);
}

void gate_finish(FCGX_Request *to)
{
	if (!to->in) {
		fflush(stdout);
		return;
	}
	/* Closing with something unread would be an error to the front; otherwise nothing is left to wait
	 * for, and libfcgi need not watch the front close first. */
	if (FCGX_HasSeenEOF(to->in) == EOF || FCGX_GetChar(to->in) == EOF)
		FCGX_Detach(to);
	else
		FCGX_Attach(to);
	FCGX_Finish_r(to);
}
