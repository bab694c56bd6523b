/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of displays.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/displif.h>

#define RING xen_displif
#include "ring-template.h"

#define MEDIA displif
#define MEDIA_NAME "displif"
#define RING_TAG xen_displif
#define REQ struct xendispl_req
#define RSP struct xendispl_resp
#define EVT struct xendispl_evt
#define EVENT_PAGE struct xendispl_event_page
#define EVENT_REF XENDISPL_IN_RING_REF
#define EVENT_LEN XENDISPL_IN_RING_LEN

static const uint8_t media_ops[] = {
	XENDISPL_OP_DBUF_CREATE, XENDISPL_OP_DBUF_DESTROY,
	XENDISPL_OP_FB_ATTACH, XENDISPL_OP_FB_DETACH, XENDISPL_OP_SET_CONFIG,
	XENDISPL_OP_PG_FLIP, XENDISPL_OP_GET_EDID,
};

/* "XR24", the low byte first */
#define XR24 0x34325258u
#define DBUF(n) (UINT64_C(0xffff888001230000) + (n))
#define FB(n) (UINT64_C(0xffff888004560000) + (n))

static void media_fill(struct pages *p, struct xendispl_req *req, uint32_t n)
{
	switch (req->operation) {
	case XENDISPL_OP_DBUF_CREATE:
		req->op.dbuf_create.dbuf_cookie = DBUF(n);
		req->op.dbuf_create.width = 1920 + n;
		req->op.dbuf_create.height = 1080 + n;
		req->op.dbuf_create.bpp = 32;
		req->op.dbuf_create.buffer_sz = 1920 * 1080 * 4 + n;
		req->op.dbuf_create.flags = n & 1 ? XENDISPL_DBUF_FLG_REQ_ALLOC : 0;
		req->op.dbuf_create.gref_directory = pages_fake_gref(p);
		req->op.dbuf_create.data_ofs = 64 * n;
		break;
	case XENDISPL_OP_DBUF_DESTROY:
		req->op.dbuf_destroy.dbuf_cookie = DBUF(n);
		break;
	case XENDISPL_OP_FB_ATTACH:
		req->op.fb_attach.dbuf_cookie = DBUF(n);
		req->op.fb_attach.fb_cookie = FB(n);
		req->op.fb_attach.width = 1280 + n;
		req->op.fb_attach.height = 720 + n;
		req->op.fb_attach.pixel_format = XR24;
		break;
	case XENDISPL_OP_FB_DETACH:
		req->op.fb_detach.fb_cookie = FB(n);
		break;
	case XENDISPL_OP_SET_CONFIG:
		req->op.set_config.fb_cookie = FB(n);
		req->op.set_config.x = n;
		req->op.set_config.y = n + 1;
		req->op.set_config.width = n + 2;
		req->op.set_config.height = n + 3;
		req->op.set_config.bpp = 24;
		break;
	case XENDISPL_OP_PG_FLIP:
		req->op.pg_flip.fb_cookie = FB(n);
		break;
	case XENDISPL_OP_GET_EDID:
		req->op.get_edid.buffer_sz = XENDISPL_EDID_MAX_SIZE + n;
		req->op.get_edid.gref_directory = pages_fake_gref(p);
		break;
	}
}

static void media_fill_rsp(struct xendispl_resp *rsp, uint32_t n)
{
	if (rsp->operation == XENDISPL_OP_GET_EDID)
		rsp->op.get_edid.edid_sz = 128 * (n + 1);
}

static void media_fill_evt(struct xendispl_evt *evt, uint32_t n)
{
	evt->type = XENDISPL_EVT_PG_FLIP;
	evt->op.pg_flip.fb_cookie = FB(n);
}

static void media_describe(struct json *j, const struct xendispl_req *req)
{
	switch (req->operation) {
	case XENDISPL_OP_DBUF_CREATE:
		json_uint(j, "dbuf_cookie", req->op.dbuf_create.dbuf_cookie);
		json_uint(j, "width", req->op.dbuf_create.width);
		json_uint(j, "height", req->op.dbuf_create.height);
		json_uint(j, "bpp", req->op.dbuf_create.bpp);
		json_uint(j, "buffer_sz", req->op.dbuf_create.buffer_sz);
		json_uint(j, "flags", req->op.dbuf_create.flags);
		json_uint(j, "gref_directory", req->op.dbuf_create.gref_directory);
		json_uint(j, "data_ofs", req->op.dbuf_create.data_ofs);
		break;
	case XENDISPL_OP_DBUF_DESTROY:
		json_uint(j, "dbuf_cookie", req->op.dbuf_destroy.dbuf_cookie);
		break;
	case XENDISPL_OP_FB_ATTACH:
		json_uint(j, "dbuf_cookie", req->op.fb_attach.dbuf_cookie);
		json_uint(j, "fb_cookie", req->op.fb_attach.fb_cookie);
		json_uint(j, "width", req->op.fb_attach.width);
		json_uint(j, "height", req->op.fb_attach.height);
		json_text(j, "pixel_format", &req->op.fb_attach.pixel_format, 4);
		break;
	case XENDISPL_OP_FB_DETACH:
		json_uint(j, "fb_cookie", req->op.fb_detach.fb_cookie);
		break;
	case XENDISPL_OP_SET_CONFIG:
		json_uint(j, "fb_cookie", req->op.set_config.fb_cookie);
		json_uint(j, "x", req->op.set_config.x);
		json_uint(j, "y", req->op.set_config.y);
		json_uint(j, "width", req->op.set_config.width);
		json_uint(j, "height", req->op.set_config.height);
		json_uint(j, "bpp", req->op.set_config.bpp);
		break;
	case XENDISPL_OP_PG_FLIP:
		json_uint(j, "fb_cookie", req->op.pg_flip.fb_cookie);
		break;
	case XENDISPL_OP_GET_EDID:
		json_uint(j, "buffer_sz", req->op.get_edid.buffer_sz);
		json_uint(j, "gref_directory", req->op.get_edid.gref_directory);
		break;
	}
}

static void media_describe_rsp(struct json *j, const struct xendispl_resp *rsp)
{
	if (rsp->operation == XENDISPL_OP_GET_EDID)
		json_uint(j, "edid_sz", rsp->op.get_edid.edid_sz);
}

static void media_describe_evt(struct json *j, const struct xendispl_evt *evt)
{
	json_uint(j, "fb_cookie", evt->op.pg_flip.fb_cookie);
}

#include "media-template.h"
