/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from two snapshots: rates, stalls, states; and what must not. */
#include <config.h>

#include "lib/test.h"

#include <math.h>
#include <stdlib.h>

#include "snapshot.h"

/* A topology of n rings of one device each, none of them mapped. */
struct world {
	struct xr_topology top;
	struct xr_dev devs[4];
	struct xr_ring rings[4];
	struct xr_topo_dev topo_devs[4];
	struct xr_topo_ring topo_rings[4];
};

static const struct xr_ring_desc *desc(const char *proto, size_t i)
{
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p)) && strcmp(p->name, proto))
		;
	assert_non_null(p);
	return p ? &p->rings[i] : NULL;
}

static void world(struct world *w, size_t n, const struct xr_ring_desc *d, uint64_t first_uid)
{
	*w = (struct world){ .top.refs = 1000000 };	/* never freed by the last snapshot */
	for (size_t i = 0; i < n; i++) {
		w->devs[i] = (struct xr_dev){
			.refs = 1, .fe_state = XR_BUS_CONNECTED, .be_state = XR_BUS_CONNECTED,
			.pairing = XR_PAIR_CONFIRMED,
		};
		w->rings[i] = (struct xr_ring){
			.desc = d, .uid = first_uid + i, .epoch = 1, .slots = 32,
			.in_size = d->in_size, .out_size = d->out_size,
		};
		w->topo_devs[i].dev = &w->devs[i];
		w->topo_rings[i].ring = &w->rings[i];
		w->topo_rings[i].dev = i;
	}
	w->top.devs = w->topo_devs;
	w->top.rings = w->topo_rings;
	w->top.n_devs = w->top.n_rings = n;
}

static struct xenring_snapshot *snap(struct world *w, double s)
{
	struct xenring_snapshot *snapshot;

	assert_int_equal(xr_snapshot_new(&snapshot, &w->top), 0);
	snapshot->at.mono_ns = (int64_t)(s * 1e9) + 1000000000000;
	for (size_t i = 0; i < w->top.n_rings; i++)
		snapshot->look[i] = XR_LOOK_OK;
	return snapshot;
}

static void set(struct xenring_snapshot *s, size_t i, uint32_t req, uint32_t rsp)
{
	s->idx[i][XR_REQ_PROD] = req;
	s->idx[i][XR_RSP_PROD] = rsp;
}

static void step(struct xenring_snapshot *now, const struct xenring_snapshot *before)
{
	assert_int_equal(xr_model_step(now, before), 0);
}

static void test_first_look(void **state)
{
	struct xenring_snapshot *s;
	struct world w;

	(void)state;
	world(&w, 2, desc("blkif", 0), 1);
	s = snap(&w, 0);
	set(s, 0, 10, 10);
	set(s, 1, 42, 10);
	step(s, NULL);
	/* nothing is concluded from one look alone but what stands there */
	assert_true(isnan(s->req_rate[0]) && isnan(s->rsp_rate[0]));
	assert_true(s->moved_ns[0] == INT64_MIN);
	assert_int_equal(s->state[0], XR_STATE_IDLE);
	assert_int_equal(s->state[1], XR_STATE_FULL);
	xenring_snapshot_unref(s);
}

static void test_rates(void **state)
{
	static const uint32_t starts[] = { 0, 0x7fffffff, 0xfffffff0, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct xenring_snapshot *a, *b;
		struct world w;

		world(&w, 1, desc("blkif", 0), 1);
		a = snap(&w, 0);
		b = snap(&w, 2);
		set(a, 0, starts[i], starts[i]);
		set(b, 0, starts[i] + 1000, starts[i] + 980);
		step(a, NULL);
		step(b, a);
		assert_true(fabsf(b->req_rate[0] - 500) < 0.01f);
		assert_true(fabsf(b->rsp_rate[0] - 490) < 0.01f);
		assert_int_equal(b->state[0], XR_STATE_BUSY);
		assert_true(b->moved_ns[0] == b->at.mono_ns);
		xenring_snapshot_unref(a);
		xenring_snapshot_unref(b);
	}
}

/* Two looks at the same moment say nothing about speed, and do not divide by 0. */
static void test_no_time_passed(void **state)
{
	struct xenring_snapshot *a, *b;
	struct world w;

	(void)state;
	world(&w, 1, desc("blkif", 0), 1);
	a = snap(&w, 1);
	b = snap(&w, 1);
	set(b, 0, 5, 5);
	step(a, NULL);
	step(b, a);
	assert_true(isnan(b->req_rate[0]));
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
}

/* Pending and still for 5 s is stuck; one move and the clock starts anew. */
static void test_stall(void **state)
{
	static const struct {
		double at;
		uint32_t req, rsp;
		enum xr_state want;
	} rows[] = {
		{ 0, 5, 0, XR_STATE_BUSY }, { 2, 5, 0, XR_STATE_BUSY }, { 4.9, 5, 0, XR_STATE_BUSY },
		{ 5.1, 5, 0, XR_STATE_STUCK }, { 60, 5, 0, XR_STATE_STUCK },
		{ 61, 5, 1, XR_STATE_BUSY }, { 65, 5, 1, XR_STATE_BUSY }, { 66.5, 5, 1, XR_STATE_STUCK },
		{ 67, 33, 1, XR_STATE_FULL }, { 71, 33, 1, XR_STATE_FULL }, { 73, 33, 1, XR_STATE_STUCK },
		{ 74, 33, 33, XR_STATE_BUSY }, { 100, 33, 33, XR_STATE_IDLE }, { 200, 33, 33, XR_STATE_IDLE },
	};
	struct xenring_snapshot *before = NULL;
	struct world w;

	(void)state;
	world(&w, 1, desc("blkif", 0), 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s = snap(&w, rows[i].at);

		set(s, 0, rows[i].req, rows[i].rsp);
		step(s, before);
		if (s->state[0] != rows[i].want)
			fail_msg("at %g s: state %d, not %d", rows[i].at, s->state[0], rows[i].want);
		xenring_snapshot_unref(before);
		before = s;
	}
	xenring_snapshot_unref(before);
}

/* An event index that moves is a sign of life, too. */
static void test_event_moves(void **state)
{
	struct xenring_snapshot *a, *b;
	struct world w;

	(void)state;
	world(&w, 1, desc("blkif", 0), 1);
	a = snap(&w, 0);
	b = snap(&w, 10);
	set(a, 0, 5, 0);
	set(b, 0, 5, 0);
	b->idx[0][XR_REQ_EVENT] = 6;
	step(a, NULL);
	step(b, a);
	assert_int_equal(b->state[0], XR_STATE_BUSY);
	assert_true(b->req_rate[0] == 0);
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
}

/* netif rx: all buffers posted is how it should be, for ever. */
static void test_credit_ring(void **state)
{
	struct xenring_snapshot *a, *b;
	struct world w;

	(void)state;
	world(&w, 1, desc("netif", 1), 1);
	w.rings[0].slots = 256;
	a = snap(&w, 0);
	b = snap(&w, 100);
	set(a, 0, 256, 0);
	set(b, 0, 256, 0);
	step(a, NULL);
	step(b, a);
	assert_int_equal(a->state[0], XR_STATE_IDLE);
	assert_int_equal(b->state[0], XR_STATE_IDLE);
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
}

/* pvcalls: what was taken may stay open for hours; that it is taken is not to wait for. */
static void test_patient_ring(void **state)
{
	static const struct {
		const char *name;
		uint32_t req, rsp, req_event;
		enum xr_state want;
	} rows[] = {
		{ "all were taken", 5, 0, 6, XR_STATE_BUSY },
		{ "the last one was not", 5, 0, 5, XR_STATE_STUCK },
		{ "nobody looked at any", 5, 0, 1, XR_STATE_STUCK },
		{ "an event from long ago", 0x80000005, 0x80000000, 1, XR_STATE_STUCK },
		{ "no slot is left, and all were taken", 32, 0, 33, XR_STATE_FULL },
		{ "nothing is open", 5, 5, 6, XR_STATE_IDLE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s[2];
		struct world w;

		world(&w, 1, desc("pvcalls", 0), 1);
		for (int j = 0; j < 2; j++) {
			s[j] = snap(&w, j * 10000);
			set(s[j], 0, rows[i].req, rows[i].rsp);
			s[j]->idx[0][XR_REQ_EVENT] = rows[i].req_event;
			step(s[j], j ? s[0] : NULL);
		}
		assert_row(rows[i].name, s[1]->state[0] == rows[i].want);
		xenring_snapshot_unref(s[0]);
		xenring_snapshot_unref(s[1]);
	}
}

/* usbif's urbs: once taken they may wait for a key to be pressed; that they are not taken is a fault. */
static void test_patience(void **state)
{
	static const struct {
		const char *name;
		uint32_t req, event, rsp;
		enum xr_state want;
	} rows[] = {
		{ "all were taken", 3, 4, 1, XR_STATE_BUSY },
		{ "the last was not taken", 3, 3, 1, XR_STATE_STUCK },
		{ "none was taken", 3, 2, 1, XR_STATE_STUCK },
		{ "a hold-off says nothing", 3, 9, 1, XR_STATE_STUCK },
		{ "all were taken, and fill it", 16, 17, 0, XR_STATE_FULL },
		{ "none was taken of all that fit", 16, 1, 0, XR_STATE_STUCK },
		{ "all were taken, across 2^32", 1, 2, 0xfffffff8, XR_STATE_BUSY },
		{ "nothing is open", 3, 4, 3, XR_STATE_IDLE },
	};
	struct world w;

	(void)state;
	world(&w, 1, desc("usbif", 0), 1);
	w.rings[0].slots = 16;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s[2] = { snap(&w, 0), snap(&w, 1000) };

		for (size_t j = 0; j < 2; j++) {
			set(s[j], 0, rows[i].req, rows[i].rsp);
			s[j]->idx[0][XR_REQ_EVENT] = rows[i].event;
			step(s[j], j ? s[0] : NULL);
		}
		assert_row(rows[i].name, s[1]->state[0] == rows[i].want);
		xenring_snapshot_unref(s[0]);
		xenring_snapshot_unref(s[1]);
	}
}

/* vscsiif: a disk's command may take half a minute. */
static void test_slow_ring(void **state)
{
	static const struct {
		double at;
		enum xr_state want;
	} rows[] = {
		{ 0, XR_STATE_BUSY }, { 29.9, XR_STATE_BUSY }, { 30.1, XR_STATE_STUCK },
	};
	struct xenring_snapshot *before = NULL;
	struct world w;

	(void)state;
	world(&w, 1, desc("vscsiif", 0), 1);
	w.rings[0].slots = 16;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s = snap(&w, rows[i].at);

		set(s, 0, 5, 3);
		step(s, before);
		assert_int_equal(s->state[0], rows[i].want);
		xenring_snapshot_unref(before);
		before = s;
	}
	xenring_snapshot_unref(before);
}

/* Another uid is another connection, even at the same place in the same topology's order. */
static void test_epoch(void **state)
{
	struct xenring_snapshot *a, *b;
	struct world w, x;

	(void)state;
	world(&w, 2, desc("blkif", 0), 1);
	world(&x, 2, desc("blkif", 0), 2);	/* ring 0 is now what ring 1 was; ring 1 is new */
	a = snap(&w, 0);
	b = snap(&x, 10);
	set(a, 0, 1000, 1000);
	set(a, 1, 2000, 2000);
	set(b, 0, 2100, 2090);
	set(b, 1, 5, 0);
	step(a, NULL);
	step(b, a);
	assert_true(fabsf(b->req_rate[0] - 10) < 0.01f);
	assert_true(fabsf(b->rsp_rate[0] - 9) < 0.01f);
	assert_true(isnan(b->req_rate[1]) && isnan(b->rsp_rate[1]));
	assert_true(b->moved_ns[1] == INT64_MIN);
	assert_int_equal(b->state[1], XR_STATE_BUSY);	/* not stuck: only just seen */
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
}

/* The stall of a ring goes on when the topology is another, for the same uid. */
static void test_stall_over_topologies(void **state)
{
	struct xenring_snapshot *a, *b, *c;
	struct world w, x;

	(void)state;
	world(&w, 1, desc("blkif", 0), 7);
	world(&x, 2, desc("blkif", 0), 6);
	a = snap(&w, 0);
	b = snap(&w, 3);
	c = snap(&x, 6);
	set(a, 0, 5, 0);
	set(b, 0, 5, 0);
	set(c, 1, 5, 0);
	step(a, NULL);
	step(b, a);
	step(c, b);
	assert_int_equal(c->state[1], XR_STATE_STUCK);
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
	xenring_snapshot_unref(c);
}

/* A torn look, or none, is no basis for anything, not even in the next step. */
static void test_bad_looks(void **state)
{
	static const enum xr_look looks[] = { XR_LOOK_NONE, XR_LOOK_TORN, XR_LOOK_GONE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		struct xenring_snapshot *a, *b, *c;
		struct world w;

		world(&w, 1, desc("blkif", 0), 1);
		a = snap(&w, 0);
		b = snap(&w, 1);
		c = snap(&w, 2);
		set(a, 0, 5, 0);
		set(b, 0, 0xdeadbeef, 17);
		set(c, 0, 6, 0);
		b->look[0] = (uint8_t)looks[i];
		step(a, NULL);
		step(b, a);
		step(c, b);
		assert_true(isnan(b->req_rate[0]) && isnan(c->req_rate[0]));
		assert_null(b->errors);
		assert_int_equal(b->state[0], looks[i] == XR_LOOK_TORN ? XR_STATE_TORN : XR_STATE_CLOSED);
		assert_int_equal(c->state[0], XR_STATE_BUSY);
		xenring_snapshot_unref(a);
		xenring_snapshot_unref(b);
		xenring_snapshot_unref(c);
	}
}

static void test_impossible_indices(void **state)
{
	struct xenring_snapshot *a;
	struct world w;

	(void)state;
	world(&w, 3, desc("blkif", 0), 1);
	a = snap(&w, 0);
	set(a, 0, 33, 0);
	set(a, 1, 0, 1);
	set(a, 2, 32, 0);
	step(a, NULL);
	assert_int_equal(a->state[0], XR_STATE_UNREADABLE);
	assert_int_equal(a->state[1], XR_STATE_UNREADABLE);
	assert_int_equal(a->state[2], XR_STATE_FULL);
	assert_non_null(a->errors);
	assert_string_equal(a->errors[0].op, "sample");
	assert_true(a->errors[0].text && *a->errors[0].text);
	assert_null(a->errors[2].op);
	xenring_snapshot_unref(a);
}

/* No rate may come from, or lead to, indices that cannot be. */
static void test_no_rate_from_the_impossible(void **state)
{
	struct xenring_snapshot *a, *b;
	struct world w;

	(void)state;
	world(&w, 2, desc("blkif", 0), 1);
	a = snap(&w, 0);
	b = snap(&w, 1);
	set(a, 0, 0xdead0000, 0);
	set(b, 0, 10, 10);
	set(a, 1, 10, 10);
	set(b, 1, 0xdead0000, 0);
	step(a, NULL);
	step(b, a);
	assert_true(isnan(b->req_rate[0]));
	assert_true(isnan(b->req_rate[1]));
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
}

/* An index that goes back is no rate of four thousand million. */
static void test_backwards(void **state)
{
	struct xenring_snapshot *a, *b;
	struct world w;

	(void)state;
	world(&w, 1, desc("blkif", 0), 1);
	a = snap(&w, 0);
	b = snap(&w, 1);
	set(a, 0, 1000, 1000);
	set(b, 0, 990, 990);
	step(a, NULL);
	step(b, a);
	assert_true(isnan(b->req_rate[0]) && isnan(b->rsp_rate[0]));
	xenring_snapshot_unref(a);
	xenring_snapshot_unref(b);
}

static void test_bytes(void **state)
{
	static const struct {
		const char *name;
		uint32_t in_cons, in_prod, out_cons, out_prod;
		enum xr_state want;
	} rows[] = {
		{ "empty", 5, 5, 9, 9, XR_STATE_IDLE },
		{ "output waits", 0, 0, 0, 10, XR_STATE_BUSY },
		{ "output full", 0, 0, 0xffffff00, 0x700, XR_STATE_FULL },
		{ "input unread is the guest's affair", 0, 1024, 0, 0, XR_STATE_IDLE },
		{ "input overrun", 0, 1025, 0, 0, XR_STATE_UNREADABLE },
		{ "output overrun", 0, 0, 0, 2049, XR_STATE_UNREADABLE },
		{ "consumer ahead", 1, 0, 0, 0, XR_STATE_UNREADABLE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s;
		struct world w;

		world(&w, 1, desc("console", 0), 1);
		s = snap(&w, 0);
		s->idx[0][0] = rows[i].in_cons;
		s->idx[0][1] = rows[i].in_prod;
		s->idx[0][2] = rows[i].out_cons;
		s->idx[0][3] = rows[i].out_prod;
		step(s, NULL);
		assert_row(rows[i].name, s->state[0] == rows[i].want);
		assert_true(isnan(s->req_rate[0]));
		xenring_snapshot_unref(s);
	}
}

static enum xr_mail_state first_bit(const uint32_t idx[XR_N_IDX])
{
	return idx[0] & 1 ? XR_MAIL_REQUEST : XR_MAIL_RESPONSE;
}

/* Words as a guest may leave them: mostly as they were, else a little further, or anything at all. */
static void leave_words(uint32_t idx[XR_N_IDX], uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	switch (*seed >> 28) {
	case 0: case 1:
		idx[*seed >> 8 & 3] += *seed >> 16 & 15;
		break;
	case 2:
		idx[1] = idx[0];
		idx[2] = idx[0];
		idx[3] = idx[2];
		break;
	case 3:
		idx[*seed >> 8 & 3] = *seed;
		break;
	default:
		break;
	}
}

static void assert_same_ring(const char *name, const struct xenring_snapshot *a, const struct xenring_snapshot *b,
			     size_t i)
{
	const char *why_a = a->errors ? a->errors[i].text : NULL, *why_b = b->errors ? b->errors[i].text : NULL;

	assert_row(name, a->state[i] == b->state[i]);
	assert_row(name, !memcmp(&a->req_rate[i], &b->req_rate[i], sizeof(a->req_rate[i])));
	assert_row(name, !memcmp(&a->rsp_rate[i], &b->rsp_rate[i], sizeof(a->rsp_rate[i])));
	assert_row(name, a->moved_ns[i] == b->moved_ns[i]);
	assert_row(name, why_a == why_b);
	assert_row(name, a->calm[i] == b->calm[i]);
}

/*
 * What is kept of a ring that stands still is what is worked out anew: the same
 * words seen in one topology, and in two alternating ones, where nothing can be
 * kept. All rings of all protocols, and one of each kind.
 */
static void compare_kept(const struct xr_ring_desc *d, uint32_t seed, unsigned ret_seen[32])
{
	struct xenring_snapshot *kept = NULL, *anew = NULL;
	struct world w[3];
	uint32_t idx[4][XR_N_IDX] = { { 0 } };
	double at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		world(&w[i], 4, d, 1);
	for (size_t tick = 0; tick < 2000; tick++) {
		struct xenring_snapshot *a = snap(&w[0], at), *b = snap(&w[1 + tick % 2], at);

		for (size_t i = 0; i < 4; i++) {
			leave_words(idx[i], &seed);
			memcpy(a->idx[i], idx[i], sizeof(idx[i]));
			memcpy(b->idx[i], idx[i], sizeof(idx[i]));
			if (seed >> 20 == 7)
				a->look[i] = b->look[i] = XR_LOOK_TORN;
		}
		step(a, kept);
		step(b, anew);
		for (size_t i = 0; i < 4; i++) {
			assert_same_ring(d->name, a, b, i);
			ret_seen[a->state[i]]++;
		}
		xenring_snapshot_unref(kept);
		xenring_snapshot_unref(anew);
		kept = a;
		anew = b;
		/* from time to time no time passes at all, or much, or the clock goes back */
		at += seed % 7 == 0 ? 0 : seed % 61 == 0 ? 40 : seed % 67 == 0 ? -4 : 1.5;
	}
	xenring_snapshot_unref(kept);
	xenring_snapshot_unref(anew);
}

static void test_kept(void **state)
{
	static const struct xenring_record rec = { .name = "test.mail", .help = "a message" };
	static const struct xr_mail mails[] = { { &rec, 0, 16, first_bit }, { .rec = NULL } };
	static const struct xr_ring_desc kinds[XR_KIND_N] = {
		[XR_RING_SLOTS] = { .name = "slots", .kind = XR_RING_SLOTS, .event_rule = XR_EVENT_BOUND },
		[XR_RING_BYTES] = { .name = "bytes", .kind = XR_RING_BYTES, .out_word = 2, .in_size = 64,
				    .out_size = 32 },
		[XR_RING_EVENTS] = { .name = "events", .kind = XR_RING_EVENTS, .flags = XR_NO_OUT, .in_size = 51 },
		[XR_RING_FLEX] = { .name = "flex", .kind = XR_RING_FLEX, .in_word = 2, .in_size = 64,
				   .out_size = 64 },
		[XR_RING_VCHAN] = { .name = "vchan", .kind = XR_RING_VCHAN, .flags = XR_NO_IN, .out_word = 2,
				    .out_size = 40, .stuck_after_s = 20 },
		[XR_RING_MAILBOX] = { .name = "mailbox", .kind = XR_RING_MAILBOX, .mails = mails,
				      .stuck_after_s = 2 },
	};
	const struct xenring_proto *p = NULL;
	unsigned seen[32] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < XR_KIND_N; i++) {
		unsigned of_kind[32] = { 0 };

		compare_kept(&kinds[i], 1 + i, of_kind);
		/* the states that are kept were there to be kept */
		assert_row(kinds[i].name, of_kind[XR_STATE_IDLE] > 20 && of_kind[XR_STATE_STUCK] > 20 &&
			   of_kind[XR_STATE_BUSY] > 20);
	}
	while ((p = xenring_next_proto(p)))
		for (uint32_t i = 0; p->rings && p->rings[i].name; i++)
			compare_kept(&p->rings[i], 100 + i, seen);
	for (size_t i = XR_STATE_IDLE; i <= XR_STATE_UNREADABLE; i++)
		assert_true(seen[i] > 0);
}

/* The kinds of rings that have pairs of indices or a state, by rows that no protocol has. */
static void test_kinds(void **state)
{
	static const struct xenring_record rec = { .name = "test.mail", .help = "a message" };
	static const struct xr_mail mails[] = { { &rec, 0, 16, first_bit }, { .rec = NULL } };
	static const struct xr_ring_desc in = {
		.name = "in", .kind = XR_RING_EVENTS, .flags = XR_NO_OUT, .in_word = 0, .in_size = 51,
	}, out = {
		.name = "out", .kind = XR_RING_EVENTS, .flags = XR_NO_IN, .out_word = 2, .out_size = 25,
	}, lossy = {
		.name = "evt", .kind = XR_RING_EVENTS, .flags = XR_NO_OUT | XR_LOSSY, .in_size = 63,
	}, flex = {
		.name = "r0", .kind = XR_RING_FLEX, .in_word = 0, .out_word = 2, .in_size = 8192,
		.out_size = 8192,
	}, left = {
		.name = "left", .kind = XR_RING_VCHAN, .flags = XR_NO_OUT, .in_size = 1024,
		.stuck_after_s = XR_NEVER_STUCK,
	}, box = {
		.name = "op", .kind = XR_RING_MAILBOX, .mails = mails, .stuck_after_s = 2,
	};
	static const struct {
		const char *name;
		const struct xr_ring_desc *desc;
		uint32_t idx[XR_N_IDX];
		enum xr_state now, after_3s, after_8s;
	} rows[] = {
		{ "no event", &in, { 7, 7, 1, 0 }, XR_STATE_IDLE, XR_STATE_IDLE, XR_STATE_IDLE },
		{ "an event waits", &in, { UINT32_MAX, 0, 0, 0 },
		  XR_STATE_BUSY, XR_STATE_BUSY, XR_STATE_STUCK },
		{ "all events wait", &in, { 0, 51, 0, 0 }, XR_STATE_FULL, XR_STATE_FULL, XR_STATE_STUCK },
		{ "one more than fit", &in, { 0, 52, 0, 0 },
		  XR_STATE_UNREADABLE, XR_STATE_UNREADABLE, XR_STATE_UNREADABLE },
		{ "the other direction is another ring's", &in, { 3, 3, 0, 999 },
		  XR_STATE_IDLE, XR_STATE_IDLE, XR_STATE_IDLE },
		{ "the second pair", &out, { 0, 99, 4, 29 }, XR_STATE_FULL, XR_STATE_FULL, XR_STATE_STUCK },
		{ "overtaken, which is allowed, and nobody need confirm", &lossy, { 0, 1000, 0, 0 },
		  XR_STATE_IDLE, XR_STATE_IDLE, XR_STATE_IDLE },
		{ "bytes out", &flex, { 0, 0, 5, 4101 }, XR_STATE_BUSY, XR_STATE_BUSY, XR_STATE_STUCK },
		{ "bytes in are the guest's affair", &flex, { 0, 8192, 0, 0 },
		  XR_STATE_IDLE, XR_STATE_IDLE, XR_STATE_IDLE },
		{ "a flex ring overrun", &flex, { 0, 0, 0, 8193 },
		  XR_STATE_UNREADABLE, XR_STATE_UNREADABLE, XR_STATE_UNREADABLE },
		{ "a reader may take its time", &left, { 0, 9, 0, 0 },
		  XR_STATE_BUSY, XR_STATE_BUSY, XR_STATE_BUSY },
		{ "a message waits, for 2 s at most", &box, { 1, 2, 3, 4 },
		  XR_STATE_BUSY, XR_STATE_STUCK, XR_STATE_STUCK },
		{ "a message was answered", &box, { 2, 2, 3, 4 },
		  XR_STATE_IDLE, XR_STATE_IDLE, XR_STATE_IDLE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s[3];
		struct world w;

		world(&w, 1, rows[i].desc, 1);
		for (size_t j = 0; j < 3; j++) {
			static const double at[] = { 0, 3, 8 };

			s[j] = snap(&w, at[j]);
			memcpy(s[j]->idx[0], rows[i].idx, sizeof(rows[i].idx));
			step(s[j], j ? s[j - 1] : NULL);
		}
		assert_row(rows[i].name, s[0]->state[0] == rows[i].now);
		assert_row(rows[i].name, s[1]->state[0] == rows[i].after_3s);
		assert_row(rows[i].name, s[2]->state[0] == rows[i].after_8s);
		for (size_t j = 0; j < 3; j++)
			xenring_snapshot_unref(s[j]);
	}
}

static void test_bus_states(void **state)
{
	static const struct {
		int fe, be;
		enum xr_pairing pairing;
		int want;
	} rows[] = {
		{ 4, 4, XR_PAIR_CONFIRMED, XR_STATE_IDLE },
		{ 4, 4, XR_PAIR_FORGED, XR_STATE_FORGED },
		{ 6, 6, XR_PAIR_CONFIRMED, XR_STATE_CLOSED },
		{ 4, 6, XR_PAIR_CONFIRMED, XR_STATE_CLOSED },
		{ 5, 4, XR_PAIR_CONFIRMED, XR_STATE_CLOSED },
		{ 1, 2, XR_PAIR_CONFIRMED, XR_STATE_BUS + XR_BUS_INITIALISING },
		{ 3, 2, XR_PAIR_CONFIRMED, XR_STATE_BUS + XR_BUS_INITIALISED },
		{ 4, 2, XR_PAIR_CONFIRMED, XR_STATE_BUS + XR_BUS_INITWAIT },
		{ 4, -1, XR_PAIR_CONFIRMED, XR_STATE_BUS + XR_BUS_UNKNOWN },
		{ -1, 4, XR_PAIR_UNKNOWN, XR_STATE_BUS + XR_BUS_UNKNOWN },
		{ 8, 7, XR_PAIR_CONFIRMED, XR_STATE_IDLE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenring_snapshot *s;
		struct world w;

		world(&w, 1, desc("blkif", 0), 1);
		w.devs[0].fe_state = rows[i].fe;
		w.devs[0].be_state = rows[i].be;
		w.devs[0].pairing = rows[i].pairing;
		s = snap(&w, 0);
		step(s, NULL);
		if (s->state[0] != rows[i].want)
			fail_msg("%d/%d: %d, not %d", rows[i].fe, rows[i].be, s->state[0], rows[i].want);
		xenring_snapshot_unref(s);
	}
}

/* Every state that can be reached has a word. */
static void test_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < XR_STATE_BUS + XR_BUS_N; i++) {
		bool found = false;

		for (const struct xenring_sym *s = xr_state_words; s->name; s++)
			found |= s->value == i;
		if (i <= XR_STATE_CLOSED)
			assert_true(found);
		/* closing and closed are one state of a ring */
		if (i >= XR_STATE_BUS && i != XR_STATE_BUS + XR_BUS_CLOSING && i != XR_STATE_BUS + XR_BUS_CLOSED)
			assert_true(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_look),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_no_time_passed),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_event_moves),
		cmocka_unit_test(test_credit_ring),
		cmocka_unit_test(test_patient_ring),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_slow_ring),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_stall_over_topologies),
		cmocka_unit_test(test_bad_looks),
		cmocka_unit_test(test_impossible_indices),
		cmocka_unit_test(test_no_rate_from_the_impossible),
		cmocka_unit_test(test_backwards),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_bus_states),
		cmocka_unit_test(test_words),
	};

	return RUN(tests);
}
