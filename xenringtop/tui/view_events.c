/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events: the event channels of one domain, and how often the backends behind them are woken. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/rowgrid.h"

#define NS_PER_S INT64_C(1000000000)
/* Backends' files are read that seldom, so a rate is taken over that long at least. */
#define RATE_NS (5 * NS_PER_S)

/* A port, and what the backend of its device counts. */
struct port {
	struct xenring_channel channel;		/* the first member: rows point to it */
	double events_per_s, spurious_per_s;
	int64_t delayed;
	bool counted;				/* there are such counters, and they stand in this row */
	bool beside;		/* ... in the row of another channel: of this one alone nothing is known */
};

/* Two readings of a counter of one device, so that there is a rate. */
struct counter {
	struct counter *next;
	char *device;
	int64_t value[2], at_ns[2];		/* older, newer; .at_ns 0: none */
	bool used;
};

struct events {
	struct ui *ui;
	struct rowgrid grid;
	struct xenring_channels *channels;
	struct xenring_channel_table table;
	struct port *ports;
	struct counter *counters;
	char *chosen;		/* the domain's name, "" before there is one */
	char *error;		/* why there is nothing to see */
	bool had_backends;	/* whether somebody else asks for backends' files */
};

enum { COL_PORT, COL_STATE, COL_REMOTE, COL_REMOTE_PORT, COL_VCPU, COL_PENDING, COL_MASKED, COL_EVENTS,
       COL_SPURIOUS, COL_DELAYED, COL_USED_BY };

static const struct grid_col cols[] = {
	[COL_PORT] = { .id = "port", .head = "PORT", .help = "its number in the domain", .width = 5, .right = true },
	[COL_STATE] = { .id = "state", .head = "STATE", .help = "what it is bound to", .width = 11, .prio = 1 },
	[COL_REMOTE] = { .id = "remote_domid", .head = "DOM", .help = "the domain at the other end", .width = 4,
			 .right = true, .prio = 2 },
	[COL_REMOTE_PORT] = { .id = "remote_port", .head = "PORT", .help = "the port there", .width = 5,
			      .right = true, .prio = 2 },
	[COL_VCPU] = { .id = "vcpu", .head = "CPU", .help = "the virtual CPU that is woken", .width = 3,
		       .right = true, .prio = 5 },
	[COL_PENDING] = { .id = "pending", .head = "PEND", .help = "an event waits; unknown of FIFO channels",
			  .width = 4, .prio = 3 },
	[COL_MASKED] = { .id = "masked", .head = "MASK", .help = "the guest does not want to be woken", .width = 4,
			 .prio = 4 },
	[COL_EVENTS] = { .id = "events_per_s", .head = "EV/S",
			 .help = "wakes of the device's backend, all its channels", .width = 6, .right = true,
			 .prio = 6 },
	[COL_SPURIOUS] = { .id = "spurious_per_s", .head = "SPUR/S", .help = "of these for nothing", .width = 6,
			   .right = true, .prio = 7 },
	[COL_DELAYED] = { .id = "delayed", .head = "DELAY", .help = "jiffies that the backend was held back",
			  .width = 6, .right = true, .prio = 8 },
	[COL_USED_BY] = { .id = "used_by", .head = "RING", .help = "the ring that owns it", .width = 15,
			  .grows = true },
	{ .id = "irq", .head = "IRQ", .help = "the interrupt it is bound to", .width = 5, .right = true,
	  .prio = 9, .off = true },
};

/* ---- counters ------------------------------------------------------------------------ */

static struct counter *counter_of(struct events *e, const char *device)
{
	struct counter *c;

	for (c = e->counters; c; c = c->next)
		if (!strcmp(c->device, device))
			return c;
	c = xcalloc(1, sizeof(*c));
	*c = (struct counter){ .next = e->counters, .device = xstrdup(device) };
	e->counters = c;
	return c;
}

/* How much it grows in a second; NaN: it is not known yet. */
static double rate_of(struct events *e, const char *device, int64_t value)
{
	int64_t now = ui_shown(e->ui)->time.mono_ns;
	struct counter *c = counter_of(e, device);

	c->used = true;
	if (value == XENRING_UNKNOWN)
		return (double)NAN;
	/* the backend was made anew, or the time went back */
	if (c->at_ns[1] && (value < c->value[1] || now < c->at_ns[1]))
		c->at_ns[0] = c->at_ns[1] = 0;
	if (!c->at_ns[1] || now - c->at_ns[1] >= RATE_NS) {
		c->value[0] = c->value[1];
		c->at_ns[0] = c->at_ns[1];
		c->value[1] = value;
		c->at_ns[1] = now;
	}
	if (!c->at_ns[0])
		return (double)NAN;
	return (double)(c->value[1] - c->value[0]) * NS_PER_S / (double)(c->at_ns[1] - c->at_ns[0]);
}

/* Those of devices that are not there any more, or all of them. */
static void forget_counters(struct events *e, bool all)
{
	for (struct counter **p = &e->counters; *p;) {
		struct counter *c = *p;

		if (!all && c->used) {
			c->used = false;
			p = &c->next;
			continue;
		}
		*p = c->next;
		free(c->device);
		free(c);
	}
}

/* The device that a ring's path begins with; SIZE_MAX: it is not there. */
static size_t device_of(const struct events *e, const char *ring)
{
	const struct shown *s = ui_shown(e->ui);

	for (size_t i = 0; ring && i < s->n_devices; i++) {
		const char *path = xenring_path(s->snap, XENRING_DEVICE, i);
		size_t n = strlen(path);

		if (!strncmp(ring, path, n) && (!ring[n] || ring[n] == '/'))
			return i;
	}
	return SIZE_MAX;
}

/* What a backend counts is of all its channels: it stands in the row of the first. */
static void count(struct events *e, size_t n)
{
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		struct port *p = &e->ports[i];
		size_t at = device_of(e, p->channel.used_by);
		const struct xenring_device *d = at != SIZE_MAX ? ui_device_row(e->ui, at) : NULL;
		const struct xenring_backend_events *b = d ? d->backend_events : NULL;

		if (b && at == last)
			p->beside = true;
		if (!b || at == last)
			continue;
		last = at;
		p->counted = true;
		p->events_per_s = b->events_per_s;
		p->spurious_per_s = rate_of(e, d->path, b->spurious_events);
		p->delayed = b->jiffies_eoi_delayed;
	}
	forget_counters(e, false);
}

/* ---- reading --------------------------------------------------------------------------- */

static size_t the_domain(const struct events *e)
{
	const struct shown *s = ui_shown(e->ui);
	size_t first = s->n_domains;

	for (size_t i = 0; i < s->n_domains; i++) {
		if (!strcmp(xenring_path(s->snap, XENRING_DOMAIN, i), e->chosen))
			return i;
		/* whoever has not chosen wants one that has devices */
		if (!e->chosen[0] && first == s->n_domains && ui_domain_row(e->ui, i)->devices > 0)
			first = i;
	}
	return !e->chosen[0] && first == s->n_domains && first ? 0 : first;
}

static void let_go(struct events *e)
{
	rowgrid_set(&e->grid, NULL, 0);
	free(e->ports);
	e->ports = NULL;
	xenring_channels_free(e->channels);
	e->channels = NULL;
	free(e->error);
	e->error = NULL;
}

static void sample(struct ui *ui, void *st)
{
	struct events *e = st;
	const struct shown *s = ui_shown(ui);
	size_t at = the_domain(e), n = 0;
	struct row *rows;

	if (!ui_is_newest(ui) && e->channels)
		return;
	/* the cursor's row is looked for by its path once there are others */
	let_go(e);
	if (at == s->n_domains) {
		e->error = e->chosen[0] ? xasprintf("%s is not there", e->chosen) : xstrdup("there is no domain");
		return;
	}
	if (!ui_is_newest(ui)) {
		e->error = xstrdup("what was so at an older sample was not kept");
		return;
	}
	if (xenring_read_channels(ui_session(ui)->x, s->snap, at, &e->channels)) {
		e->error = xstrdup(xenring_message(ui_session(ui)->x));
		return;
	}
	xenring_channels_table(e->channels, &e->table);
	n = xenring_n_channels(e->channels);
	e->ports = xcalloc(n, sizeof(*e->ports));
	rows = xcalloc(n, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		e->ports[i] = (struct port){ .events_per_s = (double)NAN, .spurious_per_s = (double)NAN,
					     .delayed = XENRING_UNKNOWN };
		xenring_channel(e->channels, i, &e->ports[i].channel);
		rows[i] = (struct row){ .shape = "channel", .p = &e->ports[i] };
	}
	count(e, n);
	rowgrid_set(&e->grid, rows, n);
}

/* ---- cells -------------------------------------------------------------------------------- */

static void put_rate(struct grid_cell *c, const struct port *p, double v)
{
	if (!p->counted && !p->beside)
		return;
	c->style = isnan(v) ? S_UNKNOWN : S_PLAIN;
	put_count(&c->text, v, false);
}

static bool cell(void *data, const struct row *row, size_t col, struct grid_cell *c)
{
	const struct events *e = data;
	const struct port *p = row->p;
	const char *ring = p->channel.used_by;
	size_t n = strlen(e->table.domain);

	switch (col) {
	case COL_USED_BY:
		/* whose ports these are is said above */
		if (!ring || strncmp(ring, e->table.domain, n) || ring[n] != '/')
			return false;
		buf_puts(&c->text, ring + n + 1);
		return true;
	case COL_EVENTS:
		put_rate(c, p, p->events_per_s);
		return true;
	case COL_SPURIOUS:
		put_rate(c, p, p->spurious_per_s);
		c->style = p->spurious_per_s > 0 ? S_WARN : c->style;
		return true;
	case COL_DELAYED:
		if (p->counted || p->beside)
			cell_number(c, p->delayed);
		c->style = p->delayed > 0 ? S_WARN : c->style;
		return true;
	default:
		return false;
	}
}

static double key(void *data, const struct row *row, int col)
{
	const struct port *p = row->p;

	(void)data;
	switch (col) {
	case COL_EVENTS:
		return p->events_per_s;
	case COL_SPURIOUS:
		return p->spurious_per_s;
	case COL_DELAYED:
		return p->delayed == XENRING_UNKNOWN ? (double)NAN : (double)p->delayed;
	default:
		return -(double)p->channel.port;
	}
}

static const char *path(void *data, const struct row *row)
{
	(void)data;
	return ((const struct port *)row->p)->channel.used_by;
}

/* ---- the view ------------------------------------------------------------------------------ */

static void init(struct ui *ui, void *st)
{
	struct events *e = st;

	e->ui = ui;
	e->chosen = xstrdup("");
	rowgrid_init(&e->grid, ui, "channel", cols, sizeof(cols) / sizeof(cols[0]), e);
	e->grid.cell = cell;
	e->grid.key = key;
	e->grid.path = path;
}

static void fini(void *st)
{
	struct events *e = st;

	let_go(e);
	forget_counters(e, true);
	rowgrid_free(&e->grid);
	free(e->chosen);
}

static void show(struct ui *ui, void *st, const char *path_asked)
{
	struct events *e = st;

	e->had_backends = ui_session(ui)->shows_backends;
	ui_session(ui)->shows_backends = true;
	if (!path_asked[0])
		return;
	free(e->chosen);
	e->chosen = xstrndup(path_asked, strcspn(path_asked, "/"));
}

static void hide(struct ui *ui, void *st)
{
	struct events *e = st;

	ui_session(ui)->shows_backends = e->had_backends;
	let_go(e);
	forget_counters(e, true);
}

static void draw(struct ui *ui, void *st, const struct pane *body, const struct pane *side)
{
	struct events *e = st;
	struct pane rows = pane_part(body, 1, 0, body->h - 1, body->w);
	_cleanup_buf_ struct buf title = { 0 };

	(void)side;
	if (e->error) {
		pane_text(body, 1, 2, TO_END, ALIGN_LEFT, S_UNKNOWN, e->error);
		return;
	}
	buf_printf(&title, "%s (%" PRId64 ")  %" PRId64 " event channel%s, %" PRId64 " ports", e->table.domain,
		   e->table.domid, e->table.open, e->table.open == 1 ? "" : "s", e->table.ports);
	if (e->table.reserved)
		buf_printf(&title, ", %" PRId64 " of them Xen's own", e->table.reserved);
	if (!ui_is_newest(ui))
		buf_puts(&title, ", as of the newest sample");
	pane_text(body, 0, 2, TO_END, ALIGN_LEFT, S_HEAD, buf_str(&title));
	grid_draw(&e->grid.grid, &rows, ui_tagged, ui);
}

static struct grid *the_grid(struct ui *ui, void *st)
{
	(void)ui;
	return &((struct events *)st)->grid.grid;
}

static const char *selected(struct ui *ui, void *st)
{
	const struct events *e = st;
	const char *at = grid_path(the_grid(ui, st));

	return at ? at : e->channels ? e->table.domain : NULL;
}

static bool act(struct ui *ui, void *st, enum action a)
{
	const char *at = selected(ui, st);

	if (a != A_OPEN || !at || ui_ring_at(ui, at) == SIZE_MAX)
		return false;
	ui_open(ui, VIEW_ring, at);
	return true;
}

static unsigned note(struct ui *ui, void *st, struct buf *b)
{
	const struct events *e = st;
	const struct row *row = rowgrid_row(&e->grid);
	const struct port *p = row ? row->p : NULL;

	(void)ui;
	if (!p || e->error)
		return S_DIM;
	if (p->channel.pending == 1 && p->channel.masked == 1)
		buf_puts(b, "an event waits, and the guest does not want to be woken");
	else if (p->channel.pending < 0 && e->table.note)
		buf_printf(b, "pending and masked: unknown, %s", e->table.note);
	else
		buf_printf(b, "port %" PRId64 ": %s", p->channel.port, p->channel.state);
	return p->channel.pending < 0 ? S_UNKNOWN : S_DIM;
}

static size_t words(struct ui *ui, void *st, const char **ret, size_t max)
{
	const struct events *e = st;
	const struct row *row = rowgrid_row(&e->grid);

	(void)ui;
	if (!row || max < 5)
		return 0;
	ret[0] = ((const struct port *)row->p)->channel.state;
	ret[1] = "pending";
	ret[2] = "masked";
	ret[3] = "spurious_events";
	ret[4] = "jiffies_eoi_delayed";
	return 5;
}

const struct view view_events = {
	.table = the_grid, .cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0]),
	.name = "events", .title = "Events", .tab = true,
	.help = "the event channels of a domain, and whose they are",
	.size = sizeof(struct events), .init = init, .fini = fini, .show = show, .hide = hide, .sample = sample,
	.draw = draw, .grid = the_grid, .act = act, .note = note, .selected = selected, .words = words,
};
