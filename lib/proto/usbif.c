/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* USB host connectors: xen/include/public/io/usbif.h. */
#include <config.h>

#include "abi/usbif.h"
#include "proto.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym dirs[] = {
	{ 0, "out", "data go to the device" },
	{ 1, "in", "data come from the device" },
	{ 0 }
};

static const struct xenring_sym types[] = {
	{ XR_USBIF_ISOC, "isoc", "isochronous: so much in every frame, as sound and pictures need it" },
	{ XR_USBIF_INT, "int", "interrupt: the device is asked again and again until it has something" },
	{ XR_USBIF_CTRL, "ctrl", "control: a setup packet, and perhaps data" },
	{ XR_USBIF_BULK, "bulk", "bulk: data when there is time for them, as of disks" },
	{ 0 }
};

static const struct xenring_sym transfer_flags[] = {
	/* the header's text says the contrary; its name, Linux and QEMU say this */
	{ XR_USBIF_SHORT_NOT_OK, "short_not_ok", "less data than asked for is an error" },
	{ 0 }
};

static const struct xenring_sym statuses[] = {
	{ XR_USBIF_STATUS_OK, "ok", "carried out" },
	{ (uint64_t)XR_USBIF_STATUS_NODEV, "nodev", "there is no such device" },
	{ (uint64_t)XR_USBIF_STATUS_INVAL, "inval", "the backend cannot make sense of the request" },
	{ (uint64_t)XR_USBIF_STATUS_STALL, "stall", "the device refuses it, or its endpoint is halted" },
	{ (uint64_t)XR_USBIF_STATUS_IOERROR, "ioerror", "an error on the bus" },
	{ (uint64_t)XR_USBIF_STATUS_BABBLE, "babble", "the device sent more than there is room for" },
	{ (uint64_t)XR_USBIF_STATUS_SHUTDOWN, "shutdown", "the device or the backend has gone" },
	{ 0 }
};

static const struct xenring_sym speeds[] = {
	{ XR_USBIF_SPEED_NONE, "none", "the device was unplugged" },
	{ XR_USBIF_SPEED_LOW, "low", "plugged in, 1.5 Mbit/s" },
	{ XR_USBIF_SPEED_FULL, "full", "plugged in, 12 Mbit/s" },
	{ XR_USBIF_SPEED_HIGH, "high", "plugged in, 480 Mbit/s" },
	{ 0 }
};

static const struct xenring_sym setup_kinds[] = {
	{ 0, "standard", "a request that every device knows" },
	{ 1, "class", "a request of the device's class" },
	{ 2, "vendor", "a request of the vendor's own" },
	{ 3, "reserved", "no request is of this kind" },
	{ 0 }
};

static const struct xenring_sym recipients[] = {
	{ 0, "device", "the device itself" },
	{ 1, "interface", "an interface of the device" },
	{ 2, "endpoint", "an endpoint of the device" },
	{ 3, "other", "something else" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

static const struct xenring_field segment_fields[] = {
	XR_FIELD(xr_usbif_segment, gref, XENRING_GREF, .help = "grant reference of the page"),
	XR_FIELD(xr_usbif_segment, offset, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "where in the page it begins"),
	XR_FIELD(xr_usbif_segment, length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "how much of the page it is"),
	XR_END
};
static const struct xenring_field setup_fields[] = {
	XR_FIELD_ALIAS(xr_usbif_setup, "dir", request_type, XENRING_ENUM, .shift = 7, .bits = 1, .syms = dirs,
		       .help = "which way data go, bit 7 of bmRequestType"),
	XR_FIELD_ALIAS(xr_usbif_setup, "kind", request_type, XENRING_ENUM, .shift = 5, .bits = 2,
		       .syms = setup_kinds, .help = "who defines the request, bits 5 and 6 of bmRequestType"),
	XR_FIELD_ALIAS(xr_usbif_setup, "recipient", request_type, XENRING_ENUM, .bits = 5, .syms = recipients,
		       .help = "what it is for, bits 0 to 4 of bmRequestType"),
	XR_FIELD(xr_usbif_setup, request, XENRING_UINT, .help = "which request it is, bRequest"),
	XR_FIELD(xr_usbif_setup, value, XENRING_OPAQUE, .help = "wValue, whose meaning is the request's"),
	XR_FIELD(xr_usbif_setup, index, XENRING_OPAQUE,
		 .help = "wIndex, often the number of an interface or endpoint"),
	XR_FIELD(xr_usbif_setup, length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "wLength, bytes of data at most"),
	XR_END
};
static const struct xenring_field frame_fields[] = {
	XR_FIELD(xr_usbif_frame, offset, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "where in the buffer its data begin"),
	XR_FIELD(xr_usbif_frame, length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes that are expected"),
	XR_FIELD(xr_usbif_frame, actual_length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes that were transferred"),
	XR_FIELD(xr_usbif_frame, status, XENRING_INT, .help = "how it ended: 0, or an error of Linux, negative"),
	XR_END
};

static const struct xenring_record segment =
	XR_RECORD(xr_usbif_segment, "usbif.segment", "a part of a granted page", segment_fields);
static const struct xenring_record setup =
	XR_RECORD(xr_usbif_setup, "usbif.setup", "the setup packet of a control request", setup_fields);
static const struct xenring_record frame =
	XR_RECORD(xr_usbif_frame, "usbif.frame", "one packet of an isochronous request", frame_fields);

#define HEAD									\
	XR_FIELD(xr_usbif_urb_request, id, XENRING_OPAQUE,			\
		 .help = "the guest's own value, echoed in the response"),	\
	XR_FIELD(xr_usbif_urb_request, pipe, XENRING_OPAQUE,			\
		 .help = "what it is for, all of the following in one number"),	\
	XR_FIELD_ALIAS(xr_usbif_urb_request, "port", pipe, XENRING_UINT,	\
		       .bits = XR_USBIF_PORT_BITS,				\
		       .help = "port of the connector, from 1 on"),		\
	XR_FIELD_ALIAS(xr_usbif_urb_request, "unlink", pipe, XENRING_BOOL,	\
		       .shift = XR_USBIF_UNLINK_SHIFT, .bits = 1,		\
		       .help = "whether it takes back an earlier request"),	\
	XR_FIELD_ALIAS(xr_usbif_urb_request, "dir", pipe, XENRING_ENUM, .syms = dirs, \
		       .shift = XR_USBIF_DIR_SHIFT, .bits = 1,			\
		       .help = "which way data go"),				\
	XR_FIELD_ALIAS(xr_usbif_urb_request, "device", pipe, XENRING_UINT,	\
		       .shift = XR_USBIF_DEV_SHIFT, .bits = XR_USBIF_DEV_BITS,	\
		       .help = "address of the device on the port"),		\
	XR_FIELD_ALIAS(xr_usbif_urb_request, "endpoint", pipe, XENRING_UINT,	\
		       .shift = XR_USBIF_EP_SHIFT, .bits = XR_USBIF_EP_BITS,	\
		       .help = "endpoint of the device"),			\
	XR_FIELD_ALIAS(xr_usbif_urb_request, "type", pipe, XENRING_ENUM, .syms = types, \
		       .shift = XR_USBIF_TYPE_SHIFT, .bits = XR_USBIF_TYPE_BITS, \
		       .help = "how data are transferred")

#define TRANSFER								\
	HEAD,									\
	XR_FIELD(xr_usbif_urb_request, transfer_flags, XENRING_FLAGS, .syms = transfer_flags, \
		 .help = "how to carry it out"),				\
	XR_FIELD(xr_usbif_urb_request, buffer_length, XENRING_UINT, .unit = XENRING_U_BYTES, \
		 .help = "bytes of data in all"),				\
	XR_FIELD(xr_usbif_urb_request, nr_buffer_segs, XENRING_UINT,		\
		 .help = "data pages in use, 0 to 16")

#define SEG									\
	XR_LIST(xr_usbif_urb_request, seg, XENRING_RECORD, "nr_buffer_segs", .sub = &segment, \
		.help = "data pages")

static const struct xenring_field isoc_fields[] = {
	TRANSFER,
	XR_FIELD_ALIAS(xr_usbif_urb_request, "interval", isoc.interval, XENRING_UINT,
		       .help = "frames from packet to packet"),
	XR_FIELD_ALIAS(xr_usbif_urb_request, "start_frame", isoc.start_frame, XENRING_UINT,
		       .help = "number of the frame to begin with"),
	XR_FIELD_ALIAS(xr_usbif_urb_request, "number_of_packets", isoc.number_of_packets, XENRING_UINT,
		       .help = "packets, one for each frame"),
	XR_FIELD_ALIAS(xr_usbif_urb_request, "nr_frame_desc_segs", isoc.nr_frame_desc_segs, XENRING_UINT,
		       .help = "pages that describe packets, behind the data pages in the same 16 places"),
	SEG,
	{ .name = "frame_desc_seg", .off = offsetof(struct xr_usbif_urb_request, seg),
	  .size = sizeof(struct xr_usbif_segment), .type = XENRING_RECORD, .sub = &segment,
	  .max = XR_USBIF_SEGMENTS, .count = "nr_frame_desc_segs", .after = "nr_buffer_segs",
	  .help = "parts of pages that describe packets, 16 bytes each" },
	{ .name = "frames", .size = sizeof(struct xr_usbif_frame), .type = XENRING_RECORD, .sub = &frame,
	  .max = XR_USBIF_SEGMENTS * XR_PAGE_SIZE / sizeof(struct xr_usbif_frame),
	  .count = "number_of_packets", .flags = XENRING_F_FETCHED,
	  .help = "packets, from the pages that describe them, if these could be read" },
	XR_END
};
static const struct xenring_field intr_fields[] = {
	TRANSFER,
	XR_FIELD_ALIAS(xr_usbif_urb_request, "interval", intr.interval, XENRING_UINT,
		       .help = "how often the device is asked, in frames or their eighths"),
	SEG, XR_END
};
static const struct xenring_field ctrl_fields[] = {
	TRANSFER,
	XR_FIELD(xr_usbif_urb_request, ctrl, XENRING_RECORD, .sub = &setup, .help = "the setup packet"),
	SEG, XR_END
};
static const struct xenring_field bulk_fields[] = {
	TRANSFER, SEG, XR_END
};
static const struct xenring_field unlink_fields[] = {
	HEAD,
	XR_FIELD_ALIAS(xr_usbif_urb_request, "unlink_id", unlink.unlink_id, XENRING_OPAQUE,
		       .help = "id of the request that is taken back"),
	XR_END
};
static const struct xenring_field urb_response_fields[] = {
	XR_FIELD(xr_usbif_urb_response, id, XENRING_OPAQUE, .help = "the request's id"),
	XR_FIELD(xr_usbif_urb_response, start_frame, XENRING_UINT,
		 .help = "of an isochronous request the frame it began with"),
	XR_FIELD(xr_usbif_urb_response, status, XENRING_ENUM, .syms = statuses,
		 .help = "how it ended; the packets of an isochronous request have their own"),
	XR_FIELD(xr_usbif_urb_response, actual_length, XENRING_INT, .unit = XENRING_U_BYTES,
		 .help = "bytes that were transferred"),
	XR_FIELD(xr_usbif_urb_response, error_count, XENRING_INT,
		 .help = "of an isochronous request how many packets failed"),
	XR_END
};
static const struct xenring_field conn_request_fields[] = {
	XR_FIELD(xr_usbif_conn_request, id, XENRING_OPAQUE,
		 .help = "the guest's own value, echoed in the response; need not be unique"),
	XR_END
};
static const struct xenring_field conn_response_fields[] = {
	XR_FIELD(xr_usbif_conn_response, id, XENRING_OPAQUE, .help = "the request's id"),
	XR_FIELD(xr_usbif_conn_response, portnum, XENRING_UINT, .help = "port of the connector, from 1 on"),
	XR_FIELD(xr_usbif_conn_response, speed, XENRING_ENUM, .syms = speeds,
		 .help = "how fast the device is, or that it has gone"),
	XR_END
};

static const struct xenring_record isoc = XR_RECORD(xr_usbif_urb_request,
	"usbif.isoc", "an isochronous request", isoc_fields);
static const struct xenring_record intr = XR_RECORD(xr_usbif_urb_request,
	"usbif.intr", "an interrupt request: of input one that waits as long as the device has nothing", intr_fields);
static const struct xenring_record ctrl = XR_RECORD(xr_usbif_urb_request,
	"usbif.ctrl", "a control request", ctrl_fields);
static const struct xenring_record bulk = XR_RECORD(xr_usbif_urb_request,
	"usbif.bulk", "a bulk request", bulk_fields);
static const struct xenring_record unlink_request = XR_RECORD(xr_usbif_urb_request,
	"usbif.unlink", "an earlier request is taken back", unlink_fields);
static const struct xenring_record urb_response = XR_RECORD(xr_usbif_urb_response,
	"usbif.urb_response", "the answer to a request of a device", urb_response_fields);
static const struct xenring_record conn_request = XR_RECORD(xr_usbif_conn_request,
	"usbif.conn_request", "room for one event of the connector, posted in advance", conn_request_fields);
static const struct xenring_record conn_response = XR_RECORD(xr_usbif_conn_response,
	"usbif.conn_response", "a device was plugged in or unplugged", conn_response_fields);

/* ---- which of them, and what they name ---------------------------------- */

#define GET(slot, T, m) \
	((uint32_t)xr_get((slot) + offsetof(struct T, m), sizeof(((struct T *)0)->m)))
#define URB(slot, m) GET(slot, xr_usbif_urb_request, m)

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	static const struct xenring_record *const by_type[] = {
		[XR_USBIF_ISOC] = &isoc, [XR_USBIF_INT] = &intr,
		[XR_USBIF_CTRL] = &ctrl, [XR_USBIF_BULK] = &bulk,
	};
	uint32_t pipe = URB(slot, pipe);

	(void)abi;
	return pipe & 1u << XR_USBIF_UNLINK_SHIFT ? &unlink_request : by_type[pipe >> XR_USBIF_TYPE_SHIFT];
}

/* The pages that describe packets stand behind the data pages, as far as there is room. */
static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	uint32_t first, nr, bytes = 0;

	if (rec != &isoc)
		return;
	first = URB(slot, nr_buffer_segs);
	if (first > XR_USBIF_SEGMENTS)
		first = XR_USBIF_SEGMENTS;
	nr = URB(slot, isoc.nr_frame_desc_segs);
	if (nr > XR_USBIF_SEGMENTS - first)
		nr = XR_USBIF_SEGMENTS - first;
	for (uint32_t i = 0; i < nr; i++) {
		const uint8_t *seg = slot + offsetof(struct xr_usbif_urb_request, seg) +
				     (first + i) * sizeof(struct xr_usbif_segment);
		struct xr_piece piece = {
			.gref = GET(seg, xr_usbif_segment, gref),
			.off = (uint16_t)GET(seg, xr_usbif_segment, offset),
			.len = (uint16_t)GET(seg, xr_usbif_segment, length),
		};

		if (piece.off + piece.len > XR_PAGE_SIZE) {
			*ret = (struct xr_follow){
				.note = "its packets were not read: their descriptions go beyond a page" };
			return;
		}
		ret->pieces[ret->n_pieces++] = piece;
		bytes += piece.len;
	}
	ret->n = bytes / sizeof(struct xr_usbif_frame);
	if (ret->n > URB(slot, isoc.number_of_packets))
		ret->n = URB(slot, isoc.number_of_packets);
}

static enum xr_way flow(const struct xenring_record *rec, const uint8_t *slot)
{
	(void)rec;
	return GET(slot, xr_usbif_urb_request, pipe) >> XR_USBIF_DIR_SHIFT & 1 ? XR_WAY_IN : XR_WAY_OUT;
}

static const struct xenring_record *const urb_more[] = {
	&isoc, &intr, &ctrl, &unlink_request, &segment, &setup, &frame, NULL
};

static const struct xr_ring_desc rings[] = {
	{
		.name = "urb", .help = "requests for devices, answered in any order",
		/* a keyboard's request waits until a key is pressed */
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER | XR_PATIENT,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 148, [XR_ABI_32] = 148 },
		/* QEMU: a final check whenever it has taken all */
		.event_rule = XR_EVENT_BOUND,
		.req = { &bulk, &bulk }, .rsp = { &urb_response, &urb_response },
		.pick = pick, .more = urb_more, .follow = follow,
		.op_fields = { "type" }, .flow = flow,
		.ref_keys = { "urb-ring-ref" }, .port_keys = { "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{
		.name = "conn", .help = "devices plugged in and unplugged; all slots are posted in advance",
		.kind = XR_RING_SLOTS, .flags = XR_CREDIT,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 4, [XR_ABI_32] = 4 },
		/* QEMU sets req_event with every event, without a final check */
		.event_rule = XR_EVENT_NONE,
		.req = { &conn_request, &conn_request }, .rsp = { &conn_response, &conn_response },
		.ref_keys = { "conn-ring-ref" }, .port_keys = { "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

/* Linux' frontend calls it vusb, the header qusb; QEMU serves the latter. */
static const char *const device_types[] = { "vusb", "qusb", NULL };

const struct xenring_proto xr_proto_usbif = {
	.name = "usbif", .help = "USB host connectors", .spec = "xen/include/public/io/usbif.h",
	.device_types = device_types, .rings = rings,
};
