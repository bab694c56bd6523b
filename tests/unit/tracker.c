/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests that are open, against who knows: a frontend and a backend of our
 * own that answers in any order. Ends that do not keep to the rules, too.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <stdlib.h>

#include "abi/blkif.h"
#include "abi/netif.h"
#include "abi/pvcalls.h"
#include "abi/vscsiif.h"
#include "tracker.h"

#define SECOND INT64_C(1000000000)
#define REQUESTS 1000
#define MOST_PUT (20 * REQUESTS)
#define MAX_N 256

/* ---- rings of several protocols ------------------------------------------- */

/* What a request's or a response's id is in its slot. */
static const struct layout {
	const char *proto;
	size_t ring;
	uint32_t slot_size, req_id, rsp_id, id_size, rsp_size;
} layouts[] = {
	{ "blkif", 0, 112, offsetof(struct xr_blkif_request_64, id),
	  offsetof(struct xr_blkif_response, id), 8, sizeof(struct xr_blkif_response) },
	{ "netif", 0, 12, offsetof(struct xr_netif_tx_request, id),
	  offsetof(struct xr_netif_tx_response, id), 2, sizeof(struct xr_netif_tx_response) },
	{ "vscsiif", 0, 252, offsetof(struct xr_vscsiif_request, rqid),
	  offsetof(struct xr_vscsiif_response, rqid), 2, sizeof(struct xr_vscsiif_response) },
	{ "pvcalls", 0, 64, 0, 0, 4, 16 },
};
enum { BLKIF, NETIF, VSCSIIF, PVCALLS };

static const struct xr_ring_desc *desc_of(const struct layout *l)
{
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p)) && strcmp(p->name, l->proto))
		;
	assert_true(p && p->rings[l->ring].flags & XR_OUT_OF_ORDER);
	return p ? &p->rings[l->ring] : NULL;
}

/* ---- a frontend and a backend, and what is true --------------------------- */

enum ids { REUSED_AT_ONCE, LONGEST_UNUSED, POINTERS, IDS_N };

struct request {
	uint32_t index;
	uint64_t id;
	bool answered, seen;
	int64_t since_ns;	/* the first sample after it was put */
	uint8_t bytes[252];
};

struct ends {
	const struct layout *l;
	const struct xr_ring_desc *desc;
	uint32_t n, q, r, cons;		/* cons: answers that the frontend has taken */
	uint8_t page[64 + MAX_N * 252];
	uint64_t rng;
	enum ids ids;
	uint64_t free_ids[MAX_N], answered_ids[MAX_N];
	size_t n_free;
	struct request *all;		/* by the order in which they were put */
	size_t n_all;
	uint32_t *open;			/* which */
	size_t n_open;
	struct xr_tracker *t;
	int64_t now;
};

static uint32_t any(struct ends *e, uint32_t below)
{
	e->rng = e->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return below ? (uint32_t)(e->rng >> 33) % below : 0;
}

static void ends_init(struct ends *e, const struct layout *l, uint32_t n, enum ids ids, uint32_t start,
		      uint64_t seed)
{
	*e = (struct ends){ .l = l, .desc = desc_of(l), .n = n, .q = start, .r = start, .cons = start,
			    .rng = seed * 2 + 1, .ids = ids };
	e->all = calloc(MOST_PUT, sizeof(*e->all));
	e->open = calloc(n, sizeof(*e->open));
	assert_non_null(e->all);
	assert_non_null(e->open);
	for (uint32_t i = 0; i < n; i++)
		e->free_ids[e->n_free++] = ids == POINTERS && l->id_size == 8 ?
			UINT64_C(0xffffe00100000000) + any(e, 1u << 30) * UINT64_C(64) + i * 8 : i;
	assert_int_equal(xr_tracker_new(&e->t, e->desc, XR_ABI_64, n, l->slot_size), 0);
}

static void ends_free(struct ends *e)
{
	xr_tracker_free(e->t);
	free(e->all);
	free(e->open);
}

static uint8_t *slot(struct ends *e, uint32_t index)
{
	return e->page + xr_slot_at(index, e->n, 64, e->l->slot_size);
}

static void put_id(struct ends *e, uint8_t *at, uint64_t id)
{
	for (uint32_t i = 0; i < e->l->id_size; i++)
		at[i] = (uint8_t)(id >> (8 * i));
}

static uint64_t take_id(struct ends *e)
{
	uint64_t id = e->free_ids[e->ids == REUSED_AT_ONCE ? e->n_free - 1 : 0];

	assert_true(e->n_free > 0);
	e->n_free--;
	if (e->ids != REUSED_AT_ONCE)
		memmove(e->free_ids, e->free_ids + 1, e->n_free * sizeof(id));
	return id;
}

static bool may_put(const struct ends *e)
{
	return e->q - e->cons < e->n;
}

static void put_with(struct ends *e, uint64_t id)
{
	struct request *r = &e->all[e->n_all];
	uint8_t *at = slot(e, e->q);

	assert_true(e->n_all < MOST_PUT);
	memset(at, 0, e->l->slot_size);
	/* the first bytes differ from an answer's */
	at[e->l->slot_size - 1] = (uint8_t)e->n_all;
	/* no two requests of one slot are the same */
	if (e->l == &layouts[BLKIF])
		at[e->l->slot_size - 2] = (uint8_t)(e->n_all >> 8);
	if (e->l == &layouts[NETIF]) {
		at[0] = 0x77;
		at[1] = 0x33;
		at[11] = 0;
		at[10] = 64;
	} else if (e->l == &layouts[BLKIF]) {
		at[1] = 1;
		at[2] = 0xbb;
	} else {
		at[e->l->slot_size - 2] = 0x5a;
		at[4] = 0xff;	/* act, cmd: none of the special ones */
	}
	put_id(e, at + e->l->req_id, id);
	*r = (struct request){ .index = e->q, .id = id, .since_ns = INT64_MAX };
	memcpy(r->bytes, at, e->l->slot_size);
	e->open[e->n_open++] = (uint32_t)e->n_all++;
	e->q++;
}

static void put(struct ends *e)
{
	put_with(e, take_id(e));
}

static void answer_with(struct ends *e, uint64_t id)
{
	uint8_t *at = slot(e, e->r);

	memset(at, 0, e->l->rsp_size);
	put_id(e, at + e->l->rsp_id, id);
	e->answered_ids[e->r & (e->n - 1)] = id;
	e->r++;
}

static void answer_nth(struct ends *e, size_t k)
{
	struct request *r = &e->all[e->open[k]];

	r->answered = true;
	e->open[k] = e->open[--e->n_open];
	answer_with(e, r->id);
}

static void answer_any(struct ends *e)
{
	answer_nth(e, any(e, (uint32_t)e->n_open));
}

static void take_all(struct ends *e)
{
	while (e->cons != e->r)
		e->free_ids[e->n_free++] = e->answered_ids[e->cons++ & (e->n - 1)];
}

static bool look(struct ends *e)
{
	struct xr_copied c = { .look = XR_LOOK_OK, .bytes = e->page, .valid = sizeof(e->page) };
	uint32_t idx[XR_N_IDX] = { e->q, e->q + 1, e->r, e->r + 1 };

	memcpy(c.before, idx, sizeof(idx));
	memcpy(c.after, idx, sizeof(idx));
	e->now += SECOND;
	for (size_t i = 0; i < e->n_open; i++)
		if (e->all[e->open[i]].since_ns == INT64_MAX)
			e->all[e->open[i]].since_ns = e->now;
	return xr_tracker_step(e->t, e->now, &c);
}

static struct xr_track_sum sum(const struct ends *e)
{
	struct xr_track_sum s;

	xr_tracker_sum(e->t, &s);
	return s;
}

/* The newest request of that index. */
static const struct request *find(const struct ends *e, uint32_t index)
{
	for (size_t i = e->n_all; i--; )
		if (e->all[i].index == index)
			return &e->all[i];
	return NULL;
}

static bool is_in_slot(const struct ends *e, uint32_t index)
{
	return index - e->r < e->q - e->r;
}

/* What is said is true. Returns how many are said to be open for sure. */
static uint32_t assert_true_words(const struct ends *e)
{
	struct xr_track_sum s = sum(e);
	const struct xr_tracked *k;
	int64_t oldest = INT64_MAX;
	uint32_t open = 0;

	assert_int_equal(s.in_flight, e->n_open);
	assert_int_equal(s.faults.strangers, 0);
	assert_int_equal(s.faults.twins, 0);
	assert_int_equal(s.faults.contradictions, 0);
	for (size_t i = 0; (k = xr_tracker_next(e->t, i)); i++) {
		const struct request *r = find(e, k->index);

		assert_non_null(r);
		if (!r)
			return 0;
		assert_true(k->has_id);
		assert_int_equal(k->id, r->id);
		assert_memory_equal(k->bytes, r->bytes, e->l->slot_size);
		assert_int_equal(k->kept, !is_in_slot(e, k->index));
		if (k->answered) {
			assert_true(r->answered);
			assert_false(k->kept);
		} else if (k->sure) {
			assert_false(r->answered);
			open++;
		}
	}
	assert_true(s.open <= s.in_flight);
	assert_int_equal(s.open, open);
	assert_true(s.open + s.unsure + s.hidden >= s.in_flight);
	for (size_t i = 0; i < e->n_open; i++)
		if (e->all[e->open[i]].since_ns < oldest)
			oldest = e->all[e->open[i]].since_ns;
	/* nothing is said to be older than it is */
	if (e->n_open)
		assert_true(s.oldest_ns >= oldest && s.oldest_ns <= e->now);
	else
		assert_int_equal(s.oldest_ns, INT64_MIN);
	return open;
}

/* ... and nothing is left out. */
static void assert_whole_truth(const struct ends *e)
{
	struct xr_track_sum s = sum(e);
	int64_t oldest = INT64_MAX;
	uint32_t kept = 0;

	assert_int_equal(assert_true_words(e), e->n_open);
	assert_int_equal(s.unsure, 0);
	assert_int_equal(s.hidden, 0);
	for (size_t i = 0; i < e->n_open; i++) {
		kept += !is_in_slot(e, e->all[e->open[i]].index);
		if (e->all[e->open[i]].since_ns < oldest)
			oldest = e->all[e->open[i]].since_ns;
	}
	assert_int_equal(s.kept, kept);
	if (e->n_open)
		assert_int_equal(s.oldest_ns, oldest);
	for (uint32_t i = e->r; i != e->q; i++) {
		const struct xr_tracked *k = xr_tracker_in_slot(e->t, i);
		const struct request *r = find(e, i);

		assert_non_null(k);
		assert_non_null(r);
		if (k && r)
			assert_int_equal(k->answered, r->answered);
	}
}

/* ---- honest ends ------------------------------------------------------------ */

static const uint32_t sizes[] = { 2, 8, 32, 256 };
static const uint32_t starts[] = { 0, 48200, 0xfffffff0, 0xffffffff - 300 };

/*
 * Between two samples no answer is overwritten and no request unseen: then all
 * is known of each of 1,000 requests, at every sample.
 */
static void gentle(const struct layout *l, uint32_t n, enum ids ids, uint32_t start, uint64_t seed,
		   uint32_t *kept, uint32_t *answered)
{
	struct ends e;

	ends_init(&e, l, n, ids, start, seed);
	assert_true(look(&e));
	while (e.n_all < REQUESTS || e.n_open) {
		/* nothing may overtake what was seen last: as long as the newest request is no further */
		uint32_t limit = e.r + n, shown = e.q;
		uint32_t answers = any(&e, (uint32_t)e.n_open + 1);
		uint32_t puts = any(&e, n / 2 + 2);
		struct xr_track_sum s;

		while (answers || puts) {
			if (answers && e.r != shown && e.n_open && (any(&e, 2) || !puts)) {
				answer_any(&e);
				answers--;
				if (any(&e, 3))
					take_all(&e);
			} else if (puts && may_put(&e) && e.n_all < REQUESTS && e.q != limit) {
				put(&e);
				puts--;
			} else {
				break;
			}
		}
		take_all(&e);
		assert_true(look(&e));
		assert_whole_truth(&e);
		s = sum(&e);
		*kept += s.kept;
		for (size_t i = 0; xr_tracker_next(e.t, i); i++)
			*answered += xr_tracker_next(e.t, i)->answered;
	}
	assert_int_equal(sum(&e).faults.lost, 0);
	ends_free(&e);
}

static void test_all_is_known(void **state)
{
	(void)state;
	for (size_t l = 0; l < ARRAY_SIZE(layouts); l++)
		for (size_t n = 0; n < ARRAY_SIZE(sizes); n++)
			for (enum ids ids = 0; ids < IDS_N; ids++) {
				uint32_t kept = 0, answered = 0;

				for (uint64_t seed = 0; seed < 8; seed++)
					gentle(&layouts[l], sizes[n], ids, starts[seed % 4], seed, &kept,
					       &answered);
				/* both kinds did come about */
				assert_true(kept > 0);
				assert_true(answered > 0);
			}
}

/* Up to 2 most things that the ends do; some requests are never answered, unless the ring is full of them. */
static void some_steps(struct ends *e, uint32_t most)
{
	for (uint32_t ops = any(e, 2 * most) + 1; ops; ops--) {
		if (e->n_open && any(e, 2))
			answer_any(e);
		else if (may_put(e))
			put(e);
		if (!any(e, 3) || !may_put(e))
			take_all(e);
	}
}

/*
 * However fast the ring is, and from whenever on it is looked at: what is said
 * is true, and only what cannot be known is left open.
 */
static void fast(const struct layout *l, uint32_t n, enum ids ids, uint32_t start, uint64_t seed,
		 uint64_t *sure, uint64_t *open)
{
	uint32_t most = 1 + (uint32_t)(seed % 5) * n / 2, before;
	struct ends e;

	ends_init(&e, l, n, ids, start, seed);
	before = any(&e, 3 * n);
	for (uint32_t i = 0; i < before; i++) {
		if (may_put(&e))
			put(&e);
		if (e.n_open && any(&e, 2))
			answer_any(&e);
		if (any(&e, 2))
			take_all(&e);
	}
	while (e.n_all < REQUESTS) {
		some_steps(&e, most);
		assert_true(look(&e));
		*sure += assert_true_words(&e);
		*open += e.n_open;
	}
	/* when all is answered, nothing is in doubt any more */
	while (e.n_open)
		answer_any(&e);
	take_all(&e);
	assert_true(look(&e));
	assert_whole_truth(&e);
	put(&e);
	assert_true(look(&e));
	assert_whole_truth(&e);
	ends_free(&e);
}

static void test_nothing_wrong_is_said(void **state)
{
	uint64_t sure = 0, open = 0;

	(void)state;
	for (size_t l = 0; l < ARRAY_SIZE(layouts); l++)
		for (size_t n = 0; n < ARRAY_SIZE(sizes); n++)
			for (enum ids ids = 0; ids < IDS_N; ids++)
				for (uint64_t seed = 0; seed < 20; seed++)
					fast(&layouts[l], sizes[n], ids, starts[seed % 4], seed, &sure, &open);
	/* it is said of many, all the same */
	assert_true(sure > open / 4);
	print_message("# %llu of %llu open requests were known to be open\n", (unsigned long long)sure,
		      (unsigned long long)open);
}

/* What is true while some is written that is not told of yet. */
struct told {
	uint32_t q, r;
	size_t n_all, n_open;
	uint32_t open[MAX_N];
};

static struct told told(const struct ends *e)
{
	struct told t = { .q = e->q, .r = e->r, .n_all = e->n_all, .n_open = e->n_open };

	memcpy(t.open, e->open, e->n_open * sizeof(*e->open));
	return t;
}

static void tell(struct ends *e, const struct told *t)
{
	e->q = t->q;
	e->r = t->r;
	e->n_all = t->n_all;
	e->n_open = t->n_open;
	memcpy(e->open, t->open, t->n_open * sizeof(*e->open));
}

/*
 * A look in the middle of things: up to most answers, and then up to most
 * requests, are written and not told of. Returns how many requests are said to
 * be open for sure.
 */
static uint32_t look_between(struct ends *e, uint32_t most)
{
	uint32_t n = any(e, (e->n_open < most ? (uint32_t)e->n_open : most) + 1), sure;
	const struct told before = told(e);
	uint32_t answered[MAX_N];
	struct told after;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = any(e, (uint32_t)e->n_open);

		answered[i] = e->open[k];
		answer_nth(e, k);
	}
	for (uint32_t puts = any(e, most + 1); puts && may_put(e) && e->n_free; puts--)
		put(e);
	after = told(e);
	for (uint32_t i = 0; i < n; i++)
		e->all[answered[i]].answered = false;
	tell(e, &before);
	assert_true(look(e));
	sure = assert_true_words(e);
	for (uint32_t i = 0; i < n; i++)
		e->all[answered[i]].answered = true;
	tell(e, &after);
	return sure;
}

/*
 * Disks whose backend writes many answers before it tells of them, and frontend
 * many requests: nothing wrong is said, once each id was seen.
 */
static void test_between(void **state)
{
	uint64_t sure = 0, open = 0;

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(sizes); n++)
		for (enum ids ids = 0; ids < IDS_N; ids++)
			for (uint64_t seed = 0; seed < 15; seed++) {
				uint32_t most = 1 + (uint32_t)(seed % 5) * sizes[n] / 2;
				struct ends e;

				ends_init(&e, &layouts[BLKIF], sizes[n], ids, starts[seed % 4], seed);
				while (e.n_free)
					put(&e);
				assert_true(look(&e));
				while (e.n_open)
					answer_any(&e);
				assert_true(look(&e));
				take_all(&e);
				while (e.n_all < 3 * REQUESTS) {
					some_steps(&e, most);
					open += e.n_open;
					sure += look_between(&e, 1 + (uint32_t)seed);
				}
				ends_free(&e);
			}
	assert_true(sure > open / 8);
	print_message("# %llu of %llu open requests were known to be open\n", (unsigned long long)sure,
		      (unsigned long long)open);
}

/* ---- one sample, torn ones, other connections --------------------------------- */

static void small(struct ends *e)
{
	ends_init(e, &layouts[BLKIF], 8, LONGEST_UNUSED, 0xfffffffa, 1);
}

static void test_one_sample(void **state)
{
	struct xr_track_sum s;
	struct ends e;

	(void)state;
	small(&e);
	for (int i = 0; i < 3; i++)
		put(&e);
	answer_nth(&e, 0);
	s = sum(&e);
	assert_int_equal(s.oldest_ns, INT64_MIN);
	assert_int_equal(s.in_flight, 0);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.in_flight, 2);
	assert_int_equal(s.open, 0);
	assert_int_equal(s.unsure, 2);
	/* one is open, whichever */
	assert_int_equal(s.oldest_ns, e.now);
	/* nothing moves: it gets older, and no surer */
	assert_true(look(&e));
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.unsure, 2);
	assert_int_equal(s.oldest_ns, e.now - 2 * SECOND);
	/* what was put since is known, and when the others are answered, all is */
	put(&e);
	assert_true(look(&e));
	assert_int_equal(sum(&e).open, 1);
	answer_nth(&e, 0);
	answer_nth(&e, 1);
	assert_int_equal(e.all[e.open[0]].index, e.q - 1);
	assert_true(look(&e));
	assert_whole_truth(&e);
	ends_free(&e);
}

/* Where ids are used again, an older request with the id of a later one was answered. */
static void test_one_sample_tells(void **state)
{
	struct ends e;

	(void)state;
	small(&e);
	e.ids = REUSED_AT_ONCE;
	put(&e);
	put(&e);
	answer_nth(&e, 1);
	take_all(&e);
	put(&e);
	assert_true(look(&e));
	/* index r is the second request: answered; the third has its id */
	assert_true(xr_tracker_in_slot(e.t, e.r)->answered);
	assert_false(xr_tracker_in_slot(e.t, e.r + 1)->answered);
	assert_true_words(&e);
	ends_free(&e);
}

static void test_not_judged(void **state)
{
	struct xr_copied c;
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put(&e);
	assert_true(look(&e));
	c = (struct xr_copied){ .look = XR_LOOK_TORN, .before = { e.q + 1, 0, e.r + 1 },
				.after = { e.q + 1, 0, e.r + 1 }, .bytes = e.page };
	assert_false(xr_tracker_step(e.t, e.now + SECOND, &c));
	c.look = XR_LOOK_OK;
	c.after[XR_RSP_PROD]++;
	assert_false(xr_tracker_step(e.t, e.now + SECOND, &c));
	c.after[XR_RSP_PROD]--;
	c.after[XR_REQ_PROD]++;
	assert_false(xr_tracker_step(e.t, e.now + SECOND, &c));
	/* more in flight than there are slots */
	c.before[XR_REQ_PROD] = c.after[XR_REQ_PROD] = c.before[XR_RSP_PROD] + 9;
	assert_false(xr_tracker_step(e.t, e.now + SECOND, &c));
	assert_int_equal(sum(&e).faults.unreadable, 4);
	/* as if nothing had been */
	assert_whole_truth(&e);
	assert_true(xr_tracker_is_at(e.t, (uint32_t[]){ e.q, 7, e.r, 9 }));
	put(&e);
	assert_false(xr_tracker_is_at(e.t, (uint32_t[]){ e.q, 7, e.r, 9 }));
	assert_true(look(&e));
	assert_whole_truth(&e);
	ends_free(&e);
}

static void test_lost(void **state)
{
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put(&e);
	assert_true(look(&e));
	assert_int_equal(sum(&e).open, 1);
	for (int i = 0; i < 9; i++) {
		put(&e);
		answer_nth(&e, e.n_open - 1);
		take_all(&e);
	}
	assert_true(look(&e));
	assert_int_equal(sum(&e).faults.lost, 1);
	assert_int_equal(sum(&e).open, 0);
	assert_true_words(&e);
	/* an index that goes back is no less than that */
	answer_any(&e);
	take_all(&e);
	assert_true(look(&e));
	assert_whole_truth(&e);
	e.q -= 2;
	e.r -= 2;
	assert_true(look(&e));
	assert_int_equal(sum(&e).faults.lost, 2);
	ends_free(&e);
}

static void test_forget(void **state)
{
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put(&e);
	assert_true(look(&e));
	xr_tracker_forget(e.t);
	assert_null(xr_tracker_next(e.t, 0));
	assert_int_equal(sum(&e).in_flight, 0);
	assert_false(xr_tracker_is_at(e.t, (uint32_t[]){ e.q, 0, e.r, 0 }));
	assert_true(look(&e));
	assert_int_equal(sum(&e).unsure, 1);
	ends_free(&e);
}

static void test_impossible_sizes(void **state)
{
	static const uint32_t bad[] = { 0, 3, 1u << 15 };
	struct xr_tracker *t = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(xr_tracker_new(&t, desc_of(&layouts[0]), XR_ABI_64, bad[i], 112), -EINVAL);
	assert_null(t);
	xr_tracker_free(NULL);
}

/* An answer that was overwritten before it was seen may be anybody's, until the ids say whose it was. */
static void test_settled_by_reuse(void **state)
{
	struct xr_track_sum s;
	struct ends e;

	(void)state;
	ends_init(&e, &layouts[BLKIF], 2, LONGEST_UNUSED, 77, 1);
	assert_true(look(&e));
	put_with(&e, 10);
	put_with(&e, 11);
	assert_true(look(&e));
	assert_int_equal(sum(&e).open, 2);
	answer_nth(&e, 0);
	e.cons = e.r;
	put_with(&e, 12);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open, 0);
	assert_int_equal(s.unsure, 3);
	assert_true_words(&e);
	answer_with(&e, 12);
	e.all[2].answered = true;
	e.n_open = 1;
	assert_int_equal(e.all[e.open[0]].id, 11);
	assert_true(look(&e));
	assert_int_equal(sum(&e).unsure, 2);
	e.cons = e.r;
	put_with(&e, 10);
	assert_true(look(&e));
	assert_whole_truth(&e);
	ends_free(&e);
}

/* A backend writes an answer before it tells of it: what was copied is no request. */
static void test_answer_not_told_yet(void **state)
{
	struct xr_track_sum s;
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put_with(&e, 0x51);
	put_with(&e, 0x52);
	answer_with(&e, 0x51);
	e.r--;
	/* its request has never been seen */
	assert_true(look(&e));
	e.r++;
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.in_flight, 1);
	assert_int_equal(s.open, 1);
	assert_int_equal(s.faults.strangers, 0);
	assert_int_equal(xr_tracker_in_slot(e.t, e.q - 1)->id, 0x52);
	ends_free(&e);
	/* one whose request is known: what stands in its slot is no new request, of whatever id it looks */
	small(&e);
	assert_true(look(&e));
	put_with(&e, 0);
	put_with(&e, 0x53);
	assert_true(look(&e));
	answer_with(&e, 0x53);
	put_with(&e, 0x54);
	put_with(&e, 0x55);
	/* two answers more, to 0x54 and 0: not told of yet; the second stands where the request 0x54 was */
	answer_with(&e, 0x55);
	answer_with(&e, 0x54);
	e.r -= 2;
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.in_flight, 3);
	assert_int_equal(s.faults.twins + s.faults.strangers, 0);
	/* the oldest, of the id 0, is open still: no garbage has passed for another request of it */
	assert_true(xr_tracker_next(e.t, 0)->kept && xr_tracker_next(e.t, 0)->id == 0);
	e.r += 2;
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.in_flight, 1);
	assert_int_equal(s.open, 1);
	assert_int_equal(s.faults.strangers, 0);
	ends_free(&e);
}

/* A frontend writes a request before it tells of it, over an answer that it has taken: what was copied is no answer. */
static void test_request_not_told_yet(void **state)
{
	const struct xr_tracked *k;
	struct ends e;

	(void)state;
	ends_init(&e, &layouts[BLKIF], 4, LONGEST_UNUSED, 0, 1);
	assert_true(look(&e));
	put_with(&e, 0x51);
	put_with(&e, 3);
	assert_true(look(&e));
	assert_int_equal(sum(&e).open, 2);
	answer_with(&e, 0x51);
	e.all[0].answered = true;
	e.open[0] = e.open[--e.n_open];
	put_with(&e, 0x60);
	put_with(&e, 0x61);
	e.cons = e.r;
	/* a flush: the first bytes of it are those of an answer to 3 */
	put_with(&e, 0x70);
	slot(&e, e.q - 1)[0] = XR_BLKIF_FLUSH;
	slot(&e, e.q - 1)[1] = slot(&e, e.q - 1)[2] = 0;
	e.q--;
	e.n_open--;
	e.n_all--;
	assert_true(look(&e));
	/* 0x51, 3, or one of the others is answered: which cannot be told */
	assert_true_words(&e);
	assert_int_equal(sum(&e).unsure, 4);
	answer_with(&e, 0x60);
	e.all[2].answered = true;
	for (size_t i = 0; i < e.n_open; i++)
		if (e.all[e.open[i]].id == 0x60)
			e.open[i] = e.open[--e.n_open];
	assert_true(look(&e));
	assert_true_words(&e);
	for (size_t i = 0; (k = xr_tracker_next(e.t, i)); i++)
		assert_true(k->id != 3 || !k->answered);
	ends_free(&e);
}

static void init(struct ends *e, size_t layout)
{
	ends_init(e, &layouts[layout], 4, LONGEST_UNUSED, 0, 1);
	assert_true(look(e));
}

/* As a reader sees it that comes before the backend tells of its last answer. */
static void look_before_told(struct ends *e)
{
	e->r--;
	assert_true(look(e));
	assert_null(xr_tracker_in_slot(e->t, e->r));
	assert_int_equal(sum(e).hidden, 1);
	assert_int_equal(sum(e).open, 1);
	e->r++;
	assert_true(look(e));
	assert_int_equal(sum(e).open, 1);
	assert_int_equal(sum(e).hidden + sum(e).unsure + sum(e).faults.strangers, 0);
}

/* An answer not told of yet that stands where its own request was, which nobody has seen. */
static void test_own_answer_not_told_yet(void **state)
{
	struct ends e;

	(void)state;
	/* the request's id is overwritten: the answer's is one that was in use before */
	init(&e, BLKIF);
	put_with(&e, 2);
	assert_true(look(&e));
	answer_with(&e, 2);
	e.cons = e.r;
	assert_true(look(&e));
	put_with(&e, 2);
	put_with(&e, 5);
	answer_with(&e, 2);
	look_before_told(&e);
	assert_int_equal(xr_tracker_in_slot(e.t, 2)->id, 5);
	ends_free(&e);
	/* the request's id is there still, and it is the answer's */
	init(&e, NETIF);
	put_with(&e, 7);
	put_with(&e, 8);
	answer_with(&e, 7);
	look_before_told(&e);
	assert_int_equal(xr_tracker_in_slot(e.t, 1)->id, 8);
	ends_free(&e);
}

/* A packet whose grant, read as an answer, has the id of another one. */
static void put_alike(struct ends *e, uint64_t id, uint8_t alike)
{
	put_with(e, id);
	memset(slot(e, e->q - 1), 0, 4);
	slot(e, e->q - 1)[0] = alike;
}

/* Behind a request that is as it was no answer stands yet, whatever it looks like. */
static void test_alike(void **state)
{
	struct ends e;

	(void)state;
	init(&e, NETIF);
	put_alike(&e, 9, 5);
	assert_true(look(&e));
	put_alike(&e, 5, 9);
	assert_true(look(&e));
	assert_int_equal(sum(&e).open, 2);
	ends_free(&e);
}

/* A packet not told of yet over an answer that was taken: behind the answer stands another request than it was for. */
static void test_packet_not_told_yet(void **state)
{
	const struct xr_tracked *k;
	struct ends e;

	(void)state;
	init(&e, NETIF);
	put_with(&e, 1);
	put_with(&e, 2);
	assert_true(look(&e));
	answer_nth(&e, 0);
	e.cons = e.r;
	put_with(&e, 3);
	put_with(&e, 4);
	put_alike(&e, 5, 2);
	e.q--;
	e.n_open--;
	e.n_all--;
	assert_true(look(&e));
	for (size_t i = 0; (k = xr_tracker_next(e.t, i)); i++)
		assert_true(k->id != 2 || !k->answered);
	assert_int_equal(sum(&e).faults.strangers, 0);
	ends_free(&e);
}

/* All rings that answer in any order and are decoded have ids by which they can be followed. */
static void test_which_rings(void **state)
{
	const struct xenring_proto *p = NULL;
	size_t n = 0;

	(void)state;
	while ((p = xenring_next_proto(p)))
		for (const struct xr_ring_desc *r = p->rings; r->name; r++) {
			bool raw = !strcmp(p->name, "fsif");
			bool any_order = r->flags & XR_OUT_OF_ORDER;

			assert_row(p->name, xr_tracker_suits(r) == (any_order && !raw));
			n += any_order;
		}
	assert_true(n >= 10);
}

/* ---- packets ------------------------------------------------------------------ */

static void put_tx(struct ends *e, uint16_t flags, uint16_t id)
{
	struct xr_netif_tx_request *tx = (void *)slot(e, e->q++);

	*tx = (struct xr_netif_tx_request){ .gref = 0x33770000u + id, .flags = flags, .id = id, .size = 100 };
}

static void put_extra(struct ends *e, uint8_t flags)
{
	struct xr_netif_extra *x = (void *)slot(e, e->q++);

	memset(x, 0, 12);
	x->type = XR_NETIF_EXTRA_GSO;
	x->flags = flags;
	/* where a request's id is: that of somebody else */
	x->gso.size = 0x0101;
}

static void answer_tx(struct ends *e, uint16_t id, int16_t status, uint32_t nulls)
{
	struct xr_netif_tx_response *rsp = (void *)slot(e, e->r++);

	*rsp = (struct xr_netif_tx_response){ .id = id, .status = status };
	/* an extra's answer has no id: what was there stays */
	for (; nulls; nulls--)
		((struct xr_netif_tx_response *)(void *)slot(e, e->r++))->status = XR_NETIF_RSP_NULL;
}

/* Extras have no ids: they are answered with the request before them. */
static void test_extras(void **state)
{
	const struct xr_tracked *k;
	struct xr_track_sum s;
	struct ends e;

	(void)state;
	ends_init(&e, &layouts[NETIF], 16, POINTERS, 0xfffffffe, 1);
	assert_true(look(&e));
	put_tx(&e, XR_NETTXF_EXTRA_INFO | XR_NETTXF_MORE_DATA, 1);
	put_extra(&e, XR_NETIF_EXTRA_MORE);
	put_extra(&e, 0);
	put_tx(&e, 0, 2);
	put_tx(&e, XR_NETTXF_EXTRA_INFO, 3);
	put_extra(&e, 0);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open, 6);
	assert_int_equal(s.unsure + s.hidden, 0);
	/* the last packet goes first: its answers stand in the first one's slots */
	answer_tx(&e, 3, 0, 1);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open, 4);
	assert_int_equal(s.kept, 2);
	assert_int_equal(s.unsure + s.hidden, 0);
	for (uint32_t i = 0; (k = xr_tracker_next(e.t, i)); i++) {
		assert_int_equal(k->index, 0xfffffffe + i);
		assert_int_equal(k->has_id, i != 1 && i != 2 && i != 5);
		assert_int_equal(k->answered, i >= 4);
		assert_int_equal(k->kept, i < 2);
	}
	answer_tx(&e, 1, 0, 2);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open, 1);
	assert_int_equal(s.in_flight, 1);
	answer_tx(&e, 2, 0, 0);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open + s.unsure + s.in_flight, 0);
	assert_null(xr_tracker_next(e.t, 0));
	assert_int_equal(s.faults.strangers + s.faults.contradictions + s.faults.twins + s.faults.lost, 0);
	ends_free(&e);
}

/* Packets of all shapes, answered in any order: the numbers are right at every sample. */
static void test_packets(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct {
			uint32_t id, extras, index;
		} open[64];
		size_t n_open = 0, slots = 0;
		uint32_t next = 0;
		struct ends e;

		ends_init(&e, &layouts[NETIF], 64, POINTERS, starts[seed % 4], seed);
		assert_true(look(&e));
		for (int i = 0; i < REQUESTS; i++) {
			uint32_t was_q = e.q, was_r = e.r;
			struct xr_track_sum s;

			while (any(&e, 4) && e.q - was_r < 64 - 4 && e.q - e.r < 64 - 4) {
				uint32_t extras = any(&e, 3);

				open[n_open].id = next++ & 0xffff;
				open[n_open].extras = extras;
				open[n_open++].index = e.q;
				put_tx(&e, extras ? XR_NETTXF_EXTRA_INFO : 0, (uint16_t)(next - 1));
				for (uint32_t x = extras; x; x--)
					put_extra(&e, x > 1 ? XR_NETIF_EXTRA_MORE : 0);
				slots += 1 + extras;
			}
			while (n_open && any(&e, 4)) {
				size_t k = any(&e, (uint32_t)n_open);

				if (e.r + 1 + open[k].extras - was_r > was_q - was_r)
					break;
				answer_tx(&e, (uint16_t)open[k].id, 0, open[k].extras);
				slots -= 1 + open[k].extras;
				open[k] = open[--n_open];
			}
			assert_true(look(&e));
			s = sum(&e);
			assert_int_equal(s.in_flight, slots);
			assert_int_equal(s.open, slots);
			assert_int_equal(s.unsure + s.hidden, 0);
			assert_int_equal(s.faults.strangers + s.faults.contradictions + s.faults.twins, 0);
		}
		ends_free(&e);
	}
}

/* ---- ends that do not keep to the rules ------------------------------------------ */

static void test_stranger(void **state)
{
	struct xr_track_sum s;
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put(&e);
	put(&e);
	assert_true(look(&e));
	answer_with(&e, 0x4711);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.faults.strangers, 1);
	assert_true(xr_tracker_is_stranger(e.t, e.r - 1));
	assert_false(xr_tracker_is_stranger(e.t, e.r));
	/* whose answer it was instead nobody knows */
	assert_int_equal(s.in_flight, 1);
	assert_int_equal(s.open, 0);
	assert_int_equal(s.unsure, 2);
	answer_with(&e, 0x4712);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.faults.strangers, 2);
	assert_int_equal(s.open + s.unsure, 0);
	/* then all is well again */
	put(&e);
	assert_true(look(&e));
	assert_int_equal(sum(&e).open, 1);
	ends_free(&e);
}

/* An answer twice. */
static void test_answered_twice(void **state)
{
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put(&e);
	put(&e);
	put(&e);
	assert_true(look(&e));
	answer_with(&e, e.all[0].id);
	answer_with(&e, e.all[0].id);
	assert_true(look(&e));
	assert_int_equal(sum(&e).faults.strangers, 1);
	assert_int_equal(sum(&e).in_flight, 1);
	ends_free(&e);
}

static void test_twins(void **state)
{
	const struct xr_tracked *k;
	struct xr_track_sum s;
	struct ends e;

	(void)state;
	small(&e);
	assert_true(look(&e));
	put_with(&e, 5);
	put_with(&e, 6);
	assert_true(look(&e));
	put_with(&e, 5);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.faults.twins, 1);
	assert_int_equal(s.open, 3);
	for (size_t i = 0; (k = xr_tracker_next(e.t, i)); i++)
		assert_int_equal(k->twin, k->id == 5);
	/* it is not known whose the answer is ... */
	answer_with(&e, 5);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open, 1);
	assert_int_equal(s.unsure, 2);
	assert_int_equal(s.in_flight, 2);
	/* ... until both are answered */
	answer_with(&e, 5);
	assert_true(look(&e));
	s = sum(&e);
	assert_int_equal(s.open, 1);
	assert_int_equal(s.unsure, 0);
	assert_int_equal(s.faults.strangers, 0);
	ends_free(&e);
}

/* Anything at all: what is kept stays bounded, and the numbers agree with the indices. */
static void test_anything(void **state)
{
	uint32_t flagged = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct ends e;

		ends_init(&e, &layouts[seed % 4], sizes[seed % 4], POINTERS, 0, seed);
		for (int i = 0; i < 300; i++) {
			struct xr_copied c = { .look = XR_LOOK_OK, .bytes = e.page };
			struct xr_track_sum s;
			size_t n = 0;

			for (uint32_t k = any(&e, 40); k; k--)
				e.page[any(&e, 64 + e.n * e.l->slot_size)] = (uint8_t)any(&e, any(&e, 2) ? 3 : 256);
			/* mostly forwards, by any number, now and then anywhere */
			e.q += any(&e, 10) ? any(&e, e.n) : any(&e, 1u << 30);
			e.r = any(&e, 10) ? e.q - any(&e, e.n + 1) : e.q + any(&e, 1u << 30);
			c.before[XR_REQ_PROD] = c.after[XR_REQ_PROD] = e.q;
			c.before[XR_RSP_PROD] = c.after[XR_RSP_PROD] = e.r;
			e.now += SECOND;
			assert_int_equal(xr_tracker_step(e.t, e.now, &c), e.q - e.r <= e.n);
			s = sum(&e);
			while (xr_tracker_next(e.t, n))
				n++;
			assert_true(n <= 2 * (size_t)e.n);
			assert_true(s.open <= s.in_flight && s.in_flight <= e.n);
			assert_true(s.open + s.unsure + s.hidden >= s.in_flight);
			assert_true(s.hidden <= s.in_flight);
			assert_int_equal(s.oldest_ns == INT64_MIN, !s.in_flight);
		}
		flagged += sum(&e).faults.lost + sum(&e).faults.unreadable + sum(&e).faults.strangers;
		ends_free(&e);
	}
	assert_true(flagged > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_is_known),
		cmocka_unit_test(test_nothing_wrong_is_said),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_one_sample),
		cmocka_unit_test(test_one_sample_tells),
		cmocka_unit_test(test_not_judged),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_impossible_sizes),
		cmocka_unit_test(test_settled_by_reuse),
		cmocka_unit_test(test_answer_not_told_yet),
		cmocka_unit_test(test_request_not_told_yet), cmocka_unit_test(test_own_answer_not_told_yet),
		cmocka_unit_test(test_alike), cmocka_unit_test(test_packet_not_told_yet),
		cmocka_unit_test(test_which_rings),
		cmocka_unit_test(test_extras),
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_answered_twice),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_anything),
	};

	return RUN(tests);
}
