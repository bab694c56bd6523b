/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What it costs to write a capture, and how large one is: idle and busy rings,
 * and how soon any second of an hour is shown.
 */
#include <config.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "context.h"

#define SECOND INT64_C(1000000000)
/* as long as the longest frames, so that their key ticks are in it */
#define IDLE_ROUNDS 7200
#define BUSY_ROUNDS 60
#define REPEATS 5
/*
 * The two that are compared take turns, so many samples each: a machine that is
 * busy for a while, or whose other thread of the core is, slows both alike.
 */
#define TURN 60

/* Time this thread has run: the host's other work does not count. */
static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int fail(struct xenring *x)
{
	fprintf(stderr, "bench: %s\n", xenring_message(x));
	exit(1);
}

static struct xenring *open_source(const char *source)
{
	struct xenring *x = NULL;

	if (xenring_new(&x) || xenring_open(x, source))
		fail(x);
	return x;
}

/* The source's time goes on by a second. */
static void a_second(struct xenring *x)
{
	struct xenring_time now;

	if (xenring_now(x, &now) || xenring_wait(x, now.mono_ns + SECOND))
		fail(x);
}

static void sample(struct xenring *x)
{
	struct xenring_snapshot *s = NULL;

	if (xenring_sample(x, &s))
		fail(x);
	xenring_snapshot_unref(s);
}

/* Copies of all slot rings, which nobody wants. */
static void copy_all(struct xenring *x, uint8_t *into)
{
	for (size_t i = 0; i < x->top->n_rings; i++) {
		const struct xr_ring *ring = x->top->rings[i].ring;
		struct xr_copied c = { .bytes = into };

		if (ring->map.page && ring->desc->kind == XR_RING_SLOTS)
			xr_source_copy(&x->src, &ring->map, &c);
	}
}

enum how { PLAIN, COPIED, NOWHERE, WRITTEN };

/* One that samples, and what that has taken so far. */
struct runner {
	struct xenring *x;
	enum how how;
	int fd;
	struct xenring_written first;
	double us;
};

static void begin(struct runner *r, const char *source, enum how how)
{
	char path[] = "/tmp/bench.XXXXXX";

	*r = (struct runner){ .x = open_source(source), .how = how };
	r->fd = how == WRITTEN ? mkstemp(path) : how == NOWHERE ? open("/dev/null", O_WRONLY) : -1;
	if (how == WRITTEN && r->fd >= 0)
		unlink(path);
	if (how >= NOWHERE && (r->fd < 0 || xenring_tee(r->x, r->fd, 0)))
		fail(r->x);
	/* what is read once, at the beginning, is not a sample's */
	sample(r->x);
	a_second(r->x);
	sample(r->x);
	xenring_written(r->x, &r->first);
}

static void turn(struct runner *r, int rounds)
{
	static uint8_t page[XR_MAX_PAGES * XR_PAGE_SIZE];

	for (int i = 0; i < rounds; i++) {
		double t;

		a_second(r->x);
		t = cpu_us();
		sample(r->x);
		if (r->how == COPIED)
			copy_all(r->x, page);
		r->us += cpu_us() - t;
	}
}

static void end(struct runner *r)
{
	xenring_close(r->x);
	if (r->fd >= 0)
		close(r->fd);
}

/* CPU time of a sample that is written, by base's; of that in microseconds, and what one adds to the capture. */
static double run(const char *source, enum how base, int rounds, double *ret_base, double *ret_bytes)
{
	struct runner b, w;
	struct xenring_written last;

	begin(&b, source, base);
	begin(&w, source, WRITTEN);
	for (int i = 0; i < rounds; i += TURN) {
		turn(&b, TURN);
		turn(&w, TURN);
	}
	xenring_written(w.x, &last);
	*ret_bytes = (double)(last.bytes - w.first.bytes) / rounds;
	*ret_base = b.us / rounds;
	end(&b);
	end(&w);
	return w.us / b.us;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The medians of several. */
static double ratio(const char *source, enum how base, int rounds, double *ret_base, double *ret_bytes)
{
	double r[REPEATS], b[REPEATS];

	for (int i = 0; i < REPEATS; i++)
		r[i] = run(source, base, rounds, &b[i], ret_bytes);
	qsort(r, REPEATS, sizeof(*r), by_value);
	qsort(b, REPEATS, sizeof(*b), by_value);
	*ret_base = b[REPEATS / 2];
	return r[REPEATS / 2];
}

static void idle(void)
{
	double base, bytes, r = ratio("fake:big:1000,fast", PLAIN, IDLE_ROUNDS, &base, &bytes);
	char against[64];

	/* a slow one would make what recording adds look small */
	bench_line("sample of 1000 idle rings", base, "us", "alone: nothing is recorded", 22);
	snprintf(against, sizeof(against), "the plain sample, %.0f us", base);
	bench_line("recording 1000 idle rings", r, "x", against, 1.5);
	bench_line("capture, idle", bytes / 1000, "bytes", "per ring and sample", 1);
}

static void busy(void)
{
	double base, bytes, r = ratio("fake:big:1000:busy,fast", COPIED, BUSY_ROUNDS, &base, &bytes);
	char against[64];

	snprintf(against, sizeof(against), "the same pages copied and dropped, %.0f us", base);
	bench_line("recording 1000 busy rings, all", r, "x", against, 1.3);
	r = ratio("fake:big:1000:busy,fast", NOWHERE, BUSY_ROUNDS, &base, &bytes);
	snprintf(against, sizeof(against), "the same capture written to /dev/null, %.0f us", base);
	bench_line("recording 1000 busy rings, writing", r, "x", against, 1.3);
	bench_line("capture, busy", bytes / 1000, "bytes", "per ring and sample; a ring page is 4096", 1000);
}

/* An hour of 100 rings, a sample a second: how long until a moment in it is shown. */
static void hour(void)
{
	struct xenring *x = open_source("fake:big:100:busy,fast");
	struct xenring_time begin;
	struct xenring_written w;
	int fd = memfd_create("hour", MFD_CLOEXEC);
	double worst = 0;
	char path[64], against[64];

	if (fd < 0 || xenring_tee(x, fd, 0) || xenring_now(x, &begin))
		fail(x);
	for (int i = 0; i < 3600; i++) {
		sample(x);
		a_second(x);
	}
	xenring_written(x, &w);
	if (xenring_tee(x, -1, 0))
		fail(x);
	xenring_close(x);
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	for (int i = 0; i < 36; i++) {
		int64_t t = bench_ns();
		int n;

		x = open_source(path);
		n = xenring_seek(x, begin.real_ns + (100 * i + 7) * SECOND, 60);
		if (n <= 0)
			fail(x);
		while (n--)
			sample(x);
		xenring_close(x);
		if ((double)(bench_ns() - t) / 1e9 > worst)
			worst = (double)(bench_ns() - t) / 1e9;
	}
	snprintf(against, sizeof(against), "100 busy rings, %.1f MiB, slowest of 36",
		 (double)w.bytes / (1 << 20));
	bench_line("any second of an hour", worst, "s", against, 0.5);
	close(fd);
}

/* usage: record [idle|busy|hour]... */
int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fn)(void);
	} parts[] = { { "idle", idle }, { "busy", busy }, { "hour", hour } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		bool wanted = argc < 2;

		for (int j = 1; j < argc; j++)
			wanted |= !strcmp(argv[j], parts[i].name);
		if (wanted)
			parts[i].fn();
	}
	return 0;
}
