/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long requests take, of rings that are sampled as fast as may be. */
#include <config.h>

#include "latency.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "context.h"
#include "desc.h"
#include "rows.h"
#include "slots.h"
#include "util/cleanup.h"

/* ---- rows ---------------------------------------------------------------- */

#define NULLABLE .flags = XENRING_F_NULLABLE
#define SECONDS .unit = XENRING_U_SECONDS, .from = XENRING_INFERRED

static const struct xenring_field bucket_fields[] = {
	XR_FIELD(xenring_latency_step, from_s, XENRING_REAL, .unit = XENRING_U_SECONDS, .from = XENRING_TOOL,
		 .help = "they took as long as this or longer"),
	XR_FIELD(xenring_latency_step, to_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_TOOL, .help = "and less than this; null: there is no end"),
	XR_FIELD(xenring_latency_step, count, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "how many requests that were seen whole"),
	XR_END
};
const struct xenring_record xr_latency_step_record =
	XR_RECORD(xenring_latency_step, "latency_step", "how many requests took about as long", bucket_fields);

#define PERCENTILE(m, what)							\
	XR_FIELD(xenring_latency_op, m, XENRING_REAL, NULLABLE, SECONDS,	\
		 .help = what "; null if that one was shorter than a period, or there was none")

static const struct xenring_field op_fields[] = {
	XR_FIELD(xenring_latency_op, path, XENRING_STRING, .from = XENRING_TOOL, .help = "the ring"),
	XR_FIELD(xenring_latency_op, operation, XENRING_STRING, NULLABLE, .from = XENRING_SHARED,
		 .help = "what was asked; null where answers do not say it, or nobody saw it"),
	XR_FIELD(xenring_latency_op, count, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "requests that came and were answered, seen whole or shorter than a period"),
	XR_FIELD(xenring_latency_op, whole, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "those that were seen open, so that it is known how long they took"),
	XR_FIELD(xenring_latency_op, shorter, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "those that came and were answered between two samples"),
	XR_FIELD(xenring_latency_op, shorter_than_s, XENRING_REAL, NULLABLE, SECONDS,
		 .help = "all of these took less than this: the longest of their periods"),
	XR_FIELD(xenring_latency_op, shorter_than_p50_s, XENRING_REAL, NULLABLE, SECONDS,
		 .help = "half of these took less than this: the median of their periods"),
	PERCENTILE(min_s, "the shortest"),
	PERCENTILE(p50_s, "half of all took no longer"),
	PERCENTILE(p90_s, "9 in 10 took no longer"),
	PERCENTILE(p99_s, "99 in 100 took no longer"),
	PERCENTILE(p999_s, "999 in 1000 took no longer"),
	PERCENTILE(max_s, "the longest"),
	XR_FIELD(xenring_latency_op, off_by_s, XENRING_REAL, NULLABLE, SECONDS,
		 .help = "half of those that were seen whole are known to within this, up and down: "
			 "the mean of the two periods in which they came and were answered"),
	{ .name = "histogram", .off = offsetof(struct xenring_latency_op, histogram),
	  .size = sizeof(struct xenring_latency_step), .type = XENRING_RECORD, .sub = &xr_latency_step_record,
	  .flags = XENRING_F_POINTER, .count = "n_histogram", .max = UINT32_MAX, .from = XENRING_INFERRED,
	  .help = "those that were seen whole, by how long they took; from the first that is not empty to the last" },
	XR_FIELD(xenring_latency_op, n_histogram, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many steps there are"),
	XR_END
};
const struct xenring_record xr_latency_op_record =
	XR_RECORD(xenring_latency_op, "latency", "how long the requests of one operation took", op_fields);

static const struct xenring_field ring_fields[] = {
	XR_FIELD(xenring_latency_ring, path, XENRING_STRING, .from = XENRING_TOOL, .help = "the ring"),
	XR_FIELD(xenring_latency_ring, duration_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_TOOL, .help = "from its first sample to its last; null: there was none"),
	XR_FIELD(xenring_latency_ring, samples, XENRING_UINT, .from = XENRING_TOOL,
		 .help = "how often it was looked at"),
	XR_FIELD(xenring_latency_ring, samples_per_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_PER_S,
		 .from = XENRING_TOOL, .help = "the rate that this is"),
	XR_FIELD(xenring_latency_ring, period_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_TOOL, .help = "time from a sample to the next, the median"),
	XR_FIELD(xenring_latency_ring, period_p99_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_TOOL, .help = "99 in 100 of these were no longer"),
	XR_FIELD(xenring_latency_ring, period_max_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_TOOL, .help = "the longest of these"),
	XR_FIELD(xenring_latency_ring, whole, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "requests that were seen to come and to be answered"),
	XR_FIELD(xenring_latency_ring, shorter, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "requests that came and were answered between two samples"),
	XR_FIELD(xenring_latency_ring, unknown, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "answers to requests of which it is not known when they came: they were there at the "
			 "first sample, or lost their slots before they were seen"),
	XR_FIELD(xenring_latency_ring, lost, XENRING_UINT, .from = XENRING_INFERRED,
		 .help = "answers that could not be told apart, for there were more than a ring's length "
			 "between two samples, or they contradicted what was known"),
	XR_FIELD(xenring_latency_ring, in_flight, XENRING_UINT, NULLABLE, .unit = XENRING_U_SLOTS,
		 .from = XENRING_SHARED, .help = "requests that are not answered yet"),
	XR_FIELD(xenring_latency_ring, oldest_s, XENRING_REAL, NULLABLE, SECONDS,
		 .help = "how long the oldest of these has been there at least"),
	XR_END
};
const struct xenring_record xr_latency_ring_record =
	XR_RECORD(xenring_latency_ring, "latency_ring", "how a ring was sampled, and what was seen of it",
		  ring_fields);

/* ---- what a tracker tells -------------------------------------------------- */

int64_t xr_latency_edge(size_t i)
{
	static const int64_t of_three[] = { 1000, 2000, 5000 };
	int64_t edge = of_three[i % 3];

	if (i >= XR_LATENCY_STEPS)
		return 0;
	for (size_t k = 0; k < i / 3; k++)
		edge *= 10;
	return edge;
}

static size_t step_of(int64_t ns)
{
	size_t i = 0;

	while (i < XR_LATENCY_STEPS && ns >= xr_latency_edge(i))
		i++;
	return i;
}

void xr_latency_ring_clear(struct xr_latency_ring *l)
{
	for (size_t i = 0; i < l->n_ops; i++) {
		xr_histo_clear(&l->ops[i]->whole);
		xr_histo_clear(&l->ops[i]->shorter);
		xr_histo_clear(&l->ops[i]->off_by);
		free(l->ops[i]->steps);
		free(l->ops[i]);
	}
	l->n_ops = 0;
	xr_histo_clear(&l->periods);
}

static struct xr_latency_op *known_op(const struct xr_latency_ring *l, const char *name)
{
	for (size_t i = 0; i < l->n_ops; i++)
		if (!strcmp(l->ops[i]->name, name))
			return l->ops[i];
	return NULL;
}

/* The operation of that name; where a guest has made up too many, the one without. NULL: no memory. */
static struct xr_latency_op *op_of(struct xr_latency_ring *l, const char *name)
{
	struct xr_latency_op *op = known_op(l, name);

	if (!op && l->n_ops >= XR_LATENCY_OPS) {
		name = "";
		op = known_op(l, name);
	}
	if (op)
		return op;
	op = calloc(1, sizeof(*op));
	if (op)
		op->steps = calloc(XR_LATENCY_STEPS + 1, sizeof(*op->steps));
	if (!op || !op->steps) {
		free(op);
		l->no_memory = true;
		return NULL;
	}
	memcpy(op->name, name, strlen(name) + 1);
	l->ops[l->n_ops++] = op;
	return op;
}

void xr_latency_ring_init(struct xr_latency_ring *l, const struct xr_ring_desc *desc, enum xr_abi abi)
{
	*l = (struct xr_latency_ring){
		.desc = desc, .abi = abi, .begun_ns = INT64_MIN, .last_ns = INT64_MIN,
	};
	/* where answers do not say what was asked, requests that only answers tell of would be nobody's */
	for (size_t i = 0; i < XR_OP_FIELDS && desc->op_fields[i]; i++) {
		const struct xenring_field *f = NULL;

		while (desc->rsp[abi] && (f = xenring_next_field(desc->rsp[abi], f)))
			l->by_operation |= !strcmp(f->name, desc->op_fields[i]);
	}
}

static void on_answered(void *data, const struct xr_tracked *r, int64_t after_ns, int64_t by_ns)
{
	struct xr_latency_ring *l = data;
	/* from the middle of the period in which it came to that in which it was answered */
	int64_t ns = (after_ns - r->before_ns) / 2 + (by_ns - r->seen_ns) / 2;
	char name[XR_OPERATION] = "";
	struct xr_latency_op *op;

	if (l->by_operation)
		xr_operation(l->desc, r->rec, r->bytes, r->rec->size, name);
	op = op_of(l, name);
	l->whole++;
	if (op && !xr_histo_add(&op->whole, ns) &&
	    !xr_histo_add(&op->off_by, (r->seen_ns - r->before_ns) / 2 + (by_ns - after_ns) / 2))
		op->steps[step_of(ns)]++;
	else
		l->no_memory = true;
}

/* How many answers of one sample are of an operation. */
struct named {
	char name[XR_OPERATION];
	uint32_t n;
};

/* By name, of what could be seen; too many names are none. Returns how many there are. */
static size_t count_names(const struct xr_latency_ring *l, const struct xr_track_step *s,
			  struct named ret[XR_LATENCY_OPS])
{
	size_t n = 0, k;

	for (uint32_t i = 0; i < s->n_short; i++) {
		char name[XR_OPERATION] = "";

		xr_operation(l->desc, s->shorts[i].rec, s->shorts[i].bytes, s->shorts[i].rec->size, name);
		for (k = 0; k < n && strcmp(ret[k].name, name) != 0; k++)
			;
		if (k == XR_LATENCY_OPS)
			continue;
		if (k == n) {
			memcpy(ret[k].name, name, sizeof(name));
			ret[k].n = 0;
			n++;
		}
		ret[k].n++;
	}
	return n;
}

static void add_shorter(struct xr_latency_ring *l, const char *name, uint32_t n, int64_t ns)
{
	struct xr_latency_op *op = n ? op_of(l, name) : NULL;

	for (; op && n; n--)
		l->no_memory |= xr_histo_add(&op->shorter, ns) != 0;
}

/*
 * What these asked for is in their answers, but some of the answers may be to
 * requests that were there before and that nobody saw: of each operation so many
 * are left out, and what they asked for is not known.
 */
static void on_step(void *data, const struct xr_track_step *s)
{
	struct xr_latency_ring *l = data;
	struct named names[XR_LATENCY_OPS];
	uint32_t left = s->shorter;
	size_t n = l->by_operation && left ? count_names(l, s, names) : 0;

	l->unknown += s->unknown;
	l->lost += s->lost;
	l->shorter += s->shorter;
	for (size_t i = 0; i < n; i++) {
		uint32_t sure = names[i].n > s->doubtful ? names[i].n - s->doubtful : 0;

		if (sure > left)
			sure = left;
		add_shorter(l, names[i].name, sure, s->now_ns - s->after_ns);
		left -= sure;
	}
	add_shorter(l, "", left, s->now_ns - s->after_ns);
}

const struct xr_track_watch xr_latency_watch = { .answered = on_answered, .step = on_step };

void xr_latency_sampled(struct xr_latency_ring *l, int64_t mono_ns)
{
	if (mono_ns <= l->last_ns)
		return;
	if (l->begun_ns == INT64_MIN)
		l->begun_ns = mono_ns;
	else
		l->no_memory |= xr_histo_add(&l->periods, mono_ns - l->last_ns) != 0;
	l->last_ns = mono_ns;
	l->samples++;
}

/* ---- the fast path --------------------------------------------------------- */

#define SPIN_NS 20000		/* a sleep is no shorter than about this */
#define SPIN_LOOK_NS 1000000	/* while no sleep is taken, changes are looked for this often */
#define SETTLE_NS 50000000	/* and obeyed this often, however fast a guest makes them */
#define LEAST_NS 50000		/* without an interval: from here ... */
#define MOST_NS 1000000		/* ... to there, so that ... */
#define SHARE 4			/* ... looking takes a quarter of the time at most */

struct entry {
	char *path;
	struct xr_latency_ring ring;
};

struct xenring_latency {
	struct xenring *x;
	struct entry **entries;
	size_t n;
	struct xr_fast *fast;		/* those that can be looked at, by the plan of serial */
	size_t n_fast;
	uint64_t serial;
	int64_t cost_ns;		/* of one look at all of them, about */
	/* rows, made when they are asked for */
	struct xenring_latency_step *steps;
};

int xenring_latency_new(struct xenring *x, struct xenring_latency **ret)
{
	struct xenring_latency *l = calloc(1, sizeof(*l));

	if (!l)
		return xr_fail(x, "latency", ENOMEM, "out of memory");
	l->x = x;
	*ret = l;
	return 0;
}

void xenring_latency_free(struct xenring_latency *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++) {
		xr_tracks_leave(l->x, &l->entries[i]->ring);
		xr_latency_ring_clear(&l->entries[i]->ring);
		free(l->entries[i]->path);
		free(l->entries[i]);
	}
	free(l->entries);
	free(l->fast);
	free(l->steps);
	free(l);
}

int xenring_latency_add(struct xenring_latency *l, const struct xenring_snapshot *s, size_t i)
{
	struct xr_track_sum sum = { .samples = 0 };
	struct entry **entries, *e;
	struct xr_track *tr;
	int r = xenring_track(l->x, s, i, true);

	if (r)
		return r;
	tr = xr_track_of(l->x, s, i);
	if (!tr || tr->latency)
		return 0;
	entries = reallocarray(l->entries, l->n + 1, sizeof(*entries));
	if (entries)
		l->entries = entries;
	e = entries ? calloc(1, sizeof(*e)) : NULL;
	if (e)
		e->path = strdup(s->top->rings[i].path);
	if (!e || !e->path) {
		free(e);
		return xr_fail(l->x, "latency", ENOMEM, "out of memory");
	}
	xr_latency_ring_init(&e->ring, s->top->rings[i].ring->desc, s->top->devs[s->top->rings[i].dev].dev->abi);
	l->entries[l->n++] = e;
	xr_track_time(tr, &e->ring);
	/* it has seen the newest sample already */
	if (tr->tracker)
		xr_tracker_sum(tr->tracker, &sum);
	if (sum.samples)
		xr_latency_sampled(&e->ring, sum.now_ns);
	l->serial = 0;
	return 0;
}

static int64_t source_now(const struct xenring *x)
{
	struct xenring_time now = { 0 };

	x->src.ops->now((struct xr_source *)(uintptr_t)&x->src, &now);
	return now.mono_ns;
}

/* The machine's own clock without the detour, which is dear here. */
static inline int64_t now_of(const struct xenring *x)
{
	struct timespec t;

	if (!x->src.ops->is_live)
		return source_now(x);
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool xr_fast_look(struct xr_fast *f, int64_t now_ns, bool *ret_moved)
{
	uint32_t req, rsp;

	if (!xr_guards_hold(f->guards, f->n_guards))
		return false;
	rsp = f->words[XR_RSP_PROD];
	req = f->words[XR_REQ_PROD];
	*ret_moved = req != f->req_prod || rsp != f->rsp_prod;
	if (!*ret_moved)
		xr_latency_sampled(f->latency, now_ns);
	return true;
}

/* It has moved: its pages are copied, and the tracker has a look at them. */
static void look_closer(struct xenring_latency *l, struct xr_fast *f)
{
	struct xr_copied c = { .bytes = l->x->tracks.pages };

	/* it stood still until the sample before */
	if (f->latency->last_ns != INT64_MIN)
		xr_tracker_rest(f->tracker, f->latency->last_ns);
	if (xr_source_copy(&l->x->src, f->map, &c))
		return;
	/* what was copied had happened by now */
	if (!xr_tracker_step(f->tracker, now_of(l->x), &c))
		return;
	f->req_prod = c.before[XR_REQ_PROD];
	f->rsp_prod = c.before[XR_RSP_PROD];
	xr_latency_sampled(f->latency, now_of(l->x));
}

static int find_fast(struct xenring_latency *l)
{
	free(l->fast);
	l->n_fast = 0;
	l->fast = calloc(l->n + 1, sizeof(*l->fast));
	if (!l->fast || xr_tracks_fast(l->x, l->fast, l->n, &l->n_fast))
		return xr_fail(l->x, "latency", ENOMEM, "out of memory");
	l->serial = l->x->plan.serial;
	return 0;
}

/* false: one of them is not what it was. */
static bool look_at_all(struct xenring_latency *l, int64_t now_ns)
{
	for (size_t i = 0; i < l->n_fast; i++) {
		bool moved;

		if (!xr_fast_look(&l->fast[i], now_ns, &moved))
			return false;
		if (moved)
			look_closer(l, &l->fast[i]);
	}
	return true;
}

/* How long it sleeps where no interval is asked for: what looking costs is to be a part of it. */
static int64_t pace(const struct xenring_latency *l, int64_t interval_ns)
{
	int64_t ns = SHARE * l->cost_ns;

	if (interval_ns)
		return interval_ns;
	return ns < LEAST_NS ? LEAST_NS : ns > MOST_NS ? MOST_NS : ns;
}

static int run(struct xenring_latency *l, int64_t until_mono_ns, int64_t interval_ns)
{
	const struct xr_source_ops *ops = l->x->src.ops;
	bool spin = ops->is_live && interval_ns && interval_ns < SPIN_NS;
	int64_t deaf_until = INT64_MIN, next_poll = INT64_MIN, now = now_of(l->x);
	int r = 0;

	for (;;) {
		int64_t after, next;

		if (now >= until_mono_ns)
			return 0;
		if (l->serial != l->x->plan.serial)
			r = find_fast(l);
		/* who calls takes a sample then, which finds out what has become of it */
		if (r || !look_at_all(l, now))
			return r;
		after = now_of(l->x);
		/* the clock takes longer than all else here: the end of one look is the beginning of the next */
		if (spin && after < next_poll) {
			now = after;
			continue;
		}
		l->cost_ns += (after - now - l->cost_ns) / 8;
		next = after + pace(l, interval_ns);
		if (next > until_mono_ns)
			next = until_mono_ns;
		next_poll = after + SPIN_LOOK_NS;
		r = after < deaf_until ? ops->settle(&l->x->src, next) : ops->wait(&l->x->src, spin ? after : next);
		if (r < 0)
			return r;
		if (r) {
			deaf_until = after + SETTLE_NS;
			r = xr_keep_up(l->x);
			if (r)
				return r;
		}
		now = now_of(l->x);
	}
}

int xenring_latency_run(struct xenring_latency *l, int64_t until_mono_ns, double interval_s)
{
	int r;

	/* of a capture each sample is told by itself, and there is nothing between them */
	if (l->x->src.ops->next || !l->x->plan.hot)
		return xenring_wait(l->x, until_mono_ns);
	r = run(l, until_mono_ns, (int64_t)(interval_s * 1e9));
	/* the words of the next sample are news to it, whatever was seen here */
	l->serial = 0;
	return r;
}

/* ---- rows of it ------------------------------------------------------------ */

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

/* The time of so many in 1000 of all; those that are shorter than a period come first, and are unknown. */
static double percentile(const struct xr_latency_op *op, unsigned per_mille)
{
	uint64_t n = op->whole.n + op->shorter.n, rank = (n * per_mille + 999) / 1000;

	if (!rank)
		rank = 1;
	return rank <= op->shorter.n || !n ? (double)NAN : seconds(xr_histo_at(&op->whole, rank - op->shorter.n));
}

double xr_latency_bound(const struct xr_latency_op *op, unsigned per_mille)
{
	uint64_t n = op->whole.n + op->shorter.n, rank = (n * per_mille + 999) / 1000;

	if (!rank)
		rank = 1;
	return rank <= op->shorter.n ? seconds(xr_histo_at(&op->shorter, rank)) : (double)NAN;
}

size_t xenring_n_latency_rings(const struct xenring_latency *l)
{
	return l->n;
}

int xenring_latency_ring(struct xenring_latency *l, size_t i, struct xenring_latency_ring *ret)
{
	const struct xr_latency_ring *g;
	struct xr_track_sum sum = { .oldest_ns = INT64_MIN };
	const struct xr_track *tr;
	uint64_t n;

	if (i >= l->n)
		return -ERANGE;
	g = &l->entries[i]->ring;
	if (g->no_memory)
		return xr_fail(l->x, "latency", ENOMEM, "out of memory");
	n = g->periods.n;
	tr = xr_tracks_timed(l->x, g);
	if (tr && tr->tracker)
		xr_tracker_sum(tr->tracker, &sum);
	*ret = (struct xenring_latency_ring){
		.path = l->entries[i]->path,
		.duration_s = g->samples ? seconds(g->last_ns - g->begun_ns) : (double)NAN,
		.samples = (int64_t)g->samples,
		.samples_per_s = g->samples > 1 && g->last_ns > g->begun_ns ?
			(double)(g->samples - 1) / seconds(g->last_ns - g->begun_ns) : (double)NAN,
		.period_s = n ? seconds(xr_histo_at(&g->periods, (n + 1) / 2)) : (double)NAN,
		.period_p99_s = n ? seconds(xr_histo_at(&g->periods, (n * 99 + 99) / 100)) : (double)NAN,
		.period_max_s = n ? seconds(g->periods.max) : (double)NAN,
		.whole = (int64_t)g->whole, .shorter = (int64_t)g->shorter, .unknown = (int64_t)g->unknown,
		.lost = (int64_t)g->lost,
		.in_flight = sum.samples ? (int64_t)sum.in_flight : XENRING_UNKNOWN,
		.oldest_s = sum.oldest_ns == INT64_MIN ? (double)NAN : seconds(sum.now_ns - sum.oldest_ns),
	};
	return 0;
}

static const struct xr_latency_op *op_at(const struct xenring_latency *l, size_t i, size_t *ret_ring)
{
	for (size_t k = 0; k < l->n; i -= l->entries[k++]->ring.n_ops)
		if (i < l->entries[k]->ring.n_ops) {
			*ret_ring = k;
			return l->entries[k]->ring.ops[i];
		}
	return NULL;
}

size_t xenring_n_latency_ops(const struct xenring_latency *l)
{
	size_t n = 0;

	for (size_t k = 0; k < l->n; k++)
		n += l->entries[k]->ring.n_ops;
	return n;
}

static size_t fill_steps(const struct xr_latency_op *op, struct xenring_latency_step *ret)
{
	size_t first = 0, last = 0, n = 0;

	for (size_t i = XR_LATENCY_STEPS + 1; i--; )
		if (op->steps[i])
			first = i;
	for (size_t i = 0; i <= XR_LATENCY_STEPS; i++)
		if (op->steps[i])
			last = i;
	for (size_t i = first; op->whole.n && i <= last; i++)
		ret[n++] = (struct xenring_latency_step){
			.from_s = i ? seconds(xr_latency_edge(i - 1)) : 0,
			.to_s = i < XR_LATENCY_STEPS ? seconds(xr_latency_edge(i)) : (double)NAN,
			.count = (int64_t)op->steps[i],
		};
	return n;
}

int xenring_latency_op(struct xenring_latency *l, size_t i, struct xenring_latency_op *ret)
{
	size_t ring = 0, n;
	const struct xr_latency_op *op = op_at(l, i, &ring);
	uint64_t shorter;

	if (!op)
		return -ERANGE;
	if (!l->steps)
		l->steps = calloc(XR_LATENCY_STEPS + 1, sizeof(*l->steps));
	if (!l->steps)
		return xr_fail(l->x, "latency", ENOMEM, "out of memory");
	shorter = op->shorter.n;
	n = fill_steps(op, l->steps);
	*ret = (struct xenring_latency_op){
		.path = l->entries[ring]->path, .operation = op->name[0] ? op->name : NULL,
		.count = (int64_t)(op->whole.n + shorter), .whole = (int64_t)op->whole.n,
		.shorter = (int64_t)shorter,
		.shorter_than_s = shorter ? seconds(op->shorter.max) : (double)NAN,
		.shorter_than_p50_s = shorter ? seconds(xr_histo_at(&op->shorter, (shorter + 1) / 2)) : (double)NAN,
		.min_s = shorter || !op->whole.n ? (double)NAN : seconds(op->whole.min),
		.p50_s = percentile(op, 500), .p90_s = percentile(op, 900), .p99_s = percentile(op, 990),
		.p999_s = percentile(op, 999),
		.max_s = op->whole.n ? seconds(op->whole.max) : (double)NAN,
		.off_by_s = op->whole.n ? seconds(xr_histo_at(&op->off_by, (op->whole.n + 1) / 2)) : (double)NAN,
		.histogram = l->steps, .n_histogram = n,
	};
	return 0;
}

double xenring_latency_bound(const struct xenring_latency *l, size_t i, unsigned per_mille)
{
	size_t ring = 0;
	const struct xr_latency_op *op = op_at(l, i, &ring);

	return op ? xr_latency_bound(op, per_mille) : (double)NAN;
}
