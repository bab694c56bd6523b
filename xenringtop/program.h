/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of the program, apart from main() so that tests can put something else below it. */
#ifndef XT_PROGRAM_H
#define XT_PROGRAM_H

/* What main() does; returns the exit code. Once in a process: signals and stdout are its own. */
int program_main(int argc, char **argv);

#endif
