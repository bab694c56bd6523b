/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's connection to xenstore: xen/include/public/io/xs_wire.h. */
#include <config.h>

#include <stddef.h>

#include "abi/xenstore.h"
#include "proto.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym types[] = {
	{ XR_XS_CONTROL, "control", "something for xenstored itself" },
	{ XR_XS_DIRECTORY, "directory", "names below a node" },
	{ XR_XS_READ, "read", "a node's value" },
	{ XR_XS_GET_PERMS, "get_perms", "who may read and write a node" },
	{ XR_XS_WATCH, "watch", "to be told when a node changes" },
	{ XR_XS_UNWATCH, "unwatch", "not to be told any more" },
	{ XR_XS_TRANSACTION_START, "transaction_start", "a transaction begins" },
	{ XR_XS_TRANSACTION_END, "transaction_end", "a transaction is done or given up" },
	{ XR_XS_INTRODUCE, "introduce", "a domain is to be served" },
	{ XR_XS_RELEASE, "release", "a domain is not to be served any more" },
	{ XR_XS_GET_DOMAIN_PATH, "get_domain_path", "where a domain's own nodes are" },
	{ XR_XS_WRITE, "write", "a node's new value" },
	{ XR_XS_MKDIR, "mkdir", "a node without a value, made" },
	{ XR_XS_RM, "rm", "a node and all below, removed" },
	{ XR_XS_SET_PERMS, "set_perms", "who may read and write a node, changed" },
	{ XR_XS_WATCH_EVENT, "watch_event", "a node that is watched has changed; answers no request" },
	{ XR_XS_ERROR, "error", "the request failed, why is in its body" },
	{ XR_XS_IS_DOMAIN_INTRODUCED, "is_domain_introduced", "whether a domain is served" },
	{ XR_XS_RESUME, "resume", "a domain runs on after a suspend" },
	{ XR_XS_SET_TARGET, "set_target", "a domain may do what another one may" },
	{ XR_XS_RESET_WATCHES, "reset_watches", "all watches and transactions are to go" },
	{ XR_XS_DIRECTORY_PART, "directory_part", "names below a node, a part of many" },
	{ XR_XS_GET_FEATURE, "get_feature", "what xenstored can do for a domain" },
	{ XR_XS_SET_FEATURE, "set_feature", "what xenstored does for a domain, changed" },
	{ XR_XS_GET_QUOTA, "get_quota", "how much a domain may use" },
	{ XR_XS_SET_QUOTA, "set_quota", "how much a domain may use, changed" },
	{ XR_XS_INVALID, "invalid", "no message has this type" },
	{ 0 }
};

static const struct xenring_sym features[] = {
	{ XR_XS_FEATURE_RECONNECTION, "reconnection", "the guest may ask for a new connection" },
	{ XR_XS_FEATURE_ERROR, "error", "xenstored says in error why it gave up" },
	{ XR_XS_FEATURE_WATCHDEPTH, "watchdepth", "a watch may say how deep it goes" },
	{ XR_XS_FEATURE_DOMID_ANY, "domid_any", "permissions may be for any domain" },
	{ 0 }
};

static const struct xenring_sym connections[] = {
	{ XR_XS_CONNECTED, "connected", "the steady state" },
	{ XR_XS_RECONNECT, "reconnect", "a new connection was asked for, and is not there yet" },
	{ 0 }
};

static const struct xenring_sym errors[] = {
	{ XR_XS_ERROR_NONE, "none", "nothing is wrong" },
	{ XR_XS_ERROR_COMM, "comm", "the connection could not be used" },
	{ XR_XS_ERROR_RINGIDX, "ringidx", "an index was impossible" },
	{ XR_XS_ERROR_PROTO, "proto", "a message was longer than any may be" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define MESSAGE(type_help, id_help) {						\
	XR_FIELD(xr_xenstore_message, type, XENRING_ENUM, .syms = types, .help = type_help), \
	XR_FIELD(xr_xenstore_message, req_id, XENRING_OPAQUE, .help = id_help),	\
	XR_FIELD(xr_xenstore_message, tx_id, XENRING_OPAQUE,			\
		 .help = "the transaction it belongs to, 0 if to none"),	\
	XR_FIELD(xr_xenstore_message, len, XENRING_UINT, .unit = XENRING_U_BYTES, \
		 .help = "bytes of the body, of which not all need to be there"), \
	XR_FIELD(xr_xenstore_message, body, XENRING_STRING, .flags = XENRING_F_SECRET | XENRING_F_REST, \
		 .help = "paths and values, as much as is there"),		\
	XR_END }

static const struct xenring_field request_fields[] =
	MESSAGE("what is asked for", "the guest's own value, echoed in the reply");
static const struct xenring_field reply_fields[] =
	MESSAGE("what was asked for, or what happened", "the request's req_id");

static const struct xenring_field page_fields[] = {
	XR_FIELD(xr_xenstore_page, server_features, XENRING_FLAGS, .syms = features,
		 .help = "what xenstored can do with the page"),
	XR_FIELD(xr_xenstore_page, connection, XENRING_ENUM, .syms = connections,
		 .help = "whether the connection is in use"),
	XR_FIELD(xr_xenstore_page, error, XENRING_ENUM, .syms = errors,
		 .help = "why xenstored has given up the page, if it says so"),
	XR_END
};

static const struct xenring_record
	request = XR_RECORD(xr_xenstore_message, "xenstore.request", "what the guest asks", request_fields),
	reply = XR_RECORD(xr_xenstore_message, "xenstore.reply", "an answer, or a watch that has fired",
			  reply_fields),
	page = XR_RECORD(xr_xenstore_page, "xenstore.page", "the state of the connection", page_fields);

static bool is_type(uint32_t type)
{
	for (const struct xenring_sym *s = types; s->name; s++)
		if (s->value == type)
			return type != XR_XS_INVALID;
	return false;
}

/* What no message can be says that none begins here: the rings have no other marks. */
static void frame(const uint8_t *bytes, size_t n, bool in, struct xr_frame *ret)
{
	uint32_t len;

	if (n < XR_XENSTORE_HEAD)
		return;
	len = (uint32_t)xr_get(bytes + offsetof(struct xr_xenstore_message, len), 4);
	if (len > XR_XENSTORE_PAYLOAD || !is_type((uint32_t)xr_get(bytes, 4)))
		return;
	ret->rec = in ? &reply : &request;
	ret->size = XR_XENSTORE_HEAD + len;
}

static const struct xenring_record *const messages[] = { &request, &reply, NULL };

static const struct xr_ring_desc rings[] = {
	{
		.name = "ring",
		.help = "messages: out are the guest's requests, in the replies and watch events",
		.kind = XR_RING_BYTES, .flags = XR_MID_MESSAGE,
		.idx_off = offsetof(struct xr_xenstore_page, req_cons),
		.out_word = 0, .in_word = 2,
		.in_size = XR_XENSTORE_RING, .out_size = XR_XENSTORE_RING,
		.in_at = offsetof(struct xr_xenstore_page, rsp), .out_at = offsetof(struct xr_xenstore_page, req),
		.frame = frame, .frame_head = XR_XENSTORE_HEAD,
		.frame_max = XR_XENSTORE_HEAD + XR_XENSTORE_PAYLOAD,
		.more = messages, .page = { &page, &page },
		.event_rule = XR_EVENT_NONE,
		/* the documents call it a grant; toolstacks write a frame number */
		.ref_keys = { "ring-ref" }, .gfn_key = "ring-ref",
		.port_keys = { "port" }, .reserved_gref = XR_XENSTORE_GREF,
	},
	{ .name = NULL }
};

const struct xenring_proto xr_proto_xenstore = {
	.name = "xenstore", .help = "a guest's connection to xenstore",
	.spec = "xen/include/public/io/xs_wire.h",
	.fixed_dir = "store", .fixed_type = "store",
	.rings = rings,
};
