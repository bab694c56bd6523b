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

/*
 * A domain with a v1 grant table of frames * 512 entries; the name may be NULL.
 * One that was destroyed and had this number is another guest.
 */
int xr_fake_domain(struct xr_fake *f, uint32_t domid, const char *name, uint32_t frames);
/* Its entry in the list of domains, to change; NULL: no such domain. */
struct xr_dominfo *xr_fake_dominfo(struct xr_fake *f, uint32_t domid);
/* Takes the domain out of the list and out of the store. Its pages stay. */
void xr_fake_destroy(struct xr_fake *f, uint32_t domid);
/* n contiguous zeroed pages of a domain; their first frame in *ret_frame. NULL: no memory. */
void *xr_fake_pages(struct xr_fake *f, uint32_t domid, uint32_t n, uint64_t *ret_frame);
/*
 * The same without memory: draw makes the nth of them, all its bytes, each time
 * it is asked for. 0: no memory.
 */
uint64_t xr_fake_drawn(struct xr_fake *f, uint32_t domid, uint32_t n,
		       void (*draw)(void *data, uint32_t nth, uint8_t *page), void *data);
/* n frame numbers of pages that nobody will look into; the first of them. */
uint64_t xr_fake_frames(struct xr_fake *f, uint32_t n);
/* Makes the table, still unused, one of version 2: frames * 256 entries, and status frames. */
int xr_fake_grant_v2(struct xr_fake *f, uint32_t domid);
/*
 * Sets an entry as it stands in memory, of v1 flags | grantee << 16 | frame
 * << 32; of v2 the in-use bits of flags go into the status frame. -ERANGE.
 */
int xr_fake_grant(struct xr_fake *f, uint32_t domid, uint32_t gref, uint16_t flags,
		  uint32_t grantee, uint64_t frame);
/* How many frames the domain's table may get; at first 64. */
int xr_fake_table_max(struct xr_fake *f, uint32_t domid, uint32_t frames);
/* An event channel's answer to EVTCHNOP_status. */
int xr_fake_port(struct xr_fake *f, uint32_t domid, uint32_t port, uint32_t remote_domid,
		 uint32_t remote_port);
/* A port of any kind, as all of a domain's are answered; XR_PORT_RESERVED: Xen's own. */
int xr_fake_evtchn(struct xr_fake *f, uint32_t domid, const struct xr_evtchn *c);
/*
 * The domain's shared page, of a PV guest whose words have width bytes, 4 or 8,
 * at first with all zero, as a FIFO guest leaves it. It is never asked for
 * otherwise. NULL: no memory, no such domain.
 */
uint8_t *xr_fake_shared_page(struct xr_fake *f, uint32_t domid, unsigned width);
/*
 * A file of the backend in the domain that looks, as backend.h numbers them; bytes
 * are copied. Of one that there is the contents change. -ENOMEM.
 */
int xr_fake_backend_file(struct xr_fake *f, const struct xr_backend_key *key,
			 const struct xr_backend_file *file);
/* Takes all of a backend's files away. */
void xr_fake_backend_gone(struct xr_fake *f, const struct xr_backend_key *key);
/* Closes it; what its other end answers is not changed. */
void xr_fake_port_close(struct xr_fake *f, uint32_t domid, uint32_t port);
/* How many requests to the store there have been; rings mapped now. */
uint64_t xr_fake_requests(const struct xr_fake *f);
size_t xr_fake_mapped(const struct xr_fake *f);
/* Both sides of a device, connected, with the toolstack's copy: folders and handshake keys. */
int xr_fake_device(struct xr_fake *f, uint32_t domid, const char *type, uint32_t id,
		   uint32_t backend, const char *backend_type);

/*
 * From now on the host is looked at as from inside this domain, a driver domain
 * with no right over others: no list of domains, no grant tables and ports; in
 * the store its own folder and the frontends' it serves; only pages that are
 * granted to it. Before the first sample. -ENOMEM.
 */
int xr_fake_look_from(struct xr_fake *f, uint32_t domid);

/* Says that the list of domains has changed, after a change through xr_fake_dominfo(). */
void xr_fake_domains_changed(struct xr_fake *f);

/*
 * Time. A host's clock begins at a fixed moment and moves only while somebody
 * waits, so that every run shows the same. A host may live: its step is called
 * for each tick of virtual time that passes, with the number of the tick, 0 for
 * the first; what it does may depend on nothing else.
 */
#define XR_FAKE_REAL_NS INT64_C(1767268800000000000)	/* 2026-01-01T12:00:00Z */
#define XR_FAKE_MONO_NS INT64_C(86400000000000)		/* it has been up for a day */

void xr_fake_clock(const struct xr_fake *f, struct xenring_time *ret);
/*
 * Moves the clock to mono_ns at most, or, if until_news, to the first tick that
 * leaves a change to be told. Sleeps as long unless the host is a fast one. 1:
 * there is news; 0; -EINTR: a signal came, the clock has moved all the same.
 */
int xr_fake_advance(struct xr_fake *f, int64_t mono_ns, bool until_news);
/* No sleep: the clock jumps. */
void xr_fake_set_fast(struct xr_fake *f, bool fast);
/* f calls step with data for each tick, and frees data with end. */
void xr_fake_live(struct xr_fake *f, int64_t tick_ns, int (*step)(void *data, uint64_t tick),
		  void (*end)(void *data), void *data);

/*
 * The script: each operation on a ring as a line, "rw 0 3 51712 4096 64 0 7"
 * (source/fake/ring.h), with the ring's number and where its pages are. fn
 * must be set before the host is filled.
 */
void xr_fake_listen(struct xr_fake *f,
		    void (*fn)(void *data, uint32_t ring, const uint8_t *page, const char *line),
		    void *data);
bool xr_fake_listened(const struct xr_fake *f);
void xr_fake_tell(struct xr_fake *f, uint32_t ring, const uint8_t *page, const char *line);
uint32_t xr_fake_new_ring(struct xr_fake *f);

/*
 * Fills a new host as what stands behind "fake:" says: NAME[:ARGUMENT][,fast].
 * "": nobody but dom0. -EINVAL: there is no such host, err says which there are.
 */
int xr_fake_fill(struct xr_fake *f, const char *arg, struct xr_err *err);
/* What there is to fill: "big:N" and a sentence; NULL after the last. */
const char *xr_fake_host(size_t i, const char **ret_help);

#endif
