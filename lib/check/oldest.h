/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The requests of rings whose backend is suspected to answer nothing any more,
 * for who says which of them is the oldest. To follow all rings would cost a
 * copy of each at each sample, so a ring is followed only from then on; what
 * was put before is in its slots, and is known as far as these show it.
 */
#ifndef XR_OLDEST_H
#define XR_OLDEST_H

#include "check/check.h"

struct xenring;

/* A ring is suspected when so long nothing was answered ... */
#define XR_SUSPECT_NS INT64_C(500000000)
/* ... and no more when it was not for so long. */
#define XR_TRUST_NS INT64_C(5000000000)
/* Slots of all rings that are followed at a time: that is what the memory depends on. */
#define XR_SUSPECT_SLOTS 32768u

/* Bytes of a vchan's page: what it says beside its words (abi/vchan.h). */
#define XR_SUSPECT_PAGE 24

/* A grant that an open request names and that is none for the backend. */
struct xr_bad_grant {
	bool found;
	uint32_t index, gref;		/* of the request, and what it names */
	char why[72];
};

struct xr_suspect {
	uint64_t uid;			/* of the connection */
	struct xr_tracker *tracker;	/* of slots; else NULL */
	uint32_t slots;
	int64_t last_ns;		/* when it was suspected last */
	uint8_t page[XR_SUSPECT_PAGE];	/* of a vchan: how its first page begins, if has_page */
	bool has_page;
	int err;			/* why its slots were not read when it moved last: negative errno */
	struct xr_bad_grant bad;	/* of this sample: the first there is */
};

struct xr_suspects {
	struct xr_suspect *at;		/* by uid */
	size_t n, room;
	uint32_t slots;			/* of all of them */
	uint8_t *pages;			/* room for those of one ring */
};

void xr_suspects_drop(struct xr_suspects *s);
/* Is the ring of that connection followed? */
bool xr_is_suspect(const struct xr_suspects *s, uint64_t uid);
/* Those whose connection is not in top go. */
void xr_suspects_keep(struct xr_suspects *s, const struct xr_topology *top);
/*
 * Looks at the ring of a case, which is of the newest sample: if it is suspected
 * and its words are others than before, its pages are copied. -ENOMEM.
 */
int xr_suspects_look(struct xr_suspects *s, struct xenring *x, const struct xr_case *c);

/* What is known of the requests of a ring that stands still, of this sample; NULL: it does not, or could not be read. */
const struct xr_tracker *xr_suspect_tracker(const struct xr_case *c);
/* The first XR_SUSPECT_PAGE bytes of a vchan's page in which bytes stand still, a private copy of this sample; or NULL. */
const uint8_t *xr_suspect_page(const struct xr_case *c);
/* The first grant that a request of a ring that stands still names in vain, of this sample; or NULL. */
const struct xr_bad_grant *xr_suspect_grant(const struct xr_case *c);
/* Shows a request: which, and what it asks for. what: "oldest", "bad". */
void xr_show_request(const struct xr_case *c, const struct xr_tracked *k, const char *what, struct xr_verdict *v);

/*
 * Adds to what v says, which must hold, the oldest request in flight: what is
 * asked, and how old it is at least; or that it is not known, and why.
 */
void xr_say_oldest(const struct xr_case *c, struct xr_verdict *v);

#endif
