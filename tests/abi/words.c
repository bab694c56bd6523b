/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of flags, operations and codes are those of the installed Xen headers. */
#include <config.h>

#include "lib/test.h"

#define __XEN_INTERFACE_VERSION__ 0x00040300
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/grant_table.h>
#include <xen/io/ring.h>

#include <xen/io/blkif.h>
#include <xen/io/libxenvchan.h>
#include <xen/io/netif.h>
#include <xen/io/pvcalls.h>
#include <xen/io/xenbus.h>

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "desc.h"
#include "proto/errnos.h"
#include "store.h"

/* The last word is what stands behind the prefix, in any case. */
#define WORD(record, field, prefix, name) { record, field, (uint64_t)(int64_t)prefix##name, #name }

static const struct {
	const char *record, *field;
	uint64_t value;
	const char *name;
} words[] = {
	WORD("blkif.request", "operation", BLKIF_OP_, READ),
	WORD("blkif.request", "operation", BLKIF_OP_, WRITE),
	WORD("blkif.request", "operation", BLKIF_OP_, WRITE_BARRIER),
	{ "blkif.request", "operation", BLKIF_OP_FLUSH_DISKCACHE, "FLUSH" },
	WORD("blkif.request", "operation", BLKIF_OP_, RESERVED_1),
	WORD("blkif.request", "operation", BLKIF_OP_, DISCARD),
	WORD("blkif.request", "operation", BLKIF_OP_, INDIRECT),
	WORD("blkif.response", "status", BLKIF_RSP_, OKAY),
	WORD("blkif.response", "status", BLKIF_RSP_, ERROR),
	WORD("blkif.response", "status", BLKIF_RSP_, EOPNOTSUPP),
	WORD("blkif.discard", "flag", BLKIF_DISCARD_, SECURE),
	WORD("netif.tx_request", "flags", NETTXF_, csum_blank),
	WORD("netif.tx_request", "flags", NETTXF_, data_validated),
	WORD("netif.tx_request", "flags", NETTXF_, more_data),
	WORD("netif.tx_request", "flags", NETTXF_, extra_info),
	WORD("netif.tx_response", "status", NETIF_RSP_, OKAY),
	WORD("netif.tx_response", "status", NETIF_RSP_, ERROR),
	WORD("netif.tx_response", "status", NETIF_RSP_, DROPPED),
	WORD("netif.tx_response", "status", NETIF_RSP_, NULL),
	WORD("netif.rx_response", "flags", NETRXF_, data_validated),
	WORD("netif.rx_response", "flags", NETRXF_, csum_blank),
	WORD("netif.rx_response", "flags", NETRXF_, more_data),
	WORD("netif.rx_response", "flags", NETRXF_, extra_info),
	WORD("netif.rx_response", "flags", NETRXF_, gso_prefix),
	WORD("netif.rx_error", "status", NETIF_RSP_, ERROR),
	WORD("netif.rx_error", "status", NETIF_RSP_, DROPPED),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, GSO),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, MCAST_ADD),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, MCAST_DEL),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, HASH),
	WORD("netif.extra", "flags", XEN_NETIF_EXTRA_FLAG_, MORE),
	WORD("netif.gso", "type", XEN_NETIF_GSO_TYPE_, NONE),
	WORD("netif.gso", "type", XEN_NETIF_GSO_TYPE_, TCPV4),
	WORD("netif.gso", "type", XEN_NETIF_GSO_TYPE_, TCPV6),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV4),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV4_TCP),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV6),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV6_TCP),
	WORD("netif.hash", "algorithm", XEN_NETIF_CTRL_HASH_ALGORITHM_, NONE),
	WORD("netif.hash", "algorithm", XEN_NETIF_CTRL_HASH_ALGORITHM_, TOEPLITZ),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, INVALID),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, GET_HASH_FLAGS),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_FLAGS),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_KEY),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, GET_HASH_MAPPING_SIZE),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_MAPPING_SIZE),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_MAPPING),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_ALGORITHM),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, GET_GREF_MAPPING_SIZE),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, ADD_GREF_MAPPING),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, DEL_GREF_MAPPING),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, SUCCESS),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, NOT_SUPPORTED),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, INVALID_PARAMETER),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, BUFFER_OVERFLOW),
	WORD("vchan.page", "cli_notify", VCHAN_NOTIFY_, WRITE),
	WORD("vchan.page", "srv_notify", VCHAN_NOTIFY_, READ),
	WORD("pvcalls.request", "cmd", PVCALLS_, SOCKET),
	WORD("pvcalls.request", "cmd", PVCALLS_, CONNECT),
	WORD("pvcalls.request", "cmd", PVCALLS_, RELEASE),
	WORD("pvcalls.request", "cmd", PVCALLS_, BIND),
	WORD("pvcalls.request", "cmd", PVCALLS_, LISTEN),
	WORD("pvcalls.request", "cmd", PVCALLS_, ACCEPT),
	WORD("pvcalls.request", "cmd", PVCALLS_, POLL),
	WORD("pvcalls.socket", "domain", AF_, UNSPEC),
	WORD("pvcalls.socket", "domain", AF_, UNIX),
	WORD("pvcalls.socket", "domain", AF_, INET),
	WORD("pvcalls.socket", "domain", AF_, INET6),
	WORD("pvcalls.socket", "type", SOCK_, STREAM),
	WORD("pvcalls.socket", "type", SOCK_, DGRAM),
	WORD("pvcalls.socket", "type", SOCK_, RAW),
	WORD("pvcalls.socket", "type", SOCK_, SEQPACKET),
};

static void check_name(const char *where, const char *name, const char *want)
{
	char lower[64];
	size_t i;

	for (i = 0; want[i] && i < sizeof(lower) - 1; i++)
		lower[i] = (char)tolower((unsigned char)want[i]);
	lower[i] = '\0';
	if (!name || strcmp(name, lower))
		fail_msg("%s: \"%s\" is called \"%s\"", where, lower, name ? name : "nothing");
}

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct xenring_record *rec = xenring_record(words[i].record);
		const struct xenring_field *f = NULL;
		const char *name = NULL;

		assert_row(words[i].record, rec != NULL);
		while ((f = xenring_next_field(rec, f)) && strcmp(f->name, words[i].field))
			;
		assert_row(words[i].record, f != NULL);
		for (const struct xenring_sym *s = f ? f->syms : NULL; s && s->name; s++)
			if (s->value == words[i].value)
				name = s->name;
		check_name(words[i].record, name, words[i].name);
	}
}

static void test_bus_words(void **state)
{
	static const struct {
		enum xenbus_state state;
		const char *name;
	} states[] = {
		{ XenbusStateUnknown, "Unknown" }, { XenbusStateInitialising, "Initialising" },
		{ XenbusStateInitWait, "InitWait" }, { XenbusStateInitialised, "Initialised" },
		{ XenbusStateConnected, "Connected" }, { XenbusStateClosing, "Closing" },
		{ XenbusStateClosed, "Closed" }, { XenbusStateReconfiguring, "Reconfiguring" },
		{ XenbusStateReconfigured, "Reconfigured" },
	};

	(void)state;
	assert_int_equal(ARRAY_SIZE(states), XR_BUS_N);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		check_name("state", xr_bus_name((int)states[i].state), states[i].name);
	assert_null(xr_bus_name(-1));
	assert_null(xr_bus_name(XR_BUS_N));
}

/* Error numbers are those of Linux, by their names; two of them only its own source has. */
static void test_errnos(void **state)
{
	(void)state;
	assert_int_equal(xr_errnos[0].value, 0);
	for (const struct xenring_sym *s = xr_errnos + 1; s->name; s++) {
		int number = (int)-(int64_t)s->value;
		const char *name = number == 512 ? "ERESTARTSYS" : number == 524 ? "ENOTSUPP" :
				   strerrorname_np(number);

		assert_true(number > 0);
		if (!name || strcmp(name, s->name))
			fail_msg("%d is %s, not %s", number, name ? name : "nothing", s->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_bus_words),
		cmocka_unit_test(test_errnos),
	};

	return RUN(tests);
}
