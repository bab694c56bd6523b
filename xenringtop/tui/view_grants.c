/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grants: how much room all domains' tables have, and below who uses the entries of one. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grantrow.h"
#include "tui/rowgrid.h"

/*
 * Tables that are counted at each sample; on a host with more domains the
 * others come at the next ones, so that no sample takes long.
 */
#define COUNTED_AT_ONCE 64
/* A table this full is worth a look, and so is one without any room. */
#define NEARLY_FULL 0.9
#define FULL 0.999

/* One domain. */
struct dom {
	struct xenring_grant_table table;	/* the first member: rows point to it */
	struct xenring_grants *counted;		/* what its strings belong to; NULL: not looked at yet */
	int64_t orphans;			/* entries that nothing known uses; of domains that were opened */
};

struct grants {
	struct ui *ui;
	struct rowgrid tables, users, entries;
	struct dom *doms;
	size_t n_doms, next;
	struct xenring_grants *open;	/* of the chosen domain */
	char *chosen;			/* its name, "" before there is one */
	bool asked;			/* .chosen was asked for: the cursor goes there */
	bool below;			/* the cursor is in the lower part */
	bool all;			/* each entry, not who uses them */
	bool old;			/* what is shown is not of the sample that is shown */
};

enum { COL_DOMAIN, COL_MARK, COL_VERSION, COL_FRAMES, COL_ENTRIES, COL_IN_USE, COL_FILL, COL_MAPPED, COL_ORPHANS };

static const struct grid_col table_cols[] = {
	[COL_DOMAIN] = { .id = "domain", .head = "DOMAIN", .help = "whose table it is", .width = 10, .grows = true },
	[COL_MARK] = { .id = "mark", .head = "", .help = "is there room", .width = 1 },
	[COL_VERSION] = { .id = "version", .head = "VER", .help = "layout of the entries", .width = 3, .prio = 6 },
	[COL_FRAMES] = { .id = "frames", .head = "FRAMES", .help = "pages that the table has, and may have",
			 .width = 9, .right = true, .prio = 4 },
	[COL_ENTRIES] = { .id = "entries_total", .head = "ENTRIES", .help = "entries in these pages", .width = 8,
			  .right = true, .prio = 5 },
	[COL_IN_USE] = { .id = "entries_in_use", .head = "IN USE", .help = "entries that grant something",
			 .width = 7, .right = true },
	[COL_FILL] = { .id = "fill", .head = "TABLE", .help = "in use, of all there may ever be", .width = 10,
		       .prio = 1 },
	[COL_MAPPED] = { .id = "entries_mapped", .head = "MAPPED", .help = "entries that somebody has mapped",
			 .width = 7, .right = true, .prio = 2 },
	[COL_ORPHANS] = { .id = "orphans", .head = "ORPHAN", .help = "used by nothing known; of domains shown below",
			  .width = 7, .right = true, .prio = 3 },
	{ .id = "maptrack_in_use", .head = "MAPTRACK", .help = "mappings of others' grants that are known",
	  .width = 8, .right = true, .prio = 7, .off = true },
};
#define N_TABLE_COLS (sizeof(table_cols) / sizeof(table_cols[0]))

static const struct grid_col user_cols[] = {
	{ .id = "first_ref", .head = "FIRST", .help = "the first of its references", .width = 7, .right = true,
	  .prio = 2 },
	{ .id = "domid", .head = "TO", .help = "the domain it is granted to", .width = 5, .right = true, .prio = 3 },
	{ .id = "access", .head = "ACCESS", .help = "what that may do with the page", .width = 8, .prio = 5 },
	{ .id = "entries", .head = "ENTRIES", .help = "how many entries", .width = 8, .right = true },
	{ .id = "mapped", .head = "MAPPED", .help = "how many of them are mapped", .width = 7, .right = true,
	  .prio = 1 },
	{ .id = "use", .head = "AS", .help = "in which way they are used", .width = 10, .prio = 4 },
	{ .id = "used_by", .head = "USED BY", .help = "what uses them", .width = 12, .grows = true },
};

static const struct grid_col entry_cols[] = {
	{ .id = "ref", .head = "REF", .help = "the reference", .width = 7, .right = true },
	{ .id = "type", .head = "TYPE", .help = "what the entry grants", .width = 13, .prio = 4 },
	{ .id = "domid", .head = "TO", .help = "the domain it is granted to", .width = 5, .right = true, .prio = 3 },
	{ .id = "frame", .head = "FRAME", .help = "the page of the guest's memory", .width = 10, .right = true,
	  .prio = 6 },
	{ .id = "flags", .head = "FLAGS", .help = "the entry's bits", .width = 12, .prio = 7, .off = true },
	{ .id = "mapped", .head = "MAPPED", .help = "how it is mapped now", .width = 7, .prio = 1 },
	{ .id = "use", .head = "AS", .help = "in which way it is used", .width = 10, .prio = 2 },
	{ .id = "slot", .head = "SLOT", .help = "the slot that names it", .width = 5, .right = true, .prio = 5 },
	{ .id = "used_by", .head = "USED BY", .help = "what uses it", .width = 12, .grows = true },
};

/* ---- reading ---------------------------------------------------------------------- */

static void not_counted(struct dom *d, const struct xenring_domain *domain)
{
	d->table = (struct xenring_grant_table){
		.domid = domain->domid, .domain = domain->domain,
		.version = XENRING_UNKNOWN, .frames = XENRING_UNKNOWN, .max_frames = XENRING_UNKNOWN,
		.entries_total = XENRING_UNKNOWN, .entries_in_use = XENRING_UNKNOWN,
		.entries_mapped = XENRING_UNKNOWN, .maptrack_frames = XENRING_UNKNOWN,
		.maptrack_max_frames = XENRING_UNKNOWN, .maptrack_in_use = XENRING_UNKNOWN,
	};
}

static void free_doms(struct dom *doms, size_t n)
{
	for (size_t i = 0; i < n; i++)
		xenring_grants_free(doms[i].counted);
	free(doms);
}

/* A list of the domains of this sample, with what is known of them from before. */
static void match(struct grants *g)
{
	const struct shown *s = ui_shown(g->ui);
	struct dom *doms = xcalloc(s->n_domains, sizeof(*doms));

	for (size_t i = 0, k = 0; i < s->n_domains; i++) {
		const struct xenring_domain *now = ui_domain_row(g->ui, i);

		doms[i].orphans = XENRING_UNKNOWN;
		not_counted(&doms[i], now);
		/* both are sorted by domid */
		while (k < g->n_doms && g->doms[k].table.domid < now->domid)
			k++;
		if (k == g->n_doms || g->doms[k].table.domid != now->domid)
			continue;
		doms[i].counted = steal(&g->doms[k].counted);
		doms[i].orphans = g->doms[k].orphans;
		if (doms[i].counted)
			xenring_grants_table(doms[i].counted, &doms[i].table);
	}
	free_doms(g->doms, g->n_doms);
	g->doms = doms;
	g->n_doms = s->n_domains;
}

static void count(struct grants *g, size_t i)
{
	struct xenring_grants *counted;

	if (xenring_read_grants(ui_session(g->ui)->x, ui_shown(g->ui)->snap, i, XENRING_GRANTS_COUNT, &counted))
		return;
	xenring_grants_free(g->doms[i].counted);
	g->doms[i].counted = counted;
	xenring_grants_table(counted, &g->doms[i].table);
}

static void count_some(struct grants *g)
{
	for (size_t n = 0; n < COUNTED_AT_ONCE && n < g->n_doms; n++) {
		if (g->next >= g->n_doms)
			g->next = 0;
		count(g, g->next++);
	}
}

static int64_t count_orphans(const struct xenring_grants *open)
{
	int64_t n = 0;

	for (size_t i = 0; i < xenring_n_grant_users(open); i++) {
		struct xenring_grant_user user;

		if (!xenring_grant_user(open, i, &user) && user.use && !strcmp(user.use, "none"))
			n += user.entries;
	}
	return n;
}

static size_t place_of(const struct grants *g, const char *name)
{
	for (size_t i = 0; i < g->n_doms; i++)
		if (!strcmp(g->doms[i].table.domain, name))
			return i;
	return SIZE_MAX;
}

/* The chosen domain's table, entry by entry. */
static void read_chosen(struct grants *g)
{
	size_t at = place_of(g, g->chosen), n = 0;
	struct xenring_grants *open = NULL;
	struct row *rows;

	if (at != SIZE_MAX && ui_is_newest(g->ui) &&
	    xenring_read_grants(ui_session(g->ui)->x, ui_shown(g->ui)->snap, at, 0, &open))
		open = NULL;
	/* rows point into it, so they go first */
	rows = open ? grant_user_rows(open, &n) : NULL;
	rowgrid_set(&g->users, rows, n);
	n = 0;
	rows = open ? grant_entry_rows(open, &n) : NULL;
	rowgrid_set(&g->entries, rows, n);
	xenring_grants_free(g->open);
	g->open = open;
	if (!open)
		return;
	if (!g->doms[at].table.error)
		g->doms[at].orphans = count_orphans(open);
}

static void set_tables(struct grants *g)
{
	struct row *rows = xcalloc(g->n_doms, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < g->n_doms; i++)
		if (ui_lets_through(g->ui, g->doms[i].table.domain))
			rows[n++] = (struct row){ .shape = "grant_table", .p = &g->doms[i] };
	rowgrid_set(&g->tables, rows, n);
}

static const struct dom *dom_here(const struct grants *g)
{
	const struct row *row = rowgrid_row(&g->tables);

	return row ? row->p : NULL;
}

/* The domain that the cursor is on is the one below. */
static void follow(struct grants *g)
{
	const struct dom *d = dom_here(g);

	if (!d || !strcmp(d->table.domain, g->chosen))
		return;
	free(g->chosen);
	g->chosen = xstrdup(d->table.domain);
	read_chosen(g);
}

static void sample(struct ui *ui, void *st)
{
	struct grants *g = st;
	const struct dom *d;
	size_t at;

	g->old = !ui_is_newest(ui) && g->n_doms;
	if (g->old)
		return;
	/* before the rows that it would leave behind are looked at */
	rowgrid_set(&g->tables, NULL, 0);
	match(g);
	if (ui_is_newest(ui))
		count_some(g);
	set_tables(g);
	at = g->asked ? place_of(g, g->chosen) : SIZE_MAX;
	g->asked = false;
	for (size_t i = 0; at != SIZE_MAX && i < g->tables.n; i++)
		if (g->tables.rows[i].p == &g->doms[at])
			grid_go(&g->tables.grid, i);
	d = dom_here(g);
	if (d && strcmp(d->table.domain, g->chosen))
		follow(g);
	else
		read_chosen(g);
}

/* ---- cells ------------------------------------------------------------------------- */

/* In use, of all entries that the table may ever have; NaN: not known. */
static double ratio(const struct dom *d)
{
	const struct xenring_grant_table *t = &d->table;

	if (t->frames <= 0 || t->max_frames <= 0 || t->entries_total <= 0 || t->entries_in_use < 0)
		return (double)NAN;
	return (double)t->entries_in_use / ((double)t->entries_total / (double)t->frames * (double)t->max_frames);
}

static enum severity severity(const struct dom *d)
{
	double fill = ratio(d);

	if (d->table.error && !d->table.withheld)
		return SEV_UNKNOWN;
	return isnan(fill) || fill < NEARLY_FULL ? SEV_NONE : fill < FULL ? SEV_WARN : SEV_CRIT;
}

static bool table_cell(void *data, const struct row *row, size_t col, struct grid_cell *c)
{
	const struct grants *g = data;
	const struct dom *d = row->p;
	const struct xenring_grant_table *t = &d->table;

	switch (col) {
	case COL_DOMAIN:
		buf_printf(&c->text, "%s (%" PRId64 ")", t->domain, t->domid);
		return true;
	case COL_MARK:
		c->style = severity_style(severity(d));
		buf_puts(&c->text, glyph(severity_glyph(severity(d)), ui_ascii(g->ui)));
		return true;
	case COL_FRAMES:
		if (t->frames == XENRING_UNKNOWN || t->max_frames == XENRING_UNKNOWN) {
			cell_number(c, XENRING_UNKNOWN);
			return true;
		}
		buf_printf(&c->text, "%" PRId64 "/%" PRId64, t->frames, t->max_frames);
		return true;
	case COL_FILL:
		c->bar = ratio(d);
		c->style = severity(d) ? severity_style(severity(d)) : S_OK;
		return true;
	case COL_ORPHANS:
		/* not known of a table that nobody has opened: it costs too much to ask for all */
		if (d->orphans != XENRING_UNKNOWN)
			cell_number(c, d->orphans);
		else if (!strcmp(t->domain, g->chosen))
			cell_number(c, XENRING_UNKNOWN);
		c->style = d->orphans > 0 ? S_WARN : c->style;
		return true;
	default:
		return false;
	}
}

static double table_key(void *data, const struct row *row, int col)
{
	const struct dom *d = row->p;

	(void)data;
	if (col == COL_ORPHANS)
		return d->orphans == XENRING_UNKNOWN ? (double)NAN : (double)d->orphans;
	return ratio(d);
}

static const char *table_path(void *data, const struct row *row)
{
	(void)data;
	return ((const struct dom *)row->p)->table.domain;
}

/* Of rows that belong to .open: as they come, which is by their references. */
static double by_place(void *data, const struct row *row, int col)
{
	(void)data;
	(void)col;
	return -(double)row->i;
}

/* A name that stays while the rows are read again. */
static const char *user_path(void *data, const struct row *row)
{
	struct xenring_grant_user u;

	(void)data;
	return xenring_grant_user(row->p, row->i, &u) ? NULL : u.used_by;
}

static const char *entry_path(void *data, const struct row *row)
{
	struct xenring_grant e;

	(void)data;
	return xenring_grant(row->p, row->i, &e) ? NULL : e.used_by;
}

static bool is_use(const struct row *row, const char *use)
{
	struct xenring_value v;

	return row_value(row, "use", &v) && v.known && v.n == strlen(use) && !memcmp(v.bytes, use, v.n);
}

static bool user_cell(void *data, const struct row *row, size_t col, struct grid_cell *c)
{
	const struct grants *g = data;
	const struct grid_col *cols = g->all ? entry_cols : user_cols;
	const char *user = g->all ? entry_path(data, row) : user_path(data, row);
	size_t n = strlen(g->chosen);
	bool nobody = is_use(row, "none");

	c->style = nobody ? S_WARN : S_PLAIN;
	if (strcmp(cols[col].id, "used_by"))
		return false;
	/* whose devices these are is said above */
	if (nobody || !user)
		buf_puts(&c->text, nobody ? "nobody" : "?");
	else
		buf_puts(&c->text, !strncmp(user, g->chosen, n) && user[n] == '/' ? user + n + 1 : user);
	return true;
}

/* ---- the view ------------------------------------------------------------------------ */

static void init(struct ui *ui, void *st)
{
	struct grants *g = st;

	g->ui = ui;
	g->chosen = xstrdup("");
	rowgrid_init(&g->tables, ui, "grant_table", table_cols, N_TABLE_COLS, g);
	g->tables.cell = table_cell;
	g->tables.key = table_key;
	g->tables.path = table_path;
	rowgrid_init(&g->users, ui, "grant_user", user_cols, sizeof(user_cols) / sizeof(user_cols[0]), g);
	g->users.cell = user_cell;
	g->users.key = by_place;
	g->users.path = user_path;
	rowgrid_init(&g->entries, ui, "grant", entry_cols, sizeof(entry_cols) / sizeof(entry_cols[0]), g);
	g->entries.cell = user_cell;
	g->entries.key = by_place;
	g->entries.path = entry_path;
}

static void let_go(struct grants *g)
{
	rowgrid_set(&g->tables, NULL, 0);
	rowgrid_set(&g->users, NULL, 0);
	rowgrid_set(&g->entries, NULL, 0);
	free_doms(g->doms, g->n_doms);
	g->doms = NULL;
	g->n_doms = g->next = 0;
	xenring_grants_free(g->open);
	g->open = NULL;
}

static void fini(void *st)
{
	struct grants *g = st;

	let_go(g);
	rowgrid_free(&g->tables);
	rowgrid_free(&g->users);
	rowgrid_free(&g->entries);
	free(g->chosen);
}

static void show(struct ui *ui, void *st, const char *path)
{
	struct grants *g = st;

	/* tables go into a capture that is written at each sample, not each 5 s */
	xenring_keep_grants(ui_session(ui)->x);
	/* back from a ring: the domain that it was opened from */
	if (!path[0] || (ui_is_back(ui) && g->chosen[0]))
		return;
	free(g->chosen);
	g->chosen = xstrndup(path, strcspn(path, "/"));
	g->asked = true;
}

static void hide(struct ui *ui, void *st)
{
	(void)ui;
	let_go(st);
}

static struct rowgrid *lower(struct grants *g)
{
	return g->all ? &g->entries : &g->users;
}

static void put_title(struct buf *b, const struct grants *g)
{
	size_t at = place_of(g, g->chosen);
	const struct xenring_grant_table *t = at == SIZE_MAX ? NULL : &g->doms[at].table;

	if (!t) {
		buf_printf(b, "%s is not there", g->chosen);
		return;
	}
	buf_printf(b, "%s (%" PRId64 "), %s", t->domain, t->domid, g->all ? "each entry" : "by who uses them");
	if (g->old)
		buf_puts(b, ", as of the newest sample");
}

static void draw_below(struct grants *g, const struct pane *p)
{
	size_t at = place_of(g, g->chosen);
	const struct xenring_grant_table *t = at == SIZE_MAX ? NULL : &g->doms[at].table;
	_cleanup_buf_ struct buf title = { 0 };
	struct pane rows = pane_part(p, 1, 0, p->h - 1, p->w);

	put_title(&title, g);
	pane_fill(p, 0, 0, 1, p->w, S_DIM, G_HLINE);
	pane_printf(p, 0, 2, S_HEAD, " %s ", buf_str(&title));
	if (t && t->error)
		pane_printf(&rows, 0, 2, S_UNKNOWN, "%s: %s", t->error->op, t->error->text);
	else if (t && !lower(g)->n)
		pane_put(&rows, 0, 2, S_DIM, "no entry grants anything");
	else
		grid_draw(&lower(g)->grid, &rows, NULL, NULL);
}

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct grants *g = st;
	int h = body->h / 3;
	struct pane above, below;

	(void)side;
	/* the list is no longer than it has to be, and has two rows on the smallest screen */
	if (h < 3)
		h = 3;
	if ((size_t)h > g->tables.n + 1)
		h = (int)g->tables.n + 1;
	above = pane_part(body, 0, 0, h, body->w);
	below = pane_part(body, h, 0, body->h - h, body->w);
	g->tables.grid.calm = g->below;
	lower(g)->grid.calm = !g->below;
	if (!g->tables.n)
		pane_put(&above, 0, 2, S_DIM, "no domain has that in its name");
	else
		grid_draw(&g->tables.grid, &above, ui_tagged, ui);
	draw_below(g, &below);
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	struct grants *g = st;

	(void)ui;
	return g->below ? &lower(g)->grid : &g->tables.grid;
}

/* The first part, wherever the cursor is. */
static struct grid *tables(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct grants *)st)->tables.grid;
}

static const char *selected(struct ui *ui, void *st)
{
	const char *path = grid_path(the_grid(ui, st));

	/* what nothing uses is still the domain's */
	return path ? path : ((const struct grants *)st)->chosen;
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct grants *g = st;

	switch (a) {
	case A_OPEN:
		/* from the list to what stands below, from there to the ring that uses it */
		if (g->below && rowgrid_row(lower(g)) && ui_ring_at(ui, selected(ui, st)) != SIZE_MAX)
			ui_open(ui, VIEW_ring, selected(ui, st));
		else
			g->below = true;
		return true;
	case A_TAB:
	case A_BACK_TAB:
		/* the parts come one after the other, then the next view */
		g->below = !g->below;
		return g->below == (a == A_TAB);
	case A_BACK:
		if (!g->below)
			return false;
		g->below = false;
		return true;
	case A_GROUP:
		g->all = !g->all;
		return true;
	default:
		if (!grid_act(the_grid(ui, st), a))
			return false;
		if (!g->below)
			follow(g);
		return true;
	}
}

static unsigned note_table(struct buf *b, const struct dom *d)
{
	const struct xenring_grant_table *t = &d->table;
	double fill = ratio(d);

	if (t->error) {
		buf_printf(b, "%s: %s", t->error->op, t->error->text);
		return t->withheld ? S_DIM : S_UNKNOWN;
	}
	if (isnan(fill)) {
		buf_puts(b, "not counted yet");
		return S_DIM;
	}
	if (fill > 0 && fill < 0.01)
		buf_puts(b, "less than 1 %");
	else
		buf_printf(b, "%.0f %%", floor(fill * 100));
	buf_puts(b, " of what the table may ever hold is in use");
	if (severity(d) == SEV_CRIT)
		buf_puts(b, ": no device can grant anything more");
	else if (severity(d) == SEV_WARN)
		buf_puts(b, ": when it is full, devices of the guest fail");
	return severity_style(severity(d));
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	struct grants *g = st;
	const struct row *row = rowgrid_row(g->below ? lower(g) : &g->tables);

	(void)ui;
	if (!row)
		return S_DIM;
	if (!g->below)
		return note_table(b, row->p);
	for (const struct xenring_sym *w = xenring_words("use"); w && w->name; w++)
		if (is_use(row, w->name))
			buf_printf(b, "%s: %s", w->name, w->help);
	return is_use(row, "none") ? S_WARN : S_DIM;
}

static size_t words(struct ui *ui, void *st, const char **ret, size_t max)
{
	const struct grants *g = st;

	(void)ui;
	if (max < 4)
		return 0;
	if (g->below) {
		ret[0] = "used_by";
		ret[1] = "use";
		return 2;
	}
	ret[0] = "frames";
	ret[1] = "max_frames";
	ret[2] = "entries_in_use";
	ret[3] = "entries_mapped";
	return 4;
}

const struct view view_grants = {
	.table = tables, .cols = table_cols, .n_cols = sizeof(table_cols) / sizeof(table_cols[0]),
	.name = "grants", .title = "Grants", .tab = true,
	.help = "how full grant tables are, and who uses the entries of one",
	.size = sizeof(struct grants), .init = init, .fini = fini, .show = show, .hide = hide, .sample = sample,
	.draw = draw, .grid = the_grid, .act = act, .note = note, .selected = selected, .words = words,
};
