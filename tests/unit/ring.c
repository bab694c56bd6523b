/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ring arithmetic around 2^32, and looking at words that somebody changes. */
#include <config.h>

#include "lib/test.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "ring.h"

/* __CONST_RING_SIZE: 2^floor(log2(fit)), by counting. */
static uint32_t slots_by_counting(uint32_t pages, uint32_t off, uint32_t size)
{
	uint64_t fit = (uint64_t)pages * 4096 > off ? ((uint64_t)pages * 4096 - off) / size : 0;
	uint32_t n = 1;

	if (!fit)
		return 0;
	while ((uint64_t)n * 2 <= fit)
		n *= 2;
	return n;
}

static void test_slots_table(void **state)
{
	static const struct {
		const char *name;
		uint32_t size, slots[5];	/* by the order of the pages */
	} rows[] = {
		{ "blkif x86_64", 112, { 32, 64, 128, 256, 512 } },
		{ "blkif x86_32", 108, { 32, 64, 128, 256, 512 } },
		{ "netif tx", 12, { 256, 512, 1024, 2048, 4096 } },
		{ "netif rx", 8, { 256, 512, 1024, 2048, 4096 } },
		{ "netif ctrl", 16, { 128, 256, 512, 1024, 2048 } },
		{ "pvcalls", 64, { 32, 64, 128, 256, 512 } },
		{ "usbif urb", 148, { 16, 32, 64, 128, 256 } },
		{ "usbif conn", 4, { 512, 1024, 2048, 4096, 8192 } },
		{ "vscsiif", 252, { 16, 32, 64, 128, 256 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (uint32_t order = 0; order < 5; order++)
			assert_row(rows[i].name, xr_ring_slots(1u << order, 64, rows[i].size) ==
						 rows[i].slots[order]);
}

static void test_slots_any_size(void **state)
{
	(void)state;
	for (uint32_t size = 1; size <= 5000; size++)
		for (uint32_t pages = 0; pages <= 16; pages++)
			assert_int_equal(xr_ring_slots(pages, 64, size),
					 slots_by_counting(pages, 64, size));
	assert_int_equal(xr_ring_slots(1, 64, 0), 0);
	assert_int_equal(xr_ring_slots(1, 4096, 1), 0);
	assert_int_equal(xr_ring_slots(1, 5000, 1), 0);
	assert_int_equal(xr_ring_slots(1, 4095, 1), 1);
	assert_int_equal(xr_ring_slots(1, 64, 4032), 1);
	assert_int_equal(xr_ring_slots(1, 64, 4033), 0);
}

static void test_slot_at(void **state)
{
	(void)state;
	assert_int_equal(xr_slot_at(0, 32, 64, 112), 64);
	assert_int_equal(xr_slot_at(31, 32, 64, 112), 64 + 31 * 112);
	assert_int_equal(xr_slot_at(32, 32, 64, 112), 64);
	assert_int_equal(xr_slot_at(UINT32_MAX, 32, 64, 112), 64 + 31 * 112);
	assert_int_equal(xr_slot_at(UINT32_MAX - 1, 32, 64, 112), 64 + 30 * 112);
	/* slots that straddle two pages: 72 of the largest 64-bit blkif ring, 37 of a 32-bit one */
	assert_int_equal(xr_slot_at(72, 512, 64, 112) / 4096, 1);
	assert_int_equal((xr_slot_at(72, 512, 64, 112) + 111) / 4096, 2);
	assert_int_equal(xr_slot_at(37, 64, 64, 108) / 4096, 0);
	assert_int_equal((xr_slot_at(37, 64, 64, 108) + 107) / 4096, 1);
	/* never outside the pages */
	for (uint32_t order = 0; order <= 4; order++) {
		uint32_t n = xr_ring_slots(1u << order, 64, 112);

		for (uint32_t i = 0; i < 2 * n; i++)
			assert_true(xr_slot_at(0u - n + i, n, 64, 112) + 112 <=
				    (4096u << order));
	}
}

static void test_sub_wraps(void **state)
{
	(void)state;
	assert_int_equal(xr_idx_sub(5, 0xfffffffb), 10);
	assert_int_equal(xr_idx_sub(0, UINT32_MAX), 1);
	assert_int_equal(xr_idx_sub(3, 5), UINT32_MAX - 1);
}

/*
 * Offsets from a base index; with each base the answer is the same, so that
 * nothing depends on where 2^32 is. req_event counts from the base, too.
 */
static void test_cons(void **state)
{
	static const struct {
		const char *name;
		uint32_t rsp, req, event, n;
		enum xr_event_rule rule;
		bool known;
		uint32_t min, max;
	} rows[] = {
		{ "idle and armed", 0, 0, 1, 32, XR_EVENT_BOUND, true, 0, 0 },
		{ "armed behind requests", 0, 5, 6, 32, XR_EVENT_BOUND, true, 5, 5 },
		{ "armed at 3, 2 more came", 0, 5, 4, 32, XR_EVENT_BOUND, true, 3, 5 },
		{ "armed before rsp_prod: stale", 10, 15, 5, 32, XR_EVENT_BOUND, true, 10, 15 },
		{ "armed exactly at rsp_prod", 10, 15, 11, 32, XR_EVENT_BOUND, true, 10, 15 },
		{ "one behind rsp_prod", 10, 15, 10, 32, XR_EVENT_BOUND, true, 10, 15 },
		{ "ahead of req_prod: holds off", 10, 15, 17, 32, XR_EVENT_BOUND, true, 10, 15 },
		{ "garbage event", 10, 15, 0x80000000, 32, XR_EVENT_BOUND, true, 10, 15 },
		{ "event a whole turn back", 100, 132, 69, 32, XR_EVENT_BOUND, true, 100, 132 },
		{ "full and armed", 0, 32, 33, 32, XR_EVENT_BOUND, true, 32, 32 },
		{ "full, armed at the start", 0, 32, 1, 32, XR_EVENT_BOUND, true, 0, 32 },
		{ "no rule: only the chain", 0, 5, 6, 32, XR_EVENT_NONE, true, 0, 5 },
		{ "no rule, idle: exact all the same", 7, 7, 1, 32, XR_EVENT_NONE, true, 7, 7 },
		{ "one too many", 0, 33, 1, 32, XR_EVENT_BOUND, false, 0, 0 },
		{ "answered more than asked", 5, 4, 1, 32, XR_EVENT_BOUND, false, 0, 0 },
		{ "no slots", 0, 1, 1, 0, XR_EVENT_BOUND, false, 0, 0 },
	};
	static const uint32_t bases[] = {
		0, 1000, 0x7ffffff0, 0x80000000, 0xffffffe0, 0xfffffff8, 0xffffffff
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t b = 0; b < ARRAY_SIZE(bases); b++) {
			uint32_t base = bases[b], idx[XR_N_IDX];
			struct xr_cons c;

			idx[XR_REQ_PROD] = base + rows[i].req;
			idx[XR_RSP_PROD] = base + rows[i].rsp;
			idx[XR_REQ_EVENT] = base + rows[i].event;
			idx[XR_RSP_EVENT] = 0;
			c = xr_ring_cons(idx, rows[i].n, rows[i].rule);
			assert_row(rows[i].name, c.known == rows[i].known);
			if (!c.known)
				continue;
			assert_row(rows[i].name, c.min == base + rows[i].min);
			assert_row(rows[i].name, c.max == base + rows[i].max);
		}
}

/* Whatever the event says, the bounds stay between rsp_prod and req_prod. */
static void test_cons_any_event(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		uint32_t idx[XR_N_IDX] = { 0 };
		struct xr_cons c;

		seed = seed * 1664525 + 1013904223;
		idx[XR_RSP_PROD] = seed;
		idx[XR_REQ_PROD] = idx[XR_RSP_PROD] + seed % 33;
		seed = seed * 1664525 + 1013904223;
		idx[XR_REQ_EVENT] = i & 1 ? seed : idx[XR_RSP_PROD] + seed % 80 - 20;
		c = xr_ring_cons(idx, 32, XR_EVENT_BOUND);
		assert_true(c.known);
		assert_true(c.min - idx[XR_RSP_PROD] <= idx[XR_REQ_PROD] - idx[XR_RSP_PROD]);
		assert_int_equal(c.max, idx[XR_REQ_PROD]);
	}
}

/* ---- a writer at work --------------------------------------------------- */

enum { SLOTS = 32, IN = 1024, OUT = 2048 };

struct ring {
	volatile uint32_t words[4];
	uint64_t page[512];
	bool bytes;
	volatile bool stop;
	uint32_t at, moves;
};

/*
 * Both ends of a ring in one thread: never more than there is room, as if two
 * honest peers ran. The reader must never see more either, however it races.
 */
static void *play(void *data)
{
	struct ring *r = data;
	uint32_t req = r->at, rsp = r->at, out = r->at, out_cons = r->at, seed = 7;

	while (!__atomic_load_n(&r->stop, __ATOMIC_RELAXED)) {
		seed = seed * 1664525 + 1013904223;
		if (r->bytes) {
			req += (seed >> 16) % (IN - (req - rsp) + 1);
			__atomic_store_n(&r->words[1], req, __ATOMIC_RELEASE);
			rsp += (seed >> 8) % (req - rsp + 1);
			__atomic_store_n(&r->words[0], rsp, __ATOMIC_RELEASE);
			out += (seed >> 12) % (OUT - (out - out_cons) + 1);
			__atomic_store_n(&r->words[3], out, __ATOMIC_RELEASE);
			out_cons += (seed >> 4) % (out - out_cons + 1);
			__atomic_store_n(&r->words[2], out_cons, __ATOMIC_RELEASE);
		} else {
			req += (seed >> 16) % (SLOTS - (req - rsp) + 1);
			__atomic_store_n(&r->words[XR_REQ_PROD], req, __ATOMIC_RELEASE);
			rsp += (seed >> 8) % (req - rsp + 1);
			__atomic_store_n(&r->words[XR_RSP_PROD], rsp, __ATOMIC_RELEASE);
		}
		__atomic_store_n(&r->moves, r->moves + 1, __ATOMIC_RELAXED);
		/* sometimes a rest, so that some looks succeed */
		for (unsigned i = 0; i < (seed >> 27); i++)
			__asm__ volatile("" ::: "memory");
		if (!(seed & 0x3f00))
			sched_yield();
	}
	return NULL;
}

static void start(struct ring *r, pthread_t *thread)
{
	for (int i = 0; i < 4; i++)
		r->words[i] = r->at;
	assert_int_equal(pthread_create(thread, NULL, play, r), 0);
	while (!__atomic_load_n(&r->moves, __ATOMIC_RELAXED))
		sched_yield();
}

static void stop(struct ring *r, pthread_t thread)
{
	__atomic_store_n(&r->stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

static void look_while_moving(bool bytes, uint32_t at)
{
	struct ring *r = calloc(1, sizeof(*r));
	unsigned ok = 0, torn = 0;
	pthread_t thread;

	assert_non_null(r);
	r->bytes = bytes;
	r->at = at;
	start(r, &thread);
	for (int i = 0; i < 10000000; i++) {
		uint32_t w[XR_N_IDX];

		switch (xr_ring_look(r->words, bytes ? XR_RING_BYTES : XR_RING_SLOTS, w)) {
		case XR_LOOK_OK:
			ok++;
			if (bytes) {
				assert_in_range(w[1] - w[0], 0, IN);
				assert_in_range(w[3] - w[2], 0, OUT);
			} else {
				assert_in_range(w[XR_REQ_PROD] - w[XR_RSP_PROD], 0, SLOTS);
			}
			break;
		case XR_LOOK_TORN:
			torn++;
			break;
		default:
			fail_msg("neither OK nor TORN");
		}
	}
	stop(r, thread);
	assert_true(ok > 1000);
	print_message("# %u looks were consistent, %u torn\n", ok, torn);
	free(r);
}

static void test_look_slots_moving(void **state)
{
	(void)state;
	look_while_moving(false, 0xfffff000);
}

static void test_look_bytes_moving(void **state)
{
	(void)state;
	look_while_moving(true, 0xfffff000);
}

static void test_look_still(void **state)
{
	/* of a flex ring the second pair is 64 bytes behind the first */
	static const volatile uint32_t words[18] = { 0x80000001, 2, 3, UINT32_MAX, [16] = 7, [17] = 8 };
	uint32_t w[XR_N_IDX];

	(void)state;
	for (enum xr_kind kind = 0; kind < XR_KIND_N; kind++) {
		memset(w, 0, sizeof(w));
		assert_int_equal(xr_ring_look(words, kind, w), XR_LOOK_OK);
		/* a mailbox has two: behind them may be what nobody is to see */
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(w[i], i < 2 ? words[i] : kind == XR_RING_MAILBOX ? 0 :
					       words[xr_kind_second(kind) + i - 2]);
	}
}

/* The writer puts the same byte eight times: no word of a copy may be mixed. */
static void *scribble(void *data)
{
	struct ring *r = data;
	uint8_t v = 0;

	while (!__atomic_load_n(&r->stop, __ATOMIC_RELAXED)) {
		v++;
		for (size_t i = 0; i < ARRAY_SIZE(r->page); i++)
			__atomic_store_n(&r->page[i], v * UINT64_C(0x0101010101010101),
					 __ATOMIC_RELAXED);
		__atomic_store_n(&r->moves, r->moves + 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void test_copy_moving(void **state)
{
	struct ring *r = calloc(1, sizeof(*r));
	uint64_t copy[512], before[512];
	pthread_t thread;

	(void)state;
	assert_non_null(r);
	assert_int_equal(pthread_create(&thread, NULL, scribble, r), 0);
	while (!__atomic_load_n(&r->moves, __ATOMIC_RELAXED))
		sched_yield();
	for (int n = 0; n < 20000; n++) {
		xr_ring_copy(copy, (const volatile void *)r->page, sizeof(copy));
		for (size_t i = 0; i < ARRAY_SIZE(copy); i++)
			assert_true(copy[i] == (copy[i] & 0xff) * UINT64_C(0x0101010101010101));
	}
	/* and the copy is private: it stands still */
	memcpy(before, copy, sizeof(copy));
	for (uint32_t at = __atomic_load_n(&r->moves, __ATOMIC_RELAXED);
	     __atomic_load_n(&r->moves, __ATOMIC_RELAXED) == at; )
		sched_yield();
	assert_memory_equal(before, copy, sizeof(copy));
	__atomic_store_n(&r->stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	free(r);
}

static void test_copy_exact(void **state)
{
	uint64_t from[512], into[514];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(from); i++)
		from[i] = i * UINT64_C(0x9e3779b97f4a7c15);
	memset(into, 0xee, sizeof(into));
	xr_ring_copy(into + 1, (const volatile void *)from, sizeof(from));
	assert_memory_equal(into + 1, from, sizeof(from));
	assert_true(into[0] == UINT64_C(0xeeeeeeeeeeeeeeee));
	assert_true(into[513] == UINT64_C(0xeeeeeeeeeeeeeeee));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots_table),
		cmocka_unit_test(test_slots_any_size),
		cmocka_unit_test(test_slot_at),
		cmocka_unit_test(test_sub_wraps),
		cmocka_unit_test(test_cons),
		cmocka_unit_test(test_cons_any_event),
		cmocka_unit_test(test_look_still),
		cmocka_unit_test(test_look_slots_moving),
		cmocka_unit_test(test_look_bytes_moving),
		cmocka_unit_test(test_copy_exact),
		cmocka_unit_test(test_copy_moving),
	};

	return RUN(tests);
}
