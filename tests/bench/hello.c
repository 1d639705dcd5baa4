/* The least a FastCGI program can do: the same answer to everybody, from memory.
 *
 *     hello SOCKET PROCESSES FILE      FILE holds headers, an empty line and the body */
#include "serve.h"

int main(int argc, char **argv)
{
	FCGX_Request request;
	size_t len;
	char *answer;

	if (argc != 4)
		return 2;
	answer = read_whole(argv[3], &len);
	serve_start(argv[1], atoi(argv[2]));
	if (FCGX_Init() || FCGX_InitRequest(&request, 0, 0))
		return EXIT_FAILURE;
	while (FCGX_Accept_r(&request) >= 0) {
		FCGX_PutStr(answer, (int)len, request.out);
		FCGX_Finish_r(&request);
	}
	return EXIT_FAILURE;
}
