/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A grid over rows of one record: cells and order come from its fields. */
#include <config.h>

#include "tui/rowgrid.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sink/format.h"

static void field_cell(const struct rowgrid *g, const struct row *row, const char *field, struct grid_cell *c)
{
	struct xenring_value v;

	if (!row_value(row, field, &v) || v.none)
		return;
	if (v.known) {
		format_value(&c->text, ui_term(g->ui), &v, 0);
	} else if (!field_is_absent(&v)) {
		c->style = S_UNKNOWN;
		buf_putc(&c->text, '?');
	}
}

static void cell(void *data, size_t row, size_t col, struct grid_cell *c)
{
	struct rowgrid *g = data;

	if (!g->cell || !g->cell(g->data, &g->rows[row], col, c))
		field_cell(g, &g->rows[row], g->grid.cols[col].id, c);
}

static const char *path(void *data, size_t row)
{
	struct rowgrid *g = data;

	return g->path ? g->path(g->data, &g->rows[row]) : NULL;
}

struct keyed {
	struct row row;
	double key;
	size_t at;
};

static int by_key(const void *pa, const void *pb, void *data)
{
	const struct keyed *a = pa, *b = pb;
	const int *way = data;
	int c;

	if (isnan(a->key) != isnan(b->key))
		return isnan(a->key) ? 1 : -1;
	c = ((a->key < b->key) - (a->key > b->key)) * *way;
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static void sort_by_key(struct rowgrid *g)
{
	_cleanup_free_ struct keyed *order = xcalloc(g->n, sizeof(*order));
	int way = g->grid.invert ? -1 : 1;

	for (size_t i = 0; i < g->n; i++)
		order[i] = (struct keyed){ g->rows[i], g->key(g->data, &g->rows[i], g->grid.sort), i };
	qsort_r(order, g->n, sizeof(*order), by_key, &way);
	for (size_t i = 0; i < g->n; i++)
		g->rows[i] = order[i].row;
}

static void sort(struct rowgrid *g)
{
	const char *id = g->grid.sort < 0 ? NULL : g->grid.cols[g->grid.sort].id;
	const struct xenring_field *f = id ? shape_field(g->shape, id) : NULL;

	/* numbers from the largest on, as in each view; names as in a dictionary */
	if (f)
		rows_sort(g->rows, g->n, id, field_is_number(f) != g->grid.invert);
	else if (g->key)
		sort_by_key(g);
}

static void ordered(void *data)
{
	struct rowgrid *g = data;

	sort(g);
	grid_rows(&g->grid, g->n);
}

void rowgrid_init(struct rowgrid *g, struct ui *ui, const char *shape, const struct grid_col *cols,
		  size_t n_cols, void *data)
{
	*g = (struct rowgrid){ .ui = ui, .shape = shape, .data = data };
	g->grid = (struct grid){
		.cols = cols, .n_cols = n_cols, .data = g, .cell = cell, .path = path, .ordered = ordered,
		.sort = -1,
	};
}

void rowgrid_set(struct rowgrid *g, struct row *rows, size_t n)
{
	free(g->rows);
	g->rows = rows;
	g->n = n;
	ordered(g);
}

const struct row *rowgrid_row(const struct rowgrid *g)
{
	return g->grid.at < g->n ? &g->rows[g->grid.at] : NULL;
}

void rowgrid_free(struct rowgrid *g)
{
	free(g->rows);
	g->rows = NULL;
	g->n = 0;
	grid_free(&g->grid);
}

void cell_number(struct grid_cell *c, int64_t v)
{
	if (v == XENRING_UNKNOWN) {
		c->style = S_UNKNOWN;
		buf_putc(&c->text, '?');
	} else {
		buf_printf(&c->text, "%" PRId64, v);
	}
}
