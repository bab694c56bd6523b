/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's connection to xenstore: xen/include/public/io/xs_wire.h. */
#include <config.h>

#include <stddef.h>

#include "abi/xenstore.h"
#include "proto.h"

static const struct xr_ring_desc rings[] = {
	{
		.name = "ring",
		.help = "messages: out are the guest's requests, in the replies and watch events",
		.kind = XR_RING_BYTES,
		.idx_off = offsetof(struct xr_xenstore_page, req_cons),
		.out_word = 0, .in_word = 2,
		.in_size = XR_XENSTORE_RING, .out_size = XR_XENSTORE_RING,
		.event_rule = XR_EVENT_NONE,
		/* the documents call it a grant; toolstacks write a frame number */
		.ref_keys = { "ring-ref" }, .gfn_key = "ring-ref",
		.port_keys = { "port" }, .reserved_gref = XR_XENSTORE_GREF,
	},
	{ .name = NULL }
};

const struct xenring_proto xr_proto_xenstore = {
	.name = "xenstore", .help = "a guest's connection to xenstore",
	.spec = "xen/include/public/io/xs_wire.h",
	.fixed_dir = "store", .fixed_type = "store",
	.rings = rings,
};
