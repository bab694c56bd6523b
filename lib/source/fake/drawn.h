/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands in the data pages of fake guests: made when somebody reads them, the same each time. */
#ifndef XR_FAKE_DRAWN_H
#define XR_FAKE_DRAWN_H

#include <stdint.h>

/* Stands in every such page, so that a test finds it where it should not be. */
#define XR_DRAWN_MARK "fake payload"

/* All of a page: lines of text that name it. */
void xr_drawn_text(uint8_t *page, uint32_t domid, uint32_t gref);
/*
 * The first bytes of a packet of size bytes at off, as many as the page has: by
 * its size ARP, a ping, DHCP, TCP over IPv6 or IPv4; the text behind its headers.
 */
void xr_drawn_packet(uint8_t *page, uint32_t off, uint32_t size, uint32_t domid, uint16_t number);

#endif
