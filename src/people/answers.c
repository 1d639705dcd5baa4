#include "people/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/level.h"

#define SCRATCH_MAX ((size_t)4 << 20)

static int by_id(const void *a, const void *b, void *model)
{
	const struct model_group *g = ((const struct model *)model)->groups;

	return strcmp(g[*(const size_t *)a].id, g[*(const size_t *)b].id);
}

static void groups_write(FILE *out, const struct model *m, const size_t *order, const struct someone *s)
{
	struct gset groups = someone_answer(m, s);
	const char *between = "";

	for (size_t i = 0; i < m->group_count; i++) {
		if (!gset_has(&groups, order[i]))
			continue;
		fprintf(out, "%s%s", between, m->groups[order[i]].id);
		between = " ";
	}
}

static void directory_write(FILE *out, const struct model *m, const struct someone *s, struct nodes *nodes)
{
	struct buf dn;

	level_climb(m, s, nodes);
	buf_init(&dn, 1024);
	for (size_t i = 0; i < nodes->count; i++) {
		buf_clear(&dn);
		node_dn(m, nodes->list[i], &dn);
		fprintf(out, "%s%s", i ? ";" : "", dn.data);
	}
	buf_release(&dn);
}

static void answer_write(FILE *out, const struct model *m, size_t account, const size_t *order,
                         struct nodes *nodes)
{
	struct someone s;

	someone_make(m, account, &s);
	someone_close(m, &s);
	someone_name(m, &s);
	fprintf(out, "%s\t", s.uid);
	groups_write(out, m, order, &s);
	fprintf(out, "\t%s\t", s.person);
	directory_write(out, m, &s, nodes);
	putc('\n', out);
	arena_reset(nodes->arena);
}

enum fail answers_write(const struct model *m, const char *path, size_t every, struct err *err)
{
	struct nodes nodes = { .arena = arena_new(SCRATCH_MAX) };
	FILE *out = fopen(path, "we");
	size_t order[MODEL_GROUPS];
	bool broken = !out;

	for (size_t i = 0; i < m->group_count; i++)
		order[i] = i;
	qsort_r(order, m->group_count, sizeof *order, by_id, (void *)m);
	if (out) {
		fputs("uid\tgroups\tperson\tdirectory_groups\n", out);
		for (size_t i = 0; i < m->accounts; i++)
			if (i < m->listed_count || i % every == 0)
				answer_write(out, m, i, order, &nodes);
		broken = ferror(out);
		broken |= fclose(out) != 0;
	}
	arena_free(nodes.arena);
	return broken ? err_set(err, FAIL_BACKEND, "%s: cannot be written", path) : OK;
}
