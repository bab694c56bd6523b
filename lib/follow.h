/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetching the pages that requests name and that hold more of them. */
#ifndef XR_FOLLOW_H
#define XR_FOLLOW_H

#include "topology.h"

#define XR_FOLLOW_PAGES 1024	/* of all requests of one ring together */
#define XR_DIRECTORY_PAGES 16	/* of one directory: 16368 grants, 64 MiB of data */
#define XR_DIRECTORY_GREFS 1023	/* in each of them */

/* One request, and what its pages hold. */
struct xr_followed {
	/* asked: the caller's */
	const struct xenring_record *rec;
	const uint8_t *slot;
	/* answered: freed by xr_followed_clear() */
	uint8_t *elements;	/* of the record's XENRING_F_FETCHED list, n of them; NULL: none */
	size_t n;
	char *note;		/* why they are not all there, or NULL */
	uint32_t *grefs;	/* of the pages that were read for it */
	size_t n_grefs;
};

/*
 * Fetches what all n requests of the mapped ring name, in as few batches as
 * there are pages in the longest directory. A directory that comes back to a
 * page it was at, or goes on for longer than it should, ends there with a note.
 * -ENOMEM; what else goes wrong stands in the notes.
 */
int xr_follow_all(struct xr_source *src, const struct xr_ring *ring, struct xr_followed *f, size_t n);
void xr_followed_clear(struct xr_followed *f);
/* Bytes of an element of the record's fetched list; 0 if it has none. */
uint32_t xr_fetched_size(const struct xenring_record *rec);

#endif
