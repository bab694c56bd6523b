/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of consoles, the connection to xenstore, and vchans. */
#include <config.h>

#include <stddef.h>
#include <string.h>

#include "abi/vchan.h"
#include "check/check.h"
#include "check/oldest.h"

static bool is_proto(const struct xr_case *c, const char *name)
{
	return !strcmp(c->dev->proto->name, name);
}

/* ---- console.full ------------------------------------------------------------------ */

static void console_full(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;

	if (!is_proto(c, "console") || !c->f->ok || !c->ring->out_size ||
	    xr_idx_queued(c->idx, d->out_word) < c->ring->out_size)
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, "backend", "the console is full of text that nobody has taken for %.1f s: the guest's next line waits",
	       xr_since_s(c, v->since_ns));
	xr_show_words(c, v);
}

const struct xr_check xr_check_console_full = {
	.id = "console.full", .rule = "C1", .scope = XR_SCOPE_RING, .level = XR_WARNING, .flags = XR_CHECK_STALL,
	.when = XR_WHEN_OTHER,
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
	out = xr_idx_queued(c->idx, d->out_word);
	in = xr_idx_queued(c->idx, d->in_word);
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
	.when = XR_WHEN_ODD | XR_WHEN_OTHER,
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
	.when = XR_WHEN_ODD,
	.summary = "the indices of a vchan cannot be true",
	.means = "More bytes are queued than the ring has room for. libxenvchan has no way to report that and locks "
		"the ring up: it looks idle for ever.",
	.known_by = "prod - cons is more than the ring's size",
	.causes = "An end that was restarted on the same page, or writes to what is not its own.",
	.next = "restart both ends",
	.eval = vchan_corrupt,
};

/* ---- vchan.dead, vchan.lost-event --------------------------------------------------------- */

#define AT(page, m) (page)[offsetof(struct xr_vchan_page, m)]

/* left flows to the server, whose page it is; right to the client */
static bool is_left(const struct xr_case *c)
{
	return !(c->ring->desc->flags & XR_NO_IN);
}

static void show_vchan(const struct xr_case *c, const uint8_t *page, struct xr_verdict *v)
{
	xr_show(v, "queued", c->f->queued, XENRING_SHARED);
	xr_show(v, "client_live", AT(page, cli_live), XENRING_SHARED);
	xr_show(v, "server_live", AT(page, srv_live), XENRING_SHARED);
	xr_show(v, "client_notify", AT(page, cli_notify), XENRING_SHARED);
	xr_show(v, "server_notify", AT(page, srv_notify), XENRING_SHARED);
	xr_show_words(c, v);
}

/* The page of a vchan in whose queue bytes stand still; NULL. */
static const uint8_t *still_page(const struct xr_case *c)
{
	return c->ring->desc->kind == XR_RING_VCHAN && c->f->ok && c->f->queued ? xr_suspect_page(c) : NULL;
}

static void vchan_dead(const struct xr_case *c, struct xr_verdict *v)
{
	const uint8_t *page = still_page(c);
	bool left = is_left(c);

	if (!page || (left ? AT(page, srv_live) : AT(page, cli_live)) != XR_VCHAN_EXITED)
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, left ? "frontend" : "backend", "%u byte%s wait %.1f s for the %s, which has exited: nobody will take them",
	       XR_N(c->f->queued), xr_since_s(c, v->since_ns), left ? "server" : "client");
	show_vchan(c, page, v);
}

const struct xr_check xr_check_vchan_dead = {
	.id = "vchan.dead", .rule = "V1", .scope = XR_SCOPE_RING, .level = XR_CRITICAL, .flags = XR_CHECK_STALL,
	.when = XR_WHEN_OTHER,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long nothing may move" } },
	.summary = "what is queued in a vchan has no reader any more",
	.means = "Bytes are in the queue, and the end that should read them has said that it goes. What they are part of is "
		"lost; the writer, if it still lives, gets an error at its next call.",
	.known_by = "cli_live or srv_live in the shared page is 0, prod - cons is not, and neither index moves; a reader that "
		"has not connected yet (2) is waited for and is no fault",
	.causes = "A program that ended, or was killed, with data under way.",
	.next = "is the reader's program there? Restart it, or the writer",
	.eval = vchan_dead,
};

/*
 * A reader that wants to be told sets a bit in the writer's notify byte, and the
 * writer takes the bit away when it sends the event. The byte's name is the
 * writer's: of left the client's.
 */
static void vchan_lost_event(const struct xr_case *c, struct xr_verdict *v)
{
	const uint8_t *page = still_page(c);
	bool left = is_left(c);

	if (!page || AT(page, srv_live) != XR_VCHAN_CONNECTED || AT(page, cli_live) != XR_VCHAN_CONNECTED ||
	    (left ? AT(page, cli_notify) : AT(page, srv_notify)) & XR_VCHAN_NOTIFY_WRITE)
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, NULL, "%u byte%s wait %.1f s, and the %s was told: the event was lost, or it does not read",
	       XR_N(c->f->queued), xr_since_s(c, v->since_ns), left ? "server" : "client");
	show_vchan(c, page, v);
	if (c->ring->port >= 0)
		xr_show(v, "port", c->ring->port, XENRING_STORE);
}

const struct xr_check xr_check_vchan_lost_event = {
	.id = "vchan.lost-event", .rule = "V1", .scope = XR_SCOPE_RING, .level = XR_WARNING, .flags = XR_CHECK_STALL,
	.when = XR_WHEN_OTHER,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 30, "how long a reader may take its time" } },
	.summary = "the reader of a vchan was told of data and has not read them",
	.means = "A reader that sleeps leaves word that it wants to be told of new data. That word is used up, so the writer "
		"has sent its event, and the data are still there: the event was lost, or who reads is busy, or holds the "
		"stream up because its own reader does.",
	.known_by = "both ends are connected, bytes are queued, no index moves, and VCHAN_NOTIFY_WRITE is not set in the "
		"writer's notify byte; while it is set the reader waits for more than is there",
	.causes = "An event that was lost or is masked, a reader that hangs, or one that must not go on.",
	.next = "xenringtop events DOMAIN; what does the reader's program wait for?",
	.eval = vchan_lost_event,
};
