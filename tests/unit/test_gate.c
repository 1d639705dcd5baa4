/* What a visitor sends, how routes and guards answer it, and FastCGI itself: the last by a program that
 * serves on a unix socket below /tmp, spoken to in records of our own making. */
#include "gate/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../src/gate/gate_priv.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "crypt/token.h"
#include "unit.h"

#define BODY_MAX  1000
#define ARENA_MAX ((size_t)1 << 20)

static const char *const hosts[] = { "portal.example", "[::1]", NULL };
static const struct gate_settings settings = {
	.base = "/portal/", .hosts = hosts, .body_max = BODY_MAX, .arena_max = ARENA_MAX, .secret_field = "password",
};

static const char *const usual[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/portal/", "SERVER_PROTOCOL=HTTP/1.1",
	                             "HTTP_HOST=portal.example", NULL };

/* ---- reading a request ---- */

static struct arena *memory;

static void forget_memory(void)
{
	arena_free(memory);
}

static void new_memory(void)
{
	struct err err = { 0 };

	if (!memory) {
		CU_ASSERT_EQUAL_FATAL(crypt_start(&err), OK);
		atexit(forget_memory);
	}
	arena_free(memory);
	memory = arena_new(ARENA_MAX);
}

static void add_params(struct gate_req *g, const char *const *params)
{
	for (; params && *params; params++) {
		const char *equals = strchr(*params, '=');

		pairs_add(memory, &g->params, arena_strn(memory, *params, (size_t)(equals - *params)), equals + 1);
	}
}

/* Reads a request of these parameters; what is not given is as usual. 200, or what it is refused with. */
static int read_request(struct gate_req *g, const char *const *params)
{
	struct err err = { 0 };
	int status = 200;
	enum fail rc;

	new_memory();
	*g = (struct gate_req){ .q = { .arena = memory } };
	add_params(g, params);
	add_params(g, usual);
	rc = req_begin(g, &settings, &status, &err);
	CASE("a refusal has a status and a cause", !rc == (status == 200) && !rc == !err.text[0]);
	return status;
}

#define REQUEST(g, ...) read_request(g, (const char *const[]){ __VA_ARGS__, NULL })

static int read_uri(struct gate_req *g, const char *uri)
{
	char param[10000];

	snprintf(param, sizeof param, "REQUEST_URI=%s", uri);
	return REQUEST(g, param);
}

static int read_query(struct gate_req *g, const char *query)
{
	char uri[9000];

	snprintf(uri, sizeof uri, "/portal/?%s", query);
	return read_uri(g, uri);
}

static int read_body(struct gate_req *g, const char *body, size_t len)
{
	struct err err = { 0 };
	int status = 200;

	CU_ASSERT_EQUAL(REQUEST(g, "REQUEST_METHOD=POST"), 200);
	if (req_fields(g, body, len, "password", &status, &err))
		CASE("a refusal has a status", status != 200);
	return status;
}

static int read_form(struct gate_req *g, const char *body)
{
	return read_body(g, body, strlen(body));
}

static void a_value_is_decoded_exactly_once(void)
{
	static const struct {
		const char *query, *value;
	} cases[] = {
		{ "a=b", "b" },         { "a=b+c%20d", "b c d" }, { "a=%2B", "+" },     { "a=%2541", "%41" },
		{ "a=%26b%3D1", "&b=1" }, { "a=%c3%A9", "é" },    { "a=", "" },         { "a", "" },
		{ "a=b=c", "b=c" },     { "x=1&a=2", "2" },       { "&&a=2&", "2" },    { "%61=2", "2" },
		{ "a=%0D%0Ab", "\r\nb" },
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got;

		CASE(cases[i].query, read_query(&g, cases[i].query) == 200);
		got = req_query(&g.q, "a");
		CASE(cases[i].query, got && !strcmp(got, cases[i].value));
		SAME(g.q.raw_query, cases[i].query);
		CASE(cases[i].query, read_form(&g, cases[i].query) == 200);
		got = req_field(&g.q, "a");
		CASE(cases[i].query, got && !strcmp(got, cases[i].value));
	}
	CU_ASSERT_EQUAL(read_query(&g, ""), 200);
	CU_ASSERT_PTR_NULL(req_query(&g.q, ""));
	CU_ASSERT_PTR_NULL(req_query(&g.q, "a"));
	CU_ASSERT_PTR_NULL(req_field(&g.q, "a"));
	CU_ASSERT_PTR_NULL(req_cookie(&g.q, "a"));
	CU_ASSERT_PTR_NULL(req_path(&g.q, "a"));
}

static void what_is_not_clean_text_is_refused_wherever_it_stands(void)
{
	static const char *const bad[] = {
		"a=%",       "a=%4",    "a=%4g",       "a=%g4",    "%=1",    "a%2=1",   "a=%00",    "a=b%00c",
		"a%00=1",    "a=%ff",   "a=%c0%af",    "a=%e2%82", "a=%c2%85", "a=\x7f", "a\x01=1", "a=\xff",
		"a=%1b[31m", "%0a=1",   "a=%ed%a0%80", "a=%ee%80%80", "a=%f4%90%80%80", "a=%EF%BF%BF",
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(bad); i++) {
		CASE(bad[i], read_query(&g, bad[i]) == 400);
		CASE(bad[i], read_form(&g, bad[i]) == 400);
	}
	CU_ASSERT_EQUAL(read_body(&g, "a=b\0c", 5), 400);
	CU_ASSERT_EQUAL(read_body(&g, "a\0b=c", 5), 400);
	CU_ASSERT_EQUAL(read_body(&g, "\0", 1), 400);
}

static void a_name_twice_is_refused_however_it_is_spelled(void)
{
	static const char *const twice[] = { "a=1&a=1", "a=1&b=2&a=3", "a&a", "a=1&%61=2", "a+b=1&a%20b=2", "=1&=2" };
	struct gate_req g;

	for (size_t i = 0; i < COUNT(twice); i++) {
		CASE(twice[i], read_query(&g, twice[i]) == 400);
		CASE(twice[i], read_form(&g, twice[i]) == 400);
	}
	CU_ASSERT_EQUAL(read_query(&g, "a=1&A=2"), 200);
}

static void fields_keep_their_order_and_their_number_is_bounded(void)
{
	char body[2000] = "";
	size_t at = 0;
	struct gate_req g;

	CU_ASSERT_EQUAL(read_form(&g, "z=1&a=2&m=3"), 200);
	CU_ASSERT_EQUAL_FATAL(req_field_count(&g.q), 3);
	SAME(req_field_name(&g.q, 0), "z");
	SAME(req_field_name(&g.q, 1), "a");
	SAME(req_field_name(&g.q, 2), "m");
	SAME(req_field_value(&g.q, 2), "3");
	for (int i = 0; i < 200; i++)
		at += (size_t)snprintf(body + at, sizeof body - at, "f%d=&", i);
	CU_ASSERT_EQUAL(read_form(&g, body), 200);
	CU_ASSERT_EQUAL(req_field_count(&g.q), 200);
	CU_ASSERT_EQUAL(read_query(&g, body), 200);
	snprintf(body + at, sizeof body - at, "one-more=");
	CU_ASSERT_EQUAL(read_form(&g, body), 400);
	CU_ASSERT_EQUAL(read_query(&g, body), 400);
}

static void the_secret_is_apart_from_the_fields(void)
{
	static const struct {
		const char *body, *secret;
	} cases[] = {
		{ "password=abc&a=1", "abc" }, { "a=1&password=%20x+y%2B", " x y+" }, { "password=%c3%a9", "é" },
		{ "password=", "" },           { "password=%zz", "" },                { "password=a%00b", "" },
		{ "password=%ff", "" },        { "password=a=b", "a=b" },             { "password=%0a", "" },
	};
	struct gate_req g;
	size_t len;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *secret;

		CASE(cases[i].body, read_form(&g, cases[i].body) == 200);
		secret = req_secret(&g.q, "password", &len);
		CASE(cases[i].body,
		     secret && len == strlen(cases[i].secret) && !memcmp(secret, cases[i].secret, len));
		CU_ASSERT_PTR_NULL(req_secret(&g.q, "other", &len));
		CASE(cases[i].body, !req_field(&g.q, "password"));
		req_end(&g);
	}
	CU_ASSERT_EQUAL(read_form(&g, "passwords=1&xpassword=2"), 200);
	CU_ASSERT_PTR_NULL(req_secret(&g.q, "password", &len));
	CU_ASSERT_EQUAL(len, 0);
	CU_ASSERT_EQUAL(req_field_count(&g.q), 2);
}

static void the_secret_is_refused_twice_or_in_another_spelling(void)
{
	static const char *const bad[] = { "password=a&password=b",   "password=a&password=a",   "pass%77ord=a",
		                           "password=a&pass%77ord=b", "pass%77ord=a&password=b", "password" };
	struct gate_req g;
	size_t len;

	for (size_t i = 0; i < COUNT(bad); i++) {
		CASE(bad[i], read_form(&g, bad[i]) == 400);
		req_end(&g);
		CASE(bad[i], !req_secret(&g.q, "password", &len) && !len);
	}
}

static void only_our_cookies_are_read_and_each_at_most_once(void)
{
	struct gate_req g;

	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=a=1; __Host-loket=abc;__Host-lang=nl, \t__Host-x=y=z; a=2"), 200);
	SAME(req_cookie(&g.q, "__Host-loket"), "abc");
	SAME(req_cookie(&g.q, "__Host-lang"), "nl");
	SAME(req_cookie(&g.q, "__Host-x"), "y=z");
	CU_ASSERT_PTR_NULL(req_cookie(&g.q, "a"));
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=__Host-loket"), 200);
	CU_ASSERT_PTR_NULL(req_cookie(&g.q, "__Host-loket"));
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=__Host-loket=a; __Host-loket=a"), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=__Host-loket=a", "HTTP_COOKIE=__Host-loket=b"), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=x=1", "HTTP_COOKIE=__Host-loket=b"), 200);
	SAME(req_cookie(&g.q, "__Host-loket"), "b");
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=__Host-loket=a\xff"), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=__Host-loket=a\x1b[m"), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=__Host-l\xc0\xaf=a"), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_COOKIE=foreign=a\xff"), 200);
}

static void a_path_counts_below_the_base_only(void)
{
	static const struct {
		const char *uri;
		int status;
		const char *path;
	} cases[] = {
		{ "/portal/", 200, "/" },
		{ "/portal", 200, "/" },
		{ "/portal?a=1", 200, "/" },
		{ "/portal/me", 200, "/me" },
		{ "/portal/me/", 200, "/me/" },
		{ "/port%61l/m%65", 200, "/me" },
		{ "/portal/a%20b%3Fc", 200, "/a b?c" },
		{ "/portal/caf%C3%A9", 200, "/café" },
		{ "/portal/a+b", 200, "/a+b" },
		{ "/portal/...", 200, "/..." },
		{ "/portal/a..b/.c", 200, "/a..b/.c" },
		{ "https://portal.example/portal/me", 200, "/me" },
		{ "HTTP://PORTAL.EXAMPLE:8443/portal/me?x", 200, "/me" },
		{ "/", 404, NULL },
		{ "/portalx/", 404, NULL },
		{ "/port", 404, NULL },
		{ "/PORTAL/", 404, NULL },
		{ "https://portal.example", 404, NULL },
		{ "https://elsewhere.example/portal/", 421, NULL },
		{ "https://portal.example@elsewhere.example/portal/", 421, NULL },
		{ "portal/", 400, NULL },
		{ "*", 400, NULL },
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		CASE(cases[i].uri, read_uri(&g, cases[i].uri) == cases[i].status);
		CASE(cases[i].uri, !cases[i].path || !strcmp(g.q.path, cases[i].path));
		CASE(cases[i].uri, g.q.path[0] == '/');
	}
}

static void nothing_climbs_out_of_a_path(void)
{
	static const char *const bad[] = {
		"/portal/../etc", "/portal/..",    "/portal/./me",    "/portal/.",     "/portal//me",     "//portal/",
		"/portal/%2e%2e/x", "/portal/%2E%2e", "/portal/a/%2e", "/portal/..%2fx", "/portal/a%2Fb", "/portal/a%5cb",
		"/portal/a%5Cb",  "/portal/a\\b",  "/portal/..\\x",   "/portal/%00",   "/portal/me%00.png", "/portal/%",
		"/portal/%2",     "/portal/%zz",   "/portal/%ff",     "/portal/a\nb",  "/../portal/",     "/portal/x/..",
		"/portal/a%09b",  "/portal/\xff",  "/portal/a%0d%0ab", "/portal/%c0%ae%c0%ae/x",
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(bad); i++)
		CASE(bad[i], read_uri(&g, bad[i]) == 400);
	CU_ASSERT_EQUAL(read_uri(&g, "/portal/%252e%252e/x"), 200);
	SAME(g.q.path, "/%2e%2e/x");
}

static void an_address_is_put_together_when_the_front_gives_its_parts(void)
{
	struct gate_req g;

	CU_ASSERT_EQUAL(REQUEST(&g, "REQUEST_URI=", "SCRIPT_NAME=/portal", "PATH_INFO=/me", "QUERY_STRING=a=1"), 200);
	SAME(g.q.path, "/me");
	SAME(req_query(&g.q, "a"), "1");
	SAME(g.q.raw_query, "a=1");
}

static void an_address_has_a_longest_length(void)
{
	struct gate_req g;
	char uri[9000];

	memset(uri, 'a', sizeof uri);
	memcpy(uri, "/portal/", 8);
	uri[8192] = '\0';
	CU_ASSERT_EQUAL(read_uri(&g, uri), 200);
	uri[8192] = 'a';
	uri[8193] = '\0';
	CU_ASSERT_EQUAL(read_uri(&g, uri), 414);
	uri[8] = '?';
	uri[9 + 4096] = '\0';
	CU_ASSERT_EQUAL(read_uri(&g, uri), 200);
	uri[9 + 4096] = 'a';
	uri[9 + 4097] = '\0';
	CU_ASSERT_EQUAL(read_uri(&g, uri), 414);
}

static void only_our_hosts_are_answered(void)
{
	static const struct {
		const char *host;
		int status;
	} cases[] = {
		{ "HTTP_HOST=portal.example", 200 },     { "HTTP_HOST=Portal.Example:8443", 200 },
		{ "HTTP_HOST=portal.example:", 200 },    { "HTTP_HOST=[::1]", 200 },
		{ "HTTP_HOST=[::1]:8443", 200 },         { "HTTP_HOST=", 421 },
		{ "HTTP_HOST=portal.example.", 421 },    { "HTTP_HOST=xportal.example", 421 },
		{ "HTTP_HOST=portal.exampl", 421 },      { "HTTP_HOST=elsewhere.example", 421 },
		{ "HTTP_HOST=portal.example:1:2", 421 }, { "HTTP_HOST=portal.example/", 421 },
		{ "HTTP_HOST=[::2]", 421 },              { "HTTP_HOST=:80", 421 },
		{ "HTTP_HOST=elsewhere:portal.example", 421 },
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i].host, REQUEST(&g, cases[i].host) == cases[i].status);
}

static void headers_that_anybody_can_forge_say_nothing(void)
{
	struct gate_req g;

	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_HOST=elsewhere.example", "HTTP_X_FORWARDED_HOST=portal.example",
	                        "SERVER_NAME=portal.example"),
	                421);
	CU_ASSERT_EQUAL(REQUEST(&g, "REMOTE_ADDR=192.0.2.1", "HTTP_X_FORWARDED_FOR=198.51.100.1",
	                        "HTTP_X_FORWARDED_PROTO=https", "HTTP_REMOTE_USER=root"),
	                200);
	SAME(g.q.address, "192.0.2.1");
	CU_ASSERT_FALSE(g.q.https);
	CU_ASSERT_EQUAL(REQUEST(&g, "HTTPS=on"), 200);
	CU_ASSERT_TRUE(g.q.https);
}

static void a_method_is_taken_exactly(void)
{
	static const struct {
		const char *method;
		enum method is;
		bool head;
	} cases[] = {
		{ "REQUEST_METHOD=GET", GET, false },   { "REQUEST_METHOD=HEAD", GET, true },
		{ "REQUEST_METHOD=POST", POST, false }, { "REQUEST_METHOD=get", 0, false },
		{ "REQUEST_METHOD=PUT", 0, false },     { "REQUEST_METHOD=GETS", 0, false },
		{ "REQUEST_METHOD=", 0, false },
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		CASE(cases[i].method, REQUEST(&g, cases[i].method) == 200);
		CASE(cases[i].method, g.q.method == cases[i].is && g.q.head == cases[i].head);
	}
	CU_ASSERT_EQUAL(REQUEST(&g, "SERVER_PROTOCOL=HTTP/0.9"), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "SERVER_PROTOCOL="), 400);
	CU_ASSERT_EQUAL(REQUEST(&g, "SERVER_PROTOCOL=HTTP/2.0"), 200);
}

static void headers_are_scrubbed_and_cut_between_characters(void)
{
	char agent[500] = "HTTP_USER_AGENT=x";
	struct gate_req g;

	CU_ASSERT_EQUAL(REQUEST(&g, "HTTP_USER_AGENT=a\x1b[31m\xff" "b\nc", "HTTP_ACCEPT=text/\x01html"), 200);
	SAME(g.q.agent, "a[31mbc");
	SAME(g.q.accept, "text/html");
	SAME(g.q.accept_language, "");
	SAME(g.q.if_none_match, "");
	for (size_t i = strlen(agent); i < 400; i += 2)
		memcpy(agent + i, "é", 3);
	CU_ASSERT_EQUAL(REQUEST(&g, agent), 200);
	CU_ASSERT_EQUAL(strlen(g.q.agent), 199);
	CU_ASSERT_TRUE(utf8_clean(g.q.agent, strlen(g.q.agent), false));
}

static void the_form_of_the_answer_is_the_one_that_is_asked_for(void)
{
	static const struct {
		const char *accept;
		enum want want;
	} cases[] = {
		{ "", WANT_HTML },
		{ "*/*", WANT_HTML },
		{ "text/html", WANT_HTML },
		{ "application/xml", WANT_XML },
		{ "application/json", WANT_JSON },
		{ "APPLICATION/JSON", WANT_JSON },
		{ "application/json; charset=utf-8", WANT_JSON },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", WANT_HTML },
		{ "application/xhtml+xml,application/xml;q=0.9", WANT_HTML },
		{ "application/xml,text/html;q=0.9", WANT_XML },
		{ "text/html;q=0.5, application/json;q=0.6", WANT_JSON },
		{ "text/html;q=0.5, application/json;q=0.5", WANT_HTML },
		{ "application/xml, application/json", WANT_JSON },
		{ "application/xml, application/json;q=0.9", WANT_XML },
		{ "application/json;q=0", WANT_HTML },
		{ "application/xml;q=0, text/plain", WANT_HTML },
		{ "application/xml;q=2", WANT_HTML },
		{ "application/xml;q=nan", WANT_HTML },
		{ "application/xml;q=", WANT_HTML },
		{ "application/json5", WANT_HTML },
		{ "application/*", WANT_HTML },
		{ ",;,;q=,", WANT_HTML },
	};
	char param[200];
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(param, sizeof param, "HTTP_ACCEPT=%s", cases[i].accept);
		REQUEST(&g, param);
		CASE(cases[i].accept, req_want(&g.q) == cases[i].want);
	}
}

static void gzip_goes_to_those_who_take_it(void)
{
	static const struct {
		const char *header;
		bool takes;
	} cases[] = {
		{ "HTTP_ACCEPT_ENCODING=", false },            { "HTTP_ACCEPT_ENCODING=gzip, deflate, br", true },
		{ "HTTP_ACCEPT_ENCODING=gzip;q=0", false },    { "HTTP_ACCEPT_ENCODING=GZIP", true },
		{ "HTTP_ACCEPT_ENCODING=br", false },          { "HTTP_ACCEPT_ENCODING=*", true },
		{ "HTTP_ACCEPT_ENCODING=*;q=0", false },       { "HTTP_ACCEPT_ENCODING=*, gzip;q=0", false },
		{ "HTTP_ACCEPT_ENCODING=gzip;q=0.001", true }, { "HTTP_ACCEPT_ENCODING=identity", false },
		{ "HTTP_ACCEPT_ENCODING=gzipped", false },
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		REQUEST(&g, cases[i].header);
		CASE(cases[i].header, req_takes_gzip(&g.q) == cases[i].takes);
	}
}

static void the_language_is_looked_up_as_the_browser_ranks_it(void)
{
	static const char *const tags[] = { "nl", "en", "nl-BE" };
	static const struct {
		const char *header;
		int language;
	} cases[] = {
		{ "", -1 },
		{ "de", -1 },
		{ "*", -1 },
		{ "en", 1 },
		{ "EN", 1 },
		{ "en-GB", 1 },
		{ "en-GB-oxendict", 1 },
		{ "nl-BE", 2 },
		{ "nl-be", 2 },
		{ "nl-BE-x-private", 2 },
		{ "nl-NL", 0 },
		{ "nl-BEL", 0 },
		{ "de, en;q=0.5, nl;q=0.4", 1 },
		{ "en;q=0.4, nl;q=0.5", 0 },
		{ "en;q=0, nl;q=0.1", 0 },
		{ "en;q=0", -1 },
		{ "en, nl", 1 },
		{ "e", -1 },
		{ "eng", -1 },
		{ "-", -1 },
		{ "-en", -1 },
		{ ",,;q=1", -1 },
	};
	char param[200];
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(param, sizeof param, "HTTP_ACCEPT_LANGUAGE=%s", cases[i].header);
		REQUEST(&g, param);
		CASE(cases[i].header, req_language(&g.q, tags, COUNT(tags)) == cases[i].language);
	}
	CU_ASSERT_EQUAL(req_language(&g.q, tags, 0), -1);
}

static void a_page_that_the_browser_has_is_recognised(void)
{
	static const struct {
		const char *has, *etag;
		bool match;
	} cases[] = {
		{ "", "\"v1\"", false },       { "\"v1\"", "\"v1\"", true },
		{ "W/\"v1\"", "\"v1\"", true }, { "\"v1\"", "W/\"v1\"", true },
		{ "W/\"v1\"", "W/\"v1\"", true }, { "\"v0\", W/\"v1\" ,\"v2\"", "\"v1\"", true },
		{ "*", "\"v1\"", true },       { "\"v10\"", "\"v1\"", false },
		{ "\"V1\"", "\"v1\"", false }, { "v1", "\"v1\"", false },
		{ "\"v", "\"v1\"", false },
	};
	char param[200];
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(param, sizeof param, "HTTP_IF_NONE_MATCH=%s", cases[i].has);
		REQUEST(&g, param);
		CASE(cases[i].has, req_matches(&g.q, cases[i].etag) == cases[i].match);
	}
}

static void a_form_counts_when_it_comes_from_our_own_pages(void)
{
	static const struct {
		const char *site, *origin;
		bool own;
	} cases[] = {
		{ "same-origin", "https://portal.example", true },
		{ "none", "", true },
		{ "same-site", "", false },
		{ "cross-site", "https://portal.example", false },
		{ "nonsense", "", false },
		{ "", "", true },
		{ "", "https://portal.example", true },
		{ "", "https://portal.example:8443", true },
		{ "", "https://elsewhere.example", false },
		{ "", "https://portal.example.elsewhere.example", false },
		{ "", "null", false },
		{ "", "portal.example", false },
	};
	char site[100], origin[100];
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(site, sizeof site, "HTTP_SEC_FETCH_SITE=%s", cases[i].site);
		snprintf(origin, sizeof origin, "HTTP_ORIGIN=%s", cases[i].origin);
		REQUEST(&g, site, origin);
		CASE(*cases[i].site ? cases[i].site : cases[i].origin, req_same_origin(&g.q) == cases[i].own);
	}
}

/* ---- routes ---- */

static enum fail nothing_to_do(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	(void)kit;
	(void)q;
	(void)p;
	(void)err;
	return OK;
}

static const struct route table[] = {
	{ GET, "/", nothing_to_do, ANYONE },
	{ GET, "/services/{id}", nothing_to_do, ANYONE },
	{ POST, "/services/{id}", nothing_to_do, ANYONE_FORM },
	{ GET, "/services/{id}/{part}", nothing_to_do, PERSON },
	{ POST, "/login", nothing_to_do, ANYONE_FORM },
};

static const struct route *route_to(struct gate_req *g, const char *method, const char *path, bool *known)
{
	char uri[200];

	snprintf(uri, sizeof uri, "REQUEST_URI=/portal%s", path);
	CASE(path, REQUEST(g, method, uri) == 200);
	return route_find(table, COUNT(table), g, known);
}

static void a_route_is_found_by_method_and_whole_path(void)
{
	static const struct {
		const char *method, *path;
		int route; /* -1: none */
		bool known;
	} cases[] = {
		{ "REQUEST_METHOD=GET", "/", 0, true },
		{ "REQUEST_METHOD=HEAD", "/", 0, true },
		{ "REQUEST_METHOD=GET", "/services/wifi", 1, true },
		{ "REQUEST_METHOD=POST", "/services/wifi", 2, true },
		{ "REQUEST_METHOD=GET", "/services/wifi/desk", 3, true },
		{ "REQUEST_METHOD=POST", "/", -1, true },
		{ "REQUEST_METHOD=DELETE", "/services/wifi", -1, true },
		{ "REQUEST_METHOD=GET", "/login", -1, true },
		{ "REQUEST_METHOD=GET", "/services", -1, false },
		{ "REQUEST_METHOD=GET", "/services/", -1, false },
		{ "REQUEST_METHOD=GET", "/services/wifi/", -1, false },
		{ "REQUEST_METHOD=GET", "/services/a/b/c", -1, false },
		{ "REQUEST_METHOD=GET", "/Services/wifi", -1, false },
		{ "REQUEST_METHOD=GET", "/service/wifi", -1, false },
		{ "REQUEST_METHOD=GET", "/servicesx/wifi", -1, false },
		{ "REQUEST_METHOD=GET", "/loginx", -1, false },
	};
	struct gate_req g;

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool known;
		const struct route *route = route_to(&g, cases[i].method, cases[i].path, &known);

		CASE(cases[i].path, cases[i].route < 0 ? !route : route == &table[cases[i].route]);
		CASE(cases[i].path, known == cases[i].known);
	}
}

static void the_parts_of_a_path_have_the_names_of_the_pattern(void)
{
	struct gate_req g;
	bool known;

	route_to(&g, "REQUEST_METHOD=GET", "/services/w%20i", &known);
	SAME(req_path(&g.q, "id"), "w i");
	CU_ASSERT_PTR_NULL(req_path(&g.q, "part"));
	route_to(&g, "REQUEST_METHOD=GET", "/services/a/b", &known);
	SAME(req_path(&g.q, "id"), "a");
	SAME(req_path(&g.q, "part"), "b");
	route_to(&g, "REQUEST_METHOD=GET", "/", &known);
	CU_ASSERT_PTR_NULL(req_path(&g.q, "id"));
}

static void allow_lists_what_a_path_takes(void)
{
	static const struct {
		const char *path, *allow;
	} cases[] = {
		{ "/", "GET, HEAD" }, { "/login", "POST" }, { "/services/a", "GET, HEAD, POST" }, { "/none", "" },
	};
	struct gate_req g;
	struct buf out;
	bool known;

	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_init(&out, 100);
		route_to(&g, "REQUEST_METHOD=PUT", cases[i].path, &known);
		route_allow(table, COUNT(table), &g, &out);
		SAME(out.data, cases[i].allow);
		buf_release(&out);
	}
}

static void every_outcome_has_a_status(void)
{
	static const int status[] = { 200, 400, 422, 403, 404, 409, 429, 503, 503, 500 };

	for (size_t i = 0; i < COUNT(status); i++)
		CU_ASSERT_EQUAL(gate_status((enum fail)i), status[i]);
}

/* ---- headers of an answer ---- */

static void begin_answer(struct resp *p, const char *base)
{
	*p = (struct resp){ .status = 200, .base = base };
	buf_init(&p->headers, 16 << 10);
}

static void no_value_can_begin_another_header(void)
{
	static const char *const bad[] = { "a\r\nSet-Cookie: x=y", "a\nb", "a\rb", "\r\n\r\n<html>", "\n" };
	struct resp p;

	begin_answer(&p, "/");
	for (size_t i = 0; i < COUNT(bad); i++) {
		resp_header(&p, "X-Value", "%s", bad[i]);
		resp_cookie(&p, "__Host-x", bad[i], -1);
		CASE(bad[i], !p.headers.len);
		resp_header(&p, bad[i], "value");
		CASE(bad[i], !p.headers.len);
	}
	resp_header(&p, "X: Y", "value");
	CU_ASSERT_EQUAL(p.headers.len, 0);
	resp_header(&p, "X-Long", "%5000s", "");
	CU_ASSERT_EQUAL(p.headers.len, 0);
	resp_header(&p, "X-Value", "%s %d", "é", 5);
	SAME(p.headers.data, "X-Value: é 5\r\n");
	buf_release(&p.headers);
}

static void cookies_are_for_this_host_over_https_only(void)
{
	static const char *const bad[] = { "a;b", "a; Domain=x", "a b", "a,b", "a\"b", "a\\b" };
	struct resp p;

	begin_answer(&p, "/portal/");
	resp_cookie(&p, "__Host-x", "v", -1);
	SAME(p.headers.data, "Set-Cookie: __Host-x=v; Path=/; Secure; HttpOnly; SameSite=Lax\r\n");
	buf_clear(&p.headers);
	resp_cookie(&p, "__Host-x", "", 0);
	SAME(p.headers.data, "Set-Cookie: __Host-x=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0\r\n");
	buf_clear(&p.headers);
	for (size_t i = 0; i < COUNT(bad); i++) {
		resp_cookie(&p, "__Host-x", bad[i], 10);
		CASE(bad[i], !p.headers.len);
	}
	buf_release(&p.headers);
}

static void a_redirect_never_leaves_the_portal(void)
{
	static const struct {
		const char *base, *path, *location;
	} cases[] = {
		{ "/", "/", "/" },
		{ "/", "/me", "/me" },
		{ "/portal/", "/", "/portal/" },
		{ "/portal/", "/me?a=%0A", "/portal/me?a=%0A" },
		{ "/", "//elsewhere.example", "/" },
		{ "/", "///elsewhere.example", "/" },
		{ "/", "/\\elsewhere.example", "/" },
		{ "/", "/\t/elsewhere.example", "/" },
		{ "/", "https://elsewhere.example", "/" },
		{ "/", "", "/" },
		{ "/portal/", "//elsewhere.example", "/portal/" },
		{ "/portal/", "https://elsewhere.example", "/portal/" },
		{ "/portal/", "me", "/portal/" },
		{ "/portal/", "/a\r\nSet-Cookie: x", "/portal/" },
		{ "/portal/", "/a\nb", "/portal/" },
	};
	char want[100], far[5001] = "/";
	struct resp p;

	for (size_t i = 0; i < COUNT(cases); i++) {
		begin_answer(&p, cases[i].base);
		CU_ASSERT_EQUAL(resp_see_other(&p, cases[i].path), OK);
		CU_ASSERT_EQUAL(p.status, 303);
		snprintf(want, sizeof want, "Location: %s\r\n", cases[i].location);
		SAME(p.headers.data, want);
		buf_release(&p.headers);
	}
	memset(far + 1, 'a', sizeof far - 2);
	begin_answer(&p, "/portal/");
	CU_ASSERT_EQUAL(resp_see_other(&p, far), OK);
	SAME(p.headers.data, "Location: /portal/\r\n");
	buf_release(&p.headers);
}

static void what_may_be_kept_says_so_and_what_may_not_as_well(void)
{
	struct resp p;

	begin_answer(&p, "/");
	resp_no_store(&p);
	SAME(p.headers.data, "Cache-Control: no-store\r\n");
	buf_clear(&p.headers);
	resp_revalidate(&p, "\"v1\"");
	SAME(p.headers.data, "Cache-Control: private, no-cache\r\nETag: \"v1\"\r\n"
	                     "Vary: Accept, Accept-Encoding, Accept-Language, Cookie\r\n");
	buf_release(&p.headers);
}

/* ---- FastCGI itself ---- */

#define BEGIN_REQUEST 1
#define END_REQUEST   3
#define PARAMS        4
#define STDIN         5
#define STDOUT        6

/* A page of as many bytes as the query says. */
static enum fail a_page_of(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	const char *wanted = req_query(q, "bytes");

	(void)kit;
	(void)err;
	for (long i = 0, n = wanted ? atol(wanted) : 0; i < n; i++)
		buf_char(&p->body, (char)('a' + i % 26));
	return OK;
}

static enum fail say_back(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	(void)kit;
	(void)err;
	buf_raw(&p->body, req_field(q, "text"));
	return OK;
}

static enum fail let_in(struct kit *kit, const struct route *route, struct req *q, struct resp *p, struct err *err)
{
	(void)kit;
	(void)route;
	(void)q;
	(void)p;
	(void)err;
	return OK;
}

static void say_status(struct kit *kit, struct req *q, struct resp *p, enum fail code)
{
	(void)kit;
	(void)q;
	buf_printf(&p->body, "status %d outcome %d\n", p->status, (int)code);
}

static const struct route served[] = {
	{ GET, "/", a_page_of, ANYONE },
	{ POST, "/", say_back, ANYONE_FORM },
	{ GET, "/forgotten", a_page_of, NOBODY },
};

struct server {
	pid_t pid;
	char folder[40], path[60];
};

static void serve_until_told(int listening)
{
	static const struct gate_hooks hooks = { .guard = let_in, .error_page = say_status };
	struct err err = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(listening, 0);
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
	_exit(gate_serve(NULL, served, COUNT(served), &hooks, &settings, &err) ? 1 : 0);
}

static bool start_server(struct server *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(s->folder, "/tmp/loket-gate.XXXXXX");
	if (listening < 0 || !mkdtemp(s->folder))
		return false;
	snprintf(s->path, sizeof s->path, "%s/s", s->folder);
	memcpy(address.sun_path, s->path, strlen(s->path));
	if (bind(listening, (struct sockaddr *)&address, sizeof address) || listen(listening, 16))
		return false;
	new_memory();
	s->pid = fork();
	if (!s->pid)
		serve_until_told(listening);
	close(listening);
	return s->pid > 0;
}

/* Its exit status. */
static int stop_server(struct server *s)
{
	int status = -1;

	kill(s->pid, SIGTERM);
	waitpid(s->pid, &status, 0);
	unlink(s->path);
	rmdir(s->folder);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int connect_to_server(const struct server *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, s->path, strlen(s->path));
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof address))
		return fd;
	close(fd);
	return -1;
}

static void add_record(struct buf *out, int type, const char *content, size_t len)
{
	const char header[] = { 1, (char)type, 0, 1, (char)(len >> 8), (char)(len & 0xff), 0, 0 };

	buf_bytes(out, header, sizeof header);
	buf_bytes(out, content, len);
}

static void add_param(struct buf *out, const char *name, const char *value)
{
	buf_char(out, (char)strlen(name));
	buf_char(out, (char)strlen(value));
	buf_raw(out, name);
	buf_raw(out, value);
}

static void add_request(struct buf *out, const char *method, const char *uri, const char *body)
{
	static const char begin[8] = { 0, 1 }; /* responder; the connection ends with the answer */
	char length[20];
	struct buf params;

	buf_init(&params, 4000);
	add_param(&params, "REQUEST_METHOD", method);
	add_param(&params, "REQUEST_URI", uri);
	add_param(&params, "SERVER_PROTOCOL", "HTTP/1.1");
	add_param(&params, "HTTP_HOST", "portal.example");
	if (body) {
		snprintf(length, sizeof length, "%zu", strlen(body));
		add_param(&params, "CONTENT_TYPE", "application/x-www-form-urlencoded");
		add_param(&params, "CONTENT_LENGTH", length);
	}
	add_record(out, BEGIN_REQUEST, begin, sizeof begin);
	add_record(out, PARAMS, params.data, params.len);
	add_record(out, PARAMS, "", 0);
	if (body)
		add_record(out, STDIN, body, strlen(body));
	add_record(out, STDIN, "", 0);
	buf_release(&params);
}

static bool read_bytes(int fd, void *to, size_t len)
{
	for (char *at = to; len;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n = poll(&p, 1, 5000) == 1 ? read(fd, at, len) : -1;

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* All of the stream "stdout"; true when the answer came to its proper end. */
static bool read_answer(int fd, struct buf *out)
{
	unsigned char header[8];
	char content[65536 + 255];

	while (read_bytes(fd, header, sizeof header)) {
		size_t len = (size_t)header[4] << 8 | header[5];

		if (!read_bytes(fd, content, len + header[6]))
			return false;
		if (header[1] == STDOUT)
			buf_bytes(out, content, len);
		else if (header[1] == END_REQUEST)
			return true;
	}
	return false;
}

static bool ask_server(const struct server *s, const char *method, const char *uri, const char *body, struct buf *out)
{
	int fd = connect_to_server(s);
	struct buf request;
	bool whole;

	buf_init(&request, 10000);
	add_request(&request, method, uri, body);
	buf_init(out, (size_t)4 << 20);
	whole = fd >= 0 && write(fd, request.data, request.len) == (ssize_t)request.len && read_answer(fd, out);
	buf_release(&request);
	close(fd);
	return whole;
}

static const char *page_of(const struct buf *answer)
{
	const char *end = strstr(answer->data, "\r\n\r\n");

	return end ? end + 4 : "";
}

/* Around the sizes at which sending goes another way. */
static void a_page_of_any_size_comes_whole(void)
{
	static const long sizes[] = { 0, 1, 7000, 7999, 8000, 8001, 60000, 64500, 65528, 65535, 65536, 131056, 300000 };
	struct server s;

	CU_ASSERT_TRUE_FATAL(start_server(&s));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char uri[60], name[60];
		struct buf answer;
		const char *page;
		bool right = true;

		snprintf(uri, sizeof uri, "/portal/?bytes=%ld", sizes[i]);
		snprintf(name, sizeof name, "Content-Length: %ld\r\n", sizes[i]);
		CASE(uri, ask_server(&s, "GET", uri, NULL, &answer));
		CASE(uri, strstr(answer.data, "Status: 200 OK\r\n") == answer.data);
		CASE(uri, strstr(answer.data, name) != NULL);
		page = page_of(&answer);
		CASE(uri, (long)strlen(page) == sizes[i]);
		for (long k = 0; page[k]; k++)
			right = right && page[k] == 'a' + k % 26;
		CASE(uri, right);
		buf_release(&answer);
	}
	CU_ASSERT_EQUAL(stop_server(&s), 0);
}

static void head_sends_the_length_and_no_page(void)
{
	struct buf answer;
	struct server s;

	CU_ASSERT_TRUE_FATAL(start_server(&s));
	CU_ASSERT_TRUE(ask_server(&s, "HEAD", "/portal/?bytes=100000", NULL, &answer));
	CU_ASSERT_PTR_NOT_NULL(strstr(answer.data, "Content-Length: 100000\r\n"));
	SAME(page_of(&answer), "");
	buf_release(&answer);
	CU_ASSERT_EQUAL(stop_server(&s), 0);
}

static void a_form_is_read_and_a_forgotten_guard_denies(void)
{
	struct buf answer;
	struct server s;

	CU_ASSERT_TRUE_FATAL(start_server(&s));
	CU_ASSERT_TRUE(ask_server(&s, "POST", "/portal/", "text=na%C3%AFef+woord", &answer));
	SAME(page_of(&answer), "naïef woord");
	buf_release(&answer);
	CU_ASSERT_TRUE(ask_server(&s, "GET", "/portal/forgotten?bytes=5", NULL, &answer));
	SAME(page_of(&answer), "status 403 outcome 3\n");
	buf_release(&answer);
	CU_ASSERT_TRUE(ask_server(&s, "PUT", "/portal/", NULL, &answer));
	CU_ASSERT_PTR_NOT_NULL(strstr(answer.data, "Allow: GET, HEAD, POST\r\n"));
	buf_release(&answer);
	CU_ASSERT_EQUAL(stop_server(&s), 0);
}

/* A front that goes away, or speaks nonsense, costs the next visitor nothing. */
static void a_front_that_hangs_up_hurts_nobody_else(void)
{
	static const char *const broken[] = { "", "x", "GET / HTTP/1.1\r\n\r\n", "\1\1\0\1\0\10\0\0", "\1\4\0\1\377\377\0\0" };
	struct buf request, answer;
	struct server s;

	CU_ASSERT_TRUE_FATAL(start_server(&s));
	for (size_t i = 0; i < COUNT(broken); i++) {
		int fd = connect_to_server(&s);

		CASE(broken[i], write(fd, broken[i], strlen(broken[i])) >= 0);
		close(fd);
	}
	buf_init(&request, 10000);
	add_request(&request, "GET", "/portal/?bytes=2000000", NULL);
	for (int i = 0; i < 5; i++) {
		int fd = connect_to_server(&s);

		CU_ASSERT_EQUAL(write(fd, request.data, request.len), (ssize_t)request.len);
		close(fd); /* before the answer is read */
	}
	buf_release(&request);
	CU_ASSERT_TRUE(ask_server(&s, "GET", "/portal/?bytes=3", NULL, &answer));
	SAME(page_of(&answer), "abc");
	buf_release(&answer);
	CU_ASSERT_EQUAL(stop_server(&s), 0);
}

SUITE_TESTS(gate) = {
	TEST(a_value_is_decoded_exactly_once),
	TEST(what_is_not_clean_text_is_refused_wherever_it_stands),
	TEST(a_name_twice_is_refused_however_it_is_spelled),
	TEST(fields_keep_their_order_and_their_number_is_bounded),
	TEST(the_secret_is_apart_from_the_fields),
	TEST(the_secret_is_refused_twice_or_in_another_spelling),
	TEST(only_our_cookies_are_read_and_each_at_most_once),
	TEST(a_path_counts_below_the_base_only),
	TEST(nothing_climbs_out_of_a_path),
	TEST(an_address_is_put_together_when_the_front_gives_its_parts),
	TEST(an_address_has_a_longest_length),
	TEST(only_our_hosts_are_answered),
	TEST(headers_that_anybody_can_forge_say_nothing),
	TEST(a_method_is_taken_exactly),
	TEST(headers_are_scrubbed_and_cut_between_characters),
	TEST(the_form_of_the_answer_is_the_one_that_is_asked_for),
	TEST(gzip_goes_to_those_who_take_it),
	TEST(the_language_is_looked_up_as_the_browser_ranks_it),
	TEST(a_page_that_the_browser_has_is_recognised),
	TEST(a_form_counts_when_it_comes_from_our_own_pages),
	TEST(a_route_is_found_by_method_and_whole_path),
	TEST(the_parts_of_a_path_have_the_names_of_the_pattern),
	TEST(allow_lists_what_a_path_takes),
	TEST(every_outcome_has_a_status),
	TEST(no_value_can_begin_another_header),
	TEST(cookies_are_for_this_host_over_https_only),
	TEST(a_redirect_never_leaves_the_portal),
	TEST(what_may_be_kept_says_so_and_what_may_not_as_well),
	TEST(a_page_of_any_size_comes_whole),
	TEST(head_sends_the_length_and_no_page),
	TEST(a_form_is_read_and_a_forgotten_guard_denies),
	TEST(a_front_that_hangs_up_hurts_nobody_else),
	END,
};
