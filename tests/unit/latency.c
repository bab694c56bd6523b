/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long requests take, against a backend that answers after 1, 10 and 100 ms
 * exactly; what must not be counted; ends that do not keep to the rules.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "abi/blkif.h"
#include "latency.h"
#include "lib/host.h"
#include "util/histo.h"

#define US INT64_C(1000)
#define MS INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define DISK "guest/vbd:51712/q0"
#define SLOTS 32

static uint64_t rng = 1;

static uint32_t any(uint32_t below)
{
	rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return below ? (uint32_t)(rng >> 33) % below : 0;
}

/* ---- a disk whose requests take as long as it is known ---------------------- */

static const struct kind {
	const char *name;
	uint8_t operation;
	int64_t takes_ns;
	uint32_t gap_us;	/* from a request of the kind to the next, on average */
} kinds[] = {
	{ "read", XR_BLKIF_READ, 1 * MS, 3000 },
	{ "write", XR_BLKIF_WRITE, 10 * MS, 9000 },
	{ "flush", XR_BLKIF_FLUSH, 100 * MS, 40000 },
};
#define KINDS ARRAY_SIZE(kinds)

static struct disk {
	struct host h;
	uint32_t *ring;
	uint32_t q, r;
	struct { bool open; size_t kind; int64_t due_ns; } of[SLOTS];	/* by id */
	int64_t next_ns[KINDS];		/* when the next of a kind is put */
	uint64_t answered[KINDS];
	uint32_t waits;
	void (*each)(uint32_t wait);	/* what happens besides */
} disk;
static struct xr_source_ops ops;

static int64_t now_ns(void)
{
	struct xenring_time t;

	xr_fake_clock(disk.h.f, &t);
	return t.mono_ns;
}

static void words(uint32_t q, uint32_t r)
{
	disk.ring[XR_REQ_PROD] = q;
	disk.ring[XR_RSP_PROD] = r;
}

static uint8_t *slot(uint32_t index)
{
	return (uint8_t *)disk.ring + 64 + 112 * (index % SLOTS);
}

static void put(size_t kind)
{
	struct xr_blkif_request_64 req = { .operation = kinds[kind].operation, .pad = 0xbbbbbbbb, .sector_number = 1 };

	while (disk.of[req.id].open)
		req.id++;
	assert_true(req.id < SLOTS);
	disk.of[req.id].open = true;
	disk.of[req.id].kind = kind;
	disk.of[req.id].due_ns = now_ns() + kinds[kind].takes_ns;
	memcpy(slot(disk.q++), &req, sizeof(req));
	words(disk.q, disk.r);
}

static void answer(uint32_t id)
{
	struct xr_blkif_response rsp = { .id = id, .operation = kinds[disk.of[id].kind].operation };

	disk.of[id].open = false;
	disk.answered[disk.of[id].kind]++;
	memcpy(slot(disk.r++), &rsp, sizeof(rsp));
	words(disk.q, disk.r);
}

/* The next thing that happens: which answer is due, or which kind is put. */
static int64_t next_event(uint32_t *ret_id, size_t *ret_kind)
{
	int64_t at = INT64_MAX;

	*ret_id = SLOTS;
	*ret_kind = KINDS;
	for (uint32_t i = 0; i < SLOTS; i++)
		if (disk.of[i].open && disk.of[i].due_ns < at) {
			at = disk.of[i].due_ns;
			*ret_id = i;
		}
	for (size_t i = 0; i < KINDS; i++)
		if (disk.next_ns[i] < at) {
			at = disk.next_ns[i];
			*ret_id = SLOTS;
			*ret_kind = i;
		}
	return at;
}

/* What both ends do until then, each at its own moment. */
static int play(struct xr_source *src, int64_t until)
{
	uint32_t id;
	size_t kind;
	int64_t at;

	if (disk.each)
		disk.each(disk.waits);
	disk.waits++;
	while ((at = next_event(&id, &kind)) <= until) {
		xr_fake_advance(disk.h.f, at, false);
		if (id < SLOTS) {
			answer(id);
		} else {
			if (disk.q - disk.r < SLOTS)
				put(kind);
			disk.next_ns[kind] = at + (int64_t)(kinds[kind].gap_us / 2 + any(kinds[kind].gap_us)) * US;
		}
	}
	return xr_source_fake.wait(src, until);
}

static void disk_open(bool moves)
{
	disk = (struct disk){ .q = 0 };
	host_open(&disk.h);
	disk.ring = host_disk(&disk.h);
	ops = xr_source_fake;
	ops.wait = ops.settle = play;
	disk.h.x->src.ops = &ops;
	for (size_t i = 0; i < KINDS; i++)
		disk.next_ns[i] = moves ? now_ns() + (int64_t)(i + 1) * MS : INT64_MAX;
	host_look(&disk.h);
}

/* A whole sample, for which nobody moves the clock, so that nothing is late. */
static void look(void)
{
	xenring_snapshot_unref(disk.h.s);
	disk.h.s = NULL;
	assert_int_equal(xenring_sample(disk.h.x, &disk.h.s), 0);
}

static struct xenring_latency *time_disk(void)
{
	struct xenring_latency *l = NULL;
	size_t i = 0;
	struct xenring_ring ring;

	while (!xenring_ring(disk.h.s, i, &ring) && strcmp(ring.path, DISK) != 0)
		i++;
	assert_int_equal(xenring_latency_new(disk.h.x, &l), 0);
	assert_int_equal(xenring_latency_add(l, disk.h.s, i), 0);
	/* once more is no second one */
	assert_int_equal(xenring_latency_add(l, disk.h.s, i), 0);
	assert_int_equal(xenring_n_latency_rings(l), 1);
	return l;
}

static void disk_close(struct xenring_latency *l)
{
	xenring_latency_free(l);
	disk.h.x->src.ops = &xr_source_fake;
	host_close(&disk.h);
}

static struct xenring_latency_ring ring_of(struct xenring_latency *l)
{
	struct xenring_latency_ring ring = { .samples = 0 };

	assert_int_equal(xenring_latency_ring(l, 0, &ring), 0);
	return ring;
}

/* Which of them is that operation, and what is known of it. */
static size_t op_of(struct xenring_latency *l, const char *name, struct xenring_latency_op *ret)
{
	for (size_t i = 0; !xenring_latency_op(l, i, ret); i++)
		if (ret->operation ? !strcmp(ret->operation, name) : !name[0])
			return i;
	fail_msg("nothing is known of %s", name);
	return 0;
}

/* ---- how long they took ------------------------------------------------------- */

static void test_known_times(void **state)
{
	/* the last is longer than a read takes, and than a write does */
	static const int64_t periods[] = { 50 * US, 333 * US, 1 * MS, 3 * MS, 25 * MS };

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(periods); k++) {
		double period = (double)periods[k] / 1e9;
		struct xenring_latency_ring ring;
		struct xenring_latency *l;
		uint64_t counted = 0, before = 0, answers = 0;
		struct xenring_latency_op op;
		char row[40];

		snprintf(row, sizeof(row), "%g s", period);
		disk_open(true);
		/* three are there before anybody looks */
		for (size_t i = 0; i < KINDS; i++)
			put(i);
		look();
		l = time_disk();
		/* whole samples in between, as who calls takes them */
		for (int i = 0; i < 20; i++) {
			assert_int_equal(xenring_latency_run(l, now_ns() + SECOND / 2, period), 0);
			look();
		}
		ring = ring_of(l);
		assert_row(row, fabs(ring.period_s - period) <= period / 100);
		assert_row(row, ring.period_max_s <= period * 1.01 + 0.001);
		assert_row(row, fabs(ring.duration_s - 10) < 0.2);
		assert_row(row, ring.lost == 0);
		assert_row(row, ring.in_flight == (int64_t)(disk.q - disk.r));
		for (size_t i = 0; i < KINDS; i++) {
			double takes = (double)kinds[i].takes_ns / 1e9, off = period > takes / 10 ? period : takes / 10;
			size_t at = op_of(l, kinds[i].name, &op);
			int64_t steps = 0;

			answers += disk.answered[i];
			before++;
			assert_row(row, op.count == op.whole + op.shorter);
			assert_row(row, op.count > (periods[k] < 10 * MS ? 200 : 10));
			/* those that were seen to come, but for two whose id was one of those, too */
			if (periods[k] < 1 * MS)
				assert_row(row, op.count < (int64_t)disk.answered[i] && !op.shorter &&
					   op.count + 3 >= (int64_t)disk.answered[i]);
			if (!isnan(op.p50_s))
				assert_row(row, fabs(op.p50_s - takes) <= off);
			else
				assert_row(row, takes <= xenring_latency_bound(l, at, 500));
			/* nothing is further off than a period, 1 in 128 for its place in the histogram */
			if (!isnan(op.max_s))
				assert_row(row, op.max_s <= takes + period);
			if (!isnan(op.min_s))
				assert_row(row, op.min_s >= takes - period);
			if (!isnan(op.p99_s))
				assert_row(row, fabs(op.p99_s - takes) <= period + takes / 128);
			assert_row(row, isnan(op.off_by_s) == !op.whole);
			if (op.whole)
				assert_row(row, op.off_by_s >= period * 0.97 && op.off_by_s <= period * 1.02 + 20e-6);
			for (size_t s = 0; s < op.n_histogram; s++)
				steps += op.histogram[s].count;
			assert_row(row, steps == op.whole);
		}
		/* each answer is told of once, also one of which it was not seen what was asked */
		for (size_t i = 0; !xenring_latency_op(l, i, &op); i++)
			counted += (uint64_t)op.count;
		assert_row(row, ring.whole + ring.shorter == (int64_t)counted);
		assert_row(row, counted + (uint64_t)ring.unknown == answers);
		if (periods[k] < 1 * MS)
			assert_row(row, ring.unknown >= (int64_t)before && ring.unknown <= (int64_t)before + 2);
		disk_close(l);
	}
}

/* Shorter than a period: so many of them, and shorter than what. */
static void test_shorter(void **state)
{
	struct xenring_latency_op op;
	struct xenring_latency *l;
	size_t at;

	(void)state;
	disk_open(true);
	disk.next_ns[1] = disk.next_ns[2] = INT64_MAX;
	l = time_disk();
	assert_int_equal(xenring_latency_run(l, now_ns() + 10 * SECOND, 0.02), 0);
	look();
	at = op_of(l, "read", &op);
	/* 1 in 20 is under way when we look */
	assert_true(op.shorter > op.whole * 10);
	/* one id all the time: of some that came since it is not known which of them is open */
	assert_int_equal(ring_of(l).whole + ring_of(l).shorter + ring_of(l).unknown, disk.answered[0]);
	assert_true(ring_of(l).unknown * 10 < op.count);
	assert_true(isnan(op.min_s) && isnan(op.p50_s));
	assert_true(fabs(op.shorter_than_s - 0.02) < 0.001 && fabs(op.shorter_than_p50_s - 0.02) < 0.001);
	assert_true(fabs(xenring_latency_bound(l, at, 500) - 0.02) < 0.001);
	assert_true(isnan(xenring_latency_bound(l, at, 1000)) == (op.whole != 0));
	assert_true(isnan(xenring_latency_bound(l, 99, 500)));
	assert_int_equal(xenring_latency_op(l, 99, &op), -ERANGE);
	disk_close(l);
}

/* Looks are further apart when requests come and go than at all other times: it is theirs that a time is off by. */
static void test_held_up(void **state)
{
	struct xenring_latency_op op;
	struct xenring_latency *l;

	(void)state;
	disk_open(false);
	l = time_disk();
	for (int i = 0; i < 30; i++) {
		assert_int_equal(xenring_latency_run(l, now_ns() + SECOND, 0.001), 0);
		xr_fake_advance(disk.h.f, now_ns() + 14 * MS, false);
		put(1);
		xr_fake_advance(disk.h.f, now_ns() + 6 * MS, false);
		look();
		xr_fake_advance(disk.h.f, now_ns() + 4 * MS, false);
		answer(0);
		xr_fake_advance(disk.h.f, now_ns() + 36 * MS, false);
		look();
	}
	assert_true(fabs(ring_of(l).period_s - 0.001) < 0.0001);
	op_of(l, "write", &op);
	assert_int_equal(op.whole, 30);
	/* 20 ms, in which it came, and 40, in which it was answered */
	assert_true(fabs(op.off_by_s - 0.030) < 0.001);
	assert_true(fabs(op.p50_s - 0.010) <= op.off_by_s);
	disk_close(l);
}

/* More than a ring's length from one look to the next: nobody can tell, and it is told. */
static void test_lost(void **state)
{
	struct xenring_latency_ring ring;
	struct xenring_latency *l;
	uint64_t answers = 0, counted = 0;
	struct xenring_latency_op op;

	(void)state;
	disk_open(true);
	l = time_disk();
	assert_int_equal(xenring_latency_run(l, now_ns() + 20 * SECOND, 0.5), 0);
	look();
	ring = ring_of(l);
	for (size_t i = 0; i < KINDS; i++)
		answers += disk.answered[i];
	for (size_t i = 0; !xenring_latency_op(l, i, &op); i++)
		counted += (uint64_t)op.count;
	assert_true(ring.lost > 1000);
	assert_int_equal(ring.lost + ring.unknown + (int64_t)counted, answers);
	disk_close(l);
}

static void end_grant(uint32_t wait)
{
	if (wait == 100)
		assert_int_equal(xr_fake_grant(disk.h.f, 5, REF, 0, 0, 0), 0);
}

/* The ring's page is taken away: no look at it any more, and who called finds out. */
static void test_grant_ends(void **state)
{
	struct xenring_latency_ring ring;
	struct xenring_latency *l;
	struct xr_grant g;
	int64_t until;

	(void)state;
	disk_open(true);
	l = time_disk();
	assert_int_equal(xr_source_fake.grant(&disk.h.x->src, 5, REF, &g), 0);
	disk.each = end_grant;
	until = now_ns() + SECOND;
	assert_int_equal(xenring_latency_run(l, until, 0.001), 0);
	assert_true(now_ns() < until - SECOND / 2);
	ring = ring_of(l);
	assert_true(ring.samples >= 99 && ring.samples <= 101);
	host_look(&disk.h);
	assert_non_null(host_ring(&disk.h, DISK).error);
	assert_int_equal(xenring_latency_run(l, until, 0.001), 0);
	assert_int_equal(now_ns(), until);
	assert_int_equal(ring_of(l).samples, ring.samples);
	/* a new connection goes on in the same row; what is open at its first sample is not counted */
	disk.each = NULL;
	xr_fake_grant(disk.h.f, 5, REF, XR_GTF_PERMIT | XR_GTF_READING | XR_GTF_WRITING, 0, g.frame);
	host_write(&disk.h, FE "/ring-ref", "8");
	host_look(&disk.h);
	host_look(&disk.h);
	assert_null(host_ring(&disk.h, DISK).error);
	assert_int_equal(xenring_latency_run(l, now_ns() + SECOND, 0.001), 0);
	assert_true(ring_of(l).samples > ring.samples + 900);
	assert_true(ring_of(l).whole > ring.whole + 100);
	assert_int_equal(xenring_n_latency_rings(l), 1);
	disk_close(l);
}

static int machine_now(struct xr_source *src, struct xenring_time *ret)
{
	(void)src;
	xr_clock(ret);
	return 0;
}

/* No sleep: as fast as a core is. The machine's own clock, and a ring that stands still. */
static void test_tight_loop(void **state)
{
	struct xenring_latency_ring ring;
	struct xenring_latency *l;
	struct xenring_time t;

	(void)state;
	disk_open(false);
	ops.is_live = true;
	ops.now = machine_now;
	look();
	l = time_disk();
	xr_clock(&t);
	assert_int_equal(xenring_latency_run(l, t.mono_ns + 50 * MS, 1e-5), 0);
	ring = ring_of(l);
	assert_true(ring.samples > 200);
	assert_true(ring.period_s < 0.0002);
	disk_close(l);
}

/* ---- rings that nobody can put in order ------------------------------------------ */

static void scribble(uint32_t wait)
{
	uint8_t *bytes = (uint8_t *)disk.ring;

	for (uint32_t k = any(40); k; k--)
		bytes[any(4096)] = (uint8_t)any(any(2) ? 3 : 256);
	disk.q += any(10) ? any(SLOTS) : any(1u << 30);
	disk.r = any(10) ? disk.q - any(SLOTS + 1) : disk.q + any(1u << 30);
	words(disk.q, disk.r);
	(void)wait;
}

static void test_anything(void **state)
{
	struct xenring_latency_op op;
	struct xenring_latency *l;
	int64_t counted = 0;
	size_t n = 0;

	(void)state;
	disk_open(false);
	l = time_disk();
	disk.each = scribble;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(xenring_latency_run(l, now_ns() + SECOND, 0.001), 0);
		host_look(&disk.h);
	}
	assert_true(disk.waits > 10000);
	for (; !xenring_latency_op(l, n, &op); n++) {
		counted += op.count;
		assert_true(op.count >= 0 && op.count == op.whole + op.shorter);
		assert_true(!op.whole || (op.max_s >= 0 && op.max_s < 21));
	}
	assert_true(n <= XR_LATENCY_OPS + 1);
	assert_int_equal(ring_of(l).whole + ring_of(l).shorter, counted);
	disk_close(l);
}

/* A guest that makes up operations: those that were there first keep their rows. */
static void test_many_operations(void **state)
{
	const struct xenring_proto *p = NULL;
	struct xr_latency_ring ring;

	(void)state;
	while ((p = xenring_next_proto(p)) && strcmp(p->name, "blkif") != 0)
		;
	assert_non_null(p);
	if (!p)
		return;
	xr_latency_ring_init(&ring, &p->rings[0], XR_ABI_64);
	for (int round = 0; round < 3; round++)
		for (uint8_t i = 0; i < 40; i++) {
			struct xr_blkif_request_64 req = { .operation = (uint8_t)(100 + i) };
			const struct xr_tracked r = {
				.rec = p->rings[0].req[XR_ABI_64], .bytes = (const uint8_t *)&req,
				.before_ns = 1000, .seen_ns = 2000,
			};

			xr_latency_watch.answered(&ring, &r, 5000, 6000);
		}
	assert_int_equal(ring.n_ops, XR_LATENCY_OPS + 1);
	for (size_t i = 0; i < XR_LATENCY_OPS; i++) {
		assert_int_equal(ring.ops[i]->whole.n, 3);
		assert_int_not_equal(ring.ops[i]->name[0], 0);
	}
	assert_string_equal(ring.ops[XR_LATENCY_OPS]->name, "");
	assert_int_equal(ring.ops[XR_LATENCY_OPS]->whole.n, 3 * (40 - XR_LATENCY_OPS));
	/* from the middle of the one period to that of the other */
	assert_int_equal(ring.ops[0]->whole.max, 4000);
	xr_latency_ring_clear(&ring);
}

/* ---- counts of times ------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void test_histo(void **state)
{
	enum { N = 20000 };
	struct xr_histo *h = calloc(1, sizeof(*h));
	int64_t *v = calloc(N, sizeof(*v));

	(void)state;
	assert_non_null(h);
	assert_non_null(v);
	for (size_t i = 0; i < N; i++) {
		/* of all sizes, edges of buckets among them */
		v[i] = (int64_t)(((uint64_t)any(1u << 30) << 13 | any(1u << 13)) >> any(43));
		if (i % 5 == 0)
			v[i] = (INT64_C(1) << any(43)) - any(2);
		assert_int_equal(xr_histo_add(h, v[i]), 0);
	}
	qsort(v, N, sizeof(*v), by_value);
	assert_int_equal(h->n, N);
	assert_int_equal(h->min, v[0]);
	assert_int_equal(h->max, v[N - 1]);
	for (uint64_t rank = 1; rank <= N; rank++) {
		int64_t got = xr_histo_at(h, rank), want = v[rank - 1];

		assert_true(got >= want && got <= want + want / 128 && got <= h->max);
	}
	/* what is longer than all is the last one's */
	assert_int_equal(xr_histo_add(h, INT64_MAX), 0);
	assert_int_equal(xr_histo_at(h, N + 1), INT64_MAX);
	assert_int_equal(xr_histo_add(h, -5), 0);
	assert_int_equal(xr_histo_at(h, 1), 0);
	xr_histo_clear(h);
	assert_int_equal(h->n, 0);
	free(h);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histo),
		cmocka_unit_test(test_many_operations),
		cmocka_unit_test(test_known_times),
		cmocka_unit_test(test_shorter),
		cmocka_unit_test(test_held_up),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_grant_ends),
		cmocka_unit_test(test_tight_loop),
		cmocka_unit_test(test_anything),
	};

	return RUN(tests);
}
