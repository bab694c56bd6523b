/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `follow`: the next requests of one ring, step by step. */
#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "courserow.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"

/* Between samples, in seconds: they find out what has come and gone, and what the kernel tells. */
#define PACE 1

struct follow {
	struct xenring_follow *f;
	struct xenring_trace *t;
	struct sink sink;
	size_t ring;			/* in the sample */
	int64_t left;			/* requests to be shown; -1: no end */
	bool shown;			/* any of them */
	int64_t told;			/* the one that was shown as it stands; -1: none */
	struct xenring_time at;		/* of the newest sample */
};

/* ---- text ------------------------------------------------------------------ */

static void put_text(struct follow *f, const struct session *s, const struct xenring_course *c)
{
	_cleanup_buf_ struct buf head = { 0 };
	struct buf *b = &f->sink.text;

	course_put_head(&head, c);
	put_colored(b, &s->term, COLOR_HEAD, buf_str(&head));
	buf_putc(b, '\n');
	for (size_t i = 0; i < c->n_steps; i++)
		course_put_step(b, &f->at, c, &c->steps[i]);
	if (c->owes) {
		buf_puts(b, "   ");
		course_put_owes(b, c);
		buf_putc(b, '\n');
	}
	out(buf_str(b), b->n);
	buf_clear(b);
}

static void put(struct follow *f, const struct session *s, const struct xenring_course *c)
{
	char time[40];
	struct line_head head = { .type = "course", .time = time, .mono_ns = c->mono_ns };
	struct row row = { .shape = "course", .p = c };

	f->shown = true;
	if (sink_is_text(&f->sink)) {
		put_text(f, s, c);
		return;
	}
	format_time(time, sizeof(time), real_of(&f->at, c->mono_ns), 6);
	sink_line(&f->sink, &head, &row);
}

/* ---- a run ------------------------------------------------------------------- */

static void show_courses(struct follow *f, const struct session *s, bool all)
{
	struct xenring_course c;

	while (f->left && xenring_follow_next(f->f, all, &c)) {
		put(f, s, &c);
		if (f->left > 0)
			f->left--;
	}
	/* once, as far as it has come; and at the end, if it has come no further */
	if (f->left && xenring_follow_now(f->f, &c) && (all || (c.age_s >= COURSE_STANDS_S && f->told != c.request))) {
		f->told = c.request;
		put(f, s, &c);
	}
}

/* Will its kernel tell of it? Then what is through waits for that. */
static bool is_traced(const struct follow *f)
{
	struct xenring_via via;

	for (size_t i = 0; !xenring_trace_via(f->t, i, &via); i++)
		if (!strcmp(via.source, "kernel") && via.works && via.devices)
			return true;
	return false;
}

static int begin(struct follow *f, struct session *s, struct xenring_snapshot *snap, const struct choice *c)
{
	int r;

	if (c->n_rings != 1) {
		say("%s: %zu rings, and one is wanted", s->targets[0].text, c->n_rings);
		if (c->n_rings)
			hint("the first is %s", c->rings[0].path);
		return XT_USAGE;
	}
	f->ring = c->ring_at[0];
	/* what a capture holds of it is told, too */
	r = xenring_trace_new(s->x, NULL, &f->t);
	if (!r)
		r = xenring_trace_step(f->t, snap, &f->ring, 1);
	if (!r)
		r = xenring_follow_new(s->x, snap, f->ring, is_traced(f), &f->f);
	return r ? session_failed(s, r, false) : 0;
}

/* Why some steps will not be seen. */
static void name_sources(const struct follow *f, const struct session *s)
{
	struct xenring_via via;

	/* that a made-up host has no kernel nobody wants to hear */
	for (size_t i = 0; !s->o->quiet && !strcmp(xenring_source(s->x), "xen:") && !xenring_trace_via(f->t, i, &via); i++) {
		if (strcmp(via.source, "kernel") != 0)
			continue;
		if (!via.works || via.blind)
			say("steps 3 and 4 are not seen: %s", via.why);
	}
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	_cleanup_choice_ struct choice c = { 0 };
	struct follow *f = data;
	bool first = !f->f;
	struct xenring_event e;
	int r = session_choose(s, snap, &c, s->first);

	if (!r && first)
		r = begin(f, s, snap, &c);
	if (r)
		return r;
	xenring_snapshot_time(snap, &f->at);
	r = first ? 0 : xenring_trace_step(f->t, snap, &f->ring, c.n_rings == 1 ? 1 : 0);
	if (!r)
		r = xenring_follow_step(f->f, snap);
	if (r)
		return session_failed(s, r, false);
	if (first && !s->capture)
		name_sources(f, s);
	while (xenring_trace_next(f->t, &e))
		xenring_follow_event(f->f, &e);
	show_courses(f, s, false);
	r = session_errors(s, c.errors, c.n_errors);
	return f->left ? r : -1;
}

static int let_pass(struct session *s, int64_t until_mono_ns, void *data)
{
	struct follow *f = data;

	return course_wait(s->x, f->f, until_mono_ns);
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct follow f = { .left = o->given[OPT_COUNT] && o->count ? o->count : -1, .told = -1 };
	struct opts mine = *o;
	struct xenring_event e;
	int r;

	/* of requests, not of samples */
	mine.given[OPT_COUNT] = false;
	r = session_open(&s, &mine);
	if (r)
		return r;
	session_look_at_targets(&s);
	sink_init(&f.sink, &sink_table, &mine, &s.term);
	s.runs_on = true;
	s.pace = PACE;
	s.wait = let_pass;
	s.wait_data = &f;
	r = session_run(&s, show, &f);
	if (f.f && (!r || r == XT_PARTIAL)) {
		if (!xenring_trace_end(f.t))
			while (xenring_trace_next(f.t, &e))
				xenring_follow_event(f.f, &e);
		show_courses(&f, &s, true);
	}
	/* who looks at a ring that stands still wants to know what stands there */
	if (f.f && !f.shown && !s.o->quiet) {
		say(xenring_follow_missed(f.f) ? "%s: requests came and went between two looks" : "%s: no request came",
		    s.targets[0].text);
		hint("xenringtop slots %s shows those that are there, check who is waited for", s.targets[0].text);
	}
	xenring_follow_free(f.f);
	xenring_trace_free(f.t);
	sink_free(&f.sink);
	return r;
}

const struct cmd cmd_follow = {
	.name = "follow", .group = "Over time", .args = "RING",
	.help = "Follow the next requests of one ring, step by step",
	.more = "A request goes round in eight steps: the frontend lends its pages, puts it on the ring and "
		"knocks; the backend wakes, takes it, uses the pages, answers and knocks; the frontend takes "
		"the answer. None of them is seen to happen: each has a window, in ms from when the request was "
		"first seen, and how that is known. shared: the ring's page or the grant table shows it; inferred: "
		"it follows from them; kernel: the kernel that the backend runs in has told it, with its moment. "
		"A step that leaves no trace says why: persistent grants are mapped all the time, those of a network "
		"card are copied by Xen, a backend that is awake is not woken. A request that stands still for a "
		"second is shown as far as it has come, with who is waited for, and again when it goes on. The "
		"ring is looked at as often as may be, which takes a good part of one CPU as long as it runs. Of a capture the "
		"windows are as wide as its samples are apart. Ends with --count, --for or a signal.",
	.examples = (const struct example[]){
		{ .args = "follow web01/vbd:51712/q0", .what = "a disk's requests, one by one" },
		{ .args = "follow web01/vif:0/q0/tx --ndjson", .what = "packets, each as JSON" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_INTERVAL, OPT_COUNT, OPT_FOR, OPT_TEE, OPT_NDJSON, OPT_N
	},
	.complete = "target", .min_args = 1, .max_args = 1, .run = run,
};
