#include "app/health.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"

/* Details are for listed addresses; to others the path is not there. */
static enum fail listed(const struct kit *kit, const struct req *q, struct err *err)
{
	for (size_t i = 0; i < kit->conf.health_from_count; i++)
		if (!strcmp(kit->conf.health_from[i], q->address))
			return OK;
	return err_set(err, FAIL_ABSENT, "%s may not read this", q->address);
}

enum fail health_alive(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	(void)kit;
	(void)q;
	(void)err;
	p->type = "application/json";
	buf_raw(&p->body, "{\"status\":\"alive\"}\n");
	return OK;
}

enum fail health_ready(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	struct err why = { 0 };
	int64_t polled, age_ms;
	enum fail rc, database;

	if ((rc = listed(kit, q, err)))
		return rc;
	database = db_ping(kit->db, &why);
	polled = share_polled_ms(kit->share);
	age_ms = polled ? clock_ms() - polled : -1;
	p->type = "application/json";
	if (database || age_ms < 0 || age_ms > (int64_t)kit->conf.poll_bound_s * 1000) {
		p->status = 503;
		resp_header(p, "Retry-After", "5");
	}
	buf_printf(&p->body, "{\"ready\":%s,\"database\":%s,\"revision\":%" PRId64 ",\"poll_age_ms\":%" PRId64 "}\n",
	           p->status == 503 ? "false" : "true", database ? "false" : "true",
	           share_revision(kit->share), age_ms);
	return OK;
}

enum fail health_metrics(struct kit *kit, struct req *q, struct resp *p, struct err *err)
{
	static const struct {
		enum share_count which;
		const char *name;
	} counters[] = {
		{ COUNT_PAGES, "loket_requests_total" },
		{ COUNT_SIGNIN_OK, "loket_signin_total{outcome=\"ok\"}" },
		{ COUNT_SIGNIN_WRONG, "loket_signin_total{outcome=\"refused\"}" },
		{ COUNT_SIGNIN_UNREACHABLE, "loket_signin_total{outcome=\"unreachable\"}" },
		{ COUNT_SESSION_FROM_DB, "loket_session_reads_total" },
		{ COUNT_FRAME_HIT, "loket_frames_total{result=\"kept\"}" },
		{ COUNT_FRAME_MISS, "loket_frames_total{result=\"made\"}" },
		{ COUNT_ERRORS, "loket_error_pages_total" },
	};
	enum fail rc;

	if ((rc = listed(kit, q, err)))
		return rc;
	p->type = "text/plain; version=0.0.4; charset=utf-8";
	for (size_t i = 0; i < COUNT(counters); i++)
		buf_printf(&p->body, "%s %" PRIu64 "\n", counters[i].name,
		           share_counted(kit->share, counters[i].which));
	return OK;
}
