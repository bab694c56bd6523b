/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings: what is wrong, the worst first, and below how that is known and what to do next. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/rowgrid.h"

struct findings {
	struct ui *ui;
	struct rowgrid grid;
	struct xenring_finding *list;
};

enum { COL_MARK, COL_SINCE, COL_AGE, COL_CHECK, COL_OWES, COL_PATH };

static const struct grid_col cols[] = {
	[COL_MARK] = { .id = "level", .head = "", .help = "how bad it is", .width = 1 },
	[COL_SINCE] = { .id = "since", .head = "SINCE", .help = "it has been so since then, or longer; UTC",
			.width = 8, .prio = 3 },
	[COL_AGE] = { .id = "age_s", .head = "AGE", .help = "it has been so for that long, at least", .width = 6,
		      .right = true, .prio = 1 },
	[COL_CHECK] = { .id = "check", .head = "CHECK", .help = "what was found", .width = 21 },
	[COL_OWES] = { .id = "owes", .head = "OWES", .help = "whose turn it is", .width = 9, .prio = 2 },
	[COL_PATH] = { .id = "path", .head = "WHERE", .help = "the domain, device or ring", .width = 18,
		       .grows = true },
};

/* ---- rows ------------------------------------------------------------------------------ */

static void let_go(struct findings *f)
{
	rowgrid_set(&f->grid, NULL, 0);
	free(f->list);
	f->list = NULL;
}

/* The strings in the rows are the watch's until the next sample. */
static void each(struct ui *ui, void *st, struct xenring_snapshot *snap)
{
	(void)ui;
	(void)snap;
	let_go(st);
}

static size_t count(struct ui *ui, void *st)
{
	struct xenring_watch *watch = ui_watch(ui);

	(void)st;
	return watch ? xenring_n_findings(watch) : 0;
}

static void sample(struct ui *ui, void *st)
{
	struct findings *f = st;
	size_t n = count(ui, st), shown = 0;
	struct row *rows;

	let_go(f);
	f->list = xcalloc(n, sizeof(*f->list));
	rows = xcalloc(n, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		if (xenring_finding(ui_watch(ui), i, &f->list[i]) || !ui_lets_through(ui, f->list[i].path))
			continue;
		rows[shown++] = (struct row){ .shape = "finding", .p = &f->list[i], .i = i };
	}
	rowgrid_set(&f->grid, rows, shown);
}

static const struct xenring_finding *here(const struct findings *f)
{
	const struct row *row = rowgrid_row(&f->grid);

	return row ? row->p : NULL;
}

/* ---- cells ------------------------------------------------------------------------------ */

static bool cell(void *data, const struct row *row, size_t col, struct grid_cell *c)
{
	const struct findings *f = data;
	const struct xenring_finding *found = row->p;
	enum severity severity = severity_of_level(found->level);

	switch (col) {
	case COL_MARK:
		c->style = severity_style(severity);
		buf_puts(&c->text, glyph(severity_glyph(severity), ui_ascii(f->ui)));
		return true;
	case COL_SINCE:
		/* "2026-11-22T12:04:31.000Z": the day stands in what is below */
		if (found->since && strlen(found->since) > 19)
			buf_put(&c->text, found->since + 11, 8);
		return true;
	case COL_AGE:
		put_seconds(&c->text, found->age_s);
		return true;
	case COL_CHECK:
		c->style = severity_style(severity);
		return false;
	default:
		return false;
	}
}

/* As they come: the worst first. */
static double key(void *data, const struct row *row, int col)
{
	(void)data;
	(void)col;
	return -(double)row->i;
}

static const char *path(void *data, const struct row *row)
{
	(void)data;
	return ((const struct xenring_finding *)row->p)->path;
}

/* ---- what is below ------------------------------------------------------------------------ */

static void put_part(struct buf *b, const char *name, const char *text)
{
	if (text && text[0])
		buf_printf(b, "%s\n    %s\n", name, text);
}

static void put_finding(struct buf *b, const struct xenring_finding *f)
{
	buf_printf(b, "%s, %s\n    %s\n", f->check, f->level, f->text);
	if (f->since)
		buf_printf(b, "since %s\n", f->since);
	if (f->owes)
		buf_printf(b, "whose turn it is: %s\n", f->owes);
	put_part(b, "how that is known", f->known_by);
	for (size_t i = 0; i < f->n_evidence; i++) {
		const struct xenring_evidence *e = &f->evidence[i];

		if (e->value != XENRING_UNKNOWN)
			buf_printf(b, "    %s = %" PRId64, e->name, e->value);
		else
			buf_printf(b, "    %s = %s", e->name, e->text ? e->text : "?");
		buf_printf(b, "  (%s)\n", e->from);
	}
	put_part(b, "what to look at", f->next);
}

static bool find_check(const char *id, struct xenring_check *ret)
{
	for (size_t i = 0; !xenring_check(i, ret); i++)
		if (!strcmp(ret->check, id))
			return true;
	return false;
}

static void explain(struct findings *f)
{
	const struct xenring_finding *found = here(f);
	_cleanup_buf_ struct buf b = { 0 };
	struct xenring_check check;

	if (!found) {
		ui_say(f->ui, S_DIM, "there is nothing to explain here");
		return;
	}
	put_finding(&b, found);
	if (find_check(found->check, &check)) {
		put_part(&b, "what it means", check.means);
		put_part(&b, "how it is found", check.known_by);
		put_part(&b, "what causes it", check.causes);
		put_part(&b, "what to do next", check.next);
	}
	ui_text(f->ui, "Explain", buf_str(&b));
}

struct lines {
	const struct pane *p;
	int y;
};

static void put_line(void *data, int indent, const char *line, size_t n)
{
	struct lines *l = data;
	_cleanup_free_ char *text = xstrndup(line, n);

	if (l->y < l->p->h)
		pane_put(l->p, l->y, 2 + indent, indent ? S_PLAIN : S_HEAD, text);
	l->y++;
}

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct findings *f = st;
	const struct xenring_finding *found = here(f);
	int h = body->h / 2;
	struct pane list, below, text;
	_cleanup_buf_ struct buf b = { 0 };
	struct lines lines = { .p = &text };

	(void)side;
	if (!found) {
		pane_put(body, 1, 2, count(ui, st) ? S_DIM : S_OK,
			 count(ui, st) ? "nothing that was found has that in its path" : "nothing is wrong");
		return;
	}
	if ((size_t)h > f->grid.n + 1)
		h = (int)f->grid.n + 1;
	list = pane_part(body, 0, 0, h, body->w);
	below = pane_part(body, h, 0, body->h - h, body->w);
	text = pane_part(&below, 1, 0, below.h - 1, below.w);
	grid_draw(&f->grid.grid, &list, ui_tagged, ui);
	pane_fill(&below, 0, 0, 1, below.w, S_DIM, G_HLINE);
	pane_printf(&below, 0, 2, S_HEAD, " %s ", found->path);
	put_finding(&b, found);
	wrap_text(buf_str(&b), text.w - 4, put_line, &lines);
}

/* ---- the view --------------------------------------------------------------------------------- */

static void init(struct ui *ui, void *st)
{
	struct findings *f = st;

	f->ui = ui;
	rowgrid_init(&f->grid, ui, "finding", cols, sizeof(cols) / sizeof(cols[0]), f);
	f->grid.cell = cell;
	f->grid.key = key;
	f->grid.path = path;
}

static void fini(void *st)
{
	struct findings *f = st;

	let_go(f);
	rowgrid_free(&f->grid);
}

static void hide(struct ui *ui, void *st)
{
	(void)ui;
	let_go(st);
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct findings *)st)->grid.grid;
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct findings *f = st;
	const struct xenring_finding *found = here(f);
	struct grid *g = &f->grid.grid;

	switch (a) {
	case A_EXPLAIN:
		explain(f);
		return true;
	case A_FIND_NEXT:
		if (g->n)
			grid_go(g, (g->at + 1) % g->n);
		return true;
	case A_FIND_PREV:
		if (g->n)
			grid_go(g, (g->at + g->n - 1) % g->n);
		return true;
	case A_OPEN:
		if (found && ui_ring_at(ui, found->path) != SIZE_MAX)
			ui_open(ui, VIEW_ring, found->path);
		else
			explain(f);
		return true;
	default:
		return false;
	}
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	const struct xenring_finding *found = here(st);

	(void)ui;
	if (!found)
		return S_DIM;
	buf_printf(b, "%s: %s", found->check, found->text);
	return severity_style(severity_of_level(found->level));
}

const struct view view_findings = {
	.table = the_grid, .cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0]),
	.name = "findings", .title = "Findings", .tab = true,
	.help = "what is wrong, how that is known, and what to look at next",
	.size = sizeof(struct findings), .init = init, .fini = fini, .hide = hide, .sample = sample, .each = each,
	.count = count, .draw = draw, .grid = the_grid, .act = act, .note = note,
};
