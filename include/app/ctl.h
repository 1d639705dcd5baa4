/* ctl: the commands of loketctl, each a function of its words and options.
 *
 * Exit codes: 0 fine, 1 a finding (also: no such person or service), 2 usage, 3 could not ask. */
#ifndef APP_CTL_H
#define APP_CTL_H

#include "app/kit.h"

struct ctl {
	struct kit kit;
	struct arena *arena;
	bool json, dry_run, searches;
	const char *date, *lang, *groups; /* --date, --lang, --groups; NULL when not given */
	const char *hat, *topic;           /* --hat, --topic */
	char **word; /* after the command's own */
	int words;
};

typedef int (*ctl_command)(struct ctl *ctl, struct err *err);

int ctl_check(struct ctl *ctl, struct err *err);       /* check [FILE] */
int ctl_import(struct ctl *ctl, struct err *err);      /* import [FILE …] [--dry-run] */
int ctl_migrate(struct ctl *ctl, struct err *err);     /* migrate */
int ctl_view_render(struct ctl *ctl, struct err *err); /* view render NAME FILE */
int ctl_view_check(struct ctl *ctl, struct err *err);  /* view check FILE … */
int ctl_groups(struct ctl *ctl, struct err *err);      /* groups UID */
int ctl_directory(struct ctl *ctl, struct err *err);   /* directory NAME */
int ctl_catalogue(struct ctl *ctl, struct err *err);   /* catalogue UID | --groups a,b */
int ctl_search(struct ctl *ctl, struct err *err);      /* search UID QUERY */
int ctl_route(struct ctl *ctl, struct err *err);       /* route UID SERVICE */
int ctl_explain(struct ctl *ctl, struct err *err);     /* explain UID SERVICE */
int ctl_refresh(struct ctl *ctl, struct err *err);     /* refresh UID */
int ctl_figures(struct ctl *ctl, struct err *err);     /* figures --searches */

/* From an outcome to an exit code. */
int ctl_exit(enum fail rc);

/* Writes a document to standard output as JSON and a line end. */
struct doc;
int ctl_print_json(const struct doc *d, struct err *err);

#endif
