/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of the xenstore ring.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/xs_wire.h>

#define MAX_MESSAGES 64

/* A message written to a ring, wholly or as much of it as found room. */
struct message {
	bool reply;
	uint32_t start;		/* index of its header's first byte */
	struct xsd_sockmsg hdr;
};

struct messages {
	struct message msg[MAX_MESSAGES];
	uint32_t nr;
};

static void start(struct pages *p, uint32_t at)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;
	struct messages *m = p->priv;

	intf->req_cons = intf->req_prod = at;
	intf->rsp_cons = intf->rsp_prod = at;
	m->nr = 0;
}

static void put_bytes(struct pages *p, bool reply, const void *bytes,
		      size_t len)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;
	char *ring = reply ? intf->rsp : intf->req;
	const char *at = bytes;

	while (len--) {
		XENSTORE_RING_IDX prod =
			reply ? intf->rsp_prod : intf->req_prod;

		/* The rest of a long message waits for room. */
		if (prod - (reply ? intf->rsp_cons : intf->req_cons) ==
		    XENSTORE_RING_SIZE)
			return;
		ring[MASK_XENSTORE_IDX(prod)] = *at++;
		if (reply)
			intf->rsp_prod++;
		else
			intf->req_prod++;
	}
}

static void put_message(struct pages *p, bool reply, uint32_t type,
			uint32_t req_id, uint32_t tx_id, const void *payload,
			uint32_t len)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;
	struct messages *m = p->priv;
	struct message *msg;

	if (m->nr == MAX_MESSAGES)
		port_die("cannot put a message", p->c->name, "too many");
	msg = &m->msg[m->nr++];
	msg->reply = reply;
	msg->start = reply ? intf->rsp_prod : intf->req_prod;
	msg->hdr = (struct xsd_sockmsg){
		.type = type, .req_id = req_id, .tx_id = tx_id, .len = len,
	};
	put_bytes(p, reply, &msg->hdr, sizeof(msg->hdr));
	put_bytes(p, reply, payload, len);
}

/* With the NUL that ends the string, as most messages have it. */
#define REQ(p, type, id, tx, text) \
	put_message(p, false, type, id, tx, text, sizeof(text))
/* Without, as values and most replies do. */
#define REQ_BARE(p, type, id, tx, text) \
	put_message(p, false, type, id, tx, text, sizeof(text) - 1)
#define RSP(p, type, id, tx, text) \
	put_message(p, true, type, id, tx, text, sizeof(text))
#define RSP_BARE(p, type, id, tx, text) \
	put_message(p, true, type, id, tx, text, sizeof(text) - 1)

static void take(struct pages *p, bool reply, uint32_t to)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;

	if (reply)
		intf->rsp_cons = to;
	else
		intf->req_cons = to;
}

/*
 * One direction: what is queued, and the messages that end behind cons.
 * One that begins before cons is listed with what is left of its payload.
 */
static void describe_direction(struct pages *p, struct json *j, bool reply)
{
	const struct xenstore_domain_interface *intf = (const void *)p->mem;
	const struct messages *m = p->priv;
	const char *ring = reply ? intf->rsp : intf->req;
	uint32_t cons = reply ? intf->rsp_cons : intf->req_cons;
	uint32_t prod = reply ? intf->rsp_prod : intf->req_prod;
	uint32_t queued = prod - cons;
	bool boundary = true;

	json_open(j, reply ? "rsp" : "req", '{');
	if (queued > XENSTORE_RING_SIZE || (p->c && p->c->opaque)) {
		if (queued > XENSTORE_RING_SIZE)
			json_null(j, "queued");
		else
			json_uint(j, "queued", queued);
		json_null(j, "boundary");
		json_null(j, "messages");
		json_close(j, '}');
		return;
	}
	json_uint(j, "queued", queued);
	json_open(j, "messages", '[');
	for (uint32_t i = 0; i < m->nr; i++) {
		const struct message *msg = &m->msg[i];
		uint32_t total = (uint32_t)sizeof(msg->hdr) + msg->hdr.len;
		/* Signed distances from cons of its begin and its end. */
		int32_t from = (int32_t)(msg->start - cons);
		int32_t to = (int32_t)(msg->start + total - cons);
		int32_t text = from + (int32_t)sizeof(msg->hdr);
		char payload[XENSTORE_RING_SIZE];
		uint32_t len = 0;

		if (msg->reply != reply || to <= 0)
			continue;
		if (from < 0)
			boundary = false;
		json_open(j, NULL, '{');
		json_uint(j, "start", msg->start);
		json_uint(j, "type", msg->hdr.type);
		json_uint(j, "req_id", msg->hdr.req_id);
		json_uint(j, "tx_id", msg->hdr.tx_id);
		json_uint(j, "len", msg->hdr.len);
		json_bool(j, "complete", from >= 0 && to <= (int32_t)queued);
		for (int32_t at = text < 0 ? 0 : text;
		     at < to && at < (int32_t)queued; at++)
			payload[len++] = ring[MASK_XENSTORE_IDX(
						cons + (uint32_t)at)];
		json_text(j, "payload", payload, len);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_bool(j, "boundary", boundary);
	json_close(j, '}');
}

/* What is no message that xenstored of today would take, or send. */
static bool is_message(const struct xsd_sockmsg *hdr)
{
	return hdr->len <= XENSTORE_PAYLOAD_MAX &&
	       hdr->type <= XS_DIRECTORY_PART && hdr->type != XS_SET_TARGET + 1;
}

/*
 * What `slots` lists of one direction: the messages, if the first one begins
 * at cons and all are such, else that nothing is known.
 */
static void list_direction(struct pages *p, struct json *j, bool reply)
{
	const struct xenstore_domain_interface *intf = (const void *)p->mem;
	const struct messages *m = p->priv;
	const char *ring = reply ? intf->rsp : intf->req;
	uint32_t cons = reply ? intf->rsp_cons : intf->req_cons;
	uint32_t queued = (reply ? intf->rsp_prod : intf->req_prod) - cons;
	uint32_t next = cons;
	bool known = true;

	for (uint32_t i = 0; i < m->nr; i++) {
		const struct message *msg = &m->msg[i];

		if (msg->reply != reply ||
		    (int32_t)(msg->start + sizeof(msg->hdr) + msg->hdr.len - cons) <= 0)
			continue;
		known &= msg->start == next && is_message(&msg->hdr);
		next = msg->start + (uint32_t)sizeof(msg->hdr) + msg->hdr.len;
	}
	if (queued && !known) {
		row_open(j, cons, MASK_XENSTORE_IDX(cons), "waiting", "raw", true);
		row_close(j);
		return;
	}
	for (uint32_t i = 0; i < m->nr; i++) {
		const struct message *msg = &m->msg[i];
		uint32_t at = msg->start - cons + (uint32_t)sizeof(msg->hdr), len = 0;
		char body[XENSTORE_RING_SIZE];

		if (msg->reply != reply || (int32_t)(msg->start - cons) < 0)
			continue;
		row_open(j, msg->start, MASK_XENSTORE_IDX(msg->start), "waiting",
			 reply ? "reply" : "request", at + msg->hdr.len > queued);
		json_uint(j, "type", msg->hdr.type);
		json_uint(j, "req_id", msg->hdr.req_id);
		json_uint(j, "tx_id", msg->hdr.tx_id);
		json_uint(j, "len", msg->hdr.len);
		for (; len < msg->hdr.len && at + len < queued; len++)
			body[len] = ring[MASK_XENSTORE_IDX(cons + at + len)];
		json_text(j, "body", body, len);
		row_close(j);
	}
}

static void list(struct pages *p, struct json *j)
{
	const struct xenstore_domain_interface *intf = (const void *)p->mem;

	json_open(j, "rings", '{');
	if (intf->req_prod - intf->req_cons > XENSTORE_RING_SIZE ||
	    intf->rsp_prod - intf->rsp_cons > XENSTORE_RING_SIZE) {
		json_null(j, "ring");
		json_close(j, '}');
		return;
	}
	json_open(j, "ring", '[');
	list_direction(p, j, false);
	list_direction(p, j, true);
	row_open(j, 0, 0, "page", "page",
		 intf->connection > XENSTORE_RECONNECT ||
		 intf->error > XENSTORE_ERROR_PROTO);
	json_uint(j, "server_features", intf->server_features);
	json_uint(j, "connection", intf->connection);
	json_uint(j, "error", intf->error);
	row_close(j);
	json_close(j, ']');
	json_close(j, '}');
}

static void describe(struct pages *p, struct json *j)
{
	const struct xenstore_domain_interface *intf = (const void *)p->mem;

	json_uint(j, "req_cons", intf->req_cons);
	json_uint(j, "req_prod", intf->req_prod);
	json_uint(j, "rsp_cons", intf->rsp_cons);
	json_uint(j, "rsp_prod", intf->rsp_prod);
	json_uint(j, "server_features", intf->server_features);
	json_uint(j, "connection", intf->connection);
	json_uint(j, "error", intf->error);
	describe_direction(p, j, false);
	describe_direction(p, j, true);
	list(p, j);
}

static void fill_idle(struct pages *p, uint32_t at)
{
	start(p, at);
}

static void fill_requests(struct pages *p, uint32_t at)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;

	start(p, at);
	intf->server_features = XENSTORE_SERVER_FEATURE_RECONNECTION |
				XENSTORE_SERVER_FEATURE_ERROR;
	REQ(p, XS_READ, 1, 0, "device/vbd/51712/state");
	REQ(p, XS_DIRECTORY, 2, 0, "device");
	REQ(p, XS_TRANSACTION_START, 3, 0, "");
	REQ_BARE(p, XS_WRITE, 4, 77, "data/key\0value without NUL");
	REQ(p, XS_WATCH, 5, 0, "control/shutdown\0token");
	REQ(p, XS_TRANSACTION_END, 6, 77, "T");
	REQ(p, XS_SET_PERMS, 7, 0, "data\0n5\0r0");
	REQ(p, XS_DIRECTORY_PART, 8, 0, "device\0" "0");
}

static void fill_replies(struct pages *p, uint32_t at)
{
	start(p, at);
	RSP_BARE(p, XS_READ, 1, 0, "4");
	RSP(p, XS_DIRECTORY, 2, 0, "vbd\0vif\0suspend");
	RSP(p, XS_TRANSACTION_START, 3, 0, "77");
	RSP(p, XS_WRITE, 4, 77, "OK");
	RSP(p, XS_ERROR, 5, 0, "ENOENT");
	RSP(p, XS_WATCH_EVENT, 0, 0, "control/shutdown\0token");
}

static void fill_both(struct pages *p, uint32_t at)
{
	fill_replies(p, at);
	REQ(p, XS_READ, 100, 0, "name");
	REQ(p, XS_RM, 101, 0, "data/old");
}

/* xenstored has taken the first request and half of the second's header. */
static void fill_mid_message(struct pages *p, uint32_t at)
{
	struct messages *m = p->priv;

	fill_requests(p, at);
	take(p, false, m->msg[1].start + 8);
	RSP_BARE(p, XS_READ, 1, 0, "4");
	RSP(p, XS_DIRECTORY, 2, 0, "vbd\0vif\0suspend");
	/* The guest has the reply's header and "v". */
	take(p, true, m->msg[9].start + 17);
}

static void fill_long(struct pages *p, uint32_t at)
{
	static const char path[] = "data/long";
	char payload[XENSTORE_PAYLOAD_MAX];

	start(p, at);
	memset(payload, 'x', sizeof(payload));
	memcpy(payload, path, sizeof(path));
	put_message(p, false, XS_WRITE, 9, 0, payload, sizeof(payload));
}

static void fill_error(struct pages *p, uint32_t error)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;

	fill_requests(p, 0);
	intf->error = error;
}

static void fill_reconnect(struct pages *p, uint32_t at)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;

	start(p, at);
	intf->server_features = XENSTORE_SERVER_FEATURE_RECONNECTION;
	intf->connection = XENSTORE_RECONNECT;
}

static void fill_bad_length(struct pages *p, uint32_t len)
{
	static const char text[] = "name";

	put_message(p, false, XS_READ, 1, 0, text, sizeof(text));
	{
		struct messages *m = p->priv;
		struct message *msg = &m->msg[m->nr++];

		msg->reply = false;
		msg->start = ((struct xenstore_domain_interface *)
			      (void *)p->mem)->req_prod;
		msg->hdr = (struct xsd_sockmsg){
			.type = XS_READ, .req_id = 2, .len = len,
		};
		put_bytes(p, false, &msg->hdr, sizeof(msg->hdr));
	}
	put_bytes(p, false, text, sizeof(text));
}

static void fill_bad_type(struct pages *p, uint32_t type)
{
	REQ(p, XS_READ, 1, 0, "name");
	put_message(p, false, type, 2, 0, "?", 2);
	RSP(p, XS_ERROR, 2, 0, "EINVAL");
	put_message(p, true, XS_INVALID, 3, 0, "", 0);
}

static void fill_overrun(struct pages *p, uint32_t over)
{
	struct xenstore_domain_interface *intf = (void *)p->mem;

	fill_both(p, 0);
	intf->req_prod = intf->req_cons + XENSTORE_RING_SIZE + over;
	intf->rsp_prod = intf->rsp_cons - over;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "xenstore-idle", .fill = fill_idle,
	  .about = "nothing in flight" },
	{ .name = "xenstore-requests", .fill = fill_requests,
	  .about = "requests of several types, server_features set" },
	{ .name = "xenstore-replies", .fill = fill_replies,
	  .about = "replies, an error, and a watch event" },
	{ .name = "xenstore-both", .fill = fill_both, .arg = 1024 * 3 - 20,
	  .about = "both directions, across the end of the rings" },
	{ .name = "xenstore-wrap", .fill = fill_requests, .arg = 0xfffffff9,
	  .about = "indices pass 2^32 inside a header" },
	{ .name = "xenstore-mid-message", .fill = fill_mid_message,
	  .arg = 500, .about = "both consumers stand inside a message" },
	{ .name = "xenstore-long", .fill = fill_long, .arg = 1000,
	  .about = "a message of 4096 bytes, of which the ring holds 1024" },
	{ .name = "xenstore-reconnect", .fill = fill_reconnect, .arg = 64,
	  .about = "the guest has asked for a new connection" },
	{ .name = "xenstore-error-comm", .fill = fill_error,
	  .arg = XENSTORE_ERROR_COMM, .fault = "error",
	  .about = "xenstored has given up the ring" },
	{ .name = "xenstore-error-ringidx", .fill = fill_error,
	  .arg = XENSTORE_ERROR_RINGIDX, .fault = "error",
	  .about = "xenstored has given up the ring" },
	{ .name = "xenstore-error-proto", .fill = fill_error,
	  .arg = XENSTORE_ERROR_PROTO, .fault = "error",
	  .about = "xenstored has given up the ring" },
	{ .name = "xenstore-bad-length", .fill = fill_bad_length,
	  .arg = 4097, .fault = "len",
	  .about = "the second request is one byte longer than allowed" },
	{ .name = "xenstore-bad-length-far", .fill = fill_bad_length,
	  .arg = 0x7fffff00, .fault = "len",
	  .about = "the second request claims almost 2 GiB" },
	{ .name = "xenstore-bad-type", .fill = fill_bad_type, .arg = 200,
	  .fault = "type", .about = "messages of unknown and invalid type" },
	{ .name = "xenstore-overrun", .fill = fill_overrun, .arg = 1,
	  .fault = "overrun",
	  .about = "one byte more than room; less written than taken" },
	{ .name = "xenstore-garbage", .fill = fill_garbage,
	  .arg = 0xfd7046c5, .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
};

const struct protocol xenstore_protocol = {
	.name = "xenstore",
	.priv_size = sizeof(struct messages),
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
