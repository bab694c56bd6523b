/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Index arithmetic and consistent copies for all ring kinds. Indices are
 * free-running 32-bit numbers, never masked in memory; every comparison is a
 * uint32_t subtraction here and nowhere else.
 *
 * A slot ring's first page (xen/include/public/io/ring.h, DEFINE_RING_TYPES):
 *
 *	 0  req_prod   frontend writes	 4  req_event  backend writes
 *	 8  rsp_prod   backend writes	12  rsp_event  frontend writes
 *	16  private, padding		64  slot[0] ...
 *
 * A byte ring (io/console.h, io/xs_wire.h) has four words too, two queues of
 * a consumer and a producer index; so have the pages of events (io/kbdif.h,
 * io/fbif.h; the event pages of io/sndif.h have one queue) and libxenvchan's.
 * In a flex ring (DEFINE_XEN_FLEX_RING) the second pair stands 64 bytes behind
 * the first. Of a mailbox (io/pciif.h, io/tpmif.h) the words are its first 8
 * bytes, and the other two are 0: in a vTPM's page the message begins there. So
 * every kind is "four words at idx_off".
 */
#ifndef XR_RING_H
#define XR_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XR_PAGE_SIZE 4096u

enum xr_kind {
	XR_RING_SLOTS, XR_RING_BYTES, XR_RING_EVENTS, XR_RING_FLEX, XR_RING_VCHAN, XR_RING_MAILBOX,
	XR_KIND_N
};

/* Are the words two (consumer, producer) pairs? */
static inline bool xr_kind_is_pairs(enum xr_kind kind)
{
	return kind != XR_RING_SLOTS && kind != XR_RING_MAILBOX;
}

/* Where the second two words are, counted in words from the first. */
static inline unsigned xr_kind_second(enum xr_kind kind)
{
	return kind == XR_RING_FLEX ? 16 : 2;
}

/* Positions of a slot ring's words. */
enum { XR_REQ_PROD, XR_REQ_EVENT, XR_RSP_PROD, XR_RSP_EVENT, XR_N_IDX };

/* What req_event says about req_cons; a property of ring and backend. */
enum xr_event_rule {
	XR_EVENT_NONE,		/* nothing can be said */
	XR_EVENT_BOUND,		/* req_cons >= req_event - 1 while within reach */
};

/* Outcome of looking at one ring once. */
enum xr_look {
	XR_LOOK_NONE,		/* not mapped */
	XR_LOOK_OK,
	XR_LOOK_TORN,		/* moved under each of four tries: judge nothing by it */
	XR_LOOK_GONE,		/* the grant that backs it has changed */
};

/* a - b for free-running indices. */
static inline uint32_t xr_idx_sub(uint32_t a, uint32_t b)
{
	return a - b;
}

/* Bytes or events that are queued: of a pair of indices the consumer's word, the producer's behind it. */
static inline uint32_t xr_idx_queued(const uint32_t *idx, unsigned word)
{
	return xr_idx_sub(idx[word + 1], idx[word]);
}

/*
 * Number of slots, a power of two (__CONST_RING_SIZE): what fits behind the
 * header of off bytes, rounded down. 0 if nothing fits.
 */
uint32_t xr_ring_slots(uint32_t pages, uint32_t off, uint32_t slot_size);

/*
 * Where slot idx begins in the contiguous ring of n slots. Slots straddle
 * pages, so the copy must be contiguous. n is a power of two.
 */
static inline size_t xr_slot_at(uint32_t idx, uint32_t n, uint32_t off, uint32_t slot_size)
{
	return off + (size_t)(idx & (n - 1)) * slot_size;
}

/* Bounds of the backend's private req_cons that follow from public indices. */
struct xr_cons {
	bool known;
	uint32_t min, max;	/* equal: exact */
};

/*
 * idx: a consistent copy. Always rsp_prod <= req_cons <= req_prod; a final
 * check for requests that found none sets req_event = req_cons + 1, so that
 * is a lower bound, and exact only if req_event == req_prod + 1 (ring.h,
 * RING_FINAL_CHECK_FOR_REQUESTS). Unknown if the indices are impossible.
 */
struct xr_cons xr_ring_cons(const uint32_t idx[XR_N_IDX], uint32_t n, enum xr_event_rule rule);

/*
 * Four live words copied consistently, by single aligned 32-bit loads, in at
 * most four tries. What must stand still while the others are read: rsp_prod
 * of a slot ring (word 2); of the others words 0 and 2, which are the consumer
 * indices where there are pairs. Then producer - consumer can be judged. The
 * two words of a mailbox are read once: nothing is concluded from both.
 */
enum xr_look xr_ring_look(const volatile uint32_t *words, enum xr_kind kind, uint32_t ret[XR_N_IDX]);

/* One ring's pages, and its words before and after they were copied. */
struct xr_copied {
	enum xr_look look;		/* of the words before */
	uint32_t before[XR_N_IDX];
	uint32_t after[XR_N_IDX];	/* the producers' words; the others are 0 */
	uint32_t valid;			/* bytes that are what they were; what is behind them was left out */
	uint8_t *bytes;			/* the caller's: all pages */
};

/*
 * The pages once, and the words around it: a few tries to catch the ring
 * standing still, else after says what moved meanwhile. page: n_pages
 * contiguous live pages, the words at idx_off.
 */
void xr_ring_snap(const volatile uint8_t *page, uint32_t n_pages, uint32_t idx_off, enum xr_kind kind,
		  struct xr_copied *ret);

/*
 * Was slot idx of a ring of n slots written to between the words before its
 * pages were copied and those after? Then it may be half old, half new.
 */
bool xr_slot_may_have_changed(uint32_t idx, uint32_t n, const uint32_t before[XR_N_IDX],
			      const uint32_t after[XR_N_IDX]);

/*
 * The only reader of a ring's bytes: size bytes of live memory into a private
 * buffer, once. What is decoded afterwards is the copy alone.
 */
void xr_ring_copy(void *into, const volatile void *from, size_t size);

#endif
