/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications as they are heard while a timeline is looked at: by the kernel's
 * probes, at a port that is bound, or by whoever recorded the capture. What was
 * only due a timeline works out by itself.
 */
#ifndef XT_TUI_HEAR_H
#define XT_TUI_HEAR_H

#include "tui/lanes.h"
#include "tui/view.h"

/* Events that are kept. */
#define KNOCKS_MAX 20000

/* All zero, but .ui, is one that hears nothing. */
struct hear {
	struct ui *ui;
	struct xenring_trace *t;	/* NULL: nobody listens */
	bool kernel;			/* by the kernel's probes */
	bool follows;			/* the same, as far as that can be ... */
	struct xenring_follow *follow;	/* ... and this is told of it; or NULL */
	size_t n_ports;			/* that are bound ... */
	struct buf ports;		/* ... "small04:5" */
	char *bound_at;			/* the ring of the last of them, NULL: no device names it */
	struct buf why;			/* why the kernel does not tell; empty: nobody asked, or it does */
	bool failed;			/* of a capture: not again */
	int64_t stepped_ns;		/* the sample that was asked about last */
	size_t place;			/* of the ring in it */
	struct xenring_event *knocks;	/* in the order of time; their paths are owned */
	size_t n, cap;
};

/* After each sample: what was heard of the ring goes into its past. */
void hear_each(struct hear *h, struct xenring_snapshot *snap, const char *path, struct past *past);
/* Another ring is looked at: what was heard of it. */
void hear_again(struct hear *h, const char *path, struct past *past);
/* Switches the kernel's probes, or says why not. */
void hear_kernel(struct hear *h, bool on, const char *path, struct past *past);
/* For who follows requests: has the kernel tell what it can, or not any more. True: it will. */
bool hear_follow(struct hear *h, bool on, const char *path, struct past *past);
/*
 * Binds DOMAIN:PORT by the rules of `trace --bind`, or says why not. True: it is
 * bound, and .bound_at is the ring that it is the port of.
 */
bool hear_bind(struct hear *h, const char *text);
/* Probes are switched off and ports given back; what was heard stays. */
void hear_nothing(struct hear *h, struct past *past);
void hear_free(struct hear *h);
/* Is the event about the ring? One of a port that no device names is about any. */
bool hear_is_about(const struct xenring_event *e, const char *path);
/* Who tells of the ring's notifications, for the title. */
void hear_put_source(const struct hear *h, const struct past *past, struct buf *b);

#endif
