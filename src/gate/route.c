#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gate_priv.h"

/* Does the path fit the pattern? {name} takes one segment, put into g->path. */
static bool fits(struct gate_req *g, const char *pattern, const char *path)
{
	g->path.count = 0;
	while (*pattern && *path) {
		size_t n = strcspn(path + 1, "/") + 1, m = strcspn(pattern + 1, "/") + 1;

		if (pattern[1] == '{') {
			if (n < 2)
				return false;
			pairs_add(g->q.arena, &g->path, arena_strn(g->q.arena, pattern + 2, m - 3),
			          arena_strn(g->q.arena, path + 1, n - 1));
		} else if (n != m || strncmp(pattern, path, n)) {
			return false;
		}
		pattern += m;
		path += n;
	}
	return !*pattern && !*path;
}

const struct route *route_find(const struct route *routes, size_t count, struct gate_req *g,
                               bool *path_known)
{
	*path_known = false;
	for (size_t i = 0; i < count; i++) {
		if (!fits(g, routes[i].path, g->q.path))
			continue;
		*path_known = true;
		if (routes[i].method == g->q.method)
			return &routes[i];
	}
	return NULL;
}

void route_allow(const struct route *routes, size_t count, struct gate_req *g, struct buf *out)
{
	bool get = false, post = false;

	for (size_t i = 0; i < count; i++) {
		if (!fits(g, routes[i].path, g->q.path))
			continue;
		get |= routes[i].method == GET;
		post |= routes[i].method == POST;
	}
	buf_printf(out, "%s%s%s", get ? "GET, HEAD" : "", get && post ? ", " : "", post ? "POST" : "");
}

void gate_print_routes(const struct route *routes, size_t count)
{
	static const char *const guards[] = { "nobody", "anyone",       "anyone-form",
		                              "person", "person-fresh", "person-form" };

	for (size_t i = 0; i < count; i++)
		printf("{\"method\":\"%s\",\"path\":\"%s\",\"guard\":\"%s\"}\n",
		       routes[i].method == GET ? "GET" : "POST", routes[i].path, guards[routes[i].guard]);
}
