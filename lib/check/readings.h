/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a watch asks of the source beside samples, at a pace of its own. */
#ifndef XR_READINGS_H
#define XR_READINGS_H

#include "evtchn.h"
#include "snapshot.h"

struct xenring;

/* No more often than this. */
#define XR_READINGS_NS INT64_C(5000000000)

/* The event channels of one domain. */
struct xr_event_list {
	uint32_t domid;
	int err;			/* why they are not known: negative errno */
	enum xr_evtchn_abi abi;
	struct xr_evtchns all;
	uint32_t open;			/* of them */
	/* of the vCPUs that its rings' ports are bound to: is it to be offline? 1, 0, -1 */
	uint32_t vcpus[XR_ASKED_VCPUS];
	int8_t offline[XR_ASKED_VCPUS];
	size_t n_vcpus;
};

struct xr_event_lists {
	bool read;
	int64_t read_ns;
	struct xr_event_list *at;	/* by domid */
	size_t n;
};

void xr_event_lists_drop(struct xr_event_lists *l);
/*
 * Asks for those of the domains that s shows and the hypervisor knows, if what
 * there is is XR_READINGS_NS old. -ENOMEM; what goes wrong with one stands with it.
 */
int xr_event_lists_refresh(struct xr_event_lists *l, struct xenring *x, const struct xenring_snapshot *s);
/* NULL: it is not among them. */
const struct xr_event_list *xr_event_list_of(const struct xr_event_lists *l, int64_t domid);
/* A port that is not closed, or NULL. */
const struct xr_evtchn *xr_event_of(const struct xr_event_list *l, int64_t port);
/* Its bits: 0, 1, or -1 where they are not known. */
int xr_event_pending(const struct xr_event_list *l, int64_t port);
int xr_event_masked(const struct xr_event_list *l, int64_t port);

/* Is that vCPU to be offline? -1: that is not known. */
int xr_vcpu_offline(const struct xr_event_list *l, uint32_t vcpu);

/* ---- grant tables ------------------------------------------------------------- */

/* What of a domain's grant table counts. */
struct xr_grant_facts {
	uint32_t domid;
	int64_t read_ns;
	struct xenring_grant_table table;	/* its strings are void */
	int64_t left, left_mapped;	/* of connections that have ended */
	char left_by[96];		/* one of them */
	int64_t unowned;		/* that nobody names, nor ever was seen to */
	int64_t dead, dead_mapped;	/* entries that a domain has mapped which is not there */
	/* how often in a row there were more that are unowned, and since when */
	unsigned rises;
	int64_t rises_since_ns, unowned_then;
};

struct xr_grant_lists {
	struct xr_grant_facts *at;	/* by domid */
	size_t n;
	size_t next;			/* domain of the topology that is read next */
};

void xr_grant_lists_drop(struct xr_grant_lists *l);
/*
 * Reads the tables whose turn it is: each is read every XR_READINGS_NS, a few at
 * a sample. want: of each domain whether it is looked at. 1: some were read; -ENOMEM.
 */
int xr_grant_lists_refresh(struct xr_grant_lists *l, struct xenring *x, const struct xenring_snapshot *s,
			   const uint8_t *want);
/* NULL: it was not read. */
const struct xr_grant_facts *xr_grant_facts_of(const struct xr_grant_lists *l, int64_t domid);
/* Is the ring's first page mapped by nobody? Not so if that cannot be told. */
bool xr_ring_is_unmapped(struct xenring *x, const struct xr_ring *ring);

#endif
