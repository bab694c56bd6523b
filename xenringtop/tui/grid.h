/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table to move in: columns by priority, a cursor, a window onto the rows.
 * Only rows that are on the screen are formatted. A view owns the rows and
 * says what stands in a cell; moving, finding, sorting, choosing columns, tags
 * and the mouse are the same in each.
 */
#ifndef XT_TUI_GRID_H
#define XT_TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "tui/action.h"
#include "tui/canvas.h"

#define GRID_COLS 24

struct grid_col {
	const char *id;		/* as JSON has it where there is such a key */
	const char *head;
	const char *help;
	uint8_t width;		/* at least */
	uint8_t prio;		/* higher goes first when it gets narrow; 0 never does */
	bool right;		/* numbers */
	bool grows;		/* takes what is left over: one of them */
	bool off;		/* only if it is chosen */
};

/* What a view says of a cell. text is empty at first: "" is "not applicable", never unknown. */
struct grid_cell {
	struct buf text;
	unsigned style;
	double bar;		/* 0 to 1: a bar in place of text; NaN, as at first: none */
};

struct grid {
	/* the view's */
	const struct grid_col *cols;
	size_t n_cols;
	void *data;
	void (*cell)(void *data, size_t row, size_t col, struct grid_cell *out);
	/* What the row is about, as a target or a name that stays; NULL: nothing. */
	const char *(*path)(void *data, size_t row);
	/* What is looked through to find it; NULL: its path. */
	void (*words)(void *data, size_t row, struct buf *b);
	/* .sort, .invert or the columns have changed: put the rows in order again. */
	void (*ordered)(void *data);

	bool quiet;		/* no cursor is shown: it is beside what one is at */
	bool calm;		/* keys go elsewhere: the cursor's row has only its mark */
	size_t home;		/* the row that the cursor is on until it is moved */

	/* the grid's own */
	size_t n, at, top;
	int page;		/* rows on the screen */
	int sort;		/* a column, -1: the view's own order */
	bool invert;
	uint32_t hidden;	/* columns, a bit each */
	bool begun;		/* .hidden is set */
	char *at_path;		/* the cursor stays on it ... */
	bool moved;		/* ... once it was moved: until then it is on .home */
	struct buf text;	/* of a cell, kept so that a frame allocates nothing */
	struct {
		int x, w;
	} drawn[GRID_COLS];	/* w 0: not on the screen */
	int y, x, w;		/* of its heading on the screen, for the mouse */
};

/* The view has n rows now, in their order: the cursor goes to where its row went. */
void grid_rows(struct grid *g, size_t n);
/* Draws headings and rows. tagged may be NULL. */
void grid_draw(struct grid *g, const struct pane *p, bool (*tagged)(void *data, const char *path),
	       void *data);
/* Moves, sorts; false: it is none of its actions. */
bool grid_act(struct grid *g, enum action a);
/* Puts the cursor on a row. */
void grid_go(struct grid *g, size_t row);
/* The row that stands at a place on the screen; -1: none; -2 - i: the heading of column i. */
long grid_row_at(const struct grid *g, int y, int x);
/*
 * The next row from the cursor on (itself included if here is set) whose path,
 * or .words(), holds text, forward or back, around the end; SIZE_MAX: none.
 */
size_t grid_find(const struct grid *g, const char *text, bool back, bool here);
/* What the cursor's row is about, or NULL. */
const char *grid_path(const struct grid *g);
/* Shows or hides a column; of those without a priority each stays. */
void grid_toggle_col(struct grid *g, size_t col);
bool grid_col_is_hidden(const struct grid *g, size_t col);
void grid_free(struct grid *g);

#endif
