/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `xl debug-keys g` puts on Xen's console: of each domain's grant table
 * the entries that are mapped, and how much maptrack the domain has. No call
 * tells that. One block of lines (xen/common/grant_table.c,
 * gnttab_usage_print_all and gnttab_usage_print):
 *
 *	gnttab_usage_print_all [ key 'g' pressed
 *	grant-table for remote d1 (v1)			for each domain
 *	  4 frames (64 max), 0 maptrack frames (1024 max)
 *	[0x008]      0 0x12345 0x00000001          0 0x012345 0x19
 *	  ref   mapped by, mfn, pins      granted to, frame, flags
 *	gnttab_usage_print_all ] done
 *
 * Other messages may stand between. The console's buffer is a ring that drops
 * its oldest lines, so only what has its first and its last line is whole.
 */
#ifndef XR_GRANTS_KEYS_H
#define XR_GRANTS_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* An entry that is mapped. */
struct xr_pin {
	uint32_t ref;
	uint16_t mapped_by;
	uint32_t pins;		/* four counters of 8 bits: host write, host read, device write,
		device read */
};

struct xr_keys_table {
	uint32_t domid;
	unsigned version;
	uint32_t frames, max_frames, maptrack_frames, maptrack_max_frames;
	size_t first, n;	/* its pins */
};

struct xr_keys {
	struct xr_keys_table *tables;	/* by domid */
	size_t n_tables;
	struct xr_pin *pins;		/* of a table by ref */
	size_t n_pins;
};

/* The last whole block of lines in n bytes. -ENODATA, -EBADMSG, -ENOMEM: err says why. */
int xr_keys_parse(const char *text, size_t n, struct xr_keys **ret, struct xr_err *err);
void xr_keys_free(struct xr_keys *k);	/* NULL is fine */

const struct xr_keys_table *xr_keys_table(const struct xr_keys *k, uint32_t domid);
const struct xr_pin *xr_keys_pin(const struct xr_keys *k, const struct xr_keys_table *t,
				 uint32_t ref);
/* How often it is mapped: a handle counts once for the host, for a device, or for both. */
uint32_t xr_pin_count(const struct xr_pin *p);
/* Handles that the domain holds of others' entries. */
uint64_t xr_keys_handles(const struct xr_keys *k, uint32_t domid);

#endif
