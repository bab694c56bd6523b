/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The xenstore page (xen/include/public/io/xs_wire.h):
 *
 *	   0  req[1024]	 from the guest		2048  req_cons	2052  req_prod
 *	1024  rsp[1024]	 to the guest		2056  rsp_cons	2060  rsp_prod
 *	2064  server_features	2068  connection	2072  error
 *
 * A message is a head of 16 bytes and len bytes behind it, 4096 at most: more
 * than its queue holds. It is put piece by piece then.
 */
#ifndef XR_ABI_XENSTORE_H
#define XR_ABI_XENSTORE_H

#include <stdint.h>

#define XR_XENSTORE_RING 1024	/* XENSTORE_RING_SIZE */
#define XR_XENSTORE_GREF 1	/* GNTTAB_RESERVED_XENSTORE */

struct xr_xenstore_page {
	uint8_t req[XR_XENSTORE_RING], rsp[XR_XENSTORE_RING];
	uint32_t req_cons, req_prod, rsp_cons, rsp_prod;
	uint32_t server_features, connection, error;
};

struct xr_xenstore_message {
	uint32_t type, req_id, tx_id, len;
	uint8_t body[XR_XENSTORE_RING];		/* as much as can be queued */
};

#define XR_XENSTORE_HEAD 16		/* sizeof(struct xsd_sockmsg) */
#define XR_XENSTORE_PAYLOAD 4096	/* XENSTORE_PAYLOAD_MAX */

/* xsd_sockmsg_type; the last four are of Xen 4.21 */
enum {
	XR_XS_CONTROL, XR_XS_DIRECTORY, XR_XS_READ, XR_XS_GET_PERMS, XR_XS_WATCH, XR_XS_UNWATCH,
	XR_XS_TRANSACTION_START, XR_XS_TRANSACTION_END, XR_XS_INTRODUCE, XR_XS_RELEASE,
	XR_XS_GET_DOMAIN_PATH, XR_XS_WRITE, XR_XS_MKDIR, XR_XS_RM, XR_XS_SET_PERMS, XR_XS_WATCH_EVENT,
	XR_XS_ERROR, XR_XS_IS_DOMAIN_INTRODUCED, XR_XS_RESUME, XR_XS_SET_TARGET,
	XR_XS_RESET_WATCHES = XR_XS_SET_TARGET + 2, XR_XS_DIRECTORY_PART, XR_XS_GET_FEATURE,
	XR_XS_SET_FEATURE, XR_XS_GET_QUOTA, XR_XS_SET_QUOTA, XR_XS_INVALID = 0xffff,
};

enum {
	XR_XS_FEATURE_RECONNECTION = 1, XR_XS_FEATURE_ERROR = 2, XR_XS_FEATURE_WATCHDEPTH = 4,
	XR_XS_FEATURE_DOMID_ANY = 8,
};
enum { XR_XS_CONNECTED, XR_XS_RECONNECT };
enum { XR_XS_ERROR_NONE, XR_XS_ERROR_COMM, XR_XS_ERROR_RINGIDX, XR_XS_ERROR_PROTO };

#endif
