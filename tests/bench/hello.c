/* The least a FastCGI program can do: the same answer to everybody, from memory.
 *
 *     hello SOCKET PROCESSES FILE [direct]      FILE holds headers, an empty line and the body
 *
 * With libfcgi's own stream, as anybody would write it; or direct: all records made beforehand, sent in one call. */
#include "serve.h"

#include <fastcgi.h>

#define RECORD 65528

static char *records; /* of one answer to request 1, its end included */
static size_t records_len;

static void add(unsigned char type, const void *data, size_t len)
{
	FCGI_Header header = { .version = FCGI_VERSION_1,
		               .type = type,
		               .requestIdB0 = 1,
		               .contentLengthB1 = (unsigned char)(len >> 8),
		               .contentLengthB0 = (unsigned char)(len & 0xff) };

	memcpy(records + records_len, &header, sizeof header);
	memcpy(records + records_len + sizeof header, data, len);
	records_len += sizeof header + len;
}

static void make_records(const char *answer, size_t len)
{
	static const FCGI_EndRequestBody end = { .protocolStatus = FCGI_REQUEST_COMPLETE };

	records = malloc(len + (len / RECORD + 4) * (sizeof end + sizeof(FCGI_Header)));
	if (!records)
		die("malloc");
	for (size_t n; len; answer += n, len -= n)
		add(FCGI_STDOUT, answer, n = len < RECORD ? len : RECORD);
	add(FCGI_STDOUT, "", 0);
	add(FCGI_END_REQUEST, &end, sizeof end);
}

/* The front sends one request a connection, always number 1, and keeps none. */
static void send_direct(FCGX_Request *to)
{
	for (size_t sent = 0; sent < records_len;) {
		ssize_t n = write(to->ipcFd, records + sent, records_len - sent);

		if (n <= 0)
			break;
		sent += (size_t)n;
	}
	FCGX_GetChar(to->in);
	FCGX_Free(to, 1);
}

int main(int argc, char **argv)
{
	FCGX_Request request;
	size_t len;
	char *answer;

	if (argc != 4 && argc != 5)
		return 2;
	answer = read_whole(argv[3], &len);
	make_records(answer, len);
	serve_start(argv[1], atoi(argv[2]));
	if (FCGX_Init() || FCGX_InitRequest(&request, 0, 0))
		return EXIT_FAILURE;
	while (FCGX_Accept_r(&request) >= 0) {
		if (argc == 5) {
			send_direct(&request);
			continue;
		}
		FCGX_PutStr(answer, (int)len, request.out);
		FCGX_Finish_r(&request);
	}
	return EXIT_FAILURE;
}
