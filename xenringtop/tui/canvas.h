/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A screen in memory, and panes: rectangles of it that views draw into. All
 * clipping, cutting and measuring of text is done here, and nothing that is put
 * can reach outside of its pane or change the terminal's state.
 */
#ifndef XT_TUI_CANVAS_H
#define XT_TUI_CANVAS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/glyph.h"
#include "tui/theme.h"

/* One column of one line. width 0: the right half of a wide character before it. */
struct cell_of_screen {
	char utf8[5];
	uint8_t style;		/* enum style, and STYLE_CURSOR */
	uint8_t width;
};

struct canvas {
	int w, h;
	bool ascii;		/* nothing else may be in a cell */
	struct cell_of_screen *cells;
};

/* All zero is an empty one. Sizes up to 4096 x 4096; blank afterwards. */
void canvas_resize(struct canvas *cv, int w, int h);
void canvas_clear(struct canvas *cv);
void canvas_free(struct canvas *cv);
/* y and x must be inside. */
static inline struct cell_of_screen *canvas_at(const struct canvas *cv, int y, int x)
{
	return &cv->cells[(long)y * cv->w + x];
}

/* A rectangle of a canvas: its own origin, and all that is put is cut at its edges. */
struct pane {
	struct canvas *cv;
	int y, x, h, w;
};

struct pane canvas_pane(struct canvas *cv);
/* A part of a pane, cut to it. */
struct pane pane_part(const struct pane *p, int y, int x, int h, int w);

enum align { ALIGN_LEFT, ALIGN_RIGHT };
/* As wide as the pane is from there. */
#define TO_END (-1)

/*
 * Puts text into w columns of line y from column x on, padded with blanks; what
 * is too long ends in an ellipsis. Control characters and broken UTF-8 become
 * "?"; in ASCII all else, too. Returns the columns of the text itself.
 */
int pane_text(const struct pane *p, int y, int x, int w, enum align align, unsigned style,
	      const char *text);
/* The same at the left, and without padding: returns the column behind it. */
int pane_put(const struct pane *p, int y, int x, unsigned style, const char *text);
int pane_printf(const struct pane *p, int y, int x, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void pane_fill(const struct pane *p, int y, int x, int h, int w, unsigned style, enum glyph_id g);
void pane_glyph(const struct pane *p, int y, int x, unsigned style, enum glyph_id g);
/* Adds STYLE_CURSOR to what stands there. */
void pane_mark(const struct pane *p, int y, int x, int w);
/*
 * A bar of w columns, ratio from 0 to 1. What is not empty is not drawn empty,
 * what is not full is not drawn full. NaN: nothing.
 */
void pane_bar(const struct pane *p, int y, int x, int w, double ratio, unsigned style);
/* One column of a sparkline, ratio from 0 to 1. */
enum glyph_id spark(double ratio);

/* Columns that text takes on a screen, as pane_text() puts it. */
int columns_of(const char *text, bool ascii);

#endif
