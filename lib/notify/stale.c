/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What probes leave behind if their maker is killed: the kernel keeps instances
 * and probes until somebody removes them. A lock says who lives, and the next
 * one to come cleans up.
 *
 *	/sys/kernel/tracing/instances/xenringtop_PID_START_N	the instance
 *	/sys/kernel/tracing/kprobe_events	p:xenringtop_PID_START_N/in ...
 *	/run/xenringtop/xenringtop_PID_START_N.lock		held as long as it lives
 */
#include <config.h>

#include "notify/pair.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/text.h"

const char *const xr_probe_names[3] = { [XR_PROBE_IN] = "in", [XR_PROBE_OUT] = "out", [XR_PROBE_ENTRY] = "entry" };

/* One process has no more. */
#define MAX_NAMES 64

static void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static char *lock_path(const char *run, const char *name)
{
	return xr_sprintf("%s/%s.lock", run, name);
}

/* When this process was begun, in ticks since the machine was: proc(5), field 22 of stat. */
static unsigned long long start_time(void)
{
	_cleanup_(fclosep) FILE *f = fopen("/proc/self/stat", "re");
	char line[1024];
	unsigned long long v = 0;
	char *at;

	if (!f || !fgets(line, sizeof(line), f))
		return 0;
	/* the name may hold anything, up to the last parenthesis */
	at = strrchr(line, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		v = strtoull(at, NULL, 10);
	return v;
}

/* The lock's descriptor; -EWOULDBLOCK: somebody holds it. */
static int take_lock(const char *path, int flags)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
		struct stat st;
		int r = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &st) ? -errno : 0;

		if (!r && st.st_nlink)
			return fd;
		/* else somebody has cleaned it up between the two calls */
		if (fd >= 0)
			close(fd);
		if (r)
			return r;
	}
}

int xr_probes_lock(const char *run, char **ret, int *ret_fd)
{
	unsigned long long start = start_time();

	if (mkdir(run, 0755) && errno != EEXIST)
		return -errno;
	for (unsigned i = 0; i < MAX_NAMES; i++) {
		_cleanup_free_ char *name = xr_sprintf(XR_PROBES_PREFIX "%d_%llu_%u", (int)getpid(), start, i);
		_cleanup_free_ char *path = name ? lock_path(run, name) : NULL;
		int fd = path ? take_lock(path, O_CREAT) : -ENOMEM;

		if (fd == -EWOULDBLOCK)
			continue;
		if (fd < 0)
			return fd;
		*ret = xr_steal(&name);
		*ret_fd = fd;
		return 0;
	}
	return -EBUSY;
}

void xr_probes_unlock(const char *run, const char *name, int fd)
{
	_cleanup_free_ char *path = lock_path(run, name);

	if (path)
		unlink(path);
	close(fd);
}

/* The length of one of our names at the begin of text; 0: it is none. */
static size_t name_length(const char *text)
{
	size_t prefix = strlen(XR_PROBES_PREFIX), digits;

	if (strncmp(text, XR_PROBES_PREFIX, prefix) != 0)
		return 0;
	digits = strspn(text + prefix, "0123456789_");
	return digits ? prefix + digits : 0;
}

static int write_file(const char *path, const char *text, int flags)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int r = n < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return r;
}

void xr_probes_remove(const char *tracing, const char *name)
{
	_cleanup_free_ char *enable = xr_sprintf("%s/instances/%s/events/enable", tracing, name);
	_cleanup_free_ char *instance = xr_sprintf("%s/instances/%s", tracing, name);
	_cleanup_free_ char *events = xr_sprintf("%s/kprobe_events", tracing);

	if (!enable || !instance || !events)
		return;
	/* in this order: what is enabled anywhere cannot be removed */
	write_file(enable, "0", 0);
	rmdir(instance);
	for (enum xr_probe i = XR_PROBE_IN; i <= XR_PROBE_ENTRY; i++) {
		_cleanup_free_ char *line = xr_sprintf("-:%s/%s\n", name, xr_probe_names[i]);

		if (line)
			write_file(events, line, O_APPEND);
	}
}

struct names {
	char *at[MAX_NAMES];
	size_t n;
};

static void names_free(struct names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->at[i]);
}

/* More than fit the next one cleans. */
static void add_name(struct names *names, const char *text, size_t n)
{
	for (size_t i = 0; i < names->n; i++)
		if (strlen(names->at[i]) == n && !strncmp(names->at[i], text, n))
			return;
	if (!n || names->n == MAX_NAMES)
		return;
	names->at[names->n] = strndup(text, n);
	names->n += names->at[names->n] != NULL;
}

static void names_in_folder(struct names *names, const char *path, const char *suffix)
{
	_cleanup_(closedirp) DIR *dir = opendir(path);
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		size_t n = name_length(e->d_name);

		if (n && !strcmp(e->d_name + n, suffix))
			add_name(names, e->d_name, n);
	}
}

/* "p:GROUP/EVENT FUNCTION ..." */
static void names_of_probes(struct names *names, const char *path)
{
	_cleanup_(fclosep) FILE *f = fopen(path, "re");
	char line[1024];

	while (f && fgets(line, sizeof(line), f)) {
		const char *group = strchr(line, ':');
		size_t n = group ? name_length(group + 1) : 0;

		if (n && group[1 + n] == '/')
			add_name(names, group + 1, n);
	}
}

int xr_probes_clean(const char *tracing, const char *run)
{
	_cleanup_free_ char *instances = xr_sprintf("%s/instances", tracing);
	_cleanup_free_ char *events = xr_sprintf("%s/kprobe_events", tracing);
	_cleanup_(names_free) struct names names = { .n = 0 };
	int cleaned = 0;

	if (!instances || !events)
		return -ENOMEM;
	names_in_folder(&names, instances, "");
	names_of_probes(&names, events);
	names_in_folder(&names, run, ".lock");
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_free_ char *path = lock_path(run, names.at[i]);
		int fd = path ? take_lock(path, 0) : -ENOMEM;

		/* without a lock nobody can be alive: it is made before all else */
		if (fd < 0 && fd != -ENOENT)
			continue;
		xr_probes_remove(tracing, names.at[i]);
		if (fd >= 0)
			xr_probes_unlock(run, names.at[i], fd);
		cleaned++;
	}
	return cleaned;
}
