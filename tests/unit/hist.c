/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Since when: clocks, extremes and counts over samples, topologies and connections. */
#include <config.h>

#include "lib/test.h"

#include <stdlib.h>

#include "hist.h"

#define SECOND INT64_C(1000000000)
#define T(s) ((s) * SECOND + 77)
#define N 2

/* Two devices of one domain, with a ring each. */
struct world {
	struct xr_topology top;
	struct xr_dom dom;
	struct xr_dev devs[N];
	struct xr_ring rings[N];
	struct xr_topo_dev topo_devs[N];
	struct xr_topo_ring topo_rings[N];
};

static const struct xr_ring_desc *desc(const char *proto, size_t i)
{
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p)) && strcmp(p->name, proto))
		;
	assert_true(p);
	return p ? &p->rings[i] : NULL;
}

static char first_name[] = "vbd:1", second_name[] = "vbd:2";
static char *const names[N] = { first_name, second_name };

static void world(struct world *w, const struct xr_ring_desc *d, uint64_t uid)
{
	*w = (struct world){ .top.refs = 1000000, .dom.uuid = "a" };	/* never freed */
	for (size_t i = 0; i < N; i++) {
		w->devs[i] = (struct xr_dev){
			.refs = 1, .domid = 1, .name = names[i],
			.fe_state = XR_BUS_CONNECTED, .be_state = XR_BUS_CONNECTED,
		};
		w->rings[i] = (struct xr_ring){ .desc = d, .uid = uid + i, .slots = 32,
						.in_size = 1024, .out_size = 2048 };
		w->topo_devs[i].dev = &w->devs[i];
		w->topo_rings[i].ring = &w->rings[i];
		w->topo_rings[i].dev = i;
	}
	w->top.doms = &w->dom;
	w->top.devs = w->topo_devs;
	w->top.rings = w->topo_rings;
	w->top.n_doms = 1;
	w->top.n_devs = w->top.n_rings = N;
}

/* A sample of both rings, with these words. */
static void look(struct xr_hist *h, struct world *w, int64_t s, enum xr_look how, uint32_t a, uint32_t b,
		 uint32_t c, uint32_t d)
{
	struct xenring_snapshot *snap;

	assert_int_equal(xr_snapshot_new(&snap, &w->top), 0);
	snap->at.mono_ns = T(s);
	for (size_t i = 0; i < N; i++) {
		uint32_t idx[XR_N_IDX] = { a, b, c, d };

		memcpy(snap->idx[i], idx, sizeof(idx));
		snap->look[i] = (uint8_t)how;
	}
	assert_int_equal(xr_hist_step(h, snap, NULL), 0);
	xenring_snapshot_unref(snap);
}

/* Of ring i, which was judged. */
static const struct xr_past *past(const struct xr_hist *h, size_t i)
{
	static const struct xr_past none;
	const struct xr_past *p = xr_hist_ring(h, i);

	assert_true(p);
	return p ? p : &none;
}

#define OK XR_LOOK_OK

static void test_never(void **state)
{
	struct xr_hist h = { .top = NULL };
	struct world w;

	(void)state;
	assert_null(xr_hist_ring(&h, 0));
	xr_hist_open_window(&h);
	world(&w, desc("blkif", 0), 1);
	look(&h, &w, 1, XR_LOOK_TORN, 5, 6, 5, 6);
	assert_null(xr_hist_ring(&h, 0));
	/* more in flight than there are slots */
	look(&h, &w, 2, OK, 50, 6, 5, 6);
	assert_null(xr_hist_ring(&h, 0));
	xr_hist_open_window(&h);
	look(&h, &w, 3, OK, 5, 6, 5, 6);
	assert_int_equal(past(&h, 0)->since_ns, T(3));
	xr_hist_drop(&h);
}

static void test_owed(void **state)
{
	struct xr_hist h = { .top = NULL };
	const struct xr_past *p;
	struct world w;

	(void)state;
	world(&w, desc("blkif", 0), 1);
	look(&h, &w, 1, OK, 0xfffffffe, 0xffffffff, 0xfffffffe, 0xffffffff);
	p = past(&h, 1);
	assert_int_equal(p->owed_req_ns, XR_NEVER);
	assert_int_equal(p->owed_rsp_ns, XR_NEVER);
	/* req_prod crosses 2^32 and the event point */
	look(&h, &w, 2, OK, 1, 0xffffffff, 0xfffffffe, 0xffffffff);
	assert_int_equal(p->owed_req_ns, T(2));
	look(&h, &w, 3, OK, 2, 0xffffffff, 0xfffffffe, 0xffffffff);
	look(&h, &w, 4, XR_LOOK_TORN, 9, 9, 9, 9);
	look(&h, &w, 5, OK, 2, 0xffffffff, 0xfffffffe, 0xffffffff);
	assert_int_equal(p->owed_req_ns, T(2));
	/* asked anew, and crossed again: a clock of its own */
	look(&h, &w, 6, OK, 5, 3, 1, 0xffffffff);
	assert_int_equal(p->owed_req_ns, T(6));
	assert_int_equal(p->owed_rsp_ns, T(6));
	look(&h, &w, 7, OK, 5, 6, 2, 0xffffffff);
	assert_int_equal(p->owed_req_ns, XR_NEVER);
	assert_int_equal(p->owed_rsp_ns, T(6));
	xr_hist_drop(&h);
}

/* Of netif's receiving ring req_event says nothing. */
static void test_no_event_rule(void **state)
{
	struct xr_hist h = { .top = NULL };
	struct world w;

	(void)state;
	world(&w, desc("netif", 1), 1);
	look(&h, &w, 1, OK, 20, 1, 10, 1);
	assert_int_equal(past(&h, 0)->owed_req_ns, XR_NEVER);
	assert_int_equal(past(&h, 0)->owed_rsp_ns, T(1));
	/* and full is as it should be */
	look(&h, &w, 2, OK, 42, 1, 10, 1);
	assert_int_equal(past(&h, 0)->full_ns, XR_NEVER);
	xr_hist_drop(&h);
}

static void test_full(void **state)
{
	struct xr_hist h = { .top = NULL };
	const struct xr_past *p;
	struct world w;

	(void)state;
	world(&w, desc("blkif", 0), 1);
	look(&h, &w, 1, OK, 40, 1, 10, 1);
	p = past(&h, 0);
	assert_int_equal(p->full_ns, XR_NEVER);
	look(&h, &w, 2, OK, 42, 1, 10, 1);
	/* full again as soon as there is room */
	look(&h, &w, 3, OK, 45, 1, 13, 1);
	assert_int_equal(p->full_ns, T(2));
	look(&h, &w, 4, OK, 45, 1, 14, 1);
	assert_int_equal(p->full_ns, XR_NEVER);
	assert_int_equal(p->flight_min, 30);
	assert_int_equal(p->flight_max, 32);
	assert_int_equal(p->requests, 5);
	assert_int_equal(p->responses, 4);
	xr_hist_open_window(&h);
	assert_int_equal(p->flight_min, 31);
	assert_int_equal(p->flight_max, 31);
	assert_int_equal(p->requests, 0);
	look(&h, &w, 5, OK, 46, 1, 20, 1);
	assert_int_equal(p->flight_min, 26);
	assert_int_equal(p->requests, 1);
	assert_int_equal(p->responses, 6);
	assert_int_equal(p->since_ns, T(1));
	xr_hist_drop(&h);
}

static void test_back(void **state)
{
	struct xr_hist h = { .top = NULL };
	const struct xr_past *p;
	struct world w;

	(void)state;
	world(&w, desc("blkif", 0), 1);
	look(&h, &w, 1, OK, 40, 41, 40, 41);
	p = past(&h, 0);
	/* an event point may go back: it is no count */
	look(&h, &w, 2, OK, 40, 30, 40, 20);
	assert_int_equal(p->back_ns, XR_NEVER);
	look(&h, &w, 3, OK, 4, 5, 4, 5);
	assert_int_equal(p->back_ns, T(3));
	assert_int_equal(p->requests, 0);
	look(&h, &w, 4, OK, 6, 5, 5, 5);
	assert_int_equal(p->back_ns, T(3));
	assert_int_equal(p->requests, 2);
	xr_hist_drop(&h);
	/* of a queue all are counts */
	world(&w, desc("console", 0), 1);
	look(&h, &w, 1, OK, 4, 4, 40, 41);
	p = past(&h, 0);
	look(&h, &w, 2, OK, 4, 4, 39, 41);
	assert_int_equal(p->back_ns, T(2));
	assert_int_equal(p->owed_req_ns, XR_NEVER);
	assert_int_equal(p->requests, 0);
	xr_hist_drop(&h);
	/* a mailbox has none */
	world(&w, desc("pciif", 0), 1);
	look(&h, &w, 1, OK, 4, 4, 0, 0);
	look(&h, &w, 2, OK, 1, 1, 0, 0);
	assert_int_equal(past(&h, 0)->back_ns, XR_NEVER);
	xr_hist_drop(&h);
}

static void test_over_topologies(void **state)
{
	struct xr_hist h = { .top = NULL };
	struct world a, b;

	(void)state;
	world(&a, desc("blkif", 0), 1);
	/* the second ring stays, and stands first; the first one is connected anew */
	world(&b, desc("blkif", 0), 2);
	b.devs[0].name = names[1];
	b.devs[1].name = names[0];
	b.devs[1].be_state = XR_BUS_CLOSING;
	look(&h, &a, 1, OK, 10, 5, 8, 9);
	look(&h, &b, 2, OK, 11, 5, 8, 9);
	assert_int_equal(past(&h, 0)->since_ns, T(1));
	assert_int_equal(past(&h, 0)->owed_req_ns, T(1));
	assert_int_equal(past(&h, 0)->requests, 1);
	assert_int_equal(past(&h, 1)->since_ns, T(2));
	assert_int_equal(past(&h, 1)->owed_req_ns, T(2));
	assert_int_equal(past(&h, 1)->requests, 0);
	/* this pair of states since: by the device's name */
	assert_int_equal(h.states_ns[0], T(1));
	assert_int_equal(h.states_ns[1], T(2));
	xr_hist_drop(&h);
}

/* Another domain with the number of one that has died. */
static void test_domid_reuse(void **state)
{
	struct xr_hist h = { .top = NULL };
	struct world a, b;

	(void)state;
	world(&a, desc("blkif", 0), 1);
	world(&b, desc("blkif", 0), 7);
	strcpy(b.dom.uuid, "b");
	look(&h, &a, 1, OK, 10, 5, 8, 9);
	look(&h, &b, 2, OK, 10, 5, 8, 9);
	assert_int_equal(past(&h, 0)->since_ns, T(2));
	assert_int_equal(h.states_ns[0], T(2));
	xr_hist_drop(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_owed),
		cmocka_unit_test(test_no_event_rule),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_over_topologies),
		cmocka_unit_test(test_domid_reuse),
	};

	return RUN(tests);
}
