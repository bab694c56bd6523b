/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bytes of a capture, written and read: little-endian numbers of fixed width,
 * varints (7 bits a byte, low ones first, the high bit says that more follow)
 * and counted strings. A reader that runs out of bytes gives zeros and is bad
 * from then on, so that callers check once, at the end.
 */
#ifndef XR_WIRE_H
#define XR_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A growing buffer; without memory it stays as it is and failed is set. */
struct xr_out {
	uint8_t *p;
	size_t n, room;
	bool failed;
};

static inline void xr_out_free(struct xr_out *o)
{
	free(o->p);
	*o = (struct xr_out){ 0 };
}

/* Room for n more bytes, which the caller fills; NULL without memory. */
static inline uint8_t *xr_out_room(struct xr_out *o, size_t n)
{
	uint8_t *at;

	if (o->failed)
		return NULL;
	if (o->room - o->n < n) {
		size_t room = o->room + o->room / 2 + n + 256;
		uint8_t *p = realloc(o->p, room);

		if (!p) {
			o->failed = true;
			return NULL;
		}
		o->p = p;
		o->room = room;
	}
	at = o->p + o->n;
	o->n += n;
	return at;
}

static inline void xr_put_bytes(struct xr_out *o, const void *bytes, size_t n)
{
	uint8_t *at = n ? xr_out_room(o, n) : NULL;

	if (at)
		memcpy(at, bytes, n);
}

static inline void xr_set_fixed(uint8_t *at, uint64_t v, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

/* A number of size 1 to 8 bytes. */
static inline void xr_put_fixed(struct xr_out *o, uint64_t v, size_t size)
{
	uint8_t *at = xr_out_room(o, size);

	if (at)
		xr_set_fixed(at, v, size);
}

static inline void xr_put_u(struct xr_out *o, uint64_t v)
{
	uint8_t b[10];
	size_t n = 0;

	do {
		b[n] = (uint8_t)(v & 0x7f);
		v >>= 7;
		if (v)
			b[n] |= 0x80;
		n++;
	} while (v);
	xr_put_bytes(o, b, n);
}

/* Signed: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
static inline void xr_put_i(struct xr_out *o, int64_t v)
{
	xr_put_u(o, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static inline void xr_put_counted(struct xr_out *o, const void *bytes, size_t n)
{
	xr_put_u(o, n);
	xr_put_bytes(o, bytes, n);
}

static inline void xr_put_str(struct xr_out *o, const char *s)
{
	xr_put_counted(o, s ? s : "", s ? strlen(s) : 0);
}

/* What is left to read. */
struct xr_in {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct xr_in xr_in_of(const void *p, size_t n)
{
	/* nothing may be at NULL */
	return (struct xr_in){ .p = p, .end = n ? (const uint8_t *)p + n : p };
}

static inline size_t xr_in_left(const struct xr_in *in)
{
	return (size_t)(in->end - in->p);
}

/* n bytes, or NULL if there are not as many. */
static inline const uint8_t *xr_take(struct xr_in *in, size_t n)
{
	const uint8_t *at = in->p;

	if (in->bad || xr_in_left(in) < n) {
		in->bad = true;
		return NULL;
	}
	in->p += n;
	return at;
}

static inline uint64_t xr_take_fixed(struct xr_in *in, size_t size)
{
	const uint8_t *at = xr_take(in, size);
	uint64_t v = 0;

	for (size_t i = 0; at && i < size; i++)
		v |= (uint64_t)at[i] << (8 * i);
	return v;
}

static inline uint64_t xr_take_u(struct xr_in *in)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		const uint8_t *b = xr_take(in, 1);

		if (!b)
			return 0;
		v |= (uint64_t)(*b & 0x7f) << shift;
		if (!(*b & 0x80))
			return v;
	}
	in->bad = true;
	return 0;
}

static inline int64_t xr_take_i(struct xr_in *in)
{
	uint64_t v = xr_take_u(in);

	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* A number that must not be more than max. */
static inline uint64_t xr_take_max(struct xr_in *in, uint64_t max)
{
	uint64_t v = xr_take_u(in);

	if (v > max) {
		in->bad = true;
		return 0;
	}
	return v;
}

/*
 * How many elements follow, each of at least each bytes: more than there is
 * room for is bad, so that a count alone never makes anybody allocate.
 */
static inline size_t xr_take_count(struct xr_in *in, size_t each)
{
	return (size_t)xr_take_max(in, xr_in_left(in) / each);
}

/* Counted bytes in place; *ret_n their number. NULL if bad. */
static inline const uint8_t *xr_take_counted(struct xr_in *in, size_t *ret_n)
{
	size_t n = xr_take_count(in, 1);
	const uint8_t *at = xr_take(in, n);

	*ret_n = at ? n : 0;
	return at;
}

/* A new string, up to its first NUL; NULL if bad or without memory. */
static inline char *xr_take_str(struct xr_in *in)
{
	size_t n;
	const uint8_t *at = xr_take_counted(in, &n);

	return at ? strndup((const char *)at, n) : NULL;
}

#endif
