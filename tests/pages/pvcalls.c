/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of pvcalls: the ring of commands, and the page of indices of a
 * connected socket.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/pvcalls.h>

#define RING xen_pvcalls
#include "ring-template.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Numbers of the protocol (docs/misc/pvcalls.pandoc), not of this machine. */
enum { UNIX = 1, INET = 2, INET6 = 10 };
enum { STREAM = 1 };

static const uint8_t unix_addr[28] = "\1\0/run/socket";
static const uint8_t inet_addr[28] = { INET, 0, 0x1f, 0x90, 192, 0, 2, 33 };
static const uint8_t inet6_addr[28] = {
	INET6, 0, 0x00, 0x50, 0x00, 0x01, 0x23, 0x45,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0xfd, 0xfc,
	3, 0, 0, 0,
};
static const uint8_t other_addr[28] = { 0x34, 0x12, 1, 2, 3, 4, 5 };

/* Values of the guest: kernel pointers, as Linux has them. */
#define SOCKET_ID(n) (UINT64_C(0xffff888012345000) + (n))

static struct xen_pvcalls_request *new_request(struct pages *p, uint32_t cmd)
{
	union xen_pvcalls_sring_entry *slot = xen_pvcalls_request(p, SLOT_REQUEST);
	uint64_t id = pages_new_id(p);

	memset(slot, 0, sizeof(*slot));
	slot->req.req_id = (uint32_t)id;
	slot->req.cmd = cmd;
	pages_live(p, id, xen_pvcalls_req_pvt(p) - 1)->operation = (uint8_t)cmd;
	return &slot->req;
}

static void put_socket(struct pages *p, uint32_t domain)
{
	struct xen_pvcalls_request *req = new_request(p, PVCALLS_SOCKET);

	req->u.socket.id = SOCKET_ID(req->req_id);
	req->u.socket.domain = domain;
	req->u.socket.type = STREAM;
	req->u.socket.protocol = 6;
}

static struct xen_pvcalls_request *put_connect(struct pages *p, const uint8_t *addr)
{
	struct xen_pvcalls_request *req = new_request(p, PVCALLS_CONNECT);

	req->u.connect.id = SOCKET_ID(req->req_id);
	memcpy(req->u.connect.addr, addr, sizeof(req->u.connect.addr));
	req->u.connect.len = sizeof(req->u.connect.addr);
	req->u.connect.flags = 0;
	req->u.connect.ref = pages_data_grant(p, true);
	req->u.connect.evtchn = 40 + req->req_id;
	return req;
}

uint64_t pvcalls_announce(struct pages *p, uint32_t ref, uint32_t port)
{
	struct xen_pvcalls_request *req = put_connect(p, inet_addr);

	req->u.connect.ref = ref;
	req->u.connect.evtchn = port;
	xen_pvcalls_push_requests(p);
	return req->u.connect.id;
}

static void put_bind(struct pages *p, const uint8_t *addr)
{
	struct xen_pvcalls_request *req = new_request(p, PVCALLS_BIND);

	req->u.bind.id = SOCKET_ID(req->req_id);
	memcpy(req->u.bind.addr, addr, sizeof(req->u.bind.addr));
	req->u.bind.len = 16;
}

static void put_simple(struct pages *p, uint32_t cmd)
{
	struct xen_pvcalls_request *req = new_request(p, cmd);

	req->u.release.id = SOCKET_ID(req->req_id);
	switch (cmd) {
	case PVCALLS_RELEASE:
		req->u.release.reuse = 1;
		break;
	case PVCALLS_LISTEN:
		req->u.listen.backlog = 128;
		break;
	case PVCALLS_ACCEPT:
		req->u.accept.id_new = SOCKET_ID(0x800 + req->req_id);
		req->u.accept.ref = pages_data_grant(p, true);
		req->u.accept.evtchn = 90;
		break;
	default:
		break;
	}
}

static void put_each(struct pages *p)
{
	put_socket(p, INET);
	put_connect(p, inet_addr);
	put_connect(p, inet6_addr);
	put_connect(p, unix_addr);
	put_bind(p, inet_addr);
	put_bind(p, inet6_addr);
	put_bind(p, unix_addr);
	put_simple(p, PVCALLS_LISTEN);
	put_simple(p, PVCALLS_ACCEPT);
	put_simple(p, PVCALLS_POLL);
	put_simple(p, PVCALLS_RELEASE);
}

static void respond(struct pages *p, uint32_t k, int32_t ret)
{
	struct live l = pages_answered(p, k);
	struct xen_pvcalls_response *rsp = &xen_pvcalls_response(p, SLOT_RESPONSE)->rsp;

	memset(rsp, 0, sizeof(*rsp));
	rsp->req_id = (uint32_t)l.id;
	rsp->cmd = l.operation;
	rsp->ret = ret;
	rsp->u.socket.id = SOCKET_ID(l.id);
}

static const char *xen_pvcalls_put(struct pages *p, const char *op)
{
	static const char *const names[] = {
		"socket", "connect", "release", "bind", "listen", "accept", "poll",
	};

	for (uint32_t cmd = 0; cmd < ARRAY_SIZE(names); cmd++) {
		if (strcmp(op, names[cmd]))
			continue;
		if (cmd == PVCALLS_SOCKET)
			put_socket(p, INET);
		else if (cmd == PVCALLS_CONNECT)
			put_connect(p, inet_addr);
		else if (cmd == PVCALLS_BIND)
			put_bind(p, inet_addr);
		else
			put_simple(p, cmd);
		return NULL;
	}
	return "no such command: socket, connect, release, bind, listen, accept, poll";
}

static const char *xen_pvcalls_answer(struct pages *p, uint32_t k, int status)
{
	respond(p, k, status);
	return NULL;
}

/* ---- what a decoder must find ---- */

static void describe_addr(struct json *j, const uint8_t *addr)
{
	uint32_t family = addr[0] | (uint32_t)addr[1] << 8;

	json_open(j, "addr", '{');
	json_uint(j, "family", family);
	if (family == INET) {
		json_uint(j, "port", (uint32_t)addr[2] << 8 | addr[3]);
		json_open(j, "addr", '[');
		for (uint32_t i = 4; i < 8; i++)
			json_uint(j, NULL, addr[i]);
		json_close(j, ']');
	} else if (family == INET6) {
		json_uint(j, "port", (uint32_t)addr[2] << 8 | addr[3]);
		json_uint(j, "flowinfo", (uint32_t)addr[4] << 24 | (uint32_t)addr[5] << 16 |
					 (uint32_t)addr[6] << 8 | addr[7]);
		json_bytes(j, "addr", addr + 8, 16);
		json_uint(j, "scope_id", addr[24] | (uint32_t)addr[25] << 8 |
					 (uint32_t)addr[26] << 16 | (uint32_t)addr[27] << 24);
	} else {
		json_bytes(j, "data", addr + 2, 26);
	}
	json_close(j, '}');
}

static void describe_request(struct json *j, const struct xen_pvcalls_request *req)
{
	json_uint(j, "req_id", req->req_id);
	json_uint(j, "cmd", req->cmd);
	if (req->cmd > PVCALLS_POLL) {
		json_bytes(j, "u", &req->u, sizeof(req->u));
		return;
	}
	/* it is the first member of all of them */
	json_hex(j, "id", req->u.poll.id);
	switch (req->cmd) {
	case PVCALLS_SOCKET:
		json_uint(j, "domain", req->u.socket.domain);
		json_uint(j, "type", req->u.socket.type);
		json_uint(j, "protocol", req->u.socket.protocol);
		break;
	case PVCALLS_CONNECT:
		describe_addr(j, req->u.connect.addr);
		json_uint(j, "len", req->u.connect.len);
		json_uint(j, "flags", req->u.connect.flags);
		json_uint(j, "ref", req->u.connect.ref);
		json_uint(j, "evtchn", req->u.connect.evtchn);
		break;
	case PVCALLS_RELEASE:
		json_uint(j, "reuse", req->u.release.reuse);
		break;
	case PVCALLS_BIND:
		describe_addr(j, req->u.bind.addr);
		json_uint(j, "len", req->u.bind.len);
		break;
	case PVCALLS_LISTEN:
		json_uint(j, "backlog", req->u.listen.backlog);
		break;
	case PVCALLS_ACCEPT:
		json_uint(j, "id_new", req->u.accept.id_new);
		json_uint(j, "ref", req->u.accept.ref);
		json_uint(j, "evtchn", req->u.accept.evtchn);
		break;
	default:
		break;
	}
}

static void describe_slot(struct pages *p, struct json *j, const struct slot_note *note)
{
	struct xen_pvcalls_ends *e = p->priv;
	const struct xen_pvcalls_response *rsp = RING_GET_RESPONSE(&e->front, note->index);

	if (note->kind != SLOT_RESPONSE) {
		describe_request(j, RING_GET_REQUEST(&e->front, note->index));
		return;
	}
	json_uint(j, "req_id", rsp->req_id);
	json_uint(j, "cmd", rsp->cmd);
	json_int(j, "ret", rsp->ret);
	json_hex(j, "id", rsp->u.socket.id);
}

static void describe(struct pages *p, struct json *j)
{
	ring_describe(p, j, sizeof(union xen_pvcalls_sring_entry));
	ring_describe_slots(p, j, xen_pvcalls_req_pvt(p), describe_slot);
}

/* ---- cases ---- */

static void fill_idle(struct pages *p, uint32_t start)
{
	xen_pvcalls_start(p, start);
}

static void fill_requests(struct pages *p, uint32_t start)
{
	xen_pvcalls_start(p, start);
	put_each(p);
	xen_pvcalls_push_requests(p);
}

static void fill_responses(struct pages *p, uint32_t arg)
{
	static const int32_t rets[] = { 0, -111, -107, -95, -524, -22 };

	fill_requests(p, arg);
	xen_pvcalls_consume(p);
	for (uint32_t i = 0; p->nr_live; i++)
		respond(p, 0, rets[i % ARRAY_SIZE(rets)]);
	xen_pvcalls_push_responses(p);
	xen_pvcalls_take(p);
}

/* Accept and poll stay open while others come and go around the ring. */
static void fill_patient(struct pages *p, uint32_t start)
{
	xen_pvcalls_start(p, start);
	put_simple(p, PVCALLS_ACCEPT);
	put_simple(p, PVCALLS_POLL);
	put_connect(p, inet_addr);
	for (uint32_t i = 0; i < 50; i++) {
		put_socket(p, i % 2 ? INET : INET6);
		put_simple(p, PVCALLS_RELEASE);
		xen_pvcalls_push_requests(p);
		xen_pvcalls_consume(p);
		respond(p, 4, 0);
		respond(p, 3, 0);
		xen_pvcalls_push_responses(p);
		xen_pvcalls_take(p);
	}
}

static void fill_full(struct pages *p, uint32_t start)
{
	xen_pvcalls_start(p, start);
	while (xen_pvcalls_room(p))
		put_connect(p, xen_pvcalls_room(p) % 2 ? inet_addr : inet6_addr);
	xen_pvcalls_push_requests(p);
}

static void fill_bad_command(struct pages *p, uint32_t cmd)
{
	struct xen_pvcalls_request *req = new_request(p, cmd);

	memset(&req->u, 0xa5, sizeof(req->u));
	xen_pvcalls_push_requests(p);
}

static void fill_bad_family(struct pages *p, uint32_t arg)
{
	(void)arg;
	put_socket(p, 99);
	put_connect(p, other_addr);
	put_bind(p, other_addr);
	xen_pvcalls_push_requests(p);
}

static void fill_bad_ret(struct pages *p, uint32_t ret)
{
	put_socket(p, INET);
	xen_pvcalls_push_requests(p);
	xen_pvcalls_consume(p);
	respond(p, 0, (int32_t)ret);
	xen_pvcalls_push_responses(p);
}

static void fill_overrun(struct pages *p, uint32_t distance)
{
	fill_full(p, 0);
	*xen_pvcalls_index(p, REQ_PROD) = distance;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "pvcalls-idle", .fill = fill_idle, .about = "as the frontend initialises it" },
	{ .name = "pvcalls-requests", .fill = fill_requests,
	  .about = "each command, addresses of three families" },
	{ .name = "pvcalls-responses", .fill = fill_responses,
	  .about = "each command answered, with errors" },
	{ .name = "pvcalls-patient", .fill = fill_patient,
	  .about = "accept, poll and connect stay open while others are answered" },
	{ .name = "pvcalls-wrap", .fill = fill_requests, .arg = 0xfffffffb,
	  .about = "indices pass 2^32" },
	{ .name = "pvcalls-patient-wrap", .fill = fill_patient, .arg = 0xffffffc0,
	  .about = "open requests, and indices pass 2^32" },
	{ .name = "pvcalls-full", .fill = fill_full, .about = "32 connects, none answered" },
	{ .name = "pvcalls-bad-command", .fill = fill_bad_command, .arg = 7, .fault = "operation",
	  .about = "a command that is not known" },
	{ .name = "pvcalls-bad-command-large", .fill = fill_bad_command, .arg = 0xffffffff,
	  .fault = "operation", .about = "a command far beyond all" },
	{ .name = "pvcalls-bad-family", .fill = fill_bad_family, .fault = "type",
	  .about = "families of addresses that are not known" },
	{ .name = "pvcalls-bad-ret", .fill = fill_bad_ret, .arg = 0x80000000, .fault = "type",
	  .about = "an answer that is no error number" },
	{ .name = "pvcalls-good-ret", .fill = fill_bad_ret, .arg = 7, .fault = "type",
	  .about = "a positive answer" },
	{ .name = "pvcalls-overrun", .fill = fill_overrun, .arg = 33, .fault = "overrun",
	  .about = "req_prod one beyond the ring" },
	{ .name = "pvcalls-garbage", .fill = fill_garbage, .arg = 0x7f4a7c15, .fault = "garbage",
	  .opaque = true, .about = "bytes that mean nothing" },
};

const struct protocol pvcalls_protocol = {
	.name = "pvcalls",
	.priv_size = sizeof(struct xen_pvcalls_ends),
	.start = xen_pvcalls_start,
	.describe = describe,
	.ring = &xen_pvcalls_ring_ops,
	.cases = cases,
	.nr_cases = ARRAY_SIZE(cases),
};

/* ---- the page of a connection ---- */

static struct pvcalls_data_intf *data(struct pages *p)
{
	return (struct pvcalls_data_intf *)(void *)p->mem;
}

static void data_order(struct pages *p, uint32_t order)
{
	struct pvcalls_data_intf *intf = data(p);

	intf->ring_order = order;
	for (uint32_t i = 0; i < 1u << order; i++)
		intf->ref[i] = pages_data_grant(p, true);
}

static void data_start(struct pages *p, uint32_t at)
{
	struct pvcalls_data_intf *intf = data(p);

	intf->in_cons = intf->in_prod = intf->out_cons = intf->out_prod = at;
	data_order(p, 0);
}

static void data_describe(struct pages *p, struct json *j)
{
	const struct pvcalls_data_intf *intf = data(p);
	bool known = !p->c || !p->c->fault || !strcmp(p->c->fault, "overrun");

	json_uint(j, "in_cons", intf->in_cons);
	json_uint(j, "in_prod", intf->in_prod);
	json_int(j, "in_error", (int32_t)intf->in_error);
	json_uint(j, "out_cons", intf->out_cons);
	json_uint(j, "out_prod", intf->out_prod);
	json_int(j, "out_error", (int32_t)intf->out_error);
	json_uint(j, "ring_order", intf->ring_order);
	if (!known) {
		json_null(j, "in_size");
		return;
	}
	/* the macro is of one direction, which has half of all pages */
	json_uint(j, "in_size", XEN_FLEX_RING_SIZE(intf->ring_order));
	json_uint(j, "out_size", XEN_FLEX_RING_SIZE(intf->ring_order));
	json_open(j, "grants", '[');
	for (uint32_t i = 0; i < 1u << intf->ring_order; i++)
		json_uint(j, NULL, intf->ref[i]);
	json_close(j, ']');
}

static void data_fill_new(struct pages *p, uint32_t at)
{
	data_start(p, at);
}

static void data_fill_order(struct pages *p, uint32_t order)
{
	struct pvcalls_data_intf *intf = data(p);

	data_order(p, order);
	intf->in_prod = 100;
	intf->out_prod = 2048u << order;
}

static void data_fill_full(struct pages *p, uint32_t at)
{
	struct pvcalls_data_intf *intf = data(p);

	data_start(p, at);
	intf->in_prod = at + 2048;
	intf->out_prod = at + 2048;
}

/* The other side has closed, and nothing can be sent any more. */
static void data_fill_closed(struct pages *p, uint32_t left)
{
	struct pvcalls_data_intf *intf = data(p);

	data_start(p, 77);
	intf->in_error = (RING_IDX)-107;
	intf->out_error = (RING_IDX)-32;
	intf->out_prod = 77 + left;
}

static void data_fill_overrun(struct pages *p, uint32_t over)
{
	data_fill_full(p, 0);
	data(p)->in_prod += over;
}

static void data_fill_bad_order(struct pages *p, uint32_t order)
{
	data(p)->ring_order = order;
}

#define ORDER(n, about_) \
	{ .name = "pvcalls-data-order-" #n, .fill = data_fill_order, .arg = n, .about = about_ }
#define BAD_ORDER(n, about_) \
	{ .name = "pvcalls-data-order-" #n, .fill = data_fill_bad_order, .arg = n, .fault = "order", \
	  .about = about_ }

static const struct page_case data_cases[] = {
	{ .name = "pvcalls-data-new", .fill = data_fill_new, .about = "nothing was sent or received" },
	ORDER(0, "one page for both directions"),
	ORDER(1, "a page for each"),
	ORDER(4, "as many as Linux takes"),
	ORDER(9, "as many as the page can name"),
	{ .name = "pvcalls-data-full", .fill = data_fill_full, .arg = 4711,
	  .about = "no room in either direction" },
	{ .name = "pvcalls-data-wrap", .fill = data_fill_full, .arg = 0xfffffc00,
	  .about = "both full, across 2^32" },
	{ .name = "pvcalls-data-closed", .fill = data_fill_closed, .arg = 0,
	  .about = "both directions have ended" },
	{ .name = "pvcalls-data-failed", .fill = data_fill_closed, .arg = 5,
	  .about = "bytes that nobody will send" },
	BAD_ORDER(10, "more pages than can be named"),
	BAD_ORDER(0xffffffff, "an order beyond all"),
	{ .name = "pvcalls-data-overrun", .fill = data_fill_overrun, .arg = 1, .fault = "overrun",
	  .about = "one byte more than there is room" },
	{ .name = "pvcalls-data-garbage", .fill = fill_garbage, .arg = 0x2545f491, .fault = "garbage",
	  .about = "bytes that mean nothing" },
};

const struct protocol pvcalls_data_protocol = {
	.name = "pvcalls-data",
	.start = data_start,
	.describe = data_describe,
	.cases = data_cases,
	.nr_cases = ARRAY_SIZE(data_cases),
};
