/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timeline: what one ring did, sample by sample, and below what happened to it. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "courserow.h"
#include "knock.h"
#include "tui/hear.h"
#include "tui/lanes.h"
#include "tui/steps.h"
#include "tui/view.h"

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NAMES_W 13	/* of lanes, with a blank */
#define NUMBERS_W 14	/* the largest, and the newest value */
#define KNOCKS_LISTED 200
#define LABELS_W 20	/* columns from one time on the axis to the next */

struct timeline {
	struct ui *ui;
	char *path;			/* the ring; "" before there is one */
	struct past past;
	struct hear hear;
	struct steps steps;
	size_t place;			/* where the ring stood in the sample before */
	int zoom;			/* in steps[]; -1: as the samples come */
	struct happening *list;
	size_t n;
	struct grid grid;
};

/* What a column stands for. */
static const int64_t steps[] = {
	100 * NS_PER_MS, 200 * NS_PER_MS, 500 * NS_PER_MS, NS_PER_S, 2 * NS_PER_S, 5 * NS_PER_S, 10 * NS_PER_S,
	30 * NS_PER_S, 60 * NS_PER_S, 300 * NS_PER_S,
};
#define N_STEPS ((int)(sizeof(steps) / sizeof(steps[0])))

enum { COL_TIME, COL_MARK, COL_WHAT, COL_DETAIL };

static const struct grid_col cols[] = {
	[COL_TIME] = { .id = "time", .head = "TIME", .help = "when, UTC", .width = 12 },
	[COL_MARK] = { .id = "mark", .head = "", .help = "how bad it is", .width = 1 },
	[COL_WHAT] = { .id = "what", .head = "WHAT", .help = "what happened", .width = 16 },
	[COL_DETAIL] = { .id = "detail", .head = "DETAIL", .help = "from what to what", .width = 20, .grows = true },
};

/* ---- the ring and its past ------------------------------------------------------------- */

/* The ring's place in a sample: where it was in the one before, or looked for. */
static bool find(struct timeline *t, const struct xenring_snapshot *snap, struct xenring_ring *ret)
{
	size_t n = xenring_n_rings(snap);

	if (t->place < n && !xenring_ring(snap, t->place, ret) && !strcmp(ret->path, t->path))
		return true;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(xenring_path(snap, XENRING_RING, i), t->path)) {
			t->place = i;
			return !xenring_ring(snap, i, ret);
		}
	return false;
}

static void add(struct timeline *t, const struct xenring_snapshot *snap)
{
	struct xenring_ring ring;
	struct xenring_time when;
	bool there = find(t, snap, &ring);

	xenring_snapshot_time(snap, &when);
	past_add(&t->past, there ? &ring : NULL, &when, there ? severity_of(ring.state) : SEV_NONE);
}

static int64_t mono_of(const struct xenring_snapshot *snap)
{
	struct xenring_time t;

	xenring_snapshot_time(snap, &t);
	return t.mono_ns;
}

/* Samples that came since, or, if the time went elsewhere, all that are kept. */
static void catch_up(struct timeline *t)
{
	size_t n = ui_n_past(t->ui), from = n;
	int64_t last = t->past.n ? t->past.points[t->past.n - 1].mono_ns : INT64_MIN;

	while (t->past.n && from && mono_of(ui_past(t->ui, from - 1)) > last)
		from--;
	if (!t->past.n || !from || mono_of(ui_past(t->ui, from - 1)) != last) {
		past_clear(&t->past);
		from = 0;
	}
	for (; from < n; from++)
		add(t, ui_past(t->ui, from));
}

/* Of two rings that are equally well one with requests has more to show, and of those the busier one. */
static bool busier(const struct xenring_ring *r, const struct xenring_ring *than)
{
	bool slots = !strcmp(r->kind, "slots");

	if (slots != !strcmp(than->kind, "slots"))
		return slots;
	return r->requests_per_s > than->requests_per_s ||
	       (isnan(than->requests_per_s) && !isnan(r->requests_per_s));
}

/* The worst ring there, by its state and what was found: who opens this looks for what is wrong. */
static const char *worst_below(const struct timeline *t, const char *path)
{
	const struct shown *s = ui_shown(t->ui);
	struct xenring_ring row = { .path = NULL };
	size_t worst = SIZE_MAX;

	for (size_t i = 0; i < s->n_rings; i++) {
		const char *here = s->rings[i].path;

		if (!path_below(here, path) || !ui_lets_through(t->ui, here))
			continue;
		if (worst == SIZE_MAX || s->severity[i] > s->severity[worst] ||
		    (s->severity[i] == s->severity[worst] && busier(ui_ring_row(t->ui, i), &row))) {
			worst = i;
			row = *ui_ring_row(t->ui, i);
		}
	}
	return worst != SIZE_MAX ? s->rings[worst].path : NULL;
}

static void set_path(struct timeline *t, const char *path)
{
	if (!path || !strcmp(path, t->path))
		return;
	free(t->path);
	t->path = xstrdup(path);
	t->place = 0;
	past_clear(&t->past);
	hear_again(&t->hear, t->path, &t->past);
}

static char *knock_detail(const struct xenring_event *e)
{
	_cleanup_buf_ struct buf b = { 0 };

	buf_puts(&b, e->source);
	put_knock(&b, e);
	return buf_steal(&b);
}

static int newest_first(const void *pa, const void *pb)
{
	const struct happening *a = pa, *b = pb;

	return (a->mono_ns < b->mono_ns) - (a->mono_ns > b->mono_ns);
}

/* Each knock of the ring, as many of the last as are worth a line. */
static void add_knocks(struct timeline *t)
{
	const struct point *newest = t->past.n ? &t->past.points[t->past.n - 1] : NULL;
	size_t first = t->n;

	for (size_t i = t->hear.n; newest && i-- && t->n - first < KNOCKS_LISTED;) {
		const struct xenring_event *e = &t->hear.knocks[i];

		if (!hear_is_about(e, t->path))
			continue;
		t->list = xreallocarray(t->list, t->n + 1, sizeof(*t->list));
		t->list[t->n++] = (struct happening){
			.real_ns = newest->real_ns - (newest->mono_ns - e->mono_ns), .mono_ns = e->mono_ns,
			.what = !strcmp(e->direction, "front_to_back") ? "knock F to B" : "knock B to F",
			.detail = knock_detail(e),
		};
	}
	if (t->n > first)
		qsort(t->list, t->n, sizeof(*t->list), newest_first);
}

/* Are the requests of the ring followed, and listed? */
static bool follows(const struct timeline *t)
{
	return t->steps.f && !t->steps.now_and_then;
}

/* Each request that was followed: a row is that of the same number there. */
static void list_followed(struct timeline *t)
{
	const struct xenring_time *now = &ui_shown(t->ui)->time;
	const struct followed *q;

	t->list = xcalloc(t->steps.n + 1, sizeof(*t->list));
	for (t->n = 0; (q = steps_row(&t->steps, t->n)); t->n++) {
		_cleanup_buf_ struct buf b = { 0 };

		steps_put_detail(&b, q);
		t->list[t->n] = (struct happening){
			.mono_ns = q->course.mono_ns, .real_ns = real_of(now, q->course.mono_ns), .what = "request",
			.severity = q->course.owes && q->course.age_s >= COURSE_STANDS_S ? SEV_WARN : SEV_NONE,
			.detail = buf_steal(&b),
		};
	}
}

static void set_list(struct timeline *t)
{
	happenings_free(t->list, t->n);
	if (follows(t)) {
		list_followed(t);
	} else {
		t->list = past_happenings(&t->past, &t->n);
		add_knocks(t);
	}
	grid_rows(&t->grid, t->n);
}

/* While the kernel tells of the ring one request after each sample is shown with its steps, too. */
static void follow_now_and_then(struct timeline *t)
{
	bool wanted = t->hear.kernel && !t->hear.why.n && !follows(t);

	if (wanted && (!t->steps.path || strcmp(t->steps.path, t->path) != 0))
		steps_now_and_then(&t->steps, t->path);
	else if (!wanted && t->steps.now_and_then)
		steps_end(&t->steps);
}

static void each(struct ui *ui, void *st, struct xenring_snapshot *snap)
{
	struct timeline *t = st;

	(void)ui;
	follow_now_and_then(t);
	steps_look(&t->steps, snap);
	t->hear.follow = t->steps.f;
	hear_each(&t->hear, snap, t->path, &t->past);
	steps_take(&t->steps, snap);
}

static void sample(struct ui *ui, void *st)
{
	struct timeline *t = st;
	const char *wanted = t->path;

	/* what was opened may be a domain or a device */
	if (ui_ring_at(ui, t->path) == SIZE_MAX && !t->past.n)
		wanted = worst_below(t, t->path);
	if (!wanted)
		wanted = worst_below(t, "");
	set_path(t, wanted);
	catch_up(t);
	set_list(t);
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* The columns of the lanes: column x holds the bucket first + x. */
struct window {
	int x, w;
	int64_t step, first;
	int64_t real_minus_mono;
};

/* A column for a sample: as the last ones came on average, for one may come late. */
static int natural_zoom(const struct timeline *t)
{
	const struct point *last = &t->past.points[t->past.n - 1];
	size_t n = t->past.n - 1 < 16 ? t->past.n - 1 : 16;
	int64_t between = n ? (last->mono_ns - (last - n)->mono_ns) / (int64_t)n : NS_PER_S;
	int i = 0;

	while (i < N_STEPS - 1 && steps[i] < between - between / 10)
		i++;
	return i;
}

static struct window window_of(const struct timeline *t, int w)
{
	const struct point *newest = &t->past.points[t->past.n - 1];
	struct window win = {
		.x = NAMES_W, .w = w - NAMES_W - NUMBERS_W - 1,
		.step = steps[t->zoom < 0 ? natural_zoom(t) : t->zoom],
		.real_minus_mono = newest->real_ns - newest->mono_ns,
	};
	int64_t last = newest->mono_ns / win.step, here = ui_shown(t->ui)->time.mono_ns / win.step;

	/* the moment that is shown is on the screen */
	if (here <= last - win.w)
		last = here + win.w / 2 < last ? here + win.w / 2 : last;
	win.first = last - win.w + 1;
	return win;
}

static void put_clock(struct buf *b, int64_t real_ns, bool exact)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm tm = { 0 };
	char text[16];

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buf_puts(b, text);
	if (exact)
		buf_printf(b, ".%03d", (int)(real_ns % NS_PER_S / NS_PER_MS));
}

static void put_step(struct buf *b, int64_t step)
{
	buf_printf(b, "%g s a column", (double)step / NS_PER_S);
}

static void draw_axis(const struct pane *p, int y, const struct window *win)
{
	for (int x = 0; x + 8 <= win->w; x += LABELS_W) {
		_cleanup_buf_ struct buf b = { 0 };

		put_clock(&b, (win->first + x) * win->step + win->real_minus_mono, false);
		pane_put(p, y, win->x + x, S_DIM, buf_str(&b));
	}
	pane_text(p, y, win->x + win->w + 1, 6, ALIGN_RIGHT, S_DIM, "MAX");
	pane_text(p, y, win->x + win->w + 8, 6, ALIGN_RIGHT, S_DIM, "NOW");
}

static double value_in(const struct timeline *t, const struct lane *lane, const struct window *win, int x)
{
	int64_t from = (win->first + x) * win->step;

	return lane_value(lane, &t->past, from, from + win->step);
}

static double largest_in(const struct timeline *t, const struct lane *lane, const struct window *win)
{
	double most = (double)NAN;

	/* of what is counted the column that has most, else the largest of all samples */
	for (int x = 0; x < win->w; x++) {
		double v = value_in(t, lane, win, x);

		most = isnan(most) || v > most ? v : most;
	}
	return most;
}

/* Of a count the column of the newest sample, else that sample. */
static double newest_in(const struct timeline *t, const struct lane *lane, const struct window *win)
{
	int64_t mono_ns = t->past.points[t->past.n - 1].mono_ns;
	int x = (int)(mono_ns / win->step - win->first);

	return lane->heard ? value_in(t, lane, win, x) : lane_value(lane, &t->past, mono_ns, INT64_MAX);
}

static void put_value(const struct pane *p, int y, int x, const struct lane *lane, double v)
{
	_cleanup_buf_ struct buf b = { 0 };

	if (isnan(v))
		return;
	if (lane->share)
		buf_printf(&b, "%.0f%%", v * 100);
	else
		put_count(&b, v, false);
	pane_text(p, y, x, 6, ALIGN_RIGHT, S_PLAIN, buf_str(&b));
}

/* The last notification before a ring stands still may be the one that was lost. */
static int last_tick(const struct timeline *t, const struct lane *lane, const struct window *win)
{
	int last = -1;

	if (lane->kind != LANE_TICK || t->past.points[t->past.n - 1].severity != SEV_CRIT)
		return -1;
	for (int x = 0; x < win->w; x++)
		if (value_in(t, lane, win, x) > 0)
			last = x;
	return last;
}

static void draw_lane(struct timeline *t, const struct pane *p, int y, const struct lane *lane,
		      const struct window *win)
{
	double most = largest_in(t, lane, win);
	int last = last_tick(t, lane, win);

	pane_text(p, y, 1, NAMES_W - 2, ALIGN_LEFT, S_HEAD, lane->name);
	for (int x = 0; x < win->w; x++) {
		double v = value_in(t, lane, win, x);
		enum severity sev = v > 0 && v <= SEV_CRIT ? (enum severity)v : SEV_NONE;

		/* that nothing came is seen at once */
		if (isnan(v) || (lane->heard && v <= 0))
			continue;
		switch (lane->kind) {
		case LANE_SPARK:
			/* a share is drawn as one, all else by the largest there is */
			pane_glyph(p, y, win->x + x, lane->style,
				   spark(lane->share ? v : most > 0 ? v / most : 0));
			break;
		case LANE_TICK:
			if (v > 0)
				pane_glyph(p, y, win->x + x, x == last ? S_CRIT : lane->style,
					   x == last ? G_WARN : G_TICK);
			break;
		case LANE_DIGIT:
			pane_printf(p, y, win->x + x, v == 4 ? S_DIM : S_WARN, "%.0f", v);
			break;
		case LANE_MARK:
			pane_glyph(p, y, win->x + x, severity_style(sev), severity_glyph(sev));
			break;
		}
	}
	if (lane->kind != LANE_SPARK)
		return;
	put_value(p, y, win->x + win->w + 1, lane, most);
	put_value(p, y, win->x + win->w + 8, lane, newest_in(t, lane, win));
}

/* The lanes that have something to show, as many as there is room for. */
static size_t choose_lanes(const struct timeline *t, const struct window *win, int room, const struct lane *ret[16])
{
	const struct lane *lane;
	size_t n = 0;

	for (size_t i = 0; (lane = lane_at(i)) && n < 16; i++)
		if (!isnan(largest_in(t, lane, win)))
			ret[n++] = lane;
	while (n && (int)n > room) {
		size_t least = 0;

		for (size_t i = 0; i < n; i++)
			if (ret[i]->prio >= ret[least]->prio)
				least = i;
		for (n--; least < n; least++)
			ret[least] = ret[least + 1];
	}
	return n;
}

static void draw_title(const struct timeline *t, const struct pane *p, const struct window *win)
{
	_cleanup_buf_ struct buf b = { 0 };
	int x = pane_put(p, 0, 1, S_HEAD, t->path);

	put_step(&b, win->step);
	buf_puts(&b, ", ");
	hear_put_source(&t->hear, &t->past, &b);
	pane_text(p, 0, x + 3, TO_END, ALIGN_LEFT, t->hear.why.n ? S_WARN : S_DIM, buf_str(&b));
}

/* Where the moment is that the other views show. */
static void draw_here(const struct timeline *t, const struct pane *p, int y, const struct window *win)
{
	int64_t at = ui_shown(t->ui)->time.mono_ns / win->step - win->first;

	if (at >= 0 && at < win->w)
		pane_glyph(p, y, win->x + (int)at, S_SEL, G_MARK_UP);
}

/* The steps of the request that is selected, or why there is none. */
static void draw_steps(const struct timeline *t, const struct pane *p)
{
	const struct followed *q = follows(t) ? steps_row(&t->steps, t->grid.at) : steps_newest(&t->steps);
	uint64_t missed = t->steps.f ? xenring_follow_missed(t->steps.f) : 0;

	if (q)
		steps_draw(q, &ui_shown(t->ui)->time, p);
	else if (missed)
		pane_printf(p, 0, 1, S_DIM, "no request was seen yet: %" PRIu64 " times some came and went between two looks",
			    missed);
	else
		pane_put(p, 0, 1, S_DIM, "the next request that comes is followed");
}

/* Its lanes, at most so many: the line below the last of them. */
static int draw_lanes(struct timeline *t, const struct pane *body, const struct window *win, int room)
{
	const struct lane *lanes[16];
	int y = 2;
	size_t n;

	draw_axis(body, 1, win);
	n = choose_lanes(t, win, room, lanes);
	for (size_t i = 0; i < n; i++)
		draw_lane(t, body, y++, lanes[i], win);
	if (!n)
		pane_put(body, y++, 2, S_DIM, "nothing is known of it");
	draw_here(t, body, y++, win);
	return y;
}

/* From that height on there is room for the steps that nobody has asked for. */
#define ROOM_FOR_ALL 28
#define LIST_H 3	/* a heading and two rows, or it is not there */

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct timeline *t = st;
	int steps_h = follows(t) || (t->steps.n && body->h >= ROOM_FOR_ALL) ? STEPS_H : 0;
	int room = body->h - 3 - steps_h, y = 1;
	struct window win;
	struct pane p;

	(void)ui;
	(void)side;
	if (!t->path[0] || !t->past.n) {
		pane_put(body, 1, 2, S_DIM, "there is no ring");
		return;
	}
	if (room >= LIST_H + 3)
		room -= steps_h ? LIST_H : body->h >= 13 ? LIST_H + 1 : 0;
	win = window_of(t, body->w);
	draw_title(t, body, &win);
	/* where there is little room the steps are what was asked for */
	if (room > 0)
		y = draw_lanes(t, body, &win, room);
	if (steps_h) {
		p = pane_part(body, y, 0, steps_h, body->w);
		draw_steps(t, &p);
		y += steps_h;
	}
	p = pane_part(body, y, 0, body->h - y, body->w);
	if (p.h < LIST_H)
		return;
	if (t->n)
		grid_draw(&t->grid, &p, NULL, NULL);
	else if (!steps_h)
		pane_put(&p, 1, 2, S_DIM, "nothing happened that is worth a line");
}

/* ---- the list ---------------------------------------------------------------------------------- */

static void cell(void *data, size_t row, size_t col, struct grid_cell *c)
{
	const struct timeline *t = data;
	const struct happening *h = &t->list[row];

	switch (col) {
	case COL_TIME:
		put_clock(&c->text, h->real_ns, true);
		break;
	case COL_MARK:
		c->style = severity_style((enum severity)h->severity);
		buf_puts(&c->text, glyph(severity_glyph((enum severity)h->severity), ui_ascii(t->ui)));
		break;
	case COL_WHAT:
		c->style = severity_style((enum severity)h->severity);
		buf_puts(&c->text, h->what);
		break;
	case COL_DETAIL:
		buf_puts(&c->text, h->detail);
		break;
	default:
		break;
	}
}

/* The cursor stays on a request, however many come after it. */
static const char *row_path(void *data, size_t row)
{
	const struct timeline *t = data;
	const struct followed *q = follows(t) ? steps_row(&t->steps, row) : NULL;

	return q ? q->name : NULL;
}

static void go_to_finding(struct timeline *t, int step)
{
	for (size_t k = 1; k <= t->n; k++) {
		size_t row = (t->grid.at + (step > 0 ? k : t->n - k)) % t->n;

		if (t->list[row].severity < SEV_WARN)
			continue;
		grid_go(&t->grid, row);
		return;
	}
	ui_say(t->ui, S_DIM, "nothing was wrong in this time");
}

static void zoom(struct timeline *t, int by)
{
	int now = (t->zoom < 0 ? natural_zoom(t) : t->zoom) + by;

	if (now >= 0 && now < N_STEPS)
		t->zoom = now;
}

/* ---- the view ----------------------------------------------------------------------------------- */

static void init(struct ui *ui, void *st)
{
	struct timeline *t = st;

	t->ui = ui;
	t->hear.ui = ui;
	t->steps.ui = ui;
	t->path = xstrdup("");
	t->zoom = -1;
	t->grid = (struct grid){
		.cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0]), .data = t, .cell = cell, .path = row_path,
		.sort = -1,
	};
}

static void fini(void *st)
{
	struct timeline *t = st;

	free(t->path);
	steps_free(&t->steps);
	hear_free(&t->hear);
	past_free(&t->past);
	happenings_free(t->list, t->n);
	grid_free(&t->grid);
}

static void show(struct ui *ui, void *st, const char *path)
{
	struct timeline *t = st;
	const char *at = ui_last_selected(ui);

	/* of a tab's domain the ring that one comes from, or that was here before */
	if (at && path_below(at, path) && strcmp(at, path) && strchr(at, '/'))
		set_path(t, at);
	else if (path[0] && !(t->path[0] && path_below(t->path, path)))
		set_path(t, path);
	/* it may have been elsewhere since */
	past_clear(&t->past);
}

static void hide(struct ui *ui, void *st)
{
	struct timeline *t = st;

	/* help that is read does not give a port back */
	if (!ui_is_covered(ui)) {
		steps_end(&t->steps);
		hear_nothing(&t->hear, &t->past);
	}
	past_clear(&t->past);
	happenings_free(t->list, t->n);
	t->list = NULL;
	t->n = 0;
	grid_rows(&t->grid, 0);
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct timeline *)st)->grid;
}

static void stop_following(struct timeline *t)
{
	if (!follows(t))
		return;
	steps_end(&t->steps);
	hear_follow(&t->hear, false, t->path, &t->past);
}

static void follow(struct timeline *t)
{
	if (follows(t))
		stop_following(t);
	else if (!steps_begin(&t->steps, t->path, hear_follow(&t->hear, true, t->path, &t->past)))
		hear_follow(&t->hear, false, t->path, &t->past);
	t->hear.follow = t->steps.f;
	t->grid.moved = false;
	set_list(t);
}

/* What is known of the request that is selected, as text. */
static void open_followed(struct timeline *t)
{
	const struct followed *q = steps_row(&t->steps, t->grid.at);
	_cleanup_buf_ struct buf b = { 0 };

	if (!q)
		return;
	steps_put_text(&b, &ui_shown(t->ui)->time, q);
	ui_text(t->ui, q->name, buf_str(&b));
}

/* The view is the one on the screen: what is asked is answered before another is opened. */
static void bind_done(struct ui *ui, const char *text)
{
	struct timeline *t = ui_view_state(ui, VIEW_timeline);

	if (!text || !text[0] || !hear_bind(&t->hear, text))
		return;
	/* whose port it is, that is what one wants to see */
	stop_following(t);
	set_path(t, t->hear.bound_at);
	sample(ui, t);
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct timeline *t = st;

	switch (a) {
	case A_ZOOM_IN:
		zoom(t, -1);
		return true;
	case A_ZOOM_OUT:
		zoom(t, 1);
		return true;
	case A_KERNEL:
		hear_kernel(&t->hear, !t->hear.kernel, t->path, &t->past);
		return true;
	case A_BIND:
		ui_ask(ui, "Bind DOMAIN:PORT: ", NULL, NULL, bind_done);
		return true;
	case A_FIND_NEXT:
		go_to_finding(t, 1);
		return true;
	case A_FIND_PREV:
		go_to_finding(t, -1);
		return true;
	case A_FOLLOW:
		follow(t);
		return true;
	case A_OPEN:
		if (follows(t))
			open_followed(t);
		else if (t->grid.at < t->n)
			ui_go_to(ui, t->list[t->grid.at].real_ns);
		return true;
	default:
		return false;
	}
}

static const char *selected(struct ui *ui, void *st)
{
	const struct timeline *t = st;

	(void)ui;
	return t->path[0] ? t->path : NULL;
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	const struct timeline *t = st;
	const struct happening *h = t->grid.at < t->n ? &t->list[t->grid.at] : NULL;

	(void)ui;
	if (!h) {
		buf_puts(b, "wakes are worked out from two samples each: what had to be sent, not what was");
		return S_INFERRED;
	}
	put_clock(b, h->real_ns, true);
	buf_printf(b, "  %s: %s", h->what, h->detail);
	return severity_style((enum severity)h->severity);
}

static size_t words(struct ui *ui, void *st, const char **ret, size_t max)
{
	const struct timeline *t = st;
	const struct point *p = t->past.n ? &t->past.points[t->past.n - 1] : NULL;

	(void)ui;
	if (!p || !p->state || max < 3)
		return 0;
	ret[0] = p->state;
	ret[1] = "req_event";
	ret[2] = "rsp_event";
	return 3;
}

const struct view view_timeline = {
	.name = "timeline", .title = "Timeline", .tab = true,
	.help = "what one ring did, and what happened to it",
	.size = sizeof(struct timeline), .init = init, .fini = fini, .show = show, .hide = hide, .sample = sample, .each = each,
	.draw = draw, .grid = the_grid, .act = act, .note = note, .selected = selected, .words = words,
};
