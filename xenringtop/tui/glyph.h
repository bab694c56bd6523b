/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The characters that screens are drawn with: each has a twin in ASCII of the same width. */
#ifndef XT_TUI_GLYPH_H
#define XT_TUI_GLYPH_H

#include <stdbool.h>

/* X(name, UTF-8, ASCII), one column each */
#define GLYPHS(X)				\
	X(TREE_BRANCH, "├", "|")		\
	X(TREE_LAST, "└", "`")			\
	X(TREE_TRUNK, "│", "|")			\
	X(FOLDED, "▸", "+")			\
	X(UNFOLDED, "▾", "-")			\
	X(CRIT, "✗", "X")			\
	X(WARN, "!", "!")			\
	X(UNKNOWN, "?", "?")			\
	X(ELLIPSIS, "…", "~")			\
	X(HLINE, "─", "-")			\
	X(VLINE, "│", "|")			\
	X(TEE_LEFT, "┤", "+")			\
	X(TEE_RIGHT, "├", "+")			\
	X(CORNER_TL, "┌", "+")			\
	X(CORNER_TR, "┐", "+")			\
	X(CORNER_BL, "└", "+")			\
	X(CORNER_BR, "┘", "+")			\
	X(BAR_0, "░", ".")			\
	X(BAR_1, "▏", ":")			\
	X(BAR_2, "▎", ":")			\
	X(BAR_3, "▍", ":")			\
	X(BAR_4, "▌", ":")			\
	X(BAR_5, "▋", ":")			\
	X(BAR_6, "▊", ":")			\
	X(BAR_7, "▉", ":")			\
	X(BAR_8, "█", "#")			\
	X(SPARK_0, "▁", ".")			\
	X(SPARK_1, "▂", ":")			\
	X(SPARK_2, "▃", "-")			\
	X(SPARK_3, "▄", "=")			\
	X(SPARK_4, "▅", "+")			\
	X(SPARK_5, "▆", "*")			\
	X(SPARK_6, "▇", "%")			\
	X(SPARK_7, "█", "#")			\
	X(SLOT_OPEN, "█", "#")			\
	X(SLOT_ANSWERED, "▒", "o")		\
	X(SLOT_UNSURE, "▓", "%")		\
	X(SLOT_FREE, "·", ".")			\
	X(MARK_UP, "▲", "^")			\
	X(MARK_DOWN, "▼", "v")			\
	X(MARK_LEFT, "◀", "<")			\
	X(MARK_RIGHT, "▶", ">")			\
	X(TICK, "┆", "|")			\
	X(AT_LEAST, "≥", ">")			\
	X(AT_MOST, "≤", "<")			\
	X(BLANK, " ", " ")

enum glyph_id {
#define X(name, utf8, ascii) G_##name,
	GLYPHS(X)
#undef X
	G_N
};

const char *glyph(enum glyph_id g, bool ascii);
/* Does the terminal's character set hold them, each one column wide? Some CJK locales say two. */
bool glyphs_fit_locale(void);

#endif
