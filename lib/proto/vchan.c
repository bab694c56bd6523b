/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams between domains: xen/include/public/io/libxenvchan.h. */
#include <config.h>

#include <stddef.h>

#include "abi/vchan.h"
#include "proto.h"
#include "util/bytes.h"

#define GET(page, m) \
	((uint32_t)xr_get((page) + offsetof(struct xr_vchan_page, m), \
			  sizeof(((struct xr_vchan_page *)0)->m)))

static const struct xenring_sym lives[] = {
	{ XR_VCHAN_EXITED, "exited", "it has gone, or never came" },
	{ XR_VCHAN_CONNECTED, "connected", "it is there" },
	{ XR_VCHAN_NOT_YET, "not_yet", "it has not connected yet" },
	{ 0 }
};

static const struct xenring_sym notifies[] = {
	{ XR_VCHAN_NOTIFY_WRITE, "write", "to be told when bytes were put" },
	{ XR_VCHAN_NOTIFY_READ, "read", "to be told when bytes were taken" },
	{ 0 }
};

static const struct xenring_field page_fields[] = {
	XR_FIELD(xr_vchan_page, left_cons, XENRING_UINT, .help = "bytes ever taken by the server, modulo 2^32"),
	XR_FIELD(xr_vchan_page, left_prod, XENRING_UINT, .help = "bytes ever put by the client, modulo 2^32"),
	XR_FIELD(xr_vchan_page, right_cons, XENRING_UINT, .help = "bytes ever taken by the client, modulo 2^32"),
	XR_FIELD(xr_vchan_page, right_prod, XENRING_UINT, .help = "bytes ever put by the server, modulo 2^32"),
	XR_FIELD(xr_vchan_page, left_order, XENRING_UINT, .help = "log2 of the bytes that left holds"),
	XR_FIELD(xr_vchan_page, right_order, XENRING_UINT, .help = "log2 of the bytes that right holds"),
	XR_FIELD(xr_vchan_page, cli_live, XENRING_ENUM, .syms = lives, .help = "what the client does"),
	XR_FIELD(xr_vchan_page, srv_live, XENRING_ENUM, .syms = lives, .help = "what the server does"),
	/* named after who has to act: each end sets the other's (libxenvchan's request_notify()) */
	XR_FIELD(xr_vchan_page, cli_notify, XENRING_FLAGS, .syms = notifies,
		 .help = "what the server wants to be told of by the client"),
	XR_FIELD(xr_vchan_page, srv_notify, XENRING_FLAGS, .syms = notifies,
		 .help = "what the client wants to be told of by the server"),
	XR_END
};
static const struct xenring_record page_record =
	XR_RECORD(xr_vchan_page, "vchan.page", "what the shared page says of both queues", page_fields);

/* Where the bytes of a queue of this order are, in the first page; 0: in pages of their own. */
static uint32_t offset_of(uint32_t order)
{
	return order == XR_VCHAN_SMALL ? XR_VCHAN_SMALL_OFF :
	       order == XR_VCHAN_LARGE ? XR_VCHAN_LARGE_OFF : 0;
}

static uint32_t pages_of(uint32_t order)
{
	return order < XR_VCHAN_PAGE ? 0 : 1u << (order - XR_VCHAN_PAGE);
}

static const char *orders_fault(uint32_t left, uint32_t right)
{
	uint32_t first = offset_of(left), other = offset_of(right);

	if (left < XR_VCHAN_SMALL || left > XR_VCHAN_MAX)
		return "left_order is not from 10 to 20";
	if (right < XR_VCHAN_SMALL || right > XR_VCHAN_MAX)
		return "right_order is not from 10 to 20";
	if (left == right && left < XR_VCHAN_PAGE)
		return "left_order and right_order name the same bytes of the page";
	if (!first || (other && other < first))
		first = other;
	if (!first)
		first = XR_PAGE_SIZE;
	if (XR_VCHAN_GRANTS + 4 * (pages_of(left) + pages_of(right)) > first)
		return "the grants of the queues' pages do not fit before the bytes in the page";
	return NULL;
}

static void measure(const struct xr_ring_desc *ring, const uint8_t *page, struct xr_measure *ret)
{
	uint32_t left = GET(page, left_order), right = GET(page, right_order);

	ret->fault = orders_fault(left, right);
	if (ret->fault)
		return;
	ret->grefs_off = XR_VCHAN_GRANTS;
	ret->n_grefs = pages_of(left) + pages_of(right);
	/* left is what flows to the server, whose page it is */
	if (ring->flags & XR_NO_IN) {
		ret->out_size = 1u << right;
		ret->out_off = offset_of(right);
		ret->out_first = pages_of(left);
	} else {
		ret->in_size = 1u << left;
		ret->in_off = offset_of(left);
	}
}

static const char *page_fault(const struct xr_ring_desc *ring, const uint8_t *page,
			      const uint32_t idx[XR_N_IDX])
{
	bool left = !(ring->flags & XR_NO_IN);
	uint32_t queued = left ? xr_idx_sub(idx[1], idx[0]) : xr_idx_sub(idx[3], idx[2]);

	if (queued && left && GET(page, srv_live) == XR_VCHAN_EXITED)
		return "the server has exited: nobody will take what is queued";
	if (queued && !left && GET(page, cli_live) == XR_VCHAN_EXITED)
		return "the client has exited: nobody will take what is queued";
	return NULL;
}

#define RING(nm, hp, no, word) {						\
	.name = nm, .help = hp, .kind = XR_RING_VCHAN, .flags = no, .word = 2 * ((no) == XR_NO_IN), \
	.event_rule = XR_EVENT_NONE, .measure = measure,			\
	/* a reader may take its time */					\
	.stuck_after_s = XR_NEVER_STUCK,					\
	/* behind it there may be bytes */					\
	.public_size = XR_VCHAN_SMALL_OFF, .page = { &page_record, &page_record }, .page_fault = page_fault, \
	.ref_keys = { "ring-ref" }, .port_keys = { "event-channel" }, .reserved_gref = XR_NO_GREF, }

static const struct xr_ring_desc rings[] = {
	RING("left", "bytes from the client to the server, in whose memory all of it is", XR_NO_OUT, in_word),
	RING("right", "bytes from the server to the client, which its grant names", XR_NO_IN, out_word),
	{ .name = NULL }
};

const struct xenring_proto xr_proto_vchan = {
	.name = "vchan", .help = "streams of bytes between domains, by libxenvchan",
	.spec = "xen/include/public/io/libxenvchan.h",
	/* where its users put them, as Xen's own tools and Qubes do; others are named by --vchan */
	.walk_dir = "data/vchan", .walk_type = "vchan", .walk_depth = 3,
	.rings = rings,
};
