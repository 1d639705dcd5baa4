/* conf: loket.xml, anything in it. The loader takes a path, so it gets a folder with the grammars in it. */
#include <unistd.h>

#include "xml.h"

static char folder[] = "/tmp/loket-fuzz.XXXXXX", grammars[64], path[64];

static void tidy(void)
{
	unlink(path);
	unlink(grammars);
	rmdir(folder);
}

static void folder_make(void)
{
	char *here;

	if (*path)
		return;
	MUST((here = realpath("schema", NULL)) && mkdtemp(folder));
	snprintf(grammars, sizeof grammars, "%s/schema", folder);
	snprintf(path, sizeof path, "%s/given.xml", folder);
	MUST(!symlink(here, grammars));
	free(here);
	atexit(tidy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(FUZZ_MEMORY);
	struct err err = { 0 };
	struct conf conf;
	FILE *file;

	folder_make();
	MUST((file = fopen(path, "w")) && fwrite(data, 1, size, file) == size && !fclose(file));
	view_start();
	if (!load_conf(a, path, &conf, &err))
		MUST(conf.base[0] == '/' && conf.lang_count && conf.source_count);
	refused_well(err.code, &err);
	arena_free(a);
	return 0;
}
