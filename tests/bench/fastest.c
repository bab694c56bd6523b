/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One ring looked at as fast as may be, as latency does it (its grant, its two
 * producers, the histogram of periods), against a bare loop that reads the clock
 * and the same two words.
 */
#include <config.h>

#include <poll.h>
#include <stdlib.h>

#include "bench.h"
#include "context.h"
#include "source/fake.h"

#define TURNS 15
#define TURN_NS INT64_C(200000000)

static struct xr_source_ops ops;

/* A host in memory, but the clock and the wait are those of a live one. */
static int now(struct xr_source *src, struct xenring_time *ret)
{
	(void)src;
	ret->mono_ns = bench_ns();
	return 0;
}

static int wait_no_longer(struct xr_source *src, int64_t until_mono_ns)
{
	(void)src;
	(void)until_mono_ns;
	return poll(NULL, 0, 0);
}

static double bare(const volatile uint32_t *words, int64_t *ret_periods)
{
	int64_t begun = bench_ns(), t = begun;
	uint32_t req = words[XR_REQ_PROD], rsp = words[XR_RSP_PROD];
	uint64_t looks = 0, moved = 0;

	while (t < begun + TURN_NS) {
		moved += words[XR_REQ_PROD] != req || words[XR_RSP_PROD] != rsp;
		looks++;
		t = bench_ns();
	}
	*ret_periods += (int64_t)moved;
	return (double)looks / (double)(t - begun) * 1e9;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(void)
{
	struct xenring_latency_ring row = { 0 };
	struct xenring_latency *l = NULL;
	struct xenring_snapshot *s = NULL;
	struct xenring *x = NULL;
	double ours[TURNS], theirs[TURNS];
	int64_t before = 0, moved = 0;
	char against[128];
	int r;

	r = xenring_new(&x) || xenring_open(x, "fake:big:1");
	if (!r) {
		ops = *x->src.ops;
		ops.is_live = true;
		ops.now = now;
		ops.wait = ops.settle = wait_no_longer;
		x->src.ops = &ops;
		r = xenring_sample(x, &s) || xenring_latency_new(x, &l) || xenring_latency_add(l, s, 0);
	}
	for (int i = 0; !r && i < TURNS; i++) {
		int64_t begun;

		theirs[i] = bare(x->plan.hot[0].words, &moved);
		begun = bench_ns();
		r = xenring_latency_run(l, begun + TURN_NS, 1e-9) || xenring_latency_ring(l, 0, &row);
		ours[i] = (double)(row.samples - before) / (double)(bench_ns() - begun) * 1e9;
		before = row.samples;
	}
	if (r || moved) {
		fprintf(stderr, "bench: %s\n", moved ? "the ring has moved" : x ? xenring_message(x) : "out of memory");
		return 1;
	}
	qsort(ours, TURNS, sizeof(*ours), by_value);
	qsort(theirs, TURNS, sizeof(*theirs), by_value);
	snprintf(against, sizeof(against), "%.1f million looks/s against %.1f of a bare loop",
		 ours[TURNS / 2] / 1e6, theirs[TURNS / 2] / 1e6);
	bench_line("fastest sampler of one ring", theirs[TURNS / 2] / ours[TURNS / 2], "times", against, 1.5);
	xenring_latency_free(l);
	xenring_snapshot_unref(s);
	xenring_close(x);
	return 0;
}
