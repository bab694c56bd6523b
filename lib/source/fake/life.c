/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests of a fake host: how they are set up, and what they do in a tick. */
#include <config.h>

#include "source/fake/life.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/blkif.h"
#include "abi/console.h"
#include "abi/netif.h"
#include "abi/xenstore.h"
#include "source/fake/drawn.h"
#include "util/cleanup.h"
#include "util/text.h"

#define FIRST_REF 8		/* the first eight entries are Xen's own */
#define GTF_READONLY 4		/* xen/include/public/grant_table.h */
#define MAPPED (XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING)
#define INDIRECT_SEGMENTS 32	/* of a request, at most: what Linux' blkfront asks for */
#define SECTORS 83886080u	/* of a disk: 40 GiB */
#define NO_ID UINT16_MAX
#define PORTS_PER_GUEST 80	/* of dom0's, so that no two guests share one */

/* Before the clock begins all rings are used; in the end each as its scene has it. */
#define OWN_TICKS 100
#define ILL_TICKS 60		/* and with what is wrong there */

static const struct xr_load warm = { .low = 3, .high = 9, .answers = 6 };
static const struct xr_load warm_rx = { .low = 1, .high = 4 };

static uint32_t draw(struct xr_actor *a, uint32_t n)
{
	/* xorshift: the same every time, which is what it is for */
	a->rng ^= a->rng << 13;
	a->rng ^= a->rng >> 17;
	a->rng ^= a->rng << 5;
	return (a->rng >> 8) % n;
}

static int grant(const struct xr_actor *a, uint32_t i, uint16_t flags)
{
	if (a->dev && a->dev->bare)
		return 0;
	return xr_fake_grant(a->life->f, a->domid, a->refs + i, flags, 0, a->frames + i);
}

/* How many slots are to be open in this tick. */
static uint32_t wanted(const struct xr_actor *a, const struct xr_load *load, int64_t tick)
{
	uint32_t phase, half, drop;

	if (!load->period)
		return load->high;
	/* queues of a device are not busy at the same time */
	tick += a->queue * (load->period / 3);
	phase = (uint32_t)((tick + (int64_t)load->period * OWN_TICKS) % load->period);
	if (phase < load->rest)
		return 0;
	phase -= load->rest;
	half = (load->period - load->rest) / 2;
	if (!half)
		return load->high;
	drop = (load->high - load->low) * (phase < half ? phase : 2 * half - phase) / half;
	return drop < load->high ? load->high - drop : 0;
}

static const struct xr_load *load_at(const struct xr_actor *a, const struct xr_load *own,
				     const struct xr_load *before, int64_t tick)
{
	return tick < -a->life->own_ticks ? before : own;
}

static bool is_ill(const struct xr_actor *a, enum xr_ailment ailment, int64_t tick)
{
	return a->dev->ailment == ailment && tick >= -ILL_TICKS;
}

static bool pauses(const struct xr_load *load, int64_t tick)
{
	return load->every > 1 && tick >= 0 && tick % load->every;
}

/* ---- requests that are open --------------------------------------------- */

/*
 * Ids as Linux' frontends give them: a stack of free ones, all less than the
 * number of slots. Open requests in the order they were put, of which the
 * backend has taken the first n_taken; then ids in the order of their answers.
 */
struct ids {
	uint16_t *free, *open, *done;
	uint32_t n_free, n_open, n_taken, n_done;
};

static uint16_t take_open(struct ids *ids, uint32_t k)
{
	uint16_t id = ids->open[k];

	memmove(ids->open + k, ids->open + k + 1, (--ids->n_open - k) * sizeof(*ids->open));
	ids->n_taken--;
	return id;
}

static void reset_ids(struct ids *ids, uint32_t n)
{
	ids->n_free = n;
	ids->n_open = ids->n_taken = ids->n_done = 0;
	for (uint32_t i = 0; i < n; i++)
		ids->free[i] = (uint16_t)(n - 1 - i);
}

/* The frontend takes all answers there are. */
static void take_answers(struct xr_actor *a, struct ids *ids,
			 void (*ended)(struct xr_actor *a, uint16_t id))
{
	if (!ids->n_done)
		return;
	XR_FRING_DO(&a->ring, XR_FOP_TAKE, ids->n_done);
	for (uint32_t i = 0; i < ids->n_done; i++) {
		if (ids->done[i] == NO_ID)
			continue;	/* of an extra */
		ended(a, ids->done[i]);
		ids->free[ids->n_free++] = ids->done[i];
	}
	ids->n_done = 0;
	xr_fring_op(&a->ring, XR_FOP_ARM_FRONT);
}

/* The backend takes all requests there are. */
static void take_requests(struct xr_actor *a, struct ids *ids,
			  void (*taken)(struct xr_actor *a, uint16_t id))
{
	uint32_t n = a->ring.req_pvt - a->ring.req_cons;

	if (!n)
		return;
	XR_FRING_DO(&a->ring, XR_FOP_CONSUME, n);
	for (; ids->n_taken < ids->n_open; ids->n_taken++)
		taken(a, ids->open[ids->n_taken]);
	xr_fring_op(&a->ring, XR_FOP_ARM_BACK);
}

/* ---- disks -------------------------------------------------------------- */

struct disk {
	struct xr_actor a;
	struct ids ids;
	uint64_t sector[2];		/* where reads and writes go on */
	uint32_t per_id;		/* data pages of a request */
	struct asked {
		uint8_t operation;	/* the inner one */
		bool indirect;
		uint16_t n;		/* segments */
	} *asked;			/* by id */
	struct xr_fring *pages;		/* of segments, by id; NULL: none */
};

/* Entries of a request's data, and of the page of its segments. */
static void grant_request(struct xr_actor *a, uint16_t id, bool granted, bool mapped)
{
	struct disk *d = (struct disk *)a;
	const struct asked *r = &d->asked[id];
	uint16_t flags = XR_GTF_PERMIT;

	if (a->dev->persistent || a->dev->bare)
		return;
	if (r->operation != XR_BLKIF_READ)
		flags |= GTF_READONLY;
	if (mapped)
		flags |= r->operation == XR_BLKIF_READ ? XR_GTF_READING | XR_GTF_WRITING : XR_GTF_READING;
	for (uint32_t i = 0; i < r->n; i++)
		xr_life_keep(a->life, grant(a, id * d->per_id + i, granted ? flags : 0));
	if (r->indirect)
		xr_life_keep(a->life, grant(a, a->n_refs - a->ring.slots + id, !granted ? 0 :
					    (uint16_t)(XR_GTF_PERMIT | GTF_READONLY |
						       (mapped ? XR_GTF_READING : 0))));
}

static void disk_ended(struct xr_actor *a, uint16_t id)
{
	grant_request(a, id, false, false);
}

static void disk_taken(struct xr_actor *a, uint16_t id)
{
	grant_request(a, id, true, true);
}

/* The next sectors of a stream; wraps at the end of the disk. */
static uint64_t next_sectors(struct disk *d, bool write, uint32_t n)
{
	uint64_t at = d->sector[write];

	if (at + n > SECTORS)
		at = 2048;
	d->sector[write] = at + n;
	return at;
}

static void put_disk(struct disk *d)
{
	struct xr_actor *a = &d->a;
	uint16_t id = d->ids.free[--d->ids.n_free];
	struct asked *r = &d->asked[id];
	uint32_t kind = draw(a, 32), first = 0, last = 7;
	uint64_t args[5 + 3 * XR_BLKIF_SEGMENTS];
	size_t n = 4;

	r->operation = kind == 0 ? XR_BLKIF_FLUSH : kind == 1 ? XR_BLKIF_DISCARD :
		       kind % 3 ? XR_BLKIF_READ : XR_BLKIF_WRITE;
	r->indirect = d->pages && r->operation <= XR_BLKIF_WRITE && kind >= 20;
	if (r->operation >= XR_BLKIF_FLUSH)
		r->n = 0;
	else if (r->indirect)
		r->n = (uint16_t)(XR_BLKIF_SEGMENTS + 1 +
				  draw(a, INDIRECT_SEGMENTS - XR_BLKIF_SEGMENTS));
	else
		r->n = (uint16_t)(kind % 4 ? 1 + draw(a, 4) : 1 + draw(a, XR_BLKIF_SEGMENTS));
	/* a part of a page now and then */
	if (r->n == 1 && kind % 2) {
		first = draw(a, 7);
		last = first + 1;
	}
	args[0] = r->operation;
	args[1] = id;
	args[2] = a->dev->id;
	args[3] = r->operation == XR_BLKIF_FLUSH ? 0 :
		  next_sectors(d, r->operation != XR_BLKIF_READ,
			       r->operation == XR_BLKIF_DISCARD ? 2048 :
			       r->n > 1 ? r->n * 8u : last - first + 1);
	grant_request(a, id, true, false);
	if (r->operation == XR_BLKIF_DISCARD) {
		XR_FRING_DO(&a->ring, XR_FOP_DISCARD, 0, id, args[2], args[3], 2048);
	} else if (r->indirect) {
		for (uint32_t i = 0; i < r->n; i++)
			XR_FRING_DO(&d->pages[id], XR_FOP_SEGMENT, i,
				    a->refs + id * d->per_id + i, 0, 7);
		XR_FRING_DO(&a->ring, XR_FOP_INDIRECT, args[0], id, args[2], args[3], r->n,
			    a->refs + a->n_refs - a->ring.slots + id);
	} else {
		for (uint32_t i = 0; i < r->n; i++) {
			/* no healthy guest names one that grants nothing */
			args[n++] = a->dev->bare ? a->ring_ref : a->refs + id * d->per_id + i;
			args[n++] = first;
			args[n++] = last;
		}
		xr_fring_do(&a->ring, XR_FOP_RW, args, n);
	}
	d->ids.open[d->ids.n_open++] = id;
}

static void put_disk_up_to(struct disk *d, uint32_t depth)
{
	struct xr_actor *a = &d->a;
	uint32_t n = 0;

	while (a->ring.req_pvt - a->ring.rsp_cons < depth && xr_fring_room(&a->ring)) {
		put_disk(d);
		n++;
	}
	if (n)
		xr_fring_op(&a->ring, XR_FOP_PUSH);
}

/* As the disk finishes them: out of order, but none is left behind for long. */
static void answer_disk(struct disk *d, uint32_t n)
{
	struct xr_actor *a = &d->a;

	if (n > d->ids.n_taken)
		n = d->ids.n_taken;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t near = d->ids.n_taken < 6 ? d->ids.n_taken : 6;
		uint16_t id = take_open(&d->ids, draw(a, near));

		grant_request(a, id, true, false);
		XR_FRING_DO(&a->ring, XR_FOP_ANSWER, id, d->asked[id].operation, 0);
		d->ids.done[d->ids.n_done++] = id;
	}
	if (n)
		xr_fring_op(&a->ring, XR_FOP_REPLY);
}

static void disk_round(struct disk *d, uint32_t depth, uint32_t answers)
{
	answer_disk(d, answers);
	take_answers(&d->a, &d->ids, disk_ended);
	put_disk_up_to(d, depth);
	take_requests(&d->a, &d->ids, disk_taken);
}

static int disk_step(struct xr_actor *a, int64_t tick)
{
	struct disk *d = (struct disk *)a;
	const struct xr_load *load = load_at(a, &a->dev->load, &warm, tick);
	uint32_t depth = a->dev->ailment ? load->low : wanted(a, load, tick);

	if (is_ill(a, XR_HANGS, tick)) {
		/* the guest goes on asking, up to what it wants to have open */
		put_disk_up_to(d, load->high);
		return 0;
	}
	if (is_ill(a, XR_SLEEPS, tick)) {
		if (tick < -1)
			disk_round(d, 0, a->ring.slots);
		else if (tick < 0)
			put_disk_up_to(d, load->high);
		return 0;
	}
	if (pauses(load, tick))
		return 0;
	for (uint32_t i = 0; i < (load->rounds ? load->rounds : 1u); i++)
		disk_round(d, depth, depth ? 1 + draw(a, load->answers) : 8);
	/* sometimes the last answers are still to be taken */
	if (depth && depth < a->ring.slots / 2 && !draw(a, 4))
		answer_disk(d, 1 + draw(a, 2));
	return 0;
}

static void disk_idle(struct xr_actor *a)
{
	struct disk *d = (struct disk *)a;

	reset_ids(&d->ids, a->ring.slots);
	for (uint32_t i = 0; i < a->n_refs; i++)
		xr_life_keep(a->life, grant(a, i, a->dev->persistent ? MAPPED : 0));
}

/* ---- network: transmitting ---------------------------------------------- */

static const struct packet {
	uint8_t n;		/* requests, without the extra */
	bool gso;
	uint16_t size[4];	/* of each one's data */
} packets[] = {
	{ 1, false, { 60 } }, { 1, false, { 1514 } }, { 1, false, { 98 } },
	{ 3, true, { 66, 4096, 4096 } }, { 2, false, { 66, 1000 } },
	{ 4, true, { 66, 4096, 4096, 2048 } }, { 1, false, { 342 } },
};

struct nic_tx {
	struct xr_actor a;
	struct ids ids;
	bool *extra;		/* by id: one follows it */
	uint16_t *size;		/* by id: of the packet that begins with it, 0: none does */
};

static void grant_tx(struct xr_actor *a, uint16_t id, uint16_t flags)
{
	xr_life_keep(a->life, grant(a, id, flags));
}

static void tx_ended(struct xr_actor *a, uint16_t id)
{
	grant_tx(a, id, 0);
}

static void tx_taken(struct xr_actor *a, uint16_t id)
{
	grant_tx(a, id, XR_GTF_PERMIT | GTF_READONLY | XR_GTF_READING);
}

static void put_packet(struct nic_tx *t, const struct packet *p)
{
	struct xr_actor *a = &t->a;
	uint32_t total = 0;

	for (uint32_t i = 0; i < p->n; i++)
		total += p->size[i];
	for (uint32_t i = 0; i < p->n; i++) {
		uint16_t id = t->ids.free[--t->ids.n_free];
		bool gso = p->gso && !i;
		unsigned flags = i + 1u < p->n ? XR_NETTXF_MORE_DATA : 0;

		if (!i && total > 100)
			flags |= XR_NETTXF_CSUM_BLANK | XR_NETTXF_DATA_VALIDATED;
		if (gso)
			flags |= XR_NETTXF_EXTRA_INFO;
		grant_tx(a, id, XR_GTF_PERMIT | GTF_READONLY);
		/* the first one's size is the whole packet's */
		XR_FRING_DO(&a->ring, XR_FOP_TX, a->refs + id, i ? 0 : 66, flags, id,
			    i ? p->size[i] : total);
		if (gso)
			XR_FRING_DO(&a->ring, XR_FOP_TX_GSO, 0, 1448, XR_NETIF_GSO_TCPV4);
		t->extra[id] = gso;
		t->size[id] = (uint16_t)(i ? 0 : total);
		t->ids.open[t->ids.n_open++] = id;
	}
}

static void put_packets(struct nic_tx *t, uint32_t depth)
{
	struct xr_actor *a = &t->a;
	uint32_t before = a->ring.req_pvt;

	for (;;) {
		const struct packet *p = &packets[draw(a, sizeof(packets) / sizeof(packets[0]))];
		uint32_t open = a->ring.req_pvt - a->ring.rsp_cons;

		if (open >= depth)
			break;
		if (open + p->n + p->gso > depth)
			p = &packets[0];
		put_packet(t, p);
	}
	if (a->ring.req_pvt != before)
		xr_fring_op(&a->ring, XR_FOP_PUSH);
}

/* Each request has an answer of its own, as its data leaves; an extra's says nothing. */
static void answer_tx(struct nic_tx *t, uint32_t n)
{
	struct xr_actor *a = &t->a;

	if (n > t->ids.n_taken)
		n = t->ids.n_taken;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t near = t->ids.n_taken < 4 ? t->ids.n_taken : 4;
		uint16_t id = take_open(&t->ids, draw(a, near));

		grant_tx(a, id, XR_GTF_PERMIT | GTF_READONLY);
		XR_FRING_DO(&a->ring, XR_FOP_TX_ANSWER, id, XR_NETIF_RSP_OKAY);
		t->ids.done[t->ids.n_done++] = id;
		if (t->extra[id]) {
			xr_fring_op(&a->ring, XR_FOP_TX_NULL);
			t->ids.done[t->ids.n_done++] = NO_ID;
		}
	}
	if (n)
		xr_fring_op(&a->ring, XR_FOP_REPLY);
}

static int tx_step(struct xr_actor *a, int64_t tick)
{
	struct nic_tx *t = (struct nic_tx *)a;
	const struct xr_load *load = load_at(a, &a->dev->load, &warm, tick);
	uint32_t depth = wanted(a, load, tick);

	if (pauses(load, tick))
		return 0;
	for (uint32_t i = 0; i < (load->rounds ? load->rounds : 1u); i++) {
		answer_tx(t, depth ? 1 + draw(a, load->answers) : a->ring.slots);
		take_answers(a, &t->ids, tx_ended);
		put_packets(t, depth);
		take_requests(a, &t->ids, tx_taken);
	}
	if (depth && depth < a->ring.slots / 2 && draw(a, 3))
		answer_tx(t, 1 + draw(a, 8));
	return 0;
}

static void tx_idle(struct xr_actor *a)
{
	struct nic_tx *t = (struct nic_tx *)a;

	reset_ids(&t->ids, a->ring.slots);
	for (uint32_t i = 0; i < a->n_refs; i++)
		grant_tx(a, (uint16_t)i, 0);
}

/* ---- network: receiving ------------------------------------------------- */

#define FEW_BUFFERS 4		/* what a guest posts that has no memory */
#define MOST_SLOTS 19		/* of a packet: 64 KiB in pages, a header, an extra */

/* Buffers are copied into by grant, not mapped: they are never in use. */
static void post_buffers(struct xr_actor *a, uint32_t n)
{
	uint32_t before = a->ring.req_pvt;

	while (a->ring.req_pvt - a->ring.rsp_cons < n) {
		uint32_t id = a->ring.req_pvt & (a->ring.slots - 1);

		xr_life_keep(a->life, grant(a, id, XR_GTF_PERMIT));
		XR_FRING_DO(&a->ring, XR_FOP_RX, id, a->refs + id);
	}
	if (a->ring.req_pvt != before)
		xr_fring_op(&a->ring, XR_FOP_PUSH);
}

/* An answer stands where its request stood. False: there are too few of them. */
static bool deliver(struct xr_actor *a, const struct packet *p, uint32_t need)
{
	uint32_t slots = p->n + p->gso;

	if (a->ring.req_pvt - a->ring.req_cons < need) {
		xr_fring_op(&a->ring, XR_FOP_WANT);
		return false;
	}
	XR_FRING_DO(&a->ring, XR_FOP_CONSUME, slots);
	for (uint32_t i = 0; i < p->n; i++) {
		unsigned flags = XR_NETRXF_DATA_VALIDATED;

		if (i + 1u < p->n)
			flags |= XR_NETRXF_MORE_DATA;
		if (p->gso && !i)
			flags |= XR_NETRXF_EXTRA_INFO | XR_NETRXF_CSUM_BLANK;
		XR_FRING_DO(&a->ring, XR_FOP_RX_ANSWER, a->ring.rsp_pvt & (a->ring.slots - 1), 0,
			    flags, p->size[i]);
		if (p->gso && !i)
			XR_FRING_DO(&a->ring, XR_FOP_RX_GSO, 0, 1448, XR_NETIF_GSO_TCPV4);
	}
	return true;
}

static void receive_packets(struct xr_actor *a)
{
	uint32_t n = a->ring.rsp_pvt - a->ring.rsp_cons;

	if (!n)
		return;
	XR_FRING_DO(&a->ring, XR_FOP_TAKE, n);
	for (uint32_t i = 0; i < n; i++)
		xr_life_keep(a->life, grant(a, (a->ring.rsp_cons - 1 - i) & (a->ring.slots - 1), 0));
	xr_fring_op(&a->ring, XR_FOP_ARM_FRONT);
}

static int rx_step(struct xr_actor *a, int64_t tick)
{
	const struct xr_load *load = load_at(a, &a->dev->rx, &warm_rx, tick);
	bool starves = is_ill(a, XR_STARVES, tick);
	uint32_t few = tick < -ILL_TICKS / 2 ? 0 : MOST_SLOTS;

	if (pauses(load, tick))
		return 0;
	if (!starves)
		post_buffers(a, a->ring.slots);
	for (uint32_t i = 0; i < (load->rounds ? load->rounds : 1u); i++) {
		uint32_t n = wanted(a, load, tick), before = a->ring.rsp_pvt;

		n = n ? 1 + draw(a, n) : 0;
		while (n--) {
			const struct packet *p =
				&packets[draw(a, sizeof(packets) / sizeof(packets[0]))];

			if (!deliver(a, p, starves && few ? few : (uint32_t)p->n + p->gso))
				break;
		}
		if (a->ring.rsp_pvt != before)
			xr_fring_op(&a->ring, XR_FOP_REPLY);
		/* some are still to be taken when the tick ends */
		if (starves || draw(a, 3) || !wanted(a, load, tick))
			receive_packets(a);
		post_buffers(a, starves ? FEW_BUFFERS : a->ring.slots);
	}
	return 0;
}

static void rx_idle(struct xr_actor *a)
{
	for (uint32_t i = 0; i < a->n_refs; i++)
		xr_life_keep(a->life, grant(a, i, 0));
}

/* ---- console and store -------------------------------------------------- */

struct bytes {
	struct xr_actor a;
	uint32_t every, req_id;
};

/* Not all at once. */
static bool speaks(const struct bytes *b, int64_t tick)
{
	return b->every && (tick + b->a.domid * 37 + b->a.ring_ref * 11) % b->every == 0;
}

static void put_text(struct xr_fring *r, enum xr_fop op, const char *text)
{
	uint64_t args[128];
	size_t n = 0;

	for (; text[n] && n < sizeof(args) / sizeof(args[0]); n++)
		args[n] = (uint8_t)text[n];
	xr_fring_do(r, op, args, n);
}

static int console_step(struct xr_actor *a, int64_t tick)
{
	static const char *const lines[] = {
		"[   41.218330] EXT4-fs (xvda1): re-mounted. Opts: errors=remount-ro\r\n",
		"cron[612]: (root) CMD (test -x /usr/sbin/anacron)\r\n",
		"[   97.004113] xen_netfront: backend supports XDP headroom\r\n",
		"login: ",
	};
	struct bytes *b = (struct bytes *)a;

	/* what was written a tick ago has been read */
	if (xr_fring_out(&a->ring))
		XR_FRING_DO(&a->ring, XR_FOP_TAKE_OUT, xr_fring_out(&a->ring));
	if (xr_fring_in(&a->ring))
		XR_FRING_DO(&a->ring, XR_FOP_TAKE_IN, xr_fring_in(&a->ring));
	if (!speaks(b, tick))
		return 0;
	put_text(&a->ring, XR_FOP_OUT, lines[draw(a, sizeof(lines) / sizeof(lines[0]))]);
	if (!draw(a, 3))
		put_text(&a->ring, XR_FOP_IN, "uptime\r");
	return 0;
}

/* A message's numbers: type, req_id, tx_id 0, the text, and the byte that ends it. */
static void put_message(struct xr_fring *r, enum xr_fop op, uint32_t type, uint32_t req_id,
			const char *text, bool nul)
{
	uint64_t args[64] = { type, req_id, 0 };
	size_t n = 3;

	for (; *text && n < sizeof(args) / sizeof(args[0]) - 1; text++)
		args[n++] = (uint8_t)*text;
	if (nul)
		args[n++] = 0;
	xr_fring_do(r, op, args, n);
}

static int store_step(struct xr_actor *a, int64_t tick)
{
	enum { READ = 2 };	/* XS_READ, xen/include/public/io/xs_wire.h */
	struct bytes *b = (struct bytes *)a;

	if (xr_fring_in(&a->ring))
		XR_FRING_DO(&a->ring, XR_FOP_TAKE_IN, xr_fring_in(&a->ring));
	if (xr_fring_out(&a->ring)) {
		XR_FRING_DO(&a->ring, XR_FOP_TAKE_OUT, xr_fring_out(&a->ring));
		put_message(&a->ring, XR_FOP_RECEIVE, READ, b->req_id++, "1048576", false);
	}
	if (speaks(b, tick))
		put_message(&a->ring, XR_FOP_SEND, READ, b->req_id, "memory/target", true);
	return 0;
}

/* ---- setting up --------------------------------------------------------- */

void xr_life_keep(struct xr_life *l, int r)
{
	if (!l->r)
		l->r = r;
}

static int life_step(void *data, uint64_t tick)
{
	struct xr_life *l = data;
	int r = 0;

	for (size_t i = 0; !r && i < l->n_actors; i++)
		if (!l->actors[i]->off)
			r = l->actors[i]->step(l->actors[i], (int64_t)tick);
	if (!r && l->scene)
		r = l->scene(l, tick);
	return r ? r : l->r;
}

static void life_end(void *data)
{
	struct xr_life *l = data;

	for (size_t i = 0; i < l->n_actors; i++)
		free(l->actors[i]);
	free(l->actors);
	free(l->devs);
	free(l);
}

int xr_life_new(struct xr_fake *f, int64_t tick_ns, struct xr_life **ret)
{
	struct xr_life *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->f = f;
	l->own_ticks = OWN_TICKS;
	xr_fake_live(f, tick_ns, life_step, life_end, l);
	*ret = l;
	return 0;
}

static void __attribute__((format(printf, 4, 0)))
key(struct xr_life *l, const char *dir, const char *name, const char *fmt, va_list ap)
{
	_cleanup_free_ char *path = xr_sprintf("%s/%s", dir, name), *value = NULL;
	int n = vasprintf(&value, fmt, ap);

	if (n < 0)
		value = NULL;
	xr_life_keep(l, path && value ? xr_fake_write(l->f, path, value, (size_t)n) : -ENOMEM);
}

void xr_life_front(struct xr_life *l, uint32_t domid, const struct xr_fdev *dev, const char *name,
		   const char *fmt, ...)
{
	char dir[96];
	va_list ap;

	snprintf(dir, sizeof(dir), "/local/domain/%u/device/%s/%u", domid, dev->type, dev->id);
	va_start(ap, fmt);
	key(l, dir, name, fmt, ap);
	va_end(ap);
}

void xr_life_back(struct xr_life *l, uint32_t domid, const struct xr_fdev *dev, const char *name,
		  const char *fmt, ...)
{
	char dir[96];
	va_list ap;

	snprintf(dir, sizeof(dir), "/local/domain/0/backend/%s/%u/%u", dev->type, domid, dev->id);
	va_start(ap, fmt);
	key(l, dir, name, fmt, ap);
	va_end(ap);
}

/* An actor of size bytes with `pages` pages as its ring; NULL without memory. */
static void *new_actor(struct xr_life *l, const struct xr_fdev *dev, uint32_t queue, size_t size,
		       enum xr_fring_kind kind, uint32_t pages)
{
	struct xr_actor **actors = reallocarray(l->actors, l->n_actors + 1, sizeof(*actors));
	struct xr_actor *a = NULL;
	void *page;

	if (actors) {
		l->actors = actors;
		a = calloc(1, size);
	}
	if (!a) {
		xr_life_keep(l, -ENOMEM);
		return NULL;
	}
	actors[l->n_actors++] = a;
	a->life = l;
	a->dev = dev;
	a->domid = l->domid;
	a->queue = queue;
	a->off = true;
	a->rng = 0x9e3779b9u ^ l->domid * 2654435761u ^ (dev ? dev->id : 1) * 40503u ^ queue << 20 ^
		 (uint32_t)kind << 27;
	page = xr_fake_pages(l->f, l->domid, pages, &a->ring_frame);
	if (!page) {
		xr_life_keep(l, -ENOMEM);
		return NULL;
	}
	xr_fring_make(&a->ring, l->f, kind, page, pages);
	return a;
}

/*
 * n entries of the guest's table, from here on the actor's, and as many frames;
 * the last n_pages of them are yet to be made. paint NULL: nobody looks into them.
 */
static void own_refs(struct xr_actor *a, uint32_t n, uint32_t n_pages,
		     void (*paint)(void *actor, uint32_t nth, uint8_t *page))
{
	a->refs = a->life->next_ref;
	a->n_refs = n;
	if (a->dev->bare)
		return;
	a->frames = paint ? xr_fake_drawn(a->life->f, a->domid, n - n_pages, paint, a) :
			   xr_fake_frames(a->life->f, n - n_pages);
	if (!a->frames)
		xr_life_keep(a->life, -ENOMEM);
	a->life->next_ref += n;
}

/* Three arrays of n ids at the end of an actor's memory. */
static void place_ids(struct ids *ids, uint16_t *at, uint32_t n)
{
	*ids = (struct ids){ .free = at, .open = at + n, .done = at + 2 * (size_t)n };
}

static void draw_sectors(void *actor, uint32_t nth, uint8_t *page)
{
	const struct xr_actor *a = actor;

	xr_drawn_text(page, a->domid, a->refs + nth);
}

/* The page of the request with this id. */
static void draw_packet(void *actor, uint32_t nth, uint8_t *page)
{
	const struct nic_tx *t = actor;

	if (t->size[nth])
		xr_drawn_packet(page, 66, t->size[nth], t->a.domid, (uint16_t)nth);
	else
		xr_drawn_text(page, t->a.domid, t->a.refs + nth);
}

static void new_disk(struct xr_life *l, const struct xr_fdev *dev, uint32_t queue)
{
	enum xr_fring_kind kind = dev->abi == XR_ABI_64 ? XR_FRING_BLKIF_64 : XR_FRING_BLKIF_32;
	uint32_t pages = 1u << dev->order;
	/* as many as fit, of either layout: 32 in a page */
	size_t n = 32 * (size_t)pages, n_pages = dev->indirect ? n : 0;
	struct disk *d = new_actor(l, dev, queue, sizeof(*d) + n_pages * sizeof(*d->pages) +
				   n * sizeof(*d->asked) + 3 * n * sizeof(uint16_t), kind, pages);
	uint64_t frame = 0;

	if (!d)
		return;
	d->a.step = disk_step;
	d->a.idle = disk_idle;
	d->asked = (struct asked *)((struct xr_fring *)(d + 1) + n_pages);
	place_ids(&d->ids, (uint16_t *)(d->asked + n), (uint32_t)n);
	d->sector[0] = 2048 + 4096 * (uint64_t)queue;
	d->sector[1] = SECTORS / 2 + 4096 * (uint64_t)queue;
	d->per_id = dev->indirect ? INDIRECT_SEGMENTS : XR_BLKIF_SEGMENTS;
	own_refs(&d->a, (uint32_t)(n * d->per_id + n_pages), (uint32_t)n_pages, draw_sectors);
	/* of the guest's pages, those of segments are there to be read */
	for (uint32_t i = 0; i < n_pages; i++) {
		uint8_t *page = xr_fake_pages(l->f, l->domid, 1, &frame);

		if (!page) {
			xr_life_keep(l, -ENOMEM);
			return;
		}
		d->pages = (struct xr_fring *)(d + 1);
		xr_fring_make(&d->pages[i], l->f, XR_FRING_SEGMENTS, page, 1);
	}
}

static void new_nic(struct xr_life *l, const struct xr_fdev *dev, uint32_t queue)
{
	uint32_t n = 256;	/* slots of either ring's page */
	size_t size = sizeof(struct nic_tx) + 3 * n * sizeof(uint16_t) + n * (sizeof(uint16_t) + sizeof(bool));
	struct nic_tx *t = new_actor(l, dev, queue, size, XR_FRING_NETIF_TX, 1);
	struct xr_actor *rx;

	if (!t)
		return;
	t->a.step = tx_step;
	t->a.idle = tx_idle;
	place_ids(&t->ids, (uint16_t *)(t + 1), n);
	t->size = t->ids.done + n;
	t->extra = (bool *)(t->size + n);
	own_refs(&t->a, n, 0, draw_packet);
	rx = new_actor(l, dev, queue, sizeof(*rx), XR_FRING_NETIF_RX, 1);
	if (!rx)
		return;
	rx->step = rx_step;
	rx->idle = rx_idle;
	own_refs(rx, n, 0, NULL);
}

struct xr_actor *xr_life_find(struct xr_life *l, uint32_t domid, const char *type, uint32_t id)
{
	for (size_t i = 0; i < l->n_actors; i++) {
		struct xr_actor *a = l->actors[i];

		if (a->domid == domid && a->dev && a->dev->id == id && !strcmp(a->dev->type, type))
			return a;
	}
	return NULL;
}

/* The rings of a device: those from first on that are of it. */
static size_t device_rings(const struct xr_life *l, const struct xr_actor *first,
			   struct xr_actor ***ret)
{
	size_t at = l->n_actors, n = 0;

	/* the newest is asked for most */
	while (at && l->actors[--at] != first)
		;
	*ret = l->actors + at;
	while (at + n < l->n_actors && l->actors[at + n]->dev == first->dev &&
	       l->actors[at + n]->domid == first->domid)
		n++;
	return n;
}

/* An event channel has two ends, and each knows the other. */
static uint32_t backend_port(const struct xr_actor *a)
{
	return a->domid * PORTS_PER_GUEST + a->port;
}

static void bind_port(struct xr_life *l, const struct xr_actor *a)
{
	xr_life_keep(l, xr_fake_port(l->f, a->domid, a->port, 0, backend_port(a)));
	xr_life_keep(l, xr_fake_port(l->f, 0, backend_port(a), a->domid, a->port));
}

static void close_port(struct xr_life *l, const struct xr_actor *a)
{
	xr_fake_port_close(l->f, a->domid, a->port);
	xr_fake_port_close(l->f, 0, backend_port(a));
}

/* "ring-ref", or "ring-ref0"... of several pages; "tx-ring-ref". */
static void name_ring(struct xr_life *l, struct xr_actor *a, uint32_t ref)
{
	const struct xr_fdev *dev = a->dev;
	bool tx = a->ring.kind == XR_FRING_NETIF_TX, rx = a->ring.kind == XR_FRING_NETIF_RX;
	char sub[24] = "", name[64];

	if (dev->queues > 1)
		snprintf(sub, sizeof(sub), "queue-%u/", a->queue);
	a->ring_ref = ref;
	for (uint32_t i = 0; i < a->ring.pages; i++) {
		xr_life_keep(l, xr_fake_grant(l->f, a->domid, ref + i, MAPPED, 0, a->ring_frame + i));
		snprintf(name, sizeof(name), "%s%sring-ref", sub, tx ? "tx-" : rx ? "rx-" : "");
		if (a->ring.pages > 1)
			snprintf(name + strlen(name), sizeof(name) - strlen(name), "%u", i);
		xr_life_front(l, a->domid, dev, name, "%u", ref + i);
	}
	bind_port(l, a);
	snprintf(name, sizeof(name), "%sevent-channel%s", sub, tx ? "-tx" : rx ? "-rx" : "");
	xr_life_front(l, a->domid, dev, name, "%u", a->port);
}

void xr_life_connect(struct xr_life *l, struct xr_actor *first, uint32_t ref, uint32_t port)
{
	struct xr_actor **a;
	size_t n = device_rings(l, first, &a);

	for (size_t i = 0; i < n && !l->r; i++) {
		a[i]->off = false;
		a[i]->port = port++;
		XR_FRING_DO(&a[i]->ring, XR_FOP_START, first->dev->start);
		a[i]->idle(a[i]);
		name_ring(l, a[i], ref);
		ref += a[i]->ring.pages;
	}
}

void xr_life_disconnect(struct xr_life *l, struct xr_actor *first)
{
	struct xr_actor **a;
	size_t n = device_rings(l, first, &a);

	for (size_t i = 0; i < n; i++) {
		a[i]->off = true;
		close_port(l, a[i]);
		for (uint32_t j = 0; j < a[i]->n_refs; j++)
			xr_life_keep(l, grant(a[i], j, 0));
		for (uint32_t j = 0; j < a[i]->ring.pages; j++)
			xr_life_keep(l, xr_fake_grant(l->f, a[i]->domid, a[i]->ring_ref + j, 0, 0,
						      0));
	}
}

/* What both sides say besides rings and ports. */
static void disk_keys(struct xr_life *l, const struct xr_fdev *dev)
{
	xr_life_front(l, l->domid, dev, "protocol",
		      dev->abi == XR_ABI_64 ? "x86_64-abi" : "x86_32-abi");
	if (dev->queues > 1) {
		xr_life_front(l, l->domid, dev, "multi-queue-num-queues", "%u", dev->queues);
		xr_life_back(l, l->domid, dev, "multi-queue-max-queues", "4");
	}
	if (dev->order)
		xr_life_front(l, l->domid, dev, "ring-page-order", "%u", dev->order);
	if (dev->bare)
		return;
	xr_life_front(l, l->domid, dev, "feature-persistent", "%d", dev->persistent);
	xr_life_back(l, l->domid, dev, "feature-persistent", "%d", dev->persistent);
	xr_life_back(l, l->domid, dev, "max-ring-page-order", "4");
	xr_life_back(l, l->domid, dev, "feature-flush-cache", "1");
	xr_life_back(l, l->domid, dev, "feature-discard", "1");
	if (dev->indirect)
		xr_life_back(l, l->domid, dev, "feature-max-indirect-segments", "256");
	xr_life_back(l, l->domid, dev, "sectors", "%u", SECTORS);
	xr_life_back(l, l->domid, dev, "sector-size", "512");
	xr_life_back(l, l->domid, dev, "info", "0");
	xr_life_back(l, l->domid, dev, "mode", "w");
}

static void nic_keys(struct xr_life *l, const struct xr_fdev *dev)
{
	if (dev->queues > 1) {
		xr_life_front(l, l->domid, dev, "multi-queue-num-queues", "%u", dev->queues);
		xr_life_back(l, l->domid, dev, "multi-queue-max-queues", "4");
	}
	xr_life_front(l, l->domid, dev, "request-rx-copy", "1");
	xr_life_front(l, l->domid, dev, "feature-rx-notify", "1");
	xr_life_front(l, l->domid, dev, "feature-sg", "1");
	xr_life_front(l, l->domid, dev, "mac", "00:16:3e:00:%02x:%02x", l->domid & 255,
		      dev->id & 255);
	xr_life_back(l, l->domid, dev, "feature-rx-copy", "1");
	xr_life_back(l, l->domid, dev, "feature-split-event-channels", "1");
	xr_life_back(l, l->domid, dev, "bridge", "xenbr0");
	xr_life_back(l, l->domid, dev, "hotplug-status", "connected");
}

static void device_keys(struct xr_life *l, const struct xr_fdev *dev)
{
	xr_life_keep(l, xr_fake_device(l->f, l->domid, dev->type, dev->id, 0, dev->type));
	if (strcmp(dev->type, "vif"))
		disk_keys(l, dev);
	else
		nic_keys(l, dev);
}

void xr_life_device(struct xr_life *l, const struct xr_fdev *dev)
{
	bool nic = !strcmp(dev->type, "vif");
	size_t before = l->n_actors;
	uint32_t ref, port = l->next_port;

	for (uint32_t q = 0; q < (dev->queues ? dev->queues : 1) && !l->r; q++) {
		if (nic)
			new_nic(l, dev, q);
		else
			new_disk(l, dev, q);
	}
	if (l->r)
		return;
	device_keys(l, dev);
	ref = l->next_ref;
	for (size_t i = before; i < l->n_actors; i++) {
		l->next_ref += l->actors[i]->ring.pages;
		l->next_port++;
	}
	xr_life_connect(l, l->actors[before], ref, port);
}

/* The console or the store: a byte ring behind a reserved grant entry. */
static void connect_bytes(struct xr_life *l, struct xr_actor *a)
{
	const char *dir = a->ring.kind == XR_FRING_CONSOLE ? "console" : "store";
	char path[64];

	a->off = false;
	XR_FRING_DO(&a->ring, XR_FOP_START, a->ring.kind == XR_FRING_CONSOLE ? 5678 : 1234);
	xr_life_keep(l, xr_fake_grant(l->f, a->domid, a->ring_ref, MAPPED, 0, a->ring_frame));
	snprintf(path, sizeof(path), "/local/domain/%u/%s/ring-ref", a->domid, dir);
	xr_life_keep(l, xr_fake_printf(l->f, path, "%llu", (unsigned long long)a->ring_frame));
	snprintf(path, sizeof(path), "/local/domain/%u/%s/port", a->domid, dir);
	xr_life_keep(l, xr_fake_printf(l->f, path, "%u", a->port));
	bind_port(l, a);
}

static void new_bytes(struct xr_life *l, uint32_t gref, enum xr_fring_kind kind,
		      int (*step)(struct xr_actor *a, int64_t tick), uint32_t every)
{
	struct bytes *b = new_actor(l, NULL, 0, sizeof(*b), kind, 1);

	if (!b)
		return;
	b->every = every;
	b->a.step = step;
	b->a.ring_ref = gref;
	b->a.port = l->next_port++;
	connect_bytes(l, &b->a);
}

void xr_life_guest(struct xr_life *l, const struct xr_fguest *guest)
{
	l->domid = guest->domid;
	l->next_ref = FIRST_REF;
	l->next_port = 1;
	xr_life_keep(l, xr_fake_domain(l->f, guest->domid, guest->name, guest->frames));
	if (guest->v2)
		xr_life_keep(l, xr_fake_grant_v2(l->f, guest->domid));
}

void xr_life_system(struct xr_life *l, const struct xr_fguest *guest)
{
	new_bytes(l, XR_XENSTORE_GREF, XR_FRING_XENSTORE, store_step, guest->store);
	new_bytes(l, XR_CONSOLE_GREF, XR_FRING_CONSOLE, console_step, guest->console);
}

void xr_life_guests(struct xr_life *l, const struct xr_fguest *guests)
{
	for (const struct xr_fguest *g = guests; g->name && !l->r; g++) {
		xr_life_guest(l, g);
		xr_life_system(l, g);
		for (const struct xr_fdev *dev = g->devs; dev && dev->type && !l->r; dev++)
			xr_life_device(l, dev);
	}
}

void xr_life_silence(struct xr_life *l, uint32_t domid)
{
	for (size_t i = 0; i < l->n_actors; i++) {
		struct xr_actor *a = l->actors[i];

		if (a->domid != domid || a->off)
			continue;
		if (a->dev) {
			xr_life_disconnect(l, a);
			continue;
		}
		a->off = true;
		close_port(l, a);
		/* the entry stays, its user has let go */
		xr_life_keep(l, xr_fake_grant(l->f, domid, a->ring_ref, XR_GTF_PERMIT, 0,
					      a->ring_frame));
	}
}

void xr_life_again(struct xr_life *l, const struct xr_fguest *guest)
{
	const struct xr_fdev *last = NULL;

	l->domid = guest->domid;
	xr_life_keep(l, xr_fake_domain(l->f, guest->domid, guest->name, guest->frames));
	for (size_t i = 0; i < l->n_actors && !l->r; i++) {
		struct xr_actor *a = l->actors[i];

		if (a->domid != guest->domid)
			continue;
		if (!a->dev) {
			connect_bytes(l, a);
		} else if (a->dev != last) {
			last = a->dev;
			device_keys(l, a->dev);
			xr_life_connect(l, a, a->ring_ref, a->port);
		}
	}
}

void xr_life_warm_up(struct xr_life *l, int64_t ticks)
{
	for (int64_t tick = -ticks; tick < 0 && !l->r; tick++)
		for (size_t i = 0; i < l->n_actors; i++)
			if (!l->actors[i]->off)
				xr_life_keep(l, l->actors[i]->step(l->actors[i], tick));
}
