/* Runs every suite, or those named on the command line, and says how many tests passed. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(name) extern CU_TestInfo name##_tests[];
#include "suites.h"
#undef SUITE

static int wanted(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return 1;
	return argc < 2;
}

int main(int argc, char **argv)
{
	CU_SuiteInfo suites[] = {
#define SUITE(name) { #name, NULL, NULL, NULL, NULL, name##_tests },
#include "suites.h"
#undef SUITE
		CU_SUITE_INFO_NULL
	};

	if (CU_initialize_registry())
		return EXIT_FAILURE;
	for (CU_SuiteInfo *s = suites; s->pName; s++) {
		CU_SuiteInfo one[] = { *s, CU_SUITE_INFO_NULL };
		if (wanted(argc, argv, s->pName) && CU_register_suites(one))
			return EXIT_FAILURE;
	}
	CU_basic_set_mode(getenv("V") ? CU_BRM_VERBOSE : CU_BRM_NORMAL);
	CU_basic_run_tests();
	unsigned run = CU_get_number_of_tests_run(), failed = CU_get_number_of_tests_failed();
	CU_cleanup_registry();
	printf("unit: %u passed, %u failed\n", run - failed, failed);
	return failed || !run ? EXIT_FAILURE : EXIT_SUCCESS;
}
