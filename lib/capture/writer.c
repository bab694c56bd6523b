/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes a capture: ticks into frames, frames with their trailers, the index. */
#include <config.h>

#include "capture/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>
#include <zstd.h>

#include "util/cleanup.h"

/*
 * The cheapest level that still finds what repeats; ticks are small, and there
 * are many. Below 1 literals are not packed: a twentieth more bytes, and what
 * recording adds to a sample of idle rings is a sixth less.
 */
#define LEVEL (-1)
/*
 * A key tick repeats all that is known, so frames are as long as makes that
 * cheap: FRAME_TICKS, and until as much has been written as the key tick took.
 * But a reader has to go through a frame to get to a tick in it, and loses
 * what is behind a damaged place: there is an end to that. Of a host where
 * nothing moves, that many ticks are a few hundred KiB.
 */
#define FRAME_TICKS 60u
#define FRAME_TICKS_MAX 7200u
#define FRAME_BYTES_MAX (64u << 20)	/* of blocks, beside the key tick */

struct frame {
	uint64_t offset, first;		/* in the file; number of its first tick */
	struct xenring_time at;
};

struct xr_writer {
	int fd;
	struct xr_answers state;
	struct xr_out tick;		/* blocks since the last TICK */
	size_t applied;			/* up to here they are in the state */
	ZSTD_CCtx *z;
	XXH3_state_t *hash;		/* of the frame's compressed bytes */
	uint8_t *buf;
	size_t buf_size;
	bool begun, in_frame, key_due;
	uint64_t offset, samples;
	uint64_t frame_bytes, key_bytes, frame_length;
	uint32_t frame_ticks;
	struct frame *frames;
	size_t n_frames;
};

uint64_t xr_hash(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

static void init_file(struct xr_writer *w, int fd, const struct xenring_time *now)
{
	w->fd = fd;
	w->state.begun_ns = now->real_ns;
	w->begun = w->in_frame = false;
	w->key_due = true;
	w->offset = w->samples = 0;
	w->n_frames = 0;
}

int xr_writer_new(struct xr_writer **ret, int fd, const char *creator, const char *host, bool payload,
		  const struct xenring_time *now)
{
	struct xr_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	xr_answers_init(&w->state);
	w->state.version = XR_FORMAT_VERSION;
	w->state.creator = strdup(creator);
	w->state.host = strdup(host);
	w->state.flags = payload ? XR_HEAD_PAYLOAD : 0;
	w->z = ZSTD_createCCtx();
	w->hash = XXH3_createState();
	w->buf_size = ZSTD_CStreamOutSize();
	w->buf = malloc(w->buf_size);
	init_file(w, fd, now);
	if (!w->state.creator || !w->state.host || !w->z || !w->hash || !w->buf ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(w->z, ZSTD_c_compressionLevel, LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(w->z, ZSTD_c_checksumFlag, 1))) {
		xr_writer_free(w);
		return -ENOMEM;
	}
	*ret = w;
	return 0;
}

void xr_writer_free(struct xr_writer *w)
{
	if (!w)
		return;
	xr_answers_clear(&w->state);
	xr_out_free(&w->tick);
	ZSTD_freeCCtx(w->z);
	XXH3_freeState(w->hash);
	free(w->buf);
	free(w->frames);
	free(w);
}

const struct xr_answers *xr_writer_answers(const struct xr_writer *w)
{
	return &w->state;
}

bool xr_writer_wants_payload(const struct xr_writer *w)
{
	return w->state.flags & XR_HEAD_PAYLOAD;
}

uint64_t xr_writer_samples(const struct xr_writer *w)
{
	return w->samples;
}

uint64_t xr_writer_bytes(const struct xr_writer *w)
{
	return w->offset;
}

struct xr_out *xr_writer_out(struct xr_writer *w)
{
	/* all that is known before the first block of this tick changes it */
	if (w->key_due) {
		w->key_due = false;
		w->tick.n = 0;
		xr_answers_dump(&w->state, &w->tick);
		w->applied = w->tick.n;
	}
	return &w->tick;
}

int xr_writer_took(struct xr_writer *w)
{
	while (!w->tick.failed && w->applied < w->tick.n) {
		struct xr_in in = xr_in_of(w->tick.p + w->applied, w->tick.n - w->applied);
		uint32_t type = (uint32_t)xr_take_fixed(&in, 4), n = (uint32_t)xr_take_fixed(&in, 4);
		int r = xr_answers_apply(&w->state, type, in.p, n);

		if (r)
			return r;
		w->applied += XR_BLOCK_HEAD + n;
	}
	return w->tick.failed ? -ENOMEM : 0;
}

/* ---- the file ----------------------------------------------------------- */

static int write_all(struct xr_writer *w, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	while (n) {
		ssize_t got = write(w->fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		p += got;
		n -= (size_t)got;
		w->offset += (uint64_t)got;
	}
	return 0;
}

static int compress(struct xr_writer *w, const void *bytes, size_t n, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { .src = bytes, .size = n };
	size_t left;

	do {
		ZSTD_outBuffer out = { .dst = w->buf, .size = w->buf_size };
		int r;

		left = ZSTD_compressStream2(w->z, &out, &in, how);
		if (ZSTD_isError(left))
			return -ENOMEM;	/* nothing else can go wrong with it */
		XXH3_64bits_update(w->hash, w->buf, out.pos);
		w->frame_length += out.pos;
		r = write_all(w, w->buf, out.pos);
		if (r)
			return r;
	} while (left || in.pos < in.size);
	return 0;
}

static void skippable(struct xr_out *out, const char *name, size_t size)
{
	xr_put_fixed(out, XR_SKIP_MAGIC, 4);
	xr_put_fixed(out, size, 4);
	xr_put_bytes(out, name, XR_NAME_SIZE);
}

static void sign(struct xr_out *out)
{
	if (!out->failed)
		xr_put_fixed(out, xr_hash(out->p + 8, out->n - 8), 8);
}

static int write_out(struct xr_writer *w, struct xr_out *out)
{
	int r = out->failed ? -ENOMEM : write_all(w, out->p, out->n);

	xr_out_free(out);
	return r;
}

static int begin_file(struct xr_writer *w)
{
	struct xr_out out = { 0 };

	w->begun = true;
	skippable(&out, XR_FILE_NAME, XR_FILE_SIZE);
	xr_put_fixed(&out, XR_FORMAT_VERSION, 4);
	sign(&out);
	return write_out(w, &out);
}

static int begin_frame(struct xr_writer *w, const struct xenring_time *at)
{
	struct frame *frames = reallocarray(w->frames, w->n_frames + 1, sizeof(*frames));

	if (!frames)
		return -ENOMEM;
	w->frames = frames;
	w->frames[w->n_frames++] = (struct frame){ .offset = w->offset, .first = w->samples, .at = *at };
	XXH3_64bits_reset(w->hash);
	w->in_frame = true;
	w->frame_bytes = w->frame_length = 0;
	w->frame_ticks = 0;
	return 0;
}

static int end_frame(struct xr_writer *w)
{
	struct xr_out out = { 0 };
	int r;

	if (!w->in_frame)
		return 0;
	r = compress(w, NULL, 0, ZSTD_e_end);
	if (r)
		return r;
	w->in_frame = false;
	skippable(&out, XR_FRAME_NAME, XR_FRAME_SIZE);
	xr_put_fixed(&out, w->frame_length, 8);
	xr_put_fixed(&out, XXH3_64bits_digest(w->hash), 8);
	sign(&out);
	return write_out(w, &out);
}

static bool frame_is_full(const struct xr_writer *w)
{
	uint64_t bytes = w->frame_bytes - w->key_bytes;

	return w->frame_ticks >= FRAME_TICKS_MAX || bytes >= FRAME_BYTES_MAX + w->key_bytes ||
	       (w->frame_ticks >= FRAME_TICKS && bytes >= w->key_bytes);
}

/* A block whose last eight bytes are the hash of all before it in the buffer. */
static int end_with_hash(struct xr_out *out, size_t at)
{
	if (out->failed)
		return -ENOMEM;
	xr_set_fixed(out->p + at + 4, out->n + 8 - at - XR_BLOCK_HEAD, 4);
	xr_put_fixed(out, xr_hash(out->p, out->n), 8);
	return out->failed ? -ENOMEM : 0;
}

int xr_writer_tick(struct xr_writer *w, const struct xenring_time *at)
{
	struct xr_out *out = xr_writer_out(w);
	size_t block = xr_block_begin(out, XR_B_TICK);
	int r;

	xr_put_fixed(out, (uint64_t)at->real_ns, 8);
	xr_put_fixed(out, (uint64_t)at->mono_ns, 8);
	xr_put_fixed(out, w->samples, 8);
	r = end_with_hash(out, block);
	if (!r && !w->begun)
		r = begin_file(w);
	if (!r && !w->in_frame)
		r = begin_frame(w, at);
	if (!r)
		r = compress(w, out->p, out->n, ZSTD_e_flush);
	if (r)
		return r;
	/* the first of a capture repeats nothing, but all is new in it */
	if (!w->frame_ticks)
		w->key_bytes = out->n;
	w->frame_bytes += out->n;
	w->frame_ticks++;
	w->samples++;
	out->n = w->applied = 0;
	if (!frame_is_full(w))
		return 0;
	w->key_due = true;
	return end_frame(w);
}

static int write_index(struct xr_writer *w)
{
	size_t size = XR_NAME_SIZE + 4 + w->n_frames * XR_INDEX_ENTRY + XR_INDEX_TAIL;
	uint64_t offset = w->offset;
	struct xr_out out = { 0 };

	skippable(&out, XR_INDEX_NAME, size);
	xr_put_fixed(&out, w->n_frames, 4);
	for (size_t i = 0; i < w->n_frames; i++) {
		xr_put_fixed(&out, w->frames[i].offset, 8);
		xr_put_fixed(&out, w->frames[i].first, 8);
		xr_put_fixed(&out, (uint64_t)w->frames[i].at.real_ns, 8);
		xr_put_fixed(&out, (uint64_t)w->frames[i].at.mono_ns, 8);
	}
	sign(&out);
	xr_put_fixed(&out, offset, 8);
	xr_put_bytes(&out, XR_INDEX_NAME, XR_NAME_SIZE);
	return write_out(w, &out);
}

int xr_writer_end(struct xr_writer *w)
{
	struct xr_out *out = &w->tick;
	struct xenring_time at = { 0 };
	size_t block;
	int r = 0;

	/* what no tick ended was not seen whole */
	out->n = w->applied = 0;
	block = xr_block_begin(out, XR_B_END);
	xr_put_fixed(out, w->samples, 8);
	r = end_with_hash(out, block);
	if (!r && !w->begun)
		r = begin_file(w);
	if (!r && !w->in_frame) {
		r = begin_frame(w, &at);
		/* no tick is in it: a reader has nothing to look for there */
		w->n_frames -= !r;
	}
	if (!r)
		r = compress(w, out->p, out->n, ZSTD_e_flush);
	if (!r)
		r = end_frame(w);
	return r ? r : write_index(w);
}

int xr_writer_switch(struct xr_writer *w, int fd, const struct xenring_time *now)
{
	int r = xr_writer_end(w);

	if (!r)
		init_file(w, fd, now);
	w->tick.n = w->applied = 0;
	return r;
}
