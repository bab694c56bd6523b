/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SCSI devices: xen/include/public/io/vscsiif.h. */
#include <config.h>

#include "abi/vscsiif.h"
#include "proto.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym acts[] = {
	{ XR_VSCSIIF_CDB, "cdb", "carry out the SCSI command in cmnd" },
	{ XR_VSCSIIF_ABORT, "abort", "abort the command whose rqid is ref_rqid" },
	{ XR_VSCSIIF_RESET, "reset", "reset the device" },
	{ XR_VSCSIIF_SG_PRESET, "sg_preset", "data pages for a request that follows; no longer in use" },
	{ 0 }
};

static const struct xenring_sym directions[] = {
	{ XR_VSCSIIF_BIDIRECTIONAL, "bidirectional", "data go both ways" },
	{ XR_VSCSIIF_TO_DEVICE, "to_device", "data go to the device" },
	{ XR_VSCSIIF_FROM_DEVICE, "from_device", "data come from the device" },
	{ XR_VSCSIIF_NONE, "none", "the command has no data" },
	{ 0 }
};

static const struct xenring_sym statuses[] = {
	{ XR_SCSI_GOOD, "good", "the command was carried out" },
	{ XR_SCSI_CHECK_CONDITION, "check_condition", "failed, or something is to be known: see the sense data" },
	{ XR_SCSI_CONDITION_MET, "condition_met", "what was looked for was found" },
	{ XR_SCSI_BUSY, "busy", "the device takes no command now" },
	{ XR_SCSI_INTERMEDIATE, "intermediate", "a command of several linked ones was carried out" },
	{ XR_SCSI_INTERMEDIATE_CONDITION_MET, "intermediate_condition_met",
	  "the same, and what was looked for was found" },
	{ XR_SCSI_RESERVATION_CONFLICT, "reservation_conflict", "somebody else has reserved the device" },
	{ XR_SCSI_COMMAND_TERMINATED, "command_terminated", "ended early by the initiator" },
	{ XR_SCSI_TASK_SET_FULL, "task_set_full", "the device has no room for another command" },
	{ XR_SCSI_ACA_ACTIVE, "aca_active", "an earlier failure must be attended to first" },
	{ XR_SCSI_TASK_ABORTED, "task_aborted", "aborted by another initiator" },
	{ 0 }
};

static const struct xenring_sym hosts[] = {
	{ XR_VSCSIIF_HOST_OK, "ok", "the device was reached; its status says the rest" },
	{ XR_VSCSIIF_HOST_NO_CONNECT, "no_connect", "the device could not be reached in time" },
	{ XR_VSCSIIF_HOST_BUS_BUSY, "bus_busy", "the bus was busy for too long" },
	{ XR_VSCSIIF_HOST_TIME_OUT, "time_out", "timed out for another reason" },
	{ XR_VSCSIIF_HOST_BAD_TARGET, "bad_target", "there is no such target" },
	{ XR_VSCSIIF_HOST_ABORT, "abort", "aborted" },
	{ XR_VSCSIIF_HOST_PARITY, "parity", "a parity error" },
	{ XR_VSCSIIF_HOST_ERROR, "error", "an error within the backend or its adapter" },
	{ XR_VSCSIIF_HOST_RESET, "reset", "the device was reset by somebody" },
	{ XR_VSCSIIF_HOST_BAD_INTR, "bad_intr", "an interrupt that nobody expected" },
	{ XR_VSCSIIF_HOST_PASSTHROUGH, "passthrough", "passed through, whatever its result" },
	{ XR_VSCSIIF_HOST_SOFT_ERROR, "soft_error", "to be tried again" },
	{ XR_VSCSIIF_HOST_IMM_RETRY, "imm_retry", "to be tried again at once, uncounted" },
	{ XR_VSCSIIF_HOST_REQUEUE, "requeue", "to be queued again" },
	{ XR_VSCSIIF_HOST_TRANSPORT_DISRUPTED, "transport_disrupted", "an error of the transport got in between" },
	{ XR_VSCSIIF_HOST_TRANSPORT_FAILFAST, "transport_failfast", "given up by the transport" },
	{ XR_VSCSIIF_HOST_TARGET_FAILURE, "target_failure", "the target has failed for good" },
	{ XR_VSCSIIF_HOST_NEXUS_FAILURE, "nexus_failure", "the path to the device has failed for good" },
	{ XR_VSCSIIF_HOST_ALLOC_FAILURE, "alloc_failure", "the device has no space left" },
	{ XR_VSCSIIF_HOST_MEDIUM_ERROR, "medium_error", "the medium is faulty" },
	{ XR_VSCSIIF_HOST_TRANSPORT_MARGINAL, "transport_marginal", "the transport has become unreliable" },
	{ 0 }
};

static const struct xenring_sym reset_results[] = {
	{ XR_VSCSIIF_RESET_SUCCESS, "reset_success", "aborted, or reset" },
	{ XR_VSCSIIF_RESET_FAILED, "reset_failed", "neither aborted nor reset" },
	{ 0 }
};

/* ---- records ----------------------------------------------------------- */

static const struct xenring_field segment_fields[] = {
	XR_FIELD(xr_vscsiif_segment, gref, XENRING_GREF, .help = "grant reference of the page"),
	XR_FIELD(xr_vscsiif_segment, offset, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "where in the page it begins"),
	XR_FIELD(xr_vscsiif_segment, length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "how much of the page it is"),
	XR_END
};
static const struct xenring_record segment =
	XR_RECORD(xr_vscsiif_segment, "vscsiif.segment", "a part of a granted page", segment_fields);

#define HEAD(T)									\
	XR_FIELD(T, rqid, XENRING_OPAQUE,					\
		 .help = "the guest's own value, echoed in the response"),	\
	XR_FIELD(T, act, XENRING_ENUM, .syms = acts, .help = "what is asked")

#define TARGET									\
	XR_FIELD(xr_vscsiif_request, channel, XENRING_UINT,			\
		 .help = "the guest's channel of the device, as v-dev has it"),	\
	XR_FIELD(xr_vscsiif_request, id, XENRING_UINT,				\
		 .help = "the guest's target of the device, as v-dev has it"),	\
	XR_FIELD(xr_vscsiif_request, lun, XENRING_UINT,				\
		 .help = "the guest's logical unit of the device, as v-dev has it")

#define SG_GRANT(what)								\
	XR_FIELD_ALIAS(xr_vscsiif_request, "sg_grant", nr_segments, XENRING_BOOL, \
		       .shift = XR_VSCSIIF_NR_BITS, .bits = 1,			\
		       .help = "whether seg names " what)

#define COMMAND(nr_help, sg)							\
	HEAD(xr_vscsiif_request),						\
	XR_FIELD(xr_vscsiif_request, cmd_len, XENRING_UINT, .unit = XENRING_U_BYTES, \
		 .help = "bytes of the command in use, 0 to 16"),		\
	XR_FIELD(xr_vscsiif_request, cmnd, XENRING_BYTES, .count = "cmd_len",	\
		 .help = "the SCSI command (CDB)"),				\
	XR_FIELD(xr_vscsiif_request, timeout_per_command, XENRING_UINT,		\
		 .unit = XENRING_U_SECONDS,					\
		 .help = "how long it may take, 0: the default; backends of today ignore it"), \
	TARGET,									\
	XR_FIELD(xr_vscsiif_request, sc_data_direction, XENRING_ENUM, .syms = directions, \
		 .help = "which way the data of the command go"),					\
	XR_FIELD(xr_vscsiif_request, nr_segments, XENRING_UINT, .bits = XR_VSCSIIF_NR_BITS, \
		 .help = nr_help),						\
	sg

static const struct xenring_field request_fields[] = {
	COMMAND("data pages in use, 0 to 26", SG_GRANT("pages of segments: here data pages")),
	XR_LIST(xr_vscsiif_request, seg, XENRING_RECORD, "nr_segments", .sub = &segment,
		.help = "data pages"),
	XR_END
};
static const struct xenring_field indirect_fields[] = {
	COMMAND("pages of segments in use, 0 to 26", SG_GRANT("pages of segments: here it does")),
	XR_LIST(xr_vscsiif_request, seg, XENRING_RECORD, "nr_segments", .sub = &segment,
		.help = "parts of pages that hold segments, 8 bytes each"),
	{ .name = "segments", .size = sizeof(struct xr_vscsiif_segment),
	  .type = XENRING_RECORD, .sub = &segment, .flags = XENRING_F_FETCHED,
	  .max = XR_VSCSIIF_SEGMENTS * XR_VSCSIIF_SG_PER_PAGE,
	  .help = "data pages, from the pages that seg names, if these could be read" },
	XR_END
};
static const struct xenring_field abort_fields[] = {
	HEAD(xr_vscsiif_request), TARGET,
	XR_FIELD(xr_vscsiif_request, ref_rqid, XENRING_OPAQUE, .help = "rqid of the command to abort"),
	XR_END
};
static const struct xenring_field reset_fields[] = {
	HEAD(xr_vscsiif_request), TARGET, XR_END
};
static const struct xenring_field preset_fields[] = {
	HEAD(xr_vscsiif_sg_list),
	XR_FIELD(xr_vscsiif_sg_list, nr_segments, XENRING_UINT, .help = "data pages in use, 0 to 31"),
	XR_LIST(xr_vscsiif_sg_list, seg, XENRING_RECORD, "nr_segments", .sub = &segment,
		.help = "data pages of the request that follows"),
	XR_END
};

#define RESPONSE_HEAD								\
	XR_FIELD(xr_vscsiif_response, rqid, XENRING_OPAQUE, .help = "the request's rqid"), \
	XR_FIELD(xr_vscsiif_response, act, XENRING_ENUM, .syms = acts,		\
		 .help = "of a backend that knows sg_preset the request's; of others what the slot held")

static const struct xenring_field response_fields[] = {
	RESPONSE_HEAD,
	XR_FIELD(xr_vscsiif_response, sense_len, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes of sense data, 0 to 96"),
	XR_FIELD(xr_vscsiif_response, sense_buffer, XENRING_BYTES, .count = "sense_len",
		 .help = "sense data: why the device has failed, in its own words"),
	XR_FIELD(xr_vscsiif_response, rslt, XENRING_OPAQUE,
		 .help = "how it ended: status, host and what old drivers say in the other bits"),
	XR_FIELD_ALIAS(xr_vscsiif_response, "status", rslt, XENRING_ENUM, .bits = 8, .syms = statuses,
		       .help = "what the device says, bits 0 to 7 of rslt"),
	XR_FIELD_ALIAS(xr_vscsiif_response, "host", rslt, XENRING_ENUM, .shift = 16, .bits = 8, .syms = hosts,
		       .help = "what the backend's adapter says, bits 16 to 23 of rslt"),
	XR_FIELD(xr_vscsiif_response, residual_len, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes that were asked for and not transferred"),
	XR_END
};
static const struct xenring_field reset_response_fields[] = {
	RESPONSE_HEAD,
	XR_FIELD(xr_vscsiif_response, rslt, XENRING_ENUM, .syms = reset_results, .help = "how it ended"),
	XR_END
};

static const struct xenring_record request = XR_RECORD(xr_vscsiif_request,
	"vscsiif.request", "a SCSI command with its data pages", request_fields);
static const struct xenring_record indirect = XR_RECORD(xr_vscsiif_request,
	"vscsiif.indirect", "a SCSI command with more data pages than fit a slot", indirect_fields);
static const struct xenring_record abort_request = XR_RECORD(xr_vscsiif_request,
	"vscsiif.abort", "an earlier command is to be aborted", abort_fields);
static const struct xenring_record reset_request = XR_RECORD(xr_vscsiif_request,
	"vscsiif.reset", "a device is to be reset", reset_fields);
static const struct xenring_record preset = XR_RECORD(xr_vscsiif_sg_list,
	"vscsiif.sg_preset", "data pages for a request that follows; no longer in use", preset_fields);
static const struct xenring_record response = XR_RECORD(xr_vscsiif_response,
	"vscsiif.response", "the answer to a SCSI command", response_fields);
static const struct xenring_record reset_response = XR_RECORD(xr_vscsiif_response,
	"vscsiif.reset_response", "the answer to an abort or a reset, known by its rslt",
	reset_response_fields);

/* ---- which of them, and what they name ---------------------------------- */

#define GET(slot, T, m) \
	((uint32_t)xr_get((slot) + offsetof(struct T, m), sizeof(((struct T *)0)->m)))

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	switch (GET(slot, xr_vscsiif_request, act)) {
	case XR_VSCSIIF_ABORT:
		return &abort_request;
	case XR_VSCSIIF_RESET:
		return &reset_request;
	case XR_VSCSIIF_SG_PRESET:
		return &preset;
	default:
		return GET(slot, xr_vscsiif_request, nr_segments) & XR_VSCSIIF_SG_GRANT ? &indirect : &request;
	}
}

/* A response does not say what it answers. No command without sense data ends with these numbers. */
static const struct xenring_record *pick_rsp(enum xr_abi abi, const uint8_t *slot)
{
	uint32_t rslt = GET(slot, xr_vscsiif_response, rslt);
	bool resets = rslt == XR_VSCSIIF_RESET_SUCCESS || rslt == XR_VSCSIIF_RESET_FAILED;

	(void)abi;
	return resets && !GET(slot, xr_vscsiif_response, sense_len) ? &reset_response : &response;
}

static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	uint32_t nr, bytes = 0;

	if (rec != &indirect)
		return;
	nr = GET(slot, xr_vscsiif_request, nr_segments) & ~(uint32_t)XR_VSCSIIF_SG_GRANT;
	if (nr > XR_VSCSIIF_SEGMENTS)
		nr = XR_VSCSIIF_SEGMENTS;
	for (uint32_t i = 0; i < nr; i++) {
		const uint8_t *seg = slot + offsetof(struct xr_vscsiif_request, seg) +
				     i * sizeof(struct xr_vscsiif_segment);
		struct xr_piece piece = {
			.gref = GET(seg, xr_vscsiif_segment, gref),
			.off = (uint16_t)GET(seg, xr_vscsiif_segment, offset),
			.len = (uint16_t)GET(seg, xr_vscsiif_segment, length),
		};

		if (piece.off + piece.len > XR_PAGE_SIZE) {
			*ret = (struct xr_follow){ .note = "its segments were not read: they go beyond a page" };
			return;
		}
		if (piece.len % sizeof(struct xr_vscsiif_segment)) {
			*ret = (struct xr_follow){
				.note = "its segments were not read: a page holds a part of one" };
			return;
		}
		ret->pieces[ret->n_pieces++] = piece;
		bytes += piece.len;
	}
	ret->n = bytes / sizeof(struct xr_vscsiif_segment);
}

static enum xr_way flow(const struct xenring_record *rec, const uint8_t *slot)
{
	if (rec != &request && rec != &indirect)
		return XR_WAY_UNKNOWN;
	switch (slot[offsetof(struct xr_vscsiif_request, sc_data_direction)]) {
	case XR_VSCSIIF_TO_DEVICE:
		return XR_WAY_OUT;
	case XR_VSCSIIF_FROM_DEVICE:
		return XR_WAY_IN;
	default:
		return XR_WAY_UNKNOWN;
	}
}

static const struct xenring_record *const more[] = {
	&indirect, &abort_request, &reset_request, &preset, &segment, &reset_response, NULL
};

static const struct xr_ring_desc rings[] = {
	{
		.name = "ring", .help = "SCSI commands, answered in any order",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER,
		.slots_off = 64, .slot_size = { [XR_ABI_64] = 252, [XR_ABI_32] = 252 },
		/* Linux' scsiback: a final check whenever it has taken all */
		.event_rule = XR_EVENT_BOUND,
		.req = { &request, &request }, .rsp = { &response, &response },
		.pick = pick, .pick_rsp = pick_rsp, .more = more, .follow = follow, .id_field = "rqid",
		.op_fields = { "act" }, .flow = flow,
		/* a disk's command may take 30 s in Linux before anybody worries */
		.stuck_after_s = 30,
		.ref_keys = { "ring-ref" }, .port_keys = { "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vscsi", NULL };

const struct xenring_proto xr_proto_vscsiif = {
	.name = "vscsiif", .help = "SCSI devices", .spec = "xen/include/public/io/vscsiif.h",
	.device_types = types, .rings = rings,
};
