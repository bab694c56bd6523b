/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in the data pages of fake guests. */
#include <config.h>

#include "source/fake/drawn.h"

#include <stdio.h>
#include <string.h>

#include "ring.h"

#define HEADERS 74	/* the most that are drawn: Ethernet, IPv6, TCP */

void xr_drawn_text(uint8_t *page, uint32_t domid, uint32_t gref)
{
	char line[64];
	size_t n = (size_t)snprintf(line, sizeof(line), XR_DRAWN_MARK " of domain %u, grant %u\n", domid, gref);

	for (size_t i = 0; i < XR_PAGE_SIZE; i++)
		page[i] = (uint8_t)line[i % n];
}

static uint8_t *put16(uint8_t *p, uint32_t v)
{
	*p++ = (uint8_t)(v >> 8);
	*p++ = (uint8_t)v;
	return p;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v);
}

static uint8_t *put_bytes(uint8_t *p, const void *bytes, size_t n)
{
	memcpy(p, bytes, n);
	return p + n;
}

static uint8_t *put_mac(uint8_t *p, uint32_t domid)
{
	return put32(put_bytes(p, "\x00\x16", 2), 0x3e000000 | domid);
}

static uint32_t address(uint32_t domid)
{
	return 0x0a000000 | domid;	/* 10.0.0.DOMID; the other end is dom0 */
}

static uint8_t *put_ipv4(uint8_t *p, uint32_t size, uint8_t protocol, uint32_t domid, uint16_t number)
{
	p = put16(p, 0x4500);
	p = put16(p, size - 14);
	p = put16(p, number);
	p = put16(p, 0x4000);		/* not to be fragmented */
	p = put16(p, 0x4000u | protocol);
	p = put16(p, 0);		/* its checksum is the backend's to make, too */
	p = put32(p, address(domid));
	return put32(p, address(254));
}

static uint8_t *put_ipv6(uint8_t *p, uint32_t size, uint8_t protocol, uint32_t domid)
{
	static const uint8_t prefix[12] = { 0x20, 0x01, 0x0d, 0xb8 };

	p = put32(p, 0x60000000);
	p = put16(p, size - 54);
	p = put16(p, (uint32_t)protocol << 8 | 64);
	p = put32(put_bytes(p, prefix, sizeof(prefix)), domid);
	return put32(put_bytes(p, prefix, sizeof(prefix)), 254);
}

static uint8_t *put_tcp(uint8_t *p, uint16_t number)
{
	p = put16(p, 40000u + number);
	p = put16(p, 443);
	p = put32(p, 1000u * number);
	p = put32(p, 7);
	p = put16(p, 0x5018);		/* no options, PSH and ACK */
	p = put16(p, 512);
	return put32(p, 0);
}

static uint8_t *put_arp(uint8_t *p, uint32_t domid)
{
	p = put32(p, 0x00010800);
	p = put32(p, 0x06040001);
	p = put32(put_mac(p, domid), address(domid));
	return put32(put_mac(p, 0), address(254));
}

void xr_drawn_packet(uint8_t *page, uint32_t off, uint32_t size, uint32_t domid, uint16_t number)
{
	uint8_t head[HEADERS + 4], *p = head;
	bool broadcasts = size == 60 || size == 342;

	xr_drawn_text(page, domid, number);
	p = broadcasts ? put_bytes(p, "\xff\xff\xff\xff\xff\xff", 6) : put_mac(p, 254);
	p = put_mac(p, domid);
	p = put16(p, size == 60 ? 0x0806 : size == 1514 ? 0x86dd : 0x0800);
	if (size == 60) {
		p = put_arp(p, domid);
	} else if (size == 98) {
		p = put_ipv4(p, size, 1, domid, number);
		p = put16(put16(put16(put16(p, 0x0800), 0), domid), number);
	} else if (size == 342) {
		p = put_ipv4(p, size, 17, domid, number);
		p = put16(put16(put16(put16(p, 68), 67), size - 34), 0);
	} else {
		p = size == 1514 ? put_ipv6(p, size, 6, domid) : put_ipv4(p, size, 6, domid, number);
		p = put_tcp(p, number);
	}
	if (off + (uint32_t)(p - head) <= XR_PAGE_SIZE)
		memcpy(page + off, head, (size_t)(p - head));
}
