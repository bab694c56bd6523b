/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of what backends say of themselves. */
#include <config.h>

#include <string.h>

#include "backend.h"
#include "check/check.h"

static const struct xr_readings *readings_of(const struct xr_case *c, const struct xr_readings **ret_was,
					     double *ret_elapsed_s, struct xr_verdict *v)
{
	const struct xr_readings *now = xr_backends_of(c->s->backends, c->dev, ret_was, ret_elapsed_s);

	if (!now)
		v->unknown = "its backend runs elsewhere, or says nothing of itself";
	return now;
}

/* ---- event.storm ------------------------------------------------------------------ */

static void storm(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_readings *was = NULL, *now;
	int64_t events, spurious, delayed;
	double elapsed_s = 0;

	now = readings_of(c, &was, &elapsed_s, v);
	if (!now || !was || elapsed_s <= 0)
		return;
	events = xr_counter_since(was->value[XR_BF_EVENTS], now->value[XR_BF_EVENTS]);
	spurious = xr_counter_since(was->value[XR_BF_SPURIOUS_EVENTS], now->value[XR_BF_SPURIOUS_EVENTS]);
	delayed = xr_counter_since(was->value[XR_BF_JIFFIES_EOI_DELAYED], now->value[XR_BF_JIFFIES_EOI_DELAYED]);
	if (events != XENRING_UNKNOWN && (double)events / elapsed_s > c->arg[1])
		xr_say(v, "frontend", "%.0f events a second come from the guest", (double)events / elapsed_s);
	/* a few for nothing are anybody's */
	else if (events >= 100 && spurious != XENRING_UNKNOWN && (double)spurious * 100 > (double)events * c->arg[0])
		xr_say(v, "frontend", "%lld of %lld events were for nothing", (long long)spurious, (long long)events);
	else if (delayed != XENRING_UNKNOWN && (double)delayed > c->arg[2])
		xr_say(v, "frontend", "the backend made the guest wait for %lld jiffies, for it sent events for nothing",
		       (long long)delayed);
	else
		return;
	xr_show(v, "events", events, XENRING_BACKEND);
	xr_show(v, "spurious_events", spurious, XENRING_BACKEND);
	xr_show(v, "jiffies_eoi_delayed", delayed, XENRING_BACKEND);
	xr_show(v, "elapsed_ms", (int64_t)(elapsed_s * 1000), XENRING_TOOL);
}

const struct xr_check xr_check_event_storm = {
	.id = "event.storm", .rule = "E5", .scope = XR_SCOPE_DEVICE, .level = XR_WARNING, .needs = XR_NEEDS_BACKENDS,
	.args = { { "spurious", XENRING_NOUNIT, 10, "percent of events that may be for nothing" },
		  { "rate", XENRING_U_PER_S, 200000, "events that may come in a second" },
		  { "delayed", XENRING_NOUNIT, 100, "jiffies between two readings that they may be held up" } },
	.summary = "the guest sends events for nothing, or far too many",
	.means = "Each event costs the backend's domain an interrupt. Of those for nothing Linux holds the next ones "
		"up, longer and longer; that this rises is the first sign of a frontend that runs wild or attacks.",
	.known_by = "the device's counters of events, spurious events and delays in sysfs, between two readings",
	.causes = "A broken or malicious frontend (XSA-332), or one that does not heed req_event.",
	.next = "look at the guest; xenringtop show DEVICE has the counters",
	.eval = storm,
};

/* ---- net.limited ------------------------------------------------------------------- */

static void limited(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_readings *was = NULL, *now;
	double elapsed_s = 0;

	if (!c->dev->be_type || strcmp(c->dev->be_type, "vif") != 0)
		return;
	now = readings_of(c, &was, &elapsed_s, v);
	for (size_t i = 0; now && i < now->n_rings; i++) {
		if (now->rings[i].row.credit_timer <= 0)
			continue;
		xr_say(v, NULL, "%s has used up its credit and waits for more: the interface has a limit (rate)",
		       now->rings[i].name);
		xr_show_text(v, "ring", now->rings[i].name, XENRING_BACKEND);
		xr_show(v, "credit_timer", now->rings[i].row.credit_timer, XENRING_BACKEND);
		return;
	}
}

const struct xr_check xr_check_net_limited = {
	.id = "net.limited", .rule = "X4", .scope = XR_SCOPE_DEVICE, .level = XR_INFO, .needs = XR_NEEDS_BACKENDS,
	.summary = "the interface is held back by its own limit",
	.means = "netback does not take the guest's packets for the moment, for the interface has sent as much as its "
		"rate allows. That its ring stands still meanwhile is no fault.",
	.known_by = "netback's credit timer runs, as its file in debugfs says",
	.causes = "rate= in the guest's configuration.",
	.next = "xenstore-read of rate in the backend's folder",
	.eval = limited,
};

/* ---- backend.stale ------------------------------------------------------------------ */

static bool moves(const struct xr_case *c)
{
	for (size_t k = 0; k < c->dev->n_rings; k++) {
		int64_t moved = c->s->moved_ns[c->td->first_ring + k];

		if (moved != INT64_MIN && xr_since_s(c, moved) < 5)
			return true;
	}
	return false;
}

static void stale(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_readings *was = NULL, *now;
	double elapsed_s = 0;

	now = readings_of(c, &was, &elapsed_s, v);
	for (size_t i = 0; now && i < now->n_rings; i++) {
		const struct xenring_backend_ring *r = &now->rings[i].row;

		if (!r->intact)
			xr_say(v, "backend", "what tapdisk says of %s does not have its checksum", now->rings[i].name);
		else if (r->age_s > c->arg[0] && moves(c))
			xr_say(v, "backend", "tapdisk has not said anything of %s for %.0f s, and the ring moves",
			       now->rings[i].name, r->age_s);
		else
			continue;
		xr_show(v, "intact", r->intact < 0 ? XENRING_UNKNOWN : r->intact, XENRING_BACKEND);
		xr_show(v, "age_ms", (int64_t)(r->age_s * 1000), XENRING_BACKEND);
		return;
	}
}

const struct xr_check xr_check_backend_stale = {
	.id = "backend.stale", .rule = "S1", .scope = XR_SCOPE_DEVICE, .level = XR_WARNING, .needs = XR_NEEDS_BACKENDS,
	.args = { { "age", XENRING_U_SECONDS, 15, "how old its file may be" },
		  { XR_AFTER, XENRING_U_SECONDS, 1, "how long it must be so" } },
	.summary = "tapdisk's own account of a ring is old or broken",
	.means = "tapdisk writes what it knows of a ring into a file each 5 s, from its main loop. While the ring moves "
		"the file should be fresh; what it says is not to be trusted otherwise.",
	.known_by = "the age of /dev/shm/vbd3-DOMID-DEVID/io_ring and the checksum in it",
	.causes = "tapdisk's loop is blocked, or somebody else wrote to the file.",
	.next = "tap-ctl list; look at the tapdisk process",
	.eval = stale,
};
