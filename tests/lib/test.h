/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every test program includes: cmocka and the house's additions to it. */
#ifndef TEST_H
#define TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* TAP on stdout, so that whoever runs many programs can count tests. */
#define RUN(tests)						\
	(cmocka_set_message_output(CM_OUTPUT_TAP),		\
	 cmocka_run_group_tests(tests, NULL, NULL))

/* A condition in a table's row: says which row it is. */
#define assert_row(row, cond)						\
	do {								\
		if (!(cond)) {						\
			print_error("%s: not true: %s\n", (row), #cond);	\
			fail();						\
		}							\
	} while (0)

#endif
