/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `grants`: how much room grant tables have, and who uses the entries of one. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "grantrow.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"

static const char *const shapes[] = { "grant_table", "grant_user", "grant" };

struct grants {
	struct columns columns;
	struct sink sink;
};

static void grants_free_p(struct xenring_grants **p)
{
	xenring_grants_free(*p);
}

/* ---- rows ---------------------------------------------------------------- */

static void add_errors(struct xenring_error **errors, size_t *n, const struct xenring_grants *g)
{
	size_t more = xenring_n_grant_errors(g);

	*errors = xreallocarray(*errors, *n + more, sizeof(**errors));
	for (size_t i = 0; i < more; i++)
		xenring_grant_error(g, i, *errors + (*n)++);
}

/* ---- text ---------------------------------------------------------------- */

static void put_maptrack(struct buf *b, const struct xenring_grant_table *t)
{
	if (t->maptrack_error) {
		buf_printf(b, "maptrack is not known: %s (see --from-debug-keys)\n",
			   t->maptrack_error);
		return;
	}
	buf_puts(b, "maptrack ");
	put_integer(b, t->maptrack_frames);
	buf_puts(b, " of ");
	put_integer(b, t->maptrack_max_frames);
	buf_puts(b, " frames, at least ");
	put_integer(b, t->maptrack_in_use);
	buf_puts(b, " mappings\n");
}

static void put_heading(struct buf *b, const struct session *s, const struct xenring_grant_table *t)
{
	put_safe(b, t->domain, strlen(t->domain), s->term.safe);
	buf_puts(b, "  version ");
	put_integer(b, t->version);
	buf_puts(b, "  ");
	put_integer(b, t->frames);
	buf_puts(b, " of ");
	put_integer(b, t->max_frames);
	buf_puts(b, " frames  ");
	put_integer(b, t->entries_total);
	buf_puts(b, " entries, ");
	put_integer(b, t->entries_in_use);
	buf_puts(b, " granted, ");
	put_integer(b, t->entries_mapped);
	buf_puts(b, " mapped\n");
	put_maptrack(b, t);
	buf_putc(b, '\n');
}

/* Why a column is full of question marks. */
static void put_note(struct grants *l, const struct session *s,
		     const struct xenring_grant_table *tables, size_t n)
{
	struct buf *b = &l->sink.text;
	const char *before = "\n";
	bool is_shown = false;

	if (s->o->no_headings || !n)
		return;
	for (size_t i = 0; i < l->columns.n; i++)
		is_shown |= !strncmp(l->columns.fields[i]->name, "maptrack", strlen("maptrack"));
	is_shown &= !s->o->from_debug_keys;
	for (size_t i = 0; i < n; i++) {
		if (!tables[i].withheld)
			continue;
		buf_puts(b, before);
		before = "";
		put_safe(b, tables[i].domain, strlen(tables[i].domain), s->term.safe);
		buf_puts(b, ": only the size is known, for Xen gives nobody their own table\n");
	}
	if (is_shown) {
		buf_puts(b, before);
		put_maptrack(b, &tables[0]);
	}
}

/* ---- all domains ---------------------------------------------------------- */

static int show_tables(struct session *s, struct xenring_snapshot *snap, struct grants *l)
{
	size_t n = xenring_n_domains(snap), n_errors = 0;
	_cleanup_free_ struct xenring_grants **grants = xcalloc(n, sizeof(*grants));
	_cleanup_free_ struct xenring_grant_table *tables = xcalloc(n, sizeof(*tables));
	_cleanup_free_ struct xenring_error *errors = NULL;
	_cleanup_free_ struct row *rows = NULL, *error_rows = NULL;
	struct doc_head head;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		r = xenring_read_grants(s->x, snap, i, XENRING_GRANTS_COUNT, &grants[i]);
		if (r)
			break;
		xenring_grants_table(grants[i], &tables[i]);
		/* who asks for all has not asked for what nobody gets: its row says so */
		if (!tables[i].withheld)
			add_errors(&errors, &n_errors, grants[i]);
	}
	if (!r) {
		rows = rows_of(shapes[0], tables, n, sizeof(*tables));
		columns_sort(&l->columns, rows, n);
		error_rows = rows_of("problem", errors, n_errors, sizeof(*errors));
		head = session_head(s, snap, NULL, n_errors);
		if (sink_is_text(&l->sink) && s->repeats)
			session_headline(s, &head);
		sink_begin(&l->sink, &doc_grants, &head);
		sink_rows(&l->sink, &doc_grants, "domains", rows, n);
		if (sink_is_text(&l->sink))
			put_note(l, s, tables, n);
		sink_rows(&l->sink, &doc_grants, "errors", error_rows, n_errors);
		sink_end(&l->sink);
		r = session_errors(s, errors, n_errors);
	} else {
		r = session_failed(s, r, false);
	}
	for (size_t i = 0; i < n; i++)
		xenring_grants_free(grants[i]);
	return r;
}

/* ---- one domain ----------------------------------------------------------- */

static int the_domain(const struct session *s, const struct choice *c, size_t *ret)
{
	if (c->n_domains == 1) {
		*ret = c->domain_at[0];
		return 0;
	}
	say("%s: that is %zu domains, and only one can be shown", s->targets[0].text, c->n_domains);
	for (size_t i = 0; i < c->n_domains && i < 10; i++)
		hint("%s", c->domains[i].domain);
	if (c->n_domains > 10)
		hint("... and %zu more", c->n_domains - 10);
	return XT_USAGE;
}

static void put_text(struct grants *l, const struct session *s, const struct xenring_grant_table *t,
		     const struct row *rows, size_t n)
{
	struct table table = { .columns = &l->columns, .term = &s->term, .o = s->o };

	/* of a table that was not read the error says all */
	if (t->error)
		return;
	if (!s->o->no_headings)
		put_heading(&l->sink.text, s, t);
	table_put(&l->sink.text, &table, rows, n);
}

/* It was there at the first sample: a document without it, as of a ring that has gone. */
static int show_gone(struct session *s, struct xenring_snapshot *snap, const struct choice *c,
		     struct grants *l)
{
	struct doc_head head = session_head(s, snap, c, 0);

	if (sink_is_text(&l->sink)) {
		session_headline(s, &head);
		return 0;
	}
	sink_begin(&l->sink, &doc_grants_domain, &head);
	for (const struct xenring_field *list = doc_grants_domain.lists; list->name; list++)
		sink_rows(&l->sink, &doc_grants_domain, list->name, NULL, 0);
	sink_end(&l->sink);
	return 0;
}

static int show_domain(struct session *s, struct xenring_snapshot *snap, struct grants *l)
{
	_cleanup_(grants_free_p) struct xenring_grants *g = NULL;
	_cleanup_choice_ struct choice c = { 0 };
	_cleanup_free_ struct xenring_error *errors = NULL;
	_cleanup_free_ struct row *entries = NULL, *users = NULL, *error_rows = NULL;
	struct xenring_grant_table table;
	struct row row = { .shape = shapes[0], .p = &table };
	size_t at = 0, n_errors, n_entries, n_users;
	struct doc_head head;
	int r = session_choose(s, snap, &c, s->first);

	if (!r && !c.n_domains)
		return show_gone(s, snap, &c, l);
	if (!r)
		r = the_domain(s, &c, &at);
	if (r)
		return r;
	r = xenring_read_grants(s->x, snap, at, 0, &g);
	if (r)
		return session_failed(s, r, false);
	xenring_grants_table(g, &table);
	entries = grant_entry_rows(g, &n_entries);
	users = grant_user_rows(g, &n_users);
	/* what a ring that cannot be read names is nobody's in the list */
	n_errors = c.n_errors;
	errors = xcalloc(n_errors, sizeof(*errors));
	if (n_errors)
		memcpy(errors, c.errors, n_errors * sizeof(*errors));
	add_errors(&errors, &n_errors, g);
	error_rows = rows_of("problem", errors, n_errors, sizeof(*errors));
	columns_sort(&l->columns, s->o->all ? entries : users, s->o->all ? n_entries : n_users);
	head = session_head(s, snap, &c, n_errors);
	if (sink_is_text(&l->sink)) {
		if (s->repeats)
			session_headline(s, &head);
		put_text(l, s, &table, s->o->all ? entries : users, s->o->all ? n_entries :
			 n_users);
	} else {
		sink_begin(&l->sink, &doc_grants_domain, &head);
		sink_rows(&l->sink, &doc_grants_domain, "domains", &row, 1);
		sink_rows(&l->sink, &doc_grants_domain, "users", users, n_users);
		/* of a line "type" says what kind of line it is, of an entry what it grants */
		if (l->sink.ops != &sink_ndjson)
			sink_rows(&l->sink, &doc_grants_domain, "entries", entries, n_entries);
		sink_rows(&l->sink, &doc_grants_domain, "errors", error_rows, n_errors);
	}
	sink_end(&l->sink);
	return session_errors(s, errors, n_errors);
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	return s->n_targets ? show_domain(s, snap, data) : show_tables(s, snap, data);
}

/* ---- what only the console tells ------------------------------------------ */

static const char *shape_of(const struct opts *o)
{
	return shapes[o->all ? 2 : o->n_args ? 1 : 0];
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct grants l = { 0 };
	const char *why;
	int r;

	if (o->list_columns) {
		const char *shape = shape_of(o);

		return o->n_args || o->all ? columns_list(&shape, 1, o) : columns_list(shapes, 3,
										       o);
	}
	if (o->all && !o->n_args) {
		say("grants --all: DOMAIN is missing");
		hint("xenringtop grants shows the domains");
		return XT_USAGE;
	}
	r = session_check(o);
	if (!r)
		r = columns_choose(&l.columns, shape_of(o), o);
	if (!r)
		r = session_open(&s, o);
	if (!r && s.n_targets && s.targets[0].depth > 1) {
		say("%s: a grant table is a domain's", s.targets[0].text);
		hint("xenringtop grants %s", s.targets[0].part[0]);
		r = XT_USAGE;
	}
	if (!r && o->from_debug_keys)
		r = session_debug_keys(&s, o->from_debug_keys, &why);
	if (!r) {
		xenring_keep_grants(s.x);
		sink_init(&l.sink, &sink_table, o, &s.term);
		l.sink.columns = &l.columns;
		session_look_at_targets(&s);
		r = session_run(&s, show, &l);
	}
	sink_free(&l.sink);
	columns_free(&l.columns);
	return r;
}

const struct cmd cmd_grants = {
	.name = "grants", .group = "Look", .args = "[DOMAIN]",
	.help = "Show how full grant tables are, or who uses the entries of one",
	.more = "Without DOMAIN, one row per domain. With it, what uses its entries: rings' pages, "
		"requests in slots, pages that stay mapped, or nobody; --all shows each entry. "
		"Over several samples (--count) it is remembered who used an entry before. --json "
		"of a domain always holds all entries, --ndjson its users.",
	.examples = (const struct example[]){
		{ .args = "grants web01", .what = "who uses a domain's grants" },
		{ .args = "grants --all web01", .what = "each entry of its table" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_TEE, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_ALL, OPT_FROM_DEBUG_KEYS,
			OPT_JSON, OPT_NDJSON,
		OPT_COLUMNS, OPT_LIST_COLUMNS, OPT_NO_HEADINGS, OPT_SORT, OPT_N
	},
	.complete = "target", .max_args = 1, .run = run,
};
