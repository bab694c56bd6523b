/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings: formatted allocation, and making other people's bytes printable. */
#ifndef XR_TEXT_H
#define XR_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A new string, or NULL without memory. */
char *xr_sprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * n bytes as printable UTF-8 in a new string: control bytes, DEL, bytes that
 * are no valid UTF-8, the C1 controls and the bidirectional overrides become
 * \xNN; a backslash becomes \\. More than max bytes of input end in "...".
 * NULL without memory.
 */
char *xr_printable(const void *bytes, size_t n, size_t max);

/*
 * A strict decimal number as xenstore holds it: 1 to 10 digits, value <= max;
 * one trailing NUL, newline or space is tolerated. -EINVAL, -ERANGE.
 */
int xr_parse_u32(const void *bytes, size_t n, uint32_t max, uint32_t *ret);

#endif
