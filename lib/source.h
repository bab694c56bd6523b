/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where readings come from. A live Xen, a fake and (later) a capture fill the
 * same operations; nobody above asks which. There is no operation that writes.
 * What a source cannot do is NULL and reads as -EOPNOTSUPP.
 */
#ifndef XR_SOURCE_H
#define XR_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/evtchn.h"
#include "err.h"
#include "ring.h"
#include "xenring.h"

#define XR_MAX_PAGES 16		/* of one ring */
#define XR_DOMID_FIRST_RESERVED 0x7ff0u

/* A grant entry, copied once and decoded (xen/include/public/grant_table.h). */
struct xr_grant {
	uint16_t flags;		/* GTF_* as they stand in the entry */
	uint16_t domid;		/* granted to */
	uint64_t frame;		/* GFN, or MFN of a PV guest: what foreign mapping takes */
	bool in_use;		/* mapped by the grantee now */
};

enum { XR_GTF_TYPE = 3, XR_GTF_INVALID = 0, XR_GTF_PERMIT = 1, XR_GTF_TRANSFER = 2, XR_GTF_TRANSITIVE = 3,
       XR_GTF_READONLY = 4, XR_GTF_READING = 8, XR_GTF_WRITING = 16,
       XR_GTF_SUB_PAGE = 0x100 };

/* EVTCHNOP_status of one port. */
struct xr_port {
	uint32_t status;	/* 0 closed 1 unbound 2 interdomain 3 pirq 4 virq 5 ipi */
	uint32_t vcpu;
	uint32_t remote_domid, remote_port;	/* unbound: domid only */
};

/*
 * All event channels of a domain that are not closed, and what its shared page
 * says of those that it numbers (evtchn.h): XR_EVTCHN_WIDE ports of a 64-bit
 * guest, XR_EVTCHN_NARROW of a 32-bit one.
 */
#define XR_MAX_PORTS XR_EVTCHN_FIFO_PORTS

struct xr_evtchn {
	uint32_t number, status, vcpu;		/* status: XR_PORT_... */
	uint32_t remote_domid, remote_port;	/* unbound: domid only */
	uint32_t irq;				/* pirq, virq: which */
};

/* What EVTCHNOP_status of one port says, of a channel of a list. */
static inline struct xr_port xr_port_of(const struct xr_evtchn *c)
{
	return (struct xr_port){
		.status = c->status, .vcpu = c->vcpu,
		.remote_domid = c->remote_domid, .remote_port = c->remote_port,
	};
}

struct xr_evtchns {
	uint32_t end;			/* from this port on there are none */
	uint32_t n;
	struct xr_evtchn *at;		/* by number; the caller's */
	int page_err;			/* why there are no bits, negative errno; -EOPNOTSUPP: no PV guest */
	uint32_t n_bits;		/* ports that the page numbers; 0: it was not read */
	uint8_t pending[XR_EVTCHN_WIDE / 8], mask[XR_EVTCHN_WIDE / 8];
};

struct xr_dominfo {
	uint32_t domid;
	uint8_t uuid[16];
	bool paused, shutdown, dying;
	uint8_t shutdown_reason;	/* SHUTDOWN_*, if shutdown */
};

/*
 * A word of a mapped grant table that must keep its value as long as the ring
 * is what we think it is: (*at & mask) == want.
 */
struct xr_guard {
	const volatile uint64_t *at;
	uint64_t mask, want;
};

/* Do all n guards hold now? */
static inline bool xr_guards_hold(const struct xr_guard *g, uint32_t n)
{
	for (; n; n--, g++)
		if ((*g->at & g->mask) != g->want)
			return false;
	return true;
}

/* What is asked of map_ring, and its answer. Owned by the caller. */
struct xr_mapping {
	uint32_t domid, backend_domid;
	bool any_grantee;		/* reserved entries name their own */
	bool second;			/* another ring of the same page has the first of its words */
	bool no_grant;			/* there is none: gfn names the page, refs[0] is not used */
	uint32_t refs[XR_MAX_PAGES];
	uint32_t n_pages;
	bool by_gfn;			/* refs is not used, gfn is */
	uint64_t gfn;
	enum xr_kind kind;		/* what the four words are ... */
	uint32_t idx_off;		/* ... and where, in the first page */
	uint32_t public_size;		/* bytes of the pages that a capture may hold without payload */
	/* filled by the source */
	const volatile uint8_t *page;	/* n_pages contiguous, read-only; NULL: not mapped */
	uint64_t frames[XR_MAX_PAGES];	/* what is mapped */
	int64_t grantee;		/* domid the pages are granted to; XENRING_UNKNOWN: by frame */
	struct xr_guard *guards;	/* n_guards, freed by unmap_ring */
	uint32_t n_guards;
	void *priv;
	uint32_t tag;			/* for a source that stands on another one: its own number */
};

/* A ring that a request of another one announced: its first page, and its event channel at the frontend. */
struct xr_announce {
	uint64_t id;			/* the frontend's own value */
	uint32_t gref, port;
};

#define XR_MAX_ANNOUNCED 128	/* by one ring, at a time */

/* Those that are there. Nothing else tells of them once their requests have gone from the ring. */
struct xr_announced {
	bool begun;			/* requests and responses before these were looked at */
	uint32_t req_prod, rsp_prod;
	bool more;			/* there were more than are kept */
	uint32_t n;
	struct xr_announce at[XR_MAX_ANNOUNCED];	/* by their id */
};

/* A page that a request names: what is asked, and what came of it. */
struct xr_fetch {
	uint32_t gref;
	bool payload;			/* it is the guest's own data: no capture holds it without payload */
	uint8_t *into;			/* XR_PAGE_SIZE bytes, written only if page_err is 0 */
	int grant_err;			/* 0, or why the entry could not be read: negative errno */
	struct xr_grant grant;
	int page_err;			/* 0, or negative errno; -EACCES: see xr_grant_fault() */
};

/* How large a domain's grant table is now, and how large it may get. */
struct xr_table_size {
	unsigned version;		/* 1 or 2 */
	uint32_t n_frames, max_frames;	/* of the table itself, without status frames */
};

/* A copy of a whole grant table, as it stands in memory (grants.h has the layout). */
struct xr_grants {
	unsigned version;		/* 1 or 2 */
	uint32_t n_frames, n_status;	/* pages in each of the two */
	uint8_t *shared, *status;	/* one allocation each, the caller's; status NULL: none */
	uint32_t n_words;		/* of shared, of 8 bytes: those behind them are 0; 0: not known */
};

struct xr_plan;
struct xr_note;		/* notify/notify.h */

/* By what the files of a backend are named (backend.h). */
#define XR_BACKEND_TYPE 32		/* bytes of a type, its NUL too */
struct xr_backend_key {
	uint32_t domid, id;		/* the frontend's */
	uint32_t queues;
	const char *type;		/* of the backend's folder in xenstore: "vbd" */
};

/* One that is there. */
struct xr_backend_file {
	uint32_t what, queue;		/* enum xr_backend_what */
	int err;			/* why it cannot be read: negative errno */
	uint32_t n;
	int64_t mtime_ns;		/* since 1970; 0 if it could not be opened */
	uint8_t *bytes;			/* NULL: none */
};

struct xr_backend_files {
	size_t n;
	struct xr_backend_file *at;	/* and their bytes: the caller's */
};

/* What may have changed since the last time. Paths are as the store has them. */
struct xr_changes {
	bool domains;			/* the list of domains */
	void (*path)(void *data, const char *path);
	void *data;
};

struct xr_source;

struct xr_source_ops {
	const char *name, *help;
	bool is_live;			/* its clock is the machine's, and its rings move by themselves */
	/* what may stand behind the colon, entry i; NULL after the last. NULL: nothing does */
	const char *(*arg)(size_t i, const char **ret_help);
	/* arg: what stands behind the colon. The error's text is set on failure. */
	int (*open)(struct xr_source *src, const char *arg, struct xr_err *err);
	void (*close)(struct xr_source *src);
	/* readable when something may have changed; -1: none */
	int (*fd)(struct xr_source *src);
	/* the name of the host that is looked at; NULL: this one */
	const char *(*host)(struct xr_source *src);
	/*
	 * Goes on to what the next sample shows; NULL where that is the present.
	 * 1: there is a gap before it, nothing known holds. -ENODATA: no further one.
	 */
	int (*next)(struct xr_source *src);
	/*
	 * Empties the queue of changes; with NULL path they are dropped. 1: there
	 * are more, to be asked for when these have been looked at.
	 */
	int (*changes)(struct xr_source *src, struct xr_changes *ret);
	int (*now)(struct xr_source *src, struct xenring_time *ret);
	/* a sample is complete: its time. NULL: as now */
	int (*tick)(struct xr_source *src, struct xenring_time *ret);
	/* sleeps until then or until fd is readable: 1. 0: time is up. -EINTR */
	int (*wait)(struct xr_source *src, int64_t until_mono_ns);
	/* sleeps until then, whatever changes. -EINTR */
	int (*settle)(struct xr_source *src, int64_t until_mono_ns);
	/*
	 * -EOPNOTSUPP: nobody may list them here, it is a driver domain's view:
	 * the store's relative path "domid" says whose.
	 */
	int (*domains)(struct xr_source *src, struct xr_dominfo **ret, size_t *ret_n);
	/* a node's value: binary, ret is one byte longer and ends in NUL. -ENOENT */
	int (*store_read)(struct xr_source *src, const char *path, void **ret, size_t *ret_n);
	/* names below a node, in one allocation to free(). -ENOENT */
	int (*store_list)(struct xr_source *src, const char *path, char ***ret, size_t *ret_n);
	int (*store_watch)(struct xr_source *src, const char *path);
	int (*store_unwatch)(struct xr_source *src, const char *path);
	int (*map_ring)(struct xr_source *src, struct xr_mapping *m, struct xr_err *err);
	void (*unmap_ring)(struct xr_source *src, struct xr_mapping *m);
	/* all mapped rings at once, see xr_sample(), which is used where this is NULL */
	size_t (*sample)(struct xr_source *src, const struct xr_plan *plan,
			 uint32_t (*idx)[XR_N_IDX], uint8_t *look);
	/* one ring's pages, see xr_ring_snap(), which is used where this is NULL. -errno */
	int (*copy)(struct xr_source *src, const struct xr_mapping *m, struct xr_copied *ret);
	/* what a mapped ring's requests have announced by now, for who wants to know; NULL: nobody does */
	void (*remember)(struct xr_source *src, const struct xr_mapping *m, const struct xr_announced *a);
	/* the same, for who begins to look at it now. -ENODATA: nobody has told */
	int (*recall)(struct xr_source *src, const struct xr_mapping *m, struct xr_announced *ret);
	/* pages that requests of a mapped ring name; NULL: by grant and pages */
	int (*fetch)(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n);
	/* one entry of a domain's table. -ERANGE: outside it */
	int (*grant)(struct xr_source *src, uint32_t domid, uint32_t gref, struct xr_grant *ret);
	/* n frames copied into n pages; err[i] is 0 or a negative errno */
	int (*pages)(struct xr_source *src, uint32_t domid, const uint64_t *frames, size_t n,
		     void *into, int *err);
	int (*port)(struct xr_source *src, uint32_t domid, uint32_t port, struct xr_port *ret);
	/*
	 * all event channels of a domain; -EACCES, -EPERM: it may not be asked for them. 1: they are
	 * what was says (may be NULL), and are not copied.
	 */
	int (*evtchns)(struct xr_source *src, uint32_t domid, const struct xr_evtchns *was,
		       struct xr_evtchns *ret);
	/* the files that a backend in this domain has, none if it is elsewhere */
	int (*backend)(struct xr_source *src, const struct xr_backend_key *key, struct xr_backend_files *ret);
	/* GNTTABOP_query_size and _get_version; also of a domain whose table is not given out */
	int (*table_size)(struct xr_source *src, uint32_t domid, struct xr_table_size *ret);
	/*
	 * a copy of a domain's whole table, which the caller frees; -EPERM: one's own is not given
	 * out. 1: it is what was says (may be NULL), and is not copied.
	 */
	int (*grants)(struct xr_source *src, uint32_t domid, const struct xr_grants *was,
		      struct xr_grants *ret);
	/*
	 * Goes to the sample that was the newest at real_ns (the first, if that is
	 * before it), or rather history_ns before it: returns how many samples lead
	 * up to it, it included. -ESPIPE: the source cannot go back.
	 */
	int (*seek)(struct xr_source *src, int64_t real_ns, int64_t history_ns, struct xr_err *err);
	/*
	 * what a capture holds of notifications that were seen up to its sample:
	 * calls each, see xr_take_notified(). -ENODATA: nobody traced then.
	 */
	int (*notified)(struct xr_source *src,
			int (*each)(void *data, struct xr_note *note, const char *text, size_t n_text),
			void *data);
	/* what the capture says of itself */
	void (*capture)(struct xr_source *src, struct xenring_capture *ret);
};

/* The hot path of any source: sample if it has one, else the mapped pages themselves. */
size_t xr_source_sample(struct xr_source *src, const struct xr_plan *plan,
			uint32_t (*idx)[XR_N_IDX], uint8_t *look);
int xr_source_copy(struct xr_source *src, const struct xr_mapping *m, struct xr_copied *ret);
/*
 * Looks up the entries that f names, and copies the pages of those that are
 * granted to the ring's backend, in one batch. -EOPNOTSUPP, -ENOMEM; what goes
 * wrong with one page stands with it.
 */
int xr_source_fetch(struct xr_source *src, const struct xr_mapping *m, struct xr_fetch *f, size_t n);

struct xr_source {
	const struct xr_source_ops *ops;
	void *priv;
	void (*debug)(void *data, const char *area, const char *line);
	void *debug_data;
	xenring_progress *progress;	/* NULL: nobody wants to know */
	void *progress_data;
	int wake_fd;			/* ends a wait when it is readable; -1: none */
};

/* The clocks of the machine this runs on, in nanoseconds. */
void xr_clock(struct xenring_time *ret);
/*
 * Sleeps until then by that clock, or until fd is readable (-1: none): 1. 0:
 * time is up. -EINTR: a signal came, or the wake_fd is readable.
 */
int xr_sleep(const struct xr_source *src, int64_t until_mono_ns, int fd);

extern const struct xr_source_ops *const xr_sources[];	/* ends with NULL */

/* A line for the developer, if somebody listens. */
/* Says how far long work is (xenring_set_progress()). False: it is given up. */
bool xr_goes_on(const struct xr_source *src, const char *what, uint64_t done, uint64_t total);
void xr_debug(const struct xr_source *src, const char *area, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
