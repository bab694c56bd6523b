/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The course of a request as text, and the wait in which it is looked at; for `follow` and for the interactive view. */
#ifndef XT_COURSEROW_H
#define XT_COURSEROW_H

#include <xenring.h>

#include "buf.h"

/* A request that stands still for so long is shown as far as it has come. */
#define COURSE_STANDS_S 1

/* "web01/vbd:51712/q0  request 127903  write  sectors 4196552-4197255" */
void course_put_head(struct buf *b, const struct xenring_course *c);
/* "+0.031 to +0.040 ms"; of the first step the time of day. at: one moment by both clocks. */
void course_put_window(struct buf *b, const struct xenring_time *at, const struct xenring_course *c,
		       const struct xenring_course_step *s);
/* A line: number and name, window, how that is known, what was seen. */
void course_put_step(struct buf *b, const struct xenring_time *at, const struct xenring_course *c,
		     const struct xenring_course_step *s);
/* "stands at step 6 for 12.400 s: waits for storage", if it is under way. */
void course_put_owes(struct buf *b, const struct xenring_course *c);

/*
 * Lets time pass as xenring_wait() does, in which f, if there is one, looks at
 * its ring. 1: the ring is not what it was, take a sample.
 */
int course_wait(struct xenring *x, struct xenring_follow *f, int64_t until_mono_ns);

#endif
