/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * USB ring layouts (xen/include/public/io/usbif.h); the same in every ABI:
 *
 *	urb		slot 148  id 0  nr_buffer_segs 2  pipe 4  transfer_flags 8
 *				  buffer_length 10  by the pipe's type 12  seg[16] 20
 *			answer	  id 0  start_frame 2  status 4
 *				  actual_length 8  error_count 12
 *	conn		slot   4  id 0
 *			answer	  id 0  portnum 2  speed 3
 *	segment		gref 0  offset 4  length 6
 *
 *	pipe	31 30      18    15 14     8 7 6 5 4    0
 *		type  ...  endpoint device dir   | port
 *					   unlink
 *
 * What the segments behind those of the buffer hold, of an isochronous request,
 * the header does not say: Linux' struct usb_iso_packet_descriptor. tests/abi
 * asserts every offset against the installed headers.
 */
#ifndef XR_ABI_USBIF_H
#define XR_ABI_USBIF_H

#include <stdint.h>

#define XR_USBIF_SEGMENTS 16	/* USBIF_MAX_SEGMENTS_PER_REQUEST */

enum {				/* bits of pipe: USBIF_PIPE_ */
	XR_USBIF_PORT_BITS = 5,
	XR_USBIF_UNLINK_SHIFT = 5,
	XR_USBIF_DIR_SHIFT = 7,
	XR_USBIF_DEV_SHIFT = 8, XR_USBIF_DEV_BITS = 7,
	XR_USBIF_EP_SHIFT = 15, XR_USBIF_EP_BITS = 4,
	XR_USBIF_TYPE_SHIFT = 30, XR_USBIF_TYPE_BITS = 2,
};

enum {				/* USBIF_PIPE_TYPE_ */
	XR_USBIF_ISOC = 0,
	XR_USBIF_INT = 1,
	XR_USBIF_CTRL = 2,
	XR_USBIF_BULK = 3,
};

enum { XR_USBIF_SHORT_NOT_OK = 1 };	/* in transfer_flags */

enum {				/* USBIF_STATUS_ */
	XR_USBIF_STATUS_OK = 0,
	XR_USBIF_STATUS_NODEV = -19,
	XR_USBIF_STATUS_INVAL = -22,
	XR_USBIF_STATUS_STALL = -32,
	XR_USBIF_STATUS_IOERROR = -71,
	XR_USBIF_STATUS_BABBLE = -75,
	XR_USBIF_STATUS_SHUTDOWN = -108,
};

enum {				/* USBIF_SPEED_ */
	XR_USBIF_SPEED_NONE,
	XR_USBIF_SPEED_LOW,
	XR_USBIF_SPEED_FULL,
	XR_USBIF_SPEED_HIGH,
};

struct xr_usbif_segment {
	uint32_t gref;
	uint16_t offset, length;
};

/* The request type specific data. The setup packet is as USB itself has it (2.0, 9.3). */
struct xr_usbif_setup {
	uint8_t request_type, request;
	uint16_t value, index, length;
};

struct xr_usbif_isoc {
	uint16_t interval, start_frame, number_of_packets, nr_frame_desc_segs;
};

struct xr_usbif_intr {
	uint16_t interval, pad[3];
};

struct xr_usbif_unlink {
	uint16_t unlink_id, pad[3];
};

struct xr_usbif_urb_request {
	uint16_t id, nr_buffer_segs;
	uint32_t pipe;
	uint16_t transfer_flags, buffer_length;
	union {
		struct xr_usbif_setup ctrl;
		struct xr_usbif_isoc isoc;
		struct xr_usbif_intr intr;
		struct xr_usbif_unlink unlink;
	};
	struct xr_usbif_segment seg[XR_USBIF_SEGMENTS];
};

/* struct usb_iso_packet_descriptor of Linux, include/linux/usb.h */
struct xr_usbif_frame {
	uint32_t offset, length, actual_length;
	int32_t status;
};

struct xr_usbif_urb_response {
	uint16_t id, start_frame;
	int32_t status, actual_length, error_count;
};

struct xr_usbif_conn_request {
	uint16_t id;
};

struct xr_usbif_conn_response {
	uint16_t id;
	uint8_t portnum, speed;
};

#endif
