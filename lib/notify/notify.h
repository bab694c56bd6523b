/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Notifications: how they are seen, and the one record of all of them. An
 * event channel has two ends, so nobody can listen to a live one; who binds it
 * takes the backend's place. What remains is a file each:
 *
 *	sampled.c	an index has crossed what the other side asked to be woken at
 *	counted.c	the backend's driver counts what comes
 *	kernel.c	probes in the kernel that the backends run in
 *	bound.c		a port that is ours
 *
 * A trace asks each of its sources once a sample, and gives what they say in
 * the order of time. That happens within the sample, so that a capture has it
 * in the same tick.
 */
#ifndef XR_NOTIFY_H
#define XR_NOTIFY_H

#include "capture/wire.h"
#include "snapshot.h"
#include "util/hash.h"

struct xenring;

/* These stand in captures: none is used twice. */
enum xr_via { XR_VIA_SAMPLED = 1, XR_VIA_COUNTED = 2, XR_VIA_KERNEL = 3, XR_VIA_BOUND = 4, XR_VIA_N };
/* Which way: to the backend, to the frontend, or neither (an interrupt of Xen's). */
enum xr_knock { XR_TO_BACK, XR_TO_FRONT, XR_NO_WAY, XR_WAY_N };
/* The producer of that direction. */
enum xr_index { XR_IX_NONE, XR_IX_REQ_PROD, XR_IX_RSP_PROD, XR_IX_OUT_PROD, XR_IX_IN_PROD, XR_IX_N };

extern const struct xenring_sym xr_via_words[], xr_way_words[], xr_index_words[];

/* A path that notes have, kept once. */
struct xr_path {
	uint32_t mark;			/* of who writes a block: its number there */
	UT_hash_handle hh;
	char text[];
};

#define XR_UNCOUNTED UINT64_MAX

struct xr_note {
	int64_t mono_ns;
	uint64_t seq;			/* of those at one moment the order */
	struct xr_path *path;		/* a ring, what several have in common, or a device; NULL: none */
	uint64_t count;			/* of notifications; XR_UNCOUNTED: more than is known */
	uint64_t lost;			/* of those before it */
	int64_t domid, port, backend_port;	/* the frontend's; XENRING_UNKNOWN */
	uint8_t via, way, index;
	bool has_event;
	uint32_t prod, moved, event;	/* unless index is XR_IX_NONE */
};

/* ---- what a source is asked ---------------------------------------------- */

struct xr_round {
	const struct xenring_snapshot *now, *before;	/* before NULL: there is none */
	const size_t *places;		/* of now's rings in before; NULL: the same */
	const uint8_t *whose;		/* of each ring of now: the number of the source that is to tell of it */
	uint8_t me;			/* ... which is this one */
	bool moved;			/* other rings than at the round before */
	int64_t mono_ns;		/* of the sample */
};

/* Where ring i was in round->before; XR_NOWHERE. */
static inline size_t xr_round_was(const struct xr_round *r, size_t i)
{
	if (!r->before)
		return XR_NOWHERE;
	return r->places ? r->places[i] : r->now->top == r->before->top ? i : XR_NOWHERE;
}

struct xr_notify_ops {
	enum xr_via via;
	const char *name, *help;
	/* so long after it was it may yet tell of something, nanoseconds; or NULL: at once */
	int64_t (*late)(void *priv);
	/* 0 and *ret_priv, or why it cannot work here, in err: negative errno */
	int (*open)(struct xenring_trace *t, void **ret_priv, struct xr_err *err);
	void (*close)(void *priv);
	/* why it sees nothing of ring i, in words (static); NULL: it does */
	const char *(*blind)(void *priv, const struct xenring_snapshot *s, size_t i);
	/* xr_trace_tell() of all that there was. -ENOMEM; what else goes wrong is said in err */
	int (*step)(struct xenring_trace *t, void *priv, const struct xr_round *r, struct xr_err *err);
	/* all that is left, no step comes after; or NULL */
	int (*finish)(struct xenring_trace *t, void *priv, const struct xr_round *r);
	/* what it tells follows from answers that captures hold: it works there, too */
	bool from_answers;
	/* wants what backends say of themselves, at this pace; 0: it does not */
	int64_t backends_ns;
};

#define XR_NOTIFY(n) extern const struct xr_notify_ops xr_notify_##n;
#include "notify/notify.def"
#undef XR_NOTIFY

extern const struct xr_notify_ops *const xr_notifies[];	/* ends with NULL */

/* A trace whose first source is that one, as xenring_trace_new() makes it. by_name: it was asked for. */
int xr_trace_new(struct xenring *x, const struct xr_notify_ops *first, bool by_name, struct xenring_trace **ret);
/* Adds a note; its path is the trace's, see xr_trace_path(). -ENOMEM. */
int xr_trace_tell(struct xenring_trace *t, const struct xr_note *note);
/*
 * The same, of ring i as it is in the round, with its ports and, if indices, its
 * indices; and with its path and the backend's port unless note has them.
 */
int xr_trace_tell_ring(struct xenring_trace *t, const struct xr_round *r, size_t i, struct xr_note note, bool indices);
/* n characters of text, kept as long as the trace. NULL: no memory. */
struct xr_path *xr_trace_path(struct xenring_trace *t, const char *text, size_t n);
/* Notifications that are gone without a note; the next note of that source has them. */
void xr_trace_lose(struct xenring_trace *t, enum xr_via via, uint64_t n);
struct xenring *xr_trace_handle(struct xenring_trace *t);

/* ---- indices ------------------------------------------------------------- */

/*
 * How often at least it was due to knock, as the producer went from old to now,
 * and what the other side wants to be woken at from event_old to event_now: an
 * event index is crossed when it is in (old, now] (ring.h,
 * RING_PUSH_REQUESTS_AND_CHECK_NOTIFY). All indices are modulo 2^32.
 */
unsigned xr_due(uint32_t old, uint32_t now, uint32_t event_old, uint32_t event_now);
/*
 * A ring's producer in that direction: which it is, XR_IX_NONE if there is none;
 * its word in *ret_prod and that of its event in *ret_event, -1 where the
 * protocol has none.
 */
enum xr_index xr_ring_index(const struct xr_ring *ring, enum xr_knock way, int *ret_prod, int *ret_event);

/* ---- captures ------------------------------------------------------------ */

/* A block NOTIFIED of n notes, which may be none: that nothing came is known. */
void xr_put_notified(struct xr_out *out, const struct xr_note *notes, size_t n);
/*
 * Takes it from hostile bytes: calls each with notes whose path is told apart,
 * n_text bytes without an end (text NULL: none). -EBADMSG; what each returns.
 */
int xr_take_notified(struct xr_in *in, int (*each)(void *data, struct xr_note *note, const char *text, size_t n_text),
		     void *data);

/* ---- the trace and its handle --------------------------------------------- */

/* Before a sample: what has come by now is told with what the sample finds. */
void xr_trace_take(struct xenring *x);
/* Within a sample, before it is complete; s has no more than indices. */
int xr_trace_gather(struct xenring *x, struct xenring_snapshot *s);
/* What the trace wants of the sample that comes. */
void xr_trace_prepare(struct xenring *x);
/* All that was known is void. */
void xr_trace_forget(struct xenring *x);

#endif
