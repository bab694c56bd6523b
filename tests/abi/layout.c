/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our layouts against the installed Xen headers, at compile time: compiled once
 * as it is and once with -m32, where blkif is laid out differently. An object
 * that could be made is the proof; it is never run.
 */
#include <stddef.h>
#include <stdint.h>

#include "abi/9pfs.h"
#include "abi/blkif.h"
#include "abi/console.h"
#include "abi/evtchn.h"
#include "abi/fsif.h"
#include "abi/fbif.h"
#include "abi/kbdif.h"
#include "abi/netif.h"
#include "abi/pvcalls.h"
#include "abi/usbif.h"
#include "abi/vscsiif.h"
#include "abi/vchan.h"
#include "abi/pciif.h"
#include "abi/tpmif.h"
#include "abi/xenstore.h"
#include "abi/cameraif.h"
#include "abi/displif.h"
#include "abi/sndif.h"

/* New enough for version 2 grant entries and for the names xen_mb() etc. */
#define __XEN_INTERFACE_VERSION__ 0x00040300
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/grant_table.h>
#include <xen/event_channel.h>
#include <xen/io/ring.h>

#include <xen/io/9pfs.h>
#include <xen/io/blkif.h>
#include <xen/io/console.h>
#include <xen/io/fsif.h>
#include <xen/io/fbif.h>
#include <xen/io/kbdif.h>
#include <xen/io/netif.h>
#include <xen/io/pvcalls.h>
#include <xen/io/usbif.h>
#include <xen/io/vscsiif.h>
#include <xen/io/pciif.h>
#include <xen/io/tpmif.h>
#include <xen/io/xs_wire.h>
#include <xen/io/cameraif.h>
#include <xen/io/displif.h>
#include <xen/io/sndif.h>
#include <xen/io/libxenvchan.h>

#ifdef __i386__
#define ABI(name) struct name##_32
#define OTHER(name) struct name##_64
#else
#define ABI(name) struct name##_64
#define OTHER(name) struct name##_32
#endif

#define EQUAL(a, b) _Static_assert((a) == (b), #a " is not " #b)
#define OFF(T, m) offsetof(T, m)
#define SIZE(T, m) sizeof(((T *)0)->m)
/* Member m of ours is member n of theirs, in place and size. */
#define SAME(ours, m, theirs, n)			\
	EQUAL(OFF(ours, m), OFF(theirs, n));		\
	EQUAL(SIZE(ours, m), SIZE(theirs, n))
/* Of both ABIs' structs the other one's members are as large, too. */
#define BLK(name, m, theirs, n)				\
	SAME(ABI(name), m, theirs, n);			\
	EQUAL(SIZE(OTHER(name), m), SIZE(theirs, n))

/* ---- the page's head (our words are at 0, 4, 8, 12, the slots from 64 on) -- */

EQUAL(OFF(struct blkif_sring, req_prod), 0);
EQUAL(OFF(struct blkif_sring, req_event), 4);
EQUAL(OFF(struct blkif_sring, rsp_prod), 8);
EQUAL(OFF(struct blkif_sring, rsp_event), 12);
EQUAL(OFF(struct blkif_sring, ring), 64);
EQUAL(OFF(struct netif_tx_sring, ring), 64);
EQUAL(OFF(struct netif_rx_sring, ring), 64);
EQUAL(OFF(struct xen_netif_ctrl_sring, ring), 64);

/* ---- blkif ---------------------------------------------------------------- */

EQUAL(sizeof(ABI(xr_blkif_request)), sizeof(struct blkif_request));
EQUAL(sizeof(ABI(xr_blkif_request)), sizeof(union blkif_sring_entry));
EQUAL(sizeof(struct xr_blkif_request_64), 112);
EQUAL(sizeof(struct xr_blkif_request_32), 108);
BLK(xr_blkif_request, operation, struct blkif_request, operation);
BLK(xr_blkif_request, nr_segments, struct blkif_request, nr_segments);
BLK(xr_blkif_request, handle, struct blkif_request, handle);
BLK(xr_blkif_request, id, struct blkif_request, id);
BLK(xr_blkif_request, sector_number, struct blkif_request, sector_number);
BLK(xr_blkif_request, seg, struct blkif_request, seg);

EQUAL(sizeof(struct xr_blkif_segment), sizeof(struct blkif_request_segment));
SAME(struct xr_blkif_segment, gref, struct blkif_request_segment, gref);
SAME(struct xr_blkif_segment, first_sect, struct blkif_request_segment, first_sect);
SAME(struct xr_blkif_segment, last_sect, struct blkif_request_segment, last_sect);

EQUAL(sizeof(ABI(xr_blkif_discard)), sizeof(struct blkif_request_discard));
EQUAL(sizeof(struct xr_blkif_discard_64), 32);
EQUAL(sizeof(struct xr_blkif_discard_32), 28);
BLK(xr_blkif_discard, operation, struct blkif_request_discard, operation);
BLK(xr_blkif_discard, flag, struct blkif_request_discard, flag);
BLK(xr_blkif_discard, handle, struct blkif_request_discard, handle);
BLK(xr_blkif_discard, id, struct blkif_request_discard, id);
BLK(xr_blkif_discard, sector_number, struct blkif_request_discard, sector_number);
BLK(xr_blkif_discard, nr_sectors, struct blkif_request_discard, nr_sectors);

EQUAL(sizeof(ABI(xr_blkif_indirect)), sizeof(struct blkif_request_indirect));
EQUAL(sizeof(struct xr_blkif_indirect_64), 64);
EQUAL(sizeof(struct xr_blkif_indirect_32), 64);
BLK(xr_blkif_indirect, operation, struct blkif_request_indirect, operation);
BLK(xr_blkif_indirect, indirect_op, struct blkif_request_indirect, indirect_op);
BLK(xr_blkif_indirect, nr_segments, struct blkif_request_indirect, nr_segments);
BLK(xr_blkif_indirect, id, struct blkif_request_indirect, id);
BLK(xr_blkif_indirect, sector_number, struct blkif_request_indirect, sector_number);
BLK(xr_blkif_indirect, handle, struct blkif_request_indirect, handle);
BLK(xr_blkif_indirect, indirect_grefs, struct blkif_request_indirect, indirect_grefs);

/* Only the stride of responses depends on the ABI, never their members' places. */
SAME(struct xr_blkif_response, id, struct blkif_response, id);
SAME(struct xr_blkif_response, operation, struct blkif_response, operation);
SAME(struct xr_blkif_response, status, struct blkif_response, status);

EQUAL(XR_BLKIF_SEGMENTS, BLKIF_MAX_SEGMENTS_PER_REQUEST);
EQUAL(XR_BLKIF_INDIRECT_PAGES, BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST);
EQUAL(XR_BLKIF_SEGMENTS_PER_PAGE, 4096 / sizeof(struct blkif_request_segment));
EQUAL(XR_BLKIF_READ, BLKIF_OP_READ);
EQUAL(XR_BLKIF_WRITE, BLKIF_OP_WRITE);
EQUAL(XR_BLKIF_WRITE_BARRIER, BLKIF_OP_WRITE_BARRIER);
EQUAL(XR_BLKIF_FLUSH, BLKIF_OP_FLUSH_DISKCACHE);
EQUAL(XR_BLKIF_RESERVED_1, BLKIF_OP_RESERVED_1);
EQUAL(XR_BLKIF_DISCARD, BLKIF_OP_DISCARD);
EQUAL(XR_BLKIF_INDIRECT, BLKIF_OP_INDIRECT);

/* ---- netif ---------------------------------------------------------------- */

EQUAL(sizeof(struct xr_netif_tx_request), sizeof(struct netif_tx_request));
EQUAL(sizeof(struct xr_netif_tx_request), sizeof(union netif_tx_sring_entry));
SAME(struct xr_netif_tx_request, gref, struct netif_tx_request, gref);
SAME(struct xr_netif_tx_request, offset, struct netif_tx_request, offset);
SAME(struct xr_netif_tx_request, flags, struct netif_tx_request, flags);
SAME(struct xr_netif_tx_request, id, struct netif_tx_request, id);
SAME(struct xr_netif_tx_request, size, struct netif_tx_request, size);

EQUAL(sizeof(struct xr_netif_tx_response), sizeof(struct netif_tx_response));
SAME(struct xr_netif_tx_response, id, struct netif_tx_response, id);
SAME(struct xr_netif_tx_response, status, struct netif_tx_response, status);

EQUAL(sizeof(struct xr_netif_rx_request), sizeof(struct netif_rx_request));
EQUAL(sizeof(struct xr_netif_rx_request), sizeof(union netif_rx_sring_entry));
SAME(struct xr_netif_rx_request, id, struct netif_rx_request, id);
SAME(struct xr_netif_rx_request, pad, struct netif_rx_request, pad);
SAME(struct xr_netif_rx_request, gref, struct netif_rx_request, gref);

EQUAL(sizeof(struct xr_netif_rx_response), sizeof(struct netif_rx_response));
SAME(struct xr_netif_rx_response, id, struct netif_rx_response, id);
SAME(struct xr_netif_rx_response, offset, struct netif_rx_response, offset);
SAME(struct xr_netif_rx_response, flags, struct netif_rx_response, flags);
SAME(struct xr_netif_rx_response, status, struct netif_rx_response, status);

EQUAL(sizeof(struct xr_netif_extra), sizeof(struct netif_extra_info));
SAME(struct xr_netif_extra, type, struct netif_extra_info, type);
SAME(struct xr_netif_extra, flags, struct netif_extra_info, flags);
SAME(struct xr_netif_extra, gso, struct netif_extra_info, u.gso);
SAME(struct xr_netif_extra, gso.size, struct netif_extra_info, u.gso.size);
SAME(struct xr_netif_extra, gso.type, struct netif_extra_info, u.gso.type);
SAME(struct xr_netif_extra, gso.features, struct netif_extra_info, u.gso.features);
SAME(struct xr_netif_extra, mcast, struct netif_extra_info, u.mcast);
SAME(struct xr_netif_extra, mcast.addr, struct netif_extra_info, u.mcast.addr);
SAME(struct xr_netif_extra, hash, struct netif_extra_info, u.hash);
SAME(struct xr_netif_extra, hash.type, struct netif_extra_info, u.hash.type);
SAME(struct xr_netif_extra, hash.algorithm, struct netif_extra_info, u.hash.algorithm);
SAME(struct xr_netif_extra, hash.value, struct netif_extra_info, u.hash.value);
SAME(struct xr_netif_extra, xdp, struct netif_extra_info, u.pad);
SAME(struct xr_netif_extra, u, struct netif_extra_info, u);

EQUAL(sizeof(struct xr_netif_ctrl_request), sizeof(struct xen_netif_ctrl_request));
EQUAL(sizeof(struct xr_netif_ctrl_request), sizeof(union xen_netif_ctrl_sring_entry));
SAME(struct xr_netif_ctrl_request, id, struct xen_netif_ctrl_request, id);
SAME(struct xr_netif_ctrl_request, type, struct xen_netif_ctrl_request, type);
SAME(struct xr_netif_ctrl_request, data, struct xen_netif_ctrl_request, data);
EQUAL(sizeof(struct xr_netif_ctrl_response), sizeof(struct xen_netif_ctrl_response));
SAME(struct xr_netif_ctrl_response, id, struct xen_netif_ctrl_response, id);
SAME(struct xr_netif_ctrl_response, type, struct xen_netif_ctrl_response, type);
SAME(struct xr_netif_ctrl_response, status, struct xen_netif_ctrl_response, status);
SAME(struct xr_netif_ctrl_response, data, struct xen_netif_ctrl_response, data);

EQUAL(XR_NETIF_SLOTS, XEN_NETIF_NR_SLOTS_MIN);
EQUAL(XR_NETTXF_CSUM_BLANK, NETTXF_csum_blank);
EQUAL(XR_NETTXF_DATA_VALIDATED, NETTXF_data_validated);
EQUAL(XR_NETTXF_MORE_DATA, NETTXF_more_data);
EQUAL(XR_NETTXF_EXTRA_INFO, NETTXF_extra_info);
EQUAL(XR_NETRXF_DATA_VALIDATED, NETRXF_data_validated);
EQUAL(XR_NETRXF_CSUM_BLANK, NETRXF_csum_blank);
EQUAL(XR_NETRXF_MORE_DATA, NETRXF_more_data);
EQUAL(XR_NETRXF_EXTRA_INFO, NETRXF_extra_info);
EQUAL(XR_NETRXF_GSO_PREFIX, NETRXF_gso_prefix);
EQUAL(XR_NETIF_RSP_DROPPED, NETIF_RSP_DROPPED);
EQUAL(XR_NETIF_RSP_ERROR, NETIF_RSP_ERROR);
EQUAL(XR_NETIF_RSP_OKAY, NETIF_RSP_OKAY);
EQUAL(XR_NETIF_RSP_NULL, NETIF_RSP_NULL);
EQUAL(XR_NETIF_EXTRA_GSO, XEN_NETIF_EXTRA_TYPE_GSO);
EQUAL(XR_NETIF_EXTRA_MCAST_ADD, XEN_NETIF_EXTRA_TYPE_MCAST_ADD);
EQUAL(XR_NETIF_EXTRA_MCAST_DEL, XEN_NETIF_EXTRA_TYPE_MCAST_DEL);
EQUAL(XR_NETIF_EXTRA_HASH, XEN_NETIF_EXTRA_TYPE_HASH);
EQUAL(XR_NETIF_EXTRA_MORE, XEN_NETIF_EXTRA_FLAG_MORE);
EQUAL(XR_NETIF_GSO_NONE, XEN_NETIF_GSO_TYPE_NONE);
EQUAL(XR_NETIF_GSO_TCPV4, XEN_NETIF_GSO_TYPE_TCPV4);
EQUAL(XR_NETIF_GSO_TCPV6, XEN_NETIF_GSO_TYPE_TCPV6);
EQUAL(XR_NETIF_HASH_IPV4, _XEN_NETIF_CTRL_HASH_TYPE_IPV4);
EQUAL(XR_NETIF_HASH_IPV4_TCP, _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP);
EQUAL(XR_NETIF_HASH_IPV6, _XEN_NETIF_CTRL_HASH_TYPE_IPV6);
EQUAL(XR_NETIF_HASH_IPV6_TCP, _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP);
EQUAL(XR_NETIF_HASH_ALGORITHM_NONE, XEN_NETIF_CTRL_HASH_ALGORITHM_NONE);
EQUAL(XR_NETIF_HASH_ALGORITHM_TOEPLITZ, XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ);
EQUAL(XR_NETIF_CTRL_INVALID, XEN_NETIF_CTRL_TYPE_INVALID);
EQUAL(XR_NETIF_CTRL_GET_HASH_FLAGS, XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS);
EQUAL(XR_NETIF_CTRL_SET_HASH_FLAGS, XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS);
EQUAL(XR_NETIF_CTRL_SET_HASH_KEY, XEN_NETIF_CTRL_TYPE_SET_HASH_KEY);
EQUAL(XR_NETIF_CTRL_GET_HASH_MAPPING_SIZE, XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE);
EQUAL(XR_NETIF_CTRL_SET_HASH_MAPPING_SIZE, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE);
EQUAL(XR_NETIF_CTRL_SET_HASH_MAPPING, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING);
EQUAL(XR_NETIF_CTRL_SET_HASH_ALGORITHM, XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM);
EQUAL(XR_NETIF_CTRL_GET_GREF_MAPPING_SIZE, XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE);
EQUAL(XR_NETIF_CTRL_ADD_GREF_MAPPING, XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING);
EQUAL(XR_NETIF_CTRL_DEL_GREF_MAPPING, XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING);
EQUAL(XR_NETIF_CTRL_SUCCESS, XEN_NETIF_CTRL_STATUS_SUCCESS);
EQUAL(XR_NETIF_CTRL_NOT_SUPPORTED, XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED);
EQUAL(XR_NETIF_CTRL_INVALID_PARAMETER, XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER);
EQUAL(XR_NETIF_CTRL_BUFFER_OVERFLOW, XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW);

/* ---- console and xenstore -------------------------------------------------- */

SAME(struct xr_console_page, in, struct xencons_interface, in);
SAME(struct xr_console_page, out, struct xencons_interface, out);
SAME(struct xr_console_page, in_cons, struct xencons_interface, in_cons);
SAME(struct xr_console_page, in_prod, struct xencons_interface, in_prod);
SAME(struct xr_console_page, out_cons, struct xencons_interface, out_cons);
SAME(struct xr_console_page, out_prod, struct xencons_interface, out_prod);
EQUAL(OFF(struct xr_console_page, in_cons), 3072);
EQUAL(XR_CONSOLE_GREF, GNTTAB_RESERVED_CONSOLE);

SAME(struct xr_xenstore_page, req, struct xenstore_domain_interface, req);
SAME(struct xr_xenstore_page, rsp, struct xenstore_domain_interface, rsp);
SAME(struct xr_xenstore_page, req_cons, struct xenstore_domain_interface, req_cons);
SAME(struct xr_xenstore_page, req_prod, struct xenstore_domain_interface, req_prod);
SAME(struct xr_xenstore_page, rsp_cons, struct xenstore_domain_interface, rsp_cons);
SAME(struct xr_xenstore_page, rsp_prod, struct xenstore_domain_interface, rsp_prod);
EQUAL(OFF(struct xr_xenstore_page, req_cons), 2048);
EQUAL(XR_XENSTORE_RING, XENSTORE_RING_SIZE);
SAME(struct xr_xenstore_page, server_features, struct xenstore_domain_interface, server_features);
SAME(struct xr_xenstore_page, connection, struct xenstore_domain_interface, connection);
SAME(struct xr_xenstore_page, error, struct xenstore_domain_interface, error);
SAME(struct xr_xenstore_message, type, struct xsd_sockmsg, type);
SAME(struct xr_xenstore_message, req_id, struct xsd_sockmsg, req_id);
SAME(struct xr_xenstore_message, tx_id, struct xsd_sockmsg, tx_id);
SAME(struct xr_xenstore_message, len, struct xsd_sockmsg, len);
EQUAL(XR_XENSTORE_HEAD, sizeof(struct xsd_sockmsg));
EQUAL(OFF(struct xr_xenstore_message, body), sizeof(struct xsd_sockmsg));
EQUAL(XR_XENSTORE_PAYLOAD, XENSTORE_PAYLOAD_MAX);
/* what a later header has is numbered on */
EQUAL((uint32_t)XR_XS_DIRECTORY_PART, (uint32_t)XS_DIRECTORY_PART);
EQUAL((uint32_t)XR_XS_RESET_WATCHES, (uint32_t)XS_RESET_WATCHES);
EQUAL((uint32_t)XR_XS_INVALID, (uint32_t)XS_INVALID);
EQUAL(XR_XENSTORE_GREF, GNTTAB_RESERVED_XENSTORE);

/* ---- pvcalls --------------------------------------------------------------- */

EQUAL(sizeof(struct xr_pvcalls_request), sizeof(struct xen_pvcalls_request));
EQUAL(sizeof(struct xr_pvcalls_request), sizeof(union xen_pvcalls_sring_entry));
EQUAL(OFF(struct xen_pvcalls_sring, ring), 64);
SAME(struct xr_pvcalls_request, req_id, struct xen_pvcalls_request, req_id);
SAME(struct xr_pvcalls_request, cmd, struct xen_pvcalls_request, cmd);
SAME(struct xr_pvcalls_request, u, struct xen_pvcalls_request, u);
EQUAL(OFF(struct xr_pvcalls_socket, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_socket, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_socket, id, struct xen_pvcalls_request, u.socket.id);
SAME(struct xr_pvcalls_socket, domain, struct xen_pvcalls_request, u.socket.domain);
SAME(struct xr_pvcalls_socket, type, struct xen_pvcalls_request, u.socket.type);
SAME(struct xr_pvcalls_socket, protocol, struct xen_pvcalls_request, u.socket.protocol);
EQUAL(OFF(struct xr_pvcalls_connect, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_connect, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_connect, id, struct xen_pvcalls_request, u.connect.id);
SAME(struct xr_pvcalls_connect, addr, struct xen_pvcalls_request, u.connect.addr);
SAME(struct xr_pvcalls_connect, len, struct xen_pvcalls_request, u.connect.len);
SAME(struct xr_pvcalls_connect, flags, struct xen_pvcalls_request, u.connect.flags);
SAME(struct xr_pvcalls_connect, ref, struct xen_pvcalls_request, u.connect.ref);
SAME(struct xr_pvcalls_connect, evtchn, struct xen_pvcalls_request, u.connect.evtchn);
EQUAL(OFF(struct xr_pvcalls_release, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_release, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_release, id, struct xen_pvcalls_request, u.release.id);
SAME(struct xr_pvcalls_release, reuse, struct xen_pvcalls_request, u.release.reuse);
EQUAL(OFF(struct xr_pvcalls_bind, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_bind, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_bind, id, struct xen_pvcalls_request, u.bind.id);
SAME(struct xr_pvcalls_bind, addr, struct xen_pvcalls_request, u.bind.addr);
SAME(struct xr_pvcalls_bind, len, struct xen_pvcalls_request, u.bind.len);
EQUAL(OFF(struct xr_pvcalls_listen, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_listen, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_listen, id, struct xen_pvcalls_request, u.listen.id);
SAME(struct xr_pvcalls_listen, backlog, struct xen_pvcalls_request, u.listen.backlog);
EQUAL(OFF(struct xr_pvcalls_accept, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_accept, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_accept, id, struct xen_pvcalls_request, u.accept.id);
SAME(struct xr_pvcalls_accept, id_new, struct xen_pvcalls_request, u.accept.id_new);
SAME(struct xr_pvcalls_accept, ref, struct xen_pvcalls_request, u.accept.ref);
SAME(struct xr_pvcalls_accept, evtchn, struct xen_pvcalls_request, u.accept.evtchn);
EQUAL(OFF(struct xr_pvcalls_poll, req_id), OFF(struct xen_pvcalls_request, req_id));
EQUAL(OFF(struct xr_pvcalls_poll, cmd), OFF(struct xen_pvcalls_request, cmd));
SAME(struct xr_pvcalls_poll, id, struct xen_pvcalls_request, u.poll.id);
EQUAL(sizeof(struct xr_pvcalls_response), sizeof(struct xen_pvcalls_response));
SAME(struct xr_pvcalls_response, req_id, struct xen_pvcalls_response, req_id);
SAME(struct xr_pvcalls_response, cmd, struct xen_pvcalls_response, cmd);
SAME(struct xr_pvcalls_response, ret, struct xen_pvcalls_response, ret);
SAME(struct xr_pvcalls_response, id, struct xen_pvcalls_response, u.accept.id);
SAME(struct xr_pvcalls_indexes, in_cons, struct pvcalls_data_intf, in_cons);
SAME(struct xr_pvcalls_indexes, in_prod, struct pvcalls_data_intf, in_prod);
SAME(struct xr_pvcalls_indexes, in_error, struct pvcalls_data_intf, in_error);
SAME(struct xr_pvcalls_indexes, out_cons, struct pvcalls_data_intf, out_cons);
SAME(struct xr_pvcalls_indexes, out_prod, struct pvcalls_data_intf, out_prod);
SAME(struct xr_pvcalls_indexes, out_error, struct pvcalls_data_intf, out_error);
SAME(struct xr_pvcalls_indexes, ring_order, struct pvcalls_data_intf, ring_order);
EQUAL(XR_PVCALLS_REFS, OFF(struct pvcalls_data_intf, ref));
EQUAL(XR_PVCALLS_SLOTS, __CONST_RING_SIZE(xen_pvcalls, 4096));
EQUAL(sizeof(struct xr_pvcalls_sockaddr), XR_PVCALLS_ADDR);
EQUAL(sizeof(struct xr_pvcalls_sockaddr_in), XR_PVCALLS_ADDR);
EQUAL(sizeof(struct xr_pvcalls_sockaddr_in6), XR_PVCALLS_ADDR);
EQUAL(XR_PVCALLS_SOCKET, PVCALLS_SOCKET);
EQUAL(XR_PVCALLS_CONNECT, PVCALLS_CONNECT);
EQUAL(XR_PVCALLS_RELEASE, PVCALLS_RELEASE);
EQUAL(XR_PVCALLS_BIND, PVCALLS_BIND);
EQUAL(XR_PVCALLS_LISTEN, PVCALLS_LISTEN);
EQUAL(XR_PVCALLS_ACCEPT, PVCALLS_ACCEPT);
EQUAL(XR_PVCALLS_POLL, PVCALLS_POLL);
/* ---- sndif ----------------------------------------------------------------- */

EQUAL(OFF(struct xen_sndif_sring, ring), 64);
EQUAL(sizeof(struct xensnd_req), XR_SNDIF_SLOT);
EQUAL(sizeof(struct xensnd_resp), XR_SNDIF_SLOT);
EQUAL(sizeof(struct xensnd_evt), XR_SNDIF_SLOT);
EQUAL(sizeof(union xen_sndif_sring_entry), XR_SNDIF_SLOT);
SAME(struct xr_sndif_event_page, in_cons, struct xensnd_event_page, in_cons);
SAME(struct xr_sndif_event_page, in_prod, struct xensnd_event_page, in_prod);
EQUAL(XR_SNDIF_EVENTS_OFF, XENSND_IN_RING_OFFS);
EQUAL(XR_SNDIF_EVENTS, XENSND_IN_RING_LEN);
SAME(struct xr_sndif_request, id, struct xensnd_req, id);
SAME(struct xr_sndif_request, operation, struct xensnd_req, operation);
SAME(struct xr_sndif_open, id, struct xensnd_req, id);
SAME(struct xr_sndif_open, operation, struct xensnd_req, operation);
SAME(struct xr_sndif_open, pcm_rate, struct xensnd_req, op.open.pcm_rate);
SAME(struct xr_sndif_open, pcm_format, struct xensnd_req, op.open.pcm_format);
SAME(struct xr_sndif_open, pcm_channels, struct xensnd_req, op.open.pcm_channels);
SAME(struct xr_sndif_open, buffer_sz, struct xensnd_req, op.open.buffer_sz);
SAME(struct xr_sndif_open, gref_directory, struct xensnd_req, op.open.gref_directory);
SAME(struct xr_sndif_open, period_sz, struct xensnd_req, op.open.period_sz);
SAME(struct xr_sndif_rw, id, struct xensnd_req, id);
SAME(struct xr_sndif_rw, operation, struct xensnd_req, operation);
SAME(struct xr_sndif_rw, offset, struct xensnd_req, op.rw.offset);
SAME(struct xr_sndif_rw, length, struct xensnd_req, op.rw.length);
SAME(struct xr_sndif_trigger, id, struct xensnd_req, id);
SAME(struct xr_sndif_trigger, operation, struct xensnd_req, operation);
SAME(struct xr_sndif_trigger, type, struct xensnd_req, op.trigger.type);
SAME(struct xr_sndif_hw_param, id, struct xensnd_req, id);
SAME(struct xr_sndif_hw_param, operation, struct xensnd_req, operation);
SAME(struct xr_sndif_hw_param, formats, struct xensnd_req, op.hw_param.formats);
SAME(struct xr_sndif_hw_param, rates, struct xensnd_req, op.hw_param.rates);
SAME(struct xr_sndif_hw_param, rates.min, struct xensnd_req, op.hw_param.rates.min);
SAME(struct xr_sndif_hw_param, rates.max, struct xensnd_req, op.hw_param.rates.max);
SAME(struct xr_sndif_hw_param, channels, struct xensnd_req, op.hw_param.channels);
SAME(struct xr_sndif_hw_param, channels.min, struct xensnd_req, op.hw_param.channels.min);
SAME(struct xr_sndif_hw_param, channels.max, struct xensnd_req, op.hw_param.channels.max);
SAME(struct xr_sndif_hw_param, buffer, struct xensnd_req, op.hw_param.buffer);
SAME(struct xr_sndif_hw_param, buffer.min, struct xensnd_req, op.hw_param.buffer.min);
SAME(struct xr_sndif_hw_param, buffer.max, struct xensnd_req, op.hw_param.buffer.max);
SAME(struct xr_sndif_hw_param, period, struct xensnd_req, op.hw_param.period);
SAME(struct xr_sndif_hw_param, period.min, struct xensnd_req, op.hw_param.period.min);
SAME(struct xr_sndif_hw_param, period.max, struct xensnd_req, op.hw_param.period.max);
SAME(struct xr_sndif_response, id, struct xensnd_resp, id);
SAME(struct xr_sndif_response, operation, struct xensnd_resp, operation);
SAME(struct xr_sndif_response, status, struct xensnd_resp, status);
SAME(struct xr_sndif_hw_param_response, id, struct xensnd_resp, id);
SAME(struct xr_sndif_hw_param_response, operation, struct xensnd_resp, operation);
SAME(struct xr_sndif_hw_param_response, status, struct xensnd_resp, status);
SAME(struct xr_sndif_hw_param_response, formats, struct xensnd_resp, resp.hw_param.formats);
SAME(struct xr_sndif_hw_param_response, rates, struct xensnd_resp, resp.hw_param.rates);
SAME(struct xr_sndif_hw_param_response, rates.min, struct xensnd_resp, resp.hw_param.rates.min);
SAME(struct xr_sndif_hw_param_response, rates.max, struct xensnd_resp, resp.hw_param.rates.max);
SAME(struct xr_sndif_hw_param_response, channels, struct xensnd_resp, resp.hw_param.channels);
SAME(struct xr_sndif_hw_param_response, channels.min, struct xensnd_resp, resp.hw_param.channels.min);
SAME(struct xr_sndif_hw_param_response, channels.max, struct xensnd_resp, resp.hw_param.channels.max);
SAME(struct xr_sndif_hw_param_response, buffer, struct xensnd_resp, resp.hw_param.buffer);
SAME(struct xr_sndif_hw_param_response, buffer.min, struct xensnd_resp, resp.hw_param.buffer.min);
SAME(struct xr_sndif_hw_param_response, buffer.max, struct xensnd_resp, resp.hw_param.buffer.max);
SAME(struct xr_sndif_hw_param_response, period, struct xensnd_resp, resp.hw_param.period);
SAME(struct xr_sndif_hw_param_response, period.min, struct xensnd_resp, resp.hw_param.period.min);
SAME(struct xr_sndif_hw_param_response, period.max, struct xensnd_resp, resp.hw_param.period.max);
SAME(struct xr_sndif_event, id, struct xensnd_evt, id);
SAME(struct xr_sndif_event, type, struct xensnd_evt, type);
SAME(struct xr_sndif_event, position, struct xensnd_evt, op.cur_pos.position);
EQUAL(XR_SNDIF_OPEN, XENSND_OP_OPEN);
EQUAL(XR_SNDIF_CLOSE, XENSND_OP_CLOSE);
EQUAL(XR_SNDIF_READ, XENSND_OP_READ);
EQUAL(XR_SNDIF_WRITE, XENSND_OP_WRITE);
EQUAL(XR_SNDIF_SET_VOLUME, XENSND_OP_SET_VOLUME);
EQUAL(XR_SNDIF_GET_VOLUME, XENSND_OP_GET_VOLUME);
EQUAL(XR_SNDIF_MUTE, XENSND_OP_MUTE);
EQUAL(XR_SNDIF_UNMUTE, XENSND_OP_UNMUTE);
EQUAL(XR_SNDIF_TRIGGER, XENSND_OP_TRIGGER);
EQUAL(XR_SNDIF_HW_PARAM_QUERY, XENSND_OP_HW_PARAM_QUERY);
EQUAL(XR_SNDIF_TRIGGER_START, XENSND_OP_TRIGGER_START);
EQUAL(XR_SNDIF_TRIGGER_PAUSE, XENSND_OP_TRIGGER_PAUSE);
EQUAL(XR_SNDIF_TRIGGER_STOP, XENSND_OP_TRIGGER_STOP);
EQUAL(XR_SNDIF_TRIGGER_RESUME, XENSND_OP_TRIGGER_RESUME);
EQUAL(XR_SNDIF_CUR_POS, XENSND_EVT_CUR_POS);
EQUAL(XR_SNDIF_S8, XENSND_PCM_FORMAT_S8);
EQUAL(XR_SNDIF_U8, XENSND_PCM_FORMAT_U8);
EQUAL(XR_SNDIF_S16_LE, XENSND_PCM_FORMAT_S16_LE);
EQUAL(XR_SNDIF_S16_BE, XENSND_PCM_FORMAT_S16_BE);
EQUAL(XR_SNDIF_U16_LE, XENSND_PCM_FORMAT_U16_LE);
EQUAL(XR_SNDIF_U16_BE, XENSND_PCM_FORMAT_U16_BE);
EQUAL(XR_SNDIF_S24_LE, XENSND_PCM_FORMAT_S24_LE);
EQUAL(XR_SNDIF_S24_BE, XENSND_PCM_FORMAT_S24_BE);
EQUAL(XR_SNDIF_U24_LE, XENSND_PCM_FORMAT_U24_LE);
EQUAL(XR_SNDIF_U24_BE, XENSND_PCM_FORMAT_U24_BE);
EQUAL(XR_SNDIF_S32_LE, XENSND_PCM_FORMAT_S32_LE);
EQUAL(XR_SNDIF_S32_BE, XENSND_PCM_FORMAT_S32_BE);
EQUAL(XR_SNDIF_U32_LE, XENSND_PCM_FORMAT_U32_LE);
EQUAL(XR_SNDIF_U32_BE, XENSND_PCM_FORMAT_U32_BE);
EQUAL(XR_SNDIF_F32_LE, XENSND_PCM_FORMAT_F32_LE);
EQUAL(XR_SNDIF_F32_BE, XENSND_PCM_FORMAT_F32_BE);
EQUAL(XR_SNDIF_F64_LE, XENSND_PCM_FORMAT_F64_LE);
EQUAL(XR_SNDIF_F64_BE, XENSND_PCM_FORMAT_F64_BE);
EQUAL(XR_SNDIF_MU_LAW, XENSND_PCM_FORMAT_MU_LAW);
EQUAL(XR_SNDIF_A_LAW, XENSND_PCM_FORMAT_A_LAW);
EQUAL(XR_SNDIF_IMA_ADPCM, XENSND_PCM_FORMAT_IMA_ADPCM);
EQUAL(XR_SNDIF_MPEG, XENSND_PCM_FORMAT_MPEG);
EQUAL(XR_SNDIF_GSM, XENSND_PCM_FORMAT_GSM);
EQUAL(XR_SNDIF_IEC958_LE, XENSND_PCM_FORMAT_IEC958_SUBFRAME_LE);
EQUAL(XR_SNDIF_IEC958_BE, XENSND_PCM_FORMAT_IEC958_SUBFRAME_BE);
EQUAL(OFF(struct xensnd_page_directory, gref_dir_next_page), 0);
EQUAL(OFF(struct xensnd_page_directory, gref), 4);

/* ---- displif --------------------------------------------------------------- */

EQUAL(OFF(struct xen_displif_sring, ring), 64);
EQUAL(sizeof(struct xendispl_req), XR_DISPLIF_SLOT);
EQUAL(sizeof(struct xendispl_resp), XR_DISPLIF_SLOT);
EQUAL(sizeof(struct xendispl_evt), XR_DISPLIF_SLOT);
EQUAL(sizeof(union xen_displif_sring_entry), XR_DISPLIF_SLOT);
SAME(struct xr_displif_event_page, in_cons, struct xendispl_event_page, in_cons);
SAME(struct xr_displif_event_page, in_prod, struct xendispl_event_page, in_prod);
EQUAL(XR_DISPLIF_EVENTS_OFF, XENDISPL_IN_RING_OFFS);
EQUAL(XR_DISPLIF_EVENTS, XENDISPL_IN_RING_LEN);
SAME(struct xr_displif_request, id, struct xendispl_req, id);
SAME(struct xr_displif_request, operation, struct xendispl_req, operation);
SAME(struct xr_displif_dbuf_create, id, struct xendispl_req, id);
SAME(struct xr_displif_dbuf_create, operation, struct xendispl_req, operation);
SAME(struct xr_displif_dbuf_create, dbuf_cookie, struct xendispl_req, op.dbuf_create.dbuf_cookie);
SAME(struct xr_displif_dbuf_create, width, struct xendispl_req, op.dbuf_create.width);
SAME(struct xr_displif_dbuf_create, height, struct xendispl_req, op.dbuf_create.height);
SAME(struct xr_displif_dbuf_create, bpp, struct xendispl_req, op.dbuf_create.bpp);
SAME(struct xr_displif_dbuf_create, buffer_sz, struct xendispl_req, op.dbuf_create.buffer_sz);
SAME(struct xr_displif_dbuf_create, flags, struct xendispl_req, op.dbuf_create.flags);
SAME(struct xr_displif_dbuf_create, gref_directory, struct xendispl_req, op.dbuf_create.gref_directory);
SAME(struct xr_displif_dbuf_create, data_ofs, struct xendispl_req, op.dbuf_create.data_ofs);
SAME(struct xr_displif_dbuf_destroy, id, struct xendispl_req, id);
SAME(struct xr_displif_dbuf_destroy, operation, struct xendispl_req, operation);
SAME(struct xr_displif_dbuf_destroy, dbuf_cookie, struct xendispl_req, op.dbuf_destroy.dbuf_cookie);
SAME(struct xr_displif_fb_attach, id, struct xendispl_req, id);
SAME(struct xr_displif_fb_attach, operation, struct xendispl_req, operation);
SAME(struct xr_displif_fb_attach, dbuf_cookie, struct xendispl_req, op.fb_attach.dbuf_cookie);
SAME(struct xr_displif_fb_attach, fb_cookie, struct xendispl_req, op.fb_attach.fb_cookie);
SAME(struct xr_displif_fb_attach, width, struct xendispl_req, op.fb_attach.width);
SAME(struct xr_displif_fb_attach, height, struct xendispl_req, op.fb_attach.height);
SAME(struct xr_displif_fb_attach, pixel_format, struct xendispl_req, op.fb_attach.pixel_format);
SAME(struct xr_displif_fb, id, struct xendispl_req, id);
SAME(struct xr_displif_fb, operation, struct xendispl_req, operation);
SAME(struct xr_displif_fb, fb_cookie, struct xendispl_req, op.fb_detach.fb_cookie);
SAME(struct xr_displif_fb, fb_cookie, struct xendispl_req, op.pg_flip.fb_cookie);
SAME(struct xr_displif_set_config, id, struct xendispl_req, id);
SAME(struct xr_displif_set_config, operation, struct xendispl_req, operation);
SAME(struct xr_displif_set_config, fb_cookie, struct xendispl_req, op.set_config.fb_cookie);
SAME(struct xr_displif_set_config, x, struct xendispl_req, op.set_config.x);
SAME(struct xr_displif_set_config, y, struct xendispl_req, op.set_config.y);
SAME(struct xr_displif_set_config, width, struct xendispl_req, op.set_config.width);
SAME(struct xr_displif_set_config, height, struct xendispl_req, op.set_config.height);
SAME(struct xr_displif_set_config, bpp, struct xendispl_req, op.set_config.bpp);
SAME(struct xr_displif_get_edid, id, struct xendispl_req, id);
SAME(struct xr_displif_get_edid, operation, struct xendispl_req, operation);
SAME(struct xr_displif_get_edid, buffer_sz, struct xendispl_req, op.get_edid.buffer_sz);
SAME(struct xr_displif_get_edid, gref_directory, struct xendispl_req, op.get_edid.gref_directory);
SAME(struct xr_displif_response, id, struct xendispl_resp, id);
SAME(struct xr_displif_response, operation, struct xendispl_resp, operation);
SAME(struct xr_displif_response, status, struct xendispl_resp, status);
SAME(struct xr_displif_edid_response, id, struct xendispl_resp, id);
SAME(struct xr_displif_edid_response, operation, struct xendispl_resp, operation);
SAME(struct xr_displif_edid_response, status, struct xendispl_resp, status);
SAME(struct xr_displif_edid_response, edid_sz, struct xendispl_resp, op.get_edid.edid_sz);
SAME(struct xr_displif_event, id, struct xendispl_evt, id);
SAME(struct xr_displif_event, type, struct xendispl_evt, type);
SAME(struct xr_displif_event, fb_cookie, struct xendispl_evt, op.pg_flip.fb_cookie);
EQUAL(XR_DISPLIF_DBUF_CREATE, XENDISPL_OP_DBUF_CREATE);
EQUAL(XR_DISPLIF_DBUF_DESTROY, XENDISPL_OP_DBUF_DESTROY);
EQUAL(XR_DISPLIF_FB_ATTACH, XENDISPL_OP_FB_ATTACH);
EQUAL(XR_DISPLIF_FB_DETACH, XENDISPL_OP_FB_DETACH);
EQUAL(XR_DISPLIF_SET_CONFIG, XENDISPL_OP_SET_CONFIG);
EQUAL(XR_DISPLIF_PG_FLIP, XENDISPL_OP_PG_FLIP);
EQUAL(XR_DISPLIF_GET_EDID, XENDISPL_OP_GET_EDID);
EQUAL(XR_DISPLIF_EVT_PG_FLIP, XENDISPL_EVT_PG_FLIP);
EQUAL(XR_DISPLIF_REQ_ALLOC, XENDISPL_DBUF_FLG_REQ_ALLOC);
EQUAL(OFF(struct xendispl_page_directory, gref_dir_next_page), 0);
EQUAL(OFF(struct xendispl_page_directory, gref), 4);

/* ---- cameraif -------------------------------------------------------------- */

EQUAL(OFF(struct xen_cameraif_sring, ring), 64);
EQUAL(sizeof(struct xencamera_req), XR_CAMERAIF_SLOT);
EQUAL(sizeof(struct xencamera_resp), XR_CAMERAIF_SLOT);
EQUAL(sizeof(struct xencamera_evt), XR_CAMERAIF_SLOT);
EQUAL(sizeof(union xen_cameraif_sring_entry), XR_CAMERAIF_SLOT);
SAME(struct xr_cameraif_event_page, in_cons, struct xencamera_event_page, in_cons);
SAME(struct xr_cameraif_event_page, in_prod, struct xencamera_event_page, in_prod);
EQUAL(XR_CAMERAIF_EVENTS_OFF, XENCAMERA_IN_RING_OFFS);
EQUAL(XR_CAMERAIF_EVENTS, XENCAMERA_IN_RING_LEN);
SAME(struct xr_cameraif_request, id, struct xencamera_req, id);
SAME(struct xr_cameraif_request, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_config, id, struct xencamera_req, id);
SAME(struct xr_cameraif_config, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_config, pixel_format, struct xencamera_req, req.config.pixel_format);
SAME(struct xr_cameraif_config, width, struct xencamera_req, req.config.width);
SAME(struct xr_cameraif_config, height, struct xencamera_req, req.config.height);
SAME(struct xr_cameraif_frame_rate, id, struct xencamera_req, id);
SAME(struct xr_cameraif_frame_rate, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_frame_rate, frame_rate_numer, struct xencamera_req, req.frame_rate.frame_rate_numer);
SAME(struct xr_cameraif_frame_rate, frame_rate_denom, struct xencamera_req, req.frame_rate.frame_rate_denom);
SAME(struct xr_cameraif_buf_request, id, struct xencamera_req, id);
SAME(struct xr_cameraif_buf_request, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_buf_request, num_bufs, struct xencamera_req, req.buf_request.num_bufs);
SAME(struct xr_cameraif_buf_create, id, struct xencamera_req, id);
SAME(struct xr_cameraif_buf_create, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_buf_create, index, struct xencamera_req, req.buf_create.index);
SAME(struct xr_cameraif_buf_create, plane_offset, struct xencamera_req, req.buf_create.plane_offset);
SAME(struct xr_cameraif_buf_create, gref_directory, struct xencamera_req, req.buf_create.gref_directory);
SAME(struct xr_cameraif_index, id, struct xencamera_req, id);
SAME(struct xr_cameraif_index, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_index, index, struct xencamera_req, req.index.index);
SAME(struct xr_cameraif_ctrl_set, id, struct xencamera_req, id);
SAME(struct xr_cameraif_ctrl_set, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_ctrl_set, type, struct xencamera_req, req.ctrl_value.type);
SAME(struct xr_cameraif_ctrl_set, value, struct xencamera_req, req.ctrl_value.value);
SAME(struct xr_cameraif_ctrl_get, id, struct xencamera_req, id);
SAME(struct xr_cameraif_ctrl_get, operation, struct xencamera_req, operation);
SAME(struct xr_cameraif_ctrl_get, type, struct xencamera_req, req.get_ctrl.type);
SAME(struct xr_cameraif_response, id, struct xencamera_resp, id);
SAME(struct xr_cameraif_response, operation, struct xencamera_resp, operation);
SAME(struct xr_cameraif_response, status, struct xencamera_resp, status);
SAME(struct xr_cameraif_config_response, id, struct xencamera_resp, id);
SAME(struct xr_cameraif_config_response, operation, struct xencamera_resp, operation);
SAME(struct xr_cameraif_config_response, status, struct xencamera_resp, status);
SAME(struct xr_cameraif_config_response, pixel_format, struct xencamera_resp, resp.config.pixel_format);
SAME(struct xr_cameraif_config_response, width, struct xencamera_resp, resp.config.width);
SAME(struct xr_cameraif_config_response, height, struct xencamera_resp, resp.config.height);
SAME(struct xr_cameraif_config_response, colorspace, struct xencamera_resp, resp.config.colorspace);
SAME(struct xr_cameraif_config_response, xfer_func, struct xencamera_resp, resp.config.xfer_func);
SAME(struct xr_cameraif_config_response, ycbcr_enc, struct xencamera_resp, resp.config.ycbcr_enc);
SAME(struct xr_cameraif_config_response, quantization, struct xencamera_resp, resp.config.quantization);
SAME(struct xr_cameraif_config_response, displ_asp_ratio_numer, struct xencamera_resp, resp.config.displ_asp_ratio_numer);
SAME(struct xr_cameraif_config_response, displ_asp_ratio_denom, struct xencamera_resp, resp.config.displ_asp_ratio_denom);
SAME(struct xr_cameraif_config_response, frame_rate_numer, struct xencamera_resp, resp.config.frame_rate_numer);
SAME(struct xr_cameraif_config_response, frame_rate_denom, struct xencamera_resp, resp.config.frame_rate_denom);
SAME(struct xr_cameraif_layout_response, id, struct xencamera_resp, id);
SAME(struct xr_cameraif_layout_response, operation, struct xencamera_resp, operation);
SAME(struct xr_cameraif_layout_response, status, struct xencamera_resp, status);
SAME(struct xr_cameraif_layout_response, num_planes, struct xencamera_resp, resp.buf_layout.num_planes);
SAME(struct xr_cameraif_layout_response, size, struct xencamera_resp, resp.buf_layout.size);
SAME(struct xr_cameraif_layout_response, plane_size, struct xencamera_resp, resp.buf_layout.plane_size);
SAME(struct xr_cameraif_layout_response, plane_stride, struct xencamera_resp, resp.buf_layout.plane_stride);
SAME(struct xr_cameraif_buf_response, id, struct xencamera_resp, id);
SAME(struct xr_cameraif_buf_response, operation, struct xencamera_resp, operation);
SAME(struct xr_cameraif_buf_response, status, struct xencamera_resp, status);
SAME(struct xr_cameraif_buf_response, num_bufs, struct xencamera_resp, resp.buf_request.num_bufs);
SAME(struct xr_cameraif_ctrl_enum_response, id, struct xencamera_resp, id);
SAME(struct xr_cameraif_ctrl_enum_response, operation, struct xencamera_resp, operation);
SAME(struct xr_cameraif_ctrl_enum_response, status, struct xencamera_resp, status);
SAME(struct xr_cameraif_ctrl_enum_response, index, struct xencamera_resp, resp.ctrl_enum.index);
SAME(struct xr_cameraif_ctrl_enum_response, type, struct xencamera_resp, resp.ctrl_enum.type);
SAME(struct xr_cameraif_ctrl_enum_response, flags, struct xencamera_resp, resp.ctrl_enum.flags);
SAME(struct xr_cameraif_ctrl_enum_response, min, struct xencamera_resp, resp.ctrl_enum.min);
SAME(struct xr_cameraif_ctrl_enum_response, max, struct xencamera_resp, resp.ctrl_enum.max);
SAME(struct xr_cameraif_ctrl_enum_response, step, struct xencamera_resp, resp.ctrl_enum.step);
SAME(struct xr_cameraif_ctrl_enum_response, def_val, struct xencamera_resp, resp.ctrl_enum.def_val);
SAME(struct xr_cameraif_ctrl_response, id, struct xencamera_resp, id);
SAME(struct xr_cameraif_ctrl_response, operation, struct xencamera_resp, operation);
SAME(struct xr_cameraif_ctrl_response, status, struct xencamera_resp, status);
SAME(struct xr_cameraif_ctrl_response, type, struct xencamera_resp, resp.ctrl_value.type);
SAME(struct xr_cameraif_ctrl_response, value, struct xencamera_resp, resp.ctrl_value.value);
SAME(struct xr_cameraif_event, id, struct xencamera_evt, id);
SAME(struct xr_cameraif_event, type, struct xencamera_evt, type);
SAME(struct xr_cameraif_frame_avail, id, struct xencamera_evt, id);
SAME(struct xr_cameraif_frame_avail, type, struct xencamera_evt, type);
SAME(struct xr_cameraif_frame_avail, index, struct xencamera_evt, evt.frame_avail.index);
SAME(struct xr_cameraif_frame_avail, used_sz, struct xencamera_evt, evt.frame_avail.used_sz);
SAME(struct xr_cameraif_frame_avail, seq_num, struct xencamera_evt, evt.frame_avail.seq_num);
SAME(struct xr_cameraif_ctrl_change, id, struct xencamera_evt, id);
SAME(struct xr_cameraif_ctrl_change, type, struct xencamera_evt, type);
SAME(struct xr_cameraif_ctrl_change, ctrl_type, struct xencamera_evt, evt.ctrl_value.type);
SAME(struct xr_cameraif_ctrl_change, value, struct xencamera_evt, evt.ctrl_value.value);
EQUAL(XR_CAMERAIF_PLANES, XENCAMERA_MAX_PLANE);
EQUAL(XR_CAMERAIF_CONFIG_SET, XENCAMERA_OP_CONFIG_SET);
EQUAL(XR_CAMERAIF_CONFIG_GET, XENCAMERA_OP_CONFIG_GET);
EQUAL(XR_CAMERAIF_CONFIG_VALIDATE, XENCAMERA_OP_CONFIG_VALIDATE);
EQUAL(XR_CAMERAIF_FRAME_RATE_SET, XENCAMERA_OP_FRAME_RATE_SET);
EQUAL(XR_CAMERAIF_BUF_GET_LAYOUT, XENCAMERA_OP_BUF_GET_LAYOUT);
EQUAL(XR_CAMERAIF_BUF_REQUEST, XENCAMERA_OP_BUF_REQUEST);
EQUAL(XR_CAMERAIF_BUF_CREATE, XENCAMERA_OP_BUF_CREATE);
EQUAL(XR_CAMERAIF_BUF_DESTROY, XENCAMERA_OP_BUF_DESTROY);
EQUAL(XR_CAMERAIF_BUF_QUEUE, XENCAMERA_OP_BUF_QUEUE);
EQUAL(XR_CAMERAIF_BUF_DEQUEUE, XENCAMERA_OP_BUF_DEQUEUE);
EQUAL(XR_CAMERAIF_CTRL_ENUM, XENCAMERA_OP_CTRL_ENUM);
EQUAL(XR_CAMERAIF_CTRL_SET, XENCAMERA_OP_CTRL_SET);
EQUAL(XR_CAMERAIF_CTRL_GET, XENCAMERA_OP_CTRL_GET);
EQUAL(XR_CAMERAIF_STREAM_START, XENCAMERA_OP_STREAM_START);
EQUAL(XR_CAMERAIF_STREAM_STOP, XENCAMERA_OP_STREAM_STOP);
EQUAL(XR_CAMERAIF_CTRL_BRIGHTNESS, XENCAMERA_CTRL_BRIGHTNESS);
EQUAL(XR_CAMERAIF_CTRL_CONTRAST, XENCAMERA_CTRL_CONTRAST);
EQUAL(XR_CAMERAIF_CTRL_SATURATION, XENCAMERA_CTRL_SATURATION);
EQUAL(XR_CAMERAIF_CTRL_HUE, XENCAMERA_CTRL_HUE);
EQUAL(XR_CAMERAIF_CTRL_RO, XENCAMERA_CTRL_FLG_RO);
EQUAL(XR_CAMERAIF_CTRL_WO, XENCAMERA_CTRL_FLG_WO);
EQUAL(XR_CAMERAIF_CTRL_VOLATILE, XENCAMERA_CTRL_FLG_VOLATILE);
EQUAL(XR_CAMERAIF_EVT_FRAME_AVAIL, XENCAMERA_EVT_FRAME_AVAIL);
EQUAL(XR_CAMERAIF_EVT_CTRL_CHANGE, XENCAMERA_EVT_CTRL_CHANGE);
EQUAL(OFF(struct xencamera_page_directory, gref_dir_next_page), 0);
EQUAL(OFF(struct xencamera_page_directory, gref), 4);
/* ---- vscsiif -------------------------------------------------------------- */

EQUAL(OFF(struct vscsiif_sring, ring), 64);
EQUAL(sizeof(struct xr_vscsiif_request), sizeof(struct vscsiif_request));
EQUAL(sizeof(struct xr_vscsiif_response), sizeof(struct vscsiif_response));
EQUAL(sizeof(struct xr_vscsiif_request), sizeof(union vscsiif_sring_entry));
EQUAL(sizeof(struct xr_vscsiif_request), 252);
EQUAL(sizeof(struct xr_vscsiif_sg_list), sizeof(struct vscsiif_sg_list));
EQUAL(sizeof(struct xr_vscsiif_segment), sizeof(struct scsiif_request_segment));
SAME(struct xr_vscsiif_request, rqid, struct vscsiif_request, rqid);
SAME(struct xr_vscsiif_request, act, struct vscsiif_request, act);
SAME(struct xr_vscsiif_request, cmd_len, struct vscsiif_request, cmd_len);
SAME(struct xr_vscsiif_request, cmnd, struct vscsiif_request, cmnd);
SAME(struct xr_vscsiif_request, timeout_per_command, struct vscsiif_request, timeout_per_command);
SAME(struct xr_vscsiif_request, channel, struct vscsiif_request, channel);
SAME(struct xr_vscsiif_request, id, struct vscsiif_request, id);
SAME(struct xr_vscsiif_request, lun, struct vscsiif_request, lun);
SAME(struct xr_vscsiif_request, ref_rqid, struct vscsiif_request, ref_rqid);
SAME(struct xr_vscsiif_request, sc_data_direction, struct vscsiif_request, sc_data_direction);
SAME(struct xr_vscsiif_request, nr_segments, struct vscsiif_request, nr_segments);
SAME(struct xr_vscsiif_request, seg, struct vscsiif_request, seg);
SAME(struct xr_vscsiif_request, reserved, struct vscsiif_request, reserved);
SAME(struct xr_vscsiif_sg_list, rqid, struct vscsiif_sg_list, rqid);
SAME(struct xr_vscsiif_sg_list, act, struct vscsiif_sg_list, act);
SAME(struct xr_vscsiif_sg_list, nr_segments, struct vscsiif_sg_list, nr_segments);
SAME(struct xr_vscsiif_sg_list, seg, struct vscsiif_sg_list, seg);
SAME(struct xr_vscsiif_response, rqid, struct vscsiif_response, rqid);
SAME(struct xr_vscsiif_response, act, struct vscsiif_response, act);
SAME(struct xr_vscsiif_response, sense_len, struct vscsiif_response, sense_len);
SAME(struct xr_vscsiif_response, sense_buffer, struct vscsiif_response, sense_buffer);
SAME(struct xr_vscsiif_response, rslt, struct vscsiif_response, rslt);
SAME(struct xr_vscsiif_response, residual_len, struct vscsiif_response, residual_len);
SAME(struct xr_vscsiif_response, reserved, struct vscsiif_response, reserved);
SAME(struct xr_vscsiif_segment, gref, struct scsiif_request_segment, gref);
SAME(struct xr_vscsiif_segment, offset, struct scsiif_request_segment, offset);
SAME(struct xr_vscsiif_segment, length, struct scsiif_request_segment, length);
EQUAL(XR_VSCSIIF_SEGMENTS, VSCSIIF_SG_TABLESIZE);
EQUAL(XR_VSCSIIF_LIST_SEGMENTS, VSCSIIF_SG_LIST_SIZE);
EQUAL(XR_VSCSIIF_SG_PER_PAGE, VSCSIIF_SG_PER_PAGE);
EQUAL(XR_VSCSIIF_CMND, VSCSIIF_MAX_COMMAND_SIZE);
EQUAL(XR_VSCSIIF_SENSE, VSCSIIF_SENSE_BUFFERSIZE);
EQUAL(XR_VSCSIIF_SG_GRANT, VSCSIIF_SG_GRANT);
EQUAL(1 << XR_VSCSIIF_NR_BITS, VSCSIIF_SG_GRANT);
EQUAL(XR_VSCSIIF_CDB, VSCSIIF_ACT_SCSI_CDB);
EQUAL(XR_VSCSIIF_ABORT, VSCSIIF_ACT_SCSI_ABORT);
EQUAL(XR_VSCSIIF_RESET, VSCSIIF_ACT_SCSI_RESET);
EQUAL(XR_VSCSIIF_SG_PRESET, VSCSIIF_ACT_SCSI_SG_PRESET);
EQUAL(XR_VSCSIIF_HOST_OK, XEN_VSCSIIF_RSLT_HOST_OK);
EQUAL(XR_VSCSIIF_HOST_NO_CONNECT, XEN_VSCSIIF_RSLT_HOST_NO_CONNECT);
EQUAL(XR_VSCSIIF_HOST_BUS_BUSY, XEN_VSCSIIF_RSLT_HOST_BUS_BUSY);
EQUAL(XR_VSCSIIF_HOST_TIME_OUT, XEN_VSCSIIF_RSLT_HOST_TIME_OUT);
EQUAL(XR_VSCSIIF_HOST_BAD_TARGET, XEN_VSCSIIF_RSLT_HOST_BAD_TARGET);
EQUAL(XR_VSCSIIF_HOST_ABORT, XEN_VSCSIIF_RSLT_HOST_ABORT);
EQUAL(XR_VSCSIIF_HOST_PARITY, XEN_VSCSIIF_RSLT_HOST_PARITY);
EQUAL(XR_VSCSIIF_HOST_ERROR, XEN_VSCSIIF_RSLT_HOST_ERROR);
EQUAL(XR_VSCSIIF_HOST_RESET, XEN_VSCSIIF_RSLT_HOST_RESET);
EQUAL(XR_VSCSIIF_HOST_BAD_INTR, XEN_VSCSIIF_RSLT_HOST_BAD_INTR);
EQUAL(XR_VSCSIIF_HOST_PASSTHROUGH, XEN_VSCSIIF_RSLT_HOST_PASSTHROUGH);
EQUAL(XR_VSCSIIF_HOST_SOFT_ERROR, XEN_VSCSIIF_RSLT_HOST_SOFT_ERROR);
EQUAL(XR_VSCSIIF_HOST_IMM_RETRY, XEN_VSCSIIF_RSLT_HOST_IMM_RETRY);
EQUAL(XR_VSCSIIF_HOST_REQUEUE, XEN_VSCSIIF_RSLT_HOST_REQUEUE);
EQUAL(XR_VSCSIIF_HOST_TRANSPORT_DISRUPTED, XEN_VSCSIIF_RSLT_HOST_TRANSPORT_DISRUPTED);
EQUAL(XR_VSCSIIF_HOST_TRANSPORT_FAILFAST, XEN_VSCSIIF_RSLT_HOST_TRANSPORT_FAILFAST);
EQUAL(XR_VSCSIIF_HOST_TARGET_FAILURE, XEN_VSCSIIF_RSLT_HOST_TARGET_FAILURE);
EQUAL(XR_VSCSIIF_HOST_NEXUS_FAILURE, XEN_VSCSIIF_RSLT_HOST_NEXUS_FAILURE);
EQUAL(XR_VSCSIIF_HOST_ALLOC_FAILURE, XEN_VSCSIIF_RSLT_HOST_ALLOC_FAILURE);
EQUAL(XR_VSCSIIF_HOST_MEDIUM_ERROR, XEN_VSCSIIF_RSLT_HOST_MEDIUM_ERROR);
EQUAL(XR_VSCSIIF_HOST_TRANSPORT_MARGINAL, XEN_VSCSIIF_RSLT_HOST_TRANSPORT_MARGINAL);
EQUAL(XR_VSCSIIF_RESET_SUCCESS, XEN_VSCSIIF_RSLT_RESET_SUCCESS);
EQUAL(XR_VSCSIIF_RESET_FAILED, XEN_VSCSIIF_RSLT_RESET_FAILED);
/* rslt: status in its low byte, the host's code in bits 16 to 23 */
EQUAL(XEN_VSCSIIF_RSLT_STATUS(0x12345678), 0x78);
EQUAL(XEN_VSCSIIF_RSLT_HOST(0x12345678), 0x34);

/* ---- usbif ---------------------------------------------------------------- */

EQUAL(OFF(struct usbif_urb_sring, ring), 64);
EQUAL(OFF(struct usbif_conn_sring, ring), 64);
EQUAL(sizeof(struct xr_usbif_urb_request), sizeof(struct usbif_urb_request));
EQUAL(sizeof(struct xr_usbif_urb_response), sizeof(struct usbif_urb_response));
EQUAL(sizeof(struct xr_usbif_conn_request), sizeof(struct usbif_conn_request));
EQUAL(sizeof(struct xr_usbif_conn_response), sizeof(struct usbif_conn_response));
EQUAL(sizeof(struct xr_usbif_urb_request), sizeof(union usbif_urb_sring_entry));
EQUAL(sizeof(struct xr_usbif_urb_request), 148);
EQUAL(sizeof(struct xr_usbif_conn_response), sizeof(union usbif_conn_sring_entry));
EQUAL(sizeof(struct xr_usbif_conn_response), 4);
EQUAL(sizeof(struct xr_usbif_segment), sizeof(struct usbif_request_segment));
SAME(struct xr_usbif_urb_request, id, struct usbif_urb_request, id);
SAME(struct xr_usbif_urb_request, nr_buffer_segs, struct usbif_urb_request, nr_buffer_segs);
SAME(struct xr_usbif_urb_request, pipe, struct usbif_urb_request, pipe);
SAME(struct xr_usbif_urb_request, transfer_flags, struct usbif_urb_request, transfer_flags);
SAME(struct xr_usbif_urb_request, buffer_length, struct usbif_urb_request, buffer_length);
SAME(struct xr_usbif_urb_request, seg, struct usbif_urb_request, seg);
SAME(struct xr_usbif_urb_request, ctrl, struct usbif_urb_request, u.ctrl);
SAME(struct xr_usbif_urb_request, isoc, struct usbif_urb_request, u.isoc);
SAME(struct xr_usbif_urb_request, isoc.interval, struct usbif_urb_request, u.isoc.interval);
SAME(struct xr_usbif_urb_request, isoc.start_frame, struct usbif_urb_request, u.isoc.start_frame);
SAME(struct xr_usbif_urb_request, isoc.number_of_packets, struct usbif_urb_request, u.isoc.number_of_packets);
SAME(struct xr_usbif_urb_request, isoc.nr_frame_desc_segs, struct usbif_urb_request, u.isoc.nr_frame_desc_segs);
SAME(struct xr_usbif_urb_request, intr, struct usbif_urb_request, u.intr);
SAME(struct xr_usbif_urb_request, intr.interval, struct usbif_urb_request, u.intr.interval);
SAME(struct xr_usbif_urb_request, unlink, struct usbif_urb_request, u.unlink);
SAME(struct xr_usbif_urb_request, unlink.unlink_id, struct usbif_urb_request, u.unlink.unlink_id);
SAME(struct xr_usbif_urb_response, id, struct usbif_urb_response, id);
SAME(struct xr_usbif_urb_response, start_frame, struct usbif_urb_response, start_frame);
SAME(struct xr_usbif_urb_response, status, struct usbif_urb_response, status);
SAME(struct xr_usbif_urb_response, actual_length, struct usbif_urb_response, actual_length);
SAME(struct xr_usbif_urb_response, error_count, struct usbif_urb_response, error_count);
SAME(struct xr_usbif_conn_request, id, struct usbif_conn_request, id);
SAME(struct xr_usbif_conn_response, id, struct usbif_conn_response, id);
SAME(struct xr_usbif_conn_response, portnum, struct usbif_conn_response, portnum);
SAME(struct xr_usbif_conn_response, speed, struct usbif_conn_response, speed);
SAME(struct xr_usbif_segment, gref, struct usbif_request_segment, gref);
SAME(struct xr_usbif_segment, offset, struct usbif_request_segment, offset);
SAME(struct xr_usbif_segment, length, struct usbif_request_segment, length);
/* Linux' own: four numbers of 32 bits */
EQUAL(sizeof(struct xr_usbif_frame), 16);
EQUAL(XR_USBIF_SEGMENTS, USBIF_MAX_SEGMENTS_PER_REQUEST);
EQUAL((1 << XR_USBIF_PORT_BITS) - 1, USBIF_PIPE_PORT_MASK);
EQUAL(1 << XR_USBIF_UNLINK_SHIFT, USBIF_PIPE_UNLINK);
EQUAL(1 << XR_USBIF_DIR_SHIFT, USBIF_PIPE_DIR);
EQUAL(XR_USBIF_DEV_SHIFT, USBIF_PIPE_DEV_SHIFT);
EQUAL((1 << XR_USBIF_DEV_BITS) - 1, USBIF_PIPE_DEV_MASK);
EQUAL(XR_USBIF_EP_SHIFT, USBIF_PIPE_EP_SHIFT);
EQUAL((1 << XR_USBIF_EP_BITS) - 1, USBIF_PIPE_EP_MASK);
EQUAL(XR_USBIF_TYPE_SHIFT, USBIF_PIPE_TYPE_SHIFT);
EQUAL((1 << XR_USBIF_TYPE_BITS) - 1, USBIF_PIPE_TYPE_MASK);
EQUAL(XR_USBIF_ISOC, USBIF_PIPE_TYPE_ISOC);
EQUAL(XR_USBIF_INT, USBIF_PIPE_TYPE_INT);
EQUAL(XR_USBIF_CTRL, USBIF_PIPE_TYPE_CTRL);
EQUAL(XR_USBIF_BULK, USBIF_PIPE_TYPE_BULK);
EQUAL(XR_USBIF_SHORT_NOT_OK, USBIF_SHORT_NOT_OK);
EQUAL(XR_USBIF_STATUS_OK, USBIF_STATUS_OK);
EQUAL(XR_USBIF_STATUS_NODEV, USBIF_STATUS_NODEV);
EQUAL(XR_USBIF_STATUS_INVAL, USBIF_STATUS_INVAL);
EQUAL(XR_USBIF_STATUS_STALL, USBIF_STATUS_STALL);
EQUAL(XR_USBIF_STATUS_IOERROR, USBIF_STATUS_IOERROR);
EQUAL(XR_USBIF_STATUS_BABBLE, USBIF_STATUS_BABBLE);
EQUAL(XR_USBIF_STATUS_SHUTDOWN, USBIF_STATUS_SHUTDOWN);
EQUAL(XR_USBIF_SPEED_NONE, USBIF_SPEED_NONE);
EQUAL(XR_USBIF_SPEED_LOW, USBIF_SPEED_LOW);
EQUAL(XR_USBIF_SPEED_FULL, USBIF_SPEED_FULL);
EQUAL(XR_USBIF_SPEED_HIGH, USBIF_SPEED_HIGH);

/* ---- fsif, of which only the geometry is known ------------------------------ */

EQUAL(OFF(struct fsif_sring, ring), 64);
EQUAL(sizeof(struct xr_fsif_slot), sizeof(union fsif_sring_entry));
EQUAL(sizeof(struct xr_fsif_slot), sizeof(struct fsif_response));
EQUAL(sizeof(struct fsif_request), sizeof(void *) == 8 ? 40 : 36);

/* ---- vchan ----------------------------------------------------------------- */

SAME(struct xr_vchan_page, left_cons, struct vchan_interface, left.cons);
SAME(struct xr_vchan_page, left_prod, struct vchan_interface, left.prod);
SAME(struct xr_vchan_page, right_cons, struct vchan_interface, right.cons);
SAME(struct xr_vchan_page, right_prod, struct vchan_interface, right.prod);
SAME(struct xr_vchan_page, left_order, struct vchan_interface, left_order);
SAME(struct xr_vchan_page, right_order, struct vchan_interface, right_order);
SAME(struct xr_vchan_page, cli_live, struct vchan_interface, cli_live);
SAME(struct xr_vchan_page, srv_live, struct vchan_interface, srv_live);
SAME(struct xr_vchan_page, cli_notify, struct vchan_interface, cli_notify);
SAME(struct xr_vchan_page, srv_notify, struct vchan_interface, srv_notify);
EQUAL(XR_VCHAN_GRANTS, OFF(struct vchan_interface, grants));
EQUAL(XR_VCHAN_NOTIFY_WRITE, VCHAN_NOTIFY_WRITE);
EQUAL(XR_VCHAN_NOTIFY_READ, VCHAN_NOTIFY_READ);

/* ---- grant entries: what lib/grants.h takes apart by hand ------------------- */

EQUAL(sizeof(struct grant_entry_v1), 8);
EQUAL(OFF(struct grant_entry_v1, flags), 0);
EQUAL(OFF(struct grant_entry_v1, domid), 2);
EQUAL(OFF(struct grant_entry_v1, frame), 4);
EQUAL(SIZE(struct grant_entry_v1, frame), 4);
EQUAL(sizeof(union grant_entry_v2), 16);
EQUAL(OFF(union grant_entry_v2, hdr.flags), 0);
EQUAL(OFF(union grant_entry_v2, hdr.domid), 2);
EQUAL(OFF(union grant_entry_v2, full_page.frame), 8);
EQUAL(SIZE(union grant_entry_v2, full_page.frame), 8);
EQUAL(sizeof(grant_status_t), 2);
EQUAL(GTF_type_mask, 3);
EQUAL(GTF_permit_access, 1);
EQUAL(GTF_reading, 8);
EQUAL(GTF_writing, 16);
EQUAL(GTF_sub_page, 0x100);
EQUAL(DOMID_FIRST_RESERVED, 0x7ff0);

/* ---- kbdif ---------------------------------------------------------------- */

EQUAL(XR_KBDIF_EVENT, sizeof(union xenkbd_in_event));
EQUAL(XR_KBDIF_EVENT, sizeof(union xenkbd_out_event));
EQUAL(XR_KBDIF_IN, XENKBD_IN_RING_LEN);
EQUAL(XR_KBDIF_OUT, XENKBD_OUT_RING_LEN);
EQUAL(XR_KBDIF_IN_OFF, XENKBD_IN_RING_OFFS);
EQUAL(XR_KBDIF_OUT_OFF, XENKBD_OUT_RING_OFFS);
EQUAL(sizeof(struct xr_kbdif_page), sizeof(struct xenkbd_page));
SAME(struct xr_kbdif_page, in_cons, struct xenkbd_page, in_cons);
SAME(struct xr_kbdif_page, in_prod, struct xenkbd_page, in_prod);
SAME(struct xr_kbdif_page, out_cons, struct xenkbd_page, out_cons);
SAME(struct xr_kbdif_page, out_prod, struct xenkbd_page, out_prod);
SAME(struct xr_kbdif_event, type, union xenkbd_in_event, type);
SAME(struct xr_kbdif_event, type, union xenkbd_out_event, type);
EQUAL(sizeof(struct xr_kbdif_motion), sizeof(struct xenkbd_motion));
SAME(struct xr_kbdif_motion, type, struct xenkbd_motion, type);
SAME(struct xr_kbdif_motion, rel_x, struct xenkbd_motion, rel_x);
SAME(struct xr_kbdif_motion, rel_y, struct xenkbd_motion, rel_y);
SAME(struct xr_kbdif_motion, rel_z, struct xenkbd_motion, rel_z);
EQUAL(sizeof(struct xr_kbdif_key), sizeof(struct xenkbd_key));
SAME(struct xr_kbdif_key, type, struct xenkbd_key, type);
SAME(struct xr_kbdif_key, pressed, struct xenkbd_key, pressed);
SAME(struct xr_kbdif_key, keycode, struct xenkbd_key, keycode);
EQUAL(sizeof(struct xr_kbdif_position), sizeof(struct xenkbd_position));
SAME(struct xr_kbdif_position, type, struct xenkbd_position, type);
SAME(struct xr_kbdif_position, abs_x, struct xenkbd_position, abs_x);
SAME(struct xr_kbdif_position, abs_y, struct xenkbd_position, abs_y);
SAME(struct xr_kbdif_position, rel_z, struct xenkbd_position, rel_z);
SAME(struct xr_kbdif_mtouch, type, struct xenkbd_mtouch, type);
SAME(struct xr_kbdif_mtouch, event_type, struct xenkbd_mtouch, event_type);
SAME(struct xr_kbdif_mtouch, contact_id, struct xenkbd_mtouch, contact_id);
EQUAL(sizeof(struct xr_kbdif_mtouch), OFF(struct xenkbd_mtouch, u));
SAME(struct xr_kbdif_mtouch_pos, contact_id, struct xenkbd_mtouch, contact_id);
SAME(struct xr_kbdif_mtouch_pos, abs_x, struct xenkbd_mtouch, u.pos.abs_x);
SAME(struct xr_kbdif_mtouch_pos, abs_y, struct xenkbd_mtouch, u.pos.abs_y);
SAME(struct xr_kbdif_mtouch_shape, contact_id, struct xenkbd_mtouch, contact_id);
SAME(struct xr_kbdif_mtouch_shape, major, struct xenkbd_mtouch, u.shape.major);
SAME(struct xr_kbdif_mtouch_shape, minor, struct xenkbd_mtouch, u.shape.minor);
SAME(struct xr_kbdif_mtouch_orient, contact_id, struct xenkbd_mtouch, contact_id);
SAME(struct xr_kbdif_mtouch_orient, orientation, struct xenkbd_mtouch, u.orientation);
EQUAL(XR_KBDIF_MOTION, XENKBD_TYPE_MOTION);
EQUAL(XR_KBDIF_RESERVED, XENKBD_TYPE_RESERVED);
EQUAL(XR_KBDIF_KEY, XENKBD_TYPE_KEY);
EQUAL(XR_KBDIF_POS, XENKBD_TYPE_POS);
EQUAL(XR_KBDIF_MTOUCH, XENKBD_TYPE_MTOUCH);
EQUAL(XR_KBDIF_MT_DOWN, XENKBD_MT_EV_DOWN);
EQUAL(XR_KBDIF_MT_UP, XENKBD_MT_EV_UP);
EQUAL(XR_KBDIF_MT_MOTION, XENKBD_MT_EV_MOTION);
EQUAL(XR_KBDIF_MT_SYN, XENKBD_MT_EV_SYN);
EQUAL(XR_KBDIF_MT_SHAPE, XENKBD_MT_EV_SHAPE);
EQUAL(XR_KBDIF_MT_ORIENT, XENKBD_MT_EV_ORIENT);

/* ---- fbif ----------------------------------------------------------------- */

EQUAL(XR_FBIF_EVENT, sizeof(union xenfb_in_event));
EQUAL(XR_FBIF_EVENT, sizeof(union xenfb_out_event));
EQUAL(XR_FBIF_IN, XENFB_IN_RING_LEN);
EQUAL(XR_FBIF_OUT, XENFB_OUT_RING_LEN);
EQUAL(XR_FBIF_IN_OFF, XENFB_IN_RING_OFFS);
EQUAL(XR_FBIF_OUT_OFF, XENFB_OUT_RING_OFFS);
/* our pages end where the events begin, theirs does not */
EQUAL(sizeof(struct xr_fbif_page_64), XENFB_IN_RING_OFFS);
EQUAL(sizeof(struct xr_fbif_page_32), XENFB_IN_RING_OFFS);
EQUAL(OFF(struct xr_fbif_page_64, pd), 40);
EQUAL(OFF(struct xr_fbif_page_32, pd), 36);
EQUAL(OFF(ABI(xr_fbif_page), pd), OFF(struct xenfb_page, pd));
EQUAL(SIZE(ABI(xr_fbif_page), pd[0]), SIZE(struct xenfb_page, pd[0]));
#define FB(m)								\
	SAME(struct xr_fbif_page_64, m, struct xenfb_page, m);		\
	SAME(struct xr_fbif_page_32, m, struct xenfb_page, m)
FB(in_cons);
FB(in_prod);
FB(out_cons);
FB(out_prod);
FB(width);
FB(height);
FB(line_length);
FB(mem_length);
FB(depth);
SAME(struct xr_fbif_event, type, union xenfb_in_event, type);
SAME(struct xr_fbif_event, type, union xenfb_out_event, type);
EQUAL(sizeof(struct xr_fbif_update), sizeof(struct xenfb_update));
SAME(struct xr_fbif_update, type, struct xenfb_update, type);
SAME(struct xr_fbif_update, x, struct xenfb_update, x);
SAME(struct xr_fbif_update, y, struct xenfb_update, y);
SAME(struct xr_fbif_update, width, struct xenfb_update, width);
SAME(struct xr_fbif_update, height, struct xenfb_update, height);
EQUAL(sizeof(struct xr_fbif_resize), sizeof(struct xenfb_resize));
SAME(struct xr_fbif_resize, type, struct xenfb_resize, type);
SAME(struct xr_fbif_resize, width, struct xenfb_resize, width);
SAME(struct xr_fbif_resize, height, struct xenfb_resize, height);
SAME(struct xr_fbif_resize, stride, struct xenfb_resize, stride);
SAME(struct xr_fbif_resize, depth, struct xenfb_resize, depth);
SAME(struct xr_fbif_resize, offset, struct xenfb_resize, offset);
EQUAL(sizeof(struct xr_fbif_refresh_period), sizeof(struct xenfb_refresh_period));
SAME(struct xr_fbif_refresh_period, type, struct xenfb_refresh_period, type);
SAME(struct xr_fbif_refresh_period, period, struct xenfb_refresh_period, period);
EQUAL(XR_FBIF_REFRESH_PERIOD, XENFB_TYPE_REFRESH_PERIOD);
EQUAL(XR_FBIF_UPDATE, XENFB_TYPE_UPDATE);
EQUAL(XR_FBIF_RESIZE, XENFB_TYPE_RESIZE);

/* ---- 9pfs ----------------------------------------------------------------- */

SAME(struct xr_9pfs_page, in_cons, struct xen_9pfs_data_intf, in_cons);
SAME(struct xr_9pfs_page, in_prod, struct xen_9pfs_data_intf, in_prod);
SAME(struct xr_9pfs_page, out_cons, struct xen_9pfs_data_intf, out_cons);
SAME(struct xr_9pfs_page, out_prod, struct xen_9pfs_data_intf, out_prod);
SAME(struct xr_9pfs_page, ring_order, struct xen_9pfs_data_intf, ring_order);
/* an array there whose length no C can say */
EQUAL(OFF(struct xr_9pfs_page, ref), OFF(struct xen_9pfs_data_intf, ref));
EQUAL(SIZE(struct xr_9pfs_page, ref[0]), SIZE(struct xen_9pfs_data_intf, ref[0]));
/* the second pair of a flex ring's words (lib/ring.h) */
EQUAL(OFF(struct xr_9pfs_page, out_cons), 64);
EQUAL(sizeof(struct xr_9pfs_page), 132 + 4 * 512);
EQUAL(sizeof(struct xr_9pfs_head), 7);
EQUAL(OFF(struct xr_9pfs_head, type), 4);
EQUAL(OFF(struct xr_9pfs_head, tag), 5);

/* ---- pciif ---------------------------------------------------------------- */

EQUAL(sizeof(struct xr_pciif_page), sizeof(struct xen_pci_sharedinfo));
SAME(struct xr_pciif_page, flags, struct xen_pci_sharedinfo, flags);
SAME(struct xr_pciif_page, op, struct xen_pci_sharedinfo, op);
SAME(struct xr_pciif_page, aer_op, struct xen_pci_sharedinfo, aer_op);
SAME(struct xr_pciif_op, cmd, struct xen_pci_op, cmd);
SAME(struct xr_pciif_op, err, struct xen_pci_op, err);
SAME(struct xr_pciif_op, domain, struct xen_pci_op, domain);
SAME(struct xr_pciif_op, bus, struct xen_pci_op, bus);
SAME(struct xr_pciif_op, devfn, struct xen_pci_op, devfn);
SAME(struct xr_pciif_op, offset, struct xen_pci_op, offset);
SAME(struct xr_pciif_op, size, struct xen_pci_op, size);
SAME(struct xr_pciif_op, value, struct xen_pci_op, value);
SAME(struct xr_pciif_op, info, struct xen_pci_op, info);
SAME(struct xr_pciif_op, msix_entries, struct xen_pci_op, msix_entries);
SAME(struct xr_pciif_msix, vector, struct xen_msix_entry, vector);
SAME(struct xr_pciif_msix, entry, struct xen_msix_entry, entry);
EQUAL(sizeof(struct xr_pciif_msix), sizeof(struct xen_msix_entry));
SAME(struct xr_pciif_aer, cmd, struct xen_pcie_aer_op, cmd);
SAME(struct xr_pciif_aer, err, struct xen_pcie_aer_op, err);
SAME(struct xr_pciif_aer, domain, struct xen_pcie_aer_op, domain);
SAME(struct xr_pciif_aer, bus, struct xen_pcie_aer_op, bus);
SAME(struct xr_pciif_aer, devfn, struct xen_pcie_aer_op, devfn);
EQUAL(XR_PCIIF_MAX_VEC, SH_INFO_MAX_VEC);
EQUAL(XR_PCIF_ACTIVE, XEN_PCIF_active);
EQUAL(XR_PCIB_AERHANDLER, XEN_PCIB_AERHANDLER);
EQUAL(XR_PCIB_ACTIVE, XEN_PCIB_active);
EQUAL(XR_PCI_CONF_READ, XEN_PCI_OP_conf_read);
EQUAL(XR_PCI_CONF_WRITE, XEN_PCI_OP_conf_write);
EQUAL(XR_PCI_ENABLE_MSI, XEN_PCI_OP_enable_msi);
EQUAL(XR_PCI_DISABLE_MSI, XEN_PCI_OP_disable_msi);
EQUAL(XR_PCI_ENABLE_MSIX, XEN_PCI_OP_enable_msix);
EQUAL(XR_PCI_DISABLE_MSIX, XEN_PCI_OP_disable_msix);
EQUAL(XR_PCI_AER_DETECTED, XEN_PCI_OP_aer_detected);
EQUAL(XR_PCI_AER_RESUME, XEN_PCI_OP_aer_resume);
EQUAL(XR_PCI_AER_MMIO, XEN_PCI_OP_aer_mmio);
EQUAL(XR_PCI_AER_SLOTRESET, XEN_PCI_OP_aer_slotreset);
EQUAL(XR_PCI_ENABLE_MULTI_MSI, XEN_PCI_OP_enable_multi_msi);
EQUAL(XR_PCI_SUCCESS, XEN_PCI_ERR_success);
EQUAL(XR_PCI_DEV_NOT_FOUND, XEN_PCI_ERR_dev_not_found);
EQUAL(XR_PCI_INVALID_OFFSET, XEN_PCI_ERR_invalid_offset);
EQUAL(XR_PCI_ACCESS_DENIED, XEN_PCI_ERR_access_denied);
EQUAL(XR_PCI_NOT_IMPLEMENTED, XEN_PCI_ERR_not_implemented);
EQUAL(XR_PCI_OP_FAILED, XEN_PCI_ERR_op_failed);

/* ---- tpmif ---------------------------------------------------------------- */

EQUAL(XR_TPMIF_HEAD, sizeof(tpmif_shared_page_t));
EQUAL(XR_TPMIF_HEAD, OFF(struct xr_tpmif_page, extra_pages));
SAME(struct xr_tpmif_page, length, tpmif_shared_page_t, length);
SAME(struct xr_tpmif_page, state, tpmif_shared_page_t, state);
SAME(struct xr_tpmif_page, locality, tpmif_shared_page_t, locality);
SAME(struct xr_tpmif_page, nr_extra_pages, tpmif_shared_page_t, nr_extra_pages);
EQUAL(OFF(struct xr_tpmif_page, extra_pages), OFF(tpmif_shared_page_t, extra_pages));
EQUAL(SIZE(struct xr_tpmif_page, extra_pages[0]), SIZE(tpmif_shared_page_t, extra_pages[0]));
EQUAL(XR_TPMIF_EXTRA_PAGES, (1u << 8 * SIZE(tpmif_shared_page_t, nr_extra_pages)) - 1);
EQUAL((int)XR_TPMIF_IDLE, (int)TPMIF_STATE_IDLE);
EQUAL((int)XR_TPMIF_SUBMIT, (int)TPMIF_STATE_SUBMIT);
EQUAL((int)XR_TPMIF_FINISH, (int)TPMIF_STATE_FINISH);
EQUAL((int)XR_TPMIF_CANCEL, (int)TPMIF_STATE_CANCEL);
/* the request of version 1 is not larger than what is shown of it */
_Static_assert(sizeof(tpmif_tx_interface_t) <= sizeof(struct xr_tpmif_v1), "v1");

/* ---- event channels ------------------------------------------------------ */

EQUAL(XR_PORT_CLOSED, EVTCHNSTAT_closed);
EQUAL(XR_PORT_UNBOUND, EVTCHNSTAT_unbound);
EQUAL(XR_PORT_INTERDOMAIN, EVTCHNSTAT_interdomain);
EQUAL(XR_PORT_PIRQ, EVTCHNSTAT_pirq);
EQUAL(XR_PORT_VIRQ, EVTCHNSTAT_virq);
EQUAL(XR_PORT_IPI, EVTCHNSTAT_ipi);
EQUAL(XR_EVTCHN_FIFO_PORTS, EVTCHN_FIFO_NR_CHANNELS);
EQUAL(XR_SHARED_PENDING, offsetof(struct shared_info, evtchn_pending));
#ifdef __i386__
EQUAL(XR_EVTCHN_NARROW, 8 * sizeof(((struct shared_info *)0)->evtchn_mask));
EQUAL(XR_SHARED_MASK_NARROW, offsetof(struct shared_info, evtchn_mask));
#else
EQUAL(XR_EVTCHN_WIDE, 8 * sizeof(((struct shared_info *)0)->evtchn_mask));
EQUAL(XR_SHARED_MASK_WIDE, offsetof(struct shared_info, evtchn_mask));
#endif
