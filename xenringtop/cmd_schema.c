/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `schema`: the JSON Schema of all output, a walk over the descriptors that output walks. */
#include <config.h>

#include <json-c/json.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "records.h"
#include "say.h"
#include "sink/format.h"

static struct json_object *must(struct json_object *obj)
{
	if (!obj) {
		say("out of memory");
		exit(XT_FAILED);
	}
	return obj;
}

static struct json_object *object(void)
{
	return must(json_object_new_object());
}

static struct json_object *array(void)
{
	return must(json_object_new_array());
}

static struct json_object *string(const char *s)
{
	return must(json_object_new_string(s));
}

static void set(struct json_object *to, const char *key, struct json_object *value)
{
	if (json_object_object_add(to, key, value))
		must(NULL);
}

static void append(struct json_object *to, struct json_object *value)
{
	if (json_object_array_add(to, value))
		must(NULL);
}

static struct json_object *typed(const char *type)
{
	struct json_object *obj = object();

	set(obj, "type", string(type));
	return obj;
}

static struct json_object *pattern(const char *re)
{
	struct json_object *obj = typed("string");

	set(obj, "pattern", string(re));
	return obj;
}

static struct json_object *ref(const char *name)
{
	struct json_object *obj = object();
	_cleanup_buf_ struct buf path = { 0 };

	buf_puts(&path, "#/$defs/");
	for (const char *p = name; *p; p++)
		buf_putc(&path, *p == ' ' ? '-' : *p);
	set(obj, "$ref", string(buf_str(&path)));
	return obj;
}

/* Both of them, or one. */
static struct json_object *either(struct json_object *a, struct json_object *b)
{
	struct json_object *obj = object(), *list = array();

	append(list, a);
	append(list, b);
	set(obj, "anyOf", list);
	return obj;
}

static struct json_object *sym_names(const struct xenring_sym *syms, bool null)
{
	struct json_object *obj = object(), *list = array();

	for (; syms && syms->name; syms++) {
		bool is_new = true;

		/* two values may share a name; an enum lists it once */
		for (size_t i = 0; i < json_object_array_length(list); i++) {
			struct json_object *known = json_object_array_get_idx(list, i);

			if (!strcmp(json_object_get_string(known), syms->name))
				is_new = false;
		}
		if (is_new)
			append(list, string(syms->name));
	}
	if (null)
		append(list, NULL);
	set(obj, "enum", list);
	return obj;
}

/* A name of the table, or a number in hex for what has none. */
static struct json_object *named_or_hex(const struct xenring_field *f)
{
	struct json_object *hex = pattern("^0x[0-9a-f]+$");

	return f->syms && f->syms->name ? either(sym_names(f->syms, false), hex) : hex;
}

/* All that a decoded record may be. */
static struct json_object *decoded(void)
{
	struct json_object *obj = object(), *list = array();
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p))) {
		const struct xenring_record *rec = NULL;

		while ((rec = xenring_proto_next_record(p, rec)))
			append(list, ref(rec->name));
	}
	set(obj, "anyOf", list);
	return obj;
}

static struct json_object *scalar(const struct xenring_field *f)
{
	struct json_object *obj;

	switch (f->type) {
	case XENRING_UINT:
	case XENRING_GREF:
		obj = typed("integer");
		set(obj, "minimum", must(json_object_new_int(0)));
		return obj;
	case XENRING_INT:
		return typed("integer");
	case XENRING_REAL:
		return typed("number");
	case XENRING_BOOL:
		return typed("boolean");
	case XENRING_OPAQUE:
		return pattern("^0x[0-9a-f]+$");
	case XENRING_ENUM:
		return named_or_hex(f);
	case XENRING_FLAGS:
		obj = typed("array");
		set(obj, "items", named_or_hex(f));
		return obj;
	case XENRING_STRING:
		return f->syms ? sym_names(f->syms, false) : typed("string");
	case XENRING_BYTES:
		return pattern("^([0-9a-f]{2})*$");
	case XENRING_RECORD:
		return ref(f->sub->name);
	case XENRING_DECODED:
		return decoded();
	case XENRING_TYPE_N:
		break;
	}
	return object();
}

/* A type that can also be null. */
static struct json_object *or_null(struct json_object *obj)
{
	struct json_object *type, *both, *list;

	if (json_object_object_get_ex(obj, "enum", &list)) {
		append(list, NULL);
		return obj;
	}
	if (!json_object_object_get_ex(obj, "type", &type))
		return either(obj, typed("null"));
	both = array();
	append(both, json_object_get(type));
	append(both, string("null"));
	set(obj, "type", both);
	return obj;
}

/*
 * A wire record may end early, for a guest may claim less than the record
 * takes: all its single values can be null.
 */
static bool can_be_null(const struct xenring_field *f, bool wire)
{
	return !f->max && ((f->flags & XENRING_F_NULLABLE) || wire);
}

/* A secret is its value, or a word in place of it. */
static struct json_object *or_redacted(struct json_object *obj)
{
	struct json_object *both = object(), *any = array(), *word = object();

	set(word, "const", string(REDACTED));
	append(any, obj);
	append(any, word);
	set(both, "anyOf", any);
	return both;
}

static struct json_object *field_schema(const struct xenring_field *f, bool wire)
{
	struct json_object *obj = scalar(f), *list;
	_cleanup_buf_ struct buf text = { 0 };

	if (f->max) {
		list = typed("array");
		set(list, "items", obj);
		obj = list;
	} else if (can_be_null(f, wire)) {
		obj = or_null(obj);
	}
	if (f->flags & XENRING_F_SECRET)
		obj = or_redacted(obj);
	buf_puts(&text, f->help);
	if (f->unit)
		buf_printf(&text, " (%s)", xenring_unit_name(f->unit));
	/* beside $ref, too: a description is no constraint */
	set(obj, "description", string(buf_str(&text)));
	return obj;
}

struct shaper {
	struct json_object *properties, *required;
};

static void shape_field_add(struct shaper *s, const struct xenring_field *f, bool wire)
{
	if (f->flags & XENRING_F_HIDDEN)
		return;
	set(s->properties, f->name, field_schema(f, wire));
	append(s->required, string(f->name));
}

static void shape_add(struct shaper *s, const struct xenring_record *rec)
{
	const struct xenring_field *f = NULL;

	while ((f = xenring_next_field(rec, f)))
		shape_field_add(s, f, strchr(rec->name, '.') != NULL);
}

static struct json_object *shape_object(const struct shaper *s, const char *help)
{
	struct json_object *obj = typed("object");

	set(obj, "description", string(help));
	set(obj, "additionalProperties", must(json_object_new_boolean(false)));
	set(obj, "properties", s->properties);
	set(obj, "required", s->required);
	return obj;
}

/* The object that a shape's records make; type: what the key of that name must say. */
static struct json_object *shape_schema(const char *name, const char *help, const char *type)
{
	const struct xenring_record *parts[SHAPE_PARTS];
	struct shaper s = { .properties = object(), .required = array() };
	size_t n = shape_records(name, parts);

	for (size_t i = 0; i < n; i++)
		shape_add(&s, parts[i]);
	if (type) {
		struct json_object *obj = object();

		set(obj, "const", string(type));
		set(s.properties, "type", obj);
	}
	return shape_object(&s, help ? help : n ? parts[0]->help : name);
}

static struct json_object *doc_schema(const struct doc_kind *kind)
{
	struct shaper s = { .properties = object(), .required = array() };
	const struct xenring_field *f = NULL;
	_cleanup_free_ char *help = xasprintf("what %s prints with --json", kind->help);

	while ((f = xenring_next_field(&rec_doc_head, f)))
		shape_field_add(&s, f, false);
	for (f = kind->lists; f->name; f++)
		shape_field_add(&s, f, false);
	return shape_object(&s, help);
}

static void define(struct json_object *defs, const char *name, struct json_object *schema)
{
	_cleanup_free_ char *key = xstrdup(name);

	for (char *p = key; *p; p++)
		if (*p == ' ')
			*p = '-';
	set(defs, key, schema);
}

/* A record, and those that stand in it, also where no list of records has them. */
static void define_record(struct json_object *defs, const struct xenring_record *rec)
{
	struct shaper s;
	const struct xenring_field *f = NULL;

	if (json_object_object_get_ex(defs, rec->name, NULL))
		return;
	s = (struct shaper){ .properties = object(), .required = array() };
	shape_add(&s, rec);
	define(defs, rec->name, shape_object(&s, rec->help));
	while ((f = xenring_next_field(rec, f)))
		if (f->type == XENRING_RECORD)
			define_record(defs, f->sub);
}

static struct json_object *make(void)
{
	struct json_object *root = object(), *defs = object(), *any = array();
	const struct xenring_record *rec = NULL;
	const struct doc_kind *kind;
	const struct shape *shape;

	set(root, "$schema", string("https://json-schema.org/draft/2020-12/schema"));
	set(root, "title", string(XT_SCHEMA));
	set(root, "description", string("a document of xenringtop --json, or a line of --ndjson"));
	for (size_t i = 0; (kind = doc_kind_at(i)); i++) {
		_cleanup_free_ char *name = xasprintf("document %s", kind->name);

		define(defs, name, doc_schema(kind));
		append(any, ref(name));
	}
	define(defs, "sample line", shape_schema("sample", NULL, "sample"));
	append(any, ref("sample line"));
	for (size_t i = 0; (shape = shape_at(i)); i++) {
		bool is_line = !strcmp(shape->parts[0], rec_line.name);
		_cleanup_free_ char *type = is_line ? shape_line_type(shape->parts[1]) : NULL;

		define(defs, shape->name, shape_schema(shape->name, shape->what, type));
		if (is_line)
			append(any, ref(shape->name));
	}
	while ((rec = record_next(rec)))
		define_record(defs, rec);
	set(root, "anyOf", any);
	set(root, "$defs", defs);
	return root;
}

static int run(const struct opts *o)
{
	struct json_object *schema = make();
	const char *s = json_object_to_json_string_ext(schema, JSON_C_TO_STRING_PRETTY |
						       JSON_C_TO_STRING_SPACED |
						       JSON_C_TO_STRING_NOSLASHESCAPE);

	(void)o;
	if (!s)
		must(NULL);
	out_str(s);
	out_str("\n");
	json_object_put(schema);
	return 0;
}

const struct cmd cmd_schema = {
	.name = "schema", .group = "Ask", .args = "",
	.help = "Print the JSON Schema of all JSON output",
	.more = "It covers every document of --json and every line of --ndjson. See "
		"xenringtop-json(5).",
	.opts = (const enum opt_id[]){ OPT_JSON, OPT_N },
	.run = run,
};
