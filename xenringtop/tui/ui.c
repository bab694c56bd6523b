/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program around the views: what keys do, what lies over the view. */
#include <config.h>

#include "tui/ui.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/setup.h"
#include "words.h"

static const struct view *const views[] = {
#define VIEW(id, traits) &view_##id,
#include "tui/views.def"
#undef VIEW
};

static const unsigned all_traits[] = {
#define VIEW(id, traits) traits,
#include "tui/views.def"
#undef VIEW
};

const struct view *view_at(unsigned id)
{
	return views[id];
}

unsigned view_traits(unsigned id)
{
	return all_traits[id];
}

const struct view *ui_view(const struct ui *ui)
{
	return views[ui->stack[ui->depth - 1].view];
}

void *ui_state(const struct ui *ui)
{
	return ui->state[ui->stack[ui->depth - 1].view];
}

void *ui_view_state(const struct ui *ui, enum view_id id)
{
	return ui->state[id];
}

struct grid *ui_grid(struct ui *ui)
{
	const struct view *v = ui_view(ui);

	return v->grid ? v->grid(ui, ui_state(ui)) : NULL;
}

const char *ui_selected(struct ui *ui)
{
	const struct view *v = ui_view(ui);
	const struct grid *g;

	if (v->selected)
		return v->selected(ui, ui_state(ui));
	g = ui_grid(ui);
	return g ? grid_path(g) : NULL;
}

/* ---- what views ask for ------------------------------------------------------ */

/* Rows are made when they are asked for; who asks does not see that. */
static struct ui *to_make_rows(const struct ui *ui)
{
	return (struct ui *)(uintptr_t)ui;
}

const struct shown *ui_shown(const struct ui *ui)
{
	return &ui->shown;
}

/* One row has many cells, so it is asked for again and again. */
#define ROW(what)									\
const struct xenring_##what *ui_##what##_row(const struct ui *ui, size_t i)		\
{											\
	struct ui *to = to_make_rows(ui);						\
											\
	if (to->row.what##_at != i && !xenring_##what(ui->shown.snap, i, &to->row.what))	\
		to->row.what##_at = i;							\
	return &ui->row.what;								\
}
ROW(ring)
ROW(device)
ROW(domain)

struct xenring_snapshot *ui_newest(const struct ui *ui)
{
	return ui->n_past ? ui->past[ui->n_past - 1] : NULL;
}

size_t ui_n_past(const struct ui *ui)
{
	return ui->n_past;
}

const struct xenring_snapshot *ui_past(const struct ui *ui, size_t i)
{
	return ui->past[i];
}

const char *ui_last_selected(const struct ui *ui)
{
	return ui->last_selected;
}

bool ui_is_back(const struct ui *ui)
{
	return ui->back;
}

bool path_below(const char *path, const char *of)
{
	size_t n = strlen(of);

	return !n || (!strncmp(path, of, n) && (!path[n] || path[n] == '/'));
}

bool ui_is_covered(const struct ui *ui)
{
	return ui->covered;
}

bool ui_is_newest(const struct ui *ui)
{
	return ui->n_past && ui->at_past == ui->n_past - 1;
}

struct session *ui_session(struct ui *ui)
{
	return ui->s;
}

unsigned ui_verbose(const struct ui *ui)
{
	return ui->verbose;
}

bool ui_ascii(const struct ui *ui)
{
	return ui->t->ascii;
}

const struct term *ui_term(const struct ui *ui)
{
	return &ui->plain;
}

const char *ui_domain(const struct ui *ui)
{
	return ui->domain ? ui->domain : "";
}

/* Does the first part of a target, a pattern or a number, mean this domain? */
static bool is_domain(const struct ui *ui, const char *part, const char *name)
{
	char *end;
	long domid = strtol(part, &end, 10);

	if (!fnmatch(part, name, 0))
		return true;
	for (size_t i = 0; end != part && !*end && i < ui->shown.n_domains; i++)
		if (!strcmp(xenring_path(ui->shown.snap, XENRING_DOMAIN, i), name) &&
		    ui_domain_row(ui, i)->domid == domid)
			return true;
	return false;
}

/* Is path at or below what target names, or above it? */
static bool target_has(const struct ui *ui, const struct target *t, const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);
	char *at = copy;

	for (unsigned k = 0; k < t->depth && at; k++) {
		char *slash = k < 2 ? strchr(at, '/') : NULL;

		if (slash)
			*slash = '\0';
		if (k ? fnmatch(t->part[k], at, 0) : !is_domain(ui, t->part[k], at))
			return false;
		at = slash ? slash + 1 : NULL;
	}
	return true;
}

bool ui_lets_through(const struct ui *ui, const char *path)
{
	bool given = !ui->s->n_targets;

	for (size_t i = 0; !given && i < ui->s->n_targets; i++)
		given = target_has(ui, &ui->s->targets[i], path);
	return given && (!ui->filter || strcasestr(path, ui->filter));
}

bool ui_was(const struct ui *ui, size_t i, size_t n)
{
	const struct xenring_brief *now = &ui->shown.rings[i];
	struct xenring_brief before;

	if (n > ui->at_past)
		return false;
	for (size_t k = 1; k <= n; k++)
		if (xenring_brief(ui->past[ui->at_past - k], i, &before) || before.state != now->state ||
		    (before.path != now->path && strcmp(before.path, now->path)))
			return false;
	return true;
}

size_t ui_ring_at(const struct ui *ui, const char *path)
{
	size_t *place = &to_make_rows(ui)->ring_place;

	/* mostly the same one is asked for as before */
	if (*place < ui->shown.n_rings && !strcmp(ui->shown.rings[*place].path, path))
		return *place;
	for (size_t i = 0; i < ui->shown.n_rings; i++)
		if (!strcmp(ui->shown.rings[i].path, path))
			return *place = i;
	return SIZE_MAX;
}

enum severity severity_of(const char *state)
{
	static const struct {
		const char *state;
		enum severity sev;
	} bad[] = {
		{ "stuck", SEV_CRIT }, { "forged", SEV_CRIT }, { "full", SEV_WARN },
		{ "unreadable", SEV_UNKNOWN }, { "torn", SEV_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!strcmp(state, bad[i].state))
			return bad[i].sev;
	return SEV_NONE;
}

unsigned severity_style(enum severity s)
{
	static const unsigned styles[] = {
		[SEV_NONE] = S_PLAIN, [SEV_UNKNOWN] = S_UNKNOWN, [SEV_WARN] = S_WARN, [SEV_CRIT] = S_CRIT,
	};

	return styles[s];
}

enum glyph_id severity_glyph(enum severity s)
{
	static const enum glyph_id glyphs[] = {
		[SEV_NONE] = G_BLANK, [SEV_UNKNOWN] = G_UNKNOWN, [SEV_WARN] = G_WARN, [SEV_CRIT] = G_CRIT,
	};

	return glyphs[s];
}

/* ---- numbers ------------------------------------------------------------------ */

void put_count(struct buf *b, double v, bool exact)
{
	static const char units[] = "kMGTPE";
	int u = -1;

	if (isnan(v)) {
		buf_putc(b, '?');
		return;
	}
	if (exact || v < 9999.5) {
		buf_printf(b, exact && v < 1000 && v != floor(v) ? "%.1f" : "%.0f", v);
		return;
	}
	while (v >= 999.95 && units[u + 1]) {
		v /= 1000;
		u++;
	}
	buf_printf(b, v < 99.95 ? "%.1f%c" : "%.0f%c", v, units[u]);
}

void put_seconds(struct buf *b, double s)
{
	long n;

	if (isnan(s)) {
		buf_putc(b, '?');
		return;
	}
	n = (long)s;
	if (s < 99.95)
		buf_printf(b, "%.1fs", s);
	else if (n < 6000)
		buf_printf(b, "%ldm%02lds", n / 60, n % 60);
	else if (n < 360000)
		buf_printf(b, "%ldh%02ldm", n / 3600, n / 60 % 60);
	else
		buf_printf(b, "%ldd%02ldh", n / 86400, n / 3600 % 24);
}

void put_bytes(struct buf *b, double v)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t u = 0;

	if (isnan(v)) {
		buf_putc(b, '?');
		return;
	}
	while (v >= 1024 && u < 4) {
		v /= 1024;
		u++;
	}
	buf_printf(b, u ? "%.1f%s" : "%.0f%s", v, units[u]);
}

/* ---- places --------------------------------------------------------------------- */

void ui_refresh(struct ui *ui)
{
	const struct view *v = ui_view(ui);

	if (v->sample && ui->shown.snap)
		v->sample(ui, ui_state(ui));
}

static void enter(struct ui *ui)
{
	const struct view *v = ui_view(ui);

	if (v->show)
		v->show(ui, ui_state(ui), ui->stack[ui->depth - 1].path);
	ui_refresh(ui);
}

static void leave(struct ui *ui)
{
	const struct view *v = ui_view(ui);
	const char *at = ui_selected(ui);

	if (at) {
		char *copy = xstrdup(at);

		free(ui->last_selected);
		ui->last_selected = copy;
	}

	if (v->hide)
		v->hide(ui, ui_state(ui));
}

void ui_open(struct ui *ui, enum view_id id, const char *path)
{
	/* the same view about something else takes its own place */
	bool again = ui->stack[ui->depth - 1].view == id;
	char *copy;

	if (!again && ui->depth == UI_DEPTH)
		return;
	/* it may be the view's that is left */
	copy = xstrdup(path ? path : "");
	ui->covered = !again;
	leave(ui);
	ui->covered = false;
	if (again)
		free(ui->stack[--ui->depth].path);
	ui->stack[ui->depth++] = (struct place){ id, copy };
	enter(ui);
}

void ui_back(struct ui *ui)
{
	if (ui->depth < 2)
		return;
	leave(ui);
	free(ui->stack[--ui->depth].path);
	ui->back = true;
	enter(ui);
	ui->back = false;
}

/* A tab, wherever we are: what was opened from another is left. */
static void go_to_tab(struct ui *ui, enum view_id id)
{
	const char *at = ui_selected(ui);
	char *domain = at ? xstrndup(at, strcspn(at, "/")) : NULL;

	if (domain) {
		free(ui->domain);
		ui->domain = domain;
	}
	leave(ui);
	while (ui->depth)
		free(ui->stack[--ui->depth].path);
	ui->stack[ui->depth++] = (struct place){ id, xstrdup(id == VIEW_rings ? "" : ui_domain(ui)) };
	enter(ui);
}

/* The tab number n from 0 on; VIEW_N: there is none. */
static enum view_id tab_at(unsigned n)
{
	for (unsigned v = 0; v < VIEW_N; v++)
		if (views[v]->tab && !n--)
			return (enum view_id)v;
	return VIEW_N;
}

static void next_tab(struct ui *ui, int step)
{
	unsigned n = 0, at = 0;

	while (tab_at(n) != VIEW_N) {
		if (tab_at(n) == ui->stack[0].view)
			at = n;
		n++;
	}
	go_to_tab(ui, tab_at((at + (unsigned)((int)n + step)) % n));
}

/* ---- what lies over the view ------------------------------------------------------ */

void ui_say(struct ui *ui, unsigned style, const char *fmt, ...)
{
	va_list ap;

	buf_clear(&ui->said.text);
	va_start(ap, fmt);
	buf_vprintf(&ui->said.text, fmt, ap);
	va_end(ap);
	ui->said.style = style;
}

void ui_ask(struct ui *ui, const char *label, const char *first,
	    void (*changed)(struct ui *ui, const char *text),
	    void (*done)(struct ui *ui, const char *text))
{
	free(ui->ask.label);
	ui->ask.label = xstrdup(label);
	buf_clear(&ui->ask.text);
	buf_puts(&ui->ask.text, first ? first : "");
	ui->ask.changed = changed;
	ui->ask.done = done;
	ui->ask.on = true;
}

static void end_ask(struct ui *ui, bool given_up)
{
	_cleanup_free_ char *text = given_up ? NULL : xstrdup(buf_str(&ui->ask.text));

	ui->ask.on = false;
	/* it may ask for the next */
	ui->ask.done(ui, text);
}

/* A character in UTF-8. */
static void put_char(struct buf *b, int c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		if (c >= 0x10000) {
			buf_putc(b, (char)(0xf0 | c >> 18));
			buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		} else {
			buf_putc(b, (char)(0xe0 | c >> 12));
		}
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

#define ASK_MAX 200

static void ask_key(struct ui *ui, int key)
{
	struct buf *b = &ui->ask.text;

	if (key == K_ENTER || key == K_ESC || key == K_CTRL_C) {
		end_ask(ui, key != K_ENTER);
		return;
	}
	if (key == K_BACKSPACE || key == K_DELETE) {
		while (b->n && (b->p[b->n - 1] & 0xc0) == 0x80)
			b->n--;
		if (b->n)
			b->p[--b->n] = '\0';
	} else if (key == K_CTRL_U) {
		buf_clear(b);
	} else if (key == K_SPACE && b->n < ASK_MAX) {
		buf_putc(b, ' ');
	} else if (key > ' ' && key < K_NAMED && b->n < ASK_MAX) {
		put_char(b, key);
	}
	if (ui->ask.changed)
		ui->ask.changed(ui, buf_str(b));
}

static void close_menu(struct ui *ui)
{
	for (size_t i = 0; i < ui->menu.n; i++)
		free(ui->menu.items[i].text);
	free(ui->menu.items);
	free(ui->menu.title);
	ui->menu.items = NULL;
	ui->menu.title = NULL;
	ui->menu.n = 0;
	ui->menu.on = false;
}

void ui_menu(struct ui *ui, char *title, struct menu_item *items, size_t n, size_t at, bool stays,
	     void (*chosen)(struct ui *ui, size_t i))
{
	close_menu(ui);
	ui->menu.title = title;
	ui->menu.items = items;
	ui->menu.n = n;
	ui->menu.at = at < n ? at : 0;
	ui->menu.top = 0;
	ui->menu.stays = stays;
	ui->menu.chosen = chosen;
	ui->menu.on = true;
}

static void choose(struct ui *ui)
{
	size_t at = ui->menu.at;

	if (!ui->menu.n) {
		close_menu(ui);
		return;
	}
	if (ui->menu.stays) {
		ui->menu.items[at].on = !ui->menu.items[at].on;
		ui->menu.chosen(ui, at);
		return;
	}
	/* it may open another */
	ui->menu.on = false;
	ui->menu.chosen(ui, at);
	if (!ui->menu.on)
		close_menu(ui);
}

static void menu_key(struct ui *ui, int key)
{
	size_t page = ui->menu.page > 1 ? (size_t)ui->menu.page : 1, last = ui->menu.n ? ui->menu.n - 1 : 0;
	size_t *at = &ui->menu.at;

	if (key == K_UP || key == 'k')
		*at -= *at > 0;
	else if (key == K_DOWN || key == 'j')
		*at += *at < last;
	else if (key == K_PGUP)
		*at = *at > page ? *at - page : 0;
	else if (key == K_PGDN)
		*at = *at + page < last ? *at + page : last;
	else if (key == K_HOME || key == 'g')
		*at = 0;
	else if (key == K_END || key == 'G')
		*at = last;
	else if (key == K_ENTER || key == K_SPACE)
		choose(ui);
	else if (key == K_ESC || key == 'q' || key == K_CTRL_C || key == K_LEFT)
		close_menu(ui);
}

void ui_text(struct ui *ui, const char *title, const char *text)
{
	free(ui->box.title);
	ui->box.title = xstrdup(title);
	buf_clear(&ui->box.text);
	buf_puts(&ui->box.text, text);
	ui->box.top = 0;
	ui->box.on = true;
}

static void box_key(struct ui *ui, int key)
{
	size_t page = ui->box.page > 1 ? (size_t)ui->box.page : 1;
	size_t last = ui->box.lines > page ? ui->box.lines - page : 0;
	size_t *top = &ui->box.top;

	if (key == K_UP || key == 'k')
		*top -= *top > 0;
	else if (key == K_DOWN || key == 'j')
		*top += *top < last;
	else if (key == K_PGUP)
		*top = *top > page ? *top - page : 0;
	else if (key == K_PGDN || key == K_SPACE)
		*top = *top + page < last ? *top + page : last;
	else if (key == K_HOME || key == 'g')
		*top = 0;
	else if (key == K_END || key == 'G')
		*top = last;
	else
		ui->box.on = false;
}

/* ---- what every view can do --------------------------------------------------------- */

static void set_text(char **at, const char *text)
{
	free(*at);
	*at = text && text[0] ? xstrdup(text) : NULL;
}

static void moved(struct ui *ui)
{
	const struct view *v = ui_view(ui);

	if (v->moved && ui->shown.snap)
		v->moved(ui, ui_state(ui));
}

static void found(struct ui *ui, bool back, bool here)
{
	struct grid *g = ui_grid(ui);
	size_t row;

	if (!g || !ui->find)
		return;
	row = grid_find(g, ui->find, back, here);
	if (row == SIZE_MAX)
		ui_say(ui, S_WARN, "no row has \"%s\" in its path", ui->find);
	else
		grid_go(g, row);
	moved(ui);
}

static void find_changed(struct ui *ui, const char *text)
{
	buf_clear(&ui->said.text);
	set_text(&ui->find, text);
	found(ui, false, true);
}

static void find_done(struct ui *ui, const char *text)
{
	if (text)
		find_changed(ui, text);
}

static void filter_changed(struct ui *ui, const char *text)
{
	set_text(&ui->filter, text);
	ui_refresh(ui);
}

static void filter_done(struct ui *ui, const char *text)
{
	filter_changed(ui, text);
}

static void delay_done(struct ui *ui, const char *text)
{
	double s;

	if (!text)
		return;
	if (opts_seconds(text, &s) && s >= 0.01)
		ui->interval = s;
	else
		ui_say(ui, S_WARN, "%s: not a time such as 0.5, 500ms or 2m, of 10ms or more", text);
}

static void ask_delay(struct ui *ui)
{
	_cleanup_buf_ struct buf b = { 0 };

	buf_printf(&b, "%gs", ui->interval);
	ui_ask(ui, "Time between samples: ", buf_str(&b), NULL, delay_done);
}

static void go_to_done(struct ui *ui, const char *text)
{
	if (text && text[0])
		time_go_to(ui, text);
}

static void sort_chosen(struct ui *ui, size_t i)
{
	struct grid *g = ui_grid(ui);

	if (!g)
		return;
	g->sort = (int)i - 1;
	if (g->ordered)
		g->ordered(g->data);
}

static char *column_text(const struct grid_col *c)
{
	return xasprintf("%-10s %s", c->head, c->help);
}

void ui_menu_of_sort(struct ui *ui, const struct grid *g, void (*chosen)(struct ui *ui, size_t i))
{
	struct menu_item *items;

	items = xcalloc(g->n_cols + 1, sizeof(*items));
	items[0] = (struct menu_item){ .text = xasprintf("%-10s %s", "-", "the worst first, then as they come"),
				       .on = g->sort < 0 };
	for (size_t i = 0; i < g->n_cols; i++)
		items[i + 1] = (struct menu_item){ .text = column_text(&g->cols[i]), .on = g->sort == (int)i };
	ui_menu(ui, xstrdup("Sort by"), items, g->n_cols + 1, (size_t)(g->sort + 1), false, chosen);
}

static void column_chosen(struct ui *ui, size_t i)
{
	struct grid *g = ui_grid(ui);

	if (g)
		grid_toggle_col(g, i);
	ui->menu.items[i].on = g && !grid_col_is_hidden(g, i);
}

void ui_menu_of_columns(struct ui *ui, const struct grid *g, void (*chosen)(struct ui *ui, size_t i))
{
	struct menu_item *items;

	items = xcalloc(g->n_cols, sizeof(*items));
	for (size_t i = 0; i < g->n_cols; i++)
		items[i] = (struct menu_item){ .text = column_text(&g->cols[i]),
					       .on = !grid_col_is_hidden(g, i) };
	ui_menu(ui, xstrdup("Columns: Enter turns one on or off"), items, g->n_cols, 0, true, chosen);
}

static void domain_chosen(struct ui *ui, size_t i)
{
	if (i && i - 1 < ui->shown.n_domains)
		set_text(&ui->domain, xenring_path(ui->shown.snap, XENRING_DOMAIN, i - 1));
	else
		set_text(&ui->domain, NULL);
	if (ui_grid(ui) && ui_view(ui)->tab && ui->stack[0].view != VIEW_rings)
		ui_open(ui, ui->stack[0].view, ui_domain(ui));
	else
		filter_changed(ui, ui->domain);
}

static void ask_domain(struct ui *ui)
{
	size_t n = ui->shown.n_domains + 1, at = 0;
	struct menu_item *items = xcalloc(n, sizeof(*items));

	items[0].text = xstrdup("all of them");
	for (size_t i = 1; i < n; i++) {
		const struct xenring_domain *d = ui_domain_row(ui, i - 1);

		items[i].on = !strcmp(ui_domain(ui), d->domain);
		if (items[i].on)
			at = i;
		items[i].text = xasprintf("%s (%lld)", d->domain, (long long)d->domid);
	}
	ui_menu(ui, xstrdup("Domain"), items, n, at, false, domain_chosen);
}

bool ui_tagged(void *data, const char *path)
{
	const struct ui *ui = data;

	for (const struct tag *t = ui->tags; t; t = t->next)
		if (!strcmp(t->path, path))
			return true;
	return false;
}

static void untag(struct tag **p)
{
	struct tag *t = *p;

	*p = t->next;
	free(t->path);
	free(t);
}

static void tag(struct ui *ui)
{
	const char *path = ui_selected(ui);
	struct grid *g = ui_grid(ui);
	struct tag *t;

	if (!path)
		return;
	for (struct tag **p = &ui->tags; *p; p = &(*p)->next)
		if (!strcmp((*p)->path, path)) {
			untag(p);
			goto out;
		}
	t = xcalloc(1, sizeof(*t));
	*t = (struct tag){ .next = ui->tags, .path = xstrdup(path) };
	ui->tags = t;
out:
	/* as in htop and mutt, so that a row of rows is quickly done */
	if (g)
		grid_act(g, A_DOWN);
}

struct explanation {
	struct buf text;
	const char *word;
	const char *protocol;	/* that is spoken there, or NULL */
	const char *seen[32];
	size_t n;
};

/* "blkif.request" is none of another protocol; what is without one is of all, but of those that list checks. */
static bool is_about(const struct explanation *e, const struct word *w)
{
	const char *dot = w->rec ? strchr(w->rec->name, '.') : NULL;

	if (!dot)
		return !w->rec || strncmp(w->rec->name, "check", 5) != 0;
	return !e->protocol || (strlen(e->protocol) == (size_t)(dot - w->rec->name) &&
				!strncmp(e->protocol, w->rec->name, strlen(e->protocol)));
}

static void explain_word(void *data, const struct word *w)
{
	struct explanation *e = data;

	if (strcmp(w->name, e->word) || !w->help || !is_about(e, w))
		return;
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->seen[i], w->help))
			return;
	if (e->n == sizeof(e->seen) / sizeof(e->seen[0]))
		return;
	e->seen[e->n++] = w->help;
	buf_printf(&e->text, "%s", w->name);
	if (w->rec)
		buf_printf(&e->text, " (%s%s%s)", w->rec->name, w->field && w->kind == WORD_VALUE ? "." : "",
			   w->field && w->kind == WORD_VALUE ? w->field->name : "");
	buf_printf(&e->text, "\n    %s.\n", w->help);
	if (w->field && w->kind == WORD_FIELD)
		buf_printf(&e->text, "    Known by: %s.\n", xenring_from_name(w->field->from));
}

void explain_check(struct buf *b, const struct xenring_check *c, const char *level)
{
	buf_printf(b, "%s: %s\n    %s\n", c->check, level, c->means);
	buf_printf(b, "How we know\n    %s\n", c->known_by);
	buf_printf(b, "What causes it\n    %s\n", c->causes);
	buf_printf(b, "What to look at next\n    %s\n\n", c->next);
}

/* What the check that found something says of itself. */
static void explain_found(struct ui *ui, struct buf *b)
{
	const struct xenring_finding *f = ui_finding(ui, ui_selected(ui));
	struct xenring_check c;

	for (size_t i = 0; f && !xenring_check(i, &c); i++)
		if (!strcmp(c.check, f->check))
			explain_check(b, &c, f->level);
}

void ui_explain(struct ui *ui)
{
	const struct view *v = ui_view(ui);
	struct explanation e = { 0 };
	const char *words[8];
	size_t n = v->words ? v->words(ui, ui_state(ui), words, 8) : 0;
	const char *path = ui_selected(ui);
	size_t ring = path ? ui_ring_at(ui, path) : SIZE_MAX;

	if (ring != SIZE_MAX)
		e.protocol = ui_ring_row(ui, ring)->protocol;
	if (v->note) {
		v->note(ui, ui_state(ui), &e.text);
		if (e.text.n)
			buf_puts(&e.text, "\n\n");
	}
	explain_found(ui, &e.text);
	for (size_t i = 0; i < n; i++) {
		e.word = words[i];
		e.n = 0;
		words_each(explain_word, &e);
	}
	if (e.text.n)
		ui_text(ui, "Explain", buf_str(&e.text));
	else
		ui_say(ui, S_DIM, "there is nothing to explain here");
	buf_free(&e.text);
}

static void quit_chosen(struct ui *ui, size_t i)
{
	ui->quit = i == 1;
}

static void quit(struct ui *ui)
{
	struct menu_item *items;

	if (ui->s->recording.fd < 0) {
		ui->quit = true;
		return;
	}
	items = xcalloc(2, sizeof(*items));
	items[0].text = xstrdup("stay");
	items[1].text = xstrdup("leave: the capture is finished first");
	ui_menu(ui, xasprintf("Still recording to %s", ui->s->recording.path), items, 2, 0, false, quit_chosen);
}

static void set_mouse(struct ui *ui, bool on)
{
	ui->mouse = on;
	ui_say(ui, S_DIM, on ? "the mouse selects, sorts and scrolls" : "the mouse is the terminal's again");
}

static void pause_or_go_on(struct ui *ui)
{
	if (ui->paused || !ui_is_newest(ui))
		time_resume(ui);
	else
		ui->paused = true;
}

static void general_act(struct ui *ui, enum action a)
{
	const struct view *v = ui_view(ui);
	struct grid *g = ui_grid(ui);

	switch (a) {
	case A_VIEW_1: case A_VIEW_2: case A_VIEW_3: case A_VIEW_4: case A_VIEW_5:
		if (tab_at((unsigned)a - A_VIEW_1) != VIEW_N)
			go_to_tab(ui, tab_at((unsigned)a - A_VIEW_1));
		break;
	case A_TAB:
		next_tab(ui, 1);
		break;
	case A_BACK_TAB:
		next_tab(ui, -1);
		break;
	case A_BACK:
		if (ui->depth > 1)
			ui_back(ui);
		else if (ui->filter)
			filter_changed(ui, NULL);
		else if (ui->stack[0].view != VIEW_rings)
			go_to_tab(ui, VIEW_rings);
		break;
	case A_HELP:
		ui_open(ui, VIEW_help, v->name);
		break;
	case A_SETUP:
		ui_open(ui, VIEW_setup, "");
		break;
	case A_FIND:
		ui_ask(ui, "Find: ", NULL, find_changed, find_done);
		break;
	case A_FIND_NEXT:
		found(ui, false, false);
		break;
	case A_FIND_PREV:
		found(ui, true, false);
		break;
	case A_FILTER:
		ui_ask(ui, "Show only: ", ui->filter, filter_changed, filter_done);
		break;
	case A_DOMAIN:
		ask_domain(ui);
		break;
	case A_SORT:
		if (g)
			ui_menu_of_sort(ui, g, sort_chosen);
		break;
	case A_COLUMNS:
		if (g)
			ui_menu_of_columns(ui, g, column_chosen);
		break;
	case A_PAUSE: case A_PLAY:
		pause_or_go_on(ui);
		break;
	case A_DELAY:
		ask_delay(ui);
		break;
	case A_STEP: case A_LATER:
		time_step(ui, 1);
		break;
	case A_STEP_BACK: case A_EARLIER:
		time_step(ui, -1);
		break;
	case A_GO_TO:
		ui_ask(ui, "Go to (12:04:31, +90, -90): ", NULL, NULL, go_to_done);
		break;
	case A_REWIND:
		time_rewind(ui);
		break;
	case A_EXPLAIN:
		ui_explain(ui);
		break;
	case A_VERBOSE:
		ui->verbose = (ui->verbose + 1) % 2;
		ui_refresh(ui);
		break;
	case A_TAG:
		tag(ui);
		break;
	case A_UNTAG:
		while (ui->tags)
			untag(&ui->tags);
		break;
	case A_RECORD:
		keep_record(ui);
		break;
	case A_PRINT:
		keep_screen(ui);
		break;
	case A_JSON:
		keep_json(ui);
		break;
	case A_MOUSE:
		set_mouse(ui, !ui->mouse);
		break;
	case A_REDRAW:
		ui->redraw = true;
		break;
	case A_QUIT:
		quit(ui);
		break;
	default:
		break;
	}
}

void ui_act(struct ui *ui, enum action a)
{
	const struct view *v = ui_view(ui);
	struct grid *g = ui_grid(ui);

	if (!(v->act && v->act(ui, ui_state(ui), a)) && !(g && grid_act(g, a)))
		general_act(ui, a);
	moved(ui);
}

/* ---- events ---------------------------------------------------------------------------- */

static void click_line(struct ui *ui, int y, int x)
{
	if (y == ui->areas[AREA_BAR].y)
		for (size_t i = 0; i < ui->n_bar; i++)
			if (x >= ui->bar[i].x && x < ui->bar[i].x + ui->bar[i].w)
				ui_act(ui, ui->bar[i].action);
	if (ui->areas[AREA_TABS].h && y == ui->areas[AREA_TABS].y)
		for (size_t i = 0; i < ui->n_tabs; i++)
			if (x >= ui->tabs[i].x && x < ui->tabs[i].x + ui->tabs[i].w)
				ui_act(ui, ui->tabs[i].action);
}

static void click(struct ui *ui, const struct event *e)
{
	struct grid *g = ui_grid(ui);
	long row = g ? grid_row_at(g, e->y, e->x) : -1;

	if (row >= 0) {
		bool again = g->at == (size_t)row;

		grid_go(g, (size_t)row);
		moved(ui);
		if (again || e->key == K_DOUBLE_CLICK)
			ui_act(ui, A_OPEN);
	} else if (row <= -2) {
		int col = (int)(-2 - row);

		if (g->sort == col)
			g->invert = !g->invert;
		g->sort = col;
		if (g->ordered)
			g->ordered(g->data);
	} else {
		click_line(ui, e->y, e->x);
	}
}

static int key_of_mouse(const struct event *e)
{
	return e->key == K_WHEEL_UP ? K_UP : e->key == K_WHEEL_DOWN ? K_DOWN : K_ENTER;
}

void ui_event(struct ui *ui, const struct event *e)
{
	bool mouse = e->key == K_CLICK || e->key == K_DOUBLE_CLICK || e->key == K_WHEEL_UP ||
		     e->key == K_WHEEL_DOWN;
	int key = mouse ? key_of_mouse(e) : e->key;
	enum action a;

	if (e->key == K_RESIZE || e->key == K_NONE || e->key == K_OTHER)
		return;
	buf_clear(&ui->said.text);
	if (ui->ask.on) {
		if (!mouse)
			ask_key(ui, key);
		return;
	}
	if (ui->menu.on || ui->box.on) {
		if (e->key == K_CLICK || e->key == K_DOUBLE_CLICK)
			return;
		if (ui->menu.on)
			menu_key(ui, key);
		else
			box_key(ui, key);
		return;
	}
	/* nothing is to be done where nothing is to be seen, but leaving */
	a = action_of(key, view_traits(ui->stack[ui->depth - 1].view));
	if (!ui->areas[AREA_BODY].h && a != A_QUIT && a != A_BACK)
		return;
	if (e->key == K_CLICK || e->key == K_DOUBLE_CLICK)
		click(ui, e);
	/* the first view has nothing to go back to: there q is for leaving */
	else if (a == A_BACK && e->key == 'q' && ui->depth == 1 && ui->stack[0].view == VIEW_rings &&
		 !ui->filter)
		quit(ui);
	else if (a != A_NONE)
		ui_act(ui, a);
}

void ui_set_ascii(struct ui *ui, bool ascii)
{
	ui->t->ascii = ascii;
	ui->plain.utf8 = !ascii;
	ui->plain.safe = ascii ? SAFE_ASCII : 0;
	ui->cv.ascii = ascii;
}

void ui_init(struct ui *ui, struct session *s, struct terminal *t)
{
	int w, h;

	*ui = (struct ui){ .s = s, .t = t, .interval = s->o->interval, .cpu = (double)NAN,
			   .mouse = s->o->mouse, .knock_fd = -1 };
	ui_set_ascii(ui, t->ascii);
	ui->scheme = s->o->scheme;
	ui->verbose = s->o->verbose;
	t->ops->size(t, &w, &h);
	canvas_resize(&ui->cv, w, h);
	for (unsigned v = 0; v < VIEW_N; v++) {
		ui->state[v] = xcalloc(1, views[v]->size ? views[v]->size : 1);
		if (views[v]->init)
			views[v]->init(ui, ui->state[v]);
	}
	setup_apply(ui);
	ui->stack[ui->depth++] = (struct place){ VIEW_rings, xstrdup("") };
}

void ui_fini(struct ui *ui)
{
	for (unsigned v = 0; v < VIEW_N; v++) {
		if (views[v]->fini && ui->state[v])
			views[v]->fini(ui->state[v]);
		free(ui->state[v]);
	}
	while (ui->depth)
		free(ui->stack[--ui->depth].path);
	while (ui->tags)
		untag(&ui->tags);
	close_menu(ui);
	free(ui->ask.label);
	buf_free(&ui->ask.text);
	free(ui->box.title);
	buf_free(&ui->box.text);
	buf_free(&ui->said.text);
	free(ui->find);
	free(ui->filter);
	free(ui->domain);
	free(ui->record_path);
	free(ui->last_selected);
	found_free(ui);
	time_free(ui);
	canvas_free(&ui->cv);
}
