/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the four words of a ring mean, for each kind of ring. Everything above
 * (model, rows, slots) asks here and does not look at the kind itself.
 */
#ifndef XR_KIND_H
#define XR_KIND_H

#include "topology.h"

/* What follows from one consistent copy of the words. */
struct xr_flow {
	bool pending;	/* somebody is waited for */
	bool full;	/* no room is left for who produces */
	bool patient;	/* who is waited for may take as long as it likes: never stuck */
};

struct xr_kind_ops {
	/* impossible indices in words (static), or NULL if they are sane */
	const char *(*insane)(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX]);
	struct xr_flow (*flow)(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX]);
	/* the indices of a ring's row; all are unknown before */
	void (*row)(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX], struct xenring_ring *ret);
	/* requests put and not yet answered, of sane indices; NULL: there is no such number */
	uint32_t (*in_flight)(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX]);
};

extern const struct xr_kind_ops xr_kinds[XR_KIND_N];

static inline const struct xr_kind_ops *xr_kind_of(const struct xr_ring *ring)
{
	return &xr_kinds[ring->desc->kind];
}

/* Is the direction there? Its consumer is idx[word], its producer the one behind it. */
bool xr_ring_has_in(const struct xr_ring_desc *desc);
bool xr_ring_has_out(const struct xr_ring_desc *desc);
/* The one direction of a ring that has no other (events, a vchan); of two that which comes in: the word of its consumer, and how many fit. */
unsigned xr_events_word(const struct xr_ring_desc *desc);
uint32_t xr_events_size(const struct xr_ring_desc *desc);

#endif
