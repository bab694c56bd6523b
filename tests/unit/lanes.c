/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The past of a ring and the lanes of a timeline: what follows from samples, and what does not. */
#include "lib/test.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "tui/lanes.h"
#include "tui/view.h"

#define S INT64_C(1000000000)

/* A blkif ring; what a test does not set is well and idle. */
static struct xenring_ring a_ring(int64_t req_prod, int64_t rsp_prod)
{
	return (struct xenring_ring){
		.path = "web01/vbd:51712/q0", .kind = "slots", .state = req_prod == rsp_prod ? "idle" : "busy",
		.frontend_state = "connected", .backend_state = "connected",
		.slots = 32, .in_flight = req_prod - rsp_prod, .req_prod = req_prod, .rsp_prod = rsp_prod,
		.req_event = (uint32_t)(req_prod + 1), .rsp_event = (uint32_t)(rsp_prod + 1),
		.requests_per_s = 100, .responses_per_s = 100, .stall_s = 0, .epoch = 1,
		.in_prod = XENRING_UNKNOWN, .out_prod = XENRING_UNKNOWN,
	};
}

static struct xenring_time at(int64_t s)
{
	return (struct xenring_time){ .mono_ns = s * S, .real_ns = (1000 + s) * S };
}

static void add(struct past *p, int64_t s, const struct xenring_ring *ring)
{
	struct xenring_time t = at(s);

	past_add(p, ring, &t, ring ? severity_of(ring->state) : SEV_NONE);
}

static const struct lane *lane_named(const char *name)
{
	const struct lane *l;

	for (size_t i = 0; (l = lane_at(i)); i++)
		if (!strcmp(l->name, name))
			return l;
	fail_msg("there is no lane %s", name);
	return NULL;
}

static double value(const struct past *p, const char *lane, int64_t from, int64_t to)
{
	return lane_value(lane_named(lane), p, from * S, to * S);
}

/* Xen's rule of who is to be woken, at the edges and where indices wrap. */
static void test_wakes(void **state)
{
	static const struct {
		const char *name;
		uint32_t old, new, event;
		bool wake;
	} rows[] = {
		{ "nothing new", 10, 10, 11, false },
		{ "up to before it", 10, 12, 13, false },
		{ "just to it", 10, 13, 13, true },
		{ "beyond it", 10, 20, 13, true },
		{ "it is of the past", 10, 20, 10, false },
		{ "the first new one", 10, 20, 11, true },
		{ "around the end", 0xfffffffe, 2, 0, true },
		{ "around the end, not reached", 0xfffffffe, 2, 5, false },
		{ "far behind", 10, 20, 0x80000000, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct past p = { 0 };
		struct xenring_ring a = a_ring(rows[i].old, rows[i].old), b = a_ring(rows[i].new, rows[i].new);

		a.req_event = rows[i].event;
		a.rsp_event = rows[i].event;
		add(&p, 1, &a);
		add(&p, 2, &b);
		assert_row(rows[i].name, p.points[1].wake_back == rows[i].wake);
		assert_row(rows[i].name, p.points[1].wake_front == rows[i].wake);
		assert_row(rows[i].name, !p.points[0].wake_back && !p.points[0].wake_front);
		past_free(&p);
	}
}

/* Nothing follows across a connection, a gap, or what is not known. */
static void test_not_across(void **state)
{
	struct xenring_ring a = a_ring(10, 10), b = a_ring(20, 20);
	struct past p = { 0 };

	(void)state;
	b.epoch = 2;
	add(&p, 1, &a);
	add(&p, 2, &b);
	assert_false(p.points[1].wake_back);
	add(&p, 3, NULL);
	b = a_ring(30, 30);
	b.epoch = 2;
	add(&p, 4, &b);
	assert_false(p.points[3].wake_back);
	b = a_ring(40, 40);
	b.epoch = 2;
	b.req_prod = b.rsp_prod = b.req_event = b.rsp_event = XENRING_UNKNOWN;
	b.in_flight = XENRING_UNKNOWN;
	add(&p, 5, &b);
	assert_false(p.points[4].wake_back || p.points[4].wake_front);
	assert_true(isnan(p.points[4].fill));
	assert_true(isnan(value(&p, "wake F to B", 5, 6)));
	assert_true(isnan(value(&p, "finding", 3, 4)));
	assert_true(isnan(value(&p, "front", 3, 4)));
	past_free(&p);
}

static void test_values(void **state)
{
	struct past p = { 0 };

	(void)state;
	for (int64_t s = 0; s < 10; s++) {
		struct xenring_ring r = a_ring(100 + 10 * s, 100 + 10 * s - s);

		r.requests_per_s = s == 4 ? (double)NAN : (double)s;
		if (s == 5)
			r.backend_state = "closing";
		if (s >= 8)
			r.state = "full";
		add(&p, s, &r);
	}
	assert_true(value(&p, "req/s", 0, 10) == 9);
	assert_true(value(&p, "req/s", 2, 4) == 3);
	assert_true(isnan(value(&p, "req/s", 4, 5)));
	assert_true(value(&p, "req/s", 3, 5) == 3);
	assert_true(isnan(value(&p, "req/s", 10, 20)));
	assert_true(value(&p, "fill", 8, 9) == 0.25);
	/* of states the last, not the largest */
	assert_true(value(&p, "back", 5, 6) == 5);
	assert_true(value(&p, "back", 5, 7) == 4);
	assert_true(value(&p, "finding", 0, 8) == SEV_NONE);
	assert_true(value(&p, "finding", 0, 9) == SEV_WARN);
	assert_true(value(&p, "wake F to B", 0, 1) == 0);
	assert_true(value(&p, "wake F to B", 1, 2) == 1);
	assert_true(isnan(value(&p, "out B/s", 0, 10)));
	past_free(&p);
}

static void test_bytes(void **state)
{
	struct xenring_ring r = a_ring(0, 0);
	struct past p = { 0 };

	(void)state;
	r.kind = "bytes";
	r.req_prod = r.rsp_prod = r.req_event = r.rsp_event = r.in_flight = r.slots = XENRING_UNKNOWN;
	r.requests_per_s = r.responses_per_s = (double)NAN;
	r.out_size = 2048;
	r.in_size = 1024;
	r.out_prod = 0xfffffff0;
	r.out_cons = 0xfffffff0;
	r.in_prod = r.in_cons = 7;
	add(&p, 1, &r);
	r.out_prod = 0x3f0;
	add(&p, 3, &r);
	/* 1024 bytes in two seconds, over the end of the numbers */
	assert_true(value(&p, "out B/s", 3, 4) == 512);
	assert_true(value(&p, "in B/s", 3, 4) == 0);
	assert_true(value(&p, "fill", 3, 4) == 0.5);
	assert_true(isnan(value(&p, "req/s", 1, 4)));
	assert_true(isnan(value(&p, "wake F to B", 1, 4)));
	past_free(&p);
}

static void assert_happening(const struct happening *h, const char *what, const char *detail, int64_t s)
{
	assert_string_equal(h->what, what);
	assert_string_equal(h->detail, detail);
	assert_true(h->mono_ns == s * S && h->real_ns == (1000 + s) * S);
}

/* A lost event: who was to be woken last, when it moved last, when that was noticed. */
static void test_lost_event(void **state)
{
	struct past p = { 0 };
	struct happening *h;
	struct xenring_ring r;
	size_t n;

	(void)state;
	r = a_ring(100, 100);
	r.req_event = 102;
	add(&p, 0, &r);
	r = a_ring(104, 100);
	r.req_event = 102;
	add(&p, 1, &r);
	r = a_ring(106, 100);
	r.req_event = 102;
	add(&p, 2, &r);
	for (int64_t s = 3; s <= 8; s++) {
		r.stall_s = (double)(s - 2);
		r.state = s < 7 ? "busy" : "stuck";
		add(&p, s, &r);
	}
	h = past_happenings(&p, &n);
	assert_int_equal(n, 3);
	assert_happening(&h[0], "state", "busy > stuck, 6 of 32 in flight, still for 5.0s", 7);
	assert_int_equal(h[0].severity, SEV_CRIT);
	assert_happening(&h[1], "last progress", "req_prod 106, rsp_prod 100", 2);
	assert_happening(&h[2], "wake due F to B", "passed req_event 102", 1);
	happenings_free(h, n);
	past_free(&p);
}

/* What comes and goes all day is no news; what changes in xenstore, a new connection and an end are. */
static void test_happenings(void **state)
{
	struct past p = { 0 };
	struct happening *h;
	struct xenring_ring r;
	size_t n;

	(void)state;
	r = a_ring(100, 100);
	add(&p, 0, &r);
	r = a_ring(110, 105);
	add(&p, 1, &r);
	r = a_ring(110, 110);
	add(&p, 2, &r);
	h = past_happenings(&p, &n);
	assert_int_equal(n, 0);
	happenings_free(h, n);
	r.frontend_state = "closing";
	add(&p, 3, &r);
	r.frontend_state = "connected";
	r.epoch = 2;
	add(&p, 4, &r);
	add(&p, 5, NULL);
	add(&p, 6, NULL);
	add(&p, 7, &r);
	h = past_happenings(&p, &n);
	assert_int_equal(n, 5);
	assert_happening(&h[0], "ring", "idle", 7);
	assert_happening(&h[1], "no ring", "it is gone", 5);
	assert_true(h[2].mono_ns == 4 * S && h[3].mono_ns == 4 * S);
	assert_happening(&h[4], "front state", "connected > closing", 3);
	happenings_free(h, n);
	past_free(&p);
}

/* However long one looks: so many, the newest, in order. */
static void test_bounds(void **state)
{
	struct past p = { 0 };
	struct happening *h;
	size_t n;

	(void)state;
	for (int64_t s = 0; s < 3 * POINTS_MAX; s++) {
		struct xenring_ring r = a_ring(s, s);

		r.state = s % 2 ? "full" : "busy";
		add(&p, s, &r);
		assert_in_range(p.n, 1, POINTS_MAX);
	}
	assert_true(p.cap <= POINTS_MAX);
	assert_true(p.points[p.n - 1].mono_ns == (3 * POINTS_MAX - 1) * S);
	for (size_t i = 1; i < p.n; i++)
		assert_true(p.points[i].mono_ns == p.points[i - 1].mono_ns + S);
	h = past_happenings(&p, &n);
	assert_in_range(n, 100, 1000);
	assert_true(h[0].mono_ns == p.points[p.n - 1].mono_ns);
	happenings_free(h, n);
	past_free(&p);
}

/* Silence is said only where somebody listened; what is heard is counted by its moment. */
static void test_heard(void **state)
{
	struct xenring_ring r = a_ring(10, 10);
	struct past p = { 0 };

	(void)state;
	add(&p, 0, &r);
	assert_true(isnan(value(&p, "knock F>B", 0, 10)));
	past_listen(&p, TO_BACK, 5 * S);
	assert_true(isnan(value(&p, "knock F>B", 0, 5)));
	assert_true(value(&p, "knock F>B", 5, 6) == 0);
	assert_true(isnan(value(&p, "knock B>F", 5, 6)));
	past_hear(&p, TO_BACK, 7 * S, 1);
	past_hear(&p, TO_BACK, 7 * S + 1, 2);
	past_hear(&p, TO_BACK, 8 * S, 4);
	/* one of another CPU may come late */
	past_hear(&p, TO_BACK, 6 * S, 8);
	past_hear(&p, TO_FRONT, 8 * S, 16);
	assert_true(value(&p, "knock F>B", 6, 7) == 8);
	assert_true(value(&p, "knock F>B", 7, 8) == 3);
	assert_true(value(&p, "knock F>B", 6, 9) == 15);
	assert_true(value(&p, "knock B>F", 8, 9) == 16);
	assert_true(isnan(value(&p, "knock B>F", 7, 8)));
	/* samples that are taken anew leave it as it is */
	past_clear(&p);
	assert_true(value(&p, "knock F>B", 7, 8) == 3);
	past_stop_listening(&p, TO_BACK);
	assert_true(isnan(value(&p, "knock F>B", 9, 10)));
	assert_true(value(&p, "knock F>B", 7, 8) == 3);
	past_forget_heard(&p);
	assert_true(isnan(value(&p, "knock F>B", 7, 8)));
	past_free(&p);
}

/* However long it lasts: so many, the newest, each in its time. */
static void test_heard_bounds(void **state)
{
	struct past p = { 0 };
	int64_t last = 2 * BUCKETS_MAX;

	(void)state;
	for (int64_t i = 0; i <= last; i++) {
		past_hear(&p, TO_BACK, i * BUCKET_NS, (uint64_t)i);
		assert_in_range(p.heard.n, 1, BUCKETS_MAX);
	}
	/* what is older than all that is kept has no effect on what is newer */
	past_hear(&p, TO_BACK, 0, 1);
	assert_in_range(p.heard.n, 1, BUCKETS_MAX);
	for (size_t i = 1; i < p.heard.n; i++)
		assert_true(p.heard.buckets[i].at > p.heard.buckets[i - 1].at);
	assert_true(lane_value(lane_named("knock F>B"), &p, last * BUCKET_NS, (last + 1) * BUCKET_NS) == (double)last);
	past_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wakes),
		cmocka_unit_test(test_not_across),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_lost_event),
		cmocka_unit_test(test_happenings),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_heard),
		cmocka_unit_test(test_heard_bounds),
	};

	return RUN(tests);
}
