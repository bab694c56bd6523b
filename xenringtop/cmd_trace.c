/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `trace`: a line for each notification. */
#include <config.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "exit-codes.h"
#include "knock.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"

/* Between samples, in seconds. */
#define PACE 0.1
/* A path has at least so much room, so that lines stand below each other. */
#define PATH_WIDTH 18

struct trace {
	struct xenring_trace *t;
	struct sink sink;
	size_t width;
	int64_t left;			/* events to be shown; -1: no end */
	bool named, fell_back;
	size_t none;
	struct xenring_time at;		/* of the newest sample */
};

/* ---- a line ---------------------------------------------------------------- */

static const char *arrow(const struct xenring_event *e)
{
	if (!e->direction)
		return "   ";
	return strcmp(e->direction, "front_to_back") ? "B>F" : "F>B";
}

static void put_text(struct trace *t, const struct session *s, const struct xenring_event *e)
{
	_cleanup_buf_ struct buf path = { 0 };
	struct buf *b = &t->sink.text;
	const char *name = e->path ? e->path : "-";
	char time[40];

	put_safe(&path, name, strlen(name), s->term.safe);
	if (path.n > t->width)
		t->width = path.n;
	format_time(time, sizeof(time), real_of(&t->at, e->mono_ns), 6);
	/* of "2026-11-22T12:04:31.204118Z" the time of day */
	buf_printf(b, "%.15s  %-7s  %s  ", time + 11, e->source, arrow(e));
	buf_puts(b, buf_str(&path));
	buf_fill(b, ' ', t->width - path.n);
	put_knock(b, e);
	buf_putc(b, '\n');
	out(buf_str(b), b->n);
	buf_clear(b);
}

static void put_line(struct trace *t, const struct xenring_event *e)
{
	char time[40];
	struct line_head head = { .type = "event", .time = time, .mono_ns = e->mono_ns };
	struct row row = { .shape = "event", .p = e };

	format_time(time, sizeof(time), real_of(&t->at, e->mono_ns), 6);
	sink_line(&t->sink, &head, &row);
}

/* ---- what is used ----------------------------------------------------------- */

/* Once, before the first event: who tells of what, and why nobody better does. */
static void name_sources(struct trace *t, const struct session *s)
{
	bool asked = s->o->given[OPT_VIA];
	struct xenring_via via;

	t->named = true;
	for (size_t i = 0; !xenring_trace_via(t->t, i, &via); i++) {
		/* that a made-up host has no kernel nobody wants to hear who has not asked for it */
		if (!via.works && (asked || !strcmp(xenring_source(s->x), "xen:"))) {
			say("%s: %s", via.source, via.why);
			t->fell_back |= asked;
		}
		if (via.blind) {
			say("%s does not see %zu device%s: %s", via.source, via.blind, via.blind == 1 ? "" : "s", via.why);
			t->fell_back |= asked && !i;
		}
	}
	for (size_t i = 0; !xenring_trace_via(t->t, i, &via); i++)
		if (via.devices && !s->o->quiet)
			say("tracing %zu device%s via %s", via.devices, via.devices == 1 ? "" : "s", via.source);
}

/* Of a capture it shows only in the events which way they were seen. */
static void name_recorded(struct trace *t, const struct session *s, const struct xenring_event *e)
{
	if (!s->capture || !s->o->given[OPT_VIA] || t->fell_back || !strcmp(e->source, s->o->via))
		return;
	say("%s: the capture has no notifications that were seen so; what was due is shown", s->o->via);
	t->fell_back = true;
}

/* ---- ports of one's own ---------------------------------------------------------- */

static bool binds(const struct opts *o)
{
	return o->bind || o->offer || o->virq;
}

static int bind_port(struct trace *t, struct session *s, const struct xenring_snapshot *snap)
{
	_cleanup_free_ char *name = NULL;
	uint32_t domid = 0, port = 0;
	int r = port_parse(s->o->bind, &name, &port) ? port_domain(snap, name, true, &domid) : XT_USAGE;

	if (r)
		return r;
	r = xenring_trace_bind(t->t, snap, domid, port);
	return r ? session_failed(s, r, false) : 0;
}

static int offer_port(struct trace *t, struct session *s, const struct xenring_snapshot *snap)
{
	uint32_t domid = 0, port = 0;
	int r = port_domain(snap, s->o->offer, true, &domid);

	if (r)
		return r;
	r = xenring_trace_offer(t->t, domid, &port);
	if (r)
		return session_failed(s, r, false);
	say("port %" PRIu32 " is offered to %s", port, s->o->offer);
	return 0;
}

/* At the first sample, which says what domains there are and what claims a port. */
static int take_ports(struct trace *t, struct session *s, const struct xenring_snapshot *snap)
{
	int r = s->o->bind ? bind_port(t, s, snap) : 0;

	if (!r && s->o->offer)
		r = offer_port(t, s, snap);
	if (!r && s->o->virq) {
		r = xenring_trace_virq(t->t, s->o->virq);
		r = r ? session_failed(s, r, false) : 0;
	}
	if (!r)
		session_wake_by(s, xenring_trace_fd(t->t));
	return r;
}

static int check_bind(const struct opts *o)
{
	_cleanup_free_ char *name = NULL;
	uint32_t port;

	if (!o->bind || port_parse(o->bind, &name, &port))
		return 0;
	say("--bind %s: not a domain and a port, as in web01:8", o->bind);
	hint("xenringtop events DOMAIN shows the ports of a domain");
	return XT_USAGE;
}

/* ---- a run ------------------------------------------------------------------- */

static int show_events(struct trace *t, const struct session *s)
{
	struct xenring_event e;

	while (t->left && xenring_trace_next(t->t, &e)) {
		name_recorded(t, s, &e);
		if (sink_is_text(&t->sink))
			put_text(t, s, &e);
		else
			put_line(t, &e);
		if (t->left > 0)
			t->left--;
	}
	return t->left ? 0 : -1;
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_choice_ struct choice c = { 0 };
	struct trace *t = data;
	/* who names a port means that, and nothing else unless it is named, too */
	bool ports_only = binds(s->o) && !s->n_targets;
	bool all = !s->n_targets && !ports_only;
	int r = ports_only ? 0 : session_choose(s, snap, &c, s->first);

	if (!r && s->first)
		r = take_ports(t, s, snap);
	if (r)
		return r;
	xenring_snapshot_time(snap, &t->at);
	r = xenring_trace_step(t->t, snap, all ? NULL : c.ring_at ? c.ring_at : &t->none, c.n_rings);
	if (r)
		return session_failed(s, r, false);
	if (!t->named && !s->capture)
		name_sources(t, s);
	r = session_errors(s, c.errors, c.n_errors);
	return show_events(t, s) ? -1 : r;
}

/* What was lost makes the result a part. */
static int lost(const struct trace *t, int r)
{
	uint64_t n = xenring_trace_lost(t->t);

	if (n)
		say("%" PRIu64 " event%s lost: they came faster than they could be read", n, n == 1 ? " was" : "s were");
	return !r && (n || t->fell_back) ? XT_PARTIAL : r;
}

static int check_via(const struct opts *o)
{
	_cleanup_nearest_ struct nearest near = { .word = o->via };
	const char *via;

	for (size_t i = 0; o->via && (via = xenring_next_via(i, NULL)); i++) {
		if (!strcmp(via, o->via))
			return 0;
		nearest_try(&near, via);
	}
	if (!o->via)
		return 0;
	say("--via %s: there is no such way", o->via);
	if (nearest_get(&near))
		hint("did you mean --via %s?", nearest_get(&near));
	else
		hint("xenringtop trace -h shows them");
	return XT_USAGE;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct trace t = { .width = PATH_WIDTH, .left = o->given[OPT_COUNT] && o->count ? o->count : -1 };
	int r = check_via(o);

	if (!r)
		r = check_bind(o);
	if (!r)
		r = session_open(&s, o);
	if (r)
		return r;
	session_look_at_targets(&s);
	sink_init(&t.sink, &sink_table, o, &s.term);
	r = xenring_trace_new(s.x, o->via, &t.t);
	if (r) {
		r = session_failed(&s, r, false);
	} else {
		s.runs_on = true;
		s.pace = PACE;
		r = session_run(&s, show, &t);
		if ((!r || r == XT_PARTIAL) && t.t && !xenring_trace_end(t.t))
			show_events(&t, &s);
		r = lost(&t, r);
	}
	xenring_trace_free(t.t);
	sink_free(&t.sink);
	return r;
}

const struct cmd cmd_trace = {
	.name = "trace", .group = "Over time", .args = "[TARGET...]",
	.help = "Show each notification as it happens",
	.more = "Who puts something into a ring knocks at the other side by its event channel, if that "
		"asked for it. An event channel has two ends, and nobody can listen to a live one; so "
		"notifications are seen in other ways, which --via names, and each line says which: "
		"kernel sees both directions, the time and port of each, but nothing of backends that "
		"are no drivers of this kernel (QEMU, other domains); sampled sees what was due, of any "
		"ring, but not whether it came, and of many at once at least one; counted knows how many "
		"came from the frontend, exactly, but not when, and nothing of the other direction; "
		"bound sees each knock at a port that a guest offers and nobody has taken. "
		"Shown are time, source, direction (F>B: the frontend knocks at the backend), ring, "
		"ports, how many if not one, and where the ring's producer stood in the sample that "
		"followed. What came too fast to be read is counted, and the exit status is then 3. "
		"Of a capture it shows what was seen when it was made, or else what was due by its "
		"indices. Ends with --count, --for or a signal.",
	.examples = (const struct example[]){
		{ .args = "trace web01", .what = "who knocks at whom, and when" },
		{ .args = "trace --via counted --for 1m", .what = "what the backends count" },
		{ .args = "trace --ndjson -n 100 'web01/vif:*'", .what = "a JSON object for each" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_TEE, OPT_VIA, OPT_BIND, OPT_OFFER,
		OPT_VIRQ, OPT_NDJSON, OPT_N
	},
	.complete = "target", .max_args = ANY_ARGS, .run = run,
};
