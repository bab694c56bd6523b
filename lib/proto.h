/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a protocol is: where its devices stand in xenstore, which keys name its
 * rings, and what is in a slot. A protocol is one file in proto/ and one line
 * in proto/protos.def; discovery, mapping, sampling, decoding and every output
 * follow from the tables.
 */
#ifndef XR_PROTO_H
#define XR_PROTO_H

#include "desc.h"
#include "ring.h"

enum xr_abi { XR_ABI_64, XR_ABI_32, XR_ABI_N };

enum {
	XR_OUT_OF_ORDER = 1,	/* answers come in any order: slots are not "in flight" */
	XR_CREDIT = 2,		/* the frontend posts buffers: full is healthy */
	XR_PER_QUEUE = 4,	/* one per queue, below queue-N/ if there are several */
	XR_OPTIONAL = 8,	/* no ring if its keys are absent */
	XR_NUMBERED = 16,	/* one per queue, all at the device's top: the keys have the number */
	XR_NO_IN = 32,		/* nothing flows towards the frontend */
	XR_NO_OUT = 64,		/* nothing flows from the frontend */
	XR_LOSSY = 128,		/* the producer may overtake the consumer, which need not confirm: what is too old is lost */
	XR_PATIENT = 256,	/* a request that was taken may stay open for ever: nobody is late */
	XR_MID_MESSAGE = 512,	/* the consumer may stand within a message of a stream */
	XR_ANNOUNCED = 1024,	/* no keys: requests of the device's ring with .announces name it */
	XR_ECHOES = 2048,	/* each answer says, in .op_fields, what was asked, whoever wrote it */
};

/* .stuck_after_s of rings whose requests may rightly stay open for ever. */
#define XR_NEVER_STUCK 1e30f

#define XR_REF_KEYS 2
#define XR_PORT_KEYS 2
#define XR_NO_GREF (-1)

struct xr_ring_desc;
struct xr_announce;	/* source.h */

/* What one unit of chained slots (a packet) comes to. */
struct xr_unit {
	uint32_t bytes;		/* of all of it; 0: not said */
	uint32_t first_bytes;	/* of its first slot alone */
	const char *note;	/* what is wrong with it, static; NULL: nothing */
	uint32_t requests;	/* those of them that name data */
	const char *refused;	/* why no backend takes it, static; NULL: one may */
	bool unlikely;		/* its first slot hardly begins a unit */
};

/*
 * State carried from slot to slot where one slot's meaning depends on the one
 * before (netif's extras and fragments). 0 is a boundary: what follows starts
 * a new unit. step() looks at one slot (slot_size private bytes, a request or
 * a response), returns its record and moves *state.
 */
struct xr_chain {
	const struct xenring_record *(*step)(const struct xr_ring_desc *ring, enum xr_abi abi,
					     bool response, const uint8_t *slot, unsigned *state);
	/* what the n >= 1 slots of one unit, boundary to boundary, come to; ret is zeroed */
	void (*sum)(const struct xr_ring_desc *ring, enum xr_abi abi, bool response,
		    const uint8_t *const *slots, size_t n, struct xr_unit *ret);
};

/*
 * The first of n >= 1 slots from which units follow one another up to the
 * last. The end of the range must be a boundary, as a producer's index is; its
 * beginning may be in the middle of a unit, whose extras and fragments can
 * look like a beginning: a start that is not likely one is taken only if it is
 * the first slot. If there is no such start, 0, and *ret_ends is false: the
 * last unit has no end, and step() may give it up.
 */
size_t xr_chain_start(const struct xr_ring_desc *ring, enum xr_abi abi, bool response,
		      const uint8_t *const *slots, size_t n, bool *ret_ends);

/* Where and how much a request asks for; XENRING_UNKNOWN: it has none, or its slot alone does not say. */
struct xr_gist {
	int64_t sector, sectors;	/* of 512 bytes: the first, and how many */
	int64_t segments;		/* of one whose sectors stand elsewhere */
};

#define XR_FOLLOW_MAX 26

/* A part of a granted page; off + len <= XR_PAGE_SIZE. */
struct xr_piece {
	uint32_t gref;
	uint16_t off, len;
};

/*
 * Pages that a request names and that hold more of it: the elements of its
 * record's XENRING_F_FETCHED list. Either pieces of pages, one behind the
 * other; or a directory, a list of pages that name each other
 * (io/sndif.h, displif.h, cameraif.h):
 *
 *	0  next_gref u32	the page that goes on, 0: none
 *	4  gref[1023] u32	the elements
 */
struct xr_follow {
	struct xr_piece pieces[XR_FOLLOW_MAX];
	size_t n_pieces;
	uint32_t directory;		/* grant of its first page; 0: there is none */
	size_t n;			/* elements in all; of a directory as many as it should have */
	const char *note;		/* static: why they are not to be had here; NULL */
};

/* .n of a directory whose request does not say how many: up to its first 0. */
#define XR_FOLLOW_TO_ZERO SIZE_MAX

/* The directory of a buffer of so many bytes: an element for each page that it has or begins. */
void xr_follow_directory(uint32_t gref, uint64_t bytes, struct xr_follow *ret);

#define XR_OP_FIELDS 2
/* Which way data go: out of the guest, or into it. */
enum xr_way { XR_WAY_UNKNOWN, XR_WAY_OUT, XR_WAY_IN };

/* What a slot says of other rings. */
enum xr_news { XR_NO_NEWS, XR_NEWS_RING, XR_NEWS_END };

/* What stands in a mailbox: a page with one message in each direction at most. */
enum xr_mail_state {
	XR_MAIL_NONE, XR_MAIL_REQUEST, XR_MAIL_RESPONSE,
	XR_MAIL_LAST,	/* the last response, which stays; all zero: there was none yet */
};
struct xr_mail {
	const struct xenring_record *rec;	/* NULL ends the table */
	uint32_t off, size;			/* in the page; the most, if there is place() */
	/* by the ring's words, of which a mailbox has two */
	enum xr_mail_state (*state)(const uint32_t idx[XR_N_IDX]);
	/* where it is and how long by what the page says (a private copy); off + size <= XR_PAGE_SIZE */
	void (*place)(const uint8_t *page, uint32_t *ret_off, uint32_t *ret_size);
	/* which record it is, if that depends on its first bytes; listed in .more. NULL: rec */
	const struct xenring_record *(*pick)(const uint8_t *bytes);
};

/* What the first page of a flex ring or a vchan says of the rest. */
struct xr_measure {
	uint32_t in_size, out_size;	/* bytes, powers of two; 0: no such direction */
	/* where the bytes are: in the page itself at in_off, out_off, or, if that is 0, in pages of their own */
	uint32_t in_off, out_off;
	/* grants of these pages, side by side: n_grefs u32 at grefs_off; the first is in_first, out_first */
	uint32_t grefs_off, n_grefs, in_first, out_first;
	uint32_t in_skip, out_skip;	/* bytes before the queue in its first page: two may share it */
	const char *fault;		/* static: why it makes no sense; NULL */
};

#define XR_FRAME_HEAD 64	/* the most that frame_head is */

/* A message in a stream of bytes: what is known of it before all of it is there. */
struct xr_frame {
	/* of its head, and as much of the rest as is to be shown; NULL: this is none */
	const struct xenring_record *rec;
	uint32_t size;				/* of all of it, as it says */
};

struct xr_ring_desc {
	const char *name;		/* "q%u", "q%u/tx", "ctrl", "s%x"; NULL ends the table */
	const char *help;
	enum xr_kind kind;
	unsigned flags;
	uint32_t idx_off;		/* of the four words in the first page */
	/* slots */
	uint32_t slots_off;
	uint32_t slot_size[XR_ABI_N];
	uint32_t max_order;		/* log2 of the most ring pages */
	enum xr_event_rule event_rule;
	const struct xenring_record *req[XR_ABI_N], *rsp[XR_ABI_N];
	/* which record a request is, if it depends on its first bytes; or NULL */
	const struct xenring_record *(*pick)(enum xr_abi abi, const uint8_t *slot);
	/* the same for responses */
	const struct xenring_record *(*pick_rsp)(enum xr_abi abi, const uint8_t *slot);
	/* all further records that pick, pick_rsp or chain can give, for documents; NULL-ended */
	const struct xenring_record *const *more;
	const struct xr_chain *chain;
	/* what the first page says beside words and messages, from its first byte on; or NULL */
	const struct xenring_record *page[XR_ABI_N];
	void (*follow)(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret);
	/* the fields that say what is asked, the first that the record has; or none */
	const char *op_fields[XR_OP_FIELDS];
	/* which way the data go that a request names; NULL: that is not said */
	enum xr_way (*flow)(const struct xenring_record *rec, const uint8_t *slot);
	/* what a request (private bytes of a slot) asks for; all in *ret is unknown before. NULL */
	void (*gist)(const struct xenring_record *rec, const uint8_t *slot, struct xr_gist *ret);
	/* why no backend can carry out a request, by its slot alone: static, or NULL */
	const char *(*fault)(const struct xenring_record *rec, const uint8_t *slot);
	const char *id_field;		/* what ties a response to its request; NULL: "id" */
	/*
	 * the ring that slot index announces, in *ret, or of which it says that it
	 * has ended (only its id counts), or neither. answered: what stands there
	 * begins with a response, to this request or to another one. Of a device one
	 * ring may do so, and what it announces is its protocol's XR_ANNOUNCED row.
	 */
	enum xr_news (*announces)(const uint8_t *slot, uint32_t index, bool answered,
				  struct xr_announce *ret);
	/*
	 * all but slots and mailboxes: the words are two (consumer, producer)
	 * pairs; which is "in", to the frontend? What fits, in bytes or events;
	 * of a flex ring or a vchan its first page says it.
	 */
	unsigned in_word, out_word;	/* positions of in_cons and out_cons: 0 or 2 */
	uint32_t in_size, out_size;
	uint32_t in_at, out_at;		/* bytes: where the queues stand in the page */
	/* events: one direction, slot_size bytes each from slots_off on, index modulo in_size or out_size */
	/* flex, vchan: page is a private copy of the first page */
	void (*measure)(const struct xr_ring_desc *ring, const uint8_t *page, struct xr_measure *ret);
	/* bytes, flex: the message whose first frame_head bytes these are; a stream is one behind the other */
	void (*frame)(const uint8_t *bytes, size_t n, bool in, struct xr_frame *ret);
	uint32_t frame_head;		/* bytes that frame wants to see */
	uint32_t frame_max;		/* of the largest message; 0: what its queue holds */
	/*
	 * what is wrong with the page's own record, by its bytes and the words that
	 * were copied with them: static, or NULL
	 */
	const char *(*page_fault)(const struct xr_ring_desc *ring, const uint8_t *page,
				  const uint32_t idx[XR_N_IDX]);
	/* mailbox */
	const struct xr_mail *mails;
	float stuck_after_s;		/* nothing moves while something is pending; 0: XR_STUCK_AFTER_S */
	/*
	 * how many bytes of its pages a capture may hold that was not asked for
	 * payload; the rest is the guest's own data. Of slots it is always all.
	 */
	uint32_t public_size;
	/* xenstore keys below the device (or its queue) */
	const char *ref_keys[XR_REF_KEYS];	/* one page; several: "ring-ref%u" */
	const char *order_key;		/* log2 of the pages; at the device's top */
	const char *pages_key;		/* older: their number */
	const char *port_keys[XR_PORT_KEYS];	/* the first that is there */
	/*
	 * a frame number: in a fixed folder used if the reserved grant is not
	 * made, else if the device has none of ref_keys
	 */
	const char *gfn_key;
	int reserved_gref;		/* grant entry that Xen reserves for it, or XR_NO_GREF */
	/*
	 * a version of the protocol, of several rows with one name: of a frontend
	 * that has set this key (it is there and not "0"), or has not. Before a
	 * device has keys, it is listed with the row without unless_key.
	 */
	const char *if_key, *unless_key;
};

/* Which ABI a device without the ABI key speaks, by its backend's type. */
struct xr_abi_default {
	const char *backend_type;	/* NULL: all others, and the end */
	enum xr_abi abi;
};

struct xenring_proto {
	const char *name, *help, *spec;
	/* device/<type>/<id>; several types may be listed; NULL-ended */
	const char *const *device_types;
	/* or one fixed folder of a domain ("console"): device 0, toolstack-owned */
	const char *fixed_dir;
	const char *fixed_type;		/* the type in its path: "console:0" */
	/*
	 * or any folder at most walk_depth below this one of a domain, if it has
	 * the keys of the first ring; and folders that the operator names. No
	 * xenbus: there are no states, and no backend is named.
	 */
	const char *walk_dir;		/* "data/vchan" */
	const char *walk_type;		/* the type in its path: "vchan:NAME" */
	unsigned walk_depth;
	/*
	 * folders with numbers for names between the device and its rings'
	 * keys, one within the other: vsnd/0/<pcm>/<stream>/ring-ref is 2. Their
	 * numbers come before the ring's name: "0/1/req".
	 */
	unsigned depth;
	const char *queues_key;		/* NULL: one queue */
	const char *queues_max_key;	/* the backend's limit */
	const char *abi_key;		/* NULL: one layout */
	/* set by both sides: pages of data stay granted and mapped when their request is answered */
	const char *persistent_key;
	/* of a disk, in the backend's folder: how many sectors it has, and their bytes; or NULL */
	const char *size_key, *unit_key;
	const struct xr_abi_default *abi_defaults;
	const struct xr_ring_desc *rings;	/* ends with .name == NULL */
};

/* The registry, in the order of protos.def; ends with NULL. */
extern const struct xenring_proto *const xr_protos[];
/* The protocol of device/<type>, or NULL. */
const struct xenring_proto *xr_proto_of_type(const char *type);

/* The record of one request slot, and of one response slot. NULL: raw. */
const struct xenring_record *xr_pick(const struct xr_ring_desc *ring, enum xr_abi abi,
				     const uint8_t *slot);
const struct xenring_record *xr_pick_rsp(const struct xr_ring_desc *ring, enum xr_abi abi,
					 const uint8_t *slot);

/* What ring's .gist says of a request; all unknown if it has none. */
struct xr_gist xr_gist_of(const struct xr_ring_desc *ring, const struct xenring_record *rec, const uint8_t *slot);
#define XR_OPERATION 24
/* What the n bytes of a request ask for, by the ring's .op_fields: "write", "0x4d"; "" if it does not say. */
void xr_operation(const struct xr_ring_desc *ring, const struct xenring_record *rec, const uint8_t *bytes,
		  size_t n, char ret[XR_OPERATION]);
/* The field that ties a response to its request. */
static inline const char *xr_id_field(const struct xr_ring_desc *ring)
{
	return ring->id_field ? ring->id_field : "id";
}

/* What a response says of its outcome, by its word if it has one; "": nothing. */
void xr_status(const struct xenring_record *rec, const uint8_t *bytes, size_t n, char *ret, size_t room);

/*
 * The n-th record that the ring's table names, of the 64-bit layout: requests,
 * the page's own, further ones, mails, responses. NULL: there are no more.
 */
const struct xenring_record *xr_ring_record(const struct xr_ring_desc *ring, size_t n);
/* May any of its bytes be a secret? */
bool xr_ring_has_secrets(const struct xr_ring_desc *ring);
/* Can any of its records name a grant? */
bool xr_ring_has_grefs(const struct xr_ring_desc *ring);

extern const struct xenring_sym xr_kind_words[];

#endif
