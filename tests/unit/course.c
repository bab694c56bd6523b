/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The eight steps of a request: windows by looks and by what the kernel tells. */
#include "lib/test.h"

#include <string.h>

#include "course/course.h"

#define US INT64_C(1000)

/* A look that takes 1 us and begins at us: words of a ring of 32 slots. */
static struct xr_course_look a_look(int64_t us, uint32_t req_prod, uint32_t req_event, uint32_t rsp_prod, uint32_t rsp_event,
				    uint32_t in_use)
{
	return (struct xr_course_look){
		.begun_ns = us * US, .ended_ns = us * US + US, .idx = { req_prod, req_event, rsp_prod, rsp_event },
		.in_use = in_use,
	};
}

static const struct xr_course_about disk = {
	.index = 100, .n = 32, .req_prod = 100, .req_prod_now = 101, .rule = true, .grants = 4, .granted = 4,
	.port = 8, .backend_port = 28,
};

/* Request 100, the only one, is seen first at 20 us, and was not there at 10 us. */
static void begin(struct xr_course *c, const struct xr_course_about *about, uint32_t req_event, uint32_t in_use)
{
	const uint32_t before[XR_N_IDX] = { 100, req_event, 100, 101 };
	struct xr_course_look look = a_look(20, 101, req_event, 100, 101, in_use);

	xr_course_begin(c, about, 10 * US, before, &look);
}

static bool look(struct xr_course *c, int64_t us, uint32_t req_event, uint32_t rsp_prod, uint32_t rsp_event, uint32_t in_use)
{
	struct xr_course_look l = a_look(us, 101, req_event, rsp_prod, rsp_event, in_use);

	if (rsp_prod == 101) {
		l.answered = true;
		l.answer = 100;
		strcpy(l.status, "okay");
	}
	return xr_course_look(c, &l);
}

static void assert_window(const struct xr_window *w, int64_t after_us, int64_t by_us, enum xenring_from from)
{
	assert_int_equal(w->state, XR_STEP_SEEN);
	assert_int_equal(w->after_ns, after_us * US);
	assert_int_equal(w->by_ns, by_us * US);
	assert_int_equal(w->from, from);
}

/* Those that follow from each other never contradict: neither end of a window goes back. */
static void assert_order(const struct xr_window at[XR_STEPS])
{
	static const int order[] = { 0, 2, 3, 4, 5, 6, 7 };
	int64_t after = INT64_MIN, by = INT64_MIN;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const struct xr_window *w = &at[order[i]];

		if (w->state != XR_STEP_SEEN)
			continue;
		assert_true(w->after_ns <= w->by_ns && w->after_ns >= after && w->by_ns >= by);
		after = w->after_ns;
		by = w->by_ns;
	}
}

static void test_all_steps(void **state)
{
	struct xr_window at[XR_STEPS];
	struct xr_course c;

	(void)state;
	begin(&c, &disk, 101, 0);
	assert_false(look(&c, 30, 101, 100, 101, 0));
	assert_int_equal(xr_course_stands_at(&c), XR_STEP_GRANT);
	assert_false(look(&c, 40, 102, 100, 101, 4));
	assert_int_equal(xr_course_stands_at(&c), XR_STEP_USE);
	assert_false(look(&c, 50, 102, 101, 101, 0));
	assert_int_equal(xr_course_stands_at(&c), XR_STEP_ANSWER);
	assert_true(look(&c, 60, 102, 101, 102, 0));
	/* what the kernel tells comes later */
	xr_course_knock(&c, true, 35 * US);
	xr_course_knock(&c, true, 36 * US);
	xr_course_knock(&c, false, 48 * US);
	xr_course_settle(&c, at);
	assert_window(&at[XR_STEP_PUT], 10, 21, XENRING_SHARED);
	assert_string_equal(at[XR_STEP_PUT].text, "slot 4, req_prod 100 > 101");
	assert_int_equal(at[XR_STEP_GRANT].after_ns, INT64_MIN);
	assert_int_equal(at[XR_STEP_GRANT].by_ns, 21 * US);
	assert_window(&at[XR_STEP_KNOCK], 10, 35, XENRING_BACKEND);
	assert_window(&at[XR_STEP_WAKE], 35, 35, XENRING_BACKEND);
	/* not before the backend was woken */
	assert_window(&at[XR_STEP_TAKE], 35, 41, XENRING_INFERRED);
	assert_window(&at[XR_STEP_USE], 35, 41, XENRING_SHARED);
	assert_string_equal(at[XR_STEP_USE].text, "4 of 4 grants in use");
	/* not after the knock that followed it */
	assert_window(&at[XR_STEP_ANSWER], 40, 48, XENRING_SHARED);
	assert_string_equal(at[XR_STEP_ANSWER].text, "okay, rsp_prod 101; port 28 knocks");
	assert_window(&at[XR_STEP_COLLECT], 40, 61, XENRING_INFERRED);
	assert_order(at);
}

static void test_between_two_looks(void **state)
{
	struct xr_window at[XR_STEPS];
	struct xr_course c;

	(void)state;
	begin(&c, &disk, 101, 0);
	assert_true(look(&c, 30, 102, 101, 102, 0));
	xr_course_settle(&c, at);
	assert_int_equal(at[XR_STEP_USE].state, XR_STEP_NONE);
	assert_string_equal(at[XR_STEP_USE].text, "not seen between two looks");
	assert_int_equal(at[XR_STEP_WAKE].state, XR_STEP_WAITS);
	/* that nothing told of it before does not say that it had not been taken */
	assert_window(&at[XR_STEP_TAKE], 10, 31, XENRING_INFERRED);
	assert_window(&at[XR_STEP_ANSWER], 20, 31, XENRING_SHARED);
	assert_order(at);
}

/* Mapped before, and still so when it is answered: nothing tells that these were used. */
static void test_persistent(void **state)
{
	struct xr_window at[XR_STEPS];
	struct xr_course c;

	(void)state;
	begin(&c, &disk, 101, 4);
	look(&c, 30, 102, 100, 101, 4);
	/* and yet they are in use while the backend has it */
	assert_int_equal(xr_course_stands_at(&c), XR_STEP_USE);
	look(&c, 40, 102, 101, 102, 4);
	xr_course_settle(&c, at);
	assert_int_equal(at[XR_STEP_USE].state, XR_STEP_NONE);
	assert_non_null(strstr(at[XR_STEP_USE].text, "persistent grants leave no trace"));
	/* mapped when it was first seen, but for this one: they are given back */
	begin(&c, &disk, 101, 4);
	look(&c, 30, 102, 100, 101, 4);
	look(&c, 40, 102, 101, 102, 0);
	xr_course_settle(&c, at);
	assert_window(&at[XR_STEP_USE], 10, 21, XENRING_SHARED);
	assert_order(at);
}

static void test_no_knock(void **state)
{
	struct xr_window at[XR_STEPS];
	struct xr_course c;

	(void)state;
	/* it was passed before: the backend has not slept since */
	begin(&c, &disk, 90, 0);
	xr_course_settle(&c, at);
	assert_int_equal(at[XR_STEP_KNOCK].state, XR_STEP_NONE);
	assert_int_equal(at[XR_STEP_WAKE].state, XR_STEP_NONE);
	/* one that comes when it has been taken is another's; one before it was put, too */
	look(&c, 30, 102, 100, 101, 4);
	xr_course_knock(&c, true, 9 * US);
	xr_course_knock(&c, true, 32 * US);
	xr_course_settle(&c, at);
	assert_int_equal(at[XR_STEP_KNOCK].state, XR_STEP_NONE);
	/* though it was not asked for, one came */
	xr_course_knock(&c, true, 25 * US);
	xr_course_settle(&c, at);
	assert_window(&at[XR_STEP_WAKE], 25, 25, XENRING_BACKEND);
	assert_order(at);
}

static void test_stands(void **state)
{
	struct xr_window at[XR_STEPS];
	struct xr_course c;

	(void)state;
	begin(&c, &disk, 101, 0);
	for (int i = 0; i < 100; i++)
		assert_false(look(&c, 30 + i, 102, 100, 101, 4));
	assert_int_equal(xr_course_stands_at(&c), XR_STEP_USE);
	xr_course_settle(&c, at);
	assert_int_equal(at[XR_STEP_ANSWER].state, XR_STEP_WAITS);
	assert_int_equal(at[XR_STEP_COLLECT].state, XR_STEP_WAITS);
}

/* What indices say is a guest's: beyond req_prod nothing can have been taken. */
static void test_impossible(void **state)
{
	struct xr_course c;

	(void)state;
	begin(&c, &disk, 101, 0);
	look(&c, 30, 5000, 100, 101, 0);
	assert_int_equal(c.at[XR_STEP_TAKE].state, XR_STEP_WAITS);
	look(&c, 40, 102, 101, 9000, 0);
	assert_int_equal(c.at[XR_STEP_COLLECT].state, XR_STEP_WAITS);
}

/* Over the end of 32 bits. */
static void test_wrap(void **state)
{
	struct xr_course_about about = disk;
	const uint32_t before[XR_N_IDX] = { UINT32_MAX, UINT32_MAX, UINT32_MAX, 0 };
	struct xr_course_look l = a_look(20, 0, UINT32_MAX, UINT32_MAX, 0, 0);
	struct xr_course c;

	(void)state;
	about.index = about.req_prod = UINT32_MAX;
	about.req_prod_now = 0;
	xr_course_begin(&c, &about, 10 * US, before, &l);
	l = a_look(30, 0, 1, 0, 1, 0);
	l.answered = true;
	l.answer = UINT32_MAX;
	assert_true(xr_course_look(&c, &l));
	assert_string_equal(c.at[XR_STEP_TAKE].text, "req_event 1");
}

static void test_used_again(void **state)
{
	struct xr_window at[XR_STEPS];
	struct xr_course_look l;
	struct xr_course c;

	(void)state;
	begin(&c, &disk, 101, 0);
	look(&c, 30, 102, 100, 101, 4);
	l = a_look(40, 102, 103, 101, 102, 0);
	l.answered = l.used_again = true;
	assert_true(xr_course_look(&c, &l));
	xr_course_settle(&c, at);
	/* any time since it was put, but not before its pages were used */
	assert_window(&at[XR_STEP_ANSWER], 20, 41, XENRING_INFERRED);
	assert_order(at);
}

static void test_grants(void **state)
{
	struct xr_course_about about = disk;
	struct xr_course c;

	(void)state;
	about.grants = about.granted = 0;
	begin(&c, &about, 101, 0);
	assert_string_equal(c.at[XR_STEP_GRANT].text, "it names no pages");
	about = disk;
	about.granted = 1;
	begin(&c, &about, 101, 0);
	assert_string_equal(c.at[XR_STEP_GRANT].text, "1 of 4 pages are lent");
	about.blind = true;
	begin(&c, &about, 101, 0);
	assert_string_equal(c.at[XR_STEP_GRANT].text, "4 pages; whether they are lent is not known here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_steps),
		cmocka_unit_test(test_between_two_looks),
		cmocka_unit_test(test_persistent),
		cmocka_unit_test(test_no_knock),
		cmocka_unit_test(test_stands),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_used_again),
		cmocka_unit_test(test_grants),
	};

	return RUN(tests);
}
