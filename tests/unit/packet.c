/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of a packet, however it is cut, and the bytes of a file of packets. */
#include <config.h>

#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/tail_alloc.h"
#include "packet.h"
#include "pcapng.h"

#define ETH "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"
#define IP4(len, proto) "\x08\x00\x45\x00\x00" len "\x00\x01\x40\x00\x40" proto "\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02"
#define IP6(len, next) "\x86\xdd\x60\x00\x00\x00\x00" len next "\x40" \
	"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x02"
#define TCP "\x9c\x40\x01\xbb\x00\x00\x00\x05\x00\x00\x00\x07\x50\x12\x02\x00\0\0\0\0"

static const struct row {
	const char *bytes;
	size_t n;
	const char *want;
} rows[] = {
#define ROW(b, w) { b, sizeof(b) - 1, w }
	ROW(ETH IP4("\x2c", "\x06") TCP "1234", "-1 tcp 10.0.0.1 40000 10.0.0.2 443 [SA] seq 5 ack 7 length 4"),
	ROW(ETH IP4("\x20", "\x11") "\x00\x35\x10\x00\x00\x0c\x00\x00" "1234",
	    "-1 udp 10.0.0.1 53 10.0.0.2 4096 length 4"),
	ROW(ETH IP4("\x1c", "\x01") "\x08\x00\x00\x00\x00\x03\x00\x09",
	    "-1 icmp 10.0.0.1 -1 10.0.0.2 -1 echo request id 3 seq 9"),
	ROW(ETH IP4("\x1c", "\x01") "\x2a\x07\x00\x00\x00\x03\x00\x09",
	    "-1 icmp 10.0.0.1 -1 10.0.0.2 -1 type 42 code 7"),
	ROW(ETH IP4("\x1c", "\x2f") "\0\0\0\0\0\0\0\0", "-1 ipv4 10.0.0.1 -1 10.0.0.2 -1 protocol 47 length 8"),
	ROW(ETH IP6("\x14", "\x06") TCP, "-1 tcp 2001:db8::1 40000 fe80::2 443 [SA] seq 5 ack 7 length 0"),
	ROW(ETH IP6("\x10", "\x00") "\x3a\x00\0\0\0\0\0\0" "\x80\x00\x00\x00\x00\x01\x00\x02",
	    "-1 icmpv6 2001:db8::1 -1 fe80::2 -1 echo request id 1 seq 2"),
	ROW(ETH IP6("\x10", "\x2c") "\x11\x00\x05\x78\0\0\0\1" "12345678",
	    "-1 ipv6 2001:db8::1 -1 fe80::2 -1 fragment at 1400 of protocol 17"),
	ROW(ETH "\x08\x00\x45\x00\x00\x24\x00\x01\x00\xb9\x40\x11\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02" "12345678",
	    "-1 ipv4 10.0.0.1 -1 10.0.0.2 -1 fragment at 1480 of protocol 17"),
	ROW(ETH "\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01\x02\x00\x00\x00\x00\x02\x0a\x00\x00\x01\0\0\0\0\0\0\x0a\x00\x00\x02",
	    "-1 arp 10.0.0.1 -1 10.0.0.2 -1 who has 10.0.0.2"),
	ROW(ETH "\x08\x06\x00\x01\x08\x00\x06\x04\x00\x02\x02\x00\x00\x00\x00\x02\x0a\x00\x00\x01\0\0\0\0\0\0\x0a\x00\x00\x02",
	    "-1 arp 10.0.0.1 -1 10.0.0.2 -1 10.0.0.1 is at 02:00:00:00:00:02"),
	ROW(ETH "\x81\x00\x20\x64" IP4("\x1c", "\x01") "\x00\x00\x00\x00\x00\x03\x00\x09",
	    "100 icmp 10.0.0.1 -1 10.0.0.2 -1 echo reply id 3 seq 9"),
	ROW(ETH "\x88\xa8\x00\x01\x81\x00\x00\x02\x81\x00\x00\x03" "\x08\x00", "1 0x8100  -1  -1 "),
	ROW(ETH "\x88\xcc" "\0\0", "-1 0x88cc  -1  -1 "),
	ROW(ETH "\x00\x26" "\x42\x42\x03", "-1 802.3  -1  -1 "),
	/* what makes no sense, and what ends early */
	ROW(ETH "\x08\x00\x44\x00\x00\x2c\x00\x01\x40\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02" TCP,
	    "-1 ipv4 10.0.0.1 -1 10.0.0.2 -1 its header makes no sense"),
	ROW(ETH IP4("\x2c", "\x06") "\x9c\x40\x01\xbb", "-1 tcp 10.0.0.1 40000 10.0.0.2 443 cut off in its TCP header"),
	ROW(ETH IP4("\x2c", "\x06") "\x9c\x40", "-1 tcp 10.0.0.1 -1 10.0.0.2 -1 cut off in its TCP header"),
	ROW(ETH "\x08\x00\x45", "-1 ipv4  -1  -1 cut off in its IPv4 header"),
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char got[256];
		struct packet k;

		assert_row(rows[i].want, packet_decode((const uint8_t *)rows[i].bytes, rows[i].n, &k));
		snprintf(got, sizeof(got), "%d %s %s %d %s %d %s", (int)k.vlan, k.protocol, k.source,
			 (int)k.source_port, k.destination, (int)k.destination_port, k.info);
		assert_string_equal(got, rows[i].want);
		assert_string_equal(k.source_mac, "02:00:00:00:00:02");
		assert_string_equal(k.destination_mac, "02:00:00:00:00:01");
	}
}

/* Not a byte behind the frame is looked at, wherever it ends and whatever is in it. */
static void test_cut(void **state)
{
	struct tail t = tail_new(256);
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t n = 0; n <= rows[i].n; n++)
			for (int spoil = 0; spoil < 20; spoil++) {
				uint8_t bytes[256];
				struct packet k;

				memcpy(bytes, rows[i].bytes, n);
				for (int b = 0; n > 12 && b < spoil; b++) {
					random = random * 1103515245 + 12345;
					bytes[12 + (random >> 8) % (n - 12)] = (uint8_t)(random >> 24);
				}
				assert_int_equal(packet_decode(tail_put(&t, bytes, n), n, &k), n >= 14);
			}
	tail_drop(&t);
}

static void test_pcapng(void **state)
{
	static const uint8_t want[] = {
		/* section: length, magic, 1.0, no length, application "x 1" */
		0x0a, 0x0d, 0x0d, 0x0a, 40, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4, 0, 3, 0, 'x', ' ', '1', 0,
		0, 0, 0, 0, 40, 0, 0, 0,
		/* interface: Ethernet, no limit, name "a/b", nanoseconds */
		1, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 'a', '/', 'b', 0,
		9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0,
		/* packet: interface 0, time, 5 of 9 bytes, comment "c", outbound */
		6, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0x34, 0x12, 0, 0, 0x78, 0x56, 0x34, 0x12, 5, 0, 0, 0, 9, 0, 0, 0,
		'h', 'e', 'l', 'l', 'o', 0, 0, 0, 1, 0, 1, 0, 'c', 0, 0, 0, 2, 0, 4, 0, 2, 0, 0, 0,
		0, 0, 0, 0, 60, 0, 0, 0,
	};
	struct buf b = { 0 };

	(void)state;
	pcapng_section(&b, "x 1");
	pcapng_interface(&b, "a/b", NULL);
	pcapng_packet(&b, &(struct pcapng_packet){
		.real_ns = 0x123412345678, .bytes = "hello", .n = 5, .length = 9, .outbound = true, .comment = "c" });
	assert_int_equal(b.n, sizeof(want));
	assert_memory_equal(b.p, want, sizeof(want));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_pcapng),
	};

	return RUN(tests);
}
