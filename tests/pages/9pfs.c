/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of 9pfs rings: the interface page, then the pages of data, which
 * it names: in images by the grants 100, 101, ... A message's body is one byte,
 * repeated.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/9pfs.h>

#define FIRST_REF 100u
#define MAX_MESSAGES 256u
#define HEAD 7u

enum { TVERSION = 100, TWALK = 110, TREAD = 116, TWRITE = 118, TCLUNK = 120, TGETATTR = 24,
       RLERROR = 7, RERROR = 107 };

/* What is listed from this index on. */
struct message {
	bool in, wrong, raw;
	uint32_t start, size;
	uint8_t type;
	uint16_t tag;
};

struct messages {
	struct message msg[MAX_MESSAGES];
	uint32_t nr, half;
};

static struct xen_9pfs_data_intf *intf_of(struct pages *p)
{
	return (void *)p->mem;
}

/* The data behind the page are 2^order pages, of which half is for each direction. */
static void start_order(struct pages *p, uint32_t order, uint32_t at)
{
	struct xen_9pfs_data_intf *intf = intf_of(p);
	struct messages *m = p->priv;

	intf->ring_order = order;
	for (uint32_t i = 0; i < 1u << order; i++)
		intf->ref[i] = p->refs ? p->refs[1 + i] : FIRST_REF + i;
	intf->in_cons = intf->in_prod = at;
	intf->out_cons = intf->out_prod = at;
	m->nr = 0;
	m->half = PAGE_BYTES / 2 << order;
}

static void start(struct pages *p, uint32_t at)
{
	uint32_t order = 0;

	while (1u << (order + 1) < p->nr_pages)
		order++;
	start_order(p, order, at);
}

static uint8_t *queue_of(struct pages *p, bool in)
{
	const struct messages *m = p->priv;

	return p->mem + PAGE_BYTES + (in ? 0 : m->half);
}

static void put_bytes(struct pages *p, bool in, const void *bytes, uint32_t n)
{
	struct xen_9pfs_data_intf *intf = intf_of(p);
	const struct messages *m = p->priv;
	RING_IDX *prod = in ? &intf->in_prod : &intf->out_prod;
	RING_IDX cons = in ? intf->in_cons : intf->out_cons;
	RING_IDX masked_prod = xen_9pfs_mask(*prod, m->half);

	xen_9pfs_write_packet(queue_of(p, in), bytes, n, &masked_prod,
			      xen_9pfs_mask(cons, m->half), m->half);
	*prod += n;
}

static void put_head(struct pages *p, bool in, uint32_t size, uint8_t type,
		     uint16_t tag)
{
	uint8_t head[HEAD] = {
		(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16),
		(uint8_t)(size >> 24), type, (uint8_t)tag, (uint8_t)(tag >> 8),
	};

	put_bytes(p, in, head, HEAD);
}

static struct message *note(struct pages *p, bool in)
{
	struct messages *m = p->priv;
	struct message *msg = &m->msg[m->nr++];

	if (m->nr > MAX_MESSAGES)
		port_die("cannot put a message", p->c->name, "too many");
	*msg = (struct message){
		.in = in,
		.start = in ? intf_of(p)->in_prod : intf_of(p)->out_prod,
	};
	return msg;
}

/* A message, of which only the first `there` bytes are put. */
static struct message *put_part(struct pages *p, bool in, uint32_t size,
				uint8_t type, uint16_t tag, uint32_t there)
{
	struct message *msg = note(p, in);
	uint8_t byte = type;

	msg->size = size;
	msg->type = type;
	msg->tag = tag;
	put_head(p, in, size, type, tag);
	for (uint32_t i = HEAD; i < there; i++)
		put_bytes(p, in, &byte, 1);
	return msg;
}

static void put(struct pages *p, bool in, uint32_t size, uint8_t type, uint16_t tag)
{
	put_part(p, in, size, type, tag, size);
}

#define OUT(p, size, type, tag) put(p, false, size, type, tag)
#define IN(p, size, type, tag) put(p, true, size, type, tag)

/* The reader has taken all up to here. */
static void take(struct pages *p, bool in, uint32_t to)
{
	if (in)
		intf_of(p)->in_cons = to;
	else
		intf_of(p)->out_cons = to;
}

static void describe_queue(struct pages *p, struct json *j, bool in)
{
	const struct messages *m = p->priv;
	uint32_t cons = in ? intf_of(p)->in_cons : intf_of(p)->out_cons;

	for (uint32_t i = 0; i < m->nr; i++) {
		const struct message *msg = &m->msg[i];

		if (msg->in != in || (int32_t)(msg->start - cons) < 0)
			continue;
		row_open(j, msg->start, xen_9pfs_mask(msg->start, m->half),
			 "waiting", msg->raw ? "raw" : in ? "response" : "request",
			 msg->wrong);
		if (!msg->raw) {
			json_uint(j, "size", msg->size);
			json_uint(j, "type", msg->type);
			json_uint(j, "tag", msg->tag);
		}
		row_close(j);
	}
}

static void describe(struct pages *p, struct json *j)
{
	const struct xen_9pfs_data_intf *intf = intf_of(p);
	const struct messages *m = p->priv;

	json_uint(j, "in_cons", intf->in_cons);
	json_uint(j, "in_prod", intf->in_prod);
	json_uint(j, "out_cons", intf->out_cons);
	json_uint(j, "out_prod", intf->out_prod);
	json_uint(j, "ring_order", intf->ring_order);
	json_open(j, "rings", '{');
	if (intf->ring_order > 9 || (p->c && p->c->opaque) ||
	    intf->in_prod - intf->in_cons > m->half ||
	    intf->out_prod - intf->out_cons > m->half) {
		json_null(j, "r0");
	} else {
		json_open(j, "r0", '[');
		describe_queue(p, j, false);
		describe_queue(p, j, true);
		row_open(j, 0, 0, "page", "page", false);
		json_uint(j, "ring_order", intf->ring_order);
		json_open(j, "ref", '[');
		for (uint32_t i = 0; i < 1u << intf->ring_order; i++)
			json_uint(j, NULL, intf->ref[i]);
		json_close(j, ']');
		row_close(j);
		json_close(j, ']');
	}
	json_close(j, '}');
}

static void fill_idle(struct pages *p, uint32_t at)
{
	start(p, at);
}

/* Requests of several kinds, and answers. */
static void fill_mixed(struct pages *p, uint32_t at)
{
	start(p, at);
	OUT(p, 21, TVERSION, 0xffff);
	OUT(p, 40, TWALK, 1);
	OUT(p, 19, TGETATTR, 2);
	OUT(p, 23, TREAD, 3);
	OUT(p, 600, TWRITE, 4);
	OUT(p, 11, TCLUNK, 5);
	IN(p, 21, TVERSION + 1, 0xffff);
	IN(p, 11, RLERROR, 1);
	IN(p, 160, TGETATTR + 1, 2);
	IN(p, 511, TREAD + 1, 3);
	IN(p, 30, RERROR, 4);
	IN(p, 7, TCLUNK + 1, 5);
}

/* All that there is, of each direction. */
static void fill_every(struct pages *p, uint32_t at)
{
	static const uint8_t types[] = {
		8, 12, 14, 16, 18, 20, 22, 24, 26, 30, 32, 40, 50, 52, 54, 70, 72, 74,
		76, 100, 102, 104, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126,
	};

	start(p, at);
	for (uint32_t i = 0; i < sizeof(types); i++) {
		OUT(p, HEAD + i, types[i], (uint16_t)i);
		IN(p, HEAD + i, types[i] + 1u, (uint16_t)i);
	}
}

/* The backend has taken two requests, the guest one answer. */
static void fill_taken(struct pages *p, uint32_t at)
{
	const struct messages *m = p->priv;

	fill_mixed(p, at);
	take(p, false, m->msg[2].start);
	take(p, true, m->msg[7].start);
}

/* One message that takes all the room. */
static void fill_full(struct pages *p, uint32_t at)
{
	const struct messages *m = p->priv;

	start(p, at);
	OUT(p, m->half, TWRITE, 1);
	IN(p, m->half, TREAD + 1, 2);
}

/* Many of them that take all the room. */
static void fill_full_of_small(struct pages *p, uint32_t at)
{
	const struct messages *m = p->priv;

	start(p, at);
	for (uint32_t left = m->half; left; left -= left < 64 ? left : 32)
		OUT(p, left < 64 ? left : 32, TREAD, 1);
}

/* The last one is not all there, and of the answers not even a head. */
static void fill_partial(struct pages *p, uint32_t at)
{
	start(p, at);
	OUT(p, 23, TREAD, 3);
	put_part(p, false, 500, TWRITE, 4, 100)->wrong = true;
	IN(p, 11, RLERROR, 3);
	*note(p, true) = (struct message){
		.in = true, .start = intf_of(p)->in_prod, .raw = true, .wrong = true,
	};
	put_bytes(p, true, "\x0b\0\0\0", 4);
}

/* A size that cannot be: what is behind it is not told apart. */
static void fill_bad_size(struct pages *p, uint32_t size)
{
	OUT(p, 23, TREAD, 3);
	put_part(p, false, size, TWRITE, 4, 60)->wrong = true;
	put_part(p, true, size, TREAD + 1, 3, 100)->wrong = true;
	/* these are there, but nobody can know */
	{
		struct messages *m = p->priv;

		OUT(p, 11, TCLUNK, 5);
		m->nr--;
	}
}

/* Types that are not defined, or of the other direction. */
static void fill_bad_type(struct pages *p, uint32_t type)
{
	put_part(p, false, 20, (uint8_t)type, 1, 20)->wrong = true;
	put_part(p, false, 20, TREAD + 1, 1, 20)->wrong = true;
	put_part(p, true, 20, TREAD, 1, 20)->wrong = true;
	put_part(p, true, 20, 106, 1, 20)->wrong = true;
	OUT(p, 11, TCLUNK, 5);
}

/* A head in each of more pages than are looked at. */
static void fill_many_pages(struct pages *p, uint32_t at)
{
	start(p, at);
	for (uint32_t i = 0; i < 40; i++)
		OUT(p, PAGE_BYTES, TWRITE, (uint16_t)i);
	for (uint32_t i = 0; i < 24; i++)
		IN(p, PAGE_BYTES, TREAD + 1, (uint16_t)i);
	*note(p, true) = (struct message){
		.in = true, .start = intf_of(p)->in_prod, .raw = true, .wrong = true,
	};
	{
		struct messages *m = p->priv;

		IN(p, PAGE_BYTES, TREAD + 1, 99);
		m->nr--;
	}
}

/* It names a page that is granted to nobody. */
static void fill_bad_ref(struct pages *p, uint32_t ref)
{
	struct message *msg;

	start(p, 4000);
	OUT(p, 23, TREAD, 3);
	OUT(p, 160, TWRITE, 4);
	intf_of(p)->ref[3] = ref;
	/* the second begins in that page */
	msg = note(p, false);
	msg->raw = msg->wrong = true;
	{
		struct messages *m = p->priv;

		OUT(p, 11, TCLUNK, 5);
		m->nr--;
	}
}

static void fill_bad_order(struct pages *p, uint32_t order)
{
	intf_of(p)->ring_order = order;
}

static void fill_overrun(struct pages *p, uint32_t over)
{
	const struct messages *m = p->priv;

	fill_full(p, 0);
	intf_of(p)->out_prod = intf_of(p)->out_cons + m->half + over;
	intf_of(p)->in_prod = intf_of(p)->in_cons - over;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "9pfs-idle", .fill = fill_idle, .pages = 3,
	  .about = "nothing in flight" },
	{ .name = "9pfs-mixed", .fill = fill_mixed, .pages = 3,
	  .about = "requests and answers wait" },
	{ .name = "9pfs-order-0", .fill = fill_mixed, .pages = 2,
	  .about = "the same, both queues in one page" },
	{ .name = "9pfs-order-3", .fill = fill_mixed, .pages = 9, .arg = 4096 * 3 - 15,
	  .about = "the same, across pages" },
	{ .name = "9pfs-ring-end", .fill = fill_mixed, .pages = 3, .arg = 4096 * 5 - 3,
	  .about = "heads continue at the beginning of their queues" },
	{ .name = "9pfs-wrap", .fill = fill_mixed, .pages = 3, .arg = 0xffffffed,
	  .about = "indices pass 2^32 within a head" },
	{ .name = "9pfs-every", .fill = fill_every, .pages = 3, .arg = 77,
	  .about = "one message of each type and direction" },
	{ .name = "9pfs-taken", .fill = fill_taken, .pages = 3, .arg = 4000,
	  .about = "some were taken" },
	{ .name = "9pfs-full", .fill = fill_full, .pages = 3, .arg = 1000,
	  .about = "one message takes all the room of each queue" },
	{ .name = "9pfs-full-of-small", .fill = fill_full_of_small, .pages = 3,
	  .arg = 0xfffff010, .about = "127 messages take all the room, across 2^32" },
	{ .name = "9pfs-partial", .fill = fill_partial, .pages = 3, .arg = 4090,
	  .about = "of the last messages a part is there" },
	{ .name = "9pfs-size-0", .fill = fill_bad_size, .pages = 3, .arg = 0,
	  .fault = "length", .about = "a message of no bytes" },
	{ .name = "9pfs-size-6", .fill = fill_bad_size, .pages = 3, .arg = 6,
	  .fault = "length", .about = "a message of fewer bytes than its head" },
	{ .name = "9pfs-size-4097", .fill = fill_bad_size, .pages = 3, .arg = 4097,
	  .fault = "length", .about = "a message of a byte more than the queue holds" },
	{ .name = "9pfs-size-far", .fill = fill_bad_size, .pages = 3,
	  .arg = 0xffffffff, .fault = "length", .about = "a message of almost 4 GiB" },
	{ .name = "9pfs-bad-type", .fill = fill_bad_type, .pages = 3, .arg = 6,
	  .fault = "type", .about = "types that are none, or of the other direction" },
	{ .name = "9pfs-many-pages", .fill = fill_many_pages, .pages = 129,
	  .arg = 4000, .fault = "pages",
	  .about = "heads in 65 pages, of which 64 are looked at" },
	{ .name = "9pfs-bad-ref", .fill = fill_bad_ref, .pages = 5,
	  .arg = 7, .fault = "ref", .about = "a page of data that is not granted" },
	{ .name = "9pfs-bad-order", .fill = fill_bad_order, .pages = 3, .arg = 10,
	  .fault = "order", .about = "more pages than the page can name" },
	{ .name = "9pfs-bad-order-far", .fill = fill_bad_order, .pages = 3,
	  .arg = 0xffffffff, .fault = "order", .about = "2^32 - 1 as the order" },
	{ .name = "9pfs-overrun", .fill = fill_overrun, .pages = 3, .arg = 1,
	  .fault = "overrun", .about = "one byte more than there is room" },
	{ .name = "9pfs-garbage", .fill = fill_garbage, .pages = 3,
	  .arg = 0x52dce729, .fault = "garbage", .opaque = true,
	  .about = "bytes that mean nothing" },
};

const struct protocol p9fs_protocol = {
	.name = "9pfs",
	.priv_size = sizeof(struct messages),
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
