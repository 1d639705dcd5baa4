/* The body of a request, and sending an answer. */
#include "send_priv.h"

#include <errno.h>
#include <fastcgi.h>
#include <stdio.h>
#include <sys/uio.h>

#define RECORD  65528 /* bytes of content in one record; a multiple of 8 needs no padding */
#define RECORDS 160   /* in one answer: more than the largest page has */

static bool write_all(int fd, struct iovec *part, int count)
{
	while (count) {
		ssize_t n = writev(fd, part, count);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false; /* the front has gone */
		for (; count && (size_t)n >= part->iov_len; part++, count--)
			n -= (ssize_t)part->iov_len;
		if (count) {
			part->iov_base = (char *)part->iov_base + n;
			part->iov_len -= (size_t)n;
		}
	}
	return true;
}

static FCGI_Header header_of(const FCGX_Request *to, unsigned char type, size_t len)
{
	return (FCGI_Header){ .version = FCGI_VERSION_1,
		              .type = type,
		              .requestIdB1 = (unsigned char)(to->requestId >> 8 & 0xff),
		              .requestIdB0 = (unsigned char)(to->requestId & 0xff),
		              .contentLengthB1 = (unsigned char)(len >> 8),
		              .contentLengthB0 = (unsigned char)(len & 0xff) };
}

/* An answer as records of the stream "stdout" (FastCGI 1.0, 5.3), from where its parts lie. */
struct answer {
	const FCGX_Request *to;
	FCGI_Header header[RECORDS];
	struct iovec part[2 * RECORDS + 3];
	int records, parts;
	size_t left; /* bytes that the record in hand still takes */
};

static void add_part(struct answer *a, const void *data, size_t len)
{
	a->part[a->parts++] = (struct iovec){ (void *)data, len };
}

/* Two buffers at most, each of at most as many records as there is room for. */
static void add_bytes(struct answer *a, const char *data, size_t len, size_t behind)
{
	while (len) {
		size_t all = len + behind, n;

		if (!a->left) {
			a->left = all < RECORD ? all : RECORD;
			a->header[a->records] = header_of(a->to, FCGI_STDOUT, a->left);
			add_part(a, &a->header[a->records++], sizeof a->header[0]);
		}
		n = len < a->left ? len : a->left;
		add_part(a, data, n);
		a->left -= n;
		data += n;
		len -= n;
	}
}

/* One call for all of it, the end too: libfcgi would copy it 8 KB at a time, with a system call and a waking front
 * for each, and a program that is killed between two of them leaves half a page. */
static void send_records(const FCGX_Request *to, const struct buf *head, const char *body, size_t len)
{
	struct answer a = { .to = to };
	const struct {
		FCGI_Header no_more;
		FCGI_EndRequestRecord end;
	} last = {
		header_of(to, FCGI_STDOUT, 0),
		{ header_of(to, FCGI_END_REQUEST, sizeof last.end.body), { .protocolStatus = FCGI_REQUEST_COMPLETE } },
	};

	add_bytes(&a, head->data, head->len, len);
	add_bytes(&a, body, len, 0);
	add_part(&a, &last, sizeof last);
	write_all(to->ipcFd, a.part, a.parts);
}

int gate_read(FCGX_Request *from, char *to, int len)
{
	return from->in ? FCGX_GetStr(to, len, from->in) : (int)fread(to, 1, (size_t)len, stdin);
}

void gate_send(FCGX_Request *to, const struct buf *head, const struct buf *body)
{
	size_t len = body ? body->len : 0;

	if (to->out) {
		send_records(to, head, len ? body->data : NULL, len);
		return;
	}
	fwrite(head->data, 1, head->len, stdout);
	if (len)
		fwrite(body->data, 1, len, stdout);
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
	FCGX_Free(to, true); /* the end was sent: nothing of libfcgi's own may follow */
}
