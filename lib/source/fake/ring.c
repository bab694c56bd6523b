/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operations on a fake host's rings. */
#include <config.h>

#include "source/fake/ring.h"

#include <stdio.h>
#include <string.h>

#include "abi/blkif.h"
#include "abi/console.h"
#include "abi/netif.h"
#include "abi/xenstore.h"

#define SLOTS_OFF 64

static const struct {
	const char *name;
	uint32_t slot_size;	/* 0: no ring.h ring */
} kinds[XR_FRING_KIND_N] = {
	[XR_FRING_BLKIF_64] = { "blkif-64", sizeof(struct xr_blkif_request_64) },
	[XR_FRING_BLKIF_32] = { "blkif-32", sizeof(struct xr_blkif_request_32) },
	[XR_FRING_SEGMENTS] = { "segments", 0 },
	[XR_FRING_NETIF_TX] = { "netif-tx", sizeof(struct xr_netif_tx_request) },
	[XR_FRING_NETIF_RX] = { "netif-rx", sizeof(struct xr_netif_rx_request) },
	[XR_FRING_CONSOLE] = { "console", 0 },
	[XR_FRING_XENSTORE] = { "xenstore", 0 },
};

static uint32_t *words(const struct xr_fring *r)
{
	return (uint32_t *)(void *)r->page;
}

static void *slot(const struct xr_fring *r, uint32_t idx)
{
	return r->page + xr_slot_at(idx, r->slots, SLOTS_OFF, r->slot_size);
}

uint32_t xr_fring_room(const struct xr_fring *r)
{
	return r->slots - (r->req_pvt - r->rsp_cons);
}

/* ---- ring.h's own ------------------------------------------------------- */

static void start(struct xr_fring *r, const uint64_t *a, size_t n)
{
	uint32_t at = (uint32_t)a[0];

	(void)n;
	memset(r->page, 0, (size_t)r->pages * XR_PAGE_SIZE);
	if (r->kind == XR_FRING_CONSOLE) {
		struct xr_console_page *p = (void *)r->page;

		p->in_cons = p->in_prod = p->out_cons = p->out_prod = at;
		return;
	}
	if (r->kind == XR_FRING_XENSTORE) {
		struct xr_xenstore_page *p = (void *)r->page;

		p->req_cons = p->req_prod = p->rsp_cons = p->rsp_prod = at;
		return;
	}
	/* as SHARED_RING_INIT, but not from 0 */
	words(r)[XR_REQ_PROD] = words(r)[XR_RSP_PROD] = at;
	words(r)[XR_REQ_EVENT] = words(r)[XR_RSP_EVENT] = at + 1;
	r->req_pvt = r->rsp_cons = r->req_cons = r->rsp_pvt = at;
}

static void push(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)a;
	(void)n;
	words(r)[XR_REQ_PROD] = r->req_pvt;
}

static void take(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	r->rsp_cons += (uint32_t)a[0];
}

static void reply(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)a;
	(void)n;
	words(r)[XR_RSP_PROD] = r->rsp_pvt;
}

static void consume(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	r->req_cons += (uint32_t)a[0];
}

/* As RING_FINAL_CHECK_FOR_RESPONSES and ..._REQUESTS: not while there are more. */
static void arm_front(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)a;
	(void)n;
	if (words(r)[XR_RSP_PROD] == r->rsp_cons)
		words(r)[XR_RSP_EVENT] = r->rsp_cons + 1;
}

static void arm_back(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)a;
	(void)n;
	if (words(r)[XR_REQ_PROD] == r->req_cons)
		words(r)[XR_REQ_EVENT] = r->req_cons + 1;
}

static void want(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)a;
	(void)n;
	words(r)[XR_REQ_EVENT] = words(r)[XR_REQ_PROD] + 1;
}

/* ---- blkif -------------------------------------------------------------- */

/*
 * Drivers write a request's members and leave what was between and behind
 * them, so nothing here assigns a whole structure. The two layouts have the
 * same members.
 */
#define PUT_RW(T) do {								\
	struct T *req = slot(r, r->req_pvt);					\
	req->operation = (uint8_t)a[0];						\
	req->nr_segments = (uint8_t)((n - 4) / 3);				\
	req->id = a[1];								\
	req->handle = (uint16_t)a[2];						\
	req->sector_number = a[3];						\
	for (size_t i = 0; i < (n - 4) / 3 && i < XR_BLKIF_SEGMENTS; i++) {	\
		req->seg[i].gref = (uint32_t)a[4 + 3 * i];			\
		req->seg[i].first_sect = (uint8_t)a[5 + 3 * i];			\
		req->seg[i].last_sect = (uint8_t)a[6 + 3 * i];			\
	}									\
} while (0)

#define PUT_INDIRECT(T) do {							\
	struct T *req = slot(r, r->req_pvt);					\
	req->operation = XR_BLKIF_INDIRECT;					\
	req->indirect_op = (uint8_t)a[0];					\
	req->nr_segments = (uint16_t)a[4];					\
	req->id = a[1];								\
	req->handle = (uint16_t)a[2];						\
	req->sector_number = a[3];						\
	for (size_t i = 0; i + 5 < n && i < XR_BLKIF_INDIRECT_PAGES; i++)	\
		req->indirect_grefs[i] = (uint32_t)a[5 + i];			\
} while (0)

#define PUT_DISCARD(T) do {							\
	struct T *req = slot(r, r->req_pvt);					\
	req->operation = XR_BLKIF_DISCARD;					\
	req->flag = (uint8_t)a[0];						\
	req->id = a[1];								\
	req->handle = (uint16_t)a[2];						\
	req->sector_number = a[3];						\
	req->nr_sectors = a[4];							\
} while (0)

#define BOTH(put, T) do {							\
	if (r->kind == XR_FRING_BLKIF_64)					\
		put(T##_64);							\
	else									\
		put(T##_32);							\
	r->req_pvt++;								\
} while (0)

static void rw(struct xr_fring *r, const uint64_t *a, size_t n)
{
	BOTH(PUT_RW, xr_blkif_request);
}

static void indirect(struct xr_fring *r, const uint64_t *a, size_t n)
{
	BOTH(PUT_INDIRECT, xr_blkif_indirect);
}

static void discard(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	BOTH(PUT_DISCARD, xr_blkif_discard);
}

static void answer(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_blkif_response *rsp = slot(r, r->rsp_pvt++);

	(void)n;
	rsp->id = a[0];
	rsp->operation = (uint8_t)a[1];
	rsp->status = (int16_t)a[2];
}

static void segment(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_blkif_segment *seg = (struct xr_blkif_segment *)(void *)r->page + a[0];

	(void)n;
	seg->gref = (uint32_t)a[1];
	seg->first_sect = (uint8_t)a[2];
	seg->last_sect = (uint8_t)a[3];
}

/* ---- netif -------------------------------------------------------------- */

static void tx(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_netif_tx_request *req = slot(r, r->req_pvt++);

	(void)n;
	req->gref = (uint32_t)a[0];
	req->offset = (uint16_t)a[1];
	req->flags = (uint16_t)a[2];
	req->id = (uint16_t)a[3];
	req->size = (uint16_t)a[4];
}

static void put_gso(void *at, const uint64_t *a)
{
	struct xr_netif_extra *extra = at;

	extra->type = XR_NETIF_EXTRA_GSO;
	extra->flags = (uint8_t)a[0];
	extra->gso.size = (uint16_t)a[1];
	extra->gso.type = (uint8_t)a[2];
	extra->gso.pad = 0;
	extra->gso.features = 0;
}

static void tx_gso(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	put_gso(slot(r, r->req_pvt++), a);
}

static void tx_answer(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_netif_tx_response *rsp = slot(r, r->rsp_pvt++);

	(void)n;
	rsp->id = (uint16_t)a[0];
	rsp->status = (int16_t)a[1];
}

/* An extra's answer has no id: whatever was there stays. */
static void tx_null(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_netif_tx_response *rsp = slot(r, r->rsp_pvt++);

	(void)a;
	(void)n;
	rsp->status = XR_NETIF_RSP_NULL;
}

static void rx(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_netif_rx_request *req = slot(r, r->req_pvt++);

	(void)n;
	req->id = (uint16_t)a[0];
	req->gref = (uint32_t)a[1];
}

static void rx_answer(struct xr_fring *r, const uint64_t *a, size_t n)
{
	struct xr_netif_rx_response *rsp = slot(r, r->rsp_pvt++);

	(void)n;
	rsp->id = (uint16_t)a[0];
	rsp->offset = (uint16_t)a[1];
	rsp->flags = (uint16_t)a[2];
	rsp->status = (int16_t)a[3];
}

static void rx_gso(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	put_gso(slot(r, r->rsp_pvt++), a);
}

/* ---- rings of bytes ----------------------------------------------------- */

/* One direction of either page. */
struct queue {
	uint8_t *bytes;
	uint32_t size, *cons, *prod;
};

static struct queue queue(const struct xr_fring *r, bool out)
{
	if (r->kind == XR_FRING_CONSOLE) {
		struct xr_console_page *p = (void *)r->page;

		return out ? (struct queue){ p->out, XR_CONSOLE_OUT, &p->out_cons, &p->out_prod } :
			     (struct queue){ p->in, XR_CONSOLE_IN, &p->in_cons, &p->in_prod };
	} else {
		struct xr_xenstore_page *p = (void *)r->page;

		return out ? (struct queue){ p->req, XR_XENSTORE_RING, &p->req_cons, &p->req_prod } :
			     (struct queue){ p->rsp, XR_XENSTORE_RING, &p->rsp_cons, &p->rsp_prod };
	}
}

static uint32_t queued(const struct xr_fring *r, bool out)
{
	struct queue q = queue(r, out);

	return *q.prod - *q.cons;
}

uint32_t xr_fring_out(const struct xr_fring *r)
{
	return queued(r, true);
}

uint32_t xr_fring_in(const struct xr_fring *r)
{
	return queued(r, false);
}

static void put_byte(struct queue *q, uint64_t byte)
{
	q->bytes[(*q->prod)++ & (q->size - 1)] = (uint8_t)byte;
}

static void put_bytes(struct xr_fring *r, const uint64_t *a, size_t n, bool out)
{
	struct queue q = queue(r, out);

	for (size_t i = 0; i < n; i++)
		put_byte(&q, a[i]);
}

static void out(struct xr_fring *r, const uint64_t *a, size_t n)
{
	put_bytes(r, a, n, true);
}

static void in(struct xr_fring *r, const uint64_t *a, size_t n)
{
	put_bytes(r, a, n, false);
}

static void take_out(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	*queue(r, true).cons += (uint32_t)a[0];
}

static void take_in(struct xr_fring *r, const uint64_t *a, size_t n)
{
	(void)n;
	*queue(r, false).cons += (uint32_t)a[0];
}

/* struct xsd_sockmsg: type, req_id, tx_id and len of 32 bits each, then len bytes. */
static void put_message(struct xr_fring *r, const uint64_t *a, size_t n, bool out)
{
	struct queue q = queue(r, out);
	const uint64_t head[] = { a[0], a[1], a[2], n - 3 };

	for (size_t i = 0; i < 4; i++)
		for (unsigned shift = 0; shift < 32; shift += 8)
			put_byte(&q, head[i] >> shift);
	for (size_t i = 3; i < n; i++)
		put_byte(&q, a[i]);
}

static void send(struct xr_fring *r, const uint64_t *a, size_t n)
{
	put_message(r, a, n, true);
}

static void receive(struct xr_fring *r, const uint64_t *a, size_t n)
{
	put_message(r, a, n, false);
}

/* ---- the script --------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(struct xr_fring *r, const uint64_t *a, size_t n);
} ops[XR_FOP_N] = {
	[XR_FOP_START] = { "start", start },
	[XR_FOP_RW] = { "rw", rw },
	[XR_FOP_INDIRECT] = { "indirect", indirect },
	[XR_FOP_DISCARD] = { "discard", discard },
	[XR_FOP_TX] = { "tx", tx },
	[XR_FOP_TX_GSO] = { "tx-gso", tx_gso },
	[XR_FOP_RX] = { "rx", rx },
	[XR_FOP_PUSH] = { "push", push },
	[XR_FOP_TAKE] = { "take", take },
	[XR_FOP_ARM_FRONT] = { "arm-front", arm_front },
	[XR_FOP_ANSWER] = { "answer", answer },
	[XR_FOP_TX_ANSWER] = { "tx-answer", tx_answer },
	[XR_FOP_TX_NULL] = { "tx-null", tx_null },
	[XR_FOP_RX_ANSWER] = { "rx-answer", rx_answer },
	[XR_FOP_RX_GSO] = { "rx-gso", rx_gso },
	[XR_FOP_REPLY] = { "reply", reply },
	[XR_FOP_CONSUME] = { "consume", consume },
	[XR_FOP_ARM_BACK] = { "arm-back", arm_back },
	[XR_FOP_WANT] = { "want", want },
	[XR_FOP_SEGMENT] = { "segment", segment },
	[XR_FOP_OUT] = { "out", out },
	[XR_FOP_IN] = { "in", in },
	[XR_FOP_TAKE_OUT] = { "take-out", take_out },
	[XR_FOP_TAKE_IN] = { "take-in", take_in },
	[XR_FOP_SEND] = { "send", send },
	[XR_FOP_RECEIVE] = { "receive", receive },
};

static void tell(const struct xr_fring *r, const char *word, const uint64_t *a, size_t n)
{
	char line[24 * XR_FOP_ARGS];
	size_t at = (size_t)snprintf(line, sizeof(line), "%s", word);

	for (size_t i = 0; i < n && at + 24 < sizeof(line); i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %llu",
				       (unsigned long long)a[i]);
	xr_fake_tell(r->f, r->number, r->page, line);
}

void xr_fring_make(struct xr_fring *r, struct xr_fake *f, enum xr_fring_kind kind, void *page,
		   uint32_t pages)
{
	char line[64];

	*r = (struct xr_fring){
		.f = f, .page = page, .kind = kind, .number = xr_fake_new_ring(f),
		.pages = pages, .slot_size = kinds[kind].slot_size,
		.slots = kinds[kind].slot_size ?
			xr_ring_slots(pages, SLOTS_OFF, kinds[kind].slot_size) : 0,
	};
	if (!xr_fake_listened(f))
		return;
	snprintf(line, sizeof(line), "new %s %u", kinds[kind].name, pages);
	xr_fake_tell(f, r->number, page, line);
}

void xr_fring_do(struct xr_fring *r, enum xr_fop op, const uint64_t *args, size_t n)
{
	ops[op].run(r, args, n);
	if (xr_fake_listened(r->f))
		tell(r, ops[op].name, args, n);
}
