/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The course of a request as text, and the wait in which it is looked at; for `follow` and for the interactive view. */
#include <config.h>

#include "courserow.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "session.h"

/* Of a ring that is looked at in vain, no sample comes sooner than this. */
#define RETRY_NS 50000000

enum { NAME_WIDTH = 15, WINDOW_WIDTH = 24, KNOWN_WIDTH = 9 };

void course_put_head(struct buf *b, const struct xenring_course *c)
{
	buf_printf(b, "%s  request %" PRId64, c->path, c->request);
	if (c->operation)
		buf_printf(b, "  %s", c->operation);
	if (c->sectors != XENRING_UNKNOWN && c->sector != XENRING_UNKNOWN && c->sectors > 0)
		buf_printf(b, "  sectors %" PRId64 "-%" PRId64, c->sector, c->sector + c->sectors - 1);
}

static void put_ms(struct buf *b, double s)
{
	buf_printf(b, "%+.3f", 1e3 * s);
}

void course_put_window(struct buf *b, const struct xenring_time *at, const struct xenring_course *c,
		       const struct xenring_course_step *s)
{
	char time[40];

	if (s->step == 1) {
		format_time(time, sizeof(time), real_of(at, c->mono_ns), 6);
		buf_printf(b, "%.15s", time + 11);
	} else if (!s->known_by || isnan(s->by_s)) {
		buf_putc(b, '-');
	} else if (!isnan(s->after_s) && s->by_s - s->after_s < 5e-7) {
		put_ms(b, s->by_s);
		buf_puts(b, " ms");
	} else if (isnan(s->after_s) || s->after_s <= 0) {
		buf_puts(b, "<= ");
		put_ms(b, s->by_s);
		buf_puts(b, " ms");
	} else {
		put_ms(b, s->after_s);
		buf_puts(b, " to ");
		put_ms(b, s->by_s);
		buf_puts(b, " ms");
	}
}

void course_put_step(struct buf *b, const struct xenring_time *at, const struct xenring_course *c,
		     const struct xenring_course_step *s)
{
	_cleanup_buf_ struct buf window = { 0 };

	course_put_window(&window, at, c, s);
	buf_printf(b, " %" PRId64 " %-*s%-*s", s->step, NAME_WIDTH, s->name, WINDOW_WIDTH, buf_str(&window));
	buf_printf(b, "%-*s%s\n", KNOWN_WIDTH, s->known_by ? s->known_by : "", s->text ? s->text : "");
}

void course_put_owes(struct buf *b, const struct xenring_course *c)
{
	if (c->owes)
		buf_printf(b, "stands at step %" PRId64 " for %.3f s: waits for %s%s", c->stands_at, c->age_s,
			   strcmp(c->owes, "storage") ? "the " : "", c->owes);
}

int course_wait(struct xenring *x, struct xenring_follow *f, int64_t until_mono_ns)
{
	struct xenring_time now;
	int r = f ? xenring_follow_run(f, until_mono_ns) : xenring_wait(x, until_mono_ns);

	/* it ended early: the ring is not what it was, which a sample finds out */
	if (!r && f && !xenring_now(x, &now) && now.mono_ns < until_mono_ns)
		return xenring_wait(x, now.mono_ns + RETRY_NS) < 0 ? -EINTR : 1;
	return r;
}
