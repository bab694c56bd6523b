/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Block devices: xen/include/public/io/blkif.h. */
#include <config.h>

#include "abi/blkif.h"
#include "proto.h"
#include "util/bytes.h"

static const struct xenring_sym operations[] = {
	{ XR_BLKIF_READ, "read", "sectors from the disk into the guest's pages" },
	{ XR_BLKIF_WRITE, "write", "sectors from the guest's pages to the disk" },
	{ XR_BLKIF_WRITE_BARRIER, "write_barrier",
	  "a write that all earlier ones precede and all later ones follow" },
	{ XR_BLKIF_FLUSH, "flush", "make all finished writes durable" },
	{ XR_BLKIF_RESERVED_1, "reserved_1", "packet command of an old SUSE kernel" },
	{ XR_BLKIF_DISCARD, "discard", "sectors whose contents are no longer needed" },
	{ XR_BLKIF_INDIRECT, "indirect",
	  "a read or write whose segments stand in pages of their own" },
	{ 0 }
};

/* Only these may stand in an indirect request. */
static const struct xenring_sym indirect_operations[] = {
	{ XR_BLKIF_READ, "read", "sectors from the disk into the guest's pages" },
	{ XR_BLKIF_WRITE, "write", "sectors from the guest's pages to the disk" },
	{ 0 }
};

static const struct xenring_sym statuses[] = {
	{ 0, "okay", "the request was carried out" },
	{ (uint64_t)-1, "error", "failed, for a reason the protocol does not carry" },
	{ (uint64_t)-2, "eopnotsupp", "the backend does not know this operation" },
	{ 0 }
};

static const struct xenring_sym discard_flags[] = {
	{ 1, "secure", "the contents must become unreadable" },
	{ 0 }
};

static const struct xenring_field segment_fields[] = {
	XR_FIELD(xr_blkif_segment, gref, XENRING_GREF, .help = "grant reference of the data page"),
	XR_FIELD(xr_blkif_segment, first_sect, XENRING_UINT, .unit = XENRING_U_SECTORS,
		 .help = "first sector within the page, 0 to 7"),
	XR_FIELD(xr_blkif_segment, last_sect, XENRING_UINT, .unit = XENRING_U_SECTORS,
		 .help = "last sector within the page, inclusive, 0 to 7"),
	XR_END
};
static const struct xenring_record segment =
	XR_RECORD(xr_blkif_segment, "blkif.segment", "one data page of a request", segment_fields);

/* One list of fields, two ABIs: only the offsets differ. */
#define HANDLE(T) \
	XR_FIELD(T, handle, XENRING_UINT, .help = "the frontend's own number of the device, ignored")
#define ID(T) \
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the guest's own value, echoed in the response")
#define SECTOR(T) \
	XR_FIELD(T, sector_number, XENRING_UINT, .unit = XENRING_U_SECTORS, \
		 .help = "first sector on the disk, in units of 512 bytes")
#define OPERATION(T) \
	XR_FIELD(T, operation, XENRING_ENUM, .syms = operations, .help = "what is asked")

#define REQUEST(T) {								\
	OPERATION(T),								\
	XR_FIELD(T, nr_segments, XENRING_UINT, .help = "data pages in use, 0 to 11"), \
	HANDLE(T), ID(T), SECTOR(T),						\
	XR_LIST(T, seg, XENRING_RECORD, "nr_segments", .sub = &segment,		\
		.help = "data pages"),						\
	XR_END }

#define DISCARD(T) {								\
	OPERATION(T),								\
	XR_FIELD(T, flag, XENRING_FLAGS, .syms = discard_flags, .help = "how to discard"), \
	HANDLE(T), ID(T), SECTOR(T),						\
	XR_FIELD(T, nr_sectors, XENRING_UINT, .unit = XENRING_U_SECTORS,	\
		 .help = "sectors to discard"),					\
	XR_END }

#define INDIRECT(T) {								\
	OPERATION(T),								\
	XR_FIELD(T, indirect_op, XENRING_ENUM, .syms = indirect_operations,	\
		 .help = "what is asked: read or write"),			\
	XR_FIELD(T, nr_segments, XENRING_UINT,					\
		 .help = "data pages in use, described in the indirect pages"),	\
	ID(T), SECTOR(T), HANDLE(T),						\
	{ .name = "indirect_grefs", .off = offsetof(struct T, indirect_grefs),	\
	  .size = 4, .type = XENRING_GREF, .max = XR_BLKIF_INDIRECT_PAGES,	\
	  .count = "nr_segments", .per = XR_BLKIF_SEGMENTS_PER_PAGE,		\
	  .help = "pages that hold the segments, 512 each; as many as nr_segments needs" }, \
	{ .name = "segments", .size = sizeof(struct xr_blkif_segment),		\
	  .type = XENRING_RECORD, .sub = &segment, .flags = XENRING_F_FETCHED,	\
	  .max = XR_BLKIF_INDIRECT_PAGES * XR_BLKIF_SEGMENTS_PER_PAGE,		\
	  .help = "data pages, from the indirect pages, if these could be read" }, \
	XR_END }

static const struct xenring_field request_64[] = REQUEST(xr_blkif_request_64);
static const struct xenring_field request_32[] = REQUEST(xr_blkif_request_32);
static const struct xenring_field discard_64[] = DISCARD(xr_blkif_discard_64);
static const struct xenring_field discard_32[] = DISCARD(xr_blkif_discard_32);
static const struct xenring_field indirect_64[] = INDIRECT(xr_blkif_indirect_64);
static const struct xenring_field indirect_32[] = INDIRECT(xr_blkif_indirect_32);
static const struct xenring_field response_fields[] = {
	XR_FIELD(xr_blkif_response, id, XENRING_OPAQUE, .help = "the request's id"),
	XR_FIELD(xr_blkif_response, operation, XENRING_ENUM, .syms = operations,
		 .help = "the request's operation; of an indirect one the inner"),
	XR_FIELD(xr_blkif_response, status, XENRING_ENUM, .syms = statuses, .help = "how it ended"),
	XR_END
};

#define RECORDS(T, nm, hp, fl64, fl32)					\
	{ [XR_ABI_64] = XR_RECORD(T##_64, nm, hp, fl64),		\
	  [XR_ABI_32] = XR_RECORD(T##_32, nm, hp, fl32) }

static const struct xenring_record requests[XR_ABI_N] = RECORDS(xr_blkif_request,
	"blkif.request", "read, write, barrier or flush", request_64, request_32);
static const struct xenring_record discards[XR_ABI_N] = RECORDS(xr_blkif_discard,
	"blkif.discard", "sectors that the disk may forget", discard_64, discard_32);
static const struct xenring_record indirects[XR_ABI_N] = RECORDS(xr_blkif_indirect,
	"blkif.indirect", "a read or write of more pages than fit a slot", indirect_64, indirect_32);
static const struct xenring_record response =
	XR_RECORD(xr_blkif_response, "blkif.response", "the answer to a request", response_fields);

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	switch (slot[0]) {
	case XR_BLKIF_DISCARD:
		return &discards[abi];
	case XR_BLKIF_INDIRECT:
		return &indirects[abi];
	default:
		return &requests[abi];
	}
}

static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	uint32_t nr, pages, at;

	if (rec != &indirects[XR_ABI_64] && rec != &indirects[XR_ABI_32])
		return;
	nr = (uint32_t)xr_get(slot + offsetof(struct xr_blkif_indirect_64, nr_segments), 2);
	if (nr > XR_BLKIF_INDIRECT_PAGES * XR_BLKIF_SEGMENTS_PER_PAGE)
		nr = XR_BLKIF_INDIRECT_PAGES * XR_BLKIF_SEGMENTS_PER_PAGE;
	pages = (nr + XR_BLKIF_SEGMENTS_PER_PAGE - 1) / XR_BLKIF_SEGMENTS_PER_PAGE;
	at = rec == &indirects[XR_ABI_64] ?
		(uint32_t)offsetof(struct xr_blkif_indirect_64, indirect_grefs) :
		(uint32_t)offsetof(struct xr_blkif_indirect_32, indirect_grefs);
	for (uint32_t i = 0; i < pages; i++)
		ret->pieces[i] = (struct xr_piece){
			.gref = (uint32_t)xr_get(slot + at + 4 * i, 4), .len = XR_PAGE_SIZE,
		};
	ret->n_pieces = pages;
	ret->n = nr;
}

static enum xr_way flow(const struct xenring_record *rec, const uint8_t *slot)
{
	bool indirect = rec == &indirects[XR_ABI_64] || rec == &indirects[XR_ABI_32];

	switch (slot[indirect ? offsetof(struct xr_blkif_indirect_64, indirect_op) : 0]) {
	case XR_BLKIF_READ:
		return XR_WAY_IN;
	case XR_BLKIF_WRITE:
	case XR_BLKIF_WRITE_BARRIER:
		return XR_WAY_OUT;
	default:
		return XR_WAY_UNKNOWN;
	}
}

/* Sectors of the segments in a slot; XENRING_UNKNOWN if they cannot be true. */
static int64_t sum_sectors(const uint8_t *seg, unsigned n)
{
	int64_t sum = 0;

	for (unsigned i = 0; i < n; i++, seg += sizeof(struct xr_blkif_segment)) {
		uint8_t first = seg[offsetof(struct xr_blkif_segment, first_sect)];
		uint8_t last = seg[offsetof(struct xr_blkif_segment, last_sect)];

		if (first > last || last > 7)
			return XENRING_UNKNOWN;
		sum += last - first + 1;
	}
	return sum;
}

static void gist(const struct xenring_record *rec, const uint8_t *slot, struct xr_gist *ret)
{
	bool wide = rec == &requests[XR_ABI_64] || rec == &discards[XR_ABI_64] || rec == &indirects[XR_ABI_64];
	/* the sector stands at the same place in all three of an ABI */
	size_t at = wide ? offsetof(struct xr_blkif_request_64, sector_number) :
			   offsetof(struct xr_blkif_request_32, sector_number);
	bool flush = slot[0] == XR_BLKIF_FLUSH;

	if (!flush)
		ret->sector = xr_get_signed(slot + at, 8) < 0 ? XENRING_UNKNOWN : xr_get_signed(slot + at, 8);
	if (rec == &discards[XR_ABI_64] || rec == &discards[XR_ABI_32]) {
		/* the one behind the other in both */
		int64_t n = xr_get_signed(slot + at + 8, 8);

		ret->sectors = n < 0 ? XENRING_UNKNOWN : n;
	} else if (rec == &indirects[XR_ABI_64] || rec == &indirects[XR_ABI_32]) {
		ret->segments = (int64_t)xr_get(slot + offsetof(struct xr_blkif_indirect_64, nr_segments), 2);
	} else if (!flush && slot[1] <= XR_BLKIF_SEGMENTS) {
		ret->sectors = sum_sectors(slot + at + 8, slot[1]);
	}
}

static const char *fault(const struct xenring_record *rec, const uint8_t *slot)
{
	bool wide = rec == &requests[XR_ABI_64];
	const uint8_t *seg = slot + (wide ? offsetof(struct xr_blkif_request_64, seg) :
					    offsetof(struct xr_blkif_request_32, seg));

	if (slot[0] > XR_BLKIF_INDIRECT)
		return "there is no such operation";
	if (rec == &discards[XR_ABI_64] || rec == &discards[XR_ABI_32])
		return NULL;
	if (rec == &indirects[XR_ABI_64] || rec == &indirects[XR_ABI_32]) {
		uint64_t n = xr_get(slot + offsetof(struct xr_blkif_indirect_64, nr_segments), 2);

		if (slot[offsetof(struct xr_blkif_indirect_64, indirect_op)] > XR_BLKIF_WRITE)
			return "only a read or a write has its segments in pages of their own";
		return !n ? "it has no segments" :
		       n > XR_BLKIF_INDIRECT_PAGES * XR_BLKIF_SEGMENTS_PER_PAGE ? "it has more segments than 8 pages hold" :
		       NULL;
	}
	if (slot[1] > XR_BLKIF_SEGMENTS)
		return "it has more segments than a slot holds";
	if (!slot[1] && slot[0] <= XR_BLKIF_WRITE)
		return "it has no segments";
	return slot[0] != XR_BLKIF_RESERVED_1 && sum_sectors(seg, slot[1]) == XENRING_UNKNOWN ?
		"a segment has sectors that a page does not have" : NULL;
}

static const struct xenring_record *const more[] = {
	&discards[XR_ABI_64], &indirects[XR_ABI_64], &segment, NULL
};

static const struct xr_ring_desc rings[] = {
	{
		.name = "q%u", .help = "requests for blocks, answered in any order",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER | XR_PER_QUEUE | XR_ECHOES,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 112, [XR_ABI_32] = 108 },
		.max_order = 4, .event_rule = XR_EVENT_BOUND,
		.req = { &requests[XR_ABI_64], &requests[XR_ABI_32] },
		.rsp = { &response, &response },
		.pick = pick, .more = more, .follow = follow, .gist = gist, .fault = fault,
		.op_fields = { "indirect_op", "operation" }, .flow = flow,
		.ref_keys = { "ring-ref", "ring-ref%u" },
		.order_key = "ring-page-order", .pages_key = "num-ring-pages",
		.port_keys = { "event-channel" }, .reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vbd", NULL };

/*
 * Without the key, Linux' blkback on x86 takes x86_32 (BLKIF_PROTOCOL_DEFAULT
 * in drivers/block/xen-blkback/common.h); QEMU and tapdisk take the native one.
 */
static const struct xr_abi_default abi_defaults[] = {
	{ "vbd", XR_ABI_32 },
	{ NULL, XR_ABI_64 },
};

const struct xenring_proto xr_proto_blkif = {
	.name = "blkif", .help = "block devices", .spec = "xen/include/public/io/blkif.h",
	.device_types = types, .queues_key = "multi-queue-num-queues",
	.queues_max_key = "multi-queue-max-queues",
	.abi_key = "protocol", .abi_defaults = abi_defaults, .persistent_key = "feature-persistent",
	.size_key = "sectors", .unit_key = "sector-size",
	.rings = rings,
};
