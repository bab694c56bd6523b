/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The only way to read numbers from a private copy of guest bytes: explicit
 * width, little-endian (every Xen ABI is, but not the addresses of networks in
 * it), no alignment asked, and the caller has checked the bounds against its
 * own sizes, never against the guest's.
 */
#ifndef XR_BYTES_H
#define XR_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* An unsigned number of size 1 to 8 bytes at p. */
static inline uint64_t xr_get(const void *p, size_t size)
{
	const uint8_t *b = p;
	uint64_t v = 0;

	for (size_t i = 0; i < size && i < 8; i++)
		v |= (uint64_t)b[i] << (8 * i);
	return v;
}

/* The same number sign-extended. */
static inline int64_t xr_get_signed(const void *p, size_t size)
{
	uint64_t v = xr_get(p, size);

	if (size < 8 && size > 0 && (v >> (8 * size - 1)) & 1)
		v |= ~UINT64_C(0) << (8 * size);
	return (int64_t)v;
}

/* One in network order: the high byte first. */
static inline uint64_t xr_get_network(const void *p, size_t size)
{
	const uint8_t *b = p;
	uint64_t v = 0;

	for (size_t i = 0; i < size && i < 8; i++)
		v = v << 8 | b[i];
	return v;
}

#endif
