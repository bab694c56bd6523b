/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A mapped grant table, read without touching it. */
#include <config.h>

#include "grants.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define IN_USE (XR_GTF_READING | XR_GTF_WRITING)
#define V1_FLAGS(e) ((uint16_t)(e))
#define V1_DOMID(e) ((uint16_t)((e) >> 16))
#define V1_FRAME(e) ((uint32_t)((e) >> 32))

/* The word of the status array that holds gref's, and where in it. */
static unsigned status_shift(uint32_t gref)
{
	return 16 * (gref & 3);
}

int xr_table_entry(const struct xr_table *t, uint32_t gref, struct xr_grant *ret)
{
	uint64_t e;

	if (gref >= t->n_entries)
		return -ERANGE;
	if (t->version == 1) {
		e = t->shared[gref];
		*ret = (struct xr_grant){
			.flags = V1_FLAGS(e), .domid = V1_DOMID(e), .frame = V1_FRAME(e),
			.in_use = V1_FLAGS(e) & IN_USE,
		};
		return 0;
	}
	e = t->shared[2 * (size_t)gref];
	*ret = (struct xr_grant){
		.flags = V1_FLAGS(e), .domid = V1_DOMID(e), .frame = t->shared[2 * (size_t)gref + 1],
	};
	if (t->status)
		ret->in_use = (t->status[gref / 4] >> status_shift(gref)) & IN_USE;
	return 0;
}

int xr_table_use(const struct xr_table *t, uint32_t gref, const struct xr_grant *g)
{
	/* the same bits say something else of a transfer */
	if ((g->flags & XR_GTF_TYPE) == XR_GTF_TRANSFER)
		return 0;
	if (t->version == 1)
		return g->flags & IN_USE;
	return t->status ? (int)((t->status[gref / 4] >> status_shift(gref)) & IN_USE) : -1;
}

/*
 * What must stay as it is: type, grantee and frame; and once the backend has
 * mapped the page, that it keeps it (a guest that dies loses just these bits).
 */
static uint32_t guard(const struct xr_table *t, uint32_t gref, const struct xr_grant *g,
		      struct xr_guard *ret)
{
	uint64_t flags = XR_GTF_TYPE | XR_GTF_SUB_PAGE, want;
	uint32_t n = 0;

	want = (g->flags & flags) | (uint64_t)g->domid << 16;
	if (t->version == 1) {
		ret[n++] = (struct xr_guard){
			.at = &t->shared[gref],
			.mask = flags | UINT64_C(0xffff) << 16 | UINT64_C(0xffffffff) << 32 |
				(g->in_use ? IN_USE : 0),
			.want = want | g->frame << 32 | (g->flags & (g->in_use ? IN_USE : 0)),
		};
		return n;
	}
	ret[n++] = (struct xr_guard){
		.at = &t->shared[2 * (size_t)gref], .mask = flags | UINT64_C(0xffff) << 16, .want = want,
	};
	ret[n++] = (struct xr_guard){
		.at = &t->shared[2 * (size_t)gref + 1], .mask = UINT64_MAX, .want = g->frame,
	};
	if (t->status && g->in_use) {
		uint64_t mask = (uint64_t)IN_USE << status_shift(gref);

		ret[n++] = (struct xr_guard){
			.at = &t->status[gref / 4], .mask = mask, .want = t->status[gref / 4] & mask,
		};
	}
	return n;
}

static const char *type_name(unsigned flags)
{
	static const char *const names[] = { "invalid", "permit_access", "accept_transfer", "transitive" };

	return names[flags & XR_GTF_TYPE];
}

static int check(const struct xr_table *t, const struct xr_mapping *m, uint32_t gref,
		 struct xr_grant *ret, struct xr_err *err)
{
	int r = xr_table_entry(t, gref, ret);

	if (r) {
		xr_err_set(err, "grant", ERANGE, "grant %u is outside the guest's table of %u", gref,
			   t->n_entries);
		return r;
	}
	if ((ret->flags & XR_GTF_TYPE) != XR_GTF_PERMIT || (ret->flags & XR_GTF_SUB_PAGE)) {
		xr_err_set(err, "grant", EINVAL, "grant %u is %s%s, not the grant of a page", gref,
			   type_name(ret->flags), ret->flags & XR_GTF_SUB_PAGE ? ", part of a page" : "");
		return -EINVAL;
	}
	if (!m->any_grantee && ret->domid != m->backend_domid) {
		xr_err_set(err, "grant", EPERM,
			   "grant %u is given to domain %u, but the backend is in domain %u", gref,
			   ret->domid, m->backend_domid);
		return -EPERM;
	}
	return 0;
}

int xr_refs_differ(const struct xr_mapping *m, struct xr_err *err)
{
	for (uint32_t i = 0; i < m->n_pages; i++)
		for (uint32_t j = 0; j < i; j++)
			if (m->refs[j] == m->refs[i]) {
				xr_err_set(err, "grant", EINVAL, "grant %u is named for two pages",
					   m->refs[i]);
				return -EINVAL;
			}
	return 0;
}

int xr_table_claim(const struct xr_table *t, struct xr_mapping *m, struct xr_err *err)
{
	struct xr_guard *guards;
	uint32_t n = 0;
	int differ = xr_refs_differ(m, err);

	if (differ)
		return differ;
	guards = calloc(3 * (size_t)m->n_pages, sizeof(*guards));
	if (!guards) {
		xr_err_set(err, "map", ENOMEM, "out of memory");
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < m->n_pages; i++) {
		struct xr_grant g;
		int r = check(t, m, m->refs[i], &g, err);

		if (r) {
			free(guards);
			return r;
		}
		m->frames[i] = g.frame;
		m->grantee = g.domid;
		n += guard(t, m->refs[i], &g, guards + n);
	}
	m->guards = guards;
	m->n_guards = n;
	return 0;
}

const char *xr_grant_fault(const struct xr_grant *g, const struct xr_mapping *m)
{
	if ((g->flags & XR_GTF_TYPE) != XR_GTF_PERMIT || (g->flags & XR_GTF_SUB_PAGE))
		return "it is not the grant of a page";
	if (g->domid != m->backend_domid)
		return "it is not granted to the backend";
	return NULL;
}

const char *xr_fetch_fault(const struct xr_fetch *f, const struct xr_mapping *m)
{
	const char *text = f->grant_err ? NULL : xr_grant_fault(&f->grant, m);

	if (f->grant_err == -ERANGE)
		return "it is outside the grant table";
	if (f->grant_err == -EOPNOTSUPP)
		return "only rings can be read from here";
	if (f->grant_err)
		return strerror(-f->grant_err);
	if (text)
		return text;
	if (f->page_err == -ESTALE)
		return "its grant changed while it was read";
	return f->page_err ? strerror(-f->page_err) : NULL;
}

struct xr_table xr_grants_table(const struct xr_grants *g)
{
	uint32_t per = g->version == 2 ? XR_V2_PER_FRAME : XR_V1_PER_FRAME;

	return (struct xr_table){
		.version = g->version, .n_entries = g->n_frames * per,
		.shared = (const volatile uint64_t *)(void *)g->shared,
		.status = g->n_status ? (const volatile uint64_t *)(void *)g->status : NULL,
	};
}

/* Two words that are loaded at once: tables are large, and are compared every few seconds. */
typedef uint64_t pair __attribute__((vector_size(16), aligned(8), may_alias));

/* Each word of the table is read once: who writes it meanwhile makes it differ, or not. */
static bool is_as(const volatile uint64_t *at, const uint8_t *was, uint32_t n_pages, uint32_t n_words)
{
	const volatile pair *a = (const volatile pair *)(const volatile void *)at;
	const pair *w = (const pair *)(const void *)was;
	uint32_t n = n_pages * (XR_PAGE_SIZE / 16), used = n_words && n_words < 2 * n ? (n_words + 7) / 8 * 4 : n;
	uint32_t i = 0;
	pair differ;

	for (; i < used; i += 4) {
		differ = (a[i] ^ w[i]) | (a[i + 1] ^ w[i + 1]) | (a[i + 2] ^ w[i + 2]) | (a[i + 3] ^ w[i + 3]);
		if (differ[0] | differ[1])
			return false;
	}
	/* most of a table is not used: half as much memory is looked at */
	for (; i < n; i += 4) {
		differ = a[i] | a[i + 1] | a[i + 2] | a[i + 3];
		if (differ[0] | differ[1])
			return false;
	}
	return true;
}

int xr_table_copy(const struct xr_table *t, uint32_t n_frames, uint32_t n_status,
		  const struct xr_grants *was, struct xr_grants *ret)
{
	uint32_t n = t->status ? n_status : 0;
	struct xr_grants g = { .version = t->version, .n_frames = n_frames, .n_status = n };

	if (was && was->version == t->version && was->n_frames == n_frames && was->n_status == n &&
	    is_as(t->shared, was->shared, n_frames, was->n_words) && is_as(t->status, was->status, n, 0))
		return 1;
	g.shared = malloc((size_t)n_frames * XR_PAGE_SIZE);
	g.status = n ? malloc((size_t)n * XR_PAGE_SIZE) : NULL;
	if (!g.shared || (n && !g.status)) {
		free(g.shared);
		free(g.status);
		return -ENOMEM;
	}
	xr_ring_copy(g.shared, t->shared, (size_t)n_frames * XR_PAGE_SIZE);
	if (n)
		xr_ring_copy(g.status, t->status, (size_t)n * XR_PAGE_SIZE);
	*ret = g;
	return 0;
}
