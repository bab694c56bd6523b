/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A ring of a fake host with both its ends. Whatever happens to its page
 * happens by an operation, a word and some numbers; the operations of a ring,
 * one after the other, are its script. Who listens to it (xr_fake_listen) can
 * have the same pages made by somebody else: tests/pages/replay.c does, with
 * Xen's own macros and structures.
 */
#ifndef XR_FAKE_RING_H
#define XR_FAKE_RING_H

#include "proto.h"
#include "source/fake.h"

enum xr_fring_kind {
	XR_FRING_BLKIF_64, XR_FRING_BLKIF_32, XR_FRING_SEGMENTS,
	XR_FRING_NETIF_TX, XR_FRING_NETIF_RX, XR_FRING_CONSOLE, XR_FRING_XENSTORE,
	XR_FRING_KIND_N
};

struct xr_fring {
	struct xr_fake *f;
	uint8_t *page;
	enum xr_fring_kind kind;
	uint32_t number;		/* in the script */
	uint32_t pages, slots, slot_size;
	uint32_t req_pvt, rsp_cons;	/* what the frontend alone knows */
	uint32_t req_cons, rsp_pvt;	/* what the backend alone knows */
};

/* Operations; the numbers that each takes, in this order. */
enum xr_fop {
	/* both ends: zeroed pages, an unused ring whose indices begin at START */
	XR_FOP_START,
	/* frontend: a request or an extra in the next slot */
	XR_FOP_RW,		/* operation id handle sector, then gref first last of each segment */
	XR_FOP_INDIRECT,	/* operation id handle sector nr_segments, then gref of each page */
	XR_FOP_DISCARD,		/* flag id handle sector nr_sectors */
	XR_FOP_TX,		/* gref offset flags id size */
	XR_FOP_TX_GSO,		/* flags size type */
	XR_FOP_RX,		/* id gref */
	/* publish requests; take N answers; ask for an event if there are no more */
	XR_FOP_PUSH, XR_FOP_TAKE, XR_FOP_ARM_FRONT,
	/* backend: an answer in the next slot */
	XR_FOP_ANSWER,		/* blkif: id operation status */
	XR_FOP_TX_ANSWER,	/* id status */
	XR_FOP_TX_NULL,
	XR_FOP_RX_ANSWER,	/* id offset flags status */
	XR_FOP_RX_GSO,		/* flags size type */
	/* publish answers; take N requests; ask for an event if there are no more */
	XR_FOP_REPLY, XR_FOP_CONSUME, XR_FOP_ARM_BACK,
	/* netback's receiving side: ask for an event with the very next request */
	XR_FOP_WANT,
	/* a page of segments: INDEX gref first last */
	XR_FOP_SEGMENT,
	/* rings of bytes: these bytes out of the guest or into it; N of them are taken */
	XR_FOP_OUT, XR_FOP_IN, XR_FOP_TAKE_OUT, XR_FOP_TAKE_IN,
	/* xenstore: a message: type req_id tx_id, then the payload's bytes */
	XR_FOP_SEND, XR_FOP_RECEIVE,
	XR_FOP_N
};

#define XR_FOP_ARGS 1200	/* at most */

/* A new ring on zeroed pages; the first line of its script is "N new KIND PAGES". */
void xr_fring_make(struct xr_fring *r, struct xr_fake *f, enum xr_fring_kind kind, void *page,
		   uint32_t pages);
/* Carries out one operation and tells it to who listens. */
void xr_fring_do(struct xr_fring *r, enum xr_fop op, const uint64_t *args, size_t n);
/* The same with the numbers written out. */
#define XR_FRING_DO(r, op, ...)							\
	xr_fring_do(r, op, (const uint64_t[]){ __VA_ARGS__ },			\
		    sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))
static inline void xr_fring_op(struct xr_fring *r, enum xr_fop op)
{
	xr_fring_do(r, op, NULL, 0);
}

/* Requests that can be put, as RING_FREE_REQUESTS. */
uint32_t xr_fring_room(const struct xr_fring *r);
/* Bytes on their way out of the guest or into it. */
uint32_t xr_fring_out(const struct xr_fring *r);
uint32_t xr_fring_in(const struct xr_fring *r);

#endif
