/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ring pages as the grantee, through /dev/xen/gntdev: for a driver domain,
 * which may map nothing else of another domain. It adds to the pins that the
 * backend's driver here holds already, so while a ring is connected nobody sees
 * a difference. One that is kept when the frontend takes its ring apart is seen:
 * the grant cannot be ended. Of a ring Linux' drivers then retry each second; of
 * a page of data netfront and blkfront give up the device. Hence only rings are
 * mapped, and discovery lets go of them as soon as either side's state is
 * another than connected. Nothing but xenstore tells: there is no grant table
 * to look at, and no guards.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "source/xen/xen.h"

int xr_xen_gntdev_open(struct xr_xen *xen)
{
	xen->gnttab = xengnttab_open(&xen->log.logger, 0);
	return xen->gnttab ? 0 : -errno;
}

void xr_xen_gntdev_close(struct xr_xen *xen)
{
	if (xen->gnttab)
		xengnttab_close(xen->gnttab);
}

/* A stub domain has rights over the one it serves: there it is not for us to pin pages. */
static bool is_foreign_possible(struct xr_xen *xen, uint32_t domid)
{
	uint32_t frames;

	return xen->buf && !xr_gnttab_frames(xen, domid, &frames);
}

int xr_xen_map_granted(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	struct xr_xen *xen = src->priv;
	int r;

	if (m->no_grant || m->any_grantee) {
		xr_err_set(err, "map", EPERM, "its page is not granted to this domain");
		return -EPERM;
	}
	if (is_foreign_possible(xen, m->domid)) {
		xr_err_set(err, "map", EPERM,
			   "foreign mapping of domain %u works here, so it is not mapped by grant", m->domid);
		return -EPERM;
	}
	r = xr_refs_differ(m, err);
	if (r)
		return r;
	m->page = xengnttab_map_domain_grant_refs(xen->gnttab, m->n_pages, m->domid, m->refs, PROT_READ);
	if (!m->page) {
		r = -errno;
		xr_err_set(err, "map", r, "map of grant %u of domain %u: %s", m->refs[0], m->domid,
			   strerror(-r));
		return r;
	}
	xr_debug(src, "map", "grant %u of domain %u: pinned", m->refs[0], m->domid);
	/* else it could not have been mapped */
	m->grantee = m->backend_domid;
	return 0;
}

void xr_xen_unmap_granted(struct xr_source *src, struct xr_mapping *m)
{
	struct xr_xen *xen = src->priv;
	union {
		const volatile void *seen;
		void *mapped;
	} p = { .seen = m->page };

	if (!m->page)
		return;
	xengnttab_unmap(xen->gnttab, p.mapped, m->n_pages);
	m->page = NULL;
	xr_debug(src, "map", "grant %u of domain %u: let go", m->refs[0], m->domid);
}

/* Pages that requests name: their grants end with the request, and who finds one pinned then gives up. */
int xr_xen_fetch_granted(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n)
{
	(void)src;
	(void)m;
	for (size_t i = 0; i < n; i++)
		f[i].grant_err = f[i].page_err = -EOPNOTSUPP;
	return 0;
}
