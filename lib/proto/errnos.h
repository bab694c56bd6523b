/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Error numbers that a backend answers with. Protocols that carry them mean
 * Xen's (xen/include/public/errno.h, docs/misc/pvcalls.pandoc), which are
 * Linux', whatever the guest and the machine of this program call them.
 */
#ifndef XR_PROTO_ERRNOS_H
#define XR_PROTO_ERRNOS_H

#include "desc.h"

/* 0 and the negative numbers, "ok" and their names as errno has them, "ENOENT". */
extern const struct xenring_sym xr_errnos[];

#endif
