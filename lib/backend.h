/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What backends say of themselves, in files of the domain they run in. A source
 * reads the files (source.h), a capture has them as they were read; what they
 * say is found out here:
 *
 *	sysfs		/sys/bus/xen-backend/devices/TYPE-DOMID-ID/xenbus/...	Linux' xenbus driver
 *			.../statistics/...					xen-blkback
 *	debugfs		/sys/kernel/debug/xen-netback/vifDOMID.ID/io_ring_qN	xen-netback
 *	tapdisk		/dev/shm/vbd3-DOMID-ID/{io_ring,statistics}		blktap
 *
 * (Linux: drivers/xen/xenbus/xenbus_probe.c, xen-blkback/xenbus.c,
 * xen-netback/xenbus.c; blktap: drivers/td-blkif.c, include/blktap3.h.) There
 * may be none of them. They are enrichment: no state and no verdict about the
 * indices of a ring comes from here.
 */
#ifndef XR_BACKEND_H
#define XR_BACKEND_H

#include "source.h"

struct xenring;
struct xenring_snapshot;
struct xr_topology;
struct xr_dev;

/*
 * The files, X(NAME, number, folder, file). The numbers stand in captures: none
 * is used twice. A file of one number is a reading of the same name.
 */
#define XR_BACKEND_NUMBERS(X)						\
	X(EVENT_CHANNELS, 1, XENBUS, "event_channels")			\
	X(EVENTS, 2, XENBUS, "events")					\
	X(SPURIOUS_EVENTS, 3, XENBUS, "spurious_events")		\
	X(JIFFIES_EOI_DELAYED, 4, XENBUS, "jiffies_eoi_delayed")	\
	X(SPURIOUS_THRESHOLD, 5, XENBUS, "spurious_threshold")		\
	X(OO_REQ, 6, STATISTICS, "oo_req")				\
	X(RD_REQ, 7, STATISTICS, "rd_req")				\
	X(WR_REQ, 8, STATISTICS, "wr_req")				\
	X(F_REQ, 9, STATISTICS, "f_req")				\
	X(DS_REQ, 10, STATISTICS, "ds_req")				\
	X(RD_SECT, 11, STATISTICS, "rd_sect")				\
	X(WR_SECT, 12, STATISTICS, "wr_sect")
#define XR_BACKEND_FILES(X)						\
	XR_BACKEND_NUMBERS(X)						\
	X(NETBACK_QUEUE, 32, NETBACK, "io_ring_q")	/* and the queue's number */ \
	X(TAPDISK_RING, 33, TAPDISK, "io_ring")				\
	X(TAPDISK_STATISTICS, 34, TAPDISK, "statistics")

enum xr_backend_what {
#define X(name, number, dir, file) XR_BF_##name = number,
	XR_BACKEND_FILES(X)
#undef X
};

#define XR_BACKEND_MAX_FILE 4096u	/* bytes; more is not read */
#define XR_BACKEND_MAX_QUEUES 64u

/*
 * Reads the files below root ("": the machine's own), those that are there. Who
 * may write to a folder may put anything there: nothing is followed, waited for
 * or read beyond XR_BACKEND_MAX_FILE, and of /dev/shm, where anybody may make a
 * folder, only what root or who asks has made is read. -ENOMEM.
 */
int xr_backend_read(const char *root, const struct xr_backend_key *key, struct xr_backend_files *ret);
void xr_backend_files_free(struct xr_backend_files *f);
bool xr_backend_files_equal(const struct xr_backend_files *a, const struct xr_backend_files *b);
int xr_backend_files_copy(const struct xr_backend_files *f, struct xr_backend_files *ret);

/* Which reading: the number of its file. */
#define XR_N_READINGS 13

struct xr_backend_ring {
	struct xenring_backend_ring row;
	char name[24];
};

/* What the files say. */
struct xr_readings {
	int64_t value[XR_N_READINGS];	/* XENRING_UNKNOWN */
	bool of_tapdisk;		/* that of requests are tapdisk's */
	struct xr_backend_ring *rings;
	size_t n_rings;
};

/* Pure; now_ns: the time by the clock of files. -ENOMEM. */
int xr_readings_parse(const struct xr_backend_files *f, int64_t now_ns, struct xr_readings *ret);
void xr_readings_free(struct xr_readings *r);

/*
 * How far a counter has gone. One that went backwards was set to 0 in between
 * (xen-blkback's log_stats does that, and a device that connects anew): how far
 * is not known, and neither is it if one of the two is not. XENRING_UNKNOWN.
 */
int64_t xr_counter_since(int64_t before, int64_t now);

/* The domain that this runs in, or that a capture was made in: only its backends have files here. */
uint32_t xr_own_domid(struct xenring *x);

/* ---- the readings of a host --------------------------------------------- */

/* No more often than this: they are files, and most of them change every moment. */
#define XR_BACKENDS_NS INT64_C(5000000000)

struct xr_backends;	/* counted; of all devices at one moment */

struct xr_backends *xr_backends_ref(struct xr_backends *b);
void xr_backends_unref(struct xr_backends *b);
/*
 * Brings x->backends up to date with what s shows, if it is XR_BACKENDS_NS old at
 * now. -ENOMEM.
 */
int xr_backends_refresh(struct xenring *x, const struct xenring_snapshot *s, const struct xenring_time *now);
/*
 * By what names all devices of top have files here, in its order; .type NULL:
 * one has none. The caller's; its strings are the devices'. NULL: no memory.
 */
struct xr_backend_key *xr_backend_keys(struct xenring *x, const struct xr_topology *top);
/* Fills what a device's row has of its backend. b NULL: nothing is known. */
void xr_backends_row(const struct xr_backends *b, const struct xr_dev *dev, struct xenring_device *ret);
/* The device's readings, and those before them (NULL: none), elapsed_s apart. NULL: not known. */
const struct xr_readings *xr_backends_of(const struct xr_backends *b, const struct xr_dev *dev,
					 const struct xr_readings **ret_before, double *ret_elapsed_s);

/* By what names has the device files in domain own? False: it has none. */
bool xr_backend_key_of(const struct xr_dev *dev, uint32_t own, struct xr_backend_key *ret);

#endif
