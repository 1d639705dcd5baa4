#include "db/throttle.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "crypt/token.h"
#include "db_priv.h"

#define FORGET_S 600 /* failures older than this count no more */
#define SCRATCH  ((size_t)1 << 20)

enum { ADDRESS, ACCOUNT, TIE }; /* what a row of the answer is about */

/* A /24 or /64 is one customer: more would let one machine be many. */
static void address_key(const char *address, uint8_t out[16])
{
	uint8_t net[17] = { 0 }, hash[32];

	if (inet_pton(AF_INET, address, net + 1) == 1) {
		net[0] = 4;
		net[4] = 0;
	} else if (inet_pton(AF_INET6, address, net + 1) == 1) {
		net[0] = 6;
		memset(net + 9, 0, 8);
	}
	hash_bytes(net, sizeof net, hash);
	memcpy(out, hash, 16);
}

/* Seconds still to wait: after the free tries 1, 2, 4 … since the last failure. Moments are whole seconds, so one
 * more: no wait is shorter than it should be. */
static int wait_after(int64_t failures, int64_t last, int64_t now, int tries, int most)
{
	int64_t over = failures - tries, wait;

	if (over < 0 || now - last > FORGET_S)
		return 0;
	wait = over < 20 ? (int64_t)1 << over : most;
	if (wait > most)
		wait = most;
	return last + wait >= now ? (int)(last + wait + 1 - now) : 0;
}

enum fail throttle_look(struct db *db, const struct conf *conf, const uint8_t account[16], const char *address,
                        int under_way, struct throttle *out, struct err *err)
{
	struct arena *a = arena_new(SCRATCH);
	int64_t now = clock_now(), failures = under_way, last = under_way ? now : 0, wait;
	uint8_t net[16];
	struct rows rows;
	enum fail rc;

	*out = (struct throttle){ 0 };
	address_key(address, net);
	rc = db_ask(db, a,
	            "SELECT kind = 'account', failures, last FROM throttle WHERE (kind = 'account' AND id = ?) OR "
	            "(kind = 'address' AND id = ?) UNION ALL SELECT 2, 0, 0 FROM account_link WHERE one = ? OR other = ?",
	            VALUES(v_bytes(account, 16), v_bytes(net, 16), v_bytes(account, 16), v_bytes(account, 16)), &rows, err);
	out->untied = !rc;
	for (size_t i = 0; !rc && i < rows.count; i++) {
		const struct column *row = rows.list[i];

		if (row[0].number == TIE) {
			out->untied = false;
		} else if (row[0].number == ACCOUNT) {
			out->failed = true;
			failures += now - row[2].number > FORGET_S ? 0 : row[1].number;
			last = last > row[2].number ? last : row[2].number;
		} else {
			out->wait_s = wait_after(row[1].number, row[2].number, now, conf->throttle_address,
			                         conf->throttle_wait_s);
		}
	}
	arena_free(a);
	wait = wait_after(failures, last, now, conf->throttle_account, conf->throttle_wait_s);
	if (wait > out->wait_s)
		out->wait_s = (int)wait;
	return rc;
}

enum fail throttle_count(struct db *db, const uint8_t account[16], const char *address, struct err *err)
{
	int64_t now = clock_now();
	uint8_t net[16];

	address_key(address, net);
	return db_do(db,
	             "INSERT INTO throttle (kind, id, failures, last) VALUES ('account', ?, 1, ?), "
	             "('address', ?, 1, ?) ON DUPLICATE KEY UPDATE failures = IF(last < ?, 1, failures + 1), "
	             "last = ?",
	             VALUES(v_bytes(account, 16), v_int(now), v_bytes(net, 16), v_int(now), v_int(now - FORGET_S),
	                    v_int(now)),
	             NULL, err);
}

enum fail throttle_clear(struct db *db, const uint8_t account[16], struct err *err)
{
	return db_do(db, "DELETE FROM throttle WHERE kind = 'account' AND id = ?", VALUES(v_bytes(account, 16)),
	             NULL, err);
}
