/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The page of a keyboard and pointer (xen/include/public/io/kbdif.h):
 *
 *	   0  in_cons	   4  in_prod	   8  out_cons	  12  out_prod
 *	1024  in[51], to the guest	3072  out[25], from the guest
 *
 * An event is 40 bytes, at its index modulo 51 or 25, which do not divide 2^32.
 */
#ifndef XR_ABI_KBDIF_H
#define XR_ABI_KBDIF_H

#include <stdint.h>

#define XR_KBDIF_EVENT 40	/* XENKBD_IN_EVENT_SIZE, XENKBD_OUT_EVENT_SIZE */
#define XR_KBDIF_IN 51		/* XENKBD_IN_RING_LEN */
#define XR_KBDIF_OUT 25		/* XENKBD_OUT_RING_LEN */
#define XR_KBDIF_IN_OFF 1024
#define XR_KBDIF_OUT_OFF 3072

enum {
	XR_KBDIF_MOTION = 1, XR_KBDIF_RESERVED, XR_KBDIF_KEY, XR_KBDIF_POS, XR_KBDIF_MTOUCH,
};

enum {
	XR_KBDIF_MT_DOWN, XR_KBDIF_MT_UP, XR_KBDIF_MT_MOTION, XR_KBDIF_MT_SYN, XR_KBDIF_MT_SHAPE,
	XR_KBDIF_MT_ORIENT,
};

struct xr_kbdif_page {
	uint32_t in_cons, in_prod, out_cons, out_prod;
};

struct xr_kbdif_event {
	uint8_t type;
};

struct xr_kbdif_motion {
	uint8_t type, pad[3];
	int32_t rel_x, rel_y, rel_z;
};

struct xr_kbdif_key {
	uint8_t type, pressed, pad[2];
	uint32_t keycode;
};

struct xr_kbdif_position {
	uint8_t type, pad[3];
	int32_t abs_x, abs_y, rel_z;
};

/* The union of the header's xenkbd_mtouch, one struct for each of its members. */
struct xr_kbdif_mtouch {
	uint8_t type, event_type, contact_id, reserved[5];
};

struct xr_kbdif_mtouch_pos {
	uint8_t type, event_type, contact_id, reserved[5];
	int32_t abs_x, abs_y;
};

struct xr_kbdif_mtouch_shape {
	uint8_t type, event_type, contact_id, reserved[5];
	uint32_t major, minor;
};

struct xr_kbdif_mtouch_orient {
	uint8_t type, event_type, contact_id, reserved[5];
	int16_t orientation;
};

#endif
