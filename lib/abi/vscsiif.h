/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SCSI ring layouts (xen/include/public/io/vscsiif.h); the same in every ABI,
 * all of 252 bytes:
 *
 *	request		rqid 0  act 2  cmd_len 3  cmnd[16] 4  timeout 20
 *			channel 22  id 24  lun 26  ref_rqid 28
 *			sc_data_direction 30  nr_segments 31  seg[26] 32
 *	sg_list		rqid 0  act 2  nr_segments 3  seg[31] 4
 *	response	rqid 0  act 2  sense_len 3  sense_buffer[96] 4
 *			rslt 100  residual_len 104
 *	segment		gref 0  offset 4  length 6
 *
 * rslt is 0xDDHHMMSS: SS the device's status, HH the host's code; DD and MM are
 * of old drivers. tests/abi asserts every offset against the installed headers.
 */
#ifndef XR_ABI_VSCSIIF_H
#define XR_ABI_VSCSIIF_H

#include <stdint.h>

#define XR_VSCSIIF_SEGMENTS 26		/* VSCSIIF_SG_TABLESIZE */
#define XR_VSCSIIF_LIST_SEGMENTS 31	/* VSCSIIF_SG_LIST_SIZE */
#define XR_VSCSIIF_SG_PER_PAGE 512	/* VSCSIIF_SG_PER_PAGE */
#define XR_VSCSIIF_CMND 16		/* VSCSIIF_MAX_COMMAND_SIZE */
#define XR_VSCSIIF_SENSE 96		/* VSCSIIF_SENSE_BUFFERSIZE */
#define XR_VSCSIIF_SG_GRANT 0x80	/* in nr_segments */
#define XR_VSCSIIF_NR_BITS 7		/* the rest of it */

enum {				/* VSCSIIF_ACT_SCSI_ */
	XR_VSCSIIF_CDB = 1,
	XR_VSCSIIF_ABORT = 2,
	XR_VSCSIIF_RESET = 3,
	XR_VSCSIIF_SG_PRESET = 4,
};

enum {				/* DMA_ of Linux; the header has them in a comment */
	XR_VSCSIIF_BIDIRECTIONAL = 0,
	XR_VSCSIIF_TO_DEVICE = 1,
	XR_VSCSIIF_FROM_DEVICE = 2,
	XR_VSCSIIF_NONE = 3,
};

enum {				/* XEN_VSCSIIF_RSLT_HOST_ */
	XR_VSCSIIF_HOST_OK,
	XR_VSCSIIF_HOST_NO_CONNECT,
	XR_VSCSIIF_HOST_BUS_BUSY,
	XR_VSCSIIF_HOST_TIME_OUT,
	XR_VSCSIIF_HOST_BAD_TARGET,
	XR_VSCSIIF_HOST_ABORT,
	XR_VSCSIIF_HOST_PARITY,
	XR_VSCSIIF_HOST_ERROR,
	XR_VSCSIIF_HOST_RESET,
	XR_VSCSIIF_HOST_BAD_INTR,
	XR_VSCSIIF_HOST_PASSTHROUGH,
	XR_VSCSIIF_HOST_SOFT_ERROR,
	XR_VSCSIIF_HOST_IMM_RETRY,
	XR_VSCSIIF_HOST_REQUEUE,
	XR_VSCSIIF_HOST_TRANSPORT_DISRUPTED,
	XR_VSCSIIF_HOST_TRANSPORT_FAILFAST,
	XR_VSCSIIF_HOST_TARGET_FAILURE,
	XR_VSCSIIF_HOST_NEXUS_FAILURE,
	XR_VSCSIIF_HOST_ALLOC_FAILURE,
	XR_VSCSIIF_HOST_MEDIUM_ERROR,
	XR_VSCSIIF_HOST_TRANSPORT_MARGINAL,
};

enum {				/* XEN_VSCSIIF_RSLT_RESET_: all of rslt */
	XR_VSCSIIF_RESET_SUCCESS = 0x2002,
	XR_VSCSIIF_RESET_FAILED = 0x2003,
};

enum {				/* of SCSI itself (SAM): the low byte of rslt */
	XR_SCSI_GOOD = 0x00,
	XR_SCSI_CHECK_CONDITION = 0x02,
	XR_SCSI_CONDITION_MET = 0x04,
	XR_SCSI_BUSY = 0x08,
	XR_SCSI_INTERMEDIATE = 0x10,
	XR_SCSI_INTERMEDIATE_CONDITION_MET = 0x14,
	XR_SCSI_RESERVATION_CONFLICT = 0x18,
	XR_SCSI_COMMAND_TERMINATED = 0x22,
	XR_SCSI_TASK_SET_FULL = 0x28,
	XR_SCSI_ACA_ACTIVE = 0x30,
	XR_SCSI_TASK_ABORTED = 0x40,
};

struct xr_vscsiif_segment {
	uint32_t gref;
	uint16_t offset, length;
};

struct xr_vscsiif_request {
	uint16_t rqid;
	uint8_t act, cmd_len, cmnd[XR_VSCSIIF_CMND];
	uint16_t timeout_per_command, channel, id, lun, ref_rqid;
	uint8_t sc_data_direction, nr_segments;
	struct xr_vscsiif_segment seg[XR_VSCSIIF_SEGMENTS];
	uint32_t reserved[3];
};

struct xr_vscsiif_sg_list {
	uint16_t rqid;
	uint8_t act, nr_segments;
	struct xr_vscsiif_segment seg[XR_VSCSIIF_LIST_SEGMENTS];
};

struct xr_vscsiif_response {
	uint16_t rqid;
	uint8_t act, sense_len, sense_buffer[XR_VSCSIIF_SENSE];
	uint32_t rslt, residual_len, reserved[36];
};

#endif
