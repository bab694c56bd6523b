/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How tables look by configuration: which columns, in which order. */
#include <config.h>

#include "tui/setup.h"

#include <stdlib.h>
#include <string.h>

#include "config-file.h"
#include "say.h"
#include "tui/ui.h"

/* The views' own order: the worst first, then as they come. */
#define OWN_ORDER "worst"

static const struct view *view_of(const char *name)
{
	_cleanup_nearest_ struct nearest near = { .word = name };

	for (unsigned v = 0; v < VIEW_N; v++) {
		if (!view_at(v)->n_cols)
			continue;
		if (!strcmp(view_at(v)->name, name))
			return view_at(v);
		nearest_try(&near, view_at(v)->name);
	}
	say("%s: there is no such view with a table", name);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	return NULL;
}

static size_t column_at(const struct view *v, const char *id, size_t n)
{
	size_t i = 0;

	while (i < v->n_cols && (strlen(v->cols[i].id) != n || memcmp(v->cols[i].id, id, n)))
		i++;
	return i;
}

static bool is_column(const struct view *v, const char *id, size_t n)
{
	_cleanup_free_ char *word = xstrndup(id, n);
	_cleanup_nearest_ struct nearest near = { .word = word };

	if (column_at(v, id, n) < v->n_cols)
		return true;
	for (size_t i = 0; i < v->n_cols; i++)
		nearest_try(&near, v->cols[i].id);
	say("%s: the view %s has no such column", word, v->name);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	return false;
}

bool setup_check_columns(const char *view, const char *columns)
{
	const struct view *v = view_of(view);

	if (!v)
		return false;
	for (const char *p = columns; *p; p += strspn(p, ", \t")) {
		size_t n = strcspn(p, ", \t");

		if (!is_column(v, p, n))
			return false;
		p += n;
	}
	return true;
}

bool setup_check_sort(const char *view, const char *column)
{
	const struct view *v = view_of(view);

	column += column[0] == '-';
	return v && (!strcmp(column, OWN_ORDER) || is_column(v, column, strlen(column)));
}

/* What has no columns to do without always stays. */
static uint32_t hidden_by(const struct view *v, const char *columns)
{
	uint32_t hidden = 0;

	for (size_t i = 0; i < v->n_cols; i++)
		if (v->cols[i].prio)
			hidden |= UINT32_C(1) << i;
	for (const char *p = columns; *p; p += strspn(p, ", \t")) {
		size_t n = strcspn(p, ", \t"), at = column_at(v, p, n);

		if (at < v->n_cols)
			hidden &= ~(UINT32_C(1) << at);
		p += n;
	}
	return hidden;
}

void setup_apply(struct ui *ui)
{
	for (unsigned i = 0; i < VIEW_N; i++) {
		const struct view *v = view_at(i);
		const char *columns = config_get(ui->s->o, SETUP_COLUMNS, v->name);
		const char *sort = config_get(ui->s->o, SETUP_SORT, v->name);
		struct grid *g = v->n_cols ? v->table(ui, ui->state[i]) : NULL;

		if (g && columns) {
			g->begun = true;
			g->hidden = hidden_by(v, columns);
		}
		if (g && sort) {
			size_t at = column_at(v, sort + (sort[0] == '-'), strlen(sort + (sort[0] == '-')));

			g->sort = at < v->n_cols ? (int)at : -1;
			g->invert = sort[0] == '-';
		}
	}
}

void setup_put_columns(struct buf *b, const struct grid *g)
{
	const char *comma = "";

	for (size_t i = 0; i < g->n_cols; i++)
		if (!grid_col_is_hidden(g, i)) {
			buf_printf(b, "%s%s", comma, g->cols[i].id);
			comma = ",";
		}
}

void setup_put_sort(struct buf *b, const struct grid *g)
{
	buf_printf(b, "%s%s", g->invert ? "-" : "", g->sort < 0 ? OWN_ORDER : g->cols[g->sort].id);
}
