/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where things stand on a screen of any size. Pure: no terminal, no state. */
#ifndef XT_TUI_LAYOUT_H
#define XT_TUI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

struct rect {
	int y, x, h, w;		/* h or w 0: it is not there */
};

enum area {
	AREA_HEAD,	/* line 1: program, host, time; of a view that was opened, its path */
	AREA_SUMMARY,	/* line 2: how many rings of which state */
	AREA_TABS,	/* line 3 */
	AREA_BODY,	/* the view's own */
	AREA_LINE,	/* between body and side */
	AREA_SIDE,	/* a second pane, where there is room */
	AREA_NOTE,	/* the last line but one: what the selected row is about; prompts */
	AREA_BAR,	/* the last line: function keys */
	AREA_N
};

/* What a view asks for. */
struct needs {
	bool summary, tabs;
	bool long_note;		/* it needs a second line, and gets it where there is room */
	int side_w;		/* columns of a second pane; 0: none */
	int body_w;		/* columns that the body keeps, or there is no side */
};

#define LAYOUT_MIN_W 60
#define LAYOUT_MIN_H 12
#define LAYOUT_LONG_NOTE_H 16

/* 0, or -1 if the screen is too small: then no area is there. */
int layout(int w, int h, const struct needs *needs, struct rect out[AREA_N]);

/* A column of a table. */
struct column_need {
	int width;		/* at least */
	unsigned prio;		/* higher goes first when it gets narrow; 0 never does */
	bool grows;		/* takes what is left over */
};

/*
 * The widths of n columns in w columns of a screen, each with a gap before it
 * but the first that is there; 0: dropped. Of the same prio the last goes first.
 */
void layout_columns(int w, int gap, const struct column_need *c, size_t n, int *ret_widths);

#endif
