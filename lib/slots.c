/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ring's slots: one private copy, decoded, with the pages its requests name. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "decode.h"
#include "follow.h"
#include "kind.h"
#include "slots.h"
#include "stream.h"
#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/text.h"

/* What stands in a slot. */
enum slot_state {
	SLOT_REQUEST, SLOT_RESPONSE, SLOT_FREE, SLOT_CHANGING, SLOT_WAITING, SLOT_TAKEN, SLOT_PAGE,
	SLOT_OPEN, SLOT_ANSWERED, SLOT_KEPT, SLOT_UNSURE,	/* of a ring that is tracked */
};
const struct xenring_sym xr_slot_words[] = {
	{ SLOT_REQUEST, "request", "a request that no response has overwritten; where answers come in "
	  "any order it may have been answered already" },
	{ SLOT_RESPONSE, "response", "the answer that was put here last" },
	{ SLOT_FREE, "free", "never used since the ring was made, or holds no message" },
	{ SLOT_CHANGING, "changing", "written to while it was copied: may be half old, half new" },
	{ SLOT_WAITING, "waiting", "an event or message that its reader has not taken yet, or not "
	  "confirmed where it may leave that out" },
	{ SLOT_TAKEN, "taken", "an event that its reader has taken" },
	{ SLOT_PAGE, "page", "no message: what the page says beside them" },
	{ SLOT_OPEN, "open", "a request that is not answered" },
	{ SLOT_ANSWERED, "answered", "a request that was answered; the answer stands in another slot" },
	{ SLOT_KEPT, "kept", "a request that is not answered though its slot is reused: as it was seen before" },
	{ SLOT_UNSURE, "unsure", "a request whose slot is reused, and whose answer may have been missed: "
	  "open or answered" },
	{ 0 }
};

struct slot {
	uint32_t index, at;		/* free-running; position in the ring */
	enum slot_state state;
	struct xenring_decoded dec;
	struct xr_followed followed;
	char *note;
	uint8_t *own;			/* bytes that are not in the ring's copy; or NULL */
	uint64_t id;
	bool has_id;
	uint32_t *grefs;
	size_t n_grefs;
	bool seen;			/* its request is known since seen_ns */
	int64_t seen_ns;
};

struct xenring_slots {
	struct xr_topology *top;	/* for the strings of the row */
	struct xenring_ring row;
	const struct xr_ring_desc *desc;
	const struct xr_tracker *tracker;	/* while they are laid; NULL: it is not tracked */
	int64_t now_ns;
	uint8_t *copy;
	size_t n, room;
	struct slot *slots;
};

void xenring_slots_free(struct xenring_slots *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		xr_followed_clear(&s->slots[i].followed);
		free(s->slots[i].note);
		free(s->slots[i].own);
		free(s->slots[i].grefs);
	}
	free(s->slots);
	free(s->copy);
	xr_topology_unref(s->top);
	free(s);
}

static void slots_freep(struct xenring_slots **s)
{
	xenring_slots_free(*s);
}

static bool is_zero(const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b[i])
			return false;
	return true;
}

/* n slots more, zeroed, behind those there are. NULL: no memory. */
static struct slot *add_slots(struct xenring_slots *s, size_t n)
{
	struct slot *first;

	if (s->n + n > s->room) {
		size_t room = s->n + n > 2 * s->room ? s->n + n : 2 * s->room;
		struct slot *slots = reallocarray(s->slots, room, sizeof(*slots));

		if (!slots)
			return NULL;
		s->slots = slots;
		s->room = room;
	}
	first = s->slots + s->n;
	memset(first, 0, n * sizeof(*first));
	s->n += n;
	return first;
}

static void drop_slots(struct xenring_slots *s, size_t from)
{
	for (size_t i = from; i < s->n; i++) {
		free(s->slots[i].note);
		free(s->slots[i].own);
	}
	s->n = from;
}

static void classify(struct xenring_slots *s, const struct xr_ring *ring,
		     const uint32_t before[XR_N_IDX], const uint32_t after[XR_N_IDX])
{
	uint32_t n = ring->slots, oldest = before[XR_REQ_PROD] - n;
	uint32_t answered = n - xr_idx_sub(before[XR_REQ_PROD], before[XR_RSP_PROD]);

	for (uint32_t i = 0; i < n; i++) {
		struct slot *slot = &s->slots[i];

		slot->index = oldest + i;
		slot->at = slot->index & (n - 1);
		slot->dec.bytes = s->copy + xr_slot_at(slot->index, n, ring->desc->slots_off, ring->slot_size);
		slot->dec.n = ring->slot_size;
		if (xr_slot_may_have_changed(slot->index, n, before, after))
			slot->state = SLOT_CHANGING;
		else if (i >= answered)
			slot->state = SLOT_REQUEST;
		else if (slot->index > before[XR_REQ_PROD] && is_zero(slot->dec.bytes, slot->dec.n))
			slot->state = SLOT_FREE;	/* before the first request ever */
		else
			slot->state = SLOT_RESPONSE;
	}
}

static void note(struct slot *slot, char *text)
{
	if (slot->note || !text)
		free(text);
	else
		slot->note = text;
}

/*
 * Chained slots have a meaning only from a boundary on; xr_chain_start() finds
 * one. What is before it stays raw. A producer pushes whole units, so the run
 * ends at a boundary, too, unless slots that are being written cut it off.
 */
static void decode_chain(struct xenring_slots *s, const struct xr_ring *ring, enum xr_abi abi,
			 bool response, size_t from, size_t to, const uint8_t **bytes)
{
	const struct xr_chain *chain = ring->desc->chain;
	bool ends, cut_off = to < s->n && s->slots[to].state == SLOT_CHANGING;
	unsigned state = 0;
	size_t first;

	first = from + xr_chain_start(ring->desc, abi, response, bytes + from, to - from, &ends);
	for (size_t i = from; i < first; i++)
		s->slots[i].dec.rec = NULL;
	for (size_t i = first; i < to; i++) {
		struct xr_unit unit = { .note = NULL };

		s->slots[i].dec.rec = chain->step(ring->desc, abi, response, bytes[i], &state);
		if (state)
			continue;
		chain->sum(ring->desc, abi, response, bytes + first, i + 1 - first, &unit);
		if (unit.note)
			note(&s->slots[first], strdup(unit.note));
		first = i + 1;
	}
	if (!ends && !cut_off)
		note(&s->slots[first], strdup("what begins here has no end"));
}

static int decode(struct xenring_slots *s, const struct xr_ring *ring, enum xr_abi abi)
{
	_cleanup_free_ const uint8_t **bytes = NULL;
	const struct xr_chain *chain = ring->desc->chain;
	size_t answered = 0;

	while (answered < s->n && s->slots[answered].state != SLOT_REQUEST)
		answered++;
	for (size_t i = 0; i < s->n; i++) {
		struct slot *slot = &s->slots[i];

		if (slot->state == SLOT_REQUEST)
			slot->dec.rec = xr_pick(ring->desc, abi, slot->dec.bytes);
		else if (slot->state == SLOT_RESPONSE)
			slot->dec.rec = xr_pick_rsp(ring->desc, abi, slot->dec.bytes);
	}
	if (chain) {
		size_t last = 0;

		bytes = calloc(s->n, sizeof(*bytes));
		if (!bytes)
			return -ENOMEM;
		for (size_t i = 0; i < s->n; i++)
			bytes[i] = s->slots[i].dec.bytes;

		/* runs of slots of one kind, as moving slots may interrupt them */
		for (size_t i = 1; i <= s->n; i++) {
			if (i < s->n && s->slots[i].state == s->slots[last].state)
				continue;
			if (s->slots[last].state == SLOT_REQUEST || s->slots[last].state == SLOT_RESPONSE)
				decode_chain(s, ring, abi, s->slots[last].state == SLOT_RESPONSE, last, i,
					     bytes);
			last = i;
		}
	}
	return 0;
}

/* ---- what is known of the requests ---------------------------------------- */

/* Its slot is reused: it is a further one. */
static bool is_kept(const struct slot *slot)
{
	return slot->state == SLOT_KEPT || slot->state == SLOT_UNSURE;
}

static int know(struct slot *slot, const struct xr_tracked *k)
{
	if (k->kept)
		slot->state = k->sure ? SLOT_KEPT : SLOT_UNSURE;
	else if (k->answered)
		slot->state = SLOT_ANSWERED;
	else if (k->sure)
		slot->state = SLOT_OPEN;
	slot->seen = true;
	slot->seen_ns = k->seen_ns;
	/* it saw where the request's unit begins, which need not be on the page any more */
	if (!slot->dec.rec)
		slot->dec.rec = k->rec;
	if (k->twin && !k->answered)
		note(slot, strdup("another open request has its id: which of them an answer is for cannot be told"));
	/* it has lost its slot, or an answer stands there that is not told of yet */
	if (k->kept || memcmp(slot->dec.bytes, k->bytes, slot->dec.n) != 0) {
		slot->own = malloc(slot->dec.n);
		if (!slot->own)
			return -ENOMEM;
		memcpy(slot->own, k->bytes, slot->dec.n);
		slot->dec.bytes = slot->own;
		slot->dec.rec = k->rec;
	}
	return 0;
}

/* A request that has lost its slot, which is now the place first of those of the list. */
static int keep(struct xenring_slots *s, const struct xr_ring *ring, size_t first, const struct xr_tracked *k)
{
	struct slot *slot = add_slots(s, 1);

	if (!slot)
		return -ENOMEM;
	memmove(s->slots + first + 1, s->slots + first, (s->n - 1 - first) * sizeof(*slot));
	slot = &s->slots[first];
	*slot = (struct slot){
		.index = k->index, .at = k->index & (ring->slots - 1), .dec.n = ring->slot_size,
	};
	return know(slot, k);
}

/* What is known from earlier samples, too: in the order of the indices. */
static int tell_known(struct xenring_slots *s, const struct xr_ring *ring)
{
	uint32_t oldest = s->slots[0].index;
	const struct xr_tracked *k;
	size_t n_kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->slots[i].state == SLOT_RESPONSE && xr_tracker_is_stranger(s->tracker, s->slots[i].index))
			note(&s->slots[i], strdup("answers no request that was open"));
	for (size_t i = 0; (k = xr_tracker_next(s->tracker, i)); i++) {
		uint32_t at = xr_idx_sub(k->index, oldest);

		if (!k->kept) {
			/* the copy may have caught it while it was written over */
			if (s->slots[at + n_kept].state == SLOT_REQUEST && know(&s->slots[at + n_kept], k))
				return -ENOMEM;
			continue;
		}
		if (keep(s, ring, n_kept + (at < ring->slots ? at : 0), k))
			return -ENOMEM;
		n_kept++;
	}
	return 0;
}

/* ---- pages that requests name ---------------------------------------------- */

/* What requests name and what holds more of them; of those that have lost their slots, or of the others. */
static int follow(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring, bool kept)
{
	_cleanup_free_ struct xr_followed *f = NULL;
	_cleanup_free_ struct slot **of = NULL;
	size_t n = 0;
	int r;

	if (!ring->desc->follow || !s->n)
		return 0;
	f = calloc(s->n, sizeof(*f));
	of = calloc(s->n, sizeof(*of));
	if (!f || !of)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		struct slot *slot = &s->slots[i];
		bool asks = kept ? is_kept(slot) : slot->state == SLOT_REQUEST || slot->state == SLOT_OPEN;

		if (!slot->dec.rec || !xr_fetched_size(slot->dec.rec))
			continue;
		if (slot->state == SLOT_ANSWERED && !kept)
			note(slot, strdup("it is answered: its pages may be another's by now, and were not read"));
		if (!asks)
			continue;
		f[n] = (struct xr_followed){ .rec = slot->dec.rec, .slot = slot->dec.bytes };
		of[n++] = slot;
	}
	if (!n)
		return 0;
	r = xr_follow_all(&x->src, ring, f, n);
	for (size_t i = 0; i < n; i++) {
		of[i]->followed = f[i];
		of[i]->dec.fetched = f[i].elements;
		of[i]->dec.n_fetched = f[i].n;
		if (f[i].note)
			note(of[i], strdup(f[i].note));
		else if (kept && r == -ENODATA)
			note(of[i], strdup("the capture does not hold its pages of this time"));
	}
	return kept && r == -ENODATA ? 0 : r;
}

static int finish(struct xenring_slots *s, const struct xr_ring *ring, bool secrets)
{
	const char *id = xr_id_field(ring->desc);

	for (size_t i = 0; i < s->n; i++) {
		struct slot *slot = &s->slots[i];
		size_t most;

		slot->dec.note = slot->note;
		slot->dec.secrets = secrets;
		if (!slot->dec.rec)
			continue;
		slot->has_id = !xr_wire_number(slot->dec.rec, slot->dec.bytes, slot->dec.n, id, &slot->id);
		/* a reference is four bytes */
		most = (slot->dec.n + slot->dec.n_fetched * xr_fetched_size(slot->dec.rec)) / 4;
		slot->grefs = malloc((most + 1) * sizeof(*slot->grefs));
		if (!slot->grefs)
			return -ENOMEM;
		slot->n_grefs = xr_wire_grefs(&slot->dec, slot->grefs, most);
	}
	return 0;
}

/* ---- the kinds of rings --------------------------------------------------- */

static int lay_slots(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		     enum xr_abi abi, const struct xr_copied *c)
{
	int r;

	if (!add_slots(s, ring->slots))
		return -ENOMEM;
	classify(s, ring, c->before, c->after);
	r = decode(s, ring, abi);
	if (!r && s->tracker)
		r = tell_known(s, ring);
	if (!r)
		r = follow(x, s, ring, false);
	return r ? r : follow(x, s, ring, true);
}

/*
 * How many of the waiting events have been written over, newest back to the
 * oldest: the place is the index modulo a number that does not divide 2^32, so
 * where the index comes round to 0, some places are used again too soon.
 */
static uint32_t events_lost(uint32_t prod, uint32_t waiting, uint32_t size)
{
	uint32_t lost = 0;

	/* Places 0 to prod - 1 have been used since; those of the old round lie size - 1 and below. */
	for (uint32_t back = prod + 1; prod < waiting && back <= waiting; back++)
		lost += (prod - back) % size < prod;
	return lost;
}

/*
 * The newest events there is room for, oldest first; what waits and what was
 * taken. From the newest back each place has the first index that falls on it;
 * an older one that still waits is listed too, and said to be lost. Places that
 * never had one get an index before the first.
 */
static int lay_events(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		      enum xr_abi abi, const struct xr_copied *c)
{
	const struct xr_ring_desc *d = ring->desc;
	uint32_t size = xr_events_size(d), prod = c->before[xr_events_word(d) + 1];
	uint32_t waiting = xr_idx_sub(prod, c->before[xr_events_word(d)]);
	uint32_t moved = xr_idx_sub(c->after[xr_events_word(d) + 1], prod);
	uint32_t listed = d->flags & XR_LOSSY ? 0 : waiting;	/* there it is usual that some are gone */
	uint32_t left = size + events_lost(prod, listed, size);
	_cleanup_free_ bool *changing = calloc(size, sizeof(*changing));
	_cleanup_free_ bool *used = calloc(size, sizeof(*used));
	struct slot *slots = changing && used ? add_slots(s, left) : NULL;

	(void)x;
	if (!slots)
		return -ENOMEM;
	for (uint32_t i = 0; i < moved && i < size; i++)
		changing[(prod + i) % size] = true;
	for (uint32_t back = 1; left; back++) {
		uint32_t index = prod - back, at = index % size;
		struct slot *slot;

		if (used[at] && back > listed)
			continue;
		slot = &slots[--left];
		slot->index = index;
		slot->at = at;
		slot->dec.bytes = s->copy + d->slots_off + (size_t)at * ring->slot_size;
		slot->dec.n = ring->slot_size;
		if (used[at])
			note(slot, xr_sprintf("lost: event %u was put in its place", at));
		used[at] = true;
		if (changing[at])
			slot->state = SLOT_CHANGING;
		else if (back <= waiting)
			slot->state = SLOT_WAITING;
		else if (back > prod && is_zero(slot->dec.bytes, slot->dec.n))
			slot->state = SLOT_FREE;
		else
			slot->state = SLOT_TAKEN;
		if (slot->state == SLOT_WAITING || slot->state == SLOT_TAKEN)
			slot->dec.rec = xr_pick(d, abi, slot->dec.bytes);
	}
	return 0;
}

/* How many of the size bytes at off are there: what a capture has left out is not, rather than 0. */
static size_t there(const struct xr_copied *c, uint32_t off, uint32_t size)
{
	return off + size <= c->valid ? size : c->valid > off ? c->valid - off : 0;
}

/* What the page says beside its messages, behind them all; and what is wrong with that. */
static int add_page(struct xenring_slots *s, const struct xr_ring_desc *d, enum xr_abi abi,
		    const struct xr_copied *c)
{
	const struct xenring_record *rec = d->page[abi];
	struct slot *slot = rec ? add_slots(s, 1) : NULL;
	const char *fault = NULL;

	if (!slot)
		return rec ? -ENOMEM : 0;
	slot->state = SLOT_PAGE;
	slot->dec.rec = rec;
	slot->dec.bytes = s->copy;
	slot->dec.n = there(c, 0, rec->size);
	if (d->page_fault && slot->dec.n == rec->size)
		fault = d->page_fault(d, s->copy, c->before);
	if (fault)
		note(slot, strdup(fault));
	return 0;
}

static int lay_mailbox(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		       enum xr_abi abi, const struct xr_copied *c)
{
	static const enum slot_state states[] = {
		[XR_MAIL_NONE] = SLOT_FREE, [XR_MAIL_REQUEST] = SLOT_REQUEST,
		[XR_MAIL_RESPONSE] = SLOT_RESPONSE, [XR_MAIL_LAST] = SLOT_RESPONSE,
	};
	bool changing = memcmp(c->before, c->after, sizeof(c->before)) != 0;

	(void)x;
	(void)abi;
	for (const struct xr_mail *m = ring->desc->mails; m->rec; m++) {
		uint32_t off = m->off, size = m->size;
		enum xr_mail_state state = m->state(c->before);
		struct slot *slot = add_slots(s, 1);

		if (!slot)
			return -ENOMEM;
		if (m->place)
			m->place(s->copy, &off, &size);
		slot->index = slot->at = (uint32_t)(s->n - 1);
		slot->state = changing ? SLOT_CHANGING : states[state];
		slot->dec.bytes = s->copy + off;
		slot->dec.n = there(c, off, size);
		/* an answer to nothing: it was never used */
		if (!changing && state == XR_MAIL_LAST && slot->dec.n && is_zero(slot->dec.bytes, slot->dec.n))
			slot->state = SLOT_FREE;
		if (slot->dec.n < size && slot->state != SLOT_FREE)
			note(slot, strdup("the capture does not hold all of it"));
		if (slot->state != SLOT_FREE && slot->state != SLOT_CHANGING)
			slot->dec.rec = m->pick && slot->dec.n >= 4 ? m->pick(slot->dec.bytes) : m->rec;
	}
	return 0;
}

/* ---- streams ------------------------------------------------------------- */

#define MAX_MESSAGES 1024	/* of one direction */

/* What is queued in one direction, message by message. */
struct listing {
	struct xenring *x;
	struct xenring_slots *s;
	const struct xr_ring *ring;
	struct xr_stream *stream;
	const struct xr_queue *q;
	bool in;
	size_t first, end;	/* its slots */
};

/* A message from off on, of which n bytes are looked at; none of them means that it is raw. */
static struct slot *add_message(const struct listing *l, uint32_t off, uint32_t n)
{
	struct slot *slot = add_slots(l->s, 1);

	if (!slot)
		return NULL;
	slot->index = l->q->cons + off;
	slot->at = slot->index & (l->q->size - 1);
	slot->state = SLOT_WAITING;
	slot->own = calloc(1, (size_t)n + 1);
	slot->dec.bytes = slot->own;
	slot->dec.n = n;
	return slot->own ? slot : NULL;
}

/* The messages from off on are not told apart. */
static int add_raw(const struct listing *l, uint32_t off, char *why)
{
	struct slot *slot = add_message(l, off, 0);

	if (!slot) {
		free(why);
		return -ENOMEM;
	}
	note(slot, why);
	return 0;
}

/* It is not known where a message begins, or not any more. */
static int lose(const struct listing *l, uint32_t off, char *why)
{
	if (!(l->ring->desc->flags & XR_MID_MESSAGE))
		return add_raw(l, off, why);
	free(why);
	drop_slots(l->s, l->first);
	return add_raw(l, 0, xr_sprintf("%u bytes are queued, but where a message begins is not known",
					l->q->queued));
}

/* One message at off. 1: there is one behind it, *ret_next; 0: there is none. */
static int list_one(const struct listing *l, uint32_t off, uint32_t *ret_next)
{
	const struct xr_ring_desc *d = l->ring->desc;
	uint32_t left = l->q->queued - off, max = d->frame_max ? d->frame_max : l->q->size, n;
	struct xr_frame frame = { .size = 0 };
	const char *why = NULL;
	struct slot *slot;
	uint8_t head[XR_FRAME_HEAD];
	bool impossible;
	int r;

	if (left < d->frame_head)
		return off ? add_raw(l, off, xr_sprintf("%u bytes of a message's head of %u are there", left,
							d->frame_head)) :
			     lose(l, off, xr_sprintf("%u bytes are queued, no message has so few", left));
	r = xr_stream_take(&l->x->src, l->ring, l->stream, l->q, off, head, d->frame_head, &why);
	if (r)
		return r < 0 ? r : add_raw(l, off, xr_sprintf("the page that holds it was not read: %s", why));
	d->frame(head, d->frame_head, l->in, &frame);
	impossible = frame.size < d->frame_head || frame.size > max;
	if (!frame.rec || (impossible && d->flags & XR_MID_MESSAGE))
		return lose(l, off, strdup("this is no message"));
	n = frame.size < left ? frame.size : left;
	if (n > frame.rec->size)
		n = frame.rec->size;
	if (n < d->frame_head)
		n = d->frame_head;
	slot = add_message(l, off, n);
	if (!slot)
		return -ENOMEM;
	slot->dec.rec = frame.rec;
	memcpy(slot->own, head, d->frame_head);
	if (impossible) {
		note(slot, xr_sprintf("it says to be of %u bytes, but has %u to %u: what follows is not told apart",
				      frame.size, d->frame_head, max));
		return 0;
	}
	r = xr_stream_take(&l->x->src, l->ring, l->stream, l->q, off + d->frame_head, slot->own + d->frame_head,
			   n - d->frame_head, &why);
	if (r < 0)
		return r;
	if (r)
		note(slot, xr_sprintf("not all of it was read: %s", why));
	if (frame.size > left)
		note(slot, xr_sprintf("of its %u bytes %u are there", frame.size, left));
	*ret_next = off + frame.size;
	return frame.size < left;
}

static int list_queue(struct listing *l)
{
	uint32_t off = 0;
	int r = l->q->queued > 0;

	l->first = l->s->n;
	while (r > 0) {
		if (l->s->n - l->first == MAX_MESSAGES)
			return add_raw(l, off, xr_sprintf("more are queued: %d are listed", MAX_MESSAGES));
		r = list_one(l, off, &off);
	}
	return r;
}

/* Those whose bytes were written over after the indices had been read. */
static void mark_moved(const struct listing *l, const struct xr_copied *again)
{
	unsigned word = l->in ? l->ring->desc->in_word : l->ring->desc->out_word;
	uint32_t prod = again->before[word + 1];

	for (size_t i = l->first; i < l->end; i++)
		if (xr_idx_sub(prod, l->s->slots[i].index) > l->q->size) {
			l->s->slots[i].state = SLOT_CHANGING;
			l->s->slots[i].dec.rec = NULL;
		}
}

/* What is queued, out first: it is what somebody has to answer. */
static int lay_stream(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		      enum xr_abi abi, const struct xr_copied *c)
{
	_cleanup_(xr_stream_clear) struct xr_stream stream = { .n = 0 };
	_cleanup_free_ uint8_t *bytes = NULL;
	struct xr_copied again = { .look = XR_LOOK_NONE };
	struct xr_queue queues[2];
	struct listing l[2];
	int r = 0;

	(void)abi;
	for (int in = 0; !r && in < 2; in++) {
		const char *why = NULL;

		l[in] = (struct listing){
			.x = x, .s = s, .ring = ring, .stream = &stream, .q = &queues[in], .in = in,
			.first = s->n, .end = s->n,
		};
		queues[in] = (struct xr_queue){ .size = 1 };
		if (in ? !xr_ring_has_in(ring->desc) : !xr_ring_has_out(ring->desc))
			continue;
		why = xr_queue_of(ring, c, in, &queues[in]);
		r = why ? add_raw(&l[in], 0, strdup(why)) : list_queue(&l[in]);
		l[in].end = s->n;
	}
	/* once more, for the pages were read after the indices */
	bytes = r || !s->n ? NULL : malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	again.bytes = bytes;
	if (bytes && !xr_source_copy(&x->src, &ring->map, &again))
		for (int in = 0; in < 2; in++)
			mark_moved(&l[in], &again);
	return r;
}

static const struct {
	int (*lay)(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		   enum xr_abi abi, const struct xr_copied *c);
	bool framed;		/* it needs to know where a message ends */
} kinds[XR_KIND_N] = {
	[XR_RING_SLOTS] = { lay_slots },
	[XR_RING_BYTES] = { lay_stream, true },
	[XR_RING_EVENTS] = { lay_events },
	[XR_RING_FLEX] = { lay_stream, true },
	[XR_RING_MAILBOX] = { lay_mailbox },
};

struct xr_ring *xr_same_ring(const struct xenring *x, const struct xenring_snapshot *snap, size_t i)
{
	uint64_t uid = snap->top->rings[i].ring->uid;

	if (x->top == snap->top)
		return x->top->rings[i].ring;
	for (size_t j = 0; j < x->top->n_rings; j++)
		if (x->top->rings[j].ring->uid == uid)
			return x->top->rings[j].ring;
	return NULL;
}

int xr_read_slots(struct xenring *x, const struct xenring_snapshot *snap, size_t i, bool tracked,
		  struct xenring_slots **ret)
{
	_cleanup_(slots_freep) struct xenring_slots *s = NULL;
	struct xr_copied copied = { 0 };
	const struct xr_topo_ring *tr;
	const struct xr_ring *ring;
	enum xr_kind kind;
	enum xr_abi abi;
	bool framed;
	int r;

	if (i >= snap->top->n_rings)
		return xr_fail(x, "slots", ERANGE, "there is no such ring");
	tr = &snap->top->rings[i];
	abi = snap->top->devs[tr->dev].dev->abi;
	kind = tr->ring->desc->kind;
	framed = kinds[kind].lay && (!kinds[kind].framed || tr->ring->desc->frame);
	if (!framed && !tr->ring->desc->page[abi])
		return xr_fail(x, "slots", EOPNOTSUPP, "%s holds bytes, not slots", tr->path);
	ring = xr_same_ring(x, snap, i);
	if (!ring || !ring->map.page || ring->err.op || (kind == XR_RING_SLOTS && !ring->slots))
		return xr_fail(x, "slots", ESTALE, "%s cannot be read: %s", tr->path,
			       tr->err.op ? tr->err.text : "it is not connected");
	s = calloc(1, sizeof(*s));
	if (!s)
		return xr_fail(x, "slots", ENOMEM, "out of memory");
	s->copy = malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	if (!s->copy)
		return xr_fail(x, "slots", ENOMEM, "out of memory");
	copied.bytes = s->copy;
	r = xr_source_copy(&x->src, &ring->map, &copied);
	if (r == -ENODATA)
		return xr_fail(x, "slots", ENODATA, "%s: the capture does not hold its pages", tr->path);
	if (r)
		return xr_fail(x, "slots", -r, "%s cannot be copied: %s", tr->path, strerror(-r));
	if (copied.look != XR_LOOK_OK)
		return xr_fail(x, "slots", EAGAIN, "%s moves too fast to be copied", tr->path);
	s->top = xr_topology_ref(snap->top);
	xr_row_ring(snap, i, copied.before, &s->row);
	if (xr_model_insane(ring, copied.before))
		return xr_fail(x, "slots", ERANGE, "%s: %s", tr->path,
			       xr_model_insane(ring, copied.before));
	s->desc = ring->desc;
	s->now_ns = snap->at.mono_ns;
	if (tracked)
		s->tracker = xr_tracks_look(x, snap, ring, &copied);
	r = framed ? kinds[kind].lay(x, s, ring, abi, &copied) : 0;
	if (!r)
		r = add_page(s, ring->desc, abi, &copied);
	if (!r)
		r = finish(s, ring, x->secrets);
	if (r == -ENODATA)
		return xr_fail(x, "slots", ENODATA, "%s: the capture does not hold its data", tr->path);
	if (r)
		return xr_fail(x, "slots", -r, "out of memory");
	/* it goes on, and what it told is told */
	s->tracker = NULL;
	*ret = xr_steal(&s);
	return 0;
}

int xenring_read_slots(struct xenring *x, const struct xenring_snapshot *snap, size_t i,
		       struct xenring_slots **ret)
{
	return xr_read_slots(x, snap, i, true, ret);
}

int xenring_slots_ring(const struct xenring_slots *s, struct xenring_ring *ret)
{
	*ret = s->row;
	return 0;
}

size_t xenring_n_slots(const struct xenring_slots *s)
{
	return s->n;
}

static const char *type_of(const struct slot *slot)
{
	const char *dot;

	if (slot->state == SLOT_FREE || slot->state == SLOT_CHANGING)
		return "none";
	if (!slot->dec.rec)
		return "raw";
	dot = strchr(slot->dec.rec->name, '.');
	return dot ? dot + 1 : slot->dec.rec->name;
}

int xenring_slot(const struct xenring_slots *s, size_t i, struct xenring_slot *ret)
{
	const struct slot *slot;

	if (i >= s->n)
		return -ERANGE;
	slot = &s->slots[i];
	*ret = (struct xenring_slot){
		.index = slot->index, .slot = slot->at,
		.state = xr_slot_words[slot->state].name, .type = type_of(slot),
		.id = slot->has_id ? &slot->id : NULL,
		.record = slot->dec.rec || slot->dec.note ? &slot->dec : NULL,
		.grefs = slot->grefs, .n_grefs = slot->n_grefs,
		.seen_s = slot->seen ? (double)(s->now_ns - slot->seen_ns) / 1e9 : (double)NAN,
	};
	return 0;
}

int xenring_walk_slot(const struct xenring_slots *s, size_t i, const struct xenring_visitor *visitor,
		      void *data)
{
	struct xenring_slot row;
	int r = xenring_slot(s, i, &row);

	return r ? r : xenring_walk(xenring_record("slot"), &row, visitor, data);
}

const void *xenring_slot_bytes(const struct xenring_slots *s, size_t i, size_t *ret_n)
{
	const struct xenring_decoded *d;

	if (i >= s->n)
		return NULL;
	d = &s->slots[i].dec;
	/* what is not decoded, or stands behind what is, may be a rest of one that has them */
	if (!d->secrets && xr_ring_has_secrets(s->desc))
		return NULL;
	*ret_n = d->n;
	return d->bytes;
}

size_t xr_slots_pages(const struct xenring_slots *s, size_t i, const uint32_t **ret)
{
	*ret = s->slots[i].followed.grefs;
	return s->slots[i].followed.n_grefs;
}
