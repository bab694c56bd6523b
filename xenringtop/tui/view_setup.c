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
#include "watching.h"

struct row_of_setup {
	const struct setting *setting;
	unsigned of;		/* which view, or which check */
	char name[32];
};

struct setup {
	struct ui *ui;
	struct grid grid;
	struct row_of_setup *rows;
	size_t n;
	unsigned of;		/* what the menu, or what is asked for, is about */
};

/* There is one row for it, or one for each view that has a table, or for each check that has arguments. */
enum rows { ROW_ONE, ROW_VIEWS, ROW_CHECKS };

struct setting {
	enum rows rows;
	const char *section;	/* of the configuration */
	const char *key;	/* NULL: the view's name, or the check's */
	const char *label, *help;
	void (*put)(struct ui *ui, unsigned of, struct buf *b);
	/* As it is where nothing is set. */
	const char *first;
	void (*change)(struct ui *ui, struct setup *s, unsigned of);
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

static void put_interval(struct ui *ui, unsigned of, struct buf *b)
{
	(void)of;
	buf_printf(b, "%gs", ui->interval);
}

static void change_interval(struct ui *ui, struct setup *s, unsigned of)
{
	(void)s;
	(void)of;
	ui_act(ui, A_DELAY);
}

static void put_scheme(struct ui *ui, unsigned of, struct buf *b)
{
	(void)of;
	buf_puts(b, scheme_name(ui->scheme));
}

static void scheme_chosen(struct ui *ui, size_t i)
{
	ui->scheme = (enum scheme)i;
}

static void change_scheme(struct ui *ui, struct setup *s, unsigned of)
{
	struct menu_item *items = xcalloc(SCHEME_N, sizeof(*items));

	(void)s;
	(void)of;
	for (unsigned i = 0; i < SCHEME_N; i++)
		items[i] = (struct menu_item){ .text = xstrdup(scheme_name(i)), .on = i == ui->scheme };
	ui_menu(ui, xstrdup("Colours"), items, SCHEME_N, ui->scheme, false, scheme_chosen);
}

static void put_ascii(struct ui *ui, unsigned of, struct buf *b)
{
	(void)of;
	put_yes(b, ui_ascii(ui));
}

static void change_ascii(struct ui *ui, struct setup *s, unsigned of)
{
	(void)s;
	(void)of;
	ui_set_ascii(ui, !ui_ascii(ui));
}

static void put_mouse(struct ui *ui, unsigned of, struct buf *b)
{
	(void)of;
	put_yes(b, ui->mouse);
}

static void change_mouse(struct ui *ui, struct setup *s, unsigned of)
{
	(void)s;
	(void)of;
	ui_act(ui, A_MOUSE);
}

static void put_columns(struct ui *ui, unsigned of, struct buf *b)
{
	setup_put_columns(b, table_of(ui, of));
}

static void column_chosen(struct ui *ui, size_t i)
{
	const struct setup *s = ui->state[VIEW_setup];

	grid_toggle_col(table_of(ui, s->of), i);
	ui->menu.items[i].on = !grid_col_is_hidden(table_of(ui, s->of), i);
}

static void change_columns(struct ui *ui, struct setup *s, unsigned of)
{
	s->of = of;
	ui_menu_of_columns(ui, table_of(ui, of), column_chosen);
}

static void put_sort(struct ui *ui, unsigned of, struct buf *b)
{
	setup_put_sort(b, table_of(ui, of));
}

static void sort_chosen(struct ui *ui, size_t i)
{
	const struct setup *s = ui->state[VIEW_setup];
	struct grid *g = table_of(ui, s->of);

	/* once more: the other way round */
	g->invert = g->sort == (int)i - 1 && !g->invert;
	g->sort = (int)i - 1;
}

static void change_sort(struct ui *ui, struct setup *s, unsigned of)
{
	s->of = of;
	ui_menu_of_sort(ui, table_of(ui, of), sort_chosen);
}

static struct xenring_check check_at(unsigned i)
{
	struct xenring_check check = { .check = NULL };

	xenring_check(i, &check);
	return check;
}

static const char *args_of(struct ui *ui, unsigned check)
{
	return config_get(ui->s->o, CONFIG_CHECKS, check_at(check).check);
}

static void put_args(struct ui *ui, unsigned of, struct buf *b)
{
	struct xenring_check check = check_at(of);

	watching_put_args(b, &check, args_of(ui, of), false);
}

static void args_given(struct ui *ui, const char *text)
{
	const struct setup *s = ui->state[VIEW_setup];
	struct xenring_check check = check_at(s->of);
	_cleanup_buf_ struct buf own = { 0 };

	if (!text)
		return;
	watching_put_args(&own, &check, NULL, false);
	if (!text[0])
		text = buf_str(&own);
	if (!watching_check_args(check.check, text))
		return;
	config_set(ui->s->o, CONFIG_CHECKS, check.check, text);
	time_judge_again(ui);
	ui_say(ui, S_DIM, ui->s->can_seek ? "the capture is judged by that" : "from now on it is judged by that");
}

static void change_args(struct ui *ui, struct setup *s, unsigned of)
{
	_cleanup_free_ char *label = xasprintf("%s: ", check_at(of).check);
	_cleanup_buf_ struct buf b = { 0 };

	s->of = of;
	put_args(ui, of, &b);
	ui_ask(ui, label, buf_str(&b), NULL, args_given);
}

static const struct setting settings[] = {
	{ ROW_ONE, "", "interval", "delay", "the time between samples", put_interval, "1s", change_interval },
	{ ROW_ONE, "", "scheme", "colours", "the scheme of colours; a terminal without colours has but mono", put_scheme,
	  "default", change_scheme },
	{ ROW_ONE, "", "ascii", "ASCII", "nothing is drawn with but ASCII", put_ascii, "no", change_ascii },
	{ ROW_ONE, "", "mouse", "mouse", "the mouse selects, sorts and scrolls; else it is the terminal's", put_mouse,
	  "no", change_mouse },
	{ ROW_VIEWS, SETUP_COLUMNS, NULL, "columns", "the columns that are shown where there is room for them", put_columns,
	  NULL, change_columns },
	{ ROW_VIEWS, SETUP_SORT, NULL, "order", "what rows are sorted by; chosen once more: the other way round", put_sort,
	  "worst", change_sort },
	{ ROW_CHECKS, CONFIG_CHECKS, NULL, NULL, "nothing typed: its own again", put_args, NULL,
	  change_args },
};

/* ---- the table ------------------------------------------------------------------------- */

enum { COL_NAME, COL_VALUE };

static const struct grid_col cols[] = {
	[COL_NAME] = { .id = "setting", .head = "SETTING", .help = "what can be set", .width = 22 },
	[COL_VALUE] = { .id = "value", .head = "VALUE", .help = "what it is now", .width = 20, .grows = true },
};

static void cell(void *data, size_t row, size_t col, struct grid_cell *c)
{
	const struct setup *s = data;
	const struct row_of_setup *r = &s->rows[row];

	if (col == COL_NAME)
		buf_puts(&c->text, r->name);
	else
		r->setting->put(s->ui, r->of, &c->text);
}

static const char *path(void *data, size_t row)
{
	const struct setup *s = data;

	return s->rows[row].name;
}

static void add(struct setup *s, const struct setting *setting, unsigned of)
{
	struct row_of_setup *r;

	s->rows = xreallocarray(s->rows, s->n + 1, sizeof(*s->rows));
	r = &s->rows[s->n++];
	*r = (struct row_of_setup){ .setting = setting, .of = of };
	if (setting->rows == ROW_ONE)
		snprintf(r->name, sizeof(r->name), "%s", setting->label);
	else if (setting->rows == ROW_VIEWS)
		snprintf(r->name, sizeof(r->name), "%s: %s", view_at(of)->name, setting->label);
	else
		snprintf(r->name, sizeof(r->name), "%s", check_at(of).check);
}

/* One that is run unless it is named is none of a view's. */
static void add_checks(struct setup *s, const struct setting *setting)
{
	struct xenring_check check;

	for (unsigned i = 0; !xenring_check(i, &check); i++)
		if (!check.named_only && (check.n_args || check.warn || check.crit))
			add(s, setting, i);
}

static void init(struct ui *ui, void *st)
{
	struct setup *s = st;

	s->ui = ui;
	s->grid = (struct grid){
		.cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0]), .data = s, .cell = cell, .path = path,
		.sort = -1,
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (settings[i].rows == ROW_ONE)
			add(s, &settings[i], 0);
		for (unsigned v = 0; settings[i].rows == ROW_VIEWS && v < VIEW_N; v++)
			if (view_at(v)->n_cols)
				add(s, &settings[i], v);
		if (settings[i].rows == ROW_CHECKS)
			add_checks(s, &settings[i]);
	}
	grid_rows(&s->grid, s->n);
}

static void fini(void *st)
{
	struct setup *s = st;

	grid_free(&s->grid);
	free(s->rows);
}

/* ---- the file --------------------------------------------------------------------------- */

static const char *key_of_row(const struct row_of_setup *r)
{
	return r->setting->rows == ROW_ONE ? r->setting->key :
	       r->setting->rows == ROW_VIEWS ? view_at(r->of)->name : check_at(r->of).check;
}

/* As it is where nothing is set. */
static void put_first(const struct row_of_setup *r, struct buf *b)
{
	if (r->setting->first) {
		buf_puts(b, r->setting->first);
	} else if (r->setting->rows == ROW_VIEWS) {
		const struct view *v = view_at(r->of);
		/* as the view begins */
		const struct grid g = { .cols = v->cols, .n_cols = v->n_cols };

		setup_put_columns(b, &g);
	} else {
		struct xenring_check check = check_at(r->of);

		watching_put_args(b, &check, NULL, false);
	}
}

/* What the file is to say; returns whether it is so anyway. */
static bool put_written(struct ui *ui, const struct row_of_setup *r, struct buf *b)
{
	_cleanup_buf_ struct buf first = { 0 };
	struct xenring_check check;

	/* a check's other arguments stay its own, whatever those come to be */
	if (r->setting->rows == ROW_CHECKS) {
		check = check_at(r->of);
		watching_put_args(b, &check, args_of(ui, r->of), true);
	}
	if (!b->n)
		r->setting->put(ui, r->of, b);
	put_first(r, &first);
	return !strcmp(buf_str(b), buf_str(&first));
}

static void write_file(struct ui *ui, const struct setup *s)
{
	_cleanup_free_ char *file = config_file_to_write(ui->s->o);
	_cleanup_free_ struct config_change *c = xcalloc(s->n, sizeof(*c));
	_cleanup_free_ struct buf *values = xcalloc(s->n, sizeof(*values));
	int r;

	if (!file) {
		ui_say(ui, S_WARN, "there is no configuration file for this run, or no folder for it");
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		const struct row_of_setup *row = &s->rows[i];
		bool first = put_written(ui, row, &values[i]);

		c[i] = (struct config_change){
			.section = row->setting->section, .key = key_of_row(row), .value = buf_str(&values[i]),
			.by_default = first,
		};
	}
	r = config_write(file, c, s->n);
	for (size_t i = 0; i < s->n; i++)
		buf_free(&values[i]);
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

/* What each argument of a check says, and what the check does. */
static void explain(struct ui *ui, const struct row_of_setup *r)
{
	struct xenring_check check = check_at(r->of);
	_cleanup_buf_ struct buf b = { 0 };

	buf_puts(&b, "Arguments\n");
	for (size_t i = 0; i < check.n_args; i++)
		buf_printf(&b, "    %s: %s\n", check.args[i].name, check.args[i].help);
	buf_printf(&b, "    warn, crit: ranges beyond which it warns, and is critical; compared is %s\n\n", check.measures);
	explain_check(&b, &check, check.level);
	ui_text(ui, "Explain", buf_str(&b));
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct setup *s = st;
	const struct row_of_setup *r = &s->rows[s->grid.at];

	if (a == A_WRITE)
		write_file(ui, s);
	else if (a == A_OPEN)
		r->setting->change(ui, s, r->of);
	else if (a == A_SETUP)
		ui_back(ui);
	else if (a == A_EXPLAIN && r->setting->rows == ROW_CHECKS)
		explain(ui, r);
	else
		return false;
	return true;
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	const struct setup *s = st;
	const struct row_of_setup *r = &s->rows[s->grid.at];

	(void)ui;
	if (r->setting->rows == ROW_CHECKS)
		buf_printf(b, "%s; ", check_at(r->of).summary);
	buf_printf(b, "%s. Enter changes it, w writes the file.", r->setting->help);
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
