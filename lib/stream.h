/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The byte queues of a ring: where their bytes are, and how to get at them. In
 * the ring's page, or in pages of their own that are fetched when they are
 * needed. What a queue holds is the guest's own data.
 */
#ifndef XR_STREAM_H
#define XR_STREAM_H

#include "topology.h"

#define XR_STREAM_PAGES 64	/* of one ring, whatever its queues hold */

/* One direction, as a copy of the ring's first page says. */
struct xr_queue {
	uint32_t size;			/* bytes it has room for, a power of two */
	uint32_t cons, queued;		/* where its reader is; bytes from there on */
	const uint8_t *here;		/* its bytes, if they are in the page; NULL */
	const uint8_t *grefs;		/* else u32 grants of its pages, n_grefs of them ... */
	uint32_t n_grefs, skip;		/* ... the first of which it begins in, behind skip bytes */
};

/*
 * The queue of a direction that the ring has. c: a copy whose indices are sane.
 * 0, or why there is none (static): the page says another thing than when the
 * ring was mapped.
 */
const char *xr_queue_of(const struct xr_ring *ring, const struct xr_copied *c, bool in,
			struct xr_queue *ret);
/* The grants of the pages that hold what is queued, in order; at most max. Returns how many. */
size_t xr_queue_pages(const struct xr_queue *q, uint32_t *ret, size_t max);

/* Pages that were fetched, of all queues of one ring. Zeroed at first; freed by xr_stream_clear(). */
struct xr_stream {
	struct xr_fetch fetch[XR_STREAM_PAGES];
	uint8_t *pages;
	size_t n;
};

/*
 * n queued bytes, the first of them off bytes behind the reader. 1: a page of
 * theirs could not be had, *ret_why says why (static). -ENODATA: a capture
 * without them. -ENOMEM.
 */
int xr_stream_take(struct xr_source *src, const struct xr_ring *ring, struct xr_stream *s,
		   const struct xr_queue *q, uint32_t off, uint8_t *into, uint32_t n, const char **ret_why);
void xr_stream_clear(struct xr_stream *s);

#endif
