/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A run of checks: what it remembers from sample to sample.
 *
 *	step	what is new -> the checks of each case -> signatures that hold
 *	ask	a signature that is a finding -> the same check again, now in words
 *
 * So a sample costs no text, however much is wrong.
 */
#ifndef XR_WATCH_H
#define XR_WATCH_H

#include "check/check.h"
#include "check/oldest.h"
#include "check/range.h"
#include "check/readings.h"

struct xenring;

/* How a check is run here. */
struct xr_chosen {
	bool on, named;			/* chosen; by its own id */
	double arg[XR_CHECK_ARGS];
	bool has_ranges;
	bool adjusted;			/* its arguments are not its row's, though nobody may have named it */
	bool weak;			/* so are its ranges: those for all go before them */
	struct xr_range warn, crit;
};

/* A signature that holds. */
struct xr_sig {
	enum xr_scope scope;
	size_t at;			/* which domain, device or ring of the topology */
	unsigned check;			/* in xr_checks */
	enum xr_level level;		/* XR_OK: it is no finding yet */
	int64_t since_ns;
	int64_t held_ns;		/* what the check was told of the sample before */
	uint64_t was_mark, mark;
	/* what the check said: does it hold, or cannot it be told; and what it weighs */
	bool holds;
	enum xr_level said_level;
	double said_value, at_least_s;
	double value;
	double after_s;			/* how long it must hold */
	bool short_of;			/* a finding, had it been watched for long enough */
};

struct xr_sigs {
	struct xr_topology *top;	/* what .at is about */
	struct xr_sig *all;		/* by scope, at and check */
	size_t n, room;
};

struct xr_said;				/* a finding in words */

#define XR_BLOCK 64u	/* rings: most blocks are passed over at a stroke */

struct xenring_watch {
	struct xenring *x;
	struct xr_chosen chosen[XR_MAX_CHECKS];
	bool some;			/* checks were named: only those */
	struct xr_range warn, crit;	/* of all that is compared with something */
	bool has_ranges;
	enum xr_level blind;		/* what unreadable comes to */
	bool (*wants)(void *data, const char *domain, int64_t domid, const char *device,
		      const char *ring);
	void *wants_data;
	unsigned needs;			/* of the checks that are chosen */
	/* checks as bits: those that are chosen, and which of all have a flag or may speak when it is so */
	uint64_t of_scope[XR_SCOPE_N], stall, any_look, always, by_when[XR_WHEN_N];
	double domains_s;		/* how often the domains' states are asked for */
	bool set_up;			/* all of the above is settled */
	bool anew;			/* all is judged at each sample, and each check asked: what tests compare with */

	struct xr_hist hist;
	struct xenring_snapshot *prev;	/* the newest that was judged */
	int64_t first_ns, domains_ns;
	/* by the topology of prev */
	uint8_t *want_dom, *want_dev, *want_ring, *quiet_dev;
	uint8_t *moved;			/* of rings: since the sample before */
	int64_t *again_ns;		/* of rings that are wanted: until then nothing speaks while it stands still */
	/* the same of XR_BLOCK rings together: does any move, the earliest */
	uint8_t *block_moved;
	int64_t *block_ns;
	struct xr_seen *seen;
	struct xr_suspects suspects;
	struct xr_backends *backends;	/* whose are in .seen: a reference */
	struct xr_event_lists events;
	struct xr_grant_lists grants;
	int64_t refs_ns;		/* when the rings' own grants were looked at */
	struct xr_sigs now, before;
	struct xr_verdict *verdict;
	/* findings, the worst first: places in now */
	uint32_t *found;
	size_t n_found;
	struct xr_said **said;		/* those that were asked for; or NULL */
};

/* One value of a check's argument: "5s", "80", "0.5". -EINVAL. */
int xr_check_value(const char *s, double *ret);
/* Checks the arguments, and which of them are run. */
void xr_watch_settle(struct xenring_watch *w);
/* The case that a signature is about, in the newest sample, with its past. */
void xr_watch_case(const struct xenring_watch *w, const struct xr_sig *sig, struct xr_case *ret,
		   struct xr_ring_facts *facts);
/* Asks one check of a case; v is made anew. */
void xr_watch_ask(const struct xenring_watch *w, unsigned check, struct xr_case *c, bool in_words,
		  struct xr_verdict *v);
/* What was put into words is void. */
void xr_watch_unsay(struct xenring_watch *w);

#endif
