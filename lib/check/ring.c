/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of rings whose words say all: indices, who is waited for, what is full. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "check/check.h"
#include "check/oldest.h"

#define AFTER { XR_AFTER, XENRING_U_SECONDS, 5, "how long nothing may move" }

static void show_requests(const struct xr_case *c, struct xr_verdict *v)
{
	xr_show(v, "in_flight", c->f->flight, XENRING_SHARED);
	xr_show_words(c, v);
	if (c->f->cons.known)
		xr_show(v, "req_cons_min", c->f->cons.min, XENRING_INFERRED);
}

/* ---- ring.overrun ---------------------------------------------------------- */

static void overrun(const struct xr_case *c, struct xr_verdict *v)
{
	const char *why = c->s->look[c->ring_at] == XR_LOOK_OK ? xr_model_insane(c->ring, c->idx) : NULL;

	/* these have checks of their own */
	if (!why || c->ring->desc->kind == XR_RING_VCHAN || !strcmp(c->dev->proto->name, "xenstore"))
		return;
	if (c->f->slots)
		xr_say(v, "frontend", "%u requests are in flight in %u slots: the indices cannot be true",
		       c->f->flight, c->f->n);
	else
		xr_say(v, NULL, "%s: the indices cannot be true", why);
	xr_show_words(c, v);
	xr_show(v, c->f->slots ? "slots" : "size", c->f->slots ? c->f->n : c->ring->out_size, XENRING_STORE);
}

const struct xr_check xr_check_ring_overrun = {
	.id = "ring.overrun", .rule = "R1", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_ODD,
	.summary = "more is in flight than the ring holds",
	.means = "The producer's index is further ahead than the ring is long, which no working driver brings "
		"about. Linux' blkback and netback stop such a ring for good, until the device connects anew.",
	.known_by = "the two producers' indices, read consistently, are further apart than there are slots",
	.causes = "A frontend that is broken or malicious, a page that was overwritten, or an index that was "
		"restored wrongly after a suspend.",
	.next = "look into the backend's kernel log for \"bogus ring requests\" or \"fatal error\"; then detach "
		"and attach the device",
	.eval = overrun,
};

/* ---- ring.backwards -------------------------------------------------------- */

static void backwards(const struct xr_case *c, struct xr_verdict *v)
{
	if (!c->past || c->past->back_ns == XR_NEVER || xr_since_s(c, c->past->back_ns) > c->arg[0])
		return;
	v->since_ns = c->past->back_ns;
	xr_say(v, NULL, "an index went back %.1f s ago, on the same connection: corrupt, or the page was made anew",
	       xr_since_s(c, v->since_ns));
	xr_show_words(c, v);
	xr_show(v, "epoch", c->ring->epoch, XENRING_TOOL);
}

const struct xr_check xr_check_ring_backwards = {
	.id = "ring.backwards", .rule = "R2", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_BACK,
	.args = { { "for", XENRING_U_SECONDS, 60, "how long it is told after it was seen" } },
	.summary = "an index went backwards",
	.means = "An index of the ring is less than it was, though the ring's grants and its event channel are the "
		"same. Indices only grow; an end that has not noticed waits for something that never comes.",
	.known_by = "the ring's indices at two samples of one connection",
	.causes = "Memory was overwritten, or one of the two drivers made the ring anew without a new handshake: "
		"a kexec, a restored snapshot, a broken frontend.",
	.next = "compare both sides' states in xenstore, then detach and attach the device",
	.eval = backwards,
};

/* ---- what is waited for ------------------------------------------------------ */

/* "3 requests wait 12.4 s" */
#define WAIT "%u request%s wait%s %.1f s"
#define WAIT_ARGS(c) XR_N((c)->f->flight), (c)->f->flight == 1 ? "s" : "", xr_since_s(c, xr_still_ns(c))

static void crossed(const struct xr_case *c, struct xr_verdict *v, const char *owes, const char *what)
{
	v->since_ns = xr_still_ns(c);
	v->at_least_s = c->ring->desc->stuck_after_s;
	xr_say(v, owes, WAIT "; the backend asked to be woken at %u: %s", WAIT_ARGS(c), c->idx[XR_REQ_EVENT], what);
	show_requests(c, v);
	if (c->ring->port >= 0)
		xr_show(v, "port", c->ring->port, XENRING_STORE);
	if (c->ring->backend_port >= 0)
		xr_show(v, "backend_port", c->ring->backend_port, XENRING_HYPERVISOR);
	xr_say_oldest(c, v);
}

static void show_events(const struct xr_case *c, struct xr_verdict *v)
{
	xr_show(v, "events_before", c->seen->crossed_events, XENRING_BACKEND);
	xr_show(v, "events", c->seen->events, XENRING_BACKEND);
}

/* What goes out by a queue of bytes: how much of it was taken is there to see. */
static void unread_bytes(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;
	uint32_t n;

	if (d->kind != XR_RING_FLEX || !xr_ring_has_out(d) || !c->f->pending)
		return;
	n = xr_idx_queued(c->idx, d->out_word);
	v->since_ns = xr_still_ns(c);
	v->at_least_s = d->stuck_after_s;
	xr_say(v, "backend", "%u byte%s from the guest wait %.1f s for the backend", XR_N(n), xr_since_s(c, v->since_ns));
	xr_show_words(c, v);
}

static void unread(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->wait == XR_WAIT_UNREAD)
		crossed(c, v, NULL, "the event was lost, or the backend sleeps (event or backend)");
	else if (c->f->ok)
		unread_bytes(c, v);
}

const struct xr_check xr_check_ring_unread = {
	.id = "ring.unread", .rule = "R3", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_WAITS,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_BACKENDS, .args = { AFTER },
	.summary = "the backend has not taken what was put, and which side lost it cannot be told",
	.means = "Requests are in the ring, the backend asked to be woken at an index that they have passed, and "
		"since then neither side has moved. Either the event was lost on its way, or it came and the "
		"backend does not serve it. What crossed the event point before the first sample, or on a device "
		"whose queues share a counter, leaves both open.",
	.known_by = "req_prod has passed req_event, requests are in flight, and no index moves; of queues of bytes "
		"the consumer's index itself",
	.causes = "A masked or lost event channel, a backend's thread or process that is stopped or blocked.",
	.next = "watch for longer (--for 30s) while it happens again; look at xenringtop events DOMAIN, and at the "
		"backend's thread or process",
	.eval = unread,
};

static void backend_asleep(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->wait != XR_WAIT_ASLEEP)
		return;
	crossed(c, v, "backend", "it was, and has not come");
	show_events(c, v);
}

const struct xr_check xr_check_ring_backend_asleep = {
	.id = "ring.backend-asleep", .rule = "R3a", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_WAITS,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_BACKENDS, .args = { AFTER },
	.summary = "the backend was woken and does not serve the ring",
	.means = "Requests have passed the index at which the backend asked to be woken, its counter of events went "
		"on since, and still nothing is taken: the event came, nobody acts on it.",
	.known_by = "the indices stand still behind req_event, and the backend's own counter of events moved after "
		"the crossing",
	.causes = "The backend's kernel thread is blocked, most often in the storage below, or its driver has given "
		"the ring up after an error.",
	.next = "look at the backend's thread (ps -eo state,wchan,comm | grep xvd or blkback) and the kernel log",
	.eval = backend_asleep,
};

static void lost_event(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->wait != XR_WAIT_LOST)
		return;
	crossed(c, v, "event", "no event came to it since");
	show_events(c, v);
}

const struct xr_check xr_check_ring_lost_event = {
	.id = "ring.lost-event", .rule = "R3b", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_WAITS,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_BACKENDS, .args = { AFTER },
	.summary = "the backend asked to be woken and was not",
	.means = "Requests have passed the index at which the backend asked to be woken, and no event has come to it "
		"since. It sleeps rightly, and will for ever: the frontend believes that it has told it.",
	.known_by = "the indices stand still behind req_event, and the backend's own counter of events is what it was "
		"before the crossing",
	.causes = "The frontend did not notify (a race in its driver, a unikernel without the final check), or the "
		"event channel is masked or bound to the wrong port.",
	.next = "xenringtop events DOMAIN shows the port; one more request of the guest's wakes the backend, of a "
		"network interface also: echo kick > /sys/kernel/debug/xen-netback/vifD.N/io_ring_q0",
	.eval = lost_event,
};

static void throttled(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->wait != XR_WAIT_THROTTLED)
		return;
	v->since_ns = xr_still_ns(c);
	xr_say(v, "backend", WAIT "; the backend says that it holds back", WAIT_ARGS(c));
	show_requests(c, v);
	xr_say_oldest(c, v);
}

const struct xr_check xr_check_ring_throttled = {
	.id = "ring.throttled", .rule = "R3c", .scope = XR_SCOPE_RING, .level = XR_WARNING,
	.when = XR_WHEN_WAITS,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_BACKENDS, .args = { AFTER },
	.summary = "the backend holds requests back on purpose",
	.means = "Requests wait and no event was lost: the backend has no room for them, or may not send yet. "
		"blkback leaves requests in the ring, without asking to be woken, while its own are all in use; "
		"netback does so while an interface's credit is used up.",
	.known_by = "oo_req of the disk rises, or the interface's credit timer runs",
	.causes = "A limit on the interface (rate=), a slow disk behind too few of blkback's requests, a tapdisk "
		"that waits for a barrier.",
	.next = "look at the vif's rate and at xen-blkback's max_queues, max_ring_page_order and max_persistent_grants",
	.eval = throttled,
};

static bool has_storage(const struct xr_dev *dev)
{
	return dev->proto && (!strcmp(dev->proto->name, "blkif") || !strcmp(dev->proto->name, "vscsiif"));
}

static void unanswered(const struct xr_case *c, struct xr_verdict *v)
{
	bool storage = has_storage(c->dev);
	char taken[40] = "all of them";

	if (c->wait != XR_WAIT_UNANSWERED)
		return;
	if (c->f->taken != c->f->flight)
		snprintf(taken, sizeof(taken), "at least %u of them", c->f->taken);
	v->since_ns = xr_still_ns(c);
	v->at_least_s = c->ring->desc->stuck_after_s;
	if (c->ring->desc->kind == XR_RING_MAILBOX)
		xr_say(v, "backend", "a message waits %.1f s for its answer", xr_since_s(c, v->since_ns));
	else
		xr_say(v, storage ? "storage" : "backend", WAIT "; the backend took %s and answers none%s", WAIT_ARGS(c), taken,
		       storage ? ": the storage behind it does not answer" : "");
	show_requests(c, v);
	xr_say_oldest(c, v);
}

const struct xr_check xr_check_ring_unanswered = {
	.id = "ring.unanswered", .rule = "R4", .scope = XR_SCOPE_RING, .level = XR_WARNING,
	.when = XR_WHEN_WAITS,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_BACKENDS,
	.args = { AFTER, { XR_WORSE, XENRING_U_SECONDS, 30, "from then on it is critical" } },
	.summary = "the backend took requests and does not answer",
	.means = "The backend has taken requests out of the ring, and nothing has moved since. Events work; what is "
		"behind the backend does not: of a disk the storage, of a network interface where its packets go.",
	.known_by = "req_event is behind what was taken, so the backend has seen these requests; no index moves",
	.causes = "A disk, an array, an NFS or iSCSI server that hangs, a suspended device-mapper target, a full "
		"thin pool; of an interface packets that the bridge or a socket holds on to.",
	.next = "look at the device below the backend: xenstore-ls of its params, dmsetup info, /proc/diskstats, "
		"the kernel log",
	.eval = unanswered,
};

/* ---- what waits for the frontend ---------------------------------------------- */

/* Both have not moved since. */
static int64_t answered_since(const struct xr_case *c)
{
	int64_t still = xr_still_ns(c);

	return c->past && c->past->owed_rsp_ns > still ? c->past->owed_rsp_ns : still;
}

static bool answers_wait(const struct xr_case *c)
{
	return c->f->ok && c->f->slots && !c->f->credit && c->f->owed_rsp >= 0 && c->f->answers > 0;
}

static void events_wait(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring_desc *d = c->ring->desc;
	uint32_t n;

	if (d->kind != XR_RING_EVENTS || (d->flags & XR_NO_IN) || !c->f->pending)
		return;
	n = xr_idx_queued(c->idx, d->in_word);
	v->since_ns = xr_still_ns(c);
	xr_say(v, "frontend", "%u event%s wait %.1f s for the frontend", XR_N(n), xr_since_s(c, v->since_ns));
	xr_show_words(c, v);
}

static void answers_waiting(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->f->ok && !c->f->slots)
		events_wait(c, v);
	/* one that never arms polls, and needs no event; who is seen to arm waits for one */
	if (!answers_wait(c) || !c->seen->armed_rsp)
		return;
	v->since_ns = answered_since(c);
	xr_say(v, "frontend", "up to %u answer%s wait %.1f s for the frontend, which asked to be woken at %u",
	       XR_N(c->f->answers), xr_since_s(c, v->since_ns), c->idx[XR_RSP_EVENT]);
	show_requests(c, v);
}

const struct xr_check xr_check_ring_answers_waiting = {
	.id = "ring.answers-waiting", .rule = "R5", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_WAITS | XR_WHEN_ANSWERS,
	.flags = XR_CHECK_STALL, .args = { AFTER },
	.summary = "the frontend does not take its answers",
	.means = "The backend has answered past the index at which the frontend asked to be woken, and the frontend, "
		"which asked again each time before, has not since.",
	.known_by = "rsp_prod has passed rsp_event, no index moves, and the frontend was seen to ask for events",
	.causes = "The event was lost or is masked in the guest, the vCPU it is bound to does not run, or the guest "
		"hangs.",
	.next = "xl vcpu-list, xenringtop events DOMAIN, the guest's console",
	.eval = answers_waiting,
};

static void polled(const struct xr_case *c, struct xr_verdict *v)
{
	if (!answers_wait(c) || c->seen->armed_rsp || c->f->flight)
		return;
	v->since_ns = answered_since(c);
	xr_say(v, NULL, "the frontend has not asked for an event since %u, %u answer%s ago: it polls, or has %s",
	       c->idx[XR_RSP_EVENT], XR_N((uint32_t)c->f->owed_rsp + 1), "not taken them");
	show_requests(c, v);
}

const struct xr_check xr_check_ring_polled = {
	.id = "ring.polled", .rule = "R5'", .scope = XR_SCOPE_RING, .level = XR_INFO,
	.when = XR_WHEN_ANSWERS,
	.flags = XR_CHECK_STALL, .args = { AFTER },
	.summary = "answers have passed the frontend's event point, and nothing is open",
	.means = "The frontend does not ask to be woken for answers. Those that poll their rings do that, and nothing "
		"is wrong then; a frontend that hung before the first sample looks the same.",
	.known_by = "rsp_prod has passed rsp_event, nothing is in flight and no index moves",
	.causes = "A polling driver (unikernels, tapdisk's poll mode), or a guest that hangs.",
	.next = "make the guest use the device: if the ring moves, it polls",
	.eval = polled,
};

/* ---- ring.full -------------------------------------------------------------- */

/*
 * A ring that is full at each sample is a busy one. It is a finding if it takes
 * longer than that to go round once: then each request waits as long.
 */
static void full(const struct xr_case *c, struct xr_verdict *v)
{
	uint32_t rsp, done;

	if (!c->f->ok || !c->f->slots || c->f->credit || c->f->flight != c->f->n || !c->past ||
	    c->past->full_ns == XR_NEVER)
		return;
	rsp = c->idx[XR_RSP_PROD];
	if (c->held_ns == XR_NEVER || xr_idx_sub(rsp, (uint32_t)c->mark) >= c->f->n) {
		v->since_ns = c->held_ns == XR_NEVER ? c->past->full_ns : c->now_ns;
		v->mark = rsp;
	} else {
		v->since_ns = c->held_ns > c->past->full_ns ? c->held_ns : c->past->full_ns;
		v->mark = c->mark;
	}
	done = xr_idx_sub(rsp, (uint32_t)v->mark);
	v->at_least_s = c->ring->desc->stuck_after_s;
	xr_say(v, "backend", "%u of %u in flight for %.1f s, with %u answer%s in that time", c->f->flight, c->f->n,
	       xr_since_s(c, v->since_ns), XR_N(done));
	show_requests(c, v);
	xr_show(v, "slots", c->f->n, XENRING_STORE);
	xr_say_oldest(c, v);
}

const struct xr_check xr_check_ring_full = {
	.id = "ring.full", .rule = "R6", .scope = XR_SCOPE_RING, .level = XR_WARNING,
	.when = XR_WHEN_FULL,
	.flags = XR_CHECK_STALL, .args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long it may take to go round once" } },
	.summary = "the ring is full and takes long to go round",
	.means = "There was no free slot at any sample, and in all that time the backend answered fewer requests than "
		"the ring holds: each of them waits for longer. The guest cannot ask for more.",
	.known_by = "req_prod - rsp_prod is the number of slots, sample after sample, while rsp_prod moves little",
	.causes = "Storage or a network that is too slow for what the guest asks, or a ring that is too small for "
		"its latency.",
	.next = "compare with the latency of what is below the backend; a larger ring (ring-page-order) or more "
		"queues help only if that has room",
	.eval = full,
};

/* ---- ring.event-unreachable ---------------------------------------------------- */

/* Beyond that it is a point that was passed long ago, and the numbers went round. */
#define AHEAD_MAX (1 << 30)

static bool is_unreachable(uint32_t prod, uint32_t event, uint32_t n, int32_t *ret)
{
	*ret = (int32_t)xr_idx_sub(event - 1, prod);
	return *ret > 0 && (uint32_t)*ret > n && *ret < AHEAD_MAX;
}

static void event_unreachable(const struct xr_case *c, struct xr_verdict *v)
{
	int32_t by;

	if (!c->f->ok || !c->f->slots)
		return;
	if (c->ring->desc->event_rule != XR_EVENT_NONE &&
	    is_unreachable(c->idx[XR_REQ_PROD], c->idx[XR_REQ_EVENT], c->f->n, &by))
		xr_say(v, "backend", "the backend asks to be woken %d requests on, and %u fit into the ring", by, c->f->n);
	else if (is_unreachable(c->idx[XR_RSP_PROD], c->idx[XR_RSP_EVENT], c->f->n, &by))
		xr_say(v, "frontend", "the frontend asks to be woken %d answers on, and %u fit into the ring", by, c->f->n);
	else
		return;
	xr_show_words(c, v);
	xr_show(v, "slots", c->f->n, XENRING_STORE);
}

const struct xr_check xr_check_ring_event_unreachable = {
	.id = "ring.event-unreachable", .rule = "A.6", .scope = XR_SCOPE_RING, .level = XR_WARNING,
	.when = XR_WHEN_SLOTS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 1, "how long it must be so" } },
	.summary = "an end asked to be woken further ahead than the ring is long",
	.means = "req_event or rsp_event stands more than a ring's length ahead. The other end cannot get there while "
		"nobody takes what it has put, so the event never comes.",
	.known_by = "the event's index against the producer's",
	.causes = "A driver that counts its batches wrongly, or a page that was overwritten.",
	.next = "the guest's driver is to be looked at, or replaced",
	.eval = event_unreachable,
};

/* ---- ring.unreadable, sample.torn ---------------------------------------------- */

static void unreadable(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xenring_error *e = &c->tr->err;

	if (!e->op || c->dev->pairing == XR_PAIR_FORGED || (!strcmp(e->op, "grant") && !c->dev->no_bus))
		return;
	/* of a device under way keys may be missing */
	if (!strcmp(e->op, "store"))
		return;
	xr_say(v, NULL, "%s: %s", e->op, e->text);
	xr_show_text(v, "errno", e->code, XENRING_TOOL);
}

const struct xr_check xr_check_ring_unreadable = {
	.id = "ring.unreadable", .rule = "R12", .scope = XR_SCOPE_RING, .level = XR_UNKNOWN,
	.when = XR_WHEN_ERROR,
	.flags = XR_CHECK_BLIND | XR_CHECK_ANY_LOOK,
	.summary = "the ring cannot be read",
	.means = "Nothing is known of this ring, so it does not count as healthy. --unreadable says what it counts as.",
	.known_by = "its page could not be mapped",
	.causes = "No right to map the guest's memory, a stale reference to a page that the guest has given back, a "
		"guest that dies.",
	.next = "run as root in dom0; else look at ring-ref in the frontend's folder and at xenringtop grants DOMAIN",
	.eval = unreadable,
};

static void torn(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->s->look[c->ring_at] != XR_LOOK_TORN)
		return;
	xr_say(v, NULL, "it moved under each try to read it for %.1f s", xr_since_s(c, v->since_ns));
}

const struct xr_check xr_check_sample_torn = {
	.id = "sample.torn", .rule = "A.5", .scope = XR_SCOPE_RING, .level = XR_UNKNOWN,
	.when = XR_WHEN_TORN,
	.flags = XR_CHECK_BLIND | XR_CHECK_ANY_LOOK,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long no sample may succeed" } },
	.summary = "the ring moves too fast to be read",
	.means = "At each sample rsp_prod moved while the other indices were read, four times over. None of the "
		"other checks can say anything of it.",
	.known_by = "rsp_prod differs before and after the other words were read",
	.causes = "An end that writes to its index in a loop; a real load moves on too slowly for that.",
	.next = "look at the guest: it, or its backend, runs wild",
	.eval = torn,
};

/* ---- queue.imbalance ------------------------------------------------------------ */

/* Another queue of the device, of the same kind, in which nothing was at least as long. */
static const struct xr_ring *idle_queue(const struct xr_case *c)
{
	for (size_t k = 0; k < c->dev->n_rings; k++) {
		size_t at = c->td->first_ring + k;
		const struct xr_ring *r = &c->dev->rings[k];
		const uint32_t *idx = c->s->idx[at];

		if (r != c->ring && r->desc == c->ring->desc && c->s->look[at] == XR_LOOK_OK &&
		    idx[XR_REQ_PROD] == idx[XR_RSP_PROD] && c->s->moved_ns[at] != INT64_MIN &&
		    c->s->moved_ns[at] <= c->past->full_ns)
			return r;
	}
	return NULL;
}

static void imbalance(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_ring *idle;

	if (!c->f->ok || !c->f->slots || c->f->credit || c->f->flight != c->f->n || !c->past ||
	    c->past->full_ns == XR_NEVER)
		return;
	idle = idle_queue(c);
	if (!idle)
		return;
	v->since_ns = c->past->full_ns;
	xr_say(v, "frontend", "it has been full at each sample for %.1f s, and %s of the same device stood empty",
	       xr_since_s(c, v->since_ns), idle->name);
	show_requests(c, v);
	xr_show_text(v, "idle_queue", idle->name, XENRING_STORE);
	xr_show(v, "queues", c->dev->queues, XENRING_STORE);
}

const struct xr_check xr_check_queue_imbalance = {
	.id = "queue.imbalance", .rule = "C.7", .scope = XR_SCOPE_RING, .level = XR_INFO,
	.when = XR_WHEN_FULL,
	.flags = XR_CHECK_STALL | XR_CHECK_NAMED, .args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long it must be so" } },
	.summary = "one queue of a device is full while another is empty",
	.means = "The guest has several queues and waits for room in one of them, while nothing is put into another. It "
		"gets less out of the device than it could. That is no fault: under load it is often so, and only who asks is "
		"told.",
	.known_by = "one ring has no free slot at any sample, another one of the device is empty and has not moved since",
	.causes = "A guest puts requests into the queue of the vCPU they come from: one busy vCPU, one flow of packets, or "
		"a frontend that uses its first queue only.",
	.next = "in the guest: which vCPU asks? /sys/block/*/mq, ethtool -x; more slots help as well as more queues",
	.eval = imbalance,
};
