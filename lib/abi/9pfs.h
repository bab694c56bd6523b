/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The interface page of a 9pfs ring (DEFINE_XEN_FLEX_RING_AND_INTF in
 * xen/include/public/io/ring.h), and the head of the messages in its queues:
 *
 *	  0  in_cons	  4  in_prod	 64  out_cons	 68  out_prod
 *	128  ring_order	132  ref[1 << ring_order]
 *
 * The pages that ref grants are side by side; their first half is the queue to
 * the guest, the second half the one from it: 2 KiB each at order 0.
 */
#ifndef XR_ABI_9PFS_H
#define XR_ABI_9PFS_H

#include <stdint.h>

#define XR_9PFS_MAX_ORDER 9	/* 512 references; no more are meant to fit */

struct xr_9pfs_page {
	uint32_t in_cons, in_prod;
	uint8_t pad1[56];
	uint32_t out_cons, out_prod;
	uint8_t pad2[56];
	uint32_t ring_order;
	uint32_t ref[1u << XR_9PFS_MAX_ORDER];
};

/* A message begins with its size, this head included. */
struct xr_9pfs_head {
	uint32_t size;
	uint8_t type;
	uint16_t tag;
} __attribute__((packed));

#endif
