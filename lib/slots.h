/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the library's other parts want of a ring's slots. */
#ifndef XR_SLOTS_H
#define XR_SLOTS_H

#include "topology.h"

struct xenring;

/* The states of a slot, for rows and documents. */
extern const struct xenring_sym xr_slot_words[];
/* As xenring_read_slots(); not tracked: without what earlier samples have shown. */
int xr_read_slots(struct xenring *x, const struct xenring_snapshot *snap, size_t i, bool tracked,
		  struct xenring_slots **ret);
/* The ring of the snapshot as the newest topology has it, or NULL if it has gone. */
struct xr_ring *xr_same_ring(const struct xenring *x, const struct xenring_snapshot *snap, size_t i);
/* The grants of the pages that were read for slot i beyond those its record names. */
size_t xr_slots_pages(const struct xenring_slots *s, size_t i, const uint32_t **ret);

#endif
