/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A mapped grant table, read without touching it. The guest may rewrite an
 * entry at any time, so each is copied once and judged by the copy
 * (xen/include/public/grant_table.h):
 *
 *	v1, 8 bytes	flags u16 | domid u16 | frame u32
 *	v2, 16 bytes	flags u16 | domid u16 | ... | frame u64	+ status u16 apart
 */
#ifndef XR_GRANTS_H
#define XR_GRANTS_H

#include "source.h"

struct xr_table {
	unsigned version;			/* 1 or 2 */
	uint32_t n_entries;
	const volatile uint64_t *shared;
	const volatile uint64_t *status;	/* v2; NULL: in_use is not known */
};

#define XR_V1_PER_FRAME 512u
#define XR_V2_PER_FRAME 256u
#define XR_STATUS_PER_FRAME 2048u

/* One entry. -ERANGE: outside the table. */
int xr_table_entry(const struct xr_table *t, uint32_t gref, struct xr_grant *ret);
/*
 * How the grantee of an entry that was read has it mapped: XR_GTF_READING,
 * _WRITING or both, 0: not at all. -1: that cannot be told, there is no status.
 */
int xr_table_use(const struct xr_table *t, uint32_t gref, const struct xr_grant *g);
/*
 * Checks all refs of m against the table and fills frames, grantee and guards
 * (allocated; the mapping owns them). A ref must be permit_access, whole-page
 * and granted to the backend. On failure err says which and why, nothing is
 * kept. -ERANGE: a ref is outside the table as it is mapped now.
 */
int xr_table_claim(const struct xr_table *t, struct xr_mapping *m, struct xr_err *err);

/* -EINVAL with a reason: a ref of m is named for two of its pages. */
int xr_refs_differ(const struct xr_mapping *m, struct xr_err *err);
/* Why the backend of m may not have this entry's page: in words (static), or NULL. */
const char *xr_grant_fault(const struct xr_grant *g, const struct xr_mapping *m);
/* Why a page that was asked for could not be had, in words, or NULL. */
const char *xr_fetch_fault(const struct xr_fetch *f, const struct xr_mapping *m);
/* The table that a copy holds. */
struct xr_table xr_grants_table(const struct xr_grants *g);
/*
 * A private copy of t, whose pages are n_frames and, of a v2 table's status,
 * n_status. 1: it is as was (may be NULL), and *ret is not touched. -ENOMEM.
 */
int xr_table_copy(const struct xr_table *t, uint32_t n_frames, uint32_t n_status,
		  const struct xr_grants *was, struct xr_grants *ret);

#endif
