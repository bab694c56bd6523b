/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blkif's part of a script. As in blkif.c, PAGES_PACKED makes the x86_32
 * layout in a 64-bit program.
 */
#include "replay.h"
#include "xenheaders.h"

#ifdef PAGES_PACKED
#pragma pack(push, 4)
#define __i386__ 1 /* blkif.h pads the indirect request under it */
#endif
#include <xen/io/blkif.h>
#ifdef PAGES_PACKED
#undef __i386__
#pragma pack(pop)
#endif

#define RING blkif
#include "replay-ring.h"

static void set_segment(struct blkif_request_segment *seg, const uint64_t *a)
{
	seg->gref = (grant_ref_t)a[0];
	seg->first_sect = (uint8_t)a[1];
	seg->last_sect = (uint8_t)a[2];
}

static void put_rw(struct blkif_request *req, const uint64_t *a, size_t n)
{
	req->operation = (uint8_t)a[0];
	req->id = a[1];
	req->handle = (blkif_vdev_t)a[2];
	req->sector_number = a[3];
	req->nr_segments = (uint8_t)((n - 4) / 3);
	for (size_t i = 4; i + 2 < n; i += 3)
		set_segment(&req->seg[(i - 4) / 3], a + i);
}

static void put_indirect(struct blkif_request_indirect *req, const uint64_t *a,
			 size_t n)
{
	req->operation = BLKIF_OP_INDIRECT;
	req->indirect_op = (uint8_t)a[0];
	req->id = a[1];
	req->handle = (blkif_vdev_t)a[2];
	req->sector_number = a[3];
	req->nr_segments = (uint16_t)a[4];
	for (size_t i = 5; i < n; i++)
		req->indirect_grefs[i - 5] = (grant_ref_t)a[i];
}

static void put_discard(struct blkif_request_discard *req, const uint64_t *a)
{
	req->operation = BLKIF_OP_DISCARD;
	req->flag = (uint8_t)a[0];
	req->id = a[1];
	req->handle = (blkif_vdev_t)a[2];
	req->sector_number = a[3];
	req->nr_sectors = a[4];
}

static void put_response(struct blkif_response *rsp, const uint64_t *a)
{
	rsp->id = a[0];
	rsp->operation = (uint8_t)a[1];
	rsp->status = (int16_t)a[2];
}

static bool run(struct replay *r, const char *op, const uint64_t *a, size_t n)
{
	if (!strcmp(op, "rw"))
		put_rw(blkif_request(r), a, n);
	else if (!strcmp(op, "indirect"))
		put_indirect(blkif_request(r), a, n);
	else if (!strcmp(op, "discard"))
		put_discard(blkif_request(r), a);
	else if (!strcmp(op, "answer"))
		put_response(blkif_response(r), a);
	else
		return blkif_common(r, op, a);
	return true;
}

#ifdef PAGES_PACKED
const struct replay_kind replay_blkif_packed = {
	.name = "blkif-32",
#else
const struct replay_kind replay_blkif = {
#ifdef __i386__
	.name = "blkif-32",
#else
	.name = "blkif-64",
#endif
#endif
	.ends_size = sizeof(struct blkif_ends),
	.run = run,
};

#ifndef PAGES_PACKED
/* A page of an indirect request's segments. */
static bool run_segments(struct replay *r, const char *op, const uint64_t *a,
			 size_t n)
{
	(void)n;
	if (strcmp(op, "segment"))
		return false;
	set_segment((struct blkif_request_segment *)(void *)r->mem + a[0],
		    a + 1);
	return true;
}

const struct replay_kind replay_segments = {
	.name = "segments",
	.run = run_segments,
};
#endif
