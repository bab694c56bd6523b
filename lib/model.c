/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots, and what follows from two of them. No I/O, no clock. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "kind.h"
#include "snapshot.h"
#include "util/cleanup.h"

#define AHEAD 8	/* rings */

const struct xenring_sym xr_state_words[] = {
	{ XR_STATE_IDLE, "idle", "nothing is pending and nothing moved" },
	{ XR_STATE_BUSY, "busy", "requests are pending or were answered just now" },
	{ XR_STATE_FULL, "full", "no slot is free: the frontend must wait for an answer" },
	{ XR_STATE_STUCK, "stuck", "something is pending and nothing has moved for 5 s or more, or "
	  "longer where the protocol lets answers take their time" },
	{ XR_STATE_UNREADABLE, "unreadable", "could not be read or makes no sense; see the error" },
	{ XR_STATE_FORGED, "forged", "a key in xenstore names what it must not: never mapped" },
	{ XR_STATE_TORN, "torn", "moved under every try to read it: nothing is concluded from it" },
	{ XR_STATE_CLOSED, "closed", "the device is closing or closed: it has no ring" },
	{ XR_STATE_BUS + XR_BUS_UNKNOWN, "unknown", "the device has no xenbus state yet" },
	{ XR_STATE_BUS + XR_BUS_INITIALISING, "initialising", "xenbus: the driver has not answered yet" },
	{ XR_STATE_BUS + XR_BUS_INITWAIT, "initwait", "xenbus: the backend waits for the frontend" },
	{ XR_STATE_BUS + XR_BUS_INITIALISED, "initialised",
	  "xenbus: the frontend has written its rings, the backend is not connected" },
	{ XR_STATE_BUS + XR_BUS_CONNECTED, "connected", "xenbus: connected, nothing else known" },
	{ XR_STATE_BUS + XR_BUS_RECONFIGURING, "reconfiguring", "xenbus: the device is changing" },
	{ XR_STATE_BUS + XR_BUS_RECONFIGURED, "reconfigured", "xenbus: the change has been taken" },
	{ 0 }
};

int xr_snapshot_new(struct xenring_snapshot **ret, struct xr_topology *top)
{
	struct xenring_snapshot *s = calloc(1, sizeof(*s));
	size_t n = top->n_rings + 1;

	if (!s)
		return -ENOMEM;
	s->refs = 1;
	s->top = xr_topology_ref(top);
	s->idx = calloc(n, sizeof(*s->idx));
	s->look = calloc(n, sizeof(*s->look));
	s->state = calloc(n, sizeof(*s->state));
	s->calm = calloc(n, sizeof(*s->calm));
	s->req_rate = calloc(n, sizeof(*s->req_rate));
	s->rsp_rate = calloc(n, sizeof(*s->rsp_rate));
	s->moved_ns = calloc(n, sizeof(*s->moved_ns));
	if (!s->idx || !s->look || !s->state || !s->calm || !s->req_rate || !s->rsp_rate || !s->moved_ns) {
		xenring_snapshot_unref(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

struct xenring_snapshot *xenring_snapshot_ref(struct xenring_snapshot *s)
{
	s->refs++;
	return s;
}

void xenring_snapshot_unref(struct xenring_snapshot *s)
{
	if (!s || --s->refs)
		return;
	xr_topology_unref(s->top);
	free(s->idx);
	free(s->look);
	free(s->state);
	free(s->calm);
	free(s->req_rate);
	free(s->rsp_rate);
	free(s->moved_ns);
	free(s->oldest_ns);
	free(s->errors);
	xr_backends_unref(s->backends);
	free(s);
}

void xenring_snapshot_time(const struct xenring_snapshot *s, struct xenring_time *ret)
{
	*ret = s->at;
}

const char *xr_model_insane(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	return xr_kind_of(ring)->insane(ring, idx);
}

bool xr_model_pending(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX])
{
	return xr_kind_of(ring)->flow(ring, idx).pending;
}

static bool is_connected(int state)
{
	return state == XR_BUS_CONNECTED || state == XR_BUS_RECONFIGURING ||
	       state == XR_BUS_RECONFIGURED;
}

static bool is_closed(int state)
{
	return state == XR_BUS_CLOSING || state == XR_BUS_CLOSED;
}

/* The state that the two sides' xenbus states make, or -1: both are connected. */
static int bus_state(const struct xr_dev *dev)
{
	if (dev->no_bus)
		return -1;	/* no handshake there */
	if (is_closed(dev->fe_state) || is_closed(dev->be_state))
		return XR_STATE_CLOSED;
	if (!is_connected(dev->fe_state))
		return XR_STATE_BUS + (dev->fe_state < 0 ? XR_BUS_UNKNOWN : dev->fe_state);
	if (!is_connected(dev->be_state))
		return XR_STATE_BUS + (dev->be_state < 0 ? XR_BUS_UNKNOWN : dev->be_state);
	return -1;
}

static enum xr_state flow_state(const struct xr_ring *ring, const uint32_t idx[XR_N_IDX],
				bool moved, double stall, uint8_t *ret_calm)
{
	struct xr_flow flow = xr_kind_of(ring)->flow(ring, idx);
	float after = ring->desc->stuck_after_s;
	bool waits = flow.pending && !flow.patient;

	if (waits && !moved && stall >= (after > 0 ? (double)after : XR_STUCK_AFTER_S)) {
		*ret_calm = XR_CALM_STAYS;
		return XR_STATE_STUCK;
	}
	*ret_calm = moved ? XR_CALM_NOT : !waits ? XR_CALM_STAYS : after > 0 ? XR_CALM_NOT : XR_CALM_WAITS;
	if (flow.full)
		return XR_STATE_FULL;
	return flow.pending || moved ? XR_STATE_BUSY : XR_STATE_IDLE;
}

static enum xr_state judge(const struct xenring_snapshot *s, size_t i, bool moved, double stall, uint8_t *ret_calm)
{
	const struct xr_topo_ring *tr = &s->top->rings[i];
	const struct xr_dev *dev = s->top->devs[tr->dev].dev;
	int bus;

	*ret_calm = XR_CALM_NOT;
	if (dev->pairing == XR_PAIR_FORGED)
		return XR_STATE_FORGED;
	if (tr->err.op || (s->errors && s->errors[i].op))
		return XR_STATE_UNREADABLE;
	bus = bus_state(dev);
	if (bus >= 0)
		return (enum xr_state)bus;
	if (s->look[i] == XR_LOOK_TORN)
		return XR_STATE_TORN;
	if (s->look[i] != XR_LOOK_OK)
		return XR_STATE_CLOSED;
	return flow_state(tr->ring, s->idx[i], moved, stall, ret_calm);
}

/* Where ring i stood before: places are those of another topology, NULL if there was no memory for them. */
static size_t index_before(const struct xenring_snapshot *now, const struct xenring_snapshot *before,
			   const size_t *places, size_t i)
{
	if (!before)
		return XR_NOWHERE;
	if (now->top == before->top)
		return i;
	return places ? places[i] : XR_NOWHERE;
}

static int add_error(struct xenring_snapshot *s, size_t i, const char *text)
{
	if (!s->errors)
		s->errors = calloc(s->top->n_rings, sizeof(*s->errors));
	if (!s->errors)
		return -ENOMEM;
	s->errors[i] = (struct xenring_error){
		.path = s->top->rings[i].path, .op = "sample", .code = "ERANGE", .text = text,
	};
	return 0;
}

/* Per second; NaN for an index that went back, which a ring's never does. */
static float rate(uint32_t now, uint32_t before, double dt)
{
	uint32_t moved = xr_idx_sub(now, before);

	return moved > INT32_MAX ? NAN : (float)(moved / dt);
}

static bool has_moved(const uint32_t a[XR_N_IDX], const uint32_t b[XR_N_IDX])
{
	return (a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]);
}

/*
 * Most rings stand still most of the time. What follows for one of which
 * nothing has changed is what followed before, until a time has passed that its
 * state waits for: no other memory is touched for it than the arrays. True:
 * ring i of the same topology is done, with what xr_model_step() makes of it
 * otherwise.
 */
static bool keep(struct xenring_snapshot *now, const struct xenring_snapshot *before, size_t i, double dt)
{
	uint8_t state = before->state[i], calm = before->calm[i] & ~XR_CALM_SLOTS;
	int64_t moved_ns;
	bool rates = dt > 0 && before->calm[i] & XR_CALM_SLOTS;

	if (!calm || (dt < 0 && state != XR_STATE_IDLE) ||
	    before->look[i] != XR_LOOK_OK || now->look[i] != XR_LOOK_OK || has_moved(before->idx[i], now->idx[i]))
		return false;
	moved_ns = before->moved_ns[i] != INT64_MIN ? before->moved_ns[i] : before->at.mono_ns;
	if (calm == XR_CALM_WAITS && (double)(now->at.mono_ns - moved_ns) / 1e9 >= XR_STUCK_AFTER_S)
		return false;
	now->req_rate[i] = now->rsp_rate[i] = rates ? 0 : NAN;
	now->moved_ns[i] = moved_ns;
	now->state[i] = state;
	now->calm[i] = before->calm[i];
	return true;
}

int xr_model_step(struct xenring_snapshot *now, const struct xenring_snapshot *before)
{
	bool same_top = before && now->top == before->top;
	_cleanup_free_ size_t *places = before && !same_top ? xr_topology_places(now->top, before->top) : NULL;
	double dt = before ? (double)(now->at.mono_ns - before->at.mono_ns) / 1e9 : 0;

	for (size_t i = 0; i < now->top->n_rings; i++) {
		const struct xr_ring *ring;
		size_t was;
		bool ok = now->look[i] == XR_LOOK_OK, moved = false;
		double stall = 0;
		const char *insane;

		/* one that is not kept is waited for less if it was asked for before its turn */
		if (same_top && i + AHEAD < now->top->n_rings && before->calm[i + AHEAD] == XR_CALM_NOT)
			__builtin_prefetch(now->top->rings[i + AHEAD].ring);
		if (same_top && keep(now, before, i, dt))
			continue;
		ring = now->top->rings[i].ring;
		was = index_before(now, before, places, i);
		insane = ok ? xr_model_insane(ring, now->idx[i]) : NULL;
		now->req_rate[i] = now->rsp_rate[i] = NAN;
		now->moved_ns[i] = INT64_MIN;
		if (insane && add_error(now, i, insane))
			return -ENOMEM;
		if (ok && was != XR_NOWHERE && before->look[was] == XR_LOOK_OK) {
			const uint32_t *a = before->idx[was], *b = now->idx[i];

			moved = has_moved(a, b);
			if (ring->desc->kind == XR_RING_SLOTS && dt > 0 && !insane &&
			    !xr_model_insane(ring, a)) {
				now->req_rate[i] = rate(b[XR_REQ_PROD], a[XR_REQ_PROD], dt);
				now->rsp_rate[i] = rate(b[XR_RSP_PROD], a[XR_RSP_PROD], dt);
			}
			now->moved_ns[i] = moved ? now->at.mono_ns :
				before->moved_ns[was] != INT64_MIN ? before->moved_ns[was] :
				before->at.mono_ns;
			stall = (double)(now->at.mono_ns - now->moved_ns[i]) / 1e9;
		}
		now->state[i] = (uint8_t)judge(now, i, moved, stall, &now->calm[i]);
		if (now->calm[i] && ring->desc->kind == XR_RING_SLOTS)
			now->calm[i] |= XR_CALM_SLOTS;
	}
	return 0;
}
