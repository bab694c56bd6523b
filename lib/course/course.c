/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The course of one request, in eight steps. */
#include <config.h>

#include "course/course.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "notify/notify.h"

/* a is beyond b, both free-running. */
static bool is_beyond(uint32_t a, uint32_t b)
{
	return (int32_t)xr_idx_sub(a, b) > 0;
}

static void say(struct xr_window *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(struct xr_window *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->text, sizeof(w->text), fmt, ap);
	va_end(ap);
}

/* It is seen in this look, and was not in the one before. */
static struct xr_window *seen(struct xr_course *c, enum xr_step step, const struct xr_course_look *look,
			      enum xenring_from from)
{
	struct xr_window *w = &c->at[step];

	w->state = XR_STEP_SEEN;
	w->after_ns = c->looked_ns;
	w->by_ns = look->ended_ns;
	w->from = from;
	return w;
}

static void none(struct xr_course *c, enum xr_step step, const char *why)
{
	c->at[step].state = XR_STEP_NONE;
	say(&c->at[step], "%s", why);
}

/* ---- what a look shows ------------------------------------------------------ */

/* The same of what is seen later than it happens: that it was not seen before tells nothing. */
static struct xr_window *seen_late(struct xr_course *c, enum xr_step step, const struct xr_course_look *look,
				   enum xr_step since)
{
	struct xr_window *w = seen(c, step, look, XENRING_INFERRED);

	w->after_ns = c->at[since].after_ns;
	return w;
}

static void look_for_take(struct xr_course *c, const struct xr_course_look *look)
{
	/* RING_FINAL_CHECK_FOR_REQUESTS leaves req_event at req_cons + 1, when all that there is has been taken */
	if (c->about.rule && is_beyond(look->idx[XR_REQ_EVENT], c->about.index + 1) &&
	    !is_beyond(look->idx[XR_REQ_EVENT], look->idx[XR_REQ_PROD] + 1))
		say(seen_late(c, XR_STEP_TAKE, look, XR_STEP_PUT), "req_event %" PRIu32, look->idx[XR_REQ_EVENT]);
	else if (look->in_use && look->in_use > c->in_use_first)
		say(seen_late(c, XR_STEP_TAKE, look, XR_STEP_PUT), "its pages are in use");
	else if (look->answered)
		say(seen_late(c, XR_STEP_TAKE, look, XR_STEP_PUT), "it is answered");
}

static void look_for_use(struct xr_course *c, const struct xr_course_look *look)
{
	if (look->in_use > c->in_use_most)
		c->in_use_most = look->in_use;
	c->in_use_last = look->in_use;
	if (c->at[XR_STEP_USE].state == XR_STEP_WAITS) {
		struct xr_window *w;

		if (look->in_use > c->in_use_first) {
			seen(c, XR_STEP_USE, look, XENRING_SHARED);
		} else if (look->in_use < c->in_use_first) {
			/* so that it had been mapped when it was first seen was for this request */
			w = seen_late(c, XR_STEP_USE, look, XR_STEP_PUT);
			w->from = XENRING_SHARED;
			w->by_ns = c->at[XR_STEP_PUT].by_ns;
		}
	}
	if (c->at[XR_STEP_USE].state == XR_STEP_SEEN)
		say(&c->at[XR_STEP_USE], "%" PRIu32 " of %" PRIu32 " grants in use", c->in_use_most, c->about.grants);
}

static void look_for_answer(struct xr_course *c, const struct xr_course_look *look)
{
	if (!look->answered)
		return;
	c->answer = look->answer;
	if (look->used_again) {
		for (int i = XR_STEP_ANSWER; i <= XR_STEP_COLLECT; i++)
			say(seen_late(c, (enum xr_step)i, look, XR_STEP_PUT), "another request has its id");
		return;
	}
	say(seen(c, XR_STEP_ANSWER, look, XENRING_SHARED), "%s%srsp_prod %" PRIu32, look->status,
	    look->status[0] ? ", " : "", look->idx[XR_RSP_PROD]);
}

static void look_for_collect(struct xr_course *c, const struct xr_course_look *look)
{
	/* RING_FINAL_CHECK_FOR_RESPONSES leaves rsp_event at rsp_cons + 1 */
	if (is_beyond(look->idx[XR_RSP_EVENT], c->answer + 1) &&
	    !is_beyond(look->idx[XR_RSP_EVENT], look->idx[XR_REQ_PROD] + 1))
		say(seen_late(c, XR_STEP_COLLECT, look, XR_STEP_ANSWER), "rsp_event %" PRIu32, look->idx[XR_RSP_EVENT]);
	else if (is_beyond(look->idx[XR_REQ_PROD], c->answer + c->about.n))
		say(seen_late(c, XR_STEP_COLLECT, look, XR_STEP_ANSWER), "a request stands in its slot");
}

bool xr_course_look(struct xr_course *c, const struct xr_course_look *look)
{
	look_for_use(c, look);
	if (c->at[XR_STEP_TAKE].state == XR_STEP_WAITS)
		look_for_take(c, look);
	if (c->at[XR_STEP_ANSWER].state == XR_STEP_WAITS)
		look_for_answer(c, look);
	if (c->at[XR_STEP_ANSWER].state == XR_STEP_SEEN && c->at[XR_STEP_COLLECT].state == XR_STEP_WAITS)
		look_for_collect(c, look);
	c->looked_ns = look->begun_ns;
	c->looks++;
	return c->at[XR_STEP_COLLECT].state == XR_STEP_SEEN;
}

void xr_course_begin(struct xr_course *c, const struct xr_course_about *about, int64_t before_ns,
		     const uint32_t before[XR_N_IDX], const struct xr_course_look *look)
{
	const struct xr_course_about *a = about;

	*c = (struct xr_course){ .about = *about, .looked_ns = before_ns, .knocked_ns = INT64_MIN };
	for (int i = 0; i < XR_STEPS; i++)
		c->at[i] = (struct xr_window){ .after_ns = INT64_MIN, .by_ns = INT64_MAX, .from = XENRING_INFERRED };
	say(seen(c, XR_STEP_PUT, look, XENRING_SHARED), "slot %" PRIu32 ", req_prod %" PRIu32 " > %" PRIu32,
	    a->index & (a->n - 1), a->req_prod, a->req_prod_now);
	if (a->grants) {
		struct xr_window *w = seen(c, XR_STEP_GRANT, look, XENRING_SHARED);

		/* long ago, maybe: a persistent grant is lent once */
		w->after_ns = INT64_MIN;
		if (a->blind)
			say(w, "%" PRIu32 " page%s; whether they are lent is not known here", a->grants, a->grants == 1 ? "" : "s");
		else if (a->granted == a->grants)
			say(w, "%" PRIu32 " page%s", a->grants, a->grants == 1 ? "" : "s");
		else
			say(w, "%" PRIu32 " of %" PRIu32 " pages are lent", a->granted, a->grants);
	} else {
		none(c, XR_STEP_GRANT, "it names no pages");
		none(c, XR_STEP_USE, "it names no pages");
	}
	c->due = xr_due(before[XR_REQ_PROD], look->idx[XR_REQ_PROD], before[XR_REQ_EVENT], look->idx[XR_REQ_EVENT]) > 0;
	if (!c->due)
		none(c, XR_STEP_KNOCK, "not asked for: the backend is awake");
	/* what is in use already may be so since long ago */
	c->in_use_first = look->in_use;
	c->in_use_last = look->in_use;
	xr_course_look(c, look);
}

/* ---- what the kernel tells --------------------------------------------------- */

void xr_course_knock(struct xr_course *c, bool to_back, int64_t ns)
{
	struct xr_window *w;

	if (!to_back) {
		/* the knock that follows the answer */
		if (c->at[XR_STEP_ANSWER].state == XR_STEP_SEEN && c->knocked_ns == INT64_MIN &&
		    ns > c->at[XR_STEP_ANSWER].after_ns)
			c->knocked_ns = ns;
		return;
	}
	/* the first that may be this one's, and not one that comes when it has been taken */
	if (c->woken || ns < c->at[XR_STEP_PUT].after_ns ||
	    (c->at[XR_STEP_TAKE].state == XR_STEP_SEEN && ns > c->at[XR_STEP_TAKE].by_ns))
		return;
	c->woken = true;
	w = &c->at[XR_STEP_KNOCK];
	*w = (struct xr_window){
		.state = XR_STEP_SEEN, .after_ns = c->at[XR_STEP_PUT].after_ns, .by_ns = ns, .from = XENRING_BACKEND,
	};
	say(w, "port %" PRId64, c->about.port);
	w = &c->at[XR_STEP_WAKE];
	*w = (struct xr_window){ .state = XR_STEP_SEEN, .after_ns = ns, .by_ns = ns, .from = XENRING_BACKEND };
	say(w, "port %" PRId64, c->about.backend_port);
}

/* ---- all together -------------------------------------------------------------- */

/* The steps that follow from each other, in that order. */
static const uint8_t chain[] = {
	XR_STEP_PUT, XR_STEP_KNOCK, XR_STEP_WAKE, XR_STEP_TAKE, XR_STEP_USE, XR_STEP_ANSWER, XR_STEP_COLLECT,
};
#define CHAIN (sizeof(chain) / sizeof(chain[0]))

static void narrow(struct xr_window at[XR_STEPS])
{
	int64_t after = INT64_MIN, by = INT64_MAX;

	for (size_t i = 0; i < CHAIN; i++) {
		struct xr_window *w = &at[chain[i]];

		if (w->state != XR_STEP_SEEN)
			continue;
		if (w->after_ns < after)
			w->after_ns = after;
		after = w->after_ns;
	}
	for (size_t i = CHAIN; i--; ) {
		struct xr_window *w = &at[chain[i]];

		if (w->state != XR_STEP_SEEN)
			continue;
		if (w->by_ns > by)
			w->by_ns = by;
		by = w->by_ns;
	}
	/* what was lent was lent before it was put */
	if (at[XR_STEP_GRANT].state == XR_STEP_SEEN && at[XR_STEP_GRANT].by_ns > at[XR_STEP_PUT].by_ns)
		at[XR_STEP_GRANT].by_ns = at[XR_STEP_PUT].by_ns;
}

void xr_course_settle(const struct xr_course *c, struct xr_window ret[XR_STEPS])
{
	bool answered = c->at[XR_STEP_ANSWER].state == XR_STEP_SEEN;
	struct xr_window *w;

	memcpy(ret, c->at, sizeof(c->at));
	w = &ret[XR_STEP_KNOCK];
	if (c->due && w->state == XR_STEP_WAITS)
		say(w, "it is due; it was not seen");
	w = &ret[XR_STEP_WAKE];
	if (w->state == XR_STEP_WAITS) {
		if (!c->due)
			w->state = XR_STEP_NONE;
		say(w, c->due ? "not seen" : "it is awake");
	}
	w = &ret[XR_STEP_USE];
	if (w->state == XR_STEP_WAITS && c->about.grants) {
		if (c->about.copied) {
			w->state = XR_STEP_NONE;
			say(w, "Xen copies them: that leaves no trace");
		} else if (c->about.blind) {
			w->state = XR_STEP_NONE;
			say(w, "what is in use is not known here");
		} else if (c->in_use_first && c->in_use_last == c->in_use_first) {
			/* since before it was put, and after it was answered, if it is: persistent */
			w->state = XR_STEP_NONE;
			say(w, "%" PRIu32 " of %" PRIu32 " were in use before: persistent grants leave no trace", c->in_use_first,
			    c->about.grants);
		} else if (answered) {
			w->state = XR_STEP_NONE;
			say(w, "not seen between two looks");
		}
	}
	w = &ret[XR_STEP_ANSWER];
	if (c->knocked_ns != INT64_MIN && answered) {
		size_t n = strlen(w->text);

		if (c->knocked_ns < w->by_ns)
			w->by_ns = c->knocked_ns;
		snprintf(w->text + n, sizeof(w->text) - n, "; port %" PRId64 " knocks", c->about.backend_port);
	}
	narrow(ret);
}

enum xr_step xr_course_stands_at(const struct xr_course *c)
{
	int at = XR_STEPS - 1;

	while (at > 0 && c->at[at].state != XR_STEP_SEEN)
		at--;
	/* pages that were in use all the time are so now, too */
	if (at == XR_STEP_TAKE && c->about.grants && !c->about.copied && c->in_use_last)
		at = XR_STEP_USE;
	return (enum xr_step)at;
}
