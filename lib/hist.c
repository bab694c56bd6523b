/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What has been so for how long. */
#include <config.h>

#include "hist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kind.h"
#include "util/cleanup.h"

void xr_hist_drop(struct xr_hist *h)
{
	xr_topology_unref(h->top);
	free(h->idx);
	free(h->judged);
	free(h->rings);
	free(h->states_ns);
	*h = (struct xr_hist){ .top = NULL };
}

/* ---- from one topology to the next ------------------------------------------ */

static int carry_rings(struct xr_hist *to, const struct xr_hist *from)
{
	_cleanup_free_ size_t *places = xr_topology_places(to->top, from->top);

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < to->top->n_rings; i++) {
		if (places[i] == XR_NOWHERE)
			continue;
		memcpy(to->idx[i], from->idx[places[i]], sizeof(to->idx[i]));
		to->judged[i] = from->judged[places[i]];
		to->rings[i] = from->rings[places[i]];
	}
	return 0;
}

/* A device, whichever connection it has, of a domain that is still the same. */
struct dev_was {
	const struct xr_dev *dev;
	const char *uuid;
	size_t at;
};

static int by_names(const void *a, const void *b)
{
	const struct dev_was *x = a, *y = b;
	int r;

	if (x->dev->domid != y->dev->domid)
		return x->dev->domid < y->dev->domid ? -1 : 1;
	r = strcmp(x->uuid, y->uuid);
	return r ? r : strcmp(x->dev->name, y->dev->name);
}

static struct dev_was dev_at(const struct xr_topology *top, size_t i)
{
	return (struct dev_was){ top->devs[i].dev, top->doms[top->devs[i].dom].uuid, i };
}

static int carry_devices(struct xr_hist *to, const struct xr_hist *from)
{
	size_t n = from->top->n_devs;
	struct dev_was *was = calloc(n + 1, sizeof(*was));

	if (!was)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		was[i] = dev_at(from->top, i);
	qsort(was, n, sizeof(*was), by_names);
	for (size_t i = 0; i < to->top->n_devs; i++) {
		const struct dev_was key = dev_at(to->top, i);
		const struct dev_was *hit = bsearch(&key, was, n, sizeof(*was), by_names);

		if (hit && hit->dev->fe_state == key.dev->fe_state && hit->dev->be_state == key.dev->be_state)
			to->states_ns[i] = from->states_ns[hit->at];
	}
	free(was);
	return 0;
}

static int follow_topology(struct xr_hist *h, struct xr_topology *top, int64_t now_ns)
{
	struct xr_hist next = {
		.top = xr_topology_ref(top),
		.idx = calloc(top->n_rings + 1, sizeof(*next.idx)),
		.judged = calloc(top->n_rings + 1, sizeof(*next.judged)),
		.rings = calloc(top->n_rings + 1, sizeof(*next.rings)),
		.states_ns = calloc(top->n_devs + 1, sizeof(*next.states_ns)),
	};
	int r = next.idx && next.judged && next.rings && next.states_ns ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < top->n_devs; i++)
		next.states_ns[i] = now_ns;
	if (!r && h->top)
		r = carry_rings(&next, h);
	if (!r && h->top)
		r = carry_devices(&next, h);
	if (r) {
		xr_hist_drop(&next);
		return r;
	}
	xr_hist_drop(h);
	*h = next;
	return 0;
}

/* ---- one ring ------------------------------------------------------------------ */

/* Has prod crossed the event point? */
static bool is_owed(const uint32_t idx[XR_N_IDX], unsigned prod, unsigned event)
{
	return xr_idx_sub(idx[prod], idx[event]) <= INT32_MAX;
}

/* A clock that runs while something is so, and begins anew if it is something else. */
static void run_clock(int64_t *clock, bool so, bool same, int64_t now_ns)
{
	if (!so)
		*clock = XR_NEVER;
	else if (*clock == XR_NEVER || !same)
		*clock = now_ns;
}

static bool went_back(const struct xr_ring *ring, const uint32_t now[XR_N_IDX],
		      const uint32_t was[XR_N_IDX])
{
	enum xr_kind kind = ring->desc->kind;

	/* a mailbox has no indices */
	for (unsigned k = 0; k < XR_N_IDX && kind != XR_RING_MAILBOX; k++)
		if ((kind != XR_RING_SLOTS || k == XR_REQ_PROD || k == XR_RSP_PROD) &&
		    xr_idx_sub(now[k], was[k]) > INT32_MAX)
			return true;
	return false;
}

static uint32_t flight(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	const struct xr_kind_ops *kind = xr_kind_of(ring);

	return kind->in_flight ? kind->in_flight(ring, idx) : 0;
}

static void count_moves(struct xr_past *p, const uint32_t now[XR_N_IDX], const uint32_t was[XR_N_IDX])
{
	p->requests += xr_idx_sub(now[XR_REQ_PROD], was[XR_REQ_PROD]);
	p->responses += xr_idx_sub(now[XR_RSP_PROD], was[XR_RSP_PROD]);
}

/* The ring's words are sane and not those of the sample before, or there is none. */
static void step(struct xr_past *p, const struct xr_ring *ring, const uint32_t now[XR_N_IDX],
		 const uint32_t *was, int64_t now_ns)
{
	bool slots = ring->desc->kind == XR_RING_SLOTS;
	bool req = slots && ring->desc->event_rule != XR_EVENT_NONE &&
		   is_owed(now, XR_REQ_PROD, XR_REQ_EVENT);
	bool rsp = slots && is_owed(now, XR_RSP_PROD, XR_RSP_EVENT);
	uint32_t n = flight(ring, now);

	if (!was)
		*p = (struct xr_past){ .since_ns = now_ns, .owed_req_ns = XR_NEVER, .owed_rsp_ns = XR_NEVER,
				       .full_ns = XR_NEVER, .back_ns = XR_NEVER, .flight_min = n,
				       .flight_max = n };
	run_clock(&p->owed_req_ns, req, was && was[XR_REQ_EVENT] == now[XR_REQ_EVENT], now_ns);
	run_clock(&p->owed_rsp_ns, rsp, was && was[XR_RSP_EVENT] == now[XR_RSP_EVENT], now_ns);
	run_clock(&p->full_ns, xr_kind_of(ring)->flow(ring, now).full, true, now_ns);
	if (n < p->flight_min)
		p->flight_min = n;
	if (n > p->flight_max)
		p->flight_max = n;
	if (was && went_back(ring, now, was))
		p->back_ns = now_ns;
	else if (was && slots)
		count_moves(p, now, was);
}

int xr_hist_step(struct xr_hist *h, const struct xenring_snapshot *now, const uint8_t *moved)
{
	int64_t ns = now->at.mono_ns;

	if (h->top != now->top) {
		int r = follow_topology(h, now->top, ns);

		if (r)
			return r;
	}
	for (size_t i = 0; i < now->top->n_rings; i++) {
		const uint32_t *idx = now->idx[i];
		const struct xr_ring *ring;

		if (moved && !moved[i])
			continue;
		if (now->look[i] != XR_LOOK_OK ||
		    (h->judged[i] && !memcmp(idx, h->idx[i], sizeof(h->idx[i]))))
			continue;
		ring = now->top->rings[i].ring;
		if (xr_model_insane(ring, idx))
			continue;
		step(&h->rings[i], ring, idx, h->judged[i] ? h->idx[i] : NULL, ns);
		h->judged[i] = true;
		memcpy(h->idx[i], idx, sizeof(h->idx[i]));
	}
	return 0;
}

void xr_hist_open_window(struct xr_hist *h)
{
	for (size_t i = 0; h->top && i < h->top->n_rings; i++) {
		struct xr_past *p = &h->rings[i];

		if (!h->judged[i])
			continue;
		p->flight_min = p->flight_max = flight(h->top->rings[i].ring, h->idx[i]);
		p->requests = p->responses = 0;
	}
}
