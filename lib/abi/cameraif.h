/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cameras (xen/include/public/io/cameraif.h), the same on all ABIs. Requests,
 * responses and events have 64 bytes each:
 *
 *	request		id at 0, operation at 2, by operation from 8 on
 *	response	id at 0, operation at 2, status at 4, by operation from 8 on
 *	event		id at 0, type at 2, by type from 8 on
 *	event page	in_cons at 0, in_prod at 4, 63 events from 64 on
 *
 * The header draws controls (CTRL_ENUM, CTRL_SET, CTRL_GET, CTRL_CHANGE) 4
 * bytes off where its structs have them; drivers go by the structs.
 *
 * tests/abi asserts every offset against the installed headers.
 */
#ifndef XR_ABI_CAMERAIF_H
#define XR_ABI_CAMERAIF_H

#include <stdint.h>

#define XR_CAMERAIF_SLOT 64
#define XR_CAMERAIF_EVENTS_OFF 64	/* XENCAMERA_IN_RING_OFFS */
#define XR_CAMERAIF_EVENTS 63		/* XENCAMERA_IN_RING_LEN */
#define XR_CAMERAIF_PLANES 4		/* XENCAMERA_MAX_PLANE */

enum {
	XR_CAMERAIF_CONFIG_SET, XR_CAMERAIF_CONFIG_GET, XR_CAMERAIF_CONFIG_VALIDATE,
	XR_CAMERAIF_FRAME_RATE_SET, XR_CAMERAIF_BUF_GET_LAYOUT, XR_CAMERAIF_BUF_REQUEST,
	XR_CAMERAIF_BUF_CREATE, XR_CAMERAIF_BUF_DESTROY, XR_CAMERAIF_BUF_QUEUE,
	XR_CAMERAIF_BUF_DEQUEUE, XR_CAMERAIF_CTRL_ENUM, XR_CAMERAIF_CTRL_SET, XR_CAMERAIF_CTRL_GET,
	XR_CAMERAIF_STREAM_START, XR_CAMERAIF_STREAM_STOP,
};
enum {
	XR_CAMERAIF_CTRL_BRIGHTNESS, XR_CAMERAIF_CTRL_CONTRAST, XR_CAMERAIF_CTRL_SATURATION,
	XR_CAMERAIF_CTRL_HUE,
};
enum { XR_CAMERAIF_CTRL_RO = 1, XR_CAMERAIF_CTRL_WO = 2, XR_CAMERAIF_CTRL_VOLATILE = 4 };
enum { XR_CAMERAIF_EVT_FRAME_AVAIL, XR_CAMERAIF_EVT_CTRL_CHANGE };

struct xr_cameraif_request {
	uint16_t id;
	uint8_t operation, reserved[5];
};

struct xr_cameraif_config {
	uint16_t id;
	uint8_t operation, reserved[5];
	char pixel_format[4];
	uint32_t width, height;
};

struct xr_cameraif_frame_rate {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint32_t frame_rate_numer, frame_rate_denom;
};

struct xr_cameraif_buf_request {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint8_t num_bufs;
};

struct xr_cameraif_buf_create {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint8_t index, reserved2[3];
	uint32_t plane_offset[XR_CAMERAIF_PLANES];
	uint32_t gref_directory;
};

/* BUF_DESTROY, BUF_QUEUE, BUF_DEQUEUE, and of a control CTRL_ENUM */
struct xr_cameraif_index {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint8_t index;
};

struct xr_cameraif_ctrl_set {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint8_t type, reserved2[7];
	int64_t value;
};

struct xr_cameraif_ctrl_get {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint8_t type;
};

struct xr_cameraif_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
};

struct xr_cameraif_config_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	char pixel_format[4];
	uint32_t width, height, colorspace, xfer_func, ycbcr_enc, quantization;
	uint32_t displ_asp_ratio_numer, displ_asp_ratio_denom, frame_rate_numer, frame_rate_denom;
};

struct xr_cameraif_layout_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	uint8_t num_planes, reserved2[3];
	uint32_t size, plane_size[XR_CAMERAIF_PLANES], plane_stride[XR_CAMERAIF_PLANES];
};

struct xr_cameraif_buf_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	uint8_t num_bufs;
};

struct xr_cameraif_ctrl_enum_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	uint8_t index, type, reserved2[2];
	uint32_t flags;
	int64_t min, max, step, def_val;
};

struct xr_cameraif_ctrl_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	uint8_t type, reserved2[7];
	int64_t value;
};

struct xr_cameraif_event {
	uint16_t id;
	uint8_t type, reserved[5];
};

struct xr_cameraif_frame_avail {
	uint16_t id;
	uint8_t type, reserved[5];
	uint8_t index, reserved2[3];
	uint32_t used_sz, seq_num;
};

struct xr_cameraif_ctrl_change {
	uint16_t id;
	uint8_t type, reserved[5];
	uint8_t ctrl_type, reserved2[7];
	int64_t value;
};

struct xr_cameraif_event_page {
	uint32_t in_cons, in_prod;
};

#endif
