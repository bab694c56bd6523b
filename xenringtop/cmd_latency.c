/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `latency`: how long requests take, by operation. */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "exit-codes.h"
#include "say.h"
#include "session.h"
#include "sink/format.h"

#define FOR_S 10	/* unless --for says how long, or a capture's end comes */
/* Between whole samples, in seconds: they find out what has come and gone. */
#define PACE 1
/* Of a ring that is looked at in vain, none comes sooner than this. */
#define RETRY_NS 50000000
#define BAR 40		/* characters of the longest bar */

struct latency {
	struct xenring_latency *l;
	struct sink sink;
	struct xenring_snapshot *snap;	/* the newest, and what the targets choose of it */
	struct choice choice;
	double interval;		/* between looks; 0: as the library sees fit */
	int64_t cut_short_ns;		/* when a whole sample was last asked for early */
};

/* ---- text ------------------------------------------------------------------ */

/* "1.24 ms", three digits of it; raw: seconds. */
static void put_time(struct buf *b, const struct opts *o, double s)
{
	static const struct {
		double per;
		const char *name;
	} units[] = { { 1e-9, "ns" }, { 1e-6, "us" }, { 1e-3, "ms" }, { 1, "s" } };
	size_t i = 0;

	if (o->raw) {
		buf_printf(b, "%.9f", s);
		return;
	}
	/* what would round up to four digits is of the next unit */
	while (i + 1 < sizeof(units) / sizeof(units[0]) && s >= 999.5 * units[i].per)
		i++;
	s /= units[i].per;
	buf_printf(b, "%.3g %s", s, units[i].name);
}

static void put_right(struct buf *b, size_t width, const struct buf *cell)
{
	buf_fill(b, ' ', width > cell->n ? width - cell->n : 0);
	buf_put(b, cell->p, cell->n);
}

enum { NAME_WIDTH = 20, COUNT_WIDTH = 10, TIME_WIDTH = 10 };

/* "1.24 ms", or "<102 us" of what is only known to be shorter than that. */
static void put_time_cell(struct buf *b, const struct opts *o, double s, double bound)
{
	_cleanup_buf_ struct buf cell = { 0 };

	if (!isnan(s)) {
		put_time(&cell, o, s);
	} else if (!isnan(bound)) {
		buf_putc(&cell, '<');
		put_time(&cell, o, bound);
	} else {
		buf_putc(&cell, '-');
	}
	put_right(b, TIME_WIDTH, &cell);
}

static void put_headings(struct buf *b, const struct term *term)
{
	static const char *const times[] = { "MIN", "P50", "P90", "P99", "P99.9", "MAX", "OFF BY" };
	_cleanup_buf_ struct buf line = { 0 };

	buf_printf(&line, "  %-*s%*s", NAME_WIDTH, "OPERATION", COUNT_WIDTH, "COUNT");
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		buf_printf(&line, "%*s", TIME_WIDTH, times[i]);
	put_colored(b, term, COLOR_HEAD, buf_str(&line));
	buf_putc(b, '\n');
}

/* What a request asked for; "all" on a ring that knows but one thing. */
static const char *name_of(const struct xenring_latency_op *op, bool alone)
{
	return op->operation ? op->operation : alone ? "all" : "others";
}

static void put_op(struct buf *b, const struct latency *l, const struct opts *o, size_t i, bool alone,
		   const struct xenring_latency_op *op)
{
	const double times[] = { op->min_s, op->p50_s, op->p90_s, op->p99_s, op->p999_s, op->max_s };
	static const unsigned per_mille[] = { 0, 500, 900, 990, 999, 1000 };

	buf_printf(b, "  %-*s%*" PRId64, NAME_WIDTH, name_of(op, alone), COUNT_WIDTH, op->count);
	for (size_t k = 0; k < sizeof(times) / sizeof(times[0]); k++)
		put_time_cell(b, o, times[k], xenring_latency_bound(l->l, i, per_mille[k]));
	put_time_cell(b, o, op->off_by_s, (double)NAN);
	buf_putc(b, '\n');
}

static void put_bar(struct buf *b, const struct term *term, int64_t count, int64_t most)
{
	/* one that is there is seen */
	int64_t n = most ? (count * BAR + most - 1) / most : 0;

	for (int64_t i = 0; i < n; i++)
		buf_puts(b, term_glyph(term, GLYPH_BAR));
	if (n)
		buf_putc(b, ' ');
	buf_printf(b, "%" PRId64 "\n", count);
}

static void put_step_label(struct buf *b, const struct opts *o, const char *before, double from, double to)
{
	_cleanup_buf_ struct buf label = { 0 };

	buf_puts(&label, before);
	if (!isnan(from))
		put_time(&label, o, from);
	if (!isnan(from) && !isnan(to))
		buf_puts(&label, " to ");
	if (!isnan(to))
		put_time(&label, o, to);
	buf_fill(b, ' ', 4);
	put_right(b, 22, &label);
	buf_puts(b, "  ");
}

static void put_histogram(struct buf *b, const struct term *term, const struct opts *o,
			  const struct xenring_latency_op *op)
{
	int64_t most = op->shorter;

	for (size_t i = 0; i < op->n_histogram; i++)
		if (op->histogram[i].count > most)
			most = op->histogram[i].count;
	if (op->shorter) {
		put_step_label(b, o, "shorter than ", (double)NAN, op->shorter_than_s);
		put_bar(b, term, op->shorter, most);
	}
	for (size_t i = 0; i < op->n_histogram; i++) {
		const struct xenring_latency_step *s = &op->histogram[i];

		put_step_label(b, o, isnan(s->to_s) ? "from " : "", s->from_s, s->to_s);
		put_bar(b, term, s->count, most);
	}
}

/* "  1 answer"; nothing if there is none. */
static void put_count(struct buf *b, int64_t n, const char *one, const char *more, const char *what)
{
	if (n)
		buf_printf(b, "  %" PRId64 " %s %s\n", n, n == 1 ? one : more, what);
}

static void put_sampling(struct buf *b, const struct opts *o, const struct xenring_latency_ring *ring)
{
	if (ring->samples < 2 || isnan(ring->period_s)) {
		buf_puts(b, "  it was not sampled twice, so nothing is known\n");
		return;
	}
	buf_printf(b, "  %" PRId64 " samples in ", ring->samples);
	put_time(b, o, ring->duration_s);
	buf_puts(b, ", mostly ");
	put_time(b, o, ring->period_s);
	buf_puts(b, " apart (99 in 100 up to ");
	put_time(b, o, ring->period_p99_s);
	buf_puts(b, ", all up to ");
	put_time(b, o, ring->period_max_s);
	buf_puts(b, "): a time is off by so much at most\n");
}

/* What is no part of the numbers above, and why. */
static void put_rest(struct buf *b, const struct opts *o, const struct xenring_latency_ring *ring)
{
	put_count(b, ring->unknown, "answer", "answers", "not counted: it is not known when the request came");
	put_count(b, ring->lost, "answer", "answers", "not counted: too many at once to tell them apart");
	if (ring->in_flight == XENRING_UNKNOWN || !ring->in_flight)
		return;
	buf_printf(b, "  %" PRId64 " request%s not answered yet", ring->in_flight, ring->in_flight == 1 ? "" : "s");
	if (ring->oldest_s > 0) {
		buf_printf(b, ", %s for ", ring->in_flight == 1 ? "there" : "the oldest there");
		buf_puts(b, "at least ");
		put_time(b, o, ring->oldest_s);
	}
	buf_putc(b, '\n');
}

/* A ring, and its operations, which are those from *at on. */
static void put_ring(struct latency *l, const struct session *s, const struct xenring_latency_ring *ring, size_t *at)
{
	struct buf *b = &l->sink.text;
	struct xenring_latency_op op;
	size_t first = *at, n = 0;

	put_colored(b, &s->term, COLOR_HEAD, ring->path);
	buf_putc(b, '\n');
	put_sampling(b, s->o, ring);
	while (!xenring_latency_op(l->l, first + n, &op) && !strcmp(op.path, ring->path))
		n++;
	*at += n;
	if (n && !s->o->no_headings)
		put_headings(b, &s->term);
	for (size_t i = first; i < *at; i++) {
		xenring_latency_op(l->l, i, &op);
		put_op(b, l, s->o, i, n == 1, &op);
	}
	if (!n)
		buf_puts(b, "  of no request is it known how long it took\n");
	for (size_t i = first; i < *at; i++) {
		xenring_latency_op(l->l, i, &op);
		if (n > 1)
			buf_printf(b, "  %s\n", name_of(&op, false));
		put_histogram(b, &s->term, s->o, &op);
	}
	put_rest(b, s->o, ring);
}

/* ---- all that was seen ------------------------------------------------------ */

static int put_text(struct latency *l, const struct session *s)
{
	struct xenring_latency_ring ring;
	size_t at = 0;

	for (size_t i = 0; i < xenring_n_latency_rings(l->l); i++) {
		int r = xenring_latency_ring(l->l, i, &ring);

		if (r)
			return r;
		put_ring(l, s, &ring, &at);
	}
	return 0;
}

static int walk_op(const struct row *row, const struct xenring_visitor *v, void *data)
{
	struct xenring_latency_op op;
	/* the histogram is good until the next one is asked for */
	int r = xenring_latency_op((struct xenring_latency *)(uintptr_t)row->p, row->i, &op);

	return r ? r : xenring_walk(xenring_record("latency"), &op, v, data);
}

static int put_json(struct latency *l, struct session *s)
{
	size_t n = xenring_n_latency_rings(l->l), n_ops = xenring_n_latency_ops(l->l);
	_cleanup_free_ struct xenring_latency_ring *rings = xcalloc(n, sizeof(*rings));
	_cleanup_free_ struct row *errors = rows_of("problem", l->choice.errors, l->choice.n_errors,
						    sizeof(*l->choice.errors));
	_cleanup_free_ struct row *ops = xcalloc(n_ops, sizeof(*ops));
	_cleanup_free_ struct row *rows = NULL;
	struct doc_head head = session_head(s, l->snap, &l->choice, l->choice.n_errors);

	for (size_t i = 0; i < n; i++) {
		int r = xenring_latency_ring(l->l, i, &rings[i]);

		if (r)
			return r;
	}
	rows = rows_of("latency_ring", rings, n, sizeof(*rings));
	for (size_t i = 0; i < n_ops; i++)
		ops[i] = (struct row){ .shape = "latency", .walk = walk_op, .p = l->l, .i = i };
	sink_begin(&l->sink, &doc_latency, &head);
	sink_rows(&l->sink, &doc_latency, "rings", rows, n);
	sink_rows(&l->sink, &doc_latency, "operations", ops, n_ops);
	sink_rows(&l->sink, &doc_latency, "errors", errors, l->choice.n_errors);
	return 0;
}

static int put_all(struct latency *l, struct session *s)
{
	int r;

	if (!xenring_n_latency_rings(l->l)) {
		/* with targets it has been said */
		if (!s->n_targets)
			say("there was no ring whose answers can be told apart");
		return XT_FAILED;
	}
	r = sink_is_text(&l->sink) ? put_text(l, s) : put_json(l, s);
	if (r)
		return session_failed(s, r, false);
	sink_end(&l->sink);
	return 0;
}

/* ---- a run ------------------------------------------------------------------- */

/* Whatever of the choice can be timed is, from now on. */
static int add_rings(struct latency *l, struct session *s)
{
	for (size_t i = 0; i < l->choice.n_rings; i++) {
		int r = xenring_latency_add(l->l, l->snap, l->choice.ring_at[i]);

		/* in order, or bytes: who names but it is told */
		if (r && r != -EOPNOTSUPP)
			return session_failed(s, r, false);
		if (r && l->choice.n_rings == 1 && s->n_targets)
			return session_failed(s, r, false);
	}
	if (xenring_n_latency_rings(l->l) || !s->n_targets)
		return 0;
	say("%s: none of its rings has answers that can be told apart", s->targets[0].text);
	hint("xenringtop show %s tells more", s->targets[0].text);
	return XT_FAILED;
}

static int show(struct session *s, struct xenring_snapshot *snap, void *data)
{
	struct latency *l = data;
	size_t n;
	int r;

	choice_free(&l->choice);
	l->choice = (struct choice){ 0 };
	xenring_snapshot_unref(l->snap);
	l->snap = xenring_snapshot_ref(snap);
	r = session_choose(s, snap, &l->choice, s->first);
	if (!r)
		r = add_rings(l, s);
	if (r)
		return r;
	n = xenring_n_latency_rings(l->l);
	/* nothing else is seen for a while */
	if (s->first && !s->capture && isatty(STDERR_FILENO) && !s->o->quiet)
		say("timing %zu ring%s for %g s; Ctrl-C ends it sooner", n, n == 1 ? "" : "s", s->o->for_s);
	return session_errors(s, l->choice.errors, l->choice.n_errors);
}

/* Until the next whole sample its rings are looked at alone. 1: that is to be now. */
static int let_pass(struct session *s, int64_t until_mono_ns, void *data)
{
	struct latency *l = data;
	struct xenring_time now;
	int r = xenring_latency_run(l->l, until_mono_ns, l->interval);

	if (!r)
		r = xenring_now(s->x, &now);
	if (r || now.mono_ns >= until_mono_ns)
		return r;
	/* it ended early: a ring is not what it was, which may go on and on */
	if (l->cut_short_ns != XENRING_UNKNOWN && now.mono_ns < l->cut_short_ns + RETRY_NS) {
		int64_t then = l->cut_short_ns + RETRY_NS;

		r = xenring_wait(s->x, then < until_mono_ns ? then : until_mono_ns);
		if (!r)
			r = xenring_now(s->x, &now);
	}
	l->cut_short_ns = now.mono_ns;
	return r ? r : 1;
}

static void free_latency(struct latency *l)
{
	xenring_latency_free(l->l);
	choice_free(&l->choice);
	xenring_snapshot_unref(l->snap);
	sink_free(&l->sink);
}

static int measure(struct latency *l, struct session *s, struct opts *o)
{
	int r;

	/* a capture has the samples that it has, and ends by itself */
	if (!s->capture) {
		l->interval = o->given[OPT_INTERVAL] ? o->interval : 0;
		o->given[OPT_INTERVAL] = false;
		o->for_s = o->given[OPT_FOR] ? o->for_s : FOR_S;
		o->given[OPT_FOR] = true;
	}
	r = xenring_latency_new(s->x, &l->l);
	if (r)
		return session_failed(s, r, false);
	s->runs_on = true;
	s->pace = PACE;
	s->to_the_end = true;
	s->wait = let_pass;
	s->wait_data = l;
	r = session_run(s, show, l);
	if (!l->snap || (r && r != XT_PARTIAL && r != XT_DAMAGED))
		return r;
	return put_all(l, s) ? XT_FAILED : r;
}

static int run(const struct opts *o)
{
	_cleanup_session_ struct session s = { 0 };
	struct latency l = { .cut_short_ns = XENRING_UNKNOWN };
	struct opts mine = *o;
	int r = session_open(&s, &mine);

	if (r)
		return r;
	session_look_at_targets(&s);
	sink_init(&l.sink, &sink_text, o, &s.term);
	r = measure(&l, &s, &mine);
	free_latency(&l);
	return r;
}

const struct cmd cmd_latency = {
	.name = "latency", .group = "Over time", .args = "[TARGET...]",
	.help = "Show how long requests take, by operation",
	.more = "From the moment that a request is on its ring to the response with its id, for rings "
		"whose responses come in any order: block, network (transmit), SCSI, USB, pvcalls. For 10 s, "
		"or --for, or until a signal, they are looked at every --interval, as often as a "
		"quarter of a core allows without it, and in a tight loop if it is less than 20 us. "
		"Shown are then, for each operation, count, minimum, percentiles, maximum and a "
		"histogram; how many requests came and were answered between two samples, which "
		"are counted as shorter than that; and how far samples were apart, which is how much a "
		"time may be off: OFF BY is that of the samples that saw these requests, the median, for "
		"where requests keep the host busy samples are further apart than most. Requests that were there before the first sample, or that nobody "
		"saw come, are not counted in these, but told. A capture has the times of its own samples: "
		"record with a short --interval.",
	.examples = (const struct example[]){
		{ .args = "latency web01/vbd:51712", .what = "how long a disk takes" },
		{ .args = "latency -i 10us web01/vbd:51712", .what = "as exact as a core can" },
		{ .args = "latency -J '*/vif:*'", .what = "all network cards, as JSON" },
		{ .args = NULL },
	},
	.opts = (const enum opt_id[]){
		OPT_AT, OPT_INTERVAL, OPT_FOR, OPT_JSON, OPT_NO_HEADINGS, OPT_N
	},
	.complete = "target", .max_args = ANY_ARGS, .run = run,
};
