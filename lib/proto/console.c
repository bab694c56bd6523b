/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text consoles: xen/include/public/io/console.h. */
#include <config.h>

#include <stddef.h>

#include "abi/console.h"
#include "proto.h"

static const struct xr_ring_desc rings[] = {
	{
		.name = "ring", .help = "text: in is for the guest, out is from the guest",
		.kind = XR_RING_BYTES,
		.idx_off = offsetof(struct xr_console_page, in_cons),
		.in_word = 0, .out_word = 2,
		.in_size = XR_CONSOLE_IN, .out_size = XR_CONSOLE_OUT,
		.in_at = offsetof(struct xr_console_page, in), .out_at = offsetof(struct xr_console_page, out),
		.event_rule = XR_EVENT_NONE,
		/* a grant below device/console; in the first console's folder a frame number */
		.ref_keys = { "ring-ref" }, .gfn_key = "ring-ref",
		.port_keys = { "port" }, .reserved_gref = XR_CONSOLE_GREF,
	},
	{ .name = NULL }
};

/* Consoles from 1 on; the first one has the fixed folder. */
static const char *const types[] = { "console", NULL };

const struct xenring_proto xr_proto_console = {
	.name = "console", .help = "text consoles", .spec = "xen/include/public/io/console.h",
	.device_types = types, .fixed_dir = "console", .fixed_type = "console",
	.rings = rings,
};
