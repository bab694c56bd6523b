/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which of the kernel's events are knocks, for who has no Xen to look at. */
#ifndef XR_KERNEL_H
#define XR_KERNEL_H

#include "notify/notify.h"

/* An event that is told of, by enum xr_probe. */
struct xr_point {
	const char *function, *args;	/* probed by us, which needs both; NULL: the kernel has the event */
	const char *system, *event;	/* then, which */
	const char *field;		/* the port or interrupt */
	const char *filter;		/* of handlers; of knocks until the interrupts are known, "0": all come; else it is not used */
};

/* Xen's, which the source looks at. */
extern const struct xr_point xr_xen_points[3];

/* Opens the source on other points than Xen's; it is closed by xr_notify_kernel's. As xr_notify_ops.open. */
int xr_kernel_open(struct xenring_trace *t, const struct xr_point points[3], void **ret_priv, struct xr_err *err);

#endif
