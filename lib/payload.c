/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is in flight itself: the data in the pages that requests name, and the
 * bytes that are queued. All pages of a ring's requests are mapped in one
 * batch, copied and unmapped; what was answered or taken back meanwhile is said
 * not to be there, for its page may hold something else by then.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "decode.h"
#include "follow.h"
#include "grants.h"
#include "kind.h"
#include "rows.h"
#include "slots.h"
#include "stream.h"
#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/text.h"

#define MAX_PAGES 1024	/* of one ring in one call: 4 MiB */
#define SECTOR 512

/* ---- rows ---------------------------------------------------------------- */

static const struct xenring_sym direction_words[] = {
	{ 0, "out", "from the guest: they are what it sends or writes" },
	{ 1, "in", "to the guest: until the answer the pages hold what was there before" },
	{ 0 }
};

#define NULLABLE .flags = XENRING_F_NULLABLE

static const struct xenring_field part_fields[] = {
	XR_FIELD(xenring_payload_part, gref, XENRING_UINT, NULLABLE, .from = XENRING_SHARED,
		 .help = "grant reference of the page; null if it is in the ring's own"),
	XR_FIELD(xenring_payload_part, offset, XENRING_UINT, .unit = XENRING_U_BYTES, .from = XENRING_SHARED,
		 .help = "where in the page it begins"),
	XR_FIELD(xenring_payload_part, bytes, XENRING_UINT, NULLABLE, .unit = XENRING_U_BYTES,
		 .from = XENRING_SHARED, .help = "how long it is by what the request says"),
	XR_FIELD(xenring_payload_part, sector, XENRING_UINT, NULLABLE, .unit = XENRING_U_SECTORS,
		 .from = XENRING_SHARED, .help = "of a disk: the first sector that it holds"),
	XR_FIELD(xenring_payload_part, error, XENRING_STRING, NULLABLE, .from = XENRING_TOOL,
		 .help = "why it was not read, or is not to be trusted and not shown; null if it was read"),
	{ .name = "data", .off = offsetof(struct xenring_payload_part, data), .type = XENRING_BYTES,
	  .flags = XENRING_F_NULLABLE | XENRING_F_POINTER, .count = "n_data", .from = XENRING_SHARED,
	  .help = "its bytes; null if it was not read" },
	XR_FIELD(xenring_payload_part, n_data, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many bytes there are"),
	XR_END
};
const struct xenring_record xr_payload_part_record =
	XR_RECORD(xenring_payload_part, "payload_part", "a part of a request's data, in one page", part_fields);

static const struct xenring_field payload_fields[] = {
	XR_FIELD(xenring_payload_request, path, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the ring that it is on"),
	XR_FIELD(xenring_payload_request, index, XENRING_UINT, .from = XENRING_SHARED,
		 .help = "free-running index of the request, of a packet that of its first slot; of a queue "
			 "of bytes that of its first byte"),
	XR_FIELD(xenring_payload_request, slots, XENRING_UINT, NULLABLE, .unit = XENRING_U_SLOTS,
		 .from = XENRING_SHARED, .help = "how many slots it takes"),
	XR_FIELD(xenring_payload_request, state, XENRING_STRING, .syms = xr_slot_words,
		 .from = XENRING_INFERRED, .help = "what stands in its slot"),
	XR_FIELD_ALIAS(xenring_payload_request, "decoded_as", type, XENRING_STRING, .from = XENRING_SHARED,
		 .help = "which record its slot was decoded as, raw if it could not be"),
	XR_FIELD(xenring_payload_request, operation, XENRING_STRING, NULLABLE, .from = XENRING_SHARED,
		 .help = "what is asked; null where a ring knows but one thing to ask"),
	XR_FIELD(xenring_payload_request, id, XENRING_OPAQUE, .from = XENRING_SHARED,
		 .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
		 .help = "the guest's own value that ties a response to its request"),
	XR_FIELD(xenring_payload_request, direction, XENRING_STRING, NULLABLE, .syms = direction_words,
		 .from = XENRING_SHARED, .help = "which way the data go"),
	XR_FIELD(xenring_payload_request, bytes, XENRING_UINT, NULLABLE, .unit = XENRING_U_BYTES,
		 .from = XENRING_SHARED, .help = "how long it is by what the request says"),
	XR_FIELD(xenring_payload_request, bytes_read, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .from = XENRING_TOOL, .help = "how many of these were read"),
	XR_FIELD(xenring_payload_request, note, XENRING_STRING, NULLABLE, .from = XENRING_TOOL,
		 .help = "what is wrong with it, or left out of it"),
	{ .name = "parts", .off = offsetof(struct xenring_payload_request, parts),
	  .size = sizeof(struct xenring_payload_part), .type = XENRING_RECORD, .sub = &xr_payload_part_record,
	  .flags = XENRING_F_POINTER, .count = "n_parts", .max = UINT32_MAX, .from = XENRING_SHARED,
	  .help = "its data, page by page, in their order" },
	XR_FIELD(xenring_payload_request, n_parts, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many parts there are"),
	XR_END
};
const struct xenring_record xr_payload_record =
	XR_RECORD(xenring_payload_request, "payload", "a request in flight with the data it names",
		  payload_fields);

/* ---- what a request names ------------------------------------------------- */

/* One part under construction; which page it is in, of the batch. */
struct part {
	uint32_t gref, off, len;
	uint32_t slot;			/* of its request, counted from the unit's first */
	bool in_page;			/* no: it has its bytes already, or has none */
	size_t page;
	const char *error;		/* static, or owned by own_error */
};

struct unit {
	size_t first, n;		/* slots of the listing */
	struct xenring_payload_request row;
	char operation[XR_OPERATION];
	uint64_t id;
	bool has_id;
	char *note;
	uint8_t *own;			/* bytes that are in no page of the batch */
	bool is_own;			/* its parts are of these */
	struct part *parts;
	struct xenring_payload_part *rows;
	size_t n_parts, room;
};

struct xenring_payload {
	struct xenring_slots *slots;
	struct unit *units;
	size_t n, room;
	struct xr_fetch *fetch;
	uint8_t *pages;
	size_t n_fetch;
};

void xenring_payload_free(struct xenring_payload *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free(p->units[i].note);
		free(p->units[i].own);
		free(p->units[i].parts);
		free(p->units[i].rows);
	}
	free(p->units);
	free(p->fetch);
	free(p->pages);
	xenring_slots_free(p->slots);
	free(p);
}

static void payload_freep(struct xenring_payload **p)
{
	xenring_payload_free(*p);
}

static void note(struct unit *u, char *text)
{
	if (u->note || !text)
		free(text);
	else
		u->note = text;
}

static struct unit *add_unit(struct xenring_payload *p, const char *path)
{
	struct unit *u;

	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 16;
		struct unit *units = reallocarray(p->units, room, sizeof(*units));

		if (!units)
			return NULL;
		p->units = units;
		p->room = room;
	}
	u = &p->units[p->n++];
	*u = (struct unit){ .row = { .path = path, .slots = XENRING_UNKNOWN, .bytes = XENRING_UNKNOWN } };
	return u;
}

static struct part *add_part(struct unit *u)
{
	if (u->n_parts == u->room) {
		size_t room = u->room ? 2 * u->room : 4;
		struct part *parts = reallocarray(u->parts, room, sizeof(*parts));
		struct xenring_payload_part *rows = parts ?
			reallocarray(u->rows, room, sizeof(*rows)) : NULL;

		if (parts)
			u->parts = parts;
		if (rows)
			u->rows = rows;
		if (!parts || !rows)
			return NULL;
		u->room = room;
	}
	u->rows[u->n_parts] = (struct xenring_payload_part){
		.gref = XENRING_UNKNOWN, .bytes = XENRING_UNKNOWN, .sector = XENRING_UNKNOWN,
	};
	u->parts[u->n_parts] = (struct part){ .gref = 0 };
	return &u->parts[u->n_parts++];
}

/* The page of this grant in the batch; SIZE_MAX: no room or no memory (*ret_r). */
static size_t page_of(struct xenring_payload *p, uint32_t gref, int *ret_r)
{
	*ret_r = 0;
	for (size_t i = 0; i < p->n_fetch; i++)
		if (p->fetch[i].gref == gref)
			return i;
	if (p->n_fetch == MAX_PAGES)
		return SIZE_MAX;
	if (!p->fetch)
		p->fetch = calloc(MAX_PAGES, sizeof(*p->fetch));
	if (!p->fetch) {
		*ret_r = -ENOMEM;
		return SIZE_MAX;
	}
	p->fetch[p->n_fetch] = (struct xr_fetch){ .gref = gref, .payload = true };
	return p->n_fetch++;
}

/* len bytes at off in the page of this grant, of the unit's slot so-and-so. */
static int add_piece(struct xenring_payload *p, struct unit *u, uint32_t slot, uint32_t gref, uint32_t off,
		     uint32_t len, const char *error)
{
	struct part *part = add_part(u);
	int r = 0;

	if (!part)
		return -ENOMEM;
	*part = (struct part){ .gref = gref, .off = off, .len = len, .slot = slot, .error = error };
	if (!error && (off >= XR_PAGE_SIZE || len > XR_PAGE_SIZE - off))
		part->error = "it goes beyond its page";
	if (!part->error) {
		part->page = page_of(p, gref, &r);
		part->in_page = part->page != SIZE_MAX;
		if (!r && !part->in_page)
			part->error = "1024 pages are read at a time: name an INDEX";
	}
	return r;
}

static bool has(const struct xenring_record *rec, const char *name)
{
	const struct xenring_field *f = NULL;

	while ((f = xenring_next_field(rec, f)))
		if (!strcmp(f->name, name))
			return true;
	return false;
}

static bool number(const struct xenring_record *rec, const uint8_t *bytes, size_t n, const char *name,
		   uint32_t *ret)
{
	uint64_t v;

	if (xr_wire_number(rec, bytes, n, name, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

/*
 * A record that names one grant: a part of its page if it says which, in bytes
 * or as blkif in sectors, else all of it.
 */
static int add_named(struct xenring_payload *p, struct unit *u, uint32_t slot, const struct xenring_record *rec,
		     const uint8_t *bytes, size_t n)
{
	uint32_t gref, off = 0, len = XR_PAGE_SIZE, last;

	if (!number(rec, bytes, n, "gref", &gref))
		return 0;
	if (number(rec, bytes, n, "first_sect", &off) && number(rec, bytes, n, "last_sect", &last)) {
		if (last < off || last > 7)
			return add_piece(p, u, slot, gref, off * SECTOR, 0, "its sectors make no sense");
		return add_piece(p, u, slot, gref, off * SECTOR, (last - off + 1) * SECTOR, NULL);
	}
	if (number(rec, bytes, n, "offset", &off) && !number(rec, bytes, n, "length", &len))
		number(rec, bytes, n, "size", &len);
	return add_piece(p, u, slot, gref, off, len, NULL);
}

/* The list that holds a request's data; where the record goes on in pages of its own, the one there. */
static const struct xenring_field *data_list(const struct xenring_record *rec)
{
	const struct xenring_field *f = NULL, *found = NULL;

	while ((f = xenring_next_field(rec, f))) {
		bool names = f->type == XENRING_GREF ||
			     (f->type == XENRING_RECORD && f->sub && has(f->sub, "gref"));

		if (names && f->flags & XENRING_F_FETCHED)
			return f;
		if (!found && f->max && names)
			found = f;
	}
	return found;
}

/* All data that one slot's record names. */
static int add_data(struct xenring_payload *p, struct unit *u, uint32_t slot, const struct xenring_decoded *d)
{
	const struct xenring_field *list;
	const uint8_t *at = NULL;
	size_t n;
	int r = 0;

	if (!d || !d->rec)
		return 0;
	list = data_list(d->rec);
	if (!list)
		return add_named(p, u, slot, d->rec, d->bytes, d->n);
	n = xr_wire_list(d, list, &at);
	for (size_t i = 0; !r && i < n; i++, at += list->size)
		r = list->type == XENRING_GREF ?
			add_piece(p, u, slot, (uint32_t)xr_get(at, 4), 0, XR_PAGE_SIZE, NULL) :
			add_named(p, u, slot, list->sub, at, list->size);
	return r;
}

/* ---- requests and packets ------------------------------------------------- */

/* A request whose data are to be had, as far as that is known. */
static bool is_open(const char *state)
{
	return !strcmp(state, "request") || !strcmp(state, "open") || !strcmp(state, "kept") ||
	       !strcmp(state, "unsure");
}

/* The same, or one that is known to be answered. */
static bool is_asked(const char *state)
{
	return is_open(state) || !strcmp(state, "answered");
}

/* Bytes of the packet's first slot alone: where there is no end, nobody knows. */
static int first_bytes(const struct xr_ring_desc *d, enum xr_abi abi, const struct xenring_slots *slots,
		       const struct unit *u, uint32_t *ret)
{
	const uint8_t *bytes[32];
	struct xr_unit sum = { .bytes = 0 };
	unsigned state = 0;

	if (u->n > sizeof(bytes) / sizeof(bytes[0]))
		return -ENODATA;
	for (size_t i = 0; i < u->n; i++) {
		struct xenring_slot slot;

		if (xenring_slot(slots, u->first + i, &slot) || !slot.record)
			return -ENODATA;
		bytes[i] = slot.record->bytes;
		if (i && !state)
			return -ENODATA;
		d->chain->step(d, abi, false, bytes[i], &state);
	}
	if (state)
		return -ENODATA;
	d->chain->sum(d, abi, false, bytes, u->n, &sum);
	*ret = sum.first_bytes;
	return 0;
}

/*
 * A packet: its first slot says how long all of it is, the others how long they
 * are, so the first has what is left.
 */
static int add_packet(struct xenring_payload *p, struct unit *u, const struct xr_ring_desc *d, enum xr_abi abi)
{
	struct xenring_slot slot;
	uint32_t gref, off, total, first = 0;
	bool known = !first_bytes(d, abi, p->slots, u, &first);
	int r = xenring_slot(p->slots, u->first, &slot);

	if (r || !slot.record || !slot.record->rec ||
	    !number(slot.record->rec, slot.record->bytes, slot.record->n, "gref", &gref) ||
	    !number(slot.record->rec, slot.record->bytes, slot.record->n, "offset", &off) ||
	    !number(slot.record->rec, slot.record->bytes, slot.record->n, "size", &total))
		return r;
	u->row.bytes = total;
	r = add_piece(p, u, 0, gref, off, first,
		      known ? NULL : "how much of it the page holds is not known: the packet has no end here");
	for (size_t i = 1; !r && i < u->n; i++) {
		r = xenring_slot(p->slots, u->first + i, &slot);
		if (!r)
			r = add_data(p, u, (uint32_t)i, slot.record);
	}
	return r;
}

static int add_request(struct xenring_payload *p, struct unit *u, const struct xenring_decoded *d)
{
	uint64_t sector = 0, bytes = 0;
	bool disk;
	int r = add_data(p, u, 0, d);

	if (r || !d || !d->rec)
		return r;
	disk = !xr_wire_number(d->rec, d->bytes, d->n, "sector_number", &sector) && sector <= INT64_MAX / 2;
	for (size_t i = 0; i < u->n_parts; i++) {
		if (disk)
			u->rows[i].sector = (int64_t)(sector + bytes / SECTOR);
		bytes += u->parts[i].len;
	}
	u->row.bytes = (int64_t)bytes;
	return 0;
}

static int fill_unit(struct xenring_payload *p, struct unit *u, const struct xr_ring_desc *d, enum xr_abi abi)
{
	const struct xenring_decoded *record;
	struct xenring_slot slot;
	int r = xenring_slot(p->slots, u->first, &slot);

	if (r)
		return r;
	record = slot.record;
	u->row.index = slot.index;
	u->row.slots = (int64_t)u->n;
	u->row.state = slot.state;
	u->row.type = slot.type;
	u->has_id = slot.id != NULL;
	u->id = slot.id ? *slot.id : 0;
	if (record && record->note)
		note(u, strdup(record->note));
	if (record && record->rec) {
		enum xr_way flow = d->flow ? d->flow(record->rec, record->bytes) : XR_WAY_UNKNOWN;

		xr_operation(d, record->rec, record->bytes, record->n, u->operation);
		u->row.direction = flow == XR_WAY_OUT ? direction_words[0].name :
				   flow == XR_WAY_IN ? direction_words[1].name : NULL;
	}
	/* the slots that begin a packet may have been answered and written over, and its rest looks like one */
	if (d->chain && u->first && !xenring_slot(p->slots, u->first - 1, &slot) && !is_asked(slot.state) &&
	    !strcmp(u->row.state, "request"))
		note(u, strdup("it may be but the rest of a packet whose first slots are answered"));
	r = r ? r : d->chain ? add_packet(p, u, d, abi) : add_request(p, u, record);
	for (size_t k = 0; !r && k < u->n_parts; k++) {
		r = xenring_slot(p->slots, u->first + u->parts[k].slot, &slot);
		if (!r && !is_open(slot.state) && !u->parts[k].error)
			u->parts[k].error = "it is answered: its page may hold something else by now";
	}
	return r;
}

/* Which slots belong together: one each, or those of a packet. */
static size_t unit_at(const struct xenring_slots *slots, const struct xr_ring_desc *d, enum xr_abi abi, size_t i)
{
	struct xenring_slot slot;
	size_t n = 1;
	int64_t index;

	if (!d->chain || xenring_slot(slots, i, &slot))
		return 1;
	index = slot.index;
	while (!xenring_slot(slots, i + n, &slot) && slot.index == ((index + (int64_t)n) & UINT32_MAX) &&
	       slot.record && slot.record->rec && slot.record->rec != d->req[abi] && is_asked(slot.state))
		n++;
	return n;
}

static int list_requests(struct xenring_payload *p, const char *path, const struct xr_ring_desc *d,
			 enum xr_abi abi, int64_t index)
{
	size_t n;
	int r = 0;

	for (size_t i = 0; !r && i < xenring_n_slots(p->slots); i += n) {
		struct xenring_slot slot;
		struct unit *u;

		n = unit_at(p->slots, d, abi, i);
		r = xenring_slot(p->slots, i, &slot);
		/* one that is answered is told of only if it is asked for */
		if (r || !is_asked(slot.state) || (index == XENRING_UNKNOWN && !is_open(slot.state)))
			continue;
		if (index != XENRING_UNKNOWN && (uint32_t)(index - slot.index) >= n)
			continue;
		u = add_unit(p, path);
		if (!u)
			return -ENOMEM;
		u->first = i;
		u->n = n;
		r = fill_unit(p, u, d, abi);
	}
	return r;
}

/* ---- what happened meanwhile ---------------------------------------------- */

/* All parts of the unit that are of this slot of it, or of any: they are not to be trusted. */
static void refuse(struct unit *u, uint32_t slot, const char *why)
{
	for (size_t k = 0; k < u->n_parts; k++)
		if ((slot == UINT32_MAX || u->parts[k].slot == slot) && !u->parts[k].error)
			u->parts[k].error = why;
}

static const char answered[] = "it was answered while its page was read";

/* Was the unit's slot k answered by one of the answers of a later copy that were new in it? */
static bool is_answered(const struct xenring_payload *p, const struct unit *u, size_t k, const struct xr_ring *ring,
			enum xr_abi abi, const struct xr_copied *now, uint32_t rsp_prod)
{
	const struct xr_ring_desc *d = ring->desc;
	uint32_t count = xr_idx_sub(now->before[XR_RSP_PROD], rsp_prod);
	struct xenring_slot slot;
	unsigned state = 0;

	/* an extra has no answer of its own, and no data */
	if (xenring_slot(p->slots, u->first + k, &slot) || (d->chain && !slot.id))
		return false;
	/* in order, or with no more to go by than that */
	if (!(d->flags & XR_OUT_OF_ORDER) || !slot.id)
		return count && (!(d->flags & XR_OUT_OF_ORDER) ?
				 (uint32_t)slot.index - rsp_prod < count : true);
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *bytes = now->bytes + xr_slot_at(rsp_prod + i, ring->slots, d->slots_off,
							       ring->slot_size);
		const struct xenring_record *rec = d->chain ? d->chain->step(d, abi, true, bytes, &state) :
							      xr_pick_rsp(d, abi, bytes);
		uint64_t id;

		/* whose it is cannot be told */
		if (!rec)
			return true;
		if (!xr_wire_number(rec, bytes, ring->slot_size, xr_id_field(d), &id) &&
		    id == *slot.id)
			return true;
	}
	return false;
}

/* The pages were read after the slots: whoever was answered by then may have lost them. */
static int look_again(struct xenring *x, struct xenring_payload *p, const struct xr_ring *ring, enum xr_abi abi,
		      const struct xenring_ring *row)
{
	_cleanup_free_ uint8_t *bytes = malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	struct xr_copied now = { .look = XR_LOOK_NONE };
	uint32_t rsp_prod = (uint32_t)row->rsp_prod;
	bool lost;
	int r;

	if (!bytes)
		return -ENOMEM;
	now.bytes = bytes;
	r = xr_source_copy(&x->src, &ring->map, &now);
	if (r == -ENOMEM)
		return r;
	if (!r && now.look == XR_LOOK_OK && now.before[XR_RSP_PROD] == rsp_prod)
		return 0;
	lost = r || now.look != XR_LOOK_OK || now.before[XR_RSP_PROD] != now.after[XR_RSP_PROD] ||
	       xr_idx_sub(now.before[XR_RSP_PROD], rsp_prod) > ring->slots;
	for (size_t i = 0; i < p->n; i++) {
		struct unit *u = &p->units[i];

		if (lost)
			refuse(u, UINT32_MAX, "the ring moved too fast to tell whether it was answered meanwhile");
		for (size_t k = 0; !lost && k < u->n; k++)
			if (is_answered(p, u, k, ring, abi, &now, rsp_prod))
				refuse(u, (uint32_t)k, answered);
	}
	return 0;
}

static int fetch_all(struct xenring *x, struct xenring_payload *p, const struct xr_ring *ring)
{
	int r;

	if (!p->n_fetch)
		return 0;
	p->pages = malloc(p->n_fetch * XR_PAGE_SIZE);
	if (!p->pages)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_fetch; i++)
		p->fetch[i].into = p->pages + i * XR_PAGE_SIZE;
	r = xr_source_fetch(&x->src, &ring->map, p->fetch, p->n_fetch);
	if (r && r != -ENOMEM) {
		for (size_t i = 0; i < p->n_fetch; i++)
			p->fetch[i].grant_err = p->fetch[i].page_err = r;
		r = 0;
	}
	return r;
}

/* Does a capture have none of the pages that were asked for? */
static bool has_none(const struct xenring_payload *p)
{
	for (size_t i = 0; i < p->n_fetch; i++)
		if (p->fetch[i].grant_err != -ENODATA)
			return false;
	return p->n_fetch > 0;
}

/* ---- bytes that are queued ------------------------------------------------ */

/* Bytes of the unit's own, or why there are none. */
static int add_own(struct unit *u, uint32_t off, uint32_t n, const char *error)
{
	struct part *part = add_part(u);

	if (!part)
		return -ENOMEM;
	u->is_own = true;
	*part = (struct part){ .off = off, .len = n, .error = error };
	/* how long it is may be part of what is not told */
	if (!error)
		u->row.bytes = n;
	return 0;
}

static const char redacted[] = "redacted: --secrets shows it";

/* Messages and events, each whole; the listing has them already. */
static int list_messages(struct xenring_payload *p, const char *path, int64_t index)
{
	for (size_t i = 0; i < xenring_n_slots(p->slots); i++) {
		struct xenring_slot slot;
		const void *bytes;
		struct unit *u;
		size_t n = 0;

		if (xenring_slot(p->slots, i, &slot) ||
		    (strcmp(slot.state, "waiting") && strcmp(slot.state, "request")) ||
		    (index != XENRING_UNKNOWN && index != slot.index))
			continue;
		u = add_unit(p, path);
		if (!u)
			return -ENOMEM;
		bytes = xenring_slot_bytes(p->slots, i, &n);
		u->row.index = slot.index;
		u->row.state = slot.state;
		u->row.type = slot.type;
		u->own = malloc(n + 1);
		if (!u->own)
			return -ENOMEM;
		if (bytes)
			memcpy(u->own, bytes, n);
		if (slot.record && slot.record->note)
			note(u, strdup(slot.record->note));
		if (add_own(u, 0, (uint32_t)n, bytes ? NULL : redacted))
			return -ENOMEM;
	}
	return 0;
}

/* What is queued in one direction of a ring of bytes. */
static int list_queue(struct xenring *x, struct xenring_payload *p, const char *path, const struct xr_ring *ring,
		      struct xr_stream *stream, const struct xr_copied *c, bool in)
{
	struct xr_queue q = { .size = 0 };
	const char *why = xr_queue_of(ring, c, in, &q);
	struct unit *u;
	int r = 0;

	if (!why && !q.queued)
		return 0;
	u = add_unit(p, path);
	if (!u)
		return -ENOMEM;
	u->row.index = q.cons;
	u->row.state = "waiting";
	u->row.type = "bytes";
	u->row.direction = direction_words[in].name;
	if (!why && q.here && c->valid < ring->map.n_pages * XR_PAGE_SIZE)
		return -ENODATA;
	if (!why && q.queued > q.size)
		why = "more is queued than there is room for";
	if (!why) {
		u->own = malloc((size_t)q.queued + 1);
		if (!u->own)
			return -ENOMEM;
		r = xr_stream_take(&x->src, ring, stream, &q, 0, u->own, q.queued, &why);
		if (r < 0)
			return r;
	}
	return add_own(u, q.cons & (q.size - 1), why ? 0 : q.queued, why);
}

static int list_bytes(struct xenring *x, struct xenring_payload *p, const char *path, const struct xr_ring *ring)
{
	_cleanup_free_ uint8_t *bytes = malloc((size_t)ring->map.n_pages * XR_PAGE_SIZE);
	_cleanup_(xr_stream_clear) struct xr_stream stream = { .n = 0 };
	struct xr_copied c = { .bytes = bytes };
	int r = bytes ? xr_source_copy(&x->src, &ring->map, &c) : -ENOMEM;

	if (!r && c.look != XR_LOOK_OK)
		return -EAGAIN;
	if (!r && xr_model_insane(ring, c.before))
		return -ERANGE;
	for (int in = 0; !r && in < 2; in++)
		if (in ? xr_ring_has_in(ring->desc) : xr_ring_has_out(ring->desc))
			r = list_queue(x, p, path, ring, &stream, &c, in);
	return r;
}

/* ---- all of it ------------------------------------------------------------ */

/* The rows, now that all addresses stay. */
static void finish(struct xenring_payload *p, const struct xr_mapping *m)
{
	for (size_t i = 0; i < p->n; i++) {
		struct unit *u = &p->units[i];
		size_t own = 0;

		u->row.id = u->has_id ? &u->id : NULL;
		u->row.operation = u->operation[0] ? u->operation : NULL;
		u->row.note = u->note;
		u->row.parts = u->rows;
		u->row.n_parts = u->n_parts;
		for (size_t k = 0; k < u->n_parts; k++) {
			struct part *part = &u->parts[k];
			struct xenring_payload_part *row = &u->rows[k];
			const struct xr_fetch *f = part->in_page ? &p->fetch[part->page] : NULL;

			row->gref = part->in_page || !u->is_own ? (int64_t)part->gref : XENRING_UNKNOWN;
			row->offset = part->off;
			row->bytes = u->is_own && part->error ? XENRING_UNKNOWN : part->len;
			row->error = part->error ? part->error : f ? xr_fetch_fault(f, m) : NULL;
			if (row->error)
				continue;
			row->data = f ? f->into + part->off : u->own + own;
			row->n_data = part->len;
			own += f ? 0 : part->len;
			u->row.bytes_read += part->len;
		}
	}
}

static int read_payload(struct xenring *x, const struct xenring_snapshot *snap, size_t i, int64_t index,
			struct xenring_payload *p)
{
	const struct xr_topo_ring *tr = &snap->top->rings[i];
	const struct xr_ring_desc *d = tr->ring->desc;
	enum xr_abi abi = snap->top->devs[tr->dev].dev->abi;
	bool secret = xr_ring_has_secrets(d) && !x->secrets;
	const struct xr_ring *ring;
	struct xenring_ring row;
	int r;

	if (d->flags & XR_CREDIT)
		return xr_fail(x, "payload", EOPNOTSUPP,
			       "%s: its requests are buffers for the backend to fill, and hold nothing yet", tr->path);
	if (xr_kind_is_pairs(d->kind) && d->kind != XR_RING_EVENTS && !secret) {
		ring = xr_same_ring(x, snap, i);
		if (!ring || !ring->map.page || ring->err.op)
			return xr_fail(x, "payload", ESTALE, "%s cannot be read: %s", tr->path,
				       tr->err.op ? tr->err.text : "it is not connected");
		r = list_bytes(x, p, tr->path, ring);
	} else {
		r = xenring_read_slots(x, snap, i, &p->slots);
		if (r)
			return r;
		ring = xr_same_ring(x, snap, i);
		if (!ring)
			return xr_fail(x, "payload", ESTALE, "%s has gone", tr->path);
		xenring_slots_ring(p->slots, &row);
		r = d->kind == XR_RING_SLOTS ? list_requests(p, tr->path, d, abi, index) :
					       list_messages(p, tr->path, index);
		if (!r)
			r = fetch_all(x, p, ring);
		if (!r && has_none(p))
			r = -ENODATA;
		if (!r && d->kind == XR_RING_SLOTS && p->n)
			r = look_again(x, p, ring, abi, &row);
	}
	if (r == -ENODATA) {
		x->hint = "xenringtop record --payload FILE keeps it";
		return xr_fail(x, "payload", ENODATA, "%s: the capture does not hold its data", tr->path);
	}
	if (r)
		return xr_fail(x, "payload", -r, "%s: %s", tr->path,
			       r == -EAGAIN ? "it moves too fast to be copied" :
			       r == -ERANGE ? "its indices are impossible" : strerror(-r));
	finish(p, &ring->map);
	return 0;
}

int xenring_read_payload(struct xenring *x, const struct xenring_snapshot *snap, size_t i, int64_t index,
			 struct xenring_payload **ret)
{
	_cleanup_(payload_freep) struct xenring_payload *p = NULL;
	int r;

	x->hint = NULL;
	if (i >= snap->top->n_rings)
		return xr_fail(x, "payload", ERANGE, "there is no such ring");
	p = calloc(1, sizeof(*p));
	if (!p)
		return xr_fail(x, "payload", ENOMEM, "out of memory");
	r = read_payload(x, snap, i, index, p);
	if (!r)
		*ret = xr_steal(&p);
	return r;
}

size_t xenring_n_payload(const struct xenring_payload *p)
{
	return p->n;
}

int xenring_payload(const struct xenring_payload *p, size_t i, struct xenring_payload_request *ret)
{
	if (i >= p->n)
		return -ERANGE;
	*ret = p->units[i].row;
	return 0;
}
