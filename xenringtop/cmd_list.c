/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `list`: one row per ring, device or domain, or all three as a tree. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
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

/* ---- the tree ------------------------------------------------------------ */

/* Behind a ring's name: state, requests in flight of how many slots, rate, what is wrong. */
#define CELLS 4
/* A stall that is worth a word. */
#define STALL_S 1.0

struct leaf {
	char *name;		/* with the branch before it */
	size_t width;		/* of the name alone, in characters */
	char *cells[CELLS];	/* "": nothing to say */
};

struct tree {
	struct buf *to;
	const struct session *s;
	const struct choice *c;
	const struct xenring_snapshot *snap;
	const struct xenring_error *device_error;	/* of the one whose rings come next */
	size_t name_width, widths[CELLS];
};

static char *number_or(int64_t v)
{
	return v == XENRING_UNKNOWN ? xstrdup("?") : xasprintf("%" PRId64, v);
}

/* What waits in one direction, of how much fits; nothing where nothing does. */
static void put_queue(struct buf *b, const char *where, int64_t prod, int64_t cons, int64_t size)
{
	if (prod == XENRING_UNKNOWN || size == XENRING_UNKNOWN || prod == cons)
		return;
	buf_printf(b, "%s%" PRIu32 "/%" PRId64 " %s", b->n ? " " : "", (uint32_t)(prod - cons), size, where);
}

static char *flight_cell(const struct xenring_ring *r)
{
	_cleanup_free_ char *in_flight = number_or(r->in_flight), *slots = number_or(r->slots);
	_cleanup_buf_ struct buf queues = { 0 };

	if (!strcmp(r->kind, "slots"))
		return xasprintf("%s/%s", in_flight, slots);
	if (!strcmp(r->kind, "mailbox"))
		return steal(&in_flight);
	put_queue(&queues, "out", r->out_prod, r->out_cons, r->out_size);
	put_queue(&queues, "in", r->in_prod, r->in_cons, r->in_size);
	return xstrdup(buf_str(&queues));
}

/* What is wrong, as the terminal can show it. */
static char *error_text(const struct tree *t, const struct xenring_error *e)
{
	_cleanup_buf_ struct buf b = { 0 };

	buf_printf(&b, "%s: ", e->op);
	put_safe(&b, e->text, strlen(e->text), t->s->term.safe);
	return buf_steal(&b);
}

static char *trouble_cell(const struct tree *t, const struct xenring_ring *r)
{
	/* what is wrong with the device stands in its own line */
	if (r->error && t->device_error && !strcmp(r->error->text, t->device_error->text))
		return xstrdup("");
	if (r->error)
		return error_text(t, r->error);
	return r->stall_s >= STALL_S ? xasprintf("stalled %.1f s", r->stall_s) : xstrdup("");
}

static struct leaf make_leaf(const struct tree *t, const struct xenring_ring *r)
{
	return (struct leaf){
		.name = xstrdup(r->ring), .width = strlen(r->ring),
		.cells = {
			xstrdup(r->state), flight_cell(r),
			isnan(r->requests_per_s) ? xstrdup("") : xasprintf("%.1f req/s", r->requests_per_s),
			trouble_cell(t, r),
		},
	};
}

static void free_leaf(struct leaf *l)
{
	free(l->name);
	for (size_t i = 0; i < CELLS; i++)
		free(l->cells[i]);
}

static void measure(struct tree *t)
{
	for (size_t i = 0; i < t->c->n_rings; i++) {
		_cleanup_(free_leaf) struct leaf l = make_leaf(t, &t->c->rings[i]);

		if (l.width > t->name_width)
			t->name_width = l.width;
		for (size_t j = 0; j < CELLS; j++)
			if (strlen(l.cells[j]) > t->widths[j])
				t->widths[j] = strlen(l.cells[j]);
	}
}

/* Cells in columns: the rate, a number, at the right of its own; no blanks at the end. */
static void put_leaf(struct tree *t, const struct xenring_ring *r)
{
	_cleanup_(free_leaf) struct leaf l = make_leaf(t, r);
	size_t last = CELLS, pad = t->name_width - l.width;

	while (last && !l.cells[last - 1][0])
		last--;
	buf_puts(t->to, l.name);
	for (size_t i = 0; i < last; i++) {
		size_t room = t->widths[i] - strlen(l.cells[i]);
		bool right = i == 2;

		buf_fill(t->to, ' ', pad + 2 + (right ? room : 0));
		put_colored(t->to, &t->s->term, i ? COLOR_NONE : color_of_state(l.cells[i]), l.cells[i]);
		pad = right ? 0 : room;
	}
	buf_putc(t->to, '\n');
}

static void put_rings(struct tree *t, size_t device, size_t *r, const char *trunk)
{
	const struct choice *c = t->c;

	while (*r < c->n_rings && xenring_ring_device(t->snap, c->ring_at[*r]) == device) {
		bool last = *r + 1 == c->n_rings ||
			    xenring_ring_device(t->snap, c->ring_at[*r + 1]) != device;

		buf_puts(t->to, trunk);
		buf_puts(t->to, term_glyph(&t->s->term, last ? GLYPH_LAST : GLYPH_BRANCH));
		put_leaf(t, &c->rings[(*r)++]);
	}
}

static void put_device(struct tree *t, const struct xenring_device *d)
{
	const char *const said[] = { d->protocol, d->frontend_state, d->backend_state };
	_cleanup_free_ char *error = d->error ? error_text(t, d->error) : NULL;
	const char *between = "  ";

	buf_puts(t->to, d->device);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		/* both sides of the handshake only where they differ */
		if (!said[i] || (i == 2 && said[1] && !strcmp(said[1], said[2])))
			continue;
		buf_printf(t->to, "%s%s", between, said[i]);
		between = i ? " / " : "  ";
	}
	if (error)
		buf_printf(t->to, "  %s", error);
	buf_putc(t->to, '\n');
	t->device_error = d->error;
}

static void put_domain(struct tree *t, const struct xenring_domain *d)
{
	put_safe(t->to, d->domain, strlen(d->domain), t->s->term.safe);
	buf_printf(t->to, "  %s  %" PRId64 " device%s, %" PRId64 " ring%s\n", d->state, d->devices,
		   d->devices == 1 ? "" : "s", d->rings, d->rings == 1 ? "" : "s");
}

static void put_tree(struct buf *b, const struct session *s, const struct choice *c,
		     const struct xenring_snapshot *snap)
{
	struct tree t = { .to = b, .s = s, .c = c, .snap = snap };
	size_t d = 0, r = 0;

	measure(&t);
	for (size_t i = 0; i < c->n_domains; i++) {
		size_t at = c->domain_at[i];

		put_domain(&t, &c->domains[i]);
		while (d < c->n_devices && xenring_device_domain(snap, c->device_at[d]) == at) {
			bool last = d + 1 == c->n_devices ||
				    xenring_device_domain(snap, c->device_at[d + 1]) != at;

			buf_puts(b, term_glyph(&s->term, last ? GLYPH_LAST : GLYPH_BRANCH));
			put_device(&t, &c->devices[d]);
			put_rings(&t, c->device_at[d], &r,
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
	int r = session_choose(s, snap, &c, s->first);

	if (r)
		return r;
	rows = make_rows(l, &c, &n);
	columns_sort(&l->columns, rows, n);
	errors = rows_of("problem", c.errors, c.n_errors, sizeof(*c.errors));
	head = session_head(s, snap, &c, c.n_errors);
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
		session_look_at_targets(&s);
		s.shows_domains = o->domains || o->tree;
		s.shows_backends = o->devices && (o->json || o->ndjson || l.columns.chosen || o->verbose);
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
