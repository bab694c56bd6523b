/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test pages of PCI frontends.
 */
#include "pages.h"
#include "xenheaders.h"

#include <xen/io/pciif.h>

static struct xen_pci_sharedinfo *info_of(struct pages *p)
{
	return (void *)p->mem;
}

static void start(struct pages *p, uint32_t at)
{
	(void)p;
	(void)at;
}

static bool is_zero(const void *bytes, size_t n)
{
	for (const uint8_t *b = bytes; n; n--)
		if (*b++)
			return false;
	return true;
}

static void describe_device(struct json *j, uint32_t domain, uint32_t bus,
			    uint32_t devfn)
{
	json_uint(j, "domain", domain);
	json_uint(j, "bus", bus);
	json_uint(j, "devfn", devfn);
}

static void describe_op(struct json *j, const struct xen_pci_op *op, bool active)
{
	bool msix = op->cmd == XEN_PCI_OP_enable_msix;
	bool wrong = op->cmd > XEN_PCI_OP_enable_multi_msi ||
		     op->err > 0 || op->err < XEN_PCI_ERR_op_failed ||
		     (msix && op->value > SH_INFO_MAX_VEC);

	row_open(j, 0, 0, active ? "request" : "response", msix ? "msix" : "op",
		 wrong);
	json_uint(j, "cmd", op->cmd);
	json_int(j, "err", op->err);
	describe_device(j, op->domain, op->bus, op->devfn);
	if (msix) {
		json_uint(j, "value", op->value);
		json_open(j, "msix_entries", '[');
		for (uint32_t i = 0; i < op->value && i < SH_INFO_MAX_VEC; i++) {
			json_open(j, NULL, '{');
			json_uint(j, "vector", op->msix_entries[i].vector);
			json_uint(j, "entry", op->msix_entries[i].entry);
			json_close(j, '}');
		}
		json_close(j, ']');
	} else {
		json_int(j, "offset", op->offset);
		json_int(j, "size", op->size);
		json_uint(j, "value", op->value);
		json_uint(j, "info", op->info);
	}
	row_close(j);
}

static void describe(struct pages *p, struct json *j)
{
	const struct xen_pci_sharedinfo *info = info_of(p);
	const struct xen_pcie_aer_op *aer = &info->aer_op;
	bool active = info->flags & XEN_PCIF_active;
	bool aer_active = info->flags & XEN_PCIB_active;

	json_uint(j, "flags", info->flags);
	json_uint(j, "in_flight", (uint64_t)active + aer_active);
	json_open(j, "rings", '{');
	json_open(j, "op", '[');
	if (active || !is_zero(&info->op, sizeof(info->op)))
		describe_op(j, &info->op, active);
	if (aer_active || !is_zero(aer, sizeof(*aer))) {
		row_open(j, 1, 1, aer_active ? "request" : "response", "aer_op",
			 aer->cmd > XEN_PCI_OP_enable_multi_msi);
		json_uint(j, "cmd", aer->cmd);
		json_int(j, "err", aer->err);
		describe_device(j, aer->domain, aer->bus, aer->devfn);
		row_close(j);
	}
	row_open(j, 0, 0, "page", "page", false);
	json_uint(j, "flags", info->flags);
	row_close(j);
	json_close(j, ']');
	json_close(j, '}');
}

static void fill_idle(struct pages *p, uint32_t arg)
{
	(void)p;
	(void)arg;
}

static void fill_op(struct pages *p, uint32_t cmd)
{
	info_of(p)->flags = XEN_PCIF_active;
	info_of(p)->op = (struct xen_pci_op){
		.cmd = cmd, .domain = 1, .bus = 2, .devfn = 0x19, .offset = 0x10,
		.size = 4, .value = 0xfebf0000, .info = 3,
	};
}

static void fill_answered(struct pages *p, uint32_t err)
{
	fill_op(p, XEN_PCI_OP_conf_read);
	info_of(p)->flags = XEN_PCIB_AERHANDLER;
	info_of(p)->op.err = (int32_t)err;
}

static void fill_msix(struct pages *p, uint32_t n)
{
	fill_op(p, XEN_PCI_OP_enable_msix);
	info_of(p)->op.value = n;
	for (uint32_t i = 0; i < SH_INFO_MAX_VEC; i++)
		info_of(p)->op.msix_entries[i] = (struct xen_msix_entry){
			.vector = (uint16_t)(i * 3), .entry = (uint16_t)i,
		};
}

static void fill_aer(struct pages *p, uint32_t cmd)
{
	fill_answered(p, 0);
	info_of(p)->flags |= XEN_PCIB_active;
	info_of(p)->aer_op = (struct xen_pcie_aer_op){
		.cmd = cmd, .err = 2, .domain = 1, .bus = 2, .devfn = 0x19,
	};
}

static void fill_aer_answered(struct pages *p, uint32_t cmd)
{
	fill_aer(p, cmd);
	info_of(p)->flags = XEN_PCIB_AERHANDLER | XEN_PCIF_active;
	info_of(p)->aer_op.err = 3;
}

static void fill_garbage(struct pages *p, uint32_t seed)
{
	pages_garbage(p, seed);
}

#define OP(c) { .name = "pciif-" #c, .fill = fill_op, .arg = XEN_PCI_OP_##c, \
		.about = "a request that waits" }
#define ERR(e) { .name = "pciif-err-" #e, .fill = fill_answered,	\
		 .arg = (uint32_t)XEN_PCI_ERR_##e, .about = "the last answer" }
#define AER(c) { .name = "pciif-" #c, .fill = fill_aer, .arg = XEN_PCI_OP_##c, \
		 .about = "the backend tells of an error" }

static const struct page_case cases[] = {
	{ .name = "pciif-idle", .fill = fill_idle, .about = "never used" },
	OP(conf_read), OP(conf_write), OP(enable_msi), OP(disable_msi),
	OP(disable_msix), OP(enable_multi_msi),
	ERR(success), ERR(dev_not_found), ERR(invalid_offset), ERR(access_denied),
	ERR(not_implemented), ERR(op_failed),
	AER(aer_detected), AER(aer_resume), AER(aer_mmio), AER(aer_slotreset),
	{ .name = "pciif-aer-answered", .fill = fill_aer_answered,
	  .arg = XEN_PCI_OP_aer_detected,
	  .about = "the error was answered, and another request waits" },
	{ .name = "pciif-msix", .fill = fill_msix, .arg = 5,
	  .about = "five entries of a table are asked for" },
	{ .name = "pciif-msix-all", .fill = fill_msix, .arg = SH_INFO_MAX_VEC,
	  .about = "as many as there is room for" },
	{ .name = "pciif-msix-too-many", .fill = fill_msix,
	  .arg = SH_INFO_MAX_VEC + 1, .fault = "count", .about = "one more" },
	{ .name = "pciif-msix-far", .fill = fill_msix, .arg = 0xffffffff,
	  .fault = "count", .about = "2^32 - 1 entries" },
	{ .name = "pciif-bad-cmd", .fill = fill_op, .arg = 11, .fault = "operation",
	  .about = "a command that is not defined" },
	{ .name = "pciif-bad-err", .fill = fill_answered, .arg = (uint32_t)-16,
	  .fault = "error", .about = "an error that is not defined" },
	{ .name = "pciif-garbage", .fill = fill_garbage, .arg = 0xe6546b64,
	  .fault = "garbage", .about = "bytes that mean nothing" },
};

const struct protocol pciif_protocol = {
	.name = "pciif",
	.start = start,
	.describe = describe,
	.cases = cases,
	.nr_cases = sizeof(cases) / sizeof(cases[0]),
};
