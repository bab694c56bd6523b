/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline of a capture in which somebody listened: each knock as it was heard, wherever one goes. */
#include <config.h>

#include "lib/test.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "context.h"
#include "notify/notify.h"
#include "tui/ui.h"

#define RING "web01/vbd:51712/q0"
#define OTHER "web01/vbd:51712/q1"
#define SAMPLES 12
#define S INT64_C(1000000000)

/* From sample 3 on each has one at a port that was bound, and from 6 on one of the kernel's besides. */
static void tell(struct xenring_trace *t, int64_t mono_ns, int sample)
{
	struct xr_note note = {
		.mono_ns = mono_ns, .path = xr_trace_path(t, RING, strlen(RING)), .count = 1, .domid = 1, .port = 8,
		.backend_port = 28, .via = XR_VIA_BOUND, .way = XR_TO_BACK, .index = XR_IX_REQ_PROD,
		.prod = (uint32_t)sample, .moved = 2,
	};

	assert_non_null(note.path);
	if (sample >= 3)
		assert_int_equal(xr_trace_tell(t, &note), 0);
	note.via = XR_VIA_KERNEL;
	note.way = XR_TO_FRONT;
	note.index = XR_IX_NONE;
	if (sample >= 6)
		assert_int_equal(xr_trace_tell(t, &note), 0);
}

static int record(void)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct xenring_trace *t;
	struct xenring *x;

	assert_true(fd >= 0);
	assert_int_equal(xenring_new(&x), 0);
	assert_int_equal(xenring_open(x, "fake:demo,fast"), 0);
	assert_int_equal(xenring_tee(x, fd, 0), 0);
	assert_int_equal(xenring_trace_new(x, "sampled", &t), 0);
	for (int i = 0; i < SAMPLES; i++) {
		struct xenring_snapshot *s;
		struct xenring_time now;

		assert_int_equal(xenring_now(x, &now), 0);
		assert_int_equal(xenring_wait(x, now.mono_ns + S), 0);
		if (i)
			tell(t, now.mono_ns + S / 2, i);
		assert_int_equal(xenring_sample(x, &s), 0);
		assert_int_equal(xenring_trace_step(t, s, NULL, 0), 0);
		xenring_snapshot_unref(s);
	}
	assert_int_equal(xenring_tee(x, -1, 0), 0);
	xenring_close(x);
	return fd;
}

/* The screen that keys lead to. */
static char *screen(int fd, const char *keys)
{
	char program[] = "xenringtop", opt[] = "-s", cmd[] = "list";
	_cleanup_free_ char *from = xasprintf("file:/proc/self/fd/%d", fd);
	char *argv[] = { program, opt, from, cmd, NULL };
	struct buf text = { 0 };
	struct terminal *t;
	struct session s;
	struct opts o;
	struct event e;
	struct ui ui;

	assert_int_equal(opts_parse(&o, 4, argv), 0);
	assert_int_equal(session_open(&s, &o), 0);
	t = terminal_script(keys, 120, 60, false);
	ui_init(&ui, &s, t);
	assert_int_equal(time_begin(&ui), 0);
	while (t->ops->event(t, &e)) {
		frame_draw(&ui);
		ui_event(&ui, &e);
	}
	frame_draw(&ui);
	canvas_dump(&text, &ui.cv, false);
	ui_fini(&ui);
	t->ops->close(t);
	session_close(&s);
	opts_free(&o);
	return buf_steal(&text);
}

static int times(const char *text, const char *what)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

#define BOUND "knock F to B     bound  port 8 > 28  req_prod"
#define KERNEL "knock B to F     kernel  port 28 > 8"

static void test_replay(void **state)
{
	static const struct {
		const char *name, *keys;
		int bound, kernel;
	} rows[] = {
		{ "at the end", "/ text:" RING " Enter 5", SAMPLES - 3, SAMPLES - 6 },
		{ "another ring", "/ text:" OTHER " Enter 5", 0, 0 },
		{ "one after the other", "/ text:" OTHER " Enter 5 1 / text:" RING " Enter 5", SAMPLES - 3, SAMPLES - 6 },
		{ "back by two", "/ text:" RING " Enter 5 [ [", SAMPLES - 5, SAMPLES - 8 },
		{ "back and forth", "/ text:" RING " Enter 5 [ [ ] [ ]", SAMPLES - 4, SAMPLES - 7 },
		{ "the first sample", "/ text:" RING " Enter 5 r", 0, 0 },
		{ "on from there", "/ text:" RING " Enter 5 r ] ] ] ] ] ]", 4, 1 },
		{ "K changes nothing", "/ text:" RING " Enter 5 K", SAMPLES - 3, SAMPLES - 6 },
		{ "B changes nothing", "/ text:" RING " Enter 5 B text:web01:8 Enter", SAMPLES - 3, SAMPLES - 6 },
	};
	int fd = record();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = screen(fd, rows[i].keys);

		if (times(text, BOUND) != rows[i].bound || times(text, KERNEL) != rows[i].kernel)
			fail_msg("%s: %d and %d lines of\n%s", rows[i].name, times(text, BOUND), times(text, KERNEL), text);
		assert_row(rows[i].name, !strstr(text, " knock F>B ") == !rows[i].bound);
		assert_row(rows[i].name, !strstr(text, " knock B>F ") == !rows[i].kernel);
		assert_row(rows[i].name, !strstr(text, "heard when it was recorded") == !rows[i].bound);
		free(text);
	}
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return RUN(tests);
}
