/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hot path: all mapped rings looked at in one pass over small arrays. No
 * allocation, no system call, and per ring only the cache lines of its four
 * words and of the grant entries that back it.
 */
#ifndef XR_SAMPLE_H
#define XR_SAMPLE_H

#include "topology.h"

/* What a pass needs of one ring. */
struct xr_hot {
	const volatile uint32_t *words;	/* NULL: not mapped */
	uint32_t first_guard;
	uint16_t n_guards;
	uint8_t kind;			/* enum xr_kind */
};

struct xr_plan {
	struct xr_hot *hot;		/* one per ring of the topology */
	struct xr_guard *guards;	/* of all of them */
	const struct xr_mapping **maps;	/* of each ring; NULL: not mapped */
	size_t n;
	uint32_t *announcers;		/* rings, mapped, whose requests announce others */
	size_t n_announcers;
	uint32_t *vchans;		/* rings, mapped, of that kind: their page changes without their words */
	size_t n_vchans;
	uint64_t serial;		/* another one each time it is made */
};

/* A plan for the rings of top as they are mapped now; replaces what *plan was. -ENOMEM: it is empty. */
int xr_plan_make(struct xr_plan *plan, const struct xr_topology *top);
void xr_plan_drop(struct xr_plan *plan);
/*
 * Looks at each ring: its guards first (a ring whose grant has changed is
 * GONE and not read), then its words. idx and look have plan->n elements.
 * Returns how many are GONE.
 */
size_t xr_sample(const struct xr_plan *plan, uint32_t (*idx)[XR_N_IDX], uint8_t *look);

#endif
