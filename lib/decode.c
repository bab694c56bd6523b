/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bounded walk over records. Never reads outside the bytes it is given. */
#include <config.h>

#include "decode.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/bytes.h"

#define CALL(v, fn, ...)						\
	do {								\
		int r_ = (v)->fn ? (v)->fn(__VA_ARGS__) : 0;		\
		if (r_)							\
			return r_;					\
	} while (0)

const struct xenring_field *xenring_next_field(const struct xenring_record *rec,
					       const struct xenring_field *prev)
{
	const struct xenring_field *f = prev ? prev + 1 : rec->fields;

	return f->name ? f : NULL;
}

static const struct xenring_field *field_by_name(const struct xenring_record *rec, const char *name)
{
	for (const struct xenring_field *f = rec->fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/* Does the table hold negative codes? They stand in it sign-extended. */
static bool has_negative(const struct xenring_sym *syms)
{
	for (; syms && syms->name; syms++)
		if (syms->value >> 63)
			return true;
	return false;
}

static const char *sym_name(const struct xenring_sym *syms, uint64_t value)
{
	for (; syms && syms->name; syms++)
		if (syms->value == value)
			return syms->name;
	return NULL;
}

/* How many bits the number in the field has. */
static unsigned width(const struct xenring_field *f)
{
	return f->bits ? f->bits : 8 * f->size;
}

/* The number in the field->size bytes at p, or those of its bits that are the field. */
static uint64_t wire_number(const struct xenring_field *f, const uint8_t *p)
{
	uint64_t v = (f->flags & XENRING_F_NETWORK ? xr_get_network(p, f->size) : xr_get(p, f->size)) >>
		     f->shift;

	return width(f) < 64 ? v & ((UINT64_C(1) << width(f)) - 1) : v;
}

static int64_t wire_signed(const struct xenring_field *f, const uint8_t *p)
{
	uint64_t v = wire_number(f, p);

	if (width(f) < 64 && v >> (width(f) - 1) & 1)
		v |= ~UINT64_C(0) << width(f);
	return (int64_t)v;
}

/* One scalar of a wire record at p, whose field->size bytes are there, n of which count. */
static void wire_value(const struct xenring_field *f, const uint8_t *p, size_t n, struct xenring_value *ret)
{
	*ret = (struct xenring_value){ .field = f, .known = true };
	if (f->flags & XENRING_F_REST) {
		/* all of it, be there a NUL in it or not */
		ret->bytes = p;
		ret->n = n;
		return;
	}
	switch (f->type) {
	case XENRING_INT:
		ret->i = wire_signed(f, p);
		break;
	case XENRING_ENUM:
		ret->u = wire_number(f, p);
		ret->i = has_negative(f->syms) ? wire_signed(f, p) : (int64_t)ret->u;
		ret->sym = sym_name(f->syms, (uint64_t)ret->i);
		break;
	case XENRING_STRING:
		ret->bytes = p;
		ret->n = strnlen((const char *)p, n);
		break;
	case XENRING_BYTES:
		ret->bytes = p;
		ret->n = n;
		break;
	default:
		ret->u = wire_number(f, p);
		ret->i = (int64_t)ret->u;
		break;
	}
}

/* Tell the visitor that what a guest wrote does not fit. */
static int fault(const struct xenring_visitor *v, void *data, const struct xenring_field *f,
		 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static int fault(const struct xenring_visitor *v, void *data, const struct xenring_field *f,
		 const char *fmt, ...)
{
	char text[160];
	va_list ap;

	if (!v->fault)
		return 0;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return v->fault(data, f, text);
}

/* How a wire record is walked, handed down to what is nested in it. */
struct walk {
	const struct xenring_visitor *v;
	void *data;
	bool secrets;		/* are shown */
	bool only_grefs;	/* who asks for those asks for each slot of many rings */
};

static bool is_passed_over(const struct xenring_field *f, const struct walk *w)
{
	return w->only_grefs && f->type != XENRING_GREF && f->type != XENRING_RECORD;
}

static int walk_bytes(const struct xenring_record *rec, const uint8_t *b, size_t n, const struct walk *w);

/* Element i of a list, or the field itself; the first n bytes of it count. */
static int walk_element(const struct xenring_field *f, const uint8_t *p, size_t n, const struct walk *w)
{
	struct xenring_value value;

	if (f->flags & XENRING_F_SECRET && !w->secrets) {
		value = (struct xenring_value){ .field = f, .redacted = true };
		CALL(w->v, value, w->data, &value);
		return 0;
	}
	if (f->type == XENRING_RECORD) {
		CALL(w->v, begin, w->data, f, f->sub);
		int r = walk_bytes(f->sub, p, f->size, w);
		if (r)
			return r;
		CALL(w->v, end, w->data, f, f->sub);
		return 0;
	}
	wire_value(f, p, n, &value);
	CALL(w->v, value, w->data, &value);
	if (f->type == XENRING_ENUM && !value.sym)
		return fault(w->v, w->data, f, "%s %lld is not known", f->name, (long long)value.i);
	return 0;
}

/* What the field called name says in n bytes of rec; otherwise, if there is none or it is cut off. */
static uint64_t sibling(const struct xenring_record *rec, const char *name, const uint8_t *b, size_t n,
			uint64_t otherwise)
{
	const struct xenring_field *c = name ? field_by_name(rec, name) : NULL;

	return c && (size_t)c->off + c->size <= n ? wire_number(c, b + c->off) : otherwise;
}

/* Which elements of an array to show. */
struct span {
	size_t first, len;
	uint64_t claimed;	/* by the guest */
	uint32_t room;		/* in the array from first on; a record that is cut has less */
};

static struct span list_span(const struct xenring_record *rec, const struct xenring_field *f,
			     const uint8_t *b, size_t n)
{
	struct span s = { .claimed = sibling(rec, f->count, b, n, f->max) };
	uint64_t before = sibling(rec, f->after, b, n, 0);
	size_t there = n > f->off ? (n - f->off) / f->size : 0;

	s.first = before < f->max ? (size_t)before : f->max;
	s.room = f->max - (uint32_t)s.first;
	if (f->flags & XENRING_F_LOG2)
		s.claimed = s.claimed < 32 ? UINT64_C(1) << s.claimed : UINT32_MAX;
	if (f->per)
		s.claimed = (s.claimed + f->per - 1) / f->per;
	s.len = there > s.first ? there - s.first : 0;
	if (s.len > s.room)
		s.len = s.room;
	if (s.claimed < s.len)
		s.len = (size_t)s.claimed;
	return s;
}

static int walk_list(const struct xenring_record *rec, const struct xenring_field *f,
		     const uint8_t *b, size_t n, bool *cut, const struct walk *w)
{
	const struct xenring_visitor *v = w->v;
	void *data = w->data;
	struct span s = list_span(rec, f, b, n);
	int r = 0;

	if (f->count && s.claimed > s.room) {
		r = fault(v, data, f, "%s asks for %llu %s, %u fit", f->count,
			  (unsigned long long)s.claimed, f->name, s.room);
	} else if (s.len < s.claimed && !*cut) {
		*cut = true;
		r = fault(v, data, f, "%s: the record ends after %zu of %llu", f->name, s.len,
			  (unsigned long long)s.claimed);
	}
	if (r)
		return r;
	CALL(v, list, data, f, s.len);
	for (size_t i = 0; i < s.len; i++) {
		r = walk_element(f, b + f->off + (s.first + i) * f->size, f->size, w);
		if (r)
			return r;
	}
	CALL(v, list_end, data, f);
	return 0;
}

/* One value; of bytes or text with a count only what this says. */
static int walk_one(const struct xenring_record *rec, const struct xenring_field *f,
		    const uint8_t *b, size_t n, const struct walk *w)
{
	uint64_t claimed = sibling(rec, f->count, b, n, f->size);
	int r = 0;

	if (claimed > f->size)
		r = fault(w->v, w->data, f, "%s asks for %llu bytes of %s, %u fit", f->count,
			  (unsigned long long)claimed, f->name, f->size);
	return r ? r : walk_element(f, b + f->off, claimed < f->size ? (size_t)claimed : f->size, w);
}

static int walk_bytes(const struct xenring_record *rec, const uint8_t *b, size_t n, const struct walk *w)
{
	bool cut = false;	/* a record that ends early is reported once */

	for (const struct xenring_field *f = rec->fields; f->name; f++) {
		int r;

		if (f->flags & (XENRING_F_HIDDEN | XENRING_F_FETCHED) || is_passed_over(f, w))
			continue;
		if (f->max) {
			r = walk_list(rec, f, b, n, &cut, w);
		} else if (f->flags & XENRING_F_REST && n >= f->off) {
			size_t rest = n - f->off;

			r = walk_element(f, b + f->off, rest < f->size ? rest : f->size, w);
		} else if ((size_t)f->off + f->size > n) {
			struct xenring_value none = { .field = f };

			r = w->v->value ? w->v->value(w->data, &none) : 0;
			if (!r && !cut)
				r = fault(w->v, w->data, f, "%s: the record ends before it", f->name);
			cut = true;
		} else {
			r = walk_one(rec, f, b, n, w);
		}
		if (r)
			return r;
	}
	return 0;
}

/* The list out of pages of its own. That all of them could not be had is a note. */
static int walk_fetched(const struct xenring_decoded *d, const struct xenring_field *f, const struct walk *w)
{
	uint64_t claimed = sibling(d->rec, f->count, d->bytes, d->n, d->n_fetched);
	int r;

	if (d->n_fetched && claimed > d->n_fetched) {
		r = fault(w->v, w->data, f, "%s asks for %llu %s, there are %zu", f->count,
			  (unsigned long long)claimed, f->name, d->n_fetched);
		if (r)
			return r;
	}
	CALL(w->v, list, w->data, f, d->n_fetched);
	for (size_t i = 0; i < d->n_fetched; i++) {
		r = walk_element(f, d->fetched + i * f->size, f->size, w);
		if (r)
			return r;
	}
	CALL(w->v, list_end, w->data, f);
	return 0;
}

static int walk_wire(const struct xenring_decoded *d, const struct xenring_field *as, const struct walk *w)
{
	const struct xenring_visitor *v = w->v;
	void *data = w->data;
	int r;

	if (!d->rec)
		return 0;
	CALL(v, begin, data, as, d->rec);
	r = walk_bytes(d->rec, d->bytes, d->n, w);
	if (r)
		return r;
	for (const struct xenring_field *f = d->rec->fields; f->name; f++) {
		if (!(f->flags & XENRING_F_FETCHED) || is_passed_over(f, w))
			continue;
		r = walk_fetched(d, f, w);
		if (r)
			return r;
	}
	if (d->note)
		CALL(v, fault, data, as, d->note);
	CALL(v, end, data, as, d->rec);
	return 0;
}

int xr_walk_wire(const struct xenring_decoded *d, const struct xenring_field *as,
		 const struct xenring_visitor *v, void *data)
{
	const struct walk w = { .v = v, .data = data, .secrets = d->secrets };

	return walk_wire(d, as, &w);
}

size_t xr_wire_list(const struct xenring_decoded *d, const struct xenring_field *f, const uint8_t **ret)
{
	struct span s;

	if (f->flags & XENRING_F_FETCHED) {
		*ret = d->fetched;
		return d->fetched ? d->n_fetched : 0;
	}
	s = list_span(d->rec, f, d->bytes, d->n);
	*ret = s.len ? d->bytes + f->off + s.first * f->size : NULL;
	return s.len;
}

bool xr_has_secrets(const struct xenring_record *rec)
{
	for (const struct xenring_field *f = rec ? rec->fields : NULL; f && f->name; f++)
		if (f->flags & XENRING_F_SECRET || (f->type == XENRING_RECORD && xr_has_secrets(f->sub)))
			return true;
	return false;
}

bool xr_has_grefs(const struct xenring_record *rec)
{
	for (const struct xenring_field *f = rec ? rec->fields : NULL; f && f->name; f++)
		if (f->type == XENRING_GREF || (f->type == XENRING_RECORD && xr_has_grefs(f->sub)))
			return true;
	return false;
}

int xr_wire_number(const struct xenring_record *rec, const uint8_t *bytes, size_t n,
		   const char *name, uint64_t *ret)
{
	const struct xenring_field *f = field_by_name(rec, name);

	if (!f || f->max || f->type == XENRING_RECORD || f->type == XENRING_BYTES)
		return -ENOENT;
	if ((size_t)f->off + f->size > n)
		return -ENODATA;
	*ret = wire_number(f, bytes + f->off);
	return 0;
}

bool xr_all_named(const struct xenring_record *rec, const uint8_t *bytes, size_t n)
{
	const struct xenring_field *f = NULL;

	while ((f = xenring_next_field(rec, f))) {
		struct xenring_value v;

		if (f->type != XENRING_ENUM || f->max)
			continue;
		if ((size_t)f->off + f->size > n)
			return false;
		wire_value(f, bytes + f->off, f->size, &v);
		if (!v.sym)
			return false;
	}
	return true;
}

struct grefs {
	uint32_t *into;
	size_t n, max;
};

static int take_gref(void *data, const struct xenring_value *v)
{
	struct grefs *g = data;

	if (v->known && v->field->type == XENRING_GREF && g->n < g->max)
		g->into[g->n++] = (uint32_t)v->u;
	return 0;
}

size_t xr_wire_grefs(const struct xenring_decoded *d, uint32_t *ret, size_t max)
{
	static const struct xenring_visitor visitor = { .value = take_gref };
	struct grefs g = { .into = ret, .max = max };
	const struct walk w = { .v = &visitor, .data = &g, .secrets = d->secrets, .only_grefs = true };

	walk_wire(d, NULL, &w);
	return g.n;
}

/* ---- rows: our own structs, with pointers and unknowns ------------------ */

static bool row_int_known(const struct xenring_field *f, int64_t i)
{
	return !(f->flags & XENRING_F_NULLABLE) || i != XENRING_UNKNOWN;
}

static void row_value(const struct xenring_field *f, const void *p, struct xenring_value *ret)
{
	*ret = (struct xenring_value){ .field = f, .known = true };
	switch (f->type) {
	case XENRING_STRING: {
		const char *s = *(const char *const *)p;

		ret->known = s != NULL;
		ret->bytes = s;
		ret->n = s ? strlen(s) : 0;
		break;
	}
	case XENRING_REAL:
		ret->real = *(const double *)p;
		ret->known = !isnan(ret->real);
		break;
	case XENRING_BYTES:
		/* a pointer; how many is its sibling's to say: row_one() */
		ret->bytes = *(const uint8_t *const *)p;
		ret->known = ret->bytes != NULL;
		break;
	case XENRING_BOOL: {
		int8_t b = *(const int8_t *)p;

		ret->known = b >= 0;
		ret->u = b > 0;
		break;
	}
	case XENRING_OPAQUE: {
		const uint64_t *u = f->flags & XENRING_F_POINTER ? *(const uint64_t *const *)p : p;

		ret->known = u != NULL;
		ret->u = u ? *u : 0;
		break;
	}
	default:
		if (f->size == 8) {
			ret->i = *(const int64_t *)p;
			ret->known = row_int_known(f, ret->i);
			ret->u = (uint64_t)ret->i;
		} else {
			ret->u = xr_get(p, f->size);
			ret->i = (int64_t)ret->u;
		}
		if (f->type == XENRING_ENUM)
			ret->sym = sym_name(f->syms, ret->u);
		break;
	}
}

static int row_fields(const struct xenring_record *rec, const uint8_t *row,
		      const struct xenring_visitor *v, void *data);

/* Is word one of the words of list? */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += n)
		if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

/* Has the field no meaning for a row of this kind? */
static bool is_none(const struct xenring_field *f, const char *kind)
{
	return f->only && kind && !has_word(f->only, kind);
}

/* What the row says of its kind, or of its state; NULL: it has neither. */
static const char *row_kind(const struct xenring_record *rec, const uint8_t *row)
{
	const struct xenring_field *f = field_by_name(rec, "kind");

	if (!f)
		f = field_by_name(rec, "state");
	return f && f->type == XENRING_STRING ? *(const char *const *)(const void *)(row + f->off) : NULL;
}

static int row_one(const struct xenring_record *rec, const uint8_t *row, const struct xenring_field *f,
		   const void *p, const char *kind,
		   const struct xenring_visitor *v, void *data)
{
	struct xenring_value value = { .field = f };

	if (f->type == XENRING_RECORD) {
		const void *sub = f->flags & XENRING_F_POINTER && !f->max ?
			*(const void *const *)p : p;

		if (sub) {
			int r;

			CALL(v, begin, data, f, f->sub);
			r = row_fields(f->sub, sub, v, data);
			if (r)
				return r;
			CALL(v, end, data, f, f->sub);
			return 0;
		}
	} else if (f->type == XENRING_DECODED) {
		const struct xenring_decoded *d = *(const struct xenring_decoded *const *)p;

		if (d && d->rec)
			return xr_walk_wire(d, f, v, data);
		if (d && d->note)
			CALL(v, fault, data, f, d->note);
	} else {
		row_value(f, p, &value);
		if (f->type == XENRING_BYTES && value.known) {
			const struct xenring_field *c = field_by_name(rec, f->count);

			value.n = c ? *(const size_t *)(const void *)(row + c->off) : 0;
		}
		value.none = !value.known && is_none(f, kind);
	}
	CALL(v, value, data, &value);
	return 0;
}

static int row_fields(const struct xenring_record *rec, const uint8_t *row,
		      const struct xenring_visitor *v, void *data)
{
	const char *kind = row_kind(rec, row);

	for (const struct xenring_field *f = rec->fields; f->name; f++) {
		const uint8_t *p = row + f->off;
		int r;

		if (f->flags & XENRING_F_HIDDEN)
			continue;
		if (f->max) {
			/* a list of a row is a pointer, its count a size_t sibling */
			const struct xenring_field *c = field_by_name(rec, f->count);
			const uint8_t *e = *(const uint8_t *const *)p;
			size_t n = e && c ? *(const size_t *)(row + c->off) : 0;

			CALL(v, list, data, f, n);
			for (size_t i = 0; i < n; i++) {
				r = row_one(rec, row, f, e + i * f->size, kind, v, data);
				if (r)
					return r;
			}
			CALL(v, list_end, data, f);
			continue;
		}
		r = row_one(rec, row, f, p, kind, v, data);
		if (r)
			return r;
	}
	return 0;
}

int xenring_walk(const struct xenring_record *rec, const void *row,
		 const struct xenring_visitor *v, void *data)
{
	int r;

	CALL(v, begin, data, NULL, rec);
	r = row_fields(rec, row, v, data);
	if (r)
		return r;
	CALL(v, end, data, NULL, rec);
	return 0;
}
