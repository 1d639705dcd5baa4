/* health.fcgi: for load balancers and monitoring. */
#include "app/health.h"

static const struct route routes[] = {
	{ GET, "/health", health_alive, ANYONE },
	{ GET, "/ready", health_ready, ANYONE },
	{ GET, "/metrics", health_metrics, ANYONE },
};

int main(int argc, char **argv)
{
	return kit_main("health", argc, argv, KIT_DB, routes, COUNT(routes), 8 << 10, NULL);
}
