/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The live source: opening Xen's interfaces, the clock, the table of operations. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/xen/xen.h"

static int xen_now(struct xr_source *src, struct xenring_time *ret)
{
	(void)src;
	xr_clock(ret);
	return 0;
}

static int xen_settle(struct xr_source *src, int64_t until_mono_ns)
{
	return xr_sleep(src, until_mono_ns, -1);
}

/* One poll is the tick's timer and the news of xenstore's watches at once. */
static int xen_wait(struct xr_source *src, int64_t until_mono_ns)
{
	return xr_sleep(src, until_mono_ns, xr_xen_fd(src));
}

static void xen_close(struct xr_source *src)
{
	struct xr_xen *xen = src->priv;

	xr_xen_store_close(xen);
	xr_xen_dom_close(xen);
	if (xen->buf)
		xencall_free_buffer(xen->call, xen->buf);
	if (xen->call)
		xencall_close(xen->call);
	if (xen->fmem)
		xenforeignmemory_close(xen->fmem);
	free(xen);
}

/* Whatever an interface that is not there says, it means: no Xen. */
static int no_xen(int r)
{
	return r == -ENOENT || r == -ENXIO || r == -ENODEV || r == -ENOTTY || r == -ENOSYS ||
	       r == -ECONNREFUSED ? -ENODEV : r;
}

static int open_all(struct xr_xen *xen, const char **ret_what)
{
	int r;

	*ret_what = "Xen's hypercall device";
	xen->call = xencall_open(&xen->log.logger, 0);
	if (!xen->call)
		return -errno;
	xen->buf = xencall_alloc_buffer(xen->call, XR_PAGE_SIZE);
	if (!xen->buf)
		return -errno;
	*ret_what = "Xen's memory device";
	xen->fmem = xenforeignmemory_open(&xen->log.logger, 0);
	if (!xen->fmem)
		return -errno;
	*ret_what = "the list of domains";
	r = xr_xen_dom_open(xen);
	if (r)
		return r;
	*ret_what = "xenstore";
	return xr_xen_store_open(xen);
}

static int xen_open(struct xr_source *src, const char *arg, struct xr_err *err)
{
	struct xr_xen *xen;
	const char *what = "";
	int r;

	if (*arg) {
		xr_err_set(err, "open", EINVAL, "xen: takes nothing after the colon");
		return -EINVAL;
	}
	xen = calloc(1, sizeof(*xen));
	if (!xen)
		return -ENOMEM;
	xr_xen_log_init(&xen->log);
	xen->src = src;
	src->priv = xen;
	r = open_all(xen, &what);
	if (r) {
		int code = no_xen(r);

		if (code == -ENODEV)
			xr_err_set(err, "open", ENODEV, "this is not a domain of a Xen host: %s: %s", what,
				   strerror(-r));
		else
			xr_err_set(err, "open", -r, "cannot open %s: %s", what, strerror(-r));
		xen_close(src);
		return code;
	}
	return 0;
}

const struct xr_source_ops xr_source_xen = {
	.name = "xen", .help = "the Xen host that this runs on",
	.open = xen_open, .close = xen_close, .fd = xr_xen_fd, .changes = xr_xen_changes,
	.now = xen_now, .wait = xen_wait, .settle = xen_settle, .domains = xr_xen_domains,
	.store_read = xr_xen_store_read, .store_list = xr_xen_store_list,
	.store_watch = xr_xen_store_watch, .store_unwatch = xr_xen_store_unwatch,
	.map_ring = xr_xen_map_ring, .unmap_ring = xr_xen_unmap_ring, .grant = xr_xen_grant,
	.pages = xr_xen_pages, .port = xr_xen_port, .grants = xr_xen_grants,
};
