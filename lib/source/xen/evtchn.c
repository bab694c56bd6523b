/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Event channels by EVTCHNOP_status: asked, never bound. */
#include <config.h>

#define __XEN_TOOLS__ 1		/* else __HYPERVISOR_event_channel_op is the old call, with other arguments */

#include <errno.h>
#include <stdlib.h>

#include "evtchn.h"
#include "source/xen/xen.h"
#include "util/cleanup.h"

#include <xen/event_channel.h>

/* *ret is the handle's buffer, until it asks again. */
static int ask(struct xr_xen *xen, uint32_t domid, uint32_t port, const struct evtchn_status **ret)
{
	struct evtchn_status *status = xen->buf;

	*ret = status;
	*status = (struct evtchn_status){ .dom = (domid_t)domid, .port = port };
	if (xencall2(xen->call, __HYPERVISOR_event_channel_op, EVTCHNOP_status,
		     (uint64_t)(uintptr_t)xen->buf))
		return -errno;
	return 0;
}

static struct xr_evtchn channel_of(uint32_t port, const struct evtchn_status *status)
{
	struct xr_evtchn c = { .number = port, .status = status->status, .vcpu = status->vcpu };

	switch (status->status) {
	case EVTCHNSTAT_unbound:
		c.remote_domid = status->u.unbound.dom;
		break;
	case EVTCHNSTAT_interdomain:
		c.remote_domid = status->u.interdomain.dom;
		c.remote_port = status->u.interdomain.port;
		break;
	case EVTCHNSTAT_pirq:
		c.irq = status->u.pirq;
		break;
	case EVTCHNSTAT_virq:
		c.irq = status->u.virq;
		break;
	default:
		break;
	}
	return c;
}

int xr_xen_port(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret)
{
	const struct evtchn_status *status;
	struct xr_evtchn c;
	int r = ask(src->priv, domid, port, &status);

	if (r)
		return r;
	c = channel_of(port, status);
	*ret = xr_port_of(&c);
	return 0;
}

/* The channels up to the end. */
static int read_all(struct xr_xen *xen, uint32_t domid, struct xr_evtchns *e)
{
	size_t room = 0;

	for (e->end = 0; e->end < XR_MAX_PORTS; e->end++) {
		const struct evtchn_status *status;
		int r = ask(xen, domid, e->end, &status);

		if (r == -EINVAL && e->end)
			break;
		if (r && (r != -EACCES || !e->end))
			return r;
		if (!r && status->status == EVTCHNSTAT_closed)
			continue;
		if (e->n == room) {
			struct xr_evtchn *at = reallocarray(e->at, room = 2 * room + 64, sizeof(*at));

			if (!at)
				return -ENOMEM;
			e->at = at;
		}
		e->at[e->n++] = r ? (struct xr_evtchn){ .number = e->end, .status = XR_PORT_RESERVED } :
				    channel_of(e->end, status);
	}
	return 0;
}

/* The bits of the shared page, which is mapped, copied and let go. */
static int read_page(struct xr_source *src, uint32_t domid, struct xr_evtchns *e)
{
	_cleanup_free_ uint8_t *page = malloc(XR_PAGE_SIZE);
	uint64_t frame = 0;
	unsigned width = 0;
	int err = 0, r = xr_xen_shared_page(src->priv, domid, &frame, &width);

	if (!page)
		return -ENOMEM;
	if (!r)
		r = xr_xen_pages(src, domid, &frame, 1, page, &err);
	if (!r)
		r = err;
	return r ? r : xr_evtchns_take_page(e, page, width);
}

int xr_xen_evtchns(struct xr_source *src, uint32_t domid, const struct xr_evtchns *was,
		   struct xr_evtchns *ret)
{
	struct xr_evtchns e = { .n = 0 };
	int r = read_all(src->priv, domid, &e);

	if (!r) {
		e.page_err = read_page(src, domid, &e);
		r = e.page_err == -ENOMEM ? -ENOMEM : 0;
	}
	if (!r && was)
		r = xr_evtchns_equal(was, &e);
	if (r) {
		xr_evtchns_free(&e);
		return r;
	}
	*ret = e;
	return 0;
}
