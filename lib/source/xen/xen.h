/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The live source's own state. Only this folder links Xen's libraries; only
 * dom.c includes xenctrl.h, which is no stable interface. Nothing here writes:
 * mappings are PROT_READ, hypercalls ask, xenstore is read and watched.
 */
#ifndef XR_SOURCE_XEN_H
#define XR_SOURCE_XEN_H

#include <xencall.h>
#include <xenforeignmemory.h>
#include <xengnttab.h>
#include <xenstore.h>
#include <xentoollog.h>

#include "grants.h"
#include "source.h"

struct xr_xen_log {
	xentoollog_logger logger;	/* first: the libraries hand it back */
	char text[256];			/* the last thing a library had to say */
};

struct xr_gnttab;
struct xr_watch;

struct xr_xen {
	struct xr_source *src;
	struct xr_xen_log log;
	struct xs_handle *xs;
	struct xr_watch *watches;
	xenforeignmemory_handle *fmem;
	xengnttab_handle *gnttab;	/* xen:grant only, and then no fmem */
	xencall_handle *call;
	void *buf;			/* one page that hypercalls may use */
	void *xc;			/* dom.c's */
	struct xr_gnttab *tables;	/* newest mapping of each domain's table */
};

/* log.c: a logger that keeps the text instead of printing it. */
void xr_xen_log_init(struct xr_xen_log *log);

/* store.c */
/* whole_host: what tells of all guests is watched from now on. */
int xr_xen_store_open(struct xr_xen *xen, bool whole_host);
void xr_xen_store_close(struct xr_xen *xen);
int xr_xen_fd(struct xr_source *src);
int xr_xen_changes(struct xr_source *src, struct xr_changes *ret);
int xr_xen_store_read(struct xr_source *src, const char *path, void **ret, size_t *ret_n);
int xr_xen_store_list(struct xr_source *src, const char *path, char ***ret, size_t *ret_n);
int xr_xen_store_watch(struct xr_source *src, const char *path);
int xr_xen_store_unwatch(struct xr_source *src, const char *path);

/* grant.c: domains' grant tables, mapped read-only and counted. */
struct xr_gnttab {
	uint32_t domid;
	unsigned refs;
	uint32_t frames;
	struct xr_table table;
	xenforeignmemory_resource_handle *shared, *status;
	struct xr_gnttab *next;
};
/* How many frames the domain's table has. -ESRCH; -EPERM: it is none of ours. */
int xr_gnttab_frames(struct xr_xen *xen, uint32_t domid, uint32_t *ret);
/* The domain's table as big as it is now; a reference in *ret. */
int xr_gnttab_get(struct xr_xen *xen, uint32_t domid, struct xr_gnttab **ret, struct xr_err *err);
void xr_gnttab_put(struct xr_xen *xen, struct xr_gnttab *t);
int xr_xen_grant(struct xr_source *src, uint32_t domid, uint32_t gref, struct xr_grant *ret);
int xr_xen_table_size(struct xr_source *src, uint32_t domid, struct xr_table_size *ret);
int xr_xen_grants(struct xr_source *src, uint32_t domid, const struct xr_grants *was,
		  struct xr_grants *ret);

/* map.c: foreign pages. */
int xr_xen_map_ring(struct xr_source *src, struct xr_mapping *m, struct xr_err *err);
void xr_xen_unmap_ring(struct xr_source *src, struct xr_mapping *m);
int xr_xen_pages(struct xr_source *src, uint32_t domid, const uint64_t *frames, size_t n,
		 void *into, int *err);

/* gntdev.c: xen:grant, the pages that are granted to this domain. */
int xr_xen_gntdev_open(struct xr_xen *xen);
void xr_xen_gntdev_close(struct xr_xen *xen);
int xr_xen_map_granted(struct xr_source *src, struct xr_mapping *m, struct xr_err *err);
void xr_xen_unmap_granted(struct xr_source *src, struct xr_mapping *m);
int xr_xen_fetch_granted(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n);

/* evtchn.c */
int xr_xen_port(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret);

/*
 * All ports. The hypercall has no end but EINVAL, and Xen's own ports, which are EACCES, may stand anywhere
 * before it. -EACCES, -EPERM: a policy forbids it, for port 0 is never Xen's.
 */
int xr_xen_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns *was,
		   struct xr_evtchns *ret);

/* dom.c: all that has no stable call. */
int xr_xen_dom_open(struct xr_xen *xen);
void xr_xen_dom_close(struct xr_xen *xen);
int xr_xen_domains(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n);
/* Where a PV guest's shared page is, and the width of its words in bytes. -EOPNOTSUPP: it is none. */
int xr_xen_shared_page(struct xr_xen *xen, uint32_t domid, uint64_t *ret_frame, unsigned *ret_width);

#endif
