/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The console page (xen/include/public/io/console.h):
 *
 *	   0  in[1024]	 to the guest		3072  in_cons	3076  in_prod
 *	1024  out[2048]	 from the guest		3080  out_cons	3084  out_prod
 */
#ifndef XR_ABI_CONSOLE_H
#define XR_ABI_CONSOLE_H

#include <stdint.h>

#define XR_CONSOLE_IN 1024
#define XR_CONSOLE_OUT 2048
#define XR_CONSOLE_GREF 0	/* GNTTAB_RESERVED_CONSOLE */

struct xr_console_page {
	uint8_t in[XR_CONSOLE_IN], out[XR_CONSOLE_OUT];
	uint32_t in_cons, in_prod, out_cons, out_prod;
};

#endif
