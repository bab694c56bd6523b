/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One look at every ring: an immutable, counted set of arrays over a shared
 * topology, one element per ring, so that a tick over thousands of rings
 * touches their indices and not their strings.
 */
#ifndef XR_SNAPSHOT_H
#define XR_SNAPSHOT_H

#include "topology.h"

#define XR_STUCK_AFTER_S 5.0	/* nothing moved while something waits */

/* A ring's state; from XR_STATE_BUS on, XR_STATE_BUS + enum xr_xenbus. */
enum xr_state {
	XR_STATE_IDLE, XR_STATE_BUSY, XR_STATE_FULL, XR_STATE_STUCK, XR_STATE_UNREADABLE,
	XR_STATE_FORGED, XR_STATE_TORN, XR_STATE_CLOSED, XR_STATE_BUS = 16,
};
extern const struct xenring_sym xr_state_words[];

enum xr_calm {
	XR_CALM_NOT,			/* it is to be judged again */
	XR_CALM_STAYS,
	XR_CALM_WAITS,			/* it stays until XR_STUCK_AFTER_S have passed */
	XR_CALM_SLOTS = 4,		/* beside these: it has rates, for it is a ring of slots */
};

struct xenring_snapshot {
	unsigned refs;
	struct xenring_time at;
	struct xr_topology *top;
	uint32_t (*idx)[XR_N_IDX];
	uint8_t *look;			/* enum xr_look */
	uint8_t *state;			/* enum xr_state */
	uint8_t *calm;			/* enum xr_calm: what becomes of that while nothing moves */
	float *req_rate, *rsp_rate;	/* per second; NaN unknown */
	int64_t *moved_ns;		/* mono time of the last move seen, INT64_MIN: none */
	int64_t *oldest_ns;		/* mono time of the oldest open request, INT64_MIN: not tracked; or NULL */
	struct xr_backends *backends;	/* a reference; NULL: not asked for */
	struct xenring_error *errors;	/* of rings whose indices are impossible; or NULL */
};

/* Empty arrays for all rings of top (a reference is taken). */
int xr_snapshot_new(struct xenring_snapshot **ret, struct xr_topology *top);

/*
 * What follows from now and what was before (NULL: nothing): rates, stalls,
 * states. Pure: reads both, fills now. Nothing crosses a connection.
 */
int xr_model_step(struct xenring_snapshot *now, const struct xenring_snapshot *before);

/* Impossible indices of ring i: in words in *ret (static), or NULL if they are sane. */
const char *xr_model_insane(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX]);
/* Is somebody waited for, by sane indices? */
bool xr_model_pending(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX]);

/* Row of ring i with these indices; the strings are the topology's. */
void xr_row_ring(const struct xenring_snapshot *s, size_t i, const uint32_t idx[XR_N_IDX],
		 struct xenring_ring *ret);

#endif
