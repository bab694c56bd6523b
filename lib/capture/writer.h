/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes a capture: collects a tick's blocks, and at its end puts them through
 * the compressor and out, so that what has been written is always whole ticks.
 */
#ifndef XR_WRITER_H
#define XR_WRITER_H

#include "capture/answers.h"

struct xr_writer;

/*
 * A writer to fd, which stays the caller's. creator and host are copied.
 * payload: byte rings and data pages are wanted, too. Nothing is written yet.
 */
int xr_writer_new(struct xr_writer **ret, int fd, const char *creator, const char *host, bool payload,
		  const struct xenring_time *now);
/* Frees it; what was not ended has no END. NULL is fine. */
void xr_writer_free(struct xr_writer *w);
/* The newest answer to each question, all answers of the tick under way included. */
const struct xr_answers *xr_writer_answers(const struct xr_writer *w);
bool xr_writer_wants_payload(const struct xr_writer *w);

/* The buffer that the next blocks are put into; after each, xr_writer_took(). */
struct xr_out *xr_writer_out(struct xr_writer *w);
/*
 * Applies what has been put since the last call to the state. -ENOMEM.
 */
int xr_writer_took(struct xr_writer *w);
/* Ends the tick and writes it. Negative errno of write(2), -ENOMEM. */
int xr_writer_tick(struct xr_writer *w, const struct xenring_time *at);
/* Writes END and the index. What was put since the last tick is left out. */
int xr_writer_end(struct xr_writer *w);
/*
 * Goes on in another file, whose first tick will be a key tick: ends this one,
 * then writes to fd.
 */
int xr_writer_switch(struct xr_writer *w, int fd, const struct xenring_time *now);

/* Of the current file. */
uint64_t xr_writer_samples(const struct xr_writer *w);
uint64_t xr_writer_bytes(const struct xr_writer *w);

#endif
