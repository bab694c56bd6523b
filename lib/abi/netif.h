/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Network ring layouts (xen/include/public/io/netif.h); the same in every ABI:
 *
 *	transmit	slot 12	  gref 0  offset 4  flags 6  id 8  size 10
 *			answer	  id 0  status 2
 *	receive		slot  8	  id 0  pad 2  gref 4
 *			answer	  id 0  offset 2  flags 4  status 6
 *	control		slot 16	  id 0  type 2  data[3] 4
 *			answer	  id 0  type 2  status 4  data 8
 *	extra		8 bytes at the start of a transmit slot or of a receive answer
 *
 * The flags of the two directions differ in bits 0 and 1. tests/abi asserts
 * every offset against the installed headers.
 */
#ifndef XR_ABI_NETIF_H
#define XR_ABI_NETIF_H

#include <stdint.h>

#define XR_NETIF_SLOTS 18	/* XEN_NETIF_NR_SLOTS_MIN: what every backend takes */

enum {				/* NETTXF_ */
	XR_NETTXF_CSUM_BLANK = 1,
	XR_NETTXF_DATA_VALIDATED = 2,
	XR_NETTXF_MORE_DATA = 4,
	XR_NETTXF_EXTRA_INFO = 8,
	XR_NETTXF_ALL = 15,
};

enum {				/* NETRXF_ */
	XR_NETRXF_DATA_VALIDATED = 1,
	XR_NETRXF_CSUM_BLANK = 2,
	XR_NETRXF_MORE_DATA = 4,
	XR_NETRXF_EXTRA_INFO = 8,
	XR_NETRXF_GSO_PREFIX = 16,
	XR_NETRXF_ALL = 31,
};

enum {				/* NETIF_RSP_ */
	XR_NETIF_RSP_DROPPED = -2,
	XR_NETIF_RSP_ERROR = -1,
	XR_NETIF_RSP_OKAY = 0,
	XR_NETIF_RSP_NULL = 1,
};

enum {				/* XEN_NETIF_EXTRA_TYPE_ */
	XR_NETIF_EXTRA_GSO = 1,
	XR_NETIF_EXTRA_MCAST_ADD = 2,
	XR_NETIF_EXTRA_MCAST_DEL = 3,
	XR_NETIF_EXTRA_HASH = 4,
	XR_NETIF_EXTRA_XDP = 5,	/* in Linux' header alone */
};

enum { XR_NETIF_EXTRA_MORE = 1 };	/* XEN_NETIF_EXTRA_FLAG_MORE */

enum {				/* XEN_NETIF_GSO_TYPE_ */
	XR_NETIF_GSO_NONE = 0,
	XR_NETIF_GSO_TCPV4 = 1,
	XR_NETIF_GSO_TCPV6 = 2,
};

enum {				/* _XEN_NETIF_CTRL_HASH_TYPE_: numbers of bits */
	XR_NETIF_HASH_IPV4 = 0,
	XR_NETIF_HASH_IPV4_TCP = 1,
	XR_NETIF_HASH_IPV6 = 2,
	XR_NETIF_HASH_IPV6_TCP = 3,
};

enum {				/* XEN_NETIF_CTRL_HASH_ALGORITHM_ */
	XR_NETIF_HASH_ALGORITHM_NONE = 0,
	XR_NETIF_HASH_ALGORITHM_TOEPLITZ = 1,
};

enum {				/* XEN_NETIF_CTRL_TYPE_ */
	XR_NETIF_CTRL_INVALID,
	XR_NETIF_CTRL_GET_HASH_FLAGS,
	XR_NETIF_CTRL_SET_HASH_FLAGS,
	XR_NETIF_CTRL_SET_HASH_KEY,
	XR_NETIF_CTRL_GET_HASH_MAPPING_SIZE,
	XR_NETIF_CTRL_SET_HASH_MAPPING_SIZE,
	XR_NETIF_CTRL_SET_HASH_MAPPING,
	XR_NETIF_CTRL_SET_HASH_ALGORITHM,
	XR_NETIF_CTRL_GET_GREF_MAPPING_SIZE,
	XR_NETIF_CTRL_ADD_GREF_MAPPING,
	XR_NETIF_CTRL_DEL_GREF_MAPPING,
};

enum {				/* XEN_NETIF_CTRL_STATUS_ */
	XR_NETIF_CTRL_SUCCESS,
	XR_NETIF_CTRL_NOT_SUPPORTED,
	XR_NETIF_CTRL_INVALID_PARAMETER,
	XR_NETIF_CTRL_BUFFER_OVERFLOW,
};

struct xr_netif_tx_request {
	uint32_t gref;
	uint16_t offset, flags, id, size;
};

struct xr_netif_tx_response {
	uint16_t id;
	int16_t status;
};

struct xr_netif_rx_request {
	uint16_t id, pad;
	uint32_t gref;
};

struct xr_netif_rx_response {
	uint16_t id, offset, flags;
	int16_t status;
};

/* The contents of an extra, by its type. */
struct xr_netif_gso {
	uint16_t size;
	uint8_t type, pad;
	uint16_t features;
};

struct xr_netif_mcast {
	uint8_t addr[6];
};

struct xr_netif_hash {
	uint8_t type, algorithm, value[4];
};

struct xr_netif_xdp {
	uint16_t headroom, pad[2];
};

struct xr_netif_extra {
	uint8_t type, flags;
	union {
		struct xr_netif_gso gso;
		struct xr_netif_mcast mcast;
		struct xr_netif_hash hash;
		struct xr_netif_xdp xdp;
		uint8_t u[6];
	};
};

struct xr_netif_ctrl_request {
	uint16_t id, type;
	uint32_t data[3];
};

struct xr_netif_ctrl_response {
	uint16_t id, type;
	uint32_t status, data;
};

#endif
