/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that made-up guests have. */
#ifndef XR_FAKE_MEMORY_H
#define XR_FAKE_MEMORY_H

#include <stddef.h>

/*
 * Pages one behind the other, each of 4 KiB to the processor, too, as what
 * libxenforeignmemory maps lies next to what it mapped before: how fast many
 * rings are looked at depends on that. Under AddressSanitizer each allocation
 * stands alone, so that no byte behind one is read unseen.
 */
struct xr_fake_memory {
	struct xr_fake_slab *slabs;
};

/* n pages of zeros that belong to m; NULL: no memory. */
void *xr_fake_memory_take(struct xr_fake_memory *m, size_t n);
/* Frees all that was taken. */
void xr_fake_memory_free(struct xr_fake_memory *m);

#endif
