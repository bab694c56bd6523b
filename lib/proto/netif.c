/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network devices: xen/include/public/io/netif.h. */
#include <config.h>

#include "abi/netif.h"
#include "proto.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym tx_flags[] = {
	{ XR_NETTXF_CSUM_BLANK, "csum_blank", "the checksum is left for the backend to fill in" },
	{ XR_NETTXF_DATA_VALIDATED, "data_validated", "the checksum has been found right" },
	{ XR_NETTXF_MORE_DATA, "more_data", "the packet goes on in the next request" },
	{ XR_NETTXF_EXTRA_INFO, "extra_info", "one or more extras follow this request" },
	{ 0 }
};

/* Bits 0 and 1 are the other way round than those of transmit. */
static const struct xenring_sym rx_flags[] = {
	{ XR_NETRXF_DATA_VALIDATED, "data_validated", "the checksum has been found right" },
	{ XR_NETRXF_CSUM_BLANK, "csum_blank", "the checksum is left blank" },
	{ XR_NETRXF_MORE_DATA, "more_data", "the packet goes on in the next response" },
	{ XR_NETRXF_EXTRA_INFO, "extra_info", "one or more extras follow this response" },
	{ XR_NETRXF_GSO_PREFIX, "gso_prefix",
	  "old way of segmentation: holds no data, its offset is the size of the segments" },
	{ 0 }
};

static const struct xenring_sym statuses[] = {
	{ XR_NETIF_RSP_OKAY, "okay", "the packet was sent" },
	{ (uint64_t)XR_NETIF_RSP_ERROR, "error",
	  "failed, for a reason the protocol does not carry" },
	{ (uint64_t)XR_NETIF_RSP_DROPPED, "dropped", "given up by the backend" },
	{ XR_NETIF_RSP_NULL, "null", "answers the slot of an extra, which needs no answer" },
	{ 0 }
};

static const struct xenring_sym extra_types[] = {
	{ XR_NETIF_EXTRA_GSO, "gso", "how to cut the packet into segments" },
	{ XR_NETIF_EXTRA_MCAST_ADD, "mcast_add", "a multicast address to receive from now on" },
	{ XR_NETIF_EXTRA_MCAST_DEL, "mcast_del", "a multicast address to receive no more" },
	{ XR_NETIF_EXTRA_HASH, "hash", "the hash that the packet's queue was chosen by" },
	{ XR_NETIF_EXTRA_XDP, "xdp", "room before the data; known to Linux alone" },
	{ 0 }
};

static const struct xenring_sym extra_flags[] = {
	{ XR_NETIF_EXTRA_MORE, "more", "another extra follows" },
	{ 0 }
};

static const struct xenring_sym gso_types[] = {
	{ XR_NETIF_GSO_NONE, "none", "no segmentation" },
	{ XR_NETIF_GSO_TCPV4, "tcpv4", "TCP over IPv4" },
	{ XR_NETIF_GSO_TCPV6, "tcpv6", "TCP over IPv6" },
	{ 0 }
};

static const struct xenring_sym hash_types[] = {
	{ XR_NETIF_HASH_IPV4, "ipv4", "over the addresses of IPv4" },
	{ XR_NETIF_HASH_IPV4_TCP, "ipv4_tcp", "over the addresses of IPv4 and the ports of TCP" },
	{ XR_NETIF_HASH_IPV6, "ipv6", "over the addresses of IPv6" },
	{ XR_NETIF_HASH_IPV6_TCP, "ipv6_tcp", "over the addresses of IPv6 and the ports of TCP" },
	{ 0 }
};

static const struct xenring_sym hash_algorithms[] = {
	{ XR_NETIF_HASH_ALGORITHM_NONE, "none", "hashing is off" },
	{ XR_NETIF_HASH_ALGORITHM_TOEPLITZ, "toeplitz",
	  "Toeplitz, as receive side scaling has it" },
	{ 0 }
};

static const struct xenring_sym ctrl_types[] = {
	{ XR_NETIF_CTRL_INVALID, "invalid", "no request has this type" },
	{ XR_NETIF_CTRL_GET_HASH_FLAGS, "get_hash_flags", "which types of hash there are" },
	{ XR_NETIF_CTRL_SET_HASH_FLAGS, "set_hash_flags", "which types of hash to use" },
	{ XR_NETIF_CTRL_SET_HASH_KEY, "set_hash_key", "a key for hashes, in a granted page" },
	{ XR_NETIF_CTRL_GET_HASH_MAPPING_SIZE, "get_hash_mapping_size",
	  "how long the table from hash to queue can be" },
	{ XR_NETIF_CTRL_SET_HASH_MAPPING_SIZE, "set_hash_mapping_size",
	  "how long the table from hash to queue is" },
	{ XR_NETIF_CTRL_SET_HASH_MAPPING, "set_hash_mapping",
	  "a part of the table from hash to queue, in a granted page" },
	{ XR_NETIF_CTRL_SET_HASH_ALGORITHM, "set_hash_algorithm", "how to compute hashes" },
	{ XR_NETIF_CTRL_GET_GREF_MAPPING_SIZE, "get_gref_mapping_size",
	  "how many grants of a queue the backend will keep mapped" },
	{ XR_NETIF_CTRL_ADD_GREF_MAPPING, "add_gref_mapping", "grants to keep mapped" },
	{ XR_NETIF_CTRL_DEL_GREF_MAPPING, "del_gref_mapping", "grants of a queue that the backend is to unmap" },
	{ 0 }
};

static const struct xenring_sym ctrl_statuses[] = {
	{ XR_NETIF_CTRL_SUCCESS, "success", "the request was carried out" },
	{ XR_NETIF_CTRL_NOT_SUPPORTED, "not_supported", "the backend does not know this type" },
	{ XR_NETIF_CTRL_INVALID_PARAMETER, "invalid_parameter", "the data are wrong" },
	{ XR_NETIF_CTRL_BUFFER_OVERFLOW, "buffer_overflow", "more than the backend can keep" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define TX_REQUEST(size_help) {							\
	XR_FIELD(xr_netif_tx_request, gref, XENRING_GREF,			\
		 .help = "grant reference of the page with the data"),		\
	XR_FIELD(xr_netif_tx_request, offset, XENRING_UINT, .unit = XENRING_U_BYTES, \
		 .help = "where in the page the data begin"),			\
	XR_FIELD(xr_netif_tx_request, flags, XENRING_FLAGS, .syms = tx_flags,	\
		 .help = "what follows, and the state of the checksum"),	\
	XR_FIELD(xr_netif_tx_request, id, XENRING_OPAQUE,			\
		 .help = "the guest's own value, echoed in the response"),	\
	XR_FIELD(xr_netif_tx_request, size, XENRING_UINT, .unit = XENRING_U_BYTES, \
		 .help = size_help),						\
	XR_END }

static const struct xenring_field tx_request_fields[] =
	TX_REQUEST("bytes of the whole packet; what is here is that less all fragments");
static const struct xenring_field tx_fragment_fields[] = TX_REQUEST("bytes of this fragment");

static const struct xenring_field tx_response_fields[] = {
	XR_FIELD(xr_netif_tx_response, id, XENRING_OPAQUE, .help = "the request's id"),
	XR_FIELD(xr_netif_tx_response, status, XENRING_ENUM, .syms = statuses,
		 .help = "how it ended"),
	XR_END
};
static const struct xenring_field tx_null_fields[] = {
	XR_FIELD(xr_netif_tx_response, status, XENRING_ENUM, .syms = statuses,
		 .help = "null: there is no id, its bytes are what was there before"),
	XR_END
};

static const struct xenring_field rx_request_fields[] = {
	XR_FIELD(xr_netif_rx_request, id, XENRING_OPAQUE,
		 .help = "the guest's own value, echoed in the response of the same slot"),
	XR_FIELD(xr_netif_rx_request, gref, XENRING_GREF,
		 .help = "grant reference of the page to receive into"),
	XR_END
};

#define RX_RESPONSE(status_field) {						\
	XR_FIELD(xr_netif_rx_response, id, XENRING_OPAQUE, .help = "the request's id"), \
	XR_FIELD(xr_netif_rx_response, offset, XENRING_UINT, .unit = XENRING_U_BYTES, \
		 .help = "where in the page the data begin"),			\
	XR_FIELD(xr_netif_rx_response, flags, XENRING_FLAGS, .syms = rx_flags,	\
		 .help = "what follows, and the state of the checksum"),	\
	status_field, XR_END }

static const struct xenring_field rx_response_fields[] = RX_RESPONSE(
	XR_FIELD(xr_netif_rx_response, status, XENRING_INT, .unit = XENRING_U_BYTES,
		 .help = "bytes received into this page"));
static const struct xenring_field rx_error_fields[] = RX_RESPONSE(
	XR_FIELD(xr_netif_rx_response, status, XENRING_ENUM, .syms = statuses,
		 .help = "why nothing was received into this page"));

static const struct xenring_field gso_fields[] = {
	XR_FIELD(xr_netif_gso, size, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "most bytes of payload in a segment"),
	XR_FIELD(xr_netif_gso, type, XENRING_ENUM, .syms = gso_types, .help = "what to cut"),
	XR_FIELD(xr_netif_gso, features, XENRING_OPAQUE,
		 .help = "further features of segmentation; none is defined"),
	XR_END
};
static const struct xenring_field mcast_fields[] = {
	XR_FIELD(xr_netif_mcast, addr, XENRING_BYTES, .help = "the Ethernet address"),
	XR_END
};
static const struct xenring_field hash_fields[] = {
	XR_FIELD(xr_netif_hash, type, XENRING_ENUM, .syms = hash_types, .help = "what was hashed"),
	XR_FIELD(xr_netif_hash, algorithm, XENRING_ENUM, .syms = hash_algorithms,
		 .help = "how it was computed"),
	XR_FIELD(xr_netif_hash, value, XENRING_BYTES, .help = "the hash, lowest byte first"),
	XR_END
};
static const struct xenring_field xdp_fields[] = {
	XR_FIELD(xr_netif_xdp, headroom, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes kept free before the data"),
	XR_END
};

static const struct xenring_record gso =
	XR_RECORD(xr_netif_gso, "netif.gso", "how to cut a packet into segments", gso_fields);
static const struct xenring_record mcast =
	XR_RECORD(xr_netif_mcast, "netif.mcast", "a multicast address", mcast_fields);
static const struct xenring_record hash =
	XR_RECORD(xr_netif_hash, "netif.hash", "the hash of a packet's addresses", hash_fields);
static const struct xenring_record xdp =
	XR_RECORD(xr_netif_xdp, "netif.xdp", "room before a packet's data", xdp_fields);

#define EXTRA(contents) {							\
	XR_FIELD(xr_netif_extra, type, XENRING_ENUM, .syms = extra_types,	\
		 .help = "what it says about the packet"),			\
	XR_FIELD(xr_netif_extra, flags, XENRING_FLAGS, .syms = extra_flags,	\
		 .help = "whether it is the last extra"),			\
	contents, XR_END }

static const struct xenring_field extra_gso_fields[] = EXTRA(
	XR_FIELD(xr_netif_extra, gso, XENRING_RECORD, .sub = &gso,
		 .help = "what an extra of this type says"));
static const struct xenring_field extra_mcast_fields[] = EXTRA(
	XR_FIELD(xr_netif_extra, mcast, XENRING_RECORD, .sub = &mcast,
		 .help = "what an extra of this type says"));
static const struct xenring_field extra_hash_fields[] = EXTRA(
	XR_FIELD(xr_netif_extra, hash, XENRING_RECORD, .sub = &hash,
		 .help = "what an extra of this type says"));
static const struct xenring_field extra_xdp_fields[] = EXTRA(
	XR_FIELD(xr_netif_extra, xdp, XENRING_RECORD, .sub = &xdp,
		 .help = "what an extra of this type says"));
static const struct xenring_field extra_fields[] = EXTRA(
	XR_FIELD(xr_netif_extra, u, XENRING_BYTES, .help = "contents of a type that is not known"));

static const struct xenring_field ctrl_request_fields[] = {
	XR_FIELD(xr_netif_ctrl_request, id, XENRING_OPAQUE,
		 .help = "the guest's own value, echoed in the response"),
	XR_FIELD(xr_netif_ctrl_request, type, XENRING_ENUM, .syms = ctrl_types,
		 .help = "what is asked"),
	XR_LIST(xr_netif_ctrl_request, data, XENRING_UINT, NULL,
		.help = "by type: flags, a size, a queue; a grant reference, length, offset"),
	XR_END
};
static const struct xenring_field ctrl_response_fields[] = {
	XR_FIELD(xr_netif_ctrl_response, id, XENRING_OPAQUE, .help = "the request's id"),
	XR_FIELD(xr_netif_ctrl_response, type, XENRING_ENUM, .syms = ctrl_types,
		 .help = "the request's type"),
	XR_FIELD(xr_netif_ctrl_response, status, XENRING_ENUM, .syms = ctrl_statuses,
		 .help = "how it ended"),
	XR_FIELD(xr_netif_ctrl_response, data, XENRING_UINT,
		 .help = "what was asked for: flags or a size"),
	XR_END
};

static const struct xenring_record tx_request = XR_RECORD(xr_netif_tx_request,
	"netif.tx_request", "the first request of a packet to send", tx_request_fields);
static const struct xenring_record tx_fragment = XR_RECORD(xr_netif_tx_request,
	"netif.tx_fragment", "a further request of a packet to send", tx_fragment_fields);
static const struct xenring_record tx_response = XR_RECORD(xr_netif_tx_response,
	"netif.tx_response", "the answer to one request to send", tx_response_fields);
static const struct xenring_record tx_null = XR_RECORD(xr_netif_tx_response,
	"netif.tx_null", "the answer to an extra: it says nothing", tx_null_fields);
static const struct xenring_record rx_request = XR_RECORD(xr_netif_rx_request,
	"netif.rx_request", "a page to receive into", rx_request_fields);
static const struct xenring_record rx_response = XR_RECORD(xr_netif_rx_response,
	"netif.rx_response", "a packet received, or a part of one", rx_response_fields);
static const struct xenring_record rx_error = XR_RECORD(xr_netif_rx_response,
	"netif.rx_error", "a page given back with nothing received", rx_error_fields);
static const struct xenring_record extra_gso = XR_RECORD(xr_netif_extra,
	"netif.extra_gso", "an extra: how to cut the packet into segments", extra_gso_fields);
static const struct xenring_record extra_mcast = XR_RECORD(xr_netif_extra,
	"netif.extra_mcast", "an extra: a multicast address, more or less", extra_mcast_fields);
static const struct xenring_record extra_hash = XR_RECORD(xr_netif_extra,
	"netif.extra_hash", "an extra: the packet's hash", extra_hash_fields);
static const struct xenring_record extra_xdp = XR_RECORD(xr_netif_extra,
	"netif.extra_xdp", "an extra: room before the data", extra_xdp_fields);
static const struct xenring_record extra = XR_RECORD(xr_netif_extra,
	"netif.extra", "an extra of a type that is not known", extra_fields);
static const struct xenring_record ctrl_request = XR_RECORD(xr_netif_ctrl_request,
	"netif.ctrl_request", "a setting to read or to change", ctrl_request_fields);
static const struct xenring_record ctrl_response = XR_RECORD(xr_netif_ctrl_response,
	"netif.ctrl_response", "the answer to a control request", ctrl_response_fields);

/* ---- packets ----------------------------------------------------------- */

/*
 * A packet is its first slot, extras as long as that or the extra before says
 * so, then fragments as long as the request or response before says so.
 */
enum {
	USED = 0xff,		/* slots of the packet so far */
	EXTRAS = 0x100,		/* the next slot is an extra */
	MORE = 0x200,		/* a fragment follows the extras */
	LOST = 0x400,		/* no packet is that long: no boundary will be found */
	MOST = 255,		/* slots; netback gives up the device at 22, and 2 extras; what is longer is to be seen */
};

enum part { FIRST, EXTRA, FRAGMENT, NOTHING };

static const struct xenring_record *extra_record(const uint8_t *slot)
{
	switch (slot[offsetof(struct xr_netif_extra, type)]) {
	case XR_NETIF_EXTRA_GSO:
		return &extra_gso;
	case XR_NETIF_EXTRA_MCAST_ADD:
	case XR_NETIF_EXTRA_MCAST_DEL:
		return &extra_mcast;
	case XR_NETIF_EXTRA_HASH:
		return &extra_hash;
	case XR_NETIF_EXTRA_XDP:
		return &extra_xdp;
	default:
		return &extra;
	}
}

/*
 * One slot whose flags, were it no extra, are these. Says what it is; the bits
 * for extra_info and more_data are the same in both directions.
 */
static enum part advance(const uint8_t *slot, unsigned flags, unsigned *state)
{
	unsigned s = *state;
	enum part what;

	if ((s & USED) >= MOST)
		s |= LOST;
	if (s & LOST) {
		*state = s;
		return NOTHING;
	}
	if (s & EXTRAS) {
		what = EXTRA;
		if (!(slot[offsetof(struct xr_netif_extra, flags)] & XR_NETIF_EXTRA_MORE))
			s &= ~(unsigned)EXTRAS;
	} else {
		what = s ? FRAGMENT : FIRST;
		if (what == FIRST && (flags & XR_NETTXF_EXTRA_INFO))
			s |= EXTRAS;
		s = flags & XR_NETTXF_MORE_DATA ? s | MORE : s & ~(unsigned)MORE;
	}
	*state = s & (EXTRAS | MORE) ? s + 1 : 0;
	return what;
}

/* Member m, of 2 or 4 bytes, of the slot's request to send, or its response of receive. */
#define GET(slot, T, m) \
	((uint32_t)xr_get((slot) + offsetof(struct T, m), sizeof(((struct T *)0)->m)))
#define TX(slot, m) GET(slot, xr_netif_tx_request, m)
#define RX(slot, m) GET(slot, xr_netif_rx_response, m)

static const struct xenring_record *tx_step(const struct xr_ring_desc *ring, enum xr_abi abi,
					    bool response, const uint8_t *slot, unsigned *state)
{
	(void)ring;
	(void)abi;
	if (response)
		return xr_get_signed(slot + offsetof(struct xr_netif_tx_response, status), 2) ==
		       XR_NETIF_RSP_NULL ? &tx_null : &tx_response;
	switch (advance(slot, TX(slot, flags), state)) {
	case FIRST:
		return &tx_request;
	case EXTRA:
		return extra_record(slot);
	case FRAGMENT:
		return &tx_fragment;
	default:
		return NULL;
	}
}

static const struct xenring_record *rx_step(const struct xr_ring_desc *ring, enum xr_abi abi,
					    bool response, const uint8_t *slot, unsigned *state)
{
	(void)ring;
	(void)abi;
	if (!response)
		return &rx_request;
	switch (advance(slot, RX(slot, flags), state)) {
	case FIRST:
	case FRAGMENT:
		return xr_get_signed(slot + offsetof(struct xr_netif_rx_response, status), 2) < 0 ?
			&rx_error : &rx_response;
	case EXTRA:
		return extra_record(slot);
	default:
		return NULL;
	}
}

#define HEADER 14		/* bytes of an Ethernet header */
#define FAR_GREF 0x1000000u	/* beyond any table: 32768 frames of v1 */

/* What is wrong with one extra, or NULL. */
static const char *extra_fault(const uint8_t *slot)
{
	return extra_record(slot) == &extra ? "an extra has no type that is known" : NULL;
}

/* What netback takes for malicious. */
static bool goes_beyond(const uint8_t *slot, uint32_t size)
{
	return TX(slot, offset) + size > XR_PAGE_SIZE;
}

static const char *tx_fault(const uint8_t *slot, uint32_t size)
{
	if (TX(slot, gref) >= FAR_GREF)
		return "a grant reference is larger than any table";
	if (TX(slot, flags) & ~(unsigned)XR_NETTXF_ALL)
		return "unknown flags are set";
	if (goes_beyond(slot, size))
		return "the data go beyond their page";
	return NULL;
}

/* The first fault is kept. */
static void keep(struct xr_unit *u, const char *fault)
{
	if (!u->note)
		u->note = fault;
}

static void tx_sum(const struct xr_ring_desc *ring, enum xr_abi abi, bool response,
		   const uint8_t *const *slots, size_t n, struct xr_unit *ret)
{
	uint32_t fragments = 0, requests = 0;
	unsigned state = 0;
	bool beyond = false;

	if (response)
		return;
	ret->bytes = TX(slots[0], size);
	for (size_t i = 0; i < n; i++) {
		const struct xenring_record *rec = tx_step(ring, abi, false, slots[i], &state);
		uint32_t size = TX(slots[i], size);

		requests += rec == &tx_request || rec == &tx_fragment;
		if (rec == &tx_fragment) {
			fragments += size;
			beyond |= goes_beyond(slots[i], size);
			keep(ret, tx_fault(slots[i], size));
		} else if (rec != &tx_request) {
			keep(ret, extra_fault(slots[i]));
		}
	}
	ret->first_bytes = fragments < ret->bytes ? ret->bytes - fragments : 0;
	ret->requests = requests;
	if (beyond || goes_beyond(slots[0], ret->first_bytes))
		ret->refused = "a part of it goes beyond its page";
	else if (fragments >= ret->bytes && fragments)
		ret->refused = "its fragments are as large as the packet or larger";
	else if (ret->bytes < HEADER)
		ret->refused = "it is shorter than an Ethernet header";
	ret->unlikely = TX(slots[0], gref) >= FAR_GREF ||
			TX(slots[0], flags) & ~(unsigned)XR_NETTXF_ALL;
	if (fragments >= ret->bytes && fragments)
		ret->note = "the fragments are as large as the packet or larger";
	keep(ret, tx_fault(slots[0], ret->first_bytes));
	if (ret->bytes < HEADER)
		keep(ret, "the packet is shorter than an Ethernet header");
	if (requests > XR_NETIF_SLOTS)
		keep(ret, "the packet has more requests than every backend takes");
}

static void rx_sum(const struct xr_ring_desc *ring, enum xr_abi abi, bool response,
		   const uint8_t *const *slots, size_t n, struct xr_unit *ret)
{
	unsigned state = 0;

	if (!response)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct xenring_record *rec = rx_step(ring, abi, true, slots[i], &state);
		uint32_t status = RX(slots[i], status);

		if (rec == &rx_response) {
			ret->bytes += status;
			if (!(RX(slots[i], flags) & XR_NETRXF_GSO_PREFIX) &&
			    RX(slots[i], offset) + status > XR_PAGE_SIZE)
				keep(ret, "the data go beyond their page");
		}
		if (rec != &rx_response && rec != &rx_error)
			keep(ret, extra_fault(slots[i]));
		else if (RX(slots[i], flags) & ~(unsigned)XR_NETRXF_ALL)
			keep(ret, "unknown flags are set");
		if (i)
			continue;
		ret->first_bytes = ret->bytes;
		/* an extra read as a response mostly has none or odd ones of these */
		ret->unlikely = RX(slots[0], flags) & ~(unsigned)XR_NETRXF_ALL ||
				(!status && !(RX(slots[0], flags) & XR_NETRXF_GSO_PREFIX));
	}
}

static enum xr_way tx_flow(const struct xenring_record *rec, const uint8_t *slot)
{
	(void)rec;
	(void)slot;
	return XR_WAY_OUT;
}

static const struct xr_chain tx_chain = { .step = tx_step, .sum = tx_sum };
static const struct xr_chain rx_chain = { .step = rx_step, .sum = rx_sum };

/* ---- rings ------------------------------------------------------------- */

#define EXTRAS_OF_A_PACKET						\
	&extra_gso, &extra_mcast, &extra_hash, &extra_xdp, &extra,	\
	&gso, &mcast, &hash, &xdp

static const struct xenring_record *const tx_more[] = {
	&tx_fragment, EXTRAS_OF_A_PACKET, &tx_null, NULL
};
static const struct xenring_record *const rx_more[] = { EXTRAS_OF_A_PACKET, &rx_error, NULL };

static const struct xr_ring_desc rings[] = {
	{
		.name = "q%u/tx", .help = "packets from the guest, answered in any order",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER | XR_PER_QUEUE,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 12, [XR_ABI_32] = 12 },
		.event_rule = XR_EVENT_BOUND,
		.req = { &tx_request, &tx_request }, .rsp = { &tx_response, &tx_response },
		.more = tx_more, .chain = &tx_chain, .flow = tx_flow,
		.ref_keys = { "tx-ring-ref" }, .port_keys = { "event-channel-tx", "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{
		.name = "q%u/rx", .help = "pages to receive into, and packets received; in order",
		.kind = XR_RING_SLOTS, .flags = XR_CREDIT | XR_PER_QUEUE,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 8, [XR_ABI_32] = 8 },
		/* netback asks from req_prod on, QEMU leaves the event at 1 */
		.event_rule = XR_EVENT_NONE,
		.req = { &rx_request, &rx_request }, .rsp = { &rx_response, &rx_response },
		.more = rx_more, .chain = &rx_chain,
		.ref_keys = { "rx-ring-ref" }, .port_keys = { "event-channel-rx", "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{
		.name = "ctrl", .help = "settings: how packets are spread over the queues",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER | XR_OPTIONAL,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 16, [XR_ABI_32] = 16 },
		.event_rule = XR_EVENT_BOUND,
		.req = { &ctrl_request, &ctrl_request }, .rsp = { &ctrl_response, &ctrl_response },
		.op_fields = { "type" },
		.ref_keys = { "ctrl-ring-ref" }, .port_keys = { "event-channel-ctrl" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vif", NULL };

const struct xenring_proto xr_proto_netif = {
	.name = "netif", .help = "network devices", .spec = "xen/include/public/io/netif.h",
	.device_types = types, .queues_key = "multi-queue-num-queues",
	.queues_max_key = "multi-queue-max-queues", .rings = rings,
};
