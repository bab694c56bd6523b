/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which requests of a ring are open, where answers come in any order
 * (XR_OUT_OF_ORDER). Their number is req_prod - rsp_prod, but the slots between
 * the two are not they: an answer stands in the slot of some older request. So
 * requests are kept by their ids from sample to sample, as private copies.
 *
 *	 req_prod - n          rsp_prod             req_prod
 *	      |  answers, seen    |  requests, seen    |
 *	      '-------------------'--------------------'
 *	  an answer further back was      a request further back was
 *	  overwritten by a request        overwritten by an answer
 *
 * What cannot be seen is counted: answers that were overwritten before we
 * looked, and requests that were. A frontend uses an id again only after its
 * answer, so a request with the id of an older one tells that this was
 * answered. Only what follows from all that is called sure; the rest may be
 * open or answered, and the numbers say when that is settled:
 *
 *	sure = req_prod - rsp_prod		the others are all answered
 *	sure + others = req_prod - rsp_prod	the others are all open
 *
 * No I/O, no clock. Memory is bounded: 2 n requests. Ids are compared and
 * sorted, nothing is ever looked up at a place that a guest names.
 */
#ifndef XR_TRACKER_H
#define XR_TRACKER_H

#include "proto.h"

struct xr_tracked {
	uint32_t index;			/* free-running */
	uint64_t id;			/* of one that has_id */
	int64_t seen_ns;		/* mono time of the sample in which it was first seen */
	int64_t before_ns;		/* of the one before, when it was not there yet; INT64_MIN: there was none */
	const struct xenring_record *rec;	/* never NULL */
	const uint8_t *bytes;		/* slot_size private bytes; the tracker's, until it steps again */
	bool has_id;			/* else it follows the one before it, whose fate it shares */
	bool answered;			/* and its slot still shows it; those that do not are dropped */
	bool sure;			/* of one not answered: it is open. Else that is not known */
	bool kept;			/* its slot is reused */
	bool twin;			/* another open request had its id: whose an answer is cannot be told */
	/* the tracker's own */
	uint16_t chunk;
	bool gone, fresh;
	bool was_open;			/* for sure, at the sample before */
};

/* What was seen that honest ends do not do, or that we came too late for. */
struct xr_track_faults {
	uint32_t lost;			/* began anew: more than a ring's length between two samples */
	uint32_t unreadable;		/* samples that were not judged: torn, or impossible indices */
	uint32_t strangers;		/* answers to ids that nobody can have asked with */
	uint32_t twins;			/* requests with the id of an open one */
	uint32_t contradictions;	/* began anew: what is known cannot be true */
};

struct xr_tracker;

/* An answer to a request that was not open, for sure, at the sample before. */
struct xr_track_short {
	const struct xenring_record *rec;
	const uint8_t *bytes;
};

/* What one sample tells of answers beside those of requests that were seen open. */
struct xr_track_step {
	int64_t after_ns, now_ns;	/* of the sample before, and of this one */
	uint32_t shorter;		/* to requests that came after that one */
	uint32_t unknown;		/* it is not known when they came */
	uint32_t doubtful;		/* requests that may be answered, none of them for sure: at most */
	uint32_t lost;			/* they were not told apart at all */
	/* those that could be seen, and whose id was that of no request at the sample before */
	const struct xr_track_short *shorts;
	uint32_t n_short;
};

/* Who wants to know how long requests take. Called within xr_tracker_step(). */
struct xr_track_watch {
	/* a request that was open at the sample before, after_ns, is answered by now */
	void (*answered)(void *data, const struct xr_tracked *r, int64_t after_ns, int64_t by_ns);
	/* what else there was in this sample, if there was anything */
	void (*step)(void *data, const struct xr_track_step *step);
};

/* Do its requests and its answers, which come in any order, have an id that ties them together? */
bool xr_tracker_suits(const struct xr_ring_desc *desc);
/* n slots of slot_size bytes. The row outlives the tracker. -ENOMEM. */
int xr_tracker_new(struct xr_tracker **ret, const struct xr_ring_desc *desc, enum xr_abi abi,
		   uint32_t n, uint32_t slot_size);
void xr_tracker_free(struct xr_tracker *t);	/* NULL is fine */
/* Everything is forgotten: another connection. The faults stay. */
void xr_tracker_forget(struct xr_tracker *t);

/* From the next sample on, w is told, with data; NULL: nobody. */
void xr_tracker_watch(struct xr_tracker *t, const struct xr_track_watch *w, void *data);

/*
 * A sample: the ring's pages as they were copied. One that moved while it was
 * copied is not judged: false.
 */
bool xr_tracker_step(struct xr_tracker *t, int64_t mono_ns, const struct xr_copied *c);
/* A sample in which nothing had moved since the last, by its words: what is known gets older. */
void xr_tracker_rest(struct xr_tracker *t, int64_t mono_ns);
/* The producers' words of its last sample; before the first they are what no ring has. */
void xr_tracker_words(const struct xr_tracker *t, uint32_t *ret_req_prod, uint32_t *ret_rsp_prod);
/* Was the ring copied when these were its words? Then another copy shows nothing new. */
bool xr_tracker_is_at(const struct xr_tracker *t, const uint32_t idx[XR_N_IDX]);

/* Request i of those that are known, oldest first; NULL behind the last. */
const struct xr_tracked *xr_tracker_next(const struct xr_tracker *t, size_t i);
/* That of this index whose slot still shows it, or NULL. */
const struct xr_tracked *xr_tracker_in_slot(const struct xr_tracker *t, uint32_t index);
/* Did the answer of this index go to an id that nobody can have asked with? Of such only the last is known. */
bool xr_tracker_is_stranger(const struct xr_tracker *t, uint32_t index);

struct xr_track_sum {
	uint64_t samples;		/* that were judged, since it was begun or forgotten */
	int64_t now_ns;			/* of the last of them */
	uint32_t in_flight;		/* by the indices */
	uint32_t open, kept;		/* sure; kept ones are among the open */
	uint32_t unsure;		/* may be open */
	uint32_t hidden;		/* so many open ones at most were never seen */
	/*
	 * since when, at the latest, the oldest open request has been there (mono
	 * time): whichever of the unsure are open. INT64_MIN: none is open
	 */
	int64_t oldest_ns;
	struct xr_track_faults faults;
};
/* All 0 and INT64_MIN before the first sample. */
void xr_tracker_sum(const struct xr_tracker *t, struct xr_track_sum *ret);

#endif
