/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keyboards and pointers: xen/include/public/io/kbdif.h. */
#include <config.h>

#include "abi/kbdif.h"
#include "proto.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym types[] = {
	{ XR_KBDIF_MOTION, "motion", "the pointer was moved by a distance" },
	{ XR_KBDIF_RESERVED, "reserved", "no event has this type" },
	{ XR_KBDIF_KEY, "key", "a key or a button was pressed or let go" },
	{ XR_KBDIF_POS, "pos", "the pointer was moved to a place" },
	{ XR_KBDIF_MTOUCH, "mtouch", "a finger on a multi-touch device" },
	{ 0 }
};

static const struct xenring_sym touches[] = {
	{ XR_KBDIF_MT_DOWN, "down", "a new contact was made" },
	{ XR_KBDIF_MT_UP, "up", "the contact was broken" },
	{ XR_KBDIF_MT_MOTION, "motion", "the contact was moved" },
	{ XR_KBDIF_MT_SYN, "syn", "all that belongs together was told" },
	{ XR_KBDIF_MT_SHAPE, "shape", "the contact's area changed" },
	{ XR_KBDIF_MT_ORIENT, "orient", "the contact was turned" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define TYPE(T) XR_FIELD(T, type, XENRING_ENUM, .syms = types, .help = "what happened")

static const struct xenring_field event_fields[] = { TYPE(xr_kbdif_event), XR_END };

static const struct xenring_field motion_fields[] = {
	TYPE(xr_kbdif_motion),
	XR_FIELD(xr_kbdif_motion, rel_x, XENRING_INT, .help = "how far to the right"),
	XR_FIELD(xr_kbdif_motion, rel_y, XENRING_INT, .help = "how far down"),
	XR_FIELD(xr_kbdif_motion, rel_z, XENRING_INT, .help = "how far the wheel was turned"),
	XR_END
};

static const struct xenring_field key_fields[] = {
	TYPE(xr_kbdif_key),
	XR_FIELD(xr_kbdif_key, pressed, XENRING_UINT, .flags = XENRING_F_SECRET,
		 .help = "1: it was pressed, 0: it was let go"),
	XR_FIELD(xr_kbdif_key, keycode, XENRING_UINT, .flags = XENRING_F_SECRET,
		 .help = "which key or button: KEY_... and BTN_... of Linux' input.h"),
	XR_END
};

static const struct xenring_field position_fields[] = {
	TYPE(xr_kbdif_position),
	XR_FIELD(xr_kbdif_position, abs_x, XENRING_INT, .help = "pixels from the left"),
	XR_FIELD(xr_kbdif_position, abs_y, XENRING_INT, .help = "pixels from the top"),
	XR_FIELD(xr_kbdif_position, rel_z, XENRING_INT, .help = "how far the wheel was turned"),
	XR_END
};

#define TOUCH(T)								\
	TYPE(T),								\
	XR_FIELD(T, event_type, XENRING_ENUM, .syms = touches,			\
		 .help = "what happened to the contact"),			\
	XR_FIELD(T, contact_id, XENRING_UINT, .help = "which of the contacts, from 0 on")

static const struct xenring_field mtouch_fields[] = { TOUCH(xr_kbdif_mtouch), XR_END };

static const struct xenring_field mtouch_pos_fields[] = {
	TOUCH(xr_kbdif_mtouch_pos),
	XR_FIELD(xr_kbdif_mtouch_pos, abs_x, XENRING_INT, .help = "pixels from the left"),
	XR_FIELD(xr_kbdif_mtouch_pos, abs_y, XENRING_INT, .help = "pixels from the top"),
	XR_END
};

static const struct xenring_field mtouch_shape_fields[] = {
	TOUCH(xr_kbdif_mtouch_shape),
	XR_FIELD(xr_kbdif_mtouch_shape, major, XENRING_UINT,
		 .help = "pixels of the longer axis of the contact's ellipse"),
	XR_FIELD(xr_kbdif_mtouch_shape, minor, XENRING_UINT,
		 .help = "pixels of the shorter axis of the contact's ellipse"),
	XR_END
};

static const struct xenring_field mtouch_orient_fields[] = {
	TOUCH(xr_kbdif_mtouch_orient),
	XR_FIELD(xr_kbdif_mtouch_orient, orientation, XENRING_INT,
		 .help = "degrees clockwise of the longer axis"),
	XR_END
};

static const struct xenring_field out_fields[] = {
	XR_FIELD(xr_kbdif_event, type, XENRING_UINT, .help = "no event of the guest's is defined"),
	XR_END
};

static const struct xenring_record
	event = XR_RECORD(xr_kbdif_event, "kbdif.event", "an event of a type that is not known",
			  event_fields),
	motion = XR_RECORD(xr_kbdif_motion, "kbdif.motion", "a pointer that was moved by a distance",
			   motion_fields),
	key = XR_RECORD(xr_kbdif_key, "kbdif.key", "a key or button that was pressed or let go", key_fields),
	position = XR_RECORD(xr_kbdif_position, "kbdif.position", "a pointer that was moved to a place",
			     position_fields),
	mtouch = XR_RECORD(xr_kbdif_mtouch, "kbdif.mtouch", "a contact that went, or a mark behind several",
			   mtouch_fields),
	mtouch_pos = XR_RECORD(xr_kbdif_mtouch_pos, "kbdif.mtouch_pos", "where a contact is",
			       mtouch_pos_fields),
	mtouch_shape = XR_RECORD(xr_kbdif_mtouch_shape, "kbdif.mtouch_shape", "how large a contact is",
				 mtouch_shape_fields),
	mtouch_orient = XR_RECORD(xr_kbdif_mtouch_orient, "kbdif.mtouch_orient", "which way a contact lies",
				  mtouch_orient_fields),
	out_event = XR_RECORD(xr_kbdif_event, "kbdif.out_event", "an event of the guest's, of which there are none",
			      out_fields);

static const struct xenring_record *pick_touch(uint8_t type)
{
	switch (type) {
	case XR_KBDIF_MT_DOWN:
	case XR_KBDIF_MT_MOTION:
		return &mtouch_pos;
	case XR_KBDIF_MT_SHAPE:
		return &mtouch_shape;
	case XR_KBDIF_MT_ORIENT:
		return &mtouch_orient;
	default:
		return &mtouch;
	}
}

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	switch (slot[0]) {
	case XR_KBDIF_MOTION:
		return &motion;
	case XR_KBDIF_KEY:
		return &key;
	case XR_KBDIF_POS:
		return &position;
	case XR_KBDIF_MTOUCH:
		return pick_touch(slot[1]);
	default:
		return &event;
	}
}

static const struct xenring_record *const in_events[] = {
	&motion, &key, &position, &mtouch, &mtouch_pos, &mtouch_shape, &mtouch_orient, NULL
};

/* ---- rings -------------------------------------------------------------- */

/* Linux gives both: a grant, and the page's frame for backends of old. */
#define PAGE_KEYS								\
	.idx_off = 0, .in_word = 0, .out_word = 2, .event_rule = XR_EVENT_NONE,	\
	.slot_size = { XR_KBDIF_EVENT, XR_KBDIF_EVENT },			\
	.ref_keys = { "page-gref" }, .gfn_key = "page-ref",			\
	.port_keys = { "event-channel" }, .reserved_gref = XR_NO_GREF

static const struct xr_ring_desc rings[] = {
	{
		.name = "in", .help = "keys, buttons, pointers and touches, for the guest",
		.kind = XR_RING_EVENTS, .flags = XR_NO_OUT,
		.slots_off = XR_KBDIF_IN_OFF, .in_size = XR_KBDIF_IN,
		.req = { &event, &event }, .pick = pick, .more = in_events,
		PAGE_KEYS,
	},
	{
		.name = "out", .help = "from the guest; no event is defined, so it stays empty",
		.kind = XR_RING_EVENTS, .flags = XR_NO_IN,
		.slots_off = XR_KBDIF_OUT_OFF, .out_size = XR_KBDIF_OUT,
		.req = { &out_event, &out_event },
		PAGE_KEYS,
	},
	{ .name = NULL }
};

static const char *const device_types[] = { "vkbd", NULL };

const struct xenring_proto xr_proto_kbdif = {
	.name = "kbdif", .help = "keyboards, pointers and touch screens",
	.spec = "xen/include/public/io/kbdif.h",
	.device_types = device_types, .rings = rings,
};
