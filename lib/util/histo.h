/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Counts of times, so that percentiles are right to 1 in 128 whatever their
 * size: each power of two has 128 buckets, as HDR histograms do it. (Their
 * library for C, libhdr_histogram, is no package of Debian 12.)
 */
#ifndef XR_HISTO_H
#define XR_HISTO_H

#include <stdint.h>

#define XR_HISTO_BITS 7			/* 128 buckets to each power of two */
#define XR_HISTO_MAX_BITS 43		/* values of 2.4 hours and more, in ns, are one bucket */
#define XR_HISTO_ROWS (XR_HISTO_MAX_BITS - XR_HISTO_BITS + 1)
#define XR_HISTO_BUCKETS (XR_HISTO_ROWS << XR_HISTO_BITS)

/* All zero is an empty one. */
struct xr_histo {
	uint64_t n;
	int64_t min, max;		/* exact; of an empty one they mean nothing */
	uint64_t *rows[XR_HISTO_ROWS];	/* of one power of two each; NULL: none of them yet */
};

/* One more; less than 0 is 0. -ENOMEM: it is not counted. */
int xr_histo_add(struct xr_histo *h, int64_t value);
void xr_histo_clear(struct xr_histo *h);
/*
 * The value of rank 1 to n, by size: at most 1 in 128 above the exact one, never
 * below it, and never above the largest.
 */
int64_t xr_histo_at(const struct xr_histo *h, uint64_t rank);

#endif
