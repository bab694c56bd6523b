/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of sound cards.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/sndif.h>

#define RING xen_sndif
#include "ring-template.h"

#define MEDIA sndif
#define MEDIA_NAME "sndif"
#define RING_TAG xen_sndif
#define REQ struct xensnd_req
#define RSP struct xensnd_resp
#define EVT struct xensnd_evt
#define EVENT_PAGE struct xensnd_event_page
#define EVENT_REF XENSND_IN_RING_REF
#define EVENT_LEN XENSND_IN_RING_LEN

static const uint8_t media_ops[] = {
	XENSND_OP_OPEN, XENSND_OP_CLOSE, XENSND_OP_READ, XENSND_OP_WRITE,
	XENSND_OP_SET_VOLUME, XENSND_OP_GET_VOLUME, XENSND_OP_MUTE,
	XENSND_OP_UNMUTE, XENSND_OP_TRIGGER, XENSND_OP_HW_PARAM_QUERY,
};

static bool has_offset(uint8_t operation)
{
	return operation >= XENSND_OP_READ && operation <= XENSND_OP_UNMUTE;
}

static void fill_hw_param(struct xensnd_query_hw_param *hw, uint32_t n)
{
	hw->formats = (UINT64_C(1) << XENSND_PCM_FORMAT_GSM) |
		      (UINT64_C(1) << n % 25);
	hw->rates.min = 8000;
	hw->rates.max = 96000 + n;
	hw->channels.min = 1;
	hw->channels.max = 2 + n;
	hw->buffer.min = 64;
	hw->buffer.max = 65536 + n;
	hw->period.min = 32;
	hw->period.max = 32768 + n;
}

static void media_fill(struct pages *p, struct xensnd_req *req, uint32_t n)
{
	if (req->operation == XENSND_OP_OPEN) {
		req->op.open.pcm_rate = 48000 + n;
		req->op.open.pcm_format = (uint8_t)(n % 25);
		req->op.open.pcm_channels = (uint8_t)(1 + n % 8);
		req->op.open.buffer_sz = 65536 + n;
		req->op.open.gref_directory = pages_fake_gref(p);
		req->op.open.period_sz = 4096 + n;
	} else if (has_offset(req->operation)) {
		req->op.rw.offset = 4096 * n;
		req->op.rw.length = 1920 + n;
	} else if (req->operation == XENSND_OP_TRIGGER) {
		req->op.trigger.type = (uint8_t)(n % 4);
	} else if (req->operation == XENSND_OP_HW_PARAM_QUERY) {
		fill_hw_param(&req->op.hw_param, n);
	}
}

static void media_fill_rsp(struct xensnd_resp *rsp, uint32_t n)
{
	if (rsp->operation == XENSND_OP_HW_PARAM_QUERY)
		fill_hw_param(&rsp->resp.hw_param, n + 7);
}

static void media_fill_evt(struct xensnd_evt *evt, uint32_t n)
{
	evt->type = XENSND_EVT_CUR_POS;
	evt->op.cur_pos.position = UINT64_C(0x100000000) * (n & 3) + n;
}

static void describe_interval(struct json *j, const char *key, uint32_t min,
			      uint32_t max)
{
	json_open(j, key, '{');
	json_uint(j, "min", min);
	json_uint(j, "max", max);
	json_close(j, '}');
}

static void describe_hw_param(struct json *j,
			      const struct xensnd_query_hw_param *hw)
{
	json_uint(j, "formats", hw->formats);
	describe_interval(j, "rates", hw->rates.min, hw->rates.max);
	describe_interval(j, "channels", hw->channels.min, hw->channels.max);
	describe_interval(j, "buffer", hw->buffer.min, hw->buffer.max);
	describe_interval(j, "period", hw->period.min, hw->period.max);
}

static void media_describe(struct json *j, const struct xensnd_req *req)
{
	if (req->operation == XENSND_OP_OPEN) {
		json_uint(j, "pcm_rate", req->op.open.pcm_rate);
		json_uint(j, "pcm_format", req->op.open.pcm_format);
		json_uint(j, "pcm_channels", req->op.open.pcm_channels);
		json_uint(j, "buffer_sz", req->op.open.buffer_sz);
		json_uint(j, "gref_directory", req->op.open.gref_directory);
		json_uint(j, "period_sz", req->op.open.period_sz);
	} else if (has_offset(req->operation)) {
		json_uint(j, "offset", req->op.rw.offset);
		json_uint(j, "length", req->op.rw.length);
	} else if (req->operation == XENSND_OP_TRIGGER) {
		json_uint(j, "type", req->op.trigger.type);
	} else if (req->operation == XENSND_OP_HW_PARAM_QUERY) {
		describe_hw_param(j, &req->op.hw_param);
	}
}

static void media_describe_rsp(struct json *j, const struct xensnd_resp *rsp)
{
	if (rsp->operation == XENSND_OP_HW_PARAM_QUERY)
		describe_hw_param(j, &rsp->resp.hw_param);
}

static void media_describe_evt(struct json *j, const struct xensnd_evt *evt)
{
	json_uint(j, "position", evt->op.cur_pos.position);
}

#include "media-template.h"
