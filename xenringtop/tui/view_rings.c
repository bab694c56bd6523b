/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings: domains, their devices and rings, the worst first. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* the default falls through cases without saying so */
#define HASH_FUNCTION HASH_OAT
#include <uthash.h>

#include "sink/sink.h"
#include "sink/format.h"
#include "tui/look.h"

/* On a larger host only what needs attention is unfolded at first. */
#define SMALL_HOST 100

#define DOMAIN XENRING_DOMAIN
#define DEVICE XENRING_DEVICE
#define RING XENRING_RING

struct line {
	enum xenring_scope kind;
	size_t at;			/* row of the snapshot */
	bool alone;			/* a ring that stands for its device, too */
	bool last, device_last, domain_last;
	bool open;
};

/* What the rings of a device or domain come to. */
struct sum {
	enum severity severity, rank;
	double req, rsp, stall;		/* NaN: none of them says so */
	size_t first, n;		/* rings of a device, devices of a domain */
	size_t rings;
};

/* What the operator has folded or unfolded. */
struct fold {
	char *path;
	bool open;
	UT_hash_handle hh;
};

struct rings {
	struct ui *ui;
	struct grid grid;
	struct line *lines;
	size_t n_lines, cap;
	struct sum *devices, *domains;
	size_t devices_cap, domains_cap;
	size_t *order;
	size_t order_cap;
	struct fold *folds;
	int all;		/* 1: all unfolded, -1: all folded, 0: what needs attention */
	bool flat;
	/* the selected ring, beside the list where there is room */
	struct look look;
	bool beside;
};

/* The side: a ring as a circle, and its requests. */
#define SIDE_W 66
#define BODY_W 53
#define TRACK_H 22

enum {
	COL_PATH, COL_MARK, COL_STATE, COL_FILL, COL_USED, COL_REQ, COL_RSP, COL_STALL, COL_FIELDS
};

static const struct grid_col cols[] = {
	[COL_PATH] = { .id = "path", .head = "PATH", .help = "domain, device, ring", .width = 22, .grows = true },
	[COL_MARK] = { .id = "severity", .head = "", .help = "what needs attention", .width = 1 },
	[COL_STATE] = { .id = "state", .head = "STATE", .help = "what the ring does", .width = 10 },
	[COL_FILL] = { .id = "fill_ratio", .head = "FILL", .help = "in flight of all slots", .width = 8, .prio = 2 },
	[COL_USED] = { .id = "in_flight", .head = "USED", .help = "in flight / slots", .width = 7, .prio = 3,
		       .right = true },
	[COL_REQ] = { .id = "requests_per_s", .head = "REQ/S", .help = "requests put in a second", .width = 6,
		      .prio = 4, .right = true },
	[COL_RSP] = { .id = "responses_per_s", .head = "RSP/S", .help = "answers put in a second", .width = 6,
		      .prio = 5, .right = true },
	[COL_STALL] = { .id = "stall_s", .head = "STALL", .help = "nothing has moved for that long", .width = 6,
			.prio = 1, .right = true },
	/* fields of the ring's row as they are */
	{ .id = "protocol", .head = "PROTO", .help = "the protocol spoken", .width = 8, .prio = 6 },
	{ .id = "port", .head = "PORT", .help = "the frontend's event channel", .width = 5, .prio = 7, .right = true },
	{ .id = "backend_port", .head = "B.PORT", .help = "the backend's event channel", .width = 6, .prio = 8,
	  .right = true },
	{ .id = "backend_domid", .head = "BACK", .help = "the domain that the backend is in", .width = 4,
	  .right = true, .off = true, .prio = 9 },
	{ .id = "req_prod", .head = "REQ_PROD", .help = "requests put so far", .width = 10, .right = true,
	  .off = true, .prio = 9 },
	{ .id = "rsp_prod", .head = "RSP_PROD", .help = "answers put so far", .width = 10, .right = true,
	  .off = true, .prio = 9 },
	{ .id = "req_event", .head = "REQ_EVENT", .help = "the backend wants to be woken at", .width = 10,
	  .right = true, .off = true, .prio = 9 },
	{ .id = "rsp_event", .head = "RSP_EVENT", .help = "the frontend wants to be woken at", .width = 10,
	  .right = true, .off = true, .prio = 9 },
	{ .id = "pages", .head = "PAGES", .help = "pages of the ring", .width = 5, .right = true, .off = true,
	  .prio = 9 },
	{ .id = "abi", .head = "ABI", .help = "whose layout the slots have", .width = 7, .off = true, .prio = 9 },
	{ .id = "pairing", .head = "PAIRING", .help = "do both sides and the toolstack agree", .width = 11,
	  .off = true, .prio = 9 },
};
#define N_COLS (sizeof(cols) / sizeof(cols[0]))
_Static_assert(N_COLS <= GRID_COLS, "the grid has room for the columns");

static const struct shown *shown(const struct rings *r)
{
	return ui_shown(r->ui);
}

/* ---- folding ---------------------------------------------------------------------- */

static bool is_open(struct rings *r, const char *path, enum severity severity)
{
	struct fold *f;

	/* mostly there are none, so that no path is looked at */
	if (r->folds) {
		HASH_FIND_STR(r->folds, path, f);
		if (f)
			return f->open;
	}
	if (r->all)
		return r->all > 0;
	return shown(r)->n_rings <= SMALL_HOST || severity == SEV_CRIT;
}

static void set_open(struct rings *r, const char *path, bool open)
{
	struct fold *f;

	HASH_FIND_STR(r->folds, path, f);
	if (!f) {
		f = xcalloc(1, sizeof(*f));
		f->path = xstrdup(path);
		HASH_ADD_KEYPTR(hh, r->folds, f->path, strlen(f->path), f);
	}
	f->open = open;
}

static void forget_folds(struct rings *r)
{
	struct fold *f, *next;

	HASH_ITER(hh, r->folds, f, next) {
		HASH_DEL(r->folds, f);
		free(f->path);
		free(f);
	}
}

/* ---- the lines ---------------------------------------------------------------------- */

static double plus(double a, double b)
{
	return isnan(a) ? b : isnan(b) ? a : a + b;
}

static double larger(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

static const struct sum nothing = { .req = (double)NAN, .rsp = (double)NAN, .stall = (double)NAN };

static void add_to(struct sum *to, enum severity severity, enum severity rank, double req, double rsp, double stall)
{
	if (severity > to->severity)
		to->severity = severity;
	if (rank > to->rank)
		to->rank = rank;
	to->req = plus(to->req, req);
	to->rsp = plus(to->rsp, rsp);
	to->stall = larger(to->stall, stall);
}

/*
 * What a ring is sorted by. One that is full for a moment, as busy ones are,
 * must not have the rows jump: it counts once it was so for three samples.
 */
static enum severity rank_of(const struct rings *r, size_t at)
{
	enum severity s = (enum severity)shown(r)->severity[at], found;

	if (s != SEV_WARN || ui_was(r->ui, at, 2) || ui_found(r->ui, RING, at, &found))
		return s;
	return SEV_NONE;
}

static void *room(void *p, size_t *cap, size_t n, size_t size)
{
	if (n <= *cap)
		return p;
	*cap = n + n / 4;
	return xreallocarray(p, *cap, size);
}

static void add_finding(const struct rings *r, struct sum *to, enum xenring_scope kind, size_t at)
{
	enum severity found;

	if (ui_found(r->ui, kind, at, &found))
		add_to(to, found, found, (double)NAN, (double)NAN, (double)NAN);
}

/* Rows are sorted by domain, device and ring, so what belongs together stands together. */
static void add_up(struct rings *r)
{
	const struct shown *s = shown(r);

	r->devices = room(r->devices, &r->devices_cap, s->n_devices, sizeof(*r->devices));
	r->domains = room(r->domains, &r->domains_cap, s->n_domains, sizeof(*r->domains));
	for (size_t i = 0; i < s->n_devices; i++)
		r->devices[i] = nothing;
	for (size_t i = 0; i < s->n_domains; i++)
		r->domains[i] = nothing;
	for (size_t i = 0; i < s->n_rings; i++) {
		const struct xenring_brief *ring = &s->rings[i];
		size_t device = xenring_ring_device(s->snap, i);
		struct sum *d;

		if (device >= s->n_devices)
			continue;
		d = &r->devices[device];
		if (!d->n++)
			d->first = i;
		/* how long an idle ring has been idle is nobody's stall */
		add_to(d, (enum severity)s->severity[i], rank_of(r, i), ring->requests_per_s, ring->responses_per_s, ring->stall_s);
	}
	for (size_t i = 0; i < s->n_devices; i++) {
		size_t domain = xenring_device_domain(s->snap, i);
		struct sum *d, *dev = &r->devices[i];

		/* what is wrong with a device is said of its rings, too, if it has any */
		if (!dev->n && ui_device_row(r->ui, i)->error)
			dev->severity = dev->rank = SEV_UNKNOWN;
		add_finding(r, dev, DEVICE, i);
		if (domain >= s->n_domains)
			continue;
		d = &r->domains[domain];
		if (!d->n++)
			d->first = i;
		d->rings += dev->n;
		add_to(d, dev->severity, dev->rank, dev->req, dev->rsp, dev->stall);
	}
	for (size_t i = 0; i < s->n_domains; i++)
		add_finding(r, &r->domains[i], DOMAIN, i);
}

static const struct sum *sum_of(const struct rings *r, enum xenring_scope kind, size_t at)
{
	return kind == DOMAIN ? &r->domains[at] : &r->devices[at];
}

static const char *path_of(const struct rings *r, enum xenring_scope kind, size_t at)
{
	return xenring_path(shown(r)->snap, kind, at);
}

static enum severity severity_at(const struct rings *r, enum xenring_scope kind, size_t at)
{
	return kind == RING ? (enum severity)shown(r)->severity[at] : sum_of(r, kind, at)->severity;
}

static enum severity rank_at(const struct rings *r, enum xenring_scope kind, size_t at)
{
	return kind == RING ? rank_of(r, at) : sum_of(r, kind, at)->rank;
}

/* What something is sorted by: a number from the largest on, or a text as in a dictionary. */
struct sorted {
	size_t at;
	double number;			/* NaN, and no text: goes last */
	const char *text;
	size_t n;
};

static bool is_known(const struct sorted *s)
{
	return s->text || !isnan(s->number);
}

static void key_of_field(struct sorted *s, const struct xenring_ring *ring, const char *field)
{
	struct row row = { .shape = "ring", .p = ring };
	struct xenring_value v;

	if (!row_value(&row, field, &v) || !v.known)
		return;
	if (v.field->type == XENRING_STRING) {
		s->text = (const char *)v.bytes;
		s->n = v.n;
	} else {
		s->number = (double)v.i;
	}
}

/* Of a ring by a column; whole rows are made only where what is brief does not tell. */
static void key_of_ring(struct sorted *s, const struct rings *r, int col)
{
	const struct xenring_brief *brief = &shown(r)->rings[s->at];
	const struct xenring_ring *ring;

	switch (col) {
	case COL_REQ:
		s->number = brief->requests_per_s;
		break;
	case COL_RSP:
		s->number = brief->responses_per_s;
		break;
	case COL_STALL:
		s->number = brief->stall_s;
		break;
	case COL_FILL:
		ring = ui_ring_row(r->ui, s->at);
		if (ring->slots > 0 && ring->in_flight != XENRING_UNKNOWN)
			s->number = (double)ring->in_flight / (double)ring->slots;
		break;
	case COL_USED:
		ring = ui_ring_row(r->ui, s->at);
		if (ring->in_flight != XENRING_UNKNOWN)
			s->number = (double)ring->in_flight;
		break;
	default:
		key_of_field(s, ui_ring_row(r->ui, s->at), cols[col].id);
		break;
	}
}

static void key_of_sum(struct sorted *s, const struct sum *sum, int col)
{
	if (col == COL_REQ || col == COL_RSP || col == COL_STALL)
		s->number = col == COL_REQ ? sum->req : col == COL_RSP ? sum->rsp : sum->stall;
}

static struct sorted sorted_by(const struct rings *r, enum xenring_scope kind, size_t at)
{
	struct sorted s = { .at = at, .number = (double)NAN };
	int col = r->grid.sort;

	/* domains and devices have no fields of rings */
	if (col < 0 || col == COL_MARK || (col >= COL_FIELDS && kind != RING)) {
		s.number = rank_at(r, kind, at);
	} else if (col == COL_STATE) {
		s.number = severity_at(r, kind, at);
	} else if (col == COL_PATH) {
		s.text = path_of(r, kind, at);
		s.n = strlen(s.text);
	} else if (kind == RING) {
		key_of_ring(&s, r, col);
	} else {
		key_of_sum(&s, sum_of(r, kind, at), col);
	}
	return s;
}

/* At last as they come. */
static int compare(const void *pa, const void *pb, void *data)
{
	const struct sorted *a = pa, *b = pb;
	const struct grid *g = data;
	int c = 0;

	if (is_known(a) != is_known(b))
		return is_known(a) ? -1 : 1;
	if (a->text && b->text) {
		c = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);
		c = c ? c : (a->n > b->n) - (a->n < b->n);
	} else if (is_known(a)) {
		c = (a->number < b->number) - (a->number > b->number);
	}
	c = g->invert ? -c : c;
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

/* The worst first, or by a column. */
static void sort(struct rings *r, size_t *order, size_t n, enum xenring_scope kind)
{
	_cleanup_free_ struct sorted *keys = NULL;
	bool level = r->grid.sort < 0;

	/* most are all well, and stand as they come */
	for (size_t i = 1; level && i < n; i++)
		level = rank_at(r, kind, order[i]) == rank_at(r, kind, order[0]);
	if (level || n < 2)
		return;
	keys = xcalloc(n, sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = sorted_by(r, kind, order[i]);
	qsort_r(keys, n, sizeof(*keys), compare, &r->grid);
	for (size_t i = 0; i < n; i++)
		order[i] = keys[i].at;
}

static void add_line(struct rings *r, struct line l)
{
	r->lines = room(r->lines, &r->cap, r->n_lines + 1, sizeof(*r->lines));
	r->lines[r->n_lines++] = l;
}

static size_t put_order(size_t *order, size_t first, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = first + i;
	return n;
}

static bool lets_ring(const struct rings *r, size_t at)
{
	return ui_lets_through(r->ui, shown(r)->rings[at].path);
}

/* Keeps of order[0..n) those that the filter lets through; of a device or domain, if any of it is. */
static size_t keep(const struct rings *r, size_t *order, size_t n, enum xenring_scope kind)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct sum *d = kind == RING ? NULL : sum_of(r, kind, order[i]);
		bool good = kind == RING ? lets_ring(r, order[i]) :
			    ui_lets_through(r->ui, path_of(r, kind, order[i]));

		for (size_t k = 0; !good && kind == DEVICE && k < d->n; k++)
			good = lets_ring(r, d->first + k);
		for (size_t k = 0; !good && kind == DOMAIN && k < d->n; k++) {
			size_t one = d->first + k;

			good = keep(r, &one, 1, DEVICE);
		}
		if (good)
			order[kept++] = order[i];
	}
	return kept;
}

static bool is_filtered(const struct rings *r)
{
	return !ui_lets_through(r->ui, "") || ui_session(r->ui)->n_targets;
}

static void add_rings(struct rings *r, size_t device, size_t *order, bool device_last, bool domain_last)
{
	const struct sum *d = &r->devices[device];
	size_t n = put_order(order, d->first, d->n);

	if (is_filtered(r))
		n = keep(r, order, n, RING);
	sort(r, order, n, RING);
	for (size_t i = 0; i < n; i++)
		add_line(r, (struct line){ .kind = RING, .at = order[i], .last = i + 1 == n,
					   .device_last = device_last, .domain_last = domain_last });
}

static void add_devices(struct rings *r, size_t domain, size_t *order, bool domain_last)
{
	size_t n = put_order(order, r->domains[domain].first, r->domains[domain].n);

	if (is_filtered(r))
		n = keep(r, order, n, DEVICE);
	sort(r, order, n, DEVICE);
	for (size_t i = 0; i < n; i++) {
		const struct sum *d = &r->devices[order[i]];
		struct line l = { .kind = DEVICE, .at = order[i], .last = i + 1 == n,
				  .device_last = i + 1 == n, .domain_last = domain_last };

		if (d->n == 1) {
			l.kind = RING;
			l.at = d->first;
			l.alone = true;
			add_line(r, l);
			continue;
		}
		l.open = d->n && is_open(r, path_of(r, DEVICE, l.at), d->severity);
		add_line(r, l);
		if (l.open)
			add_rings(r, l.at, order + n, l.last, domain_last);
	}
}

/* Domains that have nothing to look at stand at the end. */
static size_t with_devices_first(const struct rings *r, size_t *order, size_t n)
{
	size_t *rest = order + n, n_rest = 0, kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (r->domains[order[i]].n)
			order[kept++] = order[i];
		else
			rest[n_rest++] = order[i];
	}
	memmove(order + kept, rest, n_rest * sizeof(*rest));
	return n;
}

static void add_tree(struct rings *r)
{
	const struct shown *s = shown(r);
	size_t n;

	/* domains, devices of one of them, rings of one of those: one behind the other */
	r->order = room(r->order, &r->order_cap, 2 * s->n_domains + s->n_devices + s->n_rings,
			sizeof(*r->order));
	n = put_order(r->order, 0, s->n_domains);
	if (is_filtered(r))
		n = keep(r, r->order, n, DOMAIN);
	sort(r, r->order, n, DOMAIN);
	n = with_devices_first(r, r->order, n);
	for (size_t i = 0; i < n; i++) {
		size_t at = r->order[i];
		struct line l = { .kind = DOMAIN, .at = at, .last = i + 1 == n };

		l.open = r->domains[at].n && is_open(r, path_of(r, DOMAIN, at), r->domains[at].severity);
		add_line(r, l);
		if (l.open)
			add_devices(r, at, r->order + n, l.last);
	}
}

static void add_flat(struct rings *r)
{
	const struct shown *s = shown(r);
	size_t n;

	r->order = room(r->order, &r->order_cap, s->n_rings, sizeof(*r->order));
	n = put_order(r->order, 0, s->n_rings);
	if (is_filtered(r))
		n = keep(r, r->order, n, RING);
	sort(r, r->order, n, RING);
	for (size_t i = 0; i < n; i++)
		add_line(r, (struct line){ .kind = RING, .at = r->order[i] });
}

/* The worst ring: what one has come to see is explained at once. */
static size_t worst(const struct rings *r)
{
	enum severity most = SEV_NONE;
	size_t at = 0;

	for (size_t i = 0; i < r->n_lines && most < SEV_CRIT; i++) {
		const struct line *l = &r->lines[i];

		if (l->kind != RING || rank_of(r, l->at) <= most)
			continue;
		most = rank_of(r, l->at);
		at = i;
	}
	return at;
}

static void build(struct rings *r)
{
	add_up(r);
	r->n_lines = 0;
	if (r->flat)
		add_flat(r);
	else
		add_tree(r);
	r->grid.home = worst(r);
	grid_rows(&r->grid, r->n_lines);
}

/* ---- cells ------------------------------------------------------------------------- */

/* "xvda": the name that a disk's number stands for (xen-vbd-interface(7)); "": none. */
static void put_disk(struct buf *b, const char *device)
{
	long n = !strncmp(device, "vbd:", 4) ? strtol(device + 4, NULL, 10) : -1;
	long disk = -1, part = 0;
	const char *name = "xvd";

	if (n >= 1L << 28 && n < (1L << 28) + (702L << 8)) {
		disk = (n - (1L << 28)) >> 8;
		part = n & 255;
	} else if (n >> 8 == 202 || n >> 8 == 8) {
		disk = n >> 4 & 15;
		part = n & 15;
		name = n >> 8 == 8 ? "sd" : name;
	} else if (n >> 8 == 3 || n >> 8 == 22) {
		disk = (n >> 6 & 3) + (n >> 8 == 22 ? 2 : 0);
		part = n & 63;
		name = "hd";
	}
	if (disk < 0)
		return;
	buf_printf(b, " %s", name);
	if (disk >= 26)
		buf_putc(b, (char)('a' + disk / 26 - 1));
	buf_putc(b, (char)('a' + disk % 26));
	if (part)
		buf_printf(b, "%ld", part);
}

static void put_tree(struct buf *b, const struct rings *r, const struct line *l)
{
	bool ascii = ui_ascii(r->ui);
	bool leaf = l->kind == RING;

	if (r->flat)
		return;
	if (l->kind != DOMAIN)
		buf_printf(b, "%s ", l->domain_last ? " " : glyph(G_TREE_TRUNK, ascii));
	if (leaf && !l->alone)
		buf_printf(b, "%s ", l->device_last ? " " : glyph(G_TREE_TRUNK, ascii));
	if (leaf)
		buf_printf(b, "%s ", glyph(l->last ? G_TREE_LAST : G_TREE_BRANCH, ascii));
	else
		buf_printf(b, "%s ", glyph(l->open ? G_UNFOLDED : G_FOLDED, ascii));
}

static void path_cell(struct grid_cell *c, const struct rings *r, const struct line *l)
{
	const struct sum *d = l->kind == RING ? NULL : sum_of(r, l->kind, l->at);
	const struct xenring_domain *domain;
	const struct xenring_ring *ring;
	const char *device;

	put_tree(&c->text, r, l);
	switch (l->kind) {
	case DOMAIN:
		c->style = S_HEAD;
		domain = ui_domain_row(r->ui, l->at);
		buf_printf(&c->text, "%s (%" PRId64 ")", domain->domain, domain->domid);
		if (!l->open && d->n)
			buf_printf(&c->text, "  %zu ring%s", d->rings, d->rings == 1 ? "" : "s");
		break;
	case DEVICE:
		device = ui_device_row(r->ui, l->at)->device;
		buf_puts(&c->text, device);
		put_disk(&c->text, device);
		if (!l->open && d->n)
			buf_printf(&c->text, "  %zu ring%s", d->n, d->n == 1 ? "" : "s");
		break;
	case RING:
		ring = ui_ring_row(r->ui, l->at);
		if (r->flat) {
			buf_puts(&c->text, ring->path);
			break;
		}
		if (l->alone) {
			buf_puts(&c->text, ring->device);
			put_disk(&c->text, ring->device);
			buf_putc(&c->text, ' ');
		}
		buf_puts(&c->text, ring->ring);
		break;
	}
}

static void state_cell(struct grid_cell *c, const struct rings *r, const struct line *l)
{
	const struct xenring_device *d;
	const char *state;

	switch (l->kind) {
	case DOMAIN:
		c->style = S_DIM;
		state = ui_domain_row(r->ui, l->at)->state;
		buf_puts(&c->text, state ? state : "");
		break;
	case DEVICE:
		d = ui_device_row(r->ui, l->at);
		c->style = S_DIM;
		if (!d->frontend_state)
			break;
		/* both sides of the handshake only where they differ */
		if (d->backend_state && strcmp(d->frontend_state, d->backend_state))
			buf_printf(&c->text, "%.4s/%.4s", d->frontend_state, d->backend_state);
		else
			buf_puts(&c->text, d->frontend_state);
		break;
	case RING:
		state = shown(r)->rings[l->at].state;
		c->style = severity_style(severity_of(state));
		if (!strcmp(state, "busy"))
			c->style = S_OK;
		buf_puts(&c->text, state);
		/* what must be seen is louder, in mono, too */
		for (size_t i = 0; severity_of(state) >= SEV_WARN && i < c->text.n; i++)
			if (c->text.p[i] >= 'a' && c->text.p[i] <= 'z')
				c->text.p[i] -= 'a' - 'A';
		break;
	}
}

/* The fuller of a ring's two queues of bytes. False: it has none, or they are not known. */
static bool fuller(const struct xenring_ring *ring, uint32_t *ret_used, int64_t *ret_size)
{
	const int64_t queues[][3] = {
		{ ring->out_prod, ring->out_cons, ring->out_size }, { ring->in_prod, ring->in_cons, ring->in_size },
	};
	double best = -1;

	for (size_t i = 0; i < 2; i++) {
		uint32_t used = (uint32_t)(queues[i][0] - queues[i][1]);

		if (queues[i][0] == XENRING_UNKNOWN || queues[i][1] == XENRING_UNKNOWN || queues[i][2] <= 0)
			continue;
		if (used / (double)queues[i][2] <= best)
			continue;
		best = used / (double)queues[i][2];
		*ret_used = used;
		*ret_size = queues[i][2];
	}
	return best >= 0;
}

/* Buffers that the frontend posts ahead: there it is the empty ring that starves. */
static bool is_credit(const struct xenring_ring *ring)
{
	size_t n = strlen(ring->ring);

	return ring->protocol && !strcmp(ring->protocol, "netif") && n > 3 && !strcmp(ring->ring + n - 3, "/rx");
}

static unsigned fill_style(const struct xenring_ring *ring, double ratio)
{
	if (is_credit(ring))
		return ratio < 0.1 ? S_WARN : S_OK;
	if (severity_of(ring->state) != SEV_NONE)
		return severity_style(severity_of(ring->state));
	return ratio > 0 ? S_OK : S_DIM;
}

static void fill_cell(struct grid_cell *c, const struct xenring_ring *ring)
{
	uint32_t used = 0;
	int64_t size = 0;

	if (ring->slots > 0 && ring->in_flight != XENRING_UNKNOWN)
		c->bar = (double)ring->in_flight / (double)ring->slots;
	else if (fuller(ring, &used, &size))
		c->bar = used / (double)size;
	c->style = fill_style(ring, c->bar);
}

static void used_cell(struct grid_cell *c, const struct xenring_ring *ring, bool exact)
{
	uint32_t used = 0;
	int64_t size = 0;

	if (fuller(ring, &used, &size)) {
		put_count(&c->text, used, exact);
		buf_putc(&c->text, '/');
		/* sizes are powers of two, so their thousands are */
		if (size >= 1024 && size % 1024 == 0)
			buf_printf(&c->text, "%" PRId64 "K", size / 1024);
		else
			buf_printf(&c->text, "%" PRId64, size);
		return;
	}
	if (!strcmp(ring->kind, "mailbox") && ring->in_flight != XENRING_UNKNOWN) {
		buf_printf(&c->text, "%" PRId64, ring->in_flight);
		return;
	}
	if (strcmp(ring->kind, "slots"))
		return;
	if (ring->in_flight == XENRING_UNKNOWN || ring->slots == XENRING_UNKNOWN) {
		c->style = S_UNKNOWN;
		buf_putc(&c->text, '?');
		return;
	}
	buf_printf(&c->text, "%" PRId64 "/%" PRId64, ring->in_flight, ring->slots);
}

static void rate_cell(struct grid_cell *c, const struct xenring_ring *ring, double v, bool exact)
{
	/* bytes have no requests; what has, but was not read, is not known */
	if (isnan(v) && (!ring || strcmp(ring->kind, "slots")))
		return;
	c->style = isnan(v) ? S_UNKNOWN : S_PLAIN;
	put_count(&c->text, v, exact);
}

static void stall_cell(struct grid_cell *c, double v, enum severity severity)
{
	/* less than that is how work is done */
	if (isnan(v) || v < 0.1)
		return;
	c->style = severity_style(severity);
	put_seconds(&c->text, v);
}

static void field_cell(struct grid_cell *c, const struct rings *r, const struct xenring_ring *ring, const char *field)
{
	struct row row = { .shape = "ring", .p = ring };
	struct xenring_value v;

	if (!row_value(&row, field, &v) || v.none)
		return;
	if (!v.known) {
		c->style = S_UNKNOWN;
		buf_putc(&c->text, '?');
		return;
	}
	format_value(&c->text, ui_term(r->ui), &v, 0);
}

static void cell(void *data, size_t row, size_t col, struct grid_cell *c)
{
	const struct rings *r = data;
	const struct line *l = &r->lines[row];
	const struct xenring_ring *ring = l->kind == RING ? ui_ring_row(r->ui, l->at) : NULL;
	const struct sum *sum = ring ? NULL : sum_of(r, l->kind, l->at);
	enum severity severity = severity_at(r, l->kind, l->at);
	bool exact = ui_verbose(r->ui);

	switch (col) {
	case COL_PATH:
		path_cell(c, r, l);
		break;
	case COL_MARK:
		if (severity == SEV_NONE)
			break;
		c->style = severity_style(severity);
		buf_puts(&c->text, glyph(severity_glyph(severity), ui_ascii(r->ui)));
		break;
	case COL_STATE:
		state_cell(c, r, l);
		break;
	case COL_FILL:
		if (ring)
			fill_cell(c, ring);
		break;
	case COL_USED:
		if (ring)
			used_cell(c, ring, exact);
		break;
	case COL_REQ:
		rate_cell(c, ring, ring ? ring->requests_per_s : sum->req, exact);
		break;
	case COL_RSP:
		rate_cell(c, ring, ring ? ring->responses_per_s : sum->rsp, exact);
		break;
	case COL_STALL:
		stall_cell(c, ring ? ring->stall_s : sum->stall, severity);
		break;
	default:
		if (ring)
			field_cell(c, r, ring, cols[col].id);
		break;
	}
}

static const char *path(void *data, size_t row)
{
	const struct rings *r = data;

	return path_of(r, r->lines[row].kind, r->lines[row].at);
}

static void ordered(void *data)
{
	build(data);
}

/* ---- the view ------------------------------------------------------------------------ */

static void init(struct ui *ui, void *st)
{
	struct rings *r = st;

	r->ui = ui;
	r->grid = (struct grid){
		.cols = cols, .n_cols = N_COLS, .data = r, .cell = cell, .path = path, .ordered = ordered,
		.sort = -1,
	};
	r->look.ui = ui;
	look_init(&r->look);
	r->look.grid.quiet = true;
}

static void fini(void *st)
{
	struct rings *r = st;

	forget_folds(r);
	look_free(&r->look);
	grid_free(&r->grid);
	free(r->lines);
	free(r->devices);
	free(r->domains);
	free(r->order);
}

static const struct line *line_at(const struct rings *r)
{
	return r->grid.at < r->n_lines ? &r->lines[r->grid.at] : NULL;
}

/* What stands beside the list is read only while it does. */
static void look_beside(struct rings *r)
{
	const struct line *l = line_at(r);

	look_at(&r->look, r->beside && l && l->kind == RING ? shown(r)->rings[l->at].path : NULL);
	if (r->look.path)
		look_sample(&r->look);
}

static void sample(struct ui *ui, void *st)
{
	(void)ui;
	build(st);
	look_beside(st);
}

static void moved(struct ui *ui, void *st)
{
	struct rings *r = st;
	const struct line *l = line_at(r);

	(void)ui;
	if (r->beside && l && !(l->kind == RING && r->look.path && !strcmp(r->look.path, shown(r)->rings[l->at].path)))
		look_beside(r);
}

static void hide(struct ui *ui, void *st)
{
	struct rings *r = st;

	(void)ui;
	look_at(&r->look, NULL);
}

static void needs(struct ui *ui, void *st, int w, int h, struct needs *ret)
{
	struct rings *r = st;
	bool beside = w >= BODY_W + SIDE_W + 1 && h >= TRACK_H + 8;

	(void)ui;
	/* as wide as it may be for the list, but no wider than it needs for the ring */
	ret->side_w = beside ? SIDE_W : 0;
	ret->body_w = BODY_W;
	if (beside == r->beside)
		return;
	r->beside = beside;
	if (shown(r)->snap)
		look_beside(r);
}

static void draw_row(const struct rings *r, const struct line *l, const struct pane *p)
{
	_cleanup_buf_ struct buf b = { 0 };
	struct row row = { .shape = l->kind == DOMAIN ? "domain" : "device" };
	int y = 0;

	row.p = l->kind == DOMAIN ? (const void *)ui_domain_row(r->ui, l->at) : ui_device_row(r->ui, l->at);
	text_put(&b, ui_term(r->ui), ui_session(r->ui)->o, path_of(r, l->kind, l->at), &row);
	for (const char *at = buf_str(&b); *at; y++) {
		size_t n = strcspn(at, "\n");
		_cleanup_free_ char *text = xstrndup(at, n);

		pane_text(p, y, 1, TO_END, ALIGN_LEFT, y ? S_PLAIN : S_HEAD, text);
		at += n + (at[n] == '\n');
	}
}

static void draw_beside(struct rings *r, const struct pane *p)
{
	const struct line *l = line_at(r);
	struct pane part;
	int y;

	if (!l)
		return;
	if (l->kind != RING) {
		draw_row(r, l, p);
		return;
	}
	pane_text(p, 0, 1, TO_END, ALIGN_LEFT, S_HEAD, shown(r)->rings[l->at].path);
	if (!r->look.found)
		return;
	part = pane_part(p, 1, 0, TRACK_H, p->w);
	if (look_draw_track(&r->look, &part)) {
		y = TRACK_H + 1;
	} else {
		y = 1 + look_draw_head(&r->look, &part);
		part = pane_part(p, y + 1, 0, p->h - y - 1, p->w);
		y += 1 + look_draw_strip(&r->look, &part);
	}
	part = pane_part(p, y, 0, p->h - y, p->w);
	if (!r->look.slots)
		pane_text(&part, 0, 1, TO_END, ALIGN_LEFT, S_DIM, r->look.why ? r->look.why : "");
	else if (r->look.n_rows)
		grid_draw(&r->look.grid, &part, NULL, NULL);
}

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct rings *r = st;

	if (side->w)
		draw_beside(r, side);
	if (!r->n_lines)
		pane_put(body, 1, 2, S_DIM, is_filtered(r) ? "nothing has that in its path" : "there are no rings");
	else
		grid_draw(&r->grid, body, ui_tagged, ui);
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct rings *)st)->grid;
}

static bool fold_here(struct rings *r, bool open)
{
	const struct line *l = line_at(r);

	if (!l || l->kind == RING || l->open == open)
		return false;
	set_open(r, path_of(r, l->kind, l->at), open);
	build(r);
	return true;
}

static void go_to_parent(struct rings *r)
{
	size_t at = r->grid.at;
	const struct line *here = line_at(r);

	if (!here)
		return;
	while (at--) {
		enum xenring_scope kind = r->lines[at].kind;

		if (kind == DOMAIN || (kind == DEVICE && here->kind == RING && !here->alone)) {
			grid_go(&r->grid, at);
			return;
		}
	}
}

static void open_here(struct rings *r)
{
	const struct line *l = line_at(r);

	if (l && l->kind != RING)
		fold_here(r, !l->open);
	else if (l)
		ui_open(r->ui, VIEW_ring, path_of(r, RING, l->at));
}

static bool act(struct ui *ui, void *st, enum action a)
{
	struct rings *r = st;
	const struct line *l = line_at(r);

	(void)ui;
	switch (a) {
	case A_LEFT:
		if (!fold_here(r, false))
			go_to_parent(r);
		return true;
	case A_RIGHT:
		if (l && l->kind == RING)
			open_here(r);
		else if (!fold_here(r, true))
			grid_act(&r->grid, A_DOWN);
		return true;
	case A_OPEN:
		open_here(r);
		return true;
	case A_EXPAND:
		fold_here(r, true);
		return true;
	case A_COLLAPSE:
		if (!fold_here(r, false)) {
			go_to_parent(r);
			fold_here(r, false);
		}
		return true;
	case A_FOLD_ALL:
		forget_folds(r);
		r->all = r->all > 0 ? -1 : 1;
		build(r);
		return true;
	case A_TREE:
		r->flat = !r->flat;
		build(r);
		return true;
	default:
		return false;
	}
}

/* ---- what the selected row is about ----------------------------------------------------- */

static void put_error(struct buf *b, const struct xenring_error *e)
{
	buf_printf(b, "%s: %s", e->op, e->text);
}

/* Of a ring that does not move: who has not done what. */
static void put_stuck(struct buf *b, const struct xenring_ring *ring)
{
	int64_t seen = ring->req_cons_min - ring->rsp_prod, sure;

	buf_printf(b, "%" PRId64 " in flight, still for ", ring->in_flight);
	put_seconds(b, ring->stall_s);
	if (ring->req_cons_min == XENRING_UNKNOWN || ring->rsp_prod == XENRING_UNKNOWN)
		return;
	sure = ring->in_flight - (seen > 0 ? seen : 0);
	if (ring->req_event != XENRING_UNKNOWN && sure > 0 &&
	    (uint32_t)(ring->req_prod - ring->req_event) < (uint32_t)ring->slots)
		buf_printf(b, "; up to %" PRId64 " not taken (req_event %" PRId64 ")", sure, ring->req_event);
	else if (!sure)
		buf_puts(b, "; all taken by the backend, none answered");
}

static bool put_finding(struct ui *ui, struct buf *b, const char *path, unsigned *ret_style)
{
	const struct xenring_finding *f = ui_finding(ui, path);

	if (!f)
		return false;
	buf_printf(b, "%s: %s", f->check, f->text);
	*ret_style = severity_style(severity_of_level(f->level));
	return true;
}

unsigned note_ring(struct ui *ui, struct buf *b, const struct xenring_ring *ring)
{
	unsigned style;

	if (put_finding(ui, b, ring->path, &style))
		return style;
	if (ring->error) {
		put_error(b, ring->error);
	} else if (!strcmp(ring->state, "stuck") && ring->in_flight != XENRING_UNKNOWN) {
		put_stuck(b, ring);
	} else if (!strcmp(ring->state, "stuck")) {
		buf_puts(b, "something is pending, and nothing has moved for ");
		put_seconds(b, ring->stall_s);
	} else {
		for (const struct xenring_sym *w = xenring_words("state"); w && w->name; w++)
			if (!strcmp(w->name, ring->state))
				buf_printf(b, "%s: %s", w->name, w->help);
	}
	return severity_style(severity_of(ring->state));
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	struct rings *r = st;
	const struct line *l = line_at(r);
	const struct xenring_device *device;
	unsigned style;

	if (!l)
		return S_DIM;
	if (l->kind == RING)
		return note_ring(ui, b, ui_ring_row(ui, l->at));
	if (put_finding(ui, b, path_of(r, l->kind, l->at), &style))
		return style;
	if (l->kind == DOMAIN) {
		const struct xenring_domain *d = ui_domain_row(ui, l->at);

		buf_printf(b, "domain %" PRId64 ": %" PRId64 " device%s, %" PRId64 " ring%s", d->domid, d->devices,
			   d->devices == 1 ? "" : "s", d->rings, d->rings == 1 ? "" : "s");
		if (d->unreadable)
			buf_printf(b, ", %" PRId64 " unreadable", d->unreadable);
		return d->unreadable ? S_UNKNOWN : S_DIM;
	}
	device = ui_device_row(ui, l->at);
	if (device->error) {
		put_error(b, device->error);
		return S_UNKNOWN;
	}
	buf_printf(b, "%s: frontend %s, backend %s in domain %" PRId64 ", %s",
		   device->protocol ? device->protocol : "device",
		   device->frontend_state ? device->frontend_state : "-",
		   device->backend_state ? device->backend_state : "-",
		   device->backend_domid, device->pairing ? device->pairing : "?");
	return S_DIM;
}

static size_t words(struct ui *ui, void *st, const char **ret, size_t max)
{
	const struct rings *r = st;
	const struct line *l = line_at(r);
	size_t n = 0;

	if (!l || max < 4)
		return 0;
	if (l->kind == RING) {
		ret[n++] = shown(r)->rings[l->at].state;
		ret[n++] = "in_flight";
		ret[n++] = "stall_s";
		if (ui_ring_row(ui, l->at)->protocol)
			ret[n++] = ui_ring_row(ui, l->at)->protocol;
	} else if (l->kind == DEVICE) {
		ret[n++] = "frontend_state";
		ret[n++] = "backend_state";
		ret[n++] = "pairing";
	} else if (ui_domain_row(ui, l->at)->state) {
		ret[n++] = ui_domain_row(ui, l->at)->state;
	}
	return n;
}

const struct view view_rings = {
	.table = the_grid, .cols = cols, .n_cols = N_COLS,
	.name = "rings", .title = "Rings", .tab = true,
	.help = "domains, their devices and rings, the worst first",
	.size = sizeof(struct rings), .init = init, .fini = fini, .hide = hide, .sample = sample,
	.moved = moved, .needs = needs, .draw = draw, .grid = the_grid,
	.act = act, .note = note, .words = words,
};
