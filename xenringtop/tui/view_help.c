/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help: the keys of the view that it was opened from, out of the table of actions. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "tui/ui.h"

struct help {
	struct buf text;
	size_t top, lines;
	int page;
};

void action_put_keys(struct buf *b, enum action a)
{
	const struct action_row *row = action_row(a);
	char name[12];

	for (unsigned k = 0; k < ACTION_KEYS && row->keys[k]; k++)
		buf_printf(b, "%s%s", k ? " " : "", name_of_key(row->keys[k], name));
}

static void put_group(struct buf *b, enum action_group g, unsigned traits)
{
	bool some = false;

	for (enum action a = A_NONE + 1; a < A_N; a++) {
		size_t begin;

		if (action_row(a)->group != g || !action_in(a, traits) || !action_row(a)->keys[0])
			continue;
		if (!some)
			buf_printf(b, "%s\n", action_group_title(g));
		some = true;
		buf_puts(b, "  ");
		begin = b->n;
		action_put_keys(b, a);
		buf_fill(b, ' ', b->n - begin < 18 ? 18 - (b->n - begin) : 1);
		buf_printf(b, "%s\n", action_row(a)->help);
	}
}

static void put_marks(struct buf *b, bool ascii)
{
	buf_puts(b, "Marks\n");
	buf_printf(b, "  %-18scritical: somebody waits and nothing moves, or a device is forged\n",
		   glyph(G_CRIT, true));
	buf_printf(b, "  %-18swarning: no slot is free\n", glyph(G_WARN, ascii));
	buf_printf(b, "  %-18snot known: it could not be read\n", glyph(G_UNKNOWN, ascii));
	buf_puts(b, "  *                 tagged\n");
}

void help_of_view(struct buf *b, const struct view *v, bool ascii)
{
	unsigned traits = 0;

	for (unsigned i = 0; i < VIEW_N; i++)
		if (view_at(i) == v)
			traits = view_traits(i);
	buf_printf(b, "%s: %s.\n", v->title, v->help);
	for (int g = 0; g < GROUP_N; g++)
		put_group(b, (enum action_group)g, traits);
	put_marks(b, ascii);
}

static void show(struct ui *ui, void *st, const char *path)
{
	struct help *h = st;

	h->top = 0;
	buf_clear(&h->text);
	for (unsigned v = 0; v < VIEW_N; v++)
		if (!strcmp(view_at(v)->name, path))
			help_of_view(&h->text, view_at(v), ui_ascii(ui));
}

static void fini(void *st)
{
	struct help *h = st;

	buf_free(&h->text);
}

struct drawing {
	struct help *h;
	const struct pane *p;
	size_t at;
};

static void line(void *data, int indent, const char *text, size_t n)
{
	struct drawing *d = data;
	_cleanup_free_ char *copy = xstrndup(text, n);

	if (d->at >= d->h->top && d->at - d->h->top < (size_t)d->p->h)
		pane_put(d->p, (int)(d->at - d->h->top), 1 + indent, indent ? S_PLAIN : S_HEAD, copy);
	d->at++;
}

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct help *h = st;
	struct drawing d = { .h = h, .p = body };

	(void)ui;
	(void)side;
	h->page = body->h;
	wrap_text(buf_str(&h->text), body->w - 2, line, &d);
	h->lines = d.at;
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct help *h = st;
	size_t page = h->page > 1 ? (size_t)h->page : 1, last = h->lines > page ? h->lines - page : 0;

	switch (a) {
	case A_UP:
		h->top -= h->top > 0;
		break;
	case A_DOWN:
		h->top += h->top < last;
		break;
	case A_PAGE_UP:
		h->top = h->top > page ? h->top - page : 0;
		break;
	case A_PAGE_DOWN:
		h->top = h->top + page < last ? h->top + page : last;
		break;
	case A_HOME:
		h->top = 0;
		break;
	case A_END:
		h->top = last;
		break;
	case A_HELP:
		ui_back(ui);
		break;
	default:
		return false;
	}
	return true;
}

const struct view view_help = {
	.name = "help", .title = "Help", .help = "what the keys do",
	.size = sizeof(struct help), .fini = fini, .show = show, .draw = draw, .act = act,
};
