/* Passwords in memory. The service account's lives in pages of its own: never swapped, never
 * in a core file, between two pages that nobody may touch. */
#include "dir_priv.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool dir_secret_take(struct dir_secret *s, const char *secret)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), len = strlen(secret);
	size_t inside = (len / page + 1) * page;
	char *all = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		return false;
	*s = (struct dir_secret){ all + page, len, inside + 2 * page };
	if (mprotect(s->at, inside, PROT_READ | PROT_WRITE)) {
		munmap(all, s->room);
		*s = (struct dir_secret){ 0 };
		return false;
	}
	(void)mlock(s->at, inside); /* a small RLIMIT_MEMLOCK is no reason not to start */
	(void)madvise(s->at, inside, MADV_DONTDUMP);
	memcpy(s->at, secret, len);
	mprotect(s->at, inside, PROT_READ);
	return true;
}

void dir_secret_release(struct dir_secret *s)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), inside = s->room - 2 * page;

	if (!s->at)
		return;
	if (!mprotect(s->at, inside, PROT_READ | PROT_WRITE))
		explicit_bzero(s->at, inside);
	munmap(s->at - page, s->room);
	*s = (struct dir_secret){ 0 };
}

/* ---- libldap keeps a copy of each request after sending it ---- */

static int pass_setup(Sockbuf_IO_Desc *layer, void *arg)
{
	(void)layer;
	(void)arg;
	return 0;
}

static int pass_down(Sockbuf_IO_Desc *layer)
{
	(void)layer;
	return 0;
}

static int pass_control(Sockbuf_IO_Desc *layer, int option, void *arg)
{
	return LBER_SBIOD_CTRL_NEXT(layer, option, arg);
}

static ber_slen_t pass_read(Sockbuf_IO_Desc *layer, void *to, ber_len_t len)
{
	return LBER_SBIOD_READ_NEXT(layer, to, len);
}

/* What was sent is wiped where it stood. It would be needed again only for following a
 * referral, which is off; otherwise a password stays in the heap for whoever finds it. */
static ber_slen_t write_and_wipe(Sockbuf_IO_Desc *layer, void *from, ber_len_t len)
{
	ber_slen_t sent = LBER_SBIOD_WRITE_NEXT(layer, from, len);

	if (sent > 0)
		explicit_bzero(from, (size_t)sent);
	return sent;
}

bool dir_wipe_sent(Sockbuf *sb)
{
	static Sockbuf_IO layer = { pass_setup, pass_down,      pass_control,
		                    pass_read,  write_and_wipe, pass_down };

	return ber_sockbuf_add_io(sb, &layer, LBER_SBIOD_LEVEL_APPLICATION, NULL) == 0;
}
