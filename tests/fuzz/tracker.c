/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: what two hostile ends do with a ring whose requests are kept
 * track of.
 *
 *	byte 0	which ring of those that answer in any order
 *	byte 1	bit 0: the ABI; from bit 1 on: log2 of the slots, 0 to 7; bit 7: indices begin at 2^32 - 100
 *	rest	samples: requests, answers, count; then count times: slot, offset, length (modulo
 *		the slot's, plus one) and bytes that are written there. requests 255: both
 *		indices are the next 8 bytes
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "tracker.h"

static const struct xr_ring_desc *choose(unsigned which)
{
	const struct xr_ring_desc *rings[64];
	const struct xenring_proto *p = NULL;
	unsigned n = 0;

	while ((p = xenring_next_proto(p)))
		for (const struct xr_ring_desc *r = p->rings; r->name && n < 64; r++)
			if (r->kind == XR_RING_SLOTS && r->flags & XR_OUT_OF_ORDER)
				rings[n++] = r;
	return n ? rings[which % n] : NULL;
}

struct input {
	const uint8_t *p;
	size_t n;
};

static uint8_t take(struct input *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

static uint32_t take_word(struct input *in)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | take(in);
	return v;
}

static void write_slot(struct input *in, uint8_t *page, const struct xr_ring_desc *r, uint32_t n,
		       uint32_t size)
{
	uint8_t *slot = page + xr_slot_at(take(in), n, r->slots_off, size);
	uint32_t off = take(in) % size, len = 1 + take(in) % (size - off);

	for (uint32_t i = 0; i < len && in->n; i++)
		slot[off + i] = take(in);
}

/* What holds whatever was written. */
static void check(const struct xr_tracker *t, uint32_t n, int64_t now)
{
	uint32_t open = 0, kept = 0, unsure = 0;
	const struct xr_tracked *k;
	struct xr_track_sum s;
	size_t i;

	xr_tracker_sum(t, &s);
	for (i = 0; (k = xr_tracker_next(t, i)); i++) {
		if (!k->rec || (k->answered && k->kept) || k->seen_ns > now || k->gone || k->fresh)
			abort();
		if (!k->kept && xr_tracker_in_slot(t, k->index) != k)
			abort();
		open += !k->answered && k->sure;
		kept += k->kept && k->sure;
		unsure += !k->answered && !k->sure;
	}
	if (i > 2 * (size_t)n || s.open != open || s.kept != kept || s.unsure != unsure)
		abort();
	if (s.in_flight > n || s.open > s.in_flight || s.hidden > s.in_flight - s.open ||
	    s.open + s.unsure + s.hidden < s.in_flight)
		abort();
	if ((s.oldest_ns == INT64_MIN) != !s.in_flight || s.oldest_ns > now)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct xr_ring_desc *r = choose(take(&in));
	uint8_t how = take(&in);
	enum xr_abi abi = how & 1 ? XR_ABI_32 : XR_ABI_64;
	uint32_t n = 1u << (how >> 1 & 7), q = how & 128 ? UINT32_MAX - 99 : 0, rsp = q;
	struct xr_tracker *t = NULL;
	uint8_t *page;

	/* as long as the slots are, so that one byte too many is found */
	page = calloc(1, r->slots_off + (size_t)n * r->slot_size[abi]);
	if (!page || xr_tracker_new(&t, r, abi, n, r->slot_size[abi])) {
		free(page);
		return 0;
	}
	for (int64_t now = 1; in.n && now < 1000; now++) {
		struct xr_copied c = { .look = XR_LOOK_OK, .bytes = page };
		uint8_t requests = take(&in);

		if (requests == 255) {
			q = take_word(&in);
			rsp = take_word(&in);
		} else {
			q += requests;
			rsp += take(&in);
		}
		for (uint8_t writes = take(&in); writes && in.n; writes--)
			write_slot(&in, page, r, n, r->slot_size[abi]);
		c.before[XR_REQ_PROD] = c.after[XR_REQ_PROD] = q;
		c.before[XR_RSP_PROD] = c.after[XR_RSP_PROD] = rsp;
		if (xr_tracker_step(t, now, &c) != (q - rsp <= n))
			abort();
		check(t, n, now);
	}
	xr_tracker_free(t);
	free(page);
	return 0;
}
