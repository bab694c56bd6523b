/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen as a whole: the lines around the view, and what lies over it. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/ui.h"

#define NS_PER_S INT64_C(1000000000)

static struct pane area(struct ui *ui, enum area a)
{
	struct pane all = canvas_pane(&ui->cv);
	const struct rect *r = &ui->areas[a];

	return pane_part(&all, r->y, r->x, r->h, r->w);
}

/* ---- line 1 ------------------------------------------------------------------- */

static void put_time(struct buf *b, const struct shown *s)
{
	time_t seconds = (time_t)(s->time.real_ns / NS_PER_S);
	struct tm tm = { 0 };
	char text[32];

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%H:%M:%SZ", &tm);
	buf_puts(b, text);
}

/* What time it is here, and whether it passes. */
static void put_clock(struct buf *b, const struct ui *ui)
{
	if (ui->s->recording.fd >= 0) {
		struct xenring_written w = recording_total(&ui->s->recording);

		buf_puts(b, "REC ");
		put_bytes(b, (double)w.bytes);
		buf_puts(b, "  ");
	}
	if (!ui_is_newest(ui) && ui->n_past)
		buf_printf(b, "%zu BACK", ui->n_past - 1 - ui->at_past);
	else if (ui->at_end)
		buf_puts(b, "END");
	else if (ui->paused)
		buf_puts(b, "PAUSED");
	else if (ui->s->capture)
		buf_printf(b, "REPLAY %gs", ui->interval);
	else
		buf_printf(b, "LIVE %gs", ui->interval);
	if (ui->shown.snap) {
		buf_puts(b, "  ");
		put_time(b, &ui->shown);
	}
}

static void put_plural(struct buf *b, size_t n, const char *what)
{
	buf_printf(b, "  %zu %s%s", n, what, n == 1 ? "" : "s");
}

static void put_source(struct buf *b, const struct ui *ui)
{
	const char *source = xenring_source(ui->s->x), *slash;

	if (ui->s->capture) {
		if (!strncmp(source, "file:", 5))
			source += 5;
		slash = strrchr(source, '/');
		source = slash ? slash + 1 : source;
		buf_puts(b, "  ");
		put_safe(b, source, strlen(source), ui->plain.safe);
	}
	buf_puts(b, "  ");
	put_safe(b, xenring_host(ui->s->x), strlen(xenring_host(ui->s->x)), ui->plain.safe);
}

/* The path of a place that was opened, as steps. */
static void put_steps(struct buf *b, const struct ui *ui)
{
	const struct place *at = &ui->stack[ui->depth - 1];
	int slashes = 0;

	buf_puts(b, ui_view(ui)->title);
	for (const char *p = at->path; *p; p++) {
		if (p == at->path)
			buf_puts(b, "  ");
		/* the ring's part may have slashes of its own */
		if (*p == '/' && slashes++ < 2)
			buf_puts(b, " > ");
		else
			buf_putc(b, *p);
	}
}

static void draw_head(struct ui *ui)
{
	struct pane p = area(ui, AREA_HEAD);
	_cleanup_buf_ struct buf left = { 0 }, right = { 0 };
	bool still = ui->paused || !ui_is_newest(ui) || ui->at_end;
	int w;

	put_clock(&right, ui);
	w = columns_of(buf_str(&right), ui->cv.ascii);
	if (ui->depth > 1) {
		put_steps(&left, ui);
	} else {
		buf_puts(&left, "xenringtop");
		put_source(&left, ui);
		if (ui->shown.snap) {
			put_plural(&left, ui->shown.n_domains, "domain");
			put_plural(&left, ui->shown.n_devices, "device");
			put_plural(&left, ui->shown.n_rings, "ring");
		}
	}
	pane_text(&p, 0, 0, p.w - w - 1, ALIGN_LEFT, S_HEAD, buf_str(&left));
	pane_text(&p, 0, p.w - w, w, ALIGN_RIGHT, still ? S_WARN : S_HEAD, buf_str(&right));
}

/* ---- line 2 ------------------------------------------------------------------- */

static int put_number(const struct pane *p, int x, unsigned style, const char *word, size_t n)
{
	return n ? pane_printf(p, 0, x, style, "  %s %zu", word, n) : x;
}

static void put_cost(struct buf *b, const struct ui *ui)
{
	if (!isnan(ui->cpu))
		buf_printf(b, "cpu %.1f%%  tick %.1fms  ", ui->cpu * 100, (double)ui->tick_ns / 1e6);
}

static void draw_summary(struct ui *ui)
{
	struct pane p = area(ui, AREA_SUMMARY);
	const struct shown *s = &ui->shown;
	_cleanup_buf_ struct buf right = { 0 };
	int x, w;

	if (!s->snap)
		return;
	x = put_number(&p, -1, S_OK, "busy", s->busy);
	x = put_number(&p, x, S_PLAIN, "idle", s->idle);
	for (size_t k = 0; k < s->n_words; k++)
		x = put_number(&p, x, severity_style(s->words[k].severity), s->words[k].text, s->words[k].n);
	if (ui->filter)
		x = pane_printf(&p, 0, x, S_TAG, "  only \"%s\"", ui->filter);
	if (ui->verbose)
		put_cost(&right, ui);
	buf_puts(&right, "req ");
	put_count(&right, s->requests_per_s, false);
	buf_puts(&right, "/s  rsp ");
	put_count(&right, s->responses_per_s, false);
	buf_puts(&right, "/s");
	w = columns_of(buf_str(&right), ui->cv.ascii);
	if (x + 2 + w <= p.w)
		pane_text(&p, 0, p.w - w, w, ALIGN_RIGHT, S_PLAIN, buf_str(&right));
}

/* ---- line 3 ------------------------------------------------------------------- */

static void draw_tabs(struct ui *ui)
{
	struct pane p = area(ui, AREA_TABS);
	_cleanup_buf_ struct buf title = { 0 };
	unsigned n = 0;
	size_t n_in;
	int x = 0;

	ui->n_tabs = 0;
	for (unsigned v = 0; v < VIEW_N; v++) {
		bool here = ui->stack[0].view == v;
		int begin = x;

		if (!view_at(v)->tab)
			continue;
		n_in = view_at(v)->count ? view_at(v)->count(ui, ui->state[v]) : 0;
		buf_clear(&title);
		buf_puts(&title, view_at(v)->title);
		if (n_in)
			buf_printf(&title, "(%zu)", n_in);
		x = pane_printf(&p, 0, x, here ? S_SEL : S_PLAIN, here ? "[%s]" : " %s ", buf_str(&title));
		ui->tabs[ui->n_tabs].x = begin;
		ui->tabs[ui->n_tabs].w = x - begin;
		ui->tabs[ui->n_tabs++].action = (enum action)(A_VIEW_1 + n++);
		x++;
	}
}

/* ---- the last two lines ----------------------------------------------------------- */

#define EXPLAIN_W 11	/* "  e:Explain" */

/* How much of text goes into w bytes of a line without cutting a word. */
static size_t first_line(const char *text, size_t w)
{
	size_t n = strlen(text), at = w;

	if (n <= w)
		return n;
	while (at && text[at] != ' ')
		at--;
	return at ? at : w;
}

static void draw_note(struct ui *ui, const char *note, unsigned style)
{
	struct pane p = area(ui, AREA_NOTE);
	int x, last = p.h - 1;

	if (ui->ask.on) {
		x = pane_put(&p, last, 0, S_HEAD, ui->ask.label);
		x = pane_put(&p, last, x, S_PLAIN, buf_str(&ui->ask.text));
		pane_put(&p, last, x, S_SEL, " ");
		return;
	}
	if (ui->said.text.n) {
		pane_text(&p, last, 1, p.w - 1, ALIGN_LEFT, ui->said.style, buf_str(&ui->said.text));
		return;
	}
	if (!note[0])
		return;
	if (last) {
		size_t n = first_line(note, (size_t)p.w - 2);
		_cleanup_free_ char *first = xstrndup(note, n);

		pane_text(&p, 0, 1, p.w - 1, ALIGN_LEFT, style, first);
		note += n + (note[n] == ' ');
	}
	pane_text(&p, last, 1, p.w - 1 - EXPLAIN_W, ALIGN_LEFT, style, note);
	pane_put(&p, last, p.w - EXPLAIN_W + 2, S_KEY, "e");
	pane_put(&p, last, p.w - EXPLAIN_W + 3, S_DIM, ":Explain");
}

/* "F1Help", or "x:Hex" where no function key does it. Returns the column behind it. */
static int draw_key(struct ui *ui, const struct pane *p, int x, enum action a)
{
	const struct action_row *row = action_row(a);
	char name[12];
	const char *key = name_of_key(row->keys[0], name), *label = row->label;
	bool f = row->keys[0] >= K_F1 && row->keys[0] <= K_F10;
	int w = columns_of(key, true) + !f + columns_of(label, true);

	if (a == A_PAUSE && (ui->paused || (ui->n_past && !ui_is_newest(ui))))
		label = "Go on";
	if (a == A_RECORD && ui->s->recording.fd >= 0)
		label = "Stop";
	if (x + w > p->w || ui->n_bar == sizeof(ui->bar) / sizeof(ui->bar[0]))
		return x;
	ui->bar[ui->n_bar].x = x;
	ui->bar[ui->n_bar].action = a;
	x = pane_put(p, 0, x, S_KEY, key);
	if (!f)
		x = pane_put(p, 0, x, S_BAR, ":");
	x = pane_put(p, 0, x, S_BAR, label);
	ui->bar[ui->n_bar].w = x - ui->bar[ui->n_bar].x;
	ui->n_bar++;
	return x + 1;
}

static void draw_bar(struct ui *ui)
{
	struct pane p = area(ui, AREA_BAR), main = p;
	unsigned traits = view_traits(ui->stack[ui->depth - 1].view);
	bool opened = ui->depth > 1;
	int x = 0, room = columns_of(opened ? "Esc:Back" : "F10Quit", true);

	ui->n_bar = 0;
	/* the way out is always there */
	main.w -= room + 1;
	for (enum action a = A_NONE + 1; a < A_N; a++)
		if (action_row(a)->label && action_in(a, traits) && a != A_QUIT)
			x = draw_key(ui, &main, x, a);
	if (!opened) {
		draw_key(ui, &p, x, A_QUIT);
		return;
	}
	ui->bar[ui->n_bar].x = x;
	ui->bar[ui->n_bar].w = room;
	ui->bar[ui->n_bar++].action = A_BACK;
	pane_put(&p, 0, pane_put(&p, 0, x, S_KEY, "Esc"), S_BAR, ":Back");
}

/* ---- what lies over the view ------------------------------------------------------ */

static struct pane window(struct pane body, int h, int w, const char *title)
{
	struct pane p, in;

	if (h + 2 > body.h)
		h = body.h - 2;
	if (w + 4 > body.w)
		w = body.w - 4;
	p = pane_part(&body, (body.h - h - 2) / 2, (body.w - w - 4) / 2, h + 2, w + 4);
	pane_fill(&p, 0, 0, p.h, p.w, S_PLAIN, G_BLANK);
	pane_fill(&p, 0, 0, 1, p.w, S_PLAIN, G_HLINE);
	pane_fill(&p, p.h - 1, 0, 1, p.w, S_PLAIN, G_HLINE);
	pane_fill(&p, 0, 0, p.h, 1, S_PLAIN, G_VLINE);
	pane_fill(&p, 0, p.w - 1, p.h, 1, S_PLAIN, G_VLINE);
	pane_glyph(&p, 0, 0, S_PLAIN, G_CORNER_TL);
	pane_glyph(&p, 0, p.w - 1, S_PLAIN, G_CORNER_TR);
	pane_glyph(&p, p.h - 1, 0, S_PLAIN, G_CORNER_BL);
	pane_glyph(&p, p.h - 1, p.w - 1, S_PLAIN, G_CORNER_BR);
	in = pane_part(&p, 0, 2, 1, p.w - 4);
	pane_printf(&in, 0, 0, S_HEAD, " %s ", title);
	return pane_part(&p, 1, 2, p.h - 2, p.w - 4);
}

static struct pane draw_window(struct ui *ui, int h, int w, const char *title)
{
	struct pane body = area(ui, AREA_BODY);

	/* the side, too, may lie under it */
	body.w = ui->cv.w;
	return window(body, h, w, title);
}

static void draw_menu(struct ui *ui)
{
	struct pane p;
	int w = columns_of(ui->menu.title, ui->cv.ascii) + 2;
	size_t page;

	for (size_t i = 0; i < ui->menu.n; i++) {
		int n = columns_of(ui->menu.items[i].text, ui->cv.ascii) + 2;

		w = n > w ? n : w;
	}
	p = draw_window(ui, (int)ui->menu.n, w, ui->menu.title);
	ui->menu.page = p.h;
	page = p.h > 0 ? (size_t)p.h : 1;
	if (ui->menu.at < ui->menu.top)
		ui->menu.top = ui->menu.at;
	if (ui->menu.at >= ui->menu.top + page)
		ui->menu.top = ui->menu.at - page + 1;
	for (int y = 0; y < p.h && ui->menu.top + (size_t)y < ui->menu.n; y++) {
		size_t i = ui->menu.top + (size_t)y;

		pane_put(&p, y, 0, S_TAG, ui->menu.items[i].on ? "*" : " ");
		pane_text(&p, y, 2, TO_END, ALIGN_LEFT, S_PLAIN, ui->menu.items[i].text);
		if (i == ui->menu.at)
			pane_mark(&p, y, 0, p.w);
	}
}

struct lines {
	const struct pane *p;	/* NULL: they are only counted */
	size_t top, at;
};

static void wrapped_line(void *data, int indent, const char *line, size_t n)
{
	struct lines *d = data;
	_cleanup_free_ char *text = xstrndup(line, n);

	if (d->p && d->at >= d->top && d->at - d->top < (size_t)d->p->h)
		pane_put(d->p, (int)(d->at - d->top), indent, indent ? S_PLAIN : S_HEAD, text);
	d->at++;
}

/* What goes on from a line stands below its text. */
void wrap_text(const char *text, int w, void (*each)(void *data, int indent, const char *line, size_t n), void *data)
{
	while (*text) {
		size_t indent = strspn(text, " "), n = strcspn(text, "\n"), room;

		text += indent;
		n -= indent;
		/* bytes, not columns: what is explained is ASCII, but for names, and those are cut */
		room = w > 8 && indent + 8 < (size_t)w ? (size_t)w - indent : n;
		while (n > room) {
			size_t cut = room;

			while (cut > 1 && text[cut] != ' ')
				cut--;
			if (cut <= 1)
				cut = room;
			each(data, (int)indent, text, cut);
			cut += text[cut] == ' ';
			text += cut;
			n -= cut;
		}
		each(data, (int)indent, text, n);
		text += n + (text[n] == '\n');
	}
}

static void draw_box(struct ui *ui)
{
	struct lines d = { 0 };
	int w = ui->cv.w - 8 > 76 ? 76 : ui->cv.w - 8;
	struct pane p;

	wrap_text(buf_str(&ui->box.text), w, wrapped_line, &d);
	ui->box.lines = d.at;
	p = draw_window(ui, (int)d.at, w, ui->box.title);
	ui->box.page = p.h;
	d.p = &p;
	d.top = ui->box.top;
	d.at = 0;
	wrap_text(buf_str(&ui->box.text), w, wrapped_line, &d);
}

/* ---- while something takes long ------------------------------------------------------ */

static void over_help(struct canvas *cv, struct frame_over *o)
{
	int w = cv->w - 8 > 76 ? 76 : cv->w - 8;
	struct lines d = { 0 };
	struct pane p;

	wrap_text(buf_str(&o->help), w, wrapped_line, &d);
	o->lines = d.at;
	p = window(canvas_pane(cv), (int)d.at, w, "Help");
	o->page = p.h;
	d = (struct lines){ .p = &p, .top = o->top };
	wrap_text(buf_str(&o->help), w, wrapped_line, &d);
}

void frame_over_key(struct frame_over *o, enum action a)
{
	size_t page = o->page > 1 ? (size_t)o->page : 1;
	size_t last = o->lines > page ? o->lines - page : 0;

	if (a == A_UP)
		o->top -= o->top > 0;
	else if (a == A_DOWN)
		o->top += o->top < last;
	else if (a == A_PAGE_UP)
		o->top = o->top > page ? o->top - page : 0;
	else if (a == A_PAGE_DOWN)
		o->top = o->top + page < last ? o->top + page : last;
	else if (a == A_HOME || a == A_END)
		o->top = a == A_END ? last : 0;
	else
		buf_clear(&o->help);
	if (!o->help.n)
		o->top = 0;
}

/* "37 of 1000 domains", "1200 samples"; how long it takes, where that is all there is to say. */
static void put_progress(struct buf *b, const struct frame_over *o)
{
	const struct progress *at = &o->progress;

	if (at->what && at->total)
		buf_printf(b, "%llu of %llu %s%s", (unsigned long long)at->done, (unsigned long long)at->total,
			   at->what, at->total == 1 ? "" : "s");
	else if (at->what)
		buf_printf(b, "%llu %s%s", (unsigned long long)at->done, at->what, at->done == 1 ? "" : "s");
	if (!at->total) {
		buf_puts(b, at->what ? "  " : "");
		put_seconds(b, o->seconds);
	}
}

#define OVER_W 50

void frame_over(struct canvas *cv, struct frame_over *o)
{
	const struct progress *at = &o->progress;
	_cleanup_buf_ struct buf text = { 0 };
	int x = 0, bar = 0;
	struct pane p;

	if (cv->w < LAYOUT_MIN_W || cv->h < LAYOUT_MIN_H)
		return;
	if (o->help.n) {
		over_help(cv, o);
		return;
	}
	put_progress(&text, o);
	p = window(canvas_pane(cv), 2, OVER_W, !at->what ? "Working" : o->capture ? "Reading the capture" :
						"Looking for rings");
	if (at->total)
		bar = p.w - columns_of(buf_str(&text), cv->ascii) - 2;
	if (bar > 0) {
		pane_bar(&p, 0, 0, bar, (double)at->done / (double)at->total, S_OK);
		x = bar + 2;
	}
	pane_put(&p, 0, x, S_PLAIN, buf_str(&text));
	x = pane_put(&p, 1, pane_put(&p, 1, 0, S_KEY, "q"), S_BAR, ":Quit");
	x = pane_put(&p, 1, pane_put(&p, 1, x + 2, S_KEY, "?"), S_BAR, ":Help");
	if (o->capture && at->what)
		pane_put(&p, 1, pane_put(&p, 1, x + 2, S_KEY, "Esc"), S_BAR, ":Give up");
}

/* ---- all of it ---------------------------------------------------------------------- */

static void draw_too_small(struct ui *ui)
{
	struct pane p = canvas_pane(&ui->cv);
	_cleanup_free_ char *text = xasprintf("%d x %d are needed, this is %d x %d", LAYOUT_MIN_W,
					      LAYOUT_MIN_H, ui->cv.w, ui->cv.h);

	pane_text(&p, 0, 0, TO_END, ALIGN_LEFT, S_WARN, text);
}

void frame_draw(struct ui *ui)
{
	const struct view *v = ui_view(ui);
	struct needs needs = { .summary = ui->depth == 1, .tabs = ui->depth == 1 };
	_cleanup_buf_ struct buf note = { 0 };
	struct pane body, side, line;
	unsigned style = S_PLAIN;

	canvas_clear(&ui->cv);
	if (v->note && ui->shown.snap)
		style = v->note(ui, ui_state(ui), &note);
	needs.long_note = columns_of(buf_str(&note), ui->cv.ascii) > ui->cv.w - 1 - EXPLAIN_W;
	if (v->needs)
		v->needs(ui, ui_state(ui), ui->cv.w, ui->cv.h, &needs);
	if (layout(ui->cv.w, ui->cv.h, &needs, ui->areas)) {
		draw_too_small(ui);
		return;
	}
	draw_head(ui);
	if (needs.summary)
		draw_summary(ui);
	if (needs.tabs)
		draw_tabs(ui);
	body = area(ui, AREA_BODY);
	side = area(ui, AREA_SIDE);
	line = area(ui, AREA_LINE);
	pane_fill(&line, 0, 0, line.h, line.w, S_DIM, G_VLINE);
	if (ui->shown.snap || v == &view_help)
		v->draw(ui, ui_state(ui), &body, &side);
	else
		pane_put(&body, 1, 2, S_DIM, "there is no sample yet");
	draw_note(ui, buf_str(&note), style);
	draw_bar(ui);
	if (ui->menu.on)
		draw_menu(ui);
	if (ui->box.on)
		draw_box(ui);
}
