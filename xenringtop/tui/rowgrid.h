/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A grid over rows of one record: cells and order come from its fields, whose
 * names are the ids of the columns. What a view wants to look otherwise it says
 * itself.
 */
#ifndef XT_TUI_ROWGRID_H
#define XT_TUI_ROWGRID_H

#include "records.h"
#include "tui/view.h"

struct rowgrid {
	struct grid grid;
	struct ui *ui;
	const char *shape;
	struct row *rows;	/* owned */
	size_t n;
	void *data;		/* for the functions below, each of which may be NULL */
	/* False: the cell is as its field says. */
	bool (*cell)(void *data, const struct row *row, size_t col, struct grid_cell *c);
	const char *(*path)(void *data, const struct row *row);
	/*
	 * What rows are sorted by, from the largest on, where a column is no
	 * field; col -1: where no column was chosen. NaN: goes last.
	 */
	double (*key)(void *data, const struct row *row, int col);
};

void rowgrid_init(struct rowgrid *g, struct ui *ui, const char *shape, const struct grid_col *cols,
		  size_t n_cols, void *data);
/* Takes rows over: they are put in order, and the cursor goes to where its row went. */
void rowgrid_set(struct rowgrid *g, struct row *rows, size_t n);
/* The row that the cursor is on, or NULL. */
const struct row *rowgrid_row(const struct rowgrid *g);
void rowgrid_free(struct rowgrid *g);

/* The cell of a number: "?" where it is not known. */
void cell_number(struct grid_cell *c, int64_t v);

#endif
