#include "db/share.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/session.h"

#define MAGIC   0x6c6f6b6574303156u /* layout; another one is made anew */
#define WAYS    8                   /* copies a hash can lie in */
#define WORKERS 256
#define OPEN_TRIES 5

struct slot {
	_Atomic uint32_t sequence; /* odd: being written */
	_Atomic uint32_t used;
	_Atomic int64_t seen;
	struct session copy;
};

struct worker {
	_Atomic int32_t pid; /* 0: free */
	_Atomic uint64_t born; /* start time of the process: a pid can come again */
	_Atomic int64_t busy_ms; /* clock_ms at which the request in hand began, 0: none */
	_Atomic uint64_t whom;   /* whose password it is trying, 0: nobody's */
};

struct shared {
	_Atomic uint64_t magic;
	uint64_t size;
	pthread_mutex_t lock; /* of writers; robust */
	_Atomic int64_t revision, polled_ms;
	_Atomic uint64_t count[COUNT_MAX];
	struct worker worker[WORKERS];
	uint32_t sets;
	struct slot slot[];
};

struct share {
	struct shared *map;
	size_t size;
};

/* ---- opening ---- */

static uint64_t magic_of(size_t size)
{
	return MAGIC ^ size ^ sizeof(struct slot);
}

static enum fail make(struct shared *m, size_t size, uint32_t sets, struct err *err)
{
	pthread_mutexattr_t attr;

	memset(m, 0, size);
	m->size = size;
	m->sets = sets;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (pthread_mutex_init(&m->lock, &attr))
		return err_set(err, FAIL_BUG, "shared memory: no lock");
	atomic_store(&m->magic, magic_of(size));
	return OK;
}

/* Has somebody made it, in the layout of this program? One that nobody has written to yet is made now. */
static bool is_ours(int fd, size_t size, bool *fresh)
{
	uint64_t magic = 0;
	struct stat st;

	*fresh = !fstat(fd, &st) && !st.st_size;
	return *fresh || ((size_t)st.st_size == size && pread(fd, &magic, sizeof magic, 0) == sizeof magic &&
	                  magic == magic_of(size));
}

static enum fail map_file(int fd, const char *path, uint32_t sets, struct share *s, bool fresh, struct err *err)
{
	enum fail rc = OK;

	if (fresh && ftruncate(fd, (off_t)s->size))
		return err_set(err, FAIL_DATA, "%s: %s", path, strerror(errno));
	s->map = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (s->map == MAP_FAILED)
		return err_set(err, FAIL_BUG, "%s: %s", path, strerror(errno));
	if (fresh && (rc = make(s->map, s->size, sets, err)))
		munmap(s->map, s->size);
	return rc;
}

/* Takes the name from a file of another layout, unless somebody was quicker. Programs of the other edition that
 * still run keep what they have: cut short under them, it would end them. */
static void put_away(int fd, const char *path)
{
	struct stat held, named;

	if (!fstat(fd, &held) && !lstat(path, &named) && held.st_ino == named.st_ino && held.st_dev == named.st_dev)
		unlink(path);
}

static enum fail open_file(const char *path, uint32_t sets, struct share *s, struct err *err)
{
	for (int tries = 0; tries < OPEN_TRIES; tries++) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		enum fail rc = OK;
		struct stat st;
		bool ours, fresh;

		if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
			rc = err_set(err, FAIL_DATA, "%s: %s", path, fd < 0 ? strerror(errno) : "not a file");
			if (fd >= 0)
				close(fd);
			return rc;
		}
		flock(fd, LOCK_EX); /* only one makes it */
		ours = is_ours(fd, s->size, &fresh);
		if (ours)
			rc = map_file(fd, path, sets, s, fresh, err);
		else
			put_away(fd, path);
		flock(fd, LOCK_UN);
		close(fd);
		if (ours)
			return rc;
	}
	return err_set(err, FAIL_DATA, "%s: programs of several editions make it anew by turns", path);
}

enum fail share_open(const char *path, uint32_t sessions, struct share **out, struct err *err)
{
	uint32_t sets = sessions / WAYS ? sessions / WAYS : 1;
	struct share *s = calloc(1, sizeof *s);
	enum fail rc;

	if (!s)
		return err_set(err, FAIL_BUG, "%s: no memory", path);
	s->size = sizeof *s->map + (size_t)sets * WAYS * sizeof(struct slot);
	if ((rc = open_file(path, sets, s, err)))
		free(s);
	else
		*out = s;
	return rc;
}

void share_close(struct share *s)
{
	if (!s)
		return;
	munmap(s->map, s->size);
	free(s);
}

/* ---- writers ---- */

static void lock(struct share *s)
{
	/* The former holder died: what it was writing has an odd sequence and is not read. */
	if (pthread_mutex_lock(&s->map->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&s->map->lock);
}

static void unlock(struct share *s)
{
	pthread_mutex_unlock(&s->map->lock);
}

static struct slot *set_of(struct share *s, const uint8_t id[32])
{
	uint32_t n;

	memcpy(&n, id, sizeof n); /* the id is a hash already */
	return &s->map->slot[(size_t)(n % s->map->sets) * WAYS];
}

static bool is_whole(uint32_t sequence)
{
	return !(sequence & 1);
}

/* Under the lock. */
static struct slot *slot_of(struct share *s, const uint8_t id[32])
{
	struct slot *set = set_of(s, id);

	for (int i = 0; i < WAYS; i++)
		if (set[i].used && is_whole(set[i].sequence) && !memcmp(set[i].copy.id, id, 32))
			return &set[i];
	return NULL;
}

/* Under the lock: the slot of this id, else a free or torn one, else the one seen longest ago. */
static struct slot *place_for(struct share *s, const uint8_t id[32])
{
	struct slot *set = set_of(s, id), *best = slot_of(s, id);

	if (best)
		return best;
	for (int i = 0; i < WAYS; i++) {
		if (!set[i].used || !is_whole(set[i].sequence))
			return &set[i];
		if (!best || set[i].seen < best->seen)
			best = &set[i];
	}
	return best;
}

static void begin_write(struct slot *slot)
{
	uint32_t sequence = atomic_load(&slot->sequence);

	atomic_store(&slot->sequence, sequence | 1);
	atomic_thread_fence(memory_order_seq_cst);
}

static void end_write(struct slot *slot)
{
	atomic_thread_fence(memory_order_seq_cst);
	atomic_store(&slot->sequence, (atomic_load(&slot->sequence) | 1) + 1);
}

void share_put(struct share *s, const struct session *session)
{
	struct slot *slot;

	lock(s);
	slot = place_for(s, session->id);
	begin_write(slot);
	memcpy(&slot->copy, session, sizeof slot->copy);
	atomic_store(&slot->seen, session->seen);
	atomic_store(&slot->used, 1);
	end_write(slot);
	unlock(s);
}

void share_recent(struct share *s, const uint8_t id[32], const char *recent)
{
	struct slot *slot;

	lock(s);
	slot = slot_of(s, id);
	if (slot) {
		begin_write(slot);
		snprintf(slot->copy.recent, sizeof slot->copy.recent, "%s", recent);
		slot->copy.recent_new = true;
		end_write(slot);
	}
	unlock(s);
}

void share_recent_written(struct share *s, const uint8_t id[32], const char *recent)
{
	struct slot *slot;

	lock(s);
	slot = slot_of(s, id);
	if (slot && !strcmp(slot->copy.recent, recent))
		slot->copy.recent_new = false;
	unlock(s);
}

static void clear(struct slot *slot)
{
	begin_write(slot);
	atomic_store(&slot->used, 0);
	memset(&slot->copy, 0, sizeof slot->copy);
	end_write(slot);
}

void share_drop(struct share *s, const uint8_t id[32])
{
	struct slot *set = set_of(s, id);

	lock(s);
	for (int i = 0; i < WAYS; i++)
		if (set[i].used && !memcmp(set[i].copy.id, id, 32))
			clear(&set[i]);
	unlock(s);
}

void share_drop_all(struct share *s)
{
	lock(s);
	for (size_t i = 0; i < (size_t)s->map->sets * WAYS; i++)
		if (s->map->slot[i].used)
			clear(&s->map->slot[i]);
	unlock(s);
}

/* ---- readers: no lock ---- */

static bool read_slot(struct slot *slot, const uint8_t id[32], struct session *out)
{
	for (int tries = 0; tries < 4; tries++) {
		uint32_t before = atomic_load_explicit(&slot->sequence, memory_order_acquire);

		if (!is_whole(before) || !atomic_load(&slot->used) || (id && memcmp(slot->copy.id, id, 32)))
			return false;
		memcpy(out, &slot->copy, sizeof *out);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&slot->sequence, memory_order_relaxed) == before) {
			out->seen = atomic_load(&slot->seen);
			return !id || !memcmp(out->id, id, 32);
		}
	}
	return false;
}

bool share_get(struct share *s, const uint8_t id[32], struct session *out)
{
	struct slot *set = set_of(s, id);

	for (int i = 0; i < WAYS; i++)
		if (read_slot(&set[i], id, out))
			return true;
	return false;
}

void share_seen(struct share *s, const uint8_t id[32], int64_t now)
{
	struct slot *set = set_of(s, id);

	for (int i = 0; i < WAYS; i++)
		if (set[i].used && !memcmp(set[i].copy.id, id, 32))
			atomic_store(&set[i].seen, now);
}

void share_each(struct share *s, void (*each)(void *with, const struct session *copy), void *with)
{
	struct session copy;

	for (size_t i = 0; i < (size_t)s->map->sets * WAYS; i++)
		if (s->map->slot[i].used && read_slot(&s->map->slot[i], NULL, &copy))
			each(with, &copy);
}

/* ---- the host's own numbers ---- */

int64_t share_revision(const struct share *s)
{
	return atomic_load(&s->map->revision);
}

void share_set_revision(struct share *s, int64_t revision)
{
	atomic_store(&s->map->revision, revision);
}

int64_t share_polled_ms(const struct share *s)
{
	return atomic_load(&s->map->polled_ms);
}

void share_set_polled(struct share *s)
{
	atomic_store(&s->map->polled_ms, clock_ms());
}

void share_count(struct share *s, enum share_count which)
{
	atomic_fetch_add_explicit(&s->map->count[which], 1, memory_order_relaxed);
}

uint64_t share_counted(const struct share *s, enum share_count which)
{
	return atomic_load(&s->map->count[which]);
}

/* ---- workers ---- */

/* Field 22 of /proc/PID/stat, counted behind the name, which may hold anything; 0: gone. */
static uint64_t born(int32_t pid)
{
	char path[64], text[1024], *at;
	uint64_t value = 0;
	ssize_t len;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof text - 1);
	close(fd);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		value = strtoull(at, NULL, 10);
	return value;
}

int share_worker_enter(struct share *s)
{
	int free_slot = -1;

	lock(s);
	for (int i = 0; i < WORKERS && free_slot < 0; i++) {
		struct worker *w = &s->map->worker[i];

		if (!w->pid || born(w->pid) != w->born)
			free_slot = i;
	}
	if (free_slot >= 0) {
		struct worker *w = &s->map->worker[free_slot];

		atomic_store(&w->busy_ms, 0);
		atomic_store(&w->whom, 0);
		atomic_store(&w->born, born(getpid()));
		atomic_store(&w->pid, getpid());
	}
	unlock(s);
	return free_slot;
}

void share_worker_busy(struct share *s, int slot, bool busy)
{
	if (slot < 0)
		return;
	atomic_store(&s->map->worker[slot].whom, 0);
	atomic_store(&s->map->worker[slot].busy_ms, busy ? clock_ms() : 0);
}

int share_worker_tries(struct share *s, int slot, uint64_t whom)
{
	int others = 0;

	if (slot >= 0)
		atomic_store(&s->map->worker[slot].whom, whom);
	for (int i = 0; whom && i < WORKERS; i++)
		others += i != slot && atomic_load(&s->map->worker[i].whom) == whom &&
		          atomic_load(&s->map->worker[i].pid);
	return others;
}

void share_worker_leave(struct share *s, int slot)
{
	if (slot >= 0)
		atomic_store(&s->map->worker[slot].pid, 0);
}

int share_worker_reap(struct share *s, int64_t budget_ms)
{
	int ended = 0;

	for (int i = 0; i < WORKERS; i++) {
		struct worker *w = &s->map->worker[i];
		int32_t pid = atomic_load(&w->pid);
		int64_t busy = atomic_load(&w->busy_ms);

		if (!pid)
			continue;
		if (born(pid) != w->born) {
			atomic_store(&w->pid, 0);
		} else if (busy && clock_ms() - busy > budget_ms && !kill(pid, SIGKILL)) {
			atomic_store(&w->pid, 0);
			ended++;
		}
	}
	return ended;
}
