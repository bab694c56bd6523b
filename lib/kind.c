/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the four words of a ring mean, for each kind of ring. */
#include <config.h>

#include "kind.h"

/* ---- slots: req_prod, req_event, rsp_prod, rsp_event --------------------- */

static uint32_t slots_in_flight(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	(void)ring;
	return xr_idx_sub(idx[XR_REQ_PROD], idx[XR_RSP_PROD]);
}

static const char *slots_insane(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	return slots_in_flight(ring, idx) > ring->slots ?
		"req_prod - rsp_prod is more than the ring has slots" : NULL;
}

static struct xr_flow slots_flow(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	uint32_t n = slots_in_flight(ring, idx);
	struct xr_cons cons = { .known = false };

	/* posted buffers: nobody owes an answer */
	if (ring->desc->flags & XR_CREDIT)
		return (struct xr_flow){ .pending = false };
	if (ring->desc->flags & XR_PATIENT)
		cons = xr_ring_cons(idx, ring->slots, ring->desc->event_rule);
	return (struct xr_flow){
		.pending = n > 0, .full = n == ring->slots,
		/* all were taken; that the backend takes them is still to be expected of it */
		.patient = cons.known && cons.min == cons.max,
	};
}

static void slots_row(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX], struct xenring_ring *ret)
{
	struct xr_cons cons;

	ret->req_prod = idx[XR_REQ_PROD];
	ret->rsp_prod = idx[XR_RSP_PROD];
	ret->req_event = idx[XR_REQ_EVENT];
	ret->rsp_event = idx[XR_RSP_EVENT];
	if (slots_insane(ring, idx))
		return;
	ret->in_flight = slots_in_flight(ring, idx);
	cons = xr_ring_cons(idx, ring->slots, ring->desc->event_rule);
	if (cons.known) {
		ret->req_cons_min = cons.min;
		ret->req_cons_max = cons.max;
	}
}

/* ---- pairs: in_cons, in_prod, out_cons, out_prod, in either order -------- */

bool xr_ring_has_in(const struct xr_ring_desc *desc)
{
	return xr_kind_is_pairs(desc->kind) && !(desc->flags & XR_NO_IN);
}

bool xr_ring_has_out(const struct xr_ring_desc *desc)
{
	return xr_kind_is_pairs(desc->kind) && !(desc->flags & XR_NO_OUT);
}

unsigned xr_events_word(const struct xr_ring_desc *desc)
{
	return desc->flags & XR_NO_IN ? desc->out_word : desc->in_word;
}

uint32_t xr_events_size(const struct xr_ring_desc *desc)
{
	return desc->flags & XR_NO_IN ? desc->out_size : desc->in_size;
}

static const char *pairs_insane(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	const struct xr_ring_desc *d = ring->desc;

	if (d->flags & XR_LOSSY)
		return NULL;
	if (xr_ring_has_in(d) && xr_idx_queued(idx, d->in_word) > ring->in_size)
		return "in: more is queued than the ring holds";
	if (xr_ring_has_out(d) && xr_idx_queued(idx, d->out_word) > ring->out_size)
		return "out: more is queued than the ring holds";
	return NULL;
}

static void pairs_row(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX], struct xenring_ring *ret)
{
	const struct xr_ring_desc *d = ring->desc;

	if (xr_ring_has_in(d)) {
		ret->in_cons = idx[d->in_word];
		ret->in_prod = idx[d->in_word + 1];
	}
	if (xr_ring_has_out(d)) {
		ret->out_cons = idx[d->out_word];
		ret->out_prod = idx[d->out_word + 1];
	}
}

/* What comes in a guest may leave unread as long as it likes; what goes out is waited for. */
static struct xr_flow out_flow(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	const struct xr_ring_desc *d = ring->desc;
	uint32_t n = xr_ring_has_out(d) ? xr_idx_queued(idx, d->out_word) : 0;

	return (struct xr_flow){ .pending = n > 0, .full = n && n >= ring->out_size };
}

/* One direction, and its consumer is a driver, which is to take what comes. */
static struct xr_flow one_flow(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	const struct xr_ring_desc *d = ring->desc;
	bool out = d->flags & XR_NO_IN;
	uint32_t n = xr_idx_queued(idx, xr_events_word(d));
	uint32_t size = out ? ring->out_size : ring->in_size;

	/* it need not say that it took them, and nobody waits for it */
	if (d->flags & XR_LOSSY)
		return (struct xr_flow){ .pending = false };
	return (struct xr_flow){ .pending = n > 0, .full = n && n >= size };
}

/* ---- mailboxes ------------------------------------------------------------ */

static const char *mailbox_insane(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	(void)ring;
	(void)idx;
	return NULL;
}

static uint32_t mailbox_in_flight(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	uint32_t n = 0;

	for (const struct xr_mail *m = ring->desc->mails; m->rec; m++)
		n += m->state(idx) == XR_MAIL_REQUEST;
	return n;
}

static struct xr_flow mailbox_flow(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	return (struct xr_flow){ .pending = mailbox_in_flight(ring, idx) > 0 };
}

static void mailbox_row(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX], struct xenring_ring *ret)
{
	ret->in_flight = mailbox_in_flight(ring, idx);
}

const struct xr_kind_ops xr_kinds[XR_KIND_N] = {
	[XR_RING_SLOTS] = { slots_insane, slots_flow, slots_row, slots_in_flight },
	[XR_RING_BYTES] = { pairs_insane, out_flow, pairs_row, NULL },
	[XR_RING_EVENTS] = { pairs_insane, one_flow, pairs_row, NULL },
	[XR_RING_FLEX] = { pairs_insane, out_flow, pairs_row, NULL },
	[XR_RING_VCHAN] = { pairs_insane, one_flow, pairs_row, NULL },
	[XR_RING_MAILBOX] = { mailbox_insane, mailbox_flow, mailbox_row, mailbox_in_flight },
};
