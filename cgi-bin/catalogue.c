/* catalogue.fcgi: shows each person the services meant for them, and what is known of them. */
#include "app/home.h"
#include "app/me.h"

static const struct route routes[] = {
	{ GET, "/", home_list, PERSON },
	{ GET, "/search", home_search, PERSON },
	{ GET, "/services/{id}", home_service, PERSON },
	{ GET, "/me", me_show, PERSON_FRESH },
	{ POST, "/me/sessions/end", me_end_sessions, PERSON_FORM },
};

int main(int argc, char **argv)
{
	return kit_main("catalogue", argc, argv, KIT_DB | KIT_VIEWS, routes, COUNT(routes), 128 << 10, NULL);
}
