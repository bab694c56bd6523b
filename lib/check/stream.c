/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of consoles, the connection to xenstore, and vchans. */
#include <config.h>

#include <string.h>

#include "check/check.h"

static bool is_proto(const struct xr_case *c, const char *name)
{
	return !strcmp(c->dev->proto->name, name);
}

/* ---- console.full ------------------------------------------------------------------ */

static void console_full(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;

	if (!is_proto(c, "console") || !c->f->ok || !c->ring->out_size ||
	    xr_idx_sub(c->idx[d->out_word + 1], c->idx[d->out_word]) < c->ring->out_size)
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, "backend", "the console is full of text that nobody has taken for %.1f s: the guest's next line waits",
	       xr_since_s(c, v->since_ns));
	xr_show_words(c, v);
}

const struct xr_check xr_check_console_full = {
	.id = "console.full", .rule = "C1", .scope = XR_SCOPE_RING, .level = XR_WARNING, .flags = XR_CHECK_STALL,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long nothing may move" } },
	.summary = "a guest's console is full and nobody reads it",
	.means = "The guest has written as much to its console as fits, and the daemon takes nothing. A guest that "
		"writes more, its kernel above all, waits for that.",
	.known_by = "out_prod - out_cons is the size of the queue, and neither moves",
	.causes = "xenconsoled, or the emulator that serves the console, hangs or was not started.",
	.next = "is xenconsoled running? xl console DOMAIN",
	.eval = console_full,
};

/* ---- store.error --------------------------------------------------------------------- */

static void store_error(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;
	uint32_t out, in;
	const char *why;

	if (!is_proto(c, "xenstore"))
		return;
	why = xr_model_insane(c->ring, c->idx);
	out = xr_idx_sub(c->idx[d->out_word + 1], c->idx[d->out_word]);
	in = xr_idx_sub(c->idx[d->in_word + 1], c->idx[d->in_word]);
	if (why) {
		xr_say(v, NULL, "%s: xenstored has given up the connection", why);
	} else if (c->f->ok && (out || in) && xr_still_ns(c) != c->now_ns) {
		v->since_ns = xr_still_ns(c);
		v->at_least_s = c->arg[1];
		v->level = out ? XR_CRITICAL : XR_WARNING;
		xr_say(v, out ? "backend" : "frontend", "%u byte%s wait %.1f s for %s", XR_N(out ? out : in),
		       xr_since_s(c, v->since_ns), out ? "xenstored" : "the guest");
	} else {
		return;
	}
	xr_show_words(c, v);
}

const struct xr_check xr_check_store_error = {
	.id = "store.error", .rule = "C1", .scope = XR_SCOPE_RING, .level = XR_CRITICAL, .flags = XR_CHECK_STALL,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 1, "how long impossible indices must last" },
		  { "still", XENRING_U_SECONDS, 5, "how long what is queued may stand still" } },
	.summary = "a guest's connection to xenstore does not work",
	.means = "What the guest asks of xenstore, or what it is told, stands in the ring and is not taken. Without "
		"xenstore no device is attached or detached, and the toolstack waits for the guest in vain.",
	.known_by = "the consumers' and producers' indices in the page, all four of which are public",
	.causes = "xenstored hangs, or throttles this guest; a guest whose xenbus thread hangs; indices that were "
		"overwritten.",
	.next = "does xenstore-ls answer? xenstored's log; the guest's console",
	.eval = store_error,
};

/* ---- vchan.corrupt --------------------------------------------------------------------- */

static void vchan_corrupt(const struct xr_case *c, struct xr_verdict *v)
{
	const char *why = c->ring->desc->kind == XR_RING_VCHAN ? xr_model_insane(c->ring, c->idx) : NULL;

	if (!why)
		return;
	xr_say(v, NULL, "%s: libxenvchan takes such a ring for empty, and both ends wait", why);
	xr_show_words(c, v);
}

const struct xr_check xr_check_vchan_corrupt = {
	.id = "vchan.corrupt", .rule = "V1", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.summary = "the indices of a vchan cannot be true",
	.means = "More bytes are queued than the ring has room for. libxenvchan has no way to report that and locks "
		"the ring up: it looks idle for ever.",
	.known_by = "prod - cons is more than the ring's size",
	.causes = "An end that was restarted on the same page, or writes to what is not its own.",
	.next = "restart both ends",
	.eval = vchan_corrupt,
};
