/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How libFuzzer changes an input of capture.c: block by block, so that one
 * more byte in a block does not make garbage of all that follow. And what makes
 * it fast: linked with --wrap, zstd's contexts are used again and what is large
 * is smaller.
 */
#include <config.h>

#include <string.h>

#include <zstd.h>

#include "capture/format.h"
#include "capture/wire.h"
#include "fuzz/capture.h"
#include "fuzz/fuzz.h"

#define MAX_BLOCKS 4096
#define ROOM (64u << 10)	/* for the body that is being changed */
/* Where the numbers of a block are; behind it are mostly pages. */
#define NUMBERS 64
/* Of so many inputs one is replayed as the program does it. */
#define REPLAYED_IN 64

/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
				 uint8_t *out, size_t max, unsigned seed);

static uint32_t below(unsigned *seed, size_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return n ? (uint32_t)((*seed >> 8) % n) : 0;
}

/* Where the blocks begin; at[n] is where the last one ends. */
struct blocks {
	size_t at[MAX_BLOCKS + 1], n;
};

static void find_blocks(const uint8_t *data, size_t size, struct blocks *ret)
{
	size_t at = CONTROL;

	ret->n = 0;
	ret->at[0] = at;
	while (ret->n < MAX_BLOCKS && size - at >= XR_BLOCK_HEAD) {
		struct xr_in in = xr_in_of(data + at + 4, 4);
		size_t left = size - at - XR_BLOCK_HEAD, n = (size_t)xr_take_fixed(&in, 4);

		at += XR_BLOCK_HEAD + (n < left ? n : left);
		ret->at[++ret->n] = at;
	}
}

/* What is from ... to gives way to with's n bytes. The new size; the old one if they do not fit. */
static size_t replace(uint8_t *data, size_t size, size_t max, size_t from, size_t to, const uint8_t *with,
		      size_t n)
{
	if (size - (to - from) + n > max)
		return size;
	memmove(data + from + n, data + to, size - to);
	if (n)
		memcpy(data + from, with, n);
	return size - (to - from) + n;
}

static size_t change_body(uint8_t *data, size_t size, size_t max, size_t from, size_t to, unsigned *seed)
{
	static const uint8_t bytes[] = { 0, 1, 2, 3, 7, 0x10, 0x40, 0x7f, 0x80, 0x81, 0xff };
	static uint8_t body[ROOM + XR_BLOCK_HEAD];
	size_t n = to - from - XR_BLOCK_HEAD;

	if (n > ROOM)
		return size;
	memcpy(body, data + from, XR_BLOCK_HEAD + n);
	if (n && below(seed, 2))	/* a number, in place */
		body[XR_BLOCK_HEAD + below(seed, n < NUMBERS ? n : NUMBERS)] = bytes[below(seed, sizeof(bytes))];
	else
		n = LLVMFuzzerMutate(body + XR_BLOCK_HEAD, n, ROOM);
	xr_set_fixed(body + 4, n, 4);
	return replace(data, size, max, from, to, body, XR_BLOCK_HEAD + n);
}

/* A short block of some type, of small numbers. */
static size_t new_block(uint8_t *data, size_t size, size_t max, size_t at, unsigned *seed)
{
	uint8_t block[XR_BLOCK_HEAD + 40] = { 0 };
	size_t n = below(seed, 40);

	xr_set_fixed(block, below(seed, XR_B_NOTE + 2), 4);
	xr_set_fixed(block + 4, n, 4);
	for (size_t i = 0; i < n; i++)
		block[XR_BLOCK_HEAD + i] = (uint8_t)below(seed, 6);
	return replace(data, size, max, at, at, block, XR_BLOCK_HEAD + n);
}

static size_t copy_block(uint8_t *data, size_t size, size_t max, size_t from, size_t to, size_t at)
{
	static uint8_t block[ROOM];

	if (to - from > ROOM)
		return size;
	memcpy(block, data + from, to - from);
	return replace(data, size, max, at, at, block, to - from);
}

static size_t mutate(uint8_t *data, size_t size, size_t max, unsigned *seed)
{
	static struct blocks b;
	size_t i, j, run;

	if (data[0] & RAW && below(seed, 32))
		return CONTROL + LLVMFuzzerMutate(data + CONTROL, size - CONTROL, max - CONTROL);
	find_blocks(data, size, &b);
	if (!b.n)
		return new_block(data, size, max, size, seed);
	i = below(seed, b.n);
	j = below(seed, b.n);
	switch (below(seed, 16)) {
	case 0:
	case 1:
		LLVMFuzzerMutate(data, CONTROL, CONTROL);
		return size;
	case 2:
		data[below(seed, CONTROL)] ^= (uint8_t)(1u << below(seed, 8));
		return size;
	case 3:
		run = 1 + below(seed, 3);
		return replace(data, size, max, b.at[i], b.at[i + run < b.n ? i + run : b.n], NULL, 0);
	case 4:		/* half of what there is */
		return replace(data, size, max, b.at[i], b.at[i + (b.n - i + 1) / 2], NULL, 0);
	case 5:
	case 6:
		return copy_block(data, size, max, b.at[i], b.at[i + 1], b.at[j]);
	case 7:
		return new_block(data, size, max, b.at[i], seed);
	case 8:
		xr_set_fixed(data + b.at[i], below(seed, XR_B_NOTE + 2), 4);
		return size;
	case 9:
		return LLVMFuzzerMutate(data, size, max);
	default:
		return change_body(data, size, max, b.at[i], b.at[i + 1], seed);
	}
}

/* The reader alone is many times as fast as a whole replay, which gets its share. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	if (size < CONTROL || max < CONTROL + XR_BLOCK_HEAD)
		return LLVMFuzzerMutate(data, size, max);
	size = mutate(data, size, max, &seed);
	if (below(&seed, REPLAYED_IN))
		data[3] |= DIRECT;
	else
		data[3] &= (uint8_t)~DIRECT;
	return size;
}

/* The beginning of one and the end of the other. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
				 uint8_t *out, size_t max, unsigned seed)
{
	static struct blocks of;
	size_t from, n;

	if (a_size < CONTROL || b_size < CONTROL)
		return 0;
	find_blocks(a, a_size, &of);
	n = of.at[below(&seed, of.n + 1)];
	find_blocks(b, b_size, &of);
	from = of.at[below(&seed, of.n + 1)];
	if (n + (b_size - from) > max)
		return 0;
	memcpy(out, a, n);
	memcpy(out + n, b + from, b_size - from);
	return n + (b_size - from);
}

/* ---- zstd's contexts, which are large and take longer to make than many inputs to read ---- */

#define KEPT 4

ZSTD_DCtx *__real_ZSTD_createDCtx(void);
size_t __real_ZSTD_freeDCtx(ZSTD_DCtx *z);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void);
size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *z);
ZSTD_CCtx *__real_ZSTD_createCCtx(void);
size_t __real_ZSTD_freeCCtx(ZSTD_CCtx *z);
ZSTD_CCtx *__wrap_ZSTD_createCCtx(void);
size_t __wrap_ZSTD_freeCCtx(ZSTD_CCtx *z);
size_t __wrap_ZSTD_DStreamOutSize(void);
size_t __wrap_ZSTD_CStreamOutSize(void);

static ZSTD_DCtx *idle[KEPT];
static ZSTD_CCtx *idle_writers[KEPT];

ZSTD_DCtx *__wrap_ZSTD_createDCtx(void)
{
	for (size_t i = 0; i < KEPT; i++)
		if (idle[i]) {
			ZSTD_DCtx *z = idle[i];

			idle[i] = NULL;
			ZSTD_DCtx_reset(z, ZSTD_reset_session_and_parameters);
			return z;
		}
	return __real_ZSTD_createDCtx();
}

size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *z)
{
	for (size_t i = 0; z && i < KEPT; i++)
		if (!idle[i]) {
			idle[i] = z;
			return 0;
		}
	return __real_ZSTD_freeDCtx(z);
}

ZSTD_CCtx *__wrap_ZSTD_createCCtx(void)
{
	for (size_t i = 0; i < KEPT; i++)
		if (idle_writers[i]) {
			ZSTD_CCtx *z = idle_writers[i];

			idle_writers[i] = NULL;
			ZSTD_CCtx_reset(z, ZSTD_reset_session_and_parameters);
			return z;
		}
	return __real_ZSTD_createCCtx();
}

size_t __wrap_ZSTD_freeCCtx(ZSTD_CCtx *z)
{
	for (size_t i = 0; z && i < KEPT; i++)
		if (!idle_writers[i]) {
			idle_writers[i] = z;
			return 0;
		}
	return __real_ZSTD_freeCCtx(z);
}

/*
 * What the reader and the writer ask for at once, small enough that ASan takes it from its
 * pool instead of mapping and poisoning it anew for each input. The frames that
 * the target makes have blocks of 16 KiB at most.
 */
size_t __wrap_ZSTD_DStreamOutSize(void)
{
	return 32u << 10;
}

size_t __wrap_ZSTD_CStreamOutSize(void)
{
	return 32u << 10;
}
