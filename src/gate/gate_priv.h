/* Shared by the files of gate: the request while it is being read. */
#ifndef GATE_PRIV_H
#define GATE_PRIV_H

#include "gate/gate.h"

struct pair {
	const char *name, *value;
};

struct pairs {
	struct pair *list;
	size_t count, capacity;
};

/* struct req is the first member, so that the accessors can find the rest. */
struct gate_req {
	struct req q;
	struct pairs params; /* of FastCGI, as the front sent them */
	struct pairs path, query, fields, cookies;
	char *secret; /* guarded memory, or NULL */
	size_t secret_len;
	const char *secret_name;
	const char *const *hosts;
};

const char *pairs_get(const struct pairs *p, const char *name);
void pairs_add(struct arena *a, struct pairs *p, const char *name, const char *value);
const char *req_param(const struct gate_req *g, const char *name); /* "" when absent */

/* Reads address, headers, query and cookies. status: what to answer when it fails. */
enum fail req_begin(struct gate_req *g, const struct gate_settings *settings, int *status,
                    struct err *err);
/* Reads the fields of a body of len bytes and wipes nothing: the caller owns it. */
enum fail req_fields(struct gate_req *g, const char *body, size_t len, const char *secret_field,
                     int *status, struct err *err);
void req_end(struct gate_req *g);

/* Decodes %XX (and + when plus) exactly once into to; false for a bad escape or what is not
 * clean text. */
bool req_decode(const char *from, size_t len, bool plus, bool lines, char *to, size_t *to_len);

/* The route for a method and path; *path_known tells 405 from 404. Fills g->path. */
const struct route *route_find(const struct route *routes, size_t count, struct gate_req *g,
                               bool *path_known);
void route_allow(const struct route *routes, size_t count, struct gate_req *g, struct buf *out);

bool host_listed(const char *const *hosts, const char *host, size_t len);

#endif
