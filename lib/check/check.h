/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The checks. Each is one row and one pure function, which looks at a case: a
 * ring, a device or a domain in the newest sample, its past, and readings that
 * have been taken. It says whether a signature holds, since when, who owes the
 * next move and by what that is known; when that becomes a finding, and of
 * which level, is the engine's (watch.c), by the row's arguments.
 */
#ifndef XR_CHECK_H
#define XR_CHECK_H

#include "hist.h"
#include "kind.h"
#include "tracker.h"

#define XR_CHECK_ARGS 3
#define XR_EVIDENCE 20

enum xr_scope { XR_SCOPE_DOMAIN, XR_SCOPE_DEVICE, XR_SCOPE_RING, XR_SCOPE_N };

/* In the order in which they count; the words are xr_level_words. */
enum xr_level { XR_OK, XR_INFO, XR_UNKNOWN, XR_WARNING, XR_CRITICAL, XR_LEVEL_N };
extern const struct xenring_sym xr_level_words[], xr_owes_words[];

/* What a check reads beside samples, at a pace of its own. */
enum { XR_NEEDS_BACKENDS = 1, XR_NEEDS_EVENTS = 2, XR_NEEDS_GRANTS = 4 };

enum {
	XR_CHECK_STALL = 1,	/* things stand still; of a domain that is stopped they do so rightly */
	XR_CHECK_NAMED = 2,	/* only if it is named */
	XR_CHECK_BLIND = 4,	/* something could not be read: its level is --unreadable's */
	XR_CHECK_CONSOLE = 16,	/* ... or if what only Xen's console tells was given */
	XR_CHECK_ANY_LOOK = 8,	/* of rings also if the newest sample could not be judged */
};

/*
 * When a check of a ring can say anything: only then it is asked, and if it
 * spoke at the sample before. A row with none is always asked.
 */
enum {
	XR_WHEN_ODD = 1,	/* its words are there, and not to be judged: insane, or it is not connected */
	XR_WHEN_BACK = 2,	/* an index went back */
	XR_WHEN_WAITS = 4,	/* somebody is waited for */
	XR_WHEN_ANSWERS = 8,	/* of slots: answers may wait for the frontend, which asked past them */
	XR_WHEN_FULL = 16,	/* of slots: no room is left */
	XR_WHEN_SLOTS = 32,	/* of slots ... */
	XR_WHEN_OTHER = 64,	/* ... or not, and judged */
	XR_WHEN_CREDIT = 128,	/* of slots: buffers that are posted */
	XR_WHEN_ERROR = 256,	/* it has an error */
	XR_WHEN_TORN = 512,
	XR_WHEN_READ = 1024,	/* what is read beside samples is new, or the topology */
	XR_WHEN_N = 11,
};

/* The engine knows the first two. */
#define XR_AFTER "after"	/* seconds that the signature must hold */
#define XR_WORSE "critical"	/* ... to be critical */

struct xr_check_arg {
	const char *name;	/* NULL ends */
	enum xenring_unit unit;
	double dflt;
	const char *help;
};

struct xr_case;
struct xr_verdict;

struct xr_check {
	const char *id, *rule;		/* "ring.lost-event", "R3b" */
	enum xr_scope scope;
	enum xr_level level;		/* of its findings */
	unsigned flags, needs, when;	/* XR_CHECK_..., XR_NEEDS_..., XR_WHEN_... */
	struct xr_check_arg args[XR_CHECK_ARGS + 1];
	/*
	 * What thresholds are compared with; NULL: how long it has been so, in
	 * seconds. Of such a value: the ranges unless others are given, or NULL.
	 */
	const char *value, *warn, *crit;
	const char *summary;		/* one sentence without a stop */
	/* at length, whole sentences: what it means, how it is known, what causes it, what to look at next */
	const char *means, *known_by, *causes, *next;
	void (*eval)(const struct xr_case *c, struct xr_verdict *v);
};

/* The table, in the order of checks.def; NULL at the end. */
extern const struct xr_check *const xr_checks[];
#define XR_MAX_CHECKS 64

/* What a watch remembers of one connection of a ring. */
struct xr_seen {
	bool armed_rsp;			/* the frontend was seen to ask for the very next answer */
	/* the backend's counter of events when it was read last, and where the ring stood then */
	int64_t events;
	uint32_t events_req_prod;
	/* the same as of the last reading before req_prod crossed req_event */
	int64_t crossed_events;
	bool crossed_exact;		/* nothing was asked between that reading and the crossing */
	bool read_since;		/* there was a reading after it */
	/* rsp_prod is what it is since this sample, and where req_prod stood then */
	int64_t rsp_ns;
	uint32_t rsp_prod, rsp_req_prod;
	bool unmapped;			/* by the last reading of its grant nobody has it mapped */
};

/* What follows from the words of a ring, for all checks of it. */
struct xr_ring_facts {
	bool ok;			/* they are consistent and sane */
	bool slots, credit;
	uint32_t n, flight;		/* of slots */
	uint32_t queued;		/* of a vchan: bytes that wait for their reader */
	bool pending;			/* somebody is waited for */
	int32_t owed_req, owed_rsp;	/* producer - event, of slots; negative: not crossed */
	struct xr_cons cons;
	uint32_t taken;			/* at least so many of those in flight were taken, if cons.known */
	uint32_t answers;		/* at most so many wait for the frontend */
};

/* The facts of a ring. */
void xr_ring_facts(const struct xr_case *c, struct xr_ring_facts *ret);

/* Why nothing moves though requests are in flight: one answer, which the checks share. */
enum xr_wait {
	XR_WAIT_NONE,
	XR_WAIT_THROTTLED,	/* the backend says that it holds back */
	XR_WAIT_UNANSWERED,	/* it took them */
	XR_WAIT_LOST,		/* no event came to it */
	XR_WAIT_ASLEEP,		/* an event came to it */
	XR_WAIT_UNREAD,		/* an event is due, and which of the two it is cannot be told */
};

/* c->f is there. */
enum xr_wait xr_wait_of(const struct xr_case *c);

struct xenring_watch;

/* What a check is asked about. Members beyond its scope are NULL. */
struct xr_case {
	const struct xenring_watch *w;
	const struct xenring_snapshot *s;
	int64_t now_ns;
	size_t dom_at, dev_at, ring_at;
	const struct xr_dom *dom;
	const struct xr_topo_dev *td;
	const struct xr_dev *dev;
	const struct xr_topo_ring *tr;
	const struct xr_ring *ring;
	const uint32_t *idx;
	const struct xr_past *past;	/* NULL: never judged */
	const struct xr_seen *seen;
	const struct xr_ring_facts *f;
	enum xr_wait wait;
	int64_t states_ns;		/* of a device: its states are what they are since */
	const double *arg;		/* the check's, in the order of its row */
	/* the same signature at the sample before: since when, and its mark; XR_NEVER: it did not hold */
	int64_t held_ns;
	uint64_t mark;
};

/* One reading that a verdict rests on. */
struct xr_shown {
	const char *name;
	int64_t value;			/* XENRING_UNKNOWN: text has it */
	char text[64];
	enum xenring_from from;
};

struct xr_verdict {
	bool in_words;			/* else nobody reads the text and what is shown */
	bool holds;
	int64_t since_ns;		/* mono; at first since the sample before held, else now */
	enum xr_level level;		/* at first the row's */
	double value;			/* of a row with .value; NaN: it is time */
	double at_least_s;		/* .after is this at least */
	const char *owes, *known_by, *next;	/* at first NULL, and the row's */
	uint64_t mark;			/* for the next sample */
	const char *unknown;		/* why this cannot be told here; static */
	char text[480];
	struct xr_shown shown[XR_EVIDENCE];
	size_t n_shown;
};

/* The signature holds, in words. */
void xr_say(struct xr_verdict *v, const char *owes, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void xr_show(struct xr_verdict *v, const char *name, int64_t value, enum xenring_from from);
void xr_show_text(struct xr_verdict *v, const char *name, const char *text, enum xenring_from from);
/* The ring's words, as its kind has them. */
void xr_show_words(const struct xr_case *c, struct xr_verdict *v);

static inline double xr_since_s(const struct xr_case *c, int64_t since_ns)
{
	return (double)(c->now_ns - since_ns) / 1e9;
}

/* Nothing of the ring has moved since. */
static inline int64_t xr_still_ns(const struct xr_case *c)
{
	int64_t t = c->s->moved_ns[c->ring_at];

	return t == INT64_MIN ? c->now_ns : t;
}

/* The two sides are connected, and what stands in the ring counts. */
bool xr_is_connected(const struct xr_dev *dev);
/* Stopped by the toolstack, or it does not run any more. */
static inline bool xr_is_held(const struct xr_dom *dom)
{
	return dom->known && (dom->info.paused || dom->info.shutdown || dom->info.dying);
}

/* "1 request", "2 requests" */
#define XR_N(n) (n), (n) == 1 ? "" : "s"

#endif
