/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hot path: all mapped rings looked at in one pass over small arrays. */
#include <config.h>

#include "sample.h"

#include <errno.h>
#include <stdlib.h>

#define AHEAD 16	/* rings whose lines are asked for before their turn */

void xr_plan_drop(struct xr_plan *plan)
{
	free(plan->hot);
	free(plan->guards);
	free(plan->maps);
	free(plan->announcers);
	free(plan->vchans);
	*plan = (struct xr_plan){ .serial = plan->serial };
}

int xr_plan_make(struct xr_plan *plan, const struct xr_topology *top)
{
	size_t n_guards = 0, n_announcers = 0, n_vchans = 0, at = 0;

	xr_plan_drop(plan);
	for (size_t i = 0; i < top->n_rings; i++) {
		n_guards += top->rings[i].ring->map.n_guards;
		n_announcers += top->rings[i].ring->desc->announces != NULL;
		n_vchans += top->rings[i].ring->desc->kind == XR_RING_VCHAN;
	}
	plan->hot = calloc(top->n_rings + 1, sizeof(*plan->hot));
	plan->guards = calloc(n_guards + 1, sizeof(*plan->guards));
	plan->maps = calloc(top->n_rings + 1, sizeof(*plan->maps));
	plan->announcers = calloc(n_announcers + 1, sizeof(*plan->announcers));
	plan->vchans = calloc(n_vchans + 1, sizeof(*plan->vchans));
	if (!plan->hot || !plan->guards || !plan->maps || !plan->announcers || !plan->vchans) {
		xr_plan_drop(plan);
		return -ENOMEM;
	}
	for (size_t i = 0; i < top->n_rings; i++) {
		const struct xr_ring *ring = top->rings[i].ring;
		struct xr_hot *h = &plan->hot[i];

		if (!ring->map.page)
			continue;
		plan->maps[i] = &ring->map;
		if (ring->desc->announces)
			plan->announcers[plan->n_announcers++] = (uint32_t)i;
		if (ring->desc->kind == XR_RING_VCHAN)
			plan->vchans[plan->n_vchans++] = (uint32_t)i;
		*h = (struct xr_hot){
			.words = (const volatile uint32_t *)(const volatile void *)
				 (ring->map.page + ring->desc->idx_off),
			.first_guard = (uint32_t)at,
			.n_guards = (uint16_t)ring->map.n_guards, .kind = (uint8_t)ring->desc->kind,
		};
		for (size_t j = 0; j < ring->map.n_guards; j++)
			plan->guards[at++] = ring->map.guards[j];
	}
	plan->n = top->n_rings;
	plan->serial++;
	return 0;
}

/* A hint to the cache; it reads nothing that a program could see. */
static void ask_for(const volatile void *p)
{
	__builtin_prefetch((const void *)(uintptr_t)p);
}

size_t xr_sample(const struct xr_plan *plan, uint32_t (*idx)[XR_N_IDX], uint8_t *look)
{
	size_t gone = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct xr_hot *h = &plan->hot[i];

		if (i + AHEAD < plan->n && h[AHEAD].words) {
			ask_for(h[AHEAD].words);
			if (h[AHEAD].n_guards)
				ask_for(plan->guards[h[AHEAD].first_guard].at);
		}
		if (!h->words) {
			look[i] = XR_LOOK_NONE;
		} else if (!xr_guards_hold(plan->guards + h->first_guard, h->n_guards)) {
			look[i] = XR_LOOK_GONE;
			gone++;
		} else {
			look[i] = (uint8_t)xr_ring_look(h->words, (enum xr_kind)h->kind, idx[i]);
		}
	}
	return gone;
}
