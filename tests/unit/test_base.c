/* What every layer stands on: memory, text, time, files, documents, kept results. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/doc.h"
#include "base/file.h"
#include "base/utf8.h"
#include "unit.h"

static int released[8], release_count;

static void note_release(void *p)
{
	released[release_count++ % 8] = *(int *)p;
}

static void what_was_deferred_is_released_in_reverse_order(void)
{
	struct arena *a = arena_new(1 << 20);
	int one = 1, two = 2;

	release_count = 0;
	arena_defer(a, note_release, &one);
	arena_defer(a, note_release, &two);
	arena_reset(a);
	CU_ASSERT_EQUAL(release_count, 2);
	CU_ASSERT_EQUAL(released[0], 2);
	CU_ASSERT_EQUAL(released[1], 1);
	arena_free(a);
	CU_ASSERT_EQUAL(release_count, 2);
}

static void an_arena_gives_zeroed_memory_again_after_a_reset(void)
{
	struct arena *a = arena_new(1 << 20);
	char *p = arena_alloc(a, 1000);

	memset(p, 'x', 1000);
	arena_reset(a);
	CU_ASSERT_EQUAL(arena_used(a), 0);
	p = arena_alloc(a, 1000);
	for (int i = 0; i < 1000; i++)
		if (p[i])
			CASE("memory is zeroed", 0);
	for (int i = 0; i < 30; i++)
		memset(arena_alloc(a, 20000), 'y', 20000);
	arena_free(a);
}

static void growing_keeps_what_was_there(void)
{
	struct arena *a = arena_new(1 << 20);
	int *list = NULL;
	size_t capacity = 0;

	for (int i = 0; i < 1000; i++) {
		list = arena_grow(a, list, (size_t)i, &capacity, sizeof *list);
		list[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		CU_ASSERT_EQUAL_FATAL(list[i], i);
	arena_free(a);
}

static void a_buffer_that_overflowed_says_so_and_stays_terminated(void)
{
	struct buf b;

	buf_init(&b, 5);
	buf_raw(&b, "12345");
	CU_ASSERT_TRUE(buf_ok(&b));
	buf_char(&b, '6');
	CU_ASSERT_FALSE(buf_ok(&b));
	SAME(b.data, "12345");
	buf_clear(&b);
	CU_ASSERT_TRUE(buf_ok(&b));
	buf_release(&b);
}

static void each_escaper_covers_its_context(void)
{
	static const struct {
		const char *name;
		void (*put)(struct buf *, const char *);
		const char *in, *out;
	} cases[] = {
		{ "xml", buf_xml, "<a b=\"c\" d='e'>&\r", "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;&#13;" },
		{ "json", buf_json, "\"\\\n\t\x01</s>é", "\\\"\\\\\\n\\t\\u0001\\u003c/s>é" },
		{ "url", buf_url, "a b/ü?&=#", "a%20b%2F%C3%BC%3F%26%3D%23" },
		{ "filter", buf_filter, "a*(b)\\c\xc3\xbc\x01", "a\\2a\\28b\\29\\5cc\\c3\\bc\\01" },
		{ "log", buf_log, "a\nb\x1b[31mé\\", "a\\x0ab\\x1b[31m\\xc3\\xa9\\x5c" },
	};
	struct buf b;

	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_init(&b, 1000);
		cases[i].put(&b, cases[i].in);
		CASE(cases[i].name, !strcmp(b.data, cases[i].out));
		buf_release(&b);
	}
}

static void only_clean_text_passes_the_border(void)
{
	static const struct {
		const char *name, *text;
		bool lines, clean;
	} cases[] = {
		{ "plain", "abc é ł 👍", false, true },
		{ "line end where lines are not", "a\nb", false, false },
		{ "line end where lines are", "a\r\n\tb", true, true },
		{ "control character", "a\x01", true, false },
		{ "delete", "a\x7f", true, false },
		{ "C1 control", "a\xc2\x85", true, false },
		{ "overlong slash", "\xc0\xaf", true, false },
		{ "surrogate", "\xed\xa0\x80", true, false },
		{ "lone continuation", "\x80", true, false },
		{ "cut short", "\xe2\x82", true, false },
		{ "above the last character", "\xf4\x90\x80\x80", true, false },
		{ "noncharacter", "\xef\xbf\xbe", true, false },
		{ "private use", "\xee\x80\x80", true, false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i].name,
		     utf8_clean(cases[i].text, strlen(cases[i].text), cases[i].lines) == cases[i].clean);
	CU_ASSERT_FALSE(utf8_clean("a\0b", 3, true));
}

static void scrubbing_leaves_out_only_what_offends(void)
{
	char s[] = "a\x01" "b\xff" "c\xee\x80\x80" "é";

	s[utf8_scrub(s, strlen(s))] = '\0';
	SAME(s, "abcé");
}

static void generalized_time_is_read_in_all_its_spellings(void)
{
	static const struct {
		const char *text;
		int64_t at;
	} cases[] = {
		{ "20261123104200Z", 1795430520 },     { "20261123104200.123Z", 1795430520 },
		{ "20261123114200+0100", 1795430520 }, { "202611231042Z", 1795430520 },
		{ "2026112310Z", 1795428000 },         { "20261123114200,5+01", 1795430520 },
	};
	static const char *const bad[] = { "", "20261123104200", "20261323104200Z", "20260230000000Z",
		                           "2026112325Z", "20261123104200X", "20261123104200+1" };
	int64_t at;

	for (size_t i = 0; i < COUNT(cases); i++)
		CASE(cases[i].text, clock_parse_generalized(cases[i].text, &at) && at == cases[i].at);
	for (size_t i = 0; i < COUNT(bad); i++)
		CASE(bad[i], !clock_parse_generalized(bad[i], &at));
}

static void dates_count_in_the_zone_of_the_institution(void)
{
	struct err err = { 0 };
	struct date d;
	char iso[CLOCK_ISO];

	CU_ASSERT_EQUAL(clock_zone("Europe/Amsterdam", &err), OK);
	SAME(clock_iso(1795430520, iso), "2026-11-23T11:42:00+01:00");
	SAME(clock_iso(1784109600, iso), "2026-07-15T12:00:00+02:00");
	d = clock_date(1795474800 - 1); /* a second before midnight in Amsterdam */
	CU_ASSERT_EQUAL(d.day, 23);
	d = clock_date(1795474800);
	CU_ASSERT_EQUAL(d.day, 24);
	CU_ASSERT_TRUE(clock_parse_date("2024-02-29", &d));
	CU_ASSERT_FALSE(clock_parse_date("2026-02-29", &d));
	CU_ASSERT_FALSE(clock_parse_date("2026-2-01", &d));
	CU_ASSERT_FALSE(clock_parse_date("", &d));
	CU_ASSERT_EQUAL(clock_zone("Europe/Nergens", &err), FAIL_DATA);
	err_clear(&err);
	CU_ASSERT_EQUAL(clock_zone("../../etc/passwd", &err), FAIL_DATA);
}

static void the_shifted_clock_goes_on(void)
{
	int64_t before = clock_now();

	clock_shift(-86400);
	CU_ASSERT_TRUE(before - clock_now() >= 86398 && before - clock_now() <= 86400);
	clock_shift(0);
}

static void a_document_says_the_same_in_json_and_xml(void)
{
	struct arena *a = arena_new(1 << 20);
	struct doc *page = doc_new(a, "page"), *list, *item;
	struct buf json, xml;

	buf_init(&json, 10000);
	buf_init(&xml, 10000);
	doc_str(page, "kind", "x");
	doc_str(doc_for_view(doc_object(page, "frame")), "base", "/");
	doc_bool(page, "complete", true);
	doc_null(page, "until");
	list = doc_list(page, "services", "service");
	item = doc_item(list);
	doc_num(item, "rank", -5);
	doc_text(item, "summary", "a < b & \"c\"");
	doc_item_str(doc_for_data(doc_list(item, "hats", "hat")), "student");
	doc_item(list);
	doc_json(page, &json);
	doc_xml(page, &xml);
	SAME(json.data, "{\"kind\":\"x\",\"complete\":true,\"until\":null,\"services\":["
	                "{\"rank\":-5,\"summary\":\"a \\u003c b & \\\"c\\\"\",\"hats\":[\"student\"]},{}]}");
	SAME(xml.data, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	               "<page kind=\"x\" complete=\"true\"><frame base=\"/\"></frame><services>"
	               "<service rank=\"-5\"><summary>a &lt; b &amp; &quot;c&quot;</summary></service>"
	               "<service></service></services></page>\n");
	buf_release(&json);
	buf_release(&xml);
	arena_free(a);
}

static void only_regular_files_are_read_and_nothing_blocks(void)
{
	char dir[] = "/tmp/loket-unit.XXXXXX", path[64], link[64], fifo[64], *text;
	struct arena *a = arena_new(1 << 20);
	struct err err = { 0 };
	size_t len;
	FILE *f;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/file", dir);
	snprintf(link, sizeof link, "%s/link", dir);
	snprintf(fifo, sizeof fifo, "%s/fifo", dir);
	f = fopen(path, "w");
	fputs("secret\n", f);
	fclose(f);
	chmod(path, 0644);
	CU_ASSERT_EQUAL(symlink(path, link), 0);
	CU_ASSERT_EQUAL(mkfifo(fifo, 0600), 0);
	CU_ASSERT_EQUAL(file_read(a, path, 100, &text, &len, &err), OK);
	SAME(text, "secret\n");
	CU_ASSERT_EQUAL(file_read(a, path, 3, &text, &len, &err), FAIL_DATA);
	CU_ASSERT_EQUAL(file_read(a, link, 100, &text, &len, &err), FAIL_DATA);
	CU_ASSERT_EQUAL(file_read(a, fifo, 100, &text, &len, &err), FAIL_DATA);
	CU_ASSERT_EQUAL(file_read(a, dir, 100, &text, &len, &err), FAIL_DATA);
	CU_ASSERT_EQUAL(file_read(a, "/nowhere", 100, &text, &len, &err), FAIL_ABSENT);
	CU_ASSERT_EQUAL(file_secret(a, path, &text, &err), FAIL_DATA);
	chmod(path, 0400);
	CU_ASSERT_EQUAL(file_secret(a, path, &text, &err), OK);
	SAME(text, "secret");
	arena_free(a);
	unlink(path);
	unlink(link);
	unlink(fifo);
	rmdir(dir);
}

static int *boxed(int n)
{
	int *p = malloc(sizeof *p);

	*p = n;
	return p;
}

static void drop_box(void *p)
{
	release_count++;
	free(p);
}

static void a_cache_keeps_what_was_used_last_and_only_makes_room_when_told(void)
{
	struct cache *c = cache_new(2, 1000, drop_box);

	release_count = 0;
	cache_put(c, "a", 1, boxed(1), 10);
	cache_put(c, "b", 1, boxed(2), 10);
	cache_put(c, "c", 1, boxed(3), 10);
	CU_ASSERT_EQUAL(*(int *)cache_get(c, "a", 1), 1);
	CU_ASSERT_EQUAL(release_count, 0);
	cache_trim(c);
	CU_ASSERT_EQUAL(release_count, 1);
	CU_ASSERT_PTR_NULL(cache_get(c, "b", 1));
	CU_ASSERT_PTR_NOT_NULL(cache_get(c, "a", 1));
	CU_ASSERT_PTR_NULL(cache_get(c, "aa", 2));
	cache_put(c, "a", 1, boxed(4), 10);
	CU_ASSERT_EQUAL(*(int *)cache_get(c, "a", 1), 4);
	cache_free(c);
	CU_ASSERT_EQUAL(release_count, 4);
}

static void a_cache_stays_within_its_bytes(void)
{
	struct cache *c = cache_new(1000, 100, drop_box);
	int kept = 0;

	for (int i = 0; i < 50; i++)
		cache_put(c, &i, sizeof i, boxed(i), 10);
	cache_trim(c);
	for (int i = 0; i < 50; i++)
		kept += cache_get(c, &i, sizeof i) != NULL;
	CU_ASSERT_EQUAL(kept, 10);
	cache_free(c);
}

static void a_local_moment_is_one_of_the_zone_in_summer_and_winter(void)
{
	int64_t winter, summer;
	char text[CLOCK_ISO];
	struct err err = { 0 };

	CU_ASSERT_EQUAL(clock_zone("Europe/Amsterdam", &err), OK);
	CU_ASSERT_TRUE_FATAL(clock_parse_local("2026-11-23T08:05", &winter));
	SAME(clock_iso(winter, text), "2026-11-23T08:05:00+01:00");
	CU_ASSERT_TRUE_FATAL(clock_parse_local("2026-07-01T00:00", &summer));
	SAME(clock_iso(summer, text), "2026-07-01T00:00:00+02:00");
	const char *const none[] = { "", "2026-11-23", "2026-11-23 08:05", "2026-11-23T8:05", "2026-11-23T24:00",
		                     "2026-02-30T08:00", "2026-11-23T08:60", "2026-11-23T08:05Z" };
	for (size_t i = 0; i < COUNT(none); i++)
		CU_ASSERT_FALSE(clock_parse_local(none[i], &winter));
}

SUITE_TESTS(base) = {
	TEST(a_local_moment_is_one_of_the_zone_in_summer_and_winter),
	TEST(what_was_deferred_is_released_in_reverse_order),
	TEST(an_arena_gives_zeroed_memory_again_after_a_reset),
	TEST(growing_keeps_what_was_there),
	TEST(a_buffer_that_overflowed_says_so_and_stays_terminated),
	TEST(each_escaper_covers_its_context),
	TEST(only_clean_text_passes_the_border),
	TEST(scrubbing_leaves_out_only_what_offends),
	TEST(generalized_time_is_read_in_all_its_spellings),
	TEST(dates_count_in_the_zone_of_the_institution),
	TEST(the_shifted_clock_goes_on),
	TEST(a_document_says_the_same_in_json_and_xml),
	TEST(only_regular_files_are_read_and_nothing_blocks),
	TEST(a_cache_keeps_what_was_used_last_and_only_makes_room_when_told),
	TEST(a_cache_stays_within_its_bytes),
	END,
};
