/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Domains' grant tables as a mapped resource. Asking for a frame beyond the
 * table's end would GROW the guest's table (xen/common/grant_table.c,
 * gnttab_acquire_resource), so GNTTABOP_query_size comes first and nothing
 * beyond its nr_frames is ever asked for.
 */
#include <config.h>

#define __XEN_TOOLS__ 1		/* for XENMEM_resource_grant_table */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "source/xen/xen.h"

#include <xen/grant_table.h>
#include <xen/memory.h>

static int query_size(struct xr_xen *xen, uint32_t domid, uint32_t *ret, uint32_t *ret_max)
{
	struct gnttab_query_size *size = xen->buf;

	*size = (struct gnttab_query_size){ .dom = (domid_t)domid };
	if (xencall3(xen->call, __HYPERVISOR_grant_table_op, GNTTABOP_query_size,
		     (uint64_t)(uintptr_t)xen->buf, 1))
		return -errno;
	if (size->status != GNTST_okay)
		return size->status == GNTST_bad_domain ? -ESRCH : -EPERM;
	*ret = size->nr_frames;
	*ret_max = size->max_nr_frames;
	return 0;
}

int xr_gnttab_frames(struct xr_xen *xen, uint32_t domid, uint32_t *ret)
{
	uint32_t max;

	return query_size(xen, domid, ret, &max);
}

static int query(struct xr_xen *xen, uint32_t domid, struct xr_table_size *ret)
{
	struct gnttab_get_version *version = xen->buf;
	struct xr_table_size size;
	int r = query_size(xen, domid, &size.n_frames, &size.max_frames);

	if (r)
		return r;
	*version = (struct gnttab_get_version){ .dom = (domid_t)domid };
	if (xencall3(xen->call, __HYPERVISOR_grant_table_op, GNTTABOP_get_version,
		     (uint64_t)(uintptr_t)xen->buf, 1))
		return -errno;
	size.version = version->version;
	*ret = size;
	return 0;
}

int xr_xen_table_size(struct xr_source *src, uint32_t domid, struct xr_table_size *ret)
{
	return query(src->priv, domid, ret);
}

static void unmap(struct xr_xen *xen, struct xr_gnttab *t)
{
	if (t->shared)
		xenforeignmemory_unmap_resource(xen->fmem, t->shared);
	if (t->status)
		xenforeignmemory_unmap_resource(xen->fmem, t->status);
	free(t);
}

static xenforeignmemory_resource_handle *map(struct xr_xen *xen, uint32_t domid, unsigned id,
					     uint32_t frames, void **ret)
{
	return xenforeignmemory_map_resource(xen->fmem, (domid_t)domid, XENMEM_resource_grant_table,
					     id, 0, frames, ret, PROT_READ, 0);
}

static int map_table(struct xr_xen *xen, uint32_t domid, uint32_t frames, unsigned version,
		     struct xr_gnttab **ret)
{
	struct xr_gnttab *t = calloc(1, sizeof(*t));
	void *shared = NULL, *status = NULL;
	int r;

	if (!t)
		return -ENOMEM;
	t->domid = domid;
	t->refs = 1;
	t->frames = frames;
	t->shared = map(xen, domid, XENMEM_resource_grant_table_id_shared, frames, &shared);
	if (!t->shared) {
		r = -errno;
		unmap(xen, t);
		return r;
	}
	t->table.version = version;
	t->table.shared = shared;
	t->table.n_entries = frames * (version == 2 ? XR_V2_PER_FRAME : XR_V1_PER_FRAME);
	if (version == 2) {
		/* more status frames than these would grow the table too */
		uint32_t n = (t->table.n_entries + XR_STATUS_PER_FRAME - 1) / XR_STATUS_PER_FRAME;

		t->status = map(xen, domid, XENMEM_resource_grant_table_id_status, n, &status);
		t->table.status = status;
	}
	*ret = t;
	return 0;
}

int xr_gnttab_get(struct xr_xen *xen, uint32_t domid, struct xr_gnttab **ret, struct xr_err *err)
{
	struct xr_gnttab **at, *t;
	struct xr_table_size size = { .version = 0 };
	int r = query(xen, domid, &size);

	if (r) {
		xr_err_set(err, "grant", r, "the grant table of domain %u: %s", domid, strerror(-r));
		return r;
	}
	if (!size.n_frames || size.version < 1 || size.version > 2) {
		xr_err_set(err, "grant", ENODATA, "the grant table of domain %u has %u frames, version %u",
			   domid, size.n_frames, size.version);
		return -ENODATA;
	}
	for (at = &xen->tables; (t = *at); at = &t->next)
		if (t->domid == domid)
			break;
	if (t && t->frames == size.n_frames && t->table.version == size.version) {
		t->refs++;
		*ret = t;
		return 0;
	}
	if (t)
		*at = t->next;	/* it has grown; who uses the old mapping keeps it */
	r = map_table(xen, domid, size.n_frames, size.version, &t);
	if (r) {
		xr_err_set(err, "grant", r, "cannot map the grant table of domain %u: %s", domid,
			   strerror(-r));
		return r;
	}
	t->next = xen->tables;
	xen->tables = t;
	*ret = t;
	return 0;
}

void xr_gnttab_put(struct xr_xen *xen, struct xr_gnttab *t)
{
	if (!t || --t->refs)
		return;
	for (struct xr_gnttab **at = &xen->tables; *at; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	unmap(xen, t);
}

int xr_xen_grant(struct xr_source *src, uint32_t domid, uint32_t gref, struct xr_grant *ret)
{
	struct xr_xen *xen = src->priv;
	struct xr_err err = { 0 };
	struct xr_gnttab *t;
	int r;

	/* its rings are mapped, so the table is; only one that has grown is asked for again */
	for (t = xen->tables; t; t = t->next)
		if (t->domid == domid && gref < t->table.n_entries)
			return xr_table_entry(&t->table, gref, ret);
	r = xr_gnttab_get(xen, domid, &t, &err);
	xr_err_clear(&err);
	if (r)
		return r;
	r = xr_table_entry(&t->table, gref, ret);
	xr_gnttab_put(xen, t);
	return r;
}

int xr_xen_grants(struct xr_source *src, uint32_t domid, const struct xr_grants *was,
		  struct xr_grants *ret)
{
	struct xr_xen *xen = src->priv;
	struct xr_err err = { 0 };
	struct xr_gnttab *t;
	int r = xr_gnttab_get(xen, domid, &t, &err);

	xr_err_clear(&err);
	if (r)
		return r;
	r = xr_table_copy(&t->table, t->frames,
			  (t->table.n_entries + XR_STATUS_PER_FRAME - 1) / XR_STATUS_PER_FRAME, was, ret);
	xr_gnttab_put(xen, t);
	return r;
}
