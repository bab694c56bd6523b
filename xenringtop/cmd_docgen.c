/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `__docgen PART`: the parts of the man pages that tables hold, in mdoc(7). */
#include <config.h>

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "columns.h"
#include "config-file.h"
#include "exit-codes.h"
#include "records.h"
#include "say.h"
#include "tui/view.h"
#include "words.h"

/* Text of a line of its own: nothing in it may be taken for a macro. */
static void put_text(struct buf *b, const char *s)
{
	if (*s == '.' || *s == '\'')
		buf_puts(b, "\\&");
	for (; *s; s++) {
		if (*s == '\\')
			buf_puts(b, "\\e");
		else
			buf_putc(b, *s);
	}
}

/* A help text as a sentence. */
static void put_sentence(struct buf *b, const char *s)
{
	size_t n = strlen(s);

	if (islower((unsigned char)s[0])) {
		buf_putc(b, (char)toupper((unsigned char)s[0]));
		s++;
		n--;
	}
	put_text(b, s);
	buf_puts(b, n && s[n - 1] == '.' ? "\n" : ".\n");
}

/* Each sentence of a text on a line of its own. */
static void put_sentences(struct buf *b, const char *s)
{
	for (const char *stop; (stop = strstr(s, ". ")); s = stop + 2) {
		_cleanup_free_ char *one = xstrndup(s, (size_t)(stop - s));

		put_sentence(b, one);
	}
	put_sentence(b, s);
}

static void put_opt(struct buf *b, const struct opt *o)
{
	buf_puts(b, ".It ");
	if (o->letter)
		buf_printf(b, "Fl %c , ", o->letter);
	buf_printf(b, "Fl -%s", o->name);
	if (o->arg)
		buf_printf(b, o->optional_arg ? " Ns Op = Ns Ar %s" : " Ar %s", o->arg);
	buf_putc(b, '\n');
	put_sentence(b, o->help);
}

static void doc_options(struct buf *b)
{
	buf_puts(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < OPT_N; i++)
		if (!opt_table[i].hidden)
			put_opt(b, &opt_table[i]);
	buf_puts(b, ".El\n");
}

static void put_cmd(struct buf *b, const struct cmd *c)
{
	bool some = false;

	buf_printf(b, ".It Cm %s", c->name);
	if (c->alias)
		buf_printf(b, " | %s", c->alias);
	if (c->args[0] == '[')
		buf_printf(b, " Op Ar %.*s", (int)strlen(c->args) - 2, c->args + 1);
	else if (c->args[0])
		buf_printf(b, " Ar %s", c->args);
	buf_putc(b, '\n');
	put_sentence(b, c->help);
	if (c->more)
		put_sentences(b, c->more);
	for (const enum opt_id *p = c->opts; p && *p != OPT_N; p++) {
		if (!some)
			buf_puts(b, "It takes\n");
		/* the one before gets its comma now */
		else
			buf_puts(b, p[1] == OPT_N ? "\nand\n" : " ,\n");
		buf_printf(b, ".Fl -%s", opt_table[*p].name);
		some = true;
	}
	if (some)
		buf_puts(b, " .\n");
}

static void put_key(struct buf *b, const struct opt *o)
{
	buf_printf(b, ".It Va %s No = ", o->name);
	if (o->kind == OPT_FLAG)
		buf_puts(b, "Cm yes | no\n");
	else
		buf_printf(b, "Ar %s\n", o->arg);
	put_sentence(b, o->help);
}

/* Keys, and the sections that have others. */
static void doc_configuration(struct buf *b)
{
	const struct config_section *s;
	const char *shape;
	unsigned some = 0;

	buf_puts(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < OPT_N; i++)
		if (opt_table[i].config != CONFIG_NO)
			put_key(b, &opt_table[i]);
	buf_puts(b, ".El\n.Pp\nSections:\n.Bl -tag -width Ds\n.It Li \\&[ Ns Ar TABLE Ns Li \\&]\n");
	buf_puts(b, "The keys");
	for (size_t i = 0; i < OPT_N; i++)
		if (opt_table[i].config == CONFIG_TABLE)
			buf_printf(b, "%s\n.Cm %s", some++ ? "\nand" : "", opt_table[i].name);
	buf_puts(b, "\nof the other tables, which are");
	for (size_t i = 0; (shape = table_shape_at(i)); i++)
		buf_printf(b, "%s\n.Cm %s", i ? " ," : "", shape);
	buf_puts(b, " .\n");
	for (size_t i = 0; (s = config_section_at(i)); i++) {
		buf_printf(b, ".It Li \\&[%s] No with Ar %s No = Ar %s\n", s->name, s->key, s->value);
		put_sentence(b, s->help);
	}
	buf_puts(b, ".El\n");
}

static void doc_commands(struct buf *b)
{
	const struct cmd *c;

	buf_puts(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; (c = cmd_at(i)); i++)
		if (c->group)
			put_cmd(b, c);
	buf_puts(b, ".El\n");
}

static void doc_exit(struct buf *b)
{
	buf_puts(b, ".Bl -tag -width 3n\n");
#define X(name, code, help)						\
	buf_printf(b, ".It %d\n", code);				\
	put_sentence(b, help);
	EXIT_CODES(X)
#undef X
	buf_puts(b, ".El\n");
}

static void doc_variables(struct buf *b)
{
	buf_puts(b, ".Bl -tag -width Ds\n");
	for (const struct variable *v = variable_table; v->name; v++) {
		buf_printf(b, ".It Ev %s\n", v->name);
		put_sentence(b, v->help);
	}
	buf_puts(b, ".El\n");
}

/* "(uint, in slots, may be unknown)" */
static void put_kind(struct buf *b, const struct xenring_field *f)
{
	buf_printf(b, "(%s%s", f->max ? "list of " : "", xenring_type_name(f->type));
	if (f->type == XENRING_RECORD)
		buf_printf(b, " %s", f->sub->name);
	if (f->unit)
		buf_printf(b, ", in %s", xenring_unit_name(f->unit));
	buf_printf(b, "; known by: %s", xenring_from_name(f->from));
	if (f->flags & XENRING_F_NULLABLE)
		buf_puts(b, "; may be unknown");
	buf_puts(b, ")\n");
}

static void put_syms(struct buf *b, const struct xenring_field *f)
{
	if (!f->syms || !f->syms->name)
		return;
	buf_puts(b, ".Bl -tag -width Ds -compact\n");
	for (const struct xenring_sym *s = f->syms; s->name; s++) {
		buf_printf(b, ".It Li \"%s\"", s->name);
		if (f->type == XENRING_ENUM)
			buf_printf(b, " Pq %" PRId64, (int64_t)s->value);
		else if (f->type == XENRING_FLAGS)
			buf_printf(b, " Pq 0x%" PRIx64, s->value);
		buf_putc(b, '\n');
		put_sentence(b, s->help);
	}
	buf_puts(b, ".El\n");
}

static void put_field(struct buf *b, const struct xenring_field *f, bool with_syms)
{
	buf_printf(b, ".It Va %s\n", f->name);
	put_sentence(b, f->help);
	put_kind(b, f);
	if (with_syms)
		put_syms(b, f);
}

static void put_shape(struct buf *b, const char *shape, bool with_syms)
{
	const struct xenring_field *f = NULL;

	buf_puts(b, ".Bl -tag -width Ds\n");
	while ((f = shape_next_field(shape, f)))
		put_field(b, f, with_syms);
	buf_puts(b, ".El\n");
}

static void doc_columns_part(struct buf *b)
{
	static const char *const shapes[] = { "ring", "device", "domain" };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct xenring_field *f = NULL;

		buf_printf(b, ".Ss Columns of a %s\n.Bl -tag -width Ds -compact\n", shapes[i]);
		while ((f = shape_next_field(shapes[i], f))) {
			buf_printf(b, ".It Va %s\n", f->name);
			put_sentence(b, f->help);
		}
		buf_puts(b, ".El\n");
	}
}

static void doc_states(struct buf *b)
{
	const struct xenring_field *f = shape_field("ring", "state");

	if (f)
		put_syms(b, f);
}

static void put_record(struct buf *b, const struct xenring_record *rec)
{
	const struct xenring_field *f = NULL;

	buf_printf(b, ".It Sy %s\n", rec->name);
	put_sentence(b, rec->help);
	buf_puts(b, ".Bl -tag -width Ds\n");
	while ((f = xenring_next_field(rec, f)))
		if (!(f->flags & XENRING_F_HIDDEN))
			put_field(b, f, true);
	buf_puts(b, ".El\n");
}

struct proto_doc {
	struct buf *b;
	const char *list;
	bool some;
};

static int proto_value(void *data, const struct xenring_value *v)
{
	struct proto_doc *d = data;
	_cleanup_buf_ struct buf text = { 0 };

	if (!v->known || v->field->type != XENRING_STRING)
		return 0;
	buf_put(&text, v->bytes, v->n);
	if (d->list) {
		buf_printf(d->b, "%s%s", d->some ? ",\n" : "", buf_str(&text));
		d->some = true;
	} else if (!strcmp(v->field->name, "help")) {
		put_sentence(d->b, buf_str(&text));
	}
	return 0;
}

static int proto_list(void *data, const struct xenring_field *f, size_t n)
{
	struct proto_doc *d = data;

	(void)n;
	if (f->type != XENRING_STRING)
		return 0;
	d->list = f->name;
	d->some = false;
	buf_printf(d->b, ".Pp\n");
	put_text(d->b, f->help);
	buf_puts(d->b, ":\n");
	return 0;
}

static int proto_list_end(void *data, const struct xenring_field *f)
{
	struct proto_doc *d = data;

	(void)f;
	if (d->list)
		buf_puts(d->b, ".\n");
	d->list = NULL;
	return 0;
}

static void doc_protocols_part(struct buf *b)
{
	static const struct xenring_visitor visitor = {
		.value = proto_value, .list = proto_list, .list_end = proto_list_end,
	};
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p))) {
		struct proto_doc d = { .b = b };
		const struct xenring_record *rec = NULL;
		bool some = false;

		buf_printf(b, ".Ss %s\n", xenring_proto_name(p));
		xenring_walk_proto(p, &visitor, &d);
		while ((rec = xenring_proto_next_record(p, rec))) {
			if (!some)
				buf_puts(b, ".Bl -tag -width Ds\n");
			some = true;
			put_record(b, rec);
		}
		if (some)
			buf_puts(b, ".El\n");
	}
}

static void doc_documents_part(struct buf *b)
{
	const struct doc_kind *kind;

	buf_puts(b, ".Ss Every document\n");
	put_shape(b, "document", false);
	for (size_t i = 0; (kind = doc_kind_at(i)); i++) {
		buf_printf(b, ".Ss Documents of %s\n.Bl -tag -width Ds\n", kind->help);
		for (const struct xenring_field *f = kind->lists; f->name; f++) {
			buf_printf(b, ".It Va %s\n", f->name);
			put_sentence(b, f->help);
			buf_printf(b, "%s %s.\n", f->max ? "A list of objects:" : "An object:",
				   f->sub->name);
		}
		buf_puts(b, ".El\n");
	}
}

static void doc_lines_part(struct buf *b)
{
	buf_puts(b, ".Ss Line sample\n");
	put_shape(b, "sample", false);
	buf_puts(b, ".Ss Lines ring, device, domain, finding and error\n");
	put_shape(b, "line", false);
	buf_puts(b, ".Pp\nThe other keys are those of the object of that name.\n");
}

static void put_object(struct buf *b, const struct xenring_record *rec)
{
	const struct xenring_field *f = NULL;

	buf_printf(b, ".Ss Object %s\n", rec->name);
	put_sentence(b, rec->help);
	buf_puts(b, ".Bl -tag -width Ds\n");
	while ((f = xenring_next_field(rec, f)))
		if (!(f->flags & XENRING_F_HIDDEN))
			put_field(b, f, false);
	buf_puts(b, ".El\n");
	/* what stands in it, if no list of records has it */
	while ((f = xenring_next_field(rec, f)))
		if (f->type == XENRING_RECORD && record_find(f->sub->name) != f->sub)
			put_object(b, f->sub);
}

static void doc_objects_part(struct buf *b)
{
	const struct xenring_record *rec = NULL;

	while ((rec = record_next(rec))) {
		/* wire records stand in xenringtop-protocols(7), heads above */
		if (strchr(rec->name, '.') || rec == &rec_doc_head || rec == &rec_sample ||
		    rec == &rec_line || rec == &rec_faults)
			continue;
		put_object(b, rec);
	}
}

static void doc_records_part(struct buf *b)
{
	const struct xenring_record *rec = NULL;

	buf_puts(b, ".Bl -tag -width Ds -compact\n");
	while ((rec = xenring_next_record(rec))) {
		if (strchr(rec->name, '.'))
			continue;
		buf_printf(b, ".It Qq %s\n", rec->name);
		put_sentence(b, rec->help);
	}
	buf_puts(b, ".El\n");
}

static void doc_hosts(struct buf *b)
{
	const char *arg, *help = NULL;

	/* the other sources have no list, or one that not every build has */
	buf_puts(b, ".Bl -tag -width Ds -compact\n");
	for (size_t k = 0; (arg = xenring_next_source_arg("fake", k, &help)); k++) {
		buf_printf(b, ".It Li fake:%s\n", arg);
		put_sentence(b, help);
	}
	buf_puts(b, ".El\n");
}

/* Layouts are long lines of plain text, which may be broken anywhere. */
static void doc_blocks(struct buf *b)
{
	struct xenring_block block;

	buf_puts(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; !xenring_capture_block(i, &block); i++) {
		buf_printf(b, ".It Sy %s Pq %" PRIu32 "\n", block.name, block.type);
		put_sentence(b, block.help);
		if (!block.layout[0])
			continue;
		buf_puts(b, ".Bd -ragged -offset indent -compact\n");
		put_text(b, block.layout);
		buf_puts(b, "\n.Ed\n");
	}
	buf_puts(b, ".El\n");
}

static void put_keys(struct buf *b, enum action a)
{
	const struct action_row *row = action_row(a);
	char name[12];

	buf_puts(b, ".It");
	for (unsigned k = 0; k < ACTION_KEYS && row->keys[k]; k++) {
		buf_puts(b, k ? " , Ic " : " Ic ");
		/* what mdoc would take for a delimiter, or roff for an escape */
		if (ispunct((unsigned char)row->keys[k] & 0x7f) && row->keys[k] < 0x7f)
			buf_puts(b, "\\&");
		put_text(b, name_of_key(row->keys[k], name));
	}
	buf_putc(b, '\n');
	put_sentence(b, row->help);
	buf_puts(b, "In the configuration it is called\n.Va ");
	action_put_name(b, a);
	buf_puts(b, " .\n");
}

static void doc_keys(struct buf *b)
{
	for (int g = 0; g < GROUP_N; g++) {
		buf_printf(b, ".Ss %s\n.Bl -tag -width Ds -compact\n", action_group_title((enum action_group)g));
		for (enum action a = A_NONE + 1; a < A_N; a++)
			if (action_row(a)->group == (enum action_group)g)
				put_keys(b, a);
		buf_puts(b, ".El\n");
	}
}

static void doc_views(struct buf *b)
{
	buf_puts(b, ".Bl -tag -width Ds -compact\n");
	for (unsigned v = 0; v < VIEW_N; v++) {
		buf_printf(b, ".It Sy %s\n", view_at(v)->title);
		put_sentence(b, view_at(v)->help);
	}
	buf_puts(b, ".El\n");
}

static void put_part(struct buf *b, const char *name, const char *text)
{
	buf_printf(b, ".Pp\n.Em %s :\n", name);
	put_sentences(b, text);
}

static void doc_checks_part(struct buf *b)
{
	struct xenring_check c;

	for (size_t i = 0; !xenring_check(i, &c); i++) {
		buf_printf(b, ".Ss %s\n", c.check);
		put_sentence(b, c.summary);
		buf_printf(b, "(of a %s; %s%s)\n", c.scope, c.level, c.named_only ? "; run only if it is named" : "");
		put_part(b, "Means", c.means);
		put_part(b, "Known by", c.known_by);
		put_part(b, "Caused by", c.causes);
		put_part(b, "Next", c.next);
		if (c.n_args || c.warn || c.crit)
			buf_puts(b, ".Bl -tag -width Ds -compact\n");
		for (size_t k = 0; k < c.n_args; k++) {
			buf_printf(b, ".It Va %s Pq %g%s%s\n", c.args[k].name, c.args[k].value, c.args[k].unit ? " " : "",
				   c.args[k].unit ? c.args[k].unit : "");
			put_sentence(b, c.args[k].help);
		}
		if (c.warn || c.crit) {
			buf_printf(b, ".It Va warn , Va crit Pq %s, %s\n", c.warn ? c.warn : "none", c.crit ? c.crit : "none");
			put_sentence(b, c.measures);
		}
		if (c.n_args || c.warn || c.crit)
			buf_puts(b, ".El\n");
	}
}

static const struct {
	const char *name;
	void (*put)(struct buf *b);
} parts[] = {
	{ .name = "commands", .put = doc_commands },
	{ .name = "options", .put = doc_options },
	{ .name = "configuration", .put = doc_configuration },
	{ .name = "hosts", .put = doc_hosts },
	{ .name = "exit", .put = doc_exit },
	{ .name = "variables", .put = doc_variables },
	{ .name = "columns", .put = doc_columns_part },
	{ .name = "states", .put = doc_states },
	{ .name = "checks", .put = doc_checks_part },
	{ .name = "protocols", .put = doc_protocols_part },
	{ .name = "documents", .put = doc_documents_part },
	{ .name = "lines", .put = doc_lines_part },
	{ .name = "objects", .put = doc_objects_part },
	{ .name = "records", .put = doc_records_part },
	{ .name = "views", .put = doc_views },
	{ .name = "keys", .put = doc_keys },
	{ .name = "blocks", .put = doc_blocks },
};

static int run(const struct opts *o)
{
	_cleanup_buf_ struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].name, o->args[0]))
			continue;
		parts[i].put(&b);
		out(buf_str(&b), b.n);
		return 0;
	}
	say("__docgen %s: there is no such part", o->args[0]);
	return XT_USAGE;
}

const struct cmd cmd_docgen = {
	.name = "__docgen", .args = "PART",
	.help = "Print a part of the man pages",
	.min_args = 1, .max_args = 1, .run = run,
};
