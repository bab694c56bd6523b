/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The page of a PCI frontend (xen/include/public/io/pciif.h), a mailbox:
 *
 *	  0  flags	  4  op, with 128 MSI-X entries	552  aer_op
 *
 * The frontend puts what it asks into op and sets a flag, which the backend
 * clears when it has put its answer over it; aer_op goes the other way.
 */
#ifndef XR_ABI_PCIIF_H
#define XR_ABI_PCIIF_H

#include <stdint.h>

#define XR_PCIIF_MAX_VEC 128	/* SH_INFO_MAX_VEC */

/* flags */
enum { XR_PCIF_ACTIVE = 1, XR_PCIB_AERHANDLER = 2, XR_PCIB_ACTIVE = 4 };

enum {
	XR_PCI_CONF_READ, XR_PCI_CONF_WRITE, XR_PCI_ENABLE_MSI, XR_PCI_DISABLE_MSI, XR_PCI_ENABLE_MSIX,
	XR_PCI_DISABLE_MSIX, XR_PCI_AER_DETECTED, XR_PCI_AER_RESUME, XR_PCI_AER_MMIO,
	XR_PCI_AER_SLOTRESET, XR_PCI_ENABLE_MULTI_MSI,
};

enum {
	XR_PCI_SUCCESS, XR_PCI_DEV_NOT_FOUND = -1, XR_PCI_INVALID_OFFSET = -2, XR_PCI_ACCESS_DENIED = -3,
	XR_PCI_NOT_IMPLEMENTED = -4, XR_PCI_OP_FAILED = -5,
};

struct xr_pciif_msix {
	uint16_t vector, entry;
};

struct xr_pciif_op {
	uint32_t cmd;
	int32_t err;
	uint32_t domain, bus, devfn;
	int32_t offset, size;
	uint32_t value, info;
	struct xr_pciif_msix msix_entries[XR_PCIIF_MAX_VEC];
};

struct xr_pciif_aer {
	uint32_t cmd;
	int32_t err;
	uint32_t domain, bus, devfn;
};

struct xr_pciif_page {
	uint32_t flags;
	struct xr_pciif_op op;
	struct xr_pciif_aer aer_op;
};

#endif
