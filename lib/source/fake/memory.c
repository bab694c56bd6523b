/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that made-up guests have. */
#include <config.h>

#include "source/fake/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ring.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define STANDS_ALONE 1
#else
#define STANDS_ALONE 0
#endif

#define SLAB 1024	/* pages, at least */

struct xr_fake_slab {
	struct xr_fake_slab *next;
	uint8_t *pages;
	size_t n, taken;
};

static struct xr_fake_slab *slab_new(size_t n)
{
	struct xr_fake_slab *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->n = STANDS_ALONE || n > SLAB ? n : SLAB;
	if (STANDS_ALONE) {
		s->pages = aligned_alloc(XR_PAGE_SIZE, s->n * XR_PAGE_SIZE);
	} else {
		s->pages = mmap(NULL, s->n * XR_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (s->pages == MAP_FAILED)
			s->pages = NULL;
		/* a kernel without large pages refuses, and has none */
		else
			madvise(s->pages, s->n * XR_PAGE_SIZE, MADV_NOHUGEPAGE);
	}
	if (s->pages)
		return s;
	free(s);
	return NULL;
}

void *xr_fake_memory_take(struct xr_fake_memory *m, size_t n)
{
	struct xr_fake_slab *s = m->slabs;
	uint8_t *pages;

	if (!s || s->n - s->taken < n) {
		s = slab_new(n);
		if (!s)
			return NULL;
		s->next = m->slabs;
		m->slabs = s;
	}
	pages = s->pages + s->taken * XR_PAGE_SIZE;
	s->taken += n;
	/* written to: pages that nobody has written to are all the same one */
	return memset(pages, 0, n * XR_PAGE_SIZE);
}

void xr_fake_memory_free(struct xr_fake_memory *m)
{
	while (m->slabs) {
		struct xr_fake_slab *s = m->slabs;

		m->slabs = s->next;
		if (STANDS_ALONE)
			free(s->pages);
		else
			munmap(s->pages, s->n * XR_PAGE_SIZE);
		free(s);
	}
}
