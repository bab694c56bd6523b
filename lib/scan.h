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

/* Where the toolstack keeps its own copy of who is whose backend. */
enum xr_copy { XR_COPY_NONE, XR_COPY_LIBXL = 1, XR_COPY_XENOPS = 2 };

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
};

void xr_scan_init(struct xr_scan *scan, struct xr_source *src);
/* From now on it is a driver domain's view. Negative errno: xenstore does not say whose. */
int xr_scan_as_driver(struct xr_scan *scan);
/* Calls found once or more for each domain that this driver domain serves. */
int xr_scan_served(struct xr_scan *scan, void (*found)(void *data, uint32_t domid), void *data);
/* Calls found once or more for each device of the domain. */
void xr_scan_list(struct xr_scan *scan, uint32_t domid,
		  void (*found)(void *data, const char *type, uint32_t id), void *data);
/*
 * A new device with its rings, not mapped; *ret is the caller's reference.
 * -ENOENT: there is no such device; -ENOMEM. All else is kept in ret->err and
 * the rings' errors.
 */
int xr_scan_device(struct xr_scan *scan, uint32_t domid, const char *type, uint32_t id,
		   struct xr_dev **ret);
/* Are both sides connected now? Two requests. */
bool xr_scan_is_connected(struct xr_scan *scan, const struct xr_dev *dev);
/* Who is at the other end of the ring's event channel. */
void xr_scan_port(struct xr_scan *scan, const struct xr_dev *dev, struct xr_ring *ring);

#endif
