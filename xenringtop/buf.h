/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing string, allocation that cannot fail, and the one way to print other people's bytes. */
#ifndef XT_BUF_H
#define XT_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"

/* All zero is an empty one. p ends in NUL once anything was put, n is without it. */
struct buf {
	char *p;
	size_t n, cap;
};

void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* The string, "" if nothing was put. Owned by b. */
const char *buf_str(const struct buf *b);
/* The same, owned by the caller; b is empty afterwards. */
char *buf_steal(struct buf *b);
/* Writes all of it. 0 or -errno; then a part may be there. */
int buf_write(const struct buf *b, int fd);
void buf_clear(struct buf *b);
void buf_free(struct buf *b);
#define _cleanup_buf_ _cleanup_(buf_free)

/* Memory, or the end of the program with a sentence and exit code 1. */
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

enum {
	SAFE_ASCII = 1,		/* nothing but ASCII comes out */
	SAFE_WIRE = 2,		/* raw bytes: a backslash of theirs is escaped, too */
};

/*
 * Puts n bytes that anybody may have written, as text that cannot change the
 * screen: control bytes, DEL, C1 controls, characters that reorder or hide a
 * line, and bytes that are no UTF-8 become \xNN. Strings of the library's rows
 * have been escaped once, so without SAFE_WIRE a backslash stays.
 */
void put_safe(struct buf *b, const void *bytes, size_t n, unsigned flags);

/* Columns that a string out of put_safe() takes on a screen. */
size_t text_width(const char *s);

#endif
