/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The page of a framebuffer (xen/include/public/io/fbif.h):
 *
 *	   0  in_cons	   4  in_prod	   8  out_cons	  12  out_prod
 *	  16  width	  20  height	  24  line_length
 *	  28  mem_length  32  depth	  pd[]: at 40 of 8 bytes each, at 36 of
 *				  4 bytes in the 32-bit layout
 *	1024  in[25], to the guest	2048  out[51], from the guest
 *
 * The header says pd[256], which would reach over the events: what is in front
 * of them is 123 entries, or 247. Each is the frame of a page with the frames
 * of the picture, 512 or 1024 of them.
 */
#ifndef XR_ABI_FBIF_H
#define XR_ABI_FBIF_H

#include <stdint.h>

#define XR_FBIF_EVENT 40	/* XENFB_IN_EVENT_SIZE, XENFB_OUT_EVENT_SIZE */
#define XR_FBIF_IN 25		/* XENFB_IN_RING_LEN */
#define XR_FBIF_OUT 51		/* XENFB_OUT_RING_LEN */
#define XR_FBIF_IN_OFF 1024
#define XR_FBIF_OUT_OFF 2048
#define XR_FBIF_PD_64 123	/* (1024 - 40) / 8 */
#define XR_FBIF_PD_32 247	/* (1024 - 36) / 4 */

enum { XR_FBIF_REFRESH_PERIOD = 1 };		/* in */
enum { XR_FBIF_UPDATE = 2, XR_FBIF_RESIZE };	/* out */

struct xr_fbif_page_64 {
	uint32_t in_cons, in_prod, out_cons, out_prod;
	int32_t width, height;
	uint32_t line_length, mem_length;
	uint8_t depth, pad[7];
	uint64_t pd[XR_FBIF_PD_64];
};

struct xr_fbif_page_32 {
	uint32_t in_cons, in_prod, out_cons, out_prod;
	int32_t width, height;
	uint32_t line_length, mem_length;
	uint8_t depth, pad[3];
	uint32_t pd[XR_FBIF_PD_32];
};

struct xr_fbif_event {
	uint8_t type;
};

struct xr_fbif_update {
	uint8_t type, pad[3];
	int32_t x, y, width, height;
};

struct xr_fbif_resize {
	uint8_t type, pad[3];
	int32_t width, height, stride, depth, offset;
};

struct xr_fbif_refresh_period {
	uint8_t type, pad[3];
	uint32_t period;
};

#endif
