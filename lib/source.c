/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry of sources. */
#include <config.h>

#include "source.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "grants.h"
#include "sample.h"
#include "util/cleanup.h"

#define XR_SOURCE(n) extern const struct xr_source_ops xr_source_##n;
#include "source/sources.def"
#undef XR_SOURCE

#define XR_SOURCE(n) &xr_source_##n,
const struct xr_source_ops *const xr_sources[] = {
#include "source/sources.def"
	NULL
};
#undef XR_SOURCE

bool xr_goes_on(const struct xr_source *src, const char *what, uint64_t done, uint64_t total)
{
	return !src->progress || src->progress(src->progress_data, what, done, total);
}

void xr_debug(const struct xr_source *src, const char *area, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (!src->debug)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	src->debug(src->debug_data, area, line);
}

static int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void xr_clock(struct xenring_time *ret)
{
	ret->real_ns = clock_ns(CLOCK_REALTIME);
	ret->mono_ns = clock_ns(CLOCK_MONOTONIC);
}

int xr_sleep(const struct xr_source *src, int64_t until_mono_ns, int fd)
{
	/* poll passes over negative descriptors */
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN }, { .fd = src->wake_fd, .events = POLLIN },
	};
	int64_t left = until_mono_ns - clock_ns(CLOCK_MONOTONIC);
	struct timespec t;

	if (left < 0)
		left = 0;
	t = (struct timespec){ .tv_sec = left / 1000000000, .tv_nsec = left % 1000000000 };
	if (ppoll(fds, 2, &t, NULL) < 0)
		return -errno;
	return fds[1].revents ? -EINTR : fds[0].revents != 0;
}

size_t xr_source_sample(struct xr_source *src, const struct xr_plan *plan,
			uint32_t (*idx)[XR_N_IDX], uint8_t *look)
{
	return src->ops->sample ? src->ops->sample(src, plan, idx, look) : xr_sample(plan, idx, look);
}

int xr_source_copy(struct xr_source *src, const struct xr_mapping *m, struct xr_copied *ret)
{
	if (src->ops->copy)
		return src->ops->copy(src, m, ret);
	xr_ring_snap(m->page, m->n_pages, m->idx_off, m->kind, ret);
	return 0;
}

/* Is the entry another one than when the page was looked up? That the backend has begun to use it is none. */
static bool has_ended(struct xr_source *src, const struct xr_mapping *m, const struct xr_fetch *f)
{
	struct xr_grant now;

	return src->ops->grant(src, m->domid, f->gref, &now) || xr_grant_fault(&now, m) ||
	       now.frame != f->grant.frame || (f->grant.in_use && !now.in_use);
}

/* The pages of those entries that are in order, mapped in one batch, copied and unmapped. */
static int fetch_granted(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n)
{
	_cleanup_free_ uint64_t *frames = calloc(n, sizeof(*frames));
	_cleanup_free_ uint8_t *pages = malloc(n * XR_PAGE_SIZE);
	_cleanup_free_ size_t *of = calloc(n, sizeof(*of));
	_cleanup_free_ int *err = calloc(n, sizeof(*err));
	size_t kept = 0;

	if (!frames || !pages || !of || !err)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		f[i].grant_err = src->ops->grant(src, m->domid, f[i].gref, &f[i].grant);
		f[i].page_err = f[i].grant_err ? f[i].grant_err :
				xr_grant_fault(&f[i].grant, m) ? -EACCES : 0;
		if (f[i].page_err)
			continue;
		frames[kept] = f[i].grant.frame;
		of[kept++] = i;
	}
	if (kept && src->ops->pages(src, m->domid, frames, kept, pages, err))
		for (size_t i = 0; i < kept; i++)
			err[i] = err[i] ? err[i] : -EIO;
	/* what is no longer granted, or was let go of, may be another's by now */
	for (size_t i = 0; i < kept; i++)
		if (!err[i] && has_ended(src, m, &f[of[i]]))
			err[i] = -ESTALE;
	for (size_t i = 0; i < kept; i++) {
		f[of[i]].page_err = err[i];
		if (!err[i])
			memcpy(f[of[i]].into, pages + i * XR_PAGE_SIZE, XR_PAGE_SIZE);
	}
	return 0;
}

int xr_source_fetch(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n)
{
	if (src->ops->fetch)
		return src->ops->fetch(src, m, f, n);
	if (!src->ops->grant || !src->ops->pages)
		return -EOPNOTSUPP;
	return n ? fetch_granted(src, m, f, n) : 0;
}

const char *xenring_next_source(size_t i, const char **ret_help)
{
	size_t n = sizeof(xr_sources) / sizeof(xr_sources[0]) - 1;

	if (i >= n)
		return NULL;
	if (ret_help)
		*ret_help = xr_sources[i]->help;
	return xr_sources[i]->name;
}

const char *xenring_next_source_arg(const char *source, size_t i, const char **ret_help)
{
	for (size_t k = 0; xr_sources[k]; k++)
		if (!strcmp(xr_sources[k]->name, source))
			return xr_sources[k]->arg ? xr_sources[k]->arg(i, ret_help) : NULL;
	return NULL;
}
