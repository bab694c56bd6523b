/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of event channels. */
#include <config.h>

#include "check/check.h"
#include "check/watch.h"

/* Both ends say that they are connected, so the ring's port is to be bound. */
static bool is_bound_to_be(const struct xr_case *c)
{
	return !c->dev->no_bus && c->dev->fe_state == XR_BUS_CONNECTED && c->dev->be_state == XR_BUS_CONNECTED &&
	       c->dev->pairing != XR_PAIR_FORGED && c->ring->port >= 0;
}

/* The event channels of the ring's domain; NULL, and why, if they are not known. */
static const struct xr_event_list *list_of(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_event_list *l = xr_event_list_of(&c->w->events, c->dev->domid);

	if (!l)
		v->unknown = "the domain's event channels are not known";
	return l;
}

static void show_channel(const struct xr_case *c, const struct xr_evtchn *ch, struct xr_verdict *v)
{
	static const char *const states[] = { "closed", "unbound", "interdomain", "pirq", "virq", "ipi" };
	unsigned status = ch ? ch->status : XR_PORT_CLOSED;

	xr_show(v, "port", c->ring->port, XENRING_STORE);
	xr_show_text(v, "state", status < sizeof(states) / sizeof(states[0]) ? states[status] : "reserved",
		     XENRING_HYPERVISOR);
	if (status == XR_PORT_UNBOUND || status == XR_PORT_INTERDOMAIN)
		xr_show(v, "remote_domid", ch->remote_domid, XENRING_HYPERVISOR);
	if (status == XR_PORT_INTERDOMAIN)
		xr_show(v, "remote_port", ch->remote_port, XENRING_HYPERVISOR);
	xr_show(v, "backend_domid", c->dev->be_domid, XENRING_STORE);
}

/* ---- event.broken --------------------------------------------------------------- */

static bool is_other_ends(const struct xr_case *c, const struct xr_evtchn *ch)
{
	const struct xr_event_list *there = xr_event_list_of(&c->w->events, ch->remote_domid);
	const struct xr_evtchn *other = there ? xr_event_of(there, ch->remote_port) : NULL;

	/* the two lists were not read at the same moment: only another binding tells */
	return !other || other->status != XR_PORT_INTERDOMAIN ||
	       (other->remote_domid == c->dev->domid && other->remote_port == c->ring->port);
}

static void broken(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_event_list *l = is_bound_to_be(c) ? list_of(c, v) : NULL;
	const struct xr_evtchn *ch = l ? xr_event_of(l, c->ring->port) : NULL;

	if (!l)
		return;
	if (!ch)
		xr_say(v, "frontend", "both sides are connected, and port %lld is closed: nobody can be woken",
		       (long long)c->ring->port);
	else if (ch->status == XR_PORT_UNBOUND)
		xr_say(v, "backend", "both sides are connected, and nobody has bound port %lld: the backend is gone",
		       (long long)c->ring->port);
	else if (ch->status != XR_PORT_INTERDOMAIN)
		xr_say(v, "frontend", "port %lld is no channel to another domain", (long long)c->ring->port);
	else if (c->dev->be_domid >= 0 && ch->remote_domid != (uint32_t)c->dev->be_domid)
		xr_say(v, "frontend", "port %lld leads to domain %u, the backend is in %lld", (long long)c->ring->port,
		       ch->remote_domid, (long long)c->dev->be_domid);
	else if (!is_other_ends(c, ch))
		xr_say(v, "backend", "port %lld leads to port %u of domain %u, which leads elsewhere",
		       (long long)c->ring->port, ch->remote_port, ch->remote_domid);
	else
		return;
	show_channel(c, ch, v);
}

const struct xr_check xr_check_event_broken = {
	.id = "event.broken", .rule = "E1", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_READ,
	.flags = XR_CHECK_ANY_LOOK, .needs = XR_NEEDS_EVENTS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 1, "how long it must be so" } },
	.summary = "both sides are connected, but their event channel is not",
	.means = "Both sides say in xenstore that they are connected, and the port that the frontend names is closed, "
		"bound by nobody, or leads to another domain than the backend's. Neither side can wake the other.",
	.known_by = "the hypervisor's answer for the frontend's port (EVTCHNOP_status) against xenstore",
	.causes = "The backend's driver was unbound or its process died without changing its state, or the frontend "
		"wrote a wrong port.",
	.next = "xenringtop events DOMAIN; is the backend's driver bound (/sys/bus/xen-backend/devices) or its "
		"process there?",
	.eval = broken,
};

/* ---- event.pending-masked ----------------------------------------------------------- */

static void pending_masked(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_event_list *l = is_bound_to_be(c) ? list_of(c, v) : NULL;

	if (!l)
		return;
	if (xr_event_pending(l, c->ring->port) < 0)
		v->unknown = "whether its port is pending or masked is in memory that only the guest knows";
	if (xr_event_pending(l, c->ring->port) != 1 || xr_event_masked(l, c->ring->port) != 1)
		return;
	xr_say(v, "frontend", "port %lld has an event and is masked for %.1f s: the guest does not see it",
	       (long long)c->ring->port, xr_since_s(c, v->since_ns));
	show_channel(c, xr_event_of(l, c->ring->port), v);
	xr_show(v, "pending", 1, XENRING_SHARED);
	xr_show(v, "masked", 1, XENRING_SHARED);
}

const struct xr_check xr_check_event_pending_masked = {
	.id = "event.pending-masked", .rule = "E2", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_READ,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_EVENTS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long it must be so" } },
	.summary = "an event waits for a guest that has masked it",
	.means = "The other side has knocked, and the guest's kernel keeps the port masked. It masks one while it "
		"serves it, for a moment; one that stays so is not served any more.",
	.known_by = "the bits of the port in the guest's shared page, at two readings; only of two-level channels",
	.causes = "A handler that hangs or was never told to go on, a vCPU that does not run.",
	.next = "xl vcpu-list; xenringtop events DOMAIN; the guest's console",
	.eval = pending_masked,
};

/* ---- event.near-limit ---------------------------------------------------------------- */

static void near_limit(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_event_list *l = xr_event_list_of(&c->w->events, c->dom->info.domid);
	uint32_t open;

	/* dom0 has no such limit */
	if (!c->dom->known || !c->dom->info.domid)
		return;
	if (!l) {
		v->unknown = "the domain's event channels are not known";
		return;
	}
	open = l->open;
	v->value = c->arg[0] > 0 ? open * 100.0 / c->arg[0] : 0;
	xr_say(v, "toolstack", "%u of %.0f event channels are in use", open, c->arg[0]);
	xr_show(v, "open", open, XENRING_HYPERVISOR);
	xr_show(v, "limit", (int64_t)c->arg[0], XENRING_TOOL);
}

const struct xr_check xr_check_event_near_limit = {
	.id = "event.near-limit", .rule = "E4", .scope = XR_SCOPE_DOMAIN, .level = XR_WARNING, .needs = XR_NEEDS_EVENTS,
	.args = { { "limit", XENRING_NOUNIT, 1023, "event channels that the domain may have; xl's default" } },
	.value = "percent of the limit", .warn = "80", .crit = "95",
	.summary = "a domain has few event channels left",
	.means = "A domain may have max_event_channels of them; without one no further device connects. What the limit "
		"of a domain is nobody tells; xl sets 1023 unless its configuration says otherwise.",
	.known_by = "ports that are not closed, by EVTCHNOP_status",
	.causes = "Many devices, queues or vCPUs, or a driver that leaks ports.",
	.next = "xenringtop events DOMAIN; max_event_channels in its configuration",
	.eval = near_limit,
};

/* ---- event.vcpu-offline ----------------------------------------------------------------- */

static void vcpu_offline(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_event_list *l = is_bound_to_be(c) ? list_of(c, v) : NULL;
	const struct xr_evtchn *ch = l && l->n_vcpus ? xr_event_of(l, c->ring->port) : NULL;
	bool waits;

	if (!ch || ch->status != XR_PORT_INTERDOMAIN || xr_vcpu_offline(l, ch->vcpu) != 1)
		return;
	waits = xr_event_pending(l, c->ring->port) == 1 ||
		(c->f->ok && c->f->slots && c->f->owed_rsp >= 0 && c->f->answers && xr_still_ns(c) != c->now_ns);
	/* a guest may keep a vCPU that it was told to give up: it is one only if something waits */
	v->level = waits ? XR_CRITICAL : XR_INFO;
	xr_say(v, "frontend", "port %lld is bound to vCPU %u, which is to be offline%s", (long long)c->ring->port, ch->vcpu,
	       waits ? ", and what the backend told is not taken" : "");
	show_channel(c, ch, v);
	xr_show(v, "vcpu", ch->vcpu, XENRING_HYPERVISOR);
	xr_show_text(v, "availability", "offline", XENRING_STORE);
	if (c->f->slots && c->f->ok)
		xr_show(v, "answers_max", c->f->answers, XENRING_SHARED);
}

const struct xr_check xr_check_event_vcpu_offline = {
	.id = "event.vcpu-offline", .rule = "E3", .scope = XR_SCOPE_RING, .level = XR_CRITICAL,
	.when = XR_WHEN_READ,
	.flags = XR_CHECK_STALL, .needs = XR_NEEDS_EVENTS,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long it must be so" } },
	.summary = "a ring's event channel is bound to a vCPU that is offline",
	.means = "An event is delivered to the vCPU that its port is bound to. That one has been taken offline, and the guest "
		"has not bound the port to another: what the backend tells it does not arrive. While nothing waits that is "
		"no more than a note, for a guest may keep a vCPU that it was told to give up.",
	.known_by = "the vCPU that EVTCHNOP_status tells of the port, and availability of that one in the domain's folder, "
		"cpu/N, which xl vcpu-set writes",
	.causes = "A guest without CPU hotplug, or one whose kernel did not move the channels of the vCPU that went.",
	.next = "xl vcpu-list DOMAIN: does it run? xl vcpu-set DOMAIN with all of them brings it back",
	.eval = vcpu_offline,
};
