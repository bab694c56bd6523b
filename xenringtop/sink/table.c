/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows as a table: a column per field, as wide as it needs, dropped where there is no room. */
#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sink/format.h"
#include "sink/sink.h"

#define GAP 2
/* A decoded record is the point of its row: it is never dropped, and may run over. */
#define DECODED_WIDTH 24

struct column {
	const struct xenring_field *field;
	char *head;
	size_t width;
	bool right, dropped;
};

struct filler {
	const struct table *t;
	struct column *columns;
	size_t n;
	char **cells;		/* of this row */
	unsigned depth;		/* 1: at the row's own fields */
	struct cell cell;	/* the field being read */
	bool wanted;		/* somebody looks at it */
};

static ssize_t column_of(const struct filler *f, const struct xenring_field *field)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->columns[i].field == field || !strcmp(f->columns[i].field->name, field->name))
			return (ssize_t)i;
	return -1;
}

static void start(struct filler *f, const struct xenring_field *field)
{
	f->wanted = column_of(f, field) >= 0;
	f->cell = (struct cell){
		.term = f->t->term, .first = true,
		.how = FORMAT_BOUND | (f->t->o->raw ? FORMAT_RAW : 0) |
		       (field->type == XENRING_DECODED ? FORMAT_WIRE : 0),
	};
}

static void finish(struct filler *f, const struct xenring_field *field)
{
	ssize_t i = column_of(f, field);

	if (i >= 0) {
		if (!f->cell.text.n)
			buf_putc(&f->cell.text, '-');
		free(f->cells[i]);
		f->cells[i] = buf_steal(&f->cell.text);
	}
	f->wanted = false;
}

static int fill_begin(void *data, const struct xenring_field *field,
		      const struct xenring_record *rec)
{
	struct filler *f = data;

	if (f->depth++ == 1)
		start(f, field);
	return f->depth > 1 && f->wanted ? cell_visitor.begin(&f->cell, field, rec) : 0;
}

static int fill_end(void *data, const struct xenring_field *field,
		    const struct xenring_record *rec)
{
	struct filler *f = data;

	if (f->depth > 1 && f->wanted)
		cell_visitor.end(&f->cell, field, rec);
	if (--f->depth == 1)
		finish(f, field);
	return 0;
}

static int fill_list(void *data, const struct xenring_field *field, size_t n)
{
	struct filler *f = data;

	if (f->depth++ == 1)
		start(f, field);
	return f->wanted ? cell_visitor.list(&f->cell, field, n) : 0;
}

static int fill_list_end(void *data, const struct xenring_field *field)
{
	struct filler *f = data;

	if (f->wanted)
		cell_visitor.list_end(&f->cell, field);
	if (--f->depth == 1)
		finish(f, field);
	return 0;
}

static int fill_value(void *data, const struct xenring_value *v)
{
	struct filler *f = data;

	if (f->depth == 1)
		start(f, v->field);
	if (f->wanted)
		cell_visitor.value(&f->cell, v);
	if (f->depth == 1)
		finish(f, v->field);
	return 0;
}

static const struct xenring_visitor filler_visitor = {
	.begin = fill_begin, .end = fill_end,
	.list = fill_list, .list_end = fill_list_end,
	.value = fill_value,
};

static char *heading(const struct xenring_field *f)
{
	char *s = xstrdup(f->head ? f->head : f->name);

	if (!f->head)
		for (char *p = s; *p; p++)
			*p = (char)toupper((unsigned char)*p);
	return s;
}

/* Leaves out the columns that matter least until the rest fits. */
static void drop(struct column *columns, size_t n, size_t width)
{
	for (;;) {
		size_t total = 0, left = 0;
		struct column *least = NULL;

		for (size_t i = 0; i < n; i++) {
			struct column *c = &columns[i];

			if (c->dropped)
				continue;
			left++;
			total += GAP;
			if (c->field->type == XENRING_DECODED) {
				total += c->width > DECODED_WIDTH ? DECODED_WIDTH : c->width;
				continue;
			}
			total += c->width;
			if (!least || c->field->prio <= least->field->prio)
				least = c;
		}
		if (total <= width + GAP || left < 2 || !least)
			return;
		least->dropped = true;
	}
}

static void put_cell(struct buf *b, const struct table *t, const struct column *c,
		     const char *text, enum color_class color, bool last)
{
	size_t pad = c->width - text_width(text);

	if (c->right)
		buf_fill(b, ' ', pad);
	put_colored(b, t->term, color, text);
	if (!last) {
		if (!c->right)
			buf_fill(b, ' ', pad);
		buf_fill(b, ' ', GAP);
	}
}

static void put_line(struct buf *b, const struct table *t, const struct column *columns, size_t n,
		     char *const *cells)
{
	size_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (!columns[i].dropped)
			last = i;
	for (size_t i = 0; i < n; i++) {
		const struct column *c = &columns[i];
		enum color_class color = COLOR_NONE;

		if (c->dropped)
			continue;
		if (!cells)
			color = COLOR_HEAD;
		else if (!strcmp(c->field->name, "state"))
			color = color_of_state(cells[i]);
		put_cell(b, t, c, cells ? cells[i] : c->head, color, i == last);
	}
	buf_putc(b, '\n');
}

void table_put(struct buf *b, const struct table *t, const struct row *rows, size_t n)
{
	size_t nc = t->columns->n, lines = 0;
	_cleanup_free_ struct column *columns = xcalloc(nc, sizeof(*columns));
	_cleanup_free_ char **cells = xcalloc(n * nc, sizeof(*cells));
	size_t room = t->max_lines, shown = n;

	for (size_t c = 0; c < nc; c++) {
		columns[c] = (struct column){
			.field = t->columns->fields[c],
			.head = heading(t->columns->fields[c]),
			.right = field_is_number(t->columns->fields[c]),
		};
		columns[c].width = t->o->no_headings ? 0 : text_width(columns[c].head);
	}
	/* the last line then says what was left out */
	if (room && n + !t->o->no_headings > room)
		shown = room > 2 ? room - 1 - !t->o->no_headings : 1;
	for (size_t i = 0; i < shown; i++) {
		struct filler f = {
			.t = t, .columns = columns, .n = nc, .cells = cells + i * nc,
		};

		row_walk(&rows[i], &filler_visitor, &f);
		for (size_t c = 0; c < nc; c++) {
			size_t w;

			if (!f.cells[c])
				f.cells[c] = xstrdup("-");
			w = text_width(f.cells[c]);
			if (w > columns[c].width)
				columns[c].width = w;
		}
	}
	if (t->term->width && !t->columns->fixed)
		drop(columns, nc, t->term->width);
	if (!t->o->no_headings && n)
		put_line(b, t, columns, nc, NULL);
	for (; lines < shown; lines++) {
		put_line(b, t, columns, nc, cells + lines * nc);
		if (t->below)
			t->below(b, t, &rows[lines]);
	}
	if (shown < n)
		buf_printf(b, "... and %zu more\n", n - shown);
	for (size_t i = 0; i < n * nc; i++)
		free(cells[i]);
	for (size_t c = 0; c < nc; c++)
		free(columns[c].head);
}

static void table_begin(struct sink *s, const struct doc_kind *kind, const struct doc_head *head)
{
	(void)s;
	(void)kind;
	(void)head;
}

/* Errors are told on standard error, in words. */
static void table_rows(struct sink *s, const struct xenring_field *list, const struct row *rows,
		       size_t n)
{
	struct table t = {
		.columns = s->columns, .term = s->term, .o = s->o, .max_lines = s->max_lines,
	};

	if (strcmp(list->name, "errors"))
		table_put(&s->text, &t, rows, n);
}

static void table_end(struct sink *s)
{
	(void)s;
}

const struct sink_ops sink_table = {
	.name = "table", .begin = table_begin, .rows = table_rows, .end = table_end,
};
