/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ring: one ring's slots, the requests in them, and the fields of the selected one. */
#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink/sink.h"
#include "slotrow.h"
#include "tui/look.h"

/* From that size on the slots are drawn as a circle. */
#define WIDE_W 118
#define WIDE_H 32
#define TRACK_W 75
#define TRACK_H 22

struct ring {
	struct look look;
	struct buf fields;	/* of the selected slot, as text */
	size_t fields_of;	/* the slot that they are of */
	bool focus, hex;	/* the fields have the place of the list */
	size_t top, lines;
	int page;
};

static void init(struct ui *ui, void *st)
{
	struct ring *r = st;

	r->look.ui = ui;
	look_init(&r->look);
}

static void fini(void *st)
{
	struct ring *r = st;

	look_free(&r->look);
	buf_free(&r->fields);
}

static void show(struct ui *ui, void *st, const char *path)
{
	struct ring *r = st;

	(void)ui;
	r->focus = false;
	r->top = 0;
	look_at(&r->look, path);
}

static void hide(struct ui *ui, void *st)
{
	struct ring *r = st;

	(void)ui;
	look_at(&r->look, NULL);
}

/* The selected slot, as `slots -v` has it, and its bytes. */
static void make_fields(struct ui *ui, struct ring *r)
{
	size_t at = look_slot(&r->look);
	struct opts o = *ui_session(ui)->o;
	struct row row;
	size_t n = 0;
	const void *bytes;

	buf_clear(&r->fields);
	if (at == SIZE_MAX)
		return;
	o.verbose = ui_verbose(ui);
	row = slot_row(r->look.slots, at);
	text_put(&r->fields, ui_term(ui), &o, "Fields of the selected slot", &row);
	if (!r->hex)
		return;
	buf_puts(&r->fields, "Its bytes\n");
	bytes = xenring_slot_bytes(r->look.slots, at, &n);
	if (bytes)
		put_hex_lines(&r->fields, bytes, n);
	else
		buf_puts(&r->fields, "  redacted: --secrets shows them\n");
}

static void sample(struct ui *ui, void *st)
{
	struct ring *r = st;

	look_sample(&r->look);
	make_fields(ui, r);
}

static void moved(struct ui *ui, void *st)
{
	struct ring *r = st;

	r->top = r->focus ? r->top : 0;
	make_fields(ui, r);
}

struct drawing {
	struct ring *r;
	const struct pane *p;
	size_t at;
};

static void line(void *data, const char *text, size_t n)
{
	struct drawing *d = data;
	_cleanup_free_ char *copy = xstrndup(text, n);

	if (d->at >= d->r->top && d->at - d->r->top < (size_t)d->p->h)
		pane_text(d->p, (int)(d->at - d->r->top), 1, TO_END, ALIGN_LEFT,
			  text[0] == ' ' ? S_PLAIN : S_HEAD, copy);
	d->at++;
}

static void draw_fields(struct ring *r, const struct pane *p)
{
	struct drawing d = { .r = r, .p = p };

	r->page = p->h;
	for (const char *s = buf_str(&r->fields); *s; ) {
		size_t n = strcspn(s, "\n");

		line(&d, s, n);
		s += n + (s[n] == '\n');
	}
	r->lines = d.at;
}

static void draw_list(struct ring *r, const struct pane *p)
{
	if (!r->look.slots)
		pane_text(p, 1, 1, TO_END, ALIGN_LEFT, r->look.ring.error ? S_UNKNOWN : S_DIM,
			  r->look.why ? r->look.why : "");
	else if (!r->look.n_rows)
		pane_put(p, 1, 1, S_DIM, "no request waits: a shows all slots");
	else if (r->focus)
		draw_fields(r, p);
	else
		grid_draw(&r->look.grid, p, NULL, NULL);
}

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct ring *r = st;
	struct pane p;
	int y;

	(void)ui;
	(void)side;
	if (!r->look.found) {
		pane_put(body, 1, 1, S_WARN, "it is not there any more");
		return;
	}
	y = look_draw_head(&r->look, body);
	if (body->w >= WIDE_W && body->h >= WIDE_H) {
		struct pane track = pane_part(body, y + 1, 0, TRACK_H, TRACK_W);
		struct pane fields = pane_part(body, y + 1, TRACK_W + 1, TRACK_H, body->w - TRACK_W - 1);

		if (look_draw_track(&r->look, &track)) {
			bool focus = r->focus;

			draw_fields(r, &fields);
			p = pane_part(body, y + TRACK_H + 1, 0, body->h - y - TRACK_H - 1, body->w);
			/* there is room for both */
			r->focus = false;
			draw_list(r, &p);
			r->focus = focus;
			return;
		}
	}
	p = pane_part(body, y + 1, 0, body->h - y - 1, body->w);
	/* on a small screen what is in the slots matters more than where they stand */
	if (p.h >= 14)
		y += look_draw_strip(&r->look, &p);
	p = pane_part(body, y + 1, 0, body->h - y - 1, body->w);
	draw_list(r, &p);
}

static void needs(struct ui *ui, void *st, int w, int h, struct needs *ret)
{
	(void)ui;
	(void)st;
	(void)w;
	(void)h;
	ret->summary = ret->tabs = false;
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct ring *)st)->look.grid;
}

static bool scroll(struct ring *r, enum action a)
{
	size_t page = r->page > 1 ? (size_t)r->page : 1, last = r->lines > page ? r->lines - page : 0;

	switch (a) {
	case A_UP:
		r->top -= r->top > 0;
		return true;
	case A_DOWN:
		r->top += r->top < last;
		return true;
	case A_PAGE_UP:
		r->top = r->top > page ? r->top - page : 0;
		return true;
	case A_PAGE_DOWN:
		r->top = r->top + page < last ? r->top + page : last;
		return true;
	default:
		return false;
	}
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct ring *r = st;

	if (r->focus && scroll(r, a))
		return true;
	switch (a) {
	case A_FIELDS:
		r->focus = !r->focus;
		r->top = 0;
		return true;
	case A_HEX:
		r->hex = !r->hex;
		r->focus = r->focus || r->hex;
		make_fields(ui, r);
		return true;
	case A_ALL_SLOTS:
		r->look.all = !r->look.all;
		sample(ui, st);
		return true;
	case A_FOLLOW:
		ui_open(ui, VIEW_timeline, r->look.path);
		view_timeline.act(ui, ui_view_state(ui, VIEW_timeline), a);
		return true;
	case A_BACK:
		if (!r->focus)
			return false;
		r->focus = false;
		return true;
	default:
		return false;
	}
}

static const char *selected(struct ui *ui, void *st)
{
	(void)ui;
	return ((struct ring *)st)->look.path;
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	struct ring *r = st;

	return r->look.found ? note_ring(ui, b, &r->look.ring) : S_DIM;
}

static size_t words(struct ui *ui, void *st, const char **ret, size_t max)
{
	struct ring *r = st;
	size_t at = look_slot(&r->look), n = 0;
	struct xenring_slot slot;

	(void)ui;
	if (!r->look.found || max < 6)
		return 0;
	ret[n++] = r->look.ring.state;
	if (at != SIZE_MAX && !xenring_slot(r->look.slots, at, &slot))
		ret[n++] = slot.state;
	ret[n++] = "req_event";
	ret[n++] = "rsp_event";
	if (r->look.ring.protocol)
		ret[n++] = r->look.ring.protocol;
	return n;
}

const struct view view_ring = {
	.name = "ring", .title = "Ring", .help = "one ring: its slots, the requests in them, and their fields",
	.size = sizeof(struct ring), .init = init, .fini = fini, .show = show, .hide = hide, .sample = sample,
	.moved = moved, .needs = needs, .draw = draw, .grid = the_grid, .act = act, .selected = selected, .note = note,
	.words = words,
};
