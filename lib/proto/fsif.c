/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * File systems of old Mini-OS guests: xen/include/public/io/fsif.h. Nobody has
 * them any more, so their requests are not decoded.
 *
 * Their drivers kept to xenbus in part only: states were words ("ready"), the
 * frontend wrote no backend-id, and backends stood in backend/vfs/<number>. Such
 * a device is listed with what is wrong, and not mapped: nobody can say whose
 * it is. One that keeps to xenbus is.
 */
#include <config.h>

#include "abi/fsif.h"
#include "proto.h"

static const struct xenring_field raw_fields[] = {
	XR_FIELD(xr_fsif_slot, bytes, XENRING_BYTES, .help = "all of the slot, as it is"),
	XR_END
};
static const struct xenring_record raw =
	XR_RECORD(xr_fsif_slot, "fsif.raw", "a request or its answer, obsolete and not decoded", raw_fields);

static const struct xr_ring_desc rings[] = {
	{
		.name = "ring", .help = "requests for files, obsolete and shown raw",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 56, [XR_ABI_32] = 56 },
		.max_order = 1, .event_rule = XR_EVENT_NONE,
		.req = { &raw, &raw }, .rsp = { &raw, &raw },
		/* the first ones had one page, later ones two, by number */
		.ref_keys = { "ring-ref", "ring-ref-%u" }, .pages_key = "ring-size",
		.port_keys = { "event-channel" }, .reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vfs", NULL };

const struct xenring_proto xr_proto_fsif = {
	.name = "fsif", .help = "file systems of old Mini-OS guests, obsolete and shown raw",
	.spec = "xen/include/public/io/fsif.h", .device_types = types, .rings = rings,
};
