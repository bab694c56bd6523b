/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk over wire records: what is called, in which order, and what is said
 * of bytes that do not fit. No byte beyond the record's end may be read.
 */
#include <config.h>

#include "lib/test.h"

#include <errno.h>
#include <stdio.h>

#include "decode.h"
#include "lib/tail_alloc.h"
#include "proto.h"

struct inner {
	uint16_t a, b;
};

struct wire {
	uint8_t op, count;
	int16_t status;
	uint32_t gref;
	struct inner list[3];
	uint8_t mac[2];
	char name[4];
	struct inner one;
	uint8_t flags, plain_op;
	uint8_t hidden;
	uint8_t tail;
};

static const struct xenring_sym ops[] = {
	{ 0, "none", "nothing to do" }, { 200, "far", "a number whose top bit is set" }, { 0 }
};
static const struct xenring_sym statuses[] = {
	{ 0, "okay", "done" }, { (uint64_t)-2, "bad", "a negative code" }, { 0 }
};
static const struct xenring_field inner_fields[] = {
	XR_FIELD(inner, a, XENRING_UINT, .help = "first"), XR_FIELD(inner, b, XENRING_UINT, .help = "second"),
	XR_END
};
static const struct xenring_record inner = XR_RECORD(inner, "test.inner", "two numbers", inner_fields);
static const struct xenring_field fields[] = {
	XR_FIELD(wire, op, XENRING_ENUM, .syms = ops, .help = "unsigned"),
	XR_FIELD(wire, count, XENRING_UINT, .help = "of list"),
	XR_FIELD(wire, status, XENRING_ENUM, .syms = statuses, .help = "signed"),
	XR_FIELD(wire, gref, XENRING_GREF, .help = "a grant"),
	XR_LIST(wire, list, XENRING_RECORD, "count", .sub = &inner, .help = "pairs"),
	XR_FIELD(wire, mac, XENRING_BYTES, .help = "bytes"),
	XR_FIELD(wire, name, XENRING_STRING, .help = "text"),
	XR_FIELD(wire, one, XENRING_RECORD, .sub = &inner, .help = "a pair"),
	XR_FIELD(wire, flags, XENRING_FLAGS, .help = "bits"),
	XR_FIELD(wire, hidden, XENRING_UINT, .flags = XENRING_F_HIDDEN, .help = "unseen"),
	XR_FIELD(wire, tail, XENRING_UINT, .help = "last"),
	XR_END
};
static const struct xenring_record rec = XR_RECORD(wire, "test.wire", "all types", fields);

/* The walk as text: names and values, brackets for what is nested, !text for faults. */
struct trace {
	char text[1024];
	size_t n;
	int stop_after;		/* calls; 0: never */
	int calls;
};

static int put(struct trace *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int put(struct trace *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->text + t->n, sizeof(t->text) - t->n, fmt, ap);
	va_end(ap);
	assert_true(n >= 0 && t->n + (size_t)n < sizeof(t->text));
	t->n += (size_t)n;
	return t->stop_after && ++t->calls == t->stop_after ? 77 : 0;
}

static int on_begin(void *d, const struct xenring_field *f, const struct xenring_record *r)
{
	return put(d, "%s%s(", f ? f->name : "", f ? "" : r->name);
}

static int on_end(void *d, const struct xenring_field *f, const struct xenring_record *r)
{
	(void)f;
	(void)r;
	return put(d, ") ");
}

static int on_list(void *d, const struct xenring_field *f, size_t n)
{
	return put(d, "%s[%zu: ", f->name, n);
}

static int on_list_end(void *d, const struct xenring_field *f)
{
	(void)f;
	return put(d, "] ");
}

static int on_value(void *d, const struct xenring_value *v)
{
	const char *name = v->field->name;

	if (!v->known)
		return put(d, "%s=? ", name);
	switch (v->field->type) {
	case XENRING_ENUM:
		return put(d, "%s=%lld/%llu/%s ", name, (long long)v->i, (unsigned long long)v->u,
			   v->sym ? v->sym : "-");
	case XENRING_STRING:
		return put(d, "%s=%.*s ", name, (int)v->n, (const char *)v->bytes);
	case XENRING_BYTES:
		return put(d, "%s=%02x%02x ", name, ((const uint8_t *)v->bytes)[0], ((const uint8_t *)v->bytes)[1]);
	default:
		return put(d, "%s=%llu ", name, (unsigned long long)v->u);
	}
}

static int on_fault(void *d, const struct xenring_field *f, const char *text)
{
	(void)f;
	return put(d, "!%s! ", text);
}

static const struct xenring_visitor tracer = {
	.begin = on_begin, .end = on_end, .list = on_list, .list_end = on_list_end,
	.value = on_value, .fault = on_fault,
};

static const struct wire sample = {
	.op = 200, .count = 2, .status = -2, .gref = 0xfffffffe,
	.list = { { 1, 2 }, { 3, 4 }, { 5, 6 } }, .mac = { 0xab, 0xcd }, .name = { 'a', 'b', 'c', 'd' },
	.one = { 7, 8 }, .flags = 5, .hidden = 9, .tail = 10,
};

static void expect(const struct wire *w, size_t n, const char *note, const char *want)
{
	struct tail mem = tail_new(sizeof(*w));
	struct xenring_decoded d = { .rec = &rec, .bytes = tail_put(&mem, w, n), .n = n, .note = note };
	struct trace t = { .n = 0 };

	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, want);
	tail_drop(&mem);
}

static void test_whole(void **state)
{
	(void)state;
	expect(&sample, sizeof(sample), NULL,
	       "test.wire(op=200/200/far count=2 status=-2/65534/bad gref=4294967294 "
	       "list[2: list(a=1 b=2 ) list(a=3 b=4 ) ] mac=abcd name=abcd one(a=7 b=8 ) flags=5 tail=10 ) ");
}

static void test_count_too_big(void **state)
{
	struct wire w = sample;

	(void)state;
	w.count = 255;
	expect(&w, sizeof(w), NULL,
	       "test.wire(op=200/200/far count=255 status=-2/65534/bad gref=4294967294 "
	       "!count asks for 255 list, 3 fit! "
	       "list[3: list(a=1 b=2 ) list(a=3 b=4 ) list(a=5 b=6 ) ] "
	       "mac=abcd name=abcd one(a=7 b=8 ) flags=5 tail=10 ) ");
	w.count = 0;
	expect(&w, 8, NULL, "test.wire(op=200/200/far count=0 status=-2/65534/bad gref=4294967294 list[0: ] "
	       "mac=? !mac: the record ends before it! name=? one=? flags=? tail=? ) ");
}

static void test_unknown_words(void **state)
{
	struct wire w = sample;

	(void)state;
	/* unsigned where no code is negative, signed where one is */
	w.op = 201;
	w.status = -7;
	w.count = 0;
	w.name[1] = '\0';
	expect(&w, sizeof(w), "what the caller noted",
	       "test.wire(op=201/201/- !op 201 is not known! count=0 "
	       "status=-7/65529/- !status -7 is not known! gref=4294967294 list[0: ] "
	       "mac=abcd name=a one(a=7 b=8 ) flags=5 tail=10 !what the caller noted! ) ");
}

static void test_cut_list(void **state)
{
	(void)state;
	/* the second element is cut in the middle: it is not there, and that is said once */
	expect(&sample, 8 + 6, NULL,
	       "test.wire(op=200/200/far count=2 status=-2/65534/bad gref=4294967294 "
	       "!list: the record ends after 1 of 2! list[1: list(a=1 b=2 ) ] "
	       "mac=? name=? one=? flags=? tail=? ) ");
}

/* A record that ends early, anywhere, is reported exactly once; nothing is overread. */
static void test_every_length(void **state)
{
	(void)state;
	for (size_t n = 0; n <= sizeof(sample); n++) {
		struct tail mem = tail_new(sizeof(sample));
		struct xenring_decoded d = { .rec = &rec, .bytes = tail_put(&mem, &sample, n), .n = n };
		struct trace t = { .n = 0 };
		unsigned faults = 0;

		assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
		for (const char *p = t.text; (p = strstr(p, "the record ends")); p++)
			faults++;
		assert_int_equal(faults, n <= offsetof(struct wire, tail));
		tail_drop(&mem);
	}
}

static void test_stops_when_told(void **state)
{
	struct xenring_decoded d = { .rec = &rec, .bytes = (const uint8_t *)&sample, .n = sizeof(sample) };
	struct trace all = { .stop_after = -1 };

	(void)state;
	xr_walk_wire(&d, NULL, &tracer, &all);
	for (int i = 1; i < all.calls; i++) {
		struct trace t = { .stop_after = i };

		assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 77);
		assert_int_equal(t.calls, i);
	}
}

static void test_nothing(void **state)
{
	struct xenring_decoded d = { .rec = NULL, .bytes = (const uint8_t *)&sample, .n = sizeof(sample) };
	static const struct xenring_visitor deaf = { .begin = NULL };
	struct trace t = { .n = 0 };

	(void)state;
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_int_equal(t.n, 0);
	d.rec = &rec;
	assert_int_equal(xr_walk_wire(&d, NULL, &deaf, NULL), 0);
}

static void test_fetched_list(void **state)
{
	static const struct inner more[2] = { { 11, 12 }, { 13, 14 } };
	static const struct xenring_field with_fields[] = {
		XR_FIELD(inner, a, XENRING_UINT, .help = "one"),
		{ .name = "more", .help = "fetched", .size = sizeof(struct inner),
		  .type = XENRING_RECORD, .sub = &inner, .max = 4, .flags = XENRING_F_FETCHED },
		XR_END
	};
	static const struct xenring_record with = XR_RECORD(inner, "test.with", "fetches", with_fields);
	struct tail mem = tail_new(64);
	struct xenring_decoded d = {
		.rec = &with, .bytes = (const uint8_t *)&sample.one, .n = sizeof(sample.one),
		.fetched = tail_put(&mem, more, sizeof(more)), .n_fetched = 2,
	};
	struct trace t = { .n = 0 };

	(void)state;
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, "test.with(a=7 more[2: more(a=11 b=12 ) more(a=13 b=14 ) ] ) ");
	/* not fetched: the list is there and empty */
	d.n_fetched = 0;
	t = (struct trace){ .n = 0 };
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, "test.with(a=7 more[0: ] ) ");
	tail_drop(&mem);
}

/* What is wrong with w as a record of these fields, and what is in it. */
static void expect_of(const struct xenring_record *r, const void *w, size_t n, const char *want)
{
	struct tail mem = tail_new(64);
	struct xenring_decoded d = { .rec = r, .bytes = tail_put(&mem, w, n), .n = n };
	struct trace t = { .n = 0 };

	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, want);
	tail_drop(&mem);
}

/* A number of several parts: each is a field over the same bytes. */
static void test_bits(void **state)
{
	struct packed {
		uint32_t pipe;
		uint8_t nr, list[5];
	};
	static const struct xenring_sym kinds[] = {
		{ 0, "isoc", "the lowest" }, { 3, "bulk", "the highest" }, { 0 }
	};
	static const struct xenring_sym signs[] = {
		{ 0, "zero", "nothing" }, { (uint64_t)-1, "minus", "all bits are set" }, { 0 }
	};
	static const struct xenring_field bit_fields[] = {
		XR_FIELD(packed, pipe, XENRING_OPAQUE, .help = "all of it"),
		XR_FIELD_ALIAS(packed, "port", pipe, XENRING_UINT, .bits = 5, .help = "bits 0 to 4"),
		XR_FIELD_ALIAS(packed, "dir", pipe, XENRING_BOOL, .shift = 7, .bits = 1, .help = "bit 7"),
		XR_FIELD_ALIAS(packed, "sign", pipe, XENRING_ENUM, .shift = 8, .bits = 4, .syms = signs,
			       .help = "bits 8 to 11, signed"),
		XR_FIELD_ALIAS(packed, "type", pipe, XENRING_ENUM, .shift = 30, .bits = 2, .syms = kinds,
			       .help = "bits 30 and 31"),
		XR_FIELD(packed, nr, XENRING_UINT, .bits = 7, .help = "of list; bit 7 is something else"),
		XR_LIST(packed, list, XENRING_UINT, "nr", .help = "numbers"),
		XR_END
	};
	static const struct xenring_record bit_rec = XR_RECORD(packed, "test.bits", "parts of numbers", bit_fields);
	struct packed w = { 0xc0000f9f, 0x82, { 1, 2, 3, 4, 5 } };
	uint64_t v;

	(void)state;
	expect_of(&bit_rec, &w, sizeof(w), "test.bits(pipe=3221229471 port=31 dir=1 sign=-1/15/minus "
		  "type=3/3/bulk nr=2 list[2: list=1 list=2 ] ) ");
	/* each part is its own: what is around it does not show */
	w.pipe = ~w.pipe;
	w.nr = 0x86;
	expect_of(&bit_rec, &w, sizeof(w), "test.bits(pipe=1073737824 port=0 dir=0 sign=0/0/zero "
		  "type=0/0/isoc nr=6 !nr asks for 6 list, 5 fit! "
		  "list[5: list=1 list=2 list=3 list=4 list=5 ] ) ");
	w.pipe = 0x40000700;
	w.nr = 0x80;
	expect_of(&bit_rec, &w, sizeof(w), "test.bits(pipe=1073743616 port=0 dir=0 sign=7/7/- "
		  "!sign 7 is not known! type=1/1/- !type 1 is not known! nr=0 list[0: ] ) ");
	assert_int_equal(xr_wire_number(&bit_rec, (const uint8_t *)&w, sizeof(w), "sign", &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(xr_wire_number(&bit_rec, (const uint8_t *)&w, sizeof(w), "nr", &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(xr_wire_number(&bit_rec, (const uint8_t *)&w, 3, "port", &v), -ENODATA);
	expect_of(&bit_rec, &w, 3, "test.bits(pipe=? !pipe: the record ends before it! port=? dir=? sign=? type=? "
		  "nr=? list[0: ] ) ");
}

/* How much of bytes and text is there, and how many faults. */
struct lengths {
	size_t bytes, text;	/* SIZE_MAX: unknown */
	unsigned faults;
};

static int on_length(void *d, const struct xenring_value *v)
{
	struct lengths *l = d;

	if (v->field->type == XENRING_BYTES)
		l->bytes = v->known ? v->n : SIZE_MAX;
	if (v->field->type == XENRING_STRING)
		l->text = v->known ? v->n : SIZE_MAX;
	return 0;
}

static int on_length_fault(void *d, const struct xenring_field *f, const char *text)
{
	struct lengths *l = d;

	(void)f;
	assert_true(strstr(text, "asks for") || strstr(text, "the record ends"));
	l->faults++;
	return 0;
}

/* Bytes and text of which only so many count as another field says. */
static void test_counted_bytes(void **state)
{
	static const struct xenring_visitor visitor = { .value = on_length, .fault = on_length_fault };
	struct sense {
		uint8_t len, sense[6];
		char text[4];
	};
	static const struct xenring_field sense_fields[] = {
		XR_FIELD(sense, len, XENRING_UINT, .help = "of both"),
		XR_FIELD(sense, sense, XENRING_BYTES, .count = "len", .help = "bytes"),
		XR_FIELD(sense, text, XENRING_STRING, .count = "len", .help = "text"),
		XR_END
	};
	static const struct xenring_record sense_rec =
		XR_RECORD(sense, "test.sense", "bytes with a length", sense_fields);
	static const struct {
		uint8_t len;
		size_t n, bytes, text;	/* in the record; how many are shown */
		unsigned faults;
	} rows[] = {
		{ 0, 11, 0, 0, 0 }, { 3, 11, 3, 3, 0 }, { 4, 11, 4, 4, 0 },
		/* more than there is room for, in the text or in both */
		{ 6, 11, 6, 4, 1 }, { 7, 11, 6, 4, 2 }, { 255, 11, 6, 4, 2 },
		/* a field that is cut off is not there, however little of it counts */
		{ 2, 6, SIZE_MAX, SIZE_MAX, 1 }, { 2, 10, 2, SIZE_MAX, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sense w = { rows[i].len, { 1, 2, 3, 4, 5, 6 }, { 'a', 'b', 'c', 'd' } };
		struct tail mem = tail_new(64);
		struct xenring_decoded d = {
			.rec = &sense_rec, .bytes = tail_put(&mem, &w, rows[i].n), .n = rows[i].n,
		};
		struct lengths l = { .faults = 0 };

		assert_int_equal(xr_walk_wire(&d, NULL, &visitor, &l), 0);
		assert_int_equal(l.bytes, rows[i].bytes);
		assert_int_equal(l.text, rows[i].text);
		assert_int_equal(l.faults, rows[i].faults);
		tail_drop(&mem);
	}
}

/* Two lists in one array: the second begins where the first ends. */
static void test_lists_in_turn(void **state)
{
	struct turns {
		uint8_t n_a, n_b, all[4];
	};
	static const struct xenring_field turn_fields[] = {
		XR_FIELD(turns, n_a, XENRING_UINT, .help = "of the first"),
		XR_FIELD(turns, n_b, XENRING_UINT, .help = "of the second"),
		{ .name = "a", .off = offsetof(struct turns, all), .size = 1, .type = XENRING_UINT,
		  .count = "n_a", .max = 4, .help = "the first" },
		{ .name = "b", .off = offsetof(struct turns, all), .size = 1, .type = XENRING_UINT,
		  .count = "n_b", .after = "n_a", .max = 4, .help = "the second" },
		XR_END
	};
	static const struct xenring_record turn_rec =
		XR_RECORD(turns, "test.turns", "two lists", turn_fields);
	struct turns w = { 1, 2, { 5, 6, 7, 8 } };

	(void)state;
	expect_of(&turn_rec, &w, 6, "test.turns(n_a=1 n_b=2 a[1: a=5 ] b[2: b=6 b=7 ] ) ");
	w.n_b = 4;
	expect_of(&turn_rec, &w, 6, "test.turns(n_a=1 n_b=4 a[1: a=5 ] !n_b asks for 4 b, 3 fit! "
		  "b[3: b=6 b=7 b=8 ] ) ");
	w.n_a = 4;
	expect_of(&turn_rec, &w, 6, "test.turns(n_a=4 n_b=4 a[4: a=5 a=6 a=7 a=8 ] !n_b asks for 4 b, 0 fit! "
		  "b[0: ] ) ");
	w.n_a = 255;
	w.n_b = 0;
	expect_of(&turn_rec, &w, 6, "test.turns(n_a=255 n_b=0 !n_a asks for 255 a, 4 fit! "
		  "a[4: a=5 a=6 a=7 a=8 ] b[0: ] ) ");
	w.n_a = 2;
	w.n_b = 2;
	expect_of(&turn_rec, &w, 5, "test.turns(n_a=2 n_b=2 a[2: a=5 a=6 ] "
		  "!b: the record ends after 1 of 2! b[1: b=7 ] ) ");
	expect_of(&turn_rec, &w, 3, "test.turns(n_a=2 n_b=2 !a: the record ends after 1 of 2! a[1: a=5 ] "
		  "b[0: ] ) ");
}

/* Of what was fetched there may be less than the record says. */
static void test_fetched_too_few(void **state)
{
	static const uint8_t found[3] = { 7, 8, 9 };
	struct named {
		uint8_t n;
	};
	static const struct xenring_field named_fields[] = {
		XR_FIELD(named, n, XENRING_UINT, .help = "of them"),
		{ .name = "more", .help = "fetched", .size = 1, .type = XENRING_UINT, .max = 100,
		  .count = "n", .flags = XENRING_F_FETCHED },
		XR_END
	};
	static const struct xenring_record named_rec =
		XR_RECORD(named, "test.named", "names pages", named_fields);
	struct tail mem = tail_new(64);
	struct named w = { 4 };
	struct xenring_decoded d = {
		.rec = &named_rec, .bytes = (const uint8_t *)&w, .n = 1,
		.fetched = tail_put(&mem, found, 3), .n_fetched = 3,
	};
	struct trace t = { .n = 0 };

	(void)state;
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, "test.named(n=4 !n asks for 4 more, there are 3! "
			    "more[3: more=7 more=8 more=9 ] ) ");
	w.n = 3;
	t = (struct trace){ .n = 0 };
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, "test.named(n=3 more[3: more=7 more=8 more=9 ] ) ");
	/* not fetched at all is for who fetches to say */
	d.n_fetched = 0;
	t = (struct trace){ .n = 0 };
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, "test.named(n=3 more[0: ] ) ");
	tail_drop(&mem);
}

static void test_number(void **state)
{
	const uint8_t *b = (const uint8_t *)&sample;
	uint64_t v = 99;

	(void)state;
	assert_int_equal(xr_wire_number(&rec, b, sizeof(sample), "gref", &v), 0);
	assert_true(v == 0xfffffffe);
	v = 99;
	assert_int_equal(xr_wire_number(&rec, b, 7, "gref", &v), -ENODATA);
	assert_int_equal(xr_wire_number(&rec, b, sizeof(sample), "nothing", &v), -ENOENT);
	assert_int_equal(xr_wire_number(&rec, b, sizeof(sample), "list", &v), -ENOENT);
	assert_int_equal(xr_wire_number(&rec, b, sizeof(sample), "one", &v), -ENOENT);
	assert_int_equal(xr_wire_number(&rec, b, sizeof(sample), "mac", &v), -ENOENT);
	assert_true(v == 99);
}

/* Ports and the like stand the other way round in the same bytes. */
static void test_network_order(void **state)
{
	static const struct xenring_field both_fields[] = {
		XR_FIELD_ALIAS(wire, "here", gref, XENRING_UINT, .help = "as Xen has it"),
		XR_FIELD_ALIAS(wire, "there", gref, XENRING_UINT, .flags = XENRING_F_NETWORK,
			       .help = "as networks have it"),
		XR_END
	};
	static const struct xenring_record both = XR_RECORD(wire, "test.both", "one value", both_fields);
	struct wire w = { .gref = 0x01020304 };
	struct xenring_decoded d = { .rec = &both, .bytes = (const uint8_t *)&w, .n = sizeof(w) };
	struct trace t = { .n = 0 };

	(void)state;
	assert_int_equal(xr_walk_wire(&d, NULL, &tracer, &t), 0);
	assert_string_equal(t.text, "test.both(here=16909060 there=67305985 ) ");
}

static void test_grefs(void **state)
{
	/* blkif: a request with 3 segments of which the table has 11 */
	const struct xr_ring_desc *r = xr_proto_of_type("vbd")->rings;
	uint8_t slot[112] = { 0, 3 };
	struct xenring_decoded d = { .rec = r->req[XR_ABI_64], .bytes = slot, .n = sizeof(slot) };
	uint32_t grefs[16];

	(void)state;
	for (uint8_t i = 0; i < 11; i++)
		slot[24 + 8 * i] = (uint8_t)(100 + i);
	assert_int_equal(xr_wire_grefs(&d, grefs, 16), 3);
	assert_int_equal(grefs[0], 100);
	assert_int_equal(grefs[2], 102);
	slot[1] = 255;
	assert_int_equal(xr_wire_grefs(&d, grefs, 16), 11);
	assert_int_equal(xr_wire_grefs(&d, grefs, 2), 2);
	assert_int_equal(xr_wire_grefs(&d, grefs, 0), 0);
	d.n = 24 + 8 + 7;	/* one whole segment */
	assert_int_equal(xr_wire_grefs(&d, grefs, 16), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_count_too_big),
		cmocka_unit_test(test_unknown_words),
		cmocka_unit_test(test_cut_list),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_stops_when_told),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_fetched_list),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_counted_bytes),
		cmocka_unit_test(test_lists_in_turn),
		cmocka_unit_test(test_fetched_too_few),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_network_order),
		cmocka_unit_test(test_grefs),
	};

	return RUN(tests);
}
