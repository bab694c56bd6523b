/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every test page decoded by the protocols' tables and compared, slot by slot
 * and member by member, with what the page's maker says is in it. The pages
 * come from Xen's own headers (tests/pages), so this is where our layouts meet
 * theirs. XR_PAGES is their directory.
 */
#include <config.h>

#include "abi/blkif.h"
#include "lib/test.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "decode.h"
#include "grants.h"
#include "lib/host.h"
#include "lib/tail_alloc.h"
#include "proto.h"
#include "snapshot.h"
#include "util/bytes.h"

#define MAX_SLOTS 512

static const char *directory(void)
{
	const char *dir = getenv("XR_PAGES");

	return dir ? dir : "tests/pages";
}

/* ---- reading a case ----------------------------------------------------- */

struct page_case {
	struct json_object *json;
	const char *name, *protocol, *fault;
	enum xr_abi abi;
	uint8_t *pages;
	uint32_t n_pages;
	const struct xr_ring_desc *ring;
};

static struct json_object *get(struct json_object *obj, const char *key)
{
	struct json_object *v = NULL;

	if (!json_object_object_get_ex(obj, key, &v))
		return NULL;
	return v;
}

static int64_t number(struct json_object *obj, const char *key)
{
	struct json_object *v = get(obj, key);

	if (!v)
		fail_msg("the expectation has no %s", key);
	return json_object_get_int64(v);
}

static uint8_t *load(const char *name, const char *abi, uint32_t pages)
{
	uint8_t *bytes = aligned_alloc(4096, (size_t)pages * 4096);
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%s.bin", directory(), name, abi);
	f = fopen(path, "rb");
	if (!f || !bytes || fread(bytes, 4096, pages, f) != pages)
		fail_msg("cannot read %s", path);
	else
		fclose(f);
	return bytes;
}

/* "netif-tx" is netif's ring of that name. */
static const struct xr_ring_desc *ring_of(const char *protocol)
{
	static const struct {
		const char *name, *proto, *ring;
	} rows[] = {
		{ "blkif", "blkif", "q%u" }, { "netif-tx", "netif", "q%u/tx" },
		{ "netif-rx", "netif", "q%u/rx" }, { "netif-ctrl", "netif", "ctrl" },
		{ "console", "console", "ring" }, { "xenstore", "xenstore", "ring" },
		{ "pvcalls", "pvcalls", "cmd" }, { "pvcalls-data", "pvcalls", "s%x" },
		{ "vchan", "vchan", "left" },
		{ "sndif", "sndif", "req" }, { "sndif-evt", "sndif", "evt" },
		{ "displif", "displif", "req" }, { "displif-evt", "displif", "evt" },
		{ "cameraif", "cameraif", "req" }, { "cameraif-evt", "cameraif", "evt" },
		{ "vscsiif", "vscsiif", "ring" }, { "usbif-urb", "usbif", "urb" },
		{ "usbif-conn", "usbif", "conn" }, { "fsif", "fsif", "ring" },
		{ "9pfs", "9pfs", "r%u" }, { "kbdif", "kbdif", "in" }, { "fbif", "fbif", "in" },
		{ "pciif", "pciif", "op" }, { "tpmif", "tpmif", "ring" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (const struct xenring_proto *const *p = xr_protos; *p; p++) {
			if (strcmp(rows[i].name, protocol) || strcmp((*p)->name, rows[i].proto))
				continue;
			for (const struct xr_ring_desc *r = (*p)->rings; r->name; r++)
				if (!strcmp(r->name, rows[i].ring))
					return r;
		}
	return NULL;
}

/* Calls fn for every line of both ABIs whose protocol begins with this. */
static unsigned each(const char *protocol, void (*fn)(const struct page_case *c))
{
	static const char *const abis[XR_ABI_N] = { [XR_ABI_64] = "x86_64", [XR_ABI_32] = "x86_32" };
	unsigned n = 0;

	for (enum xr_abi abi = 0; abi < XR_ABI_N; abi++) {
		char path[512], *line = NULL;
		size_t room = 0;
		FILE *f;

		snprintf(path, sizeof(path), "%s/cases.%s.jsonl", directory(), abis[abi]);
		f = fopen(path, "r");
		if (!f)
			fail_msg("cannot read %s: tests/pages/build-pages.sh makes it", path);
		while (f && getline(&line, &room, f) > 0) {
			struct page_case c = { .json = json_tokener_parse(line), .abi = abi };

			assert_non_null(c.json);
			c.name = json_object_get_string(get(c.json, "name"));
			c.protocol = json_object_get_string(get(c.json, "protocol"));
			c.fault = json_object_get_string(get(c.json, "fault"));
			c.ring = ring_of(c.protocol);
			if (!strcmp(c.protocol, protocol)) {
				c.n_pages = (uint32_t)number(c.json, "pages");
				if (c.ring || !strcmp(protocol, "grant"))
					c.pages = load(c.name, abis[abi], c.n_pages);
				fn(&c);
				free(c.pages);
				n++;
			}
			json_object_put(c.json);
		}
		free(line);
		if (f)
			fclose(f);
	}
	return n;
}

/* ---- the walk as JSON ---------------------------------------------------- */

struct builder {
	struct json_object *at[8];
	size_t n;
	unsigned faults;
};

static void add(struct builder *b, const struct xenring_field *f, struct json_object *v)
{
	struct json_object *at = b->at[b->n - 1];

	if (json_object_is_type(at, json_type_array))
		json_object_array_add(at, v);
	else
		json_object_object_add(at, f->name, v);
}

static void push(struct builder *b, struct json_object *obj)
{
	assert_true(b->n < ARRAY_SIZE(b->at));
	b->at[b->n++] = obj;
}

static int on_begin(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct builder *b = data;
	struct json_object *obj;

	(void)rec;
	if (!f)
		return 0;	/* the outermost record is there already */
	obj = json_object_new_object();
	add(b, f, obj);
	push(b, obj);
	return 0;
}

static int on_end(void *data, const struct xenring_field *f, const struct xenring_record *rec)
{
	struct builder *b = data;

	(void)rec;
	if (f)
		b->n--;
	return 0;
}

static int on_list(void *data, const struct xenring_field *f, size_t n)
{
	struct builder *b = data;
	struct json_object *list = json_object_new_array();

	(void)n;
	add(b, f, list);
	push(b, list);
	return 0;
}

static int on_list_end(void *data, const struct xenring_field *f)
{
	struct builder *b = data;

	(void)f;
	b->n--;
	return 0;
}

static struct json_object *hexadecimal(const uint8_t *b, size_t n)
{
	char *text = malloc(2 * n + 1), *p = text;
	struct json_object *obj;

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%02x", b[i]);
	*p = '\0';
	obj = json_object_new_string(text);
	free(text);
	return obj;
}

/* One character for each byte, as the makers of pages write text. */
static struct json_object *latin1(const uint8_t *b, size_t n)
{
	char *text = malloc(2 * n + 1), *p = text;
	struct json_object *obj;

	assert_non_null(text);
	for (size_t i = 0; i < n; i++) {
		if (b[i] < 0x80) {
			*p++ = (char)b[i];
		} else {
			*p++ = (char)(0xc0 | b[i] >> 6);
			*p++ = (char)(0x80 | (b[i] & 0x3f));
		}
	}
	obj = json_object_new_string_len(text, (int)(p - text));
	free(text);
	return obj;
}

static int on_value(void *data, const struct xenring_value *v)
{
	struct json_object *obj = NULL;
	char text[32];

	if (v->known)
		switch (v->field->type) {
		case XENRING_OPAQUE:
			if (strcmp(v->field->name, "id")) {
				obj = json_object_new_uint64(v->u);
				break;
			}
			snprintf(text, sizeof(text), "0x%" PRIx64, v->u);
			obj = json_object_new_string(text);
			break;
		case XENRING_INT:
		case XENRING_ENUM:
			obj = json_object_new_int64(v->i);
			break;
		case XENRING_BYTES:
			obj = hexadecimal(v->bytes, v->n);
			break;
		case XENRING_STRING:
			obj = v->bytes ? latin1(v->bytes, v->n) : NULL;
			break;
		default:
			obj = json_object_new_uint64(v->u);
			break;
		}
	add(data, v->field, obj);
	return 0;
}

static int on_fault(void *data, const struct xenring_field *f, const char *text)
{
	struct builder *b = data;

	(void)f;
	assert_true(text && *text);
	b->faults++;
	return 0;
}

static const struct xenring_visitor visitor = {
	.begin = on_begin, .end = on_end, .list = on_list, .list_end = on_list_end,
	.value = on_value, .fault = on_fault,
};

static struct json_object *as_json(const struct xenring_decoded *d, unsigned *ret_faults)
{
	struct builder b = { .n = 0 };
	struct json_object *obj = json_object_new_object();

	push(&b, obj);
	assert_int_equal(xr_walk_wire(d, NULL, &visitor, &b), 0);
	assert_int_equal(b.n, 1);
	*ret_faults += b.faults;
	return obj;
}

/* ---- comparing ----------------------------------------------------------- */

static bool is_about(const char *key)
{
	static const char *const keys[] = { "index", "slot", "kind", "answered", "follow" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

/* The members of want, without those about the slot, are just those of got. */
static void compare(const struct page_case *c, struct json_object *want, struct json_object *got)
{
	struct json_object *left = NULL;

	assert_int_equal(json_object_deep_copy(want, &left, NULL), 0);
	json_object_object_foreach(want, key, v) {
		(void)v;
		if (is_about(key))
			json_object_object_del(left, key);
	}
	/* the record's own, which is not the slot's */
	if (get(left, "index_member")) {
		json_object_object_add(left, "index", json_object_get(get(left, "index_member")));
		json_object_object_del(left, "index_member");
	}
	if (!json_object_equal(left, got))
		fail_msg("%s: %s\n    was decoded as %s", c->name, json_object_to_json_string(want),
			 json_object_to_json_string(got));
	json_object_put(left);
}

/* ---- cut records --------------------------------------------------------- */

static struct tail tail;

static int count_value(void *data, const struct xenring_value *v)
{
	size_t *n = data;

	/* what is known may be looked at */
	if (v->known && v->bytes)
		for (size_t i = 0; i < v->n; i++)
			*n += ((const uint8_t *)v->bytes)[i] & 1;
	return 0;
}

static int count_fault(void *data, const struct xenring_field *f, const char *text)
{
	unsigned *n = data;

	(void)f;
	(void)text;
	++*n;
	return 0;
}

/* The record with only n of its bytes, and nothing behind them. */
static void decode_cut(const struct xenring_record *rec, const uint8_t *slot, size_t n)
{
	static const struct xenring_visitor all = { .value = count_value };
	static const struct xenring_visitor faults = { .fault = count_fault };
	struct xenring_decoded d = { .rec = rec, .bytes = tail_put(&tail, slot, n), .n = n };
	unsigned cut = 0;
	uint32_t grefs[32];
	uint64_t id;
	size_t sum = 0;

	assert_int_equal(xr_walk_wire(&d, NULL, &all, &sum), 0);
	assert_int_equal(xr_walk_wire(&d, NULL, &faults, &cut), 0);
	/* what goes on to the end may be nothing */
	if (!n && !(rec->fields->flags & XENRING_F_REST))
		assert_true(cut > 0);
	xr_wire_grefs(&d, grefs, ARRAY_SIZE(grefs));
	xr_wire_number(rec, d.bytes, n, "id", &id);
	xr_wire_number(rec, d.bytes, n, "gref", &id);
}

static void decode_every_length(const struct xenring_record *rec, const uint8_t *slot, size_t size)
{
	for (size_t n = 0; n <= size; n++)
		decode_cut(rec, slot, n);
}

/* ---- rings of slots ------------------------------------------------------ */

struct slots {
	const struct page_case *c;
	uint32_t idx[XR_N_IDX], size, n;
	unsigned faults;
};

static const uint8_t *slot_of(const struct slots *s, uint32_t index)
{
	return s->c->pages + xr_slot_at(index, s->n, s->c->ring->slots_off, s->size);
}

/* What the decoder found at an index; rec NULL: it says "raw". */
struct found {
	const struct xenring_record *rec;
	const char *note;	/* of the unit that begins here */
	uint32_t unit, bytes;	/* slots and bytes of the unit that begins here; 0: none does */
};

/* The run of n slots from index on: requests of a ring, or responses. */
static void decode_run(const struct slots *s, uint32_t index, uint32_t n, bool response,
		       struct found found[MAX_SLOTS])
{
	const struct xr_ring_desc *ring = s->c->ring;
	enum xr_abi abi = s->c->abi;
	const uint8_t *slots[MAX_SLOTS] = { NULL };
	unsigned state = 0;
	size_t start = 0, first;
	bool ends = true;

	for (uint32_t i = 0; i < n; i++)
		slots[i] = slot_of(s, index + i);
	if (ring->chain && n)
		start = xr_chain_start(ring, abi, response, slots, n, &ends);
	first = start;
	for (size_t i = start; i < n; i++) {
		struct found *f = &found[(index + i) & (s->n - 1)];
		struct xr_unit unit = { .note = NULL };

		if (!ring->chain) {
			f->rec = response ? xr_pick_rsp(ring, abi, slots[i]) : xr_pick(ring, abi, slots[i]);
			continue;
		}
		f->rec = ring->chain->step(ring, abi, response, slots[i], &state);
		if (state)
			continue;
		f = &found[(index + first) & (s->n - 1)];
		f->unit = (uint32_t)(i + 1 - first);
		ring->chain->sum(ring, abi, response, slots + first, f->unit, &unit);
		f->bytes = unit.bytes;
		f->note = unit.note;
		first = i + 1;
	}
	assert_int_equal(!state, ends);
	if (!ends)
		found[(index + first) & (s->n - 1)].note = "it has no end";
}

/* A directory has a grant for each page that the buffer has or begins. */
static void check_directory(const char *name, const struct xr_follow *follow, struct json_object *want)
{
	struct json_object *gref = get(want, "gref_directory"), *bytes = get(want, "buffer_sz");
	struct json_object *flags = get(want, "flags");

	if (!gref) {
		assert_row(name, !follow->directory && !follow->n && !follow->note);
	} else if (flags && json_object_get_int64(flags)) {
		assert_row(name, !follow->directory && follow->note && strstr(follow->note, "backend"));
	} else {
		assert_int_equal(follow->directory, json_object_get_int64(gref));
		/* a camera's buffers are as large as an earlier response said */
		assert_true(follow->n == (bytes ? (size_t)(json_object_get_int64(bytes) + 4095) / 4096 :
					  XR_FOLLOW_TO_ZERO));
	}
}

static void check_follow(const struct slots *s, const struct found *f, const uint8_t *slot,
			 struct json_object *want)
{
	struct json_object *grefs = get(want, "indirect_grefs"), *nr = get(want, "nr_segments");
	struct xr_follow follow = { .n_pieces = 0 };

	if (!s->c->ring->follow || !f->rec)
		return;
	s->c->ring->follow(f->rec, slot, &follow);
	if (!grefs) {
		assert_int_equal(follow.n_pieces, 0);
		check_directory(s->c->name, &follow, want);
		return;
	}
	assert_int_equal(follow.n_pieces, json_object_array_length(grefs));
	for (size_t i = 0; i < follow.n_pieces; i++)
		assert_int_equal(follow.pieces[i].gref,
				 json_object_get_int64(json_object_array_get_idx(grefs, i)));
	assert_true(follow.n * sizeof(struct xr_blkif_segment) <= follow.n_pieces * XR_PAGE_SIZE);
	assert_int_equal(follow.n, json_object_get_int(nr) < 4096 ? json_object_get_int(nr) : 4096);
}

/* The parts of pages that the request names, and how many elements are in them. */
static void check_pieces(const struct slots *s, const struct found *f, const uint8_t *slot,
			 struct json_object *want)
{
	struct json_object *pieces = get(want, "pieces");
	struct xr_follow follow = { .n_pieces = 0 };

	s->c->ring->follow(f->rec, slot, &follow);
	if (!pieces) {
		assert_row(s->c->name, follow.note && *follow.note && !follow.n_pieces && !follow.n);
		return;
	}
	assert_null(follow.note);
	assert_int_equal(follow.n_pieces, json_object_array_length(pieces));
	for (size_t i = 0; i < follow.n_pieces; i++) {
		struct json_object *piece = json_object_array_get_idx(pieces, i);

		assert_int_equal(follow.pieces[i].gref, number(piece, "gref"));
		assert_int_equal(follow.pieces[i].off, number(piece, "offset"));
		assert_int_equal(follow.pieces[i].len, number(piece, "length"));
	}
	assert_int_equal(follow.n, number(want, "n"));
}

/* What stands in pages of its own is compared where these are: here it is an empty list. */
static void drop_unfetched(struct json_object *got)
{
	static const char *const keys[] = { "segments", "buffer_grefs", "frames" };
	struct json_object *list;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (json_object_object_get_ex(got, keys[i], &list)) {
			assert_int_equal(json_object_array_length(list), 0);
			json_object_object_del(got, keys[i]);
		}
}

static void check_slot(struct slots *s, const struct found *f, struct json_object *want)
{
	uint32_t index = (uint32_t)number(want, "index");
	const uint8_t *slot = slot_of(s, index);
	struct xenring_decoded d = { .rec = f->rec, .bytes = slot, .n = s->size };
	struct json_object *got;

	assert_int_equal(number(want, "slot"), index & (s->n - 1));
	if (!f->rec)
		return;
	/* at the end of memory, so that no byte behind the slot is looked at */
	d.bytes = tail_put(&tail, slot, s->size);
	got = as_json(&d, &s->faults);
	drop_unfetched(got);
	compare(s->c, want, got);
	json_object_put(got);
	if (get(want, "follow"))
		check_pieces(s, f, slot, get(want, "follow"));
	else
		check_follow(s, f, slot, want);
	decode_every_length(f->rec, slot, s->size);
}

static uint32_t unpublished(const struct page_case *c)
{
	/* there two responses are in the page before rsp_prod says so */
	return strcmp(c->name, "blkif-early-response") ? 0 : 2;
}

static void check_packets(const struct slots *s, const struct found found[MAX_SLOTS], bool response)
{
	struct json_object *packets = get(s->c->json, "packets");
	uint32_t oldest = s->idx[XR_REQ_PROD] - s->n;
	uint32_t n = packets ? (uint32_t)json_object_array_length(packets) : 0;

	for (uint32_t i = 0; i < n; i++) {
		struct json_object *p = json_object_array_get_idx(packets, i);
		uint32_t first = (uint32_t)number(p, "first"), slots = (uint32_t)number(p, "slots");
		const struct found *f = &found[first & (s->n - 1)];

		/* answered in part: then its beginning is no request any more */
		if (!response && first - s->idx[XR_RSP_PROD] > s->n)
			continue;
		assert_true(first - oldest < s->n);
		if (f->unit != slots || f->bytes != number(p, "size"))
			fail_msg("%s: the packet at %u has %u slots, %u bytes; found are %u, %u", s->c->name,
				 first, slots, (uint32_t)number(p, "size"), f->unit, f->bytes);
	}
}

/* What each fault must be seen by; a word that is not here is seen by nothing yet. */
static void check_fault(const struct slots *s, const struct found found[MAX_SLOTS])
{
	static const char *const decode_faults[] = {
		"nr_segments", "operation", "type", "extra", "status", "cmd_len", "sense_len",
	};
	static const char *const unit_faults[] = { "slots", "size", "extra", "chain" };
	const char *fault = s->c->fault;
	unsigned notes = 0;

	for (uint32_t i = 0; i < s->n; i++)
		notes += found[i].note != NULL;
	if (!fault) {
		/* two of these pages' statuses are made up */
		if (!strcmp(s->c->name, "blkif-statuses"))
			assert_int_equal(s->faults, 2);
		else if (s->faults || notes)
			fail_msg("%s: %u faults, %u notes, but nothing is wrong", s->c->name, s->faults, notes);
		return;
	}
	/* an indirect request of no pages decodes well; that it is useless is not said */
	if (!strcmp(s->c->name, "blkif-bad-indirect-none"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(decode_faults); i++)
		if (!strcmp(fault, decode_faults[i]))
			assert_row(s->c->name, s->faults > 0);
	for (size_t i = 0; i < ARRAY_SIZE(unit_faults); i++)
		if (!strcmp(fault, unit_faults[i]))
			assert_row(s->c->name, notes > 0);
}

/* With impossible indices there is no telling; any slot must still be safe to decode. */
static void decode_anything(const struct slots *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const uint8_t *slot = slot_of(s, i);
		unsigned state[2] = { 0, 0 };

		decode_every_length(xr_pick(s->c->ring, s->c->abi, slot), slot, s->size);
		decode_every_length(xr_pick_rsp(s->c->ring, s->c->abi, slot), slot, s->size);
		for (int response = 0; s->c->ring->chain && response < 2; response++) {
			const struct xenring_record *rec = s->c->ring->chain->step(
				s->c->ring, s->c->abi, response, tail_put(&tail, slot, s->size),
				&state[response]);

			if (rec)
				decode_every_length(rec, slot, s->size);
		}
	}
}

static void check_slots(const struct page_case *c)
{
	struct slots s = { .c = c, .size = c->ring->slot_size[c->abi] };
	struct json_object *list = get(c->json, "slots");
	struct found found[MAX_SLOTS] = { { NULL } };
	struct xr_ring ring = { .desc = c->ring };
	uint32_t responses = 0, requests;
	const char *insane;

	assert_int_equal(s.size, number(c->json, "entry_size"));
	s.n = ring.slots = xr_ring_slots(c->n_pages, c->ring->slots_off, s.size);
	assert_int_equal(s.n, number(c->json, "entries"));
	assert_int_equal(xr_ring_look((const volatile uint32_t *)(const void *)c->pages,
				      c->ring->kind, s.idx), XR_LOOK_OK);
	assert_int_equal(s.idx[XR_REQ_PROD], number(c->json, "req_prod"));
	assert_int_equal(s.idx[XR_REQ_EVENT], number(c->json, "req_event"));
	assert_int_equal(s.idx[XR_RSP_PROD], number(c->json, "rsp_prod"));
	assert_int_equal(s.idx[XR_RSP_EVENT], number(c->json, "rsp_event"));
	insane = xr_model_insane(&ring, s.idx);
	if (c->fault && (!strcmp(c->fault, "overrun") || !strcmp(c->fault, "garbage"))) {
		assert_row(c->name, insane && *insane);
		decode_anything(&s);
		return;
	}
	if (insane)
		fail_msg("%s: %s", c->name, insane);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *kind = json_object_get_string(get(json_object_array_get_idx(list, i), "kind"));
		uint32_t index = (uint32_t)number(json_object_array_get_idx(list, i), "index");

		/* an extra is of the side that the ring's index says */
		if (s.idx[XR_REQ_PROD] - index > s.idx[XR_REQ_PROD] - s.idx[XR_RSP_PROD])
			responses++;
		assert_non_null(kind);
	}
	requests = s.idx[XR_REQ_PROD] - s.idx[XR_RSP_PROD] - unpublished(c);
	responses += unpublished(c);
	decode_run(&s, s.idx[XR_RSP_PROD] + unpublished(c) - responses, responses, true, found);
	decode_run(&s, s.idx[XR_RSP_PROD] + unpublished(c), requests, false, found);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *want = json_object_array_get_idx(list, i);
		uint32_t index = (uint32_t)number(want, "index");

		check_slot(&s, &found[index & (s.n - 1)], want);
	}
	check_packets(&s, found, c->ring->flags & XR_CREDIT);
	check_fault(&s, found);
}

static void run(const char *protocol, void (*fn)(const struct page_case *c), unsigned least)
{
	unsigned n;

	tail = tail_new(4096);
	n = each(protocol, fn);
	tail_drop(&tail);
	print_message("# %u pages of %s\n", n, protocol);
	assert_true(n >= least);
}

static void test_blkif(void **state) { (void)state; run("blkif", check_slots, 80); }
static void test_netif_tx(void **state) { (void)state; run("netif-tx", check_slots, 23); }
static void test_netif_rx(void **state) { (void)state; run("netif-rx", check_slots, 15); }
static void test_netif_ctrl(void **state) { (void)state; run("netif-ctrl", check_slots, 8); }

static void test_pvcalls(void **state) { (void)state; run("pvcalls", check_slots, 14); }
static void test_sndif(void **state) { (void)state; run("sndif", check_slots, 11); }
static void test_displif(void **state) { (void)state; run("displif", check_slots, 11); }
static void test_cameraif(void **state) { (void)state; run("cameraif", check_slots, 11); }

/* ---- pages of events ------------------------------------------------------ */

/* The page as a guest's, with a device that names it; found and read as any is. */
static void open_events(struct host *h, const struct page_case *c, const char **ret_path)
{
	static const struct {
		const char *protocol, *type, *below, *path;
	} rows[] = {
		{ "sndif-evt", "vsnd", "1/2/", "guest/vsnd:0/1/2/evt" },
		{ "displif-evt", "vdispl", "3/", "guest/vdispl:0/3/evt" },
		{ "cameraif-evt", "vcamera", "", "guest/vcamera:0/evt" },
	};
	enum { GREF = 60 };
	char key[96];

	host_open(h);
	memcpy(host_page(h, GREF, 0), c->pages, 4096);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].protocol, c->protocol)) {
			assert_int_equal(xr_fake_device(h->f, 5, rows[i].type, 0, 0, rows[i].type), 0);
			snprintf(key, sizeof(key), "/local/domain/5/device/%s/0/%sevt-ring-ref", rows[i].type,
				 rows[i].below);
			assert_int_equal(xr_fake_printf(h->f, key, "%u", GREF), 0);
			*ret_path = rows[i].path;
		}
	host_look(h);
}

static void check_events(const struct page_case *c)
{
	struct json_object *want = get(c->json, "events");
	size_t n = want ? json_object_array_length(want) : 0, at = 0, ring = 0;
	struct xenring_slots *slots = NULL;
	unsigned faults = 0;
	struct xenring_ring row;
	const char *path = "";
	struct host h;

	open_events(&h, c, &path);
	row = host_ring(&h, path);
	assert_null(row.error);
	assert_string_equal(row.kind, "events");
	assert_string_equal(row.state, "idle");
	assert_int_equal(row.in_size, 63);
	assert_int_equal(row.in_cons, number(c->json, "in_cons"));
	assert_int_equal(row.in_prod, number(c->json, "in_prod"));
	assert_int_equal(row.out_prod, XENRING_UNKNOWN);
	while (!xenring_ring(h.s, ring, &row) && strcmp(row.path, path))
		ring++;
	if (xenring_read_slots(h.x, h.s, ring, &slots))
		fail_msg("%s: %s", c->name, xenring_message(h.x));
	assert_int_equal(xenring_n_slots(slots), 63);
	for (size_t i = 0; i < xenring_n_slots(slots); i++) {
		struct json_object *e = at < n ? json_object_array_get_idx(want, at) : NULL;
		struct xenring_slot s;
		struct json_object *got;

		assert_int_equal(xenring_slot(slots, i, &s), 0);
		if (s.record)
			decode_every_length(s.record->rec, s.record->bytes, s.record->n);
		if (!want || strcmp(s.state, "waiting") != 0)
			continue;
		if (!e || s.index != number(e, "index") || s.slot != number(e, "slot"))
			fail_msg("%s: an event at %" PRIu64 ", %" PRIu64 " that is not there", c->name,
				 (uint64_t)s.index, (uint64_t)s.slot);
		got = as_json(s.record, &faults);
		compare(c, e, got);
		json_object_put(got);
		at++;
	}
	assert_int_equal(at, n);
	if (want)
		assert_int_equal(faults > 0, c->fault != NULL);
	xenring_slots_free(slots);
	host_close(&h);
}

static void test_sndif_evt(void **state) { (void)state; run("sndif-evt", check_events, 10); }
static void test_displif_evt(void **state) { (void)state; run("displif-evt", check_events, 10); }
static void test_cameraif_evt(void **state) { (void)state; run("cameraif-evt", check_events, 10); }
static void test_vscsiif(void **state) { (void)state; run("vscsiif", check_slots, 38); }
static void test_usbif_urb(void **state) { (void)state; run("usbif-urb", check_slots, 26); }
static void test_usbif_conn(void **state) { (void)state; run("usbif-conn", check_slots, 10); }
static void test_fsif(void **state) { (void)state; run("fsif", check_slots, 9); }

/* ---- indirect pages ------------------------------------------------------ */

static void check_indirect(const struct page_case *c)
{
	const struct xr_ring_desc *ring = ring_of("blkif");
	struct json_object *want = get(c->json, "seg"), *got, *list;
	size_t n = json_object_array_length(want);
	struct xr_follow follow = { .n_pieces = 0 };
	struct xenring_decoded d = { .n = 0 };
	uint8_t slot[112] = { 6 }, *page;
	unsigned faults = 0;
	char name[128];

	slot[2] = (uint8_t)n;
	slot[3] = (uint8_t)(n >> 8);
	d.rec = xr_pick(ring, c->abi, slot);
	d.bytes = slot;
	d.n = sizeof(slot);
	ring->follow(d.rec, slot, &follow);
	assert_int_equal(follow.n, n);
	snprintf(name, sizeof(name), "%s.g%" PRId64, c->name, number(c->json, "gref"));
	page = load(name, c->abi == XR_ABI_64 ? "x86_64" : "x86_32", 1);
	d.n_fetched = n;
	d.fetched = tail_put(&tail, page, n * sizeof(struct xr_blkif_segment));
	got = as_json(&d, &faults);
	list = get(got, "segments");
	if (!json_object_equal(list, want))
		fail_msg("%s: the indirect page was decoded as %s", name, json_object_to_json_string(list));
	json_object_put(got);
	free(page);
}

static void test_blkif_indirect(void **state)
{
	(void)state;
	run("blkif-indirect", check_indirect, 32);
}

/* One page of a request's list, as it is read if the request names just this part of it. */
static void check_granted(const struct page_case *c, const struct xr_ring_desc *ring, const uint8_t *slot,
			  size_t element, const char *key)
{
	struct json_object *want = get(c->json, "seg"), *got, *list;
	size_t n = json_object_array_length(want), off = (size_t)number(c->json, "offset");
	struct xr_follow follow = { .n_pieces = 0 };
	struct xenring_decoded d = {
		.rec = xr_pick(ring, c->abi, slot), .bytes = slot, .n = ring->slot_size[c->abi],
	};
	unsigned faults = 0;
	char name[128];
	uint8_t *page;

	ring->follow(d.rec, slot, &follow);
	assert_null(follow.note);
	assert_int_equal(follow.n_pieces, 1);
	assert_int_equal(follow.pieces[0].gref, number(c->json, "gref"));
	assert_int_equal(follow.pieces[0].off, off);
	assert_int_equal(follow.pieces[0].len, n * element);
	assert_int_equal(follow.n, n);
	snprintf(name, sizeof(name), "%s.g%" PRId64, c->name, number(c->json, "gref"));
	page = load(name, c->abi == XR_ABI_64 ? "x86_64" : "x86_32", 1);
	d.n_fetched = n;
	d.fetched = tail_put(&tail, page + off, n * element);
	got = as_json(&d, &faults);
	list = get(got, key);
	if (faults || !json_object_equal(list, want))
		fail_msg("%s: the page was decoded as %s", name, json_object_to_json_string(list));
	json_object_put(got);
	free(page);
}

static void put_number(uint8_t *at, int64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

/* A part of a page in the slot: reference, offset and length. */
static void put_part(const struct page_case *c, uint8_t *at, size_t length)
{
	put_number(at, number(c->json, "gref"), 4);
	put_number(at + 4, number(c->json, "offset"), 2);
	put_number(at + 6, (int64_t)length, 2);
}

static void check_vscsiif_granted(const struct page_case *c)
{
	/* an act of 1, and one page of segments */
	uint8_t slot[252] = { [2] = 1, [31] = 0x81 };

	put_part(c, slot + 32, 8 * json_object_array_length(get(c->json, "seg")));
	check_granted(c, ring_of("vscsiif"), slot, 8, "segments");
}

static void test_vscsiif_indirect(void **state)
{
	(void)state;
	run("vscsiif-indirect", check_vscsiif_granted, 55);
}

static void check_usbif_granted(const struct page_case *c)
{
	size_t n = json_object_array_length(get(c->json, "seg"));
	/* isochronous; no data pages, and one that describes packets */
	uint8_t slot[148] = { [18] = 1 };

	put_number(slot + 16, (int64_t)n, 2);
	put_part(c, slot + 20, 16 * n);
	check_granted(c, ring_of("usbif-urb"), slot, 16, "frames");
}

static void test_usbif_frames(void **state)
{
	(void)state;
	run("usbif-frames", check_usbif_granted, 29);
}

/* ---- rings of bytes ------------------------------------------------------ */

static void check_bytes(const struct page_case *c)
{
	bool console = !strcmp(c->protocol, "console");
	static const char *const words[2][4] = {
		{ "req_cons", "req_prod", "rsp_cons", "rsp_prod" },
		{ "in_cons", "in_prod", "out_cons", "out_prod" },
	};
	struct json_object *in, *out;
	struct xr_ring ring = {
		.desc = c->ring, .in_size = c->ring->in_size, .out_size = c->ring->out_size,
	};
	const struct xr_ring_desc *d = c->ring;
	uint32_t idx[XR_N_IDX];

	assert_int_equal(d->kind, XR_RING_BYTES);
	assert_int_equal(xr_ring_look((const volatile uint32_t *)(const void *)(c->pages + d->idx_off),
				      d->kind, idx), XR_LOOK_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(idx[i], number(c->json, words[console][i]));
	in = get(console ? c->json : get(c->json, "rsp"), console ? "in_queued" : "queued");
	out = get(console ? c->json : get(c->json, "req"), console ? "out_queued" : "queued");
	if (!in || !out) {
		assert_row(c->name, xr_model_insane(&ring, idx) != NULL);
		return;
	}
	if (xr_model_insane(&ring, idx))
		fail_msg("%s: %s", c->name, xr_model_insane(&ring, idx));
	assert_int_equal(idx[d->in_word + 1] - idx[d->in_word], json_object_get_int64(in));
	assert_int_equal(idx[d->out_word + 1] - idx[d->out_word], json_object_get_int64(out));
}

static void test_console(void **state) { (void)state; run("console", check_bytes, 12); }
static void test_xenstore(void **state) { (void)state; run("xenstore", check_bytes, 16); }

/* ---- what slots lists of all other kinds --------------------------------- */

#define PAGE_REF 50u		/* of the ring's first page */
#define DATA_REF 100u		/* of the first page behind it */

/* How a device is set up that has the case's pages for its ring. */
static const struct {
	const char *protocol, *type, *key;
	bool by_frame;			/* the key names its frame */
	const char *more, *value;	/* one key more, or NULL */
} devices[] = {
	{ "xenstore", "store", NULL, false, NULL, NULL },
	{ "9pfs", "9pfs", "ring-ref0", false, "num-rings", "1" },
	{ "kbdif", "vkbd", "page-gref", false, NULL, NULL },
	{ "fbif", "vfb", "page-ref", true, NULL, NULL },
	{ "pciif", "pci", "pci-op-ref", false, "magic", "7" },
	{ "tpmif", "vtpm", "ring-ref", false, "feature-protocol-v2", "1" },
};

/* A host with a device whose ring is the case. Returns the device's path. */
static const char *lay_out(struct host *h, const struct page_case *c)
{
	static char path[64];
	char key[96], value[32];
	size_t i = 0;

	while (i < ARRAY_SIZE(devices) && strcmp(devices[i].protocol, c->protocol))
		i++;
	assert_row(c->protocol, i < ARRAY_SIZE(devices));
	host_open(h);
	snprintf(path, sizeof(path), "guest/%s:0", devices[i].type);
	if (!devices[i].key) {
		/* the page behind the reserved grant */
		memcpy(host_page(h, 1, 0), c->pages, 4096);
		host_write(h, "/local/domain/5/store/port", "1");
		return path;
	}
	assert_int_equal(xr_fake_device(h->f, 5, devices[i].type, 0, 0, devices[i].type), 0);
	snprintf(value, sizeof(value), "%u", PAGE_REF);
	for (uint32_t n = 0; n < c->n_pages; n++) {
		uint64_t frame;
		void *page = xr_fake_pages(h->f, 5, 1, &frame);

		assert_non_null(page);
		memcpy(page, c->pages + (size_t)n * 4096, 4096);
		if (!n && devices[i].by_frame)
			snprintf(value, sizeof(value), "%" PRIu64, frame);
		else
			assert_int_equal(xr_fake_grant(h->f, 5, n ? DATA_REF + n - 1 : PAGE_REF,
						       XR_GTF_PERMIT, 0, frame), 0);
	}
	snprintf(key, sizeof(key), "/local/domain/5/device/%s/0/%s", devices[i].type, devices[i].key);
	host_write(h, key, value);
	snprintf(key, sizeof(key), "/local/domain/5/device/%s/0/protocol", devices[i].type);
	host_write(h, key, c->abi == XR_ABI_64 ? "x86_64-abi" : "x86_32-abi");
	if (devices[i].more) {
		snprintf(key, sizeof(key), "/local/domain/5/device/%s/0/%s", devices[i].type, devices[i].more);
		host_write(h, key, devices[i].value);
	}
	return path;
}

/* Secrets of a record are not there, and its bytes are not, unless they are asked for. */
static int no_secret(void *data, const struct xenring_value *v)
{
	bool secret = v->field->flags & XENRING_F_SECRET;

	(void)data;
	assert_row(v->field->name, v->redacted == secret);
	assert_row(v->field->name, !secret || (!v->known && !v->bytes && !v->u));
	return 0;
}

static void compare_row(const struct page_case *c, const struct xenring_slots *slots, size_t i,
			struct json_object *want)
{
	struct builder b = { .n = 0 };
	struct json_object *row = json_object_new_object(), *record = get(want, "record");
	struct xenring_slot slot;

	push(&b, row);
	assert_int_equal(xenring_walk_slot(slots, i, &visitor, &b), 0);
	assert_int_equal(xenring_slot(slots, i, &slot), 0);
	if (slot.index != number(want, "index") || slot.slot != number(want, "slot") ||
	    strcmp(slot.state, json_object_get_string(get(want, "state"))) ||
	    strcmp(slot.type, json_object_get_string(get(want, "type"))) ||
	    !!b.faults != json_object_get_boolean(get(want, "wrong")) ||
	    (json_object_object_length(record) && !json_object_equal(record, get(row, "record"))))
		fail_msg("%s: %s\n    is listed as %" PRId64 " %" PRId64 " %s %s, %u faults: %s", c->name,
			 json_object_to_json_string(want), slot.index, slot.slot, slot.state, slot.type,
			 b.faults, json_object_to_json_string(get(row, "record")));
	json_object_put(row);
}

static bool is_listed(const struct xenring_slot *slot)
{
	return strcmp(slot->state, "taken") && strcmp(slot->state, "free");
}

/* One ring of the case as slots lists it, with its secrets and without. */
static void check_ring_listing(const struct page_case *c, struct host *h, const char *path,
			       struct json_object *want)
{
	static const struct xenring_visitor blind = { .value = no_secret };
	struct xenring_slots *slots = NULL;
	struct xenring_ring ring;
	size_t at = 0, n = 0;
	int r;

	while (!xenring_ring(h->s, at, &ring) && strcmp(ring.path, path))
		at++;
	assert_row(path, !xenring_ring(h->s, at, &ring));
	for (int secrets = 0; secrets < 2; secrets++) {
		xenring_show_secrets(h->x, secrets);
		r = xenring_read_slots(h->x, h->s, at, &slots);
		if (!want) {
			assert_row(c->name, r < 0 && *xenring_message(h->x));
			continue;
		}
		if (r)
			fail_msg("%s: %s", c->name, xenring_message(h->x));
		n = 0;
		for (size_t i = 0; i < xenring_n_slots(slots); i++) {
			const struct xenring_record *rec;
			struct xenring_slot slot;
			const uint8_t *bytes;
			size_t size = 0;

			assert_int_equal(xenring_slot(slots, i, &slot), 0);
			rec = slot.record ? slot.record->rec : NULL;
			bytes = xenring_slot_bytes(slots, i, &size);
			if (!secrets)
				assert_int_equal(xenring_walk_slot(slots, i, &blind, NULL), 0);
			else if (rec && size < 4096)
				decode_every_length(rec, bytes, size);
			if (!secrets && rec && xr_has_secrets(rec))
				assert_null(bytes);
			if (!is_listed(&slot))
				continue;
			if (secrets && n < json_object_array_length(want))
				compare_row(c, slots, i, json_object_array_get_idx(want, n));
			n++;
		}
		if (n != json_object_array_length(want))
			fail_msg("%s: %s lists %zu, not %zu", c->name, path, n, json_object_array_length(want));
		xenring_slots_free(slots);
	}
}

static void check_listing(const struct page_case *c)
{
	struct host h;
	const char *device = lay_out(&h, c);

	host_look(&h);
	json_object_object_foreach(get(c->json, "rings"), name, want) {
		char path[96];

		snprintf(path, sizeof(path), "%s/%s", device, name);
		check_ring_listing(c, &h, path, want);
		if (get(c->json, "in_flight"))
			assert_int_equal(host_ring(&h, path).in_flight, number(c->json, "in_flight"));
	}
	host_close(&h);
}

static void test_messages(void **state) { (void)state; run("xenstore", check_listing, 16); }
static void test_9pfs(void **state) { (void)state; run("9pfs", check_listing, 22); }
static void test_kbdif(void **state) { (void)state; run("kbdif", check_listing, 11); }
static void test_fbif(void **state) { (void)state; run("fbif", check_listing, 22); }
static void test_tpmif(void **state) { (void)state; run("tpmif", check_listing, 14); }
static void test_pciif(void **state) { (void)state; run("pciif", check_listing, 24); }

/* ---- vchans -------------------------------------------------------------- */

static void check_grefs(const struct page_case *c, const struct xr_measure *m)
{
	struct json_object *grants = get(c->json, "grants");

	assert_int_equal(m->n_grefs, json_object_array_length(grants));
	for (uint32_t i = 0; i < m->n_grefs; i++)
		assert_int_equal(xr_get(c->pages + m->grefs_off + 4 * i, 4),
				 json_object_get_int64(json_object_array_get_idx(grants, i)));
}

/* What the page says, decoded, is what its maker says of it. */
static void check_page(const struct page_case *c, const struct xr_ring_desc *ring)
{
	const struct xenring_record *rec = ring->page[c->abi];
	struct xenring_decoded d = { .rec = rec, .n = rec->size };
	unsigned faults = 0;
	struct json_object *got;

	d.bytes = tail_put(&tail, c->pages, rec->size);
	got = as_json(&d, &faults);
	json_object_object_foreach(got, key, v)
		if (!json_object_equal(get(c->json, key), v))
			fail_msg("%s: %s is %s", c->name, key, json_object_to_json_string(v));
	assert_true(!faults || c->fault);
	json_object_put(got);
	decode_every_length(rec, c->pages, rec->size);
}

static void check_vchan_queue(const struct page_case *c, const struct xr_ring_desc *d)
{
	bool left = !strcmp(d->name, "left"), dead;
	const char *live = left ? "srv_live" : "cli_live";
	struct xr_measure m = { .in_size = 0 };
	struct xr_ring ring = { .desc = d };
	uint32_t idx[XR_N_IDX], queued;
	const char *fault;

	assert_int_equal(xr_ring_look((const volatile uint32_t *)(const void *)c->pages, d->kind, idx), XR_LOOK_OK);
	d->measure(d, c->pages, &m);
	check_page(c, d);
	if (!get(c->json, "left_size")) {
		assert_row(c->name, m.fault && !m.in_size && !m.out_size && !m.n_grefs);
		return;
	}
	assert_null(m.fault);
	ring.in_size = m.in_size;
	ring.out_size = m.out_size;
	assert_int_equal(m.in_size, left ? number(c->json, "left_size") : 0);
	assert_int_equal(m.out_size, left ? 0 : number(c->json, "right_size"));
	assert_int_equal(left ? m.in_off : m.out_off, number(c->json, left ? "left_at" : "right_at"));
	if (left ? !m.in_off : !m.out_off)
		assert_int_equal(left ? m.in_first : m.out_first, left ? 0 : number(c->json, "right_first"));
	check_grefs(c, &m);
	if (c->fault) {
		assert_row(c->name, left == (xr_model_insane(&ring, idx) != NULL));
		return;
	}
	assert_null(xr_model_insane(&ring, idx));
	queued = left ? idx[1] - idx[0] : idx[3] - idx[2];
	dead = queued && !number(c->json, live);
	fault = d->page_fault(d, c->pages, idx);
	assert_row(c->name, dead == (fault != NULL));
}

static void check_vchan(const struct page_case *c)
{
	assert_string_equal(c->ring[1].name, "right");
	check_vchan_queue(c, &c->ring[0]);
	check_vchan_queue(c, &c->ring[1]);
}

/* ---- flex rings ----------------------------------------------------------- */

static void check_flex(const struct page_case *c)
{
	const struct xr_ring_desc *d = c->ring;
	struct xr_measure m = { .in_size = 0 };
	struct xr_ring ring = { .desc = d };
	uint32_t idx[XR_N_IDX];
	const char *fault;

	assert_int_equal(xr_ring_look((const volatile uint32_t *)(const void *)c->pages, d->kind, idx), XR_LOOK_OK);
	assert_int_equal(idx[d->in_word], number(c->json, "in_cons"));
	assert_int_equal(idx[d->in_word + 1], number(c->json, "in_prod"));
	assert_int_equal(idx[d->out_word], number(c->json, "out_cons"));
	assert_int_equal(idx[d->out_word + 1], number(c->json, "out_prod"));
	d->measure(d, c->pages, &m);
	check_page(c, d);
	if (!get(c->json, "in_size")) {
		assert_row(c->name, m.fault && !m.in_size && !m.out_size && !m.n_grefs);
		return;
	}
	assert_null(m.fault);
	assert_int_equal(m.in_size, number(c->json, "in_size"));
	assert_int_equal(m.out_size, number(c->json, "out_size"));
	check_grefs(c, &m);
	/* one behind the other, and they fill their pages */
	assert_true(!m.in_first && !m.in_skip && !m.in_off && !m.out_off);
	assert_int_equal(m.out_first * 4096 + m.out_skip, m.in_size);
	assert_int_equal(m.in_size + m.out_size, m.n_grefs * 4096);
	ring.in_size = m.in_size;
	ring.out_size = m.out_size;
	assert_row(c->name, !c->fault == !xr_model_insane(&ring, idx));
	fault = d->page_fault(d, c->pages, idx);
	assert_row(c->name, (fault != NULL) == !strcmp(c->name, "pvcalls-data-failed"));
}

static void test_pvcalls_data(void **state) { (void)state; run("pvcalls-data", check_flex, 13); }

static void test_vchan(void **state) { (void)state; run("vchan", check_vchan, 22); }

/* ---- grant tables -------------------------------------------------------- */

static void check_grants(const struct page_case *c)
{
	uint32_t size = (uint32_t)number(c->json, "entry_size");
	struct xr_table t = {
		.version = (unsigned)number(c->json, "version"), .n_entries = c->n_pages * 4096 / size,
		.shared = (const volatile uint64_t *)(const void *)c->pages,
	};
	struct json_object *entries = get(c->json, "entries"), *status = get(c->json, "status");
	struct xr_grant g;

	for (size_t i = 0; entries && i < json_object_array_length(entries); i++) {
		struct json_object *e = json_object_array_get_idx(entries, i);

		assert_int_equal(xr_table_entry(&t, (uint32_t)number(e, "ref"), &g), 0);
		assert_int_equal(g.flags, number(e, "flags"));
		assert_int_equal(g.domid, number(e, "domid"));
		if ((g.flags & XR_GTF_TYPE) == XR_GTF_PERMIT && !(g.flags & XR_GTF_SUB_PAGE))
			assert_true((int64_t)g.frame == number(e, "frame"));
		if (t.version == 1)
			assert_int_equal(g.in_use, (g.flags & 0x18) != 0);
	}
	if (status) {
		static uint64_t none[4096];

		t.version = 2;
		t.n_entries = 2048;
		t.status = t.shared;
		t.shared = none;
		for (uint32_t ref = 0, at = 0; ref < 2048; ref++) {
			struct json_object *e = json_object_array_get_idx(status, at);
			int64_t want = 0;

			if (e && number(e, "ref") == ref) {
				want = number(e, "status");
				at++;
			}
			assert_int_equal(xr_table_entry(&t, ref, &g), 0);
			assert_int_equal(g.in_use, (want & 0x18) != 0);
		}
	}
	assert_int_equal(xr_table_entry(&t, t.n_entries, &g), -ERANGE);
	assert_int_equal(xr_table_entry(&t, UINT32_MAX, &g), -ERANGE);
}

static void test_grants(void **state) { (void)state; run("grant", check_grants, 4); }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blkif),
		cmocka_unit_test(test_blkif_indirect),
		cmocka_unit_test(test_netif_tx),
		cmocka_unit_test(test_netif_rx),
		cmocka_unit_test(test_netif_ctrl),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_xenstore),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_9pfs),
		cmocka_unit_test(test_kbdif),
		cmocka_unit_test(test_fbif),
		cmocka_unit_test(test_pciif),
		cmocka_unit_test(test_tpmif),
		cmocka_unit_test(test_grants),
		cmocka_unit_test(test_pvcalls),
		cmocka_unit_test(test_sndif),
		cmocka_unit_test(test_sndif_evt),
		cmocka_unit_test(test_displif),
		cmocka_unit_test(test_displif_evt),
		cmocka_unit_test(test_cameraif),
		cmocka_unit_test(test_cameraif_evt),
		cmocka_unit_test(test_vscsiif),
		cmocka_unit_test(test_vscsiif_indirect),
		cmocka_unit_test(test_usbif_urb),
		cmocka_unit_test(test_usbif_conn),
		cmocka_unit_test(test_usbif_frames),
		cmocka_unit_test(test_fsif),
		cmocka_unit_test(test_pvcalls_data),
		cmocka_unit_test(test_vchan),
	};

	return RUN(tests);
}
