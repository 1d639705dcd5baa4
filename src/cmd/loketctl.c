/* loketctl: what operators and maintainers ask and do on the command line. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ctl.h"
#include "base/doc.h"

#define CTL_MEMORY ((size_t)256 << 20)
#define JSON_MAX   ((size_t)64 << 20)

static const struct command {
	const char *name, *second; /* "view", "check" */
	const char *takes, *does;
	ctl_command run;
	unsigned needs;
} commands[] = {
	{ "check", NULL, "[FILE...]", "look at configuration, content, views and neighbours", ctl_check,
	  KIT_DB | KIT_DIR | KIT_VIEWS },
	{ "groups", NULL, "UID", "the groups of a person, each with its proof", ctl_groups,
	  KIT_DB | KIT_DIR | KIT_VIEWS },
	{ "directory", NULL, "NAME", "what the directories say of somebody, before any group file", ctl_directory,
	  KIT_DIR },
	{ "catalogue", NULL, "UID | --groups a,b", "what somebody sees, in order", ctl_catalogue,
	  KIT_DB | KIT_DIR },
	{ "search", NULL, "UID QUERY", "what somebody finds", ctl_search, KIT_DB | KIT_DIR },
	{ "route", NULL, "UID SERVICE", "where a request goes, and what is asked before", ctl_route,
	  KIT_DB | KIT_DIR },
	{ "explain", NULL, "UID SERVICE", "why somebody sees a service or not, and what would turn it",
	  ctl_explain, KIT_DB | KIT_DIR | KIT_VIEWS },
	{ "refresh", NULL, "UID", "read somebody's groups again now", ctl_refresh, KIT_DB | KIT_DIR },
	{ "figures", NULL, "--searches", "what people searched for in vain", ctl_figures, KIT_DB },
	{ "import", NULL, "[FILE...] [--dry-run]", "make a new revision of the files and put it live",
	  ctl_import, KIT_DB | KIT_PATIENT },
	{ "migrate", NULL, "", "bring the database's tables up to date", ctl_migrate, KIT_DB | KIT_PATIENT },
	{ "view", "render", "NAME FILE", "run a view over a page document", ctl_view_render, KIT_VIEWS },
	{ "view", "check", "FILE...", "compile views and look for what is refused", ctl_view_check,
	  KIT_VIEWS },
};

static int usage(FILE *to)
{
	fputs("usage: loketctl [-c FILE] [--json] COMMAND …\n\n", to);
	for (size_t i = 0; i < COUNT(commands); i++) {
		char words[60];

		snprintf(words, sizeof words, "%s%s%s %s", commands[i].name, commands[i].second ? " " : "",
		         commands[i].second ? commands[i].second : "", commands[i].takes);
		fprintf(to, "  %-32s %s\n", words, commands[i].does);
	}
	fputs("\noptions: --date YYYY-MM-DD, --lang TAG, --groups a,b, --hat H, --topic T, --searches,\n"
	      "         --dry-run, --json, -c FILE\n"
	      "exit: 0 fine, 1 a finding, 2 usage, 3 could not ask\n",
	      to);
	return 2;
}

int ctl_exit(enum fail rc)
{
	switch (rc) {
	case OK:
		return 0;
	case FAIL_INPUT:
		return 2;
	case FAIL_BACKEND:
		return 3;
	default:
		return 1;
	}
}

int ctl_print_json(const struct doc *d, struct err *err)
{
	struct buf out;
	int rc = 0;

	buf_init(&out, JSON_MAX);
	doc_json(d, &out);
	buf_char(&out, '\n');
	if (!buf_ok(&out) || fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout))
		rc = ctl_exit(err_set(err, FAIL_BUG, "cannot write the answer: %s", strerror(errno)));
	buf_release(&out);
	return rc;
}

static const struct command *find_command(char **word, int words, int *used)
{
	for (size_t i = 0; words && i < COUNT(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(c->name, word[0]) || (c->second && (words < 2 || strcmp(c->second, word[1]))))
			continue;
		*used = c->second ? 2 : 1;
		return c;
	}
	return NULL;
}

/* A closed standard descriptor would be given to the next socket, and output written into it. */
static bool standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

static bool parse(int argc, char **argv, struct ctl *ctl, const char **conf)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "date", required_argument, NULL, 'd' },
		{ "lang", required_argument, NULL, 'l' },
		{ "groups", required_argument, NULL, 'g' },
		{ "searches", no_argument, NULL, 's' },
		{ "hat", required_argument, NULL, 'H' },
		{ "topic", required_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:jnd:l:g:h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			*conf = optarg;
			break;
		case 'j':
			ctl->json = true;
			break;
		case 'n':
			ctl->dry_run = true;
			break;
		case 'd':
			ctl->date = optarg;
			break;
		case 'l':
			ctl->lang = optarg;
			break;
		case 'g':
			ctl->groups = optarg;
			break;
		case 'H':
			ctl->hat = optarg;
			break;
		case 'T':
			ctl->topic = optarg;
			break;
		case 's':
			ctl->searches = true;
			break;
		case 'h':
			usage(stdout);
			exit(EXIT_SUCCESS);
		default:
			return false;
		}
	}
	ctl->word = argv + optind;
	ctl->words = argc - optind;
	return true;
}

int main(int argc, char **argv)
{
	struct ctl ctl = { 0 };
	struct err err = { 0 };
	const char *conf = "/etc/loket/loket.xml";
	const struct command *command;
	int used, code;
	enum fail rc;

	if (!standard_descriptors())
		return 2;
	if (!parse(argc, argv, &ctl, &conf) || !(command = find_command(ctl.word, ctl.words, &used)))
		return usage(stderr);
	ctl.word += used;
	ctl.words -= used;
	ctl.arena = arena_new(CTL_MEMORY);
	rc = kit_open(&ctl.kit, "care", conf, command->needs, &err);
	code = rc ? ctl_exit(rc) : command->run(&ctl, &err);
	if (err.code)
		fprintf(stderr, "loketctl: %s\n", err.text);
	if (fflush(stdout))
		code = code ? code : 1;
	arena_free(ctl.arena);
	kit_close(&ctl.kit);
	return code;
}
