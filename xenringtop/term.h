/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What standard output can show: its size, its characters, its colours. */
#ifndef XT_TERM_H
#define XT_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "opts.h"

enum color_class {
	COLOR_NONE, COLOR_GOOD, COLOR_WARN, COLOR_CRIT, COLOR_UNKNOWN, COLOR_HEAD, COLOR_N
};

enum glyph {
	GLYPH_BRANCH, GLYPH_LAST, GLYPH_TRUNK, GLYPH_GAP,	/* of trees */
	GLYPH_AT_LEAST, GLYPH_AT_MOST, GLYPH_FAULT, GLYPH_BAR,
	GLYPH_N
};

struct term {
	bool tty;
	bool utf8;
	unsigned safe;			/* for put_safe() */
	size_t width, height;		/* 0: no limit */
	const char *sgr[COLOR_N];	/* "1;31"; NULL: no colour */
	char *colors;			/* owns what sgr points to */
};

/* Looks at the environment, the terminal and the options. Free with term_free(). */
void term_init(struct term *t, const struct opts *o);
void term_free(struct term *t);
#define _cleanup_term_ _cleanup_(term_free)

/* Is class one that has a colour, and sgr one: "1;31", "" for none? False after a complaint. */
bool term_color_check(const char *class, const char *sgr);
const char *term_glyph(const struct term *t, enum glyph g);
/* The class of a state's word: the colour only repeats what the word says. */
enum color_class color_of_state(const char *state);
/* Puts text in the colour of a class. */
void put_colored(struct buf *b, const struct term *t, enum color_class c, const char *text);

#endif
