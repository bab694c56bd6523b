/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Displays (xen/include/public/io/displif.h), the same on all ABIs. Requests,
 * responses and events have 64 bytes each:
 *
 *	request		id at 0, operation at 2, by operation from 8 on
 *	response	id at 0, operation at 2, status at 4, by operation from 8 on
 *	event		id at 0, type at 2, by type from 8 on
 *	event page	in_cons at 0, in_prod at 4, 63 events from 64 on
 *
 * The header draws GET_EDID's request 4 bytes further in front than its
 * structs have it; drivers go by the structs.
 *
 * tests/abi asserts every offset against the installed headers.
 */
#ifndef XR_ABI_DISPLIF_H
#define XR_ABI_DISPLIF_H

#include <stdint.h>

#define XR_DISPLIF_SLOT 64
#define XR_DISPLIF_EVENTS_OFF 64	/* XENDISPL_IN_RING_OFFS */
#define XR_DISPLIF_EVENTS 63		/* XENDISPL_IN_RING_LEN */
#define XR_DISPLIF_REQ_ALLOC 1		/* XENDISPL_DBUF_FLG_REQ_ALLOC */

enum {
	XR_DISPLIF_DBUF_CREATE = 0x10, XR_DISPLIF_DBUF_DESTROY, XR_DISPLIF_FB_ATTACH,
	XR_DISPLIF_FB_DETACH, XR_DISPLIF_SET_CONFIG, XR_DISPLIF_PG_FLIP, XR_DISPLIF_GET_EDID,
};
enum { XR_DISPLIF_EVT_PG_FLIP };

struct xr_displif_request {
	uint16_t id;
	uint8_t operation, reserved[5];
};

struct xr_displif_dbuf_create {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint64_t dbuf_cookie;
	uint32_t width, height, bpp, buffer_sz, flags, gref_directory, data_ofs;
};

struct xr_displif_dbuf_destroy {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint64_t dbuf_cookie;
};

struct xr_displif_fb_attach {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint64_t dbuf_cookie, fb_cookie;
	uint32_t width, height;
	char pixel_format[4];
};

/* FB_DETACH and PG_FLIP */
struct xr_displif_fb {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint64_t fb_cookie;
};

struct xr_displif_set_config {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint64_t fb_cookie;
	uint32_t x, y, width, height, bpp;
};

struct xr_displif_get_edid {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint32_t buffer_sz, gref_directory;
};

struct xr_displif_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
};

struct xr_displif_edid_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	uint32_t edid_sz;
};

struct xr_displif_event {
	uint16_t id;
	uint8_t type, reserved[5];
	uint64_t fb_cookie;
};

struct xr_displif_event_page {
	uint32_t in_cons, in_prod;
};

#endif
