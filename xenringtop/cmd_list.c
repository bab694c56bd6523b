/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `list`: one row per ring, device or domain, or all three as a tree. */
#include <config.h>

#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"

struct list {
	const struct doc_kind *kind;
	const char *list;		/* of the document */
	const char *shape;
	struct columns columns;
	struct sink sink;
};

/* What a line of the tree says behind the name; the fields are the rows' own. */
#define TREE_FIELDS 5

static const char *const of_domain[TREE_FIELDS] = { "state", "devices", "rings" };
static const char *const of_device[TREE_FIELDS] = { "protocol", "frontend_state", "backend_state" };
static const char *const of_ring[TREE_FIELDS] = {
	"state", "in_flight", "slots", "requests_per_s", "stall_s"
};

static void put_node(struct buf *b, const struct session *s, const struct row *row,
		     const char *name, const char *const fields[TREE_FIELDS])
{
	struct xenring_value v;

	if (row_value(row, name, &v))
		format_value(b, &s->term, &v, 0);
	for (size_t i = 0; i < TREE_FIELDS && fields[i]; i++) {
		_cleanup_buf_ struct buf text = { 0 };

		if (!row_value(row, fields[i], &v) || !v.known)
			continue;
		format_value(&text, &s->term, &v, s->o->raw ? FORMAT_RAW : 0);
		buf_puts(b, "  ");
		if (field_is_number(v.field))
			buf_printf(b, "%s ", v.field->name);
		put_colored(b, &s->term, strcmp(v.field->name, "state") ? COLOR_NONE :
			    color_of_state(buf_str(&text)), buf_str(&text));
	}
	buf_putc(b, '\n');
}

static void put_rings(struct buf *b, const struct session *s, const struct choice *c,
		      const struct xenring_snapshot *snap, size_t device, size_t *r,
		      const char *trunk)
{
	while (*r < c->n_rings && xenring_ring_device(snap, c->ring_at[*r]) == device) {
		struct row row = { .shape = "ring", .p = &c->rings[*r] };
		bool last = *r + 1 == c->n_rings ||
			    xenring_ring_device(snap, c->ring_at[*r + 1]) != device;

		buf_puts(b, trunk);
		buf_puts(b, term_glyph(&s->term, last ? GLYPH_LAST : GLYPH_BRANCH));
		put_node(b, s, &row, "ring", of_ring);
		(*r)++;
	}
}

static void put_tree(struct buf *b, const struct session *s, const struct choice *c,
		     const struct xenring_snapshot *snap)
{
	size_t d = 0, r = 0;

	for (size_t i = 0; i < c->n_domains; i++) {
		struct row domain = { .shape = "domain", .p = &c->domains[i] };
		size_t at = c->domain_at[i];

		put_node(b, s, &domain, "domain", of_domain);
		while (d < c->n_devices && xenring_device_domain(snap, c->device_at[d]) == at) {
			struct row device = { .shape = "device", .p = &c->devices[d] };
			bool last = d + 1 == c->n_devices ||
				    xenring_device_domain(snap, c->device_at[d + 1]) != at;

			buf_puts(b, term_glyph(&s->term, last ? GLYPH_LAST : GLYPH_BRANCH));
			put_node(b, s, &device, "device", of_device);
			put_rings(b, s, c, snap, c->device_at[d], &r,
				  term_glyph(&s->term, last ? GLYPH_GAP : GLYPH_TRUNK));
			d++;
		}
	}
}

/* No more lines than max; 0: no limit. The last line says what was left out. */
static void cut_lines(struct buf *b, size_t max)
{
	size_t lines = 0, at = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->p[i] != '\n')
			continue;
		lines++;
		if (lines + 1 == max)
			at = i + 1;
	}
	if (!max || lines <= max)
		return;
	b->n = at;
	buf_printf(b, "... and %zu more\n", lines + 1 - max);
}

static struct row *make_rows(const struct list *l, const struct choice *c, size_t *ret_n)
{
	if (l->kind == &doc_domains) {
		*ret_n = c->n_domains;
		return rows_of(l->shape, c->domains, c->n_domains, sizeof(*c->domains));
	}
	if (l->kind == &doc_devices) {
		*ret_n = c->n_devices;
		return rows_of(l->shape, c->devices, c->n_devices, sizeof(*c->devices));
	}
	*ret_n = c->n_rings;
	return rows_of(l->shape, c->rings, c->n_rings, sizeof(*c->rings));
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct list *l = data;
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct row *rows = NULL, *errors = NULL;
	struct doc_head head;
	size_t n = 0;
	int r = choice_make(&c, snap, s->targets, s->n_targets, s->first);

	if (r)
		return r;
	rows = make_rows(l, &c, &n);
	columns_sort(&l->columns, rows, n);
	errors = rows_of("problem", c.errors, c.n_errors, sizeof(*c.errors));
	head = session_head(s, snap, c.n_errors);
	if (sink_is_text(&l->sink) && s->repeats)
		session_headline(s, &head);
	/* the headline, and a line for the cursor */
	l->sink.max_lines = s->redraw && s->term.height > 4 ? s->term.height - 2 : 0;
	sink_begin(&l->sink, l->kind, &head);
	if (s->o->tree) {
		put_tree(&l->sink.text, s, &c, snap);
		cut_lines(&l->sink.text, l->sink.max_lines);
	} else {
	
		sink_rows(&l->sink, l->kind, l->list, rows, n);
	}
	sink_rows(&l->sink, l->kind, "errors", errors, c.n_errors);
	sink_end(&l->sink);
	if (s->o->tree)
		n = c.n_domains;
	if (!n && sink_is_text(&l->sink) && s->first && !s->o->quiet)
		say("there is no %s to show", l->shape);
	return session_errors(s, c.errors, c.n_errors);
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct list l = { .kind = &doc_rings, .list = "rings", .shape = "ring" };
	int r;

	if (o->devices + o->domains + o->tree > 1) {
		say("--tree, --devices and --domains: only one of them");
		hint("xenringtop list -h explains them");
		return XT_USAGE;
	}
	if (o->tree && (o->columns || o->sort || o->list_columns)) {
		say("--tree has no columns to choose or to sort by");
		hint("leave out --tree, or --columns, --sort and --list-columns");
		return XT_USAGE;
	}
	if (o->devices)
		l = (struct list){ .kind = &doc_devices, .list = "devices", .shape = "device" };
	if (o->domains)
		l = (struct list){ .kind = &doc_domains, .list = "domains", .shape = "domain" };
	if (o->list_columns)
		return columns_list(&l.shape, 1, o);
	r = session_check(o);
	if (!r)
		r = columns_choose(&l.columns, l.shape, o);
	if (!r)
		r = session_open(&s, o);
	if (!r) {
		sink_init(&l.sink, &sink_table, o, &s.term);
		l.sink.columns = &l.columns;
		s.in_place = true;
		s.shows_domains = o->domains || o->tree;
		r = session_run(&s, show, &l);
	}
	sink_free(&l.sink);
	columns_free(&l.columns);
	return r;
}

const struct cmd cmd_list = {
	.name = "list", .alias = "ls", .group = "Look", .args = "[TARGET...]",
	.help = "Show one row per ring",
	.more = "Two samples are taken 0.2 s apart, or --interval, and the second is shown, so "
		"that states and rates are known. With --count or --for each sample is shown; on "
		"a terminal in the same place.",
	.examples = (const struct example[]){
		{ .args = "list", .what = "all rings and their states" },
		{ .args = "list web01 -n 0", .what = "one domain's rings, again and again" },
		{ .args = "list --tree", .what = "domains, devices, rings" },
		{ .args = "list -J '*/vbd:*'", .what = "all disks' rings as JSON" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_TEE, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_JSON, OPT_NDJSON, OPT_COLUMNS,
		OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT, OPT_TREE, OPT_DEVICES, OPT_DOMAINS,
		OPT_N
	},
	.complete = "target", .max_args = ANY_ARGS, .run = run,
};
