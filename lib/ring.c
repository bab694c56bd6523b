/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Index arithmetic and consistent copies for all ring kinds. */
#include <config.h>

#include "ring.h"

#include <string.h>

#define TRIES 4

uint32_t xr_ring_slots(uint32_t pages, uint32_t off, uint32_t slot_size)
{
	uint64_t bytes = (uint64_t)pages * XR_PAGE_SIZE;
	uint64_t fit;

	if (!slot_size || bytes <= off)
		return 0;
	fit = (bytes - off) / slot_size;
	if (!fit)
		return 0;
	return UINT32_C(1) << (31 - __builtin_clz((uint32_t)fit));
}

struct xr_cons xr_ring_cons(const uint32_t idx[XR_N_IDX], uint32_t n, enum xr_event_rule rule)
{
	uint32_t in_flight = xr_idx_sub(idx[XR_REQ_PROD], idx[XR_RSP_PROD]);
	struct xr_cons c = {
		.known = true, .min = idx[XR_RSP_PROD], .max = idx[XR_REQ_PROD],
	};
	uint32_t passed;

	if (in_flight > n)
		return (struct xr_cons){ .known = false };
	if (rule == XR_EVENT_NONE)
		return c;
	/* how far req_event - 1 is beyond rsp_prod; stale ones wrap to huge */
	passed = xr_idx_sub(idx[XR_REQ_EVENT] - 1, idx[XR_RSP_PROD]);
	if (passed <= in_flight)
		c.min = idx[XR_REQ_EVENT] - 1;
	return c;
}

enum xr_look xr_ring_look(const volatile uint32_t *words, enum xr_kind kind, uint32_t ret[XR_N_IDX])
{
	const volatile uint32_t *second = words + xr_kind_second(kind);
	bool both = kind != XR_RING_SLOTS;

	if (kind == XR_RING_MAILBOX) {
		ret[0] = words[0];
		ret[1] = words[1];
		ret[2] = ret[3] = 0;
		return XR_LOOK_OK;
	}

	for (int i = 0; i < TRIES; i++) {
		uint32_t moved, w[XR_N_IDX];

		w[2] = second[0];
		w[0] = words[0];
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		w[1] = words[1];
		w[3] = second[1];
		if (!both)
			w[0] = words[0];	/* req_prod, after rsp_prod */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		moved = second[0] ^ w[2];
		if (both)
			moved |= words[0] ^ w[0];
		memcpy(ret, w, sizeof(w));
		if (!moved)
			return XR_LOOK_OK;
	}
	return XR_LOOK_TORN;
}

bool xr_slot_may_have_changed(uint32_t idx, uint32_t n, const uint32_t before[XR_N_IDX],
			      const uint32_t after[XR_N_IDX])
{
	uint32_t responses = xr_idx_sub(after[XR_RSP_PROD], before[XR_RSP_PROD]);
	uint32_t requests = xr_idx_sub(after[XR_REQ_PROD], before[XR_REQ_PROD]);

	return ((idx - before[XR_RSP_PROD]) & (n - 1)) < responses || responses >= n ||
	       ((idx - before[XR_REQ_PROD]) & (n - 1)) < requests || requests >= n;
}

void xr_ring_copy(void *into, const volatile void *from, size_t size)
{
	const volatile uint64_t *s = from;
	uint64_t *d = into;

	/* word by word: a compiler may neither tear nor repeat a volatile load */
	for (size_t i = 0; i < size / 8; i++)
		d[i] = s[i];
}


void xr_ring_snap(const volatile uint8_t *page, uint32_t n_pages, uint32_t idx_off, enum xr_kind kind,
		  struct xr_copied *ret)
{
	const volatile uint32_t *words = (const volatile uint32_t *)(const volatile void *)(page + idx_off);
	/* the two words that producers write; of a mailbox those that there are */
	static const struct {
		uint8_t first, other;
	} movers[XR_KIND_N] = {
		[XR_RING_SLOTS] = { XR_REQ_PROD, XR_RSP_PROD }, [XR_RING_BYTES] = { 1, 3 },
		[XR_RING_EVENTS] = { 1, 3 }, [XR_RING_FLEX] = { 1, 3 }, [XR_RING_VCHAN] = { 1, 3 },
		[XR_RING_MAILBOX] = { 0, 1 },
	};
	const unsigned first = movers[kind].first, other = movers[kind].other;
	const volatile uint32_t *other_at = other == 3 ? words + xr_kind_second(kind) + 1 : words + other;

	memset(ret->after, 0, sizeof(ret->after));
	ret->valid = n_pages * XR_PAGE_SIZE;
	for (int i = 0; i < TRIES; i++) {
		ret->look = xr_ring_look(words, kind, ret->before);
		xr_ring_copy(ret->bytes, page, (size_t)n_pages * XR_PAGE_SIZE);
		ret->after[first] = words[first];
		ret->after[other] = *other_at;
		if (ret->look == XR_LOOK_OK && ret->after[first] == ret->before[first] &&
		    ret->after[other] == ret->before[other])
			break;
	}
}
