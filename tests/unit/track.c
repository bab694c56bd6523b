/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings whose requests are kept track of, through the public interface: live, and as a replay. */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xenring.h"

#define MS INT64_C(1000000)
#define SAMPLES 60
#define MAX_TEXT (1 << 20)

static struct xenring *open_source(const char *source)
{
	struct xenring *x = NULL;

	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, source), 0);
	return x;
}

static struct xenring_snapshot *sample(struct xenring *x)
{
	struct xenring_snapshot *s = NULL;

	assert_int_equal(xenring_sample(x, &s), 0);
	return s;
}

static void go_on(struct xenring *x, int64_t ms)
{
	struct xenring_time now;

	assert_int_equal(xenring_now(x, &now), 0);
	assert_int_equal(xenring_wait(x, now.mono_ns + ms * MS), 0);
}

static size_t find(const struct xenring_snapshot *s, const char *path, struct xenring_ring *ret)
{
	for (size_t i = 0; !xenring_ring(s, i, ret); i++)
		if (!strcmp(ret->path, path))
			return i;
	fail_msg("there is no %s", path);
	return SIZE_MAX;
}

static struct xenring_slots *slots_of(struct xenring *x, const struct xenring_snapshot *s, const char *path,
				      struct xenring_ring *ret)
{
	struct xenring_slots *slots = NULL;

	assert_int_equal(xenring_read_slots(x, s, find(s, path, ret), &slots), 0);
	assert_non_null(slots);
	return slots;
}

/* ---- counting ------------------------------------------------------------------- */

struct states {
	size_t open, answered, kept, unsure, request;
	double oldest;		/* the longest that an open one was seen; NaN: none */
	size_t seen;		/* that have a time */
};

static struct states count(const struct xenring_slots *slots)
{
	struct states n = { .oldest = (double)NAN };
	struct xenring_slot slot;
	int64_t last = -1;

	for (size_t i = 0; !xenring_slot(slots, i, &slot); i++) {
		bool open = !strcmp(slot.state, "open") || !strcmp(slot.state, "kept");

		n.open += !strcmp(slot.state, "open");
		n.answered += !strcmp(slot.state, "answered");
		n.kept += !strcmp(slot.state, "kept");
		n.unsure += !strcmp(slot.state, "unsure");
		n.request += !strcmp(slot.state, "request");
		n.seen += !isnan(slot.seen_s);
		if (open && !(n.oldest >= slot.seen_s))
			n.oldest = slot.seen_s;
		/* in the order of their indices */
		assert_true(last < 0 || (int32_t)((uint32_t)slot.index - (uint32_t)last) >= 0);
		last = slot.index;
	}
	return n;
}

/* A disk of which all comes to be known, once it has had nothing to do. */
static const char rests[] = "db02/vbd:51712/q0";

static void test_states(void **state)
{
	struct xenring *x = open_source("fake:demo,fast");
	size_t open = 0, kept = 0, answered = 0, whole = 0;
	struct xenring_snapshot *s = sample(x);
	struct xenring_ring row;
	size_t at = find(s, rests, &row);

	(void)state;
	assert_true(isnan(row.oldest_s));
	assert_int_equal(xenring_track(x, s, at, true), 0);
	assert_int_equal(xenring_track(x, s, at, true), 0);
	for (int i = 0; i < 900; i++) {
		struct xenring_slots *slots;
		struct states n;

		xenring_snapshot_unref(s);
		go_on(x, 10);
		s = sample(x);
		slots = slots_of(x, s, rests, &row);
		n = count(slots);
		assert_false(isnan(row.oldest_s));
		assert_true(n.open + n.kept <= (size_t)row.in_flight);
		assert_true(n.open + n.answered + n.request == (size_t)row.in_flight);
		assert_true(n.seen >= n.open + n.kept + n.answered);
		if (n.open + n.kept == (size_t)row.in_flight) {
			/* then nothing is in doubt, and the age is the oldest's */
			assert_int_equal(n.unsure + n.request, 0);
			if (row.in_flight)
				assert_true(n.oldest == row.oldest_s);
			else
				assert_true(row.oldest_s == 0);
			whole += row.in_flight > 0;
		}
		open += n.open;
		kept += n.kept;
		answered += n.answered;
		xenring_slots_free(slots);
	}
	assert_true(open > 500);
	assert_true(kept > 100);
	assert_true(answered > 100);
	assert_true(whole > 80);
	/* not any more */
	assert_int_equal(xenring_track(x, s, at, false), 0);
	assert_int_equal(xenring_track(x, s, at, false), 0);
	xenring_snapshot_unref(s);
	go_on(x, 10);
	s = sample(x);
	find(s, rests, &row);
	assert_true(isnan(row.oldest_s));
	xenring_snapshot_unref(s);
	xenring_close(x);
}

/* With one sample only it is as if nobody had asked. */
static void test_one_sample(void **state)
{
	struct xenring *x = open_source("fake:demo,fast");
	struct xenring_snapshot *s = sample(x);
	struct xenring_slots *slots;
	struct xenring_ring row;
	struct states n;

	(void)state;
	assert_int_equal(xenring_track(x, s, find(s, "web01/vbd:51712/q0", &row), true), 0);
	slots = slots_of(x, s, "web01/vbd:51712/q0", &row);
	n = count(slots);
	assert_int_equal(n.request, row.in_flight);
	assert_int_equal(n.seen, 0);
	assert_int_equal(n.open + n.answered + n.kept + n.unsure, 0);
	assert_true(isnan(row.oldest_s));
	xenring_slots_free(slots);
	xenring_snapshot_unref(s);
	xenring_close(x);
}

static void test_hung(void **state)
{
	struct xenring *x = open_source("fake:stuck-blk,fast");
	struct xenring_snapshot *s = sample(x);
	struct xenring_ring row;

	(void)state;
	assert_int_equal(xenring_track(x, s, find(s, "web31/vbd:51728/q0", &row), true), 0);
	xenring_snapshot_unref(s);
	go_on(x, 7000);
	s = sample(x);
	find(s, "web31/vbd:51728/q0", &row);
	assert_string_equal(row.state, "stuck");
	assert_true(row.oldest_s == 7);
	xenring_snapshot_unref(s);
	xenring_close(x);
}

static void test_refused(void **state)
{
	struct xenring *x = open_source("fake:demo,fast");
	struct xenring_snapshot *s = sample(x);
	struct xenring_ring row;

	(void)state;
	assert_int_equal(xenring_track(x, s, xenring_n_rings(s), true), -ERANGE);
	assert_int_equal(xenring_track(x, s, find(s, "web01/vif:0/q0/rx", &row), true), -EOPNOTSUPP);
	assert_true(xenring_message(x)[0]);
	assert_int_equal(xenring_track(x, s, find(s, "web01/console:0/ring", &row), true), -EOPNOTSUPP);
	xenring_snapshot_unref(s);
	xenring_close(x);
}

/* ---- a replay tells the same ------------------------------------------------------- */

struct texts {
	char *all;
	size_t n;
	bool tracked;
};

/* All that is told of the rings that are tracked. */
static void put(struct texts *t, struct xenring *x, const struct xenring_snapshot *s)
{
	struct xenring_ring row;

	for (size_t i = 0; !xenring_ring(s, i, &row); i++) {
		struct xenring_slots *slots = NULL;
		struct xenring_slot slot;

		if (!t->tracked)
			xenring_track(x, s, i, true);
		/* what a capture without payload does not hold is left out of both */
		if (strcmp(row.kind, "slots") != 0 || xenring_read_slots(x, s, i, &slots))
			continue;
		t->n += (size_t)snprintf(t->all + t->n, MAX_TEXT - t->n, "%s %.3f\n", row.path, row.oldest_s);
		for (size_t k = 0; !xenring_slot(slots, k, &slot); k++) {
			size_t n_bytes = 0;
			const uint8_t *bytes = xenring_slot_bytes(slots, k, &n_bytes);
			uint32_t sum = 0;

			if (isnan(slot.seen_s) || strcmp(slot.state, "changing") == 0)
				continue;
			for (size_t b = 0; bytes && b < n_bytes; b++)
				sum = sum * 31 + bytes[b];
			t->n += (size_t)snprintf(t->all + t->n, MAX_TEXT - t->n, "%" PRId64 " %s %.3f %08x\n",
						 slot.index, slot.state, slot.seen_s, sum);
			assert_true(t->n < MAX_TEXT - 1000);
		}
		xenring_slots_free(slots);
	}
	t->tracked = true;
}

static void replay(const char *source, int64_t ms, int samples)
{
	struct texts live = { .all = calloc(1, MAX_TEXT) }, again = { .all = calloc(1, MAX_TEXT) };
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct xenring *x = open_source(source);
	struct xenring_snapshot *s = NULL;
	char path[64];
	int r = 0;

	assert_non_null(live.all);
	assert_non_null(again.all);
	assert_true(fd >= 0);
	assert_int_equal(xenring_tee(x, fd, 0), 0);
	for (int i = 0; i < samples; i++) {
		go_on(x, ms);
		s = sample(x);
		put(&live, x, s);
		xenring_snapshot_unref(s);
	}
	assert_int_equal(xenring_tee(x, -1, 0), 0);
	xenring_close(x);
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	x = open_source(path);
	for (int i = 0; i < samples; i++) {
		r = xenring_sample(x, &s);
		assert_int_equal(r, 0);
		put(&again, x, s);
		xenring_snapshot_unref(s);
	}
	assert_int_equal(xenring_sample(x, &s), -ENODATA);
	xenring_close(x);
	assert_true(strstr(live.all, " open ") || strstr(live.all, " request "));
	assert_int_equal(live.n, again.n);
	assert_memory_equal(live.all, again.all, live.n);
	free(live.all);
	free(again.all);
	close(fd);
}

static void test_replay(void **state)
{
	(void)state;
	replay("fake:demo,fast", 10, 30);
	replay("fake:busy,fast", 10, 10);
	replay("fake:stuck-blk,fast", 1000, 20);
	/* a disk that is connected anew */
	replay("fake:reconnect,fast", 1000, 40);
}

/* What was kept track of is not carried over to another moment of a capture. */
static void test_seek(void **state)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct xenring *x = open_source("fake:demo,fast");
	struct xenring_snapshot *s = NULL;
	struct xenring_ring row;
	struct xenring_time first;
	char path[64];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(xenring_tee(x, fd, 0), 0);
	for (int i = 0; i < SAMPLES; i++) {
		xenring_snapshot_unref(s);
		go_on(x, 1000);
		s = sample(x);
		if (!i)
			xenring_snapshot_time(s, &first);
	}
	xenring_snapshot_unref(s);
	assert_int_equal(xenring_tee(x, -1, 0), 0);
	xenring_close(x);
	snprintf(path, sizeof(path), "file:/proc/self/fd/%d", fd);
	x = open_source(path);
	s = sample(x);
	assert_int_equal(xenring_track(x, s, find(s, rests, &row), true), 0);
	for (int i = 0; i < 30; i++) {
		xenring_snapshot_unref(s);
		s = sample(x);
	}
	xenring_snapshot_unref(s);
	assert_true(xenring_seek(x, first.real_ns, 0) > 0);
	s = sample(x);
	find(s, rests, &row);
	/* nothing is older than this sample */
	assert_true(row.oldest_s == 0);
	xenring_snapshot_unref(s);
	xenring_close(x);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_one_sample),
		cmocka_unit_test(test_hung),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_seek),
	};

	return RUN(tests);
}
