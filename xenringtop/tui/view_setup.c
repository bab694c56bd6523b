/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setup: what can be set while it runs, and written to the configuration file. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-edit.h"
#include "config-file.h"
#include "tui/setup.h"
#include "tui/ui.h"

/* Some of all, and two for each view that has a table. */
#define ROWS_MAX (8 + 2 * VIEW_N)

struct row_of_setup {
	const struct setting *setting;
	unsigned view;		/* of a table's */
	char name[32];
};

struct setup {
	struct ui *ui;
	struct grid grid;
	struct row_of_setup rows[ROWS_MAX];
	size_t n;
	unsigned view;		/* whose columns the menu is about */
};

struct setting {
	const char *section;	/* of the configuration */
	const char *key;	/* NULL: the view's name */
	const char *label, *help;
	void (*put)(struct ui *ui, unsigned view, struct buf *b);
	/* As it is where nothing is set. */
	const char *first;
	void (*change)(struct ui *ui, struct setup *s, unsigned view);
};

static struct grid *table_of(struct ui *ui, unsigned v)
{
	return view_at(v)->table(ui, ui->state[v]);
}

/* ---- the settings --------------------------------------------------------------------- */

static void put_yes(struct buf *b, bool yes)
{
	buf_puts(b, yes ? "yes" : "no");
}

static void put_interval(struct ui *ui, unsigned view, struct buf *b)
{
	(void)view;
	buf_printf(b, "%gs", ui->interval);
}

static void change_interval(struct ui *ui, struct setup *s, unsigned view)
{
	(void)s;
	(void)view;
	ui_act(ui, A_DELAY);
}

static void put_scheme(struct ui *ui, unsigned view, struct buf *b)
{
	(void)view;
	buf_puts(b, scheme_name(ui->scheme));
}

static void scheme_chosen(struct ui *ui, size_t i)
{
	ui->scheme = (enum scheme)i;
}

static void change_scheme(struct ui *ui, struct setup *s, unsigned view)
{
	struct menu_item *items = xcalloc(SCHEME_N, sizeof(*items));

	(void)s;
	(void)view;
	for (unsigned i = 0; i < SCHEME_N; i++)
		items[i] = (struct menu_item){ .text = xstrdup(scheme_name(i)), .on = i == ui->scheme };
	ui_menu(ui, xstrdup("Colours"), items, SCHEME_N, ui->scheme, false, scheme_chosen);
}

static void put_ascii(struct ui *ui, unsigned view, struct buf *b)
{
	(void)view;
	put_yes(b, ui_ascii(ui));
}

static void change_ascii(struct ui *ui, struct setup *s, unsigned view)
{
	(void)s;
	(void)view;
	ui_set_ascii(ui, !ui_ascii(ui));
}

static void put_mouse(struct ui *ui, unsigned view, struct buf *b)
{
	(void)view;
	put_yes(b, ui->mouse);
}

static void change_mouse(struct ui *ui, struct setup *s, unsigned view)
{
	(void)s;
	(void)view;
	ui_act(ui, A_MOUSE);
}

static void put_columns(struct ui *ui, unsigned view, struct buf *b)
{
	setup_put_columns(b, table_of(ui, view));
}

static void column_chosen(struct ui *ui, size_t i)
{
	const struct setup *s = ui->state[VIEW_setup];

	grid_toggle_col(table_of(ui, s->view), i);
	ui->menu.items[i].on = !grid_col_is_hidden(table_of(ui, s->view), i);
}

static void change_columns(struct ui *ui, struct setup *s, unsigned view)
{
	s->view = view;
	ui_menu_of_columns(ui, table_of(ui, view), column_chosen);
}

static void put_sort(struct ui *ui, unsigned view, struct buf *b)
{
	setup_put_sort(b, table_of(ui, view));
}

static void sort_chosen(struct ui *ui, size_t i)
{
	const struct setup *s = ui->state[VIEW_setup];
	struct grid *g = table_of(ui, s->view);

	/* once more: the other way round */
	g->invert = g->sort == (int)i - 1 && !g->invert;
	g->sort = (int)i - 1;
}

static void change_sort(struct ui *ui, struct setup *s, unsigned view)
{
	s->view = view;
	ui_menu_of_sort(ui, table_of(ui, view), sort_chosen);
}

static const struct setting settings[] = {
	{ "", "interval", "delay", "the time between samples", put_interval, "1s", change_interval },
	{ "", "scheme", "colours", "the scheme of colours; a terminal without colours has but mono", put_scheme,
	  "default", change_scheme },
	{ "", "ascii", "ASCII", "nothing is drawn with but ASCII", put_ascii, "no", change_ascii },
	{ "", "mouse", "mouse", "the mouse selects, sorts and scrolls; else it is the terminal's", put_mouse,
	  "no", change_mouse },
	{ SETUP_COLUMNS, NULL, "columns", "the columns that are shown where there is room for them", put_columns,
	  NULL, change_columns },
	{ SETUP_SORT, NULL, "order", "what rows are sorted by; chosen once more: the other way round", put_sort,
	  "worst", change_sort },
};

/* ---- the table ------------------------------------------------------------------------- */

enum { COL_NAME, COL_VALUE };

static const struct grid_col cols[] = {
	[COL_NAME] = { .id = "setting", .head = "SETTING", .help = "what can be set", .width = 18 },
	[COL_VALUE] = { .id = "value", .head = "VALUE", .help = "what it is now", .width = 20, .grows = true },
};

static void cell(void *data, size_t row, size_t col, struct grid_cell *c)
{
	const struct setup *s = data;
	const struct row_of_setup *r = &s->rows[row];

	if (col == COL_NAME)
		buf_puts(&c->text, r->name);
	else
		r->setting->put(s->ui, r->view, &c->text);
}

static const char *path(void *data, size_t row)
{
	const struct setup *s = data;

	return s->rows[row].name;
}

static void add(struct setup *s, const struct setting *setting, unsigned view)
{
	struct row_of_setup *r = &s->rows[s->n++];

	*r = (struct row_of_setup){ .setting = setting, .view = view };
	snprintf(r->name, sizeof(r->name), "%s%s%s", setting->key ? "" : view_at(view)->name, setting->key ? "" : ": ",
		 setting->label);
}

static void init(struct ui *ui, void *st)
{
	struct setup *s = st;

	s->ui = ui;
	s->grid = (struct grid){
		.cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0]), .data = s, .cell = cell, .path = path,
		.sort = -1,
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		for (unsigned v = 0; v < (settings[i].key ? 1 : VIEW_N); v++)
			if (settings[i].key || view_at(v)->n_cols)
				add(s, &settings[i], v);
	grid_rows(&s->grid, s->n);
}

static void fini(void *st)
{
	grid_free(&((struct setup *)st)->grid);
}

/* ---- the file --------------------------------------------------------------------------- */

static bool is_first(struct ui *ui, const struct row_of_setup *r, const char *value)
{
	const struct view *v = view_at(r->view);
	_cleanup_buf_ struct buf b = { 0 };
	/* as the view begins */
	const struct grid g = { .cols = v->cols, .n_cols = v->n_cols };

	(void)ui;
	if (r->setting->first)
		return !strcmp(value, r->setting->first);
	setup_put_columns(&b, &g);
	return !strcmp(value, buf_str(&b));
}

static void write_file(struct ui *ui, const struct setup *s)
{
	_cleanup_free_ char *file = config_file_to_write(ui->s->o);
	struct config_change c[ROWS_MAX] = { 0 };
	char *values[ROWS_MAX] = { 0 };
	int r;

	if (!file) {
		ui_say(ui, S_WARN, "there is no configuration file for this run, or no folder for it");
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		const struct row_of_setup *row = &s->rows[i];
		struct buf b = { 0 };

		row->setting->put(ui, row->view, &b);
		values[i] = buf_steal(&b);
		c[i] = (struct config_change){
			.section = row->setting->section,
			.key = row->setting->key ? row->setting->key : view_at(row->view)->name,
			.value = values[i], .by_default = is_first(ui, row, values[i]),
		};
	}
	r = config_write(file, c, s->n);
	for (size_t i = 0; i < s->n; i++)
		free(values[i]);
	if (r == -ELOOP)
		ui_say(ui, S_CRIT, "%s is a symbolic link, and is not written", file);
	else if (r)
		ui_say(ui, S_CRIT, "cannot write %s: %s", file, strerror(-r));
	else
		ui_say(ui, S_OK, "written to %s", file);
}

/* ---- the view ----------------------------------------------------------------------------- */

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct setup *s = st;

	(void)ui;
	(void)side;
	grid_draw(&s->grid, body, NULL, NULL);
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct setup *)st)->grid;
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct setup *s = st;
	const struct row_of_setup *r = &s->rows[s->grid.at];

	if (a == A_WRITE)
		write_file(ui, s);
	else if (a == A_OPEN)
		r->setting->change(ui, s, r->view);
	else if (a == A_SETUP)
		ui_back(ui);
	return a == A_WRITE || a == A_OPEN || a == A_SETUP;
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	const struct setup *s = st;

	(void)ui;
	buf_printf(b, "%s. Enter changes it, w writes the file.", s->rows[s->grid.at].setting->help);
	return S_DIM;
}

/* A setting is no target. */
static const char *selected(struct ui *ui, void *st)
{
	(void)ui;
	(void)st;
	return NULL;
}

const struct view view_setup = {
	.name = "setup", .title = "Setup", .help = "what can be set, and written to the configuration file",
	.size = sizeof(struct setup), .init = init, .fini = fini, .draw = draw, .grid = the_grid, .act = act,
	.note = note, .selected = selected,
};
