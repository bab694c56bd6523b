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

/* Notifications are counted in buckets of so much time; of those that have none there is none. */
#define BUCKET_NS INT64_C(100000000)
#define BUCKETS_MAX 36000

/* Which way: to the backend, to the frontend. */
enum way { TO_BACK, TO_FRONT, WAYS };

struct bucket {
	int64_t at;		/* in BUCKET_NS */
	uint64_t n[WAYS];
};

/* What somebody has heard, and since when he listens to each way without a gap. */
struct heard {
	struct bucket *buckets;	/* in the order of time */
	size_t n, cap;
	struct {
		bool on;
		int64_t since_ns;
	} ways[WAYS];
};

/* The newest last. All zero is an empty one. */
struct past {
	struct point *points;
	size_t n, cap;
	struct heard heard;
};

/* A further sample of the ring; NULL: it was not there, and the next one has no sample before it. */
void past_add(struct past *p, const struct xenring_ring *ring, const struct xenring_time *t, unsigned severity);
/* The samples go, what was heard stays. */
void past_clear(struct past *p);
/* So many notifications at a moment, mono. */
void past_hear(struct past *p, enum way way, int64_t mono_ns, uint64_t count);
/* From then on silence means that nothing came; until somebody stops listening. */
void past_listen(struct past *p, enum way way, int64_t since_ns);
void past_stop_listening(struct past *p, enum way way);
/* What was heard goes. */
void past_forget_heard(struct past *p);
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
	unsigned style;
	unsigned prio;		/* the highest goes first where there is little room */
	bool share;		/* of a whole, 0 to 1: drawn and written as one */
	bool heard;		/* how many were heard that way; it has no .value */
	enum way way;
	/* Of a point; NaN: not known, or there is no such thing. */
	double (*value)(const struct point *p);
};

/* In their order; NULL after the last. */
const struct lane *lane_at(size_t i);

/*
 * What a lane has in one column: points from from_ns on, before to_ns. The
 * largest; of digits the last; of what was heard all together. NaN: nothing is
 * known.
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
