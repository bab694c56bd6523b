/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Socket calls of a guest (xen/include/public/io/pvcalls.h). One ring of
 * commands, whose slots are the same in all ABIs:
 *
 *	request, 64 bytes		response, 24 bytes
 *	 0  req_id	 4  cmd		 0  req_id	 4  cmd
 *	 8  id, and what the command	 8  ret		16  id
 *	    wants
 *
 * and per connected socket a page of indices, with the pages of the bytes:
 *
 *	  0  in_cons	  4  in_prod	  8  in_error
 *	 64  out_cons	 68  out_prod	 72  out_error
 *	128  ring_order	132  ref[1 << ring_order]
 *
 * The first half of the bytes is "in", the second "out".
 */
#ifndef XR_ABI_PVCALLS_H
#define XR_ABI_PVCALLS_H

#include <stdint.h>

#define XR_PVCALLS_SLOTS 32	/* of the ring of commands, which has one page */
#define XR_PVCALLS_ADDR 28	/* bytes of an address in a request */

enum {
	XR_PVCALLS_SOCKET, XR_PVCALLS_CONNECT, XR_PVCALLS_RELEASE, XR_PVCALLS_BIND,
	XR_PVCALLS_LISTEN, XR_PVCALLS_ACCEPT, XR_PVCALLS_POLL,
};

/* The numbers of Linux, which the protocol uses whatever the guest is. */
enum { XR_AF_UNSPEC = 0, XR_AF_UNIX = 1, XR_AF_INET = 2, XR_AF_INET6 = 10 };
enum { XR_SOCK_STREAM = 1, XR_SOCK_DGRAM = 2, XR_SOCK_RAW = 3, XR_SOCK_SEQPACKET = 5 };

/* An address by its family; the numbers behind the family are in network order. */
struct xr_pvcalls_sockaddr {
	uint16_t family;
	uint8_t data[XR_PVCALLS_ADDR - 2];
};

struct xr_pvcalls_sockaddr_in {
	uint16_t family, port;
	uint8_t addr[4], zero[XR_PVCALLS_ADDR - 8];
};

struct xr_pvcalls_sockaddr_in6 {
	uint16_t family, port;
	uint32_t flowinfo;
	uint8_t addr[16];
	uint32_t scope_id;
};

/* A command that nobody knows. */
struct xr_pvcalls_request {
	uint32_t req_id, cmd;
	uint8_t u[56];
};

struct xr_pvcalls_socket {
	uint32_t req_id, cmd;
	uint64_t id;
	uint32_t domain, type, protocol;
	uint8_t pad[4];
};

struct xr_pvcalls_connect {
	uint32_t req_id, cmd;
	uint64_t id;
	union {
		struct xr_pvcalls_sockaddr any;
		struct xr_pvcalls_sockaddr_in in;
		struct xr_pvcalls_sockaddr_in6 in6;
	} addr;
	uint32_t len, flags, ref, evtchn;
	uint8_t pad[4];
};

struct xr_pvcalls_release {
	uint32_t req_id, cmd;
	uint64_t id;
	uint8_t reuse, pad[7];
};

struct xr_pvcalls_bind {
	uint32_t req_id, cmd;
	uint64_t id;
	union {
		struct xr_pvcalls_sockaddr any;
		struct xr_pvcalls_sockaddr_in in;
		struct xr_pvcalls_sockaddr_in6 in6;
	} addr;
	uint32_t len;
};

struct xr_pvcalls_listen {
	uint32_t req_id, cmd;
	uint64_t id;
	uint32_t backlog;
	uint8_t pad[4];
};

struct xr_pvcalls_accept {
	uint32_t req_id, cmd;
	uint64_t id, id_new;
	uint32_t ref, evtchn;
};

struct xr_pvcalls_poll {
	uint32_t req_id, cmd;
	uint64_t id;
};

struct xr_pvcalls_response {
	uint32_t req_id, cmd;
	int32_t ret;
	uint32_t pad;
	uint64_t id;
};

/* The page of a connection, up to ref[]. */
struct xr_pvcalls_indexes {
	uint32_t in_cons, in_prod;
	int32_t in_error;
	uint8_t pad1[52];
	uint32_t out_cons, out_prod;
	int32_t out_error;
	uint8_t pad2[52];
	uint32_t ring_order;
};

#define XR_PVCALLS_REFS 132	/* where ref[] is */
#define XR_PVCALLS_MAX_ORDER 9	/* of ring_order; the page has no room for more */

#endif
