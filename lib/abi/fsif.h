/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ring of file systems (xen/include/public/io/fsif.h), which nobody has
 * used since about 2012. Only its geometry is known here: FSIF_RING_ENTRY_SIZE
 * says 64, but what drivers had is the larger of the two structs, the response.
 * It has 56 bytes in every ABI, while requests have 40 or, on x86_32, 36.
 */
#ifndef XR_ABI_FSIF_H
#define XR_ABI_FSIF_H

#include <stdint.h>

struct xr_fsif_slot {
	uint8_t bytes[56];
};

#endif
