/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of framebuffers. The directory's entries are unsigned longs, so
 * its layout differs between x86_64 and x86_32; fbif-32.c includes this file
 * with PAGES_32 to have the latter in a 64-bit program.
 */
#include "pages.h"
#include "xenheaders.h"

#ifdef PAGES_32
#define long int
#endif
#include <xen/io/fbif.h>
#ifdef PAGES_32
#undef long
#endif

/* The events begin in the middle of what the header calls pd[256]. */
#define NR_PD ((XENFB_IN_RING_OFFS - offsetof(struct xenfb_page, pd)) / \
	       sizeof(((struct xenfb_page *)0)->pd[0]))
#define COVERED (PAGE_BYTES / sizeof(((struct xenfb_page *)0)->pd[0]) * PAGE_BYTES)

static void start(struct pages *p, uint32_t at)
{
	struct xenfb_page *page = (void *)p->mem;

	page->in_cons = page->in_prod = at;
	page->out_cons = page->out_prod = at;
	page->width = 800;
	page->height = 600;
	page->line_length = 800 * 4;
	page->mem_length = 2u << 20;
	page->depth = 32;
	page->pd[0] = 0x12345;
}

static void put_out(struct pages *p, const union xenfb_out_event *event)
{
	struct xenfb_page *page = (void *)p->mem;

	XENFB_OUT_RING_REF(p->mem, page->out_prod) = *event;
	page->out_prod++;
}

static void put_in(struct pages *p, const union xenfb_in_event *event)
{
	struct xenfb_page *page = (void *)p->mem;

	XENFB_IN_RING_REF(p->mem, page->in_prod) = *event;
	page->in_prod++;
}

/*
 * What its member does not fill is zero, the three bytes behind the type too:
 * else it is whatever the compiler leaves there.
 */
#define EVENT(put, p, type, member, ...) do { \
	union type event_; \
	memset(&event_, 0, sizeof(event_)); \
	event_.member = (__typeof__(event_.member))__VA_ARGS__; \
	memset((uint8_t *)&event_ + 1, 0, 3); \
	put(p, &event_); \
} while (0)
#define OUT(p, member, ...) EVENT(put_out, p, xenfb_out_event, member, __VA_ARGS__)
#define IN(p, member, ...) EVENT(put_in, p, xenfb_in_event, member, __VA_ARGS__)

static void put_update(struct pages *p, int32_t x)
{
	OUT(p, update, { .type = XENFB_TYPE_UPDATE, .x = x, .y = 16,
			   .width = 100, .height = 20 });
}

static void describe_out(struct json *j, const union xenfb_out_event *e,
			 uint32_t index, bool lost)
{
	bool update = e->type == XENFB_TYPE_UPDATE;
	bool resize = e->type == XENFB_TYPE_RESIZE;

	row_open(j, index, index % XENFB_OUT_RING_LEN, "waiting",
		 update ? "update" : resize ? "resize" : "out_event",
		 lost || (!update && !resize));
	json_uint(j, "type", e->type);
	if (update) {
		json_int(j, "x", e->update.x);
		json_int(j, "y", e->update.y);
		json_int(j, "width", e->update.width);
		json_int(j, "height", e->update.height);
	} else if (resize) {
		json_int(j, "width", e->resize.width);
		json_int(j, "height", e->resize.height);
		json_int(j, "stride", e->resize.stride);
		json_int(j, "depth", e->resize.depth);
		json_int(j, "offset", e->resize.offset);
	}
	row_close(j);
}

static void describe_in(struct json *j, const union xenfb_in_event *e,
			uint32_t index, bool lost)
{
	bool period = e->type == XENFB_TYPE_REFRESH_PERIOD;

	row_open(j, index, index % XENFB_IN_RING_LEN, "waiting",
		 period ? "refresh_period" : "in_event", lost || !period);
	json_uint(j, "type", e->type);
	if (period)
		json_uint(j, "period", e->refresh_period.period);
	row_close(j);
}

/* What the page says beside its events, as both rings show it. */
static void describe_page(struct json *j, const struct xenfb_page *page)
{
	uint32_t nr = page->mem_length / COVERED + !!(page->mem_length % COVERED);

	row_open(j, 0, 0, "page", "page", nr > NR_PD);
	json_int(j, "width", page->width);
	json_int(j, "height", page->height);
	json_uint(j, "line_length", page->line_length);
	json_uint(j, "mem_length", page->mem_length);
	json_uint(j, "depth", page->depth);
	json_open(j, "pd", '[');
	for (uint32_t i = 0; i < nr && i < NR_PD; i++)
		json_uint(j, NULL, page->pd[i]);
	json_close(j, ']');
	row_close(j);
}

static bool is_lost(uint32_t i, uint32_t cons, uint32_t prod, uint32_t len)
{
	return prod < cons && i > prod && i % len < prod;
}

static void describe(struct pages *p, struct json *j)
{
	const struct xenfb_page *page = (const void *)p->mem;

	json_uint(j, "in_cons", page->in_cons);
	json_uint(j, "in_prod", page->in_prod);
	json_uint(j, "out_cons", page->out_cons);
	json_uint(j, "out_prod", page->out_prod);
	json_open(j, "rings", '{');
	if (page->in_prod - page->in_cons > XENFB_IN_RING_LEN) {
		json_null(j, "in");
	} else {
		json_open(j, "in", '[');
		for (uint32_t i = page->in_cons; i != page->in_prod; i++)
			describe_in(j, &XENFB_IN_RING_REF(p->mem, i), i,
				    is_lost(i, page->in_cons, page->in_prod,
					    XENFB_IN_RING_LEN));
		describe_page(j, page);
		json_close(j, ']');
	}
	if (page->out_prod - page->out_cons > XENFB_OUT_RING_LEN) {
		json_null(j, "out");
	} else {
		json_open(j, "out", '[');
		for (uint32_t i = page->out_cons; i != page->out_prod; i++)
			describe_out(j, &XENFB_OUT_RING_REF(p->mem, i), i,
				     is_lost(i, page->out_cons, page->out_prod,
					     XENFB_OUT_RING_LEN));
		describe_page(j, page);
		json_close(j, ']');
	}
	json_close(j, '}');
}

static void fill_empty(struct pages *p, uint32_t at)
{
	start(p, at);
}

static void fill_every(struct pages *p, uint32_t at)
{
	start(p, at);
	put_update(p, 0);
	OUT(p, resize, { .type = XENFB_TYPE_RESIZE, .width = 1024,
			   .height = 768, .stride = 4096, .depth = 32,
			   .offset = 65536 });
	put_update(p, -1);
	put_update(p, 0x7fffffff);
	IN(p, refresh_period, { .type = XENFB_TYPE_REFRESH_PERIOD, .period = 40 });
	IN(p, refresh_period, { .type = XENFB_TYPE_REFRESH_PERIOD,
				  .period = XENFB_NO_REFRESH });
}

static void fill_full(struct pages *p, uint32_t at)
{
	start(p, at);
	for (uint32_t i = 0; i < XENFB_OUT_RING_LEN; i++)
		put_update(p, (int32_t)i);
	for (uint32_t i = 0; i < XENFB_IN_RING_LEN; i++)
		IN(p, refresh_period, { .type = XENFB_TYPE_REFRESH_PERIOD,
					  .period = i });
}

/* As large as the page can say, and one byte larger. */
static void fill_large(struct pages *p, uint32_t over)
{
	struct xenfb_page *page = (void *)p->mem;

	page->mem_length = (uint32_t)(NR_PD * COVERED) + over;
	for (uint32_t i = 0; i < NR_PD; i++)
		page->pd[i] = 0x10000 + i;
}

static void fill_unknown(struct pages *p, uint32_t type)
{
	OUT(p, type, (uint8_t)type);
	IN(p, type, (uint8_t)type);
	OUT(p, type, 0);
	IN(p, type, 0);
}

static void fill_overrun(struct pages *p, uint32_t over)
{
	struct xenfb_page *page = (void *)p->mem;

	fill_full(p, 0);
	page->out_prod = page->out_cons + XENFB_OUT_RING_LEN + over;
	page->in_prod = page->in_cons - over;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "fbif-empty", .fill = fill_empty,
	  .about = "a framebuffer of which nothing was told" },
	{ .name = "fbif-every", .fill = fill_every, .arg = 3,
	  .about = "one event of each type waits" },
	{ .name = "fbif-ring-end", .fill = fill_every, .arg = 51 * 25 - 1,
	  .about = "events continue at the beginning of their rings" },
	{ .name = "fbif-wrap", .fill = fill_every, .arg = 0xffffffff,
	  .about = "indices pass 2^32, which is no multiple of the lengths" },
	{ .name = "fbif-full", .fill = fill_full, .arg = 100,
	  .about = "51 updates and 25 periods, nobody takes them" },
	{ .name = "fbif-full-wrap", .fill = fill_full, .arg = 0xfffffff4,
	  .about = "the same across 2^32, where places are used twice" },
	{ .name = "fbif-large", .fill = fill_large,
	  .about = "the directory reaches up to the events" },
	{ .name = "fbif-too-large", .fill = fill_large, .arg = 1,
	  .fault = "length", .about = "it would have to reach into them" },
	{ .name = "fbif-unknown", .fill = fill_unknown, .arg = 9,
	  .fault = "type", .about = "types of events that are not defined" },
	{ .name = "fbif-overrun", .fill = fill_overrun, .arg = 1,
	  .fault = "overrun", .about = "one event more than there is room" },
	{ .name = "fbif-garbage", .fill = fill_garbage, .arg = 0xcc9e2d51,
	  .fault = "garbage", .opaque = true, .about = "bytes that mean nothing" },
};

#ifdef PAGES_32
const struct protocol fbif_32_protocol = {
	.abi = "x86_32",
#else
const struct protocol fbif_protocol = {
#endif
	.name = "fbif",
	.abi_differs = true,
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
