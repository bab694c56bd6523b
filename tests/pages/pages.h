/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages: what a table of cases, a maker of pages and the synthetic
 * frontend agree upon. README.md in this directory explains it.
 */
#ifndef PAGES_PAGES_H
#define PAGES_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "port.h"

#define PAGE_BYTES 4096u
#define MAX_SLOTS 512u
#define MAX_GRANTED 64u

/* What the slot of a ring was last written with. */
enum slot_kind {
	SLOT_UNUSED,
	SLOT_REQUEST,
	SLOT_EXTRA,	/* netif: struct netif_extra_info in a slot's place */
	SLOT_RESPONSE,
};

struct slot_note {
	uint32_t index;		/* free running, at which it was written */
	uint8_t kind;
	bool answered;		/* a request whose response exists already */
	uint32_t packet;	/* netif: slots of the packet starting here */
};

/* A request without a response. */
struct live {
	uint32_t index;
	uint64_t id;
	uint8_t operation;
	uint8_t extras;		/* netif-tx: slots that follow without an id */
};

/* What a page beside the ring is wanted for. */
enum page_use {
	PAGE_DATA,		/* the maker may give a number and no page */
	PAGE_INDIRECT,		/* an array of what the protocol describes */
};

struct granted {
	uint32_t gref;
	uint8_t use;
	uint8_t *mem;
	uint32_t off;		/* PAGE_INDIRECT: where in it the array begins */
	uint32_t nr_segments;	/* and how many elements count */
};

struct pages;
struct protocol;

struct page_case {
	const char *name;
	/* Leaves the pages as the case wants them; they start out zeroed. */
	void (*fill)(struct pages *p, uint32_t arg);
	uint32_t arg;
	uint32_t pages;		/* 0 stands for 1 */
	const char *fault;	/* what is wrong with it, NULL: nothing */
	bool opaque;		/* no slot's contents can be expected */
	const char *about;
};

enum ring_index { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

/* What the synthetic frontend needs to play both ends of a ring.h ring. */
struct ring_ops {
	uint32_t (*room)(const struct pages *p);
	/* Write one request (netif-tx: packet); an error's text or NULL. */
	const char *(*put)(struct pages *p, const char *op);
	/* Write the response of the k-th live request, with status. */
	const char *(*answer)(struct pages *p, uint32_t k, int status);
	/* Publish what was written; whether a notification is due. */
	bool (*push_requests)(struct pages *p);
	bool (*push_responses)(struct pages *p);
	/* Backend takes all requests, frontend all responses, and arms. */
	void (*consume)(struct pages *p);
	void (*take)(struct pages *p);
	uint32_t *(*index)(struct pages *p, enum ring_index which);
	/* p->mem has changed. */
	void (*move)(struct pages *p);
};

struct protocol {
	const char *name;
	bool abi_differs;	/* between x86_64 and x86_32 */
	const char *abi;	/* NULL: the one this program is built for */
	size_t priv_size;
	/* Make the pages an unused ring whose indices begin at `at`. */
	void (*start)(struct pages *p, uint32_t at);
	/* Write the members that are the protocol's own. */
	void (*describe)(struct pages *p, struct json *j);
	const struct ring_ops *ring;	/* NULL: not a ring.h ring */
	/* Of pages granted as PAGE_INDIRECT: their lines' protocol and members. */
	const char *granted;
	void (*describe_granted)(struct json *j, const struct granted *g);
	const struct page_case *cases;
	size_t nr_cases;
};

struct pages {
	const struct protocol *proto;
	const struct page_case *c;
	uint8_t *mem;
	uint32_t nr_pages;
	/* Of pages that name each other: their grants. NULL: as the case likes. */
	const uint32_t *refs;
	void *priv;

	/* ring.h rings */
	uint32_t nr_ents;
	struct slot_note note[MAX_SLOTS];
	struct live live[MAX_SLOTS];
	uint32_t nr_live;

	/* Numbers for requests: the n-th id is id_base + n * id_step. */
	uint64_t id_base, id_step;
	uint64_t next_sector;
	uint32_t next_gref;

	/*
	 * Grants a page for `use`. Returns its memory, or NULL for PAGE_DATA
	 * where the number alone is enough.
	 */
	uint8_t *(*grant)(struct pages *p, enum page_use use, bool writable,
			  uint32_t *gref);
	struct granted granted[MAX_GRANTED];
	uint32_t nr_granted;
};

extern const struct protocol blkif_protocol, blkif_packed_protocol;
extern const struct protocol netif_tx_protocol, netif_rx_protocol;
extern const struct protocol netif_ctrl_protocol;
extern const struct protocol console_protocol, xenstore_protocol;
extern const struct protocol grant_protocol;
extern const struct protocol pvcalls_protocol, pvcalls_data_protocol;
extern const struct protocol vchan_protocol;
extern const struct protocol sndif_protocol, sndif_evt_protocol;
extern const struct protocol displif_protocol, displif_evt_protocol;
extern const struct protocol cameraif_protocol, cameraif_evt_protocol;
extern const struct protocol vscsiif_protocol;
extern const struct protocol usbif_urb_protocol, usbif_conn_protocol;
extern const struct protocol fsif_protocol;
extern const struct protocol p9fs_protocol;
extern const struct protocol pciif_protocol, tpmif_protocol;
extern const struct protocol kbdif_protocol, fbif_protocol, fbif_32_protocol;

extern const struct protocol *const protocols[];	/* ends with NULL */

extern const char native_abi[];
const char *protocol_abi(const struct protocol *proto);

/*
 * The pages may be any memory. What else is granted is a mere number until the
 * caller sets p->grant.
 */
void pages_init(struct pages *p, const struct protocol *proto, uint8_t *mem,
		uint32_t nr_pages);
/* Zero the pages and forget what was on them. */
void pages_clear(struct pages *p);
void pages_fill(struct pages *p, const struct page_case *c);
void pages_release(struct pages *p);

/*
 * A row of what `slots` lists of a ring that has no slots of requests, open for
 * the members of its record. wrong: a decoder has to object.
 */
void row_open(struct json *j, uint32_t index, uint32_t slot, const char *state,
	      const char *type, bool wrong);
void row_close(struct json *j);

/* One line for the ring, then one for every indirect page granted. */
void pages_describe(struct pages *p, struct json *j, const char *name);

/* The next number that stands for a grant reference in the page images. */
uint32_t pages_fake_gref(struct pages *p);
uint32_t pages_data_grant(struct pages *p, bool writable);
uint8_t *pages_indirect(struct pages *p, uint32_t nr_segments, uint32_t *gref);

/* The lowest id that no live request has. */
uint64_t pages_new_id(const struct pages *p);
struct live *pages_live(struct pages *p, uint64_t id, uint32_t index);
/* Take the k-th live request off the list and mark its slot answered. */
struct live pages_answered(struct pages *p, uint32_t k);

/* The four indices, nr of entries and live requests of a ring.h ring. */
void ring_describe(struct pages *p, struct json *j, uint32_t entry_size);
/* Calls slot() for every slot ever written, the oldest index first. */
void ring_describe_slots(struct pages *p, struct json *j, uint32_t newest,
			 void (*slot)(struct pages *p, struct json *j,
				      const struct slot_note *note));

/* A fixed sequence of bytes that look like none. */
void pages_garbage(struct pages *p, uint32_t seed);

/* "op" or "op:N": the name's length, and N or `otherwise`. */
size_t pages_parse_op(const char *op, uint32_t otherwise, uint32_t *n);
bool pages_op_is(const char *op, size_t len, const char *name);

/*
 * pvcalls: the guest connects a socket, whose data's page and port are these.
 * Returns the socket's id.
 */
uint64_t pvcalls_announce(struct pages *p, uint32_t ref, uint32_t port);

/* What blkif and blkif-packed have in common. */
void blkif_describe_granted(struct json *j, const struct granted *g);

#endif
