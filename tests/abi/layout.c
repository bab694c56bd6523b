/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our layouts against the installed Xen headers, at compile time: compiled once
 * as it is and once with -m32, where blkif is laid out differently. An object
 * that could be made is the proof; it is never run.
 */
#include <stddef.h>
#include <stdint.h>

#include "abi/blkif.h"
#include "abi/console.h"
#include "abi/netif.h"
#include "abi/pvcalls.h"
#include "abi/vchan.h"
#include "abi/xenstore.h"

/* New enough for version 2 grant entries and for the names xen_mb() etc. */
#define __XEN_INTERFACE_VERSION__ 0x00040300
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/grant_table.h>
#include <xen/io/ring.h>

#include <xen/io/blkif.h>
#include <xen/io/console.h>
#include <xen/io/netif.h>
#include <xen/io/pvcalls.h>
#include <xen/io/xs_wire.h>
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
