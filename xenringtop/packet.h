/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the first headers of an Ethernet frame say: who sends it to whom, and
 * what it is in a few words. A guest wrote every byte of it. No more is decoded
 * than stands in a line; --pcap is for those who want all of it.
 */
#ifndef XT_PACKET_H
#define XT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strings are "" and numbers -1 where the frame says nothing, or does not go as far. */
struct packet {
	char source_mac[18], destination_mac[18];
	int64_t vlan;				/* the outermost tag's */
	char protocol[8];			/* the innermost that is known: "arp", "ipv6", "tcp", "0x88cc" */
	char source[46], destination[46];	/* addresses of ARP, IPv4 and IPv6 */
	int64_t source_port, destination_port;
	char info[96];				/* what else there is to say of it, printable */
};

/* n bytes of a frame, the first ones. False: not even its Ethernet header is there. */
bool packet_decode(const uint8_t *bytes, size_t n, struct packet *ret);

#endif
