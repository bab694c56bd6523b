/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where things stand on a screen of any size. Pure: no terminal, no state. */
#include <config.h>

#include "tui/layout.h"

#include <string.h>

int layout(int w, int h, const struct needs *needs, struct rect out[AREA_N])
{
	int y = 0, body_h, body_w = w, note_h = needs->long_note && h >= LAYOUT_LONG_NOTE_H ? 2 : 1;

	memset(out, 0, AREA_N * sizeof(out[0]));
	if (w < LAYOUT_MIN_W || h < LAYOUT_MIN_H)
		return -1;
	out[AREA_HEAD] = (struct rect){ y++, 0, 1, w };
	if (needs->summary)
		out[AREA_SUMMARY] = (struct rect){ y++, 0, 1, w };
	if (needs->tabs)
		out[AREA_TABS] = (struct rect){ y++, 0, 1, w };
	body_h = h - 1 - note_h - y;
	if (needs->side_w > 0 && needs->body_w > 0 && w > needs->side_w + needs->body_w) {
		body_w = w - needs->side_w - 1;
		out[AREA_LINE] = (struct rect){ y, body_w, body_h, 1 };
		out[AREA_SIDE] = (struct rect){ y, body_w + 1, body_h, needs->side_w };
	}
	out[AREA_BODY] = (struct rect){ y, 0, body_h, body_w };
	out[AREA_NOTE] = (struct rect){ h - 1 - note_h, 0, note_h, w };
	out[AREA_BAR] = (struct rect){ h - 1, 0, 1, w };
	return 0;
}

static int total(int gap, const int *widths, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		if (widths[i])
			sum += widths[i] + (sum ? gap : 0);
	return sum;
}

void layout_columns(int w, int gap, const struct column_need *c, size_t n, int *ret_widths)
{
	int left;
	size_t last = n;

	for (size_t i = 0; i < n; i++)
		ret_widths[i] = c[i].width;
	while (total(gap, ret_widths, n) > w) {
		size_t worst = n;

		for (size_t i = 0; i < n; i++)
			if (ret_widths[i] && c[i].prio && (worst == n || c[i].prio >= c[worst].prio))
				worst = i;
		if (worst == n)
			break;
		ret_widths[worst] = 0;
	}
	left = w - total(gap, ret_widths, n);
	for (size_t i = 0; i < n; i++)
		if (ret_widths[i] && c[i].grows)
			last = i;
	if (last < n && ret_widths[last] + left > 0)
		ret_widths[last] += left;
	/* what can never go is cut rather than put outside */
	for (size_t i = n; i-- > 0 && total(gap, ret_widths, n) > w;) {
		int over = total(gap, ret_widths, n) - w;

		ret_widths[i] = ret_widths[i] > over ? ret_widths[i] - over : 0;
	}
}
