/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The xenstore page (xen/include/public/io/xs_wire.h):
 *
 *	   0  req[1024]	 from the guest		2048  req_cons	2052  req_prod
 *	1024  rsp[1024]	 to the guest		2056  rsp_cons	2060  rsp_prod
 */
#ifndef XR_ABI_XENSTORE_H
#define XR_ABI_XENSTORE_H

#include <stdint.h>

#define XR_XENSTORE_RING 1024	/* XENSTORE_RING_SIZE */
#define XR_XENSTORE_GREF 1	/* GNTTAB_RESERVED_XENSTORE */

struct xr_xenstore_page {
	uint8_t req[XR_XENSTORE_RING], rsp[XR_XENSTORE_RING];
	uint32_t req_cons, req_prod, rsp_cons, rsp_prod;
};

#endif
