/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading one domain's devices and one device's rings out of xenstore, by the
 * protocols' key templates. Everything below a guest's folder is hostile: a
 * value that does not fit becomes an error kept with the device or the ring.
 */
#ifndef XR_SCAN_H
#define XR_SCAN_H

#include "topology.h"

#define XR_MAX_QUEUES 64	/* of one device, whatever is claimed */
#define XR_MAX_BELOW 32		/* folders looked at within one */
#define XR_MAX_DEVICES 1024	/* of one type in one domain */
#define XR_MAX_WALKED 256	/* folders looked into for devices without xenbus, in one domain */
#define XR_MAX_NAMED 64		/* folders that the operator names */

/* Where the toolstack keeps its own copy of who is whose backend. */
enum xr_copy { XR_COPY_NONE, XR_COPY_LIBXL = 1, XR_COPY_XENOPS = 2 };

/* A folder that the operator names: there is a device in it, whatever it has. */
struct xr_named {
	uint32_t domid;
	char *id;			/* below the domain's, as in struct xr_dev */
};

struct xr_scan {
	struct xr_source *src;
	bool asked;			/* which copies there are */
	unsigned copies;		/* enum xr_copy, ored */
	uint64_t last_uid;
	/*
	 * This is a driver domain: nobody tells it of the whole host, only its own
	 * backends' folder and the frontends that they serve can be read.
	 */
	bool driver;
	uint32_t self;			/* its number */
	struct xr_named *named;
	size_t n_named;
};

void xr_scan_init(struct xr_scan *scan, struct xr_source *src);
void xr_scan_clear(struct xr_scan *scan);
/* Adds a folder, once. -ENOMEM, -ENOSPC. */
int xr_scan_name(struct xr_scan *scan, uint32_t domid, const char *id);
/* From now on it is a driver domain's view. Negative errno: xenstore does not say whose. */
int xr_scan_as_driver(struct xr_scan *scan);
/* Calls found once or more for each domain that this driver domain serves. */
int xr_scan_served(struct xr_scan *scan, void (*found)(void *data, uint32_t domid), void *data);
/* What devices of a domain are told to. */
struct xr_finder {
	/* may any device of this type be wanted? What is not is not asked for. NULL: all are */
	bool (*wants)(void *data, const char *type);
	void (*found)(void *data, const char *type, const char *id);
	void *data;
};

/* Tells each device of the domain, once or more. */
void xr_scan_list(struct xr_scan *scan, uint32_t domid, const struct xr_finder *to);
/* The same for those without xenbus alone. */
void xr_scan_walk(struct xr_scan *scan, uint32_t domid, const struct xr_finder *to);
/*
 * "vbd:51712", in a new string. Of a folder what is below the usual one; there
 * is no '.' in xenstore, so it stands for a slash. With id "" what the names of
 * all of this type begin with. NULL: no memory.
 */
char *xr_scan_name_of(const char *type, const char *id);
/*
 * A new device with its rings, not mapped; *ret is the caller's reference.
 * -ENOENT: there is no such device; -ENOMEM. All else is kept in ret->err and
 * the rings' errors.
 */
int xr_scan_device(struct xr_scan *scan, uint32_t domid, const char *type, const char *id,
		   struct xr_dev **ret);
/* Are both sides connected now? Two requests. */
bool xr_scan_is_connected(struct xr_scan *scan, const struct xr_dev *dev);
/* The ring of the device whose requests announce others; NULL: it has none. */
const struct xr_ring *xr_scan_announcer(const struct xr_dev *dev);
/* Adds a ring, not mapped, for each that was announced. -ENOMEM. */
int xr_scan_announced(struct xr_dev *dev, const struct xr_announced *a);
/* Who is at the other end of the ring's event channel. */
void xr_scan_port(struct xr_scan *scan, const struct xr_dev *dev, struct xr_ring *ring);

#endif
