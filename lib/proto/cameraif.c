/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cameras: xen/include/public/io/cameraif.h. */
#include <config.h>

#include "abi/cameraif.h"
#include "proto.h"
#include "proto/errnos.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym operations[] = {
	{ XR_CAMERAIF_CONFIG_SET, "config_set", "set the size and format of frames" },
	{ XR_CAMERAIF_CONFIG_GET, "config_get", "which size, format and rate frames have" },
	{ XR_CAMERAIF_CONFIG_VALIDATE, "config_validate", "would this size and format do" },
	{ XR_CAMERAIF_FRAME_RATE_SET, "frame_rate_set", "set how many frames a second there are" },
	{ XR_CAMERAIF_BUF_GET_LAYOUT, "buf_get_layout",
	  "how large buffers are, and what is where in them" },
	{ XR_CAMERAIF_BUF_REQUEST, "buf_request", "how many buffers there are to be" },
	{ XR_CAMERAIF_BUF_CREATE, "buf_create", "make a buffer of shared pages" },
	{ XR_CAMERAIF_BUF_DESTROY, "buf_destroy", "give up a buffer" },
	{ XR_CAMERAIF_BUF_QUEUE, "buf_queue", "a buffer for the backend to fill" },
	{ XR_CAMERAIF_BUF_DEQUEUE, "buf_dequeue", "a buffer that the guest wants back" },
	{ XR_CAMERAIF_CTRL_ENUM, "ctrl_enum", "what there is to know of a control" },
	{ XR_CAMERAIF_CTRL_SET, "ctrl_set", "give a control another value" },
	{ XR_CAMERAIF_CTRL_GET, "ctrl_get", "which value a control has" },
	{ XR_CAMERAIF_STREAM_START, "stream_start", "begin to capture" },
	{ XR_CAMERAIF_STREAM_STOP, "stream_stop", "capture no more" },
	{ 0 }
};

static const struct xenring_sym controls[] = {
	{ XR_CAMERAIF_CTRL_BRIGHTNESS, "brightness", "how bright the picture is" },
	{ XR_CAMERAIF_CTRL_CONTRAST, "contrast", "how far bright and dark are apart" },
	{ XR_CAMERAIF_CTRL_SATURATION, "saturation", "how strong colours are" },
	{ XR_CAMERAIF_CTRL_HUE, "hue", "how far colours are turned" },
	{ 0 }
};

static const struct xenring_sym control_flags[] = {
	{ XR_CAMERAIF_CTRL_RO, "ro", "it can be read only" },
	{ XR_CAMERAIF_CTRL_WO, "wo", "it can be written only" },
	{ XR_CAMERAIF_CTRL_VOLATILE, "volatile", "its value changes of itself" },
	{ 0 }
};

static const struct xenring_sym colorspaces[] = {
	{ 0, "default", "what is usual for the format" },
	{ 1, "smpte170m", "television of standard definition" },
	{ 2, "rec709", "television of high definition" },
	{ 3, "srgb", "what screens of computers have" },
	{ 4, "oprgb", "more colours than srgb, once called Adobe RGB" },
	{ 5, "bt2020", "television of ultra high definition" },
	{ 6, "dci_p3", "projectors of cinemas" },
	{ 0 }
};

static const struct xenring_sym xfer_funcs[] = {
	{ 0, "default", "what is usual for the colour space" },
	{ 1, "709", "that of rec709" },
	{ 2, "srgb", "that of srgb" },
	{ 3, "oprgb", "that of oprgb" },
	{ 4, "none", "linear, there is none" },
	{ 5, "dci_p3", "that of dci_p3" },
	{ 6, "smpte2084", "that of screens with a high dynamic range" },
	{ 0 }
};

static const struct xenring_sym ycbcr_encodings[] = {
	{ 0, "ignore", "the pixels are no YCbCr" },
	{ 1, "601", "by BT.601, standard definition" },
	{ 2, "709", "by Rec. 709, high definition" },
	{ 3, "xv601", "by BT.601 with an extended gamut" },
	{ 4, "xv709", "by Rec. 709 with an extended gamut" },
	{ 5, "bt2020", "by BT.2020, ultra high definition" },
	{ 6, "bt2020_const_lum", "by BT.2020 with constant luminance" },
	{ 0 }
};

static const struct xenring_sym quantizations[] = {
	{ 0, "default", "what is usual for the encoding" },
	{ 1, "full_range", "numbers from 0 to 255" },
	{ 2, "lim_range", "numbers from 16 to 235, of colours to 240" },
	{ 0 }
};

static const struct xenring_sym event_types[] = {
	{ XR_CAMERAIF_EVT_FRAME_AVAIL, "frame_avail", "a frame has been captured" },
	{ XR_CAMERAIF_EVT_CTRL_CHANGE, "ctrl_change", "a control has got another value" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define ID(T) \
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the guest's own value, echoed in the response")
#define REQUEST(T) \
	ID(T), XR_FIELD(T, operation, XENRING_ENUM, .syms = operations, .help = "what is asked")
#define RESPONSE(T)								\
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the request's id"),		\
	XR_FIELD(T, operation, XENRING_ENUM, .syms = operations,		\
		 .help = "the request's operation"),				\
	XR_FIELD(T, status, XENRING_ENUM, .syms = xr_errnos,		\
		 .help = "how it ended: 0 or a negative errno")
#define EVENT(T)								\
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the backend's own number of the event"), \
	XR_FIELD(T, type, XENRING_ENUM, .syms = event_types, .help = "what has happened")
#define SIZE(T)									\
	XR_FIELD(T, pixel_format, XENRING_STRING, .help = "what a pixel is, its FOURCC"), \
	XR_FIELD(T, width, XENRING_UINT, .help = "width in pixels"),		\
	XR_FIELD(T, height, XENRING_UINT, .help = "height in pixels")
#define RATE(T)									\
	XR_FIELD(T, frame_rate_numer, XENRING_UINT,				\
		 .help = "frames a second, the fraction's numerator"),		\
	XR_FIELD(T, frame_rate_denom, XENRING_UINT,				\
		 .help = "frames a second, the fraction's denominator")
#define CONTROL(T, m) XR_FIELD(T, m, XENRING_ENUM, .syms = controls, .help = "which control")

static const struct xenring_field request_fields[] = { REQUEST(xr_cameraif_request), XR_END };
static const struct xenring_field config_fields[] = {
	REQUEST(xr_cameraif_config), SIZE(xr_cameraif_config), XR_END
};
static const struct xenring_field frame_rate_fields[] = {
	REQUEST(xr_cameraif_frame_rate), RATE(xr_cameraif_frame_rate), XR_END
};
static const struct xenring_field buf_request_fields[] = {
	REQUEST(xr_cameraif_buf_request),
	XR_FIELD(xr_cameraif_buf_request, num_bufs, XENRING_UINT,
		 .help = "how many buffers are wanted, 0 to free all"),
	XR_END
};
static const struct xenring_field buf_create_fields[] = {
	REQUEST(xr_cameraif_buf_create),
	XR_FIELD(xr_cameraif_buf_create, index, XENRING_UINT,
		 .help = "number of the buffer, from 0 on"),
	XR_LIST(xr_cameraif_buf_create, plane_offset, XENRING_UINT, NULL, .unit = XENRING_U_BYTES,
		.help = "where in the buffer each plane begins; how many there are is not in the request"),
	XR_FIELD(xr_cameraif_buf_create, gref_directory, XENRING_GREF,
		 .help = "the first page of the directory of the buffer's pages"),
	/* no XENRING_GREF: whose table they are of is said in xenstore alone */
	{ .name = "buffer_grefs", .size = 4, .type = XENRING_UINT, .flags = XENRING_F_FETCHED,
	  .max = UINT32_MAX / XR_PAGE_SIZE + 1,
	  .help = "grants of the buffer's pages, from its directory up to the first 0, as the request "
		  "does not say how many; of the guest's table, or the backend's if the key be-alloc is 1" },
	XR_END
};
static const struct xenring_field index_fields[] = {
	REQUEST(xr_cameraif_index),
	XR_FIELD(xr_cameraif_index, index, XENRING_UINT,
		 .help = "number of the buffer or control, from 0 on"),
	XR_END
};
static const struct xenring_field ctrl_set_fields[] = {
	REQUEST(xr_cameraif_ctrl_set), CONTROL(xr_cameraif_ctrl_set, type),
	XR_FIELD(xr_cameraif_ctrl_set, value, XENRING_INT, .help = "the value that it is to have"),
	XR_END
};
static const struct xenring_field ctrl_get_fields[] = {
	REQUEST(xr_cameraif_ctrl_get), CONTROL(xr_cameraif_ctrl_get, type), XR_END
};

static const struct xenring_field response_fields[] = { RESPONSE(xr_cameraif_response), XR_END };
static const struct xenring_field config_response_fields[] = {
	RESPONSE(xr_cameraif_config_response), SIZE(xr_cameraif_config_response),
	XR_FIELD(xr_cameraif_config_response, colorspace, XENRING_ENUM, .syms = colorspaces,
		 .help = "which colours the numbers stand for"),
	XR_FIELD(xr_cameraif_config_response, xfer_func, XENRING_ENUM, .syms = xfer_funcs,
		 .help = "how numbers and brightness belong together"),
	XR_FIELD(xr_cameraif_config_response, ycbcr_enc, XENRING_ENUM, .syms = ycbcr_encodings,
		 .help = "how YCbCr was made of RGB"),
	XR_FIELD(xr_cameraif_config_response, quantization, XENRING_ENUM, .syms = quantizations,
		 .help = "which range of numbers is used"),
	XR_FIELD(xr_cameraif_config_response, displ_asp_ratio_numer, XENRING_UINT,
		 .help = "aspect ratio to display frames in, the fraction's numerator"),
	XR_FIELD(xr_cameraif_config_response, displ_asp_ratio_denom, XENRING_UINT,
		 .help = "aspect ratio to display frames in, the fraction's denominator"),
	RATE(xr_cameraif_config_response), XR_END
};
static const struct xenring_field layout_response_fields[] = {
	RESPONSE(xr_cameraif_layout_response),
	XR_FIELD(xr_cameraif_layout_response, num_planes, XENRING_UINT,
		 .help = "planes of a buffer, 1 to 4"),
	XR_FIELD(xr_cameraif_layout_response, size, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes of a whole buffer"),
	XR_LIST(xr_cameraif_layout_response, plane_size, XENRING_UINT, "num_planes",
		.unit = XENRING_U_BYTES, .help = "bytes of each plane"),
	XR_LIST(xr_cameraif_layout_response, plane_stride, XENRING_UINT, "num_planes",
		.unit = XENRING_U_BYTES, .help = "bytes from line to line of each plane"),
	XR_END
};
static const struct xenring_field buf_response_fields[] = {
	RESPONSE(xr_cameraif_buf_response),
	XR_FIELD(xr_cameraif_buf_response, num_bufs, XENRING_UINT,
		 .help = "how many buffers there may be"),
	XR_END
};
static const struct xenring_field ctrl_enum_response_fields[] = {
	RESPONSE(xr_cameraif_ctrl_enum_response),
	XR_FIELD(xr_cameraif_ctrl_enum_response, index, XENRING_UINT,
		 .help = "number of the control, from 0 on"),
	CONTROL(xr_cameraif_ctrl_enum_response, type),
	XR_FIELD(xr_cameraif_ctrl_enum_response, flags, XENRING_FLAGS, .syms = control_flags,
		 .help = "how it can be used"),
	XR_FIELD(xr_cameraif_ctrl_enum_response, min, XENRING_INT,
		 .help = "the least value it can have"),
	XR_FIELD(xr_cameraif_ctrl_enum_response, max, XENRING_INT,
		 .help = "the greatest value it can have"),
	XR_FIELD(xr_cameraif_ctrl_enum_response, step, XENRING_INT,
		 .help = "the least by which it can change"),
	XR_FIELD(xr_cameraif_ctrl_enum_response, def_val, XENRING_INT,
		 .help = "the value it has at first"),
	XR_END
};
static const struct xenring_field ctrl_response_fields[] = {
	RESPONSE(xr_cameraif_ctrl_response), CONTROL(xr_cameraif_ctrl_response, type),
	XR_FIELD(xr_cameraif_ctrl_response, value, XENRING_INT, .help = "the value that it has"),
	XR_END
};

static const struct xenring_field event_fields[] = { EVENT(xr_cameraif_event), XR_END };
static const struct xenring_field frame_avail_fields[] = {
	EVENT(xr_cameraif_frame_avail),
	XR_FIELD(xr_cameraif_frame_avail, index, XENRING_UINT,
		 .help = "number of the buffer it is in"),
	XR_FIELD(xr_cameraif_frame_avail, used_sz, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes of the frame"),
	XR_FIELD(xr_cameraif_frame_avail, seq_num, XENRING_UINT,
		 .help = "number of the frame; those left out were dropped"),
	XR_END
};
static const struct xenring_field ctrl_change_fields[] = {
	EVENT(xr_cameraif_ctrl_change), CONTROL(xr_cameraif_ctrl_change, ctrl_type),
	XR_FIELD(xr_cameraif_ctrl_change, value, XENRING_INT, .help = "the value that it has now"),
	XR_END
};

static const struct xenring_record request = XR_RECORD(xr_cameraif_request,
	"cameraif.request", "a request that its operation says all of", request_fields);
static const struct xenring_record config = XR_RECORD(xr_cameraif_config,
	"cameraif.config", "size and format of frames", config_fields);
static const struct xenring_record frame_rate = XR_RECORD(xr_cameraif_frame_rate,
	"cameraif.frame_rate", "how many frames a second there are to be", frame_rate_fields);
static const struct xenring_record buf_request = XR_RECORD(xr_cameraif_buf_request,
	"cameraif.buf_request", "how many buffers the guest wants", buf_request_fields);
static const struct xenring_record buf_create = XR_RECORD(xr_cameraif_buf_create,
	"cameraif.buf_create", "a buffer to make of shared pages", buf_create_fields);
static const struct xenring_record index_request = XR_RECORD(xr_cameraif_index,
	"cameraif.index", "a buffer or control that something is asked of", index_fields);
static const struct xenring_record ctrl_set = XR_RECORD(xr_cameraif_ctrl_set,
	"cameraif.ctrl_set", "a control to change", ctrl_set_fields);
static const struct xenring_record ctrl_get = XR_RECORD(xr_cameraif_ctrl_get,
	"cameraif.ctrl_get", "a control whose value is asked for", ctrl_get_fields);
static const struct xenring_record response = XR_RECORD(xr_cameraif_response,
	"cameraif.response", "the answer to a request", response_fields);
static const struct xenring_record config_response = XR_RECORD(xr_cameraif_config_response,
	"cameraif.config_response", "size, format, colours and rate of frames", config_response_fields);
static const struct xenring_record layout_response = XR_RECORD(xr_cameraif_layout_response,
	"cameraif.layout_response", "how large buffers are, and how they are laid out", layout_response_fields);
static const struct xenring_record buf_response = XR_RECORD(xr_cameraif_buf_response,
	"cameraif.buf_response", "how many buffers the backend allows", buf_response_fields);
static const struct xenring_record ctrl_enum_response = XR_RECORD(xr_cameraif_ctrl_enum_response,
	"cameraif.ctrl_enum_response", "what there is to know of a control", ctrl_enum_response_fields);
static const struct xenring_record ctrl_response = XR_RECORD(xr_cameraif_ctrl_response,
	"cameraif.ctrl_response", "which value a control has", ctrl_response_fields);
static const struct xenring_record event = XR_RECORD(xr_cameraif_event,
	"cameraif.event", "an event of a type that is not known", event_fields);
static const struct xenring_record frame_avail = XR_RECORD(xr_cameraif_frame_avail,
	"cameraif.frame_avail", "a frame that has been captured", frame_avail_fields);
static const struct xenring_record ctrl_change = XR_RECORD(xr_cameraif_ctrl_change,
	"cameraif.ctrl_change", "a control that somebody else has changed", ctrl_change_fields);

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	switch (slot[offsetof(struct xr_cameraif_request, operation)]) {
	case XR_CAMERAIF_CONFIG_SET:
	case XR_CAMERAIF_CONFIG_VALIDATE:
		return &config;
	case XR_CAMERAIF_FRAME_RATE_SET:
		return &frame_rate;
	case XR_CAMERAIF_BUF_REQUEST:
		return &buf_request;
	case XR_CAMERAIF_BUF_CREATE:
		return &buf_create;
	case XR_CAMERAIF_BUF_DESTROY:
	case XR_CAMERAIF_BUF_QUEUE:
	case XR_CAMERAIF_BUF_DEQUEUE:
	case XR_CAMERAIF_CTRL_ENUM:
		return &index_request;
	case XR_CAMERAIF_CTRL_SET:
		return &ctrl_set;
	case XR_CAMERAIF_CTRL_GET:
		return &ctrl_get;
	default:
		return &request;
	}
}

/* Of what failed there is nothing but the status. */
static const struct xenring_record *pick_rsp(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	if (xr_get(slot + offsetof(struct xr_cameraif_response, status), 4))
		return &response;
	switch (slot[offsetof(struct xr_cameraif_response, operation)]) {
	case XR_CAMERAIF_CONFIG_SET:
	case XR_CAMERAIF_CONFIG_GET:
	case XR_CAMERAIF_CONFIG_VALIDATE:
		return &config_response;
	case XR_CAMERAIF_BUF_GET_LAYOUT:
		return &layout_response;
	case XR_CAMERAIF_BUF_REQUEST:
		return &buf_response;
	case XR_CAMERAIF_CTRL_ENUM:
		return &ctrl_enum_response;
	case XR_CAMERAIF_CTRL_GET:
		return &ctrl_response;
	default:
		return &response;
	}
}

static const struct xenring_record *pick_event(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	switch (slot[offsetof(struct xr_cameraif_event, type)]) {
	case XR_CAMERAIF_EVT_FRAME_AVAIL:
		return &frame_avail;
	case XR_CAMERAIF_EVT_CTRL_CHANGE:
		return &ctrl_change;
	default:
		return &event;
	}
}

/* The buffer's size is in an earlier response, BUF_GET_LAYOUT's, which may be overwritten. */
static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	if (rec != &buf_create)
		return;
	xr_follow_directory((uint32_t)xr_get(slot + offsetof(struct xr_cameraif_buf_create, gref_directory), 4),
			    1, ret);
	if (ret->directory)
		ret->n = XR_FOLLOW_TO_ZERO;
}

/* ---- rings ------------------------------------------------------------- */

static const struct xenring_record *const req_more[] = {
	&config, &frame_rate, &buf_request, &buf_create, &index_request, &ctrl_set, &ctrl_get,
	&config_response, &layout_response, &buf_response, &ctrl_enum_response, &ctrl_response, NULL
};
static const struct xenring_record *const evt_more[] = { &frame_avail, &ctrl_change, NULL };

static const struct xr_ring_desc rings[] = {
	{
		.name = "req", .help = "requests: frames, buffers and controls",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER,
		.slots_off = 64, .slot_size = { XR_CAMERAIF_SLOT, XR_CAMERAIF_SLOT },
		.event_rule = XR_EVENT_NONE,
		.req = { &request, &request }, .rsp = { &response, &response },
		.pick = pick, .pick_rsp = pick_rsp, .more = req_more, .follow = follow,
		.ref_keys = { "req-ring-ref" }, .port_keys = { "req-event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{
		.name = "evt", .help = "events: frames that were captured, controls that changed",
		.kind = XR_RING_EVENTS, .flags = XR_NO_OUT | XR_LOSSY,
		.idx_off = offsetof(struct xr_cameraif_event_page, in_cons),
		.slots_off = XR_CAMERAIF_EVENTS_OFF, .slot_size = { XR_CAMERAIF_SLOT, XR_CAMERAIF_SLOT },
		.in_word = 0, .in_size = XR_CAMERAIF_EVENTS,
		.req = { &event, &event }, .pick = pick_event, .more = evt_more,
		.public_size = XR_PAGE_SIZE,
		.ref_keys = { "evt-ring-ref" }, .port_keys = { "evt-event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vcamera", NULL };

const struct xenring_proto xr_proto_cameraif = {
	.name = "cameraif", .help = "video cameras", .spec = "xen/include/public/io/cameraif.h",
	.device_types = types, .rings = rings,
};
