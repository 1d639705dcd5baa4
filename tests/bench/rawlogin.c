/* The least a portal can do to sign somebody in: one search, one bind on a connection of its own, one
 * question for the groups, closed upward over a graph in memory, one committed row, one redirect. No
 * form token, no throttle, no language, no log.
 *
 *     rawlogin SOCKET PROCESSES URI AUTHORITY SECRET-FILE DATABASE-SOCKET DATABASE-USER */
#include "raw.h"

#include <mysql.h>
#include <sys/random.h>

/* ---- the graph: which group holds which ---- */

struct node {
	char *dn;
	size_t *up;
	size_t ups;
};

struct graph {
	struct node *node;
	size_t count;
};

static int by_dn(const void *x, const void *y)
{
	return strcmp(((const struct node *)x)->dn, ((const struct node *)y)->dn);
}

static struct node *node_of(const struct graph *g, const char *dn)
{
	struct node key = { .dn = (char *)dn };

	return bsearch(&key, g->node, g->count, sizeof key, by_dn);
}

static void link_members(struct graph *g, LDAP *ld, LDAPMessage *entry, const char *attribute)
{
	char *dn = ldap_get_dn(ld, entry);
	size_t group = (size_t)(node_of(g, dn) - g->node);
	struct berval **values = ldap_get_values_len(ld, entry, attribute);

	for (size_t i = 0; values && values[i]; i++) {
		struct node *n = node_of(g, values[i]->bv_val);

		if (!n)
			continue;
		n->up = realloc(n->up, (n->ups + 1) * sizeof *n->up);
		if (!n->up)
			die("realloc");
		n->up[n->ups++] = group;
	}
	ldap_value_free_len(values);
	ldap_memfree(dn);
}

static void read_graph(struct raw *r, struct graph *g)
{
	static char *wanted[] = { "member", "uniqueMember", NULL };
	LDAPMessage *answer = raw_search(r, RAW_GROUPS, "(objectClass=*)", wanted);

	g->node = calloc((size_t)ldap_count_entries(r->kept, answer) + 1, sizeof *g->node);
	if (!g->node)
		die("calloc");
	for (LDAPMessage *e = ldap_first_entry(r->kept, answer); e; e = ldap_next_entry(r->kept, e))
		g->node[g->count++].dn = ldap_get_dn(r->kept, e);
	qsort(g->node, g->count, sizeof *g->node, by_dn);
	for (LDAPMessage *e = ldap_first_entry(r->kept, answer); e; e = ldap_next_entry(r->kept, e)) {
		link_members(g, r->kept, e, "member");
		link_members(g, r->kept, e, "uniqueMember");
	}
	ldap_msgfree(answer);
}

static void close_upward(struct raw *r, const struct graph *g)
{
	for (size_t i = 0; i < r->groups; i++) {
		const struct node *n = node_of(g, r->group[i]);

		for (size_t k = 0; n && k < n->ups; k++)
			raw_add(r, ldap_strdup(g->node[n->up[k]].dn));
	}
}

/* ---- the row ---- */

static MYSQL_STMT *prepare(const char *socket, const char *user)
{
	static const char sql[] =
	        "INSERT INTO session (id, person, uid, name, lang, created, seen, as_of, membership, address, "
	        "agent) VALUES (?, LEFT(?, 16), ?, 'Somebody', 'nl', UNIX_TIMESTAMP(), UNIX_TIMESTAMP(), "
	        "UNIX_TIMESTAMP(), ?, '127.0.0.1', 'rawlogin')";
	MYSQL *db = mysql_init(NULL);
	MYSQL_STMT *s;

	if (!db || !mysql_real_connect(db, NULL, user, NULL, "loket", 0, socket, 0) || !(s = mysql_stmt_init(db)) ||
	    mysql_stmt_prepare(s, sql, sizeof sql - 1)) {
		fprintf(stderr, "database: %s\n", db ? mysql_error(db) : "no memory");
		exit(EXIT_FAILURE);
	}
	return s;
}

static void bind_text(MYSQL_BIND *b, enum enum_field_types type, char *data, size_t len)
{
	*b = (MYSQL_BIND){ .buffer_type = type, .buffer = data, .buffer_length = len };
}

static bool store(MYSQL_STMT *s, const struct raw *r, char *id, char *uid)
{
	static char groups[1 << 20];
	MYSQL_BIND bind[4];
	size_t len = 0;

	for (size_t i = 0; i < r->groups; i++)
		len += (size_t)snprintf(groups + len, sizeof groups - len, "%s\n", r->group[i]);
	bind_text(&bind[0], MYSQL_TYPE_BLOB, id, 32);
	bind_text(&bind[1], MYSQL_TYPE_BLOB, id, 32);
	bind_text(&bind[2], MYSQL_TYPE_STRING, uid, strlen(uid));
	bind_text(&bind[3], MYSQL_TYPE_STRING, groups, len);
	return !mysql_stmt_bind_param(s, bind) && !mysql_stmt_execute(s);
}

/* ---- one request ---- */

/* Values of these forms need no decoding: letters, digits and "-" only. */
static char *field(char *body, const char *name)
{
	char *at = strstr(body, name), *end;

	if (!at)
		return NULL;
	at += strlen(name);
	if ((end = strchr(at, '&')))
		*end = '\0';
	return at;
}

static bool sign_in(struct raw *r, const struct graph *g, MYSQL_STMT *s, char *body)
{
	char *password = field(body, "password="), *uid = field(body, "username="), id[32], *dn;
	bool right;

	if (!uid || !password || !(dn = raw_find(r, uid)))
		return false;
	right = raw_prove(r, dn, password);
	if (right) {
		raw_forget(r);
		raw_direct(r, dn, uid);
		close_upward(r, g);
		right = getrandom(id, sizeof id, 0) == (ssize_t)sizeof id && store(s, r, id, uid);
	}
	ldap_memfree(dn);
	return right;
}

int main(int argc, char **argv)
{
	static const char yes[] = "Status: 303 See Other\r\nLocation: /\r\nCache-Control: no-store\r\n"
	                          "Set-Cookie: __Host-raw=0123456789012345678901234567890123456789012; Path=/; "
	                          "Secure; HttpOnly; SameSite=Lax\r\nContent-Length: 0\r\n\r\n",
	                  no[] = "Status: 422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n";
	struct raw r = { 0 };
	struct graph g = { 0 };
	FCGX_Request request;
	MYSQL_STMT *s;
	size_t len;
	char body[8192], *secret;

	if (argc != 8)
		return 2;
	serve_start(argv[1], atoi(argv[2]));
	secret = read_whole(argv[5], &len);
	raw_tls(argv[4]);
	raw_begin(&r, argv[3], secret);
	read_graph(&r, &g);
	s = prepare(argv[6], argv[7]);
	if (FCGX_Init() || FCGX_InitRequest(&request, 0, 0))
		return EXIT_FAILURE;
	while (FCGX_Accept_r(&request) >= 0) {
		int got = FCGX_GetStr(body, sizeof body - 1, request.in);

		body[got] = '\0';
		if (sign_in(&r, &g, s, body))
			FCGX_PutStr(yes, sizeof yes - 1, request.out);
		else
			FCGX_PutStr(no, sizeof no - 1, request.out);
		FCGX_Finish_r(&request);
	}
	return EXIT_FAILURE;
}
