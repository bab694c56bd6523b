/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `explain`: what a word means, from whatever table holds it. */
#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"
#include "words.h"

struct meanings {
	const char *word;
	struct meaning_row *rows;	/* of all words */
	size_t n;
	size_t first;			/* of this word's */
};

static bool joins(const char *word, const char *a, size_t na, const char *b)
{
	return !strncmp(word, a, na) && word[na] == '.' && !strcmp(word + na + 1, b);
}

/* "id", "blkif.request.id", and "blkif.id" for a field of any of its records. */
static bool is_meant(const char *word, const struct word *w)
{
	if (!strcmp(word, w->name))
		return true;
	switch (w->kind) {
	case WORD_FIELD:
		return joins(word, w->rec->name, strlen(w->rec->name), w->name) ||
		       (record_protocol_len(w->rec) &&
			joins(word, w->rec->name, record_protocol_len(w->rec), w->name));
	case WORD_VALUE:
		return joins(word, w->field->name, strlen(w->field->name), w->name);
	case WORD_RECORD:
	case WORD_PROTOCOL:
	case WORD_CHECK:
		break;
	}
	return false;
}

static void add_part(const struct value_row **list, size_t *n, struct value_row part)
{
	struct value_row *rows = NULL;

	/* grown by copying, for what is in a row is const */
	rows = xcalloc(*n + 1, sizeof(*rows));
	if (*n)
		memcpy(rows, *list, *n * sizeof(*rows));
	rows[(*n)++] = part;
	free((void *)(uintptr_t)*list);
	*list = rows;
}

static char *sym_value(const struct xenring_field *f, const struct xenring_sym *s)
{
	if (f->type == XENRING_FLAGS)
		return xasprintf("0x%" PRIx64, s->value);
	return f->type == XENRING_ENUM ? xasprintf("%" PRId64, (int64_t)s->value) : NULL;
}

static void describe_field(struct meaning_row *m, const struct xenring_field *f)
{
	m->type = xenring_type_name(f->type);
	m->unit = f->unit ? xenring_unit_name(f->unit) : NULL;
	m->from = xenring_from_name(f->from);
	m->nullable = (f->flags & XENRING_F_NULLABLE) != 0;
	for (const struct xenring_sym *s = f->syms; s && s->name; s++)
		add_part(&m->values, &m->n_values, (struct value_row){
			.name = s->name, .value = sym_value(f, s), .help = s->help });
}

static void describe_record(struct meaning_row *m, const struct xenring_record *rec)
{
	const struct xenring_field *f = NULL;

	while ((f = xenring_next_field(rec, f)))
		if (!(f->flags & XENRING_F_HIDDEN))
			add_part(&m->fields, &m->n_fields,
				 (struct value_row){ .name = f->name, .help = f->help });
}

static int grab_help(void *data, const struct xenring_value *v)
{
	const char **ret = data;

	if (v->known && !strcmp(v->field->name, "help"))
		*ret = v->bytes;
	return 0;
}

static void describe_proto(struct meaning_row *m, const struct xenring_proto *p)
{
	static const struct xenring_visitor visitor = { .value = grab_help };
	const struct xenring_record *rec = NULL;

	m->help = "";
	xenring_walk_proto(p, &visitor, &m->help);
	while ((rec = xenring_proto_next_record(p, rec)))
		add_part(&m->fields, &m->n_fields,
			 (struct value_row){ .name = rec->name, .help = rec->help });
}

static void describe_check(struct meaning_row *m, const struct xenring_check *check)
{
	const struct value_row parts[] = {
		{ .name = "level", .help = check->level }, { .name = "of", .help = check->scope },
		{ .name = "measures", .help = check->measures },
		{ .name = "means", .help = check->means }, { .name = "known by", .help = check->known_by },
		{ .name = "caused by", .help = check->causes }, { .name = "next", .help = check->next },
	};

	for (size_t i = 0; i < check->n_args; i++)
		add_part(&m->values, &m->n_values, (struct value_row){
			.name = check->args[i].name, .value = xasprintf("%g", check->args[i].value),
			.help = check->args[i].help });
	if (check->warn)
		add_part(&m->values, &m->n_values, (struct value_row){
			.name = "warn", .value = xstrdup(check->warn), .help = "the range beyond which it warns" });
	if (check->crit)
		add_part(&m->values, &m->n_values, (struct value_row){
			.name = "crit", .value = xstrdup(check->crit), .help = "the range beyond which it is critical" });
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		add_part(&m->fields, &m->n_fields, parts[i]);
}

static void add_in(struct meaning_row *m, const struct word *w)
{
	if (w->kind != WORD_FIELD && w->kind != WORD_VALUE)
		return;
	m->in = xreallocarray(m->in, m->n_in + 1, sizeof(*m->in));
	m->in[m->n_in++] = w->kind == WORD_FIELD ? xstrdup(w->rec->name) :
			   xasprintf("%s.%s", w->rec->name, w->field->name);
}

static const char *const kind_names[] = {
	[WORD_FIELD] = "field", [WORD_RECORD] = "record",
	[WORD_PROTOCOL] = "protocol", [WORD_VALUE] = "value", [WORD_CHECK] = "check",
};

/* The same thing said in another table is one meaning, in two places. */
static bool is_same(const struct meaning_row *m, const struct word *w)
{
	return m->kind == kind_names[w->kind] && !strcmp(m->word, w->name) &&
	       w->help && !strcmp(m->help, w->help) &&
	       (w->kind != WORD_FIELD || !strcmp(m->type, xenring_type_name(w->field->type)));
}

static void look(void *data, const struct word *w)
{
	struct meanings *all = data;
	struct meaning_row *m;

	if (!is_meant(all->word, w))
		return;
	for (size_t i = all->first; i < all->n; i++) {
		if (is_same(&all->rows[i], w)) {
			add_in(&all->rows[i], w);
			return;
		}
	}
	all->rows = xreallocarray(all->rows, all->n + 1, sizeof(*all->rows));
	m = &all->rows[all->n++];
	*m = (struct meaning_row){
		.word = w->name, .kind = kind_names[w->kind], .help = w->help, .nullable = -1,
	};
	add_in(m, w);
	if (w->kind == WORD_FIELD)
		describe_field(m, w->field);
	else if (w->kind == WORD_RECORD)
		describe_record(m, w->rec);
	else if (w->kind == WORD_PROTOCOL)
		describe_proto(m, w->proto);
	else if (w->kind == WORD_CHECK)
		describe_check(m, w->check);
	else
		add_part(&m->values, &m->n_values, (struct value_row){
			.name = w->name, .value = sym_value(w->field, w->sym), .help = w->help });
}

static void free_meanings(struct meanings *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct meaning_row *m = &all->rows[i];

		for (size_t k = 0; k < m->n_in; k++)
			free((void *)(uintptr_t)m->in[k]);
		for (size_t k = 0; k < m->n_values; k++)
			free((void *)(uintptr_t)m->values[k].value);
		free(m->in);
		free((void *)(uintptr_t)m->values);
		free((void *)(uintptr_t)m->fields);
	}
	free(all->rows);
}

static void compare(void *data, const struct word *w)
{
	nearest_try(data, w->name);
}

/* The meanings of one more word. */
static int look_up(struct meanings *all, const char *word)
{
	struct nearest near = { .word = word };

	all->word = word;
	all->first = all->n;
	words_each(look, all);
	if (all->n > all->first)
		return 0;
	say("%s: no table holds this word", word);
	words_each(compare, &near);
	if (nearest_get(&near))
		hint("did you mean \"%s\"?", nearest_get(&near));
	else
		hint("xenringtop columns and xenringtop protocols list words");
	nearest_free(&near);
	return XT_FAILED;
}

static void put_parts(struct buf *b, const struct value_row *parts, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		if (strlen(parts[i].name) > width)
			width = strlen(parts[i].name);
	for (size_t i = 0; i < n; i++) {
		buf_printf(b, "  %-*s", (int)width, parts[i].name);
		if (parts[i].value)
			buf_printf(b, "  %6s", parts[i].value);
		buf_printf(b, "  %s\n", parts[i].help);
	}
}

static void put_meaning(struct buf *b, const struct term *t, const struct meaning_row *m)
{
	put_colored(b, t, COLOR_HEAD, m->word);
	buf_printf(b, ": %s", m->kind);
	for (size_t i = 0; i < m->n_in; i++)
		buf_printf(b, "%s%s", i ? ", " : " of ", m->in[i]);
	buf_putc(b, '\n');
	if (strcmp(m->kind, "value"))
		buf_printf(b, "  %s\n", m->help);
	if (m->type) {
		buf_printf(b, "  (%s", m->type);
		if (m->unit)
			buf_printf(b, ", in %s", m->unit);
		buf_printf(b, ", known by: %s%s)\n", m->from,
			   m->nullable ? ", may be unknown" : "");
	}
	put_parts(b, m->values, m->n_values);
	put_parts(b, m->fields, m->n_fields);
}

static int run(const struct opts *o)
{
	_cleanup_(free_meanings) struct meanings all = { .word = NULL };
	_cleanup_free_ struct row *rows = NULL;
	_cleanup_term_ struct term term = { 0 };
	_cleanup_sink_ struct sink sink = { 0 };
	int r = 0;

	for (size_t i = 0; i < o->n_args; i++)
		if (look_up(&all, o->args[i]))
			r = XT_FAILED;
	if (!all.n)
		return r;
	term_init(&term, o);
	sink_init(&sink, &sink_text, o, &term);
	if (!sink_is_text(&sink)) {
		rows = rows_of("meaning", all.rows, all.n, sizeof(*all.rows));
		put_offline(&sink, &doc_explain, "meanings", rows, all.n);
		return r;
	}
	for (size_t i = 0; i < all.n; i++) {
		if (i)
			buf_putc(&sink.text, '\n');
		put_meaning(&sink.text, &term, &all.rows[i]);
	}
	sink_end(&sink);
	return r;
}

const struct cmd cmd_explain = {
	.name = "explain", .group = "Ask", .args = "WORD...",
	.help = "Say what fields, columns, states and other words mean",
	.more = "WORD is the name of a field (in_flight, blkif.id), of a record (blkif.request), "
		"of a protocol (blkif), of a value (stuck, write) or of a check (ring.lost-event).",
	.examples = (const struct example[]){
		{ .args = "explain stuck", .what = "what a word means" },
		{ .args = "explain blkif", .what = "which records a protocol has" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){ OPT_JSON, OPT_N },
	.complete = "word", .min_args = 1, .max_args = ANY_ARGS, .run = run,
};
