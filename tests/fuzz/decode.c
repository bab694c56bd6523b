/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: any bytes as the slots of any ring, and as any record.
 *
 *	byte 0	which ring of the registry, modulo their number
 *	byte 1	bit 0: the ABI; bit 1: responses; above: which record of its
 *		protocol the bytes are walked as, too, modulo their number
 *	rest	slots, the last one perhaps cut; of other kinds the first page
 */
#include <config.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "follow.h"
#include "fuzz/fuzz.h"
#include "kind.h"
#include "proto.h"
#include "util/text.h"

/* A unit of netif may have 18 slots and extras. More of them take their time and show nothing new. */
#define MAX_SLOTS 24
/* The same of elements that are fetched from pages. */
#define MAX_FETCHED 32

static volatile uint64_t sink;

/* All n bytes must be there. memcpy() is checked as a whole, where a loop is checked at each byte. */
static void touch_bytes(const void *bytes, size_t n)
{
	static uint8_t seen[XR_PAGE_SIZE];
	const uint8_t *b = bytes;

	for (size_t piece; n; b += piece, n -= piece) {
		piece = n < sizeof(seen) ? n : sizeof(seen);
		memcpy(seen, b, piece);
		sink += seen[piece - 1];
	}
}

static int touch(void *data, const struct xenring_value *v)
{
	(void)data;
	if (!v->known)
		return 0;
	if (v->bytes)
		touch_bytes(v->bytes, v->n);
	sink += v->u + (uint64_t)v->i + (v->sym ? strlen(v->sym) : 0);
	return 0;
}

static int hear(void *data, const struct xenring_field *f, const char *text)
{
	(void)data;
	(void)f;
	sink += strlen(text);
	return 0;
}

static const struct xenring_visitor visitor = { .value = touch, .fault = hear };

static void walk(const struct xenring_record *rec, const uint8_t *bytes, size_t n)
{
	struct xenring_decoded d = { .rec = rec, .bytes = bytes, .n = n };

	if (rec)
		xr_walk_wire(&d, NULL, &visitor, NULL);
}

/* The same, and what else is asked of a record; that is walking once more. */
static void walk_all(const struct xenring_record *rec, const uint8_t *bytes, size_t n)
{
	struct xenring_decoded d = { .rec = rec, .bytes = bytes, .n = n };
	uint32_t grefs[16];
	uint64_t id;

	if (!rec)
		return;
	walk(rec, bytes, n);
	sink += xr_wire_grefs(&d, grefs, 16);
	if (!xr_wire_number(rec, bytes, n, "id", &id))
		sink += id;
}

/* The list that follow() names, over the first of as many bytes as it may claim. */
static void walk_followed(const struct xr_ring_desc *r, const struct xenring_record *rec, const uint8_t *slot,
			  size_t size)
{
	struct xr_follow f = { .n_pieces = 0 };
	struct xenring_decoded d = { .rec = rec, .bytes = slot, .n = size };
	size_t element, room = 0;
	uint8_t *elements;

	if (!r->follow || !rec || !(element = xr_fetched_size(rec)))
		return;
	r->follow(rec, slot, &f);
	if (f.n_pieces > XR_FOLLOW_MAX)
		abort();
	for (size_t i = 0; i < f.n_pieces; i++) {
		if (f.pieces[i].off + f.pieces[i].len > XR_PAGE_SIZE)
			abort();
		room += f.pieces[i].len;
	}
	if (f.directory)
		room = XR_DIRECTORY_PAGES * XR_DIRECTORY_GREFS * 4;
	if (!f.directory && f.n * element > room)
		abort();
	d.n_fetched = f.n < room / element ? f.n : room / element;
	if (d.n_fetched > MAX_FETCHED)
		d.n_fetched = MAX_FETCHED;
	elements = calloc(1, d.n_fetched * element + 1);
	if (!elements)
		return;
	d.fetched = elements;
	xr_walk_wire(&d, NULL, &visitor, NULL);
	free(elements);
}

/* What a message begins with, from the end of memory, so that it is read no further than it may. */
static void frame(const struct xr_ring_desc *r, const uint8_t *end, size_t len, bool in)
{
	struct xr_frame f = { .size = 0 };

	r->frame(end - len, len, in, &f);
	sink += f.size;
	walk(f.rec, end - len, len);
}

/* All that a page says of itself, whatever the kind of ring; choice: what does not follow from the ring. */
static void page(const struct xr_ring_desc *r, enum xr_abi abi, unsigned choice, const uint8_t *b, size_t n)
{
	_Alignas(8) uint8_t copy[XR_PAGE_SIZE] = { 0 };
	struct xr_measure m = { .in_size = 0 };
	uint32_t idx[XR_N_IDX];

	memcpy(copy, b, n < sizeof(copy) ? n : sizeof(copy));
	memcpy(idx, copy + r->idx_off, sizeof(idx));
	if (r->measure) {
		r->measure(r, copy, &m);
		if (m.grefs_off + 4 * (size_t)m.n_grefs > XR_PAGE_SIZE ||
		    m.in_skip >= XR_PAGE_SIZE || m.out_skip >= XR_PAGE_SIZE ||
		    (m.in_size & (m.in_size - 1)) || (m.out_size & (m.out_size - 1)) ||
		    (!m.in_off && m.in_first + m.in_size / XR_PAGE_SIZE > m.n_grefs) ||
		    (!m.out_off && m.out_first + m.out_size / XR_PAGE_SIZE > m.n_grefs) ||
		    (m.in_off && m.in_off + (size_t)m.in_size > XR_PAGE_SIZE) ||
		    (m.out_off && m.out_off + (size_t)m.out_size > XR_PAGE_SIZE))
			abort();
	}
	if (r->page_fault) {
		const char *fault = r->page_fault(r, copy, idx);

		sink += fault ? strlen(fault) : 0;
	}
	for (const struct xr_mail *mail = r->mails; mail && mail->rec; mail++) {
		uint32_t off = mail->off, size = mail->size;

		sink += mail->state(idx);
		if (mail->place)
			mail->place(copy, &off, &size);
		if (off > XR_PAGE_SIZE || size > XR_PAGE_SIZE - off)
			abort();
		walk(mail->rec, copy + off, size);
		if (mail->pick && size >= 4)
			walk(mail->pick(copy + off), copy + off, size);
	}
	if (r->page[abi])
		walk_all(r->page[abi], copy, r->page[abi]->size);
	/* behind the input all are the same */
	for (uint32_t i = 0; r->kind == XR_RING_EVENTS && i < xr_events_size(r); i++) {
		size_t at = r->slots_off + (size_t)i * r->slot_size[abi];

		if (at > n)
			break;
		walk(xr_pick(r, abi, copy + at), copy + at, r->slot_size[abi]);
	}
	if (r->frame) {
		memcpy(copy + sizeof(copy) - XR_FRAME_HEAD, b, n < XR_FRAME_HEAD ? n : XR_FRAME_HEAD);
		frame(r, copy + sizeof(copy), r->frame_head, false);
		frame(r, copy + sizeof(copy), r->frame_head, true);
		frame(r, copy + sizeof(copy), choice % (r->frame_head + 1), choice & 1);
	}
}

static void chain(const struct xr_ring_desc *r, enum xr_abi abi, bool response, const uint8_t *const *slots,
		  size_t n)
{
	bool ends = false;
	unsigned state = 0;
	size_t start = xr_chain_start(r, abi, response, slots, n, &ends), first = start;

	if (start >= n)
		abort();
	for (size_t i = start; i < n; i++) {
		struct xr_unit unit = { .note = NULL };

		walk(r->chain->step(r, abi, response, slots[i], &state), slots[i], r->slot_size[abi]);
		if (state)
			continue;
		r->chain->sum(r, abi, response, slots + first, i + 1 - first, &unit);
		if (unit.note)
			sink += strlen(unit.note);
		if (unit.refused)
			sink += strlen(unit.refused);
		first = i + 1;
	}
	if (ends != !state)
		abort();
}

/* What a request asks for, as checks, latency and peek want to know it. */
static void ask(const struct xr_ring_desc *r, const struct xenring_record *rec, const uint8_t *slot, size_t size)
{
	struct xr_gist gist = xr_gist_of(r, rec, slot);
	char operation[XR_OPERATION];
	const char *fault = r->fault ? r->fault(rec, slot) : NULL;

	sink += (uint64_t)gist.sector + (uint64_t)gist.sectors + (uint64_t)gist.segments;
	sink += r->flow ? (uint64_t)r->flow(rec, slot) : 0;
	sink += fault ? strlen(fault) : 0;
	xr_operation(r, rec, slot, size, operation);
	sink += strlen(operation);
}

static void slots(const struct xr_ring_desc *r, enum xr_abi abi, bool response, const uint8_t *b, size_t n)
{
	size_t size = r->slot_size[abi], count = n / size;
	const uint8_t *slot[MAX_SLOTS];

	if (count > MAX_SLOTS)
		count = MAX_SLOTS;
	for (size_t i = 0; i < count; i++) {
		const struct xenring_record *rec;

		slot[i] = b + i * size;
		rec = response ? xr_pick_rsp(r, abi, slot[i]) : xr_pick(r, abi, slot[i]);
		if (i)
			walk(rec, slot[i], size);
		else
			walk_all(rec, slot[i], size);
		if (r->announces) {
			struct xr_announce news = { .id = 0 };

			sink += r->announces(slot[i], (uint32_t)i, response, &news);
			sink += news.id + news.gref + news.port;
		}
		if (!response && rec)
			ask(r, rec, slot[i], size);
		if (!response && i < 2)
			walk_followed(r, rec, slot[i], size);
	}
	if (r->chain && count)
		chain(r, abi, response, slot, count);
}

/* A ring of the registry, and all records of its protocol. */
struct way {
	const struct xr_ring_desc *ring;
	const struct xenring_record **records;
	size_t n;
};

static struct way ways[256];
static size_t n_ways;

/* The registry, once: to look for a record again and again is most of the time. */
static void list_ways(void)
{
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p))) {
		const struct xenring_record *rec = NULL, **records = NULL;
		size_t n = 0;

		while ((rec = xenring_proto_next_record(p, rec)))
			n++;
		records = calloc(n + 1, sizeof(*records));
		if (!records)
			abort();
		for (n = 0; (rec = xenring_proto_next_record(p, rec)); n++)
			records[n] = rec;
		for (const struct xr_ring_desc *r = p->rings; r->name; r++) {
			if (n_ways == sizeof(ways) / sizeof(ways[0]))
				abort();
			ways[n_ways++] = (struct way){ r, records, n };
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct xenring_record *rec;
	const struct xr_ring_desc *r;
	const struct way *way;
	enum xr_abi abi;
	uint8_t *copy;
	char *text;

	if (!n_ways)
		list_ways();
	if (size < 2)
		return 0;
	/* a copy of just this size, so that one byte too many is found */
	copy = malloc(size - 2 ? size - 2 : 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 2, size - 2);
	way = &ways[data[0] % n_ways];
	r = way->ring;
	rec = way->n ? way->records[(data[1] >> 2) % way->n] : NULL;
	abi = data[1] & 1 ? XR_ABI_32 : XR_ABI_64;
	walk_all(rec, copy, rec && size - 2 > rec->size ? rec->size : size - 2);
	if (r->kind == XR_RING_SLOTS)
		slots(r, abi, data[1] & 2, copy, size - 2);
	else
		page(r, abi, data[1] >> 2, copy, size - 2);
	text = xr_printable(copy, size - 2, 100);
	for (const char *s = text; s && *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			abort();
	free(text);
	free(copy);
	return 0;
}
