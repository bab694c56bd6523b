/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks of handshakes, of who is who, and of domains that are stopped. */
#include <config.h>

#include <string.h>

#include "check/check.h"

/* ---- domain.paused ------------------------------------------------------------ */

/* At most so many answers wait for the domain's frontends. */
static uint64_t answers_of(const struct xr_case *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->dom->n_devs; i++) {
		const struct xr_topo_dev *td = &c->s->top->devs[c->dom->first_dev + i];

		for (size_t k = 0; k < td->dev->n_rings; k++) {
			const struct xr_ring *ring = &td->dev->rings[k];
			const uint32_t *idx = c->s->idx[td->first_ring + k];
			uint32_t put, room;

			if (c->s->look[td->first_ring + k] != XR_LOOK_OK || ring->desc->kind != XR_RING_SLOTS ||
			    xr_model_insane(ring, idx) || !xr_is_connected(td->dev))
				continue;
			put = xr_idx_sub(idx[XR_RSP_PROD] + 1, idx[XR_RSP_EVENT]);
			room = ring->slots - xr_idx_sub(idx[XR_REQ_PROD], idx[XR_RSP_PROD]);
			if (put && put <= INT32_MAX)
				n += put < room ? put : room;
		}
	}
	return n;
}

static void paused(const struct xr_case *c, struct xr_verdict *v)
{
	uint64_t n;

	if (!c->dom->known || !c->dom->info.paused || c->dom->info.dying)
		return;
	n = answers_of(c);
	if (!n)
		return;
	xr_say(v, "frontend", "the domain is paused, up to %llu answer%s wait for its frontend%s",
	       (unsigned long long)XR_N(n), n == 1 ? "" : "s");
	xr_show_text(v, "domain_state", "paused", XENRING_HYPERVISOR);
	xr_show(v, "answers_max", (int64_t)n, XENRING_SHARED);
}

const struct xr_check xr_check_domain_paused = {
	.id = "domain.paused", .rule = "R5p", .scope = XR_SCOPE_DOMAIN, .level = XR_WARNING,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 5, "how long it may be paused" } },
	.summary = "the domain is paused while answers wait for it",
	.means = "The domain was paused by the toolstack, and answers wait in its rings. That its rings stand still "
		"follows from that; no other finding is made of it.",
	.known_by = "the hypervisor says that the domain is paused, and rsp_prod of a ring has passed rsp_event",
	.causes = "xl pause, a snapshot or a migration that was not finished, a debugger, a domain that was created "
		"paused.",
	.next = "xl unpause DOMAIN, if nobody holds it on purpose",
	.eval = paused,
};

/* ---- device.forged ------------------------------------------------------------ */

static void forged(const struct xr_case *c, struct xr_verdict *v)
{
	if (c->dev->pairing != XR_PAIR_FORGED)
		return;
	/* another key of it may be wrong, too */
	xr_say(v, NULL, "%s", c->dev->err.text && !strcmp(c->dev->err.op, "pair") ? c->dev->err.text :
	       "somebody's word about the other side is wrong: not looked at");
	xr_show_text(v, "backend_path", c->dev->be_path, XENRING_STORE);
}

const struct xr_check xr_check_device_forged = {
	.id = "device.forged", .rule = "F.2", .scope = XR_SCOPE_DEVICE, .level = XR_CRITICAL,
	.summary = "the two sides of a device do not name each other",
	.means = "What the frontend says of its backend, what the backend says of its frontend, and what the toolstack "
		"keeps do not agree. The device is not looked at, for somebody may want others to look at a third "
		"guest's memory.",
	.known_by = "backend and backend-id in the frontend's folder, frontend and frontend-id in the backend's, and "
		"the toolstack's copy below /libxl or /xenops",
	.causes = "A guest that writes to its own keys, malicious or broken; a toolstack that was interrupted.",
	.next = "compare the three folders with xenstore-ls; do not trust the guest meanwhile",
	.eval = forged,
};

/* ---- state.waits -------------------------------------------------------------- */

struct pair {
	int fe, be;		/* -1: any */
	const char *owes, *says;
	bool closing, calm;	/* its own time; or nothing to worry about */
};

/* The first that fits; what is not there is well. */
static const struct pair pairs[] = {
	{ XR_BUS_INITIALISING, XR_BUS_INITIALISING, "backend", "the backend's driver has not begun" },
	{ XR_BUS_INITIALISING, XR_BUS_INITWAIT, "frontend",
	  "the backend waits for the frontend, which has not begun: the guest has no driver for it, or does not run yet",
	  .calm = true },
	{ XR_BUS_INITWAIT, XR_BUS_INITWAIT, "frontend", "the backend waits for the frontend's details" },
	{ XR_BUS_INITIALISED, XR_BUS_INITIALISING, "backend", "the frontend is ready, the backend has not begun" },
	{ XR_BUS_INITIALISED, XR_BUS_INITWAIT, "backend", "the frontend is ready, the backend does not connect" },
	{ XR_BUS_INITIALISED, XR_BUS_INITIALISED, "backend", "both are ready, the backend does not connect" },
	{ XR_BUS_CONNECTED, XR_BUS_INITIALISING, "backend", "the frontend is connected, the backend has not begun" },
	{ XR_BUS_CONNECTED, XR_BUS_INITWAIT, "backend", "the frontend is connected, the backend is not" },
	{ XR_BUS_CONNECTED, XR_BUS_INITIALISED, "backend", "the frontend is connected, the backend is not" },
	{ XR_BUS_INITIALISED, XR_BUS_CONNECTED, "frontend", "the backend is connected, the frontend does not follow" },
	{ XR_BUS_INITWAIT, XR_BUS_CONNECTED, "frontend", "the backend is connected, the frontend does not follow" },
	{ XR_BUS_INITIALISING, XR_BUS_CONNECTED, "frontend", "the backend is connected, the frontend begins anew" },
	{ XR_BUS_CLOSED, XR_BUS_CONNECTED, "backend", "the frontend has closed, the backend does not", .closing = true },
	{ XR_BUS_CLOSING, -1, "backend", "the frontend closes, and it does not end", .closing = true },
	{ XR_BUS_CONNECTED, XR_BUS_CLOSING, "frontend", "the backend closes, the frontend holds on", .closing = true },
	{ XR_BUS_CONNECTED, XR_BUS_CLOSED, "frontend", "the backend has closed, the frontend holds on", .closing = true },
};

static const struct pair *pair_of(const struct xr_dev *dev)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (pairs[i].fe == dev->fe_state && (pairs[i].be < 0 || pairs[i].be == dev->be_state))
			return &pairs[i];
	return NULL;
}

static void waits(const struct xr_case *c, struct xr_verdict *v)
{
	const struct pair *p = c->dev->no_bus || c->dev->pairing == XR_PAIR_FORGED ? NULL : pair_of(c->dev);

	if (!p)
		return;
	v->since_ns = c->states_ns;
	v->level = p->calm ? XR_INFO : XR_WARNING;
	if (p->closing)
		v->at_least_s = c->arg[1];
	xr_say(v, p->owes, "frontend %s, backend %s for %.1f s: %s", xr_bus_name(c->dev->fe_state),
	       c->dev->be_state < 0 ? "unknown" : xr_bus_name(c->dev->be_state), xr_since_s(c, v->since_ns), p->says);
	xr_show(v, "frontend_state", c->dev->fe_state, XENRING_STORE);
	xr_show(v, "backend_state", c->dev->be_state < 0 ? XENRING_UNKNOWN : c->dev->be_state, XENRING_STORE);
	xr_show_text(v, "frontend_path", c->dev->fe_path, XENRING_STORE);
	xr_show_text(v, "backend_path", c->dev->be_path, XENRING_STORE);
}

const struct xr_check xr_check_state_waits = {
	.id = "state.waits", .rule = "X1", .scope = XR_SCOPE_DEVICE, .level = XR_WARNING,
	.flags = XR_CHECK_STALL,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 10, "how long a handshake may take" },
		  { "closing", XENRING_U_SECONDS, 30, "how long it may take to close" } },
	.summary = "a handshake stands still",
	.means = "The xenbus states of the two sides of a device have not changed for long, and the pair is one that "
		"should not last. The finding says whose turn it is. A guest without a driver for a device stays "
		"in initialising for ever; that alone is no more than a note.",
	.known_by = "state in the frontend's and in the backend's folder",
	.causes = "A driver that is missing or has failed, a hotplug script that has not ended, keys that the other "
		"side does not accept, data that are held on to while a device is to close.",
	.next = "xenstore-ls of both folders: look for error and hotplug-error; then the kernel log of who owes",
	.eval = waits,
};

/* ---- state.negotiation ----------------------------------------------------------------- */

static const struct xr_err *bad_keys(const struct xr_dev *dev)
{
	if (dev->note.op)
		return &dev->note;
	if (dev->err.op && !strcmp(dev->err.op, "store"))
		return &dev->err;
	for (size_t i = 0; i < dev->n_rings; i++)
		if (dev->rings[i].err.op && !strcmp(dev->rings[i].err.op, "store"))
			return &dev->rings[i].err;
	return NULL;
}

static void negotiation(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_err *e = c->dev->fe_state == XR_BUS_CONNECTED && xr_is_connected(c->dev) && !c->dev->no_bus ?
		bad_keys(c->dev) : NULL;

	if (!e)
		return;
	xr_say(v, "frontend", "both sides are connected, and %s", e->text);
	xr_show_text(v, "frontend_path", c->dev->fe_path, XENRING_STORE);
}

const struct xr_check xr_check_state_negotiation = {
	.id = "state.negotiation", .rule = "X3", .scope = XR_SCOPE_DEVICE, .level = XR_WARNING,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 1, "how long it must be so" } },
	.summary = "the keys of a connected device do not fit together",
	.means = "The two sides say that they are connected, but a key that describes the rings is missing, is no "
		"number, or is out of its range: so many queues, such a ring, cannot be.",
	.known_by = "the keys in the frontend's folder against what the protocol allows",
	.causes = "A frontend that writes its keys wrongly, or changes them once it is connected.",
	.next = "xenstore-ls of the frontend's folder",
	.eval = negotiation,
};

/* ---- blk.persistent-differs -------------------------------------------------------------- */

/* A backend that says nothing of it (qdisk) never offered it: a frontend that could is as it should be. */
static void persistent_differs(const struct xr_case *c, struct xr_verdict *v)
{
	if (!c->dev->proto || strcmp(c->dev->proto->name, "blkif") != 0 || !xr_is_connected(c->dev) ||
	    c->dev->fe_persistent != 1 || c->dev->be_persistent != 0)
		return;
	xr_say(v, "toolstack", "feature-persistent is 1 on the frontend's side and 0 on the backend's");
	xr_show(v, "frontend", c->dev->fe_persistent, XENRING_STORE);
	xr_show(v, "backend", c->dev->be_persistent, XENRING_STORE);
}

const struct xr_check xr_check_blk_persistent_differs = {
	.id = "blk.persistent-differs", .rule = "G6", .scope = XR_SCOPE_DEVICE, .level = XR_WARNING,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 1, "how long it must be so" } },
	.summary = "the two sides of a disk do not agree on persistent grants",
	.means = "The frontend keeps its pages granted and expects the backend to keep them mapped, the backend does not "
		"offer that. Guests that were restored or migrated to such a host have lost data over it: the frontend "
		"goes on as before (\"backed has not unmapped grant\").",
	.known_by = "feature-persistent in the frontend's and in the backend's folder",
	.causes = "A migration or restore between hosts whose xen-blkback has other parameters (feature_persistent=).",
	.next = "detach and attach the disk, or reboot the guest; give xen-blkback the same parameters on all hosts",
	.eval = persistent_differs,
};

/* ---- state.hotplug ------------------------------------------------------------------------ */

/* What the backend waits for though the frontend is ready, in words; NULL: nothing that a script does. */
static const char *missing(const struct xr_dev *dev)
{
	if ((dev->fe_state != XR_BUS_INITIALISED && dev->fe_state != XR_BUS_CONNECTED) ||
	    (dev->be_state != XR_BUS_INITIALISING && dev->be_state != XR_BUS_INITWAIT))
		return NULL;
	/* Linux' drivers; those of QEMU have no scripts */
	if (!strcmp(dev->be_type, "vif") && (!dev->hotplug || strcmp(dev->hotplug, "connected") != 0))
		return "hotplug-status does not say connected";
	if (!strcmp(dev->be_type, "vbd") && !dev->has_physical)
		return "physical-device is missing or empty";
	return NULL;
}

static void hotplug(const struct xr_case *c, struct xr_verdict *v)
{
	const struct xr_dev *dev = c->dev;
	bool failed = dev->hotplug_error || (dev->hotplug && !strcmp(dev->hotplug, "error"));
	const char *what = dev->hotplug_read && !failed ? missing(dev) : NULL;

	if (!dev->hotplug_read || (!failed && !what))
		return;
	v->since_ns = c->states_ns;
	if (failed)
		xr_say(v, "toolstack", "its hotplug script has failed: %s",
		       dev->hotplug_error && dev->hotplug_error[0] ? dev->hotplug_error : "hotplug-status is error");
	else
		xr_say(v, "toolstack", "the backend has waited %.1f s for its hotplug script: %s",
		       xr_since_s(c, v->since_ns), what);
	xr_show_text(v, "hotplug_status", dev->hotplug ? dev->hotplug : "(not there)", XENRING_STORE);
	if (dev->hotplug_error)
		xr_show_text(v, "hotplug_error", dev->hotplug_error, XENRING_STORE);
	if (!strcmp(dev->be_type, "vbd"))
		xr_show(v, "physical_device", dev->has_physical, XENRING_STORE);
	if (dev->driver_error)
		xr_show_text(v, "driver_error", dev->driver_error, XENRING_STORE);
	xr_show(v, "frontend_state", dev->fe_state, XENRING_STORE);
	xr_show(v, "backend_state", dev->be_state, XENRING_STORE);
	xr_show_text(v, "backend_path", dev->be_path, XENRING_STORE);
}

const struct xr_check xr_check_state_hotplug = {
	.id = "state.hotplug", .rule = "X2", .scope = XR_SCOPE_DEVICE, .level = XR_CRITICAL,
	.args = { { XR_AFTER, XENRING_U_SECONDS, 10, "how long a script may take" } },
	.summary = "a device's hotplug script has failed, or has not ended",
	.means = "Before Linux' backends connect, a script of the toolstack makes what is behind the device: it sets a "
		"loop device up, or puts an interface on a bridge, and says so in the backend's folder. It has said that "
		"it failed, or nothing, and the device waits for it.",
	.known_by = "hotplug-status, hotplug-error and physical-device in the backend's folder, of a device that is not "
		"connected; what drivers have written below error/ stands beside it",
	.causes = "A disk image or a bridge that is not there, a lock that another device holds, a script that was "
		"killed or is not installed.",
	.next = "/var/log/xen/xen-hotplug.log; xenstore-ls of the backend's folder; run the device's attach again",
	.eval = hotplug,
};
