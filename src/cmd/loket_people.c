/* loket-people: writes an institution's directory as LDIF: listed people, and as many
 * generated ones as asked for.
 *
 *     loket-people --data conf/sample --people 5000 | slapadd -f slapd.conf
 *
 * Nothing is kept of a person: directory groups walk over all people, or over the thousands they are for,
 * again, so that a million of them take no more memory than twenty-five. The same options give the same people;
 * ends that count from --now need the same --now. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "people/answers.h"
#include "people/ldif.h"

#define PEOPLE_MAX 1000000

static const char usage[] =
	"usage: loket-people --data DIR [--people N] [--now YYYY-MM-DDTHH:MM:SSZ] [--seed N]\n"
	"                    [--service-password-file FILE] [--answers FILE] [--every N]\n"
	"Writes the people and groups of an institution as LDIF to standard output.\n"
	"  --people N   personas and generated people together (default: the personas), up to "
	"1000000\n"
	"  --now T      the moment from which ends of memberships count (default: now)\n"
	"  --seed N     another seed gives other people (default 1)\n"
	"  --service-password-file FILE\n"
	"               adds the portal's own account with this password, and the decoy\n"
	"  --answers FILE\n"
	"               writes what a portal must find: account, groups, person, directory groups\n"
	"  --every N    on that sheet: the listed people, and one in N of the others\n";

struct wishes {
	const char *data, *answers, *secret_file;
	unsigned long people; /* 0: the personas */
	unsigned long every;
	uint64_t seed;
	int64_t now;
	bool help;
};

static bool number_parse(const char *s, unsigned long max, unsigned long *out)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*out = strtoul(s, &end, 10);
	return !*end && *out <= max;
}

static bool now_parse(const char *s, int64_t *out)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm);

	*out = (int64_t)timegm(&tm);
	return end && !*end;
}

static bool wishes_parse(int argc, char **argv, struct wishes *w)
{
	static const struct option options[] = {
		{ "data", required_argument, NULL, 'd' },
		{ "people", required_argument, NULL, 'p' },
		{ "now", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "answers", required_argument, NULL, 'a' },
		{ "every", required_argument, NULL, 'e' },
		{ "service-password-file", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	unsigned long seed;
	bool fine = true;
	int c;

	while (fine && (c = getopt_long(argc, argv, "d:p:n:s:a:e:f:h", options, NULL)) != -1) {
		if (c == 'd')
			w->data = optarg;
		else if (c == 'a')
			w->answers = optarg;
		else if (c == 'f')
			w->secret_file = optarg;
		else if (c == 'h')
			w->help = true;
		else if (c == 'p')
			fine = number_parse(optarg, PEOPLE_MAX, &w->people) && w->people;
		else if (c == 'e')
			fine = number_parse(optarg, PEOPLE_MAX, &w->every) && w->every;
		else if (c == 'n')
			fine = now_parse(optarg, &w->now);
		else if (c == 's' && (fine = number_parse(optarg, UINT32_MAX, &seed)))
			w->seed = seed;
		else
			fine = false;
	}
	return fine && optind == argc && (w->data || w->help);
}

static enum fail people_run(struct arena *a, const struct wishes *w, struct err *err)
{
	struct model m = { .arena = a, .seed = w->seed, .now = w->now };
	char *secret = NULL;
	enum fail rc;

	if ((rc = model_read(&m, w->data, err)))
		return rc;
	if (w->people && w->people < m.persona_count)
		return err_set(err, FAIL_INPUT, "--people must be at least %zu, the personas",
		               m.persona_count);
	if (w->secret_file && (rc = file_secret(a, w->secret_file, &secret, err)))
		return rc;
	/* The others of people.csv are always there and not counted. */
	m.accounts = m.listed_count + (w->people ? w->people - m.persona_count : 0);
	if (w->answers && (rc = answers_write(&m, w->answers, w->every, err)))
		return rc;
	return ldif_write(stdout, &m, secret, err);
}

int main(int argc, char **argv)
{
	struct wishes w = { .seed = 1, .every = 1, .now = clock_now() };
	struct err err = { 0 };
	struct arena *a;

	if (!wishes_parse(argc, argv, &w) || w.help) {
		fputs(usage, w.help ? stdout : stderr);
		return w.help ? EXIT_SUCCESS : 2;
	}
	a = arena_new(64 << 20);
	if (people_run(a, &w, &err))
		fprintf(stderr, "loket-people: %s\n", err.text);
	arena_free(a);
	return err.code == FAIL_INPUT ? 2 : err.code ? EXIT_FAILURE : EXIT_SUCCESS;
}
