/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first page of a libxenvchan (xen/include/public/io/libxenvchan.h), which
 * the server grants:
 *
 *	 0  left.cons	 4  left.prod	 from the client to the server
 *	 8  right.cons	12  right.prod	 from the server to the client
 *	16  left_order	18  right_order	 u16: log2 of the bytes
 *	20  cli_live	21  srv_live	22  cli_notify	23  srv_notify
 *	24  grants[]	of the bytes' pages, those of left first
 *
 * Bytes of order 10 are in this page at 1024, of order 11 at 2048, of a larger
 * one in pages of their own.
 */
#ifndef XR_ABI_VCHAN_H
#define XR_ABI_VCHAN_H

#include <stdint.h>

#define XR_VCHAN_SMALL 10	/* order of the queue at ... */
#define XR_VCHAN_SMALL_OFF 1024
#define XR_VCHAN_LARGE 11
#define XR_VCHAN_LARGE_OFF 2048
#define XR_VCHAN_PAGE 12	/* from here on pages of their own */
#define XR_VCHAN_MAX 20

enum { XR_VCHAN_NOTIFY_WRITE = 1, XR_VCHAN_NOTIFY_READ = 2 };
enum { XR_VCHAN_EXITED, XR_VCHAN_CONNECTED, XR_VCHAN_NOT_YET };

struct xr_vchan_page {
	uint32_t left_cons, left_prod, right_cons, right_prod;
	uint16_t left_order, right_order;
	uint8_t cli_live, srv_live, cli_notify, srv_notify;
};

#define XR_VCHAN_GRANTS 24	/* where grants[] is */

#endif
