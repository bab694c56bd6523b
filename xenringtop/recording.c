/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file that a capture is written to: how it gets there, its size, those that come after it. */
#include <config.h>

#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"

static bool is_stdout(const struct recording *r)
{
	return !strcmp(r->path, "-");
}

static int cannot_path(const char *path, const char *what, int err)
{
	say("cannot %s %s: %s", what, path, strerror(err));
	return XT_FAILED;
}

static int cannot(const struct recording *r, const char *what, int err)
{
	cannot_path(is_stdout(r) ? "standard output" : r->path, what, err);
	if (err == ENOSPC || err == EDQUOT || err == EFBIG)
		hint("what was written can be read; --max-size limits a capture");
	return XT_FAILED;
}

int output_new(const char *path, char **ret_name)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;
	_cleanup_free_ char *name = xasprintf("%.*s.%s.XXXXXX", dir, path, path + dir);
	/* 0600, also where the umask takes from the owner */
	mode_t mask = umask(0077);
	int fd = mkostemp(name, O_CLOEXEC);

	umask(mask);
	if (fd < 0)
		return -errno;
	*ret_name = name;
	name = NULL;
	return fd;
}

/* A file that takes path's place at once, so that it is found there however we end. */
static int put_in_place(const char *path, int *ret_fd)
{
	_cleanup_free_ char *name = NULL;
	int fd = output_new(path, &name);

	if (fd < 0)
		return cannot_path(path, "create", -fd);
	if (rename(name, path)) {
		int err = errno;

		unlink(name);
		close(fd);
		return cannot_path(path, "create", err);
	}
	*ret_fd = fd;
	return 0;
}

/*
 * A fifo that nobody reads is waited for, a tenth of a second at a time: an
 * open() that waits by itself never hears of a signal that came just before it.
 * -EINTR: interrupted; another negative errno.
 */
static int open_special(const char *path, bool is_fifo)
{
	const struct timespec tenth = { .tv_nsec = 100000000 };

	for (;;) {
		int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
		int err = fd < 0 ? errno : 0;

		/* once it is open, who writes waits for its reader */
		if (!err && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK)) {
			err = errno;
			close(fd);
			return -err;
		}
		if (!err)
			return fd;
		/* ENXIO of a device: there is nothing behind it */
		if (err != EINTR && (err != ENXIO || !is_fifo))
			return -err;
		if (interrupted())
			return -EINTR;
		nanosleep(&tenth, NULL);
	}
}

int output_open(const char *path, bool renamed, int *ret_fd)
{
	struct stat st;
	int fd;

	if (lstat(path, &st))
		return errno == ENOENT ? put_in_place(path, ret_fd) : cannot_path(path, "create", errno);
	if (S_ISLNK(st.st_mode)) {
		say("%s is a symbolic link, which is not followed", path);
		hint("name the file itself");
		return XT_FAILED;
	}
	if (S_ISREG(st.st_mode))
		return put_in_place(path, ret_fd);
	/* a fifo, a device: it is to stay what it is, and where it is */
	if (renamed) {
		say("%s is no regular file, and --rotate renames", path);
		hint("name another file");
		return XT_FAILED;
	}
	fd = open_special(path, S_ISFIFO(st.st_mode));
	if (fd == -EINTR)
		return XT_INTERRUPTED;
	if (fd < 0)
		return cannot_path(path, "open", -fd);
	*ret_fd = fd;
	return 0;
}

static int open_file(struct recording *r)
{
	if (is_stdout(r)) {
		r->fd = STDOUT_FILENO;
		return 0;
	}
	return output_open(r->path, r->rotate >= 0, &r->fd);
}

static void close_file(struct recording *r)
{
	if (r->fd >= 0 && !is_stdout(r))
		close(r->fd);
	r->fd = -1;
}

struct xenring_written recording_total(const struct recording *r)
{
	struct xenring_written w = { 0 };

	if (r->fd >= 0)
		xenring_written(r->x, &w);
	w.samples += r->samples;
	w.bytes += r->bytes;
	return w;
}

/* The capture in hand is at its end: it counts with those that are finished. */
static void count_finished(struct recording *r)
{
	struct xenring_written w = recording_total(r);

	r->samples = w.samples;
	r->bytes = w.bytes;
}

static int failed(const struct recording *r, int e)
{
	if (e == -EPIPE)
		return XT_READER_GONE;
	return cannot(r, "write", -e);
}

int recording_begin(struct recording *r)
{
	int e = open_file(r);

	if (e)
		return e;
	if (isatty(r->fd)) {
		say("a capture is not written to a terminal");
		hint("name a file, or send it on: ... | xenringtop replay -");
		close_file(r);
		return XT_USAGE;
	}
	e = xenring_tee(r->x, r->fd, r->flags);
	if (!e)
		return 0;
	say("%s", xenring_message(r->x));
	close_file(r);
	return XT_FAILED;
}

/* FILE, or FILE.i. */
static char *older_name(const struct recording *r, int64_t i)
{
	return i ? xasprintf("%s.%lld", r->path, (long long)i) : xstrdup(r->path);
}

/* FILE.1 becomes FILE.2 and so on, up to the first that is free, and FILE becomes FILE.1. */
static int shift_files(struct recording *r)
{
	int64_t i = r->rotate ? 1 : 0;

	for (; i < r->rotate; i++) {
		_cleanup_free_ char *name = older_name(r, i);

		if (access(name, F_OK))
			break;
	}
	for (; i > 0; i--) {
		_cleanup_free_ char *from = older_name(r, i - 1), *to = older_name(r, i);

		if (rename(from, to) && errno != ENOENT)
			return cannot(r, "rename", errno);
	}
	return 0;
}

static bool is_full(const struct recording *r)
{
	struct xenring_written w;

	if (r->fd < 0 || !r->max_size)
		return false;
	xenring_written(r->x, &w);
	return w.bytes >= (uint64_t)r->max_size;
}

bool recording_is_done(const struct recording *r)
{
	return r->rotate < 0 && is_full(r);
}

int recording_go_on(struct recording *r)
{
	int old = r->fd, e;

	if (!is_full(r))
		return 0;
	e = shift_files(r);
	if (!e)
		e = put_in_place(r->path, &r->fd);
	if (e)
		return e;
	count_finished(r);
	e = xenring_tee(r->x, r->fd, r->flags);
	if (close(old) && !e)
		e = -errno;
	if (!e)
		return 0;
	close_file(r);
	return failed(r, e);
}

int recording_end(struct recording *r)
{
	int e = 0;

	if (r->fd < 0)
		return 0;
	count_finished(r);
	e = xenring_tee(r->x, -1, 0);
	/* some file systems tell only now that there was no room */
	if (!is_stdout(r) && close(r->fd) && !e)
		e = -errno;
	r->fd = -1;
	return e ? failed(r, e) : 0;
}
