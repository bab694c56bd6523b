/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One ring looked into: its slots and open requests, read while somebody looks; how they are drawn. */
#ifndef XT_TUI_LOOK_H
#define XT_TUI_LOOK_H

#include "tui/view.h"

/* All zero, but .ui, is one that looks at nothing. */
struct look {
	struct ui *ui;
	char *path;			/* NULL: at nothing */
	bool found;			/* it is in the sample that is shown: .ring is it */
	bool tracked;
	struct xenring_slots *slots;	/* NULL: .why says why not */
	struct xenring_ring ring;	/* as of the slots, else of the sample */
	const char *why;		/* a sentence; owned by the library or static */
	struct buf why_text;
	uint8_t *cells;			/* of each slot of the ring what is drawn */
	size_t n_cells, cells_cap;
	size_t *rows, n_rows, rows_cap;	/* slots that are listed */
	size_t open, kept, unsure, answered;
	bool all;			/* all slots are listed */
	struct grid grid;		/* of the rows */
	char at[24];
};

/* Its grid, once .ui is set. */
void look_init(struct look *l);
/* Looks at another ring from now on, "" or NULL: at none. Its requests are kept track of meanwhile. */
void look_at(struct look *l, const char *path);
/* Reads it as of the sample that is shown. */
void look_sample(struct look *l);
void look_free(struct look *l);
/* The slot of the grid's cursor; SIZE_MAX: none. */
size_t look_slot(const struct look *l);

/* Where it stands: protocol, indices, what the event indices mean. As many lines as it returns, at most 4. */
int look_draw_head(const struct look *l, const struct pane *p);
/* All slots in a row, or rows, with the marks of the indices. Returns the lines it took. */
int look_draw_strip(const struct look *l, const struct pane *p);
/* Slots in a circle, clockwise from the top left, and the numbers in it. False: there is no room. */
bool look_draw_track(const struct look *l, const struct pane *p);
/* Two queues of bytes. Returns the lines it took. */
int look_draw_queues(const struct look *l, const struct pane *p);

#endif
