/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes to standard error and to standard output, and the nearest name to a wrong one. */
#include <config.h>

#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "exit-codes.h"

static const char said[] = "xenringtop: ";

/* The cursor stands behind a line of say_status(). */
static bool has_status;

/* Of say_where(). */
static char *place;

void say_where(const char *where)
{
	free(place);
	place = where ? xstrdup(where) : NULL;
}

static void (*say_fn)(void *data, const char *line);
static void *say_data;

void say_to(void (*fn)(void *data, const char *line), void *data)
{
	say_fn = fn;
	say_data = data;
}

static void line(const char *prefix, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void line(const char *prefix, const char *fmt, va_list ap)
{
	_cleanup_buf_ struct buf text = { 0 }, safe = { 0 };

	if (place && prefix == said)
		buf_printf(&text, "%s: ", place);
	buf_vprintf(&text, fmt, ap);
	if (say_fn) {
		put_safe(&safe, buf_str(&text), text.n, 0);
		say_fn(say_data, buf_str(&safe));
		return;
	}
	if (has_status)
		buf_puts(&safe, "\r\033[K");
	has_status = false;
	buf_puts(&safe, prefix);
	put_safe(&safe, buf_str(&text), text.n, 0);
	buf_putc(&safe, '\n');
	/* results written so far stand before the complaint where both go to one place */
	fflush(stdout);
	fwrite(safe.p, 1, safe.n, stderr);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(said, fmt, ap);
	va_end(ap);
}

void say_status(const char *text)
{
	_cleanup_buf_ struct buf b = { 0 };

	if (text)
		buf_printf(&b, "\r%s\033[K", text);
	else if (has_status)
		buf_putc(&b, '\n');
	has_status = text;
	fwrite(buf_str(&b), 1, b.n, stderr);
}

void hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("xenringtop: hint: ", fmt, ap);
	va_end(ap);
}

/* The errno of the first write that failed since the last out_end(). */
static int write_error;

static void note_error(void)
{
	if (!write_error)
		write_error = errno ? errno : EIO;
}

void out(const char *bytes, size_t n)
{
	if (fwrite(bytes, 1, n, stdout) != n)
		note_error();
}

void out_str(const char *s)
{
	out(s, strlen(s));
}

bool out_flush(void)
{
	if (fflush(stdout))
		note_error();
	return !write_error;
}

int out_end(int code)
{
	int err;

	out_flush();
	err = write_error;
	write_error = 0;
	if (!err)
		return code;
	if (err == EPIPE)
		return XT_READER_GONE;
	say("cannot write the output: %s", strerror(err));
	return XT_FAILED;
}

#define NEAREST_MAX 128

/* Edits that turn a into b: insert, delete, replace, swap two neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t na = strnlen(a, NEAREST_MAX), nb = strnlen(b, NEAREST_MAX);
	uint8_t d[3][NEAREST_MAX + 1];

	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (uint8_t)j;
	for (size_t i = 1; i <= na; i++) {
		uint8_t *row = d[i % 3];
		const uint8_t *up = d[(i + 2) % 3], *up2 = d[(i + 1) % 3];

		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1u < best)
				best = up[j] + 1u;
			if (row[j - 1] + 1u < best)
				best = row[j - 1] + 1u;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1u < best)
				best = up2[j - 2] + 1u;
			row[j] = (uint8_t)best;
		}
	}
	return d[na % 3][nb];
}

void nearest_try(struct nearest *n, const char *name)
{
	size_t len = strlen(n->word), d = distance(n->word, name);

	/* the beginning of a name, or a name in other letters, is as good as one slip */
	if (d > 1 && len >= 2 && !strncasecmp(n->word, name, len))
		d = 1;
	if (n->best && d >= n->distance)
		return;
	free(n->best);
	n->best = xstrdup(name);
	n->distance = d;
}

const char *nearest_get(const struct nearest *n)
{
	size_t len = strlen(n->word);

	return n->best && n->distance <= (len < 4 ? 1 : len / 3) ? n->best : NULL;
}

void nearest_free(struct nearest *n)
{
	free(n->best);
	n->best = NULL;
}
