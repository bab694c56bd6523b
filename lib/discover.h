/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding domains, devices and rings, and keeping up with them. What the
 * protocols' key templates name is read once; after that only what a watch
 * says has changed is read again. Enumeration follows the toolstack's own
 * copy and the guest's folder; a guest's word about its backend is a claim.
 */
#ifndef XR_DISCOVER_H
#define XR_DISCOVER_H

#include "topology.h"

struct xr_discovery;

/* Connections are numbered from after_uid + 1 on, so that those of a discovery before are told apart. */
int xr_discovery_new(struct xr_discovery **ret, struct xr_source *src, uint64_t after_uid);
uint64_t xr_discovery_last_uid(const struct xr_discovery *d);
/* Unmaps all rings. NULL is fine. */
void xr_discovery_free(struct xr_discovery *d);

/*
 * From the next update on only what wants() asks for is looked at, see
 * xenring_look_at(); NULL: everything. What is not wanted any more goes.
 */
void xr_discovery_look_at(struct xr_discovery *d, xenring_wants *wants, void *data);
/*
 * There is a vchan in this folder below the domain's, "/data/foo", which is
 * listed whatever is in it. -ENOMEM, -ENOSPC.
 */
int xr_discovery_name(struct xr_discovery *d, uint32_t domid, const char *below);
/* The source said that path changed; that the list of domains did. Cheap. */
void xr_discovery_path_changed(struct xr_discovery *d, const char *path);
void xr_discovery_domains_changed(struct xr_discovery *d);
/* Whatever is known is to be looked at again. */
void xr_discovery_all_changed(struct xr_discovery *d);
/* Is there anything to look at again? */
bool xr_discovery_is_dirty(const struct xr_discovery *d);
/* Asks the source for the domains and unmaps at once what belongs to dead or suspended ones. */
void xr_discovery_unmap_dead(struct xr_discovery *d);
/* The ring's grant has changed: unmap it and look at its device again. */
void xr_discovery_ring_gone(struct xr_discovery *d, struct xr_ring *ring, const struct xr_dev *dev);
/*
 * A ring whose requests may announce others was sampled: if it has moved, they
 * are looked at, in a copy. True: something is to be mapped or let go.
 */
bool xr_discovery_look(struct xr_discovery *d, struct xr_ring *ring, const struct xr_dev *dev,
		       const uint32_t idx[XR_N_IDX]);
/* Tells the source once more what was announced until now, for a capture that begins. */
void xr_discovery_remember(struct xr_discovery *d);
/*
 * Looks at what is dirty. If anything is different now, *topology is replaced
 * (the old reference is given back, NULL at first) and 1 is returned, else 0.
 * Negative: the source as a whole failed; err has the words.
 */
int xr_discovery_update(struct xr_discovery *d, struct xr_topology **topology, struct xr_err *err);

#endif
