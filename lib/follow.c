/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fetching the pages that requests name and that hold more of them. */
#include <config.h>

#include "follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grants.h"
#include "util/bytes.h"
#include "util/cleanup.h"
#include "util/text.h"

/* A batch that grows from round to round, so that the last one has it all. */
struct batch {
	struct xr_fetch *fetch;
	size_t *of;			/* which request names it */
	uint8_t *pages;
	size_t n, room;
};

static void batch_free(struct batch *b)
{
	free(b->fetch);
	free(b->of);
	free(b->pages);
}

uint32_t xr_fetched_size(const struct xenring_record *rec)
{
	for (const struct xenring_field *f = rec->fields; f->name; f++)
		if (f->flags & XENRING_F_FETCHED)
			return f->size;
	return 0;
}

static void note(struct xr_followed *f, char *text)
{
	if (f->note || !text)
		free(text);
	else
		f->note = text;
}

void xr_followed_clear(struct xr_followed *f)
{
	free(f->elements);
	free(f->note);
	free(f->grefs);
	*f = (struct xr_followed){ .rec = NULL };
}

static bool has_room(const struct batch *b, size_t n, struct xr_followed *f)
{
	if (b->n + n <= XR_FOLLOW_PAGES)
		return true;
	note(f, xr_sprintf("its pages were not read: %d are read for one listing", XR_FOLLOW_PAGES));
	return false;
}

static int add(struct batch *b, struct xr_followed *f, size_t of, uint32_t gref)
{
	uint32_t *grefs = reallocarray(f->grefs, f->n_grefs + 1, sizeof(*grefs));

	if (!grefs)
		return -ENOMEM;
	f->grefs = grefs;
	if (b->n == b->room) {
		size_t room = b->room ? 2 * b->room : 8;
		struct xr_fetch *fetches = reallocarray(b->fetch, room, sizeof(*fetches));
		size_t *ofs;

		if (!fetches)
			return -ENOMEM;
		b->fetch = fetches;
		ofs = reallocarray(b->of, room, sizeof(*ofs));
		if (!ofs)
			return -ENOMEM;
		b->of = ofs;
		b->room = room;
	}
	grefs[f->n_grefs++] = gref;
	b->fetch[b->n] = (struct xr_fetch){ .gref = gref };
	b->of[b->n++] = of;
	return 0;
}

/* The page of the batch that is request of's k-th. */
static const struct xr_fetch *page_of(const struct batch *b, size_t of, size_t k)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->of[i] == of && !k--)
			return &b->fetch[i];
	return NULL;
}

/* The page of request of's directory that comes next. 1: it was added. */
static int add_next(struct batch *b, struct xr_followed *f, size_t of, size_t wanted, const struct xr_mapping *m)
{
	const struct xr_fetch *last = page_of(b, of, f->n_grefs - 1);
	uint32_t next;

	if (f->n_grefs * XR_DIRECTORY_GREFS >= wanted || !last || xr_fetch_fault(last, m))
		return 0;
	next = (uint32_t)xr_get(last->into, 4);
	if (!next)
		return 0;
	for (size_t i = 0; i < f->n_grefs; i++)
		if (f->grefs[i] == next) {
			note(f, xr_sprintf("its page directory comes back to grant %u", next));
			return 0;
		}
	if (f->n_grefs == XR_DIRECTORY_PAGES) {
		note(f, xr_sprintf("of its page directory %d pages are read", XR_DIRECTORY_PAGES));
		return 0;
	}
	if (!has_room(b, 1, f))
		return 0;
	return add(b, f, of, next) ? -ENOMEM : 1;
}

/* How many of n elements of a directory stand before the first that is 0. */
static size_t up_to_zero(const uint8_t *elements, size_t n)
{
	size_t i = 0;

	while (i < n && xr_get(elements + 4 * i, 4))
		i++;
	return i;
}

/* The elements out of the pages, up to the first that could not be had. */
static int take(const struct batch *b, struct xr_followed *f, size_t of, const struct xr_follow *names,
		const struct xr_mapping *m)
{
	size_t size = xr_fetched_size(f->rec), room = 0, at = 0;

	for (size_t k = 0; k < f->n_grefs; k++)
		room += names->directory ? XR_DIRECTORY_GREFS * 4 : names->pieces[k].len;
	if (!size || !room)
		return 0;
	f->elements = malloc(room);
	if (!f->elements)
		return -ENOMEM;
	for (size_t k = 0; k < f->n_grefs; k++) {
		const struct xr_fetch *page = page_of(b, of, k);
		const char *why = page ? xr_fetch_fault(page, m) : "it was not asked for";
		size_t off = names->directory ? 4 : names->pieces[k].off;
		size_t len = names->directory ? XR_DIRECTORY_GREFS * 4 : names->pieces[k].len;

		if (why) {
			note(f, xr_sprintf("the page of grant %u was not read: %s", f->grefs[k], why));
			if (!names->directory)
				at = 0;
			break;
		}
		memcpy(f->elements + at, page->into + off, len);
		at += len;
	}
	f->n = at / size < names->n ? at / size : names->n;
	if (names->n == XR_FOLLOW_TO_ZERO)
		f->n = up_to_zero(f->elements, f->n);
	else if (names->directory && f->n < names->n)
		note(f, xr_sprintf("its page directory has %zu of %zu grants", f->n, names->n));
	return 0;
}

static int fetch(struct xr_source *src, const struct xr_mapping *m, struct batch *b)
{
	uint8_t *pages;
	int r;

	if (!b->n)
		return 0;
	pages = reallocarray(b->pages, b->n, XR_PAGE_SIZE);
	if (!pages)
		return -ENOMEM;
	b->pages = pages;
	for (size_t i = 0; i < b->n; i++)
		b->fetch[i].into = pages + i * XR_PAGE_SIZE;
	r = xr_source_fetch(src, m, b->fetch, b->n);
	if (r && r != -ENOMEM) {
		/* no source for them: as if none could be had */
		for (size_t i = 0; i < b->n; i++)
			b->fetch[i].grant_err = b->fetch[i].page_err = r;
		r = 0;
	}
	return r;
}

static int begin(struct batch *b, const struct xr_ring *ring, struct xr_followed *f, size_t of,
		 struct xr_follow *names)
{
	size_t n;

	ring->desc->follow(f->rec, f->slot, names);
	if (names->note)
		note(f, strdup(names->note));
	n = names->note ? 0 : names->directory ? names->n > 0 : names->n_pieces;
	if (!n || !has_room(b, n, f))
		return 0;
	for (size_t k = 0; k < n; k++) {
		int r = add(b, f, of, names->directory ? names->directory : names->pieces[k].gref);

		if (r)
			return r;
	}
	return 0;
}

int xr_follow_all(struct xr_source *src, const struct xr_ring *ring, struct xr_followed *f, size_t n)
{
	_cleanup_free_ struct xr_follow *names = NULL;
	_cleanup_(batch_free) struct batch b = { .n = 0 };
	bool more = true;
	int r = 0;

	if (!n)
		return 0;
	names = calloc(n, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; !r && i < n; i++)
		r = begin(&b, ring, &f[i], i, &names[i]);
	while (!r && more) {
		r = fetch(src, &ring->map, &b);
		more = false;
		for (size_t i = 0; !r && i < n; i++) {
			int added = names[i].directory && f[i].n_grefs ?
				add_next(&b, &f[i], i, names[i].n, &ring->map) : 0;

			if (added < 0)
				r = added;
			more |= added > 0;
		}
	}
	for (size_t i = 0; !r && i < n; i++)
		if (f[i].n_grefs)
			r = take(&b, &f[i], i, &names[i], &ring->map);
	return r;
}
