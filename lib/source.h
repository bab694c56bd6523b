/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where readings come from. A live Xen, a fake and (later) a capture fill the
 * same operations; nobody above asks which. There is no operation that writes.
 * What a source cannot do is NULL and reads as -EOPNOTSUPP.
 */
#ifndef XR_SOURCE_H
#define XR_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "ring.h"
#include "xenring.h"

#define XR_MAX_PAGES 16		/* of one ring */
#define XR_DOMID_FIRST_RESERVED 0x7ff0u

/* A grant entry, copied once and decoded (xen/include/public/grant_table.h). */
struct xr_grant {
	uint16_t flags;		/* GTF_* as they stand in the entry */
	uint16_t domid;		/* granted to */
	uint64_t frame;		/* GFN, or MFN of a PV guest: what foreign mapping takes */
	bool in_use;		/* mapped by the grantee now */
};

enum { XR_GTF_TYPE = 3, XR_GTF_PERMIT = 1, XR_GTF_READING = 8, XR_GTF_WRITING = 16,
       XR_GTF_SUB_PAGE = 0x100 };

/* EVTCHNOP_status of one port. */
struct xr_port {
	uint32_t status;	/* 0 closed 1 unbound 2 interdomain 3 pirq 4 virq 5 ipi */
	uint32_t vcpu;
	uint32_t remote_domid, remote_port;	/* unbound: domid only */
};

enum { XR_PORT_INTERDOMAIN = 2 };

struct xr_dominfo {
	uint32_t domid;
	uint8_t uuid[16];
	bool paused, shutdown, dying;
	uint8_t shutdown_reason;	/* SHUTDOWN_*, if shutdown */
};

/*
 * A word of a mapped grant table that must keep its value as long as the ring
 * is what we think it is: (*at & mask) == want.
 */
struct xr_guard {
	const volatile uint64_t *at;
	uint64_t mask, want;
};

/* Do all n guards hold now? */
static inline bool xr_guards_hold(const struct xr_guard *g, uint32_t n)
{
	for (; n; n--, g++)
		if ((*g->at & g->mask) != g->want)
			return false;
	return true;
}

/* What is asked of map_ring, and its answer. Owned by the caller. */
struct xr_mapping {
	uint32_t domid, backend_domid;
	bool any_grantee;		/* reserved entries name their own */
	uint32_t refs[XR_MAX_PAGES];
	uint32_t n_pages;
	bool by_gfn;			/* refs is not used, gfn is */
	uint64_t gfn;
	/* filled by the source */
	const volatile uint8_t *page;	/* n_pages contiguous, read-only; NULL: not mapped */
	uint64_t frames[XR_MAX_PAGES];	/* what is mapped */
	int64_t grantee;		/* domid the pages are granted to; XENRING_UNKNOWN: by frame */
	struct xr_guard *guards;	/* n_guards, freed by unmap_ring */
	uint32_t n_guards;
	void *priv;
};

/* What may have changed since the last time. Paths are as the store has them. */
struct xr_changes {
	bool domains;			/* the list of domains */
	void (*path)(void *data, const char *path);
	void *data;
};

struct xr_source;

struct xr_source_ops {
	const char *name, *help;
	/* what may stand behind the colon, entry i; NULL after the last. NULL: nothing does */
	const char *(*arg)(size_t i, const char **ret_help);
	/* arg: what stands behind the colon. The error's text is set on failure. */
	int (*open)(struct xr_source *src, const char *arg, struct xr_err *err);
	void (*close)(struct xr_source *src);
	/* readable when something may have changed; -1: none */
	int (*fd)(struct xr_source *src);
	/* empties the queue of changes; with NULL path they are dropped */
	int (*changes)(struct xr_source *src, struct xr_changes *ret);
	int (*now)(struct xr_source *src, struct xenring_time *ret);
	/* sleeps until then or until fd is readable: 1. 0: time is up. -EINTR */
	int (*wait)(struct xr_source *src, int64_t until_mono_ns);
	/* sleeps until then, whatever changes. -EINTR */
	int (*settle)(struct xr_source *src, int64_t until_mono_ns);
	int (*domains)(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n);
	/* a node's value: binary, ret is one byte longer and ends in NUL. -ENOENT */
	int (*store_read)(struct xr_source *src, const char *path, void **ret, size_t *ret_n);
	/* names below a node, in one allocation to free(). -ENOENT */
	int (*store_list)(struct xr_source *src, const char *path, char ***ret, size_t *ret_n);
	int (*store_watch)(struct xr_source *src, const char *path);
	int (*store_unwatch)(struct xr_source *src, const char *path);
	int (*map_ring)(struct xr_source *src, struct xr_mapping *m, struct xr_err *err);
	void (*unmap_ring)(struct xr_source *src, struct xr_mapping *m);
	/* one entry of a domain's table. -ERANGE: outside it */
	int (*grant)(struct xr_source *src, uint32_t domid, uint32_t gref, struct xr_grant *ret);
	/* n frames copied into n pages; err[i] is 0 or a negative errno */
	int (*pages)(struct xr_source *src, uint32_t domid, const uint64_t *frames, size_t n,
		     void *into, int *err);
	int (*port)(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret);
};

struct xr_source {
	const struct xr_source_ops *ops;
	void *priv;
	void (*debug)(void *data, const char *area, const char *line);
	void *debug_data;
};

extern const struct xr_source_ops *const xr_sources[];	/* ends with NULL */

/* A line for the developer, if somebody listens. */
void xr_debug(const struct xr_source *src, const char *area, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
