/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of the console.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/console.h>

static void start(struct pages *p, uint32_t at)
{
	struct xencons_interface *intf = (void *)p->mem;

	intf->in_cons = intf->in_prod = at;
	intf->out_cons = intf->out_prod = at;
}

static void send_in(struct pages *p, const char *text, size_t len)
{
	struct xencons_interface *intf = (void *)p->mem;

	while (len--) {
		intf->in[MASK_XENCONS_IDX(intf->in_prod, intf->in)] = *text++;
		intf->in_prod++;
	}
}

static void send_out(struct pages *p, const char *text, size_t len)
{
	struct xencons_interface *intf = (void *)p->mem;

	while (len--) {
		intf->out[MASK_XENCONS_IDX(intf->out_prod, intf->out)] =
			*text++;
		intf->out_prod++;
	}
}

#define IN(p, text) send_in(p, text, sizeof(text) - 1)
#define OUT(p, text) send_out(p, text, sizeof(text) - 1)

/* What lies between cons and prod of one direction, or null if too much. */
static void describe_queue(struct json *j, const char *queued_key,
			   const char *text_key, const char *bytes_key,
			   const char *ring, uint32_t size, uint32_t cons,
			   uint32_t prod)
{
	char queue[2048];
	uint32_t queued = prod - cons;

	if (queued > size) {
		json_null(j, queued_key);
		json_null(j, text_key);
		json_null(j, bytes_key);
		return;
	}
	for (uint32_t i = 0; i < queued; i++)
		queue[i] = ring[(cons + i) & (size - 1)];
	json_uint(j, queued_key, queued);
	json_text(j, text_key, queue, queued);
	json_bytes(j, bytes_key, queue, queued);
}

static void describe(struct pages *p, struct json *j)
{
	const struct xencons_interface *intf = (const void *)p->mem;

	json_uint(j, "in_cons", intf->in_cons);
	json_uint(j, "in_prod", intf->in_prod);
	json_uint(j, "out_cons", intf->out_cons);
	json_uint(j, "out_prod", intf->out_prod);
	describe_queue(j, "in_queued", "in", "in_hex", intf->in,
		       sizeof(intf->in), intf->in_cons, intf->in_prod);
	describe_queue(j, "out_queued", "out", "out_hex", intf->out,
		       sizeof(intf->out), intf->out_cons, intf->out_prod);
}

static void fill_empty(struct pages *p, uint32_t at)
{
	start(p, at);
}

static void fill_text(struct pages *p, uint32_t at)
{
	start(p, at);
	IN(p, "uname -a\r");
	OUT(p, "[    0.000000] Linux version 6.1.0\r\nguest login: ");
}

static void fill_taken(struct pages *p, uint32_t at)
{
	struct xencons_interface *intf = (void *)p->mem;

	fill_text(p, at);
	intf->in_cons = intf->in_prod;
	intf->out_cons = intf->out_prod - 13;
}

static void fill_out_full(struct pages *p, uint32_t at)
{
	static const char line[] = "no room left for this line of output\r\n";
	struct xencons_interface *intf = (void *)p->mem;
	uint32_t i = 0;

	start(p, at);
	while (intf->out_prod - intf->out_cons < sizeof(intf->out))
		send_out(p, &line[i++ % (sizeof(line) - 1)], 1);
}

static void fill_in_full(struct pages *p, uint32_t at)
{
	struct xencons_interface *intf = (void *)p->mem;

	start(p, at);
	while (intf->in_prod - intf->in_cons < sizeof(intf->in))
		IN(p, "y\n");
}

static void fill_escapes(struct pages *p, uint32_t arg)
{
	char all[256];

	(void)arg;
	OUT(p, "\033[31mred\033[0m \033]0;title\007 \033[2J\0 after NUL \n");
	for (uint32_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	send_out(p, all, sizeof(all));
	IN(p, "\003\004\033[A\0\377\302\233");
}

static void fill_overrun(struct pages *p, uint32_t over)
{
	struct xencons_interface *intf = (void *)p->mem;

	fill_out_full(p, 0);
	fill_in_full(p, 0);
	intf->out_prod = intf->out_cons + sizeof(intf->out) + over;
	intf->in_prod = intf->in_cons + sizeof(intf->in) + over;
}

/* cons before prod's eyes: the consumer took what was never there. */
static void fill_cons_ahead(struct pages *p, uint32_t by)
{
	struct xencons_interface *intf = (void *)p->mem;

	fill_text(p, 0);
	intf->out_cons = intf->out_prod + by;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

static const struct page_case cases[] = {
	{ .name = "console-empty", .fill = fill_empty,
	  .about = "nothing was ever written" },
	{ .name = "console-text", .fill = fill_text,
	  .about = "text waits in both directions" },
	{ .name = "console-taken", .fill = fill_taken,
	  .about = "input all taken, of the output the last 13 bytes left" },
	{ .name = "console-ring-end", .fill = fill_text, .arg = 2048 * 9 - 7,
	  .about = "text continues at the beginning of its ring" },
	{ .name = "console-wrap", .fill = fill_text, .arg = 0xfffffffc,
	  .about = "indices pass 2^32" },
	{ .name = "console-out-full", .fill = fill_out_full, .arg = 5000,
	  .about = "2048 bytes of output, the guest waits" },
	{ .name = "console-out-full-wrap", .fill = fill_out_full,
	  .arg = 0xffffff00, .about = "the same across 2^32" },
	{ .name = "console-in-full", .fill = fill_in_full, .arg = 100,
	  .about = "1024 bytes of input, the guest does not read" },
	{ .name = "console-escapes", .fill = fill_escapes,
	  .about = "control sequences, NUL, and every byte there is" },
	{ .name = "console-overrun", .fill = fill_overrun, .arg = 1,
	  .fault = "overrun", .about = "one byte more than there is room" },
	{ .name = "console-cons-ahead", .fill = fill_cons_ahead, .arg = 1,
	  .fault = "overrun", .about = "more taken than was ever written" },
	{ .name = "console-garbage", .fill = fill_garbage, .arg = 0xd3a2646c,
	  .fault = "garbage", .about = "bytes that mean nothing" },
};

const struct protocol console_protocol = {
	.name = "console",
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
