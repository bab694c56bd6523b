/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One sample of 10,000 rings against a bare loop that loads the same cache
 * lines: each ring's four words and the grant entry behind it.
 */
#include <config.h>

#include <stdlib.h>

#include "bench.h"
#include "context.h"

#define ROUNDS 60

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median_us(int64_t *ns)
{
	qsort(ns, ROUNDS, sizeof(*ns), by_value);
	return (double)ns[ROUNDS / 2] / 1e3;
}

static uint64_t bare(const volatile uint32_t *const *words, const volatile uint64_t *const *entries,
		     size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		for (int j = 0; j < XR_N_IDX; j++)
			sum += words[i][j];
		sum += *entries[i];
	}
	return sum;
}

/* Touches more than the caches hold, so that each round starts alike. */
static void cool(uint8_t *big, size_t n)
{
	for (size_t i = 0; i < n; i += 64)
		big[i]++;
}

static int measure(struct xenring *x, const char *how, bool cold)
{
	size_t n = x->plan.n, n_big = 64u << 20;
	const volatile uint32_t **words = calloc(n, sizeof(*words));
	const volatile uint64_t **entries = calloc(n, sizeof(*entries));
	uint32_t (*idx)[XR_N_IDX] = calloc(n, sizeof(*idx));
	uint8_t *look = calloc(n, 1), *big = calloc(1, n_big);
	int64_t a[ROUNDS], b[ROUNDS];
	volatile uint64_t sink = 0;
	char name[64], against[96];
	double ours, theirs;

	if (!words || !entries || !idx || !look || !big)
		return 1;
	for (size_t i = 0; i < n; i++) {
		words[i] = x->plan.hot[i].words;
		entries[i] = x->plan.guards[x->plan.hot[i].first_guard].at;
	}
	for (int i = 0; i < ROUNDS; i++) {
		int64_t t;

		if (cold)
			cool(big, n_big);
		t = bench_ns();
		sink += bare(words, entries, n);
		b[i] = bench_ns() - t;
		if (cold)
			cool(big, n_big);
		t = bench_ns();
		sink += xr_sample(&x->plan, idx, look);
		a[i] = bench_ns() - t;
	}
	ours = median_us(a);
	theirs = median_us(b);
	snprintf(name, sizeof(name), "sample of %zu rings, %s", n, how);
	snprintf(against, sizeof(against), "%.0f us against %.0f us of a bare loop", ours, theirs);
	bench_line(name, ours / theirs, "times", against, 2.0);
	free(words);
	free(entries);
	free(idx);
	free(look);
	free(big);
	return 0;
}

int main(void)
{
	struct xenring_snapshot *s = NULL;
	struct xenring *x = NULL;
	int r;

	if (xenring_new(&x) || xenring_open(x, "fake:big:10000") || xenring_sample(x, &s)) {
		fprintf(stderr, "bench: %s\n", x ? xenring_message(x) : "out of memory");
		return 1;
	}
	r = measure(x, "cold cache", true) || measure(x, "warm cache", false);
	xenring_snapshot_unref(s);
	xenring_close(x);
	return r;
}
