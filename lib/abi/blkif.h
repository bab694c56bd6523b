/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Block ring layouts (xen/include/public/io/blkif.h), both ABIs. Xen's header
 * gives only the layout of the compiler's own ABI; these are explicit:
 *
 *			x86_64, arm	x86_32
 *	rw request	id at 8		id at 4		sizeof 112 / 108
 *	discard		id at 8		id at 4		sizeof  32 /  28
 *	indirect	id at 8		id at 4		sizeof  64 /  64
 *	response	id at 0, operation at 8, status at 10 in both
 *
 * tests/abi asserts every offset against the installed headers.
 */
#ifndef XR_ABI_BLKIF_H
#define XR_ABI_BLKIF_H

#include <stdint.h>

#define XR_BLKIF_SEGMENTS 11		/* BLKIF_MAX_SEGMENTS_PER_REQUEST */
#define XR_BLKIF_INDIRECT_PAGES 8	/* BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST */
#define XR_BLKIF_SEGMENTS_PER_PAGE 512	/* 4096 / 8 */

enum {
	XR_BLKIF_READ, XR_BLKIF_WRITE, XR_BLKIF_WRITE_BARRIER, XR_BLKIF_FLUSH,
	XR_BLKIF_RESERVED_1, XR_BLKIF_DISCARD, XR_BLKIF_INDIRECT,
};

struct xr_blkif_segment {
	uint32_t gref;
	uint8_t first_sect, last_sect;
	uint16_t pad;
};

struct xr_blkif_request_64 {
	uint8_t operation, nr_segments;
	uint16_t handle;
	uint32_t pad;
	uint64_t id, sector_number;
	struct xr_blkif_segment seg[XR_BLKIF_SEGMENTS];
};

struct xr_blkif_request_32 {
	uint8_t operation, nr_segments;
	uint16_t handle;
	uint64_t id, sector_number;
	struct xr_blkif_segment seg[XR_BLKIF_SEGMENTS];
} __attribute__((packed));

struct xr_blkif_discard_64 {
	uint8_t operation, flag;
	uint16_t handle;
	uint32_t pad;
	uint64_t id, sector_number, nr_sectors;
};

struct xr_blkif_discard_32 {
	uint8_t operation, flag;
	uint16_t handle;
	uint64_t id, sector_number, nr_sectors;
} __attribute__((packed));

struct xr_blkif_indirect_64 {
	uint8_t operation, indirect_op;
	uint16_t nr_segments;
	uint32_t pad;
	uint64_t id, sector_number;
	uint16_t handle, pad2;
	uint32_t indirect_grefs[XR_BLKIF_INDIRECT_PAGES];
	uint32_t pad3;
};

struct xr_blkif_indirect_32 {
	uint8_t operation, indirect_op;
	uint16_t nr_segments;
	uint64_t id, sector_number;
	uint16_t handle, pad2;
	uint32_t indirect_grefs[XR_BLKIF_INDIRECT_PAGES];
	uint64_t pad3;
} __attribute__((packed));

struct xr_blkif_response {
	uint64_t id;
	uint8_t operation, pad;
	int16_t status;
} __attribute__((packed));

#endif
