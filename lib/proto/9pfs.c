/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared folders: xen/include/public/io/9pfs.h, whose rings carry messages of 9P. */
#include <config.h>

#include "abi/9pfs.h"
#include "proto.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

/* What a client asks is of an even number n, what a server answers is n + 1. */
#define MESSAGES(X)								\
	X(8, "statfs", "how large the file system is, and how much is free")	\
	X(12, "lopen", "a file, opened as Linux does it")			\
	X(14, "lcreate", "a file, made and opened as Linux does it")		\
	X(16, "symlink", "a symbolic link, made")				\
	X(18, "mknod", "a device or a pipe, made")				\
	X(20, "rename", "a file, given another name")				\
	X(22, "readlink", "what a symbolic link says")				\
	X(24, "getattr", "owner, size, times of a file")			\
	X(26, "setattr", "owner, size, times of a file, changed")		\
	X(30, "xattrwalk", "extended attributes of a file, to be read")		\
	X(32, "xattrcreate", "an extended attribute of a file, to be written")	\
	X(40, "readdir", "names in a folder")					\
	X(50, "fsync", "a file, to be written to its medium")			\
	X(52, "lock", "a part of a file, locked or let go")			\
	X(54, "getlock", "who has locked a part of a file")			\
	X(70, "link", "another name of a file")					\
	X(72, "mkdir", "a folder, made")					\
	X(74, "renameat", "a file, moved from folder to folder")		\
	X(76, "unlinkat", "a file or a folder, removed")			\
	X(100, "version", "the version of 9P, and how large messages may be")	\
	X(102, "auth", "a client's right to use the server")			\
	X(104, "attach", "a client comes to the root")				\
	X(108, "flush", "a request that is not waited for any more")		\
	X(110, "walk", "a path, gone down name by name")			\
	X(112, "open", "a file, opened")					\
	X(114, "create", "a file, made and opened")				\
	X(116, "read", "data of a file")					\
	X(118, "write", "data for a file")					\
	X(120, "clunk", "a file that the client is done with")			\
	X(122, "remove", "a file, removed")					\
	X(124, "stat", "what is known of a file")				\
	X(126, "wstat", "what is known of a file, changed")

#define REQUEST(n, nm, hp) { n, "t" nm, "asked: " hp },
#define RESPONSE(n, nm, hp) { (n) + 1, "r" nm, "answered: " hp },

static const struct xenring_sym requests[] = { MESSAGES(REQUEST) { 0 } };

static const struct xenring_sym responses[] = {
	{ 7, "rlerror", "it failed, with an error's number of Linux" },
	{ 107, "rerror", "it failed, with an error in words" },
	MESSAGES(RESPONSE)
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define HEAD(words) {								\
	XR_FIELD(xr_9pfs_head, size, XENRING_UINT, .unit = XENRING_U_BYTES,	\
		 .help = "bytes of the whole message, its head included"),	\
	XR_FIELD(xr_9pfs_head, type, XENRING_ENUM, .syms = words,		\
		 .help = "what is asked or answered"),				\
	XR_FIELD(xr_9pfs_head, tag, XENRING_OPAQUE,				\
		 .help = "the guest's own value, echoed in the answer; 0xffff: none"), \
	XR_END }

static const struct xenring_field request_fields[] = HEAD(requests);
static const struct xenring_field response_fields[] = HEAD(responses);

static const struct xenring_field page_fields[] = {
	XR_FIELD(xr_9pfs_page, ring_order, XENRING_UINT,
		 .help = "binary logarithm of the number of pages that the two queues have"),
	XR_LIST(xr_9pfs_page, ref, XENRING_GREF, "ring_order", .flags = XENRING_F_LOG2,
		.help = "grant references of these pages, in order"),
	XR_END
};

static const struct xenring_record
	request = XR_RECORD(xr_9pfs_head, "9pfs.request", "the head of what the guest asks", request_fields),
	response = XR_RECORD(xr_9pfs_head, "9pfs.response", "the head of what is answered", response_fields),
	page = XR_RECORD(xr_9pfs_page, "9pfs.page", "how large the queues are, and where", page_fields);

static void frame(const uint8_t *bytes, size_t n, bool in, struct xr_frame *ret)
{
	if (n < sizeof(struct xr_9pfs_head))
		return;
	ret->rec = in ? &response : &request;
	ret->size = (uint32_t)xr_get(bytes + offsetof(struct xr_9pfs_head, size), 4);
}

static void measure(const struct xr_ring_desc *ring, const uint8_t *bytes, struct xr_measure *ret)
{
	uint32_t order = (uint32_t)xr_get(bytes + offsetof(struct xr_9pfs_page, ring_order), 4);

	(void)ring;
	if (order > XR_9PFS_MAX_ORDER) {
		ret->fault = "ring_order is more than 9";
		order = XR_9PFS_MAX_ORDER;
	}
	ret->in_size = ret->out_size = XR_PAGE_SIZE / 2 << order;
	ret->grefs_off = offsetof(struct xr_9pfs_page, ref);
	ret->n_grefs = 1u << order;
	ret->out_first = ret->n_grefs / 2;
	/* the only page holds both */
	ret->out_skip = order ? 0 : XR_PAGE_SIZE / 2;
}

/* ---- rings -------------------------------------------------------------- */

static const struct xenring_record *const messages[] = { &request, &response, NULL };

static const struct xr_ring_desc rings[] = {
	{
		.name = "r%u", .help = "messages of 9P: out are the guest's requests, in the answers",
		.kind = XR_RING_FLEX, .flags = XR_NUMBERED, .idx_off = 0, .in_word = 0, .out_word = 2,
		.measure = measure, .frame = frame, .frame_head = sizeof(struct xr_9pfs_head),
		.more = messages, .page = { &page, &page },
		/* the page with the indices has nothing of a file */
		.public_size = sizeof(struct xr_9pfs_page), .event_rule = XR_EVENT_NONE,
		.ref_keys = { "ring-ref%u" }, .port_keys = { "event-channel-%u" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const device_types[] = { "9pfs", "xen_9pfs", NULL };

const struct xenring_proto xr_proto_p9fs = {
	.name = "9pfs", .help = "folders of the backend's that the guest shares",
	.spec = "xen/include/public/io/9pfs.h",
	.device_types = device_types, .queues_key = "num-rings", .queues_max_key = "max-rings",
	.rings = rings,
};
