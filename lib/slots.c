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
#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/text.h"

/* What stands in a slot. */
enum slot_state {
	SLOT_REQUEST, SLOT_RESPONSE, SLOT_FREE, SLOT_CHANGING, SLOT_WAITING, SLOT_TAKEN, SLOT_PAGE,
};
const struct xenring_sym xr_slot_words[] = {
	{ SLOT_REQUEST, "request", "a request that no response has overwritten; where answers come in "
	  "any order it may have been answered already" },
	{ SLOT_RESPONSE, "response", "the answer that was put here last" },
	{ SLOT_FREE, "free", "never used since the ring was made, or holds no message" },
	{ SLOT_CHANGING, "changing", "written to while it was copied: may be half old, half new" },
	{ SLOT_WAITING, "waiting", "an event or message that its reader has not taken yet" },
	{ SLOT_TAKEN, "taken", "an event that its reader has taken" },
	{ SLOT_PAGE, "page", "no message: what the page says beside them" },
	{ 0 }
};

struct slot {
	uint32_t index, at;		/* free-running; position in the ring */
	enum slot_state state;
	struct xenring_decoded dec;
	struct xr_followed followed;
	char *note;
	uint64_t id;
	bool has_id;
	uint32_t *grefs;
	size_t n_grefs;
};

struct xenring_slots {
	struct xr_topology *top;	/* for the strings of the row */
	struct xenring_ring row;
	uint8_t *copy;
	size_t n;
	struct slot *slots;
};

void xenring_slots_free(struct xenring_slots *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		xr_followed_clear(&s->slots[i].followed);
		free(s->slots[i].note);
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

static int make_slots(struct xenring_slots *s, size_t n)
{
	s->slots = calloc(n + 1, sizeof(*s->slots));
	s->n = s->slots ? n : 0;
	return s->slots ? 0 : -ENOMEM;
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
			slot->dec.rec = ring->desc->rsp[abi];
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

/* What requests name and what holds more of them. */
static int follow(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring)
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

		if (slot->state != SLOT_REQUEST || !slot->dec.rec || !xr_fetched_size(slot->dec.rec))
			continue;
		f[n] = (struct xr_followed){ .rec = slot->dec.rec, .slot = slot->dec.bytes };
		of[n++] = slot;
	}
	r = xr_follow_all(&x->src, ring, f, n);
	for (size_t i = 0; i < n; i++) {
		of[i]->followed = f[i];
		of[i]->dec.fetched = f[i].elements;
		of[i]->dec.n_fetched = f[i].n;
		if (f[i].note)
			note(of[i], strdup(f[i].note));
	}
	return r;
}

static int finish(struct xenring_slots *s, const struct xr_ring *ring, bool secrets)
{
	const char *id = ring->desc->id_field ? ring->desc->id_field : "id";

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
	int r = make_slots(s, ring->slots);

	if (r)
		return r;
	classify(s, ring, c->before, c->after);
	r = decode(s, ring, abi);
	return r ? r : follow(x, s, ring);
}

/* The newest events there is room for, oldest first; what waits and what was taken. */
static int lay_events(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		      enum xr_abi abi, const struct xr_copied *c)
{
	const struct xr_ring_desc *d = ring->desc;
	uint32_t size = xr_events_size(d), prod = c->before[xr_events_word(d) + 1];
	uint32_t waiting = xr_idx_sub(prod, c->before[xr_events_word(d)]);
	uint32_t moved = xr_idx_sub(c->after[xr_events_word(d) + 1], prod);
	_cleanup_free_ bool *changing = calloc(size, sizeof(*changing));
	int r = changing ? make_slots(s, size) : -ENOMEM;

	(void)x;
	if (r)
		return r;
	for (uint32_t i = 0; i < moved && i < size; i++)
		changing[(prod + i) % size] = true;
	for (uint32_t back = 1; back <= size; back++) {
		struct slot *slot = &s->slots[size - back];

		slot->index = prod - back;
		/* before the first one ever: the place that comes round to it */
		slot->at = back <= prod ? slot->index % size : size - 1 - (back - prod - 1) % size;
		slot->dec.bytes = s->copy + d->slots_off + (size_t)slot->at * ring->slot_size;
		slot->dec.n = ring->slot_size;
		if (changing[slot->at])
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

static int lay_mailbox(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		       enum xr_abi abi, const struct xr_copied *c)
{
	static const enum slot_state states[] = {
		[XR_MAIL_NONE] = SLOT_FREE, [XR_MAIL_REQUEST] = SLOT_REQUEST,
		[XR_MAIL_RESPONSE] = SLOT_RESPONSE,
	};
	const struct xr_mail *mails = ring->desc->mails;
	size_t n = 0;
	int r;

	(void)x;
	(void)abi;
	while (mails[n].rec)
		n++;
	r = make_slots(s, n);
	for (size_t i = 0; !r && i < n; i++) {
		struct slot *slot = &s->slots[i];
		uint32_t end = mails[i].off + mails[i].size;

		slot->index = slot->at = (uint32_t)i;
		slot->state = states[mails[i].state(c->before)];
		slot->dec.bytes = s->copy + mails[i].off;
		/* what a capture has left out is not there, rather than 0 */
		slot->dec.n = end <= c->valid ? mails[i].size :
			      c->valid > mails[i].off ? c->valid - mails[i].off : 0;
		slot->dec.rec = slot->state == SLOT_FREE ? NULL : mails[i].rec;
	}
	return r;
}

/* A ring of bytes, whose first page says more than the indices. */
static int lay_page(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		    enum xr_abi abi, const struct xr_copied *c)
{
	const struct xr_ring_desc *d = ring->desc;
	const struct xenring_record *rec = d->page[abi];
	const char *fault = NULL;
	struct slot *slot;

	(void)x;
	if (make_slots(s, 1))
		return -ENOMEM;
	slot = &s->slots[0];
	slot->state = SLOT_PAGE;
	slot->dec.rec = rec;
	slot->dec.bytes = s->copy;
	slot->dec.n = rec->size < c->valid ? rec->size : c->valid;
	if (d->page_fault && slot->dec.n == rec->size)
		fault = d->page_fault(d, s->copy, c->before);
	if (fault)
		note(slot, strdup(fault));
	return 0;
}

static const struct {
	int (*lay)(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring,
		   enum xr_abi abi, const struct xr_copied *c);
} kinds[XR_KIND_N] = {
	[XR_RING_SLOTS] = { lay_slots },
	[XR_RING_EVENTS] = { lay_events },
	[XR_RING_FLEX] = { lay_page },
	[XR_RING_VCHAN] = { lay_page },
	[XR_RING_MAILBOX] = { lay_mailbox },
};

/* The ring of the snapshot as the newest topology has it, or NULL if it has gone. */
static struct xr_ring *same_ring(const struct xenring *x, const struct xenring_snapshot *snap, size_t i)
{
	uint64_t uid = snap->top->rings[i].ring->uid;

	if (x->top == snap->top)
		return x->top->rings[i].ring;
	for (size_t j = 0; j < x->top->n_rings; j++)
		if (x->top->rings[j].ring->uid == uid)
			return x->top->rings[j].ring;
	return NULL;
}

int xenring_read_slots(struct xenring *x, const struct xenring_snapshot *snap, size_t i,
		       struct xenring_slots **ret)
{
	_cleanup_(slots_freep) struct xenring_slots *s = NULL;
	struct xr_copied copied = { 0 };
	const struct xr_topo_ring *tr;
	const struct xr_ring *ring;
	enum xr_kind kind;
	enum xr_abi abi;
	int r;

	if (i >= snap->top->n_rings)
		return xr_fail(x, "slots", ERANGE, "there is no such ring");
	tr = &snap->top->rings[i];
	abi = snap->top->devs[tr->dev].dev->abi;
	kind = tr->ring->desc->kind;
	if (!kinds[kind].lay || (kinds[kind].lay == lay_page && !tr->ring->desc->page[abi]))
		return xr_fail(x, "slots", EOPNOTSUPP, "%s holds bytes, not slots", tr->path);
	ring = same_ring(x, snap, i);
	if (!ring || !ring->map.page || (kind == XR_RING_SLOTS && !ring->slots))
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
	r = kinds[kind].lay(x, s, ring, abi, &copied);
	if (!r)
		r = finish(s, ring, x->secrets);
	if (r)
		return xr_fail(x, "slots", -r, "out of memory");
	*ret = xr_steal(&s);
	return 0;
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
		.record = slot->dec.rec ? &slot->dec : NULL,
		.grefs = slot->grefs, .n_grefs = slot->n_grefs, .seen_s = NAN,
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
	if (!d->secrets && xr_has_secrets(d->rec))
		return NULL;
	*ret_n = d->n;
	return d->bytes;
}

size_t xr_slots_pages(const struct xenring_slots *s, size_t i, const uint32_t **ret)
{
	*ret = s->slots[i].followed.grefs;
	return s->slots[i].followed.n_grefs;
}
