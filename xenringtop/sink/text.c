/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row at a time: a heading, then a line for each field with its unit. */
#include <config.h>

#include <string.h>

#include "sink/format.h"
#include "sink/sink.h"

#define NAME_WIDTH 20
#define VALUE_WIDTH 28
#define FROM_WIDTH 11

struct lister {
	struct buf *b;
	const struct term *term;
	const struct opts *o;
	unsigned depth;		/* records around us; 1: the row's own fields */
	unsigned lists;		/* lists around us; then we are inside a cell */
	size_t element;		/* of the list */
	unsigned wire;
	struct cell cell;
	struct buf unknown;	/* names of fields without a value */
};

static void start(struct lister *l)
{
	l->cell = (struct cell){
		.term = l->term, .first = true,
		.how = FORMAT_UNIT | FORMAT_BOUND | (l->o->raw ? FORMAT_RAW : 0) |
		       (l->o->verbose ? FORMAT_BOTH : 0) | (l->wire ? FORMAT_WIRE : 0),
	};
}

/* The line of a field. Verbose, and f not NULL: also how it is known, and what it says. */
static void put_field(struct lister *l, const struct xenring_field *f, const char *name,
		      const char *value, enum color_class color)
{
	size_t at = l->b->n, width;

	buf_fill(l->b, ' ', 2 * (size_t)l->depth);
	buf_printf(l->b, "%s:", name);
	width = l->b->n - at;
	if (value[0] || (l->o->verbose && f))
		buf_fill(l->b, ' ', width < NAME_WIDTH ? NAME_WIDTH - width : 1);
	put_colored(l->b, l->term, color, value);
	if (l->o->verbose && f) {
		const char *from = xenring_from_name(f->from);

		width = text_width(value);
		buf_fill(l->b, ' ', width < VALUE_WIDTH ? VALUE_WIDTH - width : 1);
		buf_puts(l->b, from);
		buf_fill(l->b, ' ', strlen(from) < FROM_WIDTH ? FROM_WIDTH - strlen(from) : 1);
		buf_puts(l->b, f->help);
	}
	buf_putc(l->b, '\n');
}

static void finish(struct lister *l, const struct xenring_field *f, const char *name)
{
	enum color_class color = COLOR_NONE;
	const char *value = l->cell.text.n ? buf_str(&l->cell.text) : "-";

	if (!strcmp(f->name, "state"))
		color = color_of_state(value);
	put_field(l, f, name, value, color);
	buf_free(&l->cell.text);
}

static int text_begin(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct lister *l = data;

	if (l->lists)
		return cell_visitor.begin(&l->cell, f, rec);
	if (f) {
		l->wire += f->type == XENRING_DECODED;
		put_field(l, f, f->name, f->type == XENRING_DECODED ? rec->name : "", COLOR_NONE);
	}
	l->depth++;
	return 0;
}

static int text_end(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct lister *l = data;
	_cleanup_free_ char *name = NULL;

	if (!l->lists) {
		l->depth--;
		if (f)
			l->wire -= f->type == XENRING_DECODED;
		return 0;
	}
	cell_visitor.end(&l->cell, f, rec);
	if (l->lists == 1 && !l->cell.depth) {
		/* an element of a list: a line of its own */
		name = xasprintf("%s %zu", f->name, l->element++);
		put_field(l, l->element == 1 ? f : NULL, name, buf_str(&l->cell.text), COLOR_NONE);
		buf_clear(&l->cell.text);
		l->cell.first = true;
	}
	return 0;
}

static int text_list(void *data, const struct xenring_field *f, size_t n)
{
	struct lister *l = data;

	if (l->lists++)
		return cell_visitor.list(&l->cell, f, n);
	l->element = 0;
	start(l);
	l->cell.how &= ~(unsigned)FORMAT_UNIT;	/* once per element would be noise */
	return 0;
}

static int text_list_end(void *data, const struct xenring_field *f)
{
	struct lister *l = data;

	if (--l->lists)
		return cell_visitor.list_end(&l->cell, f);
	if (!l->element)
		finish(l, f, f->name);
	buf_free(&l->cell.text);
	return 0;
}

static int text_value(void *data, const struct xenring_value *v)
{
	struct lister *l = data;

	if (l->lists)
		return cell_visitor.value(&l->cell, v);
	if (!v->known && !v->redacted && !l->o->verbose) {
		if (field_is_absent(v))
			return 0;
		buf_printf(&l->unknown, "%s%s", l->unknown.n ? ", " : "", v->field->name);
		return 0;
	}
	start(l);
	cell_visitor.value(&l->cell, v);
	finish(l, v->field, v->field->name);
	return 0;
}

static const struct xenring_visitor lister_visitor = {
	.begin = text_begin, .end = text_end,
	.list = text_list, .list_end = text_list_end,
	.value = text_value,
};

void text_put(struct buf *b, const struct term *t, const struct opts *o, const char *heading,
	      const struct row *row)
{
	struct lister l = { .b = b, .term = t, .o = o };

	put_colored(b, t, COLOR_HEAD, heading);
	buf_putc(b, '\n');
	row_walk(row, &lister_visitor, &l);
	l.depth = 1;
	if (l.unknown.n)
		put_field(&l, NULL, "not known", buf_str(&l.unknown), COLOR_NONE);
	buf_free(&l.unknown);
}

static void kv_begin(struct sink *s, const struct doc_kind *kind, const struct doc_head *head)
{
	(void)s;
	(void)kind;
	(void)head;
}

static void kv_rows(struct sink *s, const struct xenring_field *list, const struct row *rows,
		    size_t n)
{
	static const char *const titles[] = { "path", "name", "index" };

	if (!strcmp(list->name, "errors"))
		return;
	for (size_t i = 0; i < n; i++) {
		_cleanup_buf_ struct buf heading = { 0 };
		struct xenring_value v;

		buf_puts(&heading, list->sub->name);
		for (size_t k = 0; k < sizeof(titles) / sizeof(titles[0]); k++) {
			if (!row_value(&rows[i], titles[k], &v))
				continue;
			buf_putc(&heading, ' ');
			format_value(&heading, s->term, &v, 0);
			break;
		}
		if (s->text.n)
			buf_putc(&s->text, '\n');
		text_put(&s->text, s->term, s->o, buf_str(&heading), &rows[i]);
	}
}

static void kv_end(struct sink *s)
{
	(void)s;
}

const struct sink_ops sink_text = {
	.name = "text", .begin = kv_begin, .rows = kv_rows, .end = kv_end,
};
