/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Framebuffers: xen/include/public/io/fbif.h. */
#include <config.h>

#include "abi/fbif.h"
#include "proto.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym in_types[] = {
	{ XR_FBIF_REFRESH_PERIOD, "refresh_period", "how often the backend looks at the picture" },
	{ 0 }
};

static const struct xenring_sym out_types[] = {
	{ XR_FBIF_UPDATE, "update", "a part of the picture has changed" },
	{ XR_FBIF_RESIZE, "resize", "the picture has another size" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define IN_TYPE(T) XR_FIELD(T, type, XENRING_ENUM, .syms = in_types, .help = "what the backend says")
#define OUT_TYPE(T) XR_FIELD(T, type, XENRING_ENUM, .syms = out_types, .help = "what the guest says")

static const struct xenring_field in_fields[] = { IN_TYPE(xr_fbif_event), XR_END };
static const struct xenring_field out_fields[] = { OUT_TYPE(xr_fbif_event), XR_END };

static const struct xenring_field refresh_fields[] = {
	IN_TYPE(xr_fbif_refresh_period),
	XR_FIELD(xr_fbif_refresh_period, period, XENRING_UINT,
		 .help = "milliseconds from one look at the picture to the next; 0: nobody looks"),
	XR_END
};

static const struct xenring_field update_fields[] = {
	OUT_TYPE(xr_fbif_update),
	XR_FIELD(xr_fbif_update, x, XENRING_INT, .help = "pixels from the left to what has changed"),
	XR_FIELD(xr_fbif_update, y, XENRING_INT, .help = "pixels from the top to what has changed"),
	XR_FIELD(xr_fbif_update, width, XENRING_INT, .help = "how many pixels wide it is"),
	XR_FIELD(xr_fbif_update, height, XENRING_INT, .help = "how many pixels high it is"),
	XR_END
};

static const struct xenring_field resize_fields[] = {
	OUT_TYPE(xr_fbif_resize),
	XR_FIELD(xr_fbif_resize, width, XENRING_INT, .help = "pixels in a row of the picture"),
	XR_FIELD(xr_fbif_resize, height, XENRING_INT, .help = "rows of the picture"),
	XR_FIELD(xr_fbif_resize, stride, XENRING_INT, .unit = XENRING_U_BYTES,
		 .help = "bytes from one row to the next"),
	XR_FIELD(xr_fbif_resize, depth, XENRING_INT, .help = "how many bits a pixel has"),
	XR_FIELD(xr_fbif_resize, offset, XENRING_INT, .unit = XENRING_U_BYTES,
		 .help = "where in the framebuffer the picture begins"),
	XR_END
};

/* An entry of the directory is the frame of a page of frames: what it covers. */
#define COVERED(T) (XR_PAGE_SIZE / (uint32_t)sizeof(((struct T *)0)->pd[0]) * XR_PAGE_SIZE)

#define PAGE(T) {								\
	XR_FIELD(T, width, XENRING_INT, .help = "pixels in a row of the picture, at first"), \
	XR_FIELD(T, height, XENRING_INT, .help = "rows of the picture, at first"), \
	XR_FIELD(T, line_length, XENRING_UINT, .unit = XENRING_U_BYTES,		\
		 .help = "bytes from one row to the next, at first"),		\
	XR_FIELD(T, mem_length, XENRING_UINT, .unit = XENRING_U_BYTES,		\
		 .help = "size of the framebuffer, of which the picture is a part"), \
	XR_FIELD(T, depth, XENRING_UINT, .help = "how many bits a pixel has, at first"), \
	XR_LIST(T, pd, XENRING_UINT, "mem_length", .per = COVERED(T),		\
		.help = "frames of the pages that hold the frames of the framebuffer"), \
	XR_END }

static const struct xenring_field page_64_fields[] = PAGE(xr_fbif_page_64);
static const struct xenring_field page_32_fields[] = PAGE(xr_fbif_page_32);

#define PAGE_HELP "the framebuffer that the page describes"
static const struct xenring_record
	in_event = XR_RECORD(xr_fbif_event, "fbif.in_event", "an event for the guest of a type that is not known",
			     in_fields),
	out_event = XR_RECORD(xr_fbif_event, "fbif.out_event", "an event of the guest's of a type that is not known",
			      out_fields),
	refresh = XR_RECORD(xr_fbif_refresh_period, "fbif.refresh_period",
			    "how often the guest is to bring its picture up to date", refresh_fields),
	update = XR_RECORD(xr_fbif_update, "fbif.update", "a rectangle that has changed", update_fields),
	resize = XR_RECORD(xr_fbif_resize, "fbif.resize", "a new size of the picture", resize_fields),
	page_64 = XR_RECORD(xr_fbif_page_64, "fbif.page", PAGE_HELP, page_64_fields),
	page_32 = XR_RECORD(xr_fbif_page_32, "fbif.page", PAGE_HELP, page_32_fields);

static const struct xenring_record *pick_in(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	return slot[0] == XR_FBIF_REFRESH_PERIOD ? &refresh : &in_event;
}

static const struct xenring_record *pick_out(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	return slot[0] == XR_FBIF_UPDATE ? &update : slot[0] == XR_FBIF_RESIZE ? &resize : &out_event;
}

static const struct xenring_record *const in_events[] = { &refresh, NULL };
static const struct xenring_record *const out_events[] = { &update, &resize, NULL };

/* ---- rings -------------------------------------------------------------- */

/* There is no grant: backends map the page by its frame. The picture itself is not in it. */
#define PAGE_KEYS								\
	.idx_off = 0, .in_word = 0, .out_word = 2, .event_rule = XR_EVENT_NONE,	\
	.slot_size = { XR_FBIF_EVENT, XR_FBIF_EVENT }, .page = { &page_64, &page_32 }, \
	.public_size = XR_PAGE_SIZE, .gfn_key = "page-ref",			\
	.port_keys = { "event-channel" }, .reserved_gref = XR_NO_GREF

static const struct xr_ring_desc rings[] = {
	{
		.name = "in", .help = "how often the backend looks, for the guest",
		.kind = XR_RING_EVENTS, .flags = XR_NO_OUT,
		.slots_off = XR_FBIF_IN_OFF, .in_size = XR_FBIF_IN,
		.req = { &in_event, &in_event }, .pick = pick_in, .more = in_events,
		PAGE_KEYS,
	},
	{
		.name = "out", .help = "what has changed in the picture, from the guest",
		.kind = XR_RING_EVENTS, .flags = XR_NO_IN,
		.slots_off = XR_FBIF_OUT_OFF, .out_size = XR_FBIF_OUT,
		.req = { &out_event, &out_event }, .pick = pick_out, .more = out_events,
		PAGE_KEYS,
	},
	{ .name = NULL }
};

/* QEMU guesses from the first entries of pd; whoever writes no key is of old, and unlikely. */
static const struct xr_abi_default abi_defaults[] = { { NULL, XR_ABI_64 } };

static const char *const device_types[] = { "vfb", NULL };

const struct xenring_proto xr_proto_fbif = {
	.name = "fbif", .help = "framebuffers, whose picture the backend shows",
	.spec = "xen/include/public/io/fbif.h",
	.device_types = device_types, .abi_key = "protocol", .abi_defaults = abi_defaults,
	.rings = rings,
};
