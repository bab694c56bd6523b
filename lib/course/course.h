/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The course of one request, in eight steps. Nobody sees them happen: each is a
 * window, not before the one moment and not after the other.
 *
 *	frontend			backend
 *	1 put	 request on the ring
 *	2 grant	 its pages are lent
 *	3 knock	 ------------------->	4 wake	 its kernel hears it
 *					5 take	 the request is taken
 *					6 use	 the pages are in use
 *					7 answer response on the ring, and a knock
 *	8 collect the response is taken
 *
 * A look is a consistent copy of the ring's words and what else was seen with
 * them; what one look shows and the look before did not, happened between the
 * two. What the kernel tells has a moment of its own. Since one step follows
 * from another, a step's window narrows those beside it. No I/O, no clock.
 */
#ifndef XR_COURSE_H
#define XR_COURSE_H

#include "proto.h"

enum xr_step {
	XR_STEP_PUT, XR_STEP_GRANT, XR_STEP_KNOCK, XR_STEP_WAKE, XR_STEP_TAKE, XR_STEP_USE, XR_STEP_ANSWER,
	XR_STEP_COLLECT, XR_STEPS
};

enum xr_step_state {
	XR_STEP_WAITS,		/* it has not been seen to happen */
	XR_STEP_SEEN,
	XR_STEP_NONE,		/* there is none of it, or it leaves no trace: the text says why */
};

struct xr_window {
	enum xr_step_state state;
	int64_t after_ns, by_ns;	/* mono; INT64_MIN, INT64_MAX: not bounded */
	enum xenring_from from;		/* XENRING_SHARED, _INFERRED, or _BACKEND: its kernel told */
	char text[112];
};

/* What is known of the request when it is seen first. */
struct xr_course_about {
	uint32_t index, n;		/* free-running; slots of the ring */
	uint32_t req_prod;		/* before it came, and when it was seen: */
	uint32_t req_prod_now;
	bool rule;			/* req_event says what was taken (XR_EVENT_BOUND) */
	uint32_t grants, granted;	/* that it names; of them, entries that let the backend in */
	bool blind;			/* the entries cannot be read */
	bool copied;			/* the backend does not map them: Xen copies */
	int64_t port, backend_port;	/* XENRING_UNKNOWN */
};

/* One look at the ring. */
struct xr_course_look {
	int64_t begun_ns, ended_ns;	/* mono: around it */
	uint32_t idx[XR_N_IDX];
	uint32_t in_use;		/* of its grants: mapped by the backend now */
	bool answered;			/* its response was seen, for the first time or again ... */
	bool used_again;		/* ... or has come and gone at any time since it was put: its id has another request */
	uint32_t answer;		/* ... index of that */
	char status[32];		/* ... what it says; "": nothing */
};

struct xr_course {
	struct xr_course_about about;
	struct xr_window at[XR_STEPS];
	int64_t looked_ns;		/* when the look before was begun */
	uint32_t answer;
	uint32_t in_use_first, in_use_most, in_use_last;
	bool due;			/* the frontend was to knock */
	bool woken;			/* the kernel told so */
	int64_t knocked_ns;		/* the backend's knock, as the kernel told; INT64_MIN */
	uint32_t looks;
};

/*
 * It is seen for the first time: in look, and not in the one before, which was
 * begun at before_ns and had these words.
 */
void xr_course_begin(struct xr_course *c, const struct xr_course_about *about, int64_t before_ns,
		     const uint32_t before[XR_N_IDX], const struct xr_course_look *look);
/* A further look. True: its last step was seen, and further looks tell nothing. */
bool xr_course_look(struct xr_course *c, const struct xr_course_look *look);
/* The kernel that the backend runs in delivered an event (to_back) or sent one, at that moment. */
void xr_course_knock(struct xr_course *c, bool to_back, int64_t mono_ns);
/*
 * Windows as they stand now, narrowed by each other: of two steps that are seen
 * the later one's window never begins or ends before the earlier one's.
 */
void xr_course_settle(const struct xr_course *c, struct xr_window ret[XR_STEPS]);
/* The last step, counted from 0, that was seen; the next move is for who does what follows. */
enum xr_step xr_course_stands_at(const struct xr_course *c);

#endif
