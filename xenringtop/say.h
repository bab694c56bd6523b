/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes to standard error and to standard output, and the nearest name to a wrong one. */
#ifndef XT_SAY_H
#define XT_SAY_H

#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"

/* One line on standard error: "xenringtop: ..."; printed safely whatever it holds. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What say() puts before each line from now on, as "FILE:LINE"; copied. NULL: nothing. */
void say_where(const char *where);
/*
 * The last line of a terminal, until the next call puts another in its place;
 * what is said meanwhile stands above it. NULL: it stays as it is.
 */
void say_status(const char *text);
/*
 * While a screen is drawn nothing may be written beside it: from now on each
 * line that say() and hint() would print goes to fn, safe to show. NULL: no more.
 */
void say_to(void (*fn)(void *data, const char *line), void *data);
/* "xenringtop: hint: ...", below what say() said: what to do next. */
void hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Writes n bytes to standard output. What goes wrong is kept for out_end(). */
void out(const char *bytes, size_t n);
void out_str(const char *s);
/* Sends what is buffered on its way. False: it is of no use to go on writing. */
bool out_flush(void);
/*
 * The exit code of a program that would have ended with code, now that
 * standard output is closed: 141 if its reader has gone, 1 if writing failed.
 */
int out_end(int code);

/*
 * Looks for the name that a mistyped word may have meant:
 *	struct nearest n = { .word = word };
 *	nearest_try(&n, each name); ...; nearest_get(&n)
 */
struct nearest {
	const char *word;
	char *best;
	size_t distance;
};

void nearest_try(struct nearest *n, const char *name);
/* The best name if it is near enough, else NULL. Owned by n. */
const char *nearest_get(const struct nearest *n);
void nearest_free(struct nearest *n);
#define _cleanup_nearest_ _cleanup_(nearest_free)

#endif
