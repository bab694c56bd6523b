/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long requests take, of rings that are sampled as fast as may be. What is
 * known of each is bounds: it came between two samples, and was answered between
 * two others.
 *
 *	sample	  1	  2	  3	  4	  5
 *		  |   r   |	  |	a |	  |
 *	      not there	 there	 open	answered
 *
 * Its time is taken from the middle of the one to the middle of the other, so it
 * is off by the mean of the two periods at most: these may be longer than most,
 * for what holds up a sample is often what the requests make others do. What came
 * and was answered between the same two is shorter than that.
 */
#ifndef XR_LATENCY_H
#define XR_LATENCY_H

#include "source.h"
#include "tracker.h"
#include "util/histo.h"

#define XR_LATENCY_OPS 12	/* told apart on one ring; all others are one */

/* The requests of one operation. */
struct xr_latency_op {
	char name[XR_OPERATION];	/* "": those that are not told apart */
	struct xr_histo whole;		/* ns */
	struct xr_histo shorter;	/* than these, ns */
	struct xr_histo off_by;		/* how far each of whole may be off, ns */
	uint64_t *steps;		/* of whole ones: by xr_latency_edge() */
};

/* One ring, whatever connection it has. */
struct xr_latency_ring {
	const struct xr_ring_desc *desc;
	enum xr_abi abi;
	bool by_operation;		/* its answers say what was asked */
	struct xr_latency_op *ops[XR_LATENCY_OPS + 1];
	size_t n_ops;
	struct xr_histo periods;	/* between two samples that tell something, ns */
	int64_t begun_ns, last_ns;	/* INT64_MIN: no sample yet */
	uint64_t samples;
	uint64_t whole, shorter, unknown, lost;
	bool no_memory;
};

/* Upper edge of step i of those that are shown, in ns: 1, 2, 5, 10, ... us; 0 behind the last. */
int64_t xr_latency_edge(size_t i);
#define XR_LATENCY_STEPS 30

void xr_latency_ring_init(struct xr_latency_ring *l, const struct xr_ring_desc *desc, enum xr_abi abi);
void xr_latency_ring_clear(struct xr_latency_ring *l);
/* What a tracker tells it: xr_tracker_watch(). */
extern const struct xr_track_watch xr_latency_watch;
/* A sample at this time, be there news in it or not; once more is none. */
void xr_latency_sampled(struct xr_latency_ring *l, int64_t mono_ns);
/* As xenring_latency_bound() of one operation. */
double xr_latency_bound(const struct xr_latency_op *op, unsigned per_mille);

/* What the fast path needs of a ring; good until the handle's plan is another one. */
struct xr_fast {
	const volatile uint32_t *words;
	const struct xr_guard *guards;
	uint32_t n_guards;
	uint32_t req_prod, rsp_prod;	/* that the tracker has seen */
	const struct xr_mapping *map;
	struct xr_tracker *tracker;
	struct xr_latency_ring *latency;
};

/*
 * The shortest look there is: false if the grant behind the ring has changed,
 * else whether there is anything for the tracker to look at.
 */
bool xr_fast_look(struct xr_fast *f, int64_t now_ns, bool *ret_moved);

#endif
