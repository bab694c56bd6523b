/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Displays: xen/include/public/io/displif.h. */
#include <config.h>

#include "abi/displif.h"
#include "proto.h"
#include "proto/errnos.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym operations[] = {
	{ XR_DISPLIF_DBUF_CREATE, "dbuf_create", "make a display buffer of shared pages" },
	{ XR_DISPLIF_DBUF_DESTROY, "dbuf_destroy", "give up a display buffer" },
	{ XR_DISPLIF_FB_ATTACH, "fb_attach", "make a picture of a display buffer's bytes" },
	{ XR_DISPLIF_FB_DETACH, "fb_detach", "give up such a picture" },
	{ XR_DISPLIF_SET_CONFIG, "set_config", "turn the display on or off, and set its mode" },
	{ XR_DISPLIF_PG_FLIP, "pg_flip", "show another picture; an event says when it is shown" },
	{ XR_DISPLIF_GET_EDID, "get_edid", "what the display can do, in its maker's words" },
	{ 0 }
};

static const struct xenring_sym dbuf_flags[] = {
	{ XR_DISPLIF_REQ_ALLOC, "req_alloc",
	  "the backend is to allocate the buffer and to grant it" },
	{ 0 }
};

static const struct xenring_sym event_types[] = {
	{ XR_DISPLIF_EVT_PG_FLIP, "pg_flip", "the picture that was asked for is shown" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define ID(T) \
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the guest's own value, echoed in the response")
#define OPERATION(T) \
	XR_FIELD(T, operation, XENRING_ENUM, .syms = operations, .help = "what is asked")
#define DBUF(T) \
	XR_FIELD(T, dbuf_cookie, XENRING_OPAQUE, \
		 .help = "the guest's own value for the display buffer")
#define FB(T) \
	XR_FIELD(T, fb_cookie, XENRING_OPAQUE, .help = "the guest's own value for the picture")
#define WIDTH(T) XR_FIELD(T, width, XENRING_UINT, .help = "width in pixels")
#define HEIGHT(T) XR_FIELD(T, height, XENRING_UINT, .help = "height in pixels")
#define BPP(T) XR_FIELD(T, bpp, XENRING_UINT, .help = "bits of a pixel")
#define BUFFER_SZ(T) \
	XR_FIELD(T, buffer_sz, XENRING_UINT, .unit = XENRING_U_BYTES, .help = "bytes of the buffer")
#define DIRECTORY(T) \
	XR_FIELD(T, gref_directory, XENRING_GREF, \
		 .help = "the first page of the directory of the buffer's pages")
#define GREFS \
	{ .name = "buffer_grefs", .size = 4, .type = XENRING_GREF, .flags = XENRING_F_FETCHED, \
	  .max = UINT32_MAX / XR_PAGE_SIZE + 1, \
	  .help = "the buffer's pages, from its directory, if that could be read" }
#define RESPONSE(T)								\
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the request's id"),		\
	XR_FIELD(T, operation, XENRING_ENUM, .syms = operations,		\
		 .help = "the request's operation"),				\
	XR_FIELD(T, status, XENRING_ENUM, .syms = xr_errnos,		\
		 .help = "how it ended: 0 or a negative errno")

static const struct xenring_field request_fields[] = {
	ID(xr_displif_request), OPERATION(xr_displif_request), XR_END
};
static const struct xenring_field dbuf_create_fields[] = {
	ID(xr_displif_dbuf_create), OPERATION(xr_displif_dbuf_create), DBUF(xr_displif_dbuf_create),
	WIDTH(xr_displif_dbuf_create), HEIGHT(xr_displif_dbuf_create), BPP(xr_displif_dbuf_create),
	BUFFER_SZ(xr_displif_dbuf_create),
	XR_FIELD(xr_displif_dbuf_create, flags, XENRING_FLAGS, .syms = dbuf_flags,
		 .help = "who allocates the buffer"),
	DIRECTORY(xr_displif_dbuf_create),
	XR_FIELD(xr_displif_dbuf_create, data_ofs, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "where in the buffer the pixels begin"),
	GREFS,
	XR_END
};
static const struct xenring_field dbuf_destroy_fields[] = {
	ID(xr_displif_dbuf_destroy), OPERATION(xr_displif_dbuf_destroy), DBUF(xr_displif_dbuf_destroy),
	XR_END
};
static const struct xenring_field fb_attach_fields[] = {
	ID(xr_displif_fb_attach), OPERATION(xr_displif_fb_attach), DBUF(xr_displif_fb_attach),
	FB(xr_displif_fb_attach), WIDTH(xr_displif_fb_attach), HEIGHT(xr_displif_fb_attach),
	XR_FIELD(xr_displif_fb_attach, pixel_format, XENRING_STRING,
		 .help = "what a pixel is, its FOURCC"),
	XR_END
};
static const struct xenring_field fb_fields[] = {
	ID(xr_displif_fb), OPERATION(xr_displif_fb), FB(xr_displif_fb), XR_END
};
static const struct xenring_field set_config_fields[] = {
	ID(xr_displif_set_config), OPERATION(xr_displif_set_config),
	XR_FIELD(xr_displif_set_config, fb_cookie, XENRING_OPAQUE,
		 .help = "the guest's own value for the picture to show; all zeros turn the display off"),
	XR_FIELD(xr_displif_set_config, x, XENRING_UINT,
		 .help = "where it begins, pixels from the left"),
	XR_FIELD(xr_displif_set_config, y, XENRING_UINT,
		 .help = "where it begins, pixels from the top"),
	WIDTH(xr_displif_set_config), HEIGHT(xr_displif_set_config), BPP(xr_displif_set_config),
	XR_END
};
static const struct xenring_field get_edid_fields[] = {
	ID(xr_displif_get_edid), OPERATION(xr_displif_get_edid), BUFFER_SZ(xr_displif_get_edid),
	DIRECTORY(xr_displif_get_edid), GREFS, XR_END
};
static const struct xenring_field response_fields[] = { RESPONSE(xr_displif_response), XR_END };
static const struct xenring_field edid_response_fields[] = {
	RESPONSE(xr_displif_edid_response),
	XR_FIELD(xr_displif_edid_response, edid_sz, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes that the backend has put into the buffer"),
	XR_END
};
static const struct xenring_field event_fields[] = {
	XR_FIELD(xr_displif_event, id, XENRING_OPAQUE,
		 .help = "the backend's own number of the event"),
	XR_FIELD(xr_displif_event, type, XENRING_ENUM, .syms = event_types,
		 .help = "what has happened"),
	FB(xr_displif_event), XR_END
};

static const struct xenring_record request = XR_RECORD(xr_displif_request,
	"displif.request", "a request of an operation that is not known", request_fields);
static const struct xenring_record dbuf_create = XR_RECORD(xr_displif_dbuf_create,
	"displif.dbuf_create", "a display buffer to make", dbuf_create_fields);
static const struct xenring_record dbuf_destroy = XR_RECORD(xr_displif_dbuf_destroy,
	"displif.dbuf_destroy", "a display buffer to give up", dbuf_destroy_fields);
static const struct xenring_record fb_attach = XR_RECORD(xr_displif_fb_attach,
	"displif.fb_attach", "a picture in a display buffer", fb_attach_fields);
static const struct xenring_record fb = XR_RECORD(xr_displif_fb,
	"displif.fb", "a picture to show or to give up", fb_fields);
static const struct xenring_record set_config = XR_RECORD(xr_displif_set_config,
	"displif.set_config", "the display's mode and what it shows", set_config_fields);
static const struct xenring_record get_edid = XR_RECORD(xr_displif_get_edid,
	"displif.get_edid", "a buffer for what the display says of itself", get_edid_fields);
static const struct xenring_record response = XR_RECORD(xr_displif_response,
	"displif.response", "the answer to a request", response_fields);
static const struct xenring_record edid_response = XR_RECORD(xr_displif_edid_response,
	"displif.edid_response", "how much the display says of itself", edid_response_fields);
static const struct xenring_record event = XR_RECORD(xr_displif_event,
	"displif.event", "a picture is shown", event_fields);

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	switch (slot[offsetof(struct xr_displif_request, operation)]) {
	case XR_DISPLIF_DBUF_CREATE:
		return &dbuf_create;
	case XR_DISPLIF_DBUF_DESTROY:
		return &dbuf_destroy;
	case XR_DISPLIF_FB_ATTACH:
		return &fb_attach;
	case XR_DISPLIF_FB_DETACH:
	case XR_DISPLIF_PG_FLIP:
		return &fb;
	case XR_DISPLIF_SET_CONFIG:
		return &set_config;
	case XR_DISPLIF_GET_EDID:
		return &get_edid;
	default:
		return &request;
	}
}

/* Of what failed there is nothing but the status. */
static const struct xenring_record *pick_rsp(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	if (xr_get(slot + offsetof(struct xr_displif_response, status), 4))
		return &response;
	return slot[offsetof(struct xr_displif_response, operation)] == XR_DISPLIF_GET_EDID ?
		&edid_response : &response;
}

#define GET(slot, T, m) ((uint32_t)xr_get((slot) + offsetof(struct T, m), 4))

static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	if (rec == &get_edid)
		xr_follow_directory(GET(slot, xr_displif_get_edid, gref_directory),
				    GET(slot, xr_displif_get_edid, buffer_sz), ret);
	if (rec != &dbuf_create)
		return;
	if (GET(slot, xr_displif_dbuf_create, flags) & XR_DISPLIF_REQ_ALLOC)
		ret->note = "the backend allocates the buffer: its grants are of the backend's table, "
			    "and not there before the response";
	else
		xr_follow_directory(GET(slot, xr_displif_dbuf_create, gref_directory),
				    GET(slot, xr_displif_dbuf_create, buffer_sz), ret);
}

/* ---- rings ------------------------------------------------------------- */

static const struct xenring_record *const more[] = {
	&dbuf_create, &dbuf_destroy, &fb_attach, &fb, &set_config, &get_edid, &edid_response, NULL
};

static const struct xr_ring_desc rings[] = {
	{
		.name = "req",
		.help = "requests about one connector; those about none go over the first one's",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER,
		.slots_off = 64, .slot_size = { XR_DISPLIF_SLOT, XR_DISPLIF_SLOT },
		.event_rule = XR_EVENT_NONE,
		.req = { &request, &request }, .rsp = { &response, &response },
		.pick = pick, .pick_rsp = pick_rsp, .more = more, .follow = follow,
		.ref_keys = { "req-ring-ref" }, .port_keys = { "req-event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{
		.name = "evt", .help = "events: which picture is shown",
		.kind = XR_RING_EVENTS, .flags = XR_NO_OUT | XR_LOSSY,
		.idx_off = offsetof(struct xr_displif_event_page, in_cons),
		.slots_off = XR_DISPLIF_EVENTS_OFF, .slot_size = { XR_DISPLIF_SLOT, XR_DISPLIF_SLOT },
		.in_word = 0, .in_size = XR_DISPLIF_EVENTS, .req = { &event, &event },
		.public_size = XR_PAGE_SIZE,
		.ref_keys = { "evt-ring-ref" }, .port_keys = { "evt-event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vdispl", NULL };

const struct xenring_proto xr_proto_displif = {
	.name = "displif", .help = "displays", .spec = "xen/include/public/io/displif.h",
	/* vdispl/<device>/<connector>/ */
	.device_types = types, .depth = 1, .rings = rings,
};
