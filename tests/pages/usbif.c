/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of usbif: the ring of requests and that of plug events.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/usbif.h>

#define RING usbif_urb
#include "ring-template.h"

#define RING usbif_conn
#include "ring-template.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Not in the header: struct usb_iso_packet_descriptor of include/linux/usb.h. */
struct linux_iso_packet {
	uint32_t offset, length, actual_length;
	int32_t status;
};

/* ---- requests ---- */

static uint32_t pipe_of(uint32_t type, bool in, uint32_t port, uint32_t device,
			uint32_t endpoint)
{
	return usbif_setportnum_pipe(type << USBIF_PIPE_TYPE_SHIFT |
				     (in ? USBIF_PIPE_DIR : 0) |
				     device << USBIF_PIPE_DEV_SHIFT |
				     endpoint << USBIF_PIPE_EP_SHIFT, port);
}

static struct usbif_urb_request *urb_put(struct pages *p, uint32_t pipe)
{
	struct usbif_urb_request *req = &usbif_urb_request(p, SLOT_REQUEST)->req;
	uint64_t id = pages_new_id(p);

	memset(req, 0, sizeof(*req));
	req->id = (uint16_t)id;
	req->pipe = pipe;
	pages_live(p, id, usbif_urb_req_pvt(p) - 1);
	return req;
}

/* nr is what the request claims; 16 places are all there is. */
static void put_buffer(struct pages *p, struct usbif_urb_request *req, uint32_t nr)
{
	req->nr_buffer_segs = (uint16_t)nr;
	for (uint32_t i = 0; i < nr && i < USBIF_MAX_SEGMENTS_PER_REQUEST; i++) {
		req->seg[i].gref = pages_data_grant(p, usbif_pipein(req->pipe));
		req->seg[i].offset = i ? 0 : 64;
		req->seg[i].length = (uint16_t)(i ? PAGE_BYTES : PAGE_BYTES - 64);
		req->buffer_length = (uint16_t)(req->buffer_length + req->seg[i].length);
	}
}

static struct usbif_urb_request *put_bulk(struct pages *p, bool in, uint32_t nr)
{
	struct usbif_urb_request *req =
		urb_put(p, pipe_of(USBIF_PIPE_TYPE_BULK, in, 1, 5, 2));

	req->transfer_flags = in ? USBIF_SHORT_NOT_OK : 0;
	put_buffer(p, req, nr);
	return req;
}

/* A keyboard's. */
static struct usbif_urb_request *put_intr(struct pages *p)
{
	struct usbif_urb_request *req =
		urb_put(p, pipe_of(USBIF_PIPE_TYPE_INT, true, 2, 127, 15));

	req->u.intr.interval = 8;
	put_buffer(p, req, 1);
	req->seg[0].length = req->buffer_length = 8;
	return req;
}

static void put_ctrl(struct pages *p, const uint8_t *setup)
{
	bool in = setup[0] & 0x80;
	uint32_t length = setup[6] | (uint32_t)setup[7] << 8;
	struct usbif_urb_request *req =
		urb_put(p, pipe_of(USBIF_PIPE_TYPE_CTRL, in, 31, 1, 0));

	memcpy(req->u.ctrl, setup, sizeof(req->u.ctrl));
	put_buffer(p, req, length ? 1 : 0);
	if (length)
		req->seg[0].length = req->buffer_length = (uint16_t)length;
}

/*
 * A request of nr packets with so many data pages. The packets are described in
 * pages with at most per of them in each.
 */
static struct usbif_urb_request *put_isoc(struct pages *p, uint32_t buffers,
					  uint32_t nr, uint32_t per)
{
	struct usbif_urb_request *req =
		urb_put(p, pipe_of(USBIF_PIPE_TYPE_ISOC, true, 3, 4, 1));
	struct usbif_request_segment *seg = req->seg + buffers;

	put_buffer(p, req, buffers);
	req->u.isoc.interval = 1;
	req->u.isoc.start_frame = 0x7fe;
	req->u.isoc.number_of_packets = (uint16_t)nr;
	for (uint32_t done = 0; done < nr; seg++) {
		uint32_t here = nr - done < per ? nr - done : per;
		uint8_t *mem = pages_indirect(p, here, &seg->gref);
		struct granted *g = &p->granted[p->nr_granted - 1];

		/* A page that is not full need not begin at its beginning. */
		g->off = (PAGE_BYTES / 16 - here) / 2 * 16;
		seg->offset = (uint16_t)g->off;
		seg->length = (uint16_t)(here * sizeof(struct linux_iso_packet));
		for (uint32_t i = 0; i < here; i++, done++) {
			struct linux_iso_packet packet = {
				.offset = done * 192, .length = 192,
				.actual_length = done % 7 ? 192 : 0,
				.status = done % 7 ? 0 : -18, /* -EXDEV */
			};

			memcpy(mem + g->off + i * sizeof(packet), &packet,
			       sizeof(packet));
		}
		req->u.isoc.nr_frame_desc_segs++;
	}
	return req;
}

/* In the pipe of the request that it takes back, if there is one. */
static void put_unlink(struct pages *p, uint16_t unlink_id)
{
	urb_put(p, usbif_setunlink_pipe(pipe_of(USBIF_PIPE_TYPE_INT, true, 2, 127, 15)))
		->u.unlink.unlink_id = unlink_id;
}

static const uint8_t get_descriptor[8] = { 0x80, 6, 0, 1, 0x09, 0x04, 0x12, 0 };
static const uint8_t set_address[8] = { 0x00, 5, 7, 0, 0, 0, 0, 0 };
static const uint8_t class_interface[8] = { 0x21, 0x0a, 0x34, 0x12, 1, 0, 0, 0 };
static const uint8_t vendor_endpoint[8] = { 0xc2, 0xff, 0xff, 0xff, 0x81, 0, 0xff, 0x0f };

static void urb_respond(struct pages *p, uint32_t k, int status)
{
	struct live l = pages_answered(p, k);
	struct usbif_urb_response *rsp = &usbif_urb_response(p, SLOT_RESPONSE)->rsp;

	rsp->id = (uint16_t)l.id;
	rsp->start_frame = (uint16_t)(l.index * 3);
	rsp->status = status;
	rsp->actual_length = status ? 0 : 4096;
	rsp->error_count = status ? 2 : 0;
}

static const char *usbif_urb_put(struct pages *p, const char *op)
{
	uint32_t nr;
	size_t len = pages_parse_op(op, 1, &nr);

	if (pages_op_is(op, len, "unlink")) {
		put_unlink(p, (uint16_t)nr);
		return NULL;
	}
	if (nr > USBIF_MAX_SEGMENTS_PER_REQUEST)
		return "a request has at most 16 segments";
	if (pages_op_is(op, len, "bulk-in") || pages_op_is(op, len, "bulk-out"))
		put_bulk(p, pages_op_is(op, len, "bulk-in"), nr);
	else if (pages_op_is(op, len, "int"))
		put_intr(p);
	else if (pages_op_is(op, len, "ctrl"))
		put_ctrl(p, get_descriptor);
	else if (pages_op_is(op, len, "isoc") && nr < USBIF_MAX_SEGMENTS_PER_REQUEST &&
		 p->nr_granted < MAX_GRANTED)
		put_isoc(p, nr, 8, 256);
	else
		return "no such request: bulk-in[:SEGMENTS], bulk-out, int, ctrl, "
		       "isoc[:SEGMENTS], unlink[:ID]";
	return NULL;
}

static const char *usbif_urb_answer(struct pages *p, uint32_t k, int status)
{
	urb_respond(p, k, status);
	return NULL;
}

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void describe_segments(struct json *j, const char *key,
			      const struct usbif_request_segment *seg, uint32_t nr)
{
	json_open(j, key, '[');
	for (uint32_t i = 0; i < nr; i++) {
		json_open(j, NULL, '{');
		json_uint(j, "gref", seg[i].gref);
		json_uint(j, "offset", seg[i].offset);
		json_uint(j, "length", seg[i].length);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void describe_frames(struct json *j, const struct granted *g)
{
	json_uint(j, "offset", g->off);
	json_open(j, "seg", '[');
	for (uint32_t i = 0; i < g->nr_segments; i++) {
		struct linux_iso_packet packet;

		memcpy(&packet, g->mem + g->off + i * sizeof(packet), sizeof(packet));
		json_open(j, NULL, '{');
		json_uint(j, "offset", packet.offset);
		json_uint(j, "length", packet.length);
		json_uint(j, "actual_length", packet.actual_length);
		json_int(j, "status", packet.status);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void describe_isoc(struct pages *p, struct json *j,
			  const struct usbif_urb_request *req)
{
	uint32_t buffers = min(req->nr_buffer_segs, USBIF_MAX_SEGMENTS_PER_REQUEST);
	uint32_t nr = min(req->u.isoc.nr_frame_desc_segs,
			  USBIF_MAX_SEGMENTS_PER_REQUEST - buffers), bytes = 0;

	for (uint32_t i = 0; i < nr; i++)
		bytes += req->seg[buffers + i].length;
	json_uint(j, "interval", req->u.isoc.interval);
	json_uint(j, "start_frame", req->u.isoc.start_frame);
	json_uint(j, "number_of_packets", req->u.isoc.number_of_packets);
	json_uint(j, "nr_frame_desc_segs", req->u.isoc.nr_frame_desc_segs);
	describe_segments(j, "frame_desc_seg", req->seg + buffers, nr);
	json_open(j, "follow", '{');
	if (p->c && p->c->fault && !strcmp(p->c->fault, "length")) {
		json_null(j, "pieces");
	} else {
		describe_segments(j, "pieces", req->seg + buffers, nr);
		json_uint(j, "n", min(bytes / sizeof(struct linux_iso_packet),
				      req->u.isoc.number_of_packets));
	}
	json_close(j, '}');
}

static void describe_setup(struct json *j, const uint8_t *setup)
{
	json_open(j, "ctrl", '{');
	json_int(j, "dir", setup[0] >> 7);
	json_int(j, "kind", setup[0] >> 5 & 3);
	json_int(j, "recipient", setup[0] & 31);
	json_uint(j, "request", setup[1]);
	json_uint(j, "value", setup[2] | (uint32_t)setup[3] << 8);
	json_uint(j, "index", setup[4] | (uint32_t)setup[5] << 8);
	json_uint(j, "length", setup[6] | (uint32_t)setup[7] << 8);
	json_close(j, '}');
}

static void urb_describe_slot(struct pages *p, struct json *j,
			      const struct slot_note *note)
{
	struct usbif_urb_ends *e = p->priv;
	const struct usbif_urb_request *req =
		RING_GET_REQUEST(&e->front, note->index);
	const struct usbif_urb_response *rsp =
		RING_GET_RESPONSE(&e->front, note->index);

	if (note->kind == SLOT_RESPONSE) {
		json_hex(j, "id", rsp->id);
		json_uint(j, "start_frame", rsp->start_frame);
		json_int(j, "status", rsp->status);
		json_int(j, "actual_length", rsp->actual_length);
		json_int(j, "error_count", rsp->error_count);
		return;
	}
	json_hex(j, "id", req->id);
	json_uint(j, "pipe", req->pipe);
	json_uint(j, "port", usbif_pipeportnum(req->pipe));
	json_uint(j, "unlink", usbif_pipeunlink(req->pipe) != 0);
	json_int(j, "dir", usbif_pipein(req->pipe) != 0);
	json_uint(j, "device", usbif_pipedevice(req->pipe));
	json_uint(j, "endpoint", usbif_pipeendpoint(req->pipe));
	json_int(j, "type", usbif_pipetype(req->pipe));
	if (usbif_pipeunlink(req->pipe)) {
		json_uint(j, "unlink_id", req->u.unlink.unlink_id);
		return;
	}
	json_uint(j, "transfer_flags", req->transfer_flags);
	json_uint(j, "buffer_length", req->buffer_length);
	json_uint(j, "nr_buffer_segs", req->nr_buffer_segs);
	describe_segments(j, "seg", req->seg,
			  min(req->nr_buffer_segs, USBIF_MAX_SEGMENTS_PER_REQUEST));
	if (usbif_pipeisoc(req->pipe))
		describe_isoc(p, j, req);
	else if (usbif_pipeint(req->pipe))
		json_uint(j, "interval", req->u.intr.interval);
	else if (usbif_pipectrl(req->pipe))
		describe_setup(j, req->u.ctrl);
}

static void urb_describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union usbif_urb_sring_entry));
	ring_describe_slots(p, j, usbif_urb_req_pvt(p), urb_describe_slot);
}

/* Every kind of request but an isochronous one, whose pages are few. */
static void put_mixed(struct pages *p, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		switch (i % 6) {
		case 0:
			put_intr(p);
			break;
		case 1:
			put_ctrl(p, i & 4 ? set_address : get_descriptor);
			break;
		case 2:
			put_unlink(p, (uint16_t)(i - 2));
			break;
		default:
			put_bulk(p, i & 1, i * 7 % 17);
			break;
		}
}

static void urb_fill_idle(struct pages *p, uint32_t start)
{
	usbif_urb_start(p, start);
}

static void urb_fill_requests(struct pages *p, uint32_t arg)
{
	(void)arg;
	put_intr(p);
	put_bulk(p, true, 3);
	put_bulk(p, false, 2);
	put_ctrl(p, get_descriptor);
	put_ctrl(p, set_address);
	put_ctrl(p, class_interface);
	put_ctrl(p, vendor_endpoint);
	put_isoc(p, 2, 20, 256);
	put_unlink(p, 0);
	usbif_urb_push_requests(p);
	usbif_urb_consume(p);
}

/* A keyboard and a mouse, and nobody touches them. */
static void urb_fill_waiting(struct pages *p, uint32_t arg)
{
	(void)arg;
	put_intr(p);
	put_intr(p)->u.intr.interval = 1024;
	usbif_urb_push_requests(p);
	usbif_urb_consume(p);
}

static void urb_fill_segments(struct pages *p, uint32_t nr)
{
	put_bulk(p, true, nr);
	usbif_urb_push_requests(p);
}

/* arg: packets, data pages from bit 16 on, packets in a page from bit 24 on. */
static void urb_fill_isoc(struct pages *p, uint32_t arg)
{
	put_isoc(p, arg >> 16 & 0xff, arg & 0xffff, arg >> 24 ? arg >> 24 : 256);
	usbif_urb_push_requests(p);
	usbif_urb_consume(p);
}

static void urb_fill_full(struct pages *p, uint32_t start)
{
	usbif_urb_start(p, start);
	put_mixed(p, p->nr_ents);
	usbif_urb_push_requests(p);
	usbif_urb_consume(p);
}

static void urb_fill_out_of_order(struct pages *p, uint32_t start)
{
	static const int statuses[] = {
		USBIF_STATUS_OK, USBIF_STATUS_STALL, USBIF_STATUS_OK, USBIF_STATUS_SHUTDOWN,
	};

	usbif_urb_start(p, start);
	for (uint32_t turn = 0; turn < 40; turn++) {
		put_mixed(p, usbif_urb_room(p));
		usbif_urb_push_requests(p);
		usbif_urb_consume(p);
		for (uint32_t i = 0; i < 5 && p->nr_live; i++)
			urb_respond(p, (i * 5 + turn) % p->nr_live, statuses[(i + turn) % 4]);
		usbif_urb_push_responses(p);
		usbif_urb_take(p);
	}
}

static void urb_fill_statuses(struct pages *p, uint32_t arg)
{
	static const int statuses[] = {
		USBIF_STATUS_OK, USBIF_STATUS_NODEV, USBIF_STATUS_INVAL, USBIF_STATUS_STALL,
		USBIF_STATUS_IOERROR, USBIF_STATUS_BABBLE, USBIF_STATUS_SHUTDOWN,
	};

	(void)arg;
	put_mixed(p, ARRAY_SIZE(statuses));
	usbif_urb_push_requests(p);
	usbif_urb_consume(p);
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		urb_respond(p, 0, statuses[i]);
	usbif_urb_push_responses(p);
}

static void urb_fill_bad_segments(struct pages *p, uint32_t nr)
{
	put_bulk(p, true, 2);
	put_bulk(p, false, nr);
	put_bulk(p, true, 2);
	usbif_urb_push_requests(p);
}

/* arg: data pages that are claimed, and in its upper half pages of packets. */
static void urb_fill_bad_isoc(struct pages *p, uint32_t arg)
{
	struct usbif_urb_request *req = put_isoc(p, 10, 30, 10);

	req->nr_buffer_segs = (uint16_t)arg;
	req->u.isoc.nr_frame_desc_segs = (uint16_t)(arg >> 16);
	usbif_urb_push_requests(p);
}

/* More packets than are described. */
static void urb_fill_bad_packets(struct pages *p, uint32_t nr)
{
	put_isoc(p, 2, 30, 10)->u.isoc.number_of_packets = (uint16_t)nr;
	usbif_urb_push_requests(p);
}

static void urb_fill_bad_length(struct pages *p, uint32_t arg)
{
	struct usbif_urb_request *req = put_isoc(p, 2, 30, 10);

	req->seg[3].offset = (uint16_t)arg;
	req->seg[3].length = (uint16_t)(arg >> 16);
	usbif_urb_push_requests(p);
}

static void urb_fill_bad_status(struct pages *p, uint32_t status)
{
	put_intr(p);
	usbif_urb_push_requests(p);
	usbif_urb_consume(p);
	urb_respond(p, 0, (int)status);
	usbif_urb_push_responses(p);
}

static void urb_fill_bad_pipe(struct pages *p, uint32_t pipe)
{
	put_bulk(p, true, 1)->pipe = pipe;
	usbif_urb_push_requests(p);
}

static void urb_fill_overrun(struct pages *p, uint32_t distance)
{
	urb_fill_full(p, 0);
	*usbif_urb_index(p, REQ_PROD) = distance;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define URB(name_) .name = "usbif-urb-" name_

static const struct page_case urb_cases[] = {
	{ URB("idle"), .fill = urb_fill_idle,
	  .about = "as the frontend initialises it" },
	{ URB("requests"), .fill = urb_fill_requests,
	  .about = "one of each request" },
	{ URB("waiting"), .fill = urb_fill_waiting,
	  .about = "interrupt requests that wait for the device: usual" },
	{ URB("segments-0"), .fill = urb_fill_segments, .arg = 0,
	  .about = "a request without data" },
	{ URB("segments-16"), .fill = urb_fill_segments, .arg = 16,
	  .about = "as many data pages as fit" },
	{ URB("isoc-0"), .fill = urb_fill_isoc, .arg = 0 | 1 << 16,
	  .about = "an isochronous request of no packets" },
	{ URB("isoc-256"), .fill = urb_fill_isoc, .arg = 256 | 12 << 16,
	  .about = "packets that fill a page" },
	{ URB("isoc-300"), .fill = urb_fill_isoc, .arg = 300 | 14 << 16,
	  .about = "packets in two pages, and all places in use" },
	{ URB("isoc-pieces"), .fill = urb_fill_isoc,
	  .arg = 48 | 0 << 16 | 3u << 24,
	  .about = "three packets in each of 16 pages, and no data pages" },
	{ URB("full"), .fill = urb_fill_full, .about = "every slot a request" },
	{ URB("wrap"), .fill = urb_fill_full, .arg = 0xfffffff8,
	  .about = "a full ring across 2^32" },
	{ URB("out-of-order"), .fill = urb_fill_out_of_order,
	  .about = "responses in any order, after some turns of the ring" },
	{ URB("out-of-order-wrap"), .fill = urb_fill_out_of_order,
	  .arg = 0xffffffa0, .about = "the same across 2^32" },
	{ URB("statuses"), .fill = urb_fill_statuses,
	  .about = "a response of each status" },
	{ URB("reserved-bits"), .fill = urb_fill_bad_pipe, .arg = 0xfff80240,
	  .about = "bits of the pipe that have no meaning" },
	{ URB("bad-segments-17"), .fill = urb_fill_bad_segments, .arg = 17,
	  .fault = "nr_segments", .about = "one data page more than fits" },
	{ URB("bad-segments-65535"), .fill = urb_fill_bad_segments,
	  .arg = 65535, .fault = "nr_segments", .about = "the largest count" },
	{ URB("bad-isoc-sum"), .fill = urb_fill_bad_isoc, .arg = 10 | 7 << 16,
	  .fault = "nr_segments",
	  .about = "each count fits, both together do not" },
	{ URB("bad-isoc-buffers"), .fill = urb_fill_bad_isoc,
	  .arg = 17 | 1 << 16, .fault = "nr_segments",
	  .about = "no place is left for descriptions" },
	{ URB("bad-isoc-both"), .fill = urb_fill_bad_isoc, .arg = 0xffffffff,
	  .fault = "nr_segments", .about = "the largest counts" },
	{ URB("bad-packets"), .fill = urb_fill_bad_packets, .arg = 65535,
	  .about = "more packets than are described, which is seen where they are" },
	{ URB("bad-length"), .fill = urb_fill_bad_length,
	  .arg = 4088 | 16 << 16, .fault = "length",
	  .about = "descriptions that go beyond their page" },
	{ URB("bad-length-far"), .fill = urb_fill_bad_length,
	  .arg = 0xffffffff, .fault = "length",
	  .about = "descriptions far behind their page" },
	{ URB("bad-status"), .fill = urb_fill_bad_status, .arg = 1,
	  .fault = "status", .about = "a status that is none" },
	{ URB("overrun"), .fill = urb_fill_overrun, .arg = 17,
	  .fault = "overrun", .about = "one request more than slots" },
	{ URB("garbage"), .fill = fill_garbage, .arg = 0xd3a2646c,
	  .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
};

const struct protocol usbif_urb_protocol = {
	.name = "usbif-urb",
	.priv_size = sizeof(struct usbif_urb_ends),
	.start = usbif_urb_start,
	.describe = urb_describe,
	.ring = &usbif_urb_ring_ops,
	.granted = "usbif-frames",
	.describe_granted = describe_frames,
	.cases = urb_cases,
	.nr_cases = ARRAY_SIZE(urb_cases),
};

/* ---- plug events ---- */

/* The frontend keeps every slot posted; the ids need not differ. */
static void conn_post(struct pages *p)
{
	while (usbif_conn_room(p)) {
		uint32_t index = usbif_conn_req_pvt(p);
		uint16_t id = (uint16_t)(index & (p->nr_ents - 1));

		usbif_conn_request(p, SLOT_REQUEST)->req.id = id;
		pages_live(p, id, index);
	}
	usbif_conn_push_requests(p);
}

static void conn_event(struct pages *p, uint8_t port, uint8_t speed)
{
	struct live l = pages_answered(p, 0);
	struct usbif_conn_response *rsp = &usbif_conn_response(p, SLOT_RESPONSE)->rsp;

	rsp->id = (uint16_t)l.id;
	rsp->portnum = port;
	rsp->speed = speed;
}

static const char *usbif_conn_put(struct pages *p, const char *op)
{
	uint32_t index = usbif_conn_req_pvt(p);
	uint16_t id = (uint16_t)(index & (p->nr_ents - 1));

	if (strcmp(op, "event"))
		return "no such request: event";
	usbif_conn_request(p, SLOT_REQUEST)->req.id = id;
	pages_live(p, id, index);
	return NULL;
}

static const char *usbif_conn_answer(struct pages *p, uint32_t k, int status)
{
	if (k)
		return "events take the requests in their order";
	conn_event(p, 1, (uint8_t)status);
	return NULL;
}

static void conn_describe_slot(struct pages *p, struct json *j,
			       const struct slot_note *note)
{
	struct usbif_conn_ends *e = p->priv;
	const struct usbif_conn_response *rsp =
		RING_GET_RESPONSE(&e->front, note->index);

	if (note->kind != SLOT_RESPONSE) {
		json_hex(j, "id", RING_GET_REQUEST(&e->front, note->index)->id);
		return;
	}
	json_hex(j, "id", rsp->id);
	json_uint(j, "portnum", rsp->portnum);
	json_int(j, "speed", rsp->speed);
}

static void conn_describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union usbif_conn_sring_entry));
	ring_describe_slots(p, j, usbif_conn_req_pvt(p), conn_describe_slot);
}

static void conn_fill_empty(struct pages *p, uint32_t start)
{
	usbif_conn_start(p, start);
}

static void conn_fill_idle(struct pages *p, uint32_t start)
{
	usbif_conn_start(p, start);
	conn_post(p);
}

/* Events of every speed; arg: where indices begin. */
static void conn_fill_events(struct pages *p, uint32_t start)
{
	usbif_conn_start(p, start);
	conn_post(p);
	usbif_conn_consume(p);
	for (uint8_t i = 0; i < 31; i++)
		conn_event(p, (uint8_t)(i + 1),
			   i % 4 ? (uint8_t)(i % 4) : USBIF_SPEED_NONE);
	usbif_conn_push_responses(p);
}

static void conn_fill_running(struct pages *p, uint32_t start)
{
	usbif_conn_start(p, start);
	for (uint32_t turn = 0; turn < 60; turn++) {
		conn_post(p);
		usbif_conn_consume(p);
		for (uint32_t i = 0; i < 10; i++)
			conn_event(p, (uint8_t)(1 + i), (uint8_t)((turn + i) % 4));
		usbif_conn_push_responses(p);
		usbif_conn_take(p);
	}
}

static void conn_fill_bad_speed(struct pages *p, uint32_t speed)
{
	conn_post(p);
	conn_event(p, 255, (uint8_t)speed);
	usbif_conn_push_responses(p);
}

static void conn_fill_overrun(struct pages *p, uint32_t distance)
{
	conn_post(p);
	*usbif_conn_index(p, REQ_PROD) = distance;
}

#define CONN(name_) .name = "usbif-conn-" name_

static const struct page_case conn_cases[] = {
	{ CONN("empty"), .fill = conn_fill_empty,
	  .about = "as the frontend initialises it" },
	{ CONN("idle"), .fill = conn_fill_idle,
	  .about = "all 512 slots are posted and nothing was plugged in: usual" },
	{ CONN("events"), .fill = conn_fill_events,
	  .about = "an event of every port, of every speed" },
	{ CONN("wrap"), .fill = conn_fill_events, .arg = 0xfffffff8,
	  .about = "the same across 2^32" },
	{ CONN("running"), .fill = conn_fill_running,
	  .about = "after some turns of the ring" },
	{ CONN("running-wrap"), .fill = conn_fill_running, .arg = 0xffffff00,
	  .about = "the same across 2^32" },
	{ CONN("bad-speed"), .fill = conn_fill_bad_speed, .arg = 4,
	  .fault = "status", .about = "a speed that is none" },
	{ CONN("bad-speed-255"), .fill = conn_fill_bad_speed, .arg = 255,
	  .fault = "status", .about = "a speed that is none" },
	{ CONN("overrun"), .fill = conn_fill_overrun, .arg = 513,
	  .fault = "overrun", .about = "one request more than slots" },
	{ CONN("garbage"), .fill = fill_garbage, .arg = 0xfd7046c5,
	  .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
};

const struct protocol usbif_conn_protocol = {
	.name = "usbif-conn",
	.priv_size = sizeof(struct usbif_conn_ends),
	.start = usbif_conn_start,
	.describe = conn_describe,
	.ring = &usbif_conn_ring_ops,
	.cases = conn_cases,
	.nr_cases = ARRAY_SIZE(conn_cases),
};
