/* request: the variables of a front, a line each ("NAME=value"), then an empty line and the form. */
#include "../../src/gate/gate_priv.h"

#include "base/utf8.h"
#include "crypt/token.h"
#include "fuzz.h"

static const char *const hosts[] = { "localhost", "loket.example.edu", NULL };
static const struct gate_settings settings = { .base = "/portal/", .hosts = hosts, .body_max = 8 << 10, .secret_field = "password" };

static void look(struct gate_req *g)
{
	static const char *const tags[] = { "nl", "en", "fy" };
	int best = req_language(&g->q, tags, 3);
	size_t len;

	MUST(g->q.path[0] == '/' && utf8_clean(g->q.path, strlen(g->q.path), false));
	MUST(!g->q.method || g->q.method == GET || g->q.method == POST); /* 0: another, for which no route is */
	MUST(best >= -1 && best < 3);
	req_want(&g->q);
	req_takes_gzip(&g->q);
	req_same_origin(&g->q);
	req_matches(&g->q, "\"abc\"");
	req_cookie(&g->q, "__Host-loket");
	for (size_t i = 0; i < req_field_count(&g->q); i++) {
		MUST(utf8_clean(req_field_value(&g->q, i), strlen(req_field_value(&g->q, i)), true));
		MUST(strcmp(req_field_name(&g->q, i), "password"));
	}
	req_secret(&g->q, "password", &len);
}

/* Takes the variables off the text; gives the form. */
static char *take(struct gate_req *g, char *text)
{
	while (*text && *text != '\n') {
		char *end = strchr(text, '\n'), *equals;

		if (end)
			*end = '\0';
		if ((equals = strchr(text, '='))) {
			*equals = '\0';
			pairs_add(g->q.arena, &g->params, text, equals + 1);
		}
		text = end ? end + 1 : text + strlen(text);
	}
	return *text ? text + 1 : text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct gate_req g = { .q = { .arena = a } };
	struct err err = { 0 };
	int status = 200;
	char *text, *form;

	MUST(!crypt_start(&err));
	text = arena_strn(a, (const char *)data, size);
	form = take(&g, text);
	if (req_begin(&g, &settings, &status, &err)) {
		MUST(status >= 400 && err.text[0]);
	} else {
		look(&g);
		/* NULs too: the form is by length */
		if (req_fields(&g, form, size - (size_t)(form - text), "password", &status, &err))
			MUST(status >= 400 && err.text[0]);
		else
			look(&g);
	}
	req_end(&g);
	arena_free(a);
	return 0;
}
