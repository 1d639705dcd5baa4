/* catalogue.fcgi: shows each person the services meant for them, and what is known of them. */
#include "app/home.h"
#include "app/me.h"
#include "app/mydata.h"
#include "app/notices.h"
#include "app/own.h"
#include "app/requests.h"
#include "app/search.h"
#include "app/service.h"

static const struct route routes[] = {
	{ GET, "/", home_list, PERSON },
	{ GET, "/search", search_show, PERSON },
	{ GET, "/search/suggest", search_suggest, PERSON },
	{ GET, "/services/{id}", service_show, PERSON },
	{ POST, "/services/{id}/requests", request_send, PERSON_FORM },
	{ POST, "/services/{id}/favourite", own_favourite, PERSON_FORM },
	{ GET, "/notices.atom", notices_feed, PERSON },
	{ GET, "/requests", requests_list, PERSON_FRESH },
	{ GET, "/requests/{number}", requests_show, PERSON_FRESH },
	{ GET, "/me", me_show, PERSON_FRESH },
	{ GET, "/me/data", mydata_export, PERSON_FRESH },
	{ POST, "/me/data/erase", mydata_erase, PERSON_FORM },
	{ POST, "/me/refresh", me_refresh, PERSON_FORM },
	{ POST, "/me/sessions/end", me_end_sessions, PERSON_FORM },
};

int main(int argc, char **argv)
{
	return kit_main("catalogue", argc, argv, KIT_DB | KIT_VIEWS, routes, COUNT(routes), 128 << 10, NULL);
}
