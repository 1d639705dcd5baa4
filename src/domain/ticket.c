#include "domain/ticket.h"

#include <string.h>

#include "base/err.h"

#define BETWEEN '\x1f' /* the parts of a field */
#define AFTER   '\x1e' /* a field */

static const char *const words[TICKET_KINDS] = { "sent", "moved", "closed" };

const char *ticket_word(enum ticket_kind kind)
{
	return words[kind];
}

int ticket_kind(const char *word)
{
	for (int i = 0; i < TICKET_KINDS; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

bool ticket_is_open(const struct ticket *t)
{
	return t->event_count && t->events[t->event_count - 1].kind != TICKET_CLOSED;
}

const char *ticket_desk(const struct ticket *t)
{
	return t->event_count ? t->events[t->event_count - 1].desk : "";
}

void ticket_write_fields(const struct filled *fields, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		buf_raw(out, fields[i].name);
		buf_char(out, BETWEEN);
		buf_raw(out, fields[i].label);
		buf_char(out, BETWEEN);
		buf_raw(out, fields[i].value);
		buf_char(out, AFTER);
	}
}

static const char *cut(char **rest, char end)
{
	char *from = *rest, *to = strchr(from, end);

	if (!to)
		return NULL;
	*to = '\0';
	*rest = to + 1;
	return from;
}

size_t ticket_read_fields(struct arena *a, const char *text, const struct filled **out)
{
	char *rest = arena_str(a, text);
	struct filled *list;
	size_t count = 0;

	for (const char *s = text; *s; s++)
		count += *s == AFTER;
	list = arena_array(a, count, sizeof *list);
	*out = list;
	for (size_t i = 0; i < count; i++) {
		list[i].name = cut(&rest, BETWEEN);
		list[i].label = list[i].name ? cut(&rest, BETWEEN) : NULL;
		list[i].value = list[i].label ? cut(&rest, AFTER) : NULL;
		if (!list[i].value)
			return i;
	}
	return count;
}
