/* login.fcgi: signs people in and out. It alone sees passwords and the directory's secret. */
#include "app/login.h"

static const struct route routes[] = {
	{ GET, "/login", login_form, ANYONE },
	{ POST, "/login", login_submit, ANYONE_FORM },
	{ GET, "/login/external", login_external, ANYONE },
	{ POST, "/logout", login_out, PERSON_FORM },
};

int main(int argc, char **argv)
{
	return kit_main("login", argc, argv, KIT_DB | KIT_DIR | KIT_VIEWS, routes, COUNT(routes), 8 << 10,
	                "password");
}
