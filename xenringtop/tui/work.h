/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may take long, off the loop of keys: one thread that does one thing at a
 * time. Whoever began it touches nothing that the work may touch until it is
 * done (session, library handle, views): the two never run at the same time but
 * where nothing is shared, so that there are no further locks. What crosses
 * meanwhile is here: how far it is, and that it is to be given up.
 */
#ifndef XT_TUI_WORK_H
#define XT_TUI_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct work;

/* Signals that are to come to the caller's thread must be blocked by now. 0 or -errno. */
int work_new(struct work **ret);
/* Waits for what is being done. NULL is fine. */
void work_free(struct work *w);
/* Has fn(data) done; nothing else is. */
void work_begin(struct work *w, void (*fn)(void *data), void *data);
/* Readable when it is done ... */
int work_fd(const struct work *w);
/* ... which this tells, and takes note of: true once. */
bool work_is_done(struct work *w);

/* The work is to end early, if it can. */
void work_give_up(struct work *w);
/*
 * For xenring_set_progress(), in the thread that works: notes how far it is,
 * and says whether it is to go on. data is a struct work.
 */
bool work_goes_on(void *data, const char *what, uint64_t done, uint64_t total);
/* What it said last, in any thread. what is NULL: nothing yet. */
struct progress {
	const char *what;
	uint64_t done, total;
};
struct progress work_progress(struct work *w);

#endif
