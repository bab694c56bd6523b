/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table to move in: columns by priority, a cursor, a window onto the rows. */
#include <config.h>

#include "tui/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/layout.h"

#define GAP 1
/* Before the first column: the cursor's mark, and a blank. */
#define MARGIN 2

static void begin(struct grid *g)
{
	if (g->begun)
		return;
	g->begun = true;
	for (size_t i = 0; i < g->n_cols; i++)
		if (g->cols[i].off)
			g->hidden |= UINT32_C(1) << i;
}

void grid_toggle_col(struct grid *g, size_t col)
{
	begin(g);
	if (col < g->n_cols && (g->cols[col].prio || g->hidden >> col & 1))
		g->hidden ^= UINT32_C(1) << col;
}

bool grid_col_is_hidden(const struct grid *g, size_t col)
{
	return g->begun ? g->hidden >> col & 1 : g->cols[col].off;
}

const char *grid_path(const struct grid *g)
{
	return g->at < g->n && g->path ? g->path(g->data, g->at) : NULL;
}

static void remember(struct grid *g)
{
	const char *path = grid_path(g);

	if (path && g->at_path && !strcmp(path, g->at_path))
		return;
	free(g->at_path);
	g->at_path = path ? xstrdup(path) : NULL;
}

static bool is_at(const struct grid *g, size_t row)
{
	const char *path = g->path(g->data, row);

	return path && !strcmp(path, g->at_path);
}

void grid_rows(struct grid *g, size_t n)
{
	begin(g);
	g->n = n;
	/* who has not moved looks at the worst, whatever it is */
	if (!g->moved)
		g->at = g->home;
	else if (g->path && g->at_path && !(g->at < n && is_at(g, g->at)))
		for (size_t i = 0; i < n; i++)
			if (is_at(g, i)) {
				g->at = i;
				break;
			}
	if (g->at >= n)
		g->at = n ? n - 1 : 0;
	if (n)
		remember(g);
}

void grid_go(struct grid *g, size_t row)
{
	if (!g->n)
		return;
	g->at = row < g->n ? row : g->n - 1;
	g->moved = true;
	remember(g);
}

static void scroll(struct grid *g)
{
	size_t page = g->page > 0 ? (size_t)g->page : 1;

	if (g->at < g->top)
		g->top = g->at;
	if (g->at >= g->top + page)
		g->top = g->at - page + 1;
	if (g->top + page > g->n)
		g->top = g->n > page ? g->n - page : 0;
}

static void draw_cell(struct grid *g, const struct pane *p, int y, size_t row, size_t col)
{
	struct grid_cell c = { .text = g->text, .bar = (double)NAN };
	int x = g->drawn[col].x, w = g->drawn[col].w;

	buf_clear(&c.text);
	g->cell(g->data, row, col, &c);
	if (!isnan(c.bar))
		pane_bar(p, y, x, w, c.bar, c.style);
	else if (c.text.n)
		pane_text(p, y, x, w, g->cols[col].right ? ALIGN_RIGHT : ALIGN_LEFT, c.style,
			  buf_str(&c.text));
	g->text = c.text;
}

static void place_columns(struct grid *g, int w)
{
	struct column_need needs[GRID_COLS] = { 0 };
	int widths[GRID_COLS], x = MARGIN;
	size_t at[GRID_COLS], n = 0;

	memset(g->drawn, 0, sizeof(g->drawn));
	for (size_t i = 0; i < g->n_cols; i++) {
		if (g->hidden >> i & 1)
			continue;
		needs[n] = (struct column_need){
			.width = g->cols[i].width, .prio = g->cols[i].prio, .grows = g->cols[i].grows,
		};
		at[n++] = i;
	}
	layout_columns(w - MARGIN, GAP, needs, n, widths);
	for (size_t k = 0; k < n; k++) {
		if (!widths[k])
			continue;
		g->drawn[at[k]].x = x;
		g->drawn[at[k]].w = widths[k];
		x += widths[k] + GAP;
	}
}

static void draw_headings(struct grid *g, const struct pane *p)
{
	for (size_t i = 0; i < g->n_cols; i++)
		if (g->drawn[i].w)
			pane_text(p, 0, g->drawn[i].x, g->drawn[i].w,
				  g->cols[i].right ? ALIGN_RIGHT : ALIGN_LEFT,
				  g->sort == (int)i ? S_SEL : S_HEAD, g->cols[i].head);
}

void grid_draw(struct grid *g, const struct pane *p, bool (*tagged)(void *data, const char *path),
	       void *data)
{
	begin(g);
	g->page = p->h - 1;
	g->y = p->y;
	g->x = p->x;
	g->w = p->w;
	scroll(g);
	place_columns(g, p->w);
	draw_headings(g, p);
	for (int y = 1; y < p->h && g->top + (size_t)y - 1 < g->n; y++) {
		size_t row = g->top + (size_t)y - 1;
		const char *path = g->path ? g->path(g->data, row) : NULL;

		for (size_t i = 0; i < g->n_cols; i++)
			if (g->drawn[i].w)
				draw_cell(g, p, y, row, i);
		if (tagged && path && tagged(data, path))
			pane_put(p, y, 0, S_TAG, "*");
		if (row == g->at && !g->quiet) {
			pane_put(p, y, tagged && path && tagged(data, path) ? 1 : 0, S_HEAD, ">");
			if (!g->calm)
				pane_mark(p, y, 0, p->w);
		}
	}
}

/* The next column on the screen that way, around the end over "as it comes". */
static void sort_by_next(struct grid *g, int step)
{
	int n = (int)g->n_cols;

	do {
		g->sort += step;
		if (g->sort < -1)
			g->sort = n - 1;
		if (g->sort >= n)
			g->sort = -1;
	} while (g->sort >= 0 && !g->drawn[g->sort].w);
	if (g->ordered)
		g->ordered(g->data);
}

bool grid_act(struct grid *g, enum action a)
{
	size_t page = g->page > 1 ? (size_t)g->page : 1;

	switch (a) {
	case A_UP:
		grid_go(g, g->at ? g->at - 1 : 0);
		return true;
	case A_DOWN:
		grid_go(g, g->at + 1);
		return true;
	case A_PAGE_UP:
		grid_go(g, g->at > page ? g->at - page : 0);
		return true;
	case A_PAGE_DOWN:
		grid_go(g, g->at + page);
		return true;
	case A_HOME:
		grid_go(g, 0);
		return true;
	case A_END:
		grid_go(g, g->n ? g->n - 1 : 0);
		return true;
	case A_SORT_LEFT:
		sort_by_next(g, -1);
		return true;
	case A_SORT_RIGHT:
		sort_by_next(g, 1);
		return true;
	case A_INVERT:
		g->invert = !g->invert;
		if (g->ordered)
			g->ordered(g->data);
		return true;
	default:
		return false;
	}
}

long grid_row_at(const struct grid *g, int y, int x)
{
	if (y < g->y || x < g->x || x >= g->x + g->w)
		return -1;
	if (y > g->y) {
		size_t row = g->top + (size_t)(y - g->y - 1);

		return y <= g->y + g->page && row < g->n ? (long)row : -1;
	}
	for (size_t i = 0; i < g->n_cols; i++)
		if (g->drawn[i].w && x - g->x >= g->drawn[i].x &&
		    x - g->x < g->drawn[i].x + g->drawn[i].w)
			return -2 - (long)i;
	return -1;
}

size_t grid_find(const struct grid *g, const char *text, bool back, bool here)
{
	for (size_t k = here ? 0 : 1; g->path && k < g->n + !here; k++) {
		size_t row = (g->at + (back ? g->n - k % g->n : k)) % g->n;
		const char *path = g->path(g->data, row);
		_cleanup_buf_ struct buf b = { 0 };

		if (g->words) {
			g->words(g->data, row, &b);
			path = buf_str(&b);
		}
		if (path && strcasestr(path, text))
			return row;
	}
	return SIZE_MAX;
}

void grid_free(struct grid *g)
{
	free(g->at_path);
	buf_free(&g->text);
	*g = (struct grid){ 0 };
}
