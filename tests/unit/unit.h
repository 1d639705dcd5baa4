/* unit: what every suite shares.
 *
 * tests/unit/test_NAME.c is the suite NAME and ends with
 *     SUITE_TESTS(NAME) = { TEST(a_sentence_about_behaviour), …, END };
 * The build finds it. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/CUnit.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

#define SUITE_TESTS(name) CU_TestInfo name##_tests[]
#define TEST(function)                                                                             \
	{                                                                                          \
		#function, function                                                                \
	}
#define END CU_TEST_INFO_NULL

/* A failing line then names the case, not a number. */
#define CASE(name, condition)                                                                      \
	CU_assertImplementation((condition) ? CU_TRUE : CU_FALSE, __LINE__, (name), __FILE__, "",  \
	                        CU_FALSE)
#define SAME(actual, expected)                                                                     \
	do {                                                                                       \
		const char *actual_ = (actual), *expected_ = (expected);                           \
		CASE(actual_ ? actual_ : "(null)", actual_ && !strcmp(actual_, expected_));        \
	} while (0)

#endif
