/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which requests of a ring are open, where answers come in any order. */
#include <config.h>

#include "tracker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "decode.h"

#define SMALL 4		/* times n: ids below are numbers of something, all others addresses */
#define MOST_RECENT 4	/* times n */

enum kind { OLD, NEW, ANSWER };

/* One appearance of an id: a request that was known, a new one, an answer. */
struct item {
	uint64_t id;
	enum kind kind;
	uint32_t at;		/* of a request: which; of an answer: its index */
};

/* The id of a request that was there at the sample before, and whether an answer to it was seen since. */
struct known {
	uint64_t id;
	bool answered;
};

struct xr_tracker {
	const struct xr_ring_desc *desc;
	enum xr_abi abi;
	uint32_t n, slot_size;
	bool begun;
	uint32_t idx[XR_N_IDX];	/* of the last sample */
	int64_t now_ns;
	uint64_t samples;
	uint32_t hidden;	/* open requests that were never seen: at most */
	int64_t hidden_ns;	/* ... all of them were there at this time */
	bool has_stranger;
	uint32_t stranger;	/* index of the newest */
	struct xr_track_faults faults;
	/* requests by age, oldest first; 2 n at most, and as many chunks of bytes */
	struct xr_tracked *all;
	size_t n_all, room;
	uint8_t *bytes;
	uint16_t *chunks;	/* that are free */
	size_t n_chunks;
	/* scratch */
	struct item *items;
	const uint8_t **slots;
	uint32_t *sums;		/* of the bytes of each slot that was free at the last sample */
	/* ids that were seen: a bit for each small number, and the newest MOST_RECENT n others */
	uint8_t *small;
	uint64_t *recent;	/* NULL: there were none */
	size_t n_recent, next_recent;
	/* who is told of answers */
	const struct xr_track_watch *watch;
	void *watch_data;
	int64_t before_ns;	/* of the sample before; INT64_MIN: none */
	uint32_t forgotten;	/* in this step, that were open at the sample before */
	struct xr_track_short *shorts;
	struct known *known;
	size_t n_known;
};

/* Where a record has its id; NULL: nowhere. */
static const struct xenring_field *id_field(const struct xr_ring_desc *desc, const struct xenring_record *rec)
{
	const struct xenring_field *f = NULL;

	while (rec && (f = xenring_next_field(rec, f)) && strcmp(f->name, xr_id_field(desc)) != 0)
		;
	return rec ? f : NULL;
}

bool xr_tracker_suits(const struct xr_ring_desc *desc)
{
	return desc->kind == XR_RING_SLOTS && desc->flags & XR_OUT_OF_ORDER &&
	       id_field(desc, desc->req[XR_ABI_64]) && id_field(desc, desc->rsp[XR_ABI_64]);
}

void xr_tracker_free(struct xr_tracker *t)
{
	if (!t)
		return;
	free(t->all);
	free(t->bytes);
	free(t->chunks);
	free(t->items);
	free(t->slots);
	free(t->shorts);
	free(t->known);
	free(t->sums);
	free(t->small);
	free(t->recent);
	free(t);
}

int xr_tracker_new(struct xr_tracker **ret, const struct xr_ring_desc *desc, enum xr_abi abi,
		   uint32_t n, uint32_t slot_size)
{
	struct xr_tracker *t;

	/* no ring is longer: 16 pages, and a slot has 4 bytes or more */
	if (!n || n > XR_PAGE_SIZE * 4 || n & (n - 1) || !slot_size)
		return -EINVAL;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->desc = desc;
	t->abi = abi;
	t->n = n;
	t->slot_size = slot_size;
	t->room = 2 * (size_t)n;
	t->all = calloc(t->room, sizeof(*t->all));
	t->bytes = calloc(t->room, slot_size);
	t->chunks = calloc(t->room, sizeof(*t->chunks));
	t->items = calloc(t->room + 2 * (size_t)n, sizeof(*t->items));
	t->slots = calloc(n, sizeof(*t->slots));
	t->shorts = calloc(n, sizeof(*t->shorts));
	t->known = calloc(t->room, sizeof(*t->known));
	t->small = calloc(SMALL * (size_t)n / 8 + 1, 1);
	t->sums = calloc(n, sizeof(*t->sums));
	if (!t->sums || !t->small || !t->shorts || !t->known || !t->all || !t->bytes || !t->chunks || !t->items || !t->slots) {
		xr_tracker_free(t);
		return -ENOMEM;
	}
	xr_tracker_forget(t);
	*ret = t;
	return 0;
}

static void drop_all(struct xr_tracker *t)
{
	t->n_all = 0;
	t->hidden = 0;
	t->has_stranger = false;
	t->n_chunks = t->room;
	for (size_t i = 0; i < t->room; i++)
		t->chunks[i] = (uint16_t)i;
}

void xr_tracker_forget(struct xr_tracker *t)
{
	t->begun = false;
	memset(t->small, 0, SMALL * (size_t)t->n / 8 + 1);
	t->n_recent = t->next_recent = 0;
	t->samples = 0;
	t->now_ns = INT64_MIN;
	drop_all(t);
}

static uint32_t in_flight(const struct xr_tracker *t)
{
	return xr_idx_sub(t->idx[XR_REQ_PROD], t->idx[XR_RSP_PROD]);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool is_small(const struct xr_tracker *t, uint64_t id)
{
	return id < SMALL * (uint64_t)t->n;
}

static bool is_recent(const struct xr_tracker *t, uint64_t id)
{
	if (is_small(t, id))
		return t->small[id / 8] >> id % 8 & 1;
	for (size_t i = 0; i < t->n_recent; i++)
		if (t->recent[i] == id)
			return true;
	return false;
}

static void remember(struct xr_tracker *t, uint64_t id)
{
	size_t most = MOST_RECENT * (size_t)t->n;

	if (is_recent(t, id))
		return;
	if (is_small(t, id)) {
		t->small[id / 8] |= (uint8_t)(1 << id % 8);
		return;
	}
	/* without memory it is as if it had never been seen */
	if (!t->recent)
		t->recent = calloc(most, sizeof(*t->recent));
	if (!t->recent)
		return;
	t->recent[t->next_recent] = id;
	t->next_recent = (t->next_recent + 1) % most;
	t->n_recent += t->n_recent < most;
}

/* ---- the list ------------------------------------------------------------ */

/* Drops what is gone. */
static void sweep(struct xr_tracker *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_all; i++) {
		if (t->all[i].gone)
			t->chunks[t->n_chunks++] = t->all[i].chunk;
		else
			t->all[kept++] = t->all[i];
	}
	t->n_all = kept;
}

/* Requests behind i that share its fate, and itself. */
static size_t unit(const struct xr_tracker *t, size_t i)
{
	size_t end = i + 1;

	while (end < t->n_all && !t->all[end].has_id &&
	       t->all[end].index == t->all[end - 1].index + 1)
		end++;
	return end - i;
}

/* i and its followers are forgotten: they may be open all the same. */
static void hide(struct xr_tracker *t, size_t i)
{
	size_t n = unit(t, i);

	for (size_t k = i; k < i + n; k++) {
		t->forgotten += t->all[k].was_open;
		t->all[k].gone = true;
	}
	t->hidden += (uint32_t)n;
	t->hidden_ns = t->now_ns;
}

/* The oldest of which it is not known whether it is open make room. */
static bool make_room(struct xr_tracker *t)
{
	for (size_t i = 0; !t->n_chunks && i < t->n_all; i++) {
		if (!t->all[i].kept || t->all[i].sure)
			continue;
		hide(t, i);
		sweep(t);
	}
	return t->n_chunks > 0;
}

static void add(struct xr_tracker *t, uint32_t index, const struct xenring_record *rec, const uint8_t *slot,
		bool sure)
{
	const struct xr_tracked *last = t->n_all ? &t->all[t->n_all - 1] : NULL;
	struct xr_tracked r = {
		.index = index, .seen_ns = t->now_ns, .before_ns = t->before_ns, .rec = rec, .sure = sure, .fresh = true,
	};
	uint8_t *bytes;

	if (rec)
		r.has_id = !xr_wire_number(rec, slot, t->slot_size, xr_id_field(t->desc), &r.id);
	/* what it is, or whose part, is not known */
	if (!rec || (!r.has_id && (!t->desc->chain || !last || last->index != index - 1)) || !make_room(t)) {
		t->hidden++;
		t->hidden_ns = t->now_ns;
		return;
	}
	r.chunk = t->chunks[--t->n_chunks];
	bytes = t->bytes + (size_t)r.chunk * t->slot_size;
	memcpy(bytes, slot, t->slot_size);
	r.bytes = bytes;
	t->all[t->n_all++] = r;
	if (r.has_id)
		remember(t, r.id);
}

static const uint8_t *slot_of(const struct xr_tracker *t, const struct xr_copied *c, uint32_t index)
{
	return c->bytes + xr_slot_at(index, t->n, t->desc->slots_off, t->slot_size);
}

/* The newest count requests of a copy. whole: the first of them begins a unit. */
static void add_requests(struct xr_tracker *t, const struct xr_copied *c, uint32_t count, bool whole,
			 bool sure)
{
	const struct xr_chain *chain = t->desc->chain;
	uint32_t first = c->before[XR_REQ_PROD] - count;
	unsigned state = 0;
	size_t start = 0;
	bool ends;

	for (uint32_t i = 0; i < count; i++)
		t->slots[i] = slot_of(t, c, first + i);
	if (chain && !whole && count)
		start = xr_chain_start(t->desc, t->abi, false, t->slots, count, &ends);
	for (uint32_t i = 0; i < count; i++) {
		const struct xenring_record *rec = NULL;

		if (!chain)
			rec = xr_pick(t->desc, t->abi, t->slots[i]);
		else if (i >= start)
			rec = chain->step(t->desc, t->abi, false, t->slots[i], &state);
		add(t, first + i, rec, t->slots[i], sure);
	}
}

/* ---- what happened between two samples ------------------------------------- */

struct step {
	bool first;		/* there is no sample before */
	uint32_t hidden_before, hidden;	/* requests that were never seen: earlier ones, new ones */
	uint32_t unseen;	/* answers that were overwritten before we looked */
	uint32_t missing;	/* ... of which so many at least are known by what they must have answered */
	size_t n_items;
	bool doubt;		/* an answer may be anybody's */
};

static int by_id(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* The record that an answer in the slot is; state: of the answers before it, 0 at first. NULL: it is unknown. */
static const struct xenring_record *answer_in(const struct xr_tracker *t, const uint8_t *slot, unsigned *state)
{
	return t->desc->chain ? t->desc->chain->step(t->desc, t->abi, true, slot, state) :
				xr_pick_rsp(t->desc, t->abi, slot);
}

/* False: it has none. */
static bool answer_id(const struct xr_tracker *t, const struct xenring_record *rec, const uint8_t *slot, uint64_t *ret)
{
	return rec && !xr_wire_number(rec, slot, t->slot_size, xr_id_field(t->desc), ret);
}

/* Returns how many of them are new. */
static uint32_t list_requests(struct xr_tracker *t, struct step *s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < t->n_all; i++) {
		struct xr_tracked *r = &t->all[i];

		if (r->has_id && !r->answered)
			t->items[s->n_items++] = (struct item){
				.id = r->id, .kind = r->fresh ? NEW : OLD, .at = (uint32_t)i };
		n += r->fresh;
		r->fresh = false;
	}
	return n;
}

/* The answers to be seen from the index first on. One without an id belongs to the one before it. */
static void list_answers(struct xr_tracker *t, struct step *s, const struct xr_copied *c, uint32_t first)
{
	uint32_t count = xr_idx_sub(c->before[XR_RSP_PROD], first);
	unsigned state = 0;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *slot = slot_of(t, c, first + i);
		const struct xenring_record *rec = answer_in(t, slot, &state);
		struct item item = { .kind = ANSWER, .at = first + i };

		if (answer_id(t, rec, slot, &item.id)) {
			t->items[s->n_items++] = item;
			remember(t, item.id);
		} else if (!i || !rec || !t->desc->chain) {
			s->unseen++;	/* whose it is cannot be told */
		}
	}
}

/* Has what was asked a name, if the slot is read as an answer? Where answers do not say it, it may be one. */
static bool can_be_answer(const struct xr_tracker *t, const uint8_t *slot)
{
	char word[XR_OPERATION];

	if (!(t->desc->flags & XR_ECHOES))
		return true;
	xr_operation(t->desc, xr_pick_rsp(t->desc, t->abi, slot), slot, t->slot_size, word);
	return strncmp(word, "0x", 2) != 0;
}

/* How much of its slot an answer takes, bytes. */
static uint32_t answer_size(const struct xr_tracker *t)
{
	const struct xenring_record *rsp = t->desc->rsp[t->abi];

	return rsp ? least(rsp->size, t->slot_size) : t->slot_size;
}

/* Where the requests stand that are in slots: by age, so by index. */
static size_t in_slots(const struct xr_tracker *t)
{
	size_t i = 0;

	while (i < t->n_all && t->all[i].kept)
		i++;
	return i;
}

/*
 * An answer leaves what stood behind it in its slot as it was. True: the slot of
 * that request has been given another one.
 */
static bool has_another(const struct xr_tracker *t, const struct xr_tracked *r, const uint8_t *slot)
{
	uint32_t from = answer_size(t);

	return memcmp(r->bytes + from, slot + from, t->slot_size - from) != 0;
}

/* Is there a request of that id, or was there one not long ago? */
static bool is_in_use(const struct xr_tracker *t, uint64_t id)
{
	for (size_t i = 0; i < t->n_all; i++)
		if (t->all[i].has_id && t->all[i].id == id)
			return true;
	return is_recent(t, id);
}

static uint32_t sum_of(const struct xr_tracker *t, const uint8_t *slot)
{
	return (uint32_t)XXH3_64bits(slot, t->slot_size);
}

static void sum_free(struct xr_tracker *t, const struct xr_copied *c)
{
	for (uint32_t i = t->idx[XR_REQ_PROD]; i != t->idx[XR_RSP_PROD] + t->n; i++)
		t->sums[i & (t->n - 1)] = sum_of(t, slot_of(t, c, i));
}

/*
 * Has the frontend written requests behind req_prod since the sample before? The
 * first of them stands where by then nobody else wrote to any more, for it was
 * free, if all answers that are new stand behind it.
 */
static bool has_written_ahead(const struct xr_tracker *t, const struct xr_copied *c, uint32_t oldest)
{
	uint32_t next = c->before[XR_REQ_PROD];

	return oldest == next - t->n || t->sums[next & (t->n - 1)] != sum_of(t, slot_of(t, c, next));
}

/* May the slot, of which it is not known what request stood there, hold an answer? */
static bool may_be_answer(const struct xr_tracker *t, const uint8_t *slot)
{
	uint64_t id;

	/* one without an id belongs to the one before it */
	return !answer_id(t, xr_pick_rsp(t->desc, t->abi, slot), slot, &id) || is_in_use(t, id);
}

/*
 * A frontend writes its requests from req_prod on before it moves that, over the
 * oldest answers, if it has taken them: these cannot be seen any more. Read as an
 * answer, a request has its id where an answer says what was done, and behind
 * what an answer takes of its slot it is not the request that was there. Returns
 * where the oldest answer stands that can be one.
 */
static uint32_t skip_overwritten(const struct xr_tracker *t, struct step *s, const struct xr_copied *c, uint32_t first)
{
	if (!has_written_ahead(t, c, first))
		return first;
	for (size_t i = in_slots(t); first != c->before[XR_RSP_PROD]; first++, s->unseen++) {
		const uint8_t *slot = slot_of(t, c, first);

		while (i < t->n_all && xr_idx_sub(first, t->all[i].index) - 1 < INT32_MAX)
			i++;
		if (can_be_answer(t, slot) && (i < t->n_all && t->all[i].index == first ?
					       !has_another(t, &t->all[i], slot) : may_be_answer(t, slot)))
			break;
	}
	return first;
}

/* i is answered, and what follows it. */
static void answer(struct xr_tracker *t, size_t i)
{
	size_t end = i + unit(t, i);

	for (; i < end; i++)
		t->all[i].answered = true;
}

static void doubt(struct xr_tracker *t, size_t i)
{
	size_t end = i + unit(t, i);

	for (; i < end; i++)
		t->all[i].sure = false;
}

/* All appearances of one id: first the requests, oldest first, then the answers. */
struct group {
	const struct item *items;
	size_t n_old, n_new;
	uint32_t n_answers;
	uint32_t owed;		/* answers that there must have been, for the id was used again */
	bool twin;
};

static struct group group_at(const struct xr_tracker *t, const struct step *s, size_t at, size_t *ret_next)
{
	struct group g = { .items = t->items + at };
	size_t i = at;

	for (; i < s->n_items && t->items[i].id == t->items[at].id; i++) {
		g.n_old += t->items[i].kind == OLD;
		g.n_new += t->items[i].kind == NEW;
		g.n_answers += t->items[i].kind == ANSWER;
	}
	*ret_next = i;
	for (size_t k = 0; k < g.n_old + g.n_new; k++) {
		const struct xr_tracked *r = &t->all[g.items[k].at];

		g.twin |= r->twin;
		/* all but the last; one that was unsure may have been answered earlier */
		g.owed += k + 1 < g.n_old + g.n_new && r->sure;
	}
	g.twin |= g.n_old > 1;
	return g;
}

/* Answers that nobody can have asked for. What they mean instead we do not know. */
static void meet_strangers(struct xr_tracker *t, struct step *s, const struct group *g, uint32_t n)
{
	t->faults.strangers += n;
	t->has_stranger = true;
	t->stranger = g->items[g->n_old + g->n_new + g->n_answers - 1].at;
	s->doubt = true;
}

/* So many answers may have been to requests that were never seen; returns how many cannot. */
static uint32_t give_to_hidden(struct xr_tracker *t, uint32_t n)
{
	uint32_t most = least(n, t->hidden);

	t->hidden -= most;
	return n - most;
}

/* Several open requests have one id: which of them an answer is for cannot be told. */
static void judge_twins(struct xr_tracker *t, struct step *s, const struct group *g)
{
	size_t m = g->n_old + g->n_new;
	uint32_t rest = g->n_answers > m ? give_to_hidden(t, g->n_answers - (uint32_t)m) : 0;

	for (size_t k = 0; k < m; k++) {
		t->all[g->items[k].at].twin = true;
		if (g->n_answers >= m)
			answer(t, g->items[k].at);
		else if (g->n_answers)
			doubt(t, g->items[k].at);
	}
	if (rest)
		meet_strangers(t, s, g, rest);
}

/*
 * In what order the requests of one id were put is known: an old one, then
 * those that were never seen, then the new ones, whose slots come later. Each
 * but the last was answered before the next was put.
 */
static void judge(struct xr_tracker *t, struct step *s, const struct group *g)
{
	size_t m = g->n_old + g->n_new;
	uint32_t extra = g->n_answers > g->owed ? g->n_answers - g->owed : 0, takers = 0;

	if (m && g->n_new) {
		/* who else than the last may have been answered */
		takers = s->hidden;
		takers += g->n_old ? !t->all[g->items[0].at].sure : s->hidden_before;
	}
	for (size_t k = 0; k + 1 < m; k++)
		answer(t, g->items[k].at);
	if (!extra)
		return;
	if (m && extra <= takers) {
		doubt(t, g->items[m - 1].at);
		return;
	}
	if (m) {
		answer(t, g->items[m - 1].at);
		extra -= takers + 1;
	}
	extra = give_to_hidden(t, extra);
	if (extra)
		meet_strangers(t, s, g, extra);
}

/* By the ids that appear: who was answered, and who is open. */
static void ascribe(struct xr_tracker *t, struct step *s)
{
	size_t next;

	qsort(t->items, s->n_items, sizeof(*t->items), by_id);
	for (size_t i = 0; i < s->n_items; i = next) {
		struct group g = group_at(t, s, i, &next);

		if (!g.twin && g.owed > g.n_answers)
			s->missing += g.owed - g.n_answers;
	}
	for (size_t i = 0; i < s->n_items; i = next) {
		struct group g = group_at(t, s, i, &next);

		/* used again, and there was no answer: honest frontends do not */
		if (!g.twin && g.owed > g.n_answers && s->missing > s->unseen) {
			t->faults.twins += g.owed - g.n_answers;
			g.twin = true;
		}
		if (g.twin)
			judge_twins(t, s, &g);
		else
			judge(t, s, &g);
	}
	/* an answer that was not seen and that no id explains may be anybody's */
	if (s->unseen > s->missing || (s->unseen && s->missing > s->unseen))
		s->doubt = true;
	for (size_t i = 0; s->doubt && i < t->n_all; i++)
		t->all[i].sure = false;
}

/* ---- what follows from the numbers ---------------------------------------- */

struct count {
	uint32_t sure, unsure;
};

static struct count count_open(const struct xr_tracker *t)
{
	struct count n = { 0 };

	for (size_t i = 0; i < t->n_all; i++) {
		n.sure += !t->all[i].answered && t->all[i].sure;
		n.unsure += !t->all[i].answered && !t->all[i].sure;
	}
	return n;
}

/* False: the numbers contradict what is known. */
static bool settle(struct xr_tracker *t)
{
	struct count n = count_open(t);
	uint32_t others;

	if (n.sure > in_flight(t))
		return false;
	others = in_flight(t) - n.sure;
	t->hidden = least(t->hidden, others);
	if (others > n.unsure + t->hidden)
		return false;
	for (size_t i = 0; i < t->n_all; i++) {
		struct xr_tracked *r = &t->all[i];

		if (r->answered || r->sure)
			continue;
		r->answered = !others;
		r->sure = others == n.unsure + t->hidden;
	}
	return true;
}

/* Whose slots are reused; those of them that are answered are done. */
static void leave_slots(struct xr_tracker *t)
{
	for (size_t i = 0; i < t->n_all; i++) {
		struct xr_tracked *r = &t->all[i];

		r->kept |= xr_idx_sub(r->index, t->idx[XR_RSP_PROD]) >= in_flight(t);
		r->gone = r->answered && r->kept;
	}
	sweep(t);
}

/* ---- samples --------------------------------------------------------------- */

/* Is there another request of that id that is open, and was there no answer to it? */
static bool is_taken(const struct xr_tracker *t, const struct step *s, uint64_t id, uint32_t index)
{
	bool taken = false;

	for (size_t i = 0; i < t->n_all && !taken; i++)
		taken = t->all[i].has_id && !t->all[i].answered && t->all[i].id == id &&
			t->all[i].index != index;
	for (size_t i = 0; i < s->n_items && taken; i++)
		taken = t->items[i].id != id;
	return taken;
}

/* A slot read as an answer that is not told of yet. */
struct untold {
	const uint8_t *slot;
	const struct xenring_record *rec;	/* NULL: it is none that is known */
	bool has_id;
	uint64_t id;
};

static bool may_be_untold(const struct xr_tracker *t, const struct untold *u)
{
	return is_in_use(t, u->id) && xr_all_named(u->rec, u->slot, t->slot_size);
}

/*
 * Is what was read as a new request, r, such an answer? It is, if there is a
 * request of the id that it has as an answer; or one of the id that it has as a
 * request, which cannot have been used again. The answer to the request that
 * stood there itself, which nobody has seen, is known by its id, if that is not
 * overwritten. If it is, and answers say what was asked, any id that is in use
 * is held to be one: a request has more there than a small number.
 */
static bool is_untold(const struct xr_tracker *t, const struct step *s, const struct xr_tracked *r,
		      const struct untold *u)
{
	uint32_t at;

	if (u->has_id && is_taken(t, s, u->id, r->index))
		return true;
	if (!r->has_id)
		return false;
	if (!s->first && is_taken(t, s, r->id, r->index))
		return true;
	if (!u->has_id)
		return false;
	at = id_field(t->desc, r->rec)->off;
	if (at >= answer_size(t))
		return u->id == r->id && xr_all_named(u->rec, u->slot, t->slot_size);
	/* where both have their ids in one place, they are the same for any slot */
	return t->desc->flags & XR_ECHOES && id_field(t->desc, u->rec)->off != at && may_be_untold(t, u);
}

/*
 * A backend writes its answers from rsp_prod on before it moves that, one after
 * the other: up to a request that is as it was. Of what is held to be an answer
 * it is not known which request there was. (In the first sample the older of two
 * of one id is answered.)
 */
static void skip_untold(struct xr_tracker *t, const struct step *s, const struct xr_copied *c)
{
	unsigned state = 0;
	size_t i = 0;

	while (i < t->n_all && xr_idx_sub(t->all[i].index, t->idx[XR_RSP_PROD]) >= in_flight(t))
		i++;
	for (uint32_t at = 0; at < in_flight(t); at++) {
		uint32_t index = t->idx[XR_RSP_PROD] + at;
		const uint8_t *slot = slot_of(t, c, index);
		const struct xenring_record *rec = answer_in(t, slot, &state);
		struct xr_tracked *r = i < t->n_all && t->all[i].index == index ? &t->all[i] : NULL;
		struct untold u = { .slot = slot, .rec = rec };
		bool answered;

		u.has_id = answer_id(t, rec, slot, &u.id);
		if (!r)
			answered = u.has_id && may_be_untold(t, &u);
		else if (r->fresh)
			answered = is_untold(t, s, r, &u);
		else
			answered = memcmp(r->bytes, slot, t->slot_size) != 0;
		if (!answered)
			break;
		if (r && r->fresh)
			hide(t, i);
		i += r != NULL;
	}
	sweep(t);
}

/* ---- how long they took ---------------------------------------------------- */

void xr_tracker_watch(struct xr_tracker *t, const struct xr_track_watch *w, void *data)
{
	t->watch = w;
	t->watch_data = data;
}

/* Which are open, for sure, before a step; how many. And the ids of all that may be. */
static uint32_t mark_open(struct xr_tracker *t)
{
	uint32_t n = 0;

	t->forgotten = 0;
	t->n_known = 0;
	for (size_t i = 0; i < t->n_all; i++) {
		struct xr_tracked *r = &t->all[i];

		r->was_open = !r->answered && r->sure;
		n += r->was_open;
		if (!r->answered && r->has_id)
			t->known[t->n_known++] = (struct known){ .id = r->id };
	}
	return n;
}

static int by_known_id(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* Is this the answer to a request that was there at the sample before? The first of an id is. */
static bool is_known(struct xr_tracker *t, uint64_t id)
{
	const struct known key = { .id = id };
	struct known *k = t->n_known ? bsearch(&key, t->known, t->n_known, sizeof(key), by_known_id) : NULL;

	while (k && k > t->known && k[-1].id == id)
		k--;
	for (; k && k < t->known + t->n_known && k->id == id; k++)
		if (!k->answered) {
			k->answered = true;
			return true;
		}
	return false;
}

/*
 * The answers to be seen that are not to requests that were there at the sample
 * before; how many have no id.
 */
static uint32_t list_shorts(struct xr_tracker *t, const struct xr_copied *c, uint32_t first, uint32_t *ret_n)
{
	uint32_t count = xr_idx_sub(c->before[XR_RSP_PROD], first), without = 0, n_short = 0;

	qsort(t->known, t->n_known, sizeof(*t->known), by_known_id);
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *slot = slot_of(t, c, first + i);
		const struct xenring_record *rec;
		unsigned state = 0;
		uint64_t id;

		rec = answer_in(t, slot, &state);
		if (!answer_id(t, rec, slot, &id))
			without += rec != NULL;
		else if (!is_known(t, id))
			t->shorts[n_short++] = (struct xr_track_short){ rec, slot };
	}
	*ret_n = n_short;
	return without;
}

/*
 * A step has been judged. Each answer is to one of four: a request that was open
 * for sure, which is told; one that was there, but not for sure, or of which that
 * is not known any more; an extra, which counts for nothing; and those that are
 * left came since the sample before.
 */
static void tell(struct xr_tracker *t, const struct xr_copied *c, uint32_t oldest, uint32_t answers,
		 uint32_t not_sure)
{
	struct xr_track_step s = { .after_ns = t->before_ns, .now_ns = t->now_ns, .shorts = t->shorts };
	uint32_t whole = 0, extras = 0, doubtful = not_sure + t->forgotten, rest, without;

	for (size_t i = 0; i < t->n_all; i++) {
		struct xr_tracked *r = &t->all[i];

		if (!r->was_open)
			continue;
		if (!r->answered) {
			doubtful += !r->sure;
			continue;
		}
		whole++;
		extras += !r->has_id;
		if (!r->has_id)
			continue;
		if (r->before_ns == INT64_MIN)
			s.unknown++;
		else
			t->watch->answered(t->watch_data, r, t->before_ns, t->now_ns);
	}
	rest = answers > whole ? answers - whole : 0;
	without = list_shorts(t, c, oldest, &s.n_short);
	without -= least(without, extras);
	rest -= least(rest, without);
	s.doubtful = doubtful;
	s.shorter = rest > doubtful ? rest - doubtful : 0;
	s.unknown += rest - s.shorter;
	if (s.shorter || s.unknown)
		t->watch->step(t->watch_data, &s);
}

static void tell_lost(struct xr_tracker *t, uint32_t answers)
{
	const struct xr_track_step s = { .after_ns = t->before_ns, .now_ns = t->now_ns, .lost = answers };

	/* indices that went back are no answers */
	if (t->watch && answers && answers <= INT32_MAX)
		t->watch->step(t->watch_data, &s);
}

/* The first sample, or as good as that: of all it shows nothing is sure. */
static void begin(struct xr_tracker *t, const struct xr_copied *c)
{
	struct step s = { .first = true };

	drop_all(t);
	t->before_ns = INT64_MIN;
	t->begun = true;
	memcpy(t->idx, c->before, sizeof(t->idx));
	add_requests(t, c, in_flight(t), false, false);
	skip_untold(t, &s, c);
	list_requests(t, &s);
	ascribe(t, &s);
	t->hidden = in_flight(t);
	t->hidden_ns = t->now_ns;
	settle(t);
	leave_slots(t);
	sum_free(t, c);
}

/*
 * The same, when they are told: an answer that has the very bytes of the
 * request that we took from its slot was there already.
 */
static void doubt_copies(struct xr_tracker *t, const struct xr_copied *c, uint32_t first)
{
	uint32_t count = xr_idx_sub(c->before[XR_RSP_PROD], first);

	for (size_t i = 0; i < t->n_all; i++) {
		const struct xr_tracked *r = &t->all[i];

		if (!r->gone && !r->kept && t->desc->rsp[t->abi] && xr_idx_sub(r->index, first) < count &&
		    !memcmp(r->bytes, slot_of(t, c, r->index), answer_size(t)))
			hide(t, i);
	}
	sweep(t);
}

/* From one sample to the next. False: what is known cannot be true. */
static bool go_on(struct xr_tracker *t, const struct xr_copied *c)
{
	uint32_t requests = xr_idx_sub(c->before[XR_REQ_PROD], t->idx[XR_REQ_PROD]), shown;
	/* where the oldest answer stands that was not overwritten */
	uint32_t oldest = c->before[XR_REQ_PROD] - t->n;
	uint32_t answers = xr_idx_sub(c->before[XR_RSP_PROD], t->idx[XR_RSP_PROD]);
	uint32_t not_sure = in_flight(t) - mark_open(t);
	struct step s = { .unseen = xr_idx_sub(oldest, t->idx[XR_RSP_PROD]) };

	if (s.unseen > INT32_MAX) {
		oldest = t->idx[XR_RSP_PROD];
		s.unseen = 0;
	}
	oldest = skip_overwritten(t, &s, c, oldest);
	memcpy(t->idx, c->before, sizeof(t->idx));
	doubt_copies(t, c, oldest);
	shown = least(requests, in_flight(t));
	t->hidden += requests - shown;
	if (requests > shown)
		t->hidden_ns = t->now_ns;
	add_requests(t, c, shown, requests == shown, true);
	list_answers(t, &s, c, oldest);
	skip_untold(t, &s, c);
	s.hidden = requests - list_requests(t, &s);
	s.hidden_before = t->hidden - s.hidden;
	ascribe(t, &s);
	if (!settle(t))
		return false;
	if (t->watch && answers)
		tell(t, c, oldest, answers, not_sure);
	leave_slots(t);
	sum_free(t, c);
	return true;
}

static void pass(struct xr_tracker *t, int64_t mono_ns)
{
	/* an older snapshot may be looked at once more */
	if (mono_ns > t->now_ns) {
		t->now_ns = mono_ns;
		t->samples++;
	}
}

void xr_tracker_rest(struct xr_tracker *t, int64_t mono_ns)
{
	if (t->begun)
		pass(t, mono_ns);
}

bool xr_tracker_step(struct xr_tracker *t, int64_t mono_ns, const struct xr_copied *c)
{
	const uint32_t *b = c->before;
	uint32_t answers;
	bool moved = b[XR_REQ_PROD] != c->after[XR_REQ_PROD] || b[XR_RSP_PROD] != c->after[XR_RSP_PROD];

	if (c->look != XR_LOOK_OK || moved ||
	    xr_idx_sub(b[XR_REQ_PROD], b[XR_RSP_PROD]) > t->n) {
		t->faults.unreadable++;
		return false;
	}
	answers = xr_idx_sub(b[XR_RSP_PROD], t->idx[XR_RSP_PROD]);
	t->before_ns = t->now_ns;
	pass(t, mono_ns);
	if (!t->begun) {
		begin(t, c);
	} else if (xr_idx_sub(b[XR_REQ_PROD], t->idx[XR_REQ_PROD]) > t->n ||
		   xr_idx_sub(b[XR_RSP_PROD], t->idx[XR_RSP_PROD]) > t->n) {
		t->faults.lost++;
		tell_lost(t, answers);
		begin(t, c);
	} else if (!go_on(t, c)) {
		t->faults.contradictions++;
		tell_lost(t, answers);
		begin(t, c);
	}
	return true;
}

/* ---- what is known --------------------------------------------------------- */

bool xr_tracker_is_at(const struct xr_tracker *t, const uint32_t idx[XR_N_IDX])
{
	return t->begun && idx[XR_REQ_PROD] == t->idx[XR_REQ_PROD] && idx[XR_RSP_PROD] == t->idx[XR_RSP_PROD];
}

void xr_tracker_words(const struct xr_tracker *t, uint32_t *ret_req_prod, uint32_t *ret_rsp_prod)
{
	*ret_req_prod = t->begun ? t->idx[XR_REQ_PROD] : 0;
	/* more answers than requests */
	*ret_rsp_prod = t->begun ? t->idx[XR_RSP_PROD] : 1;
}

const struct xr_tracked *xr_tracker_next(const struct xr_tracker *t, size_t i)
{
	return i < t->n_all ? &t->all[i] : NULL;
}

const struct xr_tracked *xr_tracker_in_slot(const struct xr_tracker *t, uint32_t index)
{
	/* those in slots are the newest */
	for (size_t i = t->n_all; i-- && !t->all[i].kept; )
		if (t->all[i].index == index)
			return &t->all[i];
	return NULL;
}

bool xr_tracker_is_stranger(const struct xr_tracker *t, uint32_t index)
{
	return t->has_stranger && index == t->stranger;
}

/*
 * At least so many of the unsure and the hidden are open: whichever they are,
 * the oldest of them has been there since the youngest but so many.
 */
static int64_t oldest_of_others(const struct xr_tracker *t, uint32_t open)
{
	uint32_t hidden = t->hidden, n = 0;

	for (size_t i = t->n_all; i--; ) {
		const struct xr_tracked *r = &t->all[i];

		if (r->answered || r->sure)
			continue;
		if (hidden && t->hidden_ns >= r->seen_ns) {
			n += hidden;
			hidden = 0;
			if (n >= open)
				return t->hidden_ns;
		}
		if (++n >= open)
			return r->seen_ns;
	}
	return t->hidden_ns;
}

void xr_tracker_sum(const struct xr_tracker *t, struct xr_track_sum *ret)
{
	struct count n = count_open(t);
	uint32_t others;

	*ret = (struct xr_track_sum){ .samples = t->samples, .now_ns = t->now_ns,
				      .oldest_ns = INT64_MIN, .faults = t->faults };
	if (!t->begun)
		return;
	others = in_flight(t) - n.sure;
	ret->in_flight = in_flight(t);
	ret->open = n.sure;
	ret->unsure = n.unsure;
	ret->hidden = t->hidden;
	for (size_t i = 0; i < t->n_all; i++)
		ret->kept += t->all[i].kept && t->all[i].sure;
	for (size_t i = 0; i < t->n_all && ret->oldest_ns == INT64_MIN; i++)
		if (!t->all[i].answered && t->all[i].sure)
			ret->oldest_ns = t->all[i].seen_ns;
	if (others) {
		int64_t ns = oldest_of_others(t, others);

		if (ret->oldest_ns == INT64_MIN || ns < ret->oldest_ns)
			ret->oldest_ns = ns;
	}
}
