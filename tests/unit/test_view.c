/* Files that IT edits, stylesheets in their sandbox, and pages joined from pieces.
 *
 * Everything is written into a folder below /tmp, which goes when the program ends. */
#include <dirent.h>
#include <ftw.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "../../src/gate/gate_priv.h"
#include "app/home.h"
#include "app/search.h"
#include "app/service.h"
#include "app/page.h"
#include "app/public.h"
#include "base/clock.h"
#include "base/doc.h"
#include "base/file.h"
#include "crypt/token.h"
#include "unit.h"
#include "view/load.h"
#include "view/piece.h"
#include "view/sheet.h"

/* ---- a folder of our own, and the tree's ---- */

static char folder[64];
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_folder(void)
{
	if (getpid() == owner)
		nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void begin(void)
{
	char name[] = "/tmp/loket-view.XXXXXX";
	struct err err = { 0 };

	if (*folder)
		return;
	CU_ASSERT_EQUAL_FATAL(crypt_start(&err), OK);
	view_start();
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(name));
	snprintf(folder, sizeof folder, "%s", name);
	owner = getpid();
	atexit(remove_folder);
}

static const char *in_folder(const char *name)
{
	static char path[16][PATH_MAX];
	static size_t next;
	char *to = path[next++ % 16];

	snprintf(to, PATH_MAX, "%s/%s", folder, name);
	return to;
}

/* A path of the source tree, wherever the tests are run. */
static const char *in_tree(const char *name)
{
	static char path[16][PATH_MAX];
	static size_t next;
	char *to = path[next++ % 16];
	const char *slash = strrchr(__FILE__, '/');

	snprintf(to, PATH_MAX, "%.*s/../../%s", (int)(slash - __FILE__), __FILE__, name);
	return to;
}

static void write_bytes(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(in_folder(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL_FATAL(fwrite(text, 1, len, f), len);
	fclose(f);
}

static void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

/* "FILE:LINE: " of a file in the folder, to compare the beginning of a message with. */
static bool names_line(const char *message, const char *file, int line)
{
	char place[PATH_MAX];

	snprintf(place, sizeof place, "%s:%d: ", in_folder(file), line);
	return !strncmp(message, place, strlen(place));
}

/* ---- files that IT edits ---- */

static const struct langs langs = { .tag = { "nl", "en" }, .count = 2 };

#define NL(element, text) "<" element " xml:lang=\"nl\">" text "</" element ">"
#define GROUPS(more)                                                                               \
	"<groups>\n<group id=\"everyone\">" NL("label", "Iedereen") "<everyone/></group>\n"        \
	"<group id=\"student\" hat=\"yes\">" NL("label", "Student")                                \
	"<attribute name=\"a\" value=\"b\"/></group>\n" more "</groups>\n"
#define GROUP(id, more) "<group id=\"" id "\">" NL("label", "x") more "</group>\n"
#define DESK(attributes, more)                                                                     \
	"<desk " attributes ">" NL("name", "Balie") NL("does", "Helpt") more "</desk>\n"
#define DESKS(more)                                                                                \
	"<desks>\n<department id=\"it\" serves=\"everyone\" desk=\"it-desk\">" NL("name", "ICT")   \
	"</department>\n" more "</desks>\n"
#define IT_DESK DESK("id=\"it-desk\" department=\"it\"", "<reach kind=\"form\"/>")
#define CATALOGUE(more)                                                                            \
	"<catalogue>\n<theme id=\"net\">" NL("label", "Netwerk") "</theme>\n" more "</catalogue>\n"
#define SERVICE(attributes, audience, more)                                                        \
	"<service id=\"wifi\" theme=\"net\" owner=\"it\" desk=\"it-desk\" " attributes ">\n"       \
	NL("title", "Wifi") NL("summary", "Draadloos") "\n" audience "\n" more "</service>\n"
#define NOTICE(attributes)                                                                         \
	"<notice id=\"news\" kind=\"news\" " attributes ">" NL("title", "Nieuws") NL("text", "Tekst") "</notice>\n"
#define FOR_ALL "<audience any=\"everyone\"/>"
#define FIELD(type, more)                                                                          \
	"<form><field name=\"a\" type=\"" type "\">" NL("label", "A") more "</field></form>\n"

static enum fail read_source(struct arena *a, const char *name, struct source_text *out, struct err *err)
{
	char *text;

	out->name = in_folder(name);
	if (file_read(a, out->name, (size_t)16 << 20, &text, &out->len, err))
		return FAIL_ABSENT;
	out->text = text;
	return OK;
}

enum kind {
	IN_GROUPS,
	IN_DESKS,
	IN_CATALOGUE,
	IN_PAGE,
	IN_CONF,
};

static const char *const names[] = { "groups.xml", "desks.xml", "catalogue.xml", "page.nl.xml", "loket.xml" };
static const char *const good[] = {
	GROUPS(""),
	DESKS(IT_DESK),
	CATALOGUE(SERVICE("", FOR_ALL, "")),
	"<page><title>T</title><p>x</p></page>",
	NULL,
};

static enum fail load_three(struct arena *a, struct err *err)
{
	struct source_text groups, desks, services;
	struct groups g;
	struct catalogue c;
	enum fail rc;

	if ((rc = read_source(a, names[IN_GROUPS], &groups, err)) ||
	    (rc = read_source(a, names[IN_DESKS], &desks, err)) ||
	    (rc = read_source(a, names[IN_CATALOGUE], &services, err)) ||
	    (rc = load_groups(a, in_tree("schema"), &langs, &groups, &g, err)))
		return rc;
	return load_catalogue(a, in_tree("schema"), &langs, &g, &desks, &services, &c, err);
}

/* With the broken one beside good ones. */
static enum fail load_with(struct arena *a, enum kind kind, const char *text, struct err *err)
{
	struct conf conf;

	begin();
	for (size_t i = 0; i < COUNT(good); i++)
		if (good[i])
			write_text(names[i], good[i]);
	write_text(names[kind], text);
	switch (kind) {
	case IN_PAGE:
		return load_page(a, in_tree("schema"), in_folder(names[kind]), doc_new(a, "content"), err);
	case IN_CONF:
		return load_conf(a, in_folder(names[kind]), &conf, err);
	default:
		return load_three(a, err);
	}
}

/* ---- a configuration, with one thing in it replaced ---- */

#define CONF_BEGIN "<loket mode=\"sample\">\n"
#define PORTAL                                                                                     \
	"<portal zone=\"Europe/Amsterdam\"><language tag=\"nl\"/><host name=\"localhost\"/>\n</portal>\n"
#define FILES                                                                                      \
	"<files groups=\"groups.xml\" desks=\"desks.xml\" catalogue=\"catalogue.xml\" texts=\"p\" " \
	"views=\"v\" static=\"s\" schema=\"SCHEMA\" state=\"st\"/>\n"
#define DATABASE "<database socket=\"db.sock\"/>\n"
#define SOURCE                                                                                     \
	"<source id=\"campus\"><server uri=\"ldap://127.0.0.1\"/>\n<tls ca=\"ca.pem\"/>"           \
	"<people base=\"ou=people\"/></source>\n"
#define CONF_END "</loket>\n"

/* "SCHEMA" in a text becomes the folder of the grammars. */
static const char *with_schema(struct arena *a, const char *text)
{
	const char *at = strstr(text, "SCHEMA");
	char real[PATH_MAX];

	begin();
	CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(in_tree("schema"), real));
	return at ? arena_printf(a, "%.*s%s%s", (int)(at - text), text, real, at + strlen("SCHEMA")) : text;
}

static void a_whole_configuration_is_read_with_its_defaults(void)
{
	struct arena *a = arena_new(32 << 20);
	struct err err = { 0 };
	struct conf c;

	write_text("loket.xml", with_schema(a, CONF_BEGIN PORTAL FILES DATABASE SOURCE CONF_END));
	CASE(err.text, load_conf(a, in_folder("loket.xml"), &c, &err) == OK);
	SAME(c.name, "Loket");
	SAME(c.base, "/");
	SAME(c.lang[0], "nl");
	SAME(c.db_name, "loket");
	SAME(c.groups_file, in_folder("groups.xml"));
	SAME(c.db_socket, in_folder("db.sock"));
	SAME(c.source[0].ca_file, in_folder("ca.pem"));
	SAME(c.source[0].login_attribute[0], "uid");
	CU_ASSERT_EQUAL(c.session_idle_s, 3600);
	CU_ASSERT_EQUAL(c.session_overall_s, 43200);
	CU_ASSERT_EQUAL(c.groups_fresh_s, 60);
	CU_ASSERT_EQUAL(c.poll_bound_s, 3);
	CU_ASSERT_EQUAL(c.throttle_account, 5);
	CU_ASSERT_EQUAL(c.source[0].timeout_ms, 2000);
	CU_ASSERT_TRUE(c.sample);
	CU_ASSERT_PTR_NULL(c.source[0].group_base);
	arena_free(a);
}

static void a_configuration_that_everybody_may_write_is_refused(void)
{
	struct arena *a = arena_new(32 << 20);
	struct err err = { 0 };
	struct conf c;

	write_text("loket.xml", with_schema(a, CONF_BEGIN PORTAL FILES DATABASE SOURCE CONF_END));
	chmod(in_folder("loket.xml"), 0666);
	CU_ASSERT_EQUAL(load_conf(a, in_folder("loket.xml"), &c, &err), FAIL_DATA);
	CASE(err.text, strstr(err.text, "chmod o-w") != NULL);
	unlink(in_folder("loket.xml"));
	err_clear(&err);
	CU_ASSERT_EQUAL(load_conf(a, in_folder("loket.xml"), &c, &err), FAIL_DATA);
	arena_free(a);
}

static const struct broken {
	const char *name;
	enum kind kind;
	const char *text;
	int line;
	const char *says, *hint; /* both are in the message */
} broken[] = {
	/* groups.xml */
	{ "not well-formed", IN_GROUPS, "<groups>\n<group id=\"a\">\n</groups>\n", 3, "not well-formed", "mismatch" },
	{ "an empty file", IN_GROUPS, "", 1, "not well-formed", "" },
	{ "another root", IN_GROUPS, "<gruops/>\n", 1, "groups", "" },
	{ "an element that is not known", IN_GROUPS, GROUPS(GROUP("a", "<attr name=\"a\" value=\"b\"/>")), 4,
	  "attr", "may hold: label, parent, everyone, no-other-hat, attribute, compare, pattern, values, dates, ldap-group, rule" },
	{ "an attribute that is not known", IN_GROUPS, GROUPS("<group id=\"a\" colour=\"1\">" NL("label", "x")
	  "</group>\n"), 4, "colour", "may have attributes: id, hat (yes | no), sensitive (yes | no), this-login (yes | no), icon, tone" },
	{ "a group without a label", IN_GROUPS, GROUPS("<group id=\"a\"><everyone/></group>\n"), 4, "label",
	  "may hold: label" },
	{ "an id in capitals", IN_GROUPS, GROUPS(GROUP("Aap", "")), 4, "id", "" },
	{ "a group twice", IN_GROUPS, GROUPS(GROUP("student", "")), 4, "is there already, on line 3",
	  "give one another id" },
	{ "an unknown parent", IN_GROUPS, GROUPS(GROUP("a", "<parent ref=\"studnet\"/>")), 4,
	  "unknown group \"studnet\"", "did you mean \"student\"?" },
	{ "a parent like nothing", IN_GROUPS, GROUPS(GROUP("a", "<parent ref=\"qqqqqqqq\"/>")), 4,
	  "unknown group \"qqqqqqqq\"", "write the id of a group of this file" },
	{ "an unknown group in a rule", IN_GROUPS, GROUPS("<group id=\"a\">" NL("label", "x")
	  "\n<rule><all>\n<in ref=\"everyon\"/></all></rule></group>\n"), 6, "unknown group \"everyon\"",
	  "did you mean \"everyone\"?" },
	{ "a circle of parents", IN_GROUPS, GROUPS(GROUP("a", "<parent ref=\"b\"/>") GROUP("b", "<parent ref=\"a\"/>")),
	  4, "is a parent of itself", "remove one <parent>" },
	{ "a group that depends on not being itself", IN_GROUPS, GROUPS(GROUP("a", "\n<rule><none><in ref=\"a\"/>"
	  "</none></rule>")), 5, "depends on not being itself", "out of <none>" },
	{ "a tone that is none", IN_GROUPS, GROUPS("<group id=\"a\" tone=\"7\">" NL("label", "x") "</group>\n"), 4,
	  "tone=\"7\"", "write a number from 1 to 6" },
	{ "a label twice", IN_GROUPS, GROUPS(GROUP("a", "\n" NL("label", "y"))), 5, "comes twice", "keep one" },
	{ "a character that no page may show", IN_GROUPS, GROUPS(GROUP("a", "\n<attribute name=\"a\" value=\"\xee\x80\x80\"/>")),
	  5, "character that no page may show", "take it out" },
	/* desks.xml */
	{ "a desk of no department", IN_DESKS, DESKS(IT_DESK DESK("id=\"b\" department=\"hr\"", "<reach kind=\"form\"/>")),
	  4, "unknown department \"hr\"", "write the id of a <department>" },
	{ "a desk twice", IN_DESKS, DESKS(IT_DESK IT_DESK), 4, "is there already, on line 3", "give one another id" },
	{ "a department twice", IN_DESKS, "<desks>\n<department id=\"it\" serves=\"\" desk=\"it-desk\">" NL("name", "a")
	  "</department>\n<department id=\"it\" serves=\"\" desk=\"it-desk\">" NL("name", "a") "</department>\n" IT_DESK
	  "</desks>", 3, "department \"it\" comes twice", "give one another id" },
	{ "a department whose desk is not there", IN_DESKS, "<desks>\n\n<department id=\"it\" serves=\"\" desk=\"gone\">"
	  NL("name", "a") "</department>\n" IT_DESK "</desks>", 3, "unknown desk \"gone\"", "write the id of a <desk>" },
	{ "a department that serves nobody known", IN_DESKS, "<desks>\n\n<department id=\"it\" serves=\"studnet\" "
	  "desk=\"it-desk\">" NL("name", "a") "</department>\n" IT_DESK "</desks>", 3, "unknown group \"studnet\"",
	  "did you mean \"student\"?" },
	{ "a telephone without a number", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"",
	  "\n<reach kind=\"phone\"/>")), 4, "kind phone needs value", "the number or address" },
	{ "a way that is not known", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"", "\n<reach kind=\"fax\"/>")),
	  4, "reach", "kind (form | phone | counter | chat | appointment | mail)" },
	{ "a chat at a strange address", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"",
	  "\n<reach kind=\"chat\" value=\"javascript:alert(1)\"/>")), 4, "javascript:alert(1)", "write https://" },
	{ "a day that is none", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"", "<reach kind=\"form\"/>\n"
	  "<hours days=\"mo di\" from=\"08:00\" to=\"18:00\"/>")), 4, "day \"di\"", "write mo, tu, we" },
	{ "a time that is none", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"", "<reach kind=\"form\"/>\n"
	  "<hours days=\"mo\" from=\"8:00\" to=\"18:00\"/>")), 4, "from=\"8:00\"", "write a time as HH:MM" },
	{ "letters where a time should be", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"",
	  "<reach kind=\"form\"/>\n<hours days=\"mo\" from=\"0x:00\" to=\"18:00\"/>")), 4, "from=\"0x:00\"",
	  "write a time as HH:MM" },
	{ "a time after midnight", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"", "<reach kind=\"form\"/>\n"
	  "<hours days=\"mo\" from=\"08:00\" to=\"24:30\"/>")), 4, "to=\"24:30\"", "write a time as HH:MM" },
	{ "hours that end before they begin", IN_DESKS, DESKS(DESK("id=\"it-desk\" department=\"it\"",
	  "<reach kind=\"form\"/>\n<hours days=\"mo\" from=\"18:00\" to=\"08:00\"/>")), 4, "end before they begin", "" },
	{ "a promise of a hundred days", IN_DESKS, DESKS("\n" DESK("id=\"it-desk\" department=\"it\" promise=\"100\"",
	  "<reach kind=\"form\"/>")), 4, "promise=\"100\"", "write a number from 1 to 90" },
	/* catalogue.xml */
	{ "a service without an audience", IN_CATALOGUE, CATALOGUE(SERVICE("", "", "")), 3, "audience", "may hold: title" },
	{ "an empty audience", IN_CATALOGUE, CATALOGUE(SERVICE("", "<audience any=\"\"/>", "")), 5,
	  "audience of \"wifi\" is empty", "name the groups" },
	{ "an unknown group in an audience", IN_CATALOGUE, CATALOGUE(SERVICE("", "<audience any=\"studnet\"/>", "")), 5,
	  "unknown group \"studnet\" in audience", "did you mean \"student\"?" },
	{ "a service twice", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "") SERVICE("", FOR_ALL, "")), 7,
	  "is there already, on line 3", "give one another id" },
	{ "a theme twice", IN_CATALOGUE, CATALOGUE("<theme id=\"net\">" NL("label", "x") "</theme>\n"
	  SERVICE("", FOR_ALL, "")), 3, "theme \"net\" comes twice", "give one another id" },
	{ "an unknown desk", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "<variant group=\"student\" desk=\"gone\">"
	  NL("text", "x") "</variant>\n")), 6, "unknown desk \"gone\"", "write the id of a <desk>" },
	{ "an unknown theme", IN_CATALOGUE, "<catalogue>\n<theme id=\"web\">" NL("label", "x") "</theme>\n"
	  SERVICE("", FOR_ALL, "") "</catalogue>", 3, "unknown theme \"net\"", "write the id of a <theme>" },
	{ "a notice at a day without an hour", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "")
	  NOTICE("from=\"2026-11-23\" to=\"2026-11-27T18:00\" any=\"student\"")), 7, "from=\"2026-11-23\"",
	  "write a moment as YYYY-MM-DDTHH:MM" },
	{ "a notice that ends before it begins", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "")
	  NOTICE("from=\"2026-11-23T08:00\" to=\"2026-11-23T08:00\" any=\"student\"")), 7, "ends before it begins",
	  "let to come after from" },
	{ "a notice for nobody", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "")
	  NOTICE("from=\"2026-11-23T08:00\" to=\"2026-11-24T08:00\" any=\"\"")), 7, "is for nobody", "name the groups" },
	{ "a notice about a service that is not there", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "")
	  NOTICE("from=\"2026-11-23T08:00\" to=\"2026-11-24T08:00\" any=\"student\" service=\"wfi\"")), 7,
	  "unknown service \"wfi\"", "write the id of a <service>" },
	{ "a notice twice", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "")
	  NOTICE("from=\"2026-11-23T08:00\" to=\"2026-11-24T08:00\" any=\"student\"")
	  NOTICE("from=\"2026-11-23T08:00\" to=\"2026-11-24T08:00\" any=\"student\"")), 8, "is there already, on line 7",
	  "give one another id" },
	{ "a link to a script", IN_CATALOGUE, CATALOGUE(SERVICE("link=\"javascript:alert(1)\"", FOR_ALL, "")), 3,
	  "is refused", "write https://" },
	{ "a link to another host by two slashes", IN_CATALOGUE, CATALOGUE(SERVICE("link=\"//evil.example\"", FOR_ALL, "")),
	  3, "is refused", "begins with one \"/\"" },
	{ "a link by a backslash", IN_CATALOGUE, CATALOGUE(SERVICE("link=\"/\\evil.example\"", FOR_ALL, "")), 3,
	  "is refused", "begins with one \"/\"" },
	{ "a rank above the highest", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "<rank group=\"student\" value=\"101\"/>\n")),
	  6, "value=\"101\"", "write a number from 0 to 100" },
	{ "a rank that is a word", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "<rank group=\"student\" value=\"high\"/>\n")),
	  6, "value=\"high\"", "write a number from 0 to 100" },
	{ "a window on a day that is none", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL,
	  "<window from=\"02-30\" to=\"03-01\"/>\n")), 6, "from=\"02-30\"", "write a day of the year as MM-DD" },
	{ "a window with letters", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "<window from=\"1x-1x\" to=\"03-01\"/>\n")),
	  6, "from=\"1x-1x\"", "write a day of the year as MM-DD" },
	{ "outside without a window", IN_CATALOGUE, CATALOGUE(SERVICE("outside=\"closed\"", FOR_ALL, "")), 3,
	  "needs a <window>", "leave outside out" },
	{ "a choice without options", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, FIELD("choice", ""))), 6,
	  "field \"a\"", "has <option>s" },
	{ "options of a text", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, FIELD("text", "<option value=\"a\">"
	  NL("label", "A") "</option>"))), 6, "field \"a\"", "of type choice" },
	{ "a field twice", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "<form>\n<field name=\"a\" type=\"text\">"
	  NL("label", "A") "</field>\n<field name=\"a\" type=\"text\">" NL("label", "A") "</field></form>\n")), 8,
	  "field \"a\" comes twice", "give one another name" },
	{ "a type that is not known", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, FIELD("number", ""))), 6, "field",
	  "type (text | textarea | date | choice | file)" },
	{ "a topic twice", IN_CATALOGUE, CATALOGUE(SERVICE("", FOR_ALL, "<topic id=\"t\" desk=\"it-desk\">" NL("label", "x")
	  "</topic>\n<topic id=\"t\" desk=\"it-desk\">" NL("label", "x") "</topic>\n")), 7,
	  "topic \"t\" is there already, on line 6", "give one another id" },
	/* pages */
	{ "a page with an image", IN_PAGE, "<page><title>T</title>\n<p><img src=\"x\"/></p></page>", 2, "img",
	  "may hold: a, strong, em, code" },
	{ "a page with a link to a script", IN_PAGE, "<page><title>T</title>\n<p>\n<a href=\"javascript:x\">x</a></p></page>",
	  3, "is refused", "write https://" },
	{ "a page without a title", IN_PAGE, "<page>\n<p>x</p></page>", 2, "p", "<page> may hold: title, h2, p, ul" },
	/* loket.xml */
	{ "a configuration without files", IN_CONF, "<loket>\n" PORTAL DATABASE SOURCE CONF_END, 1, "<files", "schema=" },
	{ "a configuration without a portal", IN_CONF, CONF_BEGIN FILES DATABASE SOURCE CONF_END, 1, "portal", "may hold: portal" },
	{ "an attribute of the portal that is not known", IN_CONF, CONF_BEGIN "<portal zone=\"UTC\" colour=\"red\">"
	  "<language tag=\"nl\"/><host name=\"a\"/></portal>\n" FILES DATABASE SOURCE CONF_END, 2, "colour",
	  "may have attributes: name, base, zone" },
	{ "a base that does not end", IN_CONF, CONF_BEGIN "<portal zone=\"UTC\" base=\"/portal\"><language tag=\"nl\"/>"
	  "<host name=\"a\"/></portal>\n" FILES DATABASE SOURCE CONF_END, 2, "base=\"/portal\"",
	  "begins and ends with \"/\"" },
	{ "a clock in an installation", IN_CONF, "<loket>\n<portal zone=\"UTC\"><language tag=\"nl\"/><host name=\"a\"/>\n"
	  "<clock shift=\"5\"/></portal>\n" FILES DATABASE SOURCE CONF_END, 3, "for a sample only", "leave it out" },
	{ "a clock of words", IN_CONF, CONF_BEGIN "<portal zone=\"UTC\"><language tag=\"nl\"/><host name=\"a\"/>\n"
	  "<clock shift=\"soon\"/></portal>\n" FILES DATABASE SOURCE CONF_END, 3, "shift=\"soon\"", "write seconds" },
	{ "no way to the database", IN_CONF, CONF_BEGIN PORTAL FILES "<database/>\n" SOURCE CONF_END, 5, "socket=",
	  "write either" },
	{ "a database over the network without TLS", IN_CONF, CONF_BEGIN PORTAL FILES "<database host=\"db\"/>\n" SOURCE
	  CONF_END, 5, "needs ca=", "over TLS only" },
	{ "a directory of another kind", IN_CONF, CONF_BEGIN PORTAL FILES DATABASE "<source id=\"a\">\n"
	  "<server uri=\"http://a\"/><people base=\"a\"/></source>\n" CONF_END, 7, "uri=\"http://a\"",
	  "write ldap://, ldaps:// or ldapi://" },
	{ "a directory without TLS", IN_CONF, CONF_BEGIN PORTAL FILES DATABASE "<source id=\"a\">"
	  "<server uri=\"ldap://a\"/><people base=\"a\"/></source>\n" CONF_END, 6, "asked over TLS", "add <tls ca=" },
	{ "a poll of an hour", IN_CONF, CONF_BEGIN PORTAL FILES DATABASE "<poll bound=\"3600\"/>\n" SOURCE CONF_END, 6,
	  "bound=\"3600\"", "write a number from 1 to 60" },
};

static void a_broken_file_is_refused_with_its_line_and_what_to_write_instead(void)
{
	for (size_t i = 0; i < COUNT(broken); i++) {
		const struct broken *b = &broken[i];
		struct arena *a = arena_new(64 << 20);
		struct err err = { 0 };
		char name[700];

		CASE(b->name, load_with(a, b->kind, with_schema(a, b->text), &err) == FAIL_DATA);
		snprintf(name, sizeof name, "%s: %s", b->name, err.text);
		CASE(name, names_line(err.text, names[b->kind], b->line) && strstr(err.text, b->says) &&
		                   strstr(err.text, b->hint));
		arena_free(a);
	}
}

static void the_sample_and_the_gemeente_load_whole(void)
{
	static const char *const folders[] = { "conf/sample", "tests/institutions/gemeente" };
	static const char *const pages[] = { "accessibility.nl", "accessibility.en", "privacy.nl", "privacy.en" };
	static const char *const files[] = { "groups", "desks", "catalogue" };

	begin();
	for (size_t i = 0; i < COUNT(folders); i++) {
		struct arena *a = arena_new(256 << 20);
		struct source_text source[3];
		struct err err = { 0 };
		struct groups g;
		struct catalogue c;
		char *text;

		for (size_t k = 0; k < 3; k++) {
			source[k].name = in_tree(arena_printf(a, "%s/%s.xml", folders[i], files[k]));
			CU_ASSERT_EQUAL_FATAL(file_read(a, source[k].name, 8 << 20, &text, &source[k].len, &err), OK);
			source[k].text = text;
		}
		CASE(err.text, load_groups(a, in_tree("schema"), &langs, &source[0], &g, &err) == OK &&
		                       load_catalogue(a, in_tree("schema"), &langs, &g, &source[1],
		                                      &source[2], &c, &err) == OK);
		CU_ASSERT_TRUE(g.count > 3 && c.desk_count > 1 && c.service_count > 10);
		for (size_t k = 0; k < COUNT(pages); k++) {
			struct doc *content = doc_new(a, "content");

			CASE(err.text, load_page(a, in_tree("schema"),
			                         in_tree(arena_printf(a, "%s/pages/%s.xml", folders[i], pages[k])),
			                         content, &err) == OK);
			CU_ASSERT_PTR_NOT_NULL(doc_get(content, "title"));
		}
		CASE(err.text,
		     load_valid(in_tree("schema/catalogue.rng"), source[2].name, &err) == OK);
		arena_free(a);
	}
}

static void what_was_written_is_what_is_loaded(void)
{
	struct arena *a = arena_new(64 << 20);
	struct source_text groups, desks, services;
	struct err err = { 0 };
	struct groups g;
	struct catalogue c;

	CU_ASSERT_EQUAL_FATAL(
	        load_with(a, IN_CATALOGUE,
	                  CATALOGUE(SERVICE("link=\"https://a.example/?x=1&amp;y=2\" outside=\"hidden\" promise=\"3\"",
	                                    "<audience any=\"student everyone\" none=\"student\"/>",
	                                    "<title xml:lang=\"en-GB\"> Wireless </title><title xml:lang=\"de\">WLAN</title>"
	                                    "<rank group=\"student\" value=\"100\"/>"
	                                    "<variant group=\"student\" link=\"/own\">" NL("text", "x") "</variant>"
	                                    "<topic id=\"t\" desk=\"it-desk\" groups=\"student\">" NL("label", "T") "</topic>"
	                                    "<window from=\"11-15\" to=\"02-01\"/>"
	                                    FIELD("choice", "<option value=\"a\">" NL("label", "A") "</option>"))),
	                  &err),
	        OK);
	CU_ASSERT_EQUAL(read_source(a, names[IN_GROUPS], &groups, &err), OK);
	CU_ASSERT_EQUAL(read_source(a, names[IN_DESKS], &desks, &err), OK);
	CU_ASSERT_EQUAL(read_source(a, names[IN_CATALOGUE], &services, &err), OK);
	CU_ASSERT_EQUAL(load_groups(a, in_tree("schema"), &langs, &groups, &g, &err), OK);
	CU_ASSERT_EQUAL(load_catalogue(a, in_tree("schema"), &langs, &g, &desks, &services, &c, &err), OK);
	SAME(c.services[0].title.in[1], "Wireless");
	SAME(c.services[0].title.in[0], "Wifi");
	SAME(c.services[0].link, "https://a.example/?x=1&y=2");
	CU_ASSERT_TRUE(c.services[0].hidden_outside);
	CU_ASSERT_EQUAL(c.services[0].promise, 3);
	CU_ASSERT_EQUAL(c.services[0].windows[0].from, 1115);
	CU_ASSERT_EQUAL(c.services[0].windows[0].to, 201);
	CU_ASSERT_EQUAL(c.services[0].ranks[0].value, 100);
	CU_ASSERT_EQUAL(c.services[0].ranks[0].group, 1);
	CU_ASSERT_TRUE(bits_has(&c.services[0].any, 0) && bits_has(&c.services[0].any, 1));
	CU_ASSERT_TRUE(bits_has(&c.services[0].none, 1) && !bits_has(&c.services[0].none, 0));
	SAME(c.services[0].variants[0].link, "/own");
	CU_ASSERT_EQUAL(c.services[0].variants[0].desk, -1);
	CU_ASSERT_EQUAL(c.services[0].fields[0].option_count, 1);
	CU_ASSERT_EQUAL(c.desks[0].promise, PROMISE_DEFAULT);
	CU_ASSERT_TRUE(g.list[1].hat && !g.list[0].hat);
	arena_free(a);
}

/* A bomb must not cost what it promises: memory of this process, in pages. */
static long resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long size, pages = 0;

	if (f && fscanf(f, "%ld %ld", &size, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return pages;
}

static void no_doctype_no_entity_and_no_bomb_is_read(void)
{
	static const char bomb[] = "<!DOCTYPE groups [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">"
	                           "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
	                           "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">"
	                           "<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">"
	                           "]>\n<groups><group id=\"a\">" NL("label", "&g;") "</group></groups>";
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "a DOCTYPE alone", "<!DOCTYPE groups>\n<groups><group id=\"a\">" NL("label", "x") "</group></groups>" },
		{ "an external DTD", "<!DOCTYPE groups SYSTEM \"FOLDER/secret.dtd\">\n<groups/>" },
		{ "an external entity",
		  "<!DOCTYPE groups [<!ENTITY x SYSTEM \"FOLDER/secret\">]>\n<groups><group id=\"a\">" NL("label", "&x;")
		  "</group></groups>" },
		{ "an external entity over the network",
		  "<!DOCTYPE groups [<!ENTITY x SYSTEM \"http://127.0.0.1:9/x\">]>\n<groups><group id=\"a\">" NL("label", "&x;")
		  "</group></groups>" },
		{ "a parameter entity", "<!DOCTYPE groups [<!ENTITY % x SYSTEM \"FOLDER/secret.dtd\"> %x;]>\n<groups/>" },
		{ "an internal entity", "<!DOCTYPE groups [<!ENTITY x \"y\">]>\n<groups><group id=\"a\">" NL("label", "&x;")
		  "</group></groups>" },
		{ "a bomb of entities", bomb },
	};
	long before;

	begin();
	write_text("secret", "geheim");
	write_text("secret.dtd", "<!ENTITY y 'geheim'>");
	before = resident();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new(64 << 20);
		const char *at = strstr(cases[i].text, "FOLDER");
		const char *text = at ? arena_printf(a, "%.*s%s%s", (int)(at - cases[i].text), cases[i].text, folder,
		                                     at + strlen("FOLDER"))
		                      : cases[i].text;
		struct err err = { 0 };

		CASE(cases[i].name, load_with(a, IN_GROUPS, text, &err) == FAIL_DATA);
		CASE(err.text, !strncmp(err.text, in_folder("groups.xml"), strlen(in_folder("groups.xml"))));
		CASE(err.text, strstr(err.text, "geheim") == NULL);
		arena_free(a);
	}
	CU_ASSERT_TRUE(resident() - before < (64L << 20) / sysconf(_SC_PAGESIZE));
}

static void a_file_that_is_too_large_or_too_deep_is_refused(void)
{
	const size_t large = ((size_t)8 << 20) + 1, deep = 100000;
	struct arena *a = arena_new(64 << 20);
	struct err err = { 0 };
	char *text = malloc(large + 1), *to;

	begin();
	memset(text, ' ', large);
	memcpy(text, "<groups>", 8);
	memcpy(text + large - 9, "</groups>", 9);
	text[large] = '\0';
	CU_ASSERT_EQUAL(load_with(a, IN_GROUPS, text, &err), FAIL_DATA);
	CASE(err.text, strstr(err.text, "larger than") != NULL);
	err_clear(&err);
	to = text + sprintf(text, "<groups>\n<group id=\"a\">" NL("label", "x") "<rule>");
	for (size_t i = 0; i < deep; i++)
		to += sprintf(to, "<all>");
	CU_ASSERT_EQUAL(load_with(a, IN_GROUPS, text, &err), FAIL_DATA);
	CASE(err.text, names_line(err.text, "groups.xml", 2) && strstr(err.text, "depth"));
	free(text);
	arena_free(a);
}

/* ---- stylesheets ---- */

#define XSL(body)                                                                                  \
	"<?xml version=\"1.0\"?>\n<xsl:stylesheet version=\"1.0\" "                                \
	"xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" xmlns:exsl=\"http://exslt.org/common\" " \
	"extension-element-prefixes=\"exsl\">\n" body "\n</xsl:stylesheet>\n"
#define TEXT XSL("<xsl:output method=\"text\"/>\n<xsl:template match=\"/\">SAYS</xsl:template>")

static void views_folder(void)
{
	begin();
	mkdir(in_folder("views"), 0700);
	mkdir(in_folder("views/texts"), 0700);
	mkdir(in_folder("own"), 0700);
	mkdir(in_folder("own/texts"), 0700);
}

/* "FOLDER" in a text becomes the folder. */
static void write_sheet(const char *name, const char *text)
{
	char *all = malloc(strlen(text) + 4 * PATH_MAX), *to = all;
	const char *at;

	while ((at = strstr(text, "FOLDER"))) {
		to += sprintf(to, "%.*s%s", (int)(at - text), text, folder);
		text = at + strlen("FOLDER");
	}
	strcpy(to, text);
	write_text(name, all);
	free(all);
}

static enum fail render(struct sheets *all, const char *name, const char *xml, struct buf *out, struct err *err)
{
	struct sheet *sheet;
	enum fail rc;

	buf_clear(out);
	if ((rc = sheets_get(all, name, &sheet, err)))
		return rc;
	return sheet_render_xml(sheet, xml, strlen(xml), out, err);
}

static const struct {
	const char *name, *body, *says;
} refused[] = {
	{ "a document outside the folder, by an absolute path",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('FOLDER/secret.xml')\"/></xsl:template>", "secret.xml" },
	{ "a document outside the folder, upward",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('../secret.xml')\"/></xsl:template>", "secret.xml" },
	{ "a document outside the folder, down and upward",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('texts/../../secret.xml')\"/></xsl:template>",
	  "secret.xml" },
	{ "a document outside the folder, as file:",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('file://FOLDER/secret.xml')\"/></xsl:template>",
	  "secret.xml" },
	{ "a document outside the folder, escaped",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('..%2Fsecret.xml')\"/></xsl:template>", "secret.xml" },
	{ "a document outside the folder, by a link",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('link.xml')\"/></xsl:template>", "link.xml" },
	{ "a document outside the folder, by the name of ours",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('base:../secret.xml')\"/></xsl:template>", "secret.xml" },
	{ "the list of accounts", "<xsl:template match=\"/\"><xsl:value-of select=\"document('/etc/passwd')\"/></xsl:template>",
	  "/etc/passwd" },
	{ "a document from the network",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('http://127.0.0.1:9/x.xml')\"/></xsl:template>",
	  "http://127.0.0.1:9/x.xml" },
	{ "a document over ftp",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('ftp://127.0.0.1:9/x.xml')\"/></xsl:template>", "ftp:" },
	{ "a document with an external entity",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('texts/entity.xml')\"/></xsl:template>", "DOCTYPE" },
	{ "a document that is not there",
	  "<xsl:template match=\"/\"><xsl:value-of select=\"document('texts/gone.xml')\"/></xsl:template>", "gone.xml" },
	{ "an include from outside", "<xsl:include href=\"../outside.xsl\"/>", "outside.xsl" },
	{ "an import from outside", "<xsl:import href=\"FOLDER/outside.xsl\"/>", "outside.xsl" },
	{ "an include from the network", "<xsl:include href=\"http://127.0.0.1:9/x.xsl\"/>", "http://127.0.0.1:9/x.xsl" },
	{ "a file written by exsl:document",
	  "<xsl:template match=\"/\"><exsl:document href=\"FOLDER/written\">x</exsl:document></xsl:template>", "written" },
	{ "a file written inside the folder by exsl:document",
	  "<xsl:template match=\"/\"><exsl:document href=\"FOLDER/views/written\">x</exsl:document></xsl:template>",
	  "written" },
	{ "a file written by xsl:document",
	  "<xsl:template match=\"/\"><xsl:document href=\"FOLDER/written\">x</xsl:document></xsl:template>", "" },
	{ "a function of another library",
	  "<xsl:template match=\"/\" xmlns:s=\"http://exslt.org/strings\"><xsl:value-of select=\"s:tokenize('a b')\"/>"
	  "</xsl:template>", "x.xsl:3: " },
	{ "an expression made at run time",
	  "<xsl:template match=\"/\" xmlns:d=\"http://exslt.org/dynamic\"><xsl:value-of select=\"d:evaluate('1')\"/>"
	  "</xsl:template>", "x.xsl:3: " },
	{ "a template that calls itself for ever", "<xsl:template match=\"/\" name=\"a\"><xsl:call-template name=\"a\"/>"
	  "</xsl:template>", "" },
	{ "templates that apply each other for ever",
	  "<xsl:template match=\"/\"><xsl:apply-templates select=\".\" mode=\"a\"/></xsl:template>"
	  "<xsl:template match=\"/\" mode=\"a\"><xsl:apply-templates select=\"/\"/></xsl:template>", "" },
	{ "loops in loops", "<xsl:template match=\"/\"><xsl:for-each select=\"//i\"><xsl:for-each select=\"//i\">"
	  "<xsl:for-each select=\"//i\"><xsl:for-each select=\"//i\"><xsl:value-of select=\"count(//i[. = //i])\"/>"
	  "</xsl:for-each></xsl:for-each></xsl:for-each></xsl:for-each></xsl:template>", "" },
	{ "a text that doubles until memory is full",
	  "<xsl:template match=\"/\" name=\"d\"><xsl:param name=\"s\" select=\"'0123456789012345678901234567890123456789'\"/>"
	  "<xsl:call-template name=\"d\"><xsl:with-param name=\"s\" select=\"concat($s, $s)\"/></xsl:call-template>"
	  "</xsl:template>", "" },
	{ "a message that ends it",
	  "<xsl:template match=\"/\">x<xsl:message terminate=\"yes\">no</xsl:message></xsl:template>", "no" },
	{ "a template that is not there", "<xsl:template match=\"/\"><xsl:call-template name=\"gone\"/></xsl:template>", "gone" },
	{ "a variable that is not there", "<xsl:template match=\"/\"><xsl:value-of select=\"$gone\"/></xsl:template>", "gone" },
	{ "an expression that is none", "<xsl:template match=\"/\"><xsl:value-of select=\"//[\"/></xsl:template>", "" },
	{ "a sheet that is not well-formed", "<xsl:template match=\"/\">", "" },
};

static int files_in(const char *name)
{
	return access(in_folder(name), F_OK) ? 0 : 1;
}

static void a_view_reads_below_its_folder_only_writes_nothing_and_ends(void)
{
	char xml[4096] = "<page>", *to = xml + 6;
	struct sheets *all;
	struct buf out;

	views_folder();
	for (int i = 0; i < 200; i++)
		to += sprintf(to, "<i>%d</i>", i);
	strcpy(to, "</page>");
	write_text("secret.xml", "<s>geheim</s>");
	write_text("outside.xsl", XSL("<xsl:template match=\"/\">geheim</xsl:template>"));
	write_sheet("views/texts/entity.xml", "<!DOCTYPE t [<!ENTITY x SYSTEM \"FOLDER/secret\">]><t>&x;</t>");
	CU_ASSERT_TRUE(!symlink(in_folder("secret.xml"), in_folder("views/link.xml")) || files_in("views/link.xml"));
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct arena *a = arena_new(1 << 20);
		int64_t began = clock_ms();
		struct err err = { 0 };
		char name[700];

		buf_init(&out, 16 << 20);
		write_sheet("views/x.xsl", arena_printf(a, XSL("%s"), refused[i].body));
		all = sheets_new(in_folder("views"), in_folder("own"));
		CASE(refused[i].name, render(all, "x", xml, &out, &err) == FAIL_BUG);
		snprintf(name, sizeof name, "%s: %s", refused[i].name, err.text);
		CASE(name, strstr(err.text, refused[i].says) && !strstr(err.text, "geheim"));
		CASE(name, !out.len && !strstr(out.data, "geheim"));
		CASE(name, clock_ms() - began < 5000);
		CASE(name, !files_in("written") && !files_in("views/written"));
		sheets_free(all);
		buf_release(&out);
		arena_free(a);
	}
	unlink(in_folder("views/x.xsl"));
}

static void a_fault_of_a_view_says_file_and_line(void)
{
	static const struct {
		const char *name, *body;
		int line;
	} cases[] = {
		{ "not well-formed", "<xsl:template match=\"/\">\n<p>\n</xsl:template>", 5 },
		{ "an expression that is none", "<xsl:template match=\"/\">\n\n<xsl:value-of select=\"//[\"/></xsl:template>", 5 },
		{ "an element that is not known", "\n<xsl:templat match=\"/\"/>", 4 },
		{ "two outputs of one variable", "<xsl:variable name=\"a\"/>\n<xsl:variable name=\"a\"/>", 4 },
	};

	views_folder();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new(1 << 20);
		struct sheets *all;
		struct sheet *sheet;
		struct err err = { 0 };
		char name[700];

		write_text("views/fault.xsl", arena_printf(a, XSL("%s"), cases[i].body));
		all = sheets_new(in_folder("views"), NULL);
		CASE(cases[i].name, sheets_get(all, "fault", &sheet, &err) == FAIL_BUG);
		snprintf(name, sizeof name, "%s: %s", cases[i].name, err.text);
		CASE(name, names_line(err.text, "views/fault.xsl", cases[i].line));
		sheets_free(all);
		arena_free(a);
	}
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void a_changed_view_is_taken_and_a_broken_one_leaves_the_last_good_in_place(void)
{
	struct sheets *all, *other;
	struct err err = { 0 };
	uint64_t version[4];
	struct buf out;

	views_folder();
	buf_init(&out, 1 << 20);
	write_text("views/part.xsl", XSL("<xsl:template name=\"p\">part</xsl:template>"));
	write_text("views/live.xsl", XSL("<xsl:output method=\"text\"/><xsl:include href=\"part.xsl\"/>"
	                                 "<xsl:template match=\"/\">one <xsl:call-template name=\"p\"/></xsl:template>"));
	all = sheets_new(in_folder("views"), NULL);
	CU_ASSERT_EQUAL(sheets_version(all), 0);
	CU_ASSERT_EQUAL(render(all, "live", "<page/>", &out, &err), OK);
	SAME(out.data, "one part");
	version[0] = sheets_version(all);
	CU_ASSERT_NOT_EQUAL(version[0], 0);

	write_text("views/live.xsl", XSL("<xsl:template match=\"/\">\nbroken"));
	CU_ASSERT_EQUAL(render(all, "live", "<page/>", &out, &err), OK); /* not looked at yet */
	SAME(out.data, "one part");
	pause_ms(1050);
	sheets_look(all);
	version[1] = sheets_version(all);
	CU_ASSERT_NOT_EQUAL(version[1], version[0]);
	CU_ASSERT_EQUAL(render(all, "live", "<page/>", &out, &err), OK);
	SAME(out.data, "one part");
	CASE(err.text, err.code == FAIL_BUG && !strncmp(err.text, in_folder("views/live.xsl"), strlen(in_folder("views/live.xsl"))));

	/* What it includes counts as well. */
	write_text("views/live.xsl", XSL("<xsl:output method=\"text\"/><xsl:include href=\"part.xsl\"/>"
	                                 "<xsl:template match=\"/\">two <xsl:call-template name=\"p\"/></xsl:template>"));
	write_text("views/part.xsl", XSL("<xsl:template name=\"p\">other part</xsl:template>"));
	pause_ms(1050);
	err_clear(&err);
	CU_ASSERT_EQUAL(render(all, "live", "<page/>", &out, &err), OK);
	CU_ASSERT_EQUAL(err.code, OK);
	SAME(out.data, "two other part");
	write_text("views/part.xsl", XSL("<xsl:template nam=\"q\">gone</xsl:template>"));
	pause_ms(1050);
	CASE(err.text, render(all, "live", "<page/>", &out, &err) == OK);
	SAME(out.data, "two other part");
	CU_ASSERT_EQUAL(err.code, FAIL_BUG);

	/* Every process says the same version of the same files. */
	other = sheets_new(in_folder("views"), NULL);
	sheets_look(other);
	sheets_look(all);
	CU_ASSERT_EQUAL(sheets_version(other), sheets_version(all));
	sheets_free(other);
	sheets_free(all);
	buf_release(&out);
}

static void a_text_that_a_view_reads_is_looked_at_again_when_it_changes(void)
{
	struct sheets *all;
	struct err err = { 0 };
	struct buf out;

	views_folder();
	buf_init(&out, 1 << 20);
	write_text("views/texts/xx.xml", "<t>een</t>");
	write_text("views/reads.xsl", XSL("<xsl:output method=\"text\"/><xsl:template match=\"/\"><xsl:value-of "
	                                  "select=\"document('texts/xx.xml')\"/></xsl:template>"));
	all = sheets_new(in_folder("views"), NULL);
	CU_ASSERT_EQUAL(render(all, "reads", "<page/>", &out, &err), OK);
	SAME(out.data, "een");
	write_text("views/texts/xx.xml", "<t>twee</t>");
	CU_ASSERT_EQUAL(render(all, "reads", "<page/>", &out, &err), OK);
	SAME(out.data, "twee");
	sheets_free(all);
	buf_release(&out);
}

static void an_institution_puts_its_own_view_before_ours_and_builds_on_it(void)
{
	struct sheets *all;
	struct err err = { 0 };
	struct buf out;

	views_folder();
	buf_init(&out, 1 << 20);
	write_text("views/page.xsl", XSL("<xsl:output method=\"text\"/><xsl:template match=\"/\">ours<xsl:apply-templates "
	                                 "mode=\"more\" select=\".\"/></xsl:template><xsl:template mode=\"more\" match=\"/\"/>"));
	write_text("own/page.xsl", XSL("<xsl:import href=\"base:page.xsl\"/><xsl:template mode=\"more\" match=\"/\"> and "
	                               "theirs</xsl:template>"));
	all = sheets_new(in_folder("views"), in_folder("own"));
	CASE(err.text, render(all, "page", "<page/>", &out, &err) == OK);
	SAME(out.data, "ours and theirs");
	unlink(in_folder("own/page.xsl"));
	pause_ms(1050);
	CASE(err.text, render(all, "page", "<page/>", &out, &err) == OK);
	SAME(out.data, "ours");
	CU_ASSERT_EQUAL(render(all, "../own/page", "<page/>", &out, &err), FAIL_ABSENT);
	err_clear(&err);
	CU_ASSERT_EQUAL(render(all, "nowhere", "<page/>", &out, &err), FAIL_BUG);
	sheets_free(all);
	buf_release(&out);
}

static void an_own_part_and_an_own_text_are_taken_by_our_views_as_soon_as_they_are_there(void)
{
	struct sheets *all;
	struct err err = { 0 };
	struct buf out;

	views_folder();
	mkdir(in_folder("own/texts"), 0700);
	buf_init(&out, 1 << 20);
	write_text("views/page.xsl", XSL("<xsl:import href=\"part.xsl\"/><xsl:output method=\"text\"/><xsl:template match=\"/\">"
	                                 "<xsl:call-template name=\"part\"/> <xsl:value-of select=\"document('texts/xx.xml')\"/>"
	                                 "</xsl:template>"));
	write_text("views/part.xsl", XSL("<xsl:template name=\"part\">ours</xsl:template>"));
	write_text("views/texts/xx.xml", "<t>our text</t>");
	all = sheets_new(in_folder("views"), in_folder("own"));
	CASE(err.text, render(all, "page", "<page/>", &out, &err) == OK);
	SAME(out.data, "oursour text");
	write_text("own/part.xsl", XSL("<xsl:import href=\"base:part.xsl\"/><xsl:template name=\"part\">theirs</xsl:template>"));
	pause_ms(1050);
	CASE(err.text, render(all, "page", "<page/>", &out, &err) == OK);
	SAME(out.data, "theirsour text");
	write_text("own/texts/xx.xml", "<t>their text</t>");
	pause_ms(1050);
	CASE(err.text, render(all, "page", "<page/>", &out, &err) == OK);
	SAME(out.data, "theirstheir text");
	unlink(in_folder("own/part.xsl"));
	unlink(in_folder("own/texts/xx.xml"));
	pause_ms(1050);
	CASE(err.text, render(all, "page", "<page/>", &out, &err) == OK);
	SAME(out.data, "oursour text");
	sheets_free(all);
	buf_release(&out);
}

static void a_page_document_with_a_doctype_is_not_rendered(void)
{
	struct sheets *all;
	struct err err = { 0 };
	struct buf out;

	views_folder();
	buf_init(&out, 1 << 20);
	write_text("views/says.xsl", XSL("<xsl:template match=\"/\"><xsl:value-of select=\".\"/></xsl:template>"));
	all = sheets_new(in_folder("views"), NULL);
	CU_ASSERT_EQUAL(render(all, "says", "<!DOCTYPE page [<!ENTITY x 'y'>]><page>&x;</page>", &out, &err), FAIL_DATA);
	err_clear(&err);
	CU_ASSERT_EQUAL(render(all, "says", "<page>", &out, &err), FAIL_DATA);
	CU_ASSERT_EQUAL(out.len, 0);
	sheets_free(all);
	buf_release(&out);
}

static void the_check_of_a_view_finds_what_would_be_refused(void)
{
	static const struct {
		const char *name, *body;
		int line;
		const char *says;
	} cases[] = {
		{ "raw text", "<xsl:template match=\"/\">\n<xsl:value-of select=\".\" disable-output-escaping=\"yes\"/></xsl:template>",
		  4, "leave it out" },
		{ "a script with text of the page", "<xsl:template match=\"/\"><script>\n<xsl:value-of select=\".\"/></script>"
		  "</xsl:template>", 4, "take it out" },
		{ "a script in the page", "\n<xsl:template match=\"/\"><script>alert(1)</script></xsl:template>", 4, "use a file" },
		{ "a style in the page", "\n<xsl:template match=\"/\"><p style=\"color:red\">x</p></xsl:template>", 4, "use a class" },
		{ "a handler", "\n<xsl:template match=\"/\"><p onclick=\"x()\">x</p></xsl:template>", 4, "leave it out" },
		{ "a header by meta", "\n<xsl:template match=\"/\"><meta http-equiv=\"refresh\" content=\"0\"/></xsl:template>", 4,
		  "leave that to the program" },
		{ "xsl:document", "\n<xsl:template match=\"/\"><xsl:document href=\"x\"/></xsl:template>", 4, "leave it out" },
		{ "an extension element", "<xsl:template match=\"/\">\n<e:document xmlns:e=\"http://exslt.org/common\" href=\"x\"/>"
		  "</xsl:template>", 4, "extension elements are not known" },
		{ "a prefix for them", "<xsl:template match=\"/\">\n<x xsl:extension-element-prefixes=\"y\" xmlns:y=\"urn:y\"/>"
		  "</xsl:template>", 4, "extension elements are not known" },
	};
	static const char *const shipped[] = { "xslt/service.xsl", "xslt/notices.xsl", "xslt/opensearch.xsl" };
	struct err err = { 0 };
	struct buf findings;

	views_folder();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new(1 << 20);
		char name[700];

		buf_init(&findings, 100000);
		err_clear(&err);
		write_text("views/checked.xsl", arena_printf(a, XSL("%s"), cases[i].body));
		CASE(cases[i].name, sheet_check(in_folder("views"), in_folder("views/checked.xsl"), &findings, &err) == FAIL_DATA);
		snprintf(name, sizeof name, "%s: %.600s", cases[i].name, findings.data);
		CASE(name, strstr(findings.data, arena_printf(a, "%s:%d: ", in_folder("views/checked.xsl"), cases[i].line)) &&
		                   strstr(findings.data, cases[i].says));
		buf_release(&findings);
		arena_free(a);
	}
	for (size_t i = 0; i < COUNT(shipped); i++) {
		buf_init(&findings, 100000);
		err_clear(&err);
		CASE(shipped[i], sheet_check(in_tree("xslt"), in_tree(shipped[i]), &findings, &err) == OK);
		buf_release(&findings);
	}
}

/* ---- pieces ---- */

#define HOLE(name) "\xee\x80\x80" name "\xee\x80\x81"

static void inflate_member(const struct buf *in, struct buf *out)
{
	unsigned char chunk[4096];
	z_stream z = { 0 };
	int rc;

	CU_ASSERT_EQUAL_FATAL(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (unsigned char *)in->data;
	z.avail_in = (uInt)in->len;
	do {
		z.next_out = chunk;
		z.avail_out = sizeof chunk;
		rc = inflate(&z, Z_NO_FLUSH);
		CASE(z.msg ? z.msg : "gzip decodes", rc == Z_OK || rc == Z_STREAM_END);
		buf_bytes(out, chunk, sizeof chunk - z.avail_out);
	} while (rc == Z_OK);
	CU_ASSERT_EQUAL(z.avail_in, 0); /* one member, nothing behind it */
	inflateEnd(&z);
}

/* Joined plain, and compressed: the same bytes. */
static void expect_join(const char *name, const char *text, const struct hole_value *values, size_t count,
                        const char *expected)
{
	struct piece *p = piece_new(text, strlen(text));
	struct buf plain, packed, again;

	buf_init(&plain, 8 << 20);
	buf_init(&packed, 8 << 20);
	buf_init(&again, 8 << 20);
	for (int twice = 0; twice < 2; twice++) { /* the second time from what was kept compressed */
		buf_clear(&plain);
		buf_clear(&packed);
		buf_clear(&again);
		piece_join(p, values, count, false, &plain);
		piece_join(p, values, count, true, &packed);
		inflate_member(&packed, &again);
		CASE(name, plain.len == again.len && !memcmp(plain.data, again.data, plain.len));
		if (expected)
			CASE(name, !strcmp(plain.data, expected));
	}
	CU_ASSERT_TRUE(piece_size(p) >= strlen(text));
	buf_release(&plain);
	buf_release(&packed);
	buf_release(&again);
	piece_free(p);
}

static void every_hole_is_filled_and_every_value_escaped(void)
{
	struct piece *inner = piece_new("<i>" HOLE("name") "</i>", strlen("<i>" HOLE("name") "</i>"));
	const struct hole_value values[] = {
		{ .name = "name", .value = "<b a=\"1\" c='2'>&\r" },
		{ .name = "plain", .value = "gewoon" },
		{ .name = "quote", .value = "\"" },
		{ .name = "apostrophe", .value = "'" },
		{ .name = "less", .value = "<" },
		{ .name = "greater", .value = ">" },
		{ .name = "ampersand", .value = "&" },
		{ .name = "return", .value = "\r" },
		{ .name = "+inner", .piece = inner },
		{ .name = "+nothing" },
	};
	static const struct {
		const char *name, *text, *expected;
	} cases[] = {
		{ "no hole", "<p>x</p>", "<p>x</p>" },
		{ "nothing at all", "", "" },
		{ "a value in text", "<p>" HOLE("name") "</p>", "<p>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#13;</p>" },
		{ "a value in an attribute", "<p title=\"" HOLE("name") "\">",
		  "<p title=\"&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#13;\">" },
		{ "each character that is escaped, alone",
		  HOLE("quote") HOLE("apostrophe") HOLE("less") HOLE("greater") HOLE("ampersand") HOLE("return"),
		  "&quot;&#39;&lt;&gt;&amp;&#13;" },
		{ "a value first and last", HOLE("plain") "-" HOLE("plain"), "gewoon-gewoon" },
		{ "holes side by side", HOLE("plain") HOLE("plain"), "gewoongewoon" },
		{ "markup, with a hole of its own", "<p>" HOLE("+inner") "</p>",
		  "<p><i>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#13;</i></p>" },
		{ "a hole for which there is no value", "<p>" HOLE("other") "</p>", "<p></p>" },
		{ "markup that is not there", "<p>" HOLE("+nothing") "</p>", "<p></p>" },
		{ "a marker in an address", "<a href=\"/x?%EE%80%80plain%EE%80%81\">", "<a href=\"/x?gewoon\">" },
		{ "an address that only looks like one", "<a href=\"/x?%EE%80%82%EE%80\">", "<a href=\"/x?%EE%80%82%EE%80\">" },
		{ "a marker that does not end", "<p>" "\xee\x80\x80" "name</p>", "<p>" "\xee\x80\x80" "name</p>" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_join(cases[i].name, cases[i].text, values, COUNT(values), cases[i].expected);
	piece_free(inner);
}

static void long_pages_and_long_values_are_the_same_compressed(void)
{
	const size_t large = 300000;
	char *text = malloc(large + 200), *value = malloc(200001);
	const struct hole_value values[] = { { .name = "v", .value = value } };

	for (size_t i = 0; i < large; i++)
		text[i] = (char)('a' + (i * 7 + i / 1000) % 26);
	sprintf(text + large, HOLE("v") "%0100d" HOLE("v"), 7);
	memset(value, 'x', 200000); /* more than one stored block holds */
	value[200000] = '\0';
	expect_join("a value of 200 000 bytes", text, values, 1, NULL);
	value[65535] = '\0';
	expect_join("a value of one stored block", text, values, 1, NULL);
	value[0] = '\0';
	expect_join("an empty value", text, values, 1, NULL);
	free(text);
	free(value);
}

static void a_piece_says_all_the_memory_it_holds(void)
{
	char text[70 * 100 + 1], *to = text;
	struct piece *p;

	for (int i = 0; i < 100; i++)
		to += sprintf(to, "<p>" HOLE("a") "</p>");
	p = piece_new(text, strlen(text));
	CU_ASSERT_TRUE(piece_size(p) >= strlen(text) + 101 * (sizeof(char *) + sizeof(size_t)));
	piece_free(p);
}

static void services_are_put_into_a_frame_that_keeps_the_holes_of_a_visit(void)
{
	struct piece *wifi = piece_new("<li>wifi " HOLE("name") "</li>", strlen("<li>wifi " HOLE("name") "</li>"));
	const char *text = "<ul>" HOLE("+service:wifi") HOLE("+service:gone") "</ul>" HOLE("csrf");
	struct piece *frame = piece_new(text, strlen(text));
	const struct hole_value values[] = { { .name = "+service:zzz" }, { .name = "+service:wifi", .piece = wifi } };
	struct buf out;

	buf_init(&out, 10000);
	piece_flatten(frame, values, COUNT(values), &out);
	SAME(out.data, "<ul><li>wifi " HOLE("name") "</li>" HOLE("+service:gone") "</ul>" HOLE("csrf"));
	buf_clear(&out);
	piece_flatten(frame, NULL, 0, &out);
	SAME(out.data, text);
	piece_free(frame);
	piece_free(wifi);
	buf_release(&out);
}

static void a_hole_survives_the_view_in_text_in_attributes_and_in_addresses(void)
{
	struct arena *a = arena_new(1 << 20);
	struct doc *page = doc_new(a, "page");
	const struct hole_value values[] = { { .name = "name", .value = "A&B" }, { .name = "here-in", .value = "/x?q=1&" } };
	struct sheets *all;
	struct sheet *sheet;
	struct err err = { 0 };
	struct buf out, joined;
	struct piece *p;

	views_folder();
	buf_init(&out, 1 << 20);
	buf_init(&joined, 1 << 20);
	write_text("views/holes.xsl",
	           XSL("<xsl:output method=\"html\" encoding=\"UTF-8\" indent=\"no\"/><xsl:template match=\"/page\"><p "
	               "title=\"{@name}\"><xsl:value-of select=\"@name\"/></p><a href=\"{@href}lang=nl\">x</a></xsl:template>"));
	doc_str(page, "name", hole_mark(a, "name"));
	doc_str(page, "href", hole_mark(a, "here-in"));
	all = sheets_new(in_folder("views"), NULL);
	CU_ASSERT_EQUAL_FATAL(sheets_get(all, "holes", &sheet, &err), OK);
	CASE(err.text, sheet_render(sheet, page, &out, &err) == OK);
	p = piece_new(out.data, out.len);
	piece_join(p, values, COUNT(values), false, &joined);
	SAME(joined.data, "<p title=\"A&amp;B\">A&amp;B</p><a href=\"/x?q=1&amp;lang=nl\">x</a>\n");
	piece_free(p);
	sheets_free(all);
	buf_release(&out);
	buf_release(&joined);
	arena_free(a);
}

/* ---- the page document: XML and JSON say the same ---- */

enum json_kind {
	JSON_NULL,
	JSON_PLAIN, /* string, number, true, false: as text */
	JSON_OBJECT,
	JSON_LIST,
};

struct json {
	enum json_kind kind;
	const char *name, *text;
	struct json *first, *next;
};

struct reading {
	struct arena *a;
	const char *at;
	bool bad;
};

static void fail(struct reading *r, const char *why)
{
	if (!r->bad)
		CASE(arena_printf(r->a, "JSON: %s at %.60s", why, r->at), 0);
	r->bad = true;
}

static const char *json_string(struct reading *r)
{
	const char *end = r->at + 1;
	char *text, *to;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	text = to = arena_alloc(r->a, (size_t)(end - r->at) + 1);
	for (r->at++; *r->at && *r->at != '"'; r->at++) {
		unsigned code;

		if ((unsigned char)*r->at < ' ')
			fail(r, "control character");
		if (*r->at != '\\') {
			*to++ = *r->at;
			continue;
		}
		switch (*++r->at) {
		case 'n': *to++ = '\n'; break;
		case 't': *to++ = '\t'; break;
		case 'r': *to++ = '\r'; break;
		case 'b': *to++ = '\b'; break;
		case 'f': *to++ = '\f'; break;
		case '"':
		case '\\':
		case '/': *to++ = *r->at; break;
		case 'u':
			if (sscanf(r->at + 1, "%4x", &code) != 1 || code > 0x7f)
				fail(r, "escape of more than ASCII");
			*to++ = (char)code;
			r->at += 4;
			break;
		default: fail(r, "escape");
		}
	}
	if (*r->at++ != '"')
		fail(r, "string without an end");
	return text;
}

static struct json *json_value(struct reading *r);

static void json_members(struct reading *r, struct json *in, char close)
{
	struct json **to = &in->first;

	if (*++r->at == close) {
		r->at++;
		return;
	}
	for (; !r->bad; r->at++) {
		const char *name = NULL;

		if (in->kind == JSON_OBJECT) {
			name = *r->at == '"' ? json_string(r) : NULL;
			if (!name || *r->at++ != ':')
				fail(r, "name");
			for (const struct json *m = in->first; name && m; m = m->next)
				if (!strcmp(m->name, name))
					fail(r, arena_printf(r->a, "\"%s\" comes twice", name));
		}
		*to = json_value(r);
		(*to)->name = name;
		to = &(*to)->next;
		if (*r->at == close) {
			r->at++;
			return;
		}
		if (*r->at != ',')
			fail(r, "comma");
	}
}

static struct json *json_value(struct reading *r)
{
	struct json *v = arena_alloc(r->a, sizeof *v);
	size_t len;

	v->kind = JSON_PLAIN;
	if (*r->at == '{' || *r->at == '[') {
		v->kind = *r->at == '{' ? JSON_OBJECT : JSON_LIST;
		json_members(r, v, *r->at == '{' ? '}' : ']');
	} else if (*r->at == '"') {
		v->text = json_string(r);
	} else {
		len = strspn(r->at, "-0123456789truefalsn");
		if (!len)
			fail(r, "value");
		v->text = arena_strn(r->a, r->at, len);
		if (!strcmp(v->text, "null"))
			v->kind = JSON_NULL;
		r->at += len;
	}
	return v;
}

static const struct json *json_get(const struct json *in, const char *name)
{
	for (const struct json *m = in->first; m; m = m->next)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}

static xmlNode *element_of(const xmlNode *n, const char *name)
{
	for (xmlNode *c = n->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE && (!name || xmlStrEqual(c->name, BAD_CAST name)))
			return c;
	return NULL;
}

static xmlNode *element_after(const xmlNode *n)
{
	for (xmlNode *c = n->next; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE)
			return c;
	return NULL;
}

static void expect_text(const char *name, xmlChar *got, const char *expected)
{
	CASE(name, got && !strcmp((const char *)got, expected));
	xmlFree(got);
}

static void expect_same(struct arena *a, const char *where, const struct json *v, const xmlNode *n);

/* JSON names hats by their id alone. */
static void expect_item(struct arena *a, const char *where, const struct json *v, const xmlNode *n)
{
	if (v->kind != JSON_PLAIN)
		expect_same(a, where, v, n);
	else
		expect_text(where,
		            xmlHasProp(n, BAD_CAST "id") ? xmlGetProp(n, BAD_CAST "id") : xmlNodeGetContent(n),
		            v->text);
}

static void expect_member(struct arena *a, const char *where, const struct json *m, const xmlNode *n)
{
	const xmlNode *child = element_of(n, m->name);

	if (m->kind == JSON_NULL)
		CASE(where, !child && !xmlHasProp(n, BAD_CAST m->name));
	else if (m->kind == JSON_PLAIN)
		expect_text(where, child ? xmlNodeGetContent(child) : xmlGetProp(n, BAD_CAST m->name), m->text);
	else if (!child)
		CASE(where, 0);
	else
		expect_same(a, where, m, child);
}

static bool for_views_only(const xmlChar *name)
{
	static const char *const names_of[] = { "frame", "own", "filters", "top", "themes", "form", "related" };

	for (size_t i = 0; i < COUNT(names_of); i++)
		if (xmlStrEqual(name, BAD_CAST names_of[i]))
			return true;
	return false;
}

static void expect_nothing_more(struct arena *a, const char *where, const struct json *v, const xmlNode *n)
{
	for (const xmlAttr *attr = n->properties; attr; attr = attr->next)
		CASE(arena_printf(a, "%s/@%s is not in JSON", where, (const char *)attr->name),
		     json_get(v, (const char *)attr->name) != NULL);
	for (const xmlNode *c = element_of(n, NULL); c; c = element_after(c))
		CASE(arena_printf(a, "%s/%s is not in JSON", where, (const char *)c->name),
		     for_views_only(c->name) || json_get(v, (const char *)c->name));
}

static void expect_same(struct arena *a, const char *where, const struct json *v, const xmlNode *n)
{
	const xmlNode *item = element_of(n, NULL);

	if (v->kind == JSON_OBJECT) {
		for (const struct json *m = v->first; m; m = m->next)
			expect_member(a, arena_printf(a, "%s/%s", where, m->name), m, n);
		expect_nothing_more(a, where, v, n);
		return;
	}
	for (const struct json *m = v->first; m; m = m->next) {
		if (!item) {
			CASE(arena_printf(a, "%s: JSON has more items", where), 0);
			return;
		}
		expect_item(a, where, m, item);
		item = element_after(item);
	}
	CASE(where, item == NULL);
}

/* ---- the grammar of the page document ---- */

static void note_invalid(void *with, xmlErrorPtr e)
{
	char *text = with;

	if (!*text)
		snprintf(text, 300, "line %d: %s", e->line, e->message);
}

/* text: what is wrong, "" for a valid document. */
static void validate(xmlDoc *doc, char text[300])
{
	static xmlRelaxNG *grammar;
	xmlRelaxNGValidCtxt *context;

	if (!grammar) {
		struct arena *a = arena_new(4 << 20);
		xmlRelaxNGParserCtxt *parser;
		xmlDoc *source;
		char *rng;
		size_t len;

		/* Not by its name: the process refuses to load anything but what it is handed. */
		CU_ASSERT_EQUAL_FATAL(file_read(a, in_tree("schema/page.rng"), 1 << 20, &rng, &len, NULL), OK);
		source = xmlReadMemory(rng, (int)len, "page.rng", NULL, XML_PARSE_NONET);
		parser = xmlRelaxNGNewDocParserCtxt(source);
		grammar = xmlRelaxNGParse(parser);
		xmlRelaxNGFreeParserCtxt(parser);
		xmlFreeDoc(source);
		arena_free(a);
		CU_ASSERT_PTR_NOT_NULL_FATAL(grammar);
	}
	*text = '\0';
	context = xmlRelaxNGNewValidCtxt(grammar);
	xmlRelaxNGSetValidStructuredErrors(context, note_invalid, text);
	if (!xmlRelaxNGValidateDoc(context, doc))
		*text = '\0';
	else if (!*text)
		snprintf(text, 300, "not valid");
	xmlRelaxNGFreeValidCtxt(context);
}

static void expect_valid(const char *name, xmlDoc *doc)
{
	char text[300], all[700];

	validate(doc, text);
	snprintf(all, sizeof all, "%s: %s", name, text);
	CASE(all, !*text);
}

static int is_document(const struct dirent *e)
{
	return strstr(e->d_name, ".xml") != NULL;
}

static void every_kept_page_document_is_as_the_grammar_says(void)
{
	struct dirent **list;
	int count;

	begin();
	count = scandir(in_tree("tests/golden"), &list, is_document, alphasort);
	CU_ASSERT_TRUE(count >= 50);
	for (int i = 0; i < count; i++) {
		struct arena *a = arena_new(4 << 20);
		xmlDoc *doc = NULL;
		char *text;
		size_t len;

		if (!file_read(a, in_tree(arena_printf(a, "tests/golden/%s", list[i]->d_name)), 1 << 20, &text, &len, NULL))
			doc = xmlReadMemory(text, (int)len, list[i]->d_name, NULL, XML_PARSE_NONET);
		CASE(list[i]->d_name, doc != NULL);
		if (doc)
			expect_valid(list[i]->d_name, doc);
		xmlFreeDoc(doc);
		free(list[i]);
		arena_free(a);
	}
	free(list);
}

static void every_example_of_the_manual_is_as_the_grammar_says(void)
{
	struct arena *a = arena_new(4 << 20);
	char *text, *end, name[32];
	size_t len, count = 0;

	begin();
	CU_ASSERT_EQUAL_FATAL(file_read(a, in_tree("docs/page-document.md"), 1 << 20, &text, &len, NULL), OK);
	while ((text = strstr(text, "```xml\n")) && (end = strstr(text += 7, "```"))) {
		xmlDoc *doc = xmlReadMemory(text, (int)(end - text), "example", NULL, XML_PARSE_NONET);

		snprintf(name, sizeof name, "example %zu", ++count);
		CASE(name, doc != NULL);
		if (doc)
			expect_valid(name, doc);
		xmlFreeDoc(doc);
		text = end + 3;
	}
	CU_ASSERT_TRUE(count >= 4);
	arena_free(a);
}

static void the_grammar_of_the_page_document_refuses_what_no_page_has(void)
{
	static const char *const bad[] = { "<page/>", "<page kind=\"nothing\" lang=\"nl\"/>",
		                           "<page kind=\"error\" lang=\"nl\" status=\"200\" number=\"x\"/>",
		                           "<page kind=\"entry\" lang=\"nl\" base=\"/\" static=\"/\" one_hat=\"yes\"/>" };

	begin();
	for (size_t i = 0; i < COUNT(bad); i++) {
		xmlDoc *doc = xmlReadMemory(bad[i], (int)strlen(bad[i]), "bad", NULL, 0);
		char text[300];

		CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
		validate(doc, text);
		CASE(bad[i], *text != '\0');
		xmlFreeDoc(doc);
	}
}

/* A document in both forms, held against each other and against the grammar. */
static void expect_both(const char *name, const struct doc *d)
{
	struct arena *a = arena_new(64 << 20);
	struct reading r = { .a = a };
	struct buf json, xml;
	struct json *v;
	xmlDoc *doc;

	buf_init(&json, 8 << 20);
	buf_init(&xml, 8 << 20);
	doc_json(d, &json);
	doc_xml(d, &xml);
	r.at = json.data;
	v = json_value(&r);
	CASE(name, !r.bad && !*r.at);
	doc = xmlReadMemory(xml.data, (int)xml.len, name, NULL, XML_PARSE_NONET);
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	expect_same(a, name, v, xmlDocGetRootElement(doc));
	if (!strcmp(d->name, "page"))
		expect_valid(name, doc);
	xmlFreeDoc(doc);
	buf_release(&json);
	buf_release(&xml);
	arena_free(a);
}

static void an_own_page_says_the_same_in_json_and_xml(void)
{
	static const char text[] = "<page><title>T &amp; \"q\"</title><p>Lees <em>eerst </em><a href=\"/me\">dit</a>, dan "
	                           "<code>a &lt; b</code>.</p><h2>Twee</h2><p>x</p><ul><li>een</li><li><strong>twee</strong>"
	                           " drie</li></ul><p>y</p></page>";
	struct arena *a = arena_new(4 << 20);
	struct doc *page = doc_new(a, "own"), *content = doc_object(page, "content");
	struct err err = { 0 };
	struct buf json;

	begin();
	write_text("page.nl.xml", text);
	CASE(err.text, load_page(a, in_tree("schema"), in_folder("page.nl.xml"), content, &err) == OK);
	expect_both("own page", page);
	buf_init(&json, 10000);
	doc_json(content, &json);
	SAME(json.data,
	     "{\"title\":\"T & \\\"q\\\"\",\"blocks\":[{\"kind\":\"p\",\"runs\":[{\"kind\":\"text\",\"text\":\"Lees \"},"
	     "{\"kind\":\"em\",\"text\":\"eerst \"},{\"kind\":\"a\",\"href\":\"/me\",\"text\":\"dit\"},{\"kind\":\"text\","
	     "\"text\":\", dan \"},{\"kind\":\"code\",\"text\":\"a \\u003c b\"},{\"kind\":\"text\",\"text\":\".\"}]},"
	     "{\"kind\":\"h2\",\"runs\":[{\"kind\":\"text\",\"text\":\"Twee\"}]},{\"kind\":\"p\",\"runs\":[{\"kind\":\"text\","
	     "\"text\":\"x\"}]},{\"kind\":\"ul\",\"items\":[{\"runs\":[{\"kind\":\"text\",\"text\":\"een\"}]},{\"runs\":["
	     "{\"kind\":\"strong\",\"text\":\"twee\"},{\"kind\":\"text\",\"text\":\" drie\"}]}]},{\"kind\":\"p\",\"runs\":["
	     "{\"kind\":\"text\",\"text\":\"y\"}]}]}");
	buf_release(&json);
	arena_free(a);
}

/* ---- real pages of the sample institution, without a server ---- */

struct portal {
	struct kit kit;
	struct arena *visit;
	struct gate_req req;
	struct resp resp;
};

static void portal_open(struct portal *p, int lang, const char *const *held)
{
	static const char *const settings =
	        CONF_BEGIN "<portal zone=\"Europe/Amsterdam\"><language tag=\"nl\"/><language tag=\"en\"/>"
	                   "<organisation xml:lang=\"nl\">Sample</organisation><host name=\"localhost\"/>"
	                   "<help phone=\"+31 1\" password=\"/services/acc-password\"/></portal>\n" FILES DATABASE SOURCE CONF_END;
	struct kit *kit = &p->kit;
	struct err err = { 0 };

	begin();
	*p = (struct portal){ .kit = { .program = "test", .worker = -1, .arena = arena_new(256 << 20) },
	                       .visit = arena_new(256 << 20) };
	write_text("loket.xml", with_schema(kit->arena, settings));
	CU_ASSERT_EQUAL_FATAL(load_conf(kit->arena, in_folder("loket.xml"), &kit->conf, &err), OK);
	CU_ASSERT_EQUAL(clock_zone(kit->conf.zone, &err), OK);
	kit->conf.groups_file = arena_str(kit->arena, in_tree("conf/sample/groups.xml"));
	kit->conf.desks_file = arena_str(kit->arena, in_tree("conf/sample/desks.xml"));
	kit->conf.catalogue_file = arena_str(kit->arena, in_tree("conf/sample/catalogue.xml"));
	kit->conf.texts_dir = arena_str(kit->arena, in_tree("conf/sample/pages"));
	kit->conf.schema_dir = arena_str(kit->arena, in_tree("schema"));
	kit->langs = langs;
	kit->lang = lang;
	kit->static_base = "/static/0/";
	kit->edition = "test";
	CU_ASSERT_EQUAL_FATAL(institution_files(&kit->conf, &kit->langs, &kit->in, &err), OK);
	CU_ASSERT_EQUAL_FATAL(share_open(in_folder("share"), 64, &kit->share, &err), OK);
	share_set_revision(kit->share, 0);
	for (; held && *held; held++) {
		int group = group_find(&kit->in->groups, *held);

		CU_ASSERT_TRUE_FATAL(group >= 0);
		bits_add(&kit->session.groups, (size_t)group);
		if (bits_has(&kit->in->groups.hats, (size_t)group))
			kit->session.hat[kit->session.hat_count++].group = (uint16_t)group;
	}
	kit->session.groups = group_close(&kit->in->groups, &kit->session.groups);
	snprintf(kit->session.uid, sizeof kit->session.uid, "s1");
	snprintf(kit->session.name, sizeof kit->session.name, "A <b> & \"c\"");
	kit->session.as_of = 1795430520;
	kit->session.hat[0].until = 1795430520;
	kit->session.complete = false;
	strcpy(kit->session.missing[0], "campus");
	kit->signed_in = held != NULL;
	/* What this person keeps was read before: no database here. */
	kit->owns = cache_new(4, 1 << 10, free);
	cache_put(kit->owns, (uint8_t[24]){ 0 }, 24, strdup("wifi gone card-lost "), 24);
	snprintf(kit->session.recent, sizeof kit->session.recent, "timetable wifi");
	buf_init(&p->resp.body, 8 << 20);
	buf_init(&p->resp.headers, 8 << 10);
}

static void portal_ask(struct portal *p, const char *path, const char *name, const char *value, const char *accept)
{
	arena_reset(p->visit);
	p->req = (struct gate_req){ .q = { .arena = p->visit, .method = GET, .number = "n1", .path = path,
		                           .raw_query = "", .address = "127.0.0.1", .agent = "", .accept = accept,
		                           .accept_language = "", .accept_encoding = "", .if_none_match = "",
		                           .origin = "", .fetch_site = "" } };
	if (name)
		pairs_add(p->visit, name[0] == '{' ? &p->req.path : &p->req.query, name[0] == '{' ? "id" : name, value);
	buf_clear(&p->resp.body);
	buf_clear(&p->resp.headers);
}

static void portal_close(struct portal *p)
{
	buf_release(&p->resp.body);
	buf_release(&p->resp.headers);
	institution_free(p->kit.in);
	cache_free(p->kit.owns);
	share_close(p->kit.share);
	arena_free(p->kit.arena);
	arena_free(p->visit);
}

typedef enum fail (*handler)(struct kit *, struct req *, struct resp *, struct err *);

/* Both forms of one page as a visitor gets them. */
static void expect_page(struct portal *p, const char *what, handler handle, const char *path, const char *name,
                        const char *value)
{
	struct arena *a = arena_new(64 << 20);
	struct reading r = { .a = a };
	struct err err = { 0 };
	struct json *v;
	xmlDoc *doc;

	portal_ask(p, path, name, value, "application/json");
	CASE(what, handle(&p->kit, &p->req.q, &p->resp, &err) == OK);
	r.at = arena_str(a, p->resp.body.data);
	v = json_value(&r);
	CASE(what, !r.bad && !*r.at);
	portal_ask(p, path, name, value, "application/xml");
	CASE(what, handle(&p->kit, &p->req.q, &p->resp, &err) == OK);
	doc = xmlReadMemory(p->resp.body.data, (int)p->resp.body.len, what, NULL, XML_PARSE_NONET);
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	expect_same(a, what, v, xmlDocGetRootElement(doc));
	expect_valid(what, doc);
	xmlFreeDoc(doc);
	arena_free(a);
}

static void every_page_of_the_sample_says_the_same_in_json_and_xml(void)
{
	static const char *const two[] = { "student", "employee", NULL }, *const one[] = { "student", NULL },
	                         *const nobody[] = { NULL };
	static const char *const *const people[] = { two, one, nobody };
	struct portal p;

	for (size_t i = 0; i < COUNT(people); i++) {
		for (int lang = 0; lang < 2; lang++) {
			portal_open(&p, lang, people[i]);
			expect_page(&p, "home", home_list, "/", NULL, NULL);
			expect_page(&p, "home of one hat", home_list, "/", "hat", "student");
			expect_page(&p, "home of one theme", home_list, "/", "theme", "net");
			expect_page(&p, "search", search_show, "/search", "q", "wifi <&\"'>");
			expect_page(&p, "search that finds nothing", search_show, "/search", "q", "\xe2\x82\xac<&\"'>");
			for (size_t s = 0; people[i] == two && s < p.kit.in->catalogue.service_count; s++) {
				struct err err = { 0 };
				const char *id = p.kit.in->catalogue.services[s].id;

				portal_ask(&p, "/services", "{id}", id, "application/xml");
				if (!service_show(&p.kit, &p.req.q, &p.resp, &err))
					expect_page(&p, id, service_show, "/services", "{id}", id);
			}
			expect_page(&p, "public", public_show, "/public", NULL, NULL);
			expect_page(&p, "privacy", public_text, "/privacy", NULL, NULL);
			expect_page(&p, "accessibility", public_text, "/accessibility", NULL, NULL);
			portal_close(&p);
		}
	}
}

static const char *etag_of(struct portal *p, const char *value)
{
	struct err err = { 0 };
	const char *at, *end;

	portal_ask(p, "/", "hat", value, "application/xml");
	CU_ASSERT_EQUAL(home_list(&p->kit, &p->req.q, &p->resp, &err), OK);
	at = strstr(p->resp.headers.data, "ETag: ");
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	end = strchr(at, '\r');
	return arena_strn(p->kit.arena, at, (size_t)(end - at));
}

static void the_etag_of_a_page_is_stable_and_differs_with_what_it_says(void)
{
	static const char *const two[] = { "student", "employee", NULL };
	struct portal p, again;
	const char *first;

	portal_open(&p, 0, two);
	p.kit.has_token = true; /* the form token's mask differs on each page; the ETag does not */
	token_make(&p.kit.token);
	first = etag_of(&p, "student");
	SAME(etag_of(&p, "student"), first);
	CU_ASSERT_TRUE(strcmp(etag_of(&p, "employee"), first) != 0);
	portal_open(&again, 0, two);
	again.kit.has_token = true;
	again.kit.token = p.kit.token;
	SAME(etag_of(&again, "student"), first);
	snprintf(again.kit.session.name, sizeof again.kit.session.name, "Ander");
	CU_ASSERT_TRUE(strcmp(etag_of(&again, "student"), first) != 0);
	portal_close(&again);
	portal_close(&p);
}

SUITE_TESTS(view) = {
	TEST(a_whole_configuration_is_read_with_its_defaults),
	TEST(a_configuration_that_everybody_may_write_is_refused),
	TEST(a_broken_file_is_refused_with_its_line_and_what_to_write_instead),
	TEST(the_sample_and_the_gemeente_load_whole),
	TEST(what_was_written_is_what_is_loaded),
	TEST(no_doctype_no_entity_and_no_bomb_is_read),
	TEST(a_file_that_is_too_large_or_too_deep_is_refused),
	TEST(a_view_reads_below_its_folder_only_writes_nothing_and_ends),
	TEST(a_fault_of_a_view_says_file_and_line),
	TEST(a_changed_view_is_taken_and_a_broken_one_leaves_the_last_good_in_place),
	TEST(a_text_that_a_view_reads_is_looked_at_again_when_it_changes),
	TEST(an_institution_puts_its_own_view_before_ours_and_builds_on_it),
	TEST(an_own_part_and_an_own_text_are_taken_by_our_views_as_soon_as_they_are_there),
	TEST(a_page_document_with_a_doctype_is_not_rendered),
	TEST(the_check_of_a_view_finds_what_would_be_refused),
	TEST(every_hole_is_filled_and_every_value_escaped),
	TEST(long_pages_and_long_values_are_the_same_compressed),
	TEST(a_piece_says_all_the_memory_it_holds),
	TEST(services_are_put_into_a_frame_that_keeps_the_holes_of_a_visit),
	TEST(a_hole_survives_the_view_in_text_in_attributes_and_in_addresses),
	TEST(every_kept_page_document_is_as_the_grammar_says),
	TEST(every_example_of_the_manual_is_as_the_grammar_says),
	TEST(the_grammar_of_the_page_document_refuses_what_no_page_has),
	TEST(an_own_page_says_the_same_in_json_and_xml),
	TEST(every_page_of_the_sample_says_the_same_in_json_and_xml),
	TEST(the_etag_of_a_page_is_stable_and_differs_with_what_it_says),
	END,
};
