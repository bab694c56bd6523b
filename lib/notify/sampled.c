/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What was due between two samples. Nobody has to have knocked: this is what
 * the indices say the one side owed and the other asked for. It needs nothing
 * of the host, so it works wherever rings can be read, on captures too.
 */
#include <config.h>

#include <errno.h>

#include "kind.h"
#include "notify/notify.h"

unsigned xr_due(uint32_t old, uint32_t now, uint32_t event_old, uint32_t event_now)
{
	uint32_t moved = xr_idx_sub(now, old);
	unsigned n = xr_idx_sub(now, event_old) < moved;

	if (event_now != event_old)
		n += xr_idx_sub(now, event_now) < moved;
	return n;
}

enum xr_index xr_ring_index(const struct xr_ring *ring, enum xr_knock way, int *ret_prod, int *ret_event)
{
	const struct xr_ring_desc *d = ring->desc;

	*ret_prod = *ret_event = -1;
	if (way == XR_NO_WAY)
		return XR_IX_NONE;
	if (d->kind == XR_RING_SLOTS) {
		*ret_prod = way == XR_TO_BACK ? XR_REQ_PROD : XR_RSP_PROD;
		*ret_event = way == XR_TO_BACK ? XR_REQ_EVENT : XR_RSP_EVENT;
		return way == XR_TO_BACK ? XR_IX_REQ_PROD : XR_IX_RSP_PROD;
	}
	if (way == XR_TO_BACK && xr_ring_has_out(d)) {
		*ret_prod = (int)d->out_word + 1;
		return XR_IX_OUT_PROD;
	}
	if (way == XR_TO_FRONT && xr_ring_has_in(d)) {
		*ret_prod = (int)d->in_word + 1;
		return XR_IX_IN_PROD;
	}
	return XR_IX_NONE;
}

static int sampled_open(struct xenring_trace *t, void **ret_priv, struct xr_err *err)
{
	(void)t;
	(void)ret_priv;
	(void)err;
	return 0;
}

static void sampled_close(void *priv)
{
	(void)priv;
}

static const char *sampled_blind(void *priv, const struct xenring_snapshot *s, size_t i)
{
	const struct xr_ring *ring = s->top->rings[i].ring;

	(void)priv;
	if (ring->desc->kind == XR_RING_MAILBOX)
		return "a mailbox has no indices";
	/* libxenvchan.h: who writes knocks only if cli_notify or srv_notify asks for it, which comes and goes */
	if (ring->desc->kind == XR_RING_VCHAN)
		return "whether a vchan's end wants to be woken does not stay to be seen";
	return NULL;
}

static int tell_way(struct xenring_trace *t, const struct xr_round *r, size_t i, size_t was, enum xr_knock way)
{
	const uint32_t *now = r->now->idx[i], *old = r->before->idx[was];
	int prod, event;
	unsigned n;

	if (xr_ring_index(r->now->top->rings[i].ring, way, &prod, &event) == XR_IX_NONE)
		return 0;
	/* who puts something into a queue of bytes or events knocks, each time or once for several */
	n = event < 0 ? now[prod] != old[prod] : xr_due(old[prod], now[prod], old[event], now[event]);
	/* a producer goes back only where a page was written over */
	if (!n || xr_idx_sub(now[prod], old[prod]) > INT32_MAX)
		return 0;
	return xr_trace_tell_ring(t, r, i, (struct xr_note){
		.mono_ns = r->mono_ns, .via = XR_VIA_SAMPLED, .way = (uint8_t)way, .count = n,
	}, true);
}

static int sampled_step(struct xenring_trace *t, void *priv, const struct xr_round *r, struct xr_err *err)
{
	const struct xenring_snapshot *s = r->now;

	(void)priv;
	(void)err;
	for (size_t i = 0; i < s->top->n_rings; i++) {
		size_t was;
		int f;

		if (r->whose[i] != r->me || s->look[i] != XR_LOOK_OK)
			continue;
		was = xr_round_was(r, i);
		if (was == XR_NOWHERE || r->before->look[was] != XR_LOOK_OK)
			continue;
		if (xr_model_insane(s->top->rings[i].ring, s->idx[i]) ||
		    xr_model_insane(s->top->rings[i].ring, r->before->idx[was]))
			continue;
		f = tell_way(t, r, i, was, XR_TO_BACK);
		if (!f)
			f = tell_way(t, r, i, was, XR_TO_FRONT);
		if (f)
			return f;
	}
	return 0;
}

const struct xr_notify_ops xr_notify_sampled = {
	.via = XR_VIA_SAMPLED, .name = "sampled",
	.help = "what was due between two samples, by the rings' indices: any ring, both directions; at least so many",
	.from_answers = true,
	.open = sampled_open, .close = sampled_close, .blind = sampled_blind, .step = sampled_step,
};
