/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry of protocols and what follows from their tables. */
#include <config.h>

#include "proto.h"

#include <string.h>

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

/*
 * The n-th record that p can show, or NULL: of each ring its requests, its
 * further ones, its page's own and its responses. The ABIs of a record share its name.
 */
static const struct xenring_record *nth_record(const struct xenring_proto *p, size_t n)
{
	for (const struct xr_ring_desc *r = p->rings; r->name; r++) {
		if (r->req[XR_ABI_64] && !n--)
			return r->req[XR_ABI_64];
		for (const struct xenring_record *const *m = r->more; m && *m; m++)
			if (!n--)
				return *m;
		if (r->page[XR_ABI_64] && !n--)
			return r->page[XR_ABI_64];
		if (r->rsp[XR_ABI_64] && !n--)
			return r->rsp[XR_ABI_64];
	}
	return NULL;
}

const struct xenring_record *xenring_proto_next_record(const struct xenring_proto *p,
						       const struct xenring_record *prev)
{
	const struct xenring_record *rec;
	bool past = !prev;

	for (size_t i = 0; (rec = nth_record(p, i)); i++) {
		bool seen = false;

		for (size_t j = 0; j < i && !seen; j++)
			seen = !strcmp(nth_record(p, j)->name, rec->name);
		if (past && !seen)
			return rec;
		if (rec == prev)
			past = true;
	}
	return NULL;
}
