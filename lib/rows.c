/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of a snapshot: their descriptors, and how they are filled. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "backend.h"
#include "check/check.h"
#include "desc.h"
#include "grants_use.h"
#include "kind.h"
#include "rows.h"
#include "slots.h"
#include "snapshot.h"

#define NULLABLE .flags = XENRING_F_NULLABLE
#define SLOTS_ONLY .only = "slots"
#define PAIRS_ONLY .only = "bytes events flex vchan"

/* ---- descriptors ------------------------------------------------------- */

static const struct xenring_field error_fields[] = {
	XR_FIELD(xenring_error, op, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "what was being done: store, pair, grant, map, sample"),
	XR_FIELD_ALIAS(xenring_error, "errno", code, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the name of the error number"),
	XR_FIELD(xenring_error, text, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "where and why, in words"),
	XR_END
};
const struct xenring_record xr_error_record =
	XR_RECORD(xenring_error, "error", "why something could not be read", error_fields);

static const struct xenring_field problem_fields[] = {
	XR_FIELD(xenring_error, path, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the ring or device it belongs to"),
	XR_FIELD(xenring_error, op, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "what was being done: store, pair, grant, map, sample"),
	XR_FIELD_ALIAS(xenring_error, "errno", code, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the name of the error number"),
	XR_FIELD(xenring_error, text, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "where and why, in words"),
	XR_END
};
static const struct xenring_record problem_record =
	XR_RECORD(xenring_error, "problem", "an error in the list of a whole document", problem_fields);

static const struct xenring_sym abi_words[] = {
	{ XR_ABI_64, "x86_64", "64-bit layout of the requests" },
	{ XR_ABI_32, "x86_32", "32-bit layout of the requests" },
	{ XR_ABI_N, "arm", "arm's layout, the same as x86_64's" },
	{ 0 }
};

#define ERROR(T) { .name = "error", .off = offsetof(struct T, error), .size = sizeof(void *),	\
	.type = XENRING_RECORD, .sub = &xr_error_record, .from = XENRING_TOOL,			\
	.flags = XENRING_F_NULLABLE | XENRING_F_POINTER,					\
	.help = "why it could not be read; null if nothing is wrong" }

static const struct xenring_field ring_fields[] = {
	XR_FIELD(xenring_ring, path, XENRING_STRING, .head = "RING", .prio = 100, .from = XENRING_TOOL,
		 .help = "domain, device and ring: the target that names it"),
	XR_FIELD(xenring_ring, domid, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "number of the domain whose pages the ring is in, the frontend's"),
	XR_FIELD(xenring_ring, domain, XENRING_STRING, .from = XENRING_STORE,
		 .help = "name of the frontend's domain, its number if it has none"),
	XR_FIELD(xenring_ring, device, XENRING_STRING, .from = XENRING_STORE,
		 .help = "xenstore type and number of the device"),
	XR_FIELD(xenring_ring, ring, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the ring within its device"),
	XR_FIELD(xenring_ring, kind, XENRING_STRING, .syms = xr_kind_words, .from = XENRING_TOOL,
		 .help = "how the ring works: request slots, queues of bytes or events, or a mailbox"),
	XR_FIELD(xenring_ring, protocol, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the protocol spoken on the ring"),
	XR_FIELD(xenring_ring, abi, XENRING_STRING, .syms = abi_words, NULLABLE, .from = XENRING_STORE,
		 .help = "layout of the requests; null where a protocol has only one"),
	XR_FIELD(xenring_ring, state, XENRING_STRING, .head = "STATE", .prio = 95,
		 .syms = xr_state_words, .from = XENRING_INFERRED,
		 .help = "what the ring is doing"),
	XR_FIELD(xenring_ring, frontend_state, XENRING_STRING, .syms = xr_bus_words, NULLABLE,
		 .from = XENRING_STORE, .help = "xenbus state of the frontend"),
	XR_FIELD(xenring_ring, backend_state, XENRING_STRING, .syms = xr_bus_words, NULLABLE,
		 .from = XENRING_STORE, .help = "xenbus state of the backend"),
	XR_FIELD(xenring_ring, backend_domid, XENRING_UINT, NULLABLE, .head = "BACK", .prio = 20,
		 .from = XENRING_STORE, .help = "number of the domain the backend runs in"),
	XR_FIELD(xenring_ring, pairing, XENRING_STRING, .syms = xr_pairing_words, NULLABLE,
		 .from = XENRING_STORE, .help = "whether both sides and the toolstack agree"),
	XR_FIELD(xenring_ring, slots, XENRING_UINT, SLOTS_ONLY, .unit = XENRING_U_SLOTS, NULLABLE, .head = "SLOTS",
		 .prio = 70, .from = XENRING_STORE,
		 .help = "how many requests fit, from the number of ring pages"),
	XR_FIELD(xenring_ring, in_flight, XENRING_UINT, .only = "slots mailbox",
		 .unit = XENRING_U_SLOTS, NULLABLE, .head = "FLIGHT", .prio = 90, .from = XENRING_SHARED,
		 .help = "requests put and not yet answered: req_prod - rsp_prod"),
	XR_FIELD(xenring_ring, req_prod, XENRING_UINT, SLOTS_ONLY, NULLABLE, .head = "REQ_PROD", .prio = 60,
		 .from = XENRING_SHARED, .help = "index of the next request the frontend will put"),
	XR_FIELD(xenring_ring, rsp_prod, XENRING_UINT, SLOTS_ONLY, NULLABLE, .head = "RSP_PROD", .prio = 60,
		 .from = XENRING_SHARED, .help = "index of the next response the backend will put"),
	XR_FIELD(xenring_ring, req_event, XENRING_UINT, SLOTS_ONLY, NULLABLE, .from = XENRING_SHARED,
		 .help = "the backend asks to be woken when req_prod passes this"),
	XR_FIELD(xenring_ring, rsp_event, XENRING_UINT, SLOTS_ONLY, NULLABLE, .from = XENRING_SHARED,
		 .help = "the frontend asks to be woken when rsp_prod passes this"),
	XR_FIELD(xenring_ring, req_cons_min, XENRING_UINT, SLOTS_ONLY, NULLABLE, .from = XENRING_INFERRED,
		 .help = "the backend has taken at least the requests below this index"),
	XR_FIELD(xenring_ring, req_cons_max, XENRING_UINT, SLOTS_ONLY, NULLABLE, .from = XENRING_INFERRED,
		 .help = "the backend has taken at most the requests below this index"),
	XR_FIELD(xenring_ring, in_prod, XENRING_UINT, PAIRS_ONLY, NULLABLE, .from = XENRING_SHARED,
		 .help = "bytes or events ever put towards the guest, modulo 2^32"),
	XR_FIELD(xenring_ring, in_cons, XENRING_UINT, PAIRS_ONLY, NULLABLE, .from = XENRING_SHARED,
		 .help = "bytes or events ever taken by the guest, modulo 2^32"),
	XR_FIELD(xenring_ring, in_size, XENRING_UINT, PAIRS_ONLY, NULLABLE, .from = XENRING_TOOL,
		 .help = "room of the queue towards the guest: events if the kind is events, else bytes"),
	XR_FIELD(xenring_ring, out_prod, XENRING_UINT, PAIRS_ONLY, NULLABLE, .from = XENRING_SHARED,
		 .help = "bytes or events ever put by the guest, modulo 2^32"),
	XR_FIELD(xenring_ring, out_cons, XENRING_UINT, PAIRS_ONLY, NULLABLE, .from = XENRING_SHARED,
		 .help = "bytes or events ever taken from the guest, modulo 2^32"),
	XR_FIELD(xenring_ring, out_size, XENRING_UINT, PAIRS_ONLY, NULLABLE, .from = XENRING_TOOL,
		 .help = "room of the queue from the guest: events if the kind is events, else bytes"),
	XR_FIELD(xenring_ring, requests_per_s, XENRING_REAL, SLOTS_ONLY, .unit = XENRING_U_PER_S, NULLABLE,
		 .head = "REQ/S", .prio = 80, .from = XENRING_SHARED,
		 .help = "requests put per second since the sample before"),
	XR_FIELD(xenring_ring, responses_per_s, XENRING_REAL, SLOTS_ONLY, .unit = XENRING_U_PER_S, NULLABLE,
		 .head = "RSP/S", .prio = 40, .from = XENRING_SHARED,
		 .help = "responses put per second since the sample before"),
	XR_FIELD(xenring_ring, stall_s, XENRING_REAL, .unit = XENRING_U_SECONDS, NULLABLE,
		 .head = "STALL", .prio = 85, .from = XENRING_INFERRED,
		 .help = "how long nothing has moved while something is pending"),
	XR_FIELD(xenring_ring, oldest_s, XENRING_REAL, SLOTS_ONLY, .unit = XENRING_U_SECONDS, NULLABLE,
		 .from = XENRING_INFERRED,
		 .help = "how long the oldest open request has been there at least; null if that is not "
			 "kept track of"),
	XR_FIELD(xenring_ring, port, XENRING_UINT, NULLABLE, .from = XENRING_STORE,
		 .help = "event channel at the frontend"),
	XR_FIELD(xenring_ring, backend_port, XENRING_UINT, NULLABLE, .from = XENRING_HYPERVISOR,
		 .help = "its other end, at the backend"),
	{ .name = "ring_refs", .off = offsetof(struct xenring_ring, ring_refs), .size = 4,
	  .type = XENRING_GREF, .flags = XENRING_F_POINTER, .count = "n_ring_refs", .max = XR_MAX_PAGES,
	  .from = XENRING_STORE, .help = "grant references of the ring's pages, in order" },
	XR_FIELD(xenring_ring, n_ring_refs, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many grant references there are"),
	XR_FIELD(xenring_ring, pages, XENRING_UINT, NULLABLE, .from = XENRING_STORE,
		 .help = "pages of 4096 bytes that the ring is made of"),
	XR_FIELD(xenring_ring, torn, XENRING_BOOL, NULLABLE, .from = XENRING_SHARED,
		 .help = "it moved under every try to read it"),
	XR_FIELD(xenring_ring, epoch, XENRING_UINT, .from = XENRING_TOOL,
		 .help = "counts the device's connections since the tool started"),
	ERROR(xenring_ring),
	XR_END
};

extern const struct xenring_record xr_backend_events_record, xr_backend_requests_record, xr_backend_ring_record;

static const struct xenring_field device_fields[] = {
	XR_FIELD(xenring_device, path, XENRING_STRING, .head = "DEVICE", .prio = 100,
		 .from = XENRING_TOOL, .help = "domain and device: the target that names it"),
	XR_FIELD(xenring_device, domid, XENRING_UINT, .from = XENRING_HYPERVISOR,
		 .help = "number of the frontend's domain"),
	XR_FIELD(xenring_device, domain, XENRING_STRING, .from = XENRING_STORE,
		 .help = "name of the frontend's domain, its number if it has none"),
	XR_FIELD(xenring_device, device, XENRING_STRING, .from = XENRING_STORE,
		 .help = "xenstore type and number of the device"),
	XR_FIELD(xenring_device, protocol, XENRING_STRING, NULLABLE, .head = "PROTOCOL", .prio = 50,
		 .from = XENRING_TOOL, .help = "the protocol it speaks; null if this tool does not know it"),
	XR_FIELD(xenring_device, frontend_state, XENRING_STRING, .syms = xr_bus_words, NULLABLE,
		 .head = "FRONTEND", .prio = 90, .from = XENRING_STORE,
		 .help = "xenbus state of the frontend"),
	XR_FIELD(xenring_device, backend_state, XENRING_STRING, .syms = xr_bus_words, NULLABLE,
		 .head = "BACKEND", .prio = 90, .from = XENRING_STORE,
		 .help = "xenbus state of the backend"),
	XR_FIELD(xenring_device, backend_domid, XENRING_UINT, NULLABLE, .head = "BACK", .prio = 60,
		 .from = XENRING_STORE, .help = "number of the domain the backend runs in"),
	XR_FIELD(xenring_device, backend_type, XENRING_STRING, NULLABLE, .head = "BY", .prio = 40,
		 .from = XENRING_STORE, .help = "the kind of backend in its xenstore path"),
	XR_FIELD(xenring_device, pairing, XENRING_STRING, .syms = xr_pairing_words, NULLABLE,
		 .head = "PAIRING", .prio = 45, .from = XENRING_STORE,
		 .help = "whether both sides and the toolstack agree"),
	XR_FIELD(xenring_device, queues, XENRING_UINT, NULLABLE, .head = "QUEUES", .prio = 30,
		 .from = XENRING_STORE, .help = "queues that the two sides use"),
	XR_FIELD(xenring_device, rings, XENRING_UINT, .head = "RINGS", .prio = 35, .from = XENRING_TOOL,
		 .help = "rings that are listed for it"),
	XR_FIELD(xenring_device, in_flight, XENRING_UINT, .unit = XENRING_U_SLOTS, NULLABLE,
		 .head = "FLIGHT", .prio = 70, .from = XENRING_SHARED,
		 .help = "requests in flight on all its rings; null if one could not be read"),
	XR_FIELD(xenring_device, frontend_path, XENRING_STRING, .from = XENRING_STORE,
		 .help = "the frontend's folder in xenstore"),
	XR_FIELD(xenring_device, backend_path, XENRING_STRING, NULLABLE, .from = XENRING_STORE,
		 .help = "the backend's folder in xenstore, as the frontend names it"),
	{ .name = "backend_events", .off = offsetof(struct xenring_device, backend_events), .size = sizeof(void *),
	  .type = XENRING_RECORD, .sub = &xr_backend_events_record, .from = XENRING_BACKEND,
	  .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
	  .help = "what its backend counts of events; null if that was not read, or runs elsewhere" },
	{ .name = "backend_requests", .off = offsetof(struct xenring_device, backend_requests), .size = sizeof(void *),
	  .type = XENRING_RECORD, .sub = &xr_backend_requests_record, .from = XENRING_BACKEND,
	  .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
	  .help = "what its backend counts of requests; null if that was not read, or no disk's" },
	{ .name = "backend_rings", .off = offsetof(struct xenring_device, backend_rings),
	  .size = sizeof(struct xenring_backend_ring), .type = XENRING_RECORD, .sub = &xr_backend_ring_record,
	  .flags = XENRING_F_POINTER, .count = "n_backend_rings", .max = UINT32_MAX, .from = XENRING_BACKEND,
	  .help = "its rings as the backend has them, empty if it does not say" },
	XR_FIELD(xenring_device, n_backend_rings, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many of these rings there are"),
	ERROR(xenring_device),
	XR_END
};

static const struct xenring_sym domain_words[] = {
	{ 0, "running", "the domain may run" },
	{ 1, "paused", "stopped by the toolstack: it takes no answers until it is unpaused" },
	{ 2, "shutdown", "it has shut down, crashed or suspended" },
	{ 3, "dying", "it is being torn down" },
	{ 4, "unknown", "the hypervisor does not know it, or cannot be asked" },
	{ 0 }
};

static const struct xenring_field domain_fields[] = {
	XR_FIELD(xenring_domain, domid, XENRING_UINT, .head = "ID", .prio = 100,
		 .from = XENRING_HYPERVISOR, .help = "the domain's number"),
	XR_FIELD(xenring_domain, domain, XENRING_STRING, .head = "DOMAIN", .prio = 100,
		 .from = XENRING_STORE, .help = "the domain's name, its number if it has none"),
	XR_FIELD(xenring_domain, uuid, XENRING_STRING, NULLABLE, .from = XENRING_HYPERVISOR,
		 .help = "the domain's handle"),
	XR_FIELD(xenring_domain, state, XENRING_STRING, .syms = domain_words, .head = "STATE", .prio = 90,
		 .from = XENRING_HYPERVISOR, .help = "what the hypervisor says the domain does"),
	XR_FIELD(xenring_domain, devices, XENRING_UINT, .head = "DEVICES", .prio = 80,
		 .from = XENRING_STORE, .help = "devices found for it"),
	XR_FIELD(xenring_domain, rings, XENRING_UINT, .head = "RINGS", .prio = 80, .from = XENRING_TOOL,
		 .help = "rings of these devices"),
	XR_FIELD(xenring_domain, unreadable, XENRING_UINT, .head = "UNREADABLE", .prio = 70,
		 .from = XENRING_TOOL, .help = "rings among them that could not be read"),
	XR_FIELD(xenring_domain, in_flight, XENRING_UINT, .unit = XENRING_U_SLOTS, NULLABLE,
		 .head = "FLIGHT", .prio = 85, .from = XENRING_SHARED,
		 .help = "requests in flight on its rings that answer requests; null if one could not be read"),
	XR_END
};

static const struct xenring_field slot_fields[] = {
	XR_FIELD(xenring_slot, index, XENRING_UINT, .head = "INDEX", .prio = 100, .from = XENRING_SHARED,
		 .help = "free-running index of the request or response"),
	XR_FIELD(xenring_slot, slot, XENRING_UINT, .head = "SLOT", .prio = 90, .from = XENRING_SHARED,
		 .help = "position in the ring: the index modulo the number of slots"),
	XR_FIELD(xenring_slot, state, XENRING_STRING, .syms = xr_slot_words, .head = "STATE", .prio = 95,
		 .from = XENRING_INFERRED, .help = "what stands in the slot"),
	XR_FIELD(xenring_slot, type, XENRING_STRING, .head = "TYPE", .prio = 85, .from = XENRING_SHARED,
		 .help = "which record it was decoded as, raw if it could not be"),
	XR_FIELD(xenring_slot, id, XENRING_OPAQUE, .head = "ID", .prio = 80, .from = XENRING_SHARED,
		 .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
		 .help = "the guest's own value that ties a response to its request"),
	XR_FIELD(xenring_slot, seen_s, XENRING_REAL, .unit = XENRING_U_SECONDS, NULLABLE,
		 .head = "SEEN", .prio = 75, .from = XENRING_INFERRED,
		 .help = "how long ago the request was first seen; null if that is not kept track of"),
	XR_FIELD(xenring_slot, record, XENRING_DECODED, .prio = 70, .from = XENRING_SHARED,
		 .flags = XENRING_F_NULLABLE | XENRING_F_POINTER,
		 .help = "the decoded request or response, by its fields' names"),
	{ .name = "grefs", .off = offsetof(struct xenring_slot, grefs), .size = 4, .type = XENRING_GREF,
	  .flags = XENRING_F_POINTER, .count = "n_grefs", .max = UINT32_MAX, .from = XENRING_SHARED,
	  .help = "all grant references that the record names" },
	XR_FIELD(xenring_slot, n_grefs, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many grant references there are"),
	XR_END
};

#define ROW(T, hp) XR_RECORD(xenring_##T, #T, hp, T##_fields)
static const struct xenring_record rows[] = {
	ROW(ring, "one ring and what it is doing"),
	ROW(device, "one device: a frontend and its backend"),
	ROW(domain, "one domain"),
	ROW(slot, "one slot of a ring and what stands in it"),
};

extern const struct xenring_record xr_proto_record, xr_proto_ring_record;
extern const struct xenring_record xr_channel_record, xr_channel_table_record, xr_event_record;
extern const struct xenring_record xr_latency_ring_record, xr_latency_op_record, xr_latency_step_record;
extern const struct xenring_record xr_course_record, xr_course_step_record;
extern const struct xenring_record xr_payload_record, xr_payload_part_record;

static const struct xenring_record *const row_records[] = {
	&rows[0], &rows[1], &rows[2], &rows[3], &xr_error_record, &problem_record, &xr_proto_record,
	&xr_proto_ring_record,
	&xr_grant_table_record, &xr_grant_record, &xr_grant_user_record,
	&xr_channel_record, &xr_channel_table_record, &xr_event_record,
	&xr_payload_record, &xr_payload_part_record,
	&xr_latency_ring_record, &xr_latency_op_record, &xr_latency_step_record,
	&xr_course_record, &xr_course_step_record,
	&xr_backend_events_record, &xr_backend_requests_record, &xr_backend_ring_record,
	&xr_check_record, &xr_check_arg_record, &xr_finding_record, &xr_evidence_record, &xr_check_summary_record,
};
#define N_ROWS (sizeof(row_records) / sizeof(row_records[0]))

/* ---- lookups ----------------------------------------------------------- */

const struct xenring_record *xenring_next_record(const struct xenring_record *prev)
{
	const struct xenring_record *rec;
	size_t i = 0;

	if (!prev)
		return row_records[0];
	while (i < N_ROWS && row_records[i] != prev)
		i++;
	if (i + 1 < N_ROWS)
		return row_records[i + 1];
	for (const struct xenring_proto *p = xenring_next_proto(NULL); p; p = xenring_next_proto(p)) {
		bool here = i < N_ROWS;		/* prev was the last row */

		for (rec = xenring_proto_next_record(p, NULL); rec; rec = xenring_proto_next_record(p, rec)) {
			if (here)
				return rec;
			here = rec == prev;
		}
		if (here)
			i = 0;			/* prev was this protocol's last */
	}
	return NULL;
}

const struct xenring_record *xenring_record(const char *name)
{
	const struct xenring_record *rec = NULL;

	while ((rec = xenring_next_record(rec)))
		if (!strcmp(rec->name, name))
			return rec;
	return NULL;
}

const struct xenring_sym *xenring_words(const char *what)
{
	static const struct {
		const char *what;
		const struct xenring_sym *words;
	} all[] = {
		{ "state", xr_state_words }, { "bus", xr_bus_words }, { "pairing", xr_pairing_words },
		{ "kind", xr_kind_words }, { "slot", xr_slot_words }, { "domain", domain_words },
		{ "abi", abi_words },
		{ "use", xr_use_words }, { "grant", xr_grant_types }, { "mapped", xr_grant_mapped },
		{ "access", xr_grant_access }, { "level", xr_level_words }, { "owes", xr_owes_words },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(all[i].what, what))
			return all[i].words;
	return NULL;
}

const char *xenring_unit_name(enum xenring_unit unit)
{
	static const char *const names[XENRING_UNIT_N] = {
		"", "bytes", "sectors", "slots", "seconds", "per second",
	};

	return unit < XENRING_UNIT_N ? names[unit] : "";
}

const char *xenring_from_name(enum xenring_from from)
{
	static const char *const names[XENRING_FROM_N] = {
		"shared", "inferred", "backend", "store", "hypervisor", "tool",
	};

	return from < XENRING_FROM_N ? names[from] : "";
}

const char *xenring_type_name(enum xenring_type type)
{
	static const char *const names[XENRING_TYPE_N] = {
		"unsigned", "signed", "real", "boolean", "opaque", "enum", "flags", "grant reference",
		"string", "bytes", "record", "decoded record",
	};

	return type < XENRING_TYPE_N ? names[type] : "";
}

static const char *word(const struct xenring_sym *words, uint64_t value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return "unknown";
}

/* ---- filling ----------------------------------------------------------- */

size_t xenring_n_rings(const struct xenring_snapshot *s)
{
	return s->top->n_rings;
}

size_t xenring_n_devices(const struct xenring_snapshot *s)
{
	return s->top->n_devs;
}

size_t xenring_n_domains(const struct xenring_snapshot *s)
{
	return s->top->n_doms;
}

size_t xenring_ring_device(const struct xenring_snapshot *s, size_t i)
{
	return i < s->top->n_rings ? s->top->rings[i].dev : SIZE_MAX;
}

size_t xenring_device_domain(const struct xenring_snapshot *s, size_t i)
{
	return i < s->top->n_devs ? s->top->devs[i].dom : SIZE_MAX;
}

const char *xenring_path(const struct xenring_snapshot *s, enum xenring_scope scope, size_t i)
{
	switch (scope) {
	case XENRING_DOMAIN:
		return i < s->top->n_doms ? s->top->doms[i].name : NULL;
	case XENRING_DEVICE:
		return i < s->top->n_devs ? s->top->devs[i].path : NULL;
	case XENRING_RING:
		return i < s->top->n_rings ? s->top->rings[i].path : NULL;
	}
	return NULL;
}

static double stall_s(const struct xenring_snapshot *s, size_t i)
{
	if (s->moved_ns[i] == INT64_MIN)
		return NAN;
	/* that nothing is pending is what idle means */
	if (s->state[i] == XR_STATE_IDLE)
		return 0;
	if (!xr_model_pending(s->top->rings[i].ring, s->idx[i]))
		return 0;
	return (double)(s->at.mono_ns - s->moved_ns[i]) / 1e9;
}

static double oldest_s(const struct xenring_snapshot *s, size_t i)
{
	return s->oldest_ns && s->oldest_ns[i] != INT64_MIN ?
		(double)(s->at.mono_ns - s->oldest_ns[i]) / 1e9 : (double)NAN;
}

void xr_row_ring(const struct xenring_snapshot *s, size_t i, const uint32_t idx[XR_N_IDX],
		 struct xenring_ring *ret)
{
	const struct xr_topo_ring *tr = &s->top->rings[i];
	const struct xr_topo_dev *td = &s->top->devs[tr->dev];
	const struct xr_ring *ring = tr->ring;
	const struct xr_dev *dev = td->dev;
	/* a page named by its frame has none, mapped or refused */
	bool has_refs = !ring->map.by_gfn && !ring->map.no_grant;
	int64_t no = XENRING_UNKNOWN;

	*ret = (struct xenring_ring){
		.path = tr->path, .domid = dev->domid, .domain = s->top->doms[td->dom].name,
		.device = dev->name, .ring = ring->name,
		.kind = word(xr_kind_words, ring->desc->kind), .protocol = dev->proto->name,
		.abi = dev->abi_name, .state = word(xr_state_words, s->state[i]),
		.frontend_state = xr_bus_name(dev->fe_state), .backend_state = xr_bus_name(dev->be_state),
		.backend_domid = dev->be_domid,
		.pairing = dev->pairing ? word(xr_pairing_words, dev->pairing) : NULL,
		.slots = ring->slots ? ring->slots : no, .in_flight = no,
		.req_prod = no, .rsp_prod = no, .req_event = no, .rsp_event = no,
		.req_cons_min = no, .req_cons_max = no,
		.in_prod = no, .in_cons = no, .in_size = ring->in_size ? ring->in_size : no,
		.out_prod = no, .out_cons = no, .out_size = ring->out_size ? ring->out_size : no,
		.requests_per_s = s->req_rate[i], .responses_per_s = s->rsp_rate[i],
		.stall_s = stall_s(s, i), .oldest_s = oldest_s(s, i), .port = ring->port, .backend_port = ring->backend_port,
		.ring_refs = has_refs ? ring->map.refs : NULL,
		.n_ring_refs = has_refs ? ring->map.n_pages : 0,
		.pages = ring->map.n_pages ? ring->map.n_pages : no, .torn = -1, .epoch = ring->epoch,
		.error = tr->err.op ? &tr->err : s->errors && s->errors[i].op ? &s->errors[i] : NULL,
	};
	if (ret->backend_domid < 0)
		ret->backend_domid = ring->map.grantee;
	if (s->look[i] == XR_LOOK_OK)
		xr_kind_of(ring)->row(ring, idx, ret);
	if (s->look[i] == XR_LOOK_OK || s->look[i] == XR_LOOK_TORN)
		ret->torn = s->look[i] == XR_LOOK_TORN;
}

int xenring_ring(const struct xenring_snapshot *s, size_t i, struct xenring_ring *ret)
{
	if (i >= s->top->n_rings)
		return -ERANGE;
	xr_row_ring(s, i, s->idx[i], ret);
	return 0;
}

int xenring_brief(const struct xenring_snapshot *s, size_t i, struct xenring_brief *ret)
{
	if (i >= s->top->n_rings)
		return -ERANGE;
	*ret = (struct xenring_brief){
		.path = s->top->rings[i].path, .state = word(xr_state_words, s->state[i]),
		.requests_per_s = s->req_rate[i], .responses_per_s = s->rsp_rate[i], .stall_s = stall_s(s, i),
	};
	return 0;
}

/* Adds ring i's requests in flight to *sum; unknown stays unknown. */
static void add_in_flight(const struct xenring_snapshot *s, size_t i, int64_t *sum)
{
	const struct xr_ring *ring = s->top->rings[i].ring;
	const struct xr_kind_ops *kind = xr_kind_of(ring);

	if (!kind->in_flight || (ring->desc->flags & XR_CREDIT) || *sum == XENRING_UNKNOWN)
		return;
	if (s->look[i] == XR_LOOK_OK && !xr_model_insane(ring, s->idx[i]))
		*sum += kind->in_flight(ring, s->idx[i]);
	else if (s->state[i] == XR_STATE_UNREADABLE || s->state[i] == XR_STATE_TORN ||
		 s->state[i] == XR_STATE_FORGED)
		*sum = XENRING_UNKNOWN;
}

int xenring_device(const struct xenring_snapshot *s, size_t i, struct xenring_device *ret)
{
	const struct xr_topo_dev *td;
	const struct xr_dev *dev;

	if (i >= s->top->n_devs)
		return -ERANGE;
	td = &s->top->devs[i];
	dev = td->dev;
	*ret = (struct xenring_device){
		.path = td->path, .domid = dev->domid, .domain = s->top->doms[td->dom].name,
		.device = dev->name, .protocol = dev->proto ? dev->proto->name : NULL,
		.frontend_state = xr_bus_name(dev->fe_state), .backend_state = xr_bus_name(dev->be_state),
		.backend_domid = dev->be_domid, .backend_type = dev->be_type,
		.pairing = dev->pairing ? word(xr_pairing_words, dev->pairing) : NULL,
		.queues = dev->queues ? dev->queues : XENRING_UNKNOWN,
		.rings = (int64_t)dev->n_rings, .frontend_path = dev->fe_path,
		.backend_path = dev->be_path, .error = td->err.op ? &td->err : NULL,
	};
	for (size_t j = 0; j < dev->n_rings; j++) {
		add_in_flight(s, td->first_ring + j, &ret->in_flight);
		if (ret->backend_domid < 0)
			ret->backend_domid = dev->rings[j].map.grantee;
	}
	xr_backends_row(s->backends, dev, ret);
	return 0;
}

int xenring_domain(const struct xenring_snapshot *s, size_t i, struct xenring_domain *ret)
{
	const struct xr_dom *dom;

	if (i >= s->top->n_doms)
		return -ERANGE;
	dom = &s->top->doms[i];
	*ret = (struct xenring_domain){
		.domid = dom->info.domid, .domain = dom->name,
		.uuid = dom->uuid[0] ? dom->uuid : NULL,
		.state = word(domain_words, !dom->known ? 4 : dom->info.dying ? 3 :
			      dom->info.shutdown ? 2 : dom->info.paused ? 1 : 0),
	};
	ret->devices = (int64_t)dom->n_devs;
	for (size_t j = 0; j < dom->n_devs; j++) {
		const struct xr_topo_dev *td = &s->top->devs[dom->first_dev + j];

		for (size_t k = 0; k < td->dev->n_rings; k++) {
			size_t at = td->first_ring + k;

			ret->rings++;
			ret->unreadable += s->state[at] == XR_STATE_UNREADABLE ||
					   s->state[at] == XR_STATE_FORGED;
			add_in_flight(s, at, &ret->in_flight);
		}
	}
	return 0;
}
