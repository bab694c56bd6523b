/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI devices that are passed through: xen/include/public/io/pciif.h. */
#include <config.h>

#include "abi/pciif.h"
#include "proto.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym flags[] = {
	{ XR_PCIF_ACTIVE, "pcif_active", "op is a request that the backend has not answered" },
	{ XR_PCIB_AERHANDLER, "pcib_aerhandler", "the guest's driver has handlers of errors" },
	{ XR_PCIB_ACTIVE, "pcib_active", "aer_op is a request that the frontend has not answered" },
	{ 0 }
};

static const struct xenring_sym commands[] = {
	{ XR_PCI_CONF_READ, "conf_read", "a configuration register, read" },
	{ XR_PCI_CONF_WRITE, "conf_write", "a configuration register, written" },
	{ XR_PCI_ENABLE_MSI, "enable_msi", "interrupts by message, one of them" },
	{ XR_PCI_DISABLE_MSI, "disable_msi", "no interrupts by message any more" },
	{ XR_PCI_ENABLE_MSIX, "enable_msix", "interrupts by message, of a table" },
	{ XR_PCI_DISABLE_MSIX, "disable_msix", "no interrupts of the table any more" },
	{ XR_PCI_AER_DETECTED, "aer_detected", "the device has reported an error" },
	{ XR_PCI_AER_RESUME, "aer_resume", "the device works again" },
	{ XR_PCI_AER_MMIO, "aer_mmio", "the device's registers can be reached again" },
	{ XR_PCI_AER_SLOTRESET, "aer_slotreset", "the device has been reset" },
	{ XR_PCI_ENABLE_MULTI_MSI, "enable_multi_msi", "interrupts by message, several of them" },
	{ 0 }
};

static const struct xenring_sym errors[] = {
	{ XR_PCI_SUCCESS, "success", "it was done" },
	{ (uint64_t)XR_PCI_DEV_NOT_FOUND, "dev_not_found", "there is no such device for this guest" },
	{ (uint64_t)XR_PCI_INVALID_OFFSET, "invalid_offset", "there is no such register" },
	{ (uint64_t)XR_PCI_ACCESS_DENIED, "access_denied", "the guest may not do this" },
	{ (uint64_t)XR_PCI_NOT_IMPLEMENTED, "not_implemented", "the backend cannot do this" },
	{ (uint64_t)XR_PCI_OP_FAILED, "op_failed", "the backend has tried and failed" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

#define DEVICE(T)								\
	XR_FIELD(T, domain, XENRING_UINT, .help = "PCI domain of the device, as the guest sees it"), \
	XR_FIELD(T, bus, XENRING_UINT, .help = "bus of the device, as the guest sees it"), \
	XR_FIELD(T, devfn, XENRING_UINT,					\
		 .help = "slot of the device times 8, and its function")

#define OP									\
	XR_FIELD(xr_pciif_op, cmd, XENRING_ENUM, .syms = commands, .help = "what is asked"), \
	XR_FIELD(xr_pciif_op, err, XENRING_ENUM, .syms = errors,		\
		 .help = "how it ended, once it is answered; of old before that"), \
	DEVICE(xr_pciif_op)

static const struct xenring_field op_fields[] = {
	OP,
	XR_FIELD(xr_pciif_op, offset, XENRING_INT, .unit = XENRING_U_BYTES,
		 .help = "which configuration register"),
	XR_FIELD(xr_pciif_op, size, XENRING_INT, .unit = XENRING_U_BYTES,
		 .help = "how large the register is"),
	XR_FIELD(xr_pciif_op, value, XENRING_OPAQUE,
		 .help = "what is written or was read; of interrupts their first number"),
	XR_FIELD(xr_pciif_op, info, XENRING_OPAQUE,
		 .help = "a further number, for what needs one"),
	XR_END
};

static const struct xenring_field msix_entry_fields[] = {
	XR_FIELD(xr_pciif_msix, vector, XENRING_UINT,
		 .help = "number of the interrupt, once it is answered"),
	XR_FIELD(xr_pciif_msix, entry, XENRING_UINT, .help = "which entry of the device's table"),
	XR_END
};
static const struct xenring_record msix_entry =
	XR_RECORD(xr_pciif_msix, "pciif.msix_entry", "an interrupt of a device's table", msix_entry_fields);

static const struct xenring_field msix_fields[] = {
	OP,
	XR_FIELD(xr_pciif_op, value, XENRING_UINT,
		 .help = "how many entries are asked for; once answered 0, or how many there could be"),
	XR_LIST(xr_pciif_op, msix_entries, XENRING_RECORD, "value", .sub = &msix_entry,
		.help = "the entries that are asked for"),
	XR_END
};

static const struct xenring_field aer_fields[] = {
	XR_FIELD(xr_pciif_aer, cmd, XENRING_ENUM, .syms = commands, .help = "what happened"),
	XR_FIELD(xr_pciif_aer, err, XENRING_INT,
		 .help = "the state of the device's channel, or what its driver makes of it"),
	DEVICE(xr_pciif_aer),
	XR_END
};

static const struct xenring_field page_fields[] = {
	XR_FIELD(xr_pciif_page, flags, XENRING_FLAGS, .syms = flags, .help = "who is waited for"),
	XR_END
};

static const struct xenring_record
	op = XR_RECORD(xr_pciif_op, "pciif.op", "what the guest asks, with the answer over it", op_fields),
	msix = XR_RECORD(xr_pciif_op, "pciif.msix", "what the guest asks of interrupts of a table", msix_fields),
	aer = XR_RECORD(xr_pciif_aer, "pciif.aer_op", "an error that the backend tells the guest of", aer_fields),
	page = XR_RECORD(xr_pciif_page, "pciif.page", "the flags of both sides", page_fields);

/* ---- mails --------------------------------------------------------------- */

/* What was answered stays where it is. */
static enum xr_mail_state op_state(const uint32_t idx[XR_N_IDX])
{
	return idx[0] & XR_PCIF_ACTIVE ? XR_MAIL_REQUEST : XR_MAIL_LAST;
}

static enum xr_mail_state aer_state(const uint32_t idx[XR_N_IDX])
{
	return idx[0] & XR_PCIB_ACTIVE ? XR_MAIL_REQUEST : XR_MAIL_LAST;
}

static const struct xenring_record *pick_op(const uint8_t *bytes)
{
	return xr_get(bytes, 4) == XR_PCI_ENABLE_MSIX ? &msix : &op;
}

static const struct xr_mail mails[] = {
	{
		.rec = &op, .off = offsetof(struct xr_pciif_page, op), .size = sizeof(struct xr_pciif_op),
		.state = op_state, .pick = pick_op,
	},
	{
		.rec = &aer, .off = offsetof(struct xr_pciif_page, aer_op), .size = sizeof(struct xr_pciif_aer),
		.state = aer_state,
	},
	{ .rec = NULL }
};

static const struct xenring_record *const more[] = { &msix, &msix_entry, NULL };

/* ---- rings --------------------------------------------------------------- */

static const struct xr_ring_desc rings[] = {
	{
		.name = "op", .help = "configuration, interrupts and errors of the devices, one at a time",
		.kind = XR_RING_MAILBOX, .mails = mails, .more = more, .page = { &page, &page },
		/* registers, nothing of what a device has or does */
		.public_size = sizeof(struct xr_pciif_page), .event_rule = XR_EVENT_NONE,
		/* as long as Linux' frontend waits for an answer */
		.stuck_after_s = 2,
		.ref_keys = { "pci-op-ref" }, .port_keys = { "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const device_types[] = { "pci", NULL };

const struct xenring_proto xr_proto_pciif = {
	.name = "pciif", .help = "PCI devices passed through to a PV guest",
	.spec = "xen/include/public/io/pciif.h", .device_types = device_types, .rings = rings,
};
