/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings: formatted allocation, and making other people's bytes printable. */
#include <config.h>

#include "util/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

char *xr_sprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : s;
}

/*
 * The length of the printable UTF-8 character at b, at most n bytes; 0 if the
 * byte must be escaped. Overlong forms, surrogates and values over U+10FFFF
 * are invalid (RFC 3629).
 */
static size_t printable_at(const uint8_t *b, size_t n)
{
	uint32_t c;
	size_t len;

	if (b[0] < 0x80)
		return b[0] >= 0x20 && b[0] != 0x7f && b[0] != '\\';
	if (b[0] >= 0xc2 && b[0] <= 0xdf) {
		len = 2;
		c = b[0] & 0x1f;
	} else if (b[0] >= 0xe0 && b[0] <= 0xef) {
		len = 3;
		c = b[0] & 0x0f;
	} else if (b[0] >= 0xf0 && b[0] <= 0xf4) {
		len = 4;
		c = b[0] & 0x07;
	} else {
		return 0;
	}
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (b[i] & 0x3f);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000) || c > 0x10ffff)
		return 0;
	if (c >= 0xd800 && c <= 0xdfff)
		return 0;
	if (c < 0xa0 || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c >= 0xe0000 || c == 0xad ||
	    c == 0x61c || c == 0x180e || (c >= 0xfff9 && c <= 0xfffb))
		return 0;	/* controls, and what changes how a line is drawn */
	return len;
}

char *xr_printable(const void *bytes, size_t n, size_t max)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *b = bytes;
	bool cut = n > max;
	char *s, *p;

	if (cut)
		n = max;
	p = s = malloc(4 * n + 4);
	if (!s)
		return NULL;
	for (size_t i = 0; i < n; ) {
		size_t len = printable_at(b + i, n - i);

		if (len) {
			while (len--)
				*p++ = (char)b[i++];
		} else if (b[i] == '\\') {
			*p++ = '\\';
			*p++ = '\\';
			i++;
		} else {
			*p++ = '\\';
			*p++ = 'x';
			*p++ = hex[b[i] >> 4];
			*p++ = hex[b[i++] & 15];
		}
	}
	for (int i = 0; cut && i < 3; i++)
		*p++ = '.';
	*p = '\0';
	return s;
}

int xr_parse_u32(const void *bytes, size_t n, uint32_t max, uint32_t *ret)
{
	const uint8_t *b = bytes;
	uint64_t v = 0;

	if (n && (b[n - 1] == '\0' || b[n - 1] == '\n' || b[n - 1] == ' '))
		n--;
	if (!n || n > 10)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (b[i] < '0' || b[i] > '9')
			return -EINVAL;
		v = v * 10 + (uint64_t)(b[i] - '0');
	}
	if (v > max)
		return -ERANGE;
	*ret = (uint32_t)v;
	return 0;
}
