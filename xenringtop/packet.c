/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the first headers of an Ethernet frame say. */
#include <config.h>

#include "packet.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAC 6
#define MAX_TAGS 2		/* of VLANs: one within another */
#define MAX_EXTENSIONS 8	/* headers of IPv6 before what is in the packet */

enum {			/* IEEE 802 numbers; IANA protocol numbers */
	TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806, TYPE_VLAN = 0x8100, TYPE_IPV6 = 0x86dd, TYPE_QINQ = 0x88a8,
	IP_HOPOPTS = 0, IP_ICMP = 1, IP_TCP = 6, IP_UDP = 17, IP_ROUTING = 43, IP_FRAGMENT = 44,
	IP_ICMPV6 = 58, IP_NONE = 59, IP_DSTOPTS = 60,
};

/* What is left of the frame. */
struct rest {
	const uint8_t *p;
	size_t n;
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void skip(struct rest *r, size_t n)
{
	if (n > r->n)
		n = r->n;
	r->p += n;
	r->n -= n;
}

static void say_info(struct packet *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say_info(struct packet *k, const char *fmt, ...)
{
	size_t at = strlen(k->info);
	va_list ap;

	if (at && at + 1 < sizeof(k->info))
		k->info[at++] = ' ';
	va_start(ap, fmt);
	vsnprintf(k->info + at, sizeof(k->info) - at, fmt, ap);
	va_end(ap);
}

static void cut(struct packet *k, const char *where)
{
	say_info(k, "cut off in its %s header", where);
}

static void put_mac(char ret[18], const uint8_t *p)
{
	snprintf(ret, 18, "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3], p[4], p[5]);
}

static void name_protocol(struct packet *k, const char *name)
{
	snprintf(k->protocol, sizeof(k->protocol), "%s", name);
}

/* ---- what is in an IP packet ---------------------------------------------- */

static void tcp(struct packet *k, struct rest r, size_t length)
{
	static const char letters[] = "FSRPAUEC";
	char flags[sizeof(letters)] = "";
	size_t n = 0, head;

	name_protocol(k, "tcp");
	if (r.n < 4) {
		cut(k, "TCP");
		return;
	}
	k->source_port = get16(r.p);
	k->destination_port = get16(r.p + 2);
	if (r.n < 20) {
		cut(k, "TCP");
		return;
	}
	for (unsigned i = 0; letters[i]; i++)
		if (r.p[13] >> i & 1)
			flags[n++] = letters[i];
	head = (size_t)(r.p[12] >> 4) * 4;
	say_info(k, "[%s] seq %u ack %u", flags, get32(r.p + 4), get32(r.p + 8));
	if (head >= 20 && head <= length)
		say_info(k, "length %zu", length - head);
}

static void udp(struct packet *k, struct rest r)
{
	name_protocol(k, "udp");
	if (r.n < 8) {
		cut(k, "UDP");
		return;
	}
	k->source_port = get16(r.p);
	k->destination_port = get16(r.p + 2);
	if (get16(r.p + 4) >= 8)
		say_info(k, "length %u", get16(r.p + 4) - 8);
}

static void icmp(struct packet *k, struct rest r, bool six)
{
	static const struct {
		bool six, echo;
		uint8_t type;
		const char *name;
	} types[] = {
		{ false, true, 8, "echo request" }, { false, true, 0, "echo reply" },
		{ false, false, 3, "unreachable" }, { false, false, 5, "redirect" },
		{ false, false, 11, "time exceeded" },
		{ true, true, 128, "echo request" }, { true, true, 129, "echo reply" },
		{ true, false, 1, "unreachable" }, { true, false, 2, "too big" },
		{ true, false, 3, "time exceeded" }, { true, false, 133, "router solicitation" },
		{ true, false, 134, "router advertisement" }, { true, false, 135, "neighbour solicitation" },
		{ true, false, 136, "neighbour advertisement" }, { true, false, 143, "multicast report" },
	};

	name_protocol(k, six ? "icmpv6" : "icmp");
	if (r.n < 4) {
		cut(k, "ICMP");
		return;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].six != six || types[i].type != r.p[0])
			continue;
		say_info(k, "%s", types[i].name);
		if (types[i].echo && r.n >= 8)
			say_info(k, "id %u seq %u", get16(r.p + 4), get16(r.p + 6));
		return;
	}
	say_info(k, "type %u code %u", r.p[0], r.p[1]);
}

/* length: of what the IP header says is there, which may be more than was read. */
static void transport(struct packet *k, uint8_t protocol, struct rest r, size_t length)
{
	switch (protocol) {
	case IP_TCP:
		tcp(k, r, length);
		break;
	case IP_UDP:
		udp(k, r);
		break;
	case IP_ICMP:
		icmp(k, r, false);
		break;
	case IP_ICMPV6:
		icmp(k, r, true);
		break;
	case IP_NONE:
		break;
	default:
		say_info(k, "protocol %u length %zu", protocol, length);
	}
}

static void ipv4(struct packet *k, struct rest r)
{
	size_t head, length;
	uint16_t fragment;
	uint8_t protocol;

	name_protocol(k, "ipv4");
	if (r.n < 20) {
		cut(k, "IPv4");
		return;
	}
	inet_ntop(AF_INET, r.p + 12, k->source, sizeof(k->source));
	inet_ntop(AF_INET, r.p + 16, k->destination, sizeof(k->destination));
	head = (size_t)(r.p[0] & 15) * 4;
	length = get16(r.p + 2);
	if (r.p[0] >> 4 != 4 || head < 20 || length < head) {
		say_info(k, "its header makes no sense");
		return;
	}
	fragment = get16(r.p + 6) & 0x1fff;
	protocol = r.p[9];
	if (fragment) {
		say_info(k, "fragment at %u of protocol %u", 8u * fragment, protocol);
		return;
	}
	skip(&r, head);
	transport(k, protocol, r, length - head);
}

static void ipv6(struct packet *k, struct rest r)
{
	size_t length;
	uint8_t next;

	name_protocol(k, "ipv6");
	if (r.n < 40) {
		cut(k, "IPv6");
		return;
	}
	inet_ntop(AF_INET6, r.p + 8, k->source, sizeof(k->source));
	inet_ntop(AF_INET6, r.p + 24, k->destination, sizeof(k->destination));
	if (r.p[0] >> 4 != 6) {
		say_info(k, "its header makes no sense");
		return;
	}
	length = get16(r.p + 4);
	next = r.p[6];
	skip(&r, 40);
	for (int i = 0; i < MAX_EXTENSIONS; i++) {
		bool fragment = next == IP_FRAGMENT;
		size_t n;

		if (!fragment && next != IP_HOPOPTS && next != IP_ROUTING && next != IP_DSTOPTS)
			break;
		if (r.n < 8) {
			cut(k, "IPv6");
			return;
		}
		n = fragment ? 8 : 8 * ((size_t)r.p[1] + 1);
		next = r.p[0];
		if (fragment && get16(r.p + 2) & 0xfff8) {
			say_info(k, "fragment at %u of protocol %u", get16(r.p + 2) & 0xfff8u, next);
			return;
		}
		skip(&r, n);
		length = length > n ? length - n : 0;
	}
	transport(k, next, r, length);
}

static void arp(struct packet *k, struct rest r)
{
	uint16_t what;

	name_protocol(k, "arp");
	if (r.n < 8) {
		cut(k, "ARP");
		return;
	}
	what = get16(r.p + 6);
	/* of Ethernet and IPv4; there is no other use of it today */
	if (get16(r.p) != 1 || get16(r.p + 2) != TYPE_IPV4 || r.p[4] != MAC || r.p[5] != 4) {
		say_info(k, "of other addresses than Ethernet's and IPv4's");
		return;
	}
	if (r.n < 28) {
		cut(k, "ARP");
		return;
	}
	inet_ntop(AF_INET, r.p + 14, k->source, sizeof(k->source));
	inet_ntop(AF_INET, r.p + 24, k->destination, sizeof(k->destination));
	if (what == 1) {
		say_info(k, "who has %s", k->destination);
	} else if (what == 2) {
		char mac[18];

		put_mac(mac, r.p + 8);
		say_info(k, "%s is at %s", k->source, mac);
	} else {
		say_info(k, "operation %u", what);
	}
}

bool packet_decode(const uint8_t *bytes, size_t n, struct packet *ret)
{
	struct packet k = { .vlan = -1, .source_port = -1, .destination_port = -1 };
	struct rest r = { bytes, n };
	uint16_t type;

	if (n < 2 * MAC + 2)
		return false;
	put_mac(k.destination_mac, bytes);
	put_mac(k.source_mac, bytes + MAC);
	type = get16(bytes + 2 * MAC);
	skip(&r, 2 * MAC + 2);
	for (int i = 0; i < MAX_TAGS && (type == TYPE_VLAN || type == TYPE_QINQ) && r.n >= 4; i++) {
		if (!i)
			k.vlan = get16(r.p) & 0xfff;
		type = get16(r.p + 2);
		skip(&r, 4);
	}
	snprintf(k.protocol, sizeof(k.protocol), type < 0x600 ? "802.3" : "0x%04x", type);
	if (type == TYPE_IPV4)
		ipv4(&k, r);
	else if (type == TYPE_IPV6)
		ipv6(&k, r);
	else if (type == TYPE_ARP)
		arp(&k, r);
	*ret = k;
	return true;
}
