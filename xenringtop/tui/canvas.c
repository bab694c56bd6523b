/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A screen in memory, and panes: rectangles of it that views draw into. */
#include <config.h>

#include "tui/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "buf.h"

#define SIZE_MAX_CELLS 4096

static void blank(struct cell_of_screen *c)
{
	*c = (struct cell_of_screen){ .utf8 = " ", .width = 1 };
}

void canvas_clear(struct canvas *cv)
{
	for (long i = 0; i < (long)cv->w * cv->h; i++)
		blank(&cv->cells[i]);
}

static int within(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

void canvas_resize(struct canvas *cv, int w, int h)
{
	w = within(w, 0, SIZE_MAX_CELLS);
	h = within(h, 0, SIZE_MAX_CELLS);
	if (w != cv->w || h != cv->h || !cv->cells) {
		free(cv->cells);
		cv->cells = xcalloc((size_t)w * (size_t)h + 1, sizeof(*cv->cells));
		cv->w = w;
		cv->h = h;
	}
	canvas_clear(cv);
}

void canvas_free(struct canvas *cv)
{
	free(cv->cells);
	*cv = (struct canvas){ 0 };
}

struct pane canvas_pane(struct canvas *cv)
{
	return (struct pane){ .cv = cv, .h = cv->h, .w = cv->w };
}

struct pane pane_part(const struct pane *p, int y, int x, int h, int w)
{
	int y0 = within(y, 0, p->h), x0 = within(x, 0, p->w);
	/* an origin before the pane's takes from the size */
	long y1 = (long)y + h, x1 = (long)x + w;

	return (struct pane){
		.cv = p->cv, .y = p->y + y0, .x = p->x + x0,
		.h = (int)(y1 > p->h ? p->h : y1 < y0 ? y0 : y1) - y0,
		.w = (int)(x1 > p->w ? p->w : x1 < x0 ? x0 : x1) - x0,
	};
}

/* ---- text ------------------------------------------------------------------ */

/* A character as it goes into a cell. */
struct glyph_cell {
	char utf8[5];
	int width;		/* 1 or 2; 0: it does not go anywhere */
};

static size_t sequence(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] < 0xe0)
		return 2;
	if (s[0] >= 0xe0 && s[0] < 0xf0)
		return 3;
	if (s[0] >= 0xf0 && s[0] < 0xf5)
		return 4;
	return 0;
}

/* The character at s, never a control, a combining or a broken one; returns its bytes. */
static size_t next_char(const char *text, bool ascii, struct glyph_cell *ret)
{
	static const struct glyph_cell doubt = { .utf8 = "?", .width = 1 };
	const unsigned char *s = (const unsigned char *)text;
	size_t n = sequence(s);
	uint32_t c;
	int width;

	*ret = doubt;
	if (n == 1) {
		if (s[0] >= 0x20 && s[0] < 0x7f)
			ret->utf8[0] = (char)s[0];
		return 1;
	}
	if (!n)
		return 1;
	c = s[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (ascii)
		return n;
	width = wcwidth((wchar_t)c);
	if (width < 0 || c < 0xa0)
		return n;
	ret->width = width > 2 ? 2 : width;
	memcpy(ret->utf8, s, n);
	ret->utf8[n] = '\0';
	return n;
}

int columns_of(const char *text, bool ascii)
{
	struct glyph_cell g;
	int w = 0;

	while (*text) {
		text += next_char(text, ascii, &g);
		w += g.width;
	}
	return w;
}

/* Puts one character; half of a wide one is never left over. */
static void put_cell(const struct pane *p, int y, int x, unsigned style, const struct glyph_cell *g)
{
	struct cell_of_screen *c = canvas_at(p->cv, p->y + y, p->x + x);

	if (!c->width && p->x + x > 0)
		blank(c - 1);
	if (p->x + x + g->width < p->cv->w && !c[g->width].width)
		blank(&c[g->width]);
	*c = (struct cell_of_screen){ .style = (uint8_t)style, .width = (uint8_t)g->width };
	memcpy(c->utf8, g->utf8, sizeof(c->utf8));
	if (g->width == 2)
		c[1] = (struct cell_of_screen){ .style = (uint8_t)style };
}

static const struct glyph_cell space = { .utf8 = " ", .width = 1 };

static void put_at(const struct pane *p, int y, int x, unsigned style, const struct glyph_cell *g)
{
	if (y >= 0 && y < p->h && x >= 0 && g->width && x + g->width <= p->w)
		put_cell(p, y, x, style, g);
}

/* As many characters as go into w columns; the column behind the last. */
static int put_chars(const struct pane *p, int y, int x, int w, unsigned style, const char *text)
{
	bool ascii = p->cv->ascii;
	int end = x + w;

	while (*text) {
		struct glyph_cell g;
		size_t n = next_char(text, ascii, &g);
		int rest = g.width ? columns_of(text + n, ascii) > 0 : 0;

		/* the last column says that there is more */
		if (x + g.width > end || (x + g.width == end && rest)) {
			next_char(glyph(G_ELLIPSIS, ascii), ascii, &g);
			if (x < end)
				put_at(p, y, x++, style, &g);
			while (x < end)
				put_at(p, y, x++, style, &space);
			break;
		}
		put_at(p, y, x, style, &g);
		x += g.width;
		text += n;
	}
	return x;
}

int pane_text(const struct pane *p, int y, int x, int w, enum align align, unsigned style,
	      const char *text)
{
	int n, at, end;

	if (w == TO_END)
		w = p->w - x;
	if (w <= 0)
		return 0;
	n = columns_of(text, p->cv->ascii);
	if (n > w)
		n = w;
	at = align == ALIGN_RIGHT ? x + w - n : x;
	for (int i = x; i < at; i++)
		put_at(p, y, i, style, &space);
	end = put_chars(p, y, at, n, style, text);
	for (int i = end; i < x + w; i++)
		put_at(p, y, i, style, &space);
	return n;
}

int pane_put(const struct pane *p, int y, int x, unsigned style, const char *text)
{
	int n = columns_of(text, p->cv->ascii), room = p->w - x;

	return room > 0 ? put_chars(p, y, x, n > room ? room : n, style, text) : x;
}

int pane_printf(const struct pane *p, int y, int x, unsigned style, const char *fmt, ...)
{
	_cleanup_buf_ struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return pane_put(p, y, x, style, buf_str(&b));
}

void pane_glyph(const struct pane *p, int y, int x, unsigned style, enum glyph_id g)
{
	struct glyph_cell c;

	next_char(glyph(g, p->cv->ascii), p->cv->ascii, &c);
	put_at(p, y, x, style, &c);
}

void pane_fill(const struct pane *p, int y, int x, int h, int w, unsigned style, enum glyph_id g)
{
	struct pane part = pane_part(p, y, x, h, w);

	for (int i = 0; i < part.h; i++)
		for (int k = 0; k < part.w; k++)
			pane_glyph(&part, i, k, style, g);
}

void pane_mark(const struct pane *p, int y, int x, int w)
{
	struct pane part = pane_part(p, y, x, 1, w);

	for (int k = 0; part.h && k < part.w; k++)
		canvas_at(part.cv, part.y, part.x + k)->style |= STYLE_CURSOR;
}

void pane_bar(const struct pane *p, int y, int x, int w, double ratio, unsigned style)
{
	/* ASCII has one step between an empty column and a full one */
	int steps = p->cv->ascii ? 2 : 8, total = w * steps, n;

	if (isnan(ratio) || w <= 0)
		return;
	n = (int)(ratio * total + 0.5);
	n = ratio <= 0 ? 0 : ratio >= 1 ? total : within(n, 1, total - 1);
	for (int i = 0; i < w; i++, n -= steps) {
		int part = n <= 0 ? 0 : n >= steps ? 8 : n * 8 / steps;

		pane_glyph(p, y, x + i, part ? style : (style & STYLE_CURSOR) | S_DIM,
			   (enum glyph_id)(G_BAR_0 + part));
	}
}

enum glyph_id spark(double ratio)
{
	int n = isnan(ratio) ? 0 : within((int)(ratio * 8), 0, 7);

	return (enum glyph_id)(G_SPARK_0 + n);
}
