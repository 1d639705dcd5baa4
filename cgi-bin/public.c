/* public.fcgi: pages for people without a session. */
#include "app/notices.h"
#include "app/public.h"

static const struct route routes[] = {
	{ GET, "/public", public_show, ANYONE },
	{ GET, "/public/notices.atom", notices_public_feed, ANYONE },
	{ GET, "/opensearch.xml", public_opensearch, ANYONE },
	{ GET, "/accessibility", public_text, ANYONE },
	{ GET, "/privacy", public_text, ANYONE },
	{ POST, "/theme", public_theme, ANYONE },
};

int main(int argc, char **argv)
{
	return kit_main("public", argc, argv, KIT_DB | KIT_VIEWS, routes, COUNT(routes), 8 << 10, NULL);
}
