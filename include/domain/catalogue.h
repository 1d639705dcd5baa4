/* catalogue: services, themes, departments and desks, as one revision holds them.
 *
 * Values only. Loaded by view/load, checked by catalogue_check; two revisions can exist
 * side by side. Everything lives in one arena, strings included. */
#ifndef DOMAIN_CATALOGUE_H
#define DOMAIN_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/group.h"

#define RANK_DEFAULT    10 /* of a service that lists none of the person's groups */
#define PROMISE_DEFAULT 2  /* working days */

struct theme {
	const char *id;
	struct text label;
	const char *icon;
};

struct department {
	const char *id;
	struct text name;
	struct bits serves;
	const char *desk_id; /* its front desk */
};

enum reach_kind {
	REACH_FORM,
	REACH_PHONE,
	REACH_COUNTER,
	REACH_CHAT,
	REACH_APPOINTMENT,
	REACH_MAIL,
};

struct reach {
	enum reach_kind kind;
	const char *value;  /* number, address or https link; NULL for the form */
	struct text note;   /* where, how */
};

struct hours {
	unsigned days; /* bit 0 Monday … bit 6 Sunday */
	int from, to;  /* minutes after midnight, local */
};

struct desk {
	const char *id;
	size_t department;
	struct text name;
	struct text does; /* one sentence */
	const struct reach *reach;
	size_t reach_count;
	const struct hours *hours;
	size_t hours_count;
	int promise; /* working days */
	int line;
};

enum field_type {
	FIELD_TEXT,
	FIELD_TEXTAREA,
	FIELD_DATE,
	FIELD_CHOICE,
	FIELD_FILE,
};

struct choice { /* of a choice field */
	const char *value;
	struct text label;
};

struct field {
	const char *name;
	enum field_type type;
	bool required;
	struct text label;
	struct text hint;
	const struct choice *options;
	size_t option_count;
};

struct variant {
	size_t group;
	int desk; /* index, -1: the service's */
	struct text text;
	int promise; /* working days, 0: the desk's */
	const struct field *fields; /* its own form, or none: the service's */
	size_t field_count;
	const char *link; /* its own, or NULL: the service's */
	int line;
};

struct topic {
	const char *id;
	struct text label;
	size_t desk;
	struct bits groups; /* empty: for everybody who sees the service */
	int line;
};

struct window {
	int from, to; /* month * 100 + day, both included, every year; from > to crosses New Year */
};

struct rank {
	size_t group;
	int value; /* 0–100 */
};

struct service {
	const char *id;
	size_t theme;
	size_t owner;
	size_t desk;
	struct text title;
	struct text summary;
	struct text keywords;
	struct bits any;  /* audience */
	struct bits none; /* exclusion, inside one hat only */
	const struct rank *ranks;
	size_t rank_count;
	const struct variant *variants;
	size_t variant_count;
	const struct topic *topics;
	size_t topic_count;
	const struct window *windows;
	size_t window_count;
	bool free_questions; /* takes what fits nowhere else */
	bool hidden_outside; /* outside its windows: not shown, else shown but not open */
	const char *link;    /* https, or NULL */
	const struct field *fields;
	size_t field_count;
	int promise;                   /* working days, 0: the desk's */
	unsigned order[LANG_MAX];      /* place of its title in the collation of each language */
	int line;
};

enum notice_kind {
	NOTICE_NEWS,
	NOTICE_OUTAGE,
};

/* What a group should know for a while. */
struct notice {
	const char *id;
	enum notice_kind kind;
	int64_t from, to;      /* shown from, until just before */
	struct bits any, none; /* as the audience of a service */
	int service;           /* index of the one it is about, -1 */
	struct text title;
	struct text text;
	int line;
};

struct catalogue {
	int64_t revision;
	const struct groups *groups;
	const struct langs *langs;
	const struct theme *themes;
	size_t theme_count;
	const struct department *departments;
	size_t department_count;
	const struct desk *desks;
	size_t desk_count;
	const struct service *services;
	size_t service_count;
	const struct notice *notices;
	size_t notice_count;
};

int theme_find(const struct catalogue *c, const char *id);
int department_find(const struct catalogue *c, const char *id);
int desk_find(const struct catalogue *c, const char *id);
int service_find(const struct catalogue *c, const char *id);

#endif
