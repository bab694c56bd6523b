/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The requests of one ring as they are followed: of each its eight steps, as lanes of one time. */
#include <config.h>

#include "tui/steps.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "courserow.h"
#include "tui/ui.h"

#define NAMES_W 18	/* "8 front takes it" */
#define WINDOW_W 22
#define KNOWN_W 9
#define LANE_W 34	/* at most: what is left over is for what was seen */
/* So long after a sample a ring is looked at that is not followed all the time. */
#define MOMENT_NS INT64_C(100000000)
#define TEXT_W 30	/* at least, or it is not there */

/* ---- what was followed ----------------------------------------------------------------- */

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void let_go(struct followed *q)
{
	for (size_t i = 0; i < STEPS_N; i++)
		free(q->texts[i]);
	free(q->path);
	free(q->operation);
	free(q->name);
}

/* The words of states and sources are the library's for ever, all else is the next call's. */
static void keep(struct steps *s, const struct xenring_course *c)
{
	struct followed *q;

	if (s->n == FOLLOWED_MAX) {
		let_go(&s->list[0]);
		memmove(s->list, s->list + 1, --s->n * sizeof(*s->list));
	}
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->list = xreallocarray(s->list, s->cap, sizeof(*s->list));
	}
	q = &s->list[s->n++];
	*q = (struct followed){
		.course = *c, .path = copy(c->path), .operation = copy(c->operation),
		.name = xasprintf("request %" PRId64, c->request),
	};
	for (size_t i = 0; i < STEPS_N && i < c->n_steps; i++) {
		q->steps[i] = c->steps[i];
		q->steps[i].text = q->texts[i] = copy(c->steps[i].text);
	}
	q->course.path = q->path;
	q->course.operation = q->operation;
	q->course.steps = NULL;
}

static void drop_newest(struct steps *s)
{
	if (s->under_way)
		let_go(&s->list[--s->n]);
	s->under_way = false;
}

static void forget(struct steps *s)
{
	for (size_t i = 0; i < s->n; i++)
		let_go(&s->list[i]);
	s->n = 0;
	s->under_way = false;
}

/* ---- following ----------------------------------------------------------------------------- */

/* In place of the wait between two samples. */
static int let_pass(struct session *session, int64_t until_mono_ns, void *data)
{
	struct steps *s = data;
	struct xenring_time now;
	int r;

	if (!s->now_and_then)
		return course_wait(session->x, s->f, until_mono_ns);
	r = xenring_now(session->x, &now);
	if (!r && s->f && now.mono_ns + MOMENT_NS < until_mono_ns)
		r = course_wait(session->x, s->f, now.mono_ns + MOMENT_NS);
	return r ? r : xenring_wait(session->x, until_mono_ns);
}

/* 0, -errno, or -ENODEV: the ring is not there. */
static int follow(struct steps *s, const struct xenring_snapshot *snap)
{
	size_t n = snap ? xenring_n_rings(snap) : 0, i = 0;

	while (i < n && strcmp(xenring_path(snap, XENRING_RING, i), s->path) != 0)
		i++;
	return i == n ? -ENODEV : xenring_follow_new(ui_session(s->ui)->x, snap, i, s->traced, &s->f);
}

bool steps_begin(struct steps *s, const char *path, bool traced)
{
	struct session *session = ui_session(s->ui);
	int r;

	steps_end(s);
	s->path = xstrdup(path);
	s->traced = traced;
	s->looked_ns = INT64_MIN;
	r = follow(s, ui_newest(s->ui));
	if (r) {
		ui_say(s->ui, S_WARN, "%s", r == -ENODEV ? "there is no ring to follow" : xenring_message(session->x));
		steps_end(s);
		return false;
	}
	session->wait = let_pass;
	session->wait_data = s;
	return true;
}

void steps_now_and_then(struct steps *s, const char *path)
{
	struct session *session = ui_session(s->ui);

	steps_end(s);
	s->path = xstrdup(path);
	s->traced = s->now_and_then = true;
	session->wait = let_pass;
	session->wait_data = s;
}

void steps_end(struct steps *s)
{
	struct session *session = ui_session(s->ui);

	if (session->wait_data == s) {
		session->wait = NULL;
		session->wait_data = NULL;
	}
	xenring_follow_free(s->f);
	s->f = NULL;
	forget(s);
	free(s->path);
	s->path = NULL;
	s->now_and_then = false;
}

void steps_look(struct steps *s, struct xenring_snapshot *snap)
{
	struct xenring_time at;
	int r = 0;

	/* what came while nobody looked began at no moment that is known */
	if (!s->f || s->now_and_then)
		return;
	xenring_snapshot_time(snap, &at);
	/* a capture that goes back: what was seen by then is not yet */
	if (at.mono_ns <= s->looked_ns) {
		xenring_follow_free(s->f);
		s->f = NULL;
		forget(s);
		r = follow(s, snap);
	}
	s->looked_ns = at.mono_ns;
	if (!r)
		r = xenring_follow_step(s->f, snap);
	if (!r)
		return;
	ui_say(s->ui, S_WARN, "%s", r == -ENODEV ? "the ring that was followed is not there" :
					xenring_message(ui_session(s->ui)->x));
	steps_end(s);
}

void steps_take(struct steps *s, struct xenring_snapshot *snap)
{
	struct xenring_course c;

	if (!s->path)
		return;
	drop_newest(s);
	/* what a trace has not told by now of a moment that is long past it does not tell */
	while (s->f && xenring_follow_next(s->f, s->now_and_then, &c))
		keep(s, &c);
	if (s->f && xenring_follow_now(s->f, &c)) {
		keep(s, &c);
		s->under_way = true;
	}
	if (!s->now_and_then)
		return;
	/* of the next moment the first look is the begin */
	xenring_follow_free(s->f);
	s->f = NULL;
	follow(s, snap);
}

const struct followed *steps_newest(const struct steps *s)
{
	return steps_row(s, s->under_way && s->n > 1 ? 1 : 0);
}

void steps_free(struct steps *s)
{
	steps_end(s);
	free(s->list);
	s->list = NULL;
	s->cap = 0;
}

const struct followed *steps_row(const struct steps *s, size_t i)
{
	return i < s->n ? &s->list[s->n - 1 - i] : NULL;
}

/* ---- as text --------------------------------------------------------------------------------- */

/* Its last step that was seen ends then. */
static double ends_s(const struct followed *q)
{
	double last = (double)NAN;

	for (size_t i = 0; i < STEPS_N; i++)
		if (q->steps[i].known_by && !isnan(q->steps[i].by_s) && !(q->steps[i].by_s <= last))
			last = q->steps[i].by_s;
	return last;
}

void steps_put_detail(struct buf *b, const struct followed *q)
{
	const struct xenring_course *c = &q->course;
	double ends = ends_s(q);

	buf_printf(b, "%" PRId64, c->request);
	if (c->operation)
		buf_printf(b, "  %s", c->operation);
	if (c->sectors != XENRING_UNKNOWN && c->sector != XENRING_UNKNOWN && c->sectors > 0)
		buf_printf(b, "  sectors %" PRId64 "-%" PRId64, c->sector, c->sector + c->sectors - 1);
	buf_puts(b, "  ");
	if (c->owes)
		course_put_owes(b, c);
	else if (isnan(ends))
		buf_puts(b, "nothing more was seen of it");
	else
		buf_printf(b, "through within %.3f ms", 1e3 * ends);
}

void steps_put_text(struct buf *b, const struct xenring_time *at, const struct followed *q)
{
	course_put_head(b, &q->course);
	buf_putc(b, '\n');
	for (size_t i = 0; i < STEPS_N; i++)
		course_put_step(b, at, &q->course, &q->steps[i]);
	course_put_owes(b, &q->course);
	buf_putc(b, '\n');
}

/* ---- as lanes -------------------------------------------------------------------------------- */

/* The time that the lanes have: from the first begin to the last end, or to now. */
struct scale {
	double from, to;
	int x, w;
};

static struct scale scale_of(const struct followed *q, int x, int w)
{
	struct scale s = { .from = 0, .to = q->course.owes ? q->course.age_s : 0, .x = x, .w = w };

	for (size_t i = 0; i < STEPS_N; i++) {
		const struct xenring_course_step *step = &q->steps[i];

		if (!step->known_by)
			continue;
		if (step->after_s < s.from)
			s.from = step->after_s;
		if (step->by_s > s.to)
			s.to = step->by_s;
	}
	return s;
}

static int column_of(const struct scale *s, double at)
{
	double ratio = s->to > s->from ? (at - s->from) / (s->to - s->from) : 0;

	if (isnan(ratio) || ratio < 0)
		ratio = 0;
	return (int)((ratio > 1 ? 1 : ratio) * (s->w - 1));
}

/* A window from its begin to its end; a moment that is known is one mark. Open ends reach to the edge. */
static void draw_window(const struct pane *p, int y, const struct scale *s, const struct xenring_course_step *step)
{
	int from = isnan(step->after_s) ? 0 : column_of(s, step->after_s);
	int to = isnan(step->by_s) ? s->w - 1 : column_of(s, step->by_s);
	bool front = step->step <= 3 || step->step == STEPS_N;
	bool exact = !strcmp(step->known_by, "kernel");

	for (int x = from; x <= to; x++)
		pane_glyph(p, y, s->x + x, front ? S_FRONT : S_BACK, exact ? G_TICK : x == to ? G_SLOT_OPEN : G_SLOT_ANSWERED);
}

static void draw_step(const struct followed *q, const struct xenring_time *at, const struct pane *p, int y,
		      const struct scale *s, size_t i)
{
	const struct xenring_course_step *step = &q->steps[i];
	int x = s->x + s->w + 1;
	_cleanup_buf_ struct buf window = { 0 };

	pane_printf(p, y, 1, S_HEAD, "%" PRId64 " %s", step->step, step->name);
	if (!step->known_by) {
		/* why there is nothing of it stands where it would be */
		pane_text(p, y, s->x, TO_END, ALIGN_LEFT, S_DIM, step->text ? step->text : "not seen yet");
		return;
	}
	draw_window(p, y, s, step);
	course_put_window(&window, at, &q->course, step);
	pane_text(p, y, x, WINDOW_W, ALIGN_RIGHT, S_PLAIN, buf_str(&window));
	pane_put(p, y, x + WINDOW_W + 1, S_INFERRED, step->known_by);
	x += WINDOW_W + 1 + KNOWN_W;
	if (step->text && p->w - x >= TEXT_W)
		pane_text(p, y, x, TO_END, ALIGN_LEFT, S_DIM, step->text);
}

void steps_draw(const struct followed *q, const struct xenring_time *at, const struct pane *p)
{
	int w = p->w - NAMES_W - WINDOW_W - KNOWN_W - 3;
	struct scale s = scale_of(q, NAMES_W, w < 1 ? 1 : w > LANE_W ? LANE_W : w);
	_cleanup_buf_ struct buf head = { 0 };

	buf_puts(&head, "request ");
	steps_put_detail(&head, q);
	pane_text(p, 0, 1, TO_END, ALIGN_LEFT, q->course.owes ? S_WARN : S_HEAD, buf_str(&head));
	for (size_t i = 0; i < STEPS_N && (int)i + 1 < p->h; i++)
		draw_step(q, at, p, (int)i + 1, &s, i);
}
