/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake host's script played again on pages that Xen's own headers lay out:
 * what the player and the protocols agree upon. README.md explains it.
 */
#ifndef PAGES_REPLAY_H
#define PAGES_REPLAY_H

#include "port.h"

#define PAGE_BYTES 4096u

/* A ring of the script. */
struct replay {
	const struct replay_kind *kind;
	uint8_t *mem;
	uint32_t nr_pages;
	void *ends;	/* kind->ends_size bytes, of the ring's two ends */
};

struct replay_kind {
	const char *name;
	size_t ends_size;
	/* Carries out one operation; false: there is no such one here. */
	bool (*run)(struct replay *r, const char *op, const uint64_t *a, size_t n);
};

extern const struct replay_kind replay_blkif, replay_blkif_packed, replay_segments,
	replay_netif_tx, replay_netif_rx, replay_console, replay_xenstore;

#endif
