#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "load_source_priv.h"
#include "xml_priv.h"

#define CONF_MAX ((size_t)256 << 10)

struct conf_loading {
	struct loading l;
	struct conf *out;
	const char *folder; /* that relative paths count from */
};

static const char *path_of(struct conf_loading *c, const xmlNode *n, const char *attr)
{
	const char *path = n ? xml_attr(c->l.a, n, attr) : NULL;

	if (!path || path[0] == '/')
		return path;
	return arena_printf(c->l.a, "%s/%s", c->folder, path);
}

static const char *word_of(struct conf_loading *c, const xmlNode *n, const char *attr, const char *absent)
{
	const char *word = n ? xml_attr(c->l.a, n, attr) : NULL;

	return word ? word : absent;
}

/* An element that is not there has all its defaults. */
static enum fail int_of(struct conf_loading *c, const xmlNode *n, const char *attr, int low, int high,
                        int absent, int *out)
{
	*out = absent;
	return n ? load_int(&c->l, n, attr, low, high, absent, out) : OK;
}

static enum fail words_of(struct conf_loading *c, const xmlNode *n, const char *attr,
                          const char *out[CONF_LIST], size_t *count)
{
	const char *const *words = load_words(c->l.a, n ? xml_attr(c->l.a, n, attr) : NULL, count);

	if (*count > CONF_LIST)
		return load_fault(&c->l, n, "%s: at most %d words", attr, CONF_LIST);
	for (size_t i = 0; i < *count; i++)
		out[i] = words[i];
	return OK;
}

/* Texts per language of the configuration, by its own list of languages. */
static enum fail texts_of(struct conf_loading *c, const xmlNode *n, const char *name, const char *out[8])
{
	struct langs langs = { .count = c->out->lang_count };
	struct text text;
	enum fail rc;

	for (size_t i = 0; i < langs.count; i++)
		langs.tag[i] = c->out->lang[i];
	c->l.langs = &langs;
	rc = load_text(&c->l, n, name, &text);
	for (size_t i = 0; !rc && i < langs.count; i++)
		out[i] = text.in[i];
	c->l.langs = NULL;
	return rc;
}

/* ---- <portal> ---- */

static enum fail load_clock_shift(struct conf_loading *c, const xmlNode *portal)
{
	const xmlNode *clock = xml_first(portal, "clock");
	const char *shift;
	char *end;

	if (!clock)
		return OK;
	if (!c->out->sample)
		return load_fault(&c->l, clock, "<clock> is for a sample only: leave it out");
	shift = xml_attr(c->l.a, clock, "shift");
	c->out->clock_shift = strtoll(shift, &end, 10);
	return *end || end == shift ? load_fault(&c->l, clock, "shift=\"%s\": write seconds", shift) : OK;
}

static enum fail load_portal(struct conf_loading *c, const xmlNode *n)
{
	const xmlNode *help = xml_first(n, "help");
	struct conf *o = c->out;
	size_t len;
	enum fail rc;

	o->name = word_of(c, n, "name", "Loket");
	o->base = word_of(c, n, "base", "/");
	o->zone = word_of(c, n, "zone", "UTC");
	len = strlen(o->base);
	if (o->base[0] != '/' || o->base[len - 1] != '/' || strpbrk(o->base, " \"<>&?#%\\"))
		return load_fault(&c->l, n, "base=\"%s\": write a path that begins and ends with \"/\"", o->base);
	XML_EACH(child, n, "language") {
		if (o->lang_count == COUNT(o->lang))
			return load_fault(&c->l, child, "at most %zu languages", COUNT(o->lang));
		o->lang[o->lang_count++] = xml_attr(c->l.a, child, "tag");
	}
	XML_EACH(child, n, "host") {
		if (o->host_count == CONF_LIST)
			return load_fault(&c->l, child, "at most %d hosts", CONF_LIST);
		o->host[o->host_count++] = xml_attr(c->l.a, child, "name");
	}
	o->help_phone = word_of(c, help, "phone", NULL);
	o->password_url = word_of(c, help, "password", NULL);
	o->activate_url = word_of(c, help, "activate", NULL);
	if ((o->password_url && (rc = load_link(&c->l, help, o->password_url))) ||
	    (o->activate_url && (rc = load_link(&c->l, help, o->activate_url))) ||
	    (rc = texts_of(c, n, "organisation", o->org)))
		return rc;
	return load_clock_shift(c, n);
}

/* ---- the rest ---- */

static void load_files(struct conf_loading *c, const xmlNode *n)
{
	struct conf *o = c->out;

	o->groups_file = path_of(c, n, "groups");
	o->desks_file = path_of(c, n, "desks");
	o->catalogue_file = path_of(c, n, "catalogue");
	o->words_file = path_of(c, n, "words");
	o->texts_dir = path_of(c, n, "texts");
	o->views_dir = path_of(c, n, "views");
	o->own_views_dir = path_of(c, n, "own-views");
	o->static_dir = path_of(c, n, "static");
	o->schema_dir = path_of(c, n, "schema");
	o->state_dir = path_of(c, n, "state");
	o->socket_dir = path_of(c, n, "sockets");
}

static enum fail load_database(struct conf_loading *c, const xmlNode *n)
{
	struct conf *o = c->out;

	o->db_name = word_of(c, n, "name", "loket");
	o->db_user = word_of(c, n, "user", "loket");
	o->db_socket = path_of(c, n, "socket");
	o->db_host = word_of(c, n, "host", NULL);
	o->db_ca_file = path_of(c, n, "ca");
	o->db_secret_file = path_of(c, n, "secret");
	if (!o->db_socket == !o->db_host)
		return load_fault(&c->l, n, "write either socket=\"…\" or host=\"…\"");
	if (o->db_host && !o->db_ca_file)
		return load_fault(&c->l, n, "a database over the network needs ca=\"…\": it is asked over TLS only");
	return int_of(c, n, "port", 1, 65535, 3306, &o->db_port);
}

static enum fail load_limits(struct conf_loading *c, const xmlNode *root)
{
	const xmlNode *session = xml_first(root, "session"), *poll = xml_first(root, "poll");
	const xmlNode *signin = xml_first(root, "sign-in"), *workers = xml_first(root, "workers");
	struct conf *o = c->out;
	const struct {
		const xmlNode *n;
		const char *attr;
		int low, high, absent, *out;
	} list[] = {
		{ session, "idle", 1, 86400, 3600, &o->session_idle_s },
		{ session, "overall", 1, 604800, 43200, &o->session_overall_s },
		{ session, "groups-fresh", 2, 3600, 60, &o->groups_fresh_s },
		{ poll, "every-ms", 50, 5000, 250, &o->poll_ms },
		{ poll, "bound", 1, 60, 3, &o->poll_bound_s },
		{ signin, "grid-ms", 0, 2000, 250, &o->signin_grid_ms },
		{ signin, "account-tries", 1, 100, 5, &o->throttle_account },
		{ signin, "address-tries", 1, 10000, 50, &o->throttle_address },
		{ signin, "longest-wait", 1, 60, 60, &o->throttle_wait_s },
		{ workers, "login", 1, 64, 2, &o->workers_login },
		{ workers, "catalogue", 1, 64, 4, &o->workers_catalogue },
		{ workers, "public", 1, 64, 1, &o->workers_public },
		{ workers, "health", 1, 64, 1, &o->workers_health },
		{ workers, "budget-ms", 1000, 60000, 10000, &o->request_budget_ms },
	};
	enum fail rc;

	for (size_t i = 0; i < COUNT(list); i++)
		if ((rc = int_of(c, list[i].n, list[i].attr, list[i].low, list[i].high, list[i].absent,
		                 list[i].out)))
			return rc;
	return words_of(c, xml_first(root, "health"), "from", o->health_from, &o->health_from_count);
}

/* ---- <source> ---- */

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static enum fail load_servers(struct conf_loading *c, const xmlNode *n, struct conf_source *s)
{
	const xmlNode *tls = xml_first(n, "tls"), *bind = xml_first(n, "bind");
	bool network = false;

	XML_EACH(child, n, "server") {
		const char *uri = xml_attr(c->l.a, child, "uri");

		if (s->uri_count == CONF_LIST)
			return load_fault(&c->l, child, "at most %d servers", CONF_LIST);
		if (!begins(uri, "ldap://") && !begins(uri, "ldaps://") && !begins(uri, "ldapi://"))
			return load_fault(&c->l, child, "uri=\"%s\": write ldap://, ldaps:// or ldapi://", uri);
		network |= !begins(uri, "ldapi://");
		s->uri[s->uri_count++] = uri;
	}
	s->ca_file = path_of(c, tls, "ca");
	if (network && !s->ca_file)
		return load_fault(&c->l, n, "source \"%s\" is asked over TLS: add <tls ca=\"…\"/>", s->id);
	s->bind_dn = word_of(c, bind, "dn", NULL);
	s->secret_file = path_of(c, bind, "secret");
	return OK;
}

static bool yes(struct conf_loading *c, const xmlNode *n, const char *attr)
{
	return !strcmp(word_of(c, n, attr, "no"), "yes");
}

static enum fail load_source(struct conf_loading *c, const xmlNode *n, struct conf_source *s)
{
	const xmlNode *limits = xml_first(n, "limits");
	enum fail rc;

	if ((rc = load_source_people_and_groups(&c->l, n, s)) || (rc = texts_of(c, n, "label", s->label)) ||
	    (rc = load_servers(c, n, s)) || (rc = int_of(c, limits, "call-ms", 100, 60000, 2000, &s->timeout_ms)))
		return rc;
	return int_of(c, limits, "deadline-ms", 100, 60000, 2500, &s->deadline_ms);
}

static enum fail load_sources(struct conf_loading *c, const xmlNode *root)
{
	enum fail rc;

	XML_EACH(n, root, "source") {
		if (c->out->source_count == COUNT(c->out->source))
			return load_fault(&c->l, n, "at most %zu sources", COUNT(c->out->source));
		if ((rc = load_source(c, n, &c->out->source[c->out->source_count++])))
			return rc;
	}
	return OK;
}

/* ---- accounts ---- */

static enum fail load_links(struct conf_loading *c, const xmlNode *n)
{
	struct conf *o = c->out;
	enum fail rc;

	o->link_chain = n && yes(c, n, "chain");
	if ((rc = int_of(c, n, "most", 2, 1000, 4, &o->link_most)) || !n)
		return rc;
	XML_EACH(child, n, "key") {
		struct conf_link *link = &o->link[o->link_count];

		if (o->link_count == CONF_LINKS)
			return load_fault(&c->l, child, "at most %d keys", CONF_LINKS);
		if ((rc = words_of(c, child, "attribute", link->attribute, &link->attribute_count)))
			return rc;
		if (!link->attribute_count)
			return load_fault(&c->l, child, "attribute=\"\": write the attribute that holds the key");
		o->link_count++;
	}
	XML_EACH(child, n, "stop") {
		if (o->link_stop_count == CONF_LIST)
			return load_fault(&c->l, child, "at most %d values", CONF_LIST);
		o->link_stop[o->link_stop_count++] = xml_attr(c->l.a, child, "value");
	}
	return OK;
}

static enum fail load_accounts(struct conf_loading *c, const xmlNode *n)
{
	struct conf *o = c->out;
	enum fail rc;

	o->show_dn = n && yes(c, n, "show-dn");
	if ((rc = int_of(c, n, "deadline-ms", 100, 60000, 2500, &o->people_ms)) ||
	    (rc = int_of(c, n, "last-good", 0, 86400, 900, &o->last_good_s)))
		return rc;
	return load_links(c, n ? xml_first(n, "link") : NULL);
}

/* ---- external sign-in ---- */

/* Everybody can send a header, and a header is HTTP_NAME here: such a parameter proves nothing. */
static enum fail load_external(struct conf_loading *c, const xmlNode *n)
{
	struct conf *o = c->out;

	if (!n)
		return OK;
	o->external_parameter = xml_attr(c->l.a, n, "parameter");
	o->external_strip = word_of(c, n, "strip", NULL);
	o->external_sign_out = word_of(c, n, "sign-out", NULL);
	o->external_only = yes(c, n, "only");
	if (begins(o->external_parameter, "HTTP_"))
		return load_fault(&c->l, n,
		                  "parameter=\"%s\": any client can send that; write one that only the web "
		                  "server sets, such as REMOTE_USER",
		                  o->external_parameter);
	return texts_of(c, n, "label", o->external_label);
}

/* Who may write the configuration decides everything. */
static enum fail check_mode(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st))
		return err_set(err, FAIL_DATA, "%s: cannot be read", path);
	if (st.st_mode & S_IWOTH)
		return err_set(err, FAIL_DATA, "%s: everybody may write it: take that right away (chmod o-w)", path);
	return OK;
}

/* The grammars lie where the file itself says; <files> is therefore looked up before validation,
 * which then refuses whatever is wrong with it. */
static enum fail find_schema(struct conf_loading *c, xmlDoc *doc)
{
	const xmlNode *root = xmlDocGetRootElement(doc), *files = xml_first(root, "files");

	if (!xml_is(root, "loket") || !files || !(c->out->schema_dir = path_of(c, files, "schema")))
		return load_fault(&c->l, root, "write <loket> with <files … schema=\"…\"/>, the folder of the grammars");
	if (access(arena_printf(c->l.a, "%s/conf.rng", c->out->schema_dir), R_OK))
		return load_fault(&c->l, files, "schema=\"%s\": no conf.rng is there; write the folder of the grammars",
		                  c->out->schema_dir);
	return OK;
}

enum fail load_conf(struct arena *a, const char *path, struct conf *out, struct err *err)
{
	struct conf_loading c = { { a, path, NULL, err }, out, "." };
	struct source_text file = { .name = path };
	const char *slash = strrchr(path, '/'), *mode;
	const xmlNode *root;
	xmlDoc *doc;
	char *text;
	enum fail rc;

	*out = (struct conf){ .file = arena_str(a, path) };
	if (slash)
		c.folder = arena_strn(a, path, (size_t)(slash - path));
	if ((rc = file_read(a, path, CONF_MAX, &text, &file.len, err)))
		return rc == FAIL_ABSENT ? FAIL_DATA : rc;
	file.text = text;
	if ((rc = check_mode(path, err)) || (rc = xml_parse(a, &file, &doc, err)) ||
	    (rc = find_schema(&c, doc)) || (rc = xml_valid(out->schema_dir, "conf.rng", doc, path, err)))
		return rc;
	root = xmlDocGetRootElement(doc);
	mode = word_of(&c, root, "mode", "installed");
	out->sample = !strcmp(mode, "sample");
	load_files(&c, xml_first(root, "files"));
	if ((rc = load_portal(&c, xml_first(root, "portal"))) ||
	    (rc = load_database(&c, xml_first(root, "database"))) || (rc = load_limits(&c, root)) ||
	    (rc = load_accounts(&c, xml_first(root, "accounts"))) ||
	    (rc = load_external(&c, xml_first(root, "external-sign-in"))))
		return rc;
	return load_sources(&c, root);
}
