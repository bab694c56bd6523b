/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts of times. */
#include <config.h>

#include "util/histo.h"

#include <errno.h>
#include <stdlib.h>

/*
 *	value		buckets
 *	0 .. 127	one each
 *	128 .. 255	one each		(2^7, 128 of them)
 *	256 .. 511	two values each		(2^8)
 *	...
 */
static uint32_t bucket_of(int64_t value)
{
	uint64_t v = value < 0 ? 0 : (uint64_t)value;
	unsigned top, shift;

	if (v < UINT64_C(1) << XR_HISTO_BITS)
		return (uint32_t)v;
	top = 63 - (unsigned)__builtin_clzll(v);
	if (top >= XR_HISTO_MAX_BITS)
		return XR_HISTO_BUCKETS - 1;
	shift = top - XR_HISTO_BITS;
	return ((shift + 1) << XR_HISTO_BITS) + (uint32_t)(v >> shift) - (1u << XR_HISTO_BITS);
}

/* The largest value that falls into it. */
static int64_t last_of(uint32_t bucket)
{
	unsigned shift = bucket >> XR_HISTO_BITS;
	uint64_t low = bucket & ((1u << XR_HISTO_BITS) - 1);

	if (!shift)
		return (int64_t)low;
	shift--;
	return (int64_t)((((low | 1u << XR_HISTO_BITS) + 1) << shift) - 1);
}

/* Apart, so that the usual way saves no registers: it is taken at each look at a ring. */
static __attribute__((noinline)) int add_row(struct xr_histo *h, int64_t value, uint32_t row)
{
	h->rows[row] = calloc(UINT32_C(1) << XR_HISTO_BITS, sizeof(**h->rows));
	return h->rows[row] ? xr_histo_add(h, value) : -ENOMEM;
}

int xr_histo_add(struct xr_histo *h, int64_t value)
{
	uint32_t bucket = bucket_of(value);
	uint64_t *row = h->rows[bucket >> XR_HISTO_BITS];

	if (!row)
		return add_row(h, value, bucket >> XR_HISTO_BITS);
	if (value < 0)
		value = 0;
	if (!h->n || value < h->min)
		h->min = value;
	if (!h->n || value > h->max)
		h->max = value;
	h->n++;
	row[bucket & ((1u << XR_HISTO_BITS) - 1)]++;
	return 0;
}

void xr_histo_clear(struct xr_histo *h)
{
	for (size_t i = 0; i < XR_HISTO_ROWS; i++)
		free(h->rows[i]);
	*h = (struct xr_histo){ .n = 0 };
}

int64_t xr_histo_at(const struct xr_histo *h, uint64_t rank)
{
	uint64_t seen = 0;

	for (uint32_t i = 0; i < XR_HISTO_BUCKETS; i++) {
		const uint64_t *row = h->rows[i >> XR_HISTO_BITS];
		uint64_t n = row ? row[i & ((1u << XR_HISTO_BITS) - 1)] : 0;
		int64_t last;

		seen += n;
		if (seen < rank || !n)
			continue;
		last = last_of(i);
		return i == XR_HISTO_BUCKETS - 1 || last > h->max ? h->max : last;
	}
	return h->max;
}
