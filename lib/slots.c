/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ring's slots: one private copy, decoded, with the pages its requests name. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "decode.h"
#include "grants.h"
#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/text.h"

#define MAX_GREFS 4160		/* of one slot: 4096 indirect segments and what names them */
#define MAX_FETCH 1024		/* pages fetched for one listing */

/* What stands in a slot; the words are in rows.c. */
enum slot_state { SLOT_REQUEST, SLOT_RESPONSE, SLOT_FREE, SLOT_CHANGING };
static const char *const state_names[] = { "request", "response", "free", "changing" };

struct slot {
	uint32_t index;
	enum slot_state state;
	struct xenring_decoded dec;
	uint8_t *pages;			/* what follow named, or NULL */
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
	uint32_t slot_size;
	struct slot *slots;
};

void xenring_slots_free(struct xenring_slots *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		free(s->slots[i].pages);
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

/* Was slot of index idx written to between before and after? */
static bool may_have_changed(uint32_t idx, uint32_t n, const uint32_t before[XR_N_IDX],
			     const uint32_t after[XR_N_IDX])
{
	uint32_t responses = xr_idx_sub(after[XR_RSP_PROD], before[XR_RSP_PROD]);
	uint32_t requests = xr_idx_sub(after[XR_REQ_PROD], before[XR_REQ_PROD]);

	return ((idx - before[XR_RSP_PROD]) & (n - 1)) < responses || responses >= n ||
	       ((idx - before[XR_REQ_PROD]) & (n - 1)) < requests || requests >= n;
}

static bool is_zero(const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (b[i])
			return false;
	return true;
}

static void classify(struct xenring_slots *s, const struct xr_ring *ring,
		     const uint32_t before[XR_N_IDX], const uint32_t after[XR_N_IDX])
{
	uint32_t n = ring->slots, oldest = before[XR_REQ_PROD] - n;
	uint32_t answered = n - xr_idx_sub(before[XR_REQ_PROD], before[XR_RSP_PROD]);

	for (uint32_t i = 0; i < n; i++) {
		struct slot *slot = &s->slots[i];

		slot->index = oldest + i;
		slot->dec.bytes = s->copy + xr_slot_at(slot->index, n, ring->desc->slots_off, s->slot_size);
		slot->dec.n = s->slot_size;
		if (may_have_changed(slot->index, n, before, after))
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

/* Why a page could not be had: the slot shows what it has without it. */
static void not_fetched(struct slot *slot, uint32_t gref, const char *why)
{
	note(slot, xr_sprintf("the page of grant %u was not read: %s", gref, why));
	slot->dec.n_fetched = 0;
}

/* The pages that requests name, all in one batch; of[i] is the slot that names f[i]. */
static int fetch(struct xenring *x, const struct xr_ring *ring, struct xr_fetch *f, struct slot **of,
		 size_t n)
{
	int r = xr_source_fetch(&x->src, &ring->map, f, n);

	if (r == -ENOMEM)
		return r;
	for (size_t i = 0; i < n; i++) {
		const char *fault = NULL;

		if (r) {
			not_fetched(of[i], f[i].gref, strerror(-r));
			continue;
		}
		if (!f[i].grant_err)
			fault = xr_grant_fault(&f[i].grant, &ring->map);
		if (f[i].grant_err == -ERANGE)
			not_fetched(of[i], f[i].gref, "it is outside the grant table");
		else if (f[i].grant_err)
			not_fetched(of[i], f[i].gref, strerror(-f[i].grant_err));
		else if (fault)
			not_fetched(of[i], f[i].gref, fault);
		else if (f[i].page_err)
			not_fetched(of[i], f[i].gref, strerror(-f[i].page_err));
	}
	return 0;
}

static int follow(struct xenring *x, struct xenring_slots *s, const struct xr_ring *ring)
{
	_cleanup_free_ struct xr_fetch *f = NULL;
	_cleanup_free_ struct slot **of = NULL;
	size_t n = 0;

	if (!ring->desc->follow)
		return 0;
	f = calloc(MAX_FETCH, sizeof(*f));
	of = calloc(MAX_FETCH, sizeof(*of));
	if (!f || !of)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		struct slot *slot = &s->slots[i];
		struct xr_follow names = { .n_grefs = 0 };

		if (slot->state != SLOT_REQUEST || !slot->dec.rec)
			continue;
		ring->desc->follow(slot->dec.rec, slot->dec.bytes, &names);
		if (!names.n_grefs)
			continue;
		if (n + names.n_grefs > MAX_FETCH) {
			note(slot, xr_sprintf("its pages were not read: %d are read for one listing",
					      MAX_FETCH));
			continue;
		}
		slot->pages = malloc(names.n_grefs * XR_PAGE_SIZE);
		if (!slot->pages)
			return -ENOMEM;
		slot->dec.fetched = slot->pages;
		slot->dec.n_fetched = names.n;
		for (size_t j = 0; j < names.n_grefs; j++) {
			f[n] = (struct xr_fetch){
				.gref = names.grefs[j], .into = slot->pages + j * XR_PAGE_SIZE,
			};
			of[n++] = slot;
		}
	}
	return n ? fetch(x, ring, f, of, n) : 0;
}

static int finish(struct xenring_slots *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct slot *slot = &s->slots[i];
		uint32_t grefs[MAX_GREFS];

		slot->dec.note = slot->note;
		if (!slot->dec.rec)
			continue;
		slot->has_id = !xr_wire_number(slot->dec.rec, slot->dec.bytes, slot->dec.n, "id", &slot->id);
		slot->n_grefs = xr_wire_grefs(&slot->dec, grefs, MAX_GREFS);
		if (!slot->n_grefs)
			continue;
		slot->grefs = malloc(slot->n_grefs * sizeof(*grefs));
		if (!slot->grefs)
			return -ENOMEM;
		memcpy(slot->grefs, grefs, slot->n_grefs * sizeof(*grefs));
	}
	return 0;
}

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
	enum xr_abi abi;
	int r;

	if (i >= snap->top->n_rings)
		return xr_fail(x, "slots", ERANGE, "there is no such ring");
	tr = &snap->top->rings[i];
	abi = snap->top->devs[tr->dev].dev->abi;
	if (tr->ring->desc->kind != XR_RING_SLOTS)
		return xr_fail(x, "slots", EOPNOTSUPP, "%s holds bytes, not slots", tr->path);
	ring = same_ring(x, snap, i);
	if (!ring || !ring->map.page || !ring->slots)
		return xr_fail(x, "slots", ESTALE, "%s cannot be read: %s", tr->path,
			       tr->err.op ? tr->err.text : "it is not connected");
	s = calloc(1, sizeof(*s));
	if (!s)
		return xr_fail(x, "slots", ENOMEM, "out of memory");
	s->copy = malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	s->slots = calloc(ring->slots, sizeof(*s->slots));
	if (!s->copy || !s->slots)
		return xr_fail(x, "slots", ENOMEM, "out of memory");
	copied.bytes = s->copy;
	r = xr_source_copy(&x->src, &ring->map, &copied);
	if (r)
		return xr_fail(x, "slots", -r, "%s cannot be copied: %s", tr->path, strerror(-r));
	if (copied.look != XR_LOOK_OK)
		return xr_fail(x, "slots", EAGAIN, "%s moves too fast to be copied", tr->path);
	s->top = xr_topology_ref(snap->top);
	xr_row_ring(snap, i, copied.before, &s->row);
	s->slot_size = ring->slot_size;
	if (xr_model_insane(ring, copied.before))
		return xr_fail(x, "slots", ERANGE, "%s: %s", tr->path,
			       xr_model_insane(ring, copied.before));
	s->n = ring->slots;
	classify(s, ring, copied.before, copied.after);
	r = decode(s, ring, abi);
	if (!r)
		r = follow(x, s, ring);
	if (!r)
		r = finish(s);
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
		.index = slot->index, .slot = slot->index & (uint32_t)(s->n - 1),
		.state = state_names[slot->state], .type = type_of(slot),
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
	if (i >= s->n)
		return NULL;
	*ret_n = s->slot_size;
	return s->slots[i].dec.bytes;
}
