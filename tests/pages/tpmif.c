/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of virtual TPMs, version 2. The packets are commands of TPM 1.2.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/tpmif.h>

static const uint8_t get_random[14] = {
	0x00, 0xc1, 0, 0, 0, 14, 0, 0, 0, 0x46, 0, 0, 0, 16,
};

static tpmif_shared_page_t *page_of(struct pages *p)
{
	return (void *)p->mem;
}

static void start(struct pages *p, uint32_t at)
{
	(void)p;
	(void)at;
}

/* As drivers have it: right behind the list. */
static uint8_t *packet_of(struct pages *p)
{
	return (uint8_t *)&page_of(p)->extra_pages[page_of(p)->nr_extra_pages];
}

static void describe(struct pages *p, struct json *j)
{
	const tpmif_shared_page_t *page = page_of(p);
	bool asked = page->state == TPMIF_STATE_SUBMIT ||
		     page->state == TPMIF_STATE_CANCEL;
	uint32_t room = PAGE_BYTES - (uint32_t)(packet_of(p) - p->mem);

	json_uint(j, "length", page->length);
	json_uint(j, "state", page->state);
	json_uint(j, "in_flight", asked);
	json_open(j, "rings", '{');
	json_open(j, "ring", '[');
	if (asked || page->state == TPMIF_STATE_FINISH) {
		row_open(j, 0, 0, asked ? "request" : "response", "packet", false);
		json_bytes(j, "packet", packet_of(p),
			   page->length < room ? page->length : room);
		row_close(j);
	}
	row_open(j, 0, 0, "page", "page", page->state > TPMIF_STATE_CANCEL);
	json_uint(j, "length", page->length);
	json_uint(j, "state", page->state);
	json_uint(j, "locality", page->locality);
	json_uint(j, "nr_extra_pages", page->nr_extra_pages);
	json_open(j, "extra_pages", '[');
	for (uint32_t i = 0; i < page->nr_extra_pages; i++)
		json_uint(j, NULL, page->extra_pages[i]);
	json_close(j, ']');
	row_close(j);
	json_close(j, ']');
	json_close(j, '}');
}

static void fill_state(struct pages *p, uint32_t state)
{
	page_of(p)->state = (uint8_t)state;
	page_of(p)->locality = 3;
	page_of(p)->length = sizeof(get_random);
	memcpy(packet_of(p), get_random, sizeof(get_random));
}

static void fill_idle(struct pages *p, uint32_t arg)
{
	(void)p;
	(void)arg;
}

/* A long one, behind the grants of its further pages. */
static void fill_extra(struct pages *p, uint32_t n)
{
	tpmif_shared_page_t *page = page_of(p);

	page->state = TPMIF_STATE_SUBMIT;
	page->nr_extra_pages = (uint8_t)n;
	page->length = (1 + n) * PAGE_BYTES - 8 - 4 * n;
	for (uint32_t i = 0; i < n; i++)
		page->extra_pages[i] = 200 + i;
	for (uint8_t *at = packet_of(p); at < p->mem + PAGE_BYTES; at++)
		*at = (uint8_t)(at - p->mem);
}

static void fill_length(struct pages *p, uint32_t length)
{
	fill_state(p, TPMIF_STATE_FINISH);
	page_of(p)->length = length;
}

/* It is an answer because the state says so. */
static void fill_zero(struct pages *p, uint32_t length)
{
	page_of(p)->state = TPMIF_STATE_FINISH;
	page_of(p)->length = length;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "tpmif-never", .fill = fill_idle, .about = "never used" },
	{ .name = "tpmif-idle", .fill = fill_state, .arg = TPMIF_STATE_IDLE,
	  .about = "idle, with a command of before in the page" },
	{ .name = "tpmif-submit", .fill = fill_state, .arg = TPMIF_STATE_SUBMIT,
	  .about = "a command waits" },
	{ .name = "tpmif-finish", .fill = fill_state, .arg = TPMIF_STATE_FINISH,
	  .about = "an answer is there" },
	{ .name = "tpmif-cancel", .fill = fill_state, .arg = TPMIF_STATE_CANCEL,
	  .about = "a command is to be given up" },
	{ .name = "tpmif-extra", .fill = fill_extra, .arg = 3,
	  .about = "a command that goes on in three more pages" },
	{ .name = "tpmif-extra-most", .fill = fill_extra, .arg = 255,
	  .about = "as many further pages as can be said" },
	{ .name = "tpmif-full", .fill = fill_length, .arg = 4088,
	  .about = "an answer that takes all the room" },
	{ .name = "tpmif-too-long", .fill = fill_length, .arg = 4089,
	  .about = "one byte more: what is there is shown" },
	{ .name = "tpmif-far", .fill = fill_length, .arg = 0xffffffff,
	  .about = "almost 4 GiB" },
	{ .name = "tpmif-empty", .fill = fill_length, .arg = 0,
	  .about = "an answer of no bytes" },
	{ .name = "tpmif-zero", .fill = fill_zero, .arg = 10,
	  .about = "an answer of which all bytes are 0" },
	{ .name = "tpmif-bad-state", .fill = fill_state, .arg = 4, .fault = "state",
	  .about = "a state that is not defined" },
	{ .name = "tpmif-garbage", .fill = fill_garbage, .arg = 0x38b34ae5,
	  .fault = "garbage", .about = "bytes that mean nothing" },
};

const struct protocol tpmif_protocol = {
	.name = "tpmif",
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
