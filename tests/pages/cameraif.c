/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of cameras.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/cameraif.h>

#define RING xen_cameraif
#include "ring-template.h"

#define MEDIA cameraif
#define MEDIA_NAME "cameraif"
#define RING_TAG xen_cameraif
#define REQ struct xencamera_req
#define RSP struct xencamera_resp
#define EVT struct xencamera_evt
#define EVENT_PAGE struct xencamera_event_page
#define EVENT_REF XENCAMERA_IN_RING_REF
#define EVENT_LEN XENCAMERA_IN_RING_LEN

static const uint8_t media_ops[] = {
	XENCAMERA_OP_CONFIG_SET, XENCAMERA_OP_CONFIG_GET,
	XENCAMERA_OP_CONFIG_VALIDATE, XENCAMERA_OP_FRAME_RATE_SET,
	XENCAMERA_OP_BUF_GET_LAYOUT, XENCAMERA_OP_BUF_REQUEST,
	XENCAMERA_OP_BUF_CREATE, XENCAMERA_OP_BUF_DESTROY,
	XENCAMERA_OP_BUF_QUEUE, XENCAMERA_OP_BUF_DEQUEUE,
	XENCAMERA_OP_CTRL_ENUM, XENCAMERA_OP_CTRL_SET, XENCAMERA_OP_CTRL_GET,
	XENCAMERA_OP_STREAM_START, XENCAMERA_OP_STREAM_STOP,
};

/* "YUYV", the low byte first */
#define YUYV 0x56595559u

static void media_fill(struct pages *p, struct xencamera_req *req, uint32_t n)
{
	switch (req->operation) {
	case XENCAMERA_OP_CONFIG_SET:
	case XENCAMERA_OP_CONFIG_VALIDATE:
		req->req.config.pixel_format = YUYV;
		req->req.config.width = 640 + n;
		req->req.config.height = 480 + n;
		break;
	case XENCAMERA_OP_FRAME_RATE_SET:
		req->req.frame_rate.frame_rate_numer = 15 + n;
		req->req.frame_rate.frame_rate_denom = 2;
		break;
	case XENCAMERA_OP_BUF_REQUEST:
		req->req.buf_request.num_bufs = (uint8_t)(n % 9);
		break;
	case XENCAMERA_OP_BUF_CREATE:
		req->req.buf_create.index = (uint8_t)(n % 7);
		for (uint32_t i = 0; i < XENCAMERA_MAX_PLANE; i++)
			req->req.buf_create.plane_offset[i] = (n + i) * 4096;
		req->req.buf_create.gref_directory = pages_fake_gref(p);
		break;
	case XENCAMERA_OP_BUF_DESTROY:
	case XENCAMERA_OP_BUF_QUEUE:
	case XENCAMERA_OP_BUF_DEQUEUE:
	case XENCAMERA_OP_CTRL_ENUM:
		req->req.index.index = (uint8_t)(n % 5);
		break;
	case XENCAMERA_OP_CTRL_SET:
		req->req.ctrl_value.type = (uint8_t)(n % XENCAMERA_MAX_CTRL);
		req->req.ctrl_value.value = -5 - (int64_t)n;
		break;
	case XENCAMERA_OP_CTRL_GET:
		req->req.get_ctrl.type = (uint8_t)(n % XENCAMERA_MAX_CTRL);
		break;
	}
}

static void media_fill_rsp(struct xencamera_resp *rsp, uint32_t n)
{
	switch (rsp->operation) {
	case XENCAMERA_OP_CONFIG_SET:
	case XENCAMERA_OP_CONFIG_GET:
	case XENCAMERA_OP_CONFIG_VALIDATE:
		rsp->resp.config.pixel_format = YUYV;
		rsp->resp.config.width = 320 + n;
		rsp->resp.config.height = 240 + n;
		rsp->resp.config.colorspace = n % 7;
		rsp->resp.config.xfer_func = (n + 1) % 7;
		rsp->resp.config.ycbcr_enc = (n + 2) % 7;
		rsp->resp.config.quantization = n % 3;
		rsp->resp.config.displ_asp_ratio_numer = 16 + n;
		rsp->resp.config.displ_asp_ratio_denom = 9;
		rsp->resp.config.frame_rate_numer = 30 + n;
		rsp->resp.config.frame_rate_denom = 1;
		break;
	case XENCAMERA_OP_BUF_GET_LAYOUT:
		rsp->resp.buf_layout.num_planes = (uint8_t)(1 + n % 4);
		rsp->resp.buf_layout.size = 640 * 480 * 2;
		for (uint32_t i = 0; i < XENCAMERA_MAX_PLANE; i++) {
			rsp->resp.buf_layout.plane_size[i] = 1000 * (i + 1);
			rsp->resp.buf_layout.plane_stride[i] = 10 * (i + 1);
		}
		break;
	case XENCAMERA_OP_BUF_REQUEST:
		rsp->resp.buf_request.num_bufs = (uint8_t)(n % 5);
		break;
	case XENCAMERA_OP_CTRL_ENUM:
		rsp->resp.ctrl_enum.index = 1;
		rsp->resp.ctrl_enum.type = (uint8_t)(n % XENCAMERA_MAX_CTRL);
		rsp->resp.ctrl_enum.flags = n % 8;
		rsp->resp.ctrl_enum.min = INT64_MIN + 1;
		rsp->resp.ctrl_enum.max = INT64_MAX;
		rsp->resp.ctrl_enum.step = 3;
		rsp->resp.ctrl_enum.def_val = -1 - (int64_t)n;
		break;
	case XENCAMERA_OP_CTRL_GET:
		rsp->resp.ctrl_value.type = (uint8_t)(n % XENCAMERA_MAX_CTRL);
		rsp->resp.ctrl_value.value = -70000 - (int64_t)n;
		break;
	}
}

static void media_fill_evt(struct xencamera_evt *evt, uint32_t n)
{
	if (n % 3) {
		evt->type = XENCAMERA_EVT_FRAME_AVAIL;
		evt->evt.frame_avail.index = (uint8_t)(n % 8);
		evt->evt.frame_avail.used_sz = 614400 + n % 100;
		evt->evt.frame_avail.seq_num = n;
	} else {
		evt->type = XENCAMERA_EVT_CTRL_CHANGE;
		evt->evt.ctrl_value.type = (uint8_t)(n / 3 % XENCAMERA_MAX_CTRL);
		evt->evt.ctrl_value.value = -(int64_t)n;
	}
}

static void media_describe(struct json *j, const struct xencamera_req *req)
{
	switch (req->operation) {
	case XENCAMERA_OP_CONFIG_SET:
	case XENCAMERA_OP_CONFIG_VALIDATE:
		json_text(j, "pixel_format", &req->req.config.pixel_format, 4);
		json_uint(j, "width", req->req.config.width);
		json_uint(j, "height", req->req.config.height);
		break;
	case XENCAMERA_OP_FRAME_RATE_SET:
		json_uint(j, "frame_rate_numer", req->req.frame_rate.frame_rate_numer);
		json_uint(j, "frame_rate_denom", req->req.frame_rate.frame_rate_denom);
		break;
	case XENCAMERA_OP_BUF_REQUEST:
		json_uint(j, "num_bufs", req->req.buf_request.num_bufs);
		break;
	case XENCAMERA_OP_BUF_CREATE:
		json_uint(j, "index_member", req->req.buf_create.index);
		json_open(j, "plane_offset", '[');
		for (uint32_t i = 0; i < XENCAMERA_MAX_PLANE; i++)
			json_uint(j, NULL, req->req.buf_create.plane_offset[i]);
		json_close(j, ']');
		json_uint(j, "gref_directory", req->req.buf_create.gref_directory);
		break;
	case XENCAMERA_OP_BUF_DESTROY:
	case XENCAMERA_OP_BUF_QUEUE:
	case XENCAMERA_OP_BUF_DEQUEUE:
	case XENCAMERA_OP_CTRL_ENUM:
		json_uint(j, "index_member", req->req.index.index);
		break;
	case XENCAMERA_OP_CTRL_SET:
		json_uint(j, "type", req->req.ctrl_value.type);
		json_int(j, "value", req->req.ctrl_value.value);
		break;
	case XENCAMERA_OP_CTRL_GET:
		json_uint(j, "type", req->req.get_ctrl.type);
		break;
	}
}

static void media_describe_rsp(struct json *j, const struct xencamera_resp *rsp)
{
	const struct xencamera_config_resp *c = &rsp->resp.config;
	const struct xencamera_buf_get_layout_resp *l = &rsp->resp.buf_layout;

	switch (rsp->operation) {
	case XENCAMERA_OP_CONFIG_SET:
	case XENCAMERA_OP_CONFIG_GET:
	case XENCAMERA_OP_CONFIG_VALIDATE:
		json_text(j, "pixel_format", &c->pixel_format, 4);
		json_uint(j, "width", c->width);
		json_uint(j, "height", c->height);
		json_uint(j, "colorspace", c->colorspace);
		json_uint(j, "xfer_func", c->xfer_func);
		json_uint(j, "ycbcr_enc", c->ycbcr_enc);
		json_uint(j, "quantization", c->quantization);
		json_uint(j, "displ_asp_ratio_numer", c->displ_asp_ratio_numer);
		json_uint(j, "displ_asp_ratio_denom", c->displ_asp_ratio_denom);
		json_uint(j, "frame_rate_numer", c->frame_rate_numer);
		json_uint(j, "frame_rate_denom", c->frame_rate_denom);
		break;
	case XENCAMERA_OP_BUF_GET_LAYOUT:
		json_uint(j, "num_planes", l->num_planes);
		json_uint(j, "size", l->size);
		json_open(j, "plane_size", '[');
		for (uint32_t i = 0; i < l->num_planes && i < XENCAMERA_MAX_PLANE; i++)
			json_uint(j, NULL, l->plane_size[i]);
		json_close(j, ']');
		json_open(j, "plane_stride", '[');
		for (uint32_t i = 0; i < l->num_planes && i < XENCAMERA_MAX_PLANE; i++)
			json_uint(j, NULL, l->plane_stride[i]);
		json_close(j, ']');
		break;
	case XENCAMERA_OP_BUF_REQUEST:
		json_uint(j, "num_bufs", rsp->resp.buf_request.num_bufs);
		break;
	case XENCAMERA_OP_CTRL_ENUM:
		json_uint(j, "index_member", rsp->resp.ctrl_enum.index);
		json_uint(j, "type", rsp->resp.ctrl_enum.type);
		json_uint(j, "flags", rsp->resp.ctrl_enum.flags);
		json_int(j, "min", rsp->resp.ctrl_enum.min);
		json_int(j, "max", rsp->resp.ctrl_enum.max);
		json_int(j, "step", rsp->resp.ctrl_enum.step);
		json_int(j, "def_val", rsp->resp.ctrl_enum.def_val);
		break;
	case XENCAMERA_OP_CTRL_GET:
		json_uint(j, "type", rsp->resp.ctrl_value.type);
		json_int(j, "value", rsp->resp.ctrl_value.value);
		break;
	}
}

static void media_describe_evt(struct json *j, const struct xencamera_evt *evt)
{
	if (evt->type == XENCAMERA_EVT_FRAME_AVAIL) {
		json_uint(j, "index_member", evt->evt.frame_avail.index);
		json_uint(j, "used_sz", evt->evt.frame_avail.used_sz);
		json_uint(j, "seq_num", evt->evt.frame_avail.seq_num);
	} else if (evt->type == XENCAMERA_EVT_CTRL_CHANGE) {
		json_uint(j, "ctrl_type", evt->evt.ctrl_value.type);
		json_int(j, "value", evt->evt.ctrl_value.value);
	}
}

#include "media-template.h"
