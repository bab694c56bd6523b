/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a capture tick by tick, from a file, a pipe or memory, however damaged.
 * A tick is given only if its hash holds. What cannot be read is passed over up
 * to the next frame that can, and told.
 */
#ifndef XR_READER_H
#define XR_READER_H

#include "capture/format.h"
#include "capture/wire.h"
#include "err.h"
#include "xenring.h"

struct xr_reader;

/* A whole tick. The bytes are the reader's, until the next call. */
struct xr_tick {
	const uint8_t *blocks;
	size_t n;			/* bytes, without TICK itself */
	struct xenring_time at;
	uint64_t number;
	bool key;			/* begins with HEAD: needs nothing before it */
	bool gap;			/* something is missing before it; it is a key tick then */
};

/* Of fd, which stays the caller's. -ENOMEM. */
int xr_reader_new_fd(struct xr_reader **ret, int fd);
/* Of n bytes, which must outlive it. */
int xr_reader_new_memory(struct xr_reader **ret, const void *bytes, size_t n);
void xr_reader_free(struct xr_reader *r);
/* Reading ends with -EINTR once fd is readable, however much is to be passed over; -1: none. */
void xr_reader_set_wake_fd(struct xr_reader *r, int fd);

/* Can it go back? */
bool xr_reader_can_seek(const struct xr_reader *r);
/*
 * The next tick. -ENODATA: there is none; xr_reader_damage() says if one should
 * be. -EPROTO: this is no capture at all. -EPROTONOSUPPORT: of a later version. Else
 * what read(2) failed with, -EINTR too, after which it can be called again.
 */
int xr_reader_next(struct xr_reader *r, struct xr_tick *ret);
/* Looks at the tick that comes next without taking it. Errors as above. */
int xr_reader_peek(struct xr_reader *r, struct xr_tick *ret);

/* What is missing or wrong so far, a sentence in *r; NULL: nothing. */
const char *xr_reader_damage(struct xr_reader *r);
/* Where the frames begin. */
struct xr_frame_entry {
	uint64_t offset, first;		/* in the file; number of its first tick */
	struct xenring_time at;		/* of that tick */
};

/*
 * The frames in order; the reader's. Read from the end of the file, or made by
 * reading all of it once. -ESPIPE: it cannot go back.
 */
int xr_reader_frames(struct xr_reader *r, const struct xr_frame_entry **ret, size_t *ret_n);
/* What comes next is the frame at that offset. */
int xr_reader_goto(struct xr_reader *r, uint64_t offset);

#endif
