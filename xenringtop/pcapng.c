/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing pcapng: a section, its interfaces, packets. */
#include <config.h>

#include "pcapng.h"

#include <string.h>

enum {
	BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6,
	SECTION_MAGIC = 0x1a2b3c4d,
	OPTION_END = 0, OPTION_COMMENT = 1,
	SECTION_APPLICATION = 4,
	INTERFACE_NAME = 2, INTERFACE_DESCRIPTION = 3, INTERFACE_TSRESOL = 9,
	PACKET_FLAGS = 2,
	LINK_ETHERNET = 1,
	NANOSECONDS = 9,		/* 10^-9 s */
	FLAG_INBOUND = 1, FLAG_OUTBOUND = 2,
};

static void put16(struct buf *b, uint32_t v)
{
	buf_putc(b, (char)(v & 0xff));
	buf_putc(b, (char)(v >> 8 & 0xff));
}

static void put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

static void put_padded(struct buf *b, const void *bytes, size_t n)
{
	buf_put(b, bytes, n);
	buf_fill(b, '\0', (4 - n % 4) % 4);
}

static void put_option(struct buf *b, uint32_t code, const void *value, size_t n)
{
	put16(b, code);
	put16(b, (uint32_t)n);
	put_padded(b, value, n);
}

static void put_text(struct buf *b, uint32_t code, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	/* its length has 16 bits */
	if (n)
		put_option(b, code, text, n < 0xffff ? n : 0xffff);
}

static void put_block(struct buf *b, uint32_t type, const struct buf *body)
{
	uint32_t length = (uint32_t)body->n + 12;

	put32(b, type);
	put32(b, length);
	buf_put(b, body->p, body->n);
	put32(b, length);
}

void pcapng_section(struct buf *b, const char *application)
{
	_cleanup_buf_ struct buf body = { 0 };

	put32(&body, SECTION_MAGIC);
	put16(&body, 1);		/* version 1.0 */
	put16(&body, 0);
	put32(&body, UINT32_MAX);	/* how long the section is: not said */
	put32(&body, UINT32_MAX);
	put_text(&body, SECTION_APPLICATION, application);
	put_option(&body, OPTION_END, "", 0);
	put_block(b, BLOCK_SECTION, &body);
}

void pcapng_interface(struct buf *b, const char *name, const char *description)
{
	_cleanup_buf_ struct buf body = { 0 };
	const char resolution = NANOSECONDS;

	put16(&body, LINK_ETHERNET);
	put16(&body, 0);
	put32(&body, 0);		/* packets are not cut */
	put_text(&body, INTERFACE_NAME, name);
	put_text(&body, INTERFACE_DESCRIPTION, description);
	put_option(&body, INTERFACE_TSRESOL, &resolution, 1);
	put_option(&body, OPTION_END, "", 0);
	put_block(b, BLOCK_INTERFACE, &body);
}

void pcapng_packet(struct buf *b, const struct pcapng_packet *k)
{
	_cleanup_buf_ struct buf body = { 0 };
	uint32_t flags = k->inbound ? FLAG_INBOUND : k->outbound ? FLAG_OUTBOUND : 0;
	uint64_t t = (uint64_t)k->real_ns;

	put32(&body, k->interface);
	put32(&body, (uint32_t)(t >> 32));
	put32(&body, (uint32_t)t);
	put32(&body, k->n);
	put32(&body, k->length);
	put_padded(&body, k->bytes, k->n);
	put_text(&body, OPTION_COMMENT, k->comment);
	if (flags) {
		const char value[] = { (char)flags, 0, 0, 0 };

		put_option(&body, PACKET_FLAGS, value, sizeof(value));
	}
	put_option(&body, OPTION_END, "", 0);
	put_block(b, BLOCK_PACKET, &body);
}
