/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of grant tables: shared frames of both versions, status frames.
 */
#include "pages.h"
#include "xenheaders.h"

/* Xen's console and store are in entries 0 and 1 of every table. */
#define DOMID_STUB 7

static void start(struct pages *p, uint32_t at)
{
	(void)p;
	(void)at;
}

static uint32_t nr_entries(const struct pages *p, size_t size)
{
	return (uint32_t)(p->nr_pages * PAGE_BYTES / size);
}

static bool is_named(const struct pages *p, const char *name)
{
	return p->c && !strcmp(p->c->name, name);
}

/* ---- version 1 ---- */

static const struct {
	uint32_t ref;
	grant_entry_v1_t entry;
} v1_entries[] = {
	{ GNTTAB_RESERVED_CONSOLE,
	  { .flags = GTF_permit_access | GTF_reading | GTF_writing,
	    .domid = 0, .frame = 0xfeffb } },
	{ GNTTAB_RESERVED_XENSTORE,
	  { .flags = GTF_permit_access | GTF_reading | GTF_writing,
	    .domid = 0, .frame = 0xfeffc } },
	{ 8, { .flags = GTF_permit_access, .domid = 0, .frame = 0x12345 } },
	{ 9, { .flags = GTF_permit_access | GTF_readonly, .domid = 0,
	       .frame = 0x12346 } },
	{ 10, { .flags = GTF_permit_access | GTF_reading, .domid = 0,
		.frame = 0x12347 } },
	{ 11, { .flags = GTF_permit_access | GTF_reading | GTF_writing,
		.domid = 0, .frame = 0x12348 } },
	{ 12, { .flags = GTF_permit_access | GTF_readonly | GTF_reading,
		.domid = DOMID_STUB, .frame = 0x12349 } },
	{ 13, { .flags = GTF_permit_access | GTF_PWT | GTF_PCD | GTF_PAT,
		.domid = 0, .frame = 0x1234a } },
	{ 14, { .flags = GTF_accept_transfer, .domid = 0,
		.frame = 0x1234b } },
	{ 15, { .flags = GTF_accept_transfer | GTF_transfer_committed,
		.domid = 0, .frame = 0x1234c } },
	{ 16, { .flags = GTF_accept_transfer | GTF_transfer_committed |
			 GTF_transfer_completed,
		.domid = 0, .frame = 0x9abcd } },
	/* Ended by the guest: flags zero, the rest left over. */
	{ 17, { .flags = GTF_invalid, .domid = 0, .frame = 0x1234d } },
	/* Ended while the other side still had it in use. */
	{ 18, { .flags = GTF_invalid | GTF_reading | GTF_writing,
		.domid = 0, .frame = 0x1234e } },
	/* Transitive and sub_page mean nothing in version 1. */
	{ 19, { .flags = GTF_transitive, .domid = 3, .frame = 0x21 } },
	{ 20, { .flags = GTF_permit_access | GTF_sub_page, .domid = 0,
		.frame = 0x1234f } },
	{ 21, { .flags = 0xffff, .domid = 0xffff, .frame = 0xffffffff } },
	{ 511, { .flags = GTF_permit_access, .domid = 0,
		 .frame = 0x20001 } },
	{ 512, { .flags = GTF_permit_access, .domid = 32751,
		 .frame = 0x20002 } },
	{ 1023, { .flags = GTF_permit_access | GTF_readonly, .domid = 0,
		  .frame = 0xfffffffe } },
};

static void fill_v1(struct pages *p, uint32_t arg)
{
	grant_entry_v1_t *table = (void *)p->mem;

	(void)arg;
	for (size_t i = 0; i < sizeof(v1_entries) / sizeof(v1_entries[0]); i++)
		table[v1_entries[i].ref] = v1_entries[i].entry;
}

static void describe_v1(struct pages *p, struct json *j)
{
	const grant_entry_v1_t *table = (const void *)p->mem;
	static const grant_entry_v1_t unused;

	json_uint(j, "version", 1);
	json_uint(j, "entry_size", sizeof(*table));
	json_open(j, "entries", '[');
	for (uint32_t ref = 0; ref < nr_entries(p, sizeof(*table)); ref++) {
		const grant_entry_v1_t *e = &table[ref];

		if (e->flags == unused.flags && e->domid == unused.domid &&
		    e->frame == unused.frame)
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "ref", ref);
		json_uint(j, "flags", e->flags);
		json_uint(j, "domid", e->domid);
		json_uint(j, "frame", e->frame);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* ---- version 2 ---- */

static const struct {
	uint32_t ref;
	grant_entry_v2_t entry;
	grant_status_t status;
} v2_entries[] = {
	{ GNTTAB_RESERVED_CONSOLE,
	  { .full_page = { { GTF_permit_access, 0 }, 0, 0xfeffb } },
	  GTF_reading | GTF_writing },
	{ GNTTAB_RESERVED_XENSTORE,
	  { .full_page = { { GTF_permit_access, 0 }, 0, 0xfeffc } },
	  GTF_reading | GTF_writing },
	{ 8, { .full_page = { { GTF_permit_access, 0 }, 0, 0x12345 } }, 0 },
	{ 9, { .full_page = { { GTF_permit_access | GTF_readonly, 0 }, 0,
			      0x12346 } }, GTF_reading },
	{ 10, { .full_page = { { GTF_permit_access, DOMID_STUB }, 0,
			       UINT64_C(0x123456789a) } },
	  GTF_reading | GTF_writing },
	{ 11, { .full_page = { { GTF_accept_transfer, 0 }, 0, 0x12348 } },
	  0 },
	{ 12, { .sub_page = { { GTF_permit_access | GTF_sub_page, 0 },
			      512, 1024, UINT64_C(0x5000000001) } },
	  GTF_writing },
	{ 13, { .sub_page = { { GTF_permit_access | GTF_sub_page |
				GTF_readonly, 0 }, 4000, 500, 0x12349 } },
	  0 },
	{ 14, { .transitive = { { GTF_transitive, 0 }, DOMID_STUB, 0,
				0x1ff } }, GTF_reading },
	{ 15, { .full_page = { { GTF_invalid, 0 }, 0, 0x1234d } }, 0 },
	/* Ended by the guest, and still in use. */
	{ 16, { .full_page = { { GTF_invalid, 0 }, 0, 0x1234e } },
	  GTF_reading },
	{ 255, { .full_page = { { GTF_permit_access, 0 }, 0, 0x20001 } },
	  0 },
	{ 256, { .full_page = { { GTF_permit_access, 0 }, 0, 0x20002 } },
	  GTF_reading },
	{ 511, { .full_page = { { GTF_permit_access, 32751 }, 0,
				UINT64_C(0xfffffffffffff) } }, 0 },
};

#define NR_V2_ENTRIES (sizeof(v2_entries) / sizeof(v2_entries[0]))

static void fill_v2(struct pages *p, uint32_t arg)
{
	grant_entry_v2_t *table = (void *)p->mem;

	(void)arg;
	for (size_t i = 0; i < NR_V2_ENTRIES; i++)
		table[v2_entries[i].ref] = v2_entries[i].entry;
}

static void describe_v2_entry(struct json *j, uint32_t ref,
			      const grant_entry_v2_t *e)
{
	json_open(j, NULL, '{');
	json_uint(j, "ref", ref);
	json_uint(j, "flags", e->hdr.flags);
	json_uint(j, "domid", e->hdr.domid);
	if ((e->hdr.flags & GTF_type_mask) == GTF_transitive) {
		json_uint(j, "trans_domid", e->transitive.trans_domid);
		json_uint(j, "gref", e->transitive.gref);
	} else if (e->hdr.flags & GTF_sub_page) {
		json_uint(j, "page_off", e->sub_page.page_off);
		json_uint(j, "length", e->sub_page.length);
		json_uint(j, "frame", e->sub_page.frame);
	} else {
		json_uint(j, "frame", e->full_page.frame);
	}
	json_close(j, '}');
}

static void describe_v2(struct pages *p, struct json *j)
{
	const grant_entry_v2_t *table = (const void *)p->mem;

	json_uint(j, "version", 2);
	json_uint(j, "entry_size", sizeof(*table));
	json_open(j, "entries", '[');
	for (size_t i = 0; i < NR_V2_ENTRIES; i++)
		describe_v2_entry(j, v2_entries[i].ref,
				  &table[v2_entries[i].ref]);
	json_close(j, ']');
}

static void fill_status(struct pages *p, uint32_t arg)
{
	grant_status_t *status = (void *)p->mem;

	(void)arg;
	for (size_t i = 0; i < NR_V2_ENTRIES; i++)
		status[v2_entries[i].ref] = v2_entries[i].status;
}

static void describe_status(struct pages *p, struct json *j)
{
	const grant_status_t *status = (const void *)p->mem;

	json_uint(j, "version", 2);
	json_uint(j, "entry_size", sizeof(*status));
	json_open(j, "status", '[');
	for (uint32_t ref = 0; ref < nr_entries(p, sizeof(*status)); ref++) {
		if (!status[ref])
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "ref", ref);
		json_uint(j, "status", status[ref]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void describe(struct pages *p, struct json *j)
{
	if (is_named(p, "grant-v2"))
		describe_v2(p, j);
	else if (is_named(p, "grant-v2-status"))
		describe_status(p, j);
	else
		describe_v1(p, j);
}

static void fill_empty(struct pages *p, uint32_t arg)
{
	(void)p;
	(void)arg;
}

static const struct page_case cases[] = {
	{ .name = "grant-v1-empty", .fill = fill_empty,
	  .about = "a frame of no entries" },
	{ .name = "grant-v1", .fill = fill_v1, .pages = 2,
	  .about = "version 1, two frames: entries of each kind" },
	{ .name = "grant-v2", .fill = fill_v2, .pages = 2,
	  .about = "version 2, two frames: entries of each kind" },
	{ .name = "grant-v2-status", .fill = fill_status,
	  .about = "the status frame that belongs to grant-v2" },
};

const struct protocol grant_protocol = {
	.name = "grant",
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
