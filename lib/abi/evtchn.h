/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What EVTCHNOP_status says of a port, and where a domain's shared page has the
 * bits of two-level event channels (xen/include/public/event_channel.h, xen.h).
 */
#ifndef XR_ABI_EVTCHN_H
#define XR_ABI_EVTCHN_H

enum { XR_PORT_CLOSED, XR_PORT_UNBOUND, XR_PORT_INTERDOMAIN, XR_PORT_PIRQ, XR_PORT_VIRQ, XR_PORT_IPI,
       XR_PORT_RESERVED = 255 /* Xen's own, of which it answers EACCES; no value of Xen's */ };

#define XR_EVTCHN_WIDE 4096u		/* ports of a guest whose words have 64 bits ... */
#define XR_EVTCHN_NARROW 1024u		/* ... and 32 */
#define XR_EVTCHN_FIFO_PORTS 131072u

#define XR_SHARED_PENDING 2048u
#define XR_SHARED_MASK_WIDE 2560u
#define XR_SHARED_MASK_NARROW 2176u

#endif
