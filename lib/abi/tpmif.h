/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The page of a virtual TPM (xen/include/public/io/tpmif.h), version 2, a
 * mailbox:
 *
 *	0  length	4  state	5  locality	7  nr_extra_pages
 *	8  extra_pages[nr_extra_pages], grants; the packet is behind them
 *
 * The header's comment has all from 8 on at 16: its struct and all drivers do
 * not. Version 1 has a machine address, a grant and a size instead, and the
 * packet in the page that is granted.
 */
#ifndef XR_ABI_TPMIF_H
#define XR_ABI_TPMIF_H

#include <stdint.h>

#define XR_TPMIF_HEAD 8			/* sizeof(struct tpmif_shared_page) */
#define XR_TPMIF_EXTRA_PAGES 255	/* what nr_extra_pages can say */

enum { XR_TPMIF_IDLE, XR_TPMIF_SUBMIT, XR_TPMIF_FINISH, XR_TPMIF_CANCEL };

struct xr_tpmif_page {
	uint32_t length;
	uint8_t state, locality, pad, nr_extra_pages;
	uint32_t extra_pages[XR_TPMIF_EXTRA_PAGES];
};

struct xr_tpmif_packet {
	uint8_t packet[4096 - XR_TPMIF_HEAD];	/* the most that a page has room for */
};

struct xr_tpmif_v1 {
	uint8_t request[16];
};

#endif
