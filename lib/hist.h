/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has been so for how long: the past of each ring and device, carried from
 * sample to sample and from one topology to the next. Nothing crosses a
 * connection. A ring that has not moved since the sample before costs a
 * comparison of its four words; samples that cannot be judged change nothing.
 * No I/O, no clock. Who judges by it has one of his own and steps it with each
 * sample: a handle keeps none.
 */
#ifndef XR_HIST_H
#define XR_HIST_H

#include "snapshot.h"

#define XR_NEVER INT64_MIN

/* Of one connection of a ring. Times are those of samples, mono, XR_NEVER: it is not so now. */
struct xr_past {
	int64_t since_ns;	/* watched since */
	/*
	 * Slots: the producer has crossed the other side's event point, which
	 * has stood there since. Of a ring whose req_event means nothing only
	 * the latter.
	 */
	int64_t owed_req_ns, owed_rsp_ns;
	int64_t full_ns;	/* no room at any sample since */
	int64_t back_ns;	/* an index last went back: the page was made anew, or it is corrupt */
	/* since since_ns, or since the window was opened */
	uint32_t flight_min, flight_max;	/* requests in flight; 0 where there is no such number */
	uint64_t requests, responses;		/* of slots: put, as far as the samples tell; else 0 */
};

struct xr_hist {
	struct xr_topology *top;	/* what the arrays are about */
	uint32_t (*idx)[XR_N_IDX];	/* as of the last sample that was judged */
	uint8_t *judged;		/* was there one? */
	struct xr_past *rings;
	int64_t *states_ns;		/* of devices: this pair of xenbus states since */
};

/*
 * A further sample. moved: of each ring whether it is not as in the sample of
 * the last step; NULL: that is to be found out. -ENOMEM: nothing is changed.
 */
int xr_hist_step(struct xr_hist *h, const struct xenring_snapshot *now, const uint8_t *moved);
/* The extremes and counts begin anew with what the last sample showed. */
void xr_hist_open_window(struct xr_hist *h);
/* Forgets everything. */
void xr_hist_drop(struct xr_hist *h);

/* Of ring i of the last sample; NULL: it was never judged. */
static inline const struct xr_past *xr_hist_ring(const struct xr_hist *h, size_t i)
{
	return h->judged && h->judged[i] ? &h->rings[i] : NULL;
}

#endif
