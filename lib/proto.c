/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry of protocols and what follows from their tables. */
#include <config.h>

#include "proto.h"

#include <stdio.h>
#include <string.h>

#include "decode.h"

#define XR_PROTO(n) extern const struct xenring_proto xr_proto_##n;
#include "proto/protos.def"
#undef XR_PROTO

#define XR_PROTO(n) &xr_proto_##n,
const struct xenring_proto *const xr_protos[] = {
#include "proto/protos.def"
	NULL
};
#undef XR_PROTO

const struct xenring_sym xr_kind_words[] = {
	{ XR_RING_SLOTS, "slots", "requests and responses in slots, four indices" },
	{ XR_RING_BYTES, "bytes", "two byte queues, in and out, with a producer and a consumer each" },
	{ XR_RING_EVENTS, "events", "a page of events of one size, in a queue for one direction" },
	{ XR_RING_FLEX, "flex", "two byte queues in pages of their own, named by a page with the indices" },
	{ XR_RING_VCHAN, "vchan", "one of the two byte queues of a libxenvchan" },
	{ XR_RING_MAILBOX, "mailbox", "one message at a time, in a page with its state" },
	{ 0 }
};

const struct xenring_proto *xr_proto_of_type(const char *type)
{
	for (const struct xenring_proto *const *p = xr_protos; *p; p++)
		for (const char *const *t = (*p)->device_types; t && *t; t++)
			if (!strcmp(*t, type))
				return *p;
	return NULL;
}

const struct xenring_record *xr_pick(const struct xr_ring_desc *ring, enum xr_abi abi,
				     const uint8_t *slot)
{
	return ring->pick ? ring->pick(abi, slot) : ring->req[abi];
}

const struct xenring_record *xr_pick_rsp(const struct xr_ring_desc *ring, enum xr_abi abi,
					 const uint8_t *slot)
{
	return ring->pick_rsp ? ring->pick_rsp(abi, slot) : ring->rsp[abi];
}

void xr_follow_directory(uint32_t gref, uint64_t bytes, struct xr_follow *ret)
{
	/* entry 0 of a table is Xen's console's: these protocols take it for "none" */
	if (!gref) {
		if (bytes)
			ret->note = "gref_directory is 0: it names no page directory";
		return;
	}
	ret->directory = gref;
	ret->n = (size_t)(bytes / XR_PAGE_SIZE + (bytes % XR_PAGE_SIZE != 0));
}

/* Do the slots fall into units? And does the first one look like a unit's beginning? */
static bool chain_fits(const struct xr_ring_desc *ring, enum xr_abi abi, bool response,
		       const uint8_t *const *slots, size_t n, bool *ret_likely)
{
	struct xr_unit unit = { .note = NULL };
	unsigned state = 0;
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		ring->chain->step(ring, abi, response, slots[i], &state);
		if (!state && first) {
			first = false;
			if (ring->chain->sum)
				ring->chain->sum(ring, abi, response, slots, i + 1, &unit);
		}
	}
	*ret_likely = !unit.unlikely;
	return !state;
}

size_t xr_chain_start(const struct xr_ring_desc *ring, enum xr_abi abi, bool response,
		      const uint8_t *const *slots, size_t n, bool *ret_ends)
{
	bool fits, likely, first_fits = false;

	for (size_t start = 0; start < n; start++) {
		fits = chain_fits(ring, abi, response, slots + start, n - start, &likely);
		if (!start)
			first_fits = fits;
		if (fits && likely) {
			*ret_ends = true;
			return start;
		}
	}
	*ret_ends = first_fits;
	return 0;
}

const struct xenring_proto *xenring_next_proto(const struct xenring_proto *prev)
{
	const struct xenring_proto *const *p = xr_protos;

	if (!prev)
		return *p;
	while (*p && *p != prev)
		p++;
	return *p ? p[1] : NULL;
}

const char *xenring_proto_name(const struct xenring_proto *p)
{
	return p->name;
}

const struct xenring_record *xr_ring_record(const struct xr_ring_desc *r, size_t n)
{
	if (r->req[XR_ABI_64] && !n--)
		return r->req[XR_ABI_64];
	if (r->page[XR_ABI_64] && !n--)
		return r->page[XR_ABI_64];
	for (const struct xenring_record *const *m = r->more; m && *m; m++)
		if (!n--)
			return *m;
	for (const struct xr_mail *m = r->mails; m && m->rec; m++)
		if (!n--)
			return m->rec;
	if (r->rsp[XR_ABI_64] && !n--)
		return r->rsp[XR_ABI_64];
	return NULL;
}

bool xr_ring_has_secrets(const struct xr_ring_desc *r)
{
	const struct xenring_record *rec;

	for (size_t i = 0; (rec = xr_ring_record(r, i)); i++)
		if (xr_has_secrets(rec))
			return true;
	return false;
}

bool xr_ring_has_grefs(const struct xr_ring_desc *r)
{
	const struct xenring_record *rec;

	for (size_t i = 0; (rec = xr_ring_record(r, i)); i++)
		if (xr_has_grefs(rec))
			return true;
	return false;
}

/* Goes through all records that a protocol can show, of each ring all: from rings on. The ABIs of a record share its name. */
struct walk {
	const struct xr_ring_desc *ring;
	size_t i;
};

static const struct xenring_record *walk_on(struct walk *w)
{
	for (; w->ring->name; w->ring++, w->i = 0) {
		const struct xenring_record *rec = xr_ring_record(w->ring, w->i);

		if (rec) {
			w->i++;
			return rec;
		}
	}
	return NULL;
}

static bool is_named_before(const struct xenring_proto *p, const struct walk *end, const char *name)
{
	struct walk w = { .ring = p->rings };
	const struct xenring_record *rec;

	/* the last one before end is the record itself */
	while ((rec = walk_on(&w)) && (w.ring != end->ring || w.i != end->i))
		if (!strcmp(rec->name, name))
			return true;
	return false;
}

const struct xenring_record *xenring_proto_next_record(const struct xenring_proto *p,
						       const struct xenring_record *prev)
{
	struct walk w = { .ring = p->rings };
	const struct xenring_record *rec;
	bool past = !prev;

	while ((rec = walk_on(&w))) {
		if (past && !is_named_before(p, &w, rec->name))
			return rec;
		past = past || rec == prev;
	}
	return NULL;
}

struct xr_gist xr_gist_of(const struct xr_ring_desc *ring, const struct xenring_record *rec, const uint8_t *slot)
{
	struct xr_gist g = { .sector = XENRING_UNKNOWN, .sectors = XENRING_UNKNOWN, .segments = XENRING_UNKNOWN };

	if (ring->gist)
		ring->gist(rec, slot, &g);
	return g;
}

/* The value of the field of that name, by its word if it has one. False: the record has no such field. */
static bool put_word(const struct xenring_record *rec, const uint8_t *bytes, size_t n, const char *name, char *ret,
		     size_t room)
{
	const struct xenring_field *f = NULL;
	uint64_t v;

	while ((f = xenring_next_field(rec, f)) && strcmp(f->name, name))
		;
	if (!f || xr_wire_number(rec, bytes, n, f->name, &v))
		return false;
	snprintf(ret, room, "0x%llx", (unsigned long long)v);
	for (const struct xenring_sym *s = f->syms; s && s->name; s++)
		if (s->value == v)
			snprintf(ret, room, "%s", s->name);
	return true;
}

void xr_operation(const struct xr_ring_desc *ring, const struct xenring_record *rec, const uint8_t *bytes,
		  size_t n, char ret[XR_OPERATION])
{
	ret[0] = '\0';
	for (size_t i = 0; rec && i < XR_OP_FIELDS && ring->op_fields[i]; i++)
		if (put_word(rec, bytes, n, ring->op_fields[i], ret, XR_OPERATION))
			return;
}

void xr_status(const struct xenring_record *rec, const uint8_t *bytes, size_t n, char *ret, size_t room)
{
	if (!put_word(rec, bytes, n, "status", ret, room))
		ret[0] = '\0';
}
