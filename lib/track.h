/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rings of a handle whose requests are kept track of: only those that
 * somebody looks at, and their pages are copied only where an index moved.
 */
#ifndef XR_TRACK_H
#define XR_TRACK_H

#include "latency.h"
#include "snapshot.h"
#include "tracker.h"

struct xenring;

/* A ring by its names, whatever connection it has now. */
struct xr_track {
	uint32_t domid;
	char *device, *ring;
	uint64_t uid;			/* of the connection that tracker is about */
	size_t at;			/* in the topology; SIZE_MAX: it is not there */
	struct xr_tracker *tracker;	/* NULL: it has not been seen yet */
	struct xr_latency_ring *latency;	/* who is told how long they take; NULL: nobody */
};

struct xr_tracks {
	struct xr_track *all;		/* by domain, device and ring */
	size_t n;
	uint64_t serial;		/* of the plan that .at is about */
	uint8_t *pages;			/* of one ring */
};

void xr_tracks_free(struct xr_tracks *t);
/* A sample was taken: looks at the rings that are tracked, and tells s how old their requests are. -ENOMEM. */
int xr_tracks_step(struct xenring *x, struct xenring_snapshot *s);
/*
 * The ring has been copied, the words of snapshot s or newer ones: what is
 * known of this copy's requests. NULL: it is not tracked, has been seen only
 * once, or moved while it was copied.
 */
const struct xr_tracker *xr_tracks_look(struct xenring *x, const struct xenring_snapshot *s,
					const struct xr_ring *ring, const struct xr_copied *c);

/* That of ring i of the snapshot, or NULL; good until another one is kept track of. */
struct xr_track *xr_track_of(struct xenring *x, const struct xenring_snapshot *s, size_t i);
/* From now on l is told how long its requests take. */
void xr_track_time(struct xr_track *tr, struct xr_latency_ring *l);
/* Which tells l; NULL: none any more. */
const struct xr_track *xr_tracks_timed(const struct xenring *x, const struct xr_latency_ring *l);
/* l is told nothing any more. */
void xr_tracks_leave(struct xenring *x, const struct xr_latency_ring *l);
/* Those of them that can be looked at by the plan there is, at most max. -ENOMEM. */
int xr_tracks_fast(struct xenring *x, struct xr_fast *ret, size_t max, size_t *ret_n);

#endif
