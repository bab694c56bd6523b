/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON documents and NDJSON lines: the same walks as text, into json-c objects. */
#include <config.h>

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit-codes.h"
#include "say.h"
#include "sink/format.h"
#include "sink/sink.h"

#define DEPTH_MAX 16

struct builder {
	struct json_object *at[DEPTH_MAX];	/* objects and lists, the outermost first */
	size_t n;
	unsigned wire;				/* how many of them hold a guest's bytes */
	bool raw;
};

static struct json_object *must(struct json_object *obj)
{
	if (!obj) {
		say("out of memory");
		exit(XT_FAILED);
	}
	return obj;
}

static void add(struct json_object *to, const char *key, struct json_object *obj)
{
	int r = json_object_is_type(to, json_type_array) ?
		json_object_array_add(to, obj) : json_object_object_add(to, key, obj);

	if (r)
		must(NULL);
}

static int push(struct builder *b, const struct xenring_field *f, struct json_object *obj)
{
	add(b->at[b->n - 1], f->name, must(obj));
	if (b->n == DEPTH_MAX)
		return -1;	/* no table nests that deep */
	b->at[b->n++] = obj;
	return 0;
}

/* An outermost record goes into the object that is there. */
static int json_record(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct builder *b = data;

	(void)rec;
	if (!f)
		return 0;
	b->wire += f->type == XENRING_DECODED;
	return push(b, f, json_object_new_object());
}

static int json_record_end(void *data, const struct xenring_field *f,
			   const struct xenring_record *rec)
{
	struct builder *b = data;

	(void)rec;
	if (!f)
		return 0;
	b->wire -= f->type == XENRING_DECODED;
	b->n--;
	return 0;
}

static int json_list(void *data, const struct xenring_field *f, size_t n)
{
	(void)n;
	return push(data, f, json_object_new_array());
}

static int json_list_end(void *data, const struct xenring_field *f)
{
	struct builder *b = data;

	(void)f;
	b->n--;
	return 0;
}

static struct json_object *text_object(const struct buf *b)
{
	return must(json_object_new_string_len(buf_str(b), (int)b->n));
}

static struct json_object *real_object(double v)
{
	_cleanup_buf_ struct buf digits = { 0 };

	if (!isfinite(v))
		return NULL;
	format_real(&digits, v);
	return must(json_object_new_double_s(v, buf_str(&digits)));
}

static void add_flag(void *data, const char *name)
{
	add(data, NULL, must(json_object_new_string(name)));
}

/* NULL is JSON's null. */
static struct json_object *value_object(const struct builder *b, const struct xenring_value *v)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct json_object *flags;

	if (v->redacted)
		return must(json_object_new_string(REDACTED));
	if (!v->known)
		return NULL;
	switch (v->field->type) {
	case XENRING_UINT:
	case XENRING_GREF:
		return must(json_object_new_uint64(v->u));
	case XENRING_INT:
		return must(json_object_new_int64(v->i));
	case XENRING_REAL:
		return real_object(v->real);
	case XENRING_BOOL:
		return must(json_object_new_boolean(v->u != 0));
	case XENRING_OPAQUE:
		format_hex(&text, v->u);
		return text_object(&text);
	case XENRING_ENUM:
		format_enum(&text, v, b->raw);
		return text_object(&text);
	case XENRING_FLAGS:
		flags = must(json_object_new_array());
		format_flags(v, b->raw, add_flag, flags);
		return flags;
	case XENRING_STRING:
		put_safe(&text, v->bytes, v->n, b->wire ? SAFE_WIRE : 0);
		return text_object(&text);
	case XENRING_BYTES:
		format_bytes(&text, v->bytes, v->n);
		return text_object(&text);
	case XENRING_RECORD:
	case XENRING_DECODED:
	case XENRING_TYPE_N:
		break;
	}
	return NULL;
}

static int json_value(void *data, const struct xenring_value *v)
{
	struct builder *b = data;

	add(b->at[b->n - 1], v->field->name, value_object(b, v));
	return 0;
}

static const struct xenring_visitor builder_visitor = {
	.begin = json_record, .end = json_record_end,
	.list = json_list, .list_end = json_list_end,
	.value = json_value,
};

/* Puts the fields of a row into obj. */
static void fill(struct json_object *obj, const struct row *row, const struct opts *o)
{
	struct builder b = { .at = { obj }, .n = 1, .raw = o->raw };

	row_walk(row, &builder_visitor, &b);
}

static void fill_from(struct json_object *obj, const struct xenring_record *rec, const void *p,
		      const struct opts *o)
{
	struct builder b = { .at = { obj }, .n = 1, .raw = o->raw };

	xenring_walk(rec, p, &builder_visitor, &b);
}

static void print(struct buf *b, struct json_object *obj, int how)
{
	const char *s = json_object_to_json_string_ext(obj, how | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!s)
		must(NULL);
	buf_puts(b, s);
	buf_putc(b, '\n');
}

/* ---- a document --------------------------------------------------------- */

static void doc_begin(struct sink *s, const struct doc_kind *kind, const struct doc_head *head)
{
	(void)kind;
	s->root = must(json_object_new_object());
	fill_from(s->root, &rec_doc_head, head, s->o);
}

static void doc_rows(struct sink *s, const struct xenring_field *list, const struct row *rows,
		     size_t n)
{
	struct json_object *to = s->root;

	if (list->max) {
		to = must(json_object_new_array());
		add(s->root, list->name, to);
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *obj = must(json_object_new_object());

		add(to, list->name, obj);
		fill(obj, &rows[i], s->o);
	}
}

static void doc_end(struct sink *s)
{
	print(&s->text, s->root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
	json_object_put(s->root);
	s->root = NULL;
}

const struct sink_ops sink_json = {
	.name = "json", .begin = doc_begin, .rows = doc_rows, .end = doc_end,
};

/* ---- lines -------------------------------------------------------------- */

/* A line is whole in the buffer before any of it is written. */
static void send_line(struct sink *s, struct json_object *obj)
{
	print(&s->text, obj, JSON_C_TO_STRING_PLAIN);
	json_object_put(obj);
	out(buf_str(&s->text), s->text.n);
	buf_clear(&s->text);
	out_flush();
}

static void lines_begin(struct sink *s, const struct doc_kind *kind, const struct doc_head *head)
{
	struct json_object *obj = must(json_object_new_object());

	(void)kind;
	free(s->time);
	s->time = xstrdup(head->time);
	s->line = *head;
	s->line.type = rec_sample.name;
	s->line.time = s->time;
	fill_from(obj, &rec_sample, &s->line, s->o);
	send_line(s, obj);
}

void sink_line(struct sink *s, const struct line_head *head, const struct row *row)
{
	struct json_object *obj = must(json_object_new_object());

	fill_from(obj, &rec_line, head, s->o);
	fill(obj, row, s->o);
	send_line(s, obj);
}

static void lines_rows(struct sink *s, const struct xenring_field *list, const struct row *rows,
		       size_t n)
{
	_cleanup_free_ char *type = shape_line_type(list->sub->name);
	struct line_head head = {
		.type = type, .time = s->time, .mono_ns = s->line.mono_ns,
	};

	for (size_t i = 0; i < n; i++)
		sink_line(s, &head, &rows[i]);
}

static void lines_end(struct sink *s)
{
	(void)s;
}

const struct sink_ops sink_ndjson = {
	.name = "ndjson", .begin = lines_begin, .rows = lines_rows, .end = lines_end,
};
