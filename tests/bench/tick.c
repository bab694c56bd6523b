/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole tick through the public interface at 100, 1,000 and 10,000 rings
 * (sample, model, rows of all of them), and what 1,000 rings take of memory.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "xenring.h"

#define ROUNDS 200

/* Resident bytes of this process. */
static long resident(void)
{
	long pages = 0, size;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f)
		return 0;
	if (fscanf(f, "%ld %ld", &size, &pages) != 2)
		pages = 0;
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static int ticks(struct xenring *x, double *ret_us)
{
	int64_t t = bench_ns();

	for (int i = 0; i < ROUNDS; i++) {
		struct xenring_snapshot *s = NULL;
		struct xenring_ring row;

		if (xenring_sample(x, &s))
			return 1;
		for (size_t j = 0; j < xenring_n_rings(s); j++)
			xenring_ring(s, j, &row);
		xenring_snapshot_unref(s);
	}
	*ret_us = (double)(bench_ns() - t) / 1e3 / ROUNDS;
	return 0;
}

/*
 * Sample, model, and all checks unless w is NULL: CPU time of one tick, with the
 * readings that checks ask for at a pace of their own.
 */
static int timed(struct xenring *x, struct xenring_watch *w, double *ret_us)
{
	struct timespec from, to;
	int r = 0;

	for (int i = -1; !r && i < ROUNDS; i++) {
		struct xenring_snapshot *s = NULL;

		/* the first one makes everything */
		if (!i)
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		r = xenring_sample(x, &s) || (w && xenring_watch_step(w, s));
		xenring_snapshot_unref(s);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	if (!r)
		*ret_us = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / 1e3 / ROUNDS;
	return r;
}

static int judged(struct xenring *x, double *ret_us)
{
	struct xenring_watch *w = NULL;
	int r = xenring_watch_new(&w, x) ? 1 : timed(x, w, ret_us);

	xenring_watch_free(w);
	return r;
}

int main(void)
{
	static const char *const hosts[] = { "fake:big:100", "fake:big:1000", "fake:big:10000" };
	static const int rings[] = { 100, 1000, 10000 };
	long start = resident();
	double us[3], alone[3], checked[3];

	for (int i = 0; i < 3; i++) {
		struct xenring_snapshot *s = NULL;
		struct xenring *x = NULL;
		long before;

		if (xenring_new(&x) || xenring_open(x, hosts[i]))
			return 1;
		before = resident();	/* the fake host itself is not ours to count */
		if (xenring_sample(x, &s) || ticks(x, &us[i]) || timed(x, NULL, &alone[i]) || judged(x, &checked[i])) {
			fprintf(stderr, "bench: %s\n", xenring_message(x));
			return 1;
		}
		if (rings[i] == 1000)
			bench_line("memory at 1000 rings", (double)(start + resident() - before) / (1 << 20),
				   "MiB", "resident, less the host and its pages", 8);
		xenring_snapshot_unref(s);
		xenring_close(x);
	}
	for (int i = 0; i < 3; i++) {
		char name[64], against[64];

		snprintf(name, sizeof(name), "tick of %d rings, per ring", rings[i]);
		snprintf(against, sizeof(against), "%.0f us; %.1f times the one of 100", us[i],
			 us[i] / rings[i] / (us[0] / 100));
		bench_line(name, us[i] / rings[i], "us", against, 0.3);
	}
	for (int i = 0; i < 3; i++) {
		char name[64], against[96];

		snprintf(name, sizeof(name), "tick of %d rings with all checks", rings[i]);
		snprintf(against, sizeof(against), "%.2f times as much per ring as of 100; %.2f times samples alone",
			 checked[i] / rings[i] / (checked[0] / 100), checked[i] / alone[i]);
		/* 3 ms of 10,000, and linear */
		bench_line(name, checked[i], "us", against, 3000.0 * rings[i] / 10000);
	}
	return 0;
}
