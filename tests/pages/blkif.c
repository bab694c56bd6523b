/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of blkif: requests and responses of every kind, right and wrong.
 *
 * blkif is the one protocol here whose layout differs between x86_64 and
 * x86_32. blkif-packed.c includes this file with PAGES_PACKED to have the
 * x86_32 layout in a 64-bit program: the i386 ABI differs from the x86_64 one
 * in nothing here but that it aligns uint64_t to 4.
 */
#include "pages.h"
#include "xenheaders.h"

#ifdef PAGES_PACKED
#pragma pack(push, 4)
#define __i386__ 1 /* blkif.h pads the indirect request under it */
#endif
#include <xen/io/blkif.h>
#ifdef PAGES_PACKED
#undef __i386__
#pragma pack(pop)
#endif

#define RING blkif
#include "ring-template.h"

#define SEGS_PER_INDIRECT_PAGE \
	(PAGE_BYTES / sizeof(struct blkif_request_segment))

/* xvda; backends take the disk from the ring, not from here. */
#define HANDLE 51712

static const char *const op_names[] = {
	[BLKIF_OP_READ] = "read",
	[BLKIF_OP_WRITE] = "write",
	[BLKIF_OP_WRITE_BARRIER] = "write-barrier",
	[BLKIF_OP_FLUSH_DISKCACHE] = "flush",
	[BLKIF_OP_RESERVED_1] = "reserved-1",
	[BLKIF_OP_DISCARD] = "discard",
};

/*
 * Everything below is written member by member: an assigned struct would
 * bring padding of a different content from every compiler.
 */

/* Segments of whole pages, but the first and the last of a request. */
static void put_segment(struct pages *p, struct blkif_request_segment *seg,
			uint32_t i, uint32_t nr, bool writable)
{
	seg->gref = pages_data_grant(p, writable);
	seg->first_sect = i == 0 && nr > 1 ? 5 : 0;
	seg->last_sect = i == nr - 1 ? (uint8_t)(nr % 8) : 7;
}

/* Without segments for BLKIF_OP_FLUSH_DISKCACHE and the like. */
static struct blkif_request *put_rw(struct pages *p, uint8_t operation,
				    uint32_t nr)
{
	struct blkif_request *req = &blkif_request(p, SLOT_REQUEST)->req;
	uint64_t id = pages_new_id(p);
	uint32_t index = blkif_req_pvt(p) - 1;

	req->operation = operation;
	req->nr_segments = (uint8_t)nr;
	req->handle = HANDLE;
	req->id = id;
	req->sector_number = p->next_sector;
	if (nr > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		nr = BLKIF_MAX_SEGMENTS_PER_REQUEST;
	for (uint32_t i = 0; i < nr; i++)
		put_segment(p, &req->seg[i], i, nr,
			    operation == BLKIF_OP_READ);
	p->next_sector += nr * 8;
	pages_live(p, id, index)->operation = operation;
	return req;
}

static void put_discard(struct pages *p, uint8_t flag, uint64_t nr_sectors)
{
	struct blkif_request_discard *req =
		(void *)blkif_request(p, SLOT_REQUEST);
	uint64_t id = pages_new_id(p);

	req->operation = BLKIF_OP_DISCARD;
	req->flag = flag;
	req->handle = HANDLE;
	req->id = id;
	req->sector_number = p->next_sector;
	req->nr_sectors = nr_sectors;
	p->next_sector += nr_sectors;
	pages_live(p, id, blkif_req_pvt(p) - 1)->operation = BLKIF_OP_DISCARD;
}

/* `nr` is what the request claims; descriptors are made for `real` of them. */
static void put_indirect(struct pages *p, uint8_t indirect_op, uint16_t nr,
			 uint32_t real)
{
	struct blkif_request_indirect *req =
		(void *)blkif_request(p, SLOT_REQUEST);
	uint64_t id = pages_new_id(p);
	uint32_t done = 0;

	req->operation = BLKIF_OP_INDIRECT;
	req->indirect_op = indirect_op;
	req->nr_segments = nr;
	req->id = id;
	req->sector_number = p->next_sector;
	req->handle = HANDLE;
	for (uint32_t page = 0; done < real; page++) {
		uint32_t here = real - done;
		struct blkif_request_segment *seg;

		if (here > SEGS_PER_INDIRECT_PAGE)
			here = SEGS_PER_INDIRECT_PAGE;
		seg = (void *)pages_indirect(p, here,
					     &req->indirect_grefs[page]);
		for (uint32_t i = 0; i < here; i++, done++)
			put_segment(p, &seg[i], done, real,
				    indirect_op == BLKIF_OP_READ);
	}
	p->next_sector += real * 8;
	/* The response names the inner operation. */
	pages_live(p, id, blkif_req_pvt(p) - 1)->operation = indirect_op;
}

static void respond(struct pages *p, uint32_t k, int status)
{
	struct live l = pages_answered(p, k);
	struct blkif_response *rsp = &blkif_response(p, SLOT_RESPONSE)->rsp;

	/* A backend writes the response and leaves the rest of the slot. */
	rsp->id = l.id;
	rsp->operation = l.operation;
	rsp->status = (int16_t)status;
}

static const char *blkif_put(struct pages *p, const char *op)
{
	uint32_t nr;
	size_t len = pages_parse_op(op, 1, &nr);

	if (pages_op_is(op, len, "discard") ||
	    pages_op_is(op, len, "discard-secure")) {
		put_discard(p, pages_op_is(op, len, "discard") ?
			    0 : BLKIF_DISCARD_SECURE, nr);
		return NULL;
	}
	if (pages_op_is(op, len, "indirect-read") ||
	    pages_op_is(op, len, "indirect-write")) {
		if (nr > BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST *
			 SEGS_PER_INDIRECT_PAGE)
			return "an indirect request has at most 4096 segments";
		if (p->nr_granted + BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST >
		    MAX_GRANTED)
			return "too many indirect pages: load a case anew";
		put_indirect(p, pages_op_is(op, len, "indirect-read") ?
			     BLKIF_OP_READ : BLKIF_OP_WRITE, (uint16_t)nr, nr);
		return NULL;
	}
	if (nr > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return "a request has at most 11 segments";
	for (uint8_t i = 0; i < sizeof(op_names) / sizeof(op_names[0]); i++)
		if (pages_op_is(op, len, op_names[i])) {
			put_rw(p, i, i == BLKIF_OP_FLUSH_DISKCACHE &&
			       !op[len] ? 0 : nr);
			return NULL;
		}
	return "no such operation: read[:SEGMENTS], write, write-barrier, "
	       "flush, reserved-1, discard[:SECTORS], discard-secure, "
	       "indirect-read[:SEGMENTS], indirect-write";
}

static const char *blkif_answer(struct pages *p, uint32_t k, int status)
{
	respond(p, k, status);
	return NULL;
}

/* ---- expectations ---- */

static void describe_segment(struct json *j,
			     const struct blkif_request_segment *seg)
{
	json_open(j, NULL, '{');
	json_uint(j, "gref", seg->gref);
	json_uint(j, "first_sect", seg->first_sect);
	json_uint(j, "last_sect", seg->last_sect);
	json_close(j, '}');
}

#ifndef PAGES_PACKED
void blkif_describe_granted(struct json *j, const struct granted *g)
{
	json_open(j, "seg", '[');
	for (uint32_t i = 0; i < g->nr_segments; i++) {
		struct blkif_request_segment seg;

		memcpy(&seg, g->mem + i * sizeof(seg), sizeof(seg));
		describe_segment(j, &seg);
	}
	json_close(j, ']');
}
#endif

static void describe_rw(struct json *j, const struct blkif_request *req)
{
	uint32_t nr = req->nr_segments;

	json_uint(j, "nr_segments", req->nr_segments);
	json_uint(j, "handle", req->handle);
	json_hex(j, "id", req->id);
	json_uint(j, "sector_number", req->sector_number);
	if (nr > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		nr = BLKIF_MAX_SEGMENTS_PER_REQUEST;
	json_open(j, "seg", '[');
	for (uint32_t i = 0; i < nr; i++)
		describe_segment(j, &req->seg[i]);
	json_close(j, ']');
}

static void describe_discard(struct json *j, const void *slot)
{
	struct blkif_request_discard req;

	memcpy(&req, slot, sizeof(req));
	json_uint(j, "flag", req.flag);
	json_uint(j, "handle", req.handle);
	json_hex(j, "id", req.id);
	json_uint(j, "sector_number", req.sector_number);
	json_uint(j, "nr_sectors", req.nr_sectors);
}

static void describe_indirect(struct json *j, const void *slot)
{
	struct blkif_request_indirect req;
	uint32_t pages;

	memcpy(&req, slot, sizeof(req));
	json_uint(j, "indirect_op", req.indirect_op);
	json_uint(j, "nr_segments", req.nr_segments);
	json_hex(j, "id", req.id);
	json_uint(j, "sector_number", req.sector_number);
	json_uint(j, "handle", req.handle);
	pages = (uint32_t)((req.nr_segments + SEGS_PER_INDIRECT_PAGE - 1) /
			   SEGS_PER_INDIRECT_PAGE);
	if (pages > BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST)
		pages = BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST;
	json_open(j, "indirect_grefs", '[');
	for (uint32_t i = 0; i < pages; i++)
		json_uint(j, NULL, req.indirect_grefs[i]);
	json_close(j, ']');
}

static void describe_slot(struct pages *p, struct json *j,
			  const struct slot_note *note)
{
	struct blkif_ends *e = p->priv;
	const struct blkif_request *req =
		RING_GET_REQUEST(&e->front, note->index);

	if (note->kind == SLOT_RESPONSE) {
		const struct blkif_response *rsp =
			RING_GET_RESPONSE(&e->front, note->index);

		json_hex(j, "id", rsp->id);
		json_uint(j, "operation", rsp->operation);
		json_int(j, "status", rsp->status);
		return;
	}
	json_uint(j, "operation", req->operation);
	if (req->operation == BLKIF_OP_DISCARD)
		describe_discard(j, req);
	else if (req->operation == BLKIF_OP_INDIRECT)
		describe_indirect(j, req);
	else
		describe_rw(j, req);
}

static void describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union blkif_sring_entry));
	ring_describe_slots(p, j, blkif_req_pvt(p), describe_slot);
}

/* ---- cases ---- */

/* A mixture in which every kind of request follows every other. */
static void put_mixed(struct pages *p, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		switch (i * 7 % 11) {
		case 3:
			put_rw(p, BLKIF_OP_FLUSH_DISKCACHE, 0);
			break;
		case 5:
			put_discard(p, i & 1 ? BLKIF_DISCARD_SECURE : 0, 4096);
			break;
		case 8:
			put_rw(p, BLKIF_OP_WRITE_BARRIER, 2);
			break;
		default:
			put_rw(p, i & 1 ? BLKIF_OP_WRITE : BLKIF_OP_READ,
			       1 + i % 11);
			break;
		}
}

static void fill_empty(struct pages *p, uint32_t start)
{
	blkif_start(p, start);
}

static void fill_one(struct pages *p, uint32_t operation)
{
	put_rw(p, (uint8_t)operation,
	       operation == BLKIF_OP_FLUSH_DISKCACHE ? 0 : 3);
	blkif_push_requests(p);
	blkif_consume(p);
}

static void fill_segments(struct pages *p, uint32_t nr)
{
	put_rw(p, BLKIF_OP_READ, nr);
	blkif_push_requests(p);
}

static void fill_discard(struct pages *p, uint32_t flag)
{
	/* Beyond 32 bits, both. */
	p->next_sector = UINT64_C(0x123456789a);
	put_discard(p, (uint8_t)flag, UINT64_C(0x200000000));
	blkif_push_requests(p);
	blkif_consume(p);
}

static void fill_indirect(struct pages *p, uint32_t arg)
{
	put_indirect(p, (uint8_t)(arg >> 16), (uint16_t)arg, arg & 0xffff);
	blkif_push_requests(p);
	blkif_consume(p);
}

static void fill_mixed(struct pages *p, uint32_t nr)
{
	put_mixed(p, nr ? nr : p->nr_ents);
	blkif_push_requests(p);
}

static void fill_wrapped(struct pages *p, uint32_t nr)
{
	blkif_start(p, 0xfffffff0);
	put_mixed(p, nr ? nr : p->nr_ents);
	blkif_push_requests(p);
	blkif_consume(p);
}

/* Some turns of the ring in which later requests are answered first. */
static void fill_out_of_order(struct pages *p, uint32_t turns)
{
	static const int16_t statuses[] = {
		BLKIF_RSP_OKAY, BLKIF_RSP_OKAY, BLKIF_RSP_ERROR,
		BLKIF_RSP_OKAY, BLKIF_RSP_EOPNOTSUPP,
	};

	/* Like Windows, whose ids are addresses in its kernel. */
	p->id_base = UINT64_C(0xffffb70e4c2a5010);
	p->id_step = 0x1c0;
	put_mixed(p, p->nr_ents);
	blkif_push_requests(p);
	for (uint32_t t = 0; t < turns; t++) {
		uint32_t nr = p->nr_ents / 4 + t % 3;

		blkif_consume(p);
		for (uint32_t i = 0; i < nr; i++)
			respond(p, (i * 5 + 3) % p->nr_live, statuses[i % 5]);
		blkif_push_responses(p);
		/* The last responses wait for the frontend. */
		if (t == turns - 1)
			break;
		blkif_take(p);
		put_mixed(p, t < 3 ? nr - 3 : nr);
		blkif_push_requests(p);
	}
}

static void fill_statuses(struct pages *p, uint32_t arg)
{
	static const int16_t statuses[] = {
		BLKIF_RSP_OKAY, BLKIF_RSP_ERROR, BLKIF_RSP_EOPNOTSUPP, -3, 7,
	};

	(void)arg;
	for (uint8_t op = 0; op <= BLKIF_OP_RESERVED_1; op++)
		put_rw(p, op, op == BLKIF_OP_FLUSH_DISKCACHE ? 0 : 1);
	put_discard(p, 0, 8);
	put_indirect(p, BLKIF_OP_WRITE, 20, 20);
	blkif_push_requests(p);
	blkif_consume(p);
	for (uint32_t i = 0; i < 7; i++)
		respond(p, 0, statuses[i % 5]);
	blkif_push_responses(p);
	blkif_take(p);
}

static void fill_early_response(struct pages *p, uint32_t arg)
{
	(void)arg;
	put_mixed(p, 8);
	blkif_push_requests(p);
	blkif_consume(p);
	respond(p, 4, BLKIF_RSP_OKAY);
	blkif_push_responses(p);
	respond(p, 5, BLKIF_RSP_OKAY);
	respond(p, 0, BLKIF_RSP_OKAY);
}

/* The ring drains before the next request comes, nr times. */
static void fill_drained(struct pages *p, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		put_rw(p, i & 1, 1 + i % 11);
		blkif_push_requests(p);
		blkif_consume(p);
		respond(p, 0, BLKIF_RSP_OKAY);
		blkif_push_responses(p);
		blkif_take(p);
	}
}

static void fill_not_taken(struct pages *p, uint32_t nr)
{
	put_mixed(p, nr);
	blkif_push_requests(p);
	blkif_consume(p);
	while (p->nr_live)
		respond(p, p->nr_live - 1, BLKIF_RSP_OKAY);
	blkif_push_responses(p);
}

static void fill_hold_off(struct pages *p, uint32_t distance)
{
	fill_mixed(p, 4);
	blkif_consume(p);
	*blkif_index(p, REQ_EVENT) = *blkif_index(p, REQ_PROD) + distance;
	*blkif_index(p, RSP_EVENT) = *blkif_index(p, RSP_PROD) + distance;
}

static void fill_bad_segments(struct pages *p, uint32_t nr)
{
	put_rw(p, BLKIF_OP_WRITE, 2);
	put_rw(p, BLKIF_OP_WRITE, nr);
	put_rw(p, BLKIF_OP_WRITE, 2);
	blkif_push_requests(p);
}

static void fill_bad_operation(struct pages *p, uint32_t operation)
{
	put_rw(p, BLKIF_OP_READ, 2);
	put_rw(p, (uint8_t)operation, 4);
	put_rw(p, BLKIF_OP_READ, 2);
	blkif_push_requests(p);
}

static void fill_bad_sectors(struct pages *p, uint32_t arg)
{
	struct blkif_request *req;

	(void)arg;
	req = put_rw(p, BLKIF_OP_READ, 4);
	req->seg[0].first_sect = 6;
	req->seg[0].last_sect = 2;
	req->seg[1].first_sect = 0;
	req->seg[1].last_sect = 8;
	req->seg[2].first_sect = 200;
	req->seg[2].last_sect = 255;
	req->seg[3].gref = 0xffffffff;
	req = put_rw(p, BLKIF_OP_WRITE, 0);
	req->sector_number = UINT64_C(0xffffffffffff);
	blkif_push_requests(p);
}

static void fill_bad_indirect(struct pages *p, uint32_t nr)
{
	put_rw(p, BLKIF_OP_READ, 1);
	/* One page of descriptors, the other grant references stay 0. */
	put_indirect(p, BLKIF_OP_READ, (uint16_t)nr, nr ? 3 : 0);
	put_rw(p, BLKIF_OP_READ, 1);
	blkif_push_requests(p);
}

static void fill_bad_indirect_op(struct pages *p, uint32_t indirect_op)
{
	put_indirect(p, (uint8_t)indirect_op, 3, 3);
	blkif_push_requests(p);
}

static void fill_overrun(struct pages *p, uint32_t distance)
{
	fill_mixed(p, 0);
	*blkif_index(p, REQ_PROD) = *blkif_index(p, RSP_PROD) + distance;
}

static void fill_responses_ahead(struct pages *p, uint32_t distance)
{
	fill_statuses(p, 0);
	*blkif_index(p, RSP_PROD) = *blkif_index(p, REQ_PROD) + distance;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define OP(name_, op_) \
	{ .name = "blkif-" name_, .fill = fill_one, .arg = BLKIF_OP_##op_, \
	  .about = "one " name_ " request in flight" }
#define FULL(name_, pages_) \
	{ .name = "blkif-full-" name_, .fill = fill_mixed, .pages = pages_, \
	  .about = "every slot a request, some lie across two pages" }

static const struct page_case cases[] = {
	{ .name = "blkif-empty", .fill = fill_empty,
	  .about = "as the frontend initialises it" },
	OP("read", READ),
	OP("write", WRITE),
	OP("write-barrier", WRITE_BARRIER),
	OP("flush", FLUSH_DISKCACHE),
	OP("reserved-1", RESERVED_1),
	{ .name = "blkif-discard", .fill = fill_discard,
	  .about = "one discard in flight, sectors beyond 32 bits" },
	{ .name = "blkif-discard-secure", .fill = fill_discard,
	  .arg = BLKIF_DISCARD_SECURE, .about = "one secure discard" },
	{ .name = "blkif-indirect-read", .fill = fill_indirect,
	  .arg = BLKIF_OP_READ << 16 | 32,
	  .about = "32 segments in one descriptor page" },
	{ .name = "blkif-indirect-write", .fill = fill_indirect,
	  .arg = BLKIF_OP_WRITE << 16 | 513,
	  .about = "513 segments, the last one alone on a second page" },
	{ .name = "blkif-indirect-page", .fill = fill_indirect,
	  .arg = BLKIF_OP_READ << 16 | 512,
	  .about = "512 segments, exactly one page" },
	{ .name = "blkif-indirect-most", .fill = fill_indirect,
	  .arg = BLKIF_OP_WRITE << 16 | 4096,
	  .about = "4096 segments in 8 pages, all that the protocol allows" },
	{ .name = "blkif-most-segments", .fill = fill_segments, .arg = 11,
	  .about = "11 segments; the backend has not looked yet" },
	{ .name = "blkif-half", .fill = fill_mixed, .arg = 16,
	  .about = "half of the slots; the backend has not looked yet" },
	{ .name = "blkif-full", .fill = fill_mixed,
	  .about = "every slot a request" },
	{ .name = "blkif-drained", .fill = fill_drained, .arg = 1000,
	  .about = "1000 requests answered one by one: old responses only" },
	{ .name = "blkif-not-taken", .fill = fill_not_taken, .arg = 20,
	  .about = "20 responses, and the frontend takes none" },
	{ .name = "blkif-wrap", .fill = fill_wrapped, .arg = 24,
	  .about = "indices pass 2^32" },
	{ .name = "blkif-wrap-full", .fill = fill_wrapped,
	  .about = "indices pass 2^32 on a full ring" },
	{ .name = "blkif-statuses", .fill = fill_statuses,
	  .about = "a response to every operation, of every status" },
	{ .name = "blkif-out-of-order", .fill = fill_out_of_order, .arg = 1,
	  .about = "responses lie over requests that are still in flight" },
	{ .name = "blkif-out-of-order-long", .fill = fill_out_of_order,
	  .arg = 30, .about = "the same after many turns of the ring" },
	{ .name = "blkif-out-of-order-4-pages", .fill = fill_out_of_order,
	  .arg = 9, .pages = 4, .about = "the same on a 4-page ring" },
	{ .name = "blkif-early-response", .fill = fill_early_response,
	  .about = "two responses written and not yet published lie "
		   "between rsp_prod and req_prod" },
	{ .name = "blkif-hold-off", .fill = fill_hold_off, .arg = 5,
	  .about = "events wanted only after 5 more: allowed" },
	FULL("2-pages", 2),
	FULL("4-pages", 4),
	FULL("8-pages", 8),
	FULL("16-pages", 16),
	{ .name = "blkif-wrap-16-pages", .fill = fill_wrapped, .pages = 16,
	  .about = "indices pass 2^32 on a full 16-page ring" },

	{ .name = "blkif-bad-nr-segments", .fill = fill_bad_segments,
	  .arg = 255, .fault = "nr_segments",
	  .about = "the second request claims 255 segments" },
	{ .name = "blkif-bad-nr-segments-12", .fill = fill_bad_segments,
	  .arg = 12, .fault = "nr_segments",
	  .about = "the second request claims one segment too many" },
	{ .name = "blkif-bad-operation", .fill = fill_bad_operation,
	  .arg = 77, .fault = "operation",
	  .about = "the second request's operation is unknown" },
	{ .name = "blkif-bad-sectors", .fill = fill_bad_sectors,
	  .fault = "sectors",
	  .about = "sectors out of order or beyond a page, no such grant, "
		   "a write without segments" },
	{ .name = "blkif-bad-indirect-nr-segments", .fill = fill_bad_indirect,
	  .arg = 65535, .fault = "nr_segments",
	  .about = "65535 segments claimed, one descriptor page" },
	{ .name = "blkif-bad-indirect-none", .fill = fill_bad_indirect,
	  .arg = 0, .fault = "nr_segments",
	  .about = "an indirect request without segments" },
	{ .name = "blkif-bad-indirect-op", .fill = fill_bad_indirect_op,
	  .arg = BLKIF_OP_INDIRECT, .fault = "indirect_op",
	  .about = "an indirect request in an indirect request" },
	{ .name = "blkif-lost-event", .fill = fill_hold_off, .arg = 100,
	  .fault = "event",
	  .about = "an event wanted after more than the ring holds" },
	{ .name = "blkif-overrun", .fill = fill_overrun, .arg = 33,
	  .fault = "overrun", .about = "one request more than slots" },
	{ .name = "blkif-overrun-far", .fill = fill_overrun,
	  .arg = 0x80000000, .fault = "overrun",
	  .about = "2^31 requests more than responses" },
	{ .name = "blkif-responses-ahead", .fill = fill_responses_ahead,
	  .arg = 1, .fault = "overrun",
	  .about = "one response more than requests" },
	{ .name = "blkif-garbage", .fill = fill_garbage, .arg = 0x9e3779b9,
	  .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
	{ .name = "blkif-garbage-16-pages", .fill = fill_garbage,
	  .arg = 0x85ebca6b, .pages = 16, .fault = "garbage",
	  .opaque = true, .about = "bytes that mean nothing" },
};

#ifdef PAGES_PACKED
const struct protocol blkif_packed_protocol = {
	.abi = "x86_32",
#else
const struct protocol blkif_protocol = {
#endif
	.name = "blkif",
	.abi_differs = true,
	.priv_size = sizeof(struct blkif_ends),
	.start = blkif_start,
	.describe = describe,
	.ring = &blkif_ring_ops,
	.granted = "blkif-indirect",
	.describe_granted = blkif_describe_granted,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
