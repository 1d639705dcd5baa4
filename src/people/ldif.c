#include "people/ldif.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "ldif_priv.h"
#include "people/level.h"

#define TWO_IN_RDN 1000 /* one DN in so many is named by two attributes */

/* ---- LDIF (RFC 2849); without its version line, which slapadd takes for an entry ---- */

static bool ldif_safe(const char *s)
{
	if (*s == ' ' || *s == ':' || *s == '<' || (*s && s[strlen(s) - 1] == ' '))
		return false;
	for (; *s; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

static void ldif_base64(FILE *out, const char *s)
{
	static const char sign[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i += 3) {
		unsigned left = (unsigned)(len - i), v = (unsigned)(unsigned char)s[i] << 16;

		v |= left > 1 ? (unsigned)(unsigned char)s[i + 1] << 8 : 0;
		v |= left > 2 ? (unsigned)(unsigned char)s[i + 2] : 0;
		putc_unlocked(sign[v >> 18], out);
		putc_unlocked(sign[v >> 12 & 63], out);
		putc_unlocked(left > 1 ? sign[v >> 6 & 63] : '=', out);
		putc_unlocked(left > 2 ? sign[v & 63] : '=', out);
	}
}

void ldif_line(FILE *out, const char *name, const char *value)
{
	bool safe = ldif_safe(value);

	fputs_unlocked(name, out);
	fputs_unlocked(safe ? ": " : ":: ", out);
	if (safe)
		fputs_unlocked(value, out);
	else
		ldif_base64(out, value);
	putc_unlocked('\n', out);
}

void ldif_dn(FILE *out, const struct model *m, const char *name, const char *rdns)
{
	fprintf(out, "%s: %s,%s\n", name, rdns, m->suffix);
}

static void ldif_classes(FILE *out, const struct model *m, const char *list)
{
	char **class = csv_words(m->arena, list, " ");

	for (; *class; class ++)
		ldif_line(out, "objectClass", *class);
}

static void time_text(int64_t t, char *to, size_t size)
{
	time_t at = (time_t)t;
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(to, size, "%Y%m%d%H%M%SZ", &tm);
}

void ldif_facts(FILE *out, const struct model *m, const struct someone *s,
                       const struct facts *facts)
{
	char text[32];

	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *f = &facts->list[i];

		if (!f->value)
			time_text(fact_time(m, s, f), text, sizeof text);
		ldif_line(out, f->name, f->value ? f->value : text);
	}
}

/* ---- entries ---- */

/* The first value of a DN: "dc=a,dc=b" is "a". */
static const char *first_value(const struct model *m, const char *dn)
{
	const char *value = strchr(dn, '=');

	return value ? arena_strn(m->arena, value + 1, strcspn(value + 1, ",")) : dn;
}

static void suffix_write(FILE *out, const struct model *m)
{
	ldif_line(out, "dn", m->suffix);
	ldif_classes(out, m, "dcObject organization");
	ldif_line(out, "dc", first_value(m, m->suffix));
	ldif_line(out, "o", m->organisation);
	fputs("\n", out);
}

static void units_write(FILE *out, const struct model *m)
{
	for (size_t i = 0; i < m->directory.count; i++) {
		const struct csv_row *r = &m->directory.rows[i];

		if (!row_is(r, "unit"))
			continue;
		ldif_dn(out, m, "dn", r->field[ID]);
		ldif_line(out, "objectClass", "organizationalUnit");
		ldif_line(out, "ou", first_value(m, r->field[ID]));
		ldif_line(out, "description", r->field[NAME]);
		fputs("\n", out);
	}
}

/* The portal's own account, and the one that it tries instead of a name nobody has: that
 * password is known to nobody. */
static enum fail system_write(FILE *out, const struct model *m, const char *secret, struct err *err)
{
	unsigned char noise[24];
	char password[2 * sizeof noise + 1];

	if (getrandom(noise, sizeof noise, 0) != sizeof noise)
		return err_set(err, FAIL_BACKEND, "no random bytes");
	for (size_t i = 0; i < sizeof noise; i++)
		snprintf(password + 2 * i, 3, "%02x", noise[i]);
	fprintf(out, "dn: cn=%s,%s,%s\n", m->service, m->system, m->suffix);
	ldif_classes(out, m, "organizationalRole simpleSecurityObject");
	ldif_line(out, "cn", m->service);
	ldif_line(out, "userPassword", secret);
	fprintf(out, "\ndn: uid=%s,%s,%s\n", m->decoy, m->system, m->suffix);
	ldif_classes(out, m, "account simpleSecurityObject");
	ldif_line(out, "uid", m->decoy);
	ldif_line(out, "userPassword", password);
	fputs("\n", out);
	return OK;
}

static void name_write(FILE *out, const struct someone *s)
{
	char whole[256], given[256];
	const char *space;

	if (s->surname)
		snprintf(whole, sizeof whole, "%s %s", s->given, s->surname);
	else
		snprintf(whole, sizeof whole, "%s", s->given);
	space = s->surname ? whole + strlen(s->given) : strchr(whole, ' ');
	ldif_line(out, "cn", whole);
	ldif_line(out, "displayName", whole);
	ldif_line(out, "sn", space ? space + 1 : whole);
	if (!space)
		return;
	snprintf(given, sizeof given, "%.*s", (int)(space - whole), whole);
	ldif_line(out, "givenName", given);
}

/* The same for all accounts of a person, and says nothing about them. */
static void person_key_write(FILE *out, const struct model *m, const struct someone *s)
{
	uint64_t sum = m->seed;

	for (const char *c = s->person; *c; c++)
		sum = dice(sum, (unsigned char)*c, DICE_PERSON_KEY);
	fprintf(out, "%s: %016" PRIx64 "%016" PRIx64 "@%s\n", m->person_key, sum,
	        dice(sum, 0, DICE_PERSON_KEY), m->domain);
}

static bool two_in_rdn(const struct model *m, const struct someone *s)
{
	return !s->listed && s->surname && one_in(m, TWO_IN_RDN, s->number, DICE_FAULTS);
}

void ldif_person(FILE *out, const struct model *m, const char *name, const struct someone *s)
{
	char dn[1024];

	if (!two_in_rdn(m, s)) {
		fprintf(out, "%s: uid=%s,%s,%s\n", name, s->uid, m->people, m->suffix);
		return;
	}
	snprintf(dn, sizeof dn, "sn=%s+uid=%s,%s,%s", s->surname, s->uid, m->people, m->suffix);
	ldif_line(out, name, dn);
}

static void upper(char *s)
{
	for (; *s; s++)
		if (*s >= 'a' && *s <= 'z')
			*s = (char)(*s - 'a' + 'A');
}

void ldif_respelled(FILE *out, const struct model *m, const char *name, const struct someone *s)
{
	char dn[1024], rest[512];

	snprintf(rest, sizeof rest, "%s, %s", m->people, m->suffix);
	upper(rest);
	if (two_in_rdn(m, s))
		snprintf(dn, sizeof dn, "UID=%s + SN=%s, %s", s->uid, s->surname, rest);
	else
		snprintf(dn, sizeof dn, "UserId = %s , %s", s->uid, rest);
	ldif_line(out, name, dn);
}

static void person_write(FILE *out, const struct model *m, char **classes, struct someone *s)
{
	struct gset held = model_close(m, &s->assigned);

	someone_name(m, s);
	ldif_person(out, m, "dn", s);
	for (; *classes; classes++)
		ldif_line(out, "objectClass", *classes);
	ldif_line(out, "uid", s->uid);
	name_write(out, s);
	fprintf(out, "mail: %s@%s\n", s->uid, m->domain);
	ldif_line(out, "preferredLanguage", s->lang);
	person_key_write(out, m, s);
	for (size_t i = 0; i < m->shown_count; i++)
		if (gset_has(&held, m->shown[i].group))
			ldif_line(out, m->shown[i].name, m->shown[i].value);
	ldif_facts(out, m, s, s->facts);
	fprintf(out, "userPassword: %s%s\n\n", m->password_prefix, s->uid);
}

enum fail ldif_write(FILE *out, const struct model *m, const char *secret, struct err *err)
{
	char **classes = csv_words(m->arena, m->classes, " ");
	enum fail rc;

	suffix_write(out, m);
	units_write(out, m);
	if (secret && (rc = system_write(out, m, secret, err)))
		return rc;
	for (size_t i = 0; i < m->accounts; i++) {
		struct someone s;

		someone_make(m, i, &s);
		person_write(out, m, classes, &s);
	}
	groups_write(out, m);
	return fflush(out) || ferror(out) ? err_set(err, FAIL_BACKEND, "cannot write the directory")
	                                  : OK;
}
