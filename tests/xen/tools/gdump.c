/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gdump DOMID: what a domain's grant table holds and what is on the pages it
 * grants to dom0, as text that can be compared. It shares no code with the
 * library: tests use it to see that looking at a guest changes nothing.
 *
 *	table DOMID version V frames N of MAX
 *	entry REF flags 0xF domid D frame 0xFRAME		all but the invalid, unused ones
 *	page REF 0xHASH						every page that dom0 may have
 *
 * gdump DOMID ref REF OFFSET COUNT, gdump DOMID frame FRAME OFFSET COUNT: so many
 * 32-bit words of one page, in one line of decimal numbers.
 */
#define __XEN_TOOLS__ 1		/* for XENMEM_resource_grant_table */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xencall.h>
#include <xenforeignmemory.h>

#include <xen/grant_table.h>
#include <xen/memory.h>

#define PAGE 4096u

struct table {
	xenforeignmemory_resource_handle *map;
	void *entries;
	uint32_t frames, max_frames;
	unsigned version;
};

static xencall_handle *call;
static xenforeignmemory_handle *fmem;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "gdump: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int grant_table_op(unsigned cmd, void *arg)
{
	return xencall3(call, __HYPERVISOR_grant_table_op, cmd, (uint64_t)(uintptr_t)arg, 1);
}

/* No frame beyond nr_frames is asked for: that would make the guest's table grow. */
static void open_table(uint32_t domid, struct table *t)
{
	void *buf = xencall_alloc_buffer(call, PAGE);
	struct gnttab_query_size *size = buf;
	struct gnttab_get_version *version = buf;

	if (!buf)
		die("a buffer for hypercalls");
	*size = (struct gnttab_query_size){ .dom = (domid_t)domid };
	if (grant_table_op(GNTTABOP_query_size, buf) || size->status)
		die("GNTTABOP_query_size");
	t->frames = size->nr_frames;
	t->max_frames = size->max_nr_frames;
	*version = (struct gnttab_get_version){ .dom = (domid_t)domid };
	if (grant_table_op(GNTTABOP_get_version, buf))
		die("GNTTABOP_get_version");
	t->version = version->version;
	xencall_free_buffer(call, buf);
	t->map = xenforeignmemory_map_resource(fmem, (domid_t)domid, XENMEM_resource_grant_table,
					       XENMEM_resource_grant_table_id_shared, 0, t->frames,
					       &t->entries, PROT_READ, 0);
	if (!t->map)
		die("map of the grant table");
}

static const void *map_frame(uint32_t domid, uint64_t frame)
{
	xen_pfn_t pfn = frame;
	int err = 0;
	const void *p = xenforeignmemory_map(fmem, domid, PROT_READ, 1, &pfn, &err);

	if (p && err) {
		xenforeignmemory_unmap(fmem, (void *)(uintptr_t)p, 1);
		errno = -err;
		return NULL;
	}
	return p;
}

static void print_page(uint32_t domid, uint32_t ref, uint64_t frame)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const uint64_t *p = map_frame(domid, frame);

	if (!p) {
		printf("page %" PRIu32 " not mapped: %s\n", ref, strerror(errno));
		return;
	}
	for (size_t i = 0; i < PAGE / sizeof(*p); i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3) ^ hash >> 29;
	printf("page %" PRIu32 " %#" PRIx64 "\n", ref, hash);
	xenforeignmemory_unmap(fmem, (void *)(uintptr_t)p, 1);
}

static void print_entry(uint32_t domid, uint32_t ref, unsigned flags, unsigned to, uint64_t frame)
{
	if (!flags && !to && !frame)
		return;
	printf("entry %" PRIu32 " flags %#x domid %u frame %#" PRIx64 "\n", ref, flags, to, frame);
	if ((flags & GTF_type_mask) == GTF_permit_access && !(flags & GTF_sub_page) && !to)
		print_page(domid, ref, frame);
}

static uint64_t frame_of(const struct table *t, uint32_t ref)
{
	const union grant_entry_v2 *v2 = t->entries;
	const grant_entry_v1_t *v1 = t->entries;

	errno = ENOENT;
	if (ref >= t->frames * (PAGE / (t->version == 1 ? sizeof(*v1) : sizeof(*v2))))
		die("no such grant reference");
	return t->version == 1 ? v1[ref].frame : v2[ref].full_page.frame;
}

static void print_words(uint32_t domid, uint64_t frame, size_t offset, size_t count)
{
	const volatile uint32_t *p = map_frame(domid, frame);

	if (!p)
		die("map of the page");
	errno = ERANGE;
	if (offset % 4 || offset > PAGE || count > (PAGE - offset) / 4)
		die("the words asked for");
	for (size_t i = 0; i < count; i++)
		printf("%s%" PRIu32, i ? " " : "", p[offset / 4 + i]);
	putchar('\n');
	xenforeignmemory_unmap(fmem, (void *)(uintptr_t)p, 1);
}

static void print_table(uint32_t domid, const struct table *t)
{
	printf("table %" PRIu32 " version %u frames %" PRIu32 " of %" PRIu32 "\n", domid, t->version,
	       t->frames, t->max_frames);
	if (t->version == 1) {
		const grant_entry_v1_t *e = t->entries;

		for (uint32_t i = 0; i < t->frames * (PAGE / sizeof(*e)); i++)
			print_entry(domid, i, e[i].flags, e[i].domid, e[i].frame);
	} else {
		const union grant_entry_v2 *e = t->entries;

		for (uint32_t i = 0; i < t->frames * (PAGE / sizeof(*e)); i++)
			print_entry(domid, i, e[i].hdr.flags, e[i].hdr.domid,
				    e[i].full_page.frame);
	}
}

int main(int argc, char **argv)
{
	bool ref = argc == 6 && !strcmp(argv[2], "ref"), frame = argc == 6 && !strcmp(argv[2], "frame");
	struct table t = { 0 };
	uint32_t domid;

	if (argc != 2 && !ref && !frame) {
		fputs("usage: gdump DOMID [ref REF OFFSET COUNT | frame FRAME OFFSET COUNT]\n", stderr);
		return 2;
	}
	domid = (uint32_t)strtoul(argv[1], NULL, 10);
	call = xencall_open(NULL, 0);
	fmem = xenforeignmemory_open(NULL, 0);
	if (!call || !fmem)
		die("Xen");
	if (!frame)
		open_table(domid, &t);
	if (ref || frame) {
		uint64_t at = strtoull(argv[3], NULL, 0);

		print_words(domid, ref ? frame_of(&t, (uint32_t)at) : at, strtoul(argv[4], NULL, 0),
			    strtoul(argv[5], NULL, 0));
	} else {
		print_table(domid, &t);
	}
	if (t.map)
		xenforeignmemory_unmap_resource(fmem, t.map);
	xenforeignmemory_close(fmem);
	xencall_close(call);
	return ferror(stdout) || fflush(stdout);
}
