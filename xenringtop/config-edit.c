/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes settings into a configuration file, and leaves all else in it as it stands. */
#include <config.h>

#include "config-edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "config-file.h"
#include "recording.h"

static const char blanks[] = " \t\r\f\v";

/* ---- the text ------------------------------------------------------------ */

static size_t without_blanks_behind(const char *p, size_t n)
{
	while (n && strchr(blanks, p[n - 1]))
		n--;
	return n;
}

static bool is_text(const char *p, size_t n, const char *text)
{
	return strlen(text) == n && !memcmp(p, text, n);
}

/* Of a line "[section]" that name is in *ret, *ret_n. */
static bool is_section(const char *p, size_t n, const char **ret, size_t *ret_n)
{
	const char *end = n && p[0] == '[' ? memchr(p, ']', n) : NULL;

	if (!end)
		return false;
	*ret = p + 1;
	*ret_n = (size_t)(end - p) - 1;
	return true;
}

/* Does a line set this key? *ret_behind is what stands behind the value, a comment with the blanks before it. */
static bool sets(const char *p, size_t n, const char *key, const char **ret_behind)
{
	size_t at;

	if (!n || p[0] == ';' || p[0] == '#')
		return false;
	for (at = 0; at < n && p[at] != '=' && p[at] != ':'; at++)
		;
	if (at == n || !is_text(p, without_blanks_behind(p, at), key))
		return false;
	*ret_behind = p + n;
	for (at++; at < n; at++)
		if (p[at] == ';' && strchr(blanks, p[at - 1])) {
			*ret_behind = p + at;
			while (strchr(blanks, (*ret_behind)[-1]))
				--*ret_behind;
			break;
		}
	return true;
}

static void put_setting(struct buf *b, const struct config_change *c)
{
	buf_printf(b, "%s = %s", c->key, c->value);
}

static char *edit_one(const char *text, const struct config_change *c)
{
	const char *line, *next, *section = "", *replace = NULL, *behind = NULL, *below = NULL;
	_cleanup_buf_ struct buf b = { 0 };
	size_t section_n = 0, n;

	for (line = text; *line; line = next) {
		const char *word = line + strspn(line, blanks), *end = line + strcspn(line, "\n"), *after;

		next = end + (*end == '\n');
		n = without_blanks_behind(word, (size_t)(end > word ? end - word : 0));
		is_section(word, n, &section, &section_n);
		if (!is_text(section, section_n, c->section))
			continue;
		/* where a new line would stand: below the section's last one that says something */
		if (n && word[0] != ';' && word[0] != '#')
			below = next;
		if (sets(word, n, c->key, &after)) {
			replace = line;
			behind = after;
		}
	}
	if (replace) {
		buf_printf(&b, "%.*s", (int)(replace - text), text);
		put_setting(&b, c);
		buf_puts(&b, behind);
		return buf_steal(&b);
	}
	if (c->by_default)
		return xstrdup(text);
	if (!below && !c->section[0])
		below = text;
	n = below ? (size_t)(below - text) : strlen(text);
	buf_printf(&b, "%.*s", (int)n, text);
	if (n && text[n - 1] != '\n')
		buf_putc(&b, '\n');
	if (!below)
		buf_printf(&b, "%s[%s]\n", n ? "\n" : "", c->section);
	put_setting(&b, c);
	buf_printf(&b, "\n%s", text + n);
	return buf_steal(&b);
}

char *config_edit(const char *text, const struct config_change *c, size_t n)
{
	char *now = xstrdup(text);

	for (size_t i = 0; i < n; i++) {
		char *before = now;

		now = edit_one(before, &c[i]);
		free(before);
	}
	return now;
}

/* ---- the file ------------------------------------------------------------ */

/* All of it; "" if it is not there. 0 or -errno. */
static int read_all(const char *path, char **ret)
{
	const size_t room = CONFIG_SIZE_MAX + 1;
	_cleanup_free_ char *text = xcalloc(1, room + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW), err = 0;
	struct stat st;
	ssize_t got = 1;
	size_t n = 0;

	if (fd < 0 && errno != ENOENT)
		return -errno;
	if (fd >= 0 && fstat(fd, &st))
		err = errno;
	else if (fd >= 0 && !S_ISREG(st.st_mode))
		err = EINVAL;
	while (fd >= 0 && !err && n < room && got > 0) {
		got = read(fd, text + n, room - n);
		if (got < 0)
			err = errno;
		n += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	if (!err && n == room)
		err = EFBIG;
	else if (!err && strlen(text) != n)
		err = EINVAL;
	if (!err)
		*ret = steal(&text);
	return -err;
}

/* The folders that it is in. */
static void make_folders(const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);

	for (char *p = copy; (p = strchr(p + 1, '/'));) {
		*p = '\0';
		/* one that is there, or cannot be made, is told by what comes then */
		(void)!mkdir(copy, 0700);
		*p = '/';
	}
}

int config_write(const char *path, const struct config_change *c, size_t n)
{
	_cleanup_free_ char *before = NULL, *name = NULL;
	_cleanup_buf_ struct buf now = { 0 };
	int fd, r;

	make_folders(path);
	r = read_all(path, &before);
	if (r)
		return r;
	now.p = config_edit(before, c, n);
	now.n = strlen(now.p);
	fd = output_new(path, &name);
	if (fd < 0)
		return fd;
	r = buf_write(&now, fd);
	if (!r && fsync(fd))
		r = -errno;
	if (close(fd) && !r)
		r = -errno;
	if (!r && rename(name, path))
		r = -errno;
	if (r)
		unlink(name);
	return r;
}
