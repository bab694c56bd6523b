/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Event channels of a domain. Whether one is pending or masked stands in the
 * guest's memory, and where depends on the guest:
 *
 *	two-level	bits in the domain's shared page, which can be read:
 *
 *			64-bit	evtchn_pending @2048, evtchn_mask @2560: 4096 bits each
 *			32-bit	evtchn_pending @2048, evtchn_mask @2176: 1024 bits each
 *
 *	FIFO		words in pages that the guest handed over; Xen tells nobody which
 *
 * (xen/include/public/xen.h, struct shared_info; event_channel.h). Xen does not
 * say which of the two it is, either: xr_evtchns_abi() tells by what is there.
 */
#ifndef XR_EVTCHN_H
#define XR_EVTCHN_H

#include "source.h"

enum xr_evtchn_abi { XR_EVTCHN_UNSURE, XR_EVTCHN_TWO_LEVEL, XR_EVTCHN_FIFO };

void xr_evtchns_free(struct xr_evtchns *e);
/* -ENOMEM. */
int xr_evtchns_copy(const struct xr_evtchns *e, struct xr_evtchns *ret);
bool xr_evtchns_equal(const struct xr_evtchns *a, const struct xr_evtchns *b);

/* Takes the bits out of a domain's shared page; width: bytes of the guest's words, 4 or 8. -EINVAL. */
int xr_evtchns_take_page(struct xr_evtchns *e, const uint8_t page[XR_PAGE_SIZE], unsigned width);

/*
 * Which it is. Two-level only if the bits can be nothing else:
 *
 *	all ports that there are not are masked: no two-level guest leaves one
 *	open, and a page that nobody uses is zero
 *	a VIRQ's or an IPI's port is not masked, for a running kernel needs them. What
 *	a boot loader left of its own two-level days has them masked again
 *	no more ports than the page numbers
 *
 * *ret_why: why it is not known to be two-level, in words (static); NULL if it is.
 */
enum xr_evtchn_abi xr_evtchns_abi(const struct xr_evtchns *e, const char **ret_why);

/* vCPUs of one domain that are asked for; rings' ports are rarely bound to more. */
#define XR_ASKED_VCPUS 64

struct xr_topology;

/*
 * The vCPUs that the ports of domain dom of top's rings are bound to, each once,
 * at most max; never vCPU 0, which is always there. Returns how many.
 */
size_t xr_evtchns_vcpus(const struct xr_evtchns *e, const struct xr_topology *top, size_t dom, uint32_t *ret,
			size_t max);
/* Is the vCPU to be offline, as the toolstack has it in the store (xl vcpu-set)? 1, 0; -1: it does not say. */
int xr_read_offline(struct xr_source *src, uint32_t domid, uint32_t vcpu);
/* How many of the first len characters of a two paths have in common, in whole names: "web01/vif:0/q0" of .../tx and .../rx. */
size_t xr_path_in_common(const char *a, size_t len, const char *b);

#endif
