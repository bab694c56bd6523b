/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One ring looked into: its slots and open requests, read while somebody looks; how they are drawn. */
#include <config.h>

#include "tui/look.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink/format.h"
#include "slotrow.h"

/* What a slot is drawn as. */
enum mark { CELL_FREE, CELL_OPEN, CELL_REQUEST, CELL_ANSWERED, CELL_CHANGING };

static const struct {
	enum glyph_id glyph;
	unsigned style;
} drawn[] = {
	[CELL_FREE] = { G_SLOT_FREE, S_DIM },
	[CELL_OPEN] = { G_SLOT_OPEN, S_FRONT },
	[CELL_REQUEST] = { G_SLOT_UNSURE, S_INFERRED },
	[CELL_ANSWERED] = { G_SLOT_ANSWERED, S_BACK },
	[CELL_CHANGING] = { G_UNKNOWN, S_UNKNOWN },
};

static unsigned cell_style(const struct look *l, enum mark c)
{
	/* what waits on a ring that stands still is what one looks for */
	if ((c == CELL_OPEN || c == CELL_REQUEST) && severity_of(l->ring.state) == SEV_CRIT)
		return S_CRIT;
	return drawn[c].style;
}

/* ---- reading --------------------------------------------------------------------- */

static void forget_slots(struct look *l)
{
	xenring_slots_free(l->slots);
	l->slots = NULL;
	l->n_rows = 0;
	l->n_cells = 0;
	l->open = l->kept = l->unsure = l->answered = 0;
}

/* Of the newest sample, for that is what may be asked about. */
static int track(const struct look *l, bool on)
{
	struct xenring_snapshot *snap = ui_newest(l->ui);

	for (size_t i = 0; snap && i < xenring_n_rings(snap); i++)
		if (!strcmp(xenring_path(snap, XENRING_RING, i), l->path))
			return xenring_track(ui_session(l->ui)->x, snap, i, on);
	return -ENOENT;
}

void look_at(struct look *l, const char *path)
{
	if (path && !path[0])
		path = NULL;
	if (!path == !l->path && (!path || !strcmp(path, l->path)))
		return;
	if (l->tracked)
		track(l, false);
	l->tracked = false;
	forget_slots(l);
	free(l->path);
	l->path = path ? xstrdup(path) : NULL;
	l->found = false;
	free(l->grid.at_path);
	l->grid.at_path = NULL;
	l->grid.moved = false;
	l->grid.at = l->grid.top = 0;
}

static enum mark mark_of(const struct look *l, const struct xenring_slot *s)
{
	if (!strcmp(s->state, "open") || !strcmp(s->state, "waiting"))
		return CELL_OPEN;
	if (!strcmp(s->state, "answered"))
		return CELL_ANSWERED;
	if (!strcmp(s->state, "changing"))
		return CELL_CHANGING;
	if (strcmp(s->state, "request") || !slot_waits(&l->ring, s))
		return CELL_FREE;
	/* where answers come in order, those that wait are just those that are open */
	return l->tracked ? CELL_REQUEST : CELL_OPEN;
}

static void take_slot(struct look *l, size_t i)
{
	struct xenring_slot s;

	if (xenring_slot(l->slots, i, &s))
		return;
	l->open += !strcmp(s.state, "open");
	l->kept += !strcmp(s.state, "kept");
	l->unsure += !strcmp(s.state, "unsure");
	l->answered += !strcmp(s.state, "answered");
	if (!slot_is_kept(&s) && !slot_is_page(&s) && s.slot >= 0 && (size_t)s.slot < l->n_cells)
		l->cells[s.slot] = (uint8_t)mark_of(l, &s);
	if (l->all || slot_waits(&l->ring, &s))
		l->rows[l->n_rows++] = i;
}

static void take_slots(struct look *l)
{
	size_t n = xenring_n_slots(l->slots);

	l->n_cells = l->ring.slots > 0 && l->ring.slots < 65536 && !ring_is_stream(&l->ring) ?
		     (size_t)l->ring.slots : 0;
	if (l->n_cells > l->cells_cap) {
		l->cells = xreallocarray(l->cells, l->n_cells, 1);
		l->cells_cap = l->n_cells;
	}
	if (l->n_cells)
		memset(l->cells, CELL_FREE, l->n_cells);
	if (n > l->rows_cap) {
		l->rows = xreallocarray(l->rows, n, sizeof(*l->rows));
		l->rows_cap = n;
	}
	for (size_t i = 0; i < n; i++)
		take_slot(l, i);
}

static void why_not(struct look *l, int r)
{
	const char *message = xenring_message(ui_session(l->ui)->x);

	if (r == -EOPNOTSUPP)
		l->why = "what is in it are bytes, not records: xenringtop peek shows them";
	else if (r == -ENODATA)
		l->why = "the capture does not hold its pages at this sample";
	else if (r == -ESTALE)
		l->why = "it has gone since the sample";
	else
		l->why = NULL;
	if (l->why)
		return;
	buf_clear(&l->why_text);
	buf_puts(&l->why_text, message && message[0] ? message : strerror(-r));
	l->why = buf_str(&l->why_text);
}

void look_sample(struct look *l)
{
	const struct shown *s = ui_shown(l->ui);
	size_t at = l->path ? ui_ring_at(l->ui, l->path) : SIZE_MAX;
	int r;

	forget_slots(l);
	l->found = at != SIZE_MAX;
	l->why = NULL;
	if (!l->found)
		return;
	l->ring = *ui_ring_row(l->ui, at);
	if (l->ring.error) {
		buf_clear(&l->why_text);
		buf_printf(&l->why_text, "%s: %s", l->ring.error->op, l->ring.error->text);
		l->why = buf_str(&l->why_text);
	} else if (!ui_is_newest(l->ui)) {
		l->why = "of earlier samples only the indices are kept: record, and replay";
	} else {
		if (!l->tracked)
			l->tracked = !track(l, true);
		r = xenring_read_slots(ui_session(l->ui)->x, s->snap, at, &l->slots);
		if (!r)
			r = xenring_slots_ring(l->slots, &l->ring);
		if (r)
			why_not(l, r);
		else
			take_slots(l);
	}
	grid_rows(&l->grid, l->n_rows);
}

void look_free(struct look *l)
{
	/* the handle may be closed already, and forgets of itself */
	forget_slots(l);
	free(l->path);
	free(l->cells);
	free(l->rows);
	buf_free(&l->why_text);
	grid_free(&l->grid);
}

size_t look_slot(const struct look *l)
{
	return l->slots && l->grid.at < l->n_rows ? l->rows[l->grid.at] : SIZE_MAX;
}

/* ---- the list --------------------------------------------------------------------- */

enum { COL_INDEX, COL_SLOT, COL_STATE, COL_TYPE, COL_ID, COL_SEEN, COL_RECORD };

static const struct grid_col cols[] = {
	[COL_INDEX] = { .id = "index", .head = "INDEX", .help = "free-running index", .width = 10, .right = true },
	[COL_SLOT] = { .id = "slot", .head = "SLOT", .help = "position in the ring", .width = 4, .prio = 3,
		       .right = true },
	[COL_STATE] = { .id = "state", .head = "STATE", .help = "what stands in the slot", .width = 8 },
	[COL_TYPE] = { .id = "type", .head = "TYPE", .help = "what it was decoded as", .width = 9, .prio = 5 },
	[COL_ID] = { .id = "id", .head = "ID", .help = "the guest's own value", .width = 6, .prio = 2, .right = true },
	[COL_SEEN] = { .id = "seen_s", .head = "SEEN", .help = "how long ago it was first seen", .width = 6, .prio = 1,
		       .right = true },
	[COL_RECORD] = { .id = "record", .head = "RECORD", .help = "what is in it", .width = 20, .grows = true },
};

/* What one field of a record holds, in one line. */
struct record_line {
	struct cell cell;
	unsigned depth;
	bool in;
	size_t max;
};

static int record_begin(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct record_line *r = data;

	if (r->depth++ == 1 && f && f->type == XENRING_DECODED)
		r->in = true;
	return r->in ? cell_visitor.begin(&r->cell, f, rec) : 0;
}

static int record_end(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct record_line *r = data;

	if (r->in)
		cell_visitor.end(&r->cell, f, rec);
	if (--r->depth == 1)
		r->in = false;
	return 0;
}

static int record_list(void *data, const struct xenring_field *f, size_t n)
{
	struct record_line *r = data;

	r->depth++;
	return r->in ? cell_visitor.list(&r->cell, f, n) : 0;
}

static int record_list_end(void *data, const struct xenring_field *f)
{
	struct record_line *r = data;

	r->depth--;
	return r->in ? cell_visitor.list_end(&r->cell, f) : 0;
}

static int record_value(void *data, const struct xenring_value *v)
{
	struct record_line *r = data;

	if (r->in)
		cell_visitor.value(&r->cell, v);
	/* the rest is outside of the screen */
	return r->cell.text.n > r->max ? 1 : 0;
}

static void put_record(const struct look *l, size_t i, struct buf *b)
{
	static const struct xenring_visitor visitor = {
		.begin = record_begin, .end = record_end, .list = record_list, .list_end = record_list_end,
		.value = record_value,
	};
	struct record_line r = { .max = 400 };

	r.cell = (struct cell){
		.text = *b, .term = ui_term(l->ui), .first = true,
		.how = FORMAT_BOUND | FORMAT_WIRE | (ui_verbose(l->ui) > 1 ? FORMAT_RAW : 0),
	};
	xenring_walk_slot(l->slots, i, &visitor, &r);
	*b = r.cell.text;
}

static unsigned style_of_slot(const struct look *l, const struct xenring_slot *s)
{
	if (slot_is_kept(s))
		return S_INFERRED;
	return slot_waits(&l->ring, s) ? cell_style(l, mark_of(l, s)) : S_DIM;
}

static void slot_cell(void *data, size_t row, size_t col, struct grid_cell *c)
{
	const struct look *l = data;
	struct xenring_slot s;

	if (xenring_slot(l->slots, l->rows[row], &s))
		return;
	switch (col) {
	case COL_INDEX:
		buf_printf(&c->text, "%" PRId64, s.index);
		break;
	case COL_SLOT:
		if (!slot_is_kept(&s) && s.slot != XENRING_UNKNOWN)
			buf_printf(&c->text, "%" PRId64, s.slot);
		break;
	case COL_STATE:
		c->style = style_of_slot(l, &s);
		buf_puts(&c->text, s.state);
		break;
	case COL_TYPE:
		buf_puts(&c->text, s.type ? s.type : "");
		break;
	case COL_ID:
		if (s.id)
			format_hex(&c->text, *s.id);
		break;
	case COL_SEEN:
		if (!isnan(s.seen_s))
			put_seconds(&c->text, s.seen_s);
		break;
	default:
		put_record(l, l->rows[row], &c->text);
		break;
	}
}

/* Indices stay while slots are used again. */
static const char *slot_path(void *data, size_t row)
{
	struct look *l = data;
	struct xenring_slot s;

	if (!l->slots || xenring_slot(l->slots, l->rows[row], &s))
		return NULL;
	snprintf(l->at, sizeof(l->at), "%" PRId64, s.index);
	return l->at;
}

static void slot_words(void *data, size_t row, struct buf *b)
{
	const struct look *l = data;
	struct xenring_slot s;

	if (!l->slots || xenring_slot(l->slots, l->rows[row], &s))
		return;
	buf_printf(b, "%" PRId64 " %s %s ", s.index, s.state, s.type ? s.type : "");
	if (s.id)
		format_hex(b, *s.id);
	buf_putc(b, ' ');
	put_record(l, l->rows[row], b);
}

void look_init(struct look *l)
{
	l->grid = (struct grid){
		.cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0]), .data = l, .cell = slot_cell,
		.path = slot_path, .words = slot_words, .sort = -1,
	};
}

/* ---- words -------------------------------------------------------------------------- */

static void put_sep(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void put_sep(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	buf_puts(b, b->n ? "  " : "");
	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

static void put_about(struct buf *b, const struct xenring_ring *r)
{
	if (r->protocol)
		put_sep(b, "%s", r->protocol);
	if (r->abi)
		put_sep(b, "%s", r->abi);
	if (r->slots != XENRING_UNKNOWN && r->slots > 0)
		put_sep(b, "%" PRId64 " slots", r->slots);
	if (r->pages != XENRING_UNKNOWN)
		put_sep(b, "%" PRId64 " page%s", r->pages, r->pages == 1 ? "" : "s");
	if (r->n_ring_refs)
		put_sep(b, r->n_ring_refs == 1 ? "gref %" PRIu32 : "grefs %" PRIu32 "...", r->ring_refs[0]);
	if (r->port != XENRING_UNKNOWN)
		put_sep(b, "port %" PRId64, r->port);
	if (r->port != XENRING_UNKNOWN && r->backend_port != XENRING_UNKNOWN)
		buf_printf(b, " - %" PRId64, r->backend_port);
	if (r->backend_domid != XENRING_UNKNOWN)
		put_sep(b, "backend in domain %" PRId64, r->backend_domid);
}

/* Whether an event index has been passed: RING_PUSH_..._AND_CHECK_NOTIFY of io/ring.h. */
static void put_event(struct buf *b, int64_t prod, int64_t event, const char *what, const char *who)
{
	int32_t left = (int32_t)((uint32_t)event - (uint32_t)prod);

	if (left <= 0)
		buf_printf(b, "passed, the %s was due to be woken", who);
	else if (left == 1)
		buf_printf(b, "the next %s wakes the %s", what, who);
	else
		buf_printf(b, "%" PRId32 " more %ss wake the %s", left, what, who);
}

static void put_taken(struct buf *b, const struct xenring_ring *r)
{
	int64_t most;

	if (r->req_cons_min == XENRING_UNKNOWN)
		return;
	most = (uint32_t)(r->req_prod - r->req_cons_min);
	if (most)
		buf_printf(b, "; up to %" PRId64 " not taken", most);
	else
		buf_puts(b, "; all taken");
}

int look_draw_queues(const struct look *l, const struct pane *p)
{
	const struct {
		const char *name;
		int64_t prod, cons, size;
	} queues[] = {
		{ "out", l->ring.out_prod, l->ring.out_cons, l->ring.out_size },
		{ "in", l->ring.in_prod, l->ring.in_cons, l->ring.in_size },
	};
	int y = 0;

	for (size_t i = 0; i < 2; i++) {
		uint32_t used = (uint32_t)(queues[i].prod - queues[i].cons);
		int x;

		if (queues[i].prod == XENRING_UNKNOWN || queues[i].size == XENRING_UNKNOWN || queues[i].size <= 0)
			continue;
		x = pane_printf(p, y, 1, i ? S_BACK : S_FRONT, "%-4s", queues[i].name);
		pane_bar(p, y, x, 20, used / (double)queues[i].size, S_OK);
		pane_printf(p, y, x + 21, S_PLAIN, "%" PRIu32 " of %" PRId64 "  prod %" PRId64 "  cons %" PRId64, used,
			    queues[i].size, queues[i].prod, queues[i].cons);
		y++;
	}
	return y;
}

int look_draw_head(const struct look *l, const struct pane *p)
{
	const struct xenring_ring *r = &l->ring;
	_cleanup_buf_ struct buf b = { 0 };
	unsigned style = severity_style(severity_of(r->state));
	int x;

	put_about(&b, r);
	pane_text(p, 0, 1, TO_END, ALIGN_LEFT, S_PLAIN, buf_str(&b));
	if (!ring_has_requests(r)) {
		struct pane below = pane_part(p, 1, 0, 2, p->w);

		return 1 + look_draw_queues(l, &below);
	}
	x = pane_printf(p, 1, 1, S_PLAIN, "req_prod %" PRId64 "  rsp_prod %" PRId64 "  ", r->req_prod, r->rsp_prod);
	if (r->in_flight != XENRING_UNKNOWN && r->slots > 0) {
		x = pane_printf(p, 1, x, S_PLAIN, "in flight %" PRId64 " of %" PRId64 " ", r->in_flight, r->slots);
		pane_bar(p, 1, x, 10, (double)r->in_flight / (double)r->slots, style ? style : S_OK);
		x += 12;
	}
	x = pane_put(p, 1, x, style ? style : S_OK, r->state);
	buf_clear(&b);
	if (!isnan(r->stall_s) && r->stall_s >= 0.1) {
		put_seconds(&b, r->stall_s);
		pane_put(p, 1, x + 1, style, buf_str(&b));
	}
	if (r->req_event == XENRING_UNKNOWN || r->rsp_event == XENRING_UNKNOWN)
		return 2;
	buf_clear(&b);
	buf_printf(&b, "req_event %" PRId64 ": ", r->req_event);
	put_event(&b, r->req_prod, r->req_event, "request", "backend");
	put_taken(&b, r);
	pane_text(p, 2, 1, TO_END, ALIGN_LEFT, S_PLAIN, buf_str(&b));
	buf_clear(&b);
	buf_printf(&b, "rsp_event %" PRId64 ": ", r->rsp_event);
	put_event(&b, r->rsp_prod, r->rsp_event, "response", "frontend");
	pane_text(p, 3, 1, TO_END, ALIGN_LEFT, S_PLAIN, buf_str(&b));
	return 4;
}

/* ---- marks --------------------------------------------------------------------------- */

enum { MARK_REQ_PROD, MARK_RSP_PROD, MARK_REQ_EVENT, MARK_RSP_EVENT, MARKS };

static const struct {
	const char *name;
	unsigned style;
} marks[] = {
	[MARK_REQ_PROD] = { "req_prod", S_FRONT },
	[MARK_RSP_PROD] = { "rsp_prod", S_BACK },
	[MARK_REQ_EVENT] = { "req_event", S_BACK },	/* what the backend asks for */
	[MARK_RSP_EVENT] = { "rsp_event", S_FRONT },
};

/* The slot that a mark is at; -1: it is nowhere. An event further away than the ring is long is in no slot. */
static long mark_at(const struct look *l, int mark)
{
	const struct xenring_ring *r = &l->ring;
	const int64_t at[] = { r->req_prod, r->rsp_prod, r->req_event, r->rsp_event };
	const int64_t from[] = { r->req_prod, r->rsp_prod, r->req_prod, r->rsp_prod };
	int32_t far;

	if (at[mark] == XENRING_UNKNOWN || !l->n_cells)
		return -1;
	far = (int32_t)((uint32_t)at[mark] - (uint32_t)from[mark]);
	if (far > (int64_t)l->n_cells || far < -(int64_t)l->n_cells)
		return -1;
	return (long)((uint32_t)at[mark] % l->n_cells);
}

/* What is drawn for the slots from first on, n of them: the one that matters most. */
static enum mark worst_cell(const struct look *l, size_t first, size_t n)
{
	static const enum mark order[] = { CELL_CHANGING, CELL_OPEN, CELL_REQUEST, CELL_ANSWERED };

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = first; i < first + n && i < l->n_cells; i++)
			if (l->cells[i] == order[k])
				return order[k];
	return CELL_FREE;
}

static void draw_slots(const struct look *l, const struct pane *p, int y, int x, int w, size_t first, size_t n)
{
	enum mark c = worst_cell(l, first, n);

	for (int i = 0; i < w; i++)
		pane_glyph(p, y, x + i, cell_style(l, c), drawn[c].glyph);
}

static int draw_legend_item(const struct look *l, const struct pane *p, int y, int x, enum mark c, const char *word,
			    size_t n)
{
	if (!n)
		return x;
	pane_glyph(p, y, x, cell_style(l, c), drawn[c].glyph);
	pane_glyph(p, y, x + 1, cell_style(l, c), drawn[c].glyph);
	return pane_printf(p, y, x + 3, S_PLAIN, "%s %zu  ", word, n);
}

static size_t count_cells(const struct look *l, enum mark c)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_cells; i++)
		n += l->cells[i] == c;
	return n;
}

static void draw_legend(const struct look *l, const struct pane *p, int y)
{
	int x = 7;

	x = draw_legend_item(l, p, y, x, CELL_OPEN, "open", count_cells(l, CELL_OPEN));
	x = draw_legend_item(l, p, y, x, CELL_REQUEST, "open or answered", count_cells(l, CELL_REQUEST));
	x = draw_legend_item(l, p, y, x, CELL_ANSWERED, "answered", l->answered);
	x = draw_legend_item(l, p, y, x, CELL_CHANGING, "changing", count_cells(l, CELL_CHANGING));
	if (l->kept + l->unsure)
		x = pane_printf(p, y, x, S_INFERRED, "slot reused %zu  ", l->kept + l->unsure);
	draw_legend_item(l, p, y, x, CELL_FREE, "free", count_cells(l, CELL_FREE));
}

/* ---- the strip -------------------------------------------------------------------------- */

#define STRIP_X 7
#define STRIP_W 64

/*
 * Marks below one row of slots. Of two on a line one stands to the left of its
 * mark where they would run into each other.
 */
static int draw_marks(const struct look *l, const struct pane *p, int y, int w)
{
	int begins[2] = { INT_MAX, INT_MAX }, ends[2] = { -1, -1 };

	for (int m = 0; m < MARKS; m++) {
		long at = mark_at(l, m);
		int line = m >= MARK_REQ_EVENT, x, n = (int)strlen(marks[m].name);
		bool left;

		if (at < 0)
			continue;
		x = STRIP_X + (int)at * w;
		/* one line for the producers, one for the events; two at one slot share its mark */
		left = m % 2 && (x - n - 1 > ends[line] || (x <= begins[line] && x - n > 0 && x + n >= begins[line]));
		if (x + 1 + n > p->w || left) {
			pane_put(p, y + line, x - n, marks[m].style, marks[m].name);
			pane_glyph(p, y + line, x, marks[m].style, G_MARK_UP);
			begins[line] = x - n;
			ends[line] = x + 1;
		} else {
			pane_glyph(p, y + line, x, marks[m].style, G_MARK_UP);
			begins[line] = x;
			ends[line] = pane_put(p, y + line, x + 1, marks[m].style, marks[m].name);
		}
	}
	return 2;
}

int look_draw_strip(const struct look *l, const struct pane *p)
{
	size_t n = l->n_cells, per = n > 4 * STRIP_W ? (n + 4 * STRIP_W - 1) / (4 * STRIP_W) : 1;
	size_t cells = (n + per - 1) / per;
	int w = cells <= STRIP_W / 2 ? 2 : 1, y = 0;

	if (!n)
		return 0;
	if (cells <= STRIP_W) {
		for (size_t i = 0; i < n; i += n > 8 ? n / 8 : 1)
			pane_printf(p, 0, STRIP_X + (int)i * w, S_DIM, "%zu", i);
		pane_put(p, 1, 1, S_DIM, "slots");
		for (size_t i = 0; i < n; i++)
			draw_slots(l, p, 1, STRIP_X + (int)i * w, w, i, 1);
		y = 2 + draw_marks(l, p, 2, w);
	} else {
		for (size_t i = 0; i < cells; i++) {
			int line = (int)(i / STRIP_W), x = STRIP_X + (int)(i % STRIP_W);

			if (i % STRIP_W == 0)
				pane_printf(p, line, 1, S_DIM, "%5zu", i * per);
			draw_slots(l, p, line, x, 1, i * per, per);
			for (int m = 0; m < MARKS; m++)
				if (mark_at(l, m) >= 0 && (size_t)mark_at(l, m) / per == i)
					pane_mark(p, line, x, 1);
			y = line + 1;
		}
		for (int m = 0, x = STRIP_X; m < MARKS; m++)
			if (mark_at(l, m) >= 0)
				x = pane_printf(p, y, x, marks[m].style, "%s in %ld  ", marks[m].name, mark_at(l, m));
		y++;
	}
	draw_legend(l, p, y++);
	return y;
}

/* ---- the race track ------------------------------------------------------------------------ */

/* How many cells there are at the top and bottom and at each side, and how large they are. */
struct track_plan {
	size_t per, cells;	/* slots in a cell */
	int across, down;	/* cells */
	int cell_w, cell_h;
	int x, y, w, h;		/* of the rectangle of cells */
};

/* Room for the numbers in the middle, and for marks beside them. */
#define MIDDLE_W 38
#define MIDDLE_H 8

static bool plan_track(const struct look *l, const struct pane *p, struct track_plan *t)
{
	for (t->per = 1; t->per <= l->n_cells; t->per *= 2) {
		t->cells = (l->n_cells + t->per - 1) / t->per;
		if (t->cells % 2 || t->cells < 8)
			continue;
		for (t->cell_w = 5; t->cell_w >= 3; t->cell_w--)
			for (t->cell_h = 3; t->cell_h >= 2; t->cell_h--) {
				/* the corners are blank: two cells' width is for the sides */
				t->across = (p->w - 2 * t->cell_w - 2) / t->cell_w;
				if (t->across * 2 > (int)t->cells - 4)
					t->across = ((int)t->cells - 4) / 2;
				t->down = ((int)t->cells - 2 * t->across) / 2;
				while (t->down * t->cell_h < MIDDLE_H + 2 && t->across > 4) {
					t->across--;
					t->down++;
				}
				t->w = (t->across + 2) * t->cell_w;
				t->h = t->down * t->cell_h + 8;
				t->x = (p->w - t->w) / 2;
				t->y = 0;
				if (t->h <= p->h && t->w <= p->w && t->across * t->cell_w >= MIDDLE_W)
					return true;
			}
	}
	return false;
}

/* Where cell i stands, clockwise from the top left: 0 top, 1 right, 2 bottom, 3 left. */
static int track_place(const struct track_plan *t, size_t i, int *ret_y, int *ret_x)
{
	int k = (int)i;

	if (k < t->across) {
		*ret_y = t->y + 1;
		*ret_x = t->x + (k + 1) * t->cell_w;
		return 0;
	}
	k -= t->across;
	if (k < t->down) {
		*ret_y = t->y + 4 + k * t->cell_h + 1;
		*ret_x = t->x + (t->across + 1) * t->cell_w;
		return 1;
	}
	k -= t->down;
	if (k < t->across) {
		*ret_y = t->y + t->h - 1;
		*ret_x = t->x + (t->across - k) * t->cell_w;
		return 2;
	}
	k -= t->across;
	*ret_y = t->y + 4 + (t->down - 1 - k) * t->cell_h + 1;
	*ret_x = t->x;
	return 3;
}

static bool is_blank(const struct pane *p, int y, int x, int w)
{
	struct pane part = pane_part(p, y, x, 1, w);

	for (int i = 0; part.h && i < part.w; i++)
		if (strcmp(canvas_at(p->cv, part.y, part.x + i)->utf8, " "))
			return false;
	return part.h > 0;
}

static void draw_track_mark(const struct track_plan *t, const struct look *l, const struct pane *p, int mark, int seen[4])
{
	long at = mark_at(l, mark);
	int y, x, n = (int)strlen(marks[mark].name), side;

	if (at < 0)
		return;
	side = track_place(t, (size_t)at / t->per, &y, &x);
	if (side == 0 || side == 2) {
		/* in the first line that has room, on the one hand or the other */
		for (int k = 0; k < 8; k++) {
			int line = side == 0 ? y + 1 + k / 2 : y - 2 - k / 2, begin = k % 2 ? x - n : x;

			if (begin < t->x + t->cell_w || begin + n + 1 > t->x + t->w - t->cell_w ||
			    !is_blank(p, line, begin - 1, n + 3))
				continue;
			pane_glyph(p, line, x, marks[mark].style, side == 0 ? G_MARK_UP : G_MARK_DOWN);
			pane_put(p, line, k % 2 ? begin : x + 1, marks[mark].style, marks[mark].name);
			break;
		}
		return;
	}
	/* two at one place stand below each other */
	for (int m = 0; m < mark; m++)
		if (seen[m] == (int)(at / (long)t->per))
			y++;
	seen[mark] = (int)(at / (long)t->per);
	if (side == 1) {
		pane_put(p, y, x - 2 - n, marks[mark].style, marks[mark].name);
		pane_glyph(p, y, x - 2, marks[mark].style, G_MARK_RIGHT);
	} else {
		pane_glyph(p, y, x + t->cell_w - 1, marks[mark].style, G_MARK_LEFT);
		pane_put(p, y, x + t->cell_w, marks[mark].style, marks[mark].name);
	}
}

static int draw_count(const struct look *l, const struct pane *p, int y, enum mark c, const char *word, size_t n,
		      const char *more)
{
	if (!n)
		return y;
	for (int i = 0; i < 3; i++)
		pane_glyph(p, y, i, cell_style(l, c), drawn[c].glyph);
	pane_printf(p, y, 4, S_PLAIN, "%-16s %4zu  %s", word, n, more);
	return y + 1;
}

static void draw_number(const struct pane *p, int y, int mark, int64_t v, double rate)
{
	_cleanup_buf_ struct buf b = { 0 };

	if (v == XENRING_UNKNOWN)
		return;
	if (!isnan(rate)) {
		buf_puts(&b, "  +");
		put_count(&b, rate, false);
		buf_puts(&b, "/s");
	}
	pane_put(p, y, 0, marks[mark].style, marks[mark].name);
	pane_printf(p, y, 11, S_PLAIN, "%10" PRId64 "%s", v, buf_str(&b));
}

static void draw_middle(const struct look *l, const struct pane *p)
{
	const struct xenring_ring *r = &l->ring;
	int y = 0;

	if (r->in_flight != XENRING_UNKNOWN)
		pane_printf(p, y, 0, S_HEAD, "in flight            %4" PRId64 " of %" PRId64, r->in_flight, r->slots);
	y++;
	y = draw_count(l, p, y, CELL_OPEN, "open", count_cells(l, CELL_OPEN), "");
	y = draw_count(l, p, y, CELL_REQUEST, "open or answered", count_cells(l, CELL_REQUEST), "");
	y = draw_count(l, p, y, CELL_ANSWERED, "answered", l->answered, "");
	if (l->kept + l->unsure)
		pane_printf(p, y++, 4, S_INFERRED, "%-16s %4zu", "slot reused", l->kept + l->unsure);
	draw_number(p, y++, MARK_REQ_PROD, r->req_prod, r->requests_per_s);
	draw_number(p, y++, MARK_RSP_PROD, r->rsp_prod, r->responses_per_s);
	draw_number(p, y++, MARK_REQ_EVENT, r->req_event, (double)NAN);
	draw_number(p, y, MARK_RSP_EVENT, r->rsp_event, (double)NAN);
}

bool look_draw_track(const struct look *l, const struct pane *p)
{
	int seen[4] = { -1, -1, -1, -1 };
	struct track_plan t = { 0 };
	struct pane middle;

	if (!l->n_cells || !plan_track(l, p, &t))
		return false;
	for (size_t i = 0; i < t.cells; i++) {
		int y, x, side = track_place(&t, i, &y, &x);

		/* of small cells not each can have its number */
		if (side % 2 || t.cell_w > 3 || i % 4 == 0)
			pane_printf(p, y - 1, x, S_DIM, "%*zu", t.cell_w - 2, i * t.per);
		draw_slots(l, p, y, x, t.cell_w - 2, i * t.per, t.per);
	}
	middle = pane_part(p, t.y + 4 + (t.h - 8 - 9) / 2 + 1, t.x + (t.w - MIDDLE_W) / 2 + 2, 9, MIDDLE_W);
	draw_middle(l, &middle);
	for (int m = 0; m < MARKS; m++)
		draw_track_mark(&t, l, p, m, seen);
	return true;
}
