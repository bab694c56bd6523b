/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of netif: transmit, receive and control ring.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/netif.h>

#define RING netif_tx
#include "ring-template.h"

#define RING netif_rx
#include "ring-template.h"

#define RING xen_netif_ctrl
#include "ring-template.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* In Linux' netif.h alone: u is a u16, the headroom before the data. */
#define LINUX_EXTRA_TYPE_XDP 5

static const struct netif_extra_info gso_tcpv4 = {
	.type = XEN_NETIF_EXTRA_TYPE_GSO,
	.u.gso = { .size = 1448, .type = XEN_NETIF_GSO_TYPE_TCPV4 },
};

static const struct netif_extra_info gso_tcpv6 = {
	.type = XEN_NETIF_EXTRA_TYPE_GSO,
	.u.gso = { .size = 1428, .type = XEN_NETIF_GSO_TYPE_TCPV6,
		   .features = 0x1234 },
};

static const struct netif_extra_info mcast_add = {
	.type = XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
	.u.mcast.addr = { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa },
};

static const struct netif_extra_info mcast_del = {
	.type = XEN_NETIF_EXTRA_TYPE_MCAST_DEL,
	.u.mcast.addr = { 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 },
};

static const struct netif_extra_info hash_tcpv4 = {
	.type = XEN_NETIF_EXTRA_TYPE_HASH,
	.u.hash = { .type = _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP,
		    .algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ,
		    .value = { 0xde, 0xad, 0xbe, 0xef } },
};

static const struct netif_extra_info xdp_headroom = {
	.type = LINUX_EXTRA_TYPE_XDP,
	.u.pad = { 256 },
};

static const struct netif_extra_info unknown_extra = {
	.type = 77,
	.u.pad = { 0x1111, 0x2222, 0x3333 },
};

static void describe_extra(struct json *j, const void *slot)
{
	struct netif_extra_info extra;

	memcpy(&extra, slot, sizeof(extra));
	json_uint(j, "type", extra.type);
	json_uint(j, "flags", extra.flags);
	switch (extra.type) {
	case XEN_NETIF_EXTRA_TYPE_GSO:
		json_open(j, "gso", '{');
		json_uint(j, "size", extra.u.gso.size);
		json_uint(j, "type", extra.u.gso.type);
		json_uint(j, "features", extra.u.gso.features);
		json_close(j, '}');
		break;
	case XEN_NETIF_EXTRA_TYPE_MCAST_ADD:
	case XEN_NETIF_EXTRA_TYPE_MCAST_DEL:
		json_open(j, "mcast", '{');
		json_bytes(j, "addr", extra.u.mcast.addr,
			   sizeof(extra.u.mcast.addr));
		json_close(j, '}');
		break;
	case XEN_NETIF_EXTRA_TYPE_HASH:
		json_open(j, "hash", '{');
		json_uint(j, "type", extra.u.hash.type);
		json_uint(j, "algorithm", extra.u.hash.algorithm);
		json_bytes(j, "value", extra.u.hash.value,
			   sizeof(extra.u.hash.value));
		json_close(j, '}');
		break;
	case LINUX_EXTRA_TYPE_XDP:
		json_open(j, "xdp", '{');
		json_uint(j, "headroom", extra.u.pad[0]);
		json_close(j, '}');
		break;
	default:
		json_bytes(j, "u", &extra.u, sizeof(extra.u));
		break;
	}
}

/* ---- transmit ---- */

struct tx_packet {
	uint16_t flags;
	uint8_t nr_slots;	/* requests, without extras */
	uint8_t nr_extras;
	uint16_t size[24];	/* of each request's own data, the first too */
	const struct netif_extra_info *extra[4];
};

static void tx_put(struct pages *p, const struct tx_packet *packet)
{
	uint32_t first = netif_tx_req_pvt(p), total = 0;

	for (uint32_t i = 0; i < packet->nr_slots; i++)
		total += packet->size[i];
	for (uint32_t i = 0; i < packet->nr_slots; i++) {
		union netif_tx_sring_entry *slot =
			netif_tx_request(p, SLOT_REQUEST);
		uint64_t id = pages_new_id(p);
		struct live *live =
			pages_live(p, id, netif_tx_req_pvt(p) - 1);
		bool more = i + 1u < packet->nr_slots;

		slot->req = (struct netif_tx_request){
			.gref = pages_data_grant(p, false),
			.offset = i ? 0 : 66,
			.flags = more ? NETTXF_more_data : 0,
			.id = (uint16_t)id,
			/* The first one's is the whole packet's. */
			.size = (uint16_t)(i ? packet->size[i] : total),
		};
		if (i)
			continue;
		slot->req.flags |= packet->flags;
		if (packet->nr_extras)
			slot->req.flags |= NETTXF_extra_info;
		live->extras = packet->nr_extras;
		for (uint32_t x = 0; x < packet->nr_extras; x++) {
			struct netif_extra_info extra = *packet->extra[x];

			if (x + 1u < packet->nr_extras)
				extra.flags |= XEN_NETIF_EXTRA_FLAG_MORE;
			slot = netif_tx_request(p, SLOT_EXTRA);
			memcpy(slot, &extra, sizeof(extra));
		}
	}
	p->note[first & (p->nr_ents - 1)].packet =
		netif_tx_req_pvt(p) - first;
}

static void tx_respond(struct pages *p, uint32_t k, int status)
{
	struct live l = pages_answered(p, k);

	for (uint32_t i = 0; i <= l.extras; i++) {
		union netif_tx_sring_entry *slot =
			netif_tx_response(p, SLOT_RESPONSE);

		/* An extra's response has no id: whatever was there stays. */
		if (!i)
			slot->rsp.id = (uint16_t)l.id;
		slot->rsp.status = (int16_t)(i ? NETIF_RSP_NULL : status);
	}
}

static const struct tx_packet tx_single = {
	.nr_slots = 1, .size = { 1514 },
	.flags = NETTXF_csum_blank | NETTXF_data_validated,
};

static const struct tx_packet tx_small = {
	.nr_slots = 1, .size = { 60 },
};

static const struct tx_packet tx_fragments = {
	.nr_slots = 4, .size = { 66, 4096, 4096, 1000 },
	.flags = NETTXF_csum_blank | NETTXF_data_validated,
};

static const struct tx_packet tx_gso = {
	.nr_slots = 3, .size = { 54, 4096, 2000 },
	.flags = NETTXF_csum_blank | NETTXF_data_validated,
	.nr_extras = 1, .extra = { &gso_tcpv4 },
};

static const struct tx_packet tx_mcast = {
	.nr_slots = 1, .size = { 60 },
	.nr_extras = 2, .extra = { &mcast_add, &mcast_del },
};

static const struct tx_packet tx_hash = {
	.nr_slots = 2, .size = { 66, 700 },
	.nr_extras = 2, .extra = { &gso_tcpv6, &hash_tcpv4 },
};

static const struct tx_packet tx_xdp = {
	.nr_slots = 1, .size = { 98 },
	.nr_extras = 1, .extra = { &xdp_headroom },
};

static const struct tx_packet tx_unknown_extra = {
	.nr_slots = 1, .size = { 98 },
	.nr_extras = 2, .extra = { &unknown_extra, &gso_tcpv4 },
};

static const struct tx_packet tx_most_slots = {
	.nr_slots = 18,
	.size = { 66, 3800, 3800, 3800, 3800, 3800, 3800, 3800, 3800, 3800,
		  3800, 3800, 3800, 3800, 3800, 3800, 3800, 3800 },
};

static const struct tx_packet tx_too_many_slots = {
	.nr_slots = 21,
	.size = { 66, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500,
		  500, 500, 500, 500, 500, 500, 500, 500, 500, 500 },
};

static const struct {
	const char *name;
	const struct tx_packet *packet;
} tx_ops[] = {
	{ "single", &tx_single },
	{ "small", &tx_small },
	{ "fragments", &tx_fragments },
	{ "gso", &tx_gso },
	{ "mcast", &tx_mcast },
	{ "hash", &tx_hash },
	{ "xdp", &tx_xdp },
	{ "most", &tx_most_slots },
	{ "too-many", &tx_too_many_slots },
};

static const char *netif_tx_put(struct pages *p, const char *op)
{
	uint32_t n;
	size_t len = pages_parse_op(op, 0, &n);

	for (size_t i = 0; i < ARRAY_SIZE(tx_ops); i++) {
		const struct tx_packet *packet = tx_ops[i].packet;

		if (!pages_op_is(op, len, tx_ops[i].name))
			continue;
		if (netif_tx_room(p) <
		    (uint32_t)packet->nr_slots + packet->nr_extras)
			return "not enough free slots for the packet";
		tx_put(p, packet);
		return NULL;
	}
	return "no such packet: single, small, fragments, gso, mcast, hash, "
	       "xdp, most, too-many";
}

static const char *netif_tx_answer(struct pages *p, uint32_t k, int status)
{
	tx_respond(p, k, status);
	return NULL;
}

static void tx_describe_slot(struct pages *p, struct json *j,
			     const struct slot_note *note)
{
	struct netif_tx_ends *e = p->priv;
	const struct netif_tx_request *req =
		RING_GET_REQUEST(&e->front, note->index);
	const struct netif_tx_response *rsp =
		RING_GET_RESPONSE(&e->front, note->index);

	switch (note->kind) {
	case SLOT_EXTRA:
		describe_extra(j, req);
		break;
	case SLOT_RESPONSE:
		if (rsp->status != NETIF_RSP_NULL)
			json_hex(j, "id", rsp->id);
		json_int(j, "status", rsp->status);
		break;
	default:
		json_uint(j, "gref", req->gref);
		json_uint(j, "offset", req->offset);
		json_uint(j, "flags", req->flags);
		json_hex(j, "id", req->id);
		json_uint(j, "size", req->size);
		break;
	}
}

static void tx_describe(struct pages *p, struct json *j)
{
	struct netif_tx_ends *e = p->priv;
	uint32_t newest = netif_tx_req_pvt(p);

	ring_describe(p, j, sizeof(union netif_tx_sring_entry));
	ring_describe_slots(p, j, newest, tx_describe_slot);
	if (p->c && p->c->opaque)
		return;
	/* Packets of which no slot has become a response yet. */
	json_open(j, "packets", '[');
	for (uint32_t i = 0; i < p->nr_ents; i++) {
		uint32_t at = (newest + i) & (p->nr_ents - 1);
		const struct slot_note *note = &p->note[at];
		const struct netif_tx_request *req =
			RING_GET_REQUEST(&e->front, at);

		if (note->kind != SLOT_REQUEST || !note->packet)
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "first", note->index);
		json_uint(j, "slots", note->packet);
		json_uint(j, "size", req->size);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void tx_fill_idle(struct pages *p, uint32_t start)
{
	netif_tx_start(p, start);
}

/* arg: which of tx_ops, behind and before a plain one. */
static void tx_fill_packet(struct pages *p, uint32_t which)
{
	tx_put(p, &tx_small);
	tx_put(p, tx_ops[which].packet);
	tx_put(p, &tx_small);
	netif_tx_push_requests(p);
}

static void tx_fill_mixed(struct pages *p, uint32_t start)
{
	netif_tx_start(p, start);
	for (size_t i = 0; i < 7; i++)
		tx_put(p, tx_ops[i].packet);
	netif_tx_push_requests(p);
	netif_tx_consume(p);
}

static void tx_fill_full(struct pages *p, uint32_t start)
{
	netif_tx_start(p, start);
	while (netif_tx_room(p) >= 4)
		tx_put(p, &tx_fragments);
	while (netif_tx_room(p))
		tx_put(p, &tx_small);
	netif_tx_push_requests(p);
	netif_tx_consume(p);
}

static void tx_fill_singles(struct pages *p, uint32_t arg)
{
	(void)arg;
	while (netif_tx_room(p))
		tx_put(p, &tx_single);
	netif_tx_push_requests(p);
}

/* The backend has answered the first two slots of the first packet. */
static void tx_fill_mid_packet(struct pages *p, uint32_t arg)
{
	(void)arg;
	tx_put(p, &tx_fragments);
	tx_put(p, &tx_gso);
	netif_tx_push_requests(p);
	netif_tx_consume(p);
	tx_respond(p, 0, NETIF_RSP_OKAY);
	tx_respond(p, 0, NETIF_RSP_OKAY);
	netif_tx_push_responses(p);
	netif_tx_take(p);
}

static void tx_fill_out_of_order(struct pages *p, uint32_t start)
{
	static const int16_t statuses[] = {
		NETIF_RSP_OKAY, NETIF_RSP_DROPPED, NETIF_RSP_OKAY,
		NETIF_RSP_ERROR,
	};

	netif_tx_start(p, start);
	for (uint32_t turn = 0; turn < 60; turn++) {
		for (size_t i = 0; i < 7 && netif_tx_room(p) > 4; i++)
			tx_put(p, tx_ops[(i + turn) % 7].packet);
		netif_tx_push_requests(p);
		netif_tx_consume(p);
		for (uint32_t i = 0; i < 9 && p->nr_live; i++)
			tx_respond(p, (i * 5 + turn) % p->nr_live,
				   statuses[i % 4]);
		netif_tx_push_responses(p);
		netif_tx_take(p);
	}
}

/* One request, and extras that never say they are the last one. */
static void tx_fill_endless_extras(struct pages *p, uint32_t arg)
{
	(void)arg;
	tx_put(p, &(struct tx_packet){
		.nr_slots = 1, .size = { 60 }, .flags = NETTXF_extra_info });
	while (netif_tx_room(p)) {
		struct netif_extra_info extra = gso_tcpv4;

		extra.flags = XEN_NETIF_EXTRA_FLAG_MORE;
		memcpy(netif_tx_request(p, SLOT_EXTRA), &extra,
		       sizeof(extra));
	}
	/* No packet is complete here. */
	p->note[0].packet = 0;
	netif_tx_push_requests(p);
}

static void tx_fill_endless_fragments(struct pages *p, uint32_t arg)
{
	(void)arg;
	while (netif_tx_room(p)) {
		tx_put(p, &(struct tx_packet){
			.nr_slots = 1, .size = { 100 },
			.flags = NETTXF_more_data });
		p->note[(netif_tx_req_pvt(p) - 1) & (p->nr_ents - 1)].packet
			= 0;
	}
	netif_tx_push_requests(p);
}

/* Data beyond the page; fragments larger than the packet; a runt. */
static void tx_fill_bad_sizes(struct pages *p, uint32_t arg)
{
	struct netif_tx_ends *e = p->priv;

	(void)arg;
	tx_put(p, &tx_single);
	RING_GET_REQUEST(&e->front, 0)->offset = 4000;
	tx_put(p, &tx_fragments);
	RING_GET_REQUEST(&e->front, 1)->size = 500;
	tx_put(p, &tx_small);
	RING_GET_REQUEST(&e->front, 5)->size = 13;
	netif_tx_push_requests(p);
}

static void tx_fill_bad_extra(struct pages *p, uint32_t arg)
{
	(void)arg;
	tx_put(p, &tx_small);
	tx_put(p, &tx_unknown_extra);
	tx_put(p, &tx_small);
	netif_tx_push_requests(p);
}

static void tx_fill_overrun(struct pages *p, uint32_t distance)
{
	tx_fill_full(p, 0);
	*netif_tx_index(p, REQ_PROD) = distance;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define GARBAGE(ring_, seed_) \
	{ .name = "netif-" ring_ "-garbage", .fill = fill_garbage, \
	  .arg = seed_, .fault = "garbage", .opaque = true, \
	  .about = "bytes that mean nothing" }

#define TX(name_) \
	.name = "netif-tx-" name_

static const struct page_case tx_cases[] = {
	{ TX("idle"), .fill = tx_fill_idle,
	  .about = "as the frontend initialises it" },
	{ TX("single"), .fill = tx_fill_packet, .arg = 0,
	  .about = "packets of one slot each" },
	{ TX("fragments"), .fill = tx_fill_packet, .arg = 2,
	  .about = "a packet of four requests" },
	{ TX("gso"), .fill = tx_fill_packet, .arg = 3,
	  .about = "an extra for segmentation offload, then fragments" },
	{ TX("mcast"), .fill = tx_fill_packet, .arg = 4,
	  .about = "two extras, multicast addresses" },
	{ TX("hash"), .fill = tx_fill_packet, .arg = 5,
	  .about = "two extras of different types, then a fragment" },
	{ TX("xdp"), .fill = tx_fill_packet, .arg = 6,
	  .about = "the extra that only Linux' header knows" },
	{ TX("most-slots"), .fill = tx_fill_packet, .arg = 7,
	  .about = "18 slots, all that every backend must take" },
	{ TX("mixed"), .fill = tx_fill_mixed,
	  .about = "one packet of each kind" },
	{ TX("ring-end"), .fill = tx_fill_mixed, .arg = 0xfe,
	  .about = "packets that continue at the ring's beginning" },
	{ TX("wrap"), .fill = tx_fill_mixed, .arg = 0xfffffff8,
	  .about = "packets across 2^32" },
	{ TX("full"), .fill = tx_fill_full,
	  .about = "every slot a request" },
	{ TX("full-singles"), .fill = tx_fill_singles,
	  .about = "256 packets of one slot; the backend has not looked" },
	{ TX("mid-packet"), .fill = tx_fill_mid_packet,
	  .about = "rsp_prod inside a packet: two of four slots answered" },
	{ TX("out-of-order"), .fill = tx_fill_out_of_order,
	  .about = "responses of every status, in any order" },
	{ TX("out-of-order-wrap"), .fill = tx_fill_out_of_order,
	  .arg = 0xfffffe00, .about = "the same across 2^32" },
	{ TX("too-many-slots"), .fill = tx_fill_packet, .arg = 8,
	  .fault = "slots",
	  .about = "21 slots, for which netback gives up the device" },
	{ TX("endless-extras"), .fill = tx_fill_endless_extras,
	  .fault = "chain", .about = "every extra says another one follows" },
	{ TX("endless-fragments"), .fill = tx_fill_endless_fragments,
	  .fault = "chain", .about = "every request says more data follow" },
	{ TX("bad-sizes"), .fill = tx_fill_bad_sizes, .fault = "size",
	  .about = "data beyond the page, fragments larger than the packet, "
		   "a packet shorter than a header" },
	{ TX("bad-extra"), .fill = tx_fill_bad_extra, .fault = "extra",
	  .about = "an extra of unknown type" },
	{ TX("overrun"), .fill = tx_fill_overrun, .arg = 257,
	  .fault = "overrun", .about = "one request more than slots" },
	GARBAGE("tx", 0xc2b2ae35),
};

const struct protocol netif_tx_protocol = {
	.name = "netif-tx",
	.priv_size = sizeof(struct netif_tx_ends),
	.start = netif_tx_start,
	.describe = tx_describe,
	.ring = &netif_tx_ring_ops,
	.cases = tx_cases,
	.nr_cases = ARRAY_SIZE(tx_cases),
};

/* ---- receive ---- */

static void rx_post(struct pages *p, uint32_t nr)
{
	while (nr--) {
		union netif_rx_sring_entry *slot =
			netif_rx_request(p, SLOT_REQUEST);
		uint32_t index = netif_rx_req_pvt(p) - 1;
		/* Slots are answered in place: the slot's number is the id. */
		uint16_t id = (uint16_t)(index & (p->nr_ents - 1));

		slot->req = (struct netif_rx_request){
			.id = id,
			.gref = pages_data_grant(p, true),
		};
		pages_live(p, id, index);
	}
}

/* The response to the oldest request. A negative status is an error's. */
static struct slot_note *rx_respond(struct pages *p, uint16_t offset,
				    uint16_t flags, int status)
{
	struct live l = pages_answered(p, 0);
	union netif_rx_sring_entry *slot =
		netif_rx_response(p, SLOT_RESPONSE);

	slot->rsp = (struct netif_rx_response){
		.id = (uint16_t)l.id,
		.offset = offset,
		.flags = flags,
		.status = (int16_t)status,
	};
	return &p->note[l.index & (p->nr_ents - 1)];
}

static void rx_extra(struct pages *p, const struct netif_extra_info *extra)
{
	pages_answered(p, 0);
	memcpy(netif_rx_response(p, SLOT_EXTRA), extra, sizeof(*extra));
}

/*
 * A packet of `size` bytes in as many slots as it takes. Returns how many.
 */
static uint32_t rx_packet(struct pages *p, uint32_t size, uint16_t flags,
		      const struct netif_extra_info *extra)
{
	struct slot_note *first = NULL;
	uint32_t slots = 0;

	do {
		uint32_t here = size > PAGE_BYTES ? PAGE_BYTES : size;
		struct slot_note *note;

		size -= here;
		note = rx_respond(p, 0, (uint16_t)(
				  (first ? 0 : flags) |
				  (size ? NETRXF_more_data : 0) |
				  (!first && extra ? NETRXF_extra_info : 0)),
				  (int)here);
		slots++;
		if (!first) {
			first = note;
			if (extra) {
				rx_extra(p, extra);
				slots++;
			}
		}
	} while (size);
	first->packet = slots;
	return slots;
}

/*
 * The old way of segmentation offload: a response without data goes before
 * the packet and is chained to it, its offset is the segments' size.
 */
static void rx_gso_prefix(struct pages *p, uint16_t gso_size, uint32_t size)
{
	struct slot_note *prefix =
		rx_respond(p, gso_size, NETRXF_gso_prefix | NETRXF_more_data,
			   0);
	uint32_t first = prefix->index + 1;

	prefix->packet = 1 + rx_packet(p, size, NETRXF_data_validated, NULL);
	p->note[first & (p->nr_ents - 1)].packet = 0;
}

static const char *netif_rx_put(struct pages *p, const char *op)
{
	if (strcmp(op, "buffer"))
		return "no such request: buffer";
	rx_post(p, 1);
	return NULL;
}

static const char *netif_rx_answer(struct pages *p, uint32_t k, int status)
{
	if (k)
		return "receive responses go in the order of the requests";
	rx_respond(p, 0, status < 0 ? 0 : NETRXF_data_validated, status)
		->packet = status < 0 ? 0 : 1;
	return NULL;
}

static void rx_describe_slot(struct pages *p, struct json *j,
			     const struct slot_note *note)
{
	struct netif_rx_ends *e = p->priv;
	const struct netif_rx_request *req =
		RING_GET_REQUEST(&e->front, note->index);
	const struct netif_rx_response *rsp =
		RING_GET_RESPONSE(&e->front, note->index);

	switch (note->kind) {
	case SLOT_EXTRA:
		describe_extra(j, rsp);
		break;
	case SLOT_RESPONSE:
		json_hex(j, "id", rsp->id);
		json_uint(j, "offset", rsp->offset);
		json_uint(j, "flags", rsp->flags);
		json_int(j, "status", rsp->status);
		break;
	default:
		json_hex(j, "id", req->id);
		json_uint(j, "gref", req->gref);
		break;
	}
}

/* What the responses of the packet that begins at `first` add up to. */
static uint32_t rx_packet_size(struct pages *p, uint32_t first, uint32_t slots)
{
	struct netif_rx_ends *e = p->priv;
	uint32_t size = 0;

	for (uint32_t i = 0; i < slots; i++)
		if (p->note[(first + i) & (p->nr_ents - 1)].kind ==
		    SLOT_RESPONSE)
			size += (uint32_t)RING_GET_RESPONSE(&e->front,
							    first + i)->status;
	return size;
}

static void rx_describe(struct pages *p, struct json *j)
{
	uint32_t newest = netif_rx_req_pvt(p);

	ring_describe(p, j, sizeof(union netif_rx_sring_entry));
	ring_describe_slots(p, j, newest, rx_describe_slot);
	if (p->c && p->c->opaque)
		return;
	/* Of the packets delivered, those still to be seen whole. */
	json_open(j, "packets", '[');
	for (uint32_t i = 0; i < p->nr_ents; i++) {
		const struct slot_note *note =
			&p->note[(newest + i) & (p->nr_ents - 1)];

		if (note->kind != SLOT_RESPONSE || !note->packet)
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "first", note->index);
		json_uint(j, "slots", note->packet);
		json_uint(j, "size",
			  rx_packet_size(p, note->index, note->packet));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void rx_fill_posted(struct pages *p, uint32_t nr)
{
	rx_post(p, nr);
	netif_rx_push_requests(p);
	/* netback leaves req_event where it is while it has slots enough. */
}

static void rx_fill_packets(struct pages *p, uint32_t start)
{
	netif_rx_start(p, start);
	rx_post(p, p->nr_ents);
	netif_rx_push_requests(p);
	netif_rx_consume(p);
	rx_packet(p, 60, NETRXF_data_validated, NULL);
	rx_packet(p, 1514, NETRXF_data_validated | NETRXF_csum_blank, NULL);
	rx_packet(p, 4096, 0, NULL);
	rx_packet(p, 9014, NETRXF_data_validated, NULL);
	rx_packet(p, 40000, NETRXF_data_validated | NETRXF_csum_blank,
		  &gso_tcpv4);
	rx_packet(p, 1434, 0, &hash_tcpv4);
	rx_packet(p, 4097, 0, &gso_tcpv6);
	netif_rx_push_responses(p);
}

static void rx_fill_gso(struct pages *p, uint32_t arg)
{
	(void)arg;
	rx_post(p, 64);
	netif_rx_push_requests(p);
	rx_packet(p, 7000, NETRXF_data_validated, &gso_tcpv4);
	netif_rx_push_responses(p);
	netif_rx_take(p);
}

static void rx_fill_gso_prefix(struct pages *p, uint32_t arg)
{
	(void)arg;
	rx_post(p, 64);
	netif_rx_push_requests(p);
	rx_gso_prefix(p, 1448, 7000);
	netif_rx_push_responses(p);
	netif_rx_take(p);
}

static void rx_fill_errors(struct pages *p, uint32_t arg)
{
	(void)arg;
	rx_post(p, 32);
	netif_rx_push_requests(p);
	rx_respond(p, 0, 0, NETIF_RSP_ERROR);
	rx_packet(p, 590, 0, NULL);
	rx_respond(p, 0, 0, NETIF_RSP_DROPPED);
	netif_rx_push_responses(p);
}

/* The ring has gone round; the frontend posts anew what it has taken. */
static void rx_fill_running(struct pages *p, uint32_t start)
{
	netif_rx_start(p, start);
	for (uint32_t turn = 0; turn < 50; turn++) {
		rx_post(p, netif_rx_room(p));
		netif_rx_push_requests(p);
		netif_rx_consume(p);
		rx_packet(p, 1514, NETRXF_data_validated, NULL);
		rx_packet(p, 9000 + turn, NETRXF_data_validated, &gso_tcpv4);
		rx_packet(p, 60 + turn, 0, NULL);
		netif_rx_push_responses(p);
		netif_rx_take(p);
	}
}

static void rx_fill_bad_sizes(struct pages *p, uint32_t arg)
{
	(void)arg;
	rx_post(p, 32);
	netif_rx_push_requests(p);
	rx_respond(p, 4000, 0, 1514);
	rx_respond(p, 0, 0, 0x7fff);
	rx_respond(p, 0xffff, 0xffff, 1);
	netif_rx_push_responses(p);
}

static void rx_fill_endless(struct pages *p, uint32_t arg)
{
	(void)arg;
	rx_post(p, p->nr_ents);
	netif_rx_push_requests(p);
	while (p->nr_live)
		rx_respond(p, 0, NETRXF_more_data, 1000);
	netif_rx_push_responses(p);
}

static void rx_fill_overrun(struct pages *p, uint32_t distance)
{
	rx_fill_posted(p, p->nr_ents);
	*netif_rx_index(p, REQ_PROD) = distance;
}

#define RX(name_) \
	.name = "netif-rx-" name_

static const struct page_case rx_cases[] = {
	{ RX("empty"), .fill = rx_fill_posted, .arg = 0,
	  .about = "as the frontend initialises it" },
	{ RX("idle"), .fill = rx_fill_posted, .arg = 256,
	  .about = "all 256 buffers posted and nothing received: usual" },
	{ RX("starved"), .fill = rx_fill_posted, .arg = 18,
	  .about = "18 buffers, one less than netback wants for a packet" },
	{ RX("packets"), .fill = rx_fill_packets,
	  .about = "packets of one slot and of many, with extras" },
	{ RX("ring-end"), .fill = rx_fill_packets, .arg = 0xfb,
	  .about = "packets that continue at the ring's beginning" },
	{ RX("wrap"), .fill = rx_fill_packets, .arg = 0xfffffff8,
	  .about = "packets across 2^32" },
	{ RX("gso"), .fill = rx_fill_gso,
	  .about = "an extra behind the first response of a packet" },
	{ RX("gso-prefix"), .fill = rx_fill_gso_prefix,
	  .about = "a response without data before the packet, old style" },
	{ RX("errors"), .fill = rx_fill_errors,
	  .about = "responses with an error's status" },
	{ RX("running"), .fill = rx_fill_running,
	  .about = "after some turns of the ring" },
	{ RX("running-wrap"), .fill = rx_fill_running, .arg = 0xfffffff0,
	  .about = "the same across 2^32" },
	{ RX("bad-sizes"), .fill = rx_fill_bad_sizes, .fault = "size",
	  .about = "data beyond the page, unknown flags" },
	{ RX("endless-fragments"), .fill = rx_fill_endless, .fault = "chain",
	  .about = "every response says more data follow" },
	{ RX("overrun"), .fill = rx_fill_overrun, .arg = 257,
	  .fault = "overrun", .about = "one request more than slots" },
	GARBAGE("rx", 0x27d4eb2f),
};

const struct protocol netif_rx_protocol = {
	.name = "netif-rx",
	.priv_size = sizeof(struct netif_rx_ends),
	.start = netif_rx_start,
	.describe = rx_describe,
	.ring = &netif_rx_ring_ops,
	.cases = rx_cases,
	.nr_cases = ARRAY_SIZE(rx_cases),
};

/* ---- control ---- */

static const struct {
	const char *name;
	uint32_t data[3];
} ctrl_ops[] = {
	[XEN_NETIF_CTRL_TYPE_INVALID] = { "invalid", { 1, 2, 3 } },
	[XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS] = { "get-hash-flags", { 0 } },
	[XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS] = {
		"set-hash-flags", { XEN_NETIF_CTRL_HASH_TYPE_IPV4 |
				    XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP } },
	[XEN_NETIF_CTRL_TYPE_SET_HASH_KEY] = {
		"set-hash-key", { 611, 40 } },
	[XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE] = {
		"get-hash-mapping-size", { 0 } },
	[XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE] = {
		"set-hash-mapping-size", { 128 } },
	[XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING] = {
		"set-hash-mapping", { 612, 64, 32 } },
	[XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM] = {
		"set-hash-algorithm",
		{ XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ } },
	[XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE] = {
		"get-gref-mapping-size", { 1 } },
	[XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING] = {
		"add-gref-mapping", { 1, 613, 256 } },
	[XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING] = {
		"del-gref-mapping", { 1, 614, 0xffffffff } },
};

static void ctrl_put(struct pages *p, uint16_t type, const uint32_t *data)
{
	union xen_netif_ctrl_sring_entry *slot =
		xen_netif_ctrl_request(p, SLOT_REQUEST);
	uint64_t id = pages_new_id(p);

	slot->req = (struct xen_netif_ctrl_request){
		.id = (uint16_t)id,
		.type = type,
		.data = { data[0], data[1], data[2] },
	};
	pages_live(p, id, xen_netif_ctrl_req_pvt(p) - 1)->operation =
		(uint8_t)type;
}

static void ctrl_respond(struct pages *p, uint32_t k, uint32_t status,
			 uint32_t data)
{
	struct live l = pages_answered(p, k);

	xen_netif_ctrl_response(p, SLOT_RESPONSE)->rsp =
		(struct xen_netif_ctrl_response){
			.id = (uint16_t)l.id,
			.type = l.operation,
			.status = status,
			.data = data,
		};
}

static const char *xen_netif_ctrl_put(struct pages *p, const char *op)
{
	for (uint16_t i = 0; i < ARRAY_SIZE(ctrl_ops); i++)
		if (!strcmp(op, ctrl_ops[i].name)) {
			ctrl_put(p, i, ctrl_ops[i].data);
			return NULL;
		}
	return "no such type: get-hash-flags, set-hash-key and so on, "
	       "as in netif.h";
}

static const char *xen_netif_ctrl_answer(struct pages *p, uint32_t k,
					 int status)
{
	ctrl_respond(p, k, (uint32_t)status, 0);
	return NULL;
}

static void ctrl_describe_slot(struct pages *p, struct json *j,
			       const struct slot_note *note)
{
	struct xen_netif_ctrl_ends *e = p->priv;
	const struct xen_netif_ctrl_request *req =
		RING_GET_REQUEST(&e->front, note->index);
	const struct xen_netif_ctrl_response *rsp =
		RING_GET_RESPONSE(&e->front, note->index);

	if (note->kind == SLOT_RESPONSE) {
		json_hex(j, "id", rsp->id);
		json_uint(j, "type", rsp->type);
		json_uint(j, "status", rsp->status);
		json_uint(j, "data", rsp->data);
		return;
	}
	json_hex(j, "id", req->id);
	json_uint(j, "type", req->type);
	json_open(j, "data", '[');
	for (size_t i = 0; i < ARRAY_SIZE(req->data); i++)
		json_uint(j, NULL, req->data[i]);
	json_close(j, ']');
}

static void ctrl_describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union xen_netif_ctrl_sring_entry));
	ring_describe_slots(p, j, xen_netif_ctrl_req_pvt(p),
			    ctrl_describe_slot);
}

static void ctrl_fill_idle(struct pages *p, uint32_t start)
{
	xen_netif_ctrl_start(p, start);
}

static void ctrl_fill_requests(struct pages *p, uint32_t start)
{
	xen_netif_ctrl_start(p, start);
	for (uint16_t i = 1; i < ARRAY_SIZE(ctrl_ops); i++)
		ctrl_put(p, i, ctrl_ops[i].data);
	xen_netif_ctrl_push_requests(p);
}

static void ctrl_fill_responses(struct pages *p, uint32_t arg)
{
	(void)arg;
	ctrl_fill_requests(p, 0);
	xen_netif_ctrl_consume(p);
	for (uint32_t i = 0; p->nr_live; i++)
		ctrl_respond(p, 0, i % 4, i * 0x01010101);
	xen_netif_ctrl_push_responses(p);
	xen_netif_ctrl_take(p);
}

static void ctrl_fill_out_of_order(struct pages *p, uint32_t start)
{
	ctrl_fill_requests(p, start);
	xen_netif_ctrl_consume(p);
	ctrl_respond(p, 6, XEN_NETIF_CTRL_STATUS_SUCCESS, 0);
	ctrl_respond(p, 3, XEN_NETIF_CTRL_STATUS_SUCCESS, 2048);
	ctrl_respond(p, 0, XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED, 0);
	ctrl_respond(p, 6, XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW, 0);
	xen_netif_ctrl_push_responses(p);
}

static void ctrl_fill_full(struct pages *p, uint32_t arg)
{
	(void)arg;
	for (uint32_t i = 0; xen_netif_ctrl_room(p); i++)
		ctrl_put(p, 1 + i % 10, ctrl_ops[1 + i % 10].data);
	xen_netif_ctrl_push_requests(p);
}

static void ctrl_fill_bad_type(struct pages *p, uint32_t type)
{
	static const uint32_t data[3] = { 0xffffffff, 0, 1 };

	ctrl_put(p, XEN_NETIF_CTRL_TYPE_INVALID, data);
	ctrl_put(p, (uint16_t)type, data);
	xen_netif_ctrl_push_requests(p);
	xen_netif_ctrl_consume(p);
	ctrl_respond(p, 0, 4000000000u, 0);
	xen_netif_ctrl_push_responses(p);
}

#define CTRL(name_) \
	.name = "netif-ctrl-" name_

static const struct page_case ctrl_cases[] = {
	{ CTRL("idle"), .fill = ctrl_fill_idle,
	  .about = "as the frontend initialises it" },
	{ CTRL("requests"), .fill = ctrl_fill_requests,
	  .about = "a request of every type" },
	{ CTRL("responses"), .fill = ctrl_fill_responses,
	  .about = "a response to every type, of every status" },
	{ CTRL("out-of-order"), .fill = ctrl_fill_out_of_order,
	  .about = "responses lie over requests still in flight" },
	{ CTRL("wrap"), .fill = ctrl_fill_out_of_order, .arg = 0xfffffffc,
	  .about = "the same across 2^32" },
	{ CTRL("full"), .fill = ctrl_fill_full,
	  .about = "every slot a request" },
	{ CTRL("bad-type"), .fill = ctrl_fill_bad_type, .arg = 7777,
	  .fault = "type",
	  .about = "an unknown type, the invalid one, an unknown status" },
	GARBAGE("ctrl", 0x165667b1),
};

const struct protocol netif_ctrl_protocol = {
	.name = "netif-ctrl",
	.priv_size = sizeof(struct xen_netif_ctrl_ends),
	.start = xen_netif_ctrl_start,
	.describe = ctrl_describe,
	.ring = &xen_netif_ctrl_ring_ops,
	.cases = ctrl_cases,
	.nr_cases = ARRAY_SIZE(ctrl_cases),
};
