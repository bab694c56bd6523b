/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exit codes, an interface: one table for the program, its man page and --dump-cli. */
#ifndef XT_EXIT_CODES_H
#define XT_EXIT_CODES_H

/* X(name, code, what it means: one sentence without a stop) */
#define EXIT_CODES(X)							\
	X(DONE, 0, "done, all of it")					\
	X(FAILED, 1, "failed; a target that does not exist is a failure")	\
	X(USAGE, 2, "bad usage")					\
	X(PARTIAL, 3, "done in part: something could not be read; "	\
	  "it is named on standard error and in the key errors")	\
	X(NO_XEN, 4, "there is no Xen here, or no right to look")	\
	X(DAMAGED, 5, "a capture is damaged, ends early or is of a later version; "	\
	  "what could be read was shown")				\
	X(INTERRUPTED, 130, "a signal came before there was any result")	\
	X(READER_GONE, 141, "whoever read the output went away")

enum exit_code {
#define X(name, code, help) XT_##name = code,
	EXIT_CODES(X)
#undef X
};

#endif
