/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The past of one ring, sample by sample, and the lanes that a timeline draws of
 * it. Pure: what follows from samples, and no more; no screen, no clock.
 */
#ifndef XT_TUI_LANES_H
#define XT_TUI_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xenring.h>

#include "buf.h"

/* As many samples of the ring that is looked at are kept, 512 KiB. */
#define POINTS_MAX 4096

/* A ring at one sample. NaN and XENRING_UNKNOWN: not known. */
struct point {
	int64_t mono_ns, real_ns, epoch;
	double req, rsp, out, in, fill, stall_s;
	int64_t req_prod, rsp_prod, req_event, rsp_event;
	int64_t in_flight, slots;
	const char *state;		/* static: a word of the library */
	int8_t front, back;		/* xenbus states by their numbers; -1: not known */
	uint8_t severity;		/* enum severity */
	/*
	 * From the sample before to this one the producer crossed the event
	 * index that the other side had set: it had to be woken.
	 */
	bool wake_back, wake_front;
};

/* The newest last. All zero is an empty one. */
struct past {
	struct point *points;
	size_t n, cap;
};

/* A further sample of the ring; NULL: it was not there, and the next one has no sample before it. */
void past_add(struct past *p, const struct xenring_ring *ring, const struct xenring_time *t, unsigned severity);
void past_clear(struct past *p);
void past_free(struct past *p);

/* ---- lanes ---------------------------------------------------------------------- */

enum lane_kind {
	LANE_SPARK,	/* a number, as a height */
	LANE_TICK,	/* something happened, or not */
	LANE_DIGIT,	/* a state's number */
	LANE_MARK,	/* how bad it is */
};

struct lane {
	const char *name, *help;
	enum lane_kind kind;
	unsigned prio;		/* the highest goes first where there is little room */
	/* Of a point; NaN: not known, or there is no such thing. */
	double (*value)(const struct point *p);
};

/* In their order; NULL after the last. */
const struct lane *lane_at(size_t i);

/*
 * What a lane has in one column: points from from_ns on, before to_ns. The
 * largest; of digits the last. NaN: nothing is known.
 */
double lane_value(const struct lane *lane, const struct past *p, int64_t from_ns, int64_t to_ns);

/* ---- what happened ---------------------------------------------------------------- */

struct happening {
	int64_t real_ns, mono_ns;
	const char *what;	/* static */
	char *detail;
	unsigned severity;
};

/* The newest first. Free with happenings_free(). */
struct happening *past_happenings(const struct past *p, size_t *ret_n);
void happenings_free(struct happening *h, size_t n);

#endif
