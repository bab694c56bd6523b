/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of network rings. */
#include <config.h>

#include <string.h>

#include "check/check.h"

/* Slots that a packet of the largest size takes, with its extras (netback's XEN_NETBK_LEGACY_SLOTS_MAX). */
#define PACKET_SLOTS 18

static bool is_rx(const struct xr_case *c)
{
	return c->f->ok && c->f->slots && c->f->credit && !strcmp(c->dev->proto->name, "netif");
}

static void show(const struct xr_case *c, struct xr_verdict *v)
{
	xr_show(v, "posted", c->f->flight, XENRING_SHARED);
	xr_show_words(c, v);
}

/* netback writes req_event = req_prod + 1 there only when it has a packet and too few buffers. */
static bool wants_buffers(const struct xr_case *c)
{
	return is_rx(c) && c->dev->be_type && !strcmp(c->dev->be_type, "vif") &&
	       /* as a ring is made, it stands so as well */
	       c->idx[XR_REQ_EVENT] != 1 && c->idx[XR_REQ_EVENT] == c->idx[XR_REQ_PROD] + 1 && c->f->flight < PACKET_SLOTS;
}

static void rx_starved(const struct xr_case *c, struct xr_verdict *v)
{
	if (!wants_buffers(c))
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, "frontend", "a packet waits %.1f s for the guest, which has posted %u buffer%s",
	       xr_since_s(c, v->since_ns), XR_N(c->f->flight));
	show(c, v);
}

const struct xr_check xr_check_net_rx_starved = {
	.id = "net.rx-starved", .rule = "R7", .scope = XR_SCOPE_RING, .level = XR_WARNING,
	.when = XR_WHEN_CREDIT,
	.flags = XR_CHECK_STALL,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long a packet may wait" },
		  { XR_WORSE, XENRING_U_SECONDS, 60, "from then on netback takes the guest for stalled" } },
	.summary = "a packet waits and the guest posts too few buffers",
	.means = "netback has a packet for the guest and asks for more buffers than the guest has posted. It drops "
		"what is queued after 10 s, and takes the carrier away after 60 s (rx_drain_timeout_msecs, "
		"rx_stall_timeout_msecs).",
	.known_by = "req_event is req_prod + 1, which netback writes only when it lacks buffers, few are posted, and "
		"no index moves",
	.causes = "The guest is out of memory, its driver hangs, or it never posts as many as a large packet takes.",
	.next = "look at the guest's memory and its kernel log; ethtool -S of the vif; is the guest's vCPU running?",
	.eval = rx_starved,
};

static void rx_trickle(const struct xr_case *c, struct xr_verdict *v)
{
	if (!is_rx(c) || !c->f->flight || c->f->flight >= PACKET_SLOTS || wants_buffers(c))
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, "frontend", "the guest has posted %u buffer%s, a large packet takes %d", XR_N(c->f->flight),
	       PACKET_SLOTS);
	show(c, v);
}

const struct xr_check xr_check_net_rx_trickle = {
	.id = "net.rx-trickle", .rule = "R8", .scope = XR_SCOPE_RING, .level = XR_WARNING,
	.when = XR_WHEN_CREDIT,
	.flags = XR_CHECK_STALL, .args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long nothing may move" } },
	.summary = "the guest posts fewer buffers than a large packet takes",
	.means = "Some buffers are posted, but not enough for a packet of the largest size: one would wait for ever, "
		"and netback's queue behind it grows (XSA-392).",
	.known_by = "req_prod - rsp_prod is small and no index moves",
	.causes = "A small driver, as iPXE's, that posts a handful; or a guest that holds the interface up on purpose.",
	.next = "turn gso and sg off on the vif (ethtool -K), or have the guest post more",
	.eval = rx_trickle,
};
