/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ports that are ours: the tool stands where a backend will stand, and sees each
 * knock as it comes. The only code that binds an event channel, and only what
 * the operator named; it never notifies, unmasks nothing but its own ports, and
 * gives them back when its descriptor is closed, which the kernel does for who is
 * killed: the guest's end is then unbound again, as it was.
 */
#include <config.h>

#include "notify/bound.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "abi/evtchn.h"
#include "backend.h"
#include "context.h"
#include "util/cleanup.h"

/* A port that a frontend has offered: what is at its other end takes it without a hint of what it was. */
static const struct xr_topo_ring *claimed_by(const struct xr_topology *top, uint32_t domid, uint32_t port,
					     const struct xr_dev **ret_dev)
{
	for (size_t i = 0; i < top->n_rings; i++) {
		const struct xr_dev *dev = top->devs[top->rings[i].dev].dev;

		if (dev->domid == domid && top->rings[i].ring->port == (int64_t)port) {
			*ret_dev = dev;
			return &top->rings[i];
		}
	}
	return NULL;
}

static bool was_connected(int state)
{
	return state >= XR_BUS_CONNECTED;
}

const char *xr_bind_refusal(const struct xr_topology *top, uint32_t own, uint32_t domid, uint32_t port,
			    const struct xr_port *status)
{
	const struct xr_dev *dev = NULL;
	const struct xr_topo_ring *ring = claimed_by(top, domid, port, &dev);

	switch (status->status) {
	case XR_PORT_UNBOUND:
		break;
	case XR_PORT_CLOSED:
		return "it is closed";
	case XR_PORT_INTERDOMAIN:
		return "it is bound already: nobody can listen to a live one";
	default:
		return "it leads to no other domain";
	}
	if (status->remote_domid != own)
		return "it is offered to another domain";
	if (!ring || dev->no_bus)
		return NULL;
	/* who comes back after a crash finds its port unbound, and would lose it to us */
	if (dev->be_state > XR_BUS_INITIALISING)
		return "a device claims it, and its backend is about to bind it";
	if (was_connected(dev->be_state) || was_connected(dev->fe_state) || ring->ring->epoch > 1)
		return "a device claims it that has been connected before: its backend may come back";
	return NULL;
}

#ifdef HAVE_XEN

#include <xenevtchn.h>

#include "source/xen/xen.h"

/*
 * Xen itself sends an event to who binds a port, in case one came before
 * (evtchn_bind_interdomain()): it is no knock, and comes at once.
 */
#define XENS_OWN_MS 2000
#define MAX_PORTS 16

struct port {
	evtchn_port_t local;
	int64_t domid, remote;		/* the other end; remote -1: not known, or it is no event channel */
	bool virq;
	bool knocked;			/* taken, and not yet told; it stays masked until then */
	int64_t knocked_ns;
};

struct xr_bound {
	struct xr_xen_log log;
	xenevtchn_handle *xce;
	struct port ports[MAX_PORTS];
	size_t n;
};

int xr_bound_new(struct xr_bound **ret)
{
	struct xr_bound *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return -ENOMEM;
	xr_xen_log_init(&b->log);
	b->xce = xenevtchn_open(&b->log.logger, 0);
	if (!b->xce) {
		r = errno ? -errno : -ENODEV;
		free(b);
		return r;
	}
	*ret = b;
	return 0;
}

void xr_bound_free(struct xr_bound *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		xenevtchn_unbind(b->xce, b->ports[i].local);
	xenevtchn_close(b->xce);
	free(b);
}

static bool is_readable(const struct xr_bound *b, int within_ms)
{
	struct pollfd fd = { .fd = xenevtchn_fd(b->xce), .events = POLLIN };

	return poll(&fd, 1, within_ms) > 0;
}

static int add(struct xr_bound *b, xenevtchn_port_or_error_t local, int64_t domid, int64_t remote, bool virq)
{
	if (local < 0)
		return errno ? -errno : -EIO;
	b->ports[b->n++] = (struct port){ .local = (evtchn_port_t)local, .domid = domid, .remote = remote, .virq = virq };
	return 0;
}

int xr_bound_bind(struct xr_bound *b, uint32_t domid, uint32_t port)
{
	xenevtchn_port_or_error_t came;
	int r = b->n == MAX_PORTS ? -ENOSPC :
		add(b, xenevtchn_bind_interdomain(b->xce, domid, port), domid, port, false);

	if (r)
		return r;
	/* those of ports bound before are no knocks that a trace is asked for yet */
	while (is_readable(b, XENS_OWN_MS)) {
		came = xenevtchn_pending(b->xce);
		if (came < 0)
			return errno ? -errno : -EIO;
		xenevtchn_unmask(b->xce, (evtchn_port_t)came);
		if ((evtchn_port_t)came == b->ports[b->n - 1].local)
			break;
	}
	return 0;
}

int xr_bound_offer(struct xr_bound *b, uint32_t domid, uint32_t *ret_port)
{
	int r = b->n == MAX_PORTS ? -ENOSPC : add(b, xenevtchn_bind_unbound_port(b->xce, domid), domid, -1, false);

	if (!r)
		*ret_port = b->ports[b->n - 1].local;
	return r;
}

int xr_bound_virq(struct xr_bound *b, uint32_t own, unsigned virq)
{
	return b->n == MAX_PORTS ? -ENOSPC : add(b, xenevtchn_bind_virq(b->xce, virq), own, -1, true);
}

int xr_bound_fd(const struct xr_bound *b)
{
	return xenevtchn_fd(b->xce);
}

static struct port *port_of(struct xr_bound *b, evtchn_port_t local)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->ports[i].local == local)
			return &b->ports[i];
	return NULL;
}

static int tell(struct xenring_trace *t, const struct xr_round *r, const struct port *p)
{
	struct xr_note note = {
		.via = XR_VIA_BOUND, .way = p->virq ? XR_NO_WAY : XR_TO_BACK, .count = 1, .domid = p->domid,
		.port = p->remote >= 0 ? p->remote : XENRING_UNKNOWN, .backend_port = p->local,
	};
	const struct xr_topology *top = r->now->top;

	note.mono_ns = p->knocked_ns;
	/* rings of one port: the first, whose indices were sampled after the knock */
	for (size_t i = 0; !p->virq && i < top->n_rings; i++)
		if (top->devs[top->rings[i].dev].dev->domid == (uint32_t)p->domid && p->remote >= 0 &&
		    top->rings[i].ring->port == p->remote)
			return xr_trace_tell_ring(t, r, i, note, true);
	return xr_trace_tell(t, &note);
}

/* A port that was read stays masked until it is told of: one knock of each a sample. */
void xr_bound_take(struct xr_bound *b)
{
	for (size_t i = 0; i < b->n && is_readable(b, 0); i++) {
		xenevtchn_port_or_error_t local = xenevtchn_pending(b->xce);
		struct port *p = local < 0 ? NULL : port_of(b, (evtchn_port_t)local);
		struct xenring_time now;

		if (!p)
			break;
		xr_clock(&now);
		p->knocked = true;
		p->knocked_ns = now.mono_ns;
	}
}

int xr_bound_step(struct xr_bound *b, struct xenring_trace *t, const struct xr_round *r)
{
	int f = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct port *p = &b->ports[i];

		if (!p->knocked)
			continue;
		if (!f)
			f = tell(t, r, p);
		p->knocked = false;
		xenevtchn_unmask(b->xce, p->local);
	}
	return f;
}

#endif
