/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protocols' tables themselves: nothing empty, nothing twice, nothing
 * outside its record; and chains of slots that no page shows.
 */
#include <config.h>

#include "lib/test.h"

#include <stdio.h>

#include "abi/netif.h"
#include "decode.h"
#include "follow.h"
#include "kind.h"
#include "proto.h"
#include "source.h"

static void check_words(const char *where, const char *name, const char *help)
{
	assert_row(where, name && *name);
	assert_row(name, help && strlen(help) > strlen(name));
	/* a sentence without a stop, that does not begin as a heading */
	assert_row(name, help[strlen(help) - 1] != '.');
	assert_row(name, !strchr(help, '\n') && !strchr(help, '\t'));
}

/* Bits of the number in the field. */
static unsigned width(const struct xenring_field *f)
{
	return f->bits ? f->bits : 8 * f->size;
}

static bool has_field(const struct xenring_record *rec, const char *name)
{
	const struct xenring_field *f = NULL;

	while ((f = xenring_next_field(rec, f)) && strcmp(f->name, name))
		;
	return f != NULL;
}

static void check_syms(const struct xenring_field *f)
{
	uint64_t all = 0;

	for (const struct xenring_sym *s = f->syms; s->name; s++) {
		if (!s->help || !*s->help)
			fail_msg("%s %s has no help", f->name, s->name);
		for (const struct xenring_sym *t = f->syms; t < s; t++) {
			assert_row(s->name, strcmp(s->name, t->name));
			assert_row(s->name, s->value != t->value);
		}
		if (f->type == XENRING_ENUM)
			assert_row(s->name, s->value >> 63 || width(f) == 64 || !(s->value >> width(f)));
		if (f->type != XENRING_FLAGS)
			continue;
		/* each is one mask of its own, within the field */
		assert_row(s->name, s->value && !(s->value & all));
		assert_row(s->name, width(f) == 64 || !(s->value >> width(f)));
		all |= s->value;
	}
}

static void check_record(const struct xenring_record *rec, unsigned depth);

static void check_field(const struct xenring_record *rec, const struct xenring_field *f, unsigned depth)
{
	check_words(rec->name, f->name, f->help);
	assert_row(f->name, f->type < XENRING_TYPE_N && f->unit < XENRING_UNIT_N && f->from < XENRING_FROM_N);
	assert_row(f->name, f->size > 0);
	if (!(f->flags & XENRING_F_FETCHED))
		assert_row(f->name, f->off + f->size * (f->max ? f->max : 1) <= rec->size);
	if (f->type == XENRING_ENUM || f->type == XENRING_FLAGS)
		assert_row(f->name, f->syms && f->syms->name);
	if (f->type == XENRING_GREF)
		assert_row(f->name, f->size == 4);
	if (f->type != XENRING_BYTES && f->type != XENRING_RECORD && f->type != XENRING_STRING)
		assert_row(f->name, f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8);
	if (f->syms)
		check_syms(f);
	if (f->type == XENRING_RECORD) {
		assert_row(f->name, f->sub && f->sub->size == f->size);
		check_record(f->sub, depth + 1);
	}
	assert_row(f->name, !f->count || has_field(rec, f->count));
	assert_row(f->name, !f->after || (f->max && f->count && has_field(rec, f->after)));
	/* parts of a number are within it; text and bytes have none */
	assert_row(f->name, !f->bits || f->shift + f->bits <= 8 * f->size);
	assert_row(f->name, f->bits || !f->shift);
	assert_row(f->name, !f->bits || (f->type != XENRING_BYTES && f->type != XENRING_RECORD &&
					 f->type != XENRING_STRING && f->type != XENRING_GREF));
	assert_row(f->name, f->max || !f->count || f->type == XENRING_BYTES || f->type == XENRING_STRING);
	for (const struct xenring_field *g = rec->fields; g < f; g++)
		assert_row(f->name, strcmp(g->name, f->name));
}

static void check_record(const struct xenring_record *rec, unsigned depth)
{
	const struct xenring_field *f = NULL;
	unsigned n = 0;

	assert_true(depth < 4);
	check_words(rec->name, rec->name, rec->help);
	while ((f = xenring_next_field(rec, f))) {
		check_field(rec, f, depth);
		n++;
	}
	assert_row(rec->name, n > 0);
}

static void test_records(void **state)
{
	const struct xenring_proto *p = NULL;

	(void)state;
	while ((p = xenring_next_proto(p))) {
		const struct xenring_record *rec = NULL;
		char prefix[40];

		check_words("protocol", p->name, p->help);
		assert_row(p->name, p->spec && !strncmp(p->spec, "xen/include/public/", 19));
		snprintf(prefix, sizeof(prefix), "%s.", p->name);
		while ((rec = xenring_proto_next_record(p, rec))) {
			assert_row(rec->name, !strncmp(rec->name, prefix, strlen(prefix)));
			check_record(rec, 0);
		}
	}
}

static bool is_listed(const struct xenring_proto *p, const struct xenring_record *rec)
{
	/* asked for thousands of slots: what was found once stays so */
	static const struct xenring_record *found[256];
	const struct xenring_record *r = NULL;
	size_t n = 0;

	while (n < ARRAY_SIZE(found) && found[n] && found[n] != rec)
		n++;
	if (n < ARRAY_SIZE(found) && found[n] == rec)
		return true;
	while ((r = xenring_proto_next_record(p, r)))
		if (!strcmp(r->name, rec->name)) {
			if (n < ARRAY_SIZE(found))
				found[n] = rec;
			return true;
		}
	return false;
}

/* A record nested in another one is listed, too: documents and schema need it. */
static void test_nested_are_listed(void **state)
{
	const struct xenring_proto *p = NULL;

	(void)state;
	while ((p = xenring_next_proto(p))) {
		const struct xenring_record *rec = NULL;

		while ((rec = xenring_proto_next_record(p, rec)))
			for (const struct xenring_field *f = rec->fields; f->name; f++)
				if (f->type == XENRING_RECORD)
					assert_row(f->sub->name, is_listed(p, f->sub));
	}
}

/* A message of any head is shown with a record that its head fits in, and is named. */
static void check_frame(const struct xr_ring_desc *r)
{
	uint8_t head[XR_FRAME_HEAD];
	uint32_t seed = 7;

	for (unsigned n = 0; r->frame && n < 20000; n++) {
		struct xr_frame f = { .size = 0 };
		const struct xenring_record *const *m = r->more;

		for (uint32_t i = 0; i < r->frame_head; i++) {
			seed = seed * 1664525 + 1013904223;
			/* small numbers, too: what is to be plausible seldom is by chance */
			head[i] = n & 1 && i % 4 ? 0 : (uint8_t)(seed >> 24);
		}
		r->frame(head, r->frame_head, n & 2, &f);
		if (!f.rec)
			continue;
		assert_row(f.rec->name, f.rec->size >= r->frame_head);
		while (*m && *m != f.rec)
			m++;
		assert_row(f.rec->name, *m != NULL);
	}
}

static void check_ring(const struct xenring_proto *p, const struct xr_ring_desc *r)
{
	check_words(p->name, r->name, r->help);
	assert_row(r->name, r->kind < XR_KIND_N);
	assert_row(r->name, !(r->flags & (XR_PER_QUEUE | XR_NUMBERED)) == !strstr(r->name, "%u"));
	/* announced by another ring, or named by keys */
	if (r->flags & XR_ANNOUNCED)
		assert_row(r->name, strstr(r->name, "%x") && !r->ref_keys[0] && !r->gfn_key &&
				    !r->port_keys[0] && !r->announces);
	else
		assert_row(r->name, (r->ref_keys[0] || r->gfn_key) && r->port_keys[0]);
	assert_row(r->name, !r->announces || r->kind == XR_RING_SLOTS);
	assert_row(r->name, (1u << r->max_order) <= XR_MAX_PAGES);
	assert_row(r->name, r->ref_keys[1] || !r->max_order);
	/* a capture without payload holds nothing that is secret; of mails see below */
	for (enum xr_abi abi = 0; abi < XR_ABI_N; abi++) {
		assert_row(r->name, !xr_has_secrets(r->req[abi]) || !r->public_size);
		assert_row(r->name, !r->page[abi] == !r->page[0] && !xr_has_secrets(r->page[abi]));
	}
	for (const struct xenring_record *const *m = r->more; m && *m; m++)
		assert_row((*m)->name, !xr_has_secrets(*m) || !r->public_size || r->frame);
	/* sizes come from the page, also at a replay */
	assert_row(r->name, !r->measure || r->public_size);
	assert_row(r->name, !r->frame == !r->frame_head && r->frame_head <= XR_FRAME_HEAD);
	check_frame(r);
	assert_row(r->name, !(r->if_key && r->unless_key));
	if (xr_kind_is_pairs(r->kind)) {
		assert_row(r->name, xr_ring_has_in(r) || xr_ring_has_out(r));
		assert_row(r->name, !r->measure || (!r->in_size && !r->out_size));
		assert_row(r->name, r->measure || !xr_ring_has_in(r) == !r->in_size);
		assert_row(r->name, r->measure || !xr_ring_has_out(r) == !r->out_size);
		assert_row(r->name, (r->kind == XR_RING_FLEX || r->kind == XR_RING_VCHAN) == !!r->measure);
	}
	if (r->kind == XR_RING_EVENTS) {
		assert_row(r->name, xr_ring_has_in(r) != xr_ring_has_out(r));
		for (enum xr_abi abi = 0; abi < XR_ABI_N; abi++) {
			assert_row(r->name, r->slot_size[abi] && r->req[abi]);
			assert_row(r->name, r->req[abi]->size <= r->slot_size[abi]);
			assert_row(r->name, r->slots_off + xr_events_size(r) * r->slot_size[abi] <= XR_PAGE_SIZE);
		}
	}
	if (r->kind == XR_RING_MAILBOX) {
		assert_row(r->name, r->mails && (r->mails[0].rec || r->page[0]) && !r->idx_off);
		for (const struct xr_mail *m = r->mails; m->rec; m++) {
			assert_row(m->rec->name, m->state && m->size <= m->rec->size && (!m->pick || m->size >= 4));
			assert_row(m->rec->name, m->off + m->size <= XR_PAGE_SIZE);
			assert_row(m->rec->name, !xr_has_secrets(m->rec) || r->public_size <= m->off);
		}
	}
	if (r->kind != XR_RING_SLOTS && r->kind != XR_RING_BYTES)
		return;
	if (r->kind == XR_RING_BYTES) {
		assert_row(r->name, r->in_word + r->out_word == 2 && r->in_word != r->out_word);
		assert_row(r->name, r->idx_off % 4 == 0 && r->idx_off + 16 <= XR_PAGE_SIZE);
		assert_row(r->name, r->in_size && r->out_size);
		/* masked indices: both are powers of two, and in front of the words */
		assert_row(r->name, !(r->in_size & (r->in_size - 1)) && !(r->out_size & (r->out_size - 1)));
		assert_row(r->name, r->in_size + r->out_size <= r->idx_off);
		return;
	}
	for (enum xr_abi abi = 0; abi < XR_ABI_N; abi++) {
		assert_row(r->name, r->slot_size[abi] && r->req[abi] && r->rsp[abi]);
		assert_row(r->name, r->req[abi]->size <= r->slot_size[abi]);
		assert_row(r->name, r->rsp[abi]->size <= r->slot_size[abi]);
		assert_row(r->name, !strcmp(r->req[abi]->name, r->req[0]->name));
		/* slots begin where the indices end, so that copies by 8 bytes fit */
		assert_row(r->name, r->slots_off == 64);
	}
}

static void test_rings(void **state)
{
	const struct xenring_proto *p = NULL;

	(void)state;
	while ((p = xenring_next_proto(p))) {
		assert_row(p->name, p->device_types || p->fixed_dir || p->walk_dir);
		assert_row(p->name, !p->fixed_dir == !p->fixed_type);
		assert_row(p->name, !p->walk_dir == !p->walk_type && !p->walk_dir == !p->walk_depth);
		/* what is no xenbus device has one layout, and keys that its folder is known by */
		assert_row(p->name, !p->walk_dir || (!p->abi_key && p->rings->ref_keys[0]));
		assert_row(p->name, !p->walk_type || !xr_proto_of_type(p->walk_type));
		for (const char *const *t = p->device_types; t && *t; t++)
			assert_ptr_equal(xr_proto_of_type(*t), p);
		unsigned announcers = 0, announced = 0;

		for (const struct xr_ring_desc *r = p->rings; r->name; r++) {
			check_ring(p, r);
			announcers += r->announces != NULL;
			announced += (r->flags & XR_ANNOUNCED) != 0;
		}
		assert_row(p->name, announcers <= 1 && announced == announcers);
	}
	assert_null(xr_proto_of_type("suspend"));
	assert_null(xr_proto_of_type(""));
	/* the first console and the store are no types of their own */
	assert_null(xr_proto_of_type("store"));
}

/* Any bytes at all: pick, step and follow give what their tables can bear. */
static void test_any_slot(void **state)
{
	const struct xenring_proto *p = NULL;
	uint32_t seed = 42;

	(void)state;
	while ((p = xenring_next_proto(p)))
		for (const struct xr_ring_desc *r = p->rings; r->name; r++)
			for (unsigned n = 0; r->kind == XR_RING_SLOTS && n < 20000; n++) {
				enum xr_abi abi = n & 1 ? XR_ABI_32 : XR_ABI_64;
				const struct xenring_record *rec;
				struct xr_follow f = { .n_pieces = 0 };
				uint8_t slot[256];
				unsigned chain = 0;

				for (size_t i = 0; i < r->slot_size[abi]; i++) {
					seed = seed * 1664525 + 1013904223;
					slot[i] = (uint8_t)(seed >> 24);
				}
				/* where operations stand */
				slot[0] = (uint8_t)(n >> 1);
				slot[2] = (uint8_t)(n >> 9);
				rec = xr_pick(r, abi, slot);
				assert_true(rec->size <= r->slot_size[abi] && is_listed(p, rec));
				if (r->follow) {
					r->follow(rec, slot, &f);
					size_t bytes = 0;

					assert_true(f.n_pieces <= XR_FOLLOW_MAX);
					for (size_t i = 0; i < f.n_pieces; i++) {
						assert_true(f.pieces[i].off + f.pieces[i].len <= XR_PAGE_SIZE);
						bytes += f.pieces[i].len;
					}
					/* a directory is asked for elements, and has four bytes for each */
					assert_true(f.directory ? xr_fetched_size(rec) == 4 :
						    f.n * xr_fetched_size(rec) <= bytes);
				}
				rec = xr_pick_rsp(r, abi, slot);
				assert_true(rec->size <= r->slot_size[abi] && is_listed(p, rec));
				if (r->announces) {
					struct xr_announce news;

					assert_true(r->announces(slot, n, n & 2, &news) <= XR_NEWS_END);
				}
				for (unsigned i = 0; r->chain && i < 100; i++) {
					rec = r->chain->step(r, abi, n & 2, slot, &chain);
					assert_true(!rec || rec->size <= r->slot_size[abi]);
					assert_true(!rec || is_listed(p, rec));
				}
			}
}

/* ---- chains -------------------------------------------------------------- */

static const struct xr_ring_desc *ring(const char *proto, const char *name)
{
	const struct xenring_proto *p = NULL;

	while ((p = xenring_next_proto(p)))
		for (const struct xr_ring_desc *r = p->rings; r->name; r++)
			if (!strcmp(p->name, proto) && !strcmp(r->name, name))
				return r;
	fail_msg("no ring %s of %s", name, proto);
	return NULL;
}

#define REQ(fl, sz) { .req = { .gref = 9, .flags = (fl), .id = 1, .size = (sz) } }
#define GSO(fl) { .extra = { .type = XR_NETIF_EXTRA_GSO, .flags = (fl), .gso = { 1448, 1, 0, 0 } } }
#define MULTICAST { .extra = { .type = XR_NETIF_EXTRA_MCAST_ADD, \
			       .mcast = { { 1, 0, 0x5e, 0x7f, 0xff, 0xfa } } } }
#define MORE XR_NETTXF_MORE_DATA
#define INFO XR_NETTXF_EXTRA_INFO

union tx_slot {
	struct xr_netif_tx_request req;
	struct xr_netif_extra extra;
	uint8_t bytes[12];
};

/* What is found in the slots behind an unknown boundary, as a word a slot. */
static void test_chain_start(void **state)
{
	static const struct {
		const char *name;
		union tx_slot slots[8];
		size_t n, start;
		bool ends;
		const char *what;	/* one letter a slot from start on: request, fragment, extra */
		uint32_t bytes, first_bytes;	/* of the first unit */
		bool note;
	} rows[] = {
		{ "one", { REQ(0, 60) }, 1, 0, true, "r", 60, 60, false },
		{ "two", { REQ(0, 60), REQ(0, 61) }, 2, 0, true, "rr", 60, 60, false },
		{ "fragments", { REQ(MORE, 4000), REQ(MORE, 1500), REQ(0, 1500) }, 3, 0, true, "rff",
		  4000, 1000, false },
		{ "extra, then fragment", { REQ(MORE | INFO, 3000), GSO(0), REQ(0, 1000) }, 3, 0, true,
		  "ref", 3000, 2000, false },
		{ "extra alone", { REQ(INFO, 100), GSO(1), MULTICAST, REQ(0, 60) }, 4, 0, true, "reer",
		  100, 100, false },
		{ "starts at a lost packet's extra", { GSO(0), REQ(0, 200), REQ(0, 60) }, 3, 1, true,
		  "rr", 200, 200, false },
		{ "starts at a multicast extra", { MULTICAST, REQ(0, 60) }, 2, 1, true, "r", 60, 60, false },
		{ "starts at a fragment", { REQ(MORE, 900), REQ(0, 100), REQ(0, 60) }, 3, 0, true, "rfr",
		  900, 800, false },
		{ "a runt is shown, not skipped", { REQ(0, 13), REQ(0, 60) }, 2, 0, true, "rr", 13, 13, true },
		{ "fragments larger than all", { REQ(MORE, 500), REQ(0, 500) }, 2, 0, true, "rf", 500, 0, true },
		{ "beyond the page", { REQ(0, 4097) }, 1, 0, true, "r", 4097, 4097, true },
		{ "all grants absurd, but it fits",
		  { { .req = { .gref = UINT32_MAX, .size = 60 } }, { .req = { .gref = UINT32_MAX, .size = 60 } } },
		  2, 0, true, "rr", 60, 60, true },
		{ "no end", { REQ(MORE, 60), REQ(MORE, 60), REQ(MORE, 60) }, 3, 0, false, "rff", 0, 0, false },
		{ "no end of extras", { REQ(INFO, 60), GSO(1), GSO(1) }, 3, 0, false, "ree", 0, 0, false },
	};
	const struct xr_ring_desc *tx = ring("netif", "q%u/tx");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint8_t *slots[8] = { NULL };
		struct xr_unit unit = { .note = NULL };
		size_t start, units = 0;
		unsigned chain = 0;
		bool ends = false;

		for (size_t j = 0; j < rows[i].n; j++)
			slots[j] = rows[i].slots[j].bytes;
		start = xr_chain_start(tx, XR_ABI_64, false, slots, rows[i].n, &ends);
		assert_row(rows[i].name, start == rows[i].start);
		assert_row(rows[i].name, ends == rows[i].ends);
		assert_int_equal(strlen(rows[i].what), rows[i].n - start);
		for (size_t j = start; j < rows[i].n; j++) {
			const struct xenring_record *rec = tx->chain->step(tx, XR_ABI_64, false, slots[j], &chain);
			char letter = strstr(rec->name, "extra") ? 'e' :
				      strstr(rec->name, "fragment") ? 'f' : 'r';

			assert_row(rows[i].name, letter == rows[i].what[j - start]);
			if (!chain && !units++)
				tx->chain->sum(tx, XR_ABI_64, false, slots + start, j + 1 - start, &unit);
		}
		assert_row(rows[i].name, unit.bytes == rows[i].bytes);
		assert_row(rows[i].name, unit.first_bytes == rows[i].first_bytes);
		assert_row(rows[i].name, !unit.note == !rows[i].note);
	}
}

/* However long a chain claims to be, it is given up, and stays so. */
static void test_chain_is_bounded(void **state)
{
	static const union tx_slot more = REQ(MORE, 60), extra = GSO(1), info = REQ(INFO, 60);
	const struct xr_ring_desc *tx = ring("netif", "q%u/tx");
	unsigned chain = 0, decoded = 0;

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		decoded += tx->chain->step(tx, XR_ABI_64, false, more.bytes, &chain) != NULL;
	assert_int_equal(decoded, 255);
	assert_true(chain != 0);
	chain = decoded = 0;
	tx->chain->step(tx, XR_ABI_64, false, info.bytes, &chain);
	for (unsigned i = 0; i < 100000; i++)
		decoded += tx->chain->step(tx, XR_ABI_64, false, extra.bytes, &chain) != NULL;
	assert_int_equal(decoded, 254);
	assert_true(chain != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_nested_are_listed),
		cmocka_unit_test(test_rings),
		cmocka_unit_test(test_any_slot),
		cmocka_unit_test(test_chain_start),
		cmocka_unit_test(test_chain_is_bounded),
	};

	return RUN(tests);
}
