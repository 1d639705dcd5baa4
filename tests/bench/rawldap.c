/* Signs people in with libldap alone, breadth first, for a while, and says how many and how.
 *
 *     rawldap URI AUTHORITY SECRET-FILE PEOPLE-FILE SECONDS PROCESSES
 *
 * PEOPLE-FILE has an account a line; passwords are welkom-ACCOUNT. Prints "rate median-ms operations groups us
 * count": per sign-in the operations, the groups and the microseconds that these processes ran. */
#include "raw.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#define TIMES_MAX 1000000

struct tally {
	unsigned long logins, operations, groups;
	double median;
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static void sign_in(struct raw *r, const char *uid)
{
	char password[256], *dn = raw_find(r, uid);

	snprintf(password, sizeof password, "welkom-%s", uid);
	if (!dn || !raw_prove(r, dn, password))
		exit(EXIT_FAILURE);
	raw_forget(r);
	raw_direct(r, dn, uid);
	raw_climb(r);
	ldap_memfree(dn);
}

static void work(char **argv, char **people, size_t count, size_t first, struct tally *out)
{
	static double times[TIMES_MAX];
	struct raw r = { 0 };
	size_t len, n = 0;
	char *secret = read_whole(argv[3], &len);
	double end, began;

	raw_begin(&r, argv[1], secret);
	r.operations = 0;
	end = seconds() + atof(argv[5]);
	while ((began = seconds()) < end && n < TIMES_MAX) {
		sign_in(&r, people[(first + n) % count]);
		times[n++] = seconds() - began;
		out->groups += r.groups;
	}
	qsort(times, n, sizeof *times, by_size);
	out->logins = n;
	out->operations = r.operations;
	out->median = n ? times[n / 2] : 0;
}

static char **read_people(const char *path, size_t *count)
{
	size_t len, lines = 0;
	char *text = read_whole(path, &len), **people, *line;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	people = calloc(lines + 1, sizeof *people);
	if (!people)
		die("calloc");
	*count = 0;
	while ((line = strsep(&text, "\n")))
		if (*line && *count < lines)
			people[(*count)++] = line;
	return people;
}

static double ran_us(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static void report(const struct tally *t, int processes, double length)
{
	struct tally all = { 0 };

	for (int i = 0; i < processes; i++) {
		all.logins += t[i].logins;
		all.operations += t[i].operations;
		all.groups += t[i].groups;
		all.median += t[i].median / processes;
	}
	if (all.logins)
		printf("%.1f %.3f %.2f %.2f %.1f %lu\n", (double)all.logins / length, all.median * 1000,
		       (double)all.operations / (double)all.logins, (double)all.groups / (double)all.logins,
		       ran_us() / (double)all.logins, all.logins);
}

int main(int argc, char **argv)
{
	struct tally *t;
	size_t count;
	char **people;
	int processes;

	if (argc != 7)
		return 2;
	processes = atoi(argv[6]);
	people = read_people(argv[4], &count);
	raw_tls(argv[2]);
	t = mmap(NULL, (size_t)processes * sizeof *t, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t == MAP_FAILED || !count)
		die("mmap");
	for (int i = 0; i < processes; i++)
		if (fork() == 0) {
			work(argv, people, count, count * (size_t)i / (size_t)processes + (size_t)time(NULL) * 7919,
			     &t[i]);
			_exit(EXIT_SUCCESS);
		}
	while (wait(NULL) > 0)
		;
	report(t, processes, atof(argv[5]));
	return EXIT_SUCCESS;
}
