/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Socket calls of guests, made by the backend: xen/include/public/io/pvcalls.h. */
#include <config.h>

#include <stddef.h>

#include "abi/pvcalls.h"
#include "proto.h"
#include "proto/errnos.h"
#include "source.h"
#include "util/bytes.h"

static const struct xenring_sym commands[] = {
	{ XR_PVCALLS_SOCKET, "socket", "make a socket" },
	{ XR_PVCALLS_CONNECT, "connect", "connect it to an address; open until that has come about" },
	{ XR_PVCALLS_RELEASE, "release", "close it" },
	{ XR_PVCALLS_BIND, "bind", "give it an address of its own" },
	{ XR_PVCALLS_LISTEN, "listen", "take connections" },
	{ XR_PVCALLS_ACCEPT, "accept", "the next connection; open until somebody connects" },
	{ XR_PVCALLS_POLL, "poll", "tell when there is a connection to accept; open until then" },
	{ 0 }
};

static const struct xenring_sym families[] = {
	{ XR_AF_UNSPEC, "unspec", "no family" },
	{ XR_AF_UNIX, "unix", "sockets of one host" },
	{ XR_AF_INET, "inet", "internet, version 4" },
	{ XR_AF_INET6, "inet6", "internet, version 6" },
	{ 0 }
};

static const struct xenring_sym types_of_sockets[] = {
	{ XR_SOCK_STREAM, "stream", "a stream of bytes, as TCP" },
	{ XR_SOCK_DGRAM, "dgram", "single messages, as UDP" },
	{ XR_SOCK_RAW, "raw", "packets of the network's own protocol" },
	{ XR_SOCK_SEQPACKET, "seqpacket", "messages in order, with a connection" },
	{ 0 }
};

/* ---- addresses ----------------------------------------------------------- */

#define FAMILY(T) XR_FIELD(T, family, XENRING_ENUM, .syms = families, .help = "family of the address")
#define PORT(T) \
	XR_FIELD(T, port, XENRING_UINT, .flags = XENRING_F_NETWORK, .help = "port, as TCP has them")

static const struct xenring_field sockaddr_fields[] = {
	FAMILY(xr_pvcalls_sockaddr),
	XR_FIELD(xr_pvcalls_sockaddr, data, XENRING_BYTES, .help = "all that follows the family"),
	XR_END
};
static const struct xenring_field sockaddr_in_fields[] = {
	FAMILY(xr_pvcalls_sockaddr_in), PORT(xr_pvcalls_sockaddr_in),
	XR_LIST(xr_pvcalls_sockaddr_in, addr, XENRING_UINT, NULL,
		.help = "the four numbers of the address"),
	XR_END
};
static const struct xenring_field sockaddr_in6_fields[] = {
	FAMILY(xr_pvcalls_sockaddr_in6), PORT(xr_pvcalls_sockaddr_in6),
	XR_FIELD(xr_pvcalls_sockaddr_in6, flowinfo, XENRING_UINT, .flags = XENRING_F_NETWORK,
		 .help = "class and flow of the traffic"),
	XR_FIELD(xr_pvcalls_sockaddr_in6, addr, XENRING_BYTES, .help = "the address, 16 bytes"),
	XR_FIELD(xr_pvcalls_sockaddr_in6, scope_id, XENRING_UINT,
		 .help = "interface of an address that only a link knows"),
	XR_END
};
static const struct xenring_record sockaddr =
	XR_RECORD(xr_pvcalls_sockaddr, "pvcalls.sockaddr", "an address of another family",
		  sockaddr_fields);
static const struct xenring_record sockaddr_in =
	XR_RECORD(xr_pvcalls_sockaddr_in, "pvcalls.sockaddr_in", "an address of the internet, version 4",
		  sockaddr_in_fields);
static const struct xenring_record sockaddr_in6 =
	XR_RECORD(xr_pvcalls_sockaddr_in6, "pvcalls.sockaddr_in6",
		  "an address of the internet, version 6", sockaddr_in6_fields);

/* ---- requests ------------------------------------------------------------ */

#define HEAD(T) \
	XR_FIELD(T, req_id, XENRING_OPAQUE, .help = "the guest's own value, echoed in the response"), \
	XR_FIELD(T, cmd, XENRING_ENUM, .syms = commands, .help = "what is asked")
#define ID(T) \
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the guest's own value for the socket, often a pointer")
/* Where the bytes of the connection will be. */
#define DATA_RING(T) \
	XR_FIELD(T, ref, XENRING_GREF, \
		 .help = "grant reference of the page with the indices of the connection's bytes"), \
	XR_FIELD(T, evtchn, XENRING_UINT, .help = "event channel of the connection, at the guest")
#define LEN(T) \
	XR_FIELD(T, len, XENRING_UINT, .unit = XENRING_U_BYTES, .help = "how much of the address counts")
#define ADDR(T, member, record) \
	XR_FIELD_ALIAS(T, "addr", addr.member, XENRING_RECORD, .sub = record, .help = "the address")

#define CONNECT(member, record) { \
	HEAD(xr_pvcalls_connect), ID(xr_pvcalls_connect), \
	ADDR(xr_pvcalls_connect, member, record), LEN(xr_pvcalls_connect), \
	XR_FIELD(xr_pvcalls_connect, flags, XENRING_UINT, .help = "none are defined: 0"), \
	DATA_RING(xr_pvcalls_connect), XR_END }
#define BIND(member, record) { \
	HEAD(xr_pvcalls_bind), ID(xr_pvcalls_bind), \
	ADDR(xr_pvcalls_bind, member, record), LEN(xr_pvcalls_bind), XR_END }

static const struct xenring_field request_fields[] = {
	HEAD(xr_pvcalls_request),
	XR_FIELD(xr_pvcalls_request, u, XENRING_BYTES, .help = "what the command wants"),
	XR_END
};
static const struct xenring_field socket_fields[] = {
	HEAD(xr_pvcalls_socket), ID(xr_pvcalls_socket),
	XR_FIELD(xr_pvcalls_socket, domain, XENRING_ENUM, .syms = families,
		 .help = "family of the addresses it will have"),
	XR_FIELD(xr_pvcalls_socket, type, XENRING_ENUM, .syms = types_of_sockets, .help = "how it sends"),
	XR_FIELD(xr_pvcalls_socket, protocol, XENRING_UINT, .help = "protocol within the family; 0: the usual"),
	XR_END
};
static const struct xenring_field connect_fields[] = CONNECT(any, &sockaddr);
static const struct xenring_field connect_in_fields[] = CONNECT(in, &sockaddr_in);
static const struct xenring_field connect_in6_fields[] = CONNECT(in6, &sockaddr_in6);
static const struct xenring_field release_fields[] = {
	HEAD(xr_pvcalls_release), ID(xr_pvcalls_release),
	XR_FIELD(xr_pvcalls_release, reuse, XENRING_UINT,
		 .help = "1: the guest keeps the page and the event channel for another socket"),
	XR_END
};
static const struct xenring_field bind_fields[] = BIND(any, &sockaddr);
static const struct xenring_field bind_in_fields[] = BIND(in, &sockaddr_in);
static const struct xenring_field bind_in6_fields[] = BIND(in6, &sockaddr_in6);
static const struct xenring_field listen_fields[] = {
	HEAD(xr_pvcalls_listen), ID(xr_pvcalls_listen),
	XR_FIELD(xr_pvcalls_listen, backlog, XENRING_UINT, .help = "connections that may wait to be accepted"),
	XR_END
};
static const struct xenring_field accept_fields[] = {
	HEAD(xr_pvcalls_accept), ID(xr_pvcalls_accept),
	XR_FIELD(xr_pvcalls_accept, id_new, XENRING_OPAQUE,
		 .help = "the guest's own value for the socket of the new connection"),
	DATA_RING(xr_pvcalls_accept),
	XR_END
};
static const struct xenring_field poll_fields[] = {
	HEAD(xr_pvcalls_poll), ID(xr_pvcalls_poll),
	XR_END
};
static const struct xenring_field response_fields[] = {
	XR_FIELD(xr_pvcalls_response, req_id, XENRING_OPAQUE, .help = "the request's req_id"),
	XR_FIELD(xr_pvcalls_response, cmd, XENRING_ENUM, .syms = commands, .help = "the request's command"),
	XR_FIELD(xr_pvcalls_response, ret, XENRING_ENUM, .syms = xr_errnos, .help = "how it ended"),
	XR_FIELD(xr_pvcalls_response, id, XENRING_OPAQUE, .help = "the socket of the request"),
	XR_END
};

#define REQUEST(nm, T, hp) \
	static const struct xenring_record nm = XR_RECORD(T, "pvcalls." #nm, hp, nm##_fields)

REQUEST(request, xr_pvcalls_request, "a command that is not known");
REQUEST(socket, xr_pvcalls_socket, "make a new socket");
REQUEST(connect, xr_pvcalls_connect, "connect a socket to an address of another family");
REQUEST(connect_in, xr_pvcalls_connect, "connect a socket to an address of the internet, version 4");
REQUEST(connect_in6, xr_pvcalls_connect, "connect a socket to an address of the internet, version 6");
REQUEST(release, xr_pvcalls_release, "close a socket, whose id is free again");
REQUEST(bind, xr_pvcalls_bind, "give a socket an address of another family");
REQUEST(bind_in, xr_pvcalls_bind, "give a socket an address of the internet, version 4");
REQUEST(bind_in6, xr_pvcalls_bind, "give a socket an address of the internet, version 6");
REQUEST(listen, xr_pvcalls_listen, "take connections to a socket");
REQUEST(accept, xr_pvcalls_accept, "accept the next connection to a socket");
REQUEST(poll, xr_pvcalls_poll, "tell when a connection can be accepted");
REQUEST(response, xr_pvcalls_response, "the answer to a command");

static const struct xenring_record *const more[] = {
	&socket, &connect, &connect_in, &connect_in6, &release, &bind, &bind_in, &bind_in6, &listen,
	&accept, &poll, &sockaddr, &sockaddr_in, &sockaddr_in6, NULL
};

#define GET(slot, T, m) xr_get((slot) + offsetof(struct T, m), sizeof(((struct T *)0)->m))

/* Of the records for addresses the one that fits the family. */
static const struct xenring_record *by_family(const uint8_t *slot, const struct xenring_record *any,
					      const struct xenring_record *in,
					      const struct xenring_record *in6)
{
	/* at the same place in both */
	switch (GET(slot, xr_pvcalls_bind, addr.any.family)) {
	case XR_AF_INET:
		return in;
	case XR_AF_INET6:
		return in6;
	default:
		return any;
	}
}

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	static const struct xenring_record *const by_command[] = {
		[XR_PVCALLS_SOCKET] = &socket, [XR_PVCALLS_RELEASE] = &release,
		[XR_PVCALLS_LISTEN] = &listen, [XR_PVCALLS_ACCEPT] = &accept, [XR_PVCALLS_POLL] = &poll,
	};
	uint64_t cmd = GET(slot, xr_pvcalls_request, cmd);

	(void)abi;
	if (cmd == XR_PVCALLS_CONNECT)
		return by_family(slot, &connect, &connect_in, &connect_in6);
	if (cmd == XR_PVCALLS_BIND)
		return by_family(slot, &bind, &bind_in, &bind_in6);
	return cmd < sizeof(by_command) / sizeof(by_command[0]) ? by_command[cmd] : &request;
}

/* ---- connections ---------------------------------------------------------- */

static const struct xenring_field indexes_fields[] = {
	XR_FIELD(xr_pvcalls_indexes, in_cons, XENRING_UINT, .help = "bytes ever taken by the guest, modulo 2^32"),
	XR_FIELD(xr_pvcalls_indexes, in_prod, XENRING_UINT, .help = "bytes ever received, modulo 2^32"),
	XR_FIELD(xr_pvcalls_indexes, in_error, XENRING_ENUM, .syms = xr_errnos,
		 .help = "why no more will be received; ENOTCONN: the other side has closed"),
	XR_FIELD(xr_pvcalls_indexes, out_cons, XENRING_UINT, .help = "bytes ever sent, modulo 2^32"),
	XR_FIELD(xr_pvcalls_indexes, out_prod, XENRING_UINT, .help = "bytes ever put by the guest, modulo 2^32"),
	XR_FIELD(xr_pvcalls_indexes, out_error, XENRING_ENUM, .syms = xr_errnos,
		 .help = "why no more will be sent"),
	XR_FIELD(xr_pvcalls_indexes, ring_order, XENRING_UINT,
		 .help = "log2 of the pages with the bytes, of which each direction has half"),
	XR_END
};
static const struct xenring_record indexes =
	XR_RECORD(xr_pvcalls_indexes, "pvcalls.indexes", "what the page of a connection says of both directions",
		  indexes_fields);

static void measure(const struct xr_ring_desc *ring, const uint8_t *page, struct xr_measure *ret)
{
	uint64_t order = GET(page, xr_pvcalls_indexes, ring_order);

	(void)ring;
	if (order > XR_PVCALLS_MAX_ORDER) {
		ret->fault = "ring_order is more than 9";
		return;
	}
	ret->in_size = ret->out_size = (uint32_t)XR_PAGE_SIZE / 2 << order;
	ret->grefs_off = XR_PVCALLS_REFS;
	ret->n_grefs = 1u << order;
	/* out is the second half, be it of the only page */
	ret->out_first = ret->n_grefs / 2;
	ret->out_skip = order ? 0 : XR_PAGE_SIZE / 2;
}

static const char *indexes_fault(const struct xr_ring_desc *ring, const uint8_t *page,
				 const uint32_t idx[XR_N_IDX])
{
	if (idx[ring->out_word] != idx[ring->out_word + 1] && GET(page, xr_pvcalls_indexes, out_error))
		return "out has failed: nobody will send what is queued";
	return NULL;
}

static struct xr_announce connection(uint64_t id, const uint8_t *ref, const uint8_t *evtchn)
{
	return (struct xr_announce){ .id = id, .gref = (uint32_t)xr_get(ref, 4), .port = (uint32_t)xr_get(evtchn, 4) };
}

#define AT(slot, T, m) ((slot) + offsetof(struct T, m))
#define CONNECTION(slot, T, id) \
	connection(GET(slot, T, id), AT(slot, T, ref), AT(slot, T, evtchn))

/*
 * A response is shorter than a connect: where it answers the very request that
 * was there, what stands behind it is still the request's. Linux' frontend
 * gives a request the number of its slot as req_id, so there one can tell
 * (pvcalls-front.c, get_request()). The new id of an accept is overwritten.
 */
static enum xr_news of_response(const uint8_t *slot, uint32_t index, struct xr_announce *ret)
{
	uint32_t number = index % XR_PVCALLS_SLOTS;
	uint64_t cmd = GET(slot, xr_pvcalls_response, cmd);

	ret->id = GET(slot, xr_pvcalls_response, id);
	if (cmd == XR_PVCALLS_RELEASE)
		return XR_NEWS_END;
	if (cmd != XR_PVCALLS_CONNECT)
		return XR_NO_NEWS;
	if (GET(slot, xr_pvcalls_response, ret))
		return XR_NEWS_END;
	if (GET(slot, xr_pvcalls_response, req_id) != number)
		return XR_NO_NEWS;
	*ret = connection(ret->id, AT(slot, xr_pvcalls_connect, ref), AT(slot, xr_pvcalls_connect, evtchn));
	return XR_NEWS_RING;
}

static enum xr_news announces(const uint8_t *slot, uint32_t index, bool answered, struct xr_announce *ret)
{
	if (answered)
		return of_response(slot, index, ret);
	switch (GET(slot, xr_pvcalls_request, cmd)) {
	case XR_PVCALLS_CONNECT:
		*ret = CONNECTION(slot, xr_pvcalls_connect, id);
		return XR_NEWS_RING;
	case XR_PVCALLS_ACCEPT:
		*ret = CONNECTION(slot, xr_pvcalls_accept, id_new);
		return XR_NEWS_RING;
	case XR_PVCALLS_RELEASE:
		ret->id = GET(slot, xr_pvcalls_release, id);
		return XR_NEWS_END;
	default:
		return XR_NO_NEWS;
	}
}

static const struct xr_ring_desc rings[] = {
	{
		.name = "cmd", .help = "socket calls, answered in any order: accept, poll and connect "
			"when somebody comes, be it after hours",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER | XR_PATIENT | XR_ECHOES,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 64, [XR_ABI_32] = 64 },
		.event_rule = XR_EVENT_BOUND,
		.req = { &request, &request }, .rsp = { &response, &response },
		.pick = pick, .more = more, .id_field = "req_id", .announces = announces,
		.op_fields = { "cmd" },
		.ref_keys = { "ring-ref" }, .port_keys = { "port" }, .reserved_gref = XR_NO_GREF,
	},
	{
		.name = "s%x", .help = "bytes of a connection, called by the guest's own value for the "
			"socket: in was received, out is to be sent; known from the request that "
			"connected or accepted it, so not if that was more than 32 commands ago when "
			"the tool began to look, or an accept that was answered between two samples",
		.kind = XR_RING_FLEX, .flags = XR_ANNOUNCED, .in_word = 0, .out_word = 2,
		.event_rule = XR_EVENT_NONE, .measure = measure,
		/* who is at the other end of the connection may not read for a while */
		.stuck_after_s = 60,
		/* all that means anything in the page; the bytes are elsewhere */
		.public_size = XR_PVCALLS_REFS + (4 << XR_PVCALLS_MAX_ORDER),
		.page = { &indexes, &indexes }, .page_fault = indexes_fault,
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "pvcalls", NULL };

const struct xenring_proto xr_proto_pvcalls = {
	.name = "pvcalls", .help = "sockets that the backend opens for the guest", .spec = "xen/include/public/io/pvcalls.h",
	.device_types = types, .rings = rings,
};
