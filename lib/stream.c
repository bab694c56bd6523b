/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The byte queues of a ring: where their bytes are, and how to get at them. */
#include <config.h>

#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grants.h"
#include "util/bytes.h"

const char *xr_queue_of(const struct xr_ring *ring, const struct xr_copied *c, bool in,
			struct xr_queue *ret)
{
	const struct xr_ring_desc *d = ring->desc;
	unsigned word = in ? d->in_word : d->out_word;
	struct xr_queue q = {
		.size = in ? ring->in_size : ring->out_size, .cons = c->before[word],
		.queued = xr_idx_sub(c->before[word + 1], c->before[word]),
	};
	struct xr_measure m = { .in_size = 0 };
	uint32_t first, off;

	if (!d->measure) {
		q.here = c->bytes + (in ? d->in_at : d->out_at);
		*ret = q;
		return NULL;
	}
	d->measure(d, c->bytes, &m);
	first = in ? m.in_first : m.out_first;
	off = in ? m.in_off : m.out_off;
	if (m.fault)
		return m.fault;
	if (m.in_size != ring->in_size || m.out_size != ring->out_size)
		return "its page names other sizes than when it was mapped";
	if (off) {
		q.here = c->bytes + off;
	} else if (first < m.n_grefs) {
		q.grefs = c->bytes + m.grefs_off + 4 * (size_t)first;
		q.n_grefs = m.n_grefs - first;
		q.skip = in ? m.in_skip : m.out_skip;
	}
	*ret = q;
	return NULL;
}

/* The grant of the page in which byte at of the queue's room is. false: none is named. */
static bool gref_of(const struct xr_queue *q, uint32_t at, uint32_t *ret)
{
	uint32_t page = (q->skip + at) / XR_PAGE_SIZE;

	if (page >= q->n_grefs)
		return false;
	*ret = (uint32_t)xr_get(q->grefs + 4 * (size_t)page, 4);
	return true;
}

/* Bytes from byte at of the room up to where its page or the room ends. */
static uint32_t run_of(const struct xr_queue *q, uint32_t at)
{
	uint32_t run = q->size - at, page = XR_PAGE_SIZE - (q->skip + at) % XR_PAGE_SIZE;

	return q->here || run < page ? run : page;
}

size_t xr_queue_pages(const struct xr_queue *q, uint32_t *ret, size_t max)
{
	size_t n = 0;

	for (uint32_t off = 0; !q->here && off < q->queued && n < max; ) {
		uint32_t at = (q->cons + off) & (q->size - 1);

		if (!gref_of(q, at, &ret[n]))
			break;
		n++;
		off += run_of(q, at);
	}
	return n;
}

/*
 * All pages anew, with one more: a capture keeps of a ring's pages those of the
 * last batch. What was taken from the others has been copied already.
 */
static int fetch(struct xr_source *src, const struct xr_ring *ring, struct xr_stream *s, uint32_t gref)
{
	uint8_t *pages = reallocarray(s->pages, s->n + 1, XR_PAGE_SIZE);
	int r;

	if (!pages)
		return -ENOMEM;
	s->pages = pages;
	s->fetch[s->n++] = (struct xr_fetch){ .gref = gref, .payload = true };
	for (size_t i = 0; i < s->n; i++)
		s->fetch[i].into = pages + i * XR_PAGE_SIZE;
	r = xr_source_fetch(src, &ring->map, s->fetch, s->n);
	if (r && r != -ENOMEM) {
		/* no source for them: as if it could not be had */
		s->fetch[s->n - 1].grant_err = s->fetch[s->n - 1].page_err = r;
		r = 0;
	}
	return r;
}

/* The page of this grant; NULL with *ret_r 0 and a reason, or what xr_stream_take() returns. */
static const uint8_t *page_of(struct xr_source *src, const struct xr_ring *ring, struct xr_stream *s,
			      uint32_t gref, int *ret_r, const char **ret_why)
{
	const struct xr_fetch *f;
	size_t i = 0;

	*ret_r = 1;
	while (i < s->n && s->fetch[i].gref != gref)
		i++;
	if (i == XR_STREAM_PAGES) {
		*ret_why = "as many of its pages as are read for one listing were read";
		return NULL;
	}
	if (i == s->n) {
		int r = fetch(src, ring, s, gref);

		if (r) {
			*ret_r = r;
			return NULL;
		}
	}
	f = &s->fetch[i];
	if (f->grant_err == -ENODATA) {
		*ret_r = -ENODATA;
		return NULL;
	}
	*ret_why = xr_fetch_fault(f, &ring->map);
	return *ret_why ? NULL : f->into;
}

int xr_stream_take(struct xr_source *src, const struct xr_ring *ring, struct xr_stream *s,
		   const struct xr_queue *q, uint32_t off, uint8_t *into, uint32_t n, const char **ret_why)
{
	while (n) {
		uint32_t at = (q->cons + off) & (q->size - 1), run = run_of(q, at), gref;
		const uint8_t *from = q->here ? q->here + at : NULL;

		if (run > n)
			run = n;
		if (!from) {
			int r = 1;

			if (!gref_of(q, at, &gref)) {
				*ret_why = "the ring's page does not name it";
				return 1;
			}
			from = page_of(src, ring, s, gref, &r, ret_why);
			if (!from)
				return r;
			from += (q->skip + at) % XR_PAGE_SIZE;
		}
		memcpy(into, from, run);
		into += run;
		off += run;
		n -= run;
	}
	return 0;
}

void xr_stream_clear(struct xr_stream *s)
{
	free(s->pages);
	*s = (struct xr_stream){ .n = 0 };
}
