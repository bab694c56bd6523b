/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How one value looks: as text for people, and the words that text and JSON share. */
#include <config.h>

#include "sink/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void format_hex(struct buf *b, uint64_t v)
{
	buf_printf(b, "0x%" PRIx64, v);
}

void format_bytes(struct buf *b, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%02x", p[i]);
}

void format_real(struct buf *b, double v)
{
	char s[40];

	/* more digits than the clocks have would only show rounding */
	snprintf(s, sizeof(s), "%.9g", v);
	buf_puts(b, s);
	if (!s[strcspn(s, ".en")])
		buf_puts(b, ".0");
}

void format_flags(const struct xenring_value *v, bool raw,
		  void (*each)(void *data, const char *name), void *data)
{
	_cleanup_buf_ struct buf rest = { 0 };
	uint64_t left = v->u;

	for (const struct xenring_sym *s = v->field->syms; !raw && s && s->name; s++) {
		if (!s->value || (left & s->value) != s->value)
			continue;
		each(data, s->name);
		left &= ~s->value;
	}
	if (!left)
		return;
	format_hex(&rest, left);
	each(data, buf_str(&rest));
}

static uint64_t masked(uint64_t v, uint32_t size)
{
	return size && size < 8 ? v & ((UINT64_C(1) << (8 * size)) - 1) : v;
}

void format_enum(struct buf *b, const struct xenring_value *v, bool raw)
{
	if (v->sym && !raw)
		buf_puts(b, v->sym);
	else
		format_hex(b, masked(v->u, v->field->size));
}

enum bound field_bound(const struct xenring_field *f)
{
	size_t n = strlen(f->name);

	if (f->from != XENRING_INFERRED || n < 4)
		return BOUND_NONE;
	if (!strcmp(f->name + n - 4, "_min"))
		return BOUND_AT_LEAST;
	return strcmp(f->name + n - 4, "_max") ? BOUND_NONE : BOUND_AT_MOST;
}

void put_integer(struct buf *b, int64_t v)
{
	if (v == XENRING_UNKNOWN)
		buf_putc(b, '?');
	else
		buf_printf(b, "%" PRId64, v);
}

bool field_is_number(const struct xenring_field *f)
{
	if (f->max)
		return false;
	switch (f->type) {
	case XENRING_UINT:
	case XENRING_INT:
	case XENRING_REAL:
	case XENRING_GREF:
	case XENRING_OPAQUE:
		return true;
	default:
		return false;
	}
}

bool field_is_absent(const struct xenring_value *v)
{
	const struct xenring_field *f = v->field;

	return !v->known && (v->none || f->type == XENRING_RECORD || f->type == XENRING_DECODED ||
			     f->from == XENRING_TOOL);
}

struct joined {
	struct buf *b;
	bool some;
};

static void join(void *data, const char *name)
{
	struct joined *j = data;

	if (j->some)
		buf_putc(j->b, '|');
	buf_puts(j->b, name);
	j->some = true;
}

static void put_unit(struct buf *b, const struct xenring_value *v, unsigned how)
{
	static const char *const short_names[XENRING_UNIT_N] = {
		[XENRING_U_SECONDS] = "s", [XENRING_U_PER_S] = "/s",
	};
	enum xenring_unit unit = v->field->unit;

	if (!(how & FORMAT_UNIT) || (how & FORMAT_RAW) || unit == XENRING_NOUNIT)
		return;
	buf_printf(b, " %s", short_names[unit] ? short_names[unit] : xenring_unit_name(unit));
}

static void put_number(struct buf *b, const struct xenring_value *v, bool raw)
{
	switch (v->field->type) {
	case XENRING_REAL:
		if (raw)
			format_real(b, v->real);
		else
			buf_printf(b, "%.1f", v->real);
		break;
	case XENRING_OPAQUE:
		format_hex(b, v->u);
		break;
	case XENRING_INT:
		buf_printf(b, "%" PRId64, v->i);
		break;
	default:
		buf_printf(b, "%" PRIu64, v->u);
		break;
	}
}

void format_value(struct buf *b, const struct term *t, const struct xenring_value *v,
		  unsigned how)
{
	bool raw = how & FORMAT_RAW, both = (how & FORMAT_BOTH) && !raw;
	struct joined flags = { .b = b };
	enum bound bound;

	if (v->redacted) {
		buf_puts(b, REDACTED);
		return;
	}
	if (!v->known) {
		buf_putc(b, field_is_absent(v) ? '-' : '?');
		return;
	}
	switch (v->field->type) {
	case XENRING_BOOL:
		buf_puts(b, raw ? v->u ? "1" : "0" : v->u ? "yes" : "no");
		break;
	case XENRING_ENUM:
		if (raw)
			buf_printf(b, "%" PRIu64, masked(v->u, v->field->size));
		else
			format_enum(b, v, false);
		if (both && v->sym)
			buf_printf(b, " (%" PRIu64 ")", masked(v->u, v->field->size));
		break;
	case XENRING_FLAGS:
		format_flags(v, raw, join, &flags);
		if (!flags.some)
			buf_puts(b, raw ? "0x0" : "none");
		else if (both)
			buf_printf(b, " (0x%" PRIx64 ")", v->u);
		break;
	case XENRING_STRING:
		put_safe(b, v->bytes, v->n, t->safe | (how & FORMAT_WIRE ? SAFE_WIRE : 0));
		break;
	case XENRING_BYTES:
		format_bytes(b, v->bytes, v->n);
		break;
	case XENRING_RECORD:
	case XENRING_DECODED:
	case XENRING_TYPE_N:
		break;
	case XENRING_UINT:
	case XENRING_INT:
	case XENRING_REAL:
	case XENRING_OPAQUE:
	case XENRING_GREF:
		bound = how & FORMAT_BOUND ? field_bound(v->field) : BOUND_NONE;
		if (bound != BOUND_NONE)
			buf_printf(b, "%s ", term_glyph(t, bound == BOUND_AT_LEAST ?
							GLYPH_AT_LEAST : GLYPH_AT_MOST));
		put_number(b, v, raw);
		put_unit(b, v, how);
		break;
	}
}

/* ---- one line for what is nested ---------------------------------------- */

static void cell_space(struct cell *c, const struct xenring_field *f, bool name)
{
	if (!c->first)
		buf_putc(&c->text, !name && f->type != XENRING_RECORD ? ',' : ' ');
	c->first = false;
	if (name && c->depth)
		buf_printf(&c->text, "%s=", f->name);
}

/* An element of a list comes with the list's own field; depth counts the brackets. */
static int cell_begin(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct cell *c = data;

	(void)rec;
	if (c->depth) {
		cell_space(c, f, !f->max);
		buf_putc(&c->text, '{');
		c->first = true;
	}
	c->depth++;
	return 0;
}

static int cell_end(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct cell *c = data;

	(void)f;
	(void)rec;
	if (--c->depth)
		buf_putc(&c->text, '}');
	c->first = false;
	return 0;
}

static int cell_list(void *data, const struct xenring_field *f, size_t n)
{
	struct cell *c = data;

	(void)n;
	if (c->depth) {
		cell_space(c, f, true);
		buf_putc(&c->text, '[');
		c->first = true;
	}
	c->depth++;
	return 0;
}

static int cell_list_end(void *data, const struct xenring_field *f)
{
	struct cell *c = data;

	(void)f;
	if (--c->depth)
		buf_putc(&c->text, ']');
	c->first = false;
	return 0;
}

static int cell_value(void *data, const struct xenring_value *v)
{
	struct cell *c = data;

	cell_space(c, v->field, !v->field->max);
	format_value(&c->text, c->term, v, c->how);
	return 0;
}

const struct xenring_visitor cell_visitor = {
	.begin = cell_begin, .end = cell_end,
	.list = cell_list, .list_end = cell_list_end,
	.value = cell_value,
};
