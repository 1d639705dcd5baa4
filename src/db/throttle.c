#include "db/throttle.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "crypt/token.h"
#include "db_priv.h"

#define FORGET_S 600 /* failures older than this count no more */
#define SCRATCH  ((size_t)1 << 20)

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

/* Seconds still to wait: after the free tries 1, 2, 4 … since the last failure. */
static int wait_after(int64_t failures, int64_t last, int64_t now, int tries, int most)
{
	int64_t over = failures - tries, wait;

	if (over < 0 || now - last > FORGET_S)
		return 0;
	wait = over < 20 ? (int64_t)1 << over : most;
	if (wait > most)
		wait = most;
	return last + wait > now ? (int)(last + wait - now) : 0;
}

struct entering {
	const struct conf *conf;
	const uint8_t *account;
	uint8_t address[16];
	int wait_s;
};

static enum fail look(struct db *db, struct arena *a, struct entering *e, struct err *err)
{
	struct rows rows;
	enum fail rc;

	if ((rc = db_ask(db, a,
	                 "SELECT kind = 'account', failures, last FROM throttle WHERE (kind = 'account' AND "
	                 "id = ?) OR (kind = 'address' AND id = ?) ORDER BY kind, id FOR UPDATE",
	                 VALUES(v_bytes(e->account, 16), v_bytes(e->address, 16)), &rows, err)))
		return rc;
	for (size_t i = 0; i < rows.count; i++) {
		const struct column *row = rows.list[i];
		int tries = row[0].number ? e->conf->throttle_account : e->conf->throttle_address;
		int wait = wait_after(row[1].number, row[2].number, clock_now(), tries,
		                      e->conf->throttle_wait_s);

		if (wait > e->wait_s)
			e->wait_s = wait;
	}
	return OK;
}

static enum fail count(struct db *db, const struct entering *e, struct err *err)
{
	int64_t now = clock_now();

	return db_do(db,
	             "INSERT INTO throttle (kind, id, failures, last) VALUES ('account', ?, 1, ?), "
	             "('address', ?, 1, ?) ON DUPLICATE KEY UPDATE failures = IF(last < ?, 1, failures + 1), "
	             "last = ?",
	             VALUES(v_bytes(e->account, 16), v_int(now), v_bytes(e->address, 16), v_int(now),
	                    v_int(now - FORGET_S), v_int(now)),
	             NULL, err);
}

static enum fail enter(struct db *db, void *with, struct err *err)
{
	struct entering *e = with;
	struct arena *a = arena_new(SCRATCH);
	enum fail rc;

	e->wait_s = 0;
	rc = look(db, a, e, err);
	arena_free(a);
	return rc || e->wait_s ? rc : count(db, e, err);
}

enum fail throttle_enter(struct db *db, const struct conf *conf, const uint8_t account[16],
                         const char *address, int *wait_s, struct err *err)
{
	struct entering e = { .conf = conf, .account = account };
	enum fail rc;

	address_key(address, e.address);
	if (!(rc = db_transaction(db, enter, &e, err)))
		*wait_s = e.wait_s;
	return rc;
}

/* ---- taking back ---- */

static enum fail take_back(struct db *db, const char *address, struct err *err)
{
	uint8_t key[16];

	address_key(address, key);
	return db_do(db,
	             "UPDATE throttle SET failures = failures - 1 WHERE kind = 'address' AND id = ? AND "
	             "failures > 0",
	             VALUES(v_bytes(key, 16)), NULL, err);
}

enum fail throttle_clear(struct db *db, const uint8_t account[16], const char *address, struct err *err)
{
	enum fail rc = db_do(db, "DELETE FROM throttle WHERE kind = 'account' AND id = ?",
	                     VALUES(v_bytes(account, 16)), NULL, err);

	return rc ? rc : take_back(db, address, err);
}

struct undoing {
	const uint8_t *account;
	const char *address;
};

static enum fail undo(struct db *db, void *with, struct err *err)
{
	const struct undoing *u = with;
	enum fail rc = db_do(db,
	                     "UPDATE throttle SET failures = failures - 1 WHERE kind = 'account' AND id = ? "
	                     "AND failures > 0",
	                     VALUES(v_bytes(u->account, 16)), NULL, err);

	return rc ? rc : take_back(db, u->address, err);
}

enum fail throttle_undo(struct db *db, const uint8_t account[16], const char *address, struct err *err)
{
	struct undoing u = { account, address };

	return db_transaction(db, undo, &u, err);
}
