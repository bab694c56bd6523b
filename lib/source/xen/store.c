/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xenstore through libxenstore: reading and watching, nothing else. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/xen/xen.h"
#include "util/cleanup.h"
#include "util/hash.h"

/* Looked at in one go; what is left comes with the next round. */
#define EVENTS_AT_ONCE 10000

/* A watch fires once when it is set; that first time is no news. */
struct xr_watch {
	char *path;
	bool fired;
	UT_hash_handle hh;
};

static int set_watch(struct xr_xen *xen, const char *path)
{
	struct xr_watch *w = calloc(1, sizeof(*w));

	if (w)
		w->path = strdup(path);
	if (!w || !w->path) {
		free(w);
		return -ENOMEM;
	}
	HASH_ADD_KEYPTR(hh, xen->watches, w->path, strlen(w->path), w);
	/* the path is the token too, so that an event leads back here */
	if (!xs_watch(xen->xs, path, path)) {
		int r = -errno;

		HASH_DEL(xen->watches, w);
		free(w->path);
		free(w);
		return r;
	}
	return 0;
}

int xr_xen_store_open(struct xr_xen *xen, bool whole_host)
{
	/* the guests' own folders are watched as they are found; a driver domain hears only of its own */
	static const char *const always[] = {
		"@introduceDomain", "@releaseDomain", "/local/domain/0/backend",
	};
	int r = 0;

	xen->xs = xs_open(0);
	if (!xen->xs)
		return -errno;
	for (size_t i = 0; whole_host && !r && i < sizeof(always) / sizeof(always[0]); i++)
		r = set_watch(xen, always[i]);
	return r;
}

void xr_xen_store_close(struct xr_xen *xen)
{
	struct xr_watch *w, *tmp;

	/* closing the connection takes the watches with it */
	if (xen->xs)
		xs_close(xen->xs);
	HASH_ITER(hh, xen->watches, w, tmp) {
		HASH_DEL(xen->watches, w);
		free(w->path);
		free(w);
	}
}

int xr_xen_fd(struct xr_source *src)
{
	const struct xr_xen *xen = src->priv;

	return xs_fileno(xen->xs);
}

int xr_xen_changes(struct xr_source *src, struct xr_changes *ret)
{
	struct xr_xen *xen = src->priv;

	for (int i = 0; i < EVENTS_AT_ONCE; i++) {
		_cleanup_free_ char **event = xs_check_watch(xen->xs);
		const char *path, *token;
		struct xr_watch *w;

		if (!event)
			return errno == EAGAIN ? 0 : -errno;
		path = event[XS_WATCH_PATH];
		token = event[XS_WATCH_TOKEN];
		HASH_FIND(hh, xen->watches, token, strlen(token), w);
		if (!w)
			continue;	/* taken back meanwhile */
		if (!w->fired) {
			w->fired = true;
			continue;
		}
		xr_debug(src, "store", "changed: %s", path);
		if (path[0] == '@')
			ret->domains = true;
		else if (ret->path)
			ret->path(ret->data, path);
	}
	return 0;
}

int xr_xen_store_read(struct xr_source *src, const char *path, void **ret, size_t *ret_n)
{
	const struct xr_xen *xen = src->priv;
	unsigned int n = 0;
	void *value = xs_read(xen->xs, XBT_NULL, path, &n);

	if (!value)
		return -errno;
	*ret = value;	/* libxenstore puts a NUL behind it */
	*ret_n = n;
	return 0;
}

int xr_xen_store_list(struct xr_source *src, const char *path, char ***ret, size_t *ret_n)
{
	const struct xr_xen *xen = src->priv;
	unsigned int n = 0;
	char **names = xs_directory(xen->xs, XBT_NULL, path, &n);

	if (!names)
		return -errno;
	*ret = names;	/* one allocation, strings behind the pointers */
	*ret_n = n;
	return 0;
}

int xr_xen_store_watch(struct xr_source *src, const char *path)
{
	return set_watch(src->priv, path);
}

int xr_xen_store_unwatch(struct xr_source *src, const char *path)
{
	struct xr_xen *xen = src->priv;
	struct xr_watch *w;
	int r;

	HASH_FIND(hh, xen->watches, path, strlen(path), w);
	if (!w)
		return -ENOENT;
	r = xs_unwatch(xen->xs, path, path) ? 0 : -errno;
	HASH_DEL(xen->watches, w);
	free(w->path);
	free(w);
	return r;
}
