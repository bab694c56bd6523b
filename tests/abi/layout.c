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
#include "abi/fsif.h"
#include "abi/netif.h"
#include "abi/usbif.h"
#include "abi/vscsiif.h"
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
#include <xen/io/fsif.h>
#include <xen/io/netif.h>
#include <xen/io/usbif.h>
#include <xen/io/vscsiif.h>
#include <xen/io/xs_wire.h>

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
