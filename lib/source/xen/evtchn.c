/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Event channels by EVTCHNOP_status: asked, never bound. */
#include <config.h>

#define __XEN_TOOLS__ 1		/* else __HYPERVISOR_event_channel_op is the old call, with other arguments */

#include <errno.h>

#include "source/xen/xen.h"

#include <xen/event_channel.h>

int xr_xen_port(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret)
{
	struct xr_xen *xen = src->priv;
	struct evtchn_status *status = xen->buf;

	*status = (struct evtchn_status){ .dom = (domid_t)domid, .port = port };
	if (xencall2(xen->call, __HYPERVISOR_event_channel_op, EVTCHNOP_status,
		     (uint64_t)(uintptr_t)xen->buf))
		return -errno;
	*ret = (struct xr_port){ .status = status->status, .vcpu = status->vcpu };
	if (status->status == EVTCHNSTAT_unbound) {
		ret->remote_domid = status->u.unbound.dom;
	} else if (status->status == EVTCHNSTAT_interdomain) {
		ret->remote_domid = status->u.interdomain.dom;
		ret->remote_port = status->u.interdomain.port;
	}
	return 0;
}
