/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing string, allocation that cannot fail, and the one way to print other people's bytes. */
#include <config.h>

#include "buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "exit-codes.h"

static void __attribute__((noreturn)) no_memory(void)
{
	fputs("xenringtop: out of memory\n", stderr);
	exit(XT_FAILED);
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		no_memory();
	return p;
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n ? n : 1, size ? size : 1);
	if (!p)
		no_memory();
	return p;
}

char *xstrndup(const char *s, size_t n)
{
	char *p = strndup(s, n);

	if (!p)
		no_memory();
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xasprintf(const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return buf_steal(&b);
}

static char *room(struct buf *b, size_t n)
{
	if (b->cap - b->n <= n) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap - b->n <= n)
			cap *= 2;
		b->p = xreallocarray(b->p, cap, 1);
		b->cap = cap;
	}
	return b->p + b->n;
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
	char *p = room(b, n);

	if (n)
		memcpy(p, bytes, n);
	p[n] = '\0';
	b->n += n;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_fill(struct buf *b, char c, size_t n)
{
	char *p = room(b, n);

	memset(p, c, n);
	p[n] = '\0';
	b->n += n;
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		no_memory();
	vsnprintf(room(b, (size_t)n), (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

const char *buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}

char *buf_steal(struct buf *b)
{
	char *p = b->p ? b->p : xstrdup("");

	*b = (struct buf){ 0 };
	return p;
}

int buf_write(const struct buf *b, int fd)
{
	for (size_t at = 0; at < b->n;) {
		ssize_t n = write(fd, b->p + at, b->n - at);

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

/*
 * Characters that are valid, but move, reorder or hide what stands around them:
 * C1 controls, zero-width and bidirectional marks, separators, tags.
 */
static bool is_hostile(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ .first = 0x00, .last = 0x1f },
		{ .first = 0x7f, .last = 0x9f },
		{ .first = 0xad, .last = 0xad },
		{ .first = 0x61c, .last = 0x61c },
		{ .first = 0x200b, .last = 0x200f },
		{ .first = 0x2028, .last = 0x202e },
		{ .first = 0x2060, .last = 0x206f },
		{ .first = 0xfeff, .last = 0xfeff },
		{ .first = 0xfff9, .last = 0xfffb },
		{ .first = 0xe0000, .last = 0x10ffff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Bytes of the character at p, at most n; 0 if they are no UTF-8 (RFC 3629). */
static size_t utf8_at(const uint8_t *p, size_t n, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t len;

	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
		c = p[0] & 0x1f;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		len = 3;
		c = p[0] & 0x0f;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		c = p[0] & 0x07;
	} else {
		return 0;
	}
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

void put_safe(struct buf *b, const void *bytes, size_t n, unsigned flags)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; ) {
		uint32_t c = 0;
		size_t len = utf8_at(p + i, n - i, &c);
		bool escape = !len || is_hostile(c) || ((flags & SAFE_ASCII) && len > 1);

		if (!len)
			len = 1;
		if (!escape) {
			if (c == '\\' && (flags & SAFE_WIRE))
				buf_putc(b, '\\');
			buf_put(b, p + i, len);
		} else {
			for (size_t k = 0; k < len; k++)
				buf_printf(b, "\\x%02x", p[i + k]);
		}
		i += len;
	}
	buf_put(b, "", 0);
}

size_t text_width(const char *s)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t n = strlen(s), width = 0;

	for (size_t i = 0; i < n; ) {
		uint32_t c = 0;
		size_t len = utf8_at(p + i, n - i, &c);
		int w = len > 1 ? wcwidth((wchar_t)c) : 1;

		/* what the locale does not know is taken for one column */
		width += w >= 0 ? (size_t)w : 1;
		i += len ? len : 1;
	}
	return width;
}
