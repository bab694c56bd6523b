/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sound cards: xen/include/public/io/sndif.h. */
#include <config.h>

#include "abi/sndif.h"
#include "proto.h"
#include "proto/errnos.h"
#include "util/bytes.h"

/* ---- words ------------------------------------------------------------- */

static const struct xenring_sym operations[] = {
	{ XR_SNDIF_OPEN, "open", "begin to use the stream, with a buffer for its samples" },
	{ XR_SNDIF_CLOSE, "close", "be done with the stream and its buffer" },
	{ XR_SNDIF_READ, "read", "captured samples into the buffer" },
	{ XR_SNDIF_WRITE, "write", "samples to play from the buffer" },
	{ XR_SNDIF_SET_VOLUME, "set_volume", "volumes from the buffer, one a channel" },
	{ XR_SNDIF_GET_VOLUME, "get_volume", "volumes into the buffer, one a channel" },
	{ XR_SNDIF_MUTE, "mute", "silence channels, of which the buffer says which" },
	{ XR_SNDIF_UNMUTE, "unmute", "let channels be heard, of which the buffer says which" },
	{ XR_SNDIF_TRIGGER, "trigger", "start, stop, pause or resume the stream" },
	{ XR_SNDIF_HW_PARAM_QUERY, "hw_param_query",
	  "which of these settings can be had together" },
	{ 0 }
};

static const struct xenring_sym trigger_types[] = {
	{ XR_SNDIF_TRIGGER_START, "start", "begin to play or capture" },
	{ XR_SNDIF_TRIGGER_PAUSE, "pause", "stop for a while" },
	{ XR_SNDIF_TRIGGER_STOP, "stop", "play or capture no more" },
	{ XR_SNDIF_TRIGGER_RESUME, "resume", "go on after a pause" },
	{ 0 }
};

static const struct xenring_sym event_types[] = {
	{ XR_SNDIF_CUR_POS, "cur_pos", "the stream has moved on" },
	{ 0 }
};

/* Each format twice: its number, and its bit in a mask. */
#define FORMATS(F)								\
	F(XR_SNDIF_S8, "s8", "signed, 8 bits")					\
	F(XR_SNDIF_U8, "u8", "unsigned, 8 bits")				\
	F(XR_SNDIF_S16_LE, "s16_le", "signed, 16 bits, low byte first")		\
	F(XR_SNDIF_S16_BE, "s16_be", "signed, 16 bits, high byte first")	\
	F(XR_SNDIF_U16_LE, "u16_le", "unsigned, 16 bits, low byte first")	\
	F(XR_SNDIF_U16_BE, "u16_be", "unsigned, 16 bits, high byte first")	\
	F(XR_SNDIF_S24_LE, "s24_le", "signed, 24 bits, low byte first")		\
	F(XR_SNDIF_S24_BE, "s24_be", "signed, 24 bits, high byte first")	\
	F(XR_SNDIF_U24_LE, "u24_le", "unsigned, 24 bits, low byte first")	\
	F(XR_SNDIF_U24_BE, "u24_be", "unsigned, 24 bits, high byte first")	\
	F(XR_SNDIF_S32_LE, "s32_le", "signed, 32 bits, low byte first")		\
	F(XR_SNDIF_S32_BE, "s32_be", "signed, 32 bits, high byte first")	\
	F(XR_SNDIF_U32_LE, "u32_le", "unsigned, 32 bits, low byte first")	\
	F(XR_SNDIF_U32_BE, "u32_be", "unsigned, 32 bits, high byte first")	\
	F(XR_SNDIF_F32_LE, "float_le", "-1.0 to 1.0 in 4 bytes, low byte first") \
	F(XR_SNDIF_F32_BE, "float_be", "-1.0 to 1.0 in 4 bytes, high byte first") \
	F(XR_SNDIF_F64_LE, "float64_le", "-1.0 to 1.0 in 8 bytes, low byte first") \
	F(XR_SNDIF_F64_BE, "float64_be", "-1.0 to 1.0 in 8 bytes, high byte first") \
	F(XR_SNDIF_IEC958_LE, "iec958_subframe_le", "subframes of S/PDIF, low byte first") \
	F(XR_SNDIF_IEC958_BE, "iec958_subframe_be", "subframes of S/PDIF, high byte first") \
	F(XR_SNDIF_MU_LAW, "mu_law", "logarithmic, as telephones in America have it") \
	F(XR_SNDIF_A_LAW, "a_law", "logarithmic, as telephones in Europe have it") \
	F(XR_SNDIF_IMA_ADPCM, "ima_adpcm", "differences, 4 bits each")		\
	F(XR_SNDIF_MPEG, "mpeg", "compressed by MPEG")				\
	F(XR_SNDIF_GSM, "gsm", "compressed as speech on mobile telephones")

#define NUMBER(n, name, help) { n, name, help },
#define BIT(n, name, help) { UINT64_C(1) << (n), name, help },
static const struct xenring_sym formats[] = { FORMATS(NUMBER) { 0 } };
static const struct xenring_sym format_bits[] = { FORMATS(BIT) { 0 } };

/* ---- records ----------------------------------------------------------- */

#define ID(T) \
	XR_FIELD(T, id, XENRING_OPAQUE, .help = "the guest's own value, echoed in the response")
#define OPERATION(T) \
	XR_FIELD(T, operation, XENRING_ENUM, .syms = operations, .help = "what is asked")
#define RSP_ID(T) XR_FIELD(T, id, XENRING_OPAQUE, .help = "the request's id")
#define RSP_OPERATION(T) \
	XR_FIELD(T, operation, XENRING_ENUM, .syms = operations, .help = "the request's operation")
#define STATUS(T) \
	XR_FIELD(T, status, XENRING_ENUM, .syms = xr_errnos, \
		 .help = "how it ended: 0 or a negative errno")

static const struct xenring_field request_fields[] = {
	ID(xr_sndif_request), OPERATION(xr_sndif_request), XR_END
};

static const struct xenring_field open_fields[] = {
	ID(xr_sndif_open), OPERATION(xr_sndif_open),
	XR_FIELD(xr_sndif_open, pcm_rate, XENRING_UINT, .unit = XENRING_U_PER_S,
		 .help = "samples a second of each channel"),
	XR_FIELD(xr_sndif_open, pcm_format, XENRING_ENUM, .syms = formats,
		 .help = "what a sample is"),
	XR_FIELD(xr_sndif_open, pcm_channels, XENRING_UINT, .help = "how many channels there are"),
	XR_FIELD(xr_sndif_open, buffer_sz, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes of the buffer that is shared for the samples"),
	XR_FIELD(xr_sndif_open, gref_directory, XENRING_GREF,
		 .help = "the first page of the directory of the buffer's pages"),
	XR_FIELD(xr_sndif_open, period_sz, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "how far the stream moves between two events of its position, 0 for none"),
	{ .name = "buffer_grefs", .size = 4, .type = XENRING_GREF, .flags = XENRING_F_FETCHED,
	  .max = UINT32_MAX / XR_PAGE_SIZE + 1,
	  .help = "the buffer's pages, from its directory, if that could be read" },
	XR_END
};

static const struct xenring_field rw_fields[] = {
	ID(xr_sndif_rw), OPERATION(xr_sndif_rw),
	XR_FIELD(xr_sndif_rw, offset, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "where in the shared buffer the data are"),
	XR_FIELD(xr_sndif_rw, length, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "bytes of samples, of volumes (4 a channel) or of switches (1 a channel)"),
	XR_END
};

static const struct xenring_field trigger_fields[] = {
	ID(xr_sndif_trigger), OPERATION(xr_sndif_trigger),
	XR_FIELD(xr_sndif_trigger, type, XENRING_ENUM, .syms = trigger_types,
		 .help = "what the stream is to do"),
	XR_END
};

static const struct xenring_field interval_fields[] = {
	XR_FIELD(xr_sndif_interval, min, XENRING_UINT, .help = "the least that can be had"),
	XR_FIELD(xr_sndif_interval, max, XENRING_UINT, .help = "the most that can be had"),
	XR_END
};
static const struct xenring_record interval = XR_RECORD(xr_sndif_interval, "sndif.interval",
	"between what a setting has to be", interval_fields);

#define SETTINGS(T)								\
	XR_FIELD(T, formats, XENRING_FLAGS, .syms = format_bits,		\
		 .help = "what samples can be"),				\
	XR_FIELD(T, rates, XENRING_RECORD, .sub = &interval,			\
		 .help = "samples a second of each channel"),			\
	XR_FIELD(T, channels, XENRING_RECORD, .sub = &interval,			\
		 .help = "how many channels there can be"),			\
	XR_FIELD(T, buffer, XENRING_RECORD, .sub = &interval,			\
		 .help = "size of the buffer in frames, which are a sample of each channel"), \
	XR_FIELD(T, period, XENRING_RECORD, .sub = &interval,			\
		 .help = "frames between two events of the position")

static const struct xenring_field hw_param_fields[] = {
	ID(xr_sndif_hw_param), OPERATION(xr_sndif_hw_param), SETTINGS(xr_sndif_hw_param), XR_END
};
static const struct xenring_field response_fields[] = {
	RSP_ID(xr_sndif_response), RSP_OPERATION(xr_sndif_response), STATUS(xr_sndif_response), XR_END
};
static const struct xenring_field hw_param_response_fields[] = {
	RSP_ID(xr_sndif_hw_param_response), RSP_OPERATION(xr_sndif_hw_param_response),
	STATUS(xr_sndif_hw_param_response), SETTINGS(xr_sndif_hw_param_response), XR_END
};
static const struct xenring_field event_fields[] = {
	XR_FIELD(xr_sndif_event, id, XENRING_OPAQUE,
		 .help = "the backend's own number of the event"),
	XR_FIELD(xr_sndif_event, type, XENRING_ENUM, .syms = event_types,
		 .help = "what has happened"),
	XR_FIELD(xr_sndif_event, position, XENRING_UINT, .unit = XENRING_U_BYTES,
		 .help = "how much of the stream has been played or captured"),
	XR_END
};

static const struct xenring_record request = XR_RECORD(xr_sndif_request,
	"sndif.request", "a request that its operation says all of", request_fields);
static const struct xenring_record open_request = XR_RECORD(xr_sndif_open,
	"sndif.open", "a stream to play or to capture", open_fields);
static const struct xenring_record rw = XR_RECORD(xr_sndif_rw,
	"sndif.rw", "a part of the buffer with samples, volumes or switches", rw_fields);
static const struct xenring_record trigger = XR_RECORD(xr_sndif_trigger,
	"sndif.trigger", "a stream to start or to stop", trigger_fields);
static const struct xenring_record hw_param = XR_RECORD(xr_sndif_hw_param,
	"sndif.hw_param", "settings of which the backend is to say what is possible", hw_param_fields);
static const struct xenring_record response = XR_RECORD(xr_sndif_response,
	"sndif.response", "the answer to a request", response_fields);
static const struct xenring_record hw_param_response = XR_RECORD(xr_sndif_hw_param_response,
	"sndif.hw_param_response", "settings that are possible", hw_param_response_fields);
static const struct xenring_record event = XR_RECORD(xr_sndif_event,
	"sndif.event", "where the stream is", event_fields);

static const struct xenring_record *pick(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	switch (slot[offsetof(struct xr_sndif_request, operation)]) {
	case XR_SNDIF_OPEN:
		return &open_request;
	case XR_SNDIF_READ:
	case XR_SNDIF_WRITE:
	case XR_SNDIF_SET_VOLUME:
	case XR_SNDIF_GET_VOLUME:
	case XR_SNDIF_MUTE:
	case XR_SNDIF_UNMUTE:
		return &rw;
	case XR_SNDIF_TRIGGER:
		return &trigger;
	case XR_SNDIF_HW_PARAM_QUERY:
		return &hw_param;
	default:
		return &request;
	}
}

/* Of what failed there is nothing but the status. */
static const struct xenring_record *pick_rsp(enum xr_abi abi, const uint8_t *slot)
{
	(void)abi;
	if (xr_get(slot + offsetof(struct xr_sndif_response, status), 4))
		return &response;
	return slot[offsetof(struct xr_sndif_response, operation)] == XR_SNDIF_HW_PARAM_QUERY ?
		&hw_param_response : &response;
}

static void follow(const struct xenring_record *rec, const uint8_t *slot, struct xr_follow *ret)
{
	if (rec == &open_request)
		xr_follow_directory((uint32_t)xr_get(slot + offsetof(struct xr_sndif_open, gref_directory), 4),
				    xr_get(slot + offsetof(struct xr_sndif_open, buffer_sz), 4), ret);
}

/* ---- rings ------------------------------------------------------------- */

static const struct xenring_record *const more[] = {
	&open_request, &rw, &trigger, &hw_param, &interval, &hw_param_response, NULL
};

static const struct xr_ring_desc rings[] = {
	{
		.name = "req", .help = "requests about one stream of a PCM device",
		.kind = XR_RING_SLOTS, .flags = XR_OUT_OF_ORDER,
		.slots_off = 64, .slot_size = { XR_SNDIF_SLOT, XR_SNDIF_SLOT },
		.event_rule = XR_EVENT_NONE,
		.req = { &request, &request }, .rsp = { &response, &response },
		.pick = pick, .pick_rsp = pick_rsp, .more = more, .follow = follow,
		/* a write ends when its samples are played: 256 KiB of 8000 bytes a second take 33 s */
		.stuck_after_s = 60,
		.ref_keys = { "ring-ref" }, .port_keys = { "event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{
		.name = "evt", .help = "events: how far the stream has been played or captured",
		.kind = XR_RING_EVENTS, .flags = XR_NO_OUT | XR_LOSSY,
		.idx_off = offsetof(struct xr_sndif_event_page, in_cons),
		.slots_off = XR_SNDIF_EVENTS_OFF, .slot_size = { XR_SNDIF_SLOT, XR_SNDIF_SLOT },
		.in_word = 0, .in_size = XR_SNDIF_EVENTS, .req = { &event, &event },
		.public_size = XR_PAGE_SIZE,
		.ref_keys = { "evt-ring-ref" }, .port_keys = { "evt-event-channel" },
		.reserved_gref = XR_NO_GREF,
	},
	{ .name = NULL }
};

static const char *const types[] = { "vsnd", NULL };

const struct xenring_proto xr_proto_sndif = {
	.name = "sndif", .help = "sound cards", .spec = "xen/include/public/io/sndif.h",
	/* vsnd/<card>/<pcm>/<stream>/ */
	.device_types = types, .depth = 2, .rings = rings,
};
