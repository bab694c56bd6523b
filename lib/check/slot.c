/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks of what requests ask for. A backend writes its answers into the slots
 * before it moves rsp_prod, so what stands in a slot at one moment proves
 * nothing: only requests of rings that have stood still are judged (oldest.c).
 */
#include <config.h>

#include <string.h>

#include "check/check.h"
#include "check/oldest.h"

#define AFTER { XR_AFTER, XENRING_U_SECONDS, 1, "how long nothing may have been answered beyond half a second" }

/* ---- blk.bad-slot ---------------------------------------------------------------- */

/* Why the disk's backend cannot carry it out; NULL. */
static const char *fault_of(const struct xr_case *c, const struct xr_tracked *k)
{
	const char *why = c->ring->desc->fault(k->rec, k->bytes);
	struct xr_gist g = xr_gist_of(c->ring->desc, k->rec, k->bytes);

	if (!why && c->dev->be_sectors > 0 && g.sector != XENRING_UNKNOWN && g.sectors != XENRING_UNKNOWN &&
	    (g.sector > c->dev->be_sectors || g.sectors > c->dev->be_sectors - g.sector))
		return "it goes beyond the end of the disk";
	return why;
}

static void bad_slot(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_tracker *t = c->ring->desc->fault ? xr_suspect_tracker(c) : NULL;
	const struct xr_tracked *k, *first = NULL;
	const char *why = NULL;
	uint32_t n = 0;

	for (size_t i = 0; t && (k = xr_tracker_next(t, i)); i++) {
		const char *w = k->answered ? NULL : fault_of(c, k);

		n += w != NULL;
		if (w && !first) {
			first = k;
			why = w;
		}
	}
	if (!first)
		return;
	xr_say(v, "frontend", "request %u cannot be carried out: %s%s", first->index, why,
	       n > 1 ? "; and it is not the only one" : "");
	xr_show(v, "bad_requests", n, XENRING_SHARED);
	xr_show_request(c, first, "bad", v);
	xr_show(v, "disk_sectors_max", c->dev->be_sectors, XENRING_STORE);
}

const struct xr_check xr_check_blk_bad_slot = {
	.id = "blk.bad-slot", .rule = "R10", .scope = XR_SCOPE_RING, .level = XR_CRITICAL, .args = { AFTER },
	.when = XR_WHEN_WAITS,
	.summary = "a request for a disk makes no sense",
	.means = "A request in flight asks for no data, for more than fits, for sectors that a page does not have or that "
		"lie behind the end of the disk, or for an operation that there is not. A backend answers such with an "
		"error at best; that it stands in the ring still says that nobody has got to it.",
	.known_by = "the request's bytes, copied once from a ring that has answered nothing for half a second or more",
	.causes = "A frontend that is broken or malicious, a page that was overwritten, a disk that was made smaller, or "
		"the wrong layout: see protocol in the frontend's folder.",
	.next = "xenringtop slots RING shows it whole; the backend's kernel log: \"Bad number of segments\", \"access denied\"",
	.eval = bad_slot,
};

/* ---- net.tx-chain ---------------------------------------------------------------- */

/* Of the longest ring that a vif has: one page of slots of 12 bytes. */
#define SLOTS_MAX 256

struct packet {
	uint32_t index, requests;
	bool endless;		/* the last that was put says that one more follows */
	const char *why;	/* NULL: nothing is wrong with it */
};

/* The requests that still stand in their slots, side by side up to req_prod; how many, and the first's index. */
static size_t in_slots(const struct xr_tracker *t, const uint8_t *ret[SLOTS_MAX], uint32_t *ret_index)
{
	const struct xr_tracked *k;
	size_t n = 0;

	for (size_t i = 0; (k = xr_tracker_next(t, i)); i++) {
		if (k->kept)
			continue;
		/* a gap: what comes behind it is another run */
		if (!n || k->index != *ret_index + n) {
			*ret_index = k->index;
			n = 0;
		}
		if (n == SLOTS_MAX)
			return 0;
		ret[n++] = k->bytes;
	}
	return n;
}

static bool is_worse(const struct packet *p, const struct packet *than)
{
	if (p->why || than->why)
		return p->why && !than->why;
	return p->requests > than->requests;
}

/* The packet among those in the slots that is the worst. */
static struct packet worst_packet(const struct xr_case *c, const struct xr_tracker *t)
{
	const struct xr_ring_desc *d = c->ring->desc;
	const uint8_t *slots[SLOTS_MAX];
	uint32_t index = 0;
	struct packet worst = { .requests = 0 };
	size_t n = in_slots(t, slots, &index), first;
	unsigned state = 0;
	bool ends = false;

	if (!n)
		return worst;
	/* without an end it begins somewhere: what has more requests than any packet has them wherever that is */
	first = xr_chain_start(d, c->dev->abi, false, slots, n, &ends);
	for (size_t i = first; i < n; i++) {
		struct xr_unit unit = { .note = NULL };
		struct packet p;

		d->chain->step(d, c->dev->abi, false, slots[i], &state);
		if (state && i + 1 < n)
			continue;
		d->chain->sum(d, c->dev->abi, false, slots + first, i + 1 - first, &unit);
		/* of half a packet nothing else is known */
		p = (struct packet){
			.index = index + (uint32_t)first, .requests = unit.requests, .endless = state != 0,
			.why = state ? NULL : unit.refused,
		};
		if ((ends || state) && is_worse(&p, &worst))
			worst = p;
		first = i + 1;
	}
	return worst;
}

static void tx_chain(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;
	const struct xr_tracker *t = !strcmp(c->dev->proto->name, "netif") && d->chain && !(d->flags & XR_CREDIT) ?
		xr_suspect_tracker(c) : NULL;
	struct packet p;

	if (!t)
		return;
	p = worst_packet(c, t);
	if (p.why)
		xr_say(v, "frontend", "no backend takes the packet that begins at %u: %s", p.index, p.why);
	/* netback drops it, and takes the guest for malicious if so many come behind the first and one more */
	else if ((double)p.requests >= c->arg[2])
		xr_say(v, "frontend", "no backend takes the packet that begins at %u: it has %u requests%s", p.index, p.requests,
		       p.endless ? ", and one more is said to follow" : "");
	else if (!p.endless && (double)p.requests > c->arg[1]) {
		v->level = XR_WARNING;
		xr_say(v, "frontend", "the packet that begins at %u has %u requests, and not every backend takes more than "
		       "%.0f", p.index, p.requests, c->arg[1]);
	} else {
		return;
	}
	xr_show(v, "packet", p.index, XENRING_SHARED);
	xr_show(v, "packet_requests", p.requests, XENRING_SHARED);
	xr_show_words(c, v);
}

const struct xr_check xr_check_net_tx_chain = {
	.id = "net.tx-chain", .rule = "R9", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_WAITS,
	.args = { AFTER, { "slots", XENRING_NOUNIT, 18, "requests that a packet may have anywhere" },
		  { "fatal", XENRING_NOUNIT, 20, "requests that no backend takes (netback's fatal_skb_slots)" } },
	.summary = "a packet from the guest is one that no backend takes",
	.means = "A packet has more requests than a backend takes, a part of it goes beyond its page, or its sizes cannot be "
		"true. netback drops such a packet, or takes the guest for malicious: then it turns the interface off for "
		"good (\"fatal error\"), and the ring stands still.",
	.known_by = "the requests from one packet's end to the next, copied once from a ring that has answered nothing for "
		"half a second or more",
	.causes = "A frontend that splits packets wrongly, or is malicious.",
	.next = "the backend's kernel log: \"Too many slots\", \"fatal error; disabling device\"; then detach and attach the "
		"interface",
	.eval = tx_chain,
};
