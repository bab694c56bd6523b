/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests' pages by foreign mapping of the frame that a grant entry names. That
 * touches no grant state and works whoever the grantee is; Xen checks that the
 * frame belongs to the domain. A grant mapping would pin the entry, and real
 * frontends fail when they find their grant still in use.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "source/xen/xen.h"
#include "util/cleanup.h"

#define BATCH 256	/* pages mapped at a time for a copy */

/* n frames read-only and contiguous; all or nothing. NULL with errno. */
static void *map_frames(struct xr_xen *xen, uint32_t domid, const uint64_t *frames, size_t n)
{
	xen_pfn_t pfns[XR_MAX_PAGES] = { 0 };
	int errs[XR_MAX_PAGES] = { 0 };
	void *p;

	for (size_t i = 0; i < n; i++)
		pfns[i] = frames[i];
	p = xenforeignmemory_map(xen->fmem, domid, PROT_READ, n, pfns, errs);
	if (!p)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (errs[i]) {
			/* touching a page that failed would be SIGBUS */
			xenforeignmemory_unmap(xen->fmem, p, n);
			errno = -errs[i];
			return NULL;
		}
	madvise(p, n * XR_PAGE_SIZE, MADV_DONTDUMP);
	return p;
}

void xr_xen_unmap_ring(struct xr_source *src, struct xr_mapping *m)
{
	struct xr_xen *xen = src->priv;
	union {
		const volatile void *seen;
		void *mapped;
	} p = { .seen = m->page };

	if (m->page)
		xenforeignmemory_unmap(xen->fmem, p.mapped, m->n_pages);
	m->page = NULL;
	free(m->guards);
	m->guards = NULL;
	m->n_guards = 0;
	xr_gnttab_put(xen, m->priv);
	m->priv = NULL;
}

/* The frame number that xenstore has, for a ring without a grant. Xen checks that it is the domain's. */
static int use_gfn(struct xr_xen *xen, struct xr_mapping *m, struct xr_err *err)
{
	m->frames[0] = m->gfn;
	m->page = map_frames(xen, m->domid, m->frames, 1);
	if (!m->page) {
		int r = -errno;

		xr_err_set(err, "map", r, "map of frame %#llx: %s", (unsigned long long)m->gfn,
			   strerror(-r));
		return r;
	}
	m->by_gfn = true;
	return 0;
}

/* Claims the entries and maps their frames; -EAGAIN: an entry changed meanwhile. */
static int map_granted(struct xr_xen *xen, struct xr_mapping *m, struct xr_err *err)
{
	struct xr_gnttab *t = m->priv;
	int r = xr_table_claim(&t->table, m, err);

	if (r)
		return r;
	m->page = map_frames(xen, m->domid, m->frames, m->n_pages);
	if (!m->page) {
		r = -errno;
		xr_err_set(err, "map", r, "map of grant %u: %s", m->refs[0], strerror(-r));
		return r;
	}
	return xr_guards_hold(m->guards, m->n_guards) ? 0 : -EAGAIN;
}

static bool grant_is_made(const struct xr_gnttab *t, uint32_t gref)
{
	struct xr_grant g;

	return !xr_table_entry(&t->table, gref, &g) && (g.flags & XR_GTF_TYPE) == XR_GTF_PERMIT;
}

int xr_xen_map_ring(struct xr_source *src, struct xr_mapping *m, struct xr_err *err)
{
	struct xr_xen *xen = src->priv;
	int r = -EAGAIN;

	if (m->no_grant)
		return use_gfn(xen, m, err);
	for (int i = 0; r == -EAGAIN && i < 3; i++) {
		struct xr_gnttab *t = NULL;

		r = xr_gnttab_get(xen, m->domid, &t, err);
		if (r)
			return r;
		m->priv = t;
		if (m->any_grantee && m->gfn != UINT64_MAX && !grant_is_made(t, m->refs[0]))
			r = use_gfn(xen, m, err);
		else
			r = map_granted(xen, m, err);
		if (r)
			xr_xen_unmap_ring(src, m);
	}
	if (r == -EAGAIN)
		xr_err_set(err, "map", EAGAIN, "the grant changes while it is mapped");
	return r;
}

int xr_xen_pages(struct xr_source *src, uint32_t domid, const uint64_t *frames, size_t n,
		 void *into, int *err)
{
	struct xr_xen *xen = src->priv;
	_cleanup_free_ xen_pfn_t *pfns = calloc(BATCH, sizeof(*pfns));

	if (!pfns)
		return -ENOMEM;
	for (size_t at = 0; at < n; at += BATCH) {
		size_t m = n - at < BATCH ? n - at : BATCH;
		uint8_t *p;

		for (size_t i = 0; i < m; i++) {
			pfns[i] = frames[at + i];
			err[at + i] = 0;
		}
		p = xenforeignmemory_map(xen->fmem, domid, PROT_READ, m, pfns, err + at);
		for (size_t i = 0; i < m; i++) {
			if (!p)
				err[at + i] = -errno;
			else if (!err[at + i])
				xr_ring_copy((uint8_t *)into + (at + i) * XR_PAGE_SIZE,
					     p + i * XR_PAGE_SIZE, XR_PAGE_SIZE);
		}
		if (p)
			xenforeignmemory_unmap(xen->fmem, p, m);
	}
	return 0;
}
