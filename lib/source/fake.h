/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host in memory: a xenstore tree, domains with grant tables, pages. The
 * fake source looks at one; demos and tests build theirs with these calls.
 */
#ifndef XR_FAKE_H
#define XR_FAKE_H

#include "source.h"

struct xr_fake;

extern const struct xr_source_ops xr_source_fake;

int xr_fake_new(struct xr_fake **ret);
void xr_fake_free(struct xr_fake *f);
/* The host behind an open fake source. */
struct xr_fake *xr_fake_of(struct xr_source *src);

/* A node's value, parents are made; n bytes, any. Watches on it or above fire. -ENOMEM. */
int xr_fake_write(struct xr_fake *f, const char *path, const void *value, size_t n);
int xr_fake_printf(struct xr_fake *f, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Removes a node and all below. */
void xr_fake_remove(struct xr_fake *f, const char *path);

/* A domain with a v1 grant table of frames * 512 entries; the name may be NULL. */
int xr_fake_domain(struct xr_fake *f, uint32_t domid, const char *name, uint32_t frames);
/* Its entry in the list of domains, to change; NULL: no such domain. */
struct xr_dominfo *xr_fake_dominfo(struct xr_fake *f, uint32_t domid);
/* Takes the domain out of the list and out of the store. Its pages stay. */
void xr_fake_destroy(struct xr_fake *f, uint32_t domid);
/* n contiguous zeroed pages of a domain; their first frame in *ret_frame. NULL: no memory. */
void *xr_fake_pages(struct xr_fake *f, uint32_t domid, uint32_t n, uint64_t *ret_frame);
/* Sets an entry as it stands in memory: flags | grantee << 16 | frame << 32. */
int xr_fake_grant(struct xr_fake *f, uint32_t domid, uint32_t gref, uint16_t flags,
		  uint32_t grantee, uint64_t frame);
/* An event channel's answer to EVTCHNOP_status. */
int xr_fake_port(struct xr_fake *f, uint32_t domid, uint32_t port, uint32_t remote_domid,
		 uint32_t remote_port);
/* How many requests to the store there have been; rings mapped now. */
uint64_t xr_fake_requests(const struct xr_fake *f);
size_t xr_fake_mapped(const struct xr_fake *f);
/* Both sides of a device, connected, with the toolstack's copy: folders and handshake keys. */
int xr_fake_device(struct xr_fake *f, uint32_t domid, const char *type, uint32_t id,
		   uint32_t backend, const char *backend_type);

/* Fills a new host by the name behind "fake:"; -EINVAL: there is none. */
int xr_fake_fill(struct xr_fake *f, const char *name, struct xr_err *err);

#endif
