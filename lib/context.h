/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands behind the public handle. */
#ifndef XR_CONTEXT_H
#define XR_CONTEXT_H

#include "discover.h"
#include "grants_keys.h"
#include "grants_use.h"
#include "record.h"
#include "sample.h"
#include "snapshot.h"
#include "track.h"

struct xenring {
	struct xr_source src;
	bool open;
	bool secrets;			/* are to be shown */
	char *url;
	struct xr_err err;
	const char *hint;		/* static */
	struct xr_discovery *disc;
	struct xr_topology *top;
	struct xr_plan plan;		/* for top */
	struct xenring_snapshot *last;	/* what the next one is compared with */
	bool waited;			/* the source's changes are known already */
	int64_t until_mono_ns;		/* waited for: no sample of a capture that is older is shown */
	char *host;
	bool host_of_source;
	char **vchans;			/* folders that the operator named, absolute */
	size_t n_vchans;
	xenring_wants *wants;		/* what is looked at; NULL: everything */
	void *wants_data;
	struct xr_recorder rec;
	struct xr_use_history *seen;	/* of guests whose grants were looked at */
	struct xr_keys *keys;		/* NULL: none were given */
	struct xr_tracks tracks;	/* rings whose requests somebody wants to know */
	struct xr_backends *backends;	/* the newest readings; NULL: none yet */
	bool want_backends;		/* in the next sample */
	int64_t backends_ns;		/* their pace; 0: XR_BACKENDS_NS */
	struct xenring_trace *trace;	/* NULL: nobody looks for notifications */
};

/* There is news: looks again at what has changed, and makes the plan anew. */
int xr_keep_up(struct xenring *x);
/* Sets the message of x from the parts; returns -|code|. */
int xr_fail(struct xenring *x, const char *op, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
