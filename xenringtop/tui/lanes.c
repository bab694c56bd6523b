/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The past of one ring, sample by sample, and the lanes that a timeline draws of it. */
#include <config.h>

#include "tui/lanes.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tui/view.h"

#define NS_PER_S INT64_C(1000000000)
/* What happened so often is not listed, only drawn. */
#define HAPPENINGS_MAX 500

static int8_t bus_number(const char *word)
{
	for (const struct xenring_sym *w = xenring_words("bus"); word && w && w->name; w++)
		if (!strcmp(w->name, word))
			return (int8_t)w->value;
	return -1;
}

static const char *bus_word(int8_t number)
{
	for (const struct xenring_sym *w = xenring_words("bus"); w && w->name; w++)
		if ((int8_t)w->value == number)
			return w->name;
	return "?";
}

static double filled(int64_t used, int64_t size)
{
	return used == XENRING_UNKNOWN || size <= 0 ? (double)NAN : (double)used / (double)size;
}

static double queue_fill(int64_t prod, int64_t cons, int64_t size)
{
	return prod == XENRING_UNKNOWN || cons == XENRING_UNKNOWN ? (double)NAN :
	       filled((uint32_t)(prod - cons), size);
}

static double larger(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/*
 * Xen's rule (RING_PUSH_REQUESTS_AND_CHECK_NOTIFY, xen/io/ring.h): who has
 * pushed from old to new has to notify if event is in (old, new].
 */
static bool crossed(int64_t old, int64_t new, int64_t event)
{
	return old != XENRING_UNKNOWN && new != XENRING_UNKNOWN && event != XENRING_UNKNOWN &&
	       (uint32_t)(new - event) < (uint32_t)(new - old);
}

static double byte_rate(int64_t old, int64_t new, int64_t ns)
{
	return old == XENRING_UNKNOWN || new == XENRING_UNKNOWN || ns <= 0 ? (double)NAN :
	       (double)(uint32_t)(new - old) * NS_PER_S / (double)ns;
}

static struct point *next_point(struct past *p)
{
	if (p->n == POINTS_MAX) {
		/* a quarter at once, so that this is seldom */
		memmove(p->points, p->points + POINTS_MAX / 4, (POINTS_MAX - POINTS_MAX / 4) * sizeof(*p->points));
		p->n -= POINTS_MAX / 4;
	}
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->points = xreallocarray(p->points, p->cap, sizeof(*p->points));
	}
	return &p->points[p->n++];
}

static const struct point gone = {
	.epoch = XENRING_UNKNOWN, .req = (double)NAN, .rsp = (double)NAN, .out = (double)NAN, .in = (double)NAN,
	.fill = (double)NAN, .stall_s = (double)NAN, .req_prod = XENRING_UNKNOWN, .rsp_prod = XENRING_UNKNOWN,
	.req_event = XENRING_UNKNOWN, .rsp_event = XENRING_UNKNOWN, .in_flight = XENRING_UNKNOWN,
	.slots = XENRING_UNKNOWN, .front = -1, .back = -1,
};

void past_add(struct past *p, const struct xenring_ring *ring, const struct xenring_time *t, unsigned severity)
{
	struct point *now = next_point(p);
	const struct point *before = p->n > 1 ? now - 1 : &gone;
	bool bytes;

	*now = gone;
	now->mono_ns = t->mono_ns;
	now->real_ns = t->real_ns;
	if (!ring)
		return;
	bytes = ring->out_prod != XENRING_UNKNOWN || ring->in_prod != XENRING_UNKNOWN;
	now->epoch = ring->epoch;
	now->req = ring->requests_per_s;
	now->rsp = ring->responses_per_s;
	now->stall_s = ring->stall_s;
	/* of bytes these are where the two queues stand */
	now->req_prod = bytes ? ring->out_prod : ring->req_prod;
	now->rsp_prod = bytes ? ring->in_prod : ring->rsp_prod;
	now->req_event = bytes ? XENRING_UNKNOWN : ring->req_event;
	now->rsp_event = bytes ? XENRING_UNKNOWN : ring->rsp_event;
	now->in_flight = ring->in_flight;
	now->slots = ring->slots;
	now->state = ring->state;
	now->front = bus_number(ring->frontend_state);
	now->back = bus_number(ring->backend_state);
	now->severity = (uint8_t)severity;
	now->fill = bytes ? larger(queue_fill(ring->out_prod, ring->out_cons, ring->out_size),
				   queue_fill(ring->in_prod, ring->in_cons, ring->in_size)) :
		    filled(ring->in_flight, ring->slots);
	if (before->epoch != now->epoch)
		return;
	if (bytes) {
		now->out = byte_rate(before->req_prod, now->req_prod, now->mono_ns - before->mono_ns);
		now->in = byte_rate(before->rsp_prod, now->rsp_prod, now->mono_ns - before->mono_ns);
		return;
	}
	now->wake_back = crossed(before->req_prod, now->req_prod, before->req_event);
	now->wake_front = crossed(before->rsp_prod, now->rsp_prod, before->rsp_event);
}

void past_clear(struct past *p)
{
	p->n = 0;
}

/* Of n things of so many bytes, in the order of the time that each begins with: the first that is not before at. */
static size_t first_from(const void *things, size_t n, size_t size, int64_t at)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int64_t its;

		memcpy(&its, (const char *)things + mid * size, sizeof(its));
		if (its < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
static_assert(!offsetof(struct bucket, at) && !offsetof(struct point, mono_ns), "each begins with its time");

static size_t bucket_from(const struct heard *h, int64_t at)
{
	return first_from(h->buckets, h->n, sizeof(*h->buckets), at);
}

/* The bucket of that time, made if there is none. */
static struct bucket *bucket_at(struct heard *h, int64_t at)
{
	size_t i = bucket_from(h, at);

	if (i < h->n && h->buckets[i].at == at)
		return &h->buckets[i];
	if (h->n == BUCKETS_MAX) {
		size_t drop = BUCKETS_MAX / 4;

		memmove(h->buckets, h->buckets + drop, (h->n - drop) * sizeof(*h->buckets));
		h->n -= drop;
		i = i > drop ? i - drop : 0;
	}
	if (h->n == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 64;
		h->buckets = xreallocarray(h->buckets, h->cap, sizeof(*h->buckets));
	}
	memmove(h->buckets + i + 1, h->buckets + i, (h->n - i) * sizeof(*h->buckets));
	h->n++;
	h->buckets[i] = (struct bucket){ .at = at };
	return &h->buckets[i];
}

void past_hear(struct past *p, enum way way, int64_t mono_ns, uint64_t count)
{
	bucket_at(&p->heard, mono_ns / BUCKET_NS)->n[way] += count;
}

void past_listen(struct past *p, enum way way, int64_t since_ns)
{
	if (p->heard.ways[way].on)
		return;
	p->heard.ways[way].on = true;
	p->heard.ways[way].since_ns = since_ns;
}

void past_stop_listening(struct past *p, enum way way)
{
	p->heard.ways[way].on = false;
}

void past_forget_heard(struct past *p)
{
	p->heard.n = 0;
	for (int way = 0; way < WAYS; way++)
		p->heard.ways[way].on = false;
}

void past_free(struct past *p)
{
	free(p->heard.buckets);
	free(p->points);
	*p = (struct past){ 0 };
}

/* ---- lanes ------------------------------------------------------------------------- */

static double req(const struct point *p)
{
	return p->req;
}

static double rsp(const struct point *p)
{
	return p->rsp;
}

static double out_bytes(const struct point *p)
{
	return p->out;
}

static double in_bytes(const struct point *p)
{
	return p->in;
}

static double fill(const struct point *p)
{
	return p->fill;
}

/* Rings of bytes have no event indices. */
static double wake_back(const struct point *p)
{
	return p->req_event == XENRING_UNKNOWN ? (double)NAN : p->wake_back;
}

static double wake_front(const struct point *p)
{
	return p->rsp_event == XENRING_UNKNOWN ? (double)NAN : p->wake_front;
}

static double front(const struct point *p)
{
	return p->front < 0 ? (double)NAN : p->front;
}

static double back(const struct point *p)
{
	return p->back < 0 ? (double)NAN : p->back;
}

static double finding(const struct point *p)
{
	return p->state ? p->severity : (double)NAN;
}

static const struct lane lanes[] = {
	{ .name = "req/s", .kind = LANE_SPARK, .style = S_OK, .value = req, .help = "requests put in a second" },
	{ .name = "rsp/s", .kind = LANE_SPARK, .style = S_OK, .value = rsp, .prio = 1,
	  .help = "answers put in a second" },
	{ .name = "out B/s", .kind = LANE_SPARK, .style = S_OK, .value = out_bytes,
	  .help = "bytes that the guest has sent" },
	{ .name = "in B/s", .kind = LANE_SPARK, .style = S_OK, .value = in_bytes, .prio = 1,
	  .help = "bytes sent to the guest" },
	{ .name = "fill", .kind = LANE_SPARK, .style = S_OK, .share = true, .value = fill,
	  .help = "in flight, of the ring's slots" },
	{ .name = "wake F to B", .kind = LANE_TICK, .style = S_FRONT, .value = wake_back, .prio = 4,
	  .help = "the frontend had to wake the backend" },
	{ .name = "knock F>B", .kind = LANE_SPARK, .style = S_FRONT, .heard = true, .way = TO_BACK, .prio = 2,
	  .help = "notifications from the frontend that were heard" },
	{ .name = "wake B to F", .kind = LANE_TICK, .style = S_BACK, .value = wake_front, .prio = 5,
	  .help = "the backend had to wake the frontend" },
	{ .name = "knock B>F", .kind = LANE_SPARK, .style = S_BACK, .heard = true, .way = TO_FRONT, .prio = 3,
	  .help = "notifications from the backend that were heard" },
	{ .name = "front", .kind = LANE_DIGIT, .style = S_DIM, .value = front, .prio = 7,
	  .help = "the frontend's xenbus state" },
	{ .name = "back", .kind = LANE_DIGIT, .style = S_DIM, .value = back, .prio = 6,
	  .help = "the backend's xenbus state" },
	{ .name = "finding", .kind = LANE_MARK, .value = finding, .help = "what is wrong" },
};

const struct lane *lane_at(size_t i)
{
	return i < sizeof(lanes) / sizeof(lanes[0]) ? &lanes[i] : NULL;
}

/* All that was heard in that time; 0 only if somebody listened. */
static double count_heard(const struct heard *h, enum way way, int64_t from_ns, int64_t to_ns)
{
	uint64_t n = 0;

	for (size_t i = bucket_from(h, from_ns / BUCKET_NS); i < h->n && h->buckets[i].at < to_ns / BUCKET_NS; i++)
		n += h->buckets[i].n[way];
	if (!n && !(h->ways[way].on && h->ways[way].since_ns < to_ns))
		return (double)NAN;
	return (double)n;
}

double lane_value(const struct lane *lane, const struct past *p, int64_t from_ns, int64_t to_ns)
{
	double most = (double)NAN;

	if (lane->heard)
		return count_heard(&p->heard, lane->way, from_ns, to_ns);
	for (size_t i = first_from(p->points, p->n, sizeof(*p->points), from_ns); i < p->n && p->points[i].mono_ns < to_ns; i++) {
		double v = lane->value(&p->points[i]);

		most = lane->kind == LANE_DIGIT && !isnan(v) ? v : larger(most, v);
	}
	return most;
}

/* ---- what happened ------------------------------------------------------------------- */

struct list {
	struct happening *at;
	size_t n;
};

static void happened(struct list *l, const struct point *p, const char *what, unsigned severity, char *detail)
{
	if (l->n == HAPPENINGS_MAX) {
		free(l->at[0].detail);
		memmove(l->at, l->at + 1, --l->n * sizeof(*l->at));
	}
	l->at = xreallocarray(l->at, l->n + 1, sizeof(*l->at));
	l->at[l->n++] = (struct happening){
		.real_ns = p->real_ns, .mono_ns = p->mono_ns, .what = what, .severity = severity, .detail = detail,
	};
}

/* A ring stands still: when it moved for the last time, and who was to be woken then. */
static void stalled(struct list *l, const struct past *p, size_t at)
{
	const struct point *now = &p->points[at];
	size_t moved = at, woken = at;

	while (moved && p->points[moved - 1].epoch == now->epoch &&
	       p->points[moved - 1].req_prod == now->req_prod && p->points[moved - 1].rsp_prod == now->rsp_prod)
		moved--;
	woken = moved;
	while (woken && !p->points[woken].wake_back)
		woken--;
	if (p->points[woken].wake_back)
		happened(l, &p->points[woken], "wake due F to B", SEV_NONE,
			 xasprintf("passed req_event %" PRId64, p->points[woken - 1].req_event));
	if (moved)
		happened(l, &p->points[moved], "last progress", SEV_NONE,
			 isnan(now->out) ?
			 xasprintf("req_prod %" PRId64 ", rsp_prod %" PRId64, now->req_prod, now->rsp_prod) :
			 xasprintf("out_prod %" PRId64 ", in_prod %" PRId64, now->req_prod, now->rsp_prod));
}

static char *state_detail(const struct point *p, const char *was)
{
	_cleanup_buf_ struct buf b = { 0 };

	buf_printf(&b, "%s > %s", was, p->state);
	if (p->in_flight != XENRING_UNKNOWN && p->slots != XENRING_UNKNOWN)
		buf_printf(&b, ", %" PRId64 " of %" PRId64 " in flight", p->in_flight, p->slots);
	if (p->stall_s >= 0.1) {
		buf_puts(&b, ", still for ");
		put_seconds(&b, p->stall_s);
	}
	return buf_steal(&b);
}

static void compare(struct list *l, const struct past *p, size_t i)
{
	const struct point *a = &p->points[i - 1], *b = &p->points[i];

	if (!a->state || !b->state) {
		if (!a->state != !b->state)
			happened(l, b, b->state ? "ring" : "no ring", b->severity,
				 xasprintf("%s", b->state ? b->state : "it is gone"));
		return;
	}
	if (a->front != b->front)
		happened(l, b, "front state", SEV_NONE, xasprintf("%s > %s", bus_word(a->front), bus_word(b->front)));
	if (a->back != b->back)
		happened(l, b, "back state", SEV_NONE, xasprintf("%s > %s", bus_word(a->back), bus_word(b->back)));
	if (a->epoch != b->epoch)
		happened(l, b, "connected anew", SEV_NONE, xasprintf("epoch %" PRId64, b->epoch));
	if (!strcmp(a->state, b->state))
		return;
	if (!strcmp(b->state, "stuck"))
		stalled(l, p, i);
	/* that work comes and goes is what rings are for */
	if (b->severity != SEV_NONE || a->severity != SEV_NONE)
		happened(l, b, "state", b->severity, state_detail(b, a->state));
}

static int newest_first(const void *pa, const void *pb)
{
	const struct happening *a = pa, *b = pb;

	return (a->mono_ns < b->mono_ns) - (a->mono_ns > b->mono_ns);
}

struct happening *past_happenings(const struct past *p, size_t *ret_n)
{
	struct list l = { 0 };

	for (size_t i = 1; i < p->n; i++)
		compare(&l, p, i);
	if (l.n)
		qsort(l.at, l.n, sizeof(*l.at), newest_first);
	*ret_n = l.n;
	return l.at;
}

void happenings_free(struct happening *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(h[i].detail);
	free(h);
}
