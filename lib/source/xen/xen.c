/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The live source: opening Xen's interfaces, the clock, the table of operations. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "source/xen/xen.h"
#include "util/cleanup.h"

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
	xr_xen_gntdev_close(xen);
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
	return xr_xen_store_open(xen, true);
}

/* The list of domains is for those who may look at all of them, and map what is theirs. */
static bool may_list_domains(struct xr_source *src)
{
	struct xr_xen *xen = src->priv;
	_cleanup_free_ struct xr_dominfo *infos = NULL;
	size_t n = 0;

	return !xr_xen_dom_open(xen) && !xr_xen_domains(src, &infos, &n);
}

/*
 * xen:grant, for a driver domain: without rights over other domains, but they
 * grant it their rings. No hypercall is needed but to refuse it where it is
 * not; without a device for these there is nobody to refuse.
 */
static int open_granted(struct xr_xen *xen, const char **ret_what)
{
	int r;

	if (may_list_domains(xen->src))
		return -EEXIST;
	xen->call = xencall_open(&xen->log.logger, 0);
	xen->buf = xen->call ? xencall_alloc_buffer(xen->call, XR_PAGE_SIZE) : NULL;
	*ret_what = "xenstore";
	r = xr_xen_store_open(xen, false);
	if (r)
		return r;
	*ret_what = "the grant device (is the module xen-gntdev loaded?)";
	return xr_xen_gntdev_open(xen);
}

static const char granted[] = "grant";

static const char *xen_arg(size_t i, const char **ret_help)
{
	if (i)
		return NULL;
	if (ret_help)
		*ret_help = "in a driver domain: the rings that are granted to it";
	return granted;
}

static const struct xr_source_ops granted_ops;

static int xen_open(struct xr_source *src, const char *arg, struct xr_err *err)
{
	bool by_grant = !strcmp(arg, granted);
	struct xr_xen *xen;
	const char *what = "";
	int r;

	if (*arg && !by_grant) {
		xr_err_set(err, "open", EINVAL, "xen: takes nothing but \"%s\" after the colon", granted);
		return -EINVAL;
	}
	xen = calloc(1, sizeof(*xen));
	if (!xen)
		return -ENOMEM;
	xr_xen_log_init(&xen->log);
	xen->src = src;
	src->priv = xen;
	r = by_grant ? open_granted(xen, &what) : open_all(xen, &what);
	if (r == -EEXIST) {
		xr_err_set(err, "open", EEXIST,
			   "foreign mapping works here, so nothing is mapped by grant: that would pin guests' pages");
		xen_close(src);
		return r;
	}
	if (r) {
		/* if xenstore answers, it is one */
		int code = xen->xs ? r : no_xen(r);

		if (code == -ENODEV)
			xr_err_set(err, "open", ENODEV, "this is not a domain of a Xen host: %s: %s", what,
				   strerror(-r));
		else
			xr_err_set(err, "open", -r, "cannot open %s: %s", what, strerror(-r));
		xen_close(src);
		return code;
	}
	if (by_grant)
		src->ops = &granted_ops;
	return 0;
}

static int no_domains(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n)
{
	(void)src;
	(void)ret;
	(void)ret_n;
	return -EOPNOTSUPP;
}

static int xen_backend(struct xr_source *src, const struct xr_backend_key *key, struct xr_backend_files *ret)
{
	(void)src;
	return xr_backend_read("", key, ret);
}

/* What there is for xen:grant: the store, and ring pages. */
static const struct xr_source_ops granted_ops = {
	.name = "xen", .help = "the domains that this one runs backends for",
	.close = xen_close, .fd = xr_xen_fd, .changes = xr_xen_changes,
	.is_live = true, .now = xen_now, .wait = xen_wait, .settle = xen_settle, .domains = no_domains,
	.store_read = xr_xen_store_read, .store_list = xr_xen_store_list,
	.store_watch = xr_xen_store_watch, .store_unwatch = xr_xen_store_unwatch,
	.map_ring = xr_xen_map_granted, .unmap_ring = xr_xen_unmap_granted,
	.fetch = xr_xen_fetch_granted, .backend = xen_backend,
};

const struct xr_source_ops xr_source_xen = {
	.name = "xen", .help = "the Xen host that this runs on", .arg = xen_arg,
	.open = xen_open, .close = xen_close, .fd = xr_xen_fd, .changes = xr_xen_changes,
	.is_live = true, .now = xen_now, .wait = xen_wait, .settle = xen_settle, .domains = xr_xen_domains,
	.store_read = xr_xen_store_read, .store_list = xr_xen_store_list,
	.store_watch = xr_xen_store_watch, .store_unwatch = xr_xen_store_unwatch,
	.map_ring = xr_xen_map_ring, .unmap_ring = xr_xen_unmap_ring, .grant = xr_xen_grant,
	.pages = xr_xen_pages, .port = xr_xen_port, .grants = xr_xen_grants,
	.table_size = xr_xen_table_size,
	.evtchns = xr_xen_evtchns, .backend = xen_backend,
};
