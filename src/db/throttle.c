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

static enum fail look(struct db *db, struct arena *a, const char *kind, const uint8_t key[16], int tries,
                      int most, int *wait_s, struct err *err)
{
	struct rows rows;
	int wait;
	enum fail rc;

	if ((rc = db_ask(db, a, "SELECT failures, last FROM throttle WHERE kind = ? AND id = ? FOR UPDATE",
	                 VALUES(v_text(kind), v_bytes(key, 16)), &rows, err)) ||
	    !rows.count)
		return rc;
	wait = wait_after(rows.list[0][0].number, rows.list[0][1].number, clock_now(), tries, most);
	if (wait > *wait_s)
		*wait_s = wait;
	return OK;
}

static enum fail count(struct db *db, const char *kind, const uint8_t key[16], struct err *err)
{
	int64_t now = clock_now();

	return db_do(db,
	             "INSERT INTO throttle (kind, id, failures, last) VALUES (?, ?, 1, ?) ON DUPLICATE KEY "
	             "UPDATE failures = IF(last < ?, 1, failures + 1), last = ?",
	             VALUES(v_text(kind), v_bytes(key, 16), v_int(now), v_int(now - FORGET_S), v_int(now)), NULL,
	             err);
}

static enum fail enter(struct db *db, void *with, struct err *err)
{
	struct entering *e = with;
	struct arena *a = arena_new(SCRATCH);
	const struct conf *c = e->conf;
	enum fail rc;

	e->wait_s = 0;
	if (!(rc = look(db, a, "account", e->account, c->throttle_account, c->throttle_wait_s, &e->wait_s, err)))
		rc = look(db, a, "address", e->address, c->throttle_address, c->throttle_wait_s, &e->wait_s, err);
	arena_free(a);
	if (rc || e->wait_s)
		return rc;
	if ((rc = count(db, "account", e->account, err)))
		return rc;
	return count(db, "address", e->address, err);
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

struct undoing {
	const uint8_t *account;
	uint8_t address[16];
	bool right;
};

static enum fail undo(struct db *db, void *with, struct err *err)
{
	struct undoing *u = with;
	enum fail rc;

	rc = u->right ? db_do(db, "DELETE FROM throttle WHERE kind = 'account' AND id = ?",
	                      VALUES(v_bytes(u->account, 16)), NULL, err)
	              : db_do(db,
	                      "UPDATE throttle SET failures = failures - 1 WHERE kind = 'account' AND id = ? "
	                      "AND failures > 0",
	                      VALUES(v_bytes(u->account, 16)), NULL, err);
	if (rc)
		return rc;
	return db_do(db,
	             "UPDATE throttle SET failures = failures - 1 WHERE kind = 'address' AND id = ? AND "
	             "failures > 0",
	             VALUES(v_bytes(u->address, 16)), NULL, err);
}

enum fail throttle_undo(struct db *db, const uint8_t account[16], const char *address, bool right,
                        struct err *err)
{
	struct undoing u = { .account = account, .right = right };

	address_key(address, u.address);
	return db_transaction(db, undo, &u, err);
}
