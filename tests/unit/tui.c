/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Canvas, layout, keys and tables of the interactive view. */
#include <config.h>

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "lib/test.h"
#include "tui/grid.h"
#include "tui/terminal.h"
#include "tui/view.h"

/* ---- the canvas -------------------------------------------------------------- */

static char *text_of_canvas(const struct canvas *cv)
{
	struct buf b = { 0 };

	canvas_dump(&b, cv, false);
	return buf_steal(&b);
}

struct put_case {
	const char *name, *text, *wanted;
	int x, w;
	enum align align;
	bool ascii;
};

static void test_text(void **state)
{
	static const struct put_case cases[] = {
		{ "fits", "abc", "abc", 0, 6, ALIGN_LEFT, false },
		{ "right", "abc", "   abc", 0, 6, ALIGN_RIGHT, false },
		{ "cut", "abcdefgh", "abcde…", 0, 6, ALIGN_LEFT, false },
		{ "cut in ASCII", "abcdefgh", "abcde~", 0, 6, ALIGN_LEFT, true },
		{ "as long as there is room", "abcdef", "abcdef", 0, 6, ALIGN_LEFT, false },
		{ "cut at the pane's edge", "abcdefgh", "     abcde", 5, 8, ALIGN_LEFT, false },
		{ "before the pane", "abc", "bc", -1, 3, ALIGN_LEFT, false },
		{ "controls", "a\033[2Jb\x7f", "a?[2Jb?", 0, 9, ALIGN_LEFT, false },
		{ "C1 controls", "a\xc2\x9b" "b", "a?b", 0, 9, ALIGN_LEFT, false },
		{ "broken UTF-8", "a\xff\xe2\x82z", "a???z", 0, 9, ALIGN_LEFT, false },
		{ "UTF-8 in ASCII", "caf\xc3\xa9", "caf?", 0, 9, ALIGN_LEFT, true },
		{ "wide", "日本語", "日本語", 0, 6, ALIGN_LEFT, false },
		{ "half of a wide one is not put", "日本語", "日…", 0, 4, ALIGN_LEFT, false },
		{ "combining", "e\xcc\x81z", "ez", 0, 4, ALIGN_LEFT, false },
		{ "nothing", "", "", 0, 4, ALIGN_LEFT, false },
		{ "no room", "abc", "", 0, 0, ALIGN_LEFT, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct canvas cv = { .ascii = cases[i].ascii };
		struct pane all;
		char *got;

		canvas_resize(&cv, 10, 1);
		all = canvas_pane(&cv);
		pane_text(&all, 0, cases[i].x, cases[i].w, cases[i].align, S_CRIT, cases[i].text);
		got = text_of_canvas(&cv);
		got[strcspn(got, "\n")] = '\0';
		if (strcmp(got, cases[i].wanted))
			print_error("%s: got \"%s\"\n", cases[i].name, got);
		assert_row(cases[i].name, !strcmp(got, cases[i].wanted));
		free(got);
		canvas_free(&cv);
	}
}

/* Whatever is put where, nothing around the pane changes. */
static void test_inside(void **state)
{
	struct canvas cv = { 0 };

	(void)state;
	canvas_resize(&cv, 20, 8);
	for (int y = -3; y < 10; y++)
		for (int x = -3; x < 23; x++) {
			struct pane all = canvas_pane(&cv), p = pane_part(&all, 2, 5, 4, 10);

			canvas_clear(&cv);
			pane_text(&p, y, x, 9, ALIGN_RIGHT, S_CRIT, "日本語日本語");
			pane_put(&p, y, x, S_CRIT, "日本語日本語日本語");
			pane_bar(&p, y, x, 7, 0.5, S_CRIT);
			pane_fill(&p, y, x, 3, 30, S_CRIT, G_BAR_8);
			pane_mark(&p, y, x, 40);
			for (int i = 0; i < cv.h; i++)
				for (int k = 0; k < cv.w; k++)
					if (i < 2 || i >= 6 || k < 5 || k >= 15)
						assert_string_equal(canvas_at(&cv, i, k)->utf8, " ");
		}
	canvas_free(&cv);
}

static void test_wide_cells(void **state)
{
	struct canvas cv = { 0 };
	struct pane p;
	char *got;

	(void)state;
	canvas_resize(&cv, 8, 1);
	p = canvas_pane(&cv);
	pane_put(&p, 0, 0, S_PLAIN, "日本語");
	pane_put(&p, 0, 1, S_PLAIN, "x");
	pane_put(&p, 0, 4, S_PLAIN, "y");
	got = text_of_canvas(&cv);
	/* what was cut in two is gone */
	assert_string_equal(got, " x本y\n");
	free(got);
	canvas_free(&cv);
}

static void test_bar(void **state)
{
	static const struct {
		const char *name, *wanted;
		double ratio;
		bool ascii;
	} cases[] = {
		{ "empty", "░░░░", 0, false },
		{ "hardly anything is not empty", "▏░░░", 1e-9, false },
		{ "half", "██░░", 0.5, false },
		{ "hardly full is not full", "███▉", 1 - 1e-9, false },
		{ "full", "████", 1, false },
		{ "more than full", "████", 7, false },
		{ "less than nothing", "░░░░", -1, false },
		{ "not known", "", (double)NAN, false },
		{ "ASCII: not empty", ":...", 0.01, true },
		{ "ASCII: not full", "###:", 0.99, true },
		{ "ASCII: full", "####", 1, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct canvas cv = { .ascii = cases[i].ascii };
		struct pane p;
		char *got;

		canvas_resize(&cv, 4, 1);
		p = canvas_pane(&cv);
		pane_bar(&p, 0, 0, 4, cases[i].ratio, S_OK);
		got = text_of_canvas(&cv);
		got[strcspn(got, "\n")] = '\0';
		assert_row(cases[i].name, !strcmp(got, cases[i].wanted));
		free(got);
		canvas_free(&cv);
	}
}

static void test_glyphs(void **state)
{
	(void)state;
	for (int g = 0; g < G_N; g++) {
		const char *ascii = glyph((enum glyph_id)g, true), *utf8 = glyph((enum glyph_id)g, false);

		assert_row(ascii, strlen(ascii) == 1 && (unsigned char)ascii[0] < 0x7f);
		assert_row(ascii, columns_of(utf8, false) == 1);
	}
}

/* ---- layout -------------------------------------------------------------------- */

static bool overlap(const struct rect *a, const struct rect *b)
{
	return a->h && a->w && b->h && b->w && a->y < b->y + b->h && b->y < a->y + a->h &&
	       a->x < b->x + b->w && b->x < a->x + a->w;
}

static void test_layout(void **state)
{
	static const struct needs needs[] = {
		{ .summary = true, .tabs = true },
		{ .summary = false, .tabs = false },
		{ .summary = true, .tabs = true, .side_w = 75, .body_w = 40 },
		{ .summary = false, .tabs = true, .side_w = 10, .body_w = 1 },
		{ .summary = true, .tabs = true, .long_note = true, .side_w = 75, .body_w = 40 },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(needs); k++)
		for (int w = 1; w <= 300; w++)
			for (int h = 1; h <= 100; h++) {
				struct rect r[AREA_N];
				int cells = 0;
				bool small = w < LAYOUT_MIN_W || h < LAYOUT_MIN_H;

				assert_int_equal(layout(w, h, &needs[k], r), small ? -1 : 0);
				for (int a = 0; a < AREA_N; a++) {
					assert_true(r[a].y >= 0 && r[a].x >= 0 && r[a].h >= 0 && r[a].w >= 0);
					assert_true(r[a].y + r[a].h <= h && r[a].x + r[a].w <= w);
					cells += r[a].h * r[a].w;
					for (int b = 0; b < a; b++)
						assert_false(overlap(&r[a], &r[b]));
				}
				/* and nothing of the screen is left over */
				assert_int_equal(cells, small ? 0 : w * h);
			}
}

static void test_columns(void **state)
{
	static const struct column_need c[] = {
		{ .width = 20, .grows = true }, { .width = 1 }, { .width = 10, .prio = 1 },
		{ .width = 8, .prio = 4 }, { .width = 6, .prio = 3 }, { .width = 6, .prio = 4 },
	};
	int widths[ARRAY_SIZE(c)], before = 0;

	(void)state;
	for (int w = 1; w <= 300; w++) {
		int sum = 0, n = 0;

		layout_columns(w, 1, c, ARRAY_SIZE(c), widths);
		for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
			sum += widths[i] + (widths[i] && n ? 1 : 0);
			n += widths[i] > 0;
			/* never cut unless it can never go */
			assert_true(!widths[i] || !c[i].prio || widths[i] >= c[i].width);
		}
		assert_true(sum <= w);
		assert_true(n >= before);
		before = n;
	}
	layout_columns(40, 1, c, ARRAY_SIZE(c), widths);
	/* the last of the lowest goes first, and then what is above it */
	assert_int_equal(widths[5], 0);
	assert_int_equal(widths[3], 0);
	assert_int_equal(widths[4], 6);
	assert_int_equal(widths[0], 20 + 40 - 20 - 2 - 11 - 7);
}

/* ---- actions --------------------------------------------------------------------- */

static void test_actions(void **state)
{
	char name[12];

	(void)state;
	for (enum action a = A_NONE + 1; a < A_N; a++) {
		const struct action_row *row = action_row(a);

		assert_row(row->name, row->help && row->help[0] && row->help[strlen(row->help) - 1] != '.');
		assert_row(row->name, row->keys[0] != K_NONE);
		assert_row(row->name, row->where);
		assert_row(row->name, action_named(row->name) == a);
		/* every function key has a letter, for terminals without function keys */
		if (row->keys[0] >= K_F1 && row->keys[0] <= K_F10 && a != A_COLUMNS)
			assert_row(row->name, row->keys[1] != K_NONE);
		for (int k = 0; k < ACTION_KEYS; k++)
			if (row->keys[k]) {
				const char *text = name_of_key(row->keys[k], name);

				assert_row(row->name, key_of(text, strlen(text)) == row->keys[k]);
			}
	}
	for (unsigned v = 0; v < VIEW_N; v++)
		for (enum action a = A_NONE + 1; a < A_N; a++)
			for (int k = 0; action_in(a, view_traits(v)) && k < ACTION_KEYS; k++)
				if (action_row(a)->keys[k])
					assert_row(action_row(a)->name,
						   action_of(action_row(a)->keys[k], view_traits(v)) == a);
}

static void test_other_keys(void **state)
{
	const int taken[] = { 'P' }, good[] = { 'Y', 'y' };
	int was[ACTION_KEYS];
	enum action other = A_NONE;

	(void)state;
	memcpy(was, action_row(A_RECORD)->keys, sizeof(was));
	assert_false(action_set_keys(A_RECORD, taken, 1, &other));
	assert_int_equal(other, A_PRINT);
	assert_memory_equal(was, action_row(A_RECORD)->keys, sizeof(was));
	assert_true(action_set_keys(A_RECORD, good, 2, &other));
	assert_int_equal(action_of('Y', view_traits(VIEW_rings)), A_RECORD);
	assert_int_equal(action_of(K_F9, view_traits(VIEW_rings)), A_NONE);
	assert_true(action_set_keys(A_RECORD, was, ACTION_KEYS, &other));
}

static void test_views(void **state)
{
	(void)state;
	for (unsigned v = 0; v < VIEW_N; v++) {
		const struct view *view = view_at(v);

		assert_non_null(view->name);
		assert_row(view->name, view->title && view->help && view->help[0] && view->draw);
		/* who says that it is a list has one */
		assert_row(view->name, !(view_traits(v) & (T_LIST | T_SORT)) || view->grid);
	}
}

/* ---- tables ------------------------------------------------------------------------ */

#define ROWS 1000

static const char *row_path(void *data, size_t row)
{
	static char path[16];

	snprintf(path, sizeof(path), "row%zu", row + *(size_t *)data);
	return path;
}

static size_t formatted;

static void row_cell(void *data, size_t row, size_t col, struct grid_cell *out)
{
	(void)col;
	formatted++;
	buf_puts(&out->text, row_path(data, row));
}

static void test_grid(void **state)
{
	static const struct grid_col cols[] = { { .id = "a", .head = "A", .help = "a", .width = 10, .grows = true } };
	size_t first = 0;
	struct grid g = { .cols = cols, .n_cols = 1, .data = &first, .cell = row_cell, .path = row_path, .sort = -1 };
	struct canvas cv = { 0 };
	struct pane p;

	(void)state;
	canvas_resize(&cv, 40, 11);
	p = canvas_pane(&cv);
	g.home = 3;
	grid_rows(&g, ROWS);
	assert_int_equal(g.at, 3);
	grid_draw(&g, &p, NULL, NULL);
	/* only what is on the screen */
	assert_int_equal(formatted, 10);
	assert_true(grid_act(&g, A_PAGE_DOWN));
	assert_int_equal(g.at, 13);
	assert_true(grid_act(&g, A_END));
	assert_true(grid_act(&g, A_DOWN));
	assert_int_equal(g.at, ROWS - 1);
	grid_draw(&g, &p, NULL, NULL);
	assert_int_equal(g.top, ROWS - 10);
	/* rows move away, and the cursor with them */
	grid_go(&g, 500);
	first = 20;
	grid_rows(&g, ROWS);
	assert_string_equal(grid_path(&g), "row500");
	assert_int_equal(g.at, 480);
	/* ... and if it has gone, to where it was */
	first = 600;
	grid_rows(&g, 10);
	assert_int_equal(g.at, 9);
	first = 0;
	grid_rows(&g, ROWS);
	grid_go(&g, 0);
	assert_int_equal(grid_find(&g, "ROW77", false, true), 77);
	grid_go(&g, 77);
	assert_int_equal(grid_find(&g, "row77", false, false), 770);
	assert_int_equal(grid_find(&g, "row77", true, false), 779);
	assert_int_equal(grid_find(&g, "none", false, true), SIZE_MAX);
	grid_go(&g, 0);
	grid_draw(&g, &p, NULL, NULL);
	assert_int_equal(grid_row_at(&g, 0, 5), -2);
	assert_int_equal(grid_row_at(&g, 1, 5), 0);
	assert_int_equal(grid_row_at(&g, 11, 5), -1);
	grid_rows(&g, 0);
	assert_null(grid_path(&g));
	grid_act(&g, A_DOWN);
	grid_draw(&g, &p, NULL, NULL);
	grid_free(&g);
	canvas_free(&cv);
}

static void test_numbers(void **state)
{
	static const struct {
		double v;
		bool exact;
		const char *wanted;
	} counts[] = {
		{ 0, false, "0" }, { 810.4, false, "810" }, { 9999, false, "9999" }, { 18240, false, "18.2k" },
		{ 999950, false, "1.0M" }, { 123456, false, "123k" }, { 1e9, false, "1.0G" },
		{ 18240, true, "18240" }, { 12.34, true, "12.3" }, { (double)NAN, false, "?" },
	};
	static const struct {
		double v;
		const char *wanted;
	} times[] = {
		{ 12.44, "12.4s" }, { 100, "1m40s" }, { 7440, "2h04m" }, { 90000, "25h00m" }, { 1e6, "11d13h" },
		{ (double)NAN, "?" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct buf b = { 0 };

		put_count(&b, counts[i].v, counts[i].exact);
		assert_string_equal(buf_str(&b), counts[i].wanted);
		buf_free(&b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		struct buf b = { 0 };

		put_seconds(&b, times[i].v);
		assert_string_equal(buf_str(&b), times[i].wanted);
		buf_free(&b);
	}
}

/* Nothing that matters may be told by colour alone, or be invisible. */
static void test_themes(void **state)
{
	(void)state;
	for (unsigned s = 0; s < SCHEME_N; s++)
		for (unsigned style = 0; style < STYLE_N; style++) {
			struct appearance l = theme_look((enum scheme)s, style);

			assert_row(scheme_name(s), l.fg < 0 || l.fg != l.bg);
			assert_row(scheme_name(s), s != SCHEME_MONO || (l.fg < 0 && l.bg < 0 && l.fg256 < 0));
			l = theme_look((enum scheme)s, style | STYLE_CURSOR);
			assert_row(scheme_name(s), l.attrs & LOOK_REVERSE);
		}
	assert_null(scheme_name(SCHEME_N));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_wide_cells),
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_glyphs),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_other_keys),
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_grid),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_themes),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return RUN(tests);
}
