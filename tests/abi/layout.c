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
#include "abi/fbif.h"
#include "abi/kbdif.h"
#include "abi/netif.h"
#include "abi/pciif.h"
#include "abi/tpmif.h"
#include "abi/xenstore.h"

/* New enough for version 2 grant entries and for the names xen_mb() etc. */
#define __XEN_INTERFACE_VERSION__ 0x00040300
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/grant_table.h>
#include <xen/io/ring.h>

#include <xen/io/9pfs.h>
#include <xen/io/blkif.h>
#include <xen/io/console.h>
#include <xen/io/fbif.h>
#include <xen/io/kbdif.h>
#include <xen/io/netif.h>
#include <xen/io/pciif.h>
#include <xen/io/tpmif.h>
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
