/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ports that are ours, because the operator named them. Only bound.c binds. */
#ifndef XR_BOUND_H
#define XR_BOUND_H

#include "notify/notify.h"

struct xr_bound;

/*
 * Why port of domid must not be bound from domain own (static); NULL: it may be.
 * Unbound and offered to us, as status says; and no device of top claims it whose
 * backend is past initialising or has been connected before, for that may come
 * back and finds its place taken.
 */
const char *xr_bind_refusal(const struct xr_topology *top, uint32_t own, uint32_t domid, uint32_t port,
			    const struct xr_port *status);

/* All negative errno on failure. */
int xr_bound_new(struct xr_bound **ret);
/* Gives the ports back. NULL is fine. */
void xr_bound_free(struct xr_bound *b);
/* Takes the place at the other end of port, which was found to be free. */
int xr_bound_bind(struct xr_bound *b, uint32_t domid, uint32_t port);
/* A port of ours that domid may bind. */
int xr_bound_offer(struct xr_bound *b, uint32_t domid, uint32_t *ret_port);
/* A virtual interrupt of Xen's, of which each has one taker. */
int xr_bound_virq(struct xr_bound *b, uint32_t own, unsigned virq);
/* Readable when something has come. */
int xr_bound_fd(const struct xr_bound *b);
/*
 * Takes what has come. To be called before a sample, so that its indices hold what
 * the knocks are for: what comes later stays where xr_bound_fd() is readable for it.
 */
void xr_bound_take(struct xr_bound *b);
/* Tells what was taken, with the indices of the round's sample. -ENOMEM. */
int xr_bound_step(struct xr_bound *b, struct xenring_trace *t, const struct xr_round *r);

#endif
