/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing pcapng (draft-ietf-opsawg-pcapng), as Wireshark reads it: a section,
 * its interfaces, packets. libpcap only reads this format, Wireshark's own
 * library is not for others to link, and DPDK's wants its runtime: it is these
 * three blocks.
 *
 *	block	type u32, length u32, body, length u32 again
 *	option	code u16, length u16, value padded to 4 bytes; code 0 ends them
 *
 * All little-endian; times in nanoseconds.
 */
#ifndef XT_PCAPNG_H
#define XT_PCAPNG_H

#include <stdint.h>

#include "buf.h"

struct pcapng_packet {
	uint32_t interface;		/* their number in the section, from 0 */
	int64_t real_ns;
	const void *bytes;		/* n of length that the packet has */
	uint32_t n, length;
	bool inbound, outbound;		/* as the interface sees it; neither: not known */
	const char *comment;		/* or NULL */
};

/* Strings are UTF-8; NULL ones are left out. */
void pcapng_section(struct buf *b, const char *application);
/* An Ethernet interface of that name: the next one of the section. */
void pcapng_interface(struct buf *b, const char *name, const char *description);
void pcapng_packet(struct buf *b, const struct pcapng_packet *packet);

#endif
