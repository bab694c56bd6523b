/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a capture holds beside the answers that were asked for anyway: copies of
 * the rings that moved, the pages their requests name, the grant tables. So
 * every command has at a replay what it would have read itself.
 */
#ifndef XR_RECORD_H
#define XR_RECORD_H

#include "source.h"

struct xenring;
struct xenring_snapshot;

/* Kept from sample to sample while a capture is written. */
struct xr_recorder {
	uint8_t *pages;			/* room for a ring's copy */
	struct xr_fetch *fetch;		/* room for what its requests name ... */
	uint8_t *fetched;		/* ... and for their pages, */
	size_t n_fetched;		/* of which it has room for so many */
	int64_t tables_mono_ns;		/* when the grant tables were taken last */
	bool each_table;		/* they are taken at each sample, for who looks at them */
	/* of the devices of this topology: by what names backends have files, and which had some */
	struct xr_topology *asked;	/* a reference; NULL: none yet */
	struct xr_backend_key *keys;
	uint8_t *files;			/* enum files */
	size_t n_to_ask;		/* of files: those that are asked each time */
	int64_t asked_mono_ns;
};

/*
 * Takes what s calls for into the capture that x writes, after its rings were
 * looked at and before its tick. Does nothing if none is written. -errno.
 */
int xr_record_sample(struct xenring *x, const struct xenring_snapshot *s);
void xr_recorder_free(struct xr_recorder *rec);

#endif
