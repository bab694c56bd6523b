/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Follows the requests of one ring: looks at it as often as may be, and at what its kernel tells. */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "course/course.h"
#include "decode.h"
#include "desc.h"
#include "follow.h"
#include "util/cleanup.h"

/* While nothing is followed a look is taken so often ... */
#define WAIT_NS 20000
/* ... and while something is, without a pause for so long, then as before. */
#define SPIN_NS 5000000
/* A sample takes a while, in which nothing is seen of the ring: it waits so long for a request that is under way. */
#define LINGER_NS INT64_C(2000000000)
/* Changes are looked for this often, however fast a guest makes them. */
#define SETTLE_NS 50000000
/* An answered request that nobody is seen to collect is followed no longer than that. */
#define COLLECT_NS INT64_C(200000000)
/* What the kernel tells comes later than what is seen: by so much, if anybody traces. */
#define TOLD_NS INT64_C(500000000)
/* Grants of one request that are looked at: more than the largest indirect request has. */
#define MOST_GREFS 600
/* Of rings whose requests take several: a vif's has one page of slots of 12 bytes. */
#define MOST_SLOTS 256
/* Requests that are through and wait for what the kernel tells. */
#define MOST_DONE 64
/* Knocks that came since, for a request that is seen only later. */
#define MOST_KNOCKS 256

/* ---- rows ---------------------------------------------------------------- */

static const struct xenring_sym state_words[] = {
	{ XR_STEP_WAITS, "waits", "it has not been seen to happen" },
	{ XR_STEP_SEEN, "seen", "it happened within the window" },
	{ XR_STEP_NONE, "none", "there is none of it, or it leaves no trace" },
	{ 0 }
};
static const struct xenring_sym known_words[] = {
	{ 0, "shared", "the shared pages show it" },
	{ 1, "inferred", "it follows from what they show" },
	{ 2, "kernel", "the kernel that the backend runs in says so" },
	{ 0 }
};
static const struct xenring_sym owner_words[] = {
	{ 0, "frontend", "the guest's driver" },
	{ 1, "event", "a notification: it was not sent, or not delivered" },
	{ 2, "backend", "the other side's driver" },
	{ 3, "storage", "the disk below the backend, or the backend" },
	{ 0 }
};
static const char *const step_names[XR_STEPS] = {
	"on the ring", "data granted", "front knocks", "back wakes", "back takes it", "data used", "answered",
	"front takes it",
};

#define NULLABLE .flags = XENRING_F_NULLABLE

static const struct xenring_field step_fields[] = {
	XR_FIELD(xenring_course_step, step, XENRING_UINT, .from = XENRING_TOOL, .help = "1 to 8"),
	XR_FIELD(xenring_course_step, name, XENRING_STRING, .from = XENRING_TOOL, .help = "what happens"),
	XR_FIELD(xenring_course_step, state, XENRING_STRING, .from = XENRING_INFERRED, .syms = state_words,
		 .help = "whether it was seen"),
	XR_FIELD(xenring_course_step, after_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_INFERRED,
		 .help = "not before that, from the moment at which the request was first seen; null: not bounded"),
	XR_FIELD(xenring_course_step, by_s, XENRING_REAL, NULLABLE, .unit = XENRING_U_SECONDS,
		 .from = XENRING_INFERRED, .help = "and not after this; null: not bounded, or not seen"),
	XR_FIELD(xenring_course_step, known_by, XENRING_STRING, NULLABLE, .from = XENRING_TOOL, .syms = known_words,
		 .help = "how that is known"),
	XR_FIELD(xenring_course_step, text, XENRING_STRING, NULLABLE, .from = XENRING_TOOL,
		 .help = "what was seen, or why nothing is"),
	XR_END
};
const struct xenring_record xr_course_step_record =
	XR_RECORD(xenring_course_step, "course_step", "one step of a request's course", step_fields);

static const struct xenring_field course_fields[] = {
	XR_FIELD(xenring_course, path, XENRING_STRING, .from = XENRING_TOOL, .help = "the ring"),
	XR_FIELD(xenring_course, request, XENRING_UINT, .from = XENRING_SHARED, .help = "its index, free-running"),
	XR_FIELD(xenring_course, slot, XENRING_UINT, .from = XENRING_SHARED, .help = "where it stood"),
	XR_FIELD(xenring_course, operation, XENRING_STRING, NULLABLE, .from = XENRING_SHARED, .help = "what it asks for"),
	XR_FIELD(xenring_course, sector, XENRING_UINT, NULLABLE, .from = XENRING_SHARED, .help = "the first, of 512 bytes"),
	XR_FIELD(xenring_course, sectors, XENRING_UINT, NULLABLE, .from = XENRING_SHARED, .help = "how many"),
	XR_FIELD(xenring_course, grants, XENRING_UINT, NULLABLE, .from = XENRING_SHARED, .help = "pages that it names"),
	XR_FIELD(xenring_course, done, XENRING_BOOL, .from = XENRING_INFERRED,
		 .help = "it is through, or nothing more will be seen of it"),
	XR_FIELD(xenring_course, stands_at, XENRING_UINT, .from = XENRING_INFERRED, .help = "the last step that was seen"),
	XR_FIELD(xenring_course, owes, XENRING_STRING, NULLABLE, .from = XENRING_INFERRED, .syms = owner_words,
		 .help = "whose move comes next; null: it is done"),
	XR_FIELD(xenring_course, age_s, XENRING_REAL, .unit = XENRING_U_SECONDS, .from = XENRING_INFERRED,
		 .help = "from when it was first seen to the last look"),
	XR_FIELD(xenring_course, looks, XENRING_UINT, .from = XENRING_TOOL, .help = "how often it was looked at"),
	{ .name = "steps", .off = offsetof(struct xenring_course, steps), .size = sizeof(struct xenring_course_step),
	  .type = XENRING_RECORD, .sub = &xr_course_step_record, .flags = XENRING_F_POINTER, .count = "n_steps",
	  .max = XR_STEPS, .from = XENRING_INFERRED, .help = "the eight steps, in order" },
	XR_FIELD(xenring_course, n_steps, XENRING_UINT, .flags = XENRING_F_HIDDEN, .help = "how many there are"),
	XR_END
};
const struct xenring_record xr_course_record =
	XR_RECORD(xenring_course, "course", "the course of one request", course_fields);

/* ---- what is followed ------------------------------------------------------- */

struct request {
	struct xr_course course;
	char operation[XR_OPERATION];
	struct xr_gist gist;
	bool has_id, through;
	uint64_t id;
	uint32_t units;			/* slots that it takes */
	uint32_t *grefs;
	size_t n_grefs;
	int64_t first_ns, answered_ns, last_ns;	/* when it was first seen, answered, looked at */
};

struct knock {
	int64_t ns;
	bool to_back;
};

struct xenring_follow {
	struct xenring *x;
	char *path;
	bool traced, blk;
	/* where it is by the plan of serial */
	uint64_t serial, uid;
	size_t at;			/* SIZE_MAX: it is not there */
	struct xr_ring *ring;
	const struct xr_dev *dev;
	/* the look before */
	bool looked;
	int64_t before_ns;
	uint32_t before[XR_N_IDX];
	struct request *now;		/* NULL: none */
	uint64_t missed;		/* times that requests came and went between two looks */
	struct request *done[MOST_DONE];	/* oldest first */
	size_t n_done;
	struct knock knocks[MOST_KNOCKS];
	size_t n_knocks;
	uint8_t *pages;
	/* the row that was given last */
	struct request *given;
	struct xr_window windows[XR_STEPS];
	struct xenring_course_step steps[XR_STEPS];
};

static void request_free(struct request *q)
{
	if (q)
		free(q->grefs);
	free(q);
}

static int64_t clock_of(struct xenring *x)
{
	struct xenring_time now = { 0 };

	x->src.ops->now(&x->src, &now);
	return now.mono_ns;
}

/* ---- a request that is new ---------------------------------------------------- */

/* How many of its grants let the backend in, and how many are mapped. False: that cannot be read here. */
static bool count_grants(struct xenring_follow *f, const struct request *q, uint32_t *ret_granted, uint32_t *ret_in_use)
{
	bool all = f->x->src.ops->grant;

	*ret_granted = *ret_in_use = 0;
	for (size_t i = 0; all && i < q->n_grefs; i++) {
		struct xr_grant g;
		int r = f->x->src.ops->grant(&f->x->src, f->ring->map.domid, q->grefs[i], &g);

		/* one that is outside the table lets nobody in */
		all = !r || r == -ERANGE;
		if (r)
			continue;
		*ret_granted += (g.flags & XR_GTF_TYPE) != XR_GTF_INVALID && g.domid == f->dev->be_domid;
		*ret_in_use += g.in_use;
	}
	return all;
}

static const uint8_t *slot_at(const struct xenring_follow *f, uint32_t index)
{
	return f->pages + xr_slot_at(index, f->ring->slots, f->ring->desc->slots_off, f->ring->slot_size);
}

/* What stands in a slot; state: of a chain, which the slots before it have made, 0 at its beginning. */
static const struct xenring_record *record_of(const struct xenring_follow *f, const uint8_t *slot, bool response,
					      unsigned *state)
{
	const struct xr_ring_desc *d = f->ring->desc;

	if (d->chain)
		return d->chain->step(d, f->dev->abi, response, slot, state);
	return response ? xr_pick_rsp(d, f->dev->abi, slot) : xr_pick(d, f->dev->abi, slot);
}

/* The grants that it names, in its slots and in the pages that these name. */
static int take_grants(struct xenring_follow *f, struct request *q, const struct xenring_record *rec, uint32_t index)
{
	struct xr_followed fetched = { .rec = rec, .slot = slot_at(f, index) };
	struct xenring_decoded d = { .rec = rec, .bytes = fetched.slot, .n = f->ring->slot_size };
	int r = 0;

	q->grefs = calloc(MOST_GREFS, sizeof(*q->grefs));
	if (!q->grefs)
		return -ENOMEM;
	if (f->ring->desc->follow && f->x->src.ops->pages)
		r = xr_follow_all(&f->x->src, f->ring, &fetched, 1);
	d.fetched = fetched.elements;
	d.n_fetched = fetched.n;
	if (r != -ENOMEM) {
		size_t n = xr_wire_grefs(&d, q->grefs, MOST_GREFS);

		q->n_grefs = n < MOST_GREFS ? n : MOST_GREFS;
		r = 0;
	}
	xr_followed_clear(&fetched);
	return r;
}

/* What it asks for, from the copy in pages; of chained slots the first says it, the others name pages, too. */
static int take_request(struct xenring_follow *f, struct request *q, uint32_t index, uint32_t behind)
{
	const struct xr_ring_desc *d = f->ring->desc;
	const uint8_t *slot = slot_at(f, index);
	const struct xenring_record *rec;
	unsigned state = 0;
	int r;

	rec = record_of(f, slot, false, &state);
	q->units = 1;
	if (!rec)
		return 0;
	q->has_id = !xr_wire_number(rec, slot, f->ring->slot_size, xr_id_field(d), &q->id);
	xr_operation(d, rec, slot, f->ring->slot_size, q->operation);
	q->gist = xr_gist_of(d, rec, slot);
	r = take_grants(f, q, rec, index);
	while (!r && state && index + q->units != behind && q->units < f->ring->slots) {
		struct xenring_decoded more = { .bytes = slot_at(f, index + q->units), .n = f->ring->slot_size };

		more.rec = record_of(f, more.bytes, false, &state);
		if (q->n_grefs < MOST_GREFS)
			q->n_grefs += xr_wire_grefs(&more, q->grefs + q->n_grefs, MOST_GREFS - q->n_grefs);
		if (q->n_grefs > MOST_GREFS)
			q->n_grefs = MOST_GREFS;
		q->units++;
	}
	return r;
}

static int copy_pages(struct xenring_follow *f, struct xr_copied *ret)
{
	*ret = (struct xr_copied){ .bytes = f->pages };
	return xr_source_copy(&f->x->src, &f->ring->map, ret);
}

static bool has_its_id(const struct xenring_follow *f, const struct request *q, const struct xenring_record *rec,
		       const uint8_t *slot)
{
	uint64_t id;

	return rec && !xr_wire_number(rec, slot, f->ring->slot_size, xr_id_field(f->ring->desc), &id) && id == q->id;
}

/* Is its response among those from first up to rsp_prod? As the copy in pages shows them. */
static void look_for_answer(struct xenring_follow *f, const struct request *q, uint32_t first,
			    struct xr_course_look *look)
{
	const struct xr_ring_desc *d = f->ring->desc;
	uint32_t n = xr_idx_sub(look->idx[XR_RSP_PROD], first);
	unsigned state = 0;

	if (!(d->flags & XR_OUT_OF_ORDER) || !q->has_id) {
		look->answered = (int32_t)xr_idx_sub(look->idx[XR_RSP_PROD], q->course.about.index) > 0;
		look->answer = q->course.about.index;
		return;
	}
	for (uint32_t i = 0; i < n && n <= f->ring->slots; i++) {
		const uint8_t *slot = slot_at(f, first + i);
		const struct xenring_record *rec = record_of(f, slot, true, &state);

		if (!has_its_id(f, q, rec, slot))
			continue;
		look->answered = true;
		look->answer = first + i;
		xr_status(rec, slot, f->ring->slot_size, look->status, sizeof(look->status));
		return;
	}
}

/*
 * Has a request that came since the look before its id? A frontend uses one again
 * only when it has taken the answer, which then came before it was looked for.
 */
static bool is_used_again(const struct xenring_follow *f, const struct request *q, const struct xr_course_look *look)
{
	uint32_t first = f->before[XR_REQ_PROD], n = xr_idx_sub(look->idx[XR_REQ_PROD], first);
	unsigned state = 0;

	for (uint32_t i = 0; q->has_id && i < n && n <= f->ring->slots; i++) {
		const uint8_t *slot = slot_at(f, first + i);
		const struct xenring_record *rec = record_of(f, slot, false, &state);

		/* what an answer stands in is no request any more */
		if ((int32_t)xr_idx_sub(first + i, look->idx[XR_RSP_PROD]) >= 0 && has_its_id(f, q, rec, slot))
			return true;
	}
	return false;
}

/* The knocks that came before it was seen, and were told before, may be its own. */
static void tell_knocks(struct xenring_follow *f, struct request *q)
{
	for (size_t i = 0; i < f->n_knocks; i++)
		xr_course_knock(&q->course, f->knocks[i].to_back, f->knocks[i].ns);
}

/*
 * Which of those that have come since the look before is followed: the first
 * whose slot still shows it, or the first of all. By the copy in pages.
 */
static uint32_t choose(const struct xenring_follow *f, const struct xr_course_look *look)
{
	const struct xr_ring_desc *d = f->ring->desc;
	uint32_t index = f->before[XR_REQ_PROD], rsp = look->idx[XR_RSP_PROD];
	uint32_t open = xr_idx_sub(look->idx[XR_REQ_PROD], rsp);
	const uint8_t *slots[MOST_SLOTS];
	bool ends = false;

	if ((int32_t)xr_idx_sub(rsp, index) <= 0 || !open || open > f->ring->slots)
		return index;
	if (!d->chain)
		return rsp;
	/* a packet of which the beginning is answered is none */
	if (open > MOST_SLOTS)
		return index;
	for (uint32_t i = 0; i < open; i++)
		slots[i] = slot_at(f, rsp + i);
	rsp += (uint32_t)xr_chain_start(d, f->dev->abi, false, slots, open, &ends);
	return ends ? rsp : index;
}

/* A request has come since the look before. */
static int begin(struct xenring_follow *f, struct xr_course_look *look)
{
	uint32_t index, n = f->ring->slots;
	struct request *q = calloc(1, sizeof(*q));
	struct xr_course_about about = {
		.n = n, .req_prod = f->before[XR_REQ_PROD], .req_prod_now = look->idx[XR_REQ_PROD],
		.rule = f->ring->desc->event_rule == XR_EVENT_BOUND, .port = f->ring->port,
		.backend_port = f->ring->backend_port,
		.copied = !strcmp(f->dev->proto->name, "netif"),
	};
	struct xr_copied c;
	bool read = false;
	int r;

	if (!q)
		return -ENOMEM;
	q->gist = (struct xr_gist){ .sector = XENRING_UNKNOWN, .sectors = XENRING_UNKNOWN, .segments = XENRING_UNKNOWN };
	r = copy_pages(f, &c);
	index = r ? about.req_prod : choose(f, look);
	/* else an answer stands in its slot already, or another request */
	if (!r && (int32_t)xr_idx_sub(c.after[XR_RSP_PROD], index) <= 0 && xr_idx_sub(c.after[XR_REQ_PROD], index) <= n) {
		r = take_request(f, q, index, look->idx[XR_REQ_PROD]);
		read = !r;
	}
	if (r == -ENOMEM) {
		request_free(q);
		return r;
	}
	/* of one that has come and gone between two looks there is nothing to be told */
	if (!read) {
		request_free(q);
		f->missed++;
		return 0;
	}
	about.index = index;
	about.grants = (uint32_t)q->n_grefs;
	about.blind = !count_grants(f, q, &about.granted, &look->in_use);
	/* this is when they were read */
	look->ended_ns = clock_of(f->x);
	q->course.about = about;
	/* an answer that came in the same moment may be to the one that had its id before */
	if (!q->has_id)
		look_for_answer(f, q, f->before[XR_RSP_PROD], look);
	q->first_ns = look->ended_ns;
	q->last_ns = look->ended_ns;
	q->answered_ns = look->answered ? look->ended_ns : INT64_MIN;
	xr_course_begin(&q->course, &about, f->before_ns, f->before, look);
	tell_knocks(f, q);
	f->now = q;
	return 0;
}

/* ---- looks ---------------------------------------------------------------------- */

static void put_away(struct xenring_follow *f)
{
	struct request *q = f->now;

	f->now = NULL;
	q->through = true;
	if (f->n_done == MOST_DONE) {
		request_free(f->done[0]);
		memmove(f->done, f->done + 1, (MOST_DONE - 1) * sizeof(*f->done));
		f->n_done--;
	}
	f->done[f->n_done++] = q;
}

static int go_on(struct xenring_follow *f, struct xr_course_look *look)
{
	struct request *q = f->now;
	struct xr_copied c;
	uint32_t granted;

	count_grants(f, q, &granted, &look->in_use);
	look->ended_ns = clock_of(f->x);
	if (q->answered_ns == INT64_MIN && (look->idx[XR_RSP_PROD] != f->before[XR_RSP_PROD] ||
					    look->idx[XR_REQ_PROD] != f->before[XR_REQ_PROD])) {
		int r = copy_pages(f, &c);

		if (r == -ENOMEM)
			return r;
		if (!r)
			look_for_answer(f, q, f->before[XR_RSP_PROD], look);
		look->used_again = !r && !look->answered && is_used_again(f, q, look);
		look->answered |= look->used_again;
		if (look->answered)
			q->answered_ns = look->ended_ns;
	}
	q->last_ns = look->ended_ns;
	if (xr_course_look(&q->course, look) ||
	    (q->answered_ns != INT64_MIN && look->ended_ns - q->answered_ns > COLLECT_NS))
		put_away(f);
	return 0;
}

/* The ring's words as they were read between two moments. */
static int take_look(struct xenring_follow *f, int64_t begun_ns, int64_t ended_ns, const uint32_t idx[XR_N_IDX])
{
	struct xr_course_look look = { .begun_ns = begun_ns, .ended_ns = ended_ns };
	int r = 0;

	memcpy(look.idx, idx, sizeof(look.idx));
	if (f->now)
		r = go_on(f, &look);
	else if (f->looked && look.idx[XR_REQ_PROD] != f->before[XR_REQ_PROD])
		r = begin(f, &look);
	memcpy(f->before, look.idx, sizeof(f->before));
	f->before_ns = begun_ns;
	f->looked = true;
	return r;
}

/* Its connection has ended, and with it whatever was on the ring. */
static void lose(struct xenring_follow *f)
{
	if (f->now)
		put_away(f);
	f->looked = false;
	f->at = SIZE_MAX;
}

/* Where the ring is now. */
static void locate(struct xenring_follow *f)
{
	const struct xr_topology *top = f->x->top;
	size_t i = 0;

	f->serial = f->x->plan.serial;
	while (top && i < top->n_rings && strcmp(top->rings[i].path, f->path) != 0)
		i++;
	if (!top || i == top->n_rings || i >= f->x->plan.n || !top->rings[i].ring->slots || !top->rings[i].ring->map.page) {
		lose(f);
		return;
	}
	if (f->at != SIZE_MAX && f->uid != top->rings[i].ring->uid)
		lose(f);
	f->at = i;
	f->ring = top->rings[i].ring;
	f->dev = top->devs[top->rings[i].dev].dev;
	f->uid = f->ring->uid;
}

static int64_t pause_of(const struct xenring_follow *f, int64_t now_ns)
{
	/* a clock that only a wait moves would stand still */
	return f->x->src.ops->is_live && f->now && now_ns - f->now->first_ns < SPIN_NS ? 0 : WAIT_NS;
}

/* 1: the ring is not what it was, who calls takes a sample. */
static int look_once(struct xenring_follow *f)
{
	const struct xr_hot *hot = &f->x->plan.hot[f->at];
	int64_t begun = clock_of(f->x);
	uint32_t idx[XR_N_IDX];
	enum xr_look look;

	if (!hot->words || !xr_guards_hold(f->x->plan.guards + hot->first_guard, hot->n_guards))
		return 1;
	look = xr_ring_look(hot->words, f->ring->desc->kind, idx);
	/* what moves under each look tells nothing, and will stand still soon */
	return look == XR_LOOK_OK ? take_look(f, begun, clock_of(f->x), idx) : 0;
}

static int run(struct xenring_follow *f, int64_t until_mono_ns)
{
	const struct xr_source_ops *ops = f->x->src.ops;
	int64_t deaf_until = INT64_MIN, next_poll = INT64_MIN;

	for (;;) {
		int64_t now = clock_of(f->x), next;
		int r;

		if (now >= until_mono_ns && (!f->now || now >= f->now->first_ns + LINGER_NS))
			return 0;
		if (f->serial != f->x->plan.serial)
			locate(f);
		if (f->at == SIZE_MAX)
			return xenring_wait(f->x, until_mono_ns);
		r = look_once(f);
		if (r)
			return r < 0 ? xr_fail(f->x, "follow", -r, "out of memory") : 0;
		now = clock_of(f->x);
		next = now + pause_of(f, now);
		if (next > until_mono_ns && !f->now)
			next = until_mono_ns;
		if (next == now && now < next_poll)
			continue;
		next_poll = now + SPIN_NS;
		r = now < deaf_until ? ops->settle(&f->x->src, next) : ops->wait(&f->x->src, next);
		if (r < 0)
			return r;
		if (r) {
			deaf_until = now + SETTLE_NS;
			r = xr_keep_up(f->x);
			if (r)
				return r;
		}
	}
}

int xenring_follow_run(struct xenring_follow *f, int64_t until_mono_ns)
{
	/* of a capture each sample is a look, and there is nothing between them */
	if (f->x->src.ops->next || !f->x->plan.hot)
		return xenring_wait(f->x, until_mono_ns);
	return run(f, until_mono_ns);
}

int xenring_follow_step(struct xenring_follow *f, const struct xenring_snapshot *s)
{
	int r;

	locate(f);
	if (f->at == SIZE_MAX || s->top != f->x->top || s->look[f->at] != XR_LOOK_OK)
		return 0;
	r = take_look(f, s->at.mono_ns, s->at.mono_ns, s->idx[f->at]);
	return r ? xr_fail(f->x, "follow", -r, "out of memory") : 0;
}

void xenring_follow_event(struct xenring_follow *f, const struct xenring_event *e)
{
	size_t n = e->path ? strlen(e->path) : 0;
	bool to_back = e->direction && !strcmp(e->direction, "front_to_back");
	struct knock k = { .ns = e->mono_ns, .to_back = to_back };

	/* what was due is known from the ring itself */
	if (strcmp(e->source, "kernel") != 0 || !e->direction || !n || strncmp(e->path, f->path, n) != 0 ||
	    (f->path[n] && f->path[n] != '/'))
		return;
	f->traced = true;
	for (size_t i = 0; i < f->n_done; i++)
		xr_course_knock(&f->done[i]->course, to_back, k.ns);
	if (f->now)
		xr_course_knock(&f->now->course, to_back, k.ns);
	if (f->n_knocks == MOST_KNOCKS) {
		memmove(f->knocks, f->knocks + MOST_KNOCKS / 2, MOST_KNOCKS / 2 * sizeof(*f->knocks));
		f->n_knocks = MOST_KNOCKS / 2;
	}
	f->knocks[f->n_knocks++] = k;
}

/* ---- what is given ---------------------------------------------------------------- */

static double since(const struct request *q, int64_t ns)
{
	return ns == INT64_MIN || ns == INT64_MAX ? (double)NAN : (double)(ns - q->first_ns) / 1e9;
}

static const char *owner(const struct xenring_follow *f, const struct request *q)
{
	const struct xr_course *c = &q->course;

	if (q->through)
		return NULL;
	switch (xr_course_stands_at(c)) {
	case XR_STEP_PUT:
	case XR_STEP_GRANT:
	case XR_STEP_KNOCK:
		/* who traces would have seen it come */
		return c->due && f->traced && !c->woken ? owner_words[1].name : owner_words[2].name;
	case XR_STEP_WAKE:
		return owner_words[2].name;
	case XR_STEP_TAKE:
	case XR_STEP_USE:
		return owner_words[f->blk ? 3 : 2].name;
	default:
		return owner_words[0].name;
	}
}

static void fill(struct xenring_follow *f, const struct request *q, struct xenring_course *ret)
{
	static const uint8_t known[] = { [XENRING_SHARED] = 0, [XENRING_INFERRED] = 1, [XENRING_BACKEND] = 2 };

	xr_course_settle(&q->course, f->windows);
	for (int i = 0; i < XR_STEPS; i++) {
		const struct xr_window *w = &f->windows[i];
		bool seen = w->state == XR_STEP_SEEN;

		f->steps[i] = (struct xenring_course_step){
			.step = i + 1, .name = step_names[i], .state = state_words[w->state].name,
			.after_s = seen ? since(q, w->after_ns) : (double)NAN, .by_s = seen ? since(q, w->by_ns) : (double)NAN,
			.known_by = seen ? known_words[known[w->from]].name : NULL, .text = w->text[0] ? w->text : NULL,
		};
	}
	*ret = (struct xenring_course){
		.path = f->path, .request = q->course.about.index, .slot = q->course.about.index & (q->course.about.n - 1),
		.operation = q->operation[0] ? q->operation : NULL, .sector = q->gist.sector, .sectors = q->gist.sectors,
		.grants = (int64_t)q->n_grefs, .done = q->through, .stands_at = xr_course_stands_at(&q->course) + 1,
		.owes = owner(f, q), .age_s = since(q, q->last_ns), .looks = q->course.looks, .mono_ns = q->first_ns,
		.steps = f->steps, .n_steps = XR_STEPS,
	};
}

int xenring_follow_next(struct xenring_follow *f, bool all, struct xenring_course *ret)
{
	struct request *q = f->n_done ? f->done[0] : NULL;

	if (!q || (f->traced && !all && f->before_ns - q->last_ns < TOLD_NS))
		return 0;
	request_free(f->given);
	f->given = q;
	memmove(f->done, f->done + 1, (f->n_done - 1) * sizeof(*f->done));
	f->n_done--;
	fill(f, q, ret);
	return 1;
}

uint64_t xenring_follow_missed(const struct xenring_follow *f)
{
	return f->missed;
}

int xenring_follow_now(struct xenring_follow *f, struct xenring_course *ret)
{
	if (!f->now)
		return 0;
	fill(f, f->now, ret);
	return 1;
}

int xenring_follow_new(struct xenring *x, const struct xenring_snapshot *s, size_t i, bool traced,
		       struct xenring_follow **ret)
{
	const struct xr_ring *ring;
	struct xenring_follow *f;

	if (i >= s->top->n_rings)
		return xr_fail(x, "follow", ERANGE, "there is no such ring");
	ring = s->top->rings[i].ring;
	if (ring->desc->kind != XR_RING_SLOTS)
		return xr_fail(x, "follow", EOPNOTSUPP, "%s: it has no requests that could be followed", s->top->rings[i].path);
	f = calloc(1, sizeof(*f));
	if (f) {
		f->path = strdup(s->top->rings[i].path);
		f->pages = malloc((size_t)XR_MAX_PAGES * XR_PAGE_SIZE);
	}
	if (!f || !f->path || !f->pages) {
		xenring_follow_free(f);
		return xr_fail(x, "follow", ENOMEM, "out of memory");
	}
	f->x = x;
	f->traced = traced;
	f->at = SIZE_MAX;
	f->blk = !strcmp(s->top->devs[s->top->rings[i].dev].dev->proto->name, "blkif");
	*ret = f;
	return 0;
}

void xenring_follow_free(struct xenring_follow *f)
{
	if (!f)
		return;
	request_free(f->now);
	request_free(f->given);
	for (size_t i = 0; i < f->n_done; i++)
		request_free(f->done[i]);
	free(f->path);
	free(f->pages);
	free(f);
}
