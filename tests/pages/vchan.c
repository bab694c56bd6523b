/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of libxenvchan: the first page, with the bytes that are in it.
 */
#include "pages.h"
#include "port.h"

#include <xen/io/libxenvchan.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum { EXITED, CONNECTED, NOT_YET };

/* left_order in the low, right_order in the high half */
#define ORDERS(left, right) ((left) | (uint32_t)(right) << 16)

static struct vchan_interface *page(struct pages *p)
{
	return (struct vchan_interface *)(void *)p->mem;
}

/* How many bytes a queue has, where in the page, or how many pages hold them. */
static uint32_t size_of(uint32_t order)
{
	return (uint32_t)1 << order;
}

static uint32_t place_of(uint32_t order)
{
	return order == 10 ? 1024 : order == 11 ? 2048 : 0;
}

static uint32_t pages_of(uint32_t order)
{
	return order < 12 ? 0 : (uint32_t)1 << (order - 12);
}

static void start(struct pages *p, uint32_t at)
{
	struct vchan_interface *v = page(p);

	v->left.cons = v->left.prod = v->right.cons = v->right.prod = at;
	v->left_order = 10;
	v->right_order = 11;
	v->cli_live = NOT_YET;
	v->srv_live = CONNECTED;
	v->cli_notify = VCHAN_NOTIFY_WRITE;
}

static void describe(struct pages *p, struct json *j)
{
	const struct vchan_interface *v = page(p);
	bool known = !p->c || !p->c->fault || !strcmp(p->c->fault, "overrun");

	json_uint(j, "left_cons", v->left.cons);
	json_uint(j, "left_prod", v->left.prod);
	json_uint(j, "right_cons", v->right.cons);
	json_uint(j, "right_prod", v->right.prod);
	json_uint(j, "left_order", v->left_order);
	json_uint(j, "right_order", v->right_order);
	json_uint(j, "cli_live", v->cli_live);
	json_uint(j, "srv_live", v->srv_live);
	json_uint(j, "cli_notify", v->cli_notify);
	json_uint(j, "srv_notify", v->srv_notify);
	if (!known) {
		json_null(j, "left_size");
		return;
	}
	json_uint(j, "left_size", size_of(v->left_order));
	json_uint(j, "right_size", size_of(v->right_order));
	json_uint(j, "left_at", place_of(v->left_order));
	json_uint(j, "right_at", place_of(v->right_order));
	json_open(j, "grants", '[');
	for (uint32_t i = 0; i < pages_of(v->left_order) + pages_of(v->right_order); i++)
		json_uint(j, NULL, v->grants[i]);
	json_close(j, ']');
	json_uint(j, "right_first", pages_of(v->left_order));
}

static void fill_orders(struct pages *p, uint32_t orders)
{
	struct vchan_interface *v = page(p);
	uint32_t n;

	v->left_order = (uint16_t)orders;
	v->right_order = (uint16_t)(orders >> 16);
	n = pages_of(v->left_order) + pages_of(v->right_order);
	for (uint32_t i = 0; i < n; i++)
		v->grants[i] = pages_data_grant(p, true);
	v->cli_live = CONNECTED;
	v->srv_notify = VCHAN_NOTIFY_READ | VCHAN_NOTIFY_WRITE;
}

static void fill_new(struct pages *p, uint32_t at)
{
	start(p, at);
}

static void fill_full(struct pages *p, uint32_t at)
{
	struct vchan_interface *v = page(p);

	fill_orders(p, ORDERS(10, 11));
	v->left.cons = at;
	v->left.prod = at + 1024;
	v->right.cons = at + 5;
	v->right.prod = at + 5 + 2048;
}

/* What left was not taken, by nobody who is still there. */
static void fill_dead(struct pages *p, uint32_t left)
{
	struct vchan_interface *v = page(p);

	fill_orders(p, ORDERS(12, 12));
	v->cli_live = v->srv_live = EXITED;
	v->left.prod = left;
	v->right.prod = 31300;
	v->right.cons = 31200;
}

static void fill_overrun(struct pages *p, uint32_t over)
{
	fill_full(p, 0);
	page(p)->left.prod += over;
}

/* Whatever they are: no grant is written for them. */
static void fill_bad_orders(struct pages *p, uint32_t orders)
{
	struct vchan_interface *v = page(p);

	v->left_order = (uint16_t)orders;
	v->right_order = (uint16_t)(orders >> 16);
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define GOOD(name_, l, r, about_) \
	{ .name = "vchan-" name_, .fill = fill_orders, .arg = ORDERS(l, r), .about = about_ }
#define BAD(name_, l, r, about_) \
	{ .name = "vchan-" name_, .fill = fill_bad_orders, .arg = ORDERS(l, r), .fault = "order", \
	  .about = about_ }

static const struct page_case cases[] = {
	{ .name = "vchan-new", .fill = fill_new, .about = "no client has come yet" },
	{ .name = "vchan-wrap", .fill = fill_full, .arg = 0xfffffe00,
	  .about = "both full, across 2^32" },
	{ .name = "vchan-full", .fill = fill_full, .about = "no room in either direction" },
	{ .name = "vchan-dead", .fill = fill_dead, .arg = 7, .about = "bytes that nobody will take" },
	{ .name = "vchan-dead-empty", .fill = fill_dead, .arg = 0,
	  .about = "the server took all before it went" },
	GOOD("10-11", 10, 11, "both in the page"),
	GOOD("11-10", 11, 10, "both in the page, the other way round"),
	GOOD("10-12", 10, 12, "left in the page, right in one of its own"),
	GOOD("12-11", 12, 11, "right in the page, left in one of its own"),
	GOOD("12-12", 12, 12, "a page for each"),
	GOOD("20-20", 20, 20, "256 pages for each"),
	GOOD("10-19", 10, 19, "128 grants before the bytes at 1024"),
	GOOD("20-11", 20, 11, "256 grants before the bytes at 2048"),
	BAD("10-10", 10, 10, "the same bytes for both"),
	BAD("11-11", 11, 11, "the same bytes for both"),
	BAD("9-12", 9, 12, "too small"),
	BAD("12-0", 12, 0, "too small"),
	BAD("21-12", 21, 12, "too large"),
	BAD("12-65535", 12, 65535, "far too large"),
	BAD("10-20", 10, 20, "256 grants would reach into the bytes at 1024"),
	{ .name = "vchan-overrun", .fill = fill_overrun, .arg = 1, .fault = "overrun",
	  .about = "one byte more than there is room" },
	{ .name = "vchan-garbage", .fill = fill_garbage, .arg = 0x9e3779b9, .fault = "garbage",
	  .about = "bytes that mean nothing" },
};

const struct protocol vchan_protocol = {
	.name = "vchan",
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = ARRAY_SIZE(cases),
};
