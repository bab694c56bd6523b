/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a cell means, and how each scheme of colours shows it. */
#ifndef XT_TUI_THEME_H
#define XT_TUI_THEME_H

#include <stdint.h>

/*
 * Styles are meanings. A colour only repeats what a word, a mark or a place
 * says, so that nothing is lost in mono.
 */
enum style {
	S_PLAIN,
	S_OK,		/* it moves */
	S_WARN,
	S_CRIT,
	S_UNKNOWN,	/* could not be read, is not known */
	S_DIM,		/* less important than what stands beside it */
	S_HEAD,		/* headings, names of things */
	S_KEY,		/* a key that may be pressed */
	S_SEL,		/* the view that is shown, a choice that is made */
	S_FRONT,	/* the frontend's doing */
	S_BACK,		/* the backend's doing */
	S_INFERRED,	/* follows from what was read */
	S_TAG,		/* what the operator has marked */
	S_BAR,		/* the line of function keys */
	STYLE_N
};

/* Beside a style: the row that the cursor is on. */
#define STYLE_CURSOR 0x80
#define STYLE_MASK 0x7f

enum { LOOK_BOLD = 1, LOOK_REVERSE = 2, LOOK_UNDERLINE = 4, LOOK_DIM = 8 };

struct appearance {
	int16_t fg, bg;		/* of 8 colours; -1: the terminal's own */
	int16_t fg256;		/* of 256, where there are so many; -1: as fg */
	uint8_t attrs;		/* LOOK_... */
};

enum scheme { SCHEME_DEFAULT, SCHEME_LIGHT, SCHEME_MONO, SCHEME_HIGH_CONTRAST, SCHEME_N };

/* A scheme's look of a style, with or without STYLE_CURSOR. */
struct appearance theme_look(enum scheme scheme, unsigned style);
/* "default", "light", "mono", "high-contrast"; NULL after the last. */
const char *scheme_name(unsigned scheme);
/* "crit": for style runs of a dump. */
const char *style_name(unsigned style);

#endif
