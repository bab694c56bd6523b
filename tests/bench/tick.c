/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole tick through the public interface at 100, 1,000 and 10,000 rings
 * (sample, model, rows of all of them), and what 1,000 rings take of memory.
 *
 * Each ring is a page of its own, 4 KiB to the processor, next to that of the
 * ring before it, as on a live host.
 */
#include <config.h>

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "xenring.h"

#define ROUNDS 100
#define TURNS 7		/* of each size, one after the other: the median is shown */
#define SIZES 3

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

static const int rings[SIZES] = { 100, 1000, 10000 };

/* One made-up host, and what each turn took there. */
struct size {
	struct xenring *x;
	struct xenring_watch *watch;
	double whole[TURNS], alone[TURNS], checked[TURNS];	/* us */
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double us[TURNS])
{
	qsort(us, TURNS, sizeof(*us), by_value);
	return us[TURNS / 2];
}

/* Says what 1,000 rings take of memory. */
static int size_open(struct size *z, int n)
{
	struct xenring_snapshot *s = NULL;
	long start = resident(), before;
	char name[32];
	int r;

	snprintf(name, sizeof(name), "fake:big:%d", n);
	if (xenring_new(&z->x) || xenring_open(z->x, name))
		return 1;
	before = resident();	/* the made-up host itself is not ours to count */
	r = xenring_sample(z->x, &s) || ticks(z->x, &z->whole[0]);
	if (!r && n == 1000)
		bench_line("memory at 1000 rings", (double)(start + resident() - before) / (1 << 20), "MiB",
			   "resident, less the host and its pages", 8);
	xenring_snapshot_unref(s);
	return r || xenring_watch_new(&z->watch, z->x);
}

static int turn(struct size *z, int i)
{
	return ticks(z->x, &z->whole[i]) || timed(z->x, NULL, &z->alone[i]) || timed(z->x, z->watch, &z->checked[i]);
}

/* How much more a ring costs where there are ten times as many. */
static void show_growth(const double alone[SIZES], const double checked[SIZES])
{
	char name[64], against[96];

	for (int i = 1; i < SIZES; i++) {
		snprintf(name, sizeof(name), "per ring, %d to %d", rings[i], rings[i - 1]);
		snprintf(against, sizeof(against), "with all checks; samples alone %.2f",
			 alone[i] / rings[i] / (alone[i - 1] / rings[i - 1]));
		bench_line(name, checked[i] / rings[i] / (checked[i - 1] / rings[i - 1]), "times", against, 1.3);
	}
}

static void show(struct size z[SIZES])
{
	double whole[SIZES], alone[SIZES], checked[SIZES];
	char name[64], against[96];

	for (int i = 0; i < SIZES; i++) {
		whole[i] = median(z[i].whole);
		alone[i] = median(z[i].alone);
		checked[i] = median(z[i].checked);
	}
	for (int i = 0; i < SIZES; i++) {
		snprintf(name, sizeof(name), "tick of %d rings, per ring", rings[i]);
		snprintf(against, sizeof(against), "%.0f us; %.1f times the one of 100", whole[i],
			 whole[i] / rings[i] / (whole[0] / 100));
		bench_line(name, whole[i] / rings[i], "us", against, 0.3);
	}
	for (int i = 0; i < SIZES; i++) {
		snprintf(name, sizeof(name), "tick of %d rings with all checks", rings[i]);
		snprintf(against, sizeof(against), "%.2f times samples alone", checked[i] / alone[i]);
		bench_line(name, checked[i], "us", against, 3000.0 * rings[i] / 10000);
	}
	show_growth(alone, checked);
}

int main(void)
{
	struct size z[SIZES] = { { .x = NULL } };
	int r = 0;

	for (int i = 0; !r && i < SIZES; i++)
		r = size_open(&z[i], rings[i]);
	for (int k = 0; !r && k < TURNS; k++)
		for (int i = 0; !r && i < SIZES; i++)
			r = turn(&z[i], k);
	if (!r)
		show(z);
	for (int i = 0; i < SIZES; i++) {
		if (r && z[i].x)
			fprintf(stderr, "bench: %s\n", xenring_message(z[i].x));
		xenring_watch_free(z[i].watch);
		xenring_close(z[i].x);
	}
	return r;
}
