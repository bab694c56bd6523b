/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Virtual TPMs: xen/include/public/io/tpmif.h. */
#include <config.h>

#include "abi/tpmif.h"
#include "proto.h"
#include "util/bytes.h"

static const struct xenring_sym states[] = {
	{ XR_TPMIF_IDLE, "idle", "nothing is asked, or it was given up" },
	{ XR_TPMIF_SUBMIT, "submit", "the TPM is to carry out the command in the page" },
	{ XR_TPMIF_FINISH, "finish", "the answer is in the page" },
	{ XR_TPMIF_CANCEL, "cancel", "the TPM is to give up the command" },
	{ 0 }
};

static const struct xenring_field page_fields[] = {
	XR_FIELD(xr_tpmif_page, length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes of the command or its answer"),
	XR_FIELD(xr_tpmif_page, state, XENRING_ENUM, .syms = states, .help = "whose turn it is"),
	XR_FIELD(xr_tpmif_page, locality, XENRING_UINT, .help = "with which of the TPM's rights it is asked"),
	XR_FIELD(xr_tpmif_page, nr_extra_pages, XENRING_UINT,
		 .help = "further pages, for what is longer than this one"),
	XR_LIST(xr_tpmif_page, extra_pages, XENRING_GREF, "nr_extra_pages",
		.help = "grant references of these pages, in order"),
	XR_END
};

static const struct xenring_field packet_fields[] = {
	XR_FIELD(xr_tpmif_packet, packet, XENRING_BYTES, .flags = XENRING_F_SECRET | XENRING_F_REST,
		 .help = "what of a command of the TPM or its answer is in the first page"),
	XR_END
};

static const struct xenring_field v1_fields[] = {
	XR_FIELD(xr_tpmif_v1, request, XENRING_BYTES,
		 .help = "as it stands there: a machine address, a grant, a size"),
	XR_END
};

static const struct xenring_record
	page = XR_RECORD(xr_tpmif_page, "tpmif.page", "the state of the TPM", page_fields),
	packet = XR_RECORD(xr_tpmif_packet, "tpmif.packet", "a command of the TPM, or its answer", packet_fields),
	v1 = XR_RECORD(xr_tpmif_v1, "tpmif.v1", "the page of version 1, which is obsolete: not decoded",
		       v1_fields);

/* By the second word: state, locality, pad, nr_extra_pages. */
static enum xr_mail_state packet_state(const uint32_t idx[XR_N_IDX])
{
	switch (idx[1] & 0xff) {
	case XR_TPMIF_SUBMIT:
	case XR_TPMIF_CANCEL:
		return XR_MAIL_REQUEST;
	case XR_TPMIF_FINISH:
		return XR_MAIL_RESPONSE;
	default:
		return XR_MAIL_NONE;
	}
}

/* Behind the list of further pages, as far as this page goes. */
static void place(const uint8_t *bytes, uint32_t *ret_off, uint32_t *ret_size)
{
	uint32_t length = (uint32_t)xr_get(bytes + offsetof(struct xr_tpmif_page, length), 4);
	uint32_t off = XR_TPMIF_HEAD + 4u * bytes[offsetof(struct xr_tpmif_page, nr_extra_pages)];

	*ret_off = off;
	*ret_size = length < XR_PAGE_SIZE - off ? length : XR_PAGE_SIZE - off;
}

static const struct xr_mail mails[] = {
	{
		.rec = &packet, .off = XR_TPMIF_HEAD, .size = sizeof(struct xr_tpmif_packet),
		.state = packet_state, .place = place,
	},
	{ .rec = NULL }
};
static const struct xr_mail none[] = { { .rec = NULL } };

#define KEYS									\
	.kind = XR_RING_MAILBOX, .event_rule = XR_EVENT_NONE,			\
	.ref_keys = { "ring-ref" }, .port_keys = { "event-channel" }, .reserved_gref = XR_NO_GREF

static const struct xr_ring_desc rings[] = {
	{
		.name = "ring", .help = "commands for the TPM, one at a time",
		.if_key = "feature-protocol-v2", .mails = mails, .page = { &page, &page },
		/* no byte of a command gets into a capture */
		.public_size = XR_TPMIF_HEAD,
		/* to make a key takes a TPM minutes */
		.stuck_after_s = 300,
		KEYS,
	},
	{
		.name = "ring", .help = "the same in version 1, which is obsolete and shown raw",
		.unless_key = "feature-protocol-v2", .mails = none, .page = { &v1, &v1 },
		/* the command is in another page */
		.public_size = sizeof(struct xr_tpmif_v1),
		KEYS,
	},
	{ .name = NULL }
};

static const char *const device_types[] = { "vtpm", NULL };

const struct xenring_proto xr_proto_tpmif = {
	.name = "tpmif", .help = "virtual TPMs",
	.spec = "xen/include/public/io/tpmif.h", .device_types = device_types, .rings = rings,
};
