/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of a protocol, as a record: for lists, documents and schema. */
#include <config.h>

#include "proto.h"

#define MAX_RINGS 8
#define MAX_RECORDS 64

/* The row that xenring_walk_proto() fills from the tables. */
struct doc_ring {
	const char *name, *help, *kind;
	int64_t slot_size_64, slot_size_32;
	const char *const *records;
	size_t n_records;
};

struct doc_proto {
	const char *name, *help, *spec;
	const char *const *device_types;
	size_t n_device_types;
	const struct doc_ring *rings;
	size_t n_rings;
};

#define STRINGS(T, m, cnt, hp)						\
	{ .name = #m, .off = offsetof(struct T, m), .size = sizeof(char *),	\
	  .type = XENRING_STRING, .flags = XENRING_F_POINTER, .count = cnt,	\
	  .max = UINT32_MAX, .from = XENRING_TOOL, .help = hp },		\
	XR_FIELD_ALIAS(T, cnt, n_##m, XENRING_UINT, .flags = XENRING_F_HIDDEN,	\
		       .help = "how many there are")

static const struct xenring_field ring_fields[] = {
	XR_FIELD(doc_ring, name, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the ring's name in a target; %u is the queue, %x what it was announced as"),
	XR_FIELD(doc_ring, help, XENRING_STRING, .from = XENRING_TOOL, .help = "what goes over it"),
	XR_FIELD(doc_ring, kind, XENRING_STRING, .syms = xr_kind_words, .from = XENRING_TOOL,
		 .help = "how it works: slots of requests, bytes, events or a mailbox"),
	XR_FIELD_ALIAS(doc_ring, "slot_size_x86_64_bytes", slot_size_64, XENRING_UINT,
		       .unit = XENRING_U_BYTES, .from = XENRING_TOOL, .flags = XENRING_F_NULLABLE,
		       .help = "bytes from slot to slot in the 64-bit layout"),
	XR_FIELD_ALIAS(doc_ring, "slot_size_x86_32_bytes", slot_size_32, XENRING_UINT,
		       .unit = XENRING_U_BYTES, .from = XENRING_TOOL, .flags = XENRING_F_NULLABLE,
		       .help = "bytes from slot to slot in the 32-bit layout"),
	STRINGS(doc_ring, records, "n_records", "names of the records in its slots"),
	XR_END
};
extern const struct xenring_record xr_proto_record, xr_proto_ring_record;
const struct xenring_record xr_proto_ring_record =
	XR_RECORD(doc_ring, "protocol_ring", "a kind of ring that a protocol has", ring_fields);

static const struct xenring_field proto_fields[] = {
	XR_FIELD(doc_proto, name, XENRING_STRING, .head = "PROTOCOL", .prio = 100, .from = XENRING_TOOL,
		 .help = "the protocol's name"),
	XR_FIELD(doc_proto, help, XENRING_STRING, .head = "WHAT", .prio = 90, .from = XENRING_TOOL,
		 .help = "what kind of device speaks it"),
	XR_FIELD(doc_proto, spec, XENRING_STRING, .from = XENRING_TOOL,
		 .help = "the header that defines it"),
	STRINGS(doc_proto, device_types, "n_device_types", "types of such devices in xenstore"),
	{ .name = "rings", .off = offsetof(struct doc_proto, rings), .size = sizeof(struct doc_ring),
	  .type = XENRING_RECORD, .sub = &xr_proto_ring_record, .flags = XENRING_F_POINTER, .count = "n_rings",
	  .max = UINT32_MAX, .from = XENRING_TOOL, .help = "the rings of such a device" },
	XR_FIELD(doc_proto, n_rings, XENRING_UINT, .flags = XENRING_F_HIDDEN,
		 .help = "how many rings there are"),
	XR_END
};

const struct xenring_record xr_proto_record =
	XR_RECORD(doc_proto, "protocol", "a protocol that can be decoded", proto_fields);

static size_t ring_records(const struct xr_ring_desc *r, const char *names[MAX_RECORDS])
{
	const struct xenring_record *rec;
	size_t n = 0;

	while (n < MAX_RECORDS && (rec = xr_ring_record(r, n)))
		names[n++] = rec->name;
	return n;
}

int xenring_walk_proto(const struct xenring_proto *p, const struct xenring_visitor *visitor, void *data)
{
	const char *names[MAX_RINGS][MAX_RECORDS];
	struct doc_ring rings[MAX_RINGS];
	const char *types[MAX_RINGS];
	struct doc_proto doc = {
		.name = p->name, .help = p->help, .spec = p->spec,
		.device_types = types, .rings = rings,
	};

	for (const char *const *t = p->device_types; t && *t && doc.n_device_types < MAX_RINGS; t++)
		types[doc.n_device_types++] = *t;
	if (p->fixed_type && (!doc.n_device_types))
		types[doc.n_device_types++] = p->fixed_type;
	if (p->walk_type && doc.n_device_types < MAX_RINGS)
		types[doc.n_device_types++] = p->walk_type;
	for (const struct xr_ring_desc *r = p->rings; r->name && doc.n_rings < MAX_RINGS; r++) {
		size_t i = doc.n_rings++;

		rings[i] = (struct doc_ring){
			.name = r->name, .help = r->help, .kind = xr_kind_words[r->kind].name,
			.slot_size_64 = r->slot_size[XR_ABI_64] ? r->slot_size[XR_ABI_64] : XENRING_UNKNOWN,
			.slot_size_32 = r->slot_size[XR_ABI_32] ? r->slot_size[XR_ABI_32] : XENRING_UNKNOWN,
			.records = names[i], .n_records = ring_records(r, names[i]),
		};
	}
	return xenring_walk(&xr_proto_record, &doc, visitor, data);
}
